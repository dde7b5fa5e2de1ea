// numbers.c - builtins about numbers, characters and identity.
#include "modules/builtins/builtins.h"

#include "Python.h"

#include "internal/pycore_object.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

METHOD(abs, "module, x, /", "Return the absolute value of the argument.")
static PyObject *number_abs(PyObject *module, PyObject *x)
{
    return PyNumber_Absolute(x);
}

METHOD(bin, "module, number, /",
       "Return the binary representation of an integer.\n\n   >>> bin(2796202)\n   "
       "'0b1010101010101010101010'")
static PyObject *number_bin(PyObject *module, PyObject *number)
{
    return PyNumber_ToBase(number, 2);
}

METHOD(oct, "module, number, /",
       "Return the octal representation of an integer.\n\n   >>> oct(342391)\n   '0o1234567'")
static PyObject *number_oct(PyObject *module, PyObject *number)
{
    return PyNumber_ToBase(number, 8);
}

METHOD(hex, "module, number, /",
       "Return the hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   "
       "'0xc0ffee'")
static PyObject *number_hex(PyObject *module, PyObject *number)
{
    return PyNumber_ToBase(number, 16);
}

METHOD(divmod, "module, x, y, /", "Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.")
static PyObject *number_divmod(PyObject *module, PyObject *x, PyObject *y)
{
    return PyNumber_Divmod(x, y);
}

METHOD(pow, "module, base, exp, mod = None",
       "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments\n\nSome "
       "types, such as ints, are able to use a more efficient algorithm when\ninvoked using the "
       "three argument form.")
static PyObject *number_pow(PyObject *module, PyObject *base, PyObject *exponent,
                            PyObject *modulus)
{
    return PyNumber_Power(base, exponent, modulus);
}

METHOD(round, "module, number, ndigits = None",
       "Round a number to a given precision in decimal digits.\n\nThe return value is an integer "
       "if ndigits is omitted or None.  Otherwise\nthe return value has the same type as the "
       "number.  ndigits may be negative.")
static PyObject *number_round(PyObject *module, PyObject *number, PyObject *digits)
{
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(number, ID(__round__));
    if (method == NULL) {
        if (PyErr_Occurred()) return NULL;
        return kr_raise(PyExc_TypeError, "type %.100s doesn't define __round__ method",
                        Py_TYPE(number)->tp_name);
    }
    return digits == Py_None ? PyObject_CallNoArgs(method) : PyObject_CallOneArg(method, digits);
}

METHOD(chr, "module, i: int, /",
       "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.")
static PyObject *number_chr(PyObject *module, int code_point)
{
    return PyUnicode_FromOrdinal(code_point);
}

METHOD(ord, "module, c, /", "Return the Unicode code point for a one-character string.")
static PyObject *number_ord(PyObject *module, PyObject *value)
{
    Py_ssize_t length;
    if (PyUnicode_Check(value)) {
        length = PyUnicode_GetLength(value);
        if (length == 1) return PyLong_FromLong((long)PyUnicode_ReadChar(value, 0));
    } else if (PyBytes_Check(value)) {
        length = PyBytes_GET_SIZE(value);
        if (length == 1) return PyLong_FromLong((unsigned char)PyBytes_AS_STRING(value)[0]);
    } else if (PyByteArray_Check(value)) {
        length = PyByteArray_GET_SIZE(value);
        if (length == 1) return PyLong_FromLong((unsigned char)PyByteArray_AS_STRING(value)[0]);
    } else {
        return kr_raise(PyExc_TypeError, "ord() expected string of length 1, but %.200s found",
                        Py_TYPE(value)->tp_name);
    }
    return kr_raise(PyExc_TypeError, "ord() expected a character, but string of length %zd found",
                    length);
}

METHOD(hash, "module, obj, /",
       "Return the hash value for the given object.\n\nTwo objects that compare equal must also "
       "have the same hash value, but the\nreverse is not necessarily true.")
static PyObject *number_hash(PyObject *module, PyObject *object)
{
    Py_hash_t hash = PyObject_Hash(object);
    return hash == -1 ? NULL : PyLong_FromSsize_t(hash);
}

METHOD(id, "module, obj, /",
       "Return the identity of an object.\n\nThis is guaranteed to be unique among simultaneously "
       "existing objects.\n(CPython uses the object's memory address.)")
static PyObject *number_id(PyObject *module, PyObject *object)
{
    PyObject *address = PyLong_FromVoidPtr(object);
    if (address != NULL && PySys_Audit("builtins.id", "O", address) < 0) Py_CLEAR(address);
    return address;
}

METHOD(len, "module, obj, /", "Return the number of items in a container.")
static PyObject *number_len(PyObject *module, PyObject *object)
{
    Py_ssize_t length = PyObject_Size(object);
    return length < 0 ? NULL : PyLong_FromSsize_t(length);
}

#include "modules/builtins/numbers.methods.h"

int kr_builtins_add_numbers(PyObject *module)
{
    return PyModule_AddFunctions(module, number_methods);
}
