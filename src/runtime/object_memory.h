// object_memory.h - PyObject_Malloc, PyObject_Free and _Py_NewReference, inline: for the small
// objects that are made all the time.
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

// The first reference to a new object, whose type is static or already held.
static inline void kr_object_begin(void *block, PyTypeObject *type)
{
    PyObject *object = block;
    object->ob_type = type;
#ifdef KR_DEBUG
    _Py_NewReference(object);
#else
    object->ob_refcnt = 1;
#endif
}

#endif
