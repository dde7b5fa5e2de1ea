// locations.h - from instruction to source position: reader and writer of co_linetable.
//
// The table is a sequence of entries, each for one to eight instruction words.  First byte: 0x80 |
// kind << 3 | words - 1.  Kinds: 0-9 same line, columns in one more byte; 10-12 that many lines
// less ten further down, two bytes of columns; 13 line delta only; 14 everything as varints; 15 no
// position.  Varints have six bits a byte, least significant first, 0x40 on all but the last;
// signed ones carry the sign in bit 0.
#ifndef KR_BYTECODE_LOCATIONS_H
#define KR_BYTECODE_LOCATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A range of source text.  Lines count from 1, columns are utf-8 bytes from 0; -1: not known.
typedef struct KrLocation {
    int line, end_line, column, end_column;
} KrLocation;

#define KR_NO_LOCATION ((KrLocation){-1, -1, -1, -1})

static inline bool kr_location_equal(KrLocation a, KrLocation b)
{
    return a.line == b.line && a.end_line == b.end_line && a.column == b.column &&
           a.end_column == b.end_column;
}

// Walks a table.  After kr_locations_next: [start, end) in bytes of code, and its location.
typedef struct KrLocationReader {
    const uint8_t *position, *limit;
    int line; // running line, also across entries without a line
    int start, end;
    KrLocation location;
} KrLocationReader;

void kr_locations_start(KrLocationReader *reader, const void *table, size_t length,
                        int first_line);

// False at the end of the table.
bool kr_locations_next(KrLocationReader *reader);

// The location of the instruction at byte [offset]; KR_NO_LOCATION when there is none.
KrLocation kr_locations_find(const void *table, size_t length, int first_line, int offset);

// Writes the entries for [words] instruction words at [location] to [output] and returns the end
// of what was written: at most KR_LOCATION_ENTRY_MAX bytes for each eight words.  [running_line]
// is the line of the entry before.
#define KR_LOCATION_ENTRY_MAX 32
uint8_t *kr_locations_write(uint8_t *output, KrLocation location, int words, int *running_line);

#endif
