// float_object.c - floats: creation, arithmetic, comparison, hash.
#include "objects/numbers/float_object.h"

#include <errno.h>
#include <math.h>

#include "base/double_text.h"
#include "abstract.h"
#include "boolobject.h"
#include "bytearrayobject.h"
#include "bytesobject.h"
#include "complexobject.h"
#include "internal/pycore_floatobject.h"
#include "objects/errors/raise.h"
#include "objects/numbers/int_object.h"
#include "pyerrors.h"
#include "pyhash.h"
#include "pystrtod.h"
#include "runtime/object_memory.h"
#include "tupleobject.h"
#include "warnings.h"

PyObject *PyFloat_FromDouble(double value)
{
    PyFloatObject *object = kr_object_allocate(sizeof *object);
    if (object == NULL) return PyErr_NoMemory();
    kr_object_begin(object, &PyFloat_Type);
    object->ob_fval = value;
    return (PyObject *)object;
}

void kr_float_dealloc(PyObject *object)
{
    if (PyFloat_CheckExact(object))
        kr_object_free_sized(object, sizeof(PyFloatObject));
    else
        Py_TYPE(object)->tp_free(object);
}

// The allocator itself gives freed blocks out again at once.
void _PyFloat_DebugMallocStats(FILE *out)
{
    fprintf(out, "0 free PyFloatObjects of %zu bytes each\n", sizeof(PyFloatObject));
}

// --- from other objects -------------------------------------------------------------------------

// float(text); [argument] is the object for messages.
static PyObject *convert_text(const char *text, Py_ssize_t length, void *argument)
{
    char *end;
    double value = PyOS_string_to_double(text, &end, NULL);
    if (value != -1.0 || !PyErr_Occurred()) {
        if (end == text + length) return PyFloat_FromDouble(value);
        return kr_raise(PyExc_ValueError, "could not convert string to float: %R",
                        (PyObject *)argument);
    }
    if (!PyErr_ExceptionMatches(PyExc_ValueError)) return NULL;
    PyErr_Clear();
    return kr_raise(PyExc_ValueError, "could not convert string to float: %R",
                    (PyObject *)argument);
}

static int is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// [text] ends with a zero byte.
static PyObject *from_text(const char *text, Py_ssize_t length, PyObject *object)
{
    while (length > 0 && is_space(text[length - 1])) length--;
    while (length > 0 && is_space(*text)) {
        text++;
        length--;
    }
    // A short plain number needs no copy.
    double value;
    if (length > 0 && kr_double_parse(text, length, &value) == length)
        return PyFloat_FromDouble(value);
    KR_AUTO PyObject *stripped = PyBytes_FromStringAndSize(text, length);
    if (stripped == NULL) return NULL;
    return _Py_string_to_number_with_underscores(PyBytes_AS_STRING(stripped), length, "float",
                                                 object, object, convert_text);
}

PyObject *PyFloat_FromString(PyObject *object)
{
    if (PyUnicode_Check(object)) {
        KR_AUTO PyObject *ascii = _PyUnicode_TransformDecimalAndSpaceToASCII(object);
        if (ascii == NULL) return NULL;
        Py_ssize_t length;
        const char *text = PyUnicode_AsUTF8AndSize(ascii, &length);
        return text ? from_text(text, length, object) : NULL;
    }
    if (PyBytes_Check(object))
        return from_text(PyBytes_AS_STRING(object), PyBytes_GET_SIZE(object), object);
    if (PyByteArray_Check(object))
        return from_text(PyByteArray_AS_STRING(object), PyByteArray_GET_SIZE(object), object);
    if (PyObject_CheckBuffer(object)) {
        KR_AUTO PyObject *copy = PyBytes_FromObject(object);
        return copy ? from_text(PyBytes_AS_STRING(copy), PyBytes_GET_SIZE(copy), object) : NULL;
    }
    return kr_raise(PyExc_TypeError,
                    "float() argument must be a string or a real number, not '%.200s'",
                    Py_TYPE(object)->tp_name);
}

// Calls nb_float: a float, or NULL with an exception.
static PyObject *call_float(PyObject *object, unaryfunc convert)
{
    KR_AUTO PyObject *result = convert(object);
    if (result == NULL || PyFloat_CheckExact(result)) return kr_take(result);
    if (!PyFloat_Check(result))
        return kr_raise(PyExc_TypeError, "%.50s.__float__ returned non-float (type %.50s)",
                        Py_TYPE(object)->tp_name, Py_TYPE(result)->tp_name);
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "%.50s.__float__ returned non-float (type "
                         "%.50s).  The ability to return an instance of a strict subclass of "
                         "float is deprecated, and may not be supported in a future version of "
                         "Python.", Py_TYPE(object)->tp_name, Py_TYPE(result)->tp_name) < 0)
        return NULL;
    return kr_take(result);
}

double PyFloat_AsDouble(PyObject *object)
{
    if (object == NULL) {
        PyErr_BadArgument();
        return -1;
    }
    if (PyFloat_Check(object)) return kr_float_value(object);
    PyNumberMethods *methods = Py_TYPE(object)->tp_as_number;
    if (methods && methods->nb_float) {
        KR_AUTO PyObject *result = call_float(object, methods->nb_float);
        return result ? kr_float_value(result) : -1;
    }
    if (methods && methods->nb_index) {
        KR_AUTO PyObject *index = PyNumber_Index(object);
        return index ? PyLong_AsDouble(index) : -1;
    }
    return kr_raise_int(PyExc_TypeError, "must be real number, not %.50s",
                        Py_TYPE(object)->tp_name);
}

int kr_float_operand(PyObject *object, double *ret_value)
{
    if (PyFloat_Check(object)) {
        *ret_value = kr_float_value(object);
        return 1;
    }
    if (!PyLong_Check(object)) return 0;
    *ret_value = PyLong_AsDouble(object);
    return *ret_value == -1.0 && PyErr_Occurred() ? -1 : 1;
}

// --- arithmetic ---------------------------------------------------------------------------------

// Both operands as doubles; or what the operator returns at once.
#define GET_OPERANDS(left, right, x, y)                                                           \
    double x, y;                                                                                  \
    int kr_found = kr_float_operand(left, &x);                                                    \
    if (kr_found > 0) kr_found = kr_float_operand(right, &y);

static PyObject *no_operands(int found)
{
    if (found < 0) return NULL;
    Py_RETURN_NOTIMPLEMENTED;
}

PyObject *kr_float_add(PyObject *left, PyObject *right)
{
    GET_OPERANDS(left, right, x, y)
    return kr_found <= 0 ? no_operands(kr_found) : PyFloat_FromDouble(x + y);
}

PyObject *kr_float_subtract(PyObject *left, PyObject *right)
{
    GET_OPERANDS(left, right, x, y)
    return kr_found <= 0 ? no_operands(kr_found) : PyFloat_FromDouble(x - y);
}

PyObject *kr_float_multiply(PyObject *left, PyObject *right)
{
    GET_OPERANDS(left, right, x, y)
    return kr_found <= 0 ? no_operands(kr_found) : PyFloat_FromDouble(x * y);
}

PyObject *kr_float_true_divide(PyObject *left, PyObject *right)
{
    GET_OPERANDS(left, right, x, y)
    if (kr_found <= 0) return no_operands(kr_found);
    if (y == 0.0) return kr_raise(PyExc_ZeroDivisionError, "float division by zero");
    return PyFloat_FromDouble(x / y);
}

// The remainder with the sign of [y], and the floor of the quotient.
static double divide_floor(double x, double y, double *ret_quotient)
{
    double rest = fmod(x, y), quotient = (x - rest) / y;
    if (rest) {
        if ((y < 0) != (rest < 0)) {
            rest += y;
            quotient -= 1.0;
        }
    } else {
        rest = copysign(0.0, y);
    }
    if (quotient) {
        double down = floor(quotient);
        if (quotient - down > 0.5) down += 1.0;
        *ret_quotient = down;
    } else {
        *ret_quotient = copysign(0.0, x / y);
    }
    return rest;
}

PyObject *kr_float_remainder(PyObject *left, PyObject *right)
{
    GET_OPERANDS(left, right, x, y)
    if (kr_found <= 0) return no_operands(kr_found);
    if (y == 0.0) return kr_raise(PyExc_ZeroDivisionError, "float modulo");
    double quotient;
    return PyFloat_FromDouble(divide_floor(x, y, &quotient));
}

PyObject *kr_float_floor_divide(PyObject *left, PyObject *right)
{
    GET_OPERANDS(left, right, x, y)
    if (kr_found <= 0) return no_operands(kr_found);
    if (y == 0.0) return kr_raise(PyExc_ZeroDivisionError, "float floor division by zero");
    double quotient;
    divide_floor(x, y, &quotient);
    return PyFloat_FromDouble(quotient);
}

PyObject *kr_float_divmod(PyObject *left, PyObject *right)
{
    GET_OPERANDS(left, right, x, y)
    if (kr_found <= 0) return no_operands(kr_found);
    if (y == 0.0) return kr_raise(PyExc_ZeroDivisionError, "float divmod()");
    double quotient, rest = divide_floor(x, y, &quotient);
    KR_AUTO PyObject *first = PyFloat_FromDouble(quotient);
    KR_AUTO PyObject *second = first ? PyFloat_FromDouble(rest) : NULL;
    return second ? PyTuple_Pack(2, first, second) : NULL;
}

// Powers that C libraries disagree about; 1 when it is one of them.
static int power_special(double x, double y, double *ret_power)
{
    int odd = fmod(fabs(y), 2.0) == 1.0;
    if (y == 0)
        *ret_power = 1.0;
    else if (isnan(x))
        *ret_power = x;
    else if (isnan(y))
        *ret_power = x == 1.0 ? 1.0 : y;
    else if (isinf(y))
        *ret_power = fabs(x) == 1.0 ? 1.0 : (y > 0) == (fabs(x) > 1.0) ? fabs(y) : 0.0;
    else if (isinf(x))
        *ret_power = y > 0 ? (odd ? x : fabs(x)) : (odd ? copysign(0.0, x) : 0.0);
    else if (x == 0.0)
        *ret_power = odd ? x : 0.0;
    else
        return 0;
    return 1;
}

PyObject *kr_float_power(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    if (modulus != Py_None)
        return kr_raise(PyExc_TypeError,
                        "pow() 3rd argument not allowed unless all arguments are integers");
    GET_OPERANDS(base, exponent, x, y)
    if (kr_found <= 0) return no_operands(kr_found);
    if (x == 0.0 && y < 0.0 && !isnan(y) && !isinf(y))
        return kr_raise(PyExc_ZeroDivisionError, "0.0 cannot be raised to a negative power");
    double power;
    if (power_special(x, y, &power)) return PyFloat_FromDouble(power);
    // A negative number to a fraction is complex.
    if (x < 0 && y != floor(y))
        return PyComplex_Type.tp_as_number->nb_power(base, exponent, modulus);
    power = pow(fabs(x), y);
    if (x < 0 && fmod(fabs(y), 2.0) == 1.0) power = -power;
    if (!isinf(power)) return PyFloat_FromDouble(power);
    errno = ERANGE;
    return PyErr_SetFromErrno(PyExc_OverflowError);
}

// --- comparison ---------------------------------------------------------------------------------

// Order of a finite float against an int, exactly; -2 with an exception.
static int compare_with_int(double x, PyObject *integer)
{
    PyLongObject *value = (PyLongObject *)integer;
    int x_sign = (x > 0) - (x < 0), int_sign = kr_int_sign(value);
    if (x_sign != int_sign) return x_sign < int_sign ? -1 : 1;
    if (kr_int_count(value) <= 1) {
        double y = (double)kr_int_short_value(value);
        return (x > y) - (x < y);
    }
    Py_ssize_t bits = kr_int_bit_length(value);
    int exponent;
    frexp(x, &exponent);
    if (exponent != bits) return (exponent < bits) == (x_sign > 0) ? -1 : 1;
    // As large as each other: the whole part of x is compared as an int, then the fraction
    // decides.
    double whole, fraction = modf(x, &whole);
    PyObject *truncated = PyLong_FromDouble(whole);
    if (truncated == NULL) return -2;
    int order = kr_int_compare((PyLongObject *)truncated, value);
    Py_DECREF(truncated);
    return order ? order : (fraction > 0) - (fraction < 0);
}

PyObject *kr_float_compare(PyObject *left, PyObject *right, int operator)
{
    double x = kr_float_value(left), y;
    if (PyFloat_Check(right)) {
        y = kr_float_value(right);
    } else if (!PyLong_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    } else if (!isfinite(x)) {
        y = 0.0;
    } else {
        int order = compare_with_int(x, right);
        if (order == -2) return NULL;
        x = order;
        y = 0.0;
    }
    int answer = operator == Py_EQ   ? x == y
                 : operator == Py_NE ? x != y
                 : operator == Py_LT ? x < y
                 : operator == Py_LE ? x <= y
                 : operator == Py_GT ? x > y
                                     : x >= y;
    return PyBool_FromLong(answer);
}

// --- hash ---------------------------------------------------------------------------------------

Py_hash_t _Py_HashDouble(PyObject *object, double value)
{
    if (value > -0x1p53 && value < 0x1p53 && value == (double)(int64_t)value) {
        int64_t number = (int64_t)value;
        return number == -1 ? -2 : number;
    }
    if (isinf(value)) return value > 0 ? _PyHASH_INF : -_PyHASH_INF;
    if (isnan(value)) return _Py_HashPointer(object);
    // fraction * 2**exponent modulo 2**61 - 1, 28 bits of the fraction at a time.
    int exponent;
    double fraction = frexp(fabs(value), &exponent);
    uint64_t hash = 0;
    while (fraction) {
        hash = (hash << 28 & _PyHASH_MODULUS) | hash >> (_PyHASH_BITS - 28);
        fraction *= 268435456.0;
        exponent -= 28;
        uint64_t part = (uint64_t)fraction;
        fraction -= (double)part;
        hash += part;
        if (hash >= _PyHASH_MODULUS) hash -= _PyHASH_MODULUS;
    }
    exponent = exponent >= 0 ? exponent % _PyHASH_BITS
                             : _PyHASH_BITS - 1 - (-1 - exponent) % _PyHASH_BITS;
    hash = (hash << exponent & _PyHASH_MODULUS) | hash >> (_PyHASH_BITS - exponent);
    Py_hash_t result = value < 0 ? -(Py_hash_t)hash : (Py_hash_t)hash;
    return result == -1 ? -2 : result;
}

Py_hash_t kr_float_hash(PyObject *object)
{
    return _Py_HashDouble(object, kr_float_value(object));
}

PyObject *kr_float_repr(PyObject *object)
{
    char text[KR_DOUBLE_REPR_SIZE];
    return _PyUnicode_FromASCII(text, kr_double_repr(kr_float_value(object), text));
}
