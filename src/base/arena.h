// arena.h - memory that is given out piece by piece and released all at once.
//
// For data that lives as long as one task, such as the AST of one file.  Blocks double in size up
// to 256 KiB; a larger piece gets a block of its own.
#ifndef KR_BASE_ARENA_H
#define KR_BASE_ARENA_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"

typedef struct KrArenaBlock KrArenaBlock;

typedef struct KrArena {
    char *free;            // first free byte of the newest block
    char *end;             // end of the newest block
    KrArenaBlock *blocks;  // newest first
    size_t total;          // bytes in all blocks
} KrArena;

#define KR_ARENA_EMPTY ((KrArena){0})

// Releases all memory; the arena is empty afterwards and can be used again.
void kr_arena_clear(KrArena *arena);

KR_MUST_USE void *kr_arena_allocate_slow(KrArena *arena, size_t size);

// Returns [size] bytes, aligned to 8 and not initialised, or NULL without memory.
KR_MUST_USE static inline void *kr_arena_allocate(KrArena *arena, size_t size)
{
    size_t rounded = (size + 7) & ~(size_t)7;
    if (rounded < size || rounded > (size_t)(arena->end - arena->free) || arena->free == NULL)
        return kr_arena_allocate_slow(arena, size);
    char *piece = arena->free;
    arena->free += rounded;
    return piece;
}

// As above, filled with zeros.
KR_MUST_USE static inline void *kr_arena_allocate_zeroed(KrArena *arena, size_t size)
{
    void *piece = kr_arena_allocate(arena, size);
    return piece ? memset(piece, 0, size) : NULL;
}

// Returns a copy of [size] bytes with a zero byte behind it, or NULL without memory.
KR_MUST_USE char *kr_arena_copy(KrArena *arena, const void *data, size_t size);

#define kr_arena_new(arena, type) ((type *)kr_arena_allocate_zeroed((arena), sizeof(type)))
#define kr_arena_new_array(arena, type, count)                                                    \
    ((size_t)(count) > PTRDIFF_MAX / sizeof(type)                                                 \
         ? NULL                                                                                   \
         : (type *)kr_arena_allocate_zeroed((arena), sizeof(type) * (size_t)(count)))

#endif
