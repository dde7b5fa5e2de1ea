// pycore_pystate.h - exported, but not part of the public API: pystate.
#ifndef Py_INTERNAL_PYSTATE_H
#define Py_INTERNAL_PYSTATE_H

#include "pystate.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pyruntimestate _PyRuntimeState;
struct _gilstate_runtime_state;

PyAPI_FUNC(void) _Py_FatalError_TstateNULL(const char *func) __attribute__((__noreturn__));
PyAPI_FUNC(PyStatus) _PyInterpreterState_Enable(_PyRuntimeState *runtime);
PyAPI_FUNC(int) _PyOS_InterruptOccurred(PyThreadState *tstate);
PyAPI_FUNC(int) _PyState_AddModule(PyThreadState *tstate, PyObject *module, PyModuleDef *def);
PyAPI_FUNC(void) _PyThreadState_DeleteExcept(_PyRuntimeState *runtime, PyThreadState *tstate);
PyAPI_FUNC(void) _PyThreadState_Init(PyThreadState *tstate);
PyAPI_FUNC(void) _PyThreadState_SetCurrent(PyThreadState *tstate);
PyAPI_FUNC(PyThreadState *) _PyThreadState_Swap(struct _gilstate_runtime_state *gilstate,
    PyThreadState *newts);

#ifdef __cplusplus
}
#endif
#endif
