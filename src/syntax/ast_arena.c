// ast_arena.c - the memory of one parse.
//
//   blocks: newest -> ... -> oldest      objects: [o0, o1, ...] owned
//
// A request larger than a block gets a block of its own.
#include "syntax/ast_arena.h"

#include "pyerrors.h"
#include "pymem.h"

#include <assert.h>

enum { BLOCK_SIZE = 64 * 1024 - 64, FIRST_BLOCK_SIZE = 8 * 1024 - 64 };

struct KrAstArenaBlock {
    KrAstArenaBlock *older;
    char memory[] __attribute__((aligned(8)));
};

KrAstArena *kr_ast_arena_new(void)
{
    KrAstArena *arena = PyMem_Calloc(1, sizeof(KrAstArena));
    if (arena == NULL) PyErr_NoMemory();
    return arena;
}

void kr_ast_arena_free(KrAstArena *arena)
{
    if (arena == NULL) return;
    for (Py_ssize_t i = 0; i < arena->object_count; i++) Py_DECREF(arena->objects[i]);
    PyMem_Free(arena->objects);
    for (KrAstArenaBlock *block = arena->blocks, *older; block != NULL; block = older) {
        older = block->older;
        PyMem_Free(block);
    }
    PyMem_Free(arena);
}

int kr_ast_arena_add_object(KrAstArena *arena, PyObject *object)
{
    assert(object != NULL);
    if (arena->object_count == arena->object_capacity) {
        Py_ssize_t capacity = arena->object_capacity == 0 ? 32 : arena->object_capacity * 2;
        PyObject **objects = PyMem_Realloc(arena->objects, (size_t)capacity * sizeof(PyObject *));
        if (objects == NULL) {
            Py_DECREF(object);
            PyErr_NoMemory();
            return -1;
        }
        arena->objects = objects;
        arena->object_capacity = capacity;
    }
    arena->objects[arena->object_count++] = object;
    return 0;
}

void *kr_ast_arena_allocate_slowly(KrAstArena *arena, size_t size)
{
    size_t usual = arena->blocks == NULL ? FIRST_BLOCK_SIZE : BLOCK_SIZE;
    size_t room = size > usual ? size : usual;
    if (size > (size_t)PY_SSIZE_T_MAX - sizeof(KrAstArenaBlock)) {
        PyErr_NoMemory();
        return NULL;
    }
    KrAstArenaBlock *block = PyMem_Malloc(sizeof(KrAstArenaBlock) + room);
    if (block == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    block->older = arena->blocks;
    arena->blocks = block;
    arena->next = block->memory + size;
    arena->end = block->memory + room;
    assert(((uintptr_t)block->memory & 7) == 0);
    return block->memory;
}
