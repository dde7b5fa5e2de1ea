// text_write.c - the writing half of TextIOWrapper.
#include "modules/_io/text.h"

#include "text/search.h"

// --- encoding ---------------------------------------------------------------------------------

static PyObject *encode_utf8(PyObject *text, const char *errors, int at_start)
{
    return _PyUnicode_AsUTF8String(text, errors);
}

static PyObject *encode_ascii(PyObject *text, const char *errors, int at_start)
{
    return _PyUnicode_AsASCIIString(text, errors);
}

static PyObject *encode_latin1(PyObject *text, const char *errors, int at_start)
{
    return _PyUnicode_AsLatin1String(text, errors);
}

// Only the first piece has a byte order mark.
static PyObject *encode_utf16(PyObject *text, const char *errors, int at_start)
{
    return _PyUnicode_EncodeUTF16(text, errors, at_start ? 0 : PY_LITTLE_ENDIAN ? -1 : 1);
}

static PyObject *encode_utf16_le(PyObject *text, const char *errors, int at_start)
{
    return _PyUnicode_EncodeUTF16(text, errors, -1);
}

static PyObject *encode_utf16_be(PyObject *text, const char *errors, int at_start)
{
    return _PyUnicode_EncodeUTF16(text, errors, 1);
}

static PyObject *encode_utf32(PyObject *text, const char *errors, int at_start)
{
    return _PyUnicode_EncodeUTF32(text, errors, at_start ? 0 : PY_LITTLE_ENDIAN ? -1 : 1);
}

static PyObject *encode_utf32_le(PyObject *text, const char *errors, int at_start)
{
    return _PyUnicode_EncodeUTF32(text, errors, -1);
}

static PyObject *encode_utf32_be(PyObject *text, const char *errors, int at_start)
{
    return _PyUnicode_EncodeUTF32(text, errors, 1);
}

void kr_textio_choose_direct(KrTextWrapper *self, const char *name)
{
    static const struct {
        const char *name;
        KrDirectEncode encode;
    } known[] = {
        {"utf-8", encode_utf8}, {"ascii", encode_ascii}, {"iso8859-1", encode_latin1},
        {"utf-16", encode_utf16}, {"utf-16-le", encode_utf16_le}, {"utf-16-be", encode_utf16_be},
        {"utf-32", encode_utf32}, {"utf-32-le", encode_utf32_le}, {"utf-32-be", encode_utf32_be},
    };
    self->direct = NULL;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(known); i++)
        if (strcmp(name, known[i].name) == 0) self->direct = known[i].encode;
}

static PyObject *encode(KrTextWrapper *self, PyObject *text)
{
    if (self->direct != NULL) {
        PyObject *bytes = self->direct(text, PyUnicode_AsUTF8(self->errors), self->at_start);
        if (PyUnicode_GET_LENGTH(text) > 0) self->at_start = 0;
        return bytes;
    }
    KR_AUTO PyObject *bytes = PyObject_CallMethodOneArg(self->encoder, ID(encode), text);
    if (bytes == NULL || PyBytes_Check(bytes)) return kr_take(bytes);
    return kr_raise(PyExc_TypeError, "encoder should return a bytes object, not '%.200s'",
                    Py_TYPE(bytes)->tp_name);
}

// --- pending bytes ----------------------------------------------------------------------------

static PyObject *join_pending(PyObject *pieces)
{
    if (PyList_GET_SIZE(pieces) == 1) return Py_NewRef(PyList_GET_ITEM(pieces, 0));
    KR_AUTO PyObject *empty = PyBytes_FromStringAndSize(NULL, 0);
    return empty == NULL ? NULL : _PyBytes_Join(empty, pieces);
}

int kr_textio_write_pending(KrTextWrapper *self)
{
    if (self->pending == NULL) return 0;
    KR_AUTO PyObject *pieces = kr_take(self->pending);
    self->pending_size = 0;
    KR_AUTO PyObject *bytes = join_pending(pieces);
    if (bytes == NULL) return -1;
    KR_AUTO PyObject *written = NULL;
    do {
        written = PyObject_CallMethodOneArg(self->buffer, ID(write), bytes);
    } while (written == NULL && kr_io_trap_interrupt());
    return written == NULL ? -1 : 0;
}

static int add_pending(KrTextWrapper *self, PyObject *bytes)
{
    Py_ssize_t size = PyBytes_GET_SIZE(bytes);
    if (self->pending_size + size > self->chunk_size && kr_textio_write_pending(self) < 0)
        return -1;
    if (self->pending == NULL && (self->pending = PyList_New(0)) == NULL) return -1;
    if (PyList_Append(self->pending, bytes) < 0) return -1;
    self->pending_size += size;
    return 0;
}

static int contains_char(PyObject *text, Py_UCS4 c)
{
    KrText chars = {PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text), PyUnicode_KIND(text)};
    return kr_search_char(chars, c) >= 0;
}

static PyObject *translate_newlines(KrTextWrapper *self, PyObject *text)
{
    KR_AUTO PyObject *from = PyUnicode_FromOrdinal('\n');
    KR_AUTO PyObject *to = PyUnicode_FromString(self->write_newline);
    return from == NULL || to == NULL ? NULL : PyUnicode_Replace(text, from, to, -1);
}

// What was decoded is of no use after a write.
static int forget_reading(KrTextWrapper *self)
{
    if (self->decoded != NULL) kr_textio_set_decoded(self, NULL);
    if (self->snapshot_flags != NULL) kr_textio_drop_snapshot(self);
    if (self->decoder == NULL) return 0;
    KR_AUTO PyObject *done = PyObject_CallMethodNoArgs(self->decoder, ID(reset));
    return done == NULL ? -1 : 0;
}

PyObject *kr_textio_write(KrTextWrapper *self, PyObject *text)
{
    if (PyUnicode_READY(text) < 0 || kr_textio_check_open(self) < 0) return NULL;
    if (self->encoder == NULL) return kr_io_unsupported("not writable");
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    int translates = self->write_translate && self->write_newline != NULL;
    int has_newline = (translates || self->line_buffering) && contains_char(text, '\n');
    KR_AUTO PyObject *shown = has_newline && translates ? translate_newlines(self, text)
                                                        : Py_NewRef(text);
    if (shown == NULL) return NULL;
    int flush = self->line_buffering && (has_newline || contains_char(shown, '\r'));
    KR_AUTO PyObject *bytes = encode(self, shown);
    if (bytes == NULL || add_pending(self, bytes) < 0) return NULL;
    if ((self->pending_size >= self->chunk_size || flush || self->write_through) &&
        kr_textio_write_pending(self) < 0)
        return NULL;
    if (flush) {
        KR_AUTO PyObject *done = PyObject_CallMethodNoArgs(self->buffer, ID(flush));
        if (done == NULL) return NULL;
    }
    return forget_reading(self) < 0 ? NULL : PyLong_FromSsize_t(length);
}
