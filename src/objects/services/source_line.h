// source_line.h - one line of a source file, for tracebacks and syntax errors.
#ifndef KR_OBJECTS_SERVICES_SOURCE_LINE_H
#define KR_OBJECTS_SERVICES_SOURCE_LINE_H

#include "object.h"

// New str of line [number] (from 1) without its line end; NULL when it cannot be had.  Never
// raises.
PyObject *kr_source_line_find(PyObject *filename, int number);

#endif
