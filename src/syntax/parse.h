// parse.h - source text to AST: the way into this floor.
#ifndef KR_SYNTAX_PARSE_H
#define KR_SYNTAX_PARSE_H

#include "syntax/ast.h"

#include <stdio.h>

typedef enum KrParseMode {
    KR_PARSE_MODULE,                   // 'exec': statements to the end
    KR_PARSE_EXPRESSION,               // 'eval'
    KR_PARSE_INTERACTIVE,              // 'single': one statement, which the REPL prints
    KR_PARSE_FUNCTION_TYPE,            // 'func_type': "(int, str) -> bool" of a type comment
} KrParseMode;

enum { KR_FEATURE_VERSION = 11 };      // the newest grammar: 3.11

typedef struct KrParseOptions {
    KrParseMode mode;
    // Bits of compile(): PyCF_DONT_IMPLY_DEDENT, PyCF_IGNORE_COOKIE (the text is UTF-8 whatever
    // its cookie says), PyCF_TYPE_COMMENTS, PyCF_ALLOW_INCOMPLETE_INPUT, CO_FUTURE_BARRY_AS_BDFL.
    int flags;
    // minor version whose grammar holds, KR_FEATURE_VERSION usually
    int feature_version;
    PyObject *filename;                // str, for errors
} KrParseOptions;

// Gives the next line, with its newline, as UTF-8 in memory of PyMem_Malloc; an empty text at the
// end of input; NULL with an exception.  [continued]: the line continues a statement (the prompt
// is ps2).
typedef char *(*KrLineReader)(void *context, int continued);

// The AST of a text that ends with a zero byte, in [arena]; NULL with SyntaxError or another
// exception.
KrMod *kr_parse_text(const char *text, const KrParseOptions *options, KrAstArena *arena);

// The same for a Python object: str, bytes, bytearray or another buffer.  [what] is for messages:
// "compile() arg 1 must be a string, bytes or AST object" is made of ("compile", "string, bytes or
// AST").
KrMod *kr_parse_object(PyObject *source, const char *function, const char *what,
                       const KrParseOptions *options, KrAstArena *arena);

// The same for an open file; [encoding] may be NULL (cookie or UTF-8).
KrMod *kr_parse_file(FILE *file, const char *encoding, const KrParseOptions *options,
                     KrAstArena *arena);

// A file without mark or cookie must be UTF-8 throughout: 0, or -1 with SyntaxError.
int kr_parse_check_encoding(const char *bytes, Py_ssize_t length, PyObject *filename);

// One statement out of lines that arrive one by one, for the prompt (mode KR_PARSE_INTERACTIVE).
// *ret_at_end is set when the input ended before a statement began (and NULL is returned).
KrMod *kr_parse_lines(KrLineReader reader, void *context, const KrParseOptions *options,
                      KrAstArena *arena, int *ret_at_end);

#endif
