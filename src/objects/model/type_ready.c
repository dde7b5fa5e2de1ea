// type_ready.c - PyType_Ready: what a type object must have before it is used.
//
// Fills the dict from slots, methods, members and getters; computes the MRO; inherits the slots
// that are left; links the type into its bases.  Which slots there are is in slots.def.  Classes
// are made in type_new.c, types from a PyType_Spec in type_spec.c; both end here.
#include "objects/model/type_ready.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "descrobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "methodobject.h"
#include "objects/errors/raise.h"
#include "objects/model/overrides.h"
#include "objects/model/slots.h"
#include "objects/model/type.h"
#include "objects/model/type_mro.h"
#include "objects/strings/names.h"
#include "cpython/funcobject.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "weakrefobject.h"

// --- subclasses: a dict from the type's address to a weak reference to it

int kr_type_ready_add_subclass(PyTypeObject *base, PyTypeObject *type)
{
    KR_AUTO PyObject *key = PyLong_FromVoidPtr(type);
    if (key == NULL) return -1;
    // This may collect, which may free the last other subclass and with it the dict.
    KR_AUTO PyObject *reference = PyWeakref_NewRef((PyObject *)type, NULL);
    if (reference == NULL) return -1;
    if (base->tp_subclasses == NULL && (base->tp_subclasses = PyDict_New()) == NULL) return -1;
    return PyDict_SetItem(base->tp_subclasses, key, reference);
}

void kr_type_ready_remove_subclass(PyTypeObject *base, PyTypeObject *type)
{
    if (base->tp_subclasses == NULL) return;
    KR_AUTO PyObject *key = PyLong_FromVoidPtr(type);
    if (key == NULL || PyDict_Contains(base->tp_subclasses, key) <= 0
        || PyDict_DelItem(base->tp_subclasses, key) < 0)
        PyErr_Clear();
    if (PyDict_GET_SIZE(base->tp_subclasses) == 0) Py_CLEAR(base->tp_subclasses);
}

int kr_type_ready_link_bases(PyTypeObject *type)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_bases); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(type->tp_bases, i);
        if (kr_type_ready_add_subclass(base, type) < 0) return -1;
    }
    return 0;
}

void kr_type_ready_unlink_bases(PyTypeObject *type, PyObject *bases)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++)
        kr_type_ready_remove_subclass((PyTypeObject *)PyTuple_GET_ITEM(bases, i), type);
}

PyObject *kr_type_ready_subclasses(PyTypeObject *type)
{
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL || type->tp_subclasses == NULL) return kr_take(list);
    PyObject *key, *reference;
    Py_ssize_t position = 0;
    while (PyDict_Next(type->tp_subclasses, &position, &key, &reference)) {
        PyObject *subclass = PyWeakref_GET_OBJECT(reference);
        if (subclass == Py_None) continue;
        if (PyList_Append(list, subclass) < 0) return NULL;
    }
    return kr_take(list);
}

// --- __new__

static PyObject *call_new(PyObject *self, PyObject *args, PyObject *kwargs);

static PyMethodDef new_method = {
    "__new__", (PyCFunction)(void (*)(void))call_new, METH_VARARGS | METH_KEYWORDS,
    "__new__($type, *args, **kwargs)\n--\n\n"
    "Create and return a new object.  See help(type) for accurate signature."};

// The nearest type at or above [type] whose tp_new is C.
static PyTypeObject *builtin_base(PyTypeObject *type)
{
    while (type != NULL && type->tp_new == override_new) type = type->tp_base;
    return type;
}

// int.__new__(cls, ...): only if cls is made by this very tp_new.
static PyObject *call_new(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (self == NULL || !PyType_Check(self))
        return kr_raise(PyExc_SystemError, "__new__() called with non-type 'self'");
    PyTypeObject *type = (PyTypeObject *)self;
    if (PyTuple_GET_SIZE(args) < 1)
        return kr_raise(PyExc_TypeError, "%s.__new__(): not enough arguments", type->tp_name);
    PyObject *first = PyTuple_GET_ITEM(args, 0);
    if (!PyType_Check(first))
        return kr_raise(PyExc_TypeError, "%s.__new__(X): X is not a type object (%s)",
                        type->tp_name, Py_TYPE(first)->tp_name);
    PyTypeObject *subtype = (PyTypeObject *)first;
    if (!PyType_IsSubtype(subtype, type))
        return kr_raise(PyExc_TypeError, "%s.__new__(%s): %s is not a subtype of %s",
                        type->tp_name, subtype->tp_name, subtype->tp_name, type->tp_name);
    PyTypeObject *builtin = builtin_base(subtype);
    if (builtin != NULL && builtin->tp_new != type->tp_new)
        return kr_raise(PyExc_TypeError, "%s.__new__(%s) is not safe, use %s.__new__()",
                        type->tp_name, subtype->tp_name, builtin->tp_name);
    KR_AUTO PyObject *rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    return rest == NULL ? NULL : type->tp_new(subtype, rest, kwargs);
}

newfunc kr_type_ready_new_of(PyTypeObject *type, PyObject *descriptor)
{
    if (!PyCFunction_CheckExact(descriptor)) return NULL;
    PyCFunctionObject *function = (PyCFunctionObject *)descriptor;
    if (function->m_ml != &new_method) return NULL;
    PyTypeObject *owner = (PyTypeObject *)function->m_self;
    PyTypeObject *builtin = builtin_base(type->tp_base);
    if (builtin == NULL || owner->tp_new == override_new) return NULL;
    return builtin->tp_new == owner->tp_new ? owner->tp_new : NULL;
}

static int set_new(PyTypeObject *type)
{
    PyTypeObject *base = type->tp_base;
    bool heap = kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE);
    if (type->tp_new == NULL && base == &PyBaseObject_Type && !heap)
        type->tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
    if (kr_type_has_flag(type, Py_TPFLAGS_DISALLOW_INSTANTIATION)) {
        type->tp_new = NULL;
        return 0;
    }
    if (type->tp_new == NULL) {
        type->tp_new = base != NULL ? base->tp_new : NULL;
        return 0;
    }
    int present = PyDict_Contains(type->tp_dict, ID(__new__));
    if (present != 0) return present < 0 ? -1 : 0;
    KR_AUTO PyObject *function = PyCFunction_NewEx(&new_method, (PyObject *)type, NULL);
    return function == NULL ? -1 : PyDict_SetItem(type->tp_dict, ID(__new__), function);
}

// --- the dict

static PyObject *descriptor_of_method(PyTypeObject *type, PyMethodDef *method)
{
    if ((method->ml_flags & METH_CLASS) && (method->ml_flags & METH_STATIC))
        return kr_raise(PyExc_ValueError, "method cannot be both class and static");
    if (method->ml_flags & METH_CLASS) return PyDescr_NewClassMethod(type, method);
    if (!(method->ml_flags & METH_STATIC)) return PyDescr_NewMethod(type, method);
    KR_AUTO PyObject *function = PyCFunction_NewEx(method, (PyObject *)type, NULL);
    return function == NULL ? NULL : PyStaticMethod_New(function);
}

// Adds [descriptor] under [name] unless the name is taken (and [replace] is not set).
static int add_descriptor(PyTypeObject *type, const char *name, STEALS PyObject *descriptor,
                          bool replace)
{
    KR_AUTO PyObject *owned = descriptor;
    if (owned == NULL) return -1;
    KR_AUTO PyObject *key = PyUnicode_InternFromString(name);
    if (key == NULL) return -1;
    int present = replace ? 0 : PyDict_Contains(type->tp_dict, key);
    if (present != 0) return present < 0 ? -1 : 0;
    return PyDict_SetItem(type->tp_dict, key, owned);
}

static int add_attributes(PyTypeObject *type)
{
    for (PyMethodDef *method = type->tp_methods; method != NULL && method->ml_name != NULL;
         method++) {
        bool replace = (method->ml_flags & METH_COEXIST) != 0;
        if (add_descriptor(type, method->ml_name, descriptor_of_method(type, method), replace) < 0)
            return -1;
    }
    for (PyMemberDef *member = type->tp_members; member != NULL && member->name != NULL; member++)
        if (add_descriptor(type, member->name, PyDescr_NewMember(type, member), false) < 0)
            return -1;
    for (PyGetSetDef *getset = type->tp_getset; getset != NULL && getset->name != NULL; getset++)
        if (add_descriptor(type, getset->name, PyDescr_NewGetSet(type, getset), false) < 0)
            return -1;
    return 0;
}

static int add_doc(PyTypeObject *type)
{
    int present = PyDict_Contains(type->tp_dict, ID(__doc__));
    if (present != 0) return present < 0 ? -1 : 0;
    KR_AUTO PyObject *doc = type->tp_doc == NULL ? Py_NewRef(Py_None)
        : _PyType_GetDocFromInternalDoc(type->tp_name, type->tp_doc);
    return doc == NULL ? -1 : PyDict_SetItem(type->tp_dict, ID(__doc__), doc);
}

// --- inheritance

#define SUBCLASS_FLAGS                                                                            \
    (Py_TPFLAGS_LONG_SUBCLASS | Py_TPFLAGS_LIST_SUBCLASS | Py_TPFLAGS_TUPLE_SUBCLASS              \
     | Py_TPFLAGS_BYTES_SUBCLASS | Py_TPFLAGS_UNICODE_SUBCLASS | Py_TPFLAGS_DICT_SUBCLASS         \
     | Py_TPFLAGS_BASE_EXC_SUBCLASS | Py_TPFLAGS_TYPE_SUBCLASS | _Py_TPFLAGS_MATCH_SELF)
#define COLLECTION_FLAGS (Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING)

static void inherit_flags(PyTypeObject *type, PyTypeObject *base)
{
    type->tp_flags |= base->tp_flags & SUBCLASS_FLAGS;
    if (!kr_type_has_flag(type, Py_TPFLAGS_HAVE_GC) && kr_type_has_flag(base, Py_TPFLAGS_HAVE_GC)
        && type->tp_traverse == NULL && type->tp_clear == NULL) {
        type->tp_flags |= Py_TPFLAGS_HAVE_GC;
        type->tp_traverse = base->tp_traverse;
        type->tp_clear = base->tp_clear;
    }
    if (type->tp_basicsize == 0) type->tp_basicsize = base->tp_basicsize;
    if (type->tp_itemsize == 0) type->tp_itemsize = base->tp_itemsize;
    if (type->tp_weaklistoffset == 0) type->tp_weaklistoffset = base->tp_weaklistoffset;
    if (type->tp_dictoffset == 0) {
        type->tp_dictoffset = base->tp_dictoffset;
        type->tp_flags |= base->tp_flags & Py_TPFLAGS_MANAGED_DICT;
    }
}

static int is_own_value(void *value, PyTypeObject *base, int offset)
{
    if (value == NULL) return 0;
    void **above = base->tp_base == NULL ? NULL : kr_slots_location(base->tp_base, offset);
    return above == NULL || *above != value;
}

// The slots below follow rules of their own; all others are simply copied.
static bool has_own_rule(int offset)
{
    switch (offset) {
    case offsetof(PyTypeObject, tp_getattr):
    case offsetof(PyTypeObject, tp_getattro):
    case offsetof(PyTypeObject, tp_setattr):
    case offsetof(PyTypeObject, tp_setattro):
    case offsetof(PyTypeObject, tp_hash):
    case offsetof(PyTypeObject, tp_richcompare):
    case offsetof(PyTypeObject, tp_call):
    case offsetof(PyTypeObject, tp_descr_get):
    case offsetof(PyTypeObject, tp_traverse):
    case offsetof(PyTypeObject, tp_clear):
    case offsetof(PyTypeObject, tp_new):
    case offsetof(PyTypeObject, tp_free):
        return true;
    default:
        return false;
    }
}

static void inherit_plain_slots(PyTypeObject *type, PyTypeObject *base)
{
    for (int i = 0; i < kr_slot_field_count; i++) {
        int offset = kr_slot_fields[i].offset;
        if (has_own_rule(offset)) continue;
        void **slot = kr_slots_location(type, offset), **source = kr_slots_location(base, offset);
        if (slot == NULL || source == NULL || *slot != NULL) continue;
        if (is_own_value(*source, base, offset)) *slot = *source;
    }
}

static bool overrides_comparison(PyTypeObject *type)
{
    return PyDict_GetItemWithError(type->tp_dict, ID(__eq__)) != NULL
           || PyDict_GetItemWithError(type->tp_dict, ID(__hash__)) != NULL;
}

static void inherit_calls(PyTypeObject *type, PyTypeObject *base)
{
    bool immutable = kr_type_has_flag(type, Py_TPFLAGS_IMMUTABLETYPE);
    if (type->tp_vectorcall_offset == 0) type->tp_vectorcall_offset = base->tp_vectorcall_offset;
    if (type->tp_call == NULL && base->tp_call != NULL) {
        if (immutable) type->tp_flags |= base->tp_flags & Py_TPFLAGS_HAVE_VECTORCALL;
        type->tp_call = base->tp_call;
    }
    if (type->tp_descr_get == NULL && base->tp_descr_get != NULL) {
        if (immutable) type->tp_flags |= base->tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR;
        type->tp_descr_get = base->tp_descr_get;
    }
}

static void inherit_free(PyTypeObject *type, PyTypeObject *base)
{
    if (type->tp_free != NULL) return;
    bool collected = kr_type_has_flag(type, Py_TPFLAGS_HAVE_GC);
    if (collected == kr_type_has_flag(base, Py_TPFLAGS_HAVE_GC)) type->tp_free = base->tp_free;
    else if (collected && base->tp_free == PyObject_Free) type->tp_free = PyObject_GC_Del;
}

static void inherit_from(PyTypeObject *type, PyTypeObject *base)
{
    if (type->tp_getattr == NULL && type->tp_getattro == NULL) {
        type->tp_getattr = base->tp_getattr;
        type->tp_getattro = base->tp_getattro;
    }
    if (type->tp_setattr == NULL && type->tp_setattro == NULL) {
        type->tp_setattr = base->tp_setattr;
        type->tp_setattro = base->tp_setattro;
    }
    if (type->tp_hash == NULL && type->tp_richcompare == NULL && !overrides_comparison(type)) {
        type->tp_hash = base->tp_hash;
        type->tp_richcompare = base->tp_richcompare;
    }
    inherit_plain_slots(type, base);
    inherit_calls(type, base);
    inherit_free(type, base);
    if (!(type->tp_flags & COLLECTION_FLAGS)) type->tp_flags |= base->tp_flags & COLLECTION_FLAGS;
}

static void inherit_groups(PyTypeObject *type, PyTypeObject *base)
{
    if (type->tp_as_async == NULL) type->tp_as_async = base->tp_as_async;
    if (type->tp_as_number == NULL) type->tp_as_number = base->tp_as_number;
    if (type->tp_as_sequence == NULL) type->tp_as_sequence = base->tp_as_sequence;
    if (type->tp_as_mapping == NULL) type->tp_as_mapping = base->tp_as_mapping;
    if (type->tp_as_buffer == NULL) type->tp_as_buffer = base->tp_as_buffer;
}

void kr_type_ready_inherit(PyTypeObject *type)
{
    if (type->tp_base != NULL) inherit_flags(type, type->tp_base);
    for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(type->tp_mro); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(type->tp_mro, i);
        if (PyType_Check(base)) inherit_from(type, base);
    }
    if (type->tp_base != NULL) inherit_groups(type, type->tp_base);
}

static int set_hash(PyTypeObject *type)
{
    if (type->tp_hash != NULL) return 0;
    int present = PyDict_Contains(type->tp_dict, ID(__hash__));
    if (present != 0) return present < 0 ? -1 : 0;
    type->tp_hash = PyObject_HashNotImplemented;
    return PyDict_SetItem(type->tp_dict, ID(__hash__), Py_None);
}

// --- all together

static int check_readiness(PyTypeObject *type)
{
    if (kr_type_has_flag(type, Py_TPFLAGS_HAVE_GC) && type->tp_traverse == NULL)
        return kr_raise_int(PyExc_SystemError, "type %s has the Py_TPFLAGS_HAVE_GC flag but has "
                            "no traverse function", type->tp_name);
    if (kr_type_has_flag(type, Py_TPFLAGS_HAVE_VECTORCALL) && type->tp_vectorcall_offset <= 0)
        return kr_raise_int(PyExc_SystemError, "type %s has the Py_TPFLAGS_HAVE_VECTORCALL flag "
                            "but no vectorcall offset", type->tp_name);
    return 0;
}

static int set_bases(PyTypeObject *type)
{
    if (type->tp_base == NULL && type != &PyBaseObject_Type) {
        type->tp_base = &PyBaseObject_Type;
        if (kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE)) Py_INCREF(type->tp_base);
    }
    PyTypeObject *base = type->tp_base;
    if (base != NULL && !kr_type_has_flag(base, Py_TPFLAGS_READY | Py_TPFLAGS_READYING)
        && PyType_Ready(base) < 0)
        return -1;
    if (Py_TYPE(type) == NULL) Py_SET_TYPE(type, base != NULL ? Py_TYPE(base) : &PyType_Type);
    if (type->tp_bases == NULL)
        type->tp_bases = base == NULL ? PyTuple_New(0) : PyTuple_Pack(1, base);
    return type->tp_bases == NULL ? -1 : 0;
}

static int set_mro(PyTypeObject *type)
{
    if (type->tp_mro != NULL) return 0;
    PyObject *mro = kr_type_mro_compute(type);
    if (mro == NULL) return -1;
    // A custom mro() may have assigned __bases__, and that made an MRO already: the newer one
    // holds.
    if (type->tp_mro == NULL) type->tp_mro = mro;
    else Py_DECREF(mro);
    return 0;
}

static int fill(PyTypeObject *type)
{
    if (check_readiness(type) < 0 || set_bases(type) < 0) return -1;
    if (type->tp_dict == NULL && (type->tp_dict = PyDict_New()) == NULL) return -1;
    if (set_new(type) < 0 || kr_slots_add_wrappers(type) < 0 || add_attributes(type) < 0)
        return -1;
    if (set_mro(type) < 0) return -1;
    kr_type_ready_inherit(type);
    if (check_readiness(type) < 0 || add_doc(type) < 0 || set_hash(type) < 0) return -1;
    return kr_type_ready_link_bases(type);
}

int PyType_Ready(PyTypeObject *type)
{
    if (kr_type_has_flag(type, Py_TPFLAGS_READY)) return 0;
    assert(!kr_type_has_flag(type, Py_TPFLAGS_READYING));
    if (type->tp_name == NULL)
        return kr_raise_int(PyExc_SystemError, "Type does not define the tp_name field.");
    type->tp_flags |= Py_TPFLAGS_READYING;
    if (!kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE)) type->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
    int status = fill(type);
    type->tp_flags &= ~Py_TPFLAGS_READYING;
    if (status == 0) type->tp_flags |= Py_TPFLAGS_READY;
    return status;
}
