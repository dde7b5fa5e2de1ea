// pycore_ceval.h - exported, but not part of the public API: ceval.
#ifndef Py_INTERNAL_CEVAL_H
#define Py_INTERNAL_CEVAL_H

#include "pystate.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(int) _Py_CheckRecursiveCall(PyThreadState *tstate, const char *where);
PyAPI_FUNC(int) _PyEval_AddPendingCall(PyInterpreterState *interp, int (*func)(void *), void *arg);
PyAPI_FUNC(void) _PyEval_SignalAsyncExc(PyInterpreterState *interp);
PyAPI_FUNC(void) _PyEval_SignalReceived(PyInterpreterState *interp);

#ifdef __cplusplus
}
#endif
#endif
