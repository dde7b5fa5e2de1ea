// set.h - what the operations on sets share.
#ifndef KR_CONTAINERS_SET_H
#define KR_CONTAINERS_SET_H

#include "runtime/owned.h"
#include "object.h"
#include "setobject.h"

extern PyTypeObject PySetIter_Type;

// A new set or frozenset, whichever [type] is or derives from, with what [iterable] (or NULL)
// gives.
PyObject *kr_set_new_base(PyTypeObject *type, PyObject *iterable);
// Calls kr_set_table_… for [key]; an unhashable set is looked for as a frozenset.
int kr_set_contains(PySetObject *set, PyObject *key);

// New results, or 0 / -1 for those in place.
PyObject *kr_set_intersection(PySetObject *self, PyObject *other);
PyObject *kr_set_difference(PySetObject *self, PyObject *other);
PyObject *kr_set_symmetric_difference(PySetObject *self, PyObject *other);
NODISCARD int kr_set_subtract(PySetObject *self, PyObject *other);
NODISCARD int kr_set_toggle(PySetObject *self, PyObject *other);
// 1, 0 or -1.
int kr_set_is_subset(PySetObject *self, PyObject *other);
int kr_set_is_superset(PySetObject *self, PyObject *other);
int kr_set_is_disjoint(PySetObject *self, PyObject *other);

#endif
