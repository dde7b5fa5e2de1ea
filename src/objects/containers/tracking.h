// tracking.h - whether the collector knows an object, for containers that it need not know.
//
// Tuples and dicts of atoms cannot be part of a cycle: they are not tracked.
#ifndef KR_CONTAINERS_TRACKING_H
#define KR_CONTAINERS_TRACKING_H

#include "object.h"
#include "objimpl.h"
#include "tupleobject.h"
#include "runtime/gc.h"
#include "runtime/interpreter.h"

#include <stdbool.h>
#include <stdint.h>

// [object] must have a collector's head.
static inline bool kr_is_tracked(PyObject *object)
{
    return kr_gc_is_tracked(object);
}

static inline void kr_track(PyObject *object)
{
    kr_gc_track_in(&kr_interpreter_current()->gc, object);
}

// [object] may be untracked already: so it is when its destruction was put off.
static inline void kr_untrack(PyObject *object)
{
    if (kr_gc_is_tracked(object)) kr_gc_untrack(object);
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
