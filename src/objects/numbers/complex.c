// complex.c - the type complex.
#include "complexobject.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "abstract.h"
#include "base/double_text.h"
#include "boolobject.h"
#include "floatobject.h"
#include "longobject.h"
#include "objimpl.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/type.h"
#include "objects/numbers/number_format.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "pyhash.h"
#include "pystrtod.h"
#include "structmember.h"
#include "tupleobject.h"
#include "warnings.h"

static inline Py_complex value_of(PyObject *object)
{
    return ((PyComplexObject *)object)->cval;
}

PyObject *PyComplex_FromCComplex(Py_complex value)
{
    PyComplexObject *object = PyObject_Malloc(sizeof *object);
    if (object == NULL) return PyErr_NoMemory();
    Py_SET_TYPE(object, &PyComplex_Type);
    _Py_NewReference((PyObject *)object);
    object->cval = value;
    return (PyObject *)object;
}

PyObject *PyComplex_FromDoubles(double real, double imag)
{
    return PyComplex_FromCComplex((Py_complex){real, imag});
}

static PyObject *in_type(PyTypeObject *type, Py_complex value)
{
    if (type == &PyComplex_Type) return PyComplex_FromCComplex(value);
    PyObject *object = type->tp_alloc(type, 0);
    if (object) ((PyComplexObject *)object)->cval = value;
    return object;
}

double PyComplex_RealAsDouble(PyObject *object)
{
    return PyComplex_Check(object) ? value_of(object).real : PyFloat_AsDouble(object);
}

double PyComplex_ImagAsDouble(PyObject *object)
{
    return PyComplex_Check(object) ? value_of(object).imag : 0.0;
}

// What __complex__ returns, or NULL without an exception when there is none.
static PyObject *call_complex(PyObject *object)
{
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(object, ID(__complex__));
    if (method == NULL) return NULL;
    KR_AUTO PyObject *result = PyObject_CallNoArgs(method);
    if (result == NULL || PyComplex_CheckExact(result)) return kr_take(result);
    if (!PyComplex_Check(result))
        return kr_raise(PyExc_TypeError, "__complex__ returned non-complex (type %.200s)",
                        Py_TYPE(result)->tp_name);
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "__complex__ returned non-complex (type "
                         "%.200s).  The ability to return an instance of a strict subclass of "
                         "complex is deprecated, and may not be supported in a future version of "
                         "Python.", Py_TYPE(result)->tp_name) < 0)
        return NULL;
    return kr_take(result);
}

Py_complex PyComplex_AsCComplex(PyObject *object)
{
    if (PyComplex_Check(object)) return value_of(object);
    KR_AUTO PyObject *converted = call_complex(object);
    if (converted) return value_of(converted);
    if (PyErr_Occurred()) return (Py_complex){-1.0, 0.0};
    return (Py_complex){PyFloat_AsDouble(object), 0.0};
}

// --- from text ----------------------------------------------------------------------------------

static int is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Reads a float with optional sign at [at]: the place behind it, or [at] if there is none.
static const char *read_part(const char *at, double *ret_value)
{
    ptrdiff_t used = kr_double_parse(at, (ptrdiff_t)strlen(at), ret_value);
    if (used > 0) return at + used;
    char *end;
    double value = _Py_parse_inf_or_nan(at, &end);
    if (end != at) *ret_value = value;
    return end;
}

// Reads `<float>`, `<float>j` or `<float><signed-float>j`, where the number before the j may be
// only a sign.
static const char *read_complex(const char *at, Py_complex *ret_value)
{
    Py_complex value = {0.0, 0.0};
    const char *end = read_part(at, &value.real);
    if (end != at) {
        if (*end == '+' || *end == '-') {
            at = end;
            end = read_part(at, &value.imag);
            if (end == at) {
                value.imag = *at == '+' ? 1.0 : -1.0;
                end = at + 1;
            }
            if (*end != 'j' && *end != 'J') return NULL;
            end++;
        } else if (*end == 'j' || *end == 'J') {
            value.imag = value.real;
            value.real = 0.0;
            end++;
        }
    } else {
        value.imag = 1.0;
        if (*at == '+' || *at == '-') value.imag = *at++ == '+' ? 1.0 : -1.0;
        if (*at != 'j' && *at != 'J') return NULL;
        end = at + 1;
    }
    *ret_value = value;
    return end;
}

static PyObject *from_plain_text(const char *text, Py_ssize_t length, void *type)
{
    const char *at = text;
    Py_complex value;
    while (is_space(*at)) at++;
    int bracket = *at == '(';
    if (bracket) at++;
    while (bracket && is_space(*at)) at++;
    const char *end = read_complex(at, &value);
    while (end && is_space(*end)) end++;
    if (end && bracket) end = *end == ')' ? end + 1 : NULL;
    while (end && is_space(*end)) end++;
    if (end != text + length)
        return kr_raise(PyExc_ValueError, "complex() arg is a malformed string");
    return in_type(type, value);
}

static PyObject *from_text(PyTypeObject *type, PyObject *text)
{
    KR_AUTO PyObject *ascii = _PyUnicode_TransformDecimalAndSpaceToASCII(text);
    if (ascii == NULL) return NULL;
    Py_ssize_t length;
    const char *data = PyUnicode_AsUTF8AndSize(ascii, &length);
    if (data == NULL) return NULL;
    return _Py_string_to_number_with_underscores(data, length, "complex", text, type,
                                                 from_plain_text);
}

// --- constructor --------------------------------------------------------------------------------

static int is_number(PyObject *object)
{
    PyNumberMethods *methods = Py_TYPE(object)->tp_as_number;
    return PyComplex_Check(object) || (methods && (methods->nb_float || methods->nb_index));
}

// A complex as it is, anything else through float(): 0, or -1.
static int read_argument(PyObject *object, Py_complex *ret_value)
{
    if (PyComplex_Check(object)) {
        *ret_value = value_of(object);
        return 0;
    }
    KR_AUTO PyObject *value = PyNumber_Float(object);
    if (value == NULL) return -1;
    *ret_value = (Py_complex){PyFloat_AS_DOUBLE(value), 0.0};
    return 0;
}

CONSTRUCTOR(complex, "real: object = 0, imag: object = 0",
            "Create a complex number from a real part and an optional imaginary part.\n\n"
            "This is equivalent to (real + imag*1j) where imag defaults to 0.")
static PyObject *complex_new(PyTypeObject *type, PyObject *real, PyObject *imag)
{
    Py_complex x = {0.0, 0.0}, y = {0.0, 0.0};
    if (real && imag == NULL && PyComplex_CheckExact(real) && type == &PyComplex_Type)
        return Py_NewRef(real);
    if (real && PyUnicode_Check(real)) {
        if (imag)
            return kr_raise(PyExc_TypeError,
                            "complex() can't take second arg if first is a string");
        return from_text(type, real);
    }
    if (imag && PyUnicode_Check(imag))
        return kr_raise(PyExc_TypeError, "complex() second arg can't be a string");
    KR_AUTO PyObject *converted = real ? call_complex(real) : NULL;
    if (converted)
        real = converted;
    else if (PyErr_Occurred())
        return NULL;
    if (real && !is_number(real))
        return kr_raise(PyExc_TypeError,
                        "complex() first argument must be a string or a number, not '%.200s'",
                        Py_TYPE(real)->tp_name);
    if (imag && !is_number(imag))
        return kr_raise(PyExc_TypeError,
                        "complex() second argument must be a number, not '%.200s'",
                        Py_TYPE(imag)->tp_name);
    if (real && read_argument(real, &x) < 0) return NULL;
    if (imag && read_argument(imag, &y) < 0) return NULL;
    if (imag == NULL) return in_type(type, x);
    // Parts that do not exist are not added: 0.0 + -0.0 would lose a sign.
    if (PyComplex_Check(imag)) x.real -= y.imag;
    if (real && PyComplex_Check(real)) y.real += x.imag;
    return in_type(type, (Py_complex){x.real, y.real});
}

// --- methods ------------------------------------------------------------------------------------

METHOD(conjugate, "self",
       "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.")
static PyObject *complex_conjugate(PyObject *self)
{
    return PyComplex_FromDoubles(value_of(self).real, -value_of(self).imag);
}

METHOD(__complex__, "self", "Convert this value to exact type complex.")
static PyObject *complex___complex__(PyObject *self)
{
    return PyComplex_CheckExact(self) ? Py_NewRef(self) : PyComplex_FromCComplex(value_of(self));
}

METHOD(__getnewargs__, "self", "")
static PyObject *complex___getnewargs__(PyObject *self)
{
    KR_AUTO PyObject *real = PyFloat_FromDouble(value_of(self).real);
    KR_AUTO PyObject *imag = real ? PyFloat_FromDouble(value_of(self).imag) : NULL;
    return imag ? PyTuple_Pack(2, real, imag) : NULL;
}

METHOD(__format__, "self, format_spec: str, /", "Convert to a string according to format_spec.")
static PyObject *complex___format__(PyObject *self, PyObject *format_spec)
{
    return kr_number_format(self, format_spec, kr_complex_format_writer);
}

#include "objects/numbers/complex.methods.h"

static PyMemberDef complex_members[] = {
    {"real", T_DOUBLE, offsetof(PyComplexObject, cval.real), READONLY,
     "the real part of a complex number"},
    {"imag", T_DOUBLE, offsetof(PyComplexObject, cval.imag), READONLY,
     "the imaginary part of a complex number"},
    {NULL},
};

// --- slots --------------------------------------------------------------------------------------

static PyObject *complex_repr(PyObject *self)
{
    char text[2 * KR_DOUBLE_REPR_SIZE + 8], part[KR_DOUBLE_REPR_SIZE];
    Py_complex value = value_of(self);
    char *to = text;
    int only_imaginary = value.real == 0.0 && !signbit(value.real);
    if (!only_imaginary) {
        *to++ = '(';
        int length = kr_double_repr(value.real, part);
        if (length > 2 && strcmp(part + length - 2, ".0") == 0) length -= 2;
        memcpy(to, part, (size_t)length);
        to += length;
    }
    int length = kr_double_repr(value.imag, part);
    if (length > 2 && strcmp(part + length - 2, ".0") == 0) length -= 2;
    if (!only_imaginary && *part != '-') *to++ = '+';
    memcpy(to, part, (size_t)length);
    to += length;
    *to++ = 'j';
    if (!only_imaginary) *to++ = ')';
    return _PyUnicode_FromASCII(text, to - text);
}

static Py_hash_t complex_hash(PyObject *self)
{
    Py_uhash_t real = (Py_uhash_t)_Py_HashDouble(self, value_of(self).real);
    Py_uhash_t imag = (Py_uhash_t)_Py_HashDouble(self, value_of(self).imag);
    Py_hash_t hash = (Py_hash_t)(real + _PyHASH_IMAG * imag);
    return hash == -1 ? -2 : hash;
}

// The complex of an operand: 1; 0 when it is no number of these; -1 with an exception.
static int get_operand(PyObject *object, Py_complex *ret_value)
{
    ret_value->imag = 0.0;
    if (PyComplex_Check(object)) {
        *ret_value = value_of(object);
    } else if (PyLong_Check(object)) {
        ret_value->real = PyLong_AsDouble(object);
        if (ret_value->real == -1.0 && PyErr_Occurred()) return -1;
    } else if (PyFloat_Check(object)) {
        ret_value->real = PyFloat_AS_DOUBLE(object);
    } else {
        return 0;
    }
    return 1;
}

static int get_operands(PyObject *left, PyObject *right, Py_complex *ret_left,
                        Py_complex *ret_right)
{
    int found = get_operand(left, ret_left);
    return found > 0 ? get_operand(right, ret_right) : found;
}

static PyObject *no_operands(int found)
{
    if (found < 0) return NULL;
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *complex_add(PyObject *left, PyObject *right)
{
    Py_complex x, y;
    int found = get_operands(left, right, &x, &y);
    return found <= 0 ? no_operands(found) : PyComplex_FromCComplex(_Py_c_sum(x, y));
}

static PyObject *complex_subtract(PyObject *left, PyObject *right)
{
    Py_complex x, y;
    int found = get_operands(left, right, &x, &y);
    return found <= 0 ? no_operands(found) : PyComplex_FromCComplex(_Py_c_diff(x, y));
}

static PyObject *complex_multiply(PyObject *left, PyObject *right)
{
    Py_complex x, y;
    int found = get_operands(left, right, &x, &y);
    return found <= 0 ? no_operands(found) : PyComplex_FromCComplex(_Py_c_prod(x, y));
}

static PyObject *complex_divide(PyObject *left, PyObject *right)
{
    Py_complex x, y;
    int found = get_operands(left, right, &x, &y);
    if (found <= 0) return no_operands(found);
    errno = 0;
    Py_complex quotient = _Py_c_quot(x, y);
    if (errno == EDOM) return kr_raise(PyExc_ZeroDivisionError, "complex division by zero");
    return PyComplex_FromCComplex(quotient);
}

// Powers with a small whole exponent by multiplication, which is exact for more values.
static Py_complex power_whole(Py_complex base, long exponent)
{
    Py_complex power = {1.0, 0.0};
    unsigned long left = exponent < 0 ? (unsigned long)-exponent : (unsigned long)exponent;
    for (; left; left >>= 1) {
        if (left & 1) power = _Py_c_prod(power, base);
        base = _Py_c_prod(base, base);
    }
    return exponent > 0 ? power : _Py_c_quot((Py_complex){1.0, 0.0}, power);
}

static PyObject *complex_power(PyObject *left, PyObject *right, PyObject *modulus)
{
    Py_complex x, y;
    int found = get_operands(left, right, &x, &y);
    if (found <= 0) return no_operands(found);
    if (modulus != Py_None) return kr_raise(PyExc_ValueError, "complex modulo");
    errno = 0;
    int is_whole = y.imag == 0.0 && y.real == floor(y.real) && fabs(y.real) <= 100.0;
    Py_complex power = is_whole ? power_whole(x, (long)y.real) : _Py_c_pow(x, y);
    if (errno == EDOM)
        return kr_raise(PyExc_ZeroDivisionError, "0.0 to a negative or complex power");
    if (isinf(power.real) || isinf(power.imag))
        return kr_raise(PyExc_OverflowError, "complex exponentiation");
    return PyComplex_FromCComplex(power);
}

static PyObject *complex_negative(PyObject *self)
{
    return PyComplex_FromCComplex(_Py_c_neg(value_of(self)));
}

static PyObject *complex_absolute(PyObject *self)
{
    double size = _Py_c_abs(value_of(self));
    if (errno == ERANGE) return kr_raise(PyExc_OverflowError, "absolute value too large");
    return PyFloat_FromDouble(size);
}

static int complex_bool(PyObject *self)
{
    return value_of(self).real != 0.0 || value_of(self).imag != 0.0;
}

static PyObject *complex_compare(PyObject *left, PyObject *right, int operator)
{
    if (operator != Py_EQ && operator != Py_NE) Py_RETURN_NOTIMPLEMENTED;
    Py_complex x = value_of(left);
    int equal;
    if (PyComplex_Check(right)) {
        equal = x.real == value_of(right).real && x.imag == value_of(right).imag;
    } else if (PyFloat_Check(right)) {
        equal = x.real == PyFloat_AS_DOUBLE(right) && x.imag == 0.0;
    } else if (!PyLong_Check(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    } else if (x.imag != 0.0) {
        equal = 0;
    } else {
        KR_AUTO PyObject *real = PyFloat_FromDouble(x.real);
        return real ? PyObject_RichCompare(real, right, operator) : NULL;
    }
    return PyBool_FromLong(equal == (operator == Py_EQ));
}

static PyNumberMethods complex_as_number = {
    .nb_add = complex_add,
    .nb_subtract = complex_subtract,
    .nb_multiply = complex_multiply,
    .nb_power = complex_power,
    .nb_negative = complex_negative,
    .nb_positive = complex___complex__,
    .nb_absolute = complex_absolute,
    .nb_bool = complex_bool,
    .nb_true_divide = complex_divide,
};

PyTypeObject PyComplex_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "complex",
    .tp_basicsize = sizeof(PyComplexObject),
    .tp_repr = complex_repr,
    .tp_as_number = &complex_as_number,
    .tp_hash = complex_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = complex_doc,
    .tp_richcompare = complex_compare,
    .tp_methods = complex_methods,
    .tp_members = complex_members,
    .tp_new = complex_tp_new,
    .tp_free = PyObject_Del,
    .tp_vectorcall = complex_tp_vectorcall,
};
