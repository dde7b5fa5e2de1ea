// ordered_dict.c - collections.OrderedDict: a dict that can also move entries to either end.
//
// The order is that of the dict's own entries, so every way to walk the dict sees it:
//
//   [ NULL … NULL | first … last | room ]
//         front gap                 appended here
//
// Moving to the end appends the entry again; moving to the front uses the gap before the first
// entry, which is made with half of a new table's room when it is used up: both cost O(1) in the
// long run.
// (1) While self->front_keys == ma_keys and ma_keys->dk_has_front, no live entry lies before
//     self->front.
// (2) self->moves changes with every move to the front; other changes show in the table's shape.
#include "cpython/odictobject.h"

#include "objects/containers/builtin_name.h"
#include "objects/containers/dict.h"
#include "objects/containers/dict_merge.h"
#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "abstract.h"
#include "boolobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "weakrefobject.h"

typedef struct KrOrderedDict {
    PyDictObject dict;
    PyDictKeysObject *front_keys;
    Py_ssize_t front;
    size_t moves;
    void *unused[3];
    PyObject *attributes;  // the instance's __dict__
    PyObject *weak_references;
} KrOrderedDict;

// ---- order ------------------------------------------------------------------------------------

static Py_ssize_t first_entry(KrOrderedDict *self)
{
    PyDictKeysObject *keys = self->dict.ma_keys;
    Py_ssize_t index = 0;
    if (kr_keys_is_empty(keys)) return 0;
    if (keys->dk_has_front && self->front_keys == keys) index = self->front;
    while (index < keys->dk_nentries && kr_keys_key(keys, index) == NULL) index++;
    keys->dk_has_front = 1;
    self->front_keys = keys;
    self->front = index;
    return index;
}

static Py_ssize_t last_entry(KrOrderedDict *self)
{
    PyDictKeysObject *keys = self->dict.ma_keys;
    Py_ssize_t index = keys->dk_nentries - 1;
    while (index >= 0 && kr_keys_key(keys, index) == NULL) index--;
    return index;
}

static Py_hash_t hash_of_entry(KrOrderedDict *self, Py_ssize_t index)
{
    PyDictKeysObject *keys = self->dict.ma_keys;
    if (kr_keys_are_unicode(keys)) return ((PyASCIIObject *)kr_keys_key(keys, index))->hash;
    return kr_keys_general(keys)[index].me_hash;
}

// Something that changes whenever keys come, go or move.
static size_t shape_of(KrOrderedDict *self)
{
    return (self->moves << 40) + (size_t)self->dict.ma_keys->dk_nentries;
}

static int move_to_back(KrOrderedDict *self, Py_ssize_t index)
{
    PyDictObject *dict = &self->dict;
    if (index == last_entry(self)) return 0;
    KR_AUTO PyObject *key = Py_NewRef(kr_keys_key(dict->ma_keys, index));
    Py_hash_t hash = hash_of_entry(self, index);
    if (dict->ma_keys->dk_usable <= 0) {
        PyObject *ignored;
        if (kr_dict_table_resize(dict, kr_keys_log2_for_size(dict->ma_used * 3), true) < 0)
            return -1;
        index = kr_dict_table_find(dict, key, hash, &ignored);
        if (index < 0) return index == KR_FIND_ERROR ? -1 : 0;
    }
    KR_AUTO PyObject *value = kr_dict_table_remove(dict, hash, index);
    return kr_dict_table_add(dict, key, hash, value);
}

static int move_to_front(KrOrderedDict *self, Py_ssize_t index)
{
    PyDictObject *dict = &self->dict;
    Py_ssize_t first = first_entry(self);
    if (index == first) return 0;
    KR_AUTO PyObject *key = Py_NewRef(kr_keys_key(dict->ma_keys, index));
    Py_hash_t hash = hash_of_entry(self, index);
    if (first == 0) {
        PyObject *ignored;
        if (kr_dict_table_make_front(dict) < 0) return -1;
        index = kr_dict_table_find(dict, key, hash, &ignored);
        if (index < 0) return index == KR_FIND_ERROR ? -1 : 0;
        first = first_entry(self);
    }
    PyObject *value = kr_dict_table_remove(dict, hash, index);
    kr_dict_table_put_at(dict, first - 1, kr_take(key), hash, value);
    self->front = first - 1;
    self->moves++;
    return 0;
}

// ---- update -----------------------------------------------------------------------------------

static int set_item(PyObject *self, PyObject *key, PyObject *value)
{
    return PyODict_CheckExact(self) ? PyDict_SetItem(self, key, value)
        : PyObject_SetItem(self, key, value);
}

static int add_pair(PyObject *self, PyObject *pair)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(pair);
    if (iterator == NULL) return -1;
    KR_AUTO PyObject *key = PyIter_Next(iterator);
    if (key == NULL)
        return PyErr_Occurred() ? -1
            : kr_raise_int(PyExc_ValueError, "need more than 0 values to unpack");
    KR_AUTO PyObject *value = PyIter_Next(iterator);
    if (value == NULL)
        return PyErr_Occurred() ? -1
            : kr_raise_int(PyExc_ValueError, "need more than 1 value to unpack");
    KR_AUTO PyObject *third = PyIter_Next(iterator);
    if (third != NULL)
        return kr_raise_int(PyExc_ValueError, "too many values to unpack (expected 2)");
    if (PyErr_Occurred()) return -1;
    return set_item(self, key, value);
}

static int add_pairs(PyObject *self, PyObject *pairs)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(pairs);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *pair = PyIter_Next(iterator);
        if (pair == NULL) return PyErr_Occurred() ? -1 : 0;
        if (add_pair(self, pair) < 0) return -1;
    }
}

static int add_items_of_dict(PyObject *self, PyObject *dict)
{
    KR_AUTO PyObject *items = PyDict_Items(dict);
    return items == NULL ? -1 : add_pairs(self, items);
}

static int add_by_keys(PyObject *self, PyObject *keys_method, PyObject *mapping)
{
    KR_AUTO PyObject *keys = PyObject_CallNoArgs(keys_method);
    KR_AUTO PyObject *iterator = keys == NULL ? NULL : PyObject_GetIter(keys);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *key = PyIter_Next(iterator);
        if (key == NULL) return PyErr_Occurred() ? -1 : 0;
        KR_AUTO PyObject *value = PyObject_GetItem(mapping, key);
        if (value == NULL || set_item(self, key, value) < 0) return -1;
    }
}

static int update_from(PyObject *self, PyObject *other)
{
    if (PyDict_CheckExact(other)) return add_items_of_dict(self, other);
    PyObject *found;
    if (_PyObject_LookupAttr(other, ID(keys), &found) < 0) return -1;
    if (found != NULL) {
        KR_AUTO PyObject *keys_method = found;
        return add_by_keys(self, keys_method, other);
    }
    if (_PyObject_LookupAttr(other, ID(items), &found) < 0) return -1;
    if (found == NULL) return add_pairs(self, other);
    KR_AUTO PyObject *items_method = found;
    KR_AUTO PyObject *items = PyObject_CallNoArgs(items_method);
    return items == NULL ? -1 : add_pairs(self, items);
}

static int update_all(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *kwargs)
{
    if (count > 1)
        return kr_raise_int(PyExc_TypeError, "expected at most 1 arguments, got %zd", count);
    if (count == 1 && update_from(self, args[0]) < 0) return -1;
    return kwargs == NULL ? 0 : add_items_of_dict(self, kwargs);
}

// ---- iterators --------------------------------------------------------------------------------

enum { WALK_KEYS = 1, WALK_VALUES = 2, WALK_REVERSED = 4 };

typedef struct KrOrderedDictIterator {
    PyObject_HEAD
    Py_ssize_t kind;
    KrOrderedDict *dict;  // NULL when used up
    Py_ssize_t used;      // the dict's size and shape at the start
    size_t shape;
    PyDictKeysObject *keys;
    Py_ssize_t position;
} KrOrderedDictIterator;

static PyObject *iterator_new(KrOrderedDict *dict, int kind)
{
    KrOrderedDictIterator *self = PyObject_GC_New(KrOrderedDictIterator, &PyODictIter_Type);
    if (self == NULL) return NULL;
    self->kind = kind;
    self->dict = (KrOrderedDict *)Py_NewRef((PyObject *)dict);
    self->used = dict->dict.ma_used;
    self->shape = shape_of(dict);
    self->keys = dict->dict.ma_keys;
    self->position = kind & WALK_REVERSED ? last_entry(dict) : first_entry(dict);
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

static void iterator_dealloc(PyObject *self)
{
    kr_untrack(self);
    Py_XDECREF((PyObject *)((KrOrderedDictIterator *)self)->dict);
    PyObject_GC_Del(self);
}

static int iterator_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT((PyObject *)((KrOrderedDictIterator *)self)->dict);
    return 0;
}

static PyObject *stop_walk(KrOrderedDictIterator *self, const char *message)
{
    PyObject *dict = (PyObject *)kr_take(self->dict);
    Py_DECREF(dict);
    return message == NULL ? NULL : kr_raise(PyExc_RuntimeError, message);
}

static PyObject *iterator_next(PyObject *object)
{
    KrOrderedDictIterator *self = (KrOrderedDictIterator *)object;
    if (self->dict == NULL) return NULL;
    PyDictObject *dict = &self->dict->dict;
    PyDictKeysObject *keys = dict->ma_keys;
    Py_ssize_t i = self->position;
    if (self->used != dict->ma_used)
        return stop_walk(self, "OrderedDict changed size during iteration");
    if (self->keys != keys || self->shape != shape_of(self->dict))
        return stop_walk(self, "OrderedDict mutated during iteration");
    Py_ssize_t step = self->kind & WALK_REVERSED ? -1 : 1;
    while (i >= 0 && i < keys->dk_nentries && kr_keys_key(keys, i) == NULL) i += step;
    if (i < 0 || i >= keys->dk_nentries) return stop_walk(self, NULL);
    self->position = i + step;
    PyObject *key = kr_keys_key(keys, i);
    PyObject *value = kr_keys_are_unicode(keys) ? kr_keys_unicode(keys)[i].me_value
                                                : kr_keys_general(keys)[i].me_value;
    switch (self->kind & ~WALK_REVERSED) {
    case WALK_KEYS: return Py_NewRef(key);
    case WALK_VALUES: return Py_NewRef(value);
    default: return PyTuple_Pack(2, key, value);
    }
}

METHOD(__reduce__, "self", "Return state information for pickling")
static PyObject *iterator___reduce__(KrOrderedDictIterator *self)
{
    KR_AUTO PyObject *iter = kr_builtin_name_get(ID(iter));
    if (iter == NULL) return NULL;
    KR_AUTO PyObject *rest = NULL;
    if (self->dict == NULL) rest = PyList_New(0);
    else {
        KR_AUTO PyObject *copy = iterator_new(self->dict, (int)self->kind);
        if (copy == NULL) return NULL;
        ((KrOrderedDictIterator *)copy)->used = self->used;
        ((KrOrderedDictIterator *)copy)->shape = self->shape;
        ((KrOrderedDictIterator *)copy)->keys = self->keys;
        ((KrOrderedDictIterator *)copy)->position = self->position;
        rest = PySequence_List(copy);
    }
    KR_AUTO PyObject *args = rest == NULL ? NULL : PyTuple_Pack(1, rest);
    return args == NULL ? NULL : PyTuple_Pack(2, iter, args);
}

// ---- views ------------------------------------------------------------------------------------

static KrOrderedDict *dict_of(PyObject *view)
{
    return (KrOrderedDict *)((_PyDictViewObject *)view)->dv_dict;
}

METHOD(__reversed__, "self", "")
static PyObject *keys___reversed__(PyObject *self)
{
    return iterator_new(dict_of(self), WALK_KEYS | WALK_REVERSED);
}

METHOD(__reversed__, "self", "")
static PyObject *values___reversed__(PyObject *self)
{
    return iterator_new(dict_of(self), WALK_VALUES | WALK_REVERSED);
}

METHOD(__reversed__, "self", "")
static PyObject *items___reversed__(PyObject *self)
{
    return iterator_new(dict_of(self), WALK_KEYS | WALK_VALUES | WALK_REVERSED);
}

static PyObject *keys_iterate(PyObject *self)
{
    return iterator_new(dict_of(self), WALK_KEYS);
}

static PyObject *values_iterate(PyObject *self)
{
    return iterator_new(dict_of(self), WALK_VALUES);
}

static PyObject *items_iterate(PyObject *self)
{
    return iterator_new(dict_of(self), WALK_KEYS | WALK_VALUES);
}

// ---- methods ----------------------------------------------------------------------------------

METHOD(fromkeys, "cls, iterable, value=None",
       "Create a new ordered dictionary with keys from iterable and values set to value.")
static PyObject *odict_fromkeys(PyObject *type, PyObject *iterable, PyObject *value)
{
    return kr_dict_merge_from_keys(type, iterable, value);
}

METHOD(__sizeof__, "self", "")
static PyObject *odict___sizeof__(KrOrderedDict *self)
{
    return PyLong_FromSsize_t(_PyDict_SizeOf(&self->dict));
}

METHOD(__reduce__, "self", "Return state information for pickling")
static PyObject *odict___reduce__(PyObject *self)
{
    KR_AUTO PyObject *state = _PyObject_GetState(self);
    KR_AUTO PyObject *args = state == NULL ? NULL : PyTuple_New(0);
    KR_AUTO PyObject *items = args == NULL ? NULL : PyObject_CallMethodNoArgs(self, ID(items));
    KR_AUTO PyObject *iterator = items == NULL ? NULL : PyObject_GetIter(items);
    return iterator == NULL ? NULL
        : PyTuple_Pack(5, (PyObject *)Py_TYPE(self), args, state, Py_None, iterator);
}

METHOD(setdefault, "self, key, default=None",
       "Insert key with a value of default if key is not in the dictionary.\n\n"
       "Return the value for key if key is in the dictionary, else default.")
static PyObject *odict_setdefault(PyObject *self, PyObject *key, PyObject *fallback)
{
    if (PyODict_CheckExact(self)) return Py_XNewRef(PyDict_SetDefault(self, key, fallback));
    int present = PySequence_Contains(self, key);
    if (present < 0) return NULL;
    if (present) return PyObject_GetItem(self, key);
    return PyObject_SetItem(self, key, fallback) < 0 ? NULL : Py_NewRef(fallback);
}

METHOD(pop, "self, key, default: object = NULL",
       "od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\n"
       "If the key is not found, return the default if given; otherwise,\nraise a KeyError.")
static PyObject *odict_pop(PyObject *self, PyObject *key, PyObject *fallback)
{
    return _PyDict_Pop(self, key, fallback);
}

METHOD(popitem, "self, last: bool = True",
       "Remove and return a (key, value) pair from the dictionary.\n\n"
       "Pairs are returned in LIFO order if last is true or FIFO order if false.")
static PyObject *odict_popitem(KrOrderedDict *self, int last)
{
    if (self->dict.ma_used == 0) return kr_raise(PyExc_KeyError, "dictionary is empty");
    Py_ssize_t index = last ? last_entry(self) : first_entry(self);
    KR_AUTO PyObject *key = Py_NewRef(kr_keys_key(self->dict.ma_keys, index));
    KR_AUTO PyObject *value = kr_dict_table_remove(&self->dict, hash_of_entry(self, index), index);
    if (last) self->dict.ma_keys->dk_nentries = index;
    return PyTuple_Pack(2, key, value);
}

METHOD(keys, "self", "")
static PyObject *odict_keys(PyObject *self)
{
    return _PyDictView_New(self, &PyODictKeys_Type);
}

METHOD(values, "self", "")
static PyObject *odict_values(PyObject *self)
{
    return _PyDictView_New(self, &PyODictValues_Type);
}

METHOD(items, "self", "")
static PyObject *odict_items(PyObject *self)
{
    return _PyDictView_New(self, &PyODictItems_Type);
}

METHOD(update, "self, *args: array, **kwargs", "")
static PyObject *odict_update(PyObject *self, PyObject *const *args, Py_ssize_t count,
                              PyObject *kwargs)
{
    if (update_all(self, args, count, kwargs) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(clear, "self", "od.clear() -> None.  Remove all items from od.")
static PyObject *odict_clear(PyObject *self)
{
    PyDict_Clear(self);
    Py_RETURN_NONE;
}

static int copy_items(PyObject *self, PyObject *copy)
{
    KR_AUTO PyObject *keys = PyDict_Keys(self);
    for (Py_ssize_t i = 0; keys != NULL && i < PyList_GET_SIZE(keys); i++) {
        PyObject *key = PyList_GET_ITEM(keys, i);
        KR_AUTO PyObject *value = PyObject_GetItem(self, key);
        if (value == NULL || set_item(copy, key, value) < 0) return -1;
    }
    return keys == NULL ? -1 : 0;
}

METHOD(copy, "self", "od.copy() -> a shallow copy of od")
static PyObject *odict_copy(PyObject *self)
{
    KR_AUTO PyObject *copy = PyODict_CheckExact(self) ? PyODict_New()
        : PyObject_CallNoArgs((PyObject *)Py_TYPE(self));
    if (copy == NULL || copy_items(self, copy) < 0) return NULL;
    return kr_take(copy);
}

METHOD(__reversed__, "self", "od.__reversed__() <==> reversed(od)")
static PyObject *odict___reversed__(KrOrderedDict *self)
{
    return iterator_new(self, WALK_KEYS | WALK_REVERSED);
}

METHOD(move_to_end, "self, key, last: bool = True",
       "Move an existing element to the end (or beginning if last is false).\n\n"
       "Raise KeyError if the element does not exist.")
static PyObject *odict_move_to_end(KrOrderedDict *self, PyObject *key, int last)
{
    PyObject *value;
    Py_hash_t hash = kr_dict_hash(key);
    if (hash == -1) return NULL;
    Py_ssize_t index = kr_dict_table_find(&self->dict, key, hash, &value);
    if (index == KR_FIND_ERROR) return NULL;
    if (value == NULL) {
        _PyErr_SetKeyError(key);
        return NULL;
    }
    if ((last ? move_to_back(self, index) : move_to_front(self, index)) < 0) return NULL;
    Py_RETURN_NONE;
}

#include "objects/containers/ordered_dict.methods.h"

// ---- slots ------------------------------------------------------------------------------------

static PyObject *odict_repr(PyObject *self)
{
    const char *name = _PyType_Name(Py_TYPE(self));
    if (PyDict_GET_SIZE(self) == 0) return PyUnicode_FromFormat("%s()", name);
    int entered = Py_ReprEnter(self);
    if (entered != 0) return entered > 0 ? PyUnicode_FromString("...") : NULL;
    PyObject *text = NULL;
    KR_AUTO PyObject *items = PyODict_CheckExact(self) ? PyDict_Items(self)
        : PyObject_CallMethodNoArgs(self, ID(items));
    KR_AUTO PyObject *list = items == NULL ? NULL : PySequence_List(items);
    if (list != NULL) text = PyUnicode_FromFormat("%s(%R)", name, list);
    Py_ReprLeave(self);
    return text;
}

static int same_order(PyObject *left, PyObject *right)
{
    KR_AUTO PyObject *own = PyDict_Keys(left);
    KR_AUTO PyObject *others = own == NULL ? NULL : PyDict_Keys(right);
    return others == NULL ? -1 : PyObject_RichCompareBool(own, others, Py_EQ);
}

static PyObject *odict_compare(PyObject *left, PyObject *right, int op)
{
    if (!PyDict_Check(right) || (op != Py_EQ && op != Py_NE)) Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *answer = PyDict_Type.tp_richcompare(left, right, Py_EQ);
    int equal = answer == NULL ? -1 : answer == Py_True;
    if (equal > 0 && PyODict_Check(right)) equal = same_order(left, right);
    return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

static PyObject *odict_iterate(PyObject *self)
{
    return iterator_new((KrOrderedDict *)self, WALK_KEYS);
}

static int odict_assign(PyObject *self, PyObject *key, PyObject *value)
{
    return value == NULL ? PyODict_DelItem(self, key) : PyODict_SetItem(self, key, value);
}

static PyObject *odict_or(PyObject *left, PyObject *right)
{
    bool is_left = PyODict_Check(left);
    PyTypeObject *type = Py_TYPE(is_left ? left : right);
    if (!PyDict_Check(is_left ? right : left)) Py_RETURN_NOTIMPLEMENTED;
    KR_AUTO PyObject *result = PyObject_CallOneArg((PyObject *)type, left);
    return result == NULL || update_from(result, right) < 0 ? NULL : kr_take(result);
}

static PyObject *odict_or_in_place(PyObject *self, PyObject *other)
{
    return update_from(self, other) < 0 ? NULL : Py_NewRef(self);
}

static int odict_tp_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return update_all(self, kr_tuple_items(args), kr_tuple_length(args), kwargs);
}

static void odict_dealloc(PyObject *object)
{
    KrOrderedDict *self = (KrOrderedDict *)object;
    kr_untrack(object);
    if (self->weak_references != NULL) PyObject_ClearWeakRefs(object);
    Py_CLEAR(self->attributes);
    PyDict_Type.tp_dealloc(object);
}

static int odict_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrOrderedDict *)self)->attributes);
    return PyDict_Type.tp_traverse(self, visit, arg);
}

static int odict_tp_clear(PyObject *self)
{
    Py_CLEAR(((KrOrderedDict *)self)->attributes);
    PyDict_Clear(self);
    return 0;
}

static PyGetSetDef odict_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyNumberMethods odict_as_number = {.nb_or = odict_or, .nb_inplace_or = odict_or_in_place};
static PyMappingMethods odict_as_mapping = {.mp_ass_subscript = odict_assign};

PyTypeObject PyODict_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "collections.OrderedDict",
    .tp_basicsize = sizeof(KrOrderedDict),
    .tp_dealloc = odict_dealloc,
    .tp_repr = odict_repr,
    .tp_as_number = &odict_as_number,
    .tp_as_mapping = &odict_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "Dictionary that remembers insertion order",
    .tp_traverse = odict_traverse,
    .tp_clear = odict_tp_clear,
    .tp_richcompare = odict_compare,
    .tp_weaklistoffset = offsetof(KrOrderedDict, weak_references),
    .tp_iter = odict_iterate,
    .tp_methods = odict_methods,
    .tp_getset = odict_getset,
    .tp_base = &PyDict_Type,
    .tp_dictoffset = offsetof(KrOrderedDict, attributes),
    .tp_init = odict_tp_init,
    .tp_alloc = PyType_GenericAlloc,
};

PyTypeObject PyODictIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "odict_iterator",
    .tp_basicsize = sizeof(KrOrderedDictIterator),
    .tp_dealloc = iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iterator_next,
    .tp_methods = iterator_methods,
};

#define VIEW_TYPE(symbol, name, base, group)                                                      \
    PyTypeObject symbol = {                                                                       \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                    \
        .tp_name = name,                                                                          \
        .tp_iter = group##_iterate,                                                               \
        .tp_methods = group##_methods,                                                            \
        .tp_base = &base,                                                                         \
    }

VIEW_TYPE(PyODictKeys_Type, "odict_keys", PyDictKeys_Type, keys);
VIEW_TYPE(PyODictValues_Type, "odict_values", PyDictValues_Type, values);
VIEW_TYPE(PyODictItems_Type, "odict_items", PyDictItems_Type, items);

// ---- public functions -------------------------------------------------------------------------

PyObject *PyODict_New(void)
{
    return PyODict_Type.tp_new(&PyODict_Type, NULL, NULL);
}

int PyODict_SetItem(PyObject *od, PyObject *key, PyObject *item)
{
    return PyDict_SetItem(od, key, item);
}

int PyODict_DelItem(PyObject *od, PyObject *key)
{
    return PyDict_DelItem(od, key);
}
