// pycore_traceback.h - exported, but not part of the public API: traceback.
#ifndef Py_INTERNAL_TRACEBACK_H
#define Py_INTERNAL_TRACEBACK_H

#include "object.h"
#include "pystate.h"
#include "traceback.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(void) _Py_DumpASCII(int fd, PyObject *text);
PyAPI_FUNC(void) _Py_DumpDecimal(int fd, size_t value);
PyAPI_FUNC(void) _Py_DumpHexadecimal(int fd, uintptr_t value, Py_ssize_t width);
PyAPI_FUNC(void) _Py_DumpTraceback(int fd, PyThreadState *tstate);
PyAPI_FUNC(const char *) _Py_DumpTracebackThreads(int fd, PyInterpreterState *interp,
    PyThreadState *current_tstate);
PyAPI_FUNC(int) _Py_WriteIndent(int, PyObject *);
PyAPI_FUNC(int) _Py_WriteIndentedMargin(int, const char *, PyObject *);
PyAPI_FUNC(PyObject *) _PyTraceBack_FromFrame(PyObject *tb_next, PyFrameObject *frame);
PyAPI_FUNC(int) _PyTraceBack_Print_Indented(PyObject *tb, int indent, const char *margin,
    const char *header_margin, const char *header, PyObject *f);

#ifdef __cplusplus
}
#endif
#endif
