// bytes_writer.c - _PyBytesWriter: bytes or bytearray under construction, on the stack while
// small.
//
// The caller keeps the write position as a pointer; every function that may move the data returns
// it anew.
// (1) min_size bytes are asked for in all; they count what is written and what was prepared.
#include "bytesobject.h"
#include "bytearrayobject.h"
#include "pyerrors.h"

#include <assert.h>
#include <string.h>

#include "object.h"

static char *start_of(_PyBytesWriter *writer)
{
    if (writer->use_small_buffer) return writer->small_buffer;
    if (writer->use_bytearray) return PyByteArray_AS_STRING(writer->buffer);
    return PyBytes_AS_STRING(writer->buffer);
}

void _PyBytesWriter_Init(_PyBytesWriter *writer)
{
    memset(writer, 0, offsetof(_PyBytesWriter, small_buffer));
}

void _PyBytesWriter_Dealloc(_PyBytesWriter *writer)
{
    Py_CLEAR(writer->buffer);
}

void *_PyBytesWriter_Alloc(_PyBytesWriter *writer, Py_ssize_t size)
{
    assert(writer->buffer == NULL && size >= 0);
    writer->use_small_buffer = 1;
    writer->allocated = sizeof writer->small_buffer;
    return _PyBytesWriter_Prepare(writer, writer->small_buffer, size);
}

// Makes the buffer an object of [size] bytes, with what is written so far.
static int move_to_object(_PyBytesWriter *writer, Py_ssize_t size, Py_ssize_t written)
{
    PyObject *buffer = writer->use_bytearray ? PyByteArray_FromStringAndSize(NULL, size)
                                             : PyBytes_FromStringAndSize(NULL, size);
    if (buffer == NULL) return -1;
    char *to = writer->use_bytearray ? PyByteArray_AS_STRING(buffer) : PyBytes_AS_STRING(buffer);
    memcpy(to, writer->small_buffer, written);
    writer->use_small_buffer = 0;
    writer->buffer = buffer;
    return 0;
}

void *_PyBytesWriter_Resize(_PyBytesWriter *writer, void *position, Py_ssize_t size)
{
    Py_ssize_t written = (char *)position - start_of(writer);
    if (writer->overallocate && size <= PY_SSIZE_T_MAX - size / 4) size += size / 4;
    int failed;
    if (writer->use_small_buffer) failed = move_to_object(writer, size, written);
    else if (writer->use_bytearray) failed = PyByteArray_Resize(writer->buffer, size);
    else failed = _PyBytes_Resize(&writer->buffer, size);
    if (failed < 0) {
        _PyBytesWriter_Dealloc(writer);
        return NULL;
    }
    writer->allocated = size;
    return start_of(writer) + written;
}

void *_PyBytesWriter_Prepare(_PyBytesWriter *writer, void *position, Py_ssize_t size)
{
    if (size == 0) return position;
    if (writer->min_size > PY_SSIZE_T_MAX - size) {
        PyErr_NoMemory();
        _PyBytesWriter_Dealloc(writer);
        return NULL;
    }
    writer->min_size += size;
    if (writer->min_size <= writer->allocated) return position;
    return _PyBytesWriter_Resize(writer, position, writer->min_size);
}

void *_PyBytesWriter_WriteBytes(_PyBytesWriter *writer, void *position, const void *data,
                                Py_ssize_t size)
{
    char *to = _PyBytesWriter_Prepare(writer, position, size);
    if (to == NULL) return NULL;
    memcpy(to, data, size);
    return to + size;
}

PyObject *_PyBytesWriter_Finish(_PyBytesWriter *writer, void *position)
{
    Py_ssize_t size = (char *)position - start_of(writer);
    if (writer->use_small_buffer)
        return writer->use_bytearray ? PyByteArray_FromStringAndSize(writer->small_buffer, size)
                                     : PyBytes_FromStringAndSize(writer->small_buffer, size);
    PyObject *result = writer->buffer;
    writer->buffer = NULL;
    if (writer->use_bytearray) {
        if (PyByteArray_Resize(result, size) < 0) Py_CLEAR(result);
    } else {
        _PyBytes_Resize(&result, size);
    }
    return result;
}
