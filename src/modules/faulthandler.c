// faulthandler.c - the module faulthandler: Python tracebacks when the process is about to die, on
// a signal, or when it hangs.
//
// (1) What runs in a signal handler or in the watchdog only reads: no allocation, no Python
//     objects made.
// (2) A fatal signal's handler puts the old action back and raises the signal again.
#include "Python.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "internal/pycore_traceback.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

typedef struct FatalSignal {
    int number, is_installed;
    const char *text;
    struct sigaction old;
} FatalSignal;

// A signal handler can be given nothing: its state is global by nature.
static FatalSignal fatal_signals[] = {
    {SIGBUS, 0, "Bus error", {{0}}},
    {SIGILL, 0, "Illegal instruction", {{0}}},
    {SIGFPE, 0, "Floating point exception", {{0}}},
    {SIGABRT, 0, "Aborted", {{0}}},
    {SIGSEGV, 0, "Segmentation fault", {{0}}},
};

#define FATAL_COUNT (sizeof fatal_signals / sizeof fatal_signals[0])

static struct {
    int is_enabled, descriptor, all_threads;
    PyObject *file;
    PyInterpreterState *interpreter;
} fatal;

typedef struct UserSignal {
    int is_registered, descriptor, all_threads, chain;
    PyObject *file;
    PyInterpreterState *interpreter;
    struct sigaction old;
} UserSignal;

static UserSignal user_signals[NSIG];

static struct {
    pthread_t thread;
    int is_running, descriptor, repeat, exit;
    pthread_mutex_t mutex;
    pthread_cond_t stop;
    struct timespec interval;
    PyInterpreterState *interpreter;
    PyObject *file;
    char header[64];
} watchdog = {.mutex = PTHREAD_MUTEX_INITIALIZER};

// --- shared -------------------------------------------------------------------------------------

static void write_text(int descriptor, const char *text)
{
    ssize_t ignored = write(descriptor, text, strlen(text));
    (void)ignored;
}

// The thread state of the OS thread that runs, even where it does not hold the lock.
static PyThreadState *thread_here(void)
{
    PyThreadState *thread = PyGILState_GetThisThreadState();
    return thread != NULL ? thread : _PyThreadState_UncheckedGet();
}

static void dump(int descriptor, int all_threads, PyInterpreterState *interpreter)
{
    PyThreadState *thread = thread_here();
    if (all_threads) _Py_DumpTracebackThreads(descriptor, interpreter, thread);
    else if (thread != NULL) _Py_DumpTraceback(descriptor, thread);
}

// The descriptor behind [file] (NULL or None: sys.stderr), whose buffer is flushed.  *ret_file is
// borrowed, or NULL.
static int get_descriptor(PyObject **ret_file)
{
    PyObject *file = *ret_file;
    if (file == NULL || file == Py_None) {
        file = PySys_GetObject("stderr");
        if (file == NULL) return kr_raise_int(PyExc_RuntimeError, "unable to get sys.stderr");
        if (file == Py_None) return kr_raise_int(PyExc_RuntimeError, "sys.stderr is None");
    } else if (PyLong_Check(file)) {
        int descriptor = _PyLong_AsInt(file);
        if (descriptor == -1 && PyErr_Occurred()) return -1;
        if (descriptor < 0)
            return kr_raise_int(PyExc_ValueError, "file is not a valid file descripter");
        *ret_file = NULL;
        return descriptor;
    }
    KR_AUTO PyObject *number = PyObject_CallMethodNoArgs(file, ID(fileno));
    if (number == NULL) return -1;
    int descriptor = PyLong_Check(number) ? _PyLong_AsInt(number) : -1;
    if (descriptor < 0)
        return PyErr_Occurred() ? -1
            : kr_raise_int(PyExc_RuntimeError, "file.fileno() is not a valid file descriptor");
    PyObject *flushed = PyObject_CallMethodNoArgs(file, ID(flush));
    if (flushed == NULL) PyErr_Clear();
    Py_XDECREF(flushed);
    *ret_file = file;
    return descriptor;
}

METHOD(dump_traceback, "module, file: object = sys.stderr, all_threads: bool = True",
       "dump_traceback(file=sys.stderr, all_threads=True): dump the traceback of the current "
       "thread, or of all threads if all_threads is True, into file")
static PyObject *fault_dump_traceback(PyObject *module, PyObject *file, int all_threads)
{
    int descriptor = get_descriptor(&file);
    if (descriptor < 0) return NULL;
    dump(descriptor, all_threads, kr_interpreter_current());
    if (PyErr_CheckSignals() < 0) return NULL;
    Py_RETURN_NONE;
}

// --- fatal signals ------------------------------------------------------------------------------

static void restore(FatalSignal *row)
{
    if (!row->is_installed) return;
    row->is_installed = 0;
    sigaction(row->number, &row->old, NULL);
}

// Keeps (1) and (2).
static void on_fatal_signal(int number)
{
    int saved = errno;
    for (size_t i = 0; i < FATAL_COUNT; i++) {
        if (fatal_signals[i].number != number) continue;
        restore(&fatal_signals[i]);
        write_text(fatal.descriptor, "Fatal Python error: ");
        write_text(fatal.descriptor, fatal_signals[i].text);
        write_text(fatal.descriptor, "\n\n");
    }
    dump(fatal.descriptor, fatal.all_threads, fatal.interpreter);
    errno = saved;
    raise(number);
}

static int install(void)
{
    // Its own stack: the usual one may be what ran out.
    static char *stack;
    size_t size = (size_t)sysconf(_SC_SIGSTKSZ) * 2 + 65536;
    if (stack == NULL) stack = malloc(size);
    stack_t alternative = {.ss_sp = stack, .ss_size = size};
    if (stack != NULL) sigaltstack(&alternative, NULL);
    for (size_t i = 0; i < FATAL_COUNT; i++) {
        struct sigaction action = {.sa_handler = on_fatal_signal,
                                   .sa_flags = SA_NODEFER | SA_ONSTACK};
        sigemptyset(&action.sa_mask);
        if (sigaction(fatal_signals[i].number, &action, &fatal_signals[i].old) < 0) {
            PyErr_SetFromErrno(PyExc_RuntimeError);
            return -1;
        }
        fatal_signals[i].is_installed = 1;
    }
    return 0;
}

METHOD(enable, "module, file: object = sys.stderr, all_threads: bool = True",
       "enable(file=sys.stderr, all_threads=True): enable the fault handler")
static PyObject *fault_enable(PyObject *module, PyObject *file, int all_threads)
{
    int descriptor = get_descriptor(&file);
    if (descriptor < 0) return NULL;
    Py_XSETREF(fatal.file, Py_XNewRef(file));
    fatal.descriptor = descriptor;
    fatal.all_threads = all_threads;
    fatal.interpreter = kr_interpreter_current();
    if (!fatal.is_enabled) {
        fatal.is_enabled = 1;
        if (install() < 0) return NULL;
    }
    Py_RETURN_NONE;
}

METHOD(disable, "module", "disable(): disable the fault handler")
static PyObject *fault_disable(PyObject *module)
{
    int was_enabled = fatal.is_enabled;
    fatal.is_enabled = 0;
    for (size_t i = 0; i < FATAL_COUNT; i++) restore(&fatal_signals[i]);
    Py_CLEAR(fatal.file);
    return PyBool_FromLong(was_enabled);
}

METHOD(is_enabled, "module", "is_enabled()->bool: check if the handler is enabled")
static PyObject *fault_is_enabled(PyObject *module)
{
    return PyBool_FromLong(fatal.is_enabled);
}

// --- the watchdog -------------------------------------------------------------------------------

static void *watch(void *unused)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    pthread_mutex_lock(&watchdog.mutex);
    do {
        struct timespec end;
        clock_gettime(CLOCK_REALTIME, &end);
        end.tv_sec += watchdog.interval.tv_sec;
        end.tv_nsec += watchdog.interval.tv_nsec;
        if (end.tv_nsec >= 1000000000) {
            end.tv_sec++;
            end.tv_nsec -= 1000000000;
        }
        int result = 0;
        while (watchdog.is_running && result == 0)
            result = pthread_cond_timedwait(&watchdog.stop, &watchdog.mutex, &end);
        if (!watchdog.is_running) break;
        write_text(watchdog.descriptor, watchdog.header);
        _Py_DumpTracebackThreads(watchdog.descriptor, watchdog.interpreter, NULL);
        if (watchdog.exit) _exit(1);
    } while (watchdog.repeat);
    pthread_mutex_unlock(&watchdog.mutex);
    return NULL;
}

static void stop_watchdog(void)
{
    if (watchdog.interpreter == NULL) return;
    pthread_mutex_lock(&watchdog.mutex);
    watchdog.is_running = 0;
    pthread_cond_signal(&watchdog.stop);
    pthread_mutex_unlock(&watchdog.mutex);
    pthread_join(watchdog.thread, NULL);
    watchdog.interpreter = NULL;
    Py_CLEAR(watchdog.file);
}

METHOD(dump_traceback_later,
       "module, timeout, repeat: bool = False, file: object = sys.stderr, exit: bool = False",
       "dump_traceback_later(timeout, repeat=False, file=sys.stderrn, exit=False):\ndump the "
       "traceback of all threads in timeout seconds,\nor each timeout seconds if repeat is "
       "True. If exit is True, call _exit(1) which is not safe.")
static PyObject *fault_dump_traceback_later(PyObject *module, PyObject *timeout, int repeat,
                                            PyObject *file, int exits)
{
    _PyTime_t interval;
    if (_PyTime_FromSecondsObject(&interval, timeout, _PyTime_ROUND_TIMEOUT) < 0) return NULL;
    _PyTime_t microseconds = _PyTime_AsMicroseconds(interval, _PyTime_ROUND_TIMEOUT);
    if (microseconds <= 0) return kr_raise(PyExc_ValueError, "timeout must be greater than 0");
    int descriptor = get_descriptor(&file);
    if (descriptor < 0) return NULL;
    stop_watchdog();
    watchdog.file = Py_XNewRef(file);
    watchdog.descriptor = descriptor;
    watchdog.repeat = repeat;
    watchdog.exit = exits;
    watchdog.interval = (struct timespec){microseconds / 1000000, microseconds % 1000000 * 1000};
    long seconds = (long)(microseconds / 1000000), part = (long)(microseconds % 1000000);
    snprintf(watchdog.header, sizeof watchdog.header, part ? "Timeout (%ld:%02ld:%02ld.%06ld)!\n"
                                                          : "Timeout (%ld:%02ld:%02ld)!\n",
             seconds / 3600, seconds / 60 % 60, seconds % 60, part);
    watchdog.is_running = 1;
    pthread_cond_init(&watchdog.stop, NULL);
    if (pthread_create(&watchdog.thread, NULL, watch, NULL) != 0) {
        Py_CLEAR(watchdog.file);
        return kr_raise(PyExc_RuntimeError, "unable to start watchdog thread");
    }
    watchdog.interpreter = kr_interpreter_current();
    Py_RETURN_NONE;
}

METHOD(cancel_dump_traceback_later, "module",
       "cancel_dump_traceback_later():\ncancel the previous call to dump_traceback_later().")
static PyObject *fault_cancel_dump_traceback_later(PyObject *module)
{
    stop_watchdog();
    Py_RETURN_NONE;
}

// --- signals of the program's choice ------------------------------------------------------------

static void on_user_signal(int number)
{
    UserSignal *row = &user_signals[number];
    if (!row->is_registered) return;
    int saved = errno;
    dump(row->descriptor, row->all_threads, row->interpreter);
    if (row->chain) {
        sigaction(number, &row->old, NULL);
        errno = saved;
        raise(number);
        struct sigaction action = {.sa_handler = on_user_signal,
                                   .sa_flags = SA_ONSTACK | SA_NODEFER};
        sigemptyset(&action.sa_mask);
        sigaction(number, &action, NULL);
    }
    errno = saved;
}

static int check_signal(int number)
{
    for (size_t i = 0; i < FATAL_COUNT; i++)
        if (fatal_signals[i].number == number)
            return kr_raise_int(PyExc_RuntimeError,
                                "signal %i cannot be registered, use enable() instead", number);
    if (number < 1 || number >= NSIG)
        return kr_raise_int(PyExc_ValueError, "signal number out of range");
    return 0;
}

METHOD(register, "module, signum: int, file: object = sys.stderr, all_threads: bool = True, "
       "chain: bool = False",
       "register(signum, file=sys.stderr, all_threads=True, chain=False): register a handler for "
       "the signal 'signum': dump the traceback of the current thread, or of all threads if "
       "all_threads is True, into file")
static PyObject *fault_register(PyObject *module, int number, PyObject *file, int all_threads,
                                int chain)
{
    if (check_signal(number) < 0) return NULL;
    int descriptor = get_descriptor(&file);
    if (descriptor < 0) return NULL;
    UserSignal *row = &user_signals[number];
    Py_XSETREF(row->file, Py_XNewRef(file));
    row->descriptor = descriptor;
    row->all_threads = all_threads;
    row->chain = chain;
    row->interpreter = kr_interpreter_current();
    if (!row->is_registered) {
        struct sigaction action = {.sa_handler = on_user_signal,
                                   .sa_flags = SA_ONSTACK | (chain ? SA_NODEFER : SA_RESTART)};
        sigemptyset(&action.sa_mask);
        if (sigaction(number, &action, &row->old) < 0) return PyErr_SetFromErrno(PyExc_OSError);
        row->is_registered = 1;
    }
    Py_RETURN_NONE;
}

METHOD(unregister, "module, signum: int, /",
       "unregister(signum): unregister the handler of the signal 'signum' registered by "
       "register()")
static PyObject *fault_unregister(PyObject *module, int number)
{
    if (check_signal(number) < 0) return NULL;
    UserSignal *row = &user_signals[number];
    if (!row->is_registered) Py_RETURN_FALSE;
    row->is_registered = 0;
    sigaction(number, &row->old, NULL);
    Py_CLEAR(row->file);
    Py_RETURN_TRUE;
}

// --- ways to die, for tests ---------------------------------------------------------------------

// A death on purpose leaves no core file.
static void without_core(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &limit);
    }
}

METHOD(_read_null, "module",
       "_read_null(): read from NULL, raise a SIGSEGV or SIGBUS signal depending on the "
       "platform")
static PyObject *fault__read_null(PyObject *module)
{
    volatile int *nowhere = NULL;
    without_core();
    return PyLong_FromLong(*nowhere);
}

METHOD(_sigsegv, "module, release_gil: bool = False, /",
       "_sigsegv(release_gil=False): raise a SIGSEGV signal")
static PyObject *fault__sigsegv(PyObject *module, int release)
{
    without_core();
    if (release) {
        Py_BEGIN_ALLOW_THREADS
        raise(SIGSEGV);
        Py_END_ALLOW_THREADS
    } else {
        raise(SIGSEGV);
    }
    Py_RETURN_NONE;
}

METHOD(_sigabrt, "module", "_sigabrt(): raise a SIGABRT signal")
static PyObject *fault__sigabrt(PyObject *module)
{
    without_core();
    abort();
}

METHOD(_sigfpe, "module", "_sigfpe(): raise a SIGFPE signal")
static PyObject *fault__sigfpe(PyObject *module)
{
    without_core();
    raise(SIGFPE);
    Py_RETURN_NONE;
}

static void *die_in_thread(void *unused)
{
    Py_FatalError("in new thread");
}

METHOD(_fatal_error_c_thread, "module",
       "fatal_error_c_thread(): call Py_FatalError() in a new C thread.")
static PyObject *fault__fatal_error_c_thread(PyObject *module)
{
    pthread_t thread;
    without_core();
    if (pthread_create(&thread, NULL, die_in_thread, NULL) != 0)
        return kr_raise(PyExc_RuntimeError, "unable to start the thread");
    pthread_join(thread, NULL);
    Py_RETURN_NONE;
}

// Goes down the stack until it ends.
__attribute__((noinline)) static uintptr_t descend(uintptr_t depth)
{
    volatile char room[4096];
    room[0] = (char)depth;
    room[sizeof room - 1] = room[0];
    return depth > (uintptr_t)1 << 40 ? depth : descend(depth + 1) + (uintptr_t)room[0];
}

METHOD(_stack_overflow, "module", "_stack_overflow(): recursive call to raise a stack overflow")
static PyObject *fault__stack_overflow(PyObject *module)
{
    without_core();
    descend(1);
    return kr_raise(PyExc_RuntimeError, "unable to raise a stack overflow");
}

#include "modules/faulthandler.methods.h"

static struct PyModuleDef fault_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "faulthandler",
    .m_doc = "faulthandler module.",
    .m_methods = fault_methods,
};

PyMODINIT_FUNC PyInit_faulthandler(void)
{
    return PyModuleDef_Init(&fault_definition);
}
