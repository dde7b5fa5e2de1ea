// memory_item.h - one item of a memoryview: formats of a single native character.
#ifndef KR_OBJECTS_STRINGS_MEMORY_ITEM_H
#define KR_OBJECTS_STRINGS_MEMORY_ITEM_H

#include "object.h"

// The character of [format] ("x" or "@x") when it is a native one, else 0.
char kr_memory_native_format(const char *format);
// Size of an item, 0 for what is no native format.
Py_ssize_t kr_memory_item_size(char format);

// The item at [from] as an object; NotImplementedError for other formats.
PyObject *kr_memory_unpack(const char *from, const char *format);
// Writes [value] to [to]: 0, or -1 with TypeError or ValueError.
int kr_memory_pack(char *to, PyObject *value, const char *format);

// Equality of two items of one native format: 1 or 0.
int kr_memory_items_equal(const char *left, const char *right, char format);

#endif
