// iteration.c - iter(), next(), generators' send, asynchronous iteration, length hints.
#include "abstract.h"

#include <assert.h>

#include "cpython/genobject.h"
#include "iterobject.h"
#include "longobject.h"
#include "object.h"
#include "objects/errors/raise.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "pyerrors.h"

int PyIter_Check(PyObject *object)
{
    iternextfunc next = Py_TYPE(object)->tp_iternext;
    return next != NULL && next != _PyObject_NextNotImplemented;
}

PyObject *PyObject_GetIter(PyObject *object)
{
    getiterfunc make = Py_TYPE(object)->tp_iter;
    if (make == NULL) {
        if (PySequence_Check(object)) return PySeqIter_New(object);
        return kr_raise(PyExc_TypeError, "'%.200s' object is not iterable",
                        Py_TYPE(object)->tp_name);
    }
    KR_AUTO PyObject *iterator = make(object);
    if (iterator == NULL || PyIter_Check(iterator)) return kr_take(iterator);
    return kr_raise(PyExc_TypeError, "iter() returned non-iterator of type '%.100s'",
                    Py_TYPE(iterator)->tp_name);
}

PyObject *PyIter_Next(PyObject *iterator)
{
    PyObject *item = Py_TYPE(iterator)->tp_iternext(iterator);
    if (item == NULL && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_StopIteration))
        PyErr_Clear();
    return item;
}

// Takes the value of a pending StopIteration (None if nothing is pending): 0, or -1 with another
// exception.
int _PyGen_FetchStopIterationValue(PyObject **ret_value)
{
    *ret_value = NULL;
    if (!PyErr_Occurred()) {
        *ret_value = Py_NewRef(Py_None);
        return 0;
    }
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return -1;
    PyObject *type, *exception, *traceback;
    PyErr_Fetch(&type, &exception, &traceback);
    PyErr_NormalizeException(&type, &exception, &traceback);
    KR_AUTO PyObject *owned_type = type;
    KR_AUTO PyObject *owned_traceback = traceback;
    KR_AUTO PyObject *owned = exception;
    if (owned == NULL || !PyErr_GivenExceptionMatches(owned, PyExc_StopIteration)) {
        PyErr_Restore(kr_take(owned_type), kr_take(owned), kr_take(owned_traceback));
        return -1;
    }
    PyObject *value = ((PyStopIterationObject *)owned)->value;
    *ret_value = Py_NewRef(value == NULL ? Py_None : value);
    return 0;
}

PySendResult PyIter_Send(PyObject *iterator, PyObject *value, PyObject **ret_result)
{
    assert(value != NULL && ret_result != NULL);
    PyAsyncMethods *async = Py_TYPE(iterator)->tp_as_async;
    if (async != NULL && async->am_send != NULL)
        return async->am_send(iterator, value, ret_result);
    if (value == Py_None && PyIter_Check(iterator))
        *ret_result = Py_TYPE(iterator)->tp_iternext(iterator);
    else *ret_result = PyObject_CallMethodOneArg(iterator, ID(send), value);
    if (*ret_result != NULL) return PYGEN_NEXT;
    return _PyGen_FetchStopIterationValue(ret_result) == 0 ? PYGEN_RETURN : PYGEN_ERROR;
}

// --- asynchronous iteration

int PyAIter_Check(PyObject *object)
{
    PyAsyncMethods *async = Py_TYPE(object)->tp_as_async;
    return async != NULL && async->am_anext != NULL
        && async->am_anext != _PyObject_NextNotImplemented;
}

PyObject *PyObject_GetAIter(PyObject *object)
{
    PyAsyncMethods *async = Py_TYPE(object)->tp_as_async;
    if (async == NULL || async->am_aiter == NULL)
        return kr_raise(PyExc_TypeError, "'%.200s' object is not an async iterable",
                        Py_TYPE(object)->tp_name);
    KR_AUTO PyObject *iterator = async->am_aiter(object);
    if (iterator == NULL || PyAIter_Check(iterator)) return kr_take(iterator);
    return kr_raise(PyExc_TypeError, "aiter() returned not an async iterator of type '%.100s'",
                    Py_TYPE(iterator)->tp_name);
}

// --- length hints

// What __length_hint__ returned: the hint, [otherwise], or -1 with an exception.
static Py_ssize_t read_hint(PyObject *answer, Py_ssize_t otherwise)
{
    if (answer == Py_NotImplemented) return otherwise;
    if (!PyLong_Check(answer))
        return kr_raise_int(PyExc_TypeError, "__length_hint__ must be an integer, not %.100s",
                            Py_TYPE(answer)->tp_name);
    Py_ssize_t hint = PyLong_AsSsize_t(answer);
    if (hint >= 0 || PyErr_Occurred()) return hint;
    return kr_raise_int(PyExc_ValueError, "__length_hint__() should return >= 0");
}

Py_ssize_t PyObject_LengthHint(PyObject *object, Py_ssize_t otherwise)
{
    if (_PyObject_HasLen(object)) {
        Py_ssize_t length = PyObject_Size(object);
        if (length >= 0) return length;
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
        PyErr_Clear();
    }
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(object, ID(__length_hint__));
    if (method == NULL) return PyErr_Occurred() ? -1 : otherwise;
    KR_AUTO PyObject *answer = PyObject_CallNoArgs(method);
    if (answer != NULL) return read_hint(answer, otherwise);
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
    PyErr_Clear();
    return otherwise;
}
