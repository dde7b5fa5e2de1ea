// pycore_call.h - exported, but not part of the public API: call.
#ifndef Py_INTERNAL_CALL_H
#define Py_INTERNAL_CALL_H

#include "object.h"
#include "pystate.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(PyObject *) _PyObject_Call(PyThreadState *tstate, PyObject *callable, PyObject *args,
    PyObject *kwargs);
PyAPI_FUNC(PyObject *) _PyObject_Call_Prepend(PyThreadState *tstate, PyObject *callable,
    PyObject *obj, PyObject *args, PyObject *kwargs);
PyAPI_FUNC(PyObject *) _PyObject_FastCallDictTstate(PyThreadState *tstate, PyObject *callable,
    PyObject *const *args, size_t nargsf, PyObject *kwargs);

#ifdef __cplusplus
}
#endif
#endif
