// set_operations.c - intersection, difference and comparison of sets.
//
// The larger set is probed with the items of the smaller one.  Items are held while they are
// compared, since comparing may run Python code that removes them; walks go by position and so
// survive it.
#include "objects/containers/set.h"

#include "objects/containers/dict_table.h"
#include "objects/containers/set_table.h"
#include "abstract.h"
#include "pyerrors.h"

// Adds to [result] what [walked] and [probed] share.
static int add_common(PySetObject *result, PySetObject *walked, PySetObject *probed)
{
    Py_ssize_t position = 0;
    setentry *entry;
    while ((entry = kr_set_table_next(walked, &position)) != NULL) {
        Py_hash_t hash = entry->hash;
        KR_AUTO PyObject *key = Py_NewRef(entry->key);
        int contained = kr_set_table_contains(probed, key, hash);
        if (contained < 0 || (contained && kr_set_table_add(result, key, hash) < 0)) return -1;
    }
    return 0;
}

PyObject *kr_set_intersection(PySetObject *self, PyObject *other)
{
    if ((PyObject *)self == other) return kr_set_new_base(Py_TYPE(self), other);
    KR_AUTO PyObject *result = kr_set_new_base(Py_TYPE(self), NULL);
    if (result == NULL) return NULL;
    if (PyAnySet_Check(other)) {
        PySetObject *walked = (PySetObject *)other, *probed = self;
        if (walked->used > probed->used) {
            walked = self;
            probed = (PySetObject *)other;
        }
        return add_common((PySetObject *)result, walked, probed) < 0 ? NULL : kr_take(result);
    }
    KR_AUTO PyObject *iterator = PyObject_GetIter(other);
    if (iterator == NULL) return NULL;
    for (;;) {
        KR_AUTO PyObject *key = PyIter_Next(iterator);
        if (key == NULL) return PyErr_Occurred() ? NULL : kr_take(result);
        Py_hash_t hash = kr_dict_hash(key);
        if (hash == -1) return NULL;
        int contained = kr_set_table_contains(self, key, hash);
        if (contained < 0) return NULL;
        if (contained && kr_set_table_add((PySetObject *)result, key, hash) < 0) return NULL;
    }
}

static int subtract_set(PySetObject *self, PySetObject *other)
{
    Py_ssize_t position = 0;
    setentry *entry;
    while ((entry = kr_set_table_next(other, &position)) != NULL) {
        Py_hash_t hash = entry->hash;
        KR_AUTO PyObject *key = Py_NewRef(entry->key);
        if (kr_set_table_discard(self, key, hash) < 0) return -1;
    }
    return 0;
}

static int subtract_iterable(PySetObject *self, PyObject *other)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(other);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *key = PyIter_Next(iterator);
        if (key == NULL) return PyErr_Occurred() ? -1 : 0;
        Py_hash_t hash = kr_dict_hash(key);
        if (hash == -1 || kr_set_table_discard(self, key, hash) < 0) return -1;
    }
}

int kr_set_subtract(PySetObject *self, PyObject *other)
{
    if ((PyObject *)self == other) {
        kr_set_table_clear(self);
        return 0;
    }
    if (PyAnySet_Check(other)) {
        KR_AUTO PyObject *common = NULL;
        if ((PySet_GET_SIZE(other) >> 3) > self->used) {
            common = kr_set_intersection(self, other);
            if (common == NULL) return -1;
            other = common;
        }
        if (subtract_set(self, (PySetObject *)other) < 0) return -1;
    } else if (subtract_iterable(self, other) < 0) return -1;
    if (self->fill - self->used <= self->mask / 4) return 0;
    return kr_set_table_resize(self, self->used > 50000 ? self->used * 2 : self->used * 4);
}

static PyObject *copy_and_subtract(PySetObject *self, PyObject *other)
{
    KR_AUTO PyObject *result = kr_set_new_base(Py_TYPE(self), (PyObject *)self);
    if (result == NULL) return NULL;
    // frozensets copy to themselves
    if (PyFrozenSet_CheckExact(result) && result == (PyObject *)self) {
        Py_SETREF(result, kr_set_new_base(Py_TYPE(self), NULL));
        if (result == NULL || kr_set_table_merge((PySetObject *)result, self) < 0) return NULL;
    }
    return kr_set_subtract((PySetObject *)result, other) < 0 ? NULL : kr_take(result);
}

PyObject *kr_set_difference(PySetObject *self, PyObject *other)
{
    Py_ssize_t others = 0;
    if (PyAnySet_Check(other)) others = PySet_GET_SIZE(other);
    else if (PyDict_CheckExact(other)) others = PyDict_GET_SIZE(other);
    else return copy_and_subtract(self, other);
    if ((self->used >> 2) > others) return copy_and_subtract(self, other);
    KR_AUTO PyObject *result = kr_set_new_base(Py_TYPE(self), NULL);
    if (result == NULL) return NULL;
    Py_ssize_t position = 0;
    setentry *entry;
    while ((entry = kr_set_table_next(self, &position)) != NULL) {
        Py_hash_t hash = entry->hash;
        KR_AUTO PyObject *key = Py_NewRef(entry->key);
        int contained = PyDict_CheckExact(other) ? _PyDict_Contains_KnownHash(other, key, hash)
            : kr_set_table_contains((PySetObject *)other, key, hash);
        if (contained < 0) return NULL;
        if (!contained && kr_set_table_add((PySetObject *)result, key, hash) < 0) return NULL;
    }
    return kr_take(result);
}

static int toggle_key(PySetObject *self, PyObject *key, Py_hash_t hash)
{
    int removed = kr_set_table_discard(self, key, hash);
    if (removed < 0) return -1;
    return removed ? 0 : kr_set_table_add(self, key, hash);
}

int kr_set_toggle(PySetObject *self, PyObject *other)
{
    if ((PyObject *)self == other) {
        kr_set_table_clear(self);
        return 0;
    }
    Py_ssize_t position = 0;
    if (PyDict_CheckExact(other)) {
        PyObject *stored;
        Py_hash_t hash;
        while (_PyDict_Next(other, &position, &stored, NULL, &hash)) {
            KR_AUTO PyObject *key = Py_NewRef(stored);
            if (toggle_key(self, key, hash) < 0) return -1;
        }
        return 0;
    }
    KR_AUTO PyObject *set = PyAnySet_Check(other) ? Py_NewRef(other)
        : kr_set_new_base(Py_TYPE(self), other);
    if (set == NULL) return -1;
    setentry *entry;
    while ((entry = kr_set_table_next((PySetObject *)set, &position)) != NULL) {
        Py_hash_t hash = entry->hash;
        KR_AUTO PyObject *key = Py_NewRef(entry->key);
        if (toggle_key(self, key, hash) < 0) return -1;
    }
    return 0;
}

PyObject *kr_set_symmetric_difference(PySetObject *self, PyObject *other)
{
    KR_AUTO PyObject *result = kr_set_new_base(Py_TYPE(self), NULL);
    if (result == NULL || kr_set_table_update((PySetObject *)result, other) < 0) return NULL;
    return kr_set_toggle((PySetObject *)result, (PyObject *)self) < 0 ? NULL : kr_take(result);
}

int kr_set_is_subset(PySetObject *self, PyObject *other)
{
    if (!PyAnySet_Check(other)) {
        KR_AUTO PyObject *common = kr_set_intersection(self, other);
        return common == NULL ? -1 : PySet_GET_SIZE(common) == self->used;
    }
    if (self->used > PySet_GET_SIZE(other)) return 0;
    Py_ssize_t position = 0;
    setentry *entry;
    while ((entry = kr_set_table_next(self, &position)) != NULL) {
        Py_hash_t hash = entry->hash;
        KR_AUTO PyObject *key = Py_NewRef(entry->key);
        int contained = kr_set_table_contains((PySetObject *)other, key, hash);
        if (contained <= 0) return contained;
    }
    return 1;
}

int kr_set_is_superset(PySetObject *self, PyObject *other)
{
    if (PyAnySet_Check(other)) return kr_set_is_subset((PySetObject *)other, (PyObject *)self);
    KR_AUTO PyObject *iterator = PyObject_GetIter(other);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *key = PyIter_Next(iterator);
        if (key == NULL) return PyErr_Occurred() ? -1 : 1;
        int contained = kr_set_contains(self, key);
        if (contained <= 0) return contained;
    }
}

int kr_set_is_disjoint(PySetObject *self, PyObject *other)
{
    if ((PyObject *)self == other) return self->used == 0;
    if (PyAnySet_CheckExact(other)) {
        PySetObject *walked = (PySetObject *)other, *probed = self;
        if (walked->used > probed->used) {
            walked = self;
            probed = (PySetObject *)other;
        }
        Py_ssize_t position = 0;
        setentry *entry;
        while ((entry = kr_set_table_next(walked, &position)) != NULL) {
            Py_hash_t hash = entry->hash;
            KR_AUTO PyObject *key = Py_NewRef(entry->key);
            int contained = kr_set_table_contains(probed, key, hash);
            if (contained != 0) return contained < 0 ? -1 : 0;
        }
        return 1;
    }
    KR_AUTO PyObject *iterator = PyObject_GetIter(other);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *key = PyIter_Next(iterator);
        if (key == NULL) return PyErr_Occurred() ? -1 : 1;
        Py_hash_t hash = kr_dict_hash(key);
        if (hash == -1) return -1;
        int contained = kr_set_table_contains(self, key, hash);
        if (contained != 0) return contained < 0 ? -1 : 0;
    }
}
