// dict_table.c - the hash table under dict: open addressing into a compact array of entries.
//
//   [ header | index: 1, 2, 4 or 8 bytes a slot | entries in insertion order ]
//
// (1) Live entries keep insertion order; a deleted entry has key and value NULL.
// (2) An index slot is EMPTY, DUMMY, or the number of a live entry.
// (3) At most two thirds of the slots are ever used, so that probing ends.
// (4) In a unicode or split table every key is an exact str: no lookup of a str runs Python code.
// (5) Comparing other keys may run Python code: the entry is looked at again afterwards.
// (6) Keys are shared (dk_refcnt > 1) only when they are split or the static empty ones.
//
// The type is in dict.c, views in dict_views.c, sharing of keys between instances in
// instance_dict.c.
#include "objects/containers/dict_table.h"

#include "objects/containers/dict.h"
#include "objects/containers/state.h"
#include "objects/containers/tracking.h"
#include "cpython/longintrepr.h"
#include "longobject.h"
#include "pyerrors.h"
#include "pymem.h"

enum { PERTURB_SHIFT = 5, RESTART = -4 };

static struct {
    PyDictKeysObject header;
    int8_t indices[8];
} empty_keys = {
    .header = {.dk_refcnt = 1, .dk_log2_index_bytes = 3, .dk_kind = KR_KEYS_UNICODE,
               .dk_version = 1},
    .indices = {-1, -1, -1, -1, -1, -1, -1, -1},
};

PyDictKeysObject *kr_keys_empty(void)
{
    kr_keys_incref(&empty_keys.header);
    return &empty_keys.header;
}

bool kr_keys_is_empty(const PyDictKeysObject *keys)
{
    return keys == &empty_keys.header;
}

uint64_t kr_dict_next_version(void)
{
    return ++kr_containers_state.dict_version;
}

uint32_t kr_keys_version(PyDictKeysObject *keys)
{
    if (keys->dk_version != 0) return keys->dk_version;
    if (kr_containers_state.keys_version == UINT32_MAX) return 0;
    keys->dk_version = ++kr_containers_state.keys_version;
    return keys->dk_version;
}

// ---- memory of a table ------------------------------------------------------------------------

unsigned kr_keys_log2_for_size(Py_ssize_t minimum_size)
{
    size_t bits = (size_t)((minimum_size | 8) - 1) | 7;
    return 64 - (unsigned)__builtin_clzl(bits);
}

unsigned kr_keys_log2_for_count(Py_ssize_t count)
{
    return kr_keys_log2_for_size((count * 3 + 1) / 2);
}

static unsigned log2_index_bytes_for(unsigned log2_size)
{
    if (log2_size < 8) return log2_size;
    if (log2_size < 16) return log2_size + 1;
    if (log2_size < 32) return log2_size + 2;
    return log2_size + 3;
}

static size_t entry_bytes(const PyDictKeysObject *keys)
{
    return kr_keys_are_unicode(keys) ? sizeof(PyDictUnicodeEntry) : sizeof(PyDictKeyEntry);
}

Py_ssize_t kr_keys_bytes(const PyDictKeysObject *keys)
{
    size_t capacity = (size_t)kr_keys_capacity(keys->dk_log2_size);
    return (Py_ssize_t)(sizeof *keys + ((size_t)1 << keys->dk_log2_index_bytes) +
                        capacity * entry_bytes(keys));
}

PyDictKeysObject *kr_keys_new(unsigned log2_size, bool unicode)
{
    assert(log2_size >= KR_KEYS_MIN_LOG2);
    KrContainersState *state = &kr_containers_state;
    if (log2_size > 58) {
        PyErr_NoMemory();
        return NULL;
    }
    unsigned log2_index_bytes = log2_index_bytes_for(log2_size);
    size_t capacity = (size_t)kr_keys_capacity(log2_size);
    size_t entry_size = unicode ? sizeof(PyDictUnicodeEntry) : sizeof(PyDictKeyEntry);
    size_t index_bytes = (size_t)1 << log2_index_bytes;
    PyDictKeysObject *keys;
    if (log2_size == KR_KEYS_MIN_LOG2 && unicode && state->keys_count > 0)
        keys = state->keys[--state->keys_count];
    else
        keys = PyObject_Malloc(sizeof *keys + index_bytes + capacity * entry_size);
    if (keys == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    keys->dk_refcnt = 1;
    keys->dk_log2_size = (uint8_t)log2_size;
    keys->dk_log2_index_bytes = (uint8_t)log2_index_bytes;
    keys->dk_kind = unicode ? KR_KEYS_UNICODE : KR_KEYS_GENERAL;
    keys->dk_has_front = 0;
    keys->dk_version = 0;
    keys->dk_usable = (Py_ssize_t)capacity;
    keys->dk_nentries = 0;
    memset(keys->dk_indices, 0xff, index_bytes);
    memset(kr_keys_entries(keys), 0, capacity * entry_size);
    return keys;
}

void kr_keys_free_memory(PyDictKeysObject *keys)
{
    KrContainersState *state = &kr_containers_state;
    assert(!kr_keys_is_empty(keys));
    if (keys->dk_log2_size == KR_KEYS_MIN_LOG2 && keys->dk_kind == KR_KEYS_UNICODE &&
        state->keys_count < KR_DICTS_KEPT)
        state->keys[state->keys_count++] = keys;
    else
        PyObject_Free(keys);
}

void kr_keys_free(PyDictKeysObject *keys)
{
    Py_ssize_t count = keys->dk_nentries;
    if (kr_keys_are_unicode(keys)) {
        PyDictUnicodeEntry *entry = kr_keys_unicode(keys);
        for (Py_ssize_t i = 0; i < count; i++, entry++) {
            Py_XDECREF(entry->me_key);
            Py_XDECREF(entry->me_value);
        }
    } else {
        PyDictKeyEntry *entry = kr_keys_general(keys);
        for (Py_ssize_t i = 0; i < count; i++, entry++) {
            Py_XDECREF(entry->me_key);
            Py_XDECREF(entry->me_value);
        }
    }
    kr_keys_free_memory(keys);
}

// ---- values of split dicts --------------------------------------------------------------------

PyDictValues *kr_values_new(const PyDictKeysObject *keys)
{
    size_t count = (size_t)(keys->dk_nentries + keys->dk_usable);
    size_t prefix = (count + 2 + 7) & ~(size_t)7;
    assert(count >= 1 && count <= KR_SHARED_KEYS_MAX);
    uint8_t *memory = PyMem_Malloc(prefix + count * sizeof(PyObject *));
    if (memory == NULL) return NULL;
    uint8_t *values = memory + prefix;
    values[-1] = (uint8_t)prefix;
    values[-2] = 0;
    memset(values, 0, count * sizeof(PyObject *));
    return (PyDictValues *)values;
}

void kr_values_free(PyDictValues *values)
{
    uint8_t *bytes = (uint8_t *)values;
    PyMem_Free(bytes - bytes[-1]);
}

void kr_values_note_unset(PyDictValues *values, Py_ssize_t index)
{
    uint8_t *bytes = (uint8_t *)values;
    int count = bytes[-2], position = 0;
    while (bytes[-3 - position] != index) position++;
    assert(position < count);
    for (; position + 1 < count; position++) bytes[-3 - position] = bytes[-4 - position];
    bytes[-2] = (uint8_t)(count - 1);
}

// ---- lookup -----------------------------------------------------------------------------------

#define ALWAYS_INLINE static inline __attribute__((always_inline))

#define NEXT_SLOT(slot, perturb, mask)                                                            \
    ((perturb) >>= PERTURB_SHIFT, ((slot) * 5 + (perturb) + 1) & (mask))

ALWAYS_INLINE Py_ssize_t index_at(const PyDictKeysObject *keys, size_t slot, int width)
{
    switch (width) {
    case 1: return ((const int8_t *)keys->dk_indices)[slot];
    case 2: return ((const int16_t *)keys->dk_indices)[slot];
    default: return kr_keys_get_index(keys, slot);
    }
}

ALWAYS_INLINE Py_ssize_t find_unicode(const PyDictKeysObject *keys, PyObject *key, Py_hash_t hash,
                                      int width)
{
    size_t mask = (size_t)kr_keys_size(keys) - 1;
    size_t perturb = (size_t)hash, slot = perturb & mask;
    const PyDictUnicodeEntry *entries = kr_keys_unicode(keys);
    for (;;) {
        Py_ssize_t index = index_at(keys, slot, width);
        if (index >= 0) {
            PyObject *stored = entries[index].me_key;
            if (stored == key) return index;
            if (((PyASCIIObject *)stored)->hash == hash && kr_unicode_equal(stored, key))
                return index;
        } else if (index == KR_SLOT_EMPTY) return KR_SLOT_EMPTY;
        slot = NEXT_SLOT(slot, perturb, mask);
    }
}

Py_ssize_t kr_keys_find_unicode(const PyDictKeysObject *keys, PyObject *key, Py_hash_t hash)
{
    assert(kr_keys_are_unicode(keys) && PyUnicode_CheckExact(key));
    if (keys->dk_log2_size < 8) return find_unicode(keys, key, hash, 1);
    if (keys->dk_log2_size < 16) return find_unicode(keys, key, hash, 2);
    return find_unicode(keys, key, hash, 4);
}

ALWAYS_INLINE Py_hash_t hash_at(const PyDictKeysObject *keys, Py_ssize_t index)
{
    if (kr_keys_are_unicode(keys))
        return ((PyASCIIObject *)kr_keys_unicode(keys)[index].me_key)->hash;
    return kr_keys_general(keys)[index].me_hash;
}

// 1: [stored], key of entry [index] behind [slot], equals [key]; 0: not; or RESTART,
// KR_FIND_ERROR.
static int compare_keys(PyDictObject *dict, size_t slot, Py_ssize_t index, PyObject *key)
{
    PyDictKeysObject *keys = dict->ma_keys;
    uint8_t log2_size = keys->dk_log2_size;
    PyObject *stored = kr_keys_key(keys, index);
    if (PyUnicode_CheckExact(stored) && PyUnicode_CheckExact(key))
        return kr_unicode_equal(stored, key);
    if (PyLong_CheckExact(stored) && PyLong_CheckExact(key)) return kr_int_equal(stored, key);
    Py_INCREF(stored);
    int equal = PyObject_RichCompareBool(stored, key, Py_EQ);
    bool changed = dict->ma_keys != keys || keys->dk_log2_size != log2_size ||
                   kr_keys_get_index(keys, slot) != index || kr_keys_key(keys, index) != stored;
    Py_DECREF(stored);
    if (equal < 0) return KR_FIND_ERROR;
    return changed ? RESTART : equal;  // keeps (5)
}

static Py_ssize_t find_general(PyDictObject *dict, PyObject *key, Py_hash_t hash)
{
    PyDictKeysObject *keys = dict->ma_keys;
    size_t mask = (size_t)kr_keys_size(keys) - 1;
    size_t perturb = (size_t)hash, slot = perturb & mask;
    const PyDictKeyEntry *entries = kr_keys_general(keys);
    for (;;) {
        Py_ssize_t index = kr_keys_get_index(keys, slot);
        if (index >= 0) {
            PyObject *stored = entries[index].me_key;
            if (stored == key) return index;
            if (entries[index].me_hash == hash && PyLong_CheckExact(stored)
                && PyLong_CheckExact(key)) {
                if (kr_int_equal(stored, key)) return index;
            } else if (entries[index].me_hash == hash) {
                int answer = compare_keys(dict, slot, index, key);
                if (answer < 0) return answer;
                if (answer > 0) return index;
            }
        } else if (index == KR_SLOT_EMPTY) return KR_SLOT_EMPTY;
        slot = NEXT_SLOT(slot, perturb, mask);
    }
}

// A key that is no exact str in a unicode table.
static Py_ssize_t find_stranger(PyDictObject *dict, PyObject *key, Py_hash_t hash)
{
    PyDictKeysObject *keys = dict->ma_keys;
    size_t mask = (size_t)kr_keys_size(keys) - 1;
    size_t perturb = (size_t)hash, slot = perturb & mask;
    for (;;) {
        Py_ssize_t index = kr_keys_get_index(keys, slot);
        if (index == KR_SLOT_EMPTY) return KR_SLOT_EMPTY;
        if (index >= 0 && hash_at(keys, index) == hash) {
            int answer = compare_keys(dict, slot, index, key);
            if (answer < 0) return answer;
            if (answer > 0) return index;
        }
        slot = NEXT_SLOT(slot, perturb, mask);
    }
}

Py_ssize_t kr_dict_table_find(PyDictObject *dict, PyObject *key, Py_hash_t hash,
                              PyObject **ret_value)
{
    Py_ssize_t index;
    if (kr_keys_are_unicode(dict->ma_keys) && PyUnicode_CheckExact(key))
        index = kr_keys_find_unicode(dict->ma_keys, key, hash);
    else
        do index = kr_keys_are_unicode(dict->ma_keys) ? find_stranger(dict, key, hash)
            : find_general(dict, key, hash);
        while (index == RESTART);
    if (index < 0) *ret_value = NULL;
    else if (dict->ma_values != NULL) *ret_value = dict->ma_values->values[index];
    else if (kr_keys_are_unicode(dict->ma_keys))
        *ret_value = kr_keys_unicode(dict->ma_keys)[index].me_value;
    else *ret_value = kr_keys_general(dict->ma_keys)[index].me_value;
    return index;
}

size_t kr_keys_slot_of(const PyDictKeysObject *keys, Py_hash_t hash, Py_ssize_t index)
{
    size_t mask = (size_t)kr_keys_size(keys) - 1;
    size_t perturb = (size_t)hash, slot = perturb & mask;
    while (kr_keys_get_index(keys, slot) != index) {
        assert(kr_keys_get_index(keys, slot) != KR_SLOT_EMPTY);
        slot = NEXT_SLOT(slot, perturb, mask);
    }
    return slot;
}

size_t kr_keys_free_slot(const PyDictKeysObject *keys, Py_hash_t hash)
{
    size_t mask = (size_t)kr_keys_size(keys) - 1;
    size_t perturb = (size_t)hash, slot = perturb & mask;
    while (kr_keys_get_index(keys, slot) >= 0) slot = NEXT_SLOT(slot, perturb, mask);
    return slot;
}

// ---- growing ----------------------------------------------------------------------------------

// Fills the index of [keys], whose entries are live from [first] on.
static void build_index(PyDictKeysObject *keys, Py_ssize_t first)
{
    for (Py_ssize_t i = first; i < keys->dk_nentries; i++)
        kr_keys_set_index(keys, kr_keys_free_slot(keys, hash_at(keys, i)), i);
}

static void append_entry(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash, PyObject *value)
{
    Py_ssize_t index = keys->dk_nentries++;
    keys->dk_usable--;
    if (kr_keys_are_unicode(keys))
        kr_keys_unicode(keys)[index] = (PyDictUnicodeEntry){key, value};
    else
        kr_keys_general(keys)[index] = (PyDictKeyEntry){hash, key, value};
}

static void move_split_entries(PyDictObject *dict, PyDictKeysObject *to)
{
    PyDictKeysObject *from = dict->ma_keys;
    PyDictValues *values = dict->ma_values;
    for (Py_ssize_t i = 0; i < dict->ma_used; i++) {
        Py_ssize_t index = kr_values_order(values, i);
        PyObject *key = kr_keys_unicode(from)[index].me_key;
        append_entry(to, Py_NewRef(key), hash_at(from, index), values->values[index]);
    }
}

static void move_entries(PyDictKeysObject *from, PyDictKeysObject *to, Py_ssize_t used)
{
    if (from->dk_nentries == used && from->dk_kind == to->dk_kind) {
        memcpy(kr_keys_entries(to), kr_keys_entries(from), (size_t)used * entry_bytes(from));
        to->dk_nentries = used;
        to->dk_usable -= used;
        return;
    }
    for (Py_ssize_t i = 0; i < from->dk_nentries; i++) {
        PyObject *key = kr_keys_key(from, i);
        if (key == NULL) continue;
        PyObject *value = kr_keys_are_unicode(from) ? kr_keys_unicode(from)[i].me_value
                                                    : kr_keys_general(from)[i].me_value;
        append_entry(to, key, hash_at(from, i), value);
    }
}

int kr_dict_table_resize(PyDictObject *dict, unsigned log2_size, bool unicode)
{
    PyDictKeysObject *from = dict->ma_keys;
    assert(kr_keys_capacity(log2_size) >= dict->ma_used);
    PyDictKeysObject *to = kr_keys_new(log2_size, unicode && kr_keys_are_unicode(from));
    if (to == NULL) return -1;
    if (dict->ma_values != NULL) {
        move_split_entries(dict, to);
        kr_values_free(dict->ma_values);
        dict->ma_values = NULL;
        kr_keys_decref(from);
    } else if (kr_keys_is_empty(from)) {
        kr_keys_decref(from);
    } else {
        assert(from->dk_refcnt == 1);
        move_entries(from, to, dict->ma_used);
        kr_keys_free_memory(from);
    }
    build_index(to, 0);
    dict->ma_keys = to;
    return 0;
}

int kr_dict_table_unsplit(PyDictObject *dict)
{
    if (dict->ma_values == NULL) return 0;
    return kr_dict_table_resize(dict, kr_keys_log2_for_size(kr_keys_size(dict->ma_keys)), true);
}

// ---- adding and removing ----------------------------------------------------------------------

void kr_dict_track_for(PyDictObject *dict, PyObject *key, PyObject *value)
{
    if (kr_is_tracked((PyObject *)dict)) return;
    if ((key != NULL && kr_may_be_tracked(key)) || kr_may_be_tracked(value))
        kr_track((PyObject *)dict);
}

Py_ssize_t kr_keys_append_split(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash)
{
    assert(keys->dk_kind == KR_KEYS_SPLIT && PyUnicode_CheckExact(key));
    if (keys->dk_usable <= 0) return -1;
    keys->dk_version = 0;
    kr_keys_set_index(keys, kr_keys_free_slot(keys, hash), keys->dk_nentries);
    append_entry(keys, Py_NewRef(key), hash, NULL);
    return keys->dk_nentries - 1;
}

// Room for one more entry in a combined table that can hold [key].
static int make_room(PyDictObject *dict, PyObject *key)
{
    bool unicode = PyUnicode_CheckExact(key);
    PyDictKeysObject *keys = dict->ma_keys;
    if (keys->dk_usable > 0 && dict->ma_values == NULL && (unicode || !kr_keys_are_unicode(keys)))
        return 0;
    unsigned log2_size = kr_keys_log2_for_size(dict->ma_used * 3);
    return kr_dict_table_resize(dict, log2_size, unicode);
}

static void set_split_value(PyDictObject *dict, Py_ssize_t index, PyObject *value)
{
    assert(dict->ma_values->values[index] == NULL);
    dict->ma_values->values[index] = Py_NewRef(value);
    kr_values_note_set(dict->ma_values, index);
    dict->ma_used++;
    dict->ma_version_tag = kr_dict_next_version();
}

int kr_dict_table_add(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    kr_dict_track_for(dict, key, value);
    if (dict->ma_values != NULL && PyUnicode_CheckExact(key)) {
        Py_ssize_t index = kr_keys_append_split(dict->ma_keys, key, hash);
        if (index >= 0) {
            set_split_value(dict, index, value);
            return 0;
        }
    }
    if (make_room(dict, key) < 0) return -1;
    PyDictKeysObject *keys = dict->ma_keys;
    keys->dk_version = 0;
    kr_keys_set_index(keys, kr_keys_free_slot(keys, hash), keys->dk_nentries);
    append_entry(keys, Py_NewRef(key), hash, Py_NewRef(value));
    dict->ma_used++;
    dict->ma_version_tag = kr_dict_next_version();
    return 0;
}

// kr_dict_table_insert for an exact str in a combined unicode table: one probe for both answers.
static int insert_unicode(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    PyDictKeysObject *keys = dict->ma_keys;
    size_t mask = (size_t)kr_keys_size(keys) - 1;
    size_t perturb = (size_t)hash, slot = perturb & mask;
    PyDictUnicodeEntry *entries = kr_keys_unicode(keys);
    Py_ssize_t index;
    for (;;) {
        index = kr_keys_get_index(keys, slot);
        if (index == KR_SLOT_EMPTY) break;
        if (index >= 0) {
            PyObject *stored = entries[index].me_key;
            if (stored == key
                || (((PyASCIIObject *)stored)->hash == hash && kr_unicode_equal(stored, key)))
                break;
        }
        slot = NEXT_SLOT(slot, perturb, mask);
    }
    if (index < 0 && keys->dk_usable <= 0) return kr_dict_table_add(dict, key, hash, value);
    if (kr_may_be_tracked(value) && !kr_is_tracked((PyObject *)dict)) kr_track((PyObject *)dict);
    PyObject *old = NULL;
    if (index >= 0) {
        old = entries[index].me_value;
        if (old == value) return 0;
        entries[index].me_value = Py_NewRef(value);
    } else {
        keys->dk_version = 0;
        kr_keys_set_index(keys, slot, keys->dk_nentries);
        entries[keys->dk_nentries++] = (PyDictUnicodeEntry){Py_NewRef(key), Py_NewRef(value)};
        keys->dk_usable--;
        dict->ma_used++;
    }
    dict->ma_version_tag = kr_dict_next_version();
    Py_XDECREF(old);
    return 0;
}

int kr_dict_table_insert(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    PyObject *old;
    if (dict->ma_values == NULL && kr_keys_are_unicode(dict->ma_keys) && PyUnicode_CheckExact(key))
        return insert_unicode(dict, key, hash, value);
    Py_ssize_t index = kr_dict_table_find(dict, key, hash, &old);
    if (index == KR_FIND_ERROR) return -1;
    if (index < 0) return kr_dict_table_add(dict, key, hash, value);
    kr_dict_track_for(dict, NULL, value);
    if (old == NULL) {
        set_split_value(dict, index, value);
        return 0;
    }
    if (old == value) return 0;
    PyObject **slot = dict->ma_values != NULL              ? &dict->ma_values->values[index]
        : kr_keys_are_unicode(dict->ma_keys) ? &kr_keys_unicode(dict->ma_keys)[index].me_value
        : &kr_keys_general(dict->ma_keys)[index].me_value;
    *slot = Py_NewRef(value);
    dict->ma_version_tag = kr_dict_next_version();
    Py_DECREF(old);
    return 0;
}

PyObject *kr_dict_table_remove(PyDictObject *dict, Py_hash_t hash, Py_ssize_t index)
{
    PyDictKeysObject *keys = dict->ma_keys;
    PyObject *value, *key = NULL;
    dict->ma_used--;
    dict->ma_version_tag = kr_dict_next_version();
    if (dict->ma_values != NULL) {
        value = kr_take(dict->ma_values->values[index]);
        kr_values_note_unset(dict->ma_values, index);
        return value;
    }
    keys->dk_version = 0;
    kr_keys_set_index(keys, kr_keys_slot_of(keys, hash, index), KR_SLOT_DUMMY);
    if (kr_keys_are_unicode(keys)) {
        key = kr_take(kr_keys_unicode(keys)[index].me_key);
        value = kr_take(kr_keys_unicode(keys)[index].me_value);
    } else {
        PyDictKeyEntry *entry = &kr_keys_general(keys)[index];
        key = kr_take(entry->me_key);
        value = kr_take(entry->me_value);
        entry->me_hash = 0;
    }
    Py_DECREF(key);
    return value;
}

// ---- for OrderedDict --------------------------------------------------------------------------

int kr_dict_table_make_front(PyDictObject *dict)
{
    assert(dict->ma_values == NULL && dict->ma_used > 0);
    PyDictKeysObject *from = dict->ma_keys;
    PyDictKeysObject *to = kr_keys_new(kr_keys_log2_for_size(dict->ma_used * 3 + 8),
                                       kr_keys_are_unicode(from));
    if (to == NULL) return -1;
    Py_ssize_t front = (to->dk_usable - dict->ma_used) / 2;
    assert(front > 0);
    to->dk_nentries = front;
    to->dk_usable -= front;
    for (Py_ssize_t i = 0; i < from->dk_nentries; i++) {
        PyObject *key = kr_keys_key(from, i);
        if (key == NULL) continue;
        PyObject *value = kr_keys_are_unicode(from) ? kr_keys_unicode(from)[i].me_value
                                                    : kr_keys_general(from)[i].me_value;
        append_entry(to, key, hash_at(from, i), value);
    }
    build_index(to, front);
    dict->ma_keys = to;
    kr_keys_free_memory(from);
    return 0;
}

void kr_dict_table_put_at(PyDictObject *dict, Py_ssize_t index, PyObject *key, Py_hash_t hash,
                          PyObject *value)
{
    PyDictKeysObject *keys = dict->ma_keys;
    assert(dict->ma_values == NULL && kr_keys_key(keys, index) == NULL);
    keys->dk_version = 0;
    kr_keys_set_index(keys, kr_keys_free_slot(keys, hash), index);
    if (kr_keys_are_unicode(keys)) kr_keys_unicode(keys)[index] = (PyDictUnicodeEntry){key, value};
    else kr_keys_general(keys)[index] = (PyDictKeyEntry){hash, key, value};
    dict->ma_used++;
    dict->ma_version_tag = kr_dict_next_version();
}
