// str_compare.c - order, equality and hash of str.
#include "abstract.h"
#include "boolobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/str.h"
#include "pyerrors.h"
#include "pyhash.h"

#define COMPARE(left_type, right_type)                                                            \
    do {                                                                                          \
        const left_type *a = left.data;                                                           \
        const right_type *b = right.data;                                                         \
        for (Py_ssize_t i = 0; i < common; i++)                                                   \
            if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;                                        \
    } while (0)

static int compare(KrText left, KrText right)
{
    Py_ssize_t common = Py_MIN(left.length, right.length);
    switch (left.kind << 4 | right.kind) {
    case 0x11: {
        int order = memcmp(left.data, right.data, common);
        if (order != 0) return order < 0 ? -1 : 1;
        break;
    }
    case 0x12: COMPARE(Py_UCS1, Py_UCS2); break;
    case 0x14: COMPARE(Py_UCS1, Py_UCS4); break;
    case 0x21: COMPARE(Py_UCS2, Py_UCS1); break;
    case 0x22: COMPARE(Py_UCS2, Py_UCS2); break;
    case 0x24: COMPARE(Py_UCS2, Py_UCS4); break;
    case 0x41: COMPARE(Py_UCS4, Py_UCS1); break;
    case 0x42: COMPARE(Py_UCS4, Py_UCS2); break;
    case 0x44: COMPARE(Py_UCS4, Py_UCS4); break;
    default: assert(0);
    }
    return (left.length > right.length) - (left.length < right.length);
}

int kr_str_compare(PyObject *left, PyObject *right)
{
    if (left == right) return 0;
    return compare(kr_str_chars(left), kr_str_chars(right));
}

int PyUnicode_Compare(PyObject *left, PyObject *right)
{
    if (PyUnicode_Check(left) && PyUnicode_Check(right)) {
        if (PyUnicode_READY(left) < 0 || PyUnicode_READY(right) < 0) return -1;
        return kr_str_compare(left, right);
    }
    return kr_raise_int(PyExc_TypeError, "Can't compare %.100s and %.100s",
                        Py_TYPE(left)->tp_name, Py_TYPE(right)->tp_name);
}

// [right] is taken as Latin-1.
int PyUnicode_CompareWithASCIIString(PyObject *text, const char *right)
{
    if (PyUnicode_READY(text) < 0) {
        PyErr_Clear();
        return 1;
    }
    return compare(kr_str_chars(text), (KrText){right, (Py_ssize_t)strlen(right), 1});
}

int _PyUnicode_EqualToASCIIString(PyObject *text, const char *right)
{
    if (PyUnicode_READY(text) < 0) {
        PyErr_Clear();
        return 0;
    }
    if (!PyUnicode_IS_ASCII(text)) return 0;
    size_t length = (size_t)PyUnicode_GET_LENGTH(text);
    return strlen(right) == length && memcmp(PyUnicode_DATA(text), right, length) == 0;
}

int _PyUnicode_EqualToASCIIId(PyObject *text, _Py_Identifier *right)
{
    PyObject *name = _PyUnicode_FromId(right);
    if (name == NULL) {
        PyErr_Clear();
        return _PyUnicode_EqualToASCIIString(text, right->string);
    }
    return _PyUnicode_Equal(text, name);
}

int _PyUnicode_EQ(PyObject *left, PyObject *right)
{
    return left == right || kr_str_equal(left, right);
}

int _PyUnicode_Equal(PyObject *left, PyObject *right)
{
    assert(PyUnicode_CheckExact(left) && PyUnicode_CheckExact(right));
    return left == right || kr_str_equal(left, right);
}

PyObject *PyUnicode_RichCompare(PyObject *left, PyObject *right, int operator)
{
    if (!PyUnicode_Check(left) || !PyUnicode_Check(right)) Py_RETURN_NOTIMPLEMENTED;
    if (PyUnicode_READY(left) < 0 || PyUnicode_READY(right) < 0) return NULL;
    if (operator == Py_EQ || operator == Py_NE) {
        int equal = left == right || kr_str_equal(left, right);
        return Py_NewRef(equal == (operator == Py_EQ) ? Py_True : Py_False);
    }
    if (operator < Py_LT || operator > Py_GE) {
        PyErr_BadArgument();
        return NULL;
    }
    int order = kr_str_compare(left, right);
    Py_RETURN_RICHCOMPARE(order, 0, operator);
}

Py_hash_t kr_str_hash(PyObject *text)
{
    PyASCIIObject *head = (PyASCIIObject *)text;
    if (head->hash != -1) return head->hash;
    if (PyUnicode_READY(text) < 0) return -1;
    return head->hash = _Py_HashBytes(PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text) *
                                                                (Py_ssize_t)PyUnicode_KIND(text));
}
