// ast_arena.h - the memory of one parse: nodes are bumped out of blocks and go all at once.
//
// Python objects inside nodes (identifiers, constants) are kept alive by the arena's list of
// objects.
#ifndef KR_SYNTAX_AST_ARENA_H
#define KR_SYNTAX_AST_ARENA_H

#include "object.h"

typedef struct KrAstArenaBlock KrAstArenaBlock;

typedef struct KrAstArena {
    char *next;                        // first free byte of the newest block, 8-aligned
    char *end;
    KrAstArenaBlock *blocks;           // newest first
    PyObject **objects;                // owned references
    Py_ssize_t object_count;
    Py_ssize_t object_capacity;
} KrAstArena;

// New arena, or NULL with MemoryError.
KrAstArena *kr_ast_arena_new(void);
// Frees all nodes and gives up all objects.  NULL is fine.
void kr_ast_arena_free(KrAstArena *arena);

// Takes over [object] until the arena goes: 0, or -1 with MemoryError (and the reference is gone).
int kr_ast_arena_add_object(KrAstArena *arena, PyObject *object /* STEALS */);

// Memory from a new block; called when the newest has too little left.
void *kr_ast_arena_allocate_slowly(KrAstArena *arena, size_t size);

// Uninitialised memory of [size] bytes, 8-aligned, or NULL with MemoryError.
static inline void *kr_ast_arena_allocate(KrAstArena *arena, size_t size)
{
    size = (size + 7) & ~(size_t)7;
    if ((size_t)(arena->end - arena->next) < size)
        return kr_ast_arena_allocate_slowly(arena, size);
    char *memory = arena->next;
    arena->next += size;
    return memory;
}

#endif
