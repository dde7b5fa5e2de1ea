// _signal.c - the module _signal.
#include "modules/_signal/signal.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "abstract.h"
#include "boolobject.h"
#include "ceval.h"
#include "cpython/pytime.h"
#include "pylifecycle.h"
#include "intrcheck.h"
#include "longobject.h"
#include "floatobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "structseq.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/system.h"

static PyObject *timer_error(PyObject *module)
{
    KR_AUTO PyObject *type = PyObject_GetAttrString(module, "ItimerError");
    if (type != NULL) PyErr_SetFromErrno(type);
    return NULL;
}

static int check_number(int number)
{
    return number >= 1 && number < KR_SIGNALS ? 0
        : kr_raise_int(PyExc_ValueError, "signal number out of range");
}

// --- handlers -----------------------------------------------------------------------------------

METHOD(default_int_handler, "module, signalnum: int, frame, /",
       "The default handler for SIGINT installed by Python.\n\nIt raises KeyboardInterrupt.")
static PyObject *signal_default_int_handler(PyObject *module, int number, PyObject *frame)
{
    PyErr_SetNone(PyExc_KeyboardInterrupt);
    return NULL;
}

METHOD(getsignal, "module, signalnum: int, /",
       "Return the current action for the given signal.\n\nThe return value can be:\n"
       "  SIG_IGN -- if the signal is being ignored\n"
       "  SIG_DFL -- if the default action for the signal is in effect\n"
       "  None    -- if an unknown handler is in effect\n"
       "  anything else -- the callable Python object used as a handler")
static PyObject *signal_getsignal(PyObject *module, int number)
{
    if (check_number(number) < 0) return NULL;
    PyObject *handler = kr_signal_handler(number);
    return Py_NewRef(handler != NULL ? handler : Py_None);
}

// SIG_DFL or SIG_IGN for the ints 0 and 1 (or enum members equal to them), else NULL.
static int as_system_handler(PyObject *handler, PyOS_sighandler_t *ret_handler)
{
    if (!PyLong_Check(handler)) return 0;
    long value = PyLong_AsLong(handler);
    if (value == -1 && PyErr_Occurred()) PyErr_Clear();
    if (value != 0 && value != 1) return 0;
    *ret_handler = value == 0 ? SIG_DFL : SIG_IGN;
    return 1;
}

METHOD(signal, "module, signalnum: int, handler, /",
       "Set the action for the given signal.\n\n"
       "The action can be SIG_DFL, SIG_IGN, or a callable Python object.\n"
       "The previous action is returned.  See getsignal() for possible return values.\n\n"
       "*** IMPORTANT NOTICE ***\nA signal handler function is called with two arguments:\n"
       "the first is the signal number, the second is the interrupted stack frame.")
static PyObject *signal_signal(PyObject *module, int number, PyObject *handler)
{
    if (!_PyOS_IsMainThread())
        return kr_raise(PyExc_ValueError,
                        "signal only works in main thread of the main interpreter");
    if (check_number(number) < 0) return NULL;
    PyOS_sighandler_t function = kr_signal_note;
    if (!as_system_handler(handler, &function) && !PyCallable_Check(handler))
        return kr_raise(PyExc_TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, "
                        "or a callable object");
    // Signals that are waiting still go to the old handler.
    if (PyErr_CheckSignals() < 0) return NULL;
    if (PyOS_setsig(number, function) == SIG_ERR) return PyErr_SetFromErrno(PyExc_OSError);
    PyObject *stored = function == SIG_DFL ? PyLong_FromLong(0) : function == SIG_IGN
        ? PyLong_FromLong(1) : Py_NewRef(handler);
    if (stored == NULL) return NULL;
    PyObject *old = kr_signal_replace_handler(number, stored);
    return old != NULL ? old : Py_NewRef(Py_None);
}

METHOD(siginterrupt, "module, signalnum: int, flag: int, /",
       "Change system call restart behaviour.\n\n"
       "If flag is False, system calls will be restarted when interrupted by\n"
       "signal sig, else system calls will be interrupted.")
static PyObject *signal_siginterrupt(PyObject *module, int number, int flag)
{
    if (check_number(number) < 0) return NULL;
    struct sigaction action;
    if (sigaction(number, NULL, &action) < 0) return PyErr_SetFromErrno(PyExc_OSError);
    if (flag) action.sa_flags &= ~SA_RESTART;
    else action.sa_flags |= SA_RESTART;
    if (sigaction(number, &action, NULL) < 0) return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

METHOD(set_wakeup_fd, "module, fd: object, /, *, warn_on_full_buffer: bool = True",
       "set_wakeup_fd(fd, *, warn_on_full_buffer=True) -> fd\n\n"
       "Sets the fd to be written to (with the signal number) when a signal\n"
       "comes in.  A library can use this to wakeup select or poll.\n"
       "The previous fd or -1 is returned.\n\nThe fd must be non-blocking.")
static PyObject *signal_set_wakeup_fd(PyObject *module, PyObject *fd, int warn_on_full_buffer)
{
    long descriptor = PyLong_AsLong(fd);
    if (descriptor == -1 && PyErr_Occurred()) return NULL;
    if (!_PyOS_IsMainThread())
        return kr_raise(PyExc_ValueError,
                        "set_wakeup_fd only works in main thread of the main interpreter");
    if (descriptor != -1) {
        struct stat status;
        if (fstat((int)descriptor, &status) < 0) return PyErr_SetFromErrno(PyExc_OSError);
        int flags = fcntl((int)descriptor, F_GETFL);
        if (flags < 0) return PyErr_SetFromErrno(PyExc_OSError);
        if (!(flags & O_NONBLOCK))
            return kr_raise(PyExc_ValueError, "the fd %i must be in non-blocking mode",
                            (int)descriptor);
    }
    return PyLong_FromLong(kr_signal_set_wakeup((int)descriptor, warn_on_full_buffer));
}

// --- sending ------------------------------------------------------------------------------------

METHOD(raise_signal, "module, signalnum: int, /", "Send a signal to the executing process.")
static PyObject *signal_raise_signal(PyObject *module, int number)
{
    PyThreadState *thread = PyEval_SaveThread();
    int failed = raise(number);
    PyEval_RestoreThread(thread);
    if (failed) return PyErr_SetFromErrno(PyExc_OSError);
    if (PyErr_CheckSignals() < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(pthread_kill, "module, thread_id: ulong_mask, signalnum: int, /",
       "Send a signal to a thread.")
static PyObject *signal_pthread_kill(PyObject *module, unsigned long thread_id, int number)
{
    if (kr_system_is_audited()) {
        PyObject *arguments = PyTuple_New(0);
        if (kr_system_audit("signal.pthread_kill", arguments) < 0) return NULL;
    }
    int error = pthread_kill((pthread_t)thread_id, number);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    if (PyErr_CheckSignals() < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(pidfd_send_signal,
       "module, pidfd: int, signalnum: int, siginfo: object = None, flags: int = 0, /",
       "Send a signal to a process referred to by a pid file descriptor.")
static PyObject *signal_pidfd_send_signal(PyObject *module, int pidfd, int number,
                                          PyObject *siginfo, int flags)
{
    if (siginfo != Py_None) return kr_raise(PyExc_TypeError, "siginfo must be None");
    if (syscall(SYS_pidfd_send_signal, pidfd, number, NULL, flags) < 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

METHOD(alarm, "module, seconds: int, /",
       "Arrange for SIGALRM to arrive after the given number of seconds.")
static PyObject *signal_alarm(PyObject *module, int seconds)
{
    return PyLong_FromLong((long)alarm((unsigned)seconds));
}

METHOD(pause, "module, /", "Wait until a signal arrives.")
static PyObject *signal_pause(PyObject *module)
{
    PyThreadState *thread = PyEval_SaveThread();
    (void)pause();
    PyEval_RestoreThread(thread);
    if (PyErr_CheckSignals() < 0) return NULL;
    Py_RETURN_NONE;
}

// --- timers -------------------------------------------------------------------------------------

static int read_time(PyObject *object, struct timeval *ret_time)
{
    if (object == NULL) {
        *ret_time = (struct timeval){0, 0};
        return 0;
    }
    _PyTime_t time;
    if (_PyTime_FromSecondsObject(&time, object, _PyTime_ROUND_CEILING) < 0) return -1;
    return _PyTime_AsTimeval(time, ret_time, _PyTime_ROUND_CEILING);
}

static PyObject *timer_as_object(const struct itimerval *value)
{
    KR_AUTO PyObject *delay = PyFloat_FromDouble((double)value->it_value.tv_sec
                                                 + (double)value->it_value.tv_usec / 1e6);
    KR_AUTO PyObject *interval = PyFloat_FromDouble((double)value->it_interval.tv_sec
                                                    + (double)value->it_interval.tv_usec / 1e6);
    return delay == NULL || interval == NULL ? NULL : PyTuple_Pack(2, delay, interval);
}

METHOD(setitimer, "module, which: int, seconds, interval: object = 0.0, /",
       "Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).\n\n"
       "The timer will fire after value seconds and after that every interval seconds.\n"
       "The itimer can be cleared by setting seconds to zero.\n\n"
       "Returns old values as a tuple: (delay, interval).")
static PyObject *signal_setitimer(PyObject *module, int which, PyObject *seconds,
                                  PyObject *interval)
{
    struct itimerval value, old;
    if (read_time(seconds, &value.it_value) < 0 || read_time(interval, &value.it_interval) < 0)
        return NULL;
    if (setitimer((__itimer_which_t)which, &value, &old) != 0) return timer_error(module);
    return timer_as_object(&old);
}

METHOD(getitimer, "module, which: int, /", "Returns current value of given itimer.")
static PyObject *signal_getitimer(PyObject *module, int which)
{
    struct itimerval value;
    if (getitimer((__itimer_which_t)which, &value) != 0) return timer_error(module);
    return timer_as_object(&value);
}

// --- masks and waiting --------------------------------------------------------------------------

METHOD(pthread_sigmask, "module, how: int, mask, /",
       "Fetch and/or change the signal mask of the calling thread.")
static PyObject *signal_pthread_sigmask(PyObject *module, int how, PyObject *mask)
{
    sigset_t set, old;
    if (kr_signal_read_set(mask, &set) < 0) return NULL;
    int error = pthread_sigmask(how, &set, &old);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    if (PyErr_CheckSignals() < 0) return NULL;
    return kr_signal_set_as_object(&old);
}

METHOD(sigpending, "module, /",
       "Examine pending signals.\n\nReturns a set of signal numbers that are pending for delivery "
       "to\n"
       "the calling thread.")
static PyObject *signal_sigpending(PyObject *module)
{
    sigset_t set;
    if (sigpending(&set) < 0) return PyErr_SetFromErrno(PyExc_OSError);
    return kr_signal_set_as_object(&set);
}

METHOD(valid_signals, "module, /",
       "Return a set of valid signal numbers on this platform.\n\n"
       "The signal numbers returned by this function can be safely passed to\n"
       "functions like `pthread_sigmask`.")
static PyObject *signal_valid_signals(PyObject *module)
{
    sigset_t set;
    if (sigemptyset(&set) < 0 || sigfillset(&set) < 0) return PyErr_SetFromErrno(PyExc_OSError);
    return kr_signal_set_as_object(&set);
}

METHOD(strsignal, "module, signalnum: int, /",
       "Return the system description of the given signal.\n\n"
       "Returns the description of signal *signalnum*, such as \"Interrupt\"\n"
       "for :const:`SIGINT`. Returns :const:`None` if *signalnum* has no\n"
       "description. Raises :exc:`ValueError` if *signalnum* is invalid.")
static PyObject *signal_strsignal(PyObject *module, int number)
{
    if (check_number(number) < 0) return NULL;
    errno = 0;
    const char *text = strsignal(number);
    if (errno != 0 || text == NULL || strstr(text, "Unknown signal") != NULL) Py_RETURN_NONE;
    return PyUnicode_FromString(text);
}

METHOD(sigwait, "module, sigset, /",
       "Wait for a signal.\n\n"
       "Suspend execution of the calling thread until the delivery of one of the\n"
       "signals specified in the signal set sigset.  The function accepts the signal\n"
       "and returns the signal number.")
static PyObject *signal_sigwait(PyObject *module, PyObject *sigset)
{
    sigset_t set;
    int number = 0;
    if (kr_signal_read_set(sigset, &set) < 0) return NULL;
    PyThreadState *thread = PyEval_SaveThread();
    int error = sigwait(&set, &number);
    PyEval_RestoreThread(thread);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyLong_FromLong(number);
}

METHOD(sigwaitinfo, "module, sigset, /",
       "Wait synchronously until one of the signals in *sigset* is delivered.\n\n"
       "Returns a struct_siginfo containing information about the signal.")
static PyObject *signal_sigwaitinfo(PyObject *module, PyObject *sigset)
{
    sigset_t set;
    siginfo_t info;
    int number;
    if (kr_signal_read_set(sigset, &set) < 0) return NULL;
    do {
        PyThreadState *thread = PyEval_SaveThread();
        number = sigwaitinfo(&set, &info);
        PyEval_RestoreThread(thread);
        if (number == -1 && errno != EINTR) return PyErr_SetFromErrno(PyExc_OSError);
        if (number == -1 && PyErr_CheckSignals() < 0) return NULL;
    } while (number == -1);
    return kr_signal_info_as_object(&info);
}

METHOD(sigtimedwait, "module, sigset, timeout, /",
       "Like sigwaitinfo(), but with a timeout.\n\n"
       "The timeout is specified in seconds, with floating point numbers allowed.")
static PyObject *signal_sigtimedwait(PyObject *module, PyObject *sigset, PyObject *timeout)
{
    _PyTime_t left;
    sigset_t set;
    siginfo_t info;
    if (_PyTime_FromSecondsObject(&left, timeout, _PyTime_ROUND_CEILING) < 0) return NULL;
    if (left < 0) return kr_raise(PyExc_ValueError, "timeout must be non-negative");
    if (kr_signal_read_set(sigset, &set) < 0) return NULL;
    _PyTime_t end = _PyDeadline_Init(left);
    for (;;) {
        struct timespec wait;
        if (_PyTime_AsTimespec(left, &wait) < 0) return NULL;
        PyThreadState *thread = PyEval_SaveThread();
        int number = sigtimedwait(&set, &info, &wait);
        PyEval_RestoreThread(thread);
        if (number != -1) return kr_signal_info_as_object(&info);
        if (errno == EAGAIN) Py_RETURN_NONE;
        if (errno != EINTR) return PyErr_SetFromErrno(PyExc_OSError);
        if (PyErr_CheckSignals() < 0) return NULL;
        left = _PyDeadline_Get(end);
        if (left < 0) Py_RETURN_NONE;
    }
}

#include "modules/_signal/_signal.methods.h"

static const struct { const char *name; int value; } numbers[] = {
#define NUMBER(name) {#name, name}
    NUMBER(SIGABRT), NUMBER(SIGALRM), NUMBER(SIGBUS), NUMBER(SIGCHLD), NUMBER(SIGCLD),
    NUMBER(SIGCONT),
    NUMBER(SIGFPE), NUMBER(SIGHUP), NUMBER(SIGILL), NUMBER(SIGINT), NUMBER(SIGIO), NUMBER(SIGIOT),
    NUMBER(SIGKILL), NUMBER(SIGPIPE), NUMBER(SIGPOLL), NUMBER(SIGPROF), NUMBER(SIGPWR),
    NUMBER(SIGQUIT),
    NUMBER(SIGSEGV), NUMBER(SIGSTKFLT), NUMBER(SIGSTOP), NUMBER(SIGSYS), NUMBER(SIGTERM),
    NUMBER(SIGTRAP),
    NUMBER(SIGTSTP), NUMBER(SIGTTIN), NUMBER(SIGTTOU), NUMBER(SIGURG), NUMBER(SIGUSR1),
    NUMBER(SIGUSR2),
    NUMBER(SIGVTALRM), NUMBER(SIGWINCH), NUMBER(SIGXCPU), NUMBER(SIGXFSZ),
    NUMBER(SIG_BLOCK), NUMBER(SIG_UNBLOCK), NUMBER(SIG_SETMASK),
    NUMBER(ITIMER_REAL), NUMBER(ITIMER_VIRTUAL), NUMBER(ITIMER_PROF),
    {"SIG_DFL", 0}, {"SIG_IGN", 1}, {"NSIG", KR_SIGNALS},
#undef NUMBER
};

// SIGINT raises KeyboardInterrupt, if nobody has installed anything else.
static int install_interrupt_handler(PyObject *module)
{
    if (!_PyOS_IsMainThread() || !kr_interpreter_current()->config.install_signal_handlers)
        return 0;
    PyObject *current = kr_signal_handler(SIGINT);
    if (current == NULL || !PyLong_Check(current) || PyLong_AsLong(current) != 0) return 0;
    KR_AUTO PyObject *handler = PyObject_GetAttrString(module, "default_int_handler");
    if (handler == NULL) return -1;
    PyObject *old = kr_signal_replace_handler(SIGINT, kr_take(handler));
    Py_XDECREF(old);
    PyOS_setsig(SIGINT, kr_signal_note);
    return 0;
}

static int signal_exec(PyObject *module)
{
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (PyModule_AddIntConstant(module, numbers[i].name, numbers[i].value) < 0) return -1;
    if (PyModule_AddIntConstant(module, "SIGRTMIN", SIGRTMIN) < 0
        || PyModule_AddIntConstant(module, "SIGRTMAX", SIGRTMAX) < 0)
        return -1;
    KR_AUTO PyObject *error = PyErr_NewException("signal.itimer_error", PyExc_OSError, NULL);
    if (error == NULL || PyModule_AddObjectRef(module, "ItimerError", error) < 0) return -1;
    if (kr_signal_info_start() < 0
        || PyModule_AddObjectRef(module, "struct_siginfo", (PyObject *)&kr_signal_info_type) < 0)
        return -1;
    if (kr_signal_handlers_start() < 0) return -1;
    return install_interrupt_handler(module);
}

static PyModuleDef_Slot signal_slots[] = {
    {Py_mod_exec, signal_exec},
    {0, NULL}
};

static PyModuleDef signal_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_signal",
    .m_doc = "This module provides mechanisms to use signal handlers in Python.\n\n"
             "Functions:\n\nalarm() -- cause SIGALRM after a specified time [Unix only]\n"
             "setitimer() -- cause a signal (described below) after a specified\n"
             "               float time and the timer may restart then [Unix only]\n"
             "getitimer() -- get current value of timer [Unix only]\n"
             "signal() -- set the action for a given signal\n"
             "getsignal() -- get the signal action for a given signal\n"
             "pause() -- wait until a signal arrives [Unix only]\n"
             "default_int_handler() -- default SIGINT handler\n",
    .m_methods = signal_methods,
    .m_slots = signal_slots,
};

PyObject *PyInit__signal(void)
{
    return PyModuleDef_Init(&signal_module);
}
