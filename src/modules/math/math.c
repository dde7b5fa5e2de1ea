// math.c - the module math: functions of floats.
//
// A NaN out of numbers is a ValueError; an infinity out of numbers an OverflowError where the true
// result is just too large, else a ValueError.  Ints are in integers.c, exact sums and norms in
// sums.c, the gamma functions in gamma.c.
#include <errno.h>
#include <math.h>

#include "Python.h"
#include "modules/math/math.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"

// The result [value] of a function of [x].
static PyObject *finish(double x, double value, int can_overflow)
{
    if (isnan(value) && !isnan(x)) return kr_raise(PyExc_ValueError, "math domain error");
    if (isinf(value) && isfinite(x)) {
        if (can_overflow) return kr_raise(PyExc_OverflowError, "math range error");
        return kr_raise(PyExc_ValueError, "math domain error");
    }
    return PyFloat_FromDouble(value);
}

// --- one float ----------------------------------------------------------------------------------

METHOD(acos, "module, x: double, /",
       "Return the arc cosine (measured in radians) of x.\n\n"
       "The result is between 0 and pi.")
static PyObject *math_acos(PyObject *module, double x)
{
    return finish(x, acos(x), 0);
}

METHOD(acosh, "module, x: double, /", "Return the inverse hyperbolic cosine of x.")
static PyObject *math_acosh(PyObject *module, double x)
{
    return finish(x, acosh(x), 0);
}

METHOD(asin, "module, x: double, /",
       "Return the arc sine (measured in radians) of x.\n\n"
       "The result is between -pi/2 and pi/2.")
static PyObject *math_asin(PyObject *module, double x)
{
    return finish(x, asin(x), 0);
}

METHOD(asinh, "module, x: double, /", "Return the inverse hyperbolic sine of x.")
static PyObject *math_asinh(PyObject *module, double x)
{
    return finish(x, asinh(x), 0);
}

METHOD(atan, "module, x: double, /",
       "Return the arc tangent (measured in radians) of x.\n\n"
       "The result is between -pi/2 and pi/2.")
static PyObject *math_atan(PyObject *module, double x)
{
    return finish(x, atan(x), 0);
}

METHOD(atanh, "module, x: double, /", "Return the inverse hyperbolic tangent of x.")
static PyObject *math_atanh(PyObject *module, double x)
{
    return finish(x, atanh(x), 0);
}

METHOD(cbrt, "module, x: double, /", "Return the cube root of x.")
static PyObject *math_cbrt(PyObject *module, double x)
{
    return finish(x, cbrt(x), 0);
}

METHOD(cos, "module, x: double, /", "Return the cosine of x (measured in radians).")
static PyObject *math_cos(PyObject *module, double x)
{
    return finish(x, cos(x), 0);
}

METHOD(cosh, "module, x: double, /", "Return the hyperbolic cosine of x.")
static PyObject *math_cosh(PyObject *module, double x)
{
    return finish(x, cosh(x), 1);
}

METHOD(erf, "module, x: double, /", "Error function at x.")
static PyObject *math_erf(PyObject *module, double x)
{
    return finish(x, erf(x), 0);
}

METHOD(erfc, "module, x: double, /", "Complementary error function at x.")
static PyObject *math_erfc(PyObject *module, double x)
{
    return finish(x, erfc(x), 0);
}

METHOD(exp, "module, x: double, /", "Return e raised to the power of x.")
static PyObject *math_exp(PyObject *module, double x)
{
    return finish(x, exp(x), 1);
}

METHOD(exp2, "module, x: double, /", "Return 2 raised to the power of x.")
static PyObject *math_exp2(PyObject *module, double x)
{
    return finish(x, exp2(x), 1);
}

METHOD(expm1, "module, x: double, /",
       "Return exp(x)-1.\n\n"
       "This function avoids the loss of precision involved in the direct evaluation of "
       "exp(x)-1 for small x.")
static PyObject *math_expm1(PyObject *module, double x)
{
    return finish(x, expm1(x), 1);
}

METHOD(fabs, "module, x: double, /", "Return the absolute value of the float x.")
static PyObject *math_fabs(PyObject *module, double x)
{
    return finish(x, fabs(x), 0);
}

METHOD(log1p, "module, x: double, /",
       "Return the natural logarithm of 1+x (base e).\n\n"
       "The result is computed in a way which is accurate for x near zero.")
static PyObject *math_log1p(PyObject *module, double x)
{
    return finish(x, log1p(x), 0);
}

METHOD(sin, "module, x: double, /", "Return the sine of x (measured in radians).")
static PyObject *math_sin(PyObject *module, double x)
{
    return finish(x, sin(x), 0);
}

METHOD(sinh, "module, x: double, /", "Return the hyperbolic sine of x.")
static PyObject *math_sinh(PyObject *module, double x)
{
    return finish(x, sinh(x), 1);
}

METHOD(sqrt, "module, x: double, /", "Return the square root of x.")
static PyObject *math_sqrt(PyObject *module, double x)
{
    return finish(x, sqrt(x), 0);
}

METHOD(tan, "module, x: double, /", "Return the tangent of x (measured in radians).")
static PyObject *math_tan(PyObject *module, double x)
{
    return finish(x, tan(x), 0);
}

METHOD(tanh, "module, x: double, /", "Return the hyperbolic tangent of x.")
static PyObject *math_tanh(PyObject *module, double x)
{
    return finish(x, tanh(x), 0);
}

METHOD(gamma, "module, x: double, /", "Gamma function at x.")
static PyObject *math_gamma(PyObject *module, double x)
{
    errno = 0;
    double value = kr_math_gamma(x);
    if (errno == EDOM) return kr_raise(PyExc_ValueError, "math domain error");
    if (errno == ERANGE && isinf(value)) return kr_raise(PyExc_OverflowError, "math range error");
    return PyFloat_FromDouble(value);
}

METHOD(lgamma, "module, x: double, /",
       "Natural logarithm of absolute value of Gamma function at x.")
static PyObject *math_lgamma(PyObject *module, double x)
{
    errno = 0;
    double value = kr_math_lgamma(x);
    if (errno == EDOM) return kr_raise(PyExc_ValueError, "math domain error");
    if (errno == ERANGE && isinf(value)) return kr_raise(PyExc_OverflowError, "math range error");
    return PyFloat_FromDouble(value);
}

METHOD(degrees, "module, x: double, /", "Convert angle x from radians to degrees.")
static PyObject *math_degrees(PyObject *module, double x)
{
    return PyFloat_FromDouble(x * (180.0 / M_PI));
}

METHOD(radians, "module, x: double, /", "Convert angle x from degrees to radians.")
static PyObject *math_radians(PyObject *module, double x)
{
    return PyFloat_FromDouble(x * (M_PI / 180.0));
}

METHOD(isfinite, "module, x: double, /",
       "Return True if x is neither an infinity nor a NaN, and False otherwise.")
static PyObject *math_isfinite(PyObject *module, double x)
{
    return PyBool_FromLong(isfinite(x));
}

METHOD(isinf, "module, x: double, /",
       "Return True if x is a positive or negative infinity, and False otherwise.")
static PyObject *math_isinf(PyObject *module, double x)
{
    return PyBool_FromLong(isinf(x));
}

METHOD(isnan, "module, x: double, /",
       "Return True if x is a NaN (not a number), and False otherwise.")
static PyObject *math_isnan(PyObject *module, double x)
{
    return PyBool_FromLong(isnan(x));
}

METHOD(frexp, "module, x: double, /",
       "Return the mantissa and exponent of x, as pair (m, e).\n\n"
       "m is a float and e is an int, such that x = m * 2.**e.\n"
       "If x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.")
static PyObject *math_frexp(PyObject *module, double x)
{
    int exponent = 0;
    double fraction = x == 0.0 || !isfinite(x) ? x : frexp(x, &exponent);
    return Py_BuildValue("(di)", fraction, exponent);
}

METHOD(modf, "module, x: double, /",
       "Return the fractional and integer parts of x.\n\n"
       "Both results carry the sign of x and are floats.")
static PyObject *math_modf(PyObject *module, double x)
{
    double whole, fraction = modf(x, &whole);
    if (isinf(x)) fraction = copysign(0.0, x);
    return Py_BuildValue("(dd)", fraction, whole);
}

METHOD(ulp, "module, x: double, /",
       "Return the value of the least significant bit of the float x.")
static PyObject *math_ulp(PyObject *module, double x)
{
    if (isnan(x)) return PyFloat_FromDouble(x);
    x = fabs(x);
    if (isinf(x)) return PyFloat_FromDouble(x);
    double next = nextafter(x, INFINITY);
    // The largest float has no next one.
    if (isinf(next)) return PyFloat_FromDouble(x - nextafter(x, -INFINITY));
    return PyFloat_FromDouble(next - x);
}

// --- two floats ---------------------------------------------------------------------------------

METHOD(atan2, "module, y: double, x: double, /",
       "Return the arc tangent (measured in radians) of y/x.\n\n"
       "Unlike atan(y/x), the signs of both x and y are considered.")
static PyObject *math_atan2(PyObject *module, double y, double x)
{
    return PyFloat_FromDouble(atan2(y, x));
}

METHOD(copysign, "module, x: double, y: double, /",
       "Return a float with the magnitude (absolute value) of x but the sign of y.\n\n"
       "On platforms that support signed zeros, copysign(1.0, -0.0)\n"
       "returns -1.0.\n")
static PyObject *math_copysign(PyObject *module, double x, double y)
{
    return PyFloat_FromDouble(copysign(x, y));
}

METHOD(nextafter, "module, x: double, y: double, /",
       "Return the next floating-point value after x towards y.")
static PyObject *math_nextafter(PyObject *module, double x, double y)
{
    return PyFloat_FromDouble(nextafter(x, y));
}

// The result of a function of two floats that raises for a NaN out of numbers.
static PyObject *finish_two(double x, double y, double value)
{
    if (isnan(value) && !isnan(x) && !isnan(y))
        return kr_raise(PyExc_ValueError, "math domain error");
    return PyFloat_FromDouble(value);
}

METHOD(fmod, "module, x: double, y: double, /",
       "Return fmod(x, y), according to platform C.\n\n"
       "x % y may differ.")
static PyObject *math_fmod(PyObject *module, double x, double y)
{
    return finish_two(x, y, isinf(y) && isfinite(x) ? x : fmod(x, y));
}

METHOD(remainder, "module, x: double, y: double, /",
       "Difference between x and the closest integer multiple of y.\n\n"
       "Return x - n*y where n*y is the closest integer multiple of y.\n"
       "In the case where x is exactly halfway between two multiples of\n"
       "y, the nearest even value of n is used. The result is always exact.")
static PyObject *math_remainder(PyObject *module, double x, double y)
{
    return finish_two(x, y, remainder(x, y));
}

METHOD(pow, "module, x: double, y: double, /", "Return x**y (x to the power of y).")
static PyObject *math_pow(PyObject *module, double x, double y)
{
    double value = pow(x, y);
    if (isfinite(x) && isfinite(y)) {
        if (isnan(value) || (isinf(value) && x == 0.0))
            return kr_raise(PyExc_ValueError, "math domain error");
        if (isinf(value)) return kr_raise(PyExc_OverflowError, "math range error");
    }
    return PyFloat_FromDouble(value);
}

METHOD(ldexp, "module, x: double, i, /",
       "Return x * (2**i).\n\n"
       "This is essentially the inverse of frexp().")
static PyObject *math_ldexp(PyObject *module, double x, PyObject *i)
{
    if (!PyLong_Check(i))
        return kr_raise(PyExc_TypeError, "Expected an int as second argument to ldexp.");
    int overflow;
    long exponent = PyLong_AsLongAndOverflow(i, &overflow);
    if (exponent == -1 && PyErr_Occurred()) return NULL;
    if (x == 0.0 || !isfinite(x)) return PyFloat_FromDouble(x);
    if (overflow > 0 || exponent > 5000) return kr_raise(PyExc_OverflowError, "math range error");
    if (overflow < 0 || exponent < -5000) return PyFloat_FromDouble(copysign(0.0, x));
    double value = ldexp(x, (int)exponent);
    if (isinf(value)) return kr_raise(PyExc_OverflowError, "math range error");
    return PyFloat_FromDouble(value);
}

METHOD(isclose, "module, a: double, b: double, *, rel_tol: double = 1e-09, abs_tol: double = 0.0",
       "Determine whether two floating point numbers are close in value.\n\n"
       "  rel_tol\n"
       "    maximum difference for being considered \"close\", relative to the\n"
       "    magnitude of the input values\n"
       "  abs_tol\n"
       "    maximum difference for being considered \"close\", regardless of the\n"
       "    magnitude of the input values\n\n"
       "Return True if a is close in value to b, and False otherwise.\n\n"
       "For the values to be considered close, the difference between them\n"
       "must be smaller than at least one of the tolerances.\n\n"
       "-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That\n"
       "is, NaN is not close to anything, even itself.  inf and -inf are\n"
       "only close to themselves.")
static PyObject *math_isclose(PyObject *module, double a, double b, double rel_tol, double abs_tol)
{
    if (rel_tol < 0.0 || abs_tol < 0.0)
        return kr_raise(PyExc_ValueError, "tolerances must be non-negative");
    if (a == b) Py_RETURN_TRUE;
    if (isinf(a) || isinf(b)) Py_RETURN_FALSE;
    double difference = fabs(b - a);
    return PyBool_FromLong(difference <= fabs(rel_tol * b) || difference <= fabs(rel_tol * a)
                           || difference <= abs_tol);
}

// --- logarithms, of ints of any length too ------------------------------------------------------

static PyObject *logarithm(PyObject *object, double (*function)(double))
{
    if (!PyLong_Check(object)) {
        double x = PyFloat_AsDouble(object);
        if (x == -1.0 && PyErr_Occurred()) return NULL;
        return finish(x, function(x), 0);
    }
    if (_PyLong_Sign(object) <= 0) return kr_raise(PyExc_ValueError, "math domain error");
    double x = PyLong_AsDouble(object);
    if (x != -1.0 || !PyErr_Occurred()) return PyFloat_FromDouble(function(x));
    if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return NULL;
    PyErr_Clear();
    Py_ssize_t exponent;
    x = _PyLong_Frexp((PyLongObject *)object, &exponent);
    if (x == -1.0 && PyErr_Occurred()) return NULL;
    return PyFloat_FromDouble(function(x) + function(2.0) * (double)exponent);
}

METHOD(log, "module, x, base: object = NULL, /",
       "log(x, [base=math.e])\n"
       "Return the logarithm of x to the given base.\n\n"
       "If the base not specified, returns the natural logarithm (base e) of x.")
static PyObject *math_log(PyObject *module, PyObject *x, PyObject *base)
{
    KR_AUTO PyObject *numerator = logarithm(x, log);
    if (numerator == NULL || base == NULL) return kr_take(numerator);
    KR_AUTO PyObject *denominator = logarithm(base, log);
    return denominator ? PyNumber_TrueDivide(numerator, denominator) : NULL;
}

METHOD(log2, "module, x, /", "Return the base 2 logarithm of x.")
static PyObject *math_log2(PyObject *module, PyObject *x)
{
    return logarithm(x, log2);
}

METHOD(log10, "module, x, /", "Return the base 10 logarithm of x.")
static PyObject *math_log10(PyObject *module, PyObject *x)
{
    return logarithm(x, log10);
}

// --- rounding to ints by special methods --------------------------------------------------------

// The special method [name] of [x]; NULL without an exception when there is none.
static PyObject *call_special(PyObject *x, PyObject *name)
{
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(x, name);
    return method ? PyObject_CallNoArgs(method) : NULL;
}

METHOD(ceil, "module, x, /",
       "Return the ceiling of x as an Integral.\n\n"
       "This is the smallest integer >= x.")
static PyObject *math_ceil(PyObject *module, PyObject *x)
{
    if (!PyFloat_CheckExact(x)) {
        PyObject *result = call_special(x, ID(__ceil__));
        if (result || PyErr_Occurred()) return result;
    }
    double value = PyFloat_AsDouble(x);
    if (value == -1.0 && PyErr_Occurred()) return NULL;
    return PyLong_FromDouble(ceil(value));
}

METHOD(floor, "module, x, /",
       "Return the floor of x as an Integral.\n\n"
       "This is the largest integer <= x.")
static PyObject *math_floor(PyObject *module, PyObject *x)
{
    if (!PyFloat_CheckExact(x)) {
        PyObject *result = call_special(x, ID(__floor__));
        if (result || PyErr_Occurred()) return result;
    }
    double value = PyFloat_AsDouble(x);
    if (value == -1.0 && PyErr_Occurred()) return NULL;
    return PyLong_FromDouble(floor(value));
}

METHOD(trunc, "module, x, /",
       "Truncates the Real x to the nearest Integral toward 0.\n\n"
       "Uses the __trunc__ magic method.")
static PyObject *math_trunc(PyObject *module, PyObject *x)
{
    if (PyFloat_CheckExact(x)) return PyLong_FromDouble(PyFloat_AS_DOUBLE(x));
    PyObject *result = call_special(x, ID(__trunc__));
    if (result || PyErr_Occurred()) return result;
    return kr_raise(PyExc_TypeError, "type %.100s doesn't define __trunc__ method",
                    Py_TYPE(x)->tp_name);
}

#include "modules/math/math.methods.h"

// --- the module ---------------------------------------------------------------------------------

static int math_exec(PyObject *module)
{
    static const struct {
        const char *name;
        double value;
    } constants[] = {
        {"pi", M_PI}, {"e", M_E}, {"tau", 2 * M_PI}, {"inf", INFINITY}, {"nan", NAN},
    };
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        KR_AUTO PyObject *value = PyFloat_FromDouble(constants[i].value);
        if (value == NULL || PyModule_AddObjectRef(module, constants[i].name, value) < 0)
            return -1;
    }
    if (PyModule_AddFunctions(module, kr_math_integer_functions) < 0) return -1;
    return PyModule_AddFunctions(module, kr_math_sum_functions);
}

static PyModuleDef_Slot math_slots[] = {
    {Py_mod_exec, math_exec},
    {0, NULL},
};

static struct PyModuleDef math_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "math",
    .m_doc =
        "This module provides access to the mathematical functions\ndefined by the C standard.",
    .m_methods = math_methods,
    .m_slots = math_slots,
};

PyMODINIT_FUNC PyInit_math(void)
{
    return PyModuleDef_Init(&math_definition);
}
