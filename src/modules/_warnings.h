// _warnings.h - warnings raised by C code.
#ifndef KR_MODULES_WARNINGS_H
#define KR_MODULES_WARNINGS_H

#include "Python.h"

// What kr_hooks.warn and kr_hooks.warn_explicit do: 0, or -1 when the warning became an exception.
int kr_warnings_warn(PyObject *category, PyObject *message, Py_ssize_t stack_level,
                     PyObject *source);
int kr_warnings_warn_explicit(PyObject *category, PyObject *message, PyObject *filename, int line,
                              PyObject *module, PyObject *registry);
// Makes filters, default action and registry of the interpreter: 0 or -1.
int kr_warnings_start(void);

#endif
