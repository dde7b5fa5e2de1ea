// str_repr.c - repr(str): quotes, escapes for what cannot be printed.
#include "objects/strings/str.h"

#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "text/unicode.h"

static const char hex_digits[] = "0123456789abcdef";

// Width of [c] in the repr between quotes [quote].
static int shown_width(Py_UCS4 c, Py_UCS4 quote)
{
    if (c == quote || c == '\\' || c == '\t' || c == '\n' || c == '\r') return 2;
    if (c < ' ' || c == 127) return 4;
    if (c < 127 || kr_unicode_is_printable(c)) return 1;
    return c < 0x100 ? 4 : c < 0x10000 ? 6 : 10;
}

// Writes the escape of [c] and returns its width.
static int write_escape(char *to, Py_UCS4 c)
{
    to[0] = '\\';
    switch (c) {
    case '\t': to[1] = 't'; return 2;
    case '\n': to[1] = 'n'; return 2;
    case '\r': to[1] = 'r'; return 2;
    case '\\': case '\'': case '"': to[1] = (char)c; return 2;
    }
    int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    to[1] = digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
    for (int i = 0; i < digits; i++) to[2 + i] = hex_digits[c >> (4 * (digits - 1 - i)) & 15];
    return digits + 2;
}

static Py_UCS4 choose_quote(KrText chars)
{
    int single = 0;
    for (Py_ssize_t i = 0; i < chars.length; i++) {
        Py_UCS4 c = kr_chars_read(chars, i);
        if (c == '"') return '\'';
        if (c == '\'') single = 1;
    }
    return single ? '"' : '\'';
}

PyObject *kr_str_repr(PyObject *text)
{
    if (PyUnicode_READY(text) < 0) return NULL;
    KrText chars = kr_str_chars(text);
    Py_UCS4 quote = choose_quote(chars), max = 127;
    Py_ssize_t length = 2;
    for (Py_ssize_t i = 0; i < chars.length; i++) {
        Py_UCS4 c = kr_chars_read(chars, i);
        int width = shown_width(c, quote);
        if (length > PY_SSIZE_T_MAX - width)
            return kr_raise(PyExc_OverflowError, "string is too long to generate repr");
        length += width;
        if (width == 1 && c > max) max = c;
    }
    PyObject *result = PyUnicode_New(length, max);
    if (result == NULL) return NULL;
    int kind = PyUnicode_KIND(result);
    void *data = PyUnicode_DATA(result);
    kr_text_write(kind, data, 0, quote);
    kr_text_write(kind, data, length - 1, quote);
    if (length == chars.length + 2) {
        kr_str_copy(data, kind, 1, chars);
        return result;
    }
    Py_ssize_t out = 1;
    for (Py_ssize_t i = 0; i < chars.length; i++) {
        Py_UCS4 c = kr_chars_read(chars, i);
        if (shown_width(c, quote) == 1) {
            kr_text_write(kind, data, out++, c);
            continue;
        }
        char escape[10];
        int width = write_escape(escape, c);
        kr_str_copy(data, kind, out, (KrText){escape, width, 1});
        out += width;
    }
    assert(out == length - 1);
    return result;
}
