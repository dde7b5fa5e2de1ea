// calls.h - ways into the interpreter loop, and calls that instructions make.
#ifndef KR_VM_CALLS_H
#define KR_VM_CALLS_H

#include <stdbool.h>

#include "object.h"
#include "pystate.h"
#include "ceval.h"
#include "cpython/funcobject.h"
#include "runtime/owned.h"

PyObject *_PyFunction_Vectorcall(PyObject *function, PyObject *const *arguments,
                                 size_t flagged_count, PyObject *keyword_names);

// Calls [function] with [locals] as namespace (NULL: those of an optimised function).
PyObject *kr_calls_function(PyThreadState *thread, PyFunctionObject *function,
                            PyObject *locals, PyObject *const *arguments, size_t positional,
                            PyObject *keyword_names);
// callable(*arguments, **keywords); [arguments] any iterable, [keywords] a mapping or NULL.
PyObject *kr_calls_with_unpacked(PyThreadState *thread, PyObject *callable, PyObject *arguments,
                                 PyObject *keywords, bool traced);
// The bound __enter__ (returned) and __exit__ of a context manager.  NULL with TypeError.
PyObject *kr_calls_context_methods(PyThreadState *thread, PyObject *manager, bool is_async,
                                   PyObject **ret_exit);

#endif
