// type_object.c - `type` itself: calling classes, attributes of classes, repr, the end of a class.
//
// Getters and setters (__bases__, __doc__, …) are in type_attributes.c, type.__new__ in
// type_new.c.
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "abstract.h"
#include "boolobject.h"
#include "ceval.h"
#include "descrobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/containers/instance_dict.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/attributes.h"
#include "objects/model/call.h"
#include "objects/model/slots.h"
#include "objects/model/type.h"
#include "objects/model/type_attributes.h"
#include "objects/model/type_mro.h"
#include "objects/model/type_ready.h"
#include "objects/model/union.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "weakrefobject.h"

// --- calling a class

static PyObject *initialize(PyTypeObject *type, STEALS PyObject *object, PyObject *args,
                            PyObject *kwargs)
{
    if (object == NULL || !PyObject_TypeCheck(object, type)) return object;
    initproc init = Py_TYPE(object)->tp_init;
    if (init == NULL || init(object, args, kwargs) >= 0) return object;
    Py_DECREF(object);
    return NULL;
}

static PyObject *type_call(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (type == &PyType_Type) {
        Py_ssize_t count = PyTuple_GET_SIZE(args);
        if (count == 1 && (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0))
            return Py_NewRef((PyObject *)Py_TYPE(PyTuple_GET_ITEM(args, 0)));
        if (count != 3) return kr_raise(PyExc_TypeError, "type() takes 1 or 3 arguments");
    }
    if (type->tp_new == NULL)
        return kr_raise(PyExc_TypeError, "cannot create '%s' instances", type->tp_name);
    PyObject *object = type->tp_new(type, args, kwargs);
    return initialize(type, _Py_CheckFunctionResult(NULL, (PyObject *)type, object, NULL), args,
                      kwargs);
}

// type(x) without packing the argument.
static PyObject *type_vectorcall(PyObject *metatype, PyObject *const *args, size_t nargsf,
                                 PyObject *keywords)
{
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (count == 1 && metatype == (PyObject *)&PyType_Type) {
        if (keywords != NULL && PyTuple_GET_SIZE(keywords) > 0)
            return kr_raise(PyExc_TypeError, "type() takes no keyword arguments");
        return Py_NewRef((PyObject *)Py_TYPE(args[0]));
    }
    return _PyObject_MakeTpCall(PyThreadState_Get(), metatype, args, count, keywords);
}

static int type_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count == 1 && kwargs != NULL && PyDict_GET_SIZE(kwargs) != 0)
        return kr_raise_int(PyExc_TypeError, "type.__init__() takes no keyword arguments");
    if (count != 1 && count != 3)
        return kr_raise_int(PyExc_TypeError, "type.__init__() takes 1 or 3 arguments");
    return 0;
}

// --- attributes of a class

// The metatype's data descriptors come first, then the class and its bases, then the rest of the
// metatype.
static PyObject *type_getattro(PyObject *self, PyObject *name)
{
    PyTypeObject *type = (PyTypeObject *)self, *metatype = Py_TYPE(type);
    if (!PyUnicode_Check(name)) {
        kr_attributes_refuse_name(name);
        return NULL;
    }
    if (!kr_type_has_flag(type, Py_TPFLAGS_READY | Py_TPFLAGS_READYING) && PyType_Ready(type) < 0)
        return NULL;
    KR_AUTO PyObject *meta = Py_XNewRef(_PyType_Lookup(metatype, name));
    descrgetfunc bind_meta = meta == NULL ? NULL : Py_TYPE(meta)->tp_descr_get;
    if (bind_meta != NULL && Py_TYPE(meta)->tp_descr_set != NULL)
        return bind_meta(meta, self, (PyObject *)metatype);
    KR_AUTO PyObject *own = Py_XNewRef(_PyType_Lookup(type, name));
    if (own != NULL) {
        descrgetfunc bind = Py_TYPE(own)->tp_descr_get;
        return bind == NULL ? kr_take(own) : bind(own, NULL, self);
    }
    if (bind_meta != NULL) return bind_meta(meta, self, (PyObject *)metatype);
    if (meta != NULL) return kr_take(meta);
    return kr_raise(PyExc_AttributeError, "type object '%.50s' has no attribute '%U'",
                    type->tp_name, name);
}

static int type_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    PyTypeObject *type = (PyTypeObject *)self;
    if (kr_type_has_flag(type, Py_TPFLAGS_IMMUTABLETYPE))
        return kr_raise_int(PyExc_TypeError, "cannot set %R attribute of immutable type '%s'",
                            name, type->tp_name);
    if (!PyUnicode_Check(name)) return kr_attributes_refuse_name(name);
    PyObject *interned = PyUnicode_CheckExact(name) ? Py_NewRef(name) : PyUnicode_FromObject(name);
    if (interned == NULL) return -1;
    PyUnicode_InternInPlace(&interned);
    KR_AUTO PyObject *kept = interned;
    int status = _PyObject_GenericSetAttrWithDict(self, kept, value, NULL);
    // A setter may have run and changed the dict: caches are void even on failure.
    PyType_Modified(type);
    return status < 0 ? -1 : kr_slots_update(type, kept);
}

// --- methods

METHOD(mro, "self, /", "Return a type's method resolution order.")
static PyObject *type_mro(PyTypeObject *self)
{
    return kr_type_mro_linearize(self);
}

METHOD(__subclasses__, "self, /", "Return a list of immediate subclasses.")
static PyObject *type___subclasses__(PyTypeObject *self)
{
    return kr_type_ready_subclasses(self);
}

METHOD(__prepare__, "cls, *args, **kwargs",
       "__prepare__() -> dict\nused to create the namespace for the class statement")
static PyObject *type___prepare__(PyTypeObject *cls, PyObject *args, PyObject *kwargs)
{
    return PyDict_New();
}

METHOD(__instancecheck__, "self, instance, /", "Check if an object is an instance.")
static PyObject *type___instancecheck__(PyTypeObject *self, PyObject *instance)
{
    int answer = _PyObject_RealIsInstance(instance, (PyObject *)self);
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

METHOD(__subclasscheck__, "self, subclass, /", "Check if a class is a subclass.")
static PyObject *type___subclasscheck__(PyTypeObject *self, PyObject *subclass)
{
    int answer = _PyObject_RealIsSubclass(subclass, (PyObject *)self);
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

// Adds the names in the dicts of [class] and its bases; not the metatype's.
int kr_type_merge_class_dict(PyObject *names, PyObject *class)
{
    PyObject *found;
    if (_PyObject_LookupAttr(class, ID(__dict__), &found) < 0) return -1;
    KR_AUTO PyObject *dict = found;
    if (dict != NULL && PyDict_Update(names, dict) < 0) return -1;
    if (_PyObject_LookupAttr(class, ID(__bases__), &found) < 0) return -1;
    KR_AUTO PyObject *bases = found;
    if (bases == NULL) return 0;
    Py_ssize_t count = PySequence_Size(bases);
    if (count < 0) return -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        KR_AUTO PyObject *base = PySequence_GetItem(bases, i);
        if (base == NULL) return -1;
        if (Py_EnterRecursiveCall(" in __dir__")) return -1;
        int status = kr_type_merge_class_dict(names, base);
        Py_LeaveRecursiveCall();
        if (status < 0) return -1;
    }
    return 0;
}

METHOD(__dir__, "self, /", "Specialized __dir__ implementation for types.")
static PyObject *type___dir__(PyTypeObject *self)
{
    KR_AUTO PyObject *names = PyDict_New();
    if (names == NULL || kr_type_merge_class_dict(names, (PyObject *)self) < 0) return NULL;
    return PyDict_Keys(names);
}

METHOD(__sizeof__, "self, /", "Return memory consumption of the type object.")
static PyObject *type___sizeof__(PyTypeObject *self)
{
    size_t size = sizeof(PyTypeObject);
    if (kr_type_has_flag(self, Py_TPFLAGS_HEAPTYPE)) {
        size = sizeof(PyHeapTypeObject);
        PyDictKeysObject *keys = kr_type_cached_keys(self);
        if (keys != NULL) size += (size_t)kr_keys_bytes(keys);
    }
    return PyLong_FromSize_t(size);
}

#include "objects/model/type_object.methods.h"

static PyMemberDef type_members[] = {
    {"__basicsize__", T_PYSSIZET, offsetof(PyTypeObject, tp_basicsize), READONLY},
    {"__itemsize__", T_PYSSIZET, offsetof(PyTypeObject, tp_itemsize), READONLY},
    {"__flags__", T_ULONG, offsetof(PyTypeObject, tp_flags), READONLY},
    {"__weakrefoffset__", T_PYSSIZET, offsetof(PyTypeObject, tp_weaklistoffset), READONLY},
    {"__base__", T_OBJECT, offsetof(PyTypeObject, tp_base), READONLY},
    {"__dictoffset__", T_PYSSIZET, offsetof(PyTypeObject, tp_dictoffset), READONLY},
    {"__mro__", T_OBJECT, offsetof(PyTypeObject, tp_mro), READONLY},
    {NULL},
};

// --- repr and number slots

static PyObject *type_repr(PyTypeObject *type)
{
    KR_AUTO PyObject *module = kr_type_attributes_get_module(type);
    if (module == NULL) PyErr_Clear();
    KR_AUTO PyObject *name = kr_type_attributes_get_qualified_name(type);
    if (name == NULL) return NULL;
    if (module == NULL || !PyUnicode_Check(module))
        return PyUnicode_FromFormat("<class '%s'>", type->tp_name);
    if (_PyUnicode_EqualToASCIIString(module, "builtins"))
        return PyUnicode_FromFormat("<class '%U'>", name);
    return PyUnicode_FromFormat("<class '%U.%U'>", module, name);
}

static PyNumberMethods type_as_number = {.nb_or = kr_union_of_types};

// --- life

static int type_traverse(PyTypeObject *type, visitproc visit, void *arg)
{
    assert(kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE));
    Py_VISIT(type->tp_dict);
    Py_VISIT(type->tp_cache);
    Py_VISIT(type->tp_mro);
    Py_VISIT(type->tp_bases);
    Py_VISIT(type->tp_base);
    Py_VISIT(((PyHeapTypeObject *)type)->ht_module);
    return 0;
}

static int type_clear(PyTypeObject *type)
{
    assert(kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE));
    PyType_Modified(type);
    if (type->tp_dict != NULL) PyDict_Clear(type->tp_dict);
    Py_CLEAR(((PyHeapTypeObject *)type)->ht_module);
    Py_CLEAR(type->tp_mro);
    return 0;
}

static int type_is_gc(PyTypeObject *type)
{
    return kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE);
}

static void type_dealloc(PyTypeObject *type)
{
    assert(kr_type_has_flag(type, Py_TPFLAGS_HEAPTYPE));
    PyHeapTypeObject *heap = (PyHeapTypeObject *)type;
    PyObject_GC_UnTrack(type);
    PyObject *exception, *value, *traceback;
    PyErr_Fetch(&exception, &value, &traceback);
    if (type->tp_bases != NULL) kr_type_ready_unlink_bases(type, type->tp_bases);
    PyErr_Restore(exception, value, traceback);
    PyObject_ClearWeakRefs((PyObject *)type);
    type->tp_flags &= ~Py_TPFLAGS_VALID_VERSION_TAG;
    Py_XDECREF(type->tp_base);
    Py_XDECREF(type->tp_dict);
    Py_XDECREF(type->tp_bases);
    Py_XDECREF(type->tp_mro);
    Py_XDECREF(type->tp_cache);
    Py_XDECREF(type->tp_subclasses);
    PyObject_Free((char *)type->tp_doc);
    if (heap->ht_cached_keys != NULL) _PyDictKeys_DecRef(heap->ht_cached_keys);
    Py_XDECREF(heap->ht_name);
    Py_XDECREF(heap->ht_qualname);
    Py_XDECREF(heap->ht_slots);
    Py_XDECREF(heap->ht_module);
    PyMem_Free(heap->_ht_tpname);
    Py_TYPE(type)->tp_free(type);
}

PyTypeObject PyType_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "type",
    .tp_basicsize = sizeof(PyHeapTypeObject),
    .tp_itemsize = sizeof(PyMemberDef),
    .tp_dealloc = (destructor)type_dealloc,
    .tp_vectorcall_offset = offsetof(PyTypeObject, tp_vectorcall),
    .tp_repr = (reprfunc)type_repr,
    .tp_as_number = &type_as_number,
    .tp_call = (ternaryfunc)type_call,
    .tp_getattro = type_getattro,
    .tp_setattro = type_setattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_TYPE_SUBCLASS | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_doc = PyDoc_STR("type(object) -> the object's type\n"
                        "type(name, bases, dict, **kwds) -> a new type"),
    .tp_traverse = (traverseproc)type_traverse,
    .tp_clear = (inquiry)type_clear,
    .tp_weaklistoffset = offsetof(PyTypeObject, tp_weaklist),
    .tp_methods = type_methods,
    .tp_members = type_members,
    .tp_getset = kr_type_attributes_getset,
    .tp_dictoffset = offsetof(PyTypeObject, tp_dict),
    .tp_init = type_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = kr_type_new,
    .tp_free = PyObject_GC_Del,
    .tp_is_gc = (inquiry)type_is_gc,
    .tp_vectorcall = type_vectorcall,
};
