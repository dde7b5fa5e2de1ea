// decode.h - bytes to characters: UTF-8, UTF-16, UTF-32, UTF-7, charmaps and escapes.
//
// Two shapes.  The UTF decoders look first and write then: kr_…_check measures the longest valid
// prefix and says what is wrong behind it, kr_…_decode writes a prefix that was checked.  The rare
// decoders write code points into a buffer of 32 bits until the end or the first error.  Whoever
// calls them runs the error handler over [start, end) and goes on behind.
#ifndef KR_TEXT_DECODE_H
#define KR_TEXT_DECODE_H

#include "text/text.h"

typedef struct KrDecodePrefix {
    ptrdiff_t bytes;        // size of the valid prefix
    ptrdiff_t characters;   // characters in it
    uint32_t max_char;      // 0x7f, 0xff, 0xffff or 0x10ffff: the exact class
    ptrdiff_t bad; // bytes of the bad range that follows the prefix; 0 at the end of the data
    int incomplete;         // more bytes could have made the bad range valid
    const char *reason;     // of the bad range, as in UnicodeDecodeError
} KrDecodePrefix;

void kr_utf8_check(const uint8_t *data, ptrdiff_t size, KrDecodePrefix *ret_prefix);
// Writes all characters of [size] valid bytes.
void kr_utf8_decode(const uint8_t *data, ptrdiff_t size, int kind, void *ret_characters);

// [big_endian]: byte order of the data; a byte order mark is the caller's business.
void kr_utf16_check(const uint8_t *data, ptrdiff_t size, int big_endian,
                    KrDecodePrefix *ret_prefix);
void kr_utf16_decode(const uint8_t *data, ptrdiff_t size, int big_endian, int kind,
                     void *ret_characters);
void kr_utf32_check(const uint8_t *data, ptrdiff_t size, int big_endian,
                    KrDecodePrefix *ret_prefix);
void kr_utf32_decode(const uint8_t *data, ptrdiff_t size, int big_endian, int kind,
                     void *ret_characters);

// Where a decoder of the second shape stopped.
typedef struct KrDecodeStop {
    ptrdiff_t consumed;     // bytes read: all, or up to the start of the error
    ptrdiff_t written;      // code points written
    ptrdiff_t end;          // end of the bad range, 0 if there is no error
    int incomplete;         // more bytes could have made the bad range valid
    const char *reason;
} KrDecodeStop;

// UTF-7 is in one of two modes between calls; all zero at the start.
typedef struct KrUtf7State {
    int in_shift;
    int base64_bits;
    uint32_t base64_buffer;
    uint32_t surrogate;
    ptrdiff_t shift_start;   // offset of the '+' in the data of this call
    ptrdiff_t shift_written; // code points written when the shift started
} KrUtf7State;

// [ret_characters] has room for [size] + 1 code points.  [final]: no more data follows; when it is
// 0 and the data ends in a shift sequence, [consumed] is the place to continue from with a fresh
// state and [written] goes back accordingly.
void kr_utf7_decode(const uint8_t *data, ptrdiff_t size, int final, KrUtf7State *state,
                    uint32_t *ret_characters, KrDecodeStop *ret_stop);

// Looks up a Unicode character by name ("\N{...}"): code point, or -1.
typedef int32_t (*KrNameLookup)(const char *name, ptrdiff_t length);

// \-escapes of `str` literals and the unicode_escape codec.  [ret_characters] has room for [size].
// [ret_invalid] gets the offset of the first unknown escape's '\' (it stands for itself), else -1;
// an octal escape above \377 counts as unknown too.  Never NULL.
void kr_unicode_escape_decode(const uint8_t *data, ptrdiff_t size, KrNameLookup lookup,
                              uint32_t *ret_characters, KrDecodeStop *ret_stop,
                              ptrdiff_t *ret_invalid);
// Only \uXXXX and \UXXXXXXXX.
void kr_raw_unicode_escape_decode(const uint8_t *data, ptrdiff_t size, uint32_t *ret_characters,
                                  KrDecodeStop *ret_stop);
// \-escapes of `bytes` literals.  [ret_bytes] has room for [size].  On an error [reason] is a
// format for ValueError with one %zd for the position: the value of [consumed].
void kr_bytes_escape_decode(const uint8_t *data, ptrdiff_t size, uint8_t *ret_bytes,
                            KrDecodeStop *ret_stop, ptrdiff_t *ret_invalid);

// Charmap by a table of up to 256 characters (a str); 0xfffe and bytes beyond the table are
// undefined.
void kr_charmap_decode(const uint8_t *data, ptrdiff_t size, KrText table, uint32_t *ret_characters,
                       KrDecodeStop *ret_stop);

#endif
