// accumulator.c - _PyAccu_*: joins many small texts, for extensions built for CPython 3.11.
#include "internal/pycore_accu.h"

#include "listobject.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

enum { SMALL_TEXTS = 100000 };

int _PyAccu_Init(_PyAccu *accumulator)
{
    accumulator->large = NULL;
    accumulator->small = PyList_New(0);
    return accumulator->small == NULL ? -1 : 0;
}

// The small texts become one large one.
static int flush(_PyAccu *accumulator)
{
    Py_ssize_t count = PyList_GET_SIZE(accumulator->small);
    if (count == 0) return 0;
    if (accumulator->large == NULL && (accumulator->large = PyList_New(0)) == NULL) return -1;
    KR_AUTO PyObject *empty = PyUnicode_FromStringAndSize(NULL, 0);
    KR_AUTO PyObject *joined = empty == NULL ? NULL : PyUnicode_Join(empty, accumulator->small);
    if (joined == NULL || PyList_SetSlice(accumulator->small, 0, count, NULL) < 0) return -1;
    return PyList_Append(accumulator->large, joined);
}

int _PyAccu_Accumulate(_PyAccu *accumulator, PyObject *text)
{
    if (PyList_Append(accumulator->small, text) < 0) return -1;
    return PyList_GET_SIZE(accumulator->small) < SMALL_TEXTS ? 0 : flush(accumulator);
}

PyObject *_PyAccu_FinishAsList(_PyAccu *accumulator)
{
    int failed = flush(accumulator);
    Py_CLEAR(accumulator->small);
    PyObject *large = accumulator->large;
    accumulator->large = NULL;
    if (failed) {
        Py_XDECREF(large);
        return NULL;
    }
    return large != NULL ? large : PyList_New(0);
}

PyObject *_PyAccu_Finish(_PyAccu *accumulator)
{
    KR_AUTO PyObject *parts = _PyAccu_FinishAsList(accumulator);
    KR_AUTO PyObject *empty = parts == NULL ? NULL : PyUnicode_FromStringAndSize(NULL, 0);
    return empty == NULL ? NULL : PyUnicode_Join(empty, parts);
}

void _PyAccu_Destroy(_PyAccu *accumulator)
{
    Py_CLEAR(accumulator->small);
    Py_CLEAR(accumulator->large);
}
