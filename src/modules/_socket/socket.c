// socket.c - the type socket: making, options, connecting; transfer is in transfer.c.
//
// (1) With a timeout the descriptor is non-blocking, and every attempt waits with poll first.
// (2) A system call runs without the interpreter lock; errno is read before that is taken again.
#include "modules/_socket/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "internal/pycore_fileutils.h"
#include "modules/_socket/state.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

PyObject *kr_socket_raise(void)
{
    return PyErr_SetFromErrno(PyExc_OSError);
}

// ---- waiting and trying

// 1 when ready, 0 when the time is over, -1 with errno set.
static int wait_until_ready(PySocketSockObject *self, int events, _PyTime_t interval)
{
    if (self->sock_fd < 0) return 1;
    struct pollfd entry = {self->sock_fd, (short)events, 0};
    _PyTime_t milliseconds = interval < 0 ? -1
        : _PyTime_AsMilliseconds(interval, _PyTime_ROUND_CEILING);
    if (milliseconds > INT_MAX) milliseconds = INT_MAX;
    int count;
    Py_BEGIN_ALLOW_THREADS
    count = poll(&entry, 1, (int)milliseconds);
    Py_END_ALLOW_THREADS
    return count;
}

static int fail(PySocketSockObject *self, int error, int *ret_error)
{
    errno = error;
    if (ret_error != NULL)
        *ret_error = error;
    else
        self->errorhandler();
    return -1;
}

static int fail_by_timeout(int *ret_error)
{
    if (ret_error != NULL)
        *ret_error = EWOULDBLOCK;
    else
        PyErr_SetString(PyExc_TimeoutError, "timed out");
    return -1;
}

// Waits within the timeout: 0, or -1 as kr_socket_attempt.
static int wait_in_time(PySocketSockObject *self, int events, _PyTime_t timeout,
                        _PyTime_t *deadline, int *ret_error)
{
    _PyTime_t interval = timeout;
    if (timeout > 0) {
        if (*deadline == 0)
            *deadline = _PyDeadline_Init(timeout);
        else
            interval = _PyDeadline_Get(*deadline);
        if (interval < 0) return fail_by_timeout(ret_error);
    }
    for (;;) {
        int count = wait_until_ready(self, events, interval);
        if (count > 0) return 0;
        if (count == 0) return fail_by_timeout(ret_error);
        if (errno != EINTR) return fail(self, errno, ret_error);
        if (PyErr_CheckSignals() < 0) {
            if (ret_error != NULL) *ret_error = -1;
            return -1;
        }
        if (timeout > 0 && (interval = _PyDeadline_Get(*deadline)) < 0)
            return fail_by_timeout(ret_error);
    }
}

int kr_socket_attempt(PySocketSockObject *self, int writing, KrSocketAttempt attempt, void *data,
                      int *ret_error, _PyTime_t timeout)
{
    _PyTime_t deadline = 0;
    for (;;) {
        if (timeout > 0
            && wait_in_time(self, writing ? POLLOUT : POLLIN, timeout, &deadline, ret_error) < 0)
            return -1;
        for (;;) {
            int done, error;
            Py_BEGIN_ALLOW_THREADS
            done = attempt(self, data);
            error = errno;
            Py_END_ALLOW_THREADS
            if (done) return 0;
            if (error == EINTR) {
                if (PyErr_CheckSignals() == 0) continue;
                if (ret_error != NULL) *ret_error = -1;
                return -1;
            }
            // a false alarm of poll
            if (timeout > 0 && (error == EWOULDBLOCK || error == EAGAIN)) break;
            return fail(self, error, ret_error);
        }
    }
}

// ---- making

static int set_blocking(PySocketSockObject *self, int blocking)
{
    unsigned int flag = !blocking;
    int failed;
    Py_BEGIN_ALLOW_THREADS
    failed = ioctl(self->sock_fd, FIONBIO, &flag) < 0;
    Py_END_ALLOW_THREADS
    if (!failed) return 0;
    kr_socket_raise();
    return -1;
}

static int init_socket(PySocketSockObject *self, int descriptor, int family, int kind,
                       int protocol)
{
    self->sock_fd = descriptor;
    self->sock_family = family;
    self->sock_proto = protocol;
    self->sock_type = kind & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    self->errorhandler = kr_socket_raise;
    self->sock_timeout = kind & SOCK_NONBLOCK ? 0 : *kr_socket_default_timeout();
    if (!(kind & SOCK_NONBLOCK) && self->sock_timeout >= 0) return set_blocking(self, 0);
    return 0;
}

PyObject *kr_socket_wrap(PyTypeObject *type, int descriptor, int family, int kind, int protocol)
{
    PySocketSockObject *self = (PySocketSockObject *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    if (init_socket(self, descriptor, family, kind, protocol) == 0) return (PyObject *)self;
    self->sock_fd = -1;
    Py_DECREF(self);
    return NULL;
}

// Takes family, type and protocol of an open descriptor where they are not given.
static int adopt(PySocketSockObject *self, PyObject *number, int family, int kind, int protocol)
{
    if (PyFloat_Check(number)) {
        PyErr_SetString(PyExc_TypeError, "integer argument expected, got float");
        return -1;
    }
    int descriptor = (int)PyLong_AsLong(number);
    if (descriptor == -1 && PyErr_Occurred()) return -1;
    if (descriptor < 0) {
        PyErr_SetString(PyExc_ValueError, "negative file descriptor");
        return -1;
    }
    KrAddress address;
    socklen_t size = sizeof address;
    memset(&address, 0, sizeof address);
    if (getsockname(descriptor, &address.any, &size) < 0) {
        if (family == -1 || errno == EBADF || errno == ENOTSOCK) {
            kr_socket_raise();
            return -1;
        }
    } else if (family == -1) {
        family = address.any.sa_family;
    }
    size = sizeof kind;
    if (kind == -1 && getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &size) < 0) {
        kr_socket_raise();
        return -1;
    }
    size = sizeof protocol;
    if (protocol == -1 && getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) < 0) {
        kr_socket_raise();
        return -1;
    }
    return init_socket(self, descriptor, family, kind, protocol);
}

static int open_socket(PySocketSockObject *self, int family, int kind, int protocol)
{
    if (family == -1) family = AF_INET;
    if (kind == -1) kind = SOCK_STREAM;
    if (protocol == -1) protocol = 0;
    int descriptor;
    Py_BEGIN_ALLOW_THREADS
    descriptor = socket(family, kind | SOCK_CLOEXEC, protocol);
    Py_END_ALLOW_THREADS
    if (descriptor < 0) {
        kr_socket_raise();
        return -1;
    }
    if (init_socket(self, descriptor, family, kind, protocol) == 0) return 0;
    close(descriptor);
    self->sock_fd = -1;
    return -1;
}

INITIALIZER(socket, "family: int = -1, type: int = -1, proto: int = -1, fileno: object = None",
            "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\n"
            "socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\n"
            "Open a socket of the given type.  The family argument specifies the\n"
            "address family; it defaults to AF_INET.  The type argument specifies\n"
            "whether this is a stream (SOCK_STREAM, this is the default)\n"
            "or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,\n"
            "specifying the default protocol.  Keyword arguments are accepted.\n"
            "The socket is created as non-inheritable.\n\n"
            "When a fileno is passed in, family, type and proto are auto-detected,\nunless they "
            "are explicitly set.\n")
static int socket_init(PySocketSockObject *self, int family, int type, int proto, PyObject *fileno)
{
    if (PySys_Audit("socket.__new__", "Oiii", self, family, type, proto) < 0) return -1;
    return fileno != Py_None ? adopt(self, fileno, family, type, proto)
        : open_socket(self, family, type, proto);
}

static PyObject *socket_tp_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    PySocketSockObject *self = (PySocketSockObject *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->sock_fd = -1;
    self->sock_timeout = -1;
    self->errorhandler = kr_socket_raise;
    return (PyObject *)self;
}

// ---- connections

typedef struct {
    KrAddress address;
    socklen_t size;
    int result;
} Accepted;

static int try_accept(PySocketSockObject *self, void *data)
{
    Accepted *accepted = data;
    accepted->result = accept4(self->sock_fd, &accepted->address.any, &accepted->size,
                               SOCK_CLOEXEC);
    return accepted->result >= 0;
}

METHOD(_accept, "self, /",
       "_accept() -> (integer, address info)\n\n"
       "Wait for an incoming connection.  Return a new socket file descriptor\n"
       "representing the connection, and the address of the client.\n"
       "For IP sockets, the address info is a pair (hostaddr, port).")
static PyObject *socket__accept(PySocketSockObject *self)
{
    Accepted accepted = {.size = kr_address_room(self)};
    if (kr_socket_attempt(self, 0, try_accept, &accepted, NULL, self->sock_timeout) < 0)
        return NULL;
    KR_AUTO PyObject *number = PyLong_FromLong(accepted.result);
    KR_AUTO PyObject *address = kr_address_as_object(accepted.result, &accepted.address,
                                                     accepted.size);
    if (number != NULL && address != NULL) return PyTuple_Pack(2, number, address);
    close(accepted.result);
    return NULL;
}

METHOD(bind, "self, address, /",
       "bind(address)\n\n"
       "Bind the socket to a local address.  For IP sockets, the address is a\n"
       "pair (host, port); the host must refer to the local host. For raw packet\n"
       "sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])")
static PyObject *socket_bind(PySocketSockObject *self, PyObject *object)
{
    KrAddress address;
    socklen_t size;
    int failed;
    if (!kr_address_read(self, object, &address, &size, "bind")) return NULL;
    if (PySys_Audit("socket.bind", "OO", self, object) < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS
    failed = bind(self->sock_fd, &address.any, size) < 0;
    Py_END_ALLOW_THREADS
    if (failed) return self->errorhandler();
    Py_RETURN_NONE;
}

static int try_finish_connect(PySocketSockObject *self, void *unused)
{
    int error;
    socklen_t size = sizeof error;
    if (getsockopt(self->sock_fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return 0;
    if (error == 0 || error == EISCONN) return 1;
    errno = error;
    return 0;
}

static int connect_to(PySocketSockObject *self, const KrAddress *address, socklen_t size,
                      int *ret_error)
{
    int failed, error;
    Py_BEGIN_ALLOW_THREADS
    failed = connect(self->sock_fd, &address->any, size) < 0;
    error = errno;
    Py_END_ALLOW_THREADS
    if (!failed) return 0;
    // An interrupted connect goes on by itself: its end shows as readiness to write.
    int waits = error == EINTR ? self->sock_timeout != 0 : self->sock_timeout > 0
        && error == EINPROGRESS;
    if (error == EINTR && PyErr_CheckSignals() < 0) {
        if (ret_error != NULL) *ret_error = -1;
        return -1;
    }
    if (!waits) return fail(self, error, ret_error);
    if (self->sock_timeout < 0) {
        _PyTime_t deadline = 0;
        if (wait_in_time(self, POLLOUT, -1, &deadline, ret_error) < 0) return -1;
    }
    return kr_socket_attempt(self, 1, try_finish_connect, NULL, ret_error, self->sock_timeout);
}

METHOD(connect, "self, address, /",
       "connect(address)\n\n"
       "Connect the socket to a remote address.  For IP sockets, the address\nis a pair (host, "
       "port).")
static PyObject *socket_connect(PySocketSockObject *self, PyObject *object)
{
    KrAddress address;
    socklen_t size;
    if (!kr_address_read(self, object, &address, &size, "connect")) return NULL;
    if (PySys_Audit("socket.connect", "OO", self, object) < 0) return NULL;
    if (connect_to(self, &address, size, NULL) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(connect_ex, "self, address, /",
       "connect_ex(address) -> errno\n\n"
       "This is like connect(address), but returns an error code (the errno value)\n"
       "instead of raising an exception when an error occurs.")
static PyObject *socket_connect_ex(PySocketSockObject *self, PyObject *object)
{
    KrAddress address;
    socklen_t size;
    int error = 0;
    if (!kr_address_read(self, object, &address, &size, "connect_ex")) return NULL;
    if (PySys_Audit("socket.connect", "OO", self, object) < 0) return NULL;
    if (connect_to(self, &address, size, &error) < 0 && error == -1) return NULL;
    return PyLong_FromLong(error);
}

METHOD(listen, "self, backlog: int = 128, /",
       "listen([backlog])\n\n"
       "Enable a server to accept connections.  If backlog is specified, it must be\n"
       "at least 0 (if it is lower, it is set to 0); it specifies the number of\n"
       "unaccepted connections that the system will allow before refusing new\n"
       "connections. If not specified, a default reasonable value is chosen.")
static PyObject *socket_listen(PySocketSockObject *self, int backlog)
{
    int failed;
    Py_BEGIN_ALLOW_THREADS
    failed = listen(self->sock_fd, backlog < 0 ? 0 : backlog) < 0;
    Py_END_ALLOW_THREADS
    if (failed) return self->errorhandler();
    Py_RETURN_NONE;
}

METHOD(shutdown, "self, flag: int, /",
       "shutdown(flag)\n\n"
       "Shut down the reading side of the socket (flag == SHUT_RD), the writing side\n"
       "of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).")
static PyObject *socket_shutdown(PySocketSockObject *self, int flag)
{
    int failed;
    Py_BEGIN_ALLOW_THREADS
    failed = shutdown(self->sock_fd, flag) < 0;
    Py_END_ALLOW_THREADS
    if (failed) return self->errorhandler();
    Py_RETURN_NONE;
}

METHOD(close, "self, /", "close()\n\nClose the socket.  It cannot be used after this call.")
static PyObject *socket_close(PySocketSockObject *self)
{
    int descriptor = self->sock_fd, failed;
    if (descriptor < 0) Py_RETURN_NONE;
    self->sock_fd = -1;
    Py_BEGIN_ALLOW_THREADS
    failed = close(descriptor) < 0;
    Py_END_ALLOW_THREADS
    // A reset by the peer closes as well.
    if (failed && errno != ECONNRESET) return self->errorhandler();
    Py_RETURN_NONE;
}

METHOD(detach, "self, /",
       "detach()\n\nClose the socket object without closing the underlying file descriptor.\n"
       "The object cannot be used after this call, but the file descriptor\n"
       "can be reused for other purposes.  The file descriptor is returned.")
static PyObject *socket_detach(PySocketSockObject *self)
{
    int descriptor = self->sock_fd;
    self->sock_fd = -1;
    return PyLong_FromLong(descriptor);
}

METHOD(fileno, "self, /",
       "fileno() -> integer\n\nReturn the integer file descriptor of the socket.")
static PyObject *socket_fileno(PySocketSockObject *self)
{
    return PyLong_FromLong(self->sock_fd);
}

static PyObject *name_of(PySocketSockObject *self, int (*ask)(int, struct sockaddr *, socklen_t *))
{
    KrAddress address;
    socklen_t size = kr_address_room(self);
    int failed;
    memset(&address, 0, sizeof address);
    Py_BEGIN_ALLOW_THREADS
    failed = ask(self->sock_fd, &address.any, &size) < 0;
    Py_END_ALLOW_THREADS
    return failed ? self->errorhandler() : kr_address_as_object(self->sock_fd, &address, size);
}

static int ask_peer(int descriptor, struct sockaddr *address, socklen_t *size)
{
    return getpeername(descriptor, address, size);
}

static int ask_own(int descriptor, struct sockaddr *address, socklen_t *size)
{
    return getsockname(descriptor, address, size);
}

METHOD(getpeername, "self, /",
       "getpeername() -> address info\n\nReturn the address of the remote endpoint.  For IP "
       "sockets, the address\n"
       "info is a pair (hostaddr, port).")
static PyObject *socket_getpeername(PySocketSockObject *self)
{
    return name_of(self, ask_peer);
}

METHOD(getsockname, "self, /",
       "getsockname() -> address info\n\nReturn the address of the local endpoint. The format "
       "depends on the\n"
       "address family. For IPv4 sockets, the address info is a pair\n(hostaddr, port).")
static PyObject *socket_getsockname(PySocketSockObject *self)
{
    return name_of(self, ask_own);
}

// ---- blocking and timeouts

METHOD(setblocking, "self, flag: bool, /",
       "setblocking(flag)\n\nSet the socket to blocking (flag is true) or non-blocking (false).\n"
       "setblocking(True) is equivalent to settimeout(None);\n"
       "setblocking(False) is equivalent to settimeout(0.0).")
static PyObject *socket_setblocking(PySocketSockObject *self, int flag)
{
    self->sock_timeout = flag ? -1 : 0;
    if (set_blocking(self, flag) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(getblocking, "self, /",
       "getblocking()\n\nReturns True if socket is in blocking mode, or False if it\nis in "
       "non-blocking mode.")
static PyObject *socket_getblocking(PySocketSockObject *self)
{
    return PyBool_FromLong(self->sock_timeout != 0);
}

int kr_socket_read_timeout(PyObject *object, _PyTime_t *ret_timeout)
{
    *ret_timeout = -1;
    if (object == Py_None) return 0;
    if (_PyTime_FromSecondsObject(ret_timeout, object, _PyTime_ROUND_TIMEOUT) < 0) return -1;
    if (*ret_timeout >= 0
        && _PyTime_AsMilliseconds(*ret_timeout, _PyTime_ROUND_TIMEOUT) <= INT_MAX)
        return 0;
    if (*ret_timeout < 0)
        PyErr_SetString(PyExc_ValueError, "Timeout value out of range");
    else
        PyErr_SetString(PyExc_OverflowError, "timeout doesn't fit into C timeval");
    return -1;
}

METHOD(settimeout, "self, timeout, /",
       "settimeout(timeout)\n\nSet a timeout on socket operations.  'timeout' can be a float,\n"
       "giving in seconds, or None.  Setting a timeout of None disables\n"
       "the timeout feature and is equivalent to setblocking(1).\n"
       "Setting a timeout of zero is the same as setblocking(0).")
static PyObject *socket_settimeout(PySocketSockObject *self, PyObject *timeout)
{
    _PyTime_t value;
    if (kr_socket_read_timeout(timeout, &value) < 0) return NULL;
    self->sock_timeout = value;
    if (set_blocking(self, value < 0) < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *timeout_object(PySocketSockObject *self)
{
    if (self->sock_timeout < 0) Py_RETURN_NONE;
    return PyFloat_FromDouble(_PyTime_AsSecondsDouble(self->sock_timeout));
}

METHOD(gettimeout, "self, /",
       "gettimeout() -> timeout\n\nReturns the timeout in seconds (float) associated with socket\n"
       "operations. A timeout of None indicates that timeouts on socket\noperations are disabled.")
static PyObject *socket_gettimeout(PySocketSockObject *self)
{
    return timeout_object(self);
}

// ---- options

METHOD(setsockopt, "self, *args",
       "setsockopt(level, option, value: int)\nsetsockopt(level, option, value: buffer)\n"
       "setsockopt(level, option, None, optlen: int)\n\n"
       "Set a socket option.  See the Unix manual for level and option.\n"
       "The value argument can either be an integer, a string buffer, or\nNone, optlen.")
static PyObject *socket_setsockopt(PySocketSockObject *self, PyObject *args)
{
    int level, option, number, failed;
    unsigned int size;
    PyObject *none;
    if (PyArg_ParseTuple(args, "iii:setsockopt", &level, &option, &number)) {
        failed = setsockopt(self->sock_fd, level, option, &number, sizeof number) < 0;
    } else {
        PyErr_Clear();
        if (PyTuple_GET_SIZE(args) == 4) {
            if (!PyArg_ParseTuple(args, "iiO!I:setsockopt", &level, &option, Py_TYPE(Py_None),
                                  &none, &size))
                return NULL;
            failed = setsockopt(self->sock_fd, level, option, NULL, size) < 0;
        } else {
            Py_buffer value;
            if (!PyArg_ParseTuple(args, "iiy*:setsockopt", &level, &option, &value)) return NULL;
            if (value.len > INT_MAX) {
                PyBuffer_Release(&value);
                return PyErr_Format(PyExc_OverflowError, "socket option is larger than %i bytes",
                                    INT_MAX);
            }
            failed = setsockopt(self->sock_fd, level, option, value.buf, (socklen_t)value.len) < 0;
            PyBuffer_Release(&value);
        }
    }
    if (failed) return self->errorhandler();
    Py_RETURN_NONE;
}

METHOD(getsockopt, "self, level: int, option: int, buffersize: int = 0, /",
       "getsockopt(level, option[, buffersize]) -> value\n\n"
       "Get a socket option.  See the Unix manual for level and option.\n"
       "If a nonzero buffersize argument is given, the return value is a\n"
       "string of that length; otherwise it is an integer.")
static PyObject *socket_getsockopt(PySocketSockObject *self, int level, int option, int buffersize)
{
    if (buffersize == 0) {
        int value = 0;
        socklen_t size = sizeof value;
        if (getsockopt(self->sock_fd, level, option, &value, &size) < 0)
            return self->errorhandler();
        return PyLong_FromLong(value);
    }
    if (buffersize < 0 || buffersize > 1024) {
        PyErr_SetString(PyExc_OSError, "getsockopt buflen out of range");
        return NULL;
    }
    char buffer[1024];
    socklen_t size = (socklen_t)buffersize;
    if (getsockopt(self->sock_fd, level, option, buffer, &size) < 0) return self->errorhandler();
    return PyBytes_FromStringAndSize(buffer, (Py_ssize_t)size);
}

GETTER(timeout, "the socket timeout")
static PyObject *socket_get_timeout(PySocketSockObject *self)
{
    return timeout_object(self);
}

#include "modules/_socket/socket.methods.h"

// ---- the type

static PyMemberDef members[] = {
    {"family", T_INT, offsetof(PySocketSockObject, sock_family), READONLY, "the socket family"},
    {"type", T_INT, offsetof(PySocketSockObject, sock_type), READONLY, "the socket type"},
    {"proto", T_INT, offsetof(PySocketSockObject, sock_proto), READONLY, "the socket protocol"},
    {NULL},
};

static PyObject *repr(PyObject *object)
{
    PySocketSockObject *self = (PySocketSockObject *)object;
    return PyUnicode_FromFormat("<socket object, fd=%ld, family=%d, type=%d, proto=%d>", (
            long)self->sock_fd, self->sock_family, self->sock_type, self->sock_proto);
}

static void finalize(PyObject *object)
{
    PySocketSockObject *self = (PySocketSockObject *)object;
    PyObject *type, *value, *traceback;
    if (self->sock_fd < 0) return;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyErr_ResourceWarning(object, 1, "unclosed %R", object) < 0
        && PyErr_ExceptionMatches(PyExc_Warning))
        PyErr_WriteUnraisable(object);
    int descriptor = self->sock_fd;
    self->sock_fd = -1;
    Py_BEGIN_ALLOW_THREADS
    (void)close(descriptor);
    Py_END_ALLOW_THREADS
    PyErr_Restore(type, value, traceback);
}

static void dealloc(PyObject *object)
{
    if (PyObject_CallFinalizerFromDealloc(object) < 0) return;
    Py_TYPE(object)->tp_free(object);
}

PyTypeObject kr_socket_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_socket.socket",
    .tp_basicsize = sizeof(PySocketSockObject),
    .tp_dealloc = dealloc,
    .tp_repr = repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = socket_doc,
    .tp_methods = socket_methods,
    .tp_members = members,
    .tp_getset = socket_getset,
    .tp_init = socket_tp_init,
    .tp_new = socket_tp_new,
    .tp_finalize = finalize,
};
