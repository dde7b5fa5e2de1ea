// fstrings.c - the inside of f-strings: literal text, {expression!conversion:specification}.
//
// As in CPython 3.11 the text of an expression is found first (matching brackets and quotes), then
// parsed by itself within parentheses, with tokens located as in the file.
#include "syntax/string_literals.h"

#include "syntax/syntax_errors.h"

#include "pyerrors.h"
#include "unicodeobject.h"

#include <assert.h>
#include <string.h>

static int raised(void *nothing)
{
    (void)nothing;
    return -1;
}

// ---- Literal text ------------------------------------------------------------------------------

// Reads text up to a brace: 0, 1 when it ended in a doubled brace (and more text may follow), -1.
static int read_literal(KrParser *p, KrStringRun *run, const char **text, const char *end,
                        int level)
{
    const char *start = *text, *s = start;
    int doubled = 0;
    while (s < end) {
        char c = *s++;
        if (!run->is_raw && c == '\\' && s < end) {
            c = *s++;
            if (c == 'N') {            // the braces of \N{name} are its own
                if (s < end && *s++ == '{')
                    while (s < end && *s++ != '}') {}
                continue;
            }
            if (c == '{' && kr_string_literals_warn(p, s - 1, run->token) < 0) return -1;
        }
        if (c != '{' && c != '}') continue;
        if (level == 0 && s < end && *s == c) {
            *text = s + 1;
            doubled = 1;
            break;
        }
        if (level == 0 && c == '}')
            return raised(kr_errors_raise_last(p, "f-string: single '}' is not allowed"));
        s--;
        break;
    }
    if (!doubled) *text = s;
    if (s == start) return doubled;
    PyObject *literal = run->is_raw ? PyUnicode_DecodeUTF8(start, s - start, NULL)
                                    : kr_string_literals_unescape(p, start, s - start, run->token);
    return kr_string_literals_add(p, run, literal) < 0 ? -1 : doubled;
}

// ---- Expressions -------------------------------------------------------------------------------

// Where the brace before an expression stands: lines below the token's first, and the column by
// which tokens of the expression's first line move.
static void locate(KrParser *p, const KrToken *token, const char *brace, int *ret_lines,
                   int *ret_columns)
{
    const char *start = kr_parser_text(p, token), *s = brace + 1;
    *ret_lines = *ret_columns = 0;
    while (*s == ' ' || *s == '\t' || *s == '\f') s++;
    if (*s != '}' && *s != '\n') {
        for (s = brace; s > start && *s != '\n'; s--) {}
        *ret_columns = (int)(brace - s);
        if (*s == '\n') *ret_columns -= 1;
    }
    for (s = start; s < brace; s++) *ret_lines += *s == '\n';
}

static int is_blank(const char *start, const char *end)
{
    for (; start < end; start++)
        if (*start != ' ' && *start != '\t' && *start != '\n' && *start != '\f') return 0;
    return 1;
}

// The tree of the expression in [start, end), whose brace is right before.
static KrExpr *parse_expression(KrParser *p, KrToken *token, const char *start, const char *end)
{
    if (is_blank(start, end)) {
        if (*end == '!' || *end == ':' || *end == '=')
            return kr_errors_raise_last(p, "f-string: expression required before '%c'", *end);
        return kr_errors_raise_last(p, "f-string: empty expression not allowed");
    }
    size_t length = (size_t)(end - start);
    char *text = kr_ast_arena_allocate(p->scratch, length + 4);
    if (text == NULL) {
        p->failed = 1;
        return NULL;
    }
    text[0] = '(';
    memcpy(text + 1, start, length);
    memcpy(text + 1 + length, ")\n", 3);
    int lines, columns;
    locate(p, token, start - 1, &lines, &columns);

    KrLexer lexer;
    KrParser inner;
    kr_lexer_init(&lexer, text, p->lexer->filename);
    lexer.lineno = token->lineno + lines - 1;
    lexer.may_warn = !p->diagnosing && !token->was_warned_about;
    lexer.async_is_name = p->lexer->async_is_name;
    kr_parser_init(&inner, &lexer, p->arena, p);
    inner.is_fstring = 1;
    inner.first_line = token->lineno + lines;
    inner.first_column = lines != 0 ? columns : token->col_offset + columns;
    KrExpr *node = kr_parser_run(&inner);
    kr_parser_clear(&inner);
    if (node == NULL) p->failed = 1;
    return node;
}

// Skips a quoted text that begins at [s]: its last quote, or NULL when it does not end before
// [end].
static const char *skip_quoted(const char *s, const char *end, int *ret_backslash)
{
    char quote = *s;
    int size = s + 2 < end && s[1] == quote && s[2] == quote ? 3 : 1;
    for (s += size; s < end; s++) {
        if (*s == '\\') {
            *ret_backslash = 1;
            return s;
        }
        if (*s != quote) continue;
        if (size == 1) return s;
        if (s + 2 < end && s[1] == quote && s[2] == quote) return s + 2;
    }
    return NULL;
}

static int closes(char opening, char c)
{
    return (opening == '(' && c == ')') || (opening == '[' && c == ']')
        || (opening == '{' && c == '}');
}

// The end of the expression that begins at [s]: at one of ! : } = outside of brackets, or [end].
// NULL with an exception.
static const char *find_end(KrParser *p, const char *s, const char *end)
{
    char brackets[KR_LEXER_MAX_BRACKETS];
    int depth = 0, has_backslash = 0;
    for (; s < end; s++) {
        char c = *s;
        if (c == '\'' || c == '"') {
            s = skip_quoted(s, end, &has_backslash);
            if (s == NULL) return kr_errors_raise_last(p, "f-string: unterminated string");
        }
        if (c == '\\' || has_backslash)
            return kr_errors_raise_last(p, "f-string expression part cannot include a backslash");
        if (c == '[' || c == '{' || c == '(') {
            if (depth >= KR_LEXER_MAX_BRACKETS)
                return kr_errors_raise_last(p, "f-string: too many nested parenthesis");
            brackets[depth++] = c;
        } else if (c == '#') {
            return kr_errors_raise_last(p, "f-string expression part cannot include '#'");
        } else if (depth == 0 && strchr("!:}=><", c) != NULL && c != '\0') {
            if (s + 1 < end && s[1] == '=' && strchr("!=<>", c) != NULL)
                s++;                   // !=  ==  <=  >=
            else if (c != '>' && c != '<')
                return s;
        } else if (c == ']' || c == '}' || c == ')') {
            if (depth == 0) return kr_errors_raise_last(p, "f-string: unmatched '%c'", c);
            char opening = brackets[--depth];
            if (!closes(opening, c))
                return kr_errors_raise_last(p,
                                            "f-string: closing parenthesis '%c' does not match "
                                            "opening parenthesis '%c'",
                                            c, opening);
        }
    }
    if (depth > 0) return kr_errors_raise_last(p, "f-string: unmatched '%c'", brackets[depth - 1]);
    return end;
}

// The letter after a `!`, or -1 with an exception.
static int read_conversion(KrParser *p, const char **text, const char *end)
{
    const char *s = *text;
    if (s >= end) return raised(kr_errors_raise_last(p, "f-string: expecting '}'"));
    if (*s != 's' && *s != 'r' && *s != 'a')
        return raised(kr_errors_raise_last(
            p, "f-string: invalid conversion character: expected 's', 'r', or 'a'"));
    *text = s + 1;
    return *s;
}

// The JoinedStr of a format specification.
static KrExpr *read_specification(KrParser *p, KrStringRun *run, const char **text,
                                  const char *end, int level)
{
    KrStringRun inner = {.first = run->first, .last = run->last, .token = run->token,
                         .is_raw = run->is_raw, .is_formatted = 1, .base = p->pending_count};
    if (kr_fstrings_read(p, &inner, text, end, level) < 0) {
        Py_CLEAR(inner.text);
        return NULL;
    }
    inner.first = inner.last = run->token;
    return kr_string_literals_finish(p, &inner);
}

static int expecting_brace(KrParser *p)
{
    return raised(kr_errors_raise_last(p, "f-string: expecting '}'"));
}

// Reads {...} at *text and pushes its FormattedValue: 0 or -1.
static int read_replacement(KrParser *p, KrStringRun *run, const char **text, const char *end,
                            int level)
{
    if (level >= 2)
        return raised(kr_errors_raise_last(p, "f-string: expressions nested too deeply"));
    const char *start = *text + 1, *s = find_end(p, start, end);
    if (s == NULL) return -1;
    if (s >= end) return expecting_brace(p);
    KrExpr *value = parse_expression(p, run->token, start, s), *specification = NULL;
    if (value == NULL) return -1;
    int conversion = -1, shows_text = 0;
    if (*s == '=') {
        if (p->feature_version < 8)
            return raised(kr_errors_raise_last(p, "f-string: self documenting expressions are "
                                               "only supported in Python 3.8 and greater"));
        shows_text = 1;
        for (s++; s < end && (*s == ' ' || (*s >= '\t' && *s <= '\r')); s++) {}
        if (s >= end) return expecting_brace(p);
        if (kr_string_literals_add(p, run, PyUnicode_DecodeUTF8(start, s - start, NULL)) < 0)
            return -1;
    }
    if (*s == '!') {
        s++;
        conversion = read_conversion(p, &s, end);
        if (conversion < 0) return -1;
    }
    // The text of this replacement's literal part belongs before the nodes of its specification.
    if (kr_string_literals_flush(p, run) < 0) return -1;
    if (*s == ':') {
        s++;
        if (s >= end) return expecting_brace(p);
        specification = read_specification(p, run, &s, end, level + 1);
        if (specification == NULL) return -1;
    }
    if (s >= end || *s != '}') return expecting_brace(p);
    *text = s + 1;
    if (shows_text && specification == NULL && conversion < 0) conversion = 'r';
    KrPosition where = {run->first->lineno, run->first->col_offset, run->last->end_lineno,
                        run->last->end_col_offset};
    KrExpr *node = kr_ast_formatted_value(p->arena, value, conversion, specification, where);
    if (node == NULL) {
        p->failed = 1;
        return -1;
    }
    return kr_parser_push(p, node);
}

int kr_fstrings_read(KrParser *p, KrStringRun *run, const char **text, const char *end, int level)
{
    for (;;) {
        int more = read_literal(p, run, text, end, level);
        if (more < 0) return -1;
        if (more > 0) continue;
        if (*text >= end || **text == '}') break;
        if (read_replacement(p, run, text, end, level) < 0) return -1;
    }
    assert(level > 0 || *text >= end);
    if (level > 0 && (*text >= end || **text != '}')) return expecting_brace(p);
    return 0;
}
