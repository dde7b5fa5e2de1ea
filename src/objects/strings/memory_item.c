// memory_item.c - reading, writing and comparing the items of memoryviews.
#include "objects/strings/memory_item.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "abstract.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "floatobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "runtime/owned.h"

char kr_memory_native_format(const char *format)
{
    if (format == NULL) return 'B';
    if (*format == '@') format++;
    return kr_memory_item_size(*format) > 0 && format[1] == 0 ? *format : 0;
}

Py_ssize_t kr_memory_item_size(char format)
{
    switch (format) {
    case 'c': case 'b': case 'B': return 1;
    case '?': return sizeof(bool);
    case 'h': case 'H': return sizeof(short);
    case 'i': case 'I': return sizeof(int);
    case 'l': case 'L': return sizeof(long);
    case 'q': case 'Q': return sizeof(long long);
    case 'n': case 'N': return sizeof(Py_ssize_t);
    case 'f': return sizeof(float);
    case 'd': return sizeof(double);
    case 'P': return sizeof(void *);
    }
    return 0;
}

static int is_signed(char format)
{
    return strchr("bhilqn", format) != NULL;
}

static long long read_signed(const char *from, Py_ssize_t size)
{
    union { signed char b; short h; int i; long long q; } value;
    memcpy(&value, from, size);
    return size == 1 ? value.b : size == 2 ? value.h : size == 4 ? value.i : value.q;
}

static unsigned long long read_unsigned(const char *from, Py_ssize_t size)
{
    unsigned long long value = 0;
    memcpy(&value, from, size);   // little-endian, as all that Krait runs on
    return value;
}

static double read_float(const char *from, char format)
{
    if (format == 'd') {
        double value;
        memcpy(&value, from, sizeof value);
        return value;
    }
    float value;
    memcpy(&value, from, sizeof value);
    return value;
}

PyObject *kr_memory_unpack(const char *from, const char *text)
{
    char format = kr_memory_native_format(text);
    Py_ssize_t size = kr_memory_item_size(format);
    switch (format) {
    case 0:
        return kr_raise(PyExc_NotImplementedError, "memoryview: format %s not supported", text);
    case 'c': return PyBytes_FromStringAndSize(from, 1);
    case '?': return PyBool_FromLong(*from != 0);
    case 'f': case 'd': return PyFloat_FromDouble(read_float(from, format));
    case 'P': return PyLong_FromVoidPtr((void *)read_unsigned(from, size));
    case 'B': return PyLong_FromLong((unsigned char)*from);
    }
    if (is_signed(format)) return PyLong_FromLongLong(read_signed(from, size));
    return PyLong_FromUnsignedLongLong(read_unsigned(from, size));
}

// An error while converting becomes one about the format.
static int conversion_error(const char *text)
{
    if (PyErr_ExceptionMatches(PyExc_TypeError))
        return kr_raise_int(PyExc_TypeError, "memoryview: invalid type for format '%s'", text);
    if (PyErr_ExceptionMatches(PyExc_OverflowError) || PyErr_ExceptionMatches(PyExc_ValueError))
        return kr_raise_int(PyExc_ValueError, "memoryview: invalid value for format '%s'", text);
    return -1;
}

static int out_of_range(const char *text)
{
    return kr_raise_int(PyExc_ValueError, "memoryview: invalid value for format '%s'", text);
}

static int pack_signed(char *to, PyObject *number, Py_ssize_t size, const char *text)
{
    long long value = PyLong_AsLongLong(number);
    if (value == -1 && PyErr_Occurred()) return conversion_error(text);
    long long limit = size == 8 ? LLONG_MAX : (1LL << (8 * size - 1)) - 1;
    if (value > limit || value < -limit - 1) return out_of_range(text);
    memcpy(to, &value, size);
    return 0;
}

static int pack_unsigned(char *to, PyObject *number, Py_ssize_t size, const char *text)
{
    unsigned long long value = PyLong_AsUnsignedLongLong(number);
    if (value == (unsigned long long)-1 && PyErr_Occurred()) return conversion_error(text);
    if (size < 8 && value >> (8 * size) != 0) return out_of_range(text);
    memcpy(to, &value, size);
    return 0;
}

static int pack_float(char *to, PyObject *value, char format, const char *text)
{
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) return conversion_error(text);
    if (format == 'd') {
        memcpy(to, &number, sizeof number);
    } else {
        float narrow = (float)number;
        memcpy(to, &narrow, sizeof narrow);
    }
    return 0;
}

int kr_memory_pack(char *to, PyObject *value, const char *text)
{
    char format = kr_memory_native_format(text);
    Py_ssize_t size = kr_memory_item_size(format);
    if (format == 0)
        return kr_raise_int(PyExc_NotImplementedError, "memoryview: format %s not supported",
                            text);
    if (format == 'f' || format == 'd') return pack_float(to, value, format, text);
    if (format == '?') {
        int truth = PyObject_IsTrue(value);
        if (truth < 0) return -1;
        *to = (char)truth;
        return 0;
    }
    if (format == 'c') {
        if (!PyBytes_Check(value))
            return kr_raise_int(PyExc_TypeError, "memoryview: invalid type for format '%s'", text);
        if (PyBytes_GET_SIZE(value) != 1) return out_of_range(text);
        *to = PyBytes_AS_STRING(value)[0];
        return 0;
    }
    KR_AUTO PyObject *number = PyNumber_Index(value);
    if (number == NULL) return conversion_error(text);
    if (format == 'P') {
        void *pointer = PyLong_AsVoidPtr(number);
        if (pointer == NULL && PyErr_Occurred()) return conversion_error(text);
        memcpy(to, &pointer, sizeof pointer);
        return 0;
    }
    return is_signed(format) ? pack_signed(to, number, size, text)
                             : pack_unsigned(to, number, size, text);
}

int kr_memory_items_equal(const char *left, const char *right, char format)
{
    if (format == 'f' || format == 'd')
        return read_float(left, format) == read_float(right, format);
    if (format == '?') return (*left != 0) == (*right != 0);
    return memcmp(left, right, kr_memory_item_size(format)) == 0;
}
