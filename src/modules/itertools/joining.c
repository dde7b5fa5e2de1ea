// joining.c - accumulate, chain, pairwise, starmap, zip_longest.
#include "modules/itertools/itertools.h"
#include "runtime/thread.h"

// ---- accumulate -------------------------------------------------------------------------------

typedef struct KrAccumulate {
    PyObject_HEAD
    PyObject *total;     // NULL before the first item
    PyObject *iterator;
    PyObject *function;  // NULL: addition
    PyObject *initial;   // None: none
} KrAccumulate;

CONSTRUCTOR(accumulate, "iterable, func=None, *, initial=None",
            "Return series of accumulated sums (or other binary function results).")
static PyObject *accumulate_new(PyTypeObject *type, PyObject *iterable, PyObject *function,
                                PyObject *initial)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    KrAccumulate *self = iterator == NULL ? NULL : (KrAccumulate *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->iterator = kr_take(iterator);
    self->function = function == Py_None ? NULL : Py_NewRef(function);
    self->initial = Py_NewRef(initial);
    return (PyObject *)self;
}

static void accumulate_dealloc(PyObject *object)
{
    KrAccumulate *self = (KrAccumulate *)object;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->total);
    Py_XDECREF(self->iterator);
    Py_XDECREF(self->function);
    Py_XDECREF(self->initial);
    Py_TYPE(self)->tp_free(self);
}

static int accumulate_traverse(PyObject *object, visitproc visit, void *arg)
{
    KrAccumulate *self = (KrAccumulate *)object;
    Py_VISIT(self->total);
    Py_VISIT(self->iterator);
    Py_VISIT(self->function);
    Py_VISIT(self->initial);
    return 0;
}

static PyObject *accumulate_next(PyObject *object)
{
    KrAccumulate *self = (KrAccumulate *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    if (self->initial != Py_None) {
        PyObject *initial = self->initial;
        self->initial = Py_NewRef(Py_None);
        Py_INCREF(initial);
        Py_XSETREF(self->total, initial);
        return initial;
    }
    KR_AUTO PyObject *item = Py_TYPE(self->iterator)->tp_iternext(self->iterator);
    if (item == NULL) return NULL;
    if (self->total == NULL) {
        self->total = kr_take(item);
        return Py_NewRef(self->total);
    }
    KR_AUTO PyObject *total = Py_NewRef(self->total);
    PyObject *sum = self->function == NULL ? PyNumber_Add(total, item)
        : PyObject_CallFunctionObjArgs(self->function, total, item, NULL);
    if (sum == NULL) return NULL;
    Py_INCREF(sum);
    Py_XSETREF(self->total, sum);
    return sum;
}

// chain((first,), rest)
static PyObject *chain_before(PyObject *first, PyObject *rest)
{
    KR_AUTO PyObject *single = PyTuple_Pack(1, first);
    return single == NULL ? NULL
        : PyObject_CallFunctionObjArgs(kr_itertools_chain, single, rest, NULL);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *accumulate___reduce__(KrAccumulate *self)
{
    PyObject *function = self->function == NULL ? Py_None : self->function;
    if (self->initial != Py_None) {
        KR_AUTO PyObject *chained = chain_before(self->initial, self->iterator);
        if (chained == NULL) return NULL;
        return kr_itertools_reduce_with((PyObject *)self, PyTuple_Pack(2, chained, function),
                                        Py_NewRef(Py_None));
    }
    if (self->total == Py_None) {  // None as a state says nothing: repeat it and skip it
        KR_AUTO PyObject *chained = chain_before(self->total, self->iterator);
        KR_AUTO PyObject *again = chained == NULL ? NULL
            : PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(self), chained, function, NULL);
        KR_AUTO PyObject *one = again == NULL ? NULL : PyLong_FromLong(1);
        KR_AUTO PyObject *args = one == NULL ? NULL : PyTuple_Pack(3, again, one, Py_None);
        return args == NULL ? NULL : PyTuple_Pack(2, kr_itertools_islice, args);
    }
    return kr_itertools_reduce_with((PyObject *)self, PyTuple_Pack(2, self->iterator, function),
                                    Py_NewRef(self->total == NULL ? Py_None : self->total));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *accumulate___setstate__(KrAccumulate *self, PyObject *state)
{
    Py_INCREF(state);
    Py_XSETREF(self->total, state);
    Py_RETURN_NONE;
}

// ---- chain ------------------------------------------------------------------------------------

typedef struct KrChain {
    PyObject_HEAD
    PyObject *source;  // iterator over iterables, NULL at the end
    PyObject *active;  // the present one, or NULL
} KrChain;

static PyObject *chain_over(PyTypeObject *type, STEALS PyObject *iterables)
{
    KR_AUTO PyObject *held = iterables;
    KR_AUTO PyObject *source = held == NULL ? NULL : PyObject_GetIter(held);
    KrChain *self = source == NULL ? NULL : (KrChain *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->source = kr_take(source);
    return (PyObject *)self;
}

CONSTRUCTOR(chain, "*iterables: array",
            "chain(*iterables) --> chain object\n\n"
            "Return a chain object whose .__next__() method returns elements from the\n"
            "first iterable until it is exhausted, then elements from the next\n"
            "iterable, until all of the iterables are exhausted.")
static PyObject *chain_new(PyTypeObject *type, PyObject *const *iterables, Py_ssize_t count)
{
    return chain_over(type, kr_arguments_rest(iterables, count, 0));
}

METHOD(from_iterable, "cls, iterable, /",
       "Alternative chain() constructor taking a single iterable argument that evaluates lazily.")
static PyObject *chain_from_iterable(PyTypeObject *type, PyObject *iterable)
{
    return chain_over(type, Py_NewRef(iterable));
}

static void chain_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrChain *)self)->active);
    Py_XDECREF(((KrChain *)self)->source);
    Py_TYPE(self)->tp_free(self);
}

static int chain_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrChain *)self)->active);
    Py_VISIT(((KrChain *)self)->source);
    return 0;
}

static PyObject *chain_next(PyObject *object)
{
    KrChain *self = (KrChain *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    while (self->source != NULL) {
        if (self->active == NULL) {
            KR_AUTO PyObject *source = Py_NewRef(self->source);
            KR_AUTO PyObject *iterable = PyIter_Next(source);
            PyObject *active = iterable == NULL ? NULL : PyObject_GetIter(iterable);
            if (active == NULL) {
                Py_CLEAR(self->source);
                return NULL;
            }
            Py_XSETREF(self->active, active);
        }
        KR_AUTO PyObject *active = Py_NewRef(self->active);
        PyObject *item = Py_TYPE(active)->tp_iternext(active);
        if (item != NULL) return item;
        if (PyErr_Occurred()) {
            if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return NULL;
            PyErr_Clear();
        }
        Py_CLEAR(self->active);
    }
    return NULL;
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *chain___reduce__(KrChain *self)
{
    if (self->source == NULL) return kr_itertools_reduce((PyObject *)self, PyTuple_New(0));
    return kr_itertools_reduce_with((PyObject *)self, PyTuple_New(0), self->active != NULL
                                    ? PyTuple_Pack(2, self->source, self->active)
                                    : PyTuple_Pack(1, self->source));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *chain___setstate__(KrChain *self, PyObject *state)
{
    if (kr_itertools_check_state(state, 1, 2) < 0) return NULL;
    PyObject *source = PyTuple_GET_ITEM(state, 0);
    PyObject *active = PyTuple_GET_SIZE(state) > 1 ? PyTuple_GET_ITEM(state, 1) : NULL;
    if (!PyIter_Check(source) || (active != NULL && !PyIter_Check(active)))
        return kr_raise(PyExc_TypeError, "Arguments must be iterators.");
    Py_INCREF(source);
    Py_XSETREF(self->source, source);
    Py_XINCREF(active);
    Py_XSETREF(self->active, active);
    Py_RETURN_NONE;
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *chain___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

// ---- pairwise ---------------------------------------------------------------------------------

typedef struct KrPairwise {
    PyObject_HEAD
    PyObject *iterator;  // NULL at the end
    PyObject *old;
} KrPairwise;

CONSTRUCTOR(pairwise, "iterable, /",
            "Return an iterator of overlapping pairs taken from the input iterator.\n\n"
            "    s -> (s0,s1), (s1,s2), (s2, s3), ...")
static PyObject *pairwise_new(PyTypeObject *type, PyObject *iterable)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    KrPairwise *self = iterator == NULL ? NULL : (KrPairwise *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->iterator = kr_take(iterator);
    return (PyObject *)self;
}

static void pairwise_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrPairwise *)self)->iterator);
    Py_XDECREF(((KrPairwise *)self)->old);
    Py_TYPE(self)->tp_free(self);
}

static int pairwise_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrPairwise *)self)->iterator);
    Py_VISIT(((KrPairwise *)self)->old);
    return 0;
}

static PyObject *pairwise_next(PyObject *object)
{
    KrPairwise *self = (KrPairwise *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    KR_AUTO PyObject *iterator = Py_XNewRef(self->iterator);
    if (iterator == NULL) return NULL;
    if (self->old == NULL) {
        PyObject *first = Py_TYPE(iterator)->tp_iternext(iterator);
        Py_XSETREF(self->old, first);
        if (first == NULL) {
            Py_CLEAR(self->iterator);
            return NULL;
        }
        if (self->iterator == NULL) {  // a nested call came to the end
            Py_CLEAR(self->old);
            return NULL;
        }
    }
    KR_AUTO PyObject *old = Py_NewRef(self->old);
    KR_AUTO PyObject *item = Py_TYPE(iterator)->tp_iternext(iterator);
    if (item == NULL) {
        Py_CLEAR(self->iterator);
        Py_CLEAR(self->old);
        return NULL;
    }
    PyObject *pair = PyTuple_Pack(2, old, item);
    Py_XSETREF(self->old, kr_take(item));
    return pair;
}

// ---- starmap ----------------------------------------------------------------------------------

typedef struct KrStarmap {
    PyObject_HEAD
    PyObject *function;
    PyObject *iterator;
} KrStarmap;

CONSTRUCTOR(starmap, "function, iterable, /",
            "Return an iterator whose values are returned from the function evaluated with an "
            "argument tuple taken from the given sequence.")
static PyObject *starmap_new(PyTypeObject *type, PyObject *function, PyObject *iterable)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    KrStarmap *self = iterator == NULL ? NULL : (KrStarmap *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->function = Py_NewRef(function);
    self->iterator = kr_take(iterator);
    return (PyObject *)self;
}

static void starmap_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrStarmap *)self)->function);
    Py_XDECREF(((KrStarmap *)self)->iterator);
    Py_TYPE(self)->tp_free(self);
}

static int starmap_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrStarmap *)self)->function);
    Py_VISIT(((KrStarmap *)self)->iterator);
    return 0;
}

static PyObject *starmap_next(PyObject *object)
{
    KrStarmap *self = (KrStarmap *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    KR_AUTO PyObject *args = Py_TYPE(self->iterator)->tp_iternext(self->iterator);
    if (args != NULL && !PyTuple_CheckExact(args)) Py_SETREF(args, PySequence_Tuple(args));
    return args == NULL ? NULL : PyObject_Call(self->function, args, NULL);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *starmap___reduce__(KrStarmap *self)
{
    return kr_itertools_reduce((PyObject *)self, PyTuple_Pack(2, self->function, self->iterator));
}

// ---- zip_longest ------------------------------------------------------------------------------

typedef struct KrZipLongest {
    PyObject_HEAD
    Py_ssize_t count;
    Py_ssize_t active;    // how many iterators have not come to their end
    PyObject *iterators;  // tuple, NULL where one has
    PyObject *result;     // a tuple to use again while nobody else has it
    PyObject *fill;
} KrZipLongest;

CONSTRUCTOR(zip_longest, "*iterables: array, fillvalue=None",
            "zip_longest(iter1 [,iter2 [...]], [fillvalue=None]) --> zip_longest object\n\n"
            "Return a zip_longest object whose .__next__() method returns a tuple where\n"
            "the i-th element comes from the i-th iterable argument.  The .__next__()\n"
            "method continues until the longest iterable in the argument sequence\n"
            "is exhausted and then it raises StopIteration.  When the shorter iterables\n"
            "are exhausted, the fillvalue is substituted in their place.  The fillvalue\n"
            "defaults to None or can be specified by a keyword argument.\n")
static PyObject *zip_longest_new(PyTypeObject *type, PyObject *const *iterables, Py_ssize_t count,
                                 PyObject *fill)
{
    KR_AUTO PyObject *iterators = PyTuple_New(count);
    for (Py_ssize_t i = 0; iterators != NULL && i < count; i++) {
        PyObject *iterator = PyObject_GetIter(iterables[i]);
        if (iterator == NULL) return NULL;
        PyTuple_SET_ITEM(iterators, i, iterator);
    }
    KR_AUTO PyObject *result = iterators == NULL ? NULL : PyTuple_New(count);
    if (result == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) PyTuple_SET_ITEM(result, i, Py_NewRef(Py_None));
    KrZipLongest *self = (KrZipLongest *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->count = self->active = count;
    self->iterators = kr_take(iterators);
    self->result = kr_take(result);
    self->fill = Py_NewRef(fill);
    return (PyObject *)self;
}

static void zip_longest_dealloc(PyObject *object)
{
    KrZipLongest *self = (KrZipLongest *)object;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->iterators);
    Py_XDECREF(self->result);
    Py_XDECREF(self->fill);
    Py_TYPE(self)->tp_free(self);
}

static int zip_longest_traverse(PyObject *object, visitproc visit, void *arg)
{
    KrZipLongest *self = (KrZipLongest *)object;
    Py_VISIT(self->iterators);
    Py_VISIT(self->result);
    Py_VISIT(self->fill);
    return 0;
}

// The next item of iterator [i] or the fill value; NULL at the end of all, or with an exception.
static PyObject *next_or_fill(KrZipLongest *self, Py_ssize_t i)
{
    KR_AUTO PyObject *iterator = Py_XNewRef(PyTuple_GET_ITEM(self->iterators, i));
    if (iterator == NULL) return Py_NewRef(self->fill);
    PyObject *item = PyIter_Next(iterator);
    if (item != NULL) return item;
    self->active--;
    if (self->active == 0 || PyErr_Occurred()) {
        self->active = 0;
        return NULL;
    }
    PyTuple_SET_ITEM(self->iterators, i, NULL);
    Py_DECREF(iterator);
    return Py_NewRef(self->fill);
}

static PyObject *zip_longest_next(PyObject *object)
{
    KrZipLongest *self = (KrZipLongest *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    if (self->count == 0 || self->active == 0) return NULL;
    bool reused = Py_REFCNT(self->result) == 1;
    KR_AUTO PyObject *result = reused ? Py_NewRef(self->result) : PyTuple_New(self->count);
    if (result == NULL) return NULL;
    for (Py_ssize_t i = 0; i < self->count; i++) {
        PyObject *item = next_or_fill(self, i);
        if (item == NULL) return NULL;
        PyObject *old = PyTuple_GET_ITEM(result, i);
        PyTuple_SET_ITEM(result, i, item);
        Py_XDECREF(old);
    }
    if (reused && !PyObject_GC_IsTracked(result)) PyObject_GC_Track(result);
    return kr_take(result);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *zip_longest___reduce__(KrZipLongest *self)
{
    KR_AUTO PyObject *args = PyTuple_New(self->count);
    for (Py_ssize_t i = 0; args != NULL && i < self->count; i++) {
        PyObject *iterator = PyTuple_GET_ITEM(self->iterators, i);
        PyObject *item = iterator == NULL ? PyTuple_New(0) : Py_NewRef(iterator);
        if (item == NULL) return NULL;
        PyTuple_SET_ITEM(args, i, item);
    }
    return kr_itertools_reduce_with((PyObject *)self, kr_take(args), Py_NewRef(self->fill));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *zip_longest___setstate__(KrZipLongest *self, PyObject *state)
{
    Py_INCREF(state);
    Py_XSETREF(self->fill, state);
    Py_RETURN_NONE;
}

#include "modules/itertools/joining.methods.h"

static PyMethodDef pairwise_methods[] = {{NULL, NULL, 0, NULL}};

ITERTOOLS_TYPE(accumulate, KrAccumulate, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(chain, KrChain, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(pairwise, KrPairwise, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(starmap, KrStarmap, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(zip_longest, KrZipLongest, Py_TPFLAGS_BASETYPE);

PyObject *const kr_itertools_chain = (PyObject *)&chain_type;

int kr_itertools_add_joining(PyObject *module)
{
    PyTypeObject *const types[] = {&accumulate_type, &chain_type, &pairwise_type, &starmap_type,
                                   &zip_longest_type};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++)
        if (PyModule_AddType(module, types[i]) < 0) return -1;
    return 0;
}
