// fileio.c - FileIO: a raw stream on a file descriptor.
//
// (1) fd is -1 when closed (or not opened yet).
// (2) closefd false: the descriptor belongs to somebody else and is left open.
#include "modules/_io/io.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal/pycore_pyerrors.h"
#include "structmember.h"

typedef struct FileIO {
    KrIOBase base;
    int fd;
    unsigned created : 1, readable : 1, writable : 1, appending : 1, closefd : 1;
    signed seekable : 2;        // -1: not known yet
    char finalizing;
    unsigned int block_size;
} FileIO;

#define UNLOCKED(call)                                                                            \
    do {                                                                                          \
        Py_BEGIN_ALLOW_THREADS                                                                    \
        call;                                                                                     \
        Py_END_ALLOW_THREADS                                                                      \
    } while (0)

// Runs [call] unlocked, again when a signal interrupts it and no handler raises.
#define RETRYING(result, call)                                                                    \
    do {                                                                                          \
        UNLOCKED((result) = (call));                                                              \
    } while ((result) < 0 && errno == EINTR && PyErr_CheckSignals() == 0)

static PyObject *raise_errno(void)
{
    return PyErr_Occurred() ? NULL : PyErr_SetFromErrno(PyExc_OSError);
}

static PyObject *raise_closed(void)
{
    return kr_raise(PyExc_ValueError, "I/O operation on closed file");
}

static PyObject *raise_mode(const char *action)
{
    PyErr_Format(kr_interpreter_current()->io_unsupported_operation, "File not open for %s",
                 action);
    return NULL;
}

// --- opening ------------------------------------------------------------------------------------

// Sets the flags for a mode of FileIO; gives the flags of open(2).  -1 with ValueError.
static int read_mode(FileIO *self, const char *mode)
{
    int kinds = 0, plus = 0, flags = 0;
    for (const char *letter = mode; *letter != '\0'; letter++) {
        switch (*letter) {
        case 'x': kinds++; self->created = self->writable = 1; flags |= O_EXCL | O_CREAT; break;
        case 'r': kinds++; self->readable = 1; break;
        case 'w': kinds++; self->writable = 1; flags |= O_CREAT | O_TRUNC; break;
        case 'a':
            kinds++;
            self->writable = self->appending = 1;
            flags |= O_APPEND | O_CREAT;
            break;
        case 'b': break;
        case '+': plus++; break;
        default: return kr_raise_int(PyExc_ValueError, "invalid mode: %.200s", mode);
        }
    }
    if (kinds != 1 || plus > 1)
        return kr_raise_int(PyExc_ValueError, "Must have exactly one of create/read/write/append "
                            "mode and at most one plus");
    if (plus) self->readable = self->writable = 1;
    flags |= self->readable && self->writable ? O_RDWR : self->readable ? O_RDONLY : O_WRONLY;
    return flags | O_CLOEXEC;
}

static int close_descriptor(FileIO *self)
{
    int fd = self->fd, code = 0;
    self->fd = -1;
    if (fd < 0) return 0;
    UNLOCKED(if (close(fd) < 0) code = errno);
    if (code == 0 || code == EINTR) return 0;
    errno = code;
    PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}

// Opens by the opener, a callable that gives a descriptor.
static int open_by(FileIO *self, PyObject *opener, PyObject *name, int flags)
{
    KR_AUTO PyObject *number = PyObject_CallFunction(opener, "Oi", name, flags);
    if (number == NULL) return -1;
    if (!PyLong_Check(number))
        return kr_raise_int(PyExc_TypeError, "expected integer from opener");
    self->fd = _PyLong_AsInt(number);
    if (self->fd < 0 && !PyErr_Occurred())
        return kr_raise_int(PyExc_ValueError, "opener returned %d", self->fd);
    if (self->fd >= 0 && fcntl(self->fd, F_SETFD, FD_CLOEXEC) < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        return -1;
    }
    return self->fd < 0 ? -1 : 0;
}

static int open_by_name(FileIO *self, PyObject *name, PyObject *path, int flags)
{
    RETRYING(self->fd, open(PyBytes_AS_STRING(path), flags, 0666));
    if (self->fd >= 0) return 0;
    if (!PyErr_Occurred()) PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, name);
    return -1;
}

// Refuses directories, learns the block size, goes to the end when appending.
static int inspect(FileIO *self, PyObject *name)
{
    struct stat status;
    int result;
    UNLOCKED(result = fstat(self->fd, &status));
    if (result < 0) {
        if (errno != EBADF) return 0;
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, name);
        return -1;
    }
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, name);
        return -1;
    }
    if (status.st_blksize > 1) self->block_size = (unsigned)status.st_blksize;
    return 0;
}

static int go_to_end(FileIO *self)
{
    off_t end;
    UNLOCKED(end = lseek(self->fd, 0, SEEK_END));
    if (end >= 0) {
        self->seekable = 1;
        return 0;
    }
    // A pipe cannot be appended to, nor does it have to.
    self->seekable = 0;
    return 0;
}

// A descriptor out of [file]: -1 when it is no int (nothing raised) or with an exception.
static int descriptor_of(PyObject *file)
{
    int fd = _PyLong_AsInt(file);
    if (fd >= 0) return fd;
    if (!PyErr_Occurred()) return kr_raise_int(PyExc_ValueError, "negative file descriptor");
    PyErr_Clear();
    return -1;
}

static int open_file(FileIO *self, PyObject *file, const char *mode, PyObject *opener)
{
    int fd = PyFloat_Check(file) ? kr_raise_int(PyExc_TypeError, "integer argument expected, got "
                                                "float") : descriptor_of(file);
    if (fd < 0 && PyErr_Occurred()) return -1;
    KR_AUTO PyObject *path = NULL;
    if (fd < 0 && !PyUnicode_FSConverter(file, &path)) return -1;
    self->readable = self->writable = self->created = self->appending = 0;
    self->seekable = -1;
    int flags = read_mode(self, mode);
    if (flags < 0 || PySys_Audit("open", "Osi", file, mode, flags) < 0) return -1;
    if (fd >= 0) {
        self->fd = fd;
    } else {
        if (!self->closefd)
            return kr_raise_int(PyExc_ValueError, "Cannot use closefd=False with file name");
        if (opener != Py_None ? open_by(self, opener, file, flags) < 0
            : open_by_name(self, file, path, flags) < 0)
            return -1;
    }
    self->block_size = KR_IO_BUFFER_SIZE;
    if (inspect(self, file) < 0) return -1;
    if (PyObject_SetAttr((PyObject *)self, ID(name), file) < 0) return -1;
    return self->appending ? go_to_end(self) : 0;
}

INITIALIZER(FileIO, "file, mode: cstr = 'r', closefd: bool = True, opener = None",
            "Open a file.\n\nThe mode can be 'r' (default), 'w', 'x' or 'a' for reading,\n"
            "writing, exclusive creation or appending.  The file will be created if it\ndoesn't "
            "exist when opened for writing or appending; it will be truncated\nwhen opened for "
            "writing.  A FileExistsError will be raised if it already\nexists when opened for "
            "creating. Opening a file for creating implies\nwriting so this mode behaves in a "
            "similar way to 'w'.Add a '+' to the mode\nto allow simultaneous reading and "
            "writing. A custom opener can be used by\npassing a callable as *opener*. The "
            "underlying file descriptor for the file\nobject is then obtained by calling opener "
            "with (*name*, *flags*).\n*opener* must return an open file descriptor (passing "
            "os.open as *opener*\nresults in functionality similar to passing None).")
static int fileio_init(FileIO *self, PyObject *file, const char *mode, int closes,
                       PyObject *opener)
{
    if (self->fd >= 0) {
        if (!self->closefd) self->fd = -1;
        else if (close_descriptor(self) < 0) return -1;
    }
    self->closefd = closes != 0;
    if (open_file(self, file, mode, opener) == 0) return 0;
    // A descriptor that was given stays open; one that was made is closed.
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    int was_given = PyLong_Check(file);
    if (was_given) self->fd = -1;
    else if (close_descriptor(self) < 0) PyErr_Clear();
    PyErr_Restore(type, value, traceback);
    return -1;
}

static PyObject *fileio_tp_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    FileIO *self = (FileIO *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->fd = -1;
    self->seekable = -1;
    self->closefd = 1;
    return (PyObject *)self;
}

// --- closing ------------------------------------------------------------------------------------

METHOD(_dealloc_warn, "self, source, /", NULL)
static PyObject *fileio__dealloc_warn(FileIO *self, PyObject *source)
{
    if (self->fd < 0 || !self->closefd) Py_RETURN_NONE;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyErr_ResourceWarning(source, 1, "unclosed file %R", source) < 0 &&
        PyErr_ExceptionMatches(PyExc_Warning))
        PyErr_WriteUnraisable((PyObject *)self);
    PyErr_Restore(type, value, traceback);
    Py_RETURN_NONE;
}

METHOD(close, "self",
       "Close the file.\n\nA closed file cannot be used for further I/O operations.  close() "
       "may be\ncalled more than once without error.")
static PyObject *fileio_close(FileIO *self)
{
    PyObject *result = PyObject_CallMethodOneArg((PyObject *)&kr_rawiobase_type, ID(close),
                                                 (PyObject *)self);
    if (!self->closefd) {
        self->fd = -1;
        return result;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (self->finalizing) {
        PyObject *none = fileio__dealloc_warn(self, (PyObject *)self);
        Py_XDECREF(none);
    }
    if (close_descriptor(self) < 0) Py_CLEAR(result);
    if (type != NULL) _PyErr_ChainExceptions(type, value, traceback);
    return result;
}

// --- abilities ----------------------------------------------------------------------------------

METHOD(fileno, "self", "Return the underlying file descriptor (an integer).")
static PyObject *fileio_fileno(FileIO *self)
{
    return self->fd < 0 ? raise_closed() : PyLong_FromLong(self->fd);
}

METHOD(readable, "self", "True if file was opened in a read mode.")
static PyObject *fileio_readable(FileIO *self)
{
    return self->fd < 0 ? raise_closed() : PyBool_FromLong(self->readable);
}

METHOD(writable, "self", "True if file was opened in a write mode.")
static PyObject *fileio_writable(FileIO *self)
{
    return self->fd < 0 ? raise_closed() : PyBool_FromLong(self->writable);
}

METHOD(seekable, "self", "True if file supports random-access.")
static PyObject *fileio_seekable(FileIO *self)
{
    if (self->fd < 0) return raise_closed();
    if (self->seekable < 0) {
        off_t position;
        UNLOCKED(position = lseek(self->fd, 0, SEEK_CUR));
        self->seekable = position >= 0;
    }
    return PyBool_FromLong(self->seekable == 1);
}

METHOD(isatty, "self", "True if the file is connected to a TTY device.")
static PyObject *fileio_isatty(FileIO *self)
{
    if (self->fd < 0) return raise_closed();
    int result;
    UNLOCKED(result = isatty(self->fd));
    return PyBool_FromLong(result);
}

// --- reading and writing ------------------------------------------------------------------------

METHOD(readinto, "self, buffer: wbuffer, /", "Same as RawIOBase.readinto().")
static PyObject *fileio_readinto(FileIO *self, Py_buffer *buffer)
{
    if (self->fd < 0) return raise_closed();
    if (!self->readable) return raise_mode("reading");
    ssize_t count;
    RETRYING(count, read(self->fd, buffer->buf, (size_t)kr_smaller(buffer->len, INT_MAX)));
    if (count >= 0) return PyLong_FromSsize_t(count);
    if (errno == EAGAIN && !PyErr_Occurred()) Py_RETURN_NONE;
    return raise_errno();
}

// How much room to read the rest of the file needs, by its size; 0 when that is not known.
static size_t expected_rest(FileIO *self)
{
    struct stat status;
    off_t position, size = 0;
    UNLOCKED(position = lseek(self->fd, 0, SEEK_CUR);
             if (fstat(self->fd, &status) == 0) size = status.st_size);
    return position >= 0 && size >= position ? (size_t)(size - position) + 1 : 0;
}

METHOD(readall, "self",
       "Read all data from the file, returned as bytes.\n\nIn non-blocking mode, returns as "
       "much as is immediately available,\nor None if no data is available.  Return an empty "
       "bytes object at EOF.")
static PyObject *fileio_readall(FileIO *self)
{
    if (self->fd < 0) return raise_closed();
    size_t room = expected_rest(self);
    if (room == 0) room = KR_IO_BUFFER_SIZE;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)room);
    Py_ssize_t length = 0;
    while (bytes != NULL) {
        if (length >= PyBytes_GET_SIZE(bytes)
            && _PyBytes_Resize(&bytes, length + length / 2 + KR_IO_BUFFER_SIZE) < 0)
            return NULL;
        ssize_t count;
        char *place = PyBytes_AS_STRING(bytes) + length;
        size_t wanted = (size_t)kr_smaller(PyBytes_GET_SIZE(bytes) - length, INT_MAX);
        RETRYING(count, read(self->fd, place, wanted));
        if (count == 0) break;
        if (count < 0) {
            int code = errno;
            if (code == EAGAIN && !PyErr_Occurred() && length > 0) break;
            Py_DECREF(bytes);
            if (code == EAGAIN && !PyErr_Occurred()) Py_RETURN_NONE;
            errno = code;
            return raise_errno();
        }
        length += count;
    }
    if (bytes != NULL && length < PyBytes_GET_SIZE(bytes)) _PyBytes_Resize(&bytes, length);
    return bytes;
}

METHOD(read, "self, size: ssize_or_none = -1, /",
       "Read at most size bytes, returned as bytes.\n\nOnly makes one system call, so less "
       "data may be returned than requested.\nIn non-blocking mode, returns None if no data "
       "is available.\nReturn an empty bytes object at EOF.")
static PyObject *fileio_read(FileIO *self, Py_ssize_t size)
{
    if (self->fd < 0) return raise_closed();
    if (!self->readable) return raise_mode("reading");
    if (size < 0) return fileio_readall(self);
    size = kr_smaller(size, INT_MAX);
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) return NULL;
    ssize_t count;
    RETRYING(count, read(self->fd, PyBytes_AS_STRING(bytes), (size_t)size));
    if (count < 0) {
        int code = errno;
        Py_DECREF(bytes);
        if (code == EAGAIN && !PyErr_Occurred()) Py_RETURN_NONE;
        errno = code;
        return raise_errno();
    }
    if (count != size) _PyBytes_Resize(&bytes, count);
    return bytes;
}

METHOD(write, "self, b: buffer, /",
       "Write buffer b to file, return number of bytes written.\n\nOnly makes one system "
       "call, so not all of the data may be written.\nThe number of bytes actually written "
       "is returned.  In non-blocking mode,\nreturns None if the write would block.")
static PyObject *fileio_write(FileIO *self, Py_buffer *data)
{
    if (self->fd < 0) return raise_closed();
    if (!self->writable) return raise_mode("writing");
    ssize_t count;
    RETRYING(count, write(self->fd, data->buf, (size_t)kr_smaller(data->len, INT_MAX)));
    if (count >= 0) return PyLong_FromSsize_t(count);
    if (errno == EAGAIN && !PyErr_Occurred()) Py_RETURN_NONE;
    return raise_errno();
}

// --- positions ----------------------------------------------------------------------------------

static PyObject *seek_to(FileIO *self, off_t offset, int whence)
{
    off_t position;
    UNLOCKED(position = lseek(self->fd, offset, whence));
    if (self->seekable < 0) self->seekable = position >= 0;
    return position < 0 ? PyErr_SetFromErrno(PyExc_OSError) : PyLong_FromLongLong(position);
}

METHOD(seek, "self, pos, whence: int = 0, /",
       "Move to new file position and return the file position.\n\nArgument offset is a byte "
       "count.  Optional argument whence defaults to\nSEEK_SET or 0 (offset from start of "
       "file, offset should be >= 0); other values\nare SEEK_CUR or 1 (move relative to "
       "current position, positive or negative),\nand SEEK_END or 2 (move relative to end of "
       "file, usually negative, although\nmany platforms allow seeking beyond the end of a "
       "file).\n\nNote that not all file objects are seekable.")
static PyObject *fileio_seek(FileIO *self, PyObject *position, int whence)
{
    if (self->fd < 0) return raise_closed();
    if (PyFloat_Check(position)) return kr_raise(PyExc_TypeError, "an integer is required");
    off_t offset = kr_io_as_offset(position, NULL);
    return offset == -1 && PyErr_Occurred() ? NULL : seek_to(self, offset, whence);
}

METHOD(tell, "self", "Current file position.\n\nCan raise OSError for non seekable files.")
static PyObject *fileio_tell(FileIO *self)
{
    return self->fd < 0 ? raise_closed() : seek_to(self, 0, SEEK_CUR);
}

METHOD(truncate, "self, size = None, /",
       "Truncate the file to at most size bytes and return the truncated size.\n\nSize "
       "defaults to the current file position, as returned by tell().\nThe current file "
       "position is changed to the value of size.")
static PyObject *fileio_truncate(FileIO *self, PyObject *size)
{
    if (self->fd < 0) return raise_closed();
    if (!self->writable) return raise_mode("writing");
    KR_AUTO PyObject *position = size == Py_None ? seek_to(self, 0, SEEK_CUR) : Py_NewRef(size);
    if (position == NULL) return NULL;
    off_t length = kr_io_as_offset(position, NULL);
    if (length == -1 && PyErr_Occurred()) return NULL;
    int result;
    UNLOCKED(result = ftruncate(self->fd, length));
    return result < 0 ? PyErr_SetFromErrno(PyExc_OSError) : kr_take(position);
}

// --- attributes ---------------------------------------------------------------------------------

static const char *mode_text(const FileIO *self)
{
    if (self->created) return self->readable ? "xb+" : "xb";
    if (self->appending) return self->readable ? "ab+" : "ab";
    if (self->readable) return self->writable ? "rb+" : "rb";
    return "wb";
}

GETTER(closed, "True if the file is closed")
static PyObject *fileio_get_closed(FileIO *self)
{
    return PyBool_FromLong(self->fd < 0);
}

GETTER(closefd, "True if the file descriptor will be closed by close().")
static PyObject *fileio_get_closefd(FileIO *self)
{
    return PyBool_FromLong(self->closefd);
}

GETTER(mode, "String giving the file mode")
static PyObject *fileio_get_mode(FileIO *self)
{
    return PyUnicode_FromString(mode_text(self));
}

static PyMemberDef fileio_members[] = {
    {"_blksize", T_UINT, offsetof(FileIO, block_size), 0, NULL},
    {"_finalizing", T_BOOL, offsetof(FileIO, finalizing), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyObject *fileio_repr(FileIO *self)
{
    if (self->fd < 0) return PyUnicode_FromFormat("<_io.FileIO [closed]>");
    const char *closes = self->closefd ? "True" : "False";
    KR_AUTO PyObject *name = NULL;
    if (_PyObject_LookupAttr((PyObject *)self, ID(name), &name) < 0) return NULL;
    if (name == NULL)
        return PyUnicode_FromFormat("<_io.FileIO fd=%d mode='%s' closefd=%s>", self->fd,
                                    mode_text(self), closes);
    int entered = Py_ReprEnter((PyObject *)self);
    if (entered < 0) return NULL;
    if (entered > 0)
        return kr_raise(PyExc_RuntimeError, "reentrant call inside %s.__repr__",
                        Py_TYPE(self)->tp_name);
    PyObject *text = PyUnicode_FromFormat("<_io.FileIO name=%R mode='%s' closefd=%s>", name,
                                          mode_text(self), closes);
    Py_ReprLeave((PyObject *)self);
    return text;
}

static int fileio_traverse(FileIO *self, visitproc visit, void *arg)
{
    Py_VISIT(self->base.dict);
    return 0;
}

static int fileio_clear(FileIO *self)
{
    Py_CLEAR(self->base.dict);
    return 0;
}

static void fileio_dealloc(FileIO *self)
{
    self->finalizing = 1;
    if (kr_iobase_finalize_at_dealloc((PyObject *)self) < 0) return;
    PyObject_GC_UnTrack(self);
    if (self->base.weak_references != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    Py_CLEAR(self->base.dict);
    Py_TYPE(self)->tp_free(self);
}

#include "modules/_io/fileio.methods.h"

PyTypeObject kr_fileio_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "_io.FileIO",
    .tp_basicsize = sizeof(FileIO),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_doc = fileio_doc,
    .tp_base = &kr_rawiobase_type,
    .tp_new = fileio_tp_new,
    .tp_init = fileio_tp_init,
    .tp_dealloc = (destructor)fileio_dealloc,
    .tp_repr = (reprfunc)fileio_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_traverse = (traverseproc)fileio_traverse,
    .tp_clear = (inquiry)fileio_clear,
    .tp_weaklistoffset = offsetof(FileIO, base.weak_references),
    .tp_dictoffset = offsetof(FileIO, base.dict),
    .tp_methods = fileio_methods,
    .tp_members = fileio_members,
    .tp_getset = fileio_getset,
};
