// slice.c - the type slice, and turning slices into indices.
#include "sliceobject.h"

#include "objects/containers/state.h"
#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "abstract.h"
#include "boolobject.h"
#include "ceval.h"
#include "longobject.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/state.h"
#include "structmember.h"

#include <stdbool.h>

// ---- making -----------------------------------------------------------------------------------

static PyObject *new_steal(PyObject *start, PyObject *stop, PyObject *step)
{
    KrContainersState *state = &kr_containers_state;
    PySliceObject *self = kr_take(state->slice);
    if (self != NULL) _Py_NewReference((PyObject *)self);
    else self = PyObject_GC_New(PySliceObject, &PySlice_Type);
    if (self == NULL) {
        Py_DECREF(start);
        Py_DECREF(stop);
        Py_DECREF(step);
        return NULL;
    }
    self->start = start;
    self->stop = stop;
    self->step = step;
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

PyObject *PySlice_New(PyObject *start, PyObject *stop, PyObject *step)
{
    return new_steal(Py_NewRef(start == NULL ? Py_None : start), Py_NewRef(
            stop == NULL ? Py_None : stop), Py_NewRef(step == NULL ? Py_None : step));
}

PyObject *_PySlice_FromIndices(Py_ssize_t start, Py_ssize_t stop)
{
    KR_AUTO PyObject *from = PyLong_FromSsize_t(start);
    KR_AUTO PyObject *to = PyLong_FromSsize_t(stop);
    if (from == NULL || to == NULL) return NULL;
    return new_steal(kr_take(from), kr_take(to), Py_NewRef(Py_None));
}

static void slice_dealloc(PyObject *object)
{
    KrContainersState *state = &kr_containers_state;
    PySliceObject *self = (PySliceObject *)object;
    kr_untrack(object);
    Py_DECREF(self->start);
    Py_DECREF(self->stop);
    Py_DECREF(self->step);
    if (state->slice == NULL) state->slice = self;
    else PyObject_GC_Del(self);
}

static int slice_traverse(PyObject *object, visitproc visit, void *arg)
{
    PySliceObject *self = (PySliceObject *)object;
    Py_VISIT(self->start);
    Py_VISIT(self->stop);
    Py_VISIT(self->step);
    return 0;
}

// ---- indices in machine words -----------------------------------------------------------------

// An index clipped to Py_ssize_t; None leaves *pi as it is.  1, or 0 with an exception.
int _PyEval_SliceIndex(PyObject *v, Py_ssize_t *pi)
{
    return v == Py_None ? 1 : _PyEval_SliceIndexNotNone(v, pi);
}

int _PyEval_SliceIndexNotNone(PyObject *v, Py_ssize_t *pi)
{
    if (!PyIndex_Check(v)) {
        kr_raise(PyExc_TypeError,
                 "slice indices must be integers or None or have an __index__ method");
        return 0;
    }
    Py_ssize_t index = PyNumber_AsSsize_t(v, NULL);
    if (index == -1 && PyErr_Occurred()) return 0;
    *pi = index;
    return 1;
}

int PySlice_Unpack(PyObject *slice, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t *step)
{
    PySliceObject *self = (PySliceObject *)slice;
    *step = 1;
    if (!_PyEval_SliceIndex(self->step, step)) return -1;
    if (*step == 0) return kr_raise_int(PyExc_ValueError, "slice step cannot be zero");
    if (*step < -PY_SSIZE_T_MAX) *step = -PY_SSIZE_T_MAX;  // so that it can be negated
    *start = *step < 0 ? PY_SSIZE_T_MAX : 0;
    if (!_PyEval_SliceIndex(self->start, start)) return -1;
    *stop = *step < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX;
    return _PyEval_SliceIndex(self->stop, stop) ? 0 : -1;
}

static Py_ssize_t clip(Py_ssize_t index, Py_ssize_t length, bool backward)
{
    if (index < 0) {
        index += length;
        return index < 0 ? (backward ? -1 : 0) : index;
    }
    return index < length ? index : backward ? length - 1 : length;
}

Py_ssize_t PySlice_AdjustIndices(Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop,
                                 Py_ssize_t step)
{
    assert(step != 0 && step >= -PY_SSIZE_T_MAX);
    *start = clip(*start, length, step < 0);
    *stop = clip(*stop, length, step < 0);
    if (step < 0) return *stop < *start ? (*start - *stop - 1) / -step + 1 : 0;
    return *start < *stop ? (*stop - *start - 1) / step + 1 : 0;
}

#undef PySlice_GetIndicesEx
int PySlice_GetIndicesEx(PyObject *r, Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop,
                         Py_ssize_t *step, Py_ssize_t *slicelength)
{
    if (PySlice_Unpack(r, start, stop, step) < 0) return -1;
    *slicelength = PySlice_AdjustIndices(length, start, stop, *step);
    return 0;
}

static int plain_index(PyObject *value, Py_ssize_t length, Py_ssize_t *ret)
{
    if (!PyLong_Check(value)) return -1;
    Py_ssize_t index = PyLong_AsSsize_t(value);
    if (index == -1 && PyErr_Occurred()) return -1;
    *ret = index < 0 ? index + length : index;
    return 0;
}

// The old function: ints only, no clipping, errors without exceptions of its own.
int PySlice_GetIndices(PyObject *slice, Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop,
                       Py_ssize_t *step)
{
    PySliceObject *self = (PySliceObject *)slice;
    *step = 1;
    if (self->step != Py_None) {
        if (!PyLong_Check(self->step)) return -1;
        *step = PyLong_AsSsize_t(self->step);
    }
    *start = *step < 0 ? length - 1 : 0;
    if (self->start != Py_None && plain_index(self->start, length, start) < 0) return -1;
    *stop = *step < 0 ? -1 : length;
    if (self->stop != Py_None && plain_index(self->stop, length, stop) < 0) return -1;
    return *stop > length || *start >= length || *step == 0 ? -1 : 0;
}

// ---- indices of any size ----------------------------------------------------------------------

static PyObject *index_object(PyObject *value)
{
    if (PyIndex_Check(value)) return PyNumber_Index(value);
    return kr_raise(PyExc_TypeError,
                    "slice indices must be integers or None or have an __index__ method");
}

// [value] (None: [absent]) counted from the start and clipped to [lower] … [upper].
static PyObject *clipped_index(PyObject *value, PyObject *length, PyObject *lower, PyObject *upper,
                               PyObject *absent)
{
    if (value == Py_None) return Py_NewRef(absent);
    KR_AUTO PyObject *index = index_object(value);
    if (index == NULL) return NULL;
    if (_PyLong_Sign(index) < 0) {
        Py_SETREF(index, PyNumber_Add(index, length));
        if (index == NULL) return NULL;
        int below = PyObject_RichCompareBool(index, lower, Py_LT);
        return below < 0 ? NULL : below ? Py_NewRef(lower) : kr_take(index);
    }
    int above = PyObject_RichCompareBool(index, upper, Py_GT);
    return above < 0 ? NULL : above ? Py_NewRef(upper) : kr_take(index);
}

int _PySlice_GetLongIndices(PySliceObject *self, PyObject *length, PyObject **start_ptr,
                            PyObject **stop_ptr, PyObject **step_ptr)
{
    KR_AUTO PyObject *step = self->step == Py_None ? Py_NewRef(kr_small_int(1))
        : index_object(self->step);
    if (step == NULL) return -1;
    int sign = _PyLong_Sign(step);
    if (sign == 0) return kr_raise_int(PyExc_ValueError, "slice step cannot be zero");
    KR_AUTO PyObject *lower = Py_NewRef(sign < 0 ? kr_small_int(-1) : kr_small_int(0));
    KR_AUTO PyObject *upper = sign < 0 ? PyNumber_Add(length, lower) : Py_NewRef(length);
    if (upper == NULL) return -1;
    KR_AUTO PyObject *start = clipped_index(self->start, length, lower, upper,
                                            sign < 0 ? upper : lower);
    if (start == NULL) return -1;
    KR_AUTO PyObject *stop = clipped_index(self->stop, length, lower, upper,
                                           sign < 0 ? lower : upper);
    if (stop == NULL) return -1;
    *start_ptr = kr_take(start);
    *stop_ptr = kr_take(stop);
    *step_ptr = kr_take(step);
    return 0;
}

// ---- the type ---------------------------------------------------------------------------------

METHOD(indices, "self, length, /",
       "S.indices(len) -> (start, stop, stride)\n\n"
       "Assuming a sequence of length len, calculate the start and stop\n"
       "indices, and the stride length of the extended slice described by\n"
       "S. Out of bounds indices are clipped in a manner consistent with the\n"
       "handling of normal slices.")
static PyObject *slice_indices(PySliceObject *self, PyObject *length)
{
    KR_AUTO PyObject *size = PyNumber_Index(length);
    if (size == NULL) return NULL;
    if (_PyLong_Sign(size) < 0) return kr_raise(PyExc_ValueError, "length should not be negative");
    PyObject *parts[3];
    if (_PySlice_GetLongIndices(self, size, &parts[0], &parts[1], &parts[2]) < 0) return NULL;
    PyObject *result = PyTuple_Pack(3, parts[0], parts[1], parts[2]);
    for (int i = 0; i < 3; i++) Py_DECREF(parts[i]);
    return result;
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *slice___reduce__(PySliceObject *self)
{
    KR_AUTO PyObject *args = PyTuple_Pack(3, self->start, self->stop, self->step);
    return args == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), args);
}

CONSTRUCTOR(slice, "first, second: object = NULL, third: object = None, /",
            "slice(stop)\nslice(start, stop[, step])\n\n"
            "Create a slice object.  This is used for extended slicing (e.g. a[0:10:2]).")
static PyObject *slice_new(PyTypeObject *type, PyObject *first, PyObject *second, PyObject *third)
{
    if (second == NULL) return PySlice_New(NULL, first, NULL);
    return PySlice_New(first, second, third);
}

#include "objects/containers/slice.methods.h"

static PyObject *slice_repr(PyObject *object)
{
    PySliceObject *self = (PySliceObject *)object;
    return PyUnicode_FromFormat("slice(%R, %R, %R)", self->start, self->stop, self->step);
}

static PyObject *slice_compare(PyObject *left, PyObject *right, int op)
{
    if (!PySlice_Check(left) || !PySlice_Check(right)) Py_RETURN_NOTIMPLEMENTED;
    PySliceObject *own = (PySliceObject *)left, *other = (PySliceObject *)right;
    if (left == right) Py_RETURN_RICHCOMPARE(0, 0, op);
    KR_AUTO PyObject *first = PyTuple_Pack(3, own->start, own->stop, own->step);
    KR_AUTO PyObject *second = PyTuple_Pack(3, other->start, other->stop, other->step);
    return first == NULL || second == NULL ? NULL : PyObject_RichCompare(first, second, op);
}

static PyMemberDef slice_members[] = {
    {"start", T_OBJECT, offsetof(PySliceObject, start), READONLY, NULL},
    {"stop", T_OBJECT, offsetof(PySliceObject, stop), READONLY, NULL},
    {"step", T_OBJECT, offsetof(PySliceObject, step), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject PySlice_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "slice",
    .tp_basicsize = sizeof(PySliceObject),
    .tp_dealloc = slice_dealloc,
    .tp_repr = slice_repr,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = slice_doc,
    .tp_traverse = slice_traverse,
    .tp_richcompare = slice_compare,
    .tp_methods = slice_methods,
    .tp_members = slice_members,
    .tp_new = slice_tp_new,
    .tp_vectorcall = slice_tp_vectorcall,
};
