// raise.h - raise an exception and return the value that says so.
//
// Formats are those of PyErr_Format.
#ifndef KR_OBJECTS_ERRORS_RAISE_H
#define KR_OBJECTS_ERRORS_RAISE_H

#include "object.h"
#include "pyerrors.h"

// Raises [type] with a formatted message; returns NULL.
PyObject *kr_raise(PyObject *type, const char *format, ...);
// The same, returning -1.
int kr_raise_int(PyObject *type, const char *format, ...);
// Raises [type] with several arguments packed as a tuple; returns NULL.
PyObject *kr_raise_value(PyObject *type, PyObject *value);

#endif
