// str_case.c - letter case and the questions isalpha … istitle, and the same for code points.
//
// The data is text/unicode's, mappings of whole texts text/casing's.
#include "objects/strings/str_case.h"

#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "pymem.h"
#include "text/unicode.h"

PyObject *kr_str_convert_case(PyObject *text, KrCasing casing)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    int lower = casing == KR_CASE_LOWER || casing == KR_CASE_FOLD;
    if (PyUnicode_IS_ASCII(text) && (lower || casing == KR_CASE_UPPER)) {
        PyObject *result = PyUnicode_New(length, 127);
        if (result == NULL) return NULL;
        if (length > 0)
            (lower ? kr_casing_ascii_lower : kr_casing_ascii_upper)(
                PyUnicode_DATA(text), length, PyUnicode_DATA(result));
        return result;
    }
    if (length == 0) return kr_str_empty();
    if (length > PY_SSIZE_T_MAX / (3 * (Py_ssize_t)sizeof(Py_UCS4)))
        return kr_raise(PyExc_OverflowError, "string is too long");
    Py_UCS4 *buffer = PyMem_New(Py_UCS4, length * 3), max;
    if (buffer == NULL) return PyErr_NoMemory();
    Py_ssize_t written = kr_casing_convert(kr_str_chars(text), casing, buffer, &max);
    PyObject *result = kr_str_from_chars((KrText){buffer, written, 4});
    PyMem_Free(buffer);
    return result;
}

int kr_str_all(PyObject *text, int flags)
{
    KrText chars = kr_str_chars(text);
    for (Py_ssize_t i = 0; i < chars.length; i++)
        if (!kr_unicode_has(kr_chars_read(chars, i), flags)) return 0;
    return chars.length > 0 || flags == KR_UNICODE_PRINTABLE;
}

int kr_str_is_lower(PyObject *text)
{
    KrText chars = kr_str_chars(text);
    int cased = 0;
    for (Py_ssize_t i = 0; i < chars.length; i++) {
        Py_UCS4 c = kr_chars_read(chars, i);
        if (kr_unicode_has(c, KR_UNICODE_UPPER | KR_UNICODE_TITLE)) return 0;
        if (!cased) cased = kr_unicode_is_lower(c);
    }
    return cased;
}

int kr_str_is_upper(PyObject *text)
{
    KrText chars = kr_str_chars(text);
    int cased = 0;
    for (Py_ssize_t i = 0; i < chars.length; i++) {
        Py_UCS4 c = kr_chars_read(chars, i);
        if (kr_unicode_has(c, KR_UNICODE_LOWER | KR_UNICODE_TITLE)) return 0;
        if (!cased) cased = kr_unicode_is_upper(c);
    }
    return cased;
}

int kr_str_is_title(PyObject *text)
{
    KrText chars = kr_str_chars(text);
    int any = 0, in_word = 0;
    for (Py_ssize_t i = 0; i < chars.length; i++) {
        Py_UCS4 c = kr_chars_read(chars, i);
        if (kr_unicode_has(c, KR_UNICODE_UPPER | KR_UNICODE_TITLE)) {
            if (in_word) return 0;
            in_word = any = 1;
        } else if (kr_unicode_is_lower(c)) {
            if (!in_word) return 0;
            any = 1;
        } else {
            in_word = 0;
        }
    }
    return any;
}

// Length of the identifier that [text] begins with.
Py_ssize_t _PyUnicode_ScanIdentifier(PyObject *text)
{
    if (PyUnicode_READY(text) < 0) return -1;
    KrText chars = kr_str_chars(text);
    if (chars.length == 0) return 0;
    Py_UCS4 first = kr_chars_read(chars, 0);
    if (first != '_' && !kr_unicode_is_xid_start(first)) return 0;
    Py_ssize_t i = 1;
    while (i < chars.length && kr_unicode_is_xid_continue(kr_chars_read(chars, i))) i++;
    return i;
}

int PyUnicode_IsIdentifier(PyObject *text)
{
    Py_ssize_t length = _PyUnicode_ScanIdentifier(text);
    return length > 0 && length == PyUnicode_GET_LENGTH(text);
}

// Decimal digits become ASCII ones and white space becomes ' ', for int() and float(); from the
// first other character above 127 on there is a single '?'.
PyObject *_PyUnicode_TransformDecimalAndSpaceToASCII(PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyUnicode_READY(text) < 0) return NULL;
    if (PyUnicode_IS_ASCII(text)) return Py_NewRef(text);
    KrText chars = kr_str_chars(text);
    PyObject *result = PyUnicode_New(chars.length, 127);
    if (result == NULL) return NULL;
    unsigned char *out = PyUnicode_DATA(result);
    for (Py_ssize_t i = 0; i < chars.length; i++) {
        Py_UCS4 c = kr_chars_read(chars, i);
        int digit = c < 128 ? 0 : kr_unicode_decimal(c);
        if (c < 127) out[i] = (unsigned char)c;
        else if (kr_unicode_is_space(c)) out[i] = ' ';
        else if (digit >= 0 && c > 127) out[i] = (unsigned char)('0' + digit);
        else {
            out[i] = '?';
            if (PyUnicode_Resize(&result, i + 1) < 0) Py_CLEAR(result);
            return result;
        }
    }
    return result;
}

// --- code points, for extensions --------------------------------------------------------------

#define QUESTION(Name, name)                                                                      \
    int _PyUnicode_Is##Name(Py_UCS4 c)                                                            \
    {                                                                                             \
        return kr_unicode_is_##name(c);                                                           \
    }
QUESTION(Alpha, alpha)
QUESTION(Cased, cased)
QUESTION(CaseIgnorable, case_ignorable)
QUESTION(DecimalDigit, decimal)
QUESTION(Digit, digit)
QUESTION(Linebreak, linebreak)
QUESTION(Lowercase, lower)
QUESTION(Numeric, numeric)
QUESTION(Printable, printable)
QUESTION(Titlecase, title)
QUESTION(Uppercase, upper)
QUESTION(XidContinue, xid_continue)
QUESTION(XidStart, xid_start)

int _PyUnicode_IsWhitespace(const Py_UCS4 c)
{
    return kr_unicode_is_space(c);
}

#define FULL_MAPPING(Name, name)                                                                  \
    int _PyUnicode_To##Name##Full(Py_UCS4 c, Py_UCS4 *ret_characters)                             \
    {                                                                                             \
        return kr_unicode_##name##_full(c, ret_characters);                                       \
    }
FULL_MAPPING(Folded, fold)
FULL_MAPPING(Lower, lower)
FULL_MAPPING(Title, title)
FULL_MAPPING(Upper, upper)

Py_UCS4 _PyUnicode_ToLowercase(Py_UCS4 c)
{
    return kr_unicode_to_lower(c);
}

Py_UCS4 _PyUnicode_ToUppercase(Py_UCS4 c)
{
    return kr_unicode_to_upper(c);
}

Py_UCS4 _PyUnicode_ToTitlecase(Py_UCS4 c)
{
    return kr_unicode_to_title(c);
}

int _PyUnicode_ToDecimalDigit(Py_UCS4 c)
{
    return kr_unicode_decimal(c);
}

int _PyUnicode_ToDigit(Py_UCS4 c)
{
    return kr_unicode_digit(c);
}

double _PyUnicode_ToNumeric(Py_UCS4 c)
{
    return kr_unicode_numeric(c);
}
