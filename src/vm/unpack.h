// unpack.h - taking iterables apart, and the starred parts of displays and calls.
#ifndef KR_VM_UNPACK_H
#define KR_VM_UNPACK_H

#include "object.h"
#include "vm/word.h"

// Puts the [count] items of [sequence] at [places], the first one highest.  On failure nothing is
// stored.
int kr_unpack_sequence(PyObject *sequence, int count, KrWord *places);
// a, *b, c = sequence: [before] items, a list, [after] items; again the first one highest.
int kr_unpack_starred(PyObject *sequence, int before, int after, KrWord *places);

int kr_unpack_extend_list(PyObject *list, PyObject *iterable);
int kr_unpack_update_dict(PyObject *dict, PyObject *mapping);
// Adds **[mapping] to the keyword arguments [dict] of a call of [callable].
int kr_unpack_merge_keywords(PyObject *callable, PyObject *dict, PyObject *mapping);

// A part of an f-string; [spec] may be NULL, [conversion] is 0 or of KrFormatValueFlag.
PyObject *kr_format_value(PyObject *value, PyObject *spec, int conversion);

#endif
