// buffer.c - access to the memory of objects: PyObject_GetBuffer and what is built on it.
//
// What has to do with strides and formats is in objects/strings.
#include "pybuffer.h"

#include <assert.h>

#include "abstract.h"
#include "object.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"

static PyBufferProcs *methods(PyObject *object)
{
    return Py_TYPE(object)->tp_as_buffer;
}

#undef PyObject_CheckBuffer
int PyObject_CheckBuffer(PyObject *object)
{
    return methods(object) != NULL && methods(object)->bf_getbuffer != NULL;
}

int PyObject_GetBuffer(PyObject *object, Py_buffer *view, int flags)
{
    if (!PyObject_CheckBuffer(object))
        return kr_raise_int(PyExc_TypeError, "a bytes-like object is required, not '%.100s'",
                            Py_TYPE(object)->tp_name);
    return methods(object)->bf_getbuffer(object, view, flags);
}

void PyBuffer_Release(Py_buffer *view)
{
    PyObject *object = view->obj;
    if (object == NULL) return;
    if (methods(object) != NULL && methods(object)->bf_releasebuffer != NULL)
        methods(object)->bf_releasebuffer(object, view);
    view->obj = NULL;
    Py_DECREF(object);
}

int PyBuffer_FillInfo(Py_buffer *view, PyObject *object, void *memory, Py_ssize_t length,
                      int readonly, int flags)
{
    if (view == NULL)
        return kr_raise_int(PyExc_BufferError,
                            "PyBuffer_FillInfo: view==NULL argument is obsolete");
    if ((flags & PyBUF_WRITABLE) == PyBUF_WRITABLE && readonly == 1)
        return kr_raise_int(PyExc_BufferError, "Object is not writable.");
    *view = (Py_buffer){.buf = memory, .obj = Py_XNewRef(object), .len = length, .itemsize = 1,
                        .readonly = readonly, .ndim = 1};
    if ((flags & PyBUF_FORMAT) == PyBUF_FORMAT) view->format = "B";
    if ((flags & PyBUF_ND) == PyBUF_ND) view->shape = &view->len;
    if ((flags & PyBUF_STRIDES) == PyBUF_STRIDES) view->strides = &view->itemsize;
    return 0;
}

// --- the old interface: the memory may go away at any time

int PyObject_CheckReadBuffer(PyObject *object)
{
    if (!PyObject_CheckBuffer(object)) return 0;
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0) {
        PyErr_Clear();
        return 0;
    }
    PyBuffer_Release(&view);
    return 1;
}

static int as_read_buffer(PyObject *object, const void **ret_memory, Py_ssize_t *ret_length)
{
    Py_buffer view;
    if (object == NULL || ret_memory == NULL || ret_length == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0) return -1;
    *ret_memory = view.buf;
    *ret_length = view.len;
    PyBuffer_Release(&view);
    return 0;
}

int PyObject_AsReadBuffer(PyObject *object, const void **ret_memory, Py_ssize_t *ret_length)
{
    return as_read_buffer(object, ret_memory, ret_length);
}

int PyObject_AsCharBuffer(PyObject *object, const char **ret_memory, Py_ssize_t *ret_length)
{
    return as_read_buffer(object, (const void **)ret_memory, ret_length);
}

int PyObject_AsWriteBuffer(PyObject *object, void **ret_memory, Py_ssize_t *ret_length)
{
    Py_buffer view;
    if (object == NULL || ret_memory == NULL || ret_length == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (!PyObject_CheckBuffer(object) || PyObject_GetBuffer(object, &view, PyBUF_WRITABLE) < 0)
        return kr_raise_int(PyExc_TypeError, "expected a writable bytes-like object");
    *ret_memory = view.buf;
    *ret_length = view.len;
    PyBuffer_Release(&view);
    return 0;
}
