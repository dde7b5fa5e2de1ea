// utf16.c - UTF-16 and UTF-32 in either byte order.
#include "text/decode.h"
#include "text/encode.h"

static inline uint32_t read_unit(const uint8_t *at, int big_endian)
{
    return big_endian ? kr_load_swapped_16(at) : kr_load_16(at);
}

static inline uint32_t read_wide_unit(const uint8_t *at, int big_endian)
{
    return big_endian ? kr_load_swapped_32(at) : kr_load_32(at);
}

static inline uint32_t join_surrogates(uint32_t high, uint32_t low)
{
    return 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
}

static uint32_t class_of(uint32_t merged)
{
    return merged < 0x80 ? 0x7f : merged < 0x100 ? 0xff : merged < 0x10000 ? 0xffff : 0x10ffff;
}

static void set_error(KrDecodePrefix *prefix, ptrdiff_t bad, int incomplete, const char *reason)
{
    prefix->bad = bad;
    prefix->incomplete = incomplete;
    prefix->reason = reason;
}

// The pair that starts at [at] with a surrogate: whether it is good; describes the error if not.
static int check_pair(const uint8_t *at, ptrdiff_t left, int big_endian, KrDecodePrefix *prefix)
{
    if (read_unit(at, big_endian) >= 0xdc00)
        set_error(prefix, 2, 0, "illegal encoding");
    else if (left < 4)
        set_error(prefix, left, 1, "unexpected end of data");
    else if ((read_unit(at + 2, big_endian) & 0xfc00) != 0xdc00)
        set_error(prefix, 2, 0, "illegal UTF-16 surrogate");
    else
        return 1;
    return 0;
}

void kr_utf16_check(const uint8_t *data, ptrdiff_t size, int big_endian,
                    KrDecodePrefix *ret_prefix)
{
    *ret_prefix = (KrDecodePrefix){0};
    uint32_t merged = 0;
    ptrdiff_t i = 0, pairs = 0;
    while (i + 2 <= size) {
        uint32_t unit = read_unit(data + i, big_endian);
        if (kr_text_is_surrogate(unit)) {
            if (!check_pair(data + i, size - i, big_endian, ret_prefix)) break;
            pairs++;
            merged |= 0x10000;
            i += 2;
        }
        merged |= unit;
        i += 2;
    }
    if (i == size - 1) set_error(ret_prefix, 1, 1, "truncated data");
    ret_prefix->bytes = i;
    ret_prefix->characters = i / 2 - pairs;
    ret_prefix->max_char = class_of(merged);
}

void kr_utf16_decode(const uint8_t *data, ptrdiff_t size, int big_endian, int kind,
                     void *ret_characters)
{
    ptrdiff_t written = 0;
    if (kind == 2 && !big_endian) {
        memcpy(ret_characters, data, (size_t)size);
        return;
    }
    for (ptrdiff_t i = 0; i < size; i += 2) {
        uint32_t unit = read_unit(data + i, big_endian);
        if (kr_text_is_surrogate(unit)) {
            i += 2;
            unit = join_surrogates(unit, read_unit(data + i, big_endian));
        }
        kr_text_write(kind, ret_characters, written++, unit);
    }
}

void kr_utf32_check(const uint8_t *data, ptrdiff_t size, int big_endian,
                    KrDecodePrefix *ret_prefix)
{
    *ret_prefix = (KrDecodePrefix){0};
    uint32_t merged = 0;
    ptrdiff_t i = 0;
    for (; i + 4 <= size; i += 4) {
        uint32_t unit = read_wide_unit(data + i, big_endian);
        if (kr_text_is_surrogate(unit)) {
            set_error(ret_prefix, 4, 0,
                      "code point in surrogate code point range(0xd800, 0xe000)");
            break;
        }
        if (unit > 0x10ffff) {
            set_error(ret_prefix, 4, 0, "code point not in range(0x110000)");
            break;
        }
        merged |= unit;
    }
    if (i > size - 4 && i < size) set_error(ret_prefix, size - i, 1, "truncated data");
    ret_prefix->bytes = i;
    ret_prefix->characters = i / 4;
    ret_prefix->max_char = class_of(merged);
}

void kr_utf32_decode(const uint8_t *data, ptrdiff_t size, int big_endian, int kind,
                     void *ret_characters)
{
    for (ptrdiff_t i = 0; i < size; i += 4)
        kr_text_write(kind, ret_characters, i / 4, read_wide_unit(data + i, big_endian));
}

static inline uint8_t *write_unit(uint8_t *to, uint32_t unit, int big_endian)
{
    if (big_endian)
        kr_store_swapped_16(to, (uint16_t)unit);
    else
        kr_store_16(to, (uint16_t)unit);
    return to + 2;
}

ptrdiff_t kr_utf16_encode(KrText text, ptrdiff_t start, int big_endian, uint8_t *ret_bytes,
                          ptrdiff_t *ret_size)
{
    uint8_t *to = ret_bytes;
    ptrdiff_t i = start;
    for (; i < text.length; i++) {
        uint32_t c = kr_text_read(text.kind, text.data, i);
        if (kr_text_is_surrogate(c)) break;
        if (c >= 0x10000) {
            to = write_unit(to, 0xd7c0 + (c >> 10), big_endian);
            c = 0xdc00 | (c & 0x3ff);
        }
        to = write_unit(to, c, big_endian);
    }
    *ret_size = to - ret_bytes;
    return i;
}

ptrdiff_t kr_utf32_encode(KrText text, ptrdiff_t start, int big_endian, uint8_t *ret_bytes,
                          ptrdiff_t *ret_size)
{
    uint8_t *to = ret_bytes;
    ptrdiff_t i = start;
    for (; i < text.length; i++, to += 4) {
        uint32_t c = kr_text_read(text.kind, text.data, i);
        if (kr_text_is_surrogate(c)) break;
        if (big_endian)
            kr_store_swapped_32(to, c);
        else
            kr_store_32(to, c);
    }
    *ret_size = to - ret_bytes;
    return i;
}
