// search.c - substring search: memchr on one byte of the pattern, Two-Way when that does not pay.
//
// The simple way looks for a rare-ish character (the last one of the pattern) with memchr and
// compares there.  It counts what it compared in vain; when that passes a bound, the search goes
// on with the Two-Way algorithm of Crochemore and Perrin, so that the whole is linear.
#include "text/search.h"

static inline KrText part_of(KrText text, ptrdiff_t start, ptrdiff_t length)
{
    return (KrText){(const uint8_t *)text.data + start * text.kind, length, text.kind};
}

static inline uint32_t at(const KrText *text, ptrdiff_t index)
{
    return kr_text_read(text->kind, text->data, index);
}

static ptrdiff_t find_char_in_words(KrText text, uint32_t c)
{
    // The byte of the character that is least common in texts: not zero if there is one.
    int shift = (c & 0xff) ? 0 : (c & 0xff00) ? 8 : 16;
    const uint8_t *bytes = text.data, *from = bytes, *end = bytes + text.length * text.kind;
    if (text.length > 40 && c) {
        int misses = 0;
        while (from < end && misses < 16) {
            from = memchr(from, (int)(c >> shift & 0xff), (size_t)(end - from));
            if (from == NULL) return -1;
            ptrdiff_t index = (from - bytes) / text.kind;
            if (at(&text, index) == c) return index;
            from = bytes + (index + 1) * text.kind;
            misses++;
        }
    }
    for (ptrdiff_t i = (from - bytes) / text.kind; i < text.length; i++)
        if (at(&text, i) == c) return i;
    return -1;
}

ptrdiff_t kr_search_char(KrText text, uint32_t character)
{
    if (text.kind != 1) return find_char_in_words(text, character);
    if (character > 0xff || text.length == 0) return -1;
    const uint8_t *found = memchr(text.data, (int)character, (size_t)text.length);
    return found ? found - (const uint8_t *)text.data : -1;
}

ptrdiff_t kr_search_last_char(KrText text, uint32_t character)
{
    if (text.kind == 1) {
        if (character > 0xff || text.length == 0) return -1;
        const uint8_t *found = memrchr(text.data, (int)character, (size_t)text.length);
        return found ? found - (const uint8_t *)text.data : -1;
    }
    for (ptrdiff_t i = text.length - 1; i >= 0; i--)
        if (at(&text, i) == character) return i;
    return -1;
}

ptrdiff_t kr_search_count_char(KrText text, uint32_t character, ptrdiff_t limit)
{
    ptrdiff_t count = 0;
    if (text.kind == 1 && character > 0xff) return 0;
    for (ptrdiff_t i = 0; i < text.length && count < limit; i++)
        count += at(&text, i) == character;
    return count;
}

static inline int equal_at(const KrText *text, ptrdiff_t start, const KrText *pattern)
{
    if (text->kind == pattern->kind)
        return memcmp((const uint8_t *)text->data + start * text->kind, pattern->data,
                      (size_t)(pattern->length * text->kind)) == 0;
    for (ptrdiff_t i = 0; i < pattern->length; i++)
        if (at(text, start + i) != at(pattern, i)) return 0;
    return 1;
}

// --- the Two-Way algorithm ----------------------------------------------------------------------

// Start of the largest suffix of [pattern] (under the reversed order if [reversed]), and its
// period.
static ptrdiff_t largest_suffix(const KrText *pattern, int reversed, ptrdiff_t *ret_period)
{
    ptrdiff_t suffix = 0, candidate = 1, offset = 0, period = 1;
    while (candidate + offset < pattern->length) {
        uint32_t a = at(pattern, candidate + offset), b = at(pattern, suffix + offset);
        if (a == b) {
            if (offset + 1 == period) {
                candidate += period;
                offset = 0;
            } else {
                offset++;
            }
        } else if (reversed ? a > b : a < b) {
            candidate += offset + 1;
            offset = 0;
            period = candidate - suffix;
        } else {
            suffix = candidate++;
            offset = 0;
            period = 1;
        }
    }
    *ret_period = period;
    return suffix;
}

typedef struct TwoWay {
    ptrdiff_t cut;      // where the pattern is split
    ptrdiff_t period;   // of the pattern, or a lower bound of it
    int periodic;
} TwoWay;

static TwoWay split_pattern(const KrText *pattern)
{
    ptrdiff_t period1, period2;
    ptrdiff_t cut1 = largest_suffix(pattern, 0, &period1),
              cut2 = largest_suffix(pattern, 1, &period2);
    TwoWay split = cut1 > cut2 ? (TwoWay){cut1, period1, 0} : (TwoWay){cut2, period2, 0};
    KrText head = part_of(*pattern, 0, split.cut);
    split.periodic = split.cut * 2 < pattern->length && split.period + split.cut <= pattern->length
                     && equal_at(pattern, split.period, &head);
    if (!split.periodic) {
        ptrdiff_t tail = pattern->length - split.cut;
        split.period = (split.cut > tail ? split.cut : tail) + 1;
    }
    return split;
}

static ptrdiff_t find_two_way(KrText text, KrText pattern)
{
    TwoWay split = split_pattern(&pattern);
    ptrdiff_t start = 0, memory = 0;
    while (start + pattern.length <= text.length) {
        ptrdiff_t i = split.cut > memory ? split.cut : memory;
        while (i < pattern.length && at(&pattern, i) == at(&text, start + i)) i++;
        if (i < pattern.length) {
            start += i - split.cut + 1;
            memory = 0;
            continue;
        }
        i = split.cut;
        while (i > memory && at(&pattern, i - 1) == at(&text, start + i - 1)) i--;
        if (i <= memory) return start;
        start += split.period;
        memory = split.periodic ? pattern.length - split.period : 0;
    }
    return -1;
}

// --- the simple way -----------------------------------------------------------------------------

ptrdiff_t kr_search_find(KrText text, KrText pattern)
{
    if (pattern.length == 0) return 0;
    if (pattern.length > text.length) return -1;
    if (pattern.length == 1) return kr_search_char(text, at(&pattern, 0));
    ptrdiff_t last = pattern.length - 1, start = 0, budget = 64 + (text.length >> 3);
    uint32_t anchor = at(&pattern, last), first = at(&pattern, 0);
    while (start + pattern.length <= text.length) {
        KrText rest = part_of(text, start + last, text.length - start - last);
        ptrdiff_t found = kr_search_char(rest, anchor);
        if (found < 0) return -1;
        start += found;
        if (at(&text, start) == first) {
            if (equal_at(&text, start, &pattern)) return start;
            budget -= pattern.length;
        }
        budget -= 4;
        start++;
        if (budget < 0) {
            found = find_two_way(part_of(text, start, text.length - start), pattern);
            return found < 0 ? -1 : start + found;
        }
    }
    return -1;
}

ptrdiff_t kr_search_find_last(KrText text, KrText pattern)
{
    if (pattern.length == 0) return text.length;
    if (pattern.length > text.length) return -1;
    if (pattern.length == 1) return kr_search_last_char(text, at(&pattern, 0));
    uint32_t anchor = at(&pattern, 0);
    ptrdiff_t start = text.length - pattern.length;
    while (start >= 0) {
        start = kr_search_last_char(part_of(text, 0, start + 1), anchor);
        if (start < 0) return -1;
        if (equal_at(&text, start, &pattern)) return start;
        start--;
    }
    return -1;
}

ptrdiff_t kr_search_count(KrText text, KrText pattern, ptrdiff_t limit)
{
    if (limit <= 0) return 0;
    if (pattern.length == 0) return text.length < limit ? text.length + 1 : limit;
    if (pattern.length == 1) return kr_search_count_char(text, at(&pattern, 0), limit);
    ptrdiff_t count = 0, start = 0;
    while (count < limit) {
        ptrdiff_t found = kr_search_find(part_of(text, start, text.length - start), pattern);
        if (found < 0) break;
        count++;
        start += found + pattern.length;
    }
    return count;
}
