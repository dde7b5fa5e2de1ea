// instance_dict.c - attribute values inside instances, and the dict made from them on demand.
//
// (1) A new instance gets room for as many values as its type's shared keys may still have; each
//     new instance takes one place away from the keys, so that types with few attributes get small
//     arrays.
// (2) An array is never shorter than the keys' present count plus what they may still get.
// (3) What cannot be inline (a name that is no exact str, keys that are full) turns the values
//     into a dict.
#include "objects/containers/instance_dict.h"

#include "objects/containers/dict.h"
#include "objects/errors/raise.h"
#include "objimpl.h"
#include "pyerrors.h"

enum { LOG2_SHARED_SIZE = 6 };

static PyDictKeysObject *cached_keys(PyTypeObject *type)
{
    assert(PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE));
    return ((PyHeapTypeObject *)type)->ht_cached_keys;
}

PyDictKeysObject *_PyDict_NewKeysForClass(void)
{
    PyDictKeysObject *keys = kr_keys_new(LOG2_SHARED_SIZE, true);
    if (keys == NULL) {
        PyErr_Clear();
        return NULL;
    }
    assert(keys->dk_usable >= KR_SHARED_KEYS_MAX);
    keys->dk_usable = KR_SHARED_KEYS_MAX;
    keys->dk_kind = KR_KEYS_SPLIT;
    return keys;
}

void _PyDictKeys_DecRef(PyDictKeysObject *keys)
{
    kr_keys_decref(keys);
}

static PyDictValues *new_values(PyDictKeysObject *keys)
{
    if (keys->dk_usable > 1) keys->dk_usable--;  // keeps (1)
    return kr_values_new(keys);
}

int _PyObject_InitializeDict(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (type->tp_dictoffset == 0) return 0;
    if (PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT)) {
        PyDictKeysObject *keys = cached_keys(type);
        PyDictValues *values = keys == NULL ? NULL : new_values(keys);
        if (values == NULL) {
            if (keys != NULL) PyErr_NoMemory();
            return keys == NULL ? 0 : -1;
        }
        assert(*_PyObject_ValuesPointer(object) == NULL
               && *_PyObject_ManagedDictPointer(object) == NULL);
        *_PyObject_ValuesPointer(object) = values;
        return 0;
    }
    if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) || cached_keys(type) == NULL) return 0;
    PyDictKeysObject *keys = cached_keys(type);
    PyDictValues *values = new_values(keys);
    if (values == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    PyObject *dict = kr_dict_new_split(keys, values);
    if (dict == NULL) {
        kr_values_free(values);
        return -1;
    }
    *_PyObject_DictPointer(object) = dict;
    return 0;
}

PyObject *kr_instance_dict_from_values(PyTypeObject *type, PyDictValues *values)
{
    PyDictKeysObject *keys = cached_keys(type);
    PyObject *dict = kr_dict_new_split(keys, values);
    if (dict == NULL) return NULL;
    for (Py_ssize_t i = 0; i < kr_values_count(values); i++)
        kr_dict_track_for((PyDictObject *)dict, NULL, values->values[kr_values_order(values, i)]);
    return dict;
}

// Makes the dict of [object] out of its inline values: borrowed, or NULL with MemoryError.
static PyObject *materialize(PyObject *object)
{
    PyDictValues **values = _PyObject_ValuesPointer(object);
    PyObject *dict = kr_instance_dict_from_values(Py_TYPE(object), *values);
    if (dict == NULL) return NULL;
    *values = NULL;
    *_PyObject_ManagedDictPointer(object) = dict;
    return dict;
}

// As kr_keys_find_unicode for a name of a subclass of str, whose __eq__ may do anything; drops
// exceptions.
static Py_ssize_t find_comparing(PyDictKeysObject *keys, PyObject *name, Py_hash_t hash)
{
    Py_ssize_t found = -1;
    kr_keys_incref(keys);
    for (Py_ssize_t i = 0; i < keys->dk_nentries && found < 0; i++) {
        PyObject *key = kr_keys_key(keys, i);
        if (kr_dict_hash(key) != hash) continue;
        int equal = PyObject_RichCompareBool(key, name, Py_EQ);
        if (equal > 0) found = i;
        if (equal < 0) PyErr_Clear();
    }
    kr_keys_decref(keys);
    return found;
}

Py_ssize_t kr_instance_dict_find(PyTypeObject *type, PyObject *name)
{
    PyDictKeysObject *keys = cached_keys(type);
    if (keys == NULL) return -1;
    Py_hash_t hash = kr_dict_hash(name);
    if (hash == -1) {
        PyErr_Clear();
        return -1;
    }
    return PyUnicode_CheckExact(name) ? kr_keys_find_unicode(keys, name, hash)
        : find_comparing(keys, name, hash);
}

static int delete_attribute(PyDictValues *values, Py_ssize_t index, PyObject *name)
{
    if (index < 0 || values->values[index] == NULL) {
        PyErr_SetObject(PyExc_AttributeError, name);
        return -1;
    }
    PyObject *old = kr_take(values->values[index]);
    kr_values_note_unset(values, index);
    Py_DECREF(old);
    return 0;
}

int _PyObject_StoreInstanceAttribute(PyObject *object, PyDictValues *values, PyObject *name,
                                     PyObject *value)
{
    PyDictKeysObject *keys = cached_keys(Py_TYPE(object));
    assert(keys != NULL && values != NULL);
    Py_ssize_t index = -1;
    if (PyUnicode_CheckExact(name)) {
        Py_hash_t hash = kr_dict_hash(name);
        if (hash == -1) return -1;
        index = kr_keys_find_unicode(keys, name, hash);
        if (index < 0 && value != NULL) index = kr_keys_append_split(keys, name, hash);
    }
    else if (value == NULL) index = kr_instance_dict_find(Py_TYPE(object), name);
    if (value == NULL) return delete_attribute(values, index, name);
    if (index < 0) {
        PyObject *dict = materialize(object);
        return dict == NULL ? -1 : PyDict_SetItem(dict, name, value);
    }
    PyObject *old = values->values[index];
    values->values[index] = Py_NewRef(value);
    if (old == NULL) kr_values_note_set(values, index);
    else Py_DECREF(old);
    return 0;
}

PyObject *_PyObject_GetInstanceAttribute(PyObject *object, PyDictValues *values, PyObject *name)
{
    Py_ssize_t index = kr_instance_dict_find(Py_TYPE(object), name);
    if (index < 0 || *_PyObject_ValuesPointer(object) != values) return NULL;
    return Py_XNewRef(values->values[index]);
}

int _PyObject_IsInstanceDictEmpty(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (type->tp_dictoffset == 0) return 1;
    if (PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT)) {
        PyDictValues *values = *_PyObject_ValuesPointer(object);
        if (values != NULL) return kr_values_count(values) == 0;
    }
    PyObject *dict = *_PyObject_DictPointer(object);
    return dict == NULL || ((PyDictObject *)dict)->ma_used == 0;
}

int _PyObject_VisitInstanceAttributes(PyObject *object, visitproc visit, void *arg)
{
    PyDictValues *values = *_PyObject_ValuesPointer(object);
    if (values == NULL) return 0;
    for (Py_ssize_t i = 0; i < kr_values_count(values); i++)
        Py_VISIT(values->values[kr_values_order(values, i)]);
    return 0;
}

void _PyObject_ClearInstanceAttributes(PyObject *object)
{
    PyDictValues *values = *_PyObject_ValuesPointer(object);
    if (values == NULL) return;
    while (kr_values_count(values) > 0) {
        uint8_t *bytes = (uint8_t *)values;
        PyObject *old = kr_take(values->values[kr_values_order(values, bytes[-2] - 1)]);
        bytes[-2]--;
        Py_DECREF(old);
        if (*_PyObject_ValuesPointer(object) != values) return;  // a finaliser asked for the dict
    }
}

void _PyObject_FreeInstanceAttributes(PyObject *object)
{
    PyDictValues **slot = _PyObject_ValuesPointer(object);
    PyDictValues *values = *slot;
    if (values == NULL) return;
    *slot = NULL;
    Py_ssize_t count = kr_values_count(values);
    for (Py_ssize_t i = 0; i < count; i++) Py_DECREF(values->values[kr_values_order(values, i)]);
    kr_values_free(values);
}

PyObject **_PyObject_DictPointer(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT))
        return _PyObject_ManagedDictPointer(object);
    Py_ssize_t offset = type->tp_dictoffset;
    if (offset == 0) return NULL;
    if (offset < 0) {  // counted from the end of an object of variable size
        Py_ssize_t items = Py_SIZE(object) < 0 ? -Py_SIZE(object) : Py_SIZE(object);
        size_t size = (size_t)type->tp_basicsize + (size_t)items * (size_t)type->tp_itemsize;
        offset += (Py_ssize_t)((size + 7) & ~(size_t)7);
        assert(offset > 0 && offset % (Py_ssize_t)sizeof(void *) == 0);
    }
    return (PyObject **)((char *)object + offset);
}

PyObject **_PyObject_GetDictPtr(PyObject *object)
{
    if (!PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_MANAGED_DICT))
        return _PyObject_DictPointer(object);
    if (*_PyObject_ValuesPointer(object) != NULL && materialize(object) == NULL) {
        PyErr_Clear();
        return NULL;
    }
    return _PyObject_ManagedDictPointer(object);
}

int _PyObjectDict_SetItem(PyTypeObject *type, PyObject **slot, PyObject *key, PyObject *value)
{
    assert(slot != NULL);
    PyObject *dict = *slot;
    if (dict == NULL) {
        if (value == NULL) {
            _PyErr_SetKeyError(key);
            return -1;
        }
        dict = PyDict_New();
        if (dict == NULL) return -1;
        *slot = dict;
    }
    KR_AUTO PyObject *held = Py_NewRef(dict);
    return value == NULL ? PyDict_DelItem(held, key) : PyDict_SetItem(held, key, value);
}
