// str_case.h - letter case and character classes of whole strs, all ready.
#ifndef KR_OBJECTS_STRINGS_STR_CASE_H
#define KR_OBJECTS_STRINGS_STR_CASE_H

#include "objects/strings/str.h"
#include "text/casing.h"

PyObject *kr_str_convert_case(PyObject *text, KrCasing casing);

// All characters have one of [flags] (KR_UNICODE_…), and there is one unless asked for printable.
int kr_str_all(PyObject *text, int flags);
int kr_str_is_lower(PyObject *text);
int kr_str_is_upper(PyObject *text);
int kr_str_is_title(PyObject *text);

#endif
