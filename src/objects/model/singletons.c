// singletons.c - None, NotImplemented and Ellipsis.
#include "object.h"

#include "abstract.h"
#include "boolobject.h"
#include "dictobject.h"
#include "methodobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "pylifecycle.h"
#include "sliceobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "warnings.h"

// Each is kept alive by a reference of its own; a surplus decref is an extension's bug.
static void end_singleton(const char *what)
{
    Py_FatalError(what);
}

static int has_arguments(PyObject *args, PyObject *kwargs)
{
    return PyTuple_GET_SIZE(args) != 0 || (kwargs != NULL && PyDict_GET_SIZE(kwargs) != 0);
}

// --- None

static PyObject *none_repr(PyObject *self)
{
    return Py_NewRef(ID(None));
}

static int none_bool(PyObject *self)
{
    return 0;
}

static PyObject *none_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (has_arguments(args, kwargs))
        return kr_raise(PyExc_TypeError, "NoneType takes no arguments");
    Py_RETURN_NONE;
}

static void none_dealloc(PyObject *self)
{
    end_singleton("deallocating None");
}

static PyNumberMethods none_as_number = {.nb_bool = none_bool};

PyTypeObject _PyNone_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "NoneType",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = none_dealloc,
    .tp_repr = none_repr,
    .tp_as_number = &none_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = none_new,
};

PyObject _Py_NoneStruct = {.ob_refcnt = 1, .ob_type = &_PyNone_Type};

// --- NotImplemented

static PyObject *not_implemented_repr(PyObject *self)
{
    return PyUnicode_FromString("NotImplemented");
}

static PyObject *not_implemented_reduce(PyObject *self, PyObject *unused)
{
    return PyUnicode_FromString("NotImplemented");
}

static int not_implemented_bool(PyObject *self)
{
    if (PyErr_WarnEx(PyExc_DeprecationWarning,
                     "NotImplemented should not be used in a boolean context", 1) < 0)
        return -1;
    return 1;
}

static PyObject *not_implemented_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (has_arguments(args, kwargs))
        return kr_raise(PyExc_TypeError, "NotImplementedType takes no arguments");
    Py_RETURN_NOTIMPLEMENTED;
}

static void not_implemented_dealloc(PyObject *self)
{
    end_singleton("deallocating NotImplemented");
}

static PyMethodDef not_implemented_methods[] = {
    {"__reduce__", not_implemented_reduce, METH_NOARGS},
    {NULL},
};

static PyNumberMethods not_implemented_as_number = {.nb_bool = not_implemented_bool};

PyTypeObject _PyNotImplemented_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "NotImplementedType",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = not_implemented_dealloc,
    .tp_repr = not_implemented_repr,
    .tp_as_number = &not_implemented_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = not_implemented_methods,
    .tp_new = not_implemented_new,
};

PyObject _Py_NotImplementedStruct = {.ob_refcnt = 1, .ob_type = &_PyNotImplemented_Type};

// --- Ellipsis

static PyObject *ellipsis_repr(PyObject *self)
{
    return PyUnicode_FromString("Ellipsis");
}

static PyObject *ellipsis_reduce(PyObject *self, PyObject *unused)
{
    return PyUnicode_FromString("Ellipsis");
}

static PyObject *ellipsis_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (has_arguments(args, kwargs))
        return kr_raise(PyExc_TypeError, "EllipsisType takes no arguments");
    return Py_NewRef(Py_Ellipsis);
}

static void ellipsis_dealloc(PyObject *self)
{
    end_singleton("deallocating Ellipsis");
}

static PyMethodDef ellipsis_methods[] = {
    {"__reduce__", ellipsis_reduce, METH_NOARGS},
    {NULL},
};

PyTypeObject PyEllipsis_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "ellipsis",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = ellipsis_dealloc,
    .tp_repr = ellipsis_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = ellipsis_methods,
    .tp_new = ellipsis_new,
};

PyObject _Py_EllipsisObject = {.ob_refcnt = 1, .ob_type = &PyEllipsis_Type};
