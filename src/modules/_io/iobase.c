// iobase.c - _IOBase and _RawIOBase: what every stream can do in terms of a few methods of its
// own.
//
// (1) closing goes through the attribute `__IOBase_closed`, so that a subclass may override
//     close() and `closed`.
#include "modules/_io/io.h"

#include "structmember.h"

#include "internal/pycore_bytesobject.h"
#include "internal/pycore_pyerrors.h"
#include "runtime/state.h"

PyObject *kr_io_unsupported(const char *message)
{
    PyErr_SetString(kr_interpreter_current()->io_unsupported_operation, message);
    return NULL;
}

// --- states -------------------------------------------------------------------------------------

// 1 when the stream was closed by _IOBase.close, 0 when not, -1 on failure.
static int is_marked_closed(PyObject *self)
{
    PyObject *mark;
    int found = _PyObject_LookupAttr(self, ID(__IOBase_closed), &mark);
    Py_XDECREF(mark);
    return found;
}

// Truth of the attribute `closed`.
static int is_closed(PyObject *self)
{
    PyObject *closed = PyObject_GetAttr(self, ID(closed));
    if (closed == NULL) return -1;
    int answer = PyObject_IsTrue(closed);
    Py_DECREF(closed);
    return answer;
}

int kr_iobase_check_closed(PyObject *self)
{
    PyObject *closed;
    if (_PyObject_LookupAttr(self, ID(closed), &closed) < 0) return -1;
    if (closed == NULL) return 0;
    int answer = PyObject_IsTrue(closed);
    Py_DECREF(closed);
    if (answer > 0) PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.");
    return answer ? -1 : 0;
}

int kr_iobase_check_ability(PyObject *self, PyObject *name, const char *message)
{
    PyObject *answer = PyObject_CallMethodNoArgs(self, name);
    if (answer == NULL) return -1;
    int can = answer == Py_True;
    Py_DECREF(answer);
    if (!can) kr_io_unsupported(message);
    return can ? 0 : -1;
}

int kr_io_trap_interrupt(void)
{
    if (!PyErr_ExceptionMatches(PyExc_OSError)) return 0;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *code = ((PyOSErrorObject *)value)->myerrno;
    if (code == NULL || !PyLong_Check(code) || PyLong_AsLong(code) != EINTR) {
        PyErr_Restore(type, value, traceback);
        return 0;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return 1;
}

off_t kr_io_as_offset(PyObject *value, PyObject *error)
{
    PyObject *index = PyNumber_Index(value);
    if (index == NULL) return -1;
    long long offset = PyLong_AsLongLong(index);
    Py_DECREF(index);
    if (offset == -1 && PyErr_Occurred() && error != NULL
        && PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        PyErr_Format(error, "cannot fit '%.200s' into an offset-sized integer",
                     Py_TYPE(value)->tp_name);
    }
    return offset;
}

// --- abilities ----------------------------------------------------------------------------------

METHOD(seek, "self, offset, whence: int = 0, /",
       "Change stream position.\n\nChange the stream position to the given byte offset. The "
       "offset is\ninterpreted relative to the position indicated by whence.  Values\nfor "
       "whence are:\n\n* 0 -- start of stream (the default); offset should be zero or positive\n"
       "* 1 -- current stream position; offset may be negative\n* 2 -- end of stream; offset is "
       "usually negative\n\nReturn the new absolute position.")
static PyObject *iobase_seek(PyObject *self, PyObject *offset, int whence)
{
    return kr_io_unsupported("seek");
}

METHOD(tell, "self", "Return current stream position.")
static PyObject *iobase_tell(PyObject *self)
{
    PyObject *zero = PyLong_FromLong(0), *one = PyLong_FromLong(1);
    PyObject *position = PyObject_CallMethodObjArgs(self, ID(seek), zero, one, NULL);
    Py_DECREF(zero);
    Py_DECREF(one);
    return position;
}

METHOD(truncate, "self, pos = None, /",
       "Truncate file to size bytes.\n\nFile pointer is left unchanged.  Size defaults to "
       "the current IO\nposition as reported by tell().  Returns the new size.")
static PyObject *iobase_truncate(PyObject *self, PyObject *position)
{
    return kr_io_unsupported("truncate");
}

METHOD(flush, "self",
       "Flush write buffers, if applicable.\n\nThis is not implemented for read-only and "
       "non-blocking streams.")
static PyObject *iobase_flush(PyObject *self)
{
    int closed = is_marked_closed(self);
    if (closed < 0) return NULL;
    if (closed) return kr_raise(PyExc_ValueError, "I/O operation on closed file.");
    Py_RETURN_NONE;
}

// Keeps (1).  The stream counts as closed even when flushing fails.
METHOD(close, "self",
       "Flush and close the IO object.\n\nThis method has no effect if the file is already "
       "closed.")
static PyObject *iobase_close(PyObject *self)
{
    int closed = is_marked_closed(self);
    if (closed < 0) return NULL;
    if (closed) Py_RETURN_NONE;
    PyObject *flushed = PyObject_CallMethodNoArgs(self, ID(flush));
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    int marked = PyObject_SetAttr(self, ID(__IOBase_closed), Py_True);
    _PyErr_ChainExceptions(type, value, traceback);
    if (marked < 0 || flushed == NULL) {
        Py_XDECREF(flushed);
        return NULL;
    }
    Py_DECREF(flushed);
    Py_RETURN_NONE;
}

METHOD(seekable, "self",
       "Return whether object supports random access.\n\nIf False, seek(), tell() and "
       "truncate() will raise OSError.\nThis method may need to do a test seek().")
static PyObject *iobase_seekable(PyObject *self)
{
    Py_RETURN_FALSE;
}

METHOD(readable, "self",
       "Return whether object was opened for reading.\n\nIf False, read() will raise OSError.")
static PyObject *iobase_readable(PyObject *self)
{
    Py_RETURN_FALSE;
}

METHOD(writable, "self",
       "Return whether object was opened for writing.\n\nIf False, write() will raise "
       "OSError.")
static PyObject *iobase_writable(PyObject *self)
{
    Py_RETURN_FALSE;
}

METHOD(_checkClosed, "self, *args: array", NULL)
static PyObject *iobase__checkClosed(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    if (kr_iobase_check_closed(self) < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *true_or_null(int result)
{
    return result < 0 ? NULL : Py_NewRef(Py_True);
}

METHOD(_checkSeekable, "self, *args: array", NULL)
static PyObject *iobase__checkSeekable(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return true_or_null(kr_iobase_check_ability(self, ID(seekable),
                                                "File or stream is not seekable."));
}

METHOD(_checkReadable, "self, *args: array", NULL)
static PyObject *iobase__checkReadable(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return true_or_null(kr_iobase_check_ability(self, ID(readable),
                                                "File or stream is not readable."));
}

METHOD(_checkWritable, "self, *args: array", NULL)
static PyObject *iobase__checkWritable(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return true_or_null(kr_iobase_check_ability(self, ID(writable),
                                                "File or stream is not writable."));
}

METHOD(fileno, "self",
       "Returns underlying file descriptor if one exists.\n\nOSError is raised if the IO "
       "object does not use a file descriptor.")
static PyObject *iobase_fileno(PyObject *self)
{
    return kr_io_unsupported("fileno");
}

METHOD(isatty, "self",
       "Return whether this is an 'interactive' stream.\n\nReturn False if it can't be "
       "determined.")
static PyObject *iobase_isatty(PyObject *self)
{
    if (kr_iobase_check_closed(self) < 0) return NULL;
    Py_RETURN_FALSE;
}

METHOD(__enter__, "self", NULL)
static PyObject *iobase___enter__(PyObject *self)
{
    return kr_iobase_check_closed(self) < 0 ? NULL : Py_NewRef(self);
}

METHOD(__exit__, "self, *args: array", NULL)
static PyObject *iobase___exit__(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return PyObject_CallMethodNoArgs(self, ID(close));
}

GETTER(closed)
static PyObject *iobase_get_closed(PyObject *self)
{
    int closed = is_marked_closed(self);
    return closed < 0 ? NULL : PyBool_FromLong(closed);
}

GETTER(__dict__)
static PyObject *iobase_get___dict__(PyObject *self)
{
    return PyObject_GenericGetDict(self, NULL);
}

SETTER(__dict__)
static int iobase_set___dict__(PyObject *self, PyObject *value)
{
    return PyObject_GenericSetDict(self, value, NULL);
}

// --- lines --------------------------------------------------------------------------------------

// How many bytes may be read without passing the next line end, by what peek() shows; -1 on
// failure.
static Py_ssize_t peek_line(PyObject *self, PyObject *peek, Py_ssize_t limit)
{
    PyObject *seen = PyObject_CallOneArg(peek, kr_small_int(1));
    if (seen == NULL) return kr_io_trap_interrupt() ? 0 : -1;
    if (!PyBytes_Check(seen)) {
        PyErr_Format(PyExc_OSError, "peek() should have returned a bytes object, not '%.200s'",
                     Py_TYPE(seen)->tp_name);
        Py_DECREF(seen);
        return -1;
    }
    Py_ssize_t length = PyBytes_GET_SIZE(seen);
    if (limit >= 0) length = kr_smaller(length, limit);
    const char *end = memchr(PyBytes_AS_STRING(seen), '\n', (size_t)length);
    Py_ssize_t count = end == NULL ? length : end - PyBytes_AS_STRING(seen) + 1;
    Py_DECREF(seen);
    return count > 0 ? count : 1;
}

METHOD(readline, "self, size: ssize_or_none = -1, /",
       "Read and return a line from the stream.\n\nIf size is specified, at most size bytes "
       "will be read.\n\nThe line terminator is always b'\\n' for binary files; for text\n"
       "files, the newlines argument to open can be used to select the line\nterminator(s) "
       "recognized.")
static PyObject *iobase_readline(PyObject *self, Py_ssize_t limit)
{
    KR_AUTO PyObject *peek = NULL;
    KR_AUTO PyObject *line = PyByteArray_FromStringAndSize(NULL, 0);
    if (line == NULL || _PyObject_LookupAttr(self, ID(peek), &peek) < 0) return NULL;
    while (limit < 0 || PyByteArray_GET_SIZE(line) < limit) {
        Py_ssize_t wanted = 1;
        if (peek != NULL) {
            wanted = peek_line(self, peek, limit < 0 ? -1 : limit - PyByteArray_GET_SIZE(line));
            if (wanted < 0) return NULL;
            if (wanted == 0) continue;
        }
        KR_AUTO PyObject *number = PyLong_FromSsize_t(wanted);
        KR_AUTO PyObject *piece = number == NULL ? NULL
            : PyObject_CallMethodOneArg(self, ID(read), number);
        if (piece == NULL) {
            if (number != NULL && kr_io_trap_interrupt()) continue;
            return NULL;
        }
        if (!PyBytes_Check(piece))
            return kr_raise(PyExc_OSError, "read() should have returned a bytes object, not "
                            "'%.200s'", Py_TYPE(piece)->tp_name);
        Py_ssize_t length = PyBytes_GET_SIZE(piece), old = PyByteArray_GET_SIZE(line);
        if (length == 0) break;
        if (PyByteArray_Resize(line, old + length) < 0) return NULL;
        memcpy(PyByteArray_AS_STRING(line) + old, PyBytes_AS_STRING(piece), (size_t)length);
        if (PyBytes_AS_STRING(piece)[length - 1] == '\n') break;
    }
    return PyBytes_FromStringAndSize(PyByteArray_AS_STRING(line), PyByteArray_GET_SIZE(line));
}

static PyObject *iobase_iter(PyObject *self)
{
    return kr_iobase_check_closed(self) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *iobase_iternext(PyObject *self)
{
    PyObject *line = PyObject_CallMethodNoArgs(self, ID(readline));
    if (line == NULL) return NULL;
    Py_ssize_t length = PyObject_Size(line);
    if (length > 0) return line;
    Py_DECREF(line);
    return NULL;
}

METHOD(readlines, "self, hint: ssize_or_none = -1, /",
       "Return a list of lines from the stream.\n\nhint can be specified to control the "
       "number of lines read: no more\nlines will be read if the total size (in "
       "bytes/characters) of all\nlines so far exceeds hint.")
static PyObject *iobase_readlines(PyObject *self, Py_ssize_t hint)
{
    KR_AUTO PyObject *list = PyList_New(0);
    KR_AUTO PyObject *iterator = list == NULL ? NULL : PyObject_GetIter(self);
    if (iterator == NULL) return NULL;
    Py_ssize_t total = 0;
    for (PyObject *next; (next = PyIter_Next(iterator)) != NULL;) {
        KR_AUTO PyObject *line = next;
        Py_ssize_t length = hint > 0 ? PyObject_Size(line) : 0;
        if (length < 0 || PyList_Append(list, line) < 0) return NULL;
        if (hint > 0 && (total += length) >= hint) break;
    }
    return PyErr_Occurred() ? NULL : kr_take(list);
}

METHOD(writelines, "self, lines, /",
       "Write a list of lines to stream.\n\nLine separators are not added, so it is usual "
       "for each of the\nlines provided to have a line separator at the end.")
static PyObject *iobase_writelines(PyObject *self, PyObject *lines)
{
    if (kr_iobase_check_closed(self) < 0) return NULL;
    KR_AUTO PyObject *iterator = PyObject_GetIter(lines);
    if (iterator == NULL) return NULL;
    for (PyObject *next; (next = PyIter_Next(iterator)) != NULL;) {
        KR_AUTO PyObject *line = next;
        PyObject *written;
        do {
            written = PyObject_CallMethodOneArg(self, ID(write), line);
        } while (written == NULL && kr_io_trap_interrupt());
        if (written == NULL) return NULL;
        Py_DECREF(written);
    }
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

// --- the end of a stream ------------------------------------------------------------------------

void kr_iobase_finalize(PyObject *self)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    // A stream without a working `closed` is taken for open.
    int closed = is_closed(self);
    if (closed < 0) PyErr_Clear();
    if (closed <= 0) {
        // close() can see that nobody is there to receive its exceptions.
        if (PyObject_SetAttr(self, ID(_finalizing), Py_True) < 0) PyErr_Clear();
        PyObject *result = PyObject_CallMethodNoArgs(self, ID(close));
        if (result == NULL && kr_interpreter_current()->config.dev_mode > 0)
            PyErr_WriteUnraisable(self);
        PyErr_Clear();
        Py_XDECREF(result);
    }
    PyErr_Restore(type, value, traceback);
}

int kr_iobase_finalize_at_dealloc(PyObject *self)
{
    int is_instance_of_class = PyType_HasFeature(Py_TYPE(self), Py_TPFLAGS_HEAPTYPE);
    if (PyObject_CallFinalizerFromDealloc(self) == 0) return 0;
    // The deallocator of a Python class drops the class when it is through, resurrected or not.
    if (is_instance_of_class) Py_INCREF(Py_TYPE(self));
    return -1;
}

static int iobase_traverse(KrIOBase *self, visitproc visit, void *arg)
{
    Py_VISIT(self->dict);
    return 0;
}

static int iobase_clear(KrIOBase *self)
{
    Py_CLEAR(self->dict);
    return 0;
}

static void iobase_dealloc(KrIOBase *self)
{
    if (kr_iobase_finalize_at_dealloc((PyObject *)self) < 0) return;
    PyObject_GC_UnTrack(self);
    if (self->weak_references != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    Py_CLEAR(self->dict);
    Py_TYPE(self)->tp_free(self);
}

// --- _RawIOBase ---------------------------------------------------------------------------------

METHOD(read, "self, size: ssize = -1, /", "")
static PyObject *rawiobase_read(PyObject *self, Py_ssize_t size)
{
    if (size < 0) return PyObject_CallMethodNoArgs(self, ID(readall));
    KR_AUTO PyObject *buffer = PyByteArray_FromStringAndSize(NULL, size);
    KR_AUTO PyObject *count = buffer == NULL ? NULL
        : PyObject_CallMethodOneArg(self, ID(readinto), buffer);
    if (count == NULL || count == Py_None) return kr_take(count);
    Py_ssize_t length = PyNumber_AsSsize_t(count, PyExc_ValueError);
    if (length == -1 && PyErr_Occurred()) return NULL;
    if (length < 0 || length > PyByteArray_GET_SIZE(buffer))
        return kr_raise(PyExc_ValueError, "readinto returned %zd outside buffer size %zd", length,
                        PyByteArray_GET_SIZE(buffer));
    return PyBytes_FromStringAndSize(PyByteArray_AS_STRING(buffer), length);
}

METHOD(readall, "self", "Read until EOF, using multiple read() call.")
static PyObject *rawiobase_readall(PyObject *self)
{
    KR_AUTO PyObject *pieces = PyList_New(0);
    KR_AUTO PyObject *size = PyLong_FromLong(KR_IO_BUFFER_SIZE);
    if (pieces == NULL || size == NULL) return NULL;
    for (;;) {
        KR_AUTO PyObject *piece = PyObject_CallMethodOneArg(self, ID(read), size);
        if (piece == NULL) {
            if (kr_io_trap_interrupt()) continue;
            return NULL;
        }
        if (piece == Py_None && PyList_GET_SIZE(pieces) == 0) return kr_take(piece);
        if (piece == Py_None) break;
        if (!PyBytes_Check(piece)) return kr_raise(PyExc_TypeError, "read() should return bytes");
        if (PyBytes_GET_SIZE(piece) == 0) break;
        if (PyList_Append(pieces, piece) < 0) return NULL;
    }
    KR_AUTO PyObject *empty = PyBytes_FromStringAndSize(NULL, 0);
    return empty == NULL ? NULL : _PyBytes_Join(empty, pieces);
}

METHOD(readinto, "self, *args: array", NULL)
static PyObject *rawiobase_readinto(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    PyErr_SetNone(PyExc_NotImplementedError);
    return NULL;
}

METHOD(write, "self, *args: array", NULL)
static PyObject *rawiobase_write(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    PyErr_SetNone(PyExc_NotImplementedError);
    return NULL;
}

#include "modules/_io/iobase.methods.h"

PyTypeObject kr_iobase_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io._IOBase",
    .tp_basicsize = sizeof(KrIOBase),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "The abstract base class for all I/O classes.\n\nThis class provides dummy "
        "implementations for many methods that\nderived classes can override selectively; the "
        "default implementations\nrepresent a file that cannot be read, written or seeked.",
    .tp_new = PyType_GenericNew,
    .tp_dealloc = (destructor)iobase_dealloc,
    .tp_finalize = kr_iobase_finalize,
    .tp_traverse = (traverseproc)iobase_traverse,
    .tp_clear = (inquiry)iobase_clear,
    .tp_weaklistoffset = offsetof(KrIOBase, weak_references),
    .tp_dictoffset = offsetof(KrIOBase, dict),
    .tp_iter = iobase_iter,
    .tp_iternext = iobase_iternext,
    .tp_methods = iobase_methods,
    .tp_getset = iobase_getset,
};

PyTypeObject kr_rawiobase_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io._RawIOBase",
    .tp_basicsize = sizeof(KrIOBase),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "Base class for raw binary I/O.",
    .tp_base = &kr_iobase_type,
    .tp_methods = rawiobase_methods,
};
