// casing.h - whole texts in another letter case, with full mappings and the final sigma.
#ifndef KR_TEXT_CASING_H
#define KR_TEXT_CASING_H

#include "text/text.h"

typedef enum KrCasing {
    KR_CASE_LOWER,
    KR_CASE_UPPER,
    KR_CASE_TITLE,       // first letter of each word
    KR_CASE_CAPITALIZE,  // first character titled, the rest in lower case
    KR_CASE_SWAP,
    KR_CASE_FOLD,
} KrCasing;

// Writes the converted text and returns its length.  [ret_characters] has room for three times the
// length of [text]; [ret_max_char] gets its largest character.
ptrdiff_t kr_casing_convert(KrText text, KrCasing casing, uint32_t *ret_characters,
                            uint32_t *ret_max_char);

// ASCII only, byte by byte; [to] may be [from].
void kr_casing_ascii_lower(const uint8_t *from, ptrdiff_t length, uint8_t *to);
void kr_casing_ascii_upper(const uint8_t *from, ptrdiff_t length, uint8_t *to);

#endif
