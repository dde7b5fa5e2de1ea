// depth.c - the limit of recursive walks.
#include "compile/depth.h"

#include "pyerrors.h"
#include "runtime/thread.h"

bool kr_depth_enter(KrDepth *depth)
{
    if (depth->now >= depth->limit || kr_stack_is_low(kr_thread_current())) {
        PyErr_SetString(PyExc_RecursionError,
                        "maximum recursion depth exceeded during compilation");
        return false;
    }
    depth->now++;
    return true;
}
