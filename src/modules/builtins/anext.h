// anext.h - the awaitable of anext() with a default.
#ifndef KR_MODULES_BUILTINS_ANEXT_H
#define KR_MODULES_BUILTINS_ANEXT_H

#include "object.h"

extern PyTypeObject kr_anext_type;

// New awaitable that gives what [awaitable] gives, and [fallback] where that raises
// StopAsyncIteration.
PyObject *kr_anext_new(PyObject *awaitable, PyObject *fallback);

#endif
