// instance_method.c - instancemethod: makes any callable bind like a function.  Only extensions
// make them.
#include "cpython/classobject.h"

#include <stddef.h>

#include "abstract.h"
#include "boolobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/attributes.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "structmember.h"
#include "unicodeobject.h"

#define FUNCTION_OF(object) (((PyInstanceMethodObject *)(object))->func)

PyObject *PyInstanceMethod_New(PyObject *function)
{
    PyInstanceMethodObject *method = PyObject_GC_New(PyInstanceMethodObject,
                                                     &PyInstanceMethod_Type);
    if (method == NULL) return NULL;
    method->func = Py_NewRef(function);
    PyObject_GC_Track(method);
    return (PyObject *)method;
}

PyObject *PyInstanceMethod_Function(PyObject *method)
{
    if (PyInstanceMethod_Check(method)) return FUNCTION_OF(method);
    PyErr_BadInternalCall();
    return NULL;
}

CONSTRUCTOR(instancemethod, "function: object, /",
            "instancemethod(function)\n\nBind a function to a class.")
static PyObject *instancemethod_new(PyTypeObject *type, PyObject *function)
{
    if (!PyCallable_Check(function))
        return kr_raise(PyExc_TypeError, "first argument must be callable");
    return PyInstanceMethod_New(function);
}

#include "objects/callables/instance_method.methods.h"

static PyObject *instancemethod_get_doc(PyObject *self, void *unused)
{
    PyObject *doc;
    if (_PyObject_LookupAttr(FUNCTION_OF(self), ID(__doc__), &doc) < 0) return NULL;
    return doc == NULL ? Py_NewRef(Py_None) : doc;
}

static PyGetSetDef instancemethod_getset[] = {
    {"__doc__", instancemethod_get_doc},
    {NULL},
};

static PyMemberDef instancemethod_members[] = {
    {"__func__", T_OBJECT, offsetof(PyInstanceMethodObject, func), READONLY,
     PyDoc_STR("the function (or other callable) implementing a method")},
    {NULL},
};

static PyObject *instancemethod_getattro(PyObject *self, PyObject *name)
{
    PyObject *descriptor = _PyType_Lookup(Py_TYPE(self), name);
    if (descriptor == NULL) return PyObject_GetAttr(FUNCTION_OF(self), name);
    descrgetfunc bind = Py_TYPE(descriptor)->tp_descr_get;
    KR_AUTO PyObject *kept = Py_NewRef(descriptor);
    return bind == NULL ? kr_take(kept) : bind(kept, self, (PyObject *)Py_TYPE(self));
}

static void instancemethod_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_DECREF(FUNCTION_OF(self));
    PyObject_GC_Del(self);
}

static int instancemethod_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(FUNCTION_OF(self));
    return 0;
}

static PyObject *instancemethod_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return PyObject_Call(FUNCTION_OF(self), args, kwargs);
}

static PyObject *instancemethod_get(PyObject *self, PyObject *object, PyObject *owner)
{
    return object == NULL ? Py_NewRef(FUNCTION_OF(self)) : PyMethod_New(FUNCTION_OF(self), object);
}

static PyObject *instancemethod_richcompare(PyObject *left, PyObject *right, int operator)
{
    if ((operator != Py_EQ && operator != Py_NE) || !PyInstanceMethod_Check(left)
        || !PyInstanceMethod_Check(right))
        Py_RETURN_NOTIMPLEMENTED;
    int equal = PyObject_RichCompareBool(FUNCTION_OF(left), FUNCTION_OF(right), Py_EQ);
    return equal < 0 ? NULL : PyBool_FromLong(equal == (operator == Py_EQ));
}

static PyObject *instancemethod_repr(PyObject *self)
{
    PyObject *found;
    if (_PyObject_LookupAttr(FUNCTION_OF(self), ID(__name__), &found) < 0) return NULL;
    KR_AUTO PyObject *name = found;
    return PyUnicode_FromFormat("<instancemethod %V at %p>",
                                name != NULL && PyUnicode_Check(name) ? name : NULL, "?", self);
}

PyTypeObject PyInstanceMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "instancemethod",
    .tp_basicsize = sizeof(PyInstanceMethodObject),
    .tp_dealloc = instancemethod_dealloc,
    .tp_repr = instancemethod_repr,
    .tp_call = instancemethod_call,
    .tp_getattro = instancemethod_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = instancemethod_doc,
    .tp_traverse = instancemethod_traverse,
    .tp_richcompare = instancemethod_richcompare,
    .tp_members = instancemethod_members,
    .tp_getset = instancemethod_getset,
    .tp_descr_get = instancemethod_get,
    .tp_new = instancemethod_tp_new,
};
