// namespace.c - types.SimpleNamespace: attributes and a repr.
#include "internal/pycore_namespace.h"

#include <stddef.h>

#include "abstract.h"
#include "dictobject.h"
#include "listobject.h"
#include "object.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"

typedef struct {
    PyObject_HEAD
    PyObject *dict;
} Namespace;

static PyObject *namespace_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Namespace *self = (Namespace *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->dict = PyDict_New();
    if (self->dict != NULL) return (PyObject *)self;
    Py_DECREF(self);
    return NULL;
}

static int namespace_init(Namespace *self, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) != 0)
        return kr_raise_int(PyExc_TypeError, "no positional arguments expected");
    if (kwargs == NULL) return 0;
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(kwargs, &position, &key, &value))
        if (!PyUnicode_Check(key))
            return kr_raise_int(PyExc_TypeError, "keywords must be strings");
    return PyDict_Update(self->dict, kwargs);
}

static PyObject *repr_of_items(Namespace *self)
{
    KR_AUTO PyObject *parts = PyList_New(0);
    KR_AUTO PyObject *keys = PyDict_Keys(self->dict);
    if (parts == NULL || keys == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(keys); i++) {
        PyObject *key = PyList_GET_ITEM(keys, i);
        if (!PyUnicode_Check(key) || PyUnicode_GET_LENGTH(key) == 0) continue;
        KR_AUTO PyObject *value = Py_XNewRef(PyDict_GetItemWithError(self->dict, key));
        if (value == NULL) {
            if (PyErr_Occurred()) return NULL;
            continue;
        }
        KR_AUTO PyObject *part = PyUnicode_FromFormat("%U=%R", key, value);
        if (part == NULL || PyList_Append(parts, part) < 0) return NULL;
    }
    KR_AUTO PyObject *comma = PyUnicode_FromString(", ");
    return comma == NULL ? NULL : PyUnicode_Join(comma, parts);
}

static PyObject *namespace_repr(PyObject *self)
{
    const char *name = Py_IS_TYPE(self, &_PyNamespace_Type) ? "namespace" : Py_TYPE(self)->tp_name;
    int nested = Py_ReprEnter(self);
    if (nested != 0) return nested < 0 ? NULL : PyUnicode_FromFormat("%s(...)", name);
    KR_AUTO PyObject *items = repr_of_items((Namespace *)self);
    Py_ReprLeave(self);
    return items == NULL ? NULL : PyUnicode_FromFormat("%s(%U)", name, items);
}

static PyObject *namespace_richcompare(PyObject *left, PyObject *right, int operator)
{
    if (!PyObject_TypeCheck(left, &_PyNamespace_Type)
        || !PyObject_TypeCheck(right, &_PyNamespace_Type))
        Py_RETURN_NOTIMPLEMENTED;
    return PyObject_RichCompare(((Namespace *)left)->dict, ((Namespace *)right)->dict, operator);
}

METHOD(__reduce__, "self, /", "Return state information for pickling")
static PyObject *namespace___reduce__(Namespace *self)
{
    KR_AUTO PyObject *nothing = PyTuple_New(0);
    return nothing == NULL ? NULL : PyTuple_Pack(3, Py_TYPE(self), nothing, self->dict);
}

#include "objects/model/namespace.methods.h"

static PyMemberDef namespace_members[] = {
    {"__dict__", T_OBJECT, offsetof(Namespace, dict), READONLY},
    {NULL},
};

static int namespace_traverse(Namespace *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dict);
    return 0;
}

static int namespace_clear(Namespace *self)
{
    Py_CLEAR(self->dict);
    return 0;
}

static void namespace_dealloc(Namespace *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->dict);
    Py_TYPE(self)->tp_free(self);
}

PyTypeObject _PyNamespace_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "types.SimpleNamespace",
    .tp_basicsize = sizeof(Namespace),
    .tp_dealloc = (destructor)namespace_dealloc,
    .tp_repr = namespace_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = PyDoc_STR("A simple attribute-based namespace.\n\nSimpleNamespace(**kwargs)"),
    .tp_traverse = (traverseproc)namespace_traverse,
    .tp_clear = (inquiry)namespace_clear,
    .tp_richcompare = namespace_richcompare,
    .tp_methods = namespace_methods,
    .tp_members = namespace_members,
    .tp_dictoffset = offsetof(Namespace, dict),
    .tp_init = (initproc)namespace_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = namespace_new,
    .tp_free = PyObject_GC_Del,
};

PyObject *_PyNamespace_New(PyObject *kwargs)
{
    KR_AUTO PyObject *self = namespace_new(&_PyNamespace_Type, NULL, NULL);
    if (self == NULL || (kwargs != NULL && PyDict_Update(((Namespace *)self)->dict, kwargs) < 0))
        return NULL;
    return kr_take(self);
}
