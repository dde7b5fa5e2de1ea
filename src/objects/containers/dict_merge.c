// dict_merge.c - copying dicts, and putting the items of a mapping or of pairs into one.
#include "objects/containers/dict_merge.h"

#include "objects/containers/dict.h"
#include "objects/containers/dict_views.h"
#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "abstract.h"
#include "pyerrors.h"
#include "setobject.h"

enum { KEEP_FIRST, KEEP_LAST, REFUSE_DOUBLE };

// ---- copying ----------------------------------------------------------------------------------

static PyDictKeysObject *clone_keys(const PyDictKeysObject *from)
{
    bool unicode = kr_keys_are_unicode(from);
    PyDictKeysObject *to = kr_keys_new(from->dk_log2_size, unicode);
    if (to == NULL) return NULL;
    memcpy(to, from, (size_t)kr_keys_bytes(from));
    to->dk_refcnt = 1;
    to->dk_version = 0;
    to->dk_has_front = 0;
    if (unicode) {
        PyDictUnicodeEntry *entry = kr_keys_unicode(to);
        for (Py_ssize_t i = 0; i < to->dk_nentries; i++, entry++) {
            Py_XINCREF(entry->me_key);
            Py_XINCREF(entry->me_value);
        }
    } else {
        PyDictKeyEntry *entry = kr_keys_general(to);
        for (Py_ssize_t i = 0; i < to->dk_nentries; i++, entry++) {
            Py_XINCREF(entry->me_key);
            Py_XINCREF(entry->me_value);
        }
    }
    return to;
}

static PyObject *copy_split(PyDictObject *dict)
{
    PyDictValues *values = kr_values_new(dict->ma_keys);
    if (values == NULL) return PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < dict->ma_used; i++) {
        Py_ssize_t index = kr_values_order(dict->ma_values, i);
        values->values[index] = Py_NewRef(dict->ma_values->values[index]);
        kr_values_note_set(values, index);
    }
    PyObject *copy = kr_dict_new_split(dict->ma_keys, values);
    if (copy == NULL) {
        for (Py_ssize_t i = 0; i < dict->ma_used; i++)
            Py_DECREF(values->values[kr_values_order(values, i)]);
        kr_values_free(values);
    }
    return copy;
}

PyObject *PyDict_Copy(PyObject *o)
{
    if (o == NULL || !PyDict_Check(o)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyDictObject *dict = (PyDictObject *)o;
    PyDictKeysObject *keys = dict->ma_keys;
    if (dict->ma_used == 0) return PyDict_New();
    bool dense = dict->ma_used >= keys->dk_nentries * 2 / 3;
    KR_AUTO PyObject *copy = NULL;
    if (dict->ma_values != NULL && dense) {
        copy = copy_split(dict);
        if (copy == NULL) return NULL;
    } else if (dict->ma_values == NULL && dense && Py_TYPE(o)->tp_iter == PyDict_Type.tp_iter) {
        PyDictKeysObject *cloned = clone_keys(keys);
        if (cloned == NULL) return NULL;
        copy = kr_dict_new_with_keys(cloned, dict->ma_used);
        if (copy == NULL) return NULL;
    } else {
        copy = PyDict_New();
        if (copy == NULL || PyDict_Merge(copy, o, 1) < 0) return NULL;
        return kr_take(copy);
    }
    if (kr_is_tracked(o)) kr_track(copy);
    return kr_take(copy);
}

// ---- merging ----------------------------------------------------------------------------------

// Takes the table of [other] whole when [self] is new.  1: done, 0: not possible, -1.
static int clone_into(PyDictObject *self, PyDictObject *other)
{
    PyDictKeysObject *keys = other->ma_keys;
    if (!kr_keys_is_empty(self->ma_keys) || other->ma_values != NULL
        || other->ma_used != keys->dk_nentries)
        return 0;
    if (keys->dk_log2_size != KR_KEYS_MIN_LOG2
        && kr_keys_capacity(keys->dk_log2_size - 1u) >= other->ma_used)
        return 0;
    PyDictKeysObject *cloned = clone_keys(keys);
    if (cloned == NULL) return -1;
    kr_keys_decref(self->ma_keys);
    self->ma_keys = cloned;
    self->ma_used = other->ma_used;
    self->ma_version_tag = kr_dict_next_version();
    if (kr_is_tracked((PyObject *)other) && !kr_is_tracked((PyObject *)self))
        kr_track((PyObject *)self);
    return 1;
}

static int merge_item(PyDictObject *self, PyObject *key, Py_hash_t hash, PyObject *value, int mode)
{
    if (mode == KEEP_LAST) return kr_dict_table_insert(self, key, hash, value);
    int present = _PyDict_Contains_KnownHash((PyObject *)self, key, hash);
    if (present < 0) return -1;
    if (!present) return kr_dict_table_insert(self, key, hash, value);
    if (mode == KEEP_FIRST) return 0;
    _PyErr_SetKeyError(key);
    return -1;
}

static int merge_dict(PyDictObject *self, PyDictObject *other, int mode)
{
    if (self == other || other->ma_used == 0) return 0;
    if (self->ma_used == 0) {
        mode = KEEP_LAST;
        int done = clone_into(self, other);
        if (done != 0) return done < 0 ? -1 : 0;
    }
    if (kr_keys_capacity(self->ma_keys->dk_log2_size) < other->ma_used) {
        bool unicode = kr_keys_are_unicode(other->ma_keys);
        unsigned log2_size = kr_keys_log2_for_count(self->ma_used + other->ma_used);
        if (kr_dict_table_resize(self, log2_size, unicode) < 0) return -1;
    }
    Py_ssize_t position = 0;
    Py_hash_t hash;
    PyObject *key, *value;
    PyDictKeysObject *other_keys = other->ma_keys;
    Py_ssize_t entries = other_keys->dk_nentries, used = other->ma_used;
    while (_PyDict_Next((PyObject *)other, &position, &key, &value, &hash)) {
        Py_INCREF(key);
        Py_INCREF(value);
        int failed = merge_item(self, key, hash, value, mode);
        Py_DECREF(value);
        Py_DECREF(key);
        if (failed) return -1;
        if (other->ma_used != used || other->ma_keys->dk_nentries != entries)
            return kr_raise_int(PyExc_RuntimeError, "dict mutated during update");
    }
    return 0;
}

static int merge_mapping(PyObject *self, PyObject *other, int mode)
{
    KR_AUTO PyObject *keys = PyMapping_Keys(other);
    if (keys == NULL) return -1;
    KR_AUTO PyObject *iterator = PyObject_GetIter(keys);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *key = PyIter_Next(iterator);
        if (key == NULL) return PyErr_Occurred() ? -1 : 0;
        if (mode != KEEP_LAST) {
            int present = PyDict_Contains(self, key);
            if (present < 0) return -1;
            if (present && mode == KEEP_FIRST) continue;
            if (present) {
                _PyErr_SetKeyError(key);
                return -1;
            }
        }
        KR_AUTO PyObject *value = PyObject_GetItem(other, key);
        if (value == NULL || PyDict_SetItem(self, key, value) < 0) return -1;
    }
}

static int merge(PyObject *self, PyObject *other, int mode)
{
    if (self == NULL || !PyDict_Check(self) || other == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyDict_Check(other) && Py_TYPE(other)->tp_iter == PyDict_Type.tp_iter)
        return merge_dict((PyDictObject *)self, (PyDictObject *)other, mode);
    return merge_mapping(self, other, mode);
}

int _PyDict_MergeEx(PyObject *mp, PyObject *other, int override)
{
    return merge(mp, other, override);
}

int PyDict_Merge(PyObject *mp, PyObject *other, int override)
{
    return merge(mp, other, override != 0 ? KEEP_LAST : KEEP_FIRST);
}

int PyDict_Update(PyObject *mp, PyObject *other)
{
    return merge(mp, other, KEEP_LAST);
}

static int merge_pair(PyObject *dict, PyObject *item, Py_ssize_t number, bool override)
{
    KR_AUTO PyObject *pair = PySequence_Fast(item, "");
    if (pair == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
        return kr_raise_int(PyExc_TypeError, "cannot convert dictionary update sequence element "
                            "#%zd to a sequence", number);
    }
    Py_ssize_t length = PySequence_Fast_GET_SIZE(pair);
    if (length != 2)
        return kr_raise_int(PyExc_ValueError, "dictionary update sequence element #%zd has length "
                            "%zd; 2 is required", number, length);
    KR_AUTO PyObject *key = Py_NewRef(PySequence_Fast_GET_ITEM(pair, 0));
    KR_AUTO PyObject *value = Py_NewRef(PySequence_Fast_GET_ITEM(pair, 1));
    if (override) return PyDict_SetItem(dict, key, value);
    return PyDict_SetDefault(dict, key, value) == NULL ? -1 : 0;
}

int PyDict_MergeFromSeq2(PyObject *d, PyObject *seq2, int override)
{
    assert(PyDict_Check(d));
    KR_AUTO PyObject *iterator = PyObject_GetIter(seq2);
    if (iterator == NULL) return -1;
    for (Py_ssize_t number = 0;; number++) {
        KR_AUTO PyObject *item = PyIter_Next(iterator);
        if (item == NULL) return PyErr_Occurred() ? -1 : 0;
        if (merge_pair(d, item, number, override) < 0) return -1;
    }
}

int kr_dict_merge_source(PyObject *dict, PyObject *source)
{
    if (PyDict_CheckExact(source)) return merge(dict, source, KEEP_LAST);
    PyObject *keys;
    int found = _PyObject_LookupAttr(source, ID(keys), &keys);
    if (found < 0) return -1;
    if (found == 0) return PyDict_MergeFromSeq2(dict, source, 1);
    Py_DECREF(keys);
    return merge(dict, source, KEEP_LAST);
}

// ---- fromkeys ---------------------------------------------------------------------------------

static int reserve(PyDictObject *dict, Py_ssize_t count, bool unicode)
{
    unsigned log2_size = kr_keys_log2_for_count(count);
    if (log2_size < dict->ma_keys->dk_log2_size) log2_size = dict->ma_keys->dk_log2_size;
    return kr_dict_table_resize(dict, log2_size, unicode);
}

static int fill_from_dict(PyDictObject *dict, PyObject *iterable, PyObject *value)
{
    Py_ssize_t position = 0;
    PyObject *key;
    Py_hash_t hash;
    if (reserve(dict, PyDict_GET_SIZE(iterable), kr_keys_are_unicode(kr_dict_keys(iterable))) < 0)
        return -1;
    while (_PyDict_Next(iterable, &position, &key, NULL, &hash)) {
        KR_AUTO PyObject *held = Py_NewRef(key);
        if (kr_dict_table_insert(dict, held, hash, value) < 0) return -1;
    }
    return 0;
}

static int fill_from_set(PyDictObject *dict, PyObject *iterable, PyObject *value)
{
    Py_ssize_t position = 0;
    PyObject *key;
    Py_hash_t hash;
    if (reserve(dict, PySet_GET_SIZE(iterable), false) < 0) return -1;
    while (_PySet_NextEntry(iterable, &position, &key, &hash)) {
        KR_AUTO PyObject *held = Py_NewRef(key);
        if (kr_dict_table_insert(dict, held, hash, value) < 0) return -1;
    }
    return 0;
}

PyObject *kr_dict_merge_from_keys(PyObject *type, PyObject *iterable, PyObject *value)
{
    KR_AUTO PyObject *dict = PyObject_CallNoArgs(type);
    if (dict == NULL) return NULL;
    bool exact = PyDict_CheckExact(dict);
    if (exact && PyDict_GET_SIZE(dict) == 0) {
        if (PyDict_CheckExact(iterable))
            return fill_from_dict((PyDictObject *)dict, iterable, value) < 0 ? NULL
                : kr_take(dict);
        if (PyAnySet_CheckExact(iterable))
            return fill_from_set((PyDictObject *)dict, iterable, value) < 0 ? NULL : kr_take(dict);
    }
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL) return NULL;
    for (;;) {
        KR_AUTO PyObject *key = PyIter_Next(iterator);
        if (key == NULL) return PyErr_Occurred() ? NULL : kr_take(dict);
        int failed = exact ? PyDict_SetItem(dict, key, value) : PyObject_SetItem(dict, key, value);
        if (failed < 0) return NULL;
    }
}
