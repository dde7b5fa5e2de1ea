// constants.c - the constants of posix, and the named numbers of sysconf, pathconf and confstr.
#include "modules/posix/posix.h"

#include "Python.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/limits.h>
#include <linux/memfd.h>
#include <sched.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <sysexits.h>
#include <unistd.h>

#include "modules/posix/names.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

// The actions of posix_spawn are Python's own numbers.
enum { POSIX_SPAWN_OPEN, POSIX_SPAWN_CLOSE, POSIX_SPAWN_DUP2 };

#ifndef EX_OK
#define EX_OK 0
#endif

static const struct {
    const char *name;
    long value;
} constants[] = {
#define CONSTANT(name) {#name, (long)name},
#define SYSCONF(name, number)
#define PATHCONF(name, number)
#define CONFSTR(name, number)
#include "modules/posix/constants.def"
#undef CONSTANT
#undef SYSCONF
#undef PATHCONF
#undef CONFSTR
};

typedef struct NamedNumber {
    KrPosixNames table;
    const char *name;
    int number;
} NamedNumber;

static const NamedNumber numbers[] = {
#define CONSTANT(name)
#define SYSCONF(name, number) {KR_POSIX_SYSCONF, name, number},
#define PATHCONF(name, number) {KR_POSIX_PATHCONF, name, number},
#define CONFSTR(name, number) {KR_POSIX_CONFSTR, name, number},
#include "modules/posix/constants.def"
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

int kr_posix_find_name(PyObject *name, KrPosixNames table, int *ret_number)
{
    if (PyLong_Check(name)) return kr_argument_int(name, ret_number);
    if (!PyUnicode_Check(name))
        return kr_raise_int(PyExc_TypeError, "configuration names must be strings or integers");
    for (size_t i = 0; i < LENGTH(numbers); i++) {
        if (numbers[i].table != table
            || PyUnicode_CompareWithASCIIString(name, numbers[i].name) != 0)
            continue;
        *ret_number = numbers[i].number;
        return 0;
    }
    return kr_raise_int(PyExc_ValueError, "unrecognized configuration name");
}

static int add_names(PyObject *module, const char *attribute, KrPosixNames table)
{
    KR_AUTO PyObject *dict = PyDict_New();
    for (size_t i = 0; dict != NULL && i < LENGTH(numbers); i++) {
        if (numbers[i].table != table) continue;
        KR_AUTO PyObject *number = PyLong_FromLong(numbers[i].number);
        if (number == NULL || PyDict_SetItemString(dict, numbers[i].name, number) < 0) return -1;
    }
    return dict == NULL ? -1 : PyModule_AddObjectRef(module, attribute, dict);
}

// What os.py asks for to fill supports_fd, supports_dir_fd and their kin.
static int add_have_functions(PyObject *module)
{
    static const char *const names[] = {
        "HAVE_EVENTFD",  "HAVE_FACCESSAT", "HAVE_FCHDIR",   "HAVE_FCHMOD",     "HAVE_FCHMODAT",
        "HAVE_FCHOWN",
        "HAVE_FCHOWNAT", "HAVE_FEXECVE",   "HAVE_FDOPENDIR", "HAVE_FPATHCONF", "HAVE_FSTATAT",
        "HAVE_FSTATVFS",
        "HAVE_FTRUNCATE", "HAVE_FUTIMENS", "HAVE_FUTIMES",  "HAVE_FUTIMESAT",  "HAVE_LINKAT",
        "HAVE_LCHOWN",
        "HAVE_LSTAT",    "HAVE_LUTIMES",   "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT", "HAVE_MKFIFOAT",
        "HAVE_MKNODAT",
        "HAVE_OPENAT",   "HAVE_READLINKAT", "HAVE_RENAMEAT", "HAVE_SYMLINKAT", "HAVE_UNLINKAT",
        "HAVE_UTIMENSAT",
    };
    KR_AUTO PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < LENGTH(names); i++) {
        KR_AUTO PyObject *name = PyUnicode_FromString(names[i]);
        if (name == NULL || PyList_Append(list, name) < 0) return -1;
    }
    return list == NULL ? -1 : PyModule_AddObjectRef(module, "_have_functions", list);
}

int kr_posix_add_constants(PyObject *module)
{
    for (size_t i = 0; i < LENGTH(constants); i++)
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) return -1;
    if (add_names(module, "sysconf_names", KR_POSIX_SYSCONF) < 0 ||
        add_names(module, "pathconf_names", KR_POSIX_PATHCONF) < 0 ||
        add_names(module, "confstr_names", KR_POSIX_CONFSTR) < 0)
        return -1;
    return add_have_functions(module);
}
