// arena.c - blocks of an arena, linked newest first.
#include "base/arena.h"

struct KrArenaBlock {
    KrArenaBlock *older;
    size_t size;
    char data[];
};

enum { FIRST_BLOCK = 4096 - 64, LARGEST_BLOCK = 256 * 1024 };

static size_t next_block_size(const KrArena *arena, size_t needed)
{
    size_t size = arena->total < FIRST_BLOCK ? FIRST_BLOCK : arena->total;
    if (size > LARGEST_BLOCK) size = LARGEST_BLOCK;
    return needed > size ? needed : size;
}

void *kr_arena_allocate_slow(KrArena *arena, size_t size)
{
    if (size > PTRDIFF_MAX - sizeof(KrArenaBlock) - 8) return NULL;
    size_t rounded = (size + 7) & ~(size_t)7;
    size_t block_size = next_block_size(arena, rounded);
    KrArenaBlock *block = kr_memory_allocate(sizeof(KrArenaBlock) + block_size);
    if (block == NULL) return NULL;
    block->older = arena->blocks;
    block->size = block_size;
    arena->blocks = block;
    arena->total += block_size;
    arena->free = block->data + rounded;
    arena->end = block->data + block_size;
    return block->data;
}

void kr_arena_clear(KrArena *arena)
{
    for (KrArenaBlock *block = arena->blocks, *older; block; block = older) {
        older = block->older;
        kr_memory_free(block);
    }
    *arena = KR_ARENA_EMPTY;
}

char *kr_arena_copy(KrArena *arena, const void *data, size_t size)
{
    char *copy = size < PTRDIFF_MAX ? kr_arena_allocate(arena, size + 1) : NULL;
    if (copy == NULL) return NULL;
    memcpy(copy, data, size);
    copy[size] = 0;
    return copy;
}
