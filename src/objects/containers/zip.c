// zip.c - zip, map and filter: iterators over what other iterators give.
#include "bltinmodule.h"

#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "abstract.h"
#include "boolobject.h"
#include "pyerrors.h"
#include "runtime/thread.h"

#include <stdbool.h>

// New tuple of iter(item) for each of [count] items.
static PyObject *iterators_of(PyObject *const *items, Py_ssize_t count)
{
    KR_AUTO PyObject *iterators = PyTuple_New(count);
    for (Py_ssize_t i = 0; iterators != NULL && i < count; i++) {
        PyObject *iterator = PyObject_GetIter(items[i]);
        if (iterator == NULL) return NULL;
        PyTuple_SET_ITEM(iterators, i, iterator);
    }
    return kr_take(iterators);
}

// The next item of [iterator]; NULL at the end (also StopIteration raised) or with another
// exception.
static PyObject *next_or_end(PyObject *iterator)
{
    PyObject *item = Py_TYPE(iterator)->tp_iternext(iterator);
    if (item == NULL && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_StopIteration))
        PyErr_Clear();
    return item;
}

// ---- zip --------------------------------------------------------------------------------------

typedef struct KrZip {
    PyObject_HEAD
    Py_ssize_t count;
    PyObject *iterators;
    PyObject *result;  // a tuple to use again while nobody else has it
    int strict;
} KrZip;

CONSTRUCTOR(zip, "*iterables: array, strict: bool = False",
            "zip(*iterables, strict=False) --> Yield tuples until an input is exhausted.\n\n"
            "   >>> list(zip('abcdefg', range(3), range(4)))\n"
            "   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]\n\n"
            "The zip object yields n-length tuples, where n is the number of iterables\n"
            "passed as positional arguments to zip().  The i-th element in every tuple\n"
            "comes from the i-th iterable argument to zip().  This continues until the\n"
            "shortest argument is exhausted.\n\n"
            "If strict is true and one of the arguments is exhausted before the others,\n"
            "raise a ValueError.")
static PyObject *zip_new(PyTypeObject *type, PyObject *const *iterables, Py_ssize_t count,
                         int strict)
{
    KR_AUTO PyObject *iterators = iterators_of(iterables, count);
    KR_AUTO PyObject *result = iterators == NULL ? NULL : PyTuple_New(count);
    if (result == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) PyTuple_SET_ITEM(result, i, Py_NewRef(Py_None));
    KrZip *self = (KrZip *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->count = count;
    self->iterators = kr_take(iterators);
    self->result = kr_take(result);
    self->strict = strict;
    return (PyObject *)self;
}

static void zip_dealloc(PyObject *object)
{
    KrZip *self = (KrZip *)object;
    kr_untrack(object);
    Py_XDECREF(self->iterators);
    Py_XDECREF(self->result);
    Py_TYPE(self)->tp_free(self);
}

static int zip_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((KrZip *)object)->iterators);
    Py_VISIT(((KrZip *)object)->result);
    return 0;
}

// strict: argument [ended] has come to its end; all others must have, too.
static PyObject *check_ends(KrZip *self, Py_ssize_t ended)
{
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return NULL;
        PyErr_Clear();
    }
    if (ended > 0)
        return kr_raise(PyExc_ValueError, "zip() argument %zd is shorter than argument%s%zd",
                        ended + 1, ended == 1 ? " " : "s 1-", ended);
    for (Py_ssize_t i = 1; i < self->count; i++) {
        KR_AUTO PyObject *item = next_or_end(PyTuple_GET_ITEM(self->iterators, i));
        if (item != NULL)
            return kr_raise(PyExc_ValueError, "zip() argument %zd is longer than argument%s%zd",
                            i + 1, i == 1 ? " " : "s 1-", i);
        if (PyErr_Occurred()) return NULL;
    }
    return NULL;
}

static PyObject *zip_next(PyObject *object)
{
    KrZip *self = (KrZip *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    if (self->count == 0) return NULL;
    KR_AUTO PyObject *result = NULL;
    bool reused = Py_REFCNT(self->result) == 1;
    result = reused ? Py_NewRef(self->result) : PyTuple_New(self->count);
    if (result == NULL) return NULL;
    for (Py_ssize_t i = 0; i < self->count; i++) {
        PyObject *iterator = PyTuple_GET_ITEM(self->iterators, i);
        PyObject *item = Py_TYPE(iterator)->tp_iternext(iterator);
        if (item == NULL) return self->strict ? check_ends(self, i) : NULL;
        PyObject *old = PyTuple_GET_ITEM(result, i);
        PyTuple_SET_ITEM(result, i, item);
        Py_XDECREF(old);
    }
    if (reused && !kr_is_tracked(result)) kr_track(result);
    return kr_take(result);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *zip___reduce__(KrZip *self)
{
    PyObject *type = (PyObject *)Py_TYPE(self);
    return self->strict ? PyTuple_Pack(3, type, self->iterators, Py_True)
                        : PyTuple_Pack(2, type, self->iterators);
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *zip___setstate__(KrZip *self, PyObject *state)
{
    int strict = PyObject_IsTrue(state);
    if (strict < 0) return NULL;
    self->strict = strict;
    Py_RETURN_NONE;
}

// ---- map --------------------------------------------------------------------------------------

typedef struct KrMap {
    PyObject_HEAD
    PyObject *iterators;
    PyObject *function;
} KrMap;

CONSTRUCTOR(map, "*args: array",
            "map(func, *iterables) --> map object\n\n"
            "Make an iterator that computes the function using arguments from\n"
            "each of the iterables.  Stops when the shortest iterable is exhausted.")
static PyObject *map_new(PyTypeObject *type, PyObject *const *args, Py_ssize_t count)
{
    if (count < 2) return kr_raise(PyExc_TypeError, "map() must have at least two arguments.");
    KR_AUTO PyObject *iterators = iterators_of(args + 1, count - 1);
    if (iterators == NULL) return NULL;
    KrMap *self = (KrMap *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->iterators = kr_take(iterators);
    self->function = Py_NewRef(args[0]);
    return (PyObject *)self;
}

static void map_dealloc(PyObject *object)
{
    KrMap *self = (KrMap *)object;
    kr_untrack(object);
    Py_XDECREF(self->iterators);
    Py_XDECREF(self->function);
    Py_TYPE(self)->tp_free(self);
}

static int map_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((KrMap *)object)->iterators);
    Py_VISIT(((KrMap *)object)->function);
    return 0;
}

static PyObject *map_next_many(KrMap *self, Py_ssize_t count)
{
    KR_AUTO PyObject *arguments = PyTuple_New(count);
    for (Py_ssize_t i = 0; arguments != NULL && i < count; i++) {
        PyObject *iterator = PyTuple_GET_ITEM(self->iterators, i);
        PyObject *item = Py_TYPE(iterator)->tp_iternext(iterator);
        if (item == NULL) return NULL;
        PyTuple_SET_ITEM(arguments, i, item);
    }
    return arguments == NULL ? NULL : PyObject_Call(self->function, arguments, NULL);
}

static PyObject *map_next(PyObject *object)
{
    enum { FEW = 4 };
    KrMap *self = (KrMap *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(self->iterators), got = 0;
    if (count > FEW) return map_next_many(self, count);
    PyObject *room[FEW + 1], **arguments = room + 1;  // room[0] is the callee's to use
    for (; got < count; got++) {
        PyObject *iterator = PyTuple_GET_ITEM(self->iterators, got);
        arguments[got] = Py_TYPE(iterator)->tp_iternext(iterator);
        if (arguments[got] == NULL) break;
    }
    PyObject *result = NULL;
    if (got == count)
        result = PyObject_Vectorcall(self->function, arguments,
                                     (size_t)count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    while (--got >= 0) Py_DECREF(arguments[got]);
    return result;
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *map___reduce__(KrMap *self)
{
    KR_AUTO PyObject *function = PyTuple_Pack(1, self->function);
    KR_AUTO PyObject *args = function == NULL ? NULL
        : PySequence_Concat(function, self->iterators);
    return args == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), args);
}

// ---- filter -----------------------------------------------------------------------------------

typedef struct KrFilter {
    PyObject_HEAD
    PyObject *function;
    PyObject *iterator;
} KrFilter;

CONSTRUCTOR(filter, "function, iterable, /",
            "filter(function or None, iterable) --> filter object\n\n"
            "Return an iterator yielding those items of iterable for which function(item)\n"
            "is true. If function is None, return the items that are true.")
static PyObject *filter_new(PyTypeObject *type, PyObject *function, PyObject *iterable)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL) return NULL;
    KrFilter *self = (KrFilter *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->function = Py_NewRef(function);
    self->iterator = kr_take(iterator);
    return (PyObject *)self;
}

static void filter_dealloc(PyObject *object)
{
    KrFilter *self = (KrFilter *)object;
    kr_untrack(object);
    Py_XDECREF(self->function);
    Py_XDECREF(self->iterator);
    Py_TYPE(self)->tp_free(self);
}

static int filter_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((KrFilter *)object)->function);
    Py_VISIT(((KrFilter *)object)->iterator);
    return 0;
}

static int is_wanted(PyObject *function, PyObject *item)
{
    if (function == Py_None || function == (PyObject *)&PyBool_Type) return PyObject_IsTrue(item);
    KR_AUTO PyObject *answer = PyObject_CallOneArg(function, item);
    return answer == NULL ? -1 : PyObject_IsTrue(answer);
}

static PyObject *filter_next(PyObject *object)
{
    KrFilter *self = (KrFilter *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    iternextfunc next = Py_TYPE(self->iterator)->tp_iternext;
    for (;;) {
        KR_AUTO PyObject *item = next(self->iterator);
        if (item == NULL) return NULL;
        int wanted = is_wanted(self->function, item);
        if (wanted != 0) return wanted < 0 ? NULL : kr_take(item);
    }
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *filter___reduce__(KrFilter *self)
{
    KR_AUTO PyObject *args = PyTuple_Pack(2, self->function, self->iterator);
    return args == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), args);
}

#include "objects/containers/zip.methods.h"

#define ITERATOR_TYPE(symbol, name, struct_type)                                                  \
    PyTypeObject symbol = {                                                                       \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                    \
        .tp_name = #name,                                                                         \
        .tp_basicsize = sizeof(struct_type),                                                      \
        .tp_dealloc = name##_dealloc,                                                             \
        .tp_getattro = PyObject_GenericGetAttr,                                                   \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,                \
        .tp_doc = name##_doc,                                                                     \
        .tp_traverse = name##_traverse,                                                           \
        .tp_iter = PyObject_SelfIter,                                                             \
        .tp_iternext = name##_next,                                                               \
        .tp_methods = name##_methods,                                                             \
        .tp_alloc = PyType_GenericAlloc,                                                          \
        .tp_new = name##_tp_new,                                                                  \
        .tp_free = PyObject_GC_Del,                                                               \
        .tp_vectorcall = name##_tp_vectorcall,                                                    \
    }

ITERATOR_TYPE(PyZip_Type, zip, KrZip);
ITERATOR_TYPE(PyMap_Type, map, KrMap);
ITERATOR_TYPE(PyFilter_Type, filter, KrFilter);
