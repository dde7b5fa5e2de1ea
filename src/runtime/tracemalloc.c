// tracemalloc.c - the C interface of tracemalloc, while nothing is traced.
//
// Tracing itself is the module _tracemalloc's work; without it these functions answer as when it
// is off.
#include "internal/pycore_pymem.h"
#include "tracemalloc.h"

enum { NOT_TRACING = -2 };

__attribute__((visibility("default"))) struct _PyTraceMalloc_Config _Py_tracemalloc_config = {
    .initialized = TRACEMALLOC_NOT_INITIALIZED, .tracing = 0, .max_nframe = 1,
};

int PyTraceMalloc_Track(unsigned int domain, uintptr_t pointer, size_t size)
{
    return NOT_TRACING;
}

int PyTraceMalloc_Untrack(unsigned int domain, uintptr_t pointer)
{
    return NOT_TRACING;
}
