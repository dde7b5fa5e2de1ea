// fork.c - before and after fork: registered functions, and what the only thread of a child
// repairs.
#include "abstract.h"
#include "intrcheck.h"
#include "internal/pycore_pystate.h"
#include "internal/pycore_runtime.h"
#include "listobject.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "runtime/pending.h"
#include "runtime/state.h"
#include "runtime/thread.h"

// Calls the functions of [list] (or NULL); their exceptions go nowhere but to the hook for such.
static void run_functions(PyObject *list, int newest_first)
{
    if (list == NULL) return;
    KR_AUTO PyObject *functions = PyList_GetSlice(list, 0, PyList_GET_SIZE(list));
    if (functions == NULL) {
        PyErr_WriteUnraisable(list);
        return;
    }
    Py_ssize_t count = PyList_GET_SIZE(functions);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *function = PyList_GET_ITEM(functions, newest_first ? count - 1 - i : i);
        PyObject *result = PyObject_CallNoArgs(function);
        if (result == NULL) PyErr_WriteUnraisable(function);
        Py_XDECREF(result);
    }
}

void PyOS_BeforeFork(void)
{
    run_functions(kr_interpreter_current()->before_forkers, 1);
    if (kr_hooks.import_lock != NULL) kr_hooks.import_lock(KR_IMPORT_LOCK_ACQUIRE);
}

void PyOS_AfterFork_Parent(void)
{
    if (kr_hooks.import_lock != NULL) kr_hooks.import_lock(KR_IMPORT_LOCK_RELEASE);
    run_functions(kr_interpreter_current()->after_forkers_parent, 0);
}

void PyOS_AfterFork_Child(void)
{
    PyThreadState *thread = kr_thread_current();
    pthread_mutex_init(&_PyRuntime.lists_lock, NULL);
    kr_gil_after_fork(thread);
    kr_pending_init(&thread->interp->pending);
    kr_thread_bind_stack(thread);
    _PyRuntime.main_thread = PyThread_get_thread_ident();
    if (kr_hooks.import_lock != NULL) kr_hooks.import_lock(KR_IMPORT_LOCK_REINIT);
    if (kr_hooks.clear_signals != NULL) kr_hooks.clear_signals();
    _PyThreadState_DeleteExcept(&_PyRuntime, thread);
    run_functions(thread->interp->after_forkers_child, 0);
}

void PyOS_AfterFork(void)
{
    PyOS_AfterFork_Child();
}
