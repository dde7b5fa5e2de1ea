// pycore_pyarena.h - exported, but not part of the public API: pyarena.
#ifndef Py_INTERNAL_PYARENA_H
#define Py_INTERNAL_PYARENA_H

#include "object.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _arena PyArena;

PyAPI_FUNC(int) _PyArena_AddPyObject(PyArena *, PyObject *);
PyAPI_FUNC(void) _PyArena_Free(PyArena *);
PyAPI_FUNC(void *) _PyArena_Malloc(PyArena *, size_t size);
PyAPI_FUNC(PyArena *) _PyArena_New(void);

#ifdef __cplusplus
}
#endif
#endif
