// codec_bytes.c - encodings of one byte a character: ASCII, Latin-1, character maps.
#include "abstract.h"
#include "codecs.h"
#include "dictobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/codec.h"
#include "objects/strings/encoding_map.h"
#include "pyerrors.h"
#include "text/text.h"

// --- decoding ---------------------------------------------------------------------------------

PyObject *PyUnicode_DecodeLatin1(const char *data, Py_ssize_t size, const char *errors)
{
    return kr_str_from_chars((KrText){data, size, 1});
}

PyObject *PyUnicode_DecodeASCII(const char *data, Py_ssize_t size, const char *errors)
{
    if (size == 0) return kr_str_empty();
    Py_ssize_t position = kr_text_ascii_prefix(data, size);
    if (position == size) return _PyUnicode_FromASCII(data, size);
    KrDecoder decoder;
    kr_decoder_init(&decoder, "ascii", errors, data, size);
    int failed = _PyUnicodeWriter_WriteASCIIString(&decoder.writer, data, position) < 0;
    while (!failed && position < decoder.size) {
        Py_ssize_t prefix = kr_text_ascii_prefix(decoder.data + position, decoder.size - position);
        failed = prefix > 0 && _PyUnicodeWriter_WriteASCIIString(
                                   &decoder.writer, decoder.data + position, prefix) < 0;
        position += prefix;
        if (failed || position == decoder.size) break;
        position = kr_decoder_handle(&decoder, position, position + 1,
                                     "ordinal not in range(128)");
        failed = position < 0;
    }
    return kr_decoder_finish(&decoder, failed);
}

// What [byte] maps to in a mapping that is not a str: 1 when written, 0 when undefined, -1 on
// error.
static int decode_mapped(KrDecoder *self, PyObject *mapping, unsigned char byte)
{
    KR_AUTO PyObject *key = PyLong_FromLong(byte);
    if (key == NULL) return -1;
    KR_AUTO PyObject *value = PyObject_GetItem(mapping, key);
    if (value == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_LookupError)) return -1;
        PyErr_Clear();
        return 0;
    }
    if (value == Py_None) return 0;
    if (PyLong_Check(value)) {
        long c = PyLong_AsLong(value);
        if (c == -1 && PyErr_Occurred()) PyErr_Clear();
        if (c == 0xfffe) return 0;
        if (c < 0 || c > KR_MAX_CODE_POINT)
            return kr_raise_int(PyExc_TypeError, "character mapping must be in range(0x%lx)",
                                (unsigned long)KR_MAX_CODE_POINT + 1);
        return _PyUnicodeWriter_WriteChar(&self->writer, (Py_UCS4)c) < 0 ? -1 : 1;
    }
    if (!PyUnicode_Check(value))
        return kr_raise_int(PyExc_TypeError, "character mapping must return integer, None or str");
    if (PyUnicode_READY(value) < 0) return -1;
    if (PyUnicode_GET_LENGTH(value) == 1 && PyUnicode_READ_CHAR(value, 0) == 0xfffe) return 0;
    self->writer.overallocate = 1;
    return _PyUnicodeWriter_WriteStr(&self->writer, value) < 0 ? -1 : 1;
}

// The same for a str as table.
static int decode_by_table(KrDecoder *self, KrText table, unsigned char byte)
{
    if (byte >= table.length) return 0;
    Py_UCS4 c = kr_chars_read(table, byte);
    if (c == 0xfffe) return 0;
    return _PyUnicodeWriter_WriteChar(&self->writer, c) < 0 ? -1 : 1;
}

PyObject *PyUnicode_DecodeCharmap(const char *data, Py_ssize_t size, PyObject *mapping,
                                  const char *errors)
{
    if (mapping == NULL) return PyUnicode_DecodeLatin1(data, size, errors);
    if (size == 0) return kr_str_empty();
    KrDecoder decoder;
    kr_decoder_init(&decoder, "charmap", errors, data, size);
    decoder.writer.min_length = size;
    int by_table = PyUnicode_CheckExact(mapping), failed = by_table
        && PyUnicode_READY(mapping) < 0;
    KrText table = by_table && !failed ? kr_str_chars(mapping) : (KrText){0};
    for (Py_ssize_t position = 0; !failed && position < decoder.size;) {
        unsigned char byte = (unsigned char)decoder.data[position];
        int written = by_table ? decode_by_table(&decoder, table, byte)
                               : decode_mapped(&decoder, mapping, byte);
        if (written == 0)
            position = kr_decoder_handle(&decoder, position, position + 1,
                                         "character maps to <undefined>");
        else
            position++;
        failed = written < 0 || position < 0;
    }
    return kr_decoder_finish(&decoder, failed);
}

// --- encoding to ASCII and Latin-1 ------------------------------------------------------------

static int write_bytes(KrEncoder *self, const void *data, Py_ssize_t size)
{
    unsigned char *to = kr_encoder_reserve(self, size);
    if (to == NULL) return -1;
    memcpy(to, data, size);
    self->used += size;
    return 0;
}

// The escape of one character for backslashreplace and xmlcharrefreplace.
static int write_escape(KrEncoder *self, Py_UCS4 c)
{
    char text[12];
    int size;
    if (self->mode == KR_ERRORS_XMLCHARREFREPLACE)
        size = snprintf(text, sizeof text, "&#%u;", c);
    else
        size = snprintf(text, sizeof text, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x"
                                                                              : "\\U%08x", c);
    return write_bytes(self, text, size);
}

// text[start:end] are above the limit: position to go on from, or -1.
static Py_ssize_t encode_above(KrEncoder *self, Py_ssize_t start, Py_ssize_t end, Py_UCS4 limit)
{
    KrText text = kr_str_chars(self->text);
    const char *reason = limit == 127 ? "ordinal not in range(128)" : "ordinal not in range(256)";
    switch (self->mode) {
    case KR_ERRORS_IGNORE:
        return end;
    case KR_ERRORS_REPLACE:
        for (; start < end; start++)
            if (write_bytes(self, "?", 1) < 0) return -1;
        return end;
    case KR_ERRORS_BACKSLASHREPLACE:
    case KR_ERRORS_XMLCHARREFREPLACE:
        for (; start < end; start++)
            if (write_escape(self, kr_chars_read(text, start)) < 0) return -1;
        return end;
    case KR_ERRORS_SURROGATEESCAPE:
        for (; start < end; start++) {
            Py_UCS4 c = kr_chars_read(text, start);
            if (c < 0xdc80 || c > 0xdcff) break;
            unsigned char byte = (unsigned char)(c - 0xdc00);
            if (write_bytes(self, &byte, 1) < 0) return -1;
        }
        if (start == end) return end;
        break;
    default:
        break;
    }
    KR_AUTO PyObject *with = NULL;
    Py_ssize_t next = kr_encoder_handle(self, start, end, reason, &with);
    if (next < 0) return -1;
    if (PyBytes_Check(with))
        return write_bytes(self, PyBytes_AS_STRING(with), PyBytes_GET_SIZE(with)) < 0 ? -1 : next;
    if (PyUnicode_READY(with) < 0) return -1;
    KrText chars = kr_str_chars(with);
    if (kr_text_find_above(chars.kind, chars.data, chars.length, limit) != chars.length)
        return kr_encoder_raise(self, start, end, reason);
    unsigned char *to = kr_encoder_reserve(self, chars.length);
    if (to == NULL) return -1;
    kr_str_copy(to, 1, 0, chars);
    self->used += chars.length;
    return next;
}

static PyObject *encode_below(PyObject *text, const char *errors, Py_UCS4 limit)
{
    KrText chars = kr_str_chars(text);
    KrEncoder encoder;
    if (kr_encoder_init(&encoder, limit == 127 ? "ascii" : "latin-1", errors, text,
                        chars.length) < 0)
        return NULL;
    int failed = 0;
    for (Py_ssize_t i = 0; i < chars.length && !failed;) {
        KrText rest = kr_chars_slice(chars, i, chars.length);
        Py_ssize_t end = i + kr_text_find_above(rest.kind, rest.data, rest.length, limit);
        unsigned char *to = kr_encoder_reserve(&encoder, end - i);
        failed = to == NULL;
        if (failed) break;
        kr_str_copy(to, 1, 0, kr_chars_slice(chars, i, end));
        encoder.used += end - i;
        i = end;
        while (end < chars.length && kr_chars_read(chars, end) > limit) end++;
        if (end == i) continue;
        i = encode_above(&encoder, i, end, limit);
        failed = i < 0;
    }
    return kr_encoder_finish(&encoder, failed);
}

PyObject *_PyUnicode_AsLatin1String(PyObject *text, const char *errors)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(text) < 0) return NULL;
    if (PyUnicode_KIND(text) == PyUnicode_1BYTE_KIND)
        return PyBytes_FromStringAndSize(PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text));
    return encode_below(text, errors, 255);
}

PyObject *PyUnicode_AsLatin1String(PyObject *text)
{
    return _PyUnicode_AsLatin1String(text, NULL);
}

PyObject *_PyUnicode_AsASCIIString(PyObject *text, const char *errors)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_READY(text) < 0) return NULL;
    if (PyUnicode_IS_ASCII(text))
        return PyBytes_FromStringAndSize(PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text));
    return encode_below(text, errors, 127);
}

PyObject *PyUnicode_AsASCIIString(PyObject *text)
{
    return _PyUnicode_AsASCIIString(text, NULL);
}

// --- encoding by a mapping --------------------------------------------------------------------

// Writes what [c] maps to: 1, 0 when it maps to nothing, -1 on error.
static int encode_mapped(KrEncoder *self, PyObject *mapping, Py_UCS4 c)
{
    if (Py_IS_TYPE(mapping, &kr_encoding_map_type)) {
        int byte = kr_encoding_map_find(mapping, c);
        unsigned char one = (unsigned char)byte;
        return byte < 0 ? 0 : write_bytes(self, &one, 1) < 0 ? -1 : 1;
    }
    KR_AUTO PyObject *key = PyLong_FromLong((long)c);
    if (key == NULL) return -1;
    KR_AUTO PyObject *value = PyObject_GetItem(mapping, key);
    if (value == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_LookupError)) return -1;
        PyErr_Clear();
        return 0;
    }
    if (value == Py_None) return 0;
    if (PyLong_Check(value)) {
        long byte = PyLong_AsLong(value);
        if (byte < 0 || byte > 255) {
            PyErr_Clear();
            return kr_raise_int(PyExc_TypeError, "character mapping must be in range(256)");
        }
        unsigned char one = (unsigned char)byte;
        return write_bytes(self, &one, 1) < 0 ? -1 : 1;
    }
    if (!PyBytes_Check(value))
        return kr_raise_int(PyExc_TypeError,
                            "character mapping must return integer, bytes or None, not %.400s",
                            Py_TYPE(value)->tp_name);
    return write_bytes(self, PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value)) < 0 ? -1 : 1;
}

static const char unmapped[] = "character maps to <undefined>";

// Writes text[start:end] of [chars] through the mapping; each character must be there.
static int encode_replacement(KrEncoder *self, PyObject *mapping, KrText chars, Py_ssize_t start,
                              Py_ssize_t end)
{
    for (Py_ssize_t i = 0; i < chars.length; i++) {
        int done = encode_mapped(self, mapping, kr_chars_read(chars, i));
        if (done < 0) return -1;
        if (done == 0) return kr_encoder_raise(self, start, end, unmapped);
    }
    return 0;
}

static Py_ssize_t handle_unmapped(KrEncoder *self, PyObject *mapping, Py_ssize_t start,
                                  Py_ssize_t end)
{
    KrText text = kr_str_chars(self->text);
    if (self->mode == KR_ERRORS_IGNORE) return end;
    if (self->mode == KR_ERRORS_REPLACE || self->mode == KR_ERRORS_XMLCHARREFREPLACE) {
        for (Py_ssize_t i = start; i < end; i++) {
            char escape[12] = "?";
            int size = 1;
            if (self->mode == KR_ERRORS_XMLCHARREFREPLACE)
                size = snprintf(escape, sizeof escape, "&#%u;", kr_chars_read(text, i));
            if (encode_replacement(self, mapping, (KrText){escape, size, 1}, start, end) < 0)
                return -1;
        }
        return end;
    }
    KR_AUTO PyObject *with = NULL;
    Py_ssize_t next = kr_encoder_handle(self, start, end, unmapped, &with);
    if (next < 0) return -1;
    if (PyBytes_Check(with))
        return write_bytes(self, PyBytes_AS_STRING(with), PyBytes_GET_SIZE(with)) < 0 ? -1 : next;
    if (PyUnicode_READY(with) < 0) return -1;
    return encode_replacement(self, mapping, kr_str_chars(with), start, end) < 0 ? -1 : next;
}

// 1 when [c] maps to something.  Nothing stays written.
static int is_mapped(KrEncoder *self, PyObject *mapping, Py_UCS4 c)
{
    Py_ssize_t used = self->used;
    int mapped = encode_mapped(self, mapping, c);
    self->used = used;
    return mapped;
}

PyObject *_PyUnicode_EncodeCharmap(PyObject *text, PyObject *mapping, const char *errors)
{
    if (PyUnicode_READY(text) < 0) return NULL;
    if (mapping == NULL) return _PyUnicode_AsLatin1String(text, errors);
    KrText chars = kr_str_chars(text);
    KrEncoder encoder;
    if (kr_encoder_init(&encoder, "charmap", errors, text, chars.length) < 0) return NULL;
    int failed = 0;
    for (Py_ssize_t i = 0; i < chars.length && !failed;) {
        int done = encode_mapped(&encoder, mapping, kr_chars_read(chars, i));
        failed = done < 0;
        if (done != 0) {
            i++;
            continue;
        }
        Py_ssize_t end = i + 1;
        int mapped = 0;
        while (end < chars.length &&
               (mapped = is_mapped(&encoder, mapping, kr_chars_read(chars, end))) == 0)
            end++;
        i = mapped < 0 ? -1 : handle_unmapped(&encoder, mapping, i, end);
        failed = i < 0;
    }
    return kr_encoder_finish(&encoder, failed);
}

PyObject *PyUnicode_AsCharmapString(PyObject *text, PyObject *mapping)
{
    if (!PyUnicode_Check(text) || mapping == NULL) {
        PyErr_BadArgument();
        return NULL;
    }
    return _PyUnicode_EncodeCharmap(text, mapping, NULL);
}
