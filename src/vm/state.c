// state.c - the VM's part of an interpreter, and its services for lower floors.
#include "vm/state.h"

#include "objimpl.h"
#include "listobject.h"
#include "dictobject.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/hooks.h"
#include "traceback.h"
#include "runtime/pending.h"
#include "runtime/thread.h"
#include "vm/frame.h"
#include "vm/import_lock.h"
#include "vm/imports.h"
#include "vm/interpreter.h"
#include "vm/super.h"
#include "vm/tracebacks.h"

int kr_state_start(PyInterpreterState *interpreter)
{
    if (interpreter->vm == NULL) {
        interpreter->vm = PyMem_RawCalloc(1, sizeof(KrVmState));
        if (interpreter->vm == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    KrVmState *state = interpreter->vm;
    state->len = PyDict_GetItemWithError(interpreter->builtins, ID(len));
    state->isinstance = PyDict_GetItemWithError(interpreter->builtins, ID(isinstance));
    state->list_append = PyDict_GetItemWithError(PyList_Type.tp_dict, ID(append));
    return PyErr_Occurred() ? -1 : 0;
}

// Signals, queued calls, the lock, exceptions from other threads.
int kr_interpreter_handle_pending(PyThreadState *thread)
{
    KrPending *pending = &thread->interp->pending;
    unsigned requests = kr_pending_requests(pending);
    if ((requests & KR_REQUEST_SIGNALS) && PyErr_CheckSignals() < 0) return -1;
    if ((requests & KR_REQUEST_CALLS) && kr_pending_run_calls(thread) < 0) return -1;
    if (requests & KR_REQUEST_COLLECT) {
        kr_pending_withdraw(pending, KR_REQUEST_COLLECT);
        PyGC_Collect();
    }
    if (requests & KR_REQUEST_DROP_LOCK) kr_gil_yield(thread);
    if (requests & KR_REQUEST_ASYNC_EXC) {
        kr_pending_withdraw(pending, KR_REQUEST_ASYNC_EXC);
        PyObject *exception = thread->async_exc;
        if (exception != NULL) {
            thread->async_exc = NULL;
            PyErr_SetNone(exception);
            Py_DECREF(exception);
            return -1;
        }
    }
    return 0;
}

static PyObject *current_locals(PyThreadState *thread)
{
    KrFrame *frame = kr_frame_current(thread);
    return frame == NULL ? NULL : kr_frame_locals(frame);
}

static PyObject *current_globals(PyThreadState *thread)
{
    KrFrame *frame = kr_frame_current(thread);
    return frame == NULL ? NULL : frame->f_globals;
}

void kr_state_set_hooks(void)
{
    kr_hooks.import_module = kr_import_by_name;
    kr_hooks.handle_pending = kr_interpreter_handle_pending;
    kr_hooks.current_traceback = kr_traceback_of_current_frame;
    kr_hooks.add_traceback = kr_traceback_add_native;
    kr_hooks.current_globals = current_globals;
    kr_hooks.current_locals = current_locals;
    kr_hooks.super_arguments = kr_super_arguments;
    kr_hooks.import_lock = kr_import_lock_act;
    kr_hooks.traceback_type = &PyTraceBack_Type;
    kr_hooks.function_type = &PyFunction_Type;
}
