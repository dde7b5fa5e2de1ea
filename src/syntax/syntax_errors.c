// syntax_errors.c - SyntaxError with CPython's text and positions.
//
// Positions come in as byte offsets from 0 and go out as character offsets from 1, counted in the
// line that is shown; where that line comes from depends on what is parsed (find_line).
#include "syntax/syntax_errors.h"

#include "syntax/source.h"

#include "longobject.h"
#include "pyerrors.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "runtime/owned.h"

#include <stdarg.h>
#include <string.h>

enum { UNKNOWN = -1, CURRENT = -5 };   // columns: none; where the lexer is

// ---- The line that is shown --------------------------------------------------------------------

// Line [lineno] of the text so far, without its newline.
static PyObject *line_of_text(KrParser *p, int lineno)
{
    const char *line = p->lexer->text, *end = p->lexer->line_end;
    if (line == NULL) return PyUnicode_FromStringAndSize("", 0);
    int skip = (p->first_line != 0 ? lineno - p->first_line + 1 : lineno) - 1;
    for (; skip > 0; skip--) {
        const char *newline = strchr(line, '\n');
        if (newline == NULL || newline + 1 > end) break;
        line = newline + 1;
    }
    return PyUnicode_DecodeUTF8(line, (Py_ssize_t)strcspn(line, "\n"), "replace");
}

static PyObject *find_line(KrParser *p, int lineno)
{
    KrLexer *lexer = p->lexer;
    if (lexer->reader != NULL) return line_of_text(p, lineno);
    if (p->mode == KR_PARSE_MODULE && !p->is_fstring) {
        PyObject *line = _PyErr_ProgramDecodedTextObject(lexer->filename, lineno, lexer->encoding);
        if (line != NULL) return line;
        PyErr_Clear();
    }
    if (lexer->lineno <= lineno && lexer->line_end > lexer->buffer)
        return PyUnicode_DecodeUTF8(lexer->buffer, lexer->line_end - lexer->buffer, "replace");
    return line_of_text(p, lineno);
}

// Characters that the first [bytes] bytes of [line] begin, or -1 with an exception.
static Py_ssize_t count_characters(PyObject *line, Py_ssize_t bytes)
{
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(line, &length);
    if (text == NULL) return -1;
    if (bytes < 0) bytes = 0;
    if (bytes > length + 1) bytes = length + 1;
    PyObject *part = PyUnicode_DecodeUTF8(text, bytes, "replace");
    if (part == NULL) return -1;
    Py_ssize_t count = PyUnicode_GET_LENGTH(part);
    Py_DECREF(part);
    return count;
}

// ---- Raising -----------------------------------------------------------------------------------

PyObject *kr_syntax_error_arguments(PyObject *message, PyObject *filename, KrPosition where,
                                    PyObject *line)
{
    PyObject *values[6] = {Py_NewRef(filename), PyLong_FromLong(where.lineno),
                           PyLong_FromLong(where.col_offset), Py_NewRef(line),
                           PyLong_FromLong(where.end_lineno),
                               PyLong_FromLong(where.end_col_offset)};
    PyObject *result = NULL;
    if (values[1] != NULL && values[2] != NULL && values[4] != NULL && values[5] != NULL) {
        KR_AUTO PyObject *details =
            PyTuple_Pack(6, values[0], values[1], values[2], values[3], values[4], values[5]);
        if (details != NULL) result = PyTuple_Pack(2, message, details);
    }
    for (int i = 0; i < 6; i++) Py_XDECREF(values[i]);
    return result;
}

// [where] has columns from 1 (0: before the line).
static void *raise_known(KrParser *p, PyObject *type, KrPosition where, const char *format,
                         va_list values)
{
    KrLexer *lexer = p->lexer;
    p->failed = 1;
    if (where.end_lineno == CURRENT) where.end_lineno = lexer->lineno;
    if (where.end_col_offset == CURRENT)
        where.end_col_offset = (int)(lexer->cur - lexer->line_start);
    KR_AUTO PyObject *message = PyUnicode_FromFormatV(format, values);
    if (message != NULL && p->is_fstring) {
        PyObject *prefixed = PyUnicode_FromFormat("f-string: %U", message);
        Py_SETREF(message, prefixed);
    }
    KR_AUTO PyObject *line = message == NULL ? NULL : find_line(p, where.lineno);
    if (line == NULL) return NULL;
    if (p->is_fstring) {
        where.col_offset -= p->first_column;
        where.end_col_offset -= p->first_column;
    }
    if (lexer->knows_encoding) {
        Py_ssize_t start = count_characters(line, where.col_offset);
        if (start < 0) return NULL;
        where.col_offset = (int)start;
        if (where.end_col_offset > 0) {
            Py_ssize_t end = count_characters(line, where.end_col_offset);
            if (end < 0) return NULL;
            where.end_col_offset = (int)end;
        }
    }
    KR_AUTO PyObject *arguments = kr_syntax_error_arguments(message, lexer->filename, where, line);
    if (arguments != NULL) PyErr_SetObject(type, arguments);
    return NULL;
}

static void *raise_at(KrParser *p, PyObject *type, KrPosition where, const char *format,
                      va_list values)
{
    if (where.col_offset != CURRENT) where.col_offset++;
    if (where.end_col_offset != CURRENT) where.end_col_offset++;
    return raise_known(p, type, where, format, values);
}

static void *raise_last(KrParser *p, PyObject *type, const char *format, va_list values)
{
    if (p->failed && PyErr_Occurred()) return NULL;
    if (p->token_count == 0)
        return raise_known(p, type, (KrPosition){0, 0, 0, UNKNOWN}, format, values);
    const KrToken *token = p->error_token != NULL ? p->error_token : p->tokens[p->token_count - 1];
    KrPosition where = token->position;
    const KrLexer *lexer = p->lexer;
    if (where.col_offset != UNKNOWN)
        where.col_offset++;
    else
        where.col_offset = lexer->cur == lexer->buffer ? 0 : (int)(lexer->cur - lexer->line_start);
    if (where.end_col_offset != UNKNOWN) where.end_col_offset++;
    return raise_known(p, type, where, format, values);
}

#define FORWARD(call)                                                                             \
    va_list values;                                                                               \
    va_start(values, format);                                                                     \
    call;                                                                                         \
    va_end(values)

void *kr_errors_raise_range(KrParser *p, void *start, void *end, const char *format, ...)
{
    const KrNode *first = start, *last = end;
    if (first == NULL || last == NULL) {
        p->failed = 1;
        return NULL;
    }
    KrPosition where = {first->lineno, first->col_offset, last->end_lineno, last->end_col_offset};
    FORWARD(raise_at(p, PyExc_SyntaxError, where, format, values));
    return NULL;
}

void *kr_errors_raise_from(KrParser *p, void *start, const char *format, ...)
{
    const KrNode *first = start;
    KrPosition where = {first->lineno, first->col_offset, CURRENT, CURRENT};
    FORWARD(raise_at(p, PyExc_SyntaxError, where, format, values));
    return NULL;
}

void *kr_errors_raise_last(KrParser *p, const char *format, ...)
{
    FORWARD(raise_last(p, PyExc_SyntaxError, format, values));
    return NULL;
}

void *kr_errors_raise_indent_error(KrParser *p, const char *format, ...)
{
    FORWARD(raise_last(p, PyExc_IndentationError, format, values));
    return NULL;
}

void *kr_errors_raise_at(KrParser *p, PyObject *type, KrPosition where, const char *format, ...)
{
    FORWARD(raise_at(p, type, where, format, values));
    return NULL;
}

// ---- What the lexer has to say -----------------------------------------------------------------

static void raise_unclosed(KrParser *p)
{
    const KrBracket *bracket = &p->lexer->brackets[p->lexer->bracket_count - 1];
    KrPosition where = {bracket->lineno, bracket->col_offset, bracket->lineno, UNKNOWN};
    kr_errors_raise_at(p, PyExc_SyntaxError, where, "'%c' was never closed", bracket->opening);
}

void kr_errors_raise_decoding(KrParser *p)
{
    const char *what = PyErr_ExceptionMatches(PyExc_UnicodeError) ? "unicode error"
        : PyErr_ExceptionMatches(PyExc_ValueError)                ? "value error"
                                                                  : NULL;
    if (what == NULL) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    KR_AUTO PyObject *text = value == NULL ? NULL : PyObject_Str(value);
    PyErr_Clear();
    if (text != NULL)
        kr_errors_raise_last(p, "(%s) %U", what, text);
    else
        kr_errors_raise_last(p, "(%s) unknown error", what);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

void kr_errors_raise_lexer(KrParser *p)
{
    if (PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_UnicodeError)) kr_errors_raise_decoding(p);
        p->failed = 1;
        return;
    }
    KrLexer *lexer = p->lexer;
    KrPosition where = {lexer->lineno, 0, lexer->lineno, UNKNOWN};
    switch (lexer->state) {
        case KR_LEXER_BAD_DEDENT:
            kr_errors_raise_indent_error(p, "unindent does not match any outer indentation level");
            break;
        case KR_LEXER_BAD_TABS:
            kr_errors_raise_at(p, PyExc_TabError, where,
                               "inconsistent use of tabs and spaces in indentation");
            break;
        case KR_LEXER_TOO_DEEP:
            kr_errors_raise_at(p, PyExc_IndentationError, where, "too many levels of indentation");
            break;
        case KR_LEXER_BAD_CONTINUATION:
            where.col_offset = (int)(lexer->cur - lexer->buffer) - 1;
            if (where.col_offset < 0) where.col_offset = 0;
            kr_errors_raise_at(p, PyExc_SyntaxError, where,
                               "unexpected character after line continuation character");
            break;
        default:
            if (lexer->bracket_count > 0)
                raise_unclosed(p);
            else
                kr_errors_raise_last(p, "unexpected EOF while parsing");
    }
}

void kr_errors_prefer_lexer(KrParser *p)
{
    KrLexer *lexer = p->lexer;
    if (lexer->reader != NULL) return; // the rest is not typed yet
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    int error_line = p->tokens[p->token_count - 1]->lineno, kind;
    do {
        char *start, *end;
        kind = kr_lexer_next(lexer, &start, &end);
    } while (kind != KR_TOKEN_ERRORTOKEN && kind != KR_TOKEN_ENDMARKER);
    if (kind == KR_TOKEN_ERRORTOKEN && !PyErr_Occurred() && lexer->bracket_count > 0
        && error_line > lexer->brackets[lexer->bracket_count - 1].lineno)
        raise_unclosed(p);
    if (!PyErr_Occurred()) {
        PyErr_Restore(type, value, traceback);
        return;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

void kr_errors_finish(KrParser *p, KrToken *last)
{
    if (PyErr_Occurred()) {
        if (p->lexer->state == KR_LEXER_GOING && PyErr_ExceptionMatches(PyExc_SyntaxError))
            kr_errors_prefer_lexer(p);
        return;
    }
    if (last == NULL) {
        kr_errors_raise_last(p, "error at start before reading any input");
    } else if (last->kind == KR_TOKEN_ERRORTOKEN && p->lexer->state == KR_LEXER_AT_END) {
        if (p->lexer->bracket_count > 0)
            raise_unclosed(p);
        else
            kr_errors_raise_last(p, "unexpected EOF while parsing");
    } else if (last->kind == KR_TOKEN_INDENT) {
        kr_errors_raise_indent_error(p, "unexpected indent");
    } else if (last->kind == KR_TOKEN_DEDENT) {
        kr_errors_raise_indent_error(p, "unexpected unindent");
    } else {
        kr_errors_raise_range(p, last, last, "invalid syntax");
        kr_errors_prefer_lexer(p);
    }
}
