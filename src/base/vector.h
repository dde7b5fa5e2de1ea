// vector.h - a growing array of any item type.
//
//     KR_VECTOR(int) lines = KR_VECTOR_EMPTY;
//     if (kr_vector_push(&lines, 7) < 0) ...              // no memory
//     for (ptrdiff_t i = 0; i < lines.count; i++) use(lines.items[i]);
//     kr_vector_clear(&lines);
//
// A named vector type: `typedef KR_VECTOR(KrToken) KrTokens;`.
#ifndef KR_BASE_VECTOR_H
#define KR_BASE_VECTOR_H

#include <assert.h>
#include <stddef.h>

#include "base/memory.h"

#define KR_VECTOR(type)                                                                           \
    struct {                                                                                      \
        type *items;                                                                              \
        ptrdiff_t count;                                                                          \
        ptrdiff_t capacity;                                                                       \
    }

#define KR_VECTOR_EMPTY {NULL, 0, 0}

// Makes room for [needed] items in all.  Returns the new items (and sets the capacity), or NULL.
KR_MUST_USE void *kr_vector_grow(void *items, ptrdiff_t *capacity, ptrdiff_t needed, size_t size);

// Room for [extra] more items: 0, or -1 without memory.
#define kr_vector_reserve(vector, extra)                                                          \
    __extension__({                                                                               \
        __typeof__(vector) kr_v = (vector);                                                       \
        ptrdiff_t kr_needed = kr_v->count + (ptrdiff_t)(extra);                                   \
        int kr_result = 0;                                                                        \
        if (kr_needed > kr_v->capacity) {                                                         \
            void *kr_grown = kr_vector_grow(kr_v->items, &kr_v->capacity, kr_needed,              \
                                            sizeof(*kr_v->items));                                \
            if (kr_grown)                                                                         \
                kr_v->items = kr_grown;                                                           \
            else                                                                                  \
                kr_result = -1;                                                                   \
        }                                                                                         \
        kr_result;                                                                                \
    })

// Appends an item: 0, or -1 without memory.  The value is evaluated only when there is room.
#define kr_vector_push(vector, value)                                                             \
    __extension__({                                                                               \
        __typeof__(vector) kr_p = (vector);                                                       \
        int kr_pushed = kr_vector_reserve(kr_p, 1);                                               \
        if (kr_pushed == 0) kr_p->items[kr_p->count++] = (value);                                 \
        kr_pushed;                                                                                \
    })

// Removes and returns the last item of a vector that is not empty.
#define kr_vector_pop(vector)                                                                     \
    __extension__({                                                                               \
        __typeof__(vector) kr_p = (vector);                                                       \
        assert(kr_p->count > 0);                                                                  \
        kr_p->items[--kr_p->count];                                                               \
    })

#define kr_vector_last(vector) ((vector)->items[(vector)->count - 1])

#define kr_vector_clear(vector)                                                                   \
    do {                                                                                          \
        __typeof__(vector) kr_p = (vector);                                                       \
        kr_memory_free(kr_p->items);                                                              \
        kr_p->items = NULL;                                                                       \
        kr_p->count = kr_p->capacity = 0;                                                         \
    } while (0)

#endif
