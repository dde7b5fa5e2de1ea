// combining.c - product, combinations, combinations_with_replacement, permutations.
//
// All four keep a tuple of pools (product) or one pool, an array of indices into it, and the last
// result, which is changed in place while nobody else has it.
#include "modules/itertools/itertools.h"

#include "pymem.h"

typedef struct KrCombiner {
    PyObject_HEAD
    PyObject *pool;       // the items; product: a tuple of pools
    Py_ssize_t *indices;  // one for each place of the result; permutations: the whole pool
    PyObject *result;     // NULL before the first
    Py_ssize_t width;     // of the result
    int stopped;
    Py_ssize_t *cycles;   // permutations only: how often each place may still turn
} KrCombiner;

static void combiner_dealloc(PyObject *object)
{
    KrCombiner *self = (KrCombiner *)object;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->pool);
    Py_XDECREF(self->result);
    PyMem_Free(self->indices);
    Py_TYPE(self)->tp_free(self);
}

static int combiner_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrCombiner *)self)->pool);
    Py_VISIT(((KrCombiner *)self)->result);
    return 0;
}

static PyObject *pool_of(KrCombiner *self, Py_ssize_t place, bool is_product)
{
    return is_product ? PyTuple_GET_ITEM(self->pool, place) : self->pool;
}

// Sets all of the result from the indices, from [place] on.
static void fill_from(KrCombiner *self, Py_ssize_t place, bool is_product)
{
    for (; place < self->width; place++) {
        PyObject *item = Py_NewRef(PyTuple_GET_ITEM(pool_of(self, place, is_product),
                                                    self->indices[place]));
        PyObject *old = PyTuple_GET_ITEM(self->result, place);
        PyTuple_SET_ITEM(self->result, place, item);
        Py_XDECREF(old);
    }
}

static int make_result(KrCombiner *self, bool is_product)
{
    PyObject *result = PyTuple_New(self->width);
    if (result == NULL) return -1;
    Py_XSETREF(self->result, result);
    fill_from(self, 0, is_product);
    return 0;
}

// A result that may be changed: a copy when somebody else has the last one.
static int own_result(KrCombiner *self)
{
    if (Py_REFCNT(self->result) > 1) {
        PyObject *copy = PyTuple_New(self->width);
        if (copy == NULL) return -1;
        for (Py_ssize_t i = 0; i < self->width; i++)
            PyTuple_SET_ITEM(copy, i, Py_NewRef(PyTuple_GET_ITEM(self->result, i)));
        Py_SETREF(self->result, copy);
    } else if (!PyObject_GC_IsTracked(self->result)) PyObject_GC_Track(self->result);
    return 0;
}

static PyObject *stop(KrCombiner *self)
{
    self->stopped = 1;
    return NULL;
}

static KrCombiner *combiner_new(PyTypeObject *type, STEALS PyObject *pool, Py_ssize_t width,
                                Py_ssize_t indices)
{
    KrCombiner *self = (KrCombiner *)type->tp_alloc(type, 0);
    if (self == NULL) {
        Py_DECREF(pool);
        return NULL;
    }
    self->pool = pool;
    self->width = width;
    self->indices = PyMem_New(Py_ssize_t, indices + 1);
    if (self->indices != NULL) return self;
    Py_DECREF(self);
    PyErr_NoMemory();
    return NULL;
}

static PyObject *numbers(const Py_ssize_t *values, Py_ssize_t count)
{
    KR_AUTO PyObject *tuple = PyTuple_New(count);
    for (Py_ssize_t i = 0; tuple != NULL && i < count; i++) {
        PyObject *number = PyLong_FromSsize_t(values[i]);
        if (number == NULL) return NULL;
        PyTuple_SET_ITEM(tuple, i, number);
    }
    return kr_take(tuple);
}

// Reads the numbers of [tuple] into [values], clipped to 0 … highest(i): 0 or -1.
static int read_number(PyObject *tuple, Py_ssize_t i, Py_ssize_t highest, Py_ssize_t *ret)
{
    Py_ssize_t value = PyLong_AsSsize_t(PyTuple_GET_ITEM(tuple, i));
    if (value == -1 && PyErr_Occurred()) return -1;
    *ret = value < 0 ? 0 : value > highest ? highest : value;
    return 0;
}

static PyObject *size_of(KrCombiner *self, Py_ssize_t numbers)
{
    return PyLong_FromSsize_t(Py_TYPE(self)->tp_basicsize
                              + numbers * (Py_ssize_t)sizeof(Py_ssize_t));
}

// (type, (pool, width)[, indices]) of the last three.
static PyObject *reduce_pool(KrCombiner *self, STEALS PyObject *state)
{
    KR_AUTO PyObject *held = state;
    KR_AUTO PyObject *width = PyLong_FromSsize_t(self->width);
    KR_AUTO PyObject *pool = self->stopped ? PyTuple_New(0) : Py_NewRef(self->pool);
    if (width == NULL || pool == NULL) return NULL;
    PyObject *args = PyTuple_Pack(2, pool, width);
    if (self->result == NULL || self->stopped) return kr_itertools_reduce((PyObject *)self, args);
    return kr_itertools_reduce_with((PyObject *)self, args, kr_take(held));
}

static PyObject *check_width(Py_ssize_t width)
{
    return width < 0 ? kr_raise(PyExc_ValueError, "r must be non-negative") : Py_None;
}

static PyObject *set_pool_state(KrCombiner *self, PyObject *state, bool distinct)
{
    if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) != self->width)
        return kr_raise(PyExc_ValueError, "invalid arguments");
    Py_ssize_t size = PyTuple_GET_SIZE(self->pool);
    for (Py_ssize_t i = 0; i < self->width; i++) {
        Py_ssize_t highest = distinct ? i + size - self->width : size - 1;
        if (read_number(state, i, highest, &self->indices[i]) < 0) return NULL;
    }
    if (size == 0 && self->width > 0) Py_RETURN_NONE;
    if (make_result(self, false) < 0) return NULL;
    Py_RETURN_NONE;
}

// ---- product ----------------------------------------------------------------------------------

CONSTRUCTOR(product, "*iterables: array, repeat: ssize = 1",
            "product(*iterables, repeat=1) --> product object\n\n"
            "Cartesian product of input iterables.  Equivalent to nested for-loops.\n\n"
            "For example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\n"
            "The leftmost iterators are in the outermost for-loop, so the output tuples\n"
            "cycle in a manner similar to an odometer (with the rightmost element changing\n"
            "on every iteration).\n\n"
            "To compute the product of an iterable with itself, specify the number\n"
            "of repetitions with the optional repeat keyword argument. For example,\n"
            "product(A, repeat=4) means the same as product(A, A, A, A).\n\n"
            "product('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)\n"
            "product((0,1), (0,1), (0,1)) --> (0,0,0) (0,0,1) (0,1,0) (0,1,1) (1,0,0) ...")
static PyObject *product_new(PyTypeObject *type, PyObject *const *iterables, Py_ssize_t count,
                             Py_ssize_t repeat)
{
    if (repeat < 0) return kr_raise(PyExc_ValueError, "repeat argument cannot be negative");
    if (repeat == 0) count = 0;
    else if ((size_t)count > ((size_t)PY_SSIZE_T_MAX / sizeof(Py_ssize_t)) / (size_t)repeat)
        return kr_raise(PyExc_OverflowError, "repeat argument too large");
    Py_ssize_t width = count * repeat;
    KR_AUTO PyObject *pools = PyTuple_New(width);
    for (Py_ssize_t i = 0; pools != NULL && i < width; i++) {
        PyObject *pool = i < count ? PySequence_Tuple(iterables[i])
            : Py_NewRef(PyTuple_GET_ITEM(pools, i - count));
        if (pool == NULL) return NULL;
        PyTuple_SET_ITEM(pools, i, pool);
    }
    KrCombiner *self = pools == NULL ? NULL : combiner_new(type, kr_take(pools), width, width);
    if (self == NULL) return NULL;
    for (Py_ssize_t i = 0; i < width; i++) self->indices[i] = 0;
    return (PyObject *)self;
}

static PyObject *product_next(PyObject *object)
{
    KrCombiner *self = (KrCombiner *)object;
    if (self->stopped) return NULL;
    if (self->result == NULL) {
        for (Py_ssize_t i = 0; i < self->width; i++)
            if (PyTuple_GET_SIZE(PyTuple_GET_ITEM(self->pool, i)) == 0) return stop(self);
        return make_result(self, true) < 0 ? stop(self) : Py_NewRef(self->result);
    }
    if (own_result(self) < 0) return stop(self);
    Py_ssize_t place = self->width - 1;
    while (place >= 0
           && self->indices[place] + 1 == PyTuple_GET_SIZE(PyTuple_GET_ITEM(self->pool, place)))
        self->indices[place--] = 0;
    if (place < 0) return stop(self);
    self->indices[place]++;
    fill_from(self, place, true);
    return Py_NewRef(self->result);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *product___reduce__(KrCombiner *self)
{
    if (self->stopped) {
        KR_AUTO PyObject *empty = PyTuple_New(0);
        return empty == NULL ? NULL
            : kr_itertools_reduce((PyObject *)self, PyTuple_Pack(1, empty));
    }
    if (self->result == NULL) return kr_itertools_reduce((PyObject *)self, Py_NewRef(self->pool));
    return kr_itertools_reduce_with((PyObject *)self, Py_NewRef(self->pool),
                                    numbers(self->indices, self->width));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *product___setstate__(KrCombiner *self, PyObject *state)
{
    if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) != self->width)
        return kr_raise(PyExc_ValueError, "invalid arguments");
    for (Py_ssize_t i = 0; i < self->width; i++) {
        Py_ssize_t size = PyTuple_GET_SIZE(PyTuple_GET_ITEM(self->pool, i));
        if (size == 0) {
            self->stopped = 1;
            Py_RETURN_NONE;
        }
        if (read_number(state, i, size - 1, &self->indices[i]) < 0) return NULL;
    }
    if (make_result(self, true) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(__sizeof__, "self", "Returns size in memory, in bytes.")
static PyObject *product___sizeof__(KrCombiner *self)
{
    return size_of(self, self->width);
}

// ---- combinations -----------------------------------------------------------------------------

CONSTRUCTOR(combinations, "iterable, r: ssize",
            "Return successive r-length combinations of elements in the iterable.\n\n"
            "combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)")
static PyObject *combinations_new(PyTypeObject *type, PyObject *iterable, Py_ssize_t width)
{
    KR_AUTO PyObject *pool = PySequence_Tuple(iterable);
    if (pool == NULL || check_width(width) == NULL) return NULL;
    Py_ssize_t size = PyTuple_GET_SIZE(pool);
    KrCombiner *self = combiner_new(type, kr_take(pool), width, width <= size ? width : 0);
    if (self == NULL) return NULL;
    for (Py_ssize_t i = 0; width <= size && i < width; i++) self->indices[i] = i;
    self->stopped = width > size;
    return (PyObject *)self;
}

static PyObject *combinations_next(PyObject *object)
{
    KrCombiner *self = (KrCombiner *)object;
    if (self->stopped) return NULL;
    if (self->result == NULL)
        return make_result(self, false) < 0 ? stop(self) : Py_NewRef(self->result);
    if (own_result(self) < 0) return stop(self);
    Py_ssize_t size = PyTuple_GET_SIZE(self->pool), place = self->width - 1;
    while (place >= 0 && self->indices[place] == place + size - self->width) place--;
    if (place < 0) return stop(self);
    self->indices[place]++;
    for (Py_ssize_t i = place + 1; i < self->width; i++)
        self->indices[i] = self->indices[i - 1] + 1;
    fill_from(self, place, false);
    return Py_NewRef(self->result);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *combinations___reduce__(KrCombiner *self)
{
    return reduce_pool(self, self->result == NULL || self->stopped ? NULL
                       : numbers(self->indices, self->width));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *combinations___setstate__(KrCombiner *self, PyObject *state)
{
    if (self->stopped) return kr_raise(PyExc_ValueError, "invalid arguments");
    return set_pool_state(self, state, true);
}

METHOD(__sizeof__, "self", "Returns size in memory, in bytes.")
static PyObject *combinations___sizeof__(KrCombiner *self)
{
    return size_of(self, self->width);
}

// ---- combinations_with_replacement ------------------------------------------------------------

CONSTRUCTOR(combinations_with_replacement, "iterable, r: ssize",
            "Return successive r-length combinations of elements in the iterable allowing "
            "individual elements to have successive repeats.\n\n"
            "combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), "
            "('B','B'), ('B','C'), ('C','C')")
static PyObject *combinations_with_replacement_new(PyTypeObject *type, PyObject *iterable,
                                                   Py_ssize_t width)
{
    KR_AUTO PyObject *pool = PySequence_Tuple(iterable);
    if (pool == NULL || check_width(width) == NULL) return NULL;
    Py_ssize_t size = PyTuple_GET_SIZE(pool);
    KrCombiner *self = combiner_new(type, kr_take(pool), width, width);
    if (self == NULL) return NULL;
    for (Py_ssize_t i = 0; i < width; i++) self->indices[i] = 0;
    self->stopped = size == 0 && width > 0;
    return (PyObject *)self;
}

static PyObject *combinations_with_replacement_next(PyObject *object)
{
    KrCombiner *self = (KrCombiner *)object;
    if (self->stopped) return NULL;
    if (self->result == NULL)
        return make_result(self, false) < 0 ? stop(self) : Py_NewRef(self->result);
    if (own_result(self) < 0) return stop(self);
    Py_ssize_t size = PyTuple_GET_SIZE(self->pool), place = self->width - 1;
    while (place >= 0 && self->indices[place] == size - 1) place--;
    if (place < 0) return stop(self);
    Py_ssize_t index = self->indices[place] + 1;
    for (Py_ssize_t i = place; i < self->width; i++) self->indices[i] = index;
    fill_from(self, place, false);
    return Py_NewRef(self->result);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *combinations_with_replacement___reduce__(KrCombiner *self)
{
    return reduce_pool(self, self->result == NULL || self->stopped ? NULL
                       : numbers(self->indices, self->width));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *combinations_with_replacement___setstate__(KrCombiner *self, PyObject *state)
{
    return set_pool_state(self, state, false);
}

METHOD(__sizeof__, "self", "Returns size in memory, in bytes.")
static PyObject *combinations_with_replacement___sizeof__(KrCombiner *self)
{
    return size_of(self, self->width);
}

// ---- permutations -----------------------------------------------------------------------------

CONSTRUCTOR(permutations, "iterable, r=None",
            "Return successive r-length permutations of elements in the iterable.\n\n"
            "permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)")
static PyObject *permutations_new(PyTypeObject *type, PyObject *iterable, PyObject *width_given)
{
    KR_AUTO PyObject *pool = PySequence_Tuple(iterable);
    if (pool == NULL) return NULL;
    Py_ssize_t size = PyTuple_GET_SIZE(pool), width = size;
    if (width_given != Py_None) {
        if (!PyLong_Check(width_given)) return kr_raise(PyExc_TypeError, "Expected int as r");
        width = PyLong_AsSsize_t(width_given);
        if (width == -1 && PyErr_Occurred()) return NULL;
    }
    if (check_width(width) == NULL) return NULL;
    KrCombiner *self = combiner_new(type, kr_take(pool), width, size);
    if (self == NULL) return NULL;
    self->stopped = width > size;
    Py_ssize_t cycles = self->stopped ? 0 : width;
    self->cycles = PyMem_New(Py_ssize_t, cycles + 1);
    if (self->cycles == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; i < size; i++) self->indices[i] = i;
    for (Py_ssize_t i = 0; i < cycles; i++) self->cycles[i] = size - i;
    return (PyObject *)self;
}

static PyObject *permutations_next(PyObject *object)
{
    KrCombiner *self = (KrCombiner *)object;
    if (self->stopped) return NULL;
    if (self->result == NULL)
        return make_result(self, false) < 0 ? stop(self) : Py_NewRef(self->result);
    Py_ssize_t size = PyTuple_GET_SIZE(self->pool), *indices = self->indices;
    if (size == 0 || own_result(self) < 0) return stop(self);
    for (Py_ssize_t place = self->width - 1; place >= 0; place--) {
        if (--self->cycles[place] > 0) {
            Py_ssize_t other = size - self->cycles[place], swap = indices[place];
            indices[place] = indices[other];
            indices[other] = swap;
            fill_from(self, place, false);
            return Py_NewRef(self->result);
        }
        Py_ssize_t index = indices[place];  // this place has had all: turn the rest back
        for (Py_ssize_t i = place; i + 1 < size; i++) indices[i] = indices[i + 1];
        indices[size - 1] = index;
        self->cycles[place] = size - place;
    }
    return stop(self);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *permutations___reduce__(KrCombiner *self)
{
    if (self->result == NULL || self->stopped) return reduce_pool(self, NULL);
    KR_AUTO PyObject *indices = numbers(self->indices, PyTuple_GET_SIZE(self->pool));
    KR_AUTO PyObject *cycles = indices == NULL ? NULL : numbers(self->cycles, self->width);
    PyObject *state = cycles == NULL ? NULL : PyTuple_Pack(2, indices, cycles);
    return state == NULL ? NULL : reduce_pool(self, state);
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *permutations___setstate__(KrCombiner *self, PyObject *state)
{
    if (kr_itertools_check_state(state, 2, 2) < 0) return NULL;
    PyObject *indices = PyTuple_GET_ITEM(state, 0), *cycles = PyTuple_GET_ITEM(state, 1);
    Py_ssize_t size = PyTuple_GET_SIZE(self->pool);
    if (!PyTuple_Check(indices) || !PyTuple_Check(cycles) || PyTuple_GET_SIZE(indices) != size ||
        PyTuple_GET_SIZE(cycles) != self->width || self->width > size)
        return kr_raise(PyExc_ValueError, "invalid arguments");
    for (Py_ssize_t i = 0; i < size; i++)
        if (read_number(indices, i, size - 1, &self->indices[i]) < 0) return NULL;
    for (Py_ssize_t i = 0; i < self->width; i++) {
        if (read_number(cycles, i, size - i, &self->cycles[i]) < 0) return NULL;
        if (self->cycles[i] < 1) self->cycles[i] = 1;
    }
    if (make_result(self, false) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(__sizeof__, "self", "Returns size in memory, in bytes.")
static PyObject *permutations___sizeof__(KrCombiner *self)
{
    return size_of(self, PyTuple_GET_SIZE(self->pool) + self->width);
}

#include "modules/itertools/combining.methods.h"

static void permutations_dealloc(PyObject *self)
{
    PyMem_Free(((KrCombiner *)self)->cycles);
    combiner_dealloc(self);
}

#define product_dealloc combiner_dealloc
#define product_traverse combiner_traverse
#define combinations_dealloc combiner_dealloc
#define combinations_traverse combiner_traverse
#define combinations_with_replacement_dealloc combiner_dealloc
#define combinations_with_replacement_traverse combiner_traverse
#define permutations_traverse combiner_traverse

ITERTOOLS_TYPE(product, KrCombiner, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(combinations, KrCombiner, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(combinations_with_replacement, KrCombiner, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(permutations, KrCombiner, Py_TPFLAGS_BASETYPE);

int kr_itertools_add_combining(PyObject *module)
{
    product_type.tp_basicsize = offsetof(KrCombiner, cycles);
    combinations_type.tp_basicsize = combinations_with_replacement_type.tp_basicsize =
        offsetof(KrCombiner, cycles);
    PyTypeObject *const types[] = {&combinations_type, &combinations_with_replacement_type,
                                   &permutations_type, &product_type};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++)
        if (PyModule_AddType(module, types[i]) < 0) return -1;
    return 0;
}
