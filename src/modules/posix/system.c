// system.c - the machine: names and limits, random bytes, load, terminal, times.
#include "modules/posix/posix.h"

#include "Python.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "modules/posix/names.h"
#include "modules/posix/path.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

static PyStructSequence_Field uname_fields[] = {
    {"sysname", "operating system name"},
    {"nodename", "name of machine on network (implementation-defined)"},
    {"release", "operating system release"},
    {"version", "operating system version"},
    {"machine", "hardware identifier"},
    {NULL, NULL},
};

static PyStructSequence_Desc uname_description = {
    .name = "posix.uname_result",
    .doc = "uname_result: Result from os.uname().\n\nThis object may be accessed either as a "
        "tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes "
        "sysname, nodename, release, version, and machine.\n\nSee os.uname for more information.",
    .fields = uname_fields,
    .n_in_sequence = 5,
};

static PyStructSequence_Field size_fields[] = {
    {"columns", "width of the terminal window in characters"},
    {"lines", "height of the terminal window in characters"},
    {NULL, NULL},
};

static PyStructSequence_Desc size_description = {
    .name = "os.terminal_size",
    .doc = "A tuple of (columns, lines) for holding terminal window size",
    .fields = size_fields,
    .n_in_sequence = 2,
};

static PyStructSequence_Field times_fields[] = {
    {"user", "user time"},
    {"system", "system time"},
    {"children_user", "user time of children"},
    {"children_system", "system time of children"},
    {"elapsed", "elapsed time since an arbitrary point in the past"},
    {NULL, NULL},
};

static PyStructSequence_Desc times_description = {
    .name = "posix.times_result",
    .doc = "times_result: Result from os.times().\n\nThis object may be accessed either as a "
        "tuple of\n  (user, system, children_user, children_system, elapsed),\nor via the "
        "attributes user, system, children_user, children_system,\nand elapsed.\n\nSee os.times "
        "for more information.",
    .fields = times_fields,
    .n_in_sequence = 5,
};

static PyTypeObject uname_result_type, terminal_size_type, times_result_type;

// New struct sequence of [values], which are stolen.
static PyObject *sequence_of(PyTypeObject *type, PyObject **values, int count)
{
    PyObject *result = PyStructSequence_New(type);
    for (int i = 0; i < count; i++) {
        if (result != NULL && values[i] != NULL) {
            PyStructSequence_SetItem(result, i, values[i]);
        } else {
            Py_XDECREF(values[i]);
            Py_CLEAR(result);
        }
    }
    return result;
}

METHOD(uname, "module",
       "Return an object identifying the current operating system.\n\nThe object behaves "
       "like a named tuple with the following fields:\n  (sysname, nodename, release, "
       "version, machine)")
static PyObject *posix_uname(PyObject *module)
{
    struct utsname name;
    if (uname(&name) < 0) return kr_posix_raise();
    PyObject *values[] = {
        PyUnicode_DecodeFSDefault(name.sysname), PyUnicode_DecodeFSDefault(name.nodename),
        PyUnicode_DecodeFSDefault(name.release), PyUnicode_DecodeFSDefault(name.version),
        PyUnicode_DecodeFSDefault(name.machine),
    };
    return sequence_of(&uname_result_type, values, 5);
}

METHOD(times, "module",
       "Return a collection containing process timing information.\n\nThe object returned "
       "behaves like a named tuple with these fields:\n  (utime, stime, cutime, cstime, "
       "elapsed_time)\nAll fields are floating point numbers.")
static PyObject *posix_times(PyObject *module)
{
    struct tms used;
    clock_t elapsed = times(&used);
    if (elapsed == (clock_t)-1) return kr_posix_raise();
    double ticks = (double)sysconf(_SC_CLK_TCK);
    PyObject *values[] = {
        PyFloat_FromDouble((double)used.tms_utime / ticks),
        PyFloat_FromDouble((double)used.tms_stime / ticks),
        PyFloat_FromDouble((double)used.tms_cutime / ticks),
        PyFloat_FromDouble((double)used.tms_cstime / ticks),
        PyFloat_FromDouble((double)elapsed / ticks),
    };
    return sequence_of(&times_result_type, values, 5);
}

METHOD(get_terminal_size, "module, fd: object = NULL, /",
       "Return the size of the terminal window as (columns, lines).\n\nThe optional argument "
       "fd (default standard output) specifies\nwhich file descriptor should be queried.\n\n"
       "If the file descriptor is not connected to a terminal, an OSError\nis thrown.\n\n"
       "This function will only be defined if an implementation is\navailable for this "
       "system.\n\nshutil.get_terminal_size is the high-level function which should\n"
       "normally be used, os.get_terminal_size is the low-level implementation.")
static PyObject *posix_get_terminal_size(PyObject *module, PyObject *descriptor)
{
    struct winsize size;
    int fd = STDOUT_FILENO;
    if (descriptor != NULL && kr_argument_int(descriptor, &fd) < 0) return NULL;
    if (ioctl(fd, TIOCGWINSZ, &size) < 0) return kr_posix_raise();
    PyObject *values[] = {PyLong_FromLong(size.ws_col), PyLong_FromLong(size.ws_row)};
    return sequence_of(&terminal_size_type, values, 2);
}

METHOD(cpu_count, "module",
       "Return the number of CPUs in the system; return None if indeterminable.\n\nThis "
       "number is not equivalent to the number of CPUs the current process can\nuse.  The "
       "number of usable CPUs can be obtained with\n``len(os.sched_getaffinity(0))``")
static PyObject *posix_cpu_count(PyObject *module)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1) Py_RETURN_NONE;
    return PyLong_FromLong(count);
}

METHOD(getloadavg, "module",
       "Return average recent system load information.\n\nReturn the number of processes in "
       "the system run queue averaged over\nthe last 1, 5, and 15 minutes as a tuple of "
       "three floats.\nRaises OSError if the load average was unobtainable.")
static PyObject *posix_getloadavg(PyObject *module)
{
    double load[3];
    if (getloadavg(load, 3) != 3) return kr_raise(PyExc_OSError, "Load averages are unobtainable");
    return Py_BuildValue("ddd", load[0], load[1], load[2]);
}

METHOD(sysconf, "module, name, /", "Return an integer-valued system configuration variable.")
static PyObject *posix_sysconf(PyObject *module, PyObject *name)
{
    int number;
    if (kr_posix_find_name(name, KR_POSIX_SYSCONF, &number) < 0) return NULL;
    errno = 0;
    long value = sysconf(number);
    return value == -1 && errno != 0 ? kr_posix_raise() : PyLong_FromLong(value);
}

METHOD(confstr, "module, name, /", "Return a string-valued system configuration variable.")
static PyObject *posix_confstr(PyObject *module, PyObject *name)
{
    int number;
    if (kr_posix_find_name(name, KR_POSIX_CONFSTR, &number) < 0) return NULL;
    errno = 0;
    size_t length = confstr(number, NULL, 0);
    if (length == 0 && errno != 0) return kr_posix_raise();
    if (length == 0) Py_RETURN_NONE;
    char *text = PyMem_Malloc(length);
    if (text == NULL) return PyErr_NoMemory();
    confstr(number, text, length);
    PyObject *result = PyUnicode_DecodeFSDefaultAndSize(text, (Py_ssize_t)length - 1);
    PyMem_Free(text);
    return result;
}

METHOD(urandom, "module, size: ssize, /",
       "Return a bytes object containing random bytes suitable for cryptographic use.")
static PyObject *posix_urandom(PyObject *module, Py_ssize_t size)
{
    if (size < 0) return kr_raise(PyExc_ValueError, "negative argument not allowed");
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes != NULL && _PyOS_URandom(PyBytes_AS_STRING(bytes), size) < 0) Py_CLEAR(bytes);
    return bytes;
}

METHOD(getrandom, "module, size: ssize, flags: int = 0", "Obtain a series of random bytes.")
static PyObject *posix_getrandom(PyObject *module, Py_ssize_t size, int flags)
{
    if (size < 0) {
        errno = EINVAL;
        return kr_posix_raise();
    }
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL) return NULL;
    ssize_t count;
    KR_RETRYING(count, getrandom(PyBytes_AS_STRING(bytes), (size_t)size, (unsigned)flags));
    if (count < 0) {
        Py_DECREF(bytes);
        return PyErr_Occurred() ? NULL : kr_posix_raise();
    }
    if (count != size) _PyBytes_Resize(&bytes, count);
    return bytes;
}

METHOD(strerror, "module, code: int, /", "Translate an error code to a message string.")
static PyObject *posix_strerror(PyObject *module, int code)
{
    return PyUnicode_DecodeLocale(strerror(code), "surrogateescape");
}

METHOD(sync, "module", "Force write of everything to disk.")
static PyObject *posix_sync(PyObject *module)
{
    KR_UNLOCKED(sync());
    Py_RETURN_NONE;
}

METHOD(ctermid, "module", "Return the name of the controlling terminal for this process.")
static PyObject *posix_ctermid(PyObject *module)
{
    char name[L_ctermid];
    return PyUnicode_DecodeFSDefault(ctermid(name));
}

#include "modules/posix/system.methods.h"

static int add_type(PyObject *module, const char *name, PyTypeObject *type,
                    PyStructSequence_Desc *description)
{
    if (PyStructSequence_InitType2(type, description) < 0) return -1;
    return PyModule_AddObjectRef(module, name, (PyObject *)type);
}

int kr_posix_add_system(PyObject *module)
{
    if (add_type(module, "uname_result", &uname_result_type, &uname_description) < 0 ||
        add_type(module, "terminal_size", &terminal_size_type, &size_description) < 0 ||
        add_type(module, "times_result", &times_result_type, &times_description) < 0)
        return -1;
    return PyModule_AddFunctions(module, posix_methods);
}
