// iteration.c - builtins that walk iterables: iter, next, all, any, sum, min, max, sorted, aiter,
// anext.
//
// sum keeps C accumulators for ints and floats as long as the items allow it; the order of
// additions, and so every rounding, is that of adding the objects.
#include "modules/builtins/builtins.h"

#include "Python.h"

#include "modules/builtins/anext.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

// Next item of an iterator: new reference, or NULL at the end (nothing raised) and on failure.
static PyObject *next_item(PyObject *iterator)
{
    PyObject *item = Py_TYPE(iterator)->tp_iternext(iterator);
    if (item == NULL && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_StopIteration))
        PyErr_Clear();
    return item;
}

METHOD(iter, "module, object, sentinel: object = NULL, /",
       "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nGet an iterator from "
       "an object.  In the first form, the argument must\nsupply its own iterator, or be a "
       "sequence.\nIn the second form, the callable is called until it returns the sentinel.")
static PyObject *iteration_iter(PyObject *module, PyObject *object, PyObject *sentinel)
{
    if (sentinel == NULL) return PyObject_GetIter(object);
    if (!PyCallable_Check(object))
        return kr_raise(PyExc_TypeError, "iter(v, w): v must be callable");
    return PyCallIter_New(object, sentinel);
}

METHOD(next, "module, iterator, default: object = NULL, /",
       "next(iterator[, default])\n\nReturn the next item from the iterator. If default is given "
       "and the iterator\nis exhausted, it is returned instead of raising StopIteration.")
static PyObject *iteration_next(PyObject *module, PyObject *iterator, PyObject *fallback)
{
    if (!PyIter_Check(iterator))
        return kr_raise(PyExc_TypeError, "'%.200s' object is not an iterator",
                        Py_TYPE(iterator)->tp_name);
    PyObject *item = Py_TYPE(iterator)->tp_iternext(iterator);
    if (item != NULL) return item;
    if (fallback == NULL) {
        if (!PyErr_Occurred()) PyErr_SetNone(PyExc_StopIteration);
        return NULL;
    }
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return NULL;
        PyErr_Clear();
    }
    return Py_NewRef(fallback);
}

METHOD(aiter, "module, async_iterable, /", "Return an AsyncIterator for an AsyncIterable object.")
static PyObject *iteration_aiter(PyObject *module, PyObject *iterable)
{
    return PyObject_GetAIter(iterable);
}

METHOD(anext, "module, aiterator, default: object = NULL, /",
       "async anext(aiterator[, default])\n\nReturn the next item from the async iterator.  If "
       "default is given and the async\niterator is exhausted, it is returned instead of "
       "raising StopAsyncIteration.")
static PyObject *iteration_anext(PyObject *module, PyObject *iterator, PyObject *fallback)
{
    PyAsyncMethods *methods = Py_TYPE(iterator)->tp_as_async;
    if (methods == NULL || methods->am_anext == NULL)
        return kr_raise(PyExc_TypeError, "'%.200s' object is not an async iterator",
                        Py_TYPE(iterator)->tp_name);
    PyObject *awaitable = methods->am_anext(iterator);
    if (awaitable == NULL || fallback == NULL) return awaitable;
    PyObject *wrapped = kr_anext_new(awaitable, fallback);
    Py_DECREF(awaitable);
    return wrapped;
}

// 1 when an item with truth value [wanted] is found, 0 when there is none, -1 on failure.
static int find_truth(PyObject *iterable, int wanted)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL) return -1;
    PyObject *item;
    while ((item = next_item(iterator)) != NULL) {
        int truth = PyObject_IsTrue(item);
        Py_DECREF(item);
        if (truth < 0) return -1;
        if (truth == wanted) return 1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

METHOD(all, "module, iterable, /",
       "Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is "
       "empty, return True.")
static PyObject *iteration_all(PyObject *module, PyObject *iterable)
{
    int found = find_truth(iterable, 0);
    return found < 0 ? NULL : PyBool_FromLong(!found);
}

METHOD(any, "module, iterable, /",
       "Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, "
       "return False.")
static PyObject *iteration_any(PyObject *module, PyObject *iterable)
{
    int found = find_truth(iterable, 1);
    return found < 0 ? NULL : PyBool_FromLong(found);
}

// --- sum ----------------------------------------------------------------------------------------

// Adds exact ints from [iterator] to *total while all fits a C long.  Stops with the first item
// that does not (new reference), or with NULL at the end or on failure.
static PyObject *sum_longs(PyObject *iterator, long *total)
{
    PyObject *item;
    while ((item = next_item(iterator)) != NULL) {
        if (!PyLong_CheckExact(item) && !PyBool_Check(item)) return item;
        int overflow;
        long value = PyLong_AsLongAndOverflow(item, &overflow), sum;
        if (overflow != 0 || __builtin_add_overflow(*total, value, &sum)) return item;
        *total = sum;
        Py_DECREF(item);
    }
    return NULL;
}

// The same for exact floats, with ints that fit a long between them.
static PyObject *sum_doubles(PyObject *iterator, double *total)
{
    PyObject *item;
    while ((item = next_item(iterator)) != NULL) {
        if (PyFloat_CheckExact(item)) {
            *total += PyFloat_AS_DOUBLE(item);
        } else {
            if (!PyLong_Check(item)) return item;
            int overflow;
            long value = PyLong_AsLongAndOverflow(item, &overflow);
            if (overflow != 0) return item;
            *total += (double)value;
        }
        Py_DECREF(item);
    }
    return NULL;
}

// Takes [total] and adds [item] and the rest by +.
static PyObject *sum_objects(PyObject *iterator, STEALS PyObject *total, STEALS PyObject *item)
{
    for (; item != NULL; item = next_item(iterator)) {
        PyObject *sum = PyNumber_Add(total, item);
        Py_DECREF(item);
        Py_SETREF(total, sum);
        if (total == NULL) return NULL;
    }
    if (PyErr_Occurred()) Py_CLEAR(total);
    return total;
}

static int check_start(PyObject *start)
{
    if (PyUnicode_Check(start))
        return kr_raise_int(PyExc_TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
    if (PyBytes_Check(start))
        return kr_raise_int(PyExc_TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
    if (PyByteArray_Check(start))
        return kr_raise_int(PyExc_TypeError,
                            "sum() can't sum bytearray [use b''.join(seq) instead]");
    return 0;
}

// Runs the accumulators that fit *total, which is replaced.  Returns the first item they could not
// add.
static PyObject *sum_fast(PyObject *iterator, PyObject **total)
{
    PyObject *item = NULL;
    if (PyLong_CheckExact(*total)) {
        int overflow;
        long sum = PyLong_AsLongAndOverflow(*total, &overflow);
        if (overflow != 0) return next_item(iterator);
        item = sum_longs(iterator, &sum);
        Py_SETREF(*total, PyLong_FromLong(sum));
        if (item == NULL || *total == NULL || PyErr_Occurred()) return item;
        PyObject *mixed = PyNumber_Add(*total, item);
        Py_DECREF(item);
        Py_SETREF(*total, mixed);
        if (*total == NULL) return NULL;
    }
    if (!PyFloat_CheckExact(*total)) return next_item(iterator);
    double sum = PyFloat_AS_DOUBLE(*total);
    item = sum_doubles(iterator, &sum);
    Py_SETREF(*total, PyFloat_FromDouble(sum));
    return item;
}

METHOD(sum, "module, iterable, /, start: object = 0",
       "Return the sum of a 'start' value (default: 0) plus an iterable of numbers\n\nWhen the "
       "iterable is empty, return the start value.\nThis function is intended specifically for "
       "use with numeric values and may\nreject non-numeric types.")
static PyObject *iteration_sum(PyObject *module, PyObject *iterable, PyObject *start)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(iterable);
    if (iterator == NULL || (start != NULL && check_start(start) < 0)) return NULL;
    PyObject *total = start == NULL ? PyLong_FromLong(0) : Py_NewRef(start);
    if (total == NULL) return NULL;
    PyObject *item = sum_fast(iterator, &total);
    if (total == NULL) {
        Py_XDECREF(item);
        return NULL;
    }
    return sum_objects(iterator, total, item);
}

// --- min, max, sorted ---------------------------------------------------------------------------

// Best item of [iterator] by [key] (NULL: itself) under [comparison]; NULL when empty or on
// failure.
static PyObject *find_extreme(PyObject *iterator, PyObject *key, int comparison)
{
    KR_AUTO PyObject *best = NULL;
    KR_AUTO PyObject *best_key = NULL;
    PyObject *next;
    while ((next = PyIter_Next(iterator)) != NULL) {
        KR_AUTO PyObject *item = next;
        KR_AUTO PyObject *item_key = key == NULL ? Py_NewRef(item)
            : PyObject_CallOneArg(key, item);
        if (item_key == NULL) return NULL;
        int better = best == NULL ? 1 : PyObject_RichCompareBool(item_key, best_key, comparison);
        if (better < 0) return NULL;
        if (!better) continue;
        Py_XSETREF(best, kr_take(item));
        Py_XSETREF(best_key, kr_take(item_key));
    }
    return PyErr_Occurred() ? NULL : kr_take(best);
}

typedef struct Extreme {
    const char *name;
    int comparison;
} Extreme;

static PyObject *extreme(Extreme kind, PyObject *const *args, Py_ssize_t count, PyObject *key,
                         PyObject *fallback)
{
    if (count == 0)
        return kr_raise(PyExc_TypeError, "%s expected at least 1 argument, got 0", kind.name);
    if (count > 1 && fallback != NULL)
        return kr_raise(PyExc_TypeError, "Cannot specify a default for %s() with multiple "
                        "positional arguments", kind.name);
    KR_AUTO PyObject *packed = count > 1 ? kr_arguments_rest(args, count, 0) : Py_NewRef(args[0]);
    KR_AUTO PyObject *iterator = packed == NULL ? NULL : PyObject_GetIter(packed);
    if (iterator == NULL) return NULL;
    PyObject *best = find_extreme(iterator, key == Py_None ? NULL : key, kind.comparison);
    if (best != NULL || PyErr_Occurred()) return best;
    if (fallback != NULL) return Py_NewRef(fallback);
    return kr_raise(PyExc_ValueError, "%s() arg is an empty sequence", kind.name);
}

METHOD(min, "module, *args: array, default: object = NULL, key: object = None",
       "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) "
       "-> value\n\nWith a single iterable argument, return its smallest item. The\ndefault "
       "keyword-only argument specifies an object to return if\nthe provided iterable is "
       "empty.\nWith two or more arguments, return the smallest argument.")
static PyObject *iteration_min(PyObject *module, PyObject *const *args, Py_ssize_t count,
                               PyObject *fallback, PyObject *key)
{
    return extreme((Extreme){"min", Py_LT}, args, count, key, fallback);
}

METHOD(max, "module, *args: array, default: object = NULL, key: object = None",
       "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) "
       "-> value\n\nWith a single iterable argument, return its biggest item. The\ndefault "
       "keyword-only argument specifies an object to return if\nthe provided iterable is "
       "empty.\nWith two or more arguments, return the largest argument.")
static PyObject *iteration_max(PyObject *module, PyObject *const *args, Py_ssize_t count,
                               PyObject *fallback, PyObject *key)
{
    return extreme((Extreme){"max", Py_GT}, args, count, key, fallback);
}

METHOD(sorted, "module, iterable, /, *, key = None, reverse: bool = False",
       "Return a new list containing all items from the iterable in ascending order.\n\nA custom "
       "key function can be supplied to customize the sort order, and the\nreverse flag can be "
       "set to request the result in descending order.")
static PyObject *iteration_sorted(PyObject *module, PyObject *iterable, PyObject *key, int reverse)
{
    KR_AUTO PyObject *list = PySequence_List(iterable);
    KR_AUTO PyObject *sort = list == NULL ? NULL : PyObject_GetAttr(list, ID(sort));
    KR_AUTO PyObject *names = sort == NULL ? NULL : PyTuple_Pack(2, ID(key), ID(reverse));
    if (names == NULL) return NULL;
    PyObject *const values[] = {key, reverse ? Py_True : Py_False};
    KR_AUTO PyObject *none = PyObject_Vectorcall(sort, values, 0, names);
    return none == NULL ? NULL : kr_take(list);
}

#include "modules/builtins/iteration.methods.h"

int kr_builtins_add_iteration(PyObject *module)
{
    return PyModule_AddFunctions(module, iteration_methods);
}
