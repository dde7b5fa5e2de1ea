// object.c - `object`, the base of all: making instances, comparison, repr, dir, formatting.
//
// Pickling (__reduce_ex__, __getstate__) is in object_reduce.c, attribute access in attributes.c.
#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "abstract.h"
#include "boolobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/object_reduce.h"
#include "objects/model/type.h"
#include "objects/model/type_attributes.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pyhash.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// --- making

static bool has_arguments(PyObject *args, PyObject *kwargs)
{
    return PyTuple_GET_SIZE(args) != 0 || (kwargs != NULL && PyDict_GET_SIZE(kwargs) != 0);
}

static PyObject *raise_abstract(PyTypeObject *type)
{
    KR_AUTO PyObject *methods = PyObject_GetAttr((PyObject *)type, ID(__abstractmethods__));
    if (methods == NULL) return NULL;
    KR_AUTO PyObject *sorted = PySequence_List(methods);
    if (sorted == NULL || PyList_Sort(sorted) < 0) return NULL;
    KR_AUTO PyObject *comma = PyUnicode_FromString(", ");
    if (comma == NULL) return NULL;
    KR_AUTO PyObject *joined = PyUnicode_Join(comma, sorted);
    if (joined == NULL) return NULL;
    return kr_raise(PyExc_TypeError, "Can't instantiate abstract class %s with abstract method%s "
                    "%U", type->tp_name, PyList_GET_SIZE(sorted) > 1 ? "s" : "", joined);
}

// Excess arguments are an error unless the other of __new__ and __init__ is overridden.
PyObject *kr_object_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (has_arguments(args, kwargs)) {
        if (type->tp_new != kr_object_new)
            return kr_raise(PyExc_TypeError, "object.__new__() takes exactly one argument (the "
                            "type to instantiate)");
        if (type->tp_init == kr_object_init)
            return kr_raise(PyExc_TypeError, "%.200s() takes no arguments", type->tp_name);
    }
    if (kr_type_has_flag(type, Py_TPFLAGS_IS_ABSTRACT)) return raise_abstract(type);
    return type->tp_alloc(type, 0);
}

int kr_object_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (!has_arguments(args, kwargs)) return 0;
    PyTypeObject *type = Py_TYPE(self);
    if (type->tp_init != kr_object_init)
        return kr_raise_int(PyExc_TypeError, "object.__init__() takes exactly one argument (the "
                            "instance to initialize)");
    if (type->tp_new == kr_object_new)
        return kr_raise_int(PyExc_TypeError, "%.200s.__init__() takes exactly one argument (the "
                            "instance to initialize)", type->tp_name);
    return 0;
}

static void object_dealloc(PyObject *self)
{
    Py_TYPE(self)->tp_free(self);
}

// --- slots

static PyObject *object_repr(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    KR_AUTO PyObject *module = kr_type_attributes_get_module(type);
    if (module == NULL) PyErr_Clear();
    KR_AUTO PyObject *name = kr_type_attributes_get_qualified_name(type);
    if (name == NULL) return NULL;
    if (module == NULL || !PyUnicode_Check(module)
        || _PyUnicode_EqualToASCIIString(module, "builtins"))
        return PyUnicode_FromFormat("<%s object at %p>", type->tp_name, self);
    return PyUnicode_FromFormat("<%U.%U object at %p>", module, name, self);
}

static PyObject *object_str(PyObject *self)
{
    reprfunc repr = Py_TYPE(self)->tp_repr;
    return repr == NULL ? object_repr(self) : repr(self);
}

static PyObject *object_richcompare(PyObject *self, PyObject *other, int operator)
{
    if (operator == Py_EQ) return Py_NewRef(self == other ? Py_True : Py_NotImplemented);
    if (operator != Py_NE || Py_TYPE(self)->tp_richcompare == NULL)
        return Py_NewRef(Py_NotImplemented);
    // != is what == denies.
    KR_AUTO PyObject *equal = Py_TYPE(self)->tp_richcompare(self, other, Py_EQ);
    if (equal == NULL || equal == Py_NotImplemented) return kr_take(equal);
    int truth = PyObject_IsTrue(equal);
    return truth < 0 ? NULL : PyBool_FromLong(!truth);
}

static PyObject *object_get_class(PyObject *self, void *unused)
{
    return Py_NewRef((PyObject *)Py_TYPE(self));
}

static int object_set_class(PyObject *self, PyObject *value, void *unused)
{
    return kr_type_attributes_assign_class(self, value);
}

// --- methods

METHOD(__reduce_ex__, "self, protocol: int, /", "Helper for pickle.")
static PyObject *object___reduce_ex__(PyObject *self, int protocol)
{
    return kr_object_reduce_ex(self, protocol);
}

METHOD(__reduce__, "self, /", "Helper for pickle.")
static PyObject *object___reduce__(PyObject *self)
{
    return kr_object_reduce(self, 0);
}

METHOD(__getstate__, "self, /", "Helper for pickle.")
static PyObject *object___getstate__(PyObject *self)
{
    return kr_object_reduce_default_state(self, false);
}

METHOD(__subclasshook__, "cls, *args",
       "Abstract classes can override this to customize issubclass().\n\n"
       "This is invoked early on by abc.ABCMeta.__subclasscheck__().\n"
       "It should return True, False or NotImplemented.  If it returns\n"
       "NotImplemented, the normal algorithm is used.  Otherwise, it\n"
       "overrides the normal algorithm (and the outcome is cached).\n")
static PyObject *object___subclasshook__(PyTypeObject *cls, PyObject *args)
{
    Py_RETURN_NOTIMPLEMENTED;
}

METHOD(__init_subclass__, "cls",
       "This method is called when a class is subclassed.\n\n"
       "The default implementation does nothing. It may be\n"
       "overridden to extend subclasses.\n")
static PyObject *object___init_subclass__(PyTypeObject *cls)
{
    Py_RETURN_NONE;
}

METHOD(__format__, "self, format_spec: str, /", "Default object formatter.")
static PyObject *object___format__(PyObject *self, PyObject *format_spec)
{
    if (PyUnicode_GET_LENGTH(format_spec) > 0)
        return kr_raise(PyExc_TypeError, "unsupported format string passed to %.200s.__format__",
                        Py_TYPE(self)->tp_name);
    return PyObject_Str(self);
}

METHOD(__sizeof__, "self, /", "Size of object in memory, in bytes.")
static PyObject *object___sizeof__(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_ssize_t size = type->tp_basicsize;
    if (type->tp_itemsize > 0) size += Py_SIZE(self) * type->tp_itemsize;
    return PyLong_FromSsize_t(size);
}

METHOD(__dir__, "self, /", "Default dir() implementation.")
static PyObject *object___dir__(PyObject *self)
{
    PyObject *found;
    if (_PyObject_LookupAttr(self, ID(__dict__), &found) < 0) return NULL;
    KR_AUTO PyObject *own = found;
    KR_AUTO PyObject *names = own != NULL && PyDict_Check(own) ? PyDict_Copy(own) : PyDict_New();
    if (names == NULL) return NULL;
    if (_PyObject_LookupAttr(self, ID(__class__), &found) < 0) return NULL;
    KR_AUTO PyObject *class = found;
    if (class != NULL && kr_type_merge_class_dict(names, class) < 0) return NULL;
    return PyDict_Keys(names);
}

#include "objects/model/object.methods.h"

bool kr_object_is_default_getstate(PyObject *method, PyObject *self)
{
    if (!PyCFunction_CheckExact(method) || ((PyCFunctionObject *)method)->m_self != self)
        return false;
    PyMethodDef *definition = ((PyCFunctionObject *)method)->m_ml;
    for (PyMethodDef *row = object_methods; row->ml_name != NULL; row++)
        if (row == definition) return strcmp(row->ml_name, "__getstate__") == 0;
    return false;
}

static PyGetSetDef object_getset[] = {
    {"__class__", object_get_class, object_set_class, PyDoc_STR("the object's class")},
    {NULL},
};

PyTypeObject PyBaseObject_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "object",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = object_dealloc,
    .tp_repr = object_repr,
    .tp_hash = (hashfunc)_Py_HashPointer,
    .tp_str = object_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = PyDoc_STR("object()\n--\n\n"
                        "The base class of the class hierarchy.\n\n"
                        "When called, it accepts no arguments and returns a new featureless\n"
                        "instance that has no instance attributes and cannot be given any.\n"),
    .tp_richcompare = object_richcompare,
    .tp_methods = object_methods,
    .tp_getset = object_getset,
    .tp_init = kr_object_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = kr_object_new,
    .tp_free = PyObject_Free,
};
