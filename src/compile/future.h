// future.h - `from __future__ import …`: which features a module switches on.
#ifndef KR_COMPILE_FUTURE_H
#define KR_COMPILE_FUTURE_H

#include "object.h"
#include "syntax/ast.h"

typedef struct KrFuture {
    int features;        // CO_FUTURE_…
    int last_line;       // of the last such import
} KrFuture;

// 0, or -1 with SyntaxError about an unknown feature.
int kr_future_find(KrMod *module, PyObject *filename, KrFuture *ret_future);

#endif
