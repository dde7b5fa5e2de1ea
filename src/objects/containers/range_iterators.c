// range_iterators.c - range_iterator counts in machine words, longrange_iterator in ints of any
// size.
#include "objects/containers/range.h"

#include "objects/containers/builtin_name.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "abstract.h"
#include "longobject.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/state.h"

typedef struct KrLongRangeIterator {
    PyObject_HEAD
    PyObject *index, *start, *step, *length;
} KrLongRangeIterator;

PyObject *kr_range_iterator_new(long start, long step, long length)
{
    KrRangeIterator *self = PyObject_New(KrRangeIterator, &PyRangeIter_Type);
    if (self == NULL) return NULL;
    self->index = 0;
    self->start = start;
    self->step = step;
    self->length = length;
    return (PyObject *)self;
}

PyObject *kr_range_iterator_new_long(PyObject *start, PyObject *step, PyObject *length)
{
    KrLongRangeIterator *self = PyObject_New(KrLongRangeIterator, &PyLongRangeIter_Type);
    if (self == NULL) return NULL;
    self->index = Py_NewRef(kr_small_int(0));
    self->start = Py_NewRef(start);
    self->step = Py_NewRef(step);
    self->length = Py_NewRef(length);
    return (PyObject *)self;
}

// (iter, (range(start, stop, step),), index): takes the references to the four.
static PyObject *reduce(PyObject *start, PyObject *stop, PyObject *step, PyObject *index)
{
    KR_AUTO PyObject *own_start = start;
    KR_AUTO PyObject *own_stop = stop;
    KR_AUTO PyObject *own_step = step;
    KR_AUTO PyObject *own_index = index;
    if (start == NULL || stop == NULL || step == NULL || index == NULL) return NULL;
    KR_AUTO PyObject *iter = kr_builtin_name_get(ID(iter));
    KR_AUTO PyObject *range = iter == NULL ? NULL : kr_range_new(&PyRange_Type, start, stop, step);
    KR_AUTO PyObject *args = range == NULL ? NULL : PyTuple_Pack(1, range);
    return args == NULL ? NULL : PyTuple_Pack(3, iter, args, index);
}

// ---- in machine words -------------------------------------------------------------------------

static PyObject *word_next(PyObject *object)
{
    KrRangeIterator *self = (KrRangeIterator *)object;
    if (self->index >= self->length) return NULL;
    return PyLong_FromLong(self->start + self->index++ * self->step);
}

METHOD(__length_hint__, "self", "Private method returning an estimate of len(list(it)).")
static PyObject *word___length_hint__(KrRangeIterator *self)
{
    return PyLong_FromLong(self->length - self->index);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *word___reduce__(KrRangeIterator *self)
{
    return reduce(PyLong_FromLong(self->start),
                  PyLong_FromLong(self->start + self->length * self->step),
                  PyLong_FromLong(self->step), PyLong_FromLong(self->index));
}

METHOD(__setstate__, "self, state: long, /", "Set state information for unpickling.")
static PyObject *word___setstate__(KrRangeIterator *self, long state)
{
    self->index = state < 0 ? 0 : state > self->length ? self->length : state;
    Py_RETURN_NONE;
}

// ---- in ints of any size ----------------------------------------------------------------------

static void long_dealloc(PyObject *object)
{
    KrLongRangeIterator *self = (KrLongRangeIterator *)object;
    Py_XDECREF(self->index);
    Py_XDECREF(self->start);
    Py_XDECREF(self->step);
    Py_XDECREF(self->length);
    PyObject_Free(self);
}

static PyObject *long_next(PyObject *object)
{
    KrLongRangeIterator *self = (KrLongRangeIterator *)object;
    if (PyObject_RichCompareBool(self->index, self->length, Py_LT) != 1) return NULL;
    KR_AUTO PyObject *next = PyNumber_Add(self->index, kr_small_int(1));
    KR_AUTO PyObject *offset = next == NULL ? NULL : PyNumber_Multiply(self->index, self->step);
    KR_AUTO PyObject *item = offset == NULL ? NULL : PyNumber_Add(self->start, offset);
    if (item == NULL) return NULL;
    Py_SETREF(self->index, kr_take(next));
    return kr_take(item);
}

METHOD(__length_hint__, "self", "Private method returning an estimate of len(list(it)).")
static PyObject *long___length_hint__(KrLongRangeIterator *self)
{
    return PyNumber_Subtract(self->length, self->index);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *long___reduce__(KrLongRangeIterator *self)
{
    KR_AUTO PyObject *offset = PyNumber_Multiply(self->length, self->step);
    PyObject *stop = offset == NULL ? NULL : PyNumber_Add(self->start, offset);
    return reduce(Py_NewRef(self->start), stop, Py_NewRef(self->step), Py_NewRef(self->index));
}

METHOD(__setstate__, "self, state: !PyLong_Type, /", "Set state information for unpickling.")
static PyObject *long___setstate__(KrLongRangeIterator *self, PyObject *state)
{
    int low = PyObject_RichCompareBool(state, kr_small_int(0), Py_LT);
    int high = low == 0 ? PyObject_RichCompareBool(self->length, state, Py_LT) : 0;
    if (low < 0 || high < 0) return NULL;
    Py_INCREF(low ? kr_small_int(0) : high ? self->length : state);
    Py_SETREF(self->index, low ? kr_small_int(0) : high ? self->length : state);
    Py_RETURN_NONE;
}

#include "objects/containers/range_iterators.methods.h"

PyTypeObject PyRangeIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "range_iterator",
    .tp_basicsize = sizeof(KrRangeIterator),
    .tp_dealloc = (destructor)PyObject_Free,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = word_next,
    .tp_methods = word_methods,
};

PyTypeObject PyLongRangeIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "longrange_iterator",
    .tp_basicsize = sizeof(KrLongRangeIterator),
    .tp_dealloc = long_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = long_next,
    .tp_methods = long_methods,
};
