// module.c - the module _collections: its types, _tuplegetter and _count_elements.
#include "modules/_collections/deque.h"

#include "abstract.h"
#include "cpython/odictobject.h"
#include "dictobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "structmember.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

// ---- _tuplegetter -----------------------------------------------------------------------------

typedef struct KrTupleGetter {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *doc;
} KrTupleGetter;

CONSTRUCTOR(_tuplegetter, "index: ssize, doc, /", "")
static PyObject *getter_new(PyTypeObject *type, Py_ssize_t index, PyObject *doc)
{
    KrTupleGetter *self = (KrTupleGetter *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->index = index;
    self->doc = Py_NewRef(doc);
    return (PyObject *)self;
}

static int getter_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrTupleGetter *)self)->doc);
    return 0;
}

static int getter_clear(PyObject *self)
{
    Py_CLEAR(((KrTupleGetter *)self)->doc);
    return 0;
}

static void getter_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    getter_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *getter_get(PyObject *self, PyObject *object, PyObject *type)
{
    Py_ssize_t index = ((KrTupleGetter *)self)->index;
    if (object == NULL) return Py_NewRef(self);
    if (!PyTuple_Check(object)) {
        if (object == Py_None) return Py_NewRef(self);
        return kr_raise(PyExc_TypeError, "descriptor for index '%zd' for tuple subclasses doesn't "
                        "apply to '%s' object", index, Py_TYPE(object)->tp_name);
    }
    if (index < 0 || index >= PyTuple_GET_SIZE(object))
        return kr_raise(PyExc_IndexError, "tuple index out of range");
    return Py_NewRef(PyTuple_GET_ITEM(object, index));
}

static int getter_set(PyObject *self, PyObject *object, PyObject *value)
{
    return kr_raise_int(PyExc_AttributeError,
                        value == NULL ? "can't delete attribute" : "can't set attribute");
}

METHOD(__reduce__, "self", "")
static PyObject *getter___reduce__(KrTupleGetter *self)
{
    KR_AUTO PyObject *index = PyLong_FromSsize_t(self->index);
    KR_AUTO PyObject *args = index == NULL ? NULL : PyTuple_Pack(2, index, self->doc);
    return args == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), args);
}

static PyObject *getter_repr(PyObject *self)
{
    return PyUnicode_FromFormat("%s(%zd, %R)", _PyType_Name(Py_TYPE(self)),
                                ((KrTupleGetter *)self)->index, ((KrTupleGetter *)self)->doc);
}

// ---- _count_elements --------------------------------------------------------------------------

static int count_in_dict(PyObject *mapping, PyObject *iterator, PyObject *one)
{
    for (;;) {
        KR_AUTO PyObject *key = PyIter_Next(iterator);
        if (key == NULL) return PyErr_Occurred() ? -1 : 0;
        Py_hash_t hash = PyObject_Hash(key);
        if (hash == -1) return -1;
        PyObject *old = _PyDict_GetItem_KnownHash(mapping, key, hash);
        if (old == NULL && PyErr_Occurred()) return -1;
        KR_AUTO PyObject *count = old == NULL ? Py_NewRef(one) : PyNumber_Add(old, one);
        if (count == NULL || _PyDict_SetItem_KnownHash(mapping, key, count, hash) < 0) return -1;
    }
}

static int count_in_mapping(PyObject *mapping, PyObject *iterator, PyObject *one)
{
    KR_AUTO PyObject *get = PyObject_GetAttr(mapping, ID(get));
    KR_AUTO PyObject *zero = get == NULL ? NULL : PyLong_FromLong(0);
    if (zero == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *key = PyIter_Next(iterator);
        if (key == NULL) return PyErr_Occurred() ? -1 : 0;
        KR_AUTO PyObject *old = PyObject_CallFunctionObjArgs(get, key, zero, NULL);
        KR_AUTO PyObject *count = old == NULL ? NULL : PyNumber_Add(old, one);
        if (count == NULL || PyObject_SetItem(mapping, key, count) < 0) return -1;
    }
}

static bool is_dicts_own(PyObject *mapping, PyObject *name)
{
    PyObject *found = _PyType_Lookup(Py_TYPE(mapping), name);
    return found != NULL && found == _PyType_Lookup(&PyDict_Type, name);
}

METHOD(_count_elements, "module, mapping, iterable, /",
       "Count elements in the iterable, updating the mapping")
static PyObject *collections__count_elements(PyObject *module, PyObject *mapping,
                                             PyObject *iterable)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    KR_AUTO PyObject *one = iterator == NULL ? NULL : PyLong_FromLong(1);
    if (one == NULL) return NULL;
    bool plain = PyDict_Check(mapping) && is_dicts_own(mapping, ID(get))
        && is_dicts_own(mapping, ID(__setitem__));
    int failed = plain ? count_in_dict(mapping, iterator, one)
        : count_in_mapping(mapping, iterator, one);
    if (failed < 0) return NULL;
    Py_RETURN_NONE;
}

#include "modules/_collections/module.methods.h"

static PyMemberDef getter_members[] = {
    {"__doc__", T_OBJECT, offsetof(KrTupleGetter, doc), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyTypeObject getter_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_collections._tuplegetter",
    .tp_basicsize = sizeof(KrTupleGetter),
    .tp_dealloc = getter_dealloc,
    .tp_repr = getter_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = getter_traverse,
    .tp_clear = getter_clear,
    .tp_methods = getter_methods,
    .tp_members = getter_members,
    .tp_descr_get = getter_get,
    .tp_descr_set = getter_set,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = getter_tp_new,
    .tp_free = PyObject_GC_Del,
};

static int execute(PyObject *module)
{
    if (kr_collections_add_deque(module) < 0 || kr_collections_add_defaultdict(module) < 0)
        return -1;
    if (PyModule_AddType(module, &getter_type) < 0) return -1;
    return PyModule_AddObjectRef(module, "OrderedDict", (PyObject *)&PyODict_Type);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_collections",
    .m_doc = "High performance data structures.\n"
             "- deque:        ordered collection accessible from endpoints only\n"
             "- defaultdict:  dict subclass with a default value factory\n",
    .m_methods = collections_methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__collections(void)
{
    return PyModuleDef_Init(&definition);
}
