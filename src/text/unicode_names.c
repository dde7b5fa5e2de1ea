// unicode_names.c - names as phrases of words, found by block, and by hash the other way.
//
// A phrase is a row of word numbers: below ONE_BYTE_WORDS in one byte, the others in two; 0 ends
// it.  The phrases of 32 neighbours follow each other, and a two-stage index tells where each such
// row begins.
#include "text/unicode_names.h"

#include <stdio.h>

typedef struct Alias {
    const char *name;
    uint32_t character;
} Alias;

typedef struct Sequence {
    const char *name;
    int count;
    uint32_t characters[4];
} Sequence;

#include "text/unicode_names_tables.h"

enum { SYLLABLES = 0xac00, SYLLABLE_COUNT = 11172 };

static const char IDEOGRAPH_PREFIX[] = "CJK UNIFIED IDEOGRAPH-";
static const char SYLLABLE_PREFIX[] = "HANGUL SYLLABLE ";
static const char *const LEADS[] = {"G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S",
                                    "SS", "", "J", "JJ", "C", "K", "T", "P", "H"};
static const char *const VOWELS[] = {"A",   "AE", "YA", "YAE", "EO", "E",  "YEO",
                                     "YE",  "O",  "WA", "WAE", "OE", "YO", "U",
                                     "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
static const char *const TRAILS[] = {"", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG",
                                     "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S",
                                     "SS", "NG", "J", "C", "K", "T", "P", "H"};

static int is_ideograph(uint32_t character)
{
    for (size_t i = 0; i < sizeof ideographs / sizeof *ideographs; i++)
        if (ideographs[i][0] <= character && character <= ideographs[i][1]) return 1;
    return 0;
}

// Reads the word number at *[at], or -1 at the end of the phrase, and moves behind it.
static int next_word(const uint8_t **at)
{
    unsigned byte = *(*at)++;
    if (byte < ONE_BYTE_WORDS) return (int)byte - 1;
    return (int)((byte - ONE_BYTE_WORDS) << 8 | *(*at)++) + ONE_BYTE_WORDS - 1;
}

static const uint8_t *find_phrase(uint32_t character)
{
    uint32_t block = character >> 5;
    uint32_t start = phrase_index2[phrase_index1[block >> 4] << 4 | (block & 15)];
    if (start == 0) return NULL;
    const uint8_t *at = &phrases[start];
    for (uint32_t skip = character & 31; skip > 0; skip--)
        while (next_word(&at) >= 0) {}
    return at;
}

static int write_phrase(const uint8_t *at, char *ret_name)
{
    int length = 0, word;
    while ((word = next_word(&at)) >= 0) {
        uint32_t start = word_offsets[word], size = word_offsets[word + 1] - start;
        if (length) ret_name[length++] = ' ';
        assert(length + size < KR_UNICODE_NAME_SIZE);
        memcpy(ret_name + length, word_text + start, size);
        length += (int)size;
    }
    ret_name[length] = 0;
    return length;
}

int kr_unicode_name(uint32_t character, char ret_name[KR_UNICODE_NAME_SIZE])
{
    if (character > 0x10ffff) return 0;
    uint32_t index = character - SYLLABLES;
    if (index < SYLLABLE_COUNT)
        return snprintf(ret_name, KR_UNICODE_NAME_SIZE, "%s%s%s%s", SYLLABLE_PREFIX,
                        LEADS[index / 588], VOWELS[index / 28 % 21], TRAILS[index % 28]);
    if (is_ideograph(character))
        return snprintf(ret_name, KR_UNICODE_NAME_SIZE, "%s%X", IDEOGRAPH_PREFIX, character);
    const uint8_t *phrase = find_phrase(character);
    return phrase ? write_phrase(phrase, ret_name) : 0;
}

// --- from name to code point; names here are in capitals ----------------------------------------

// Moves behind the longest of [parts] that *[at] starts with; returns its index, or -1.
static int match_part(const char **at, const char *const *parts, int count)
{
    int best = -1;
    size_t best_length = 0;
    for (int i = 0; i < count; i++) {
        size_t length = strlen(parts[i]);
        if ((best < 0 || length > best_length) && strncmp(*at, parts[i], length) == 0) {
            best = i;
            best_length = length;
        }
    }
    *at += best_length;
    return best;
}

static int32_t find_syllable(const char *at)
{
    int lead = match_part(&at, LEADS, 19);
    int vowel = match_part(&at, VOWELS, 21);
    int trail = match_part(&at, TRAILS, 28);
    if (lead < 0 || vowel < 0 || trail < 0 || *at) return -1;
    return SYLLABLES + (lead * 21 + vowel) * 28 + trail;
}

static int32_t find_ideograph(const char *at)
{
    uint32_t value = 0;
    size_t length = strlen(at);
    if (length != 4 && length != 5) return -1;
    for (; *at; at++) {
        if (!(*at >= '0' && *at <= '9') && !(*at >= 'A' && *at <= 'F')) return -1;
        value = value * 16 + (uint32_t)(*at <= '9' ? *at - '0' : *at - 'A' + 10);
    }
    return is_ideograph(value) ? (int32_t)value : -1;
}

// Compares with items that start with a name; [size] is the size of an item.
static const void *find_sorted(const char *name, const void *items, size_t count, size_t size)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const char *const *item = (const void *)((const char *)items + middle * size);
        int order = strcmp(*item, name);
        if (order == 0) return item;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

// Copies [name] in capitals; 0 when it cannot be a name.
static int to_capitals(const char *name, ptrdiff_t length, char *ret_capitals)
{
    if (length <= 0 || length >= KR_UNICODE_NAME_SIZE) return 0;
    for (ptrdiff_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)name[i];
        if (c >= 0x80 || c == 0) return 0;
        ret_capitals[i] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    ret_capitals[length] = 0;
    return 1;
}

// Syllables and ideographs are found in capitals only (test_unicodedata, test_ucn).
static int32_t find_computed(const char *name)
{
    if (strncmp(name, SYLLABLE_PREFIX, sizeof SYLLABLE_PREFIX - 1) == 0)
        return find_syllable(name + sizeof SYLLABLE_PREFIX - 1);
    if (strncmp(name, IDEOGRAPH_PREFIX, sizeof IDEOGRAPH_PREFIX - 1) == 0)
        return find_ideograph(name + sizeof IDEOGRAPH_PREFIX - 1);
    return -1;
}

static int32_t find_capitals(const char *name)
{
    uint32_t hash = 2166136261u;
    for (const char *at = name; *at; at++) hash = (hash ^ (uint8_t)*at) * 16777619u;
    uint32_t slot = (hash ^ hash >> 15) % NAME_HASH_SIZE;
    char candidate[KR_UNICODE_NAME_SIZE];
    for (; name_hash[slot] != 0xffffff; slot = (slot + 1) % NAME_HASH_SIZE) {
        write_phrase(find_phrase(name_hash[slot]), candidate);
        if (strcmp(candidate, name) == 0) return (int32_t)name_hash[slot];
    }
    const Alias *alias =
        find_sorted(name, aliases, sizeof aliases / sizeof *aliases, sizeof *aliases);
    return alias ? (int32_t)alias->character : -1;
}

int32_t kr_unicode_find_name(const char *name, ptrdiff_t length)
{
    char capitals[KR_UNICODE_NAME_SIZE];
    if (!to_capitals(name, length, capitals)) return -1;
    int32_t character = find_capitals(capitals);
    if (character >= 0) return character;
    memcpy(capitals, name, (size_t)length);
    return find_computed(capitals);
}

int kr_unicode_find_sequence(const char *name, ptrdiff_t length, uint32_t ret_characters[4])
{
    char capitals[KR_UNICODE_NAME_SIZE];
    int32_t character = kr_unicode_find_name(name, length);
    if (character >= 0) {
        ret_characters[0] = (uint32_t)character;
        return 1;
    }
    if (!to_capitals(name, length, capitals)) return 0;
    const Sequence *sequence =
        find_sorted(capitals, sequences, sizeof sequences / sizeof *sequences, sizeof *sequences);
    if (sequence == NULL) return 0;
    memcpy(ret_characters, sequence->characters, sizeof sequence->characters);
    return sequence->count;
}
