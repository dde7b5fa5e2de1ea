// dict_views.c - d.keys(), d.values(), d.items(): live views, the first and last of them sets.
#include "objects/containers/dict_views.h"

#include "objects/containers/dict.h"
#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "abstract.h"
#include "boolobject.h"
#include "longobject.h"
#include "descrobject.h"
#include "objimpl.h"
#include "setobject.h"

PyObject *_PyDictView_New(PyObject *dict, PyTypeObject *type)
{
    if (dict == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (!PyDict_Check(dict))
        return kr_raise(PyExc_TypeError, "%s() requires a dict argument, not '%s'", type->tp_name,
                        Py_TYPE(dict)->tp_name);
    _PyDictViewObject *self = PyObject_GC_New(_PyDictViewObject, type);
    if (self == NULL) return NULL;
    self->dv_dict = (PyDictObject *)Py_NewRef(dict);
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

static void view_dealloc(PyObject *self)
{
    kr_untrack(self);
    Py_XDECREF(((_PyDictViewObject *)self)->dv_dict);
    PyObject_GC_Del(self);
}

static int view_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((_PyDictViewObject *)self)->dv_dict);
    return 0;
}

static Py_ssize_t view_length(PyObject *self)
{
    PyDictObject *dict = ((_PyDictViewObject *)self)->dv_dict;
    return dict == NULL ? 0 : dict->ma_used;
}

static PyObject *view_repr(PyObject *self)
{
    int entered = Py_ReprEnter(self);
    if (entered != 0) return entered > 0 ? PyUnicode_FromString("...") : NULL;
    PyObject *list = PySequence_List(self);
    PyObject *text = list == NULL ? NULL
        : PyUnicode_FromFormat("%s(%R)", Py_TYPE(self)->tp_name, list);
    Py_XDECREF(list);
    Py_ReprLeave(self);
    return text;
}

// ---- membership and comparison ----------------------------------------------------------------

static int keys_contain(PyObject *self, PyObject *key)
{
    return PyDict_Contains((PyObject *)((_PyDictViewObject *)self)->dv_dict, key);
}

static int items_contain(PyObject *self, PyObject *item)
{
    if (!PyTuple_Check(item) || PyTuple_GET_SIZE(item) != 2) return 0;
    PyObject *dict = (PyObject *)((_PyDictViewObject *)self)->dv_dict;
    PyObject *found = PyDict_GetItemWithError(dict, PyTuple_GET_ITEM(item, 0));
    if (found == NULL) return PyErr_Occurred() ? -1 : 0;
    KR_AUTO PyObject *held = Py_NewRef(found);
    return PyObject_RichCompareBool(held, PyTuple_GET_ITEM(item, 1), Py_EQ);
}

// 1: every member of [self] is in [other], 0, or -1.
static int all_are_in(PyObject *self, PyObject *other)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(self);
    if (iterator == NULL) return -1;
    for (;;) {
        KR_AUTO PyObject *item = PyIter_Next(iterator);
        if (item == NULL) return PyErr_Occurred() ? -1 : 1;
        int contained = PySequence_Contains(other, item);
        if (contained <= 0) return contained;
    }
}

static PyObject *view_compare(PyObject *self, PyObject *other, int op)
{
    int answer = 0;
    if (!PyAnySet_Check(other) && !PyDictViewSet_Check(other)) Py_RETURN_NOTIMPLEMENTED;
    Py_ssize_t own = view_length(self), others = PyObject_Size(other);
    if (others < 0) return NULL;
    switch (op) {
    case Py_EQ:
    case Py_NE: answer = own == others ? all_are_in(self, other) : 0; break;
    case Py_LT: answer = own < others ? all_are_in(self, other) : 0; break;
    case Py_LE: answer = own <= others ? all_are_in(self, other) : 0; break;
    case Py_GT: answer = own > others ? all_are_in(other, self) : 0; break;
    case Py_GE: answer = own >= others ? all_are_in(other, self) : 0; break;
    }
    if (answer < 0) return NULL;
    return PyBool_FromLong(op == Py_NE ? !answer : answer);
}

// ---- set operations ---------------------------------------------------------------------------

static PyObject *to_set(PyObject *self)
{
    PyObject *source = self;
    if (Py_IS_TYPE(self, &PyDictKeys_Type)) {
        PyObject *dict = (PyObject *)((_PyDictViewObject *)self)->dv_dict;
        if (PyDict_CheckExact(dict)) source = dict;  // its hashes can be used
    }
    return PySet_New(source);
}

// set(self).[method](other), returning the set.
static PyObject *set_after(PyObject *self, PyObject *method, PyObject *other)
{
    KR_AUTO PyObject *set = to_set(self);
    if (set == NULL) return NULL;
    KR_AUTO PyObject *none = PyObject_CallMethodOneArg(set, method, other);
    return none == NULL ? NULL : kr_take(set);
}

static PyObject *view_subtract(PyObject *self, PyObject *other)
{
    return set_after(self, ID(difference_update), other);
}

static PyObject *view_xor(PyObject *self, PyObject *other)
{
    return set_after(self, ID(symmetric_difference_update), other);
}

static PyObject *view_or(PyObject *self, PyObject *other)
{
    KR_AUTO PyObject *set = to_set(self);
    if (set == NULL || _PySet_Update(set, other) < 0) return NULL;
    return kr_take(set);
}

PyObject *_PyDictView_Intersect(PyObject *self, PyObject *other)
{
    if (!PyDictViewSet_Check(self)) {  // the view was on the right
        PyObject *swap = self;
        self = other;
        other = swap;
    }
    Py_ssize_t length = view_length(self);
    if (PySet_CheckExact(other) && length <= PySet_GET_SIZE(other))
        return PyObject_CallMethodOneArg(other, ID(intersection), self);
    if (PyDictViewSet_Check(other) && view_length(other) > length) {  // walk the smaller one
        PyObject *swap = self;
        self = other;
        other = swap;
    }
    int (*contains)(PyObject *, PyObject *) = PyDictKeys_Check(self) ? keys_contain
        : items_contain;
    KR_AUTO PyObject *set = PySet_New(NULL);
    if (set == NULL) return NULL;
    KR_AUTO PyObject *iterator = PyObject_GetIter(other);
    if (iterator == NULL) return NULL;
    for (;;) {
        KR_AUTO PyObject *item = PyIter_Next(iterator);
        if (item == NULL) return PyErr_Occurred() ? NULL : kr_take(set);
        int contained = contains(self, item);
        if (contained < 0 || (contained && PySet_Add(set, item) < 0)) return NULL;
    }
}

static PyObject *is_disjoint(PyObject *self, PyObject *other)
{
    if (self == other) return PyBool_FromLong(view_length(self) == 0);
    if (PyAnySet_CheckExact(other) || PyDictViewSet_Check(other)) {
        Py_ssize_t length = PyObject_Size(other);
        if (length < 0) return NULL;
        if (length > view_length(self)) {
            PyObject *swap = self;
            self = other;
            other = swap;
        }
    }
    KR_AUTO PyObject *iterator = PyObject_GetIter(other);
    if (iterator == NULL) return NULL;
    for (;;) {
        KR_AUTO PyObject *item = PyIter_Next(iterator);
        if (item == NULL) {
            if (PyErr_Occurred()) return NULL;
            Py_RETURN_TRUE;
        }
        int contained = PySequence_Contains(self, item);
        if (contained < 0) return NULL;
        if (contained) Py_RETURN_FALSE;
    }
}

// ---- methods ----------------------------------------------------------------------------------

METHOD(isdisjoint, "self, other, /",
       "Return True if the view and the given iterable have a null intersection.")
static PyObject *keys_isdisjoint(PyObject *self, PyObject *other)
{
    return is_disjoint(self, other);
}

METHOD(__reversed__, "self", "Return a reverse iterator over the dict keys.")
static PyObject *keys___reversed__(_PyDictViewObject *self)
{
    return kr_dict_iterator_new((PyObject *)self->dv_dict, &PyDictRevIterKey_Type);
}

METHOD(isdisjoint, "self, other, /",
       "Return True if the view and the given iterable have a null intersection.")
static PyObject *items_isdisjoint(PyObject *self, PyObject *other)
{
    return is_disjoint(self, other);
}

METHOD(__reversed__, "self", "Return a reverse iterator over the dict items.")
static PyObject *items___reversed__(_PyDictViewObject *self)
{
    return kr_dict_iterator_new((PyObject *)self->dv_dict, &PyDictRevIterItem_Type);
}

METHOD(__reversed__, "self", "Return a reverse iterator over the dict values.")
static PyObject *values___reversed__(_PyDictViewObject *self)
{
    return kr_dict_iterator_new((PyObject *)self->dv_dict, &PyDictRevIterValue_Type);
}

GETTER(mapping, "dictionary that this view refers to")
static PyObject *view_get_mapping(_PyDictViewObject *self)
{
    return PyDictProxy_New((PyObject *)self->dv_dict);
}

#include "objects/containers/dict_views.methods.h"

static PyObject *keys_iterate(PyObject *self)
{
    return kr_dict_iterator_new((PyObject *)((_PyDictViewObject *)self)->dv_dict,
                                &PyDictIterKey_Type);
}

static PyObject *items_iterate(PyObject *self)
{
    return kr_dict_iterator_new((PyObject *)((_PyDictViewObject *)self)->dv_dict,
                                &PyDictIterItem_Type);
}

static PyObject *values_iterate(PyObject *self)
{
    return kr_dict_iterator_new((PyObject *)((_PyDictViewObject *)self)->dv_dict,
                                &PyDictIterValue_Type);
}

static PyNumberMethods view_as_number = {
    .nb_subtract = view_subtract,
    .nb_and = _PyDictView_Intersect,
    .nb_xor = view_xor,
    .nb_or = view_or,
};

static PySequenceMethods keys_as_sequence = {.sq_length = view_length,
                                             .sq_contains = keys_contain};
static PySequenceMethods items_as_sequence = {.sq_length = view_length,
                                              .sq_contains = items_contain};
static PySequenceMethods values_as_sequence = {.sq_length = view_length};

#define VIEW_HEAD(name)                                                                           \
    PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                        \
    .tp_name = name,                                                                              \
    .tp_basicsize = sizeof(_PyDictViewObject),                                                    \
    .tp_dealloc = view_dealloc,                                                                   \
    .tp_repr = view_repr,                                                                         \
    .tp_getattro = PyObject_GenericGetAttr,                                                       \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                                          \
    .tp_traverse = view_traverse,                                                                 \
    .tp_getset = view_getset

PyTypeObject PyDictKeys_Type = {
    VIEW_HEAD("dict_keys"),
    .tp_as_number = &view_as_number,
    .tp_as_sequence = &keys_as_sequence,
    .tp_richcompare = view_compare,
    .tp_iter = keys_iterate,
    .tp_methods = keys_methods,
};

PyTypeObject PyDictItems_Type = {
    VIEW_HEAD("dict_items"),
    .tp_as_number = &view_as_number,
    .tp_as_sequence = &items_as_sequence,
    .tp_richcompare = view_compare,
    .tp_iter = items_iterate,
    .tp_methods = items_methods,
};

PyTypeObject PyDictValues_Type = {
    VIEW_HEAD("dict_values"),
    .tp_as_sequence = &values_as_sequence,
    .tp_iter = values_iterate,
    .tp_methods = values_methods,
};
