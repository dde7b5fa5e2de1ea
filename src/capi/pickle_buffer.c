// pickle_buffer.c - PickleBuffer: a view of memory that pickle may hand over out of band.
#include "Python.h"

#include "objects/model/arguments.h"
#include "runtime/owned.h"

typedef struct {
    PyObject_HEAD
    Py_buffer view;             // view.obj NULL: released
    PyObject *weakreflist;
} PickleBuffer;

static int check_released(PickleBuffer *self)
{
    if (self->view.obj != NULL) return 0;
    PyErr_SetString(PyExc_ValueError, "operation forbidden on released PickleBuffer object");
    return -1;
}

PyObject *PyPickleBuffer_FromObject(PyObject *base)
{
    PyTypeObject *type = &PyPickleBuffer_Type;
    PickleBuffer *self = (PickleBuffer *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->view.obj = NULL;
    self->weakreflist = NULL;
    if (PyObject_GetBuffer(base, &self->view, PyBUF_FULL_RO) == 0) return (PyObject *)self;
    Py_DECREF(self);
    return NULL;
}

static int check_type(PyObject *object)
{
    if (PyPickleBuffer_Check(object)) return 0;
    PyErr_Format(PyExc_TypeError, "expected PickleBuffer, %.200s found", Py_TYPE(object)->tp_name);
    return -1;
}

const Py_buffer *PyPickleBuffer_GetBuffer(PyObject *object)
{
    PickleBuffer *self = (PickleBuffer *)object;
    return check_type(object) < 0 || check_released(self) < 0 ? NULL : &self->view;
}

int PyPickleBuffer_Release(PyObject *object)
{
    if (check_type(object) < 0) return -1;
    PyBuffer_Release(&((PickleBuffer *)object)->view);
    return 0;
}

CONSTRUCTOR(PickleBuffer, "object: object, /", "Wrapper for potentially out-of-band buffers")
static PyObject *PickleBuffer_new(PyTypeObject *type, PyObject *object)
{
    PickleBuffer *self = (PickleBuffer *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->view.obj = NULL;
    self->weakreflist = NULL;
    if (PyObject_GetBuffer(object, &self->view, PyBUF_FULL_RO) == 0) return (PyObject *)self;
    Py_DECREF(self);
    return NULL;
}

METHOD(raw, "self, /",
       "Return a memoryview of the raw memory underlying this buffer.\n\n"
       "Will raise BufferError is the buffer isn't contiguous.")
static PyObject *PickleBuffer_raw(PickleBuffer *self)
{
    if (check_released(self) < 0) return NULL;
    if (self->view.suboffsets != NULL || !PyBuffer_IsContiguous(&self->view, 'A')) {
        PyErr_SetString(PyExc_BufferError, "cannot extract raw buffer from non-contiguous buffer");
        return NULL;
    }
    PyObject *memory = PyMemoryView_FromObject((PyObject *)self);
    if (memory == NULL) return NULL;
    // One dimension of unsigned bytes, whatever the object says.
    Py_buffer *view = PyMemoryView_GET_BUFFER(memory);
    view->format = "B";
    view->ndim = 1;
    view->itemsize = 1;
    view->strides = &view->itemsize;
    view->shape = &view->len;
    view->suboffsets = NULL;
    return memory;
}

METHOD(release, "self, /", "Release the underlying buffer exposed by the PickleBuffer object.")
static PyObject *PickleBuffer_release(PickleBuffer *self)
{
    PyBuffer_Release(&self->view);
    Py_RETURN_NONE;
}

#include "capi/pickle_buffer.methods.h"

static int get_buffer(PyObject *object, Py_buffer *view, int flags)
{
    PickleBuffer *self = (PickleBuffer *)object;
    return check_released(self) < 0 ? -1 : PyObject_GetBuffer(self->view.obj, view, flags);
}

static void release_buffer(PyObject *self, Py_buffer *view)
{
    // The request went to the object below, which is released by PyBuffer_Release itself.
}

static int traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((PickleBuffer *)self)->view.obj);
    return 0;
}

static int clear(PyObject *self)
{
    PyBuffer_Release(&((PickleBuffer *)self)->view);
    return 0;
}

static void dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (((PickleBuffer *)self)->weakreflist != NULL) PyObject_ClearWeakRefs(self);
    clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyBufferProcs buffer_procedures = {get_buffer, release_buffer};

PyTypeObject PyPickleBuffer_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "pickle.PickleBuffer",
    .tp_basicsize = sizeof(PickleBuffer),
    .tp_dealloc = dealloc,
    .tp_as_buffer = &buffer_procedures,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = PickleBuffer_doc,
    .tp_traverse = traverse,
    .tp_clear = clear,
    .tp_weaklistoffset = offsetof(PickleBuffer, weakreflist),
    .tp_methods = PickleBuffer_methods,
    .tp_new = PickleBuffer_tp_new,
};
