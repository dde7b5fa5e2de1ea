// rlock.c - _thread.RLock: a lock that its owner can take again.
//
// (1) count is the number of times the owner holds it; 0: nobody does, and owner means nothing.
#include "modules/_thread/thread.h"

#include "Python.h"
#include "structmember.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

typedef struct RLock {
    PyObject_HEAD
    PyThread_type_lock handle;
    unsigned long owner;
    unsigned long count;
    PyObject *weak_references;
} RLock;

static PyTypeObject rlock_type;

static PyObject *rlock_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    RLock *self = (RLock *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->handle = PyThread_allocate_lock();
    if (self->handle != NULL) return (PyObject *)self;
    Py_DECREF(self);
    return kr_raise(PyExc_RuntimeError, "can't allocate lock");
}

static void rlock_dealloc(RLock *self)
{
    if (self->weak_references != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    if (self->handle != NULL) {
        if (self->count > 0) PyThread_release_lock(self->handle);
        PyThread_free_lock(self->handle);
    }
    Py_TYPE(self)->tp_free(self);
}

static int is_owned(const RLock *self)
{
    return self->count > 0 && self->owner == PyThread_get_thread_ident();
}

static PyObject *acquire(RLock *self, int blocking, PyObject *timeout)
{
    _PyTime_t wait;
    if (kr_lock_read_timeout(blocking, timeout, &wait) < 0) return NULL;
    if (is_owned(self)) {
        if (self->count == ULONG_MAX)
            return kr_raise(PyExc_OverflowError, "Internal lock count overflowed");
        self->count++;
        Py_RETURN_TRUE;
    }
    int result = kr_lock_wait(self->handle, wait);
    if (result < 0) return NULL;
    if (result) {
        self->owner = PyThread_get_thread_ident();
        self->count = 1;
    }
    return PyBool_FromLong(result);
}

METHOD(acquire, "self, blocking: bool = True, timeout: object = -1", NULL)
static PyObject *rlock_acquire(RLock *self, int blocking, PyObject *timeout)
{
    return acquire(self, blocking, timeout);
}

static PyObject *release(RLock *self)
{
    if (!is_owned(self)) return kr_raise(PyExc_RuntimeError, "cannot release un-acquired lock");
    if (--self->count == 0) {
        self->owner = 0;
        PyThread_release_lock(self->handle);
    }
    Py_RETURN_NONE;
}

METHOD(release, "self", NULL)
static PyObject *rlock_release(RLock *self)
{
    return release(self);
}

METHOD(__enter__, "self", NULL)
static PyObject *rlock___enter__(RLock *self)
{
    return acquire(self, 1, NULL);
}

METHOD(__exit__, "self, *args: array", NULL)
static PyObject *rlock___exit__(RLock *self, PyObject *const *args, Py_ssize_t count)
{
    return release(self);
}

METHOD(_is_owned, "self", "_is_owned() -> bool\n\nFor internal use by `threading.Condition`.")
static PyObject *rlock__is_owned(RLock *self)
{
    return PyBool_FromLong(is_owned(self));
}

METHOD(_release_save, "self",
       "_release_save() -> tuple\n\nFor internal use by `threading.Condition`.")
static PyObject *rlock__release_save(RLock *self)
{
    if (self->count == 0) return kr_raise(PyExc_RuntimeError, "cannot release un-acquired lock");
    PyObject *state = Py_BuildValue("kk", self->count, self->owner);
    if (state == NULL) return NULL;
    self->count = self->owner = 0;
    PyThread_release_lock(self->handle);
    return state;
}

METHOD(_acquire_restore, "self, state, /",
       "_acquire_restore(state) -> None\n\nFor internal use by `threading.Condition`.")
static PyObject *rlock__acquire_restore(RLock *self, PyObject *state)
{
    unsigned long count, owner;
    if (!PyArg_ParseTuple(state, "kk:_acquire_restore", &count, &owner)) return NULL;
    if (!PyThread_acquire_lock(self->handle, NOWAIT_LOCK)) {
        Py_BEGIN_ALLOW_THREADS
        PyThread_acquire_lock(self->handle, WAIT_LOCK);
        Py_END_ALLOW_THREADS
    }
    self->count = count;
    self->owner = owner;
    Py_RETURN_NONE;
}

METHOD(_at_fork_reinit, "self", NULL)
static PyObject *rlock__at_fork_reinit(RLock *self)
{
    if (_PyThread_at_fork_reinit(&self->handle) < 0)
        return kr_raise(PyExc_RuntimeError, "failed to reinitialize lock at fork");
    self->count = self->owner = 0;
    Py_RETURN_NONE;
}

static PyObject *rlock_repr(RLock *self)
{
    return PyUnicode_FromFormat("<%s %s object owner=%ld count=%lu at %p>",
                                self->count > 0 ? "locked" : "unlocked", Py_TYPE(self)->tp_name,
                                (long)self->owner, self->count, self);
}

#include "modules/_thread/rlock.methods.h"

static PyTypeObject rlock_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_thread.RLock",
    .tp_basicsize = sizeof(RLock),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = rlock_tp_new,
    .tp_dealloc = (destructor)rlock_dealloc,
    .tp_repr = (reprfunc)rlock_repr,
    .tp_weaklistoffset = offsetof(RLock, weak_references),
    .tp_methods = rlock_methods,
};

int kr_thread_add_rlock(PyObject *module)
{
    if (PyType_Ready(&rlock_type) < 0) return -1;
    return PyModule_AddObjectRef(module, "RLock", (PyObject *)&rlock_type);
}
