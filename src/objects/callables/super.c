// super.c - super: attribute lookup that starts behind a class in the MRO of an object's type.
#include "object.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include "abstract.h"
#include "descrobject.h"
#include "dictobject.h"
#include "objects/errors/raise.h"
#include "objects/model/attributes.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"

typedef struct {
    PyObject_HEAD
    PyTypeObject *type;       // the lookup starts behind it
    PyObject *object;         // NULL: unbound
    PyTypeObject *object_type;  // whose MRO is searched
} Super;

static void super_dealloc(Super *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->object);
    Py_XDECREF(self->type);
    Py_XDECREF(self->object_type);
    Py_TYPE(self)->tp_free(self);
}

static int super_traverse(Super *self, visitproc visit, void *arg)
{
    Py_VISIT(self->object);
    Py_VISIT(self->type);
    Py_VISIT(self->object_type);
    return 0;
}

static PyObject *super_repr(Super *self)
{
    const char *type = self->type == NULL ? "NULL" : self->type->tp_name;
    if (self->object_type == NULL)
        return PyUnicode_FromFormat("<super: <class '%s'>, NULL>", type);
    return PyUnicode_FromFormat("<super: <class '%s'>, <%s object>>", type,
                                self->object_type->tp_name);
}

// New reference to what the MRO of self->object_type holds behind self->type, or NULL.
static PyObject *find_behind(Super *self, PyObject *name)
{
    KR_AUTO PyObject *mro = Py_XNewRef(self->object_type->tp_mro);
    if (mro == NULL) return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(mro), i = 0;
    while (i < count && PyTuple_GET_ITEM(mro, i) != (PyObject *)self->type) i++;
    for (i++; i < count; i++) {
        PyObject *dict = ((PyTypeObject *)PyTuple_GET_ITEM(mro, i))->tp_dict;
        PyObject *found = PyDict_GetItemWithError(dict, name);
        if (found != NULL || PyErr_Occurred()) return Py_XNewRef(found);
    }
    return NULL;
}

static PyObject *super_getattro(PyObject *object, PyObject *name)
{
    Super *self = (Super *)object;
    // __class__ is that of super itself.
    bool is_class = PyUnicode_Check(name) && _PyUnicode_EqualToASCIIString(name, "__class__");
    if (self->object_type != NULL && !is_class) {
        KR_AUTO PyObject *found = find_behind(self, name);
        if (found != NULL) {
            descrgetfunc bind = Py_TYPE(found)->tp_descr_get;
            if (bind == NULL) return kr_take(found);
            PyObject *instance = self->object == (PyObject *)self->object_type ? NULL
                : self->object;
            return bind(found, instance, (PyObject *)self->object_type);
        }
        if (PyErr_Occurred()) return NULL;
    }
    return PyObject_GenericGetAttr(object, name);
}

// The type whose MRO is searched for [object]: itself, its type or its __class__.  New reference.
static PyTypeObject *search_type(PyTypeObject *type, PyObject *object)
{
    if (PyType_Check(object) && PyType_IsSubtype((PyTypeObject *)object, type))
        return (PyTypeObject *)Py_NewRef(object);
    if (PyType_IsSubtype(Py_TYPE(object), type))
        return (PyTypeObject *)Py_NewRef((PyObject *)Py_TYPE(object));
    PyObject *found;
    if (_PyObject_LookupAttr(object, ID(__class__), &found) < 0) return NULL;
    KR_AUTO PyObject *class = found;
    if (class != NULL && PyType_Check(class) && class != (PyObject *)Py_TYPE(object)
        && PyType_IsSubtype((PyTypeObject *)class, type))
        return (PyTypeObject *)kr_take(class);
    kr_raise(PyExc_TypeError, "super(type, obj): obj must be an instance or subtype of type");
    return NULL;
}

static PyObject *super_get(PyObject *object, PyObject *instance, PyObject *owner)
{
    Super *self = (Super *)object;
    if (instance == NULL || instance == Py_None || self->object != NULL) return Py_NewRef(object);
    if (!Py_IS_TYPE(object, &PySuper_Type))
        return PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(object), self->type, instance,
                                            NULL);
    if (self->type == NULL) return kr_raise(PyExc_RuntimeError, "super(): no arguments");
    KR_AUTO PyObject *found = (PyObject *)search_type(self->type, instance);
    if (found == NULL) return NULL;
    Super *bound = (Super *)PySuper_Type.tp_alloc(&PySuper_Type, 0);
    if (bound == NULL) return NULL;
    bound->type = (PyTypeObject *)Py_NewRef((PyObject *)self->type);
    bound->object = Py_NewRef(instance);
    bound->object_type = (PyTypeObject *)kr_take(found);
    return (PyObject *)bound;
}

// Sets [ret_type] and [ret_object] (NULL: unbound), new references.
static int read_arguments(PyObject *args, PyObject **ret_type, PyObject **ret_object)
{
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count == 0) {
        if (kr_hooks.super_arguments == NULL)
            return kr_raise_int(PyExc_RuntimeError, "super(): no current frame");
        return kr_hooks.super_arguments(ret_type, ret_object);
    }
    if (count > 2)
        return kr_raise_int(PyExc_TypeError, "super() expected at most 2 arguments, got %zd",
                            count);
    PyObject *type = PyTuple_GET_ITEM(args, 0), *object = count > 1 ? PyTuple_GET_ITEM(args, 1)
        : NULL;
    if (!PyType_Check(type))
        return kr_raise_int(PyExc_TypeError, "super() argument 1 must be a type, not %.200s",
                            Py_TYPE(type)->tp_name);
    *ret_type = Py_NewRef(type);
    *ret_object = object == Py_None ? NULL : Py_XNewRef(object);
    return 0;
}

static int super_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
    Super *self = (Super *)object;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)
        return kr_raise_int(PyExc_TypeError, "super() takes no keyword arguments");
    KR_AUTO PyObject *type = NULL;
    KR_AUTO PyObject *instance = NULL;
    if (read_arguments(args, &type, &instance) < 0) return -1;
    PyTypeObject *object_type = NULL;
    if (instance != NULL && (object_type = search_type((PyTypeObject *)type, instance)) == NULL)
        return -1;
    Py_XSETREF(self->type, (PyTypeObject *)kr_take(type));
    Py_XSETREF(self->object, kr_take(instance));
    Py_XSETREF(self->object_type, object_type);
    return 0;
}

static PyMemberDef super_members[] = {
    {"__thisclass__", T_OBJECT, offsetof(Super, type), READONLY,
     PyDoc_STR("the class invoking super()")},
    {"__self__", T_OBJECT, offsetof(Super, object), READONLY,
     PyDoc_STR("the instance invoking super(); may be None")},
    {"__self_class__", T_OBJECT, offsetof(Super, object_type), READONLY,
     PyDoc_STR("the type of the instance invoking super(); may be None")},
    {NULL},
};

PyTypeObject PySuper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "super",
    .tp_basicsize = sizeof(Super),
    .tp_dealloc = (destructor)super_dealloc,
    .tp_repr = (reprfunc)super_repr,
    .tp_getattro = super_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc =
        PyDoc_STR("super() -> same as super(__class__, <first argument>)\n"
                  "super(type) -> unbound super object\n"
                  "super(type, obj) -> bound super object; requires isinstance(obj, type)\n"
                  "super(type, type2) -> bound super object; requires issubclass(type2, type)\n"
                  "Typical use to call a cooperative superclass method:\n"
                  "class C(B):\n"
                  "    def meth(self, arg):\n"
                  "        super().meth(arg)\n"
                  "This works for class methods too:\n"
                  "class C(B):\n"
                  "    @classmethod\n"
                  "    def cmeth(cls, arg):\n"
                  "        super().cmeth(arg)\n"),
    .tp_traverse = (traverseproc)super_traverse,
    .tp_members = super_members,
    .tp_descr_get = super_get,
    .tp_init = super_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
