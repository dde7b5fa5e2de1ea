// fcntl.c - fcntl, ioctl, flock, lockf.
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include "Python.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

enum { BUFFER_SIZE = 1024 };

// Runs [call] until no signal interrupts it; [result] is what it returned, -1 with an exception
// raised.
#define CALL_INTERRUPTIBLE(result, call)                                                          \
    do {                                                                                          \
        Py_BEGIN_ALLOW_THREADS                                                                    \
        result = (call);                                                                          \
        Py_END_ALLOW_THREADS                                                                      \
    } while (result == -1 && errno == EINTR && PyErr_CheckSignals() == 0)

static PyObject *finish(int result)
{
    if (result >= 0) return PyLong_FromLong(result);
    return PyErr_Occurred() ? NULL : PyErr_SetFromErrno(PyExc_OSError);
}

// str (as UTF-8) or bytes-like: 1; 0 when it is neither.
static int get_text(PyObject *object, Py_buffer *buffer)
{
    if (PyUnicode_Check(object)) {
        Py_ssize_t size;
        const char *text = PyUnicode_AsUTF8AndSize(object, &size);
        return text && PyBuffer_FillInfo(buffer, object, (void *)text, size, 1, PyBUF_SIMPLE) == 0
                   ? 1
                   : -1;
    }
    if (!PyObject_CheckBuffer(object)) return 0;
    return PyObject_GetBuffer(object, buffer, PyBUF_SIMPLE) < 0 ? -1 : 1;
}

METHOD(fcntl, "module, fd: fd, cmd: int, arg: object = NULL, /",
       "Perform the operation `cmd` on file descriptor fd.\n\n"
       "The values used for `cmd` are operating system dependent, and are available\n"
       "as constants in the fcntl module, using the same names as used in\n"
       "the relevant C header files.  The argument arg is optional, and\n"
       "defaults to 0; it may be an int or a string.  If arg is given as a string,\n"
       "the return value of fcntl is a string of that length, containing the\n"
       "resulting value put in the arg buffer by the operating system.  The length\n"
       "of the arg string is not allowed to exceed 1024 bytes.  If the arg given\n"
       "is an integer or if none is specified, the result value is an integer\n"
       "corresponding to the return value of the fcntl call in the C code.")
static PyObject *fcntl_fcntl(PyObject *module, int fd, int cmd, PyObject *arg)
{
    KR_AUTO_BUFFER Py_buffer buffer = {0};
    int is_text = arg ? get_text(arg, &buffer) : 0, result;
    if (is_text < 0) return NULL;
    if (!is_text) {
        unsigned int number = 0;
        if (arg && kr_argument_uint_mask(arg, &number) < 0) return NULL;
        CALL_INTERRUPTIBLE(result, fcntl(fd, cmd, (int)number));
        return finish(result);
    }
    char data[BUFFER_SIZE + 1];
    if (buffer.len > BUFFER_SIZE) return kr_raise(PyExc_ValueError, "fcntl string arg too long");
    memcpy(data, buffer.buf, (size_t)buffer.len);
    data[buffer.len] = 0;
    CALL_INTERRUPTIBLE(result, fcntl(fd, cmd, data));
    return result < 0 ? finish(result) : PyBytes_FromStringAndSize(data, buffer.len);
}

// ioctl on a buffer that the system may change, in place or in a copy.
static PyObject *ioctl_buffer(int fd, unsigned int request, Py_buffer *buffer, int in_place)
{
    char data[BUFFER_SIZE + 1], *to = data;
    int result;
    if (buffer->len > BUFFER_SIZE) {
        if (!in_place) return kr_raise(PyExc_ValueError, "ioctl string arg too long");
        to = buffer->buf;
    } else {
        memcpy(data, buffer->buf, (size_t)buffer->len);
        data[buffer->len] = 0;
    }
    Py_BEGIN_ALLOW_THREADS
    result = ioctl(fd, request, to);
    Py_END_ALLOW_THREADS
    if (in_place && to == data) memcpy(buffer->buf, data, (size_t)buffer->len);
    if (result < 0 || in_place) return finish(result);
    return PyBytes_FromStringAndSize(data, buffer->len);
}

METHOD(ioctl,
       "module, fd: fd, request: uint_mask, arg: object = NULL, mutate_flag: bool = True, /",
       "Perform the operation `request` on file descriptor `fd`.\n\n"
       "The values used for `request` are operating system dependent, and are available\n"
       "as constants in the fcntl or termios library modules, using the same names as\n"
       "used in the relevant C header files.\n\n"
       "The argument `arg` is optional, and defaults to 0; it may be an int or a\n"
       "buffer containing character data (most likely a string or an array).\n\n"
       "If the argument is a mutable buffer (such as an array) and if the\n"
       "mutate_flag argument (which is only allowed in this case) is true then the\n"
       "buffer is (in effect) passed to the operating system and changes made by\n"
       "the OS will be reflected in the contents of the buffer after the call has\n"
       "returned.  The return value is the integer returned by the ioctl system\n"
       "call.\n\n"
       "If the argument is a mutable buffer and the mutable_flag argument is false,\n"
       "the behavior is as if a string had been passed.\n\n"
       "If the argument is an immutable buffer (most likely a string) then a copy\n"
       "of the buffer is passed to the operating system and the return value is a\n"
       "string of the same length containing whatever the operating system put in\n"
       "the buffer.  The length of the arg buffer in this case is not allowed to\n"
       "exceed 1024 bytes.\n\n"
       "If the arg given is an integer or if none is specified, the result value is\n"
       "an integer corresponding to the return value of the ioctl call in the C\n"
       "code.")
static PyObject *fcntl_ioctl(PyObject *module, int fd, unsigned int request, PyObject *arg,
                             int mutate_flag)
{
    KR_AUTO_BUFFER Py_buffer buffer = {0};
    if (arg && !PyUnicode_Check(arg) && PyObject_CheckBuffer(arg)
        && PyObject_GetBuffer(arg, &buffer, PyBUF_WRITABLE) == 0)
        return ioctl_buffer(fd, request, &buffer, mutate_flag);
    PyErr_Clear();
    buffer.obj = NULL;
    int is_text = arg ? get_text(arg, &buffer) : 0, number = 0, result;
    if (is_text < 0) return NULL;
    if (is_text) return ioctl_buffer(fd, request, &buffer, 0);
    if (arg && !PyIndex_Check(arg))
        return kr_raise(PyExc_TypeError,
                        "ioctl requires a file or file descriptor, an integer and optionally "
                        "an integer or buffer argument");
    if (arg && kr_argument_int(arg, &number) < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS
    result = ioctl(fd, request, number);
    Py_END_ALLOW_THREADS
    return finish(result);
}

METHOD(flock, "module, fd: fd, operation: int, /",
       "Perform the lock operation `operation` on file descriptor `fd`.\n\n"
       "See the Unix manual page for flock(2) for details (On some systems, this\n"
       "function is emulated using fcntl()).")
static PyObject *fcntl_flock(PyObject *module, int fd, int operation)
{
    int result;
    CALL_INTERRUPTIBLE(result, flock(fd, operation));
    if (result < 0) return finish(result);
    Py_RETURN_NONE;
}

METHOD(lockf,
       "module, fd: fd, cmd: int, len: object = NULL, start: object = NULL, whence: int = 0, /",
       "A wrapper around the fcntl() locking calls.\n\n"
       "`fd` is the file descriptor of the file to lock or unlock, and operation is one\n"
       "of the following values:\n\n"
       "    LOCK_UN - unlock\n"
       "    LOCK_SH - acquire a shared lock\n"
       "    LOCK_EX - acquire an exclusive lock\n\n"
       "When operation is LOCK_SH or LOCK_EX, it can also be bitwise ORed with\n"
       "LOCK_NB to avoid blocking on lock acquisition.  If LOCK_NB is used and the\n"
       "lock cannot be acquired, an OSError will be raised and the exception will\n"
       "have an errno attribute set to EACCES or EAGAIN (depending on the operating\n"
       "system -- for portability, check for either value).\n\n"
       "`len` is the number of bytes to lock, with the default meaning to lock to\n"
       "EOF.  `start` is the byte offset, relative to `whence`, to that the lock\n"
       "starts.  `whence` is as with fileobj.seek(), specifically:\n\n"
       "    0 - relative to the start of the file (SEEK_SET)\n"
       "    1 - relative to the current buffer position (SEEK_CUR)\n"
       "    2 - relative to the end of the file (SEEK_END)")
static PyObject *fcntl_lockf(PyObject *module, int fd, int cmd, PyObject *len, PyObject *start,
                             int whence)
{
    struct flock lock = {.l_whence = (short)whence};
    if (cmd & LOCK_UN)
        lock.l_type = F_UNLCK;
    else if (cmd & LOCK_SH)
        lock.l_type = F_RDLCK;
    else if (cmd & LOCK_EX)
        lock.l_type = F_WRLCK;
    else
        return kr_raise(PyExc_ValueError, "unrecognized lockf argument");
    if (start && (lock.l_start = PyLong_AsLong(start)) == -1 && PyErr_Occurred()) return NULL;
    if (len && (lock.l_len = PyLong_AsLong(len)) == -1 && PyErr_Occurred()) return NULL;
    int result;
    CALL_INTERRUPTIBLE(result, fcntl(fd, cmd & LOCK_NB ? F_SETLK : F_SETLKW, &lock));
    if (result < 0) return finish(result);
    Py_RETURN_NONE;
}

#include "modules/fcntl.methods.h"

#define NAME(name) {#name, name},
static const struct {
    const char *name;
    long value;
} constants[] = {
    NAME(DN_ACCESS) NAME(DN_ATTRIB) NAME(DN_CREATE) NAME(DN_DELETE) NAME(DN_MODIFY)
    NAME(DN_MULTISHOT) NAME(DN_RENAME) {"FASYNC", O_ASYNC}, NAME(FD_CLOEXEC) NAME(F_ADD_SEALS)
    NAME(F_DUPFD) NAME(F_DUPFD_CLOEXEC) {"F_EXLCK", 4}, NAME(F_GETFD) NAME(F_GETFL)
    NAME(F_GETLEASE) NAME(F_GETLK) NAME(F_GETLK64) NAME(F_GETOWN) NAME(F_GETPIPE_SZ)
    NAME(F_GETSIG) NAME(F_GET_SEALS) NAME(F_NOTIFY) NAME(F_OFD_GETLK) NAME(F_OFD_SETLK)
    NAME(F_OFD_SETLKW) NAME(F_RDLCK) NAME(F_SEAL_GROW) NAME(F_SEAL_SEAL) NAME(F_SEAL_SHRINK)
    NAME(F_SEAL_WRITE) NAME(F_SETFD) NAME(F_SETFL) NAME(F_SETLEASE) NAME(F_SETLK)
    NAME(F_SETLK64) NAME(F_SETLKW) NAME(F_SETLKW64) NAME(F_SETOWN) NAME(F_SETPIPE_SZ)
    NAME(F_SETSIG) {"F_SHLCK", 8}, NAME(F_UNLCK) NAME(F_WRLCK) NAME(LOCK_EX) NAME(LOCK_MAND)
    NAME(LOCK_NB) NAME(LOCK_READ) NAME(LOCK_RW) NAME(LOCK_SH) NAME(LOCK_UN) NAME(LOCK_WRITE)
};

static int fcntl_exec(PyObject *module)
{
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) return -1;
    return 0;
}

static PyModuleDef_Slot fcntl_slots[] = {
    {Py_mod_exec, fcntl_exec},
    {0, NULL},
};

static struct PyModuleDef fcntl_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "fcntl",
    .m_doc = "This module performs file control and I/O control on file\n"
             "descriptors.  It is an interface to the fcntl() and ioctl() Unix\n"
             "routines.  File descriptors can be obtained with the fileno() method of\n"
             "a file or socket object.",
    .m_methods = fcntl_methods,
    .m_slots = fcntl_slots,
};

PyMODINIT_FUNC PyInit_fcntl(void)
{
    return PyModuleDef_Init(&fcntl_definition);
}
