// unpack.c - taking iterables apart, and the starred parts of displays and calls.
#include "vm/unpack.h"

#include "abstract.h"
#include "bytecode/opcodes.h"
#include "dictobject.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"

static PyObject *iterate(PyObject *sequence)
{
    PyObject *iterator = PyObject_GetIter(sequence);
    if (iterator == NULL && PyErr_ExceptionMatches(PyExc_TypeError)
        && Py_TYPE(sequence)->tp_iter == NULL && !PySequence_Check(sequence))
        PyErr_Format(PyExc_TypeError, "cannot unpack non-iterable %.200s object",
                     Py_TYPE(sequence)->tp_name);
    return iterator;
}

static void drop(KrWord *places, int count)
{
    for (int i = 0; i < count; i++) kr_word_release(places[-i]);
}

// Takes [count] items to *top, *(top - 1), …; [wanted] is what the message says.
static int take_items(PyObject *iterator, int count, KrWord *top, const char *at_least, int wanted)
{
    for (int i = 0; i < count; i++) {
        PyObject *item = PyIter_Next(iterator);
        if (item == NULL) {
            drop(top, i);
            if (PyErr_Occurred()) return -1;
            return kr_raise_int(PyExc_ValueError, "not enough values to unpack (expected %s%d, "
                                "got %d)", at_least, wanted, i);
        }
        top[-i] = kr_word_steal(item);
    }
    return 0;
}

static int unpack_array(PyObject *const *items, Py_ssize_t size, int count, KrWord *places)
{
    if (size < count)
        return kr_raise_int(PyExc_ValueError, "not enough values to unpack (expected %d, got %zd)",
                            count, size);
    if (size > count)
        return kr_raise_int(PyExc_ValueError, "too many values to unpack (expected %d)", count);
    for (int i = 0; i < count; i++) places[count - 1 - i] = kr_word_new(items[i]);
    return 0;
}

int kr_unpack_sequence(PyObject *sequence, int count, KrWord *places)
{
    if (PyTuple_CheckExact(sequence))
        return unpack_array(((PyTupleObject *)sequence)->ob_item, PyTuple_GET_SIZE(sequence),
                            count, places);
    if (PyList_CheckExact(sequence))
        return unpack_array(((PyListObject *)sequence)->ob_item, PyList_GET_SIZE(sequence), count,
                            places);
    KR_AUTO PyObject *iterator = iterate(sequence);
    if (iterator == NULL) return -1;
    KrWord *top = places + count - 1;
    if (take_items(iterator, count, top, "", count) < 0) return -1;
    KR_AUTO PyObject *surplus = PyIter_Next(iterator);
    if (surplus == NULL && !PyErr_Occurred()) return 0;
    drop(top, count);
    if (surplus != NULL)
        kr_raise(PyExc_ValueError, "too many values to unpack (expected %d)", count);
    return -1;
}

int kr_unpack_starred(PyObject *sequence, int before, int after, KrWord *places)
{
    KR_AUTO PyObject *iterator = iterate(sequence);
    if (iterator == NULL) return -1;
    KrWord *top = places + before + after;
    if (take_items(iterator, before, top, after == -1 ? "" : "at least ", before + after) < 0)
        return -1;
    PyObject *list = PySequence_List(iterator);
    if (list == NULL) {
        drop(top, before);
        return -1;
    }
    Py_ssize_t size = PyList_GET_SIZE(list);
    if (size < after) {
        drop(top, before);
        Py_DECREF(list);
        return kr_raise_int(PyExc_ValueError, "not enough values to unpack (expected at least %d, "
                            "got %zd)", before + after, before + size);
    }
    // The last items move out of the list onto the stack.
    top[-before] = kr_word_steal(list);
    for (int i = 0; i < after; i++)
        places[i] = kr_word_steal(PyList_GET_ITEM(list, size - 1 - i));
    Py_SET_SIZE(list, size - after);
    return 0;
}

int kr_unpack_extend_list(PyObject *list, PyObject *iterable)
{
    KR_AUTO PyObject *none = _PyList_Extend((PyListObject *)list, iterable);
    if (none != NULL) return 0;
    if (PyErr_ExceptionMatches(PyExc_TypeError) && Py_TYPE(iterable)->tp_iter == NULL
        && !PySequence_Check(iterable)) {
        PyErr_Clear();
        kr_raise(PyExc_TypeError, "Value after * must be an iterable, not %.200s",
                 Py_TYPE(iterable)->tp_name);
    }
    return -1;
}

int kr_unpack_update_dict(PyObject *dict, PyObject *mapping)
{
    if (PyDict_Update(dict, mapping) == 0) return 0;
    if (PyErr_ExceptionMatches(PyExc_AttributeError))
        kr_raise(PyExc_TypeError, "'%.200s' object is not a mapping", Py_TYPE(mapping)->tp_name);
    return -1;
}

// "f() got multiple values for keyword argument 'x'" out of the KeyError that the merge left.
static int complain_about_keyword(PyObject *callable)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *arguments = value != NULL ? ((PyBaseExceptionObject *)value)->args : NULL;
    if (arguments == NULL || PyTuple_GET_SIZE(arguments) != 1) {
        PyErr_Restore(type, value, traceback);
        return -1;
    }
    KR_AUTO PyObject *key = Py_NewRef(PyTuple_GET_ITEM(arguments, 0));
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    KR_AUTO PyObject *name = _PyObject_FunctionStr(callable);
    if (name == NULL) return -1;
    return kr_raise_int(PyExc_TypeError, "%U got multiple values for keyword argument '%S'", name,
                        key);
}

int kr_unpack_merge_keywords(PyObject *callable, PyObject *dict, PyObject *mapping)
{
    if (_PyDict_MergeEx(dict, mapping, 2) == 0) return 0;
    if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        KR_AUTO PyObject *name = _PyObject_FunctionStr(callable);
        if (name == NULL) return -1;
        return kr_raise_int(PyExc_TypeError, "%U argument after ** must be a mapping, not %.200s",
                            name, Py_TYPE(mapping)->tp_name);
    }
    if (PyErr_ExceptionMatches(PyExc_KeyError)) return complain_about_keyword(callable);
    return -1;
}

PyObject *kr_format_value(PyObject *value, PyObject *spec, int conversion)
{
    KR_AUTO PyObject *converted = NULL;
    switch (conversion) {
    case KR_FORMAT_STR: converted = PyObject_Str(value); break;
    case KR_FORMAT_REPR: converted = PyObject_Repr(value); break;
    case KR_FORMAT_ASCII: converted = PyObject_ASCII(value); break;
    default: converted = Py_NewRef(value);
    }
    if (converted == NULL) return NULL;
    if (PyUnicode_CheckExact(converted) && spec == NULL) return kr_take(converted);
    return PyObject_Format(converted, spec);
}
