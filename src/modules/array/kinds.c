// kinds.c - the type codes of array: C values from and to objects.
#include "modules/array/array.h"

#define INTEGER(name, type, make, convert)                                                        \
    static PyObject *get_##name(const char *item)                                                 \
    {                                                                                             \
        type value;                                                                               \
        memcpy(&value, item, sizeof value);                                                       \
        return make(value);                                                                       \
    }                                                                                             \
    static int set_##name(char *item, PyObject *object)                                           \
    {                                                                                             \
        type value;                                                                               \
        if (convert(object, &value) < 0) return -1;                                               \
        memcpy(item, &value, sizeof value);                                                       \
        return 0;                                                                                 \
    }

// A value of [low] … [high]; [what] for the messages.
static int read_range(PyObject *object, long long low, long long high, const char *what,
                      long long *ret)
{
    KR_AUTO PyObject *number = PyNumber_Index(object);
    if (number == NULL) return -1;
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(number, &overflow);
    if (value == -1 && !overflow && PyErr_Occurred()) return -1;
    if (overflow < 0 || (!overflow && value < low))
        return kr_raise_int(PyExc_OverflowError, "%s is less than minimum", what);
    if (overflow > 0 || value > high)
        return kr_raise_int(PyExc_OverflowError, "%s is greater than maximum", what);
    *ret = value;
    return 0;
}

#define RANGE(name, type, low, high, what)                                                        \
    static int as_##name(PyObject *object, type *ret)                                             \
    {                                                                                             \
        long long value;                                                                          \
        if (read_range(object, low, high, what, &value) < 0) return -1;                           \
        *ret = (type)value;                                                                       \
        return 0;                                                                                 \
    }

RANGE(schar, signed char, SCHAR_MIN, SCHAR_MAX, "signed char")
RANGE(uchar, unsigned char, 0, UCHAR_MAX, "unsigned byte integer")
RANGE(short, short, SHRT_MIN, SHRT_MAX, "signed short integer")
RANGE(ushort, unsigned short, 0, USHRT_MAX, "unsigned short")
RANGE(int, int, INT_MIN, INT_MAX, "signed integer")
RANGE(uint, unsigned, 0, UINT_MAX, "unsigned int")

static int as_long(PyObject *object, long *ret)
{
    return kr_argument_long(object, ret);
}

static int as_longlong(PyObject *object, long long *ret)
{
    return kr_argument_llong(object, ret);
}

static int as_ulong(PyObject *object, unsigned long *ret)
{
    KR_AUTO PyObject *number = PyNumber_Index(object);
    if (number == NULL) return -1;
    *ret = PyLong_AsUnsignedLong(number);
    return *ret == (unsigned long)-1 && PyErr_Occurred() ? -1 : 0;
}

static int as_ulonglong(PyObject *object, unsigned long long *ret)
{
    unsigned long value;
    if (as_ulong(object, &value) < 0) return -1;
    *ret = value;
    return 0;
}

static int as_float(PyObject *object, float *ret)
{
    double value = PyFloat_AsDouble(object);
    if (value == -1.0 && PyErr_Occurred()) return -1;
    *ret = (float)value;
    return 0;
}

static int as_double(PyObject *object, double *ret)
{
    *ret = PyFloat_AsDouble(object);
    return *ret == -1.0 && PyErr_Occurred() ? -1 : 0;
}

static int as_wide(PyObject *object, wchar_t *ret)
{
    if (!PyUnicode_Check(object) || PyUnicode_GetLength(object) != 1)
        return kr_raise_int(PyExc_TypeError, "array item must be unicode character");
    *ret = (wchar_t)PyUnicode_READ_CHAR(object, 0);
    return 0;
}

static PyObject *from_wide(wchar_t value)
{
    return PyUnicode_FromWideChar(&value, 1);
}

INTEGER(schar, signed char, PyLong_FromLong, as_schar)
INTEGER(uchar, unsigned char, PyLong_FromLong, as_uchar)
INTEGER(wide, wchar_t, from_wide, as_wide)
INTEGER(short, short, PyLong_FromLong, as_short)
INTEGER(ushort, unsigned short, PyLong_FromLong, as_ushort)
INTEGER(int, int, PyLong_FromLong, as_int)
INTEGER(uint, unsigned, PyLong_FromUnsignedLong, as_uint)
INTEGER(long, long, PyLong_FromLong, as_long)
INTEGER(ulong, unsigned long, PyLong_FromUnsignedLong, as_ulong)
INTEGER(longlong, long long, PyLong_FromLongLong, as_longlong)
INTEGER(ulonglong, unsigned long long, PyLong_FromUnsignedLongLong, as_ulonglong)
INTEGER(float, float, PyFloat_FromDouble, as_float)
INTEGER(double, double, PyFloat_FromDouble, as_double)

#define KIND(code, name, type, format, is_integer, is_signed)                                     \
    {code, sizeof(type), get_##name, set_##name, format, is_integer, is_signed}

const KrArrayKind kr_array_kinds[] = {
    KIND('b', schar, char, "b", 1, 1),
    KIND('B', uchar, char, "B", 1, 0),
    KIND('u', wide, wchar_t, "w", 0, 0),
    KIND('h', short, short, "h", 1, 1),
    KIND('H', ushort, short, "H", 1, 0),
    KIND('i', int, int, "i", 1, 1),
    KIND('I', uint, int, "I", 1, 0),
    KIND('l', long, long, "l", 1, 1),
    KIND('L', ulong, long, "L", 1, 0),
    KIND('q', longlong, long long, "q", 1, 1),
    KIND('Q', ulonglong, long long, "Q", 1, 0),
    KIND('f', float, float, "f", 0, 0),
    KIND('d', double, double, "d", 0, 0),
    {0},
};

const KrArrayKind *kr_array_kind(int code)
{
    for (const KrArrayKind *kind = kr_array_kinds; kind->code != 0; kind++)
        if (kind->code == code) return kind;
    return NULL;
}
