// int_divide.c - floor division, remainder, true division.
//
// The remainder has the sign of the divisor.  Ints below 2**60 are divided as C integers, by one
// digit in a loop, all others by GMP.
#include <float.h>
#include <math.h>

#include "floatobject.h"
#include "objects/errors/raise.h"
#include "objects/numbers/int_object.h"
#include "objects/numbers/limbs.h"
#include "pyerrors.h"
#include "tupleobject.h"

// Truncated division of absolute values by one digit.
static PyLongObject *divide_by_digit(const PyLongObject *left, digit divisor, digit *ret_remainder)
{
    Py_ssize_t count = kr_int_count(left);
    PyLongObject *quotient = kr_int_allocate(count);
    if (quotient == NULL) return NULL;
    uint64_t rest = 0;
    for (Py_ssize_t i = count - 1; i >= 0; i--) {
        rest = rest << PyLong_SHIFT | left->ob_digit[i];
        digit part = (digit)(rest / divisor);
        quotient->ob_digit[i] = part;
        rest -= (uint64_t)part * divisor;
    }
    *ret_remainder = (digit)rest;
    return quotient;
}

static digit remainder_by_digit(const PyLongObject *left, digit divisor)
{
    uint64_t rest = 0;
    for (Py_ssize_t i = kr_int_count(left) - 1; i >= 0; i--)
        rest = (rest << PyLong_SHIFT | left->ob_digit[i]) % divisor;
    return (digit)rest;
}

// Truncated division of absolute values, |left| >= |right|, both results positive and not
// finished.
static int divide_limbs(const PyLongObject *left, const PyLongObject *right,
                        PyLongObject **ret_quotient, PyLongObject **ret_remainder)
{
    KR_LIMBS(a);
    KR_LIMBS(b);
    KR_LIMBS(quotient);
    if (kr_limbs_from_int(left, 0, &a) < 0 || kr_limbs_from_int(right, 0, &b) < 0) return -1;
    assert(a.count >= b.count);
    if (kr_limbs_reserve(&quotient, a.count - b.count + 1) < 0) return -1;
    mpn_tdiv_qr(quotient.limbs, a.limbs, 0, a.limbs, a.count, b.limbs, b.count);
    *ret_quotient = kr_limbs_to_int(quotient.limbs, a.count - b.count + 1);
    if (*ret_quotient == NULL) return -1;
    *ret_remainder = kr_limbs_to_int(a.limbs, b.count);
    if (*ret_remainder != NULL) return 0;
    Py_DECREF(*ret_quotient);
    return -1;
}

// Truncated division: results have the signs C gives them.
static int divide_truncated(PyLongObject *left, PyLongObject *right, PyObject **ret_quotient,
                            PyObject **ret_remainder)
{
    int left_negative = kr_int_size(left) < 0, right_negative = kr_int_size(right) < 0;
    Py_ssize_t left_count = kr_int_count(left), right_count = kr_int_count(right);
    PyLongObject *quotient, *remainder;
    if (left_count < right_count
        || (left_count == right_count
            && left->ob_digit[left_count - 1] < right->ob_digit[right_count - 1])) {
        *ret_remainder = kr_int_exact(left);
        if (*ret_remainder == NULL) return -1;
        *ret_quotient = kr_int_from_i64(0);
        return 0;
    }
    if (right_count == 1) {
        digit rest;
        quotient = divide_by_digit(left, right->ob_digit[0], &rest);
        if (quotient == NULL) return -1;
        *ret_quotient = kr_int_finish(quotient, left_negative != right_negative);
        *ret_remainder = kr_int_from_i64(left_negative ? -(int64_t)rest : (int64_t)rest);
    } else {
        if (divide_limbs(left, right, &quotient, &remainder) < 0) return -1;
        *ret_quotient = kr_int_finish(quotient, left_negative != right_negative);
        *ret_remainder = kr_int_finish(remainder, left_negative);
    }
    if (*ret_remainder != NULL) return 0;
    Py_DECREF(*ret_quotient);
    return -1;
}

static int divide_short(int64_t left, int64_t right, PyObject **ret_quotient,
                        PyObject **ret_remainder)
{
    int64_t quotient = left / right, remainder = left - quotient * right;
    if (remainder && (remainder < 0) != (right < 0)) {
        remainder += right;
        quotient--;
    }
    if (ret_quotient) {
        *ret_quotient = kr_int_from_i64(quotient);
        if (*ret_quotient == NULL) return -1;
    }
    if (ret_remainder) {
        *ret_remainder = kr_int_from_i64(remainder);
        if (*ret_remainder == NULL) {
            if (ret_quotient) Py_CLEAR(*ret_quotient);
            return -1;
        }
    }
    return 0;
}

// From truncated to floor: remainder += right, quotient -= 1.
static int step_down(PyLongObject *right, PyObject **quotient, PyObject **remainder)
{
    PyObject *new_remainder = kr_int_add((PyLongObject *)*remainder, right);
    PyObject *new_quotient =
        new_remainder ? kr_int_subtract((PyLongObject *)*quotient, (PyLongObject *)kr_small_int(1))
                      : NULL;
    if (new_quotient == NULL) {
        Py_XDECREF(new_remainder);
        return -1;
    }
    Py_SETREF(*remainder, new_remainder);
    Py_SETREF(*quotient, new_quotient);
    return 0;
}

int kr_int_divide(PyLongObject *left, PyLongObject *right, PyObject **ret_quotient,
                  PyObject **ret_remainder)
{
    assert(kr_int_size(right) != 0);
    if (kr_int_is_short(left) && kr_int_is_short(right))
        return divide_short(kr_int_short_value(left), kr_int_short_value(right), ret_quotient,
                            ret_remainder);
    if (ret_quotient == NULL && kr_int_count(right) == 1) {
        int64_t divisor = kr_int_short_value(right);
        int64_t rest = remainder_by_digit(left, right->ob_digit[0]);
        if (kr_int_size(left) < 0) rest = -rest;
        if (rest && (rest < 0) != (divisor < 0)) rest += divisor;
        *ret_remainder = kr_int_from_i64(rest);
        return *ret_remainder ? 0 : -1;
    }
    KR_AUTO PyObject *quotient = NULL;
    KR_AUTO PyObject *remainder = NULL;
    PyObject *q, *r;
    if (divide_truncated(left, right, &q, &r) < 0) return -1;
    quotient = q;
    remainder = r;
    int sign = kr_int_sign((PyLongObject *)remainder);
    if (sign && sign != kr_int_sign(right) && step_down(right, &quotient, &remainder) < 0)
        return -1;
    if (ret_quotient) *ret_quotient = kr_take(quotient);
    if (ret_remainder) *ret_remainder = kr_take(remainder);
    return 0;
}

PyObject *_PyLong_DivmodNear(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right))
        return kr_raise(PyExc_TypeError, "non-integer arguments in division");
    PyLongObject *divisor = kr_int(right);
    if (kr_int_size(divisor) == 0)
        return kr_raise(PyExc_ZeroDivisionError, "integer division or modulo by zero");
    PyObject *quotient, *remainder;
    if (kr_int_divide(kr_int(left), divisor, &quotient, &remainder) < 0) return NULL;
    KR_AUTO PyObject *q = quotient;
    KR_AUTO PyObject *r = remainder;
    // |2 * remainder| against |divisor|, both of one sign: up when larger, or equal and the
    // quotient odd.
    KR_AUTO PyObject *twice = kr_int_shift_left((PyLongObject *)r, 0, 1);
    if (twice == NULL) return NULL;
    int order = kr_int_compare((PyLongObject *)twice, divisor);
    if (kr_int_size(divisor) < 0) order = -order;
    int odd = kr_int_size((PyLongObject *)q) && (((PyLongObject *)q)->ob_digit[0] & 1);
    if (order > 0 || (order == 0 && odd)) {
        PyObject *up = kr_int_add((PyLongObject *)q, (PyLongObject *)kr_small_int(1));
        PyObject *rest = up ? kr_int_subtract((PyLongObject *)r, divisor) : NULL;
        if (rest == NULL) {
            Py_XDECREF(up);
            return NULL;
        }
        Py_SETREF(q, up);
        Py_SETREF(r, rest);
    }
    return PyTuple_Pack(2, q, r);
}

// --- true division ------------------------------------------------------------------------------

// |value| as a double if it has at most 53 bits: 1, else 0.
static int as_exact_double(const PyLongObject *value, double *ret_value)
{
    Py_ssize_t count = kr_int_count(value);
    if (count > 2 || (count == 2 && value->ob_digit[1] >> (DBL_MANT_DIG - PyLong_SHIFT))) return 0;
    *ret_value = (double)kr_int_short_value(value);
    return 1;
}

// 2**-shift * |left| / |right|, with 55 or 56 bits, the lowest set if anything is cut off.
static int scaled_quotient(PyLongObject *left, PyLongObject *right, Py_ssize_t shift,
                           uint64_t *ret_bits)
{
    PyObject *quotient, *remainder;
    KR_AUTO PyObject *a = kr_int_absolute(left);
    KR_AUTO PyObject *b = kr_int_absolute(right);
    if (a == NULL || b == NULL) return -1;
    Py_ssize_t up = shift < 0 ? -shift : shift;
    PyObject **scaled = shift <= 0 ? &a : &b;
    PyObject *moved =
        kr_int_shift_left((PyLongObject *)*scaled, up / PyLong_SHIFT, (int)(up % PyLong_SHIFT));
    if (moved == NULL) return -1;
    Py_SETREF(*scaled, moved);
    if (kr_int_divide((PyLongObject *)a, (PyLongObject *)b, &quotient, &remainder) < 0) return -1;
    assert(kr_int_count((PyLongObject *)quotient) <= 2);
    *ret_bits = (uint64_t)kr_int_short_value((PyLongObject *)quotient)
                | (kr_int_size((PyLongObject *)remainder) != 0);
    Py_DECREF(quotient);
    Py_DECREF(remainder);
    return 0;
}

PyObject *kr_int_slot_true_divide(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    PyLongObject *a = kr_int(left), *b = kr_int(right);
    double x, y;
    if (kr_int_size(b) == 0) return kr_raise(PyExc_ZeroDivisionError, "division by zero");
    if (as_exact_double(a, &x) && as_exact_double(b, &y)) return PyFloat_FromDouble(x / y);
    int negative = (kr_int_size(a) < 0) != (kr_int_size(b) < 0);
    if (kr_int_size(a) == 0) return PyFloat_FromDouble(negative ? -0.0 : 0.0);
    Py_ssize_t a_bits = kr_int_bit_length(a), b_bits = kr_int_bit_length(b);
    if (a_bits < 0 || b_bits < 0) return NULL;
    Py_ssize_t difference = a_bits - b_bits;
    if (difference > DBL_MAX_EXP) goto overflow;
    if (difference < DBL_MIN_EXP - DBL_MANT_DIG - 1)
        return PyFloat_FromDouble(negative ? -0.0 : 0.0);
    // The quotient gets 55 or 56 bits; fewer for a subnormal result.
    Py_ssize_t shift = (difference > DBL_MIN_EXP ? difference : DBL_MIN_EXP) - DBL_MANT_DIG - 2;
    uint64_t bits;
    if (scaled_quotient(a, b, shift, &bits) < 0) return NULL;
    int extra = kr_bit_length(bits) - DBL_MANT_DIG;
    if (extra < 2 || shift + extra < DBL_MIN_EXP - DBL_MANT_DIG)
        extra = (int)(DBL_MIN_EXP - DBL_MANT_DIG - shift);
    uint64_t half = (uint64_t)1 << (extra - 1), low = bits & (half * 2 - 1);
    bits -= low;
    if (low > half || (low == half && (bits & (half * 2)))) bits += half * 2;
    if (shift + kr_bit_length(bits) > DBL_MAX_EXP) goto overflow;
    double result = ldexp((double)bits, (int)shift);
    return PyFloat_FromDouble(negative ? -result : result);
overflow:
    return kr_raise(PyExc_OverflowError, "integer division result too large for a float");
}

// --- slots --------------------------------------------------------------------------------------

PyObject *kr_int_slot_floor_divide(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    PyObject *quotient;
    if (kr_int_size(kr_int(right)) == 0)
        return kr_raise(PyExc_ZeroDivisionError, "integer division or modulo by zero");
    return kr_int_divide(kr_int(left), kr_int(right), &quotient, NULL) < 0 ? NULL : quotient;
}

PyObject *kr_int_slot_remainder(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    PyObject *remainder;
    if (kr_int_size(kr_int(right)) == 0)
        return kr_raise(PyExc_ZeroDivisionError, "integer modulo by zero");
    return kr_int_divide(kr_int(left), kr_int(right), NULL, &remainder) < 0 ? NULL : remainder;
}

PyObject *kr_int_slot_divmod(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    PyObject *quotient, *remainder;
    if (kr_int_size(kr_int(right)) == 0)
        return kr_raise(PyExc_ZeroDivisionError, "integer division or modulo by zero");
    if (kr_int_divide(kr_int(left), kr_int(right), &quotient, &remainder) < 0) return NULL;
    PyObject *pair = PyTuple_Pack(2, quotient, remainder);
    Py_DECREF(quotient);
    Py_DECREF(remainder);
    return pair;
}
