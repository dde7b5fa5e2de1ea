// instances.c - memory of instances: allocation, and the life of what a class adds to its builtin
// base.
//
//   [ values | dict ] [ collector head ] object … base fields … __slots__ … weak list
//     managed dict
//
// A class adds slots, a weak reference list and a managed dict.  Each function here handles these
// for every class in the chain, then calls the function of the first base that has its own (the
// builtin base).
#include "objects/model/instances.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "objects/containers/instance_dict.h"
#include "objects/model/type.h"
#include "objects/model/weakref.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/gc.h"
#include "structmember.h"
#include "weakrefobject.h"

PyMemberDef *kr_instances_slot_members(PyTypeObject *type)
{
    return (PyMemberDef *)((char *)type + Py_TYPE(type)->tp_basicsize);
}

// --- allocation

static size_t instance_size(PyTypeObject *type, Py_ssize_t item_count)
{
    size_t size = (size_t)type->tp_basicsize + (size_t)item_count * (size_t)type->tp_itemsize;
    return (size + SIZEOF_VOID_P - 1) & ~(size_t)(SIZEOF_VOID_P - 1);
}

PyObject *PyType_GenericAlloc(PyTypeObject *type, Py_ssize_t item_count)
{
    // One item more than asked for: a sentinel, as extensions expect.
    size_t size = instance_size(type, type->tp_itemsize == 0 ? 0 : item_count + 1);
    size_t prefix = kr_type_prefix_size(type);
    bool collected = kr_type_has_flag(type, Py_TPFLAGS_HAVE_GC);
    assert(collected || prefix == 0);
    PyObject *object;
    if (collected) {
        size_t before = prefix - sizeof(KrGcHead);
        object = kr_gc_allocate(size, before);
        if (object != NULL) memset((char *)object - prefix, 0, before);
    } else {
        object = PyObject_Malloc(size);
        if (object == NULL) PyErr_NoMemory();
    }
    if (object == NULL) return NULL;
    memset(object, 0, size);
    if (type->tp_itemsize == 0) PyObject_Init(object, type);
    else PyObject_InitVar((PyVarObject *)object, type, item_count);
    if (kr_type_has_flag(type, Py_TPFLAGS_MANAGED_DICT) && kr_type_cached_keys(type) != NULL
        && _PyObject_InitializeDict(object) < 0) {
        Py_DECREF(object);
        return NULL;
    }
    if (collected) kr_gc_track(object);
    return object;
}

PyObject *PyType_GenericNew(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return type->tp_alloc(type, 0);
}

// --- slots

static void clear_slots(PyTypeObject *type, PyObject *self)
{
    PyMemberDef *member = kr_instances_slot_members(type);
    for (Py_ssize_t i = 0; i < Py_SIZE(type); i++, member++) {
        if (member->type != T_OBJECT_EX || (member->flags & READONLY)) continue;
        PyObject **slot = (PyObject **)((char *)self + member->offset);
        Py_CLEAR(*slot);
    }
}

static int visit_slots(PyTypeObject *type, PyObject *self, visitproc visit, void *arg)
{
    PyMemberDef *member = kr_instances_slot_members(type);
    for (Py_ssize_t i = 0; i < Py_SIZE(type); i++, member++) {
        if (member->type != T_OBJECT_EX) continue;
        Py_VISIT(*(PyObject **)((char *)self + member->offset));
    }
    return 0;
}

// --- visiting and clearing

static bool has_own_dict(PyTypeObject *type, PyTypeObject *base)
{
    return type->tp_dictoffset != base->tp_dictoffset && type->tp_dictoffset != 0;
}

int kr_instances_traverse(PyObject *self, visitproc visit, void *arg)
{
    PyTypeObject *type = Py_TYPE(self), *base = type;
    while (base->tp_traverse == kr_instances_traverse) {
        if (Py_SIZE(base) != 0) {
            int status = visit_slots(base, self, visit, arg);
            if (status != 0) return status;
        }
        base = base->tp_base;
        assert(base != NULL);
    }
    if (kr_type_has_flag(type, Py_TPFLAGS_MANAGED_DICT)) {
        int status = _PyObject_VisitInstanceAttributes(self, visit, arg);
        if (status != 0) return status;
        Py_VISIT(*_PyObject_ManagedDictPointer(self));
    } else if (has_own_dict(type, base)) {
        PyObject **slot = _PyObject_DictPointer(self);
        if (slot != NULL) Py_VISIT(*slot);
    }
    if (base->tp_traverse == NULL || !kr_type_has_flag(base, Py_TPFLAGS_HEAPTYPE)) Py_VISIT(type);
    return base->tp_traverse == NULL ? 0 : base->tp_traverse(self, visit, arg);
}

int kr_instances_clear(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self), *base = type;
    while (base->tp_clear == kr_instances_clear) {
        if (Py_SIZE(base) != 0) clear_slots(base, self);
        base = base->tp_base;
        assert(base != NULL);
    }
    if (kr_type_has_flag(type, Py_TPFLAGS_MANAGED_DICT)) {
        Py_CLEAR(*_PyObject_ManagedDictPointer(self));
        _PyObject_ClearInstanceAttributes(self);
    } else if (has_own_dict(type, base)) {
        PyObject **slot = _PyObject_DictPointer(self);
        if (slot != NULL) Py_CLEAR(*slot);
    }
    return base->tp_clear == NULL ? 0 : base->tp_clear(self);
}

// --- the end

static PyTypeObject *base_with_own_dealloc(PyTypeObject *type)
{
    while (type->tp_dealloc == kr_instances_dealloc) type = type->tp_base;
    return type;
}

// Runs __del__.  False when that brought the object back to life.
static bool finalize(PyObject *self, PyTypeObject *type, bool collected)
{
    if (type->tp_finalize != NULL) {
        if (collected) PyObject_GC_Track(self);
        if (PyObject_CallFinalizerFromDealloc(self) < 0) return false;
        if (collected) PyObject_GC_UnTrack(self);
    }
    if (type->tp_del != NULL) {
        if (collected) PyObject_GC_Track(self);
        type->tp_del(self);
        if (Py_REFCNT(self) > 0) return false;
        if (collected) PyObject_GC_UnTrack(self);
    }
    return true;
}

static void drop_attributes(PyObject *self, PyTypeObject *type, PyTypeObject *base)
{
    for (PyTypeObject *each = type; each != base; each = each->tp_base)
        if (Py_SIZE(each) != 0 && kr_type_has_flag(each, Py_TPFLAGS_HEAPTYPE))
            clear_slots(each, self);
    if (kr_type_has_flag(type, Py_TPFLAGS_MANAGED_DICT)) {
        PyObject **slot = _PyObject_ManagedDictPointer(self);
        if (*slot != NULL) Py_CLEAR(*slot);
        else _PyObject_FreeInstanceAttributes(self);
    } else if (type->tp_dictoffset != 0 && base->tp_dictoffset == 0) {
        PyObject **slot = _PyObject_DictPointer(self);
        if (slot != NULL) Py_CLEAR(*slot);
    }
}

void kr_instances_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    bool collected = kr_type_has_flag(type, Py_TPFLAGS_HAVE_GC);
    assert(kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE));
    if (collected) PyObject_GC_UnTrack(self);
    PyTypeObject *base = base_with_own_dealloc(type);
    if (!finalize(self, type, collected)) return;
    if (type->tp_weaklistoffset != 0 && base->tp_weaklistoffset == 0
        && *kr_weakref_list(self) != NULL)
        PyObject_ClearWeakRefs(self);
    drop_attributes(self, type, base);
    // __del__ may have assigned __class__.
    type = Py_TYPE(self);
    bool drop_type = kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE)
        && !kr_type_has_flag(base, Py_TPFLAGS_HEAPTYPE);
    if (collected && kr_type_has_flag(base, Py_TPFLAGS_HAVE_GC)) PyObject_GC_Track(self);
    assert(base->tp_dealloc != NULL);
    base->tp_dealloc(self);
    if (drop_type) Py_DECREF(type);
}
