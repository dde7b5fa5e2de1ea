// choosing.c - compress, dropwhile, takewhile, filterfalse, islice.
#include "modules/itertools/itertools.h"
#include "runtime/thread.h"

// ---- a function and an iterator: dropwhile, takewhile, filterfalse -----------------------------

typedef struct KrChooser {
    PyObject_HEAD
    PyObject *function;
    PyObject *iterator;
    int flag;  // dropwhile: has started; takewhile: has stopped
} KrChooser;

static PyObject *chooser_new(PyTypeObject *type, PyObject *function, PyObject *iterable)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    KrChooser *self = iterator == NULL ? NULL : (KrChooser *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->function = Py_NewRef(function);
    self->iterator = kr_take(iterator);
    return (PyObject *)self;
}

static void chooser_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrChooser *)self)->function);
    Py_XDECREF(((KrChooser *)self)->iterator);
    Py_TYPE(self)->tp_free(self);
}

static int chooser_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrChooser *)self)->function);
    Py_VISIT(((KrChooser *)self)->iterator);
    return 0;
}

// Truth of function(item): 1, 0 or -1.
static int says_yes(KrChooser *self, PyObject *item)
{
    KR_AUTO PyObject *answer = PyObject_CallOneArg(self->function, item);
    return answer == NULL ? -1 : PyObject_IsTrue(answer);
}

static PyObject *next_of(KrChooser *self)
{
    return Py_TYPE(self->iterator)->tp_iternext(self->iterator);
}

static PyObject *reduce_with_flag(KrChooser *self)
{
    return kr_itertools_reduce_with((PyObject *)self, PyTuple_Pack(
            2, self->function, self->iterator), PyLong_FromLong(self->flag));
}

static PyObject *set_flag(KrChooser *self, PyObject *state)
{
    int flag = PyObject_IsTrue(state);
    if (flag < 0) return NULL;
    self->flag = flag;
    Py_RETURN_NONE;
}

CONSTRUCTOR(dropwhile, "predicate, iterable, /",
            "Drop items from the iterable while predicate(item) is true.\n\n"
            "Afterwards, return every element until the iterable is exhausted.")
static PyObject *dropwhile_new(PyTypeObject *type, PyObject *predicate, PyObject *iterable)
{
    return chooser_new(type, predicate, iterable);
}

static PyObject *dropwhile_next(PyObject *object)
{
    KrChooser *self = (KrChooser *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    for (;;) {
        KR_AUTO PyObject *item = next_of(self);
        if (item == NULL || self->flag) return kr_take(item);
        int drop = says_yes(self, item);
        if (drop < 0) return NULL;
        if (drop) continue;
        self->flag = 1;
        return kr_take(item);
    }
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *dropwhile___reduce__(KrChooser *self)
{
    return reduce_with_flag(self);
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *dropwhile___setstate__(KrChooser *self, PyObject *state)
{
    return set_flag(self, state);
}

CONSTRUCTOR(takewhile, "predicate, iterable, /",
            "Return successive entries from an iterable as long as the predicate evaluates to "
            "true for each entry.")
static PyObject *takewhile_new(PyTypeObject *type, PyObject *predicate, PyObject *iterable)
{
    return chooser_new(type, predicate, iterable);
}

static PyObject *takewhile_next(PyObject *object)
{
    KrChooser *self = (KrChooser *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    KR_AUTO PyObject *item = self->flag ? NULL : next_of(self);
    int take = item == NULL ? -1 : says_yes(self, item);
    if (take > 0) return kr_take(item);
    if (take == 0) self->flag = 1;
    return NULL;
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *takewhile___reduce__(KrChooser *self)
{
    return reduce_with_flag(self);
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *takewhile___setstate__(KrChooser *self, PyObject *state)
{
    return set_flag(self, state);
}

CONSTRUCTOR(filterfalse, "function, iterable, /",
            "Return those items of iterable for which function(item) is false.\n\n"
            "If function is None, return the items that are false.")
static PyObject *filterfalse_new(PyTypeObject *type, PyObject *function, PyObject *iterable)
{
    return chooser_new(type, function, iterable);
}

static PyObject *filterfalse_next(PyObject *object)
{
    KrChooser *self = (KrChooser *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    for (;;) {
        KR_AUTO PyObject *item = next_of(self);
        if (item == NULL) return NULL;
        bool plain = self->function == Py_None || self->function == (PyObject *)&PyBool_Type;
        int truth = plain ? PyObject_IsTrue(item) : says_yes(self, item);
        if (truth <= 0) return truth < 0 ? NULL : kr_take(item);
    }
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *filterfalse___reduce__(KrChooser *self)
{
    return kr_itertools_reduce((PyObject *)self, PyTuple_Pack(2, self->function, self->iterator));
}

// ---- compress ---------------------------------------------------------------------------------

typedef struct KrCompress {
    PyObject_HEAD
    PyObject *data;
    PyObject *selectors;
} KrCompress;

CONSTRUCTOR(compress, "data, selectors",
            "Return data elements corresponding to true selector elements.\n\n"
            "Forms a shorter iterator from selected data elements using the selectors to\n"
            "choose the data elements.")
static PyObject *compress_new(PyTypeObject *type, PyObject *data, PyObject *selectors)
{
    KR_AUTO PyObject *first = PyObject_GetIter(data);
    KR_AUTO PyObject *second = first == NULL ? NULL : PyObject_GetIter(selectors);
    KrCompress *self = second == NULL ? NULL : (KrCompress *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->data = kr_take(first);
    self->selectors = kr_take(second);
    return (PyObject *)self;
}

static void compress_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrCompress *)self)->data);
    Py_XDECREF(((KrCompress *)self)->selectors);
    Py_TYPE(self)->tp_free(self);
}

static int compress_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrCompress *)self)->data);
    Py_VISIT(((KrCompress *)self)->selectors);
    return 0;
}

static PyObject *compress_next(PyObject *object)
{
    KrCompress *self = (KrCompress *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    for (;;) {
        KR_AUTO PyObject *datum = Py_TYPE(self->data)->tp_iternext(self->data);
        KR_AUTO PyObject *selector = datum == NULL ? NULL
            : Py_TYPE(self->selectors)->tp_iternext(self->selectors);
        if (selector == NULL) return NULL;
        int wanted = PyObject_IsTrue(selector);
        if (wanted != 0) return wanted < 0 ? NULL : kr_take(datum);
    }
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *compress___reduce__(KrCompress *self)
{
    return kr_itertools_reduce((PyObject *)self, PyTuple_Pack(2, self->data, self->selectors));
}

// ---- islice -----------------------------------------------------------------------------------

typedef struct KrIslice {
    PyObject_HEAD
    PyObject *iterator;  // NULL at the end
    Py_ssize_t next;     // number of the next item wanted
    Py_ssize_t stop;     // -1: none
    Py_ssize_t step;
    Py_ssize_t count;    // items seen so far
} KrIslice;

// An index >= 0, or [absent] for None; -2 when it is neither.
static Py_ssize_t index_of(PyObject *value, Py_ssize_t absent)
{
    if (value == NULL || value == Py_None) return absent;
    Py_ssize_t index = PyNumber_AsSsize_t(value, PyExc_OverflowError);
    if (index == -1 && PyErr_Occurred()) PyErr_Clear();
    return index < 0 ? -2 : index;
}

CONSTRUCTOR(islice, "*args: array",
            "islice(iterable, stop) --> islice object\n"
            "islice(iterable, start, stop[, step]) --> islice object\n\n"
            "Return an iterator whose next() method returns selected values from an\n"
            "iterable.  If start is specified, will skip all preceding elements;\n"
            "otherwise, start defaults to zero.  Step defaults to one.  If\n"
            "specified as another value, step determines how many values are\n"
            "skipped between successive calls.  Works like a slice() on a list\n"
            "but returns an iterator.")
static PyObject *islice_new(PyTypeObject *type, PyObject *const *args, Py_ssize_t count)
{
    if (!_PyArg_CheckPositional("islice", count, 2, 4)) return NULL;
    Py_ssize_t start = count > 2 ? index_of(args[1], 0) : 0;
    Py_ssize_t stop = index_of(args[count > 2 ? 2 : 1], -1);
    Py_ssize_t step = count > 3 ? index_of(args[3], 1) : 1;
    if (stop == -2)
        return kr_raise(PyExc_ValueError, count > 2 && PyIndex_Check(args[2])
                        ? "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."
                        : "Stop argument for islice() must be None or an integer: 0 <= x <= "
                        "sys.maxsize.");
    if (start == -2)
        return kr_raise(PyExc_ValueError,
                        "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
    if (step < 1)
        return kr_raise(PyExc_ValueError, "Step for islice() must be a positive integer or None.");
    KR_AUTO PyObject *iterator = PyObject_GetIter(args[0]);
    KrIslice *self = iterator == NULL ? NULL : (KrIslice *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->iterator = kr_take(iterator);
    self->next = start;
    self->stop = stop;
    self->step = step;
    return (PyObject *)self;
}

static void islice_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(((KrIslice *)self)->iterator);
    Py_TYPE(self)->tp_free(self);
}

static int islice_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((KrIslice *)self)->iterator);
    return 0;
}

static PyObject *islice_next(PyObject *object)
{
    KrIslice *self = (KrIslice *)object;
    if (kr_stack_check(" while iterating") < 0) return NULL;
    KR_AUTO PyObject *iterator = Py_XNewRef(self->iterator);
    if (iterator == NULL) return NULL;
    KR_AUTO PyObject *item = NULL;
    iternextfunc next = Py_TYPE(iterator)->tp_iternext;
    while (self->count < self->next) {
        KR_AUTO PyObject *skipped = next(iterator);
        if (skipped == NULL) break;
        self->count++;
    }
    if (self->count >= self->next && (self->stop < 0 || self->count < self->stop))
        item = next(iterator);
    if (item == NULL) {
        Py_CLEAR(self->iterator);
        return NULL;
    }
    self->count++;
    if (__builtin_add_overflow(self->next, self->step, &self->next) ||
        (self->stop >= 0 && self->next > self->stop))
        self->next = self->stop >= 0 ? self->stop : PY_SSIZE_T_MAX;
    return kr_take(item);
}

METHOD(__reduce__, "self", "Return state information for pickling.")
static PyObject *islice___reduce__(KrIslice *self)
{
    KR_AUTO PyObject *zero = PyLong_FromLong(0);
    if (zero == NULL) return NULL;
    if (self->iterator == NULL) {
        KR_AUTO PyObject *empty = PyList_New(0);
        KR_AUTO PyObject *iterator = empty == NULL ? NULL : PyObject_GetIter(empty);
        if (iterator == NULL) return NULL;
        return kr_itertools_reduce_with((PyObject *)self, PyTuple_Pack(2, iterator, zero),
                                        Py_NewRef(zero));
    }
    KR_AUTO PyObject *start = PyLong_FromSsize_t(self->next);
    KR_AUTO PyObject *stop = self->stop < 0 ? Py_NewRef(Py_None) : PyLong_FromSsize_t(self->stop);
    KR_AUTO PyObject *step = PyLong_FromSsize_t(self->step);
    if (start == NULL || stop == NULL || step == NULL) return NULL;
    return kr_itertools_reduce_with((PyObject *)self, PyTuple_Pack(
            4, self->iterator, start, stop, step), PyLong_FromSsize_t(self->count));
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *islice___setstate__(KrIslice *self, PyObject *state)
{
    Py_ssize_t count = PyLong_AsSsize_t(state);
    if (count == -1 && PyErr_Occurred()) return NULL;
    self->count = count;
    Py_RETURN_NONE;
}

#include "modules/itertools/choosing.methods.h"

#define dropwhile_dealloc chooser_dealloc
#define dropwhile_traverse chooser_traverse
#define takewhile_dealloc chooser_dealloc
#define takewhile_traverse chooser_traverse
#define filterfalse_dealloc chooser_dealloc
#define filterfalse_traverse chooser_traverse

ITERTOOLS_TYPE(dropwhile, KrChooser, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(takewhile, KrChooser, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(filterfalse, KrChooser, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(compress, KrCompress, Py_TPFLAGS_BASETYPE);
ITERTOOLS_TYPE(islice, KrIslice, Py_TPFLAGS_BASETYPE);

PyObject *const kr_itertools_islice = (PyObject *)&islice_type;

int kr_itertools_add_choosing(PyObject *module)
{
    PyTypeObject *const types[] = {&compress_type, &dropwhile_type, &filterfalse_type,
                                   &islice_type, &takewhile_type};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++)
        if (PyModule_AddType(module, types[i]) < 0) return -1;
    return 0;
}
