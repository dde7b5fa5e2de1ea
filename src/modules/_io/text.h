// text.h - TextIOWrapper's state, shared by text_wrapper.c, text_read.c, text_write.c and
// text_seek.c.
//
//   buffer -> read1 -> decoder -> decoded[decoded_used:] -> the reader
//   the writer -> encoder -> pending -> buffer
//
// (1) decoded holds what one chunk gave; a write or seek throws it away  (2) while telling, a
//     snapshot is kept:
// the decoder's flags before the chunk and the bytes it was fed, from which tell() finds the
// position
// (3) pending_size is the size of all in pending.
#ifndef KR_MODULES_IO_TEXT_H
#define KR_MODULES_IO_TEXT_H

#include "modules/_io/io.h"

// Encodes without going through the encoder object.
typedef PyObject *(*KrDirectEncode)(PyObject *text, const char *errors, int at_start);

typedef struct KrTextWrapper {
    KrIOBase base;
    char initialised, detached;
    char line_buffering, write_through;
    char read_universal, read_translate, write_translate;
    char seekable, has_read1, telling, finalizing;
    char at_start;                // nothing was written yet: a byte order mark may be due
    const char *write_newline;    // what \n becomes, or NULL
    Py_ssize_t chunk_size;
    PyObject *buffer;
    PyObject *encoding, *errors;
    PyObject *encoder, *decoder;  // NULL when not writable, not readable
    KrDirectEncode direct;        // or NULL
    PyObject *read_newline;       // str that ends lines, or NULL
    PyObject *decoded;            // str, or NULL
    Py_ssize_t decoded_used;
    double bytes_per_char;        // of the last chunk
    PyObject *pending;            // list of bytes, or NULL
    Py_ssize_t pending_size;
    PyObject *snapshot_flags;     // int, or NULL: no snapshot
    PyObject *snapshot_input;     // bytes
} KrTextWrapper;

// 0, or -1 with ValueError when the stream is unusable, detached or (second) closed.
int kr_textio_check_attached(KrTextWrapper *self);
int kr_textio_check_open(KrTextWrapper *self);

// Writes what is pending to the buffer: 0 or -1.
int kr_textio_write_pending(KrTextWrapper *self);
// Makes [text] (STEALS, may be NULL) what was decoded and not yet read.
void kr_textio_set_decoded(KrTextWrapper *self, STEALS PyObject *text);
void kr_textio_drop_snapshot(KrTextWrapper *self);
// Feeds the decoder: new str.
PyObject *kr_textio_decode(KrTextWrapper *self, PyObject *input, int final);
// The decoder's state: flags and bytes, both new references.  0 or -1.
int kr_textio_decoder_state(KrTextWrapper *self, PyObject **ret_bytes, PyObject **ret_flags);

PyObject *kr_textio_write(KrTextWrapper *self, PyObject *text);
PyObject *kr_textio_read(KrTextWrapper *self, Py_ssize_t count);
PyObject *kr_textio_readline(KrTextWrapper *self, Py_ssize_t limit);
PyObject *kr_textio_tell(KrTextWrapper *self);
PyObject *kr_textio_seek(KrTextWrapper *self, PyObject *cookie, int whence);
// Sets [direct] for the codec called [name].
void kr_textio_choose_direct(KrTextWrapper *self, const char *name);

#endif
