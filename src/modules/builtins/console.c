// console.c - print and input.
#include "modules/builtins/builtins.h"

#include "Python.h"

#include <string.h>
#include <unistd.h>

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

static int check_separator(PyObject *value, const char *name)
{
    if (value == Py_None || PyUnicode_Check(value)) return 0;
    return kr_raise_int(PyExc_TypeError, "%s must be None or a string, not %.200s", name,
                        Py_TYPE(value)->tp_name);
}

// Writes [text], or [plain] where it is None.
static int write_separator(PyObject *file, PyObject *text, const char *plain)
{
    return text == Py_None ? PyFile_WriteString(plain, file)
        : PyFile_WriteObject(text, file, Py_PRINT_RAW);
}

static int flush_file(PyObject *file)
{
    PyObject *result = PyObject_CallMethodNoArgs(file, ID(flush));
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

METHOD(print, "module, *args: array, sep = ' ', end = '\\n', file = None, flush: bool = False",
       "Prints the values to a stream, or to sys.stdout by default.\n\n  sep\n    string inserted "
       "between values, default a space.\n  end\n    string appended after the last value, "
       "default a newline.\n  file\n    a file-like object (stream); defaults to the current "
       "sys.stdout.\n  flush\n    whether to forcibly flush the stream.")
static PyObject *console_print(PyObject *module, PyObject *const *args, Py_ssize_t count,
                               PyObject *sep, PyObject *end, PyObject *file, int flush)
{
    if (sep == NULL) sep = Py_None;
    if (end == NULL) end = Py_None;
    if (file == NULL || file == Py_None) {
        file = PySys_GetObject("stdout");
        if (file == NULL) return kr_raise(PyExc_RuntimeError, "lost sys.stdout");
        if (file == Py_None) Py_RETURN_NONE;
    }
    if (check_separator(sep, "sep") < 0 || check_separator(end, "end") < 0) return NULL;
    KR_AUTO PyObject *held = Py_NewRef(file);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (i > 0 && write_separator(held, sep, " ") < 0) return NULL;
        if (PyFile_WriteObject(args[i], held, Py_PRINT_RAW) < 0) return NULL;
    }
    if (write_separator(held, end, "\n") < 0) return NULL;
    if (flush && flush_file(held) < 0) return NULL;
    Py_RETURN_NONE;
}

// --- input --------------------------------------------------------------------------------------

typedef struct Streams {
    PyObject *in, *out, *error;        // borrowed from sys
} Streams;

static int get_stream(const char *name, PyObject **ret_stream)
{
    PyObject *stream = PySys_GetObject(name);
    if (stream == NULL || stream == Py_None)
        return kr_raise_int(PyExc_RuntimeError, "input(): lost sys.%s", name);
    *ret_stream = stream;
    return 0;
}

// 1 when [stream] is the terminal behind C's [file], 0 when not (nothing raised).
static int is_terminal(PyObject *stream, FILE *file)
{
    KR_AUTO PyObject *number = PyObject_CallMethodNoArgs(stream, ID(fileno));
    long fd = number == NULL ? -1 : PyLong_AsLong(number);
    if (PyErr_Occurred()) PyErr_Clear();
    return fd == fileno(file) && isatty((int)fd);
}

// New bytes of a str by the encoding and errors of [stream].
static PyObject *encoded_for(PyObject *stream, PyObject *text)
{
    KR_AUTO PyObject *encoding = PyObject_GetAttr(stream, ID(encoding));
    KR_AUTO PyObject *errors = encoding == NULL ? NULL : PyObject_GetAttr(stream, ID(errors));
    if (errors == NULL) return NULL;
    if (!PyUnicode_Check(encoding) || !PyUnicode_Check(errors))
        return kr_raise(PyExc_RuntimeError, "input(): the stream has no encoding");
    return PyUnicode_AsEncodedString(text, PyUnicode_AsUTF8(encoding), PyUnicode_AsUTF8(errors));
}

// Reads a line with the editor (or the C library) and decodes it by [in]'s encoding.
static PyObject *read_from_terminal(Streams streams, PyObject *prompt)
{
    KR_AUTO PyObject *text = prompt == NULL ? PyUnicode_FromString("") : PyObject_Str(prompt);
    KR_AUTO PyObject *bytes = text == NULL ? NULL : encoded_for(streams.out, text);
    if (bytes == NULL) return NULL;
    if (strlen(PyBytes_AS_STRING(bytes)) != (size_t)PyBytes_GET_SIZE(bytes))
        return kr_raise(PyExc_ValueError, "input: prompt string cannot contain null characters");
    char *line = PyOS_Readline(stdin, stdout, PyBytes_AS_STRING(bytes));
    if (line == NULL) {
        if (!PyErr_Occurred()) PyErr_SetNone(PyExc_KeyboardInterrupt);
        return NULL;
    }
    size_t length = strlen(line);
    PyObject *result = NULL;
    if (length == 0) {
        PyErr_SetNone(PyExc_EOFError);
    } else {
        if (line[length - 1] == '\n') length--;
        KR_AUTO PyObject *encoding = PyObject_GetAttr(streams.in, ID(encoding));
        KR_AUTO PyObject *errors = encoding == NULL ? NULL
            : PyObject_GetAttr(streams.in, ID(errors));
        if (errors != NULL && PyUnicode_Check(encoding) && PyUnicode_Check(errors))
            result = PyUnicode_Decode(line, (Py_ssize_t)length, PyUnicode_AsUTF8(encoding),
                                      PyUnicode_AsUTF8(errors));
    }
    PyMem_Free(line);
    return result;
}

METHOD(input, "module, prompt: object = '', /",
       "Read a string from standard input.  The trailing newline is stripped.\n\nThe prompt "
       "string, if given, is printed to standard output without a\ntrailing newline before "
       "reading input.\n\nIf the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise "
       "EOFError.\nOn *nix systems, readline is used if available.")
static PyObject *console_input(PyObject *module, PyObject *prompt)
{
    Streams streams;
    if (get_stream("stdin", &streams.in) < 0 || get_stream("stdout", &streams.out) < 0 ||
        get_stream("stderr", &streams.error) < 0)
        return NULL;
    if (PySys_Audit("builtins.input", "O", prompt == NULL ? Py_None : prompt) < 0) return NULL;
    if (flush_file(streams.error) < 0) PyErr_Clear();
    if (is_terminal(streams.in, stdin) && is_terminal(streams.out, stdout)) {
        if (flush_file(streams.out) < 0) PyErr_Clear();
        return read_from_terminal(streams, prompt);
    }
    if (prompt != NULL && PyFile_WriteObject(prompt, streams.out, Py_PRINT_RAW) < 0) return NULL;
    if (flush_file(streams.out) < 0) PyErr_Clear();
    return PyFile_GetLine(streams.in, -1);
}

#include "modules/builtins/console.methods.h"

int kr_builtins_add_console(PyObject *module)
{
    return PyModule_AddFunctions(module, console_methods);
}
