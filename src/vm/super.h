// super.h - the arguments of super() without arguments (kr_hooks.super_arguments).
#ifndef KR_VM_SUPER_H
#define KR_VM_SUPER_H

#include "object.h"

// New references: the class in the running function's __class__ cell, and its first argument.
int kr_super_arguments(PyObject **ret_class, PyObject **ret_self);

#endif
