// select.c - the module select.
#include "modules/select/select.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "objects/model/arguments.h"
#include "runtime/owned.h"

int kr_select_read_timeout(PyObject *timeout, int64_t unit, _PyTime_t *ret_timeout)
{
    *ret_timeout = -1;
    if (timeout == Py_None) return 0;
    int result = unit == 1000000
        ? _PyTime_FromMillisecondsObject(ret_timeout, timeout, _PyTime_ROUND_TIMEOUT)
        : _PyTime_FromSecondsObject(ret_timeout, timeout, _PyTime_ROUND_TIMEOUT);
    if (result < 0 && PyErr_ExceptionMatches(PyExc_TypeError))
        PyErr_SetString(PyExc_TypeError, unit == 1000000 ? "timeout must be an integer or None"
                                                         : "timeout must be a float or None");
    return result;
}

// One of the three sets: the objects and their descriptors.
typedef struct {
    PyObject *objects;          // from PySequence_Fast
    int descriptors[FD_SETSIZE];
    fd_set set;
    int highest;
} Group;

static int read_group(PyObject *iterable, Group *group)
{
    FD_ZERO(&group->set);
    group->highest = -1;
    group->objects = PySequence_Fast(iterable, "arguments 1-3 must be sequences");
    if (group->objects == NULL) return -1;
    // fileno() may change the list: the size is read anew.
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(group->objects); i++) {
        if (i >= FD_SETSIZE) {
            PyErr_SetString(PyExc_ValueError, "too many file descriptors in select()");
            return -1;
        }
        KR_AUTO PyObject *object = Py_NewRef(PySequence_Fast_GET_ITEM(group->objects, i));
        int descriptor = PyObject_AsFileDescriptor(object);
        if (descriptor < 0) return -1;
        if (descriptor >= FD_SETSIZE) {
            PyErr_SetString(PyExc_ValueError, "filedescriptor out of range in select()");
            return -1;
        }
        FD_SET(descriptor, &group->set);
        group->descriptors[i] = descriptor;
        if (descriptor > group->highest) group->highest = descriptor;
    }
    return 0;
}

static PyObject *ready_objects(const Group *group, const fd_set *ready)
{
    KR_AUTO PyObject *result = PyList_New(0);
    Py_ssize_t count = Py_MIN(PySequence_Fast_GET_SIZE(group->objects), FD_SETSIZE);
    for (Py_ssize_t i = 0; result != NULL && i < count; i++)
        if (FD_ISSET(group->descriptors[i], ready)
            && PyList_Append(result, PySequence_Fast_GET_ITEM(group->objects, i)) < 0)
            return NULL;
    return kr_take(result);
}

static PyObject *wait_for_groups(Group groups[3], _PyTime_t timeout)
{
    int highest = Py_MAX(groups[0].highest, Py_MAX(groups[1].highest, groups[2].highest)), count;
    _PyTime_t deadline = timeout < 0 ? 0 : _PyDeadline_Init(timeout);
    fd_set ready[3];
    for (;;) {
        struct timeval value;
        if (timeout >= 0) _PyTime_AsTimeval_clamp(timeout, &value, _PyTime_ROUND_CEILING);
        for (int i = 0; i < 3; i++) ready[i] = groups[i].set;
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        count = select(highest + 1, &ready[0], &ready[1], &ready[2], timeout >= 0 ? &value : NULL);
        Py_END_ALLOW_THREADS
        if (errno != EINTR || count >= 0) break;
        if (PyErr_CheckSignals() < 0) return NULL;
        if (timeout < 0) continue;
        timeout = _PyDeadline_Get(deadline);
        if (timeout >= 0) continue;
        // Time ran out while a handler worked.
        for (int i = 0; i < 3; i++) FD_ZERO(&ready[i]);
        count = 0;
        break;
    }
    if (count < 0) return PyErr_SetFromErrno(PyExc_OSError);
    KR_AUTO PyObject *reading = ready_objects(&groups[0], &ready[0]);
    KR_AUTO PyObject *writing = reading == NULL ? NULL : ready_objects(&groups[1], &ready[1]);
    KR_AUTO PyObject *exceptional = writing == NULL ? NULL : ready_objects(&groups[2], &ready[2]);
    return exceptional == NULL ? NULL : PyTuple_Pack(3, reading, writing, exceptional);
}

METHOD(select, "module, rlist, wlist, xlist, timeout = None, /",
       "Wait until one or more file descriptors are ready for some kind of I/O.\n\n"
       "The first three arguments are iterables of file descriptors to be waited for:\n"
       "rlist -- wait until ready for reading\nwlist -- wait until ready for writing\n"
       "xlist -- wait for an \"exceptional condition\"\n"
       "If only one kind of condition is required, pass [] for the other lists.\n\n"
       "A file descriptor is either a socket or file object, or a small integer\n"
       "gotten from a fileno() method call on one of those.\n\n"
       "The optional 4th argument specifies a timeout in seconds; it may be\n"
       "a floating point number to specify fractions of seconds.  If it is absent\n"
       "or None, the call will never time out.\n\n"
       "The return value is a tuple of three lists corresponding to the first three\n"
       "arguments; each contains the subset of the corresponding file descriptors\nthat are "
       "ready.\n\n"
       "*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file\n"
       "descriptors can be used.")
static PyObject *select_select(PyObject *module, PyObject *rlist, PyObject *wlist, PyObject *xlist,
                               PyObject *timeout)
{
    _PyTime_t duration;
    if (kr_select_read_timeout(timeout, 1000000000, &duration) < 0) return NULL;
    if (timeout != Py_None && duration < 0) {
        PyErr_SetString(PyExc_ValueError, "timeout must be non-negative");
        return NULL;
    }
    Group *groups = PyMem_Calloc(3, sizeof *groups);
    if (groups == NULL) return PyErr_NoMemory();
    PyObject *result = NULL;
    if (read_group(rlist, &groups[0]) == 0 && read_group(wlist, &groups[1]) == 0
        && read_group(xlist, &groups[2]) == 0)
        result = wait_for_groups(groups, duration);
    for (int i = 0; i < 3; i++) Py_XDECREF(groups[i].objects);
    PyMem_Free(groups);
    return result;
}

METHOD(poll, "module",
       "Returns a polling object.\n\n"
       "This object supports registering and unregistering file descriptors, and then\n"
       "polling them for I/O events.")
static PyObject *select_poll(PyObject *module)
{
    return kr_poll_type.tp_alloc(&kr_poll_type, 0);
}

#include "modules/select/select.methods.h"

static const struct {
    const char *name;
    unsigned long value;
} constants[] = {
    {"PIPE_BUF", PIPE_BUF}, {"POLLIN", POLLIN}, {"POLLPRI", POLLPRI}, {"POLLOUT", POLLOUT},
    {"POLLERR", POLLERR}, {"POLLHUP", POLLHUP}, {"POLLNVAL", POLLNVAL}, {"POLLRDNORM", POLLRDNORM},
    {"POLLRDBAND", POLLRDBAND}, {"POLLWRNORM", POLLWRNORM}, {"POLLWRBAND", POLLWRBAND},
    {"POLLMSG", POLLMSG},
    {"POLLRDHUP", POLLRDHUP}, {"EPOLLIN", EPOLLIN}, {"EPOLLOUT", EPOLLOUT}, {"EPOLLPRI", EPOLLPRI},
    {"EPOLLERR", EPOLLERR}, {"EPOLLHUP", EPOLLHUP}, {"EPOLLRDHUP", EPOLLRDHUP},
    {"EPOLLET", EPOLLET},
    {"EPOLLONESHOT", EPOLLONESHOT}, {"EPOLLEXCLUSIVE", EPOLLEXCLUSIVE},
    {"EPOLLRDNORM", EPOLLRDNORM},
    {"EPOLLRDBAND", EPOLLRDBAND}, {"EPOLLWRNORM", EPOLLWRNORM}, {"EPOLLWRBAND", EPOLLWRBAND},
    {"EPOLLMSG", EPOLLMSG}, {"EPOLL_CLOEXEC", EPOLL_CLOEXEC},
};

static int select_exec(PyObject *module)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(constants); i++)
        if (PyModule_AddIntConstant(module, constants[i].name, (long)constants[i].value) < 0)
            return -1;
    if (PyType_Ready(&kr_poll_type) < 0 || PyModule_AddType(module, &kr_epoll_type) < 0) return -1;
    return PyModule_AddObjectRef(module, "error", PyExc_OSError);
}

static PyModuleDef_Slot select_slots[] = {{Py_mod_exec, select_exec}, {0, NULL}};

static PyModuleDef select_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "select",
    .m_doc = "This module supports asynchronous I/O on multiple file descriptors.\n\n"
        "*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file "
        "descriptors.",
    .m_methods = select_methods,
    .m_slots = select_slots,
};

PyMODINIT_FUNC PyInit_select(void)
{
    return PyModuleDef_Init(&select_module);
}
