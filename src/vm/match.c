// match.c - mapping and class patterns.
#include "vm/match.h"

#include <stdbool.h>

#include "abstract.h"
#include "dictobject.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "setobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// Notes [item] in [seen]; 0 when it was there already, -1 with an exception.
static int note_new(PyObject *seen, PyObject *item)
{
    int found = PySet_Contains(seen, item);
    if (found != 0) return found < 0 ? -1 : 0;
    return PySet_Add(seen, item) < 0 ? -1 : 1;
}

// New reference to mapping.get(key, missing).
static PyObject *get_value(PyObject *get, PyObject *key, PyObject *missing)
{
    PyObject *arguments[3] = {NULL, key, missing};
    return PyObject_Vectorcall(get, arguments + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}

PyObject *kr_match_keys(PyObject *mapping, PyObject *keys)
{
    Py_ssize_t count = PyTuple_GET_SIZE(keys);
    if (count == 0) return PyTuple_New(0);
    KR_AUTO PyObject *seen = PySet_New(NULL);
    KR_AUTO PyObject *get = PyObject_GetAttr(mapping, ID(get));
    if (seen == NULL || get == NULL) return NULL;
    KR_AUTO PyObject *missing = PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type);
    KR_AUTO PyObject *values = PyTuple_New(count);
    if (missing == NULL || values == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *key = PyTuple_GET_ITEM(keys, i);
        int is_new = note_new(seen, key);
        if (is_new < 0) return NULL;
        if (!is_new)
            return kr_raise(PyExc_ValueError, "mapping pattern checks duplicate key (%R)", key);
        PyObject *value = get_value(get, key, missing);
        if (value == NULL) return NULL;
        if (value == missing) {
            Py_DECREF(value);
            Py_RETURN_NONE;
        }
        PyTuple_SET_ITEM(values, i, value);
    }
    return kr_take(values);
}

// New reference to the attribute, NULL when there is none (or with an exception).
static PyObject *match_attribute(PyObject *subject, PyObject *type, PyObject *name, PyObject *seen)
{
    int is_new = note_new(seen, name);
    if (is_new < 0) return NULL;
    if (!is_new)
        return kr_raise(PyExc_TypeError, "%s() got multiple sub-patterns for attribute %R",
                        ((PyTypeObject *)type)->tp_name, name);
    PyObject *value = NULL;
    _PyObject_LookupAttr(subject, name, &value);
    return value;
}

// 1: matched, 0: an attribute is missing, -1: exception.
static int match_one(PyObject *subject, PyObject *type, PyObject *name, PyObject *seen,
                     PyObject *list)
{
    KR_AUTO PyObject *value = match_attribute(subject, type, name, seen);
    if (value == NULL) return PyErr_Occurred() ? -1 : 0;
    return PyList_Append(list, value) < 0 ? -1 : 1;
}

// __match_args__ of [type], NULL: none (or with an exception).
static PyObject *match_arguments(PyObject *type)
{
    PyObject *names = NULL;
    if (_PyObject_LookupAttr(type, ID(__match_args__), &names) <= 0) return NULL;
    if (PyTuple_CheckExact(names)) return names;
    kr_raise(PyExc_TypeError, "%s.__match_args__ must be a tuple (got %s)",
             ((PyTypeObject *)type)->tp_name, Py_TYPE(names)->tp_name);
    Py_DECREF(names);
    return NULL;
}

static int match_positional(PyObject *subject, PyObject *type, Py_ssize_t count, PyObject *seen,
                            PyObject *list)
{
    KR_AUTO PyObject *names = match_arguments(type);
    if (names == NULL && PyErr_Occurred()) return -1;
    bool match_self = names == NULL && (((PyTypeObject *)type)->tp_flags & _Py_TPFLAGS_MATCH_SELF);
    Py_ssize_t allowed = names != NULL ? PyTuple_GET_SIZE(names) : match_self;
    if (allowed < count)
        return kr_raise_int(PyExc_TypeError, "%s() accepts %zd positional sub-pattern%s (%zd "
                            "given)", ((PyTypeObject *)type)->tp_name, allowed,
                            allowed == 1 ? "" : "s", count);
    if (match_self) return PyList_Append(list, subject) < 0 ? -1 : 1;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (!PyUnicode_CheckExact(name))
            return kr_raise_int(PyExc_TypeError, "__match_args__ elements must be strings (got "
                                "%.200s)", Py_TYPE(name)->tp_name);
        int matched = match_one(subject, type, name, seen, list);
        if (matched <= 0) return matched;
    }
    return 1;
}

PyObject *kr_match_class(PyObject *subject, PyObject *type, Py_ssize_t positional, PyObject *names)
{
    if (!PyType_Check(type))
        return kr_raise(PyExc_TypeError, "called match pattern must be a class");
    int is_instance = PyObject_IsInstance(subject, type);
    if (is_instance < 0) return NULL;
    if (!is_instance) Py_RETURN_NONE;
    KR_AUTO PyObject *seen = PySet_New(NULL);
    KR_AUTO PyObject *list = PyList_New(0);
    if (seen == NULL || list == NULL) return NULL;
    int matched = positional > 0 ? match_positional(subject, type, positional, seen, list) : 1;
    for (Py_ssize_t i = 0; matched > 0 && i < PyTuple_GET_SIZE(names); i++)
        matched = match_one(subject, type, PyTuple_GET_ITEM(names, i), seen, list);
    if (matched < 0) return NULL;
    if (matched == 0) Py_RETURN_NONE;
    return PyList_AsTuple(list);
}
