// source.h - bytes to the text the lexer reads: UTF-8, \n line ends, no null characters.
#ifndef KR_SYNTAX_SOURCE_H
#define KR_SYNTAX_SOURCE_H

#include "syntax/ast.h"

// A program's text, ready for the lexer.
typedef struct KrSource {
    char *text;                        // ends with a zero byte; owned (PyMem)
    PyObject *encoding;                // str, or NULL when nothing told it; owned
} KrSource;

// Decodes [length] bytes.  With [is_utf8] a cookie says nothing.  With [ends_line] a last line
// without a newline gets one.  0, or -1 with SyntaxError (which names [filename]).
int kr_source_decode(const char *bytes, Py_ssize_t length, PyObject *filename, int is_utf8,
                     int ends_line, KrSource *ret_source);
void kr_source_clear(KrSource *source);

// New str: [name] in normal form NFKC.
PyObject *kr_source_normalize(PyObject *name);

// New (message, (filename, lineno, col, line, end_lineno, end_col)) for SyntaxError.
PyObject *kr_syntax_error_arguments(PyObject *message, PyObject *filename, KrPosition where,
                                    PyObject *line);

#endif
