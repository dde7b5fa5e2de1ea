// function.h - function objects, as the rest of the VM sees them.
#ifndef KR_VM_FUNCTION_H
#define KR_VM_FUNCTION_H

#include "object.h"
#include "cpython/code.h"
#include "cpython/funcobject.h"

// A function just to run [code] as it is: no defaults, no closure, no module.
PyFunctionObject *kr_function_for_code(PyCodeObject *code, PyObject *globals, PyObject *builtins);

// The number by which caches know this function with its present code and defaults; 0: none left.
uint32_t kr_function_version(PyFunctionObject *function);

#endif
