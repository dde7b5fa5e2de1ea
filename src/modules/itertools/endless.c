// endless.c - count, cycle, repeat.
#include "modules/itertools/itertools.h"
#include "runtime/thread.h"

#include "objects/strings/names.h"

// ---- count ------------------------------------------------------------------------------------

// Counts in a machine word while number is not PY_SSIZE_T_MAX, else in long_number.
typedef struct KrCount {
    PyObject_HEAD
    Py_ssize_t number;
    PyObject *long_number;
    PyObject *step;
} KrCount;

static bool is_one(PyObject *value)
{
    return PyLong_Check(value) && Py_SIZE(value) == 1 && PyLong_AsLong(value) == 1;
}

CONSTRUCTOR(count, "start: object = 0, step: object = 1",
            "Return a count object whose .__next__() method returns consecutive values.\n\n"
            "Equivalent to:\n"
            "    def count(firstval=0, step=1):\n"
            "        x = firstval\n"
            "        while 1:\n"
            "            yield x\n"
            "            x += step")
static PyObject *count_new(PyTypeObject *type, PyObject *start, PyObject *step)
{
    if ((start != NULL && !PyNumber_Check(start)) || (step != NULL && !PyNumber_Check(step)))
        return kr_raise(PyExc_TypeError, "a number is required");
    KR_AUTO PyObject *first = start == NULL ? PyLong_FromLong(0) : Py_NewRef(start);
    KR_AUTO PyObject *by = step == NULL ? PyLong_FromLong(1) : Py_NewRef(step);
    if (first == NULL || by == NULL) return NULL;
    Py_ssize_t number = PY_SSIZE_T_MAX;
    if (PyLong_Check(first) && is_one(by)) {
        number = PyLong_AsSsize_t(first);
        if (number == -1 && PyErr_Occurred()) {
            PyErr_Clear();
            number = PY_SSIZE_T_MAX;
        }
    }
    KrCount *self = (KrCount *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->number = number;
    if (number == PY_SSIZE_T_MAX) self->long_number = kr_take(first);
    self->step = kr_take(by);
    return (PyObject *)self;
}

static void count_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrCount *)self)->long_number);
    Py_XDECREF(((KrCount *)self)->step);
    Py_TYPE(self)->tp_free(self);
}

static int count_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrCount *)self)->long_number);
    Py_VISIT(((KrCount *)self)->step);
    return 0;
}

static PyObject *count_next(PyObject *object)
{
    KrCount *self = (KrCount *)object;
    if (self->number != PY_SSIZE_T_MAX) return PyLong_FromSsize_t(self->number++);
    if (self->long_number == NULL
        && (self->long_number = PyLong_FromSsize_t(PY_SSIZE_T_MAX)) == NULL)
        return NULL;
    PyObject *following = PyNumber_Add(self->long_number, self->step);
    if (following == NULL) return NULL;
    PyObject *number = self->long_number;
    self->long_number = following;
    return number;
}

static PyObject *present_number(KrCount *self)
{
    return self->long_number != NULL ? Py_NewRef(self->long_number)
        : PyLong_FromSsize_t(self->number);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *count___reduce__(KrCount *self)
{
    KR_AUTO PyObject *number = present_number(self);
    if (number == NULL) return NULL;
    return kr_itertools_reduce((PyObject *)self, self->long_number != NULL
                               ? PyTuple_Pack(2, number, self->step) : PyTuple_Pack(1, number));
}

static PyObject *count_repr(PyObject *object)
{
    KrCount *self = (KrCount *)object;
    const char *name = _PyType_Name(Py_TYPE(self));
    if (self->long_number == NULL) return PyUnicode_FromFormat("%s(%zd)", name, self->number);
    if (is_one(self->step)) return PyUnicode_FromFormat("%s(%R)", name, self->long_number);
    return PyUnicode_FromFormat("%s(%R, %R)", name, self->long_number, self->step);
}

// ---- cycle ------------------------------------------------------------------------------------

typedef struct KrCycle {
    PyObject_HEAD
    PyObject *iterator;  // NULL after the first round
    PyObject *saved;     // list of what has been seen
    Py_ssize_t index;
    int is_saved;        // the list is complete, although the iterator goes on (after unpickling)
} KrCycle;

CONSTRUCTOR(cycle, "iterable, /",
            "Return elements from the iterable until it is exhausted. Then repeat the sequence "
            "indefinitely.")
static PyObject *cycle_new(PyTypeObject *type, PyObject *iterable)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    KR_AUTO PyObject *saved = iterator == NULL ? NULL : PyList_New(0);
    KrCycle *self = saved == NULL ? NULL : (KrCycle *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->iterator = kr_take(iterator);
    self->saved = kr_take(saved);
    return (PyObject *)self;
}

static void cycle_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrCycle *)self)->iterator);
    Py_XDECREF(((KrCycle *)self)->saved);
    Py_TYPE(self)->tp_free(self);
}

static int cycle_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrCycle *)self)->iterator);
    Py_VISIT(((KrCycle *)self)->saved);
    return 0;
}

static PyObject *cycle_next(PyObject *object)
{
    KrCycle *self = (KrCycle *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    if (self->iterator != NULL) {
        KR_AUTO PyObject *iterator = Py_NewRef(self->iterator);
        KR_AUTO PyObject *item = PyIter_Next(iterator);
        if (item != NULL) {
            if (!self->is_saved && PyList_Append(self->saved, item) < 0) return NULL;
            return kr_take(item);
        }
        if (PyErr_Occurred()) return NULL;
        Py_CLEAR(self->iterator);
    }
    Py_ssize_t size = PyList_GET_SIZE(self->saved);
    if (size == 0) return NULL;
    if (self->index >= size) self->index = 0;
    PyObject *item = Py_NewRef(PyList_GET_ITEM(self->saved, self->index));
    self->index = self->index + 1 < size ? self->index + 1 : 0;
    return item;
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *cycle___reduce__(KrCycle *self)
{
    KR_AUTO PyObject *iterator = Py_XNewRef(self->iterator);
    bool saved = self->is_saved != 0;
    if (iterator == NULL) {
        saved = true;
        iterator = PyObject_GetIter(self->saved);
        if (iterator == NULL) return NULL;
        if (self->index != 0) {
            KR_AUTO PyObject *index = PyLong_FromSsize_t(self->index);
            KR_AUTO PyObject *none = index == NULL ? NULL
                : PyObject_CallMethodOneArg(iterator, ID(__setstate__), index);
            if (none == NULL) return NULL;
        }
    }
    return kr_itertools_reduce_with((PyObject *)self, PyTuple_Pack(1, iterator),
                                    PyTuple_Pack(2, self->saved, saved ? Py_True : Py_False));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *cycle___setstate__(KrCycle *self, PyObject *state)
{
    int is_saved;
    if (kr_itertools_check_state(state, 2, 2) < 0) return NULL;
    PyObject *saved = PyTuple_GET_ITEM(state, 0);
    if (!PyList_Check(saved))
        return kr_raise(PyExc_TypeError, "argument 1 must be list, not %.50s",
                        Py_TYPE(saved)->tp_name);
    if (kr_argument_int(PyTuple_GET_ITEM(state, 1), &is_saved) < 0) return NULL;
    Py_INCREF(saved);
    Py_XSETREF(self->saved, saved);
    self->is_saved = is_saved != 0;
    self->index = 0;
    Py_RETURN_NONE;
}

// ---- repeat -----------------------------------------------------------------------------------

typedef struct KrRepeat {
    PyObject_HEAD
    PyObject *element;
    Py_ssize_t left;  // -1: endless
} KrRepeat;

CONSTRUCTOR(repeat, "object, times: object = NULL",
            "repeat(object [,times]) -> create an iterator which returns the object\n"
            "for the specified number of times.  If not specified, returns the object\nendlessly.")
static PyObject *repeat_new(PyTypeObject *type, PyObject *element, PyObject *times)
{
    Py_ssize_t left = -1;
    if (times != NULL) {
        if (kr_argument_ssize(times, &left) < 0) return NULL;
        if (left < 0) left = 0;
    }
    KrRepeat *self = (KrRepeat *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->element = Py_NewRef(element);
    self->left = left;
    return (PyObject *)self;
}

static void repeat_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrRepeat *)self)->element);
    Py_TYPE(self)->tp_free(self);
}

static int repeat_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrRepeat *)self)->element);
    return 0;
}

static PyObject *repeat_next(PyObject *object)
{
    KrRepeat *self = (KrRepeat *)object;
    if (self->left == 0) return NULL;
    if (self->left > 0) self->left--;
    return Py_NewRef(self->element);
}

static PyObject *repeat_repr(PyObject *object)
{
    KrRepeat *self = (KrRepeat *)object;
    const char *name = _PyType_Name(Py_TYPE(self));
    if (self->left < 0) return PyUnicode_FromFormat("%s(%R)", name, self->element);
    return PyUnicode_FromFormat("%s(%R, %zd)", name, self->element, self->left);
}

METHOD(__length_hint__, "self", "Private method returning an estimate of len(list(it)).")
static PyObject *repeat___length_hint__(KrRepeat *self)
{
    if (self->left < 0) return kr_raise(PyExc_TypeError, "len() of unsized object");
    return PyLong_FromSsize_t(self->left);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *repeat___reduce__(KrRepeat *self)
{
    if (self->left < 0)
        return kr_itertools_reduce((PyObject *)self, PyTuple_Pack(1, self->element));
    KR_AUTO PyObject *left = PyLong_FromSsize_t(self->left);
    return left == NULL ? NULL
        : kr_itertools_reduce((PyObject *)self, PyTuple_Pack(2, self->element, left));
}

#include "modules/itertools/endless.methods.h"

ITERTOOLS_TYPE(count, KrCount, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(cycle, KrCycle, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(repeat, KrRepeat, Py_TPFLAGS_BASETYPE);

int kr_itertools_add_endless(PyObject *module)
{
    count_type.tp_repr = count_repr;
    repeat_type.tp_repr = repeat_repr;
    if (PyModule_AddType(module, &count_type) < 0 || PyModule_AddType(module, &cycle_type) < 0)
        return -1;
    return PyModule_AddType(module, &repeat_type);
}
