// text.h - characters in a buffer whose items are 1, 2 or 4 bytes wide ("kind").
//
// The floor `text` works on raw buffers and knows nothing of PyObject.  An ASCII buffer is of
// kind 1.
#ifndef KR_TEXT_TEXT_H
#define KR_TEXT_TEXT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bits.h"

typedef struct KrText {
    const void *data;
    ptrdiff_t length;  // in characters
    int kind;          // 1, 2 or 4
} KrText;

static inline uint32_t kr_text_read(int kind, const void *data, ptrdiff_t index)
{
    if (kind == 1) return ((const uint8_t *)data)[index];
    if (kind == 2) return ((const uint16_t *)data)[index];
    return ((const uint32_t *)data)[index];
}

static inline void kr_text_write(int kind, void *data, ptrdiff_t index, uint32_t character)
{
    if (kind == 1)
        ((uint8_t *)data)[index] = (uint8_t)character;
    else if (kind == 2)
        ((uint16_t *)data)[index] = (uint16_t)character;
    else
        ((uint32_t *)data)[index] = character;
}

// The narrowest kind that holds [max_char].
static inline int kr_text_kind_for(uint32_t max_char)
{
    return max_char < 0x100 ? 1 : max_char < 0x10000 ? 2 : 4;
}

static inline int kr_text_is_surrogate(uint32_t character)
{
    return (character & ~0x7ffu) == 0xd800;
}

// An upper bound of the characters, one of 0x7f, 0xff, 0xffff, 0x10ffff: the exact class.
uint32_t kr_text_max_char(int kind, const void *data, ptrdiff_t length);

// Copies [length] characters between kinds.  Each character must fit (asserted in debug builds).
void kr_text_copy(int to_kind, void *to, int from_kind, const void *from, ptrdiff_t length);

// Index of the first character > [limit], or [length] if there is none.
ptrdiff_t kr_text_find_above(int kind, const void *data, ptrdiff_t length, uint32_t limit);

// Number of leading bytes < 0x80.
ptrdiff_t kr_text_ascii_prefix(const void *data, ptrdiff_t size);

#endif
