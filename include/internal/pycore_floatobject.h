// pycore_floatobject.h - exported, but not part of the public API: floatobject.
#ifndef Py_INTERNAL_FLOATOBJECT_H
#define Py_INTERNAL_FLOATOBJECT_H

#include <stdio.h>
#include "object.h"
#include "unicodeobject.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(void) _PyFloat_DebugMallocStats(FILE *out);
PyAPI_FUNC(int) _PyFloat_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *obj,
    PyObject *format_spec, Py_ssize_t start, Py_ssize_t end);

#ifdef __cplusplus
}
#endif
#endif
