// int_arithmetic.c - addition, subtraction, multiplication, sign.
//
// Ints below 2**60 are added and multiplied as C integers.  Longer ones go digit by digit, and
// from KR_INT_GMP_DIGITS digits on products are GMP's.
#include <gmp.h>

#include "objects/errors/raise.h"
#include "objects/numbers/int_object.h"
#include "objects/numbers/limbs.h"
#include "pyerrors.h"

// --- magnitudes ---------------------------------------------------------------------------------

static PyLongObject *add_magnitudes(const PyLongObject *left, const PyLongObject *right)
{
    Py_ssize_t long_count = kr_int_count(left), short_count = kr_int_count(right);
    if (long_count < short_count) {
        const PyLongObject *other = left;
        Py_ssize_t other_count = long_count;
        left = right;
        long_count = short_count;
        right = other;
        short_count = other_count;
    }
    PyLongObject *sum = kr_int_allocate(long_count + 1);
    if (sum == NULL) return NULL;
    digit carry = 0;
    Py_ssize_t i = 0;
    for (; i < short_count; i++) {
        carry += left->ob_digit[i] + right->ob_digit[i];
        sum->ob_digit[i] = carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
    for (; i < long_count; i++) {
        carry += left->ob_digit[i];
        sum->ob_digit[i] = carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
    sum->ob_digit[i] = carry;
    return sum;
}

static int compare_magnitudes(const PyLongObject *left, const PyLongObject *right)
{
    Py_ssize_t i = kr_int_count(left);
    if (i != kr_int_count(right)) return i < kr_int_count(right) ? -1 : 1;
    while (--i >= 0)
        if (left->ob_digit[i] != right->ob_digit[i])
            return left->ob_digit[i] < right->ob_digit[i] ? -1 : 1;
    return 0;
}

// |left| - |right|; [ret_negative] tells that the result is to be negated.
static PyLongObject *subtract_magnitudes(const PyLongObject *left, const PyLongObject *right,
                                         int *ret_negative)
{
    *ret_negative = compare_magnitudes(left, right) < 0;
    if (*ret_negative) {
        const PyLongObject *other = left;
        left = right;
        right = other;
    }
    Py_ssize_t long_count = kr_int_count(left), short_count = kr_int_count(right), i = 0;
    PyLongObject *difference = kr_int_allocate(long_count);
    if (difference == NULL) return NULL;
    digit borrow = 0;
    for (; i < short_count; i++) {
        borrow = left->ob_digit[i] - right->ob_digit[i] - borrow;
        difference->ob_digit[i] = borrow & PyLong_MASK;
        borrow = borrow >> PyLong_SHIFT & 1;
    }
    for (; i < long_count; i++) {
        borrow = left->ob_digit[i] - borrow;
        difference->ob_digit[i] = borrow & PyLong_MASK;
        borrow = borrow >> PyLong_SHIFT & 1;
    }
    assert(borrow == 0);
    return difference;
}

// left + right, or left - right when [flip].
static PyObject *add_signed(const PyLongObject *left, const PyLongObject *right, int flip)
{
    int left_negative = kr_int_size(left) < 0, right_negative = (kr_int_size(right) < 0) ^ flip;
    if (left_negative == right_negative)
        return kr_int_finish(add_magnitudes(left, right), left_negative);
    int negative;
    PyLongObject *difference = subtract_magnitudes(left, right, &negative);
    return kr_int_finish(difference, negative ^ left_negative);
}

PyObject *kr_int_add(PyLongObject *left, PyLongObject *right)
{
    if (kr_int_is_short(left) && kr_int_is_short(right))
        return kr_int_from_i64(kr_int_short_value(left) + kr_int_short_value(right));
    return add_signed(left, right, 0);
}

PyObject *kr_int_subtract(PyLongObject *left, PyLongObject *right)
{
    if (kr_int_is_short(left) && kr_int_is_short(right))
        return kr_int_from_i64(kr_int_short_value(left) - kr_int_short_value(right));
    return add_signed(left, right, 1);
}

// --- multiplication -----------------------------------------------------------------------------

static PyLongObject *multiply_digits(const PyLongObject *left, const PyLongObject *right)
{
    Py_ssize_t left_count = kr_int_count(left), right_count = kr_int_count(right);
    PyLongObject *product = kr_int_allocate(left_count + right_count);
    if (product == NULL) return NULL;
    memset(product->ob_digit, 0, (size_t)(left_count + right_count) * sizeof(digit));
    for (Py_ssize_t i = 0; i < left_count; i++) {
        uint64_t factor = left->ob_digit[i], carry = 0;
        digit *to = product->ob_digit + i;
        for (Py_ssize_t k = 0; k < right_count; k++) {
            carry += to[k] + factor * right->ob_digit[k];
            to[k] = (digit)carry & PyLong_MASK;
            carry >>= PyLong_SHIFT;
        }
        to[right_count] = (digit)carry;
    }
    return product;
}

static PyLongObject *multiply_limbs(const PyLongObject *left, const PyLongObject *right)
{
    KR_LIMBS(a);
    KR_LIMBS(b);
    KR_LIMBS(product);
    int square = left == right;
    if (kr_limbs_from_int(left, 0, &a) < 0) return NULL;
    if (!square && kr_limbs_from_int(right, 0, &b) < 0) return NULL;
    const KrLimbs *other = square ? &a : &b;
    if (kr_limbs_reserve(&product, a.count + other->count) < 0) return NULL;
    if (square)
        mpn_sqr(product.limbs, a.limbs, a.count);
    else if (a.count >= b.count)
        mpn_mul(product.limbs, a.limbs, a.count, b.limbs, b.count);
    else
        mpn_mul(product.limbs, b.limbs, b.count, a.limbs, a.count);
    return kr_limbs_to_int(product.limbs, a.count + other->count);
}

PyObject *kr_int_multiply(PyLongObject *left, PyLongObject *right)
{
    if (kr_int_is_short(left) && kr_int_is_short(right)) {
        int64_t product;
        if (!__builtin_mul_overflow(kr_int_short_value(left), kr_int_short_value(right), &product))
            return kr_int_from_i64(product);
        return kr_int_from_i128((__int128)kr_int_short_value(left) * kr_int_short_value(right));
    }
    int negative = (kr_int_size(left) < 0) != (kr_int_size(right) < 0);
    Py_ssize_t left_count = kr_int_count(left), right_count = kr_int_count(right);
    if (left_count == 0 || right_count == 0) return kr_int_from_i64(0);
    if (left_count < KR_INT_GMP_DIGITS / 2 || right_count < KR_INT_GMP_DIGITS / 2)
        return kr_int_finish(multiply_digits(left, right), negative);
    return kr_int_finish(multiply_limbs(left, right), negative);
}

// --- sign ---------------------------------------------------------------------------------------

PyObject *kr_int_negate(PyLongObject *value)
{
    if (kr_int_is_short(value)) return kr_int_from_i64(-kr_int_short_value(value));
    PyObject *negated = _PyLong_Copy(value);
    if (negated) kr_int_set_size((PyLongObject *)negated, -kr_int_size(value));
    return negated;
}

PyObject *kr_int_absolute(PyLongObject *value)
{
    return kr_int_size(value) < 0 ? kr_int_negate(value) : kr_int_exact(value);
}

// --- slots --------------------------------------------------------------------------------------

PyObject *kr_int_slot_add(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    return kr_int_add(kr_int(left), kr_int(right));
}

PyObject *kr_int_slot_subtract(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    return kr_int_subtract(kr_int(left), kr_int(right));
}

PyObject *kr_int_slot_multiply(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    return kr_int_multiply(kr_int(left), kr_int(right));
}

PyObject *kr_int_slot_negative(PyObject *value)
{
    return kr_int_negate(kr_int(value));
}

PyObject *kr_int_slot_absolute(PyObject *value)
{
    return kr_int_absolute(kr_int(value));
}
