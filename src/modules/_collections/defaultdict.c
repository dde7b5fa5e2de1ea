// defaultdict.c - collections.defaultdict: a dict that makes missing values.
#include "modules/_collections/deque.h"

#include "abstract.h"
#include "boolobject.h"
#include "dictobject.h"
#include "genericaliasobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "structmember.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

typedef struct KrDefaultDict {
    PyDictObject dict;
    PyObject *factory;
} KrDefaultDict;

static PyTypeObject defaultdict_type;

METHOD(__missing__, "self, key, /",
       "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n"
       "  if self.default_factory is None: raise KeyError((key,))\n"
       "  self[key] = value = self.default_factory()\n  return value\n")
static PyObject *defaultdict___missing__(KrDefaultDict *self, PyObject *key)
{
    if (self->factory == NULL || self->factory == Py_None) {
        _PyErr_SetKeyError(key);
        return NULL;
    }
    KR_AUTO PyObject *factory = Py_NewRef(self->factory);
    KR_AUTO PyObject *value = PyObject_CallNoArgs(factory);
    return value == NULL || PyObject_SetItem((PyObject *)self, key, value) < 0 ? NULL
        : kr_take(value);
}

static PyObject *copy_of(KrDefaultDict *self)
{
    PyObject *factory = self->factory == NULL ? Py_None : self->factory;
    return PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(self), factory, (PyObject *)self,
                                        NULL);
}

METHOD(copy, "self", "D.copy() -> a shallow copy of D.")
static PyObject *defaultdict_copy(KrDefaultDict *self)
{
    return copy_of(self);
}

METHOD(__copy__, "self", "D.copy() -> a shallow copy of D.")
static PyObject *defaultdict___copy__(KrDefaultDict *self)
{
    return copy_of(self);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *defaultdict___reduce__(KrDefaultDict *self)
{
    bool has_factory = self->factory != NULL && self->factory != Py_None;
    KR_AUTO PyObject *args = has_factory ? PyTuple_Pack(1, self->factory) : PyTuple_New(0);
    KR_AUTO PyObject *items = args == NULL ? NULL
        : PyObject_CallMethodNoArgs((PyObject *)self, ID(items));
    KR_AUTO PyObject *iterator = items == NULL ? NULL : PyObject_GetIter(items);
    return iterator == NULL ? NULL
        : PyTuple_Pack(5, (PyObject *)Py_TYPE(self), args, Py_None, Py_None, iterator);
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *defaultdict___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

#include "modules/_collections/defaultdict.methods.h"

static int defaultdict_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
    KrDefaultDict *self = (KrDefaultDict *)object;
    PyObject *factory = PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : NULL;
    if (factory != NULL && factory != Py_None && !PyCallable_Check(factory))
        return kr_raise_int(PyExc_TypeError, "first argument must be callable or None");
    KR_AUTO PyObject *rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    if (rest == NULL) return -1;
    Py_XINCREF(factory);
    Py_XSETREF(self->factory, factory);
    return PyDict_Type.tp_init(object, rest, kwargs);
}

static void defaultdict_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((KrDefaultDict *)self)->factory);
    PyDict_Type.tp_dealloc(self);
}

static int defaultdict_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrDefaultDict *)self)->factory);
    return PyDict_Type.tp_traverse(self, visit, arg);
}

static int defaultdict_clear(PyObject *self)
{
    Py_CLEAR(((KrDefaultDict *)self)->factory);
    return PyDict_Type.tp_clear(self);
}

static PyObject *factory_text(PyObject *factory)
{
    if (factory == NULL) return PyUnicode_FromString("None");
    int entered = Py_ReprEnter(factory);  // a factory may refer to the dict
    if (entered != 0) return entered > 0 ? PyUnicode_FromString("...") : NULL;
    PyObject *text = PyObject_Repr(factory);
    Py_ReprLeave(factory);
    return text;
}

static PyObject *defaultdict_repr(PyObject *self)
{
    KR_AUTO PyObject *items = PyDict_Type.tp_repr(self);
    KR_AUTO PyObject *factory = items == NULL ? NULL
        : factory_text(((KrDefaultDict *)self)->factory);
    return factory == NULL ? NULL
        : PyUnicode_FromFormat("%s(%U, %U)", _PyType_Name(Py_TYPE(self)), factory, items);
}

static PyObject *defaultdict_or(PyObject *left, PyObject *right)
{
    bool is_left = PyObject_TypeCheck(left, &defaultdict_type);
    KrDefaultDict *self = (KrDefaultDict *)(is_left ? left : right);
    if (!PyDict_Check(is_left ? right : left)) Py_RETURN_NOTIMPLEMENTED;
    PyObject *factory = self->factory == NULL ? Py_None : self->factory;
    KR_AUTO PyObject *result = PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(self), factory,
                                                            left, NULL);
    return result == NULL || PyDict_Update(result, right) < 0 ? NULL : kr_take(result);
}

static PyMemberDef defaultdict_members[] = {
    {"default_factory", T_OBJECT, offsetof(KrDefaultDict, factory), 0,
     "Factory for default value called by __missing__()."},
    {NULL, 0, 0, 0, NULL},
};

static PyNumberMethods defaultdict_as_number = {.nb_or = defaultdict_or};

static PyTypeObject defaultdict_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "collections.defaultdict",
    .tp_basicsize = sizeof(KrDefaultDict),
    .tp_dealloc = defaultdict_dealloc,
    .tp_repr = defaultdict_repr,
    .tp_as_number = &defaultdict_as_number,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\n"
              "The default factory is called without arguments to produce\n"
              "a new value when a key is not present, in __getitem__ only.\n"
              "A defaultdict compares equal to a dict with the same items.\n"
              "All remaining arguments are treated the same as if they were\n"
              "passed to the dict constructor, including keyword arguments.\n",
    .tp_traverse = defaultdict_traverse,
    .tp_clear = defaultdict_clear,
    .tp_methods = defaultdict_methods,
    .tp_members = defaultdict_members,
    .tp_init = defaultdict_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_free = PyObject_GC_Del,
};

int kr_collections_add_defaultdict(PyObject *module)
{
    defaultdict_type.tp_base = &PyDict_Type;
    return PyModule_AddType(module, &defaultdict_type);
}
