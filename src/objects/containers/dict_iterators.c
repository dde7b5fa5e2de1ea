// dict_iterators.c - iterators over the keys, values and items of a dict, in both directions.
//
// (1) An iterator that is used up, or has failed, has let go of its dict.
// (2) Growing or shrinking the dict meanwhile ends the iteration with RuntimeError, for good.
#include "objects/containers/dict_views.h"

#include "objects/containers/builtin_name.h"
#include "objects/containers/dict.h"
#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "abstract.h"
#include "boolobject.h"
#include "longobject.h"
#include "objimpl.h"

typedef struct KrDictIterator {
    PyObject_HEAD
    PyDictObject *dict;     // NULL when used up
    Py_ssize_t used;        // size of the dict at the start; -1 after a failure
    Py_ssize_t position;    // the next entry to look at
    PyObject *result;       // items: a pair to use again while nobody else has it
    Py_ssize_t left;        // entries to come
} KrDictIterator;

static bool is_reverse(PyTypeObject *type)
{
    return type == &PyDictRevIterKey_Type || type == &PyDictRevIterItem_Type ||
           type == &PyDictRevIterValue_Type;
}

PyObject *kr_dict_iterator_new(PyObject *dict, PyTypeObject *type)
{
    PyDictObject *of = (PyDictObject *)dict;
    KrDictIterator *self = PyObject_GC_New(KrDictIterator, type);
    if (self == NULL) return NULL;
    self->dict = (PyDictObject *)Py_NewRef(dict);
    self->used = self->left = of->ma_used;
    self->position = 0;
    if (is_reverse(type))
        self->position = (of->ma_values != NULL ? of->ma_used : of->ma_keys->dk_nentries) - 1;
    self->result = NULL;
    if (type == &PyDictIterItem_Type || type == &PyDictRevIterItem_Type) {
        self->result = PyTuple_Pack(2, Py_None, Py_None);
        if (self->result == NULL) {
            Py_DECREF(self);
            return NULL;
        }
    }
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

static void iterator_dealloc(PyObject *self)
{
    KrDictIterator *iterator = (KrDictIterator *)self;
    kr_untrack(self);
    Py_XDECREF(iterator->dict);
    Py_XDECREF(iterator->result);
    PyObject_GC_Del(self);
}

static int iterator_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrDictIterator *)self)->dict);
    Py_VISIT(((KrDictIterator *)self)->result);
    return 0;
}

// The next live entry at or after (before, when [step] is -1) the position: false at the end.
static inline bool find_entry(KrDictIterator *self, int step, PyObject **key, PyObject **value)
{
    PyDictObject *dict = self->dict;
    PyDictKeysObject *keys = dict->ma_keys;
    Py_ssize_t i = self->position;
    if (dict->ma_values != NULL) {
        if (i < 0 || i >= dict->ma_used) return false;
        Py_ssize_t index = kr_values_order(dict->ma_values, i);
        *key = kr_keys_unicode(keys)[index].me_key;
        *value = dict->ma_values->values[index];
    } else if (kr_keys_are_unicode(keys)) {
        PyDictUnicodeEntry *entries = kr_keys_unicode(keys);
        while (i >= 0 && i < keys->dk_nentries && entries[i].me_value == NULL) i += step;
        if (i < 0 || i >= keys->dk_nentries) return false;
        *key = entries[i].me_key;
        *value = entries[i].me_value;
    } else {
        PyDictKeyEntry *entries = kr_keys_general(keys);
        while (i >= 0 && i < keys->dk_nentries && entries[i].me_value == NULL) i += step;
        if (i < 0 || i >= keys->dk_nentries) return false;
        *key = entries[i].me_key;
        *value = entries[i].me_value;
    }
    self->position = i + step;
    return true;
}

// Borrowed key and value of the next item: true; false at the end or with an exception.
static inline bool advance(KrDictIterator *self, int step, PyObject **key, PyObject **value)
{
    PyDictObject *dict = self->dict;
    if (dict == NULL) return false;
    if (self->used != dict->ma_used) {
        self->used = -1;
        kr_raise(PyExc_RuntimeError, "dictionary changed size during iteration");
        return false;
    }
    if (find_entry(self, step, key, value)) {
        if (self->left-- > 0) return true;
        kr_raise(PyExc_RuntimeError, "dictionary keys changed during iteration");
    }
    self->dict = NULL;
    Py_DECREF(dict);
    return false;
}

static PyObject *pair_of(KrDictIterator *self, PyObject *key, PyObject *value)
{
    PyObject *pair = self->result;
    if (Py_REFCNT(pair) != 1) return PyTuple_Pack(2, key, value);
    PyObject *old_key = PyTuple_GET_ITEM(pair, 0), *old_value = PyTuple_GET_ITEM(pair, 1);
    PyTuple_SET_ITEM(pair, 0, Py_NewRef(key));
    PyTuple_SET_ITEM(pair, 1, Py_NewRef(value));
    if (!kr_is_tracked(pair)) kr_track(pair);
    Py_INCREF(pair);
    Py_DECREF(old_key);
    Py_DECREF(old_value);
    return pair;
}

static PyObject *next_key(PyObject *self)
{
    PyObject *key, *value;
    return advance((KrDictIterator *)self, 1, &key, &value) ? Py_NewRef(key) : NULL;
}

static PyObject *next_value(PyObject *self)
{
    PyObject *key, *value;
    return advance((KrDictIterator *)self, 1, &key, &value) ? Py_NewRef(value) : NULL;
}

static PyObject *next_item(PyObject *self)
{
    PyObject *key, *value;
    KrDictIterator *iterator = (KrDictIterator *)self;
    return advance(iterator, 1, &key, &value) ? pair_of(iterator, key, value) : NULL;
}

static PyObject *previous_key(PyObject *self)
{
    PyObject *key, *value;
    return advance((KrDictIterator *)self, -1, &key, &value) ? Py_NewRef(key) : NULL;
}

static PyObject *previous_value(PyObject *self)
{
    PyObject *key, *value;
    return advance((KrDictIterator *)self, -1, &key, &value) ? Py_NewRef(value) : NULL;
}

static PyObject *previous_item(PyObject *self)
{
    PyObject *key, *value;
    KrDictIterator *iterator = (KrDictIterator *)self;
    return advance(iterator, -1, &key, &value) ? pair_of(iterator, key, value) : NULL;
}

METHOD(__length_hint__, "self", "Private method returning an estimate of len(list(it)).")
static PyObject *iterator___length_hint__(KrDictIterator *self)
{
    bool valid = self->dict != NULL && self->used == self->dict->ma_used;
    return PyLong_FromSsize_t(valid ? self->left : 0);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *iterator___reduce__(KrDictIterator *self)
{
    KR_AUTO PyObject *iter = kr_builtin_name_get(ID(iter));
    if (iter == NULL) return NULL;
    KR_AUTO PyObject *rest = PyList_New(0);
    if (rest == NULL) return NULL;
    if (self->dict != NULL) {
        KR_AUTO PyObject *copy = kr_dict_iterator_new((PyObject *)self->dict, Py_TYPE(self));
        if (copy == NULL || self->dict == NULL) return NULL;
        KrDictIterator *other = (KrDictIterator *)copy;
        other->used = self->used;
        other->position = self->position;
        other->left = self->left;
        Py_SETREF(rest, PySequence_List(copy));
        if (rest == NULL) return NULL;
    }
    KR_AUTO PyObject *args = PyTuple_Pack(1, rest);
    return args == NULL ? NULL : PyTuple_Pack(2, iter, args);
}

#include "objects/containers/dict_iterators.methods.h"

#define ITERATOR_TYPE(symbol, name, next)                                                         \
    PyTypeObject symbol = {                                                                       \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                    \
        .tp_name = name,                                                                          \
        .tp_basicsize = sizeof(KrDictIterator),                                                   \
        .tp_dealloc = iterator_dealloc,                                                           \
        .tp_getattro = PyObject_GenericGetAttr,                                                   \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                                      \
        .tp_traverse = iterator_traverse,                                                         \
        .tp_iter = PyObject_SelfIter,                                                             \
        .tp_iternext = next,                                                                      \
        .tp_methods = iterator_methods,                                                           \
    }

ITERATOR_TYPE(PyDictIterKey_Type, "dict_keyiterator", next_key);
ITERATOR_TYPE(PyDictIterValue_Type, "dict_valueiterator", next_value);
ITERATOR_TYPE(PyDictIterItem_Type, "dict_itemiterator", next_item);
ITERATOR_TYPE(PyDictRevIterKey_Type, "dict_reversekeyiterator", previous_key);
ITERATOR_TYPE(PyDictRevIterValue_Type, "dict_reversevalueiterator", previous_value);
ITERATOR_TYPE(PyDictRevIterItem_Type, "dict_reverseitemiterator", previous_item);
