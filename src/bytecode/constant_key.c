// constant_key.c - keys under which constants are merged and compared.
//
// Python's == is too coarse for constants: 1, 1.0 and True are equal, 0.0 and -0.0 too.  A key is
// the object itself where == will do, else a tuple that begins with the type; containers have the
// keys of their items. What nobody knows is only equal to itself.
#include "bytecode/code.h"

#include <math.h>

#include "abstract.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "ceval.h"
#include "complexobject.h"
#include "floatobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "setobject.h"
#include "sliceobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

static PyObject *with_type(PyObject *constant)
{
    return PyTuple_Pack(2, Py_TYPE(constant), constant);
}

// -0.0 gets one item more than 0.0.
static PyObject *float_key(PyObject *constant)
{
    double value = PyFloat_AS_DOUBLE(constant);
    if (value == 0.0 && signbit(value))
        return PyTuple_Pack(3, Py_TYPE(constant), constant, Py_None);
    return with_type(constant);
}

// Every combination of negative zeros has a length or an item of its own.
static PyObject *complex_key(PyObject *constant)
{
    Py_complex value = PyComplex_AsCComplex(constant);
    bool negative_real = value.real == 0.0 && signbit(value.real);
    bool negative_imaginary = value.imag == 0.0 && signbit(value.imag);
    if (negative_real && negative_imaginary)
        return PyTuple_Pack(3, Py_TYPE(constant), constant, Py_True);
    if (negative_imaginary) return PyTuple_Pack(3, Py_TYPE(constant), constant, Py_False);
    if (negative_real) return PyTuple_Pack(3, Py_TYPE(constant), constant, Py_None);
    return with_type(constant);
}

static PyObject *tuple_key(PyObject *constant)
{
    Py_ssize_t count = PyTuple_GET_SIZE(constant);
    KR_AUTO PyObject *keys = PyTuple_New(count);
    if (keys == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *key = _PyCode_ConstantKey(PyTuple_GET_ITEM(constant, i));
        if (key == NULL) return NULL;
        PyTuple_SET_ITEM(keys, i, key);
    }
    return PyTuple_Pack(2, keys, constant);
}

static PyObject *frozenset_key(PyObject *constant)
{
    KR_AUTO PyObject *items = PySequence_Tuple(constant);
    if (items == NULL) return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(items);
    KR_AUTO PyObject *keys = PyTuple_New(count);
    if (keys == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *key = _PyCode_ConstantKey(PyTuple_GET_ITEM(items, i));
        if (key == NULL) return NULL;
        PyTuple_SET_ITEM(keys, i, key);
    }
    KR_AUTO PyObject *set = PyFrozenSet_New(keys);
    return set == NULL ? NULL : PyTuple_Pack(2, set, constant);
}

static PyObject *identity_key(PyObject *constant)
{
    KR_AUTO PyObject *identity = PyLong_FromVoidPtr(constant);
    return identity == NULL ? NULL : PyTuple_Pack(2, identity, constant);
}

static PyObject *key_of(PyObject *constant)
{
    if (constant == Py_None || constant == Py_Ellipsis || PyLong_CheckExact(constant) ||
        PyUnicode_CheckExact(constant) || PyCode_Check(constant))
        return Py_NewRef(constant);
    if (PyBool_Check(constant) || PyBytes_CheckExact(constant)) return with_type(constant);
    if (PyFloat_CheckExact(constant)) return float_key(constant);
    if (PyComplex_CheckExact(constant)) return complex_key(constant);
    if (PyTuple_CheckExact(constant)) return tuple_key(constant);
    if (PyFrozenSet_CheckExact(constant)) return frozenset_key(constant);
    return identity_key(constant);
}

PyObject *_PyCode_ConstantKey(PyObject *constant)
{
    if (Py_EnterRecursiveCall(" while comparing constants")) return NULL;
    PyObject *key = key_of(constant);
    Py_LeaveRecursiveCall();
    return key;
}
