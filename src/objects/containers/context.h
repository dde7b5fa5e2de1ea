// context.h - what the module _contextvars uses.
#ifndef KR_CONTAINERS_CONTEXT_H
#define KR_CONTAINERS_CONTEXT_H

#include "object.h"
#include "cpython/context.h"

// Borrowed: the object Token.MISSING.
PyObject *kr_context_missing(void);

#endif
