// config.c - PyConfig: defaults, setting, copying, clearing.
#include "app/config.h"

#include <wchar.h>

// --- every field, once --------------------------------------------------------------------------

#define INTEGER_FIELDS(F)                                                                         \
    F(_config_init) F(isolated) F(use_environment) F(dev_mode) F(install_signal_handlers)         \
    F(use_hash_seed) F(hash_seed) F(faulthandler) F(tracemalloc) F(import_time)                   \
    F(code_debug_ranges) F(show_ref_count) F(dump_refs) F(malloc_stats) F(parse_argv)             \
    F(site_import) F(bytes_warning) F(warn_default_encoding) F(inspect) F(interactive)            \
    F(optimization_level) F(parser_debug) F(write_bytecode) F(verbose) F(quiet)                   \
    F(user_site_directory) F(configure_c_stdio) F(buffered_stdio) F(use_frozen_modules)           \
    F(safe_path) F(pathconfig_warnings) F(module_search_paths_set) F(skip_source_first_line)      \
    F(_install_importlib) F(_init_main) F(_isolated_interpreter) F(_is_python_build)

#define TEXT_FIELDS(F)                                                                            \
    F(dump_refs_file) F(filesystem_encoding) F(filesystem_errors) F(pycache_prefix)               \
    F(stdio_encoding) F(stdio_errors) F(check_hash_pycs_mode) F(program_name) F(pythonpath_env)   \
    F(home) F(platlibdir) F(stdlib_dir) F(executable) F(base_executable) F(prefix) F(base_prefix) \
    F(exec_prefix) F(base_exec_prefix) F(run_command) F(run_module) F(run_filename)

#define LIST_FIELDS(F) F(orig_argv) F(argv) F(xoptions) F(warnoptions) F(module_search_paths)

// --- strings and lists --------------------------------------------------------------------------

int kr_config_set(wchar_t **place, const wchar_t *text)
{
    wchar_t *copy = NULL;
    if (text != NULL) {
        copy = PyMem_RawMalloc((wcslen(text) + 1) * sizeof *copy);
        if (copy == NULL) return -1;
        wcscpy(copy, text);
    }
    PyMem_RawFree(*place);
    *place = copy;
    return 0;
}

int kr_config_set_bytes(wchar_t **place, const char *text)
{
    wchar_t *decoded = text == NULL ? NULL : Py_DecodeLocale(text, NULL);
    if (text != NULL && decoded == NULL) return -1;
    PyMem_RawFree(*place);
    *place = decoded;
    return 0;
}

int kr_config_append(PyWideStringList *list, const wchar_t *text)
{
    return PyStatus_Exception(PyWideStringList_Append(list, text)) ? -1 : 0;
}

void kr_config_clear_list(PyWideStringList *list)
{
    for (Py_ssize_t i = 0; i < list->length; i++) PyMem_RawFree(list->items[i]);
    PyMem_RawFree(list->items);
    *list = (PyWideStringList){0, NULL};
}

static int copy_list(PyWideStringList *target, const PyWideStringList *source)
{
    kr_config_clear_list(target);
    for (Py_ssize_t i = 0; i < source->length; i++)
        if (kr_config_append(target, source->items[i]) < 0) return -1;
    return 0;
}

const wchar_t *kr_config_x_option(const PyConfig *config, const wchar_t *name)
{
    size_t length = wcslen(name);
    for (Py_ssize_t i = config->xoptions.length - 1; i >= 0; i--) {
        const wchar_t *option = config->xoptions.items[i];
        if (wcsncmp(option, name, length) != 0) continue;
        if (option[length] == L'\0') return L"";
        if (option[length] == L'=') return option + length + 1;
    }
    return NULL;
}

int kr_config_copy(PyConfig *target, const PyConfig *source)
{
#define COPY_INTEGER(field) target->field = source->field;
#define COPY_TEXT(field) if (kr_config_set(&target->field, source->field) < 0) return -1;
#define COPY_LIST(field) if (copy_list(&target->field, &source->field) < 0) return -1;
    INTEGER_FIELDS(COPY_INTEGER)
    TEXT_FIELDS(COPY_TEXT)
    LIST_FIELDS(COPY_LIST)
    return 0;
}

void PyConfig_Clear(PyConfig *config)
{
#define CLEAR_TEXT(field) PyMem_RawFree(config->field); config->field = NULL;
#define CLEAR_LIST(field) kr_config_clear_list(&config->field);
    TEXT_FIELDS(CLEAR_TEXT)
    LIST_FIELDS(CLEAR_LIST)
}

// --- defaults -----------------------------------------------------------------------------------

static void set_defaults(PyConfig *config)
{
    *config = (PyConfig){
        .isolated = -1,
        .use_environment = -1,
        .dev_mode = -1,
        .install_signal_handlers = 1,
        .use_hash_seed = -1,
        .faulthandler = -1,
        .tracemalloc = -1,
        .code_debug_ranges = 1,
        .site_import = 1,
        .optimization_level = 0,
        .write_bytecode = 1,
        .user_site_directory = 1,
        .buffered_stdio = 1,
        .use_frozen_modules = 1,
        .pathconfig_warnings = 1,
        ._install_importlib = 1,
        ._init_main = 1,
    };
}

void PyConfig_InitPythonConfig(PyConfig *config)
{
    set_defaults(config);
    config->_config_init = 2;
    config->isolated = 0;
    config->use_environment = 1;
    config->configure_c_stdio = 1;
    config->parse_argv = 1;
}

void PyConfig_InitIsolatedConfig(PyConfig *config)
{
    set_defaults(config);
    config->_config_init = 3;
    config->isolated = 1;
    config->use_environment = 0;
    config->user_site_directory = 0;
    config->dev_mode = 0;
    config->install_signal_handlers = 0;
    config->use_hash_seed = 0;
    config->faulthandler = 0;
    config->tracemalloc = 0;
    config->safe_path = 1;
    config->pathconfig_warnings = 0;
}

void PyPreConfig_InitPythonConfig(PyPreConfig *config)
{
    *config = (PyPreConfig){._config_init = 2, .parse_argv = 1,
                            .use_environment = 1, .configure_locale = 1, .coerce_c_locale = -1,
                            .coerce_c_locale_warn = -1, .utf8_mode = -1, .dev_mode = -1};
}

void PyPreConfig_InitIsolatedConfig(PyPreConfig *config)
{
    *config = (PyPreConfig){._config_init = 3, .isolated = 1, .utf8_mode = 0, .dev_mode = 0};
}

// --- setting ------------------------------------------------------------------------------------

static PyStatus status_of(int result)
{
    return result < 0 ? PyStatus_NoMemory() : PyStatus_Ok();
}

PyStatus PyConfig_SetString(PyConfig *config, wchar_t **place, const wchar_t *text)
{
    return status_of(kr_config_set(place, text));
}

PyStatus PyConfig_SetBytesString(PyConfig *config, wchar_t **place, const char *text)
{
    return status_of(kr_config_set_bytes(place, text));
}

PyStatus PyConfig_SetWideStringList(PyConfig *config, PyWideStringList *list, Py_ssize_t length,
                                    wchar_t **items)
{
    PyWideStringList source = {length, items};
    return status_of(copy_list(list, &source));
}

PyStatus PyConfig_SetArgv(PyConfig *config, Py_ssize_t count, wchar_t *const *argv)
{
    return PyConfig_SetWideStringList(config, &config->argv, count, (wchar_t **)argv);
}

PyStatus PyConfig_SetBytesArgv(PyConfig *config, Py_ssize_t count, char *const *argv)
{
    kr_config_clear_list(&config->argv);
    for (Py_ssize_t i = 0; i < count; i++) {
        wchar_t *text = Py_DecodeLocale(argv[i], NULL);
        int result = text == NULL ? -1 : kr_config_append(&config->argv, text);
        PyMem_RawFree(text);
        if (result < 0) return PyStatus_NoMemory();
    }
    return PyStatus_Ok();
}

PyStatus PyConfig_Read(PyConfig *config)
{
    if (config->orig_argv.length == 0 && copy_list(&config->orig_argv, &config->argv) < 0)
        return PyStatus_NoMemory();
    if (config->parse_argv == 1) {
        PyStatus status = kr_options_read(config);
        if (PyStatus_Exception(status)) return status;
        config->parse_argv = 2;
    }
    PyStatus status = kr_environment_read(config);
    return PyStatus_Exception(status) ? status : kr_paths_read(config);
}
