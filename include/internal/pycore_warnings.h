// pycore_warnings.h - exported, but not part of the public API: warnings.
#ifndef Py_INTERNAL_WARNINGS_H
#define Py_INTERNAL_WARNINGS_H

#include "object.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(PyObject *) _PyWarnings_Init(void);

#ifdef __cplusplus
}
#endif
#endif
