// memory_reserve.c - MemoryErrors kept ready.
//
// (1) Spare instances are untracked, cleared, and linked through their `dict` field.
// (2) Only instances of MemoryError itself are kept, at most SPARES of them.
#include "objects/errors/memory_reserve.h"

#include <assert.h>

#include "objimpl.h"
#include "pyerrors.h"
#include "tupleobject.h"

#include "objects/errors/exceptions.h"

#define SPARES 16

static PyBaseExceptionObject *spare;
static int spare_count;
static int closed = 1;

int kr_memory_reserve_keep(PyObject *dead)
{
    if (closed || spare_count >= SPARES || !Py_IS_TYPE(dead, (PyTypeObject *)PyExc_MemoryError)) return 0;
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)dead;
    assert(self->dict == NULL && self->args == NULL);
    self->dict = (PyObject *)spare;
    spare = self;
    spare_count++;
    return 1;
}

PyObject *kr_memory_reserve_take(void)
{
    PyBaseExceptionObject *self = spare;
    if (self == NULL) {
        self = PyObject_GC_New(PyBaseExceptionObject, (PyTypeObject *)PyExc_MemoryError);
        if (self == NULL) return NULL;
    } else {
        spare = (PyBaseExceptionObject *)self->dict;
        spare_count--;
        Py_SET_REFCNT((PyObject *)self, 1);
    }
    self->dict = self->notes = self->traceback = self->cause = self->context = NULL;
    self->suppress_context = 0;
    self->args = PyTuple_New(0);
    assert(self->args != NULL);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

int kr_memory_reserve_start(void)
{
    PyObject *made[SPARES];
    closed = 0;
    for (int i = 0; i < SPARES; i++)
        if ((made[i] = kr_memory_reserve_take()) == NULL) return -1;
    for (int i = 0; i < SPARES; i++) Py_DECREF(made[i]);
    return 0;
}

void kr_memory_reserve_finish(void)
{
    closed = 1;
    while (spare != NULL) {
        PyBaseExceptionObject *next = (PyBaseExceptionObject *)spare->dict;
        PyObject_GC_Del(spare);
        spare = next;
    }
    spare_count = 0;
}
