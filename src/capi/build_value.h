// build_value.h - the two ways of building: one object, or an array of arguments.
#ifndef KR_CAPI_BUILD_VALUE_H
#define KR_CAPI_BUILD_VALUE_H

#include <stdarg.h>

#include "Python.h"

// The object that [format] describes: None for an empty one, a tuple for several units.
PyObject *kr_build_value(const char *format, va_list values, int is_size_t);
// Owned references to the units of [format], in [small] if that has the room, else in a block for
// PyMem_Free.
PyObject **kr_build_stack(PyObject **small, Py_ssize_t small_size, const char *format,
                          va_list values, int is_size_t, Py_ssize_t *ret_count);

#endif
