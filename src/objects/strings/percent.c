// percent.c - the operator % of str, bytes and bytearray.
//
//   %[(key)][#0- +][width|*][.precision|.*][hlL]conversion
//
// bytes are formatted as Latin-1 text and turned back at the end, so that one formatter serves
// all.
#include "objects/strings/percent.h"

#include "abstract.h"
#include "bytearrayobject.h"
#include "bytesobject.h"
#include "dictobject.h"
#include "floatobject.h"
#include "internal/pycore_long.h"
#include "internal/pycore_object.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/str.h"
#include "pyerrors.h"
#include "pymem.h"
#include "pystrtod.h"
#include <limits.h>
#include "text/casing.h"
#include "text/search.h"
#include "tupleobject.h"

typedef struct Formatter {
    KrText format;
    Py_ssize_t at;
    int is_bytes;
    PyObject *args;         // as given
    Py_ssize_t next, count; // of the tuple; a single argument: -2, -1
    PyObject *mapping;      // borrowed, or NULL
    PyObject *keyed;        // what the last key gave: stands for args
    _PyUnicodeWriter writer;
} Formatter;

typedef struct Spec {
    int left, plus, space, alternate, zero;
    Py_ssize_t width;       // -1: none
    int precision;          // -1: none
    Py_UCS4 conversion;
    Py_ssize_t index;       // of the conversion character
} Spec;

// --- arguments --------------------------------------------------------------------------------

static BORROWED PyObject *next_argument(Formatter *self)
{
    if (self->next < self->count) {
        self->next++;
        if (self->keyed != NULL) return self->keyed;
        if (self->count < 0) return self->args;
        return PyTuple_GET_ITEM(self->args, self->next - 1);
    }
    return kr_raise(PyExc_TypeError, "not enough arguments for format string");
}

// Reads "(key)" and makes what it maps to the argument.
static int read_key(Formatter *self)
{
    if (self->mapping == NULL) return kr_raise_int(PyExc_TypeError, "format requires a mapping");
    Py_ssize_t start = self->at, depth = 1;
    for (; depth > 0; self->at++) {
        if (self->at >= self->format.length)
            return kr_raise_int(PyExc_ValueError, "incomplete format key");
        Py_UCS4 c = kr_chars_read(self->format, self->at);
        depth += (c == '(') - (c == ')');
    }
    KrText text = kr_chars_slice(self->format, start, self->at - 1);
    KR_AUTO PyObject *key = self->is_bytes ? PyBytes_FromStringAndSize(text.data, text.length)
                                           : kr_str_from_chars(text);
    if (key == NULL) return -1;
    PyObject *value = PyObject_GetItem(self->mapping, key);
    if (value == NULL) return -1;
    Py_XSETREF(self->keyed, value);
    self->next = -2;
    self->count = -1;
    return 0;
}

// A '*' or digits.  [limit] and [message] for what is too big.
static int read_number(Formatter *self, Py_ssize_t limit, const char *message, Py_ssize_t *ret)
{
    *ret = 0;
    if (self->at < self->format.length && kr_chars_read(self->format, self->at) == '*') {
        self->at++;
        PyObject *value = next_argument(self);
        if (value == NULL) return -1;
        if (!PyLong_Check(value)) return kr_raise_int(PyExc_TypeError, "* wants int");
        *ret = limit == INT_MAX ? _PyLong_AsInt(value) : PyLong_AsSsize_t(value);
        return *ret == -1 && PyErr_Occurred() ? -1 : 0;
    }
    for (; self->at < self->format.length; self->at++) {
        Py_UCS4 c = kr_chars_read(self->format, self->at);
        if (c < '0' || c > '9') break;
        if (*ret > (limit - ((int)c - '0')) / 10)
            return kr_raise_int(PyExc_ValueError, "%s", message);
        *ret = *ret * 10 + (int)(c - '0');
    }
    return 0;
}

// Reads what follows a '%'.
static int read_spec(Formatter *self, Spec *spec)
{
    *spec = (Spec){.width = -1, .precision = -1};
    Py_ssize_t length = self->format.length;
    if (self->at < length && kr_chars_read(self->format, self->at) == '(') {
        self->at++;
        if (read_key(self) < 0) return -1;
    }
    for (; self->at < length; self->at++) {
        Py_UCS4 c = kr_chars_read(self->format, self->at);
        if (c == '-') spec->left = 1;
        else if (c == '+') spec->plus = 1;
        else if (c == ' ') spec->space = 1;
        else if (c == '#') spec->alternate = 1;
        else if (c == '0') spec->zero = 1;
        else break;
    }
    if (read_number(self, PY_SSIZE_T_MAX, "width too big", &spec->width) < 0) return -1;
    if (spec->width < 0) {
        spec->left = 1;
        if (spec->width == PY_SSIZE_T_MIN) return kr_raise_int(PyExc_ValueError, "width too big");
        spec->width = -spec->width;
    }
    if (self->at < length && kr_chars_read(self->format, self->at) == '.') {
        self->at++;
        Py_ssize_t precision;
        if (read_number(self, INT_MAX, self->is_bytes ? "prec too big" : "precision too big",
                        &precision) < 0)
            return -1;
        spec->precision = precision < 0 ? 0 : (int)precision;
    }
    if (self->at < length) {
        Py_UCS4 c = kr_chars_read(self->format, self->at);
        if (c == 'h' || c == 'l' || c == 'L') self->at++;
    }
    if (self->at >= length) return kr_raise_int(PyExc_ValueError, "incomplete format");
    spec->index = self->at;
    spec->conversion = kr_chars_read(self->format, self->at++);
    return 0;
}

// --- numbers ----------------------------------------------------------------------------------

// Puts zeros between sign and prefix and the digits, as many as [precision] asks for.
static PyObject *with_precision(STEALS PyObject *digits, int precision, int prefix)
{
    KR_AUTO PyObject *text = digits;
    KrText chars = kr_str_chars(text);
    const char *data = chars.data;
    int head = (data[0] == '-') + prefix;
    Py_ssize_t missing = precision - (chars.length - head);
    if (missing <= 0) return kr_take(text);
    PyObject *result = PyUnicode_New(chars.length + missing, 127);
    if (result == NULL) return NULL;
    char *to = PyUnicode_DATA(result);
    memcpy(to, data, head);
    memset(to + head, '0', missing);
    memcpy(to + head + missing, data + head, chars.length - head);
    return result;
}

// Digits of the int [value] as % writes them: with '-', and the prefix when [alternate].
PyObject *_PyUnicode_FormatLong(PyObject *value, int alternate, int precision, int conversion)
{
    if (precision > INT_MAX - 3) return kr_raise(PyExc_ValueError, "precision too large");
    int base = conversion == 'o' ? 8 : conversion == 'x' || conversion == 'X' ? 16 : 10;
    KR_AUTO PyObject *text = NULL;
    if (base == 10) text = PyLong_Type.tp_repr(value);
    else text = _PyLong_Format(value, base);
    if (text == NULL) return NULL;
    int prefix = 0;
    if (base != 10 && alternate) {
        prefix = 2;
    } else if (base != 10) {
        // Without the prefix that _PyLong_Format wrote.
        KrText chars = kr_str_chars(text);
        int negative = kr_chars_read(chars, 0) == '-';
        PyObject *plain = PyUnicode_New(chars.length - 2, 127);
        if (plain == NULL) return NULL;
        char *to = PyUnicode_DATA(plain);
        if (negative) *to++ = '-';
        memcpy(to, (const char *)chars.data + negative + 2, chars.length - 2 - negative);
        Py_SETREF(text, plain);
    }
    KR_AUTO PyObject *result = with_precision(kr_take(text), precision, prefix);
    if (result == NULL || conversion != 'X') return kr_take(result);
    PyObject *upper = PyUnicode_New(PyUnicode_GET_LENGTH(result), 127);
    if (upper == NULL) return NULL;
    kr_casing_ascii_upper(PyUnicode_DATA(result), PyUnicode_GET_LENGTH(result),
                          PyUnicode_DATA(upper));
    return upper;
}

static PyObject *format_int(PyObject *value, const Spec *spec)
{
    int needs_index = spec->conversion == 'x' || spec->conversion == 'X'
        || spec->conversion == 'o';
    KR_AUTO PyObject *number = NULL;
    if (PyLong_Check(value)) number = Py_NewRef(value);
    else if (PyNumber_Check(value))
        number = needs_index ? PyNumber_Index(value) : PyNumber_Long(value);
    if (number == NULL) {
        if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_TypeError)) return NULL;
        return kr_raise(PyExc_TypeError,
                        needs_index ? "%%%c format: an integer is required, not %.200s"
                                    : "%%%c format: a real number is required, not %.200s",
                        (int)spec->conversion, Py_TYPE(value)->tp_name);
    }
    int conversion = spec->conversion == 'i' || spec->conversion == 'u' ? 'd'
                                                                        : (int)spec->conversion;
    if (conversion != 'd' || spec->precision > 0)
        return _PyUnicode_FormatLong(number, spec->alternate, spec->precision, conversion);
    // A subclass has no say here.
    return PyLong_Type.tp_repr(number);
}

static PyObject *format_float(Formatter *self, PyObject *value, const Spec *spec)
{
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) {
        if (self->is_bytes && PyErr_ExceptionMatches(PyExc_TypeError))
            return kr_raise(PyExc_TypeError, "float argument required, not %.200s",
                            Py_TYPE(value)->tp_name);
        return NULL;
    }
    int precision = spec->precision < 0 ? 6 : spec->precision;
    char *text = PyOS_double_to_string(number, (char)spec->conversion, precision,
                                       spec->alternate ? Py_DTSF_ALT : 0, NULL);
    if (text == NULL) return NULL;
    PyObject *result = _PyUnicode_FromASCII(text, (Py_ssize_t)strlen(text));
    PyMem_Free(text);
    return result;
}

// --- text -------------------------------------------------------------------------------------

static PyObject *format_char(Formatter *self, PyObject *value)
{
    if (self->is_bytes) {
        if (PyBytes_Check(value) && PyBytes_GET_SIZE(value) == 1)
            return kr_str_latin1_char((unsigned char)PyBytes_AS_STRING(value)[0]);
        if (PyByteArray_Check(value) && PyByteArray_GET_SIZE(value) == 1)
            return kr_str_latin1_char((unsigned char)PyByteArray_AS_STRING(value)[0]);
    } else if (PyUnicode_Check(value)) {
        if (PyUnicode_READY(value) < 0) return NULL;
        if (PyUnicode_GET_LENGTH(value) == 1) return Py_NewRef(value);
        return kr_raise(PyExc_TypeError, "%%c requires int or char");
    }
    if (!PyIndex_Check(value))
        return kr_raise(PyExc_TypeError, self->is_bytes
                            ? "%%c requires an integer in range(256) or a single byte"
                            : "%%c requires int or char");
    KR_AUTO PyObject *number = PyNumber_Index(value);
    if (number == NULL) return NULL;
    int overflow;
    long code = PyLong_AsLongAndOverflow(number, &overflow);
    long limit = self->is_bytes ? 256 : KR_MAX_CODE_POINT + 1;
    if (overflow || code < 0 || code >= limit)
        return kr_raise(PyExc_OverflowError, self->is_bytes ? "%%c arg not in range(256)"
                                                            : "%%c arg not in range(0x110000)");
    return PyUnicode_FromOrdinal((int)code);
}

// The bytes of [value] as Latin-1 text, for %b and %s of bytes.
static PyObject *bytes_as_text(PyObject *value)
{
    if (PyBytes_Check(value))
        return PyUnicode_DecodeLatin1(PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value), NULL);
    if (PyObject_CheckBuffer(value)) {
        Py_buffer view;
        if (PyObject_GetBuffer(value, &view, PyBUF_FULL_RO) < 0) return NULL;
        KR_AUTO PyObject *flat = PyBytes_FromStringAndSize(NULL, view.len);
        int failed = flat == NULL ||
                     PyBuffer_ToContiguous(PyBytes_AS_STRING(flat), &view, view.len, 'C') < 0;
        PyBuffer_Release(&view);
        return failed ? NULL : bytes_as_text(flat);
    }
    KR_AUTO PyObject *method = _PyObject_LookupSpecial(value, ID(__bytes__));
    if (method == NULL) {
        if (PyErr_Occurred()) return NULL;
        return kr_raise(PyExc_TypeError, "%%b requires a bytes-like object, or an object that "
                        "implements __bytes__, not '%.100s'", Py_TYPE(value)->tp_name);
    }
    KR_AUTO PyObject *result = PyObject_CallNoArgs(method);
    if (result == NULL) return NULL;
    if (!PyBytes_Check(result))
        return kr_raise(PyExc_TypeError, "__bytes__ returned non-bytes (type %.200s)",
                        Py_TYPE(result)->tp_name);
    return bytes_as_text(result);
}

// The text of [value] before padding; [ret_numeric] says that signs and zeros matter.
static PyObject *convert(Formatter *self, PyObject *value, const Spec *spec, int *ret_numeric)
{
    *ret_numeric = 0;
    switch (spec->conversion) {
    case 's':
        if (!self->is_bytes)
            return PyUnicode_CheckExact(value) ? Py_NewRef(value) : PyObject_Str(value);
        return bytes_as_text(value);
    case 'b':
        if (self->is_bytes) return bytes_as_text(value);
        break;
    case 'r':
        return self->is_bytes ? PyObject_ASCII(value) : PyObject_Repr(value);
    case 'a':
        return PyObject_ASCII(value);
    case 'c':
        return format_char(self, value);
    case 'd': case 'i': case 'u': case 'o': case 'x': case 'X':
        *ret_numeric = 1;
        return format_int(value, spec);
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G':
        *ret_numeric = 1;
        return format_float(self, value, spec);
    }
    int shown = spec->conversion >= 31 && spec->conversion <= 126 ? (int)spec->conversion : '?';
    return kr_raise(PyExc_ValueError, "unsupported format character '%c' (0x%x) at index %zd",
                    shown, (int)spec->conversion, spec->index);
}

// --- writing ----------------------------------------------------------------------------------

static int fill(Formatter *self, Py_ssize_t count, Py_UCS4 with)
{
    if (count <= 0) return 0;
    if (_PyUnicodeWriter_Prepare(&self->writer, count, with) < 0) return -1;
    for (Py_ssize_t i = 0; i < count; i++)
        kr_text_write(self->writer.kind, self->writer.data, self->writer.pos++, with);
    return 0;
}

// Writes sign, prefix and digits of a number into the width.
static int write_number(Formatter *self, PyObject *text, const Spec *spec)
{
    KrText chars = kr_str_chars(text);
    const char *data = chars.data;
    char head[3];
    int head_size = 0;
    if (*data == '-' || *data == '+') head[head_size++] = *data++;
    else if (spec->plus) head[head_size++] = '+';
    else if (spec->space) head[head_size++] = ' ';
    Py_ssize_t length = chars.length - (data - (const char *)chars.data);
    if (spec->alternate && (spec->conversion == 'x' || spec->conversion == 'X' ||
                            spec->conversion == 'o')) {
        head[head_size++] = *data++;
        head[head_size++] = *data++;
        length -= 2;
    }
    Py_ssize_t missing = spec->width - head_size - length;
    if (!spec->left && !spec->zero && fill(self, missing, ' ') < 0) return -1;
    if (_PyUnicodeWriter_WriteASCIIString(&self->writer, head, head_size) < 0) return -1;
    if (!spec->left && spec->zero && fill(self, missing, '0') < 0) return -1;
    if (_PyUnicodeWriter_WriteASCIIString(&self->writer, data, length) < 0) return -1;
    return spec->left ? fill(self, missing, ' ') : 0;
}

static int write_text(Formatter *self, PyObject *text, const Spec *spec)
{
    if (PyUnicode_READY(text) < 0) return -1;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    int cuts = spec->conversion == 's' || spec->conversion == 'r' || spec->conversion == 'a' ||
               spec->conversion == 'b';
    if (cuts && spec->precision >= 0 && length > spec->precision) length = spec->precision;
    Py_ssize_t missing = spec->width - length;
    if (!spec->left && fill(self, missing, ' ') < 0) return -1;
    if (_PyUnicodeWriter_WriteSubstring(&self->writer, text, 0, length) < 0) return -1;
    return spec->left ? fill(self, missing, ' ') : 0;
}

// %s of a string and %d of an int out of a tuple, which need no text in between: 1 when done, 0 when not that, -1.
static int format_plain(Formatter *self)
{
    if (self->is_bytes || self->next < 0 || self->next >= self->count || self->at >= self->format.length) return 0;
    Py_UCS4 conversion = kr_chars_read(self->format, self->at);
    PyObject *value = PyTuple_GET_ITEM(self->args, self->next);
    int is_text = conversion == 's' && PyUnicode_CheckExact(value);
    if (!is_text && !(conversion == 'd' && PyLong_CheckExact(value))) return 0;
    self->at++;
    self->next++;
    if (self->at == self->format.length) self->writer.overallocate = 0;
    int failed = is_text ? _PyUnicodeWriter_WriteStr(&self->writer, value)
                         : _PyLong_FormatWriter(&self->writer, value, 10, 0);
    return failed < 0 ? -1 : 1;
}

// Formats one argument; self->at is behind the '%'.
static int format_one(Formatter *self)
{
    Py_ssize_t length = self->format.length;
    if (self->at < length && kr_chars_read(self->format, self->at) == '%') {
        self->at++;
        return _PyUnicodeWriter_WriteChar(&self->writer, '%');
    }
    Spec spec;
    if (read_spec(self, &spec) < 0) return -1;
    PyObject *value = next_argument(self);
    if (value == NULL) return -1;
    if (self->at == length) self->writer.overallocate = 0;
    int numeric;
    Py_INCREF(value);
    KR_AUTO PyObject *held = value;
    KR_AUTO PyObject *text = convert(self, held, &spec, &numeric);
    if (text == NULL) return -1;
    if (numeric) return write_number(self, text, &spec);
    return write_text(self, text, &spec);
}

static int format_all(Formatter *self)
{
    while (self->at < self->format.length) {
        Py_ssize_t start = self->at;
        while (self->at < self->format.length && kr_chars_read(self->format, self->at) != '%')
            self->at++;
        if (self->at > start) {
            KrText run = kr_chars_slice(self->format, start, self->at);
            if (_PyUnicodeWriter_Prepare(&self->writer, run.length, kr_str_find_max(run)) < 0)
                return -1;
            kr_str_copy(self->writer.data, self->writer.kind, self->writer.pos, run);
            self->writer.pos += run.length;
        }
        if (self->at == self->format.length) break;
        self->at++;
        int done = format_plain(self);
        if (done < 0 || (done == 0 && format_one(self) < 0)) return -1;
    }
    if (self->next < self->count && self->mapping == NULL)
        return kr_raise_int(PyExc_TypeError, "not all arguments converted during %s formatting",
                            self->is_bytes ? "bytes" : "string");
    return 0;
}

PyObject *kr_percent_format(KrText format, PyObject *args, int is_bytes)
{
    Formatter self = {.format = format, .args = args, .is_bytes = is_bytes, .next = -2,
                      .count = -1};
    int is_text = is_bytes ? PyBytes_Check(args) || PyByteArray_Check(args) : 0;
    if (PyTuple_Check(args)) {
        self.next = 0;
        self.count = PyTuple_GET_SIZE(args);
    } else if (PyMapping_Check(args) && !PyUnicode_Check(args) && !is_text) {
        self.mapping = args;
    }
    _PyUnicodeWriter_Init(&self.writer);
    self.writer.min_length = format.length + 100;
    self.writer.overallocate = 1;
    int failed = format_all(&self);
    Py_XDECREF(self.keyed);
    if (failed < 0) {
        _PyUnicodeWriter_Dealloc(&self.writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&self.writer);
}

PyObject *PyUnicode_Format(PyObject *format, PyObject *args)
{
    if (format == NULL || args == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (kr_str_check(format) < 0) return NULL;
    KrText chars = kr_str_chars(format);
    PyObject *result = kr_percent_format(chars, args, 0);
    // Without any field the text is the result itself.
    if (result != NULL && PyUnicode_CheckExact(format) && kr_search_char(chars, '%') < 0)
        Py_SETREF(result, Py_NewRef(format));
    return result;
}

PyObject *_PyBytes_FormatEx(const char *format, Py_ssize_t size, PyObject *args, int use_bytearray)
{
    KR_AUTO PyObject *text = kr_percent_format((KrText){format, size, 1}, args, 1);
    if (text == NULL) return NULL;
    const char *data = PyUnicode_DATA(text);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    return use_bytearray ? PyByteArray_FromStringAndSize(data, length)
                         : PyBytes_FromStringAndSize(data, length);
}
