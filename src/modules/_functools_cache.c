// _functools_cache.c - functools._lru_cache_wrapper: a function with a cache of its results.
//
//   cache: dict key → result (no bound) or key → link (bounded); links form a ring, oldest first
//   after the root.
//
// (1) The dict owns the links, the ring borrows them.  (2) Whatever calls out (the function,
//     __eq__ and __hash__
// of keys) may use the same cache: after it all is looked up again.
#include "modules/_functools.h"

#include "abstract.h"
#include "cpython/classobject.h"
#include "dictobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "structmember.h"
#include "weakrefobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

typedef struct KrCacheLink {
    PyObject_HEAD
    struct KrCacheLink *previous, *next;
    Py_hash_t hash;
    PyObject *key;
    PyObject *result;
} KrCacheLink;

typedef struct KrCache {
    KrCacheLink root;      // its object header is this object's
    PyObject *cache;
    PyObject *function;
    Py_ssize_t maximum;    // -1: no bound
    int typed;
    Py_ssize_t hits, misses;
    PyObject *mark;        // stands before the keywords in a key
    PyObject *info_type;
    PyObject *dict;
    PyObject *weak_references;
} KrCache;

static PyTypeObject link_type, cache_type;

// ---- links ------------------------------------------------------------------------------------

static int link_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrCacheLink *)self)->key);
    Py_VISIT(((KrCacheLink *)self)->result);
    return 0;
}

static void link_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrCacheLink *)self)->key);
    Py_XDECREF(((KrCacheLink *)self)->result);
    PyObject_GC_Del(self);
}

static PyTypeObject link_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "functools._lru_list_elem",
    .tp_basicsize = sizeof(KrCacheLink),
    .tp_dealloc = link_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = link_traverse,
};

static void unlink_from_ring(KrCacheLink *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
}

static void link_as_newest(KrCache *self, KrCacheLink *link)
{
    KrCacheLink *root = &self->root;
    link->previous = root->previous;
    link->next = root;
    root->previous->next = link;
    root->previous = link;
}

static void empty_ring(KrCache *self)
{
    self->root.previous = self->root.next = &self->root;
}

// ---- keys -------------------------------------------------------------------------------------

// The key of a call: its only argument if that is a plain int or str, else a tuple of all there
// is.
static PyObject *key_of(KrCache *self, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t count = PyTuple_GET_SIZE(args), keywords = kwargs == NULL ? 0
        : PyDict_GET_SIZE(kwargs);
    if (!self->typed && keywords == 0) {
        PyObject *only = count == 1 ? PyTuple_GET_ITEM(args, 0) : NULL;
        if (only != NULL && (PyUnicode_CheckExact(only) || PyLong_CheckExact(only)))
            return Py_NewRef(only);
        return Py_NewRef(args);
    }
    Py_ssize_t size = count + (keywords > 0 ? 1 + 2 * keywords : 0)
        + (self->typed ? count + keywords : 0), at = 0;
    PyObject *key = PyTuple_New(size), *name, *value;
    if (key == NULL) return NULL;
    for (Py_ssize_t i = 0; i < count; i++)
        PyTuple_SET_ITEM(key, at++, Py_NewRef(PyTuple_GET_ITEM(args, i)));
    Py_ssize_t position = 0;
    if (keywords > 0) PyTuple_SET_ITEM(key, at++, Py_NewRef(self->mark));
    while (keywords > 0 && PyDict_Next(kwargs, &position, &name, &value)) {
        PyTuple_SET_ITEM(key, at++, Py_NewRef(name));
        PyTuple_SET_ITEM(key, at++, Py_NewRef(value));
    }
    for (Py_ssize_t i = 0; self->typed && i < count; i++)
        PyTuple_SET_ITEM(key, at++, Py_NewRef((PyObject *)Py_TYPE(PyTuple_GET_ITEM(args, i))));
    position = 0;
    while (self->typed && keywords > 0 && PyDict_Next(kwargs, &position, &name, &value))
        PyTuple_SET_ITEM(key, at++, Py_NewRef((PyObject *)Py_TYPE(value)));
    assert(at == size);
    return key;
}

// ---- calling ----------------------------------------------------------------------------------

static PyObject *call_unbounded(KrCache *self, PyObject *args, PyObject *kwargs)
{
    KR_AUTO PyObject *key = key_of(self, args, kwargs);
    Py_hash_t hash = key == NULL ? -1 : PyObject_Hash(key);
    if (hash == -1) return NULL;
    PyObject *found = _PyDict_GetItem_KnownHash(self->cache, key, hash);
    if (found != NULL) {
        self->hits++;
        return Py_NewRef(found);
    }
    if (PyErr_Occurred()) return NULL;
    self->misses++;
    KR_AUTO PyObject *result = PyObject_Call(self->function, args, kwargs);
    if (result == NULL || _PyDict_SetItem_KnownHash(self->cache, key, result, hash) < 0)
        return NULL;
    return kr_take(result);
}

// Forgets the oldest result: 0, or -1.
static int drop_oldest(KrCache *self)
{
    KrCacheLink *oldest = self->root.next;
    KR_AUTO PyObject *held = Py_NewRef((PyObject *)oldest);
    unlink_from_ring(oldest);
    if (_PyDict_DelItem_KnownHash(self->cache, oldest->key, oldest->hash) == 0) return 0;
    if (PyErr_ExceptionMatches(PyExc_KeyError)) {  // a nested call has removed it
        PyErr_Clear();
        return 0;
    }
    link_as_newest(self, oldest);
    return -1;
}

static int remember(KrCache *self, PyObject *key, Py_hash_t hash, PyObject *result)
{
    while (PyDict_GET_SIZE(self->cache) >= self->maximum && self->root.next != &self->root)
        if (drop_oldest(self) < 0) return -1;
    KrCacheLink *link = PyObject_GC_New(KrCacheLink, &link_type);
    if (link == NULL) return -1;
    link->hash = hash;
    link->key = Py_NewRef(key);
    link->result = Py_NewRef(result);
    PyObject_GC_Track(link);
    int failed = _PyDict_SetItem_KnownHash(self->cache, key, (PyObject *)link, hash);
    if (failed == 0) link_as_newest(self, link);
    Py_DECREF(link);
    return failed;
}

static PyObject *call_bounded(KrCache *self, PyObject *args, PyObject *kwargs)
{
    KR_AUTO PyObject *key = key_of(self, args, kwargs);
    Py_hash_t hash = key == NULL ? -1 : PyObject_Hash(key);
    if (hash == -1) return NULL;
    KrCacheLink *link = (KrCacheLink *)_PyDict_GetItem_KnownHash(self->cache, key, hash);
    if (link != NULL) {
        unlink_from_ring(link);
        link_as_newest(self, link);
        self->hits++;
        return Py_NewRef(link->result);
    }
    if (PyErr_Occurred()) return NULL;
    self->misses++;
    KR_AUTO PyObject *result = PyObject_Call(self->function, args, kwargs);
    if (result == NULL) return NULL;
    PyObject *meanwhile = _PyDict_GetItem_KnownHash(self->cache, key, hash);
    if (meanwhile != NULL) return kr_take(result);  // a nested call has stored it
    if (PyErr_Occurred() || remember(self, key, hash, result) < 0) return NULL;
    return kr_take(result);
}

static PyObject *cache_call(PyObject *object, PyObject *args, PyObject *kwargs)
{
    KrCache *self = (KrCache *)object;
    if (self->maximum < 0) return call_unbounded(self, args, kwargs);
    if (self->maximum > 0) return call_bounded(self, args, kwargs);
    self->misses++;
    return PyObject_Call(self->function, args, kwargs);
}

// ---- the type ---------------------------------------------------------------------------------

CONSTRUCTOR(lru_cache, "user_function, maxsize, typed: bool, cache_info_type",
            "Create a cached callable that wraps another function.\n\n"
            "user_function:      the function being cached\n\n"
            "maxsize:  0         for no caching\n"
            "          None      for unlimited cache size\n"
            "          n         for a bounded cache\n\n"
            "typed:    False     cache f(3) and f(3.0) as identical calls\n"
            "          True      cache f(3) and f(3.0) as distinct calls\n\n"
            "cache_info_type:    namedtuple class with the fields:\n"
            "                        hits misses currsize maxsize\n")
static PyObject *cache_new(PyTypeObject *type, PyObject *function, PyObject *maximum, int typed,
                           PyObject *info_type)
{
    Py_ssize_t limit = -1;
    if (!PyCallable_Check(function))
        return kr_raise(PyExc_TypeError, "the first argument must be callable");
    if (maximum != Py_None) {
        if (!PyIndex_Check(maximum))
            return kr_raise(PyExc_TypeError, "maxsize should be integer or None");
        limit = PyNumber_AsSsize_t(maximum, PyExc_OverflowError);
        if (limit == -1 && PyErr_Occurred()) return NULL;
        if (limit < 0) limit = 0;
    }
    KR_AUTO PyObject *cache = PyDict_New();
    KR_AUTO PyObject *mark = cache == NULL ? NULL
        : PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type);
    KrCache *self = mark == NULL ? NULL : (KrCache *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    empty_ring(self);
    self->cache = kr_take(cache);
    self->mark = kr_take(mark);
    self->function = Py_NewRef(function);
    self->maximum = limit;
    self->typed = typed;
    self->info_type = Py_NewRef(info_type);
    return (PyObject *)self;
}

static int cache_traverse(PyObject *object, visitproc visit, void *arg)
{
    KrCache *self = (KrCache *)object;
    Py_VISIT(self->cache);
    Py_VISIT(self->function);
    Py_VISIT(self->mark);
    Py_VISIT(self->info_type);
    Py_VISIT(self->dict);
    return 0;
}

static int cache_tp_clear(PyObject *object)
{
    KrCache *self = (KrCache *)object;
    empty_ring(self);
    Py_CLEAR(self->cache);
    Py_CLEAR(self->function);
    Py_CLEAR(self->mark);
    Py_CLEAR(self->info_type);
    Py_CLEAR(self->dict);
    return 0;
}

static void cache_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (((KrCache *)self)->weak_references != NULL) PyObject_ClearWeakRefs(self);
    cache_tp_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *cache_bind(PyObject *self, PyObject *object, PyObject *type)
{
    return object == NULL || object == Py_None ? Py_NewRef(self) : PyMethod_New(self, object);
}

METHOD(cache_info, "self", "Report cache statistics")
static PyObject *cache_cache_info(KrCache *self)
{
    KR_AUTO PyObject *hits = PyLong_FromSsize_t(self->hits);
    KR_AUTO PyObject *misses = PyLong_FromSsize_t(self->misses);
    KR_AUTO PyObject *maximum = self->maximum < 0 ? Py_NewRef(Py_None)
        : PyLong_FromSsize_t(self->maximum);
    KR_AUTO PyObject *size = PyLong_FromSsize_t(PyDict_GET_SIZE(self->cache));
    if (hits == NULL || misses == NULL || maximum == NULL || size == NULL) return NULL;
    PyObject *args[4] = {hits, misses, maximum, size};
    return PyObject_Vectorcall(self->info_type, args, 4, NULL);
}

METHOD(cache_clear, "self", "Clear the cache and cache statistics")
static PyObject *cache_cache_clear(KrCache *self)
{
    empty_ring(self);
    self->hits = self->misses = 0;
    PyDict_Clear(self->cache);
    Py_RETURN_NONE;
}

METHOD(__reduce__, "self", "")
static PyObject *cache___reduce__(PyObject *self)
{
    return PyObject_GetAttr(self, ID(__qualname__));
}

METHOD(__copy__, "self", "")
static PyObject *cache___copy__(PyObject *self)
{
    return Py_NewRef(self);
}

METHOD(__deepcopy__, "self, memo, /", "")
static PyObject *cache___deepcopy__(PyObject *self, PyObject *memo)
{
    return Py_NewRef(self);
}

#include "modules/_functools_cache.methods.h"

static PyGetSetDef cache_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyTypeObject cache_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "functools._lru_cache_wrapper",
    .tp_basicsize = sizeof(KrCache),
    .tp_dealloc = cache_dealloc,
    .tp_call = cache_call,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_doc = cache_doc,
    .tp_traverse = cache_traverse,
    .tp_clear = cache_tp_clear,
    .tp_weaklistoffset = offsetof(KrCache, weak_references),
    .tp_methods = cache_methods,
    .tp_getset = cache_getset,
    .tp_descr_get = cache_bind,
    .tp_dictoffset = offsetof(KrCache, dict),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = cache_tp_new,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = cache_tp_vectorcall,
};

int kr_functools_add_cache(PyObject *module)
{
    if (PyType_Ready(&link_type) < 0) return -1;
    return PyModule_AddType(module, &cache_type);
}
