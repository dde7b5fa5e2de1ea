// arguments.c - sorting a call's arguments into parameters, and converting them to C.
//
// The messages are those of CPython's argument clinic.
//
// (1) A slot is filled at most once.
// (2) Slots are borrowed from the caller's array, tuple or dict, which outlives the call.
#include "objects/model/arguments.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "ceval.h"
#include "fileobject.h"
#include "floatobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "sliceobject.h"

static const char *plural(Py_ssize_t count)
{
    return count == 1 ? "" : "s";
}

// --- the exported checks, also for extensions ---------------------------------------------------
// (Their names are in brackets because the public headers have macros of the same names.)

int (_PyArg_CheckPositional)(const char *name, Py_ssize_t nargs, Py_ssize_t min, Py_ssize_t max)
{
    assert(min >= 0 && min <= max);
    if (nargs >= min && nargs <= max) return 1;
    Py_ssize_t bound = nargs < min ? min : max;
    const char *how = min == max ? "" : nargs < min ? "at least " : "at most ";
    if (name != NULL)
        PyErr_Format(PyExc_TypeError, "%.200s expected %s%zd argument%s, got %zd", name, how,
                     bound, plural(bound), nargs);
    else
        PyErr_Format(PyExc_TypeError, "unpacked tuple should have %s%zd element%s, but has %zd",
                     how, bound, plural(bound), nargs);
    return 0;
}

int (_PyArg_NoKeywords)(const char *name, PyObject *kwargs)
{
    if (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0) return 1;
    PyErr_Format(PyExc_TypeError, "%.200s() takes no keyword arguments", name);
    return 0;
}

int (_PyArg_NoKwnames)(const char *name, PyObject *kwnames)
{
    if (kwnames == NULL || PyTuple_GET_SIZE(kwnames) == 0) return 1;
    PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", name);
    return 0;
}

int (_PyArg_NoPositional)(const char *name, PyObject *args)
{
    if (args == NULL || PyTuple_GET_SIZE(args) == 0) return 1;
    PyErr_Format(PyExc_TypeError, "%.200s() takes no positional arguments", name);
    return 0;
}

void _PyArg_BadArgument(const char *name, const char *place, const char *expected, PyObject *value)
{
    PyErr_Format(PyExc_TypeError, "%.200s() %.200s must be %.50s, not %.50s", name, place,
                 expected, value == Py_None ? "None" : Py_TYPE(value)->tp_name);
}

// --- binding ------------------------------------------------------------------------------------

static unsigned long long lowest_bits(int count)
{
    return count >= 64 ? ~0ULL : (1ULL << count) - 1;
}

static int too_many(const KrSignature *signature, Py_ssize_t nargs, Py_ssize_t nkeywords)
{
    Py_ssize_t given = nargs + nkeywords;
    // Keywords beside *args are counted by themselves.
    if (signature->has_rest) {
        nargs = 0;
        given = nkeywords;
    }
    if (given > signature->count && !signature->has_extra) {
        PyErr_Format(PyExc_TypeError, "%.200s() takes at most %d %sargument%s (%zd given)",
                     signature->function, signature->count, nargs == 0 ? "keyword " : "",
                     plural(signature->count), given);
        return -1;
    }
    if (nargs <= signature->positional) return 0;
    int low = __builtin_popcountll(signature->required & lowest_bits(signature->positional));
    if (signature->positional == 0)
        PyErr_Format(PyExc_TypeError, "%.200s() takes no positional arguments",
                     signature->function);
    else
        PyErr_Format(PyExc_TypeError, "%.200s() takes %s %d positional argument%s (%zd given)",
                     signature->function, low < signature->positional ? "at most" : "exactly",
                     signature->positional, plural(signature->positional), nargs);
    return -1;
}

static int too_few_positional(const KrSignature *signature, Py_ssize_t nargs)
{
    int low = __builtin_popcountll(signature->required & lowest_bits(signature->positional_only));
    if (nargs >= low) return 0;
    PyErr_Format(PyExc_TypeError, "%.200s() takes %s %d positional argument%s (%zd given)",
                 signature->function, low < signature->positional ? "at least" : "exactly", low,
                 plural(low), nargs);
    return -1;
}

// Index of the parameter that keyword [name] fills, or -1 when there is none.
static int find_parameter(const KrSignature *signature, PyObject *name)
{
    for (int i = signature->positional_only; i < signature->count; i++)
        if (_PyUnicode_EqualToASCIIString(name, signature->names[i])) return i;
    return -1;
}

static int collect_extra(PyObject **extra, PyObject *name, PyObject *value)
{
    if (*extra == NULL && (*extra = PyDict_New()) == NULL) return -1;
    return PyDict_SetItem(*extra, name, value);
}

// Keeps (1).
static int bind_keyword(const KrSignature *signature, PyObject *name, PyObject *value,
                        PyObject **slots, PyObject **extra)
{
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "keywords must be strings");
        return -1;
    }
    int index = find_parameter(signature, name);
    if (index >= 0 && slots[index] == NULL) {
        slots[index] = value;
        return 0;
    }
    if (index >= 0) {
        PyErr_Format(PyExc_TypeError, "argument for %.200s() given by name ('%U') and position "
                     "(%d)", signature->function, name, index + 1);
        return -1;
    }
    if (signature->has_extra) return collect_extra(extra, name, value);
    PyErr_Format(PyExc_TypeError, "'%S' is an invalid keyword argument for %.200s()", name,
                 signature->function);
    return -1;
}

static int check_required(const KrSignature *signature, PyObject *const *slots)
{
    for (int i = 0; i < signature->count; i++) {
        if (slots[i] != NULL || !(signature->required >> i & 1)) continue;
        PyErr_Format(PyExc_TypeError, "%.200s() missing required argument '%s' (pos %d)",
                     signature->function, signature->names[i], i + 1);
        return -1;
    }
    return 0;
}

static int bind_positional(const KrSignature *signature, PyObject *const *args, Py_ssize_t nargs,
                           Py_ssize_t nkeywords, PyObject **slots)
{
    assert(signature->count <= 64);
    if (too_many(signature, nargs, nkeywords) < 0 || too_few_positional(signature, nargs) < 0)
        return -1;
    Py_ssize_t given = kr_smaller(nargs, signature->positional);
    for (Py_ssize_t i = 0; i < given; i++) slots[i] = args[i];
    for (Py_ssize_t i = given; i < signature->count; i++) slots[i] = NULL;
    return 0;
}

static int finish(const KrSignature *signature, PyObject **slots, int result,
                  STEALS PyObject *extra, PyObject **ret_extra)
{
    if (result == 0) result = check_required(signature, slots);
    if (result < 0)
        Py_XDECREF(extra);
    else if (ret_extra != NULL)
        *ret_extra = extra;
    return result;
}

int kr_arguments_bind(const KrSignature *signature, PyObject *const *args, Py_ssize_t nargs,
                      PyObject *kwnames, PyObject **slots, PyObject **ret_extra)
{
    Py_ssize_t nkeywords = kwnames == NULL ? 0 : kr_tuple_length(kwnames);
    if (bind_positional(signature, args, nargs, nkeywords, slots) < 0) return -1;
    PyObject *extra = NULL;
    int result = 0;
    for (Py_ssize_t i = 0; i < nkeywords && result == 0; i++)
        result = bind_keyword(signature, kr_tuple_items(kwnames)[i], args[nargs + i], slots,
                              &extra);
    return finish(signature, slots, result, extra, ret_extra);
}

int kr_arguments_bind_dict(const KrSignature *signature, PyObject *tuple, PyObject *kwargs,
                           PyObject **slots, PyObject **ret_extra)
{
    Py_ssize_t nkeywords = kwargs == NULL ? 0 : PyDict_GET_SIZE(kwargs);
    Py_ssize_t nargs = kr_tuple_length(tuple);
    if (bind_positional(signature, kr_tuple_items(tuple), nargs, nkeywords, slots) < 0) return -1;
    PyObject *extra = NULL, *name, *value;
    Py_ssize_t position = 0;
    int result = 0;
    while (result == 0 && nkeywords > 0 && PyDict_Next(kwargs, &position, &name, &value))
        result = bind_keyword(signature, name, value, slots, &extra);
    return finish(signature, slots, result, extra, ret_extra);
}

PyObject *kr_arguments_rest(PyObject *const *args, Py_ssize_t nargs, Py_ssize_t first)
{
    Py_ssize_t count = nargs > first ? nargs - first : 0;
    PyObject *rest = PyTuple_New(count);
    if (rest == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_INCREF(args[first + i]);
        PyTuple_SET_ITEM(rest, i, args[first + i]);
    }
    return rest;
}

// --- converting ---------------------------------------------------------------------------------

int kr_argument_ssize(PyObject *value, Py_ssize_t *ret)
{
    KR_AUTO PyObject *index = _PyNumber_Index(value);
    if (index == NULL) return -1;
    Py_ssize_t number = PyLong_AsSsize_t(index);
    if (number == -1 && PyErr_Occurred()) return -1;
    *ret = number;
    return 0;
}

int kr_argument_ssize_or_none(PyObject *value, Py_ssize_t *ret)
{
    if (value == Py_None) return 0;
    if (PyIndex_Check(value)) return kr_argument_ssize(value, ret);
    PyErr_Format(PyExc_TypeError, "argument should be integer or None, not %.200s",
                 Py_TYPE(value)->tp_name);
    return -1;
}

int kr_argument_slice_index(PyObject *value, Py_ssize_t *ret)
{
    return _PyEval_SliceIndex(value, ret) ? 0 : -1;
}

int kr_argument_long(PyObject *value, long *ret)
{
    long number = PyLong_AsLong(value);
    if (number == -1 && PyErr_Occurred()) return -1;
    *ret = number;
    return 0;
}

// Range check shared by the C integer types that `long` holds.
static int ranged(PyObject *value, long low, long high, const char *what, long *ret)
{
    long number;
    if (kr_argument_long(value, &number) < 0) return -1;
    if (number < low || number > high) {
        PyErr_Format(PyExc_OverflowError, "%s is %s", what,
                     number < low ? "less than minimum" : "greater than maximum");
        return -1;
    }
    *ret = number;
    return 0;
}

int kr_argument_byte(PyObject *value, unsigned char *ret)
{
    long number;
    if (ranged(value, 0, UCHAR_MAX, "unsigned byte integer", &number) < 0) return -1;
    *ret = (unsigned char)number;
    return 0;
}

int kr_argument_short(PyObject *value, short *ret)
{
    long number;
    if (ranged(value, SHRT_MIN, SHRT_MAX, "signed short integer", &number) < 0) return -1;
    *ret = (short)number;
    return 0;
}

int kr_argument_int(PyObject *value, int *ret)
{
    int number = _PyLong_AsInt(value);
    if (number == -1 && PyErr_Occurred()) return -1;
    *ret = number;
    return 0;
}

int kr_argument_uint(PyObject *value, unsigned int *ret)
{
    return _PyLong_UnsignedInt_Converter(value, ret) ? 0 : -1;
}

int kr_argument_ulong(PyObject *value, unsigned long *ret)
{
    return _PyLong_UnsignedLong_Converter(value, ret) ? 0 : -1;
}

int kr_argument_llong(PyObject *value, long long *ret)
{
    long long number = PyLong_AsLongLong(value);
    if (number == -1 && PyErr_Occurred()) return -1;
    *ret = number;
    return 0;
}

int kr_argument_ullong(PyObject *value, unsigned long long *ret)
{
    return _PyLong_UnsignedLongLong_Converter(value, ret) ? 0 : -1;
}

int kr_argument_ulong_mask(PyObject *value, unsigned long *ret)
{
    unsigned long number = PyLong_AsUnsignedLongMask(value);
    if (number == (unsigned long)-1 && PyErr_Occurred()) return -1;
    *ret = number;
    return 0;
}

int kr_argument_uint_mask(PyObject *value, unsigned int *ret)
{
    unsigned long number;
    if (kr_argument_ulong_mask(value, &number) < 0) return -1;
    *ret = (unsigned int)number;
    return 0;
}

int kr_argument_bool(PyObject *value, int *ret)
{
    int truth = PyObject_IsTrue(value);
    if (truth < 0) return -1;
    *ret = truth;
    return 0;
}

int kr_argument_double(PyObject *value, double *ret)
{
    double number = PyFloat_CheckExact(value) ? PyFloat_AS_DOUBLE(value) : PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) return -1;
    *ret = number;
    return 0;
}

int kr_argument_complex(PyObject *value, Py_complex *ret)
{
    Py_complex number = PyComplex_AsCComplex(value);
    if (number.real == -1.0 && PyErr_Occurred()) return -1;
    *ret = number;
    return 0;
}

int kr_argument_fd(PyObject *value, int *ret)
{
    int number = PyObject_AsFileDescriptor(value);
    if (number < 0) return -1;
    *ret = number;
    return 0;
}

int kr_argument_check(PyObject *value, PyTypeObject *type, const char *who, const char *place)
{
    if (Py_IS_TYPE(value, type) || PyType_IsSubtype(Py_TYPE(value), type)) return 0;
    _PyArg_BadArgument(who, place, type->tp_name, value);
    return -1;
}

int kr_argument_cstr(PyObject *value, const char **ret, const char *who, const char *place)
{
    if (kr_argument_check(value, &PyUnicode_Type, who, place) < 0) return -1;
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(value, &length);
    if (text == NULL) return -1;
    if (strlen(text) != (size_t)length) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return -1;
    }
    *ret = text;
    return 0;
}

int kr_argument_cstr_or_none(PyObject *value, const char **ret, const char *who, const char *place)
{
    if (PyUnicode_Check(value)) return kr_argument_cstr(value, ret, who, place);
    if (value != Py_None) {
        _PyArg_BadArgument(who, place, "str or None", value);
        return -1;
    }
    *ret = NULL;
    return 0;
}

int kr_argument_char(PyObject *value, int *ret, const char *who, const char *place)
{
    if (!PyUnicode_Check(value) || PyUnicode_GetLength(value) != 1) {
        _PyArg_BadArgument(who, place, "a unicode character", value);
        return -1;
    }
    *ret = (int)PyUnicode_ReadChar(value, 0);
    return 0;
}

static int contiguous(Py_buffer *buffer, const char *who, const char *place)
{
    if (PyBuffer_IsContiguous(buffer, 'C')) return 0;
    PyErr_Format(PyExc_TypeError, "%s() %s must be contiguous buffer", who, place);
    PyBuffer_Release(buffer);
    return -1;
}

int kr_argument_buffer(PyObject *value, Py_buffer *ret, const char *who, const char *place)
{
    if (PyObject_GetBuffer(value, ret, PyBUF_SIMPLE) < 0) return -1;
    return contiguous(ret, who, place);
}

int kr_argument_wbuffer(PyObject *value, Py_buffer *ret, const char *who, const char *place)
{
    if (PyObject_GetBuffer(value, ret, PyBUF_WRITABLE) < 0) {
        PyErr_Clear();
        _PyArg_BadArgument(who, place, "read-write bytes-like object", value);
        return -1;
    }
    return contiguous(ret, who, place);
}

int kr_argument_strbuffer(PyObject *value, Py_buffer *ret, const char *who, const char *place)
{
    if (!PyUnicode_Check(value)) return kr_argument_buffer(value, ret, who, place);
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(value, &length);
    if (text == NULL) return -1;
    return PyBuffer_FillInfo(ret, value, (void *)text, length, 1, PyBUF_SIMPLE);
}
