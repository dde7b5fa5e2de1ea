// set_table.h - the hash table under set and frozenset.
#ifndef KR_CONTAINERS_SET_TABLE_H
#define KR_CONTAINERS_SET_TABLE_H

#include "runtime/owned.h"
#include "object.h"
#include "setobject.h"

#include <stdbool.h>

static inline bool kr_set_entry_is_live(const setentry *entry)
{
    return entry->key != NULL && entry->hash != -1;
}

// An empty table in a new object.
void kr_set_table_init(PySetObject *set);
// 1: contained, 0: not, -1: exception.
int kr_set_table_contains(PySetObject *set, PyObject *key, Py_hash_t hash);
NODISCARD int kr_set_table_add(PySetObject *set, PyObject *key, Py_hash_t hash);
// 1: was there and is removed, 0: was not there, -1.
int kr_set_table_discard(PySetObject *set, PyObject *key, Py_hash_t hash);
// Makes room: a table of more than [minimum] slots without dummies.
NODISCARD int kr_set_table_resize(PySetObject *set, Py_ssize_t minimum);
// Adds all of [other]; all keys of the exact dict [dict]; all that [iterable] gives.
NODISCARD int kr_set_table_merge(PySetObject *set, PySetObject *other);
NODISCARD int kr_set_table_update(PySetObject *set, PyObject *iterable);
void kr_set_table_clear(PySetObject *set);
// Releases the keys and the memory of a set that goes.
void kr_set_table_free(PySetObject *set);
// Exchanges what two sets hold.
void kr_set_table_swap(PySetObject *left, PySetObject *right);
// The next live entry at or after *position, which is moved behind it; NULL at the end.
setentry *kr_set_table_next(PySetObject *set, Py_ssize_t *position);
// Removes and returns some key (a new reference); NULL when there is none.
PyObject *kr_set_table_pop(PySetObject *set);

#endif
