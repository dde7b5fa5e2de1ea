// call.h - calling objects, for other files of the floor and the VM.
#ifndef KR_OBJECTS_MODEL_CALL_H
#define KR_OBJECTS_MODEL_CALL_H

#include "object.h"
#include "pystate.h"
#include "internal/pycore_call.h"
#include "runtime/owned.h"

// Checks the contract "NULL exactly when an exception is set"; breaking it raises SystemError.
PyObject *_Py_CheckFunctionResult(PyThreadState *thread, PyObject *callable,
                                  STEALS PyObject *result, const char *where);

// Calls through tp_call, packing the arguments.
PyObject *_PyObject_MakeTpCall(PyThreadState *thread, PyObject *callable, PyObject *const *args,
                               Py_ssize_t count, PyObject *keywords);

// Calls with [first] in front of the tuple [args]; [kwargs] is a dict or NULL.
PyObject *kr_call_prepend(PyObject *callable, PyObject *first, PyObject *args, PyObject *kwargs);

// The arguments of a vectorcall as keywords dict (new, NULL with exception).
PyObject *_PyStack_AsDict(PyObject *const *values, PyObject *names);

#endif
