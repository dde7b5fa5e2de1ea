// paths.c - where the library is, the prefixes, the executable, sys.path.
//
// The library is looked for in PYTHONHOME, in the home that a pyvenv.cfg beside the executable
// names, beside the executable, where it was at build time, and in /usr: the first place with
// lib/python3.11/os.py wins.
#include "app/config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#ifndef KR_LIBRARY_PREFIX
#define KR_LIBRARY_PREFIX "/usr"
#endif

#define LIBRARY "python3.11"

typedef char Path[PATH_MAX];

static int is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

// [path] = [folder]/[name]; empty, which no file is called, when that does not fit.
static void join(Path path, const char *folder, const char *name)
{
    int length = snprintf(path, sizeof(Path), "%s/%s", folder, name);
    if (length < 0 || (size_t)length >= sizeof(Path)) path[0] = '\0';
}

// Cuts the last part off.  0 when there is none left.
static int go_up(Path path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path) return 0;
    *slash = '\0';
    return 1;
}

static int has_library(const char *prefix)
{
    Path path;
    join(path, prefix, "lib/" LIBRARY "/os.py");
    return is_file(path);
}

// --- the executable -----------------------------------------------------------------------------

// Absolute path of the program as it was called, or "".
static void find_executable(const char *program, Path ret_path)
{
    ret_path[0] = '\0';
    if (program == NULL || *program == '\0') return;
    if (program[0] == '/') {
        snprintf(ret_path, sizeof(Path), "%s", program);
        return;
    }
    if (strchr(program, '/') != NULL) {
        Path folder;
        if (getcwd(folder, sizeof folder) == NULL) return;
        if (strncmp(program, "./", 2) == 0) program += 2;
        join(ret_path, folder, program);
        return;
    }
    const char *folders = getenv("PATH");
    while (folders != NULL && *folders != '\0') {
        size_t length = strcspn(folders, ":");
        snprintf(ret_path, sizeof(Path), "%.*s/%s", (int)length, folders, program);
        if (is_file(ret_path) && access(ret_path, X_OK) == 0) return;
        folders += length + (folders[length] == ':');
    }
    ret_path[0] = '\0';
}

// --- the library --------------------------------------------------------------------------------

// The value of "home" in [folder]/pyvenv.cfg.  1 when there is one.
static int read_venv_home(const char *folder, Path ret_home)
{
    Path path, line;
    join(path, folder, "pyvenv.cfg");
    FILE *file = fopen(path, "r");
    if (file == NULL) return 0;
    int found = 0;
    while (!found && fgets(line, sizeof line, file) != NULL) {
        char *equals = strchr(line, '=');
        if (equals == NULL) continue;
        line[strcspn(line, " \t=")] = '\0';
        if (strcmp(line, "home") != 0) continue;
        char *value = equals + 1 + strspn(equals + 1, " \t");
        value[strcspn(value, "\r\n")] = '\0';
        snprintf(ret_home, sizeof(Path), "%s", value);
        found = 1;
    }
    fclose(file);
    return found;
}

// The first folder above [start] that has the library.  1 when there is one.
static int search_upwards(const char *start, Path ret_prefix)
{
    snprintf(ret_prefix, sizeof(Path), "%s", start);
    do {
        if (has_library(ret_prefix)) return 1;
    } while (go_up(ret_prefix));
    return 0;
}

// The home of a virtual environment that [executable] belongs to.  1 when it does.
static int find_venv(const char *executable, Path ret_home)
{
    Path folder;
    snprintf(folder, sizeof folder, "%s", executable);
    if (!go_up(folder)) return 0;
    if (read_venv_home(folder, ret_home)) return 1;
    return go_up(folder) && read_venv_home(folder, ret_home);
}

// 1 when the library was found.
static int find_prefix(const char *home, const char *executable, Path ret_prefix)
{
    Path start;
    if (home != NULL) {
        snprintf(ret_prefix, sizeof(Path), "%s", home);
        ret_prefix[strcspn(ret_prefix, ":")] = '\0';
        return has_library(ret_prefix);
    }
    if (executable[0] != '\0') {
        if (find_venv(executable, start) && search_upwards(start, ret_prefix)) return 1;
        if (realpath(executable, start) != NULL && go_up(start)
            && search_upwards(start, ret_prefix))
            return 1;
    }
    static const char *const places[] = {KR_LIBRARY_PREFIX, "/usr"};
    for (int i = 0; i < 2; i++) {
        snprintf(ret_prefix, sizeof(Path), "%s", places[i]);
        if (has_library(ret_prefix)) return 1;
    }
    return 0;
}

// --- filling in ---------------------------------------------------------------------------------

static int set_if_open(wchar_t **place, const char *text)
{
    return *place != NULL ? 0 : kr_config_set_bytes(place, text);
}

static int add_path(PyConfig *config, const char *format, const char *prefix)
{
    Path path;
    snprintf(path, sizeof path, format, prefix);
    wchar_t *text = NULL;
    int result = kr_config_set_bytes(&text, path);
    if (result == 0) result = kr_config_append(&config->module_search_paths, text);
    PyMem_RawFree(text);
    return result;
}

static int add_search_paths(PyConfig *config, const char *prefix)
{
    wchar_t *state, *copy = NULL;
    if (kr_config_set(&copy, config->pythonpath_env) < 0) return -1;
    int result = 0;
    for (wchar_t *start = copy; start != NULL && result == 0; start = state) {
        state = wcschr(start, L':');
        if (state != NULL) *state++ = L'\0';
        result = kr_config_append(&config->module_search_paths, start);
    }
    PyMem_RawFree(copy);
    if (result == 0) result = add_path(config, "%s/lib/python311.zip", prefix);
    if (result == 0) result = add_path(config, "%s/lib/" LIBRARY, prefix);
    if (result == 0) result = add_path(config, "%s/lib/" LIBRARY "/lib-dynload", prefix);
    config->module_search_paths_set = 1;
    return result;
}

static int set_paths(PyConfig *config, const char *executable, const char *prefix)
{
    Path library;
    join(library, prefix, "lib/" LIBRARY);
    if (set_if_open(&config->executable, executable) < 0
        || set_if_open(&config->base_executable, executable) < 0
        || set_if_open(&config->prefix, prefix) < 0 || set_if_open(&config->base_prefix, prefix)
        < 0 || set_if_open(&config->exec_prefix, prefix) < 0
        || set_if_open(&config->base_exec_prefix, prefix) < 0
        || set_if_open(&config->stdlib_dir, library) < 0)
        return -1;
    return config->module_search_paths_set ? 0 : add_search_paths(config, prefix);
}

PyStatus kr_paths_read(PyConfig *config)
{
    Path executable, prefix;
    const wchar_t *name = config->program_name != NULL      ? config->program_name
                          : config->orig_argv.length > 0    ? config->orig_argv.items[0]
                                                            : L"krait";
    char *program = Py_EncodeLocale(name, NULL);
    char *home = config->home == NULL ? NULL : Py_EncodeLocale(config->home, NULL);
    find_executable(program, executable);
    int found = find_prefix(home, executable, prefix);
    PyMem_Free(program);
    PyMem_Free(home);
    if (kr_config_set(&config->program_name, name) < 0) return PyStatus_NoMemory();
    if (!found && !config->module_search_paths_set)
        return PyStatus_Error("the library of Python 3.11 was not found: install "
                              "libpython3.11-stdlib, or set PYTHONHOME to the folder that holds "
                              "lib/python3.11");
    return set_paths(config, executable, prefix) < 0 ? PyStatus_NoMemory() : PyStatus_Ok();
}
