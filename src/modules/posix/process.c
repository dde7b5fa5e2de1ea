// process.c - making, replacing, signalling and waiting for processes.
#include "modules/posix/posix.h"

#include "Python.h"

#include <errno.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <unistd.h>

#include "modules/posix/path.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

// --- arrays of C strings ------------------------------------------------------------------------

typedef struct TextArray {
    char **items;           // NULL ended, pointing into the bytes objects of holder
    PyObject *holder;
} TextArray;

static void release_array(TextArray *array)
{
    PyMem_Free(array->items);
    Py_CLEAR(array->holder);
}

#define AUTO_ARRAY __attribute__((cleanup(release_array))) TextArray

static int append_text(TextArray *array, PyObject *text)
{
    PyObject *bytes;
    if (!PyUnicode_FSConverter(text, &bytes)) return -1;
    int result = PyList_Append(array->holder, bytes);
    Py_DECREF(bytes);
    return result;
}

static int finish_array(TextArray *array)
{
    Py_ssize_t count = PyList_GET_SIZE(array->holder);
    array->items = PyMem_New(char *, (size_t)count + 1);
    if (array->items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++)
        array->items[i] = PyBytes_AS_STRING(PyList_GET_ITEM(array->holder, i));
    array->items[count] = NULL;
    return 0;
}

static int read_arguments(PyObject *argv, const char *who, TextArray *ret_array)
{
    if (!PyList_Check(argv) && !PyTuple_Check(argv))
        return kr_raise_int(PyExc_TypeError, "%s: argv must be a tuple or list", who);
    Py_ssize_t count = PySequence_Fast_GET_SIZE(argv);
    if (count < 1) return kr_raise_int(PyExc_ValueError, "%s: argv must not be empty", who);
    if ((ret_array->holder = PyList_New(0)) == NULL) return -1;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(argv); i++)
        if (append_text(ret_array, PySequence_Fast_GET_ITEM(argv, i)) < 0) return -1;
    if (PyBytes_GET_SIZE(PyList_GET_ITEM(ret_array->holder, 0)) == 0)
        return kr_raise_int(PyExc_ValueError, "%s: argv first element cannot be empty", who);
    return finish_array(ret_array);
}

static int append_variable(TextArray *array, PyObject *key, PyObject *value)
{
    PyObject *name, *text;
    if (!PyUnicode_FSConverter(key, &name)) return -1;
    KR_AUTO PyObject *held_name = name;
    if (!PyUnicode_FSConverter(value, &text)) return -1;
    KR_AUTO PyObject *held_text = text;
    if (PyBytes_GET_SIZE(name) == 0 || strchr(PyBytes_AS_STRING(name), '=') != NULL)
        return kr_raise_int(PyExc_ValueError, "illegal environment variable name");
    KR_AUTO PyObject *line = PyBytes_FromFormat("%s=%s", PyBytes_AS_STRING(name),
                                                PyBytes_AS_STRING(text));
    return line == NULL ? -1 : PyList_Append(array->holder, line);
}

static int read_environment(PyObject *mapping, TextArray *ret_array)
{
    KR_AUTO PyObject *keys = PyMapping_Keys(mapping);
    KR_AUTO PyObject *values = keys == NULL ? NULL : PyMapping_Values(mapping);
    if (values == NULL || (ret_array->holder = PyList_New(0)) == NULL) return -1;
    if (!PyList_Check(keys) || !PyList_Check(values))
        return kr_raise_int(PyExc_TypeError, "env.keys() or env.values() is not a list");
    for (Py_ssize_t i = 0; i < kr_smaller(PyList_GET_SIZE(keys), PyList_GET_SIZE(values)); i++)
        if (append_variable(ret_array, PyList_GET_ITEM(keys, i), PyList_GET_ITEM(values, i)) < 0)
            return -1;
    return finish_array(ret_array);
}

// --- exec and spawn -----------------------------------------------------------------------------

METHOD(execv, "module, path: path, argv, /",
       "Execute an executable path with arguments, replacing current process.\n\n  path\n    "
       "Path of executable file.\n  argv\n    Tuple or list of strings.")
static PyObject *posix_execv(PyObject *module, KrPath *path, PyObject *argv)
{
    AUTO_ARRAY arguments = {0};
    if (read_arguments(argv, "execv()", &arguments) < 0) return NULL;
    if (PySys_Audit("os.exec", "OOO", path->object, argv, Py_None) < 0) return NULL;
    execv(path->narrow, arguments.items);
    return kr_posix_raise();
}

METHOD(execve, "module, path: path_fd, argv, env",
       "Execute an executable path with arguments, replacing current process.\n\n  path\n    "
       "Path of executable file.\n  argv\n    Tuple or list of strings.\n  env\n    "
       "Dictionary of strings mapping to strings.")
static PyObject *posix_execve(PyObject *module, KrPath *path, PyObject *argv, PyObject *env)
{
    AUTO_ARRAY arguments = {0};
    AUTO_ARRAY environment = {0};
    if (read_arguments(argv, "execve", &arguments) < 0) return NULL;
    if (!PyMapping_Check(env))
        return kr_raise(PyExc_TypeError, "execve: environment must be a mapping object");
    if (read_environment(env, &environment) < 0) return NULL;
    if (PySys_Audit("os.exec", "OOO", path->object, argv, env) < 0) return NULL;
    if (path->fd >= 0) fexecve(path->fd, arguments.items, environment.items);
    else execve(path->narrow, arguments.items, environment.items);
    return kr_path_raise(path);
}

// Adds one file action, a tuple that begins with its kind.
static int add_file_action(posix_spawn_file_actions_t *actions, PyObject *action, PyObject *holder)
{
    if (!PyTuple_Check(action) || PyTuple_GET_SIZE(action) == 0)
        return kr_raise_int(PyExc_TypeError,
                            "Each file_actions element must be a non-empty tuple");
    long kind = PyLong_AsLong(PyTuple_GET_ITEM(action, 0));
    int fd, other, code;
    unsigned long mode;
    PyObject *path = NULL;
    if (kind == -1 && PyErr_Occurred()) return -1;
    if (kind == 0) {
        if (!PyArg_ParseTuple(action, "OiO&ik;A open file_action tuple must have 5 elements",
                              &path, &fd, PyUnicode_FSConverter, &path, &other, &mode))
            return -1;
        int kept = PyList_Append(holder, path);
        Py_DECREF(path);
        if (kept < 0) return -1;
        code = posix_spawn_file_actions_addopen(actions, fd, PyBytes_AS_STRING(path), other,
                                                (mode_t)mode);
    } else if (kind == 1) {
        if (!PyArg_ParseTuple(action, "Oi;A close file_action tuple must have 2 elements", &path,
                              &fd))
            return -1;
        code = posix_spawn_file_actions_addclose(actions, fd);
    } else if (kind == 2) {
        if (!PyArg_ParseTuple(action, "Oii;A dup2 file_action tuple must have 3 elements", &path,
                              &fd, &other))
            return -1;
        code = posix_spawn_file_actions_adddup2(actions, fd, other);
    } else {
        return kr_raise_int(PyExc_TypeError, "Unknown file_actions identifier");
    }
    errno = code;
    if (code != 0) kr_posix_raise();
    return code == 0 ? 0 : -1;
}

static int add_file_actions(posix_spawn_file_actions_t *actions, PyObject *sequence,
                            PyObject *holder)
{
    KR_AUTO PyObject *fast = PySequence_Fast(sequence, "file_actions must be a sequence or None");
    if (fast == NULL) return -1;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast); i++)
        if (add_file_action(actions, PySequence_Fast_GET_ITEM(fast, i), holder) < 0) return -1;
    return 0;
}

static int read_signals(PyObject *signals, sigset_t *ret_set)
{
    KR_AUTO PyObject *iterator = PyObject_GetIter(signals);
    if (iterator == NULL) return -1;
    sigemptyset(ret_set);
    for (PyObject *item; (item = PyIter_Next(iterator)) != NULL;) {
        KR_AUTO PyObject *number = item;
        int signal_number;
        if (kr_argument_int(number, &signal_number) < 0) return -1;
        if (sigaddset(ret_set, signal_number) < 0)
            return kr_raise_int(PyExc_ValueError, "signal number %d out of range", signal_number);
    }
    return PyErr_Occurred() ? -1 : 0;
}

typedef struct SpawnOptions {
    PyObject *file_actions, *group, *signal_mask, *default_signals, *scheduler;
    int reset_ids, new_session;
} SpawnOptions;

static int read_scheduler(posix_spawnattr_t *attributes, PyObject *value, short *flags)
{
    PyObject *policy, *param;
    struct sched_param settings;
    if (!PyArg_ParseTuple(value, "OO;A scheduler tuple must have two elements", &policy, &param))
        return -1;
    PyObject *priority = PyObject_GetAttr(param, ID(sched_priority));
    if (priority == NULL) return -1;
    int result = kr_argument_int(priority, &settings.sched_priority);
    Py_DECREF(priority);
    if (result < 0) return -1;
    if (policy != Py_None) {
        int number;
        if (kr_argument_int(policy, &number) < 0) return -1;
        posix_spawnattr_setschedpolicy(attributes, number);
        *flags |= POSIX_SPAWN_SETSCHEDULER;
    }
    posix_spawnattr_setschedparam(attributes, &settings);
    *flags |= POSIX_SPAWN_SETSCHEDPARAM;
    return 0;
}

static int set_attributes(posix_spawnattr_t *attributes, const SpawnOptions *options)
{
    short flags = 0;
    sigset_t set;
    if (options->group != NULL && options->group != Py_None) {
        int group;
        if (kr_argument_int(options->group, &group) < 0) return -1;
        posix_spawnattr_setpgroup(attributes, group);
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    if (options->reset_ids) flags |= POSIX_SPAWN_RESETIDS;
    if (options->new_session) flags |= POSIX_SPAWN_SETSID;
    if (options->signal_mask != NULL) {
        if (read_signals(options->signal_mask, &set) < 0) return -1;
        posix_spawnattr_setsigmask(attributes, &set);
        flags |= POSIX_SPAWN_SETSIGMASK;
    }
    if (options->default_signals != NULL) {
        if (read_signals(options->default_signals, &set) < 0) return -1;
        posix_spawnattr_setsigdefault(attributes, &set);
        flags |= POSIX_SPAWN_SETSIGDEF;
    }
    if (options->scheduler != NULL && read_scheduler(attributes, options->scheduler, &flags) < 0)
        return -1;
    posix_spawnattr_setflags(attributes, flags);
    return 0;
}

static PyObject *spawn(KrPath *path, PyObject *argv, PyObject *env, const SpawnOptions *options,
                       int searches)
{
    AUTO_ARRAY arguments = {0};
    AUTO_ARRAY environment = {0};
    KR_AUTO PyObject *holder = PyList_New(0);
    if (holder == NULL
        || read_arguments(argv, searches ? "posix_spawnp" : "posix_spawn", &arguments) < 0)
        return NULL;
    if (!PyMapping_Check(env))
        return kr_raise(PyExc_TypeError, "posix_spawn: environment must be a mapping object");
    if (read_environment(env, &environment) < 0) return NULL;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    PyObject *list = options->file_actions;
    pid_t child;
    int ready = (list == NULL || list == Py_None || add_file_actions(&actions, list, holder) == 0)
        && set_attributes(&attributes, options) == 0
        && PySys_Audit("os.posix_spawn", "OOO", path->object, argv, env) == 0;
    int code = !ready     ? 0 : searches ? posix_spawnp(
            &child, path->narrow, &actions, &attributes, arguments.items, environment.items)
        : posix_spawn(&child, path->narrow, &actions, &attributes, arguments.items,
                      environment.items);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (!ready) return NULL;
    errno = code;
    return code != 0 ? kr_path_raise(path) : PyLong_FromLong(child);
}

METHOD(posix_spawn, "module, path: path, argv, env, /, *, file_actions: object = (), setpgroup: "
       "object = NULL, resetids: bool = False, setsid: bool = False, setsigmask: object = (), "
       "setsigdef: object = (), scheduler: object = NULL",
       "Execute the program specified by path in a new process.\n\n  path\n    Path of executable "
       "file.\n  argv\n    Tuple or list of strings.\n  env\n    Dictionary of strings mapping "
       "to strings.\n  file_actions\n    A sequence of file action tuples.\n  setpgroup\n    "
       "The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.\n  resetids\n    If the value is "
       "`true` the POSIX_SPAWN_RESETIDS will be activated.\n  setsid\n    If the value is "
       "`true` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP will be activated.\n  "
       "setsigmask\n    The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.\n  "
       "setsigdef\n    The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.\n  "
       "scheduler\n    A tuple with the scheduler policy (optional) and parameters.")
// long: fixed
static PyObject *posix_posix_spawn(PyObject *module, KrPath *path, PyObject *argv, PyObject *env,
                                   PyObject *actions, PyObject *group, int reset_ids, int session,
                                   PyObject *mask, PyObject *defaults, PyObject *scheduler)
{
    SpawnOptions options = {actions, group, mask, defaults, scheduler, reset_ids, session};
    return spawn(path, argv, env, &options, 0);
}

METHOD(posix_spawnp, "module, path: path, argv, env, /, *, file_actions: object = (), setpgroup: "
       "object = NULL, resetids: bool = False, setsid: bool = False, setsigmask: object = (), "
       "setsigdef: object = (), scheduler: object = NULL",
       "Execute the program specified by path in a new process.\n\n  path\n    Path of executable "
       "file.\n  argv\n    Tuple or list of strings.\n  env\n    Dictionary of strings mapping "
       "to strings.\n  file_actions\n    A sequence of file action tuples.\n  setpgroup\n    "
       "The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.\n  resetids\n    If the value is "
       "`True` the POSIX_SPAWN_RESETIDS will be activated.\n  setsid\n    If the value is "
       "`True` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP will be activated.\n  "
       "setsigmask\n    The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.\n  "
       "setsigdef\n    The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.\n  "
       "scheduler\n    A tuple with the scheduler policy (optional) and parameters.")
// long: fixed
static PyObject *posix_posix_spawnp(PyObject *module, KrPath *path, PyObject *argv, PyObject *env,
                                    PyObject *actions, PyObject *group, int reset_ids, int session,
                                    PyObject *mask, PyObject *defaults, PyObject *scheduler)
{
    SpawnOptions options = {actions, group, mask, defaults, scheduler, reset_ids, session};
    return spawn(path, argv, env, &options, 1);
}

METHOD(system, "module, command: path", "Execute the command in a subshell.")
static PyObject *posix_system(PyObject *module, KrPath *command)
{
    if (PySys_Audit("os.system", "(O)", command->object) < 0) return NULL;
    int status;
    KR_UNLOCKED(status = system(command->narrow));
    return PyLong_FromLong(status);
}

// --- fork ---------------------------------------------------------------------------------------

static int register_function(PyObject **list, PyObject *function)
{
    if (function == NULL) return 0;
    if (*list == NULL && (*list = PyList_New(0)) == NULL) return -1;
    return PyList_Append(*list, function);
}

static int check_hook(PyObject *function, const char *name)
{
    if (function == NULL || PyCallable_Check(function)) return 0;
    return kr_raise_int(PyExc_TypeError, "'%.200s' must be callable, not %.200s", name,
                        Py_TYPE(function)->tp_name);
}

METHOD(register_at_fork, "module, *, before: object = NULL, after_in_child: object = NULL, "
                         "after_in_parent: object = NULL",
       "Register callables to be called when forking a new process.\n\n  before\n    A "
       "callable to be called in the parent before the fork() syscall.\n  "
       "after_in_child\n    A callable to be called in the child after fork().\n  "
       "after_in_parent\n    A callable to be called in the parent after fork().\n\n'before' "
       "callbacks are called in reverse order.\n'after_in_child' and 'after_in_parent' "
       "callbacks are called in order.")
static PyObject *posix_register_at_fork(PyObject *module, PyObject *before, PyObject *child,
                                        PyObject *parent)
{
    if (before == NULL && child == NULL && parent == NULL)
        return kr_raise(PyExc_TypeError, "At least one argument is required.");
    if (check_hook(before, "before") < 0 || check_hook(child, "after_in_child") < 0 ||
        check_hook(parent, "after_in_parent") < 0)
        return NULL;
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (register_function(&interpreter->before_forkers, before) < 0 ||
        register_function(&interpreter->after_forkers_child, child) < 0 ||
        register_function(&interpreter->after_forkers_parent, parent) < 0)
        return NULL;
    Py_RETURN_NONE;
}

METHOD(fork, "module",
       "Fork a child process.\n\nReturn 0 to child process and PID of child to parent "
       "process.")
static PyObject *posix_fork(PyObject *module)
{
    if (PySys_Audit("os.fork", NULL) < 0) return NULL;
    PyOS_BeforeFork();
    pid_t child = fork();
    int code = errno;
    if (child == 0) PyOS_AfterFork_Child();
    else PyOS_AfterFork_Parent();
    errno = code;
    return child < 0 ? kr_posix_raise() : PyLong_FromLong(child);
}

METHOD(forkpty, "module",
       "Fork a new process with a new pseudo-terminal as controlling tty.\n\nReturns a tuple "
       "of (pid, master_fd).\nLike fork(), return pid of 0 to the child process,\nand pid of "
       "child to the parent process.\nTo both, return fd of newly opened pseudo-terminal.")
static PyObject *posix_forkpty(PyObject *module)
{
    if (PySys_Audit("os.forkpty", NULL) < 0) return NULL;
    int master = -1;
    PyOS_BeforeFork();
    pid_t child = forkpty(&master, NULL, NULL, NULL);
    int code = errno;
    if (child == 0) PyOS_AfterFork_Child();
    else PyOS_AfterFork_Parent();
    errno = code;
    return child < 0 ? kr_posix_raise() : Py_BuildValue("(ii)", (int)child, master);
}

// --- signals and the end ------------------------------------------------------------------------

METHOD(kill, "module, pid: int, signal: int, /", "Kill a process with a signal.")
static PyObject *posix_kill(PyObject *module, int process, int signal_number)
{
    if (PySys_Audit("os.kill", "ii", process, signal_number) < 0) return NULL;
    if (kill(process, signal_number) < 0) return kr_posix_raise();
    // A signal to oneself is handled at once.
    if (PyErr_CheckSignals() < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(killpg, "module, pgid: int, signal: int, /", "Kill a process group with a signal.")
static PyObject *posix_killpg(PyObject *module, int group, int signal_number)
{
    if (PySys_Audit("os.killpg", "ii", group, signal_number) < 0) return NULL;
    if (killpg(group, signal_number) < 0) return kr_posix_raise();
    if (PyErr_CheckSignals() < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(pidfd_open, "module, pid: int, flags: uint = 0",
       "Return a file descriptor referring to the process *pid*.\n\nThe descriptor can be "
       "used to perform process management without races and\nsignals.")
static PyObject *posix_pidfd_open(PyObject *module, int process, unsigned int flags)
{
    long fd = syscall(SYS_pidfd_open, process, flags);
    return fd < 0 ? kr_posix_raise() : PyLong_FromLong(fd);
}

METHOD(_exit, "module, status: int",
       "Exit to the system with specified status, without normal exit processing.")
static PyObject *posix__exit(PyObject *module, int status)
{
    _exit(status);
}

METHOD(abort, "module",
       "Abort the interpreter immediately.\n\nThis function 'dumps core' or otherwise fails "
       "in the hardest way possible\non the hosting operating system.  This function never "
       "returns.")
static PyObject *posix_abort(PyObject *module)
{
    abort();
}

// --- waiting ------------------------------------------------------------------------------------

static PyObject *pid_and_status(pid_t child, int status)
{
    if (child < 0) return PyErr_Occurred() ? NULL : kr_posix_raise();
    return Py_BuildValue("(ii)", (int)child, status);
}

METHOD(wait, "module",
       "Wait for completion of a child process.\n\nReturns a tuple of information about the "
       "child process:\n    (pid, status)")
static PyObject *posix_wait(PyObject *module)
{
    int status = 0;
    pid_t child;
    KR_RETRYING(child, wait(&status));
    return pid_and_status(child, status);
}

METHOD(waitpid, "module, pid: int, options: int, /",
       "Wait for completion of a given child process.\n\nReturns a tuple of information "
       "regarding the child process:\n    (pid, status)\n\nThe options argument is ignored "
       "on Windows.")
static PyObject *posix_waitpid(PyObject *module, int process, int options)
{
    int status = 0;
    pid_t child;
    KR_RETRYING(child, waitpid(process, &status, options));
    return pid_and_status(child, status);
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

// (pid, status, resource usage): the usage is a struct of the module resource.
static PyObject *with_usage(pid_t child, int status, const struct rusage *usage)
{
    if (child < 0) return PyErr_Occurred() ? NULL : kr_posix_raise();
    KR_AUTO PyObject *module = PyImport_ImportModule("resource");
    KR_AUTO PyObject *type = module == NULL ? NULL : PyObject_GetAttr(module, ID(struct_rusage));
    if (type == NULL) return NULL;
    KR_AUTO PyObject *values =
        Py_BuildValue("(ddllllllllllllll)", seconds_of(usage->ru_utime),
                      seconds_of(usage->ru_stime), usage->ru_maxrss, usage->ru_ixrss,
                      usage->ru_idrss, usage->ru_isrss, usage->ru_minflt, usage->ru_majflt,
                      usage->ru_nswap, usage->ru_inblock, usage->ru_oublock, usage->ru_msgsnd,
                      usage->ru_msgrcv, usage->ru_nsignals, usage->ru_nvcsw, usage->ru_nivcsw);
    KR_AUTO PyObject *result = values == NULL ? NULL : PyObject_CallOneArg(type, values);
    return result == NULL ? NULL : Py_BuildValue("(iiO)", (int)child, status, result);
}

METHOD(wait3, "module, options: int",
       "Wait for completion of a child process.\n\nReturns a tuple of information about the "
       "child process:\n  (pid, status, rusage)")
static PyObject *posix_wait3(PyObject *module, int options)
{
    int status = 0;
    struct rusage usage = {0};
    pid_t child;
    KR_RETRYING(child, wait3(&status, options, &usage));
    return with_usage(child, status, &usage);
}

METHOD(wait4, "module, pid: int, options: int",
       "Wait for completion of a specific child process.\n\nReturns a tuple of information "
       "about the child process:\n  (pid, status, rusage)")
static PyObject *posix_wait4(PyObject *module, int process, int options)
{
    int status = 0;
    struct rusage usage = {0};
    pid_t child;
    KR_RETRYING(child, wait4(process, &status, options, &usage));
    return with_usage(child, status, &usage);
}

static PyStructSequence_Field waitid_fields[] = {
    {"si_pid", NULL}, {"si_uid", NULL}, {"si_signo", NULL}, {"si_status", NULL}, {"si_code", NULL},
    {NULL, NULL},
};

static PyStructSequence_Desc waitid_description = {
    .name = "posix.waitid_result",
    .doc = "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple "
        "of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, "
        "si_uid, and so on.\n\nSee os.waitid for more information.",
    .fields = waitid_fields,
    .n_in_sequence = 5,
};

static PyTypeObject waitid_result_type;

METHOD(waitid, "module, idtype: int, id: int, options: int, /",
       "Returns the result of waiting for a process or processes.\n\n  idtype\n    Must be "
       "one of be P_PID, P_PGID or P_ALL.\n  id\n    The id to wait on.\n  options\n    "
       "Constructed from the ORing of one or more of WEXITED, WSTOPPED\n    or WCONTINUED "
       "and additionally may be ORed with WNOHANG or WNOWAIT.\n\nReturns either "
       "waitid_result or None if WNOHANG is specified and there are\nno children in a "
       "waitable state.")
static PyObject *posix_waitid(PyObject *module, int kind, int id, int options)
{
    siginfo_t information = {0};
    int result;
    KR_RETRYING(result, waitid((idtype_t)kind, (id_t)id, &information, options));
    if (result < 0) return PyErr_Occurred() ? NULL : kr_posix_raise();
    if (information.si_pid == 0) Py_RETURN_NONE;
    const long numbers[] = {information.si_pid, (long)information.si_uid, information.si_signo,
                            information.si_status, information.si_code};
    PyObject *values = PyStructSequence_New(&waitid_result_type);
    for (int i = 0; values != NULL && i < 5; i++) {
        PyObject *number = PyLong_FromLong(numbers[i]);
        if (number == NULL) Py_CLEAR(values);
        else PyStructSequence_SetItem(values, i, number);
    }
    return values;
}

METHOD(waitstatus_to_exitcode, "module, status: int",
       "Convert a wait status to an exit code.\n\nOn Unix:\n\n* If WIFEXITED(status) is "
       "true, return WEXITSTATUS(status).\n* If WIFSIGNALED(status) is true, return "
       "-WTERMSIG(status).\n* Otherwise, raise a ValueError.\n\nOn Windows, return status "
       "shifted right by 8 bits.\n\nOn Unix, if the process is being traced or if waitpid() "
       "was called with\nWUNTRACED option, the caller must first check if WIFSTOPPED(status) "
       "is true.\nThis function must not be called if WIFSTOPPED(status) is true.")
static PyObject *posix_waitstatus_to_exitcode(PyObject *module, int status)
{
    if (WIFEXITED(status)) return PyLong_FromLong(WEXITSTATUS(status));
    if (WIFSIGNALED(status)) return PyLong_FromLong(-WTERMSIG(status));
    if (WIFSTOPPED(status))
        return kr_raise(PyExc_ValueError, "process stopped by delivery of signal %i",
                        WSTOPSIG(status));
    return kr_raise(PyExc_ValueError, "invalid wait status: %i", status);
}

METHOD(WCOREDUMP, "module, status: int, /",
       "Return True if the process returning status was dumped to a core file.")
static PyObject *posix_WCOREDUMP(PyObject *module, int status)
{
    return PyBool_FromLong(WCOREDUMP(status));
}

METHOD(WIFCONTINUED, "module, status: int",
       "Return True if a particular process was continued from a job control stop.\n\nReturn "
       "True if the process returning status was continued from a\njob control stop.")
static PyObject *posix_WIFCONTINUED(PyObject *module, int status)
{
    return PyBool_FromLong(WIFCONTINUED(status));
}

METHOD(WIFSTOPPED, "module, status: int",
       "Return True if the process returning status was stopped.")
static PyObject *posix_WIFSTOPPED(PyObject *module, int status)
{
    return PyBool_FromLong(WIFSTOPPED(status));
}

METHOD(WIFSIGNALED, "module, status: int",
       "Return True if the process returning status was terminated by a signal.")
static PyObject *posix_WIFSIGNALED(PyObject *module, int status)
{
    return PyBool_FromLong(WIFSIGNALED(status));
}

METHOD(WIFEXITED, "module, status: int",
       "Return True if the process returning status exited via the exit() system call.")
static PyObject *posix_WIFEXITED(PyObject *module, int status)
{
    return PyBool_FromLong(WIFEXITED(status));
}

METHOD(WEXITSTATUS, "module, status: int", "Return the process return code from status.")
static PyObject *posix_WEXITSTATUS(PyObject *module, int status)
{
    return PyLong_FromLong(WEXITSTATUS(status));
}

METHOD(WTERMSIG, "module, status: int",
       "Return the signal that terminated the process that provided the status value.")
static PyObject *posix_WTERMSIG(PyObject *module, int status)
{
    return PyLong_FromLong(WTERMSIG(status));
}

METHOD(WSTOPSIG, "module, status: int",
       "Return the signal that stopped the process that provided the status value.")
static PyObject *posix_WSTOPSIG(PyObject *module, int status)
{
    return PyLong_FromLong(WSTOPSIG(status));
}

#include "modules/posix/process.methods.h"

int kr_posix_add_process(PyObject *module)
{
    if (PyStructSequence_InitType2(&waitid_result_type, &waitid_description) < 0) return -1;
    if (PyModule_AddObjectRef(module, "waitid_result", (PyObject *)&waitid_result_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, posix_methods);
}
