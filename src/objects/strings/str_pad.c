// str_pad.c - filling up: center, ljust, rjust, zfill, expandtabs, repetition.
#include "objects/strings/str_pad.h"

#include "objects/errors/raise.h"
#include "pyerrors.h"

PyObject *kr_str_pad(PyObject *text, Py_ssize_t left, Py_ssize_t right, Py_UCS4 fill)
{
    if (left < 0) left = 0;
    if (right < 0) right = 0;
    if (left == 0 && right == 0) return kr_str_exact(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (left > PY_SSIZE_T_MAX - length || right > PY_SSIZE_T_MAX - length - left)
        return kr_raise(PyExc_OverflowError, "padded string is too long");
    PyObject *result = PyUnicode_New(left + length + right, Py_MAX(kr_str_max(text), fill));
    if (result == NULL) return NULL;
    _PyUnicode_FastFill(result, 0, left, fill);
    kr_str_copy(PyUnicode_DATA(result), PyUnicode_KIND(result), left, kr_str_chars(text));
    _PyUnicode_FastFill(result, left + length, right, fill);
    return result;
}

PyObject *kr_str_zfill(PyObject *text, Py_ssize_t width)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (length >= width) return kr_str_exact(text);
    PyObject *result = kr_str_pad(text, width - length, 0, '0');
    if (result == NULL || length == 0) return result;
    int kind = PyUnicode_KIND(result);
    void *data = PyUnicode_DATA(result);
    Py_UCS4 first = kr_text_read(kind, data, width - length);
    if (first == '+' || first == '-') {
        kr_text_write(kind, data, 0, first);
        kr_text_write(kind, data, width - length, '0');
    }
    return result;
}

PyObject *kr_str_expand_tabs(PyObject *text, int tab_size)
{
    KrText chars = kr_str_chars(text);
    Py_ssize_t length = 0, column = 0;
    int found = 0;
    for (Py_ssize_t i = 0; i < chars.length; i++) {
        Py_UCS4 c = kr_chars_read(chars, i);
        Py_ssize_t width = 1;
        if (c == '\t') {
            found = 1;
            width = tab_size > 0 ? tab_size - column % tab_size : 0;
        }
        if (width > PY_SSIZE_T_MAX - length)
            return kr_raise(PyExc_OverflowError, "new string is too long");
        length += width;
        column = c == '\n' || c == '\r' ? 0 : column + width;
    }
    if (!found) return kr_str_exact(text);
    PyObject *result = PyUnicode_New(length, kr_str_max(text));
    if (result == NULL || length == 0) return result;
    int kind = PyUnicode_KIND(result);
    void *data = PyUnicode_DATA(result);
    Py_ssize_t out = 0;
    column = 0;
    for (Py_ssize_t i = 0; i < chars.length; i++) {
        Py_UCS4 c = kr_chars_read(chars, i);
        if (c == '\t') {
            Py_ssize_t width = tab_size > 0 ? tab_size - column % tab_size : 0;
            _PyUnicode_FastFill(result, out, width, ' ');
            out += width;
            column += width;
        } else {
            kr_text_write(kind, data, out++, c);
            column = c == '\n' || c == '\r' ? 0 : column + 1;
        }
    }
    assert(out == length);
    return result;
}

PyObject *kr_str_repeat(PyObject *text, Py_ssize_t count)
{
    if (count < 1) return kr_str_empty();
    if (PyUnicode_READY(text) < 0) return NULL;
    if (count == 1) return kr_str_exact(text);
    KrText chars = kr_str_chars(text);
    if (chars.length > PY_SSIZE_T_MAX / count)
        return kr_raise(PyExc_OverflowError, "repeated string is too long");
    PyObject *result = PyUnicode_New(chars.length * count, kr_str_max(text));
    if (result == NULL || chars.length == 0) return result;
    if (chars.length == 1) {
        _PyUnicode_FastFill(result, 0, count, kr_chars_read(chars, 0));
        return result;
    }
    char *data = PyUnicode_DATA(result);
    size_t total = (size_t)chars.length * count * chars.kind,
        done = (size_t)chars.length * chars.kind;
    memcpy(data, chars.data, done);
    while (done < total) {
        size_t more = Py_MIN(done, total - done);
        memcpy(data + done, data, more);
        done += more;
    }
    return result;
}
