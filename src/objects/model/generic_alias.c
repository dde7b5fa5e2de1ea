// generic_alias.c - types.GenericAlias: list[int].
//
// An alias behaves like its origin: calls and most attributes go there.
#include "objects/model/generic_alias.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include "abstract.h"
#include "boolobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/builtin.h"
#include "objects/model/union.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "weakrefobject.h"

typedef struct {
    PyObject_HEAD
    PyObject *origin;
    PyObject *args;        // a tuple
    PyObject *parameters;  // a tuple, made when asked for
    PyObject *weaklist;
    char starred;          // *tuple[int, str]
    vectorcallfunc vectorcall;
} Alias;

int kr_generic_alias_check(PyObject *object)
{
    return PyObject_TypeCheck(object, &Py_GenericAliasType);
}

// --- making

static PyObject *call_alias(PyObject *callable, PyObject *const *args, size_t nargsf,
                            PyObject *keywords);

static PyObject *new_alias(PyTypeObject *type, PyObject *origin, PyObject *args, bool starred)
{
    KR_AUTO PyObject *tuple = PyTuple_Check(args) ? Py_NewRef(args) : PyTuple_Pack(1, args);
    if (tuple == NULL) return NULL;
    Alias *self = (Alias *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->origin = Py_NewRef(origin);
    self->args = kr_take(tuple);
    self->starred = starred;
    self->vectorcall = call_alias;
    return (PyObject *)self;
}

PyObject *Py_GenericAlias(PyObject *origin, PyObject *args)
{
    return new_alias(&Py_GenericAliasType, origin, args, false);
}

static PyObject *alias_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)
        return kr_raise(PyExc_TypeError, "GenericAlias() takes no keyword arguments");
    if (PyTuple_GET_SIZE(args) != 2)
        return kr_raise(PyExc_TypeError, "GenericAlias expected 2 arguments, got %zd",
                        PyTuple_GET_SIZE(args));
    return new_alias(type, PyTuple_GET_ITEM(args, 0), PyTuple_GET_ITEM(args, 1), false);
}

// --- behaving like the origin

// An instance learns what it was made by, if it can keep that.
static PyObject *note_origin(PyObject *self, STEALS PyObject *instance)
{
    if (instance == NULL || PyObject_SetAttr(instance, ID(__orig_class__), self) == 0)
        return instance;
    if (PyErr_ExceptionMatches(PyExc_AttributeError) || PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        return instance;
    }
    Py_DECREF(instance);
    return NULL;
}

static PyObject *call_alias(PyObject *callable, PyObject *const *args, size_t nargsf,
                            PyObject *keywords)
{
    return note_origin(callable,
                       PyObject_Vectorcall(((Alias *)callable)->origin, args, nargsf, keywords));
}

static PyObject *alias_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return note_origin(self, PyObject_Call(((Alias *)self)->origin, args, kwargs));
}

static const char *const own_attributes[] = {
    "__class__", "__origin__", "__args__", "__unpacked__", "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__", "__reduce_ex__", "__reduce__", "__copy__", "__deepcopy__", NULL};

static PyObject *alias_getattro(PyObject *self, PyObject *name)
{
    bool own = !PyUnicode_Check(name);
    for (const char *const *each = own_attributes; *each != NULL && !own; each++)
        own = _PyUnicode_EqualToASCIIString(name, *each);
    return own ? PyObject_GenericGetAttr(self, name)
        : PyObject_GetAttr(((Alias *)self)->origin, name);
}

// --- list[T][int]

static PyObject *parameters_of(Alias *self)
{
    if (self->parameters == NULL) self->parameters = _Py_make_parameters(self->args);
    return self->parameters;
}

static PyObject *alias_subscript(PyObject *object, PyObject *item)
{
    Alias *self = (Alias *)object;
    PyObject *parameters = parameters_of(self);
    if (parameters == NULL) return NULL;
    KR_AUTO PyObject *args = _Py_subs_parameters(object, self->args, parameters, item);
    return args == NULL ? NULL
        : new_alias(&Py_GenericAliasType, self->origin, args, self->starred);
}

// --- slots

static PyObject *alias_repr(PyObject *object)
{
    Alias *self = (Alias *)object;
    KR_AUTO PyObject *origin = kr_generic_alias_repr_item(self->origin);
    KR_AUTO PyObject *parts = PyList_New(0);
    if (origin == NULL || parts == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->args); i++) {
        KR_AUTO PyObject *part = kr_generic_alias_repr_item(PyTuple_GET_ITEM(self->args, i));
        if (part == NULL || PyList_Append(parts, part) < 0) return NULL;
    }
    KR_AUTO PyObject *comma = PyUnicode_FromString(", ");
    if (comma == NULL) return NULL;
    KR_AUTO PyObject *args = PyList_GET_SIZE(parts) == 0 ? PyUnicode_FromString("()")
        : PyUnicode_Join(comma, parts);
    return args == NULL ? NULL
        : PyUnicode_FromFormat("%s%U[%U]", self->starred ? "*" : "", origin, args);
}

static Py_hash_t alias_hash(Alias *self)
{
    Py_hash_t of_origin = PyObject_Hash(self->origin);
    if (of_origin == -1) return -1;
    Py_hash_t of_args = PyObject_Hash(self->args);
    return of_args == -1 ? -1 : of_origin ^ of_args;
}

static PyObject *alias_richcompare(PyObject *left, PyObject *right, int operator)
{
    if (!kr_generic_alias_check(left) || !kr_generic_alias_check(right)
        || (operator != Py_EQ && operator != Py_NE))
        Py_RETURN_NOTIMPLEMENTED;
    Alias *one = (Alias *)left, *other = (Alias *)right;
    int equal = one->starred == other->starred;
    if (equal) equal = PyObject_RichCompareBool(one->origin, other->origin, Py_EQ);
    if (equal > 0) equal = PyObject_RichCompareBool(one->args, other->args, Py_EQ);
    return equal < 0 ? NULL : PyBool_FromLong(equal == (operator == Py_EQ));
}

static int alias_traverse(Alias *self, visitproc visit, void *arg)
{
    Py_VISIT(self->origin);
    Py_VISIT(self->args);
    Py_VISIT(self->parameters);
    return 0;
}

static void alias_dealloc(Alias *self)
{
    PyObject_GC_UnTrack(self);
    if (self->weaklist != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    Py_XDECREF(self->origin);
    Py_XDECREF(self->args);
    Py_XDECREF(self->parameters);
    Py_TYPE(self)->tp_free(self);
}

// --- methods

METHOD(__mro_entries__, "self, bases: object, /", NULL)
static PyObject *alias___mro_entries__(Alias *self, PyObject *bases)
{
    return PyTuple_Pack(1, self->origin);
}

METHOD(__instancecheck__, "self, instance: object, /", NULL)
static PyObject *alias___instancecheck__(Alias *self, PyObject *instance)
{
    return kr_raise(PyExc_TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}

METHOD(__subclasscheck__, "self, subclass: object, /", NULL)
static PyObject *alias___subclasscheck__(Alias *self, PyObject *subclass)
{
    return kr_raise(PyExc_TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}

METHOD(__reduce__, "self, /", NULL)
static PyObject *alias___reduce__(Alias *self)
{
    KR_AUTO PyObject *args = PyTuple_Pack(2, self->origin, self->args);
    if (args == NULL) return NULL;
    if (!self->starred) return PyTuple_Pack(2, Py_TYPE(self), args);
    // next(iter(list[int])) is *list[int].
    KR_AUTO PyObject *next = kr_builtin_get(ID(next));
    KR_AUTO PyObject *plain = Py_GenericAlias(self->origin, self->args);
    KR_AUTO PyObject *iterator = plain == NULL ? NULL : PyObject_GetIter(plain);
    if (next == NULL || iterator == NULL) return NULL;
    KR_AUTO PyObject *next_args = PyTuple_Pack(1, iterator);
    return next_args == NULL ? NULL : PyTuple_Pack(2, next, next_args);
}

METHOD(__dir__, "self, /", NULL)
static PyObject *alias___dir__(Alias *self)
{
    KR_AUTO PyObject *names = PyObject_Dir(self->origin);
    if (names == NULL) return NULL;
    for (const char *const *each = own_attributes; *each != NULL; each++) {
        KR_AUTO PyObject *name = PyUnicode_FromString(*each);
        int present = name == NULL ? -1 : PySequence_Contains(names, name);
        if (present < 0 || (!present && PyList_Append(names, name) < 0)) return NULL;
    }
    return kr_take(names);
}

GETTER(__parameters__, "Type variables in the GenericAlias.")
static PyObject *alias_get___parameters__(Alias *self)
{
    return Py_XNewRef(parameters_of(self));
}

GETTER(__typing_unpacked_tuple_args__, NULL)
static PyObject *alias_get___typing_unpacked_tuple_args__(Alias *self)
{
    bool unpacked = self->starred && self->origin == (PyObject *)&PyTuple_Type;
    return Py_NewRef(unpacked ? self->args : Py_None);
}

#include "objects/model/generic_alias.methods.h"

static PyMemberDef alias_members[] = {
    {"__origin__", T_OBJECT, offsetof(Alias, origin), READONLY},
    {"__args__", T_OBJECT, offsetof(Alias, args), READONLY},
    {"__unpacked__", T_BOOL, offsetof(Alias, starred), READONLY},
    {NULL},
};

// --- *list[int]: an iterator over one starred alias

typedef struct {
    PyObject_HEAD
    PyObject *alias;  // NULL: exhausted
} AliasIterator;

static void iterator_dealloc(AliasIterator *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->alias);
    PyObject_GC_Del(self);
}

static int iterator_traverse(AliasIterator *self, visitproc visit, void *arg)
{
    Py_VISIT(self->alias);
    return 0;
}

static PyObject *iterator_next(AliasIterator *self)
{
    if (self->alias == NULL) return NULL;
    Alias *alias = (Alias *)self->alias;
    PyObject *starred = new_alias(Py_TYPE(alias), alias->origin, alias->args, true);
    Py_CLEAR(self->alias);
    return starred;
}

static PyObject *iterator_reduce(PyObject *object, PyObject *unused)
{
    AliasIterator *self = (AliasIterator *)object;
    KR_AUTO PyObject *iter = kr_builtin_get(ID(iter));
    if (iter == NULL) return NULL;
    KR_AUTO PyObject *subject = self->alias != NULL ? Py_NewRef(self->alias) : PyTuple_New(0);
    KR_AUTO PyObject *args = subject == NULL ? NULL : PyTuple_Pack(1, subject);
    return args == NULL ? NULL : PyTuple_Pack(2, iter, args);
}

static PyMethodDef iterator_methods[] = {
    {"__reduce__", iterator_reduce, METH_NOARGS},
    {NULL},
};

PyTypeObject _Py_GenericAliasIterType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "generic_alias_iterator",
    .tp_basicsize = sizeof(AliasIterator),
    .tp_dealloc = (destructor)iterator_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)iterator_next,
    .tp_methods = iterator_methods,
};

static PyObject *alias_iter(PyObject *self)
{
    AliasIterator *iterator = PyObject_GC_New(AliasIterator, &_Py_GenericAliasIterType);
    if (iterator == NULL) return NULL;
    iterator->alias = Py_NewRef(self);
    PyObject_GC_Track(iterator);
    return (PyObject *)iterator;
}

static PyNumberMethods alias_as_number = {.nb_or = kr_union_of_types};
static PyMappingMethods alias_as_mapping = {.mp_subscript = alias_subscript};

PyTypeObject Py_GenericAliasType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "types.GenericAlias",
    .tp_basicsize = sizeof(Alias),
    .tp_dealloc = (destructor)alias_dealloc,
    .tp_vectorcall_offset = offsetof(Alias, vectorcall),
    .tp_repr = alias_repr,
    .tp_as_number = &alias_as_number,
    .tp_as_mapping = &alias_as_mapping,
    .tp_hash = (hashfunc)alias_hash,
    .tp_call = alias_call,
    .tp_getattro = alias_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = PyDoc_STR("Represent a PEP 585 generic type\n\n"
                        "E.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,)."),
    .tp_traverse = (traverseproc)alias_traverse,
    .tp_richcompare = alias_richcompare,
    .tp_weaklistoffset = offsetof(Alias, weaklist),
    .tp_iter = alias_iter,
    .tp_methods = alias_methods,
    .tp_members = alias_members,
    .tp_getset = alias_getset,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = alias_new,
    .tp_free = PyObject_GC_Del,
};
