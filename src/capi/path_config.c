// path_config.c - where the interpreter is, by the functions from before PyConfig.
//
// What a program sets before the start is kept in the process; after it the interpreter's
// configuration answers.
#include "Python.h"

#include <wchar.h>

#include "internal/pycore_initconfig.h"
#include "internal/pycore_pathconfig.h"
#include "runtime/state.h"
#include "runtime/thread.h"

static void set(wchar_t **slot, const wchar_t *text)
{
    wchar_t *copy = text == NULL || text[0] == 0 ? NULL : _PyMem_RawWcsdup(text);
    if (text != NULL && text[0] != 0 && copy == NULL) Py_FatalError("out of memory");
    PyMem_RawFree(*slot);
    *slot = copy;
}

void Py_SetPath(const wchar_t *path)
{
    set(&_PyRuntime.embedding.path, path);
}

void Py_SetPythonHome(const wchar_t *home)
{
    set(&_PyRuntime.embedding.home, home);
}

void Py_SetProgramName(const wchar_t *name)
{
    if (name != NULL && name[0] != 0) set(&_PyRuntime.embedding.program_name, name);
}

void _Py_SetProgramFullPath(const wchar_t *path)
{
    set(&_PyRuntime.embedding.executable, path);
}

void _PyPathConfig_ClearGlobal(void)
{
    set(&_PyRuntime.embedding.path, NULL);
    set(&_PyRuntime.embedding.home, NULL);
    set(&_PyRuntime.embedding.program_name, NULL);
    set(&_PyRuntime.embedding.executable, NULL);
}

static const PyConfig *config(void)
{
    PyThreadState *thread = kr_thread_current();
    return thread == NULL ? NULL : _PyInterpreterState_GetConfig(thread->interp);
}

// What was set, or else the field of the configuration.
static wchar_t *answer(wchar_t *own, size_t field)
{
    const PyConfig *settings = config();
    if (own != NULL || settings == NULL) return own;
    return *(wchar_t **)((char *)settings + field);
}

wchar_t *Py_GetPythonHome(void)
{
    return answer(_PyRuntime.embedding.home, offsetof(PyConfig, home));
}

wchar_t *Py_GetProgramName(void)
{
    wchar_t *name = answer(_PyRuntime.embedding.program_name, offsetof(PyConfig, program_name));
    return name != NULL ? name : (wchar_t *)L"python3";
}

wchar_t *Py_GetProgramFullPath(void)
{
    return answer(_PyRuntime.embedding.executable, offsetof(PyConfig, executable));
}

wchar_t *Py_GetPrefix(void)
{
    return answer(NULL, offsetof(PyConfig, prefix));
}

wchar_t *Py_GetExecPrefix(void)
{
    return answer(NULL, offsetof(PyConfig, exec_prefix));
}

// The module search path as the start found it, joined once.
wchar_t *Py_GetPath(void)
{
    const PyConfig *settings = config();
    if (_PyRuntime.embedding.path != NULL || settings == NULL) return _PyRuntime.embedding.path;
    const PyWideStringList *paths = &settings->module_search_paths;
    size_t size = 1;
    for (Py_ssize_t i = 0; i < paths->length; i++) size += wcslen(paths->items[i]) + 1;
    wchar_t *joined = PyMem_RawCalloc(size, sizeof *joined);
    if (joined == NULL) return NULL;
    for (Py_ssize_t i = 0; i < paths->length; i++) {
        if (i > 0) wcscat(joined, L":");
        wcscat(joined, paths->items[i]);
    }
    _PyRuntime.embedding.path = joined;
    return joined;
}

// Paths are found by C code here: there is no code object that does it.
PyObject *_Py_Get_Getpath_CodeObject(void)
{
    PyErr_SetString(PyExc_NotImplementedError, "getpath as a code object is not built yet");
    return NULL;
}
