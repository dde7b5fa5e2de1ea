// codec_by_name.c - encoding and decoding of str by the name of the encoding.
//
// The common encodings go straight to their functions, all others through the registry.
#include "abstract.h"
#include "bytearrayobject.h"
#include "bytesobject.h"
#include "codecs.h"
#include "memoryobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/codec.h"
#include "objects/strings/encoding_name.h"
#include "objects/strings/str.h"
#include "pyerrors.h"
#include "warnings.h"
#include "pymacro.h"
#include "runtime/interpreter.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static int is_kept(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
}

void kr_encoding_normalize(const char *encoding, char *ret_name)
{
    int gap = 0;
    char *to = ret_name;
    for (; *encoding != 0; encoding++) {
        if (!is_kept(*encoding)) {
            gap = 1;
            continue;
        }
        if (gap && to != ret_name) *to++ = '_';
        gap = 0;
        *to++ = *encoding >= 'A' && *encoding <= 'Z' ? (char)(*encoding | 32) : *encoding;
    }
    *to = 0;
}

KrEncoding kr_encoding_known(const char *encoding)
{
    static const struct {
        const char *name;
        KrEncoding encoding;
    } known[] = {
        {"utf_8", KR_ENCODING_UTF8}, {"utf8", KR_ENCODING_UTF8},
        {"latin_1", KR_ENCODING_LATIN1}, {"latin1", KR_ENCODING_LATIN1},
        {"iso_8859_1", KR_ENCODING_LATIN1}, {"iso8859_1", KR_ENCODING_LATIN1},
        {"ascii", KR_ENCODING_ASCII}, {"us_ascii", KR_ENCODING_ASCII},
        {"utf_16", KR_ENCODING_UTF16}, {"utf16", KR_ENCODING_UTF16},
        {"utf_32", KR_ENCODING_UTF32}, {"utf32", KR_ENCODING_UTF32},
    };
    char name[16];
    if (strlen(encoding) >= sizeof name) return KR_ENCODING_OTHER;
    kr_encoding_normalize(encoding, name);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(known); i++)
        if (strcmp(name, known[i].name) == 0) return known[i].encoding;
    return KR_ENCODING_OTHER;
}

const char *PyUnicode_GetDefaultEncoding(void)
{
    return "utf-8";
}

// In development mode names that will not be needed are looked up too: 0, or -1 with LookupError.
static int check_names(const char *encoding, const char *errors)
{
    const PyInterpreterState *interpreter = kr_interpreter_current();
    if (interpreter->config.dev_mode <= 0 || !interpreter->is_initialized ||
        interpreter->is_finalizing)
        return 0;
    if (encoding != NULL && kr_encoding_known(encoding) == KR_ENCODING_OTHER) {
        KR_AUTO PyObject *info = _PyCodec_Lookup(encoding);
        if (info == NULL) return -1;
    }
    if (errors == NULL || kr_codec_error_mode(errors) != KR_ERRORS_OTHER) return 0;
    KR_AUTO PyObject *handler = PyCodec_LookupError(errors);
    return handler == NULL ? -1 : 0;
}

// --- decoding ---------------------------------------------------------------------------------

PyObject *PyUnicode_Decode(const char *data, Py_ssize_t size, const char *encoding,
                           const char *errors)
{
    if (check_names(encoding, errors) < 0) return NULL;
    if (encoding == NULL) return PyUnicode_DecodeUTF8Stateful(data, size, errors, NULL);
    switch (kr_encoding_known(encoding)) {
    case KR_ENCODING_UTF8: return PyUnicode_DecodeUTF8Stateful(data, size, errors, NULL);
    case KR_ENCODING_LATIN1: return PyUnicode_DecodeLatin1(data, size, errors);
    case KR_ENCODING_ASCII: return PyUnicode_DecodeASCII(data, size, errors);
    case KR_ENCODING_UTF16: return PyUnicode_DecodeUTF16(data, size, errors, NULL);
    case KR_ENCODING_UTF32: return PyUnicode_DecodeUTF32(data, size, errors, NULL);
    case KR_ENCODING_OTHER: break;
    }
    Py_buffer buffer;
    if (PyBuffer_FillInfo(&buffer, NULL, (void *)data, size, 1, PyBUF_FULL_RO) < 0) return NULL;
    KR_AUTO PyObject *view = PyMemoryView_FromBuffer(&buffer);
    KR_AUTO PyObject *text = view == NULL ? NULL : _PyCodec_DecodeText(view, encoding, errors);
    if (text == NULL) return NULL;
    if (!PyUnicode_Check(text))
        return kr_raise(PyExc_TypeError,
                        "'%.400s' decoder returned '%.400s' instead of 'str'; "
                        "use codecs.decode() to decode to arbitrary types", encoding,
                        Py_TYPE(text)->tp_name);
    return PyUnicode_READY(text) < 0 ? NULL : kr_take(text);
}

PyObject *PyUnicode_FromEncodedObject(PyObject *object, const char *encoding, const char *errors)
{
    if (object == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyBytes_Check(object)) {
        if (PyBytes_GET_SIZE(object) == 0)
            return check_names(encoding, errors) < 0 ? NULL : kr_str_empty();
        return PyUnicode_Decode(PyBytes_AS_STRING(object), PyBytes_GET_SIZE(object), encoding,
                                errors);
    }
    if (PyUnicode_Check(object))
        return kr_raise(PyExc_TypeError, "decoding str is not supported");
    Py_buffer buffer;
    if (PyObject_GetBuffer(object, &buffer, PyBUF_SIMPLE) < 0)
        return kr_raise(PyExc_TypeError, "decoding to str: need a bytes-like object, %.80s found",
                        Py_TYPE(object)->tp_name);
    PyObject *text = NULL;
    if (buffer.len > 0) text = PyUnicode_Decode(buffer.buf, buffer.len, encoding, errors);
    else if (check_names(encoding, errors) == 0) text = kr_str_empty();
    PyBuffer_Release(&buffer);
    return text;
}

// --- encoding ---------------------------------------------------------------------------------

PyObject *PyUnicode_AsEncodedString(PyObject *text, const char *encoding, const char *errors)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (check_names(encoding, errors) < 0) return NULL;
    if (encoding == NULL) return _PyUnicode_AsUTF8String(text, errors);
    switch (kr_encoding_known(encoding)) {
    case KR_ENCODING_UTF8: return _PyUnicode_AsUTF8String(text, errors);
    case KR_ENCODING_LATIN1: return _PyUnicode_AsLatin1String(text, errors);
    case KR_ENCODING_ASCII: return _PyUnicode_AsASCIIString(text, errors);
    case KR_ENCODING_UTF16: return _PyUnicode_EncodeUTF16(text, errors, 0);
    case KR_ENCODING_UTF32: return _PyUnicode_EncodeUTF32(text, errors, 0);
    case KR_ENCODING_OTHER: break;
    }
    KR_AUTO PyObject *bytes = _PyCodec_EncodeText(text, encoding, errors);
    if (bytes == NULL || PyBytes_Check(bytes)) return kr_take(bytes);
    if (PyByteArray_Check(bytes)) {
        if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1,
                             "encoder %s returned bytearray instead of bytes; "
                             "use codecs.encode() to encode to arbitrary types", encoding) < 0)
            return NULL;
        return PyBytes_FromStringAndSize(PyByteArray_AS_STRING(bytes),
                                         PyByteArray_GET_SIZE(bytes));
    }
    return kr_raise(PyExc_TypeError,
                    "'%.400s' encoder returned '%.400s' instead of 'bytes'; "
                    "use codecs.encode() to encode to arbitrary types", encoding,
                    Py_TYPE(bytes)->tp_name);
}

// --- the deprecated forms ---------------------------------------------------------------------

static int check_deprecated(PyObject *text, const char *message)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadArgument();
        return -1;
    }
    return PyErr_WarnEx(PyExc_DeprecationWarning, message, 1);
}

static PyObject *check_is_str(STEALS PyObject *result, const char *encoding, const char *what)
{
    if (result == NULL || PyUnicode_Check(result)) return result;
    kr_raise(PyExc_TypeError,
             "'%.400s' %s returned '%.400s' instead of 'str'; "
             "use codecs.%s() to %s to arbitrary types", encoding, what, Py_TYPE(result)->tp_name,
             what[0] == 'd' ? "decode" : "encode", what[0] == 'd' ? "decode" : "encode");
    Py_DECREF(result);
    return NULL;
}

PyObject *PyUnicode_AsDecodedObject(PyObject *text, const char *encoding, const char *errors)
{
    if (check_deprecated(text, "PyUnicode_AsDecodedObject() is deprecated; "
                               "use PyCodec_Decode() to decode from str") < 0)
        return NULL;
    return PyCodec_Decode(text, encoding == NULL ? "utf-8" : encoding, errors);
}

PyObject *PyUnicode_AsDecodedUnicode(PyObject *text, const char *encoding, const char *errors)
{
    if (check_deprecated(text, "PyUnicode_AsDecodedUnicode() is deprecated; "
                               "use PyCodec_Decode() to decode from str to str") < 0)
        return NULL;
    if (encoding == NULL) encoding = "utf-8";
    return check_is_str(PyCodec_Decode(text, encoding, errors), encoding, "decoder");
}

PyObject *PyUnicode_AsEncodedObject(PyObject *text, const char *encoding, const char *errors)
{
    if (check_deprecated(text, "PyUnicode_AsEncodedObject() is deprecated; "
                               "use PyUnicode_AsEncodedString() to encode from str to bytes "
                               "or PyCodec_Encode() for generic encoding") < 0)
        return NULL;
    return PyCodec_Encode(text, encoding == NULL ? "utf-8" : encoding, errors);
}

PyObject *PyUnicode_AsEncodedUnicode(PyObject *text, const char *encoding, const char *errors)
{
    if (check_deprecated(text, "PyUnicode_AsEncodedUnicode() is deprecated; "
                               "use PyCodec_Encode() to encode from str to str") < 0)
        return NULL;
    if (encoding == NULL) encoding = "utf-8";
    return check_is_str(PyCodec_Encode(text, encoding, errors), encoding, "encoder");
}
