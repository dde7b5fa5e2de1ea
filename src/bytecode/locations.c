// locations.c - reading and writing co_linetable (the format is in the header).
#include "bytecode/locations.h"

#include <assert.h>

enum {
    ENTRY_START = 0x80,
    KIND_SHORT_LAST = 9,
    KIND_LINE_0 = 10,
    KIND_LINE_2 = 12,
    KIND_NO_COLUMNS = 13,
    KIND_LONG = 14,
    KIND_NONE = 15,
    WORDS_PER_ENTRY = 8,
    MORE = 0x40,
    DIGIT = 0x3F,
};

// ---- reading -----------------------------------------------------------------------------------

// A damaged table reads as zeros past its end.
static unsigned read_byte(KrLocationReader *reader)
{
    return reader->position < reader->limit ? *reader->position++ : 0;
}

static unsigned read_varint(KrLocationReader *reader)
{
    unsigned value = 0;
    for (int shift = 0;; shift += 6) {
        unsigned byte = read_byte(reader);
        if (shift < 32) value |= (byte & DIGIT) << shift;
        if (!(byte & MORE)) return value;
    }
}

static int read_signed_varint(KrLocationReader *reader)
{
    unsigned value = read_varint(reader);
    return value & 1 ? -(int)(value >> 1) : (int)(value >> 1);
}

static void advance_line(KrLocationReader *reader, int delta)
{
    reader->line = (int)((unsigned)reader->line + (unsigned)delta);
}

void kr_locations_start(KrLocationReader *reader, const void *table, size_t length, int first_line)
{
    *reader = (KrLocationReader){
        .position = table,
        .limit = (const uint8_t *)table + length,
        .line = first_line,
        .location = KR_NO_LOCATION,
    };
}

static KrLocation read_columns(KrLocationReader *reader, int kind)
{
    KrLocation location = {reader->line, reader->line, -1, -1};
    if (kind <= KIND_SHORT_LAST) {
        unsigned byte = read_byte(reader);
        location.column = kind << 3 | (int)(byte >> 4);
        location.end_column = location.column + (int)(byte & 15);
    }
    else if (kind <= KIND_LINE_2) {
        location.column = (int)read_byte(reader);
        location.end_column = (int)read_byte(reader);
    }
    else if (kind == KIND_LONG) {
        location.end_line = (int)((unsigned)reader->line + read_varint(reader));
        location.column = (int)read_varint(reader) - 1;
        location.end_column = (int)read_varint(reader) - 1;
    }
    return location;
}

bool kr_locations_next(KrLocationReader *reader)
{
    if (reader->position >= reader->limit) return false;
    unsigned first = read_byte(reader);
    int kind = first >> 3 & 15;
    reader->start = reader->end;
    reader->end += (int)((first & 7) + 1) * 2;
    if (kind == KIND_NONE) {
        reader->location = KR_NO_LOCATION;
        return true;
    }
    if (kind >= KIND_NO_COLUMNS) advance_line(reader, read_signed_varint(reader));
    else if (kind >= KIND_LINE_0) advance_line(reader, kind - KIND_LINE_0);
    reader->location = read_columns(reader, kind);
    return true;
}

KrLocation kr_locations_find(const void *table, size_t length, int first_line, int offset)
{
    if (offset < 0) return (KrLocation){first_line, first_line, -1, -1};
    KrLocationReader reader;
    kr_locations_start(&reader, table, length, first_line);
    while (kr_locations_next(&reader))
        if (offset < reader.end) return reader.location;
    return KR_NO_LOCATION;
}

// ---- writing -----------------------------------------------------------------------------------

static uint8_t *write_varint(uint8_t *output, unsigned value)
{
    for (; value >= MORE; value >>= 6) *output++ = (uint8_t)(MORE | (value & DIGIT));
    *output++ = (uint8_t)value;
    return output;
}

static uint8_t *write_signed_varint(uint8_t *output, int value)
{
    return write_varint(output,
                        value < 0 ? (0u - (unsigned)value) << 1 | 1 : (unsigned)value << 1);
}

static uint8_t *write_head(uint8_t *output, int kind, int words)
{
    assert(words >= 1 && words <= WORDS_PER_ENTRY);
    *output++ = (uint8_t)(ENTRY_START | kind << 3 | (words - 1));
    return output;
}

static uint8_t *write_long(uint8_t *output, KrLocation location, int delta, int words)
{
    output = write_head(output, KIND_LONG, words);
    output = write_signed_varint(output, delta);
    output = write_varint(output, (unsigned)(location.end_line - location.line));
    output = write_varint(output, (unsigned)(location.column + 1));
    return write_varint(output, (unsigned)(location.end_column + 1));
}

// Picks the shortest kind for positions within one line; NULL when none fits.
static uint8_t *write_within_line(uint8_t *output, KrLocation location, int delta, int words)
{
    int column = location.column, end_column = location.end_column;
    if (delta == 0 && column < 80 && end_column >= column && end_column - column < 16) {
        output = write_head(output, column >> 3, words);
        *output++ = (uint8_t)((column & 7) << 4 | (end_column - column));
        return output;
    }
    if (delta < 0 || delta > 2 || column >= 128 || end_column >= 128) return NULL;
    output = write_head(output, KIND_LINE_0 + delta, words);
    *output++ = (uint8_t)column;
    *output++ = (uint8_t)end_column;
    return output;
}

static uint8_t *write_entry(uint8_t *output, KrLocation location, int words, int *running_line)
{
    if (location.line < 0) return write_head(output, KIND_NONE, words);
    int delta = location.line - *running_line;
    *running_line = location.line;
    bool within_line = location.end_line == location.line;
    if (location.column < 0 || location.end_column < 0) {
        if (within_line || location.end_line == -1) {
            output = write_head(output, KIND_NO_COLUMNS, words);
            return write_signed_varint(output, delta);
        }
    }
    else if (within_line) {
        uint8_t *end = write_within_line(output, location, delta, words);
        if (end != NULL) return end;
    }
    return write_long(output, location, delta, words);
}

uint8_t *kr_locations_write(uint8_t *output, KrLocation location, int words, int *running_line)
{
    for (; words > WORDS_PER_ENTRY; words -= WORDS_PER_ENTRY)
        output = write_entry(output, location, WORDS_PER_ENTRY, running_line);
    return words > 0 ? write_entry(output, location, words, running_line) : output;
}
