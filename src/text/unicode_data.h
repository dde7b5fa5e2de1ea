// unicode_data.h - what the module unicodedata tells of a code point, in Unicode 14.0.0 and 3.2.0.
#ifndef KR_TEXT_UNICODE_DATA_H
#define KR_TEXT_UNICODE_DATA_H

#include "text/text.h"

typedef struct KrUnicodeData {
    uint8_t category;          // index into kr_unicode_category_names
    uint8_t combining;
    uint8_t bidirectional;     // index into kr_unicode_bidirectional_names
    uint8_t mirrored;
    uint8_t east_asian_width;  // index into kr_unicode_width_names
    uint8_t quick; // two bits a normal form, from bit 0 NFC, NFD, NFKC, NFKD: 0 yes, 1 maybe, 2 no
} KrUnicodeData;

extern const char *const kr_unicode_category_names[];
extern const char *const kr_unicode_bidirectional_names[];
extern const char *const kr_unicode_width_names[];

const KrUnicodeData *kr_unicode_data(uint32_t character);

// The decomposition mapping: its tag without brackets ("" for a canonical one) and its code
// points, or NULL if there is none.  Hangul syllables have none here (see normalize.h).
const char *kr_unicode_decomposition(uint32_t character, const uint32_t **ret_characters,
                                     int *ret_count);

// Differences of Unicode 3.2.0: a copy of the record as it was, or 0 when the code point was not
// assigned then.  [ret_decimal], [ret_numeric]: the values of then (-1: none).
typedef struct KrUnicodeOld {
    int assigned;
    KrUnicodeData data;
    int decimal;               // -2: as today
    double numeric;            // -2: as today
} KrUnicodeOld;
void kr_unicode_data_3_2(uint32_t character, KrUnicodeOld *ret_old);
// The canonical decomposition of then, 0 when it is as today.
uint32_t kr_unicode_old_correction(uint32_t character);

// The primary composite of two characters, 0 if there is none (Hangul aside).
uint32_t kr_unicode_compose(uint32_t first, uint32_t second);

#endif
