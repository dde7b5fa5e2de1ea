// pycore_interp.h - exported, but not part of the public API: interp.
#ifndef Py_INTERNAL_INTERP_H
#define Py_INTERNAL_INTERP_H

#include "pystate.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(void) _PyInterpreterState_IDDecref(PyInterpreterState *);
PyAPI_FUNC(int) _PyInterpreterState_IDIncref(PyInterpreterState *);
PyAPI_FUNC(int) _PyInterpreterState_IDInitref(PyInterpreterState *);
PyAPI_FUNC(PyInterpreterState *) _PyInterpreterState_LookUpID(int64_t);

#ifdef __cplusplus
}
#endif
#endif
