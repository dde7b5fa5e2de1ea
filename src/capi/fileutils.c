// fileutils.c - files and descriptors of the system, with exceptions; descriptors that children do
// not inherit.
#include "Python.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal/pycore_fileutils.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

enum { LARGEST_TRANSFER = 0x7ffff000 };

// ---- names of encodings

wchar_t *_Py_GetLocaleEncoding(void)
{
    const char *encoding = kr_interpreter_current()->config.use_environment >= 0 && Py_UTF8Mode
        ? "utf-8" : nl_langinfo(CODESET);
    if (encoding == NULL || encoding[0] == 0) encoding = "utf-8";
    return Py_DecodeLocale(encoding, NULL);
}

PyObject *_Py_GetLocaleEncodingObject(void)
{
    wchar_t *encoding = _Py_GetLocaleEncoding();
    if (encoding == NULL) return PyErr_NoMemory();
    PyObject *text = PyUnicode_FromWideChar(encoding, -1);
    PyMem_RawFree(encoding);
    return text;
}

PyObject *_Py_device_encoding(int descriptor)
{
    if (!isatty(descriptor)) Py_RETURN_NONE;
    return _Py_GetLocaleEncodingObject();
}

int _Py_GetForceASCII(void)
{
    return 0;
}

void _Py_ResetForceASCII(void)
{
}

int _Py_GetLocaleconvNumeric(struct lconv *conventions, PyObject **ret_point,
                             PyObject **ret_separator)
{
    *ret_point = PyUnicode_DecodeLocale(conventions->decimal_point, NULL);
    if (*ret_point == NULL) return -1;
    *ret_separator = PyUnicode_DecodeLocale(conventions->thousands_sep, NULL);
    if (*ret_separator != NULL) return 0;
    Py_CLEAR(*ret_point);
    return -1;
}

// ---- inheritance

static int raise_errno(int raise)
{
    if (raise) PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}

static int get_inheritable(int descriptor, int raise)
{
    int flags = fcntl(descriptor, F_GETFD, 0);
    return flags == -1 ? raise_errno(raise) : !(flags & FD_CLOEXEC);
}

static int set_inheritable(int descriptor, int inheritable, int raise)
{
    if (ioctl(descriptor, inheritable ? FIONCLEX : FIOCLEX, NULL) == 0) return 0;
    if (errno != ENOTTY && errno != EACCES && errno != EBADF) return raise_errno(raise);
    int flags = fcntl(descriptor, F_GETFD);
    if (flags < 0) return raise_errno(raise);
    int wanted = inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC;
    return wanted == flags || fcntl(descriptor, F_SETFD, wanted) == 0 ? 0 : raise_errno(raise);
}

int _Py_get_inheritable(int descriptor)
{
    return get_inheritable(descriptor, 1);
}

// [is_atomic]: where the caller remembers that opening with O_CLOEXEC worked, so that nothing is
// left to do.
int _Py_set_inheritable(int descriptor, int inheritable, int *is_atomic)
{
    if (is_atomic != NULL && !inheritable) {
        if (*is_atomic == -1) {
            int inherits = get_inheritable(descriptor, 1);
            if (inherits < 0) return -1;
            *is_atomic = !inherits;
        }
        if (*is_atomic) return 0;
    }
    return set_inheritable(descriptor, inheritable, 1);
}

int _Py_set_inheritable_async_safe(int descriptor, int inheritable, int *is_atomic)
{
    return set_inheritable(descriptor, inheritable, 0);
}

int _Py_get_blocking(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL, 0);
    return flags < 0 ? raise_errno(1) : !(flags & O_NONBLOCK);
}

int _Py_set_blocking(int descriptor, int blocking)
{
    int flags = fcntl(descriptor, F_GETFL, 0);
    if (flags < 0) return raise_errno(1);
    int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
    return wanted == flags || fcntl(descriptor, F_SETFL, wanted) == 0 ? 0 : raise_errno(1);
}

// ---- opening

int _Py_open_noraise(const char *path, int flags)
{
    return open(path, flags | O_CLOEXEC);
}

int _Py_open(const char *path, int flags)
{
    KR_AUTO PyObject *name = PyUnicode_DecodeFSDefault(path);
    if (name == NULL || PySys_Audit("open", "OOi", name, Py_None, flags) < 0) return -1;
    int descriptor;
    do {
        Py_BEGIN_ALLOW_THREADS
        descriptor = _Py_open_noraise(path, flags);
        Py_END_ALLOW_THREADS
    } while (descriptor < 0 && errno == EINTR && PyErr_CheckSignals() == 0);
    if (descriptor < 0 && !PyErr_Occurred()) PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
    return descriptor;
}

int _Py_dup(int descriptor)
{
    int copy;
    Py_BEGIN_ALLOW_THREADS
    copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    Py_END_ALLOW_THREADS
    return copy < 0 ? raise_errno(1) : copy;
}

FILE *_Py_wfopen(const wchar_t *path, const wchar_t *mode)
{
    char short_mode[10];
    if (PySys_Audit("open", "uui", path, mode, 0) < 0) return NULL;
    if (wcstombs(short_mode, mode, sizeof short_mode) >= sizeof short_mode) {
        errno = EINVAL;
        return NULL;
    }
    char *name = Py_EncodeLocale(path, NULL);
    if (name == NULL) return NULL;
    FILE *file = fopen(name, short_mode);
    PyMem_Free(name);
    if (file != NULL && set_inheritable(fileno(file), 0, 1) < 0) {
        fclose(file);
        return NULL;
    }
    return file;
}

FILE *_Py_fopen_obj(PyObject *path, const char *mode)
{
    KR_AUTO PyObject *bytes = NULL;
    if (PySys_Audit("open", "Osi", path, mode, 0) < 0 || !PyUnicode_FSConverter(path, &bytes))
        return NULL;
    FILE *file;
    do {
        Py_BEGIN_ALLOW_THREADS
        file = fopen(PyBytes_AS_STRING(bytes), mode);
        Py_END_ALLOW_THREADS
    } while (file == NULL && errno == EINTR && PyErr_CheckSignals() == 0);
    if (file == NULL) {
        if (!PyErr_Occurred()) PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
        return NULL;
    }
    if (set_inheritable(fileno(file), 0, 1) == 0) return file;
    fclose(file);
    return NULL;
}

// ---- reading, writing, asking

Py_ssize_t _Py_read(int descriptor, void *buffer, size_t size)
{
    ssize_t count;
    int error;
    if (size > LARGEST_TRANSFER) size = LARGEST_TRANSFER;
    do {
        Py_BEGIN_ALLOW_THREADS
        errno = 0;
        count = read(descriptor, buffer, size);
        error = errno;
        Py_END_ALLOW_THREADS
    } while (count < 0 && error == EINTR && PyErr_CheckSignals() == 0);
    errno = error;
    if (count < 0 && !PyErr_Occurred()) PyErr_SetFromErrno(PyExc_OSError);
    return count < 0 ? -1 : count;
}

static Py_ssize_t write_bytes(int descriptor, const void *buffer, size_t size, int with_lock)
{
    ssize_t count;
    int error;
    if (size > LARGEST_TRANSFER) size = LARGEST_TRANSFER;
    do {
        PyThreadState *thread = with_lock ? PyEval_SaveThread() : NULL;
        errno = 0;
        count = write(descriptor, buffer, size);
        error = errno;
        if (thread != NULL) PyEval_RestoreThread(thread);
    } while (count < 0 && error == EINTR && (!with_lock || PyErr_CheckSignals() == 0));
    errno = error;
    if (count < 0 && with_lock && !PyErr_Occurred()) PyErr_SetFromErrno(PyExc_OSError);
    return count < 0 ? -1 : count;
}

Py_ssize_t _Py_write(int descriptor, const void *buffer, size_t size)
{
    return write_bytes(descriptor, buffer, size, 1);
}

Py_ssize_t _Py_write_noraise(int descriptor, const void *buffer, size_t size)
{
    return write_bytes(descriptor, buffer, size, 0);
}

int _Py_fstat_noraise(int descriptor, struct stat *ret_status)
{
    return fstat(descriptor, ret_status);
}

int _Py_fstat(int descriptor, struct stat *ret_status)
{
    int result;
    Py_BEGIN_ALLOW_THREADS
    result = fstat(descriptor, ret_status);
    Py_END_ALLOW_THREADS
    return result == 0 ? 0 : raise_errno(1);
}

// 0, -1 with errno set, -2 with an exception.
int _Py_stat(PyObject *path, struct stat *ret_status)
{
    KR_AUTO PyObject *bytes = PyUnicode_EncodeFSDefault(path);
    if (bytes == NULL) return -2;
    return stat(PyBytes_AS_STRING(bytes), ret_status);
}

void _Py_closerange(int first, int last)
{
    if (first > last) return;
#ifdef SYS_close_range
    if (close_range((unsigned)first, (unsigned)last, 0) == 0) return;
#endif
    for (int descriptor = first; descriptor <= last; descriptor++) (void)close(descriptor);
}

// ---- wide paths: results go to a buffer of the caller's

static wchar_t *decode_into(const char *path, wchar_t *buffer, size_t size, size_t *ret_length)
{
    wchar_t *wide = Py_DecodeLocale(path, ret_length);
    if (wide == NULL) {
        errno = EINVAL;
        return NULL;
    }
    int fits = *ret_length < size;
    if (fits)
        wcscpy(buffer, wide);
    else
        errno = EINVAL;
    PyMem_RawFree(wide);
    return fits ? buffer : NULL;
}

int _Py_wreadlink(const wchar_t *path, wchar_t *buffer, size_t size)
{
    char target[PATH_MAX];
    char *name = Py_EncodeLocale(path, NULL);
    if (name == NULL) {
        errno = EINVAL;
        return -1;
    }
    ssize_t length = readlink(name, target, sizeof target);
    PyMem_Free(name);
    if (length < 0) return -1;
    if (length == sizeof target) {
        errno = EINVAL;
        return -1;
    }
    target[length] = 0;
    size_t count;
    return decode_into(target, buffer, size, &count) == NULL ? -1 : (int)count;
}

wchar_t *_Py_wrealpath(const wchar_t *path, wchar_t *buffer, size_t size)
{
    char resolved[PATH_MAX];
    char *name = Py_EncodeLocale(path, NULL);
    if (name == NULL) {
        errno = EINVAL;
        return NULL;
    }
    char *found = realpath(name, resolved);
    PyMem_Free(name);
    size_t count;
    return found == NULL ? NULL : decode_into(resolved, buffer, size, &count);
}

wchar_t *_Py_wgetcwd(wchar_t *buffer, size_t size)
{
    char folder[PATH_MAX];
    size_t count;
    return getcwd(folder, sizeof folder) == NULL ? NULL
        : decode_into(folder, buffer, size, &count);
}

// Removes "." and ".." and doubled slashes in place.  [size] < 0: to the zero.  Two leading
// slashes stay.
wchar_t *_Py_normpath(wchar_t *path, Py_ssize_t size)
{
    if (path[0] == 0 || size == 0) return path;
    wchar_t *end = size < 0 ? path + wcslen(path) : path + size, *root = path;
    if (*root == L'/')
        root += root + 2 <= end && root[1] == L'/' && (root + 2 == end || root[2] != L'/') ? 2 : 1;
    wchar_t *out = root, *part = root;
    while (part < end && *part != 0) {
        wchar_t *stop = part;
        while (stop < end && *stop != 0 && *stop != L'/') stop++;
        size_t length = (size_t)(stop - part);
        int is_up = length == 2 && part[0] == L'.' && part[1] == L'.';
        wchar_t *last = out;
        while (last > root && last[-1] != L'/') last--;
        int last_is_up = out - last == 2 && last[0] == L'.' && last[1] == L'.';
        if (length == 0 || (length == 1 && *part == L'.')) {
            // nothing
        } else if (is_up && out > root && !last_is_up) {
            out = last > root ? last - 1 : root;
        } else if (!(is_up && root > path)) {
            if (out > root) *out++ = L'/';
            wmemmove(out, part, length);
            out += length;
        }
        part = stop < end && *stop == L'/' ? stop + 1 : stop;
    }
    *out = 0;
    return path;
}
