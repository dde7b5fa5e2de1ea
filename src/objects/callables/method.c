// method.c - bound methods of Python functions, and instancemethod.
#include "cpython/classobject.h"

#include <assert.h>
#include <stddef.h>

#include "abstract.h"
#include "boolobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/attributes.h"
#include "objects/model/builtin.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pyhash.h"
#include "pymem.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "weakrefobject.h"

enum { SMALL_STACK = 8 };

// Puts self in front of the arguments: in the slot the caller left free, or in a copy.
static PyObject *method_vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf,
                                   PyObject *keywords)
{
    PyObject *self = ((PyMethodObject *)callable)->im_self,
        *function = ((PyMethodObject *)callable)->im_func;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET) {
        PyObject **shifted = (PyObject **)args - 1;
        PyObject *saved = shifted[0];
        shifted[0] = self;
        PyObject *result = PyObject_Vectorcall(function, shifted, (size_t)count + 1, keywords);
        shifted[0] = saved;
        return result;
    }
    Py_ssize_t total = count + (keywords == NULL ? 0 : PyTuple_GET_SIZE(keywords));
    PyObject *small[SMALL_STACK], **stack = small;
    if (total + 1 > SMALL_STACK) {
        stack = PyMem_Malloc((size_t)(total + 1) * sizeof(PyObject *));
        if (stack == NULL) return PyErr_NoMemory();
    }
    stack[0] = self;
    for (Py_ssize_t i = 0; i < total; i++) stack[i + 1] = args[i];
    PyObject *result = PyObject_Vectorcall(function, stack, (size_t)count + 1, keywords);
    if (stack != small) PyMem_Free(stack);
    return result;
}

PyObject *PyMethod_New(PyObject *function, PyObject *self)
{
    if (self == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyMethodObject *method = PyObject_GC_New(PyMethodObject, &PyMethod_Type);
    if (method == NULL) return NULL;
    method->im_weakreflist = NULL;
    method->im_func = Py_NewRef(function);
    method->im_self = Py_NewRef(self);
    method->vectorcall = method_vectorcall;
    PyObject_GC_Track(method);
    return (PyObject *)method;
}

PyObject *PyMethod_Function(PyObject *method)
{
    if (PyMethod_Check(method)) return ((PyMethodObject *)method)->im_func;
    PyErr_BadInternalCall();
    return NULL;
}

PyObject *PyMethod_Self(PyObject *method)
{
    if (PyMethod_Check(method)) return ((PyMethodObject *)method)->im_self;
    PyErr_BadInternalCall();
    return NULL;
}

CONSTRUCTOR(method, "function: object, instance: object, /",
            "Create a bound instance method object.")
static PyObject *method_new(PyTypeObject *type, PyObject *function, PyObject *instance)
{
    if (!PyCallable_Check(function))
        return kr_raise(PyExc_TypeError, "first argument must be callable");
    if (instance == Py_None) return kr_raise(PyExc_TypeError, "self must not be None");
    return PyMethod_New(function, instance);
}

METHOD(__reduce__, "self, /", "Helper for pickle.")
static PyObject *method___reduce__(PyMethodObject *self)
{
    KR_AUTO PyObject *name = PyObject_GetAttr(self->im_func, ID(__name__));
    if (name == NULL) return NULL;
    KR_AUTO PyObject *getattr = kr_builtin_get(ID(getattr));
    if (getattr == NULL) return NULL;
    KR_AUTO PyObject *args = PyTuple_Pack(2, self->im_self, name);
    return args == NULL ? NULL : PyTuple_Pack(2, getattr, args);
}

#include "objects/callables/method.methods.h"

static PyObject *method_get_doc(PyMethodObject *self, void *unused)
{
    PyObject *doc;
    if (_PyObject_LookupAttr(self->im_func, ID(__doc__), &doc) < 0) return NULL;
    return doc == NULL ? Py_NewRef(Py_None) : doc;
}

static PyGetSetDef method_getset[] = {
    {"__doc__", (getter)method_get_doc},
    {NULL},
};

static PyMemberDef method_members[] = {
    {"__func__", T_OBJECT, offsetof(PyMethodObject, im_func), READONLY,
     PyDoc_STR("the function (or other callable) implementing a method")},
    {"__self__", T_OBJECT, offsetof(PyMethodObject, im_self), READONLY,
     PyDoc_STR("the instance to which a method is bound")},
    {NULL},
};

// Attributes of the method type first, then those of the function.
static PyObject *method_getattro(PyObject *self, PyObject *name)
{
    PyObject *descriptor = _PyType_Lookup(Py_TYPE(self), name);
    if (descriptor != NULL) {
        descrgetfunc bind = Py_TYPE(descriptor)->tp_descr_get;
        KR_AUTO PyObject *kept = Py_NewRef(descriptor);
        return bind == NULL ? kr_take(kept) : bind(kept, self, (PyObject *)Py_TYPE(self));
    }
    return PyObject_GetAttr(((PyMethodObject *)self)->im_func, name);
}

static void method_dealloc(PyMethodObject *self)
{
    PyObject_GC_UnTrack(self);
    if (self->im_weakreflist != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    Py_DECREF(self->im_func);
    Py_XDECREF(self->im_self);
    PyObject_GC_Del(self);
}

static int method_traverse(PyMethodObject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->im_func);
    Py_VISIT(self->im_self);
    return 0;
}

static PyObject *method_repr(PyMethodObject *self)
{
    PyObject *found;
    if (_PyObject_LookupAttr(self->im_func, ID(__qualname__), &found) < 0) return NULL;
    if (found == NULL && _PyObject_LookupAttr(self->im_func, ID(__name__), &found) < 0)
        return NULL;
    KR_AUTO PyObject *name = found;
    if (name == NULL || !PyUnicode_Check(name))
        return PyUnicode_FromFormat("<bound method ? of %R>", self->im_self);
    return PyUnicode_FromFormat("<bound method %V of %R>", name, "?", self->im_self);
}

static Py_hash_t method_hash(PyMethodObject *self)
{
    Py_hash_t of_function = PyObject_Hash(self->im_func);
    if (of_function == -1) return -1;
    Py_hash_t hash = _Py_HashPointer(self->im_self) ^ of_function;
    return hash == -1 ? -2 : hash;
}

static PyObject *method_richcompare(PyObject *left, PyObject *right, int operator)
{
    if ((operator != Py_EQ && operator != Py_NE) || !PyMethod_Check(left)
        || !PyMethod_Check(right))
        Py_RETURN_NOTIMPLEMENTED;
    PyMethodObject *one = (PyMethodObject *)left, *other = (PyMethodObject *)right;
    int equal = PyObject_RichCompareBool(one->im_func, other->im_func, Py_EQ);
    if (equal < 0) return NULL;
    equal = equal && one->im_self == other->im_self;
    return PyBool_FromLong(equal == (operator == Py_EQ));
}

PyTypeObject PyMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "method",
    .tp_basicsize = sizeof(PyMethodObject),
    .tp_dealloc = (destructor)method_dealloc,
    .tp_vectorcall_offset = offsetof(PyMethodObject, vectorcall),
    .tp_repr = (reprfunc)method_repr,
    .tp_hash = (hashfunc)method_hash,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = method_getattro,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = method_doc,
    .tp_traverse = (traverseproc)method_traverse,
    .tp_richcompare = method_richcompare,
    .tp_weaklistoffset = offsetof(PyMethodObject, im_weakreflist),
    .tp_methods = method_methods,
    .tp_members = method_members,
    .tp_getset = method_getset,
    .tp_new = method_tp_new,
};
