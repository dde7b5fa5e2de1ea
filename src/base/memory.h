// memory.h - the one entry to the C heap; everything above allocates through here in the end.
//
// A counter can make the n-th allocation fail, so that every path that handles failure can be
// tried.
#ifndef KR_BASE_MEMORY_H
#define KR_BASE_MEMORY_H

#include <stddef.h>

#define KR_MUST_USE __attribute__((warn_unused_result))

// Each returns NULL when there is no memory (or when the switch below says so).  Size 0 gives a
// block.
KR_MUST_USE void *kr_memory_allocate(size_t size);
KR_MUST_USE void *kr_memory_allocate_zeroed(size_t count, size_t size);
// NULL leaves [block] as it was.
KR_MUST_USE void *kr_memory_resize(void *block, size_t size);
// [block] may be NULL.
void kr_memory_free(void *block);

// Makes the [nth] allocation from now on fail (1: the next one), and all after it while
// [keep_failing]; 0 switches it off.
void kr_memory_fail_at(long nth, int keep_failing);

#endif
