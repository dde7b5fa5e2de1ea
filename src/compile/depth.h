// depth.h - how deep a recursive walk over a tree may go: an exception, never a crash.
#ifndef KR_COMPILE_DEPTH_H
#define KR_COMPILE_DEPTH_H

#include <stdbool.h>

#include "ceval.h"

// Walks of the compiler recurse lighter than calls of Python functions do, so more levels fit.
#define KR_DEPTH_SCALE 3
#define KR_DEPTH_MAX 30000

typedef struct KrDepth {
    int now, limit;
} KrDepth;

static inline KrDepth kr_depth_start(void)
{
    int limit = Py_GetRecursionLimit();
    return (KrDepth){0, limit > KR_DEPTH_MAX / KR_DEPTH_SCALE ? KR_DEPTH_MAX
                                                              : limit * KR_DEPTH_SCALE};
}

// False, with RecursionError, at the limit.
bool kr_depth_enter(KrDepth *depth);

static inline void kr_depth_leave(KrDepth *depth)
{
    depth->now--;
}

#endif
