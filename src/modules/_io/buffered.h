// buffered.h - the state of BufferedReader, BufferedWriter and BufferedRandom.
//
//   data | ... read_at | what was read ahead | read_end ... |
//   data | what is to be written | write_end ... |
//
// (1) never both: data is either read ahead or to be written, so read_at == read_end or write_end
//     == 0
// (2) raw_at is where the raw stream is, -1 when unknown; the position that the user sees is
// raw_at - (read_end - read_at) + write_end  (3) data is touched only by the thread that holds the
// lock.
#ifndef KR_MODULES_IO_BUFFERED_H
#define KR_MODULES_IO_BUFFERED_H

#include "modules/_io/io.h"

#include "pythread.h"

typedef struct KrBuffered {
    KrIOBase base;
    PyObject *raw;
    char initialised, detached, readable, writable, finalizing;
    off_t raw_at;
    char *data;
    Py_ssize_t size;
    Py_ssize_t read_at, read_end;
    Py_ssize_t write_end;
    PyThread_type_lock lock;
    unsigned long owner;          // thread that holds the lock, or 0
} KrBuffered;

enum { KR_WOULD_BLOCK = -2 };

// 0, or -1 with ValueError: unusable, detached, or closed (then "[what] file").
int kr_buffered_check(KrBuffered *self);
int kr_buffered_check_open(KrBuffered *self, const char *what);

// 0, or -1 with RuntimeError for a call from inside the same object.
int kr_buffered_enter(KrBuffered *self);
void kr_buffered_leave(KrBuffered *self);

// Of the raw stream: bytes transferred, KR_WOULD_BLOCK, or -1.
Py_ssize_t kr_buffered_raw_read(KrBuffered *self, char *to, Py_ssize_t size);
Py_ssize_t kr_buffered_raw_write(KrBuffered *self, const char *from, Py_ssize_t size);
off_t kr_buffered_raw_tell(KrBuffered *self);
off_t kr_buffered_raw_seek(KrBuffered *self, off_t target, int whence);

// Writes all that is to be written; raises BlockingIOError when the raw stream takes no more.  0
// or -1.
int kr_buffered_flush(KrBuffered *self);
// Makes the raw stream stand where the user thinks: drops what was read ahead.  0 or -1.
int kr_buffered_rewind(KrBuffered *self);

static inline Py_ssize_t kr_buffered_ahead(KrBuffered *self)
{
    return self->read_end - self->read_at;
}

// The methods of several types, defined once.
PyObject *kr_buffered_read(KrBuffered *self, Py_ssize_t size);
PyObject *kr_buffered_read1(KrBuffered *self, Py_ssize_t size);
PyObject *kr_buffered_peek(KrBuffered *self);
PyObject *kr_buffered_readinto(KrBuffered *self, Py_buffer *buffer, int only_once);
PyObject *kr_buffered_readline(KrBuffered *self, Py_ssize_t limit);
PyObject *kr_buffered_write(KrBuffered *self, Py_buffer *buffer);

#endif
