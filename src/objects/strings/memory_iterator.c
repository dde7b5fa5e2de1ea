// memory_iterator.c - iter(memoryview): the items of one dimension.
#include "objects/strings/memoryview.h"

#include "objects/errors/raise.h"
#include "objects/strings/memory_item.h"
#include "objimpl.h"
#include "pyerrors.h"

typedef struct MemoryIterator {
    PyObject_HEAD
    Py_ssize_t index, length;
    PyMemoryViewObject *view;   // NULL when exhausted
} MemoryIterator;

PyObject *kr_memory_iterator_new(PyObject *object)
{
    PyMemoryViewObject *view = (PyMemoryViewObject *)object;
    if (kr_memory_check(view) < 0) return NULL;
    if (view->view.ndim == 0)
        return kr_raise(PyExc_TypeError, "invalid indexing of 0-dim memory");
    if (view->view.ndim > 1)
        return kr_raise(PyExc_NotImplementedError,
                        "multi-dimensional sub-views are not implemented");
    if (kr_memory_native_format(view->view.format) == 0)
        return kr_raise(PyExc_NotImplementedError, "memoryview: format %s not supported",
                        view->view.format);
    MemoryIterator *self = PyObject_GC_New(MemoryIterator, &kr_memory_iterator_type);
    if (self == NULL) return NULL;
    self->index = 0;
    self->length = view->view.shape[0];
    self->view = (PyMemoryViewObject *)Py_NewRef(view);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static PyObject *next(PyObject *object)
{
    MemoryIterator *self = (MemoryIterator *)object;
    if (self->view == NULL) return NULL;
    if (self->index < self->length) {
        if (kr_memory_check(self->view) < 0) return NULL;
        const Py_buffer *view = &self->view->view;
        char *item = (char *)view->buf + view->strides[0] * self->index++;
        if (view->suboffsets != NULL && view->suboffsets[0] >= 0)
            item = *(char **)item + view->suboffsets[0];
        return kr_memory_unpack(item, view->format);
    }
    Py_CLEAR(self->view);
    return NULL;
}

static void dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    Py_XDECREF(((MemoryIterator *)object)->view);
    PyObject_GC_Del(object);
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((MemoryIterator *)object)->view);
    return 0;
}

PyTypeObject kr_memory_iterator_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "memory_iterator",
    .tp_basicsize = sizeof(MemoryIterator),
    .tp_dealloc = dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = next,
};
