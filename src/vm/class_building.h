// class_building.h - the class statement.
#ifndef KR_VM_CLASS_BUILDING_H
#define KR_VM_CLASS_BUILDING_H

#include "object.h"

// builtins.__build_class__(body, name, *bases, **keywords): arguments as in a vectorcall.
PyObject *kr_class_building_build(PyObject *const *args, Py_ssize_t count,
                                  PyObject *keyword_names);

#endif
