// grouping.c - groupby.
//
// A group ends when the key changes, when groupby goes on, or when another group is made: only the
// newest group (current_group, borrowed) may take items.
#include "modules/itertools/itertools.h"
#include "runtime/thread.h"

#include "objects/containers/builtin_name.h"
#include "objects/strings/names.h"

typedef struct KrGroupBy {
    PyObject_HEAD
    PyObject *iterator;
    PyObject *key_function;  // or None
    PyObject *target_key;    // of the group given last
    PyObject *current_key;   // of the item that waits
    PyObject *current_value;
    const void *current_group;
} KrGroupBy;

typedef struct KrGroup {
    PyObject_HEAD
    PyObject *parent;
    PyObject *target_key;
} KrGroup;

static PyTypeObject groupby_type, _grouper_type;

CONSTRUCTOR(groupby, "iterable, key=None",
            "make an iterator that returns consecutive keys and groups from the iterable\n\n"
            "  iterable\n"
            "    Elements to divide into groups according to the key function.\n"
            "  key\n"
            "    A function for computing the group category for each element.\n"
            "    If the key function is not specified or is None, the element itself\n"
            "    is used for grouping.")
static PyObject *groupby_new(PyTypeObject *type, PyObject *iterable, PyObject *key)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    KrGroupBy *self = iterator == NULL ? NULL : (KrGroupBy *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->iterator = kr_take(iterator);
    self->key_function = Py_NewRef(key);
    return (PyObject *)self;
}

static void groupby_dealloc(PyObject *object)
{
    KrGroupBy *self = (KrGroupBy *)object;
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->iterator);
    Py_XDECREF(self->key_function);
    Py_XDECREF(self->target_key);
    Py_XDECREF(self->current_key);
    Py_XDECREF(self->current_value);
    Py_TYPE(self)->tp_free(self);
}

static int groupby_traverse(PyObject *object, visitproc visit, void *arg)
{
    KrGroupBy *self = (KrGroupBy *)object;
    Py_VISIT(self->iterator);
    Py_VISIT(self->key_function);
    Py_VISIT(self->target_key);
    Py_VISIT(self->current_key);
    Py_VISIT(self->current_value);
    return 0;
}

// Fetches the next item and its key: 0, or -1 at the end or with an exception.
static int step(KrGroupBy *self)
{
    KR_AUTO PyObject *value = PyIter_Next(self->iterator);
    if (value == NULL) return -1;
    KR_AUTO PyObject *key = self->key_function == Py_None ? Py_NewRef(value)
        : PyObject_CallOneArg(self->key_function, value);
    if (key == NULL) return -1;
    Py_XSETREF(self->current_value, kr_take(value));
    Py_XSETREF(self->current_key, kr_take(key));
    return 0;
}

// 1: equal, 0: not, -1.  Holds both: the comparison may use the iterator.
static int same_key(PyObject *left, PyObject *right)
{
    KR_AUTO PyObject *first = Py_NewRef(left);
    KR_AUTO PyObject *second = Py_NewRef(right);
    return PyObject_RichCompareBool(first, second, Py_EQ);
}

static PyObject *group_new(KrGroupBy *parent, PyObject *target_key)
{
    KrGroup *group = PyObject_GC_New(KrGroup, &_grouper_type);
    if (group == NULL) return NULL;
    group->parent = Py_NewRef((PyObject *)parent);
    group->target_key = Py_NewRef(target_key);
    parent->current_group = group;
    PyObject_GC_Track(group);
    return (PyObject *)group;
}

static PyObject *groupby_next(PyObject *object)
{
    KrGroupBy *self = (KrGroupBy *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    self->current_group = NULL;
    for (;;) {  // skip to the next key
        if (self->current_key != NULL) {
            if (self->target_key == NULL) break;
            int equal = same_key(self->target_key, self->current_key);
            if (equal < 0) return NULL;
            if (equal == 0) break;
        }
        if (step(self) < 0) return NULL;
    }
    Py_INCREF(self->current_key);
    Py_XSETREF(self->target_key, self->current_key);
    KR_AUTO PyObject *key = Py_NewRef(self->current_key);
    KR_AUTO PyObject *group = group_new(self, self->target_key);
    return group == NULL ? NULL : PyTuple_Pack(2, key, group);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *groupby___reduce__(KrGroupBy *self)
{
    PyObject *args = PyTuple_Pack(2, self->iterator, self->key_function);
    if (self->target_key == NULL || self->current_key == NULL || self->current_value == NULL)
        return kr_itertools_reduce((PyObject *)self, args);
    return kr_itertools_reduce_with((PyObject *)self, args, PyTuple_Pack(
            3, self->current_key, self->current_value, self->target_key));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *groupby___setstate__(KrGroupBy *self, PyObject *state)
{
    if (kr_itertools_check_state(state, 3, 3) < 0) return NULL;
    Py_XSETREF(self->current_key, Py_NewRef(PyTuple_GET_ITEM(state, 0)));
    Py_XSETREF(self->current_value, Py_NewRef(PyTuple_GET_ITEM(state, 1)));
    Py_XSETREF(self->target_key, Py_NewRef(PyTuple_GET_ITEM(state, 2)));
    Py_RETURN_NONE;
}

// ---- groups -----------------------------------------------------------------------------------

CONSTRUCTOR(_grouper, "parent: !groupby_type, tgtkey, /", "")
static PyObject *_grouper_new(PyTypeObject *type, PyObject *parent, PyObject *target_key)
{
    return group_new((KrGroupBy *)parent, target_key);
}

static void _grouper_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrGroup *)self)->parent);
    Py_XDECREF(((KrGroup *)self)->target_key);
    PyObject_GC_Del(self);
}

static int _grouper_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrGroup *)self)->parent);
    Py_VISIT(((KrGroup *)self)->target_key);
    return 0;
}

static PyObject *_grouper_next(PyObject *object)
{
    KrGroup *self = (KrGroup *)object;
    KrGroupBy *parent = (KrGroupBy *)self->parent;
    if (parent->current_group != self) return NULL;
    if (parent->current_value == NULL && step(parent) < 0) return NULL;
    int equal = same_key(self->target_key, parent->current_key);
    if (equal <= 0) return NULL;
    return kr_take(parent->current_value);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *_grouper___reduce__(KrGroup *self)
{
    if (((KrGroupBy *)self->parent)->current_group == self)
        return kr_itertools_reduce((PyObject *)self,
                                   PyTuple_Pack(2, self->parent, self->target_key));
    KR_AUTO PyObject *iter = kr_builtin_name_get(ID(iter));
    KR_AUTO PyObject *empty = iter == NULL ? NULL : PyTuple_New(0);
    KR_AUTO PyObject *args = empty == NULL ? NULL : PyTuple_Pack(1, empty);
    return args == NULL ? NULL : PyTuple_Pack(2, iter, args);
}

#include "modules/itertools/grouping.methods.h"

ITERTOOLS_TYPE(groupby, KrGroupBy, Py_TPFLAGS_BASETYPE);
#define _grouper_doc NULL
ITERTOOLS_TYPE(_grouper, KrGroup, 0);

int kr_itertools_add_grouping(PyObject *module)
{
    if (PyModule_AddType(module, &groupby_type) < 0) return -1;
    return PyModule_AddType(module, &_grouper_type);
}
