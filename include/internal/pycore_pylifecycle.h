// pycore_pylifecycle.h - exported, but not part of the public API: pylifecycle.
#ifndef Py_INTERNAL_PYLIFECYCLE_H
#define Py_INTERNAL_PYLIFECYCLE_H

#include "object.h"
#include "pystate.h"
#include "cpython/initconfig.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _PyArgv _PyArgv;

PyAPI_DATA(int) _Py_UnhandledKeyboardInterrupt;

PyAPI_FUNC(void) _Py_ClearStandardStreamEncoding(void);
PyAPI_FUNC(int) _Py_HandleSystemExit(int *exitcode_p);
PyAPI_FUNC(int) _Py_IsLocaleCoercionTarget(const char *ctype_loc);
PyAPI_FUNC(PyStatus) _Py_PreInitializeFromConfig(const PyConfig *config,
    const struct _PyArgv *args);
PyAPI_FUNC(PyStatus) _Py_PreInitializeFromPyArgv(const PyPreConfig *src_config,
    const struct _PyArgv *args);
PyAPI_FUNC(void) _PyErr_Display(PyObject *file, PyObject *exception, PyObject *value,
    PyObject *tb);
PyAPI_FUNC(void) _PyErr_Print(PyThreadState *tstate);
PyAPI_FUNC(void) _PyThreadState_DeleteCurrent(PyThreadState *tstate);

#ifdef __cplusplus
}
#endif
#endif
