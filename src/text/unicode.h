// unicode.h - properties of code points in Unicode 14.0.0.
//
// Any uint32_t may be asked for; what lies above 0x10ffff has no property.  Tables are written by
// tools/unicode.py out of data/unicode.  Names are in unicode_names.h, normal forms in
// normalize.h.
#ifndef KR_TEXT_UNICODE_H
#define KR_TEXT_UNICODE_H

#include "text/text.h"

enum {
    KR_UNICODE_ALPHA = 1,
    KR_UNICODE_DECIMAL = 2,
    KR_UNICODE_DIGIT = 4,
    KR_UNICODE_LOWER = 8,
    KR_UNICODE_LINEBREAK = 16,
    KR_UNICODE_SPACE = 32,
    KR_UNICODE_TITLE = 64,
    KR_UNICODE_UPPER = 128,
    KR_UNICODE_XID_START = 256,
    KR_UNICODE_XID_CONTINUE = 512,
    KR_UNICODE_PRINTABLE = 1024,
    KR_UNICODE_NUMERIC = 2048,
    KR_UNICODE_CASE_IGNORABLE = 4096,
    KR_UNICODE_CASED = 8192,
    KR_UNICODE_SPECIAL_CASE = 16384, // a full mapping of more than one character, or by a table
    KR_UNICODE_ALNUM =
        KR_UNICODE_ALPHA | KR_UNICODE_DECIMAL | KR_UNICODE_DIGIT | KR_UNICODE_NUMERIC,
};

// One record serves many code points.
typedef struct KrUnicodeRecord {
    int32_t upper, lower,
        title; // what to add for the simple mapping; special: index of KrUnicodeCase
    uint8_t decimal, digit;       // values, when flagged
    uint16_t flags;
} KrUnicodeRecord;

extern const KrUnicodeRecord kr_unicode_records[];
extern const uint16_t kr_unicode_index1[];
extern const uint16_t kr_unicode_index2[];
enum { KR_UNICODE_SHIFT = 7 };

static inline const KrUnicodeRecord *kr_unicode_record(uint32_t character)
{
    if (character > 0x10ffff) return &kr_unicode_records[0];
    unsigned block = kr_unicode_index1[character >> KR_UNICODE_SHIFT];
    unsigned offset = character & ((1u << KR_UNICODE_SHIFT) - 1);
    return &kr_unicode_records[kr_unicode_index2[(block << KR_UNICODE_SHIFT) + offset]];
}

static inline int kr_unicode_has(uint32_t character, int flags)
{
    return (kr_unicode_record(character)->flags & flags) != 0;
}

#define KR_DEFINE_QUESTION(name, flag)                                                            \
    static inline int kr_unicode_is_##name(uint32_t character)                                    \
    {                                                                                             \
        return kr_unicode_has(character, flag);                                                   \
    }
KR_DEFINE_QUESTION(alpha, KR_UNICODE_ALPHA)
KR_DEFINE_QUESTION(decimal, KR_UNICODE_DECIMAL)
KR_DEFINE_QUESTION(digit, KR_UNICODE_DIGIT)
KR_DEFINE_QUESTION(numeric, KR_UNICODE_NUMERIC)
KR_DEFINE_QUESTION(alnum, KR_UNICODE_ALNUM)
KR_DEFINE_QUESTION(lower, KR_UNICODE_LOWER)
KR_DEFINE_QUESTION(upper, KR_UNICODE_UPPER)
KR_DEFINE_QUESTION(title, KR_UNICODE_TITLE)
KR_DEFINE_QUESTION(cased, KR_UNICODE_CASED)
KR_DEFINE_QUESTION(case_ignorable, KR_UNICODE_CASE_IGNORABLE)
KR_DEFINE_QUESTION(space, KR_UNICODE_SPACE)
KR_DEFINE_QUESTION(linebreak, KR_UNICODE_LINEBREAK)
KR_DEFINE_QUESTION(printable, KR_UNICODE_PRINTABLE)
KR_DEFINE_QUESTION(xid_start, KR_UNICODE_XID_START)
KR_DEFINE_QUESTION(xid_continue, KR_UNICODE_XID_CONTINUE)
#undef KR_DEFINE_QUESTION

// Simple case mappings: one character each.
uint32_t kr_unicode_to_lower(uint32_t character);
uint32_t kr_unicode_to_upper(uint32_t character);
uint32_t kr_unicode_to_title(uint32_t character);
// Full case mappings: write 1 to 3 characters and return their number.
int kr_unicode_lower_full(uint32_t character, uint32_t ret_characters[3]);
int kr_unicode_upper_full(uint32_t character, uint32_t ret_characters[3]);
int kr_unicode_title_full(uint32_t character, uint32_t ret_characters[3]);
int kr_unicode_fold_full(uint32_t character, uint32_t ret_characters[3]);

// Values, or -1.
int kr_unicode_decimal(uint32_t character);
int kr_unicode_digit(uint32_t character);
double kr_unicode_numeric(uint32_t character);

#endif
