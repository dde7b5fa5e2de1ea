// syntax_errors.h - SyntaxError with CPython's text and positions.
#ifndef KR_SYNTAX_SYNTAX_ERRORS_H
#define KR_SYNTAX_SYNTAX_ERRORS_H

#include "syntax/parser.h"

// All return NULL, with an exception and p->failed set; formats as PyUnicode_FromFormat.
// At [start] to the end of [end]: nodes or tokens.
void *kr_errors_raise_range(KrParser *p, void *start, void *end, const char *format, ...);
// From [start] to where the lexer is.
void *kr_errors_raise_from(KrParser *p, void *start, const char *format, ...);
// At the last token read.
void *kr_errors_raise_last(KrParser *p, const char *format, ...);
// IndentationError at the last token read.
void *kr_errors_raise_indent_error(KrParser *p, const char *format, ...);
// Columns from 0; -1 as end column when unknown.
void *kr_errors_raise_at(KrParser *p, PyObject *type, KrPosition where, const char *format, ...);

// Makes a UnicodeError or ValueError that is set a SyntaxError at the last token; others stay.
void kr_errors_raise_decoding(KrParser *p);
// What the lexer stopped for, unless it raised that itself.
void kr_errors_raise_lexer(KrParser *p);
// After all passes failed: raises what is left to say when [last] is as far as the exact pass
// came, and prefers what is wrong with the rest of the text's tokens.
void kr_errors_finish(KrParser *p, KrToken *last);
// Lets errors of the tokens that follow win over the exception that is set.
void kr_errors_prefer_lexer(KrParser *p);

#endif
