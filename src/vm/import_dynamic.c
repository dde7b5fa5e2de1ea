// import_dynamic.c - extension modules out of shared libraries.
#include "vm/imports.h"

#include <dlfcn.h>
#include <stdio.h>

#include "modsupport.h"
#include "abstract.h"
#include "bytesobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "unicodeobject.h"
#include "vm/system.h"

typedef PyObject *(*InitFunction)(void);

const char *const kr_import_dynamic_suffixes[] = {
    ".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so", NULL,
};

typedef struct {
    PyObject *encoded;      // bytes: last part of the name
    bool is_ascii;
    char symbol[300];       // of the init function
} InitName;

// "a.b.c" -> c, as it appears in the symbol: plain, or punycode with hyphens replaced.
static int init_name(PyObject *name, InitName *result)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(name);
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, length, -1);
    if (dot == -2) return -1;
    KR_AUTO PyObject *last = PyUnicode_Substring(name, dot + 1, length);
    if (last == NULL) return -1;
    result->is_ascii = PyUnicode_IS_ASCII(last);
    KR_AUTO PyObject *encoded = PyUnicode_AsEncodedString(last, result->is_ascii ? "ascii"
                                                          : "punycode", NULL);
    if (encoded == NULL) return -1;
    // The bytes object may be shared, so a copy is what gets its hyphens replaced.
    result->encoded = PyBytes_FromStringAndSize(PyBytes_AS_STRING(encoded),
                                                PyBytes_GET_SIZE(encoded));
    if (result->encoded == NULL) return -1;
    snprintf(result->symbol, sizeof result->symbol, "%s_%s",
             result->is_ascii ? "PyInit" : "PyInitU", PyBytes_AS_STRING(result->encoded));
    for (char *at = result->symbol; *at != '\0'; at++)
        if (*at == '-') *at = '_';
    return 0;
}

static void raise_import_error(const char *text, PyObject *name, PyObject *path)
{
    KR_AUTO PyObject *message = PyUnicode_DecodeLocale(text, "surrogateescape");
    if (message != NULL) PyErr_SetImportError(message, name, path);
}

// The init function, or NULL with ImportError.
static InitFunction load_init_function(const char *symbol, PyObject *name, PyObject *path)
{
    KR_AUTO PyObject *encoded = PyUnicode_EncodeFSDefault(path);
    if (encoded == NULL) return NULL;
    const char *file = PyBytes_AS_STRING(encoded);
    // dlopen looks for a bare name in the system's folders only.
    KR_AUTO PyObject *here = strchr(file, '/') == NULL ? PyBytes_FromFormat("./%s", file) : NULL;
    if (here != NULL) file = PyBytes_AS_STRING(here);
    void *library = dlopen(file, kr_interpreter_current()->dlopenflags);
    if (library == NULL) {
        const char *why = dlerror();
        raise_import_error(why != NULL ? why : "unknown dlopen() error", name, path);
        return NULL;
    }
    InitFunction init = (InitFunction)dlsym(library, symbol);
    if (init != NULL) return init;
    KR_AUTO PyObject *message =
        PyUnicode_FromFormat("dynamic module does not define module export function (%s)", symbol);
    if (message != NULL) PyErr_SetImportError(message, name, path);
    return NULL;
}

// Calls the init function, and checks what it promises.
static PyObject *call_init_function(InitFunction init, PyObject *name, const InitName *names)
{
    const char *full_name = PyUnicode_AsUTF8(name);
    if (full_name == NULL) return NULL;
    const char *context = _Py_PackageContext;
    _Py_PackageContext = full_name;
    PyObject *module = init();
    _Py_PackageContext = context;
    const char *shown = PyBytes_AS_STRING(names->encoded);
    if (module == NULL) {
        if (!PyErr_Occurred())
            kr_raise(PyExc_SystemError, "initialization of %s failed without raising an exception",
                     shown);
        return NULL;
    }
    if (PyErr_Occurred()) {
        _PyErr_FormatFromCause(PyExc_SystemError,
                               "initialization of %s raised unreported exception", shown);
        return NULL;
    }
    if (Py_TYPE(module) == NULL)
        return kr_raise(PyExc_SystemError, "init function of %s returned uninitialized object",
                        shown);
    return module;
}

static PyObject *finish_single_phase(PyObject *module, InitFunction init, PyObject *name,
                                     PyObject *path, const InitName *names)
{
    const char *shown = PyBytes_AS_STRING(names->encoded);
    if (!names->is_ascii)
        return kr_raise(PyExc_SystemError, "initialization of %s did not return PyModuleDef",
                        shown);
    PyModuleDef *definition = PyModule_Check(module) ? PyModule_GetDef(module) : NULL;
    if (definition == NULL) {
        PyErr_Clear();
        return kr_raise(PyExc_SystemError,
                        "initialization of %s did not return an extension module", shown);
    }
    definition->m_base.m_init = init;
    if (PyModule_AddObjectRef(module, "__file__", path) < 0) PyErr_Clear();
    if (kr_import_fix_up_extension(module, name, path, kr_interpreter_current()->modules) < 0)
        return NULL;
    return Py_NewRef(module);
}

static PyObject *load(PyObject *spec, PyObject *name, PyObject *path, InitName *names)
{
    if (kr_system_is_audited()
        && kr_system_audit("import", PyTuple_Pack(5, name, path, Py_None, Py_None, Py_None)) < 0)
        return NULL;
    InitFunction init = load_init_function(names->symbol, name, path);
    if (init == NULL) return NULL;
    PyObject *made = call_init_function(init, name, names);
    if (made == NULL) return NULL;
    if (PyObject_TypeCheck(made, &PyModuleDef_Type))
        return PyModule_FromDefAndSpec((PyModuleDef *)made, spec);
    PyObject *module = finish_single_phase(made, init, name, path, names);
    Py_DECREF(made);
    return module;
}

PyObject *kr_import_create_dynamic(PyObject *spec, PyObject *filename)
{
    PyThreadState *thread = kr_thread_current();
    KR_AUTO PyObject *name = PyObject_GetAttr(spec, ID(name));
    KR_AUTO PyObject *path = name == NULL ? NULL : PyObject_GetAttr(spec, ID(origin));
    if (path == NULL) return NULL;
    if (!PyUnicode_Check(name)) return kr_raise(PyExc_TypeError, "spec.name must be a string");
    PyObject *known = kr_import_find_extension(thread, name, path);
    if (known != NULL || PyErr_Occurred()) return known;
    InitName names = {NULL, true, ""};
    if (init_name(name, &names) < 0) return NULL;
    PyObject *module = load(spec, name, path, &names);
    Py_DECREF(names.encoded);
    return module;
}
