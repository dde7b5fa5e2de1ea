// allocator.c - pools: getting, filling, giving back.  The picture is in allocator.h.
#include "runtime/allocator.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"

#define REGION_LARGEST ((uintptr_t)1 << 38)
#define REGION_SMALLEST ((uintptr_t)1 << 26)
enum {
    COMMIT_STEP = 1 << 20,
    EMPTY_POOLS_KEPT = 256,     // with their memory; of further ones the system gets it back
    CARVED_AT_ONCE = 2048,      // bytes of fresh blocks that are linked in one go
    BIN_BYTES = 64 * 1024,      // that a bin holds at most
};

// Reserves address space only; it becomes memory in steps of COMMIT_STEP.  Without success all
// blocks come from the C heap.
static void reserve_region(KrHeap *heap)
{
    for (uintptr_t size = REGION_LARGEST; size >= REGION_SMALLEST; size >>= 1) {
        void *start = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                           0);
        if (start == MAP_FAILED) continue;
        uintptr_t aligned = ((uintptr_t)start + COMMIT_STEP - 1) & ~(uintptr_t)(COMMIT_STEP - 1);
        heap->base = aligned;
        heap->size = (size - (aligned - (uintptr_t)start)) & ~(uintptr_t)(COMMIT_STEP - 1);
        heap->next_pool = heap->committed = aligned;
        return;
    }
    heap->size = 1;  // owns nothing, and is not tried again
    heap->base = heap->next_pool = heap->committed = 1;
}

static int commit_step(KrHeap *heap)
{
    if (heap->committed + COMMIT_STEP > heap->base + heap->size) return -1;
    if (mprotect((void *)heap->committed, COMMIT_STEP, PROT_READ | PROT_WRITE) < 0) return -1;
    heap->committed += COMMIT_STEP;
    return 0;
}

static KrPool *take_pool(KrHeap *heap)
{
    KrPool *pool = heap->empty;
    if (pool != NULL) {
        heap->empty = pool->next;
        heap->empty_count--;
        return pool;
    }
    if (heap->size == 0) reserve_region(heap);
    if (heap->next_pool == heap->committed && commit_step(heap) < 0) return NULL;
    pool = (KrPool *)heap->next_pool;
    heap->next_pool += KR_POOL_SIZE;
    return pool;
}

static void link_pool(KrHeap *heap, KrPool *pool)
{
    KrPool **list = &heap->classes[pool->size_class];
    pool->previous = NULL;
    pool->next = *list;
    if (pool->next != NULL) pool->next->previous = pool;
    *list = pool;
}

static void unlink_pool(KrHeap *heap, KrPool *pool)
{
    if (pool->next != NULL) pool->next->previous = pool->previous;
    if (pool->previous != NULL)
        pool->previous->next = pool->next;
    else
        heap->classes[pool->size_class] = pool->next;
}

// Links a few fresh blocks of [pool] into its free list; 0 when none is left.
static int carve_blocks(KrPool *pool)
{
    size_t size = pool->size;
    ptrdiff_t room = pool->end - pool->fresh;
    if (room <= 0) return 0;
    size_t count = CARVED_AT_ONCE / size, most = (size_t)room / size;
    if (count > most) count = most;
    char *block = pool->fresh;
    pool->fresh += count * size;
    pool->free = block;
    for (; count > 1; count--, block += size) *(void **)block = block + size;
    *(void **)block = NULL;
    return 1;
}

static KrPool *new_pool(KrHeap *heap, size_t size)
{
    KrPool *pool = take_pool(heap);
    if (pool == NULL) return NULL;
    char *first = (char *)pool + ((sizeof *pool + KR_HEAP_UNIT - 1) & ~(size_t)(KR_HEAP_UNIT - 1));
    size_t count = ((char *)pool + KR_POOL_SIZE - first) / size;
    pool->free = NULL;
    pool->used = 0;
    pool->size = (uint16_t)size;
    pool->size_class = (uint8_t)(size / KR_HEAP_UNIT - 1);
    pool->is_full = 0;
    pool->fresh = first;
    pool->end = first + count * size;
    link_pool(heap, pool);
    return pool;
}

static Py_ssize_t bin_capacity(unsigned size_class)
{
    return BIN_BYTES / ((size_class + 1) * KR_HEAP_UNIT);
}

// The first pool of the class that has a free block; NULL without memory.
static KrPool *pool_with_block(KrHeap *heap, unsigned size_class)
{
    KrPool **list = &heap->classes[size_class];
    // keeps (3): full pools leave the list when they are met at its front.
    while (*list != NULL && (*list)->free == NULL && !carve_blocks(*list)) {
        KrPool *full = *list;
        unlink_pool(heap, full);
        full->is_full = 1;
    }
    if (*list == NULL) {
        KrPool *pool = new_pool(heap, (size_t)(size_class + 1) * KR_HEAP_UNIT);
        if (pool == NULL) return NULL;
        carve_blocks(pool);
    }
    return *list;
}

void *kr_heap_allocate_slow(KrHeap *heap, size_t size)
{
    if (size == 0) size = 1;
    if (size > KR_HEAP_LARGEST) return kr_memory_allocate(size);
    unsigned size_class = (unsigned)((size - 1) / KR_HEAP_UNIT);
    KrBin *bin = &heap->bins[size_class];
    if (bin->free == NULL) {
        KrPool *pool = pool_with_block(heap, size_class);
        if (pool == NULL) return kr_memory_allocate(size);
        // All its free blocks move to the bin.
        uint32_t count = 0;
        for (void *block = pool->free; block != NULL; block = *(void **)block) count++;
        bin->free = pool->free;
        bin->room = bin_capacity(size_class) - count;
        pool->free = NULL;
        pool->used += count;
    }
    void *block = bin->free;
    assert(block != NULL);
    bin->free = *(void **)block;
    bin->room++;
    return block;
}

static void return_to_pool(KrHeap *heap, void *block)
{
    KrPool *pool = (KrPool *)((uintptr_t)block & ~(uintptr_t)(KR_POOL_SIZE - 1));
    *(void **)block = pool->free;
    pool->free = block;
    pool->used--;
    if (pool->is_full) {
        pool->is_full = 0;
        link_pool(heap, pool);
    }
    if (pool->used > 0) return;
    // The last pool of a class stays: one object made and freed again and again costs nothing.
    if (pool->next == NULL && pool->previous == NULL) return;
    unlink_pool(heap, pool);
    if (heap->empty_count >= EMPTY_POOLS_KEPT) madvise(pool, KR_POOL_SIZE, MADV_DONTNEED);
    pool->next = heap->empty;
    heap->empty = pool;
    heap->empty_count++;
}

// The youngest [kept] blocks stay.
static void cut_bin(KrHeap *heap, unsigned size_class, Py_ssize_t kept)
{
    KrBin *bin = &heap->bins[size_class];
    void **link = &bin->free;
    for (Py_ssize_t i = 0; i < kept && *link != NULL; i++) link = (void **)*link;
    void *block = *link;
    *link = NULL;
    for (void *next; block != NULL; block = next) {
        next = *(void **)block;
        bin->room++;
        return_to_pool(heap, block);
    }
}

void kr_heap_shrink_bin(KrHeap *heap, unsigned size_class)
{
    cut_bin(heap, size_class, bin_capacity(size_class) / 2);
}

void kr_heap_free_large(void *block)
{
    kr_memory_free(block);
}

void *kr_heap_resize(KrHeap *heap, void *block, size_t size)
{
    if (block == NULL) return kr_heap_allocate(heap, size);
    if (!kr_heap_owns(heap, block)) return kr_memory_resize(block, size ? size : 1);
    KrPool *pool = (KrPool *)((uintptr_t)block & ~(uintptr_t)(KR_POOL_SIZE - 1));
    size_t old = pool->size;
    // A block that shrinks a little stays where it is.
    if (size <= old && 4 * size > 3 * old) return block;
    void *moved = kr_heap_allocate(heap, size);
    if (moved == NULL) return size <= old ? block : NULL;
    memcpy(moved, block, size < old ? size : old);
    kr_heap_free(heap, block);
    return moved;
}

// ---- statistics

typedef struct {
    size_t pools, used, free;
} ClassSums;

// Sums over all pools that were ever used, the bins emptied; an empty pool counts as free memory
// of no class.
static size_t sum_pools(KrHeap *heap, ClassSums sums[KR_HEAP_CLASSES])
{
    size_t blocks = 0;
    for (unsigned i = 0; i < KR_HEAP_CLASSES; i++) cut_bin(heap, i, 0);
    memset(sums, 0, KR_HEAP_CLASSES * sizeof *sums);
    for (uintptr_t at = heap->base; at < heap->next_pool; at += KR_POOL_SIZE) {
        const KrPool *pool = (const KrPool *)at;
        if (pool->used == 0) continue;
        ClassSums *sum = &sums[pool->size_class];
        size_t capacity = KR_POOL_SIZE / pool->size;
        sum->pools++;
        sum->used += pool->used;
        sum->free += capacity > pool->used ? capacity - pool->used : 0;
        blocks += pool->used;
    }
    return blocks;
}

size_t kr_heap_blocks_in_use(KrHeap *heap)
{
    ClassSums sums[KR_HEAP_CLASSES];
    return heap->size == 0 ? 0 : sum_pools(heap, sums);
}

void kr_heap_print(KrHeap *heap, FILE *out)
{
    ClassSums sums[KR_HEAP_CLASSES];
    size_t blocks = sum_pools(heap, sums), bytes = 0, pools = 0;
    fprintf(out, "Small block threshold = %d, in %d size classes.\n\n", KR_HEAP_LARGEST,
            KR_HEAP_CLASSES);
    fprintf(out, "class   size   num pools   blocks in use  avail blocks\n"
                 "-----   ----   ---------   -------------  ------------\n");
    for (int i = 0; i < KR_HEAP_CLASSES; i++) {
        if (sums[i].pools == 0) continue;
        size_t size = (size_t)(i + 1) * KR_HEAP_UNIT;
        fprintf(out, "%5d %6zu %11zu %15zu %13zu\n", i, size, sums[i].pools, sums[i].used,
                sums[i].free);
        bytes += size * sums[i].used;
        pools += sums[i].pools;
    }
    fprintf(out, "\n# arenas reserved total              = %20zu\n",
            (size_t)(heap->committed - heap->base) / COMMIT_STEP);
    fprintf(out, "# pools in use                       = %20zu\n", pools);
    fprintf(out, "# unused pools                       = %20zd\n", heap->empty_count);
    fprintf(out, "# blocks in allocated state          = %20zu\n", blocks);
    fprintf(out, "# bytes in allocated blocks          = %20zu\n", bytes);
}
