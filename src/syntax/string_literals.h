// string_literals.h - between string_literals.c (quotes, prefixes, escapes) and fstrings.c.
#ifndef KR_SYNTAX_STRING_LITERALS_H
#define KR_SYNTAX_STRING_LITERALS_H

#include "syntax/parser.h"

// A run of adjacent string tokens being joined.
typedef struct KrStringRun {
    KrToken *first, *last;             // of the run; nodes are located at the whole
    KrToken *token;                    // the current one
    int is_raw;                        // the current one has an `r`
    int is_formatted;                  // one had an `f`
    PyObject *text;                    // owned: literal text not yet in a node, or NULL
    Py_ssize_t base;                   // of the nodes in p->pending
} KrStringRun;

// New str for [length] bytes of source with escapes.
PyObject *kr_string_literals_unescape(KrParser *p, const char *text, Py_ssize_t length,
                                      KrToken *token);
// DeprecationWarning for a backslash and what follows it at [escape]: 0, or -1 with an exception.
int kr_string_literals_warn(KrParser *p, const char *escape, KrToken *token);
// Appends to the run's text: 0 or -1.  Takes [text].
int kr_string_literals_add(KrParser *p, KrStringRun *run, PyObject *text /* STEALS */);
// Pushes the run's text as a node, when there is some.
int kr_string_literals_flush(KrParser *p, KrStringRun *run);
// The node for the run: a Constant or JoinedStr.
KrExpr *kr_string_literals_finish(KrParser *p, KrStringRun *run);

// Reads the inside of an f-string from *text to [end], leaving *text behind what was read.
// [level] is 0, or 1 and 2 within format specifications, which end at a brace.
int kr_fstrings_read(KrParser *p, KrStringRun *run, const char **text, const char *end, int level);

#endif
