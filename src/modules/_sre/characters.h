// characters.h - classes and case of characters, and character sets.
#ifndef KR_MODULES_SRE_CHARACTERS_H
#define KR_MODULES_SRE_CHARACTERS_H

#include "modules/_sre/sre.h"

#include "unicodeobject.h"

#include <ctype.h>

static inline uint32_t kr_sre_lower_ascii(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static inline uint32_t kr_sre_lower_locale(uint32_t c)
{
    return c < 256 ? (uint32_t)tolower((int)c) : c;
}

static inline uint32_t kr_sre_upper_locale(uint32_t c)
{
    return c < 256 ? (uint32_t)toupper((int)c) : c;
}

static inline uint32_t kr_sre_lower_unicode(uint32_t c)
{
    return c < 128 ? kr_sre_lower_ascii(c) : Py_UNICODE_TOLOWER(c);
}

static inline int kr_sre_is_word_ascii(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static inline int kr_sre_is_word_locale(uint32_t c)
{
    return c < 256 && (isalnum((int)c) || c == '_');
}

static inline int kr_sre_is_word_unicode(uint32_t c)
{
    return c < 128 ? kr_sre_is_word_ascii(c) : Py_UNICODE_ISALNUM(c);
}

// Of ASCII characters: bit n is set for members of the category 2 n, whose complement is 2 n + 1.
#define KR_SRE_IN(category) (1 << ((category) >> 1))
#define KR_SRE_WORDS (KR_SRE_IN(SRE_WORD) | KR_SRE_IN(SRE_UNI_WORD))
#define KR_SRE_SPACES (KR_SRE_IN(SRE_SPACE) | KR_SRE_IN(SRE_UNI_SPACE))
static const uint16_t kr_sre_ascii[128] = {
    ['0' ... '9'] = KR_SRE_WORDS | KR_SRE_IN(SRE_DIGIT) | KR_SRE_IN(SRE_UNI_DIGIT),
    ['A' ... 'Z'] = KR_SRE_WORDS,
    ['_'] = KR_SRE_WORDS,
    ['a' ... 'z'] = KR_SRE_WORDS,
    ['\t'] = KR_SRE_SPACES,
    ['\n'] = KR_SRE_SPACES | KR_SRE_IN(SRE_LINEBREAK) | KR_SRE_IN(SRE_UNI_LINEBREAK),
    ['\v' ... '\r'] = KR_SRE_SPACES | KR_SRE_IN(SRE_UNI_LINEBREAK),
    [0x1c ... 0x1e] = KR_SRE_IN(SRE_UNI_SPACE) | KR_SRE_IN(SRE_UNI_LINEBREAK),
    [0x1f] = KR_SRE_IN(SRE_UNI_SPACE),
    [' '] = KR_SRE_SPACES,
};

static inline int kr_sre_is_category(KrSreCode category, uint32_t c)
{
    if (c < 128 && category >> 1 != SRE_LOC_WORD >> 1 && category <= SRE_UNI_NOT_LINEBREAK)
        return (kr_sre_ascii[c] >> (category >> 1) & 1) ^ (int)(category & 1);
    switch (category) {
        case SRE_DIGIT: return c >= '0' && c <= '9';
        case SRE_NOT_DIGIT: return !(c >= '0' && c <= '9');
        case SRE_SPACE: return c == ' ' || (c >= '\t' && c <= '\r');
        case SRE_NOT_SPACE: return !(c == ' ' || (c >= '\t' && c <= '\r'));
        case SRE_WORD: return kr_sre_is_word_ascii(c);
        case SRE_NOT_WORD: return !kr_sre_is_word_ascii(c);
        case SRE_LINEBREAK: return c == '\n';
        case SRE_NOT_LINEBREAK: return c != '\n';
        case SRE_LOC_WORD: return kr_sre_is_word_locale(c);
        case SRE_LOC_NOT_WORD: return !kr_sre_is_word_locale(c);
        case SRE_UNI_DIGIT: return c < 128 ? c >= '0' && c <= '9' : Py_UNICODE_ISDECIMAL(c);
        case SRE_UNI_NOT_DIGIT: return !(c < 128 ? c >= '0' && c <= '9' : Py_UNICODE_ISDECIMAL(c));
        case SRE_UNI_SPACE: return Py_UNICODE_ISSPACE(c);
        case SRE_UNI_NOT_SPACE: return !Py_UNICODE_ISSPACE(c);
        case SRE_UNI_WORD: return kr_sre_is_word_unicode(c);
        case SRE_UNI_NOT_WORD: return !kr_sre_is_word_unicode(c);
        case SRE_UNI_LINEBREAK: return Py_UNICODE_ISLINEBREAK(c);
        case SRE_UNI_NOT_LINEBREAK: return !Py_UNICODE_ISLINEBREAK(c);
        default: return 0;
    }
}

// Whether [c] is in the set of items that ends with FAILURE.
static inline int kr_sre_in_set(const KrSreCode *set, uint32_t c)
{
    int yes = 1;
    for (;;) {
        switch (*set++) {
            case SRE_FAILURE: return !yes;
            case SRE_LITERAL:
                if (c == set[0]) return yes;
                set++;
                break;
            case SRE_CATEGORY:
                if (kr_sre_is_category(set[0], c)) return yes;
                set++;
                break;
            case SRE_CHARSET:          // 256 bits
                if (c < 256 && (set[c >> 5] >> (c & 31) & 1)) return yes;
                set += 8;
                break;
            case SRE_RANGE:
                if (set[0] <= c && c <= set[1]) return yes;
                set += 2;
                break;
            case SRE_RANGE_UNI_IGNORE: {
                uint32_t upper = Py_UNICODE_TOUPPER(c);
                if ((set[0] <= c && c <= set[1]) || (set[0] <= upper && upper <= set[1]))
                    return yes;
                set += 2;
                break;
            }
            case SRE_NEGATE: yes = !yes; break;
            // number of blocks; block of each 256 characters; blocks of 256 bits
            case SRE_BIGCHARSET: {
                KrSreCode blocks = *set++;
                const unsigned char *block_of = (const unsigned char *)set;
                set += 64;
                if (c < 0x10000) {
                    const KrSreCode *block = set + (size_t)block_of[c >> 8] * 8;
                    if (block[(c & 255) >> 5] >> (c & 31) & 1) return yes;
                }
                set += (size_t)blocks * 8;
                break;
            }
            default: return 0;
        }
    }
}

static inline int kr_sre_in_set_locale(const KrSreCode *set, uint32_t c)
{
    uint32_t lower = kr_sre_lower_locale(c), upper = kr_sre_upper_locale(c);
    return kr_sre_in_set(set, lower) || (upper != lower && kr_sre_in_set(set, upper));
}

static inline int kr_sre_equal_locale(uint32_t literal, uint32_t c)
{
    return c == literal || kr_sre_lower_locale(c) == literal || kr_sre_upper_locale(c) == literal;
}

// Whether one operation that takes exactly one character takes [c]; [code] is at the operation.
static inline int kr_sre_takes(const KrSreCode *code, uint32_t c)
{
    switch (code[0]) {
        case SRE_ANY: return c != '\n';
        case SRE_ANY_ALL: return 1;
        case SRE_LITERAL: return c == code[1];
        case SRE_NOT_LITERAL: return c != code[1];
        case SRE_IN: return kr_sre_in_set(code + 2, c);
        case SRE_LITERAL_IGNORE: return kr_sre_lower_ascii(c) == code[1];
        case SRE_NOT_LITERAL_IGNORE: return kr_sre_lower_ascii(c) != code[1];
        case SRE_IN_IGNORE: return kr_sre_in_set(code + 2, kr_sre_lower_ascii(c));
        case SRE_LITERAL_UNI_IGNORE: return kr_sre_lower_unicode(c) == code[1];
        case SRE_NOT_LITERAL_UNI_IGNORE: return kr_sre_lower_unicode(c) != code[1];
        case SRE_IN_UNI_IGNORE: return kr_sre_in_set(code + 2, kr_sre_lower_unicode(c));
        case SRE_LITERAL_LOC_IGNORE: return kr_sre_equal_locale(code[1], c);
        case SRE_NOT_LITERAL_LOC_IGNORE: return !kr_sre_equal_locale(code[1], c);
        case SRE_IN_LOC_IGNORE: return kr_sre_in_set_locale(code + 2, c);
        default: return 0;
    }
}

#endif
