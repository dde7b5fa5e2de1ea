// integers.c - math's functions of ints; long numbers are GMP's work.
#include <gmp.h>

#include "Python.h"
#include "modules/math/math.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/numbers/limbs.h"

// --- common divisors and multiples --------------------------------------------------------------

METHOD(gcd, "module, *integers: array", "Greatest Common Divisor.")
static PyObject *math_gcd(PyObject *module, PyObject *const *integers, Py_ssize_t count)
{
    KR_AUTO PyObject *result = PyLong_FromLong(0);
    for (Py_ssize_t i = 0; i < count && result; i++) {
        KR_AUTO PyObject *next = PyNumber_Index(integers[i]);
        if (next == NULL) return NULL;
        Py_SETREF(result, _PyLong_GCD(result, next));
    }
    return kr_take(result);
}

// lcm of two ints: |a // gcd * b|.
static PyObject *least_multiple(PyObject *a, PyObject *b)
{
    if (_PyLong_Sign(a) == 0 || _PyLong_Sign(b) == 0) return PyLong_FromLong(0);
    KR_AUTO PyObject *divisor = _PyLong_GCD(a, b);
    PyObject *quotient;
    if (divisor == NULL || kr_int_divide(kr_int(a), kr_int(divisor), &quotient, NULL) < 0)
        return NULL;
    KR_AUTO PyObject *part = quotient;
    KR_AUTO PyObject *product = kr_int_multiply(kr_int(part), kr_int(b));
    return product ? kr_int_absolute(kr_int(product)) : NULL;
}

METHOD(lcm, "module, *integers: array", "Least Common Multiple.")
static PyObject *math_lcm(PyObject *module, PyObject *const *integers, Py_ssize_t count)
{
    KR_AUTO PyObject *result = PyLong_FromLong(1);
    for (Py_ssize_t i = 0; i < count && result; i++) {
        KR_AUTO PyObject *next = PyNumber_Index(integers[i]);
        if (next == NULL) return NULL;
        Py_SETREF(result, least_multiple(result, next));
    }
    return kr_take(result);
}

// --- combinatorics ------------------------------------------------------------------------------

METHOD(factorial, "module, n, /",
       "Find n!.\n\n"
       "Raise a ValueError if x is negative or non-integral.")
static PyObject *math_factorial(PyObject *module, PyObject *n)
{
    int overflow;
    long number = PyLong_AsLongAndOverflow(n, &overflow);
    if (number == -1 && PyErr_Occurred()) return NULL;
    if (overflow > 0)
        return kr_raise(PyExc_OverflowError, "factorial() argument should not exceed %ld",
                        LONG_MAX);
    if (overflow < 0 || number < 0)
        return kr_raise(PyExc_ValueError, "factorial() not defined for negative values");
    if (number > (long)1 << 40) return PyErr_NoMemory();
    mpz_t result;
    mpz_init(result);
    mpz_fac_ui(result, (unsigned long)number);
    PyObject *factorial = kr_limbs_from_mpz(result);
    mpz_clear(result);
    return factorial;
}

// n, or n and k, as ints that are not negative; messages begin with a letter.
static int check_not_negative(PyObject *value, const char *name)
{
    if (_PyLong_Sign(value) >= 0) return 0;
    return kr_raise_int(PyExc_ValueError, "%s must be a non-negative integer", name);
}

// n * (n - 1) * … * (n - k + 1), k > 0.
static PyObject *falling_factorial(PyObject *n, unsigned long k)
{
    KR_LIMBS(limbs);
    mpz_t result, factor;
    if (kr_limbs_from_int(kr_int(n), 0, &limbs) < 0) return NULL;
    mpz_init_set(result, mpz_roinit_n(factor, limbs.limbs, limbs.count));
    mpz_t next;
    mpz_init_set(next, result);
    for (unsigned long i = 1; i < k; i++) {
        mpz_sub_ui(next, next, 1);
        mpz_mul(result, result, next);
    }
    PyObject *product = kr_limbs_from_mpz(result);
    mpz_clear(result);
    mpz_clear(next);
    return product;
}

METHOD(perm, "module, n, k = None, /",
       "Number of ways to choose k items from n items without repetition and with order.\n\n"
       "Evaluates to n! / (n - k)! when k <= n and evaluates\n"
       "to zero when k > n.\n\n"
       "If k is not specified or is None, then k defaults to n\n"
       "and the function returns n!.\n\n"
       "Raises TypeError if either of the arguments are not integers.\n"
       "Raises ValueError if either of the arguments are negative.")
static PyObject *math_perm(PyObject *module, PyObject *n, PyObject *k)
{
    if (k == Py_None) return math_factorial(module, n);
    KR_AUTO PyObject *total = PyNumber_Index(n);
    KR_AUTO PyObject *chosen = total ? PyNumber_Index(k) : NULL;
    if (chosen == NULL || check_not_negative(total, "n") < 0
        || check_not_negative(chosen, "k") < 0)
        return NULL;
    if (kr_int_compare(kr_int(total), kr_int(chosen)) < 0) return PyLong_FromLong(0);
    int overflow;
    long count = PyLong_AsLongAndOverflow(chosen, &overflow);
    if (overflow) return kr_raise(PyExc_OverflowError, "k must not exceed %lld", LLONG_MAX);
    if (count == -1 && PyErr_Occurred()) return NULL;
    return count == 0 ? PyLong_FromLong(1) : falling_factorial(total, (unsigned long)count);
}

METHOD(comb, "module, n, k, /",
       "Number of ways to choose k items from n items without repetition and without order.\n\n"
       "Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates\n"
       "to zero when k > n.\n\n"
       "Also called the binomial coefficient because it is equivalent\n"
       "to the coefficient of k-th term in polynomial expansion of the\n"
       "expression (1 + x)**n.\n\n"
       "Raises TypeError if either of the arguments are not integers.\n"
       "Raises ValueError if either of the arguments are negative.")
static PyObject *math_comb(PyObject *module, PyObject *n, PyObject *k)
{
    KR_AUTO PyObject *total = PyNumber_Index(n);
    KR_AUTO PyObject *chosen = total ? PyNumber_Index(k) : NULL;
    if (chosen == NULL || check_not_negative(total, "n") < 0
        || check_not_negative(chosen, "k") < 0)
        return NULL;
    KR_AUTO PyObject *others = kr_int_subtract(kr_int(total), kr_int(chosen));
    if (others == NULL) return NULL;
    if (_PyLong_Sign(others) < 0) return PyLong_FromLong(0);
    PyObject *smaller = kr_int_compare(kr_int(chosen), kr_int(others)) < 0 ? chosen : others;
    int overflow;
    long count = PyLong_AsLongAndOverflow(smaller, &overflow);
    if (overflow)
        return kr_raise(PyExc_OverflowError, "min(n - k, k) must not exceed %lld", LLONG_MAX);
    if (count == -1 && PyErr_Occurred()) return NULL;
    KR_LIMBS(limbs);
    mpz_t view, result;
    if (kr_limbs_from_int(kr_int(total), 0, &limbs) < 0) return NULL;
    mpz_init(result);
    mpz_bin_ui(result, mpz_roinit_n(view, limbs.limbs, limbs.count), (unsigned long)count);
    PyObject *combinations = kr_limbs_from_mpz(result);
    mpz_clear(result);
    return combinations;
}

METHOD(isqrt, "module, n, /", "Return the integer part of the square root of the input.")
static PyObject *math_isqrt(PyObject *module, PyObject *n)
{
    KR_AUTO PyObject *number = PyNumber_Index(n);
    if (number == NULL) return NULL;
    if (_PyLong_Sign(number) < 0)
        return kr_raise(PyExc_ValueError, "isqrt() argument must be nonnegative");
    KR_LIMBS(limbs);
    KR_LIMBS(root);
    if (kr_limbs_from_int(kr_int(number), 0, &limbs) < 0) return NULL;
    if (limbs.count == 0) return PyLong_FromLong(0);
    mp_size_t count = (limbs.count + 1) / 2;
    if (kr_limbs_reserve(&root, count) < 0) return NULL;
    mpn_sqrtrem(root.limbs, NULL, limbs.limbs, limbs.count);
    return kr_int_finish(kr_limbs_to_int(root.limbs, count), 0);
}

// --- products -----------------------------------------------------------------------------------

// Goes on while items are floats or ints: [ret_product] and [ret_rest] get the product so far and
// the item that is something else (or NULL at the end).  0, or -1.
static int multiply_floats(PyObject *iterator, double product, PyObject **ret_product,
                           PyObject **ret_rest)
{
    PyObject *item;
    *ret_rest = NULL;
    while ((item = PyIter_Next(iterator))) {
        if (PyFloat_CheckExact(item)) {
            product *= PyFloat_AS_DOUBLE(item);
        } else {
            int overflow = 1;
            long value = PyLong_CheckExact(item) ? PyLong_AsLongAndOverflow(item, &overflow) : 0;
            if (overflow) {
                *ret_rest = item;
                break;
            }
            product *= (double)value;
        }
        Py_DECREF(item);
    }
    if (*ret_rest == NULL && PyErr_Occurred()) return -1;
    *ret_product = PyFloat_FromDouble(product);
    if (*ret_product) return 0;
    Py_CLEAR(*ret_rest);
    return -1;
}

METHOD(prod, "module, iterable, /, *, start: object = 1",
       "Calculate the product of all the elements in the input iterable.\n\n"
       "The default start value for the product is 1.\n\n"
       "When the iterable is empty, return the start value.  This function is\n"
       "intended specifically for use with numeric values and may reject\n"
       "non-numeric types.")
static PyObject *math_prod(PyObject *module, PyObject *iterable, PyObject *start)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    KR_AUTO PyObject *product = start ? Py_NewRef(start) : PyLong_FromLong(1);
    if (iterator == NULL || product == NULL) return NULL;
    for (;;) {
        PyObject *next = NULL;
        if (PyFloat_CheckExact(product)) {
            PyObject *so_far;
            if (multiply_floats(iterator, PyFloat_AS_DOUBLE(product), &so_far, &next) < 0)
                return NULL;
            Py_SETREF(product, so_far);
        } else {
            next = PyIter_Next(iterator);
        }
        if (next == NULL) break;
        PyObject *larger = PyNumber_Multiply(product, next);
        Py_DECREF(next);
        if (larger == NULL) return NULL;
        Py_SETREF(product, larger);
    }
    return PyErr_Occurred() ? NULL : kr_take(product);
}

#include "modules/math/integers.methods.h"

PyMethodDef *const kr_math_integer_functions = math_methods;
