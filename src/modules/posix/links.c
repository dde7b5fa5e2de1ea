// links.c - names of files: rename, remove, links, special files, extended attributes, path text.
#include "modules/posix/posix.h"

#include "Python.h"

#include <errno.h>
#include <limits.h>
#include <linux/limits.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "modules/posix/names.h"
#include "modules/posix/path.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

static PyObject *none_or_raise(int result, const KrPath *path)
{
    if (result < 0) return kr_path_raise(path);
    Py_RETURN_NONE;
}

static PyObject *rename_path(const KrPath *source, const KrPath *target, int source_dir,
                             int target_dir)
{
    if (PySys_Audit("os.rename", "OOii", source->object, target->object, source_dir == AT_FDCWD
                    ? -1 : source_dir, target_dir == AT_FDCWD ? -1 : target_dir) < 0)
        return NULL;
    int result;
    KR_UNLOCKED(result = renameat(source_dir, source->narrow, target_dir, target->narrow));
    if (result < 0) return kr_path_raise_two(source, target);
    Py_RETURN_NONE;
}

METHOD(rename,
       "module, src: path, dst: path, *, src_dir_fd: dir_fd = None, dst_dir_fd: dir_fd = None",
       "Rename a file or directory.\n\nIf either src_dir_fd or dst_dir_fd is not None, it should "
       "be a file\n  descriptor open to a directory, and the respective path string (src or "
       "dst)\n  should be relative; the path will then be relative to that directory.\n"
       "src_dir_fd and dst_dir_fd, may not be implemented on your platform.\n  If they are "
       "unavailable, using them will raise a NotImplementedError.")
static PyObject *posix_rename(PyObject *module, KrPath *source, KrPath *target, int source_dir,
                              int target_dir)
{
    return rename_path(source, target, source_dir, target_dir);
}

METHOD(replace,
       "module, src: path, dst: path, *, src_dir_fd: dir_fd = None, dst_dir_fd: dir_fd = None",
       "Rename a file or directory, overwriting the destination.\n\nIf either src_dir_fd or "
       "dst_dir_fd is not None, it should be a file\n  descriptor open to a directory, and the "
       "respective path string (src or dst)\n  should be relative; the path will then be "
       "relative to that directory.\nsrc_dir_fd and dst_dir_fd, may not be implemented on your "
       "platform.\n  If they are unavailable, using them will raise a NotImplementedError.")
static PyObject *posix_replace(PyObject *module, KrPath *source, KrPath *target, int source_dir,
                               int target_dir)
{
    return rename_path(source, target, source_dir, target_dir);
}

static PyObject *remove_path(const KrPath *path, int dir_fd)
{
    if (PySys_Audit("os.remove", "Oi", path->object, dir_fd == AT_FDCWD ? -1 : dir_fd) < 0)
        return NULL;
    int result;
    KR_UNLOCKED(result = unlinkat(dir_fd, path->narrow, 0));
    return none_or_raise(result, path);
}

METHOD(unlink, "module, path: path, *, dir_fd: dir_fd = None",
       "Remove a file (same as remove()).\n\nIf dir_fd is not None, it should be a file "
       "descriptor open to a directory,\n  and path should be relative; path will then be "
       "relative to that directory.\ndir_fd may not be implemented on your platform.\n  If "
       "it is unavailable, using it will raise a NotImplementedError.")
static PyObject *posix_unlink(PyObject *module, KrPath *path, int dir_fd)
{
    return remove_path(path, dir_fd);
}

METHOD(remove, "module, path: path, *, dir_fd: dir_fd = None",
       "Remove a file (same as unlink()).\n\nIf dir_fd is not None, it should be a file "
       "descriptor open to a directory,\n  and path should be relative; path will then be "
       "relative to that directory.\ndir_fd may not be implemented on your platform.\n  If "
       "it is unavailable, using it will raise a NotImplementedError.")
static PyObject *posix_remove(PyObject *module, KrPath *path, int dir_fd)
{
    return remove_path(path, dir_fd);
}

METHOD(link, "module, src: path, dst: path, *, src_dir_fd: dir_fd = None, dst_dir_fd: dir_fd = "
       "None, follow_symlinks: bool = True",
       "Create a hard link to a file.\n\nIf either src_dir_fd or dst_dir_fd is not None, it "
       "should be a file\n  descriptor open to a directory, and the respective path string (src "
       "or dst)\n  should be relative; the path will then be relative to that directory.\nIf "
       "follow_symlinks is False, and the last element of src is a symbolic\n  link, link will "
       "create a link to the symbolic link itself instead of the\n  file the link points to.\n"
       "src_dir_fd, dst_dir_fd, and follow_symlinks may not be implemented on your\n  "
       "platform.  If they are unavailable, using them will raise a\n  NotImplementedError.")
static PyObject *posix_link(PyObject *module, KrPath *source, KrPath *target, int source_dir,
                            int target_dir, int follow)
{
    int result;
    KR_UNLOCKED(result = linkat(source_dir, source->narrow, target_dir, target->narrow,
                                follow ? AT_SYMLINK_FOLLOW : 0));
    if (result < 0) return kr_path_raise_two(source, target);
    Py_RETURN_NONE;
}

METHOD(symlink,
       "module, src: path, dst: path, target_is_directory: bool = False, *, dir_fd: dir_fd = None",
       "Create a symbolic link pointing to src named dst.\n\ntarget_is_directory is required on "
       "Windows if the target is to be\n  interpreted as a directory.  (On Windows, symlink "
       "requires\n  Windows 6.0 or greater, and raises a NotImplementedError otherwise.)\n  "
       "target_is_directory is ignored on non-Windows platforms.\n\nIf dir_fd is not None, it "
       "should be a file descriptor open to a directory,\n  and path should be relative; path "
       "will then be relative to that directory.\ndir_fd may not be implemented on your "
       "platform.\n  If it is unavailable, using it will raise a NotImplementedError.")
static PyObject *posix_symlink(PyObject *module, KrPath *source, KrPath *target, int is_directory,
                               int dir_fd)
{
    int result;
    KR_UNLOCKED(result = symlinkat(source->narrow, dir_fd, target->narrow));
    if (result < 0) return kr_path_raise_two(source, target);
    Py_RETURN_NONE;
}

METHOD(readlink, "module, path: path, *, dir_fd: dir_fd = None",
       "Return a string representing the path to which the symbolic link points.\n\nIf "
       "dir_fd is not None, it should be a file descriptor open to a directory,\nand path "
       "should be relative; path will then be relative to that directory.\n\ndir_fd may not "
       "be implemented on your platform.  If it is unavailable,\nusing it will raise a "
       "NotImplementedError.")
static PyObject *posix_readlink(PyObject *module, KrPath *path, int dir_fd)
{
    char text[PATH_MAX];
    ssize_t length;
    KR_UNLOCKED(length = readlinkat(dir_fd, path->narrow, text, sizeof text));
    return length < 0 ? kr_path_raise(path) : kr_path_name_like(path, text, length);
}

METHOD(truncate, "module, path: path_fd, length: llong",
       "Truncate a file, specified by path, to a specific length.\n\nOn some platforms, path "
       "may also be specified as an open file descriptor.\n  If this functionality is "
       "unavailable, using it raises an exception.")
static PyObject *posix_truncate(PyObject *module, KrPath *path, long long length)
{
    int result;
    KR_UNLOCKED(result = path->fd >= 0 ? ftruncate(path->fd, length)
                : truncate(path->narrow, length));
    return none_or_raise(result, path);
}

METHOD(mkfifo, "module, path: path, mode: int = 438, *, dir_fd: dir_fd = None",
       "Create a \"fifo\" (a POSIX named pipe).\n\nIf dir_fd is not None, it should be a "
       "file descriptor open to a directory,\n  and path should be relative; path will then "
       "be relative to that directory.\ndir_fd may not be implemented on your platform.\n  "
       "If it is unavailable, using it will raise a NotImplementedError.")
static PyObject *posix_mkfifo(PyObject *module, KrPath *path, int mode, int dir_fd)
{
    int result;
    KR_RETRYING(result, mkfifoat(dir_fd, path->narrow, (mode_t)mode));
    return result < 0 && PyErr_Occurred() ? NULL : none_or_raise(result, path);
}

METHOD(mknod, "module, path: path, mode: int = 384, device: ullong = 0, *, dir_fd: dir_fd = None",
       "Create a node in the file system.\n\nCreate a node in the file system (file, device "
       "special file or named pipe)\nat path.  mode specifies both the permissions to use "
       "and the\ntype of node to be created, being combined (bitwise OR) with one of\n"
       "S_IFREG, S_IFCHR, S_IFBLK, and S_IFIFO.  If S_IFCHR or S_IFBLK is set on mode,\n"
       "device defines the newly created device special file (probably using\n"
       "os.makedev()).  Otherwise device is ignored.\n\nIf dir_fd is not None, it should be "
       "a file descriptor open to a directory,\n  and path should be relative; path will "
       "then be relative to that directory.\ndir_fd may not be implemented on your "
       "platform.\n  If it is unavailable, using it will raise a NotImplementedError.")
static PyObject *posix_mknod(PyObject *module, KrPath *path, int mode, unsigned long long device,
                             int dir_fd)
{
    int result;
    KR_RETRYING(result, mknodat(dir_fd, path->narrow, (mode_t)mode, device));
    return result < 0 && PyErr_Occurred() ? NULL : none_or_raise(result, path);
}

METHOD(pathconf, "module, path: path_fd, name",
       "Return the configuration limit name for the file or directory path.\n\nIf there is "
       "no limit, return -1.\nOn some platforms, path may also be specified as an open file "
       "descriptor.\n  If this functionality is unavailable, using it raises an exception.")
static PyObject *posix_pathconf(PyObject *module, KrPath *path, PyObject *name)
{
    int number;
    if (kr_posix_find_name(name, KR_POSIX_PATHCONF, &number) < 0) return NULL;
    errno = 0;
    long limit = path->fd >= 0 ? fpathconf(path->fd, number) : pathconf(path->narrow, number);
    return limit == -1 && errno != 0 ? kr_path_raise(path) : PyLong_FromLong(limit);
}

METHOD(fpathconf, "module, fd: fd, name, /",
       "Return the configuration limit name for the file descriptor fd.\n\nIf there is no "
       "limit, return -1.")
static PyObject *posix_fpathconf(PyObject *module, int fd, PyObject *name)
{
    int number;
    if (kr_posix_find_name(name, KR_POSIX_PATHCONF, &number) < 0) return NULL;
    errno = 0;
    long limit = fpathconf(fd, number);
    return limit == -1 && errno != 0 ? kr_posix_raise() : PyLong_FromLong(limit);
}

METHOD(fspath, "module, path",
       "Return the file system path representation of the object.\n\nIf the object is str or "
       "bytes, then allow it to pass through as-is. If the\nobject defines __fspath__(), "
       "then return the result of that method. All other\ntypes raise a TypeError.")
static PyObject *posix_fspath(PyObject *module, PyObject *path)
{
    return PyOS_FSPath(path);
}

// Removes "." and empty parts and resolves ".." in place; a path that becomes empty is ".".
static Py_ssize_t normalize(Py_UCS4 *text, Py_ssize_t length)
{
    Py_ssize_t root = 0, out, in;
    while (root < length && text[root] == '/') root++;
    // Two slashes at the start mean something of their own; three or more are one.
    Py_ssize_t kept = root == 2 ? 2 : root > 0;
    out = kept;
    for (in = root; in < length;) {
        Py_ssize_t end = in;
        while (end < length && text[end] != '/') end++;
        Py_ssize_t size = end - in;
        int is_parent = size == 2 && text[in] == '.' && text[in + 1] == '.';
        Py_ssize_t start = out;
        while (start > kept && text[start - 1] != '/') start--;
        int above_is_parent = out - start == 2 && text[start] == '.' && text[start + 1] == '.';
        if (is_parent && (out > kept || kept > 0) && !above_is_parent) {
            out = out > kept ? (start > kept ? start - 1 : kept) : kept;
        } else if (size > 0 && !(size == 1 && text[in] == '.')) {
            if (out > kept) text[out++] = '/';
            memmove(text + out, text + in, (size_t)size * sizeof *text);
            out += size;
        }
        in = end + 1;
    }
    if (out == 0) text[out++] = '.';
    return out;
}

METHOD(_path_normpath, "module, path", "Basic path normalization.")
static PyObject *posix__path_normpath(PyObject *module, PyObject *path)
{
    if (!PyUnicode_Check(path))
        return kr_raise(PyExc_TypeError, "_path_normpath() argument 'path' must be str, not %.50s",
                        Py_TYPE(path)->tp_name);
    Py_ssize_t length = PyUnicode_GetLength(path);
    Py_UCS4 *text = PyMem_New(Py_UCS4, (size_t)length + 2);
    if (text == NULL) return PyErr_NoMemory();
    PyObject *result = NULL;
    if (PyUnicode_AsUCS4(path, text, length + 1, 1) != NULL) {
        // What follows a null character is not part of a path.
        Py_ssize_t end = 0;
        while (end < length && text[end] != 0) end++;
        result = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, text, normalize(text, end));
    }
    PyMem_Free(text);
    return result;
}

// --- extended attributes ------------------------------------------------------------------------

METHOD(getxattr, "module, path: path_fd, attribute: path, *, follow_symlinks: bool = True",
       "Return the value of extended attribute attribute on path.\n\npath may be either a "
       "string, a path-like object, or an open file descriptor.\nIf follow_symlinks is "
       "False, and the last element of the path is a symbolic\n  link, getxattr will examine "
       "the symbolic link itself instead of the file\n  the link points to.")
static PyObject *posix_getxattr(PyObject *module, KrPath *path, KrPath *attribute, int follow)
{
    for (Py_ssize_t size = 256;; size = XATTR_SIZE_MAX) {
        PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
        if (bytes == NULL) return NULL;
        char *buffer = PyBytes_AS_STRING(bytes);
        ssize_t length;
        KR_UNLOCKED(length = path->fd >= 0 ? fgetxattr(path->fd, attribute->narrow,
                                                       buffer, (size_t)size) : follow
                    ? getxattr(path->narrow, attribute->narrow, buffer, (size_t)size)
                    : lgetxattr(path->narrow, attribute->narrow, buffer, (size_t)size));
        if (length >= 0) {
            if (length != size) _PyBytes_Resize(&bytes, length);
            return bytes;
        }
        int code = errno;
        Py_DECREF(bytes);
        errno = code;
        if (code != ERANGE || size == XATTR_SIZE_MAX) return kr_path_raise(path);
    }
}

METHOD(setxattr, "module, path: path_fd, attribute: path, value: buffer, flags: int = 0, *, "
                 "follow_symlinks: bool = True",
       "Set extended attribute attribute on path to value.\n\npath may be either a string, a "
       "path-like object,  or an open file descriptor.\nIf follow_symlinks is False, and the "
       "last element of the path is a symbolic\n  link, setxattr will modify the symbolic "
       "link itself instead of the file\n  the link points to.")
static PyObject *posix_setxattr(PyObject *module, KrPath *path, KrPath *attribute,
                                Py_buffer *value, int flags, int follow)
{
    int result;
    size_t size = (size_t)value->len;
    KR_UNLOCKED(result = path->fd >= 0 ? fsetxattr(path->fd, attribute->narrow,
                                                   value->buf, size, flags) : follow
                ? setxattr(path->narrow, attribute->narrow, value->buf, size, flags)
                : lsetxattr(path->narrow, attribute->narrow, value->buf, size, flags));
    return none_or_raise(result, path);
}

METHOD(removexattr, "module, path: path_fd, attribute: path, *, follow_symlinks: bool = True",
       "Remove extended attribute attribute on path.\n\npath may be either a string, a "
       "path-like object, or an open file descriptor.\nIf follow_symlinks is False, and the "
       "last element of the path is a symbolic\n  link, removexattr will modify the symbolic "
       "link itself instead of the file\n  the link points to.")
static PyObject *posix_removexattr(PyObject *module, KrPath *path, KrPath *attribute, int follow)
{
    int result;
    KR_UNLOCKED(result = path->fd >= 0 ? fremovexattr(path->fd, attribute->narrow)
                         : follow ? removexattr(path->narrow, attribute->narrow)
                                  : lremovexattr(path->narrow, attribute->narrow));
    return none_or_raise(result, path);
}

// New list of the null-ended names in a buffer.
static PyObject *split_names(const char *names, ssize_t length)
{
    KR_AUTO PyObject *list = PyList_New(0);
    for (const char *name = names; list != NULL && name < names + length;
         name += strlen(name) + 1) {
        KR_AUTO PyObject *text = PyUnicode_DecodeFSDefault(name);
        if (text == NULL || PyList_Append(list, text) < 0) return NULL;
    }
    return kr_take(list);
}

METHOD(listxattr, "module, path: path_fd? = None, *, follow_symlinks: bool = True",
       "Return a list of extended attributes on path.\n\npath may be either None, a string, "
       "a path-like object, or an open file descriptor.\nif path is None, listxattr will "
       "examine the current directory.\nIf follow_symlinks is False, and the last element of "
       "the path is a symbolic\n  link, listxattr will examine the symbolic link itself "
       "instead of the file\n  the link points to.")
static PyObject *posix_listxattr(PyObject *module, KrPath *path, int follow)
{
    const char *name = path->narrow == NULL ? "." : path->narrow;
    int is_fd = path->narrow == NULL && path->object != NULL;
    char *buffer = PyMem_Malloc(XATTR_LIST_MAX);
    if (buffer == NULL) return PyErr_NoMemory();
    ssize_t length;
    KR_UNLOCKED(length = is_fd ? flistxattr(path->fd, buffer, XATTR_LIST_MAX)
                         : follow ? listxattr(name, buffer, XATTR_LIST_MAX)
                                  : llistxattr(name, buffer, XATTR_LIST_MAX));
    PyObject *list = length < 0 ? kr_path_raise(path) : split_names(buffer, length);
    PyMem_Free(buffer);
    return list;
}

#include "modules/posix/links.methods.h"

int kr_posix_add_links(PyObject *module)
{
    return PyModule_AddFunctions(module, posix_methods);
}
