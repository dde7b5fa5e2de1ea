// codec_system.c - text of the operating system: file names, the locale, PyOS_FSPath and
// converters.
//
// File names are UTF-8 with surrogateescape unless the configuration says otherwise.  The encoding
// of the locale goes through the C library, character by character.
#include "abstract.h"
#include "bytesobject.h"
#include "codecs.h"
#include "fileutils.h"
#include "internal/pycore_fileutils.h"
#include "internal/pycore_object.h"
#include "objects/errors/raise.h"
#include "objects/strings/codec.h"
#include "modsupport.h"
#include "osmodule.h"
#include "pyerrors.h"
#include "cpython/pydebug.h"
#include "pymem.h"
#include "warnings.h"
#include "runtime/interpreter.h"
#include "text/decode.h"
#include "text/encode.h"

#include <limits.h>
#include <wchar.h>

// --- file system encoding ---------------------------------------------------------------------

// The configured name in [ret_name], or the default when none is.
static const char *configured(const wchar_t *name, const char *otherwise, char ret_name[64])
{
    if (name == NULL || wcslen(name) >= 64) return otherwise;
    for (int i = 0; (ret_name[i] = (char)name[i]) != 0; i++)
        continue;
    return ret_name;
}

PyObject *PyUnicode_EncodeFSDefault(PyObject *text)
{
    char encoding[64], errors[64];
    const PyConfig *config = &kr_interpreter_current()->config;
    return PyUnicode_AsEncodedString(
        text, configured(config->filesystem_encoding, "utf-8", encoding),
        configured(config->filesystem_errors, "surrogateescape", errors));
}

PyObject *PyUnicode_DecodeFSDefaultAndSize(const char *data, Py_ssize_t size)
{
    char encoding[64], errors[64];
    const PyConfig *config = &kr_interpreter_current()->config;
    return PyUnicode_Decode(data, size,
                            configured(config->filesystem_encoding, "utf-8", encoding),
                            configured(config->filesystem_errors, "surrogateescape", errors));
}

PyObject *PyUnicode_DecodeFSDefault(const char *data)
{
    return PyUnicode_DecodeFSDefaultAndSize(data, (Py_ssize_t)strlen(data));
}

PyObject *PyOS_FSPath(PyObject *path)
{
    if (PyUnicode_Check(path) || PyBytes_Check(path)) return Py_NewRef(path);
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(path, ID(__fspath__));
    if (method == NULL) {
        if (PyErr_Occurred()) return NULL;
        return kr_raise(PyExc_TypeError, "expected str, bytes or os.PathLike object, not %.200s",
                        Py_TYPE(path)->tp_name);
    }
    KR_AUTO PyObject *result = PyObject_CallNoArgs(method);
    if (result == NULL || PyUnicode_Check(result) || PyBytes_Check(result)) return kr_take(result);
    return kr_raise(PyExc_TypeError,
                    "expected %.200s.__fspath__() to return str or bytes, not %.200s",
                    Py_TYPE(path)->tp_name, Py_TYPE(result)->tp_name);
}

int PyUnicode_FSConverter(PyObject *object, void *target)
{
    PyObject **slot = target;
    if (object == NULL) {
        Py_CLEAR(*slot);
        return 1;
    }
    KR_AUTO PyObject *path = PyOS_FSPath(object);
    if (path == NULL) return 0;
    KR_AUTO PyObject *bytes = PyBytes_Check(path) ? kr_take(path)
        : PyUnicode_EncodeFSDefault(path);
    if (bytes == NULL) return 0;
    if (strlen(PyBytes_AS_STRING(bytes)) != (size_t)PyBytes_GET_SIZE(bytes)) {
        kr_raise(PyExc_ValueError, "embedded null byte");
        return 0;
    }
    *slot = kr_take(bytes);
    return Py_CLEANUP_SUPPORTED;
}

// New bytes of a path given as a buffer, which only bytes should be.
static PyObject *bytes_of_buffer(PyObject *object)
{
    if (!PyBytes_Check(object)
        && PyErr_WarnFormat(PyExc_DeprecationWarning, 1, "path should be string, bytes, or "
                            "os.PathLike, not %.200s", Py_TYPE(object)->tp_name) < 0)
        return NULL;
    return PyBytes_FromObject(object);
}

int PyUnicode_FSDecoder(PyObject *object, void *target)
{
    PyObject **slot = target;
    if (object == NULL) {
        Py_CLEAR(*slot);
        return 1;
    }
    KR_AUTO PyObject *path = PyObject_CheckBuffer(object) ? bytes_of_buffer(object)
        : PyOS_FSPath(object);
    if (path == NULL) return 0;
    KR_AUTO PyObject *text = NULL;
    if (PyUnicode_Check(path)) text = kr_take(path);
    else text = PyUnicode_DecodeFSDefaultAndSize(PyBytes_AS_STRING(path), PyBytes_GET_SIZE(path));
    if (text == NULL || PyUnicode_READY(text) < 0) return 0;
    if (PyUnicode_FindChar(text, 0, 0, PyUnicode_GET_LENGTH(text), 1) >= 0) {
        kr_raise(PyExc_ValueError, "embedded null character");
        return 0;
    }
    *slot = kr_take(text);
    return Py_CLEANUP_SUPPORTED;
}

// --- error handlers by name -------------------------------------------------------------------

_Py_error_handler _Py_GetErrorHandler(const char *errors)
{
    switch (kr_codec_error_mode(errors)) {
    case KR_ERRORS_STRICT: return _Py_ERROR_STRICT;
    case KR_ERRORS_IGNORE: return _Py_ERROR_IGNORE;
    case KR_ERRORS_REPLACE: return _Py_ERROR_REPLACE;
    case KR_ERRORS_SURROGATEESCAPE: return _Py_ERROR_SURROGATEESCAPE;
    case KR_ERRORS_BACKSLASHREPLACE: return _Py_ERROR_BACKSLASHREPLACE;
    case KR_ERRORS_XMLCHARREFREPLACE: return _Py_ERROR_XMLCHARREFREPLACE;
    case KR_ERRORS_SURROGATEPASS: return _Py_ERROR_SURROGATEPASS;
    case KR_ERRORS_OTHER: break;
    }
    return _Py_ERROR_OTHER;
}

// --- decoding raw bytes into wchar_t ----------------------------------------------------------
//
// 0, or -1: no memory, -2: cannot decode at *ret_length, -3: the handler is not supported.

static int handler_fits(_Py_error_handler errors)
{
    return errors == _Py_ERROR_STRICT || errors == _Py_ERROR_SURROGATEESCAPE ||
           errors == _Py_ERROR_SURROGATEPASS;
}

int _Py_DecodeUTF8Ex(const char *data, Py_ssize_t size, wchar_t **ret_text, size_t *ret_length,
                     const char **ret_reason, _Py_error_handler errors)
{
    if (!handler_fits(errors)) return -3;
    if (size > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(wchar_t) - 1) return -1;
    wchar_t *text = PyMem_RawMalloc((size + 1) * sizeof *text);
    if (text == NULL) return -1;
    size_t length = 0;
    const uint8_t *bytes = (const uint8_t *)data;
    for (Py_ssize_t i = 0; i < size;) {
        KrDecodePrefix prefix;
        kr_utf8_check(bytes + i, size - i, &prefix);
        kr_utf8_decode(bytes + i, prefix.bytes, 4, text + length);
        length += prefix.characters;
        i += prefix.bytes;
        if (prefix.bad == 0) break;
        if (errors == _Py_ERROR_SURROGATEPASS && i + 2 < size && bytes[i] == 0xed &&
            (bytes[i + 1] & 0xe0) == 0xa0 && (bytes[i + 2] & 0xc0) == 0x80) {
            text[length++] = 0xd000 | (bytes[i + 1] & 0x3f) << 6 | (bytes[i + 2] & 0x3f);
            i += 3;
        } else if (errors == _Py_ERROR_SURROGATEESCAPE) {
            text[length++] = 0xdc00 + bytes[i++];
        } else {
            PyMem_RawFree(text);
            if (ret_reason != NULL) *ret_reason = prefix.reason;
            if (ret_length != NULL) *ret_length = i;
            return -2;
        }
    }
    text[length] = 0;
    *ret_text = text;
    if (ret_length != NULL) *ret_length = length;
    return 0;
}

wchar_t *_Py_DecodeUTF8_surrogateescape(const char *data, Py_ssize_t size, size_t *ret_length)
{
    wchar_t *text;
    int result = _Py_DecodeUTF8Ex(data, size, &text, ret_length, NULL, _Py_ERROR_SURROGATEESCAPE);
    return result < 0 ? NULL : text;
}

static int decode_by_library(const char *data, wchar_t **ret_text, size_t *ret_length,
                             const char **ret_reason, _Py_error_handler errors)
{
    size_t size = strlen(data), length = 0;
    wchar_t *text = size > PY_SSIZE_T_MAX / 4 - 1 ? NULL
        : PyMem_RawMalloc((size + 1) * sizeof *text);
    if (text == NULL) return -1;
    mbstate_t state = {0};
    for (size_t i = 0; i < size;) {
        size_t used = mbrtowc(&text[length], data + i, size - i, &state);
        int bad = used == (size_t)-1 || used == (size_t)-2 ||
                  kr_text_is_surrogate((uint32_t)text[length]);
        if (!bad) {
            length++;
            i += used == 0 ? 1 : used;
            continue;
        }
        if (errors != _Py_ERROR_SURROGATEESCAPE) {
            PyMem_RawFree(text);
            if (ret_reason != NULL) *ret_reason = "decoding error";
            if (ret_length != NULL) *ret_length = i;
            return -2;
        }
        text[length++] = 0xdc00 + (unsigned char)data[i++];
        memset(&state, 0, sizeof state);
    }
    text[length] = 0;
    *ret_text = text;
    if (ret_length != NULL) *ret_length = length;
    return 0;
}

int _Py_DecodeLocaleEx(const char *data, wchar_t **ret_text, size_t *ret_length,
                       const char **ret_reason, int current_locale, _Py_error_handler errors)
{
    if (!handler_fits(errors)) return -3;
    if (!current_locale && Py_UTF8Mode == 1)
        return _Py_DecodeUTF8Ex(data, (Py_ssize_t)strlen(data), ret_text, ret_length, ret_reason,
                                errors);
    return decode_by_library(data, ret_text, ret_length, ret_reason, errors);
}

wchar_t *Py_DecodeLocale(const char *data, size_t *ret_length)
{
    wchar_t *text;
    size_t length;
    int result = _Py_DecodeLocaleEx(data, &text, &length, NULL, 0, _Py_ERROR_SURROGATEESCAPE);
    if (result != 0) {
        if (ret_length != NULL) *ret_length = result == -1 ? (size_t)-1 : (size_t)-2;
        return NULL;
    }
    if (ret_length != NULL) *ret_length = length;
    return text;
}

// --- encoding wchar_t into raw bytes ----------------------------------------------------------

int _Py_EncodeUTF8Ex(const wchar_t *text, char **ret_data, size_t *ret_position,
                     const char **ret_reason, int raw_malloc, _Py_error_handler errors)
{
    if (!handler_fits(errors)) return -3;
    size_t length = wcslen(text);
    if (length > PY_SSIZE_T_MAX / 4 - 1) return -1;
    uint8_t *data = raw_malloc ? PyMem_RawMalloc(length * 4 + 1) : PyMem_Malloc(length * 4 + 1);
    if (data == NULL) return -1;
    uint8_t *to = data;
    for (size_t i = 0; i < length; i++) {
        Py_UCS4 c = (Py_UCS4)text[i];
        if (errors == _Py_ERROR_SURROGATEESCAPE && c >= 0xdc80 && c <= 0xdcff) {
            *to++ = (uint8_t)(c - 0xdc00);
        } else if (kr_text_is_surrogate(c) && errors != _Py_ERROR_SURROGATEPASS) {
            if (raw_malloc) PyMem_RawFree(data);
            else PyMem_Free(data);
            if (ret_position != NULL) *ret_position = i;
            if (ret_reason != NULL) *ret_reason = "encoding error";
            return -2;
        } else {
            to += kr_utf8_encode((KrText){&c, 1, 4}, to);
        }
    }
    *to = 0;
    *ret_data = (char *)data;
    return 0;
}

static int encode_by_library(const wchar_t *text, char **ret_data, size_t *ret_position,
                             const char **ret_reason, int raw_malloc, _Py_error_handler errors)
{
    size_t length = wcslen(text), room = length * MB_LEN_MAX + 1;
    if (length > PY_SSIZE_T_MAX / MB_LEN_MAX - 1) return -1;
    char *data = raw_malloc ? PyMem_RawMalloc(room) : PyMem_Malloc(room);
    if (data == NULL) return -1;
    char *to = data;
    mbstate_t state = {0};
    for (size_t i = 0; i < length; i++) {
        wchar_t c = text[i];
        if (errors == _Py_ERROR_SURROGATEESCAPE && c >= 0xdc80 && c <= 0xdcff) {
            *to++ = (char)(c - 0xdc00);
            continue;
        }
        size_t size = wcrtomb(to, c, &state);
        if (size == (size_t)-1) {
            if (raw_malloc) PyMem_RawFree(data);
            else PyMem_Free(data);
            if (ret_position != NULL) *ret_position = i;
            if (ret_reason != NULL) *ret_reason = "encoding error";
            return -2;
        }
        to += size;
    }
    *to = 0;
    *ret_data = data;
    return 0;
}

// long: has the parameters of _Py_EncodeLocaleEx.
static int encode_locale(const wchar_t *text, char **ret_data, size_t *ret_position,
                         const char **ret_reason, int raw_malloc, int current_locale,
                         _Py_error_handler errors)
{
    if (!handler_fits(errors)) return -3;
    if (!current_locale && Py_UTF8Mode == 1)
        return _Py_EncodeUTF8Ex(text, ret_data, ret_position, ret_reason, raw_malloc, errors);
    return encode_by_library(text, ret_data, ret_position, ret_reason, raw_malloc, errors);
}

int _Py_EncodeLocaleEx(const wchar_t *text, char **ret_data, size_t *ret_position,
                       const char **ret_reason, int current_locale, _Py_error_handler errors)
{
    return encode_locale(text, ret_data, ret_position, ret_reason, 1, current_locale, errors);
}

static char *encode_or_null(const wchar_t *text, size_t *ret_position, int raw_malloc)
{
    char *data;
    size_t position = (size_t)-1;
    int result = encode_locale(text, &data, &position, NULL, raw_malloc, 0,
                               _Py_ERROR_SURROGATEESCAPE);
    if (ret_position != NULL) *ret_position = result == -2 ? position : (size_t)-1;
    return result == 0 ? data : NULL;
}

char *Py_EncodeLocale(const wchar_t *text, size_t *ret_position)
{
    return encode_or_null(text, ret_position, 0);
}

char *_Py_EncodeLocaleRaw(const wchar_t *text, size_t *ret_position)
{
    return encode_or_null(text, ret_position, 1);
}

// --- the locale encoding and str --------------------------------------------------------------

PyObject *PyUnicode_DecodeLocaleAndSize(const char *data, Py_ssize_t size, const char *errors)
{
    if (data[size] != 0 || (size_t)size != strlen(data))
        return kr_raise(PyExc_ValueError, "embedded null byte");
    wchar_t *wide;
    size_t length;
    const char *reason;
    int result = _Py_DecodeLocaleEx(data, &wide, &length, &reason, 1, _Py_GetErrorHandler(errors));
    if (result == 0) {
        PyObject *text = PyUnicode_FromWideChar(wide, (Py_ssize_t)length);
        PyMem_RawFree(wide);
        return text;
    }
    if (result == -1) return PyErr_NoMemory();
    if (result == -3) return kr_raise(PyExc_ValueError, "unsupported error handler");
    KR_AUTO PyObject *error = PyUnicodeDecodeError_Create("locale", data, size, (Py_ssize_t)length,
                                                          (Py_ssize_t)length + 1, reason);
    return error == NULL ? NULL : PyCodec_StrictErrors(error);
}

PyObject *PyUnicode_DecodeLocale(const char *data, const char *errors)
{
    return PyUnicode_DecodeLocaleAndSize(data, (Py_ssize_t)strlen(data), errors);
}

PyObject *PyUnicode_EncodeLocale(PyObject *text, const char *errors)
{
    wchar_t *wide = PyUnicode_AsWideCharString(text, NULL);
    if (wide == NULL) return NULL;
    char *data;
    size_t position;
    const char *reason;
    int result = encode_locale(wide, &data, &position, &reason, 0, 1, _Py_GetErrorHandler(errors));
    PyMem_Free(wide);
    if (result == 0) {
        PyObject *bytes = PyBytes_FromString(data);
        PyMem_Free(data);
        return bytes;
    }
    if (result == -1) return PyErr_NoMemory();
    if (result == -3) return kr_raise(PyExc_ValueError, "unsupported error handler");
    KrEncoder encoder;
    if (kr_encoder_init(&encoder, "locale", NULL, text, 0) < 0) return NULL;
    kr_encoder_raise(&encoder, (Py_ssize_t)position, (Py_ssize_t)position + 1, reason);
    return kr_encoder_finish(&encoder, 1);
}
