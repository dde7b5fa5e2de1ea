// tee.c - the objects behind tee(): a chain of blocks of items that all copies share.
//
//   _tee [ block, index ] ─→ _tee_dataobject [ iterator | up to 57 items | next block ] ─→ …
//
// A block goes when the last copy has passed it.
#include "modules/itertools/itertools.h"
#include "runtime/thread.h"

#include "objects/strings/names.h"
#include "weakrefobject.h"

enum { BLOCK_SIZE = 57 };

typedef struct KrTeeBlock {
    PyObject_HEAD
    PyObject *iterator;
    int count;
    int running;           // the iterator is being asked: no nested call
    PyObject *next;
    PyObject *values[BLOCK_SIZE];
} KrTeeBlock;

typedef struct KrTee {
    PyObject_HEAD
    KrTeeBlock *block;
    int index;
    PyObject *weak_references;
} KrTee;

static PyTypeObject _tee_type, _tee_dataobject_type;

// ---- blocks -----------------------------------------------------------------------------------

static PyObject *block_new(PyObject *iterator)
{
    KrTeeBlock *self = PyObject_GC_New(KrTeeBlock, &_tee_dataobject_type);
    if (self == NULL) return NULL;
    self->iterator = Py_NewRef(iterator);
    self->count = self->running = 0;
    self->next = NULL;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

// Releases a chain of blocks without recursion, as far as nobody else holds them.
static void release_chain(PyObject *block)
{
    while (block != NULL && Py_IS_TYPE(block, &_tee_dataobject_type) && Py_REFCNT(block) == 1) {
        PyObject *next = kr_take(((KrTeeBlock *)block)->next);
        Py_DECREF(block);
        block = next;
    }
    Py_XDECREF(block);
}

static int block_clear(PyObject *object)
{
    KrTeeBlock *self = (KrTeeBlock *)object;
    Py_CLEAR(self->iterator);
    while (self->count > 0) {
        PyObject *value = self->values[--self->count];
        Py_DECREF(value);
    }
    release_chain(kr_take(self->next));
    return 0;
}

static void block_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    block_clear(self);
    PyObject_GC_Del(self);
}

static int block_traverse(PyObject *object, visitproc visit, void *arg)
{
    KrTeeBlock *self = (KrTeeBlock *)object;
    Py_VISIT(self->iterator);
    for (int i = 0; i < self->count; i++) Py_VISIT(self->values[i]);
    Py_VISIT(self->next);
    return 0;
}

// New reference to item [i], which is fetched if it is the next.
static PyObject *block_item(KrTeeBlock *self, int i)
{
    if (i < self->count) return Py_NewRef(self->values[i]);
    if (self->running) return kr_raise(PyExc_RuntimeError, "cannot re-enter the tee iterator");
    assert(i == self->count);
    self->running = 1;
    PyObject *value = PyIter_Next(self->iterator);
    self->running = 0;
    if (value == NULL) return NULL;
    self->values[self->count++] = Py_NewRef(value);
    return value;
}

// New reference to the block behind this one, made when there is none.
static PyObject *following(KrTeeBlock *self)
{
    if (self->next == NULL) self->next = block_new(self->iterator);
    return Py_XNewRef(self->next);
}

CONSTRUCTOR(_tee_dataobject, "iterable, values: list, next, /",
            "Data container common to multiple tee objects.")
static PyObject *_tee_dataobject_new(PyTypeObject *type, PyObject *iterator, PyObject *values,
                                     PyObject *next)
{
    Py_ssize_t count = PyList_GET_SIZE(values);
    bool has_next = next != Py_None;
    if (count > BLOCK_SIZE
        || (has_next && (count < BLOCK_SIZE || !Py_IS_TYPE(next, &_tee_dataobject_type))))
        return kr_raise(PyExc_ValueError, "Invalid arguments");
    KrTeeBlock *self = (KrTeeBlock *)block_new(iterator);
    if (self == NULL) return NULL;
    for (; self->count < count; self->count++)
        self->values[self->count] = Py_NewRef(PyList_GET_ITEM(values, self->count));
    if (has_next) self->next = Py_NewRef(next);
    return (PyObject *)self;
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *_tee_dataobject___reduce__(KrTeeBlock *self)
{
    KR_AUTO PyObject *values = PyList_New(self->count);
    for (int i = 0; values != NULL && i < self->count; i++)
        PyList_SET_ITEM(values, i, Py_NewRef(self->values[i]));
    PyObject *next = self->next == NULL ? Py_None : self->next;
    return values == NULL ? NULL
        : kr_itertools_reduce((PyObject *)self, PyTuple_Pack(3, self->iterator, values, next));
}

// ---- tee --------------------------------------------------------------------------------------

static PyObject *tee_new(STEALS PyObject *block, int index)
{
    KrTee *self = block == NULL ? NULL : PyObject_GC_New(KrTee, &_tee_type);
    if (self == NULL) {
        Py_XDECREF(block);
        return NULL;
    }
    self->block = (KrTeeBlock *)block;
    self->index = index;
    self->weak_references = NULL;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static PyObject *tee_of(PyObject *iterable)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL) return NULL;
    if (PyObject_TypeCheck(iterator, &_tee_type)) {
        KrTee *other = (KrTee *)iterator;
        return tee_new(Py_NewRef((PyObject *)other->block), other->index);
    }
    return tee_new(block_new(iterator), 0);
}

CONSTRUCTOR(_tee, "iterable, /", "Iterator wrapped to make it copyable.")
static PyObject *_tee_new(PyTypeObject *type, PyObject *iterable)
{
    return tee_of(iterable);
}

METHOD(__copy__, "self", "Returns an independent iterator.")
static PyObject *_tee___copy__(KrTee *self)
{
    return tee_new(Py_NewRef((PyObject *)self->block), self->index);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *_tee___reduce__(KrTee *self)
{
    KR_AUTO PyObject *empty = PyTuple_New(0);
    KR_AUTO PyObject *index = PyLong_FromLong(self->index);
    if (empty == NULL || index == NULL) return NULL;
    return kr_itertools_reduce_with((PyObject *)self, PyTuple_Pack(1, empty),
                                    PyTuple_Pack(2, (PyObject *)self->block, index));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *_tee___setstate__(KrTee *self, PyObject *state)
{
    int index;
    if (kr_itertools_check_state(state, 2, 2) < 0) return NULL;
    PyObject *block = PyTuple_GET_ITEM(state, 0);
    if (!Py_IS_TYPE(block, &_tee_dataobject_type))
        return kr_raise(PyExc_TypeError, "argument 1 must be itertools._tee_dataobject, not %.50s",
                        Py_TYPE(block)->tp_name);
    if (kr_argument_int(PyTuple_GET_ITEM(state, 1), &index) < 0) return NULL;
    if (index < 0 || index > BLOCK_SIZE) return kr_raise(PyExc_ValueError, "Index out of range");
    if (index > ((KrTeeBlock *)block)->count) index = ((KrTeeBlock *)block)->count;
    Py_INCREF(block);
    Py_XSETREF(self->block, (KrTeeBlock *)block);
    self->index = index;
    Py_RETURN_NONE;
}

static PyObject *_tee_next(PyObject *object)
{
    KrTee *self = (KrTee *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    if (self->index >= BLOCK_SIZE) {
        PyObject *next = following(self->block);
        if (next == NULL) return NULL;
        self->index = 0;
        Py_SETREF(self->block, (KrTeeBlock *)next);
    }
    KR_AUTO PyObject *block = Py_NewRef((PyObject *)self->block);
    PyObject *value = block_item((KrTeeBlock *)block, self->index);
    if (value != NULL) self->index++;
    return value;
}

static void _tee_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (((KrTee *)self)->weak_references != NULL) PyObject_ClearWeakRefs(self);
    release_chain((PyObject *)((KrTee *)self)->block);
    PyObject_GC_Del(self);
}

static int _tee_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT((PyObject *)((KrTee *)self)->block);
    return 0;
}

#include "modules/itertools/tee.methods.h"

ITERTOOLS_TYPE(_tee, KrTee, 0);

static PyTypeObject _tee_dataobject_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "itertools._tee_dataobject",
    .tp_basicsize = sizeof(KrTeeBlock),
    .tp_dealloc = block_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple "
        "tee objects.",
    .tp_traverse = block_traverse,
    .tp_clear = block_clear,
    .tp_methods = _tee_dataobject_methods,
    .tp_new = _tee_dataobject_tp_new,
};

PyObject *kr_itertools_tee(PyObject *iterable, Py_ssize_t count)
{
    KR_AUTO PyObject *result = PyTuple_New(count);
    if (result == NULL || count == 0) return kr_take(result);
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    PyObject *found = NULL;
    if (iterator == NULL || _PyObject_LookupAttr(iterator, ID(__copy__), &found) < 0) return NULL;
    KR_AUTO PyObject *copy = found;
    if (copy == NULL) {
        Py_SETREF(iterator, tee_of(iterator));
        copy = iterator == NULL ? NULL : PyObject_GetAttr(iterator, ID(__copy__));
        if (copy == NULL) return NULL;
    }
    PyTuple_SET_ITEM(result, 0, kr_take(iterator));
    for (Py_ssize_t i = 1; i < count; i++) {
        PyObject *other = PyObject_CallNoArgs(copy);
        if (other == NULL) return NULL;
        PyTuple_SET_ITEM(result, i, other);
    }
    return kr_take(result);
}

int kr_itertools_add_tee(PyObject *module)
{
    _tee_type.tp_weaklistoffset = offsetof(KrTee, weak_references);
    if (PyModule_AddType(module, &_tee_type) < 0) return -1;
    return PyModule_AddType(module, &_tee_dataobject_type);
}
