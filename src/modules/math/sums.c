// sums.c - math's sums and norms with more than the precision of a double on the way.
#include <float.h>
#include <math.h>

#include "Python.h"
#include "base/vector.h"
#include "modules/math/math.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

// --- exact sums ---------------------------------------------------------------------------------

typedef KR_VECTOR(double) Doubles;

// Shewchuk's partial sums: doubles that do not overlap, smallest first, whose sum is exact.
static int add_to_partials(Doubles *partials, double x)
{
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < partials->count; i++) {
        double y = partials->items[i];
        if (fabs(x) < fabs(y)) {
            double other = x;
            x = y;
            y = other;
        }
        double high = x + y, low = y - (high - x);
        if (low != 0.0) partials->items[kept++] = low;
        x = high;
    }
    partials->count = kept;
    if (x == 0.0) return 0;
    return kr_vector_push(partials, x);
}

// The sum of the partials, rounded half to even.
static double round_partials(const Doubles *partials)
{
    ptrdiff_t n = partials->count;
    if (n == 0) return 0.0;
    double high = partials->items[--n], low = 0.0;
    while (n > 0) {
        double x = high, y = partials->items[--n];
        high = x + y;
        low = y - (high - x);
        if (low != 0.0) break;
    }
    // Half an ulp is decided by what is below.
    if (n > 0 && (low < 0.0) == (partials->items[n - 1] < 0.0) && low != 0.0) {
        double twice = low * 2.0, moved = high + twice;
        if (twice == moved - high) high = moved;
    }
    return high;
}

typedef struct Specials {
    double sum;        // of infinities and NaNs
    double inf_sum;    // of infinities
} Specials;

static PyObject *finish_sum(const Doubles *partials, Specials specials)
{
    if (specials.sum != 0.0) {
        if (isnan(specials.inf_sum)) return kr_raise(PyExc_ValueError, "-inf + inf in fsum");
        return PyFloat_FromDouble(specials.sum);
    }
    return PyFloat_FromDouble(round_partials(partials));
}

static int add_item(Doubles *partials, Specials *specials, PyObject *item)
{
    double x = PyFloat_AsDouble(item);
    if (x == -1.0 && PyErr_Occurred()) return -1;
    if (!isfinite(x)) {
        if (isinf(x)) specials->inf_sum += x;
        specials->sum += x;
        return 0;
    }
    if (add_to_partials(partials, x) < 0) {
        PyErr_NoMemory();
        return -1;
    }
    if (partials->count && !isfinite(partials->items[partials->count - 1]))
        return kr_raise_int(PyExc_OverflowError, "intermediate overflow in fsum");
    return 0;
}

METHOD(fsum, "module, seq, /",
       "Return an accurate floating point sum of values in the iterable seq.\n\n"
       "Assumes IEEE-754 floating point arithmetic.")
static PyObject *math_fsum(PyObject *module, PyObject *seq)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(seq);
    if (iterator == NULL) return NULL;
    Doubles partials = KR_VECTOR_EMPTY;
    Specials specials = {0.0, 0.0};
    PyObject *item, *result = NULL;
    int failed = 0;
    while (!failed && (item = PyIter_Next(iterator))) {
        failed = add_item(&partials, &specials, item) < 0;
        Py_DECREF(item);
    }
    if (!failed && !PyErr_Occurred()) result = finish_sum(&partials, specials);
    kr_vector_clear(&partials);
    return result;
}

// --- norms --------------------------------------------------------------------------------------

// sum += x * x, without loss in the two doubles high + low.
static inline void add_square(double x, double *high, double *low)
{
    double square = x * x, error = fma(x, x, -square), sum = *high + square;
    double part = sum - *high, lost = (*high - (sum - part)) + (square - part);
    *low += lost + error;
    *high = sum;
}

// The length of a vector: scaled by a power of two, so that no square overflows, and the root
// corrected by what is left of the sum, so that it is nearly always the double next to the true
// value.
static double vector_norm(double *items, Py_ssize_t count, double largest, int found_nan)
{
    if (isinf(largest)) return largest;
    if (found_nan) return NAN;
    if (largest == 0.0 || count <= 1) return largest;
    int exponent;
    frexp(largest, &exponent);
    if (exponent < -1023) {
        // 2**-exponent is no double.
        for (Py_ssize_t i = 0; i < count; i++) items[i] /= DBL_MIN;
        return vector_norm(items, count, largest / DBL_MIN, 0) * DBL_MIN;
    }
    double scale = ldexp(1.0, -exponent);
    double high = 0.0, low = 0.0;
    for (Py_ssize_t i = 0; i < count; i++) add_square(items[i] * scale, &high, &low);
    double root = sqrt(high + low), square = root * root, error = fma(root, root, -square);
    double rest = (high - square) - error + low;
    return (root + rest / (2.0 * root)) / scale;
}

METHOD(hypot, "module, *coordinates: array",
       "hypot(*coordinates) -> value\n\n"
       "Multidimensional Euclidean distance from the origin to a point.\n\n"
       "Roughly equivalent to:\n"
       "    sqrt(sum(x**2 for x in coordinates))\n\n"
       "For a two dimensional point (x, y), gives the hypotenuse\n"
       "using the Pythagorean theorem:  sqrt(x*x + y*y).\n\n"
       "For example, the hypotenuse of a 3/4/5 right triangle is:\n\n"
       "    >>> hypot(3.0, 4.0)\n"
       "    5.0\n")
static PyObject *math_hypot(PyObject *module, PyObject *const *coordinates, Py_ssize_t count)
{
    double space[20], *items = space, largest = 0.0;
    int found_nan = 0;
    if (count > 20 && (items = PyMem_New(double, count)) == NULL) return PyErr_NoMemory();
    Py_ssize_t i = 0;
    for (; i < count; i++) {
        items[i] = fabs(PyFloat_AsDouble(coordinates[i]));
        if (items[i] == 1.0 && PyErr_Occurred()) break;
        if (isnan(items[i])) found_nan = 1;
        if (items[i] > largest) largest = items[i];
    }
    double norm = i == count ? vector_norm(items, count, largest, found_nan) : 0.0;
    if (items != space) PyMem_Free(items);
    return i == count ? PyFloat_FromDouble(norm) : NULL;
}

METHOD(dist, "module, p, q, /",
       "Return the Euclidean distance between two points p and q.\n\n"
       "The points should be specified as sequences (or iterables) of\n"
       "coordinates.  Both inputs must have the same dimension.\n\n"
       "Roughly equivalent to:\n"
       "    sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))")
static PyObject *math_dist(PyObject *module, PyObject *p, PyObject *q)
{
    KR_AUTO PyObject *from = PyTuple_Check(p) ? Py_NewRef(p) : PySequence_Tuple(p);
    KR_AUTO PyObject *to = from == NULL       ? NULL
                           : PyTuple_Check(q) ? Py_NewRef(q)
                                              : PySequence_Tuple(q);
    if (to == NULL) return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(from), i = 0;
    if (count != PyTuple_GET_SIZE(to))
        return kr_raise(PyExc_ValueError, "both points must have the same number of dimensions");
    double space[20], *items = space, largest = 0.0;
    int found_nan = 0;
    if (count > 20 && (items = PyMem_New(double, count)) == NULL) return PyErr_NoMemory();
    for (; i < count; i++) {
        double a = PyFloat_AsDouble(PyTuple_GET_ITEM(from, i));
        if (a == -1.0 && PyErr_Occurred()) break;
        double b = PyFloat_AsDouble(PyTuple_GET_ITEM(to, i));
        if (b == -1.0 && PyErr_Occurred()) break;
        items[i] = fabs(a - b);
        if (isnan(items[i])) found_nan = 1;
        if (items[i] > largest) largest = items[i];
    }
    double norm = i == count ? vector_norm(items, count, largest, found_nan) : 0.0;
    if (items != space) PyMem_Free(items);
    return i == count ? PyFloat_FromDouble(norm) : NULL;
}

#include "modules/math/sums.methods.h"

PyMethodDef *const kr_math_sum_functions = math_methods;
