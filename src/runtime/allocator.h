// allocator.h - blocks of up to 512 bytes by size class; larger ones come from the C heap.
//
//     region (address space, reserved once)  =  pool | pool | pool …      16 KiB each, aligned
//     pool                                   =  header | block | block …  all of one size class
//
// Freed blocks of any pool gather in the bin of their class, last in, first out, and are given out
// from there; only an empty bin and one that overflows go to the pools.
//
// (1) An address belongs to this allocator exactly when it lies in the region: one comparison.
// (2) classes[c] is the list of pools of the class that may have a free block; its first is tried.
// (3) A pool that is full is in no list until one of its blocks returns from the bin.
// (4) To its pool a block in a bin is given out.
// The holder of the interpreter lock is the only user.
#ifndef KR_RUNTIME_ALLOCATOR_H
#define KR_RUNTIME_ALLOCATOR_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "pyport.h"

enum { KR_HEAP_UNIT = 16, KR_HEAP_LARGEST = 512,
      KR_HEAP_CLASSES = KR_HEAP_LARGEST / KR_HEAP_UNIT };
enum { KR_POOL_SIZE = 16 * 1024 };

typedef struct KrPool {
    void *free;             // freed blocks, linked by their first word
    uint32_t used;          // blocks given out, those in the bin too
    uint16_t size;          // of a block
    uint8_t size_class;
    uint8_t is_full;
    struct KrPool *next, *previous;
    char *fresh;            // blocks from here on were never given out
    char *end;              // behind the last block
} KrPool;

// Free blocks of one class, linked by their first word.
typedef struct KrBin {
    void *free;
    Py_ssize_t room;        // for so many more
} KrBin;

typedef struct KrHeap {
    KrBin bins[KR_HEAP_CLASSES];
    uintptr_t base;         // the region
    uintptr_t size;         // 0 before the first allocation
    KrPool *classes[KR_HEAP_CLASSES];
    KrPool *empty;          // pools without a class
    Py_ssize_t empty_count;
    uintptr_t next_pool;    // never used yet
    uintptr_t committed;    // accessible up to here
} KrHeap;

void *kr_heap_allocate_slow(KrHeap *heap, size_t size);
// Gives blocks of an overflowing bin back to their pools.
void kr_heap_shrink_bin(KrHeap *heap, unsigned size_class);
void *kr_heap_resize(KrHeap *heap, void *block, size_t size);
size_t kr_heap_blocks_in_use(KrHeap *heap);
void kr_heap_print(KrHeap *heap, FILE *out);

static inline int kr_heap_owns(const KrHeap *heap, const void *block)
{
    return (uintptr_t)block - heap->base < heap->size;
}

static inline void *kr_heap_allocate(KrHeap *heap, size_t size)
{
    if (__builtin_expect(size - 1 < KR_HEAP_LARGEST, 1)) {
        KrBin *bin = &heap->bins[(size - 1) / KR_HEAP_UNIT];
        void *block = bin->free;
        if (__builtin_expect(block != NULL, 1)) {
            bin->free = *(void **)block;
            bin->room++;
            return block;
        }
    }
    return kr_heap_allocate_slow(heap, size);
}

void kr_heap_free_large(void *block);

static inline void kr_heap_put_in_bin(KrHeap *heap, void *block, unsigned size_class)
{
    KrBin *bin = &heap->bins[size_class];
    *(void **)block = bin->free;
    bin->free = block;
    if (__builtin_expect(--bin->room < 0, 0)) kr_heap_shrink_bin(heap, size_class);
}

static inline void kr_heap_free(KrHeap *heap, void *block)
{
    if (__builtin_expect(!kr_heap_owns(heap, block), 0)) {
        kr_heap_free_large(block);
        return;
    }
    const KrPool *pool = (const KrPool *)((uintptr_t)block & ~(uintptr_t)(KR_POOL_SIZE - 1));
    kr_heap_put_in_bin(heap, block, pool->size_class);
}

// For a block that was allocated with [size] or more, [size] at most KR_HEAP_LARGEST: does not
// look at its pool.
static inline void kr_heap_free_sized(KrHeap *heap, void *block, size_t size)
{
    if (__builtin_expect(kr_heap_owns(heap, block), 1))
        kr_heap_put_in_bin(heap, block, (unsigned)((size - 1) / KR_HEAP_UNIT));
    else
        kr_heap_free_large(block);
}

#endif
