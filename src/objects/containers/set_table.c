// set_table.c - the hash table under set and frozenset: open addressing, short linear probes
// first.
//
//   [ key | hash ] …  2^n slots; of up to 8 slots inside the object
//
// (1) A slot is unused (NULL, 0), a dummy (the object `dummy`, -1) or live.   (2) fill counts live
//     and dummies.
// (3) fill < 3/5 of the slots.  (4) Comparing may run Python code: the table is looked at again
//     afterwards.
//
// The order of slots is seen by everyone who iterates: probing and growth are exactly CPython's.
#include "objects/containers/set_table.h"

#include "objects/containers/dict_table.h"
#include "abstract.h"
#include "dictobject.h"
#include "pyerrors.h"
#include "pymem.h"

enum { LINEAR_PROBES = 9, PERTURB_SHIFT = 5, MANY = 50000 };

static PyObject dummy = {.ob_refcnt = 1, .ob_type = &PyBaseObject_Type};
PyObject *_PySet_Dummy = &dummy;

void kr_set_table_init(PySetObject *set)
{
    memset(set->smalltable, 0, sizeof set->smalltable);
    set->table = set->smalltable;
    set->mask = PySet_MINSIZE - 1;
    set->fill = set->used = set->finger = 0;
    set->hash = -1;
}

// 1: [entry] holds an equal key; 0: not; -1: exception; 2: the set changed, start again.
static int matches(PySetObject *set, setentry *entry, PyObject *key)
{
    PyObject *stored = entry->key;
    if (stored == key) return 1;
    if (PyUnicode_CheckExact(stored) && PyUnicode_CheckExact(key))
        return kr_unicode_equal(stored, key);
    if (PyLong_CheckExact(stored) && PyLong_CheckExact(key)) return kr_int_equal(stored, key);
    setentry *table = set->table;
    Py_ssize_t mask = set->mask;
    Py_INCREF(stored);
    int equal = PyObject_RichCompareBool(stored, key, Py_EQ);
    bool changed = set->table != table || set->mask != mask || entry->key != stored;
    Py_DECREF(stored);
    if (equal < 0) return -1;
    return changed ? 2 : equal;  // keeps (4)
}

// The slot of [key], or the unused one where it would go; NULL with an exception or, after a
// change of the set, without one.
static setentry *try_slot(PySetObject *set, PyObject *key, Py_hash_t hash, bool *ret_changed,
                          setentry **ret_dummy)
{
    size_t mask = (size_t)set->mask, perturb = (size_t)hash, i = perturb & mask;
    for (;;) {
        setentry *entry = &set->table[i];
        int probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
        do {
            if (entry->hash == 0 && entry->key == NULL) return entry;
            if (entry->hash == -1) *ret_dummy = entry;
            else if (entry->hash == hash) {
                int answer = matches(set, entry, key);
                if (answer == 1) return entry;
                *ret_changed = answer == 2;
                if (answer != 0) return NULL;
            }
            entry++;
        } while (probes--);
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

// [ret_dummy]: the last dummy on the way, or NULL.
static setentry *find_slot(PySetObject *set, PyObject *key, Py_hash_t hash, setentry **ret_dummy)
{
    bool changed = false;
    setentry *entry;
    do {
        *ret_dummy = NULL;
        entry = try_slot(set, key, hash, &changed, ret_dummy);
    } while (entry == NULL && changed);
    return entry;
}

int kr_set_table_contains(PySetObject *set, PyObject *key, Py_hash_t hash)
{
    setentry *dummy_entry, *entry = find_slot(set, key, hash, &dummy_entry);
    return entry == NULL ? -1 : entry->key != NULL;
}

// Puts a key that is absent into [table], which has room and no dummies.
static void insert_clean(setentry *table, size_t mask, PyObject *key, Py_hash_t hash)
{
    size_t perturb = (size_t)hash, i = perturb & mask;
    for (;;) {
        setentry *entry = &table[i];
        int probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
        do {
            if (entry->key == NULL) {
                entry->key = key;
                entry->hash = hash;
                return;
            }
            entry++;
        } while (probes--);
        perturb >>= PERTURB_SHIFT;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

int kr_set_table_resize(PySetObject *set, Py_ssize_t minimum)
{
    size_t size = PySet_MINSIZE;
    while (size <= (size_t)minimum) size <<= 1;
    setentry *old = set->table, kept[PySet_MINSIZE], *table;
    size_t old_size = (size_t)set->mask + 1;
    bool was_inside = old == set->smalltable;
    if (size == PySet_MINSIZE) {
        table = set->smalltable;
        if (was_inside) {
            if (set->fill == set->used) return 0;
            memcpy(kept, old, sizeof kept);
            old = kept;
        }
        memset(table, 0, sizeof set->smalltable);
    } else {
        table = PyMem_Calloc(size, sizeof *table);
        if (table == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    for (size_t i = 0; i < old_size; i++)
        if (kr_set_entry_is_live(&old[i])) insert_clean(table, size - 1, old[i].key, old[i].hash);
    set->table = table;
    set->mask = (Py_ssize_t)size - 1;
    set->fill = set->used;
    if (!was_inside) PyMem_Free(old);
    return 0;
}

static Py_ssize_t grown(Py_ssize_t used)
{
    return used > MANY ? used * 2 : used * 4;
}

int kr_set_table_add(PySetObject *set, PyObject *key, Py_hash_t hash)
{
    Py_INCREF(key);  // before comparing: the caller's may be the set's own
    setentry *dummy_entry, *entry = find_slot(set, key, hash, &dummy_entry);
    if (entry == NULL || entry->key != NULL) {
        Py_DECREF(key);
        return entry == NULL ? -1 : 0;
    }
    if (dummy_entry != NULL) {  // fill does not grow
        *dummy_entry = (setentry){key, hash};
        set->used++;
        return 0;
    }
    entry->key = key;
    entry->hash = hash;
    set->fill++;
    set->used++;
    if ((size_t)set->fill * 5 < (size_t)set->mask * 3) return 0;
    return kr_set_table_resize(set, grown(set->used));
}

int kr_set_table_discard(PySetObject *set, PyObject *key, Py_hash_t hash)
{
    setentry *dummy_entry, *entry = find_slot(set, key, hash, &dummy_entry);
    if (entry == NULL) return -1;
    if (entry->key == NULL) return 0;
    PyObject *old = entry->key;
    entry->key = &dummy;
    entry->hash = -1;
    set->used--;
    Py_DECREF(old);
    return 1;
}

setentry *kr_set_table_next(PySetObject *set, Py_ssize_t *position)
{
    Py_ssize_t i = *position;
    if (i < 0) return NULL;
    for (; i <= set->mask; i++) {
        if (!kr_set_entry_is_live(&set->table[i])) continue;
        *position = i + 1;
        return &set->table[i];
    }
    *position = i;
    return NULL;
}

// Room for [more] keys in a set that is about to get them.
static int make_room(PySetObject *set, Py_ssize_t more)
{
    if ((size_t)(set->fill + more) * 5 < (size_t)set->mask * 3) return 0;
    return kr_set_table_resize(set, (set->used + more) * 2);
}

int kr_set_table_merge(PySetObject *set, PySetObject *other)
{
    if (other == set || other->used == 0) return 0;
    if (make_room(set, other->used) < 0) return -1;
    if (set->fill == 0) {  // nothing to compare with
        bool same_shape = set->mask == other->mask && other->fill == other->used;
        for (Py_ssize_t i = 0; i <= other->mask; i++) {
            setentry *entry = &other->table[i];
            if (!kr_set_entry_is_live(entry)) continue;
            Py_INCREF(entry->key);
            if (same_shape) set->table[i] = *entry;
            else insert_clean(set->table, (size_t)set->mask, entry->key, entry->hash);
        }
        set->fill = set->used = other->used;
        return 0;
    }
    for (Py_ssize_t i = 0; i <= other->mask; i++) {
        setentry *entry = &other->table[i];
        if (kr_set_entry_is_live(entry) && kr_set_table_add(set, entry->key, entry->hash) < 0)
            return -1;
    }
    return 0;
}

static int update_from_dict(PySetObject *set, PyObject *dict)
{
    Py_ssize_t position = 0;
    PyObject *key, *value;
    Py_hash_t hash;
    if (make_room(set, PyDict_GET_SIZE(dict)) < 0) return -1;
    while (_PyDict_Next(dict, &position, &key, &value, &hash))
        if (kr_set_table_add(set, key, hash) < 0) return -1;
    return 0;
}

int kr_set_table_update(PySetObject *set, PyObject *iterable)
{
    if (PyAnySet_Check(iterable)) return kr_set_table_merge(set, (PySetObject *)iterable);
    if (PyDict_CheckExact(iterable)) return update_from_dict(set, iterable);
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *key = PyIter_Next(iterator);
        if (key == NULL) return PyErr_Occurred() ? -1 : 0;
        Py_hash_t hash = kr_dict_hash(key);
        if (hash == -1 || kr_set_table_add(set, key, hash) < 0) return -1;
    }
}

static void release_entries(setentry *table, Py_ssize_t mask)
{
    for (Py_ssize_t i = 0; i <= mask; i++)
        if (kr_set_entry_is_live(&table[i])) Py_DECREF(table[i].key);
}

void kr_set_table_clear(PySetObject *set)
{
    setentry kept[PySet_MINSIZE], *table = set->table;
    Py_ssize_t mask = set->mask;
    bool inside = table == set->smalltable;
    if (inside && set->fill == 0) return;
    if (inside) table = memcpy(kept, table, sizeof kept);
    kr_set_table_init(set);
    release_entries(table, mask);
    if (!inside) PyMem_Free(table);
}

void kr_set_table_free(PySetObject *set)
{
    if (set->used > 0) release_entries(set->table, set->mask);
    if (set->table != set->smalltable) PyMem_Free(set->table);
}

void kr_set_table_swap(PySetObject *left, PySetObject *right)
{
    setentry small[PySet_MINSIZE];
    bool left_inside = left->table == left->smalltable,
        right_inside = right->table == right->smalltable;
    PySetObject old = *left;
    left->fill = right->fill;
    left->used = right->used;
    left->mask = right->mask;
    left->table = right_inside ? left->smalltable : right->table;
    right->fill = old.fill;
    right->used = old.used;
    right->mask = old.mask;
    right->table = left_inside ? right->smalltable : old.table;
    memcpy(small, left->smalltable, sizeof small);
    memcpy(left->smalltable, right->smalltable, sizeof small);
    memcpy(right->smalltable, small, sizeof small);
    left->hash = right->hash = -1;
}

PyObject *kr_set_table_pop(PySetObject *set)
{
    if (set->used == 0) return NULL;
    Py_ssize_t i = set->finger & set->mask;
    while (!kr_set_entry_is_live(&set->table[i])) i = (i + 1) & set->mask;
    PyObject *key = set->table[i].key;
    set->table[i] = (setentry){&dummy, -1};
    set->used--;
    set->finger = i + 1;
    return key;
}
