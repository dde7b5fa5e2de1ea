// cfunction.c - builtin functions and methods: a PyMethodDef, bound to an object or a module.
#include "methodobject.h"

#include <assert.h>
#include <stddef.h>

#include "abstract.h"
#include "boolobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "moduleobject.h"
#include "objects/callables/method_call.h"
#include "objects/errors/raise.h"
#include "objects/model/builtin.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pyhash.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "weakrefobject.h"

// The functions behind the macros.
#undef PyCFunction_New
#undef PyCFunction_NewEx

PyObject *PyCMethod_New(PyMethodDef *method, PyObject *self, PyObject *module, PyTypeObject *class)
{
    int flags = method->ml_flags;
    if (!kr_method_call_are_flags_valid(flags))
        return kr_raise(PyExc_SystemError, "%s() method: bad call flags", method->ml_name);
    if ((flags & METH_METHOD) && class == NULL)
        return kr_raise(PyExc_SystemError,
                        "attempting to create PyCMethod with a METH_METHOD flag but no class");
    if (!(flags & METH_METHOD) && class != NULL)
        return kr_raise(PyExc_SystemError,
                        "attempting to create PyCFunction with class but no METH_METHOD flag");
    PyCFunctionObject *function;
    if (flags & METH_METHOD) {
        PyCMethodObject *bound = PyObject_GC_New(PyCMethodObject, &PyCMethod_Type);
        if (bound == NULL) return NULL;
        bound->mm_class = (PyTypeObject *)Py_NewRef((PyObject *)class);
        function = &bound->func;
    } else {
        function = PyObject_GC_New(PyCFunctionObject, &PyCFunction_Type);
        if (function == NULL) return NULL;
    }
    function->m_ml = method;
    function->m_self = Py_XNewRef(self);
    function->m_module = Py_XNewRef(module);
    function->m_weakreflist = NULL;
    function->vectorcall = kr_method_call_direct_function(method);
    PyObject_GC_Track(function);
    return (PyObject *)function;
}

PyObject *PyCFunction_NewEx(PyMethodDef *method, PyObject *self, PyObject *module)
{
    return PyCMethod_New(method, self, module, NULL);
}

PyObject *PyCFunction_New(PyMethodDef *method, PyObject *self)
{
    return PyCMethod_New(method, self, NULL, NULL);
}

static PyCFunctionObject *check(PyObject *object)
{
    if (PyCFunction_Check(object)) return (PyCFunctionObject *)object;
    PyErr_BadInternalCall();
    return NULL;
}

PyCFunction PyCFunction_GetFunction(PyObject *object)
{
    PyCFunctionObject *function = check(object);
    return function == NULL ? NULL : function->m_ml->ml_meth;
}

PyObject *PyCFunction_GetSelf(PyObject *object)
{
    PyCFunctionObject *function = check(object);
    return function == NULL || (function->m_ml->ml_flags & METH_STATIC) ? NULL : function->m_self;
}

int PyCFunction_GetFlags(PyObject *object)
{
    PyCFunctionObject *function = check(object);
    return function == NULL ? -1 : function->m_ml->ml_flags;
}

PyObject *PyCFunction_Call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    return PyObject_Call(callable, args, kwargs);
}

// --- slots

static void cfunction_dealloc(PyCFunctionObject *self)
{
    PyObject_GC_UnTrack(self);
    if (self->m_weakreflist != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    // The class may own the PyMethodDef: it goes last.
    PyTypeObject *class = self->m_ml->ml_flags & METH_METHOD ? ((PyCMethodObject *)self)->mm_class
        : NULL;
    Py_XDECREF(self->m_self);
    Py_XDECREF(self->m_module);
    Py_XDECREF(class);
    PyObject_GC_Del(self);
}

static int cfunction_traverse(PyCFunctionObject *self, visitproc visit, void *arg)
{
    if (self->m_ml->ml_flags & METH_METHOD) Py_VISIT(((PyCMethodObject *)self)->mm_class);
    Py_VISIT(self->m_self);
    Py_VISIT(self->m_module);
    return 0;
}

static PyObject *cfunction_call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    PyCFunctionObject *self = (PyCFunctionObject *)callable;
    PyMethodDef *method = self->m_ml;
    if ((method->ml_flags & (METH_VARARGS | METH_KEYWORDS)) != (METH_VARARGS | METH_KEYWORDS))
        return PyVectorcall_Call(callable, args, kwargs);
    PyObject *bound = method->ml_flags & METH_STATIC ? NULL : self->m_self;
    return ((PyCFunctionWithKeywords)(void (*)(void))method->ml_meth)(bound, args, kwargs);
}

static PyObject *cfunction_repr(PyCFunctionObject *self)
{
    PyObject *owner = self->m_self;
    if (owner == NULL || PyModule_Check(owner))
        return PyUnicode_FromFormat("<built-in function %s>", self->m_ml->ml_name);
    return PyUnicode_FromFormat("<built-in method %s of %s object at %p>", self->m_ml->ml_name,
                                Py_TYPE(owner)->tp_name, owner);
}

static PyObject *cfunction_richcompare(PyObject *left, PyObject *right, int operator)
{
    if ((operator != Py_EQ && operator != Py_NE) || !PyCFunction_Check(left)
        || !PyCFunction_Check(right))
        Py_RETURN_NOTIMPLEMENTED;
    PyCFunctionObject *one = (PyCFunctionObject *)left, *other = (PyCFunctionObject *)right;
    int equal = one->m_self == other->m_self && one->m_ml->ml_meth == other->m_ml->ml_meth;
    return PyBool_FromLong(equal == (operator == Py_EQ));
}

static Py_hash_t cfunction_hash(PyCFunctionObject *self)
{
    Py_hash_t hash = _Py_HashPointer(self->m_self) ^ _Py_HashPointer((void *)self->m_ml->ml_meth);
    return hash == -1 ? -2 : hash;
}

// --- attributes

static PyObject *cfunction_reduce(PyObject *object, PyObject *unused)
{
    PyCFunctionObject *self = (PyCFunctionObject *)object;
    KR_AUTO PyObject *name = PyUnicode_FromString(self->m_ml->ml_name);
    if (name == NULL || self->m_self == NULL || PyModule_Check(self->m_self)) return kr_take(name);
    KR_AUTO PyObject *getattr = kr_builtin_get(ID(getattr));
    if (getattr == NULL) return NULL;
    KR_AUTO PyObject *args = PyTuple_Pack(2, self->m_self, name);
    return args == NULL ? NULL : PyTuple_Pack(2, getattr, args);
}

static PyObject *cfunction_get_doc(PyCFunctionObject *self, void *unused)
{
    return _PyType_GetDocFromInternalDoc(self->m_ml->ml_name, self->m_ml->ml_doc);
}

static PyObject *cfunction_get_signature(PyCFunctionObject *self, void *unused)
{
    return _PyType_GetTextSignatureFromInternalDoc(self->m_ml->ml_name, self->m_ml->ml_doc);
}

static PyObject *cfunction_get_name(PyCFunctionObject *self, void *unused)
{
    return PyUnicode_FromString(self->m_ml->ml_name);
}

static PyObject *cfunction_get_qualified_name(PyCFunctionObject *self, void *unused)
{
    PyObject *owner = self->m_self;
    if (owner == NULL || PyModule_Check(owner)) return PyUnicode_FromString(self->m_ml->ml_name);
    PyObject *type = PyType_Check(owner) ? owner : (PyObject *)Py_TYPE(owner);
    KR_AUTO PyObject *type_name = PyObject_GetAttr(type, ID(__qualname__));
    if (type_name == NULL) return NULL;
    if (!PyUnicode_Check(type_name))
        return kr_raise(PyExc_TypeError,
                        "<method>.__class__.__qualname__ is not a unicode object");
    return PyUnicode_FromFormat("%S.%s", type_name, self->m_ml->ml_name);
}

static PyObject *cfunction_get_self(PyCFunctionObject *self, void *unused)
{
    PyObject *owner = self->m_ml->ml_flags & METH_STATIC ? NULL : self->m_self;
    return Py_NewRef(owner == NULL ? Py_None : owner);
}

static PyMethodDef cfunction_methods[] = {
    {"__reduce__", cfunction_reduce, METH_NOARGS},
    {NULL},
};

static PyMemberDef cfunction_members[] = {
    {"__module__", T_OBJECT, offsetof(PyCFunctionObject, m_module), 0},
    {NULL},
};

static PyGetSetDef cfunction_getset[] = {
    {"__doc__", (getter)cfunction_get_doc},
    {"__name__", (getter)cfunction_get_name},
    {"__qualname__", (getter)cfunction_get_qualified_name},
    {"__self__", (getter)cfunction_get_self},
    {"__text_signature__", (getter)cfunction_get_signature},
    {NULL},
};

PyTypeObject PyCFunction_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "builtin_function_or_method",
    .tp_basicsize = sizeof(PyCFunctionObject),
    .tp_dealloc = (destructor)cfunction_dealloc,
    .tp_vectorcall_offset = offsetof(PyCFunctionObject, vectorcall),
    .tp_repr = (reprfunc)cfunction_repr,
    .tp_hash = (hashfunc)cfunction_hash,
    .tp_call = cfunction_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_traverse = (traverseproc)cfunction_traverse,
    .tp_richcompare = cfunction_richcompare,
    .tp_weaklistoffset = offsetof(PyCFunctionObject, m_weakreflist),
    .tp_methods = cfunction_methods,
    .tp_members = cfunction_members,
    .tp_getset = cfunction_getset,
};

PyTypeObject PyCMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "builtin_method",
    .tp_basicsize = sizeof(PyCMethodObject),
    .tp_base = &PyCFunction_Type,
};
