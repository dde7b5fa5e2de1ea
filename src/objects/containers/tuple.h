// tuple.h - what other floors use of tuple beyond the public functions.
#ifndef KR_CONTAINERS_TUPLE_H
#define KR_CONTAINERS_TUPLE_H

#include "runtime/owned.h"
#include "object.h"
#include "tupleobject.h"

// A new tuple of [count] items; borrowed (references are added), or taken, also on failure.
PyObject *kr_tuple_from_array(PyObject *const *items, Py_ssize_t count);
PyObject *kr_tuple_from_array_steal(PyObject *const *items, Py_ssize_t count);

void kr_tuple_clear_free_lists(void);

#endif
