// list_slices.h - subscripts and slices of lists, and the memory functions they share with list.c.
#ifndef KR_CONTAINERS_LIST_SLICES_H
#define KR_CONTAINERS_LIST_SLICES_H

#include "runtime/owned.h"
#include "object.h"
#include "listobject.h"

// list[key]; list[key] = value, or del list[key] when [value] is NULL.
PyObject *kr_list_subscript(PyObject *list, PyObject *key);
NODISCARD int kr_list_assign_subscript(PyObject *list, PyObject *key, PyObject *value);

// Of list.c: sets the size (new places are not set); first memory of an empty list; empties.
NODISCARD int kr_list_resize(PyListObject *list, Py_ssize_t size);
NODISCARD int kr_list_reserve(PyListObject *list, Py_ssize_t size);
void kr_list_clear(PyListObject *list);

#endif
