// int_convert.c - ints from and to floats and byte arrays; hash.
#include <float.h>
#include <math.h>

#include "objects/errors/raise.h"
#include "objects/numbers/int_convert.h"
#include "pyerrors.h"
#include "pyhash.h"

// --- floats -------------------------------------------------------------------------------------

// The top 64 bits of |value| (its top bit is bit 63), the lowest one set if more follows.
static uint64_t top_bits(const PyLongObject *value)
{
    Py_ssize_t i = kr_int_count(value) - 1;
    int free = 64 - kr_bit_length(value->ob_digit[i]);
    uint64_t bits = (uint64_t)value->ob_digit[i] << free;
    while (--i >= 0 && free > 0) {
        free -= PyLong_SHIFT;
        digit part = value->ob_digit[i];
        bits |= free >= 0 ? (uint64_t)part << free : part >> -free;
        if (free < 0 && (part & ((1u << -free) - 1))) bits |= 1;
    }
    for (; i >= 0; i--)
        if (value->ob_digit[i]) return bits | 1;
    return bits;
}

double _PyLong_Frexp(PyLongObject *value, Py_ssize_t *ret_exponent)
{
    Py_ssize_t exponent = kr_int_bit_length(value);
    *ret_exponent = 0;
    if (exponent < 0) return -1.0;
    if (exponent == 0) return 0.0;
    uint64_t bits = top_bits(value), low = bits & 0x7ff;
    bits >>= 11;
    if (low > 0x400 || (low == 0x400 && (bits & 1))) bits++;
    double fraction = (double)bits * 0x1p-53;
    if (fraction == 1.0) {
        fraction = 0.5;
        exponent++;
    }
    *ret_exponent = exponent;
    return kr_int_size(value) < 0 ? -fraction : fraction;
}

double PyLong_AsDouble(PyObject *object)
{
    if (object == NULL) {
        PyErr_BadInternalCall();
        return -1.0;
    }
    if (!PyLong_Check(object)) return kr_raise_int(PyExc_TypeError, "an integer is required");
    PyLongObject *value = (PyLongObject *)object;
    if (kr_int_is_short(value)) return (double)kr_int_short_value(value);
    Py_ssize_t exponent;
    double fraction = _PyLong_Frexp(value, &exponent);
    if ((fraction == -1.0 && PyErr_Occurred()) || exponent > DBL_MAX_EXP)
        return kr_raise_int(PyExc_OverflowError, "int too large to convert to float");
    return ldexp(fraction, (int)exponent);
}

PyObject *PyLong_FromDouble(double number)
{
    if (number > -0x1p63 && number < 0x1p63) return kr_int_from_i64((int64_t)number);
    if (isinf(number))
        return kr_raise(PyExc_OverflowError, "cannot convert float infinity to integer");
    if (isnan(number)) return kr_raise(PyExc_ValueError, "cannot convert float NaN to integer");
    int exponent;
    int64_t significand = (int64_t)ldexp(frexp(number, &exponent), DBL_MANT_DIG);
    KR_AUTO PyObject *value = kr_int_from_i64(significand);
    if (value == NULL) return NULL;
    return _PyLong_Lshift(value, (size_t)(exponent - DBL_MANT_DIG));
}

// --- bytes --------------------------------------------------------------------------------------

PyObject *_PyLong_FromByteArray(const unsigned char *bytes, size_t size, int little_endian,
                                int is_signed)
{
    // From the least significant byte on, [step] bytes apart.
    const unsigned char *at = little_endian ? bytes : bytes + size - 1;
    ptrdiff_t step = little_endian ? 1 : -1;
    int negative = size > 0 && is_signed && at[step * (ptrdiff_t)(size - 1)] >= 0x80;
    unsigned fill = negative ? 0xff : 0;
    while (size > 0 && at[step * (ptrdiff_t)(size - 1)] == fill) size--;
    if (size > (size_t)PY_SSIZE_T_MAX / 8)
        return kr_raise(PyExc_OverflowError, "byte array too long to convert to int");
    Py_ssize_t count = (Py_ssize_t)(size * 8 / PyLong_SHIFT) + 1;
    PyLongObject *value = kr_int_allocate(count);
    if (value == NULL) return NULL;
    uint64_t pending = 0, carry = (uint64_t)negative;
    int bits = 0;
    size_t next = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        while (bits < PyLong_SHIFT) {
            unsigned byte = next < size ? at[step * (ptrdiff_t)next] : fill;
            next++;
            carry += byte ^ fill;
            pending |= (carry & 0xff) << bits;
            carry >>= 8;
            bits += 8;
        }
        value->ob_digit[i] = (digit)pending & PyLong_MASK;
        pending >>= PyLong_SHIFT;
        bits -= PyLong_SHIFT;
    }
    return kr_int_finish(value, negative);
}

int _PyLong_AsByteArray(PyLongObject *value, unsigned char *bytes, size_t size, int little_endian,
                        int is_signed)
{
    int negative = kr_int_size(value) < 0;
    if (negative && !is_signed)
        return kr_raise_int(PyExc_OverflowError, "can't convert negative int to unsigned");
    unsigned char *at = little_endian ? bytes : bytes + size - 1;
    ptrdiff_t step = little_endian ? 1 : -1;
    Py_ssize_t count = kr_int_count(value);
    unsigned flip = negative ? 0xff : 0;
    uint64_t pending = 0;
    unsigned carry = (unsigned)negative, last = 0;
    int bits = 0;
    Py_ssize_t next = 0;
    for (size_t i = 0; i < size; i++, at += step) {
        if (bits < 8 && next < count) {
            pending |= (uint64_t)value->ob_digit[next++] << bits;
            bits += PyLong_SHIFT;
        }
        carry += (unsigned)(pending & 0xff) ^ flip;
        *at = (unsigned char)carry;
        last = carry & 0xff;
        carry >>= 8;
        pending >>= 8;
        if (bits >= 8) bits -= 8;
    }
    int left = next < count || pending != 0;
    // What is left must be nothing but sign; -2**(8n - 1) is all zero bits and its sign.
    if (left || (is_signed && size > 0 && (last >= 0x80) != negative) || (size == 0 && count > 0))
        return kr_raise_int(PyExc_OverflowError, "int too big to convert");
    return 0;
}

// --- hash ---------------------------------------------------------------------------------------

Py_hash_t kr_int_hash(PyObject *object)
{
    PyLongObject *value = kr_int(object);
    uint64_t hash = 0;
    Py_ssize_t count = kr_int_count(value);
    if (count <= 2) {
        Py_ssize_t number = kr_int_short_value(value);
        return number == -1 ? -2 : number;
    }
    // Modulo 2**61 - 1, where a multiplication by 2**30 is a rotation of 61 bits.
    for (Py_ssize_t i = count - 1; i >= 0; i--) {
        hash = (hash << PyLong_SHIFT & _PyHASH_MODULUS) | hash >> (_PyHASH_BITS - PyLong_SHIFT);
        hash += value->ob_digit[i];
        if (hash >= _PyHASH_MODULUS) hash -= _PyHASH_MODULUS;
    }
    Py_hash_t result = kr_int_size(value) < 0 ? -(Py_hash_t)hash : (Py_hash_t)hash;
    return result == -1 ? -2 : result;
}
