// errors.c - the error indicator: set, fetched, restored, normalised, matched.
//
// The live indicator is the thread's curexc_type / curexc_value / curexc_traceback, where
// extensions read it.
//
// (1) curexc_type is NULL exactly when nothing is pending.
// (2) Setting an exception chains the one being handled as its __context__, without making a loop.
// (3) An exception may be pending in raw form (type and value apart) until
//     PyErr_NormalizeException.
#include "objects/errors/raise.h"

#include <assert.h>
#include <stdarg.h>

#include "abstract.h"
#include "ceval.h"
#include "dictobject.h"
#include "pystate.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include "objects/errors/exceptions.h"
#include "objects/errors/memory_reserve.h"
#include "internal/pycore_pyerrors.h"
#include "runtime/owned.h"
#include "runtime/thread.h"

#define NORMALIZE_LIMIT 32

// --- fetching and restoring ---------------------------------------------------------------------

void _PyErr_Restore(PyThreadState *thread, STEALS PyObject *type, STEALS PyObject *value,
                    STEALS PyObject *traceback)
{
    if (traceback == Py_None) Py_CLEAR(traceback);
    PyObject *old_type = thread->curexc_type, *old_value = thread->curexc_value;
    PyObject *old_traceback = thread->curexc_traceback;
    thread->curexc_type = type;
    thread->curexc_value = value;
    thread->curexc_traceback = traceback;
    Py_XDECREF(old_type);
    Py_XDECREF(old_value);
    Py_XDECREF(old_traceback);
}

void PyErr_Restore(STEALS PyObject *type, STEALS PyObject *value, STEALS PyObject *traceback)
{
    _PyErr_Restore(kr_thread_current(), type, value, traceback);
}

void _PyErr_Fetch(PyThreadState *thread, PyObject **type, PyObject **value, PyObject **traceback)
{
    *type = kr_take(thread->curexc_type);
    *value = kr_take(thread->curexc_value);
    *traceback = kr_take(thread->curexc_traceback);
}

void PyErr_Fetch(PyObject **type, PyObject **value, PyObject **traceback)
{
    _PyErr_Fetch(kr_thread_current(), type, value, traceback);
}

void _PyErr_Clear(PyThreadState *thread)
{
    _PyErr_Restore(thread, NULL, NULL, NULL);
}

void PyErr_Clear(void)
{
    PyThreadState *thread = kr_thread_current();
    if (thread->curexc_type != NULL) _PyErr_Clear(thread);
}

BORROWED PyObject *PyErr_Occurred(void)
{
    return kr_thread_current()->curexc_type;
}

// --- the exception being handled ----------------------------------------------------------------

_PyErr_StackItem *_PyErr_GetTopmostException(PyThreadState *thread)
{
    _PyErr_StackItem *item = thread->exc_info;
    assert(item != NULL);
    while ((item->exc_value == NULL || item->exc_value == Py_None) && item->previous_item != NULL)
        item = item->previous_item;
    return item;
}

PyObject *_PyErr_GetHandledException(PyThreadState *thread)
{
    PyObject *value = _PyErr_GetTopmostException(thread)->exc_value;
    return value == NULL || value == Py_None ? NULL : Py_NewRef(value);
}

PyObject *PyErr_GetHandledException(void)
{
    return _PyErr_GetHandledException(kr_thread_current());
}

void _PyErr_SetHandledException(PyThreadState *thread, PyObject *value)
{
    Py_XSETREF(thread->exc_info->exc_value, Py_NewRef(value == NULL ? Py_None : value));
}

void PyErr_SetHandledException(PyObject *value)
{
    _PyErr_SetHandledException(kr_thread_current(), value);
}

// New references to type, value and traceback of [value], or None three times.
static void three_parts(PyObject *value, PyObject **ret_type, PyObject **ret_value,
                        PyObject **ret_traceback)
{
    int is_none = value == NULL || value == Py_None;
    PyObject *traceback = is_none ? NULL : PyException_GetTraceback(value);
    *ret_type = Py_NewRef(is_none ? Py_None : (PyObject *)Py_TYPE(value));
    *ret_value = Py_NewRef(is_none ? Py_None : value);
    *ret_traceback = traceback == NULL ? Py_NewRef(Py_None) : traceback;
}

void _PyErr_GetExcInfo(PyThreadState *thread, PyObject **type, PyObject **value,
                       PyObject **traceback)
{
    three_parts(_PyErr_GetTopmostException(thread)->exc_value, type, value, traceback);
}

void PyErr_GetExcInfo(PyObject **type, PyObject **value, PyObject **traceback)
{
    _PyErr_GetExcInfo(kr_thread_current(), type, value, traceback);
}

void PyErr_SetExcInfo(STEALS PyObject *type, STEALS PyObject *value, STEALS PyObject *traceback)
{
    PyErr_SetHandledException(value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

PyObject *_PyErr_StackItemToExcInfoTuple(_PyErr_StackItem *item)
{
    PyObject *type, *value, *traceback;
    three_parts(item->exc_value, &type, &value, &traceback);
    PyObject *result = PyTuple_Pack(3, type, value, traceback);
    Py_DECREF(type);
    Py_DECREF(value);
    Py_DECREF(traceback);
    return result;
}

// --- setting ------------------------------------------------------------------------------------

// New exception: type called with [value] (None or NULL: no arguments; a tuple: its items).
static PyObject *make_exception(PyObject *type, PyObject *value)
{
    PyObject *made;
    if (value == NULL || value == Py_None)
        made = PyObject_CallNoArgs(type);
    else if (PyTuple_Check(value))
        made = PyObject_Call(type, value, NULL);
    else
        made = PyObject_CallOneArg(type, value);
    if (made != NULL && !PyExceptionInstance_Check(made)) {
        PyErr_Format(PyExc_TypeError,
                     "calling %R should have returned an instance of BaseException, not %s", type,
                     Py_TYPE(made)->tp_name);
        Py_CLEAR(made);
    }
    return made;
}

// Cuts [exception] out of the context chain that begins at [head], so that linking head below it
// makes no loop.  The chain may hold an older loop: Brent's tortoise stops there.
static void unlink_from_chain(PyObject *exception, PyObject *head)
{
    PyObject *node = head, *tortoise = head;
    int advance = 0;
    for (;;) {
        PyObject *context = ((PyBaseExceptionObject *)node)->context;
        if (context == NULL) return;
        if (context == exception) {
            PyException_SetContext(node, NULL);
            return;
        }
        node = context;
        if (node == tortoise) return;
        if (advance) tortoise = ((PyBaseExceptionObject *)tortoise)->context;
        advance = !advance;
    }
}

// Keeps (2).  Returns the exception as an instance, a new reference.
static PyObject *chained(PyThreadState *thread, PyObject *type, PyObject *value)
{
    KR_AUTO PyObject *handled = _PyErr_GetHandledException(thread);
    if (handled == NULL) return Py_XNewRef(value);
    PyObject *instance;
    if (value != NULL && PyExceptionInstance_Check(value)) {
        instance = Py_NewRef(value);
    } else {
        _PyErr_Clear(thread);
        instance = make_exception(type, value);
        if (instance == NULL) return NULL;
    }
    if (handled == instance) return instance;
    unlink_from_chain(instance, handled);
    PyException_SetContext(instance, kr_take(handled));
    return instance;
}

void _PyErr_SetObject(PyThreadState *thread, PyObject *type, PyObject *value)
{
    if (type != NULL && !PyExceptionClass_Check(type)) {
        _PyErr_Format(thread, PyExc_SystemError,
                      "_PyErr_SetObject: exception %R is not a BaseException subclass", type);
        return;
    }
    PyObject *held = Py_XNewRef(type);
    PyObject *instance = chained(thread, type, value);
    if (instance == NULL && thread->curexc_type != NULL) {
        Py_XDECREF(held);
        return;
    }
    PyObject *traceback = NULL;
    if (instance != NULL && PyExceptionInstance_Check(instance))
        traceback = PyException_GetTraceback(instance);
    _PyErr_Restore(thread, held, instance, traceback);
}

void PyErr_SetObject(PyObject *type, PyObject *value)
{
    _PyErr_SetObject(kr_thread_current(), type, value);
}

// A tuple as the one argument would be taken for the arguments: wrap the key.
void _PyErr_SetKeyError(PyObject *key)
{
    KR_AUTO PyObject *argument = PyTuple_Pack(1, key);
    if (argument != NULL) PyErr_SetObject(PyExc_KeyError, argument);
}

void _PyErr_SetNone(PyThreadState *thread, PyObject *type)
{
    _PyErr_SetObject(thread, type, NULL);
}

void PyErr_SetNone(PyObject *type)
{
    _PyErr_SetObject(kr_thread_current(), type, NULL);
}

void _PyErr_SetString(PyThreadState *thread, PyObject *type, const char *message)
{
    KR_AUTO PyObject *text = PyUnicode_FromString(message);
    if (text != NULL) _PyErr_SetObject(thread, type, text);
}

void PyErr_SetString(PyObject *type, const char *message)
{
    _PyErr_SetString(kr_thread_current(), type, message);
}

static PyObject *set_formatted(PyThreadState *thread, PyObject *type, const char *format,
                               va_list list)
{
    // A pending exception would confuse the %R and %S of the new one.
    _PyErr_Clear(thread);
    KR_AUTO PyObject *text = PyUnicode_FromFormatV(format, list);
    if (text != NULL) _PyErr_SetObject(thread, type, text);
    return NULL;
}

PyObject *PyErr_FormatV(PyObject *type, const char *format, va_list list)
{
    return set_formatted(kr_thread_current(), type, format, list);
}

#define WITH_LIST(statement)                                                                      \
    va_list list;                                                                                 \
    va_start(list, format);                                                                       \
    statement;                                                                                    \
    va_end(list)

PyObject *_PyErr_Format(PyThreadState *thread, PyObject *type, const char *format, ...)
{
    WITH_LIST(set_formatted(thread, type, format, list));
    return NULL;
}

PyObject *PyErr_Format(PyObject *type, const char *format, ...)
{
    WITH_LIST(set_formatted(kr_thread_current(), type, format, list));
    return NULL;
}

PyObject *kr_raise(PyObject *type, const char *format, ...)
{
    WITH_LIST(set_formatted(kr_thread_current(), type, format, list));
    return NULL;
}

int kr_raise_int(PyObject *type, const char *format, ...)
{
    WITH_LIST(set_formatted(kr_thread_current(), type, format, list));
    return -1;
}

PyObject *kr_raise_value(PyObject *type, PyObject *value)
{
    PyErr_SetObject(type, value);
    return NULL;
}

PyObject *_PyErr_NoMemory(PyThreadState *thread)
{
    PyObject *error = kr_memory_reserve_take();
    _PyErr_Restore(thread, Py_NewRef(PyExc_MemoryError), error, NULL);
    return NULL;
}

PyObject *PyErr_NoMemory(void)
{
    return _PyErr_NoMemory(kr_thread_current());
}

int PyErr_BadArgument(void)
{
    PyErr_SetString(PyExc_TypeError, "bad argument type for built-in operation");
    return 0;
}

void _PyErr_BadInternalCall(const char *filename, int line)
{
    PyErr_Format(PyExc_SystemError, "%s:%d: bad argument to internal function", filename, line);
}

// In brackets: the public header has a macro of this name that adds the place.
void(PyErr_BadInternalCall)(void)
{
    PyErr_SetString(PyExc_SystemError, "bad argument to internal function");
}

// --- normalising --------------------------------------------------------------------------------

// Makes type and value agree: an instance of value's own class, or type called with value.
static PyObject *normalized(PyObject **type, PyObject *value)
{
    PyObject *own_type = value != NULL && PyExceptionInstance_Check(value)
        ? (PyObject *)Py_TYPE(value) : NULL;
    if (own_type == *type) return Py_NewRef(value);
    int fits = own_type == NULL ? 0 : PyObject_IsSubclass(own_type, *type);
    if (fits < 0) return NULL;
    if (!fits) return make_exception(*type, value);
    Py_SETREF(*type, Py_NewRef(own_type));
    return Py_NewRef(value);
}

static void normalize(PyThreadState *thread, PyObject **type, PyObject **value,
                      PyObject **traceback)
{
    for (int depth = 0; *type != NULL; depth++) {
        if (!PyExceptionClass_Check(*type)) return;
        PyObject *instance = normalized(type, *value);
        if (instance != NULL) {
            Py_XSETREF(*value, instance);
            return;
        }
        // Making the exception failed: what that raised takes its place, with the old traceback.
        if (depth == NORMALIZE_LIMIT)
            _PyErr_SetString(thread, PyExc_RecursionError,
                             "maximum recursion depth exceeded while normalizing an exception");
        if (depth > NORMALIZE_LIMIT) _PyErr_NoMemory(thread);
        PyObject *old_traceback = *traceback;
        Py_CLEAR(*type);
        Py_CLEAR(*value);
        _PyErr_Fetch(thread, type, value, traceback);
        if (*traceback == NULL)
            *traceback = old_traceback;
        else
            Py_XDECREF(old_traceback);
    }
}

void _PyErr_NormalizeException(PyThreadState *thread, PyObject **type, PyObject **value,
                               PyObject **traceback)
{
    // At the recursion limit it must still be possible to make the RecursionError.
    thread->recursion_headroom++;
    normalize(thread, type, value, traceback);
    thread->recursion_headroom--;
}

void PyErr_NormalizeException(PyObject **type, PyObject **value, PyObject **traceback)
{
    _PyErr_NormalizeException(kr_thread_current(), type, value, traceback);
}

// --- matching -----------------------------------------------------------------------------------

int PyErr_GivenExceptionMatches(PyObject *given, PyObject *expected)
{
    if (given == NULL || expected == NULL) return 0;
    if (PyTuple_Check(expected)) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(expected); i++)
            if (PyErr_GivenExceptionMatches(given, PyTuple_GET_ITEM(expected, i))) return 1;
        return 0;
    }
    PyObject *type = PyExceptionInstance_Check(given) ? (PyObject *)Py_TYPE(given) : given;
    if (PyExceptionClass_Check(type) && PyExceptionClass_Check(expected))
        return PyType_IsSubtype((PyTypeObject *)type, (PyTypeObject *)expected);
    return type == expected;
}

int _PyErr_ExceptionMatches(PyThreadState *thread, PyObject *expected)
{
    return PyErr_GivenExceptionMatches(thread->curexc_type, expected);
}

int PyErr_ExceptionMatches(PyObject *expected)
{
    return _PyErr_ExceptionMatches(kr_thread_current(), expected);
}
