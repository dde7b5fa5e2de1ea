// pycore_runtime.h - exported, but not part of the public API: runtime.
#ifndef Py_INTERNAL_RUNTIME_H
#define Py_INTERNAL_RUNTIME_H

#include "object.h"
#include "pystate.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pyruntimestate _PyRuntimeState;

PyAPI_FUNC(void) _PyRuntime_Finalize(void);
PyAPI_FUNC(PyStatus) _PyRuntime_Initialize(void);
PyAPI_FUNC(void) _PyRuntimeState_Fini(_PyRuntimeState *runtime);
PyAPI_FUNC(PyStatus) _PyRuntimeState_Init(_PyRuntimeState *runtime);

#ifdef __cplusplus
}
#endif
#endif
