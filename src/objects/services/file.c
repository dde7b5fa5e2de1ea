// file.c - file objects by their methods, and the file object of the start.
//
// PyStdPrinter_Type writes to a descriptor: it stands in for sys.stderr until io is there.
#include "fileobject.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "abstract.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "ceval.h"
#include "floatobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
#include "runtime/marks.h"
#include "runtime/owned.h"
#include "runtime/state.h"
#include "unicodeobject.h"

// ---- reading and writing

static PyObject *without_newline(PyObject *line)
{
    if (PyBytes_Check(line)) {
        Py_ssize_t size = PyBytes_GET_SIZE(line);
        if (size == 0) {
            Py_DECREF(line);
            return kr_raise(PyExc_EOFError, "EOF when reading a line");
        }
        if (PyBytes_AS_STRING(line)[size - 1] != '\n') return line;
        PyObject *shorter = PyBytes_FromStringAndSize(PyBytes_AS_STRING(line), size - 1);
        Py_DECREF(line);
        return shorter;
    }
    Py_ssize_t size = PyUnicode_GET_LENGTH(line);
    if (size == 0) {
        Py_DECREF(line);
        return kr_raise(PyExc_EOFError, "EOF when reading a line");
    }
    if (PyUnicode_READ_CHAR(line, size - 1) != '\n') return line;
    PyObject *shorter = PyUnicode_Substring(line, 0, size - 1);
    Py_DECREF(line);
    return shorter;
}

// A line of [file].  [limit] > 0: at most so many characters; 0: all; < 0: without the newline,
// EOFError at the end.
PyObject *PyFile_GetLine(PyObject *file, int limit)
{
    if (file == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyObject *line;
    if (limit <= 0) {
        line = PyObject_CallMethodNoArgs(file, ID(readline));
    } else {
        KR_AUTO PyObject *most = PyLong_FromLong(limit);
        line = most == NULL ? NULL : PyObject_CallMethodOneArg(file, ID(readline), most);
    }
    if (line == NULL) return NULL;
    if (!PyBytes_Check(line) && !PyUnicode_Check(line)) {
        Py_DECREF(line);
        return kr_raise(PyExc_TypeError, "object.readline() returned non-string");
    }
    return limit < 0 ? without_newline(line) : line;
}

int PyFile_WriteObject(PyObject *object, PyObject *file, int flags)
{
    if (file == NULL) return kr_raise_int(PyExc_TypeError, "writeobject with NULL file");
    KR_AUTO PyObject *writer = PyObject_GetAttr(file, ID(write));
    if (writer == NULL) return -1;
    KR_AUTO PyObject *text = flags & Py_PRINT_RAW ? PyObject_Str(object) : PyObject_Repr(object);
    if (text == NULL) return -1;
    KR_AUTO PyObject *result = PyObject_CallOneArg(writer, text);
    return result == NULL ? -1 : 0;
}

int PyFile_WriteString(const char *text, PyObject *file)
{
    if (file == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_SystemError, "null file for PyFile_WriteString");
        return -1;
    }
    if (PyErr_Occurred()) return -1;
    KR_AUTO PyObject *object = PyUnicode_FromString(text);
    return object == NULL ? -1 : PyFile_WriteObject(object, file, Py_PRINT_RAW);
}

// ---- descriptors

int PyObject_AsFileDescriptor(PyObject *object)
{
    KR_AUTO PyObject *number = NULL;
    if (PyLong_Check(object)) {
        number = Py_NewRef(object);
    } else {
        KR_AUTO PyObject *method = NULL;
        if (_PyObject_LookupAttr(object, ID(fileno), &method) < 0) return -1;
        if (method == NULL)
            return kr_raise_int(PyExc_TypeError,
                                "argument must be an int, or have a fileno() method.");
        number = PyObject_CallNoArgs(method);
        if (number == NULL) return -1;
        if (!PyLong_Check(number))
            return kr_raise_int(PyExc_TypeError, "fileno() returned a non-integer");
    }
    int descriptor = _PyLong_AsInt(number);
    if (descriptor == -1 && PyErr_Occurred()) return -1;
    if (descriptor < 0)
        return kr_raise_int(PyExc_ValueError, "file descriptor cannot be a negative integer (%i)",
                            descriptor);
    return descriptor;
}

int _PyLong_FileDescriptor_Converter(PyObject *object, void *result)
{
    int descriptor = PyObject_AsFileDescriptor(object);
    if (descriptor < 0) return 0;
    *(int *)result = descriptor;
    return 1;
}

PyObject *PyFile_FromFd(int descriptor, const char *name, const char *mode, int buffering,
                        const char *encoding, const char *errors, const char *newline, int close)
{
    KR_AUTO PyObject *io = kr_hooks.import_module("io");
    KR_AUTO PyObject *open = io == NULL ? NULL : PyObject_GetAttr(io, ID(open));
    if (open == NULL) return NULL;
    KR_AUTO PyObject *number = PyLong_FromLong(descriptor), *size = PyLong_FromLong(buffering);
    KR_AUTO PyObject *mode_text = PyUnicode_FromString(mode ? mode : "r");
    KR_AUTO PyObject *encoding_text = encoding ? PyUnicode_FromString(encoding)
        : Py_NewRef(Py_None);
    KR_AUTO PyObject *errors_text = errors ? PyUnicode_FromString(errors) : Py_NewRef(Py_None);
    KR_AUTO PyObject *newline_text = newline ? PyUnicode_FromString(newline) : Py_NewRef(Py_None);
    if (!number || !size || !mode_text || !encoding_text || !errors_text || !newline_text)
        return NULL;
    return PyObject_CallFunctionObjArgs(open, number, mode_text, size, encoding_text, errors_text,
                                        newline_text, close ? Py_True : Py_False, NULL);
}

// ---- source files, which a host may want to see first

int PyFile_SetOpenCodeHook(Py_OpenCodeHookFunction hook, void *data)
{
    if (_PyRuntime.open_code_hook != NULL)
        return kr_raise_int(PyExc_SystemError, "failed to change existing open_code hook");
    _PyRuntime.open_code_hook = hook;
    _PyRuntime.open_code_data = data;
    return 0;
}

PyObject *PyFile_OpenCodeObject(PyObject *path)
{
    if (!PyUnicode_Check(path))
        return kr_raise(PyExc_TypeError, "'path' must be 'str', not '%.200s'",
                        Py_TYPE(path)->tp_name);
    if (_PyRuntime.open_code_hook != NULL)
        return _PyRuntime.open_code_hook(path, _PyRuntime.open_code_data);
    KR_AUTO PyObject *io = kr_hooks.import_module("_io");
    KR_AUTO PyObject *open = io == NULL ? NULL : PyObject_GetAttr(io, ID(open));
    KR_AUTO PyObject *mode = open == NULL ? NULL : PyUnicode_FromString("rb");
    return mode == NULL ? NULL : PyObject_CallFunctionObjArgs(open, path, mode, NULL);
}

PyObject *PyFile_OpenCode(const char *path)
{
    KR_AUTO PyObject *text = PyUnicode_FromString(path);
    return text == NULL ? NULL : PyFile_OpenCodeObject(text);
}

// ---- lines of C files with any of the three line ends

char *Py_UniversalNewlineFgets(char *buffer, int size, FILE *stream, PyObject *file)
{
    if (file != NULL) {
        errno = ENXIO;  // only C streams
        return NULL;
    }
    char *at = buffer;
    flockfile(stream);
    int c = 'x';
    while (--size > 0 && (c = getc_unlocked(stream)) != EOF) {
        if (c == '\r') {
            c = getc_unlocked(stream);
            if (c != '\n' && c != EOF) ungetc(c, stream);
            c = '\n';
        }
        *at++ = (char)c;
        if (c == '\n') break;
    }
    funlockfile(stream);
    *at = 0;
    return at == buffer ? NULL : buffer;
}

// ---- stderrprinter

typedef struct {
    PyObject_HEAD
    int descriptor;
} Printer;

PyObject *PyFile_NewStdPrinter(int descriptor)
{
    if (descriptor != fileno(stdout) && descriptor != fileno(stderr)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    Printer *printer = PyObject_New(Printer, &PyStdPrinter_Type);
    if (printer != NULL) printer->descriptor = descriptor;
    return (PyObject *)printer;
}

METHOD(close, "self, /", "")
static PyObject *printer_close(Printer *self)
{
    Py_RETURN_NONE;
}

METHOD(flush, "self, /", "")
static PyObject *printer_flush(Printer *self)
{
    Py_RETURN_NONE;
}

METHOD(fileno, "self, /", "")
static PyObject *printer_fileno(Printer *self)
{
    return PyLong_FromLong(self->descriptor);
}

METHOD(isatty, "self, /", "")
static PyObject *printer_isatty(Printer *self)
{
    return PyBool_FromLong(isatty(self->descriptor));
}

METHOD(write, "self, text: str, /", "")
static PyObject *printer_write(Printer *self, PyObject *text)
{
    if (self->descriptor < 0) Py_RETURN_NONE;
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(text, &size);
    KR_AUTO PyObject *escaped = NULL;
    if (bytes == NULL) {
        PyErr_Clear();
        escaped = PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
        if (escaped == NULL) return NULL;
        bytes = PyBytes_AS_STRING(escaped);
        size = PyBytes_GET_SIZE(escaped);
    }
    Py_ssize_t written;
    Py_BEGIN_ALLOW_THREADS
    do
        written = write(self->descriptor, bytes, (size_t)size);
    while (written < 0 && errno == EINTR);
    Py_END_ALLOW_THREADS
    if (written >= 0) return PyLong_FromSsize_t(written);
    if (errno == EAGAIN) Py_RETURN_NONE;
    return PyErr_SetFromErrno(PyExc_OSError);
}

GETTER(closed, "True if the file is closed")
static PyObject *printer_get_closed(Printer *self)
{
    Py_RETURN_FALSE;
}

GETTER(encoding, "Encoding of the file")
static PyObject *printer_get_encoding(Printer *self)
{
    Py_RETURN_NONE;
}

GETTER(mode, "String giving the file mode")
static PyObject *printer_get_mode(Printer *self)
{
    return PyUnicode_FromString("w");
}

#include "objects/services/file.methods.h"

static PyObject *printer_repr(Printer *self)
{
    return PyUnicode_FromFormat("<stdprinter(fd=%d) object at %p>", self->descriptor, self);
}

static void printer_dealloc(PyObject *self)
{
    PyObject_Free(self);
}

PyTypeObject PyStdPrinter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "stderrprinter",
    .tp_basicsize = sizeof(Printer),
    .tp_dealloc = printer_dealloc,
    .tp_repr = (reprfunc)printer_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_methods = printer_methods,
    .tp_getset = printer_getset,
};
