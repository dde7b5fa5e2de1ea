// depth.c - the limit of recursive walks.
#include "compile/depth.h"

#include "pyerrors.h"

bool kr_depth_enter(KrDepth *depth)
{
    if (depth->now >= depth->limit) {
        PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded during compilation");
        return false;
    }
    depth->now++;
    return true;
}
