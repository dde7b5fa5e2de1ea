// sequence_iterators.c - iterators that count through a list, a tuple or anything with
// __getitem__.
//
// list_iterator, list_reverseiterator, tuple_iterator and the plain `iterator` have one layout and
// share all but their `next`.  One that is used up has let go of its sequence, and stays used up.
#include "objects/containers/sequence_iterators.h"

#include "objects/containers/builtin_name.h"
#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "abstract.h"
#include "iterobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objimpl.h"
#include "pyerrors.h"

PyObject *kr_sequence_iterator_new(PyTypeObject *type, PyObject *sequence, Py_ssize_t index)
{
    KrSequenceIterator *self = PyObject_GC_New(KrSequenceIterator, type);
    if (self == NULL) return NULL;
    self->index = index;
    self->sequence = Py_NewRef(sequence);
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

PyObject *PySeqIter_New(PyObject *sequence)
{
    if (PySequence_Check(sequence)) return kr_sequence_iterator_new(&PySeqIter_Type, sequence, 0);
    PyErr_BadInternalCall();
    return NULL;
}

static void iterator_dealloc(PyObject *self)
{
    kr_untrack(self);
    Py_XDECREF(((KrSequenceIterator *)self)->sequence);
    PyObject_GC_Del(self);
}

static int iterator_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrSequenceIterator *)self)->sequence);
    return 0;
}

static PyObject *finish(KrSequenceIterator *self)
{
    PyObject *sequence = kr_take(self->sequence);
    Py_DECREF(sequence);
    return NULL;
}

static PyObject *list_next(PyObject *object)
{
    KrSequenceIterator *self = (KrSequenceIterator *)object;
    PyListObject *list = (PyListObject *)self->sequence;
    if (list == NULL) return NULL;
    if (self->index < Py_SIZE(list)) return Py_NewRef(list->ob_item[self->index++]);
    return finish(self);
}

static PyObject *list_previous(PyObject *object)
{
    KrSequenceIterator *self = (KrSequenceIterator *)object;
    PyListObject *list = (PyListObject *)self->sequence;
    if (list == NULL) return NULL;
    if (self->index >= 0 && self->index < Py_SIZE(list))
        return Py_NewRef(list->ob_item[self->index--]);
    self->index = -1;
    return finish(self);
}

static PyObject *tuple_next(PyObject *object)
{
    KrSequenceIterator *self = (KrSequenceIterator *)object;
    PyTupleObject *tuple = (PyTupleObject *)self->sequence;
    if (tuple == NULL) return NULL;
    if (self->index < Py_SIZE(tuple)) return Py_NewRef(tuple->ob_item[self->index++]);
    return finish(self);
}

static PyObject *sequence_next(PyObject *object)
{
    KrSequenceIterator *self = (KrSequenceIterator *)object;
    if (self->sequence == NULL) return NULL;
    if (self->index == PY_SSIZE_T_MAX)
        return kr_raise(PyExc_OverflowError, "iter index too large");
    KR_AUTO PyObject *sequence = Py_NewRef(self->sequence);
    PyObject *item = PySequence_GetItem(sequence, self->index);
    if (item != NULL) {
        self->index++;
        return item;
    }
    if (PyErr_ExceptionMatches(PyExc_IndexError) || PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyErr_Clear();
        Py_CLEAR(self->sequence);
    }
    return NULL;
}

static Py_ssize_t remaining(KrSequenceIterator *self)
{
    if (self->sequence == NULL) return 0;
    Py_ssize_t left = Py_SIZE(self->sequence) - self->index;
    return left < 0 ? 0 : left;
}

// (function, arguments[, index]): pickling; without a sequence, of an empty [spent].
static PyObject *reduce(KrSequenceIterator *self, PyObject *function_name, PyObject *spent)
{
    KR_AUTO PyObject *function = kr_builtin_name_get(function_name);  // may run code: first
    KR_AUTO PyObject *empty = spent;
    if (function == NULL || empty == NULL) return NULL;
    if (self->sequence == NULL) {
        KR_AUTO PyObject *args = PyTuple_Pack(1, empty);
        return args == NULL ? NULL : PyTuple_Pack(2, function, args);
    }
    KR_AUTO PyObject *args = PyTuple_Pack(1, self->sequence);
    KR_AUTO PyObject *index = PyLong_FromSsize_t(self->index);
    return args == NULL || index == NULL ? NULL : PyTuple_Pack(3, function, args, index);
}

// ---- methods ----------------------------------------------------------------------------------

METHOD(__length_hint__, "self", "Private method returning an estimate of len(list(it)).")
static PyObject *counted___length_hint__(KrSequenceIterator *self)
{
    return PyLong_FromSsize_t(remaining(self));
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *counted___reduce__(KrSequenceIterator *self)
{
    bool is_tuple = Py_IS_TYPE(self, &PyTupleIter_Type);
    return reduce(self, ID(iter), is_tuple ? PyTuple_New(0) : PyList_New(0));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *counted___setstate__(KrSequenceIterator *self, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) return NULL;
    if (self->sequence != NULL) {
        if (index < 0) index = 0;
        else if (index > Py_SIZE(self->sequence)) index = Py_SIZE(self->sequence);
        self->index = index;
    }
    Py_RETURN_NONE;
}

METHOD(__length_hint__, "self", "Private method returning an estimate of len(list(it)).")
static PyObject *reverse___length_hint__(KrSequenceIterator *self)
{
    Py_ssize_t left = self->index + 1;
    if (self->sequence == NULL || Py_SIZE(self->sequence) < left) left = 0;
    return PyLong_FromSsize_t(left);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *reverse___reduce__(KrSequenceIterator *self)
{
    return reduce(self, self->sequence != NULL ? ID(reversed) : ID(iter), PyList_New(0));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *reverse___setstate__(KrSequenceIterator *self, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) return NULL;
    if (self->sequence != NULL) {
        if (index < -1) index = -1;
        else if (index > Py_SIZE(self->sequence) - 1) index = Py_SIZE(self->sequence) - 1;
        self->index = index;
    }
    Py_RETURN_NONE;
}

METHOD(__length_hint__, "self", "Private method returning an estimate of len(list(it)).")
static PyObject *plain___length_hint__(KrSequenceIterator *self)
{
    if (self->sequence == NULL) return PyLong_FromLong(0);
    if (_PyObject_HasLen(self->sequence)) {
        KR_AUTO PyObject *sequence = Py_NewRef(self->sequence);
        Py_ssize_t size = PySequence_Size(sequence);
        if (size == -1) return NULL;
        Py_ssize_t left = size - self->index;
        return PyLong_FromSsize_t(left < 0 ? 0 : left);
    }
    Py_RETURN_NOTIMPLEMENTED;
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *plain___reduce__(KrSequenceIterator *self)
{
    return reduce(self, ID(iter), PyTuple_New(0));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *plain___setstate__(KrSequenceIterator *self, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) return NULL;
    if (self->sequence != NULL) self->index = index < 0 ? 0 : index;
    Py_RETURN_NONE;
}

#include "objects/containers/sequence_iterators.methods.h"

#define ITERATOR_TYPE(symbol, name, next, methods)                                                \
    PyTypeObject symbol = {                                                                       \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                    \
        .tp_name = name,                                                                          \
        .tp_basicsize = sizeof(KrSequenceIterator),                                               \
        .tp_dealloc = iterator_dealloc,                                                           \
        .tp_getattro = PyObject_GenericGetAttr,                                                   \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                                      \
        .tp_traverse = iterator_traverse,                                                         \
        .tp_iter = PyObject_SelfIter,                                                             \
        .tp_iternext = next,                                                                      \
        .tp_methods = methods,                                                                    \
    }

ITERATOR_TYPE(PyListIter_Type, "list_iterator", list_next, counted_methods);
ITERATOR_TYPE(PyListRevIter_Type, "list_reverseiterator", list_previous, reverse_methods);
ITERATOR_TYPE(PyTupleIter_Type, "tuple_iterator", tuple_next, counted_methods);
ITERATOR_TYPE(PySeqIter_Type, "iterator", sequence_next, plain_methods);
