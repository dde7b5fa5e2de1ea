// enumerate.c - enumerate and reversed.
#include "enumobject.h"

#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "abstract.h"
#include "genericaliasobject.h"
#include "internal/pycore_object.h"
#include "longobject.h"
#include "pyerrors.h"
#include "runtime/state.h"
#include "runtime/thread.h"

// ---- enumerate --------------------------------------------------------------------------------

// Counts in a machine word until that runs out, then in an int.
typedef struct KrEnumerate {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *iterator;
    PyObject *result;      // a pair to use again while nobody else has it
    PyObject *long_index;  // the next index, once index is PY_SSIZE_T_MAX
    PyObject *one;
} KrEnumerate;

CONSTRUCTOR(enumerate, "iterable, start: object = 0",
            "Return an enumerate object.\n\n"
            "  iterable\n"
            "    an object supporting iteration\n\n"
            "The enumerate object yields pairs containing a count (from start, which\n"
            "defaults to zero) and a value yielded by the iterable argument.\n\n"
            "enumerate is useful for obtaining an indexed list:\n"
            "    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...")
static PyObject *enumerate_new(PyTypeObject *type, PyObject *iterable, PyObject *start)
{
    KR_AUTO PyObject *first = start == NULL ? NULL : PyNumber_Index(start);
    if (start != NULL && first == NULL) return NULL;
    KR_AUTO PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    KrEnumerate *enumerate = (KrEnumerate *)self;
    enumerate->one = Py_NewRef(kr_small_int(1));
    enumerate->index = first == NULL ? 0 : PyLong_AsSsize_t(first);
    if (enumerate->index == -1 && PyErr_Occurred()) {
        PyErr_Clear();
        enumerate->index = PY_SSIZE_T_MAX;
        enumerate->long_index = kr_take(first);
    }
    enumerate->iterator = PyObject_GetIter(iterable);
    if (enumerate->iterator == NULL) return NULL;
    enumerate->result = PyTuple_Pack(2, Py_None, Py_None);
    return enumerate->result == NULL ? NULL : kr_take(self);
}

static void enumerate_dealloc(PyObject *object)
{
    KrEnumerate *self = (KrEnumerate *)object;
    kr_untrack(object);
    Py_XDECREF(self->iterator);
    Py_XDECREF(self->result);
    Py_XDECREF(self->long_index);
    Py_XDECREF(self->one);
    Py_TYPE(self)->tp_free(self);
}

static int enumerate_traverse(PyObject *object, visitproc visit, void *arg)
{
    KrEnumerate *self = (KrEnumerate *)object;
    Py_VISIT(self->iterator);
    Py_VISIT(self->result);
    Py_VISIT(self->long_index);
    return 0;
}

static PyObject *next_index(KrEnumerate *self)
{
    if (self->index != PY_SSIZE_T_MAX) return PyLong_FromSsize_t(self->index++);
    if (self->long_index == NULL) {
        self->long_index = PyLong_FromSsize_t(PY_SSIZE_T_MAX);
        if (self->long_index == NULL) return NULL;
    }
    PyObject *following = PyNumber_Add(self->long_index, self->one);
    if (following == NULL) return NULL;
    PyObject *index = self->long_index;
    self->long_index = following;
    return index;
}

static PyObject *enumerate_next(PyObject *object)
{
    KrEnumerate *self = (KrEnumerate *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    PyObject *iterator = self->iterator;
    KR_AUTO PyObject *item = Py_TYPE(iterator)->tp_iternext(iterator);
    if (item == NULL) return NULL;
    KR_AUTO PyObject *index = next_index(self);
    if (index == NULL) return NULL;
    PyObject *pair = self->result;
    if (Py_REFCNT(pair) != 1) return PyTuple_Pack(2, index, item);
    PyObject *old_index = PyTuple_GET_ITEM(pair, 0), *old_item = PyTuple_GET_ITEM(pair, 1);
    Py_INCREF(pair);
    PyTuple_SET_ITEM(pair, 0, kr_take(index));
    PyTuple_SET_ITEM(pair, 1, kr_take(item));
    if (!kr_is_tracked(pair)) kr_track(pair);
    Py_DECREF(old_index);
    Py_DECREF(old_item);
    return pair;
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *enumerate___reduce__(KrEnumerate *self)
{
    KR_AUTO PyObject *index = self->long_index != NULL ? Py_NewRef(self->long_index)
                                                       : PyLong_FromSsize_t(self->index);
    KR_AUTO PyObject *args = index == NULL ? NULL : PyTuple_Pack(2, self->iterator, index);
    return args == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), args);
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *enumerate___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

// ---- reversed ---------------------------------------------------------------------------------

typedef struct KrReversed {
    PyObject_HEAD
    Py_ssize_t index;    // of the next item
    PyObject *sequence;  // NULL when used up
} KrReversed;

CONSTRUCTOR(reversed, "sequence, /",
            "Return a reverse iterator over the values of the given sequence.")
static PyObject *reversed_new(PyTypeObject *type, PyObject *sequence)
{
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(sequence, ID(__reversed__));
    if (method == NULL && PyErr_Occurred()) return NULL;
    if (method == Py_None || (method == NULL && !PySequence_Check(sequence)))
        return kr_raise(PyExc_TypeError, "'%.200s' object is not reversible",
                        Py_TYPE(sequence)->tp_name);
    if (method != NULL) return PyObject_CallNoArgs(method);
    Py_ssize_t size = PySequence_Size(sequence);
    if (size == -1) return NULL;
    KrReversed *self = (KrReversed *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->index = size - 1;
    self->sequence = Py_NewRef(sequence);
    return (PyObject *)self;
}

static void reversed_dealloc(PyObject *object)
{
    kr_untrack(object);
    Py_XDECREF(((KrReversed *)object)->sequence);
    Py_TYPE(object)->tp_free(object);
}

static int reversed_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((KrReversed *)object)->sequence);
    return 0;
}

static PyObject *reversed_next(PyObject *object)
{
    KrReversed *self = (KrReversed *)object;
    if (self->index >= 0 && self->sequence != NULL) {
        KR_AUTO PyObject *sequence = Py_NewRef(self->sequence);
        PyObject *item = PySequence_GetItem(sequence, self->index);
        if (item != NULL) {
            self->index--;
            return item;
        }
        if (PyErr_ExceptionMatches(PyExc_IndexError)
            || PyErr_ExceptionMatches(PyExc_StopIteration))
            PyErr_Clear();
    }
    self->index = -1;
    Py_CLEAR(self->sequence);
    return NULL;
}

METHOD(__length_hint__, "self", "Private method returning an estimate of len(list(it)).")
static PyObject *reversed___length_hint__(KrReversed *self)
{
    if (self->sequence == NULL) return PyLong_FromLong(0);
    KR_AUTO PyObject *sequence = Py_NewRef(self->sequence);
    Py_ssize_t size = PySequence_Size(sequence);
    if (size == -1) return NULL;
    Py_ssize_t left = self->index + 1;
    return PyLong_FromSsize_t(size < left ? 0 : left);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *reversed___reduce__(KrReversed *self)
{
    KR_AUTO PyObject *sequence = self->sequence != NULL ? Py_NewRef(self->sequence)
        : PyTuple_New(0);
    KR_AUTO PyObject *args = sequence == NULL ? NULL : PyTuple_Pack(1, sequence);
    if (args == NULL) return NULL;
    if (self->sequence == NULL) return PyTuple_Pack(2, (PyObject *)Py_TYPE(self), args);
    KR_AUTO PyObject *index = PyLong_FromSsize_t(self->index);
    return index == NULL ? NULL : PyTuple_Pack(3, (PyObject *)Py_TYPE(self), args, index);
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *reversed___setstate__(KrReversed *self, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) return NULL;
    if (self->sequence != NULL) {
        KR_AUTO PyObject *sequence = Py_NewRef(self->sequence);
        Py_ssize_t size = PySequence_Size(sequence);
        if (size < 0) return NULL;
        self->index = index < -1 ? -1 : index > size - 1 ? size - 1 : index;
    }
    Py_RETURN_NONE;
}

#include "objects/containers/enumerate.methods.h"

PyTypeObject PyEnum_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "enumerate",
    .tp_basicsize = sizeof(KrEnumerate),
    .tp_dealloc = enumerate_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = enumerate_doc,
    .tp_traverse = enumerate_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = enumerate_next,
    .tp_methods = enumerate_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = enumerate_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = enumerate_tp_vectorcall,
};

PyTypeObject PyReversed_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "reversed",
    .tp_basicsize = sizeof(KrReversed),
    .tp_dealloc = reversed_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = reversed_doc,
    .tp_traverse = reversed_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = reversed_next,
    .tp_methods = reversed_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = reversed_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = reversed_tp_vectorcall,
};
