// ascii.c - C text without a locale: classes of characters, comparison without case, bounded
// printing.
#include <stdarg.h>
#include <stdio.h>

#include "codecs.h"
#include "cpython/pyctype.h"
#include "pyerrors.h"
#include "pystrcmp.h"

enum { LOWER = PY_CTF_LOWER | PY_CTF_XDIGIT, UPPER = PY_CTF_UPPER | PY_CTF_XDIGIT };

__attribute__((visibility("default"))) const unsigned int _Py_ctype_table[256] = {
    ['\t'] = PY_CTF_SPACE,
    ['\n'] = PY_CTF_SPACE,
    ['\v'] = PY_CTF_SPACE,
    ['\f'] = PY_CTF_SPACE,
    ['\r'] = PY_CTF_SPACE,
    [' '] = PY_CTF_SPACE,
    ['0' ... '9'] = PY_CTF_DIGIT | PY_CTF_XDIGIT,
    ['A' ... 'F'] = UPPER,
    ['G' ... 'Z'] = PY_CTF_UPPER,
    ['a' ... 'f'] = LOWER,
    ['g' ... 'z'] = PY_CTF_LOWER,
};

#define EIGHT(x) (x), (x) + 1, (x) + 2, (x) + 3, (x) + 4, (x) + 5, (x) + 6, (x) + 7
#define SAME_64(x) EIGHT(x), EIGHT((x) + 8), EIGHT((x) + 16), EIGHT((x) + 24), EIGHT((x) + 32), \
                   EIGHT((x) + 40), EIGHT((x) + 48), EIGHT((x) + 56)
// 65 … 90 and 97 … 122 in pieces; the rest maps to itself.
#define LETTERS(first) \
    EIGHT(first), EIGHT((first) + 8), EIGHT((first) + 16), (first) + 24, (first) + 25

__attribute__((visibility("default"))) const unsigned char _Py_ctype_tolower[256] = {
    SAME_64(0), 64, LETTERS('a'), 91, 92, 93, 94, 95, 96, LETTERS('a'), 123, 124, 125, 126, 127,
    SAME_64(128), SAME_64(192),
};

__attribute__((visibility("default"))) const unsigned char _Py_ctype_toupper[256] = {
    SAME_64(0), 64, LETTERS('A'), 91, 92, 93, 94, 95, 96, LETTERS('A'), 123, 124, 125, 126, 127,
    SAME_64(128), SAME_64(192),
};

int PyOS_mystricmp(const char *left, const char *right)
{
    const unsigned char *a = (const unsigned char *)left, *b = (const unsigned char *)right;
    for (; *a && _Py_ctype_tolower[*a] == _Py_ctype_tolower[*b]; a++) b++;
    return _Py_ctype_tolower[*a] - _Py_ctype_tolower[*b];
}

int PyOS_mystrnicmp(const char *left, const char *right, Py_ssize_t size)
{
    const unsigned char *a = (const unsigned char *)left, *b = (const unsigned char *)right;
    if (size == 0) return 0;
    while (--size > 0 && *a && *b && _Py_ctype_tolower[*a] == _Py_ctype_tolower[*b]) {
        a++;
        b++;
    }
    return _Py_ctype_tolower[*a] - _Py_ctype_tolower[*b];
}

int PyOS_vsnprintf(char *buffer, size_t size, const char *format, va_list arguments)
{
    assert(buffer != NULL && size > 0 && format != NULL);
    if (size > INT_MAX - 512) {
        buffer[0] = 0;
        return -666;
    }
    int length = vsnprintf(buffer, size, format, arguments);
    buffer[size - 1] = 0;
    return length;
}

int PyOS_snprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = PyOS_vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

const char *Py_hexdigits = "0123456789abcdef";
