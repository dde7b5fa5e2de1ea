// lexer.h - text to tokens, one at a time.
//
// The lexer keeps what the parser's error messages need: where each open bracket is, the line it
// is in, why it
// stopped.  Text is UTF-8 with \n line ends and ends with a zero byte; see source.h.
#ifndef KR_SYNTAX_LEXER_H
#define KR_SYNTAX_LEXER_H

#include "syntax/parse.h"
#include "syntax/tokens.h"

enum { KR_LEXER_MAX_INDENTS = 100, KR_LEXER_MAX_BRACKETS = 200, KR_LEXER_END = -1 };

// Why the lexer stopped.
typedef enum KrLexerState {
    KR_LEXER_GOING,
    KR_LEXER_AT_END,                   // no more text
    KR_LEXER_RAISED,                   // an exception is set
    KR_LEXER_BAD_DEDENT,
    KR_LEXER_BAD_TABS,
    KR_LEXER_TOO_DEEP,                 // too many levels of indentation
    KR_LEXER_BAD_CONTINUATION,         // something behind a backslash
    // an exception is set; more text could have closed the string
    KR_LEXER_END_IN_STRING,
} KrLexerState;

// Position of an open bracket.
typedef struct KrBracket {
    char opening;
    int lineno;
    int col_offset;
} KrBracket;

typedef struct KrLexer {
    char *text;                        // all text so far; pointers below point into it
    char *cur;                         // next character
    char *line_end;                    // behind the newline of the current line
    // start of the line, or of the token that goes on over lines
    char *buffer;
    char *line_start;
    char *token_start;                 // NULL between tokens
    char *string_line_start;           // of the line in which the current string began
    int lineno;
    int string_lineno;
    KrLexerState state;

    KrLineReader reader;               // NULL: all text is there
    void *reader_context;
    size_t text_length, text_capacity; // used with a reader only

    int bracket_count;
    int indent;                        // top of both stacks
    int pending_indents;               // INDENT (> 0) or DEDENT (< 0) tokens to give
    unsigned char at_line_start;
    unsigned char type_comments;       // give TYPE_COMMENT and TYPE_IGNORE
    // grammar before 3.7: only in front of and within `async def`
    unsigned char async_is_name;
    unsigned char in_async_def, async_def_has_newline;
    unsigned char knows_encoding;      // positions in errors count characters, not bytes
    unsigned char may_warn;
    int async_def_indent;
    PyObject *filename;                // borrowed
    const char *encoding;              // borrowed, for errors; may be NULL
    // Stacks, of which only the used part has a value.
    KrBracket brackets[KR_LEXER_MAX_BRACKETS];
    int indents[KR_LEXER_MAX_INDENTS]; // columns with tabs to the next multiple of 8
    int other_indents[KR_LEXER_MAX_INDENTS];   // and with tabs of one column: both must agree
} KrLexer;

// Begins on [text], which must outlive the lexer; or, with a reader, on nothing yet.
void kr_lexer_init(KrLexer *lexer, char *text, PyObject *filename);
// Frees the text that came from a reader.
void kr_lexer_clear(KrLexer *lexer);

// The kind of the next token and its text, [*ret_start, *ret_end), both NULL for tokens without
// text.  KR_TOKEN_ERRORTOKEN: see lexer->state.
int kr_lexer_next(KrLexer *lexer, char **ret_start, char **ret_end);

// Raises SyntaxError about the text up to lexer->cur; returns KR_TOKEN_ERRORTOKEN.
int kr_lexer_raise(KrLexer *lexer, const char *format, ...);
// The same for columns [start, end] of the current line, from 1.
int kr_lexer_raise_range(KrLexer *lexer, int start, int end, const char *format, ...);
// SyntaxWarning at the current line: 0, or -1 when it became an exception.
int kr_lexer_warn(KrLexer *lexer, const char *format, ...);

// Number literals, in lexer_numbers.c; [first] is the first character, already taken.
int kr_lexer_number(KrLexer *lexer, int first);
int kr_lexer_fraction(KrLexer *lexer, int first);

// Goes on to the next line, and gives its first character or KR_LEXER_END.
int kr_lexer_next_line(KrLexer *lexer);

static inline int kr_lexer_take(KrLexer *lexer)
{
    if (lexer->cur != lexer->line_end) return (unsigned char)*lexer->cur++;
    return kr_lexer_next_line(lexer);
}

static inline void kr_lexer_put_back(KrLexer *lexer, int character)
{
    if (character != KR_LEXER_END) lexer->cur--;
}

// Letters, digits, underscore, and all that is not ASCII.
static inline int kr_lexer_is_word(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
        || c >= 128;
}

#endif
