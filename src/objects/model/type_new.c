// type_new.c - type.__new__: the class of a class statement.
//
//   name, bases, dict -> metaclass and best base -> __slots__ -> type object -> dict fix-ups ->
//   PyType_Ready
//   -> slots from methods -> __set_name__ -> __init_subclass__
//
// (1) Until PyType_Ready succeeded nobody else sees the type.
// (2) The slot members lie behind the type object, sorted by name: Py_SIZE(type) of them.
#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "abstract.h"
#include "cpython/cellobject.h"
#include "cpython/funcobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "objects/containers/instance_dict.h"
#include "objects/errors/raise.h"
#include "objects/model/call.h"
#include "objects/model/class_call.h"
#include "objects/model/instances.h"
#include "objects/model/slots.h"
#include "objects/model/type.h"
#include "objects/model/type_attributes.h"
#include "objects/model/type_mro.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
#include "runtime/thread.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// A class in the making.  All references are borrowed but [slots].
typedef struct {
    PyTypeObject *metatype, *base;
    PyObject *name, *bases, *dict;
    PyObject *slots;  // tuple of names for members, or NULL: no __slots__
    bool may_add_dict, may_add_weak, add_dict, add_weak;
} Making;

// --- __slots__

// _Class__name for a private name, as the compiler does it.  New reference.
static PyObject *mangle(PyObject *class_name, PyObject *name)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(name), stripped = 0;
    bool private = length > 2 && PyUnicode_READ_CHAR(name, 0) == '_'
        && PyUnicode_READ_CHAR(name, 1) == '_';
    bool dunder = private && PyUnicode_READ_CHAR(name, length - 1) == '_'
        && PyUnicode_READ_CHAR(name, length - 2) == '_';
    if (!private || dunder || PyUnicode_FindChar(name, '.', 0, length, 1) >= 0)
        return Py_NewRef(name);
    Py_ssize_t class_length = PyUnicode_GET_LENGTH(class_name);
    while (stripped < class_length && PyUnicode_READ_CHAR(class_name, stripped) == '_') stripped++;
    if (stripped == class_length) return Py_NewRef(name);
    KR_AUTO PyObject *bare = PyUnicode_Substring(class_name, stripped, class_length);
    return bare == NULL ? NULL : PyUnicode_FromFormat("_%U%U", bare, name);
}

static int check_slot_name(PyObject *name)
{
    if (!PyUnicode_Check(name))
        return kr_raise_int(PyExc_TypeError, "__slots__ items must be strings, not '%.200s'",
                            Py_TYPE(name)->tp_name);
    if (!PyUnicode_IsIdentifier(name))
        return kr_raise_int(PyExc_TypeError, "__slots__ must be identifiers");
    return 0;
}

// Handles __dict__ and __weakref__ in __slots__: 1 if [name] was one, 0 if not, -1 with TypeError.
static int take_special_slot(Making *making, PyObject *name)
{
    if (_PyUnicode_EqualToASCIIString(name, "__dict__")) {
        if (!making->may_add_dict || making->add_dict)
            return kr_raise_int(PyExc_TypeError, "__dict__ slot disallowed: we already got one");
        making->add_dict = true;
        return 1;
    }
    if (_PyUnicode_EqualToASCIIString(name, "__weakref__")) {
        if (!making->may_add_weak || making->add_weak)
            return kr_raise_int(PyExc_TypeError, "__weakref__ slot disallowed: either we already "
                                "got one, or __itemsize__ != 0");
        making->add_weak = true;
        return 1;
    }
    return 0;
}

static int add_slot_name(Making *making, PyObject *names, PyObject *name)
{
    if (check_slot_name(name) < 0) return -1;
    int special = take_special_slot(making, name);
    if (special != 0) return special < 0 ? -1 : 0;
    KR_AUTO PyObject *mangled = mangle(making->name, name);
    if (mangled == NULL || PyList_Append(names, mangled) < 0) return -1;
    int clash = PyDict_Contains(making->dict, mangled);
    // The compiler puts these two into the body; they leave it again below.
    if (clash <= 0 || _PyUnicode_EqualToASCIIString(name, "__qualname__")
        || _PyUnicode_EqualToASCIIString(name, "__classcell__"))
        return clash < 0 ? -1 : 0;
    return kr_raise_int(PyExc_ValueError, "%R in __slots__ conflicts with class variable", name);
}

static int read_slots(Making *making, PyObject *declared)
{
    KR_AUTO PyObject *given =
        PyUnicode_Check(declared) ? PyTuple_Pack(1, declared) : PySequence_Tuple(declared);
    if (given == NULL) return -1;
    if (PyTuple_GET_SIZE(given) > 0 && making->base->tp_itemsize != 0)
        return kr_raise_int(PyExc_TypeError,
                            "nonempty __slots__ not supported for subtype of '%s'",
                            making->base->tp_name);
    KR_AUTO PyObject *names = PyList_New(0);
    if (names == NULL) return -1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(given); i++)
        if (add_slot_name(making, names, PyTuple_GET_ITEM(given, i)) < 0) return -1;
    if (PyList_Sort(names) < 0) return -1;
    making->slots = PyList_AsTuple(names);
    return making->slots == NULL ? -1 : 0;
}

// Further bases may bring a dict or weak references that the best base lacks.
static void adopt_from_other_bases(Making *making)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(making->bases); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(making->bases, i);
        if (base == making->base) continue;
        if (making->may_add_dict && base->tp_dictoffset != 0) making->add_dict = true;
        if (making->may_add_weak && base->tp_weaklistoffset != 0) making->add_weak = true;
    }
}

static int plan_layout(Making *making)
{
    making->may_add_dict = making->base->tp_dictoffset == 0;
    making->may_add_weak = making->base->tp_weaklistoffset == 0 && making->base->tp_itemsize == 0;
    PyObject *declared = PyDict_GetItemWithError(making->dict, ID(__slots__));
    if (declared == NULL) {
        if (PyErr_Occurred()) return -1;
        making->add_dict = making->may_add_dict;
        making->add_weak = making->may_add_weak;
        return 0;
    }
    KR_AUTO PyObject *kept = Py_NewRef(declared);
    if (read_slots(making, kept) < 0) return -1;
    adopt_from_other_bases(making);
    return 0;
}

// --- the type object

static PyObject *get_dict(PyObject *self, void *unused)
{
    return kr_type_attributes_get_instance_dict(self);
}

static int set_dict(PyObject *self, PyObject *value, void *unused)
{
    return kr_type_attributes_set_instance_dict(self, value);
}

static PyObject *get_weakref(PyObject *self, void *unused)
{
    PyTypeObject *type = Py_TYPE(self);
    if (type->tp_weaklistoffset == 0)
        return kr_raise(PyExc_AttributeError, "This object has no __weakref__");
    PyObject *reference = *(PyObject **)((char *)self + type->tp_weaklistoffset);
    return Py_NewRef(reference == NULL ? Py_None : reference);
}

#define DICT_ROW \
    {"__dict__", get_dict, set_dict, PyDoc_STR("dictionary for instance variables (if defined)")}
#define WEAK_ROW                                                                                  \
    {"__weakref__", get_weakref, NULL,                                                            \
        PyDoc_STR("list of weak references to the object (if defined)")}
static PyGetSetDef dict_and_weak_getset[] = {DICT_ROW, WEAK_ROW, {NULL}};
static PyGetSetDef dict_getset[] = {DICT_ROW, {NULL}};
static PyGetSetDef weak_getset[] = {WEAK_ROW, {NULL}};

static int add_slot_members(PyTypeObject *type, const Making *making, Py_ssize_t *offset)
{
    PyMemberDef *member = kr_instances_slot_members(type);
    for (Py_ssize_t i = 0; i < Py_SIZE(type); i++, member++) {
        member->name = PyUnicode_AsUTF8(PyTuple_GET_ITEM(making->slots, i));
        if (member->name == NULL) return -1;
        member->type = T_OBJECT_EX;
        member->offset = *offset;
        *offset += sizeof(PyObject *);
    }
    return 0;
}

static int set_layout(PyTypeObject *type, const Making *making)
{
    const Py_ssize_t word = sizeof(PyObject *);
    Py_ssize_t offset = making->base->tp_basicsize;
    if (add_slot_members(type, making, &offset) < 0) return -1;
    if (making->add_dict && making->base->tp_itemsize != 0) {
        type->tp_dictoffset = -word;  // counted from the end of the items
        offset += word;
    }
    if (making->add_weak) {
        type->tp_weaklistoffset = offset;
        offset += word;
    }
    if (making->add_dict && making->base->tp_itemsize == 0) {
        type->tp_flags |= Py_TPFLAGS_MANAGED_DICT;
        type->tp_dictoffset = -offset - 3 * word;
    }
    type->tp_basicsize = offset;
    type->tp_itemsize = making->base->tp_itemsize;
    type->tp_members = kr_instances_slot_members(type);
    if (making->add_dict && making->add_weak) type->tp_getset = dict_and_weak_getset;
    else if (making->add_dict) type->tp_getset = dict_getset;
    else if (making->add_weak) type->tp_getset = weak_getset;
    return 0;
}

static void set_functions(PyHeapTypeObject *heap)
{
    PyTypeObject *type = &heap->ht_type;
    type->tp_as_async = &heap->as_async;
    type->tp_as_number = &heap->as_number;
    type->tp_as_sequence = &heap->as_sequence;
    type->tp_as_mapping = &heap->as_mapping;
    type->tp_as_buffer = &heap->as_buffer;
    type->tp_dealloc = kr_instances_dealloc;
    type->tp_traverse = kr_instances_traverse;
    type->tp_clear = kr_instances_clear;
    type->tp_alloc = PyType_GenericAlloc;
    type->tp_free = PyObject_GC_Del;
    type->tp_vectorcall = kr_class_call;
}

static PyTypeObject *allocate(Making *making)
{
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(making->name, &length);
    if (text == NULL) return NULL;
    if (strlen(text) != (size_t)length) {
        kr_raise(PyExc_ValueError, "type name must not contain null characters");
        return NULL;
    }
    Py_ssize_t slot_count = making->slots == NULL ? 0 : PyTuple_GET_SIZE(making->slots);
    PyTypeObject *type = (PyTypeObject *)making->metatype->tp_alloc(making->metatype, slot_count);
    if (type == NULL) return NULL;
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    heap->ht_name = Py_NewRef(making->name);
    heap->ht_slots = Py_XNewRef(making->slots);
    type->tp_name = text;
    type->tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_HAVE_GC;
    set_functions(heap);
    type->tp_bases = Py_NewRef(making->bases);
    type->tp_base = (PyTypeObject *)Py_NewRef(making->base);
    type->tp_dict = Py_NewRef(making->dict);
    return type;
}

// --- what the body defined

static int set_module(PyTypeObject *type)
{
    int present = PyDict_Contains(type->tp_dict, ID(__module__));
    if (present != 0) return present < 0 ? -1 : 0;
    PyObject *globals = kr_hooks.current_globals == NULL ? NULL
        : kr_hooks.current_globals(kr_thread_current());
    if (globals == NULL) return 0;
    PyObject *module = PyDict_GetItemWithError(globals, ID(__name__));
    if (module == NULL) return PyErr_Occurred() ? -1 : 0;
    return PyDict_SetItem(type->tp_dict, ID(__module__), module);
}

static int set_qualified_name(PyTypeObject *type)
{
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    PyObject *given = PyDict_GetItemWithError(type->tp_dict, ID(__qualname__));
    if (given == NULL) {
        if (PyErr_Occurred()) return -1;
        heap->ht_qualname = Py_NewRef(heap->ht_name);
        return 0;
    }
    if (!PyUnicode_Check(given))
        return kr_raise_int(PyExc_TypeError, "type __qualname__ must be a str, not %s",
                            Py_TYPE(given)->tp_name);
    heap->ht_qualname = Py_NewRef(given);
    return PyDict_DelItem(type->tp_dict, ID(__qualname__));
}

static int set_doc(PyTypeObject *type)
{
    PyObject *doc = PyDict_GetItemWithError(type->tp_dict, ID(__doc__));
    if (doc == NULL || !PyUnicode_Check(doc)) return PyErr_Occurred() ? -1 : 0;
    const char *text = PyUnicode_AsUTF8(doc);
    if (text == NULL) return -1;
    char *copy = PyObject_Malloc(strlen(text) + 1);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    type->tp_doc = strcpy(copy, text);
    return 0;
}

// Wraps a plain function [name] of the body: __new__ is a static method, some others are class
// methods.
static int wrap_function(PyTypeObject *type, PyObject *name, PyObject *(*wrap)(PyObject *))
{
    PyObject *function = PyDict_GetItemWithError(type->tp_dict, name);
    if (function == NULL) return PyErr_Occurred() ? -1 : 0;
    if (kr_hooks.function_type == NULL || !Py_IS_TYPE(function, kr_hooks.function_type)) return 0;
    KR_AUTO PyObject *wrapped = wrap(function);
    return wrapped == NULL ? -1 : PyDict_SetItem(type->tp_dict, name, wrapped);
}

static int set_class_cell(PyTypeObject *type)
{
    PyObject *cell = PyDict_GetItemWithError(type->tp_dict, ID(__classcell__));
    if (cell == NULL) return PyErr_Occurred() ? -1 : 0;
    if (!PyCell_Check(cell))
        return kr_raise_int(PyExc_TypeError, "__classcell__ must be a nonlocal cell, not %.200R",
                            Py_TYPE(cell));
    PyCell_Set(cell, (PyObject *)type);
    return PyDict_DelItem(type->tp_dict, ID(__classcell__));
}

static int take_over_body(PyTypeObject *type, const Making *making)
{
    if (set_module(type) < 0 || set_qualified_name(type) < 0 || set_doc(type) < 0) return -1;
    if (wrap_function(type, ID(__new__), PyStaticMethod_New) < 0) return -1;
    if (wrap_function(type, ID(__init_subclass__), PyClassMethod_New) < 0) return -1;
    if (wrap_function(type, ID(__class_getitem__), PyClassMethod_New) < 0) return -1;
    return set_layout(type, making) < 0 || set_class_cell(type) < 0 ? -1 : 0;
}

// --- telling the others

static PyObject *raise_set_name_error(PyTypeObject *type, PyObject *name, PyObject *value)
{
    return _PyErr_FormatFromCause(PyExc_RuntimeError,
                                  "Error calling __set_name__ on '%.100s' instance %R in '%.100s'",
                                  Py_TYPE(value)->tp_name, name, type->tp_name);
}

static int call_set_names(PyTypeObject *type)
{
    KR_AUTO PyObject *names = PyDict_Copy(type->tp_dict);
    if (names == NULL) return -1;
    PyObject *name, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(names, &position, &name, &value)) {
        KR_AUTO PyObject *method = _PyObject_LookupSpecial(value, ID(__set_name__));
        if (method == NULL) {
            if (PyErr_Occurred()) return -1;
            continue;
        }
        PyObject *args[] = {(PyObject *)type, name};
        KR_AUTO PyObject *result = PyObject_Vectorcall(method, args, 2, NULL);
        if (result == NULL) {
            raise_set_name_error(type, name, value);
            return -1;
        }
    }
    return 0;
}

static int call_init_subclass(PyTypeObject *type, PyObject *kwargs)
{
    KR_AUTO PyObject *parent = PyObject_CallFunctionObjArgs((PyObject *)&PySuper_Type, type, type,
                                                            NULL);
    if (parent == NULL) return -1;
    KR_AUTO PyObject *method = PyObject_GetAttr(parent, ID(__init_subclass__));
    if (method == NULL) return -1;
    KR_AUTO PyObject *result = PyObject_VectorcallDict(method, NULL, 0, kwargs);
    return result == NULL ? -1 : 0;
}

// --- type.__new__

static int parse(Making *making, PyObject *args)
{
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count != 3)
        return kr_raise_int(PyExc_TypeError,
                            "type.__new__() takes exactly 3 arguments (%zd given)", count);
    PyTypeObject *const wanted[] = {&PyUnicode_Type, &PyTuple_Type, &PyDict_Type};
    PyObject **const into[] = {&making->name, &making->bases, &making->dict};
    for (int i = 0; i < 3; i++) {
        *into[i] = PyTuple_GET_ITEM(args, i);
        if (PyObject_TypeCheck(*into[i], wanted[i])) continue;
        return kr_raise_int(PyExc_TypeError, "type.__new__() argument %d must be %s, not %.50s",
                            i + 1, wanted[i]->tp_name,
                            *into[i] == Py_None ? "None" : Py_TYPE(*into[i])->tp_name);
    }
    return 0;
}

static int check_bases(PyObject *bases)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i);
        if (PyType_Check(base)) continue;
        PyObject *entries;
        if (_PyObject_LookupAttr(base, ID(__mro_entries__), &entries) < 0) return -1;
        if (entries == NULL) continue;
        Py_DECREF(entries);
        return kr_raise_int(PyExc_TypeError,
                            "type() doesn't support MRO entry resolution; use types.new_class()");
    }
    return 0;
}

static PyObject *make(Making *making, PyObject *kwargs)
{
    KR_AUTO PyObject *type_object = (PyObject *)allocate(making);
    PyTypeObject *type = (PyTypeObject *)type_object;
    if (type == NULL || take_over_body(type, making) < 0 || PyType_Ready(type) < 0) return NULL;
    kr_slots_fill(type);
    // Without keys to share, instances just have a dict each.
    if (kr_type_has_flag(type, Py_TPFLAGS_MANAGED_DICT))
        ((PyHeapTypeObject *)type)->ht_cached_keys = _PyDict_NewKeysForClass();
    if (call_set_names(type) < 0 || call_init_subclass(type, kwargs) < 0) return NULL;
    return kr_take(type_object);
}

PyObject *kr_type_new(PyTypeObject *metatype, PyObject *args, PyObject *kwargs)
{
    Making making = {.metatype = metatype};
    if (parse(&making, args) < 0) return NULL;
    KR_AUTO PyObject *bases = PyTuple_GET_SIZE(making.bases) == 0
        ? PyTuple_Pack(1, &PyBaseObject_Type) : Py_NewRef(making.bases);
    if (bases == NULL || check_bases(bases) < 0) return NULL;
    making.bases = bases;
    PyTypeObject *winner = _PyType_CalculateMetaclass(metatype, bases);
    if (winner == NULL) return NULL;
    if (winner != metatype && winner->tp_new != kr_type_new)
        return winner->tp_new(winner, args, kwargs);
    making.metatype = winner;
    making.base = kr_type_mro_best_base(bases);
    if (making.base == NULL) return NULL;
    KR_AUTO PyObject *dict = PyDict_Copy(making.dict);
    if (dict == NULL) return NULL;
    making.dict = dict;
    PyObject *type = plan_layout(&making) < 0 ? NULL : make(&making, kwargs);
    Py_XDECREF(making.slots);
    return type;
}
