// builtin.h - names of the module builtins, for __reduce__ of iterators.
#ifndef KR_OBJECTS_MODEL_BUILTIN_H
#define KR_OBJECTS_MODEL_BUILTIN_H

#include "object.h"

// New reference to builtins.[name]; AttributeError when it is not there.
PyObject *kr_builtin_get(PyObject *name);

#endif
