// folders.c - directories: mkdir, rmdir, chdir, getcwd, listdir, scandir.
#include "modules/posix/posix.h"

#include "Python.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <structmember.h>
#include <unistd.h>

#include "modules/posix/path.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

static PyObject *none_or_raise(int result, const KrPath *path)
{
    if (result < 0) return kr_path_raise(path);
    Py_RETURN_NONE;
}

METHOD(mkdir, "module, path: path, mode: int = 511, *, dir_fd: dir_fd = None",
       "Create a directory.\n\nIf dir_fd is not None, it should be a file descriptor open to "
       "a directory,\n  and path should be relative; path will then be relative to that "
       "directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, "
       "using it will raise a NotImplementedError.\n\nThe mode argument is ignored on "
       "Windows. Where it is used, the current umask\nvalue is first masked out.")
static PyObject *posix_mkdir(PyObject *module, KrPath *path, int mode, int dir_fd)
{
    if (PySys_Audit("os.mkdir", "Oii", path->object, mode, dir_fd == AT_FDCWD ? -1 : dir_fd) < 0)
        return NULL;
    int result;
    KR_UNLOCKED(result = mkdirat(dir_fd, path->narrow, (mode_t)mode));
    return none_or_raise(result, path);
}

METHOD(rmdir, "module, path: path, *, dir_fd: dir_fd = None",
       "Remove a directory.\n\nIf dir_fd is not None, it should be a file descriptor open to "
       "a directory,\n  and path should be relative; path will then be relative to that "
       "directory.\ndir_fd may not be implemented on your platform.\n  If it is unavailable, "
       "using it will raise a NotImplementedError.")
static PyObject *posix_rmdir(PyObject *module, KrPath *path, int dir_fd)
{
    if (PySys_Audit("os.rmdir", "Oi", path->object, dir_fd == AT_FDCWD ? -1 : dir_fd) < 0)
        return NULL;
    int result;
    KR_UNLOCKED(result = unlinkat(dir_fd, path->narrow, AT_REMOVEDIR));
    return none_or_raise(result, path);
}

METHOD(chdir, "module, path: path_fd",
       "Change the current working directory to the specified path.\n\npath may always be "
       "specified as a string.\nOn some platforms, path may also be specified as an open "
       "file descriptor.\n  If this functionality is unavailable, using it raises an "
       "exception.")
static PyObject *posix_chdir(PyObject *module, KrPath *path)
{
    int result;
    KR_UNLOCKED(result = path->fd >= 0 ? fchdir(path->fd) : chdir(path->narrow));
    return none_or_raise(result, path);
}

METHOD(chroot, "module, path: path", "Change root directory to path.")
static PyObject *posix_chroot(PyObject *module, KrPath *path)
{
    int result;
    KR_UNLOCKED(result = chroot(path->narrow));
    return none_or_raise(result, path);
}

static PyObject *current_folder(int as_bytes)
{
    char *folder;
    KR_UNLOCKED(folder = getcwd(NULL, 0));
    if (folder == NULL) return kr_posix_raise();
    PyObject *result = as_bytes ? PyBytes_FromString(folder) : PyUnicode_DecodeFSDefault(folder);
    free(folder);
    return result;
}

METHOD(getcwd, "module", "Return a unicode string representing the current working directory.")
static PyObject *posix_getcwd(PyObject *module)
{
    return current_folder(0);
}

METHOD(getcwdb, "module", "Return a bytes string representing the current working directory.")
static PyObject *posix_getcwdb(PyObject *module)
{
    return current_folder(1);
}

// --- reading a directory ------------------------------------------------------------------------

static int is_descriptor(const KrPath *path)
{
    return path->narrow == NULL && path->object != NULL;
}

// Opens the directory; a descriptor is duplicated, so that closing leaves the caller's alone.
static DIR *open_folder(const KrPath *path)
{
    DIR *folder = NULL;
    if (!is_descriptor(path)) {
        KR_UNLOCKED(folder = opendir(path->narrow == NULL ? "." : path->narrow));
        return folder;
    }
    int fd = fcntl(path->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0) return NULL;
    KR_UNLOCKED(folder = fdopendir(fd));
    if (folder == NULL) close(fd);
    else rewinddir(folder);
    return folder;
}

static int is_self_or_parent(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

// The next entry that is a name of its own; NULL at the end (errno 0) or on failure.
static struct dirent *next_entry(DIR *folder)
{
    struct dirent *entry;
    do {
        errno = 0;
        KR_UNLOCKED(entry = readdir(folder));
    } while (entry != NULL && is_self_or_parent(entry->d_name));
    return entry;
}

METHOD(listdir, "module, path: path_fd? = None",
       "Return a list containing the names of the files in the directory.\n\npath can be "
       "specified as either str, bytes, or a path-like object.  If path is bytes,\n  the "
       "filenames returned will also be bytes; in all other circumstances\n  the filenames "
       "returned will be str.\nIf path is None, uses the path='.'.\nOn some platforms, path "
       "may also be specified as an open file descriptor;\\\n  the file descriptor must "
       "refer to a directory.\n  If this functionality is unavailable, using it raises "
       "NotImplementedError.\n\nThe list is in arbitrary order.  It does not include the "
       "special\nentries '.' and '..' even if they are present in the directory.")
static PyObject *posix_listdir(PyObject *module, KrPath *path)
{
    if (PySys_Audit("os.listdir", "O", path->object == NULL ? Py_None : path->object) < 0)
        return NULL;
    DIR *folder = open_folder(path);
    if (folder == NULL) return kr_path_raise(path);
    PyObject *list = PyList_New(0);
    struct dirent *entry;
    while (list != NULL && (entry = next_entry(folder)) != NULL) {
        KR_AUTO PyObject *name = kr_path_name_like(path, entry->d_name,
                                                   (Py_ssize_t)strlen(entry->d_name));
        if (name == NULL || PyList_Append(list, name) < 0) Py_CLEAR(list);
    }
    if (list != NULL && errno != 0) {
        kr_path_raise(path);
        Py_CLEAR(list);
    }
    KR_UNLOCKED(closedir(folder));
    return list;
}

// --- DirEntry -----------------------------------------------------------------------------------

typedef struct DirEntry {
    PyObject_HEAD
    PyObject *name;
    PyObject *path;
    PyObject *status;           // os.stat_result, NULL until asked for
    PyObject *link_status;      // of the link itself
    unsigned char type;         // DT_…
    ino_t inode;
    int dir_fd;
} DirEntry;

static PyTypeObject entry_type, scandir_type;

static void entry_dealloc(DirEntry *self)
{
    Py_XDECREF(self->name);
    Py_XDECREF(self->path);
    Py_XDECREF(self->status);
    Py_XDECREF(self->link_status);
    PyObject_Free(self);
}

static PyObject *entry_repr(DirEntry *self)
{
    return PyUnicode_FromFormat("<DirEntry %R>", self->name);
}

// New os.stat_result straight from the system.
static PyObject *fetch_status(DirEntry *self, int follow)
{
    KR_AUTO PyObject *bytes = PyBytes_Check(self->path) ? Py_NewRef(self->path)
                                                        : PyUnicode_EncodeFSDefault(self->path);
    if (bytes == NULL) return NULL;
    const char *name = PyBytes_AS_STRING(bytes);
    struct stat status;
    int result;
    KR_UNLOCKED(result = fstatat(self->dir_fd, name, &status, follow ? 0 : AT_SYMLINK_NOFOLLOW));
    if (result < 0) return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, self->path);
    return kr_stat_result_new(&status);
}

static PyObject *get_link_status(DirEntry *self)
{
    if (self->link_status == NULL) self->link_status = fetch_status(self, 0);
    return Py_XNewRef(self->link_status);
}

static PyObject *get_status(DirEntry *self, int follow)
{
    if (!follow) return get_link_status(self);
    if (self->status == NULL) self->status = self->type == DT_LNK || self->type == DT_UNKNOWN
                                                 ? fetch_status(self, 1) : get_link_status(self);
    return Py_XNewRef(self->status);
}

METHOD(stat, "self, *, follow_symlinks: bool = True",
       "Return stat_result object for the entry; cached per entry.")
static PyObject *entry_stat(DirEntry *self, int follow)
{
    return get_status(self, follow);
}

// 1 when the entry is of the mode [kind], 0 when not or gone, -1 on failure.
static int has_mode(DirEntry *self, int follow, mode_t kind)
{
    int needs_stat = self->type == DT_UNKNOWN || (follow && self->type == DT_LNK);
    if (!needs_stat)
        return self->type == (kind == S_IFDIR ? DT_DIR : kind == S_IFREG ? DT_REG : DT_LNK);
    KR_AUTO PyObject *status = get_status(self, follow);
    if (status == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_FileNotFoundError)) return -1;
        PyErr_Clear();
        return 0;
    }
    long mode = PyLong_AsLong(PyTuple_GET_ITEM(status, 0));
    return mode == -1 && PyErr_Occurred() ? -1 : ((mode_t)mode & S_IFMT) == kind;
}

static PyObject *answer(int value)
{
    return value < 0 ? NULL : PyBool_FromLong(value);
}

METHOD(is_dir, "self, *, follow_symlinks: bool = True",
       "Return True if the entry is a directory; cached per entry.")
static PyObject *entry_is_dir(DirEntry *self, int follow)
{
    return answer(has_mode(self, follow, S_IFDIR));
}

METHOD(is_file, "self, *, follow_symlinks: bool = True",
       "Return True if the entry is a file; cached per entry.")
static PyObject *entry_is_file(DirEntry *self, int follow)
{
    return answer(has_mode(self, follow, S_IFREG));
}

METHOD(is_symlink, "self", "Return True if the entry is a symbolic link; cached per entry.")
static PyObject *entry_is_symlink(DirEntry *self)
{
    return answer(has_mode(self, 0, S_IFLNK));
}

METHOD(inode, "self", "Return inode of the entry; cached per entry.")
static PyObject *entry_inode(DirEntry *self)
{
    return PyLong_FromUnsignedLongLong(self->inode);
}

METHOD(__fspath__, "self", "Returns the path for the entry.")
static PyObject *entry___fspath__(DirEntry *self)
{
    return Py_NewRef(self->path);
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *entry___class_getitem__(PyObject *type, PyObject *item)
{
    return Py_GenericAlias(type, item);
}

static PyMemberDef entry_members[] = {
    {"name", T_OBJECT_EX, offsetof(DirEntry, name), READONLY,
     "the entry's base filename, relative to scandir() \"path\" argument"},
    {"path", T_OBJECT_EX, offsetof(DirEntry, path), READONLY,
     "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)"},
    {NULL, 0, 0, 0, NULL},
};

// --- scandir ------------------------------------------------------------------------------------

typedef struct ScandirIterator {
    PyObject_HEAD
    KrPath path;
    DIR *folder;            // NULL: closed
} ScandirIterator;

static void close_iterator(ScandirIterator *self)
{
    DIR *folder = self->folder;
    self->folder = NULL;
    if (folder != NULL) KR_UNLOCKED(closedir(folder));
}

// New str or bytes: folder/name; only the name in a folder given by descriptor.
static PyObject *join_path(const KrPath *folder, const char *name)
{
    if (is_descriptor(folder)) return kr_path_name_like(folder, name, (Py_ssize_t)strlen(name));
    const char *base = folder->narrow == NULL ? "." : folder->narrow;
    size_t length = strlen(base);
    KR_AUTO PyObject *bytes = PyBytes_FromFormat(
        length > 0 && base[length - 1] != '/' ? "%s/%s" : "%s%s", base, name);
    if (bytes == NULL) return NULL;
    return kr_path_name_like(folder, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
}

static PyObject *entry_new(ScandirIterator *iterator, const struct dirent *found)
{
    DirEntry *self = PyObject_New(DirEntry, &entry_type);
    if (self == NULL) return NULL;
    self->status = self->link_status = NULL;
    self->type = found->d_type;
    self->inode = found->d_ino;
    self->dir_fd = is_descriptor(&iterator->path) ? iterator->path.fd : AT_FDCWD;
    self->name = kr_path_name_like(&iterator->path, found->d_name,
                                   (Py_ssize_t)strlen(found->d_name));
    self->path = join_path(&iterator->path, found->d_name);
    if (self->name == NULL || self->path == NULL) Py_CLEAR(self);
    return (PyObject *)self;
}

static PyObject *scandir_iternext(ScandirIterator *self)
{
    if (self->folder == NULL) return NULL;
    struct dirent *found = next_entry(self->folder);
    if (found != NULL) return entry_new(self, found);
    int code = errno;
    close_iterator(self);
    errno = code;
    return code == 0 ? NULL : kr_path_raise(&self->path);
}

METHOD(close, "self", NULL)
static PyObject *scandir_close(ScandirIterator *self)
{
    close_iterator(self);
    Py_RETURN_NONE;
}

METHOD(__enter__, "self", NULL)
static PyObject *scandir___enter__(PyObject *self)
{
    return Py_NewRef(self);
}

METHOD(__exit__, "self, *args", NULL)
static PyObject *scandir___exit__(ScandirIterator *self, PyObject *args)
{
    close_iterator(self);
    Py_RETURN_NONE;
}

static void scandir_finalize(ScandirIterator *self)
{
    if (self->folder == NULL) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyErr_ResourceWarning((PyObject *)self, 1, "unclosed scandir iterator %R", self) < 0)
        if (PyErr_ExceptionMatches(PyExc_Warning)) PyErr_WriteUnraisable((PyObject *)self);
    close_iterator(self);
    PyErr_Restore(type, value, traceback);
}

static void scandir_dealloc(ScandirIterator *self)
{
    if (PyObject_CallFinalizerFromDealloc((PyObject *)self) < 0) return;
    kr_path_release(&self->path);
    PyObject_Free(self);
}

METHOD(scandir, "module, path: path_fd? = None",
       "Return an iterator of DirEntry objects for given path.\n\npath can be specified as "
       "either str, bytes, or a path-like object.  If path\nis bytes, the names of yielded "
       "DirEntry objects will also be bytes; in\nall other circumstances they will be "
       "str.\n\nIf path is None, uses the path='.'.")
static PyObject *posix_scandir(PyObject *module, KrPath *path)
{
    if (PySys_Audit("os.scandir", "O", path->object == NULL ? Py_None : path->object) < 0)
        return NULL;
    ScandirIterator *self = PyObject_New(ScandirIterator, &scandir_type);
    if (self == NULL) return NULL;
    self->path = *path;
    path->object = path->bytes = NULL;
    self->folder = open_folder(&self->path);
    if (self->folder != NULL) return (PyObject *)self;
    kr_path_raise(&self->path);
    Py_DECREF(self);
    return NULL;
}

#include "modules/posix/folders.methods.h"

static PyTypeObject entry_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "posix.DirEntry",
    .tp_basicsize = sizeof(DirEntry),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_dealloc = (destructor)entry_dealloc,
    .tp_repr = (reprfunc)entry_repr,
    .tp_methods = entry_methods,
    .tp_members = entry_members,
};

static PyTypeObject scandir_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "posix.ScandirIterator",
    .tp_basicsize = sizeof(ScandirIterator),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_dealloc = (destructor)scandir_dealloc,
    .tp_finalize = (destructor)scandir_finalize,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)scandir_iternext,
    .tp_methods = scandir_methods,
};

int kr_posix_add_folders(PyObject *module)
{
    if (PyType_Ready(&entry_type) < 0 || PyType_Ready(&scandir_type) < 0) return -1;
    if (PyModule_AddObjectRef(module, "DirEntry", (PyObject *)&entry_type) < 0) return -1;
    return PyModule_AddFunctions(module, posix_methods);
}
