// miscellany.c - small converters that generated code and extensions call.
#include "Python.h"

#undef _PyObject_LookupSpecial
#include "internal/pycore_object.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

// Format unit O&: None keeps the result, an int sets it.
int _Py_convert_optional_to_ssize_t(PyObject *object, void *result)
{
    if (object == Py_None) return 1;
    if (!PyIndex_Check(object)) {
        PyErr_Format(PyExc_TypeError, "argument should be integer or None, not %.200s",
                     Py_TYPE(object)->tp_name);
        return 0;
    }
    Py_ssize_t value = PyNumber_AsSsize_t(object, PyExc_OverflowError);
    if (value == -1 && PyErr_Occurred()) return 0;
    *(Py_ssize_t *)result = value;
    return 1;
}

// Steps a multidimensional index, last dimension first.
void _Py_add_one_to_index_C(int dimensions, Py_ssize_t *index, const Py_ssize_t *shape)
{
    for (int i = dimensions - 1; i >= 0; i--) {
        if (index[i] < shape[i] - 1) {
            index[i]++;
            return;
        }
        index[i] = 0;
    }
}

// The same, first dimension first.
void _Py_add_one_to_index_F(int dimensions, Py_ssize_t *index, const Py_ssize_t *shape)
{
    for (int i = 0; i < dimensions; i++) {
        if (index[i] < shape[i] - 1) {
            index[i]++;
            return;
        }
        index[i] = 0;
    }
}

// Bytes of [object] with what the collector keeps in front of it; (size_t)-1 with an exception.
size_t _PySys_GetSizeOf(PyObject *object)
{
    if (PyType_Ready(Py_TYPE(object)) < 0) return (size_t)-1;
    PyObject *method = _PyObject_LookupSpecial(object, ID(__sizeof__));
    if (method == NULL) {
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_TypeError, "Type %.100s doesn't define __sizeof__",
                         Py_TYPE(object)->tp_name);
        return (size_t)-1;
    }
    KR_AUTO PyObject *owned = method, *size_object = PyObject_CallNoArgs(method);
    Py_ssize_t size = size_object == NULL ? -1 : PyLong_AsSsize_t(size_object);
    if (size == -1 && PyErr_Occurred()) return (size_t)-1;
    if (size < 0) {
        PyErr_SetString(PyExc_ValueError, "__sizeof__() should return >= 0");
        return (size_t)-1;
    }
    size_t before = PyObject_IS_GC(object) ? 2 * sizeof(PyObject *) : 0;
    if (PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_MANAGED_DICT))
        before += 2 * sizeof(PyObject *);
    return (size_t)size + before;
}

// ---- numbers of users and groups, signal sets: format units of extensions about processes

PyAPI_FUNC(PyObject *) _PyLong_FromUid(uid_t uid)
{
    return uid == (uid_t)-1 ? PyLong_FromLong(-1) : PyLong_FromUnsignedLong(uid);
}

PyAPI_FUNC(PyObject *) _PyLong_FromGid(gid_t gid)
{
    return gid == (gid_t)-1 ? PyLong_FromLong(-1) : PyLong_FromUnsignedLong(gid);
}

static int convert_id(PyObject *object, unsigned int *result, const char *what)
{
    KR_AUTO PyObject *index = PyNumber_Index(object);
    if (index == NULL) {
        PyErr_Format(PyExc_TypeError, "%s should be integer, not %.200s", what,
                     _PyType_Name(Py_TYPE(object)));
        return 0;
    }
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(index, &overflow);
    if (overflow < 0 || value < -1) {
        PyErr_Format(PyExc_OverflowError, "%s is less than minimum", what);
        return 0;
    }
    if (overflow > 0 || value > 0xffffffffLL - 1) {
        PyErr_Format(PyExc_OverflowError, "%s is greater than maximum", what);
        return 0;
    }
    *result = (unsigned int)value;
    return 1;
}

PyAPI_FUNC(int) _Py_Uid_Converter(PyObject *object, uid_t *result)
{
    return convert_id(object, result, "uid");
}

PyAPI_FUNC(int) _Py_Gid_Converter(PyObject *object, gid_t *result)
{
    return convert_id(object, result, "gid");
}
