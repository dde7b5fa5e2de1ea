// list.c - the type list: memory, methods, slots.  Sorting is in list_sort.c, slices in
// list_slices.c.
//
// (1) 0 <= size <= allocated, or allocated == -1 while it is sorted.
// (2) An item is released only when the list no longer shows it: releasing may run Python code.
// (3) Growth follows CPython's formula, since sys.getsizeof shows it.
#include "objects/containers/list.h"

#include "objects/containers/list_slices.h"
#include "objects/containers/sequence_iterators.h"
#include "objects/containers/state.h"
#include "objects/containers/tracking.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "abstract.h"
#include "boolobject.h"
#include "genericaliasobject.h"
#include "longobject.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pymem.h"

// ---- memory -----------------------------------------------------------------------------------

static int resize_slow(PyListObject *self, Py_ssize_t size)
{
    size_t wanted = ((size_t)size + ((size_t)size >> 3) + 6) & ~(size_t)3;
    if (size - Py_SIZE(self) > (Py_ssize_t)(wanted - (size_t)size))
        wanted = ((size_t)size + 3) & ~(size_t)3;
    if (size == 0) wanted = 0;
    PyObject **items = NULL;
    if (wanted <= (size_t)PY_SSIZE_T_MAX / sizeof(PyObject *))
        items = PyMem_Realloc(self->ob_item, wanted * sizeof(PyObject *));
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->ob_item = items;
    self->allocated = (Py_ssize_t)wanted;
    Py_SET_SIZE(self, size);
    return 0;
}

int kr_list_resize(PyListObject *self, Py_ssize_t size)
{
    if (self->allocated >= size && size >= (self->allocated >> 1)) {
        Py_SET_SIZE(self, size);
        return 0;
    }
    return resize_slow(self, size);
}

int kr_list_reserve(PyListObject *self, Py_ssize_t size)
{
    assert(self->ob_item == NULL);
    size_t wanted = ((size_t)size + 1) & ~(size_t)1;
    PyObject **items = PyMem_New(PyObject *, wanted);
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->ob_item = items;
    self->allocated = (Py_ssize_t)wanted;
    return 0;
}

int kr_list_append_slow(PyListObject *self, PyObject *item)
{
    Py_ssize_t size = Py_SIZE(self);
    if (kr_list_resize(self, size + 1) < 0) {
        Py_DECREF(item);
        return -1;
    }
    self->ob_item[size] = item;
    return 0;
}

static PyListObject *allocate(void)
{
    KrContainersState *state = &kr_containers_state;
    if (state->list_count > 0) {
        PyListObject *kept = state->lists[--state->list_count];
        _Py_NewReference((PyObject *)kept);
        return kept;
    }
    return PyObject_GC_New(PyListObject, &PyList_Type);
}

PyObject *PyList_New(Py_ssize_t size)
{
    if (size < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyObject **items = NULL;
    if (size > 0) {
        items = PyMem_Calloc((size_t)size, sizeof(PyObject *));
        if (items == NULL) return PyErr_NoMemory();
    }
    PyListObject *self = allocate();
    if (self == NULL) {
        PyMem_Free(items);
        return NULL;
    }
    self->ob_item = items;
    self->allocated = size;
    Py_SET_SIZE(self, size);
    kr_track((PyObject *)self);
    return (PyObject *)self;
}

PyObject *kr_list_from_array_steal(PyObject *const *items, Py_ssize_t count)
{
    PyObject *self = PyList_New(count);
    if (self == NULL) {
        for (Py_ssize_t i = 0; i < count; i++) Py_DECREF(items[i]);
        return NULL;
    }
    if (count > 0)
        memcpy(((PyListObject *)self)->ob_item, items, (size_t)count * sizeof(PyObject *));
    return self;
}

void kr_list_clear(PyListObject *self)
{
    PyObject **items = self->ob_item;
    if (items == NULL) return;
    Py_ssize_t size = Py_SIZE(self);
    Py_SET_SIZE(self, 0);  // keeps (2)
    self->ob_item = NULL;
    self->allocated = 0;
    while (--size >= 0) Py_XDECREF(items[size]);
    PyMem_Free(items);
}

static void list_dealloc(PyObject *object)
{
    KrContainersState *state = &kr_containers_state;
    PyListObject *self = (PyListObject *)object;
    kr_untrack(object);
    if (self->ob_item != NULL) {
        for (Py_ssize_t i = Py_SIZE(self); --i >= 0;) Py_XDECREF(self->ob_item[i]);
        PyMem_Free(self->ob_item);
    }
    if (Py_TYPE(self) == &PyList_Type && state->list_count < KR_LISTS_KEPT)
        state->lists[state->list_count++] = self;
    else
        Py_TYPE(self)->tp_free(self);
}

static int list_traverse(PyObject *self, visitproc visit, void *arg)
{
    for (Py_ssize_t i = Py_SIZE(self); --i >= 0;) Py_VISIT(((PyListObject *)self)->ob_item[i]);
    return 0;
}

static int list_tp_clear(PyObject *self)
{
    kr_list_clear((PyListObject *)self);
    return 0;
}

// ---- public functions -------------------------------------------------------------------------

static bool check_list(PyObject *op)
{
    if (op != NULL && PyList_Check(op)) return true;
    PyErr_BadInternalCall();
    return false;
}

Py_ssize_t PyList_Size(PyObject *op)
{
    return check_list(op) ? Py_SIZE(op) : -1;
}

PyObject *PyList_GetItem(PyObject *op, Py_ssize_t i)
{
    if (!check_list(op)) return NULL;
    if (i < 0 || i >= Py_SIZE(op)) return kr_raise(PyExc_IndexError, "list index out of range");
    return ((PyListObject *)op)->ob_item[i];
}

int PyList_SetItem(PyObject *op, Py_ssize_t i, PyObject *newitem)
{
    if (!check_list(op)) {
        Py_XDECREF(newitem);
        return -1;
    }
    if (i < 0 || i >= Py_SIZE(op)) {
        Py_XDECREF(newitem);
        return kr_raise_int(PyExc_IndexError, "list assignment index out of range");
    }
    Py_XSETREF(((PyListObject *)op)->ob_item[i], newitem);
    return 0;
}

static int insert_at(PyListObject *self, Py_ssize_t where, PyObject *item)
{
    Py_ssize_t size = Py_SIZE(self);
    if (kr_list_resize(self, size + 1) < 0) return -1;
    if (where < 0) where = where + size < 0 ? 0 : where + size;
    if (where > size) where = size;
    memmove(self->ob_item + where + 1, self->ob_item + where,
            (size_t)(size - where) * sizeof(PyObject *));
    self->ob_item[where] = Py_NewRef(item);
    return 0;
}

int PyList_Insert(PyObject *op, Py_ssize_t where, PyObject *newitem)
{
    return check_list(op) ? insert_at((PyListObject *)op, where, newitem) : -1;
}

int PyList_Append(PyObject *op, PyObject *newitem)
{
    if (op != NULL && PyList_Check(op) && newitem != NULL)
        return kr_list_append_steal((PyListObject *)op, Py_NewRef(newitem));
    PyErr_BadInternalCall();
    return -1;
}

static void reverse(PyListObject *self)
{
    PyObject **items = self->ob_item;
    for (Py_ssize_t low = 0, high = Py_SIZE(self) - 1; low < high; low++, high--) {
        PyObject *swap = items[low];
        items[low] = items[high];
        items[high] = swap;
    }
}

int PyList_Reverse(PyObject *v)
{
    if (!check_list(v)) return -1;
    reverse((PyListObject *)v);
    return 0;
}

int PyList_Sort(PyObject *v)
{
    return check_list(v) ? kr_list_sort((PyListObject *)v, NULL, 0) : -1;
}

PyObject *PyList_AsTuple(PyObject *v)
{
    if (!check_list(v)) return NULL;
    PyListObject *self = (PyListObject *)v;
    for (;;) {
        Py_ssize_t size = Py_SIZE(self);
        KR_AUTO PyObject *tuple = PyTuple_New(size);
        if (tuple == NULL) return NULL;
        if (size != Py_SIZE(self)) continue;  // the allocation ran a collection
        for (Py_ssize_t i = 0; i < size; i++)
            PyTuple_SET_ITEM(tuple, i, Py_NewRef(self->ob_item[i]));
        return kr_take(tuple);
    }
}

void _PyList_DebugMallocStats(FILE *out)
{
    int count = kr_containers_state.list_count;
    fprintf(out, "%d free PyListObjects * %zd bytes each = %zd\n", count, sizeof(PyListObject),
            (size_t)count * sizeof(PyListObject));
}

// ---- extending --------------------------------------------------------------------------------

static int extend_from_array(PyListObject *self, PyObject *sequence)
{
    Py_ssize_t added = PySequence_Fast_GET_SIZE(sequence), size = Py_SIZE(self);
    if (added == 0) return 0;
    if (self->ob_item == NULL && self->allocated >= 0) {
        if (kr_list_reserve(self, added) < 0) return -1;
        Py_SET_SIZE(self, added);
    } else if (kr_list_resize(self, size + added) < 0) return -1;
    // after the resize: it may be this very list
    PyObject **from = PySequence_Fast_ITEMS(sequence);
    for (Py_ssize_t i = 0; i < added; i++) self->ob_item[size + i] = Py_NewRef(from[i]);
    return 0;
}

static int extend_from_iterator(PyListObject *self, PyObject *iterator)
{
    iternextfunc next = Py_TYPE(iterator)->tp_iternext;
    for (;;) {
        PyObject *item = next(iterator);
        if (item == NULL) break;
        if (kr_list_append_steal(self, item) < 0) return -1;
    }
    if (!PyErr_Occurred()) return 0;
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return -1;
    PyErr_Clear();
    return 0;
}

int kr_list_extend(PyListObject *self, PyObject *iterable)
{
    if (PyList_CheckExact(iterable) || PyTuple_CheckExact(iterable)
        || (PyObject *)self == iterable)
        return extend_from_array(self, iterable);
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL) return -1;
    Py_ssize_t expected = PyObject_LengthHint(iterable, 8);
    if (expected < 0) return -1;
    Py_ssize_t size = Py_SIZE(self);
    if (size <= PY_SSIZE_T_MAX - expected) {  // otherwise it may lie; the appending will tell
        if (self->ob_item == NULL && self->allocated >= 0) {
            if (expected > 0 && kr_list_reserve(self, expected) < 0) return -1;
        } else {
            if (kr_list_resize(self, size + expected) < 0) return -1;
            Py_SET_SIZE(self, size);
        }
    }
    if (extend_from_iterator(self, iterator) < 0) return -1;
    if (Py_SIZE(self) < self->allocated) return kr_list_resize(self, Py_SIZE(self));
    return 0;
}

PyObject *_PyList_Extend(PyListObject *self, PyObject *iterable)
{
    if (kr_list_extend(self, iterable) < 0) return NULL;
    Py_RETURN_NONE;
}

// ---- methods ----------------------------------------------------------------------------------

METHOD(__getitem__, "self, index, /", "x.__getitem__(y) <==> x[y]", "METH_COEXIST")
static PyObject *list___getitem__(PyListObject *self, PyObject *index)
{
    return kr_list_subscript((PyObject *)self, index);
}

METHOD(__reversed__, "self", "Return a reverse iterator over the list.")
static PyObject *list___reversed__(PyListObject *self)
{
    return kr_sequence_iterator_new(&PyListRevIter_Type, (PyObject *)self, Py_SIZE(self) - 1);
}

METHOD(__sizeof__, "self", "Return the size of the list in memory, in bytes.")
static PyObject *list___sizeof__(PyListObject *self)
{
    Py_ssize_t allocated = self->allocated < 0 ? 0 : self->allocated;
    return PyLong_FromSsize_t(Py_TYPE(self)->tp_basicsize
                              + allocated * (Py_ssize_t)sizeof(PyObject *));
}

METHOD(clear, "self", "Remove all items from list.")
static PyObject *list_clear(PyListObject *self)
{
    kr_list_clear(self);
    Py_RETURN_NONE;
}

METHOD(copy, "self", "Return a shallow copy of the list.")
static PyObject *list_copy(PyListObject *self)
{
    return PyList_GetSlice((PyObject *)self, 0, Py_SIZE(self));
}

METHOD(append, "self, object, /", "Append object to the end of the list.")
static PyObject *list_append(PyListObject *self, PyObject *object)
{
    if (kr_list_append_steal(self, Py_NewRef(object)) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(insert, "self, index: ssize, object, /", "Insert object before index.")
static PyObject *list_insert(PyListObject *self, Py_ssize_t index, PyObject *object)
{
    if (insert_at(self, index, object) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(extend, "self, iterable, /", "Extend list by appending elements from the iterable.")
static PyObject *list_extend(PyListObject *self, PyObject *iterable)
{
    return _PyList_Extend(self, iterable);
}

METHOD(pop, "self, index: ssize = -1, /",
       "Remove and return item at index (default last).\n\n"
       "Raises IndexError if list is empty or index is out of range.")
static PyObject *list_pop(PyListObject *self, Py_ssize_t index)
{
    Py_ssize_t size = Py_SIZE(self);
    if (size == 0) return kr_raise(PyExc_IndexError, "pop from empty list");
    if (index < 0) index += size;
    if (index < 0 || index >= size) return kr_raise(PyExc_IndexError, "pop index out of range");
    PyObject *item = self->ob_item[index];
    if (size == 1) {
        Py_INCREF(item);
        kr_list_clear(self);
        return item;
    }
    Py_ssize_t behind = size - 1 - index;
    if (behind > 0)
        memmove(self->ob_item + index, self->ob_item + index + 1, (size_t)behind * sizeof item);
    if (kr_list_resize(self, size - 1) == 0) return item;
    if (behind > 0)
        memmove(self->ob_item + index + 1, self->ob_item + index, (size_t)behind * sizeof item);
    self->ob_item[index] = item;
    return NULL;
}

METHOD(remove, "self, value, /",
       "Remove first occurrence of value.\n\nRaises ValueError if the value is not present.")
static PyObject *list_remove(PyListObject *self, PyObject *value)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        KR_AUTO PyObject *item = Py_NewRef(self->ob_item[i]);
        int equal = PyObject_RichCompareBool(item, value, Py_EQ);
        if (equal < 0) return NULL;
        if (equal == 0) continue;
        if (PyList_SetSlice((PyObject *)self, i, i + 1, NULL) < 0) return NULL;
        Py_RETURN_NONE;
    }
    return kr_raise(PyExc_ValueError, "list.remove(x): x not in list");
}

METHOD(index, "self, value, start: slice_index = 0, stop: slice_index = sys.maxsize, /",
       "Return first index of value.\n\nRaises ValueError if the value is not present.")
static PyObject *list_index(PyListObject *self, PyObject *value, Py_ssize_t start, Py_ssize_t stop)
{
    if (start < 0) start = start + Py_SIZE(self) < 0 ? 0 : start + Py_SIZE(self);
    if (stop < 0) stop = stop + Py_SIZE(self) < 0 ? 0 : stop + Py_SIZE(self);
    for (Py_ssize_t i = start; i < stop && i < Py_SIZE(self); i++) {
        KR_AUTO PyObject *item = Py_NewRef(self->ob_item[i]);
        int equal = PyObject_RichCompareBool(item, value, Py_EQ);
        if (equal < 0) return NULL;
        if (equal > 0) return PyLong_FromSsize_t(i);
    }
    return kr_raise(PyExc_ValueError, "%R is not in list", value);
}

METHOD(count, "self, value, /", "Return number of occurrences of value.")
static PyObject *list_count(PyListObject *self, PyObject *value)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        if (self->ob_item[i] == value) {
            count++;
            continue;
        }
        KR_AUTO PyObject *item = Py_NewRef(self->ob_item[i]);
        int equal = PyObject_RichCompareBool(item, value, Py_EQ);
        if (equal < 0) return NULL;
        count += equal;
    }
    return PyLong_FromSsize_t(count);
}

METHOD(reverse, "self", "Reverse *IN PLACE*.")
static PyObject *list_reverse(PyListObject *self)
{
    reverse(self);
    Py_RETURN_NONE;
}

METHOD(sort, "self, /, *, key=None, reverse: bool = False",
       "Sort the list in ascending order and return None.\n\n"
       "The sort is in-place (i.e. the list itself is modified) and stable (i.e. the\n"
       "order of two equal elements is maintained).\n\n"
       "If a key function is given, apply it once to each list item and sort them,\n"
       "ascending or descending, according to their function values.\n\n"
       "The reverse flag can be set to sort in descending order.")
static PyObject *list_sort(PyListObject *self, PyObject *key, int reverse)
{
    if (kr_list_sort(self, key, reverse) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *list___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

INITIALIZER(list, "iterable: object = (), /",
            "Built-in mutable sequence.\n\n"
            "If no argument is given, the constructor creates a new empty list.\n"
            "The argument must be an iterable if specified.")
static int list_init(PyListObject *self, PyObject *iterable)
{
    if (self->ob_item != NULL) kr_list_clear(self);
    return iterable == NULL ? 0 : kr_list_extend(self, iterable);
}

#include "objects/containers/list.methods.h"

static PyObject *list_tp_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf,
                                    PyObject *names)
{
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (names != NULL && !_PyArg_NoKwnames("list", names)) return NULL;
    if (!_PyArg_CheckPositional("list", count, 0, 1)) return NULL;
    PyTypeObject *of = (PyTypeObject *)type;
    KR_AUTO PyObject *list = of == &PyList_Type ? PyList_New(0) : of->tp_alloc(of, 0);
    if (list == NULL) return NULL;
    if (count == 1 && kr_list_extend((PyListObject *)list, args[0]) < 0) return NULL;
    return kr_take(list);
}

// ---- slots ------------------------------------------------------------------------------------

static PyObject *list_repr(PyObject *object)
{
    PyListObject *self = (PyListObject *)object;
    if (Py_SIZE(self) == 0) return PyUnicode_FromString("[]");
    int entered = Py_ReprEnter(object);
    if (entered != 0) return entered > 0 ? PyUnicode_FromString("[...]") : NULL;
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    writer.min_length = 1 + 1 + (2 + 1) * (Py_SIZE(self) - 1) + 1;
    int failed = _PyUnicodeWriter_WriteChar(&writer, '[');
    for (Py_ssize_t i = 0; i < Py_SIZE(self) && !failed; i++) {
        if (i > 0 && (failed = _PyUnicodeWriter_WriteASCIIString(&writer, ", ", 2))) break;
        KR_AUTO PyObject *item = Py_NewRef(self->ob_item[i]);
        KR_AUTO PyObject *text = PyObject_Repr(item);
        failed = text == NULL || _PyUnicodeWriter_WriteStr(&writer, text) < 0;
    }
    writer.overallocate = 0;
    if (!failed) failed = _PyUnicodeWriter_WriteChar(&writer, ']');
    Py_ReprLeave(object);
    if (!failed) return _PyUnicodeWriter_Finish(&writer);
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

static PyObject *list_compare(PyObject *left, PyObject *right, int op)
{
    if (!PyList_Check(left) || !PyList_Check(right)) Py_RETURN_NOTIMPLEMENTED;
    PyListObject *own = (PyListObject *)left, *other = (PyListObject *)right;
    if (Py_SIZE(own) != Py_SIZE(other) && (op == Py_EQ || op == Py_NE))
        return PyBool_FromLong(op == Py_NE);
    for (Py_ssize_t i = 0; i < Py_SIZE(own) && i < Py_SIZE(other); i++) {
        if (own->ob_item[i] == other->ob_item[i]) continue;
        KR_AUTO PyObject *first = Py_NewRef(own->ob_item[i]);
        KR_AUTO PyObject *second = Py_NewRef(other->ob_item[i]);
        int equal = PyObject_RichCompareBool(first, second, Py_EQ);
        if (equal < 0) return NULL;
        if (equal) continue;
        if (i >= Py_SIZE(own) || i >= Py_SIZE(other)) break;  // the comparison has shortened one
        if (op == Py_EQ) Py_RETURN_FALSE;
        if (op == Py_NE) Py_RETURN_TRUE;
        return PyObject_RichCompare(first, second, op);
    }
    Py_RETURN_RICHCOMPARE(Py_SIZE(own), Py_SIZE(other), op);
}

static Py_ssize_t list_length(PyObject *self)
{
    return Py_SIZE(self);
}

static int list_contains(PyObject *self, PyObject *value)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        KR_AUTO PyObject *item = Py_NewRef(((PyListObject *)self)->ob_item[i]);
        int equal = PyObject_RichCompareBool(item, value, Py_EQ);
        if (equal != 0) return equal;
    }
    return 0;
}

static PyObject *list_item(PyObject *self, Py_ssize_t i)
{
    if (i < 0 || i >= Py_SIZE(self)) return kr_raise(PyExc_IndexError, "list index out of range");
    return Py_NewRef(((PyListObject *)self)->ob_item[i]);
}

static int list_assign_item(PyObject *self, Py_ssize_t i, PyObject *value)
{
    if (i < 0 || i >= Py_SIZE(self))
        return kr_raise_int(PyExc_IndexError, "list assignment index out of range");
    if (value == NULL) return PyList_SetSlice(self, i, i + 1, NULL);
    Py_INCREF(value);
    Py_SETREF(((PyListObject *)self)->ob_item[i], value);
    return 0;
}

static PyObject *list_concat(PyObject *left, PyObject *right)
{
    if (!PyList_Check(right))
        return kr_raise(PyExc_TypeError, "can only concatenate list (not \"%.200s\") to list",
                        Py_TYPE(right)->tp_name);
    Py_ssize_t own = Py_SIZE(left), others = Py_SIZE(right);
    if (own > PY_SSIZE_T_MAX - others) return PyErr_NoMemory();
    PyListObject *result = (PyListObject *)PyList_New(own + others);
    if (result == NULL) return NULL;
    if (own != Py_SIZE(left) || others != Py_SIZE(right)) {  // the allocation ran a collection
        Py_DECREF(result);
        return list_concat(left, right);
    }
    for (Py_ssize_t i = 0; i < own; i++)
        result->ob_item[i] = Py_NewRef(((PyListObject *)left)->ob_item[i]);
    for (Py_ssize_t i = 0; i < others; i++)
        result->ob_item[own + i] = Py_NewRef(((PyListObject *)right)->ob_item[i]);
    return (PyObject *)result;
}

// Copies the first [size] items of [items] behind them, until there are [size] * [times].
static void repeat_items(PyObject **items, Py_ssize_t size, Py_ssize_t times)
{
    for (Py_ssize_t i = 0; i < size; i++) Py_SET_REFCNT(items[i], Py_REFCNT(items[i]) + times - 1);
    if (size == 1) {
        for (Py_ssize_t i = 1; i < times; i++) items[i] = items[0];
        return;
    }
    for (Py_ssize_t i = 1; i < times; i++)
        memcpy(items + i * size, items, (size_t)size * sizeof *items);
}

static PyObject *list_repeat(PyObject *object, Py_ssize_t times)
{
    PyListObject *self = (PyListObject *)object;
    if (times < 0) times = 0;
    if (times > 0 && Py_SIZE(self) > PY_SSIZE_T_MAX / times) return PyErr_NoMemory();
    PyListObject *result = (PyListObject *)PyList_New(Py_SIZE(self) * times);
    if (result == NULL) return NULL;
    Py_ssize_t size = times == 0 ? 0 : Py_SIZE(result) / times;
    if (size != Py_SIZE(self) && times > 0) {
        Py_DECREF(result);
        return list_repeat(object, times);
    }
    for (Py_ssize_t i = 0; i < size; i++) result->ob_item[i] = Py_NewRef(self->ob_item[i]);
    if (size > 0) repeat_items(result->ob_item, size, times);
    return (PyObject *)result;
}

static PyObject *list_repeat_in_place(PyObject *object, Py_ssize_t times)
{
    PyListObject *self = (PyListObject *)object;
    Py_ssize_t size = Py_SIZE(self);
    if (size == 0 || times == 1) return Py_NewRef(object);
    if (times < 1) {
        kr_list_clear(self);
        return Py_NewRef(object);
    }
    if (size > PY_SSIZE_T_MAX / times) return PyErr_NoMemory();
    if (kr_list_resize(self, size * times) < 0) return NULL;
    repeat_items(self->ob_item, size, times);
    return Py_NewRef(object);
}

static PyObject *list_concat_in_place(PyObject *self, PyObject *other)
{
    return kr_list_extend((PyListObject *)self, other) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *list_iterate(PyObject *self)
{
    return kr_sequence_iterator_new(&PyListIter_Type, self, 0);
}

static PySequenceMethods list_as_sequence = {
    .sq_length = list_length,
    .sq_concat = list_concat,
    .sq_repeat = list_repeat,
    .sq_item = list_item,
    .sq_ass_item = list_assign_item,
    .sq_contains = list_contains,
    .sq_inplace_concat = list_concat_in_place,
    .sq_inplace_repeat = list_repeat_in_place,
};

static PyMappingMethods list_as_mapping = {
    .mp_length = list_length,
    .mp_subscript = kr_list_subscript,
    .mp_ass_subscript = kr_list_assign_subscript,
};

PyTypeObject PyList_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "list",
    .tp_basicsize = sizeof(PyListObject),
    .tp_dealloc = list_dealloc,
    .tp_repr = list_repr,
    .tp_as_sequence = &list_as_sequence,
    .tp_as_mapping = &list_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_LIST_SUBCLASS | _Py_TPFLAGS_MATCH_SELF | Py_TPFLAGS_SEQUENCE,
    .tp_doc = list_doc,
    .tp_traverse = list_traverse,
    .tp_clear = list_tp_clear,
    .tp_richcompare = list_compare,
    .tp_iter = list_iterate,
    .tp_methods = list_methods,
    .tp_init = list_tp_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = list_tp_vectorcall,
};
