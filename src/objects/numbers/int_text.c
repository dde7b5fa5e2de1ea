// int_text.c - ints to text in bases 2, 8, 10, 16 and from text in any base up to 36.
//
// Conversion between long ints and decimal text is quadratic-like work that a small input can ask
// for, so it is limited to sys.get_int_max_str_digits() digits; bases that are powers of two are
// not.
#include "bytesobject.h"
#include "internal/pycore_long.h"
#include "objects/errors/raise.h"
#include "objects/numbers/int_object.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "text/digits.h"
#include "unicodeobject.h"

enum { ALWAYS_ALLOWED = 640 };   // digits that no limit applies to

static int digit_limit(void)
{
    return kr_interpreter_current()->int_max_str_digits;
}

// --- to text ------------------------------------------------------------------------------------

static int refuse_length(int limit)
{
    return kr_raise_int(PyExc_ValueError,
                        "Exceeds the limit (%d digits) for integer string conversion; "
                        "use sys.set_int_max_str_digits() to increase the limit",
                        limit);
}

// The decimal text without sign in a block for PyMem_Free: its length, or -1 with an exception.
static Py_ssize_t write_long_decimal(const PyLongObject *value, char **ret_text)
{
    Py_ssize_t count = kr_int_count(value);
    int limit = digit_limit();
    // 9.03 digits each: refuse before the work when there are too many for certain.
    if (limit > 0 && count > ALWAYS_ALLOWED / 10 && (count - 1) * 9 > limit)
        return refuse_length(limit);
    char *text = PyMem_Malloc((size_t)kr_digits_decimal_bound(count));
    Py_ssize_t length = text ? kr_digits_to_decimal(value->ob_digit, count, text) : -1;
    if (length < 0) {
        PyMem_Free(text);
        PyErr_NoMemory();
        return -1;
    }
    if (limit > 0 && length > ALWAYS_ALLOWED && length > limit) {
        PyMem_Free(text);
        return refuse_length(limit);
    }
    *ret_text = text;
    return length;
}

static const char *prefix_of(int base)
{
    return base == 16 ? "0x" : base == 8 ? "0o" : "0b";
}

// The text of an int, ready to be written somewhere: sizes first, then characters.
typedef struct IntText {
    const PyLongObject *value;
    int bits;             // of a digit in a base that is a power of two, 0 for base 10
    const char *prefix;   // "" or "0x"
    Py_ssize_t digits;
    Py_ssize_t length;    // with sign and prefix
    char *decimal;        // [space], or a block
    char space[24];
} IntText;

static int prepare_text(PyObject *object, int base, int alternate, IntText *text)
{
    if (!PyLong_Check(object)) {
        PyErr_BadInternalCall();
        return -1;
    }
    assert(base == 2 || base == 8 || base == 10 || base == 16);
    const PyLongObject *value = (PyLongObject *)object;
    text->value = value;
    text->bits = base == 10 ? 0 : kr_lowest_bit((uint64_t)base);
    text->prefix = alternate && base != 10 ? prefix_of(base) : "";
    text->decimal = text->space;
    if (text->bits)
        text->digits = kr_digits_binary_size(value->ob_digit, kr_int_count(value), text->bits);
    else if (kr_int_is_short(value))
        text->digits = kr_digits_to_decimal(value->ob_digit, kr_int_count(value), text->space);
    else
        text->digits = write_long_decimal(value, &text->decimal);
    if (text->digits < 0) return -1;
    text->length = (kr_int_size(value) < 0) + (Py_ssize_t)strlen(text->prefix) + text->digits;
    return 0;
}

static void write_text(const IntText *text, char *to)
{
    if (kr_int_size(text->value) < 0) *to++ = '-';
    size_t prefix = strlen(text->prefix);
    memcpy(to, text->prefix, prefix);
    to += prefix;
    if (text->bits)
        kr_digits_to_binary(text->value->ob_digit, kr_int_count(text->value), text->bits, 0, to);
    else
        memcpy(to, text->decimal, (size_t)text->digits);
}

static void release_text(IntText *text)
{
    if (text->decimal != text->space) PyMem_Free(text->decimal);
}

static PyObject *to_str(PyObject *object, int base, int alternate)
{
    IntText text;
    if (prepare_text(object, base, alternate, &text) < 0) return NULL;
    PyObject *str = PyUnicode_New(text.length, 127);
    if (str) write_text(&text, PyUnicode_DATA(str));
    release_text(&text);
    return str;
}

PyObject *_PyLong_Format(PyObject *object, int base)
{
    return to_str(object, base, 1);
}

PyObject *kr_int_to_decimal(PyObject *value)
{
    return to_str(value, 10, 0);
}

int _PyLong_FormatWriter(_PyUnicodeWriter *writer, PyObject *object, int base, int alternate)
{
    IntText text;
    if (prepare_text(object, base, alternate, &text) < 0) return -1;
    int result = _PyUnicodeWriter_Prepare(writer, text.length, 127);
    if (result == 0 && writer->kind == PyUnicode_1BYTE_KIND) {
        write_text(&text, (char *)writer->data + writer->pos);
        writer->pos += text.length;
    } else if (result == 0) {
        char small[80], *ascii = text.length <= 80 ? small : PyMem_Malloc((size_t)text.length);
        if (ascii == NULL) {
            PyErr_NoMemory();
            result = -1;
        } else {
            write_text(&text, ascii);
            result = _PyUnicodeWriter_WriteASCIIString(writer, ascii, text.length);
            if (ascii != small) PyMem_Free(ascii);
        }
    }
    release_text(&text);
    return result;
}

char *_PyLong_FormatBytesWriter(_PyBytesWriter *writer, char *to, PyObject *object, int base,
                                int alternate)
{
    IntText text;
    if (prepare_text(object, base, alternate, &text) < 0) return NULL;
    to = _PyBytesWriter_Prepare(writer, to, text.length);
    if (to) {
        write_text(&text, to);
        to += text.length;
    }
    release_text(&text);
    return to;
}

// --- from text ----------------------------------------------------------------------------------

// What a text says: an int in it, or where it went wrong.
typedef struct Literal {
    const char *digits;      // first character of them
    Py_ssize_t length;       // with underscores
    Py_ssize_t count;        // digits among them
    int base;
    int negative;
    int is_valid;
    const char *end;         // where reading stopped
} Literal;

static int is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int letter_of(char c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

// Reads "0x" and the like when it fits [base] (0: any); returns the base and moves *[at] behind
// it.
static int read_prefix(const char **at, const char *end, int base, int *ret_only_zeros)
{
    int found = 0;
    *ret_only_zeros = 0;
    if (end - *at >= 2 && (*at)[0] == '0') {
        int letter = letter_of((*at)[1]);
        found = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
    }
    if (base == 0 && found == 0) {
        *ret_only_zeros = *at < end && **at == '0';
        return 10;
    }
    if (found && (base == 0 || base == found)) {
        *at += 2;
        if (*at < end && **at == '_') (*at)++;
        return found;
    }
    return base;
}

// Digits with single underscores between them.
static void read_digits(Literal *literal, const char *at, const char *end)
{
    literal->digits = at;
    int underscore = 1;   // one must not come next
    int good = 1;
    for (; at < end; at++) {
        if (*at == '_') {
            if (underscore) {
                good = 0;
                break;
            }
            underscore = 1;
            continue;
        }
        if (kr_digits_value[(unsigned char)*at] >= literal->base) break;
        underscore = 0;
        literal->count++;
    }
    literal->length = at - literal->digits;
    literal->end = at;
    literal->is_valid = good && literal->count > 0 && !underscore;
}

static Literal read_literal(const char *text, const char *end, int base)
{
    Literal literal = {0};
    const char *at = text;
    int only_zeros;
    while (at < end && is_space(*at)) at++;
    if (at < end && (*at == '+' || *at == '-')) literal.negative = *at++ == '-';
    literal.base = read_prefix(&at, end, base, &only_zeros);
    read_digits(&literal, at, end);
    for (Py_ssize_t i = 0; only_zeros && i < literal.length; i++)
        if (literal.digits[i] != '0' && literal.digits[i] != '_') literal.is_valid = 0;
    while (literal.is_valid && literal.end < end && is_space(*literal.end)) literal.end++;
    if (literal.end != end) literal.is_valid = 0;
    return literal;
}

static PyObject *convert_digits(const Literal *literal)
{
    const char *digits = literal->digits;
    if (literal->count <= 12 && literal->count == literal->length) {
        int64_t number = 0;
        for (Py_ssize_t i = 0; i < literal->length; i++)
            number = number * literal->base + kr_digits_value[(unsigned char)digits[i]];
        return kr_int_from_i64(literal->negative ? -number : number);
    }
    int limit = literal->count > ALWAYS_ALLOWED && (literal->base & (literal->base - 1))
                    ? digit_limit()
                    : 0;
    if (limit > 0 && literal->count > limit)
        return kr_raise(PyExc_ValueError, "Exceeds the limit (%d digits) for integer string "
                        "conversion: value has %zd digits; use sys.set_int_max_str_digits() to "
                        "increase the limit", limit, literal->count);
    char *joined = NULL;
    if (literal->count != literal->length) {
        digits = joined = PyMem_Malloc((size_t)literal->count);
        if (joined == NULL) return PyErr_NoMemory();
        for (Py_ssize_t i = 0, n = 0; i < literal->length; i++)
            if (literal->digits[i] != '_') joined[n++] = literal->digits[i];
    }
    PyLongObject *value = kr_int_allocate(kr_digits_bound(literal->count, literal->base));
    Py_ssize_t count =
        value ? kr_digits_from_text(digits, literal->count, literal->base, value->ob_digit) : 0;
    PyMem_Free(joined);
    if (value == NULL) return NULL;
    if (count < 0) {
        Py_DECREF(value);
        return PyErr_NoMemory();
    }
    kr_int_set_size(value, count);
    return kr_int_finish(value, literal->negative);
}

static int check_base(int base)
{
    if (base == 0 || (base >= 2 && base <= 36)) return 0;
    return kr_raise_int(PyExc_ValueError, "int() arg 2 must be >= 2 and <= 36");
}

static PyObject *refuse_literal(int base, PyObject *shown)
{
    if (shown)
        kr_raise(PyExc_ValueError, "invalid literal for int() with base %d: %.200R", base, shown);
    return NULL;
}

PyObject *PyLong_FromString(const char *text, char **ret_end, int base)
{
    if (check_base(base) < 0) return NULL;
    Literal literal = read_literal(text, text + strlen(text), base);
    if (ret_end) *ret_end = (char *)literal.end;
    if (literal.is_valid) return convert_digits(&literal);
    size_t length = strlen(text);
    KR_AUTO PyObject *shown =
        PyUnicode_FromStringAndSize(text, length < 200 ? (Py_ssize_t)length : 200);
    return refuse_literal(base, shown);
}

PyObject *_PyLong_FromBytes(const char *text, Py_ssize_t length, int base)
{
    if (check_base(base) < 0) return NULL;
    Literal literal = read_literal(text, text + length, base);
    if (literal.is_valid) return convert_digits(&literal);
    KR_AUTO PyObject *shown = PyBytes_FromStringAndSize(text, length < 200 ? length : 200);
    return refuse_literal(base, shown);
}

PyObject *PyLong_FromUnicodeObject(PyObject *str, int base)
{
    if (check_base(base) < 0) return NULL;
    KR_AUTO PyObject *ascii = NULL;
    if (!PyUnicode_IS_ASCII(str)) {
        ascii = _PyUnicode_TransformDecimalAndSpaceToASCII(str);
        if (ascii == NULL) return NULL;
    }
    PyObject *source = ascii ? ascii : str;
    const char *text = PyUnicode_DATA(source);
    Literal literal = {0};
    if (PyUnicode_IS_ASCII(source))
        literal = read_literal(text, text + PyUnicode_GET_LENGTH(source), base);
    if (literal.is_valid) return convert_digits(&literal);
    return refuse_literal(base, str);
}
