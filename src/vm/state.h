// state.h - what the VM keeps in the interpreter, and the two questions it asks at every call and
// loop.
#ifndef KR_VM_STATE_H
#define KR_VM_STATE_H

#include "object.h"
#include "runtime/interpreter.h"

// Builtin functions that the specialiser knows by identity; borrowed from the module builtins and
// from list.
typedef struct KrVmState {
    PyObject *len;
    PyObject *isinstance;
    PyObject *list_append;
    bool is_setting_profile;    // _PyEval_SetProfile runs
    bool is_setting_trace;
} KrVmState;

static inline KrVmState *kr_state_callables(PyThreadState *thread)
{
    return thread->interp->vm;
}

static inline bool kr_state_breaker_is_set(PyThreadState *thread)
{
    return kr_pending_requests(&thread->interp->pending) != 0;
}

// May a Python function or generator run in the loop of its caller (PEP 523 hook not set)?
static inline bool kr_state_runs_inline(PyThreadState *thread)
{
    return !thread->interp->has_own_eval_frame;
}

static inline _PyFrameEvalFunction kr_state_eval_frame(PyThreadState *thread)
{
    return thread->interp->eval_frame;
}

// Makes the VM's part of [interpreter] once builtins exists: 0, or -1 with an exception.  Called
// by app at start.
int kr_state_start(PyInterpreterState *interpreter);
// Fills the VM's entries of kr_hooks.
void kr_state_set_hooks(void);

#endif
