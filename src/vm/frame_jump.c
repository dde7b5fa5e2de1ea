// frame_jump.c - assignment to f_lineno: where a debugger may jump.
#include "vm/frame.h"

#include "objects/errors/raise.h"
#include "pyerrors.h"

int kr_frame_jump_to_line(PyFrameObject *object, PyObject *line)
{
    (void)object;
    if (line == NULL) return kr_raise_int(PyExc_AttributeError, "cannot delete attribute");
    return kr_raise_int(PyExc_NotImplementedError, "assignment to f_lineno is not built yet");
}
