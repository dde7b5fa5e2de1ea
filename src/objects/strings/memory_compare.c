// memory_compare.c - equality of memoryviews: same shape and equal items, whatever the formats.
//
// Items of one native format are compared as C values, all others as the module struct unpacks
// them.
#include "objects/strings/memoryview.h"

#include "abstract.h"
#include "boolobject.h"
#include "objects/strings/buffer_layout.h"
#include "objects/strings/memory_item.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
#include "unicodeobject.h"

typedef struct Comparison {
    const Py_buffer *left, *right;
    char format;                                  // both have it; 0: unpack
    // struct.Struct(format).unpack_from, or NULL: native
    PyObject *unpack_left, *unpack_right;
} Comparison;

static PyObject *make_unpacker(const char *format)
{
    KR_AUTO PyObject *module = kr_hooks.import_module == NULL ? NULL
                                                              : kr_hooks.import_module("struct");
    KR_AUTO PyObject *type = module == NULL ? NULL : PyObject_GetAttrString(module, "Struct");
    KR_AUTO PyObject *text = type == NULL ? NULL : PyUnicode_FromString(format);
    KR_AUTO PyObject *maker = text == NULL ? NULL : PyObject_CallOneArg(type, text);
    return maker == NULL ? NULL : PyObject_GetAttrString(maker, "unpack_from");
}

static PyObject *unpack(PyObject *unpacker, char *item, const Py_buffer *view)
{
    if (unpacker == NULL) return kr_memory_unpack(item, view->format);
    KR_AUTO PyObject *memory = PyMemoryView_FromMemory(item, view->itemsize, PyBUF_READ);
    KR_AUTO PyObject *values = memory == NULL ? NULL : PyObject_CallOneArg(unpacker, memory);
    if (values == NULL) return NULL;
    return PySequence_Size(values) == 1 ? PySequence_GetItem(values, 0) : kr_take(values);
}

// 1, 0 or -1.
static int items_equal(const Comparison *self, char *left, char *right)
{
    if (self->format != 0) return kr_memory_items_equal(left, right, self->format);
    KR_AUTO PyObject *a = unpack(self->unpack_left, left, self->left);
    KR_AUTO PyObject *b = a == NULL ? NULL : unpack(self->unpack_right, right, self->right);
    return b == NULL ? -1 : PyObject_RichCompareBool(a, b, Py_EQ);
}

static int rows_equal(const Comparison *self, int dimension, char *left, char *right)
{
    if (dimension == self->left->ndim) return items_equal(self, left, right);
    for (Py_ssize_t i = 0; i < self->left->shape[dimension]; i++) {
        int equal = rows_equal(self, dimension + 1, kr_buffer_step(self->left, dimension, left, i),
                               kr_buffer_step(self->right, dimension, right, i));
        if (equal != 1) return equal;
    }
    return 1;
}

static int same_shape(const Py_buffer *left, const Py_buffer *right)
{
    if (left->ndim != right->ndim) return 0;
    for (int i = 0; i < left->ndim; i++) {
        if (left->shape[i] != right->shape[i]) return 0;
        if (left->shape[i] == 0) break;
    }
    return 1;
}

// 1, 0 or -1.  What cannot be unpacked is not equal.
static int views_equal(const Py_buffer *left, const Py_buffer *right)
{
    if (!same_shape(left, right)) return 0;
    char a = kr_memory_native_format(left->format), b = kr_memory_native_format(right->format);
    KR_AUTO PyObject *unpack_left = NULL;
    KR_AUTO PyObject *unpack_right = NULL;
    if ((a == 0 && (unpack_left = make_unpacker(left->format)) == NULL) ||
        (b == 0 && (unpack_right = make_unpacker(right->format)) == NULL)) {
        if (!PyErr_Occurred()) return 0;
        if (PyErr_ExceptionMatches(PyExc_MemoryError)) return -1;
        PyErr_Clear();
        return 0;
    }
    Comparison self = {left, right, a == b ? a : 0, unpack_left, unpack_right};
    return rows_equal(&self, 0, left->buf, right->buf);
}

PyObject *kr_memory_compare(PyObject *object, PyObject *other, int operator)
{
    if (operator != Py_EQ && operator != Py_NE) Py_RETURN_NOTIMPLEMENTED;
    PyMemoryViewObject *left = (PyMemoryViewObject *)object;
    int equal;
    if (left->flags & _Py_MEMORYVIEW_RELEASED ||
        left->mbuf->flags & _Py_MANAGED_BUFFER_RELEASED) {
        equal = object == other;
    } else if (PyMemoryView_Check(other)) {
        PyMemoryViewObject *right = (PyMemoryViewObject *)other;
        if (right->flags & _Py_MEMORYVIEW_RELEASED ||
            right->mbuf->flags & _Py_MANAGED_BUFFER_RELEASED)
            equal = 0;
        else {
            // Comparing items may run code that releases the views.
            left->exports++;
            right->exports++;
            equal = views_equal(&left->view, &right->view);
            left->exports--;
            right->exports--;
        }
    } else {
        Py_buffer right, complete;
        Py_ssize_t room[3];
        if (PyObject_GetBuffer(other, &right, PyBUF_FULL_RO) < 0) {
            PyErr_Clear();
            Py_RETURN_NOTIMPLEMENTED;
        }
        complete = right;
        kr_buffer_complete(&complete, room);
        left->exports++;
        equal = views_equal(&left->view, &complete);
        left->exports--;
        PyBuffer_Release(&right);
    }
    if (equal < 0) return NULL;
    return Py_NewRef(equal == (operator == Py_EQ) ? Py_True : Py_False);
}
