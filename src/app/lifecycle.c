// lifecycle.c - start and stop of the main interpreter, floor by floor.
//
// Start: runtime; objects; the types of the higher floors; sys and builtins; the import system (frozen); paths;
// codecs; signals; streams; __main__; site.  Stop: threads; atexit; streams; modules; collection; types.
#include "app/lifecycle.h"

#include "Python.h"
#include "frameobject.h"
#include "internal/pycore_import.h"

#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "app/config.h"
#include "app/streams.h"
#include "app/teardown.h"
#include "app/types.h"
#include "modules/inittab.h"
#include "modules/sys/sys.h"
#include "objects/model/start.h"
#include "objects/strings/names.h"
#include "runtime/hash_secret.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "runtime/state.h"
#include "vm/imports.h"
#include "vm/state.h"

void kr_lifecycle_print_early(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    KR_AUTO PyObject *text = value == NULL ? NULL : PyObject_Str(value);
    const char *words = text == NULL ? NULL : PyUnicode_AsUTF8(text);
    fprintf(stderr, "%s: %s\n", type == NULL ? "error" : PyExceptionClass_Name(type), words == NULL ? "" : words);
    for (PyTracebackObject *entry = (PyTracebackObject *)traceback; entry != NULL; entry = entry->tb_next) {
        PyCodeObject *code = PyFrame_GetCode(entry->tb_frame);
        int line = entry->tb_lineno != -1 ? entry->tb_lineno : PyCode_Addr2Line(code, entry->tb_lasti);
        fprintf(stderr, "  %s, line %d\n", PyUnicode_AsUTF8(code->co_qualname), line);
        Py_DECREF(code);
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

// A failed step: the exception is shown, and its step named.
static PyStatus failed(const char *step)
{
    if (PyErr_Occurred()) {
        if (PySys_GetObject("stderr") != NULL) PyErr_Print();
        else kr_lifecycle_print_early();
    }
    return PyStatus_Error(step);
}

#define STEP(call, text)                                                                          \
    do {                                                                                          \
        if ((call) < 0) return failed(text);                                                      \
    } while (0)

// --- start --------------------------------------------------------------------------------------

PyObject *PyInit_builtins(void);

// What floors above objects add to a module dict: sys and builtins before any import.
static int start_builtin_modules(void)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    interpreter->modules = PyDict_New();
    KR_AUTO PyObject *sys = interpreter->modules == NULL ? NULL : kr_sys_new();
    if (sys == NULL || PyDict_SetItem(interpreter->modules, ID(sys), sys) < 0) return -1;
    KR_AUTO PyObject *builtins = PyInit_builtins();
    if (builtins == NULL || PyDict_SetItem(interpreter->modules, ID(builtins), builtins) < 0) return -1;
    interpreter->builtins = Py_NewRef(PyModule_GetDict(builtins));
    interpreter->import_func = Py_XNewRef(PyDict_GetItem(interpreter->builtins, ID(__import__)));
    return _PyImport_FixupBuiltin(sys, "sys", interpreter->modules) < 0 ||
                   _PyImport_FixupBuiltin(builtins, "builtins", interpreter->modules) < 0
               ? -1 : 0;
}

// The module __main__, in which programs run.
static int add_main_module(void)
{
    PyObject *module = PyImport_AddModule("__main__");
    if (module == NULL) return -1;
    PyObject *dict = PyModule_GetDict(module);
    KR_AUTO PyObject *annotations = PyDict_New();
    KR_AUTO PyObject *builtins = PyImport_ImportModule("builtins");
    if (annotations == NULL || builtins == NULL) return -1;
    if (PyDict_SetItem(dict, ID(__annotations__), annotations) < 0) return -1;
    if (PyDict_SetItem(dict, ID(__builtins__), builtins) < 0) return -1;
    KR_AUTO PyObject *loader = PyObject_GetAttrString(kr_interpreter_current()->importlib, "BuiltinImporter");
    return loader == NULL ? -1 : PyDict_SetItem(dict, ID(__loader__), loader);
}

static int import_and_drop(const char *name)
{
    PyObject *module = PyImport_ImportModule(name);
    Py_XDECREF(module);
    return module == NULL ? -1 : 0;
}

// Ctrl-C becomes KeyboardInterrupt; a closed pipe an exception.
static int start_signals(const PyConfig *config)
{
    if (!config->install_signal_handlers) return 0;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return import_and_drop("_signal");
}

static int start_diagnostics(const PyConfig *config)
{
    if (config->faulthandler) {
        KR_AUTO PyObject *module = PyImport_ImportModule("faulthandler");
        KR_AUTO PyObject *result = module == NULL ? NULL : PyObject_CallMethod(module, "enable", "i", 2);
        if (result == NULL) return -1;
    }
    if (config->tracemalloc > 0) {
        KR_AUTO PyObject *module = PyImport_ImportModule("tracemalloc");
        KR_AUTO PyObject *result =
            module == NULL ? NULL : PyObject_CallMethod(module, "start", "i", config->tracemalloc);
        if (result == NULL) return -1;
    }
    return 0;
}

// The limit of digits in a conversion between int and str.
static PyStatus set_digit_limit(PyInterpreterState *interpreter)
{
    const PyConfig *config = &interpreter->config;
    const wchar_t *option = kr_config_x_option(config, L"int_max_str_digits");
    const char *value = config->use_environment ? getenv("PYTHONINTMAXSTRDIGITS") : NULL;
    wchar_t *end = L"";
    char *value_end = "";
    long limit = 4300;
    if (option != NULL) limit = wcstol(option, &end, 10);
    else if (value != NULL && *value != '\0') limit = strtol(value, &value_end, 10);
    int is_number = option != NULL ? end != option && *end == L'\0' : value_end != value && *value_end == '\0';
    if (!is_number || limit > INT_MAX || (limit != 0 && limit < 640))
        return PyStatus_Error(option != NULL ? "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited."
                              : "PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.");
    interpreter->int_max_str_digits = (int)limit;
    return PyStatus_Ok();
}

// The old variables say what the configuration does.
static void set_flags(const PyConfig *config)
{
    Py_DebugFlag = config->parser_debug;
    Py_VerboseFlag = config->verbose;
    Py_QuietFlag = config->quiet;
    Py_InteractiveFlag = config->interactive;
    Py_InspectFlag = config->inspect;
    Py_OptimizeFlag = config->optimization_level;
    Py_NoSiteFlag = !config->site_import;
    Py_BytesWarningFlag = config->bytes_warning;
    Py_IgnoreEnvironmentFlag = !config->use_environment;
    Py_DontWriteBytecodeFlag = !config->write_bytecode;
    Py_NoUserSiteDirectory = !config->user_site_directory;
    Py_UnbufferedStdioFlag = !config->buffered_stdio;
    Py_HashRandomizationFlag = config->use_hash_seed == 0 || config->hash_seed != 0;
    Py_IsolatedFlag = config->isolated;
}

PyStatus kr_lifecycle_start_core(const PyConfig *config)
{
    kr_hooks_fill();
    if (PyImport_Inittab[0].name == NULL) PyImport_Inittab = kr_inittab;
    else PyImport_ExtendInittab(kr_inittab);
    kr_freeze_set_tables();
    if (kr_runtime_init() < 0) return PyStatus_NoMemory();
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (kr_config_copy(&interpreter->config, config) < 0) return PyStatus_NoMemory();
    PyStatus status = set_digit_limit(interpreter);
    if (PyStatus_Exception(status)) return status;
    set_flags(config);
    if (kr_hash_secret_init(config->use_hash_seed, config->hash_seed) < 0)
        return PyStatus_Error("failed to get random numbers to initialize Python");
    STEP(kr_start_objects(), "the object system could not start");
    STEP(kr_types_ready(), "a builtin type could not start");
    STEP(start_builtin_modules(), "sys and builtins could not start");
    STEP(kr_state_start(interpreter), "the virtual machine could not start");
    _PyRuntime.core_initialized = 1;
    return PyStatus_Ok();
}

// What stands in for sys.stderr until there are files: import -v writes there.
static int start_early_stderr(void)
{
    KR_AUTO PyObject *printer = PyFile_NewStdPrinter(2);
    return printer == NULL || PySys_SetObject("stderr", printer) < 0 ? -1 : PySys_SetObject("__stderr__", printer);
}

static PyStatus start_main(void)
{
    const PyConfig *config = &kr_interpreter_current()->config;
    STEP(kr_sys_configure(), "sys could not be filled");
    STEP(start_early_stderr(), "sys.stderr could not be made");
    PyThreadState *thread = kr_thread_current();
    PyObject *sys = PyDict_GetItem(thread->interp->modules, ID(sys));
    STEP(kr_import_start(thread, sys), "the import system could not start");
    STEP(kr_import_start_external(thread), "the import system could not start");
    STEP(import_and_drop("encodings"), "the codecs could not start");
    STEP(start_signals(config), "signals could not start");
    STEP(start_diagnostics(config), "faulthandler or tracemalloc could not start");
    STEP(add_main_module(), "__main__ could not be made");
    STEP(kr_streams_start(), "the standard streams could not be opened");
    if (config->warnoptions.length > 0) STEP(import_and_drop("warnings"), "warnings could not be imported");
    kr_interpreter_current()->is_initialized = 1;
    _PyRuntime.initialized = 1;
    if (config->site_import && import_and_drop("site") < 0) {
        fprintf(stderr, "Fatal Python error: init_import_site: Failed to import the site module\n");
        return failed("Failed to import the site module");
    }
    return PyStatus_Ok();
}

PyStatus Py_InitializeFromConfig(const PyConfig *given)
{
    if (_PyRuntime.initialized) return PyStatus_Ok();
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    PyStatus status = kr_config_copy(&config, given) < 0 ? PyStatus_NoMemory() : PyConfig_Read(&config);
    if (!PyStatus_Exception(status)) status = kr_lifecycle_start_core(&config);
    if (!PyStatus_Exception(status)) status = start_main();
    PyConfig_Clear(&config);
    return status;
}

void Py_InitializeEx(int install_signal_handlers)
{
    if (_PyRuntime.initialized) return;
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    config.parse_argv = 0;
    config.install_signal_handlers = install_signal_handlers;
    PyStatus status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status)) Py_ExitStatusException(status);
}

void Py_Initialize(void)
{
    Py_InitializeEx(1);
}

int Py_IsInitialized(void)
{
    return _PyRuntime.initialized;
}

// --- stop ---------------------------------------------------------------------------------------

// Waits for threads that are not daemons.
static void join_threads(void)
{
    KR_AUTO PyObject *threading = PyImport_GetModule(ID(threading));
    if (threading == NULL) {
        PyErr_Clear();
        return;
    }
    PyObject *result = PyObject_CallMethodNoArgs(threading, ID(_shutdown));
    if (result == NULL) PyErr_WriteUnraisable(threading);
    Py_XDECREF(result);
}

static void run_exit_functions(void)
{
    while (_PyRuntime.exit_function_count > 0)
        _PyRuntime.exit_functions[--_PyRuntime.exit_function_count]();
    fflush(stdout);
    fflush(stderr);
}

// What the module atexit has registered.
static void run_atexit_callbacks(void)
{
    KR_AUTO PyObject *module = PyImport_GetModule(ID(atexit));
    if (module == NULL) {
        PyErr_Clear();
        return;
    }
    PyObject *result = PyObject_CallMethod(module, "_run_exitfuncs", NULL);
    if (result == NULL) PyErr_WriteUnraisable(NULL);
    Py_XDECREF(result);
}

int Py_FinalizeEx(void)
{
    if (!_PyRuntime.initialized) return 0;
    PyInterpreterState *interpreter = kr_interpreter_current();
    join_threads();
    run_atexit_callbacks();
    int result = kr_streams_flush();
    interpreter->is_finalizing = true;
    _PyRuntime.finalizing = kr_thread_current();
    _PyRuntime.initialized = 0;
    _PyRuntime.core_initialized = 0;
    PyGC_Collect();
    kr_teardown_modules();
    if (kr_streams_flush() < 0) result = -1;
    run_exit_functions();
    return result;
}

void Py_Finalize(void)
{
    Py_FinalizeEx();
}

int Py_AtExit(void (*function)(void))
{
    if (_PyRuntime.exit_function_count >= 32) return -1;
    _PyRuntime.exit_functions[_PyRuntime.exit_function_count++] = function;
    return 0;
}

void Py_Exit(int code)
{
    if (Py_FinalizeEx() < 0) code = 120;
    exit(code);
}

void kr_lifecycle_die_of_interrupt(void)
{
    if (signal(SIGINT, SIG_DFL) != SIG_ERR) kill(getpid(), SIGINT);
}

// --- further interpreters -----------------------------------------------------------------------

// Callers that gave up their own thread state first report the failure themselves.
PyThreadState *_Py_NewInterpreter(int isolated)
{
    if (_PyThreadState_UncheckedGet() != NULL)
        PyErr_SetString(PyExc_NotImplementedError, "further interpreters in one process are not built yet");
    return NULL;
}

PyThreadState *Py_NewInterpreter(void)
{
    return _Py_NewInterpreter(0);
}

void Py_EndInterpreter(PyThreadState *thread)
{
    Py_FatalError("Py_EndInterpreter: there is only the main interpreter");
}
