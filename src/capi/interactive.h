// interactive.h - what run.c and interactive.c share.
#ifndef KR_CAPI_INTERACTIVE_H
#define KR_CAPI_INTERACTIVE_H

#include "Python.h"

// New bytes: the rest of [file].
PyObject *kr_read_stream(FILE *file);

extern int _Py_UnhandledKeyboardInterrupt;

#endif
