// random.c - random bytes of the system, with exceptions.
#include "pyerrors.h"
#include "pylifecycle.h"
#include "objects/errors/raise.h"
#include "runtime/hash_secret.h"

static int fill(void *buffer, Py_ssize_t size, int may_block)
{
    if (size < 0) return kr_raise_int(PyExc_ValueError, "negative argument not allowed");
    if (size == 0 || kr_random_bytes(buffer, (size_t)size, may_block, PyErr_CheckSignals) == 0)
        return 0;
    if (!PyErr_Occurred()) PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}

int _PyOS_URandom(void *buffer, Py_ssize_t size)
{
    return fill(buffer, size, 1);
}

int _PyOS_URandomNonblock(void *buffer, Py_ssize_t size)
{
    return fill(buffer, size, 0);
}
