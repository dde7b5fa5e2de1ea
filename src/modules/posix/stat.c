// stat.c - stat, lstat, fstat, statvfs, access, chmod, chown, utime, and the result types.
#include "modules/posix/posix.h"

#include "Python.h"

#include <errno.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "modules/posix/path.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

static PyStructSequence_Field stat_fields[] = {
    {"st_mode", "protection bits"},
    {"st_ino", "inode"},
    {"st_dev", "device"},
    {"st_nlink", "number of hard links"},
    {"st_uid", "user ID of owner"},
    {"st_gid", "group ID of owner"},
    {"st_size", "total size, in bytes"},
    {NULL, "integer time of last access"},
    {NULL, "integer time of last modification"},
    {NULL, "integer time of last change"},
    {"st_atime", "time of last access"},
    {"st_mtime", "time of last modification"},
    {"st_ctime", "time of last change"},
    {"st_atime_ns", "time of last access in nanoseconds"},
    {"st_mtime_ns", "time of last modification in nanoseconds"},
    {"st_ctime_ns", "time of last change in nanoseconds"},
    {"st_blksize", "blocksize for filesystem I/O"},
    {"st_blocks", "number of blocks allocated"},
    {"st_rdev", "device type (if inode device)"},
    {NULL, NULL},
};

static PyStructSequence_Desc stat_description = {
    .name = "os.stat_result",
    .doc = "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either "
        "as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via "
        "the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on.\n\nPosix/windows: "
        "If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are "
        "available as attributes only.\n\nSee os.stat for more information.",
    .fields = stat_fields,
    .n_in_sequence = 10,
};

static PyStructSequence_Field statvfs_fields[] = {
    {"f_bsize", NULL},  {"f_frsize", NULL}, {"f_blocks", NULL}, {"f_bfree", NULL},
    {"f_bavail", NULL}, {"f_files", NULL},  {"f_ffree", NULL},  {"f_favail", NULL},
    {"f_flag", NULL},   {"f_namemax", NULL}, {"f_fsid", NULL},  {NULL, NULL},
};

static PyStructSequence_Desc statvfs_description = {
    .name = "os.statvfs_result",
    .doc = "statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed "
        "either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, "
        "flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so "
        "on.\n\nSee os.statvfs for more information.",
    .fields = statvfs_fields,
    .n_in_sequence = 10,
};

static PyTypeObject stat_result_type, statvfs_result_type;
static newfunc structseq_new;

// The integer times stand in for float times that a caller's sequence does not give.
static PyObject *stat_result_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *result = structseq_new(type, args, kwargs);
    if (result == NULL) return NULL;
    for (int i = 7; i <= 9; i++) {
        PyObject **place = &((PyTupleObject *)result)->ob_item[i + 3];
        if (*place == NULL || *place == Py_None)
            Py_XSETREF(*place, Py_NewRef(PyTuple_GET_ITEM(result, i)));
    }
    return result;
}

// --- results ------------------------------------------------------------------------------------

static PyObject *nanoseconds_of(const struct timespec *time)
{
    KR_AUTO PyObject *seconds = PyLong_FromLongLong(time->tv_sec);
    KR_AUTO PyObject *billion = PyLong_FromLong(1000000000);
    KR_AUTO PyObject *whole = seconds && billion ? PyNumber_Multiply(seconds, billion) : NULL;
    KR_AUTO PyObject *part = PyLong_FromLong(time->tv_nsec);
    return whole && part ? PyNumber_Add(whole, part) : NULL;
}

PyObject *kr_stat_result_new(const struct stat *status)
{
    const struct timespec *const times[] = {&status->st_atim, &status->st_mtim, &status->st_ctim};
    PyObject *values[19] = {
        PyLong_FromLong((long)status->st_mode),
        PyLong_FromUnsignedLongLong(status->st_ino),
        PyLong_FromUnsignedLongLong(status->st_dev),
        PyLong_FromLong((long)status->st_nlink),
        PyLong_FromUnsignedLong(status->st_uid),
        PyLong_FromUnsignedLong(status->st_gid),
        PyLong_FromLongLong(status->st_size),
    };
    for (int i = 0; i < 3; i++) {
        values[7 + i] = PyLong_FromLongLong(times[i]->tv_sec);
        values[10 + i] =
            PyFloat_FromDouble((double)times[i]->tv_sec + 1e-9 * (double)times[i]->tv_nsec);
        values[13 + i] = nanoseconds_of(times[i]);
    }
    values[16] = PyLong_FromLong(status->st_blksize);
    values[17] = PyLong_FromLong(status->st_blocks);
    values[18] = PyLong_FromUnsignedLongLong(status->st_rdev);
    PyObject *result = PyStructSequence_New(&stat_result_type);
    for (int i = 0; i < 19; i++) {
        if (result != NULL && values[i] != NULL) {
            PyStructSequence_SetItem(result, i, values[i]);
        } else {
            Py_XDECREF(values[i]);
            Py_CLEAR(result);
        }
    }
    return result;
}

static PyObject *statvfs_result(const struct statvfs *status)
{
    const unsigned long numbers[] = {status->f_bsize,  status->f_frsize, status->f_blocks,
                                     status->f_bfree, status->f_bavail, status->f_files,
                                     status->f_ffree,  status->f_favail, status->f_flag,
                                     status->f_namemax, status->f_fsid};
    PyObject *result = PyStructSequence_New(&statvfs_result_type);
    for (int i = 0; result != NULL && i < 11; i++) {
        PyObject *number = PyLong_FromUnsignedLong(numbers[i]);
        if (number == NULL) Py_CLEAR(result);
        else PyStructSequence_SetItem(result, i, number);
    }
    return result;
}

// --- functions ----------------------------------------------------------------------------------

METHOD(stat, "module, path: path_fd, *, dir_fd: dir_fd = None, follow_symlinks: bool = True",
       "Perform a stat system call on the given path.\n\n  path\n    Path to be examined; "
       "can be string, bytes, a path-like object or\n    open-file-descriptor int.\n  "
       "dir_fd\n    If not None, it should be a file descriptor open to a directory,\n    "
       "and path should be a relative string; path will then be relative to\n    that "
       "directory.\n  follow_symlinks\n    If False, and the last element of the path is a "
       "symbolic link,\n    stat will examine the symbolic link itself instead of the "
       "file\n    the link points to.\n\ndir_fd and follow_symlinks may not be "
       "implemented\n  on your platform.  If they are unavailable, using them will raise "
       "a\n  NotImplementedError.\n\nIt's an error to use dir_fd or follow_symlinks when "
       "specifying path as\n  an open file descriptor.")
static PyObject *posix_stat(PyObject *module, KrPath *path, int dir_fd, int follow)
{
    if (path->fd >= 0 && dir_fd != AT_FDCWD)
        return kr_raise(PyExc_ValueError, "stat: can't specify dir_fd without matching path");
    if (path->fd >= 0 && !follow)
        return kr_raise(PyExc_ValueError, "stat: cannot use fd and follow_symlinks together");
    struct stat status;
    int result;
    KR_UNLOCKED(result = path->fd >= 0 || path->narrow == NULL ? fstat(path->fd, &status)
                : fstatat(dir_fd, path->narrow, &status, follow ? 0 : AT_SYMLINK_NOFOLLOW));
    return result < 0 ? kr_path_raise(path) : kr_stat_result_new(&status);
}

METHOD(lstat, "module, path: path, *, dir_fd: dir_fd = None",
       "Perform a stat system call on the given path, without following symbolic links.\n\n"
       "Like stat(), but do not follow symbolic links.\nEquivalent to stat(path, "
       "follow_symlinks=False).")
static PyObject *posix_lstat(PyObject *module, KrPath *path, int dir_fd)
{
    struct stat status;
    int result;
    KR_UNLOCKED(result = fstatat(dir_fd, path->narrow, &status, AT_SYMLINK_NOFOLLOW));
    return result < 0 ? kr_path_raise(path) : kr_stat_result_new(&status);
}

METHOD(fstat, "module, fd: int",
       "Perform a stat system call on the given file descriptor.\n\nLike stat(), but for an "
       "open file descriptor.\nEquivalent to os.stat(fd).")
static PyObject *posix_fstat(PyObject *module, int fd)
{
    struct stat status;
    int result;
    KR_RETRYING(result, fstat(fd, &status));
    return result < 0 ? (PyErr_Occurred() ? NULL : kr_posix_raise()) : kr_stat_result_new(&status);
}

METHOD(statvfs, "module, path: path_fd",
       "Perform a statvfs system call on the given path.\n\npath may always be specified as "
       "a string.\nOn some platforms, path may also be specified as an open file "
       "descriptor.\n  If this functionality is unavailable, using it raises an exception.")
static PyObject *posix_statvfs(PyObject *module, KrPath *path)
{
    struct statvfs status;
    int result;
    KR_UNLOCKED(result = path->fd >= 0 ? fstatvfs(path->fd, &status)
                : statvfs(path->narrow, &status));
    return result < 0 ? kr_path_raise(path) : statvfs_result(&status);
}

METHOD(fstatvfs, "module, fd: int, /",
       "Perform an fstatvfs system call on the given fd.\n\nEquivalent to statvfs(fd).")
static PyObject *posix_fstatvfs(PyObject *module, int fd)
{
    struct statvfs status;
    int result;
    KR_RETRYING(result, fstatvfs(fd, &status));
    return result < 0 ? (PyErr_Occurred() ? NULL : kr_posix_raise()) : statvfs_result(&status);
}

METHOD(access, "module, path: path, mode: int, *, dir_fd: dir_fd = None, effective_ids: bool = "
       "False, follow_symlinks: bool = True",
       "Use the real uid/gid to test for access to a path.\n\n  path\n    Path to be tested; can "
       "be string, bytes, or a path-like object.\n  mode\n    Operating-system mode bitfield.  "
       "Can be F_OK to test existence,\n    or the inclusive-OR of R_OK, W_OK, and X_OK.\n  "
       "dir_fd\n    If not None, it should be a file descriptor open to a directory,\n    and "
       "path should be relative; path will then be relative to that\n    directory.\n  "
       "effective_ids\n    If True, access will use the effective uid/gid instead of\n    the "
       "real uid/gid.\n  follow_symlinks\n    If False, and the last element of the path is a "
       "symbolic link,\n    access will examine the symbolic link itself instead of the "
       "file\n    the link points to.\n\ndir_fd, effective_ids, and follow_symlinks may not be "
       "implemented\n  on your platform.  If they are unavailable, using them will raise a\n  "
       "NotImplementedError.\n\nNote that most operations will use the effective uid/gid, "
       "therefore this\n  routine can be used in a suid/sgid environment to test if the "
       "invoking user\n  has the specified access to the path.")
static PyObject *posix_access(PyObject *module, KrPath *path, int mode, int dir_fd, int effective,
                              int follow)
{
    int flags = (follow ? 0 : AT_SYMLINK_NOFOLLOW) | (effective ? AT_EACCESS : 0);
    int result;
    KR_UNLOCKED(result = faccessat(dir_fd, path->narrow, mode, flags));
    return PyBool_FromLong(result == 0);
}

METHOD(chmod,
       "module, path: path_fd, mode: int, *, dir_fd: dir_fd = None, follow_symlinks: bool = True",
       "Change the access permissions of a file.\n\n  path\n    Path to be modified.  May always "
       "be specified as a str, bytes, or a path-like object.\n    On some platforms, path may "
       "also be specified as an open file descriptor.\n    If this functionality is "
       "unavailable, using it raises an exception.\n  mode\n    Operating-system mode "
       "bitfield.\n  dir_fd\n    If not None, it should be a file descriptor open to a "
       "directory,\n    and path should be relative; path will then be relative to that\n    "
       "directory.\n  follow_symlinks\n    If False, and the last element of the path is a "
       "symbolic link,\n    chmod will modify the symbolic link itself instead of the file\n    "
       "the link points to.\n\nIt is an error to use dir_fd or follow_symlinks when specifying "
       "path as\n  an open file descriptor.\ndir_fd and follow_symlinks may not be implemented "
       "on your platform.\n  If they are unavailable, using them will raise a "
       "NotImplementedError.")
static PyObject *posix_chmod(PyObject *module, KrPath *path, int mode, int dir_fd, int follow)
{
    if (PySys_Audit("os.chmod", "Oii", path->object, mode, dir_fd == AT_FDCWD ? -1 : dir_fd) < 0)
        return NULL;
    int result;
    KR_UNLOCKED(result = path->fd >= 0 ? fchmod(path->fd, (mode_t)mode)
                                       : fchmodat(dir_fd, path->narrow, (mode_t)mode,
                                                  follow ? 0 : AT_SYMLINK_NOFOLLOW));
    if (result < 0 && errno == ENOTSUP && !follow)
        return kr_raise(PyExc_NotImplementedError,
                        "chmod: follow_symlinks unavailable on this platform");
    if (result < 0) return kr_path_raise(path);
    Py_RETURN_NONE;
}

METHOD(fchmod, "module, fd: int, mode: int",
       "Change the access permissions of the file given by file descriptor fd.\n\nEquivalent "
       "to os.chmod(fd, mode).")
static PyObject *posix_fchmod(PyObject *module, int fd, int mode)
{
    if (PySys_Audit("os.chmod", "iii", fd, mode, -1) < 0) return NULL;
    int result;
    KR_RETRYING(result, fchmod(fd, (mode_t)mode));
    if (result < 0) return PyErr_Occurred() ? NULL : kr_posix_raise();
    Py_RETURN_NONE;
}

METHOD(chown, "module, path: path_fd, uid: long, gid: long, *, dir_fd: dir_fd = None, "
       "follow_symlinks: bool = True",
       "Change the owner and group id of path to the numeric uid and gid.\\\n\n  path\n    Path "
       "to be examined; can be string, bytes, a path-like object, or open-file-descriptor "
       "int.\n  dir_fd\n    If not None, it should be a file descriptor open to a "
       "directory,\n    and path should be relative; path will then be relative to that\n    "
       "directory.\n  follow_symlinks\n    If False, and the last element of the path is a "
       "symbolic link,\n    stat will examine the symbolic link itself instead of the file\n    "
       "the link points to.\n\npath may always be specified as a string.\nOn some platforms, "
       "path may also be specified as an open file descriptor.\n  If this functionality is "
       "unavailable, using it raises an exception.\nIf dir_fd is not None, it should be a file "
       "descriptor open to a directory,\n  and path should be relative; path will then be "
       "relative to that directory.\nIf follow_symlinks is False, and the last element of the "
       "path is a symbolic\n  link, chown will modify the symbolic link itself instead of the "
       "file the\n  link points to.\nIt is an error to use dir_fd or follow_symlinks when "
       "specifying path as\n  an open file descriptor.\ndir_fd and follow_symlinks may not be "
       "implemented on your platform.\n  If they are unavailable, using them will raise a "
       "NotImplementedError.")
static PyObject *posix_chown(PyObject *module, KrPath *path, long uid, long gid, int dir_fd,
                             int follow)
{
    int result;
    KR_UNLOCKED(result = path->fd >= 0 ? fchown(path->fd, (uid_t)uid, (gid_t)gid)
                                       : fchownat(dir_fd, path->narrow, (uid_t)uid, (gid_t)gid,
                                                  follow ? 0 : AT_SYMLINK_NOFOLLOW));
    if (result < 0) return kr_path_raise(path);
    Py_RETURN_NONE;
}

METHOD(lchown, "module, path: path, uid: long, gid: long",
       "Change the owner and group id of path to the numeric uid and gid.\n\nThis function "
       "will not follow symbolic links.\nEquivalent to os.chown(path, uid, gid, "
       "follow_symlinks=False).")
static PyObject *posix_lchown(PyObject *module, KrPath *path, long uid, long gid)
{
    int result;
    KR_UNLOCKED(result = lchown(path->narrow, (uid_t)uid, (gid_t)gid));
    if (result < 0) return kr_path_raise(path);
    Py_RETURN_NONE;
}

METHOD(fchown, "module, fd: int, uid: long, gid: long",
       "Change the owner and group id of the file specified by file descriptor.\n\n"
       "Equivalent to os.chown(fd, uid, gid).")
static PyObject *posix_fchown(PyObject *module, int fd, long uid, long gid)
{
    int result;
    KR_RETRYING(result, fchown(fd, (uid_t)uid, (gid_t)gid));
    if (result < 0) return PyErr_Occurred() ? NULL : kr_posix_raise();
    Py_RETURN_NONE;
}

METHOD(umask, "module, mask: int, /",
       "Set the current numeric umask and return the previous umask.")
static PyObject *posix_umask(PyObject *module, int mask)
{
    return PyLong_FromLong((long)umask((mode_t)mask));
}

METHOD(major, "module, device: ullong, /",
       "Extracts a device major number from a raw device number.")
static PyObject *posix_major(PyObject *module, unsigned long long device)
{
    return PyLong_FromUnsignedLong(major(device));
}

METHOD(minor, "module, device: ullong, /",
       "Extracts a device minor number from a raw device number.")
static PyObject *posix_minor(PyObject *module, unsigned long long device)
{
    return PyLong_FromUnsignedLong(minor(device));
}

METHOD(makedev, "module, major: int, minor: int, /",
       "Composes a raw device number from the major and minor device numbers.")
static PyObject *posix_makedev(PyObject *module, int major_number, int minor_number)
{
    return PyLong_FromUnsignedLongLong(makedev((unsigned)major_number, (unsigned)minor_number));
}

// --- utime --------------------------------------------------------------------------------------

static int seconds_of(PyObject *value, struct timespec *ret_time)
{
    time_t seconds;
    long nanoseconds;
    if (_PyTime_ObjectToTimespec(value, &seconds, &nanoseconds, _PyTime_ROUND_FLOOR) < 0)
        return -1;
    *ret_time = (struct timespec){seconds, nanoseconds};
    return 0;
}

// Splits an int of nanoseconds.
static int split_nanoseconds(PyObject *value, struct timespec *ret_time)
{
    KR_AUTO PyObject *billion = PyLong_FromLong(1000000000);
    KR_AUTO PyObject *parts = billion == NULL ? NULL : PyNumber_Divmod(value, billion);
    if (parts == NULL) return -1;
    if (!PyTuple_Check(parts) || PyTuple_GET_SIZE(parts) != 2)
        return kr_raise_int(PyExc_TypeError, "%.200s.__divmod__() must return a 2-tuple, not "
                            "%.200s", Py_TYPE(value)->tp_name, Py_TYPE(parts)->tp_name);
    time_t seconds = _PyLong_AsTime_t(PyTuple_GET_ITEM(parts, 0));
    long rest = PyLong_AsLong(PyTuple_GET_ITEM(parts, 1));
    if (PyErr_Occurred()) return -1;
    *ret_time = (struct timespec){seconds, rest};
    return 0;
}

static int read_times(PyObject *times, PyObject *ns, struct timespec ret_times[2])
{
    PyObject *pair = ns != NULL ? ns : times;
    if (ns != NULL && times != Py_None)
        return kr_raise_int(PyExc_ValueError,
                            "utime: you may specify either 'times' or 'ns' but not both");
    if (!PyTuple_CheckExact(pair) || PyTuple_GET_SIZE(pair) != 2)
        return kr_raise_int(PyExc_TypeError, ns != NULL ? "utime: 'ns' must be a tuple of two ints"
                            : "utime: 'times' must be either a tuple of two ints or None");
    for (int i = 0; i < 2; i++) {
        PyObject *value = PyTuple_GET_ITEM(pair, i);
        if ((ns != NULL ? split_nanoseconds(value, &ret_times[i])
             : seconds_of(value, &ret_times[i])) < 0)
            return -1;
    }
    return 0;
}

METHOD(utime, "module, path: path_fd, times = None, *, ns: object = NULL, dir_fd: dir_fd = None, "
              "follow_symlinks: bool = True",
       "Set the access and modified time of path.\n\npath may always be specified as a "
       "string.\nOn some platforms, path may also be specified as an open file "
       "descriptor.\n  If this functionality is unavailable, using it raises an "
       "exception.\n\nIf times is not None, it must be a tuple (atime, mtime);\n    atime "
       "and mtime should be expressed as float seconds since the epoch.\nIf ns is specified, "
       "it must be a tuple (atime_ns, mtime_ns);\n    atime_ns and mtime_ns should be "
       "expressed as integer nanoseconds\n    since the epoch.\nIf times is None and ns is "
       "unspecified, utime uses the current time.\nSpecifying tuples for both times and ns "
       "is an error.\n\nIf dir_fd is not None, it should be a file descriptor open to a "
       "directory,\n  and path should be relative; path will then be relative to that "
       "directory.\nIf follow_symlinks is False, and the last element of the path is a "
       "symbolic\n  link, utime will modify the symbolic link itself instead of the file "
       "the\n  link points to.\nIt is an error to use dir_fd or follow_symlinks when "
       "specifying path\n  as an open file descriptor.\ndir_fd and follow_symlinks may not "
       "be available on your platform.\n  If they are unavailable, using them will raise a "
       "NotImplementedError.")
static PyObject *posix_utime(PyObject *module, KrPath *path, PyObject *times, PyObject *ns,
                             int dir_fd, int follow)
{
    struct timespec values[2];
    int is_now = times == Py_None && ns == NULL;
    if (!is_now && read_times(times, ns, values) < 0) return NULL;
    if (path->fd >= 0 && dir_fd != AT_FDCWD)
        return kr_raise(PyExc_ValueError, "utime: can't specify dir_fd without matching path");
    if (path->fd >= 0 && !follow)
        return kr_raise(PyExc_ValueError, "utime: cannot use fd and follow_symlinks together");
    int result;
    KR_UNLOCKED(result = path->fd >= 0 ? futimens(path->fd, is_now ? NULL : values)
                                       : utimensat(dir_fd, path->narrow, is_now ? NULL : values,
                                                   follow ? 0 : AT_SYMLINK_NOFOLLOW));
    if (result < 0) return kr_path_raise(path);
    Py_RETURN_NONE;
}

#include "modules/posix/stat.methods.h"

int kr_posix_add_stat(PyObject *module)
{
    stat_fields[7].name = stat_fields[8].name = stat_fields[9].name =
        PyStructSequence_UnnamedField;
    if (PyStructSequence_InitType2(&stat_result_type, &stat_description) < 0) return -1;
    structseq_new = stat_result_type.tp_new;
    stat_result_type.tp_new = stat_result_new;
    if (PyStructSequence_InitType2(&statvfs_result_type, &statvfs_description) < 0) return -1;
    if (PyModule_AddObjectRef(module, "stat_result", (PyObject *)&stat_result_type) < 0) return -1;
    if (PyModule_AddObjectRef(module, "statvfs_result", (PyObject *)&statvfs_result_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, posix_methods);
}
