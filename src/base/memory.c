// memory.c - the C heap with a switch that makes the n-th allocation fail.
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>

static struct {
    long remaining;   // allocations until the failing one, 0 when off
    int keep_failing;
} failure;

static int must_fail(void)
{
    if (__builtin_expect(failure.remaining == 0, 1)) return 0;
    if (failure.remaining > 1) {
        failure.remaining--;
        return 0;
    }
    if (!failure.keep_failing) failure.remaining = 0;
    return 1;
}

void kr_memory_fail_at(long nth, int keep_failing)
{
    failure.remaining = nth;
    failure.keep_failing = keep_failing;
}

void *kr_memory_allocate(size_t size)
{
    if (must_fail() || size > PTRDIFF_MAX) return NULL;
    return malloc(size ? size : 1);
}

void *kr_memory_allocate_zeroed(size_t count, size_t size)
{
    if (must_fail() || (size && count > PTRDIFF_MAX / size)) return NULL;
    return count && size ? calloc(count, size) : calloc(1, 1);
}

void *kr_memory_resize(void *block, size_t size)
{
    if (must_fail() || size > PTRDIFF_MAX) return NULL;
    return realloc(block, size ? size : 1);
}

void kr_memory_free(void *block)
{
    free(block);
}
