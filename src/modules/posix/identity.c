// identity.c - users, groups, sessions, priorities and schedulers of processes.
#include "modules/posix/posix.h"

#include "Python.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "modules/posix/path.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

static PyObject *none_or_raise(int result)
{
    if (result < 0) return kr_posix_raise();
    Py_RETURN_NONE;
}

static PyObject *number_or_raise(long result)
{
    return result < 0 ? kr_posix_raise() : PyLong_FromLong(result);
}

// An id as posix shows it: -1 stays -1.
static PyObject *id_object(unsigned id)
{
    return id == (unsigned)-1 ? PyLong_FromLong(-1) : PyLong_FromUnsignedLong(id);
}

METHOD(getpid, "module", "Return the current process id.")
static PyObject *posix_getpid(PyObject *module)
{
    return PyLong_FromLong(getpid());
}

METHOD(getppid, "module",
       "Return the parent's process id.\n\nIf the parent process has already exited, Windows "
       "machines will still\nreturn its id; others systems will return the id of the 'init' "
       "process (1).")
static PyObject *posix_getppid(PyObject *module)
{
    return PyLong_FromLong(getppid());
}

METHOD(getuid, "module", "Return the current process's user id.")
static PyObject *posix_getuid(PyObject *module)
{
    return id_object(getuid());
}

METHOD(geteuid, "module", "Return the current process's effective user id.")
static PyObject *posix_geteuid(PyObject *module)
{
    return id_object(geteuid());
}

METHOD(getgid, "module", "Return the current process's group id.")
static PyObject *posix_getgid(PyObject *module)
{
    return id_object(getgid());
}

METHOD(getegid, "module", "Return the current process's effective group id.")
static PyObject *posix_getegid(PyObject *module)
{
    return id_object(getegid());
}

METHOD(getresuid, "module",
       "Return a tuple of the current process's real, effective, and saved user ids.")
static PyObject *posix_getresuid(PyObject *module)
{
    uid_t real, effective, saved;
    if (getresuid(&real, &effective, &saved) < 0) return kr_posix_raise();
    return Py_BuildValue("(NNN)", id_object(real), id_object(effective), id_object(saved));
}

METHOD(getresgid, "module",
       "Return a tuple of the current process's real, effective, and saved group ids.")
static PyObject *posix_getresgid(PyObject *module)
{
    gid_t real, effective, saved;
    if (getresgid(&real, &effective, &saved) < 0) return kr_posix_raise();
    return Py_BuildValue("(NNN)", id_object(real), id_object(effective), id_object(saved));
}

METHOD(setuid, "module, uid: long, /", "Set the current process's user id.")
static PyObject *posix_setuid(PyObject *module, long user)
{
    return none_or_raise(setuid((uid_t)user));
}

METHOD(seteuid, "module, euid: long, /", "Set the current process's effective user id.")
static PyObject *posix_seteuid(PyObject *module, long user)
{
    return none_or_raise(seteuid((uid_t)user));
}

METHOD(setgid, "module, gid: long, /", "Set the current process's group id.")
static PyObject *posix_setgid(PyObject *module, long group)
{
    return none_or_raise(setgid((gid_t)group));
}

METHOD(setegid, "module, egid: long, /", "Set the current process's effective group id.")
static PyObject *posix_setegid(PyObject *module, long group)
{
    return none_or_raise(setegid((gid_t)group));
}

METHOD(setreuid, "module, ruid: long, euid: long, /",
       "Set the current process's real and effective user ids.")
static PyObject *posix_setreuid(PyObject *module, long real, long effective)
{
    return none_or_raise(setreuid((uid_t)real, (uid_t)effective));
}

METHOD(setregid, "module, rgid: long, egid: long, /",
       "Set the current process's real and effective group ids.")
static PyObject *posix_setregid(PyObject *module, long real, long effective)
{
    return none_or_raise(setregid((gid_t)real, (gid_t)effective));
}

METHOD(setresuid, "module, ruid: long, euid: long, suid: long, /",
       "Set the current process's real, effective, and saved user ids.")
static PyObject *posix_setresuid(PyObject *module, long real, long effective, long saved)
{
    return none_or_raise(setresuid((uid_t)real, (uid_t)effective, (uid_t)saved));
}

METHOD(setresgid, "module, rgid: long, egid: long, sgid: long, /",
       "Set the current process's real, effective, and saved group ids.")
static PyObject *posix_setresgid(PyObject *module, long real, long effective, long saved)
{
    return none_or_raise(setresgid((gid_t)real, (gid_t)effective, (gid_t)saved));
}

// --- groups -------------------------------------------------------------------------------------

static PyObject *list_of_groups(const gid_t *groups, int count)
{
    PyObject *list = PyList_New(count);
    for (int i = 0; list != NULL && i < count; i++) {
        PyObject *group = id_object(groups[i]);
        if (group == NULL) Py_CLEAR(list);
        else PyList_SET_ITEM(list, i, group);
    }
    return list;
}

METHOD(getgroups, "module", "Return list of supplemental group IDs for the process.")
static PyObject *posix_getgroups(PyObject *module)
{
    gid_t groups[NGROUPS_MAX];
    int count = getgroups(NGROUPS_MAX, groups);
    return count < 0 ? kr_posix_raise() : list_of_groups(groups, count);
}

METHOD(setgroups, "module, groups, /", "Set the groups of the current process to list.")
static PyObject *posix_setgroups(PyObject *module, PyObject *groups)
{
    gid_t ids[NGROUPS_MAX];
    if (!PySequence_Check(groups))
        return kr_raise(PyExc_TypeError, "setgroups argument must be a sequence");
    Py_ssize_t count = PySequence_Size(groups);
    if (count < 0) return NULL;
    if (count > NGROUPS_MAX) return kr_raise(PyExc_ValueError, "too many groups");
    for (Py_ssize_t i = 0; i < count; i++) {
        KR_AUTO PyObject *item = PySequence_GetItem(groups, i);
        long id;
        if (item == NULL) return NULL;
        if (!PyLong_Check(item)) return kr_raise(PyExc_TypeError, "groups must be integers");
        if (kr_argument_long(item, &id) < 0) return NULL;
        ids[i] = (gid_t)id;
    }
    return none_or_raise(setgroups((size_t)count, ids));
}

METHOD(getgrouplist, "module, user: cstr, group: long, /",
       "Returns a list of groups to which a user belongs.\n\n  user\n    username to "
       "lookup\n  group\n    base group id of the user")
static PyObject *posix_getgrouplist(PyObject *module, const char *user, long group)
{
    gid_t groups[NGROUPS_MAX];
    int count = NGROUPS_MAX;
    if (getgrouplist(user, (gid_t)group, groups, &count) < 0) return kr_posix_raise();
    return list_of_groups(groups, count);
}

METHOD(initgroups, "module, username: path, gid: long, /",
       "Initialize the group access list.\n\nCall the system initgroups() to initialize the "
       "group access list with all of\nthe groups of which the specified username is a "
       "member, plus the specified\ngroup id.")
static PyObject *posix_initgroups(PyObject *module, KrPath *user, long group)
{
    return none_or_raise(initgroups(user->narrow, (gid_t)group));
}

METHOD(getlogin, "module", "Return the actual login name.")
static PyObject *posix_getlogin(PyObject *module)
{
    errno = 0;
    char *name = getlogin();
    if (name != NULL) return PyUnicode_DecodeFSDefault(name);
    if (errno != 0) return kr_posix_raise();
    return kr_raise(PyExc_OSError, "unable to determine login name");
}

// --- process groups and sessions ----------------------------------------------------------------

METHOD(getpgid, "module, pid: int", "Call the system call getpgid(), and return the result.")
static PyObject *posix_getpgid(PyObject *module, int pid)
{
    return number_or_raise(getpgid(pid));
}

METHOD(getpgrp, "module", "Return the current process group id.")
static PyObject *posix_getpgrp(PyObject *module)
{
    return PyLong_FromLong(getpgrp());
}

METHOD(setpgrp, "module", "Make the current process the leader of its process group.")
static PyObject *posix_setpgrp(PyObject *module)
{
    return none_or_raise(setpgrp());
}

METHOD(setpgid, "module, pid: int, pgrp: int, /", "Call the system call setpgid(pid, pgrp).")
static PyObject *posix_setpgid(PyObject *module, int pid, int group)
{
    return none_or_raise(setpgid(pid, group));
}

METHOD(getsid, "module, pid: int, /", "Call the system call getsid(pid) and return the result.")
static PyObject *posix_getsid(PyObject *module, int pid)
{
    return number_or_raise(getsid(pid));
}

METHOD(setsid, "module", "Call the system call setsid().")
static PyObject *posix_setsid(PyObject *module)
{
    return none_or_raise(setsid() < 0 ? -1 : 0);
}

// --- priorities and schedulers ------------------------------------------------------------------

METHOD(nice, "module, increment: int, /",
       "Add increment to the priority of process and return the new priority.")
static PyObject *posix_nice(PyObject *module, int increment)
{
    errno = 0;
    int value = nice(increment);
    return value == -1 && errno != 0 ? kr_posix_raise() : PyLong_FromLong(value);
}

METHOD(getpriority, "module, which: int, who: int", "Return program scheduling priority.")
static PyObject *posix_getpriority(PyObject *module, int which, int who)
{
    errno = 0;
    int value = getpriority((__priority_which_t)which, (id_t)who);
    return value == -1 && errno != 0 ? kr_posix_raise() : PyLong_FromLong(value);
}

METHOD(setpriority, "module, which: int, who: int, priority: int",
       "Set program scheduling priority.")
static PyObject *posix_setpriority(PyObject *module, int which, int who, int priority)
{
    return none_or_raise(setpriority((__priority_which_t)which, (id_t)who, priority));
}

METHOD(sched_get_priority_max, "module, policy: int",
       "Get the maximum scheduling priority for policy.")
static PyObject *posix_sched_get_priority_max(PyObject *module, int policy)
{
    return number_or_raise(sched_get_priority_max(policy));
}

METHOD(sched_get_priority_min, "module, policy: int",
       "Get the minimum scheduling priority for policy.")
static PyObject *posix_sched_get_priority_min(PyObject *module, int policy)
{
    return number_or_raise(sched_get_priority_min(policy));
}

METHOD(sched_getscheduler, "module, pid: int, /",
       "Get the scheduling policy for the process identified by pid.\n\nPassing 0 for pid "
       "returns the scheduling policy for the calling process.")
static PyObject *posix_sched_getscheduler(PyObject *module, int pid)
{
    return number_or_raise(sched_getscheduler(pid));
}

static PyStructSequence_Field param_fields[] = {
    {"sched_priority", "the scheduling priority"},
    {NULL, NULL},
};

static PyStructSequence_Desc param_description = {
    .name = "posix.sched_param",
    .doc = "Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling "
        "parameter.",
    .fields = param_fields,
    .n_in_sequence = 1,
};

static PyTypeObject sched_param_type;

CONSTRUCTOR(sched_param, "sched_priority", "Currently has only one field: sched_priority")
static PyObject *sched_param_new(PyTypeObject *type, PyObject *priority)
{
    PyObject *self = PyStructSequence_New(type);
    if (self != NULL) PyStructSequence_SetItem(self, 0, Py_NewRef(priority));
    return self;
}

static int read_param(PyObject *value, struct sched_param *ret_param)
{
    if (!Py_IS_TYPE(value, &sched_param_type))
        return kr_raise_int(PyExc_TypeError, "must have a sched_param object");
    return kr_argument_int(PyStructSequence_GetItem(value, 0), &ret_param->sched_priority);
}

METHOD(sched_getparam, "module, pid: int, /",
       "Returns scheduling parameters for the process identified by pid.\n\nIf pid is 0, "
       "returns parameters for the calling process.\nReturn value is an instance of "
       "sched_param.")
static PyObject *posix_sched_getparam(PyObject *module, int pid)
{
    struct sched_param param;
    if (sched_getparam(pid, &param) < 0) return kr_posix_raise();
    KR_AUTO PyObject *priority = PyLong_FromLong(param.sched_priority);
    return priority == NULL ? NULL : sched_param_new(&sched_param_type, priority);
}

METHOD(sched_setparam, "module, pid: int, param, /",
       "Set scheduling parameters for the process identified by pid.\n\nIf pid is 0, sets "
       "parameters for the calling process.\nparam should be an instance of sched_param.")
static PyObject *posix_sched_setparam(PyObject *module, int pid, PyObject *value)
{
    struct sched_param param;
    return read_param(value, &param) < 0 ? NULL : none_or_raise(sched_setparam(pid, &param));
}

METHOD(sched_setscheduler, "module, pid: int, policy: int, param, /",
       "Set the scheduling policy for the process identified by pid.\n\nIf pid is 0, the "
       "calling process is changed.\nparam is an instance of sched_param.")
static PyObject *posix_sched_setscheduler(PyObject *module, int pid, int policy, PyObject *value)
{
    struct sched_param param;
    return read_param(value, &param) < 0 ? NULL
        : none_or_raise(sched_setscheduler(pid, policy, &param));
}

METHOD(sched_rr_get_interval, "module, pid: int, /",
       "Return the round-robin quantum for the process identified by pid, in seconds.\n\n"
       "Value returned is a float.")
static PyObject *posix_sched_rr_get_interval(PyObject *module, int pid)
{
    struct timespec interval;
    if (sched_rr_get_interval(pid, &interval) < 0) return kr_posix_raise();
    return PyFloat_FromDouble((double)interval.tv_sec + 1e-9 * (double)interval.tv_nsec);
}

METHOD(sched_yield, "module", "Voluntarily relinquish the CPU.")
static PyObject *posix_sched_yield(PyObject *module)
{
    return none_or_raise(sched_yield());
}

METHOD(sched_getaffinity, "module, pid: int, /",
       "Return the affinity of the process identified by pid (or the current process if "
       "zero).\n\nThe affinity is returned as a set of CPU identifiers.")
static PyObject *posix_sched_getaffinity(PyObject *module, int pid)
{
    cpu_set_t mask;
    if (sched_getaffinity(pid, sizeof mask, &mask) < 0) return kr_posix_raise();
    KR_AUTO PyObject *set = PySet_New(NULL);
    for (int cpu = 0; set != NULL && cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &mask)) continue;
        KR_AUTO PyObject *number = PyLong_FromLong(cpu);
        if (number == NULL || PySet_Add(set, number) < 0) return NULL;
    }
    return kr_take(set);
}

METHOD(sched_setaffinity, "module, pid: int, mask, /",
       "Set the CPU affinity of the process identified by pid to mask.\n\nmask should be an "
       "iterable of integers identifying CPUs.")
static PyObject *posix_sched_setaffinity(PyObject *module, int pid, PyObject *cpus)
{
    cpu_set_t mask;
    CPU_ZERO(&mask);
    KR_AUTO PyObject *iterator = PyObject_GetIter(cpus);
    if (iterator == NULL) return NULL;
    for (PyObject *item; (item = PyIter_Next(iterator)) != NULL;) {
        KR_AUTO PyObject *number = item;
        if (!PyLong_Check(number))
            return kr_raise(PyExc_TypeError, "expected an iterator of ints, but iterator yielded "
                            "%R", Py_TYPE(number));
        long cpu = PyLong_AsLong(number);
        if (cpu == -1 && PyErr_Occurred()) return NULL;
        if (cpu < 0) return kr_raise(PyExc_ValueError, "negative CPU number");
        if (cpu >= CPU_SETSIZE) return kr_raise(PyExc_OverflowError, "CPU number too large");
        CPU_SET(cpu, &mask);
    }
    if (PyErr_Occurred()) return NULL;
    return none_or_raise(sched_setaffinity(pid, sizeof mask, &mask));
}

#include "modules/posix/identity.methods.h"

int kr_posix_add_identity(PyObject *module)
{
    if (PyStructSequence_InitType2(&sched_param_type, &param_description) < 0) return -1;
    sched_param_type.tp_new = sched_param_tp_new;
    if (PyModule_AddObjectRef(module, "sched_param", (PyObject *)&sched_param_type) < 0) return -1;
    return PyModule_AddFunctions(module, posix_methods);
}
