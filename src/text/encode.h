// encode.h - characters to bytes: UTF-8, UTF-16, UTF-32, UTF-7, Latin-1, ASCII and escapes.
//
// An encoder that can meet characters it has no bytes for stops there, so that the caller can run
// the error handler and go on behind.
#ifndef KR_TEXT_ENCODE_H
#define KR_TEXT_ENCODE_H

#include "text/text.h"

// Bytes that all characters need in UTF-8, where a surrogate counts as 3.  Sets [ret_surrogate] to
// the index of the first surrogate, or to the length.
ptrdiff_t kr_utf8_size(KrText text, ptrdiff_t *ret_surrogate);
// Writes UTF-8; surrogates are written like other characters (as "surrogatepass" does).  Returns
// the number of bytes.
ptrdiff_t kr_utf8_encode(KrText text, uint8_t *ret_bytes);

// Writes characters from [start] up to the first surrogate; returns its index, or the length.
// [ret_bytes] has room for 4 bytes a character; [ret_size] gets the number of bytes.
ptrdiff_t kr_utf16_encode(KrText text, ptrdiff_t start, int big_endian, uint8_t *ret_bytes,
                          ptrdiff_t *ret_size);
ptrdiff_t kr_utf32_encode(KrText text, ptrdiff_t start, int big_endian, uint8_t *ret_bytes,
                          ptrdiff_t *ret_size);

// Never fails.  [ret_bytes] has room for kr_utf7_bound(length) bytes; returns the number of bytes.
static inline ptrdiff_t kr_utf7_bound(ptrdiff_t length)
{
    return length * 8 + 2;
}
ptrdiff_t kr_utf7_encode(KrText text, int base64_whitespace, int base64_optional,
                         uint8_t *ret_bytes);

// unicode_escape: 10 bytes a character at most.  raw: only above 0xff, as \u and \U.
ptrdiff_t kr_unicode_escape_encode(KrText text, uint8_t *ret_bytes);
ptrdiff_t kr_raw_unicode_escape_encode(KrText text, uint8_t *ret_bytes);

// Latin-1 and ASCII: use kr_text_find_above(…, 0xff or 0x7f) and kr_text_copy to kind 1.

#endif
