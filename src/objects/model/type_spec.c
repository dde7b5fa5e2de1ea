// type_spec.c - PyType_FromSpec: heap types described by extensions; PyType_GetSlot; the module of
// a type.
#include "object.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "abstract.h"
#include "descrobject.h"
#include "dictobject.h"
#include "moduleobject.h"
#include "objects/model/module.h"
#include "objects/containers/instance_dict.h"
#include "objects/errors/raise.h"
#include "objects/model/instances.h"
#include "objects/model/slots.h"
#include "objects/model/type.h"
#include "objects/model/type_mro.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pymem.h"
#include "structmember.h"
#include "tupleobject.h"
#include "typeslots.h"
#include "unicodeobject.h"
#include "warnings.h"

// Fields of PyType_Slot that no SPECIAL row fills.
static int offset_of_plain(int spec_id)
{
    switch (spec_id) {
    case Py_tp_base: return offsetof(PyTypeObject, tp_base);
    case Py_tp_bases: return offsetof(PyTypeObject, tp_bases);
    case Py_tp_doc: return offsetof(PyTypeObject, tp_doc);
    case Py_tp_methods: return offsetof(PyTypeObject, tp_methods);
    case Py_tp_members: return offsetof(PyTypeObject, tp_members);
    case Py_tp_getset: return offsetof(PyTypeObject, tp_getset);
    default: return -1;
    }
}

// Offset in PyHeapTypeObject of the slot [spec_id], or -1.
static int offset_of(int spec_id)
{
    for (int i = 0; i < kr_slot_field_count; i++)
        if (kr_slot_fields[i].spec_id == spec_id) return kr_slot_fields[i].offset;
    return offset_of_plain(spec_id);
}

// --- reading the spec

// What the spec says; the rest of its slots are copied as they are.
typedef struct {
    PyType_Spec *spec;
    PyObject *module;
    PyObject *bases;  // tuple, owned
    PyTypeObject *base;
    PyMemberDef *members;
    Py_ssize_t member_count;
    Py_ssize_t weaklist_offset, dict_offset, vectorcall_offset;
} Reading;

static int read_member(Reading *reading, PyMemberDef *member)
{
    struct {
        const char *name;
        Py_ssize_t *into;
    } special[] = {{"__weaklistoffset__", &reading->weaklist_offset},
                   {"__dictoffset__", &reading->dict_offset},
                   {"__vectorcalloffset__", &reading->vectorcall_offset}};
    for (int i = 0; i < 3; i++) {
        if (strcmp(member->name, special[i].name) != 0) continue;
        if (member->type != T_PYSSIZET || member->flags != READONLY)
            return kr_raise_int(PyExc_SystemError, "type of %s must be T_PYSSIZET, READONLY",
                                member->name);
        *special[i].into = member->offset;
    }
    return 0;
}

static int read_members(Reading *reading)
{
    for (PyType_Slot *slot = reading->spec->slots; slot->slot != 0; slot++) {
        if (slot->slot != Py_tp_members) continue;
        reading->members = slot->pfunc;
        for (PyMemberDef *member = slot->pfunc; member->name != NULL; member++,
             reading->member_count++)
            if (read_member(reading, member) < 0) return -1;
    }
    return 0;
}

// New tuple of the bases: the argument (type or tuple), else the Py_tp_bases or Py_tp_base slot,
// else object.
static PyObject *find_bases(PyType_Spec *spec, PyObject *bases)
{
    if (bases != NULL) return PyTuple_Check(bases) ? Py_NewRef(bases) : PyTuple_Pack(1, bases);
    PyObject *base = (PyObject *)&PyBaseObject_Type;
    for (PyType_Slot *slot = spec->slots; slot->slot != 0; slot++) {
        if (slot->slot == Py_tp_base) base = slot->pfunc;
        if (slot->slot != Py_tp_bases || slot->pfunc == NULL) continue;
        if (PyTuple_Check((PyObject *)slot->pfunc)) return Py_NewRef((PyObject *)slot->pfunc);
        return kr_raise(PyExc_SystemError, "Py_tp_bases is not a tuple");
    }
    return PyTuple_Pack(1, base);
}

static int check_slots(PyType_Spec *spec)
{
    for (PyType_Slot *slot = spec->slots; slot->slot != 0; slot++)
        if (offset_of(slot->slot) < 0)
            return kr_raise_int(PyExc_RuntimeError, "invalid slot offset");
    return 0;
}

// --- the type

static int set_name(PyTypeObject *type, const char *full_name)
{
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    const char *dot = strrchr(full_name, '.'), *name = dot == NULL ? full_name : dot + 1;
    heap->ht_name = PyUnicode_FromString(name);
    if (heap->ht_name == NULL) return -1;
    heap->ht_qualname = Py_NewRef(heap->ht_name);
    heap->_ht_tpname = PyMem_Malloc(strlen(full_name) + 1);
    if (heap->_ht_tpname == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    type->tp_name = strcpy(heap->_ht_tpname, full_name);
    return 0;
}

static int set_doc(PyTypeObject *type, const char *doc)
{
    if (doc == NULL) return 0;
    char *copy = PyObject_Malloc(strlen(doc) + 1);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    type->tp_doc = strcpy(copy, doc);
    return 0;
}

static int copy_slots(PyTypeObject *type, const Reading *reading)
{
    for (PyType_Slot *slot = reading->spec->slots; slot->slot != 0; slot++) {
        switch (slot->slot) {
        case Py_tp_base: case Py_tp_bases: break;
        case Py_tp_doc:
            if (set_doc(type, slot->pfunc) < 0) return -1;
            break;
        case Py_tp_members: {
            size_t size = sizeof(PyMemberDef) * (size_t)reading->member_count;
            memcpy(kr_instances_slot_members(type), reading->members, size);
            type->tp_members = kr_instances_slot_members(type);
            break;
        }
        default: *kr_slots_location(type, offset_of(slot->slot)) = slot->pfunc;
        }
    }
    return 0;
}

static void set_layout(PyTypeObject *type, const Reading *reading)
{
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    type->tp_flags = reading->spec->flags | Py_TPFLAGS_HEAPTYPE;
    type->tp_as_async = &heap->as_async;
    type->tp_as_number = &heap->as_number;
    type->tp_as_sequence = &heap->as_sequence;
    type->tp_as_mapping = &heap->as_mapping;
    type->tp_as_buffer = &heap->as_buffer;
    type->tp_bases = Py_NewRef(reading->bases);
    type->tp_base = (PyTypeObject *)Py_NewRef((PyObject *)reading->base);
    type->tp_basicsize = reading->spec->basicsize;
    type->tp_itemsize = reading->spec->itemsize;
    if (reading->vectorcall_offset != 0) type->tp_vectorcall_offset = reading->vectorcall_offset;
    if (reading->weaklist_offset != 0) type->tp_weaklistoffset = reading->weaklist_offset;
    if (reading->dict_offset != 0) type->tp_dictoffset = reading->dict_offset;
    heap->ht_module = Py_XNewRef(reading->module);
}

// Sets __module__ to the part of the full name before the last dot.
static int set_module_name(PyTypeObject *type, const char *full_name)
{
    const char *dot = strrchr(full_name, '.');
    if (dot == NULL) {
        return PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                                "builtin type %.200s has no __module__ attribute", full_name);
    }
    int present = PyDict_Contains(type->tp_dict, ID(__module__));
    if (present != 0) return present < 0 ? -1 : 0;
    KR_AUTO PyObject *name = PyUnicode_FromStringAndSize(full_name, dot - full_name);
    return name == NULL ? -1 : PyDict_SetItem(type->tp_dict, ID(__module__), name);
}

static PyObject *build(Reading *reading)
{
    KR_AUTO PyObject *object = PyType_GenericAlloc(&PyType_Type, reading->member_count);
    PyTypeObject *type = (PyTypeObject *)object;
    if (type == NULL || set_name(type, reading->spec->name) < 0) return NULL;
    set_layout(type, reading);
    if (copy_slots(type, reading) < 0) return NULL;
    // A dealloc that clears what a class adds is the right default; the base's own one would miss
    // it.
    if (type->tp_dealloc == NULL) type->tp_dealloc = kr_instances_dealloc;
    if (PyType_Ready(type) < 0) return NULL;
    if (kr_type_has_flag(type, Py_TPFLAGS_MANAGED_DICT))
        ((PyHeapTypeObject *)type)->ht_cached_keys = _PyDict_NewKeysForClass();
    return set_module_name(type, reading->spec->name) < 0 ? NULL : kr_take(object);
}

PyObject *PyType_FromModuleAndSpec(PyObject *module, PyType_Spec *spec, PyObject *bases)
{
    Reading reading = {.spec = spec, .module = module};
    if (spec->name == NULL)
        return kr_raise(PyExc_SystemError, "Type spec does not define the name field.");
    if (check_slots(spec) < 0 || read_members(&reading) < 0) return NULL;
    KR_AUTO PyObject *tuple = find_bases(spec, bases);
    if (tuple == NULL) return NULL;
    reading.bases = tuple;
    reading.base = kr_type_mro_best_base(tuple);
    return reading.base == NULL ? NULL : build(&reading);
}

PyObject *PyType_FromSpecWithBases(PyType_Spec *spec, PyObject *bases)
{
    return PyType_FromModuleAndSpec(NULL, spec, bases);
}

PyObject *PyType_FromSpec(PyType_Spec *spec)
{
    return PyType_FromModuleAndSpec(NULL, spec, NULL);
}

// --- questions

void *PyType_GetSlot(PyTypeObject *type, int spec_id)
{
    int offset = offset_of(spec_id);
    if (offset < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    void **location = kr_slots_location(type, offset);
    return location == NULL ? NULL : *location;
}

unsigned long PyType_GetFlags(PyTypeObject *type)
{
    return type->tp_flags;
}

#undef PyType_SUPPORTS_WEAKREFS
int PyType_SUPPORTS_WEAKREFS(PyTypeObject *type)
{
    return type->tp_weaklistoffset > 0;
}

#undef PyObject_GET_WEAKREFS_LISTPTR
PyObject **PyObject_GET_WEAKREFS_LISTPTR(PyObject *object)
{
    return (PyObject **)((char *)object + Py_TYPE(object)->tp_weaklistoffset);
}

PyObject *PyType_GetModule(PyTypeObject *type)
{
    if (!kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE))
        return kr_raise(PyExc_TypeError, "PyType_GetModule: Type '%s' is not a heap type",
                        type->tp_name);
    PyObject *module = ((PyHeapTypeObject *)type)->ht_module;
    if (module != NULL) return module;
    return kr_raise(PyExc_TypeError, "PyType_GetModule: Type '%s' has no associated module",
                    type->tp_name);
}

void *PyType_GetModuleState(PyTypeObject *type)
{
    PyObject *module = PyType_GetModule(type);
    return module == NULL ? NULL : PyModule_GetState(module);
}

PyObject *PyType_GetModuleByDef(PyTypeObject *type, struct PyModuleDef *definition)
{
    PyObject *mro = type->tp_mro;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        if (!kr_type_has_flag(base, Py_TPFLAGS_HEAPTYPE)) continue;
        PyObject *module = ((PyHeapTypeObject *)base)->ht_module;
        if (module != NULL && ((PyModuleObject *)module)->md_def == definition) return module;
    }
    return kr_raise(PyExc_TypeError, "PyType_GetModuleByDef: No superclass of '%s' has the given "
                    "module", type->tp_name);
}
