// import_exec.c - running a module's code: PyImport_ExecCodeModule… and the import lock.
#include "vm/import_exec.h"

#include "abstract.h"
#include "ceval.h"
#include "dictobject.h"
#include "import.h"
#include "listobject.h"
#include "longobject.h"
#include "moduleobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

static void forget_module(PyObject *name)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyObject_DelItem(PyImport_GetModuleDict(), name) < 0) PyErr_Clear();
    PyErr_Restore(type, value, traceback);
}

PyObject *kr_import_exec_in(PyObject *name, PyObject *code, PyObject *dict)
{
    KR_AUTO PyObject *result = PyEval_EvalCode(code, dict, dict);
    if (result == NULL) {
        forget_module(name);
        return NULL;
    }
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *module = PyObject_GetItem(modules, name);
    if (module == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
        kr_raise(PyExc_ImportError, "Loaded module %R not found in sys.modules", name);
    }
    return module;
}

// Borrowed namespace of module [name], with __builtins__.
static PyObject *namespace_for(PyObject *name)
{
    PyObject *module = PyImport_AddModuleObject(name);
    PyObject *dict = module == NULL ? NULL : PyModule_GetDict(module);
    if (dict == NULL) return NULL;
    int has = PyDict_Contains(dict, ID(__builtins__));
    if (has < 0
        || (has == 0 && PyDict_SetItem(dict, ID(__builtins__), PyEval_GetBuiltins()) < 0)) {
        forget_module(name);
        return NULL;
    }
    return dict;
}

PyObject *PyImport_ExecCodeModuleObject(PyObject *name, PyObject *code, PyObject *pathname,
                                        PyObject *cached)
{
    PyObject *dict = namespace_for(name);
    if (dict == NULL) return NULL;
    if (pathname == NULL) pathname = ((PyCodeObject *)code)->co_filename;
    // importlib gives the module its __spec__, __file__ and so on.
    PyObject *external = kr_interpreter_current()->importlib;
    KR_AUTO PyObject *owned_external = external == NULL ? NULL
        : PyObject_GetAttr(external, ID(_bootstrap_external));
    if (owned_external == NULL) return NULL;
    KR_AUTO PyObject *fixed = PyObject_CallMethodObjArgs(owned_external, ID(
            _fix_up_module), dict, name, pathname, cached != NULL ? cached : pathname, NULL);
    if (fixed == NULL) PyErr_Clear();
    return kr_import_exec_in(name, code, dict);
}

PyObject *PyImport_ExecCodeModuleWithPathnames(const char *name, PyObject *code,
                                               const char *pathname, const char *cached)
{
    KR_AUTO PyObject *name_text = PyUnicode_FromString(name);
    KR_AUTO PyObject *path_text = pathname == NULL ? NULL : PyUnicode_DecodeFSDefault(pathname);
    KR_AUTO PyObject *cached_text = cached == NULL ? NULL : PyUnicode_DecodeFSDefault(cached);
    if (name_text == NULL || PyErr_Occurred()) return NULL;
    if (path_text == NULL && cached_text != NULL) {
        // Only the .pyc is known: importlib derives the source's path.
        PyObject *importlib = kr_interpreter_current()->importlib;
        KR_AUTO PyObject *external = PyObject_GetAttr(importlib, ID(_bootstrap_external));
        if (external == NULL) return NULL;
        path_text = PyObject_CallMethodOneArg(external, ID(_get_sourcefile), cached_text);
        if (path_text == NULL) PyErr_Clear();
    }
    return PyImport_ExecCodeModuleObject(name_text, code, path_text, cached_text);
}

PyObject *PyImport_ExecCodeModuleEx(const char *name, PyObject *code, const char *pathname)
{
    return PyImport_ExecCodeModuleWithPathnames(name, code, pathname, NULL);
}

PyObject *PyImport_ExecCodeModule(const char *name, PyObject *code)
{
    return PyImport_ExecCodeModuleWithPathnames(name, code, NULL, NULL);
}

long PyImport_GetMagicNumber(void)
{
    KR_AUTO PyObject *external = PyImport_ImportModule("_frozen_importlib_external");
    KR_AUTO PyObject *number = external == NULL ? NULL
        : PyObject_GetAttr(external, ID(_RAW_MAGIC_NUMBER));
    return number == NULL ? -1 : PyLong_AsLong(number);
}

const char *PyImport_GetMagicTag(void)
{
    return "cpython-311";
}

PyObject *PyImport_GetImporter(PyObject *path)
{
    PyObject *sys = kr_interpreter_current()->sysdict;
    KR_AUTO PyObject *cache = Py_XNewRef(PyDict_GetItemWithError(sys, ID(path_importer_cache)));
    KR_AUTO PyObject *hooks = Py_XNewRef(PyDict_GetItemWithError(sys, ID(path_hooks)));
    if (cache == NULL || hooks == NULL) return NULL;
    PyObject *known = PyDict_GetItemWithError(cache, path);
    if (known != NULL || PyErr_Occurred()) return Py_XNewRef(known);
    // While the hooks run, nested imports see that there is no importer yet.
    if (PyDict_SetItem(cache, path, Py_None) < 0) return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(hooks); i++) {
        KR_AUTO PyObject *importer = PyObject_CallOneArg(PyList_GET_ITEM(hooks, i), path);
        if (importer != NULL) {
            if (PyDict_SetItem(cache, path, importer) < 0) return NULL;
            return kr_take(importer);
        }
        if (!PyErr_ExceptionMatches(PyExc_ImportError)) return NULL;
        PyErr_Clear();
    }
    Py_RETURN_NONE;
}
