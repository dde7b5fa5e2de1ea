// hashtable.c - _Py_hashtable_*: pointers to pointers, chained, for marshal and tracemalloc.
//
// (1) The number of buckets is a power of two; a bucket is a singly linked list of entries.
// (2) Entries per bucket stay between 0.1 and 0.5 as the table grows and shrinks.
#include "internal/pycore_hashtable.h"

#include <assert.h>
#include <string.h>

#include "pyhash.h"
#include "pymem.h"

enum { FEWEST_BUCKETS = 16 };

static inline _Py_hashtable_entry_t *first_entry(const _Py_hashtable_t *table, size_t bucket)
{
    return (_Py_hashtable_entry_t *)table->buckets[bucket].head;
}

static inline _Py_hashtable_entry_t *next_entry(const _Py_hashtable_entry_t *entry)
{
    return (_Py_hashtable_entry_t *)entry->_Py_slist_item.next;
}

Py_uhash_t _Py_hashtable_hash_ptr(const void *key)
{
    return (Py_uhash_t)_Py_HashPointerRaw(key);
}

int _Py_hashtable_compare_direct(const void *left, const void *right)
{
    return left == right;
}

static _Py_hashtable_entry_t *find_entry(_Py_hashtable_t *table, const void *key)
{
    Py_uhash_t hash = table->hash_func(key);
    _Py_hashtable_entry_t *entry = first_entry(table, hash & (table->nbuckets - 1));
    while (entry != NULL && !(entry->key_hash == hash && table->compare_func(key, entry->key)))
        entry = next_entry(entry);
    return entry;
}

_Py_hashtable_t *_Py_hashtable_new_full(
        _Py_hashtable_hash_func hash, _Py_hashtable_compare_func compare,
        _Py_hashtable_destroy_func destroy_key, _Py_hashtable_destroy_func destroy_value,
        _Py_hashtable_allocator_t *allocator)
{
    _Py_hashtable_allocator_t memory = {PyMem_Malloc, PyMem_Free};
    if (allocator != NULL) memory = *allocator;
    _Py_hashtable_t *table = memory.malloc(sizeof *table);
    if (table == NULL) return NULL;
    size_t size = FEWEST_BUCKETS * sizeof *table->buckets;
    *table = (_Py_hashtable_t){
        .nbuckets = FEWEST_BUCKETS, .buckets = memory.malloc(size), .get_entry_func = find_entry,
        .hash_func = hash, .compare_func = compare, .key_destroy_func = destroy_key,
        .value_destroy_func = destroy_value, .alloc = memory,
    };
    if (table->buckets == NULL) {
        memory.free(table);
        return NULL;
    }
    memset(table->buckets, 0, size);
    return table;
}

_Py_hashtable_t *_Py_hashtable_new(_Py_hashtable_hash_func hash,
                                   _Py_hashtable_compare_func compare)
{
    return _Py_hashtable_new_full(hash, compare, NULL, NULL, NULL);
}

static void push_entry(_Py_slist_t *bucket, _Py_hashtable_entry_t *entry)
{
    entry->_Py_slist_item.next = bucket->head;
    bucket->head = &entry->_Py_slist_item;
}

// keeps (2); without memory the table stays as it is, which is only slower.
static void fit_buckets(_Py_hashtable_t *table)
{
    size_t wanted = FEWEST_BUCKETS;
    while (wanted < 4 * table->nentries) wanted *= 2;
    if (wanted == table->nbuckets) return;
    _Py_slist_t *buckets = table->alloc.malloc(wanted * sizeof *buckets);
    if (buckets == NULL) return;
    memset(buckets, 0, wanted * sizeof *buckets);
    for (size_t i = 0; i < table->nbuckets; i++) {
        _Py_hashtable_entry_t *entry = first_entry(table, i), *next;
        for (; entry != NULL; entry = next) {
            next = next_entry(entry);
            push_entry(&buckets[entry->key_hash & (wanted - 1)], entry);
        }
    }
    table->alloc.free(table->buckets);
    table->buckets = buckets;
    table->nbuckets = wanted;
}

int _Py_hashtable_set(_Py_hashtable_t *table, const void *key, void *value)
{
    assert(find_entry(table, key) == NULL);
    _Py_hashtable_entry_t *entry = table->alloc.malloc(sizeof *entry);
    if (entry == NULL) return -1;
    entry->key_hash = table->hash_func(key);
    entry->key = (void *)key;
    entry->value = value;
    table->nentries++;
    if (2 * table->nentries > table->nbuckets) fit_buckets(table);
    push_entry(&table->buckets[entry->key_hash & (table->nbuckets - 1)], entry);
    return 0;
}

void *_Py_hashtable_get(_Py_hashtable_t *table, const void *key)
{
    _Py_hashtable_entry_t *entry = table->get_entry_func(table, key);
    return entry == NULL ? NULL : entry->value;
}

void *_Py_hashtable_steal(_Py_hashtable_t *table, const void *key)
{
    Py_uhash_t hash = table->hash_func(key);
    _Py_slist_item_t **link = &table->buckets[hash & (table->nbuckets - 1)].head;
    for (; *link != NULL; link = &(*link)->next) {
        _Py_hashtable_entry_t *entry = (_Py_hashtable_entry_t *)*link;
        if (entry->key_hash != hash || !table->compare_func(key, entry->key)) continue;
        void *value = entry->value;
        *link = entry->_Py_slist_item.next;
        table->alloc.free(entry);
        table->nentries--;
        if (10 * table->nentries < table->nbuckets) fit_buckets(table);
        return value;
    }
    return NULL;
}

int _Py_hashtable_foreach(_Py_hashtable_t *table, _Py_hashtable_foreach_func visit, void *data)
{
    for (size_t i = 0; i < table->nbuckets; i++) {
        for (_Py_hashtable_entry_t *entry = first_entry(table, i); entry != NULL;
             entry = next_entry(entry)) {
            int result = visit(table, entry->key, entry->value, data);
            if (result != 0) return result;
        }
    }
    return 0;
}

size_t _Py_hashtable_size(const _Py_hashtable_t *table)
{
    return sizeof *table + table->nbuckets * sizeof *table->buckets
           + table->nentries * sizeof(_Py_hashtable_entry_t);
}

void _Py_hashtable_clear(_Py_hashtable_t *table)
{
    for (size_t i = 0; i < table->nbuckets; i++) {
        _Py_hashtable_entry_t *entry = first_entry(table, i), *next;
        for (; entry != NULL; entry = next) {
            next = next_entry(entry);
            if (table->key_destroy_func != NULL) table->key_destroy_func(entry->key);
            if (table->value_destroy_func != NULL) table->value_destroy_func(entry->value);
            table->alloc.free(entry);
        }
        table->buckets[i].head = NULL;
    }
    table->nentries = 0;
    fit_buckets(table);
}

void _Py_hashtable_destroy(_Py_hashtable_t *table)
{
    _Py_hashtable_clear(table);
    table->alloc.free(table->buckets);
    table->alloc.free(table);
}
