// encoding_map.h - EncodingMap, the inverse of a decoding table of up to 256 characters.
#ifndef KR_OBJECTS_STRINGS_ENCODING_MAP_H
#define KR_OBJECTS_STRINGS_ENCODING_MAP_H

#include "object.h"
#include "unicodeobject.h"

extern PyTypeObject kr_encoding_map_type;

// The byte that stands for [c], or -1.
int kr_encoding_map_find(PyObject *map, Py_UCS4 c);

#endif
