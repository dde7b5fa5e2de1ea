// repl.c - the prompt: one statement after the other from standard input.
#include "app/run.h"

#include "Python.h"

#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

// Sets a prompt in sys where the program has not.
static int default_prompt(const char *name, const char *text)
{
    if (PySys_GetObject(name) != NULL) return 0;
    KR_AUTO PyObject *value = PyUnicode_FromString(text);
    return value == NULL ? -1 : PySys_SetObject(name, value);
}

// Runs the file that PYTHONSTARTUP names.
static int run_startup(const PyConfig *config, PyObject *dict)
{
    const char *name = config->use_environment ? getenv("PYTHONSTARTUP") : NULL;
    if (name == NULL || *name == '\0') return 0;
    FILE *file = fopen(name, "r");
    if (file == NULL) {
        PySys_WriteStderr("Could not open PYTHONSTARTUP\n");
        PyErr_SetFromErrnoWithFilename(PyExc_OSError, name);
        PyErr_Print();
        return 0;
    }
    PyObject *result = PyRun_FileExFlags(file, name, Py_file_input, dict, dict, 1, NULL);
    if (result == NULL) return -1;
    Py_DECREF(result);
    return 0;
}

// sys.__interactivehook__ sets up history and completion.
static void run_interactive_hook(void)
{
    PyObject *hook = PySys_GetObject("__interactivehook__");
    if (hook == NULL) return;
    PyObject *result = PyObject_CallNoArgs(hook);
    if (result == NULL) {
        PySys_WriteStderr("Failed calling sys.__interactivehook__\n");
        PyErr_Print();
    }
    Py_XDECREF(result);
}

int kr_repl_run(void)
{
    const PyConfig *config = &kr_interpreter_current()->config;
    PyObject *module = PyImport_AddModule("__main__");
    if (module == NULL || default_prompt("ps1", ">>> ") < 0 || default_prompt("ps2", "... ") < 0)
        return kr_run_exit_code();
    if (run_startup(config, PyModule_GetDict(module)) < 0) {
        if (PyErr_ExceptionMatches(PyExc_SystemExit)) return kr_run_exit_code();
        PyErr_Print();
    }
    run_interactive_hook();
    PyCompilerFlags flags = {.cf_feature_version = PY_MINOR_VERSION};
    int result = PyRun_InteractiveLoopFlags(stdin, "<stdin>", &flags);
    return result == 0 ? 0 : 1;
}
