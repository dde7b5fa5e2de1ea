// io.h - what the files of the module _io share.
#ifndef KR_MODULES_IO_IO_H
#define KR_MODULES_IO_IO_H

#include "Python.h"

#include <errno.h>

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

enum { KR_IO_BUFFER_SIZE = 8192 };

// Instances of Python subclasses have room behind these two; iobase.c looks after it.
typedef struct KrIOBase {
    PyObject_HEAD
    PyObject *dict;
    PyObject *weak_references;
} KrIOBase;

extern PyTypeObject kr_iobase_type, kr_rawiobase_type, kr_bufferediobase_type, kr_textiobase_type;
extern PyTypeObject kr_fileio_type, kr_bytesio_type, kr_stringio_type;
// Exported: extensions look for it.
extern __attribute__((visibility("default"))) PyTypeObject _PyBytesIOBuffer_Type;
extern PyTypeObject kr_newline_decoder_type;
extern PyTypeObject kr_buffered_reader_type, kr_buffered_writer_type, kr_buffered_random_type,
    kr_buffered_pair_type;
extern PyTypeObject kr_textiowrapper_type;

// Raises io.UnsupportedOperation; returns NULL.
PyObject *kr_io_unsupported(const char *message);
// Raises ValueError "I/O operation on closed file." when the stream's attribute `closed` is true:
// 0 or -1.
int kr_iobase_check_closed(PyObject *stream);
// Raises UnsupportedOperation unless the stream's method [name] says yes: 0 or -1.
int kr_iobase_check_ability(PyObject *stream, PyObject *name, const char *message);
// tp_finalize of all streams: closes what is open.  What goes wrong is reported in development
// mode only.
void kr_iobase_finalize(PyObject *stream);
// Calls the finalizer from a deallocator: 0, or -1 when the stream was resurrected.
int kr_iobase_finalize_at_dealloc(PyObject *stream);
// True after OSError with EINTR whose handlers have run; the exception is gone then.
int kr_io_trap_interrupt(void);
// A position out of an int-like object; raises for floats and what does not fit.  -1 with an
// exception.
off_t kr_io_as_offset(PyObject *value, PyObject *error);

// open.c
PyObject *kr_io_open(PyObject *file, const char *mode, int buffering, const char *encoding,
                     const char *errors, const char *newline, int closes_descriptor,
                     PyObject *opener);

// newline.c: index just behind the first line end in [text] at or after [start] (below [end]), or
// -1 with in
// *ret_consumed how far the search got.  [translated]: only \n ends a line; [universal]: \n, \r
// and \r\n do; else [newline] does.
typedef struct KrLineEnd {
    int translated, universal;
    PyObject *newline;              // str, or NULL
} KrLineEnd;
Py_ssize_t kr_newline_find(KrLineEnd rule, int kind, const void *text, Py_ssize_t start,
                           Py_ssize_t end, Py_ssize_t *ret_consumed);
// New str: [input] through [decoder], any IncrementalNewlineDecoder (its own method is not looked
// up).
PyObject *kr_newline_decode(PyObject *decoder, PyObject *input, int is_final);

#endif
