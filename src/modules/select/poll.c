// poll.c - poll objects: a dict of descriptors and event masks.
//
// (1) entries is NULL or as many as the dict has, in its order, when `is_current`.
// (2) While poll(2) runs no second call may use the same entries.
#include "modules/select/select.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

#include "objects/model/arguments.h"
#include "runtime/owned.h"

typedef struct {
    PyObject_HEAD
    PyObject *masks;            // dict: descriptor -> events
    struct pollfd *entries;
    Py_ssize_t count;
    int is_current, is_polling;
} Poll;

static PyObject *masks_of(Poll *self)
{
    if (self->masks == NULL) self->masks = PyDict_New();
    return self->masks;
}

// An event mask of 16 bits: 0 or -1.
static int read_mask(PyObject *object, unsigned short *ret_mask)
{
    unsigned long value = PyLong_AsUnsignedLong(object);
    if (value == (unsigned long)-1 && PyErr_Occurred()) return -1;
    if (value > USHRT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large for C unsigned short");
        return -1;
    }
    *ret_mask = (unsigned short)value;
    return 0;
}

static int set_mask(Poll *self, int descriptor, unsigned short mask)
{
    KR_AUTO PyObject *key = PyLong_FromLong(descriptor), *value = PyLong_FromLong(mask);
    if (key == NULL || value == NULL || masks_of(self) == NULL) return -1;
    self->is_current = 0;
    return PyDict_SetItem(self->masks, key, value);
}

METHOD(register, "self, fd: fd, eventmask: object = NULL, /",
       "Register a file descriptor with the polling object.\n\n  fd\n"
       "    either an integer, or an object with a fileno() method returning an int\n  eventmask\n"
       "    an optional bitmask describing the type of events to check for")
static PyObject *poll_register(Poll *self, int descriptor, PyObject *eventmask)
{
    unsigned short mask = POLLIN | POLLPRI | POLLOUT;
    if (eventmask != NULL && read_mask(eventmask, &mask) < 0) return NULL;
    if (set_mask(self, descriptor, mask) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(modify, "self, fd: fd, eventmask, /",
       "Modify an already registered file descriptor.\n\n  fd\n"
       "    either an integer, or an object with a fileno() method returning\n    an int\n  "
       "eventmask\n"
       "    a bitmask describing the type of events to check for")
static PyObject *poll_modify(Poll *self, int descriptor, PyObject *eventmask)
{
    unsigned short mask;
    if (read_mask(eventmask, &mask) < 0) return NULL;
    KR_AUTO PyObject *key = PyLong_FromLong(descriptor);
    int found = key == NULL || masks_of(self) == NULL ? -1 : PyDict_Contains(self->masks, key);
    if (found < 0) return NULL;
    if (!found) {
        errno = ENOENT;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    if (set_mask(self, descriptor, mask) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(unregister, "self, fd: fd, /",
       "Remove a file descriptor being tracked by the polling object.")
static PyObject *poll_unregister(Poll *self, int descriptor)
{
    KR_AUTO PyObject *key = PyLong_FromLong(descriptor);
    if (key == NULL || masks_of(self) == NULL || PyDict_DelItem(self->masks, key) < 0) return NULL;
    self->is_current = 0;
    Py_RETURN_NONE;
}

static int fill_entries(Poll *self)
{
    if (self->is_current) return 0;
    if (masks_of(self) == NULL) return -1;
    Py_ssize_t count = PyDict_GET_SIZE(self->masks), position = 0, i = 0;
    struct pollfd *entries = PyMem_Realloc(self->entries,
                                           (size_t)Py_MAX(count, 1) * sizeof *entries);
    if (entries == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->entries = entries;
    PyObject *key, *value;
    while (PyDict_Next(self->masks, &position, &key, &value))
        entries[i++] = (struct pollfd){(int)PyLong_AsLong(key),
                                       (short)(unsigned short)PyLong_AsLong(value), 0};
    self->count = count;
    self->is_current = 1;
    return 0;
}

static int wait_for_events(Poll *self, _PyTime_t timeout)
{
    _PyTime_t deadline = timeout < 0 ? 0 : _PyDeadline_Init(timeout);
    for (;;) {
        _PyTime_t milliseconds = timeout < 0 ? -1
            : _PyTime_AsMilliseconds(timeout, _PyTime_ROUND_CEILING);
        int count;
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        count = poll(self->entries, (nfds_t)self->count, (int)milliseconds);
        Py_END_ALLOW_THREADS
        if (count >= 0) return count;
        if (errno != EINTR) {
            PyErr_SetFromErrno(PyExc_OSError);
            return -1;
        }
        if (PyErr_CheckSignals() < 0) return -1;
        if (timeout >= 0 && (timeout = _PyDeadline_Get(deadline)) < 0) return 0;
    }
}

METHOD(poll, "self, timeout = None, /",
       "Polls the set of registered file descriptors.\n\n  timeout\n"
       "    The maximum time to wait in milliseconds, or else None (or a negative\n    value) to "
       "wait indefinitely.\n\n"
       "Returns a list containing any descriptors that have events or errors to\n"
       "report, as a list of (fd, event) 2-tuples.")
static PyObject *poll_poll(Poll *self, PyObject *timeout)
{
    _PyTime_t duration;
    if (kr_select_read_timeout(timeout, 1000000, &duration) < 0) return NULL;
    if (duration >= 0 && _PyTime_AsMilliseconds(duration, _PyTime_ROUND_CEILING) > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "timeout is too large");
        return NULL;
    }
    if (self->is_polling) {  // keeps (2)
        PyErr_SetString(PyExc_RuntimeError, "concurrent poll() invocation");
        return NULL;
    }
    if (fill_entries(self) < 0) return NULL;
    self->is_polling = 1;
    int count = wait_for_events(self, duration);
    self->is_polling = 0;
    KR_AUTO PyObject *result = count < 0 ? NULL : PyList_New(0);
    for (Py_ssize_t i = 0; result != NULL && count > 0 && i < self->count; i++) {
        if (self->entries[i].revents == 0) continue;
        KR_AUTO PyObject *pair = Py_BuildValue("(ii)", self->entries[i].fd,
                                               self->entries[i].revents & 0xffff);
        if (pair == NULL || PyList_Append(result, pair) < 0) return NULL;
    }
    return kr_take(result);
}

#include "modules/select/poll.methods.h"

static void poll_dealloc(PyObject *object)
{
    Poll *self = (Poll *)object;
    PyMem_Free(self->entries);
    Py_XDECREF(self->masks);
    Py_TYPE(object)->tp_free(object);
}

PyTypeObject kr_poll_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "select.poll",
    .tp_basicsize = sizeof(Poll),
    .tp_dealloc = poll_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_methods = poll_methods,
};
