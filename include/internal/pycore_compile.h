// pycore_compile.h - exported, but not part of the public API: compile.
#ifndef Py_INTERNAL_COMPILE_H
#define Py_INTERNAL_COMPILE_H

#include "object.h"
#include "compile.h"

#ifdef __cplusplus
extern "C" {
#endif

struct _mod;
struct _arena;

PyAPI_FUNC(PyCodeObject *) _PyAST_Compile(struct _mod *mod, PyObject *filename,
    PyCompilerFlags *flags, int optimize, struct _arena *arena);

#ifdef __cplusplus
}
#endif
#endif
