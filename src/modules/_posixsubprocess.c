// _posixsubprocess.c - fork_exec: start a program in a child process, as the module subprocess
// wants it.
//
// Everything that needs memory or Python is prepared before the fork; between fork and exec the
// child only makes system calls (and, where asked for, runs preexec_fn).  An error there is
// written to errpipe_write as "OSError:<errno in hex>:<where>".
//
// (1) The file descriptors to keep are sorted and above 2; all others from 3 on are closed.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "Python.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

// What the child has to do.
typedef struct Plan {
    char *const *executables;     // NULL-terminated
    char *const *arguments;
    char *const *environment;     // NULL: the parent's
    const char *directory;        // NULL: stay
    int to_child_read, to_child_write, from_child_read, from_child_write, error_read, error_write;
    int report_read, report_write;
    int close_others;
    const int *kept;              // sorted
    Py_ssize_t kept_count;
    int restore_signals, new_session;
    pid_t process_group;          // -1: stay
    int umask;                    // -1: leave
    int set_gid, set_uid, set_groups;
    gid_t gid;
    uid_t uid;
    const gid_t *groups;
    size_t group_count;
    PyObject *preexec;            // or None
} Plan;

// --- in the child -------------------------------------------------------------------------------

static int make_inheritable(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFD);
    return flags < 0 ? -1 : fcntl(descriptor, F_SETFD, flags & ~FD_CLOEXEC);
}

static void close_range_of(int first, int last)
{
    if (first > last) return;
    if (syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0) == 0) return;
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 65536) limit = 65536;
    for (int fd = first; fd <= last && fd < limit; fd++) close(fd);
}

// keeps (1)
static void close_others(const Plan *plan)
{
    int next = 3;
    for (Py_ssize_t i = 0; i < plan->kept_count; i++) {
        if (plan->kept[i] < next) continue;
        close_range_of(next, plan->kept[i] - 1);
        next = plan->kept[i] + 1;
    }
    close_range_of(next, INT_MAX);
}

// Moves [descriptor] above 2 when it would be in the way of standard streams; -1 on failure.
static int move_above(int descriptor, int lowest)
{
    return descriptor >= 0 && descriptor < lowest ? fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
                                                  : descriptor;
}

// Makes [descriptor] the standard stream [target].
static int place(int descriptor, int target)
{
    if (descriptor < 0) return 0;
    return descriptor == target ? make_inheritable(descriptor) : dup2(descriptor, target);
}

static int set_streams(const Plan *plan)
{
    int in = plan->to_child_read, out = plan->from_child_write, err = plan->error_write;
    // An output on 0, or an error stream on 0 or 1, would be overwritten.
    if (out == 0 && (out = move_above(out, 3)) < 0) return -1;
    while (err == 0 || err == 1)
        if ((err = move_above(err, 3)) < 0) return -1;
    return place(in, 0) < 0 || place(out, 1) < 0 || place(err, 2) < 0 ? -1 : 0;
}

static int set_identity(const Plan *plan)
{
    if (plan->new_session) setsid();
    if (plan->process_group >= 0 && setpgid(0, plan->process_group) < 0) return -1;
    if (plan->set_groups && setgroups(plan->group_count, plan->groups) < 0) return -1;
    if (plan->set_gid && setregid(plan->gid, plan->gid) < 0) return -1;
    return plan->set_uid ? setreuid(plan->uid, plan->uid) : 0;
}

static int prepare_child(const Plan *plan)
{
    const int own[] = {plan->to_child_write, plan->from_child_read, plan->error_read,
                       plan->report_read};
    for (Py_ssize_t i = 0; i < plan->kept_count; i++)
        if (plan->kept[i] != plan->report_write) (void)make_inheritable(plan->kept[i]);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (own[i] >= 0 && close(own[i]) < 0) return -1;
    return set_streams(plan);
}

static void reset_signals(void)
{
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
}

// Tries the programs in turn; returns only when none could be run.
static void execute(const Plan *plan)
{
    int error = 0;
    for (Py_ssize_t i = 0; plan->executables[i]; i++) {
        if (plan->environment)
            execve(plan->executables[i], plan->arguments, plan->environment);
        else
            execv(plan->executables[i], plan->arguments);
        if (errno != ENOENT && errno != ENOTDIR && error == 0) error = errno;
    }
    if (error) errno = error;
}

static void report(const Plan *plan, const char *kind, int error, const char *where)
{
    char text[64];
    int length = snprintf(text, sizeof text, "%s:%x:%s", kind, (unsigned)error, where);
    if (kind[0] == 'S') length = snprintf(text, sizeof text, "%s:0:%s", kind, where);
    ssize_t ignored = write(plan->report_write, text, (size_t)length);
    (void)ignored;
}

static _Noreturn void run_child(const Plan *plan)
{
    const char *where = "noexec";
    if (prepare_child(plan) < 0) goto failed;
    if (plan->directory && chdir(plan->directory) < 0) goto failed;
    if (plan->umask >= 0) umask((mode_t)plan->umask);
    if (plan->restore_signals) reset_signals();
    if (set_identity(plan) < 0) goto failed;
    where = "";
    if (plan->preexec != Py_None) {
        PyObject *result = PyObject_CallNoArgs(plan->preexec);
        if (result == NULL) {
            report(plan, "SubprocessError", 0, "Exception occurred in preexec_fn.");
            _exit(255);
        }
        Py_DECREF(result);
    }
    if (plan->close_others) close_others(plan);
    execute(plan);
failed:
    report(plan, "OSError", errno, where);
    _exit(255);
}

// --- in the parent ------------------------------------------------------------------------------

static void free_texts(char ***texts)
{
    for (char **at = *texts; at && *at; at++) PyMem_Free(*at);
    PyMem_Free(*texts);
}

#define AUTO_TEXTS __attribute__((cleanup(free_texts))) char **

// A sequence of path-like objects as a NULL-terminated array of C strings.
static char **to_texts(PyObject *sequence)
{
    KR_AUTO PyObject *items = PySequence_Fast(sequence, "argv must be a tuple");
    if (items == NULL) return NULL;
    Py_ssize_t count = PySequence_Fast_GET_SIZE(items);
    AUTO_TEXTS texts = PyMem_Calloc((size_t)count + 1, sizeof *texts);
    if (texts == NULL) return (char **)PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *bytes = NULL;
        if (PySequence_Fast_GET_SIZE(items) != count)
            return (char **)kr_raise(PyExc_RuntimeError, "args changed during iteration");
        if (!PyUnicode_FSConverter(PySequence_Fast_GET_ITEM(items, i), &bytes)) return NULL;
        size_t size = (size_t)PyBytes_GET_SIZE(bytes) + 1;
        texts[i] = PyMem_Malloc(size);
        if (texts[i]) memcpy(texts[i], PyBytes_AS_STRING(bytes), size);
        Py_DECREF(bytes);
        if (texts[i] == NULL) return (char **)PyErr_NoMemory();
    }
    char **result = texts;
    texts = NULL;
    return result;
}

// The descriptors of a sorted tuple in a block for PyMem_Free.
static int *to_descriptors(PyObject *tuple, Py_ssize_t *ret_count)
{
    Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    int *descriptors = PyMem_New(int, count + 1);
    if (descriptors == NULL) return (int *)PyErr_NoMemory();
    long last = -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i);
        long value = PyLong_Check(item) ? PyLong_AsLong(item) : -1;
        if (value < 0 || value <= last || value > INT_MAX) {
            PyErr_Clear();
            PyMem_Free(descriptors);
            return (int *)kr_raise(PyExc_ValueError, "bad value(s) in fds_to_keep");
        }
        descriptors[i] = (int)(last = value);
    }
    *ret_count = count;
    return descriptors;
}

static gid_t *to_groups(PyObject *list, size_t *ret_count)
{
    Py_ssize_t count = PyList_Check(list) ? PyList_GET_SIZE(list) : -1;
    if (count < 0) return (gid_t *)kr_raise(PyExc_TypeError, "setgroups argument must be a list");
    if (count > sysconf(_SC_NGROUPS_MAX))
        return (gid_t *)kr_raise(PyExc_ValueError, "too many extra_groups");
    gid_t *groups = PyMem_New(gid_t, count + 1);
    if (groups == NULL) return (gid_t *)PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < count; i++) {
        unsigned long value = PyLong_AsUnsignedLong(PyList_GET_ITEM(list, i));
        if ((value == (unsigned long)-1 && PyErr_Occurred()) || value > UINT32_MAX) {
            PyErr_Clear();
            PyErr_SetString(PyExc_ValueError, "invalid group id");
            PyMem_Free(groups);
            return NULL;
        }
        groups[i] = (gid_t)value;
    }
    *ret_count = (size_t)count;
    return groups;
}

static int get_id(PyObject *object, int *ret_is_given, unsigned *ret_id)
{
    *ret_is_given = object != Py_None;
    return *ret_is_given ? kr_argument_uint(object, ret_id) : 0;
}

static pid_t fork_and_run(const Plan *plan)
{
    int has_preexec = plan->preexec != Py_None;
    if (has_preexec) PyOS_BeforeFork();
    pid_t child = fork();
    if (child == 0) {
        if (has_preexec) PyOS_AfterFork_Child();
        run_child(plan);
    }
    int error = errno;
    if (has_preexec) PyOS_AfterFork_Parent();
    errno = error;
    return child;
}

static void free_block(void *slot)
{
    PyMem_Free(*(void **)slot);
}

#define AUTO_BLOCK __attribute__((cleanup(free_block)))

// Reads the small arguments, from `close_fds` to `umask`, into [plan].
static int read_numbers(PyObject *const *args, Plan *plan)
{
    int *const targets[] = {
        &plan->to_child_read,    &plan->to_child_write, &plan->from_child_read,
        &plan->from_child_write, &plan->error_read,     &plan->error_write,
        &plan->report_read,      &plan->report_write,
    };
    for (int i = 0; i < 8; i++)
        if (kr_argument_int(args[6 + i], targets[i]) < 0) return -1;
    if (kr_argument_bool(args[2], &plan->close_others) < 0
        || kr_argument_bool(args[14], &plan->restore_signals) < 0
        || kr_argument_bool(args[15], &plan->new_session) < 0
        || kr_argument_int(args[16], &plan->process_group) < 0
        || kr_argument_int(args[20], &plan->umask) < 0)
        return -1;
    if (plan->close_others && plan->report_write < 3)
        return kr_raise_int(PyExc_ValueError, "errpipe_write must be >= 3");
    if (get_id(args[17], &plan->set_gid, &plan->gid) < 0) return -1;
    return get_id(args[19], &plan->set_uid, &plan->uid);
}

METHOD(fork_exec, "module, *args: array",
       "fork_exec(args, executable_list, close_fds, pass_fds, cwd, env,\n"
       "          p2cread, p2cwrite, c2pread, c2pwrite,\n"
       "          errread, errwrite, errpipe_read, errpipe_write,\n"
       "          restore_signals, call_setsid, pgid_to_set,\n"
       "          gid, groups_list, uid,\n"
       "          preexec_fn)\n\n"
       "Forks a child process, closes parent file descriptors as appropriate in the\n"
       "child and dups the few that are needed before calling exec() in the child\n"
       "process.\n\n"
       "If close_fds is true, close file descriptors 3 and higher, except those listed\n"
       "in the sorted tuple pass_fds.\n\n"
       "The preexec_fn, if supplied, will be called immediately before closing file\n"
       "descriptors and exec.\n"
       "WARNING: preexec_fn is NOT SAFE if your application uses threads.\n"
       "         It may trigger infrequent, difficult to debug deadlocks.\n\n"
       "If an error occurs in the child process before the exec, it is\n"
       "serialized and written to the errpipe_write fd per subprocess.py.\n\n"
       "Returns: the child process's PID.\n\n"
       "Raises: Only on an error in the parent process.\n")
static PyObject *subprocess_fork_exec(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (count != 23)
        return kr_raise(PyExc_TypeError, "fork_exec() takes exactly 23 arguments (%zd given)",
                        count);
    if (!PyTuple_Check(args[3]))
        return kr_raise(PyExc_TypeError, "fork_exec() argument 4 must be tuple, not %.50s",
                        Py_TYPE(args[3])->tp_name);
    Plan plan = {.preexec = args[21]};
    AUTO_TEXTS executables = NULL;
    AUTO_TEXTS arguments = NULL;
    AUTO_TEXTS environment = NULL;
    AUTO_BLOCK int *kept = NULL;
    AUTO_BLOCK gid_t *groups = NULL;
    KR_AUTO PyObject *directory = NULL;
    if (read_numbers(args, &plan) < 0) return NULL;
    if ((kept = to_descriptors(args[3], &plan.kept_count)) == NULL) return NULL;
    if ((executables = to_texts(args[1])) == NULL) return NULL;
    if (args[0] != Py_None && (arguments = to_texts(args[0])) == NULL) return NULL;
    if (args[5] != Py_None && (environment = to_texts(args[5])) == NULL) return NULL;
    if (args[4] != Py_None && !PyUnicode_FSConverter(args[4], &directory)) return NULL;
    plan.set_groups = args[18] != Py_None;
    if (plan.set_groups && (groups = to_groups(args[18], &plan.group_count)) == NULL) return NULL;
    char *no_arguments[] = {NULL};
    plan.executables = executables;
    plan.arguments = arguments ? arguments : no_arguments;
    plan.environment = environment;
    plan.directory = directory ? PyBytes_AS_STRING(directory) : NULL;
    plan.kept = kept;
    plan.groups = groups;
    pid_t child = fork_and_run(&plan);
    if (child == -1) return PyErr_SetFromErrno(PyExc_OSError);
    return PyLong_FromPid(child);
}

#include "modules/_posixsubprocess.methods.h"

static PyModuleDef_Slot subprocess_slots[] = {{0, NULL}};

static struct PyModuleDef subprocess_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_posixsubprocess",
    .m_doc = "A POSIX helper for the subprocess module.",
    .m_methods = subprocess_methods,
    .m_slots = subprocess_slots,
};

PyMODINIT_FUNC PyInit__posixsubprocess(void)
{
    return PyModuleDef_Init(&subprocess_definition);
}
