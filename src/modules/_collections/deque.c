// deque.c - collections.deque: memory, methods, iterators.  Operators and text are in
// deque_slots.c.
#include "modules/_collections/deque.h"

#include "abstract.h"
#include "boolobject.h"
#include "genericaliasobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "pymem.h"
#include "weakrefobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

#include <string.h>

// ---- memory -----------------------------------------------------------------------------------

static int grow(KrDeque *self)
{
    size_t size = self->items == NULL ? 0 : self->mask + 1, wanted = size == 0 ? 8 : size * 2;
    PyObject **items = PyMem_New(PyObject *, wanted);
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) items[i] = *kr_deque_at(self, i);
    PyMem_Free(self->items);
    self->items = items;
    self->mask = wanted - 1;
    self->first = 0;
    return 0;
}

static bool has_room(KrDeque *self)
{
    return self->items != NULL && (size_t)Py_SIZE(self) <= self->mask;
}

static PyObject *take_first(KrDeque *self)
{
    PyObject *item = *kr_deque_at(self, 0);
    self->first++;
    self->state++;
    Py_SET_SIZE(self, Py_SIZE(self) - 1);
    return item;
}

static PyObject *take_last(KrDeque *self)
{
    self->state++;
    Py_SET_SIZE(self, Py_SIZE(self) - 1);
    return *kr_deque_at(self, Py_SIZE(self));
}

int kr_deque_append(KrDeque *self, PyObject *item)
{
    if (!has_room(self) && grow(self) < 0) return -1;
    *kr_deque_at(self, Py_SIZE(self)) = Py_NewRef(item);
    Py_SET_SIZE(self, Py_SIZE(self) + 1);
    self->state++;
    if (self->maximum >= 0 && Py_SIZE(self) > self->maximum) Py_DECREF(take_first(self));
    return 0;
}

static int append_left(KrDeque *self, PyObject *item)
{
    if (!has_room(self) && grow(self) < 0) return -1;
    self->first--;
    *kr_deque_at(self, 0) = Py_NewRef(item);
    Py_SET_SIZE(self, Py_SIZE(self) + 1);
    self->state++;
    if (self->maximum >= 0 && Py_SIZE(self) > self->maximum) Py_DECREF(take_last(self));
    return 0;
}

static int extend(KrDeque *self, PyObject *iterable, int (*add)(KrDeque *, PyObject *))
{
    KR_AUTO PyObject *copy = (PyObject *)self == iterable ? PySequence_List(iterable)
        : Py_NewRef(iterable);
    KR_AUTO PyObject *iterator = copy == NULL ? NULL : PyObject_GetIter(copy);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *item = PyIter_Next(iterator);
        if (item == NULL) return PyErr_Occurred() ? -1 : 0;
        if (self->maximum != 0 && add(self, item) < 0) return -1;
    }
}

int kr_deque_extend(KrDeque *self, PyObject *iterable)
{
    return extend(self, iterable, kr_deque_append);
}

void kr_deque_clear(KrDeque *self)
{
    KrDeque old = *self;
    self->items = NULL;
    self->mask = self->first = 0;
    self->state++;
    Py_SET_SIZE(self, 0);
    for (Py_ssize_t i = 0; i < Py_SIZE(&old); i++) Py_DECREF(*kr_deque_at(&old, i));
    PyMem_Free(old.items);
}

// Takes item [index] out by closing the gap from the nearer end.
void kr_deque_delete(KrDeque *self, Py_ssize_t index)
{
    Py_ssize_t size = Py_SIZE(self);
    PyObject *item = *kr_deque_at(self, index);
    if (index < size / 2) {
        for (Py_ssize_t i = index; i > 0; i--) *kr_deque_at(self, i) = *kr_deque_at(self, i - 1);
        self->first++;
    } else
        for (Py_ssize_t i = index; i + 1 < size; i++)
            *kr_deque_at(self, i) = *kr_deque_at(self, i + 1);
    Py_SET_SIZE(self, size - 1);
    self->state++;
    Py_DECREF(item);
}

static void rotate(KrDeque *self, Py_ssize_t steps)
{
    Py_ssize_t size = Py_SIZE(self);
    if (size <= 1) return;
    steps %= size;
    if (steps > size / 2) steps -= size;
    else if (steps < -(size / 2)) steps += size;
    for (; steps > 0; steps--) {
        PyObject *item = *kr_deque_at(self, size - 1);
        self->first--;
        *kr_deque_at(self, 0) = item;
    }
    for (; steps < 0; steps++) {
        PyObject *item = *kr_deque_at(self, 0);
        self->first++;
        *kr_deque_at(self, size - 1) = item;
    }
    self->state++;
}

static PyObject *deque_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    KrDeque *self = (KrDeque *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->maximum = -1;
    return (PyObject *)self;
}

static void deque_dealloc(PyObject *object)
{
    KrDeque *self = (KrDeque *)object;
    PyObject_GC_UnTrack(self);
    if (self->weak_references != NULL) PyObject_ClearWeakRefs(object);
    kr_deque_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static int deque_traverse(PyObject *self, visitproc visit, void *arg)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) Py_VISIT(*kr_deque_at((KrDeque *)self, i));
    return 0;
}

static int deque_tp_clear(PyObject *self)
{
    kr_deque_clear((KrDeque *)self);
    return 0;
}

// ---- methods ----------------------------------------------------------------------------------

METHOD(append, "self, item, /", "Add an element to the right side of the deque.")
static PyObject *deque_append(KrDeque *self, PyObject *item)
{
    if (kr_deque_append(self, item) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(appendleft, "self, item, /", "Add an element to the left side of the deque.")
static PyObject *deque_appendleft(KrDeque *self, PyObject *item)
{
    if (append_left(self, item) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(clear, "self", "Remove all elements from the deque.")
static PyObject *deque_clear(KrDeque *self)
{
    kr_deque_clear(self);
    Py_RETURN_NONE;
}

PyObject *kr_deque_copy(KrDeque *self)
{
    if (Py_IS_TYPE(self, &kr_deque_type)) {
        KR_AUTO PyObject *copy = deque_tp_new(&kr_deque_type, NULL, NULL);
        if (copy == NULL) return NULL;
        ((KrDeque *)copy)->maximum = self->maximum;
        return kr_deque_extend((KrDeque *)copy, (PyObject *)self) < 0 ? NULL : kr_take(copy);
    }
    PyObject *type = (PyObject *)Py_TYPE(self);
    KR_AUTO PyObject *copy = NULL;
    if (self->maximum < 0) copy = PyObject_CallOneArg(type, (PyObject *)self);
    else {
        KR_AUTO PyObject *maximum = PyLong_FromSsize_t(self->maximum);
        copy = maximum == NULL ? NULL
            : PyObject_CallFunctionObjArgs(type, (PyObject *)self, maximum, NULL);
    }
    if (copy == NULL || PyObject_TypeCheck(copy, &kr_deque_type)) return kr_take(copy);
    return kr_raise(PyExc_TypeError, "%.200s() must return a deque, not %.200s",
                    Py_TYPE(self)->tp_name, Py_TYPE(copy)->tp_name);
}

METHOD(copy, "self", "Return a shallow copy of a deque.")
static PyObject *deque_copy(KrDeque *self)
{
    return kr_deque_copy(self);
}

METHOD(__copy__, "self", "Return a shallow copy of a deque.")
static PyObject *deque___copy__(KrDeque *self)
{
    return kr_deque_copy(self);
}

METHOD(count, "self, value, /",
       "D.count(value) -> integer -- return number of occurrences of value")
static PyObject *deque_count(KrDeque *self, PyObject *value)
{
    Py_ssize_t count = 0;
    size_t state = self->state;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        KR_AUTO PyObject *item = Py_NewRef(*kr_deque_at(self, i));
        int equal = PyObject_RichCompareBool(item, value, Py_EQ);
        if (equal < 0) return NULL;
        if (state != self->state)
            return kr_raise(PyExc_RuntimeError, "deque mutated during iteration");
        count += equal;
    }
    return PyLong_FromSsize_t(count);
}

METHOD(extend, "self, iterable, /",
       "Extend the right side of the deque with elements from the iterable")
static PyObject *deque_extend(KrDeque *self, PyObject *iterable)
{
    if (kr_deque_extend(self, iterable) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(extendleft, "self, iterable, /",
       "Extend the left side of the deque with elements from the iterable")
static PyObject *deque_extendleft(KrDeque *self, PyObject *iterable)
{
    if (extend(self, iterable, append_left) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(index, "self, value, start: slice_index = 0, stop: slice_index = sys.maxsize, /",
       "D.index(value, [start, [stop]]) -> integer -- return first index of value.\n"
       "Raises ValueError if the value is not present.")
static PyObject *deque_index(KrDeque *self, PyObject *value, Py_ssize_t start, Py_ssize_t stop)
{
    size_t state = self->state;
    if (start < 0) start = start + Py_SIZE(self) < 0 ? 0 : start + Py_SIZE(self);
    if (stop < 0) stop = stop + Py_SIZE(self) < 0 ? 0 : stop + Py_SIZE(self);
    if (stop > Py_SIZE(self)) stop = Py_SIZE(self);
    for (Py_ssize_t i = start; i < stop; i++) {
        KR_AUTO PyObject *item = Py_NewRef(*kr_deque_at(self, i));
        int equal = PyObject_RichCompareBool(item, value, Py_EQ);
        if (equal < 0) return NULL;
        if (equal > 0) return PyLong_FromSsize_t(i);
        if (state != self->state)
            return kr_raise(PyExc_RuntimeError, "deque mutated during iteration");
    }
    return kr_raise(PyExc_ValueError, "%R is not in deque", value);
}

METHOD(insert, "self, index: ssize, value, /",
       "D.insert(index, object) -- insert object before index")
static PyObject *deque_insert(KrDeque *self, Py_ssize_t index, PyObject *value)
{
    Py_ssize_t size = Py_SIZE(self);
    if (self->maximum >= 0 && size >= self->maximum)
        return kr_raise(PyExc_IndexError, "deque already at its maximum size");
    if (index < 0) index = index + size < 0 ? 0 : index + size;
    if (index > size) index = size;
    if (!has_room(self) && grow(self) < 0) return NULL;
    if (index < size / 2) {
        self->first--;
        for (Py_ssize_t i = 0; i < index; i++) *kr_deque_at(self, i) = *kr_deque_at(self, i + 1);
    } else
        for (Py_ssize_t i = size; i > index; i--)
            *kr_deque_at(self, i) = *kr_deque_at(self, i - 1);
    *kr_deque_at(self, index) = Py_NewRef(value);
    Py_SET_SIZE(self, size + 1);
    self->state++;
    Py_RETURN_NONE;
}

METHOD(pop, "self", "Remove and return the rightmost element.")
static PyObject *deque_pop(KrDeque *self)
{
    if (Py_SIZE(self) == 0) return kr_raise(PyExc_IndexError, "pop from an empty deque");
    return take_last(self);
}

METHOD(popleft, "self", "Remove and return the leftmost element.")
static PyObject *deque_popleft(KrDeque *self)
{
    if (Py_SIZE(self) == 0) return kr_raise(PyExc_IndexError, "pop from an empty deque");
    return take_first(self);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *deque___reduce__(KrDeque *self)
{
    KR_AUTO PyObject *state = _PyObject_GetState((PyObject *)self);
    KR_AUTO PyObject *iterator = state == NULL ? NULL : PyObject_GetIter((PyObject *)self);
    KR_AUTO PyObject *args = iterator == NULL ? NULL : PyTuple_New(0);
    if (args != NULL && self->maximum >= 0) {
        KR_AUTO PyObject *maximum = PyLong_FromSsize_t(self->maximum);
        Py_SETREF(args, maximum == NULL ? NULL : PyTuple_Pack(2, args, maximum));
    }
    return args == NULL ? NULL : PyTuple_Pack(4, (PyObject *)Py_TYPE(self), args, state, iterator);
}

METHOD(remove, "self, value, /", "D.remove(value) -- remove first occurrence of value.")
static PyObject *deque_remove(KrDeque *self, PyObject *value)
{
    size_t state = self->state;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        KR_AUTO PyObject *item = Py_NewRef(*kr_deque_at(self, i));
        int equal = PyObject_RichCompareBool(item, value, Py_EQ);
        if (equal < 0) return NULL;
        if (state != self->state)
            return kr_raise(PyExc_IndexError, "deque mutated during remove().");
        if (!equal) continue;
        kr_deque_delete(self, i);
        Py_RETURN_NONE;
    }
    return kr_raise(PyExc_ValueError, "%R is not in deque", value);
}

METHOD(__reversed__, "self", "D.__reversed__() -- return a reverse iterator over the deque")
static PyObject *deque___reversed__(KrDeque *self)
{
    return kr_deque_iterator_new(&kr_deque_reverse_iterator_type, self);
}

METHOD(reverse, "self", "D.reverse() -- reverse *IN PLACE*")
static PyObject *deque_reverse(KrDeque *self)
{
    for (Py_ssize_t low = 0, high = Py_SIZE(self) - 1; low < high; low++, high--) {
        PyObject *swap = *kr_deque_at(self, low);
        *kr_deque_at(self, low) = *kr_deque_at(self, high);
        *kr_deque_at(self, high) = swap;
    }
    Py_RETURN_NONE;
}

METHOD(rotate, "self, steps: ssize = 1, /",
       "Rotate the deque n steps to the right (default n=1).  If n is negative, rotates left.")
static PyObject *deque_rotate(KrDeque *self, Py_ssize_t steps)
{
    rotate(self, steps);
    Py_RETURN_NONE;
}

METHOD(__sizeof__, "self", "D.__sizeof__() -- size of D in memory, in bytes")
static PyObject *deque___sizeof__(KrDeque *self)
{
    size_t places = self->items == NULL ? 0 : self->mask + 1;
    return PyLong_FromSize_t((size_t)Py_TYPE(self)->tp_basicsize + places * sizeof(PyObject *));
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *deque___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

GETTER(maxlen, "maximum size of a deque or None if unbounded")
static PyObject *deque_get_maxlen(KrDeque *self)
{
    return self->maximum < 0 ? Py_NewRef(Py_None) : PyLong_FromSsize_t(self->maximum);
}

INITIALIZER(deque, "iterable: object = NULL, maxlen: object = NULL",
            "deque([iterable[, maxlen]]) --> deque object\n\n"
            "A list-like sequence optimized for data accesses near its endpoints.")
static int deque_init(KrDeque *self, PyObject *iterable, PyObject *maximum)
{
    Py_ssize_t limit = -1;
    if (maximum != NULL && maximum != Py_None) {
        if (!PyLong_Check(maximum)) return kr_raise_int(PyExc_TypeError, "an integer is required");
        limit = PyLong_AsSsize_t(maximum);
        if (limit == -1 && PyErr_Occurred()) return -1;
        if (limit < 0) return kr_raise_int(PyExc_ValueError, "maxlen must be non-negative");
    }
    self->maximum = limit;
    if (Py_SIZE(self) > 0) kr_deque_clear(self);
    return iterable == NULL ? 0 : kr_deque_extend(self, iterable);
}

// ---- iterators --------------------------------------------------------------------------------

typedef struct KrDequeIterator {
    PyObject_HEAD
    KrDeque *deque;
    Py_ssize_t index;
    size_t state;
    Py_ssize_t left;
    void *unused;
} KrDequeIterator;

PyObject *kr_deque_iterator_new(PyTypeObject *type, KrDeque *deque)
{
    KrDequeIterator *self = PyObject_GC_New(KrDequeIterator, type);
    if (self == NULL) return NULL;
    self->deque = (KrDeque *)Py_NewRef((PyObject *)deque);
    self->index = type == &kr_deque_reverse_iterator_type ? Py_SIZE(deque) - 1 : 0;
    self->state = deque->state;
    self->left = Py_SIZE(deque);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static PyObject *iterator_next(PyObject *object)
{
    KrDequeIterator *self = (KrDequeIterator *)object;
    if (self->state != self->deque->state) {
        self->left = 0;
        return kr_raise(PyExc_RuntimeError, "deque mutated during iteration");
    }
    if (self->left <= 0) return NULL;
    self->left--;
    bool reverse = Py_TYPE(self) == &kr_deque_reverse_iterator_type;
    return Py_NewRef(*kr_deque_at(self->deque, reverse ? self->index-- : self->index++));
}

static PyObject *make_iterator(PyTypeObject *type, PyObject *deque, Py_ssize_t index)
{
    KrDequeIterator *self = (KrDequeIterator *)kr_deque_iterator_new(type, (KrDeque *)deque);
    if (self == NULL) return NULL;
    if (index > self->left) index = self->left;
    self->left -= index;
    self->index += type == &kr_deque_reverse_iterator_type ? -index : index;
    return (PyObject *)self;
}

CONSTRUCTOR(_deque_iterator, "deque: !kr_deque_type, index: ssize = 0, /", "")
static PyObject *iterator_new(PyTypeObject *type, PyObject *deque, Py_ssize_t index)
{
    return make_iterator(type, deque, index);
}

METHOD(__length_hint__, "self", "Private method returning an estimate of len(list(it)).")
static PyObject *iterator___length_hint__(KrDequeIterator *self)
{
    return PyLong_FromSsize_t(self->left);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *iterator___reduce__(KrDequeIterator *self)
{
    KR_AUTO PyObject *index = PyLong_FromSsize_t(Py_SIZE(self->deque) - self->left);
    KR_AUTO PyObject *args = index == NULL ? NULL
        : PyTuple_Pack(2, (PyObject *)self->deque, index);
    return args == NULL ? NULL : PyTuple_Pack(2, (PyObject *)Py_TYPE(self), args);
}

static int iterator_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT((PyObject *)((KrDequeIterator *)self)->deque);
    return 0;
}

static void iterator_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF((PyObject *)((KrDequeIterator *)self)->deque);
    PyObject_GC_Del(self);
}

#include "modules/_collections/deque.methods.h"

static PyObject *deque_iterate(PyObject *self)
{
    return kr_deque_iterator_new(&kr_deque_iterator_type, (KrDeque *)self);
}

#define ITERATOR_TYPE(symbol, name)                                                               \
    PyTypeObject symbol = {                                                                       \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                    \
        .tp_name = name,                                                                          \
        .tp_basicsize = sizeof(KrDequeIterator),                                                  \
        .tp_dealloc = iterator_dealloc,                                                           \
        .tp_getattro = PyObject_GenericGetAttr,                                                   \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                                      \
        .tp_traverse = iterator_traverse,                                                         \
        .tp_iter = PyObject_SelfIter,                                                             \
        .tp_iternext = iterator_next,                                                             \
        .tp_methods = iterator_methods,                                                           \
        .tp_new = iterator_tp_new,                                                                \
    }

ITERATOR_TYPE(kr_deque_iterator_type, "_collections._deque_iterator");
ITERATOR_TYPE(kr_deque_reverse_iterator_type, "_collections._deque_reverse_iterator");

PyTypeObject kr_deque_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "collections.deque",
    .tp_basicsize = sizeof(KrDeque),
    .tp_dealloc = deque_dealloc,
    .tp_repr = kr_deque_repr,
    .tp_as_sequence = &kr_deque_as_sequence,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_SEQUENCE,
    .tp_doc = deque_doc,
    .tp_traverse = deque_traverse,
    .tp_clear = deque_tp_clear,
    .tp_richcompare = kr_deque_compare,
    .tp_weaklistoffset = offsetof(KrDeque, weak_references),
    .tp_iter = deque_iterate,
    .tp_methods = deque_methods,
    .tp_getset = deque_getset,
    .tp_init = deque_tp_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = deque_tp_new,
    .tp_free = PyObject_GC_Del,
};

int kr_collections_add_deque(PyObject *module)
{
    if (PyModule_AddType(module, &kr_deque_type) < 0) return -1;
    if (PyModule_AddType(module, &kr_deque_iterator_type) < 0) return -1;
    return PyModule_AddType(module, &kr_deque_reverse_iterator_type);
}
