// cmath.c - the module cmath: functions of complex numbers.
//
// Finite arguments are worked out by Kahan's formulas ("Branch cuts for complex elementary
// functions"), which keep their precision near the branch cuts.  What infinities and NaNs give is
// in Annex G of C99, so the C library's functions answer for those, but where the annex leaves a
// sign open and CPython has chosen. errno tells of a pole (EDOM) or an overflow (ERANGE).
#include <complex.h>
#include <errno.h>
#include <float.h>
#include <math.h>

#include "Python.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

#define LARGE (DBL_MAX / 4.0)
#define SQRT_LARGE sqrt(LARGE)
#define LOG_LARGE log(LARGE)
#define SQRT_SMALLEST sqrt(DBL_MIN)

static inline Py_complex make(double real, double imag)
{
    return (Py_complex){real, imag};
}

static inline int is_finite(Py_complex z)
{
    return isfinite(z.real) && isfinite(z.imag);
}

// z * i, and z / i.
static inline Py_complex turn_left(Py_complex z)
{
    return make(-z.imag, z.real);
}

static inline Py_complex turn_right(Py_complex z)
{
    return make(z.imag, -z.real);
}

// What the C library gives for infinities and NaNs.
static Py_complex by_library(double complex (*function)(double complex), Py_complex z)
{
    double complex value = function(CMPLX(z.real, z.imag));
    return make(creal(value), cimag(value));
}

// --- roots and inverse functions ----------------------------------------------------------------

static Py_complex complex_sqrt(Py_complex z)
{
    if (!is_finite(z)) return by_library(csqrt, z);
    if (z.real == 0.0 && z.imag == 0.0) return make(0.0, z.imag);
    double x = fabs(z.real), y = fabs(z.imag), size;
    if (x < DBL_MIN && y < DBL_MIN) {
        // Subnormals are scaled up.
        x = ldexp(x, 53);
        size = ldexp(sqrt(x + hypot(x, ldexp(y, 53))), -27);
    } else {
        x /= 8.0;
        size = 2.0 * sqrt(x + hypot(x, y / 8.0));
    }
    double other = y / (2.0 * size);
    return z.real >= 0.0 ? make(size, copysign(other, z.imag))
                         : make(other, copysign(size, z.imag));
}

static int is_large(Py_complex z)
{
    return fabs(z.real) > LARGE || fabs(z.imag) > LARGE;
}

// log |2z| without overflow.
static double log_of_twice(Py_complex z)
{
    return log(hypot(z.real / 2.0, z.imag / 2.0)) + M_LN2 * 2.0;
}

static Py_complex complex_acos(Py_complex z)
{
    if (isinf(z.real) && isnan(z.imag)) return make(NAN, INFINITY);
    if (!is_finite(z)) return by_library(cacos, z);
    if (is_large(z)) {
        double imag = log_of_twice(z);
        return make(atan2(fabs(z.imag), z.real),
                    z.real < 0.0 ? -copysign(imag, z.imag) : copysign(imag, -z.imag));
    }
    Py_complex a = complex_sqrt(make(1.0 - z.real, -z.imag)),
               b = complex_sqrt(make(1.0 + z.real, z.imag));
    return make(2.0 * atan2(a.real, b.real), asinh(b.real * a.imag - b.imag * a.real));
}

static Py_complex complex_acosh(Py_complex z)
{
    if (z.real == 0.0 && isnan(z.imag)) return make(NAN, NAN);
    if (!is_finite(z)) return by_library(cacosh, z);
    if (is_large(z)) return make(log_of_twice(z), atan2(z.imag, z.real));
    Py_complex a = complex_sqrt(make(z.real - 1.0, z.imag)),
               b = complex_sqrt(make(z.real + 1.0, z.imag));
    return make(asinh(a.real * b.real + a.imag * b.imag), 2.0 * atan2(a.imag, b.real));
}

static Py_complex complex_asinh(Py_complex z)
{
    if (isnan(z.real) && isinf(z.imag)) return make(INFINITY, NAN);
    if (!is_finite(z)) return by_library(casinh, z);
    if (is_large(z)) {
        double real = log_of_twice(z);
        return make(z.imag >= 0.0 ? copysign(real, z.real) : -copysign(real, -z.real),
                    atan2(z.imag, fabs(z.real)));
    }
    Py_complex a = complex_sqrt(make(1.0 + z.imag, -z.real)),
               b = complex_sqrt(make(1.0 - z.imag, z.real));
    return make(asinh(a.real * b.imag - b.real * a.imag),
                atan2(z.imag, a.real * b.real - a.imag * b.imag));
}

static Py_complex complex_asin(Py_complex z)
{
    return turn_right(complex_asinh(turn_left(z)));
}

static Py_complex complex_atanh(Py_complex z)
{
    if (isnan(z.real) && isinf(z.imag)) return make(0.0, copysign(M_PI / 2.0, z.imag));
    if (!is_finite(z)) return by_library(catanh, z);
    if (signbit(z.real)) return _Py_c_neg(complex_atanh(_Py_c_neg(z)));
    double y = fabs(z.imag);
    if (z.real > SQRT_LARGE || y > SQRT_LARGE) {
        double half = hypot(z.real / 2.0, z.imag / 2.0);
        return make(z.real / 4.0 / half / half, -copysign(M_PI / 2.0, -z.imag));
    }
    if (z.real == 1.0 && y < SQRT_SMALLEST) {
        if (y == 0.0) {
            errno = EDOM;
            return make(INFINITY, z.imag);
        }
        return make(-log(sqrt(y) / sqrt(hypot(y, 2.0))), copysign(atan2(2.0, -y) / 2.0, z.imag));
    }
    double rest = 1.0 - z.real;
    return make(log1p(4.0 * z.real / (rest * rest + y * y)) / 4.0,
                -atan2(-2.0 * z.imag, rest * (1.0 + z.real) - y * y) / 2.0);
}

static Py_complex complex_atan(Py_complex z)
{
    return turn_right(complex_atanh(turn_left(z)));
}

// --- exponential and hyperbolic functions -------------------------------------------------------

// cos and sin of [angle] times what real parts they get; signs of infinities follow them.
static Py_complex along(double angle, double real, double imag)
{
    return make(copysign(real, real < 0.0 ? -cos(angle) : cos(angle)),
                copysign(imag, imag < 0.0 ? -sin(angle) : sin(angle)));
}

static Py_complex check_range(Py_complex value)
{
    errno = isinf(value.real) || isinf(value.imag) ? ERANGE : 0;
    return value;
}

static Py_complex complex_exp(Py_complex z)
{
    if (!is_finite(z)) {
        if (isinf(z.real) && isfinite(z.imag) && z.imag != 0.0) {
            double size = z.real > 0 ? INFINITY : 0.0;
            return along(z.imag, size, size);
        }
        if (z.real == -INFINITY && !isfinite(z.imag)) return make(0.0, 0.0);
        Py_complex value = by_library(cexp, z);
        errno = isinf(z.imag) && (isfinite(z.real) || (isinf(z.real) && z.real > 0)) ? EDOM : 0;
        return value;
    }
    if (z.real > LOG_LARGE) {
        double size = exp(z.real - 1.0);
        return check_range(make(size * cos(z.imag) * M_E, size * sin(z.imag) * M_E));
    }
    double size = exp(z.real);
    return check_range(make(size * cos(z.imag), size * sin(z.imag)));
}

static Py_complex complex_cosh(Py_complex z)
{
    if (!is_finite(z)) {
        if (isinf(z.real) && isfinite(z.imag) && z.imag != 0.0)
            return along(z.imag, INFINITY, z.real);
        if (isnan(z.real) && z.imag == 0.0) return make(NAN, 0.0);
        Py_complex value = by_library(ccosh, z);
        errno = isinf(z.imag) && !isnan(z.real) ? EDOM : 0;
        return value;
    }
    if (fabs(z.real) > LOG_LARGE) {
        double less = z.real - copysign(1.0, z.real);
        return check_range(make(cos(z.imag) * cosh(less) * M_E, sin(z.imag) * sinh(less) * M_E));
    }
    return check_range(make(cos(z.imag) * cosh(z.real), sin(z.imag) * sinh(z.real)));
}

static Py_complex complex_sinh(Py_complex z)
{
    if (!is_finite(z)) {
        if (isinf(z.real) && isfinite(z.imag) && z.imag != 0.0)
            return along(z.imag, z.real, INFINITY);
        if (z.real == 0.0 && isnan(z.imag)) return make(0.0, NAN);
        Py_complex value = by_library(csinh, z);
        errno = isinf(z.imag) && !isnan(z.real) ? EDOM : 0;
        return value;
    }
    if (fabs(z.real) > LOG_LARGE) {
        double less = z.real - copysign(1.0, z.real);
        return check_range(make(cos(z.imag) * sinh(less) * M_E, sin(z.imag) * cosh(less) * M_E));
    }
    return check_range(make(cos(z.imag) * sinh(z.real), sin(z.imag) * cosh(z.real)));
}

static Py_complex complex_tanh(Py_complex z)
{
    if (!is_finite(z)) {
        if (isinf(z.real) && isfinite(z.imag) && z.imag != 0.0)
            return make(copysign(1.0, z.real), copysign(0.0, 2.0 * sin(z.imag) * cos(z.imag)));
        if (isinf(z.real) && !isfinite(z.imag)) return make(copysign(1.0, z.real), 0.0);
        if (z.real == 0.0 && isnan(z.imag)) return make(NAN, NAN);
        Py_complex value = by_library(ctanh, z);
        errno = isinf(z.imag) && isfinite(z.real) ? EDOM : 0;
        return value;
    }
    if (fabs(z.real) > LOG_LARGE) {
        double rest = exp(-2.0 * fabs(z.real));
        errno = 0;
        return make(copysign(1.0, z.real), 4.0 * sin(z.imag) * cos(z.imag) * rest);
    }
    double tx = tanh(z.real), ty = tan(z.imag), cx = 1.0 / cosh(z.real);
    double product = tx * ty, scale = 1.0 + product * product;
    errno = 0;
    return make(tx * (1.0 + ty * ty) / scale, ((ty / scale) * cx) * cx);
}

static Py_complex complex_cos(Py_complex z)
{
    return complex_cosh(turn_left(z));
}

static Py_complex complex_sin(Py_complex z)
{
    return turn_right(complex_sinh(turn_left(z)));
}

static Py_complex complex_tan(Py_complex z)
{
    return turn_right(complex_tanh(turn_left(z)));
}

static Py_complex complex_log(Py_complex z)
{
    double x = fabs(z.real), y = fabs(z.imag), real;
    if (!is_finite(z)) return by_library(clog, z);
    if (is_large(z)) {
        real = log(hypot(x / 2.0, y / 2.0)) + M_LN2;
    } else if (x < DBL_MIN && y < DBL_MIN) {
        if (x == 0.0 && y == 0.0) {
            errno = EDOM;
            return make(-INFINITY, atan2(z.imag, z.real));
        }
        real = log(hypot(ldexp(x, DBL_MANT_DIG), ldexp(y, DBL_MANT_DIG))) - DBL_MANT_DIG * M_LN2;
    } else {
        double size = hypot(x, y), more = x > y ? x : y, less = x > y ? y : x;
        // Near 1 the logarithm is taken of the difference.
        real = 0.71 <= size && size <= 1.73
                   ? log1p((more - 1.0) * (more + 1.0) + less * less) / 2.0
                   : log(size);
    }
    int pole = errno == EDOM;   // of an earlier one
    double imag = atan2(z.imag, z.real);
    errno = pole ? EDOM : 0;
    return make(real, imag);
}

static Py_complex complex_log10(Py_complex z)
{
    Py_complex value = complex_log(z);
    return make(value.real / M_LN10, value.imag / M_LN10);
}

// --- functions of the module --------------------------------------------------------------------

static PyObject *raise_error(int error)
{
    if (error == EDOM) return kr_raise(PyExc_ValueError, "math domain error");
    return kr_raise(PyExc_OverflowError, "math range error");
}

// For functions that set errno; underflow inside of others is no error.
static PyObject *apply(Py_complex (*function)(Py_complex), Py_complex z)
{
    errno = 0;
    Py_complex value = function(z);
    return errno == EDOM || errno == ERANGE ? raise_error(errno) : PyComplex_FromCComplex(value);
}

static PyObject *apply_freely(Py_complex (*function)(Py_complex), Py_complex z)
{
    return PyComplex_FromCComplex(function(z));
}

METHOD(acos, "module, z: complex, /", "Return the arc cosine of z.")
static PyObject *cmath_acos(PyObject *module, Py_complex z)
{
    return apply_freely(complex_acos, z);
}

METHOD(acosh, "module, z: complex, /", "Return the inverse hyperbolic cosine of z.")
static PyObject *cmath_acosh(PyObject *module, Py_complex z)
{
    return apply_freely(complex_acosh, z);
}

METHOD(asin, "module, z: complex, /", "Return the arc sine of z.")
static PyObject *cmath_asin(PyObject *module, Py_complex z)
{
    return apply_freely(complex_asin, z);
}

METHOD(asinh, "module, z: complex, /", "Return the inverse hyperbolic sine of z.")
static PyObject *cmath_asinh(PyObject *module, Py_complex z)
{
    return apply_freely(complex_asinh, z);
}

METHOD(atan, "module, z: complex, /", "Return the arc tangent of z.")
static PyObject *cmath_atan(PyObject *module, Py_complex z)
{
    return apply(complex_atan, z);
}

METHOD(atanh, "module, z: complex, /", "Return the inverse hyperbolic tangent of z.")
static PyObject *cmath_atanh(PyObject *module, Py_complex z)
{
    return apply(complex_atanh, z);
}

METHOD(cos, "module, z: complex, /", "Return the cosine of z.")
static PyObject *cmath_cos(PyObject *module, Py_complex z)
{
    return apply(complex_cos, z);
}

METHOD(cosh, "module, z: complex, /", "Return the hyperbolic cosine of z.")
static PyObject *cmath_cosh(PyObject *module, Py_complex z)
{
    return apply(complex_cosh, z);
}

METHOD(exp, "module, z: complex, /", "Return the exponential value e**z.")
static PyObject *cmath_exp(PyObject *module, Py_complex z)
{
    return apply(complex_exp, z);
}

METHOD(log10, "module, z: complex, /", "Return the base-10 logarithm of z.")
static PyObject *cmath_log10(PyObject *module, Py_complex z)
{
    return apply(complex_log10, z);
}

METHOD(sin, "module, z: complex, /", "Return the sine of z.")
static PyObject *cmath_sin(PyObject *module, Py_complex z)
{
    return apply(complex_sin, z);
}

METHOD(sinh, "module, z: complex, /", "Return the hyperbolic sine of z.")
static PyObject *cmath_sinh(PyObject *module, Py_complex z)
{
    return apply(complex_sinh, z);
}

METHOD(sqrt, "module, z: complex, /", "Return the square root of z.")
static PyObject *cmath_sqrt(PyObject *module, Py_complex z)
{
    return apply_freely(complex_sqrt, z);
}

METHOD(tan, "module, z: complex, /", "Return the tangent of z.")
static PyObject *cmath_tan(PyObject *module, Py_complex z)
{
    return apply(complex_tan, z);
}

METHOD(tanh, "module, z: complex, /", "Return the hyperbolic tangent of z.")
static PyObject *cmath_tanh(PyObject *module, Py_complex z)
{
    return apply(complex_tanh, z);
}

METHOD(log, "module, z: complex, base: object = NULL, /",
       "log(z[, base]) -> the logarithm of z to the given base.\n\n"
       "If the base not specified, returns the natural logarithm (base e) of z.")
static PyObject *cmath_log(PyObject *module, Py_complex z, PyObject *base)
{
    errno = 0;
    Py_complex value = complex_log(z);
    if (base) {
        Py_complex other = PyComplex_AsCComplex(base);
        if (other.real == -1.0 && PyErr_Occurred()) return NULL;
        value = _Py_c_quot(value, complex_log(other));
    }
    return errno == EDOM || errno == ERANGE ? raise_error(errno) : PyComplex_FromCComplex(value);
}

METHOD(phase, "module, z: complex, /",
       "Return argument, also known as the phase angle, of a complex.")
static PyObject *cmath_phase(PyObject *module, Py_complex z)
{
    errno = 0;
    double phase = atan2(z.imag, z.real);
    return errno ? raise_error(errno) : PyFloat_FromDouble(phase);
}

METHOD(polar, "module, z: complex, /",
       "Convert a complex from rectangular coordinates to polar coordinates.\n\n"
       "r is the distance from 0 and phi the phase angle.")
static PyObject *cmath_polar(PyObject *module, Py_complex z)
{
    double phase = atan2(z.imag, z.real), size = _Py_c_abs(z);
    if (errno == ERANGE) return raise_error(errno);
    return Py_BuildValue("dd", size, phase);
}

METHOD(rect, "module, r: double, phi: double, /",
       "Convert from polar coordinates to rectangular coordinates.")
static PyObject *cmath_rect(PyObject *module, double r, double phi)
{
    if (isfinite(r) && isfinite(phi))
        return PyComplex_FromDoubles(phi == 0.0 ? r : r * cos(phi),
                                     phi == 0.0 ? r * phi : r * sin(phi));
    if (r != 0.0 && !isnan(r) && isinf(phi)) return raise_error(EDOM);
    if (isinf(r) && isfinite(phi) && phi != 0.0) return PyComplex_FromCComplex(along(phi, r, r));
    if (isinf(r) && phi == 0.0) return PyComplex_FromDoubles(r, r > 0.0 ? phi : -phi);
    if (r == 0.0) return PyComplex_FromDoubles(0.0, 0.0);
    return PyComplex_FromDoubles(isinf(r) ? INFINITY : NAN, phi == 0.0 ? 0.0 : NAN);
}

METHOD(isfinite, "module, z: complex, /",
       "Return True if both the real and imaginary parts of z are finite, else False.")
static PyObject *cmath_isfinite(PyObject *module, Py_complex z)
{
    return PyBool_FromLong(is_finite(z));
}

METHOD(isnan, "module, z: complex, /",
       "Checks if the real or imaginary part of z not a number (NaN).")
static PyObject *cmath_isnan(PyObject *module, Py_complex z)
{
    return PyBool_FromLong(isnan(z.real) || isnan(z.imag));
}

METHOD(isinf, "module, z: complex, /", "Checks if the real or imaginary part of z is infinite.")
static PyObject *cmath_isinf(PyObject *module, Py_complex z)
{
    return PyBool_FromLong(isinf(z.real) || isinf(z.imag));
}

METHOD(isclose,
       "module, a: complex, b: complex, *, rel_tol: double = 1e-09, abs_tol: double = 0.0",
       "Determine whether two complex numbers are close in value.\n\n"
       "  rel_tol\n"
       "    maximum difference for being considered \"close\", relative to the\n"
       "    magnitude of the input values\n"
       "  abs_tol\n"
       "    maximum difference for being considered \"close\", regardless of the\n"
       "    magnitude of the input values\n\n"
       "Return True if a is close in value to b, and False otherwise.\n\n"
       "For the values to be considered close, the difference between them must be\n"
       "smaller than at least one of the tolerances.\n\n"
       "-inf, inf and NaN behave similarly to the IEEE 754 Standard. That is, NaN is\n"
       "not close to anything, even itself. inf and -inf are only close to themselves.")
static PyObject *cmath_isclose(PyObject *module, Py_complex a, Py_complex b, double rel_tol,
                               double abs_tol)
{
    if (rel_tol < 0.0 || abs_tol < 0.0)
        return kr_raise(PyExc_ValueError, "tolerances must be non-negative");
    if (a.real == b.real && a.imag == b.imag) Py_RETURN_TRUE;
    if (isinf(a.real) || isinf(a.imag) || isinf(b.real) || isinf(b.imag)) Py_RETURN_FALSE;
    double difference = _Py_c_abs(_Py_c_diff(a, b));
    return PyBool_FromLong(difference <= rel_tol * _Py_c_abs(b)
                           || difference <= rel_tol * _Py_c_abs(a) || difference <= abs_tol);
}

#include "modules/cmath.methods.h"

static int cmath_exec(PyObject *module)
{
    static const struct {
        const char *name;
        double real, imag;
    } constants[] = {
        {"pi", M_PI, 0}, {"e", M_E, 0}, {"tau", 2 * M_PI, 0}, {"inf", INFINITY, 0},
        {"nan", NAN, 0}, {"infj", 0, INFINITY}, {"nanj", 0, NAN},
    };
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        KR_AUTO PyObject *value = constants[i].imag != 0
                                      ? PyComplex_FromDoubles(0.0, constants[i].imag)
                                      : PyFloat_FromDouble(constants[i].real);
        if (value == NULL || PyModule_AddObjectRef(module, constants[i].name, value) < 0)
            return -1;
    }
    return 0;
}

static PyModuleDef_Slot cmath_slots[] = {
    {Py_mod_exec, cmath_exec},
    {0, NULL},
};

static struct PyModuleDef cmath_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "cmath",
    .m_doc = "This module provides access to mathematical functions for complex\n"
             "numbers.",
    .m_methods = cmath_methods,
    .m_slots = cmath_slots,
};

PyMODINIT_FUNC PyInit_cmath(void)
{
    return PyModuleDef_Init(&cmath_definition);
}
