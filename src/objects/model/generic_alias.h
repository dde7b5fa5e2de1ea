// generic_alias.h - substituting type parameters, shared by list[T] and T | int.
#ifndef KR_OBJECTS_MODEL_GENERIC_ALIAS_H
#define KR_OBJECTS_MODEL_GENERIC_ALIAS_H

#include "genericaliasobject.h"
#include "object.h"

// True for list[int] and instances of subclasses of its type.
int kr_generic_alias_check(PyObject *object);

// The type parameters in the tuple [args]: a new tuple without repetitions.
PyObject *_Py_make_parameters(PyObject *args);

// The tuple [args] of [self] with [item] put in place of [parameters]: a new tuple, or NULL with
// TypeError.
PyObject *_Py_subs_parameters(PyObject *self, PyObject *args, PyObject *parameters,
                              PyObject *item);

// Text of one argument as list[int] and int | str show it.
PyObject *kr_generic_alias_repr_item(PyObject *item);

#endif
