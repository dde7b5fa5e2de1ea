// builtins.h - the parts of the module builtins: each adds its functions to the module.
#ifndef KR_MODULES_BUILTINS_BUILTINS_H
#define KR_MODULES_BUILTINS_BUILTINS_H

#include "object.h"

// Each: 0, or -1 with an exception.
int kr_builtins_add_attributes(PyObject *module);
int kr_builtins_add_code(PyObject *module);
int kr_builtins_add_classes(PyObject *module);
int kr_builtins_add_console(PyObject *module);
int kr_builtins_add_iteration(PyObject *module);
int kr_builtins_add_numbers(PyObject *module);

#endif
