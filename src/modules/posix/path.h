// path.h - a path argument: str, bytes, os.PathLike, or where allowed a file descriptor or None.
#ifndef KR_MODULES_POSIX_PATH_H
#define KR_MODULES_POSIX_PATH_H

#include "Python.h"

#include <fcntl.h>

typedef struct KrPath {
    PyObject *object;        // as given, or what __fspath__ gave; for messages
    PyObject *bytes;         // holds narrow
    const char *narrow;      // in the file system's encoding; NULL for a descriptor and for None
    int fd;                  // -1: a name
} KrPath;

typedef struct KrPathRule {
    const char *function;
    const char *argument;
    int allow_fd;
    int allow_none;
} KrPathRule;

// Converts an argument: 0, or -1 with TypeError or ValueError.
int kr_argument_path(PyObject *value, KrPath *ret_path, KrPathRule rule);
// A directory's descriptor; None is the current directory.
int kr_argument_dir_fd(PyObject *value, int *ret_fd);
void kr_path_release(KrPath *path);

#define KR_AUTO_PATH __attribute__((cleanup(kr_path_release)))

// Raises OSError of errno with the path's name (or names); returns NULL.
PyObject *kr_path_raise(const KrPath *path);
PyObject *kr_path_raise_two(const KrPath *path, const KrPath *second);
// OSError of errno without a name; returns NULL.
static inline PyObject *kr_posix_raise(void)
{
    return PyErr_SetFromErrno(PyExc_OSError);
}

// New str or bytes of [name], of the kind that [path] was given in.
PyObject *kr_path_name_like(const KrPath *path, const char *name, Py_ssize_t length);

// Runs [call] with the lock released, again when a signal interrupts it and its handler raises
// nothing.  result is -1 with errno EINTR kept only if a handler raised.
#define KR_RETRYING(result, call)                                                                 \
    do {                                                                                          \
        Py_BEGIN_ALLOW_THREADS                                                                    \
        (result) = (call);                                                                        \
        Py_END_ALLOW_THREADS                                                                      \
    } while ((result) < 0 && errno == EINTR && PyErr_CheckSignals() == 0)

// Runs [call] once with the lock released.
#define KR_UNLOCKED(call)                                                                         \
    do {                                                                                          \
        Py_BEGIN_ALLOW_THREADS                                                                    \
        call;                                                                                     \
        Py_END_ALLOW_THREADS                                                                      \
    } while (0)

#endif
