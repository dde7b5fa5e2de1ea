// memory.h - the three domains: which functions serve them now, and the fast way to the usual
// ones.
#ifndef KR_RUNTIME_MEMORY_H
#define KR_RUNTIME_MEMORY_H

#include <stdbool.h>

#include "objimpl.h"
#include "pymem.h"
#include "runtime/allocator.h"

// A domain with fences (memory_debug.c).
typedef struct KrFencedDomain {
    char letter;
    PyMemAllocatorEx below;          // what serves the domain really
} KrFencedDomain;

typedef struct KrMemory {
    KrHeap heap;                     // of the domains mem and object
    // by domain: not served directly by the heap (raw: the C heap)
    bool is_hooked[3];
    PyMemAllocatorEx allocators[3];  // valid when hooked
    KrFencedDomain fenced[3];
    PyObjectArenaAllocator arenas;
    const char *name;                // set by PYTHONMALLOC: of the whole set-up
} KrMemory;

// memory_debug.c: fences around the blocks of [domain], whose present functions go on serving.
void kr_memory_add_fences(PyMemAllocatorDomain domain);

#endif
