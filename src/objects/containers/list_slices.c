// list_slices.c - subscripts and slices of lists: getting, assigning, deleting.
//
// Items that go are put aside first and released last: releasing may run Python code (invariant 2
// of list.c).
#include "objects/containers/list_slices.h"

#include "objects/containers/list.h"
#include "objects/errors/raise.h"
#include "abstract.h"
#include "pyerrors.h"
#include "pymem.h"
#include "sliceobject.h"

#include <string.h>

static PyObject *get_slice(PyListObject *self, Py_ssize_t start, Py_ssize_t step, Py_ssize_t count)
{
    PyListObject *result = (PyListObject *)PyList_New(count);
    if (result == NULL) return NULL;
    Py_ssize_t last = start + (count - 1) * step, size = Py_SIZE(self);
    if (count > 0 && (start >= size || last >= size)) {  // a collection changed the list
        Py_DECREF(result);
        return PyList_New(0);
    }
    for (Py_ssize_t i = 0; i < count; i++)
        result->ob_item[i] = Py_NewRef(self->ob_item[start + i * step]);
    return (PyObject *)result;
}

PyObject *PyList_GetSlice(PyObject *a, Py_ssize_t low, Py_ssize_t high)
{
    if (!PyList_Check(a)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    Py_ssize_t size = Py_SIZE(a);
    low = low < 0 ? 0 : low > size ? size : low;
    high = high < low ? low : high > size ? size : high;
    return get_slice((PyListObject *)a, low, 1, high - low);
}

PyObject *kr_list_subscript(PyObject *list, PyObject *key)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) return NULL;
        if (i < 0) i += Py_SIZE(list);
        if (i < 0 || i >= Py_SIZE(list))
            return kr_raise(PyExc_IndexError, "list index out of range");
        return Py_NewRef(((PyListObject *)list)->ob_item[i]);
    }
    if (!PySlice_Check(key))
        return kr_raise(PyExc_TypeError, "list indices must be integers or slices, not %.200s",
                        Py_TYPE(key)->tp_name);
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) return NULL;
    Py_ssize_t count = PySlice_AdjustIndices(Py_SIZE(list), &start, &stop, step);
    return get_slice((PyListObject *)list, start, step, count < 0 ? 0 : count);
}

// Puts [count] items (references are added) in place of self[low:high].
static int replace(PyListObject *self, Py_ssize_t low, Py_ssize_t high, PyObject **items,
                   Py_ssize_t count)
{
    Py_ssize_t size = Py_SIZE(self);
    low = low < 0 ? 0 : low > size ? size : low;
    high = high < low ? low : high > size ? size : high;
    Py_ssize_t removed = high - low, growth = count - removed;
    if (size + growth == 0) {
        Py_ssize_t had = Py_SIZE(self);
        PyObject **old = self->ob_item;
        if (old == NULL) return 0;
        self->ob_item = NULL;
        self->allocated = 0;
        Py_SET_SIZE(self, 0);
        while (--had >= 0) Py_XDECREF(old[had]);
        PyMem_Free(old);
        return 0;
    }
    PyObject *few[8], **gone = few;
    if (removed > 8 && (gone = PyMem_New(PyObject *, removed)) == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (removed > 0) memcpy(gone, self->ob_item + low, (size_t)removed * sizeof *gone);
    size_t tail = (size_t)(size - high) * sizeof *gone;
    int result = 0;
    if (growth < 0) memmove(self->ob_item + high + growth, self->ob_item + high, tail);
    result = kr_list_resize(self, size + growth);
    if (result < 0 && growth < 0) {  // shrinking failed: as it was
        memmove(self->ob_item + high, self->ob_item + high + growth, tail);
        memcpy(self->ob_item + low, gone, (size_t)removed * sizeof *gone);
    }
    if (result == 0) {
        if (growth > 0) memmove(self->ob_item + high + growth, self->ob_item + high, tail);
        for (Py_ssize_t i = 0; i < count; i++) self->ob_item[low + i] = Py_NewRef(items[i]);
        for (Py_ssize_t i = removed; --i >= 0;) Py_XDECREF(gone[i]);
    }
    if (gone != few) PyMem_Free(gone);
    return result;
}

// self[low:high] = value (NULL: delete).
static int assign_slice(PyListObject *self, Py_ssize_t low, Py_ssize_t high, PyObject *value)
{
    if (value == NULL) return replace(self, low, high, NULL, 0);
    KR_AUTO PyObject *items = NULL;
    if ((PyObject *)self == value) items = PyList_GetSlice(value, 0, Py_SIZE(value));
    else items = PySequence_Fast(value, "can only assign an iterable");
    if (items == NULL) return -1;
    return replace(self, low, high, PySequence_Fast_ITEMS(items), PySequence_Fast_GET_SIZE(items));
}

int PyList_SetSlice(PyObject *a, Py_ssize_t low, Py_ssize_t high, PyObject *v)
{
    if (PyList_Check(a)) return assign_slice((PyListObject *)a, low, high, v);
    PyErr_BadInternalCall();
    return -1;
}

// Deletes [count] items, [step] > 0 apart.
static int delete_steps(PyListObject *self, Py_ssize_t start, Py_ssize_t step, Py_ssize_t count)
{
    PyObject **gone = PyMem_New(PyObject *, count);
    if (gone == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t size = Py_SIZE(self);
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t at = start + i * step, next = i + 1 < count ? at + step : size;
        gone[i] = self->ob_item[at];
        memmove(self->ob_item + at - i, self->ob_item + at + 1,
                (size_t)(next - at - 1) * sizeof *gone);
    }
    Py_SET_SIZE(self, size - count);
    int result = kr_list_resize(self, size - count);
    for (Py_ssize_t i = 0; i < count; i++) Py_DECREF(gone[i]);
    PyMem_Free(gone);
    return result;
}

static int assign_steps(PyListObject *self, PyObject *slice, PyObject *value)
{
    KR_AUTO PyObject *items = NULL;
    if ((PyObject *)self == value) items = PyList_GetSlice(value, 0, Py_SIZE(value));
    else items = PySequence_Fast(value, "must assign iterable to extended slice");
    if (items == NULL) return -1;
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(slice, &start, &stop, &step) < 0) return -1;
    Py_ssize_t count = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (PySequence_Fast_GET_SIZE(items) != count)
        return kr_raise_int(PyExc_ValueError,
                            "attempt to assign sequence of size %zd to extended slice of size %zd",
                            PySequence_Fast_GET_SIZE(items), count);
    if (count == 0) return 0;
    PyObject **gone = PyMem_New(PyObject *, count);
    if (gone == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        gone[i] = self->ob_item[start + i * step];
        self->ob_item[start + i * step] = Py_NewRef(PySequence_Fast_GET_ITEM(items, i));
    }
    for (Py_ssize_t i = 0; i < count; i++) Py_DECREF(gone[i]);
    PyMem_Free(gone);
    return 0;
}

static int assign_index(PyListObject *self, PyObject *key, PyObject *value)
{
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred()) return -1;
    if (i < 0) i += Py_SIZE(self);
    if (i < 0 || i >= Py_SIZE(self))
        return kr_raise_int(PyExc_IndexError, "list assignment index out of range");
    if (value == NULL) return replace(self, i, i + 1, NULL, 0);
    PyObject *old = self->ob_item[i];
    self->ob_item[i] = Py_NewRef(value);
    Py_DECREF(old);
    return 0;
}

int kr_list_assign_subscript(PyObject *list, PyObject *key, PyObject *value)
{
    PyListObject *self = (PyListObject *)list;
    if (PyIndex_Check(key)) return assign_index(self, key, value);
    if (!PySlice_Check(key))
        return kr_raise_int(PyExc_TypeError, "list indices must be integers or slices, not %.200s",
                            Py_TYPE(key)->tp_name);
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) return -1;
    Py_ssize_t count = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (step == 1) return assign_slice(self, start, start > stop ? start : stop, value);
    if (value != NULL) return assign_steps(self, key, value);
    if (count <= 0) return 0;
    if (step < 0) {
        start += (count - 1) * step;
        step = -step;
    }
    return delete_steps(self, start, step, count);
}
