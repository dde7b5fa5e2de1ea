// epoll.c - epoll objects.
#include "modules/select/select.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "objects/model/arguments.h"
#include "runtime/owned.h"

typedef struct {
    PyObject_HEAD
    int descriptor;         // -1: closed
} Epoll;

enum { MOST_EVENTS = FD_SETSIZE - 1 };

static int check_open(Epoll *self)
{
    if (self->descriptor >= 0) return 0;
    PyErr_SetString(PyExc_ValueError, "I/O operation on closed epoll object");
    return -1;
}

static PyObject *new_epoll(PyTypeObject *type, int descriptor)
{
    Epoll *self = (Epoll *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->descriptor = descriptor;
    if (descriptor >= 0) return (PyObject *)self;
    Py_BEGIN_ALLOW_THREADS
    self->descriptor = epoll_create1(EPOLL_CLOEXEC);
    Py_END_ALLOW_THREADS
    if (self->descriptor >= 0) return (PyObject *)self;
    Py_DECREF(self);
    return PyErr_SetFromErrno(PyExc_OSError);
}

CONSTRUCTOR(epoll, "sizehint: int = -1, flags: int = 0",
            "select.epoll(sizehint=-1, flags=0)\n\nReturns an epolling object\n\n"
            "sizehint must be a positive integer or -1 for the default size. The\n"
            "sizehint is used to optimize internal data structures. It doesn't limit\n"
            "the maximum number of monitored events.")
static PyObject *epoll_new(PyTypeObject *type, int sizehint, int flags)
{
    if (sizehint < -1 || sizehint == 0) {
        PyErr_SetString(PyExc_ValueError, "negative sizehint");
        return NULL;
    }
    if (flags != 0 && flags != EPOLL_CLOEXEC) {
        PyErr_SetString(PyExc_OSError, "invalid flags");
        return NULL;
    }
    return new_epoll(type, -1);
}

METHOD(fromfd, "cls, fd: int, /", "Create an epoll object from a given control fd.")
static PyObject *epoll_fromfd(PyTypeObject *cls, int fd)
{
    return new_epoll(cls, fd);
}

METHOD(close, "self, /",
       "Close the epoll control file descriptor.\n\nFurther operations on the epoll object will "
       "raise an exception.")
static PyObject *epoll_close(Epoll *self)
{
    int descriptor = self->descriptor, failed = 0;
    self->descriptor = -1;
    if (descriptor >= 0) {
        Py_BEGIN_ALLOW_THREADS
        failed = close(descriptor) < 0;
        Py_END_ALLOW_THREADS
    }
    if (failed) return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

METHOD(fileno, "self, /", "Return the epoll control file descriptor.")
static PyObject *epoll_fileno(Epoll *self)
{
    return check_open(self) < 0 ? NULL : PyLong_FromLong(self->descriptor);
}

static PyObject *control(Epoll *self, int operation, int descriptor, unsigned int mask)
{
    if (check_open(self) < 0) return NULL;
    struct epoll_event event = {.events = mask, .data.fd = descriptor};
    int failed;
    Py_BEGIN_ALLOW_THREADS
    failed = epoll_ctl(self->descriptor, operation, descriptor, &event) < 0;
    Py_END_ALLOW_THREADS
    if (failed) return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

METHOD(register, "self, /, fd: fd, eventmask: uint_mask = 7",
       "Registers a new fd or raises an OSError if the fd is already registered.\n\n  fd\n"
       "    the target file descriptor of the operation\n  eventmask\n"
       "    a bit set composed of the various EPOLL constants\n\n"
       "The epoll interface supports all file descriptors that support poll.")
static PyObject *epoll_register(Epoll *self, int fd, unsigned int eventmask)
{
    return control(self, EPOLL_CTL_ADD, fd, eventmask);
}

METHOD(modify, "self, /, fd: fd, eventmask: uint_mask",
       "Modify event mask for a registered file descriptor.\n\n  fd\n"
       "    the target file descriptor of the operation\n  eventmask\n"
       "    a bit set composed of the various EPOLL constants")
static PyObject *epoll_modify(Epoll *self, int fd, unsigned int eventmask)
{
    return control(self, EPOLL_CTL_MOD, fd, eventmask);
}

METHOD(unregister, "self, /, fd: fd",
       "Remove a registered file descriptor from the epoll object.\n\n  fd\n"
       "    the target file descriptor of the operation")
static PyObject *epoll_unregister(Epoll *self, int fd)
{
    return control(self, EPOLL_CTL_DEL, fd, 0);
}

static int wait_for_events(Epoll *self, struct epoll_event *events, int most, _PyTime_t timeout)
{
    _PyTime_t deadline = timeout < 0 ? 0 : _PyDeadline_Init(timeout);
    for (;;) {
        _PyTime_t milliseconds = timeout < 0 ? -1
            : _PyTime_AsMilliseconds(timeout, _PyTime_ROUND_CEILING);
        int count;
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        count = epoll_wait(self->descriptor, events, most, (int)milliseconds);
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

METHOD(poll, "self, /, timeout = None, maxevents: int = -1",
       "Wait for events on the epoll file descriptor.\n\n  timeout\n"
       "    the maximum time to wait in seconds (as float);\n"
       "    a timeout of None or -1 makes poll wait indefinitely\n  maxevents\n"
       "    the maximum number of events returned; -1 means no limit\n\n"
       "Returns a list containing any descriptors that have events to report,\n"
       "as a list of (fd, events) 2-tuples.")
static PyObject *epoll_poll(Epoll *self, PyObject *timeout, int maxevents)
{
    _PyTime_t duration;
    if (check_open(self) < 0 || kr_select_read_timeout(timeout, 1000000000, &duration) < 0)
        return NULL;
    if (duration >= 0 && _PyTime_AsMilliseconds(duration, _PyTime_ROUND_CEILING) > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "timeout is too large");
        return NULL;
    }
    if (maxevents == -1) maxevents = MOST_EVENTS;
    if (maxevents < 1)
        return PyErr_Format(PyExc_ValueError, "maxevents must be greater than 0, got %d",
                            maxevents);
    struct epoll_event *events = PyMem_Calloc((size_t)maxevents, sizeof *events);
    if (events == NULL) return PyErr_NoMemory();
    int count = wait_for_events(self, events, maxevents, duration);
    PyObject *result = count < 0 ? NULL : PyList_New(count);
    for (int i = 0; result != NULL && i < count; i++) {
        PyObject *pair = Py_BuildValue("(iI)", events[i].data.fd, events[i].events);
        if (pair == NULL)
            Py_CLEAR(result);
        else
            PyList_SET_ITEM(result, i, pair);
    }
    PyMem_Free(events);
    return result;
}

METHOD(__enter__, "self, /", NULL)
static PyObject *epoll___enter__(Epoll *self)
{
    return check_open(self) < 0 ? NULL : Py_NewRef((PyObject *)self);
}

METHOD(__exit__, "self, exc_type = None, exc_value = None, exc_tb = None, /", NULL)
static PyObject *epoll___exit__(Epoll *self, PyObject *exc_type, PyObject *exc_value,
                                PyObject *exc_tb)
{
    return epoll_close(self);
}

GETTER(closed, "True if the epoll handler is closed")
static PyObject *epoll_get_closed(Epoll *self)
{
    return PyBool_FromLong(self->descriptor < 0);
}

#include "modules/select/epoll.methods.h"

static void epoll_dealloc(PyObject *object)
{
    Epoll *self = (Epoll *)object;
    if (self->descriptor >= 0) (void)close(self->descriptor);
    Py_TYPE(object)->tp_free(object);
}

PyTypeObject kr_epoll_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "select.epoll",
    .tp_basicsize = sizeof(Epoll),
    .tp_dealloc = epoll_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = epoll_doc,
    .tp_methods = epoll_methods,
    .tp_getset = epoll_getset,
    .tp_new = epoll_tp_new,
};
