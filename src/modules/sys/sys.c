// sys.c - the module sys: made early, filled from the configuration once that is known.
#include "modules/sys/sys.h"

#include "Python.h"

#include "objects/strings/names.h"
#include "runtime/owned.h"
#include "runtime/interpreter.h"

static const char *const library_modules[] = {
#include "modules/stdlib_modules.inc"
};

static struct PyModuleDef sys_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "sys",
    .m_doc = "This module provides access to some objects used or maintained by the\ninterpreter "
        "and to functions that interact strongly with the interpreter.\n\nDynamic objects:\n\n"
        "argv -- command line arguments; argv[0] is the script pathname if known\npath -- module "
        "search path; path[0] is the script directory, else ''\nmodules -- dictionary of loaded "
        "modules\n\ndisplayhook -- called to show results in an interactive session\nexcepthook "
        "-- called to handle any uncaught exception other than SystemExit\n",
    .m_size = -1,
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// New tuple of the names in PyImport_Inittab, sorted.
static PyObject *builtin_names(void)
{
    Py_ssize_t count = 0;
    while (PyImport_Inittab[count].name != NULL) count++;
    const char **names = PyMem_New(const char *, (size_t)count + 1);
    if (names == NULL) return PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < count; i++) names[i] = PyImport_Inittab[i].name;
    qsort(names, (size_t)count, sizeof *names, compare_names);
    PyObject *tuple = PyTuple_New(count);
    for (Py_ssize_t i = 0; tuple != NULL && i < count; i++) {
        PyObject *name = PyUnicode_FromString(names[i]);
        if (name == NULL) Py_CLEAR(tuple);
        else PyTuple_SET_ITEM(tuple, i, name);
    }
    PyMem_Free(names);
    return tuple;
}

static PyObject *library_names(void)
{
    KR_AUTO PyObject *names = PySet_New(NULL);
    for (size_t i = 0; names != NULL && i < sizeof library_modules / sizeof library_modules[0];
         i++) {
        KR_AUTO PyObject *name = PyUnicode_FromString(library_modules[i]);
        if (name == NULL || PySet_Add(names, name) < 0) Py_CLEAR(names);
    }
    return names == NULL ? NULL : PyFrozenSet_New(names);
}

static int set_new(PyObject *dict, const char *name, STEALS PyObject *value)
{
    int result = value == NULL ? -1 : PyDict_SetItemString(dict, name, value);
    Py_XDECREF(value);
    return result;
}

PyObject *kr_sys_new(void)
{
    KR_AUTO PyObject *module = PyModule_Create(&sys_definition);
    if (module == NULL) return NULL;
    PyInterpreterState *interpreter = kr_interpreter_current();
    interpreter->sysdict = Py_NewRef(PyModule_GetDict(module));
    if (set_new(interpreter->sysdict, "modules", Py_NewRef(interpreter->modules)) < 0) return NULL;
    if (kr_sys_add_hooks(module) < 0 || kr_sys_add_info(module) < 0 || kr_sys_add_state(module) < 0
        || kr_sys_add_frames(module) < 0)
        return NULL;
    // Filled by importlib.
    if (set_new(interpreter->sysdict, "meta_path", PyList_New(0)) < 0) return NULL;
    if (set_new(interpreter->sysdict, "path_hooks", PyList_New(0)) < 0) return NULL;
    if (set_new(interpreter->sysdict, "path_importer_cache", PyDict_New()) < 0) return NULL;
    if (set_new(interpreter->sysdict, "builtin_module_names", builtin_names()) < 0) return NULL;
    if (set_new(interpreter->sysdict, "stdlib_module_names", library_names()) < 0) return NULL;
    return kr_take(module);
}

// --- from the configuration ---------------------------------------------------------------------

static PyObject *text_or_none(const wchar_t *text)
{
    return text == NULL ? Py_NewRef(Py_None) : PyUnicode_FromWideChar(text, -1);
}

static PyObject *list_of(const PyWideStringList *texts)
{
    PyObject *list = PyList_New(texts->length);
    for (Py_ssize_t i = 0; list != NULL && i < texts->length; i++) {
        PyObject *text = PyUnicode_FromWideChar(texts->items[i], -1);
        if (text == NULL) Py_CLEAR(list);
        else PyList_SET_ITEM(list, i, text);
    }
    return list;
}

// New dict of -X options: "name=value" or "name" (True).
static PyObject *options_of(const PyWideStringList *texts)
{
    KR_AUTO PyObject *options = PyDict_New();
    for (Py_ssize_t i = 0; options != NULL && i < texts->length; i++) {
        const wchar_t *text = texts->items[i], *equals = wcschr(text, L'=');
        KR_AUTO PyObject *name = PyUnicode_FromWideChar(text, equals == NULL ? -1 : equals - text);
        KR_AUTO PyObject *value = equals == NULL ? Py_NewRef(Py_True)
            : PyUnicode_FromWideChar(equals + 1, -1);
        if (name == NULL || value == NULL || PyDict_SetItem(options, name, value) < 0) return NULL;
    }
    return kr_take(options);
}

static int add_paths(PyObject *dict, const PyConfig *config)
{
    const struct {
        const char *name;
        const wchar_t *value;
    } rows[] = {
        {"executable", config->executable},     {"_base_executable", config->base_executable},
        {"prefix", config->prefix},             {"base_prefix", config->base_prefix},
        {"exec_prefix", config->exec_prefix},   {"base_exec_prefix", config->base_exec_prefix},
        {"platlibdir", config->platlibdir},     {"pycache_prefix", config->pycache_prefix},
        {"_stdlib_dir", config->stdlib_dir},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (set_new(dict, rows[i].name, text_or_none(rows[i].value)) < 0) return -1;
    return 0;
}

int kr_sys_configure(void)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    const PyConfig *config = &interpreter->config;
    PyObject *dict = interpreter->sysdict;
    if (add_paths(dict, config) < 0 || kr_sys_add_flags(dict) < 0) return -1;
    if (set_new(dict, "path", list_of(&config->module_search_paths)) < 0) return -1;
    if (set_new(dict, "argv", list_of(&config->argv)) < 0) return -1;
    if (set_new(dict, "orig_argv", list_of(&config->orig_argv)) < 0) return -1;
    if (set_new(dict, "warnoptions", list_of(&config->warnoptions)) < 0) return -1;
    if (set_new(dict, "_xoptions", options_of(&config->xoptions)) < 0) return -1;
    return set_new(dict, "dont_write_bytecode", PyBool_FromLong(!config->write_bytecode));
}
