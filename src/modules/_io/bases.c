// bases.c - _BufferedIOBase and _TextIOBase: the abstract classes of buffered and text streams.
#include "modules/_io/io.h"

// --- _BufferedIOBase ----------------------------------------------------------------------------

// Reads by [method] and copies into the buffer: new int, the count.
static PyObject *read_into(PyObject *self, PyObject *method, Py_buffer *buffer)
{
    KR_AUTO PyObject *size = PyLong_FromSsize_t(buffer->len);
    KR_AUTO PyObject *bytes = size == NULL ? NULL : PyObject_CallMethodOneArg(self, method, size);
    if (bytes == NULL) return NULL;
    if (!PyBytes_Check(bytes)) return kr_raise(PyExc_TypeError, "read() should return bytes");
    Py_ssize_t length = PyBytes_GET_SIZE(bytes);
    if (length > buffer->len)
        return kr_raise(PyExc_ValueError, "read() returned too much data: %zd bytes requested, "
                        "%zd returned", buffer->len, length);
    memcpy(buffer->buf, PyBytes_AS_STRING(bytes), (size_t)length);
    return PyLong_FromSsize_t(length);
}

METHOD(readinto, "self, buffer: wbuffer, /", "")
static PyObject *bufferediobase_readinto(PyObject *self, Py_buffer *buffer)
{
    return read_into(self, ID(read), buffer);
}

METHOD(readinto1, "self, buffer: wbuffer, /", "")
static PyObject *bufferediobase_readinto1(PyObject *self, Py_buffer *buffer)
{
    return read_into(self, ID(read1), buffer);
}

METHOD(detach, "self",
       "Disconnect this buffer from its underlying raw stream and return it.\n\nAfter the raw "
       "stream has been detached, the buffer is in an unusable\nstate.")
static PyObject *bufferediobase_detach(PyObject *self)
{
    return kr_io_unsupported("detach");
}

METHOD(read, "self, *args: array",
       "read(size=-1, /)\nRead and return up to n bytes.\n\nIf the argument is omitted, None, or "
       "negative, reads and\nreturns all data until EOF.")
static PyObject *bufferediobase_read(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return kr_io_unsupported("read");
}

METHOD(read1, "self, *args: array",
       "read1(size=-1, /)\nRead and return up to n bytes, with at most one read() call\nto the "
       "underlying raw stream. A short result does not imply\nthat EOF is imminent.")
static PyObject *bufferediobase_read1(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return kr_io_unsupported("read1");
}

METHOD(write, "self, *args: array",
       "write(b, /)\nWrite the given buffer to the IO stream.\n\nReturns the number of bytes "
       "written, which is always the length of b\nin bytes.")
static PyObject *bufferediobase_write(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return kr_io_unsupported("write");
}

// --- _TextIOBase --------------------------------------------------------------------------------

METHOD(detach, "self, *args: array",
       "detach()\nSeparate the underlying buffer from the TextIOBase and return it.\n\nAfter the "
       "underlying buffer has been detached, the TextIO is in an\nunusable state.")
static PyObject *textiobase_detach(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return kr_io_unsupported("detach");
}

METHOD(read, "self, *args: array",
       "read(size=-1, /)\nRead at most n characters from stream.\n\nRead from underlying buffer "
       "until we have n characters or we hit EOF.\nIf n is negative or omitted, read until EOF.")
static PyObject *textiobase_read(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return kr_io_unsupported("read");
}

METHOD(readline, "self, *args: array",
       "readline()\nRead until newline or EOF.\n\nReturns an empty string if EOF is hit "
       "immediately.")
static PyObject *textiobase_readline(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return kr_io_unsupported("readline");
}

METHOD(write, "self, *args: array",
       "write(s, /)\nWrite string to stream.\nReturns the number of characters written (which is "
       "always equal to\nthe length of the string).")
static PyObject *textiobase_write(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return kr_io_unsupported("write");
}

GETTER(encoding, "Encoding of the text stream.\n\nSubclasses should override.\n")
static PyObject *textiobase_get_encoding(PyObject *self)
{
    Py_RETURN_NONE;
}

GETTER(newlines, "Line endings translated so far.\n\nOnly line endings translated during reading "
       "are considered.\n\nSubclasses should override.\n")
static PyObject *textiobase_get_newlines(PyObject *self)
{
    Py_RETURN_NONE;
}

GETTER(errors, "The error setting of the decoder or encoder.\n\nSubclasses should override.\n")
static PyObject *textiobase_get_errors(PyObject *self)
{
    Py_RETURN_NONE;
}

#include "modules/_io/bases.methods.h"

PyTypeObject kr_bufferediobase_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io._BufferedIOBase",
    .tp_basicsize = sizeof(KrIOBase),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "Base class for buffered IO objects.\n\nThe main difference with RawIOBase is that "
        "the read() method\nsupports omitting the size argument, and does not have a default\n"
        "implementation that defers to readinto().\n\nIn addition, read(), readinto() and write() "
        "may raise\nBlockingIOError if the underlying raw stream is in non-blocking\nmode and not "
        "ready; unlike their raw counterparts, they will never\nreturn None.\n\nA typical "
        "implementation should not inherit from a RawIOBase\nimplementation, but wrap one.\n",
    .tp_base = &kr_iobase_type,
    .tp_methods = bufferediobase_methods,
};

PyTypeObject kr_textiobase_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io._TextIOBase",
    .tp_basicsize = sizeof(KrIOBase),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "Base class for text I/O.\n\nThis class provides a character and line based "
        "interface to stream\nI/O. There is no readinto method because Python's character "
        "strings\nare immutable.\n",
    .tp_base = &kr_iobase_type,
    .tp_methods = textiobase_methods,
    .tp_getset = textiobase_getset,
};
