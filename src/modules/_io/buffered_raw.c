// buffered_raw.c - under the buffered streams: the lock, the raw stream, flushing.
#include "modules/_io/buffered.h"

// --- checks and lock --------------------------------------------------------------------------

int kr_buffered_check(KrBuffered *self)
{
    if (self->initialised) return 0;
    return kr_raise_int(PyExc_ValueError, self->detached ? "raw stream has been detached"
                        : "I/O operation on uninitialized object");
}

int kr_buffered_check_open(KrBuffered *self, const char *what)
{
    if (kr_buffered_check(self) < 0) return -1;
    KR_AUTO PyObject *closed = PyObject_GetAttr(self->raw, ID(closed));
    int answer = closed == NULL ? -1 : PyObject_IsTrue(closed);
    // Data that was read ahead can still be given out by some methods; these come without a
    // buffer.
    if (answer > 0) PyErr_Format(PyExc_ValueError, "%s file", what);
    return answer == 0 ? 0 : -1;
}

int kr_buffered_enter(KrBuffered *self)
{
    if (!PyThread_acquire_lock(self->lock, NOWAIT_LOCK)) {
        if (self->owner == PyThread_get_thread_ident())
            return kr_raise_int(PyExc_RuntimeError, "reentrant call inside %R", self);
        Py_BEGIN_ALLOW_THREADS
        PyThread_acquire_lock(self->lock, WAIT_LOCK);
        Py_END_ALLOW_THREADS
    }
    self->owner = PyThread_get_thread_ident();
    if (self->data != NULL) return 0;
    // Another thread closed the stream meanwhile.
    kr_buffered_leave(self);
    return kr_raise_int(PyExc_ValueError, "I/O operation on closed file.");
}

void kr_buffered_leave(KrBuffered *self)
{
    self->owner = 0;
    PyThread_release_lock(self->lock);
}

// --- the raw stream ---------------------------------------------------------------------------

// Calls raw.[method](memory), again after interrupts: the count it returns.
static Py_ssize_t transfer(KrBuffered *self, PyObject *method, char *memory, Py_ssize_t size,
                           int is_read)
{
    Py_buffer info;
    if (PyBuffer_FillInfo(&info, NULL, memory, size, !is_read, PyBUF_CONTIG_RO) < 0) return -1;
    KR_AUTO PyObject *view = PyMemoryView_FromBuffer(&info);
    if (view == NULL) return -1;
    KR_AUTO PyObject *result = NULL;
    do {
        result = PyObject_CallMethodOneArg(self->raw, method, view);
    } while (result == NULL && kr_io_trap_interrupt());
    if (result == NULL) return -1;
    if (result == Py_None) return KR_WOULD_BLOCK;
    Py_ssize_t count = PyNumber_AsSsize_t(result, PyExc_ValueError);
    if (count == -1 && PyErr_Occurred()) {
        if (is_read) _PyErr_FormatFromCause(PyExc_OSError, "raw readinto() failed");
        return -1;
    }
    if (count < 0 || count > size)
        return kr_raise_int(PyExc_OSError, "raw %s returned invalid length %zd (should have been "
                            "between 0 and %zd)", is_read ? "readinto()" : "write()", count, size);
    if (self->raw_at >= 0) self->raw_at += count;
    return count;
}

Py_ssize_t kr_buffered_raw_read(KrBuffered *self, char *to, Py_ssize_t size)
{
    return transfer(self, ID(readinto), to, size, 1);
}

Py_ssize_t kr_buffered_raw_write(KrBuffered *self, const char *from, Py_ssize_t size)
{
    return transfer(self, ID(write), (char *)from, size, 0);
}

static off_t take_position(KrBuffered *self, STEALS PyObject *result)
{
    KR_AUTO PyObject *number = result;
    if (number == NULL) return -1;
    off_t position = kr_io_as_offset(number, PyExc_ValueError);
    if (position < 0) {
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_OSError, "Raw stream returned invalid position %lld",
                         (long long)position);
        return -1;
    }
    return self->raw_at = position;
}

off_t kr_buffered_raw_tell(KrBuffered *self)
{
    self->raw_at = -1;
    return take_position(self, PyObject_CallMethodNoArgs(self->raw, ID(tell)));
}

off_t kr_buffered_raw_seek(KrBuffered *self, off_t target, int whence)
{
    KR_AUTO PyObject *to = PyLong_FromLongLong(target);
    KR_AUTO PyObject *mode = PyLong_FromLong(whence);
    if (to == NULL || mode == NULL) return -1;
    self->raw_at = -1;
    return take_position(self, PyObject_CallMethodObjArgs(self->raw, ID(seek), to, mode, NULL));
}

// --- flushing ---------------------------------------------------------------------------------

static int raise_blocking(Py_ssize_t written)
{
    errno = EAGAIN;
    KR_AUTO PyObject *error = PyObject_CallFunction(PyExc_BlockingIOError, "isn", EAGAIN,
                                                    "write could not complete without blocking",
                                                    written);
    if (error != NULL) PyErr_SetObject(PyExc_BlockingIOError, error);
    return -1;
}

int kr_buffered_flush(KrBuffered *self)
{
    Py_ssize_t done = 0;
    int failed = 0;
    while (done < self->write_end) {
        Py_ssize_t count = kr_buffered_raw_write(self, self->data + done, self->write_end - done);
        if (count == -1) failed = -1;
        if (count == KR_WOULD_BLOCK) failed = raise_blocking(0);
        if (failed < 0) break;
        done += count;
        // A signal may have come while the write was short.
        if (done < self->write_end && PyErr_CheckSignals() < 0) {
            failed = -1;
            break;
        }
    }
    // What could not be written stays.
    memmove(self->data, self->data + done, self->write_end - done);
    self->write_end -= done;
    return failed;
}

int kr_buffered_rewind(KrBuffered *self)
{
    Py_ssize_t ahead = kr_buffered_ahead(self);
    if (ahead > 0 && kr_buffered_raw_seek(self, -ahead, 1) < 0) return -1;
    self->read_at = self->read_end = 0;
    return 0;
}

// --- writing ----------------------------------------------------------------------------------

static void keep(KrBuffered *self, const char *data, Py_ssize_t size)
{
    assert(size <= self->size - self->write_end);
    memcpy(self->data + self->write_end, data, size);
    self->write_end += size;
}

// After BlockingIOError: as much as fits is taken into the buffer.  Bytes taken, or -1 when not
// all were.
static Py_ssize_t keep_blocked(KrBuffered *self, const char *data, Py_ssize_t size,
                               Py_ssize_t written)
{
    Py_ssize_t room = self->size - self->write_end, taken = Py_MIN(room, size);
    PyErr_Clear();
    keep(self, data, taken);
    if (taken == size) return size;
    return raise_blocking(written + taken);
}

// Writes what does not fit into the rest of the buffer.
static Py_ssize_t write_large(KrBuffered *self, const char *data, Py_ssize_t size)
{
    if (kr_buffered_flush(self) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_BlockingIOError)) return -1;
        return keep_blocked(self, data, size, 0);
    }
    Py_ssize_t written = 0;
    while (size - written > self->size) {
        Py_ssize_t count = kr_buffered_raw_write(self, data + written, size - written);
        if (count == -1) return -1;
        if (count == KR_WOULD_BLOCK)
            return keep_blocked(self, data + written, size - written, written) < 0 ? -1 : size;
        written += count;
        if (size - written > self->size && PyErr_CheckSignals() < 0) return -1;
    }
    keep(self, data + written, size - written);
    return size;
}

PyObject *kr_buffered_write(KrBuffered *self, Py_buffer *buffer)
{
    if (kr_buffered_check(self) < 0 || kr_buffered_enter(self) < 0) return NULL;
    Py_ssize_t written = -1;
    if (kr_buffered_check_open(self, "write to closed") == 0 && kr_buffered_rewind(self) == 0) {
        if (buffer->len <= self->size - self->write_end) {
            keep(self, buffer->buf, buffer->len);
            written = buffer->len;
        } else {
            written = write_large(self, buffer->buf, buffer->len);
        }
    }
    kr_buffered_leave(self);
    return written < 0 ? NULL : PyLong_FromSsize_t(written);
}
