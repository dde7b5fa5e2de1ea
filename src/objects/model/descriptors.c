// descriptors.c - what a builtin type's dict holds: methods, members, getters, slot wrappers,
// class methods.
//
//   int.__dict__['bit_length']   method_descriptor       PyMethodDef, called through a vectorcall
//                                function
//   complex.__dict__['real']     member_descriptor       PyMemberDef
//   int.__dict__['real']         getset_descriptor       PyGetSetDef
//   int.__dict__['__add__']      wrapper_descriptor      row of slots.def + the slot; bound:
//                                method-wrapper
//   dict.__dict__['fromkeys']    classmethod_descriptor  PyMethodDef
#include "descrobject.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "abstract.h"
#include "boolobject.h"
#include "dictobject.h"
#include "methodobject.h"
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

// --- common

static PyObject *new_descriptor(PyTypeObject *kind, PyTypeObject *owner, const char *name)
{
    PyDescrObject *descriptor = (PyDescrObject *)PyType_GenericAlloc(kind, 0);
    if (descriptor == NULL) return NULL;
    descriptor->d_type = (PyTypeObject *)Py_NewRef((PyObject *)owner);
    descriptor->d_name = PyUnicode_InternFromString(name);
    if (descriptor->d_name != NULL) return (PyObject *)descriptor;
    Py_DECREF(descriptor);
    return NULL;
}

static void descriptor_dealloc(PyDescrObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->d_type);
    Py_XDECREF(self->d_name);
    Py_XDECREF(self->d_qualname);
    PyObject_GC_Del(self);
}

static int descriptor_traverse(PyDescrObject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->d_type);
    return 0;
}

static bool applies_to(PyDescrObject *self, PyObject *object)
{
    if (PyObject_TypeCheck(object, self->d_type)) return true;
    kr_raise(PyExc_TypeError, "descriptor '%U' for '%.100s' objects doesn't apply to a '%.100s' "
             "object", self->d_name, self->d_type->tp_name, Py_TYPE(object)->tp_name);
    return false;
}

static PyObject *repr_as(PyDescrObject *self, const char *what)
{
    return PyUnicode_FromFormat("<%s '%U' of '%s' objects>", what, self->d_name,
                                self->d_type->tp_name);
}

static PyObject *method_repr(PyDescrObject *self)
{
    return repr_as(self, "method");
}

static PyObject *wrapper_repr(PyDescrObject *self)
{
    return repr_as(self, "slot wrapper");
}

static PyObject *member_repr(PyDescrObject *self)
{
    return repr_as(self, "member");
}

static PyObject *getset_repr(PyDescrObject *self)
{
    return repr_as(self, "attribute");
}

static PyObject *qualified_name(PyTypeObject *owner, PyObject *name)
{
    KR_AUTO PyObject *of_type = PyObject_GetAttr((PyObject *)owner, ID(__qualname__));
    if (of_type == NULL) return NULL;
    if (!PyUnicode_Check(of_type))
        return kr_raise(PyExc_TypeError,
                        "<descriptor>.__objclass__.__qualname__ is not a unicode object");
    return PyUnicode_FromFormat("%S.%S", of_type, name);
}

static PyObject *get_qualified_name(PyDescrObject *self, void *unused)
{
    if (self->d_qualname == NULL) self->d_qualname = qualified_name(self->d_type, self->d_name);
    return Py_XNewRef(self->d_qualname);
}

static PyObject *getattr_and(PyObject *owner, PyObject *name)
{
    KR_AUTO PyObject *getattr = kr_builtin_get(ID(getattr));
    if (getattr == NULL) return NULL;
    KR_AUTO PyObject *args = PyTuple_Pack(2, owner, name);
    return args == NULL ? NULL : PyTuple_Pack(2, getattr, args);
}

static PyObject *descriptor_reduce(PyObject *self, PyObject *unused)
{
    PyDescrObject *descriptor = (PyDescrObject *)self;
    return getattr_and((PyObject *)descriptor->d_type, descriptor->d_name);
}

static PyMethodDef descriptor_methods[] = {
    {"__reduce__", descriptor_reduce, METH_NOARGS},
    {NULL},
};

static PyMemberDef descriptor_members[] = {
    {"__objclass__", T_OBJECT, offsetof(PyDescrObject, d_type), READONLY},
    {"__name__", T_OBJECT, offsetof(PyDescrObject, d_name), READONLY},
    {NULL},
};

// --- methods

static PyObject *get_method_doc(PyMethodDescrObject *self, void *unused)
{
    return _PyType_GetDocFromInternalDoc(self->d_method->ml_name, self->d_method->ml_doc);
}

static PyObject *get_method_signature(PyMethodDescrObject *self, void *unused)
{
    return _PyType_GetTextSignatureFromInternalDoc(self->d_method->ml_name,
                                                   self->d_method->ml_doc);
}

static PyGetSetDef method_getset[] = {
    {"__doc__", (getter)get_method_doc},
    {"__qualname__", (getter)get_qualified_name},
    {"__text_signature__", (getter)get_method_signature},
    {NULL},
};

static PyObject *method_get(PyMethodDescrObject *self, PyObject *object, PyObject *owner)
{
    if (object == NULL) return Py_NewRef((PyObject *)self);
    if (!applies_to(&self->d_common, object)) return NULL;
    if (!(self->d_method->ml_flags & METH_METHOD))
        return PyCFunction_NewEx(self->d_method, object, NULL);
    PyTypeObject *defining = self->d_common.d_type;
    return PyCMethod_New(self->d_method, object, NULL, defining);
}

static PyObject *classmethod_get(PyMethodDescrObject *self, PyObject *object, PyObject *owner)
{
    PyDescrObject *common = &self->d_common;
    if (owner == NULL) {
        if (object == NULL)
            return kr_raise(PyExc_TypeError, "descriptor '%U' for type '%.100s' needs either an "
                            "object or a type", common->d_name, common->d_type->tp_name);
        owner = (PyObject *)Py_TYPE(object);
    }
    if (!PyType_Check(owner))
        return kr_raise(PyExc_TypeError,
                        "descriptor '%U' for type '%.100s' needs a type, not a '%.100s' as arg 2",
                        common->d_name, common->d_type->tp_name, Py_TYPE(owner)->tp_name);
    if (!PyType_IsSubtype((PyTypeObject *)owner, common->d_type))
        return kr_raise(PyExc_TypeError,
                        "descriptor '%U' requires a subtype of '%.100s' but received '%.100s'",
                        common->d_name, common->d_type->tp_name, ((PyTypeObject *)owner)->tp_name);
    PyTypeObject *defining = self->d_method->ml_flags & METH_METHOD ? common->d_type : NULL;
    return PyCMethod_New(self->d_method, owner, NULL, defining);
}

static PyObject *classmethod_call(PyMethodDescrObject *self, PyObject *args, PyObject *kwargs)
{
    PyDescrObject *common = &self->d_common;
    if (PyTuple_GET_SIZE(args) < 1)
        return kr_raise(PyExc_TypeError, "descriptor '%U' of '%.100s' object needs an argument",
                        common->d_name, common->d_type->tp_name);
    KR_AUTO PyObject *bound = classmethod_get(self, NULL, PyTuple_GET_ITEM(args, 0));
    if (bound == NULL) return NULL;
    KR_AUTO PyObject *rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    return rest == NULL ? NULL : PyObject_Call(bound, rest, kwargs);
}

// The arguments begin with the object: it must be there and of the right type.
static bool has_self(PyDescrObject *self, PyObject *const *args, Py_ssize_t count)
{
    if (count >= 1) return applies_to(self, args[0]);
    KR_AUTO PyObject *name = _PyObject_FunctionStr((PyObject *)self);
    if (name != NULL) kr_raise(PyExc_TypeError, "unbound method %U needs an argument", name);
    return false;
}

static PyObject *method_vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf,
                                   PyObject *keywords)
{
    PyMethodDescrObject *self = (PyMethodDescrObject *)callable;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!has_self(&self->d_common, args, count)) return NULL;
    KrMethodCall call = {callable, self->d_method, args[0], self->d_common.d_type};
    return kr_method_call(&call, args + 1, count - 1, keywords);
}

PyObject *PyDescr_NewMethod(PyTypeObject *type, PyMethodDef *method)
{
    PyMethodDescrObject *self = (PyMethodDescrObject *)new_descriptor(&PyMethodDescr_Type, type,
                                                                      method->ml_name);
    if (self == NULL) return NULL;
    self->d_method = method;
    vectorcallfunc direct = kr_method_call_direct(method);
    self->vectorcall = direct != NULL ? direct : method_vectorcall;
    return (PyObject *)self;
}

PyObject *PyDescr_NewClassMethod(PyTypeObject *type, PyMethodDef *method)
{
    PyMethodDescrObject *self = (PyMethodDescrObject *)new_descriptor(&PyClassMethodDescr_Type,
                                                                      type, method->ml_name);
    if (self != NULL) self->d_method = method;
    return (PyObject *)self;
}

#define DESCRIPTOR_COMMON                                                                         \
    .tp_dealloc = (destructor)descriptor_dealloc, .tp_getattro = PyObject_GenericGetAttr,         \
    .tp_traverse = (traverseproc)descriptor_traverse, .tp_methods = descriptor_methods,           \
    .tp_members = descriptor_members

PyTypeObject PyMethodDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "method_descriptor",
    .tp_basicsize = sizeof(PyMethodDescrObject),
    .tp_vectorcall_offset = offsetof(PyMethodDescrObject, vectorcall),
    .tp_repr = (reprfunc)method_repr,
    .tp_call = PyVectorcall_Call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL
        | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_getset = method_getset,
    .tp_descr_get = (descrgetfunc)method_get,
    DESCRIPTOR_COMMON,
};

PyTypeObject PyClassMethodDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "classmethod_descriptor",
    .tp_basicsize = sizeof(PyMethodDescrObject),
    .tp_repr = (reprfunc)method_repr,
    .tp_call = (ternaryfunc)classmethod_call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_getset = method_getset,
    .tp_descr_get = (descrgetfunc)classmethod_get,
    DESCRIPTOR_COMMON,
};

// --- members

static PyObject *get_member_doc(PyMemberDescrObject *self, void *unused)
{
    const char *doc = self->d_member->doc;
    return doc == NULL ? Py_NewRef(Py_None) : PyUnicode_FromString(doc);
}

static PyGetSetDef member_getset[] = {
    {"__doc__", (getter)get_member_doc},
    {"__qualname__", (getter)get_qualified_name},
    {NULL},
};

static PyObject *member_get(PyMemberDescrObject *self, PyObject *object, PyObject *owner)
{
    if (object == NULL) return Py_NewRef((PyObject *)self);
    if (!applies_to(&self->d_common, object)) return NULL;
    return PyMember_GetOne((char *)object, self->d_member);
}

static int member_set(PyMemberDescrObject *self, PyObject *object, PyObject *value)
{
    if (!applies_to(&self->d_common, object)) return -1;
    return PyMember_SetOne((char *)object, self->d_member, value);
}

PyObject *PyDescr_NewMember(PyTypeObject *type, PyMemberDef *member)
{
    PyMemberDescrObject *self = (PyMemberDescrObject *)new_descriptor(&PyMemberDescr_Type, type,
                                                                      member->name);
    if (self != NULL) self->d_member = member;
    return (PyObject *)self;
}

PyTypeObject PyMemberDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "member_descriptor",
    .tp_basicsize = sizeof(PyMemberDescrObject),
    .tp_repr = (reprfunc)member_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_getset = member_getset,
    .tp_descr_get = (descrgetfunc)member_get,
    .tp_descr_set = (descrsetfunc)member_set,
    DESCRIPTOR_COMMON,
};

// --- getters and setters

static PyObject *get_getset_doc(PyGetSetDescrObject *self, void *unused)
{
    const char *doc = self->d_getset->doc;
    return doc == NULL ? Py_NewRef(Py_None) : PyUnicode_FromString(doc);
}

static PyGetSetDef getset_getset[] = {
    {"__doc__", (getter)get_getset_doc},
    {"__qualname__", (getter)get_qualified_name},
    {NULL},
};

static PyObject *getset_get(PyGetSetDescrObject *self, PyObject *object, PyObject *owner)
{
    if (object == NULL) return Py_NewRef((PyObject *)self);
    if (!applies_to(&self->d_common, object)) return NULL;
    if (self->d_getset->get != NULL) return self->d_getset->get(object, self->d_getset->closure);
    return kr_raise(PyExc_AttributeError, "attribute '%U' of '%.100s' objects is not readable",
                    self->d_common.d_name, self->d_common.d_type->tp_name);
}

static int getset_set(PyGetSetDescrObject *self, PyObject *object, PyObject *value)
{
    if (!applies_to(&self->d_common, object)) return -1;
    if (self->d_getset->set != NULL)
        return self->d_getset->set(object, value, self->d_getset->closure);
    return kr_raise_int(PyExc_AttributeError, "attribute '%U' of '%.100s' objects is not writable",
                        self->d_common.d_name, self->d_common.d_type->tp_name);
}

PyObject *PyDescr_NewGetSet(PyTypeObject *type, PyGetSetDef *getset)
{
    PyGetSetDescrObject *self = (PyGetSetDescrObject *)new_descriptor(&PyGetSetDescr_Type, type,
                                                                      getset->name);
    if (self != NULL) self->d_getset = getset;
    return (PyObject *)self;
}

PyTypeObject PyGetSetDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "getset_descriptor",
    .tp_basicsize = sizeof(PyGetSetDescrObject),
    .tp_repr = (reprfunc)getset_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_getset = getset_getset,
    .tp_descr_get = (descrgetfunc)getset_get,
    .tp_descr_set = (descrsetfunc)getset_set,
    DESCRIPTOR_COMMON,
};

int PyDescr_IsData(PyObject *descriptor)
{
    return Py_TYPE(descriptor)->tp_descr_set != NULL;
}

// --- slot wrappers

static PyObject *call_wrapper(PyWrapperDescrObject *self, PyObject *object, PyObject *args,
                              PyObject *kwargs)
{
    const struct wrapperbase *row = self->d_base;
    if (row->flags & PyWrapperFlag_KEYWORDS)
        return ((wrapperfunc_kwds)(void *)row->wrapper)(object, args, self->d_wrapped, kwargs);
    if (kwargs != NULL && (!PyDict_Check(kwargs) || PyDict_GET_SIZE(kwargs) != 0))
        return kr_raise(PyExc_TypeError, "wrapper %s() takes no keyword arguments", row->name);
    return row->wrapper(object, args, self->d_wrapped);
}

static PyObject *wrapper_call(PyWrapperDescrObject *self, PyObject *args, PyObject *kwargs)
{
    PyDescrObject *common = &self->d_common;
    if (PyTuple_GET_SIZE(args) < 1)
        return kr_raise(PyExc_TypeError, "descriptor '%U' of '%.100s' object needs an argument",
                        common->d_name, common->d_type->tp_name);
    PyObject *object = PyTuple_GET_ITEM(args, 0);
    if (!_PyObject_RealIsSubclass((PyObject *)Py_TYPE(object), (PyObject *)common->d_type))
        return kr_raise(PyExc_TypeError,
                        "descriptor '%U' requires a '%.100s' object but received a '%.100s'",
                        common->d_name, common->d_type->tp_name, Py_TYPE(object)->tp_name);
    KR_AUTO PyObject *rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    return rest == NULL ? NULL : call_wrapper(self, object, rest, kwargs);
}

static PyObject *wrapper_get(PyWrapperDescrObject *self, PyObject *object, PyObject *owner)
{
    if (object == NULL) return Py_NewRef((PyObject *)self);
    return applies_to(&self->d_common, object) ? PyWrapper_New((PyObject *)self, object) : NULL;
}

static PyObject *get_wrapper_doc(PyWrapperDescrObject *self, void *unused)
{
    return _PyType_GetDocFromInternalDoc(self->d_base->name, self->d_base->doc);
}

static PyObject *get_wrapper_signature(PyWrapperDescrObject *self, void *unused)
{
    return _PyType_GetTextSignatureFromInternalDoc(self->d_base->name, self->d_base->doc);
}

static PyGetSetDef wrapper_getset[] = {
    {"__doc__", (getter)get_wrapper_doc},
    {"__qualname__", (getter)get_qualified_name},
    {"__text_signature__", (getter)get_wrapper_signature},
    {NULL},
};

PyObject *PyDescr_NewWrapper(PyTypeObject *type, struct wrapperbase *base, void *wrapped)
{
    PyWrapperDescrObject *self = (PyWrapperDescrObject *)new_descriptor(&PyWrapperDescr_Type, type,
                                                                        base->name);
    if (self == NULL) return NULL;
    self->d_base = base;
    self->d_wrapped = wrapped;
    return (PyObject *)self;
}

PyTypeObject PyWrapperDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "wrapper_descriptor",
    .tp_basicsize = sizeof(PyWrapperDescrObject),
    .tp_repr = (reprfunc)wrapper_repr,
    .tp_call = (ternaryfunc)wrapper_call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_getset = wrapper_getset,
    .tp_descr_get = (descrgetfunc)wrapper_get,
    DESCRIPTOR_COMMON,
};

// --- bound slot wrappers: (1).__add__

typedef struct {
    PyObject_HEAD
    PyWrapperDescrObject *descriptor;
    PyObject *self;
} BoundWrapper;

static void bound_dealloc(BoundWrapper *bound)
{
    PyObject_GC_UnTrack(bound);
    Py_XDECREF(bound->descriptor);
    Py_XDECREF(bound->self);
    PyObject_GC_Del(bound);
}

static int bound_traverse(BoundWrapper *bound, visitproc visit, void *arg)
{
    Py_VISIT(bound->descriptor);
    Py_VISIT(bound->self);
    return 0;
}

static PyObject *bound_call(BoundWrapper *bound, PyObject *args, PyObject *kwargs)
{
    return call_wrapper(bound->descriptor, bound->self, args, kwargs);
}

static PyObject *bound_repr(BoundWrapper *bound)
{
    return PyUnicode_FromFormat("<method-wrapper '%s' of %s object at %p>",
                                bound->descriptor->d_base->name, Py_TYPE(bound->self)->tp_name,
                                bound->self);
}

static Py_hash_t bound_hash(BoundWrapper *bound)
{
    Py_hash_t hash = _Py_HashPointer(bound->self) ^ _Py_HashPointer(bound->descriptor);
    return hash == -1 ? -2 : hash;
}

static PyObject *bound_richcompare(PyObject *left, PyObject *right, int operator)
{
    if ((operator != Py_EQ && operator != Py_NE) || !Py_IS_TYPE(left, &_PyMethodWrapper_Type)
        || !Py_IS_TYPE(right, &_PyMethodWrapper_Type))
        Py_RETURN_NOTIMPLEMENTED;
    BoundWrapper *one = (BoundWrapper *)left, *other = (BoundWrapper *)right;
    bool equal = one->descriptor == other->descriptor && one->self == other->self;
    return Py_NewRef(equal == (operator == Py_EQ) ? Py_True : Py_False);
}

static PyObject *bound_reduce(PyObject *bound, PyObject *unused)
{
    BoundWrapper *self = (BoundWrapper *)bound;
    return getattr_and(self->self, self->descriptor->d_common.d_name);
}

static PyObject *bound_get_class(BoundWrapper *bound, void *unused)
{
    return Py_NewRef((PyObject *)bound->descriptor->d_common.d_type);
}

static PyObject *bound_get_name(BoundWrapper *bound, void *unused)
{
    return PyUnicode_FromString(bound->descriptor->d_base->name);
}

static PyObject *bound_get_doc(BoundWrapper *bound, void *unused)
{
    return get_wrapper_doc(bound->descriptor, NULL);
}

static PyObject *bound_get_signature(BoundWrapper *bound, void *unused)
{
    return get_wrapper_signature(bound->descriptor, NULL);
}

static PyObject *bound_get_qualified_name(BoundWrapper *bound, void *unused)
{
    return get_qualified_name(&bound->descriptor->d_common, NULL);
}

static PyMethodDef bound_methods[] = {
    {"__reduce__", bound_reduce, METH_NOARGS},
    {NULL},
};

static PyMemberDef bound_members[] = {
    {"__self__", T_OBJECT, offsetof(BoundWrapper, self), READONLY},
    {NULL},
};

static PyGetSetDef bound_getset[] = {
    {"__objclass__", (getter)bound_get_class},
    {"__name__", (getter)bound_get_name},
    {"__qualname__", (getter)bound_get_qualified_name},
    {"__doc__", (getter)bound_get_doc},
    {"__text_signature__", (getter)bound_get_signature},
    {NULL},
};

PyTypeObject _PyMethodWrapper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "method-wrapper",
    .tp_basicsize = sizeof(BoundWrapper),
    .tp_dealloc = (destructor)bound_dealloc,
    .tp_repr = (reprfunc)bound_repr,
    .tp_hash = (hashfunc)bound_hash,
    .tp_call = (ternaryfunc)bound_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)bound_traverse,
    .tp_richcompare = bound_richcompare,
    .tp_methods = bound_methods,
    .tp_members = bound_members,
    .tp_getset = bound_getset,
};

PyObject *PyWrapper_New(PyObject *descriptor, PyObject *self)
{
    assert(Py_IS_TYPE(descriptor, &PyWrapperDescr_Type));
    BoundWrapper *bound = PyObject_GC_New(BoundWrapper, &_PyMethodWrapper_Type);
    if (bound == NULL) return NULL;
    bound->descriptor = (PyWrapperDescrObject *)Py_NewRef(descriptor);
    bound->self = Py_NewRef(self);
    PyObject_GC_Track(bound);
    return (PyObject *)bound;
}
