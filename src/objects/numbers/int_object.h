// int_object.h - ints from inside: digits, sizes, creation.  The rest of Krait uses PyLong_…
//
//     [ refcount | type | size | digit 0 | digit 1 | … ]     30 bits a digit, least significant
//     first
//
// (1) |size| is the number of digits, its sign the sign of the int; zero has size 0.
// (2) The top digit is not 0.
// (3) -5 … 256 of the exact type are the cached objects: what makes an int ends in kr_int_finish
// or
//     kr_int_from_i64.
// (4) There is room for one digit at least, and it is 0 in the int 0.
#ifndef KR_OBJECTS_NUMBERS_INT_OBJECT_H
#define KR_OBJECTS_NUMBERS_INT_OBJECT_H

#include <assert.h>

#include "cpython/longintrepr.h"
#include "longobject.h"
#include "object.h"
#include "objimpl.h"

#include "base/bits.h"
#include "runtime/owned.h"
#include "runtime/state.h"

enum { KR_INT_GMP_DIGITS = 70 };   // from this length on multiplication and division go to GMP

static inline Py_ssize_t kr_int_count(const PyLongObject *value)
{
    Py_ssize_t size = value->ob_base.ob_size;
    return size < 0 ? -size : size;
}

static inline Py_ssize_t kr_int_size(const PyLongObject *value)
{
    return value->ob_base.ob_size;
}

static inline int kr_int_sign(const PyLongObject *value)
{
    return (kr_int_size(value) > 0) - (kr_int_size(value) < 0);
}

static inline void kr_int_set_size(PyLongObject *value, Py_ssize_t size)
{
    value->ob_base.ob_size = size;
}

// Ints of up to two digits, that is below 2**60, are worked with as an int64_t.
static inline int kr_int_is_short(const PyLongObject *value)
{
    return (size_t)(kr_int_size(value) + 2) <= 4;
}

static inline int64_t kr_int_short_value(const PyLongObject *value)
{
    assert(kr_int_is_short(value));
    Py_ssize_t size = kr_int_size(value);
    int64_t low = value->ob_digit[0];
    if (size == 1) return low;
    if (size == -1) return -low;
    if (size == 0) return 0;
    low |= (int64_t)value->ob_digit[1] << PyLong_SHIFT;
    return size > 0 ? low : -low;
}

// [other] is an int (or a subclass's instance): what a binary operator asks first.
static inline int kr_int_both(PyObject *left, PyObject *right)
{
    return PyLong_Check(left) && PyLong_Check(right);
}

static inline PyLongObject *kr_int(PyObject *object)
{
    assert(PyLong_Check(object));
    return (PyLongObject *)object;
}

PyObject *kr_int_from_i64(int64_t value);
PyObject *kr_int_from_u64(uint64_t value);
PyObject *kr_int_from_i128(__int128 value);

// A new int with room for [count] digits, uninitialised; raises without memory or when too large.
PyLongObject *kr_int_allocate(Py_ssize_t count);
// Cuts leading zeros off the digits, applies [negative], replaces small ints by the cached ones.
PyObject *kr_int_finish(STEALS PyLongObject *value, int negative);

// An exact int equal to [value]: itself, or a copy of a subclass's instance.
PyObject *kr_int_exact(PyLongObject *value);
int kr_int_compare(const PyLongObject *left, const PyLongObject *right);
// Bits of the absolute value; -1 with OverflowError if they cannot be counted.
Py_ssize_t kr_int_bit_length(const PyLongObject *value);
int kr_int_equal_one(const PyLongObject *value);

// Arithmetic on ints of any length; both are ints.
PyObject *kr_int_add(PyLongObject *left, PyLongObject *right);
PyObject *kr_int_subtract(PyLongObject *left, PyLongObject *right);
PyObject *kr_int_multiply(PyLongObject *left, PyLongObject *right);
PyObject *kr_int_negate(PyLongObject *value);
PyObject *kr_int_absolute(PyLongObject *value);
// Floor division; either result pointer may be NULL.  [right] is not 0.  0, or -1 with an
// exception.
int kr_int_divide(PyLongObject *left, PyLongObject *right, PyObject **ret_quotient,
                  PyObject **ret_remainder);
// [count] bits, 0 or more.
PyObject *kr_int_shift_left(PyLongObject *value, Py_ssize_t digits, int bits);
PyObject *kr_int_shift_right(PyLongObject *value, Py_ssize_t digits, int bits);

// Slots, put into PyLong_Type and shared with bool.
PyObject *kr_int_slot_add(PyObject *left, PyObject *right);
PyObject *kr_int_slot_subtract(PyObject *left, PyObject *right);
PyObject *kr_int_slot_multiply(PyObject *left, PyObject *right);
PyObject *kr_int_slot_remainder(PyObject *left, PyObject *right);
PyObject *kr_int_slot_divmod(PyObject *left, PyObject *right);
PyObject *kr_int_slot_floor_divide(PyObject *left, PyObject *right);
PyObject *kr_int_slot_true_divide(PyObject *left, PyObject *right);
PyObject *kr_int_slot_power(PyObject *base, PyObject *exponent, PyObject *modulus);
PyObject *kr_int_slot_negative(PyObject *value);
PyObject *kr_int_slot_absolute(PyObject *value);
PyObject *kr_int_slot_invert(PyObject *value);
PyObject *kr_int_slot_lshift(PyObject *left, PyObject *right);
PyObject *kr_int_slot_rshift(PyObject *left, PyObject *right);
PyObject *kr_int_slot_and(PyObject *left, PyObject *right);
PyObject *kr_int_slot_xor(PyObject *left, PyObject *right);
PyObject *kr_int_slot_or(PyObject *left, PyObject *right);

// Text (int_text.c).
PyObject *kr_int_to_decimal(PyObject *value);

#endif
