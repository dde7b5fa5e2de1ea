// options.c - the command line.
//
// Short options can be joined (-Bs) and take their value joined or apart (-Wignore, -W ignore).
// -c and -m end the options: what follows is the program's.
#include "app/config.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>
#include <wchar.h>

#include "base/version.h"

typedef struct Reader {
    const PyWideStringList *arguments;
    Py_ssize_t index;           // of the argument that is read
    const wchar_t *rest;        // options left in a joined argument, or NULL
} Reader;

static PyStatus exit_after_usage_hint(const PyConfig *config)
{
    const wchar_t *program = config->orig_argv.length > 0 ? config->orig_argv.items[0] : L"krait";
    fprintf(stderr, "usage: %ls [option] ... [-c cmd | -m mod | file | -] [arg] ...\n", program);
    fprintf(stderr, "Try `python -h' for more information.\n");
    return PyStatus_Exit(2);
}

static PyStatus unknown_option(const PyConfig *config, const char *format, wchar_t letter)
{
    fprintf(stderr, format, (wint_t)letter);
    return exit_after_usage_hint(config);
}

// The value of the option just read, NULL when there is none.
static const wchar_t *take_value(Reader *reader)
{
    if (*reader->rest != L'\0') {
        const wchar_t *value = reader->rest;
        reader->rest = NULL;
        reader->index++;
        return value;
    }
    reader->rest = NULL;
    if (++reader->index >= reader->arguments->length) return NULL;
    return reader->arguments->items[reader->index++];
}

static void print_version(int detailed)
{
    printf("Python %s\n", detailed ? Py_GetVersion() : PY_VERSION);
}

// The long option says who is speaking, too.
static void print_own_version(void)
{
    printf("Python %s (Krait %s)\n", PY_VERSION, KRAIT_VERSION);
}

// -c: the command, with a line end.
static int set_command(PyConfig *config, const wchar_t *command)
{
    size_t length = wcslen(command);
    wchar_t *line = PyMem_RawMalloc((length + 2) * sizeof *line);
    if (line == NULL) return -1;
    wcscpy(line, command);
    wcscpy(line + length, L"\n");
    PyMem_RawFree(config->run_command);
    config->run_command = line;
    return 0;
}

// Options without a value.  1 when [letter] is one of them.
static int read_switch(PyConfig *config, wchar_t letter)
{
    switch (letter) {
    case L'b': config->bytes_warning++; return 1;
    case L'B': config->write_bytecode = 0; return 1;
    case L'd': config->parser_debug++; return 1;
    case L'E': config->use_environment = 0; return 1;
    case L'i': config->inspect++; config->interactive++; return 1;
    case L'I': config->isolated = 1; return 1;
    case L'O': config->optimization_level++; return 1;
    case L'P': config->safe_path = 1; return 1;
    case L'q': config->quiet++; return 1;
    case L'R': config->use_hash_seed = 0; return 1;
    case L's': config->user_site_directory = 0; return 1;
    case L'S': config->site_import = 0; return 1;
    case L't': return 1;
    case L'u': config->buffered_stdio = 0; return 1;
    case L'v': config->verbose++; return 1;
    case L'x': config->skip_source_first_line = 1; return 1;
    default: return 0;
    }
}

static PyStatus read_long_option(PyConfig *config, Reader *reader, const wchar_t *name)
{
    if (wcscmp(name, L"help") == 0) {
        kr_usage_print(config->orig_argv.items[0]);
        return PyStatus_Exit(0);
    }
    if (wcscmp(name, L"help-env") == 0) {
        kr_usage_print_environment();
        return PyStatus_Exit(0);
    }
    if (wcscmp(name, L"help-xoptions") == 0) {
        kr_usage_print_options();
        return PyStatus_Exit(0);
    }
    if (wcscmp(name, L"help-all") == 0) {
        kr_usage_print(config->orig_argv.items[0]);
        putchar('\n');
        kr_usage_print_environment();
        putchar('\n');
        kr_usage_print_options();
        return PyStatus_Exit(0);
    }
    if (wcscmp(name, L"version") == 0) {
        print_own_version();
        return PyStatus_Exit(0);
    }
    if (wcscmp(name, L"check-hash-based-pycs") == 0) {
        const wchar_t *value = ++reader->index < reader->arguments->length
                                   ? reader->arguments->items[reader->index++] : NULL;
        int known = value != NULL && (wcscmp(value, L"always") == 0 || wcscmp(value, L"never") == 0
                                      || wcscmp(value, L"default") == 0);
        if (value == NULL) {
            fprintf(stderr, "Argument expected for the --check-hash-based-pycs option\n");
            return exit_after_usage_hint(config);
        }
        if (!known) {
            fprintf(stderr,
                    "--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n");
            return exit_after_usage_hint(config);
        }
        return kr_config_set(&config->check_hash_pycs_mode, value) < 0 ? PyStatus_NoMemory()
            : PyStatus_Ok();
    }
    fprintf(stderr, "unknown option --%ls\n", name);
    return exit_after_usage_hint(config);
}

// Options with a value.  *ret_done becomes 1 at -c and -m.
static PyStatus read_valued(PyConfig *config, Reader *reader, wchar_t letter, int *ret_done)
{
    if (wcschr(L"cmWX", letter) == NULL)
        return unknown_option(config, "Unknown option: -%lc\n", letter);
    const wchar_t *value = take_value(reader);
    if (value == NULL)
        return unknown_option(config, "Argument expected for the -%lc option\n", letter);
    int result = 0;
    switch (letter) {
    case L'c': result = set_command(config, value); *ret_done = 1; break;
    case L'm': result = kr_config_set(&config->run_module, value); *ret_done = 1; break;
    case L'W': result = kr_config_append(&config->warnoptions, value); break;
    case L'X': result = kr_config_append(&config->xoptions, value); break;
    }
    return result < 0 ? PyStatus_NoMemory() : PyStatus_Ok();
}

// One letter of a short option.
static PyStatus read_letter(PyConfig *config, Reader *reader, int *ret_done)
{
    wchar_t letter = *reader->rest++;
    if (letter == L'h' || letter == L'?') {
        kr_usage_print(config->orig_argv.items[0]);
        return PyStatus_Exit(0);
    }
    if (letter == L'V') {
        print_version(*reader->rest == L'V');
        return PyStatus_Exit(0);
    }
    if (!read_switch(config, letter)) return read_valued(config, reader, letter, ret_done);
    if (*reader->rest == L'\0') {
        reader->rest = NULL;
        reader->index++;
    }
    return PyStatus_Ok();
}

// Reads options up to the first argument that is none.
static PyStatus read_options(PyConfig *config, Reader *reader)
{
    int done = 0;
    PyStatus status = PyStatus_Ok();
    while (!done && !PyStatus_Exception(status)) {
        if (reader->rest != NULL) {
            status = read_letter(config, reader, &done);
            continue;
        }
        if (reader->index >= reader->arguments->length) break;
        const wchar_t *argument = reader->arguments->items[reader->index];
        if (argument[0] != L'-' || argument[1] == L'\0') break;
        if (argument[1] != L'-') {
            reader->rest = argument + 1;
        } else if (argument[2] == L'\0') {
            reader->index++;
            break;
        } else {
            Py_ssize_t before = reader->index;
            status = read_long_option(config, reader, argument + 2);
            if (reader->index == before) reader->index++;
        }
    }
    return status;
}

// The absolute path of the program's file: it is found when the program has changed folders, too.
static int set_absolute(wchar_t **place, const wchar_t *name)
{
    char folder[PATH_MAX];
    if (name[0] == L'/' || getcwd(folder, sizeof folder) == NULL)
        return kr_config_set(place, name);
    wchar_t *start = Py_DecodeLocale(folder, NULL);
    if (start == NULL) return -1;
    if (wcsncmp(name, L"./", 2) == 0) name += 2;
    size_t length = wcslen(start) + wcslen(name) + 2;
    wchar_t *path = PyMem_RawMalloc(length * sizeof *path);
    if (path != NULL) swprintf(path, length, L"%ls/%ls", start, name);
    PyMem_RawFree(start);
    PyMem_RawFree(*place);
    *place = path;
    return path == NULL ? -1 : 0;
}

// argv for the program: "-c" or "-m" or the file (or "") and what follows it.
static int set_program_arguments(PyConfig *config, Py_ssize_t index)
{
    const PyWideStringList *all = &config->orig_argv;
    const wchar_t *first = config->run_command != NULL ? L"-c" : config->run_module != NULL ? L"-m"
        : L"";
    kr_config_clear_list(&config->argv);
    if (first[0] == L'\0' && index < all->length) {
        first = all->items[index++];
        if (wcscmp(first, L"-") != 0 && set_absolute(&config->run_filename, first) < 0) return -1;
    }
    if (kr_config_append(&config->argv, first) < 0) return -1;
    for (; index < all->length; index++)
        if (kr_config_append(&config->argv, all->items[index]) < 0) return -1;
    return 0;
}

PyStatus kr_options_read(PyConfig *config)
{
    Reader reader = {&config->orig_argv, 1, NULL};
    PyStatus status = read_options(config, &reader);
    if (PyStatus_Exception(status)) return status;
    if (config->isolated > 0) {
        config->use_environment = 0;
        config->user_site_directory = 0;
        config->safe_path = 1;
    }
    return set_program_arguments(config, reader.index) < 0 ? PyStatus_NoMemory() : PyStatus_Ok();
}
