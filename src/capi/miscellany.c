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
        PyErr_Format(PyExc_TypeError, "argument should be integer or None, not %.200s", Py_TYPE(object)->tp_name);
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
            PyErr_Format(PyExc_TypeError, "Type %.100s doesn't define __sizeof__", Py_TYPE(object)->tp_name);
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
    if (PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_MANAGED_DICT)) before += 2 * sizeof(PyObject *);
    return (size_t)size + before;
}
