// normalize.c - decompose, put marks in canonical order, compose again (Unicode Annex 15).
//
// Hangul syllables are computed: syllable = 0xac00 + (lead * 21 + vowel) * 28 + trail.
#include "text/normalize.h"

#include "base/vector.h"
#include "text/unicode_data.h"

enum {
    SYLLABLES = 0xac00, LEADS = 0x1100, VOWELS = 0x1161, TRAILS = 0x11a7,
    LEAD_COUNT = 19, VOWEL_COUNT = 21, TRAIL_COUNT = 28,
    SYLLABLE_COUNT = LEAD_COUNT * VOWEL_COUNT * TRAIL_COUNT,
};

typedef KR_VECTOR(uint32_t) Characters;

static int combining(uint32_t character)
{
    return kr_unicode_data(character)->combining;
}

int kr_normalize_check(KrText text, KrNormalForm form)
{
    int previous = 0, result = 1;
    if (text.kind == 1 && kr_text_ascii_prefix(text.data, text.length) == text.length) return 1;
    for (ptrdiff_t i = 0; i < text.length; i++) {
        const KrUnicodeData *data = kr_unicode_data(kr_text_read(text.kind, text.data, i));
        if (data->combining && previous > data->combining) return 0;
        previous = data->combining;
        int quick = data->quick >> (form * 2) & 3;
        if (quick == 2) return 0;
        if (quick == 1) result = -1;
    }
    return result;
}

static int push_syllable(Characters *out, uint32_t index)
{
    if (kr_vector_reserve(out, 3) < 0) return -1;
    uint32_t trail = index % TRAIL_COUNT;
    out->items[out->count++] = LEADS + index / (VOWEL_COUNT * TRAIL_COUNT);
    out->items[out->count++] = VOWELS + index / TRAIL_COUNT % VOWEL_COUNT;
    if (trail) out->items[out->count++] = TRAILS + trail;
    return 0;
}

typedef struct Rules {
    int compatible;
    int version_3_2;
} Rules;

// The decomposition of [c] under [rules], or 0 if it stands for itself.
static int find_parts(uint32_t c, Rules rules, const uint32_t **ret_parts)
{
    int count = 0;
    const char *tag = kr_unicode_decomposition(c, ret_parts, &count);
    if (tag == NULL || (*tag && !rules.compatible)) return 0;
    if (rules.version_3_2) {
        KrUnicodeOld old;
        kr_unicode_data_3_2(c, &old);
        if (!old.assigned) return 0;
    }
    return count;
}

// Depth of the recursion: a decomposition's parts decompose at most a few times.
static int push_decomposed(Characters *out, uint32_t c, Rules rules)
{
    if (c - SYLLABLES < SYLLABLE_COUNT) return push_syllable(out, c - SYLLABLES);
    uint32_t corrected = rules.version_3_2 ? kr_unicode_old_correction(c) : 0;
    if (corrected) return kr_vector_push(out, corrected);
    const uint32_t *parts;
    int count = find_parts(c, rules, &parts);
    if (count == 0) return kr_vector_push(out, c);
    for (int i = 0; i < count; i++)
        if (push_decomposed(out, parts[i], rules) < 0) return -1;
    return 0;
}

// Sorts each run of marks by combining class, equal ones as they were.
static void order_marks(uint32_t *items, ptrdiff_t count)
{
    for (ptrdiff_t i = 1; i < count; i++) {
        uint32_t mark = items[i];
        int class = combining(mark);
        if (class == 0) continue;
        ptrdiff_t place = i;
        while (place > 0 && combining(items[place - 1]) > class) {
            items[place] = items[place - 1];
            place--;
        }
        items[place] = mark;
    }
}

static uint32_t compose(uint32_t first, uint32_t second)
{
    if (first - LEADS < LEAD_COUNT && second - VOWELS < VOWEL_COUNT)
        return SYLLABLES + ((first - LEADS) * VOWEL_COUNT + second - VOWELS) * TRAIL_COUNT;
    if (first - SYLLABLES < SYLLABLE_COUNT && (first - SYLLABLES) % TRAIL_COUNT == 0
        && second - TRAILS - 1 < TRAIL_COUNT - 1)
        return first + second - TRAILS;
    return kr_unicode_compose(first, second);
}

// Joins each starter with the marks that are not blocked from it; returns the new length.
static ptrdiff_t compose_all(uint32_t *items, ptrdiff_t count)
{
    ptrdiff_t starter = -1, written = 0;
    int previous = -1;   // class of the last character kept behind the starter, -1 if none
    for (ptrdiff_t i = 0; i < count; i++) {
        uint32_t c = items[i];
        int class = combining(c);
        if (starter >= 0 && previous < class) {
            uint32_t composed = compose(items[starter], c);
            if (composed) {
                items[starter] = composed;
                continue;
            }
        }
        if (class == 0) {
            starter = written;
            previous = -1;
        } else {
            previous = class;
        }
        items[written++] = c;
    }
    return written;
}

int kr_normalize(KrText text, KrNormalForm form, int version_3_2, uint32_t **ret_characters,
                 ptrdiff_t *ret_count)
{
    Rules rules = {form == KR_NFKC || form == KR_NFKD, version_3_2};
    Characters out = KR_VECTOR_EMPTY;
    int failed = kr_vector_reserve(&out, text.length + 10);
    for (ptrdiff_t i = 0; i < text.length && !failed; i++)
        failed = push_decomposed(&out, kr_text_read(text.kind, text.data, i), rules);
    if (failed) {
        kr_vector_clear(&out);
        return -1;
    }
    order_marks(out.items, out.count);
    if (form == KR_NFC || form == KR_NFKC) out.count = compose_all(out.items, out.count);
    *ret_characters = out.items;
    *ret_count = out.count;
    return 0;
}
