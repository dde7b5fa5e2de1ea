// float_type.c - the type float: constructor, methods, slots, sys.float_info.
#include <float.h>
#include <math.h>

#include "abstract.h"
#include "boolobject.h"
#include "internal/pycore_floatobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/numbers/float_object.h"
#include "objects/numbers/number_format.h"
#include "pyerrors.h"
#include "structseq.h"
#include "tupleobject.h"

CONSTRUCTOR(float, "x: object = 0, /",
            "Convert a string or number to a floating point number, if possible.")
static PyObject *float_new(PyTypeObject *type, PyObject *x)
{
    KR_AUTO PyObject *value = x == NULL                ? PyFloat_FromDouble(0.0)
                              : PyUnicode_CheckExact(x) ? PyFloat_FromString(x)
                                                        : PyNumber_Float(x);
    if (value == NULL || type == &PyFloat_Type) return kr_take(value);
    PyObject *copy = type->tp_alloc(type, 0);
    if (copy) ((PyFloatObject *)copy)->ob_fval = kr_float_value(value);
    return copy;
}

static PyObject *to_exact(PyObject *self)
{
    return PyFloat_CheckExact(self) ? Py_NewRef(self) : PyFloat_FromDouble(kr_float_value(self));
}

METHOD(conjugate, "self", "Return self, the complex conjugate of any float.")
static PyObject *float_conjugate(PyObject *self)
{
    return to_exact(self);
}

METHOD(__trunc__, "self", "Return the Integral closest to x between 0 and x.")
static PyObject *float___trunc__(PyObject *self)
{
    return PyLong_FromDouble(kr_float_value(self));
}

METHOD(__floor__, "self", "Return the floor as an Integral.")
static PyObject *float___floor__(PyObject *self)
{
    return PyLong_FromDouble(floor(kr_float_value(self)));
}

METHOD(__ceil__, "self", "Return the ceiling as an Integral.")
static PyObject *float___ceil__(PyObject *self)
{
    return PyLong_FromDouble(ceil(kr_float_value(self)));
}

METHOD(__round__, "self, ndigits = None, /",
       "Return the Integral closest to x, rounding half toward even.\n\n"
       "When an argument is passed, work like built-in round(x, ndigits).")
static PyObject *float___round__(PyObject *self, PyObject *ndigits)
{
    double value = kr_float_value(self);
    if (ndigits == Py_None) {
        double rounded = round(value);
        if (fabs(value - rounded) == 0.5) rounded = 2.0 * round(value / 2.0);
        return PyLong_FromDouble(rounded);
    }
    Py_ssize_t places = PyNumber_AsSsize_t(ndigits, NULL);
    if (places == -1 && PyErr_Occurred()) return NULL;
    return kr_float_round(value, places);
}

METHOD(as_integer_ratio, "self",
       "Return integer ratio.\n\n"
       "Return a pair of integers, whose ratio is exactly equal to the original float\n"
       "and with a positive denominator.\n\n"
       "Raise OverflowError on infinities and a ValueError on NaNs.\n\n"
       ">>> (10.0).as_integer_ratio()\n(10, 1)\n"
       ">>> (0.0).as_integer_ratio()\n(0, 1)\n"
       ">>> (-.25).as_integer_ratio()\n(-1, 4)")
static PyObject *float_as_integer_ratio(PyObject *self)
{
    double value = kr_float_value(self);
    if (isinf(value))
        return kr_raise(PyExc_OverflowError, "cannot convert Infinity to integer ratio");
    if (isnan(value)) return kr_raise(PyExc_ValueError, "cannot convert NaN to integer ratio");
    int exponent;
    double fraction = frexp(value, &exponent);
    while (fraction != floor(fraction)) {
        fraction *= 2.0;
        exponent--;
    }
    KR_AUTO PyObject *numerator = PyLong_FromDouble(fraction);
    KR_AUTO PyObject *denominator = numerator ? PyLong_FromLong(1) : NULL;
    if (denominator == NULL) return NULL;
    PyObject *moved = exponent > 0 ? _PyLong_Lshift(numerator, (size_t)exponent)
                                   : _PyLong_Lshift(denominator, (size_t)-exponent);
    if (moved == NULL) return NULL;
    if (exponent > 0)
        Py_SETREF(numerator, moved);
    else
        Py_SETREF(denominator, moved);
    return PyTuple_Pack(2, numerator, denominator);
}

METHOD(fromhex, "cls, string, /",
       "Create a floating-point number from a hexadecimal string.\n\n"
       ">>> float.fromhex('0x1.ffffp10')\n2047.984375\n"
       ">>> float.fromhex('-0x1p-1074')\n-5e-324")
static PyObject *float_fromhex(PyTypeObject *type, PyObject *string)
{
    if (!PyUnicode_Check(string))
        return kr_raise(PyExc_TypeError, "bad argument type for built-in operation");
    KR_AUTO PyObject *value = kr_float_from_hex(string);
    if (value == NULL || type == &PyFloat_Type) return kr_take(value);
    return PyObject_CallOneArg((PyObject *)type, value);
}

METHOD(hex, "self",
       "Return a hexadecimal representation of a floating-point number.\n\n"
       ">>> (-0.1).hex()\n'-0x1.999999999999ap-4'\n"
       ">>> 3.14159.hex()\n'0x1.921f9f01b866ep+1'")
static PyObject *float_hex(PyObject *self)
{
    return kr_float_to_hex(kr_float_value(self));
}

METHOD(is_integer, "self", "Return True if the float is an integer.")
static PyObject *float_is_integer(PyObject *self)
{
    double value = kr_float_value(self);
    return PyBool_FromLong(isfinite(value) && floor(value) == value);
}

METHOD(__getnewargs__, "self", "")
static PyObject *float___getnewargs__(PyObject *self)
{
    KR_AUTO PyObject *copy = PyFloat_FromDouble(kr_float_value(self));
    return copy ? PyTuple_Pack(1, copy) : NULL;
}

METHOD(__getformat__, "cls, typestr: str, /",
       "You probably don't want to use this function.\n\n"
       "  typestr\n"
       "    Must be 'double' or 'float'.\n\n"
       "It exists mainly to be used in Python's test suite.\n\n"
       "This function returns whichever of 'unknown', 'IEEE, big-endian' or 'IEEE,\n"
       "little-endian' best describes the format of floating point numbers used by the\n"
       "C type named by typestr.")
static PyObject *float___getformat__(PyTypeObject *type, PyObject *typestr)
{
    if (PyUnicode_CompareWithASCIIString(typestr, "double") != 0
        && PyUnicode_CompareWithASCIIString(typestr, "float") != 0)
        return kr_raise(PyExc_ValueError,
                        "__getformat__() argument 1 must be 'double' or 'float'");
    return PyUnicode_FromString("IEEE, little-endian");
}

METHOD(__format__, "self, format_spec: str, /", "Formats the float according to format_spec.")
static PyObject *float___format__(PyObject *self, PyObject *format_spec)
{
    return kr_number_format(self, format_spec, _PyFloat_FormatAdvancedWriter);
}

GETTER(real, "the real part of a complex number")
static PyObject *float_get_real(PyObject *self)
{
    return to_exact(self);
}

GETTER(imag, "the imaginary part of a complex number")
static PyObject *float_get_imag(PyObject *self)
{
    return PyFloat_FromDouble(0.0);
}

#include "objects/numbers/float_type.methods.h"

// --- slots --------------------------------------------------------------------------------------

static PyObject *float_negative(PyObject *self)
{
    return PyFloat_FromDouble(-kr_float_value(self));
}

static PyObject *float_absolute(PyObject *self)
{
    return PyFloat_FromDouble(fabs(kr_float_value(self)));
}

static int float_bool(PyObject *self)
{
    return kr_float_value(self) != 0.0;
}

static PyNumberMethods float_as_number = {
    .nb_add = kr_float_add,
    .nb_subtract = kr_float_subtract,
    .nb_multiply = kr_float_multiply,
    .nb_remainder = kr_float_remainder,
    .nb_divmod = kr_float_divmod,
    .nb_power = kr_float_power,
    .nb_negative = float_negative,
    .nb_positive = to_exact,
    .nb_absolute = float_absolute,
    .nb_bool = float_bool,
    .nb_int = float___trunc__,
    .nb_float = to_exact,
    .nb_floor_divide = kr_float_floor_divide,
    .nb_true_divide = kr_float_true_divide,
};

PyTypeObject PyFloat_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "float",
    .tp_basicsize = sizeof(PyFloatObject),
    .tp_dealloc = kr_float_dealloc,
    .tp_repr = kr_float_repr,
    .tp_as_number = &float_as_number,
    .tp_hash = kr_float_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = float_doc,
    .tp_richcompare = kr_float_compare,
    .tp_methods = float_methods,
    .tp_getset = float_getset,
    .tp_new = float_tp_new,
    .tp_vectorcall = float_tp_vectorcall,
};

// --- sys.float_info -----------------------------------------------------------------------------

static PyStructSequence_Field float_info_fields[] = {
    {"max", "DBL_MAX -- maximum representable finite float"},
    {"max_exp", "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable"},
    {"max_10_exp", "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable"},
    {"min", "DBL_MIN -- Minimum positive normalized float"},
    {"min_exp", "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float"},
    {"min_10_exp", "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float"},
    {"dig",
     "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float"},
    {"mant_dig", "DBL_MANT_DIG -- mantissa digits"},
    {"epsilon", "DBL_EPSILON -- Difference between 1 and the next representable float"},
    {"radix", "FLT_RADIX -- radix of exponent"},
    {"rounds", "FLT_ROUNDS -- rounding mode used for arithmetic operations"},
    {NULL, NULL},
};

static PyStructSequence_Desc float_info_description = {
    "sys.float_info",
    "A named tuple holding information about the float type. It contains low level\n"
    "information about the precision and internal representation. Please study\n"
    "your system's :file:`float.h` for more information.",
    float_info_fields,
    11,
};

static PyTypeObject float_info_type;

double PyFloat_GetMax(void)
{
    return DBL_MAX;
}

double PyFloat_GetMin(void)
{
    return DBL_MIN;
}

PyObject *PyFloat_GetInfo(void)
{
    const double values[] = {DBL_MAX,     DBL_MAX_EXP,    DBL_MAX_10_EXP, DBL_MIN,
                             DBL_MIN_EXP, DBL_MIN_10_EXP, DBL_DIG,        DBL_MANT_DIG,
                             DBL_EPSILON, FLT_RADIX,      FLT_ROUNDS};
    static const int is_float = 1 << 0 | 1 << 3 | 1 << 8;
    if (float_info_type.tp_name == NULL
        && PyStructSequence_InitType2(&float_info_type, &float_info_description) < 0)
        return NULL;
    KR_AUTO PyObject *info = PyStructSequence_New(&float_info_type);
    if (info == NULL) return NULL;
    for (int i = 0; i < 11; i++) {
        PyObject *value =
            is_float >> i & 1 ? PyFloat_FromDouble(values[i]) : PyLong_FromLong((long)values[i]);
        if (value == NULL) return NULL;
        PyStructSequence_SetItem(info, i, value);
    }
    return kr_take(info);
}
