// mangle.h - private names: __x inside of class C is _C__x.
#ifndef KR_COMPILE_MANGLE_H
#define KR_COMPILE_MANGLE_H

#include "object.h"

// New reference to [name] as it is known inside of the class [class_name] (or NULL: no class).
PyObject *kr_mangle(PyObject *class_name, PyObject *name);

#endif
