// select.c - waiting for file descriptors: select, poll objects, epoll objects.
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#include "Python.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

typedef struct State {
    PyTypeObject *poll_type;
    PyTypeObject *epoll_type;
} State;

// A point in time until which a call may wait; negative `end` waits for ever.
typedef struct Deadline {
    _PyTime_t left;
    _PyTime_t end;
    int forever;
} Deadline;

static void start_deadline(Deadline *deadline)
{
    if (!deadline->forever) deadline->end = _PyTime_Add(_PyTime_GetMonotonicClock(), deadline->left);
}

// After a signal: 0 to wait on with the time that is left; 1 when it is up; -1 with an exception.
static int go_on(Deadline *deadline)
{
    if (PyErr_CheckSignals() < 0) return -1;
    if (deadline->forever) return 0;
    deadline->left = deadline->end - _PyTime_GetMonotonicClock();
    return deadline->left < 0;
}

// --- select ---------------------------------------------------------------------------------------

// The objects of one argument and their descriptors.
typedef struct Watched {
    PyObject *objects;         // list or tuple, owned
    int *descriptors;
    Py_ssize_t count;
    fd_set set;
} Watched;

static void release_watched(Watched *watched)
{
    Py_XDECREF(watched->objects);
    PyMem_Free(watched->descriptors);
}

#define AUTO_WATCHED __attribute__((cleanup(release_watched))) Watched

static int read_watched(PyObject *sequence, Watched *watched, int *highest)
{
    FD_ZERO(&watched->set);
    watched->objects = PySequence_Fast(sequence, "arguments 1-3 must be sequences");
    if (watched->objects == NULL) return -1;
    Py_ssize_t room = 0;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(watched->objects); i++) {
        KR_AUTO PyObject *object = Py_NewRef(PySequence_Fast_GET_ITEM(watched->objects, i));
        int descriptor = PyObject_AsFileDescriptor(object);
        if (descriptor == -1) return -1;
        if (descriptor < 0 || descriptor >= FD_SETSIZE)
            return kr_raise_int(PyExc_ValueError, "filedescriptor out of range in select()");
        if (i >= FD_SETSIZE) return kr_raise_int(PyExc_ValueError, "too many file descriptors in select()");
        if (i >= room) {
            room = room ? room * 2 : 16;
            int *grown = PyMem_Realloc(watched->descriptors, (size_t)room * sizeof(int));
            if (grown == NULL) {
                PyErr_NoMemory();
                return -1;
            }
            watched->descriptors = grown;
        }
        watched->descriptors[i] = descriptor;
        watched->count = i + 1;
        FD_SET(descriptor, &watched->set);
        if (descriptor > *highest) *highest = descriptor;
    }
    return 0;
}

// New list of the objects whose descriptors are in [set].
static PyObject *ready_objects(const Watched *watched, const fd_set *set)
{
    KR_AUTO PyObject *list = PyList_New(0);
    for (Py_ssize_t i = 0; list && i < watched->count && i < PySequence_Fast_GET_SIZE(watched->objects); i++)
        if (FD_ISSET(watched->descriptors[i], set)
            && PyList_Append(list, PySequence_Fast_GET_ITEM(watched->objects, i)) < 0)
            return NULL;
    return kr_take(list);
}

static int read_select_timeout(PyObject *timeout, Deadline *ret_deadline)
{
    *ret_deadline = (Deadline){.forever = timeout == Py_None};
    if (ret_deadline->forever) return 0;
    if (_PyTime_FromSecondsObject(&ret_deadline->left, timeout, _PyTime_ROUND_TIMEOUT) < 0) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            PyErr_SetString(PyExc_TypeError, "timeout must be a float or None");
        return -1;
    }
    if (ret_deadline->left < 0) return kr_raise_int(PyExc_ValueError, "timeout must be non-negative");
    return 0;
}

METHOD(select, "module, rlist, wlist, xlist, timeout: object = None, /",
       "Wait until one or more file descriptors are ready for some kind of I/O.\n\n"
       "The first three arguments are iterables of file descriptors to be waited for:\n"
       "rlist -- wait until ready for reading\n"
       "wlist -- wait until ready for writing\n"
       "xlist -- wait for an \"exceptional condition\"\n"
       "If only one kind of condition is required, pass [] for the other lists.\n\n"
       "A file descriptor is either a socket or file object, or a small integer\n"
       "gotten from a fileno() method call on one of those.\n\n"
       "The optional 4th argument specifies a timeout in seconds; it may be\n"
       "a floating point number to specify fractions of seconds.  If it is absent\n"
       "or None, the call will never time out.\n\n"
       "The return value is a tuple of three lists corresponding to the first three\n"
       "arguments; each contains the subset of the corresponding file descriptors\n"
       "that are ready.\n\n"
       "*** IMPORTANT NOTICE ***\n"
       "On Windows, only sockets are supported; on Unix, all file\n"
       "descriptors can be used.")
static PyObject *select_select(PyObject *module, PyObject *rlist, PyObject *wlist, PyObject *xlist,
                               PyObject *timeout)
{
    Deadline deadline;
    int highest = -1, found;
    AUTO_WATCHED read = {0};
    AUTO_WATCHED write = {0};
    AUTO_WATCHED other = {0};
    if (read_select_timeout(timeout, &deadline) < 0) return NULL;
    if (read_watched(rlist, &read, &highest) < 0 || read_watched(wlist, &write, &highest) < 0
        || read_watched(xlist, &other, &highest) < 0)
        return NULL;
    start_deadline(&deadline);
    fd_set read_set, write_set, other_set;
    for (;;) {
        struct timeval wait;
        read_set = read.set;
        write_set = write.set;
        other_set = other.set;
        if (!deadline.forever && _PyTime_AsTimeval(deadline.left, &wait, _PyTime_ROUND_CEILING) < 0) return NULL;
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        found = select(highest + 1, &read_set, &write_set, &other_set, deadline.forever ? NULL : &wait);
        Py_END_ALLOW_THREADS
        if (found >= 0 || errno != EINTR) break;
        int done = go_on(&deadline);
        if (done < 0) return NULL;
        if (done) {
            FD_ZERO(&read_set);
            FD_ZERO(&write_set);
            FD_ZERO(&other_set);
            found = 0;
            break;
        }
    }
    if (found < 0) return PyErr_SetFromErrno(PyExc_OSError);
    KR_AUTO PyObject *readable = ready_objects(&read, &read_set);
    KR_AUTO PyObject *writable = readable ? ready_objects(&write, &write_set) : NULL;
    KR_AUTO PyObject *exceptional = writable ? ready_objects(&other, &other_set) : NULL;
    return exceptional ? PyTuple_Pack(3, readable, writable, exceptional) : NULL;
}

// --- poll objects ---------------------------------------------------------------------------------

typedef struct Poll {
    PyObject_HEAD
    PyObject *events;          // dict: descriptor -> event mask
    struct pollfd *descriptors;
    int count;
    int is_current;            // descriptors match events
    int is_running;
} Poll;

static int get_event_mask(PyObject *object, unsigned short *ret_mask)
{
    unsigned long value = PyLong_AsUnsignedLong(object);
    if (value == (unsigned long)-1 && PyErr_Occurred()) {
        long negative = PyErr_ExceptionMatches(PyExc_OverflowError) && PyLong_Check(object) && _PyLong_Sign(object) < 0;
        if (negative) {
            PyErr_Clear();
            PyErr_SetString(PyExc_ValueError, "value must be positive");
        }
        return -1;
    }
    if (value > USHRT_MAX) return kr_raise_int(PyExc_OverflowError, "Python int too large for C unsigned short");
    *ret_mask = (unsigned short)value;
    return 0;
}

static int set_events(Poll *self, int fd, unsigned short mask)
{
    KR_AUTO PyObject *key = PyLong_FromLong(fd);
    KR_AUTO PyObject *value = key ? PyLong_FromLong(mask) : NULL;
    if (value == NULL || PyDict_SetItem(self->events, key, value) < 0) return -1;
    self->is_current = 0;
    return 0;
}

METHOD(register, "self, fd: fd, eventmask: object = NULL, /",
       "Register a file descriptor with the polling object.\n\n"
       "  fd\n"
       "    either an integer, or an object with a fileno() method returning an int\n"
       "  eventmask\n"
       "    an optional bitmask describing the type of events to check for")
static PyObject *poll_register(Poll *self, int fd, PyObject *eventmask)
{
    unsigned short mask = POLLIN | POLLPRI | POLLOUT;
    if (eventmask && get_event_mask(eventmask, &mask) < 0) return NULL;
    if (set_events(self, fd, mask) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(modify, "self, fd: fd, eventmask, /",
       "Modify an already registered file descriptor.\n\n"
       "  fd\n"
       "    either an integer, or an object with a fileno() method returning\n"
       "    an int\n"
       "  eventmask\n"
       "    a bitmask describing the type of events to check for")
static PyObject *poll_modify(Poll *self, int fd, PyObject *eventmask)
{
    unsigned short mask;
    if (get_event_mask(eventmask, &mask) < 0) return NULL;
    KR_AUTO PyObject *key = PyLong_FromLong(fd);
    int known = key ? PyDict_Contains(self->events, key) : -1;
    if (known < 0) return NULL;
    if (!known) {
        errno = ENOENT;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    if (set_events(self, fd, mask) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(unregister, "self, fd: fd, /", "Remove a file descriptor being tracked by the polling object.")
static PyObject *poll_unregister(Poll *self, int fd)
{
    KR_AUTO PyObject *key = PyLong_FromLong(fd);
    if (key == NULL || PyDict_DelItem(self->events, key) < 0) return NULL;
    self->is_current = 0;
    Py_RETURN_NONE;
}

// Rebuilds the array of descriptors from the dict.
static int update_descriptors(Poll *self)
{
    Py_ssize_t count = PyDict_GET_SIZE(self->events), position = 0;
    struct pollfd *grown = PyMem_Realloc(self->descriptors, (size_t)(count + 1) * sizeof *grown);
    if (grown == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->descriptors = grown;
    self->count = 0;
    PyObject *key, *value;
    while (PyDict_Next(self->events, &position, &key, &value))
        grown[self->count++] = (struct pollfd){(int)PyLong_AsLong(key), (short)PyLong_AsLong(value), 0};
    self->is_current = 1;
    return 0;
}

// Milliseconds of an argument, rounded up; negative or None: for ever.
static int read_poll_timeout(PyObject *timeout, Deadline *ret_deadline)
{
    *ret_deadline = (Deadline){.forever = timeout == Py_None};
    if (ret_deadline->forever) return 0;
    if (_PyTime_FromMillisecondsObject(&ret_deadline->left, timeout, _PyTime_ROUND_TIMEOUT) < 0) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            PyErr_SetString(PyExc_TypeError, "timeout must be an integer or None");
        return -1;
    }
    _PyTime_t milliseconds = _PyTime_AsMilliseconds(ret_deadline->left, _PyTime_ROUND_TIMEOUT);
    if (milliseconds < INT_MIN || milliseconds > INT_MAX)
        return kr_raise_int(PyExc_OverflowError, "timeout is too large");
    ret_deadline->forever = milliseconds < 0;
    return 0;
}

static PyObject *ready_pairs(const Poll *self, int found)
{
    KR_AUTO PyObject *list = PyList_New(0);
    for (int i = 0; list && i < self->count && found > 0; i++) {
        if (self->descriptors[i].revents == 0) continue;
        found--;
        KR_AUTO PyObject *pair =
            Py_BuildValue("(ii)", self->descriptors[i].fd, (int)(unsigned short)self->descriptors[i].revents);
        if (pair == NULL || PyList_Append(list, pair) < 0) return NULL;
    }
    return kr_take(list);
}

METHOD(poll, "self, timeout: object = None, /",
       "Polls the set of registered file descriptors.\n\n"
       "  timeout\n"
       "    The maximum time to wait in milliseconds, or else None (or a negative\n"
       "    value) to wait indefinitely.\n\n"
       "Returns a list containing any descriptors that have events or errors to\n"
       "report, as a list of (fd, event) 2-tuples.")
static PyObject *poll_poll(Poll *self, PyObject *timeout)
{
    Deadline deadline;
    int found, done = 0;
    if (read_poll_timeout(timeout, &deadline) < 0) return NULL;
    if (self->is_running) return kr_raise(PyExc_RuntimeError, "concurrent poll() invocation");
    if (!self->is_current && update_descriptors(self) < 0) return NULL;
    start_deadline(&deadline);
    self->is_running = 1;
    do {
        int wait = deadline.forever ? -1 : (int)_PyTime_AsMilliseconds(deadline.left, _PyTime_ROUND_TIMEOUT);
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        found = poll(self->descriptors, (nfds_t)self->count, wait);
        Py_END_ALLOW_THREADS
        if (found >= 0 || errno != EINTR) break;
        done = go_on(&deadline);
        if (done > 0) found = 0;
    } while (done == 0);
    self->is_running = 0;
    if (done < 0) return NULL;
    return found < 0 ? PyErr_SetFromErrno(PyExc_OSError) : ready_pairs(self, found);
}

static void poll_dealloc(Poll *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyMem_Free(self->descriptors);
    Py_XDECREF(self->events);
    type->tp_free(self);
    Py_DECREF(type);
}

METHOD(poll, "module",
       "Returns a polling object.\n\n"
       "This object supports registering and unregistering file descriptors, and then\n"
       "polling them for I/O events.")
static PyObject *select_poll(PyObject *module)
{
    PyTypeObject *type = ((State *)PyModule_GetState(module))->poll_type;
    Poll *self = (Poll *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->events = PyDict_New();
    if (self->events == NULL) Py_CLEAR(self);
    return (PyObject *)self;
}

// --- epoll objects --------------------------------------------------------------------------------

typedef struct Epoll {
    PyObject_HEAD
    int fd;      // -1: closed
} Epoll;

static PyObject *new_epoll(PyTypeObject *type, int fd)
{
    Epoll *self = (Epoll *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->fd = fd;
    if (fd == -1) {
        Py_BEGIN_ALLOW_THREADS
        self->fd = epoll_create1(EPOLL_CLOEXEC);
        Py_END_ALLOW_THREADS
    }
    if (self->fd >= 0) return (PyObject *)self;
    Py_DECREF(self);
    return PyErr_SetFromErrno(PyExc_OSError);
}

CONSTRUCTOR(epoll, "sizehint: int = -1, flags: int = 0",
            "select.epoll(sizehint=-1, flags=0)\n\n"
            "Returns an epolling object\n\n"
            "sizehint must be a positive integer or -1 for the default size. The\n"
            "sizehint is used to optimize internal data structures. It doesn't limit\n"
            "the maximum number of monitored events.")
static PyObject *epoll_new(PyTypeObject *type, int sizehint, int flags)
{
    if (sizehint != -1 && sizehint <= 0) return kr_raise(PyExc_ValueError, "negative sizehint");
    if (flags & ~EPOLL_CLOEXEC) return kr_raise(PyExc_OSError, "invalid flags");
    return new_epoll(type, -1);
}

static PyObject *raise_closed(void)
{
    return kr_raise(PyExc_ValueError, "I/O operation on closed epoll object");
}

METHOD(fromfd, "cls, fd: int, /", "Create an epoll object from a given control fd.")
static PyObject *epoll_fromfd(PyTypeObject *type, int fd)
{
    return new_epoll(type, fd);
}

static int close_epoll(Epoll *self)
{
    int fd = self->fd, failed = 0;
    self->fd = -1;
    if (fd >= 0) {
        Py_BEGIN_ALLOW_THREADS
        failed = close(fd);
        Py_END_ALLOW_THREADS
    }
    return failed;
}

METHOD(close, "self",
       "Close the epoll control file descriptor.\n\n"
       "Further operations on the epoll object will raise an exception.")
static PyObject *epoll_close(Epoll *self)
{
    if (close_epoll(self) < 0) return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

METHOD(fileno, "self", "Return the epoll control file descriptor.")
static PyObject *epoll_fileno(Epoll *self)
{
    return self->fd < 0 ? raise_closed() : PyLong_FromLong(self->fd);
}

static PyObject *control(Epoll *self, int operation, int fd, unsigned int events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    int result;
    if (self->fd < 0) return raise_closed();
    Py_BEGIN_ALLOW_THREADS
    result = epoll_ctl(self->fd, operation, fd, &event);
    Py_END_ALLOW_THREADS
    if (result < 0) return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

METHOD(register, "self, fd: fd, eventmask: uint_mask = 7",
       "Registers a new fd or raises an OSError if the fd is already registered.\n\n"
       "  fd\n"
       "    the target file descriptor of the operation\n"
       "  eventmask\n"
       "    a bit set composed of the various EPOLL constants\n\n"
       "The epoll interface supports all file descriptors that support poll.")
static PyObject *epoll_register(Epoll *self, int fd, unsigned int eventmask)
{
    return control(self, EPOLL_CTL_ADD, fd, eventmask);
}

METHOD(modify, "self, fd: fd, eventmask: uint_mask",
       "Modify event mask for a registered file descriptor.\n\n"
       "  fd\n"
       "    the target file descriptor of the operation\n"
       "  eventmask\n"
       "    a bit set composed of the various EPOLL constants")
static PyObject *epoll_modify(Epoll *self, int fd, unsigned int eventmask)
{
    return control(self, EPOLL_CTL_MOD, fd, eventmask);
}

METHOD(unregister, "self, fd: fd",
       "Remove a registered file descriptor from the epoll object.\n\n"
       "  fd\n"
       "    the target file descriptor of the operation")
static PyObject *epoll_unregister(Epoll *self, int fd)
{
    return control(self, EPOLL_CTL_DEL, fd, 0);
}

static int read_epoll_timeout(PyObject *timeout, Deadline *ret_deadline)
{
    *ret_deadline = (Deadline){.forever = timeout == Py_None};
    if (ret_deadline->forever) return 0;
    if (_PyTime_FromSecondsObject(&ret_deadline->left, timeout, _PyTime_ROUND_TIMEOUT) < 0) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            PyErr_SetString(PyExc_TypeError, "timeout must be an integer or None");
        return -1;
    }
    if (_PyTime_AsMilliseconds(ret_deadline->left, _PyTime_ROUND_CEILING) > INT_MAX)
        return kr_raise_int(PyExc_OverflowError, "timeout is too large");
    ret_deadline->forever = ret_deadline->left < 0;
    return 0;
}

// Waits for events: how many, or -1 with an exception.
static int wait_for_events(Epoll *self, struct epoll_event *events, int most, Deadline *deadline)
{
    start_deadline(deadline);
    for (;;) {
        int found, wait = deadline->forever ? -1 : (int)_PyTime_AsMilliseconds(deadline->left, _PyTime_ROUND_CEILING);
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        found = epoll_wait(self->fd, events, most, wait);
        Py_END_ALLOW_THREADS
        if (found >= 0) return found;
        if (errno != EINTR) {
            PyErr_SetFromErrno(PyExc_OSError);
            return -1;
        }
        int done = go_on(deadline);
        if (done) return done < 0 ? -1 : 0;
    }
}

METHOD(poll, "self, timeout: object = None, maxevents: int = -1",
       "Wait for events on the epoll file descriptor.\n\n"
       "  timeout\n"
       "    the maximum time to wait in seconds (as float);\n"
       "    a timeout of None or -1 makes poll wait indefinitely\n"
       "  maxevents\n"
       "    the maximum number of events returned; -1 means no limit\n\n"
       "Returns a list containing any descriptors that have events to report,\n"
       "as a list of (fd, events) 2-tuples.")
static PyObject *epoll_poll(Epoll *self, PyObject *timeout, int maxevents)
{
    Deadline deadline;
    if (self->fd < 0) return raise_closed();
    if (read_epoll_timeout(timeout, &deadline) < 0) return NULL;
    if (maxevents == -1) maxevents = FD_SETSIZE - 1;
    if (maxevents < 1) return kr_raise(PyExc_ValueError, "maxevents must be greater than 0, got %d", maxevents);
    struct epoll_event *events = PyMem_New(struct epoll_event, maxevents);
    if (events == NULL) return PyErr_NoMemory();
    int found = wait_for_events(self, events, maxevents, &deadline);
    KR_AUTO PyObject *list = found < 0 ? NULL : PyList_New(found);
    for (int i = 0; list && i < found; i++) {
        PyObject *pair = Py_BuildValue("(iI)", events[i].data.fd, events[i].events);
        if (pair == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, pair);
    }
    PyMem_Free(events);
    return kr_take(list);
}

METHOD(__enter__, "self", "")
static PyObject *epoll___enter__(Epoll *self)
{
    return self->fd < 0 ? raise_closed() : Py_NewRef((PyObject *)self);
}

METHOD(__exit__, "self, exc_type: object = None, exc_value: object = None, exc_tb: object = None, /", "")
static PyObject *epoll___exit__(Epoll *self, PyObject *exc_type, PyObject *exc_value, PyObject *exc_tb)
{
    return epoll_close(self);
}

GETTER(closed, "True if the epoll handler is closed")
static PyObject *epoll_get_closed(Epoll *self)
{
    return PyBool_FromLong(self->fd < 0);
}

static void epoll_dealloc(Epoll *self)
{
    PyTypeObject *type = Py_TYPE(self);
    (void)close_epoll(self);
    type->tp_free(self);
    Py_DECREF(type);
}

#include "modules/select.methods.h"

// --- the module -----------------------------------------------------------------------------------

static PyType_Slot poll_slots[] = {
    {Py_tp_dealloc, poll_dealloc},
    {Py_tp_methods, poll_methods},
    {0, NULL},
};

static PyType_Spec poll_spec = {
    "select.poll", sizeof(Poll), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, poll_slots,
};

static PyType_Slot epoll_slots[] = {
    {Py_tp_dealloc, epoll_dealloc},
    {Py_tp_doc, (void *)epoll_doc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_getset, epoll_getset},
    {Py_tp_methods, epoll_methods},
    {Py_tp_new, epoll_tp_new},
    {0, NULL},
};

static PyType_Spec epoll_spec = {"select.epoll", sizeof(Epoll), 0, Py_TPFLAGS_DEFAULT, epoll_slots};

#define NAME(name) {#name, name},
static const struct {
    const char *name;
    long value;
} constants[] = {
    NAME(EPOLLERR) NAME(EPOLLET) NAME(EPOLLEXCLUSIVE) NAME(EPOLLHUP) NAME(EPOLLIN) NAME(EPOLLMSG)
    NAME(EPOLLONESHOT) NAME(EPOLLOUT) NAME(EPOLLPRI) NAME(EPOLLRDBAND) NAME(EPOLLRDHUP)
    NAME(EPOLLRDNORM) NAME(EPOLLWRBAND) NAME(EPOLLWRNORM) NAME(EPOLL_CLOEXEC) NAME(PIPE_BUF)
    NAME(POLLERR) NAME(POLLHUP) NAME(POLLIN) NAME(POLLMSG) NAME(POLLNVAL) NAME(POLLOUT) NAME(POLLPRI)
    NAME(POLLRDBAND) NAME(POLLRDHUP) NAME(POLLRDNORM) NAME(POLLWRBAND) NAME(POLLWRNORM)
};

static int select_exec(PyObject *module)
{
    State *state = PyModule_GetState(module);
    if (PyModule_AddObjectRef(module, "error", PyExc_OSError) < 0) return -1;
    state->poll_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &poll_spec, NULL);
    state->epoll_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &epoll_spec, NULL);
    if (state->poll_type == NULL || state->epoll_type == NULL) return -1;
    if (PyModule_AddType(module, state->epoll_type) < 0) return -1;
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) return -1;
    return 0;
}

static int select_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    Py_VISIT(state->poll_type);
    Py_VISIT(state->epoll_type);
    return 0;
}

static int select_clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    Py_CLEAR(state->poll_type);
    Py_CLEAR(state->epoll_type);
    return 0;
}

static PyModuleDef_Slot select_slots[] = {
    {Py_mod_exec, select_exec},
    {0, NULL},
};

static struct PyModuleDef select_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "select",
    .m_doc = "This module supports asynchronous I/O on multiple file descriptors.\n\n"
             "*** IMPORTANT NOTICE ***\n"
             "On Windows, only sockets are supported; on Unix, all file descriptors.",
    .m_size = sizeof(State),
    .m_methods = select_methods,
    .m_slots = select_slots,
    .m_traverse = select_traverse,
    .m_clear = select_clear,
};

PyMODINIT_FUNC PyInit_select(void)
{
    return PyModuleDef_Init(&select_definition);
}
