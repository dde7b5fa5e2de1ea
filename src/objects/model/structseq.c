// structseq.c - tuples with names for their items, such as os.stat_result and time.struct_time.
//
//   [ visible items | hidden items ]      len() and indices know only the visible ones
//
// The numbers of items are in the type's dict: n_sequence_fields, n_fields, n_unnamed_fields.
#include "structseq.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "abstract.h"
#include "dictobject.h"
#include "internal/pycore_structseq.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pymem.h"
#include "structmember.h"
#include "tupleobject.h"
#include "typeslots.h"
#include "unicodeobject.h"

const char *const PyStructSequence_UnnamedField = "unnamed field";

static PyObject **items_of(PyObject *self)
{
    return ((PyTupleObject *)self)->ob_item;
}

// A count from the type's dict, -1 with an exception.
static Py_ssize_t get_count(PyTypeObject *type, PyObject *name)
{
    PyObject *value = _PyType_Lookup(type, name);
    if (value == NULL)
        return kr_raise_int(PyExc_TypeError, "Missed attribute '%U' of type %s", name,
                            type->tp_name);
    return PyLong_AsSsize_t(value);
}

// --- instances

PyObject *PyStructSequence_New(PyTypeObject *type)
{
    Py_ssize_t count = get_count(type, ID(n_fields)),
        visible = get_count(type, ID(n_sequence_fields));
    if (count < 0 || visible < 0) return NULL;
    PyObject *self = (PyObject *)PyObject_GC_NewVar(PyTupleObject, type, count);
    if (self == NULL) return NULL;
    Py_SET_SIZE(self, visible);
    memset(items_of(self), 0, (size_t)count * sizeof(PyObject *));
    return self;
}

void PyStructSequence_SetItem(PyObject *self, Py_ssize_t index, PyObject *value)
{
    items_of(self)[index] = value;
}

PyObject *PyStructSequence_GetItem(PyObject *self, Py_ssize_t index)
{
    return items_of(self)[index];
}

static int structseq_traverse(PyObject *self, visitproc visit, void *arg)
{
    if (kr_type_has_flag(Py_TYPE(self), Py_TPFLAGS_HEAPTYPE)) Py_VISIT(Py_TYPE(self));
    Py_ssize_t count = get_count(Py_TYPE(self), ID(n_fields));
    for (Py_ssize_t i = 0; i < count; i++) Py_VISIT(items_of(self)[i]);
    return 0;
}

static void structseq_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_ssize_t count = get_count(type, ID(n_fields));
    for (Py_ssize_t i = 0; i < count; i++) Py_XDECREF(items_of(self)[i]);
    PyObject_GC_Del(self);
    if (kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE)) Py_DECREF(type);
}

// The member that describes item [index] (unnamed items have none), or NULL.
static PyMemberDef *member_of(PyTypeObject *type, Py_ssize_t index)
{
    Py_ssize_t offset = (Py_ssize_t)(offsetof(PyTupleObject,
                                              ob_item) + (size_t)index * sizeof(PyObject *));
    for (PyMemberDef *member = type->tp_members; member != NULL && member->name != NULL; member++)
        if (member->offset == offset) return member;
    return NULL;
}

static int check_length(PyTypeObject *type, Py_ssize_t given, Py_ssize_t lowest,
                        Py_ssize_t highest)
{
    const char *name = type->tp_name;
    if (given >= lowest && given <= highest) return 0;
    if (lowest == highest)
        return kr_raise_int(PyExc_TypeError, "%.500s() takes a %zd-sequence (%zd-sequence given)",
                            name, lowest, given);
    if (given < lowest)
        return kr_raise_int(PyExc_TypeError, "%.500s() takes an at least %zd-sequence "
                            "(%zd-sequence given)", name, lowest, given);
    return kr_raise_int(PyExc_TypeError, "%.500s() takes an at most %zd-sequence (%zd-sequence "
                        "given)", name, highest, given);
}

// The hidden items that the sequence did not give come from [dict], else they are None.
static int fill_hidden(PyObject *self, Py_ssize_t from, Py_ssize_t count, PyObject *dict)
{
    for (Py_ssize_t i = from; i < count; i++) {
        PyMemberDef *member = member_of(Py_TYPE(self), i);
        PyObject *value = NULL;
        if (dict != NULL && member != NULL) {
            KR_AUTO PyObject *key = PyUnicode_FromString(member->name);
            if (key == NULL) return -1;
            value = PyDict_GetItemWithError(dict, key);
            if (value == NULL && PyErr_Occurred()) return -1;
        }
        items_of(self)[i] = Py_NewRef(value == NULL ? Py_None : value);
    }
    return 0;
}

CONSTRUCTOR(structseq, "sequence: object, dict: object = NULL", "")
static PyObject *structseq_new(PyTypeObject *type, PyObject *sequence, PyObject *dict)
{
    Py_ssize_t visible = get_count(type, ID(n_sequence_fields)),
        count = get_count(type, ID(n_fields));
    if (visible < 0 || count < 0) return NULL;
    KR_AUTO PyObject *given = PySequence_Fast(sequence, "constructor requires a sequence");
    if (given == NULL) return NULL;
    if (dict != NULL && !PyDict_Check(dict))
        return kr_raise(PyExc_TypeError, "%.500s() takes a dict as second arg, if any",
                        type->tp_name);
    Py_ssize_t length = PySequence_Fast_GET_SIZE(given);
    if (check_length(type, length, visible, count) < 0) return NULL;
    KR_AUTO PyObject *self = PyStructSequence_New(type);
    if (self == NULL) return NULL;
    for (Py_ssize_t i = 0; i < length; i++)
        items_of(self)[i] = Py_NewRef(PySequence_Fast_GET_ITEM(given, i));
    if (fill_hidden(self, length, count, dict) < 0) return NULL;
    PyObject_GC_Track(self);
    return kr_take(self);
}


METHOD(__reduce__, "self, /", NULL)
static PyObject *structseq___reduce__(PyObject *self)
{
    Py_ssize_t count = get_count(Py_TYPE(self), ID(n_fields));
    if (count < 0) return NULL;
    KR_AUTO PyObject *tuple = PyTuple_New(Py_SIZE(self));
    KR_AUTO PyObject *dict = PyDict_New();
    if (tuple == NULL || dict == NULL) return NULL;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(items_of(self)[i]));
    for (Py_ssize_t i = Py_SIZE(self); i < count; i++) {
        PyMemberDef *member = member_of(Py_TYPE(self), i);
        if (member != NULL && PyDict_SetItemString(dict, member->name, items_of(self)[i]) < 0)
            return NULL;
    }
    KR_AUTO PyObject *args = PyTuple_Pack(2, tuple, dict);
    return args == NULL ? NULL : PyTuple_Pack(2, Py_TYPE(self), args);
}

#include "objects/model/structseq.methods.h"

static PyObject *structseq_repr(PyObject *self)
{
    KR_AUTO PyObject *parts = PyList_New(0);
    if (parts == NULL) return NULL;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        // The i-th named item, even where unnamed ones come in between: os.stat_result shows
        // st_atime so.
        PyMemberDef *member = &Py_TYPE(self)->tp_members[i];
        if (member->name == NULL)
            return kr_raise(PyExc_SystemError, "In structseq_repr(), member %zd name is NULL for "
                            "type %.500s", i, Py_TYPE(self)->tp_name);
        KR_AUTO PyObject *part = PyUnicode_FromFormat("%s=%R", member->name, items_of(self)[i]);
        if (part == NULL || PyList_Append(parts, part) < 0) return NULL;
    }
    KR_AUTO PyObject *comma = PyUnicode_FromString(", ");
    if (comma == NULL) return NULL;
    KR_AUTO PyObject *text = PyUnicode_Join(comma, parts);
    return text == NULL ? NULL : PyUnicode_FromFormat("%s(%U)", Py_TYPE(self)->tp_name, text);
}

// --- types

static Py_ssize_t count_fields(PyStructSequence_Desc *description, Py_ssize_t *ret_unnamed)
{
    Py_ssize_t count = 0;
    *ret_unnamed = 0;
    for (; description->fields[count].name != NULL; count++)
        if (description->fields[count].name == PyStructSequence_UnnamedField) (*ret_unnamed)++;
    return count;
}

static PyMemberDef *new_members(PyStructSequence_Desc *description, Py_ssize_t count,
                                Py_ssize_t unnamed)
{
    PyMemberDef *members = PyMem_Calloc((size_t)(count - unnamed) + 1, sizeof(PyMemberDef));
    if (members == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    PyMemberDef *member = members;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyStructSequence_Field *field = &description->fields[i];
        if (field->name == PyStructSequence_UnnamedField) continue;
        *member++ = (PyMemberDef){.name = field->name, .type = T_OBJECT,
                                  .flags = READONLY, .doc = field->doc, .offset = (Py_ssize_t)(
                offsetof(PyTupleObject, ob_item) + (size_t)i * sizeof(PyObject *))};
    }
    return members;
}

static int set_count(PyObject *dict, PyObject *name, Py_ssize_t count)
{
    KR_AUTO PyObject *number = PyLong_FromSsize_t(count);
    return number == NULL ? -1 : PyDict_SetItem(dict, name, number);
}

static int set_match_args(PyObject *dict, PyStructSequence_Desc *description)
{
    KR_AUTO PyObject *names = PyList_New(0);
    if (names == NULL) return -1;
    for (int i = 0; i < description->n_in_sequence; i++) {
        if (description->fields[i].name == PyStructSequence_UnnamedField) continue;
        KR_AUTO PyObject *name = PyUnicode_FromString(description->fields[i].name);
        if (name == NULL || PyList_Append(names, name) < 0) return -1;
    }
    KR_AUTO PyObject *tuple = PyList_AsTuple(names);
    return tuple == NULL ? -1 : PyDict_SetItem(dict, ID(__match_args__), tuple);
}

static int fill_dict(PyTypeObject *type, PyStructSequence_Desc *description, Py_ssize_t count,
                     Py_ssize_t unnamed)
{
    PyObject *dict = type->tp_dict;
    if (set_count(dict, ID(n_sequence_fields), description->n_in_sequence) < 0 || set_count(
            dict, ID(n_fields), count) < 0 || set_count(dict, ID(n_unnamed_fields), unnamed) < 0
        || set_match_args(dict, description) < 0)
        return -1;
    PyType_Modified(type);
    return 0;
}

int _PyStructSequence_InitType(PyTypeObject *type, PyStructSequence_Desc *description,
                               unsigned long flags)
{
    Py_ssize_t unnamed, count = count_fields(description, &unnamed);
    PyMemberDef *members = new_members(description, count, unnamed);
    if (members == NULL) return -1;
    type->tp_name = description->name;
    type->tp_doc = description->doc;
    type->tp_base = &PyTuple_Type;
    type->tp_basicsize = PyTuple_Type.tp_basicsize;
    type->tp_itemsize = sizeof(PyObject *);
    type->tp_dealloc = structseq_dealloc;
    type->tp_repr = structseq_repr;
    type->tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | flags;
    type->tp_methods = structseq_methods;
    type->tp_new = flags & Py_TPFLAGS_DISALLOW_INSTANTIATION ? NULL : structseq_tp_new;
    type->tp_traverse = structseq_traverse;
    type->tp_members = members;
    Py_INCREF(type);
    if (PyType_Ready(type) < 0) return -1;
    return fill_dict(type, description, count, unnamed);
}

int PyStructSequence_InitType2(PyTypeObject *type, PyStructSequence_Desc *description)
{
    return _PyStructSequence_InitType(type, description, 0);
}

void PyStructSequence_InitType(PyTypeObject *type, PyStructSequence_Desc *description)
{
    (void)PyStructSequence_InitType2(type, description);
}

PyTypeObject *_PyStructSequence_NewType(PyStructSequence_Desc *description, unsigned long flags)
{
    Py_ssize_t unnamed, count = count_fields(description, &unnamed);
    PyMemberDef *members = new_members(description, count, unnamed);
    if (members == NULL) return NULL;
    PyType_Slot slots[] = {
        {Py_tp_dealloc, (void *)structseq_dealloc}, {Py_tp_repr, (void *)structseq_repr},
        {Py_tp_doc, (void *)description->doc},      {Py_tp_methods, structseq_methods},
        {Py_tp_new, (void *)structseq_tp_new},      {Py_tp_members, members},
        {Py_tp_traverse, (void *)structseq_traverse}, {0},
    };
    PyType_Spec spec = {description->name, (int)PyTuple_Type.tp_basicsize, sizeof(PyObject *),
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | (unsigned int)flags, slots};
    KR_AUTO PyObject *type = PyType_FromSpecWithBases(&spec, (PyObject *)&PyTuple_Type);
    PyMem_Free(members);  // the type keeps a copy
    if (type == NULL || fill_dict((PyTypeObject *)type, description, count, unnamed) < 0)
        return NULL;
    return (PyTypeObject *)kr_take(type);
}

PyTypeObject *PyStructSequence_NewType(PyStructSequence_Desc *description)
{
    return _PyStructSequence_NewType(description, 0);
}
