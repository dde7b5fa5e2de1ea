// margin.h - writing with the indentation and margin of exception groups.
#ifndef KR_CAPI_MARGIN_H
#define KR_CAPI_MARGIN_H

#include "Python.h"
#include "internal/pycore_traceback.h"

// Each of these writes to [file]: 0, or -1 with an exception.
int kr_margin_write_text(PyObject *file, int indent, const char *margin, const char *text);
int kr_margin_write_object(PyObject *file, int indent, const char *margin, PyObject *text);

#endif
