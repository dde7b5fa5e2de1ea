// mapping_proxy.c - mappingproxy: a read-only view of a mapping, such as type.__dict__.
#include "descrobject.h"

#include "abstract.h"
#include "dictobject.h"
#include "genericaliasobject.h"
#include "listobject.h"
#include "object.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "tupleobject.h"
#include "unicodeobject.h"

typedef struct {
    PyObject_HEAD
    PyObject *mapping;
} Proxy;

static PyObject *new_proxy(PyObject *mapping)
{
    if (!PyMapping_Check(mapping) || PyList_Check(mapping) || PyTuple_Check(mapping))
        return kr_raise(PyExc_TypeError, "mappingproxy() argument must be a mapping, not %s",
                        Py_TYPE(mapping)->tp_name);
    Proxy *self = PyObject_GC_New(Proxy, &PyDictProxy_Type);
    if (self == NULL) return NULL;
    self->mapping = Py_NewRef(mapping);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

PyObject *PyDictProxy_New(PyObject *mapping)
{
    return new_proxy(mapping);
}

CONSTRUCTOR(mappingproxy, "mapping: object", "Read-only proxy of a mapping.")
static PyObject *mappingproxy_new(PyTypeObject *type, PyObject *mapping)
{
    return new_proxy(mapping);
}

METHOD(get, "self, *args: array", "D.get(k[,d]) -> D[k] if k in D, else d.  d defaults to None.")
static PyObject *mappingproxy_get(Proxy *self, PyObject *const *args, Py_ssize_t count)
{
    if (count < 1)
        return kr_raise(PyExc_TypeError, "get expected at least 1 argument, got %zd", count);
    if (count > 2)
        return kr_raise(PyExc_TypeError, "get expected at most 2 arguments, got %zd", count);
    return PyObject_CallMethodObjArgs(self->mapping, ID(get), args[0],
                                      count > 1 ? args[1] : Py_None, NULL);
}

METHOD(keys, "self, /", "D.keys() -> a set-like object providing a view on D's keys")
static PyObject *mappingproxy_keys(Proxy *self)
{
    return PyObject_CallMethodNoArgs(self->mapping, ID(keys));
}

METHOD(values, "self, /", "D.values() -> an object providing a view on D's values")
static PyObject *mappingproxy_values(Proxy *self)
{
    return PyObject_CallMethodNoArgs(self->mapping, ID(values));
}

METHOD(items, "self, /", "D.items() -> a set-like object providing a view on D's items")
static PyObject *mappingproxy_items(Proxy *self)
{
    return PyObject_CallMethodNoArgs(self->mapping, ID(items));
}

METHOD(copy, "self, /", "D.copy() -> a shallow copy of D")
static PyObject *mappingproxy_copy(Proxy *self)
{
    return PyObject_CallMethodNoArgs(self->mapping, ID(copy));
}

METHOD(__class_getitem__, "cls, item: object, /", "See PEP 585")
static PyObject *mappingproxy___class_getitem__(PyObject *cls, PyObject *item)
{
    return Py_GenericAlias(cls, item);
}

METHOD(__reversed__, "self, /", "D.__reversed__() -> reverse iterator")
static PyObject *mappingproxy___reversed__(Proxy *self)
{
    return PyObject_CallMethodNoArgs(self->mapping, ID(__reversed__));
}

#include "objects/model/mapping_proxy.methods.h"

static Py_ssize_t proxy_length(Proxy *self)
{
    return PyObject_Size(self->mapping);
}

static PyObject *proxy_subscript(Proxy *self, PyObject *key)
{
    return PyObject_GetItem(self->mapping, key);
}

static int proxy_contains(Proxy *self, PyObject *key)
{
    return PyDict_CheckExact(self->mapping) ? PyDict_Contains(self->mapping, key)
                                            : PySequence_Contains(self->mapping, key);
}

static PyObject *behind(PyObject *object)
{
    return Py_IS_TYPE(object, &PyDictProxy_Type) ? ((Proxy *)object)->mapping : object;
}

static PyObject *proxy_or(PyObject *left, PyObject *right)
{
    return PyNumber_Or(behind(left), behind(right));
}

static PyObject *proxy_inplace_or(PyObject *self, PyObject *other)
{
    return kr_raise(PyExc_TypeError, "'|=' is not supported by %s; use '|' instead",
                    Py_TYPE(self)->tp_name);
}

static PyObject *proxy_repr(Proxy *self)
{
    return PyUnicode_FromFormat("mappingproxy(%R)", self->mapping);
}

static PyObject *proxy_str(Proxy *self)
{
    return PyObject_Str(self->mapping);
}

static PyObject *proxy_iter(Proxy *self)
{
    return PyObject_GetIter(self->mapping);
}

static PyObject *proxy_richcompare(Proxy *self, PyObject *other, int operator)
{
    return PyObject_RichCompare(self->mapping, behind(other), operator);
}

static int proxy_traverse(Proxy *self, visitproc visit, void *arg)
{
    Py_VISIT(self->mapping);
    return 0;
}

static void proxy_dealloc(Proxy *self)
{
    PyObject_GC_UnTrack(self);
    Py_DECREF(self->mapping);
    PyObject_GC_Del(self);
}

static PyNumberMethods proxy_as_number = {.nb_or = proxy_or, .nb_inplace_or = proxy_inplace_or};
static PySequenceMethods proxy_as_sequence = {.sq_contains = (objobjproc)proxy_contains};
static PyMappingMethods proxy_as_mapping = {.mp_length = (lenfunc)proxy_length,
                                            .mp_subscript = (binaryfunc)proxy_subscript};

PyTypeObject PyDictProxy_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "mappingproxy",
    .tp_basicsize = sizeof(Proxy),
    .tp_dealloc = (destructor)proxy_dealloc,
    .tp_repr = (reprfunc)proxy_repr,
    .tp_as_number = &proxy_as_number,
    .tp_as_sequence = &proxy_as_sequence,
    .tp_as_mapping = &proxy_as_mapping,
    .tp_str = (reprfunc)proxy_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MAPPING,
    .tp_traverse = (traverseproc)proxy_traverse,
    .tp_richcompare = (richcmpfunc)proxy_richcompare,
    .tp_iter = (getiterfunc)proxy_iter,
    .tp_methods = mappingproxy_methods,
    .tp_new = mappingproxy_tp_new,
};
