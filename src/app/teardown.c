// teardown.c - the end of the modules, in CPython's order:
//
//   names in sys that hold much -> None     sys.modules: each module -> None     collection
//   modules that are still alive, last imported first: their names -> None       sys     builtins
#include "app/teardown.h"

#include "Python.h"

#include "app/streams.h"
#include "modules/gc.h"

#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

static void report(void)
{
    if (PyErr_Occurred()) PyErr_WriteUnraisable(NULL);
}

static void set_none(PyObject *dict, const char *name)
{
    if (PyDict_SetItemString(dict, name, Py_None) < 0) report();
}

// Back to the streams of the start: those that a program put there may need much to close.
static void restore_streams(PyObject *dict)
{
    static const char *const names[][2] = {
        {"stdin", "__stdin__"}, {"stdout", "__stdout__"}, {"stderr", "__stderr__"}};
    for (int i = 0; i < 3; i++) {
        PyObject *stream = PyDict_GetItemString(dict, names[i][1]);
        if (PyDict_SetItemString(dict, names[i][0], stream == NULL ? Py_None : stream) < 0)
            report();
    }
}

static void empty_sys(PyInterpreterState *interpreter)
{
    static const char *const names[] = {
        "path", "argv", "ps1", "ps2", "last_type", "last_value", "last_traceback", "path_hooks",
        "path_importer_cache", "meta_path", "__interactivehook__"};
    set_none(interpreter->builtins, "_");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        set_none(interpreter->sysdict, names[i]);
    restore_streams(interpreter->sysdict);
}

// A list of (name, weak reference) of the modules; each is replaced by None in sys.modules.
static PyObject *let_modules_go(PyObject *modules)
{
    KR_AUTO PyObject *kept = PyList_New(0);
    KR_AUTO PyObject *names = PyDict_Keys(modules);
    if (kept == NULL || names == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); i++) {
        PyObject *name = PyList_GET_ITEM(names, i);
        PyObject *module = PyDict_GetItemWithError(modules, name);
        if (module == NULL || !PyModule_Check(module)) continue;
        KR_AUTO PyObject *reference = PyWeakref_NewRef(module, NULL);
        KR_AUTO PyObject *pair = reference == NULL ? NULL : PyTuple_Pack(2, name, reference);
        if (pair == NULL || PyList_Append(kept, pair) < 0) report();
        if (PyDict_SetItem(modules, name, Py_None) < 0) report();
    }
    return kr_take(kept);
}

static void clear_survivors(PyInterpreterState *interpreter, PyObject *kept)
{
    for (Py_ssize_t i = PyList_GET_SIZE(kept) - 1; i >= 0; i--) {
        PyObject *module = PyWeakref_GET_OBJECT(PyTuple_GET_ITEM(PyList_GET_ITEM(kept, i), 1));
        if (module == Py_None) continue;
        PyObject *dict = PyModule_GetDict(module);
        if (dict == interpreter->builtins || dict == interpreter->sysdict) continue;
        KR_AUTO PyObject *alive = Py_NewRef(module);
        _PyModule_Clear(alive);
    }
}

void kr_teardown_modules(void)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    PyObject *modules = interpreter->modules;
    if (modules == NULL) return;
    empty_sys(interpreter);
    KR_AUTO PyObject *kept = let_modules_go(modules);
    if (kept == NULL) {
        report();
        return;
    }
    PyDict_Clear(modules);
    PyGC_Collect();
    Py_CLEAR(interpreter->modules_by_index);
    clear_survivors(interpreter, kept);
    PyGC_Collect();
    kr_gc_report_at_shutdown();
    // What finalizers printed has to be out before the streams lose their names.
    if (kr_streams_flush() < 0) PyErr_Clear();
    _PyModule_ClearDict(interpreter->sysdict);
    _PyModule_ClearDict(interpreter->builtins);
    PyGC_Collect();
}
