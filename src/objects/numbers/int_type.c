// int_type.c - the type int: constructor, methods, slots, sys.int_info.
#include "abstract.h"
#include "boolobject.h"
#include "bytearrayobject.h"
#include "bytesobject.h"
#include "floatobject.h"
#include "internal/pycore_long.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/numbers/int_convert.h"
#include "objects/numbers/int_object.h"
#include "objects/numbers/number_format.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/object_memory.h"
#include "structseq.h"
#include "tupleobject.h"

// --- constructor --------------------------------------------------------------------------------

static PyObject *from_text(PyObject *text, PyObject *base_object)
{
    Py_ssize_t base = PyNumber_AsSsize_t(base_object, NULL);
    if (base == -1 && PyErr_Occurred()) return NULL;
    if ((base != 0 && base < 2) || base > 36)
        return kr_raise(PyExc_ValueError, "int() base must be >= 2 and <= 36, or 0");
    if (PyUnicode_Check(text)) return PyLong_FromUnicodeObject(text, (int)base);
    if (PyByteArray_Check(text))
        return _PyLong_FromBytes(PyByteArray_AS_STRING(text), PyByteArray_GET_SIZE(text),
                                 (int)base);
    if (PyBytes_Check(text))
        return _PyLong_FromBytes(PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text), (int)base);
    return kr_raise(PyExc_TypeError, "int() can't convert non-string with explicit base");
}

// An instance of the subclass [type] with the value of [value].
static PyObject *copy_into_subclass(PyTypeObject *type, PyLongObject *value)
{
    Py_ssize_t count = kr_int_count(value);
    PyLongObject *copy = (PyLongObject *)type->tp_alloc(type, count ? count : 1);
    if (copy == NULL) return NULL;
    kr_int_set_size(copy, kr_int_size(value));
    memcpy(copy->ob_digit, value->ob_digit, (size_t)count * sizeof(digit));
    return (PyObject *)copy;
}

CONSTRUCTOR(int, "x: object = NULL, /, base: object = NULL",
            "int([x]) -> integer\n"
            "int(x, base=10) -> integer\n\n"
            "Convert a number or string to an integer, or return 0 if no arguments\n"
            "are given.  If x is a number, return x.__int__().  For floating point\n"
            "numbers, this truncates towards zero.\n\n"
            "If x is not a number or if base is given, then x must be a string,\n"
            "bytes, or bytearray instance representing an integer literal in the\n"
            "given base.  The literal can be preceded by '+' or '-' and be surrounded\n"
            "by whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\n"
            "Base 0 means to interpret the base from the string as an integer literal.\n"
            ">>> int('0b100', base=0)\n4")
static PyObject *int_new(PyTypeObject *type, PyObject *x, PyObject *base)
{
    if (x == NULL && base != NULL)
        return kr_raise(PyExc_TypeError, "int() missing string argument");
    KR_AUTO PyObject *value =
        x == NULL ? kr_int_from_i64(0) : base == NULL ? PyNumber_Long(x) : from_text(x, base);
    if (value == NULL || type == &PyLong_Type) return kr_take(value);
    return copy_into_subclass(type, (PyLongObject *)value);
}

// --- methods ------------------------------------------------------------------------------------

METHOD(conjugate, "self", "Returns self, the complex conjugate of any int.")
static PyObject *int_conjugate(PyObject *self)
{
    return kr_int_exact((PyLongObject *)self);
}

METHOD(bit_length, "self",
       "Number of bits necessary to represent self in binary.\n\n"
       ">>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6")
static PyObject *int_bit_length(PyObject *self)
{
    Py_ssize_t bits = kr_int_bit_length((PyLongObject *)self);
    return bits < 0 ? NULL : kr_int_from_i64(bits);
}

METHOD(bit_count, "self",
       "Number of ones in the binary representation of the absolute value of self.\n\n"
       "Also known as the population count.\n\n"
       ">>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3")
static PyObject *int_bit_count(PyObject *self)
{
    const PyLongObject *value = (PyLongObject *)self;
    int64_t ones = 0;
    for (Py_ssize_t i = kr_int_count(value) - 1; i >= 0; i--)
        ones += kr_count_ones(value->ob_digit[i]);
    return kr_int_from_i64(ones);
}

METHOD(as_integer_ratio, "self",
       "Return integer ratio.\n\n"
       "Return a pair of integers, whose ratio is exactly equal to the original int\n"
       "and with a positive denominator.\n\n"
       ">>> (10).as_integer_ratio()\n(10, 1)\n"
       ">>> (-10).as_integer_ratio()\n(-10, 1)\n"
       ">>> (0).as_integer_ratio()\n(0, 1)")
static PyObject *int_as_integer_ratio(PyObject *self)
{
    KR_AUTO PyObject *numerator = kr_int_exact((PyLongObject *)self);
    return numerator ? PyTuple_Pack(2, numerator, kr_small_int(1)) : NULL;
}

static int read_byte_order(PyObject *name, int *ret_little)
{
    if (name == NULL || PyUnicode_CompareWithASCIIString(name, "big") == 0)
        *ret_little = 0;
    else if (PyUnicode_CompareWithASCIIString(name, "little") == 0)
        *ret_little = 1;
    else
        return kr_raise_int(PyExc_ValueError, "byteorder must be either 'little' or 'big'");
    return 0;
}

METHOD(to_bytes, "self, length: ssize = 1, byteorder: str = 'big', *, signed: bool = False",
       "Return an array of bytes representing an integer.\n\n"
       "  length\n"
       "    Length of bytes object to use.  An OverflowError is raised if the\n"
       "    integer is not representable with the given number of bytes.  Default\n"
       "    is length 1.\n"
       "  byteorder\n"
       "    The byte order used to represent the integer.  If byteorder is 'big',\n"
       "    the most significant byte is at the beginning of the byte array.  If\n"
       "    byteorder is 'little', the most significant byte is at the end of the\n"
       "    byte array.  To request the native byte order of the host system, use\n"
       "    `sys.byteorder' as the byte order value.  Default is to use 'big'.\n"
       "  signed\n"
       "    Determines whether two's complement is used to represent the integer.\n"
       "    If signed is False and a negative integer is given, an OverflowError\n"
       "    is raised.")
static PyObject *int_to_bytes(PyObject *self, Py_ssize_t length, PyObject *byteorder,
                              int is_signed)
{
    int little;
    if (read_byte_order(byteorder, &little) < 0) return NULL;
    if (length < 0) return kr_raise(PyExc_ValueError, "length argument must be non-negative");
    KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(NULL, length);
    if (bytes == NULL) return NULL;
    unsigned char *to = (unsigned char *)PyBytes_AS_STRING(bytes);
    if (_PyLong_AsByteArray((PyLongObject *)self, to, (size_t)length, little, is_signed) < 0)
        return NULL;
    return kr_take(bytes);
}

METHOD(from_bytes, "cls, bytes, byteorder: str = 'big', *, signed: bool = False",
       "Return the integer represented by the given array of bytes.\n\n"
       "  bytes\n"
       "    Holds the array of bytes to convert.  The argument must either\n"
       "    support the buffer protocol or be an iterable object producing bytes.\n"
       "    Bytes and bytearray are examples of built-in objects that support the\n"
       "    buffer protocol.\n"
       "  byteorder\n"
       "    The byte order used to represent the integer.  If byteorder is 'big',\n"
       "    the most significant byte is at the beginning of the byte array.  If\n"
       "    byteorder is 'little', the most significant byte is at the end of the\n"
       "    byte array.  To request the native byte order of the host system, use\n"
       "    `sys.byteorder' as the byte order value.  Default is to use 'big'.\n"
       "  signed\n"
       "    Indicates whether two's complement is used to represent the integer.")
static PyObject *int_from_bytes(PyTypeObject *type, PyObject *bytes, PyObject *byteorder,
                                int is_signed)
{
    int little;
    if (read_byte_order(byteorder, &little) < 0) return NULL;
    KR_AUTO PyObject *data = PyObject_Bytes(bytes);
    if (data == NULL) return NULL;
    KR_AUTO PyObject *value = _PyLong_FromByteArray((unsigned char *)PyBytes_AS_STRING(data),
                                                    (size_t)Py_SIZE(data), little, is_signed);
    if (value == NULL || type == &PyLong_Type) return kr_take(value);
    return PyObject_CallOneArg((PyObject *)type, value);
}

METHOD(__trunc__, "self", "Truncating an Integral returns itself.")
static PyObject *int___trunc__(PyObject *self)
{
    return kr_int_exact((PyLongObject *)self);
}

METHOD(__floor__, "self", "Flooring an Integral returns itself.")
static PyObject *int___floor__(PyObject *self)
{
    return kr_int_exact((PyLongObject *)self);
}

METHOD(__ceil__, "self", "Ceiling of an Integral returns itself.")
static PyObject *int___ceil__(PyObject *self)
{
    return kr_int_exact((PyLongObject *)self);
}

METHOD(__round__, "self, ndigits: object = NULL, /",
       "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an "
       "integer.")
static PyObject *int___round__(PyObject *self, PyObject *ndigits)
{
    if (ndigits == NULL) return kr_int_exact((PyLongObject *)self);
    KR_AUTO PyObject *places = PyNumber_Index(ndigits);
    if (places == NULL) return NULL;
    if (kr_int_size((PyLongObject *)places) >= 0) return kr_int_exact((PyLongObject *)self);
    // self - (self mod-nearest 10**-ndigits)
    KR_AUTO PyObject *exponent = kr_int_negate((PyLongObject *)places);
    KR_AUTO PyObject *ten = exponent ? kr_int_from_i64(10) : NULL;
    KR_AUTO PyObject *unit = ten ? kr_int_slot_power(ten, exponent, Py_None) : NULL;
    KR_AUTO PyObject *pair = unit ? _PyLong_DivmodNear(self, unit) : NULL;
    if (pair == NULL) return NULL;
    return kr_int_subtract((PyLongObject *)self, (PyLongObject *)PyTuple_GET_ITEM(pair, 1));
}

METHOD(__getnewargs__, "self", "")
static PyObject *int___getnewargs__(PyObject *self)
{
    KR_AUTO PyObject *copy = _PyLong_Copy((PyLongObject *)self);
    return copy ? PyTuple_Pack(1, copy) : NULL;
}

METHOD(__format__, "self, format_spec: str, /", "")
static PyObject *int___format__(PyObject *self, PyObject *format_spec)
{
    return kr_number_format(self, format_spec, _PyLong_FormatAdvancedWriter);
}

METHOD(__sizeof__, "self", "Returns size in memory, in bytes.")
static PyObject *int___sizeof__(PyObject *self)
{
    Py_ssize_t count = kr_int_count((PyLongObject *)self);
    return kr_int_from_i64((Py_ssize_t)offsetof(PyLongObject, ob_digit)
                           + count * (Py_ssize_t)sizeof(digit));
}

GETTER(real, "the real part of a complex number")
static PyObject *int_get_real(PyObject *self)
{
    return kr_int_exact((PyLongObject *)self);
}

GETTER(imag, "the imaginary part of a complex number")
static PyObject *int_get_imag(PyObject *self)
{
    return kr_int_from_i64(0);
}

GETTER(numerator, "the numerator of a rational number in lowest terms")
static PyObject *int_get_numerator(PyObject *self)
{
    return kr_int_exact((PyLongObject *)self);
}

GETTER(denominator, "the denominator of a rational number in lowest terms")
static PyObject *int_get_denominator(PyObject *self)
{
    return kr_int_from_i64(1);
}

#include "objects/numbers/int_type.methods.h"

// --- slots --------------------------------------------------------------------------------------

static void int_dealloc(PyObject *self)
{
    PyLongObject *value = (PyLongObject *)self;
    if (!PyLong_CheckExact(self))
        Py_TYPE(self)->tp_free(self);
    else if (kr_int_count(value) <= 1)
        kr_object_free_sized(self, offsetof(PyLongObject, ob_digit) + sizeof(digit));
    else
        kr_object_free(self);
}

static PyObject *int_compare(PyObject *left, PyObject *right, int operator)
{
    if (!kr_int_both(left, right)) Py_RETURN_NOTIMPLEMENTED;
    int order = left == right ? 0 : kr_int_compare((PyLongObject *)left, (PyLongObject *)right);
    Py_RETURN_RICHCOMPARE(order, 0, operator);
}

static int int_bool(PyObject *self)
{
    return kr_int_size((PyLongObject *)self) != 0;
}

static PyObject *int_exact(PyObject *self)
{
    return kr_int_exact((PyLongObject *)self);
}

static PyObject *int_float(PyObject *self)
{
    double number = PyLong_AsDouble(self);
    if (number == -1.0 && PyErr_Occurred()) return NULL;
    return PyFloat_FromDouble(number);
}

static PyNumberMethods int_as_number = {
    .nb_add = kr_int_slot_add,
    .nb_subtract = kr_int_slot_subtract,
    .nb_multiply = kr_int_slot_multiply,
    .nb_remainder = kr_int_slot_remainder,
    .nb_divmod = kr_int_slot_divmod,
    .nb_power = kr_int_slot_power,
    .nb_negative = kr_int_slot_negative,
    .nb_positive = int_exact,
    .nb_absolute = kr_int_slot_absolute,
    .nb_bool = int_bool,
    .nb_invert = kr_int_slot_invert,
    .nb_lshift = kr_int_slot_lshift,
    .nb_rshift = kr_int_slot_rshift,
    .nb_and = kr_int_slot_and,
    .nb_xor = kr_int_slot_xor,
    .nb_or = kr_int_slot_or,
    .nb_int = int_exact,
    .nb_float = int_float,
    .nb_floor_divide = kr_int_slot_floor_divide,
    .nb_true_divide = kr_int_slot_true_divide,
    .nb_index = int_exact,
};

PyTypeObject PyLong_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "int",
    .tp_basicsize = offsetof(PyLongObject, ob_digit),
    .tp_itemsize = sizeof(digit),
    .tp_dealloc = int_dealloc,
    .tp_repr = kr_int_to_decimal,
    .tp_as_number = &int_as_number,
    .tp_hash = kr_int_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LONG_SUBCLASS
                | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = int_doc,
    .tp_richcompare = int_compare,
    .tp_methods = int_methods,
    .tp_getset = int_getset,
    .tp_new = int_tp_new,
    .tp_free = PyObject_Del,
    .tp_vectorcall = int_tp_vectorcall,
};

// --- sys.int_info -------------------------------------------------------------------------------

static PyStructSequence_Field int_info_fields[] = {
    {"bits_per_digit", "size of a digit in bits"},
    {"sizeof_digit", "size in bytes of the C type used to represent a digit"},
    {"default_max_str_digits", "maximum string conversion digits limitation"},
    {"str_digits_check_threshold", "minimum positive value for int_max_str_digits"},
    {NULL, NULL},
};

static PyStructSequence_Desc int_info_description = {
    "sys.int_info",
    "A named tuple that holds information about Python's\n"
    "internal representation of integers.  The attributes are read only.",
    int_info_fields,
    4,
};

static PyTypeObject int_info_type;

PyObject *PyLong_GetInfo(void)
{
    static const int values[] = {PyLong_SHIFT, sizeof(digit), 4300, 640};
    if (int_info_type.tp_name == NULL
        && PyStructSequence_InitType2(&int_info_type, &int_info_description) < 0)
        return NULL;
    KR_AUTO PyObject *info = PyStructSequence_New(&int_info_type);
    if (info == NULL) return NULL;
    for (Py_ssize_t i = 0; i < 4; i++) {
        PyObject *value = kr_int_from_i64(values[i]);
        if (value == NULL) return NULL;
        PyStructSequence_SetItem(info, i, value);
    }
    return kr_take(info);
}
