// from_format.c - PyUnicode_FromFormat and PyBytes_FromFormat: C's printf with objects.
//
//   %[0][width][.precision][l|ll|z](c d i u x p s)   and for str   A U V S R
//
// An unknown conversion copies the rest of the format as it is.
#include "abstract.h"
#include "bytesobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/str.h"
#include "pyerrors.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

typedef struct Conversion {
    int zero;
    Py_ssize_t width;        // -1: none
    Py_ssize_t precision;    // -1: none
    enum { AS_INT, AS_LONG, AS_LONG_LONG, AS_SIZE } size;
    char letter;
} Conversion;

static Py_ssize_t read_count(const char **at)
{
    Py_ssize_t value = 0;
    for (; isdigit((unsigned char)**at); (*at)++) {
        if (value > (PY_SSIZE_T_MAX - 9) / 10) return PY_SSIZE_T_MAX;
        value = value * 10 + (**at - '0');
    }
    return value;
}

// Reads what follows '%' and moves behind it.
static Conversion read_conversion(const char **at)
{
    Conversion conversion = {.width = -1, .precision = -1};
    if (**at == '0') {
        conversion.zero = 1;
        (*at)++;
    }
    if (isdigit((unsigned char)**at)) conversion.width = read_count(at);
    if (**at == '.') {
        (*at)++;
        conversion.precision = read_count(at);
    }
    if (**at == 'l') {
        conversion.size = (*at)[1] == 'l' ? AS_LONG_LONG : AS_LONG;
        *at += conversion.size == AS_LONG_LONG ? 2 : 1;
    } else if (**at == 'z') {
        conversion.size = AS_SIZE;
        (*at)++;
    }
    conversion.letter = **at;
    if (conversion.letter != 0) (*at)++;
    return conversion;
}

// Digits of the next integer argument.  Returns how many characters.
static int write_integer(const Conversion *conversion, va_list *arguments, char *to, size_t room)
{
    char letter = conversion->letter;
    if (letter == 'd' || letter == 'i') {
        long long value = conversion->size == AS_LONG ? va_arg(*arguments, long)
                          : conversion->size == AS_INT ? va_arg(*arguments, int)
                          : conversion->size == AS_SIZE ? va_arg(*arguments, Py_ssize_t)
                                                        : va_arg(*arguments, long long);
        return snprintf(to, room, "%lld", value);
    }
    unsigned long long value = conversion->size == AS_LONG ? va_arg(*arguments, unsigned long)
        : conversion->size == AS_INT ? va_arg(*arguments, unsigned) : conversion->size == AS_SIZE
        ? va_arg(*arguments, size_t) : va_arg(*arguments, unsigned long long);
    if (letter == 'o') return snprintf(to, room, "%llo", value);
    return snprintf(to, room, letter == 'u' ? "%llu" : letter == 'X' ? "%llX" : "%llx", value);
}

static int write_pointer(void *pointer, char *to, size_t room)
{
    return snprintf(to, room, "0x%lx", (unsigned long)pointer);
}

// --- str --------------------------------------------------------------------------------------

static int fill(_PyUnicodeWriter *writer, Py_ssize_t count, char with)
{
    if (count <= 0) return 0;
    if (_PyUnicodeWriter_Prepare(writer, count, 127) < 0) return -1;
    for (; count > 0; count--)
        kr_text_write(writer->kind, writer->data, writer->pos++, (uint32_t)with);
    return 0;
}

static int write_padded(_PyUnicodeWriter *writer, PyObject *text, const Conversion *conversion)
{
    if (PyUnicode_READY(text) < 0) return -1;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (conversion->precision >= 0 && conversion->precision < length)
        length = conversion->precision;
    if (fill(writer, conversion->width - length, ' ') < 0) return -1;
    return _PyUnicodeWriter_WriteSubstring(writer, text, 0, length);
}

static int write_utf8(_PyUnicodeWriter *writer, const char *data, const Conversion *conversion)
{
    Py_ssize_t size = conversion->precision < 0 ? (Py_ssize_t)strlen(data)
                                                : (Py_ssize_t)strnlen(data, conversion->precision);
    KR_AUTO PyObject *text = PyUnicode_DecodeUTF8Stateful(data, size, "replace", NULL);
    return text == NULL ? -1 : write_padded(writer, text, conversion);
}

static int write_object(_PyUnicodeWriter *writer, PyObject *object,
                        PyObject *(*convert)(PyObject *object), const Conversion *conversion)
{
    KR_AUTO PyObject *text = convert(object);
    return text == NULL ? -1 : write_padded(writer, text, conversion);
}

static int write_number(_PyUnicodeWriter *writer, const char *digits, Py_ssize_t size,
                        const Conversion *conversion)
{
    Py_ssize_t zeros = conversion->precision - size, body = size + (zeros > 0 ? zeros : 0);
    Py_ssize_t missing = conversion->width - body;
    char with = conversion->zero ? '0' : ' ';
    if (digits[0] == '-' && conversion->zero && missing > 0) {
        if (_PyUnicodeWriter_WriteChar(writer, '-') < 0) return -1;
        digits++;
        size--;
    }
    if (fill(writer, missing, with) < 0 || fill(writer, zeros, '0') < 0) return -1;
    return _PyUnicodeWriter_WriteASCIIString(writer, digits, size);
}

// 1 written, 0 unknown conversion, -1 error.
static int write_one(_PyUnicodeWriter *writer, const Conversion *conversion, va_list *arguments)
{
    char digits[64];
    int failed;
    switch (conversion->letter) {
    case 'c': {
        int c = va_arg(*arguments, int);
        if (c < 0 || c > KR_MAX_CODE_POINT)
            return kr_raise_int(PyExc_OverflowError,
                                "character argument not in range(0x110000)");
        failed = _PyUnicodeWriter_WriteChar(writer, (Py_UCS4)c);
        break;
    }
    case 'd': case 'i': case 'u': case 'x': case 'X': case 'o': {
        int size = write_integer(conversion, arguments, digits, sizeof digits);
        failed = write_number(writer, digits, size, conversion);
        break;
    }
    case 'p': {
        int size = write_pointer(va_arg(*arguments, void *), digits, sizeof digits);
        failed = _PyUnicodeWriter_WriteASCIIString(writer, digits, size);
        break;
    }
    case 's': failed = write_utf8(writer, va_arg(*arguments, const char *), conversion); break;
    case 'U': failed = write_padded(writer, va_arg(*arguments, PyObject *), conversion); break;
    case 'V': {
        PyObject *text = va_arg(*arguments, PyObject *);
        const char *otherwise = va_arg(*arguments, const char *);
        failed = text != NULL ? write_padded(writer, text, conversion)
                              : write_utf8(writer, otherwise, conversion);
        break;
    }
    case 'S':
        failed = write_object(writer, va_arg(*arguments, PyObject *), PyObject_Str, conversion);
        break;
    case 'R':
        failed = write_object(writer, va_arg(*arguments, PyObject *), PyObject_Repr, conversion);
        break;
    case 'A':
        failed = write_object(writer, va_arg(*arguments, PyObject *), PyObject_ASCII, conversion);
        break;
    case '%': failed = _PyUnicodeWriter_WriteChar(writer, '%'); break;
    default: return 0;
    }
    return failed < 0 ? -1 : 1;
}

static int write_all(_PyUnicodeWriter *writer, const char *format, va_list *arguments)
{
    while (*format != 0) {
        const char *end = strchrnul(format, '%');
        for (const char *c = format; c < end; c++)
            if ((unsigned char)*c > 127)
                return kr_raise_int(PyExc_ValueError,
                                    "PyUnicode_FromFormatV() expects an ASCII-encoded format "
                                    "string, got a non-ASCII byte: 0x%02x", (unsigned char)*c);
        if (*end == 0) writer->overallocate = 0;
        if (_PyUnicodeWriter_WriteASCIIString(writer, format, end - format) < 0) return -1;
        if (*end == 0) break;
        format = end + 1;
        Conversion conversion = read_conversion(&format);
        int written = write_one(writer, &conversion, arguments);
        if (written < 0) return -1;
        if (written == 0) return _PyUnicodeWriter_WriteASCIIString(writer, end, -1);
    }
    return 0;
}

PyObject *PyUnicode_FromFormatV(const char *format, va_list arguments)
{
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.min_length = (Py_ssize_t)strlen(format) + 100;
    writer.overallocate = 1;
    va_list copy;
    va_copy(copy, arguments);
    int failed = write_all(&writer, format, &copy);
    va_end(copy);
    if (failed == 0) return _PyUnicodeWriter_Finish(&writer);
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

PyObject *PyUnicode_FromFormat(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    PyObject *text = PyUnicode_FromFormatV(format, arguments);
    va_end(arguments);
    return text;
}

// --- bytes ------------------------------------------------------------------------------------

// Appends one conversion: where to write next, NULL on error; *ret_unknown for what is no
// conversion.
static char *append_one(_PyBytesWriter *writer, char *to, const Conversion *conversion,
                        va_list *arguments, int *ret_unknown)
{
    char text[64];
    const char *data = text;
    Py_ssize_t size = 1;
    switch (conversion->letter) {
    case 'c': {
        int c = va_arg(*arguments, int);
        if (c < 0 || c > 255)
            return (void *)kr_raise(PyExc_OverflowError, "PyBytes_FromFormatV(): %%c format "
                                    "expects an integer in range [0; 255]");
        text[0] = (char)c;
        break;
    }
    case 'd': case 'i': case 'u': case 'x':
        size = write_integer(conversion, arguments, text, sizeof text);
        break;
    case 'p':
        size = write_pointer(va_arg(*arguments, void *), text, sizeof text);
        break;
    case 's':
        data = va_arg(*arguments, const char *);
        size = conversion->precision < 0 ? (Py_ssize_t)strlen(data)
                                         : (Py_ssize_t)strnlen(data, conversion->precision);
        break;
    case '%':
        text[0] = '%';
        break;
    default:
        *ret_unknown = 1;
        return to;
    }
    return _PyBytesWriter_WriteBytes(writer, to, data, size);
}

PyObject *PyBytes_FromFormatV(const char *format, va_list arguments)
{
    _PyBytesWriter writer;
    _PyBytesWriter_Init(&writer);
    writer.overallocate = 1;
    char *to = _PyBytesWriter_Alloc(&writer, 0);
    if (to == NULL) return NULL;
    va_list copy;
    va_copy(copy, arguments);
    while (*format != 0 && to != NULL) {
        const char *end = strchrnul(format, '%');
        to = _PyBytesWriter_WriteBytes(&writer, to, format, end - format);
        if (*end == 0 || to == NULL) break;
        format = end + 1;
        Conversion conversion = read_conversion(&format);
        int unknown = 0;
        to = append_one(&writer, to, &conversion, &copy, &unknown);
        if (to == NULL || !unknown) continue;
        to = _PyBytesWriter_WriteBytes(&writer, to, end, (Py_ssize_t)strlen(end));
        break;
    }
    va_end(copy);
    if (to != NULL) return _PyBytesWriter_Finish(&writer, to);
    _PyBytesWriter_Dealloc(&writer);
    return NULL;
}

PyObject *PyBytes_FromFormat(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    PyObject *bytes = PyBytes_FromFormatV(format, arguments);
    va_end(arguments);
    return bytes;
}
