// config_dict.c - a configuration as a dict and back, and copies of it, field by field.
#include "Python.h"

#include <string.h>

#include "internal/pycore_initconfig.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "runtime/state.h"
#include "runtime/thread.h"

typedef enum { NUMBER, UNSIGNED_LONG, TEXT, LIST } Kind;

typedef struct {
    const char *name;
    size_t offset;
    Kind kind;
} Field;

#define NUMBERS(x)                                                                                \
    x(isolated) x(use_environment) x(dev_mode) x(install_signal_handlers) x(use_hash_seed)        \
    x(faulthandler)                                                                               \
    x(tracemalloc) x(import_time) x(code_debug_ranges) x(show_ref_count) x(dump_refs)             \
    x(malloc_stats)                                                                               \
    x(parse_argv) x(site_import) x(bytes_warning) x(warn_default_encoding) x(inspect)             \
    x(interactive)                                                                                \
    x(optimization_level) x(parser_debug) x(write_bytecode) x(verbose) x(quiet)                   \
    x(user_site_directory)                                                                        \
    x(configure_c_stdio) x(buffered_stdio) x(use_frozen_modules) x(safe_path)                     \
    x(pathconfig_warnings)                                                                        \
    x(module_search_paths_set) x(skip_source_first_line) x(_config_init) x(_install_importlib)    \
    x(_init_main)                                                                                 \
    x(_isolated_interpreter) x(_is_python_build)
#define TEXTS(x)                                                                                  \
    x(dump_refs_file) x(filesystem_encoding) x(filesystem_errors) x(pycache_prefix)               \
    x(stdio_encoding)                                                                             \
    x(stdio_errors) x(check_hash_pycs_mode) x(program_name) x(pythonpath_env) x(home)             \
    x(platlibdir)                                                                                 \
    x(stdlib_dir) x(executable) x(base_executable) x(prefix) x(base_prefix) x(exec_prefix)        \
    x(base_exec_prefix)                                                                           \
    x(run_command) x(run_module) x(run_filename)
#define LISTS(x) x(orig_argv) x(argv) x(xoptions) x(warnoptions) x(module_search_paths)

static const Field fields[] = {
#define FIELD(name) {#name, offsetof(PyConfig, name), NUMBER},
    NUMBERS(FIELD)
#undef FIELD
#define FIELD(name) {#name, offsetof(PyConfig, name), TEXT},
    TEXTS(FIELD)
#undef FIELD
#define FIELD(name) {#name, offsetof(PyConfig, name), LIST},
    LISTS(FIELD)
#undef FIELD
    {"hash_seed", offsetof(PyConfig, hash_seed), UNSIGNED_LONG},
};

static PyObject *value_of(const PyConfig *config, const Field *field)
{
    const void *at = (const char *)config + field->offset;
    switch (field->kind) {
    case NUMBER: return PyLong_FromLong(*(const int *)at);
    case UNSIGNED_LONG: return PyLong_FromUnsignedLong(*(const unsigned long *)at);
    case LIST: return _PyWideStringList_AsList(at);
    default: break;
    }
    const wchar_t *text = *(wchar_t *const *)at;
    return text == NULL ? Py_NewRef(Py_None) : PyUnicode_FromWideChar(text, -1);
}

PyObject *_PyConfig_AsDict(const PyConfig *config)
{
    KR_AUTO PyObject *dict = PyDict_New();
    for (size_t i = 0; dict != NULL && i < Py_ARRAY_LENGTH(fields); i++) {
        KR_AUTO PyObject *value = value_of(config, &fields[i]);
        if (value == NULL || PyDict_SetItemString(dict, fields[i].name, value) < 0) return NULL;
    }
    return kr_take(dict);
}

static PyObject *preconfig_as_dict(const PyPreConfig *config)
{
    return Py_BuildValue("{sisisisisisisisisisi}", "_config_init", config->_config_init,
                         "parse_argv", config->parse_argv, "isolated", config->isolated,
                         "use_environment", config->use_environment, "configure_locale",
                         config->configure_locale, "coerce_c_locale", config->coerce_c_locale,
                         "coerce_c_locale_warn", config->coerce_c_locale_warn,
                         "utf8_mode", config->utf8_mode, "dev_mode", config->dev_mode, "allocator",
                         config->allocator);
}

static PyObject *globals_as_dict(void)
{
    return Py_BuildValue(
            "{sisisisisisisisisisisisisisisi}", "Py_UTF8Mode", Py_UTF8Mode,
            "Py_DebugFlag", Py_DebugFlag, "Py_VerboseFlag", Py_VerboseFlag, "Py_QuietFlag",
            Py_QuietFlag, "Py_InteractiveFlag", Py_InteractiveFlag, "Py_InspectFlag",
            Py_InspectFlag, "Py_OptimizeFlag", Py_OptimizeFlag, "Py_NoSiteFlag", Py_NoSiteFlag,
            "Py_BytesWarningFlag", Py_BytesWarningFlag, "Py_FrozenFlag", Py_FrozenFlag,
            "Py_IgnoreEnvironmentFlag", Py_IgnoreEnvironmentFlag, "Py_DontWriteBytecodeFlag",
            Py_DontWriteBytecodeFlag, "Py_NoUserSiteDirectory", Py_NoUserSiteDirectory,
            "Py_UnbufferedStdioFlag", Py_UnbufferedStdioFlag, "Py_IsolatedFlag", Py_IsolatedFlag);
}

PyObject *_Py_GetConfigsAsDict(void)
{
    KR_AUTO PyObject *globals = globals_as_dict();
    KR_AUTO PyObject *before = preconfig_as_dict(&_PyRuntime.preconfig);
    KR_AUTO PyObject *config = _PyConfig_AsDict(&kr_thread_current()->interp->config);
    if (globals == NULL || before == NULL || config == NULL) return NULL;
    return Py_BuildValue("{sOsOsO}", "global_config", globals, "pre_config", before, "config",
                         config);
}

// ---- copies

static int copy_field(PyConfig *to, const PyConfig *from, const Field *field)
{
    char *target = (char *)to + field->offset;
    const char *source = (const char *)from + field->offset;
    if (field->kind == LIST)
        return _PyWideStringList_Copy((PyWideStringList *)target,
                                      (const PyWideStringList *)source);
    if (field->kind != TEXT) {
        memcpy(target, source, field->kind == NUMBER ? sizeof(int) : sizeof(unsigned long));
        return 0;
    }
    const wchar_t *text = *(wchar_t *const *)source;
    wchar_t *copy = text == NULL ? NULL : _PyMem_RawWcsdup(text);
    if (text != NULL && copy == NULL) return -1;
    PyMem_RawFree(*(wchar_t **)target);
    *(wchar_t **)target = copy;
    return 0;
}

static int copy_config(PyConfig *to, const PyConfig *from)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(fields); i++) {
        if (copy_field(to, from, &fields[i]) == 0) continue;
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

int _PyInterpreterState_GetConfigCopy(PyConfig *config)
{
    return copy_config(config, &kr_thread_current()->interp->config);
}

int _PyInterpreterState_SetConfig(const PyConfig *config)
{
    return copy_config(&kr_thread_current()->interp->config, config);
}

// ---- from a dict

static int raise_field(PyObject *type, const char *format, const char *name)
{
    PyErr_Format(type, format, name);
    return -1;
}

static int read_text(PyObject *value, wchar_t **slot)
{
    wchar_t *text = NULL;
    if (value != Py_None) {
        wchar_t *wide = PyUnicode_AsWideCharString(value, NULL);
        text = wide == NULL ? NULL : _PyMem_RawWcsdup(wide);
        PyMem_Free(wide);
        if (text == NULL) return -1;
    }
    PyMem_RawFree(*slot);
    *slot = text;
    return 0;
}

static int read_list(PyObject *value, PyWideStringList *list)
{
    KR_AUTO PyObject *items = PySequence_Tuple(value);
    if (items == NULL) return -1;
    PyWideStringList wide = {0, PyMem_RawCalloc((size_t)PyTuple_GET_SIZE(items) + 1,
                                                sizeof(wchar_t *))};
    int failed = wide.items == NULL;
    for (Py_ssize_t i = 0; !failed && i < PyTuple_GET_SIZE(items); i++) {
        failed = read_text(PyTuple_GET_ITEM(items, i), &wide.items[i]) < 0;
        if (!failed) wide.length++;
    }
    _PyWideStringList_Clear(failed ? &wide : list);
    if (!failed) *list = wide;
    return failed ? -1 : 0;
}

static int read_field(PyConfig *config, PyObject *dict, const Field *field)
{
    PyObject *value = PyDict_GetItemString(dict, field->name);
    if (value == NULL) return raise_field(PyExc_ValueError, "missing config key: %s", field->name);
    void *at = (char *)config + field->offset;
    if (field->kind == TEXT) {
        if (value != Py_None && !PyUnicode_Check(value))
            return raise_field(PyExc_TypeError, "invalid config type: %s", field->name);
        return read_text(value, at);
    }
    if (field->kind == LIST) {
        if (!PyList_CheckExact(value))
            return raise_field(PyExc_TypeError, "invalid config type: %s", field->name);
        return read_list(value, at);
    }
    if (!PyLong_Check(value))
        return raise_field(PyExc_TypeError, "invalid config type: %s", field->name);
    if (field->kind == UNSIGNED_LONG) {
        *(unsigned long *)at = PyLong_AsUnsignedLong(value);
    } else {
        int number = _PyLong_AsInt(value);
        if (number < 0 && !PyErr_Occurred())
            return raise_field(PyExc_ValueError, "invalid config value: %s", field->name);
        *(int *)at = number;
    }
    return PyErr_Occurred() ? -1 : 0;
}

int _PyConfig_FromDict(PyConfig *config, PyObject *dict)
{
    if (!PyDict_Check(dict)) {
        PyErr_SetString(PyExc_TypeError, "dict expected");
        return -1;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(fields); i++)
        if (read_field(config, dict, &fields[i]) < 0) return -1;
    return 0;
}
