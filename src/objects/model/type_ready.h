// type_ready.h - readying types, and the links between a type and its subclasses.
#ifndef KR_OBJECTS_MODEL_TYPE_READY_H
#define KR_OBJECTS_MODEL_TYPE_READY_H

#include "object.h"

// A new list of the living direct subclasses of [type].
PyObject *kr_type_ready_subclasses(PyTypeObject *type);

// Enters [type] into base's subclasses: 0 or -1.  Leaving never fails.
int kr_type_ready_add_subclass(PyTypeObject *base, PyTypeObject *type);
void kr_type_ready_remove_subclass(PyTypeObject *base, PyTypeObject *type);

// Enters [type] into the subclasses of all its bases: 0 or -1.
int kr_type_ready_link_bases(PyTypeObject *type);
void kr_type_ready_unlink_bases(PyTypeObject *type, PyObject *bases);

// Copies the slots that [type] lacks from its bases.
void kr_type_ready_inherit(PyTypeObject *type);

// The C tp_new behind [descriptor] if it is the __new__ of the builtin type that [type] is made
// from; else NULL.
newfunc kr_type_ready_new_of(PyTypeObject *type, PyObject *descriptor);

#endif
