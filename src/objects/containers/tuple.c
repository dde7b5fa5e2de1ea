// tuple.c - the type tuple.
//
// (1) The empty tuple is one object.  (2) Freed tuples of 1 … 20 items are kept, chained through
//     ob_item[0].
// (3) A tuple is tracked from the start, since its maker fills it later; the collector stops
//     tracking those that hold only atoms.
#include "objects/containers/tuple.h"

#include "objects/containers/sequence_iterators.h"
#include "objects/containers/state.h"
#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "abstract.h"
#include "boolobject.h"
#include "genericaliasobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "sliceobject.h"

#include <stdarg.h>

// ---- making -----------------------------------------------------------------------------------

static PyObject *empty_tuple(void)
{
    KrContainersState *state = &kr_containers_state;
    if (state->empty_tuple == NULL) {
        state->empty_tuple = PyObject_GC_NewVar(PyTupleObject, &PyTuple_Type, 0);
        if (state->empty_tuple == NULL) return NULL;
    }
    return Py_NewRef((PyObject *)state->empty_tuple);
}

// A tuple of [size] > 0 items that are not set, not tracked yet.
static inline PyTupleObject *allocate(Py_ssize_t size)
{
    KrContainersState *state = &kr_containers_state;
    assert(size > 0);
    if (size <= KR_TUPLE_SIZES_KEPT) {
        PyTupleObject *kept = state->tuples[size - 1];
        if (kept != NULL) {
            state->tuples[size - 1] = (PyTupleObject *)kept->ob_item[0];
            state->tuple_counts[size - 1]--;
            _Py_NewReference((PyObject *)kept);
            return kept;
        }
    }
    if ((size_t)size > ((size_t)PY_SSIZE_T_MAX - sizeof(PyTupleObject)) / sizeof(PyObject *)) {
        PyErr_NoMemory();
        return NULL;
    }
    return PyObject_GC_NewVar(PyTupleObject, &PyTuple_Type, size);
}

PyObject *PyTuple_New(Py_ssize_t size)
{
    if (size == 0) return empty_tuple();
    if (size < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyTupleObject *self = allocate(size);
    if (self == NULL) return NULL;
    memset(self->ob_item, 0, (size_t)size * sizeof(PyObject *));
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

PyObject *kr_tuple_from_array(PyObject *const *items, Py_ssize_t count)
{
    if (count == 0) return empty_tuple();
    PyTupleObject *self = allocate(count);
    if (self == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) self->ob_item[i] = Py_NewRef(items[i]);
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

PyObject *kr_tuple_from_array_steal(PyObject *const *items, Py_ssize_t count)
{
    if (count == 0) return empty_tuple();
    PyTupleObject *self = allocate(count);
    if (self == NULL) {
        for (Py_ssize_t i = 0; i < count; i++) Py_DECREF(items[i]);
        return NULL;
    }
    memcpy(self->ob_item, items, (size_t)count * sizeof(PyObject *));
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

PyObject *PyTuple_Pack(Py_ssize_t size, ...)
{
    if (size == 0) return empty_tuple();
    PyTupleObject *self = allocate(size);
    if (self == NULL) return NULL;
    va_list items;
    va_start(items, size);
    for (Py_ssize_t i = 0; i < size; i++) self->ob_item[i] = Py_NewRef(va_arg(items, PyObject *));
    va_end(items);
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

static void tuple_dealloc(PyObject *object)
{
    KrContainersState *state = &kr_containers_state;
    PyTupleObject *self = (PyTupleObject *)object;
    Py_ssize_t size = Py_SIZE(self);
    kr_untrack(object);
    for (Py_ssize_t i = size; --i >= 0;) Py_XDECREF(self->ob_item[i]);
    if (size > 0 && size <= KR_TUPLE_SIZES_KEPT && Py_TYPE(self) == &PyTuple_Type &&
        state->tuple_counts[size - 1] < KR_TUPLES_KEPT) {
        self->ob_item[0] = (PyObject *)state->tuples[size - 1];
        state->tuples[size - 1] = self;
        state->tuple_counts[size - 1]++;
        return;
    }
    Py_TYPE(self)->tp_free(self);
}

void kr_tuple_clear_free_lists(void)
{
    KrContainersState *state = &kr_containers_state;
    for (int i = 0; i < KR_TUPLE_SIZES_KEPT; i++) {
        while (state->tuples[i] != NULL) {
            PyTupleObject *kept = state->tuples[i];
            state->tuples[i] = (PyTupleObject *)kept->ob_item[0];
            PyObject_GC_Del(kept);
        }
        state->tuple_counts[i] = 0;
    }
}

static int tuple_traverse(PyObject *self, visitproc visit, void *arg)
{
    for (Py_ssize_t i = Py_SIZE(self); --i >= 0;) Py_VISIT(((PyTupleObject *)self)->ob_item[i]);
    return 0;
}

void _PyTuple_MaybeUntrack(PyObject *op)
{
    if (!PyTuple_CheckExact(op) || !kr_is_tracked(op)) return;
    for (Py_ssize_t i = 0; i < Py_SIZE(op); i++) {
        PyObject *item = ((PyTupleObject *)op)->ob_item[i];
        if (item == NULL || kr_may_be_tracked(item)) return;  // NULL: still being filled
    }
    kr_untrack(op);
}

// ---- public functions -------------------------------------------------------------------------

Py_ssize_t PyTuple_Size(PyObject *op)
{
    if (PyTuple_Check(op)) return Py_SIZE(op);
    PyErr_BadInternalCall();
    return -1;
}

PyObject *PyTuple_GetItem(PyObject *op, Py_ssize_t i)
{
    if (!PyTuple_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (i < 0 || i >= Py_SIZE(op)) return kr_raise(PyExc_IndexError, "tuple index out of range");
    return ((PyTupleObject *)op)->ob_item[i];
}

int PyTuple_SetItem(PyObject *op, Py_ssize_t i, PyObject *newitem)
{
    if (!PyTuple_Check(op) || Py_REFCNT(op) != 1) {
        Py_XDECREF(newitem);
        PyErr_BadInternalCall();
        return -1;
    }
    if (i < 0 || i >= Py_SIZE(op)) {
        Py_XDECREF(newitem);
        return kr_raise_int(PyExc_IndexError, "tuple assignment index out of range");
    }
    Py_XSETREF(((PyTupleObject *)op)->ob_item[i], newitem);
    return 0;
}

static PyObject *slice_of(PyTupleObject *self, Py_ssize_t low, Py_ssize_t high)
{
    if (low < 0) low = 0;
    if (high > Py_SIZE(self)) high = Py_SIZE(self);
    if (high < low) high = low;
    if (low == 0 && high == Py_SIZE(self) && PyTuple_CheckExact(self))
        return Py_NewRef((PyObject *)self);
    return kr_tuple_from_array(self->ob_item + low, high - low);
}

PyObject *PyTuple_GetSlice(PyObject *op, Py_ssize_t i, Py_ssize_t j)
{
    if (op != NULL && PyTuple_Check(op)) return slice_of((PyTupleObject *)op, i, j);
    PyErr_BadInternalCall();
    return NULL;
}

// Changes the size of a tuple that nobody else has seen.  On failure *pv is NULL.
int _PyTuple_Resize(PyObject **pv, Py_ssize_t newsize)
{
    PyTupleObject *self = (PyTupleObject *)*pv;
    if (self == NULL || !Py_IS_TYPE(self, &PyTuple_Type)
        || (Py_SIZE(self) != 0 && Py_REFCNT(self) != 1)) {
        *pv = NULL;
        Py_XDECREF(self);
        PyErr_BadInternalCall();
        return -1;
    }
    Py_ssize_t size = Py_SIZE(self);
    if (size == newsize) return 0;
    if (newsize == 0 || size == 0) {
        Py_DECREF(self);
        *pv = PyTuple_New(newsize);
        return *pv == NULL ? -1 : 0;
    }
    kr_untrack((PyObject *)self);
    for (Py_ssize_t i = newsize; i < size; i++) Py_CLEAR(self->ob_item[i]);
    PyTupleObject *moved = PyObject_GC_Resize(PyTupleObject, self, newsize);
    if (moved == NULL) {
        *pv = NULL;
        PyObject_GC_Del(self);
        return -1;
    }
    for (Py_ssize_t i = size; i < newsize; i++) moved->ob_item[i] = NULL;
    *pv = (PyObject *)moved;
    kr_track(*pv);
    return 0;
}

void _PyTuple_DebugMallocStats(FILE *out)
{
    for (int i = 0; i < KR_TUPLE_SIZES_KEPT; i++)
        fprintf(out, "%d free %d-sized PyTupleObjects\n", kr_containers_state.tuple_counts[i],
                i + 1);
}

// ---- methods ----------------------------------------------------------------------------------

METHOD(__getnewargs__, "self", "")
static PyObject *tuple___getnewargs__(PyTupleObject *self)
{
    KR_AUTO PyObject *copy = slice_of(self, 0, Py_SIZE(self));
    return copy == NULL ? NULL : PyTuple_Pack(1, copy);
}

METHOD(index, "self, value, start: slice_index = 0, stop: slice_index = sys.maxsize, /",
       "Return first index of value.\n\nRaises ValueError if the value is not present.")
static PyObject *tuple_index(PyTupleObject *self, PyObject *value, Py_ssize_t start,
                             Py_ssize_t stop)
{
    Py_ssize_t size = Py_SIZE(self);
    if (start < 0) start = start + size < 0 ? 0 : start + size;
    if (stop < 0) stop += size;
    else if (stop > size) stop = size;
    for (Py_ssize_t i = start; i < stop; i++) {
        int equal = PyObject_RichCompareBool(self->ob_item[i], value, Py_EQ);
        if (equal < 0) return NULL;
        if (equal > 0) return PyLong_FromSsize_t(i);
    }
    return kr_raise(PyExc_ValueError, "tuple.index(x): x not in tuple");
}

METHOD(count, "self, value, /", "Return number of occurrences of value.")
static PyObject *tuple_count(PyTupleObject *self, PyObject *value)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        int equal = PyObject_RichCompareBool(self->ob_item[i], value, Py_EQ);
        if (equal < 0) return NULL;
        count += equal;
    }
    return PyLong_FromSsize_t(count);
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *tuple___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

CONSTRUCTOR(tuple, "iterable: object = (), /",
            "Built-in immutable sequence.\n\n"
            "If no argument is given, the constructor returns an empty tuple.\n"
            "If iterable is specified the tuple is initialized from iterable\'s items.\n\n"
            "If the argument is a tuple, the return value is the same object.")
static PyObject *tuple_new(PyTypeObject *type, PyObject *iterable)
{
    KR_AUTO PyObject *items = iterable == NULL ? empty_tuple() : PySequence_Tuple(iterable);
    if (items == NULL || type == &PyTuple_Type) return kr_take(items);
    PyObject *self = type->tp_alloc(type, Py_SIZE(items));
    if (self == NULL) return NULL;
    for (Py_ssize_t i = 0; i < Py_SIZE(items); i++)
        PyTuple_SET_ITEM(self, i, Py_NewRef(PyTuple_GET_ITEM(items, i)));
    return self;
}

#include "objects/containers/tuple.methods.h"

// ---- slots ------------------------------------------------------------------------------------

static PyObject *tuple_repr(PyObject *object)
{
    PyTupleObject *self = (PyTupleObject *)object;
    if (Py_SIZE(self) == 0) return PyUnicode_FromString("()");
    int entered = Py_ReprEnter(object);
    if (entered != 0) return entered > 0 ? PyUnicode_FromString("(...)") : NULL;
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    writer.min_length = Py_SIZE(self) > 1 ? 1 + 1 + (2 + 1) * (Py_SIZE(self) - 1) + 1 : 4;
    int failed = _PyUnicodeWriter_WriteChar(&writer, '(');
    for (Py_ssize_t i = 0; i < Py_SIZE(self) && !failed; i++) {
        if (i > 0 && (failed = _PyUnicodeWriter_WriteASCIIString(&writer, ", ", 2))) break;
        KR_AUTO PyObject *text = PyObject_Repr(self->ob_item[i]);
        failed = text == NULL || _PyUnicodeWriter_WriteStr(&writer, text) < 0;
    }
    writer.overallocate = 0;
    if (!failed)
        failed = Py_SIZE(self) > 1 ? _PyUnicodeWriter_WriteChar(&writer, ')')
                                   : _PyUnicodeWriter_WriteASCIIString(&writer, ",)", 2);
    Py_ReprLeave(object);
    if (!failed) return _PyUnicodeWriter_Finish(&writer);
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

// xxHash of the items' hashes, as CPython since 3.8: the values are seen in the order of sets.
static Py_hash_t tuple_hash(PyObject *self)
{
    static const uint64_t prime1 = 11400714785074694791ULL, prime2 = 14029467366897019727ULL,
                          prime5 = 2870177450012600261ULL;
    uint64_t hash = prime5;
    Py_ssize_t size = Py_SIZE(self);
    if (kr_stack_check(" while hashing") < 0) return -1;
    for (Py_ssize_t i = 0; i < size; i++) {
        Py_hash_t lane = PyObject_Hash(((PyTupleObject *)self)->ob_item[i]);
        if (lane == -1) return -1;
        hash += (uint64_t)lane * prime2;
        hash = (hash << 31) | (hash >> 33);
        hash *= prime1;
    }
    hash += (uint64_t)size ^ (prime5 ^ 3527539ULL);
    return hash == (uint64_t)-1 ? 1546275796 : (Py_hash_t)hash;
}

static PyObject *tuple_compare(PyObject *left, PyObject *right, int op)
{
    if (!PyTuple_Check(left) || !PyTuple_Check(right)) Py_RETURN_NOTIMPLEMENTED;
    Py_ssize_t own = Py_SIZE(left), others = Py_SIZE(right), i = 0;
    for (; i < own && i < others; i++) {
        int equal = PyObject_RichCompareBool(PyTuple_GET_ITEM(left, i), PyTuple_GET_ITEM(right, i),
                                             Py_EQ);
        if (equal < 0) return NULL;
        if (!equal) break;
    }
    if (i >= own || i >= others) Py_RETURN_RICHCOMPARE(own, others, op);
    if (op == Py_EQ) Py_RETURN_FALSE;
    if (op == Py_NE) Py_RETURN_TRUE;
    return PyObject_RichCompare(PyTuple_GET_ITEM(left, i), PyTuple_GET_ITEM(right, i), op);
}

static Py_ssize_t tuple_length(PyObject *self)
{
    return Py_SIZE(self);
}

static int tuple_contains(PyObject *self, PyObject *value)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        int equal = PyObject_RichCompareBool(((PyTupleObject *)self)->ob_item[i], value, Py_EQ);
        if (equal != 0) return equal;
    }
    return 0;
}

static PyObject *tuple_item(PyObject *self, Py_ssize_t i)
{
    if (i < 0 || i >= Py_SIZE(self)) return kr_raise(PyExc_IndexError, "tuple index out of range");
    return Py_NewRef(((PyTupleObject *)self)->ob_item[i]);
}

static PyObject *tuple_concat(PyObject *left, PyObject *right)
{
    Py_ssize_t own = Py_SIZE(left);
    if (own == 0 && PyTuple_CheckExact(right)) return Py_NewRef(right);
    if (!PyTuple_Check(right))
        return kr_raise(PyExc_TypeError, "can only concatenate tuple (not \"%.200s\") to tuple",
                        Py_TYPE(right)->tp_name);
    Py_ssize_t others = Py_SIZE(right);
    if (others == 0 && PyTuple_CheckExact(left)) return Py_NewRef(left);
    if (own > PY_SSIZE_T_MAX - others) return PyErr_NoMemory();
    if (own + others == 0) return empty_tuple();
    PyTupleObject *result = allocate(own + others);
    if (result == NULL) return NULL;
    for (Py_ssize_t i = 0; i < own; i++) result->ob_item[i] = Py_NewRef(PyTuple_GET_ITEM(left, i));
    for (Py_ssize_t i = 0; i < others; i++)
        result->ob_item[own + i] = Py_NewRef(PyTuple_GET_ITEM(right, i));
    kr_track((PyObject *)result);
    return (PyObject *)result;
}

static PyObject *tuple_repeat(PyObject *self, Py_ssize_t times)
{
    Py_ssize_t size = Py_SIZE(self);
    if (size == 0 || times == 1) {
        if (PyTuple_CheckExact(self)) return Py_NewRef(self);
    }
    if (size == 0 || times <= 0) return empty_tuple();
    if (size > PY_SSIZE_T_MAX / times) return PyErr_NoMemory();
    PyTupleObject *result = allocate(size * times);
    if (result == NULL) return NULL;
    PyObject **items = ((PyTupleObject *)self)->ob_item;
    for (Py_ssize_t i = 0; i < size; i++) Py_SET_REFCNT(items[i], Py_REFCNT(items[i]) + times);
    for (Py_ssize_t i = 0; i < times; i++)
        memcpy(result->ob_item + i * size, items, (size_t)size * sizeof(PyObject *));
    kr_track((PyObject *)result);
    return (PyObject *)result;
}

static PyObject *tuple_subscript(PyObject *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred()) return NULL;
        return tuple_item(self, i < 0 ? i + Py_SIZE(self) : i);
    }
    if (!PySlice_Check(key))
        return kr_raise(PyExc_TypeError, "tuple indices must be integers or slices, not %.200s",
                        Py_TYPE(key)->tp_name);
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(key, &start, &stop, &step) < 0) return NULL;
    Py_ssize_t count = PySlice_AdjustIndices(Py_SIZE(self), &start, &stop, step);
    if (count <= 0) return empty_tuple();
    if (step == 1) return slice_of((PyTupleObject *)self, start, start + count);
    PyTupleObject *result = allocate(count);
    if (result == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++)
        result->ob_item[i] = Py_NewRef(((PyTupleObject *)self)->ob_item[start + i * step]);
    kr_track((PyObject *)result);
    return (PyObject *)result;
}

static PyObject *tuple_iterate(PyObject *self)
{
    return kr_sequence_iterator_new(&PyTupleIter_Type, self, 0);
}

static PySequenceMethods tuple_as_sequence = {
    .sq_length = tuple_length,
    .sq_concat = tuple_concat,
    .sq_repeat = tuple_repeat,
    .sq_item = tuple_item,
    .sq_contains = tuple_contains,
};

static PyMappingMethods tuple_as_mapping = {.mp_length = tuple_length,
                                            .mp_subscript = tuple_subscript};

PyTypeObject PyTuple_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "tuple",
    .tp_basicsize = sizeof(PyTupleObject) - sizeof(PyObject *),
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = tuple_dealloc,
    .tp_repr = tuple_repr,
    .tp_as_sequence = &tuple_as_sequence,
    .tp_as_mapping = &tuple_as_mapping,
    .tp_hash = tuple_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_TUPLE_SUBCLASS | _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_SEQUENCE,
    .tp_doc = tuple_doc,
    .tp_traverse = tuple_traverse,
    .tp_richcompare = tuple_compare,
    .tp_iter = tuple_iterate,
    .tp_methods = tuple_methods,
    .tp_new = tuple_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = tuple_tp_vectorcall,
};
