// codec.h - what the codecs share: running an error handler, and the handlers that are built in.
#ifndef KR_OBJECTS_STRINGS_CODEC_H
#define KR_OBJECTS_STRINGS_CODEC_H

#include "bytesobject.h"
#include "objects/strings/str.h"

// Calls [handler] with [error]: a (replacement, position) tuple.  A negative position counts from
// [length].  0 and a new reference in [ret_replacement], or -1.
int kr_codec_call_handler(PyObject *handler, PyObject *error, Py_ssize_t length,
                          PyObject **ret_replacement, Py_ssize_t *ret_position);

typedef enum KrErrorMode {
    KR_ERRORS_STRICT, KR_ERRORS_IGNORE, KR_ERRORS_REPLACE, KR_ERRORS_SURROGATEESCAPE,
    KR_ERRORS_BACKSLASHREPLACE, KR_ERRORS_XMLCHARREFREPLACE, KR_ERRORS_SURROGATEPASS,
    KR_ERRORS_OTHER,
} KrErrorMode;
KrErrorMode kr_codec_error_mode(const char *errors);

// A decoder at work: text so far, the data, and how to go on after an error.
typedef struct KrDecoder {
    const char *encoding;
    const char *errors;
    KrErrorMode mode;
    PyObject *handler;        // looked up at the first error
    PyObject *error;          // UnicodeDecodeError, reused
    const char *data;         // may be replaced by the handler
    Py_ssize_t size;
    PyObject *owned_data;     // bytes that replaced the caller's
    _PyUnicodeWriter writer;
} KrDecoder;

void kr_decoder_init(KrDecoder *self, const char *encoding, const char *errors, const char *data,
                     Py_ssize_t size);
// data[start:end] is bad: writes the replacement.  Position to go on from, or -1.
Py_ssize_t kr_decoder_handle(KrDecoder *self, Py_ssize_t start, Py_ssize_t end,
                             const char *reason);
// Writes [count] code points.
int kr_decoder_write(KrDecoder *self, const Py_UCS4 *characters, Py_ssize_t count);
// The text; or NULL when [failed].  Frees what the decoder holds.
PyObject *kr_decoder_finish(KrDecoder *self, int failed);

// An encoder at work: the bytes so far are out[0:used], with room for [room].
typedef struct KrEncoder {
    const char *encoding;
    const char *errors;
    KrErrorMode mode;
    PyObject *handler;
    PyObject *error;          // UnicodeEncodeError, reused
    PyObject *text;
    PyObject *bytes;          // the result under construction
    Py_ssize_t used;
} KrEncoder;

int kr_encoder_init(KrEncoder *self, const char *encoding, const char *errors, PyObject *text,
                    Py_ssize_t room);
// Makes room for [count] more bytes and returns where they go, NULL on MemoryError.
unsigned char *kr_encoder_reserve(KrEncoder *self, Py_ssize_t count);
// text[start:end] cannot be encoded.  The handler's answer: replacement bytes or str (new
// reference) and the position to go on from, or -1.
Py_ssize_t kr_encoder_handle(KrEncoder *self, Py_ssize_t start, Py_ssize_t end, const char *reason,
                             PyObject **ret_replacement);
// Raises the UnicodeEncodeError for text[start:end]; returns -1.
int kr_encoder_raise(KrEncoder *self, Py_ssize_t start, Py_ssize_t end, const char *reason);
PyObject *kr_encoder_finish(KrEncoder *self, int failed);

#endif
