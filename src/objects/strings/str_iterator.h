// str_iterator.h - iterators over str.
#ifndef KR_OBJECTS_STRINGS_STR_ITERATOR_H
#define KR_OBJECTS_STRINGS_STR_ITERATOR_H

#include "objects/strings/str.h"

extern PyTypeObject _PyUnicodeASCIIIter_Type;

PyObject *kr_str_iterator_new(PyObject *text);

#endif
