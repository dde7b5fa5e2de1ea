// buffered_read.c - reading through a buffer.
#include "modules/_io/buffered.h"

// Before a read: what was written must be in the raw stream.
static int start_reading(KrBuffered *self)
{
    return self->writable && self->write_end > 0 ? kr_buffered_flush(self) : 0;
}

static void take(KrBuffered *self, char *to, Py_ssize_t size)
{
    assert(size <= kr_buffered_ahead(self));
    memcpy(to, self->data + self->read_at, size);
    self->read_at += size;
}

// Reads once behind what is there: bytes added, KR_WOULD_BLOCK or -1.
static Py_ssize_t fill(KrBuffered *self)
{
    if (self->read_at == self->read_end) self->read_at = self->read_end = 0;
    Py_ssize_t count = kr_buffered_raw_read(self, self->data + self->read_end,
                                            self->size - self->read_end);
    if (count > 0) self->read_end += count;
    return count;
}

// --- all --------------------------------------------------------------------------------------

// Appends what raw.read() gives until there is nothing: 0, or -1.
static int append_reads(KrBuffered *self, PyObject **data)
{
    for (;;) {
        KR_AUTO PyObject *piece = PyObject_CallMethodNoArgs(self->raw, ID(read));
        if (piece == NULL) return -1;
        if (piece != Py_None && !PyBytes_Check(piece))
            return kr_raise_int(PyExc_TypeError, "read() should return bytes");
        if (piece == Py_None || PyBytes_GET_SIZE(piece) == 0) {
            if (PyBytes_GET_SIZE(*data) == 0) Py_SETREF(*data, Py_NewRef(piece));
            return 0;
        }
        if (self->raw_at >= 0) self->raw_at += PyBytes_GET_SIZE(piece);
        PyBytes_Concat(data, piece);
        if (*data == NULL) return -1;
    }
}

static PyObject *read_all(KrBuffered *self)
{
    KR_AUTO PyObject *data = PyBytes_FromStringAndSize(self->data + self->read_at,
                                                       kr_buffered_ahead(self));
    if (data == NULL || start_reading(self) < 0) return NULL;
    self->read_at = self->read_end = 0;
    PyObject *method;
    if (_PyObject_LookupAttr(self->raw, ID(readall), &method) < 0) return NULL;
    if (method == NULL) return append_reads(self, &data) < 0 ? NULL : kr_take(data);
    KR_AUTO PyObject *rest = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    if (rest == NULL) return NULL;
    self->raw_at = -1;
    if (rest != Py_None && !PyBytes_Check(rest))
        return kr_raise(PyExc_TypeError, "readall() should return bytes");
    if (PyBytes_GET_SIZE(data) == 0) return kr_take(rest);
    if (rest != Py_None) PyBytes_Concat(&data, rest);
    return kr_take(data);
}

// --- a number of bytes ------------------------------------------------------------------------

// Reads [size] bytes, more than are there.  Bytes read, KR_WOULD_BLOCK when there were none and
// the raw stream would block, or -1.
static Py_ssize_t read_much(KrBuffered *self, char *to, Py_ssize_t size)
{
    Py_ssize_t done = kr_buffered_ahead(self);
    take(self, to, done);
    if (start_reading(self) < 0) return -1;
    while (done < size) {
        Py_ssize_t missing = size - done, count;
        if (missing >= self->size) {
            // Whole blocks go past the buffer.
            count = kr_buffered_raw_read(self, to + done, missing - missing % self->size);
            if (count > 0) done += count;
        } else {
            count = fill(self);
            if (count > 0) {
                Py_ssize_t taken = Py_MIN(missing, kr_buffered_ahead(self));
                take(self, to + done, taken);
                done += taken;
            }
        }
        if (count == -1) return -1;
        if (count == KR_WOULD_BLOCK && done == 0) return KR_WOULD_BLOCK;
        if (count <= 0) break;
    }
    return done;
}

static PyObject *read_size(KrBuffered *self, Py_ssize_t size)
{
    if (size <= kr_buffered_ahead(self)) {
        PyObject *bytes = PyBytes_FromStringAndSize(self->data + self->read_at, size);
        if (bytes != NULL) self->read_at += size;
        return bytes;
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) return NULL;
    Py_ssize_t count = read_much(self, PyBytes_AS_STRING(bytes), size);
    if (count < 0) {
        Py_DECREF(bytes);
        return count == KR_WOULD_BLOCK ? Py_NewRef(Py_None) : NULL;
    }
    if (count < size) _PyBytes_Resize(&bytes, count);
    return bytes;
}

PyObject *kr_buffered_read(KrBuffered *self, Py_ssize_t size)
{
    if (kr_buffered_check(self) < 0) return NULL;
    if (size < -1)
        return kr_raise(PyExc_ValueError, "read length must be non-negative or -1");
    if (kr_buffered_check_open(self, "read of closed") < 0 || kr_buffered_enter(self) < 0)
        return NULL;
    PyObject *bytes = size == -1 ? read_all(self) : read_size(self, size);
    kr_buffered_leave(self);
    return bytes;
}

static PyObject *read_once(KrBuffered *self, Py_ssize_t size)
{
    Py_ssize_t ahead = kr_buffered_ahead(self);
    if (ahead > 0) return read_size(self, Py_MIN(size, ahead));
    if (start_reading(self) < 0) return NULL;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) return NULL;
    self->read_at = self->read_end = 0;
    Py_ssize_t count = kr_buffered_raw_read(self, PyBytes_AS_STRING(bytes), size);
    if (count == -1) Py_CLEAR(bytes);
    else _PyBytes_Resize(&bytes, count < 0 ? 0 : count);
    return bytes;
}

PyObject *kr_buffered_read1(KrBuffered *self, Py_ssize_t size)
{
    if (kr_buffered_check(self) < 0) return NULL;
    if (size < 0) size = self->size;
    if (kr_buffered_check_open(self, "read of closed") < 0) return NULL;
    if (size == 0) return PyBytes_FromStringAndSize(NULL, 0);
    if (kr_buffered_enter(self) < 0) return NULL;
    PyObject *bytes = read_once(self, size);
    kr_buffered_leave(self);
    return bytes;
}

PyObject *kr_buffered_peek(KrBuffered *self)
{
    if (kr_buffered_check_open(self, "peek of closed") < 0 || kr_buffered_enter(self) < 0)
        return NULL;
    PyObject *bytes = NULL;
    Py_ssize_t count = 0;
    if (start_reading(self) == 0) {
        if (kr_buffered_ahead(self) == 0) count = fill(self);
        if (count != -1)
            bytes = PyBytes_FromStringAndSize(self->data + self->read_at, kr_buffered_ahead(self));
    }
    kr_buffered_leave(self);
    return bytes;
}

// Fills [buffer]: bytes read, KR_WOULD_BLOCK or -1.
static Py_ssize_t read_into(KrBuffered *self, Py_buffer *buffer, int only_once)
{
    Py_ssize_t done = Py_MIN(kr_buffered_ahead(self), buffer->len);
    take(self, buffer->buf, done);
    if (done == buffer->len) return done;
    if (start_reading(self) < 0) return -1;
    while (done < buffer->len) {
        Py_ssize_t missing = buffer->len - done, count;
        char *to = (char *)buffer->buf + done;
        if (missing > self->size) {
            count = kr_buffered_raw_read(self, to, missing);
        } else if (only_once && done > 0) {
            break;
        } else {
            // With one call at most, what is left over is for later.
            count = fill(self);
            if (count > 0) {
                count = Py_MIN(missing, kr_buffered_ahead(self));
                take(self, to, count);
            }
        }
        if (count == -1) return -1;
        if (count == KR_WOULD_BLOCK && done == 0) return KR_WOULD_BLOCK;
        if (count <= 0) break;
        done += count;
        if (only_once) break;
    }
    return done;
}

PyObject *kr_buffered_readinto(KrBuffered *self, Py_buffer *buffer, int only_once)
{
    if (kr_buffered_check_open(self, "readinto of closed") < 0 || kr_buffered_enter(self) < 0)
        return NULL;
    Py_ssize_t count = read_into(self, buffer, only_once);
    kr_buffered_leave(self);
    if (count == KR_WOULD_BLOCK) Py_RETURN_NONE;
    return count < 0 ? NULL : PyLong_FromSsize_t(count);
}

// --- lines ------------------------------------------------------------------------------------

static PyObject *read_line(KrBuffered *self, Py_ssize_t limit)
{
    KR_AUTO PyObject *line = NULL;
    if (start_reading(self) < 0) return NULL;
    for (;;) {
        Py_ssize_t length = line == NULL ? 0 : PyBytes_GET_SIZE(line);
        Py_ssize_t ahead = kr_buffered_ahead(self);
        Py_ssize_t size = limit >= 0 ? Py_MIN(ahead, limit - length) : ahead;
        const char *start = self->data + self->read_at;
        const char *newline = size > 0 ? memchr(start, '\n', size) : NULL;
        if (newline != NULL) size = newline + 1 - start;
        KR_AUTO PyObject *piece = PyBytes_FromStringAndSize(start, size);
        if (piece == NULL) return NULL;
        self->read_at += size;
        if (line == NULL) line = kr_take(piece);
        else PyBytes_Concat(&line, piece);
        if (line == NULL || newline != NULL) return kr_take(line);
        if (limit >= 0 && PyBytes_GET_SIZE(line) >= limit) return kr_take(line);
        Py_ssize_t count = fill(self);
        if (count == -1) return NULL;
        if (count <= 0) return kr_take(line);
    }
}

PyObject *kr_buffered_readline(KrBuffered *self, Py_ssize_t limit)
{
    if (kr_buffered_check_open(self, "readline of closed") < 0 || kr_buffered_enter(self) < 0)
        return NULL;
    PyObject *line = read_line(self, limit);
    kr_buffered_leave(self);
    return line;
}
