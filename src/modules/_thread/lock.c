// lock.c - _thread.lock.
#include "modules/_thread/thread.h"

#include "Python.h"
#include "structmember.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

typedef struct Lock {
    PyObject_HEAD
    PyThread_type_lock handle;
    PyObject *weak_references;
    int is_held;
} Lock;

static PyTypeObject lock_type;

PyThread_type_lock kr_lock_handle(PyObject *lock)
{
    return ((Lock *)lock)->handle;
}

void kr_lock_note_released(PyObject *lock)
{
    ((Lock *)lock)->is_held = 0;
}

PyObject *kr_lock_new(void)
{
    Lock *self = PyObject_New(Lock, &lock_type);
    if (self == NULL) return NULL;
    self->handle = PyThread_allocate_lock();
    self->weak_references = NULL;
    self->is_held = 0;
    if (self->handle != NULL) return (PyObject *)self;
    Py_DECREF(self);
    return kr_raise(PyExc_RuntimeError, "can't allocate lock");
}

static void lock_dealloc(Lock *self)
{
    if (self->weak_references != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    if (self->handle != NULL) {
        if (self->is_held) PyThread_release_lock(self->handle);
        PyThread_free_lock(self->handle);
    }
    PyObject_Free(self);
}

// --- waiting ------------------------------------------------------------------------------------

int kr_lock_read_timeout(int blocking, PyObject *timeout, _PyTime_t *ret_timeout)
{
    const _PyTime_t forever = _PyTime_FromSeconds(-1);
    *ret_timeout = forever;
    if (timeout != NULL
        && _PyTime_FromSecondsObject(ret_timeout, timeout, _PyTime_ROUND_TIMEOUT) < 0)
        return -1;
    if (!blocking && *ret_timeout != forever)
        return kr_raise_int(PyExc_ValueError, "can't specify a timeout for a non-blocking call");
    if (*ret_timeout < 0 && *ret_timeout != forever)
        return kr_raise_int(PyExc_ValueError, "timeout value must be a non-negative number");
    if (!blocking) {
        *ret_timeout = 0;
    } else if (*ret_timeout != forever &&
               _PyTime_AsMicroseconds(*ret_timeout, _PyTime_ROUND_TIMEOUT) > PY_TIMEOUT_MAX) {
        return kr_raise_int(PyExc_OverflowError, "timeout value is too large");
    }
    return 0;
}

int kr_lock_wait(PyThread_type_lock lock, _PyTime_t timeout)
{
    if (PyThread_acquire_lock(lock, NOWAIT_LOCK)) return 1;
    if (timeout == 0) return 0;
    _PyTime_t end = timeout > 0 ? _PyDeadline_Init(timeout) : 0;
    for (;;) {
        PyLockStatus status;
        long long microseconds = timeout < 0 ? -1
            : _PyTime_AsMicroseconds(timeout, _PyTime_ROUND_CEILING);
        Py_BEGIN_ALLOW_THREADS
        status = PyThread_acquire_lock_timed(lock, microseconds, 1);
        Py_END_ALLOW_THREADS
        if (status != PY_LOCK_INTR) return status == PY_LOCK_ACQUIRED;
        if (Py_MakePendingCalls() < 0) return -1;
        if (timeout > 0 && (timeout = _PyDeadline_Get(end)) < 0) return 0;
    }
}

// --- methods ------------------------------------------------------------------------------------

static PyObject *acquire(Lock *self, int blocking, PyObject *timeout)
{
    _PyTime_t wait;
    if (kr_lock_read_timeout(blocking, timeout, &wait) < 0) return NULL;
    int result = kr_lock_wait(self->handle, wait);
    if (result < 0) return NULL;
    if (result) self->is_held = 1;
    return PyBool_FromLong(result);
}

static PyObject *release(Lock *self)
{
    if (!self->is_held) return kr_raise(PyExc_RuntimeError, "release unlocked lock");
    self->is_held = 0;
    PyThread_release_lock(self->handle);
    Py_RETURN_NONE;
}

METHOD(acquire, "self, blocking: bool = True, timeout: object = -1", NULL)
static PyObject *lock_acquire(Lock *self, int blocking, PyObject *timeout)
{
    return acquire(self, blocking, timeout);
}

METHOD(acquire_lock, "self, blocking: bool = True, timeout: object = -1", NULL)
static PyObject *lock_acquire_lock(Lock *self, int blocking, PyObject *timeout)
{
    return acquire(self, blocking, timeout);
}

METHOD(release, "self",
       "release()\n(release_lock() is an obsolete synonym)\n\nRelease the lock, allowing another "
       "thread that is blocked waiting for\nthe lock to acquire the lock.  The lock must be in "
       "the locked state,\nbut it needn't be locked by the same thread that unlocks it.")
static PyObject *lock_release(Lock *self)
{
    return release(self);
}

METHOD(release_lock, "self", NULL)
static PyObject *lock_release_lock(Lock *self)
{
    return release(self);
}

METHOD(locked, "self",
       "locked() -> bool\n(locked_lock() is an obsolete synonym)\n\nReturn whether the lock is in "
       "the locked state.")
static PyObject *lock_locked(Lock *self)
{
    return PyBool_FromLong(self->is_held);
}

METHOD(locked_lock, "self", NULL)
static PyObject *lock_locked_lock(Lock *self)
{
    return PyBool_FromLong(self->is_held);
}

METHOD(__enter__, "self", NULL)
static PyObject *lock___enter__(Lock *self)
{
    return acquire(self, 1, NULL);
}

METHOD(__exit__, "self, *args: array", NULL)
static PyObject *lock___exit__(Lock *self, PyObject *const *args, Py_ssize_t count)
{
    return release(self);
}

// In the child of a fork nobody else is left to release it.
METHOD(_at_fork_reinit, "self", NULL)
static PyObject *lock__at_fork_reinit(Lock *self)
{
    if (_PyThread_at_fork_reinit(&self->handle) < 0)
        return kr_raise(PyExc_RuntimeError, "failed to reinitialize lock at fork");
    self->is_held = 0;
    Py_RETURN_NONE;
}

static PyObject *lock_repr(Lock *self)
{
    return PyUnicode_FromFormat("<%s %s object at %p>", self->is_held ? "locked" : "unlocked",
                                Py_TYPE(self)->tp_name, self);
}

#include "modules/_thread/lock.methods.h"

static PyTypeObject lock_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_thread.lock",
    .tp_basicsize = sizeof(Lock),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_doc = "A lock object is a synchronization primitive.  To create a lock,\ncall "
        "threading.Lock().",
    .tp_dealloc = (destructor)lock_dealloc,
    .tp_repr = (reprfunc)lock_repr,
    .tp_weaklistoffset = offsetof(Lock, weak_references),
    .tp_methods = lock_methods,
};

int kr_thread_add_locks(PyObject *module)
{
    if (PyType_Ready(&lock_type) < 0) return -1;
    return PyModule_AddObjectRef(module, "LockType", (PyObject *)&lock_type);
}
