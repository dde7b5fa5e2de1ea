// type_cache.c - version tags of types, and the cache in front of lookups along the MRO.
//
//   (version tag, name) -> 4096 slots -> borrowed value, or NULL for "nowhere in the MRO"
//
// (1) A type has a tag only if all its bases have one.
// (2) A tag stands for one state of the dicts along the MRO, for ever; a slot whose tag matches is
//     right.
// (3) A slot holds a reference to its name, not to the value: the dict that holds the value cannot
//     lose it without the tag being withdrawn first.
#include "objects/model/type.h"

#include <assert.h>
#include <string.h>

#include "dictobject.h"
#include "objects/model/type_mro.h"
#include "pyerrors.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "weakrefobject.h"

enum { SLOT_COUNT = 4096, LONGEST_CACHED_NAME = 100 };

typedef struct {
    unsigned int version;
    PyObject *name;
    PyObject *value;
} CacheSlot;

// One for all interpreters: tags are never given twice, so slots cannot be confused.  Guarded by
// the GIL.
static struct {
    unsigned int last_version;
    CacheSlot slots[SLOT_COUNT];
} cache;

static CacheSlot *slot_for(unsigned int version, PyObject *name)
{
    size_t number = ((size_t)name >> 3) ^ version;
    return &cache.slots[number % SLOT_COUNT];
}

static bool is_cachable_name(PyObject *name)
{
    return PyUnicode_CheckExact(name) && PyUnicode_CHECK_INTERNED(name)
        && PyUnicode_GET_LENGTH(name) <= LONGEST_CACHED_NAME;
}

unsigned int kr_type_version(PyTypeObject *type)
{
    if (kr_type_has_flag(type, Py_TPFLAGS_VALID_VERSION_TAG)) return type->tp_version_tag;
    if (!kr_type_has_flag(type, Py_TPFLAGS_READY) || type->tp_mro == NULL) return 0;
    if (cache.last_version == UINT32_MAX || kr_type_mro_is_custom(type)) return 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_bases); i++)
        if (kr_type_version((PyTypeObject *)PyTuple_GET_ITEM(type->tp_bases, i)) == 0) return 0;
    type->tp_version_tag = ++cache.last_version;
    type->tp_flags |= Py_TPFLAGS_VALID_VERSION_TAG;
    return type->tp_version_tag;
}

void PyType_Modified(PyTypeObject *type)
{
    if (!kr_type_has_flag(type, Py_TPFLAGS_VALID_VERSION_TAG)) return;
    PyObject *subclasses = type->tp_subclasses;
    if (subclasses != NULL) {
        PyObject *key, *reference;
        Py_ssize_t position = 0;
        while (PyDict_Next(subclasses, &position, &key, &reference)) {
            PyObject *subclass = PyWeakref_GET_OBJECT(reference);
            if (subclass != Py_None) PyType_Modified((PyTypeObject *)subclass);
        }
    }
    type->tp_flags &= ~Py_TPFLAGS_VALID_VERSION_TAG;
    type->tp_version_tag = 0;
}

unsigned int PyType_ClearCache(void)
{
    for (int i = 0; i < SLOT_COUNT; i++) {
        cache.slots[i].version = 0;
        cache.slots[i].value = NULL;
        Py_CLEAR(cache.slots[i].name);
    }
    return cache.last_version;
}

// Walks the MRO.  NULL with an exception when a comparison or memory failed.
static PyObject *find_in_mro(PyTypeObject *type, PyObject *name)
{
    Py_hash_t hash = PyObject_Hash(name);
    if (hash == -1) return NULL;
    if (type->tp_mro == NULL) {
        if (kr_type_has_flag(type, Py_TPFLAGS_READYING) || PyType_Ready(type) < 0) return NULL;
    }
    KR_AUTO PyObject *mro = Py_NewRef(type->tp_mro);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        assert(base->tp_dict != NULL && PyDict_Check(base->tp_dict));
        PyObject *value = _PyDict_GetItem_KnownHash(base->tp_dict, name, hash);
        if (value != NULL || PyErr_Occurred()) return value;
    }
    return NULL;
}

static PyObject *find_and_remember(PyTypeObject *type, PyObject *name)
{
    unsigned int version = is_cachable_name(name) ? kr_type_version(type) : 0;
    PyObject *value = find_in_mro(type, name);
    if (value == NULL && PyErr_Occurred()) return NULL;
    if (!kr_type_has_version(type, version)) return value;
    CacheSlot *slot = slot_for(version, name);
    PyObject *old_name = slot->name;
    slot->version = version;
    slot->value = value;
    slot->name = Py_NewRef(name);
    Py_XDECREF(old_name);
    return value;
}

PyObject *kr_type_find(PyTypeObject *type, PyObject *name)
{
    if (kr_type_has_flag(type, Py_TPFLAGS_VALID_VERSION_TAG)) {
        CacheSlot *slot = slot_for(type->tp_version_tag, name);
        if (slot->version == type->tp_version_tag && slot->name == name) return slot->value;
    }
    return find_and_remember(type, name);
}

PyObject *_PyType_Lookup(PyTypeObject *type, PyObject *name)
{
    if (kr_type_has_flag(type, Py_TPFLAGS_VALID_VERSION_TAG)) {
        CacheSlot *slot = slot_for(type->tp_version_tag, name);
        if (slot->version == type->tp_version_tag && slot->name == name) return slot->value;
    }
    // An exception that is pending already belongs to the caller; one raised here is dropped.
    if (PyErr_Occurred()) {
        PyObject *exception, *detail, *traceback;
        PyErr_Fetch(&exception, &detail, &traceback);
        PyObject *value = find_and_remember(type, name);
        PyErr_Restore(exception, detail, traceback);
        return value;
    }
    PyObject *value = find_and_remember(type, name);
    if (value == NULL && PyErr_Occurred()) PyErr_Clear();
    return value;
}

PyObject *_PyType_LookupId(PyTypeObject *type, _Py_Identifier *identifier)
{
    PyObject *name = _PyUnicode_FromId(identifier);
    return name == NULL ? NULL : _PyType_Lookup(type, name);
}
