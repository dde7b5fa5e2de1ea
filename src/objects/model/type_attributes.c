// type_attributes.c - getters and setters of `type`, and assignment of __bases__, __class__ and
// __dict__.
#include "objects/model/type_attributes.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "abstract.h"
#include "boolobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "moduleobject.h"
#include "objects/containers/instance_dict.h"
#include "objects/errors/raise.h"
#include "objects/model/instances.h"
#include "objects/model/slots.h"
#include "objects/model/type.h"
#include "objects/model/type_mro.h"
#include "objects/model/type_ready.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/hooks.h"
#include "tupleobject.h"
#include "unicodeobject.h"

static bool is_heap(PyTypeObject *type)
{
    return kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE);
}

static PyHeapTypeObject *as_heap(PyTypeObject *type)
{
    assert(is_heap(type));
    return (PyHeapTypeObject *)type;
}

static int audit_set(PyObject *object, const char *name, PyObject *value)
{
    if (kr_hooks.audit == NULL) return 0;
    KR_AUTO PyObject *text = PyUnicode_FromString(name);
    if (text == NULL) return -1;
    KR_AUTO PyObject *args = PyTuple_Pack(3, object, text, value);
    return args == NULL ? -1 : kr_hooks.audit("object.__setattr__", args);
}

// May attribute [name] of [type] be set to [value] (NULL: deleted)?  Else TypeError.
static bool may_set(PyTypeObject *type, PyObject *value, const char *name)
{
    bool immutable = kr_type_has_flag(type, Py_TPFLAGS_IMMUTABLETYPE);
    if (!immutable && value != NULL) return audit_set((PyObject *)type, name, value) >= 0;
    kr_raise(PyExc_TypeError, "cannot %s '%s' attribute of immutable type '%s'",
             immutable ? "set" : "delete", name, type->tp_name);
    return false;
}

// --- names

const char *_PyType_Name(PyTypeObject *type)
{
    const char *dot = strrchr(type->tp_name, '.');
    return dot == NULL ? type->tp_name : dot + 1;
}

PyObject *kr_type_attributes_get_name(PyTypeObject *type)
{
    return is_heap(type) ? Py_NewRef(as_heap(type)->ht_name)
        : PyUnicode_FromString(_PyType_Name(type));
}

PyObject *kr_type_attributes_get_qualified_name(PyTypeObject *type)
{
    return is_heap(type) ? Py_NewRef(as_heap(type)->ht_qualname)
        : PyUnicode_FromString(_PyType_Name(type));
}

PyObject *PyType_GetName(PyTypeObject *type)
{
    return kr_type_attributes_get_name(type);
}

PyObject *PyType_GetQualName(PyTypeObject *type)
{
    return kr_type_attributes_get_qualified_name(type);
}

static PyObject *get_name(PyTypeObject *type, void *unused)
{
    return kr_type_attributes_get_name(type);
}

static int set_name(PyTypeObject *type, PyObject *value, void *unused)
{
    if (!may_set(type, value, "__name__")) return -1;
    if (!PyUnicode_Check(value))
        return kr_raise_int(PyExc_TypeError, "can only assign string to %s.__name__, not '%s'",
                            type->tp_name, Py_TYPE(value)->tp_name);
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(value, &length);
    if (text == NULL) return -1;
    if (strlen(text) != (size_t)length)
        return kr_raise_int(PyExc_ValueError, "type name must not contain null characters");
    type->tp_name = text;
    Py_SETREF(as_heap(type)->ht_name, Py_NewRef(value));
    return 0;
}

static PyObject *get_qualified_name(PyTypeObject *type, void *unused)
{
    return kr_type_attributes_get_qualified_name(type);
}

static int set_qualified_name(PyTypeObject *type, PyObject *value, void *unused)
{
    if (!may_set(type, value, "__qualname__")) return -1;
    if (!PyUnicode_Check(value))
        return kr_raise_int(PyExc_TypeError, "can only assign string to %s.__qualname__, not '%s'",
                            type->tp_name, Py_TYPE(value)->tp_name);
    Py_SETREF(as_heap(type)->ht_qualname, Py_NewRef(value));
    return 0;
}

PyObject *kr_type_attributes_get_module(PyTypeObject *type)
{
    if (is_heap(type)) {
        PyObject *module = PyDict_GetItemWithError(type->tp_dict, ID(__module__));
        if (module == NULL && !PyErr_Occurred())
            PyErr_SetObject(PyExc_AttributeError, ID(__module__));
        return Py_XNewRef(module);
    }
    const char *dot = strrchr(type->tp_name, '.');
    if (dot == NULL) return Py_NewRef(ID(builtins));
    PyObject *module = PyUnicode_FromStringAndSize(type->tp_name, dot - type->tp_name);
    if (module != NULL) PyUnicode_InternInPlace(&module);
    return module;
}

static PyObject *get_module(PyTypeObject *type, void *unused)
{
    return kr_type_attributes_get_module(type);
}

static int set_module(PyTypeObject *type, PyObject *value, void *unused)
{
    if (!may_set(type, value, "__module__")) return -1;
    PyType_Modified(type);
    return PyDict_SetItem(type->tp_dict, ID(__module__), value);
}

// --- __abstractmethods__: `type` has it only as a descriptor

static PyObject *get_abstract_methods(PyTypeObject *type, void *unused)
{
    PyObject *methods = type == &PyType_Type ? NULL
        : PyDict_GetItemWithError(type->tp_dict, ID(__abstractmethods__));
    if (methods == NULL && !PyErr_Occurred())
        PyErr_SetObject(PyExc_AttributeError, ID(__abstractmethods__));
    return Py_XNewRef(methods);
}

static int set_abstract_methods(PyTypeObject *type, PyObject *value, void *unused)
{
    int abstract = value == NULL ? 0 : PyObject_IsTrue(value);
    if (abstract < 0) return -1;
    int status = value == NULL ? PyDict_DelItem(type->tp_dict, ID(__abstractmethods__))
                               : PyDict_SetItem(type->tp_dict, ID(__abstractmethods__), value);
    if (status < 0) {
        if (value == NULL && PyErr_ExceptionMatches(PyExc_KeyError))
            PyErr_SetObject(PyExc_AttributeError, ID(__abstractmethods__));
        return -1;
    }
    PyType_Modified(type);
    if (abstract) type->tp_flags |= Py_TPFLAGS_IS_ABSTRACT;
    else type->tp_flags &= ~Py_TPFLAGS_IS_ABSTRACT;
    return 0;
}

// --- documentation

// The end of the signature line in a docstring "name(…)\n--\n\n…", or NULL.
static const char *skip_signature(const char *doc)
{
    for (; *doc != '\0'; doc++) {
        if (*doc != ')') {
            if (doc[0] == '\n' && doc[1] == '\n') return NULL;
            continue;
        }
        if (strncmp(doc, ")\n--\n\n", 6) == 0) return doc + 6;
    }
    return NULL;
}

// The "(" of the signature in [doc] if it begins with the last part of [name], or NULL.
static const char *find_signature(const char *name, const char *doc)
{
    const char *dot = strrchr(name, '.');
    if (dot != NULL) name = dot + 1;
    size_t length = strlen(name);
    if (doc == NULL || strncmp(doc, name, length) != 0) return NULL;
    return doc[length] == '(' ? doc + length : NULL;
}

// The docstring rows of slots.def begin with "(" directly.
static const char *find_signature_start(const char *name, const char *doc)
{
    return doc != NULL && doc[0] == '(' ? doc : find_signature(name, doc);
}

PyObject *_PyType_GetDocFromInternalDoc(const char *name, const char *internal_doc)
{
    if (internal_doc == NULL) Py_RETURN_NONE;
    const char *signature = find_signature_start(name, internal_doc);
    const char *doc = signature == NULL ? NULL : skip_signature(signature);
    if (doc == NULL) doc = internal_doc;
    if (*doc == '\0') Py_RETURN_NONE;
    return PyUnicode_FromString(doc);
}

PyObject *_PyType_GetTextSignatureFromInternalDoc(const char *name, const char *internal_doc)
{
    const char *start = find_signature_start(name, internal_doc);
    const char *end = start == NULL ? NULL : skip_signature(start);
    if (end == NULL) Py_RETURN_NONE;
    return PyUnicode_FromStringAndSize(start, end - start - (Py_ssize_t)strlen("\n--\n\n"));
}

static PyObject *get_doc(PyTypeObject *type, void *unused)
{
    if (!is_heap(type) && type->tp_doc != NULL)
        return _PyType_GetDocFromInternalDoc(type->tp_name, type->tp_doc);
    PyObject *doc = PyDict_GetItemWithError(type->tp_dict, ID(__doc__));
    if (doc == NULL) return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    descrgetfunc bind = Py_TYPE(doc)->tp_descr_get;
    return bind == NULL ? Py_NewRef(doc) : bind(doc, NULL, (PyObject *)type);
}

static int set_doc(PyTypeObject *type, PyObject *value, void *unused)
{
    if (!may_set(type, value, "__doc__")) return -1;
    PyType_Modified(type);
    return PyDict_SetItem(type->tp_dict, ID(__doc__), value);
}

static PyObject *get_text_signature(PyTypeObject *type, void *unused)
{
    return _PyType_GetTextSignatureFromInternalDoc(type->tp_name, type->tp_doc);
}

static PyObject *get_dict(PyTypeObject *type, void *unused)
{
    if (type->tp_dict == NULL) Py_RETURN_NONE;
    return PyDictProxy_New(type->tp_dict);
}

static PyObject *raise_no_attribute(PyTypeObject *type, PyObject *name)
{
    return kr_raise(PyExc_AttributeError, "type object '%s' has no attribute '%U'", type->tp_name,
                    name);
}

// Made when first asked for.
static PyObject *get_annotations(PyTypeObject *type, void *unused)
{
    if (!is_heap(type)) return raise_no_attribute(type, ID(__annotations__));
    PyObject *found = PyDict_GetItemWithError(type->tp_dict, ID(__annotations__));
    if (found != NULL) {
        descrgetfunc bind = Py_TYPE(found)->tp_descr_get;
        return bind == NULL ? Py_NewRef(found) : bind(found, NULL, (PyObject *)type);
    }
    if (PyErr_Occurred()) return NULL;
    KR_AUTO PyObject *annotations = PyDict_New();
    if (annotations == NULL || PyDict_SetItem(type->tp_dict, ID(__annotations__), annotations) < 0)
        return NULL;
    PyType_Modified(type);
    return kr_take(annotations);
}

static int set_annotations(PyTypeObject *type, PyObject *value, void *unused)
{
    if (kr_type_has_flag(type, Py_TPFLAGS_IMMUTABLETYPE))
        return kr_raise_int(PyExc_TypeError, "cannot set '__annotations__' attribute of immutable "
                            "type '%s'", type->tp_name);
    int status = value != NULL ? PyDict_SetItem(type->tp_dict, ID(__annotations__), value)
                               : PyDict_DelItem(type->tp_dict, ID(__annotations__));
    if (status < 0 && value == NULL && PyErr_ExceptionMatches(PyExc_KeyError))
        PyErr_SetObject(PyExc_AttributeError, ID(__annotations__));
    if (status == 0) PyType_Modified(type);
    return status;
}

// --- layouts

// Instances of [type] look exactly like those of its base.
static bool adds_nothing(PyTypeObject *type)
{
    PyTypeObject *base = type->tp_base;
    if (base == NULL) return false;
    return type->tp_basicsize == base->tp_basicsize
        && type->tp_itemsize == base->tp_itemsize && type->tp_dictoffset == base->tp_dictoffset
        && type->tp_weaklistoffset == base->tp_weaklistoffset
        && kr_type_has_flag(type, Py_TPFLAGS_HAVE_GC) == kr_type_has_flag(base, Py_TPFLAGS_HAVE_GC)
        && (type->tp_clear == kr_instances_clear || !kr_type_has_flag(type, Py_TPFLAGS_HAVE_GC));
}

// Both types add the same slots, dict and weak list to one base.
static bool add_the_same(PyTypeObject *left, PyTypeObject *right)
{
    if (left->tp_base != right->tp_base || !is_heap(left) || !is_heap(right)) return false;
    if (left->tp_basicsize != right->tp_basicsize || left->tp_dictoffset != right->tp_dictoffset
        || left->tp_weaklistoffset != right->tp_weaklistoffset || Py_SIZE(left) != Py_SIZE(right))
        return false;
    PyObject *left_slots = as_heap(left)->ht_slots, *right_slots = as_heap(right)->ht_slots;
    Py_ssize_t count = Py_SIZE(left);
    Py_ssize_t words = count + (left->tp_weaklistoffset != left->tp_base->tp_weaklistoffset)
                       + (left->tp_dictoffset != left->tp_base->tp_dictoffset
                          && !kr_type_has_flag(left, Py_TPFLAGS_MANAGED_DICT));
    // More than these words: fields of C types.
    if (left->tp_base->tp_basicsize + words * SIZEOF_VOID_P != left->tp_basicsize) return false;
    if (count == 0) return true;
    return PyObject_RichCompareBool(left_slots, right_slots, Py_EQ) == 1;
}

int kr_type_attributes_check_layout(PyTypeObject *from, PyTypeObject *to, const char *attribute)
{
    if (to->tp_free != from->tp_free)
        return kr_raise_int(PyExc_TypeError, "%s assignment: '%s' deallocator differs from '%s'",
                            attribute, to->tp_name, from->tp_name);
    PyTypeObject *new_base = to, *old_base = from;
    while (adds_nothing(new_base)) new_base = new_base->tp_base;
    while (adds_nothing(old_base)) old_base = old_base->tp_base;
    bool same_dict = kr_type_has_flag(to, Py_TPFLAGS_MANAGED_DICT)
        == kr_type_has_flag(from, Py_TPFLAGS_MANAGED_DICT);
    if (same_dict && (new_base == old_base || add_the_same(new_base, old_base))) return 0;
    return kr_raise_int(PyExc_TypeError, "%s assignment: '%s' object layout differs from '%s'",
                        attribute, to->tp_name, from->tp_name);
}

int kr_type_attributes_assign_class(PyObject *self, PyObject *value)
{
    if (value == NULL) return kr_raise_int(PyExc_TypeError, "can't delete __class__ attribute");
    if (!PyType_Check(value))
        return kr_raise_int(PyExc_TypeError, "__class__ must be set to a class, not '%s' object",
                            Py_TYPE(value)->tp_name);
    if (audit_set(self, "__class__", value) < 0) return -1;
    PyTypeObject *from = Py_TYPE(self), *to = (PyTypeObject *)value;
    bool modules = PyType_IsSubtype(from, &PyModule_Type) && PyType_IsSubtype(to, &PyModule_Type);
    bool immutable = kr_type_has_flag(from, Py_TPFLAGS_IMMUTABLETYPE)
        || kr_type_has_flag(to, Py_TPFLAGS_IMMUTABLETYPE);
    if (!modules && immutable)
        return kr_raise_int(PyExc_TypeError, "__class__ assignment only supported for mutable "
                            "types or ModuleType subclasses");
    if (kr_type_attributes_check_layout(from, to, "__class__") < 0) return -1;
    // Inline values follow the keys of the old class: move them to a dict first.
    if (kr_type_has_flag(from, Py_TPFLAGS_MANAGED_DICT) && *_PyObject_ValuesPointer(self) != NULL
        && _PyObject_GetDictPtr(self) == NULL)
        return -1;
    if (PyErr_Occurred()) return -1;
    if (is_heap(to)) Py_INCREF(to);
    Py_SET_TYPE(self, to);
    if (is_heap(from)) Py_DECREF(from);
    return 0;
}

// --- __bases__

static PyObject *get_bases(PyTypeObject *type, void *unused)
{
    return Py_NewRef(type->tp_bases);
}

// While a custom mro() runs, tp_base may be ahead of tp_mro.
static bool is_on_base_chain(PyTypeObject *type, PyTypeObject *ancestor)
{
    while (type != NULL && type != ancestor) type = type->tp_base;
    return type != NULL;
}

static int check_new_bases(PyTypeObject *type, PyObject *value)
{
    if (!may_set(type, value, "__bases__")) return -1;
    if (!PyTuple_Check(value))
        return kr_raise_int(PyExc_TypeError, "can only assign tuple to %s.__bases__, not %s",
                            type->tp_name, Py_TYPE(value)->tp_name);
    if (PyTuple_GET_SIZE(value) == 0)
        return kr_raise_int(PyExc_TypeError, "can only assign non-empty tuple to %s.__bases__, "
                            "not ()", type->tp_name);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(value); i++) {
        PyObject *base = PyTuple_GET_ITEM(value, i);
        if (!PyType_Check(base))
            return kr_raise_int(PyExc_TypeError, "%s.__bases__ must be tuple of classes, not '%s'",
                                type->tp_name, Py_TYPE(base)->tp_name);
        if (PyType_IsSubtype((PyTypeObject *)base, type)
            || is_on_base_chain((PyTypeObject *)base, type))
            return kr_raise_int(PyExc_TypeError, "a __bases__ item causes an inheritance cycle");
    }
    return 0;
}

// Recomputes the MRO of [type] and of all below it; notes (type, old MRO) pairs in the list
// [changes].
static int recompute_mro(PyTypeObject *type, PyObject *changes)
{
    PyObject *mro = kr_type_mro_compute(type);
    if (mro == NULL) return -1;
    PyObject *old = type->tp_mro == NULL ? Py_None : type->tp_mro;
    KR_AUTO PyObject *change = PyTuple_Pack(2, type, old);
    if (change == NULL || PyList_Append(changes, change) < 0) {
        Py_DECREF(mro);
        return -1;
    }
    PyType_Modified(type);
    Py_XSETREF(type->tp_mro, mro);
    KR_AUTO PyObject *subclasses = kr_type_ready_subclasses(type);
    if (subclasses == NULL) return -1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(subclasses); i++)
        if (recompute_mro((PyTypeObject *)PyList_GET_ITEM(subclasses, i), changes) < 0) return -1;
    return 0;
}

static void undo_mro(PyObject *changes)
{
    for (Py_ssize_t i = PyList_GET_SIZE(changes) - 1; i >= 0; i--) {
        PyObject *change = PyList_GET_ITEM(changes, i);
        PyTypeObject *type = (PyTypeObject *)PyTuple_GET_ITEM(change, 0);
        PyType_Modified(type);
        PyObject *old = PyTuple_GET_ITEM(change, 1);
        Py_XSETREF(type->tp_mro, old == Py_None ? NULL : Py_NewRef(old));
    }
}

static int set_bases(PyTypeObject *type, PyObject *value, void *unused)
{
    if (check_new_bases(type, value) < 0) return -1;
    PyTypeObject *base = kr_type_mro_best_base(value);
    if (base == NULL || kr_type_attributes_check_layout(type->tp_base, base, "__bases__") < 0)
        return -1;
    KR_AUTO PyObject *changes = PyList_New(0);
    if (changes == NULL) return -1;
    PyObject *old_bases = type->tp_bases, *old_base = (PyObject *)type->tp_base;
    type->tp_bases = Py_NewRef(value);
    type->tp_base = (PyTypeObject *)Py_NewRef(base);
    int status = recompute_mro(type, changes);
    if (status < 0) undo_mro(changes);
    // A custom mro() may have assigned other bases in between: those hold, and ours are history.
    bool current = type->tp_bases == value;
    if (status < 0 && current) {
        type->tp_bases = old_bases;
        type->tp_base = (PyTypeObject *)old_base;
        Py_DECREF(value);
        Py_DECREF(base);
        return -1;
    }
    if (current) {
        kr_type_ready_unlink_bases(type, old_bases);
        status = kr_type_ready_link_bases(type);
        PyType_Modified(type);
        if (kr_slots_update_all(type) < 0) status = -1;
    }
    Py_DECREF(old_bases);
    Py_DECREF(old_base);
    return status;
}

PyGetSetDef kr_type_attributes_getset[] = {
    {"__name__", (getter)get_name, (setter)set_name},
    {"__qualname__", (getter)get_qualified_name, (setter)set_qualified_name},
    {"__bases__", (getter)get_bases, (setter)set_bases},
    {"__module__", (getter)get_module, (setter)set_module},
    {"__abstractmethods__", (getter)get_abstract_methods, (setter)set_abstract_methods},
    {"__dict__", (getter)get_dict},
    {"__doc__", (getter)get_doc, (setter)set_doc},
    {"__text_signature__", (getter)get_text_signature},
    {"__annotations__", (getter)get_annotations, (setter)set_annotations},
    {NULL},
};

// --- instance.__dict__

// The __dict__ descriptor of a builtin base that has a dict of its own (exceptions, modules …), or
// NULL.  Borrowed.
static PyObject *builtin_dict_descriptor(PyTypeObject *type)
{
    for (; type->tp_base != NULL; type = type->tp_base) {
        if (type->tp_dictoffset == 0 || is_heap(type)) continue;
        PyObject *descriptor = _PyType_Lookup(type, ID(__dict__));
        return descriptor != NULL && PyDescr_IsData(descriptor) ? descriptor : NULL;
    }
    return NULL;
}

PyObject *kr_type_attributes_get_instance_dict(PyObject *self)
{
    PyObject *descriptor = builtin_dict_descriptor(Py_TYPE(self));
    if (descriptor == NULL) return PyObject_GenericGetDict(self, NULL);
    descrgetfunc get = Py_TYPE(descriptor)->tp_descr_get;
    if (get == NULL)
        return kr_raise(PyExc_TypeError, "this __dict__ descriptor does not support '%s' objects",
                        Py_TYPE(self)->tp_name);
    return get(descriptor, self, (PyObject *)Py_TYPE(self));
}

int kr_type_attributes_set_instance_dict(PyObject *self, PyObject *value)
{
    PyObject *descriptor = builtin_dict_descriptor(Py_TYPE(self));
    if (descriptor != NULL) {
        descrsetfunc set = Py_TYPE(descriptor)->tp_descr_set;
        return set(descriptor, self, value);
    }
    PyObject **slot = _PyObject_GetDictPtr(self);
    if (slot == NULL) {
        if (PyErr_Occurred()) return -1;
        return kr_raise_int(PyExc_AttributeError, "This object has no __dict__");
    }
    if (value != NULL && !PyDict_Check(value))
        return kr_raise_int(PyExc_TypeError,
                            "__dict__ must be set to a dictionary, not a '%.200s'",
                            Py_TYPE(value)->tp_name);
    Py_XSETREF(*slot, Py_XNewRef(value));
    return 0;
}
