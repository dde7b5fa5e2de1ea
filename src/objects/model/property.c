// property.c - property: getter, setter and deleter functions as a descriptor.
#include "descrobject.h"

#include <stddef.h>

#include "abstract.h"
#include "boolobject.h"
#include "object.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
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
    PyObject *get, *set, *del;
    PyObject *doc;
    PyObject *name;      // from __set_name__
    int doc_of_getter;   // the doc was taken from the getter
} Property;

static PyObject *unless_none(PyObject *object)
{
    return object == Py_None ? NULL : Py_XNewRef(object);
}

// Takes the docstring of the getter; a subclass keeps it in the instance dict, where its own
// __doc__ looks.
static int adopt_doc(Property *self)
{
    PyObject *found;
    if (_PyObject_LookupAttr(self->get, ID(__doc__), &found) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_Exception)) return -1;
        PyErr_Clear();
        found = NULL;
    }
    KR_AUTO PyObject *doc = found;
    if (doc == NULL) return 0;
    self->doc_of_getter = 1;
    if (Py_IS_TYPE(self, &PyProperty_Type)) {
        Py_XSETREF(self->doc, Py_NewRef(doc));
        return 0;
    }
    return PyObject_SetAttr((PyObject *)self, ID(__doc__), doc);
}

INITIALIZER(property,
            "fget: object = None, fset: object = None, fdel: object = None, doc: object = None",
            "Property attribute.\n\n"
            "  fget\n    function to be used for getting an attribute value\n"
            "  fset\n    function to be used for setting an attribute value\n"
            "  fdel\n    function to be used for del\'ing an attribute\n"
            "  doc\n    docstring\n\n"
            "Typical use is to define a managed attribute x:\n\n"
            "class C(object):\n"
            "    def getx(self): return self._x\n"
            "    def setx(self, value): self._x = value\n"
            "    def delx(self): del self._x\n"
            "    x = property(getx, setx, delx, \"I\'m the \'x\' property.\")\n\n"
            "Decorators make defining new properties or modifying existing ones easy:\n\n"
            "class C(object):\n"
            "    @property\n"
            "    def x(self):\n"
            "        \"I am the \'x\' property.\"\n"
            "        return self._x\n"
            "    @x.setter\n"
            "    def x(self, value):\n"
            "        self._x = value\n"
            "    @x.deleter\n"
            "    def x(self):\n"
            "        del self._x")
static int property_init(Property *self, PyObject *fget, PyObject *fset, PyObject *fdel,
                         PyObject *doc)
{
    Py_XSETREF(self->get, unless_none(fget));
    Py_XSETREF(self->set, unless_none(fset));
    Py_XSETREF(self->del, unless_none(fdel));
    Py_XSETREF(self->doc, unless_none(doc));
    Py_CLEAR(self->name);
    self->doc_of_getter = 0;
    if (self->doc == NULL && self->get != NULL) return adopt_doc(self);
    if (Py_IS_TYPE(self, &PyProperty_Type) || self->doc == NULL) return 0;
    return PyObject_SetAttr((PyObject *)self, ID(__doc__), self->doc);
}

// A copy with those functions replaced that are given.
static PyObject *copy_with(Property *self, PyObject *get, PyObject *set, PyObject *del)
{
    get = get != NULL && get != Py_None ? get : self->get;
    set = set != NULL && set != Py_None ? set : self->set;
    del = del != NULL && del != Py_None ? del : self->del;
    PyObject *doc = self->doc_of_getter && get != NULL ? Py_None : self->doc;
    PyObject *args[] = {get, set, del, doc};
    for (int i = 0; i < 4; i++)
        if (args[i] == NULL) args[i] = Py_None;
    KR_AUTO PyObject *type = PyObject_Type((PyObject *)self);
    PyObject *copy = PyObject_Vectorcall(type, args, 4, NULL);
    if (copy != NULL && PyObject_TypeCheck(copy, &PyProperty_Type))
        Py_XSETREF(((Property *)copy)->name, Py_XNewRef(self->name));
    return copy;
}

METHOD(getter, "self, getter: object, /",
       "Descriptor to obtain a copy of the property with a different getter.")
static PyObject *property_getter(Property *self, PyObject *getter)
{
    return copy_with(self, getter, NULL, NULL);
}

METHOD(setter, "self, setter: object, /",
       "Descriptor to obtain a copy of the property with a different setter.")
static PyObject *property_setter(Property *self, PyObject *setter)
{
    return copy_with(self, NULL, setter, NULL);
}

METHOD(deleter, "self, deleter: object, /",
       "Descriptor to obtain a copy of the property with a different deleter.")
static PyObject *property_deleter(Property *self, PyObject *deleter)
{
    return copy_with(self, NULL, NULL, deleter);
}

METHOD(__set_name__, "self, *args: array", "Method to set name of a property.")
static PyObject *property___set_name__(Property *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 2)
        return kr_raise(PyExc_TypeError,
                        "__set_name__() takes 2 positional arguments but %zd were given", count);
    Py_XSETREF(self->name, Py_NewRef(args[1]));
    Py_RETURN_NONE;
}

GETTER(__isabstractmethod__, NULL)
static PyObject *property_get___isabstractmethod__(Property *self)
{
    PyObject *functions[] = {self->get, self->set, self->del};
    for (int i = 0; i < 3; i++) {
        int abstract = _PyObject_IsAbstract(functions[i]);
        if (abstract != 0) return abstract < 0 ? NULL : Py_NewRef(Py_True);
    }
    Py_RETURN_FALSE;
}

#include "objects/model/property.methods.h"

static PyMemberDef property_members[] = {
    {"fget", T_OBJECT, offsetof(Property, get), READONLY},
    {"fset", T_OBJECT, offsetof(Property, set), READONLY},
    {"fdel", T_OBJECT, offsetof(Property, del), READONLY},
    {"__doc__", T_OBJECT, offsetof(Property, doc), 0},
    {NULL},
};

// "property 'x' of 'C' object has no getter"
static PyObject *raise_lacks(Property *self, PyObject *object, const char *what)
{
    KR_AUTO PyObject *owner = object == NULL ? NULL : PyType_GetQualName(Py_TYPE(object));
    if (PyErr_Occurred()) return NULL;
    if (self->name != NULL && owner != NULL)
        return kr_raise(PyExc_AttributeError, "property %R of %R object has no %s", self->name,
                        owner, what);
    if (owner != NULL)
        return kr_raise(PyExc_AttributeError, "property of %R object has no %s", owner, what);
    if (self->name != NULL)
        return kr_raise(PyExc_AttributeError, "property %R has no %s", self->name, what);
    return kr_raise(PyExc_AttributeError, "property has no %s", what);
}

static PyObject *property_descr_get(Property *self, PyObject *object, PyObject *owner)
{
    if (object == NULL || object == Py_None) return Py_NewRef((PyObject *)self);
    if (self->get == NULL) return raise_lacks(self, object, "getter");
    KR_AUTO PyObject *get = Py_NewRef(self->get);
    return PyObject_CallOneArg(get, object);
}

static int property_descr_set(Property *self, PyObject *object, PyObject *value)
{
    KR_AUTO PyObject *function = Py_XNewRef(value == NULL ? self->del : self->set);
    if (function == NULL) {
        raise_lacks(self, object, value == NULL ? "deleter" : "setter");
        return -1;
    }
    PyObject *args[] = {object, value};
    KR_AUTO PyObject *result = PyObject_Vectorcall(function, args, value == NULL ? 1 : 2, NULL);
    return result == NULL ? -1 : 0;
}

static int property_traverse(Property *self, visitproc visit, void *arg)
{
    Py_VISIT(self->get);
    Py_VISIT(self->set);
    Py_VISIT(self->del);
    Py_VISIT(self->doc);
    Py_VISIT(self->name);
    return 0;
}

static int property_clear(Property *self)
{
    Py_CLEAR(self->get);
    Py_CLEAR(self->set);
    Py_CLEAR(self->del);
    Py_CLEAR(self->doc);
    Py_CLEAR(self->name);
    return 0;
}

static void property_dealloc(Property *self)
{
    PyObject_GC_UnTrack(self);
    property_clear(self);
    Py_TYPE(self)->tp_free(self);
}

PyTypeObject PyProperty_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "property",
    .tp_basicsize = sizeof(Property),
    .tp_dealloc = (destructor)property_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = property_doc,
    .tp_traverse = (traverseproc)property_traverse,
    .tp_clear = (inquiry)property_clear,
    .tp_methods = property_methods,
    .tp_members = property_members,
    .tp_getset = property_getset,
    .tp_descr_get = (descrgetfunc)property_descr_get,
    .tp_descr_set = (descrsetfunc)property_descr_set,
    .tp_init = property_tp_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};
