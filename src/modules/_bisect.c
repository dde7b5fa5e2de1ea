// _bisect.c - search in and insertion into sorted sequences.
#include "Python.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

// hi None is -1 here.
static int read_high(PyObject *hi, Py_ssize_t *ret_high)
{
    *ret_high = -1;
    return hi == Py_None ? 0 : kr_argument_ssize(hi, ret_high);
}

// One comparison of the search: whether the place is behind [item].
static int is_behind(PyObject *item, PyObject *x, PyObject *key, int right)
{
    KR_AUTO PyObject *value = key == Py_None ? Py_NewRef(item) : PyObject_CallOneArg(key, item);
    if (value == NULL) return -1;
    if (!right) return PyObject_RichCompareBool(value, x, Py_LT);
    int less = PyObject_RichCompareBool(x, value, Py_LT);
    return less < 0 ? -1 : !less;
}

// The place for [x], left or right of equal items; -1 with an exception.
static Py_ssize_t find_place(PyObject *a, PyObject *x, Py_ssize_t low, Py_ssize_t high,
                             PyObject *key, int right)
{
    if (low < 0) return kr_raise_int(PyExc_ValueError, "lo must be non-negative");
    if (high == -1 && (high = PySequence_Size(a)) < 0) return -1;
    while (low < high) {
        Py_ssize_t middle = (Py_ssize_t)(((size_t)low + (size_t)high) / 2);
        KR_AUTO PyObject *item = PySequence_GetItem(a, middle);
        int behind = item ? is_behind(item, x, key, right) : -1;
        if (behind < 0) return -1;
        if (behind)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static PyObject *search(PyObject *a, PyObject *x, Py_ssize_t lo, PyObject *hi, PyObject *key,
                        int right)
{
    Py_ssize_t high;
    if (read_high(hi, &high) < 0) return NULL;
    Py_ssize_t place = find_place(a, x, lo, high, key, right);
    return place < 0 ? NULL : PyLong_FromSsize_t(place);
}

static PyObject *insert(PyObject *a, PyObject *x, Py_ssize_t lo, PyObject *hi, PyObject *key,
                        int right)
{
    Py_ssize_t high;
    if (read_high(hi, &high) < 0) return NULL;
    KR_AUTO PyObject *value = key == Py_None ? Py_NewRef(x) : PyObject_CallOneArg(key, x);
    if (value == NULL) return NULL;
    Py_ssize_t place = find_place(a, value, lo, high, key, right);
    if (place < 0) return NULL;
    if (PyList_CheckExact(a)) {
        if (PyList_Insert(a, place, x) < 0) return NULL;
    } else {
        KR_AUTO PyObject *index = PyLong_FromSsize_t(place);
        KR_AUTO PyObject *result =
            index ? PyObject_CallMethodObjArgs(a, ID(insert), index, x, NULL) : NULL;
        if (result == NULL) return NULL;
    }
    Py_RETURN_NONE;
}

METHOD(bisect_left, "module, a, x, lo: ssize = 0, hi = None, *, key = None",
       "Return the index where to insert item x in list a, assuming a is sorted.\n\n"
       "The return value i is such that all e in a[:i] have e < x, and all e in\n"
       "a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will\n"
       "insert just before the leftmost x already there.\n\n"
       "Optional args lo (default 0) and hi (default len(a)) bound the\n"
       "slice of a to be searched.")
static PyObject *bisect_bisect_left(PyObject *module, PyObject *a, PyObject *x, Py_ssize_t lo,
                                    PyObject *hi, PyObject *key)
{
    return search(a, x, lo, hi, key, 0);
}

METHOD(bisect_right, "module, a, x, lo: ssize = 0, hi = None, *, key = None",
       "Return the index where to insert item x in list a, assuming a is sorted.\n\n"
       "The return value i is such that all e in a[:i] have e <= x, and all e in\n"
       "a[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will\n"
       "insert just after the rightmost x already there.\n\n"
       "Optional args lo (default 0) and hi (default len(a)) bound the\n"
       "slice of a to be searched.")
static PyObject *bisect_bisect_right(PyObject *module, PyObject *a, PyObject *x, Py_ssize_t lo,
                                     PyObject *hi, PyObject *key)
{
    return search(a, x, lo, hi, key, 1);
}

METHOD(insort_left, "module, a, x, lo: ssize = 0, hi = None, *, key = None",
       "Insert item x in list a, and keep it sorted assuming a is sorted.\n\n"
       "If x is already in a, insert it to the left of the leftmost x.\n\n"
       "Optional args lo (default 0) and hi (default len(a)) bound the\n"
       "slice of a to be searched.")
static PyObject *bisect_insort_left(PyObject *module, PyObject *a, PyObject *x, Py_ssize_t lo,
                                    PyObject *hi, PyObject *key)
{
    return insert(a, x, lo, hi, key, 0);
}

METHOD(insort_right, "module, a, x, lo: ssize = 0, hi = None, *, key = None",
       "Insert item x in list a, and keep it sorted assuming a is sorted.\n\n"
       "If x is already in a, insert it to the right of the rightmost x.\n\n"
       "Optional args lo (default 0) and hi (default len(a)) bound the\n"
       "slice of a to be searched.")
static PyObject *bisect_insort_right(PyObject *module, PyObject *a, PyObject *x, Py_ssize_t lo,
                                     PyObject *hi, PyObject *key)
{
    return insert(a, x, lo, hi, key, 1);
}

#include "modules/_bisect.methods.h"

static PyModuleDef_Slot bisect_slots[] = {{0, NULL}};

static struct PyModuleDef bisect_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_bisect",
    .m_doc = "Bisection algorithms.\n\n"
             "This module provides support for maintaining a list in sorted order without\n"
             "having to sort the list after each insertion. For long lists of items with\n"
             "expensive comparison operations, this can be an improvement over the more\n"
             "common approach.\n",
    .m_methods = bisect_methods,
    .m_slots = bisect_slots,
};

PyMODINIT_FUNC PyInit__bisect(void)
{
    return PyModuleDef_Init(&bisect_definition);
}
