// int_bits.c - shifts and bitwise operators, on two's complement of unlimited length.
#include "objects/errors/raise.h"
#include "objects/numbers/int_object.h"
#include "pyerrors.h"

Py_ssize_t kr_int_bit_length(const PyLongObject *value)
{
    Py_ssize_t count = kr_int_count(value);
    if (count == 0) return 0;
    if (count > PY_SSIZE_T_MAX / PyLong_SHIFT)
        return kr_raise_int(PyExc_OverflowError,
                            "int has too many bits to express in a platform size_t");
    return (count - 1) * PyLong_SHIFT + kr_bit_length(value->ob_digit[count - 1]);
}

size_t _PyLong_NumBits(PyObject *value)
{
    return (size_t)kr_int_bit_length(kr_int(value));
}

// --- shifts -------------------------------------------------------------------------------------

PyObject *kr_int_shift_left(PyLongObject *value, Py_ssize_t digits, int bits)
{
    assert(digits >= 0 && bits >= 0 && bits < PyLong_SHIFT);
    if (digits == 0 && kr_int_count(value) <= 1)
        return kr_int_from_i64(kr_int_short_value(value) * (1LL << bits));
    Py_ssize_t count = kr_int_count(value);
    if (count == 0) return kr_int_from_i64(0);
    if (digits > PY_SSIZE_T_MAX - count - 1)
        return kr_raise(PyExc_OverflowError, "too many digits in integer");
    PyLongObject *shifted = kr_int_allocate(count + digits + 1);
    if (shifted == NULL) return NULL;
    memset(shifted->ob_digit, 0, (size_t)digits * sizeof(digit));
    digit *to = shifted->ob_digit + digits;
    uint64_t carry = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        carry |= (uint64_t)value->ob_digit[i] << bits;
        to[i] = (digit)carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
    to[count] = (digit)carry;
    return kr_int_finish(shifted, kr_int_size(value) < 0);
}

PyObject *kr_int_shift_right(PyLongObject *value, Py_ssize_t digits, int bits)
{
    assert(digits >= 0 && bits >= 0 && bits < PyLong_SHIFT);
    if (kr_int_is_short(value)) {
        int64_t by = digits > 1 ? 63 : digits * PyLong_SHIFT + bits;
        return kr_int_from_i64(kr_int_short_value(value) >> by);
    }
    Py_ssize_t count = kr_int_count(value);
    int negative = kr_int_size(value) < 0;
    if (digits >= count) return kr_int_from_i64(-negative);
    // A negative value rounds down: its absolute value up when a set bit is lost.
    int lost = 0;
    for (Py_ssize_t i = 0; negative && i < digits && !lost; i++) lost = value->ob_digit[i] != 0;
    lost |= (value->ob_digit[digits] & ((1u << bits) - 1)) != 0;
    PyLongObject *shifted = kr_int_allocate(count - digits + 1);
    if (shifted == NULL) return NULL;
    uint64_t carry = negative && lost;
    for (Py_ssize_t i = 0; i < count - digits; i++) {
        uint64_t high = i + digits + 1 < count ? value->ob_digit[i + digits + 1] : 0;
        uint64_t part = value->ob_digit[i + digits] >> bits | high << (PyLong_SHIFT - bits);
        carry += part & PyLong_MASK;
        shifted->ob_digit[i] = (digit)carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
    shifted->ob_digit[count - digits] = (digit)carry;
    return kr_int_finish(shifted, negative);
}

PyObject *_PyLong_Lshift(PyObject *value, size_t bits)
{
    return kr_int_shift_left(kr_int(value), (Py_ssize_t)(bits / PyLong_SHIFT),
                             (int)(bits % PyLong_SHIFT));
}

PyObject *_PyLong_Rshift(PyObject *value, size_t bits)
{
    return kr_int_shift_right(kr_int(value), (Py_ssize_t)(bits / PyLong_SHIFT),
                              (int)(bits % PyLong_SHIFT));
}

// Splits a shift count into digits and bits; one too large gives PY_SSIZE_T_MAX digits.
static int split_count(PyLongObject *count, Py_ssize_t *ret_digits, int *ret_bits)
{
    if (kr_int_size(count) < 0) return kr_raise_int(PyExc_ValueError, "negative shift count");
    *ret_digits = PY_SSIZE_T_MAX;
    *ret_bits = 0;
    if (kr_int_is_short(count)) {
        *ret_digits = kr_int_short_value(count) / PyLong_SHIFT;
        *ret_bits = (int)(kr_int_short_value(count) % PyLong_SHIFT);
    }
    return 0;
}

PyObject *kr_int_slot_lshift(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    Py_ssize_t digits;
    int bits;
    if (split_count(kr_int(right), &digits, &bits) < 0) return NULL;
    return kr_int_shift_left(kr_int(left), digits, bits);
}

PyObject *kr_int_slot_rshift(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    Py_ssize_t digits;
    int bits;
    if (split_count(kr_int(right), &digits, &bits) < 0) return NULL;
    return kr_int_shift_right(kr_int(left), digits, bits);
}

// --- and, or, xor, invert -----------------------------------------------------------------------

// The digits of an int in two's complement, one after the other.
typedef struct Stream {
    const PyLongObject *value;
    Py_ssize_t count;
    digit flip;    // all bits set when the value is negative
    digit carry;
} Stream;

static Stream stream_of(const PyLongObject *value)
{
    int negative = kr_int_size(value) < 0;
    return (Stream){value, kr_int_count(value), negative ? PyLong_MASK : 0, (digit)negative};
}

static inline digit next_digit(Stream *stream, Py_ssize_t index)
{
    digit part = index < stream->count ? stream->value->ob_digit[index] : 0;
    part = (part ^ stream->flip) + stream->carry;
    stream->carry = part >> PyLong_SHIFT;
    return part & PyLong_MASK;
}

static PyObject *combine(PyLongObject *left, PyLongObject *right, char operator)
{
    Stream a = stream_of(left), b = stream_of(right);
    digit sign = operator== '&' ? (a.flip & b.flip) :
                 operator== '|' ? (a.flip | b.flip)
                                : (a.flip ^ b.flip);
    Py_ssize_t count = a.count > b.count ? a.count : b.count;
    // A positive operand of '&' ends the result.
    if (operator == '&' && !a.flip) count = !b.flip && b.count < a.count ? b.count : a.count;
    if (operator == '&' && a.flip && !b.flip) count = b.count;
    PyLongObject *result = kr_int_allocate(count + 1);
    if (result == NULL) return NULL;
    digit carry = sign & 1;
    for (Py_ssize_t i = 0; i <= count; i++) {
        digit x = next_digit(&a, i), y = next_digit(&b, i);
        digit part = operator == '&' ? (x & y) : operator == '|' ? (x | y) : (x ^ y);
        part = (part ^ sign) + carry;
        result->ob_digit[i] = part & PyLong_MASK;
        carry = part >> PyLong_SHIFT;
    }
    return kr_int_finish(result, sign != 0);
}

PyObject *kr_int_slot_and(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    PyLongObject *a = kr_int(left), *b = kr_int(right);
    if (kr_int_is_short(a) && kr_int_is_short(b))
        return kr_int_from_i64(kr_int_short_value(a) & kr_int_short_value(b));
    return combine(a, b, '&');
}

PyObject *kr_int_slot_or(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    PyLongObject *a = kr_int(left), *b = kr_int(right);
    if (kr_int_is_short(a) && kr_int_is_short(b))
        return kr_int_from_i64(kr_int_short_value(a) | kr_int_short_value(b));
    return combine(a, b, '|');
}

PyObject *kr_int_slot_xor(PyObject *left, PyObject *right)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    PyLongObject *a = kr_int(left), *b = kr_int(right);
    if (kr_int_is_short(a) && kr_int_is_short(b))
        return kr_int_from_i64(kr_int_short_value(a) ^ kr_int_short_value(b));
    return combine(a, b, '^');
}

PyObject *kr_int_slot_invert(PyObject *object)
{
    PyLongObject *value = kr_int(object);
    if (kr_int_is_short(value)) return kr_int_from_i64(~kr_int_short_value(value));
    PyObject *sum = kr_int_add(value, (PyLongObject *)kr_small_int(1));
    if (sum) kr_int_set_size((PyLongObject *)sum, -kr_int_size((PyLongObject *)sum));
    return sum;
}
