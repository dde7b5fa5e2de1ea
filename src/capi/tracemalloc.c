// tracemalloc.c - the traceback of a memory block: None while nothing is traced.
#include "Python.h"

PyAPI_FUNC(PyObject *) _PyTraceMalloc_GetTraceback(unsigned int domain, uintptr_t pointer)
{
    Py_RETURN_NONE;
}
