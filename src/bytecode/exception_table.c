// exception_table.c - reading and writing co_exceptiontable (the format is in the header).
//
// kr_exception_table_find runs for every raised exception and every frame it passes: it jumps into
// the middle of the table, finds the start of an entry by its mark, and halves from there.
#include "bytecode/exception_table.h"

#include <assert.h>

enum { ENTRY_START = 0x80, MORE = 0x40, DIGIT = 0x3F };

// Reads one number; NULL when the table ends in it.
static const uint8_t *read_number(const uint8_t *position, const uint8_t *end, int *ret_value)
{
    unsigned value = 0;
    while (position < end) {
        uint8_t byte = *position++;
        value = value << 6 | (byte & DIGIT);
        if (!(byte & MORE)) {
            *ret_value = (int)(value & 0x7FFFFFFF);
            return position;
        }
    }
    return NULL;
}

const uint8_t *kr_exception_table_next(const uint8_t *position, const uint8_t *end,
                                       KrExceptionEntry *ret_entry)
{
    int start, length, target, depth_and_lasti;
    if ((position = read_number(position, end, &start)) == NULL) return NULL;
    if ((position = read_number(position, end, &length)) == NULL) return NULL;
    if ((position = read_number(position, end, &target)) == NULL) return NULL;
    if ((position = read_number(position, end, &depth_and_lasti)) == NULL) return NULL;
    *ret_entry = (KrExceptionEntry){
        .start = start,
        .end = (int)((unsigned)start + (unsigned)length),
        .target = target,
        .depth = depth_and_lasti >> 1,
        .push_lasti = depth_and_lasti & 1,
    };
    return position;
}

static const uint8_t *back_to_entry(const uint8_t *start, const uint8_t *position)
{
    while (position > start && !(*position & ENTRY_START)) position--;
    return position;
}

bool kr_exception_table_find(const uint8_t *table, size_t length, int index,
                             KrExceptionEntry *ret_entry)
{
    const uint8_t *end = table + length;
    const uint8_t *low = table; // an entry that starts at or before [index], or the first
    const uint8_t *high = end;  // every entry from here on starts after [index]
    while (high - low > 32) {
        const uint8_t *middle = back_to_entry(low, low + (high - low) / 2);
        int start;
        if (middle == low || read_number(middle, end, &start) == NULL) break;
        if (start > index) high = middle;
        else low = middle;
    }
    KrExceptionEntry entry;
    while (low < end && (low = kr_exception_table_next(low, end, &entry)) != NULL) {
        if (entry.start > index) return false;
        if (index < entry.end) {
            *ret_entry = entry;
            return true;
        }
    }
    return false;
}

static uint8_t *write_number(uint8_t *output, unsigned value, unsigned mark)
{
    assert(value < 1u << 30);
    int shift = 24;
    while (shift > 0 && value >> shift == 0) shift -= 6;
    for (; shift >= 0; shift -= 6) {
        *output++ = (uint8_t)(mark | (shift > 0 ? MORE : 0) | (value >> shift & DIGIT));
        mark = 0;
    }
    return output;
}

int kr_exception_table_write(uint8_t *output, const KrExceptionEntry *entry)
{
    assert(entry->end > entry->start);
    uint8_t *position = output;
    position = write_number(position, (unsigned)entry->start, ENTRY_START);
    position = write_number(position, (unsigned)(entry->end - entry->start), 0);
    position = write_number(position, (unsigned)entry->target, 0);
    position = write_number(position, (unsigned)entry->depth << 1 | entry->push_lasti, 0);
    return (int)(position - output);
}
