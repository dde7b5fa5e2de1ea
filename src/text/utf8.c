// utf8.c - UTF-8: runs of ASCII go eight bytes at a time, the rest by the shape of the lead byte.
//
// A bad range is the longest start of a well-formed sequence, or one byte (Unicode, table 3-7).
#include "text/decode.h"
#include "text/encode.h"

// Length of the sequence that [lead] >= 0x80 starts, 0 if none does, and the bounds of the second
// byte.
static inline int sequence_length(uint8_t lead, uint8_t *ret_low, uint8_t *ret_high)
{
    *ret_low = 0x80;
    *ret_high = 0xbf;
    if (lead < 0xc2) return 0;
    if (lead < 0xe0) return 2;
    if (lead < 0xf0) {
        if (lead == 0xe0) *ret_low = 0xa0;
        if (lead == 0xed) *ret_high = 0x9f;
        return 3;
    }
    if (lead > 0xf4) return 0;
    if (lead == 0xf0) *ret_low = 0x90;
    if (lead == 0xf4) *ret_high = 0x8f;
    return 4;
}

// Describes the bad bytes at [at].
static void describe_error(const uint8_t *at, const uint8_t *end, KrDecodePrefix *prefix)
{
    uint8_t low, high;
    int length = sequence_length(*at, &low, &high);
    prefix->bad = 1;
    prefix->reason = "invalid start byte";
    if (length == 0) return;
    ptrdiff_t good = 1;
    while (good < length && at + good < end && at[good] >= low && at[good] <= high) {
        good++;
        low = 0x80;
        high = 0xbf;
    }
    assert(good < length);
    prefix->bad = good;
    prefix->incomplete = at + good == end;
    prefix->reason = prefix->incomplete ? "unexpected end of data" : "invalid continuation byte";
}

// Length of the well-formed sequence at [at], 0 if there is none.
static inline int well_formed(const uint8_t *at, const uint8_t *end)
{
    uint8_t low, high;
    int length = sequence_length(*at, &low, &high);
    if (length == 0 || end - at < length || at[1] < low || at[1] > high) return 0;
    for (int i = 2; i < length; i++)
        if ((at[i] & 0xc0) != 0x80) return 0;
    return length;
}

void kr_utf8_check(const uint8_t *data, ptrdiff_t size, KrDecodePrefix *ret_prefix)
{
    const uint8_t *at = data, *end = data + size;
    ptrdiff_t extra = 0;    // bytes beyond one a character
    uint8_t largest = 0;    // lead byte
    *ret_prefix = (KrDecodePrefix){0};
    for (;;) {
        if (at < end && *at < 0x80) at += kr_text_ascii_prefix(at, end - at);
        if (at == end) break;
        int length = well_formed(at, end);
        if (length == 0) {
            describe_error(at, end, ret_prefix);
            break;
        }
        if (*at > largest) largest = *at;
        extra += length - 1;
        at += length;
    }
    ret_prefix->bytes = at - data;
    ret_prefix->characters = ret_prefix->bytes - extra;
    ret_prefix->max_char = largest == 0     ? 0x7f
                           : largest < 0xc4 ? 0xff
                           : largest < 0xf0 ? 0xffff
                                            : 0x10ffff;
}

// Reads the valid sequence at *[at], not ASCII, and moves behind it.
static inline uint32_t read_sequence(const uint8_t **at)
{
    const uint8_t *s = *at;
    if (*s < 0xe0) {
        *at += 2;
        return (s[0] & 0x1fu) << 6 | (s[1] & 0x3fu);
    }
    if (*s < 0xf0) {
        *at += 3;
        return (s[0] & 0xfu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
    }
    *at += 4;
    return (s[0] & 7u) << 18 | (s[1] & 0x3fu) << 12 | (s[2] & 0x3fu) << 6 | (s[3] & 0x3fu);
}

#define DEFINE_DECODE(name, type)                                                                 \
    static void name(const uint8_t *at, const uint8_t *end, type *to)                             \
    {                                                                                             \
        while (at < end) {                                                                        \
            if (*at >= 0x80) {                                                                    \
                *to++ = (type)read_sequence(&at);                                                 \
                continue;                                                                         \
            }                                                                                     \
            if (end - at >= 8 && !(kr_load_64(at) & 0x8080808080808080u)) {                       \
                for (int i = 0; i < 8; i++) to[i] = at[i];                                        \
                to += 8;                                                                          \
                at += 8;                                                                          \
                continue;                                                                         \
            }                                                                                     \
            *to++ = *at++;                                                                        \
        }                                                                                         \
    }
DEFINE_DECODE(decode_1, uint8_t)
DEFINE_DECODE(decode_2, uint16_t)
DEFINE_DECODE(decode_4, uint32_t)

void kr_utf8_decode(const uint8_t *data, ptrdiff_t size, int kind, void *ret_characters)
{
    if (kind == 1)
        decode_1(data, data + size, ret_characters);
    else if (kind == 2)
        decode_2(data, data + size, ret_characters);
    else
        decode_4(data, data + size, ret_characters);
}

ptrdiff_t kr_utf8_size(KrText text, ptrdiff_t *ret_surrogate)
{
    ptrdiff_t size = text.length;
    *ret_surrogate = text.length;
    if (text.kind == 1) {
        const uint8_t *bytes = text.data;
        for (ptrdiff_t i = kr_text_ascii_prefix(bytes, size); i < text.length; i++)
            size += bytes[i] >> 7;
        return size;
    }
    for (ptrdiff_t i = 0; i < text.length; i++) {
        uint32_t c = kr_text_read(text.kind, text.data, i);
        size += (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);
        if (kr_text_is_surrogate(c) && *ret_surrogate == text.length) *ret_surrogate = i;
    }
    return size;
}

static inline uint8_t *write_sequence(uint32_t c, uint8_t *to)
{
    if (c < 0x80) {
        *to++ = (uint8_t)c;
    } else if (c < 0x800) {
        *to++ = (uint8_t)(0xc0 | c >> 6);
        *to++ = (uint8_t)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *to++ = (uint8_t)(0xe0 | c >> 12);
        *to++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        *to++ = (uint8_t)(0x80 | (c & 0x3f));
    } else {
        *to++ = (uint8_t)(0xf0 | c >> 18);
        *to++ = (uint8_t)(0x80 | (c >> 12 & 0x3f));
        *to++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        *to++ = (uint8_t)(0x80 | (c & 0x3f));
    }
    return to;
}

ptrdiff_t kr_utf8_encode(KrText text, uint8_t *ret_bytes)
{
    uint8_t *to = ret_bytes;
    if (text.kind == 1) {
        const uint8_t *from = text.data;
        for (ptrdiff_t i = 0; i < text.length; i++) to = write_sequence(from[i], to);
    } else if (text.kind == 2) {
        const uint16_t *from = text.data;
        for (ptrdiff_t i = 0; i < text.length; i++) to = write_sequence(from[i], to);
    } else {
        const uint32_t *from = text.data;
        for (ptrdiff_t i = 0; i < text.length; i++) to = write_sequence(from[i], to);
    }
    return to - ret_bytes;
}
