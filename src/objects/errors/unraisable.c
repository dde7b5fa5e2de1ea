// unraisable.c - exceptions that nobody can receive: from __del__, from callbacks, at the end.
//
// They go to sys.unraisablehook with an object of five fields; when that is missing or fails, to
// stderr in the hook's own form.
#include "objects/errors/unraisable.h"

#include <assert.h>

#include "abstract.h"
#include "dictobject.h"
#include "fileobject.h"
#include "pystate.h"
#include "structseq.h"
#include "traceback.h"
#include "unicodeobject.h"

#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "runtime/hooks.h"
#include "runtime/interpreter.h"
#include "internal/pycore_pyerrors.h"
#include "runtime/owned.h"
#include "runtime/thread.h"

static PyStructSequence_Field fields[] = {
    {"exc_type", "Exception type"},
    {"exc_value", "Exception value"},
    {"exc_traceback", "Exception traceback"},
    {"err_msg", "Error message"},
    {"object", "Object causing the exception"},
    {NULL, NULL},
};

static PyStructSequence_Desc description = {
    .name = "UnraisableHookArgs",
    .doc = "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.",
    .fields = fields,
    .n_in_sequence = 5,
};

static PyTypeObject unraisable_type;

int kr_unraisable_start(void)
{
    return PyStructSequence_InitType2(&unraisable_type, &description);
}

BORROWED PyTypeObject *kr_unraisable_args_type(void)
{
    if (unraisable_type.tp_name == NULL && kr_unraisable_start() < 0) return NULL;
    return &unraisable_type;
}

// New argument object for the hook.
static PyObject *hook_argument(PyObject *const parts[5])
{
    PyTypeObject *type = kr_unraisable_args_type();
    PyObject *argument = type == NULL ? NULL : PyStructSequence_New(type);
    if (argument == NULL) return NULL;
    for (int i = 0; i < 5; i++)
        PyStructSequence_SetItem(argument, i, Py_NewRef(parts[i] == NULL ? Py_None : parts[i]));
    return argument;
}

// Borrowed item of the sys module's dict, or NULL.
static PyObject *find_in_sys(PyThreadState *thread, PyObject *name)
{
    PyObject *dict = thread->interp->sysdict;
    return dict == NULL ? NULL : PyDict_GetItemWithError(dict, name);
}

static void write_module_prefix(PyObject *file, PyObject *type)
{
    KR_AUTO PyObject *module = PyObject_GetAttr(type, ID(__module__));
    if (module == NULL || !PyUnicode_Check(module)) {
        PyErr_Clear();
        PyFile_WriteString("<unknown>", file);
        return;
    }
    if (_PyUnicode_Equal(module, ID(builtins)) || _PyUnicode_Equal(module, ID(__main__))) return;
    PyFile_WriteObject(module, file, Py_PRINT_RAW);
    PyFile_WriteString(".", file);
}

// "Exception ignored in: <object>", the traceback, and "Type: value".
static void write_report(PyObject *file, PyObject *const parts[5])
{
    PyObject *type = parts[0], *value = parts[1], *traceback = parts[2], *message = parts[3];
    PyObject *object = parts[4];
    if (object != NULL && object != Py_None) {
        if (message != NULL && message != Py_None) PyFile_WriteObject(message, file, Py_PRINT_RAW);
        else PyFile_WriteString("Exception ignored in", file);
        PyFile_WriteString(": ", file);
        if (PyFile_WriteObject(object, file, 0) < 0) {
            PyErr_Clear();
            PyFile_WriteString("<object repr() failed>", file);
        }
        PyFile_WriteString("\n", file);
    } else if (message != NULL && message != Py_None) {
        PyFile_WriteObject(message, file, Py_PRINT_RAW);
        PyFile_WriteString(":\n", file);
    }
    if (traceback != NULL && traceback != Py_None && kr_hooks.print_traceback != NULL)
        kr_hooks.print_traceback(traceback, file);
    if (type == NULL || type == Py_None) return;
    assert(PyExceptionClass_Check(type));
    write_module_prefix(file, type);
    KR_AUTO PyObject *name = PyType_GetQualName((PyTypeObject *)type);
    if (name == NULL || PyFile_WriteObject(name, file, Py_PRINT_RAW) < 0) {
        PyErr_Clear();
        PyFile_WriteString("<unknown>", file);
    }
    if (value != NULL && value != Py_None) {
        PyFile_WriteString(": ", file);
        if (PyFile_WriteObject(value, file, Py_PRINT_RAW) < 0) {
            PyErr_Clear();
            PyFile_WriteString("<exception str() failed>", file);
        }
    }
    PyFile_WriteString("\n", file);
}

static void flush(PyObject *file)
{
    PyObject *result = PyObject_CallMethodNoArgs(file, ID(flush));
    if (result == NULL) PyErr_Clear();
    Py_XDECREF(result);
}

PyObject *kr_unraisable_report(PyObject *argument)
{
    if (!Py_IS_TYPE(argument, &unraisable_type))
        return kr_raise(PyExc_TypeError,
                        "sys.unraisablehook argument type must be UnraisableHookArgs");
    PyObject *parts[5];
    for (int i = 0; i < 5; i++) parts[i] = PyStructSequence_GetItem(argument, i);
    PyObject *file = find_in_sys(kr_thread_current(), ID(stderr));
    if (file == NULL || file == Py_None) Py_RETURN_NONE;
    KR_AUTO PyObject *held = Py_NewRef(file);
    write_report(held, parts);
    flush(held);
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

// Calls the hook; when there is none, reports itself.
static void deliver(PyThreadState *thread, PyObject *const parts[5])
{
    KR_AUTO PyObject *argument = hook_argument(parts);
    KR_AUTO PyObject *hook = argument == NULL ? NULL
        : Py_XNewRef(find_in_sys(thread, ID(unraisablehook)));
    if (argument == NULL) {
        PyErr_Clear();
        return;
    }
    PyObject *result = hook == NULL || hook == Py_None ? kr_unraisable_report(argument)
                                                       : PyObject_CallOneArg(hook, argument);
    if (result == NULL) {
        // The hook itself failed: say that with the plain report.
        PyObject *failure[5] = {NULL, NULL, NULL, NULL, hook};
        _PyErr_Fetch(thread, &failure[0], &failure[1], &failure[2]);
        _PyErr_NormalizeException(thread, &failure[0], &failure[1], &failure[2]);
        KR_AUTO PyObject *message =
            PyUnicode_FromString("Exception ignored in sys.unraisablehook");
        failure[3] = message;
        PyObject *file = find_in_sys(thread, ID(stderr));
        if (file != NULL && file != Py_None) write_report(file, failure);
        PyErr_Clear();
        for (int i = 0; i < 3; i++) Py_XDECREF(failure[i]);
    }
    Py_XDECREF(result);
}

void _PyErr_WriteUnraisableMsg(const char *text, PyObject *object)
{
    PyThreadState *thread = kr_thread_current();
    PyObject *type, *value, *traceback;
    _PyErr_Fetch(thread, &type, &value, &traceback);
    if (type == NULL) return;
    if (traceback == NULL && kr_hooks.current_traceback != NULL)
        traceback = kr_hooks.current_traceback();
    _PyErr_NormalizeException(thread, &type, &value, &traceback);
    if (traceback != NULL && PyException_SetTraceback(value, traceback) < 0) PyErr_Clear();
    KR_AUTO PyObject *message = text == NULL ? NULL
        : PyUnicode_FromFormat("Exception ignored %s", text);
    PyObject *parts[5] = {type, value, traceback, message, object};
    deliver(thread, parts);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

void PyErr_WriteUnraisable(PyObject *object)
{
    _PyErr_WriteUnraisableMsg(NULL, object);
}
