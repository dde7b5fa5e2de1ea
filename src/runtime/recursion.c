// recursion.c - the limit of nested calls, and of C stack.
//
// Two guards in one check: the counter that programs set, and the stack pointer against the
// thread's real bounds, which holds whatever the limit says.
#include "ceval.h"
#include "internal/pycore_ceval.h"
#include "intrcheck.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/thread.h"

// So much deeper may handlers go while a RecursionError is being made.
enum { HEADROOM = 50 };

int kr_recursion_check(PyThreadState *thread, const char *where)
{
    if (thread->recursion_headroom > 0) {
        if (thread->recursion_remaining >= -HEADROOM
            && (char *)__builtin_frame_address(0) > kr_thread_own(thread)->stack_end + 16 * 1024)
            return 0;
        Py_FatalError("Cannot recover from stack overflow.");
    }
    if (thread->recursion_remaining >= 0 && !kr_stack_is_low(thread)) return 0;
    thread->recursion_headroom++;
    kr_hooks.raise_recursion_error(where);
    thread->recursion_headroom--;
    thread->recursion_remaining++;
    return -1;
}

int _Py_CheckRecursiveCall(PyThreadState *thread, const char *where)
{
    return kr_recursion_check(thread, where);
}

int Py_EnterRecursiveCall(const char *where)
{
    return kr_recursion_enter(kr_thread_current(), where);
}

void Py_LeaveRecursiveCall(void)
{
    kr_recursion_leave(kr_thread_current());
}

int Py_GetRecursionLimit(void)
{
    return kr_interpreter_current()->recursion_limit;
}

void Py_SetRecursionLimit(int limit)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    interpreter->recursion_limit = limit;
    for (PyThreadState *thread = interpreter->threads; thread != NULL; thread = thread->next) {
        int depth = thread->recursion_limit - thread->recursion_remaining;
        thread->recursion_limit = limit;
        thread->recursion_remaining = limit - depth;
    }
}
