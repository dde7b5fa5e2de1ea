// vector.c - the growth of vectors: half as much again, at least eight items.
#include "base/vector.h"

#include <stdint.h>

void *kr_vector_grow(void *items, ptrdiff_t *capacity, ptrdiff_t needed, size_t size)
{
    ptrdiff_t wanted = *capacity + (*capacity >> 1);
    if (wanted < 8) wanted = 8;
    if (wanted < needed) wanted = needed;
    if ((size_t)wanted > PTRDIFF_MAX / size) return NULL;
    void *grown = kr_memory_resize(items, (size_t)wanted * size);
    if (grown) *capacity = wanted;
    return grown;
}
