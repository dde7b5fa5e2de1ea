// open.c - open(): the stream or stack of streams that a mode asks for.
#include "modules/_io/io.h"

#include "internal/pycore_pyerrors.h"


typedef struct Mode {
    unsigned creating : 1, reading : 1, writing : 1, appending : 1, updating : 1, text : 1,
        binary : 1;
} Mode;

static int read_mode(const char *mode, Mode *ret_mode)
{
    Mode read = {0};
    for (const char *letter = mode; *letter != '\0'; letter++) {
        int again = strchr(letter + 1, *letter) != NULL;
        switch (*letter) {
        case 'x': read.creating = 1; break;
        case 'r': read.reading = 1; break;
        case 'w': read.writing = 1; break;
        case 'a': read.appending = 1; break;
        case '+': read.updating = 1; break;
        case 't': read.text = 1; break;
        case 'b': read.binary = 1; break;
        default: again = 1;
        }
        if (again) return kr_raise_int(PyExc_ValueError, "invalid mode: '%s'", mode);
    }
    *ret_mode = read;
    return 0;
}

static int check_mode(Mode mode, const char *encoding, const char *errors, const char *newline)
{
    if (mode.text && mode.binary)
        return kr_raise_int(PyExc_ValueError, "can't have text and binary mode at once");
    if (mode.creating + mode.reading + mode.writing + mode.appending != 1)
        return kr_raise_int(PyExc_ValueError,
                            "must have exactly one of create/read/write/append mode");
    if (mode.binary && encoding != NULL)
        return kr_raise_int(PyExc_ValueError, "binary mode doesn't take an encoding argument");
    if (mode.binary && errors != NULL)
        return kr_raise_int(PyExc_ValueError, "binary mode doesn't take an errors argument");
    if (mode.binary && newline != NULL)
        return kr_raise_int(PyExc_ValueError, "binary mode doesn't take a newline argument");
    return 0;
}

// New FileIO.
static PyObject *open_raw(PyObject *path, Mode mode, int closes_descriptor, PyObject *opener)
{
    const char *kind = mode.creating ? "x" : mode.reading ? "r" : mode.writing ? "w" : "a";
    char text[3] = {kind[0], mode.updating ? '+' : '\0', '\0'};
    return PyObject_CallFunction((PyObject *)&kr_fileio_type, "OsOO", path, text,
                                 closes_descriptor ? Py_True : Py_False, opener);
}

// The size of buffer that -1 and 1 stand for: the file's block size, where it says one.
static int choose_buffering(PyObject *raw, int buffering)
{
    if (buffering >= 0) return buffering;
    KR_AUTO PyObject *size = PyObject_GetAttr(raw, ID(_blksize));
    long number = size == NULL ? -1 : PyLong_AsLong(size);
    return number == -1 && PyErr_Occurred() ? -1 : (int)number;
}

static PyObject *wrap_buffered(PyObject *raw, Mode mode, int buffering)
{
    PyTypeObject *type = mode.updating  ? &kr_buffered_random_type
                         : mode.reading ? &kr_buffered_reader_type
                                        : &kr_buffered_writer_type;
    return PyObject_CallFunction((PyObject *)type, "Oi", raw, buffering);
}

// Closes [stream] because building what goes above it failed; that exception stays.
static PyObject *close_and_fail(PyObject *stream)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *result = PyObject_CallMethodNoArgs(stream, ID(close));
    _PyErr_ChainExceptions(type, value, traceback);
    Py_XDECREF(result);
    return NULL;
}

typedef struct TextOptions {
    const char *encoding, *errors, *newline, *mode;
    int line_buffering;
} TextOptions;

static PyObject *wrap_text(PyObject *buffer, TextOptions options)
{
    KR_AUTO PyObject *text = PyObject_CallFunction(
            (PyObject *)&kr_textiowrapper_type, "OzzzO", buffer, options.encoding, options.errors,
            options.newline, options.line_buffering ? Py_True : Py_False);
    if (text == NULL) return NULL;
    KR_AUTO PyObject *mode = PyUnicode_FromString(options.mode);
    if (mode == NULL || PyObject_SetAttr(text, ID(mode), mode) < 0) return NULL;
    return kr_take(text);
}

static int is_terminal(PyObject *raw)
{
    KR_AUTO PyObject *answer = PyObject_CallMethodNoArgs(raw, ID(isatty));
    return answer == NULL ? -1 : PyObject_IsTrue(answer);
}

// The streams above [raw].
static PyObject *wrap(PyObject *raw, Mode mode, int buffering, TextOptions options)
{
    int terminal = is_terminal(raw);
    if (terminal < 0) return NULL;
    options.line_buffering = buffering == 1 || (buffering < 0 && terminal);
    buffering = choose_buffering(raw, buffering == 1 && !mode.binary ? -1 : options.line_buffering
                                 ? -1 : buffering);
    if (buffering < 0)
        return PyErr_Occurred() ? NULL : kr_raise(PyExc_ValueError, "invalid buffering size");
    if (buffering == 0) {
        if (!mode.binary) return kr_raise(PyExc_ValueError, "can't have unbuffered text I/O");
        return Py_NewRef(raw);
    }
    PyObject *buffer = wrap_buffered(raw, mode, buffering);
    if (buffer == NULL || mode.binary) return buffer;
    PyObject *text = wrap_text(buffer, options);
    if (text == NULL) close_and_fail(buffer);
    Py_DECREF(buffer);
    return text;
}

// long: arguments
PyObject *kr_io_open(PyObject *file, const char *mode_text, int buffering, const char *encoding,
                     const char *errors, const char *newline, int closes_descriptor,
                     PyObject *opener)
{
    Mode mode;
    KR_AUTO PyObject *path = PyNumber_Check(file) ? Py_NewRef(file) : PyOS_FSPath(file);
    if (path == NULL) return NULL;
    if (!PyUnicode_Check(path) && !PyBytes_Check(path) && !PyNumber_Check(path))
        return kr_raise(PyExc_TypeError, "invalid file: %R", file);
    if (read_mode(mode_text, &mode) < 0 || check_mode(mode, encoding, errors, newline) < 0)
        return NULL;
    if (mode.binary && buffering == 1
        && PyErr_WarnEx(PyExc_RuntimeWarning, "line buffering (buffering=1) isn't supported in "
                        "binary mode, the default buffer size will be used", 1) < 0)
        return NULL;
    if (buffering < -1) return kr_raise(PyExc_ValueError, "invalid buffering size");
    KR_AUTO PyObject *raw = open_raw(path, mode, closes_descriptor, opener);
    if (raw == NULL) return NULL;
    PyObject *stream = wrap(raw, mode, buffering,
                            (TextOptions){encoding, errors, newline, mode_text, 0});
    return stream == NULL ? close_and_fail(raw) : stream;
}
