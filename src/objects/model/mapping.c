// mapping.c - PyMapping_* and access by key: object[key].
#include "abstract.h"

#include <assert.h>

#include "dictobject.h"
#include "genericaliasobject.h"
#include "listobject.h"
#include "object.h"
#include "objects/errors/raise.h"
#include "objects/model/attributes.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "unicodeobject.h"

static PySequenceMethods *sequence(PyObject *object)
{
    return Py_TYPE(object)->tp_as_sequence;
}

static PyMappingMethods *mapping(PyObject *object)
{
    return Py_TYPE(object)->tp_as_mapping;
}

static int is_there(const void *object)
{
    if (object != NULL) return 1;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
    return 0;
}

// --- size

#undef PyObject_Length
Py_ssize_t PyObject_Size(PyObject *object)
{
    if (!is_there(object)) return -1;
    if (sequence(object) != NULL && sequence(object)->sq_length != NULL)
        return sequence(object)->sq_length(object);
    if (mapping(object) != NULL && mapping(object)->mp_length != NULL)
        return mapping(object)->mp_length(object);
    return kr_raise_int(PyExc_TypeError, "object of type '%.200s' has no len()",
                        Py_TYPE(object)->tp_name);
}

Py_ssize_t PyObject_Length(PyObject *object)
{
    return PyObject_Size(object);
}

int _PyObject_HasLen(PyObject *object)
{
    return (sequence(object) != NULL && sequence(object)->sq_length != NULL)
           || (mapping(object) != NULL && mapping(object)->mp_length != NULL);
}

#undef PyMapping_Length
Py_ssize_t PyMapping_Size(PyObject *object)
{
    if (!is_there(object)) return -1;
    if (mapping(object) != NULL && mapping(object)->mp_length != NULL)
        return mapping(object)->mp_length(object);
    if (sequence(object) != NULL && sequence(object)->sq_length != NULL)
        return kr_raise_int(PyExc_TypeError, "%.200s is not a mapping", Py_TYPE(object)->tp_name);
    return kr_raise_int(PyExc_TypeError, "object of type '%.200s' has no len()",
                        Py_TYPE(object)->tp_name);
}

Py_ssize_t PyMapping_Length(PyObject *object)
{
    return PyMapping_Size(object);
}

int PyMapping_Check(PyObject *object)
{
    return object != NULL && mapping(object) != NULL && mapping(object)->mp_subscript != NULL;
}

// --- items

// list[int]
static PyObject *subscript_class(PyObject *type, PyObject *key)
{
    // type[int], but not a subclass of type.
    if (type == (PyObject *)&PyType_Type) return Py_GenericAlias(type, key);
    PyObject *found;
    if (_PyObject_LookupAttr(type, ID(__class_getitem__), &found) < 0) return NULL;
    KR_AUTO PyObject *method = found;
    if (method != NULL && method != Py_None) return PyObject_CallOneArg(method, key);
    return kr_raise(PyExc_TypeError, "type '%.200s' is not subscriptable",
                    ((PyTypeObject *)type)->tp_name);
}

PyObject *PyObject_GetItem(PyObject *object, PyObject *key)
{
    if (!is_there(object) || !is_there(key)) return NULL;
    if (mapping(object) != NULL && mapping(object)->mp_subscript != NULL)
        return mapping(object)->mp_subscript(object, key);
    if (sequence(object) != NULL && sequence(object)->sq_item != NULL) {
        if (!PyIndex_Check(key))
            return kr_raise(PyExc_TypeError, "sequence index must be integer, not '%.200s'",
                            Py_TYPE(key)->tp_name);
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        return index == -1 && PyErr_Occurred() ? NULL : PySequence_GetItem(object, index);
    }
    if (PyType_Check(object)) return subscript_class(object, key);
    return kr_raise(PyExc_TypeError, "'%.200s' object is not subscriptable",
                    Py_TYPE(object)->tp_name);
}

static int set_item(PyObject *object, PyObject *key, PyObject *value, const char *refusal)
{
    if (!is_there(object) || !is_there(key)) return -1;
    if (mapping(object) != NULL && mapping(object)->mp_ass_subscript != NULL)
        return mapping(object)->mp_ass_subscript(object, key, value);
    if (sequence(object) != NULL && sequence(object)->sq_ass_item != NULL) {
        if (!PyIndex_Check(key))
            return kr_raise_int(PyExc_TypeError, "sequence index must be integer, not '%.200s'",
                                Py_TYPE(key)->tp_name);
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (index == -1 && PyErr_Occurred()) return -1;
        return value == NULL ? PySequence_DelItem(object, index)
            : PySequence_SetItem(object, index, value);
    }
    return kr_raise_int(PyExc_TypeError, refusal, Py_TYPE(object)->tp_name);
}

int PyObject_SetItem(PyObject *object, PyObject *key, PyObject *value)
{
    if (!is_there(value)) return -1;
    return set_item(object, key, value, "'%.200s' object does not support item assignment");
}

int PyObject_DelItem(PyObject *object, PyObject *key)
{
    return set_item(object, key, NULL, "'%.200s' object doesn't support item deletion");
}

int PyObject_DelItemString(PyObject *object, const char *text)
{
    KR_AUTO PyObject *key = PyUnicode_FromString(text);
    return key == NULL ? -1 : PyObject_DelItem(object, key);
}

PyObject *PyMapping_GetItemString(PyObject *object, const char *text)
{
    KR_AUTO PyObject *key = PyUnicode_FromString(text);
    return key == NULL ? NULL : PyObject_GetItem(object, key);
}

int PyMapping_SetItemString(PyObject *object, const char *text, PyObject *value)
{
    KR_AUTO PyObject *key = PyUnicode_FromString(text);
    return key == NULL ? -1 : PyObject_SetItem(object, key, value);
}

int PyMapping_HasKeyString(PyObject *object, const char *text)
{
    KR_AUTO PyObject *value = PyMapping_GetItemString(object, text);
    if (value != NULL) return 1;
    PyErr_Clear();
    return 0;
}

int PyMapping_HasKey(PyObject *object, PyObject *key)
{
    KR_AUTO PyObject *value = PyObject_GetItem(object, key);
    if (value != NULL) return 1;
    PyErr_Clear();
    return 0;
}

// --- views as lists

static PyObject *call_for_list(PyObject *object, PyObject *name)
{
    KR_AUTO PyObject *view = PyObject_CallMethodNoArgs(object, name);
    if (view == NULL) return NULL;
    KR_AUTO PyObject *iterator = PyObject_GetIter(view);
    if (iterator != NULL) return PySequence_List(iterator);
    if (PyErr_ExceptionMatches(PyExc_TypeError))
        kr_raise(PyExc_TypeError, "%.200s.%U() returned a non-iterable (type %.200s)",
                 Py_TYPE(object)->tp_name, name, Py_TYPE(view)->tp_name);
    return NULL;
}

PyObject *PyMapping_Keys(PyObject *object)
{
    if (!is_there(object)) return NULL;
    return PyDict_CheckExact(object) ? PyDict_Keys(object) : call_for_list(object, ID(keys));
}

PyObject *PyMapping_Values(PyObject *object)
{
    if (!is_there(object)) return NULL;
    return PyDict_CheckExact(object) ? PyDict_Values(object) : call_for_list(object, ID(values));
}

PyObject *PyMapping_Items(PyObject *object)
{
    if (!is_there(object)) return NULL;
    return PyDict_CheckExact(object) ? PyDict_Items(object) : call_for_list(object, ID(items));
}
