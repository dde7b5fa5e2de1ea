// builtin_name.h - a name out of the module builtins, for what iterators give to pickle.
#ifndef KR_CONTAINERS_BUILTIN_NAME_H
#define KR_CONTAINERS_BUILTIN_NAME_H

#include "object.h"

// New reference to builtins.[name], or NULL with AttributeError.
PyObject *kr_builtin_name_get(PyObject *name);

#endif
