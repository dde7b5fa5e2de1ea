// text.c - measuring and copying characters; the loops go eight bytes at a time.
#include "text/text.h"

static const uint64_t HIGH_BITS = 0x8080808080808080u;

// All characters or-ed together: since the classes end at powers of two, it is of the same class
// as the largest one.
static uint32_t merge_all(int kind, const void *data, ptrdiff_t length)
{
    const uint8_t *at = data, *end = at + length * kind;
    uint64_t words = 0;
    const uint64_t full = kind == 1 ? 0x80 : kind == 2 ? 0xff00 : 0xff0000;
    while (end - at >= 64) {
        for (int i = 0; i < 64; i += 8) words |= kr_load_64(at + i);
        at += 64;
        uint64_t low = words | words >> 32;
        if (kind < 4) low |= low >> 16;
        if (kind == 1) low |= low >> 8;
        if (low & full) return kind == 1 ? 0xff : kind == 2 ? 0xffff : 0x10ffff;
    }
    uint32_t merged = 0;
    for (; end - at >= 8; at += 8) words |= kr_load_64(at);
    for (ptrdiff_t i = 0; i < 8 / kind; i++) merged |= kr_text_read(kind, &words, i);
    for (ptrdiff_t i = 0; at + i * kind < end; i++) merged |= kr_text_read(kind, at, i);
    return merged;
}

uint32_t kr_text_max_char(int kind, const void *data, ptrdiff_t length)
{
    uint32_t merged = merge_all(kind, data, length);
    if (merged < 0x80) return 0x7f;
    if (merged < 0x100) return 0xff;
    return merged < 0x10000 ? 0xffff : 0x10ffff;
}

#define DEFINE_COPY(name, to_type, from_type)                                                     \
    static void name(to_type *to, const from_type *from, ptrdiff_t length)                        \
    {                                                                                             \
        ptrdiff_t i = 0;                                                                          \
        for (; i + 4 <= length; i += 4) {                                                         \
            to[i] = (to_type)from[i];                                                             \
            to[i + 1] = (to_type)from[i + 1];                                                     \
            to[i + 2] = (to_type)from[i + 2];                                                     \
            to[i + 3] = (to_type)from[i + 3];                                                     \
        }                                                                                         \
        for (; i < length; i++) to[i] = (to_type)from[i];                                         \
    }
DEFINE_COPY(copy_1_to_2, uint16_t, uint8_t)
DEFINE_COPY(copy_1_to_4, uint32_t, uint8_t)
DEFINE_COPY(copy_2_to_1, uint8_t, uint16_t)
DEFINE_COPY(copy_2_to_4, uint32_t, uint16_t)
DEFINE_COPY(copy_4_to_1, uint8_t, uint32_t)
DEFINE_COPY(copy_4_to_2, uint16_t, uint32_t)

void kr_text_copy(int to_kind, void *to, int from_kind, const void *from, ptrdiff_t length)
{
    assert(to_kind >= from_kind
           || kr_text_find_above(from_kind, from, length, to_kind == 1 ? 0xff : 0xffff) == length);
    if (to_kind == from_kind)
        memcpy(to, from, (size_t)(length * to_kind));
    else if (from_kind == 1 && to_kind == 2)
        copy_1_to_2(to, from, length);
    else if (from_kind == 1)
        copy_1_to_4(to, from, length);
    else if (from_kind == 2 && to_kind == 1)
        copy_2_to_1(to, from, length);
    else if (from_kind == 2)
        copy_2_to_4(to, from, length);
    else if (to_kind == 1)
        copy_4_to_1(to, from, length);
    else
        copy_4_to_2(to, from, length);
}

ptrdiff_t kr_text_ascii_prefix(const void *data, ptrdiff_t size)
{
    const uint8_t *bytes = data;
    ptrdiff_t i = 0;
    for (; i + 32 <= size; i += 32) {
        uint64_t merged = kr_load_64(bytes + i) | kr_load_64(bytes + i + 8)
                          | kr_load_64(bytes + i + 16) | kr_load_64(bytes + i + 24);
        if (merged & HIGH_BITS) break;
    }
    for (; i + 8 <= size; i += 8) {
        uint64_t high = kr_load_64(bytes + i) & HIGH_BITS;
        if (high) return i + kr_lowest_bit(high) / 8;
    }
    while (i < size && bytes[i] < 0x80) i++;
    return i;
}

ptrdiff_t kr_text_find_above(int kind, const void *data, ptrdiff_t length, uint32_t limit)
{
    if (kind == 1 && limit >= 0xff) return length;
    if (kind == 1 && limit == 0x7f) return kr_text_ascii_prefix(data, length);
    ptrdiff_t i = 0;
    while (i < length && kr_text_read(kind, data, i) <= limit) i++;
    return i;
}
