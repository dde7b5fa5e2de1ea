// imports.c - import statements and the PyImport functions that ask importlib.
//
//     import statement -> builtins.__import__ -> PyImport_ImportModuleLevelObject
//         in sys.modules and complete: that is all          else:
//                                                           importlib._bootstrap._find_and_load
#include "vm/imports.h"

#include "abstract.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "cpython/pytime.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/import_names.h"
#include "vm/system.h"
#include "vm/variables.h"

// --- sys.modules --------------------------------------------------------------------------------

PyObject *PyImport_GetModuleDict(void)
{
    PyObject *modules = kr_interpreter_current()->modules;
    if (modules == NULL) Py_FatalError("interpreter has no modules dictionary");
    return modules;
}

// New reference, NULL: not there (or an exception).
static PyObject *find_module(PyObject *name)
{
    PyObject *modules = kr_interpreter_current()->modules;
    if (modules == NULL) return kr_raise(PyExc_RuntimeError, "unable to get sys.modules");
    if (PyDict_CheckExact(modules)) return Py_XNewRef(PyDict_GetItemWithError(modules, name));
    PyObject *found = PyObject_GetItem(modules, name);
    if (found == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) PyErr_Clear();
    return found;
}

int _PyImport_SetModule(PyObject *name, PyObject *module)
{
    return PyObject_SetItem(PyImport_GetModuleDict(), name, module);
}

int _PyImport_SetModuleString(const char *name, PyObject *module)
{
    return PyMapping_SetItemString(PyImport_GetModuleDict(), name, module);
}

// Waits for another thread that is importing [module] now.
static int wait_until_initialized(PyObject *module, PyObject *name)
{
    KR_AUTO PyObject *spec = NULL;
    if (_PyObject_LookupAttr(module, ID(__spec__), &spec) < 0) return -1;
    if (!_PyModuleSpec_IsInitializing(spec)) return 0;
    PyObject *importlib = kr_interpreter_current()->importlib;
    KR_AUTO PyObject *result = PyObject_CallMethodOneArg(importlib, ID(_lock_unlock_module), name);
    return result == NULL ? -1 : 0;
}

PyObject *PyImport_GetModule(PyObject *name)
{
    PyObject *module = find_module(name);
    if (module == NULL || module == Py_None) return module;
    if (wait_until_initialized(module, name) == 0) return module;
    Py_DECREF(module);
    kr_import_names_trim_traceback();
    return NULL;
}

PyObject *_PyImport_GetModuleId(_Py_Identifier *name)
{
    PyObject *text = _PyUnicode_FromId(name);
    return text == NULL ? NULL : PyImport_GetModule(text);
}

PyObject *_PyImport_GetModuleAttr(PyObject *module_name, PyObject *name)
{
    KR_AUTO PyObject *module = PyImport_Import(module_name);
    return module == NULL ? NULL : PyObject_GetAttr(module, name);
}

PyObject *_PyImport_GetModuleAttrString(const char *module_name, const char *name)
{
    KR_AUTO PyObject *module = PyImport_ImportModule(module_name);
    return module == NULL ? NULL : PyObject_GetAttrString(module, name);
}

int _PyImport_IsInitialized(PyInterpreterState *interpreter)
{
    return interpreter->modules != NULL;
}

// New reference to the module in sys.modules, made empty when it is not there.
static PyObject *add_module(PyObject *name)
{
    PyObject *module = find_module(name);
    if (module != NULL && PyModule_Check(module)) return module;
    Py_XDECREF(module);
    if (PyErr_Occurred()) return NULL;
    module = PyModule_NewObject(name);
    if (module != NULL && _PyImport_SetModule(name, module) < 0) Py_CLEAR(module);
    return module;
}

PyObject *PyImport_AddModuleObject(PyObject *name)
{
    PyObject *module = add_module(name);
    // Borrowed from sys.modules.
    Py_XDECREF(module);
    return module;
}

PyObject *PyImport_AddModule(const char *name)
{
    KR_AUTO PyObject *text = PyUnicode_FromString(name);
    return text == NULL ? NULL : PyImport_AddModuleObject(text);
}

// --- the import itself --------------------------------------------------------------------------

static PyObject *load(PyThreadState *thread, PyObject *name)
{
    PyObject *arguments[3] = {thread->interp->importlib, name, thread->interp->import_func};
    return PyObject_VectorcallMethod(ID(_find_and_load), arguments,
                                     3 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}

// -X importtime: a line on stderr when a module is loaded; what it imported itself is not its own
// time.
static PyObject *load_timed(PyThreadState *thread, PyObject *name)
{
    KrImportTimes *times = &thread->interp->import_times;
    if (times->depth == 0 && !times->has_header) {
        fputs("import time: self [us] | cumulative | imported package\n", stderr);
        times->has_header = true;
    }
    int64_t outer = times->accumulated, start = _PyTime_GetPerfCounter();
    times->depth++;
    times->accumulated = 0;
    PyObject *module = load(thread, name);
    int64_t cumulative = _PyTime_GetPerfCounter() - start;
    times->depth--;
    fprintf(stderr, "import time: %9ld | %10ld | %*s%s\n",
            (long)_PyTime_AsMicroseconds(cumulative - times->accumulated, _PyTime_ROUND_CEILING),
            (long)_PyTime_AsMicroseconds(cumulative, _PyTime_ROUND_CEILING), times->depth * 2, "",
            PyUnicode_AsUTF8(name));
    times->accumulated = outer + cumulative;
    return module;
}

static PyObject *find_and_load(PyThreadState *thread, PyObject *name)
{
    if (kr_system_is_audited()) {
        PyObject *path = kr_system_find(ID(path)), *finders = kr_system_find(ID(meta_path));
        PyObject *hooks = kr_system_find(ID(path_hooks));
        if (kr_system_audit("import", PyTuple_Pack(5, name, Py_None, path != NULL ? path : Py_None,
                                                   finders != NULL ? finders : Py_None,
                                                   hooks != NULL ? hooks : Py_None)) < 0)
            return NULL;
    }
    if (thread->interp->importlib == NULL)
        return kr_raise(PyExc_ImportError, "no module named %R yet: importlib has not started",
                        name);
    return thread->interp->config.import_time ? load_timed(thread, name) : load(thread, name);
}

// What `import a.b.c` binds: the module a.
static PyObject *top_module(PyObject *name, PyObject *full_name, PyObject *module, int level)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(name);
    if (level > 0 && length == 0) return Py_NewRef(module);
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, length, 1);
    if (dot == -2) return NULL;
    if (dot == -1) return Py_NewRef(module);
    if (level == 0) {
        KR_AUTO PyObject *front = PyUnicode_Substring(name, 0, dot);
        return front == NULL ? NULL : PyImport_ImportModuleLevelObject(front, NULL, NULL, NULL, 0);
    }
    Py_ssize_t kept = PyUnicode_GET_LENGTH(full_name) - (length - dot);
    KR_AUTO PyObject *front = PyUnicode_Substring(full_name, 0, kept);
    if (front == NULL) return NULL;
    PyObject *found = find_module(front);
    if (found == NULL && !PyErr_Occurred())
        kr_raise(PyExc_KeyError, "%R not in sys.modules as expected", front);
    return found;
}

// What `from a.b import c` gets: a.b, after submodules that are asked for are loaded.
static PyObject *with_submodules(PyThreadState *thread, PyObject *module, PyObject *from_list)
{
    KR_AUTO PyObject *path = NULL;
    if (_PyObject_LookupAttr(module, ID(__path__), &path) < 0) return NULL;
    if (path == NULL) return Py_NewRef(module);
    PyObject *arguments[4] = {thread->interp->importlib, module, from_list,
                              thread->interp->import_func};
    return PyObject_VectorcallMethod(ID(_handle_fromlist), arguments,
                                     4 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}

static PyObject *import_level(PyThreadState *thread, PyObject *name, PyObject *globals,
                              PyObject *from_list, int level)
{
    if (name == NULL) return kr_raise(PyExc_ValueError, "Empty module name");
    if (!PyUnicode_Check(name)) return kr_raise(PyExc_TypeError, "module name must be a string");
    if (level < 0) return kr_raise(PyExc_ValueError, "level must be >= 0");
    if (level == 0 && PyUnicode_GET_LENGTH(name) == 0)
        return kr_raise(PyExc_ValueError, "Empty module name");
    KR_AUTO PyObject *full_name = level > 0 ? kr_import_names_resolve(name, globals, level)
        : Py_NewRef(name);
    if (full_name == NULL) return NULL;
    KR_AUTO PyObject *module = find_module(full_name);
    if (module == NULL && PyErr_Occurred()) return NULL;
    if (module != NULL && module != Py_None) {
        if (wait_until_initialized(module, full_name) < 0) return NULL;
    } else {
        Py_XSETREF(module, find_and_load(thread, full_name));
        if (module == NULL) return NULL;
    }
    int has_from = from_list == NULL || from_list == Py_None ? 0 : PyObject_IsTrue(from_list);
    if (has_from < 0) return NULL;
    return has_from ? with_submodules(thread, module, from_list)
        : top_module(name, full_name, module, level);
}

PyObject *PyImport_ImportModuleLevelObject(PyObject *name, PyObject *globals, PyObject *locals,
                                           PyObject *from_list, int level)
{
    PyObject *module = import_level(kr_thread_current(), name, globals, from_list, level);
    if (module == NULL) kr_import_names_trim_traceback();
    return module;
}

PyObject *PyImport_ImportModuleLevel(const char *name, PyObject *globals, PyObject *locals,
                                     PyObject *from_list, int level)
{
    KR_AUTO PyObject *text = PyUnicode_FromString(name);
    if (text == NULL) return NULL;
    return PyImport_ImportModuleLevelObject(text, globals, locals, from_list, level);
}

PyObject *PyImport_ImportModule(const char *name)
{
    KR_AUTO PyObject *text = PyUnicode_FromString(name);
    return text == NULL ? NULL : PyImport_Import(text);
}

PyObject *PyImport_ImportModuleNoBlock(const char *name)
{
    return PyImport_ImportModule(name);
}

PyObject *kr_import_by_name(const char *name)
{
    return PyImport_ImportModule(name);
}

// The __import__ that code with [globals] would use.
static PyObject *import_function(PyObject *globals, PyObject *builtins)
{
    if (!PyDict_Check(builtins)) return PyObject_GetAttr(builtins, ID(__import__));
    PyObject *found = PyObject_GetItem(builtins, ID(__import__));
    if (found == NULL && PyErr_ExceptionMatches(PyExc_KeyError))
        PyErr_SetObject(PyExc_KeyError, ID(__import__));
    return found;
}

PyObject *PyImport_Import(PyObject *name)
{
    PyThreadState *thread = kr_thread_current();
    KrFrame *frame = kr_frame_current(thread);
    KR_AUTO PyObject *globals = NULL, *builtins = NULL;
    if (frame != NULL) {
        globals = Py_NewRef(frame->f_globals);
        builtins = PyObject_GetItem(globals, ID(__builtins__));
        if (builtins == NULL) return NULL;
    } else {
        builtins = PyImport_ImportModuleLevel("builtins", NULL, NULL, NULL, 0);
        globals = builtins == NULL ? NULL : PyDict_New();
        if (globals == NULL || PyDict_SetItem(globals, ID(__builtins__), builtins) < 0)
            return NULL;
    }
    KR_AUTO PyObject *function = import_function(globals, builtins);
    KR_AUTO PyObject *from_list = PyList_New(0);
    KR_AUTO PyObject *level = PyLong_FromLong(0);
    if (function == NULL || from_list == NULL || level == NULL) return NULL;
    KR_AUTO PyObject *top = PyObject_CallFunctionObjArgs(function, name, globals, globals,
                                                         from_list, level, NULL);
    if (top == NULL) return NULL;
    PyObject *module = find_module(name);
    if (module == NULL && !PyErr_Occurred()) PyErr_SetObject(PyExc_KeyError, name);
    return module;
}

PyObject *PyImport_ReloadModule(PyObject *module)
{
    KR_AUTO PyObject *importlib = PyImport_ImportModule("importlib");
    return importlib == NULL ? NULL : PyObject_CallMethodOneArg(importlib, ID(reload), module);
}

// --- statements ---------------------------------------------------------------------------------

PyObject *kr_import_name(PyThreadState *thread, KrFrame *frame, PyObject *name,
                         PyObject *from_list, PyObject *level)
{
    PyObject *function = PyObject_GetItem(frame->f_builtins, ID(__import__));
    if (function == NULL) {
        if (PyErr_ExceptionMatches(PyExc_KeyError))
            kr_raise(PyExc_ImportError, "__import__ not found");
        return NULL;
    }
    PyObject *locals = frame->f_locals == NULL ? Py_None : frame->f_locals, *module;
    if (function == thread->interp->import_func) {
        int depth = _PyLong_AsInt(level);
        Py_DECREF(function);
        if (depth == -1 && PyErr_Occurred()) return NULL;
        return PyImport_ImportModuleLevelObject(name, frame->f_globals, locals, from_list, depth);
    }
    PyObject *arguments[5] = {name, frame->f_globals, locals, from_list, level};
    module = PyObject_Vectorcall(function, arguments, 5, NULL);
    Py_DECREF(function);
    return module;
}

// Says why `from module import name` failed.
static void complain_about_name(PyObject *module, PyObject *name, PyObject *module_name)
{
    KR_AUTO PyObject *shown = module_name != NULL ? Py_NewRef(module_name)
                                                  : PyUnicode_FromString("<unknown module name>");
    KR_AUTO PyObject *path = PyModule_GetFilenameObject(module);
    KR_AUTO PyObject *message = NULL;
    if (path == NULL || !PyUnicode_Check(path)) {
        PyErr_Clear();
        message = PyUnicode_FromFormat("cannot import name %R from %R (unknown location)", name,
                                       shown);
        PyErr_SetImportError(message, module_name, NULL);
        return;
    }
    KR_AUTO PyObject *spec = NULL;
    if (_PyObject_LookupAttr(module, ID(__spec__), &spec) < 0) PyErr_Clear();
    const char *format = _PyModuleSpec_IsInitializing(spec) ? "cannot import name %R from "
        "partially initialized module %R (most likely due to a circular import) (%S)"
        : "cannot import name %R from %R (%S)";
    message = PyUnicode_FromFormat(format, name, shown, path);
    PyErr_SetImportError(message, module_name, path);
}

PyObject *kr_import_from(PyObject *module, PyObject *name)
{
    PyObject *found = NULL;
    if (_PyObject_LookupAttr(module, name, &found) != 0) return found;
    // A circular import: the submodule may be there already, just not yet an attribute of its
    // package.
    KR_AUTO PyObject *module_name = NULL;
    if (_PyObject_LookupAttr(module, ID(__name__), &module_name) < 0) return NULL;
    if (module_name != NULL && !PyUnicode_Check(module_name)) Py_CLEAR(module_name);
    if (module_name != NULL) {
        KR_AUTO PyObject *full_name = PyUnicode_FromFormat("%U.%U", module_name, name);
        if (full_name == NULL) return NULL;
        found = PyImport_GetModule(full_name);
        if (found != NULL || PyErr_Occurred()) return found;
    }
    complain_about_name(module, name, module_name);
    return NULL;
}

// "Key in m.__dict__ must be str, not int"
static int complain_about_key(PyObject *module, PyObject *name, bool from_dict)
{
    KR_AUTO PyObject *module_name = PyObject_GetAttr(module, ID(__name__));
    if (module_name == NULL) return -1;
    if (!PyUnicode_Check(module_name))
        return kr_raise_int(PyExc_TypeError, "module __name__ must be a string, not %.100s",
                            Py_TYPE(module_name)->tp_name);
    return kr_raise_int(PyExc_TypeError, "%s in %U.%s must be str, not %.100s",
                        from_dict ? "Key" : "Item", module_name,
                        from_dict ? "__dict__" : "__all__", Py_TYPE(name)->tp_name);
}

static int import_all(PyObject *locals, PyObject *module)
{
    KR_AUTO PyObject *names = NULL, *dict = NULL;
    if (_PyObject_LookupAttr(module, ID(__all__), &names) < 0) return -1;
    bool from_dict = names == NULL;
    if (from_dict) {
        if (_PyObject_LookupAttr(module, ID(__dict__), &dict) < 0) return -1;
        if (dict == NULL)
            return kr_raise_int(PyExc_ImportError,
                                "from-import-* object has no __dict__ and no __all__");
        names = PyMapping_Keys(dict);
        if (names == NULL) return -1;
    }
    for (Py_ssize_t i = 0;; i++) {
        KR_AUTO PyObject *name = PySequence_GetItem(names, i);
        if (name == NULL) {
            if (!PyErr_ExceptionMatches(PyExc_IndexError)) return -1;
            PyErr_Clear();
            return 0;
        }
        if (!PyUnicode_Check(name)) return complain_about_key(module, name, from_dict);
        if (from_dict && PyUnicode_GET_LENGTH(name) > 0 && PyUnicode_READ_CHAR(name, 0) == '_')
            continue;
        KR_AUTO PyObject *value = PyObject_GetAttr(module, name);
        if (value == NULL) return -1;
        int failed = PyDict_CheckExact(locals) ? PyDict_SetItem(locals, name, value)
                                               : PyObject_SetItem(locals, name, value);
        if (failed < 0) return -1;
    }
}

int kr_import_star(KrFrame *frame, PyObject *module)
{
    if (kr_frame_fast_to_locals(frame) < 0) return -1;
    if (frame->f_locals == NULL)
        return kr_raise_int(PyExc_SystemError, "no locals found during 'import *'");
    int failed = import_all(frame->f_locals, module);
    kr_frame_locals_to_fast(frame, 0);
    return failed;
}

// --- start --------------------------------------------------------------------------------------

int kr_import_start(PyThreadState *thread, PyObject *sys)
{
    if (PyImport_ImportFrozenModule("_frozen_importlib") <= 0)
        return PyErr_Occurred() ? -1
            : kr_raise_int(PyExc_ImportError, "no frozen module _frozen_importlib");
    KR_AUTO PyObject *name = PyUnicode_FromString("_frozen_importlib");
    PyObject *importlib = name == NULL ? NULL : PyImport_AddModuleObject(name);
    if (importlib == NULL) return -1;
    Py_XSETREF(thread->interp->importlib, Py_NewRef(importlib));
    PyObject *import_func = PyDict_GetItemWithError(thread->interp->builtins, ID(__import__));
    if (import_func == NULL) return -1;
    Py_XSETREF(thread->interp->import_func, Py_NewRef(import_func));
    KR_AUTO PyObject *imp = kr_import_bootstrap_imp();
    if (imp == NULL || _PyImport_SetModuleString("_imp", imp) < 0) return -1;
    KR_AUTO PyObject *result = PyObject_CallMethodObjArgs(importlib, ID(_install), sys, imp, NULL);
    return result == NULL ? -1 : 0;
}

// Zip archives on sys.path: zipimport.zipimporter comes first among the path hooks, if it can be
// had.
static int add_zip_hook(void)
{
    PyObject *hooks = kr_system_find(ID(path_hooks));
    KR_AUTO PyObject *module = PyImport_ImportModule("zipimport");
    KR_AUTO PyObject *importer = module == NULL ? NULL : PyObject_GetAttr(module, ID(zipimporter));
    if (importer == NULL) {
        PyErr_Clear();
        return 0;
    }
    return hooks == NULL || !PyList_Check(hooks) ? 0 : PyList_Insert(hooks, 0, importer);
}

int kr_import_start_external(PyThreadState *thread)
{
    KR_AUTO PyObject *result = PyObject_CallMethodNoArgs(thread->interp->importlib,
                                                         ID(_install_external_importers));
    return result == NULL ? -1 : add_zip_hook();
}
