// streams.c - sys.stdin, sys.stdout, sys.stderr out of file descriptors 0, 1 and 2.
#include "app/streams.h"

#include "Python.h"

#include <sys/stat.h>
#include <unistd.h>

#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

typedef struct Stream {
    int fd;
    const char *name;           // shown: <stdin>
    const char *attribute;      // in sys: stdin, with the original as __stdin__
    const wchar_t *errors;
} Stream;

static int is_open(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0;
}

// New raw or buffered binary file for the descriptor.
static PyObject *open_binary(PyObject *io, const Stream *stream, int is_writing, int buffering)
{
    return PyObject_CallMethod(io, "open", "isiOOOO", stream->fd, is_writing ? "wb" : "rb",
                               buffering, Py_None, Py_None, Py_None, Py_False);
}

// Gives the raw file its shown name.
static int set_name(PyObject *binary, const Stream *stream, int is_raw)
{
    KR_AUTO PyObject *raw = is_raw ? Py_NewRef(binary) : PyObject_GetAttr(binary, ID(raw));
    KR_AUTO PyObject *name = raw == NULL ? NULL : PyUnicode_FromString(stream->name);
    return name == NULL ? -1 : PyObject_SetAttr(raw, ID(name), name);
}

// New text file; None where the descriptor is closed.
static PyObject *open_text(PyObject *io, const Stream *stream)
{
    if (!is_open(stream->fd)) Py_RETURN_NONE;
    const PyConfig *config = &kr_interpreter_current()->config;
    int is_writing = stream->fd != 0;
    int is_raw = !config->buffered_stdio && is_writing;
    KR_AUTO PyObject *binary = open_binary(io, stream, is_writing, is_raw ? 0 : -1);
    if (binary == NULL || set_name(binary, stream, is_raw) < 0) return NULL;
    KR_AUTO PyObject *encoding = PyUnicode_FromWideChar(config->stdio_encoding, -1);
    KR_AUTO PyObject *errors = PyUnicode_FromWideChar(stream->errors, -1);
    if (encoding == NULL || errors == NULL) return NULL;
    int is_terminal = isatty(stream->fd) || config->interactive;
    PyObject *line_buffering = is_terminal || stream->fd == 2 ? Py_True : Py_False;
    PyObject *write_through = is_raw ? Py_True : Py_False;
    KR_AUTO PyObject *text = PyObject_CallMethod(io, "TextIOWrapper", "OOOsOO", binary, encoding,
                                                 errors, is_writing ? "\n" : NULL, line_buffering,
                                                 write_through);
    if (text == NULL) return NULL;
    KR_AUTO PyObject *mode = PyUnicode_FromString(is_writing ? "w" : "r");
    if (mode == NULL || PyObject_SetAttr(text, ID(mode), mode) < 0) return NULL;
    return kr_take(text);
}

static int add_stream(PyObject *io, const Stream *stream)
{
    KR_AUTO PyObject *text = open_text(io, stream);
    KR_AUTO PyObject *original = PyUnicode_FromFormat("__%s__", stream->attribute);
    if (text == NULL || original == NULL) return -1;
    if (PyDict_SetItem(kr_interpreter_current()->sysdict, original, text) < 0) return -1;
    return PySys_SetObject(stream->attribute, text);
}

int kr_streams_start(void)
{
    KR_AUTO PyObject *io = PyImport_ImportModule("io");
    KR_AUTO PyObject *open = io == NULL ? NULL : PyObject_GetAttr(io, ID(open));
    if (open == NULL || PyDict_SetItem(kr_interpreter_current()->builtins, ID(open), open) < 0)
        return -1;
    const wchar_t *errors = kr_interpreter_current()->config.stdio_errors;
    const Stream streams[] = {
        {2, "<stderr>", "stderr", L"backslashreplace"},
        {0, "<stdin>", "stdin", errors},
        {1, "<stdout>", "stdout", errors},
    };
    for (int i = 0; i < 3; i++)
        if (add_stream(io, &streams[i]) < 0) return -1;
    return 0;
}

static int flush(const char *name)
{
    PyObject *stream = PySys_GetObject(name);
    if (stream == NULL || stream == Py_None) return 0;
    KR_AUTO PyObject *closed = PyObject_GetAttr(stream, ID(closed));
    int is_closed = closed == NULL ? (PyErr_Clear(), 0) : PyObject_IsTrue(closed);
    if (is_closed) return 0;
    PyObject *result = PyObject_CallMethodNoArgs(stream, ID(flush));
    Py_XDECREF(result);
    if (result != NULL) return 0;
    if (strcmp(name, "stdout") == 0) PyErr_WriteUnraisable(stream);
    else PyErr_Clear();
    return -1;
}

int kr_streams_flush(void)
{
    int result = flush("stdout");
    return flush("stderr") < 0 ? -1 : result;
}
