// getargs.h - one argument, one or more format units: what the parsers of tuples and of keywords
// share.
#ifndef KR_CAPI_GETARGS_H
#define KR_CAPI_GETARGS_H

#include <stdarg.h>

#include "Python.h"

enum { KR_GETARGS_LEVELS = 32, KR_GETARGS_CLEANUPS = 64 };

// What has to be undone when a later argument fails.
typedef struct KrCleanup {
    void *item;
    int (*undo)(PyObject *, void *);  // called with NULL and the item
} KrCleanup;

typedef struct KrGetargs {
    const char *format;       // what is left of it
    va_list arguments;        // where results go
    const char *function;     // name for messages, or NULL
    const char *message;      // message instead of any other, or NULL
    int is_size_t;            // PY_SSIZE_T_CLEAN
    int levels[KR_GETARGS_LEVELS];  // path into nested sequences, from 1, ended by 0
    char problem[256];
    KrCleanup cleanups[KR_GETARGS_CLEANUPS];
    int cleanup_count;
} KrGetargs;

// Converts [object] by the next unit of the format: NULL, or what is wrong (or an exception is
// set).
const char *kr_getargs_convert(KrGetargs *parser, PyObject *object, int level);
// Passes over the next unit and its results: NULL, or what is wrong with the format.
const char *kr_getargs_skip(KrGetargs *parser);
// Raises the error about argument [index] (from 1; 0: the only one) unless an exception is set.
void kr_getargs_raise(KrGetargs *parser, int index, const char *problem);
// Ends the parse: undoes conversions when [ok] is 0; returns [ok].
int kr_getargs_finish(KrGetargs *parser, int ok);

#endif
