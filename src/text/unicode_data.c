// unicode_data.c - look-ups in the tables of unicodedata; the tables are generated.
#include "text/unicode_data.h"

typedef struct Composition {
    uint32_t first, second, composed;
} Composition;

// Code points whose properties in Unicode 3.2.0 differ; -1 is "as today", in `decimal` and
// `numeric` -2.
typedef struct OldRun {
    uint32_t first, last;
    int8_t assigned, category, bidirectional, mirrored, width, decimal;
    double numeric;
} OldRun;

#include "text/unicode_data_tables.h"

const KrUnicodeData *kr_unicode_data(uint32_t character)
{
    if (character > 0x10ffff) return &data_records[0];
    return &data_records[data_index2[data_index1[character >> 7] << 7 | (character & 127)]];
}

const char *kr_unicode_decomposition(uint32_t character, const uint32_t **ret_characters,
                                     int *ret_count)
{
    if (character > 0x10ffff) return NULL;
    uint32_t start =
        decomposition_index2[decomposition_index1[character >> 6] << 6 | (character & 63)];
    if (start == 0) return NULL;
    const uint32_t *entry = &decomposition_pool[start];
    *ret_characters = entry + 1;
    *ret_count = (int)(entry[0] & 0xff);
    return decomposition_tags[entry[0] >> 8];
}

uint32_t kr_unicode_compose(uint32_t first, uint32_t second)
{
    size_t low = 0, high = sizeof compositions / sizeof *compositions;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const Composition *pair = &compositions[middle];
        if (pair->first == first && pair->second == second) return pair->composed;
        if (pair->first < first || (pair->first == first && pair->second < second))
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

static const OldRun *find_old(uint32_t character)
{
    size_t low = 0, high = sizeof old_runs / sizeof *old_runs;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (old_runs[middle].last < character)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == sizeof old_runs / sizeof *old_runs || old_runs[low].first > character) return NULL;
    return &old_runs[low];
}

void kr_unicode_data_3_2(uint32_t character, KrUnicodeOld *ret_old)
{
    const OldRun *run = find_old(character);
    *ret_old = (KrUnicodeOld){1, *kr_unicode_data(character), -2, -2.0};
    if (run == NULL) {
        ret_old->assigned = ret_old->data.category != 0;
        return;
    }
    if (!run->assigned) {
        *ret_old = (KrUnicodeOld){0, data_records[0], -1, -1.0};
        return;
    }
    if (run->category >= 0) ret_old->data.category = (uint8_t)run->category;
    if (run->bidirectional >= 0) ret_old->data.bidirectional = (uint8_t)run->bidirectional;
    if (run->mirrored >= 0) ret_old->data.mirrored = (uint8_t)run->mirrored;
    if (run->width >= 0) ret_old->data.east_asian_width = (uint8_t)run->width;
    ret_old->decimal = run->decimal;
    ret_old->numeric = run->numeric;
}

uint32_t kr_unicode_old_correction(uint32_t character)
{
    for (size_t i = 0; i < sizeof old_corrections / sizeof *old_corrections; i++)
        if (old_corrections[i][0] == character) return old_corrections[i][1];
    return 0;
}
