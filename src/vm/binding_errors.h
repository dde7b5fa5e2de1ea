// binding_errors.h - the TypeErrors of calls to Python functions.  All return -1.
#ifndef KR_VM_BINDING_ERRORS_H
#define KR_VM_BINDING_ERRORS_H

#include <stdbool.h>

#include "vm/frame.h"

int kr_binding_errors_missing(PyFunctionObject *function, const KrWord *locals, bool keyword_only);
int kr_binding_errors_too_many(PyFunctionObject *function, const KrWord *locals, Py_ssize_t given);
int kr_binding_errors_unexpected_keyword(PyFunctionObject *function, PyObject *name,
                                         PyObject *keyword_names);

#endif
