// number_format.c - __format__ of int, float and complex.
//
// A number is first written as plain ASCII text, "-1234.5e+10%", and seen as pieces:
//
//     padding | sign | prefix 0x | padding | digits, grouped and zero-filled | point | rest | pad
//
// The lengths of all of them are worked out, the writer is prepared once, and the pieces are
// written.
#include "objects/numbers/number_format.h"

#include <limits.h>
#include <locale.h>
#include <math.h>

#include "abstract.h"
#include "complexobject.h"
#include "floatobject.h"
#include "internal/pycore_floatobject.h"
#include "internal/pycore_long.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "pymem.h"
#include "pystrtod.h"
#include "runtime/owned.h"
#include "text/casing.h"

PyObject *kr_number_format(PyObject *object, PyObject *spec, KrNumberWriter write)
{
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    if (write(&writer, object, spec, 0, PyUnicode_GET_LENGTH(spec)) == 0)
        return _PyUnicodeWriter_Finish(&writer);
    _PyUnicodeWriter_Dealloc(&writer);
    return NULL;
}

int kr_number_format_unknown(uint32_t type, PyObject *object)
{
    const char *name = Py_TYPE(object)->tp_name;
    if (type > 32 && type < 128)
        return kr_raise_int(PyExc_ValueError,
                            "Unknown format code '%c' for object of type '%.200s'", (int)type,
                            name);
    return kr_raise_int(PyExc_ValueError,
                        "Unknown format code '\\x%x' for object of type '%.200s'", (unsigned)type,
                        name);
}

static int raise_grouping(const KrFormatSpec *spec)
{
    if (spec->type > 32 && spec->type < 128)
        return kr_raise_int(PyExc_ValueError, "Cannot specify '%c' with '%c'.",
                            (int)spec->grouping, (int)spec->type);
    return kr_raise_int(PyExc_ValueError, "Cannot specify '%c' with '\\x%x'.", (int)spec->grouping,
                        (unsigned)spec->type);
}

// long: a range of text and two defaults.
int kr_number_format_parse(PyObject *object, PyObject *spec, Py_ssize_t start, Py_ssize_t end,
                           uint32_t default_type, uint32_t default_align, KrFormatSpec *ret_spec)
{
    int kind = (int)PyUnicode_KIND(spec);
    KrText text = {(const char *)PyUnicode_DATA(spec) + start * kind, end - start, kind};
    KrFormatSpecError error = kr_format_spec_parse(text, default_type, default_align, ret_spec);
    if (error == KR_SPEC_OK) return 0;
    if (error == KR_SPEC_GROUPING_WITH_TYPE) return raise_grouping(ret_spec);
    const char *message = kr_format_spec_message(error);
    if (message) return kr_raise_int(PyExc_ValueError, "%s", message);
    KR_AUTO PyObject *shown = PyUnicode_Substring(spec, start, end);
    if (shown == NULL) return -1;
    return kr_raise_int(PyExc_ValueError,
                        "Invalid format specifier '%U' for object of type '%.200s'", shown,
                        Py_TYPE(object)->tp_name);
}

// --- separators ---------------------------------------------------------------------------------

typedef struct Separators {
    PyObject *point;         // str, owned
    PyObject *thousands;     // str, owned
    char grouping[16];       // sizes of groups from the right, the last one repeated; "" for none
} Separators;

static void clear_separators(Separators *separators)
{
    Py_XDECREF(separators->point);
    Py_XDECREF(separators->thousands);
}

#define AUTO_SEPARATORS __attribute__((cleanup(clear_separators))) Separators

static PyObject *decode_separator(const char *text, int use_locale)
{
    return use_locale ? PyUnicode_DecodeLocale(text, NULL) : PyUnicode_FromString(text);
}

static int get_separators(const KrFormatSpec *spec, int use_locale, Separators *ret)
{
    const char *point = ".", *thousands = "", *grouping = "";
    if (use_locale) {
        const struct lconv *locale = localeconv();
        point = locale->decimal_point;
        thousands = locale->thousands_sep;
        grouping = locale->grouping;
    } else if (spec->grouping) {
        thousands = spec->grouping == ',' ? "," : "_";
        grouping = strchr("boxX", (int)spec->type) && spec->type ? "\4" : "\3";
    } else {
        // What nearly every number has: no groups, and two strings that exist anyway.
        ret->grouping[0] = 0;
        ret->point = PyUnicode_FromOrdinal('.');
        ret->thousands = ret->point ? PyUnicode_New(0, 0) : NULL;
        return ret->thousands ? 0 : -1;
    }
    size_t length = strlen(grouping);
    if (length > sizeof ret->grouping - 1) length = sizeof ret->grouping - 1;
    memcpy(ret->grouping, grouping, length);
    ret->grouping[length] = 0;
    ret->point = decode_separator(point, use_locale);
    ret->thousands = ret->point ? decode_separator(thousands, use_locale) : NULL;
    return ret->thousands ? 0 : -1;
}

// --- the layout of a number ---------------------------------------------------------------------

typedef struct Number {
    char sign;               // '-' or 0
    const char *prefix;      // "0x", or ""
    const char *digits;      // before the point
    Py_ssize_t digit_count;
    int has_point;
    const char *rest;        // behind the point, or behind the digits
    Py_ssize_t rest_count;
    uint32_t rest_character; // instead of rest when rest_count is 1 and rest NULL ('c')
} Number;

typedef struct Layout {
    Py_ssize_t left, inner, right;   // padding
    uint32_t sign;                   // 0: none
    Py_ssize_t grouped;              // length of the digits with separators and zeros
    Py_ssize_t total;
    uint32_t max_char;
} Layout;

// group_digits without groups: zeros and digits.
static Py_ssize_t fill_digits(const Number *number, Py_ssize_t min_width, int kind, void *data,
                              Py_ssize_t end)
{
    Py_ssize_t length = number->digit_count > min_width ? number->digit_count : min_width;
    if (length < 1) length = 1;
    if (data == NULL) return length;
    Py_ssize_t zeros = length - number->digit_count;
    for (Py_ssize_t i = 0; i < zeros; i++) kr_text_write(kind, data, end - length + i, '0');
    for (Py_ssize_t i = 0; i < number->digit_count; i++)
        kr_text_write(kind, data, end - number->digit_count + i, (uint8_t)number->digits[i]);
    return length;
}

// Walks the groups of digits from the right: writes them backwards to end at [end] when [data] is
// given. Returns the length.
static Py_ssize_t group_digits(const Number *number, const Separators *separators,
                               Py_ssize_t min_width, int kind, void *data, Py_ssize_t end)
{
    const char *group = separators->grouping;
    if (*group == 0) return fill_digits(number, min_width, kind, data, end);
    Py_ssize_t separator = PyUnicode_GET_LENGTH(separators->thousands);
    Py_ssize_t left = number->digit_count, length = 0;
    for (;;) {
        Py_ssize_t wanted = left > min_width ? left : min_width;
        if (wanted < 1) wanted = 1;
        int unlimited = *group == 0 || *group == CHAR_MAX;
        Py_ssize_t size = unlimited || *group > wanted ? wanted : *group;
        if (length > 0) {
            for (Py_ssize_t i = separator - 1; data && i >= 0; i--)
                kr_text_write(kind, data, end - length - separator + i,
                              PyUnicode_READ_CHAR(separators->thousands, i));
            length += separator;
        }
        for (Py_ssize_t i = 0; i < size; i++) {
            left--;
            length++;
            if (data)
                kr_text_write(kind, data, end - length,
                              left >= 0 ? (uint8_t)number->digits[left] : '0');
        }
        if (left < 0) left = 0;
        min_width -= size;
        if (left == 0 && min_width <= 0) return length;
        min_width -= separator;
        if (group[0] && group[1]) group++;
    }
}

static Py_ssize_t minimal_digits(const KrFormatSpec *spec, Py_ssize_t others)
{
    return spec->fill == '0' && spec->align == '=' ? spec->width - others : 0;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static Layout lay_out(const Number *number, const KrFormatSpec *spec, const Separators *separators)
{
    Layout layout = {0};
    layout.sign = number->sign                             ? (uint32_t)number->sign
                  : spec->sign == '+' || spec->sign == ' ' ? spec->sign
                                                           : 0;
    Py_ssize_t others =
        (layout.sign != 0) + (Py_ssize_t)strlen(number->prefix) + number->rest_count;
    if (number->has_point) others += PyUnicode_GET_LENGTH(separators->point);
    if (number->digit_count)
        layout.grouped =
            group_digits(number, separators, minimal_digits(spec, others), 0, NULL, 0);
    Py_ssize_t padding = spec->width - others - layout.grouped;
    if (padding > 0) {
        if (spec->align == '<')
            layout.right = padding;
        else if (spec->align == '^')
            layout.left = padding / 2;
        else if (spec->align == '=')
            layout.inner = padding;
        else
            layout.left = padding;
        if (spec->align == '^') layout.right = padding - layout.left;
    } else {
        padding = 0;
    }
    layout.total = others + layout.grouped + padding;
    layout.max_char = padding ? larger(127, spec->fill) : 127;
    if (number->rest == NULL && number->rest_count)
        layout.max_char = larger(layout.max_char, number->rest_character);
    if (number->has_point)
        layout.max_char = larger(layout.max_char, PyUnicode_MAX_CHAR_VALUE(separators->point));
    if (layout.grouped > number->digit_count)
        layout.max_char = larger(layout.max_char, PyUnicode_MAX_CHAR_VALUE(separators->thousands));
    return layout;
}

// Writes into the room that the writer has.
typedef struct Pen {
    int kind;
    void *data;
    Py_ssize_t position;
} Pen;

static void put(Pen *pen, uint32_t character, Py_ssize_t count)
{
    if (pen->kind == 1 && count > 0) {
        memset((char *)pen->data + pen->position, (int)character, (size_t)count);
        pen->position += count;
        return;
    }
    while (count-- > 0) kr_text_write(pen->kind, pen->data, pen->position++, character);
}

static void put_ascii(Pen *pen, const char *text, Py_ssize_t count)
{
    if (pen->kind == 1 && count > 0) {
        memcpy((char *)pen->data + pen->position, text, (size_t)count);
        pen->position += count;
        return;
    }
    for (Py_ssize_t i = 0; i < count; i++) put(pen, (unsigned char)text[i], 1);
}

static int write_number(_PyUnicodeWriter *writer, const Number *number, const KrFormatSpec *spec,
                        const Separators *separators)
{
    Layout layout = lay_out(number, spec, separators);
    if (_PyUnicodeWriter_Prepare(writer, layout.total, layout.max_char) < 0) return -1;
    Pen pen = {(int)writer->kind, writer->data, writer->pos};
    put(&pen, spec->fill, layout.left);
    if (layout.sign) put(&pen, layout.sign, 1);
    put_ascii(&pen, number->prefix, (Py_ssize_t)strlen(number->prefix));
    put(&pen, spec->fill, layout.inner);
    if (layout.grouped) {
        Py_ssize_t others =
            layout.total - layout.left - layout.inner - layout.right - layout.grouped;
        pen.position += layout.grouped;
        group_digits(number, separators, minimal_digits(spec, others), pen.kind, pen.data,
                     pen.position);
    }
    for (Py_ssize_t i = 0; number->has_point && i < PyUnicode_GET_LENGTH(separators->point); i++)
        put(&pen, PyUnicode_READ_CHAR(separators->point, i), 1);
    if (number->rest)
        put_ascii(&pen, number->rest, number->rest_count);
    else
        put(&pen, number->rest_character, number->rest_count);
    put(&pen, spec->fill, layout.right);
    assert(pen.position == writer->pos + layout.total);
    writer->pos = pen.position;
    return 0;
}

// --- int ----------------------------------------------------------------------------------------

static int write_default(_PyUnicodeWriter *writer, PyObject *object)
{
    KR_AUTO PyObject *text = PyObject_Str(object);
    return text ? _PyUnicodeWriter_WriteStr(writer, text) : -1;
}

static int check_int_spec(const KrFormatSpec *spec)
{
    if (spec->precision != -1)
        return kr_raise_int(PyExc_ValueError, "Precision not allowed in integer format specifier");
    if (spec->no_negative_zero)
        return kr_raise_int(PyExc_ValueError,
                            "Negative zero coercion (z) not allowed in integer format specifier");
    if (spec->type == 'c' && spec->sign)
        return kr_raise_int(PyExc_ValueError,
                            "Sign not allowed with integer format specifier 'c'");
    if (spec->type == 'c' && spec->alternate)
        return kr_raise_int(PyExc_ValueError,
                            "Alternate form (#) not allowed with integer format specifier 'c'");
    return 0;
}

static int write_character(_PyUnicodeWriter *writer, PyObject *object, const KrFormatSpec *spec,
                           const Separators *separators)
{
    long character = PyLong_AsLong(object);
    if (character == -1 && PyErr_Occurred()) return -1;
    if (character < 0 || character > 0x10ffff)
        return kr_raise_int(PyExc_OverflowError, "%%c arg not in range(0x110000)");
    Number number = {.prefix = "", .rest_count = 1, .rest_character = (uint32_t)character};
    return write_number(writer, &number, spec, separators);
}

static PyObject *to_capitals(PyObject *ascii)
{
    PyObject *upper = PyUnicode_New(PyUnicode_GET_LENGTH(ascii), 127);
    if (upper)
        kr_casing_ascii_upper(PyUnicode_DATA(ascii), PyUnicode_GET_LENGTH(ascii),
                              PyUnicode_DATA(upper));
    return upper;
}

static int write_int(_PyUnicodeWriter *writer, PyObject *object, const KrFormatSpec *spec)
{
    AUTO_SEPARATORS separators = {0};
    if (check_int_spec(spec) < 0 || get_separators(spec, spec->type == 'n', &separators) < 0)
        return -1;
    if (spec->type == 'c') return write_character(writer, object, spec, &separators);
    int base = spec->type == 'b' ? 2 : spec->type == 'o' ? 8 : (spec->type | 32) == 'x' ? 16 : 10;
    KR_AUTO PyObject *text = _PyLong_Format(object, base);
    if (text == NULL) return -1;
    KR_AUTO PyObject *upper = NULL;
    if (spec->type == 'X') {
        upper = to_capitals(text);
        if (upper == NULL) return -1;
    }
    const char *at = PyUnicode_DATA(upper ? upper : text);
    const char *end = at + PyUnicode_GET_LENGTH(text);
    Number number = {.prefix = "", .rest = end};
    if (*at == '-') number.sign = *at++;
    if (base != 10) {
        if (spec->alternate)
            number.prefix = base == 2 ? "0b" : base == 8 ? "0o" : spec->type == 'X' ? "0X" : "0x";
        at += 2;
    }
    number.digits = at;
    number.digit_count = end - at;
    return write_number(writer, &number, spec, &separators);
}

// --- float --------------------------------------------------------------------------------------

// Splits the text of PyOS_double_to_string.
static Number split_double(const char *text)
{
    Number number = {.prefix = ""};
    if (*text == '-') number.sign = *text++;
    number.digits = text;
    while (*text >= '0' && *text <= '9') text++;
    number.digit_count = text - number.digits;
    number.has_point = *text == '.';
    number.rest = text + number.has_point;
    number.rest_count = (Py_ssize_t)strlen(number.rest);
    return number;
}

// How a float is written: format code of PyOS_double_to_string, and so on.
typedef struct DoubleStyle {
    char code;
    int precision;
    int flags;
    int percent;
} DoubleStyle;

static int choose_style(const KrFormatSpec *spec, int add_point, DoubleStyle *ret)
{
    if (spec->precision > INT_MAX) return kr_raise_int(PyExc_ValueError, "precision too big");
    ret->flags =
        (spec->alternate ? Py_DTSF_ALT : 0) | (spec->no_negative_zero ? Py_DTSF_NO_NEG_0 : 0);
    ret->percent = spec->type == '%';
    ret->code = spec->type == 0     ? 'r'
                : spec->type == 'n' ? 'g'
                : ret->percent      ? 'f'
                                    : (char)spec->type;
    ret->precision = (int)spec->precision;
    if (spec->type == 0 && add_point) ret->flags |= Py_DTSF_ADD_DOT_0;
    if (spec->precision < 0)
        ret->precision = spec->type == 0 ? 0 : 6;
    else if (spec->type == 0)
        ret->code = 'g';
    return 0;
}

// The text in a block for PyMem_Free.
static char *write_double(double value, const DoubleStyle *style)
{
    char *text = PyOS_double_to_string(style->percent ? value * 100 : value, style->code,
                                       style->precision, style->flags, NULL);
    if (text == NULL || !style->percent) return text;
    size_t length = strlen(text);
    char *longer = PyMem_Realloc(text, length + 2);
    if (longer == NULL) {
        PyMem_Free(text);
        PyErr_NoMemory();
        return NULL;
    }
    longer[length] = '%';
    longer[length + 1] = 0;
    return longer;
}

static int write_float(_PyUnicodeWriter *writer, PyObject *object, const KrFormatSpec *spec)
{
    DoubleStyle style;
    AUTO_SEPARATORS separators = {0};
    if (choose_style(spec, 1, &style) < 0) return -1;
    double value = PyFloat_AsDouble(object);
    if (value == -1.0 && PyErr_Occurred()) return -1;
    char *text = write_double(value, &style);
    if (text == NULL) return -1;
    int result = get_separators(spec, spec->type == 'n', &separators);
    if (result == 0) {
        Number number = split_double(text);
        result = write_number(writer, &number, spec, &separators);
    }
    PyMem_Free(text);
    return result;
}

static int is_float_type(uint32_t type)
{
    return type == 0 || (type < 128 && strchr("eEfFgGn%", (int)type));
}

int _PyFloat_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *object, PyObject *format,
                                  Py_ssize_t start, Py_ssize_t end)
{
    KrFormatSpec spec;
    if (start == end) return write_default(writer, object);
    if (kr_number_format_parse(object, format, start, end, 0, '>', &spec) < 0) return -1;
    if (!is_float_type(spec.type)) return kr_number_format_unknown(spec.type, object);
    return write_float(writer, object, &spec);
}

int _PyLong_FormatAdvancedWriter(_PyUnicodeWriter *writer, PyObject *object, PyObject *format,
                                 Py_ssize_t start, Py_ssize_t end)
{
    KrFormatSpec spec;
    if (start == end) {
        if (PyLong_CheckExact(object)) return _PyLong_FormatWriter(writer, object, 10, 0);
        return write_default(writer, object);
    }
    if (kr_number_format_parse(object, format, start, end, 'd', '>', &spec) < 0) return -1;
    if (spec.type < 128 && strchr("bcdoxXn", (int)spec.type) && spec.type)
        return write_int(writer, object, &spec);
    if (spec.type == 0 || !is_float_type(spec.type))
        return kr_number_format_unknown(spec.type, object);
    KR_AUTO PyObject *value = PyNumber_Float(object);
    return value ? write_float(writer, value, &spec) : -1;
}

// --- complex ------------------------------------------------------------------------------------

// There is room for them.
static void put_to_writer(_PyUnicodeWriter *writer, uint32_t character, Py_ssize_t count)
{
    Pen pen = {(int)writer->kind, writer->data, writer->pos};
    put(&pen, character, count);
    writer->pos = pen.position;
}

// real and imaginary part, in parentheses when both are there and no type was given.
static int write_parts(_PyUnicodeWriter *writer, const KrFormatSpec *spec, const char *real_text,
                       const char *imaginary_text, int parentheses)
{
    AUTO_SEPARATORS separators = {0};
    if (get_separators(spec, spec->type == 'n', &separators) < 0) return -1;
    KrFormatSpec plain = *spec;
    plain.width = -1;
    plain.align = '<';
    plain.fill = ' ';
    Number real = {.prefix = ""}, imaginary = split_double(imaginary_text);
    Layout real_layout = {.max_char = 127};
    if (real_text) {
        real = split_double(real_text);
        real_layout = lay_out(&real, &plain, &separators);
    }
    KrFormatSpec signed_plain = plain;
    if (real_text) signed_plain.sign = '+';
    Layout imaginary_layout = lay_out(&imaginary, &signed_plain, &separators);
    Py_ssize_t total = real_layout.total + imaginary_layout.total + 1 + 2 * parentheses;
    Py_ssize_t padding = spec->width > total ? spec->width - total : 0;
    Py_ssize_t left = spec->align == '>' ? padding : spec->align == '^' ? padding / 2 : 0;
    uint32_t max_char = larger(real_layout.max_char, imaginary_layout.max_char);
    if (padding) max_char = larger(max_char, spec->fill);
    if (_PyUnicodeWriter_Prepare(writer, total + padding, max_char) < 0) return -1;
    put_to_writer(writer, spec->fill, left);
    put_to_writer(writer, '(', parentheses);
    if (real_text && write_number(writer, &real, &plain, &separators) < 0) return -1;
    if (write_number(writer, &imaginary, &signed_plain, &separators) < 0) return -1;
    put_to_writer(writer, 'j', 1);
    put_to_writer(writer, ')', parentheses);
    put_to_writer(writer, spec->fill, padding - left);
    return 0;
}

static int write_complex(_PyUnicodeWriter *writer, PyObject *object, const KrFormatSpec *spec)
{
    DoubleStyle style;
    if (spec->precision > INT_MAX) return kr_raise_int(PyExc_ValueError, "precision too big");
    if (spec->fill == '0')
        return kr_raise_int(PyExc_ValueError,
                            "Zero padding is not allowed in complex format specifier");
    if (spec->align == '=')
        return kr_raise_int(PyExc_ValueError,
                            "'=' alignment flag is not allowed in complex format specifier");
    if (choose_style(spec, 0, &style) < 0) return -1;
    Py_complex value = ((PyComplexObject *)object)->cval;
    int only_imaginary = spec->type == 0 && value.real == 0.0 && !signbit(value.real);
    char *real = write_double(value.real, &style);
    char *imaginary = real ? write_double(value.imag, &style) : NULL;
    int result = -1;
    if (imaginary)
        result = write_parts(writer, spec, only_imaginary ? NULL : real, imaginary,
                             spec->type == 0 && !only_imaginary);
    PyMem_Free(real);
    PyMem_Free(imaginary);
    return result;
}

int kr_complex_format_writer(_PyUnicodeWriter *writer, PyObject *object, PyObject *format,
                             Py_ssize_t start, Py_ssize_t end)
{
    KrFormatSpec spec;
    if (start == end) return write_default(writer, object);
    if (kr_number_format_parse(object, format, start, end, 0, '>', &spec) < 0) return -1;
    if (spec.type == '%' || !is_float_type(spec.type))
        return kr_number_format_unknown(spec.type, object);
    return write_complex(writer, object, &spec);
}
