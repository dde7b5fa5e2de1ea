// bytes_iterator.c - iter(bytes) and iter(bytearray).
#include "objects/strings/bytes.h"

#include "longobject.h"
#include "objects/model/builtin.h"
#include "objimpl.h"
#include "tupleobject.h"
#include "pyerrors.h"

typedef struct BytesIterator {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *bytes;   // NULL when exhausted
} BytesIterator;

static PyObject *new_iterator(PyTypeObject *type, PyObject *bytes)
{
    BytesIterator *self = PyObject_GC_New(BytesIterator, type);
    if (self == NULL) return NULL;
    self->index = 0;
    self->bytes = Py_NewRef(bytes);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

PyObject *kr_bytes_iterator_new(PyObject *bytes)
{
    return new_iterator(&PyBytesIter_Type, bytes);
}

PyObject *kr_bytearray_iterator_new(PyObject *bytes)
{
    return new_iterator(&PyByteArrayIter_Type, bytes);
}

static void dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    Py_XDECREF(((BytesIterator *)object)->bytes);
    PyObject_GC_Del(object);
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((BytesIterator *)object)->bytes);
    return 0;
}

static PyObject *next(PyObject *object)
{
    BytesIterator *self = (BytesIterator *)object;
    if (self->bytes == NULL) return NULL;
    KrText text = kr_bytes_text(self->bytes);
    if (self->index < text.length)
        return PyLong_FromLong(((const unsigned char *)text.data)[self->index++]);
    Py_CLEAR(self->bytes);
    return NULL;
}

METHOD(__length_hint__, "self, /", "Private method returning an estimate of len(list(it)).")
static PyObject *iterator___length_hint__(BytesIterator *self)
{
    Py_ssize_t length = 0;
    if (self->bytes != NULL) length = kr_bytes_text(self->bytes).length - self->index;
    return PyLong_FromSsize_t(length < 0 ? 0 : length);
}

METHOD(__reduce__, "self, /", "Return state information for pickling.")
static PyObject *iterator___reduce__(BytesIterator *self)
{
    KR_AUTO PyObject *iter = kr_builtin_get(ID(iter));
    KR_AUTO PyObject *bytes = self->bytes != NULL ? Py_NewRef(self->bytes) : PyTuple_New(0);
    KR_AUTO PyObject *args = iter == NULL || bytes == NULL ? NULL : PyTuple_Pack(1, bytes);
    if (args == NULL) return NULL;
    if (self->bytes == NULL) return PyTuple_Pack(2, iter, args);
    KR_AUTO PyObject *index = PyLong_FromSsize_t(self->index);
    return index == NULL ? NULL : PyTuple_Pack(3, iter, args, index);
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *iterator___setstate__(BytesIterator *self, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) return NULL;
    if (self->bytes != NULL) {
        Py_ssize_t length = kr_bytes_text(self->bytes).length;
        self->index = index < 0 ? 0 : index > length ? length : index;
    }
    return Py_NewRef(Py_None);
}

#include "objects/strings/bytes_iterator.methods.h"

#define ITERATOR_TYPE(variable, name)                                                             \
    PyTypeObject variable = {                                                                     \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                    \
        .tp_name = name,                                                                          \
        .tp_basicsize = sizeof(BytesIterator),                                                    \
        .tp_dealloc = dealloc,                                                                    \
        .tp_getattro = PyObject_GenericGetAttr,                                                   \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                                      \
        .tp_traverse = traverse,                                                                  \
        .tp_iter = PyObject_SelfIter,                                                             \
        .tp_iternext = next,                                                                      \
        .tp_methods = iterator_methods,                                                           \
    }

ITERATOR_TYPE(PyBytesIter_Type, "bytes_iterator");
ITERATOR_TYPE(PyByteArrayIter_Type, "bytearray_iterator");
