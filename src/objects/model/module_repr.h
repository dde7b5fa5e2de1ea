// module_repr.h - the repr of modules.
#ifndef KR_OBJECTS_MODEL_MODULE_REPR_H
#define KR_OBJECTS_MODEL_MODULE_REPR_H

#include "object.h"

// <module 'sys' (built-in)>, <module 'os' from '/usr/lib/python3.11/os.py'>: as importlib
// describes them.
PyObject *kr_module_repr(PyObject *module);

#endif
