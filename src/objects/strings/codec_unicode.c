// codec_unicode.c - UTF-8, UTF-16, UTF-32: whole buffers, in pieces, with error handlers.
//
// The byte work is text/decode's and text/encode's: a decoder measures the valid prefix, writes
// it, and runs the handler over the bad range behind it.
#include "codecs.h"
#include "objects/errors/raise.h"
#include "objects/strings/codec.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "text/decode.h"
#include "text/encode.h"

typedef void CheckPrefix(const uint8_t *data, ptrdiff_t size, int order, KrDecodePrefix *ret);
typedef void DecodePrefix(const uint8_t *data, ptrdiff_t size, int order, int kind, void *ret);

static void check_utf8(const uint8_t *data, ptrdiff_t size, int order, KrDecodePrefix *ret)
{
    kr_utf8_check(data, size, ret);
}

static void decode_utf8(const uint8_t *data, ptrdiff_t size, int order, int kind, void *ret)
{
    kr_utf8_decode(data, size, kind, ret);
}

// The first two of the three bytes that surrogatepass takes for a surrogate.
static int is_begun_surrogate(const uint8_t *data, Py_ssize_t size)
{
    return size == 2 && data[0] == 0xed && data[1] >= 0xa0 && data[1] <= 0xbf;
}

// Decodes self->data from [position] on; stops before an incomplete end when [ret_consumed] is
// given.
static PyObject *run(KrDecoder *self, CheckPrefix *check, DecodePrefix *decode, int order,
                     Py_ssize_t position, Py_ssize_t *ret_consumed)
{
    int failed = 0;
    while (position < self->size) {
        const uint8_t *data = (const uint8_t *)self->data + position;
        KrDecodePrefix prefix;
        check(data, self->size - position, order, &prefix);
        if (prefix.bytes > 0) {
            if (_PyUnicodeWriter_Prepare(&self->writer, prefix.characters, prefix.max_char) < 0) {
                failed = 1;
                break;
            }
            char *to = (char *)self->writer.data + self->writer.pos * self->writer.kind;
            decode(data, prefix.bytes, order, self->writer.kind, to);
            self->writer.pos += prefix.characters;
            position += prefix.bytes;
        }
        if (prefix.bad == 0 || (prefix.incomplete && ret_consumed != NULL)) break;
        if (ret_consumed != NULL && decode == decode_utf8 &&
            is_begun_surrogate((const uint8_t *)self->data + position, self->size - position))
            break;
        position = kr_decoder_handle(self, position, position + prefix.bad, prefix.reason);
        failed = position < 0;
        if (failed) break;
    }
    PyObject *text = kr_decoder_finish(self, failed);
    if (text != NULL && ret_consumed != NULL) *ret_consumed = position;
    return text;
}

PyObject *PyUnicode_DecodeUTF8Stateful(const char *data, Py_ssize_t size, const char *errors,
                                       Py_ssize_t *ret_consumed)
{
    if (size == 0) {
        if (ret_consumed != NULL) *ret_consumed = 0;
        return kr_str_empty();
    }
    if (kr_text_ascii_prefix(data, size) == size) {
        if (ret_consumed != NULL) *ret_consumed = size;
        return _PyUnicode_FromASCII(data, size);
    }
    KrDecoder decoder;
    kr_decoder_init(&decoder, "utf-8", errors, data, size);
    return run(&decoder, check_utf8, decode_utf8, 0, 0, ret_consumed);
}

PyObject *PyUnicode_DecodeUTF8(const char *data, Py_ssize_t size, const char *errors)
{
    return PyUnicode_DecodeUTF8Stateful(data, size, errors, NULL);
}

// [order]: -1 little, 1 big, 0 native unless there is a byte order mark, which is skipped.
PyObject *PyUnicode_DecodeUTF16Stateful(const char *data, Py_ssize_t size, const char *errors,
                                        int *order, Py_ssize_t *ret_consumed)
{
    int known = order == NULL ? 0 : *order;
    Py_ssize_t start = 0;
    const unsigned char *bytes = (const unsigned char *)data;
    if (known == 0 && size >= 2) {
        unsigned mark = bytes[0] | bytes[1] << 8;
        if (mark == 0xfeff || mark == 0xfffe) {
            known = mark == 0xfeff ? -1 : 1;
            start = 2;
        }
    }
    KrDecoder decoder;
    kr_decoder_init(&decoder, known > 0 ? "utf-16-be" : "utf-16-le", errors, data, size);
    PyObject *text = run(&decoder, kr_utf16_check, kr_utf16_decode, known > 0, start,
                         ret_consumed);
    if (order != NULL) *order = known;
    return text;
}

PyObject *PyUnicode_DecodeUTF16(const char *data, Py_ssize_t size, const char *errors, int *order)
{
    return PyUnicode_DecodeUTF16Stateful(data, size, errors, order, NULL);
}

PyObject *PyUnicode_DecodeUTF32Stateful(const char *data, Py_ssize_t size, const char *errors,
                                        int *order, Py_ssize_t *ret_consumed)
{
    int known = order == NULL ? 0 : *order;
    Py_ssize_t start = 0;
    const unsigned char *bytes = (const unsigned char *)data;
    if (known == 0 && size >= 4) {
        uint32_t mark = bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
        if (mark == 0xfeff || mark == 0xfffe0000u) {
            known = mark == 0xfeff ? -1 : 1;
            start = 4;
        }
    }
    KrDecoder decoder;
    kr_decoder_init(&decoder, known > 0 ? "utf-32-be" : "utf-32-le", errors, data, size);
    PyObject *text = run(&decoder, kr_utf32_check, kr_utf32_decode, known > 0, start,
                         ret_consumed);
    if (order != NULL) *order = known;
    return text;
}

PyObject *PyUnicode_DecodeUTF32(const char *data, Py_ssize_t size, const char *errors, int *order)
{
    return PyUnicode_DecodeUTF32Stateful(data, size, errors, order, NULL);
}

// --- encoding ---------------------------------------------------------------------------------

// How one encoding writes: units are what a replacement of bytes must be a multiple of.
typedef struct UnicodeForm {
    int unit;
    int most_bytes;         // for one character
    int big_endian;
} UnicodeForm;

// Writes text[start:end], none of which is a surrogate.
static int write_run(KrEncoder *self, const UnicodeForm *form, KrText text)
{
    if (text.length == 0) return 0;
    unsigned char *to = kr_encoder_reserve(self, text.length * form->most_bytes);
    if (to == NULL) return -1;
    ptrdiff_t size;
    if (form->unit == 1) size = kr_utf8_encode(text, to);
    else if (form->unit == 2) kr_utf16_encode(text, 0, form->big_endian, to, &size);
    else kr_utf32_encode(text, 0, form->big_endian, to, &size);
    self->used += size;
    return 0;
}

// Writes the code point of a lone surrogate as if it were a character (surrogatepass).
static int write_unit(KrEncoder *self, const UnicodeForm *form, Py_UCS4 c)
{
    unsigned char *to = kr_encoder_reserve(self, 4);
    if (to == NULL) return -1;
    if (form->unit == 1) {
        self->used += kr_utf8_encode((KrText){&c, 1, 4}, to);
        return 0;
    }
    for (int i = 0; i < form->unit; i++)
        to[i] = (unsigned char)(c >> 8 * (form->big_endian ? form->unit - 1 - i : i));
    self->used += form->unit;
    return 0;
}

// What the handler gave for text[start:end].
static int write_replacement(KrEncoder *self, const UnicodeForm *form, PyObject *with,
                             Py_ssize_t start, Py_ssize_t end)
{
    if (PyBytes_Check(with)) {
        Py_ssize_t size = PyBytes_GET_SIZE(with);
        if (size % form->unit != 0)
            return kr_encoder_raise(self, start, end, "surrogates not allowed");
        unsigned char *to = kr_encoder_reserve(self, size);
        if (to == NULL) return -1;
        memcpy(to, PyBytes_AS_STRING(with), size);
        self->used += size;
        return 0;
    }
    if (PyUnicode_READY(with) < 0) return -1;
    if (!PyUnicode_IS_ASCII(with))
        return kr_encoder_raise(self, start, end, "surrogates not allowed");
    return write_run(self, form, kr_str_chars(with));
}

// text[start:end] are surrogates: position to go on from, or -1.
static Py_ssize_t encode_surrogates(KrEncoder *self, const UnicodeForm *form, Py_ssize_t start,
                                    Py_ssize_t end)
{
    KrText text = kr_str_chars(self->text);
    switch (self->mode) {
    case KR_ERRORS_IGNORE:
        return end;
    case KR_ERRORS_REPLACE:
        for (Py_ssize_t i = start; i < end; i++)
            if (write_unit(self, form, '?') < 0) return -1;
        return end;
    case KR_ERRORS_SURROGATEPASS:
        for (Py_ssize_t i = start; i < end; i++)
            if (write_unit(self, form, kr_chars_read(text, i)) < 0) return -1;
        return end;
    case KR_ERRORS_SURROGATEESCAPE:
        if (form->unit != 1) break;
        for (; start < end; start++) {
            Py_UCS4 c = kr_chars_read(text, start);
            if (c < 0xdc80 || c > 0xdcff) break;
            unsigned char *to = kr_encoder_reserve(self, 1);
            if (to == NULL) return -1;
            *to = (unsigned char)(c - 0xdc00);
            self->used++;
        }
        if (start == end) return end;
        break;
    default:
        break;
    }
    KR_AUTO PyObject *with = NULL;
    Py_ssize_t next = kr_encoder_handle(self, start, end, "surrogates not allowed", &with);
    if (next < 0 || write_replacement(self, form, with, start, end) < 0) return -1;
    return next;
}

static PyObject *encode(PyObject *text, const char *encoding, const char *errors,
                        const UnicodeForm *form, int write_mark)
{
    KrText chars = kr_str_chars(text);
    if (chars.length > PY_SSIZE_T_MAX / 8) return PyErr_NoMemory();
    KrEncoder encoder;
    if (kr_encoder_init(&encoder, encoding, errors, text, chars.length * form->unit + 4) < 0)
        return NULL;
    int failed = write_mark && write_unit(&encoder, form, 0xfeff) < 0;
    for (Py_ssize_t i = 0; i < chars.length && !failed;) {
        Py_ssize_t end = i;
        while (end < chars.length && !kr_text_is_surrogate(kr_chars_read(chars, end))) end++;
        failed = write_run(&encoder, form, kr_chars_slice(chars, i, end)) < 0;
        i = end;
        while (end < chars.length && kr_text_is_surrogate(kr_chars_read(chars, end))) end++;
        if (failed || end == i) continue;
        i = encode_surrogates(&encoder, form, i, end);
        failed = i < 0;
    }
    return kr_encoder_finish(&encoder, failed);
}

PyObject *_PyUnicode_AsUTF8String(PyObject *text, const char *errors)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(text) < 0) return NULL;
    Py_ssize_t kept_size;
    const char *kept = kr_str_kept_utf8(text, &kept_size);
    if (kept != NULL) return PyBytes_FromStringAndSize(kept, kept_size);
    KrText chars = kr_str_chars(text);
    ptrdiff_t surrogate;
    ptrdiff_t size = kr_utf8_size(chars, &surrogate);
    if (surrogate == chars.length) {
        PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
        if (bytes != NULL) kr_utf8_encode(chars, (uint8_t *)PyBytes_AS_STRING(bytes));
        return bytes;
    }
    static const UnicodeForm form = {1, 4, 0};
    return encode(text, "utf-8", errors, &form, 0);
}

PyObject *PyUnicode_AsUTF8String(PyObject *text)
{
    return _PyUnicode_AsUTF8String(text, NULL);
}

// [order] as for decoding; 0 writes a byte order mark.
PyObject *_PyUnicode_EncodeUTF16(PyObject *text, const char *errors, int order)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(text) < 0) return NULL;
    UnicodeForm form = {2, 4, order > 0};
    return encode(text, order == 0 ? "utf-16" : order > 0 ? "utf-16-be" : "utf-16-le", errors,
                  &form, order == 0);
}

PyObject *PyUnicode_AsUTF16String(PyObject *text)
{
    return _PyUnicode_EncodeUTF16(text, NULL, 0);
}

PyObject *_PyUnicode_EncodeUTF32(PyObject *text, const char *errors, int order)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(text) < 0) return NULL;
    UnicodeForm form = {4, 4, order > 0};
    return encode(text, order == 0 ? "utf-32" : order > 0 ? "utf-32-be" : "utf-32-le", errors,
                  &form, order == 0);
}

PyObject *PyUnicode_AsUTF32String(PyObject *text)
{
    return _PyUnicode_EncodeUTF32(text, NULL, 0);
}

// --- UTF-8 kept in the str --------------------------------------------------------------------

const char *PyUnicode_AsUTF8AndSize(PyObject *text, Py_ssize_t *ret_size)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(text) < 0) return NULL;
    Py_ssize_t kept_size;
    if (kr_str_kept_utf8(text, &kept_size) == NULL) {
        PyCompactUnicodeObject *self = (PyCompactUnicodeObject *)text;
        KrText chars = kr_str_chars(text);
        ptrdiff_t surrogate, size = kr_utf8_size(chars, &surrogate);
        if (surrogate != chars.length) {
            Py_XDECREF(_PyUnicode_AsUTF8String(text, NULL));
            return NULL;
        }
        char *utf8 = PyObject_Malloc(size + 1);
        if (utf8 == NULL) return (void *)PyErr_NoMemory();
        kr_utf8_encode(chars, (uint8_t *)utf8);
        utf8[size] = 0;
        self->utf8 = utf8;
        self->utf8_length = size;
    }
    const char *kept = kr_str_kept_utf8(text, &kept_size);
    if (ret_size != NULL) *ret_size = kept_size;
    return kept;
}

const char *PyUnicode_AsUTF8(PyObject *text)
{
    return PyUnicode_AsUTF8AndSize(text, NULL);
}
