// interactive.c - the prompt: a statement is read line by line, compiled and run.
#include "Python.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "capi/interactive.h"
#include "internal/pycore_compile.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "syntax/parse.h"

__attribute__((visibility("default"))) int (*PyOS_InputHook)(void);
__attribute__((visibility("default"))) char *(*PyOS_ReadlineFunctionPointer)(FILE *, FILE *,
                                                                             const char *);
__attribute__((visibility("default"))) PyThreadState *_PyOS_ReadlineTState;

// ---- lines

// One line of any length into memory of PyMem_RawMalloc; an empty text at the end; NULL when
// interrupted.
static char *read_line(FILE *input)
{
    size_t size = 0, room = 128;
    char *line = PyMem_RawMalloc(room);
    while (line != NULL) {
        errno = 0;
        clearerr(input);
        if (fgets(line + size, (int)(room - size), input) == NULL) {
            if (errno == EINTR) {
                PyEval_RestoreThread(_PyOS_ReadlineTState);
                int interrupted = PyErr_CheckSignals();
                PyEval_SaveThread();
                if (interrupted == 0) continue;
                PyMem_RawFree(line);
                return NULL;
            }
            line[size] = 0;
            return line;
        }
        size += strlen(line + size);
        if (line[size - 1] == '\n') return line;
        if (room - size > 1) continue;
        room *= 2;
        char *larger = PyMem_RawRealloc(line, room);
        if (larger == NULL) PyMem_RawFree(line);
        line = larger;
    }
    return NULL;
}

// What is used until the module readline puts itself in the pointer.
static char *read_plainly(FILE *input, FILE *output, const char *prompt)
{
    fflush(output);
    if (prompt != NULL) fprintf(stderr, "%s", prompt);
    fflush(stderr);
    if (PyOS_InputHook != NULL) (void)PyOS_InputHook();
    return read_line(input);
}

char *PyOS_Readline(FILE *input, FILE *output, const char *prompt)
{
    PyThreadState *thread = PyThreadState_Get();
    if (_PyOS_ReadlineTState == thread) {
        PyErr_SetString(PyExc_RuntimeError, "can't re-enter readline");
        return NULL;
    }
    _PyOS_ReadlineTState = thread;
    char *(*reader)(FILE *, FILE *, const char *) = PyOS_ReadlineFunctionPointer;
    if (reader == NULL || !isatty(fileno(input)) || !isatty(fileno(output))) reader = read_plainly;
    PyEval_SaveThread();
    char *line = reader(input, output, prompt);
    PyEval_RestoreThread(thread);
    _PyOS_ReadlineTState = NULL;
    if (line == NULL) return NULL;
    size_t size = strlen(line) + 1;
    char *result = PyMem_Malloc(size);
    if (result != NULL)
        memcpy(result, line, size);
    else
        PyErr_NoMemory();
    PyMem_RawFree(line);
    return result;
}

// ---- one statement

typedef struct {
    FILE *file;
    PyObject *prompts[2];   // str, owned
} Console;

static char *read_statement_line(void *data, int continued)
{
    Console *console = data;
    const char *prompt = console->prompts[continued != 0] == NULL ? ""
        : PyUnicode_AsUTF8(console->prompts[continued != 0]);
    if (prompt == NULL) return NULL;
    char *line = PyOS_Readline(console->file, stdout, prompt);
    if (line == NULL && !PyErr_Occurred()) PyErr_SetNone(PyExc_KeyboardInterrupt);
    return line;
}

static PyObject *prompt_text(const char *name)
{
    PyObject *prompt = PySys_GetObject(name);
    if (prompt == NULL) return NULL;
    PyObject *text = PyObject_Str(prompt);
    if (text == NULL) PyErr_Clear();
    return text;
}

static PyObject *compile_statement(FILE *file, PyObject *filename, PyCompilerFlags *flags,
                                   int *ret_at_end)
{
    Console console = {file, {prompt_text("ps1"), prompt_text("ps2")}};
    KrParseOptions options = {KR_PARSE_INTERACTIVE, flags->cf_flags, KR_FEATURE_VERSION, filename};
    KrAstArena *arena = kr_ast_arena_new();
    PyObject *code = NULL;
    KrMod *module = arena == NULL ? NULL
        : kr_parse_lines(read_statement_line, &console, &options, arena, ret_at_end);
    if (module != NULL)
        code = (PyObject *)_PyAST_Compile((struct _mod *)module, filename, flags, -1,
                                          (struct _arena *)arena);
    if (arena != NULL) kr_ast_arena_free(arena);
    Py_XDECREF(console.prompts[0]);
    Py_XDECREF(console.prompts[1]);
    return code;
}

// 0, -1 with a printed exception, or E_EOF.
static int run_one(FILE *file, PyObject *filename, PyCompilerFlags *flags)
{
    PyCompilerFlags own = _PyCompilerFlags_INIT;
    if (flags == NULL) flags = &own;
    int at_end = 0;
    KR_AUTO PyObject *code = compile_statement(file, filename, flags, &at_end);
    if (code == NULL) {
        if (at_end && !PyErr_Occurred()) return 11;
        return -1;
    }
    flags->cf_flags |= ((PyCodeObject *)code)->co_flags & PyCF_MASK;
    PyObject *module = PyImport_AddModule("__main__");
    PyObject *names = module == NULL ? NULL : PyModule_GetDict(module);
    if (names == NULL) return -1;
    KR_AUTO PyObject *result = PyEval_EvalCode(code, names, names);
    fflush(stdout);
    return result == NULL ? -1 : 0;
}

static void flush_streams(void)
{
    static const char *const names[] = {"stderr", "stdout"};
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    for (int i = 0; i < 2; i++) {
        PyObject *stream = PySys_GetObject(names[i]);
        if (stream == NULL || stream == Py_None) continue;
        PyObject *result = PyObject_CallMethodNoArgs(stream, ID(flush));
        if (result == NULL) PyErr_Clear();
        Py_XDECREF(result);
    }
    PyErr_Restore(type, value, traceback);
}

int PyRun_InteractiveOneObject(FILE *file, PyObject *filename, PyCompilerFlags *flags)
{
    int result = run_one(file, filename, flags);
    if (result != -1) return result;
    PyErr_Print();
    flush_streams();
    return -1;
}

int PyRun_InteractiveOneFlags(FILE *file, const char *filename, PyCompilerFlags *flags)
{
    KR_AUTO PyObject *name = PyUnicode_DecodeFSDefault(filename);
    if (name != NULL) return PyRun_InteractiveOneObject(file, name, flags);
    PyErr_Print();
    return -1;
}

static void default_prompt(const char *name, const char *text)
{
    if (PySys_GetObject(name) != NULL) return;
    KR_AUTO PyObject *prompt = PyUnicode_FromString(text);
    if (prompt == NULL || PySys_SetObject(name, prompt) < 0) PyErr_Clear();
}

int _PyRun_InteractiveLoopObject(FILE *file, PyObject *filename, PyCompilerFlags *flags)
{
    PyCompilerFlags own = _PyCompilerFlags_INIT;
    if (flags == NULL) flags = &own;
    default_prompt("ps1", ">>> ");
    default_prompt("ps2", "... ");
    int result, memory_errors = 0;
    do {
        result = run_one(file, filename, flags);
        if (result == -1 && PyErr_Occurred()) {
            // A program that cannot even print would go round here for ever.
            memory_errors = PyErr_ExceptionMatches(PyExc_MemoryError) ? memory_errors + 1 : 0;
            if (memory_errors > 16) {
                PyErr_Clear();
                return -1;
            }
            PyErr_Print();
            flush_streams();
        } else {
            memory_errors = 0;
        }
    } while (result != 11);
    return 0;
}

int PyRun_InteractiveLoopFlags(FILE *file, const char *filename, PyCompilerFlags *flags)
{
    KR_AUTO PyObject *name = PyUnicode_DecodeFSDefault(filename);
    if (name != NULL) return _PyRun_InteractiveLoopObject(file, name, flags);
    PyErr_Print();
    return -1;
}

#undef PyRun_InteractiveOne
#undef PyRun_InteractiveLoop

PyAPI_FUNC(int) PyRun_InteractiveOne(FILE *file, const char *filename)
{
    return PyRun_InteractiveOneFlags(file, filename, NULL);
}

PyAPI_FUNC(int) PyRun_InteractiveLoop(FILE *file, const char *filename)
{
    return PyRun_InteractiveLoopFlags(file, filename, NULL);
}

// ---- is anybody there

int _Py_FdIsInteractive(FILE *file, PyObject *filename)
{
    if (isatty(fileno(file))) return 1;
    if (!kr_interpreter_current()->config.interactive) return 0;
    return filename == NULL || _PyUnicode_EqualToASCIIString(filename, "<stdin>")
           || _PyUnicode_EqualToASCIIString(filename, "???");
}

int Py_FdIsInteractive(FILE *file, const char *filename)
{
    if (isatty(fileno(file))) return 1;
    if (!kr_interpreter_current()->config.interactive) return 0;
    return filename == NULL || strcmp(filename, "<stdin>") == 0 || strcmp(filename, "???") == 0;
}
