// str_pad.h - filling up strs, all ready.
#ifndef KR_OBJECTS_STRINGS_STR_PAD_H
#define KR_OBJECTS_STRINGS_STR_PAD_H

#include "objects/strings/str.h"

// Negative paddings count as 0.
PyObject *kr_str_pad(PyObject *text, Py_ssize_t left, Py_ssize_t right, Py_UCS4 fill);
PyObject *kr_str_zfill(PyObject *text, Py_ssize_t width);
PyObject *kr_str_expand_tabs(PyObject *text, int tab_size);
PyObject *kr_str_repeat(PyObject *text, Py_ssize_t count);

#endif
