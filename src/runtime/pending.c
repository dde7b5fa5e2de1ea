// pending.c - queued calls and requests to the evaluator.
#include "runtime/pending.h"

#include "ceval.h"
#include "internal/pycore_ceval.h"
#include "intrcheck.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/state.h"
#include "runtime/thread.h"

int kr_pending_init(KrPending *pending)
{
    return pthread_mutex_init(&pending->lock, NULL) == 0 ? 0 : -1;
}

int _PyEval_AddPendingCall(PyInterpreterState *interpreter, int (*function)(void *),
                           void *argument)
{
    KrPending *pending = &interpreter->pending;
    int result = -1;
    pthread_mutex_lock(&pending->lock);
    int next = (pending->last + 1) % KR_PENDING_CALLS;
    if (next != pending->first) {
        pending->calls[pending->last].function = function;
        pending->calls[pending->last].argument = argument;
        pending->last = next;
        result = 0;
    }
    pthread_mutex_unlock(&pending->lock);
    kr_pending_request(pending, KR_REQUEST_CALLS);
    return result;
}

// Any thread may call this, with the lock or without, and from a signal handler's thread too.
int Py_AddPendingCall(int (*function)(void *), void *argument)
{
    return _PyEval_AddPendingCall(_PyRuntime.interpreters.main, function, argument);
}

static int take_call(KrPending *pending, int (**ret_function)(void *), void **ret_argument)
{
    pthread_mutex_lock(&pending->lock);
    int found = pending->first != pending->last;
    if (found) {
        *ret_function = pending->calls[pending->first].function;
        *ret_argument = pending->calls[pending->first].argument;
        pending->first = (pending->first + 1) % KR_PENDING_CALLS;
    }
    pthread_mutex_unlock(&pending->lock);
    return found;
}

int kr_pending_run_calls(PyThreadState *thread)
{
    KrPending *pending = &thread->interp->pending;
    if (thread->thread_id != _PyRuntime.main_thread || pending->is_running) return 0;
    pending->is_running = true;
    kr_pending_withdraw(pending, KR_REQUEST_CALLS);
    int result = 0;
    // At most as many as the queue holds: a call that queues itself again does not loop for ever.
    for (int i = 0; i < KR_PENDING_CALLS && result == 0; i++) {
        int (*function)(void *);
        void *argument;
        if (!take_call(pending, &function, &argument)) break;
        result = function(argument);
    }
    if (pending->first != pending->last) kr_pending_request(pending, KR_REQUEST_CALLS);
    pending->is_running = false;
    return result == 0 ? 0 : -1;
}

int kr_pending_poll(PyThreadState *thread)
{
    if (kr_pending_requests(&thread->interp->pending) == 0 || kr_hooks.handle_pending == NULL)
        return 0;
    return kr_hooks.handle_pending(thread);
}

int Py_MakePendingCalls(void)
{
    PyThreadState *thread = kr_thread_current();
    assert(thread != NULL);
    if (_PyOS_IsMainThread() && (kr_pending_requests(&thread->interp->pending)
                                 & KR_REQUEST_SIGNALS) && kr_pending_poll(thread) < 0)
        return -1;
    return kr_pending_run_calls(thread);
}

void _PyEval_SignalReceived(PyInterpreterState *interpreter)
{
    kr_pending_request(&interpreter->pending, KR_REQUEST_SIGNALS);
}

void _PyEval_SignalAsyncExc(PyInterpreterState *interpreter)
{
    kr_pending_request(&interpreter->pending, KR_REQUEST_ASYNC_EXC);
}
