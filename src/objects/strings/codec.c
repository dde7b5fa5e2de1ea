// codec.c - decoders and encoders at work: writing text or bytes, and running error handlers.
//
// The common handlers are done here without an exception object; others are looked up at the first
// error and called with one exception that is updated for each further error.
#include "objects/strings/codec.h"

#include "codecs.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "pyerrors.h"
#include "tupleobject.h"

KrErrorMode kr_codec_error_mode(const char *errors)
{
    static const struct {
        const char *name;
        KrErrorMode mode;
    } modes[] = {
        {"strict", KR_ERRORS_STRICT},
        {"surrogateescape", KR_ERRORS_SURROGATEESCAPE},
        {"replace", KR_ERRORS_REPLACE},
        {"ignore", KR_ERRORS_IGNORE},
        {"backslashreplace", KR_ERRORS_BACKSLASHREPLACE},
        {"surrogatepass", KR_ERRORS_SURROGATEPASS},
        {"xmlcharrefreplace", KR_ERRORS_XMLCHARREFREPLACE},
    };
    if (errors == NULL) return KR_ERRORS_STRICT;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(modes); i++)
        if (strcmp(errors, modes[i].name) == 0) return modes[i].mode;
    return KR_ERRORS_OTHER;
}

int kr_codec_call_handler(PyObject *handler, PyObject *error, Py_ssize_t length,
                          PyObject **ret_replacement, Py_ssize_t *ret_position)
{
    KR_AUTO PyObject *answer = PyObject_CallOneArg(handler, error);
    if (answer == NULL) return -1;
    const char *kind = PyObject_TypeCheck(error, (PyTypeObject *)PyExc_UnicodeDecodeError)
                           ? "decoding error handler must return (str, int) tuple"
                       : PyObject_TypeCheck(error, (PyTypeObject *)PyExc_UnicodeEncodeError)
                           ? "encoding error handler must return (str/bytes, int) tuple"
                           : "translating error handler must return (str, int) tuple";
    if (!PyTuple_Check(answer) || PyTuple_GET_SIZE(answer) != 2)
        return kr_raise_int(PyExc_TypeError, "%s", kind);
    PyObject *replacement = PyTuple_GET_ITEM(answer, 0);
    int takes_bytes = PyObject_TypeCheck(error, (PyTypeObject *)PyExc_UnicodeEncodeError);
    if (!PyUnicode_Check(replacement) && !(takes_bytes && PyBytes_Check(replacement)))
        return kr_raise_int(PyExc_TypeError, "%s", kind);
    Py_ssize_t position;
    if (kr_argument_ssize(PyTuple_GET_ITEM(answer, 1), &position) < 0) return -1;
    *ret_replacement = Py_NewRef(replacement);
    *ret_position = position < 0 ? position + length : position;
    return 0;
}

static int find_handler(PyObject **slot, const char *errors)
{
    if (*slot == NULL) *slot = PyCodec_LookupError(errors);
    return *slot == NULL ? -1 : 0;
}

// --- decoding ---------------------------------------------------------------------------------

void kr_decoder_init(KrDecoder *self, const char *encoding, const char *errors, const char *data,
                     Py_ssize_t size)
{
    *self = (KrDecoder){.encoding = encoding, .errors = errors, .data = data, .size = size};
    self->mode = kr_codec_error_mode(errors);
    _PyUnicodeWriter_Init(&self->writer);
}

static int set_decode_error(KrDecoder *self, Py_ssize_t start, Py_ssize_t end, const char *reason)
{
    if (self->error == NULL) {
        self->error = PyUnicodeDecodeError_Create(self->encoding, self->data, self->size, start,
                                                  end, reason);
        return self->error == NULL ? -1 : 0;
    }
    if (PyUnicodeDecodeError_SetStart(self->error, start) < 0 ||
        PyUnicodeDecodeError_SetEnd(self->error, end) < 0 ||
        PyUnicodeDecodeError_SetReason(self->error, reason) < 0)
        return -1;
    return 0;
}

// The handler may have put other bytes into the exception: they are decoded from now on.
static int fetch_data(KrDecoder *self)
{
    PyObject *bytes = PyUnicodeDecodeError_GetObject(self->error);
    if (bytes == NULL) return -1;
    if (!PyBytes_Check(bytes)) {
        Py_DECREF(bytes);
        return kr_raise_int(PyExc_TypeError, "exception attribute object must be bytes");
    }
    Py_XSETREF(self->owned_data, bytes);
    self->data = PyBytes_AS_STRING(bytes);
    self->size = PyBytes_GET_SIZE(bytes);
    return 0;
}

static Py_ssize_t call_decode_handler(KrDecoder *self, Py_ssize_t start, Py_ssize_t end,
                                      const char *reason)
{
    if (find_handler(&self->handler, self->errors) < 0 ||
        set_decode_error(self, start, end, reason) < 0)
        return -1;
    KR_AUTO PyObject *with = NULL;
    KR_AUTO PyObject *answer = PyObject_CallOneArg(self->handler, self->error);
    if (answer == NULL) return -1;
    if (!PyTuple_Check(answer) || PyTuple_GET_SIZE(answer) != 2 ||
        !PyUnicode_Check(PyTuple_GET_ITEM(answer, 0)))
        return kr_raise_int(PyExc_TypeError,
                            "decoding error handler must return (str, int) tuple");
    Py_ssize_t next;
    if (kr_argument_ssize(PyTuple_GET_ITEM(answer, 1), &next) < 0 || fetch_data(self) < 0)
        return -1;
    if (next < 0) next += self->size;
    if (next < 0 || next > self->size)
        return kr_raise_int(PyExc_IndexError, "position %zd from error handler out of bounds",
                            next);
    self->writer.overallocate = 1;
    return _PyUnicodeWriter_WriteStr(&self->writer, PyTuple_GET_ITEM(answer, 0)) < 0 ? -1 : next;
}

Py_ssize_t kr_decoder_handle(KrDecoder *self, Py_ssize_t start, Py_ssize_t end,
                             const char *reason)
{
    self->writer.overallocate = 1;
    switch (self->mode) {
    case KR_ERRORS_IGNORE:
        return end;
    case KR_ERRORS_REPLACE:
        return _PyUnicodeWriter_WriteChar(&self->writer, 0xfffd) < 0 ? -1 : end;
    case KR_ERRORS_SURROGATEESCAPE:
        for (Py_ssize_t i = start; i < end; i++) {
            unsigned char byte = (unsigned char)self->data[i];
            if (byte < 0x80) {
                if (i > start) return i;
                break;
            }
            if (_PyUnicodeWriter_WriteChar(&self->writer, 0xdc00 + byte) < 0) return -1;
            if (i + 1 == end) return end;
        }
        break;
    case KR_ERRORS_STRICT:
        if (set_decode_error(self, start, end, reason) == 0) PyCodec_StrictErrors(self->error);
        return -1;
    default:
        break;
    }
    return call_decode_handler(self, start, end, reason);
}

int kr_decoder_write(KrDecoder *self, const Py_UCS4 *characters, Py_ssize_t count)
{
    if (count == 0) return 0;
    KrText chars = {characters, count, 4};
    if (_PyUnicodeWriter_Prepare(&self->writer, count, kr_str_find_max(chars)) < 0) return -1;
    kr_str_copy(self->writer.data, self->writer.kind, self->writer.pos, chars);
    self->writer.pos += count;
    return 0;
}

PyObject *kr_decoder_finish(KrDecoder *self, int failed)
{
    Py_XDECREF(self->handler);
    Py_XDECREF(self->error);
    Py_XDECREF(self->owned_data);
    if (!failed) return _PyUnicodeWriter_Finish(&self->writer);
    _PyUnicodeWriter_Dealloc(&self->writer);
    return NULL;
}

// --- encoding ---------------------------------------------------------------------------------

int kr_encoder_init(KrEncoder *self, const char *encoding, const char *errors, PyObject *text,
                    Py_ssize_t room)
{
    *self = (KrEncoder){.encoding = encoding, .errors = errors, .text = text};
    self->mode = kr_codec_error_mode(errors);
    self->bytes = PyBytes_FromStringAndSize(NULL, room == 0 ? 1 : room);
    return self->bytes == NULL ? -1 : 0;
}

unsigned char *kr_encoder_reserve(KrEncoder *self, Py_ssize_t count)
{
    Py_ssize_t room = PyBytes_GET_SIZE(self->bytes);
    if (count > room - self->used) {
        if (count > PY_SSIZE_T_MAX / 2 - self->used) return (void *)PyErr_NoMemory();
        Py_ssize_t wanted = self->used + count;
        if (_PyBytes_Resize(&self->bytes, wanted + wanted / 4) < 0) return NULL;
    }
    return (unsigned char *)PyBytes_AS_STRING(self->bytes) + self->used;
}

static int set_encode_error(KrEncoder *self, Py_ssize_t start, Py_ssize_t end, const char *reason)
{
    if (self->error == NULL) {
        KR_AUTO PyObject *encoding = PyUnicode_FromString(self->encoding);
        KR_AUTO PyObject *why = PyUnicode_FromString(reason);
        KR_AUTO PyObject *from = PyLong_FromSsize_t(start);
        KR_AUTO PyObject *to = PyLong_FromSsize_t(end);
        if (encoding == NULL || why == NULL || from == NULL || to == NULL) return -1;
        self->error = PyObject_CallFunctionObjArgs(PyExc_UnicodeEncodeError, encoding, self->text,
                                                   from, to, why, NULL);
        return self->error == NULL ? -1 : 0;
    }
    if (PyUnicodeEncodeError_SetStart(self->error, start) < 0 ||
        PyUnicodeEncodeError_SetEnd(self->error, end) < 0 ||
        PyUnicodeEncodeError_SetReason(self->error, reason) < 0)
        return -1;
    return 0;
}

int kr_encoder_raise(KrEncoder *self, Py_ssize_t start, Py_ssize_t end, const char *reason)
{
    if (set_encode_error(self, start, end, reason) == 0) PyCodec_StrictErrors(self->error);
    return -1;
}

Py_ssize_t kr_encoder_handle(KrEncoder *self, Py_ssize_t start, Py_ssize_t end, const char *reason,
                             PyObject **ret_replacement)
{
    if (self->mode == KR_ERRORS_STRICT) return kr_encoder_raise(self, start, end, reason);
    if (find_handler(&self->handler, self->errors) < 0 ||
        set_encode_error(self, start, end, reason) < 0)
        return -1;
    Py_ssize_t length = PyUnicode_GET_LENGTH(self->text), next;
    if (kr_codec_call_handler(self->handler, self->error, length, ret_replacement, &next) < 0)
        return -1;
    if (next >= 0 && next <= length) return next;
    Py_CLEAR(*ret_replacement);
    return kr_raise_int(PyExc_IndexError, "position %zd from error handler out of bounds",
                        next);
}

PyObject *kr_encoder_finish(KrEncoder *self, int failed)
{
    Py_XDECREF(self->handler);
    Py_XDECREF(self->error);
    if (failed) {
        Py_XDECREF(self->bytes);
        return NULL;
    }
    if (self->used != PyBytes_GET_SIZE(self->bytes)) _PyBytes_Resize(&self->bytes, self->used);
    return self->bytes;
}
