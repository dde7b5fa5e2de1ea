// sequence_iterators.h - iterators that count through a list, a tuple or anything with
// __getitem__.
#ifndef KR_CONTAINERS_SEQUENCE_ITERATORS_H
#define KR_CONTAINERS_SEQUENCE_ITERATORS_H

#include "object.h"

typedef struct KrSequenceIterator {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *sequence;  // NULL when used up
} KrSequenceIterator;

extern PyTypeObject PyListIter_Type, PyListRevIter_Type, PyTupleIter_Type, PySeqIter_Type;

// New iterator of one of those types over [sequence], from [index] on.
PyObject *kr_sequence_iterator_new(PyTypeObject *type, PyObject *sequence, Py_ssize_t index);

#endif
