// int_object.c - making ints, and ints from and to the number types of C.
#include "objects/numbers/int_object.h"

#include <limits.h>

#include "abstract.h"
#include "cpython/pytime.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "runtime/object_memory.h"

// ob_size and the allocation must not overflow.
static const Py_ssize_t MOST_DIGITS = (PY_SSIZE_T_MAX - 24) / (Py_ssize_t)sizeof(digit);

PyLongObject *kr_int_allocate(Py_ssize_t count)
{
    assert(count >= 0);
    if (count > MOST_DIGITS) {
        kr_raise(PyExc_OverflowError, "too many digits in integer");
        return NULL;
    }
    size_t room = count ? (size_t)count : 1;
    PyLongObject *value = kr_object_allocate(offsetof(PyLongObject,
                                                      ob_digit) + room * sizeof(digit));
    if (value == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    kr_object_begin(value, &PyLong_Type);
    kr_int_set_size(value, count);
    value->ob_digit[0] = 0;
    return value;
}

PyLongObject *_PyLong_New(Py_ssize_t count)
{
    return kr_int_allocate(count);
}

PyObject *kr_int_finish(PyLongObject *value, int negative)
{
    if (value == NULL) return NULL;
    Py_ssize_t count = kr_int_count(value);
    while (count > 0 && value->ob_digit[count - 1] == 0) count--;
    if (count <= 1) {
        int64_t number = count ? value->ob_digit[0] : 0;
        if (negative) number = -number;
        if (number >= KR_SMALL_INT_LOWEST && number <= KR_SMALL_INT_HIGHEST) {
            Py_DECREF(value);
            return Py_NewRef(kr_small_int(number));
        }
    }
    kr_int_set_size(value, negative ? -count : count);
    return (PyObject *)value;
}

PyObject *kr_int_from_u64(uint64_t number)
{
    if (number <= KR_SMALL_INT_HIGHEST) return Py_NewRef(kr_small_int((long)number));
    Py_ssize_t count = 1 + (number >> PyLong_SHIFT != 0) + (number >> 2 * PyLong_SHIFT != 0);
    PyLongObject *value = kr_int_allocate(count);
    if (value == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++, number >>= PyLong_SHIFT)
        value->ob_digit[i] = (digit)number & PyLong_MASK;
    return (PyObject *)value;
}

PyObject *kr_int_from_i64(int64_t number)
{
    if (number >= KR_SMALL_INT_LOWEST && number <= KR_SMALL_INT_HIGHEST)
        return Py_NewRef(kr_small_int(number));
    uint64_t size = number < 0 ? -(uint64_t)number : (uint64_t)number;
    if (size <= PyLong_MASK) {
        PyLongObject *single = kr_int_allocate(1);
        if (single == NULL) return NULL;
        single->ob_digit[0] = (digit)size;
        if (number < 0) kr_int_set_size(single, -1);
        return (PyObject *)single;
    }
    Py_ssize_t count = 1 + (size >> PyLong_SHIFT != 0) + (size >> 2 * PyLong_SHIFT != 0);
    PyLongObject *value = kr_int_allocate(count);
    if (value == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++, size >>= PyLong_SHIFT)
        value->ob_digit[i] = (digit)size & PyLong_MASK;
    if (number < 0) kr_int_set_size(value, -count);
    return (PyObject *)value;
}

PyObject *kr_int_from_i128(__int128 number)
{
    if (number >= INT64_MIN && number <= INT64_MAX) return kr_int_from_i64((int64_t)number);
    unsigned __int128 size = number < 0 ? -(unsigned __int128)number : (unsigned __int128)number;
    PyLongObject *value = kr_int_allocate(5);
    if (value == NULL) return NULL;
    for (Py_ssize_t i = 0; i < 5; i++, size >>= PyLong_SHIFT)
        value->ob_digit[i] = (digit)size & PyLong_MASK;
    return kr_int_finish(value, number < 0);
}

PyObject *_PyLong_Copy(PyLongObject *source)
{
    if (kr_int_is_short(source)) return kr_int_from_i64(kr_int_short_value(source));
    PyLongObject *copy = kr_int_allocate(kr_int_count(source));
    if (copy == NULL) return NULL;
    memcpy(copy->ob_digit, source->ob_digit, (size_t)kr_int_count(source) * sizeof(digit));
    kr_int_set_size(copy, kr_int_size(source));
    return (PyObject *)copy;
}

PyObject *kr_int_exact(PyLongObject *value)
{
    return PyLong_CheckExact(value) ? Py_NewRef((PyObject *)value) : _PyLong_Copy(value);
}

int kr_int_equal_one(const PyLongObject *value)
{
    return kr_int_size(value) == 1 && value->ob_digit[0] == 1;
}

int kr_int_compare(const PyLongObject *left, const PyLongObject *right)
{
    Py_ssize_t size = kr_int_size(left);
    if (size != kr_int_size(right)) return size < kr_int_size(right) ? -1 : 1;
    Py_ssize_t i = kr_int_count(left);
    while (--i >= 0 && left->ob_digit[i] == right->ob_digit[i]) {}
    if (i < 0) return 0;
    int larger = left->ob_digit[i] > right->ob_digit[i];
    return larger == (size > 0) ? 1 : -1;
}

// --- from C -------------------------------------------------------------------------------------

PyObject *PyLong_FromLong(long number)
{
    return kr_int_from_i64(number);
}

PyObject *PyLong_FromLongLong(long long number)
{
    return kr_int_from_i64(number);
}

PyObject *PyLong_FromSsize_t(Py_ssize_t number)
{
    return kr_int_from_i64(number);
}

PyObject *PyLong_FromUnsignedLong(unsigned long number)
{
    return kr_int_from_u64(number);
}

PyObject *PyLong_FromUnsignedLongLong(unsigned long long number)
{
    return kr_int_from_u64(number);
}

PyObject *PyLong_FromSize_t(size_t number)
{
    return kr_int_from_u64(number);
}

PyObject *PyLong_FromVoidPtr(void *pointer)
{
    return kr_int_from_u64((uintptr_t)pointer);
}

PyObject *_PyLong_FromTime_t(time_t seconds)
{
    return kr_int_from_i64(seconds);
}

// --- to C ---------------------------------------------------------------------------------------

// The absolute value: 0, or -1 if it has more than 64 bits.
static int absolute_u64(const PyLongObject *value, uint64_t *ret_number)
{
    Py_ssize_t count = kr_int_count(value);
    if (count > 3 || (count == 3 && value->ob_digit[2] >> 4)) return -1;
    uint64_t number = 0;
    for (Py_ssize_t i = count - 1; i >= 0; i--)
        number = number << PyLong_SHIFT | value->ob_digit[i];
    *ret_number = number;
    return 0;
}

// The value: 0, or the sign of the overflow.
static int as_i64(const PyLongObject *value, int64_t *ret_number)
{
    uint64_t size;
    int sign = kr_int_size(value) < 0 ? -1 : 1;
    if (absolute_u64(value, &size) < 0 || size > (uint64_t)INT64_MAX + (sign < 0)) return sign;
    *ret_number = sign < 0 ? (int64_t)-size : (int64_t)size;
    return 0;
}

// The low 64 bits in two's complement.
static uint64_t low_bits(const PyLongObject *value)
{
    uint64_t number = 0;
    Py_ssize_t count = kr_int_count(value);
    for (Py_ssize_t i = count < 3 ? count - 1 : 2; i >= 0; i--)
        number = number << PyLong_SHIFT | value->ob_digit[i];
    return kr_int_size(value) < 0 ? -number : number;
}

// [object] or its __index__ as an int; NULL with TypeError.
static PyLongObject *to_int(PyObject *object)
{
    if (object == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyLong_Check(object)) return (PyLongObject *)Py_NewRef(object);
    return (PyLongObject *)PyNumber_Index(object);
}

// __index__ and range: 0; the sign of the overflow; 2 with an exception.
static int convert_i64(PyObject *object, int64_t *ret_number)
{
    if (object && PyLong_Check(object)) {
        PyLongObject *value = (PyLongObject *)object;
        if (kr_int_is_short(value)) {
            *ret_number = kr_int_short_value(value);
            return 0;
        }
        return as_i64(value, ret_number);
    }
    KR_AUTO PyObject *value = (PyObject *)to_int(object);
    return value ? as_i64((PyLongObject *)value, ret_number) : 2;
}

long PyLong_AsLongAndOverflow(PyObject *object, int *ret_overflow)
{
    int64_t number = -1;
    int overflow = convert_i64(object, &number);
    *ret_overflow = overflow == 2 ? 0 : overflow;
    return overflow ? -1 : number;
}

long long PyLong_AsLongLongAndOverflow(PyObject *object, int *ret_overflow)
{
    return PyLong_AsLongAndOverflow(object, ret_overflow);
}

static long as_long(PyObject *object, const char *message)
{
    int64_t number = -1;
    int overflow = convert_i64(object, &number);
    if (overflow == 0) return number;
    if (overflow != 2) kr_raise(PyExc_OverflowError, message);
    return -1;
}

long PyLong_AsLong(PyObject *object)
{
    return as_long(object, "Python int too large to convert to C long");
}

long long PyLong_AsLongLong(PyObject *object)
{
    return as_long(object, "int too big to convert");
}

int _PyLong_AsInt(PyObject *object)
{
    int64_t number = -1;
    int overflow = convert_i64(object, &number);
    if (overflow == 0 && number >= INT_MIN && number <= INT_MAX) return (int)number;
    if (overflow != 2) kr_raise(PyExc_OverflowError, "Python int too large to convert to C int");
    return -1;
}

// An int is needed, without __index__.
static int check_int(PyObject *object)
{
    if (object == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    return PyLong_Check(object) ? 0 : kr_raise_int(PyExc_TypeError, "an integer is required");
}

Py_ssize_t PyLong_AsSsize_t(PyObject *object)
{
    int64_t number = -1;
    if (check_int(object) < 0) return -1;
    if (as_i64((PyLongObject *)object, &number))
        return kr_raise_int(PyExc_OverflowError, "Python int too large to convert to C ssize_t");
    return number;
}

static uint64_t as_u64(PyObject *object, const char *negative, const char *too_large)
{
    uint64_t number = 0;
    if (check_int(object) < 0) return (uint64_t)-1;
    if (kr_int_size((PyLongObject *)object) < 0)
        return (uint64_t)kr_raise_int(PyExc_OverflowError, negative);
    if (absolute_u64((PyLongObject *)object, &number) < 0)
        return (uint64_t)kr_raise_int(PyExc_OverflowError, too_large);
    return number;
}

unsigned long PyLong_AsUnsignedLong(PyObject *object)
{
    return as_u64(object, "can't convert negative value to unsigned int",
                  "Python int too large to convert to C unsigned long");
}

size_t PyLong_AsSize_t(PyObject *object)
{
    return as_u64(object, "can't convert negative value to size_t",
                  "Python int too large to convert to C size_t");
}

unsigned long long PyLong_AsUnsignedLongLong(PyObject *object)
{
    return as_u64(object, "can't convert negative int to unsigned", "int too big to convert");
}

unsigned long PyLong_AsUnsignedLongMask(PyObject *object)
{
    KR_AUTO PyObject *value = (PyObject *)to_int(object);
    return value ? low_bits((PyLongObject *)value) : (unsigned long)-1;
}

unsigned long long PyLong_AsUnsignedLongLongMask(PyObject *object)
{
    return PyLong_AsUnsignedLongMask(object);
}

void *PyLong_AsVoidPtr(PyObject *object)
{
    if (check_int(object) < 0) return NULL;
    int negative = kr_int_size((PyLongObject *)object) < 0;
    long number = negative ? PyLong_AsLong(object) : (long)PyLong_AsUnsignedLong(object);
    if (number == -1 && PyErr_Occurred()) return NULL;
    return (void *)number;
}

time_t _PyLong_AsTime_t(PyObject *object)
{
    int64_t number = -1;
    int overflow = convert_i64(object, &number);
    if (overflow == 0) return number;
    if (overflow != 2) kr_raise(PyExc_OverflowError, "timestamp out of range for platform time_t");
    return -1;
}

int _PyLong_Sign(PyObject *value)
{
    return kr_int_sign(kr_int(value));
}

// --- converters for PyArg_Parse: 1, or 0 with an exception --------------------------------------

static int convert_unsigned(PyObject *object, uint64_t most, const char *too_large,
                            uint64_t *ret_number)
{
    if (PyLong_Check(object) && kr_int_size((PyLongObject *)object) < 0)
        return kr_raise_int(PyExc_ValueError, "value must be positive") + 1;
    uint64_t number = as_u64(object, "value must be positive", too_large);
    if (number == (uint64_t)-1 && PyErr_Occurred()) return 0;
    if (number > most) return kr_raise_int(PyExc_OverflowError, too_large) + 1;
    *ret_number = number;
    return 1;
}

int _PyLong_UnsignedShort_Converter(PyObject *object, void *ret)
{
    uint64_t number;
    if (!convert_unsigned(object, USHRT_MAX, "Python int too large for C unsigned short", &number))
        return 0;
    *(unsigned short *)ret = (unsigned short)number;
    return 1;
}

int _PyLong_UnsignedInt_Converter(PyObject *object, void *ret)
{
    uint64_t number;
    if (!convert_unsigned(object, UINT_MAX, "Python int too large for C unsigned int", &number))
        return 0;
    *(unsigned int *)ret = (unsigned int)number;
    return 1;
}

int _PyLong_UnsignedLong_Converter(PyObject *object, void *ret)
{
    return convert_unsigned(object, ULONG_MAX,
                            "Python int too large to convert to C unsigned long", ret);
}

int _PyLong_UnsignedLongLong_Converter(PyObject *object, void *ret)
{
    return convert_unsigned(object, ULLONG_MAX, "int too big to convert", ret);
}

int _PyLong_Size_t_Converter(PyObject *object, void *ret)
{
    return convert_unsigned(object, SIZE_MAX, "Python int too large to convert to C size_t", ret);
}
