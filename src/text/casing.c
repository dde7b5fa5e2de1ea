// casing.c - lower, upper, title, swapped and folded texts.
//
// A capital sigma becomes a final sigma in lower case when a cased letter stands before it and
// none behind it, case-ignorable characters between them not counted.
#include "text/casing.h"

#include <string.h>

#include "text/unicode.h"

enum { CAPITAL_SIGMA = 0x3a3, SMALL_SIGMA = 0x3c3, FINAL_SIGMA = 0x3c2 };

static int is_final_sigma(KrText text, ptrdiff_t index)
{
    ptrdiff_t i = index - 1;
    while (i >= 0 && kr_unicode_is_case_ignorable(kr_text_read(text.kind, text.data, i))) i--;
    if (i < 0 || !kr_unicode_is_cased(kr_text_read(text.kind, text.data, i))) return 0;
    i = index + 1;
    while (i < text.length && kr_unicode_is_case_ignorable(kr_text_read(text.kind, text.data, i)))
        i++;
    return i == text.length || !kr_unicode_is_cased(kr_text_read(text.kind, text.data, i));
}

static int lower_at(KrText text, ptrdiff_t index, uint32_t c, uint32_t *to)
{
    if (c != CAPITAL_SIGMA) return kr_unicode_lower_full(c, to);
    *to = is_final_sigma(text, index) ? FINAL_SIGMA : SMALL_SIGMA;
    return 1;
}

static int swap_at(KrText text, ptrdiff_t index, uint32_t c, uint32_t *to)
{
    if (kr_unicode_is_upper(c)) return lower_at(text, index, c, to);
    if (kr_unicode_is_lower(c)) return kr_unicode_upper_full(c, to);
    *to = c;
    return 1;
}

ptrdiff_t kr_casing_convert(KrText text, KrCasing casing, uint32_t *ret_characters,
                            uint32_t *ret_max_char)
{
    uint32_t *to = ret_characters, merged = 0;
    int in_word = 0;
    for (ptrdiff_t i = 0; i < text.length; i++) {
        uint32_t c = kr_text_read(text.kind, text.data, i);
        int count;
        if (casing == KR_CASE_UPPER)
            count = kr_unicode_upper_full(c, to);
        else if (casing == KR_CASE_FOLD)
            count = kr_unicode_fold_full(c, to);
        else if (casing == KR_CASE_SWAP)
            count = swap_at(text, i, c, to);
        else if (casing == KR_CASE_LOWER || in_word)
            count = lower_at(text, i, c, to);
        else
            count = kr_unicode_title_full(c, to);
        if (casing == KR_CASE_TITLE) in_word = kr_unicode_is_cased(c);
        if (casing == KR_CASE_CAPITALIZE) in_word = 1;
        for (int k = 0; k < count; k++) merged = to[k] > merged ? to[k] : merged;
        to += count;
    }
    *ret_max_char = merged;
    return to - ret_characters;
}

// Sixteen characters at once.
typedef uint8_t Block __attribute__((vector_size(16)));

void kr_casing_ascii_lower(const uint8_t *from, ptrdiff_t length, uint8_t *to)
{
    ptrdiff_t i = 0;
    for (Block block; i + (ptrdiff_t)sizeof block <= length; i += sizeof block) {
        memcpy(&block, from + i, sizeof block);
        block |= (Block)(block - 'A' < 26) & 32;
        memcpy(to + i, &block, sizeof block);
    }
    for (; i < length; i++)
        to[i] = from[i] | (uint8_t)(((uint8_t)(from[i] - 'A') < 26) << 5);
}

void kr_casing_ascii_upper(const uint8_t *from, ptrdiff_t length, uint8_t *to)
{
    ptrdiff_t i = 0;
    for (Block block; i + (ptrdiff_t)sizeof block <= length; i += sizeof block) {
        memcpy(&block, from + i, sizeof block);
        block &= ~((Block)(block - 'a' < 26) & 32);
        memcpy(to + i, &block, sizeof block);
    }
    for (; i < length; i++)
        to[i] = from[i] & (uint8_t)~((unsigned)((uint8_t)(from[i] - 'a') < 26) << 5);
}
