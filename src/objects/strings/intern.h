// intern.h - what the deallocator of str needs of the table of interned strings.
#ifndef KR_OBJECTS_STRINGS_INTERN_H
#define KR_OBJECTS_STRINGS_INTERN_H

#include "object.h"

// Takes the dying interned [text] out of the table.
void kr_intern_forget(PyObject *text);

#endif
