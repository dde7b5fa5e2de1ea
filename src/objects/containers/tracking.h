// tracking.h - whether the collector knows an object, for containers that it need not know.
//
// Tuples and dicts of atoms cannot be part of a cycle: they are not tracked.
#ifndef KR_CONTAINERS_TRACKING_H
#define KR_CONTAINERS_TRACKING_H

#include "object.h"
#include "objimpl.h"
#include "tupleobject.h"

#include <stdbool.h>
#include <stdint.h>

// [object] must have a collector's head; its first word is 0 while it is not tracked.
static inline bool kr_is_tracked(PyObject *object)
{
    return ((uintptr_t *)object)[-2] != 0;
}

static inline bool kr_is_collectable(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    return PyType_IS_GC(type) && (type->tp_is_gc == NULL || type->tp_is_gc(object));
}

// False: [object] is and stays free of cycles.
static inline bool kr_may_be_tracked(PyObject *object)
{
    return kr_is_collectable(object) && (!PyTuple_CheckExact(object) || kr_is_tracked(object));
}

#endif
