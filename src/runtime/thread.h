// thread.h - the current thread, its stack bounds and the recursion guard.
//
// A PyThreadState is the first part of a KrThread: extensions know its fields, the rest is
// Krait's.
#ifndef KR_RUNTIME_THREAD_H
#define KR_RUNTIME_THREAD_H

#include <stdbool.h>

#include "object.h"
#include "pystate.h"
#include "runtime/hooks.h"
#include "runtime/state.h"

typedef struct KrThread {
    PyThreadState state;
    char *stack_limit;      // C code must not go below; NULL until the thread runs
    char *stack_end;        // the lowest address of the stack itself
} KrThread;

// The thread that holds the lock; NULL when none does.
static inline PyThreadState *kr_thread_current(void)
{
    return __atomic_load_n(&_PyRuntime.tstate_current, __ATOMIC_RELAXED);
}

static inline KrThread *kr_thread_own(PyThreadState *thread)
{
    return (KrThread *)thread;
}

// True when the C stack of the current thread is nearly used up.
static inline int kr_stack_is_low(PyThreadState *thread)
{
    return (char *)__builtin_frame_address(0) < kr_thread_own(thread)->stack_limit;
}

// For what recurses in C without counting: 0, or -1 with RecursionError when the stack is nearly
// used up.
static inline int kr_stack_check(const char *where)
{
    if (__builtin_expect(!kr_stack_is_low(kr_thread_current()), 1)) return 0;
    kr_hooks.raise_recursion_error(where);
    return -1;
}

// Raises RecursionError and returns -1, or returns 0 when the depth is still allowed (an error is
// just handled).
int kr_recursion_check(PyThreadState *thread, const char *where);

// Py_EnterRecursiveCall for Krait's own code.  0, or -1 with RecursionError "maximum recursion
// depth exceeded[where]".
static inline int kr_recursion_enter(PyThreadState *thread, const char *where)
{
    if (__builtin_expect(--thread->recursion_remaining < 0 || kr_stack_is_low(thread), 0))
        return kr_recursion_check(thread, where);
    return 0;
}

static inline void kr_recursion_leave(PyThreadState *thread)
{
    thread->recursion_remaining++;
}

// Sets the stack bounds of [thread] to those of the OS thread that runs.
void kr_thread_bind_stack(PyThreadState *thread);
// A new thread state of [interpreter], not yet current; NULL without memory.
PyThreadState *kr_thread_new(PyInterpreterState *interpreter);
// Makes [thread] the one that PyGILState_Ensure finds in this OS thread, if there is none yet.  0,
// or -1.
int kr_thread_bind_gilstate(PyThreadState *thread);

#endif
