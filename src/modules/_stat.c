// _stat.c - the bits of a file's mode.
#include <sys/stat.h>

#include "Python.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

static const struct {
    const char *name;
    long value;
} constants[] = {
    {"SF_APPEND", 0x40000},
    {"SF_ARCHIVED", 0x10000},
    {"SF_IMMUTABLE", 0x20000},
    {"SF_NOUNLINK", 0x100000},
    {"SF_SNAPSHOT", 0x200000},
    {"ST_ATIME", 7},
    {"ST_CTIME", 9},
    {"ST_DEV", 2},
    {"ST_GID", 5},
    {"ST_INO", 1},
    {"ST_MODE", 0},
    {"ST_MTIME", 8},
    {"ST_NLINK", 3},
    {"ST_SIZE", 6},
    {"ST_UID", 4},
    {"S_ENFMT", 0x400},
    {"S_IEXEC", S_IEXEC},
    {"S_IFBLK", S_IFBLK},
    {"S_IFCHR", S_IFCHR},
    {"S_IFDIR", S_IFDIR},
    {"S_IFDOOR", 0},
    {"S_IFIFO", S_IFIFO},
    {"S_IFLNK", S_IFLNK},
    {"S_IFPORT", 0},
    {"S_IFREG", S_IFREG},
    {"S_IFSOCK", S_IFSOCK},
    {"S_IFWHT", 0},
    {"S_IREAD", S_IREAD},
    {"S_IRGRP", S_IRGRP},
    {"S_IROTH", S_IROTH},
    {"S_IRUSR", S_IRUSR},
    {"S_IRWXG", S_IRWXG},
    {"S_IRWXO", S_IRWXO},
    {"S_IRWXU", S_IRWXU},
    {"S_ISGID", S_ISGID},
    {"S_ISUID", S_ISUID},
    {"S_ISVTX", S_ISVTX},
    {"S_IWGRP", S_IWGRP},
    {"S_IWOTH", S_IWOTH},
    {"S_IWRITE", S_IWRITE},
    {"S_IWUSR", S_IWUSR},
    {"S_IXGRP", S_IXGRP},
    {"S_IXOTH", S_IXOTH},
    {"S_IXUSR", S_IXUSR},
    {"UF_APPEND", 4},
    {"UF_COMPRESSED", 0x20},
    {"UF_HIDDEN", 0x8000},
    {"UF_IMMUTABLE", 2},
    {"UF_NODUMP", 1},
    {"UF_NOUNLINK", 0x10},
    {"UF_OPAQUE", 8},
};

// The argument as a mode: 0, or -1 with an exception.
static int get_mode(PyObject *object, mode_t *ret_mode)
{
    unsigned long value = PyLong_AsUnsignedLong(object);
    if (value == (unsigned long)-1 && PyErr_Occurred()) return -1;
    if (value > UINT32_MAX) return kr_raise_int(PyExc_OverflowError, "mode out of range");
    *ret_mode = (mode_t)value;
    return 0;
}

// Whether the mode is of [type]; a type of 0 is one that Linux does not have.
static PyObject *is_of_type(PyObject *object, mode_t type)
{
    mode_t mode;
    if (get_mode(object, &mode) < 0) return NULL;
    return PyBool_FromLong(type && (mode & S_IFMT) == type);
}

METHOD(S_ISBLK, "module, mode, /",
       "S_ISBLK(mode) -> bool\n\n"
       "Return True if mode is from a block special device file.")
static PyObject *stat_S_ISBLK(PyObject *module, PyObject *mode)
{
    return is_of_type(mode, S_IFBLK);
}

METHOD(S_ISCHR, "module, mode, /",
       "S_ISCHR(mode) -> bool\n\n"
       "Return True if mode is from a character special device file.")
static PyObject *stat_S_ISCHR(PyObject *module, PyObject *mode)
{
    return is_of_type(mode, S_IFCHR);
}

METHOD(S_ISDIR, "module, mode, /",
       "S_ISDIR(mode) -> bool\n\n"
       "Return True if mode is from a directory.")
static PyObject *stat_S_ISDIR(PyObject *module, PyObject *mode)
{
    return is_of_type(mode, S_IFDIR);
}

METHOD(S_ISDOOR, "module, mode, /",
       "S_ISDOOR(mode) -> bool\n\n"
       "Return True if mode is from a door.")
static PyObject *stat_S_ISDOOR(PyObject *module, PyObject *mode)
{
    return is_of_type(mode, 0);
}

METHOD(S_ISFIFO, "module, mode, /",
       "S_ISFIFO(mode) -> bool\n\n"
       "Return True if mode is from a FIFO (named pipe).")
static PyObject *stat_S_ISFIFO(PyObject *module, PyObject *mode)
{
    return is_of_type(mode, S_IFIFO);
}

METHOD(S_ISLNK, "module, mode, /",
       "S_ISLNK(mode) -> bool\n\n"
       "Return True if mode is from a symbolic link.")
static PyObject *stat_S_ISLNK(PyObject *module, PyObject *mode)
{
    return is_of_type(mode, S_IFLNK);
}

METHOD(S_ISPORT, "module, mode, /",
       "S_ISPORT(mode) -> bool\n\n"
       "Return True if mode is from an event port.")
static PyObject *stat_S_ISPORT(PyObject *module, PyObject *mode)
{
    return is_of_type(mode, 0);
}

METHOD(S_ISREG, "module, mode, /",
       "S_ISREG(mode) -> bool\n\n"
       "Return True if mode is from a regular file.")
static PyObject *stat_S_ISREG(PyObject *module, PyObject *mode)
{
    return is_of_type(mode, S_IFREG);
}

METHOD(S_ISSOCK, "module, mode, /",
       "S_ISSOCK(mode) -> bool\n\n"
       "Return True if mode is from a socket.")
static PyObject *stat_S_ISSOCK(PyObject *module, PyObject *mode)
{
    return is_of_type(mode, S_IFSOCK);
}

METHOD(S_ISWHT, "module, mode, /",
       "S_ISWHT(mode) -> bool\n\n"
       "Return True if mode is from a whiteout.")
static PyObject *stat_S_ISWHT(PyObject *module, PyObject *mode)
{
    return is_of_type(mode, 0);
}

METHOD(S_IMODE, "module, mode, /",
       "Return the portion of the file's mode that can be set by os.chmod().")
static PyObject *stat_S_IMODE(PyObject *module, PyObject *object)
{
    mode_t mode;
    return get_mode(object, &mode) < 0 ? NULL : PyLong_FromUnsignedLong(mode & 07777);
}

METHOD(S_IFMT, "module, mode, /",
       "Return the portion of the file's mode that describes the file type.")
static PyObject *stat_S_IFMT(PyObject *module, PyObject *object)
{
    mode_t mode;
    return get_mode(object, &mode) < 0 ? NULL : PyLong_FromUnsignedLong(mode & S_IFMT);
}

static char type_letter(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        return '-';
    case S_IFDIR:
        return 'd';
    case S_IFLNK:
        return 'l';
    case S_IFBLK:
        return 'b';
    case S_IFCHR:
        return 'c';
    case S_IFIFO:
        return 'p';
    case S_IFSOCK:
        return 's';
    default:
        return '?';
    }
}

// Letter of an x bit together with a special one.
static char execute_letter(int executable, int special, char letter)
{
    if (!special) return executable ? 'x' : '-';
    return executable ? letter : (char)(letter - 32);
}

METHOD(filemode, "module, mode, /", "Convert a file's mode to a string of the form '-rwxrwxrwx'")
static PyObject *stat_filemode(PyObject *module, PyObject *object)
{
    mode_t mode;
    if (get_mode(object, &mode) < 0) return NULL;
    char text[10] = {
        type_letter(mode),
        mode & S_IRUSR ? 'r' : '-',
        mode & S_IWUSR ? 'w' : '-',
        execute_letter(mode & S_IXUSR, mode & S_ISUID, 's'),
        mode & S_IRGRP ? 'r' : '-',
        mode & S_IWGRP ? 'w' : '-',
        execute_letter(mode & S_IXGRP, mode & S_ISGID, 's'),
        mode & S_IROTH ? 'r' : '-',
        mode & S_IWOTH ? 'w' : '-',
        execute_letter(mode & S_IXOTH, mode & S_ISVTX, 't'),
    };
    return PyUnicode_FromStringAndSize(text, 10);
}

#include "modules/_stat.methods.h"

static int stat_exec(PyObject *module)
{
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) return -1;
    return 0;
}

static PyModuleDef_Slot stat_slots[] = {
    {Py_mod_exec, stat_exec},
    {0, NULL},
};

static struct PyModuleDef stat_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_stat",
    .m_doc = "S_IFMT_: file type bits\n"
             "S_IFDIR: directory\n"
             "S_IFCHR: character device\n"
             "S_IFBLK: block device\n"
             "S_IFREG: regular file\n"
             "S_IFIFO: fifo (named pipe)\n"
             "S_IFLNK: symbolic link\n"
             "S_IFSOCK: socket file\n"
             "S_IFDOOR: door\n"
             "S_IFPORT: event port\n"
             "S_IFWHT: whiteout\n\n"
             "S_ISUID: set UID bit\n"
             "S_ISGID: set GID bit\n"
             "S_ENFMT: file locking enforcement\n"
             "S_ISVTX: sticky bit\n"
             "S_IREAD: Unix V7 synonym for S_IRUSR\n"
             "S_IWRITE: Unix V7 synonym for S_IWUSR\n"
             "S_IEXEC: Unix V7 synonym for S_IXUSR\n"
             "S_IRWXU: mask for owner permissions\n"
             "S_IRUSR: read by owner\n"
             "S_IWUSR: write by owner\n"
             "S_IXUSR: execute by owner\n"
             "S_IRWXG: mask for group permissions\n"
             "S_IRGRP: read by group\n"
             "S_IWGRP: write by group\n"
             "S_IXGRP: execute by group\n"
             "S_IRWXO: mask for others (not in group) permissions\n"
             "S_IROTH: read by others\n"
             "S_IWOTH: write by others\n"
             "S_IXOTH: execute by others\n\n"
             "UF_NODUMP: do not dump file\n"
             "UF_IMMUTABLE: file may not be changed\n"
             "UF_APPEND: file may only be appended to\n"
             "UF_OPAQUE: directory is opaque when viewed through a union stack\n"
             "UF_NOUNLINK: file may not be renamed or deleted\n"
             "UF_COMPRESSED: OS X: file is hfs-compressed\n"
             "UF_HIDDEN: OS X: file should not be displayed\n"
             "SF_ARCHIVED: file may be archived\n"
             "SF_IMMUTABLE: file may not be changed\n"
             "SF_APPEND: file may only be appended to\n"
             "SF_NOUNLINK: file may not be renamed or deleted\n"
             "SF_SNAPSHOT: file is a snapshot file\n\n"
             "ST_MODE\n"
             "ST_INO\n"
             "ST_DEV\n"
             "ST_NLINK\n"
             "ST_UID\n"
             "ST_GID\n"
             "ST_SIZE\n"
             "ST_ATIME\n"
             "ST_MTIME\n"
             "ST_CTIME\n\n"
             "FILE_ATTRIBUTE_*: Windows file attribute constants\n"
             "                   (only present on Windows)\n",
    .m_methods = stat_methods,
    .m_slots = stat_slots,
};

PyMODINIT_FUNC PyInit__stat(void)
{
    return PyModuleDef_Init(&stat_definition);
}
