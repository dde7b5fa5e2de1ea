// bytes_text.c - bytes as text for people: repr, hexadecimal digits both ways, escapes of
// literals.
#include "bytesobject.h"
#include "internal/pycore_strhex.h"
#include "abstract.h"
#include "objects/errors/raise.h"
#include "objects/strings/bytes.h"
#include "objects/strings/str.h"
#include "pyerrors.h"
#include "pymem.h"
#include "text/decode.h"
#include "warnings.h"

static const char hex_digits[] = "0123456789abcdef";

// --- repr -------------------------------------------------------------------------------------

static int shown_width(unsigned char c, char quote)
{
    if (c == quote || c == '\\' || c == '\t' || c == '\n' || c == '\r') return 2;
    return c < ' ' || c >= 127 ? 4 : 1;
}

static char *write_shown(char *to, unsigned char c, char quote)
{
    int width = shown_width(c, quote);
    if (width > 1) *to++ = '\\';
    if (width == 4) {
        *to++ = 'x';
        *to++ = hex_digits[c >> 4];
        c = (unsigned char)hex_digits[c & 15];
    } else if (c == '\t' || c == '\n' || c == '\r') {
        c = c == '\t' ? 't' : c == '\n' ? 'n' : 'r';
    }
    *to++ = (char)c;
    return to;
}

PyObject *kr_bytes_repr(const unsigned char *data, Py_ssize_t size, const char *before,
                        const char *after)
{
    char quote = size > 0 && memchr(data, '\'', size) != NULL && memchr(data, '"', size) == NULL
                     ? '"' : '\'';
    Py_ssize_t length = (Py_ssize_t)(strlen(before) + strlen(after)) + 2;
    if (size > (PY_SSIZE_T_MAX - length) / 4)
        return kr_raise(PyExc_OverflowError, "bytes object is too large to make repr");
    for (Py_ssize_t i = 0; i < size; i++) length += shown_width(data[i], quote);
    PyObject *text = PyUnicode_New(length, 127);
    if (text == NULL) return NULL;
    char *to = stpcpy(PyUnicode_DATA(text), before);
    *to++ = quote;
    for (Py_ssize_t i = 0; i < size; i++) to = write_shown(to, data[i], quote);
    *to++ = quote;
    memcpy(to, after, strlen(after));
    return text;
}

// --- hexadecimal ------------------------------------------------------------------------------

// The separator's one ASCII character in [ret]: 0 or -1.
static int read_separator(PyObject *separator, char *ret)
{
    Py_ssize_t length = PyObject_Length(separator);
    if (length < 0) return -1;
    if (length != 1) return kr_raise_int(PyExc_ValueError, "sep must be length 1.");
    if (PyUnicode_Check(separator)) {
        if (PyUnicode_READY(separator) < 0) return -1;
        if (!PyUnicode_IS_ASCII(separator))
            return kr_raise_int(PyExc_ValueError, "sep must be ASCII.");
        *ret = (char)PyUnicode_READ_CHAR(separator, 0);
    } else if (PyBytes_Check(separator)) {
        *ret = PyBytes_AS_STRING(separator)[0];
        if (*ret & 0x80) return kr_raise_int(PyExc_ValueError, "sep must be ASCII.");
    } else {
        return kr_raise_int(PyExc_TypeError, "sep must be str or bytes.");
    }
    return 0;
}

// Writes the digits of [data], a separator between groups of |group| bytes counted from the right,
// or from the left when it is negative.
static void write_hex(const unsigned char *data, Py_ssize_t size, char separator, Py_ssize_t group,
                      char *to)
{
    Py_ssize_t step = group < 0 ? -group : group;
    // Bytes until the next separator.
    Py_ssize_t left = step == 0 ? size : group < 0 || size % step == 0 ? step : size % step;
    for (Py_ssize_t i = 0; i < size; i++) {
        if (left == 0) {
            *to++ = separator;
            left = step;
        }
        *to++ = hex_digits[data[i] >> 4];
        *to++ = hex_digits[data[i] & 15];
        left--;
    }
}

// Length of the text; group becomes 0 when there is nothing to separate.
static Py_ssize_t hex_length(Py_ssize_t size, PyObject *separator, int *group, char *ret_separator)
{
    *ret_separator = 0;
    if (separator != NULL && read_separator(separator, ret_separator) < 0) return -1;
    if (separator == NULL || size == 0) *group = 0;
    Py_ssize_t step = *group < 0 ? -(Py_ssize_t)*group : *group;
    Py_ssize_t gaps = step == 0 ? 0 : (size - 1) / step;
    if (size > (PY_SSIZE_T_MAX - gaps) / 2) {
        PyErr_NoMemory();
        return -1;
    }
    return size * 2 + gaps;
}

PyObject *kr_bytes_hex(const void *data, Py_ssize_t size, PyObject *separator, int group)
{
    char character;
    Py_ssize_t length = hex_length(size, separator, &group, &character);
    if (length < 0) return NULL;
    PyObject *text = PyUnicode_New(length, 127);
    if (text != NULL && length > 0) write_hex(data, size, character, group, PyUnicode_DATA(text));
    return text;
}

static PyObject *hex_as_bytes(const void *data, Py_ssize_t size, PyObject *separator, int group)
{
    char character;
    Py_ssize_t length = hex_length(size, separator, &group, &character);
    if (length < 0) return NULL;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, length);
    if (bytes != NULL && length > 0)
        write_hex(data, size, character, group, PyBytes_AS_STRING(bytes));
    return bytes;
}

PyObject *_Py_strhex(const char *data, const Py_ssize_t size)
{
    return kr_bytes_hex(data, size, NULL, 0);
}

PyObject *_Py_strhex_bytes(const char *data, const Py_ssize_t size)
{
    return hex_as_bytes(data, size, NULL, 0);
}

PyObject *_Py_strhex_with_sep(const char *data, const Py_ssize_t size, PyObject *separator,
                              const int group)
{
    return kr_bytes_hex(data, size, separator, group);
}

PyObject *_Py_strhex_bytes_with_sep(const char *data, const Py_ssize_t size, PyObject *separator,
                                    const int group)
{
    return hex_as_bytes(data, size, separator, group);
}

static int hex_value(Py_UCS4 c)
{
    if (c >= '0' && c <= '9') return (int)c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f') return (int)(c | 32) - 'a' + 10;
    return -1;
}

// Pairs of digits with white space between them; -1, or the index of what is wrong in [ret_bad].
static Py_ssize_t read_hex(KrText text, unsigned char *to, Py_ssize_t *ret_bad)
{
    Py_ssize_t used = 0;
    for (Py_ssize_t i = 0; i < text.length;) {
        Py_UCS4 c = kr_chars_read(text, i);
        if (c == ' ' || (c >= 9 && c <= 13)) {
            i++;
            continue;
        }
        int high = hex_value(c), low = -1;
        if (high >= 0 && i + 1 < text.length) low = hex_value(kr_chars_read(text, i + 1));
        if (low < 0) {
            *ret_bad = high < 0 ? i : i + 1;
            return -1;
        }
        to[used++] = (unsigned char)(high << 4 | low);
        i += 2;
    }
    return used;
}

PyObject *_PyBytes_FromHex(PyObject *text, int use_bytearray)
{
    if (PyUnicode_READY(text) < 0) return NULL;
    KrText chars = kr_str_chars(text);
    unsigned char *data = PyMem_Malloc(chars.length / 2 + 1);
    if (data == NULL) return PyErr_NoMemory();
    Py_ssize_t bad, size = read_hex(chars, data, &bad);
    PyObject *result = NULL;
    if (size < 0)
        kr_raise(PyExc_ValueError,
                 "non-hexadecimal number found in fromhex() arg at position %zd", bad);
    else if (use_bytearray) result = PyByteArray_FromStringAndSize((char *)data, size);
    else result = PyBytes_FromStringAndSize((char *)data, size);
    PyMem_Free(data);
    return result;
}

// --- escapes of literals ----------------------------------------------------------------------

// [errors] for \x without two digits: strict, replace or ignore.  [ret_invalid]: the character
// behind the backslash of the first unknown escape, or NULL.
PyObject *_PyBytes_DecodeEscape2(const char *data, Py_ssize_t size, const char *errors,
                                 int *ret_invalid_character, const char **ret_invalid)
{
    *ret_invalid_character = -1;
    *ret_invalid = NULL;
    KR_AUTO PyObject *result = PyBytes_FromStringAndSize(NULL, size + 1);
    if (result == NULL) return NULL;
    uint8_t *to = (uint8_t *)PyBytes_AS_STRING(result);
    Py_ssize_t position = 0;
    while (position < size) {
        KrDecodeStop stop;
        ptrdiff_t invalid;
        kr_bytes_escape_decode((const uint8_t *)data + position, size - position, to, &stop,
                               &invalid);
        if (invalid >= 0 && *ret_invalid == NULL && position + invalid + 1 < size) {
            const unsigned char *at = (const unsigned char *)data + position + invalid + 1;
            *ret_invalid = (const char *)at;
            *ret_invalid_character = *at;
            if (*at >= '4' && *at <= '7' && (const char *)at + 2 < data + size)
                *ret_invalid_character = (at[0] - '0') << 6 | (at[1] - '0') << 3 | (at[2] - '0');
        }
        to += stop.written;
        if (stop.end == 0) break;
        Py_ssize_t at = position + stop.consumed;
        if (strchr(stop.reason, '%') == NULL) return kr_raise(PyExc_ValueError, "%s", stop.reason);
        if (errors == NULL || strcmp(errors, "strict") == 0)
            return kr_raise(PyExc_ValueError, stop.reason, at);
        if (strcmp(errors, "replace") == 0) *to++ = '?';
        else if (strcmp(errors, "ignore") != 0)
            return kr_raise(PyExc_ValueError,
                            "decoding error; unknown error handling code: %.400s", errors);
        position += stop.end;
    }
    Py_ssize_t used = (char *)to - PyBytes_AS_STRING(result);
    return _PyBytes_Resize(&result, used) < 0 ? NULL : kr_take(result);
}

PyObject *_PyBytes_DecodeEscape(const char *data, Py_ssize_t size, const char *errors,
                                const char **ret_invalid)
{
    int character;
    return _PyBytes_DecodeEscape2(data, size, errors, &character, ret_invalid);
}

PyObject *PyBytes_DecodeEscape(const char *data, Py_ssize_t size, const char *errors,
                               Py_ssize_t Py_UNUSED(unicode), const char *Py_UNUSED(encoding))
{
    int character;
    const char *invalid;
    PyObject *result = _PyBytes_DecodeEscape2(data, size, errors, &character, &invalid);
    if (result == NULL || invalid == NULL) return result;
    const char *format = character > 0xff ? "invalid octal escape sequence '\\%o'"
                                          : "invalid escape sequence '\\%c'";
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, format, character) < 0) Py_CLEAR(result);
    return result;
}
