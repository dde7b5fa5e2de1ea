// getargs_convert.c - format units of PyArg_Parse…, one at a time.
//
// A conversion that fails either sets an exception or returns a description, "must be int, not
// str".
#include <limits.h>
#include <string.h>

#include "capi/getargs.h"

// ---- descriptions

static const char *not_a(KrGetargs *parser, const char *expected, PyObject *object)
{
    if (expected[0] == '(')
        PyOS_snprintf(parser->problem, sizeof parser->problem, "%.100s", expected);
    else
        PyOS_snprintf(parser->problem, sizeof parser->problem, "must be %.50s, not %.50s",
                      expected, object == Py_None ? "None" : Py_TYPE(object)->tp_name);
    return parser->problem;
}

static const char *failed(KrGetargs *parser, PyObject *object)
{
    return not_a(parser, "(unspecified)", object);
}

static const char *out_of_range(KrGetargs *parser, PyObject *object, const char *what)
{
    PyErr_SetString(PyExc_OverflowError, what);
    return failed(parser, object);
}

void kr_getargs_raise(KrGetargs *parser, int index, const char *problem)
{
    if (PyErr_Occurred()) return;
    char text[512];
    const char *message = parser->message;
    if (message == NULL) {
        size_t at = 0;
        text[0] = 0;
        if (parser->function != NULL)
            at += (size_t)PyOS_snprintf(text, sizeof text, "%.200s() ", parser->function);
        at += (size_t)PyOS_snprintf(text + at, sizeof text - at,
                                    index ? "argument %d" : "argument", index);
        for (int i = 0; i < KR_GETARGS_LEVELS && parser->levels[i] > 0 && at < 220; i++)
            at += (size_t)PyOS_snprintf(text + at, sizeof text - at, ", item %d",
                                        parser->levels[i] - 1);
        PyOS_snprintf(text + at, sizeof text - at, " %.256s", problem);
        message = text;
    }
    PyErr_SetString(problem[0] == '(' ? PyExc_SystemError : PyExc_TypeError, message);
}

// ---- cleaning up

static const char *add_cleanup(KrGetargs *parser, PyObject *object, void *item,
                               int (*undo)(PyObject *, void *))
{
    if (parser->cleanup_count == KR_GETARGS_CLEANUPS) {
        undo(NULL, item);
        return not_a(parser, "(too many items that need cleaning up)", object);
    }
    parser->cleanups[parser->cleanup_count++] = (KrCleanup){item, undo};
    return NULL;
}

int kr_getargs_finish(KrGetargs *parser, int ok)
{
    if (!ok)
        for (int i = 0; i < parser->cleanup_count; i++)
            parser->cleanups[i].undo(NULL, parser->cleanups[i].item);
    return ok;
}

static int undo_buffer(PyObject *unused, void *item)
{
    PyBuffer_Release(item);
    return 0;
}

static int undo_memory(PyObject *unused, void *item)
{
    void **slot = item;
    PyMem_Free(*slot);
    *slot = NULL;
    return 0;
}

// ---- bytes-like objects

static const char *get_buffer(KrGetargs *parser, PyObject *object, Py_buffer *view, int flags,
                              const char *expected)
{
    if (PyObject_GetBuffer(object, view, flags) < 0) {
        if (flags & PyBUF_WRITABLE) PyErr_Clear();
        return not_a(parser, expected, object);
    }
    if (!PyBuffer_IsContiguous(view, 'C')) {
        PyBuffer_Release(view);
        return not_a(parser, "contiguous buffer", object);
    }
    return add_cleanup(parser, object, view, undo_buffer);
}

// Memory that stays while [object] lives: only of types that have nothing to release.
static const char *borrow_memory(KrGetargs *parser, PyObject *object, const void **ret_data,
                                 Py_ssize_t *ret_size)
{
    PyBufferProcs *procedures = Py_TYPE(object)->tp_as_buffer;
    *ret_data = NULL;
    *ret_size = 0;
    if (procedures != NULL && procedures->bf_releasebuffer != NULL)
        return not_a(parser, "read-only bytes-like object", object);
    Py_buffer view;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0)
        return not_a(parser, "bytes-like object", object);
    *ret_data = view.buf;
    *ret_size = view.len;
    PyBuffer_Release(&view);
    return NULL;
}

static const char *need_size_t(KrGetargs *parser, PyObject *object)
{
    if (parser->is_size_t) return NULL;
    PyErr_SetString(PyExc_SystemError, "PY_SSIZE_T_CLEAN macro must be defined for '#' formats");
    return failed(parser, object);
}

// ---- s, z, y and their variants

static const char *convert_view(KrGetargs *parser, PyObject *object, char unit)
{
    Py_buffer *view = va_arg(parser->arguments, Py_buffer *);
    if (unit == 'z' && object == Py_None) {
        PyBuffer_FillInfo(view, NULL, NULL, 0, 1, 0);
    } else if (unit != 'y' && PyUnicode_Check(object)) {
        Py_ssize_t size;
        const char *text = PyUnicode_AsUTF8AndSize(object, &size);
        if (text == NULL) return not_a(parser, "(unicode conversion error)", object);
        PyBuffer_FillInfo(view, object, (void *)text, size, 1, 0);
    } else {
        return get_buffer(parser, object, view, PyBUF_SIMPLE, "bytes-like object");
    }
    return add_cleanup(parser, object, view, undo_buffer);
}

static const char *convert_sized(KrGetargs *parser, PyObject *object, char unit)
{
    const void **ret_data = va_arg(parser->arguments, const void **);
    Py_ssize_t *ret_size = va_arg(parser->arguments, Py_ssize_t *);
    const char *problem = need_size_t(parser, object);
    if (problem != NULL) return problem;
    if (unit == 'z' && object == Py_None) {
        *ret_data = NULL;
        *ret_size = 0;
        return NULL;
    }
    if (unit != 'y' && PyUnicode_Check(object)) {
        const char *text = PyUnicode_AsUTF8AndSize(object, ret_size);
        if (text == NULL) return not_a(parser, "(unicode conversion error)", object);
        *ret_data = text;
        return NULL;
    }
    return borrow_memory(parser, object, ret_data, ret_size);
}

static const char *convert_bytes(KrGetargs *parser, PyObject *object)
{
    const void **ret_data = va_arg(parser->arguments, const void **);
    Py_ssize_t size;
    const char *problem = borrow_memory(parser, object, ret_data, &size);
    if (problem != NULL) return problem;
    if ((Py_ssize_t)strlen(*ret_data) == size) return NULL;
    PyErr_SetString(PyExc_ValueError, "embedded null byte");
    return failed(parser, object);
}

static const char *convert_text(KrGetargs *parser, PyObject *object, char unit)
{
    if (*parser->format == '*') {
        parser->format++;
        return convert_view(parser, object, unit);
    }
    if (*parser->format == '#') {
        parser->format++;
        return convert_sized(parser, object, unit);
    }
    if (unit == 'y') return convert_bytes(parser, object);
    const char **ret_text = va_arg(parser->arguments, const char **);
    if (unit == 'z' && object == Py_None) {
        *ret_text = NULL;
        return NULL;
    }
    if (!PyUnicode_Check(object))
        return not_a(parser, unit == 'z' ? "str or None" : "str", object);
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(object, &size);
    if (text == NULL) return not_a(parser, "(unicode conversion error)", object);
    if ((Py_ssize_t)strlen(text) != size) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return failed(parser, object);
    }
    *ret_text = text;
    return NULL;
}

// u and Z: wide characters, deprecated.
static const char *convert_wide(KrGetargs *parser, PyObject *object, char unit)
{
    const wchar_t **ret_text = va_arg(parser->arguments, const wchar_t **);
    Py_ssize_t *ret_size = NULL, size = 0;
    if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1,
                         "getargs: The '%c' format is deprecated. Use 'U' instead.", unit) < 0)
        return not_a(parser, "(warning)", object);
    if (*parser->format == '#') {
        parser->format++;
        ret_size = va_arg(parser->arguments, Py_ssize_t *);
        const char *problem = need_size_t(parser, object);
        if (problem != NULL) return problem;
    }
    if (unit == 'Z' && object == Py_None) {
        *ret_text = NULL;
    } else if (!PyUnicode_Check(object)) {
        return not_a(parser, unit == 'Z' ? "str or None" : "str", object);
    } else {
_Py_COMP_DIAG_PUSH
_Py_COMP_DIAG_IGNORE_DEPR_DECLS
        *ret_text = PyUnicode_AsUnicodeAndSize(object, &size);
_Py_COMP_DIAG_POP
        if (*ret_text == NULL) return not_a(parser, "(unicode conversion error)", object);
        if (ret_size == NULL && (Py_ssize_t)wcslen(*ret_text) != size) {
            PyErr_SetString(PyExc_ValueError, "embedded null character");
            return failed(parser, object);
        }
    }
    if (ret_size != NULL) *ret_size = size;
    return NULL;
}

// ---- es, et, es#, et#: text in an encoding, into memory of the caller's or of its own

static const char *store_encoded(KrGetargs *parser, PyObject *object, PyObject *encoded,
                                 int with_size)
{
    char **ret_buffer = va_arg(parser->arguments, char **);
    const char *data;
    Py_ssize_t size;
    if (ret_buffer == NULL) return not_a(parser, "(buffer is NULL)", object);
    if (PyBytes_Check(encoded)) {
        data = PyBytes_AS_STRING(encoded);
        size = PyBytes_GET_SIZE(encoded);
    } else {
        data = PyByteArray_AS_STRING(encoded);
        size = PyByteArray_GET_SIZE(encoded);
    }
    if (with_size) {
        Py_ssize_t *ret_size = va_arg(parser->arguments, Py_ssize_t *);
        const char *problem = need_size_t(parser, object);
        if (problem != NULL) return problem;
        if (ret_size == NULL) return not_a(parser, "(buffer_len is NULL)", object);
        if (*ret_buffer != NULL) {
            if (size + 1 > *ret_size) {
                PyErr_Format(PyExc_ValueError, "encoded string too long (%zd, maximum length %zd)",
                             size, *ret_size - 1);
                return failed(parser, object);
            }
            memcpy(*ret_buffer, data, (size_t)size + 1);
            *ret_size = size;
            return NULL;
        }
        *ret_size = size;
    } else if ((Py_ssize_t)strlen(data) != size) {
        return not_a(parser, "encoded string without null bytes", object);
    }
    *ret_buffer = PyMem_Malloc((size_t)size + 1);
    if (*ret_buffer == NULL) {
        PyErr_NoMemory();
        return failed(parser, object);
    }
    memcpy(*ret_buffer, data, (size_t)size + 1);
    return add_cleanup(parser, object, ret_buffer, undo_memory);
}

static const char *convert_encoded(KrGetargs *parser, PyObject *object)
{
    const char *encoding = va_arg(parser->arguments, const char *);
    if (encoding == NULL) encoding = "utf-8";
    char unit = *parser->format;
    if (unit != 's' && unit != 't')
        return not_a(parser, "(unknown parser marker combination)", object);
    parser->format++;
    PyObject *encoded;
    if (unit == 't' && (PyBytes_Check(object) || PyByteArray_Check(object))) {
        encoded = Py_NewRef(object);
    } else if (PyUnicode_Check(object)) {
        encoded = PyUnicode_AsEncodedString(object, encoding, NULL);
        if (encoded == NULL) return not_a(parser, "(encoding failed)", object);
    } else {
        return not_a(parser, unit == 't' ? "str, bytes or bytearray" : "str", object);
    }
    int with_size = *parser->format == '#';
    if (with_size) parser->format++;
    const char *problem = store_encoded(parser, object, encoded, with_size);
    Py_DECREF(encoded);
    return problem;
}

// ---- numbers

static const char *convert_small(KrGetargs *parser, PyObject *object, char unit)
{
    void *result = va_arg(parser->arguments, void *);
    long value = PyLong_AsLong(object);
    if (value == -1 && PyErr_Occurred()) return failed(parser, object);
    if (unit == 'b') {
        if (value < 0)
            return out_of_range(parser, object, "unsigned byte integer is less than minimum");
        if (value > UCHAR_MAX)
            return out_of_range(parser, object, "unsigned byte integer is greater than maximum");
        *(unsigned char *)result = (unsigned char)value;
    } else if (unit == 'h') {
        if (value < SHRT_MIN)
            return out_of_range(parser, object, "signed short integer is less than minimum");
        if (value > SHRT_MAX)
            return out_of_range(parser, object, "signed short integer is greater than maximum");
        *(short *)result = (short)value;
    } else if (unit == 'i') {
        if (value > INT_MAX)
            return out_of_range(parser, object, "signed integer is greater than maximum");
        if (value < INT_MIN)
            return out_of_range(parser, object, "signed integer is less than minimum");
        *(int *)result = (int)value;
    } else {
        *(long *)result = value;
    }
    return NULL;
}

// B, H, I: low bits, whatever the value.
static const char *convert_masked(KrGetargs *parser, PyObject *object, char unit)
{
    void *result = va_arg(parser->arguments, void *);
    unsigned long value = PyLong_AsUnsignedLongMask(object);
    if (value == (unsigned long)-1 && PyErr_Occurred()) return failed(parser, object);
    if (unit == 'B')
        *(unsigned char *)result = (unsigned char)value;
    else if (unit == 'H')
        *(unsigned short *)result = (unsigned short)value;
    else
        *(unsigned int *)result = (unsigned int)value;
    return NULL;
}

static const char *convert_long(KrGetargs *parser, PyObject *object, char unit)
{
    void *result = va_arg(parser->arguments, void *);
    if (unit == 'L') {
        long long value = PyLong_AsLongLong(object);
        if (value == -1 && PyErr_Occurred()) return failed(parser, object);
        *(long long *)result = value;
        return NULL;
    }
    if (unit == 'n') {
        PyObject *index = PyNumber_Index(object);
        Py_ssize_t value = index == NULL ? -1 : PyLong_AsSsize_t(index);
        Py_XDECREF(index);
        if (value == -1 && PyErr_Occurred()) return failed(parser, object);
        *(Py_ssize_t *)result = value;
        return NULL;
    }
    if (!PyLong_Check(object)) return not_a(parser, "int", object);
    if (unit == 'k')
        *(unsigned long *)result = PyLong_AsUnsignedLongMask(object);
    else
        *(unsigned long long *)result = PyLong_AsUnsignedLongLongMask(object);
    return NULL;
}

static const char *convert_real(KrGetargs *parser, PyObject *object, char unit)
{
    void *result = va_arg(parser->arguments, void *);
    if (unit == 'D') {
        Py_complex value = PyComplex_AsCComplex(object);
        if (PyErr_Occurred()) return failed(parser, object);
        *(Py_complex *)result = value;
        return NULL;
    }
    double value = PyFloat_AsDouble(object);
    if (value == -1.0 && PyErr_Occurred()) return failed(parser, object);
    if (unit == 'f')
        *(float *)result = (float)value;
    else
        *(double *)result = value;
    return NULL;
}

static const char *convert_character(KrGetargs *parser, PyObject *object, char unit)
{
    if (unit == 'C') {
        int *result = va_arg(parser->arguments, int *);
        if (!PyUnicode_Check(object)) return not_a(parser, "a unicode character", object);
        if (PyUnicode_READY(object) < 0) return failed(parser, object);
        if (PyUnicode_GET_LENGTH(object) != 1) return not_a(parser, "a unicode character", object);
        *result = (int)PyUnicode_READ_CHAR(object, 0);
        return NULL;
    }
    char *result = va_arg(parser->arguments, char *);
    if (PyBytes_Check(object) && PyBytes_GET_SIZE(object) == 1)
        *result = PyBytes_AS_STRING(object)[0];
    else if (PyByteArray_Check(object) && PyByteArray_GET_SIZE(object) == 1)
        *result = PyByteArray_AS_STRING(object)[0];
    else
        return not_a(parser, "a byte string of length 1", object);
    return NULL;
}

// ---- objects

static const char *convert_instance(KrGetargs *parser, PyObject *object, int matches,
                                    const char *expected)
{
    PyObject **result = va_arg(parser->arguments, PyObject **);
    if (!matches) return not_a(parser, expected, object);
    *result = object;
    return NULL;
}

static const char *convert_object(KrGetargs *parser, PyObject *object)
{
    if (*parser->format == '!') {
        parser->format++;
        PyTypeObject *type = va_arg(parser->arguments, PyTypeObject *);
        return convert_instance(parser, object, PyType_IsSubtype(Py_TYPE(object), type),
                                type->tp_name);
    }
    if (*parser->format == '&') {
        parser->format++;
        int (*convert)(PyObject *, void *) = va_arg(parser->arguments,
                                                    int (*)(PyObject *, void *));
        void *address = va_arg(parser->arguments, void *);
        int result = convert(object, address);
        if (result == 0) return failed(parser, object);
        return result == Py_CLEANUP_SUPPORTED ? add_cleanup(parser, object, address, convert)
            : NULL;
    }
    return convert_instance(parser, object, 1, NULL);
}

static const char *convert_writable(KrGetargs *parser, PyObject *object)
{
    if (*parser->format != '*')
        return not_a(parser, "(invalid use of 'w' format character)", object);
    parser->format++;
    Py_buffer *view = va_arg(parser->arguments, Py_buffer *);
    return get_buffer(parser, object, view, PyBUF_WRITABLE, "read-write bytes-like object");
}

static const char *convert_truth(KrGetargs *parser, PyObject *object)
{
    int *result = va_arg(parser->arguments, int *);
    int value = PyObject_IsTrue(object);
    if (value < 0) return failed(parser, object);
    *result = value;
    return NULL;
}

static const char *convert_single(KrGetargs *parser, PyObject *object)
{
    char unit = *parser->format++;
    switch (unit) {
    case 'b': case 'h': case 'i': case 'l': return convert_small(parser, object, unit);
    case 'B': case 'H': case 'I': return convert_masked(parser, object, unit);
    case 'L': case 'n': case 'k': case 'K': return convert_long(parser, object, unit);
    case 'f': case 'd': case 'D': return convert_real(parser, object, unit);
    case 'c': case 'C': return convert_character(parser, object, unit);
    case 's': case 'z': case 'y': return convert_text(parser, object, unit);
    case 'u': case 'Z': return convert_wide(parser, object, unit);
    case 'e': return convert_encoded(parser, object);
    case 'S': return convert_instance(parser, object, PyBytes_Check(object), "bytes");
    case 'Y': return convert_instance(parser, object, PyByteArray_Check(object), "bytearray");
    case 'U': return convert_instance(parser, object, PyUnicode_Check(object), "str");
    case 'O': return convert_object(parser, object);
    case 'p': return convert_truth(parser, object);
    case 'w': return convert_writable(parser, object);
    default: return not_a(parser, "(impossible<bad format char>)", object);
    }
}

// ---- nested sequences

static int count_units(const char *format)
{
    int count = 0;
    for (int depth = 0;; format++) {
        if (*format == '(') {
            if (depth++ == 0) count++;
        } else if (*format == ')') {
            if (depth-- == 0) return count;
        } else if (*format == 0 || *format == ':' || *format == ';') {
            return count;
        } else if (depth == 0 && Py_ISALPHA(*format) && *format != 'e') {
            count++;
        }
    }
}

static const char *convert_sequence(KrGetargs *parser, PyObject *object, int level)
{
    int count = count_units(parser->format);
    parser->levels[level] = 0;
    if (!PySequence_Check(object) || PyBytes_Check(object)) {
        PyOS_snprintf(parser->problem, sizeof parser->problem, "must be %d-item sequence, not "
                      "%.50s", count, object == Py_None ? "None" : Py_TYPE(object)->tp_name);
        return parser->problem;
    }
    Py_ssize_t size = PySequence_Size(object);
    if (size != count) {
        if (size < 0) PyErr_Clear();
        PyOS_snprintf(parser->problem, sizeof parser->problem,
                      "must be sequence of length %d, not %zd", count, size);
        return parser->problem;
    }
    for (int i = 0; i < count; i++) {
        PyObject *item = PySequence_GetItem(object, i);
        if (item == NULL) {
            PyErr_Clear();
            parser->levels[level] = i + 1;
            parser->levels[level + 1] = 0;
            return "is not retrievable";
        }
        const char *problem = kr_getargs_convert(parser, item, level + 1);
        Py_DECREF(item);  // the sequence holds it, as callers know
        if (problem != NULL) {
            parser->levels[level] = i + 1;
            return problem;
        }
    }
    return NULL;
}

const char *kr_getargs_convert(KrGetargs *parser, PyObject *object, int level)
{
    if (*parser->format != '(') {
        const char *problem = convert_single(parser, object);
        if (problem != NULL) parser->levels[level] = 0;
        return problem;
    }
    parser->format++;
    if (level + 2 >= KR_GETARGS_LEVELS)
        return not_a(parser, "(too many tuple nesting levels)", object);
    const char *problem = convert_sequence(parser, object, level);
    if (problem == NULL) parser->format++;
    return problem;
}

// ---- passing over units of arguments that are not there

static const char *skip_sized(KrGetargs *parser)
{
    (void)va_arg(parser->arguments, void *);
    if (*parser->format == '#') {
        (void)va_arg(parser->arguments, Py_ssize_t *);
        if (!parser->is_size_t) return "PY_SSIZE_T_CLEAN macro must be defined for '#' formats";
        parser->format++;
    } else if (*parser->format == '*') {
        parser->format++;
    }
    return NULL;
}

const char *kr_getargs_skip(KrGetargs *parser)
{
    char unit = *parser->format++;
    if (unit == '(') {
        while (*parser->format != ')') {
            if (*parser->format == 0) return "Unmatched left paren in format string";
            const char *problem = kr_getargs_skip(parser);
            if (problem != NULL) return problem;
        }
        parser->format++;
        return NULL;
    }
    if (unit == ')') return "Unmatched right paren in format string";
    if (unit != 0 && strchr("bBhHiIlkLKnfdDcCpSYUw", unit) != NULL) {
        (void)va_arg(parser->arguments, void *);
        if (unit == 'w' && *parser->format == '*') parser->format++;
        return NULL;
    }
    if (unit != 0 && strchr("szyuZ", unit) != NULL) return skip_sized(parser);
    if (unit == 'e') {
        (void)va_arg(parser->arguments, const char *);
        if (*parser->format != 's' && *parser->format != 't') return "impossible<bad format char>";
        parser->format++;
        return skip_sized(parser);
    }
    if (unit == 'O') {
        (void)va_arg(parser->arguments, void *);
        if (*parser->format == '!' || *parser->format == '&') {
            (void)va_arg(parser->arguments, void *);
            parser->format++;
        }
        return NULL;
    }
    return "impossible<bad format char>";
}
