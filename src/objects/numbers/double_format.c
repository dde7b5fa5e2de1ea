// double_format.c - PyOS_double_to_string, PyOS_string_to_double and their exported relatives.
#include <errno.h>
#include <math.h>

#include "base/double_text.h"
#include "bytesobject.h"
#include "internal/pycore_dtoa.h"
#include "internal/pycore_long.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "pymem.h"
#include "pystrtod.h"
#include "text/digits.h"

// --- to text ------------------------------------------------------------------------------------

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = PyMem_Malloc(size);
    if (copy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    return memcpy(copy, text, size);
}

static char *write_special(double value, int flags, int upper)
{
    char text[8];
    char *to = text;
    if (value < 0)
        *to++ = '-';
    else if (flags & Py_DTSF_SIGN)
        *to++ = '+';
    strcpy(to, isnan(value) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf"));
    return copy_text(text);
}

// Where the digits of a number go: digit positions [first, end) are written, the point stands at
// [point].
typedef struct Plan {
    ptrdiff_t first, end, point;
    int has_exponent;
    int exponent;
} Plan;

static Plan make_plan(const KrDecimal *decimal, char code, int precision, int flags)
{
    Plan plan = {0, decimal->count, decimal->point, 0, 0};
    int add_point = (flags & Py_DTSF_ADD_DOT_0) != 0;
    if (code == 'e') {
        plan.has_exponent = 1;
        plan.end = precision;
    } else if (code == 'f') {
        plan.end = plan.point + precision;
    } else if (code == 'g') {
        plan.has_exponent = plan.point <= -4 || plan.point > precision - add_point;
        if (flags & Py_DTSF_ALT) plan.end = precision;
    } else {
        plan.has_exponent = plan.point <= -4 || plan.point > 16;
    }
    if (plan.has_exponent) {
        plan.exponent = (int)plan.point - 1;
        plan.point = 1;
    }
    if (plan.point <= 0) plan.first = plan.point - 1;
    ptrdiff_t least = !plan.has_exponent && add_point ? plan.point + 1 : plan.point;
    if (plan.end < least) plan.end = least;
    return plan;
}

static char *write_digits(char *to, const KrDecimal *decimal, ptrdiff_t from, ptrdiff_t end)
{
    for (; from < end && from < 0; from++) *to++ = '0';
    ptrdiff_t stop = end < decimal->count ? end : decimal->count;
    if (from < stop) {
        memcpy(to, decimal->digits + from, (size_t)(stop - from));
        to += stop - from;
        from = stop;
    }
    if (from < end) {
        memset(to, '0', (size_t)(end - from));
        to += end - from;
    }
    return to;
}

static char *write_decimal(const KrDecimal *decimal, const Plan *plan, int flags, int upper)
{
    char *text = PyMem_Malloc((size_t)(plan->end - plan->first) + 16);
    if (text == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    char *to = text;
    if (decimal->negative)
        *to++ = '-';
    else if (flags & Py_DTSF_SIGN)
        *to++ = '+';
    to = write_digits(to, decimal, plan->first, plan->point);
    if (plan->end > plan->point || (flags & Py_DTSF_ALT)) *to++ = '.';
    to = write_digits(to, decimal, plan->point, plan->end);
    if (plan->has_exponent) {
        int size = plan->exponent < 0 ? -plan->exponent : plan->exponent;
        *to++ = upper ? 'E' : 'e';
        *to++ = plan->exponent < 0 ? '-' : '+';
        if (size >= 100) *to++ = (char)('0' + size / 100);
        *to++ = (char)('0' + size / 10 % 10);
        *to++ = (char)('0' + size % 10);
    }
    *to = 0;
    return text;
}

// Digits of a finite value for lower-case [code]; [precision] becomes the number of digits for 'e'
// and 'g'.
static int get_digits(double value, char code, int *precision, KrDecimal *ret_decimal)
{
    if (code == 'r') {
        kr_double_to_shortest(value, ret_decimal);
        return 0;
    }
    if (code == 'f') return kr_double_to_places(value, *precision, ret_decimal);
    if (code == 'e') ++*precision;
    if (code == 'g' && *precision == 0) *precision = 1;
    return kr_double_to_digits(value, *precision, ret_decimal);
}

char *PyOS_double_to_string(double value, char code, int precision, int flags, int *ret_type)
{
    int upper = code >= 'A' && code <= 'Z';
    if (upper) code = (char)(code + 32);
    if ((code != 'e' && code != 'f' && code != 'g' && code != 'r')
        || (code == 'r' && precision != 0) || precision < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (ret_type)
        *ret_type = isnan(value) ? Py_DTST_NAN : isinf(value) ? Py_DTST_INFINITE : Py_DTST_FINITE;
    if (!isfinite(value)) return write_special(value, flags, upper);
    KrDecimal decimal;
    if (code == 'e' && precision == INT32_MAX) precision--;
    if (get_digits(value, code, &precision, &decimal) < 0) {
        PyErr_NoMemory();
        return NULL;
    }
    if ((flags & Py_DTSF_NO_NEG_0) && decimal.count == 1 && decimal.digits[0] == '0')
        decimal.negative = 0;
    Plan plan = make_plan(&decimal, code, precision, flags);
    char *text = write_decimal(&decimal, &plan, flags, upper);
    kr_decimal_clear(&decimal);
    return text;
}

// --- from text ----------------------------------------------------------------------------------

// Length of [word] if [text] starts with it in any letter case, else 0.
static size_t match_word(const char *text, const char *word)
{
    size_t i = 0;
    for (; word[i]; i++)
        if ((text[i] | 32) != word[i]) return 0;
    return i;
}

double _Py_parse_inf_or_nan(const char *text, char **ret_end)
{
    const char *at = text;
    int negative = *at == '-';
    if (*at == '-' || *at == '+') at++;
    double value = -1.0;
    size_t length = match_word(at, "inf");
    if (length) {
        length += match_word(at + length, "inity");
        value = INFINITY;
    } else if ((length = match_word(at, "nan"))) {
        value = NAN;
    }
    if (length == 0) {
        *ret_end = (char *)text;
        return -1.0;
    }
    *ret_end = (char *)at + length;
    return negative ? -value : value;
}

double PyOS_string_to_double(const char *text, char **ret_end, PyObject *overflow_exception)
{
    double value;
    ptrdiff_t used = kr_double_parse(text, (ptrdiff_t)strlen(text), &value);
    char *end = (char *)text + used;
    if (used == 0) value = _Py_parse_inf_or_nan(text, &end);
    if (end == text || (ret_end == NULL && *end))
        return kr_raise_int(PyExc_ValueError, "could not convert string to float: '%.200s'", text);
    if (used && isinf(value) && overflow_exception)
        return kr_raise_int(overflow_exception, "value too large to convert to float: '%.200s'",
                            text);
    if (ret_end) *ret_end = end;
    return value;
}

PyObject *_Py_string_to_number_with_underscores(const char *text, Py_ssize_t length,
                                                const char *what, PyObject *object, void *argument,
                                                PyObject *(*convert)(const char *, Py_ssize_t,
                                                                     void *))
{
    if (strchr(text, '_') == NULL) return convert(text, length, argument);
    char *copy = PyMem_Malloc((size_t)length + 1), *to = copy;
    if (copy == NULL) return PyErr_NoMemory();
    char previous = 0;
    int good = 1;
    const char *at = text;
    for (; *at && good; at++) {
        // Only between digits.
        int digit = *at >= '0' && *at <= '9';
        good = *at == '_' ? previous >= '0' && previous <= '9' : previous != '_' || digit;
        if (*at != '_') *to++ = *at;
        previous = *at;
    }
    *to = 0;
    good = good && previous != '_' && at == text + length;
    PyObject *number = good ? convert(copy, to - copy, argument) : NULL;
    PyMem_Free(copy);
    if (!good)
        return kr_raise(PyExc_ValueError, "could not convert string to %s: %R", what, object);
    return number;
}

// --- names of the C library that extensions know ------------------------------------------------

double _Py_dg_strtod(const char *text, char **ret_end)
{
    double value = 0.0;
    ptrdiff_t used = kr_double_parse(text, (ptrdiff_t)strlen(text), &value);
    if (ret_end) *ret_end = (char *)text + (used > 0 ? used : 0);
    if (used > 0 && isinf(value)) errno = ERANGE;
    return value;
}

double _Py_dg_infinity(int sign)
{
    return sign ? -INFINITY : INFINITY;
}

double _Py_dg_stdnan(int sign)
{
    return sign ? -NAN : NAN;
}

char *_Py_dg_dtoa(double value, int mode, int count, int *ret_point, int *ret_sign, char **ret_end)
{
    KrDecimal decimal;
    int failed = 0;
    if (!isfinite(value)) {
        decimal = (KrDecimal){
            .count = isnan(value) ? 3 : 8, .point = 9999, .negative = signbit(value) != 0};
        decimal.digits = decimal.space;
        memcpy(decimal.space, isnan(value) ? "NaN" : "Infinity", (size_t)decimal.count);
    } else if (mode < 2) {
        kr_double_to_shortest(value, &decimal);
    } else if (mode == 2) {
        failed = kr_double_to_digits(value, count > 1 ? count : 1, &decimal);
    } else {
        failed = kr_double_to_places(value, count, &decimal);
        // What rounds to nothing has no digits.
        if (!failed && value != 0.0 && decimal.count == 1 && decimal.digits[0] == '0') {
            decimal.count = 0;
            decimal.point = -count;
        }
    }
    char *text = failed ? NULL : PyMem_Malloc((size_t)decimal.count + 1);
    if (text == NULL) return NULL;
    memcpy(text, decimal.digits, (size_t)decimal.count);
    text[decimal.count] = 0;
    if (ret_end) *ret_end = text + decimal.count;
    *ret_point = decimal.point;
    *ret_sign = decimal.negative;
    kr_decimal_clear(&decimal);
    return text;
}

void _Py_dg_freedtoa(char *text)
{
    PyMem_Free(text);
}

// The base that a prefix asks for, moved behind it.
static int read_base(const char **at, int base)
{
    const char *s = *at;
    int found = 10;
    if (s[0] == '0') {
        int letter = s[1] | 32;
        found = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
        if (found != 10 && (base == 0 || base == found)
            && kr_digits_value[(unsigned char)s[2]] < found)
            *at += 2;
        else if (found != 10)
            found = base == 0 ? 10 : base;
    }
    return base == 0 ? found : base;
}

unsigned long PyOS_strtoul(const char *text, char **ret_end, int base)
{
    const char *at = text;
    while (*at == ' ' || (*at >= '\t' && *at <= '\r')) at++;
    const char *start = at;
    base = read_base(&at, base);
    if (base < 2 || base > 36) {
        if (ret_end) *ret_end = (char *)at;
        return 0;
    }
    unsigned long value = 0;
    int overflow = 0;
    const char *digits = at;
    for (; kr_digits_value[(unsigned char)*at] < base; at++) {
        overflow |= __builtin_mul_overflow(value, (unsigned long)base, &value);
        overflow |= __builtin_add_overflow(
            value, (unsigned long)kr_digits_value[(unsigned char)*at], &value);
    }
    if (ret_end) *ret_end = (char *)(at == digits && digits == start ? text : at);
    if (!overflow) return value;
    errno = ERANGE;
    return (unsigned long)-1;
}

long PyOS_strtol(const char *text, char **ret_end, int base)
{
    while (*text == ' ' || (*text >= '\t' && *text <= '\r')) text++;
    int negative = *text == '-';
    if (*text == '-' || *text == '+') text++;
    unsigned long size = PyOS_strtoul(text, ret_end, base);
    if (size <= (unsigned long)INT64_MAX) return negative ? -(long)size : (long)size;
    if (negative && size == (unsigned long)INT64_MAX + 1) return INT64_MIN;
    errno = ERANGE;
    return negative ? INT64_MIN : INT64_MAX;
}

unsigned char _PyLong_DigitValue[256] = {
    [0 ... '0' - 1] = 37,
    ['0'] = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ['9' + 1 ... 'A' - 1] = 37,
    ['A'] = 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
    31, 32, 33, 34, 35,
    ['Z' + 1 ... 'a' - 1] = 37,
    ['a'] = 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
    31, 32, 33, 34, 35,
    ['z' + 1 ... 255] = 37,
};
