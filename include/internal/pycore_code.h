// pycore_code.h - exported, but not part of the public API: code.
#ifndef Py_INTERNAL_CODE_H
#define Py_INTERNAL_CODE_H

#include "object.h"
#include "cpython/code.h"

#ifdef __cplusplus
extern "C" {
#endif

struct _PyCodeConstructor {
    PyObject *filename;
    PyObject *name;
    PyObject *qualname;
    int flags;
    PyObject *code;
    int firstlineno;
    PyObject *linetable;
    PyObject *consts;
    PyObject *names;
    PyObject *localsplusnames;
    PyObject *localspluskinds;
    int argcount;
    int posonlyargcount;
    int kwonlyargcount;
    int stacksize;
    PyObject *exceptiontable;
};

PyAPI_FUNC(PyCodeObject *) _PyCode_New(struct _PyCodeConstructor *);
PyAPI_FUNC(int) _PyCode_Validate(struct _PyCodeConstructor *);

#ifdef __cplusplus
}
#endif
#endif
