// handlers.c - from the C handler to the Python one.
//
//     signal -> kr_signal_note: a flag, a byte to the wakeup descriptor, a request to the
//     evaluator evaluator, main thread -> kr_signal_run_handlers: calls what signal.signal()
//     installed
//
// (1) kr_signal_note runs at any time, on any thread's stack: it only writes flags.
#include "modules/_signal/signal.h"

#include <errno.h>
#include <unistd.h>

#include "abstract.h"
#include "ceval.h"
#include "dictobject.h"
#include "import.h"
#include "internal/pycore_ceval.h"
#include "intrcheck.h"
#include "longobject.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "pylifecycle.h"
#include "runtime/hooks.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "vm/frame.h"

static struct {
    volatile sig_atomic_t is_noted;
    struct {
        volatile sig_atomic_t is_noted;
        PyObject *handler;      // owned; NULL before the start
    } of[KR_SIGNALS];
    volatile int wakeup;
    bool warn_on_full_buffer;
} signals = {.wakeup = -1, .warn_on_full_buffer = true};

PyObject *kr_signal_handler(int number)
{
    return signals.of[number].handler;
}

PyObject *kr_signal_replace_handler(int number, PyObject *handler)
{
    PyObject *old = signals.of[number].handler;
    signals.of[number].handler = handler;
    return old;
}

int kr_signal_set_wakeup(int descriptor, bool warn_on_full_buffer)
{
    int old = signals.wakeup;
    signals.wakeup = descriptor;
    signals.warn_on_full_buffer = warn_on_full_buffer;
    return old;
}

int PySignal_SetWakeupFd(int descriptor)
{
    return kr_signal_set_wakeup(descriptor < 0 ? -1 : descriptor, true);
}

static int report_wakeup_failure(void *error)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    errno = (int)(intptr_t)error;
    PyErr_SetFromErrno(PyExc_OSError);
    PySys_WriteStderr("Exception ignored when trying to write to the signal wakeup fd:\n");
    PyErr_WriteUnraisable(NULL);
    PyErr_Restore(type, value, traceback);
    return 0;
}

static void request_handling(void)
{
    signals.is_noted = 1;
    PyInterpreterState *interpreter = _PyRuntime.interpreters.main;
    if (interpreter != NULL) kr_pending_request(&interpreter->pending, KR_REQUEST_SIGNALS);
}

void kr_signal_note(int number)
{
    int error_before = errno;
    signals.of[number].is_noted = 1;
    request_handling();
    int descriptor = signals.wakeup;
    if (descriptor != -1) {
        unsigned char byte = (unsigned char)number;
        ssize_t written;
        do written = write(descriptor, &byte, 1);
        while (written < 0 && errno == EINTR);
        bool is_full = written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        if (written < 0 && (signals.warn_on_full_buffer || !is_full))
            _PyEval_AddPendingCall(_PyRuntime.interpreters.main, report_wakeup_failure,
                                   (void *)(intptr_t)errno);
    }
    errno = error_before;
}

// A handler that may run: neither SIG_DFL nor SIG_IGN.
static bool is_callable_handler(PyObject *handler)
{
    return handler != NULL && handler != Py_None && !PyLong_Check(handler);
}

static int run_handler(PyThreadState *thread, int number)
{
    PyObject *handler = signals.of[number].handler;
    if (!is_callable_handler(handler)) return 0;
    KrFrame *frame = kr_frame_current(thread);
    PyObject *frame_object = frame == NULL ? NULL : (PyObject *)kr_frame_object(frame);
    KR_AUTO PyObject *kept = Py_NewRef(frame_object != NULL ? frame_object : Py_None);
    KR_AUTO PyObject *kept_handler = Py_NewRef(handler);
    KR_AUTO PyObject *number_object = PyLong_FromLong(number);
    if (number_object == NULL) return -1;
    KR_AUTO PyObject *result = PyObject_CallFunctionObjArgs(kept_handler, number_object, kept,
                                                            NULL);
    return result == NULL ? -1 : 0;
}

int kr_signal_run_handlers(PyThreadState *thread)
{
    if (!signals.is_noted || !_PyOS_IsMainThread()) return 0;
    // First the flags, then the handlers: a signal that arrives meanwhile sets them again.
    signals.is_noted = 0;
    kr_pending_withdraw(&thread->interp->pending, KR_REQUEST_SIGNALS);
    for (int number = 1; number < KR_SIGNALS; number++) {
        if (!signals.of[number].is_noted) continue;
        signals.of[number].is_noted = 0;
        if (run_handler(thread, number) < 0) {
            request_handling();
            return -1;
        }
    }
    return 0;
}

static void forget_noted(void)
{
    signals.is_noted = 0;
    for (int number = 1; number < KR_SIGNALS; number++) signals.of[number].is_noted = 0;
}

int kr_signal_handlers_start(void)
{
    kr_hooks.check_signals = kr_signal_run_handlers;
    kr_hooks.clear_signals = forget_noted;
    for (int number = 1; number < KR_SIGNALS; number++) {
        if (signals.of[number].handler != NULL) continue;
        PyOS_sighandler_t current = PyOS_getsig(number);
        PyObject *handler = current == SIG_DFL ? PyLong_FromLong(0) : current == SIG_IGN
            ? PyLong_FromLong(1) : Py_NewRef(Py_None);
        if (handler == NULL) return -1;
        signals.of[number].handler = handler;
    }
    return 0;
}

// --- for embedders and the rest of the interpreter ----------------------------------------------

PyOS_sighandler_t PyOS_getsig(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) < 0 ? SIG_ERR : action.sa_handler;
}

PyOS_sighandler_t PyOS_setsig(int number, PyOS_sighandler_t handler)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK}, old;
    sigemptyset(&action.sa_mask);
    return sigaction(number, &action, &old) < 0 ? SIG_ERR : old.sa_handler;
}

int PyErr_SetInterruptEx(int number)
{
    if (number < 1 || number >= KR_SIGNALS) return -1;
    PyObject *handler = signals.of[number].handler;
    // As if the signal had come, unless it is ignored or left to the system.
    if (handler == NULL || is_callable_handler(handler)) kr_signal_note(number);
    return 0;
}

void PyErr_SetInterrupt(void)
{
    (void)PyErr_SetInterruptEx(SIGINT);
}

int PyOS_InterruptOccurred(void)
{
    if (!_PyOS_IsMainThread() || !signals.of[SIGINT].is_noted) return 0;
    signals.of[SIGINT].is_noted = 0;
    return 1;
}

int _PyOS_InterruptOccurred(PyThreadState *thread)
{
    return PyOS_InterruptOccurred();
}

void _Py_RestoreSignals(void)
{
    PyOS_setsig(SIGPIPE, SIG_DFL);
    PyOS_setsig(SIGXFSZ, SIG_DFL);
}
