// weakref.c - weak references: weakref.ref, and the list of them that each object keeps.
//
//   object -> ref without callback -> proxy without callback -> others, newest last
//
// (1) At most one exact ref and one proxy without callback exist for an object; they come first in
//     this order.
// (2) wr_object is None exactly when the reference is dead; then it is on no list.
// (3) Callbacks run when the object is dead for all references, newest reference first.
// Proxies are in weak_proxy.c.
#include "objects/model/weakref.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include "abstract.h"
#include "boolobject.h"
#include "dictobject.h"
#include "genericaliasobject.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/attributes.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// --- the list

static bool is_exact_ref(PyWeakReference *reference)
{
    return reference != NULL && reference->wr_callback == NULL
        && Py_IS_TYPE(reference, &_PyWeakref_RefType);
}

static bool is_plain_proxy(PyWeakReference *reference)
{
    return reference != NULL && reference->wr_callback == NULL && PyWeakref_CheckProxy(reference);
}

static void insert_first(PyWeakReference *reference, PyWeakReference **list)
{
    reference->wr_prev = NULL;
    reference->wr_next = *list;
    if (*list != NULL) (*list)->wr_prev = reference;
    *list = reference;
}

static void insert_after(PyWeakReference *reference, PyWeakReference *place)
{
    reference->wr_prev = place;
    reference->wr_next = place->wr_next;
    if (place->wr_next != NULL) place->wr_next->wr_prev = reference;
    place->wr_next = reference;
}

// The shared reference and the shared proxy at the head of [list]; keeps (1).
static void find_shared(PyWeakReference *list, PyWeakReference **ret_ref,
                        PyWeakReference **ret_proxy)
{
    *ret_ref = is_exact_ref(list) ? list : NULL;
    if (*ret_ref != NULL) list = list->wr_next;
    *ret_proxy = is_plain_proxy(list) ? list : NULL;
}

static PyObject *vectorcall_ref(PyObject *self, PyObject *const *args, size_t nargsf,
                                PyObject *keywords);

static void init_reference(PyWeakReference *reference, PyObject *object, PyObject *callback)
{
    reference->hash = -1;
    reference->wr_object = object;
    reference->wr_prev = reference->wr_next = NULL;
    reference->wr_callback = Py_XNewRef(callback);
    reference->vectorcall = vectorcall_ref;
}

void kr_weakref_detach(PyWeakReference *self)
{
    if (self->wr_object != Py_None) {
        PyWeakReference **list = kr_weakref_list(self->wr_object);
        if (*list == self) *list = self->wr_next;
        if (self->wr_prev != NULL) self->wr_prev->wr_next = self->wr_next;
        if (self->wr_next != NULL) self->wr_next->wr_prev = self->wr_prev;
        self->wr_object = Py_None;
        self->wr_prev = self->wr_next = NULL;
    }
    Py_CLEAR(self->wr_callback);
}

// Kills the reference but keeps its callback: for the collector.
void _PyWeakref_ClearRef(PyWeakReference *self)
{
    PyObject *callback = self->wr_callback;
    self->wr_callback = NULL;
    kr_weakref_detach(self);
    self->wr_callback = callback;
}

Py_ssize_t _PyWeakref_GetWeakrefCount(PyWeakReference *head)
{
    Py_ssize_t count = 0;
    for (; head != NULL; head = head->wr_next) count++;
    return count;
}

PyObject *kr_weakref_list_all(PyObject *object)
{
    KR_AUTO PyObject *all = PyList_New(0);
    if (all == NULL || !PyType_SUPPORTS_WEAKREFS(Py_TYPE(object))) return kr_take(all);
    for (PyWeakReference *each = *kr_weakref_list(object); each != NULL; each = each->wr_next)
        if (PyList_Append(all, (PyObject *)each) < 0) return NULL;
    return kr_take(all);
}

PyObject *kr_weakref_get(PyObject *reference)
{
    PyObject *object = ((PyWeakReference *)reference)->wr_object;
    // Its count is 0 while it is being torn down.
    return object == Py_None || Py_REFCNT(object) <= 0 ? NULL : Py_NewRef(object);
}

// --- making

static bool supports_weakrefs(PyObject *object)
{
    if (PyType_SUPPORTS_WEAKREFS(Py_TYPE(object))) return true;
    kr_raise(PyExc_TypeError, "cannot create weak reference to '%s' object",
             Py_TYPE(object)->tp_name);
    return false;
}

static void link_reference(PyWeakReference *self, PyWeakReference **list, bool shared, bool proxy)
{
    PyWeakReference *ref, *shared_proxy;
    find_shared(*list, &ref, &shared_proxy);
    PyWeakReference *place = NULL;
    if (!shared) place = shared_proxy != NULL ? shared_proxy : ref;
    else if (proxy) place = ref;
    if (place == NULL) insert_first(self, list);
    else insert_after(self, place);
}

static PyObject *new_reference(PyTypeObject *type, PyObject *object, PyObject *callback)
{
    if (!supports_weakrefs(object)) return NULL;
    if (callback == Py_None) callback = NULL;
    bool proxy = type != &_PyWeakref_RefType && PyType_IsSubtype(type, &_PyWeakref_RefType) == 0;
    bool shared = callback == NULL && (proxy || type == &_PyWeakref_RefType);
    PyWeakReference **list = kr_weakref_list(object), *ref, *shared_proxy;
    find_shared(*list, &ref, &shared_proxy);
    PyWeakReference *existing = !shared ? NULL : proxy ? shared_proxy : ref;
    if (existing != NULL && Py_REFCNT(existing) > 0) return Py_NewRef((PyObject *)existing);
    PyWeakReference *self = proxy || type == &_PyWeakref_RefType
                                ? PyObject_GC_New(PyWeakReference, type)
                                : (PyWeakReference *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    init_reference(self, object, callback);
    // The allocation may have run the collector, and that a callback which made the same
    // reference.
    find_shared(*list, &ref, &shared_proxy);
    existing = !shared ? NULL : proxy ? shared_proxy : ref;
    if (existing != NULL) {
        self->wr_object = Py_None;
        PyObject_GC_Track(self);
        Py_DECREF(self);
        return Py_NewRef((PyObject *)existing);
    }
    link_reference(self, list, shared, proxy);
    if (!PyObject_GC_IsTracked((PyObject *)self)) PyObject_GC_Track(self);
    return (PyObject *)self;
}

PyObject *PyWeakref_NewRef(PyObject *object, PyObject *callback)
{
    return new_reference(&_PyWeakref_RefType, object, callback);
}

PyObject *PyWeakref_NewProxy(PyObject *object, PyObject *callback)
{
    return new_reference(PyCallable_Check(object) ? &_PyWeakref_CallableProxyType
                         : &_PyWeakref_ProxyType, object, callback);
}

PyObject *PyWeakref_GetObject(PyObject *reference)
{
    if (reference != NULL && PyWeakref_Check(reference)) return PyWeakref_GET_OBJECT(reference);
    PyErr_BadInternalCall();
    return NULL;
}

// --- the end of an object

void kr_weakref_call_callback(PyWeakReference *reference, PyObject *callback)
{
    KR_AUTO PyObject *result = PyObject_CallOneArg(callback, (PyObject *)reference);
    if (result == NULL) PyErr_WriteUnraisable(callback);
}

// Kills all references, noting those with callbacks in [pending] (a list of pairs).  False without
// memory.
static bool kill_all(PyWeakReference **list, PyObject *pending)
{
    bool complete = true;
    while (*list != NULL) {
        PyWeakReference *reference = *list;
        KR_AUTO PyObject *callback = reference->wr_callback;
        reference->wr_callback = NULL;
        // A reference that is itself being torn down gets no call.
        if (callback != NULL && Py_REFCNT(reference) > 0) {
            KR_AUTO PyObject *pair = PyTuple_Pack(2, reference, callback);
            if (pair == NULL || PyList_Append(pending, pair) < 0) complete = false;
        }
        kr_weakref_detach(reference);
    }
    return complete;
}

static bool has_callback(PyWeakReference *list)
{
    for (; list != NULL; list = list->wr_next)
        if (list->wr_callback != NULL) return true;
    return false;
}

static void call_all(PyWeakReference **list)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    KR_AUTO PyObject *pending = PyList_New(0);
    if (pending == NULL || !kill_all(list, pending)) PyErr_WriteUnraisable(NULL);
    while (*list != NULL) kr_weakref_detach(*list);
    for (Py_ssize_t i = 0; pending != NULL && i < PyList_GET_SIZE(pending); i++) {
        PyObject *pair = PyList_GET_ITEM(pending, i);
        kr_weakref_call_callback((PyWeakReference *)PyTuple_GET_ITEM(pair, 0),
                                 PyTuple_GET_ITEM(pair, 1));
    }
    PyErr_Restore(type, value, traceback);
}

void PyObject_ClearWeakRefs(PyObject *object)
{
    if (object == NULL || !PyType_SUPPORTS_WEAKREFS(Py_TYPE(object)) || Py_REFCNT(object) != 0) {
        PyErr_BadInternalCall();
        return;
    }
    PyWeakReference **list = kr_weakref_list(object);
    if (has_callback(*list)) call_all(list);
    while (*list != NULL) kr_weakref_detach(*list);
}

// --- weakref.ref

static void ref_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    kr_weakref_detach((PyWeakReference *)self);
    Py_TYPE(self)->tp_free(self);
}

static int ref_traverse(PyWeakReference *self, visitproc visit, void *arg)
{
    Py_VISIT(self->wr_callback);
    return 0;
}

static int ref_clear(PyWeakReference *self)
{
    kr_weakref_detach(self);
    return 0;
}

static PyObject *vectorcall_ref(PyObject *self, PyObject *const *args, size_t nargsf,
                                PyObject *keywords)
{
    if (keywords != NULL && PyTuple_GET_SIZE(keywords) > 0)
        return kr_raise(PyExc_TypeError, "weakref() takes no keyword arguments");
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (count != 0)
        return kr_raise(PyExc_TypeError, "weakref expected 0 arguments, got %zd", count);
    PyObject *object = kr_weakref_get(self);
    return object == NULL ? Py_NewRef(Py_None) : object;
}

static Py_hash_t ref_hash(PyWeakReference *self)
{
    if (self->hash != -1) return self->hash;
    KR_AUTO PyObject *object = kr_weakref_get((PyObject *)self);
    if (object == NULL) return kr_raise_int(PyExc_TypeError, "weak object has gone away");
    self->hash = PyObject_Hash(object);
    return self->hash;
}

static PyObject *ref_repr(PyObject *self)
{
    KR_AUTO PyObject *object = kr_weakref_get(self);
    if (object == NULL) return PyUnicode_FromFormat("<weakref at %p; dead>", self);
    PyObject *found;
    if (_PyObject_LookupAttr(object, ID(__name__), &found) < 0) return NULL;
    KR_AUTO PyObject *name = found;
    if (name == NULL || !PyUnicode_Check(name))
        return PyUnicode_FromFormat("<weakref at %p; to '%s' at %p>", self,
                                    Py_TYPE(object)->tp_name, object);
    return PyUnicode_FromFormat("<weakref at %p; to '%s' at %p (%U)>", self,
                                Py_TYPE(object)->tp_name, object, name);
}

// Living referents are compared; dead references only by identity.
static PyObject *ref_richcompare(PyObject *left, PyObject *right, int operator)
{
    if ((operator != Py_EQ && operator != Py_NE) || !PyWeakref_CheckRef(left)
        || !PyWeakref_CheckRef(right))
        Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *one = kr_weakref_get(left);
    KR_AUTO PyObject *other = kr_weakref_get(right);
    if (one != NULL && other != NULL) return PyObject_RichCompare(one, other, operator);
    return PyBool_FromLong((left == right) == (operator == Py_EQ));
}

// The object and callback of a constructor call: 0, or -1 with TypeError.
static int read_arguments(PyObject *args, PyObject *kwargs, const char *name,
                          PyObject **ret_object, PyObject **ret_callback)
{
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count < 1)
        return kr_raise_int(PyExc_TypeError, "%s expected at least 1 argument, got %zd", name,
                            count);
    if (count > 2)
        return kr_raise_int(PyExc_TypeError, "%s expected at most 2 arguments, got %zd", name,
                            count);
    *ret_object = PyTuple_GET_ITEM(args, 0);
    *ret_callback = count > 1 ? PyTuple_GET_ITEM(args, 1) : NULL;
    return 0;
}

// Keywords are __init__'s business: subclasses may take some.
static PyObject *ref_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *object, *callback;
    if (read_arguments(args, kwargs, "__new__", &object, &callback) < 0) return NULL;
    return new_reference(type, object, callback);
}

static int ref_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *object, *callback;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)
        return kr_raise_int(PyExc_TypeError, "ref() takes no keyword arguments");
    return read_arguments(args, kwargs, "__init__", &object, &callback);
}

METHOD(__class_getitem__, "cls, item: object, /", "See PEP 585")
static PyObject *ref___class_getitem__(PyObject *cls, PyObject *item)
{
    return Py_GenericAlias(cls, item);
}

#include "objects/model/weakref.methods.h"

static PyMemberDef ref_members[] = {
    {"__callback__", T_OBJECT, offsetof(PyWeakReference, wr_callback), READONLY},
    {NULL},
};

PyTypeObject _PyWeakref_RefType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "weakref.ReferenceType",
    .tp_basicsize = sizeof(PyWeakReference),
    .tp_dealloc = ref_dealloc,
    .tp_vectorcall_offset = offsetof(PyWeakReference, vectorcall),
    .tp_repr = ref_repr,
    .tp_hash = (hashfunc)ref_hash,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL
        | Py_TPFLAGS_BASETYPE,
    .tp_traverse = (traverseproc)ref_traverse,
    .tp_clear = (inquiry)ref_clear,
    .tp_richcompare = ref_richcompare,
    .tp_methods = ref_methods,
    .tp_members = ref_members,
    .tp_init = ref_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = ref_new,
    .tp_free = PyObject_GC_Del,
};
