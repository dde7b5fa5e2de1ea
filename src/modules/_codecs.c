// _codecs.c - the module _codecs: the codec registry, and a pair of functions for each codec in C.
//
// A decoder returns (str, bytes consumed), an encoder (bytes, characters consumed).  A decoder
// with `final` false leaves an incomplete end for the next call.
#include "Python.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

// --- the registry -----------------------------------------------------------------------------

METHOD(register, "module, search_function, /",
       "Register a codec search function.\n\n"
       "Search functions are expected to take one argument, the encoding name in\n"
       "all lower case letters, and either return None, or a tuple of functions\n"
       "(encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object).")
static PyObject *codecs_register(PyObject *module, PyObject *search_function)
{
    if (PyCodec_Register(search_function) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(unregister, "module, search_function, /",
       "Unregister a codec search function and clear the registry's cache.\n\n"
       "If the search function is not registered, do nothing.")
static PyObject *codecs_unregister(PyObject *module, PyObject *search_function)
{
    if (PyCodec_Unregister(search_function) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(lookup, "module, encoding: cstr, /",
       "Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.")
static PyObject *codecs_lookup(PyObject *module, const char *encoding)
{
    return _PyCodec_Lookup(encoding);
}

METHOD(encode, "module, /, obj, encoding: cstr = 'utf-8', errors: cstr = 'strict'",
       "Encodes obj using the codec registered for encoding.\n\n"
       "The default encoding is 'utf-8'.  errors may be given to set a\n"
       "different error handling scheme.  Default is 'strict' meaning that encoding\n"
       "errors raise a ValueError.  Other possible values are 'ignore', 'replace'\n"
       "and 'backslashreplace' as well as any other name registered with\n"
       "codecs.register_error that can handle ValueErrors.")
static PyObject *codecs_encode(PyObject *module, PyObject *obj, const char *encoding,
                               const char *errors)
{
    return PyCodec_Encode(obj, encoding, errors);
}

METHOD(decode, "module, /, obj, encoding: cstr = 'utf-8', errors: cstr = 'strict'",
       "Decodes obj using the codec registered for encoding.\n\n"
       "Default encoding is 'utf-8'.  errors may be given to set a\n"
       "different error handling scheme.  Default is 'strict' meaning that encoding\n"
       "errors raise a ValueError.  Other possible values are 'ignore', 'replace'\n"
       "and 'backslashreplace' as well as any other name registered with\n"
       "codecs.register_error that can handle ValueErrors.")
static PyObject *codecs_decode(PyObject *module, PyObject *obj, const char *encoding,
                               const char *errors)
{
    return PyCodec_Decode(obj, encoding, errors);
}

METHOD(register_error, "module, errors: cstr, handler, /",
       "Register the specified error handler under the name errors.\n\n"
       "handler must be a callable object, that will be called with an exception\n"
       "instance containing information about the location of the encoding/decoding\n"
       "error and must return a (replacement, new position) tuple.")
static PyObject *codecs_register_error(PyObject *module, const char *errors, PyObject *handler)
{
    if (PyCodec_RegisterError(errors, handler) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(lookup_error, "module, name: cstr, /",
       "lookup_error(errors) -> handler\n\n"
       "Return the error handler for the specified error handling name or raise a\n"
       "LookupError, if no handler exists under this name.")
static PyObject *codecs_lookup_error(PyObject *module, const char *name)
{
    return PyCodec_LookupError(name);
}

// --- results ----------------------------------------------------------------------------------

static PyObject *decoded(PyObject *text, Py_ssize_t consumed)
{
    return text == NULL ? NULL : Py_BuildValue("Nn", text, consumed);
}

static PyObject *encoded(PyObject *bytes, PyObject *text)
{
    return bytes == NULL ? NULL : Py_BuildValue("Nn", bytes, PyUnicode_GET_LENGTH(text));
}

// --- codecs -----------------------------------------------------------------------------------

METHOD(utf_8_decode, "module, data: buffer, errors: cstr? = None, final: bool = False, /", "")
static PyObject *codecs_utf_8_decode(PyObject *module, Py_buffer *data, const char *errors,
                                     int final)
{
    Py_ssize_t consumed = data->len;
    PyObject *text = PyUnicode_DecodeUTF8Stateful(data->buf, data->len, errors,
                                                  final ? NULL : &consumed);
    return decoded(text, consumed);
}

METHOD(utf_7_decode, "module, data: buffer, errors: cstr? = None, final: bool = False, /", "")
static PyObject *codecs_utf_7_decode(PyObject *module, Py_buffer *data, const char *errors,
                                     int final)
{
    Py_ssize_t consumed = data->len;
    PyObject *text = PyUnicode_DecodeUTF7Stateful(data->buf, data->len, errors,
                                                  final ? NULL : &consumed);
    return decoded(text, consumed);
}

METHOD(utf_16_decode, "module, data: buffer, errors: cstr? = None, final: bool = False, /", "")
static PyObject *codecs_utf_16_decode(PyObject *module, Py_buffer *data, const char *errors,
                                      int final)
{
    Py_ssize_t consumed = data->len;
    int order = 0;
    PyObject *text = PyUnicode_DecodeUTF16Stateful(data->buf, data->len, errors, &order,
                                                   final ? NULL : &consumed);
    return decoded(text, consumed);
}

METHOD(utf_16_le_decode, "module, data: buffer, errors: cstr? = None, final: bool = False, /", "")
static PyObject *codecs_utf_16_le_decode(PyObject *module, Py_buffer *data, const char *errors,
                                         int final)
{
    Py_ssize_t consumed = data->len;
    int order = -1;
    PyObject *text = PyUnicode_DecodeUTF16Stateful(data->buf, data->len, errors, &order,
                                                   final ? NULL : &consumed);
    return decoded(text, consumed);
}

METHOD(utf_16_be_decode, "module, data: buffer, errors: cstr? = None, final: bool = False, /", "")
static PyObject *codecs_utf_16_be_decode(PyObject *module, Py_buffer *data, const char *errors,
                                         int final)
{
    Py_ssize_t consumed = data->len;
    int order = 1;
    PyObject *text = PyUnicode_DecodeUTF16Stateful(data->buf, data->len, errors, &order,
                                                   final ? NULL : &consumed);
    return decoded(text, consumed);
}

METHOD(utf_16_ex_decode,
       "module, data: buffer, errors: cstr? = None, byteorder: int = 0, final: bool = False, /",
       "")
static PyObject *codecs_utf_16_ex_decode(PyObject *module, Py_buffer *data, const char *errors,
                                         int byteorder, int final)
{
    Py_ssize_t consumed = data->len;
    PyObject *text = PyUnicode_DecodeUTF16Stateful(data->buf, data->len, errors, &byteorder,
                                                   final ? NULL : &consumed);
    return text == NULL ? NULL : Py_BuildValue("Nni", text, consumed, byteorder);
}

METHOD(utf_32_decode, "module, data: buffer, errors: cstr? = None, final: bool = False, /", "")
static PyObject *codecs_utf_32_decode(PyObject *module, Py_buffer *data, const char *errors,
                                      int final)
{
    Py_ssize_t consumed = data->len;
    int order = 0;
    PyObject *text = PyUnicode_DecodeUTF32Stateful(data->buf, data->len, errors, &order,
                                                   final ? NULL : &consumed);
    return decoded(text, consumed);
}

METHOD(utf_32_le_decode, "module, data: buffer, errors: cstr? = None, final: bool = False, /", "")
static PyObject *codecs_utf_32_le_decode(PyObject *module, Py_buffer *data, const char *errors,
                                         int final)
{
    Py_ssize_t consumed = data->len;
    int order = -1;
    PyObject *text = PyUnicode_DecodeUTF32Stateful(data->buf, data->len, errors, &order,
                                                   final ? NULL : &consumed);
    return decoded(text, consumed);
}

METHOD(utf_32_be_decode, "module, data: buffer, errors: cstr? = None, final: bool = False, /", "")
static PyObject *codecs_utf_32_be_decode(PyObject *module, Py_buffer *data, const char *errors,
                                         int final)
{
    Py_ssize_t consumed = data->len;
    int order = 1;
    PyObject *text = PyUnicode_DecodeUTF32Stateful(data->buf, data->len, errors, &order,
                                                   final ? NULL : &consumed);
    return decoded(text, consumed);
}

METHOD(utf_32_ex_decode,
       "module, data: buffer, errors: cstr? = None, byteorder: int = 0, final: bool = False, /",
       "")
static PyObject *codecs_utf_32_ex_decode(PyObject *module, Py_buffer *data, const char *errors,
                                         int byteorder, int final)
{
    Py_ssize_t consumed = data->len;
    PyObject *text = PyUnicode_DecodeUTF32Stateful(data->buf, data->len, errors, &byteorder,
                                                   final ? NULL : &consumed);
    return text == NULL ? NULL : Py_BuildValue("Nni", text, consumed, byteorder);
}

METHOD(unicode_escape_decode, "module, data: strbuffer, errors: cstr? = None, final: bool = True, "
       "/", "")
static PyObject *codecs_unicode_escape_decode(PyObject *module, Py_buffer *data,
                                              const char *errors, int final)
{
    Py_ssize_t consumed = data->len;
    PyObject *text = _PyUnicode_DecodeUnicodeEscapeStateful(data->buf, data->len, errors,
                                                            final ? NULL : &consumed);
    return decoded(text, consumed);
}

METHOD(raw_unicode_escape_decode,
       "module, data: strbuffer, errors: cstr? = None, final: bool = True, /",
       "")
static PyObject *codecs_raw_unicode_escape_decode(PyObject *module, Py_buffer *data,
                                                  const char *errors, int final)
{
    Py_ssize_t consumed = data->len;
    PyObject *text = _PyUnicode_DecodeRawUnicodeEscapeStateful(data->buf, data->len, errors,
                                                               final ? NULL : &consumed);
    return decoded(text, consumed);
}

METHOD(latin_1_decode, "module, data: buffer, errors: cstr? = None, /", "")
static PyObject *codecs_latin_1_decode(PyObject *module, Py_buffer *data, const char *errors)
{
    return decoded(PyUnicode_DecodeLatin1(data->buf, data->len, errors), data->len);
}

METHOD(ascii_decode, "module, data: buffer, errors: cstr? = None, /", "")
static PyObject *codecs_ascii_decode(PyObject *module, Py_buffer *data, const char *errors)
{
    return decoded(PyUnicode_DecodeASCII(data->buf, data->len, errors), data->len);
}

METHOD(utf_8_encode, "module, str: str, errors: cstr? = None, /", "")
static PyObject *codecs_utf_8_encode(PyObject *module, PyObject *str, const char *errors)
{
    return encoded(_PyUnicode_AsUTF8String(str, errors), str);
}

METHOD(utf_7_encode, "module, str: str, errors: cstr? = None, /", "")
static PyObject *codecs_utf_7_encode(PyObject *module, PyObject *str, const char *errors)
{
    return encoded(_PyUnicode_EncodeUTF7(str, 0, 0, errors), str);
}

METHOD(utf_16_encode, "module, str: str, errors: cstr? = None, byteorder: int = 0, /", "")
static PyObject *codecs_utf_16_encode(PyObject *module, PyObject *str, const char *errors,
                                      int byteorder)
{
    return encoded(_PyUnicode_EncodeUTF16(str, errors, byteorder), str);
}

METHOD(utf_16_le_encode, "module, str: str, errors: cstr? = None, /", "")
static PyObject *codecs_utf_16_le_encode(PyObject *module, PyObject *str, const char *errors)
{
    return encoded(_PyUnicode_EncodeUTF16(str, errors, -1), str);
}

METHOD(utf_16_be_encode, "module, str: str, errors: cstr? = None, /", "")
static PyObject *codecs_utf_16_be_encode(PyObject *module, PyObject *str, const char *errors)
{
    return encoded(_PyUnicode_EncodeUTF16(str, errors, 1), str);
}

METHOD(utf_32_encode, "module, str: str, errors: cstr? = None, byteorder: int = 0, /", "")
static PyObject *codecs_utf_32_encode(PyObject *module, PyObject *str, const char *errors,
                                      int byteorder)
{
    return encoded(_PyUnicode_EncodeUTF32(str, errors, byteorder), str);
}

METHOD(utf_32_le_encode, "module, str: str, errors: cstr? = None, /", "")
static PyObject *codecs_utf_32_le_encode(PyObject *module, PyObject *str, const char *errors)
{
    return encoded(_PyUnicode_EncodeUTF32(str, errors, -1), str);
}

METHOD(utf_32_be_encode, "module, str: str, errors: cstr? = None, /", "")
static PyObject *codecs_utf_32_be_encode(PyObject *module, PyObject *str, const char *errors)
{
    return encoded(_PyUnicode_EncodeUTF32(str, errors, 1), str);
}

METHOD(unicode_escape_encode, "module, str: str, errors: cstr? = None, /", "")
static PyObject *codecs_unicode_escape_encode(PyObject *module, PyObject *str, const char *errors)
{
    return encoded(PyUnicode_AsUnicodeEscapeString(str), str);
}

METHOD(raw_unicode_escape_encode, "module, str: str, errors: cstr? = None, /", "")
static PyObject *codecs_raw_unicode_escape_encode(PyObject *module, PyObject *str,
                                                  const char *errors)
{
    return encoded(PyUnicode_AsRawUnicodeEscapeString(str), str);
}

METHOD(latin_1_encode, "module, str: str, errors: cstr? = None, /", "")
static PyObject *codecs_latin_1_encode(PyObject *module, PyObject *str, const char *errors)
{
    return encoded(_PyUnicode_AsLatin1String(str, errors), str);
}

METHOD(ascii_encode, "module, str: str, errors: cstr? = None, /", "")
static PyObject *codecs_ascii_encode(PyObject *module, PyObject *str, const char *errors)
{
    return encoded(_PyUnicode_AsASCIIString(str, errors), str);
}

// --- escapes of bytes, character maps ---------------------------------------------------------

METHOD(escape_decode, "module, data: strbuffer, errors: cstr? = None, /", "")
static PyObject *codecs_escape_decode(PyObject *module, Py_buffer *data, const char *errors)
{
    return decoded(PyBytes_DecodeEscape(data->buf, data->len, errors, 0, NULL), data->len);
}

METHOD(escape_encode, "module, data: bytes, errors: cstr? = None, /", "")
static PyObject *codecs_escape_encode(PyObject *module, PyObject *data, const char *errors)
{
    Py_ssize_t size = PyBytes_GET_SIZE(data);
    if (size > PY_SSIZE_T_MAX / 4) return PyErr_NoMemory();
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size * 4);
    if (bytes == NULL) return NULL;
    char *start = PyBytes_AS_STRING(bytes), *to = start;
    for (Py_ssize_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)PyBytes_AS_STRING(data)[i];
        if (c == '\\' || c == '\'' || c == '\t' || c == '\n' || c == '\r') {
            *to++ = '\\';
            *to++ = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : (char)c;
        } else if (c < ' ' || c >= 0x7f) {
            to += sprintf(to, "\\x%02x", c);
        } else {
            *to++ = (char)c;
        }
    }
    if (_PyBytes_Resize(&bytes, to - start) < 0) return NULL;
    return Py_BuildValue("Nn", bytes, size);
}

METHOD(readbuffer_encode, "module, data: strbuffer, errors: cstr? = None, /", "")
static PyObject *codecs_readbuffer_encode(PyObject *module, Py_buffer *data, const char *errors)
{
    return decoded(PyBytes_FromStringAndSize(data->buf, data->len), data->len);
}

METHOD(charmap_build, "module, map: str, /", "")
static PyObject *codecs_charmap_build(PyObject *module, PyObject *map)
{
    return PyUnicode_BuildEncodingMap(map);
}

METHOD(charmap_decode, "module, data: buffer, errors: cstr? = None, mapping=None, /", "")
static PyObject *codecs_charmap_decode(PyObject *module, Py_buffer *data, const char *errors,
                                       PyObject *mapping)
{
    if (mapping == Py_None) mapping = NULL;
    return decoded(PyUnicode_DecodeCharmap(data->buf, data->len, mapping, errors), data->len);
}

METHOD(charmap_encode, "module, str: str, errors: cstr? = None, mapping=None, /", "")
static PyObject *codecs_charmap_encode(PyObject *module, PyObject *str, const char *errors,
                                       PyObject *mapping)
{
    if (mapping == Py_None) mapping = NULL;
    return encoded(_PyUnicode_EncodeCharmap(str, mapping, errors), str);
}

#include "modules/_codecs.methods.h"

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_codecs",
    .m_methods = codecs_methods,
};

PyMODINIT_FUNC PyInit__codecs(void)
{
    return PyModuleDef_Init(&definition);
}
