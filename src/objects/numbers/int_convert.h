// int_convert.h - the hash of ints.
#ifndef KR_OBJECTS_NUMBERS_INT_CONVERT_H
#define KR_OBJECTS_NUMBERS_INT_CONVERT_H

#include "objects/numbers/int_object.h"

Py_hash_t kr_int_hash(PyObject *object);

#endif
