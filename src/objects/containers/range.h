// range.h - what other floors use of range beyond the public functions.
#ifndef KR_CONTAINERS_RANGE_H
#define KR_CONTAINERS_RANGE_H

#include "object.h"
#include "rangeobject.h"

typedef struct KrRange {
    PyObject_HEAD
    PyObject *start, *stop, *step;  // exact ints
    PyObject *length;
} KrRange;

// Counts in machine words.
typedef struct KrRangeIterator {
    PyObject_HEAD
    long index;
    long start;
    long step;
    long length;
} KrRangeIterator;

// New iterators over start, start + step, … ([length] items).
PyObject *kr_range_iterator_new(long start, long step, long length);
PyObject *kr_range_iterator_new_long(PyObject *start, PyObject *step, PyObject *length);

// New range; 0 <= length is computed.  NULL when an exception is set.
PyObject *kr_range_new(PyTypeObject *type, PyObject *start, PyObject *stop, PyObject *step);

#endif
