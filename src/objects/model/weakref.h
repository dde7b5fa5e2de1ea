// weakref.h - weak references, as the collector and the module _weakref see them.
#ifndef KR_OBJECTS_MODEL_WEAKREF_H
#define KR_OBJECTS_MODEL_WEAKREF_H

#include "object.h"
#include "weakrefobject.h"

// The head of [object]'s list of weak references.
static inline PyWeakReference **kr_weakref_list(PyObject *object)
{
    return (PyWeakReference **)((char *)object + Py_TYPE(object)->tp_weaklistoffset);
}

// New reference to what [reference] refers to, or NULL when that is gone or going.
PyObject *kr_weakref_get(PyObject *reference);

// A new list of the weak references and proxies of [object].
PyObject *kr_weakref_list_all(PyObject *object);

// Calls the callback of the dead [reference]; an exception is reported, not raised.
void kr_weakref_call_callback(PyWeakReference *reference, PyObject *callback);

// Takes [reference] off its list, dropping the callback: for PyWeakReference objects that end.
void kr_weakref_detach(PyWeakReference *reference);

#endif
