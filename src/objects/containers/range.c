// range.c - the type range: start, stop and step as ints of any size, and the length kept with
// them.
//
// The iterators are in range_iterators.c.
#include "objects/containers/range.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "abstract.h"
#include "boolobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "runtime/state.h"
#include "sliceobject.h"
#include "structmember.h"

#include <limits.h>
#include <stdbool.h>

// ---- arithmetic -------------------------------------------------------------------------------

// The values as machine words: false when one does not fit.
static bool as_words(KrRange *self, long *start, long *stop, long *step)
{
    int overflow = 0;
    *start = PyLong_AsLongAndOverflow(self->start, &overflow);
    if (overflow) return false;
    *stop = PyLong_AsLongAndOverflow(self->stop, &overflow);
    if (overflow) return false;
    *step = PyLong_AsLongAndOverflow(self->step, &overflow);
    return !overflow;
}

// Number of items; may exceed LONG_MAX.
static unsigned long count_words(long start, long stop, long step)
{
    if (step > 0 && start < stop)
        return 1UL + ((unsigned long)stop - 1UL - (unsigned long)start) / (unsigned long)step;
    if (step < 0 && start > stop)
        return 1UL
            + ((unsigned long)start - 1UL - (unsigned long)stop) / (0UL - (unsigned long)step);
    return 0;
}

static PyObject *count_items(PyObject *start, PyObject *stop, PyObject *step)
{
    KrRange words = {.start = start, .stop = stop, .step = step};
    long first, last, by;
    if (as_words(&words, &first, &last, &by))
        return PyLong_FromUnsignedLong(count_words(first, last, by));
    int rising = PyObject_RichCompareBool(step, kr_small_int(0), Py_GT);
    if (rising < 0) return NULL;
    PyObject *low = rising ? start : stop, *high = rising ? stop : start;
    KR_AUTO PyObject *stride = rising ? Py_NewRef(step) : PyNumber_Negative(step);
    int empty = stride == NULL ? -1 : PyObject_RichCompareBool(low, high, Py_GE);
    if (empty != 0) return empty < 0 ? NULL : PyLong_FromLong(0);
    KR_AUTO PyObject *distance = PyNumber_Subtract(high, low);
    KR_AUTO PyObject *last_offset = distance == NULL ? NULL
        : PyNumber_Subtract(distance, kr_small_int(1));
    KR_AUTO PyObject *steps = last_offset == NULL ? NULL
        : PyNumber_FloorDivide(last_offset, stride);
    return steps == NULL ? NULL : PyNumber_Add(steps, kr_small_int(1));
}

// start + index * step.
static PyObject *item_at(KrRange *self, PyObject *index)
{
    KR_AUTO PyObject *offset = PyNumber_Multiply(index, self->step);
    return offset == NULL ? NULL : PyNumber_Add(self->start, offset);
}

// The item at [index], which may count from the end.
static PyObject *checked_item(KrRange *self, PyObject *index)
{
    int negative = PyObject_RichCompareBool(index, kr_small_int(0), Py_LT);
    if (negative < 0) return NULL;
    KR_AUTO PyObject *position = negative ? PyNumber_Add(self->length, index) : Py_NewRef(index);
    if (position == NULL) return NULL;
    int outside = PyObject_RichCompareBool(position, kr_small_int(0), Py_LT);
    if (outside == 0) outside = PyObject_RichCompareBool(position, self->length, Py_GE);
    if (outside < 0) return NULL;
    if (outside) return kr_raise(PyExc_IndexError, "range object index out of range");
    return item_at(self, position);
}

// ---- making -----------------------------------------------------------------------------------

PyObject *kr_range_new(PyTypeObject *type, PyObject *start, PyObject *stop, PyObject *step)
{
    KR_AUTO PyObject *length = count_items(start, stop, step);
    if (length == NULL) return NULL;
    KrRange *self = PyObject_New(KrRange, type);
    if (self == NULL) return NULL;
    self->start = Py_NewRef(start);
    self->stop = Py_NewRef(stop);
    self->step = Py_NewRef(step);
    self->length = kr_take(length);
    return (PyObject *)self;
}

static void range_dealloc(PyObject *object)
{
    KrRange *self = (KrRange *)object;
    Py_DECREF(self->start);
    Py_DECREF(self->stop);
    Py_DECREF(self->step);
    Py_DECREF(self->length);
    PyObject_Free(self);
}

CONSTRUCTOR(range, "first, second: object = NULL, third: object = NULL, /",
            "range(stop) -> range object\n"
            "range(start, stop[, step]) -> range object\n\n"
            "Return an object that produces a sequence of integers from start (inclusive)\n"
            "to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\n"
            "start defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\n"
            "These are exactly the valid indices for a list of 4 elements.\n"
            "When step is given, it specifies the increment (or decrement).")
static PyObject *range_new(PyTypeObject *type, PyObject *first, PyObject *second, PyObject *third)
{
    KR_AUTO PyObject *start = PyNumber_Index(first);
    if (start == NULL) return NULL;
    if (second == NULL) return kr_range_new(type, kr_small_int(0), start, kr_small_int(1));
    KR_AUTO PyObject *stop = PyNumber_Index(second);
    if (stop == NULL) return NULL;
    if (third == NULL) return kr_range_new(type, start, stop, kr_small_int(1));
    KR_AUTO PyObject *step = PyNumber_Index(third);
    if (step == NULL) return NULL;
    int zero = PyObject_RichCompareBool(step, kr_small_int(0), Py_EQ);
    if (zero < 0) return NULL;
    if (zero) return kr_raise(PyExc_ValueError, "range() arg 3 must not be zero");
    return kr_range_new(type, start, stop, step);
}

// ---- searching --------------------------------------------------------------------------------

static bool is_plain_int(PyObject *value)
{
    return PyLong_CheckExact(value) || PyBool_Check(value);
}

// 1 when the int [value] is among the items, 0, -1.
static int contains_int(KrRange *self, PyObject *value)
{
    int rising = PyObject_RichCompareBool(self->step, kr_small_int(0), Py_GT);
    if (rising < 0) return -1;
    int inside = PyObject_RichCompareBool(self->start, value, rising ? Py_LE : Py_GE);
    if (inside > 0) inside = PyObject_RichCompareBool(value, self->stop, rising ? Py_LT : Py_GT);
    if (inside <= 0) return inside;
    KR_AUTO PyObject *distance = PyNumber_Subtract(value, self->start);
    KR_AUTO PyObject *rest = distance == NULL ? NULL : PyNumber_Remainder(distance, self->step);
    return rest == NULL ? -1 : PyObject_RichCompareBool(rest, kr_small_int(0), Py_EQ);
}

static int range_contains(PyObject *self, PyObject *value)
{
    if (is_plain_int(value)) return contains_int((KrRange *)self, value);
    return (int)_PySequence_IterSearch(self, value, PY_ITERSEARCH_CONTAINS);
}

METHOD(count, "self, value, /",
       "rangeobject.count(value) -> integer -- return number of occurrences of value")
static PyObject *range_count(KrRange *self, PyObject *value)
{
    if (is_plain_int(value)) {
        int contained = contains_int(self, value);
        return contained < 0 ? NULL : PyLong_FromLong(contained);
    }
    Py_ssize_t count = _PySequence_IterSearch((PyObject *)self, value, PY_ITERSEARCH_COUNT);
    return count == -1 ? NULL : PyLong_FromSsize_t(count);
}

METHOD(index, "self, value, /",
       "rangeobject.index(value) -> integer -- return index of value.\n"
       "Raise ValueError if the value is not present.")
static PyObject *range_index(KrRange *self, PyObject *value)
{
    if (!is_plain_int(value)) {
        Py_ssize_t index = _PySequence_IterSearch((PyObject *)self, value, PY_ITERSEARCH_INDEX);
        return index == -1 ? NULL : PyLong_FromSsize_t(index);
    }
    int contained = contains_int(self, value);
    if (contained < 0) return NULL;
    if (!contained) return kr_raise(PyExc_ValueError, "%R is not in range", value);
    KR_AUTO PyObject *distance = PyNumber_Subtract(value, self->start);
    return distance == NULL ? NULL : PyNumber_FloorDivide(distance, self->step);
}

// ---- iterating --------------------------------------------------------------------------------

static PyObject *range_iterate(PyObject *object)
{
    KrRange *self = (KrRange *)object;
    long start, stop, step;
    if (as_words(self, &start, &stop, &step)) {
        unsigned long count = count_words(start, stop, step);
        // The last computed position, one behind the end, must not overflow.
        long end;
        if (count <= LONG_MAX && !__builtin_mul_overflow((long)count, step, &end) &&
            !__builtin_add_overflow(start, end, &end))
            return kr_range_iterator_new(start, step, (long)count);
    }
    return kr_range_iterator_new_long(self->start, self->step, self->length);
}

METHOD(__reversed__, "self", "Return a reverse iterator.")
static PyObject *range___reversed__(KrRange *self)
{
    long start, stop, step, end, before;
    if (as_words(self, &start, &stop, &step)) {
        unsigned long count = count_words(start, stop, step);
        if (count <= LONG_MAX && step != LONG_MIN && !__builtin_mul_overflow(
                (long)count - 1, step, &end) && !__builtin_add_overflow(start, end, &end)
            && !__builtin_sub_overflow(start, step, &before))
            return kr_range_iterator_new(end, -step, (long)count);
    }
    KR_AUTO PyObject *last_index = PyNumber_Subtract(self->length, kr_small_int(1));
    KR_AUTO PyObject *last = last_index == NULL ? NULL : item_at(self, last_index);
    KR_AUTO PyObject *back = last == NULL ? NULL : PyNumber_Negative(self->step);
    return back == NULL ? NULL : kr_range_iterator_new_long(last, back, self->length);
}

METHOD(__reduce__, "self", "")
static PyObject *range___reduce__(KrRange *self)
{
    KR_AUTO PyObject *args = PyTuple_Pack(3, self->start, self->stop, self->step);
    return args == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), args);
}

#include "objects/containers/range.methods.h"

// ---- slots ------------------------------------------------------------------------------------

static PyObject *range_repr(PyObject *object)
{
    KrRange *self = (KrRange *)object;
    Py_ssize_t step = PyNumber_AsSsize_t(self->step, NULL);
    if (step == 1) return PyUnicode_FromFormat("range(%R, %R)", self->start, self->stop);
    return PyUnicode_FromFormat("range(%R, %R, %R)", self->start, self->stop, self->step);
}

// How much of (length, start, step) tells two ranges apart: 1, 2 or 3; -1 with an exception.
static int parts_that_count(KrRange *self)
{
    int empty = PyObject_RichCompareBool(self->length, kr_small_int(0), Py_EQ);
    if (empty != 0) return empty < 0 ? -1 : 1;
    int single = PyObject_RichCompareBool(self->length, kr_small_int(1), Py_EQ);
    return single < 0 ? -1 : single ? 2 : 3;
}

static int ranges_equal(KrRange *left, KrRange *right)
{
    if (left == right) return 1;
    int equal = PyObject_RichCompareBool(left->length, right->length, Py_EQ);
    if (equal <= 0) return equal;
    int parts = parts_that_count(left);
    if (parts <= 1) return parts;
    equal = PyObject_RichCompareBool(left->start, right->start, Py_EQ);
    if (equal <= 0 || parts == 2) return equal;
    return PyObject_RichCompareBool(left->step, right->step, Py_EQ);
}

static PyObject *range_compare(PyObject *left, PyObject *right, int op)
{
    if (!PyRange_Check(right) || (op != Py_EQ && op != Py_NE)) Py_RETURN_NOTIMPLEMENTED;
    int equal = ranges_equal((KrRange *)left, (KrRange *)right);
    return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

static Py_hash_t range_hash(PyObject *object)
{
    KrRange *self = (KrRange *)object;
    int parts = parts_that_count(self);
    if (parts < 0) return -1;
    KR_AUTO PyObject *key = PyTuple_Pack(3, self->length, parts > 1 ? self->start : Py_None,
                                         parts > 2 ? self->step : Py_None);
    return key == NULL ? -1 : PyObject_Hash(key);
}

static Py_ssize_t range_length(PyObject *self)
{
    return PyLong_AsSsize_t(((KrRange *)self)->length);
}

static int range_truth(PyObject *self)
{
    return PyObject_IsTrue(((KrRange *)self)->length);
}

static PyObject *range_item(PyObject *self, Py_ssize_t i)
{
    KR_AUTO PyObject *index = PyLong_FromSsize_t(i);
    return index == NULL ? NULL : checked_item((KrRange *)self, index);
}

static PyObject *range_slice(KrRange *self, PyObject *slice)
{
    PyObject *starts, *stops, *steps;
    if (_PySlice_GetLongIndices((PySliceObject *)slice, self->length, &starts, &stops, &steps) < 0)
        return NULL;
    KR_AUTO PyObject *from = starts;
    KR_AUTO PyObject *until = stops;
    KR_AUTO PyObject *stride = steps;
    KR_AUTO PyObject *step = PyNumber_Multiply(self->step, stride);
    KR_AUTO PyObject *start = step == NULL ? NULL : item_at(self, from);
    KR_AUTO PyObject *stop = start == NULL ? NULL : item_at(self, until);
    return stop == NULL ? NULL : kr_range_new(Py_TYPE(self), start, stop, step);
}

static PyObject *range_subscript(PyObject *object, PyObject *key)
{
    KrRange *self = (KrRange *)object;
    if (PyIndex_Check(key)) {
        KR_AUTO PyObject *index = PyNumber_Index(key);
        return index == NULL ? NULL : checked_item(self, index);
    }
    if (PySlice_Check(key)) return range_slice(self, key);
    return kr_raise(PyExc_TypeError, "range indices must be integers or slices, not %.200s",
                    Py_TYPE(key)->tp_name);
}

static PyMemberDef range_members[] = {
    {"start", T_OBJECT_EX, offsetof(KrRange, start), READONLY, NULL},
    {"stop", T_OBJECT_EX, offsetof(KrRange, stop), READONLY, NULL},
    {"step", T_OBJECT_EX, offsetof(KrRange, step), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyNumberMethods range_as_number = {.nb_bool = range_truth};

static PySequenceMethods range_as_sequence = {
    .sq_length = range_length,
    .sq_item = range_item,
    .sq_contains = range_contains,
};

static PyMappingMethods range_as_mapping = {.mp_length = range_length,
                                            .mp_subscript = range_subscript};

PyTypeObject PyRange_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "range",
    .tp_basicsize = sizeof(KrRange),
    .tp_dealloc = range_dealloc,
    .tp_repr = range_repr,
    .tp_as_number = &range_as_number,
    .tp_as_sequence = &range_as_sequence,
    .tp_as_mapping = &range_as_mapping,
    .tp_hash = range_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_SEQUENCE,
    .tp_doc = range_doc,
    .tp_richcompare = range_compare,
    .tp_iter = range_iterate,
    .tp_methods = range_methods,
    .tp_members = range_members,
    .tp_new = range_tp_new,
    .tp_vectorcall = range_tp_vectorcall,
};
