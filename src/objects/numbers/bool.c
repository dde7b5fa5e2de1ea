// bool.c - the type bool and its two instances, which are ints 0 and 1.
#include "boolobject.h"

#include "abstract.h"
#include "objects/model/arguments.h"
#include "objects/numbers/int_object.h"
#include "objects/strings/names.h"

PyObject *PyBool_FromLong(long truth)
{
    return Py_NewRef(truth ? Py_True : Py_False);
}

static PyObject *bool_repr(PyObject *self)
{
    return Py_NewRef(self == Py_True ? ID(True) : ID(False));
}

CONSTRUCTOR(bool, "x: object = False, /",
            "bool(x) -> bool\n\n"
            "Returns True when the argument x is true, False otherwise.\n"
            "The builtins True and False are the only two instances of the class bool.\n"
            "The class bool is a subclass of the class int, and cannot be subclassed.")
static PyObject *bool_new(PyTypeObject *type, PyObject *x)
{
    int truth = x ? PyObject_IsTrue(x) : 0;
    return truth < 0 ? NULL : PyBool_FromLong(truth);
}

#include "objects/numbers/bool.methods.h"

static PyObject *bool_and(PyObject *left, PyObject *right)
{
    if (!PyBool_Check(left) || !PyBool_Check(right)) return kr_int_slot_and(left, right);
    return PyBool_FromLong((left == Py_True) & (right == Py_True));
}

static PyObject *bool_or(PyObject *left, PyObject *right)
{
    if (!PyBool_Check(left) || !PyBool_Check(right)) return kr_int_slot_or(left, right);
    return PyBool_FromLong((left == Py_True) | (right == Py_True));
}

static PyObject *bool_xor(PyObject *left, PyObject *right)
{
    if (!PyBool_Check(left) || !PyBool_Check(right)) return kr_int_slot_xor(left, right);
    return PyBool_FromLong((left == Py_True) ^ (right == Py_True));
}

static PyNumberMethods bool_as_number = {
    .nb_and = bool_and,
    .nb_xor = bool_xor,
    .nb_or = bool_or,
};

// Extensions that count references wrongly must not bring the two to an end.
static void bool_dealloc(PyObject *self)
{
    Py_SET_REFCNT(self, 1000000000);
}

PyTypeObject PyBool_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bool",
    .tp_basicsize = sizeof(struct _longobject),
    .tp_dealloc = bool_dealloc,
    .tp_repr = bool_repr,
    .tp_as_number = &bool_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = bool_doc,
    .tp_base = &PyLong_Type,
    .tp_new = bool_tp_new,
    .tp_vectorcall = bool_tp_vectorcall,
};

PyLongObject _Py_FalseStruct = {PyVarObject_HEAD_INIT(&PyBool_Type, 0) {0}};
PyLongObject _Py_TrueStruct = {PyVarObject_HEAD_INIT(&PyBool_Type, 1) {1}};
