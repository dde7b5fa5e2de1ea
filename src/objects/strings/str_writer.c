// str_writer.c - _PyUnicodeWriter: a str under construction that widens and grows as needed.
//
//   buffer   the str being filled, or NULL at the start; data, kind, size, maxchar describe it
//   pos      characters written            readonly   buffer is somebody else's str, whole
//
// (1) pos <= size  (2) a read-only buffer has pos == size == its length and is copied before a
//     write
// (3) while buffer is NULL kind is 0, so that every prepare call comes here.
#include "objects/strings/str.h"

#include "objects/errors/raise.h"
#include "pyerrors.h"

static void take_buffer(_PyUnicodeWriter *writer, PyObject *buffer)
{
    writer->buffer = buffer;
    writer->data = PyUnicode_DATA(buffer);
    writer->maxchar = kr_str_max(buffer);
    // A read-only str never fits, whatever is asked for: keeps (2).
    if (writer->readonly) {
        writer->kind = PyUnicode_WCHAR_KIND;
        writer->size = 0;
        return;
    }
    writer->kind = PyUnicode_KIND(buffer);
    writer->size = PyUnicode_GET_LENGTH(buffer);
}

void _PyUnicodeWriter_Init(_PyUnicodeWriter *writer)
{
    memset(writer, 0, sizeof *writer);
}

// Replaces the buffer by a copy with room for [size] characters up to [maxchar].
static int move_to_new(_PyUnicodeWriter *writer, Py_ssize_t size, Py_UCS4 maxchar)
{
    PyObject *buffer = PyUnicode_New(size, maxchar);
    if (buffer == NULL) return -1;
    if (writer->pos > 0)
        _PyUnicode_FastCopyCharacters(buffer, 0, writer->buffer, 0, writer->pos);
    Py_XDECREF(writer->buffer);
    writer->readonly = 0;
    take_buffer(writer, buffer);
    return 0;
}

int _PyUnicodeWriter_PrepareInternal(_PyUnicodeWriter *writer, Py_ssize_t length, Py_UCS4 maxchar)
{
    assert(length >= 0 && maxchar <= KR_MAX_CODE_POINT);
    if (length > PY_SSIZE_T_MAX - writer->pos) return PyErr_NoMemory(), -1;
    Py_ssize_t size = writer->pos + length;
    if (maxchar < writer->min_char) maxchar = writer->min_char;
    if (size < writer->min_length) size = writer->min_length;
    if (writer->overallocate && size > writer->size && size <= PY_SSIZE_T_MAX - size / 4 &&
        writer->buffer != NULL)
        size += size / 4;
    if (size < writer->size) size = writer->size;
    if (writer->buffer == NULL) {
        if (writer->overallocate && size <= PY_SSIZE_T_MAX - size / 4) size += size / 4;
        PyObject *buffer = PyUnicode_New(size, maxchar);
        if (buffer == NULL) return -1;
        take_buffer(writer, buffer);
        return 0;
    }
    if (writer->readonly || maxchar > writer->maxchar)
        return move_to_new(writer, size, Py_MAX(maxchar, writer->maxchar));
    if (size > writer->size) {
        if (PyUnicode_Resize(&writer->buffer, size) < 0) return -1;
        take_buffer(writer, writer->buffer);
    }
    return 0;
}

int _PyUnicodeWriter_PrepareKindInternal(_PyUnicodeWriter *writer, enum PyUnicode_Kind kind)
{
    static const Py_UCS4 max_of_kind[5] = {0, 255, 65535, 0, KR_MAX_CODE_POINT};
    assert(kind == 1 || kind == 2 || kind == 4);
    return _PyUnicodeWriter_PrepareInternal(writer, 0, max_of_kind[kind]);
}

int _PyUnicodeWriter_WriteChar(_PyUnicodeWriter *writer, Py_UCS4 c)
{
    if (_PyUnicodeWriter_Prepare(writer, 1, c) < 0) return -1;
    PyUnicode_WRITE(writer->kind, writer->data, writer->pos, c);
    writer->pos++;
    return 0;
}

int _PyUnicodeWriter_WriteStr(_PyUnicodeWriter *writer, PyObject *text)
{
    if (PyUnicode_READY(text) < 0) return -1;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (length == 0) return 0;
    if (writer->buffer == NULL && !writer->overallocate && PyUnicode_CheckExact(text)) {
        writer->readonly = 1;
        take_buffer(writer, Py_NewRef(text));
        writer->pos = length;
        return 0;
    }
    if (_PyUnicodeWriter_Prepare(writer, length, kr_str_max(text)) < 0) return -1;
    kr_str_copy(writer->data, writer->kind, writer->pos, kr_str_chars(text));
    writer->pos += length;
    return 0;
}

int _PyUnicodeWriter_WriteSubstring(_PyUnicodeWriter *writer, PyObject *text, Py_ssize_t start,
                                    Py_ssize_t end)
{
    if (PyUnicode_READY(text) < 0) return -1;
    assert(0 <= start && start <= end && end <= PyUnicode_GET_LENGTH(text));
    if (start == end) return 0;
    if (start == 0 && end == PyUnicode_GET_LENGTH(text))
        return _PyUnicodeWriter_WriteStr(writer, text);
    Py_UCS4 max = kr_str_max(text);
    if (max > writer->maxchar) max = _PyUnicode_FindMaxChar(text, start, end);
    if (_PyUnicodeWriter_Prepare(writer, end - start, max) < 0) return -1;
    kr_str_copy(writer->data, writer->kind, writer->pos,
                kr_chars_slice(kr_str_chars(text), start, end));
    writer->pos += end - start;
    return 0;
}

int _PyUnicodeWriter_WriteASCIIString(_PyUnicodeWriter *writer, const char *data,
                                      Py_ssize_t length)
{
    if (length == -1) length = (Py_ssize_t)strlen(data);
    if (length == 0) return 0;
    if (_PyUnicodeWriter_Prepare(writer, length, 127) < 0) return -1;
    kr_str_copy(writer->data, writer->kind, writer->pos, (KrText){data, length, 1});
    writer->pos += length;
    return 0;
}

int _PyUnicodeWriter_WriteLatin1String(_PyUnicodeWriter *writer, const char *data,
                                       Py_ssize_t length)
{
    KrText chars = {data, length, 1};
    if (_PyUnicodeWriter_Prepare(writer, length, kr_str_find_max(chars)) < 0) return -1;
    kr_str_copy(writer->data, writer->kind, writer->pos, chars);
    writer->pos += length;
    return 0;
}

PyObject *_PyUnicodeWriter_Finish(_PyUnicodeWriter *writer)
{
    PyObject *text = writer->buffer;
    writer->buffer = NULL;
    if (writer->pos == 0) {
        Py_XDECREF(text);
        return kr_str_empty();
    }
    if (writer->readonly) return text;
    if (writer->pos == 1) {
        Py_UCS4 c = PyUnicode_READ_CHAR(text, 0);
        if (c < 256) {
            Py_DECREF(text);
            return kr_str_latin1_char((unsigned char)c);
        }
    }
    if (PyUnicode_GET_LENGTH(text) != writer->pos && PyUnicode_Resize(&text, writer->pos) < 0) {
        Py_DECREF(text);
        return NULL;
    }
    // min_char may have asked for more width than was used.
    Py_UCS4 max = kr_str_max(text);
    if (max > 127 && kr_str_find_max(kr_str_chars(text)) < max)
        Py_SETREF(text, kr_str_from_chars(kr_str_chars(text)));
    return text;
}

void _PyUnicodeWriter_Dealloc(_PyUnicodeWriter *writer)
{
    Py_CLEAR(writer->buffer);
}
