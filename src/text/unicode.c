// unicode.c - case mappings and numeric values; the tables are generated.
//
// A record with the flag SPECIAL_CASE keeps in `upper` an index into special_cases, where all four
// full mappings stand; every other record keeps differences to the simple mappings, which then are
// the full ones.
#include "text/unicode.h"

typedef struct KrUnicodeCase {
    uint8_t counts[4];           // lower, upper, title, fold
    uint32_t characters[4][3];
} KrUnicodeCase;

typedef struct NumericRun {
    uint32_t first, last;
    double value;
} NumericRun;

#include "text/unicode_tables.h"

enum { LOWER, UPPER, TITLE, FOLD };

static int map_full(uint32_t character, int mapping, uint32_t *ret_characters)
{
    const KrUnicodeRecord *record = kr_unicode_record(character);
    if (KR_UNLIKELY(record->flags & KR_UNICODE_SPECIAL_CASE)) {
        const KrUnicodeCase *special = &special_cases[record->upper];
        memcpy(ret_characters, special->characters[mapping], sizeof special->characters[mapping]);
        return special->counts[mapping];
    }
    int32_t shift = mapping == UPPER   ? record->upper
                    : mapping == TITLE ? record->title
                                       : record->lower;
    ret_characters[0] = character + (uint32_t)shift;
    return 1;
}

static uint32_t map_simple(uint32_t character, int mapping)
{
    uint32_t characters[3];
    map_full(character, mapping, characters);
    return characters[0];
}

uint32_t kr_unicode_to_lower(uint32_t character)
{
    return map_simple(character, LOWER);
}

uint32_t kr_unicode_to_upper(uint32_t character)
{
    return map_simple(character, UPPER);
}

uint32_t kr_unicode_to_title(uint32_t character)
{
    return map_simple(character, TITLE);
}

int kr_unicode_lower_full(uint32_t character, uint32_t ret_characters[3])
{
    return map_full(character, LOWER, ret_characters);
}

int kr_unicode_upper_full(uint32_t character, uint32_t ret_characters[3])
{
    return map_full(character, UPPER, ret_characters);
}

int kr_unicode_title_full(uint32_t character, uint32_t ret_characters[3])
{
    return map_full(character, TITLE, ret_characters);
}

int kr_unicode_fold_full(uint32_t character, uint32_t ret_characters[3])
{
    return map_full(character, FOLD, ret_characters);
}

int kr_unicode_decimal(uint32_t character)
{
    const KrUnicodeRecord *record = kr_unicode_record(character);
    return record->flags & KR_UNICODE_DECIMAL ? record->decimal : -1;
}

int kr_unicode_digit(uint32_t character)
{
    const KrUnicodeRecord *record = kr_unicode_record(character);
    return record->flags & KR_UNICODE_DIGIT ? record->digit : -1;
}

double kr_unicode_numeric(uint32_t character)
{
    if (!kr_unicode_is_numeric(character)) return -1.0;
    size_t low = 0, high = sizeof numeric_runs / sizeof *numeric_runs;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (numeric_runs[middle].last < character)
            low = middle + 1;
        else
            high = middle;
    }
    assert(numeric_runs[low].first <= character && character <= numeric_runs[low].last);
    return numeric_runs[low].value;
}
