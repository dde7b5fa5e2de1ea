// object_memory.h - PyObject_Malloc and PyObject_Free, inline: for the small objects that are made all the time.
#ifndef KR_RUNTIME_OBJECT_MEMORY_H
#define KR_RUNTIME_OBJECT_MEMORY_H

#include "objimpl.h"
#include "runtime/state.h"

static inline int kr_object_memory_is_hooked(void)
{
    return __builtin_expect(_PyRuntime.memory.is_hooked[PYMEM_DOMAIN_OBJ], 0);
}

static inline void *kr_object_allocate(size_t size)
{
    if (kr_object_memory_is_hooked()) return PyObject_Malloc(size);
    return kr_heap_allocate(&_PyRuntime.memory.heap, size);
}

static inline void kr_object_free(void *block)
{
    if (kr_object_memory_is_hooked()) PyObject_Free(block);
    else kr_heap_free(&_PyRuntime.memory.heap, block);
}

// For a block that was allocated with [size] or more; [size] is at most KR_HEAP_LARGEST.
static inline void kr_object_free_sized(void *block, size_t size)
{
    if (kr_object_memory_is_hooked()) PyObject_Free(block);
    else kr_heap_free_sized(&_PyRuntime.memory.heap, block, size);
}

#endif
