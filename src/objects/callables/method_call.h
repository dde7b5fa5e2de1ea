// method_call.h - calling a PyMethodDef by each of the METH_ conventions, with CPython's messages.
//
// Builtin functions (cfunction.c) and method descriptors (model/descriptors.c) share this.
#ifndef KR_OBJECTS_CALLABLES_METHOD_CALL_H
#define KR_OBJECTS_CALLABLES_METHOD_CALL_H

#include "methodobject.h"
#include "object.h"
#include "runtime/owned.h"

typedef struct KrMethodCall {
    PyObject *callable;          // for messages
    PyMethodDef *method;
    PyObject *self;              // first C argument
    PyTypeObject *defining;      // for METH_METHOD
} KrMethodCall;

// Calls with [count] arguments and the values of [keywords] (tuple of names, or NULL) behind them.
PyObject *kr_method_call(const KrMethodCall *call, PyObject *const *args, Py_ssize_t count,
                         PyObject *keywords);

// A vectorcall function of a method descriptor that does just what [method] needs, or NULL.
vectorcallfunc kr_method_call_direct(PyMethodDef *method);

// The same for a builtin function object.
vectorcallfunc kr_method_call_direct_function(PyMethodDef *method);

// True if the METH_ flags are a valid combination.
int kr_method_call_are_flags_valid(int flags);

#endif
