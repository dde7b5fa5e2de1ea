// buffer_layout.c - the PyBuffer_… functions about memory layout: contiguity, pointers, copies.
//
// An item is found from outer to inner dimension: add index * stride, then follow the pointer
// there if the dimension has a suboffset.
#include "objects/strings/buffer_layout.h"

#include <assert.h>
#include <string.h>

#include "abstract.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/hooks.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

// --- contiguity -------------------------------------------------------------------------------

static int is_contiguous(const Py_buffer *view, int fortran)
{
    if (view->len == 0 || view->strides == NULL) {
        // Without strides the memory is in C order; that is Fortran order too with one dimension.
        if (view->len == 0 || !fortran || view->ndim <= 1) return 1;
        int longer = 0;
        for (int i = 0; view->shape != NULL && i < view->ndim; i++) longer += view->shape[i] > 1;
        return longer <= 1;
    }
    Py_ssize_t expected = view->itemsize;
    for (int i = 0; i < view->ndim; i++) {
        int dimension = fortran ? i : view->ndim - 1 - i;
        Py_ssize_t count = view->shape[dimension];
        if (count > 1 && view->strides[dimension] != expected) return 0;
        expected *= count;
    }
    return 1;
}

int PyBuffer_IsContiguous(const Py_buffer *view, char order)
{
    if (view->suboffsets != NULL) return 0;
    if (order == 'C') return is_contiguous(view, 0);
    if (order == 'F') return is_contiguous(view, 1);
    return order == 'A' && (is_contiguous(view, 0) || is_contiguous(view, 1));
}

void *PyBuffer_GetPointer(const Py_buffer *view, const Py_ssize_t *indices)
{
    char *at = view->buf;
    for (int i = 0; i < view->ndim; i++) at = kr_buffer_step(view, i, at, indices[i]);
    return at;
}

void PyBuffer_FillContiguousStrides(int ndim, Py_ssize_t *shape, Py_ssize_t *strides, int itemsize,
                                    char order)
{
    Py_ssize_t size = itemsize;
    for (int i = 0; i < ndim; i++) {
        int dimension = order == 'F' && ndim > 1 ? i : ndim - 1 - i;
        strides[dimension] = size;
        size *= shape[dimension];
    }
}

// --- copies -----------------------------------------------------------------------------------

typedef struct Copy {
    const Py_buffer *view;
    char *flat;
    int into_view;
    Py_ssize_t flat_strides[PyBUF_MAX_NDIM];
} Copy;

static void copy_item(const Copy *copy, char *item, char *flat)
{
    if (copy->into_view) memcpy(item, flat, copy->view->itemsize);
    else memcpy(flat, item, copy->view->itemsize);
}

static void copy_dimension(const Copy *copy, int dimension, char *row, char *flat)
{
    const Py_buffer *view = copy->view;
    if (dimension == view->ndim) {
        copy_item(copy, row, flat);
        return;
    }
    for (Py_ssize_t i = 0; i < view->shape[dimension]; i++)
        copy_dimension(copy, dimension + 1, kr_buffer_step(view, dimension, row, i),
                       flat + i * copy->flat_strides[dimension]);
}

static void copy_items(const Py_buffer *view, char *flat, char order, int into_view)
{
    Copy copy = {.view = view, .flat = flat, .into_view = into_view};
    PyBuffer_FillContiguousStrides(view->ndim, view->shape, copy.flat_strides, (int)view->itemsize,
                                   order);
    copy_dimension(&copy, 0, view->buf, flat);
}

void kr_buffer_complete(Py_buffer *view, Py_ssize_t room[3])
{
    if (view->shape == NULL && view->ndim > 0) {
        room[0] = view->itemsize == 0 ? 0 : view->len / view->itemsize;
        view->shape = &room[0];
        view->ndim = 1;
    }
    if (view->strides == NULL && view->ndim <= 1) {
        room[1] = view->itemsize;
        view->strides = &room[1];
    }
}

static void copy_any(const Py_buffer *view, char *flat, char order, int into_view)
{
    if (order == 'A') order = PyBuffer_IsContiguous(view, 'C') || !PyBuffer_IsContiguous(view, 'F')
                                  ? 'C' : 'F';
    if (PyBuffer_IsContiguous(view, order)) {
        if (into_view) memcpy(view->buf, flat, view->len);
        else memcpy(flat, view->buf, view->len);
        return;
    }
    Py_buffer complete = *view;
    Py_ssize_t room[3], strides[PyBUF_MAX_NDIM];
    kr_buffer_complete(&complete, room);
    if (complete.strides == NULL) {
        PyBuffer_FillContiguousStrides(complete.ndim, complete.shape, strides,
                                       (int)complete.itemsize, 'C');
        complete.strides = strides;
    }
    copy_items(&complete, flat, order, into_view);
}

void kr_buffer_flatten(const Py_buffer *view, char *to, char order)
{
    copy_any(view, to, order, 0);
}

void kr_buffer_fill(const Py_buffer *view, const char *from, char order)
{
    copy_any(view, (char *)from, order, 1);
}

int PyBuffer_ToContiguous(void *to, const Py_buffer *view, Py_ssize_t size, char order)
{
    assert(order == 'C' || order == 'F' || order == 'A');
    if (size != view->len)
        return kr_raise_int(PyExc_ValueError, "PyBuffer_ToContiguous: len != view->len");
    kr_buffer_flatten(view, to, order);
    return 0;
}

int PyBuffer_FromContiguous(const Py_buffer *view, const void *from, Py_ssize_t size, char order)
{
    if (size >= view->len) {
        kr_buffer_fill(view, from, order);
        return 0;
    }
    // Less than the whole: the rest keeps what it has.
    char *flat = PyMem_Malloc(view->len);
    if (flat == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    kr_buffer_flatten(view, flat, order);
    memcpy(flat, from, size);
    kr_buffer_fill(view, flat, order);
    PyMem_Free(flat);
    return 0;
}

int PyObject_CopyData(PyObject *to, PyObject *from)
{
    Py_buffer target, source;
    if (!PyObject_CheckBuffer(to) || !PyObject_CheckBuffer(from))
        return kr_raise_int(PyExc_TypeError, "both destination and source must be bytes-like "
                                             "objects");
    if (PyObject_GetBuffer(to, &target, PyBUF_FULL) < 0) return -1;
    if (PyObject_GetBuffer(from, &source, PyBUF_FULL_RO) < 0) {
        PyBuffer_Release(&target);
        return -1;
    }
    int failed = 0;
    char *flat = NULL;
    if (target.len < source.len) {
        failed = kr_raise_int(PyExc_BufferError,
                              "destination is too small to receive data from source");
    } else if ((flat = PyMem_Malloc(source.len + 1)) == NULL) {
        PyErr_NoMemory();
        failed = -1;
    } else {
        kr_buffer_flatten(&source, flat, 'C');
        failed = PyBuffer_FromContiguous(&target, flat, source.len, 'C');
        PyMem_Free(flat);
    }
    PyBuffer_Release(&target);
    PyBuffer_Release(&source);
    return failed;
}

Py_ssize_t PyBuffer_SizeFromFormat(const char *format)
{
    KR_AUTO PyObject *module = kr_hooks.import_module("struct");
    KR_AUTO PyObject *calcsize = module == NULL ? NULL
        : PyObject_GetAttrString(module, "calcsize");
    KR_AUTO PyObject *text = calcsize == NULL ? NULL : PyUnicode_FromString(format);
    KR_AUTO PyObject *size = text == NULL ? NULL : PyObject_CallOneArg(calcsize, text);
    return size == NULL ? -1 : PyLong_AsSsize_t(size);
}
