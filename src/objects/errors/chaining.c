// chaining.c - raising one exception because of another, and making new exception classes.
#include "objects/errors/raise.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "abstract.h"
#include "dictobject.h"
#include "pystate.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include "objects/errors/exceptions.h"
#include "objects/strings/names.h"
#include "internal/pycore_pyerrors.h"
#include "runtime/owned.h"
#include "runtime/thread.h"

// New reference to the exception given in three parts (stolen), normalised and with its traceback.
static PyObject *joined(PyThreadState *thread, STEALS PyObject *type, STEALS PyObject *value,
                        STEALS PyObject *traceback)
{
    _PyErr_NormalizeException(thread, &type, &value, &traceback);
    if (traceback != NULL) {
        PyException_SetTraceback(value, traceback);
        Py_DECREF(traceback);
    }
    Py_DECREF(type);
    assert(PyExceptionInstance_Check(value));
    return value;
}

// The given exception becomes the context of the pending one, or pending itself when there is
// none.
void _PyErr_ChainExceptions(STEALS PyObject *type, STEALS PyObject *value,
                            STEALS PyObject *traceback)
{
    if (type == NULL) return;
    PyThreadState *thread = kr_thread_current();
    if (thread->curexc_type == NULL) {
        _PyErr_Restore(thread, type, value, traceback);
        return;
    }
    PyObject *new_type, *new_value, *new_traceback;
    _PyErr_Fetch(thread, &new_type, &new_value, &new_traceback);
    PyObject *context = joined(thread, type, value, traceback);
    _PyErr_NormalizeException(thread, &new_type, &new_value, &new_traceback);
    PyException_SetContext(new_value, context);
    _PyErr_Restore(thread, new_type, new_value, new_traceback);
}

// The exception that [item] handles, or the one handled now when it is NULL, becomes the context
// of the pending one.
void _PyErr_ChainStackItem(_PyErr_StackItem *item)
{
    PyThreadState *thread = kr_thread_current();
    assert(thread->curexc_type != NULL);
    int is_current = item == NULL;
    if (is_current) {
        item = thread->exc_info;
        if (item->exc_value == NULL || item->exc_value == Py_None) return;
    } else {
        item->previous_item = thread->exc_info;
        thread->exc_info = item;
    }
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(thread, &type, &value, &traceback);
    // Setting chains what is being handled.
    _PyErr_SetObject(thread, type, value);
    Py_DECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    if (!is_current) thread->exc_info = item->previous_item;
}

static PyObject *format_from_cause(PyThreadState *thread, PyObject *type, const char *format,
                                   va_list list)
{
    PyObject *old_type, *old_value, *old_traceback;
    assert(thread->curexc_type != NULL);
    _PyErr_Fetch(thread, &old_type, &old_value, &old_traceback);
    PyObject *cause = joined(thread, old_type, old_value, old_traceback);
    PyErr_FormatV(type, format, list);
    PyObject *new_type, *new_value, *new_traceback;
    _PyErr_Fetch(thread, &new_type, &new_value, &new_traceback);
    _PyErr_NormalizeException(thread, &new_type, &new_value, &new_traceback);
    PyException_SetCause(new_value, Py_NewRef(cause));
    PyException_SetContext(new_value, cause);
    _PyErr_Restore(thread, new_type, new_value, new_traceback);
    return NULL;
}

PyObject *_PyErr_FormatFromCauseTstate(PyThreadState *thread, PyObject *type, const char *format,
                                       ...)
{
    va_list list;
    va_start(list, format);
    format_from_cause(thread, type, format, list);
    va_end(list);
    return NULL;
}

PyObject *_PyErr_FormatFromCause(PyObject *type, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    format_from_cause(kr_thread_current(), type, format, list);
    va_end(list);
    return NULL;
}

// True when an exception like [value] can be made anew from one str without losing anything.
static int is_plain(PyObject *value)
{
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)value;
    PyTypeObject *type = Py_TYPE(value), *base = (PyTypeObject *)PyExc_BaseException;
    if (type->tp_init != base->tp_init || type->tp_new != base->tp_new) return 0;
    // Room for weak references is all that a class may have added.
    Py_ssize_t added = type->tp_basicsize - (Py_ssize_t)sizeof(PyBaseExceptionObject);
    if (added != (type->tp_weaklistoffset != 0 ? (Py_ssize_t)sizeof(PyObject *) : 0) ||
        type->tp_itemsize != 0)
        return 0;
    Py_ssize_t count = PyTuple_GET_SIZE(self->args);
    if (count > 1 || (count == 1 && !PyUnicode_CheckExact(PyTuple_GET_ITEM(self->args, 0))))
        return 0;
    return self->dict == NULL || PyDict_GET_SIZE(self->dict) == 0;
}

// Raises one of the same class with a longer message and the pending one as cause, where that is
// safe.
PyObject *_PyErr_TrySetFromCause(const char *format, ...)
{
    PyThreadState *thread = kr_thread_current();
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(thread, &type, &value, &traceback);
    _PyErr_NormalizeException(thread, &type, &value, &traceback);
    int plain = is_plain(value);
    _PyErr_Restore(thread, Py_NewRef(type), value, traceback);
    KR_AUTO PyObject *held_type = type;
    if (!plain) return NULL;
    KR_AUTO PyObject *text = PyObject_Str(value);
    if (text == NULL) return NULL;
    va_list list;
    va_start(list, format);
    KR_AUTO PyObject *prefix = PyUnicode_FromFormatV(format, list);
    va_end(list);
    if (prefix == NULL) return NULL;
    return _PyErr_FormatFromCause(held_type, "%U (%s: %U)", prefix, Py_TYPE(value)->tp_name, text);
}

// --- new exception classes ----------------------------------------------------------------------

PyObject *PyErr_NewException(const char *name, PyObject *base, PyObject *dict)
{
    const char *dot = strrchr(name, '.');
    if (dot == NULL)
        return kr_raise(PyExc_SystemError, "PyErr_NewException: name must be module.class");
    KR_AUTO PyObject *space = dict == NULL ? PyDict_New() : Py_NewRef(dict);
    KR_AUTO PyObject *module = PyUnicode_FromStringAndSize(name, dot - name);
    if (space == NULL || module == NULL) return NULL;
    int has_module = PyDict_Contains(space, ID(__module__));
    if (has_module < 0) return NULL;
    if (!has_module && PyDict_SetItem(space, ID(__module__), module) < 0) return NULL;
    if (base == NULL) base = PyExc_Exception;
    KR_AUTO PyObject *bases = PyTuple_Check(base) ? Py_NewRef(base) : PyTuple_Pack(1, base);
    KR_AUTO PyObject *class_name = PyUnicode_FromString(dot + 1);
    if (bases == NULL || class_name == NULL) return NULL;
    return PyObject_CallFunctionObjArgs((PyObject *)&PyType_Type, class_name, bases, space, NULL);
}

PyObject *PyErr_NewExceptionWithDoc(const char *name, const char *doc, PyObject *base,
                                    PyObject *dict)
{
    KR_AUTO PyObject *space = dict == NULL ? PyDict_New() : Py_NewRef(dict);
    if (space == NULL) return NULL;
    if (doc != NULL) {
        KR_AUTO PyObject *text = PyUnicode_FromString(doc);
        if (text == NULL || PyDict_SetItem(space, ID(__doc__), text) < 0) return NULL;
    }
    return PyErr_NewException(name, base, space);
}

// --- ImportError --------------------------------------------------------------------------------

PyObject *PyErr_SetImportErrorSubclass(PyObject *type, PyObject *message, PyObject *name,
                                       PyObject *path)
{
    if (!PyType_Check(type)
        || !PyType_IsSubtype((PyTypeObject *)type, (PyTypeObject *)PyExc_ImportError))
        return kr_raise(PyExc_TypeError, "expected a subclass of ImportError");
    if (message == NULL) return kr_raise(PyExc_TypeError, "expected a message argument");
    KR_AUTO PyObject *keywords = PyDict_New();
    KR_AUTO PyObject *arguments = PyTuple_Pack(1, message);
    if (keywords == NULL || arguments == NULL) return NULL;
    if (PyDict_SetItem(keywords, ID(name), name == NULL ? Py_None : name) < 0) return NULL;
    if (PyDict_SetItem(keywords, ID(path), path == NULL ? Py_None : path) < 0) return NULL;
    KR_AUTO PyObject *error = PyObject_Call(type, arguments, keywords);
    return error == NULL ? NULL : kr_raise_value((PyObject *)Py_TYPE(error), error);
}

PyObject *PyErr_SetImportError(PyObject *message, PyObject *name, PyObject *path)
{
    return PyErr_SetImportErrorSubclass(PyExc_ImportError, message, name, path);
}
