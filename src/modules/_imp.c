// _imp.c - what importlib needs from the interpreter: builtin, frozen and dynamic modules, and the
// import lock.
#include <string.h>

#include "abstract.h"
#include "base/siphash.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "cpython/code.h"
#include "import.h"
#include "internal/pycore_import.h"
#include "listobject.h"
#include "longobject.h"
#include "marshal.h"
#include "memoryobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/import_lock.h"
#include "vm/imports.h"

// --- the import lock ----------------------------------------------------------------------------

METHOD(lock_held, "module, /",
       "Return True if the import lock is currently held, else False.\n\nOn platforms without "
       "threads, return False.")
static PyObject *imp_lock_held(PyObject *module)
{
    return PyBool_FromLong(kr_import_lock_is_held());
}

METHOD(acquire_lock, "module, /",
       "Acquires the interpreter's import lock for the current thread.\n\n"
       "This lock should be used by import hooks to ensure thread-safety when importing\n"
       "modules. On platforms without threads, this function does nothing.")
static PyObject *imp_acquire_lock(PyObject *module)
{
    _PyImport_AcquireLock();
    Py_RETURN_NONE;
}

METHOD(release_lock, "module, /",
       "Release the interpreter's import lock.\n\nOn platforms without threads, this function "
       "does nothing.")
static PyObject *imp_release_lock(PyObject *module)
{
    if (_PyImport_ReleaseLock() < 0)
        return kr_raise(PyExc_RuntimeError, "not holding the import lock");
    Py_RETURN_NONE;
}

// --- builtin and dynamic modules ----------------------------------------------------------------

METHOD(is_builtin, "module, name: str, /",
       "Returns True if the module name corresponds to a built-in module.")
static PyObject *imp_is_builtin(PyObject *module, PyObject *name)
{
    return PyLong_FromLong(kr_import_builtin_kind(name));
}

METHOD(create_builtin, "module, spec, /", "Create an extension module.")
static PyObject *imp_create_builtin(PyObject *module, PyObject *spec)
{
    return kr_import_create_builtin(spec);
}

METHOD(extension_suffixes, "module, /",
       "Returns the list of file suffixes used to identify extension modules.")
static PyObject *imp_extension_suffixes(PyObject *module)
{
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    for (const char *const *suffix = kr_import_dynamic_suffixes; *suffix != NULL; suffix++) {
        KR_AUTO PyObject *text = PyUnicode_FromString(*suffix);
        if (text == NULL || PyList_Append(list, text) < 0) return NULL;
    }
    return kr_take(list);
}

METHOD(create_dynamic, "module, spec, file: object = NULL, /", "Create an extension module.")
static PyObject *imp_create_dynamic(PyObject *module, PyObject *spec, PyObject *file)
{
    return kr_import_create_dynamic(spec, file);
}

// Runs the exec slots of a module that has not run them yet.
static PyObject *execute(PyObject *module)
{
    if (!PyModule_Check(module)) return PyLong_FromLong(0);
    PyModuleDef *definition = PyModule_GetDef(module);
    if (definition == NULL || definition->m_slots == NULL) {
        if (PyErr_Occurred()) return NULL;
        return PyLong_FromLong(0);
    }
    if (PyModule_GetState(module) != NULL) return PyLong_FromLong(0);
    return PyModule_ExecDef(module, definition) < 0 ? NULL : PyLong_FromLong(0);
}

METHOD(exec_builtin, "module, mod, /", "Initialize a built-in module.")
static PyObject *imp_exec_builtin(PyObject *module, PyObject *mod)
{
    return execute(mod);
}

METHOD(exec_dynamic, "module, mod, /", "Initialize an extension module.")
static PyObject *imp_exec_dynamic(PyObject *module, PyObject *mod)
{
    return execute(mod);
}

// --- frozen modules -----------------------------------------------------------------------------

static const struct _frozen *get_frozen(PyObject *name)
{
    const struct _frozen *frozen = kr_import_find_frozen(name);
    if (frozen != NULL) return frozen;
    KR_AUTO PyObject *message = PyUnicode_FromFormat("No such frozen object named %R", name);
    if (message != NULL) PyErr_SetImportError(message, name, NULL);
    return NULL;
}

METHOD(is_frozen, "module, name: str, /",
       "Returns True if the module name corresponds to a frozen module.")
static PyObject *imp_is_frozen(PyObject *module, PyObject *name)
{
    return PyBool_FromLong(kr_import_find_frozen(name) != NULL);
}

METHOD(is_frozen_package, "module, name: str, /",
       "Returns True if the module name is of a frozen package.")
static PyObject *imp_is_frozen_package(PyObject *module, PyObject *name)
{
    const struct _frozen *frozen = get_frozen(name);
    return frozen == NULL ? NULL : PyBool_FromLong(kr_import_frozen_is_package(frozen));
}

METHOD(init_frozen, "module, name: str, /", "Initializes a frozen module.")
static PyObject *imp_init_frozen(PyObject *module, PyObject *name)
{
    int found = PyImport_ImportFrozenModuleObject(name);
    if (found < 0) return NULL;
    if (found == 0) Py_RETURN_NONE;
    return Py_XNewRef(PyImport_AddModuleObject(name));
}

METHOD(get_frozen_object, "module, name: str, data: object = None, /",
       "Create a code object for a frozen module.")
static PyObject *imp_get_frozen_object(PyObject *module, PyObject *name, PyObject *data)
{
    if (data == Py_None) {
        const struct _frozen *frozen = get_frozen(name);
        return frozen == NULL ? NULL : kr_import_frozen_code(frozen);
    }
    Py_buffer view;
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0) return NULL;
    PyObject *code = view.len == 0 ? NULL : PyMarshal_ReadObjectFromString(view.buf, view.len);
    PyBuffer_Release(&view);
    if (code == NULL) {
        PyErr_Clear();
        KR_AUTO PyObject *message = PyUnicode_FromFormat("Frozen object named %R is invalid",
                                                         name);
        if (message != NULL) PyErr_SetImportError(message, name, NULL);
        return NULL;
    }
    if (PyCode_Check(code)) return code;
    Py_DECREF(code);
    return kr_raise(PyExc_TypeError, "frozen object %R is not a code object", name);
}

METHOD(find_frozen, "module, name: str, /, *, withdata: bool = False",
       "Return info about the corresponding frozen module (if there is one) or None.\n\n"
       "The returned info (a 2-tuple):\n\n"
       " * data         the raw marshalled bytes\n"
       " * is_package   whether or not it is a package\n"
       " * origname     the originally frozen module's name, or None if not\n"
       "                a stdlib module (this will usually be the same as\n"
       "                the module's current name)")
static PyObject *imp_find_frozen(PyObject *module, PyObject *name, int with_data)
{
    const struct _frozen *frozen = kr_import_find_frozen(name);
    if (frozen == NULL) Py_RETURN_NONE;
    KR_AUTO PyObject *data = NULL;
    if (with_data && frozen->code != NULL) {
        Py_ssize_t size = frozen->size < 0 ? -(Py_ssize_t)frozen->size : frozen->size;
        data = PyMemoryView_FromMemory((char *)frozen->code, size, PyBUF_READ);
        if (data == NULL) return NULL;
    }
    KR_AUTO PyObject *origin = kr_import_frozen_origin(frozen);
    if (origin == NULL) return NULL;
    return PyTuple_Pack(3, data != NULL ? data : Py_None,
                        kr_import_frozen_is_package(frozen) ? Py_True : Py_False, origin);
}

METHOD(_frozen_module_names, "module, /", "Returns the list of available frozen modules.")
static PyObject *imp__frozen_module_names(PyObject *module)
{
    return kr_import_frozen_names();
}

METHOD(_override_frozen_modules_for_tests, "module, override: int, /",
       "(internal-only) Override PyConfig.use_frozen_modules.\n\n(-1: \"off\", 1: \"on\", 0: no "
       "override)\n"
       "See frozen_modules() in Lib/test/support/import_helper.py.")
static PyObject *imp__override_frozen_modules_for_tests(PyObject *module, int override)
{
    kr_interpreter_current()->override_frozen_modules = override;
    Py_RETURN_NONE;
}

// --- code ---------------------------------------------------------------------------------------

// Replaces the file name in [code] and in all code objects among its constants.
static void change_filename(PyCodeObject *code, PyObject *old, PyObject *filename)
{
    if (PyUnicode_Compare(code->co_filename, old) != 0) return;
    Py_SETREF(code->co_filename, Py_NewRef(filename));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(code->co_consts); i++) {
        PyObject *constant = PyTuple_GET_ITEM(code->co_consts, i);
        if (PyCode_Check(constant)) change_filename((PyCodeObject *)constant, old, filename);
    }
}

METHOD(_fix_co_filename, "module, code: !PyCode_Type, path: str, /",
       "Changes code.co_filename to specify the passed-in file path.\n\n"
       "  code\n    Code object to change.\n  path\n    File path to use.")
static PyObject *imp__fix_co_filename(PyObject *module, PyObject *code, PyObject *path)
{
    PyCodeObject *target = (PyCodeObject *)code;
    if (PyUnicode_Compare(target->co_filename, path) != 0) {
        KR_AUTO PyObject *old = Py_NewRef(target->co_filename);
        change_filename(target, old, path);
    }
    Py_RETURN_NONE;
}

METHOD(source_hash, "module, key: long, source: buffer", NULL)
static PyObject *imp_source_hash(PyObject *module, long key, Py_buffer *source)
{
    uint64_t hash = kr_hash_bytes((uint64_t)key, 0, source->buf, source->len);
    return PyBytes_FromStringAndSize((const char *)&hash, sizeof hash);
}

#include "modules/_imp.methods.h"

static int imp_exec(PyObject *module)
{
    const wchar_t *mode = kr_interpreter_current()->config.check_hash_pycs_mode;
    KR_AUTO PyObject *text = PyUnicode_FromWideChar(mode != NULL ? mode : L"default", -1);
    return text == NULL ? -1 : PyModule_AddObjectRef(module, "check_hash_based_pycs", text);
}

static PyModuleDef_Slot imp_slots[] = {
    {Py_mod_exec, imp_exec},
    {0, NULL}
};

static PyModuleDef imp_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_imp",
    .m_doc = "(Extremely) low-level import machinery bits as used by importlib.",
    .m_size = 0,
    .m_methods = imp_methods,
    .m_slots = imp_slots,
};

PyObject *PyInit__imp(void)
{
    return PyModuleDef_Init(&imp_module);
}
