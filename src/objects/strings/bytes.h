// bytes.h - what bytes and bytearray share: views of their data, results of the same type.
#ifndef KR_OBJECTS_STRINGS_BYTES_H
#define KR_OBJECTS_STRINGS_BYTES_H

#include <assert.h>
#include <string.h>

#include "bytearrayobject.h"
#include "bytesobject.h"
#include "methodobject.h"
#include "objects/strings/names.h"
#include "runtime/marks.h"
#include "runtime/owned.h"
#include "text/text.h"

// The bytes of [self], a bytes or a bytearray.  Stale after anything that may run Python code.
static inline KrText kr_bytes_text(PyObject *self)
{
    if (PyBytes_Check(self)) return (KrText){PyBytes_AS_STRING(self), PyBytes_GET_SIZE(self), 1};
    assert(PyByteArray_Check(self));
    return (KrText){PyByteArray_AS_STRING(self), PyByteArray_GET_SIZE(self), 1};
}

static inline KrText kr_buffer_text(const Py_buffer *buffer)
{
    return (KrText){buffer->buf, buffer->len, 1};
}

// A bytes or bytearray as [self] is, never of a subclass.
PyObject *kr_bytes_like(PyObject *self, const void *data, Py_ssize_t size);
// [self] when it is exactly bytes, else a copy.
PyObject *kr_bytes_same(PyObject *self);

// Room for the methods of either type, all told.
enum { KR_BYTES_METHOD_ROOM = 80 };
// Puts [own] and the methods that bytes and bytearray have in common into [to].
void kr_bytes_merge_methods(const PyMethodDef *own, PyMethodDef *to);

// Slots: `in`, repr, hex.
int kr_bytes_contains(PyObject *self, PyObject *what);
PyObject *kr_bytes_repr(const unsigned char *data, Py_ssize_t size, const char *before,
                        const char *after);
PyObject *kr_bytes_hex(const void *data, Py_ssize_t size, PyObject *separator, int group);

// The byte that [value] is, or -1 with [error_message] as ValueError.
int kr_byte_value(PyObject *value, const char *message);

// bytes(x) and bytearray(x): the bytes of an iterable of ints, as bytes.
PyObject *kr_bytes_from_iterable(PyObject *iterable, const char *message);

PyObject *kr_bytes_iterator_new(PyObject *self);
PyObject *kr_bytearray_iterator_new(PyObject *self);

#endif
