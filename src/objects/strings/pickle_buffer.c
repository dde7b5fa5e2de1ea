// pickle_buffer.c - pickle.PickleBuffer: holds a buffer until it is released.
#include "cpython/picklebufobject.h"

#include "memoryobject.h"
#include "objects/errors/raise.h"
#include "objimpl.h"
#include "objects/model/arguments.h"
#include "pyerrors.h"
#include "runtime/marks.h"
#include "runtime/owned.h"
#include "weakrefobject.h"

typedef struct PickleBuffer {
    PyObject_HEAD
    Py_buffer view;            // obj is NULL when released
    PyObject *weak_references;
} PickleBuffer;

static int check(PickleBuffer *self)
{
    if (self->view.obj != NULL) return 0;
    return kr_raise_int(PyExc_ValueError, "operation forbidden on released PickleBuffer object");
}

CONSTRUCTOR(PickleBuffer, "object, /", "Wrapper for potentially out-of-band buffers")
static PyObject *pickle_new(PyTypeObject *type, PyObject *object)
{
    PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    ((PickleBuffer *)self)->view.obj = NULL;
    if (PyObject_GetBuffer(object, &((PickleBuffer *)self)->view, PyBUF_FULL_RO) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    return self;
}

PyObject *PyPickleBuffer_FromObject(PyObject *object)
{
    return pickle_new(&PyPickleBuffer_Type, object);
}

const Py_buffer *PyPickleBuffer_GetBuffer(PyObject *object)
{
    if (!PyPickleBuffer_Check(object))
        return (void *)kr_raise(PyExc_TypeError, "expected PickleBuffer, %.200s found",
                                Py_TYPE(object)->tp_name);
    return check((PickleBuffer *)object) < 0 ? NULL : &((PickleBuffer *)object)->view;
}

int PyPickleBuffer_Release(PyObject *object)
{
    if (!PyPickleBuffer_Check(object))
        return kr_raise_int(PyExc_TypeError, "expected PickleBuffer, %.200s found",
                            Py_TYPE(object)->tp_name);
    PyBuffer_Release(&((PickleBuffer *)object)->view);
    return 0;
}

METHOD(raw, "self, /",
       "Return a memoryview of the raw memory underlying this buffer.\n\n"
       "Will raise BufferError is the buffer isn't contiguous.")
static PyObject *pickle_raw(PickleBuffer *self)
{
    if (check(self) < 0) return NULL;
    if (self->view.suboffsets != NULL || !PyBuffer_IsContiguous(&self->view, 'A'))
        return kr_raise(PyExc_BufferError,
                        "cannot extract raw buffer from non-contiguous buffer");
    KR_AUTO PyObject *whole = PyMemoryView_FromObject((PyObject *)self);
    if (whole == NULL) return NULL;
    Py_buffer *view = PyMemoryView_GET_BUFFER(whole);
    if (view->ndim == 1 && view->itemsize == 1) {
        view->format = "B";
        return kr_take(whole);
    }
    // One dimension of bytes, whatever the shape was: the view has room for it from one dimension
    // on.
    if (view->ndim == 0) return PyMemoryView_FromMemory(view->buf, view->len, PyBUF_READ);
    view->ndim = 1;
    view->format = "B";
    view->itemsize = 1;
    view->shape[0] = view->len;
    view->strides[0] = 1;
    ((PyMemoryViewObject *)whole)->flags |= _Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN;
    return kr_take(whole);
}

METHOD(release, "self, /", "Release the underlying buffer held by the PickleBuffer object.")
static PyObject *pickle_release(PickleBuffer *self)
{
    PyBuffer_Release(&self->view);
    Py_RETURN_NONE;
}

static int get_buffer(PyObject *object, Py_buffer *view, int flags)
{
    PickleBuffer *self = (PickleBuffer *)object;
    return check(self) < 0 ? -1 : PyObject_GetBuffer(self->view.obj, view, flags);
}


static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((PickleBuffer *)object)->view.obj);
    return 0;
}

static int clear(PyObject *object)
{
    PyBuffer_Release(&((PickleBuffer *)object)->view);
    return 0;
}

static void dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    if (((PickleBuffer *)object)->weak_references != NULL) PyObject_ClearWeakRefs(object);
    clear(object);
    Py_TYPE(object)->tp_free(object);
}

#include "objects/strings/pickle_buffer.methods.h"

static PyBufferProcs as_buffer = {.bf_getbuffer = get_buffer};

PyTypeObject PyPickleBuffer_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "pickle.PickleBuffer",
    .tp_basicsize = sizeof(PickleBuffer),
    .tp_dealloc = dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = pickle_doc,
    .tp_traverse = traverse,
    .tp_clear = clear,
    .tp_weaklistoffset = offsetof(PickleBuffer, weak_references),
    .tp_methods = pickle_methods,
    .tp_new = pickle_tp_new,
    .tp_alloc = PyType_GenericAlloc,
    .tp_free = PyObject_GC_Del,
};
