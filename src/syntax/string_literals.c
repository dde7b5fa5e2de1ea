// string_literals.c - numbers and strings as constants: prefixes, quotes, escapes, adjacent
// literals.
//
// What is between the braces of an f-string is in fstrings.c.
#include "syntax/string_literals.h"

#include "syntax/actions.h"
#include "syntax/grammar.h"
#include "syntax/syntax_errors.h"

#include "runtime/hooks.h"
#include "runtime/owned.h"

#include "bytesobject.h"
#include "complexobject.h"
#include "floatobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "pystrtod.h"
#include "unicodeobject.h"

#include <assert.h>
#include <string.h>

static void *fail(KrParser *p)
{
    p->failed = 1;
    return NULL;
}

// ---- Numbers -----------------------------------------------------------------------------------

// New int, float or complex for the text of a number without underscores.
static PyObject *number_value(const char *text, int length)
{
    if (length < 18 && text[0] != '0') {
        long value = 0;
        int i = 0;
        for (; i < length && text[i] >= '0' && text[i] <= '9'; i++)
            value = value * 10 + (text[i] - '0');
        if (i == length) return PyLong_FromLong(value);
    }
    int last = text[length - 1] | 0x20;
    int is_prefixed = text[0] == '0' && length > 1 && strchr("xXoObB", text[1]) != NULL;
    if (!is_prefixed && (last == 'j' || strpbrk(text, ".eE") != NULL)) {
        char *end;
        double value = PyOS_string_to_double(text, last == 'j' ? &end : NULL, NULL);
        if (value == -1.0 && PyErr_Occurred()) return NULL;
        return last == 'j' ? PyComplex_FromDoubles(0.0, value) : PyFloat_FromDouble(value);
    }
    return PyLong_FromString(text, NULL, 0);
}

// A number of too many digits is a SyntaxError without columns.
static void *raise_too_long(KrParser *p, KrToken *token)
{
    if (!PyErr_ExceptionMatches(PyExc_ValueError)) return fail(p);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    KrPosition where = {token->lineno, -1, token->end_lineno, -1};
    kr_errors_raise_at(p, PyExc_SyntaxError, where, "%S - Consider hexadecimal for huge integer "
                       "literals to avoid decimal conversion limits.", value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return NULL;
}

KrExpr *kr_parser_number(KrParser *p)
{
    KrToken *token = kr_parser_expect(p, KR_TOKEN_NUMBER);
    if (token == NULL || token->value != NULL) return token == NULL ? NULL : token->value;
    const char *text = kr_parser_text(p, token);
    char small[64], *copy = small, *end;
    if (token->length >= (int)sizeof(small)) {
        copy = kr_ast_arena_allocate(p->scratch, (size_t)token->length + 1);
        if (copy == NULL) return fail(p);
    }
    end = copy;
    for (int i = 0; i < token->length; i++)
        if (text[i] != '_') *end++ = text[i];
    *end = '\0';
    if (p->feature_version < 6 && end - copy < token->length)
        return kr_errors_raise_last(
            p, "Underscores in numeric literals are only supported in Python 3.6 and greater");
    PyObject *value = number_value(copy, (int)(end - copy));
    if (value == NULL) return raise_too_long(p, token);
    if (kr_ast_arena_add_object(p->arena, value) < 0) return fail(p);
    KrExpr *node = kr_ast_constant(p->arena, value, NULL, token->position);
    return token->value = node != NULL ? node : fail(p);
}

// ---- Escapes -----------------------------------------------------------------------------------

int kr_string_literals_warn(KrParser *p, const char *escape, KrToken *token)
{
    if (p->diagnosing || token->was_warned_about || kr_hooks.warn_explicit == NULL) return 0;
    // A digit is invalid only as the first of an octal number that is too large.
    int is_octal = *escape >= '4' && *escape <= '7';
    KR_AUTO PyObject *message = is_octal
        ? PyUnicode_FromFormat("invalid octal escape sequence '\\%.3s'", escape)
        : PyUnicode_FromFormat("invalid escape sequence '\\%c'", (unsigned char)*escape);
    if (message == NULL) return -1;
    if (kr_hooks.warn_explicit(PyExc_DeprecationWarning, message, p->lexer->filename,
                               token->lineno, NULL, NULL) == 0)
        return 0;
    if (PyErr_ExceptionMatches(PyExc_DeprecationWarning)) {
        PyErr_Clear();                 // a SyntaxError shows where it is
        p->error_token = token;
        kr_errors_raise_last(p, "%U", message);
    }
    p->failed = 1;
    return -1;
}

// Writes text with its non-ASCII characters as \U escapes; gives the end.  A backslash before such
// a character stands for itself.
static char *escape_non_ascii(const char *text, const char *end, char *out)
{
    static const char hex[] = "0123456789abcdef";
    while (text < end) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x80) {
            *out++ = *text++;
            if (c == '\\') {
                if (text < end && !((unsigned char)*text & 0x80)) {
                    *out++ = *text++;
                } else {
                    memcpy(out, "u005c", 5);
                    out += 5;
                }
            }
            continue;
        }
        int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
        uint32_t code = c & (0x3Fu >> more);
        for (text++; more > 0; more--) code = code << 6 | ((unsigned char)*text++ & 0x3F);
        *out++ = '\\';
        *out++ = 'U';
        for (int shift = 28; shift >= 0; shift -= 4) *out++ = hex[code >> shift & 15];
    }
    return out;
}

PyObject *kr_string_literals_unescape(KrParser *p, const char *text, Py_ssize_t length,
                                      KrToken *token)
{
    const char *source = text, *end = text + length, *invalid = NULL;
    int has_others = 0;
    for (const char *c = text; c < end; c++) has_others |= *c & 0x80;
    // a two-byte character becomes ten bytes
    if (has_others || (length > 0 && end[-1] == '\\')) {
        char *copy = kr_ast_arena_allocate(p->scratch, (size_t)length * 6 + 1);
        if (copy == NULL) return fail(p);
        end = escape_non_ascii(text, end, copy);
        source = copy;
    }
    KR_AUTO PyObject *result =
        _PyUnicode_DecodeUnicodeEscapeInternal(source, end - source, NULL, NULL, &invalid);
    if (result == NULL) return NULL;
    if (invalid != NULL && kr_string_literals_warn(p, invalid, token) < 0) return NULL;
    return kr_take(result);
}

static PyObject *unescape_bytes(KrParser *p, const char *text, Py_ssize_t length, KrToken *token)
{
    const char *invalid = NULL;
    KR_AUTO PyObject *result = _PyBytes_DecodeEscape(text, length, NULL, &invalid);
    if (result == NULL) return NULL;
    if (invalid != NULL && kr_string_literals_warn(p, invalid, token) < 0) return NULL;
    return kr_take(result);
}

// ---- One literal -------------------------------------------------------------------------------

typedef struct Literal {
    int is_bytes, is_raw, is_formatted;
    const char *text;                  // between the quotes
    Py_ssize_t length;
} Literal;

static Literal split_literal(KrParser *p, const KrToken *token)
{
    Literal literal = {0};
    const char *s = kr_parser_text(p, token), *end = s + token->length;
    for (; *s != '"' && *s != '\''; s++) {
        int letter = *s | 0x20;
        literal.is_bytes |= letter == 'b';
        literal.is_raw |= letter == 'r';
        literal.is_formatted |= letter == 'f';
    }
    int quotes = end - s >= 6 && s[1] == s[0] && s[2] == s[0] ? 3 : 1;
    literal.text = s + quotes;
    literal.length = end - quotes - literal.text;
    assert(literal.length >= 0);
    return literal;
}

static PyObject *bytes_value(KrParser *p, Literal literal, KrToken *token)
{
    for (Py_ssize_t i = 0; i < literal.length; i++)
        if (literal.text[i] & 0x80)
            return kr_errors_raise_last(p, "bytes can only contain ASCII literal characters");
    if (literal.is_raw || memchr(literal.text, '\\', (size_t)literal.length) == NULL)
        return PyBytes_FromStringAndSize(literal.text, literal.length);
    return unescape_bytes(p, literal.text, literal.length, token);
}

static PyObject *text_value(KrParser *p, Literal literal, KrToken *token)
{
    if (literal.is_raw || memchr(literal.text, '\\', (size_t)literal.length) == NULL)
        return PyUnicode_DecodeUTF8(literal.text, literal.length, NULL);
    return kr_string_literals_unescape(p, literal.text, literal.length, token);
}

// ---- Runs of literals --------------------------------------------------------------------------

static KrPosition span(const KrStringRun *run)
{
    return (KrPosition){run->first->lineno, run->first->col_offset, run->last->end_lineno,
                        run->last->end_col_offset};
}

int kr_string_literals_add(KrParser *p, KrStringRun *run, PyObject *text)
{
    if (text == NULL) return -1;
    if (PyUnicode_GET_LENGTH(text) == 0) {
        Py_DECREF(text);
        return 0;
    }
    if (run->text == NULL)
        run->text = text;
    else
        PyUnicode_AppendAndDel(&run->text, text);
    return run->text == NULL ? -1 : 0;
}

static KrExpr *text_node(KrParser *p, KrStringRun *run)
{
    PyObject *text = run->text != NULL ? kr_take(run->text) : PyUnicode_New(0, 0), *kind = NULL;
    if (text == NULL || kr_ast_arena_add_object(p->arena, text) < 0) return fail(p);
    if (*kr_parser_text(p, run->first) == 'u') {
        kind = kr_parser_identifier(p, "u", 1);
        if (kind == NULL) return NULL;
    }
    KrExpr *node = kr_ast_constant(p->arena, text, kind, span(run));
    return node != NULL ? node : fail(p);
}

int kr_string_literals_flush(KrParser *p, KrStringRun *run)
{
    if (run->text == NULL) return 0;
    KrExpr *node = text_node(p, run);
    return node == NULL ? -1 : kr_parser_push(p, node);
}

KrExpr *kr_string_literals_finish(KrParser *p, KrStringRun *run)
{
    if (!run->is_formatted) return text_node(p, run);
    if (kr_string_literals_flush(p, run) < 0) return fail(p);
    KrExprSeq *values = (KrExprSeq *)kr_parser_pop(p, run->base, 0);
    KrExpr *node = values == NULL ? NULL : kr_ast_joined_str(p->arena, values, span(run));
    return node != NULL ? node : fail(p);
}

// Reads one token of a run of text literals: 0 or -1.
static int read_text(KrParser *p, KrStringRun *run, Literal literal)
{
    run->is_raw = literal.is_raw;
    if (!literal.is_formatted)
        return kr_string_literals_add(p, run, text_value(p, literal, run->token));
    if (p->feature_version < 6) {
        kr_errors_raise_last(p, "Format strings are only supported in Python 3.6 and greater");
        return -1;
    }
    run->is_formatted = 1;
    const char *text = literal.text;
    return kr_fstrings_read(p, run, &text, literal.text + literal.length, 0);
}

static void *failed_run(KrParser *p, KrStringRun *run)
{
    Py_CLEAR(run->text);
    p->pending_count = run->base;
    if (!p->failed) kr_errors_raise_decoding(p);
    return fail(p);
}

static KrExpr *bytes_run(KrParser *p, KrNodeSeq *tokens, KrStringRun *run)
{
    KR_AUTO PyObject *all = NULL;
    for (Py_ssize_t i = 0; i < tokens->length; i++) {
        run->token = (KrToken *)tokens->items[i];
        Literal literal = split_literal(p, run->token);
        if (!literal.is_bytes) {
            KR_AUTO PyObject *text = literal.is_formatted ? Py_NewRef(Py_None)
                : text_value(p, literal, run->token);
            if (text != NULL) kr_errors_raise_last(p, "cannot mix bytes and nonbytes literals");
            return failed_run(p, run);
        }
        PyObject *value = bytes_value(p, literal, run->token);
        if (value == NULL) return failed_run(p, run);
        run->token->was_warned_about = 1;
        if (all == NULL)
            all = value;
        else
            PyBytes_ConcatAndDel(&all, value);
        if (all == NULL) return failed_run(p, run);
    }
    PyObject *value = kr_take(all);
    if (kr_ast_arena_add_object(p->arena, value) < 0) return fail(p);
    KrExpr *node = kr_ast_constant(p->arena, value, NULL, span(run));
    return node != NULL ? node : fail(p);
}

void *kr_actions_strings(KrParser *p, void *seq)
{
    KrNodeSeq *tokens = seq;
    KrStringRun run = {.first = (KrToken *)tokens->items[0],
                       .last = (KrToken *)tokens->items[tokens->length - 1],
                       .base = p->pending_count};
    if (split_literal(p, run.first).is_bytes) return bytes_run(p, tokens, &run);
    for (Py_ssize_t i = 0; i < tokens->length; i++) {
        run.token = (KrToken *)tokens->items[i];
        Literal literal = split_literal(p, run.token);
        if (literal.is_bytes) {
            KR_AUTO PyObject *value = bytes_value(p, literal, run.token);
            if (value != NULL) kr_errors_raise_last(p, "cannot mix bytes and nonbytes literals");
            return failed_run(p, &run);
        }
        if (read_text(p, &run, literal) < 0) return failed_run(p, &run);
        run.token->was_warned_about = 1;
    }
    return kr_string_literals_finish(p, &run);
}
