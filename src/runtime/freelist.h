// freelist.h - freed objects of one type, kept for the next one.
//
// The first word of a kept block links to the next.  The owner of a list decides what stays valid
// inside the block.  All lists hang from the interpreter and are emptied by a full collection.
#ifndef KR_RUNTIME_FREELIST_H
#define KR_RUNTIME_FREELIST_H

#include <stddef.h>

enum {
    KR_FREELIST_LIST,
    KR_FREELIST_DICT,
    KR_FREELIST_DICT_KEYS,
    KR_FREELIST_SLICE,
    KR_FREELIST_CONTEXT,
    KR_FREELIST_ASYNC_VALUE,
    KR_FREELIST_ASYNC_SEND,
    KR_FREELIST_METHOD,
    KR_FREELIST_GENERATOR,
    KR_FREELIST_TUPLE,                            // + size, 1 … 20
    KR_FREELIST_COUNT = KR_FREELIST_TUPLE + 21
};

typedef struct KrFreeList {
    void *head;
    int count;
} KrFreeList;

static inline void *kr_freelist_take(KrFreeList *list)
{
    void *block = list->head;
    if (block != NULL) {
        list->head = *(void **)block;
        list->count--;
    }
    return block;
}

// Keeps [block] unless [limit] blocks are there already: 1 when kept.
static inline int kr_freelist_keep(KrFreeList *list, void *block, int limit)
{
    if (list->count >= limit) return 0;
    *(void **)block = list->head;
    list->head = block;
    list->count++;
    return 1;
}

#endif
