// exception_table.h - which handler covers which instructions: reader and writer of
// co_exceptiontable.
//
// An entry is four numbers (start, length, target, depth << 1 | push_lasti), each as bytes of six
// bits, most significant first, with 0x40 on all but the last; the first byte of an entry has
// 0x80.  Entries are sorted by start and do not overlap.  Offsets are in instructions (two bytes
// each).
#ifndef KR_BYTECODE_EXCEPTION_TABLE_H
#define KR_BYTECODE_EXCEPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct KrExceptionEntry {
    int start;       // first covered instruction
    int end;         // first one after
    int target;      // the handler
    int depth;       // stack height to unwind to
    bool push_lasti; // push the offset of the raising instruction too
} KrExceptionEntry;

// Reads the entry at [position] of [table] and returns the position after it, or NULL at the end
// or when the table is damaged.
const uint8_t *kr_exception_table_next(const uint8_t *position, const uint8_t *end,
                                       KrExceptionEntry *ret_entry);

// Finds the entry that covers the instruction at [index]; false: none.
bool kr_exception_table_find(const uint8_t *table, size_t length, int index,
                             KrExceptionEntry *ret_entry);

// Writes [entry] to [output], which has room for KR_EXCEPTION_ENTRY_MAX bytes; returns how many
// were written.
#define KR_EXCEPTION_ENTRY_MAX 24
int kr_exception_table_write(uint8_t *output, const KrExceptionEntry *entry);

#endif
