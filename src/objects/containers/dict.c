// dict.c - the type dict: methods, slots, life and death.
//
// The table is in dict_table.c, getting and setting in dict_items.c, update and copy in
// dict_merge.c, views and iterators in dict_views.c and dict_iterators.c.
#include "objects/containers/dict.h"

#include "objects/containers/dict_merge.h"
#include "objects/containers/dict_views.h"
#include "objects/containers/state.h"
#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "abstract.h"
#include "boolobject.h"
#include "longobject.h"
#include "genericaliasobject.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "internal/pycore_object.h"

// ---- methods ----------------------------------------------------------------------------------

METHOD(__contains__, "self, key, /",
       "True if the dictionary has the specified key, else False.", "METH_COEXIST")
static PyObject *dict___contains__(PyDictObject *self, PyObject *key)
{
    int answer = PyDict_Contains((PyObject *)self, key);
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

// d[key] of a missing key: __missing__ of a subclass, or KeyError.
static PyObject *missing(PyDictObject *self, PyObject *key)
{
    if (!PyDict_CheckExact(self)) {
        KR_AUTO PyObject *method = _PyObject_LookupSpecial((PyObject *)self, ID(__missing__));
        if (method != NULL) return PyObject_CallOneArg(method, key);
        if (PyErr_Occurred()) return NULL;
    }
    _PyErr_SetKeyError(key);
    return NULL;
}

METHOD(__getitem__, "self, key, /", "x.__getitem__(y) <==> x[y]", "METH_COEXIST")
static PyObject *dict___getitem__(PyDictObject *self, PyObject *key)
{
    PyObject *value;
    Py_hash_t hash = kr_dict_hash(key);
    if (hash == -1) return NULL;
    Py_ssize_t index = kr_dict_table_find(self, key, hash, &value);
    if (value != NULL) return Py_NewRef(value);
    return index == KR_FIND_ERROR ? NULL : missing(self, key);
}

METHOD(__sizeof__, "self", "D.__sizeof__() -> size of D in memory, in bytes")
static PyObject *dict___sizeof__(PyDictObject *self)
{
    return PyLong_FromSsize_t(_PyDict_SizeOf(self));
}

METHOD(get, "self, key, default=None, /",
       "Return the value for key if key is in the dictionary, else default.")
static PyObject *dict_get(PyDictObject *self, PyObject *key, PyObject *fallback)
{
    PyObject *value;
    Py_hash_t hash = kr_dict_hash(key);
    if (hash == -1) return NULL;
    Py_ssize_t index = kr_dict_table_find(self, key, hash, &value);
    if (index == KR_FIND_ERROR) return NULL;
    return Py_NewRef(value != NULL ? value : fallback);
}

METHOD(setdefault, "self, key, default=None, /",
       "Insert key with a value of default if key is not in the dictionary.\n\n"
       "Return the value for key if key is in the dictionary, else default.")
static PyObject *dict_setdefault(PyDictObject *self, PyObject *key, PyObject *fallback)
{
    return Py_XNewRef(PyDict_SetDefault((PyObject *)self, key, fallback));
}

METHOD(pop, "self, key, default: object = NULL, /",
       "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\n"
       "If the key is not found, return the default if given; otherwise,\nraise a KeyError.")
static PyObject *dict_pop(PyDictObject *self, PyObject *key, PyObject *fallback)
{
    return _PyDict_Pop((PyObject *)self, key, fallback);
}

METHOD(popitem, "self",
       "Remove and return a (key, value) pair as a 2-tuple.\n\n"
       "Pairs are returned in LIFO (last-in, first-out) order.\n"
       "Raises KeyError if the dict is empty.")
static PyObject *dict_popitem(PyDictObject *self)
{
    KR_AUTO PyObject *pair = PyTuple_New(2);  // first: a collection might empty the dict
    if (pair == NULL) return NULL;
    if (self->ma_used == 0) return kr_raise(PyExc_KeyError, "popitem(): dictionary is empty");
    if (kr_dict_table_unsplit(self) < 0) return NULL;
    PyDictKeysObject *keys = self->ma_keys;
    Py_ssize_t index = keys->dk_nentries - 1;
    while (kr_keys_key(keys, index) == NULL) index--;
    assert(index >= 0);
    PyObject *key = Py_NewRef(kr_keys_key(keys, index));
    Py_hash_t hash = kr_keys_are_unicode(keys) ? ((PyASCIIObject *)key)->hash
                                               : kr_keys_general(keys)[index].me_hash;
    PyTuple_SET_ITEM(pair, 0, key);
    PyTuple_SET_ITEM(pair, 1, kr_dict_table_remove(self, hash, index));
    keys->dk_nentries = index;  // a place at the end is free again, its slot is not
    return kr_take(pair);
}

METHOD(keys, "self", "D.keys() -> a set-like object providing a view on D's keys")
static PyObject *dict_keys(PyDictObject *self)
{
    return _PyDictView_New((PyObject *)self, &PyDictKeys_Type);
}

METHOD(items, "self", "D.items() -> a set-like object providing a view on D's items")
static PyObject *dict_items(PyDictObject *self)
{
    return _PyDictView_New((PyObject *)self, &PyDictItems_Type);
}

METHOD(values, "self", "D.values() -> an object providing a view on D's values")
static PyObject *dict_values(PyDictObject *self)
{
    return _PyDictView_New((PyObject *)self, &PyDictValues_Type);
}

static int update_from(PyObject *self, const char *name, PyObject *const *args, Py_ssize_t count,
                       PyObject *kwargs)
{
    if (!_PyArg_CheckPositional(name, count, 0, 1)) return -1;
    if (count == 1 && kr_dict_merge_source(self, args[0]) < 0) return -1;
    if (kwargs == NULL) return 0;
    if (!_PyDict_HasOnlyStringKeys(kwargs))
        return kr_raise_int(PyExc_TypeError, "keywords must be strings");
    return PyDict_Merge(self, kwargs, 1);
}

METHOD(update, "self, *args: array, **kwargs",
       "D.update([E, ]**F) -> None.  Update D from dict/iterable E and F.\n"
       "If E is present and has a .keys() method, then does:  for k in E: D[k] = E[k]\n"
       "If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\n"
       "In either case, this is followed by: for k in F:  D[k] = F[k]")
static PyObject *dict_update(PyDictObject *self, PyObject *const *args, Py_ssize_t count,
                             PyObject *kwargs)
{
    if (update_from((PyObject *)self, "update", args, count, kwargs) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(fromkeys, "cls, iterable, value=None, /",
       "Create a new dictionary with keys from iterable and values set to value.")
static PyObject *dict_fromkeys(PyObject *type, PyObject *iterable, PyObject *value)
{
    return kr_dict_merge_from_keys(type, iterable, value);
}

METHOD(clear, "self", "D.clear() -> None.  Remove all items from D.")
static PyObject *dict_clear(PyDictObject *self)
{
    PyDict_Clear((PyObject *)self);
    Py_RETURN_NONE;
}

METHOD(copy, "self", "D.copy() -> a shallow copy of D")
static PyObject *dict_copy(PyDictObject *self)
{
    return PyDict_Copy((PyObject *)self);
}

METHOD(__reversed__, "self", "Return a reverse iterator over the dict keys.")
static PyObject *dict___reversed__(PyDictObject *self)
{
    return kr_dict_iterator_new((PyObject *)self, &PyDictRevIterKey_Type);
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *dict___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

#include "objects/containers/dict.methods.h"

// ---- slots ------------------------------------------------------------------------------------

static Py_ssize_t dict_length(PyObject *self)
{
    return ((PyDictObject *)self)->ma_used;
}

static PyObject *dict_subscript(PyObject *self, PyObject *key)
{
    return dict___getitem__((PyDictObject *)self, key);
}

static int dict_assign(PyObject *self, PyObject *key, PyObject *value)
{
    return value == NULL ? PyDict_DelItem(self, key) : PyDict_SetItem(self, key, value);
}

static PyObject *dict_or(PyObject *self, PyObject *other)
{
    if (!PyDict_Check(self) || !PyDict_Check(other)) Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *result = PyDict_Copy(self);
    if (result == NULL || kr_dict_merge_source(result, other) < 0) return NULL;
    return kr_take(result);
}

static PyObject *dict_or_in_place(PyObject *self, PyObject *other)
{
    return kr_dict_merge_source(self, other) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *dict_iterate(PyObject *self)
{
    return kr_dict_iterator_new(self, &PyDictIterKey_Type);
}

static int write_item(_PyUnicodeWriter *writer, PyObject *key, PyObject *value)
{
    KR_AUTO PyObject *key_text = PyObject_Repr(key);
    if (key_text == NULL || _PyUnicodeWriter_WriteStr(writer, key_text) < 0) return -1;
    if (_PyUnicodeWriter_WriteASCIIString(writer, ": ", 2) < 0) return -1;
    KR_AUTO PyObject *value_text = PyObject_Repr(value);
    if (value_text == NULL || _PyUnicodeWriter_WriteStr(writer, value_text) < 0) return -1;
    return 0;
}

static int write_items(_PyUnicodeWriter *writer, PyObject *self)
{
    Py_ssize_t position = 0;
    PyObject *key, *value;
    bool first = true;
    if (_PyUnicodeWriter_WriteChar(writer, '{') < 0) return -1;
    while (PyDict_Next(self, &position, &key, &value)) {
        KR_AUTO PyObject *held_key = Py_NewRef(key);
        KR_AUTO PyObject *held_value = Py_NewRef(value);
        if (!first && _PyUnicodeWriter_WriteASCIIString(writer, ", ", 2) < 0) return -1;
        first = false;
        if (write_item(writer, held_key, held_value) < 0) return -1;
    }
    writer->overallocate = 0;
    return _PyUnicodeWriter_WriteChar(writer, '}');
}

static PyObject *dict_repr(PyObject *self)
{
    int entered = Py_ReprEnter(self);
    if (entered != 0) return entered > 0 ? PyUnicode_FromString("{...}") : NULL;
    PyObject *text = NULL;
    if (((PyDictObject *)self)->ma_used == 0) text = PyUnicode_FromString("{}");
    else {
        _PyUnicodeWriter writer;
        _PyUnicodeWriter_Init(&writer);
        writer.overallocate = 1;
        writer.min_length = 1 + 4 + (2 + 4) * (((PyDictObject *)self)->ma_used - 1) + 1;
        if (write_items(&writer, self) == 0) text = _PyUnicodeWriter_Finish(&writer);
        else _PyUnicodeWriter_Dealloc(&writer);
    }
    Py_ReprLeave(self);
    return text;
}

// 1: equal, 0: not, -1: exception.
static int dicts_equal(PyDictObject *left, PyDictObject *right)
{
    Py_ssize_t position = 0;
    Py_hash_t hash;
    PyObject *key, *value, *other;
    if (left->ma_used != right->ma_used) return 0;
    while (_PyDict_Next((PyObject *)left, &position, &key, &value, &hash)) {
        KR_AUTO PyObject *held_key = Py_NewRef(key);
        KR_AUTO PyObject *held_value = Py_NewRef(value);
        Py_ssize_t index = kr_dict_table_find(right, held_key, hash, &other);
        if (other == NULL) return index == KR_FIND_ERROR ? -1 : 0;
        KR_AUTO PyObject *held_other = Py_NewRef(other);
        int equal = PyObject_RichCompareBool(held_other, held_value, Py_EQ);
        if (equal <= 0) return equal;
    }
    return 1;
}

static PyObject *dict_compare(PyObject *left, PyObject *right, int op)
{
    if (!PyDict_Check(left) || !PyDict_Check(right) || (op != Py_EQ && op != Py_NE))
        Py_RETURN_NOTIMPLEMENTED;
    int equal = dicts_equal((PyDictObject *)left, (PyDictObject *)right);
    return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

// ---- life -------------------------------------------------------------------------------------

static PyObject *dict_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    PyDictObject *dict = (PyDictObject *)self;
    dict->ma_keys = kr_keys_empty();
    dict->ma_values = NULL;
    dict->ma_used = 0;
    dict->ma_version_tag = kr_dict_next_version();
    if (type == &PyDict_Type && kr_is_tracked(self)) kr_untrack(self);
    return self;
}

static int dict_tp_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return update_from(self, "dict", kr_tuple_items(args), kr_tuple_length(args), kwargs);
}

static PyObject *dict_tp_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                                    PyObject *names)
{
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!_PyArg_CheckPositional("dict", count, 0, 1)) return NULL;
    KR_AUTO PyObject *self = dict_tp_new((PyTypeObject *)type, NULL, NULL);
    if (self == NULL) return NULL;
    if (count == 1 && kr_dict_merge_source(self, args[0]) < 0) return NULL;
    Py_ssize_t keywords = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    for (Py_ssize_t i = 0; i < keywords; i++)
        if (PyDict_SetItem(self, PyTuple_GET_ITEM(names, i), args[count + i]) < 0) return NULL;
    return kr_take(self);
}

static void dict_dealloc(PyObject *self)
{
    KrContainersState *state = &kr_containers_state;
    PyDictObject *dict = (PyDictObject *)self;
    kr_untrack(self);
    if (dict->ma_values != NULL) {
        PyDictValues *values = dict->ma_values;
        Py_ssize_t count = kr_values_count(values);
        for (Py_ssize_t i = 0; i < count; i++)
            Py_DECREF(values->values[kr_values_order(values, i)]);
        kr_values_free(values);
    }
    if (dict->ma_keys != NULL) kr_keys_decref(dict->ma_keys);
    if (Py_TYPE(self) == &PyDict_Type && state->dict_count < KR_DICTS_KEPT)
        state->dicts[state->dict_count++] = dict;
    else
        Py_TYPE(self)->tp_free(self);
}

static int dict_traverse(PyObject *self, visitproc visit, void *arg)
{
    PyDictObject *dict = (PyDictObject *)self;
    PyDictKeysObject *keys = dict->ma_keys;
    if (dict->ma_values != NULL) {
        for (Py_ssize_t i = 0; i < keys->dk_nentries; i++) Py_VISIT(dict->ma_values->values[i]);
    } else if (kr_keys_are_unicode(keys)) {
        PyDictUnicodeEntry *entry = kr_keys_unicode(keys);
        for (Py_ssize_t i = 0; i < keys->dk_nentries; i++, entry++) Py_VISIT(entry->me_value);
    } else {
        PyDictKeyEntry *entry = kr_keys_general(keys);
        for (Py_ssize_t i = 0; i < keys->dk_nentries; i++, entry++) {
            if (entry->me_value == NULL) continue;
            Py_VISIT(entry->me_key);
            Py_VISIT(entry->me_value);
        }
    }
    return 0;
}

static int dict_tp_clear(PyObject *self)
{
    PyDict_Clear(self);
    return 0;
}

static PyNumberMethods dict_as_number = {
    .nb_or = dict_or,
    .nb_inplace_or = dict_or_in_place,
};

static PySequenceMethods dict_as_sequence = {.sq_contains = PyDict_Contains};

static PyMappingMethods dict_as_mapping = {
    .mp_length = dict_length,
    .mp_subscript = dict_subscript,
    .mp_ass_subscript = dict_assign,
};

PyTypeObject PyDict_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "dict",
    .tp_basicsize = sizeof(PyDictObject),
    .tp_dealloc = dict_dealloc,
    .tp_repr = dict_repr,
    .tp_as_number = &dict_as_number,
    .tp_as_sequence = &dict_as_sequence,
    .tp_as_mapping = &dict_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_DICT_SUBCLASS | _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_MAPPING,
    .tp_doc = "dict() -> new empty dictionary\n"
              "dict(mapping) -> new dictionary initialized from a mapping object's\n"
              "    (key, value) pairs\n"
              "dict(iterable) -> new dictionary initialized as if via:\n"
              "    d = {}\n"
              "    for k, v in iterable:\n"
              "        d[k] = v\n"
              "dict(**kwargs) -> new dictionary initialized with the name=value pairs\n"
              "    in the keyword argument list.  For example:  dict(one=1, two=2)",
    .tp_traverse = dict_traverse,
    .tp_clear = dict_tp_clear,
    .tp_richcompare = dict_compare,
    .tp_iter = dict_iterate,
    .tp_methods = dict_methods,
    .tp_init = dict_tp_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = dict_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = dict_tp_vectorcall,
};
