// format_markup.c - the reader of replacement fields, for str.format and string.Formatter.
#include "objects/strings/format_markup.h"

#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "text/unicode.h"

static int mistake(const char *message)
{
    return kr_raise_int(PyExc_ValueError, "%s", message);
}

// Index of the end of the field name that starts at [at], at '}', ':' or '!'; -1 with ValueError.
static Py_ssize_t find_name_end(KrText text, Py_ssize_t at)
{
    int in_brackets = 0;
    for (; at < text.length; at++) {
        Py_UCS4 c = kr_chars_read(text, at);
        if (c == '{' && !in_brackets) return mistake("unexpected '{' in field name");
        if (c == '[') in_brackets = 1;
        else if (c == ']') in_brackets = 0;
        else if (!in_brackets && (c == '}' || c == ':' || c == '!')) return at;
    }
    return mistake("expected '}' before end of string");
}

// Reads the spec from [at] to its '}': the index behind that, or -1 with ValueError.
static Py_ssize_t read_spec(KrText text, Py_ssize_t at, KrMarkup *ret)
{
    Py_ssize_t start = at, depth = 1;
    for (; at < text.length; at++) {
        Py_UCS4 c = kr_chars_read(text, at);
        if (c == '{') {
            ret->spec_has_fields = 1;
            depth++;
        } else if (c == '}' && --depth == 0) {
            ret->spec = kr_chars_slice(text, start, at);
            return at + 1;
        }
    }
    return mistake("unmatched '{' in format spec");
}

// The field behind a '{': the index behind its '}', or -1.
static Py_ssize_t read_field(KrText text, Py_ssize_t at, KrMarkup *ret)
{
    Py_ssize_t end = find_name_end(text, at);
    if (end < 0) return -1;
    ret->has_field = 1;
    ret->name = kr_chars_slice(text, at, end);
    Py_UCS4 c = kr_chars_read(text, end++);
    if (c == '}') return end;
    if (c == '!') {
        if (end >= text.length)
            return mistake("end of string while looking for conversion specifier");
        ret->conversion = kr_chars_read(text, end++);
        if (end < text.length) {
            c = kr_chars_read(text, end++);
            if (c == '}') return end;
            if (c != ':') return mistake("expected ':' after conversion specifier");
        }
    }
    return read_spec(text, end, ret);
}

int kr_markup_next(KrText text, Py_ssize_t *position, KrMarkup *ret)
{
    Py_ssize_t at = *position, start = at;
    if (at >= text.length) return 0;
    *ret = (KrMarkup){.spec = {"", 0, 1}, .name = {"", 0, 1}};
    Py_UCS4 c = 0;
    while (at < text.length && (c = kr_chars_read(text, at)) != '{' && c != '}') at++;
    if (at == text.length) {
        ret->literal = kr_chars_slice(text, start, at);
        *position = at;
        return 1;
    }
    int doubled = at + 1 < text.length && kr_chars_read(text, at + 1) == c;
    if (doubled) {
        ret->literal = kr_chars_slice(text, start, at + 1);
        *position = at + 2;
        return 1;
    }
    if (c == '}') return mistake("Single '}' encountered in format string");
    if (at + 1 == text.length) return mistake("Single '{' encountered in format string");
    ret->literal = kr_chars_slice(text, start, at);
    *position = read_field(text, at + 1, ret);
    return *position < 0 ? -1 : 1;
}

// The number that [text] is in decimal digits, -1 if it is none, -2 with ValueError.
static Py_ssize_t read_index(KrText text)
{
    Py_ssize_t value = 0;
    if (text.length == 0) return -1;
    for (Py_ssize_t i = 0; i < text.length; i++) {
        int digit = kr_unicode_decimal(kr_chars_read(text, i));
        if (digit < 0) return -1;
        if (value > (PY_SSIZE_T_MAX - digit) / 10) {
            mistake("Too many decimal digits in format string");
            return -2;
        }
        value = value * 10 + digit;
    }
    return value;
}

int kr_markup_split_name(KrText name, KrText *ret_first, Py_ssize_t *ret_index, KrText *ret_rest)
{
    Py_ssize_t end = 0;
    for (; end < name.length; end++) {
        Py_UCS4 c = kr_chars_read(name, end);
        if (c == '.' || c == '[') break;
    }
    *ret_first = kr_chars_slice(name, 0, end);
    *ret_rest = kr_chars_slice(name, end, name.length);
    *ret_index = read_index(*ret_first);
    return *ret_index == -2 ? -1 : 0;
}

int kr_markup_next_step(KrText rest, Py_ssize_t *position, KrMarkupStep *ret)
{
    Py_ssize_t at = *position;
    if (at >= rest.length) return 0;
    Py_UCS4 c = kr_chars_read(rest, at++);
    Py_ssize_t start = at;
    *ret = (KrMarkupStep){.is_attribute = c == '.', .index = -1};
    if (c == '.') {
        for (; at < rest.length; at++) {
            c = kr_chars_read(rest, at);
            if (c == '.' || c == '[') break;
        }
        ret->name = kr_chars_slice(rest, start, at);
    } else if (c == '[') {
        while (at < rest.length && kr_chars_read(rest, at) != ']') at++;
        if (at == rest.length) return mistake("Missing ']' in format string");
        ret->name = kr_chars_slice(rest, start, at++);
        ret->index = read_index(ret->name);
        if (ret->index == -2) return -1;
    } else {
        return mistake("Only '.' or '[' may follow ']' in format field specifier");
    }
    if (ret->name.length == 0) return mistake("Empty attribute in format string");
    *position = at;
    return 1;
}
