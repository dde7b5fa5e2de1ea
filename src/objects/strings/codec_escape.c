// codec_escape.c - unicode-escape, raw-unicode-escape and UTF-7.
//
// These decoders of text/decode write code points up to the first error; the loop here runs the
// handler and starts them again behind it.
#include "bytesobject.h"
#include "codecs.h"
#include "objects/errors/raise.h"
#include "objects/strings/codec.h"
#include "pyerrors.h"
#include "warnings.h"
#include "pymem.h"
#include "text/decode.h"
#include "text/encode.h"
#include "text/unicode_names.h"

typedef enum EscapeForm { UNICODE_ESCAPE, RAW_UNICODE_ESCAPE, UTF7 } EscapeForm;

// One run of a decoder over what is left.  [ret_invalid]: of unicode-escape only.
// long: the parameters of the three decoders.
static void decode_some(EscapeForm form, const char *data, Py_ssize_t size, int final,
                        Py_UCS4 *characters, KrDecodeStop *stop, ptrdiff_t *ret_invalid)
{
    const uint8_t *bytes = (const uint8_t *)data;
    *ret_invalid = -1;
    if (form == UNICODE_ESCAPE) {
        kr_unicode_escape_decode(bytes, size, kr_unicode_find_name, characters, stop, ret_invalid);
    } else if (form == RAW_UNICODE_ESCAPE) {
        kr_raw_unicode_escape_decode(bytes, size, characters, stop);
    } else {
        KrUtf7State state = {0};
        kr_utf7_decode(bytes, size, final, &state, characters, stop);
    }
}

// The character that the unknown escape at data[index] has behind its backslash, the number of an
// octal one.
static int escaped_character(const char *data, Py_ssize_t size, Py_ssize_t index)
{
    const unsigned char *at = (const unsigned char *)data + index + 1;
    if (*at >= '4' && *at <= '7' && index + 3 < size)
        return (at[0] - '0') << 6 | (at[1] - '0') << 3 | (at[2] - '0');
    return *at;
}

// Decodes all of self->data.  [ret_consumed] NULL: the data is complete.  [ret_invalid],
// [ret_character]: place and character of the first unknown escape, or -1.
static PyObject *run(KrDecoder *self, EscapeForm form, Py_ssize_t *ret_consumed,
                     Py_ssize_t *ret_invalid, int *ret_character)
{
    Py_ssize_t position = 0;
    int failed = 0, done = 0;
    *ret_invalid = -1;
    while (!done && !failed && position < self->size) {
        Py_ssize_t left = self->size - position;
        Py_UCS4 *characters = PyMem_New(Py_UCS4, left + 1);
        if (characters == NULL) {
            PyErr_NoMemory();
            failed = 1;
            break;
        }
        KrDecodeStop stop;
        ptrdiff_t invalid;
        decode_some(form, self->data + position, left, ret_consumed == NULL, characters, &stop,
                    &invalid);
        if (invalid >= 0 && *ret_invalid < 0 && position + invalid + 1 < self->size) {
            *ret_invalid = position + invalid;
            *ret_character = escaped_character(self->data, self->size, *ret_invalid);
        }
        failed = kr_decoder_write(self, characters, stop.written) < 0;
        PyMem_Free(characters);
        Py_ssize_t start = position + stop.consumed, end = position + stop.end;
        position = start;
        done = stop.end == 0 || (stop.incomplete && ret_consumed != NULL);
        if (done || failed) break;
        position = kr_decoder_handle(self, start, end, stop.reason);
        failed = position < 0;
    }
    PyObject *text = kr_decoder_finish(self, failed);
    if (text != NULL && ret_consumed != NULL) *ret_consumed = position;
    return text;
}

// --- unicode-escape ---------------------------------------------------------------------------

// [ret_invalid]: the first character of an unknown escape (behind its backslash), or NULL.
PyObject *_PyUnicode_DecodeUnicodeEscapeInternal2(const char *data, Py_ssize_t size,
                                                  const char *errors, Py_ssize_t *ret_consumed,
                                                  int *ret_invalid_character,
                                                  const char **ret_invalid)
{
    *ret_invalid_character = -1;
    *ret_invalid = NULL;
    if (size == 0) {
        if (ret_consumed != NULL) *ret_consumed = 0;
        return kr_str_empty();
    }
    if (memchr(data, '\\', size) == NULL) {
        if (ret_consumed != NULL) *ret_consumed = size;
        return PyUnicode_DecodeLatin1(data, size, NULL);
    }
    KrDecoder decoder;
    kr_decoder_init(&decoder, "unicodeescape", errors, data, size);
    Py_ssize_t invalid;
    PyObject *text = run(&decoder, UNICODE_ESCAPE, ret_consumed, &invalid, ret_invalid_character);
    if (text != NULL && invalid >= 0) *ret_invalid = data + invalid + 1;
    return text;
}

PyObject *_PyUnicode_DecodeUnicodeEscapeInternal(const char *data, Py_ssize_t size,
                                                 const char *errors, Py_ssize_t *ret_consumed,
                                                 const char **ret_invalid)
{
    int character;
    return _PyUnicode_DecodeUnicodeEscapeInternal2(data, size, errors, ret_consumed, &character,
                                                   ret_invalid);
}

PyObject *_PyUnicode_DecodeUnicodeEscapeStateful(const char *data, Py_ssize_t size,
                                                 const char *errors, Py_ssize_t *ret_consumed)
{
    int character;
    const char *invalid;
    PyObject *text = _PyUnicode_DecodeUnicodeEscapeInternal2(data, size, errors, ret_consumed,
                                                             &character, &invalid);
    if (text == NULL || invalid == NULL) return text;
    const char *format = character > 0xff ? "invalid octal escape sequence '\\%o'"
                                          : "invalid escape sequence '\\%c'";
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, format, character) < 0) Py_CLEAR(text);
    return text;
}

PyObject *PyUnicode_DecodeUnicodeEscape(const char *data, Py_ssize_t size, const char *errors)
{
    return _PyUnicode_DecodeUnicodeEscapeStateful(data, size, errors, NULL);
}

PyObject *_PyUnicode_DecodeRawUnicodeEscapeStateful(const char *data, Py_ssize_t size,
                                                    const char *errors, Py_ssize_t *ret_consumed)
{
    if (size == 0) {
        if (ret_consumed != NULL) *ret_consumed = 0;
        return kr_str_empty();
    }
    // A last backslash may begin an escape.
    Py_ssize_t backslashes = 0;
    while (ret_consumed != NULL && backslashes < size && data[size - 1 - backslashes] == '\\')
        backslashes++;
    KrDecoder decoder;
    kr_decoder_init(&decoder, "rawunicodeescape", errors, data, size - backslashes % 2);
    Py_ssize_t invalid;
    int character;
    return run(&decoder, RAW_UNICODE_ESCAPE, ret_consumed, &invalid, &character);
}

PyObject *PyUnicode_DecodeRawUnicodeEscape(const char *data, Py_ssize_t size, const char *errors)
{
    return _PyUnicode_DecodeRawUnicodeEscapeStateful(data, size, errors, NULL);
}

// --- UTF-7 ------------------------------------------------------------------------------------

PyObject *PyUnicode_DecodeUTF7Stateful(const char *data, Py_ssize_t size, const char *errors,
                                       Py_ssize_t *ret_consumed)
{
    if (size == 0) {
        if (ret_consumed != NULL) *ret_consumed = 0;
        return kr_str_empty();
    }
    KrDecoder decoder;
    kr_decoder_init(&decoder, "utf7", errors, data, size);
    Py_ssize_t invalid;
    int character;
    return run(&decoder, UTF7, ret_consumed, &invalid, &character);
}

PyObject *PyUnicode_DecodeUTF7(const char *data, Py_ssize_t size, const char *errors)
{
    return PyUnicode_DecodeUTF7Stateful(data, size, errors, NULL);
}

// --- encoding ---------------------------------------------------------------------------------

// The bytes of [text] written by [form]; [most] bytes a character.
static PyObject *encode(PyObject *text, EscapeForm form, Py_ssize_t most, int white, int optional)
{
    if (PyUnicode_READY(text) < 0) return NULL;
    KrText chars = kr_str_chars(text);
    if (chars.length > (PY_SSIZE_T_MAX - 64) / most) return PyErr_NoMemory();
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, chars.length * most + 2);
    if (bytes == NULL) return NULL;
    uint8_t *to = (uint8_t *)PyBytes_AS_STRING(bytes);
    Py_ssize_t size = form == UNICODE_ESCAPE       ? kr_unicode_escape_encode(chars, to)
                      : form == RAW_UNICODE_ESCAPE ? kr_raw_unicode_escape_encode(chars, to)
                                                   : kr_utf7_encode(chars, white, optional, to);
    _PyBytes_Resize(&bytes, size);
    return bytes;
}

PyObject *PyUnicode_AsUnicodeEscapeString(PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return NULL;
    }
    return encode(text, UNICODE_ESCAPE, 10, 0, 0);
}

PyObject *PyUnicode_AsRawUnicodeEscapeString(PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return NULL;
    }
    return encode(text, RAW_UNICODE_ESCAPE, 10, 0, 0);
}

PyObject *_PyUnicode_EncodeUTF7(PyObject *text, int base64_optional, int base64_whitespace,
                                const char *errors)
{
    return encode(text, UTF7, 8, base64_whitespace, base64_optional);
}
