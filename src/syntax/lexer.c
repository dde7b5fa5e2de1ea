// lexer.c - text to tokens.
//
//   text:  ... previous lines | buffer .. line_start .. cur .. line_end | lines not yet looked at
//
// (1) cur never passes line_end except through kr_lexer_next_line
// (2) indents[0] is 0 and indents grow strictly; other_indents are in step
// (3) after an exception is set the state is KR_LEXER_RAISED or KR_LEXER_END_IN_STRING
//
// Numbers are in lexer_numbers.c; decoding of files and line ends in source.c.
#include "syntax/lexer.h"

#include "runtime/hooks.h"
#include "runtime/owned.h"
#include "syntax/source.h"

#include "pyerrors.h"
#include "pymem.h"
#include "unicodeobject.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { TAB_SIZE = 8, OTHER_TAB_SIZE = 1 };

void kr_lexer_init(KrLexer *lexer, char *text, PyObject *filename)
{
    memset(lexer, 0, offsetof(KrLexer, brackets));
    lexer->indents[0] = lexer->other_indents[0] = 0;
    lexer->text = lexer->cur = lexer->line_end = lexer->buffer = lexer->line_start = text;
    lexer->at_line_start = 1;
    lexer->may_warn = 1;
    lexer->filename = filename;
}

void kr_lexer_clear(KrLexer *lexer)
{
    if (lexer->reader != NULL) PyMem_Free(lexer->text);
    lexer->text = NULL;
}

// ---- Errors ------------------------------------------------------------------------------------

// Raises about columns [start, end] of the current line; a negative start is where the lexer is.
static void raise_at(KrLexer *lexer, int start, int end, PyObject *message)
{
    const char *line_start = lexer->line_start;
    if (start < 0) {
        KR_AUTO PyObject *before = PyUnicode_DecodeUTF8(line_start, lexer->cur - line_start,
                                                        "replace");
        if (before == NULL) return;
        start = (int)PyUnicode_GET_LENGTH(before);
    }
    if (end < 0) end = start;
    KR_AUTO PyObject *line =
        PyUnicode_DecodeUTF8(line_start, (Py_ssize_t)strcspn(line_start, "\n"), "replace");
    if (line == NULL) return;
    KR_AUTO PyObject *arguments = kr_syntax_error_arguments(
        message, lexer->filename, (KrPosition){lexer->lineno, start, lexer->lineno, end}, line);
    if (arguments != NULL) PyErr_SetObject(PyExc_SyntaxError, arguments);
}

static int raise_message(KrLexer *lexer, int start, int end, PyObject *message)
{
    if (message != NULL) raise_at(lexer, start, end, message);
    Py_XDECREF(message);
    lexer->state = KR_LEXER_RAISED;
    return KR_TOKEN_ERRORTOKEN;
}

int kr_lexer_raise(KrLexer *lexer, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyObject *message = PyUnicode_FromFormatV(format, values);
    va_end(values);
    return raise_message(lexer, -1, -1, message);
}

int kr_lexer_raise_range(KrLexer *lexer, int start, int end, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    PyObject *message = PyUnicode_FromFormatV(format, values);
    va_end(values);
    return raise_message(lexer, start, end, message);
}

int kr_lexer_warn(KrLexer *lexer, const char *format, ...)
{
    if (!lexer->may_warn || kr_hooks.warn_explicit == NULL) return 0;
    va_list values;
    va_start(values, format);
    KR_AUTO PyObject *message = PyUnicode_FromFormatV(format, values);
    va_end(values);
    if (message == NULL) {
        lexer->state = KR_LEXER_RAISED;
        return -1;
    }
    if (kr_hooks.warn_explicit(PyExc_SyntaxWarning, message, lexer->filename, lexer->lineno, NULL,
                               NULL) == 0)
        return 0;
    if (PyErr_ExceptionMatches(PyExc_SyntaxWarning)) {
        PyErr_Clear();                 // a SyntaxError shows where it is
        kr_lexer_raise(lexer, "%U", message);
    }
    lexer->state = KR_LEXER_RAISED;
    return -1;
}

// ---- Lines and characters ----------------------------------------------------------------------

// Appends one line of the reader to the text: 1, 0 at the end of input, -1 with an exception.
static int read_line(KrLexer *lexer)
{
    int continued = lexer->lineno > 0;
    char *line = lexer->reader(lexer->reader_context, continued);
    if (line == NULL) return -1;
    size_t length = strlen(line), needed = lexer->text_length + length + 2;
    if (needed > lexer->text_capacity) {
        size_t capacity = needed * 2 + 256;
        char *text = PyMem_Realloc(lexer->text, capacity);
        if (text == NULL) {
            PyMem_Free(line);
            PyErr_NoMemory();
            return -1;
        }
#define MOVE(pointer)                                                                             \
    if (pointer != NULL) pointer = text + (pointer - lexer->text)
        if (lexer->text == NULL) {
            lexer->cur = lexer->line_end = lexer->buffer = lexer->line_start = text;
        } else {
            MOVE(lexer->cur);
            MOVE(lexer->line_end);
            MOVE(lexer->buffer);
            MOVE(lexer->line_start);
            MOVE(lexer->token_start);
            MOVE(lexer->string_line_start);
        }
#undef MOVE
        lexer->text = text;
        lexer->text_capacity = capacity;
    }
    char *place = lexer->text + lexer->text_length;
    memcpy(place, line, length);
    PyMem_Free(line);
    if (length > 0 && place[length - 1] != '\n') place[length++] = '\n';
    place[length] = '\0';
    lexer->text_length += length;
    return length > 0;
}

int kr_lexer_next_line(KrLexer *lexer)
{
    if (lexer->state != KR_LEXER_GOING) return KR_LEXER_END;
    if (lexer->reader != NULL) {
        int got = read_line(lexer);
        if (got < 0) {
            lexer->state = KR_LEXER_RAISED;
            return KR_LEXER_END;
        }
    }
    char *end = lexer->line_end;
    if (end == NULL || *end == '\0') {
        lexer->state = KR_LEXER_AT_END;
        lexer->cur = end;
        return KR_LEXER_END;
    }
    char *newline = strchr(end, '\n');
    if (lexer->token_start == NULL) lexer->buffer = lexer->cur;
    lexer->line_start = lexer->cur;
    lexer->line_end = newline != NULL ? newline + 1 : end + strlen(end);
    lexer->lineno++;
    return (unsigned char)*lexer->cur++;
}

// Behind a backslash: goes to the next line.  Gives its first character, not taken, or -2 with the
// state set.
static int continue_line(KrLexer *lexer)
{
    int c = kr_lexer_take(lexer);
    if (c != '\n') {
        lexer->state = KR_LEXER_BAD_CONTINUATION;
        return -2;
    }
    c = kr_lexer_take(lexer);
    if (c == KR_LEXER_END) {
        if (lexer->state != KR_LEXER_RAISED) lexer->state = KR_LEXER_AT_END;
        lexer->cur = lexer->line_end;
        return -2;
    }
    kr_lexer_put_back(lexer, c);
    return c;
}

// ---- Indentation -------------------------------------------------------------------------------

static int stop(KrLexer *lexer, KrLexerState state)
{
    lexer->state = state;
    lexer->cur = lexer->line_end;
    return -1;
}

// Compares the columns with the open blocks and notes what tokens are due: 0, or -1 with the state
// set.
static int indent_to(KrLexer *lexer, int column, int other)
{
    int *indents = lexer->indents, *others = lexer->other_indents;
    if (column > indents[lexer->indent]) {
        if (lexer->indent + 1 >= KR_LEXER_MAX_INDENTS) return stop(lexer, KR_LEXER_TOO_DEEP);
        if (other <= others[lexer->indent]) return stop(lexer, KR_LEXER_BAD_TABS);
        lexer->pending_indents++;
        lexer->indent++;
        indents[lexer->indent] = column;
        others[lexer->indent] = other;
        return 0;
    }
    while (lexer->indent > 0 && column < indents[lexer->indent]) {
        lexer->pending_indents--;
        lexer->indent--;
    }
    if (column != indents[lexer->indent]) return stop(lexer, KR_LEXER_BAD_DEDENT);
    if (other != others[lexer->indent]) return stop(lexer, KR_LEXER_BAD_TABS);
    return 0;
}

// At the start of a line: 1 when it is blank (or only a comment), 0 when not, -1 with the state
// set.
static int begin_line(KrLexer *lexer)
{
    int column = 0, other = 0, continued_column = 0, c;
    lexer->at_line_start = 0;
    for (;;) {
        c = kr_lexer_take(lexer);
        if (c == ' ') {
            column++;
            other++;
        } else if (c == '\t') {
            column = (column / TAB_SIZE + 1) * TAB_SIZE;
            other = (other / OTHER_TAB_SIZE + 1) * OTHER_TAB_SIZE;
        } else if (c == '\f') {
            column = other = 0;
        } else if (c == '\\') {
            // The first line of a continued indentation says how deep it is.
            if (continued_column == 0) continued_column = column;
            if (continue_line(lexer) == -2) return -1;
        } else {
            break;
        }
    }
    kr_lexer_put_back(lexer, c);
    int blank = 0;
    if (c == '#' || c == '\n') {
        if (lexer->reader != NULL && column == 0 && c == '\n') {
            blank = 0;                 // at the prompt an empty line ends the statement
        } else if (lexer->reader != NULL && lexer->lineno == 1) {
            column = other = 0;
        } else {
            blank = 1;
        }
    }
    if (blank || lexer->bracket_count > 0) return blank;
    if (continued_column != 0) column = other = continued_column;
    return indent_to(lexer, column, other);
}

// ---- Comments ----------------------------------------------------------------------------------

// After a comment that ended at [c] (not put back): the kind of token it makes, or -1 when it is
// not for type checkers.
static int type_comment(KrLexer *lexer, int c, int blank_line, char **ret_start, char **ret_end)
{
    static const char prefix[] = "# type: ";
    char *p = lexer->token_start;
    const char *expected = prefix;
    for (; *expected != '\0' && p < lexer->cur; expected++) {
        if (*expected == ' ') {
            while (*p == ' ' || *p == '\t') p++;
        } else if (*expected == *p) {
            p++;
        } else {
            break;
        }
    }
    if (*expected != '\0') return -1;
    kr_lexer_put_back(lexer, c);
    char *ignore_end = p + 6;
    int is_ignore = lexer->cur >= ignore_end && memcmp(p, "ignore", 6) == 0
        && !(lexer->cur > ignore_end && *ignore_end != '_'
             && kr_lexer_is_word((unsigned char)*ignore_end));
    *ret_start = is_ignore ? ignore_end : p;
    *ret_end = lexer->cur;
    if (!is_ignore) return KR_TOKEN_TYPE_COMMENT;
    if (blank_line) {                  // alone in its line: take the newline too
        kr_lexer_take(lexer);
        lexer->at_line_start = 1;
    }
    return KR_TOKEN_TYPE_IGNORE;
}

// ---- Names -------------------------------------------------------------------------------------

// Checks the characters of a name beyond ASCII: 0, or -1 with SyntaxError.
static int check_name(KrLexer *lexer)
{
    char *start = lexer->token_start;
    KR_AUTO PyObject *name = PyUnicode_DecodeUTF8(start, lexer->cur - start, NULL);
    if (name == NULL) {
        lexer->state = KR_LEXER_RAISED;
        return -1;
    }
    Py_ssize_t valid = _PyUnicode_ScanIdentifier(name), length = PyUnicode_GET_LENGTH(name);
    if (valid == length) return 0;
    Py_UCS4 c = PyUnicode_READ_CHAR(name, valid);
    for (char *p = start; p < lexer->cur; p++) {      // back to behind the bad character
        valid -= ((unsigned char)*p & 0xC0) != 0x80;
        if (valid < -1) {
            lexer->cur = p;
            break;
        }
    }
    char code[9];
    snprintf(code, sizeof(code), "%04X", (unsigned)c);
    if (Py_UNICODE_ISPRINTABLE(c))
        kr_lexer_raise(lexer, "invalid character '%c' (U+%s)", c, code);
    else
        kr_lexer_raise(lexer, "invalid non-printable character U+%s", code);
    return -1;
}

// Whether the next token is `def`.
static int before_def(KrLexer *lexer)
{
    KrLexer ahead = *lexer;            // without a reader nothing outside the copy changes
    if (lexer->reader != NULL) return 0;
    char *start, *end;
    ahead.may_warn = 0;
    int kind = kr_lexer_next(&ahead, &start, &end);
    if (kind == KR_TOKEN_ERRORTOKEN) PyErr_Clear();
    return kind == KR_TOKEN_NAME && end - start == 3 && memcmp(start, "def", 3) == 0;
}

// ASYNC, AWAIT or NAME for a word of five letters.
static int async_or_name(KrLexer *lexer)
{
    const char *word = lexer->token_start;
    int is_async = memcmp(word, "async", 5) == 0, is_await = memcmp(word, "await", 5) == 0;
    if (!is_async && !is_await) return KR_TOKEN_NAME;
    if (!lexer->async_is_name || lexer->in_async_def)
        return is_async ? KR_TOKEN_ASYNC : KR_TOKEN_AWAIT;
    if (!is_async || !before_def(lexer)) return KR_TOKEN_NAME;
    lexer->in_async_def = 1;
    lexer->async_def_indent = lexer->indent;
    return KR_TOKEN_ASYNC;
}

// A name that begins with [c]; KR_TOKEN_STRING when it turns out to be a prefix and the quote is
// taken.
static int name_or_prefix(KrLexer *lexer, int c, int *ret_quote)
{
    int b = 0, r = 0, u = 0, f = 0, others = 0;
    for (;;) {
        int lower = c | 0x20;
        if (lower == 'b' && !(b || u || f)) b = 1;
        else if (lower == 'u' && !(b || u || r || f)) u = 1;
        else if (lower == 'r' && !(r || u)) r = 1;
        else if (lower == 'f' && !(f || b || u)) f = 1;
        else break;
        c = kr_lexer_take(lexer);
        if (c == '"' || c == '\'') {
            *ret_quote = c;
            return KR_TOKEN_STRING;
        }
    }
    while (kr_lexer_is_word(c)) {
        others |= c;
        c = kr_lexer_take(lexer);
    }
    kr_lexer_put_back(lexer, c);
    if (others >= 128 && check_name(lexer) < 0) return KR_TOKEN_ERRORTOKEN;
    if (lexer->cur - lexer->token_start == 5 && *lexer->token_start == 'a')
        return async_or_name(lexer);
    return KR_TOKEN_NAME;
}

// ---- Strings -----------------------------------------------------------------------------------

static int unterminated(KrLexer *lexer, int c, int is_triple)
{
    int detected = lexer->lineno;
    lexer->cur = lexer->token_start + 1;
    lexer->line_start = lexer->string_line_start;
    lexer->lineno = lexer->string_lineno;
    kr_lexer_raise(lexer,
                   is_triple ? "unterminated triple-quoted string literal (detected at line %d)"
                             : "unterminated string literal (detected at line %d)",
                   detected);
    if (c != '\n') lexer->state = KR_LEXER_END_IN_STRING;
    return KR_TOKEN_ERRORTOKEN;
}

// A string whose first quote is taken.
static int string_literal(KrLexer *lexer, int quote)
{
    int size = 1, closing = 0;
    lexer->string_lineno = lexer->lineno;
    lexer->string_line_start = lexer->line_start;
    int c = kr_lexer_take(lexer);
    if (c == quote) {
        c = kr_lexer_take(lexer);
        if (c == quote) size = 3;
        else closing = 1;              // the empty string
    }
    if (c != quote) kr_lexer_put_back(lexer, c);
    while (closing != size) {
        c = kr_lexer_take(lexer);
        if (c == KR_LEXER_END && lexer->state == KR_LEXER_RAISED) return KR_TOKEN_ERRORTOKEN;
        if (c == KR_LEXER_END || (size == 1 && c == '\n'))
            return unterminated(lexer, c, size == 3);
        if (c == quote) {
            closing++;
        } else {
            closing = 0;
            if (c == '\\') kr_lexer_take(lexer);
        }
    }
    return KR_TOKEN_STRING;
}

// ---- Operators ---------------------------------------------------------------------------------

static int open_bracket(KrLexer *lexer, int c)
{
    if (lexer->bracket_count >= KR_LEXER_MAX_BRACKETS)
        return kr_lexer_raise(lexer, "too many nested parentheses");
    lexer->brackets[lexer->bracket_count++] =
        (KrBracket){(char)c, lexer->lineno, (int)(lexer->token_start - lexer->line_start)};
    return 0;
}

static int close_bracket(KrLexer *lexer, int c)
{
    if (lexer->bracket_count == 0) return kr_lexer_raise(lexer, "unmatched '%c'", c);
    KrBracket *bracket = &lexer->brackets[--lexer->bracket_count];
    char opening = bracket->opening;
    if ((opening == '(' && c == ')') || (opening == '[' && c == ']')
        || (opening == '{' && c == '}'))
        return 0;
    if (bracket->lineno != lexer->lineno)
        return kr_lexer_raise(lexer, "closing parenthesis '%c' does not match opening parenthesis "
                              "'%c' on line %d", c, opening, bracket->lineno);
    return kr_lexer_raise(
            lexer, "closing parenthesis '%c' does not match opening parenthesis '%c'", c, opening);
}

// An operator or bracket that begins with [c], or an error.
static int operator(KrLexer *lexer, int c)
{
    int second = kr_lexer_take(lexer);
    int kind = PyToken_TwoChars(c, second);
    if (kind != KR_TOKEN_OP) {
        int third = kr_lexer_take(lexer);
        int longer = PyToken_ThreeChars(c, second, third);
        if (longer != KR_TOKEN_OP) return longer;
        kr_lexer_put_back(lexer, third);
        return kind;
    }
    kr_lexer_put_back(lexer, second);
    int error = 0;
    switch (c) {
        case '(': case '[': case '{': error = open_bracket(lexer, c); break;
        case ')': case ']': case '}': error = close_bracket(lexer, c); break;
    }
    if (error) return error;
    if (c < ' ' || c == 127) {
        char code[9];
        snprintf(code, sizeof(code), "%04X", (unsigned)c);
        return kr_lexer_raise(lexer, "invalid non-printable character U+%s", code);
    }
    return PyToken_OneChar(c);
}

// ---- Tokens ------------------------------------------------------------------------------------

// A token that begins with a dot, which is taken.
static int dot(KrLexer *lexer)
{
    int c = kr_lexer_take(lexer);
    if (c >= '0' && c <= '9') return kr_lexer_fraction(lexer, c);
    if (c == '.') {
        c = kr_lexer_take(lexer);
        if (c == '.') return KR_TOKEN_ELLIPSIS;
        kr_lexer_put_back(lexer, c);
        kr_lexer_put_back(lexer, '.');
    } else {
        kr_lexer_put_back(lexer, c);
    }
    return KR_TOKEN_DOT;
}

static int pending_indent(KrLexer *lexer)
{
    if (lexer->pending_indents < 0) {
        lexer->pending_indents++;
        return KR_TOKEN_DEDENT;
    }
    lexer->pending_indents--;
    return KR_TOKEN_INDENT;
}

// A token that begins with [c], which is neither space, comment, newline nor the end.
static int token_from(KrLexer *lexer, int c)
{
    if ((kr_lexer_is_word(c) && !(c >= '0' && c <= '9'))) {
        int quote = 0, kind = name_or_prefix(lexer, c, &quote);
        return kind == KR_TOKEN_STRING ? string_literal(lexer, quote) : kind;
    }
    if (c >= '0' && c <= '9') return kr_lexer_number(lexer, c);
    if (c == '.') return dot(lexer);
    if (c == '"' || c == '\'') return string_literal(lexer, c);
    return operator(lexer, c);
}

// Forgets the `async def` that ended by indentation (grammar before 3.7).
static void leave_async_def(KrLexer *lexer, int blank)
{
    if (lexer->in_async_def && !blank && lexer->bracket_count == 0 && lexer->async_def_has_newline
        && lexer->async_def_indent >= lexer->indent)
        lexer->in_async_def = lexer->async_def_has_newline = 0;
}

int kr_lexer_next(KrLexer *lexer, char **ret_start, char **ret_end)
{
    *ret_start = *ret_end = NULL;
    for (;;) {
        int blank = 0;
        lexer->token_start = NULL;
        if (lexer->at_line_start && (blank = begin_line(lexer)) < 0) return KR_TOKEN_ERRORTOKEN;
        lexer->token_start = lexer->cur;
        if (lexer->pending_indents != 0) return pending_indent(lexer);
        int c;
        // a newline behind a type comment says nothing of indentation
        if (lexer->in_async_def) {
            c = kr_lexer_take(lexer);
            kr_lexer_put_back(lexer, c);
            if (c != '\n') leave_async_def(lexer, blank);
        }
        for (;;) {
            lexer->token_start = NULL;
            do c = kr_lexer_take(lexer);
            while (c == ' ' || c == '\t' || c == '\f');
            lexer->token_start = lexer->cur == NULL ? NULL : lexer->cur - (c != KR_LEXER_END);
            if (c == '#') {
                while (c != KR_LEXER_END && c != '\n') c = kr_lexer_take(lexer);
                int kind = lexer->type_comments ? type_comment(lexer, c, blank, ret_start, ret_end)
                    : -1;
                if (kind >= 0) return kind;
            }
            if (c != '\\') break;
            if (continue_line(lexer) == -2) return KR_TOKEN_ERRORTOKEN;
        }
        if (c == KR_LEXER_END) {
            int clean = lexer->bracket_count == 0 && lexer->state == KR_LEXER_AT_END;
            return clean ? KR_TOKEN_ENDMARKER : KR_TOKEN_ERRORTOKEN;
        }
        if (c == '\n') {
            lexer->at_line_start = 1;
            if (blank || lexer->bracket_count > 0) continue;
            *ret_start = lexer->token_start;
            *ret_end = lexer->cur - 1;
            if (lexer->in_async_def) lexer->async_def_has_newline = 1;
            return KR_TOKEN_NEWLINE;
        }
        int kind = token_from(lexer, c);
        *ret_start = lexer->token_start;
        *ret_end = lexer->cur;
        return kind;
    }
}
