// union.c - types.UnionType: int | str.
//
// (1) args holds no union, no repetition, and NoneType for None.
#include "objects/model/union.h"

#include <stdbool.h>
#include <stddef.h>

#include "abstract.h"
#include "boolobject.h"
#include "descrobject.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/generic_alias.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "setobject.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"

typedef struct {
    PyObject_HEAD
    PyObject *args;        // a tuple
    PyObject *parameters;  // a tuple, made when asked for
} Union;

PyObject *_Py_union_args(PyObject *self)
{
    return ((Union *)self)->args;
}

static bool is_union(PyObject *object)
{
    return Py_IS_TYPE(object, &_PyUnion_Type);
}

// --- making

static bool can_be_part(PyObject *object)
{
    return object == Py_None || PyType_Check(object) || kr_generic_alias_check(object)
        || is_union(object);
}

static int add_part(PyObject *parts, PyObject *part)
{
    if (part == Py_None) part = (PyObject *)&_PyNone_Type;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(parts); i++) {
        PyObject *present = PyList_GET_ITEM(parts, i);
        int same = present == part;
        // Only aliases are equal without being identical.
        if (!same && kr_generic_alias_check(present) && kr_generic_alias_check(part))
            same = PyObject_RichCompareBool(present, part, Py_EQ);
        if (same != 0) return same < 0 ? -1 : 0;
    }
    return PyList_Append(parts, part);
}

static int add_parts(PyObject *parts, PyObject *object)
{
    if (!is_union(object)) return add_part(parts, object);
    PyObject *args = _Py_union_args(object);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++)
        if (add_part(parts, PyTuple_GET_ITEM(args, i)) < 0) return -1;
    return 0;
}

static PyObject *new_union(PyObject *parts)
{
    if (PyList_GET_SIZE(parts) == 1) return Py_NewRef(PyList_GET_ITEM(parts, 0));
    KR_AUTO PyObject *args = PyList_AsTuple(parts);
    if (args == NULL) return NULL;
    Union *self = PyObject_GC_New(Union, &_PyUnion_Type);
    if (self == NULL) return NULL;
    self->args = kr_take(args);
    self->parameters = NULL;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

PyObject *kr_union_of_types(PyObject *left, PyObject *right)
{
    if (!can_be_part(left) || !can_be_part(right)) Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *parts = PyList_New(0);
    if (parts == NULL || add_parts(parts, left) < 0 || add_parts(parts, right) < 0) return NULL;
    return new_union(parts);
}

// --- slots

static PyObject *repr_of_part(PyObject *part)
{
    if (part == (PyObject *)&_PyNone_Type) return PyUnicode_FromString("None");
    return kr_generic_alias_repr_item(part);
}

static PyObject *union_repr(Union *self)
{
    KR_AUTO PyObject *parts = PyList_New(0);
    if (parts == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->args); i++) {
        KR_AUTO PyObject *part = repr_of_part(PyTuple_GET_ITEM(self->args, i));
        if (part == NULL || PyList_Append(parts, part) < 0) return NULL;
    }
    KR_AUTO PyObject *bar = PyUnicode_FromString(" | ");
    return bar == NULL ? NULL : PyUnicode_Join(bar, parts);
}

// The order of the alternatives does not matter.
static Py_hash_t union_hash(Union *self)
{
    KR_AUTO PyObject *set = PyFrozenSet_New(self->args);
    return set == NULL ? -1 : PyObject_Hash(set);
}

static PyObject *union_richcompare(PyObject *left, PyObject *right, int operator)
{
    if ((operator != Py_EQ && operator != Py_NE) || !is_union(left) || !is_union(right))
        Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *one = PySet_New(_Py_union_args(left));
    KR_AUTO PyObject *other = PySet_New(_Py_union_args(right));
    return one == NULL || other == NULL ? NULL : PyObject_RichCompare(one, other, operator);
}

static PyObject *parameters_of(Union *self)
{
    if (self->parameters == NULL) self->parameters = _Py_make_parameters(self->args);
    return self->parameters;
}

static PyObject *union_subscript(PyObject *object, PyObject *item)
{
    Union *self = (Union *)object;
    PyObject *parameters = parameters_of(self);
    if (parameters == NULL) return NULL;
    KR_AUTO PyObject *args = _Py_subs_parameters(object, self->args, parameters, item);
    if (args == NULL) return NULL;
    KR_AUTO PyObject *result = Py_NewRef(PyTuple_GET_ITEM(args, 0));
    for (Py_ssize_t i = 1; result != NULL && i < PyTuple_GET_SIZE(args); i++)
        Py_SETREF(result, PyNumber_Or(result, PyTuple_GET_ITEM(args, i)));
    return kr_take(result);
}

static PyObject *union_getattro(PyObject *self, PyObject *name)
{
    if (PyUnicode_Check(name) && _PyUnicode_EqualToASCIIString(name, "__module__"))
        return PyObject_GetAttr((PyObject *)Py_TYPE(self), name);
    return PyObject_GenericGetAttr(self, name);
}

static int union_traverse(Union *self, visitproc visit, void *arg)
{
    Py_VISIT(self->args);
    Py_VISIT(self->parameters);
    return 0;
}

static void union_dealloc(Union *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->args);
    Py_XDECREF(self->parameters);
    PyObject_GC_Del(self);
}

// --- methods

METHOD(__instancecheck__, "self, instance: object, /", NULL)
static PyObject *union___instancecheck__(Union *self, PyObject *instance)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->args); i++) {
        PyObject *part = PyTuple_GET_ITEM(self->args, i);
        if (!PyType_Check(part))
            return kr_raise(PyExc_TypeError,
                            "isinstance() argument 2 cannot be a parameterized generic");
        int answer = PyObject_IsInstance(instance, part);
        if (answer != 0) return answer < 0 ? NULL : Py_NewRef(Py_True);
    }
    Py_RETURN_FALSE;
}

METHOD(__subclasscheck__, "self, subclass: object, /", NULL)
static PyObject *union___subclasscheck__(Union *self, PyObject *subclass)
{
    if (!PyType_Check(subclass))
        return kr_raise(PyExc_TypeError, "issubclass() arg 1 must be a class");
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->args); i++) {
        PyObject *part = PyTuple_GET_ITEM(self->args, i);
        if (!PyType_Check(part))
            return kr_raise(PyExc_TypeError,
                            "issubclass() argument 2 cannot be a parameterized generic");
        int answer = PyObject_IsSubclass(subclass, part);
        if (answer != 0) return answer < 0 ? NULL : Py_NewRef(Py_True);
    }
    Py_RETURN_FALSE;
}

GETTER(__parameters__, "Type variables in the types.UnionType.")
static PyObject *union_get___parameters__(Union *self)
{
    return Py_XNewRef(parameters_of(self));
}

#include "objects/model/union.methods.h"

static PyMemberDef union_members[] = {
    {"__args__", T_OBJECT, offsetof(Union, args), READONLY},
    {NULL},
};

static PyNumberMethods union_as_number = {.nb_or = kr_union_of_types};
static PyMappingMethods union_as_mapping = {.mp_subscript = union_subscript};

PyTypeObject _PyUnion_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "types.UnionType",
    .tp_basicsize = sizeof(Union),
    .tp_dealloc = (destructor)union_dealloc,
    .tp_repr = (reprfunc)union_repr,
    .tp_as_number = &union_as_number,
    .tp_as_mapping = &union_as_mapping,
    .tp_hash = (hashfunc)union_hash,
    .tp_getattro = union_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = PyDoc_STR("Represent a PEP 604 union type\n\nE.g. for int | str"),
    .tp_traverse = (traverseproc)union_traverse,
    .tp_richcompare = union_richcompare,
    .tp_methods = union_methods,
    .tp_members = union_members,
    .tp_getset = union_getset,
};
