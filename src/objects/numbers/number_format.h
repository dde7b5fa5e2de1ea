// number_format.h - __format__ of int, float and complex, and double to text.
#ifndef KR_OBJECTS_NUMBERS_NUMBER_FORMAT_H
#define KR_OBJECTS_NUMBERS_NUMBER_FORMAT_H

#include "object.h"
#include "unicodeobject.h"
#include "text/format_spec.h"

// Writes [object] formatted by [spec][start:end]; 0, or -1 with an exception.
typedef int (*KrNumberWriter)(_PyUnicodeWriter *writer, PyObject *object, PyObject *spec,
                              Py_ssize_t start, Py_ssize_t end);

// The writer of complex, which has no exported one.
int kr_complex_format_writer(_PyUnicodeWriter *writer, PyObject *object, PyObject *format,
                             Py_ssize_t start, Py_ssize_t end);

// What a __format__ method returns.
PyObject *kr_number_format(PyObject *object, PyObject *spec, KrNumberWriter write);

// Reads a format spec for an object; raises ValueError with CPython's messages.  0, or -1.
int kr_number_format_parse(PyObject *object, PyObject *spec, Py_ssize_t start, Py_ssize_t end,
                           uint32_t default_type, uint32_t default_align, KrFormatSpec *ret_spec);
// Raises ValueError "Unknown format code …"; returns -1.
int kr_number_format_unknown(uint32_t type, PyObject *object);

#endif
