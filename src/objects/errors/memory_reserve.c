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
#include "runtime/interpreter.h"

#define SPARES 16

int kr_memory_reserve_keep(PyObject *dead)
{
    if (!Py_IS_TYPE(dead, (PyTypeObject *)PyExc_MemoryError)) return 0;
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (interpreter->is_finalizing || interpreter->memory_error_count >= SPARES) return 0;
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)dead;
    assert(self->dict == NULL && self->args == NULL);
    self->dict = interpreter->memory_errors;
    interpreter->memory_errors = dead;
    interpreter->memory_error_count++;
    return 1;
}

// New instance, not tracked, its fields not set; NULL without memory.
static PyBaseExceptionObject *find_instance(PyInterpreterState *interpreter)
{
    PyBaseExceptionObject *self = (PyBaseExceptionObject *)interpreter->memory_errors;
    if (self == NULL)
        return PyObject_GC_New(PyBaseExceptionObject, (PyTypeObject *)PyExc_MemoryError);
    interpreter->memory_errors = self->dict;
    interpreter->memory_error_count--;
    Py_SET_REFCNT((PyObject *)self, 1);
    return self;
}

PyObject *kr_memory_reserve_take(void)
{
    PyBaseExceptionObject *self = find_instance(kr_interpreter_current());
    if (self == NULL) return NULL;
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
    for (int i = 0; i < SPARES; i++)
        if ((made[i] = kr_memory_reserve_take()) == NULL) return -1;
    for (int i = 0; i < SPARES; i++) Py_DECREF(made[i]);
    return 0;
}

void kr_memory_reserve_finish(void)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    interpreter->memory_error_count = SPARES;
    while (interpreter->memory_errors != NULL) {
        PyObject *spare = interpreter->memory_errors;
        interpreter->memory_errors = ((PyBaseExceptionObject *)spare)->dict;
        PyObject_GC_Del(spare);
    }
}
