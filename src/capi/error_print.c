// error_print.c - PyErr_Print: sys.excepthook, sys.last_*, SystemExit.
#include <stdio.h>

#include "Python.h"
#include "internal/pycore_pylifecycle.h"
#include "objects/strings/names.h"
#include "runtime/hooks.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

__attribute__((visibility("default"))) int _Py_UnhandledKeyboardInterrupt;

typedef struct {
    PyObject *type, *value, *traceback;
} Triple;

static Triple fetch(void)
{
    Triple error = {0};
    PyErr_Fetch(&error.type, &error.value, &error.traceback);
    PyErr_NormalizeException(&error.type, &error.value, &error.traceback);
    if (error.traceback == NULL) error.traceback = Py_NewRef(Py_None);
    if (error.value != NULL && PyExceptionInstance_Check(error.value))
        PyException_SetTraceback(error.value, error.traceback);
    return error;
}

static void drop(Triple *error)
{
    Py_XDECREF(error->type);
    Py_XDECREF(error->value);
    Py_XDECREF(error->traceback);
}

static void show(const Triple *error)
{
    PyErr_Display(error->type, error->value == NULL ? Py_None : error->value, error->traceback);
}

// Sets what SystemExit asks for: 1 when the pending exception is one that ends the process, and
// clears it.
int _Py_HandleSystemExit(int *ret_code)
{
    if (kr_interpreter_current()->config.inspect || !PyErr_ExceptionMatches(PyExc_SystemExit))
        return 0;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    fflush(stdout);
    KR_AUTO PyObject *code = NULL;
    if (value != NULL && PyExceptionInstance_Check(value)) {
        code = PyObject_GetAttr(value, ID(code));
        if (code == NULL) PyErr_Clear();
    }
    // sys.exit(e) with an exception e that has no code: e itself is shown.
    if (code == NULL) code = Py_XNewRef(value);
    if (code == NULL || code == Py_None) {
        *ret_code = 0;
    } else if (PyLong_Check(code)) {
        *ret_code = (int)PyLong_AsLong(code);
    } else {
        PyObject *file = PySys_GetObject("stderr");
        if (file != NULL && file != Py_None)
            PyFile_WriteObject(code, file, Py_PRINT_RAW);
        else
            PyObject_Print(code, stderr, Py_PRINT_RAW);
        PyErr_Clear();
        PySys_WriteStderr("\n");
        *ret_code = 1;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    PyErr_Clear();
    return 1;
}

static void exit_if_asked(void)
{
    int code;
    if (_Py_HandleSystemExit(&code)) kr_hooks.exit(code);
}

static void set_last(const Triple *error)
{
    if (PySys_SetObject("last_type", error->type) < 0) PyErr_Clear();
    if (PySys_SetObject("last_value", error->value) < 0) PyErr_Clear();
    if (PySys_SetObject("last_traceback", error->traceback) < 0) PyErr_Clear();
}

// The hook itself raised: both exceptions are shown.
static void report_hook_error(const Triple *error)
{
    exit_if_asked();
    Triple second = fetch();
    fflush(stdout);
    PySys_WriteStderr("Error in sys.excepthook:\n");
    show(&second);
    PySys_WriteStderr("\nOriginal exception was:\n");
    show(error);
    drop(&second);
}

static void call_hook(const Triple *error)
{
    PyObject *hook = PySys_GetObject("excepthook");
    if (PySys_Audit("sys.excepthook", "OOOO", hook ? hook : Py_None, error->type, error->value,
                    error->traceback) < 0) {
        if (PyErr_ExceptionMatches(PyExc_RuntimeError)) {
            PyErr_Clear();
            return;
        }
        PyErr_WriteUnraisable(NULL);
    }
    if (hook == NULL) {
        PySys_WriteStderr("sys.excepthook is missing\n");
        show(error);
        return;
    }
    KR_AUTO PyObject *callable = Py_NewRef(hook);
    KR_AUTO PyObject *result =
        PyObject_CallFunctionObjArgs(callable, error->type, error->value, error->traceback, NULL);
    if (result == NULL) report_hook_error(error);
}

void _PyErr_PrintEx(PyThreadState *thread, int set_sys_last)
{
    exit_if_asked();
    if (!PyErr_Occurred()) return;
    Triple error = fetch();
    if (error.type == NULL) return;
    if (error.value == NULL) error.value = Py_NewRef(Py_None);
    if (set_sys_last) set_last(&error);
    if (error.type == PyExc_KeyboardInterrupt) _Py_UnhandledKeyboardInterrupt = 1;
    call_hook(&error);
    drop(&error);
}

void _PyErr_Print(PyThreadState *thread)
{
    _PyErr_PrintEx(thread, 1);
}

void PyErr_PrintEx(int set_sys_last)
{
    _PyErr_PrintEx(PyThreadState_Get(), set_sys_last);
}

void PyErr_Print(void)
{
    PyErr_PrintEx(1);
}
