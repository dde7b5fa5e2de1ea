// sequence.c - PySequence_*: access by position, membership, conversion to list and tuple.
#include "abstract.h"

#include <assert.h>
#include <string.h>

#include "bytesobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "object.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/owned.h"
#include "sliceobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

static PySequenceMethods *methods(PyObject *object)
{
    return Py_TYPE(object)->tp_as_sequence;
}

static PyMappingMethods *mapping(PyObject *object)
{
    return Py_TYPE(object)->tp_as_mapping;
}

static const char *type_name(PyObject *object)
{
    return Py_TYPE(object)->tp_name;
}

// True if [object] is there; else SystemError.
static int is_there(const void *object)
{
    if (object != NULL) return 1;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
    return 0;
}

static int is_mapping_only(PyObject *object)
{
    return mapping(object) != NULL && mapping(object)->mp_subscript != NULL;
}

// --- size

int PySequence_Check(PyObject *object)
{
    return !PyDict_Check(object) && methods(object) != NULL && methods(object)->sq_item != NULL;
}

#undef PySequence_Length
Py_ssize_t PySequence_Size(PyObject *object)
{
    if (!is_there(object)) return -1;
    if (methods(object) != NULL && methods(object)->sq_length != NULL)
        return methods(object)->sq_length(object);
    if (mapping(object) != NULL && mapping(object)->mp_length != NULL)
        return kr_raise_int(PyExc_TypeError, "%.200s is not a sequence", type_name(object));
    return kr_raise_int(PyExc_TypeError, "object of type '%.200s' has no len()",
                        type_name(object));
}

Py_ssize_t PySequence_Length(PyObject *object)
{
    return PySequence_Size(object);
}

// --- items

// Counts a negative [index] from the end: 0, or -1 with an exception.
static int from_start(PyObject *object, Py_ssize_t *index)
{
    if (*index >= 0 || methods(object)->sq_length == NULL) return 0;
    Py_ssize_t length = methods(object)->sq_length(object);
    if (length < 0) return -1;
    *index += length;
    return 0;
}

PyObject *PySequence_GetItem(PyObject *object, Py_ssize_t index)
{
    if (!is_there(object)) return NULL;
    if (methods(object) != NULL && methods(object)->sq_item != NULL)
        return from_start(object, &index) < 0 ? NULL : methods(object)->sq_item(object, index);
    return kr_raise(PyExc_TypeError, is_mapping_only(object) ? "%.200s is not a sequence"
                    : "'%.200s' object does not support indexing", type_name(object));
}

static int set_item(PyObject *object, Py_ssize_t index, PyObject *value, const char *refusal)
{
    if (!is_there(object)) return -1;
    if (methods(object) != NULL && methods(object)->sq_ass_item != NULL)
        return from_start(object, &index) < 0 ? -1
            : methods(object)->sq_ass_item(object, index, value);
    if (mapping(object) != NULL && mapping(object)->mp_ass_subscript != NULL)
        refusal = "%.200s is not a sequence";
    return kr_raise_int(PyExc_TypeError, refusal, type_name(object));
}

int PySequence_SetItem(PyObject *object, Py_ssize_t index, PyObject *value)
{
    return set_item(object, index, value, "'%.200s' object does not support item assignment");
}

int PySequence_DelItem(PyObject *object, Py_ssize_t index)
{
    return set_item(object, index, NULL, "'%.200s' object doesn't support item deletion");
}

// --- slices

PyObject *PySequence_GetSlice(PyObject *object, Py_ssize_t start, Py_ssize_t stop)
{
    if (!is_there(object)) return NULL;
    if (mapping(object) == NULL || mapping(object)->mp_subscript == NULL)
        return kr_raise(PyExc_TypeError, "'%.200s' object is unsliceable", type_name(object));
    KR_AUTO PyObject *slice = _PySlice_FromIndices(start, stop);
    return slice == NULL ? NULL : mapping(object)->mp_subscript(object, slice);
}

static int set_slice(PyObject *object, Py_ssize_t start, Py_ssize_t stop, PyObject *value,
                     const char *refusal)
{
    if (!is_there(object)) return -1;
    if (mapping(object) == NULL || mapping(object)->mp_ass_subscript == NULL)
        return kr_raise_int(PyExc_TypeError, refusal, type_name(object));
    KR_AUTO PyObject *slice = _PySlice_FromIndices(start, stop);
    return slice == NULL ? -1 : mapping(object)->mp_ass_subscript(object, slice, value);
}

int PySequence_SetSlice(PyObject *object, Py_ssize_t start, Py_ssize_t stop, PyObject *value)
{
    return set_slice(object, start, stop, value,
                     "'%.200s' object doesn't support slice assignment");
}

int PySequence_DelSlice(PyObject *object, Py_ssize_t start, Py_ssize_t stop)
{
    return set_slice(object, start, stop, NULL, "'%.200s' object doesn't support slice deletion");
}

// --- concatenation and repetition

// The result of a number operator, unless it is NotImplemented (then NULL without an exception,
// *ret_asked 0).
static PyObject *try_operator(binaryfunc operator, PyObject *left, PyObject *right, int *ret_asked)
{
    *ret_asked = 0;
    if (operator == NULL) return NULL;
    PyObject *result = operator(left, right);
    if (result == Py_NotImplemented) {
        Py_DECREF(result);
        return NULL;
    }
    *ret_asked = 1;
    return result;
}

static PyObject *add_as_numbers(PyObject *left, PyObject *right, int in_place, int *ret_asked)
{
    *ret_asked = 0;
    if (!PySequence_Check(left) || !PySequence_Check(right)) return NULL;
    PyNumberMethods *number = Py_TYPE(left)->tp_as_number;
    PyObject *result = NULL;
    if (number != NULL && in_place)
        result = try_operator(number->nb_inplace_add, left, right, ret_asked);
    if (!*ret_asked && number != NULL)
        result = try_operator(number->nb_add, left, right, ret_asked);
    number = Py_TYPE(right)->tp_as_number;
    if (!*ret_asked && number != NULL)
        result = try_operator(number->nb_add, left, right, ret_asked);
    return result;
}

static PyObject *concat(PyObject *left, PyObject *right, int in_place)
{
    if (!is_there(left) || !is_there(right)) return NULL;
    PySequenceMethods *sequence = methods(left);
    if (in_place && sequence != NULL && sequence->sq_inplace_concat != NULL)
        return sequence->sq_inplace_concat(left, right);
    if (sequence != NULL && sequence->sq_concat != NULL) return sequence->sq_concat(left, right);
    int asked;
    PyObject *result = add_as_numbers(left, right, in_place, &asked);
    if (asked) return result;
    return kr_raise(PyExc_TypeError, "'%.200s' object can't be concatenated", type_name(left));
}

PyObject *PySequence_Concat(PyObject *left, PyObject *right)
{
    return concat(left, right, 0);
}

PyObject *PySequence_InPlaceConcat(PyObject *left, PyObject *right)
{
    return concat(left, right, 1);
}

PyObject *PySequence_Repeat(PyObject *object, Py_ssize_t count)
{
    if (!is_there(object)) return NULL;
    if (methods(object) != NULL && methods(object)->sq_repeat != NULL)
        return methods(object)->sq_repeat(object, count);
    if (!PySequence_Check(object))
        return kr_raise(PyExc_TypeError, "'%.200s' object can't be repeated", type_name(object));
    KR_AUTO PyObject *number = PyLong_FromSsize_t(count);
    return number == NULL ? NULL : PyNumber_Multiply(object, number);
}

PyObject *PySequence_InPlaceRepeat(PyObject *object, Py_ssize_t count)
{
    if (!is_there(object)) return NULL;
    if (methods(object) != NULL && methods(object)->sq_inplace_repeat != NULL)
        return methods(object)->sq_inplace_repeat(object, count);
    if (methods(object) != NULL && methods(object)->sq_repeat != NULL)
        return methods(object)->sq_repeat(object, count);
    if (!PySequence_Check(object))
        return kr_raise(PyExc_TypeError, "'%.200s' object can't be repeated", type_name(object));
    KR_AUTO PyObject *number = PyLong_FromSsize_t(count);
    return number == NULL ? NULL : PyNumber_InPlaceMultiply(object, number);
}

// --- conversion

PyObject *PySequence_List(PyObject *object)
{
    if (!is_there(object)) return NULL;
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    KR_AUTO PyObject *nothing = _PyList_Extend((PyListObject *)list, object);
    return nothing == NULL ? NULL : kr_take(list);
}

PyObject *PySequence_Tuple(PyObject *object)
{
    if (!is_there(object)) return NULL;
    if (PyTuple_CheckExact(object)) return Py_NewRef(object);
    if (PyList_CheckExact(object)) return PyList_AsTuple(object);
    KR_AUTO PyObject *list = PySequence_List(object);
    return list == NULL ? NULL : PyList_AsTuple(list);
}

PyObject *PySequence_Fast(PyObject *object, const char *message)
{
    if (!is_there(object)) return NULL;
    if (PyList_CheckExact(object) || PyTuple_CheckExact(object)) return Py_NewRef(object);
    KR_AUTO PyObject *iterator = PyObject_GetIter(object);
    if (iterator != NULL) return PySequence_List(iterator);
    if (PyErr_ExceptionMatches(PyExc_TypeError)) PyErr_SetString(PyExc_TypeError, message);
    return NULL;
}

// --- search

// What to return after [seen] matches at position [index]: -2 to go on.
static Py_ssize_t note_match(int operation, Py_ssize_t *seen, Py_ssize_t index, int wrapped)
{
    if (operation == PY_ITERSEARCH_CONTAINS) return 1;
    if (operation == PY_ITERSEARCH_INDEX)
        return wrapped ? kr_raise_int(PyExc_OverflowError, "index exceeds C integer size") : index;
    if (*seen == PY_SSIZE_T_MAX)
        return kr_raise_int(PyExc_OverflowError, "count exceeds C integer size");
    (*seen)++;
    return -2;
}

Py_ssize_t _PySequence_IterSearch(PyObject *object, PyObject *wanted, int operation)
{
    if (!is_there(object) || !is_there(wanted)) return -1;
    KR_AUTO PyObject *iterator = PyObject_GetIter(object);
    if (iterator == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            kr_raise(PyExc_TypeError, "argument of type '%.200s' is not iterable",
                     type_name(object));
        return -1;
    }
    Py_ssize_t seen = 0, index = 0;
    int wrapped = 0;
    for (;;) {
        KR_AUTO PyObject *item = PyIter_Next(iterator);
        if (item == NULL) break;
        int equal = PyObject_RichCompareBool(item, wanted, Py_EQ);
        if (equal < 0) return -1;
        Py_ssize_t answer = equal ? note_match(operation, &seen, index, wrapped) : -2;
        if (answer != -2) return answer;
        if (index == PY_SSIZE_T_MAX) wrapped = 1;
        else index++;
    }
    if (PyErr_Occurred()) return -1;
    if (operation != PY_ITERSEARCH_INDEX) return seen;
    return kr_raise_int(PyExc_ValueError, "sequence.index(x): x not in sequence");
}

Py_ssize_t PySequence_Count(PyObject *object, PyObject *value)
{
    return _PySequence_IterSearch(object, value, PY_ITERSEARCH_COUNT);
}

Py_ssize_t PySequence_Index(PyObject *object, PyObject *value)
{
    return _PySequence_IterSearch(object, value, PY_ITERSEARCH_INDEX);
}

int PySequence_Contains(PyObject *object, PyObject *value)
{
    if (methods(object) != NULL && methods(object)->sq_contains != NULL)
        return methods(object)->sq_contains(object, value);
    return (int)_PySequence_IterSearch(object, value, PY_ITERSEARCH_CONTAINS);
}

#undef PySequence_In
int PySequence_In(PyObject *object, PyObject *value)
{
    return PySequence_Contains(object, value);
}

// --- argument vectors for exec

void _Py_FreeCharPArray(char *const array[])
{
    for (Py_ssize_t i = 0; array[i] != NULL; i++) PyMem_Free(array[i]);
    PyMem_Free((void *)array);
}

char *const *_PySequence_BytesToCharpArray(PyObject *object)
{
    Py_ssize_t count = PySequence_Size(object);
    if (count < 0) return NULL;
    char **array = PyMem_Calloc((size_t)count + 1, sizeof(char *));
    if (array == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        KR_AUTO PyObject *item = PySequence_GetItem(object, i);
        char *text;
        Py_ssize_t length;
        // With NULL for the length, a zero byte inside is an error.
        if (item == NULL || PyBytes_AsStringAndSize(item, &text, NULL) < 0) {
            _Py_FreeCharPArray(array);
            return NULL;
        }
        length = PyBytes_GET_SIZE(item);
        array[i] = PyMem_Malloc((size_t)length + 1);
        if (array[i] == NULL) {
            PyErr_NoMemory();
            _Py_FreeCharPArray(array);
            return NULL;
        }
        memcpy(array[i], text, (size_t)length + 1);
    }
    return array;
}
