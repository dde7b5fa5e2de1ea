// member_access.c - PyMemberDef: C fields of objects as Python attributes.
#include "structmember.h"

#include <limits.h>
#include <string.h>

#include "boolobject.h"
#include "floatobject.h"
#include "longobject.h"
#include "object.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "warnings.h"

static PyObject *get_object_ex(const char *base, PyMemberDef *member, PyObject *value)
{
    if (value != NULL) return Py_NewRef(value);
    PyObject *self = (PyObject *)base;
    return kr_raise(PyExc_AttributeError, "'%.200s' object has no attribute '%s'",
                    Py_TYPE(self)->tp_name, member->name);
}

static int audit_read(const char *base, const char *name)
{
    if (kr_hooks.audit == NULL) return 0;
    KR_AUTO PyObject *text = PyUnicode_FromString(name);
    if (text == NULL) return -1;
    KR_AUTO PyObject *args = PyTuple_Pack(2, base, text);
    return args == NULL ? -1 : kr_hooks.audit("object.__getattr__", args);
}

PyObject *PyMember_GetOne(const char *base, PyMemberDef *member)
{
    if ((member->flags & PY_AUDIT_READ) && audit_read(base, member->name) < 0) return NULL;
    const void *field = base + member->offset;
    switch (member->type) {
    case T_BOOL: return PyBool_FromLong(*(const char *)field);
    case T_BYTE: return PyLong_FromLong(*(const signed char *)field);
    case T_UBYTE: return PyLong_FromUnsignedLong(*(const unsigned char *)field);
    case T_SHORT: return PyLong_FromLong(*(const short *)field);
    case T_USHORT: return PyLong_FromUnsignedLong(*(const unsigned short *)field);
    case T_INT: return PyLong_FromLong(*(const int *)field);
    case T_UINT: return PyLong_FromUnsignedLong(*(const unsigned int *)field);
    case T_LONG: return PyLong_FromLong(*(const long *)field);
    case T_ULONG: return PyLong_FromUnsignedLong(*(const unsigned long *)field);
    case T_LONGLONG: return PyLong_FromLongLong(*(const long long *)field);
    case T_ULONGLONG: return PyLong_FromUnsignedLongLong(*(const unsigned long long *)field);
    case T_PYSSIZET: return PyLong_FromSsize_t(*(const Py_ssize_t *)field);
    case T_FLOAT: return PyFloat_FromDouble(*(const float *)field);
    case T_DOUBLE: return PyFloat_FromDouble(*(const double *)field);
    case T_CHAR: return PyUnicode_FromStringAndSize(field, 1);
    case T_STRING_INPLACE: return PyUnicode_FromString(field);
    case T_STRING: {
        const char *text = *(const char *const *)field;
        return text == NULL ? Py_NewRef(Py_None) : PyUnicode_FromString(text);
    }
    case T_OBJECT: {
        PyObject *value = *(PyObject *const *)field;
        return Py_NewRef(value == NULL ? Py_None : value);
    }
    case T_OBJECT_EX: return get_object_ex(base, member, *(PyObject *const *)field);
    case T_NONE: Py_RETURN_NONE;
    default: return kr_raise(PyExc_SystemError, "bad memberdescr type");
    }
}

// Warns "Truncation of value to [what]" unless lowest <= value <= highest: 0, or -1 when that
// raises.
static int warn_unless(int fits, const char *what)
{
    if (fits) return 0;
    return PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "Truncation of value to %s", what);
}

static int set_signed(void *field, int type, PyObject *value)
{
    long number = PyLong_AsLong(value);
    if (number == -1 && PyErr_Occurred()) return -1;
    switch (type) {
    case T_BYTE:
        *(char *)field = (char)number;
        return warn_unless(number >= CHAR_MIN && number <= CHAR_MAX, "char");
    case T_UBYTE:
        *(unsigned char *)field = (unsigned char)number;
        return warn_unless(number >= 0 && number <= UCHAR_MAX, "unsigned char");
    case T_SHORT:
        *(short *)field = (short)number;
        return warn_unless(number >= SHRT_MIN && number <= SHRT_MAX, "short");
    case T_USHORT:
        *(unsigned short *)field = (unsigned short)number;
        return warn_unless(number >= 0 && number <= USHRT_MAX, "unsigned short");
    case T_INT:
        *(int *)field = (int)number;
        return warn_unless(number >= INT_MIN && number <= INT_MAX, "int");
    default:
        *(long *)field = number;
        return 0;
    }
}

// A negative number wraps round, with a warning, as it always did.
static int set_unsigned(void *field, int type, PyObject *value)
{
    unsigned long number = PyLong_AsUnsignedLong(value);
    int negative = number == (unsigned long)-1 && PyErr_Occurred() != NULL;
    if (negative) {
        PyErr_Clear();
        number = (unsigned long)PyLong_AsLong(value);
        if (number == (unsigned long)-1 && PyErr_Occurred()) return -1;
    }
    if (type == T_ULONG) {
        *(unsigned long *)field = number;
    } else {
        *(unsigned int *)field = (unsigned int)number;
        if (!negative && number > UINT_MAX) return warn_unless(0, "unsigned int");
    }
    return negative
        ? PyErr_WarnEx(PyExc_RuntimeWarning, "Writing negative value into unsigned field", 1) : 0;
}

static int set_wide(void *field, int type, PyObject *value)
{
    if (type == T_PYSSIZET) {
        Py_ssize_t number = PyLong_AsSsize_t(value);
        if (number == -1 && PyErr_Occurred()) return -1;
        *(Py_ssize_t *)field = number;
        return 0;
    }
    if (type == T_LONGLONG) {
        long long number = PyLong_AsLongLong(value);
        if (number == -1 && PyErr_Occurred()) return -1;
        *(long long *)field = number;
        return 0;
    }
    unsigned long long number = PyLong_Check(value) ? PyLong_AsUnsignedLongLong(value)
        : (unsigned long long)PyLong_AsLong(value);
    if (number == (unsigned long long)-1 && PyErr_Occurred()) return -1;
    *(unsigned long long *)field = number;
    return 0;
}

static int set_floating(void *field, int type, PyObject *value)
{
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) return -1;
    if (type == T_FLOAT) *(float *)field = (float)number;
    else *(double *)field = number;
    return 0;
}

static int set_char(char *field, PyObject *value)
{
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(value, &length);
    if (text == NULL) return -1;
    if (length != 1)
        return kr_raise_int(PyExc_TypeError, "bad argument type for built-in operation");
    *field = text[0];
    return 0;
}

static int set_bool(char *field, PyObject *value)
{
    if (!PyBool_Check(value))
        return kr_raise_int(PyExc_TypeError, "attribute value type must be bool");
    *field = value == Py_True;
    return 0;
}

static int check_deletion(char *base, PyMemberDef *member)
{
    PyObject *value = member->type == T_OBJECT_EX ? *(PyObject **)(base + member->offset) : NULL;
    if (member->type == T_OBJECT_EX && value == NULL) {
        PyErr_SetString(PyExc_AttributeError, member->name);
        return -1;
    }
    if (member->type == T_OBJECT || member->type == T_OBJECT_EX) return 0;
    return kr_raise_int(PyExc_TypeError, "can't delete numeric/char attribute");
}

int PyMember_SetOne(char *base, PyMemberDef *member, PyObject *value)
{
    void *field = base + member->offset;
    if (member->flags & READONLY) return kr_raise_int(PyExc_AttributeError, "readonly attribute");
    if (value == NULL && check_deletion(base, member) < 0) return -1;
    switch (member->type) {
    case T_BOOL: return set_bool(field, value);
    case T_BYTE: case T_UBYTE: case T_SHORT: case T_USHORT: case T_INT: case T_LONG:
        return set_signed(field, member->type, value);
    case T_UINT: case T_ULONG: return set_unsigned(field, member->type, value);
    case T_LONGLONG:
        case T_ULONGLONG: case T_PYSSIZET: return set_wide(field, member->type, value);
    case T_FLOAT: case T_DOUBLE: return set_floating(field, member->type, value);
    case T_CHAR: return set_char(field, value);
    case T_OBJECT: case T_OBJECT_EX: {
        PyObject *old = *(PyObject **)field;
        *(PyObject **)field = Py_XNewRef(value);
        Py_XDECREF(old);
        return 0;
    }
    case T_STRING:
        case T_STRING_INPLACE: return kr_raise_int(PyExc_TypeError, "readonly attribute");
    default: return kr_raise_int(PyExc_SystemError, "bad memberdescr type for %s", member->name);
    }
}
