// environment.c - the PYTHON… variables, and the -X options that say the same.
#include "app/config.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "runtime/state.h"

// Value of a variable; NULL when it is not set, empty, or ignored.
static const char *variable(const PyConfig *config, const char *name)
{
    const char *value = config->use_environment ? getenv(name) : NULL;
    return value == NULL || *value == '\0' ? NULL : value;
}

// Raises *place to the number in a variable (text that is no number counts as 1).
static void raise_to(const PyConfig *config, const char *name, int *place)
{
    const char *value = variable(config, name);
    if (value == NULL) return;
    char *end;
    long number = strtol(value, &end, 10);
    if (*end != '\0' || number < 0 || number > INT_MAX) number = 1;
    if (number > *place) *place = (int)number;
}

static void read_counts(PyConfig *config)
{
    raise_to(config, "PYTHONDEBUG", &config->parser_debug);
    raise_to(config, "PYTHONVERBOSE", &config->verbose);
    raise_to(config, "PYTHONOPTIMIZE", &config->optimization_level);
    if (config->inspect == 0 && variable(config, "PYTHONINSPECT")) config->inspect = 1;
    if (variable(config, "PYTHONDONTWRITEBYTECODE")) config->write_bytecode = 0;
    if (variable(config, "PYTHONNOUSERSITE")) config->user_site_directory = 0;
    if (variable(config, "PYTHONUNBUFFERED")) config->buffered_stdio = 0;
    if (variable(config, "PYTHONSAFEPATH")) config->safe_path = 1;
    if (variable(config, "PYTHONPROFILEIMPORTTIME") || kr_config_x_option(config, L"importtime"))
        config->import_time = 1;
    if (variable(config, "PYTHONNODEBUGRANGES") || kr_config_x_option(config, L"no_debug_ranges"))
        config->code_debug_ranges = 0;
    if (variable(config, "PYTHONWARNDEFAULTENCODING")
        || kr_config_x_option(config, L"warn_default_encoding"))
        config->warn_default_encoding = 1;
    if (variable(config, "PYTHONMALLOCSTATS")) config->malloc_stats = 1;
    if (kr_config_x_option(config, L"showrefcount")) config->show_ref_count = 1;
}

// -X frozen_modules: on unless it says off.
static PyStatus read_frozen_modules(PyConfig *config)
{
    const wchar_t *option = kr_config_x_option(config, L"frozen_modules");
    if (option == NULL) return PyStatus_Ok();
    if (wcscmp(option, L"off") == 0) config->use_frozen_modules = 0;
    else if (*option == L'\0' || wcscmp(option, L"on") == 0) config->use_frozen_modules = 1;
    else return PyStatus_Error("bad value for option -X frozen_modules (expected \"on\" or \"off\")");
    return PyStatus_Ok();
}

// -X dev and what it brings, -X faulthandler, -X tracemalloc.
static PyStatus read_modes(PyConfig *config)
{
    if (config->dev_mode < 0)
        config->dev_mode = variable(config, "PYTHONDEVMODE") || kr_config_x_option(config, L"dev");
    if (config->faulthandler < 0)
        config->faulthandler = config->dev_mode || variable(config, "PYTHONFAULTHANDLER") ||
                               kr_config_x_option(config, L"faulthandler");
    if (config->tracemalloc < 0) {
        const wchar_t *option = kr_config_x_option(config, L"tracemalloc");
        const char *value = variable(config, "PYTHONTRACEMALLOC");
        config->tracemalloc = 0;
        if (option != NULL)
            config->tracemalloc = *option == L'\0' ? 1 : (int)wcstol(option, NULL, 10);
        else if (value != NULL) config->tracemalloc = atoi(value);
        if (config->tracemalloc < 0)
            return PyStatus_Error("-X tracemalloc: invalid number of frames");
    }
    return PyStatus_Ok();
}

static PyStatus read_hash_seed(PyConfig *config)
{
    if (config->use_hash_seed >= 0) return PyStatus_Ok();
    const char *value = variable(config, "PYTHONHASHSEED");
    config->use_hash_seed = 0;
    config->hash_seed = 0;
    if (value == NULL || strcmp(value, "random") == 0) return PyStatus_Ok();
    char *end;
    errno = 0;
    unsigned long seed = strtoul(value, &end, 10);
    if (*end != '\0' || *value == '-' || seed > 4294967295UL || errno == ERANGE)
        return PyStatus_Error("PYTHONHASHSEED must be \"random\" or an integer in range [0; "
                              "4294967295]");
    config->use_hash_seed = 1;
    config->hash_seed = seed;
    return PyStatus_Ok();
}

// Adds PYTHONWARNINGS (comma separated) before the options of the command line, and -X dev's
// before both.
static int read_warnings(PyConfig *config)
{
    PyWideStringList given = config->warnoptions;
    config->warnoptions = (PyWideStringList){0, NULL};
    int result = config->dev_mode ? kr_config_append(&config->warnoptions, L"default") : 0;
    wchar_t *text = NULL, *state = NULL;
    if (result == 0) result = kr_config_set_bytes(&text, variable(config, "PYTHONWARNINGS"));
    for (wchar_t *word = text == NULL ? NULL : wcstok(text, L",", &state);
         word != NULL && result == 0; word = wcstok(NULL, L",", &state))
        result = kr_config_append(&config->warnoptions, word);
    for (Py_ssize_t i = 0; i < given.length && result == 0; i++)
        result = kr_config_append(&config->warnoptions, given.items[i]);
    if (result == 0 && config->bytes_warning)
        result = kr_config_append(&config->warnoptions, config->bytes_warning > 1
                                  ? L"error::BytesWarning" : L"default::BytesWarning");
    PyMem_RawFree(text);
    kr_config_clear_list(&given);
    return result;
}

// UTF-8 mode: asked for by -X utf8 or PYTHONUTF8, else on in the C and POSIX locales.
static PyStatus choose_utf8_mode(PyConfig *config)
{
    const wchar_t *option = kr_config_x_option(config, L"utf8");
    const char *value = variable(config, "PYTHONUTF8");
    if (option != NULL) {
        int on = option[0] == L'\0' || wcscmp(option, L"1") == 0;
        if (!on && wcscmp(option, L"0") != 0)
            return PyStatus_Error("invalid -X utf8 option value");
        Py_UTF8Mode = on;
    } else if (value != NULL && *value != '\0') {
        int on = strcmp(value, "1") == 0;
        if (!on && strcmp(value, "0") != 0)
            return PyStatus_Error("invalid PYTHONUTF8 environment variable value");
        Py_UTF8Mode = on;
    } else {
        const char *locale = setlocale(LC_CTYPE, NULL);
        if (locale != NULL && (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0))
            Py_UTF8Mode = 1;
    }
    return PyStatus_Ok();
}

// The encoding of file names and standard streams.
static int read_encodings(PyConfig *config)
{
    if (config->filesystem_encoding == NULL
        && kr_config_set(&config->filesystem_encoding, L"utf-8") < 0)
        return -1;
    if (config->filesystem_errors == NULL
        && kr_config_set(&config->filesystem_errors, L"surrogateescape") < 0)
        return -1;
    const char *value = variable(config, "PYTHONIOENCODING");
    if (value != NULL) {
        // An encoding without errors means strict, in every locale.
        char *copy = strdup(value);
        if (copy == NULL) return -1;
        char *colon = strchr(copy, ':');
        if (colon != NULL) *colon++ = '\0';
        int result = 0;
        if (*copy != '\0' && config->stdio_encoding == NULL)
            result = kr_config_set_bytes(&config->stdio_encoding, copy);
        if (result == 0 && colon != NULL && *colon != '\0' && config->stdio_errors == NULL)
            result = kr_config_set_bytes(&config->stdio_errors, colon);
        if (result == 0 && *copy != '\0' && config->stdio_errors == NULL)
            result = kr_config_set(&config->stdio_errors, L"strict");
        free(copy);
        if (result < 0) return -1;
    }
    if (config->stdio_encoding == NULL && kr_config_set(&config->stdio_encoding, L"utf-8") < 0)
        return -1;
    if (config->stdio_errors != NULL) return 0;
    // As in the C and POSIX locales, where the terminal's encoding is not known.
    const char *locale = setlocale(LC_CTYPE, NULL);
    int is_c = locale == NULL || strcmp(locale, "C") == 0 || strcmp(locale, "C.UTF-8") == 0 ||
               strcmp(locale, "POSIX") == 0 || Py_UTF8Mode;
    return kr_config_set(&config->stdio_errors, is_c ? L"surrogateescape" : L"strict");
}

static int read_texts(PyConfig *config)
{
    const wchar_t *prefix = kr_config_x_option(config, L"pycache_prefix");
    if (prefix != NULL && *prefix != L'\0' && kr_config_set(&config->pycache_prefix, prefix) < 0)
        return -1;
    if (prefix == NULL && config->pycache_prefix == NULL &&
        kr_config_set_bytes(&config->pycache_prefix, variable(config, "PYTHONPYCACHEPREFIX")) < 0)
        return -1;
    if (config->pythonpath_env == NULL &&
        kr_config_set_bytes(&config->pythonpath_env, variable(config, "PYTHONPATH")) < 0)
        return -1;
    if (config->home == NULL
        && kr_config_set_bytes(&config->home, variable(config, "PYTHONHOME")) < 0)
        return -1;
    const char *library_folder = variable(config, "PYTHONPLATLIBDIR");
    if (config->platlibdir == NULL && kr_config_set_bytes(&config->platlibdir, library_folder
                                                          == NULL ? "lib" : library_folder) < 0)
        return -1;
    if (config->check_hash_pycs_mode == NULL)
        return kr_config_set(&config->check_hash_pycs_mode, L"default");
    return 0;
}

PyStatus kr_environment_read(PyConfig *config)
{
    read_counts(config);
    PyStatus status = read_modes(config);
    if (!PyStatus_Exception(status)) status = read_frozen_modules(config);
    if (!PyStatus_Exception(status)) status = choose_utf8_mode(config);
    if (!PyStatus_Exception(status)) status = read_hash_seed(config);
    if (PyStatus_Exception(status)) return status;
    if (read_texts(config) < 0 || read_warnings(config) < 0 || read_encodings(config) < 0)
        return PyStatus_NoMemory();
    return PyStatus_Ok();
}
