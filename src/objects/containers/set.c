// set.c - the types set and frozenset.
//
// Both have the same layout and share most methods.  The table is in set_table.c, what compares
// and combines two sets in set_operations.c.
#include "objects/containers/set.h"

#include "objects/containers/builtin_name.h"
#include "objects/containers/dict_table.h"
#include "objects/containers/set_table.h"
#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "abstract.h"
#include "boolobject.h"
#include "genericaliasobject.h"
#include "longobject.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "weakrefobject.h"

// ---- life -------------------------------------------------------------------------------------

static PyObject *make(PyTypeObject *type, PyObject *iterable)
{
    KR_AUTO PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    kr_set_table_init((PySetObject *)self);
    ((PySetObject *)self)->weakreflist = NULL;
    if (iterable != NULL && kr_set_table_update((PySetObject *)self, iterable) < 0) return NULL;
    return kr_take(self);
}

PyObject *kr_set_new_base(PyTypeObject *type, PyObject *iterable)
{
    if (type != &PySet_Type && type != &PyFrozenSet_Type)
        type = PyType_IsSubtype(type, &PySet_Type) ? &PySet_Type : &PyFrozenSet_Type;
    return make(type, iterable);
}

static void set_dealloc(PyObject *object)
{
    PySetObject *self = (PySetObject *)object;
    kr_untrack(object);
    if (self->weakreflist != NULL) PyObject_ClearWeakRefs(object);
    kr_set_table_free(self);
    Py_TYPE(self)->tp_free(self);
}

static int set_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_ssize_t position = 0;
    setentry *entry;
    while ((entry = kr_set_table_next((PySetObject *)self, &position)) != NULL)
        Py_VISIT(entry->key);
    return 0;
}

static int set_tp_clear(PyObject *self)
{
    kr_set_table_clear((PySetObject *)self);
    return 0;
}

static PyObject *set_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return make(type, NULL);
}

// ---- membership -------------------------------------------------------------------------------

// An unhashable set as a frozenset, after TypeError; NULL with the exception when it is something
// else.
static PyObject *as_key(PyObject *key)
{
    if (!PySet_Check(key) || !PyErr_ExceptionMatches(PyExc_TypeError)) return NULL;
    PyErr_Clear();
    return make(&PyFrozenSet_Type, key);
}

int kr_set_contains(PySetObject *self, PyObject *key)
{
    Py_hash_t hash = kr_dict_hash(key);
    if (hash != -1) return kr_set_table_contains(self, key, hash);
    KR_AUTO PyObject *frozen = as_key(key);
    return frozen == NULL ? -1 : kr_set_table_contains(self, frozen, PyObject_Hash(frozen));
}

static int discard(PySetObject *self, PyObject *key)
{
    Py_hash_t hash = kr_dict_hash(key);
    if (hash != -1) return kr_set_table_discard(self, key, hash);
    KR_AUTO PyObject *frozen = as_key(key);
    return frozen == NULL ? -1 : kr_set_table_discard(self, frozen, PyObject_Hash(frozen));
}

static PyObject *truth(int answer)
{
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

static PyObject *copy_of(PySetObject *self)
{
    return kr_set_new_base(Py_TYPE(self), (PyObject *)self);
}

// ---- methods of set ---------------------------------------------------------------------------

enum { SET_ONLY_METHODS = 9 };  // must stand first: the table is in the order of the file

static PyObject *set_intersection(PySetObject *self, PyObject *const *others, Py_ssize_t count);

METHOD(add, "self, object, /",
       "Add an element to a set.\n\nThis has no effect if the element is already present.")
static PyObject *set_add(PySetObject *self, PyObject *key)
{
    Py_hash_t hash = kr_dict_hash(key);
    if (hash == -1 || kr_set_table_add(self, key, hash) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(clear, "self", "Remove all elements from this set.")
static PyObject *set_clear(PySetObject *self)
{
    kr_set_table_clear(self);
    Py_RETURN_NONE;
}

METHOD(discard, "self, object, /",
       "Remove an element from a set if it is a member.\n\n"
       "Unlike set.remove(), the discard() method does not raise\n"
       "an exception when an element is missing from the set.")
static PyObject *set_discard(PySetObject *self, PyObject *key)
{
    if (discard(self, key) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(remove, "self, object, /",
       "Remove an element from a set; it must be a member.\n\n"
       "If the element is not a member, raise a KeyError.")
static PyObject *set_remove(PySetObject *self, PyObject *key)
{
    int removed = discard(self, key);
    if (removed < 0) return NULL;
    if (removed > 0) Py_RETURN_NONE;
    _PyErr_SetKeyError(key);
    return NULL;
}

METHOD(pop, "self",
       "Remove and return an arbitrary set element.\nRaises KeyError if the set is empty.")
static PyObject *set_pop(PySetObject *self)
{
    PyObject *key = kr_set_table_pop(self);
    return key != NULL ? key : kr_raise(PyExc_KeyError, "pop from an empty set");
}

METHOD(difference_update, "self, *others: array",
       "Remove all elements of another set from this set.")
static PyObject *set_difference_update(PySetObject *self, PyObject *const *others,
                                       Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++)
        if (kr_set_subtract(self, others[i]) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(intersection_update, "self, *others: array",
       "Update a set with the intersection of itself and another.")
static PyObject *set_intersection_update(PySetObject *self, PyObject *const *others,
                                         Py_ssize_t count)
{
    KR_AUTO PyObject *result = set_intersection(self, others, count);
    if (result == NULL) return NULL;
    kr_set_table_swap(self, (PySetObject *)result);
    Py_RETURN_NONE;
}

METHOD(symmetric_difference_update, "self, other, /",
       "Update a set with the symmetric difference of itself and another.")
static PyObject *set_symmetric_difference_update(PySetObject *self, PyObject *other)
{
    if (kr_set_toggle(self, other) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(update, "self, *others: array", "Update a set with the union of itself and others.")
static PyObject *set_update(PySetObject *self, PyObject *const *others, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++)
        if (kr_set_table_update(self, others[i]) < 0) return NULL;
    Py_RETURN_NONE;
}

// ---- methods of both: frozenset_methods is the part of set_methods from here on ----------------

METHOD(__contains__, "self, value, /", "x.__contains__(y) <==> y in x.", "METH_COEXIST")
static PyObject *set___contains__(PySetObject *self, PyObject *value)
{
    return truth(kr_set_contains(self, value));
}

METHOD(copy, "self", "Return a shallow copy of a set.")
static PyObject *set_copy(PySetObject *self)
{
    return PyFrozenSet_CheckExact(self) ? Py_NewRef((PyObject *)self) : copy_of(self);
}

METHOD(difference, "self, *others: array",
       "Return the difference of two or more sets as a new set.\n\n"
       "(i.e. all elements that are in this set but not the others.)")
static PyObject *set_difference(PySetObject *self, PyObject *const *others, Py_ssize_t count)
{
    if (count == 0) return copy_of(self);
    KR_AUTO PyObject *result = kr_set_difference(self, others[0]);
    for (Py_ssize_t i = 1; i < count && result != NULL; i++)
        if (kr_set_subtract((PySetObject *)result, others[i]) < 0) return NULL;
    return kr_take(result);
}

METHOD(intersection, "self, *others: array",
       "Return the intersection of two sets as a new set.\n\n(i.e. all elements that are in both "
       "sets.)")
static PyObject *set_intersection(PySetObject *self, PyObject *const *others, Py_ssize_t count)
{
    if (count == 0) return copy_of(self);
    KR_AUTO PyObject *result = Py_NewRef((PyObject *)self);
    for (Py_ssize_t i = 0; i < count && result != NULL; i++)
        Py_SETREF(result, kr_set_intersection((PySetObject *)result, others[i]));
    return kr_take(result);
}

METHOD(isdisjoint, "self, other, /", "Return True if two sets have a null intersection.")
static PyObject *set_isdisjoint(PySetObject *self, PyObject *other)
{
    return truth(kr_set_is_disjoint(self, other));
}

METHOD(issubset, "self, other, /", "Report whether another set contains this set.")
static PyObject *set_issubset(PySetObject *self, PyObject *other)
{
    return truth(kr_set_is_subset(self, other));
}

METHOD(issuperset, "self, other, /", "Report whether this set contains another set.")
static PyObject *set_issuperset(PySetObject *self, PyObject *other)
{
    return truth(kr_set_is_superset(self, other));
}

METHOD(symmetric_difference, "self, other, /",
       "Return the symmetric difference of two sets as a new set.\n\n"
       "(i.e. all elements that are in exactly one of the sets.)")
static PyObject *set_symmetric_difference(PySetObject *self, PyObject *other)
{
    return kr_set_symmetric_difference(self, other);
}

METHOD(union, "self, *others: array",
       "Return the union of sets as a new set.\n\n(i.e. all elements that are in either set.)")
static PyObject *set_union(PySetObject *self, PyObject *const *others, Py_ssize_t count)
{
    KR_AUTO PyObject *result = copy_of(self);
    for (Py_ssize_t i = 0; i < count && result != NULL; i++)
        if ((PyObject *)self != others[i]
            && kr_set_table_update((PySetObject *)result, others[i]) < 0)
            return NULL;
    return kr_take(result);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *set___reduce__(PySetObject *self)
{
    KR_AUTO PyObject *keys = PySequence_List((PyObject *)self);
    KR_AUTO PyObject *args = keys == NULL ? NULL : PyTuple_Pack(1, keys);
    KR_AUTO PyObject *state = args == NULL ? NULL : _PyObject_GetState((PyObject *)self);
    return state == NULL ? NULL : PyTuple_Pack(3, (PyObject *)Py_TYPE(self), args, state);
}

METHOD(__sizeof__, "self", "S.__sizeof__() -> size of S in memory, in bytes")
static PyObject *set___sizeof__(PySetObject *self)
{
    Py_ssize_t size = Py_TYPE(self)->tp_basicsize;
    if (self->table != self->smalltable) size += (self->mask + 1) * (Py_ssize_t)sizeof(setentry);
    return PyLong_FromSsize_t(size);
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *set___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

INITIALIZER(set, "iterable: object = (), /",
            "set() -> new empty set object\nset(iterable) -> new set object\n\n"
            "Build an unordered collection of unique elements.")
static int set_init(PySetObject *self, PyObject *iterable)
{
    if (self->fill > 0) kr_set_table_clear(self);
    self->hash = -1;
    return iterable == NULL ? 0 : kr_set_table_update(self, iterable);
}

CONSTRUCTOR(frozenset, "iterable: object = (), /",
            "frozenset() -> empty frozenset object\nfrozenset(iterable) -> frozenset object\n\n"
            "Build an immutable unordered collection of unique elements.")
static PyObject *frozenset_new(PyTypeObject *type, PyObject *iterable)
{
    if (type == &PyFrozenSet_Type && iterable != NULL && PyFrozenSet_CheckExact(iterable))
        return Py_NewRef(iterable);
    return make(type, iterable);
}

#include "objects/containers/set.methods.h"

// Unlike list, set refuses keywords whatever __new__ a class has (test_set,
// test_keywords_in_subclass).
static int set_init_without_keywords(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return _PyArg_NoKeywords("set", kwargs) ? set_tp_init(self, args, kwargs) : -1;
}

static PyObject *set_tp_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                                   PyObject *names)
{
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (names != NULL && !_PyArg_NoKwnames("set", names)) return NULL;
    if (!_PyArg_CheckPositional("set", count, 0, 1)) return NULL;
    return make((PyTypeObject *)type, count == 1 ? args[0] : NULL);
}

// ---- slots ------------------------------------------------------------------------------------

static Py_ssize_t set_length(PyObject *self)
{
    return ((PySetObject *)self)->used;
}

static int set_contains(PyObject *self, PyObject *key)
{
    return kr_set_contains((PySetObject *)self, key);
}

static PyObject *set_repr(PyObject *self)
{
    const char *name = Py_TYPE(self)->tp_name;
    int entered = Py_ReprEnter(self);
    if (entered != 0) return entered > 0 ? PyUnicode_FromFormat("%s(...)", name) : NULL;
    PyObject *text = NULL;
    if (((PySetObject *)self)->used == 0) text = PyUnicode_FromFormat("%s()", name);
    else {
        KR_AUTO PyObject *keys = PySequence_List(self);
        KR_AUTO PyObject *inner = keys == NULL ? NULL : PyObject_Repr(keys);
        KR_AUTO PyObject *bare = inner == NULL ? NULL
            : PyUnicode_Substring(inner, 1, PyUnicode_GET_LENGTH(inner) - 1);
        if (bare != NULL)
            text = PySet_CheckExact(self) ? PyUnicode_FromFormat("{%U}", bare)
                                          : PyUnicode_FromFormat("%s({%U})", name, bare);
    }
    Py_ReprLeave(self);
    return text;
}

static PyObject *set_compare(PyObject *left, PyObject *right, int op)
{
    if (!PyAnySet_Check(right)) Py_RETURN_NOTIMPLEMENTED;
    PySetObject *own = (PySetObject *)left, *other = (PySetObject *)right;
    int answer = 0;
    switch (op) {
    case Py_EQ:
    case Py_NE:
        if (own->used == other->used
            && (own->hash == -1 || other->hash == -1 || own->hash == other->hash))
            answer = kr_set_is_subset(own, right);
        break;
    case Py_LE: answer = kr_set_is_subset(own, right); break;
    case Py_GE: answer = kr_set_is_subset(other, left); break;
    case Py_LT: answer = own->used < other->used ? kr_set_is_subset(own, right) : 0; break;
    case Py_GT: answer = own->used > other->used ? kr_set_is_subset(other, left) : 0; break;
    }
    if (answer < 0) return NULL;
    return PyBool_FromLong(op == Py_NE ? !answer : answer);
}

// Order does not count: hashes are spread and combined by xor.
static Py_hash_t frozenset_hash(PyObject *object)
{
    PySetObject *self = (PySetObject *)object;
    if (self->hash != -1) return self->hash;
    Py_uhash_t hash = 0;
    Py_ssize_t position = 0;
    setentry *entry;
    while ((entry = kr_set_table_next(self, &position)) != NULL) {
        Py_uhash_t key_hash = (Py_uhash_t)entry->hash;
        hash ^= ((key_hash ^ 89869747UL) ^ (key_hash << 16)) * 3644798167UL;
    }
    hash ^= ((Py_uhash_t)self->used + 1) * 1927868237UL;
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash * 69069U + 907133923UL;
    if (hash == (Py_uhash_t)-1) hash = 590923713UL;
    self->hash = (Py_hash_t)hash;
    return self->hash;
}

static PyObject *set_or(PyObject *left, PyObject *right)
{
    if (!PyAnySet_Check(left) || !PyAnySet_Check(right)) Py_RETURN_NOTIMPLEMENTED;
    return set_union((PySetObject *)left, &right, 1);
}

static PyObject *set_and(PyObject *left, PyObject *right)
{
    if (!PyAnySet_Check(left) || !PyAnySet_Check(right)) Py_RETURN_NOTIMPLEMENTED;
    return kr_set_intersection((PySetObject *)left, right);
}

static PyObject *set_subtract(PyObject *left, PyObject *right)
{
    if (!PyAnySet_Check(left) || !PyAnySet_Check(right)) Py_RETURN_NOTIMPLEMENTED;
    return kr_set_difference((PySetObject *)left, right);
}

static PyObject *set_xor(PyObject *left, PyObject *right)
{
    if (!PyAnySet_Check(left) || !PyAnySet_Check(right)) Py_RETURN_NOTIMPLEMENTED;
    return kr_set_symmetric_difference((PySetObject *)left, right);
}

static PyObject *set_or_in_place(PyObject *self, PyObject *other)
{
    if (!PyAnySet_Check(other)) Py_RETURN_NOTIMPLEMENTED;
    return kr_set_table_update((PySetObject *)self, other) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *set_and_in_place(PyObject *self, PyObject *other)
{
    if (!PyAnySet_Check(other)) Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *none = set_intersection_update((PySetObject *)self, &other, 1);
    return none == NULL ? NULL : Py_NewRef(self);
}

static PyObject *set_subtract_in_place(PyObject *self, PyObject *other)
{
    if (!PyAnySet_Check(other)) Py_RETURN_NOTIMPLEMENTED;
    return kr_set_subtract((PySetObject *)self, other) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *set_xor_in_place(PyObject *self, PyObject *other)
{
    if (!PyAnySet_Check(other)) Py_RETURN_NOTIMPLEMENTED;
    return kr_set_toggle((PySetObject *)self, other) < 0 ? NULL : Py_NewRef(self);
}

// ---- the iterator -----------------------------------------------------------------------------

typedef struct KrSetIterator {
    PyObject_HEAD
    PySetObject *set;     // NULL when used up
    Py_ssize_t used;      // size of the set at the start; -1 after a change
    Py_ssize_t position;
    Py_ssize_t left;
} KrSetIterator;

static PyObject *set_iterate(PyObject *set)
{
    KrSetIterator *self = PyObject_GC_New(KrSetIterator, &PySetIter_Type);
    if (self == NULL) return NULL;
    self->set = (PySetObject *)Py_NewRef(set);
    self->used = self->left = self->set->used;
    self->position = 0;
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

static void iterator_dealloc(PyObject *self)
{
    kr_untrack(self);
    Py_XDECREF(((KrSetIterator *)self)->set);
    PyObject_GC_Del(self);
}

static int iterator_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrSetIterator *)self)->set);
    return 0;
}

static PyObject *iterator_next(PyObject *object)
{
    KrSetIterator *self = (KrSetIterator *)object;
    PySetObject *set = self->set;
    if (set == NULL) return NULL;
    if (self->used != set->used) {
        self->used = -1;
        return kr_raise(PyExc_RuntimeError, "Set changed size during iteration");
    }
    setentry *entry = kr_set_table_next(set, &self->position);
    if (entry != NULL) {
        self->left--;
        return Py_NewRef(entry->key);
    }
    self->set = NULL;
    Py_DECREF(set);
    return NULL;
}

static PyObject *iterator_length_hint(PyObject *object, PyObject *none)
{
    KrSetIterator *self = (KrSetIterator *)object;
    return PyLong_FromSsize_t(self->set != NULL && self->used == self->set->used ? self->left : 0);
}

static PyObject *iterator_reduce(PyObject *object, PyObject *none)
{
    KrSetIterator *self = (KrSetIterator *)object;
    KR_AUTO PyObject *iter = kr_builtin_name_get(ID(iter));
    KR_AUTO PyObject *copy = iter == NULL || self->set == NULL ? NULL
        : set_iterate((PyObject *)self->set);
    if (iter == NULL || PyErr_Occurred()) return NULL;
    if (copy != NULL) {
        ((KrSetIterator *)copy)->used = self->used;
        ((KrSetIterator *)copy)->position = self->position;
        ((KrSetIterator *)copy)->left = self->left;
    }
    KR_AUTO PyObject *rest = copy == NULL ? PyList_New(0) : PySequence_List(copy);
    KR_AUTO PyObject *args = rest == NULL ? NULL : PyTuple_Pack(1, rest);
    return args == NULL ? NULL : PyTuple_Pack(2, iter, args);
}

static PyMethodDef iterator_methods[] = {
    {"__length_hint__", iterator_length_hint, METH_NOARGS,
     "Private method returning an estimate of len(list(it))."},
    {"__reduce__", iterator_reduce, METH_NOARGS, "Return state information for pickling."},
    {NULL, NULL, 0, NULL},
};

PyTypeObject PySetIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "set_iterator",
    .tp_basicsize = sizeof(KrSetIterator),
    .tp_dealloc = iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iterator_next,
    .tp_methods = iterator_methods,
};

// ---- types ------------------------------------------------------------------------------------

static PyNumberMethods frozenset_as_number = {
    .nb_subtract = set_subtract,
    .nb_and = set_and,
    .nb_xor = set_xor,
    .nb_or = set_or,
};

static PyNumberMethods set_as_number = {
    .nb_subtract = set_subtract,
    .nb_and = set_and,
    .nb_xor = set_xor,
    .nb_or = set_or,
    .nb_inplace_subtract = set_subtract_in_place,
    .nb_inplace_and = set_and_in_place,
    .nb_inplace_xor = set_xor_in_place,
    .nb_inplace_or = set_or_in_place,
};

static PySequenceMethods set_as_sequence = {.sq_length = set_length, .sq_contains = set_contains};

#define SET_HEAD(name)                                                                            \
    PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                        \
    .tp_name = name,                                                                              \
    .tp_basicsize = sizeof(PySetObject),                                                          \
    .tp_dealloc = set_dealloc,                                                                    \
    .tp_repr = set_repr,                                                                          \
    .tp_as_sequence = &set_as_sequence,                                                           \
    .tp_getattro = PyObject_GenericGetAttr,                                                       \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE |                   \
                _Py_TPFLAGS_MATCH_SELF,                                                           \
    .tp_traverse = set_traverse,                                                                  \
    .tp_clear = set_tp_clear,                                                                     \
    .tp_richcompare = set_compare,                                                                \
    .tp_weaklistoffset = offsetof(PySetObject, weakreflist),                                      \
    .tp_iter = set_iterate,                                                                       \
    .tp_alloc = PyType_GenericAlloc,                                                              \
    .tp_free = PyObject_GC_Del

PyTypeObject PySet_Type = {
    SET_HEAD("set"),
    .tp_as_number = &set_as_number,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_doc = set_doc,
    .tp_methods = set_methods,
    .tp_init = set_init_without_keywords,
    .tp_new = set_tp_new,
    .tp_vectorcall = set_tp_vectorcall,
};

PyTypeObject PyFrozenSet_Type = {
    SET_HEAD("frozenset"),
    .tp_as_number = &frozenset_as_number,
    .tp_hash = frozenset_hash,
    .tp_doc = frozenset_doc,
    .tp_methods = set_methods + SET_ONLY_METHODS,
    .tp_new = frozenset_tp_new,
    .tp_vectorcall = frozenset_tp_vectorcall,
};

// ---- public functions -------------------------------------------------------------------------

PyObject *PySet_New(PyObject *iterable)
{
    return make(&PySet_Type, iterable);
}

PyObject *PyFrozenSet_New(PyObject *iterable)
{
    return make(&PyFrozenSet_Type, iterable);
}

static bool check_set(bool is_set)
{
    if (!is_set) PyErr_BadInternalCall();
    return is_set;
}

Py_ssize_t PySet_Size(PyObject *anyset)
{
    return check_set(PyAnySet_Check(anyset)) ? PySet_GET_SIZE(anyset) : -1;
}

int PySet_Clear(PyObject *set)
{
    if (!check_set(PySet_Check(set))) return -1;
    kr_set_table_clear((PySetObject *)set);
    return 0;
}

int PySet_Contains(PyObject *anyset, PyObject *key)
{
    if (!check_set(PyAnySet_Check(anyset))) return -1;
    Py_hash_t hash = kr_dict_hash(key);
    return hash == -1 ? -1 : kr_set_table_contains((PySetObject *)anyset, key, hash);
}

int PySet_Discard(PyObject *set, PyObject *key)
{
    if (!check_set(PySet_Check(set))) return -1;
    Py_hash_t hash = kr_dict_hash(key);
    return hash == -1 ? -1 : kr_set_table_discard((PySetObject *)set, key, hash);
}

// Also for a frozenset that nobody else has seen.
int PySet_Add(PyObject *set, PyObject *key)
{
    if (!check_set(PySet_Check(set) || (PyFrozenSet_Check(set) && Py_REFCNT(set) == 1))) return -1;
    Py_hash_t hash = kr_dict_hash(key);
    return hash == -1 ? -1 : kr_set_table_add((PySetObject *)set, key, hash);
}

PyObject *PySet_Pop(PyObject *set)
{
    return check_set(PySet_Check(set)) ? set_pop((PySetObject *)set) : NULL;
}

int _PySet_NextEntry(PyObject *set, Py_ssize_t *pos, PyObject **key, Py_hash_t *hash)
{
    if (!check_set(PyAnySet_Check(set))) return -1;
    setentry *entry = kr_set_table_next((PySetObject *)set, pos);
    if (entry == NULL) return 0;
    *key = entry->key;
    *hash = entry->hash;
    return 1;
}

int _PySet_Update(PyObject *set, PyObject *iterable)
{
    return check_set(PySet_Check(set)) ? kr_set_table_update((PySetObject *)set, iterable) : -1;
}
