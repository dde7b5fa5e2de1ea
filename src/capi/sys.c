// sys.c - PySys_*: writing to the standard streams, sys.path and argv, options, audit.
#include "Python.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "capi/build_value.h"
#include "capi/sys.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "runtime/state.h"

// ---- writing: an exception that is pending stays, and none arises

static int write_text(PyObject *text, PyObject *file)
{
    KR_AUTO PyObject *writer = file == NULL ? NULL : PyObject_GetAttr(file, ID(write));
    if (writer == NULL || text == NULL) return -1;
    KR_AUTO PyObject *result = PyObject_CallOneArg(writer, text);
    return result == NULL ? -1 : 0;
}

static void write_formatted(const char *name, FILE *fallback, const char *format,
                            va_list arguments)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    char buffer[1001];
    PyObject *file = PySys_GetObject(name);
    int size = PyOS_vsnprintf(buffer, sizeof buffer, format, arguments);
    const char *parts[2] = {buffer,
                            size < 0 || (size_t)size >= sizeof buffer ? "... truncated" : NULL};
    for (int i = 0; i < 2 && parts[i] != NULL; i++) {
        KR_AUTO PyObject *text = PyUnicode_DecodeUTF8(parts[i], (Py_ssize_t)strlen(parts[i]),
                                                      "replace");
        if (file != NULL && file != Py_None && write_text(text, file) == 0) continue;
        PyErr_Clear();
        fputs(parts[i], fallback);
    }
    PyErr_Restore(type, value, traceback);
}

void PySys_WriteStdout(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_formatted("stdout", stdout, format, arguments);
    va_end(arguments);
}

void PySys_WriteStderr(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_formatted("stderr", stderr, format, arguments);
    va_end(arguments);
}

static void write_objects(const char *name, FILE *fallback, const char *format, va_list arguments)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *file = PySys_GetObject(name);
    KR_AUTO PyObject *text = PyUnicode_FromFormatV(format, arguments);
    if (text != NULL && write_text(text, file) < 0) {
        PyErr_Clear();
        const char *utf8 = PyUnicode_AsUTF8(text);
        if (utf8 != NULL) fputs(utf8, fallback);
    }
    PyErr_Restore(type, value, traceback);
}

void PySys_FormatStdout(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_objects("stdout", stdout, format, arguments);
    va_end(arguments);
}

void PySys_FormatStderr(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_objects("stderr", stderr, format, arguments);
    va_end(arguments);
}

// ---- sys.path and sys.argv

void PySys_SetPath(const wchar_t *path)
{
    KR_AUTO PyObject *list = PyList_New(0);
    for (const wchar_t *start = path; list != NULL;) {
        const wchar_t *end = wcschr(start, L':');
        size_t size = end == NULL ? wcslen(start) : (size_t)(end - start);
        KR_AUTO PyObject *entry = PyUnicode_FromWideChar(start, (Py_ssize_t)size);
        if (entry == NULL || PyList_Append(list, entry) < 0)
            Py_FatalError("can't create sys.path");
        if (end == NULL) break;
        start = end + 1;
    }
    if (list == NULL || PySys_SetObject("path", list) < 0) Py_FatalError("can't assign sys.path");
}

// The folder of the script, links followed; the current one for -c and -m.
static PyObject *folder_of(const wchar_t *script)
{
    if (wcscmp(script, L"-c") == 0 || script[0] == 0) return PyUnicode_FromString("");
    char *path = Py_EncodeLocale(script, NULL), resolved[4096];
    if (path == NULL) return PyErr_NoMemory();
    if (wcscmp(script, L"-m") == 0) {
        PyMem_Free(path);
        return getcwd(resolved, sizeof resolved) == NULL ? PyUnicode_FromString("")
                                                         : PyUnicode_DecodeFSDefault(resolved);
    }
    const char *full = realpath(path, resolved) != NULL ? resolved : path;
    const char *slash = strrchr(full, '/');
    PyObject *folder = slash == NULL ? PyUnicode_FromString("")
        : PyUnicode_DecodeFSDefaultAndSize(full, slash == full ? 1 : slash - full);
    PyMem_Free(path);
    return folder;
}

static void set_argv(int count, wchar_t **arguments, int update_path)
{
    wchar_t empty[] = L"", *none[] = {empty};
    if (count < 1 || arguments == NULL) {
        count = 1;
        arguments = none;
    }
    KR_AUTO PyObject *list = PyList_New(count);
    for (int i = 0; list != NULL && i < count; i++) {
        PyObject *argument = PyUnicode_FromWideChar(arguments[i], -1);
        if (argument == NULL) Py_CLEAR(list);
        else PyList_SET_ITEM(list, i, argument);
    }
    if (list == NULL) Py_FatalError("no mem for sys.argv");
    if (PySys_SetObject("argv", list) < 0) Py_FatalError("can't assign sys.argv");
    PyObject *path = PySys_GetObject("path");
    if (!update_path || path == NULL) return;
    KR_AUTO PyObject *folder = folder_of(arguments[0]);
    if (folder == NULL || PyList_Insert(path, 0, folder) < 0)
        Py_FatalError("can't prepend path0 to sys.path");
}

void PySys_SetArgvEx(int count, wchar_t **arguments, int update_path)
{
    set_argv(count, arguments, update_path);
}

void PySys_SetArgv(int count, wchar_t **arguments)
{
    set_argv(count, arguments, kr_interpreter_current()->config.isolated == 0);
}

// ---- options

static BORROWED PyObject *list_in_sys(const char *name)
{
    PyObject *list = PySys_GetObject(name);
    if (list != NULL && PyList_Check(list)) return list;
    KR_AUTO PyObject *new_list = PyList_New(0);
    if (new_list == NULL || PySys_SetObject(name, new_list) < 0) return NULL;
    return PySys_GetObject(name);
}

static void add_warn_option(PyObject *option)
{
    PyObject *options = list_in_sys("warnoptions");
    if (options == NULL || PyList_Append(options, option) < 0) PyErr_Clear();
}

void PySys_AddWarnOptionUnicode(PyObject *option)
{
    add_warn_option(option);
}

void PySys_AddWarnOption(const wchar_t *option)
{
    KR_AUTO PyObject *text = PyUnicode_FromWideChar(option, -1);
    if (text != NULL) add_warn_option(text);
}

void PySys_ResetWarnOptions(void)
{
    PyObject *options = PySys_GetObject("warnoptions");
    if (options != NULL) PyList_SetSlice(options, 0, PyList_GET_SIZE(options), NULL);
}

int PySys_HasWarnOptions(void)
{
    PyObject *options = PySys_GetObject("warnoptions");
    return options != NULL && PyList_Check(options) && PyList_GET_SIZE(options) > 0;
}

PyObject *PySys_GetXOptions(void)
{
    PyObject *options = PySys_GetObject("_xoptions");
    if (options != NULL && PyDict_Check(options)) return options;
    KR_AUTO PyObject *dict = PyDict_New();
    if (dict == NULL || PySys_SetObject("_xoptions", dict) < 0) return NULL;
    return PySys_GetObject("_xoptions");
}

void PySys_AddXOption(const wchar_t *option)
{
    PyObject *options = PySys_GetXOptions();
    const wchar_t *equals = wcschr(option, L'=');
    KR_AUTO PyObject *name = PyUnicode_FromWideChar(option, equals == NULL ? -1 : equals - option);
    KR_AUTO PyObject *value = equals == NULL ? Py_NewRef(Py_True)
        : PyUnicode_FromWideChar(equals + 1, -1);
    if (options == NULL || name == NULL || value == NULL
        || PyDict_SetItem(options, name, value) < 0)
        PyErr_Clear();
}

// ---- audit

int PySys_Audit(const char *event, const char *format, ...)
{
    // Without listeners an event costs nothing.
    PyThreadState *thread = kr_thread_current();
    if (_PyRuntime.audit_hooks == NULL && (thread == NULL || thread->interp->audit_hooks == NULL))
        return 0;
    KR_AUTO PyObject *arguments = NULL;
    if (format != NULL && *format != 0) {
        va_list values;
        va_start(values, format);
        arguments = kr_build_value(format, values, 1);
        va_end(values);
        if (arguments != NULL && !PyTuple_Check(arguments))
            Py_SETREF(arguments, PyTuple_Pack(1, arguments));
    } else {
        arguments = PyTuple_New(0);
    }
    return arguments == NULL ? -1 : kr_sys_audit(event, arguments);
}

// The hooks of the process, in C, then those of the interpreter: what kr_hooks.audit does.
int kr_sys_audit(const char *event, PyObject *arguments)
{
    PyThreadState *thread = kr_thread_current();
    for (KrAuditHook *hook = _PyRuntime.audit_hooks; hook != NULL; hook = hook->next)
        if (hook->function(event, arguments, hook->data) < 0) return -1;
    PyObject *hooks = thread == NULL ? NULL : thread->interp->audit_hooks;
    if (hooks == NULL) return 0;
    KR_AUTO PyObject *name = PyUnicode_FromString(event);
    if (name == NULL) return -1;
    PyThreadState_EnterTracing(thread);
    int result = 0;
    for (Py_ssize_t i = 0; result == 0 && i < PyList_GET_SIZE(hooks); i++) {
        KR_AUTO PyObject *hook = Py_NewRef(PyList_GET_ITEM(hooks, i));
        KR_AUTO PyObject *traced = NULL;
        int can_trace = _PyObject_LookupAttr(hook, ID(__cantrace__), &traced) < 0 ? -1
                        : traced == NULL ? 0 : PyObject_IsTrue(traced);
        if (can_trace < 0) {
            result = -1;
            break;
        }
        if (can_trace) PyThreadState_LeaveTracing(thread);
        KR_AUTO PyObject *answer = PyObject_CallFunctionObjArgs(hook, name, arguments, NULL);
        if (can_trace) PyThreadState_EnterTracing(thread);
        if (answer == NULL) result = -1;
    }
    PyThreadState_LeaveTracing(thread);
    return result;
}

int PySys_AddAuditHook(Py_AuditHookFunction function, void *data)
{
    if (_PyRuntime.audit_hooks != NULL && kr_thread_current() != NULL
        && PySys_Audit("sys.addaudithook", NULL) < 0) {
        // A hook that objects with a RuntimeError silently keeps the new one out.
        if (!PyErr_ExceptionMatches(PyExc_RuntimeError)) return -1;
        PyErr_Clear();
        return 0;
    }
    KrAuditHook *hook = PyMem_RawMalloc(sizeof *hook), **end = &_PyRuntime.audit_hooks;
    if (hook == NULL) {
        if (kr_thread_current() != NULL) PyErr_NoMemory();
        return -1;
    }
    *hook = (KrAuditHook){NULL, function, data};
    while (*end != NULL) end = &(*end)->next;
    *end = hook;
    return 0;
}
