// escape.c - backslash escapes: of str literals, of the raw form, and of bytes literals.
#include "text/decode.h"
#include "text/digits.h"
#include "text/encode.h"

static void stop_at(KrDecodeStop *stop, ptrdiff_t end, int incomplete, const char *reason)
{
    stop->end = end;
    stop->incomplete = incomplete;
    stop->reason = reason;
}

// Reads up to [wanted] hexadecimal digits at [at]; returns how many were there.
static int read_hexadecimal(const uint8_t *at, const uint8_t *end, int wanted, uint32_t *ret_value)
{
    int count = 0;
    uint32_t value = 0;
    while (count < wanted && at + count < end && kr_digits_value[at[count]] < 16)
        value = value << 4 | kr_digits_value[at[count++]];
    *ret_value = value;
    return count;
}

// Reads up to three octal digits, the first of them at [at].
static int read_octal(const uint8_t *at, const uint8_t *end, uint32_t *ret_value)
{
    int count = 0;
    uint32_t value = 0;
    while (count < 3 && at + count < end && at[count] >= '0' && at[count] <= '7')
        value = value << 3 | (uint32_t)(at[count++] - '0');
    *ret_value = value;
    return count;
}

// What a one-letter escape stands for, or -1.
static int simple_escape(uint8_t letter)
{
    switch (letter) {
    case '\\': case '\'': case '"':
        return letter;
    case 'a':
        return 7;
    case 'b':
        return 8;
    case 't':
        return 9;
    case 'n':
        return 10;
    case 'v':
        return 11;
    case 'f':
        return 12;
    case 'r':
        return 13;
    default:
        return -1;
    }
}

// --- str ----------------------------------------------------------------------------------------

typedef struct Reader {
    const uint8_t *data, *at, *end;
    KrNameLookup lookup;
    KrDecodeStop *stop;
} Reader;

static const char *const TRUNCATED[] = {
    "truncated \\xXX escape", "truncated \\uXXXX escape", "truncated \\UXXXXXXXX escape"};

// \x, \u or \U, [at] behind the letter: whether it is good.
static int read_code_escape(Reader *r, uint8_t letter, uint32_t *ret_character)
{
    int wanted = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
    int count = read_hexadecimal(r->at, r->end, wanted, ret_character);
    if (count < wanted) {
        int incomplete = r->at + count == r->end;
        stop_at(r->stop, r->at + count - r->data, incomplete, TRUNCATED[wanted >> 2]);
        return 0;
    }
    r->at += wanted;
    if (*ret_character > 0x10ffff) {
        stop_at(r->stop, r->at - r->data, 0, "illegal Unicode character");
        return 0;
    }
    return 1;
}

// \N{name}, [at] behind the N: whether it is good.
static int read_name_escape(Reader *r, uint32_t *ret_character)
{
    const char *malformed = "malformed \\N character escape";
    if (r->at == r->end || *r->at != '{') {
        stop_at(r->stop, r->at - r->data, r->at == r->end, malformed);
        return 0;
    }
    const uint8_t *start = r->at + 1;
    const uint8_t *close = memchr(start, '}', (size_t)(r->end - start));
    if (close == NULL) {
        stop_at(r->stop, r->end - r->data, 1, malformed);
        return 0;
    }
    r->at = close == start ? close : close + 1;
    if (close == start) {
        stop_at(r->stop, close - r->data, 0, malformed);
        return 0;
    }
    int32_t character = r->lookup ? r->lookup((const char *)start, close - start) : -1;
    if (character < 0) {
        stop_at(r->stop, r->at - r->data, 0, "unknown Unicode character name");
        return 0;
    }
    *ret_character = (uint32_t)character;
    return 1;
}

void kr_unicode_escape_decode(const uint8_t *data, ptrdiff_t size, KrNameLookup lookup,
                              uint32_t *ret_characters, KrDecodeStop *ret_stop,
                              ptrdiff_t *ret_invalid)
{
    *ret_stop = (KrDecodeStop){0};
    *ret_invalid = -1;
    Reader r = {data, data, data + size, lookup, ret_stop};
    uint32_t *to = ret_characters;
    const uint8_t *start = data;
    while (r.at < r.end) {
        start = r.at;
        uint32_t c = *r.at++;
        if (c != '\\') {
            *to++ = c;
            continue;
        }
        if (r.at == r.end) {
            stop_at(ret_stop, size, 1, "\\ at end of string");
            break;
        }
        uint8_t letter = *r.at++;
        int simple = simple_escape(letter);
        if (simple >= 0) {
            *to++ = (uint32_t)simple;
        } else if (letter >= '0' && letter <= '7') {
            r.at += read_octal(r.at - 1, r.end, &c) - 1;
            if (c > 0377 && *ret_invalid < 0) *ret_invalid = start - data;
            *to++ = c;
        } else if (letter == 'x' || letter == 'u' || letter == 'U') {
            if (!read_code_escape(&r, letter, to)) break;
            to++;
        } else if (letter == 'N') {
            if (!read_name_escape(&r, to)) break;
            to++;
        } else if (letter != '\n') {
            if (*ret_invalid < 0) *ret_invalid = start - data;
            *to++ = '\\';
            *to++ = letter;
        }
    }
    ret_stop->consumed = ret_stop->end ? start - data : size;
    ret_stop->written = to - ret_characters;
}

void kr_raw_unicode_escape_decode(const uint8_t *data, ptrdiff_t size, uint32_t *ret_characters,
                                  KrDecodeStop *ret_stop)
{
    *ret_stop = (KrDecodeStop){0};
    uint32_t *to = ret_characters;
    ptrdiff_t i = 0;
    while (i < size) {
        if (data[i] != '\\' || i + 1 == size) {
            *to++ = data[i++];
            continue;
        }
        uint8_t letter = data[i + 1];
        if (letter != 'u' && letter != 'U') {
            *to++ = '\\';
            *to++ = letter;
            i += 2;
            continue;
        }
        uint32_t c;
        int wanted = letter == 'u' ? 4 : 8;
        int count = read_hexadecimal(data + i + 2, data + size, wanted, &c);
        if (count < wanted || c > 0x10ffff) {
            ptrdiff_t end = i + 2 + count;
            stop_at(ret_stop, end, count < wanted && end == size,
                    count == wanted ? "\\Uxxxxxxxx out of range" : TRUNCATED[wanted >> 2]);
            break;
        }
        *to++ = c;
        i += 2 + wanted;
    }
    ret_stop->consumed = i;
    ret_stop->written = to - ret_characters;
}

static uint8_t *write_hexadecimal(uint8_t *to, char letter, uint32_t c, int count)
{
    *to++ = '\\';
    *to++ = (uint8_t)letter;
    for (int shift = 4 * (count - 1); shift >= 0; shift -= 4)
        *to++ = (uint8_t)"0123456789abcdef"[c >> shift & 15];
    return to;
}

ptrdiff_t kr_unicode_escape_encode(KrText text, uint8_t *ret_bytes)
{
    uint8_t *to = ret_bytes;
    for (ptrdiff_t i = 0; i < text.length; i++) {
        uint32_t c = kr_text_read(text.kind, text.data, i);
        if (c == '\\' || c == '\n' || c == '\t' || c == '\r') {
            *to++ = '\\';
            *to++ = c == '\\' ? '\\' : c == '\n' ? 'n' : c == '\t' ? 't' : 'r';
        } else if (c >= ' ' && c < 0x7f) {
            *to++ = (uint8_t)c;
        } else if (c < 0x100) {
            to = write_hexadecimal(to, 'x', c, 2);
        } else {
            to = write_hexadecimal(to, c < 0x10000 ? 'u' : 'U', c, c < 0x10000 ? 4 : 8);
        }
    }
    return to - ret_bytes;
}

ptrdiff_t kr_raw_unicode_escape_encode(KrText text, uint8_t *ret_bytes)
{
    uint8_t *to = ret_bytes;
    for (ptrdiff_t i = 0; i < text.length; i++) {
        uint32_t c = kr_text_read(text.kind, text.data, i);
        if (c < 0x100)
            *to++ = (uint8_t)c;
        else
            to = write_hexadecimal(to, c < 0x10000 ? 'u' : 'U', c, c < 0x10000 ? 4 : 8);
    }
    return to - ret_bytes;
}

// --- bytes --------------------------------------------------------------------------------------

void kr_bytes_escape_decode(const uint8_t *data, ptrdiff_t size, uint8_t *ret_bytes,
                            KrDecodeStop *ret_stop, ptrdiff_t *ret_invalid)
{
    *ret_stop = (KrDecodeStop){0};
    *ret_invalid = -1;
    uint8_t *to = ret_bytes;
    const uint8_t *end = data + size;
    ptrdiff_t i = 0;
    while (i < size) {
        if (data[i] != '\\') {
            *to++ = data[i++];
            continue;
        }
        if (i + 1 == size) {
            stop_at(ret_stop, size, 1, "Trailing \\ in string");
            break;
        }
        uint8_t letter = data[i + 1];
        uint32_t value;
        int simple = simple_escape(letter), count;
        if (simple >= 0) {
            *to++ = (uint8_t)simple;
            i += 2;
        } else if ((count = read_octal(data + i + 1, end, &value)) > 0) {
            if (value > 0377 && *ret_invalid < 0) *ret_invalid = i;
            *to++ = (uint8_t)value;
            i += 1 + count;
        } else if (letter == 'x') {
            count = read_hexadecimal(data + i + 2, end, 2, &value);
            if (count < 2) {
                stop_at(ret_stop, i + 2 + count, 0, "invalid \\x escape at position %zd");
                break;
            }
            *to++ = (uint8_t)value;
            i += 4;
        } else {
            if (letter != '\n') {
                if (*ret_invalid < 0) *ret_invalid = i;
                *to++ = '\\';
                *to++ = letter;
            }
            i += 2;
        }
    }
    ret_stop->consumed = i;
    ret_stop->written = to - ret_bytes;
}
