// union.h - `int | str`: types.UnionType.
#ifndef KR_OBJECTS_MODEL_UNION_H
#define KR_OBJECTS_MODEL_UNION_H

#include "object.h"

extern PyTypeObject _PyUnion_Type;

// nb_or of type, None and generic aliases: a union, or NotImplemented when an operand is no type.
PyObject *kr_union_of_types(PyObject *left, PyObject *right);

// The alternatives of a union; borrowed tuple.
PyObject *_Py_union_args(PyObject *self);

#endif
