// str_translate.h - str.maketrans.
#ifndef KR_OBJECTS_STRINGS_STR_TRANSLATE_H
#define KR_OBJECTS_STRINGS_STR_TRANSLATE_H

#include "objects/strings/str.h"

// [to] and [remove] may be NULL; if not they are strs.
PyObject *kr_str_maketrans(PyObject *from, PyObject *to, PyObject *remove);

#endif
