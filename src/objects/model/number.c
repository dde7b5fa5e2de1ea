// number.c - PyNumber_*: operators, and conversion to int and float.
//
// A binary operator asks the left operand's slot, then the right one's; the right one's first when
// its type is a subclass of the left one's.  NotImplemented means "ask the next".
#include "abstract.h"

#include <assert.h>
#include <stddef.h>

#include "bytearrayobject.h"
#include "bytesobject.h"
#include "complexobject.h"
#include "floatobject.h"
#include "cpython/longintrepr.h"
#include "longobject.h"
#include "methodobject.h"
#include "pybuffer.h"
#include "object.h"
#include "objects/errors/raise.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "warnings.h"

typedef size_t Slot;  // offset in PyNumberMethods

static void *slot_of(PyObject *object, Slot slot)
{
    PyNumberMethods *number = Py_TYPE(object)->tp_as_number;
    return number == NULL ? NULL : *(void **)((char *)number + slot);
}

// --- binary operators

static PyObject *binary(PyObject *left, PyObject *right, Slot slot)
{
    binaryfunc of_left = (binaryfunc)slot_of(left, slot), of_right = NULL;
    if (!Py_IS_TYPE(right, Py_TYPE(left))) {
        of_right = (binaryfunc)slot_of(right, slot);
        if (of_right == of_left) of_right = NULL;
    }
    if (of_left != NULL) {
        if (of_right != NULL && PyType_IsSubtype(Py_TYPE(right), Py_TYPE(left))) {
            PyObject *result = of_right(left, right);
            if (result != Py_NotImplemented) return result;
            Py_DECREF(result);
            of_right = NULL;
        }
        PyObject *result = of_left(left, right);
        if (result != Py_NotImplemented) return result;
        Py_DECREF(result);
    }
    return of_right != NULL ? of_right(left, right) : Py_NewRef(Py_NotImplemented);
}

static PyObject *raise_unsupported(PyObject *left, PyObject *right, const char *operator)
{
    return kr_raise(PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s' and "
                    "'%.100s'", operator, Py_TYPE(left)->tp_name, Py_TYPE(right)->tp_name);
}

static PyObject *binary_or_raise(PyObject *left, PyObject *right, Slot slot, const char *operator)
{
    PyObject *result = binary(left, right, slot);
    if (result != Py_NotImplemented) return result;
    Py_DECREF(result);
    return raise_unsupported(left, right, operator);
}

static PyObject *inplace(PyObject *left, PyObject *right, Slot inplace_slot, Slot slot)
{
    binaryfunc function = (binaryfunc)slot_of(left, inplace_slot);
    if (function != NULL) {
        PyObject *result = function(left, right);
        if (result != Py_NotImplemented) return result;
        Py_DECREF(result);
    }
    return binary(left, right, slot);
}

static PyObject *inplace_or_raise(PyObject *left, PyObject *right, Slot inplace_slot, Slot slot,
                                  const char *operator)
{
    PyObject *result = inplace(left, right, inplace_slot, slot);
    if (result != Py_NotImplemented) return result;
    Py_DECREF(result);
    return raise_unsupported(left, right, operator);
}

#define NB(field) offsetof(PyNumberMethods, nb_##field)

#define BINARY(name, field, operator)                                                             \
    PyObject *PyNumber_##name(PyObject *left, PyObject *right)                                    \
    {                                                                                             \
        return binary_or_raise(left, right, NB(field), operator);                                 \
    }

#define INPLACE(name, field, operator)                                                            \
    PyObject *PyNumber_InPlace##name(PyObject *left, PyObject *right)                             \
    {                                                                                             \
        return inplace_or_raise(left, right, NB(inplace_##field), NB(field), operator);           \
    }

BINARY(Subtract, subtract, "-")
BINARY(MatrixMultiply, matrix_multiply, "@")
BINARY(FloorDivide, floor_divide, "//")
BINARY(TrueDivide, true_divide, "/")
BINARY(Remainder, remainder, "%")
BINARY(Divmod, divmod, "divmod()")
BINARY(Lshift, lshift, "<<")
BINARY(And, and, "&")
BINARY(Xor, xor, "^")
BINARY(Or, or, "|")

INPLACE(Subtract, subtract, "-=")
INPLACE(MatrixMultiply, matrix_multiply, "@=")
INPLACE(FloorDivide, floor_divide, "//=")
INPLACE(TrueDivide, true_divide, "/=")
INPLACE(Remainder, remainder, "%=")
INPLACE(Lshift, lshift, "<<=")
INPLACE(Rshift, rshift, ">>=")
INPLACE(And, and, "&=")
INPLACE(Xor, xor, "^=")
INPLACE(Or, or, "|=")

// `print >> x` was Python 2's way to print to a file.
PyObject *PyNumber_Rshift(PyObject *left, PyObject *right)
{
    PyObject *result = binary(left, right, NB(rshift));
    if (result != Py_NotImplemented) return result;
    Py_DECREF(result);
    if (PyCFunction_CheckExact(left)) {
        KR_AUTO PyObject *name = PyObject_GetAttr(left, ID(__name__));
        if (name != NULL && PyUnicode_Check(name) && _PyUnicode_EqualToASCIIString(name, "print"))
            return kr_raise(PyExc_TypeError,
                            "unsupported operand type(s) for >>: '%.100s' and '%.100s'. "
                            "Did you mean \"print(<message>, file=<output_stream>)\"?",
                            Py_TYPE(left)->tp_name, Py_TYPE(right)->tp_name);
        PyErr_Clear();
    }
    return raise_unsupported(left, right, ">>");
}

PyObject *PyNumber_Add(PyObject *left, PyObject *right)
{
    PyObject *result = binary(left, right, NB(add));
    if (result != Py_NotImplemented) return result;
    Py_DECREF(result);
    PySequenceMethods *sequence = Py_TYPE(left)->tp_as_sequence;
    if (sequence != NULL && sequence->sq_concat != NULL) return sequence->sq_concat(left, right);
    return raise_unsupported(left, right, "+");
}

PyObject *PyNumber_InPlaceAdd(PyObject *left, PyObject *right)
{
    PyObject *result = inplace(left, right, NB(inplace_add), NB(add));
    if (result != Py_NotImplemented) return result;
    Py_DECREF(result);
    PySequenceMethods *sequence = Py_TYPE(left)->tp_as_sequence;
    binaryfunc concat = NULL;
    if (sequence != NULL)
        concat = sequence->sq_inplace_concat != NULL ? sequence->sq_inplace_concat
            : sequence->sq_concat;
    return concat != NULL ? concat(left, right) : raise_unsupported(left, right, "+=");
}

static PyObject *repeat(ssizeargfunc function, PyObject *sequence, PyObject *times)
{
    if (!PyIndex_Check(times))
        return kr_raise(PyExc_TypeError, "can't multiply sequence by non-int of type '%.200s'",
                        Py_TYPE(times)->tp_name);
    Py_ssize_t count = PyNumber_AsSsize_t(times, PyExc_OverflowError);
    return count == -1 && PyErr_Occurred() ? NULL : function(sequence, count);
}

PyObject *PyNumber_Multiply(PyObject *left, PyObject *right)
{
    PyObject *result = binary(left, right, NB(multiply));
    if (result != Py_NotImplemented) return result;
    Py_DECREF(result);
    PySequenceMethods *of_left = Py_TYPE(left)->tp_as_sequence,
        *of_right = Py_TYPE(right)->tp_as_sequence;
    if (of_left != NULL && of_left->sq_repeat != NULL)
        return repeat(of_left->sq_repeat, left, right);
    if (of_right != NULL && of_right->sq_repeat != NULL)
        return repeat(of_right->sq_repeat, right, left);
    return raise_unsupported(left, right, "*");
}

PyObject *PyNumber_InPlaceMultiply(PyObject *left, PyObject *right)
{
    PyObject *result = inplace(left, right, NB(inplace_multiply), NB(multiply));
    if (result != Py_NotImplemented) return result;
    Py_DECREF(result);
    PySequenceMethods *of_left = Py_TYPE(left)->tp_as_sequence,
        *of_right = Py_TYPE(right)->tp_as_sequence;
    ssizeargfunc function = NULL;
    if (of_left != NULL)
        function = of_left->sq_inplace_repeat != NULL ? of_left->sq_inplace_repeat
            : of_left->sq_repeat;
    if (function != NULL) return repeat(function, left, right);
    // The right operand must not change.
    if (of_right != NULL && of_right->sq_repeat != NULL)
        return repeat(of_right->sq_repeat, right, left);
    return raise_unsupported(left, right, "*=");
}

// --- power

static PyObject *ask(ternaryfunc function, PyObject *base, PyObject *exponent, PyObject *modulus)
{
    return function == NULL ? Py_NewRef(Py_NotImplemented) : function(base, exponent, modulus);
}

static PyObject *ternary(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    ternaryfunc of_base = (ternaryfunc)slot_of(base, NB(power)), of_exponent = NULL, of_modulus;
    if (!Py_IS_TYPE(exponent, Py_TYPE(base))) {
        of_exponent = (ternaryfunc)slot_of(exponent, NB(power));
        if (of_exponent == of_base) of_exponent = NULL;
    }
    ternaryfunc order[3] = {of_base, of_exponent, NULL};
    if (of_base != NULL && of_exponent != NULL
        && PyType_IsSubtype(Py_TYPE(exponent), Py_TYPE(base))) {
        order[0] = of_exponent;
        order[1] = of_base;
    }
    of_modulus = (ternaryfunc)slot_of(modulus, NB(power));
    if (of_modulus != of_base && of_modulus != of_exponent) order[2] = of_modulus;
    for (int i = 0; i < 3; i++) {
        PyObject *result = ask(order[i], base, exponent, modulus);
        if (result != Py_NotImplemented) return result;
        Py_DECREF(result);
    }
    return Py_NewRef(Py_NotImplemented);
}

static PyObject *power(PyObject *base, PyObject *exponent, PyObject *modulus, const char *operator)
{
    PyObject *result = ternary(base, exponent, modulus);
    if (result != Py_NotImplemented) return result;
    Py_DECREF(result);
    if (modulus == Py_None) return raise_unsupported(base, exponent, operator);
    return kr_raise(PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s', '%.100s', "
                    "'%.100s'", operator, Py_TYPE(base)->tp_name, Py_TYPE(exponent)->tp_name,
                    Py_TYPE(modulus)->tp_name);
}

PyObject *PyNumber_Power(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    return power(base, exponent, modulus, "** or pow()");
}

PyObject *PyNumber_InPlacePower(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    ternaryfunc function = (ternaryfunc)slot_of(base, NB(inplace_power));
    PyObject *result = ask(function, base, exponent, modulus);
    if (result != Py_NotImplemented) return result;
    Py_DECREF(result);
    return power(base, exponent, modulus, "**=");
}

// --- unary operators

static PyObject *unary(PyObject *operand, Slot slot, const char *description)
{
    unaryfunc function = (unaryfunc)slot_of(operand, slot);
    if (function != NULL) return function(operand);
    return kr_raise(PyExc_TypeError, "bad operand type for %s: '%.200s'", description,
                    Py_TYPE(operand)->tp_name);
}

PyObject *PyNumber_Negative(PyObject *operand)
{
    return unary(operand, NB(negative), "unary -");
}

PyObject *PyNumber_Positive(PyObject *operand)
{
    return unary(operand, NB(positive), "unary +");
}

PyObject *PyNumber_Invert(PyObject *operand)
{
    return unary(operand, NB(invert), "unary ~");
}

PyObject *PyNumber_Absolute(PyObject *operand)
{
    return unary(operand, NB(absolute), "abs()");
}

// --- conversion to int

int PyNumber_Check(PyObject *object)
{
    if (object == NULL) return 0;
    PyNumberMethods *number = Py_TYPE(object)->tp_as_number;
    return number != NULL && (number->nb_index != NULL || number->nb_int != NULL
                              || number->nb_float != NULL || PyComplex_Check(object));
}

int PyIndex_Check(PyObject *object)
{
    PyNumberMethods *number = Py_TYPE(object)->tp_as_number;
    return number != NULL && number->nb_index != NULL;
}

// Checks what __int__ or __index__ returned: an int, perhaps with a warning about subclasses.
// Takes the reference.
static PyObject *checked_int(STEALS PyObject *result, const char *method)
{
    if (result == NULL || PyLong_CheckExact(result)) return result;
    KR_AUTO PyObject *owned = result;
    const char *name = Py_TYPE(owned)->tp_name;
    if (!PyLong_Check(owned))
        return kr_raise(PyExc_TypeError, "%s returned non-int (type %.200s)", method, name);
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "%s returned non-int (type %.200s).  The "
                         "ability to return an instance of a strict subclass of int is "
                         "deprecated, and may not be supported in a future version of Python.",
                         method, name) < 0)
        return NULL;
    return kr_take(owned);
}

PyObject *_PyNumber_Index(PyObject *object)
{
    if (PyLong_Check(object)) return Py_NewRef(object);
    unaryfunc function = (unaryfunc)slot_of(object, NB(index));
    if (function == NULL)
        return kr_raise(PyExc_TypeError, "'%.200s' object cannot be interpreted as an integer",
                        Py_TYPE(object)->tp_name);
    return checked_int(function(object), "__index__");
}

// An exact int of the same value.
static PyObject *exact_int(STEALS PyObject *number)
{
    if (number == NULL || PyLong_CheckExact(number)) return number;
    PyObject *exact = _PyLong_Copy((PyLongObject *)number);
    Py_DECREF(number);
    return exact;
}

PyObject *PyNumber_Index(PyObject *object)
{
    return exact_int(_PyNumber_Index(object));
}

Py_ssize_t PyNumber_AsSsize_t(PyObject *object, PyObject *error)
{
    if (PyLong_CheckExact(object)) {
        Py_ssize_t small = Py_SIZE(object);
        if (small == 1) return ((PyLongObject *)object)->ob_digit[0];
        if (small == 0) return 0;
    }
    KR_AUTO PyObject *value = _PyNumber_Index(object);
    if (value == NULL) return -1;
    Py_ssize_t result = PyLong_AsSsize_t(value);
    if (result != -1 || !PyErr_Occurred() || !PyErr_ExceptionMatches(PyExc_OverflowError))
        return result;
    PyErr_Clear();
    if (error == NULL) return _PyLong_Sign(value) < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX;
    return kr_raise_int(error, "cannot fit '%.200s' into an index-sized integer",
                        Py_TYPE(object)->tp_name);
}

static PyObject *int_by_trunc(PyObject *object, PyObject *trunc)
{
    if (PyErr_WarnEx(PyExc_DeprecationWarning,
                     "The delegation of int() to __trunc__ is deprecated.", 1) < 0)
        return NULL;
    KR_AUTO PyObject *result = PyObject_CallNoArgs(trunc);
    if (result == NULL || PyLong_CheckExact(result)) return kr_take(result);
    if (PyLong_Check(result)) return _PyLong_Copy((PyLongObject *)result);
    if (!PyIndex_Check(result))
        return kr_raise(PyExc_TypeError, "__trunc__ returned non-Integral (type %.200s)",
                        Py_TYPE(result)->tp_name);
    return PyNumber_Index(result);
}

static PyObject *int_by_text(PyObject *object)
{
    if (PyUnicode_Check(object)) return PyLong_FromUnicodeObject(object, 10);
    if (PyBytes_Check(object))
        return _PyLong_FromBytes(PyBytes_AS_STRING(object), PyBytes_GET_SIZE(object), 10);
    if (PyByteArray_Check(object))
        return _PyLong_FromBytes(PyByteArray_AS_STRING(object), PyByteArray_GET_SIZE(object), 10);
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) == 0) {
        // A copy, because the text of a buffer does not end in a zero.
        KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(view.buf, view.len);
        PyBuffer_Release(&view);
        return bytes == NULL ? NULL
            : _PyLong_FromBytes(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), 10);
    }
    PyErr_Clear();
    return kr_raise(PyExc_TypeError, "int() argument must be a string, a bytes-like object or a "
                    "real number, not '%.200s'", Py_TYPE(object)->tp_name);
}

PyObject *PyNumber_Long(PyObject *object)
{
    if (object == NULL) return kr_raise(PyExc_SystemError, "null argument to internal routine");
    if (PyLong_CheckExact(object)) return Py_NewRef(object);
    unaryfunc to_int = (unaryfunc)slot_of(object, NB(int));
    if (to_int != NULL) return exact_int(checked_int(to_int(object), "__int__"));
    if (slot_of(object, NB(index)) != NULL) return PyNumber_Index(object);
    KR_AUTO PyObject *trunc = _PyObject_LookupSpecial(object, ID(__trunc__));
    if (trunc != NULL) return int_by_trunc(object, trunc);
    return PyErr_Occurred() ? NULL : int_by_text(object);
}

PyObject *PyNumber_ToBase(PyObject *object, int base)
{
    if (base != 2 && base != 8 && base != 10 && base != 16)
        return kr_raise(PyExc_SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16");
    KR_AUTO PyObject *number = _PyNumber_Index(object);
    return number == NULL ? NULL : _PyLong_Format(number, base);
}

// --- conversion to float

static PyObject *float_by_slot(PyObject *object, unaryfunc to_float)
{
    KR_AUTO PyObject *result = to_float(object);
    if (result == NULL || PyFloat_CheckExact(result)) return kr_take(result);
    const char *name = Py_TYPE(object)->tp_name, *of_result = Py_TYPE(result)->tp_name;
    if (!PyFloat_Check(result))
        return kr_raise(PyExc_TypeError, "%.50s.__float__ returned non-float (type %.50s)", name,
                        of_result);
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "%.50s.__float__ returned non-float (type "
                         "%.50s).  The ability to return an instance of a strict subclass of "
                         "float is deprecated, and may not be supported in a future version of "
                         "Python.", name, of_result) < 0)
        return NULL;
    return PyFloat_FromDouble(PyFloat_AS_DOUBLE(result));
}

PyObject *PyNumber_Float(PyObject *object)
{
    if (object == NULL) return kr_raise(PyExc_SystemError, "null argument to internal routine");
    if (PyFloat_CheckExact(object)) return Py_NewRef(object);
    unaryfunc to_float = (unaryfunc)slot_of(object, NB(float));
    if (to_float != NULL) return float_by_slot(object, to_float);
    if (slot_of(object, NB(index)) != NULL) {
        KR_AUTO PyObject *number = _PyNumber_Index(object);
        if (number == NULL) return NULL;
        double value = PyLong_AsDouble(number);
        return value == -1.0 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(value);
    }
    if (PyFloat_Check(object)) return PyFloat_FromDouble(PyFloat_AS_DOUBLE(object));
    return PyFloat_FromString(object);
}
