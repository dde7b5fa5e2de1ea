// int_power.c - powers, powers modulo an int, greatest common divisors.
//
// Without a modulus: 64-bit arithmetic while the result fits, a shift for powers of two, else
// squaring in limbs.  With one: 128-bit products for a modulus below 2**60, GMP for longer ones.
#include "floatobject.h"
#include "objects/errors/raise.h"
#include "objects/numbers/int_object.h"
#include "objects/numbers/limbs.h"
#include "pyerrors.h"

// --- without a modulus --------------------------------------------------------------------------

// 1 when base**exponent fits 64 bits.
static int power_short(int64_t base, uint64_t exponent, int64_t *ret_power)
{
    int64_t power = 1;
    for (;;) {
        if ((exponent & 1) && __builtin_mul_overflow(power, base, &power)) return 0;
        exponent >>= 1;
        if (exponent == 0) break;
        if (__builtin_mul_overflow(base, base, &base)) return 0;
    }
    *ret_power = power;
    return 1;
}

static mp_size_t trimmed(const mp_limb_t *limbs, mp_size_t count)
{
    while (count > 0 && limbs[count - 1] == 0) count--;
    return count;
}

// |base|**exponent by squaring, from the top bit of the exponent down.
static PyLongObject *power_limbs(PyLongObject *base, uint64_t exponent)
{
    KR_LIMBS(factor);
    KR_LIMBS(power);
    KR_LIMBS(next);
    if (kr_limbs_from_int(base, 0, &factor) < 0) return NULL;
    unsigned __int128 bits = (unsigned __int128)kr_int_bit_length(base) * exponent;
    if (bits >> 62) {
        PyErr_NoMemory();
        return NULL;
    }
    mp_size_t room = (mp_size_t)(bits / 64) + factor.count + 4;
    if (kr_limbs_reserve(&power, room) < 0 || kr_limbs_reserve(&next, room) < 0) return NULL;
    mp_limb_t *current = power.limbs, *other = next.limbs, *swapped;
    memcpy(current, factor.limbs, (size_t)factor.count * sizeof(mp_limb_t));
    mp_size_t count = factor.count;
    for (int bit = kr_bit_length(exponent) - 2; bit >= 0; bit--) {
        mpn_sqr(other, current, count);
        count = trimmed(other, count * 2);
        swapped = current, current = other, other = swapped;
        if (exponent >> bit & 1) {
            if (count >= factor.count)
                mpn_mul(other, current, count, factor.limbs, factor.count);
            else
                mpn_mul(other, factor.limbs, factor.count, current, count);
            count = trimmed(other, count + factor.count);
            swapped = current, current = other, other = swapped;
        }
        assert(count <= room);
    }
    return kr_limbs_to_int(current, count);
}

// Index of the only set bit of |value|, or -1 if there are more.
static Py_ssize_t only_bit(const PyLongObject *value)
{
    Py_ssize_t count = kr_int_count(value);
    for (Py_ssize_t i = 0; i < count - 1; i++)
        if (value->ob_digit[i]) return -1;
    digit top = value->ob_digit[count - 1];
    return kr_is_power_of_two(top) ? (count - 1) * PyLong_SHIFT + kr_lowest_bit(top) : -1;
}

static PyObject *power(PyLongObject *base, PyLongObject *exponent)
{
    assert(kr_int_size(exponent) >= 0);
    int64_t result;
    int odd = kr_int_size(exponent) && (exponent->ob_digit[0] & 1);
    if (kr_int_size(exponent) == 0) return kr_int_from_i64(1);
    if (kr_int_size(base) == 0 || kr_int_equal_one(base)) return kr_int_exact(base);
    if (kr_int_size(base) == -1 && base->ob_digit[0] == 1) return kr_int_from_i64(odd ? -1 : 1);
    if (!kr_int_is_short(exponent)) return PyErr_NoMemory();
    uint64_t times = (uint64_t)kr_int_short_value(exponent);
    if (kr_int_is_short(base) && power_short(kr_int_short_value(base), times, &result))
        return kr_int_from_i64(result);
    int negative = odd && kr_int_size(base) < 0;
    Py_ssize_t bit = only_bit(base);
    if (bit >= 0) {
        uint64_t shift;
        if (__builtin_mul_overflow((uint64_t)bit, times, &shift)
            || shift > (uint64_t)PY_SSIZE_T_MAX)
            return kr_raise(PyExc_OverflowError, "too many digits in integer");
        return kr_int_shift_left((PyLongObject *)kr_small_int(negative ? -1 : 1),
                                 (Py_ssize_t)(shift / PyLong_SHIFT), (int)(shift % PyLong_SHIFT));
    }
    return kr_int_finish(power_limbs(base, times), negative);
}

// --- modulo -------------------------------------------------------------------------------------

// A read-only view of an int as a number of GMP's.
static int view_as_mpz(const PyLongObject *value, KrLimbs *limbs, mpz_t ret_view)
{
    if (kr_limbs_from_int(value, 0, limbs) < 0) return -1;
    mpz_roinit_n(ret_view, limbs->limbs, kr_int_size(value) < 0 ? -limbs->count : limbs->count);
    return 0;
}

// base**exponent mod modulus, 0 < modulus < 2**60, exponent of any length.
static PyObject *power_modulo_short(PyLongObject *base, PyLongObject *exponent,
                                    PyLongObject *modulus)
{
    PyObject *reduced;
    if (kr_int_divide(base, modulus, NULL, &reduced) < 0) return NULL;
    uint64_t factor = (uint64_t)kr_int_short_value((PyLongObject *)reduced);
    uint64_t m = (uint64_t)kr_int_short_value(modulus), result = 1 % m;
    Py_DECREF(reduced);
    for (Py_ssize_t i = kr_int_count(exponent) - 1; i >= 0; i--)
        for (int bit = PyLong_SHIFT - 1; bit >= 0; bit--) {
            if (result != 1) result = (uint64_t)((unsigned __int128)result * result % m);
            if (exponent->ob_digit[i] >> bit & 1)
                result = (uint64_t)((unsigned __int128)result * factor % m);
        }
    return kr_int_from_u64(result);
}

// [modulus] > 0; a negative exponent needs an inverse.
static PyObject *power_modulo(PyLongObject *base, PyLongObject *exponent, PyLongObject *modulus)
{
    int inverse = kr_int_size(exponent) < 0;
    if (!inverse && kr_int_is_short(modulus)) return power_modulo_short(base, exponent, modulus);
    KR_LIMBS(base_limbs);
    KR_LIMBS(exponent_limbs);
    KR_LIMBS(modulus_limbs);
    mpz_t b, e, m, result;
    if (view_as_mpz(base, &base_limbs, b) < 0 || view_as_mpz(exponent, &exponent_limbs, e) < 0
        || view_as_mpz(modulus, &modulus_limbs, m) < 0)
        return NULL;
    mpz_init(result);
    PyObject *power = NULL;
    // Everything is 0 modulo 1, and has an inverse there.
    int possible = !inverse || kr_int_equal_one(modulus) || mpz_invert(result, b, m);
    if (possible) {
        mpz_powm(result, b, e, m);
        power = kr_limbs_from_mpz(result);
    }
    mpz_clear(result);
    if (!possible)
        return kr_raise(PyExc_ValueError, "base is not invertible for the given modulus");
    return power;
}

static PyObject *power_modulo_signed(PyLongObject *base, PyLongObject *exponent,
                                     PyLongObject *modulus)
{
    if (kr_int_size(modulus) == 0)
        return kr_raise(PyExc_ValueError, "pow() 3rd argument cannot be 0");
    int negative = kr_int_size(modulus) < 0;
    KR_AUTO PyObject *positive = kr_int_absolute(modulus);
    if (positive == NULL) return NULL;
    KR_AUTO PyObject *power = power_modulo(base, exponent, (PyLongObject *)positive);
    if (power == NULL) return NULL;
    if (!negative || kr_int_size((PyLongObject *)power) == 0) return kr_take(power);
    return kr_int_subtract((PyLongObject *)power, (PyLongObject *)positive);
}

PyObject *kr_int_slot_power(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    if (!kr_int_both(base, exponent)) Py_RETURN_NOTIMPLEMENTED;
    if (modulus != Py_None) {
        if (!PyLong_Check(modulus)) Py_RETURN_NOTIMPLEMENTED;
        return power_modulo_signed(kr_int(base), kr_int(exponent), kr_int(modulus));
    }
    if (kr_int_size(kr_int(exponent)) < 0)
        return PyFloat_Type.tp_as_number->nb_power(base, exponent, modulus);
    return power(kr_int(base), kr_int(exponent));
}

// --- greatest common divisor --------------------------------------------------------------------

static uint64_t gcd_u64(uint64_t a, uint64_t b)
{
    if (a == 0 || b == 0) return a | b;
    int twos = kr_lowest_bit(a | b);
    a >>= kr_lowest_bit(a);
    while (b) {
        b >>= kr_lowest_bit(b);
        if (a > b) {
            uint64_t other = a;
            a = b;
            b = other;
        }
        b -= a;
    }
    return a << twos;
}

PyObject *_PyLong_GCD(PyObject *left, PyObject *right)
{
    PyLongObject *a = kr_int(left), *b = kr_int(right);
    if (kr_int_is_short(a) && kr_int_is_short(b)) {
        int64_t x = kr_int_short_value(a), y = kr_int_short_value(b);
        return kr_int_from_u64(gcd_u64((uint64_t)(x < 0 ? -x : x), (uint64_t)(y < 0 ? -y : y)));
    }
    KR_LIMBS(a_limbs);
    KR_LIMBS(b_limbs);
    mpz_t x, y, result;
    if (view_as_mpz(a, &a_limbs, x) < 0 || view_as_mpz(b, &b_limbs, y) < 0) return NULL;
    mpz_init(result);
    mpz_gcd(result, x, y);
    PyObject *divisor = kr_limbs_from_mpz(result);
    mpz_clear(result);
    return divisor;
}
