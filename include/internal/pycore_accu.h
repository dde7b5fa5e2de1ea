// pycore_accu.h - exported, but not part of the public API: accu.
#ifndef Py_INTERNAL_ACCU_H
#define Py_INTERNAL_ACCU_H

#include "object.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    PyObject *large;
    PyObject *small;
} _PyAccu;

PyAPI_FUNC(int) _PyAccu_Accumulate(_PyAccu *acc, PyObject *unicode);
PyAPI_FUNC(void) _PyAccu_Destroy(_PyAccu *acc);
PyAPI_FUNC(PyObject *) _PyAccu_Finish(_PyAccu *acc);
PyAPI_FUNC(PyObject *) _PyAccu_FinishAsList(_PyAccu *acc);
PyAPI_FUNC(int) _PyAccu_Init(_PyAccu *acc);

#ifdef __cplusplus
}
#endif
#endif
