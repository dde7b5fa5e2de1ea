// bytesio.c - BytesIO: a binary stream in memory.
//
// (1) The content is the first `length` bytes of `buffer`, a bytes object that is shared as long
//     as nobody writes: a writer first makes it its own (a count of 1, exports aside).
// (2) While exports > 0 the buffer keeps its place and size.
// (3) buffer is NULL when closed.
#include "modules/_io/io.h"

#include "structmember.h"

typedef struct BytesIO {
    KrIOBase base;
    PyObject *buffer;           // bytes, perhaps longer than the content
    Py_ssize_t position, length;
    Py_ssize_t exports;
} BytesIO;

typedef struct BytesIOBuffer {
    PyObject_HEAD
    BytesIO *source;
} BytesIOBuffer;

static int check_open(const BytesIO *self)
{
    if (self->buffer != NULL) return 0;
    return kr_raise_int(PyExc_ValueError, "I/O operation on closed file.");
}

static int check_exports(const BytesIO *self)
{
    if (self->exports == 0) return 0;
    return kr_raise_int(PyExc_BufferError, "Existing exports of data: object cannot be re-sized");
}

// Makes room for [size] bytes in a buffer that is the stream's own, keeps (1).
static int make_room(BytesIO *self, Py_ssize_t size)
{
    Py_ssize_t room = PyBytes_GET_SIZE(self->buffer);
    int is_shared = Py_REFCNT(self->buffer) > 1 && self->exports == 0;
    if (!is_shared && size <= room) return 0;
    if (size > room) room = size < room + room / 8 + 6 ? room + room / 8 + 6 : size;
    if (!is_shared) return _PyBytes_Resize(&self->buffer, room);
    PyObject *own = PyBytes_FromStringAndSize(NULL, room);
    if (own == NULL) return -1;
    memcpy(PyBytes_AS_STRING(own), PyBytes_AS_STRING(self->buffer), (size_t)self->length);
    Py_SETREF(self->buffer, own);
    return 0;
}

// Bytes that can be read from the position on.
static Py_ssize_t rest_of(const BytesIO *self)
{
    return self->position < self->length ? self->length - self->position : 0;
}

// New bytes: the next [count], which are there.
static PyObject *take_bytes(BytesIO *self, Py_ssize_t count)
{
    assert(count <= rest_of(self));
    Py_ssize_t start = self->position;
    self->position += count;
    if (count > 1 && start == 0 && count == PyBytes_GET_SIZE(self->buffer) && self->exports == 0)
        return Py_NewRef(self->buffer);
    return PyBytes_FromStringAndSize(PyBytes_AS_STRING(self->buffer) + start, count);
}

// Length of the next line with its end, at most [limit] (negative: no limit).
static Py_ssize_t line_length(const BytesIO *self, Py_ssize_t limit)
{
    Py_ssize_t rest = rest_of(self);
    if (limit >= 0 && limit < rest) rest = limit;
    if (rest == 0) return 0;
    const char *start = PyBytes_AS_STRING(self->buffer) + self->position;
    const char *end = memchr(start, '\n', (size_t)rest);
    return end == NULL ? rest : end - start + 1;
}

// --- reading ------------------------------------------------------------------------------------

static PyObject *read_at_most(BytesIO *self, Py_ssize_t size)
{
    if (check_open(self) < 0) return NULL;
    Py_ssize_t rest = rest_of(self);
    return take_bytes(self, size < 0 || size > rest ? rest : size);
}

METHOD(read, "self, size: ssize_or_none = -1, /",
       "Read at most size bytes, returned as a bytes object.\n\nIf the size argument is "
       "negative, read until EOF is reached.\nReturn an empty bytes object at EOF.")
static PyObject *bytesio_read(BytesIO *self, Py_ssize_t size)
{
    return read_at_most(self, size);
}

METHOD(read1, "self, size: ssize_or_none = -1, /",
       "Read at most size bytes, returned as a bytes object.\n\nIf the size argument is "
       "negative or omitted, read until EOF is reached.\nReturn an empty bytes object at EOF.")
static PyObject *bytesio_read1(BytesIO *self, Py_ssize_t size)
{
    return read_at_most(self, size);
}

METHOD(readline, "self, size: ssize_or_none = -1, /",
       "Next line from the file, as a bytes object.\n\nRetain newline.  A non-negative size "
       "argument limits the maximum\nnumber of bytes to return (an incomplete line may be "
       "returned then).\nReturn an empty bytes object at EOF.")
static PyObject *bytesio_readline(BytesIO *self, Py_ssize_t size)
{
    return check_open(self) < 0 ? NULL : take_bytes(self, line_length(self, size));
}

METHOD(readlines, "self, size = None, /",
       "List of bytes objects, each a line from the file.\n\nCall readline() repeatedly and "
       "return a list of the lines so read.\nThe optional size argument, if given, is an "
       "approximate bound on the\ntotal number of bytes in the lines returned.")
static PyObject *bytesio_readlines(BytesIO *self, PyObject *limit)
{
    Py_ssize_t most = 0, total = 0;
    if (check_open(self) < 0) return NULL;
    if (PyLong_Check(limit)) {
        most = PyLong_AsSsize_t(limit);
        if (most == -1 && PyErr_Occurred()) return NULL;
    } else if (limit != Py_None) {
        return kr_raise(PyExc_TypeError, "integer argument expected, got '%s'",
                        Py_TYPE(limit)->tp_name);
    }
    KR_AUTO PyObject *list = PyList_New(0);
    for (Py_ssize_t count; list != NULL && (count = line_length(self, -1)) > 0;) {
        KR_AUTO PyObject *line = take_bytes(self, count);
        if (line == NULL || PyList_Append(list, line) < 0) return NULL;
        total += count;
        if (most > 0 && total >= most) break;
    }
    return kr_take(list);
}

static PyObject *bytesio_iternext(BytesIO *self)
{
    if (check_open(self) < 0) return NULL;
    Py_ssize_t count = line_length(self, -1);
    return count == 0 ? NULL : take_bytes(self, count);
}

METHOD(readinto, "self, buffer: wbuffer, /",
       "Read bytes into buffer.\n\nReturns number of bytes read (0 for EOF), or None if the "
       "object\nis set not to block and has no data to read.")
static PyObject *bytesio_readinto(BytesIO *self, Py_buffer *target)
{
    if (check_open(self) < 0) return NULL;
    Py_ssize_t count = kr_smaller(target->len, rest_of(self));
    if (count > 0)
        memcpy(target->buf, PyBytes_AS_STRING(self->buffer) + self->position, (size_t)count);
    self->position += count;
    return PyLong_FromSsize_t(count);
}

METHOD(getvalue, "self", "Retrieve the entire contents of the BytesIO object.")
static PyObject *bytesio_getvalue(BytesIO *self)
{
    if (check_open(self) < 0) return NULL;
    // Later writes will find the buffer shared.
    if (self->length != PyBytes_GET_SIZE(self->buffer) && self->exports == 0) {
        if (Py_REFCNT(self->buffer) > 1) {
            PyObject *own = PyBytes_FromStringAndSize(PyBytes_AS_STRING(self->buffer),
                                                      self->length);
            if (own == NULL) return NULL;
            Py_SETREF(self->buffer, own);
        } else if (_PyBytes_Resize(&self->buffer, self->length) < 0) {
            return NULL;
        }
    }
    if (self->exports > 0)
        return PyBytes_FromStringAndSize(PyBytes_AS_STRING(self->buffer), self->length);
    return Py_NewRef(self->buffer);
}

// --- writing ------------------------------------------------------------------------------------

static Py_ssize_t write_buffer(BytesIO *self, PyObject *object)
{
    if (check_open(self) < 0 || check_exports(self) < 0) return -1;
    Py_buffer data;
    if (PyObject_GetBuffer(object, &data, PyBUF_CONTIG_RO) < 0) return -1;
    Py_ssize_t count = data.len, end = self->position + count;
    int result = -1;
    if (check_open(self) == 0 && check_exports(self) == 0)
        result = count == 0 ? 0 : end < 0 ? (PyErr_NoMemory(), -1) : make_room(self, end);
    if (result == 0 && count > 0) {
        char *bytes = PyBytes_AS_STRING(self->buffer);
        if (self->position > self->length)
            memset(bytes + self->length, 0, (size_t)(self->position - self->length));
        memcpy(bytes + self->position, data.buf, (size_t)count);
        self->position = end;
        if (end > self->length) self->length = end;
    }
    PyBuffer_Release(&data);
    return result < 0 ? -1 : count;
}

METHOD(write, "self, b, /", "Write bytes to file.\n\nReturn the number of bytes written.")
static PyObject *bytesio_write(BytesIO *self, PyObject *data)
{
    Py_ssize_t count = write_buffer(self, data);
    return count < 0 ? NULL : PyLong_FromSsize_t(count);
}

METHOD(writelines, "self, lines, /",
       "Write lines to the file.\n\nNote that newlines are not added.  lines can be any "
       "iterable object\nproducing bytes-like objects. This is equivalent to calling write() "
       "for\neach element.")
static PyObject *bytesio_writelines(BytesIO *self, PyObject *lines)
{
    if (check_open(self) < 0) return NULL;
    KR_AUTO PyObject *iterator = PyObject_GetIter(lines);
    if (iterator == NULL) return NULL;
    for (PyObject *next; (next = PyIter_Next(iterator)) != NULL;) {
        KR_AUTO PyObject *line = next;
        if (write_buffer(self, line) < 0) return NULL;
    }
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

METHOD(truncate, "self, size: object = None, /",
       "Truncate the file to at most size bytes.\n\nSize defaults to the current file "
       "position, as returned by tell().\nThe current file position is unchanged.  Returns "
       "the new size.")
static PyObject *bytesio_truncate(BytesIO *self, PyObject *size)
{
    if (check_open(self) < 0 || check_exports(self) < 0) return NULL;
    Py_ssize_t length = self->position;
    if (kr_argument_ssize_or_none(size, &length) < 0) return NULL;
    if (length < 0) return kr_raise(PyExc_ValueError, "negative size value %zd", length);
    if (length < self->length) {
        if (make_room(self, length) < 0) return NULL;
        self->length = length;
    }
    return PyLong_FromSsize_t(length);
}

// --- positions and states -----------------------------------------------------------------------

METHOD(tell, "self", "Current file position, an integer.")
static PyObject *bytesio_tell(BytesIO *self)
{
    return check_open(self) < 0 ? NULL : PyLong_FromSsize_t(self->position);
}

METHOD(seek, "self, pos: ssize, whence: int = 0, /",
       "Change stream position.\n\nSeek to byte offset pos relative to position indicated by "
       "whence:\n     0  Start of stream (the default).  pos should be >= 0;\n     1  "
       "Current position - pos may be negative;\n     2  End of stream - pos usually "
       "negative.\nReturns the new absolute position.")
static PyObject *bytesio_seek(BytesIO *self, Py_ssize_t offset, int whence)
{
    if (check_open(self) < 0) return NULL;
    if (offset < 0 && whence == 0)
        return kr_raise(PyExc_ValueError, "negative seek value %zd", offset);
    if (whence < 0 || whence > 2)
        return kr_raise(PyExc_ValueError, "invalid whence (%i, should be 0, 1 or 2)", whence);
    Py_ssize_t base = whence == 0 ? 0 : whence == 1 ? self->position : self->length, position;
    if (__builtin_add_overflow(base, offset, &position))
        return kr_raise(PyExc_OverflowError, "new position too large");
    self->position = position < 0 ? 0 : position;
    return PyLong_FromSsize_t(self->position);
}

static PyObject *true_if_open(BytesIO *self)
{
    return check_open(self) < 0 ? NULL : Py_NewRef(Py_True);
}

METHOD(readable, "self", "Returns True if the IO object can be read.")
static PyObject *bytesio_readable(BytesIO *self)
{
    return true_if_open(self);
}

METHOD(writable, "self", "Returns True if the IO object can be written.")
static PyObject *bytesio_writable(BytesIO *self)
{
    return true_if_open(self);
}

METHOD(seekable, "self", "Returns True if the IO object can be seeked.")
static PyObject *bytesio_seekable(BytesIO *self)
{
    return true_if_open(self);
}

METHOD(isatty, "self",
       "Always returns False.\n\nBytesIO objects are not connected to a TTY-like device.")
static PyObject *bytesio_isatty(BytesIO *self)
{
    return check_open(self) < 0 ? NULL : Py_NewRef(Py_False);
}

METHOD(flush, "self", "Does nothing.")
static PyObject *bytesio_flush(BytesIO *self)
{
    return check_open(self) < 0 ? NULL : Py_NewRef(Py_None);
}

METHOD(close, "self", "Disable all I/O operations.")
static PyObject *bytesio_close(BytesIO *self)
{
    if (check_exports(self) < 0) return NULL;
    Py_CLEAR(self->buffer);
    Py_RETURN_NONE;
}

GETTER(closed, "True if the file is closed.")
static PyObject *bytesio_get_closed(BytesIO *self)
{
    return PyBool_FromLong(self->buffer == NULL);
}

// --- pickling and size --------------------------------------------------------------------------

METHOD(__getstate__, "self", NULL)
static PyObject *bytesio___getstate__(BytesIO *self)
{
    KR_AUTO PyObject *value = bytesio_getvalue(self);
    if (value == NULL) return NULL;
    KR_AUTO PyObject *dict = self->base.dict == NULL ? Py_NewRef(Py_None)
        : PyDict_Copy(self->base.dict);
    return dict == NULL ? NULL : Py_BuildValue("(OnO)", value, self->position, dict);
}

METHOD(__setstate__, "self, state, /", NULL)
static PyObject *bytesio___setstate__(BytesIO *self, PyObject *state)
{
    if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) < 3)
        return kr_raise(PyExc_TypeError, "%.200s.__setstate__ argument should be 3-tuple, got "
                        "%.200s", Py_TYPE(self)->tp_name, Py_TYPE(state)->tp_name);
    if (check_open(self) < 0 || check_exports(self) < 0) return NULL;
    self->position = self->length = 0;
    if (write_buffer(self, PyTuple_GET_ITEM(state, 0)) < 0) return NULL;
    PyObject *position = PyTuple_GET_ITEM(state, 1), *dict = PyTuple_GET_ITEM(state, 2);
    if (!PyLong_Check(position))
        return kr_raise(PyExc_TypeError, "second item of state must be an integer, not %.200s",
                        Py_TYPE(position)->tp_name);
    Py_ssize_t number = PyLong_AsSsize_t(position);
    if (number == -1 && PyErr_Occurred()) return NULL;
    if (number < 0) return kr_raise(PyExc_ValueError, "position value cannot be negative");
    self->position = number;
    if (dict == Py_None) Py_RETURN_NONE;
    if (!PyDict_Check(dict))
        return kr_raise(PyExc_TypeError, "third item of state should be a dict, got a %.200s",
                        Py_TYPE(dict)->tp_name);
    if (self->base.dict == NULL) self->base.dict = Py_NewRef(dict);
    else if (PyDict_Update(self->base.dict, dict) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(__sizeof__, "self", NULL)
static PyObject *bytesio___sizeof__(BytesIO *self)
{
    Py_ssize_t size = Py_TYPE(self)->tp_basicsize;
    if (self->buffer != NULL && Py_REFCNT(self->buffer) == 1)
        size += (Py_ssize_t)_PySys_GetSizeOf(self->buffer);
    return PyLong_FromSsize_t(size);
}

// --- the type -----------------------------------------------------------------------------------

static PyObject *bytesio_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    BytesIO *self = (BytesIO *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->buffer = PyBytes_FromStringAndSize(NULL, 0);
    if (self->buffer == NULL) Py_CLEAR(self);
    return (PyObject *)self;
}

INITIALIZER(BytesIO, "initial_bytes: object = b''",
            "Buffered I/O implementation using an in-memory bytes buffer.")
static int bytesio_init(BytesIO *self, PyObject *initial)
{
    if (check_exports(self) < 0) return -1;
    PyObject *empty = PyBytes_FromStringAndSize(NULL, 0);
    if (empty == NULL) return -1;
    Py_XSETREF(self->buffer, empty);
    self->position = self->length = 0;
    if (initial == NULL || initial == Py_None) return 0;
    if (PyBytes_CheckExact(initial)) {
        Py_SETREF(self->buffer, Py_NewRef(initial));
        self->length = PyBytes_GET_SIZE(initial);
        return 0;
    }
    if (write_buffer(self, initial) < 0) return -1;
    self->position = 0;
    return 0;
}

static int bytesio_traverse(BytesIO *self, visitproc visit, void *arg)
{
    Py_VISIT(self->base.dict);
    return 0;
}

static int bytesio_clear(BytesIO *self)
{
    Py_CLEAR(self->base.dict);
    return 0;
}

static void bytesio_dealloc(BytesIO *self)
{
    PyObject_GC_UnTrack(self);
    if (self->base.weak_references != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    Py_CLEAR(self->buffer);
    Py_CLEAR(self->base.dict);
    Py_TYPE(self)->tp_free(self);
}

// --- getbuffer ----------------------------------------------------------------------------------

METHOD(getbuffer, "self", "Get a read-write view over the contents of the BytesIO object.")
static PyObject *bytesio_getbuffer(BytesIO *self)
{
    if (check_open(self) < 0) return NULL;
    BytesIOBuffer *buffer = PyObject_GC_New(BytesIOBuffer, &_PyBytesIOBuffer_Type);
    if (buffer == NULL) return NULL;
    buffer->source = (BytesIO *)Py_NewRef((PyObject *)self);
    PyObject_GC_Track(buffer);
    PyObject *view = PyMemoryView_FromObject((PyObject *)buffer);
    Py_DECREF(buffer);
    return view;
}

static int buffer_get(BytesIOBuffer *self, Py_buffer *view, int flags)
{
    BytesIO *source = self->source;
    // Programs write through the view: the bytes must be the stream's own.
    if (source->exports == 0 && make_room(source, source->length) < 0) return -1;
    int result = PyBuffer_FillInfo(view, (PyObject *)self, PyBytes_AS_STRING(source->buffer),
                                   source->length, 0, flags);
    if (result == 0) source->exports++;
    return result;
}

static void buffer_release(BytesIOBuffer *self, Py_buffer *view)
{
    self->source->exports--;
}

static int buffer_traverse(BytesIOBuffer *self, visitproc visit, void *arg)
{
    Py_VISIT(self->source);
    return 0;
}

static void buffer_dealloc(BytesIOBuffer *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->source);
    PyObject_GC_Del(self);
}

static PyBufferProcs buffer_procs = {(getbufferproc)buffer_get, (releasebufferproc)buffer_release};

PyTypeObject _PyBytesIOBuffer_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io._BytesIOBuffer",
    .tp_basicsize = sizeof(BytesIOBuffer),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = (destructor)buffer_dealloc,
    .tp_traverse = (traverseproc)buffer_traverse,
    .tp_as_buffer = &buffer_procs,
};

#include "modules/_io/bytesio.methods.h"

PyTypeObject kr_bytesio_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.BytesIO",
    .tp_basicsize = sizeof(BytesIO),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = bytesio_doc,
    .tp_base = &kr_bufferediobase_type,
    .tp_new = bytesio_tp_new,
    .tp_init = bytesio_tp_init,
    .tp_dealloc = (destructor)bytesio_dealloc,
    .tp_traverse = (traverseproc)bytesio_traverse,
    .tp_clear = (inquiry)bytesio_clear,
    .tp_weaklistoffset = offsetof(BytesIO, base.weak_references),
    .tp_dictoffset = offsetof(BytesIO, base.dict),
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)bytesio_iternext,
    .tp_methods = bytesio_methods,
    .tp_getset = bytesio_getset,
};
