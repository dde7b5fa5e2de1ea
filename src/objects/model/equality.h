// equality.h - whether two ints, strings or floats are equal, without asking their types.
#ifndef KR_MODEL_EQUALITY_H
#define KR_MODEL_EQUALITY_H

#include <stdbool.h>
#include <string.h>

#include "cpython/longintrepr.h"
#include "floatobject.h"
#include "longobject.h"
#include "object.h"
#include "unicodeobject.h"

static inline bool kr_unicode_equal(PyObject *left, PyObject *right)
{
    Py_ssize_t length = ((PyASCIIObject *)left)->length;
    if (length != ((PyASCIIObject *)right)->length) return false;
    unsigned kind = PyUnicode_KIND(left);
    if (kind != (unsigned)PyUnicode_KIND(right)) return false;
    return memcmp(PyUnicode_DATA(left), PyUnicode_DATA(right), (size_t)length * kind) == 0;
}

static inline bool kr_int_equal(PyObject *left, PyObject *right)
{
    Py_ssize_t size = Py_SIZE(left);
    if (size != Py_SIZE(right)) return false;
    const digit *digits = ((PyLongObject *)left)->ob_digit,
        *others = ((PyLongObject *)right)->ob_digit;
    if (digits[0] != others[0]) return false;
    size_t count = (size_t)(size < 0 ? -size : size);
    return count <= 1 || memcmp(digits, others, count * sizeof(digit)) == 0;
}

// For two objects of the same exact builtin type: 1 equal, 0 not; -1: that has to be asked.
static inline int kr_quick_equal(PyObject *left, PyObject *right)
{
    PyTypeObject *type = Py_TYPE(left);
    if (type != Py_TYPE(right)) return -1;
    if (type == &PyUnicode_Type) return PyUnicode_IS_READY(left) && PyUnicode_IS_READY(right)
                                        ? kr_unicode_equal(left, right) : -1;
    if (type == &PyLong_Type) return kr_int_equal(left, right);
    if (type == &PyFloat_Type) return PyFloat_AS_DOUBLE(left) == PyFloat_AS_DOUBLE(right);
    return -1;
}

#endif
