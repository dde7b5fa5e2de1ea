// run.c - runs a command, a module, a file, a folder or zip file, or standard input.
#include "app/run.h"

#include "app/show.h"

#include "Python.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/version.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

// --- exit codes ---------------------------------------------------------------------------------

// Code of a SystemExit: None is 0, an int itself, anything else is printed and 1.
static int code_of_exit(PyObject *code)
{
    if (code == NULL || code == Py_None) return 0;
    if (PyLong_Check(code)) return (int)PyLong_AsLong(code);
    PyObject *stream = PySys_GetObject("stderr");
    if (stream != NULL && stream != Py_None) PyFile_WriteObject(code, stream, Py_PRINT_RAW);
    else PyObject_Print(code, stderr, Py_PRINT_RAW);
    PyErr_Clear();
    PySys_WriteStderr("\n");
    return 1;
}

int kr_run_exit_code(void)
{
    if (!PyErr_ExceptionMatches(PyExc_SystemExit)) {
        int interrupted = PyErr_ExceptionMatches(PyExc_KeyboardInterrupt);
        PyErr_Print();
        return interrupted ? 128 + 2 : 1;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    KR_AUTO PyObject *code = PyObject_GetAttr(value, ID(code));
    if (code == NULL) PyErr_Clear();
    fflush(stdout);
    int result = code_of_exit(code);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return result;
}

// 0 for a result, the exit code of the exception for none.
static int code_of_result(STEALS PyObject *result)
{
    if (result == NULL) return kr_run_exit_code();
    Py_DECREF(result);
    return 0;
}

// --- sys.path[0] --------------------------------------------------------------------------------

static int insert_path(STEALS PyObject *entry)
{
    PyObject *path = PySys_GetObject("path");
    int result = entry == NULL || path == NULL ? -1 : PyList_Insert(path, 0, entry);
    Py_XDECREF(entry);
    return result;
}

// New str: the folder of the script [name], links followed.
static PyObject *folder_of_script(const wchar_t *name)
{
    char *path = Py_EncodeLocale(name, NULL);
    if (path == NULL) return PyErr_NoMemory();
    char resolved[PATH_MAX];
    PyObject *folder = NULL;
    if (realpath(path, resolved) != NULL) {
        char *slash = strrchr(resolved, '/');
        *(slash == resolved ? slash + 1 : slash) = '\0';
        folder = PyUnicode_DecodeFSDefault(resolved);
    } else {
        char *slash = strrchr(path, '/');
        folder = slash == NULL ? PyUnicode_FromString("")
            : PyUnicode_DecodeFSDefaultAndSize(path, slash - path);
    }
    PyMem_Free(path);
    return folder;
}

static PyObject *current_folder(void)
{
    char folder[PATH_MAX];
    return getcwd(folder, sizeof folder) == NULL ? PyUnicode_FromString("")
        : PyUnicode_DecodeFSDefault(folder);
}

// --- the kinds of program -----------------------------------------------------------------------

static BORROWED PyObject *main_dict(void)
{
    PyObject *module = PyImport_AddModule("__main__");
    return module == NULL ? NULL : PyModule_GetDict(module);
}

static int run_command(const PyConfig *config)
{
    if (!config->safe_path && insert_path(PyUnicode_FromString("")) < 0) return kr_run_exit_code();
    KR_AUTO PyObject *text = PyUnicode_FromWideChar(config->run_command, -1);
    KR_AUTO PyObject *bytes = text == NULL ? NULL : PyUnicode_AsUTF8String(text);
    if (bytes == NULL) {
        fprintf(stderr, "Unable to decode the command from the command line:\n");
        return kr_run_exit_code();
    }
    PyObject *dict = main_dict();
    if (dict == NULL) return kr_run_exit_code();
    if (PySys_Audit("cpython.run_command", "O", text) < 0) return kr_run_exit_code();
    PyCompilerFlags flags = {.cf_flags = PyCF_IGNORE_COOKIE,
                             .cf_feature_version = PY_MINOR_VERSION};
    return code_of_result(
        PyRun_StringFlags(PyBytes_AS_STRING(bytes), Py_file_input, dict, dict, &flags));
}

// runpy finds and runs the module, or the __main__ of a folder or zip file.
static int run_module(PyObject *name, int set_argv)
{
    KR_AUTO PyObject *runpy = PyImport_ImportModule("runpy");
    if (runpy == NULL) {
        fprintf(stderr, "Could not import runpy module\n");
        return kr_run_exit_code();
    }
    KR_AUTO PyObject *function = PyObject_GetAttr(runpy, ID(_run_module_as_main));
    KR_AUTO PyObject *args = function == NULL ? NULL : Py_BuildValue("(Oi)", name, set_argv);
    return code_of_result(args == NULL ? NULL : PyObject_Call(function, args, NULL));
}

static int run_named_module(const PyConfig *config)
{
    if (!config->safe_path && insert_path(current_folder()) < 0) return kr_run_exit_code();
    KR_AUTO PyObject *name = PyUnicode_FromWideChar(config->run_module, -1);
    return name == NULL ? kr_run_exit_code() : run_module(name, 1);
}

// 1 when importlib knows how to import from [path]: a folder or a zip file.
static int is_importable(PyObject *path)
{
    KR_AUTO PyObject *importer = PyImport_GetImporter(path);
    if (importer == NULL) PyErr_Clear();
    return importer != NULL && importer != Py_None;
}

// Runs an open file of source or byte code, closing it.
static int run_open_file(FILE *file, const char *name, PyObject *path)
{
    PyObject *dict = main_dict();
    if (dict == NULL || PyDict_SetItem(dict, ID(__file__), path) < 0 ||
        PyDict_SetItem(dict, ID(__cached__), Py_None) < 0) {
        fclose(file);
        return kr_run_exit_code();
    }
    if (PySys_Audit("cpython.run_file", "O", path) < 0) return kr_run_exit_code();
    PyCompilerFlags flags = {.cf_feature_version = PY_MINOR_VERSION};
    return _PyRun_SimpleFileObject(file, path, 1, &flags) == 0 ? 0 : 1;
}

static int run_file(const PyConfig *config)
{
    KR_AUTO PyObject *path = PyUnicode_FromWideChar(config->run_filename, -1);
    if (path == NULL) return kr_run_exit_code();
    if (is_importable(path)) {
        KR_AUTO PyObject *main_name = PyUnicode_FromString("__main__");
        if (insert_path(Py_NewRef(path)) < 0 || main_name == NULL) return kr_run_exit_code();
        return run_module(main_name, 0);
    }
    if (!config->safe_path && insert_path(folder_of_script(config->run_filename)) < 0)
        return kr_run_exit_code();
    char *name = Py_EncodeLocale(config->run_filename, NULL);
    const char *program = PyUnicode_AsUTF8(PyList_GET_ITEM(PySys_GetObject("orig_argv"), 0));
    struct stat status;
    FILE *file = fopen(name, "rb");
    int code;
    if (file == NULL) {
        fprintf(stderr, "%s: can't open file %s: [Errno %d] %s\n", program,
                PyUnicode_AsUTF8(PyObject_Repr(path)), errno, strerror(errno));
        code = 2;
    } else if (fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
        fprintf(stderr, "%s: %s is a directory, cannot continue\n", program,
                PyUnicode_AsUTF8(PyObject_Repr(path)));
        fclose(file);
        code = 1;
    } else {
        code = run_open_file(file, name, path);
    }
    PyMem_Free(name);
    return code;
}

static int run_standard_input(const PyConfig *config)
{
    if (!config->safe_path && insert_path(PyUnicode_FromString("")) < 0) return kr_run_exit_code();
    if (isatty(0) || config->interactive) return kr_repl_run();
    KR_AUTO PyObject *name = PyUnicode_FromString("<stdin>");
    PyCompilerFlags flags = {.cf_feature_version = PY_MINOR_VERSION};
    if (name == NULL || PySys_Audit("cpython.run_stdin", NULL) < 0) return kr_run_exit_code();
    return _PyRun_SimpleFileObject(stdin, name, 0, &flags) == 0 ? 0 : 1;
}

static void print_banner(const PyConfig *config)
{
    int shows = config->verbose
        || (config->run_command == NULL && config->run_module == NULL
            && config->run_filename == NULL && (isatty(0) || config->interactive));
    if (config->quiet || !shows) return;
    fprintf(stderr, "Python %s on %s\n", Py_GetVersion(), Py_GetPlatform());
    if (config->site_import)
        fprintf(stderr, "Type \"help\", \"copyright\", \"credits\" or \"license\" for more "
                "information.\n");
}

int kr_run_main(void)
{
    const PyConfig *config = &kr_interpreter_current()->config;
    int code;
    if (kr_show_program(config, &code)) return code;
    print_banner(config);
    if (config->run_command != NULL) code = run_command(config);
    else if (config->run_filename != NULL) code = run_file(config);
    else if (config->run_module != NULL) code = run_named_module(config);
    else return run_standard_input(config);
    int wants_prompt = config->inspect
        || (config->use_environment && getenv("PYTHONINSPECT") != NULL);
    return wants_prompt && (isatty(0) || config->interactive) ? kr_repl_run() : code;
}
