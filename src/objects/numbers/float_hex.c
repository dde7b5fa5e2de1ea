// float_hex.c - float.hex, float.fromhex, and rounding to decimal places.
#include <float.h>
#include <limits.h>
#include <math.h>

#include "base/bits.h"
#include "base/double_text.h"
#include "objects/errors/raise.h"
#include "objects/numbers/float_object.h"
#include "pyerrors.h"
#include "pystrtod.h"
#include "text/digits.h"
#include "unicodeobject.h"

PyObject *kr_float_to_hex(double value)
{
    if (!isfinite(value))
        return PyUnicode_FromString(isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    const char *sign = signbit(value) ? "-" : "";
    if (value == 0.0) return PyUnicode_FromFormat("%s0x0.0p+0", sign);
    uint64_t bits = kr_load_64(&value), fraction = bits & 0xfffffffffffffu;
    int exponent = (int)(bits >> 52 & 0x7ff), is_normal = exponent != 0;
    exponent = is_normal ? exponent - 1023 : -1022;
    char digits[14] = {0};
    for (int i = 12; i >= 0; i--, fraction >>= 4) digits[i] = "0123456789abcdef"[fraction & 15];
    return PyUnicode_FromFormat("%s0x%d.%sp%c%d", sign, is_normal, digits,
                                exponent < 0 ? '-' : '+', exponent < 0 ? -exponent : exponent);
}

// --- from hexadecimal text ----------------------------------------------------------------------

static int is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// The digits read so far: significand * 2**exponent, `sticky` if a digit that is not 0 was
// dropped.
typedef struct Significand {
    uint64_t bits;
    long exponent;
    int sticky;
    int any_digit;
} Significand;

static void take_digit(Significand *number, unsigned value, int behind_point)
{
    number->any_digit = 1;
    if (number->bits >> 60) {
        number->sticky |= value != 0;
        if (!behind_point) number->exponent += 4;
        return;
    }
    number->bits = number->bits << 4 | value;
    if (behind_point) number->exponent -= 4;
}

static const char *read_significand(const char *at, Significand *ret_number)
{
    Significand number = {0};
    int behind_point = 0;
    for (;; at++) {
        unsigned value = kr_digits_value[(unsigned char)*at];
        if (value < 16)
            take_digit(&number, value, behind_point);
        else if (*at == '.' && !behind_point)
            behind_point = 1;
        else
            break;
    }
    *ret_number = number;
    return at;
}

// Reads `p [sign] digits`; NULL when the digits are missing.
static const char *read_binary_exponent(const char *at, long *ret_exponent)
{
    *ret_exponent = 0;
    if ((*at | 32) != 'p') return at;
    at++;
    int negative = *at == '-';
    if (*at == '-' || *at == '+') at++;
    if (*at < '0' || *at > '9') return NULL;
    long exponent = 0;
    for (; *at >= '0' && *at <= '9'; at++)
        if (exponent < LONG_MAX / 40) exponent = exponent * 10 + (*at - '0');
    *ret_exponent = negative ? -exponent : exponent;
    return at;
}

// Rounds half to even: 0, or -1 when it is too large.
static int round_significand(const Significand *number, double *ret_value)
{
    *ret_value = 0.0;
    if (number->bits == 0) return 0;
    uint64_t bits = number->bits;
    long exponent = number->exponent, top = exponent + kr_bit_length(bits);   // value < 2**top
    if (top > DBL_MAX_EXP) return -1;
    if (top < -1074) return 0;
    int zeros = __builtin_clzll(bits);
    bits <<= zeros;
    exponent -= zeros;
    // Bits to drop: 11 leaves 53; a subnormal keeps fewer.
    long drop = 11;
    if (exponent + drop < -1074) drop = -1074 - exponent;
    assert(drop >= 11 && drop <= 64);
    uint64_t kept = drop == 64 ? 0 : bits >> drop;
    uint64_t half = (uint64_t)1 << (drop - 1), low = drop == 64 ? bits : bits & ((half << 1) - 1);
    if (low > half || (low == half && (number->sticky || (kept & 1)))) kept++;
    *ret_value = ldexp((double)kept, (int)(exponent + drop));
    return isinf(*ret_value) ? -1 : 0;
}

PyObject *kr_float_from_hex(PyObject *text)
{
    Py_ssize_t length;
    const char *start = PyUnicode_AsUTF8AndSize(text, &length);
    if (start == NULL) return NULL;
    const char *at = start;
    while (is_space(*at)) at++;
    char *special_end;
    double value = _Py_parse_inf_or_nan(at, &special_end);
    if (special_end != at) {
        at = special_end;
    } else {
        int negative = *at == '-';
        if (*at == '-' || *at == '+') at++;
        if (*at == '0' && (at[1] | 32) == 'x') at += 2;
        Significand number;
        long exponent;
        at = read_significand(at, &number);
        const char *end = number.any_digit ? read_binary_exponent(at, &exponent) : NULL;
        if (end == NULL) goto invalid;
        at = end;
        number.exponent += exponent;
        if (round_significand(&number, &value) < 0)
            return kr_raise(PyExc_OverflowError,
                            "hexadecimal value too large to represent as a float");
        if (negative) value = -value;
    }
    while (is_space(*at)) at++;
    if (at == start + length) return PyFloat_FromDouble(value);
invalid:
    return kr_raise(PyExc_ValueError, "invalid hexadecimal floating-point string");
}

// --- rounding -----------------------------------------------------------------------------------

PyObject *kr_float_round(double value, Py_ssize_t ndigits)
{
    if (!isfinite(value) || ndigits > 323) return PyFloat_FromDouble(value);
    if (ndigits < -308) return PyFloat_FromDouble(0.0 * value);
    KrDecimal decimal;
    double rounded;
    if (kr_double_to_places(value, ndigits, &decimal) < 0) return PyErr_NoMemory();
    int failed = kr_double_from_decimal(decimal.digits, decimal.count,
                                        decimal.point - decimal.count, &rounded);
    kr_decimal_clear(&decimal);
    if (failed) return PyErr_NoMemory();
    if (isinf(rounded))
        return kr_raise(PyExc_OverflowError, "rounded value too large to represent");
    return PyFloat_FromDouble(copysign(rounded, value));
}
