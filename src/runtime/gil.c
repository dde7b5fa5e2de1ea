// gil.c - the interpreter lock.
//
// One mutex, one flag, two conditions.  Who waits longer than the switch interval asks the holder
// to drop the lock; the holder, having dropped it, waits until somebody else took it, so that a
// request is never won by the thread that just gave way.
//
// (1) `is_held` and `holder` change only with the mutex locked.
// (2) `switches` counts changes of the holder: a waiter asks only when none happened in its
//     interval.
#include "runtime/gil.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/memory.h"
#include "ceval.h"
#include "runtime/interpreter.h"
#include "runtime/pending.h"
#include "runtime/state.h"
#include "runtime/thread.h"

typedef struct KrGil {
    pthread_mutex_t mutex;
    pthread_cond_t released;        // is_held became false
    pthread_mutex_t switch_mutex;
    pthread_cond_t switched;        // another thread took the lock
    int is_held;
    PyThreadState *holder;          // who holds it or held it last
    unsigned long switches;
    unsigned long interval;         // microseconds
} KrGil;

enum { DEFAULT_INTERVAL = 5000 };

static int init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) return -1;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int failed = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return failed ? -1 : 0;
}

static int init_lock(KrGil *gil)
{
    if (pthread_mutex_init(&gil->mutex, NULL) != 0
        || pthread_mutex_init(&gil->switch_mutex, NULL) != 0)
        return -1;
    return init_condition(&gil->released) < 0 || init_condition(&gil->switched) < 0 ? -1 : 0;
}

int kr_gil_init(void)
{
    if (_PyRuntime.gil != NULL) return 0;
    KrGil *gil = kr_memory_allocate_zeroed(1, sizeof *gil);
    if (gil == NULL) return -1;
    gil->interval = DEFAULT_INTERVAL;
    if (init_lock(gil) < 0) return -1;
    _PyRuntime.gil = gil;
    return 0;
}

static struct timespec after_microseconds(unsigned long microseconds)
{
    struct timespec deadline;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += microseconds / 1000000;
    deadline.tv_nsec += (long)(microseconds % 1000000) * 1000;
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_nsec -= 1000000000;
        deadline.tv_sec++;
    }
    return deadline;
}

// Waits with gil->mutex locked until the lock is free; asks the holder to drop it when that takes
// long.
static void wait_until_released(KrGil *gil, PyThreadState *thread)
{
    while (gil->is_held) {
        unsigned long switches = gil->switches;
        struct timespec deadline = after_microseconds(gil->interval ? gil->interval : 1);
        int result = pthread_cond_timedwait(&gil->released, &gil->mutex, &deadline);
        if (result == ETIMEDOUT && gil->is_held && gil->switches == switches)
            kr_pending_request(&thread->interp->pending, KR_REQUEST_DROP_LOCK);
    }
}

void kr_gil_take(PyThreadState *thread)
{
    KrGil *gil = _PyRuntime.gil;
    int error = errno;
    PyThreadState *finalizing = __atomic_load_n(&_PyRuntime.finalizing, __ATOMIC_RELAXED);
    // When the interpreter has ended, other threads may not go on.
    if (finalizing != NULL && finalizing != thread) pthread_exit(NULL);

    pthread_mutex_lock(&gil->mutex);
    wait_until_released(gil, thread);
    pthread_mutex_lock(&gil->switch_mutex);
    gil->is_held = 1;
    if (gil->holder != thread) {
        gil->holder = thread;
        gil->switches++;
    }
    pthread_cond_signal(&gil->switched);
    pthread_mutex_unlock(&gil->switch_mutex);
    kr_pending_withdraw(&thread->interp->pending, KR_REQUEST_DROP_LOCK);
    // The thread that ran before withdrew the request, which was not for it.
    if (thread->async_exc != NULL)
        kr_pending_request(&thread->interp->pending, KR_REQUEST_ASYNC_EXC);
    pthread_mutex_unlock(&gil->mutex);

    finalizing = __atomic_load_n(&_PyRuntime.finalizing, __ATOMIC_RELAXED);
    if (finalizing != NULL && finalizing != thread) {
        kr_gil_drop(NULL);
        pthread_exit(NULL);
    }
    errno = error;
}

void kr_gil_drop(PyThreadState *thread)
{
    KrGil *gil = _PyRuntime.gil;
    assert(gil->is_held);
    pthread_mutex_lock(&gil->mutex);
    if (thread != NULL) gil->holder = thread;
    gil->is_held = 0;
    pthread_cond_signal(&gil->released);
    pthread_mutex_unlock(&gil->mutex);

    if (thread == NULL || !(kr_pending_requests(&thread->interp->pending) & KR_REQUEST_DROP_LOCK))
        return;
    pthread_mutex_lock(&gil->switch_mutex);
    if (gil->holder == thread) {
        kr_pending_withdraw(&thread->interp->pending, KR_REQUEST_DROP_LOCK);
        // keeps (2): bounded, since the thread that asked may have gone meanwhile.
        struct timespec deadline = after_microseconds(100000);
        while (gil->holder == thread && pthread_cond_timedwait(&gil->switched, &gil->switch_mutex,
                                                               &deadline) != ETIMEDOUT) {}
    }
    pthread_mutex_unlock(&gil->switch_mutex);
}

void kr_gil_yield(PyThreadState *thread)
{
    if (!(kr_pending_requests(&thread->interp->pending) & KR_REQUEST_DROP_LOCK)) return;
    __atomic_store_n(&_PyRuntime.tstate_current, NULL, __ATOMIC_RELAXED);
    kr_gil_drop(thread);
    kr_gil_take(thread);
    __atomic_store_n(&_PyRuntime.tstate_current, thread, __ATOMIC_RELAXED);
}

void kr_gil_after_fork(PyThreadState *thread)
{
    // The mutexes may be in any state: they are made anew.
    KrGil *gil = _PyRuntime.gil;
    (void)init_lock(gil);
    gil->is_held = 1;
    gil->holder = thread;
    kr_pending_withdraw(&thread->interp->pending, KR_REQUEST_DROP_LOCK);
}

int kr_gil_is_held_by(PyThreadState *thread)
{
    KrGil *gil = _PyRuntime.gil;
    return gil != NULL && gil->is_held && gil->holder == thread;
}

unsigned long kr_gil_switch_interval(void)
{
    return _PyRuntime.gil->interval;
}

void kr_gil_set_switch_interval(unsigned long microseconds)
{
    _PyRuntime.gil->interval = microseconds < 1 ? DEFAULT_INTERVAL : microseconds;
}

void _PyEval_SetSwitchInterval(unsigned long microseconds)
{
    kr_gil_set_switch_interval(microseconds);
}

unsigned long _PyEval_GetSwitchInterval(void)
{
    return kr_gil_switch_interval();
}
