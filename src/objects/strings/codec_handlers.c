// codec_handlers.c - the error handlers that are always registered.
//
// Each takes a UnicodeEncodeError, UnicodeDecodeError or UnicodeTranslateError and returns the
// replacement and the position to go on from.
#include "objects/strings/codec_handlers.h"

#include "codecs.h"
#include "longobject.h"
#include "methodobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/codec.h"
#include "pyerrors.h"
#include "pymem.h"
#include "text/unicode_names.h"
#include "tupleobject.h"

typedef enum ErrorKind { NO_ERROR, ENCODE, DECODE, TRANSLATE } ErrorKind;

// The bad range of a Unicode error, and the object it is in (owned).
typedef struct BadRange {
    ErrorKind kind;
    Py_ssize_t start, end;
    PyObject *object;
} BadRange;

static ErrorKind kind_of(PyObject *error)
{
    if (PyObject_TypeCheck(error, (PyTypeObject *)PyExc_UnicodeEncodeError)) return ENCODE;
    if (PyObject_TypeCheck(error, (PyTypeObject *)PyExc_UnicodeDecodeError)) return DECODE;
    if (PyObject_TypeCheck(error, (PyTypeObject *)PyExc_UnicodeTranslateError)) return TRANSLATE;
    return NO_ERROR;
}

static PyObject *wrong_type(PyObject *error)
{
    return kr_raise(PyExc_TypeError, "don't know how to handle %.200s in error callback",
                    Py_TYPE(error)->tp_name);
}

// [accepted]: bits 1 << kind.
static int read_range(PyObject *error, int accepted, BadRange *ret)
{
    ret->kind = kind_of(error);
    ret->object = NULL;
    if (!(accepted & 1 << ret->kind)) {
        wrong_type(error);
        return -1;
    }
    int failed;
    if (ret->kind == ENCODE) {
        failed = PyUnicodeEncodeError_GetStart(error, &ret->start) < 0 ||
                 PyUnicodeEncodeError_GetEnd(error, &ret->end) < 0 ||
                 (ret->object = PyUnicodeEncodeError_GetObject(error)) == NULL;
    } else if (ret->kind == DECODE) {
        failed = PyUnicodeDecodeError_GetStart(error, &ret->start) < 0 ||
                 PyUnicodeDecodeError_GetEnd(error, &ret->end) < 0 ||
                 (ret->object = PyUnicodeDecodeError_GetObject(error)) == NULL;
    } else {
        failed = PyUnicodeTranslateError_GetStart(error, &ret->start) < 0 ||
                 PyUnicodeTranslateError_GetEnd(error, &ret->end) < 0 ||
                 (ret->object = PyUnicodeTranslateError_GetObject(error)) == NULL;
    }
    if (failed) return -1;
    if (ret->end < ret->start) ret->end = ret->start;
    return 0;
}

static PyObject *answer(STEALS PyObject *replacement, Py_ssize_t position)
{
    KR_AUTO PyObject *with = replacement;
    KR_AUTO PyObject *next = with == NULL ? NULL : PyLong_FromSsize_t(position);
    return next == NULL ? NULL : PyTuple_Pack(2, with, next);
}

static Py_UCS4 bad_char(const BadRange *range, Py_ssize_t index)
{
    return PyUnicode_READ_CHAR(range->object, index);
}

// --- the handlers -----------------------------------------------------------------------------

PyObject *PyCodec_StrictErrors(PyObject *error)
{
    if (!PyExceptionInstance_Check(error))
        return kr_raise(PyExc_TypeError, "codec must pass exception instance");
    PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    return NULL;
}

PyObject *PyCodec_IgnoreErrors(PyObject *error)
{
    BadRange range;
    int failed = read_range(error, 1 << ENCODE | 1 << DECODE | 1 << TRANSLATE, &range);
    Py_XDECREF(range.object);
    return failed < 0 ? NULL : answer(kr_str_empty(), range.end);
}

PyObject *PyCodec_ReplaceErrors(PyObject *error)
{
    BadRange range;
    int failed = read_range(error, 1 << ENCODE | 1 << DECODE | 1 << TRANSLATE, &range);
    Py_XDECREF(range.object);
    if (failed < 0) return NULL;
    Py_ssize_t count = range.kind == DECODE ? 1 : range.end - range.start;
    Py_UCS4 with = range.kind == ENCODE ? '?' : 0xfffd;
    PyObject *text = PyUnicode_New(count, with);
    if (text != NULL && count > 0) _PyUnicode_FastFill(text, 0, count, with);
    return answer(text, range.end);
}

// Writes "&#N;" for each bad character.
PyObject *PyCodec_XMLCharRefReplaceErrors(PyObject *error)
{
    BadRange range;
    int failed = read_range(error, 1 << ENCODE, &range);
    KR_AUTO PyObject *object = range.object;
    if (failed < 0) return NULL;
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    for (Py_ssize_t i = range.start; i < range.end; i++) {
        char escape[16];
        int size = snprintf(escape, sizeof escape, "&#%u;", bad_char(&range, i));
        if (_PyUnicodeWriter_WriteASCIIString(&writer, escape, size) < 0) {
            _PyUnicodeWriter_Dealloc(&writer);
            return NULL;
        }
    }
    return answer(_PyUnicodeWriter_Finish(&writer), range.end);
}

static int write_code(_PyUnicodeWriter *writer, Py_UCS4 c)
{
    char escape[12];
    int size = snprintf(escape, sizeof escape,
                        c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    return _PyUnicodeWriter_WriteASCIIString(writer, escape, size);
}

static int write_name(_PyUnicodeWriter *writer, Py_UCS4 c)
{
    char name[KR_UNICODE_NAME_SIZE];
    int size = kr_unicode_name(c, name);
    if (size == 0) return write_code(writer, c);
    if (_PyUnicodeWriter_WriteASCIIString(writer, "\\N{", 3) < 0 ||
        _PyUnicodeWriter_WriteASCIIString(writer, name, size) < 0)
        return -1;
    return _PyUnicodeWriter_WriteChar(writer, '}');
}

static PyObject *escape_all(PyObject *error, int accepted,
                            int (*write)(_PyUnicodeWriter *writer, Py_UCS4 c))
{
    BadRange range;
    int failed = read_range(error, accepted, &range);
    KR_AUTO PyObject *object = range.object;
    if (failed < 0) return NULL;
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    for (Py_ssize_t i = range.start; i < range.end; i++) {
        Py_UCS4 c = range.kind == DECODE ? (unsigned char)PyBytes_AS_STRING(object)[i]
                                         : bad_char(&range, i);
        if (write(&writer, c) < 0) {
            _PyUnicodeWriter_Dealloc(&writer);
            return NULL;
        }
    }
    return answer(_PyUnicodeWriter_Finish(&writer), range.end);
}

PyObject *PyCodec_BackslashReplaceErrors(PyObject *error)
{
    return escape_all(error, 1 << ENCODE | 1 << DECODE | 1 << TRANSLATE, write_code);
}

PyObject *PyCodec_NameReplaceErrors(PyObject *error)
{
    return escape_all(error, 1 << ENCODE, write_name);
}

// --- surrogates -------------------------------------------------------------------------------

// At most 4 bad bytes become U+DC80 … U+DCFF.
static PyObject *escape_bytes(PyObject *error, const BadRange *range)
{
    const unsigned char *bytes = (const unsigned char *)PyBytes_AS_STRING(range->object);
    Py_UCS2 characters[4];
    Py_ssize_t count = 0;
    while (count < 4 && count < range->end - range->start && bytes[range->start + count] >= 128) {
        characters[count] = (Py_UCS2)(0xdc00 + bytes[range->start + count]);
        count++;
    }
    if (count == 0) return PyCodec_StrictErrors(error);
    return answer(PyUnicode_FromKindAndData(2, characters, count), range->start + count);
}

static PyObject *unescape_bytes(PyObject *error, const BadRange *range)
{
    KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(NULL, range->end - range->start);
    if (bytes == NULL) return NULL;
    for (Py_ssize_t i = range->start; i < range->end; i++) {
        Py_UCS4 c = bad_char(range, i);
        if (c < 0xdc80 || c > 0xdcff) return PyCodec_StrictErrors(error);
        PyBytes_AS_STRING(bytes)[i - range->start] = (char)(c - 0xdc00);
    }
    return answer(kr_take(bytes), range->end);
}

static PyObject *surrogateescape(PyObject *error)
{
    BadRange range;
    int failed = read_range(error, 1 << ENCODE | 1 << DECODE, &range);
    KR_AUTO PyObject *object = range.object;
    if (failed < 0) return NULL;
    return range.kind == ENCODE ? unescape_bytes(error, &range) : escape_bytes(error, &range);
}

// How an encoding writes a code point below 0x10000: unit size 1 (UTF-8), 2, 4; 0: not one of
// these.
typedef struct UnitForm {
    int size;
    int big_endian;
} UnitForm;

static UnitForm unit_form(const char *encoding)
{
    char name[16];
    size_t length = 0;
    for (; *encoding != 0 && length < sizeof name - 1; encoding++) {
        char c = *encoding >= 'A' && *encoding <= 'Z' ? (char)(*encoding | 32) : *encoding;
        if (c != '-' && c != '_') name[length++] = c;
    }
    name[length] = 0;
    if (strcmp(name, "utf8") == 0 || strcmp(name, "cputf8") == 0 || strcmp(name, "cp65001") == 0)
        return (UnitForm){1, 0};
    int size = strncmp(name, "utf16", 5) == 0 ? 2 : strncmp(name, "utf32", 5) == 0 ? 4 : 0;
    if (size == 0) return (UnitForm){0};
    if (name[5] == 0) return (UnitForm){size, PY_BIG_ENDIAN};
    if (strcmp(name + 5, "le") == 0) return (UnitForm){size, 0};
    if (strcmp(name + 5, "be") == 0) return (UnitForm){size, 1};
    return (UnitForm){0};
}

static int unit_width(UnitForm form)
{
    return form.size == 1 ? 3 : form.size;
}

static PyObject *pass_encode(PyObject *error, const BadRange *range, UnitForm form)
{
    int width = unit_width(form);
    KR_AUTO PyObject *bytes = PyBytes_FromStringAndSize(NULL, (range->end - range->start) * width);
    if (bytes == NULL) return NULL;
    unsigned char *to = (unsigned char *)PyBytes_AS_STRING(bytes);
    for (Py_ssize_t i = range->start; i < range->end; i++, to += width) {
        Py_UCS4 c = bad_char(range, i);
        if (!kr_text_is_surrogate(c)) return PyCodec_StrictErrors(error);
        if (form.size == 1) {
            to[0] = (unsigned char)(0xe0 | c >> 12);
            to[1] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
            to[2] = (unsigned char)(0x80 | (c & 0x3f));
        } else {
            for (int k = 0; k < width; k++)
                to[k] = (unsigned char)(c >> 8 * (form.big_endian ? width - 1 - k : k));
        }
    }
    return answer(kr_take(bytes), range->end);
}

static PyObject *pass_decode(PyObject *error, const BadRange *range, UnitForm form)
{
    int width = unit_width(form);
    const unsigned char *at = (unsigned char *)PyBytes_AS_STRING(range->object) + range->start;
    Py_UCS4 c = 0;
    if (PyBytes_GET_SIZE(range->object) - range->start >= width) {
        if (form.size == 1) {
            if ((at[0] & 0xf0) == 0xe0 && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80)
                c = (at[0] & 0xfu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
        } else {
            for (int k = 0; k < width; k++)
                c |= (Py_UCS4)at[k] << 8 * (form.big_endian ? width - 1 - k : k);
        }
    }
    if (!kr_text_is_surrogate(c)) return PyCodec_StrictErrors(error);
    return answer(PyUnicode_FromOrdinal((int)c), range->start + width);
}

static PyObject *surrogatepass(PyObject *error)
{
    BadRange range;
    int failed = read_range(error, 1 << ENCODE | 1 << DECODE, &range);
    KR_AUTO PyObject *object = range.object;
    if (failed < 0) return NULL;
    KR_AUTO PyObject *encoding = range.kind == ENCODE ? PyUnicodeEncodeError_GetEncoding(error)
                                                      : PyUnicodeDecodeError_GetEncoding(error);
    const char *name = encoding == NULL ? NULL : PyUnicode_AsUTF8(encoding);
    if (name == NULL) return NULL;
    UnitForm form = unit_form(name);
    if (form.size == 0) return PyCodec_StrictErrors(error);
    return range.kind == ENCODE ? pass_encode(error, &range, form)
                                : pass_decode(error, &range, form);
}

// --- as Python sees them ----------------------------------------------------------------------

METHOD(strict_errors, "module, exception, /",
       "Implements the 'strict' error handling, which raises a UnicodeError on coding errors.")
static PyObject *handler_strict_errors(PyObject *module, PyObject *exception)
{
    return PyCodec_StrictErrors(exception);
}

METHOD(ignore_errors, "module, exception, /",
       "Implements the 'ignore' error handling, which ignores malformed data and continues.")
static PyObject *handler_ignore_errors(PyObject *module, PyObject *exception)
{
    return PyCodec_IgnoreErrors(exception);
}

METHOD(replace_errors, "module, exception, /",
       "Implements the 'replace' error handling, which replaces malformed data with a replacement "
       "marker.")
static PyObject *handler_replace_errors(PyObject *module, PyObject *exception)
{
    return PyCodec_ReplaceErrors(exception);
}

METHOD(xmlcharrefreplace_errors, "module, exception, /",
       "Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable "
       "character with the appropriate XML character reference.")
static PyObject *handler_xmlcharrefreplace_errors(PyObject *module, PyObject *exception)
{
    return PyCodec_XMLCharRefReplaceErrors(exception);
}

METHOD(backslashreplace_errors, "module, exception, /",
       "Implements the 'backslashreplace' error handling, which replaces malformed data with a "
       "backslashed escape sequence.")
static PyObject *handler_backslashreplace_errors(PyObject *module, PyObject *exception)
{
    return PyCodec_BackslashReplaceErrors(exception);
}

METHOD(namereplace_errors, "module, exception, /",
       "Implements the 'namereplace' error handling, which replaces an unencodable character with "
       "a \\N{...} escape sequence.")
static PyObject *handler_namereplace_errors(PyObject *module, PyObject *exception)
{
    return PyCodec_NameReplaceErrors(exception);
}

METHOD(surrogateescape, "module, exception, /", "")
static PyObject *handler_surrogateescape(PyObject *module, PyObject *exception)
{
    return surrogateescape(exception);
}

METHOD(surrogatepass, "module, exception, /", "")
static PyObject *handler_surrogatepass(PyObject *module, PyObject *exception)
{
    return surrogatepass(exception);
}

#include "objects/strings/codec_handlers.methods.h"

int kr_codec_handlers_register(void)
{
    for (PyMethodDef *method = handler_methods; method->ml_name != NULL; method++) {
        KR_AUTO PyObject *function = PyCFunction_NewEx(method, NULL, NULL);
        const char *end = strstr(method->ml_name, "_errors");
        KR_AUTO PyObject *name =
            PyUnicode_FromStringAndSize(method->ml_name, end != NULL ? end - method->ml_name
                                        : (Py_ssize_t)strlen(method->ml_name));
        const char *text = name == NULL ? NULL : PyUnicode_AsUTF8(name);
        if (function == NULL || text == NULL || PyCodec_RegisterError(text, function) < 0)
            return -1;
    }
    return 0;
}
