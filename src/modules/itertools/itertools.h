// itertools.h - what the files of itertools share.
#ifndef KR_MODULES_ITERTOOLS_H
#define KR_MODULES_ITERTOOLS_H

#include "abstract.h"
#include "boolobject.h"
#include "genericaliasobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

#include <stdbool.h>

// A type whose functions and tables are named after it: <name>_next, <name>_dealloc, …
#define ITERTOOLS_TYPE(name, Struct, flags)                                                       \
    static PyTypeObject name##_type = {                                                           \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                    \
        .tp_name = "itertools." #name,                                                            \
        .tp_basicsize = sizeof(Struct),                                                           \
        .tp_dealloc = name##_dealloc,                                                             \
        .tp_getattro = PyObject_GenericGetAttr,                                                   \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | (flags),                            \
        .tp_doc = name##_doc,                                                                     \
        .tp_traverse = name##_traverse,                                                           \
        .tp_iter = PyObject_SelfIter,                                                             \
        .tp_iternext = name##_next,                                                               \
        .tp_methods = name##_methods,                                                             \
        .tp_alloc = PyType_GenericAlloc,                                                          \
        .tp_new = name##_tp_new,                                                                  \
        .tp_free = PyObject_GC_Del,                                                               \
        .tp_vectorcall = name##_tp_vectorcall,                                                    \
    }

// (callable, args) and (callable, args, state): take [args] and [state]; NULL when one of them is.
PyObject *kr_itertools_reduce(PyObject *self, STEALS PyObject *args);
PyObject *kr_itertools_reduce_with(PyObject *self, STEALS PyObject *args, STEALS PyObject *state);
// 0 when [state] is a tuple of [low] … [high] items, -1 with TypeError.
int kr_itertools_check_state(PyObject *state, Py_ssize_t low, Py_ssize_t high);

extern PyObject *const kr_itertools_chain, *const kr_itertools_islice;

int kr_itertools_add_endless(PyObject *module);
int kr_itertools_add_joining(PyObject *module);
int kr_itertools_add_choosing(PyObject *module);
int kr_itertools_add_combining(PyObject *module);
int kr_itertools_add_grouping(PyObject *module);
int kr_itertools_add_tee(PyObject *module);
PyObject *kr_itertools_tee(PyObject *iterable, Py_ssize_t count);

#endif
