// dict_items.c - the public functions that get, set, delete and walk the items of a dict.
//
// Anything that compares or releases objects may run Python code that changes the dict: results of
// a lookup are used at once, and an old value is released last.
#include "objects/containers/dict.h"

#include "objects/containers/state.h"
#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "abstract.h"
#include "internal/pycore_object.h"
#include "objimpl.h"
#include "pyerrors.h"

// ---- making -----------------------------------------------------------------------------------

PyObject *kr_dict_new_with_keys(PyDictKeysObject *keys, Py_ssize_t used)
{
    KrContainersState *state = &kr_containers_state;
    PyDictObject *dict;
    assert(keys != NULL);
    if (state->dict_count > 0) {
        dict = state->dicts[--state->dict_count];
        assert(!kr_is_tracked((PyObject *)dict));
        _Py_NewReference((PyObject *)dict);
    } else {
        dict = PyObject_GC_New(PyDictObject, &PyDict_Type);
        if (dict == NULL) {
            kr_keys_decref(keys);
            return NULL;
        }
    }
    dict->ma_keys = keys;
    dict->ma_values = NULL;
    dict->ma_used = used;
    dict->ma_version_tag = kr_dict_next_version();
    return (PyObject *)dict;
}

PyObject *kr_dict_new_split(PyDictKeysObject *keys, PyDictValues *values)
{
    kr_keys_incref(keys);
    PyDictObject *dict = (PyDictObject *)kr_dict_new_with_keys(keys, kr_values_count(values));
    if (dict == NULL) return NULL;
    dict->ma_values = values;
    return (PyObject *)dict;
}

PyObject *PyDict_New(void)
{
    return kr_dict_new_with_keys(kr_keys_empty(), 0);
}

static PyObject *new_presized(Py_ssize_t count, bool unicode)
{
    enum { LOG2_MOST = 17 };
    if (count <= kr_keys_capacity(KR_KEYS_MIN_LOG2)) return PyDict_New();
    unsigned log2_size = count > kr_keys_capacity(LOG2_MOST) ? LOG2_MOST
        : kr_keys_log2_for_count(count);
    PyDictKeysObject *keys = kr_keys_new(log2_size, unicode);
    return keys == NULL ? NULL : kr_dict_new_with_keys(keys, 0);
}

PyObject *_PyDict_NewPresized(Py_ssize_t minused)
{
    return new_presized(minused, false);
}

PyObject *kr_dict_from_items(PyObject *const *keys, Py_ssize_t key_stride, PyObject *const *values,
                             Py_ssize_t value_stride, Py_ssize_t count)
{
    bool unicode = true;
    for (Py_ssize_t i = 0; i < count && unicode; i++)
        unicode = PyUnicode_CheckExact(keys[i * key_stride]);
    KR_AUTO PyObject *dict = new_presized(count, unicode);
    if (dict == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++)
        if (PyDict_SetItem(dict, keys[i * key_stride], values[i * value_stride]) < 0) return NULL;
    return kr_take(dict);
}

// ---- finding ----------------------------------------------------------------------------------

PyObject *kr_dict_find(PyObject *dict, PyObject *key, Py_hash_t hash)
{
    PyObject *value;
    (void)kr_dict_table_find((PyDictObject *)dict, key, hash, &value);
    return value;
}

PyObject *kr_dict_find_name(PyDictObject *dict, PyObject *key)
{
    PyObject *value;
    Py_hash_t hash = kr_dict_hash(key);
    if (hash == -1) return NULL;
    (void)kr_dict_table_find(dict, key, hash, &value);
    return value;
}

PyObject *kr_dict_load_global(PyDictObject *globals, PyDictObject *builtins, PyObject *key)
{
    PyObject *value;
    Py_hash_t hash = kr_dict_hash(key);
    if (hash == -1) return NULL;
    Py_ssize_t index = kr_dict_table_find(globals, key, hash, &value);
    if (index == KR_FIND_ERROR || value != NULL) return value;
    (void)kr_dict_table_find(builtins, key, hash, &value);
    return value;
}

Py_ssize_t kr_dict_name_index(PyDictObject *dict, PyObject *key)
{
    if (!kr_keys_are_unicode(dict->ma_keys) || !PyUnicode_CheckExact(key)) return -1;
    Py_hash_t hash = kr_dict_hash(key);
    if (hash == -1) return -1;
    return kr_keys_find_unicode(dict->ma_keys, key, hash);
}

// Borrowed value as PyDict_GetItem: exceptions are dropped, one that is pending is kept.
PyObject *PyDict_GetItem(PyObject *op, PyObject *key)
{
    if (!PyDict_Check(op)) return NULL;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    Py_hash_t hash = kr_dict_hash(key);
    PyObject *found = hash == -1 ? NULL : kr_dict_find(op, key, hash);
    PyErr_Restore(type, value, traceback);
    return found;
}

PyObject *PyDict_GetItemWithError(PyObject *op, PyObject *key)
{
    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    Py_hash_t hash = kr_dict_hash(key);
    return hash == -1 ? NULL : kr_dict_find(op, key, hash);
}

PyObject *_PyDict_GetItemWithError(PyObject *dp, PyObject *key)
{
    return PyDict_GetItemWithError(dp, key);
}

PyObject *_PyDict_GetItem_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash)
{
    if (PyDict_Check(op)) return kr_dict_find(op, key, hash);
    PyErr_BadInternalCall();
    return NULL;
}

PyObject *_PyDict_GetItemIdWithError(PyObject *dp, struct _Py_Identifier *key)
{
    PyObject *name = _PyUnicode_FromId(key);
    return name == NULL ? NULL : PyDict_GetItemWithError(dp, name);
}

PyObject *_PyDict_GetItemStringWithError(PyObject *v, const char *key)
{
    KR_AUTO PyObject *name = PyUnicode_FromString(key);
    return name == NULL ? NULL : PyDict_GetItemWithError(v, name);
}

PyObject *PyDict_GetItemString(PyObject *v, const char *key)
{
    KR_AUTO PyObject *name = PyUnicode_FromString(key);
    if (name == NULL) {
        PyErr_Clear();
        return NULL;
    }
    return PyDict_GetItem(v, name);
}

int _PyDict_Contains_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash)
{
    PyObject *value;
    Py_ssize_t index = kr_dict_table_find((PyDictObject *)op, key, hash, &value);
    if (index == KR_FIND_ERROR) return -1;
    return value != NULL;
}

int PyDict_Contains(PyObject *op, PyObject *key)
{
    Py_hash_t hash = kr_dict_hash(key);
    return hash == -1 ? -1 : _PyDict_Contains_KnownHash(op, key, hash);
}

int _PyDict_ContainsId(PyObject *op, struct _Py_Identifier *key)
{
    PyObject *name = _PyUnicode_FromId(key);
    return name == NULL ? -1 : PyDict_Contains(op, name);
}

Py_ssize_t PyDict_Size(PyObject *mp)
{
    if (mp != NULL && PyDict_Check(mp)) return ((PyDictObject *)mp)->ma_used;
    PyErr_BadInternalCall();
    return -1;
}

// ---- setting ----------------------------------------------------------------------------------

int PyDict_SetItem(PyObject *op, PyObject *key, PyObject *value)
{
    assert(key != NULL && value != NULL);
    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    Py_hash_t hash = kr_dict_hash(key);
    if (hash == -1) return -1;
    return kr_dict_table_insert((PyDictObject *)op, key, hash, value);
}

int kr_dict_set_item_steal(PyObject *dict, PyObject *key, PyObject *value)
{
    int result = PyDict_SetItem(dict, key, value);
    Py_DECREF(key);
    Py_DECREF(value);
    return result;
}

int _PyDict_SetItem_KnownHash(PyObject *op, PyObject *key, PyObject *value, Py_hash_t hash)
{
    if (PyDict_Check(op)) return kr_dict_table_insert((PyDictObject *)op, key, hash, value);
    PyErr_BadInternalCall();
    return -1;
}

int _PyDict_SetItemId(PyObject *v, struct _Py_Identifier *key, PyObject *item)
{
    PyObject *name = _PyUnicode_FromId(key);
    return name == NULL ? -1 : PyDict_SetItem(v, name, item);
}

int PyDict_SetItemString(PyObject *v, const char *key, PyObject *item)
{
    KR_AUTO PyObject *name = PyUnicode_FromString(key);
    if (name == NULL) return -1;
    PyUnicode_InternInPlace(&name);
    return PyDict_SetItem(v, name, item);
}

PyObject *PyDict_SetDefault(PyObject *d, PyObject *key, PyObject *defaultobj)
{
    PyDictObject *dict = (PyDictObject *)d;
    PyObject *value;
    if (!PyDict_Check(d)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    Py_hash_t hash = kr_dict_hash(key);
    if (hash == -1) return NULL;
    Py_ssize_t index = kr_dict_table_find(dict, key, hash, &value);
    if (index == KR_FIND_ERROR) return NULL;
    if (value != NULL) return value;
    int failed = index >= 0 ? kr_dict_table_insert(dict, key, hash, defaultobj)
                            : kr_dict_table_add(dict, key, hash, defaultobj);
    return failed < 0 ? NULL : defaultobj;
}

// ---- deleting ---------------------------------------------------------------------------------

int _PyDict_DelItem_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash)
{
    PyObject *value;
    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    Py_ssize_t index = kr_dict_table_find((PyDictObject *)op, key, hash, &value);
    if (index == KR_FIND_ERROR) return -1;
    if (value == NULL) {
        _PyErr_SetKeyError(key);
        return -1;
    }
    Py_DECREF(kr_dict_table_remove((PyDictObject *)op, hash, index));
    return 0;
}

int PyDict_DelItem(PyObject *op, PyObject *key)
{
    Py_hash_t hash = kr_dict_hash(key);
    return hash == -1 ? -1 : _PyDict_DelItem_KnownHash(op, key, hash);
}

int PyDict_DelItemString(PyObject *v, const char *key)
{
    KR_AUTO PyObject *name = PyUnicode_FromString(key);
    return name == NULL ? -1 : PyDict_DelItem(v, name);
}

int _PyDict_DelItemId(PyObject *v, struct _Py_Identifier *key)
{
    PyObject *name = _PyUnicode_FromId(key);
    return name == NULL ? -1 : PyDict_DelItem(v, name);
}

// Deletes the item if [predicate], which must not change the dict, says so of its value.
int _PyDict_DelItemIf(PyObject *op, PyObject *key, int (*predicate)(PyObject *value))
{
    PyObject *value;
    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    Py_hash_t hash = kr_dict_hash(key);
    if (hash == -1) return -1;
    Py_ssize_t index = kr_dict_table_find((PyDictObject *)op, key, hash, &value);
    if (index == KR_FIND_ERROR) return -1;
    if (value == NULL) {
        _PyErr_SetKeyError(key);
        return -1;
    }
    int answer = predicate(value);
    if (answer <= 0) return answer;
    Py_DECREF(kr_dict_table_remove((PyDictObject *)op, hash, index));
    return 0;
}

PyObject *_PyDict_Pop(PyObject *dict, PyObject *key, PyObject *deflt)
{
    PyDictObject *self = (PyDictObject *)dict;
    PyObject *value = NULL;
    assert(PyDict_Check(dict));
    if (self->ma_used > 0) {
        Py_hash_t hash = kr_dict_hash(key);
        if (hash == -1) return NULL;
        Py_ssize_t index = kr_dict_table_find(self, key, hash, &value);
        if (index == KR_FIND_ERROR) return NULL;
        if (value != NULL) return kr_dict_table_remove(self, hash, index);
    }
    if (deflt != NULL) return Py_NewRef(deflt);
    _PyErr_SetKeyError(key);
    return NULL;
}

void PyDict_Clear(PyObject *op)
{
    if (!PyDict_Check(op)) return;
    PyDictObject *dict = (PyDictObject *)op;
    PyDictKeysObject *keys = dict->ma_keys;
    PyDictValues *values = dict->ma_values;
    if (kr_keys_is_empty(keys)) return;
    dict->ma_keys = kr_keys_empty();
    dict->ma_values = NULL;
    dict->ma_used = 0;
    dict->ma_version_tag = kr_dict_next_version();
    if (values != NULL) {
        Py_ssize_t count = kr_values_count(values);
        for (Py_ssize_t i = 0; i < count; i++)
            Py_DECREF(values->values[kr_values_order(values, i)]);
        kr_values_free(values);
    }
    kr_keys_decref(keys);
}

// ---- walking ----------------------------------------------------------------------------------

static bool next_split(PyDictObject *dict, Py_ssize_t *position, PyObject **key, PyObject **value)
{
    if (*position >= dict->ma_used) return false;
    Py_ssize_t index = kr_values_order(dict->ma_values, (*position)++);
    *key = kr_keys_unicode(dict->ma_keys)[index].me_key;
    *value = dict->ma_values->values[index];
    assert(*value != NULL);
    return true;
}

int _PyDict_Next(PyObject *op, Py_ssize_t *ppos, PyObject **pkey, PyObject **pvalue,
                 Py_hash_t *phash)
{
    PyObject *key = NULL, *value = NULL;
    Py_hash_t hash = 0;
    if (!PyDict_Check(op) || *ppos < 0) return 0;
    PyDictObject *dict = (PyDictObject *)op;
    PyDictKeysObject *keys = dict->ma_keys;
    if (dict->ma_values != NULL) {
        if (!next_split(dict, ppos, &key, &value)) return 0;
    } else {
        while (value == NULL) {
            Py_ssize_t index = *ppos;
            if (index >= keys->dk_nentries) return 0;
            *ppos = index + 1;
            if (kr_keys_are_unicode(keys)) {
                key = kr_keys_unicode(keys)[index].me_key;
                value = kr_keys_unicode(keys)[index].me_value;
            } else {
                PyDictKeyEntry *entry = &kr_keys_general(keys)[index];
                key = entry->me_key;
                value = entry->me_value;
                hash = entry->me_hash;
            }
        }
    }
    if (pkey != NULL) *pkey = key;
    if (pvalue != NULL) *pvalue = value;
    if (phash != NULL) *phash = kr_keys_are_unicode(keys) ? ((PyASCIIObject *)key)->hash : hash;
    return 1;
}

int PyDict_Next(PyObject *op, Py_ssize_t *ppos, PyObject **pkey, PyObject **pvalue)
{
    return _PyDict_Next(op, ppos, pkey, pvalue, NULL);
}

enum { WANT_KEYS, WANT_VALUES, WANT_ITEMS };

// A new list of what [want] says.  No Python code runs while it is filled.
static PyObject *list_of(PyObject *op, int want)
{
    if (op == NULL || !PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyDictObject *dict = (PyDictObject *)op;
    for (;;) {
        Py_ssize_t count = dict->ma_used, position = 0;
        KR_AUTO PyObject *list = PyList_New(count);
        if (list == NULL) return NULL;
        for (Py_ssize_t i = 0; want == WANT_ITEMS && i < count; i++) {
            PyObject *pair = PyTuple_New(2);
            if (pair == NULL) return NULL;
            PyList_SET_ITEM(list, i, pair);
        }
        if (count != dict->ma_used) continue;  // the allocations ran a collection
        PyObject *key, *value;
        for (Py_ssize_t i = 0; PyDict_Next(op, &position, &key, &value); i++) {
            if (want == WANT_ITEMS) {
                PyObject *pair = PyList_GET_ITEM(list, i);
                PyTuple_SET_ITEM(pair, 0, Py_NewRef(key));
                PyTuple_SET_ITEM(pair, 1, Py_NewRef(value));
            } else
                PyList_SET_ITEM(list, i, Py_NewRef(want == WANT_KEYS ? key : value));
        }
        return kr_take(list);
    }
}

PyObject *PyDict_Keys(PyObject *mp)
{
    return list_of(mp, WANT_KEYS);
}

PyObject *PyDict_Values(PyObject *mp)
{
    return list_of(mp, WANT_VALUES);
}

PyObject *PyDict_Items(PyObject *mp)
{
    return list_of(mp, WANT_ITEMS);
}

// ---- the collector, sizes ---------------------------------------------------------------------

void _PyDict_MaybeUntrack(PyObject *op)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    if (!PyDict_CheckExact(op) || !kr_is_tracked(op)) return;
    while (PyDict_Next(op, &position, &key, &value))
        if (kr_may_be_tracked(value) || kr_may_be_tracked(key)) return;
    kr_untrack(op);
}

int _PyDict_HasOnlyStringKeys(PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    assert(PyDict_Check(dict));
    if (kr_keys_are_unicode(((PyDictObject *)dict)->ma_keys)) return 1;
    while (PyDict_Next(dict, &position, &key, &value))
        if (!PyUnicode_Check(key)) return 0;
    return 1;
}

Py_ssize_t _PyDict_SizeOf(PyDictObject *mp)
{
    PyDictKeysObject *keys = mp->ma_keys;
    Py_ssize_t size = Py_TYPE(mp)->tp_basicsize;
    if (mp->ma_values != NULL)
        size += (keys->dk_nentries + keys->dk_usable) * (Py_ssize_t)sizeof(PyObject *);
    else if (!kr_keys_is_empty(keys))
        size += kr_keys_bytes(keys);
    return size;
}

void _PyDict_DebugMallocStats(FILE *out)
{
    int count = kr_containers_state.dict_count;
    fprintf(out, "%d free PyDictObjects * %zd bytes each = %zd\n", count, sizeof(PyDictObject),
            (size_t)count * sizeof(PyDictObject));
}

// Walks the invariants of dict_table.c; always 1, or the process ends in an assert.
int _PyDict_CheckConsistency(PyObject *mp, int check_content)
{
    PyDictObject *dict = (PyDictObject *)mp;
    PyDictKeysObject *keys = dict->ma_keys;
    assert(PyDict_Check(mp) && dict->ma_used >= 0);
    assert(dict->ma_used <= keys->dk_nentries);
    assert(keys->dk_usable >= 0 && keys->dk_nentries >= 0);
    assert((dict->ma_values != NULL) == (keys->dk_kind == KR_KEYS_SPLIT));
    if (!check_content) return 1;
    Py_ssize_t live = 0;
    for (Py_ssize_t i = 0; i < keys->dk_nentries; i++) {
        PyObject *key = kr_keys_key(keys, i);
        if (key == NULL) continue;
        assert(!kr_keys_are_unicode(keys) || PyUnicode_CheckExact(key));
        live += dict->ma_values == NULL || dict->ma_values->values[i] != NULL;
    }
    assert(live == dict->ma_used);
    (void)live;
    return 1;
}
