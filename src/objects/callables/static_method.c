// static_method.c - classmethod and staticmethod: how a function of a class body binds.
//
// Both are a callable and a dict with the wrapped function's name, doc and so on.
#include "cpython/funcobject.h"

#include <assert.h>
#include <stddef.h>

#include "abstract.h"
#include "boolobject.h"
#include "cpython/classobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "objects/errors/raise.h"
#include "objects/model/attributes.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"

typedef struct {
    PyObject_HEAD
    PyObject *callable;
    PyObject *dict;
} Wrapper;

// --- common

static int wrapper_traverse(Wrapper *self, visitproc visit, void *arg)
{
    Py_VISIT(self->callable);
    Py_VISIT(self->dict);
    return 0;
}

static int wrapper_clear(Wrapper *self)
{
    Py_CLEAR(self->callable);
    Py_CLEAR(self->dict);
    return 0;
}

static void wrapper_dealloc(Wrapper *self)
{
    PyObject_GC_UnTrack(self);
    wrapper_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static int copy_attribute(PyObject *from, PyObject *to, PyObject *name)
{
    PyObject *found;
    if (_PyObject_LookupAttr(from, name, &found) < 0) return -1;
    KR_AUTO PyObject *value = found;
    return value == NULL ? 0 : PyObject_SetAttr(to, name, value);
}

// As functools.update_wrapper does.
static int adopt(Wrapper *self, PyObject *callable)
{
    Py_XSETREF(self->callable, Py_NewRef(callable));
    PyObject *names[] = {ID(__module__), ID(__name__), ID(__qualname__), ID(__doc__),
                         ID(__annotations__)};
    for (int i = 0; i < 5; i++)
        if (copy_attribute(callable, (PyObject *)self, names[i]) < 0) return -1;
    return 0;
}

// __init__(self, callable) of [kind]: exactly one positional argument.
static int init(Wrapper *self, PyObject *args, PyObject *kwargs, const char *kind)
{
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)
        return kr_raise_int(PyExc_TypeError, "%s() takes no keyword arguments", kind);
    if (PyTuple_GET_SIZE(args) != 1)
        return kr_raise_int(PyExc_TypeError, "%s expected 1 argument, got %zd", kind,
                            PyTuple_GET_SIZE(args));
    return adopt(self, PyTuple_GET_ITEM(args, 0));
}

static PyObject *get_is_abstract(Wrapper *self, void *unused)
{
    int abstract = _PyObject_IsAbstract(self->callable);
    return abstract < 0 ? NULL : PyBool_FromLong(abstract);
}

static PyMemberDef wrapper_members[] = {
    {"__func__", T_OBJECT, offsetof(Wrapper, callable), READONLY},
    {"__wrapped__", T_OBJECT, offsetof(Wrapper, callable), READONLY},
    {NULL},
};

static PyGetSetDef wrapper_getset[] = {
    {"__isabstractmethod__", (getter)get_is_abstract},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict},
    {NULL},
};

static PyObject *new_wrapper(PyTypeObject *type, PyObject *callable)
{
    KR_AUTO PyObject *self = PyType_GenericAlloc(type, 0);
    if (self == NULL || adopt((Wrapper *)self, callable) < 0) return NULL;
    return kr_take(self);
}

#define WRAPPER_COMMON                                                                            \
    .tp_basicsize = sizeof(Wrapper), .tp_dealloc = (destructor)wrapper_dealloc,                   \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,                    \
    .tp_traverse = (traverseproc)wrapper_traverse, .tp_clear = (inquiry)wrapper_clear,            \
    .tp_members = wrapper_members, .tp_getset = wrapper_getset,                                   \
    .tp_dictoffset = offsetof(Wrapper, dict), .tp_alloc = PyType_GenericAlloc,                    \
    .tp_new = PyType_GenericNew, .tp_free = PyObject_GC_Del

// --- classmethod

static int classmethod_init(Wrapper *self, PyObject *args, PyObject *kwargs)
{
    return init(self, args, kwargs, "classmethod");
}

static PyObject *classmethod_get(Wrapper *self, PyObject *object, PyObject *owner)
{
    if (self->callable == NULL)
        return kr_raise(PyExc_RuntimeError, "uninitialized classmethod object");
    if (owner == NULL) owner = (PyObject *)Py_TYPE(object);
    // A descriptor inside, such as a property, binds to the class itself.
    descrgetfunc bind = Py_TYPE(self->callable)->tp_descr_get;
    if (bind != NULL) return bind(self->callable, owner, owner);
    return PyMethod_New(self->callable, owner);
}

static PyObject *classmethod_repr(Wrapper *self)
{
    return PyUnicode_FromFormat("<classmethod(%R)>", self->callable);
}

PyTypeObject PyClassMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "classmethod",
    .tp_repr = (reprfunc)classmethod_repr,
    .tp_doc = PyDoc_STR(
        "classmethod(function) -> method\n\n"
        "Convert a function to be a class method.\n\n"
        "A class method receives the class as implicit first argument,\n"
        "just like an instance method receives the instance.\n"
        "To declare a class method, use this idiom:\n\n"
        "  class C:\n"
        "      @classmethod\n"
        "      def f(cls, arg1, arg2, ...):\n"
        "          ...\n\n"
        "It can be called either on the class (e.g. C.f()) or on an instance\n"
        "(e.g. C().f()).  The instance is ignored except for its class.\n"
        "If a class method is called for a derived class, the derived class\n"
        "object is passed as the implied first argument.\n\n"
        "Class methods are different than C++ or Java static methods.\n"
        "If you want those, see the staticmethod builtin."),
    .tp_descr_get = (descrgetfunc)classmethod_get,
    .tp_init = (initproc)classmethod_init,
    WRAPPER_COMMON,
};

PyObject *PyClassMethod_New(PyObject *callable)
{
    return new_wrapper(&PyClassMethod_Type, callable);
}

// --- staticmethod

static int staticmethod_init(Wrapper *self, PyObject *args, PyObject *kwargs)
{
    return init(self, args, kwargs, "staticmethod");
}

static PyObject *staticmethod_get(Wrapper *self, PyObject *object, PyObject *owner)
{
    if (self->callable == NULL)
        return kr_raise(PyExc_RuntimeError, "uninitialized staticmethod object");
    return Py_NewRef(self->callable);
}

static PyObject *staticmethod_call(Wrapper *self, PyObject *args, PyObject *kwargs)
{
    if (self->callable == NULL)
        return kr_raise(PyExc_RuntimeError, "uninitialized staticmethod object");
    return PyObject_Call(self->callable, args, kwargs);
}

static PyObject *staticmethod_repr(Wrapper *self)
{
    return PyUnicode_FromFormat("<staticmethod(%R)>", self->callable);
}

PyTypeObject PyStaticMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "staticmethod",
    .tp_repr = (reprfunc)staticmethod_repr,
    .tp_call = (ternaryfunc)staticmethod_call,
    .tp_doc = PyDoc_STR(
        "staticmethod(function) -> method\n\n"
        "Convert a function to be a static method.\n\n"
        "A static method does not receive an implicit first argument.\n"
        "To declare a static method, use this idiom:\n\n"
        "     class C:\n"
        "         @staticmethod\n"
        "         def f(arg1, arg2, ...):\n"
        "             ...\n\n"
        "It can be called either on the class (e.g. C.f()) or on an instance\n"
        "(e.g. C().f()). Both the class and the instance are ignored, and\n"
        "neither is passed implicitly as the first argument to the method.\n\n"
        "Static methods in Python are similar to those found in Java or C++.\n"
        "For a more advanced concept, see the classmethod builtin."),
    .tp_descr_get = (descrgetfunc)staticmethod_get,
    .tp_init = (initproc)staticmethod_init,
    WRAPPER_COMMON,
};

PyObject *PyStaticMethod_New(PyObject *callable)
{
    return new_wrapper(&PyStaticMethod_Type, callable);
}
