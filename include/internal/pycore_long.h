// pycore_long.h - exported, but not part of the public API: long.
#ifndef Py_INTERNAL_LONG_H
#define Py_INTERNAL_LONG_H

#include "object.h"
#include "unicodeobject.h"
#include "bytesobject.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_DATA(unsigned char) _PyLong_DigitValue[256];

PyAPI_FUNC(int) _PyLong_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj,
    PyObject *format_spec, Py_ssize_t start, Py_ssize_t end);
PyAPI_FUNC(char *) _PyLong_FormatBytesWriter(_PyBytesWriter *writer, char *str, PyObject *obj,
    int base, int alternate);
PyAPI_FUNC(int) _PyLong_FormatWriter(_PyUnicodeWriter *writer, PyObject *obj, int base,
    int alternate);

#ifdef __cplusplus
}
#endif
#endif
