// call_iterator.c - iter(callable, sentinel).
#include "iterobject.h"

#include "objects/containers/builtin_name.h"
#include "objects/containers/tracking.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "abstract.h"
#include "objimpl.h"
#include "pyerrors.h"

typedef struct KrCallIterator {
    PyObject_HEAD
    PyObject *callable;  // both NULL when used up
    PyObject *sentinel;
} KrCallIterator;

PyObject *PyCallIter_New(PyObject *callable, PyObject *sentinel)
{
    KrCallIterator *self = PyObject_GC_New(KrCallIterator, &PyCallIter_Type);
    if (self == NULL) return NULL;
    self->callable = Py_NewRef(callable);
    self->sentinel = Py_NewRef(sentinel);
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

static void iterator_dealloc(PyObject *object)
{
    KrCallIterator *self = (KrCallIterator *)object;
    kr_untrack(object);
    Py_XDECREF(self->callable);
    Py_XDECREF(self->sentinel);
    PyObject_GC_Del(self);
}

static int iterator_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((KrCallIterator *)object)->callable);
    Py_VISIT(((KrCallIterator *)object)->sentinel);
    return 0;
}

static PyObject *iterator_next(PyObject *object)
{
    KrCallIterator *self = (KrCallIterator *)object;
    if (self->callable == NULL) return NULL;
    KR_AUTO PyObject *callable = Py_NewRef(self->callable);
    KR_AUTO PyObject *result = PyObject_CallNoArgs(callable);
    if (result == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return NULL;
        PyErr_Clear();
    } else {
        if (self->sentinel == NULL) return NULL;  // the call has used this iterator up
        KR_AUTO PyObject *sentinel = Py_NewRef(self->sentinel);
        int equal = PyObject_RichCompareBool(sentinel, result, Py_EQ);
        if (equal < 0) return NULL;
        if (equal == 0) return kr_take(result);
    }
    Py_CLEAR(self->callable);
    Py_CLEAR(self->sentinel);
    return NULL;
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *iterator___reduce__(KrCallIterator *self)
{
    KR_AUTO PyObject *iter = kr_builtin_name_get(ID(iter));  // may run code: first
    if (iter == NULL) return NULL;
    KR_AUTO PyObject *args = NULL;
    if (self->callable != NULL && self->sentinel != NULL)
        args = PyTuple_Pack(2, self->callable, self->sentinel);
    else {
        KR_AUTO PyObject *empty = PyTuple_New(0);
        args = empty == NULL ? NULL : PyTuple_Pack(1, empty);
    }
    return args == NULL ? NULL : PyTuple_Pack(2, iter, args);
}

#include "objects/containers/call_iterator.methods.h"

PyTypeObject PyCallIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "callable_iterator",
    .tp_basicsize = sizeof(KrCallIterator),
    .tp_dealloc = iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iterator_next,
    .tp_methods = iterator_methods,
};
