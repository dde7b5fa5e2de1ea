// dict_table.h - the hash table under dict: a compact, ordered table of keys, perhaps shared.
//
//   PyDictKeysObject  [ header | index: 2^log2_index_bytes bytes | entries in insertion order ]
//
// An index slot holds the number of an entry, KR_SLOT_EMPTY or KR_SLOT_DUMMY.  There are three
// kinds: general (hash, key, value), unicode (key, value: every key an exact str) and split (as
// unicode, but the values live in each instance: PyDictValues).  The layouts are CPython 3.11's.
#ifndef KR_CONTAINERS_DICT_TABLE_H
#define KR_CONTAINERS_DICT_TABLE_H

#include "object.h"
#include "cpython/longintrepr.h"
#include "dictobject.h"
#include "unicodeobject.h"
#include "objects/model/equality.h"
#include "runtime/owned.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { KR_KEYS_GENERAL, KR_KEYS_UNICODE, KR_KEYS_SPLIT };
enum { KR_SLOT_EMPTY = -1, KR_SLOT_DUMMY = -2, KR_FIND_ERROR = -3 };
enum { KR_KEYS_MIN_LOG2 = 3, KR_SHARED_KEYS_MAX = 30 };

struct _dictkeysobject {
    Py_ssize_t dk_refcnt;
    uint8_t dk_log2_size;         // of the number of index slots
    uint8_t dk_log2_index_bytes;  // of the number of bytes of the index
    uint8_t dk_kind;              // KR_KEYS_…
    uint8_t dk_has_front;         // an OrderedDict knows its first live entry (ordered_dict.c)
    uint32_t dk_version;          // 0: none given; else stands for this set and order of keys
    Py_ssize_t dk_usable;         // entries that may still be appended
    Py_ssize_t dk_nentries;       // entries appended so far, deleted ones included
    char dk_indices[];
};

// Values of one instance, in the order of the shared keys.  Before the array lie bytes: [-1] the
// size of that prefix, [-2] how many values are set, [-3 - i] which value was set as the i-th.
struct _dictvalues {
    PyObject *values[1];
};

typedef struct {
    Py_hash_t me_hash;
    PyObject *me_key;
    PyObject *me_value;
} PyDictKeyEntry;

typedef struct {
    PyObject *me_key;
    PyObject *me_value;
} PyDictUnicodeEntry;

static inline Py_ssize_t kr_keys_size(const PyDictKeysObject *keys)
{
    return (Py_ssize_t)1 << keys->dk_log2_size;
}

static inline bool kr_keys_are_unicode(const PyDictKeysObject *keys)
{
    return keys->dk_kind != KR_KEYS_GENERAL;
}

static inline void *kr_keys_entries(const PyDictKeysObject *keys)
{
    return (char *)keys->dk_indices + ((size_t)1 << keys->dk_log2_index_bytes);
}

static inline PyDictKeyEntry *kr_keys_general(const PyDictKeysObject *keys)
{
    assert(keys->dk_kind == KR_KEYS_GENERAL);
    return (PyDictKeyEntry *)kr_keys_entries(keys);
}

static inline PyDictUnicodeEntry *kr_keys_unicode(const PyDictKeysObject *keys)
{
    assert(keys->dk_kind != KR_KEYS_GENERAL);
    return (PyDictUnicodeEntry *)kr_keys_entries(keys);
}

static inline Py_ssize_t kr_keys_get_index(const PyDictKeysObject *keys, size_t slot)
{
    if (keys->dk_log2_size < 8) return ((const int8_t *)keys->dk_indices)[slot];
    if (keys->dk_log2_size < 16) return ((const int16_t *)keys->dk_indices)[slot];
    if (keys->dk_log2_size < 32) return ((const int32_t *)keys->dk_indices)[slot];
    return (Py_ssize_t)((const int64_t *)keys->dk_indices)[slot];
}

static inline void kr_keys_set_index(PyDictKeysObject *keys, size_t slot, Py_ssize_t index)
{
    if (keys->dk_log2_size < 8) ((int8_t *)keys->dk_indices)[slot] = (int8_t)index;
    else if (keys->dk_log2_size < 16) ((int16_t *)keys->dk_indices)[slot] = (int16_t)index;
    else if (keys->dk_log2_size < 32) ((int32_t *)keys->dk_indices)[slot] = (int32_t)index;
    else ((int64_t *)keys->dk_indices)[slot] = index;
}

// Key of entry [index], NULL when it was deleted.
static inline BORROWED PyObject *kr_keys_key(const PyDictKeysObject *keys, Py_ssize_t index)
{
    return kr_keys_are_unicode(keys) ? kr_keys_unicode(keys)[index].me_key
                                     : kr_keys_general(keys)[index].me_key;
}

static inline Py_ssize_t kr_values_count(const PyDictValues *values)
{
    return ((const uint8_t *)values)[-2];
}

static inline Py_ssize_t kr_values_order(const PyDictValues *values, Py_ssize_t position)
{
    return ((const uint8_t *)values)[-3 - position];
}

// Notes that the value [index] was just set for the first time.
static inline void kr_values_note_set(PyDictValues *values, Py_ssize_t index)
{
    uint8_t *bytes = (uint8_t *)values;
    assert(index < KR_SHARED_KEYS_MAX && bytes[-2] < bytes[-1] - 2);
    bytes[-3 - bytes[-2]] = (uint8_t)index;
    bytes[-2]++;
}

// Hash of [key], -1 with an exception.
static inline Py_hash_t kr_dict_hash(PyObject *key)
{
    if (PyUnicode_CheckExact(key)) {
        Py_hash_t hash = ((PyASCIIObject *)key)->hash;
        if (hash != -1) return hash;
    } else if (PyLong_CheckExact(key) && (size_t)(Py_SIZE(key) + 1) <= 2) {
        Py_hash_t hash = Py_SIZE(key) * (Py_hash_t)((PyLongObject *)key)->ob_digit[0];
        return hash == -1 ? -2 : hash;
    }
    return PyObject_Hash(key);
}

// How many entries a table of 2^log2_size slots holds.
static inline Py_ssize_t kr_keys_capacity(unsigned log2_size)
{
    return (Py_ssize_t)(((size_t)2 << log2_size) / 3);
}

NODISCARD PyDictKeysObject *kr_keys_new(unsigned log2_size, bool unicode);
// The keys of every empty dict (a reference is added); never written to.
PyDictKeysObject *kr_keys_empty(void);
bool kr_keys_is_empty(const PyDictKeysObject *keys);
// Ends a table of which nobody holds a reference: with its entries, or the memory alone.
void kr_keys_free(PyDictKeysObject *keys);
void kr_keys_free_memory(PyDictKeysObject *keys);
// log2 of the smallest table with [minimum_size] slots; of one in which [count] entries fit.
unsigned kr_keys_log2_for_size(Py_ssize_t minimum_size);
unsigned kr_keys_log2_for_count(Py_ssize_t count);
Py_ssize_t kr_keys_bytes(const PyDictKeysObject *keys);
// Version of [keys], given now when there is none; 0 when the numbers ran out.
uint32_t kr_keys_version(PyDictKeysObject *keys);

static inline void kr_keys_incref(PyDictKeysObject *keys)
{
    keys->dk_refcnt++;
}

static inline void kr_keys_decref(PyDictKeysObject *keys)
{
    assert(keys->dk_refcnt > 0);
    if (--keys->dk_refcnt == 0) kr_keys_free(keys);
}

// Entry number of the exact str [key], or KR_SLOT_EMPTY.  [keys] must be unicode.  Runs no Python
// code.
Py_ssize_t kr_keys_find_unicode(const PyDictKeysObject *keys, PyObject *key, Py_hash_t hash);
// Slot of the index that leads to entry [index], whose key has [hash]; first slot free for such a
// key.
size_t kr_keys_slot_of(const PyDictKeysObject *keys, Py_hash_t hash, Py_ssize_t index);
size_t kr_keys_free_slot(const PyDictKeysObject *keys, Py_hash_t hash);
// Appends [key], which must be absent, to split keys: its number, or -1 when they are full.  Takes
// a reference.
Py_ssize_t kr_keys_append_split(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash);

// Entry number of [key] in [dict], KR_SLOT_EMPTY, or KR_FIND_ERROR with an exception.  May run
// Python code; what it returns holds for the dict as it is at the return.  [ret_value]: borrowed,
// or NULL.
Py_ssize_t kr_dict_table_find(PyDictObject *dict, PyObject *key, Py_hash_t hash,
                              PyObject **ret_value);
// Moves the entries to a combined table of 2^log2_size slots, of unicode kind or not: 0 or -1.
NODISCARD int kr_dict_table_resize(PyDictObject *dict, unsigned log2_size, bool unicode);
// Adds or replaces: 0 or -1.
NODISCARD int kr_dict_table_insert(PyDictObject *dict, PyObject *key, Py_hash_t hash,
                                   PyObject *value);
// Adds [key], known to be absent.
NODISCARD int kr_dict_table_add(PyDictObject *dict, PyObject *key, Py_hash_t hash,
                                PyObject *value);
// Removes entry [index], whose key has [hash], and returns its value (owned now by the caller).
PyObject *kr_dict_table_remove(PyDictObject *dict, Py_hash_t hash, Py_ssize_t index);
// Turns a split dict into a combined one.
NODISCARD int kr_dict_table_unsplit(PyDictObject *dict);

// Moves the entries to a table with room for as many again, half of it in front of the first one.
NODISCARD int kr_dict_table_make_front(PyDictObject *dict);
// Puts an absent key into the unused entry [index] of a combined table; takes both references.
void kr_dict_table_put_at(PyDictObject *dict, Py_ssize_t index, PyObject *key, Py_hash_t hash,
                          PyObject *value);

// A number that no dict has had yet.
uint64_t kr_dict_next_version(void);

PyDictValues *kr_values_new(const PyDictKeysObject *keys);
void kr_values_free(PyDictValues *values);
// Notes that value [index] is no longer set.
void kr_values_note_unset(PyDictValues *values, Py_ssize_t index);

#endif
