// pending.h - requests to the evaluator: one word that loops and calls look at, and queued calls.
//
// (1) `breaker` is non-zero exactly when something waits; any thread may set bits, the thread that
//     holds the lock clears them.
// (2) What to do about a bit is decided in vm (kr_hooks.handle_pending), with the services here.
#ifndef KR_RUNTIME_PENDING_H
#define KR_RUNTIME_PENDING_H

#include <pthread.h>

#include <stdbool.h>

#include "object.h"
#include "pystate.h"

enum {
    KR_REQUEST_DROP_LOCK = 1,    // another thread waits for the lock
    KR_REQUEST_CALLS = 2,        // Py_AddPendingCall
    KR_REQUEST_SIGNALS = 4,      // a signal arrived
    KR_REQUEST_ASYNC_EXC = 8,    // PyThreadState_SetAsyncExc
    KR_REQUEST_COLLECT = 16,     // the collector wants to run
};

enum { KR_PENDING_CALLS = 32 };

typedef struct KrPending {
    unsigned int breaker;        // KR_REQUEST_…
    pthread_mutex_t lock;        // guards the queue
    int first, last;             // ring: empty when equal
    bool is_running;             // the main thread is inside kr_pending_run_calls
    struct {
        int (*function)(void *);
        void *argument;
    } calls[KR_PENDING_CALLS];
} KrPending;

static inline void kr_pending_request(KrPending *pending, unsigned int bits)
{
    __atomic_or_fetch(&pending->breaker, bits, __ATOMIC_RELAXED);
}

static inline void kr_pending_withdraw(KrPending *pending, unsigned int bits)
{
    __atomic_and_fetch(&pending->breaker, ~bits, __ATOMIC_RELAXED);
}

// Which requests wait: the evaluator asks at loop edges and calls.
static inline unsigned int kr_pending_requests(const KrPending *pending)
{
    return __atomic_load_n(&pending->breaker, __ATOMIC_RELAXED);
}

int kr_pending_init(KrPending *pending);
// Runs the queued calls when the current thread is the main one: 0, or -1 with the exception of a
// call.
int kr_pending_run_calls(PyThreadState *thread);
// Polls all requests (kr_hooks.handle_pending): 0, or -1 with an exception.  For long loops in C.
int kr_pending_poll(PyThreadState *thread);

// ---- the lock of the interpreter (gil.c)

// Gives up the lock and takes it back, when another thread asked for it.
void kr_gil_yield(PyThreadState *thread);
void kr_gil_take(PyThreadState *thread);
void kr_gil_drop(PyThreadState *thread);
// In the child after fork: the lock belongs to the only thread left.
void kr_gil_after_fork(PyThreadState *thread);
int kr_gil_is_held_by(PyThreadState *thread);
unsigned long kr_gil_switch_interval(void);
void kr_gil_set_switch_interval(unsigned long microseconds);

#endif
