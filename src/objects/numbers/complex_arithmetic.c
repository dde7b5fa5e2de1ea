// complex_arithmetic.c - _Py_c_…: complex numbers as C structs.
#include <errno.h>
#include <math.h>

#include "complexobject.h"

Py_complex _Py_c_sum(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real + b.real, a.imag + b.imag};
}

Py_complex _Py_c_diff(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real - b.real, a.imag - b.imag};
}

Py_complex _Py_c_neg(Py_complex a)
{
    return (Py_complex){-a.real, -a.imag};
}

Py_complex _Py_c_prod(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

// Scaled by the larger part of the divisor, so that nothing overflows on the way.  Sets errno to
// EDOM on a division by zero.
Py_complex _Py_c_quot(Py_complex a, Py_complex b)
{
    double real_size = fabs(b.real), imag_size = fabs(b.imag);
    if (real_size >= imag_size) {
        if (real_size == 0.0) {
            errno = EDOM;
            return (Py_complex){0.0, 0.0};
        }
        double ratio = b.imag / b.real, scale = b.real + b.imag * ratio;
        return (Py_complex){(a.real + a.imag * ratio) / scale, (a.imag - a.real * ratio) / scale};
    }
    if (imag_size >= real_size) {
        double ratio = b.real / b.imag, scale = b.real * ratio + b.imag;
        return (Py_complex){(a.real * ratio + a.imag) / scale, (a.imag * ratio - a.real) / scale};
    }
    return (Py_complex){NAN, NAN};
}

Py_complex _Py_c_pow(Py_complex a, Py_complex b)
{
    if (b.real == 0.0 && b.imag == 0.0) return (Py_complex){1.0, 0.0};
    if (a.real == 0.0 && a.imag == 0.0) {
        if (b.imag != 0.0 || b.real < 0.0) errno = EDOM;
        return (Py_complex){0.0, 0.0};
    }
    double size = hypot(a.real, a.imag), angle = atan2(a.imag, a.real);
    double length = pow(size, b.real), phase = angle * b.real;
    if (b.imag != 0.0) {
        length /= exp(angle * b.imag);
        phase += b.imag * log(size);
    }
    return (Py_complex){length * cos(phase), length * sin(phase)};
}

// Sets errno to ERANGE on overflow, to 0 otherwise.
double _Py_c_abs(Py_complex a)
{
    errno = 0;
    if (!isfinite(a.real) || !isfinite(a.imag)) {
        if (isinf(a.real)) return fabs(a.real);
        if (isinf(a.imag)) return fabs(a.imag);
        return NAN;
    }
    double result = hypot(a.real, a.imag);
    errno = isfinite(result) ? 0 : ERANGE;
    return result;
}
