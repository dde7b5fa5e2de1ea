// instances.h - what instances of classes do to be made, visited and ended.
#ifndef KR_OBJECTS_MODEL_INSTANCES_H
#define KR_OBJECTS_MODEL_INSTANCES_H

#include "object.h"

// tp_dealloc, tp_traverse and tp_clear of classes.
void kr_instances_dealloc(PyObject *self);
int kr_instances_traverse(PyObject *self, visitproc visit, void *arg);
int kr_instances_clear(PyObject *self);

// The PyMemberDef rows of a heap type's __slots__, behind the type object; Py_SIZE(type) of them.
struct PyMemberDef *kr_instances_slot_members(PyTypeObject *type);

#endif
