// anext.c - the awaitable of anext() with a default.
//
// It drives the wrapped awaitable's iterator; StopAsyncIteration becomes StopIteration(default).
#include "modules/builtins/anext.h"

#include "Python.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "vm/async.h"

typedef struct AnextAwaitable {
    PyObject_HEAD
    PyObject *wrapped;
    PyObject *fallback;
} AnextAwaitable;

PyObject *kr_anext_new(PyObject *awaitable, PyObject *fallback)
{
    AnextAwaitable *self = PyObject_GC_New(AnextAwaitable, &kr_anext_type);
    if (self == NULL) return NULL;
    self->wrapped = Py_NewRef(awaitable);
    self->fallback = Py_NewRef(fallback);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static int anext_traverse(AnextAwaitable *self, visitproc visit, void *arg)
{
    Py_VISIT(self->wrapped);
    Py_VISIT(self->fallback);
    return 0;
}

static void anext_dealloc(AnextAwaitable *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->wrapped);
    Py_XDECREF(self->fallback);
    PyObject_GC_Del(self);
}

// New iterator of the wrapped awaitable.
static PyObject *iterator_of(AnextAwaitable *self)
{
    KR_AUTO PyObject *awaitable = kr_coroutine_awaitable(self->wrapped);
    if (awaitable == NULL) return NULL;
    if (Py_TYPE(awaitable)->tp_iternext == NULL && !PyCoro_CheckExact(awaitable))
        return kr_raise(PyExc_TypeError, "__await__() must return an iterator");
    if (!PyCoro_CheckExact(awaitable)) return kr_take(awaitable);
    return PyObject_CallMethodNoArgs(awaitable, ID(__await__));
}

// The end of the wrapped iterator without an item is the default.
static PyObject *end_with_default(AnextAwaitable *self)
{
    if (PyErr_ExceptionMatches(PyExc_StopAsyncIteration))
        _PyGen_SetStopIterationValue(self->fallback);
    return NULL;
}

static PyObject *anext_iternext(AnextAwaitable *self)
{
    KR_AUTO PyObject *iterator = iterator_of(self);
    if (iterator == NULL) return NULL;
    PyObject *item = Py_TYPE(iterator)->tp_iternext(iterator);
    return item == NULL && PyErr_Occurred() ? end_with_default(self) : item;
}

static PyObject *forward(AnextAwaitable *self, PyObject *name, PyObject *args)
{
    KR_AUTO PyObject *iterator = iterator_of(self);
    KR_AUTO PyObject *method = iterator == NULL ? NULL : PyObject_GetAttr(iterator, name);
    if (method == NULL) return NULL;
    PyObject *item = PyObject_CallObject(method, args);
    return item == NULL ? end_with_default(self) : item;
}

METHOD(send, "self, *args", NULL)
static PyObject *anext_send(AnextAwaitable *self, PyObject *args)
{
    return forward(self, ID(send), args);
}

METHOD(throw, "self, *args", NULL)
static PyObject *anext_throw(AnextAwaitable *self, PyObject *args)
{
    return forward(self, ID(throw), args);
}

METHOD(close, "self", NULL)
static PyObject *anext_close(AnextAwaitable *self)
{
    return forward(self, ID(close), NULL);
}

#include "modules/builtins/anext.methods.h"

static PyAsyncMethods anext_as_async = {.am_await = PyObject_SelfIter};

PyTypeObject kr_anext_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "anext_awaitable",
    .tp_basicsize = sizeof(AnextAwaitable),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = (destructor)anext_dealloc,
    .tp_traverse = (traverseproc)anext_traverse,
    .tp_as_async = &anext_as_async,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)anext_iternext,
    .tp_methods = anext_methods,
};
