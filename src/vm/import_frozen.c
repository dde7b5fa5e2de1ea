// import_frozen.c - modules whose code is part of the executable.
//
// app sets the four tables before the interpreter starts; PyImport_FrozenModules is the embedder's and goes first.
#include "vm/imports.h"

#include "abstract.h"
#include "bytesobject.h"
#include "ceval.h"
#include "cpython/code.h"
#include "dictobject.h"
#include "internal/pycore_import.h"
#include "listobject.h"
#include "marshal.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "unicodeobject.h"
#include "vm/import_exec.h"

static const struct _frozen none[] = {{NULL, NULL, 0, 0, NULL}};
const struct _frozen *PyImport_FrozenModules = none;
const struct _frozen *_PyImport_FrozenBootstrap = none;
const struct _frozen *_PyImport_FrozenStdlib = none;
const struct _frozen *_PyImport_FrozenTest = none;

static const struct _frozen *find_in(const struct _frozen *table, PyObject *name)
{
    if (table == NULL) return NULL;
    for (; table->name != NULL; table++)
        if (_PyUnicode_EqualToASCIIString(name, table->name)) return table;
    return NULL;
}

// Does the configuration let frozen modules of the standard library stand in for files?
static bool uses_frozen_library(void)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (interpreter->override_frozen_modules != 0) return interpreter->override_frozen_modules > 0;
    return interpreter->config.use_frozen_modules;
}

const struct _frozen *kr_import_find_frozen(PyObject *name)
{
    const struct _frozen *found = find_in(PyImport_FrozenModules, name);
    if (found == NULL) found = find_in(_PyImport_FrozenBootstrap, name);
    if (found == NULL && uses_frozen_library()) {
        found = find_in(_PyImport_FrozenStdlib, name);
        if (found == NULL) found = find_in(_PyImport_FrozenTest, name);
    }
    return found;
}

bool kr_import_frozen_is_package(const struct _frozen *frozen)
{
    return frozen->is_package || frozen->size < 0;
}

PyObject *kr_import_frozen_code(const struct _frozen *frozen)
{
    if (frozen->get_code != NULL) return frozen->get_code();
    Py_ssize_t size = frozen->size < 0 ? -(Py_ssize_t)frozen->size : frozen->size;
    if (frozen->code == NULL || size == 0)
        return kr_raise(PyExc_ImportError, "Excluded frozen object named '%s'", frozen->name);
    PyObject *code = PyMarshal_ReadObjectFromString((const char *)frozen->code, size);
    if (code != NULL && !PyCode_Check(code)) {
        Py_DECREF(code);
        return kr_raise(PyExc_TypeError, "frozen object '%s' is not a code object", frozen->name);
    }
    return code;
}

PyObject *kr_import_frozen_origin(const struct _frozen *frozen)
{
    static const char *const aliases[][2] = {
        {"_frozen_importlib", "importlib._bootstrap"},
        {"_frozen_importlib_external", "importlib._bootstrap_external"},
        {"__hello_alias__", "__hello__"}, {"__phello_alias__", "__hello__"},
        {"__phello_alias__.spam", "__hello__"}, {"__phello__.__init__", "<__phello__"},
        {"__phello__.ham.__init__", "<__phello__.ham"}, {"__hello_only__", NULL},
        {"os.path", "posixpath"},
    };
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (strcmp(frozen->name, aliases[i][0]) != 0) continue;
        if (aliases[i][1] == NULL) Py_RETURN_NONE;
        return PyUnicode_FromString(aliases[i][1]);
    }
    return PyUnicode_FromString(frozen->name);
}

PyObject *kr_import_frozen_names(void)
{
    const struct _frozen *const tables[] = {PyImport_FrozenModules, _PyImport_FrozenBootstrap,
                                            _PyImport_FrozenStdlib, _PyImport_FrozenTest};
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    for (size_t t = 0; t < 4; t++) {
        for (const struct _frozen *entry = tables[t]; entry != NULL && entry->name != NULL; entry++) {
            KR_AUTO PyObject *name = PyUnicode_FromString(entry->name);
            if (name == NULL) return NULL;
            int known = PySequence_Contains(list, name);
            if (known < 0 || (!known && PyList_Append(list, name) < 0)) return NULL;
        }
    }
    return kr_take(list);
}

// What the module's namespace must have before its code runs.
static int prepare_namespace(PyObject *dict, const struct _frozen *frozen)
{
    if (kr_import_frozen_is_package(frozen)) {
        KR_AUTO PyObject *path = PyList_New(0);
        if (path == NULL || PyDict_SetItem(dict, ID(__path__), path) < 0) return -1;
    }
    KR_AUTO PyObject *origin = kr_import_frozen_origin(frozen);
    return origin == NULL ? -1 : PyDict_SetItem(dict, ID(__origname__), origin);
}

int PyImport_ImportFrozenModuleObject(PyObject *name)
{
    const struct _frozen *frozen = kr_import_find_frozen(name);
    if (frozen == NULL) return 0;
    KR_AUTO PyObject *code = kr_import_frozen_code(frozen);
    if (code == NULL) return -1;
    PyObject *module = PyImport_AddModuleObject(name);
    PyObject *dict = module == NULL ? NULL : PyModule_GetDict(module);
    if (dict == NULL || prepare_namespace(dict, frozen) < 0) return -1;
    if (PyDict_Contains(dict, ID(__builtins__)) == 0
        && PyDict_SetItem(dict, ID(__builtins__), kr_interpreter_current()->builtins) < 0)
        return -1;
    KR_AUTO PyObject *done = kr_import_exec_in(name, code, dict);
    return done == NULL ? -1 : 1;
}

int PyImport_ImportFrozenModule(const char *name)
{
    KR_AUTO PyObject *text = PyUnicode_InternFromString(name);
    return text == NULL ? -1 : PyImport_ImportFrozenModuleObject(text);
}
