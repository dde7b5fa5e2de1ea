// descriptors.c - open, read, write, seek, and what else takes a file descriptor.
#include "modules/posix/posix.h"

#include "Python.h"

#include <errno.h>
#include <limits.h>
#include <pty.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utmp.h>

#include "modules/posix/path.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

// None for a call that gave no error; OSError otherwise, unless a signal's handler raised already.
static PyObject *none_or_raise(long result)
{
    if (result >= 0) Py_RETURN_NONE;
    return PyErr_Occurred() ? NULL : kr_posix_raise();
}

static PyObject *number_or_raise(long long result)
{
    if (result >= 0) return PyLong_FromLongLong(result);
    return PyErr_Occurred() ? NULL : kr_posix_raise();
}

METHOD(open, "module, path: path, flags: int, mode: int = 511, *, dir_fd: dir_fd = None",
       "Open a file for low level IO.  Returns a file descriptor (integer).\n\nIf dir_fd is "
       "not None, it should be a file descriptor open to a directory,\n  and path should be "
       "relative; path will then be relative to that directory.\ndir_fd may not be "
       "implemented on your platform.\n  If it is unavailable, using it will raise a "
       "NotImplementedError.")
static PyObject *posix_open(PyObject *module, KrPath *path, int flags, int mode, int dir_fd)
{
    if (PySys_Audit("open", "OOi", path->object, Py_None, flags) < 0) return NULL;
    int fd;
    KR_RETRYING(fd, openat(dir_fd, path->narrow, flags | O_CLOEXEC, mode));
    if (fd >= 0) return PyLong_FromLong(fd);
    return PyErr_Occurred() ? NULL : kr_path_raise(path);
}

METHOD(close, "module, fd: int", "Close a file descriptor.")
static PyObject *posix_close(PyObject *module, int fd)
{
    int result;
    KR_UNLOCKED(result = close(fd));
    // Linux has closed it even when a signal came in between.
    return none_or_raise(result < 0 && errno == EINTR ? 0 : result);
}

METHOD(closerange, "module, fd_low: int, fd_high: int, /",
       "Closes all file descriptors in [fd_low, fd_high), ignoring errors.")
static PyObject *posix_closerange(PyObject *module, int low, int high)
{
    if (low < 0) low = 0;
    if (high > low) KR_UNLOCKED(if (close_range((unsigned)low, (unsigned)high - 1, 0) < 0)
                                    for (int fd = low; fd < high; fd++) close(fd));
    Py_RETURN_NONE;
}

static PyObject *read_bytes(int fd, Py_ssize_t length, off_t offset, int is_positioned)
{
    if (length < 0) {
        errno = EINVAL;
        return kr_posix_raise();
    }
    if (length > INT_MAX) length = INT_MAX;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, length);
    if (bytes == NULL) return NULL;
    ssize_t count;
    char *buffer = PyBytes_AS_STRING(bytes);
    KR_RETRYING(count, is_positioned ? pread(fd, buffer, (size_t)length, offset)
                : read(fd, buffer, (size_t)length));
    if (count < 0) {
        int code = errno;
        Py_DECREF(bytes);
        errno = code;
        return PyErr_Occurred() ? NULL : kr_posix_raise();
    }
    if (count != length) _PyBytes_Resize(&bytes, count);
    return bytes;
}

METHOD(read, "module, fd: int, length: ssize, /",
       "Read from a file descriptor.  Returns a bytes object.")
static PyObject *posix_read(PyObject *module, int fd, Py_ssize_t length)
{
    return read_bytes(fd, length, 0, 0);
}

METHOD(pread, "module, fd: int, length: ssize, offset: llong, /",
       "Read a number of bytes from a file descriptor starting at a particular offset.\n\n"
       "Read length bytes from file descriptor fd, starting at offset bytes from\nthe "
       "beginning of the file.  The file offset remains unchanged.")
static PyObject *posix_pread(PyObject *module, int fd, Py_ssize_t length, long long offset)
{
    return read_bytes(fd, length, offset, 1);
}

METHOD(write, "module, fd: int, data: buffer, /", "Write a bytes object to a file descriptor.")
static PyObject *posix_write(PyObject *module, int fd, Py_buffer *data)
{
    ssize_t count;
    size_t length = (size_t)kr_smaller(data->len, INT_MAX);
    KR_RETRYING(count, write(fd, data->buf, length));
    return number_or_raise(count);
}

METHOD(pwrite, "module, fd: int, buffer: buffer, offset: llong, /",
       "Write bytes to a file descriptor starting at a particular offset.\n\nWrite buffer to "
       "fd, starting at offset bytes from the beginning of\nthe file.  Returns the number of "
       "bytes writte.  Does not change the\ncurrent file offset.")
static PyObject *posix_pwrite(PyObject *module, int fd, Py_buffer *data, long long offset)
{
    ssize_t count;
    KR_RETRYING(count, pwrite(fd, data->buf, (size_t)data->len, offset));
    return number_or_raise(count);
}

METHOD(lseek, "module, fd: int, position: llong, how: int, /",
       "Set the position of a file descriptor.  Return the new position.\n\nReturn the new "
       "cursor position in number of bytes\nrelative to the beginning of the file.")
static PyObject *posix_lseek(PyObject *module, int fd, long long position, int how)
{
    off_t result;
    KR_UNLOCKED(result = lseek(fd, position, how));
    return number_or_raise(result);
}

// --- several buffers at once --------------------------------------------------------------------

typedef struct Vector {
    struct iovec *parts;
    Py_buffer *buffers;
    int count;
} Vector;

static void release_vector(Vector *vector)
{
    for (int i = 0; i < vector->count; i++) PyBuffer_Release(&vector->buffers[i]);
    PyMem_Free(vector->parts);
    PyMem_Free(vector->buffers);
}

static int take_buffers(Vector *vector, PyObject *sequence, int flags)
{
    if (!PySequence_Check(sequence))
        return kr_raise_int(PyExc_TypeError, "%s() arg 2 must be a sequence",
                            flags == PyBUF_WRITABLE ? "readv" : "writev");
    Py_ssize_t count = PySequence_Size(sequence);
    if (count < 0) return -1;
    vector->parts = PyMem_New(struct iovec, (size_t)count);
    vector->buffers = PyMem_New(Py_buffer, (size_t)count);
    if (vector->parts == NULL || vector->buffers == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (; vector->count < count; vector->count++) {
        KR_AUTO PyObject *item = PySequence_GetItem(sequence, vector->count);
        Py_buffer *buffer = &vector->buffers[vector->count];
        if (item == NULL || PyObject_GetBuffer(item, buffer, flags) < 0) return -1;
        vector->parts[vector->count] = (struct iovec){buffer->buf, (size_t)buffer->len};
    }
    return 0;
}

// Reads or writes; offset -1: at the descriptor's own position.
static PyObject *transfer(int fd, PyObject *buffers, int is_read, long long offset, int flags)
{
    __attribute__((cleanup(release_vector))) Vector vector = {0};
    if (take_buffers(&vector, buffers, is_read ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0) return NULL;
    ssize_t count;
    if (is_read) KR_RETRYING(count, preadv2(fd, vector.parts, vector.count, offset, flags));
    else KR_RETRYING(count, pwritev2(fd, vector.parts, vector.count, offset, flags));
    return number_or_raise(count);
}

METHOD(readv, "module, fd: int, buffers, /",
       "Read from a file descriptor fd into an iterable of buffers.\n\nThe buffers should be "
       "mutable buffers accepting bytes.\nreadv will transfer data into each buffer until it "
       "is full\nand then move on to the next buffer in the sequence to hold\nthe rest of "
       "the data.\n\nreadv returns the total number of bytes read,\nwhich may be less than "
       "the total capacity of all the buffers.")
static PyObject *posix_readv(PyObject *module, int fd, PyObject *buffers)
{
    return transfer(fd, buffers, 1, -1, 0);
}

METHOD(preadv, "module, fd: int, buffers, offset: llong, flags: int = 0, /",
       "Reads from a file descriptor into a number of mutable bytes-like objects.\n\n"
       "Combines the functionality of readv() and pread(). As readv(), it will\ntransfer "
       "data into each buffer until it is full and then move on to the next\nbuffer in the "
       "sequence to hold the rest of the data. Its fourth argument,\nspecifies the file "
       "offset at which the input operation is to be performed. It\nwill return the total "
       "number of bytes read (which can be less than the total\ncapacity of all the "
       "objects).\n\nThe flags argument contains a bitwise OR of zero or more of the "
       "following flags:\n\n- RWF_HIPRI\n- RWF_NOWAIT\n\nUsing non-zero flags requires Linux "
       "4.6 or newer.")
static PyObject *posix_preadv(PyObject *module, int fd, PyObject *buffers, long long offset,
                              int flags)
{
    return transfer(fd, buffers, 1, offset, flags);
}

METHOD(writev, "module, fd: int, buffers, /",
       "Iterate over buffers, and write the contents of each to a file descriptor.\n\n"
       "Returns the total number of bytes written.\nbuffers must be a sequence of bytes-like "
       "objects.")
static PyObject *posix_writev(PyObject *module, int fd, PyObject *buffers)
{
    return transfer(fd, buffers, 0, -1, 0);
}

METHOD(pwritev, "module, fd: int, buffers, offset: llong, flags: int = 0, /",
       "Writes the contents of bytes-like objects to a file descriptor at a given offset.\n\n"
       "Combines the functionality of writev() and pwrite(). All buffers must be a sequence\n"
       "of bytes-like objects. Buffers are processed in array order. Entire contents of "
       "first\nbuffer is written before proceeding to second, and so on. The operating "
       "system may\nset a limit (sysconf() value SC_IOV_MAX) on the number of buffers that "
       "can be used.\nThis function writes the contents of each object to the file "
       "descriptor and returns\nthe total number of bytes written.\n\nThe flags argument "
       "contains a bitwise OR of zero or more of the following flags:\n\n- RWF_DSYNC\n- "
       "RWF_SYNC\n- RWF_APPEND\n\nUsing non-zero flags requires Linux 4.7 or newer.")
static PyObject *posix_pwritev(PyObject *module, int fd, PyObject *buffers, long long offset,
                               int flags)
{
    return transfer(fd, buffers, 0, offset, flags);
}

METHOD(sendfile, "module, out_fd: int, in_fd: int, offset, count: ssize",
       "Copy count bytes from file descriptor in_fd to file descriptor out_fd.")
static PyObject *posix_sendfile(PyObject *module, int out, int in, PyObject *offset,
                                Py_ssize_t count)
{
    long long position = 0;
    if (offset != Py_None && kr_argument_llong(offset, &position) < 0) return NULL;
    off_t start = position;
    ssize_t result;
    KR_RETRYING(result, sendfile(out, in, offset == Py_None ? NULL : &start, (size_t)count));
    return number_or_raise(result);
}

// An optional offset: NULL for None.
static int read_offset(PyObject *value, off_t *offset, off_t **ret_place)
{
    *ret_place = NULL;
    if (value == Py_None) return 0;
    long long number;
    if (kr_argument_llong(value, &number) < 0) return -1;
    *offset = number;
    *ret_place = offset;
    return 0;
}

METHOD(copy_file_range,
       "module, src: int, dst: int, count: ssize, offset_src = None, offset_dst = None",
       "Copy count bytes from one file descriptor to another.\n\n  src\n    Source file "
       "descriptor.\n  dst\n    Destination file descriptor.\n  count\n    Number of bytes to "
       "copy.\n  offset_src\n    Starting offset in src.\n  offset_dst\n    Starting offset in "
       "dst.\n\nIf offset_src is None, then src is read from the current position;\n"
       "respectively for offset_dst.")
static PyObject *posix_copy_file_range(PyObject *module, int source, int target, Py_ssize_t count,
                                       PyObject *source_offset, PyObject *target_offset)
{
    off_t offsets[2], *places[2];
    if (count < 0) return kr_raise(PyExc_ValueError, "negative value for 'count' not allowed");
    if (read_offset(source_offset, &offsets[0], &places[0]) < 0 ||
        read_offset(target_offset, &offsets[1], &places[1]) < 0)
        return NULL;
    ssize_t result;
    KR_RETRYING(result, copy_file_range(source, places[0], target, places[1], (size_t)count, 0));
    return number_or_raise(result);
}

METHOD(splice, "module, src: int, dst: int, count: ssize, offset_src = None, offset_dst = None, "
       "flags: uint = 0",
       "Transfer count bytes from one pipe to a descriptor or vice versa.\n\n  src\n    Source "
       "file descriptor.\n  dst\n    Destination file descriptor.\n  count\n    Number of bytes "
       "to copy.\n  offset_src\n    Starting offset in src.\n  offset_dst\n    Starting offset "
       "in dst.\n  flags\n    Flags to modify the semantics of the call.\n\nIf offset_src is "
       "None, then src is read from the current position;\n"
       "respectively for offset_dst. The offset associated to the file\ndescriptor that refers to "
       "a pipe must be None.")
static PyObject *posix_splice(PyObject *module, int source, int target, Py_ssize_t count,
                              PyObject *source_offset, PyObject *target_offset, unsigned int flags)
{
    off_t offsets[2], *places[2];
    if (count < 0) return kr_raise(PyExc_ValueError, "negative value for 'count' not allowed");
    if (read_offset(source_offset, &offsets[0], &places[0]) < 0 ||
        read_offset(target_offset, &offsets[1], &places[1]) < 0)
        return NULL;
    ssize_t result;
    KR_RETRYING(result, splice(source, places[0], target, places[1], (size_t)count, flags));
    return number_or_raise(result);
}

// --- one descriptor -----------------------------------------------------------------------------

METHOD(dup, "module, fd: int, /", "Return a duplicate of a file descriptor.")
static PyObject *posix_dup(PyObject *module, int fd)
{
    return number_or_raise(fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

METHOD(dup2, "module, fd: int, fd2: int, inheritable: bool = True",
       "Duplicate file descriptor.")
static PyObject *posix_dup2(PyObject *module, int fd, int target, int inheritable)
{
    int result;
    if (fd < 0 || target < 0) {
        errno = EBADF;
        return kr_posix_raise();
    }
    KR_RETRYING(result,
                inheritable || fd == target ? dup2(fd, target) : dup3(fd, target, O_CLOEXEC));
    return number_or_raise(result);
}

METHOD(fsync, "module, fd: fd", "Force write of fd to disk.")
static PyObject *posix_fsync(PyObject *module, int fd)
{
    int result;
    KR_RETRYING(result, fsync(fd));
    return none_or_raise(result);
}

METHOD(fdatasync, "module, fd: fd",
       "Force write of fd to disk without forcing update of metadata.")
static PyObject *posix_fdatasync(PyObject *module, int fd)
{
    int result;
    KR_RETRYING(result, fdatasync(fd));
    return none_or_raise(result);
}

METHOD(fchdir, "module, fd: fd",
       "Change to the directory of the given file descriptor.\n\nfd must be opened on a "
       "directory, not a file.\nEquivalent to os.chdir(fd).")
static PyObject *posix_fchdir(PyObject *module, int fd)
{
    int result;
    KR_RETRYING(result, fchdir(fd));
    return none_or_raise(result);
}

METHOD(ftruncate, "module, fd: int, length: llong, /",
       "Truncate a file, specified by file descriptor, to a specific length.")
static PyObject *posix_ftruncate(PyObject *module, int fd, long long length)
{
    int result;
    KR_RETRYING(result, ftruncate(fd, length));
    return none_or_raise(result);
}

METHOD(isatty, "module, fd: int, /",
       "Return True if the fd is connected to a terminal.\n\nReturn True if the file "
       "descriptor is an open file descriptor\nconnected to the slave end of a terminal.")
static PyObject *posix_isatty(PyObject *module, int fd)
{
    return PyBool_FromLong(isatty(fd));
}

METHOD(ttyname, "module, fd: int, /",
       "Return the name of the terminal device connected to 'fd'.\n\n  fd\n    Integer file "
       "descriptor handle.")
static PyObject *posix_ttyname(PyObject *module, int fd)
{
    char name[PATH_MAX];
    int code = ttyname_r(fd, name, sizeof name);
    if (code == 0) return PyUnicode_DecodeFSDefault(name);
    errno = code;
    return kr_posix_raise();
}

METHOD(get_inheritable, "module, fd: int, /",
       "Get the close-on-exe flag of the specified file descriptor.")
static PyObject *posix_get_inheritable(PyObject *module, int fd)
{
    int flags = fcntl(fd, F_GETFD);
    return flags < 0 ? kr_posix_raise() : PyBool_FromLong(!(flags & FD_CLOEXEC));
}

METHOD(set_inheritable, "module, fd: int, inheritable: int, /",
       "Set the inheritable flag of the specified file descriptor.")
static PyObject *posix_set_inheritable(PyObject *module, int fd, int inheritable)
{
    return none_or_raise(ioctl(fd, inheritable ? FIONCLEX : FIOCLEX));
}

METHOD(get_blocking, "module, fd: int, /",
       "Get the blocking mode of the file descriptor.\n\nReturn False if the O_NONBLOCK flag "
       "is set, True if the flag is cleared.")
static PyObject *posix_get_blocking(PyObject *module, int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? kr_posix_raise() : PyBool_FromLong(!(flags & O_NONBLOCK));
}

METHOD(set_blocking, "module, fd: int, blocking: bool, /",
       "Set the blocking mode of the specified file descriptor.\n\nSet the O_NONBLOCK flag "
       "if blocking is False,\nclear the O_NONBLOCK flag otherwise.")
static PyObject *posix_set_blocking(PyObject *module, int fd, int blocking)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return kr_posix_raise();
    return none_or_raise(fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK));
}

METHOD(device_encoding, "module, fd: int",
       "Return a string describing the encoding of a terminal's file descriptor.\n\nThe file "
       "descriptor must be attached to a terminal.\nIf the device is not a terminal, return "
       "None.")
static PyObject *posix_device_encoding(PyObject *module, int fd)
{
    if (!isatty(fd)) Py_RETURN_NONE;
    return PyUnicode_FromString("UTF-8");
}

METHOD(lockf, "module, fd: int, command: int, length: llong, /",
       "Apply, test or remove a POSIX lock on an open file descriptor.\n\n  fd\n    An open "
       "file descriptor.\n  command\n    One of F_LOCK, F_TLOCK, F_ULOCK or F_TEST.\n  "
       "length\n    The number of bytes to lock, starting at the current position.")
static PyObject *posix_lockf(PyObject *module, int fd, int command, long long length)
{
    int result;
    KR_UNLOCKED(result = lockf(fd, command, length));
    return none_or_raise(result);
}

METHOD(posix_fallocate, "module, fd: int, offset: llong, length: llong, /",
       "Ensure a file has allocated at least a particular number of bytes on disk.\n\nEnsure "
       "that the file specified by fd encompasses a range of bytes\nstarting at offset bytes "
       "from the beginning and continuing for length bytes.")
static PyObject *posix_posix_fallocate(PyObject *module, int fd, long long offset,
                                       long long length)
{
    int code;
    KR_UNLOCKED(code = posix_fallocate(fd, offset, length));
    errno = code;
    return none_or_raise(code == 0 ? 0 : -1);
}

METHOD(posix_fadvise, "module, fd: int, offset: llong, length: llong, advice: int, /",
       "Announce an intention to access data in a specific pattern.\n\nAnnounce an intention "
       "to access data in a specific pattern, thus allowing\nthe kernel to make "
       "optimizations.\nThe advice applies to the region of the file specified by fd "
       "starting at\noffset and continuing for length bytes.\nadvice is one of "
       "POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL,\nPOSIX_FADV_RANDOM, POSIX_FADV_NOREUSE, "
       "POSIX_FADV_WILLNEED, or\nPOSIX_FADV_DONTNEED.")
static PyObject *posix_posix_fadvise(PyObject *module, int fd, long long offset, long long length,
                                     int advice)
{
    int code;
    KR_UNLOCKED(code = posix_fadvise(fd, offset, length, advice));
    errno = code;
    return none_or_raise(code == 0 ? 0 : -1);
}

METHOD(tcgetpgrp, "module, fd: int, /",
       "Return the process group associated with the terminal specified by fd.")
static PyObject *posix_tcgetpgrp(PyObject *module, int fd)
{
    return number_or_raise(tcgetpgrp(fd));
}

METHOD(tcsetpgrp, "module, fd: int, pgid: int, /",
       "Set the process group associated with the terminal specified by fd.")
static PyObject *posix_tcsetpgrp(PyObject *module, int fd, int group)
{
    return none_or_raise(tcsetpgrp(fd, group));
}

// --- new descriptors ----------------------------------------------------------------------------

static PyObject *pair_or_raise(int result, int first, int second)
{
    return result < 0 ? kr_posix_raise() : Py_BuildValue("(ii)", first, second);
}

METHOD(pipe, "module",
       "Create a pipe.\n\nReturns a tuple of two file descriptors:\n  (read_fd, write_fd)")
static PyObject *posix_pipe(PyObject *module)
{
    int fds[2] = {-1, -1};
    int result = pipe2(fds, O_CLOEXEC);
    return pair_or_raise(result, fds[0], fds[1]);
}

METHOD(pipe2, "module, flags: int, /",
       "Create a pipe with flags set atomically.\n\nReturns a tuple of two file "
       "descriptors:\n  (read_fd, write_fd)\n\nflags can be constructed by ORing together "
       "one or more of these values:\nO_NONBLOCK, O_CLOEXEC.")
static PyObject *posix_pipe2(PyObject *module, int flags)
{
    int fds[2] = {-1, -1};
    int result = pipe2(fds, flags);
    return pair_or_raise(result, fds[0], fds[1]);
}

METHOD(openpty, "module",
       "Open a pseudo-terminal.\n\nReturn a tuple of (master_fd, slave_fd) containing open "
       "file descriptors\nfor both the master and slave ends.")
static PyObject *posix_openpty(PyObject *module)
{
    int master, slave;
    int result = openpty(&master, &slave, NULL, NULL, NULL);
    if (result == 0) {
        fcntl(master, F_SETFD, FD_CLOEXEC);
        fcntl(slave, F_SETFD, FD_CLOEXEC);
    }
    return pair_or_raise(result, master, slave);
}

METHOD(login_tty, "module, fd: fd, /",
       "Prepare the tty of which fd is a file descriptor for a new login session.\n\nMake "
       "the calling process a session leader; make the tty the\ncontrolling tty, the stdin, "
       "the stdout, and the stderr of the\ncalling process; close fd.")
static PyObject *posix_login_tty(PyObject *module, int fd)
{
    return none_or_raise(login_tty(fd));
}

METHOD(memfd_create, "module, name: path, flags: uint = MFD_CLOEXEC", NULL)
static PyObject *posix_memfd_create(PyObject *module, KrPath *name, unsigned int flags)
{
    int fd;
    KR_UNLOCKED(fd = memfd_create(name->narrow, flags));
    return number_or_raise(fd);
}

METHOD(eventfd, "module, initval: uint, flags: int = EFD_CLOEXEC",
       "Creates and returns an event notification file descriptor.")
static PyObject *posix_eventfd(PyObject *module, unsigned int value, int flags)
{
    return number_or_raise(eventfd(value, flags));
}

METHOD(eventfd_read, "module, fd: fd", "Read eventfd value")
static PyObject *posix_eventfd_read(PyObject *module, int fd)
{
    eventfd_t value;
    int result;
    KR_UNLOCKED(result = eventfd_read(fd, &value));
    return result < 0 ? kr_posix_raise() : PyLong_FromUnsignedLongLong(value);
}

METHOD(eventfd_write, "module, fd: fd, value: ullong", "Write eventfd value.")
static PyObject *posix_eventfd_write(PyObject *module, int fd, unsigned long long value)
{
    int result;
    KR_UNLOCKED(result = eventfd_write(fd, value));
    return none_or_raise(result);
}

#include "modules/posix/descriptors.methods.h"

int kr_posix_add_descriptors(PyObject *module)
{
    return PyModule_AddFunctions(module, posix_methods);
}
