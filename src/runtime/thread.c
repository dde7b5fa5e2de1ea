// thread.c - thread states: making, switching, ending.
//
// (1) All thread states of an interpreter are linked from it; the list changes with lists_lock
//     held.
// (2) The current one holds the interpreter lock.
#include "runtime/thread.h"

#include <stdio.h>

#include "base/memory.h"
#include "ceval.h"
#include "intrcheck.h"
#include "internal/pycore_pylifecycle.h"
#include "internal/pycore_pystate.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"

enum { STACK_MARGIN = 128 * 1024, STACK_ASSUMED = 8 * 1024 * 1024 };

static void set_current(PyThreadState *thread)
{
    __atomic_store_n(&_PyRuntime.tstate_current, thread, __ATOMIC_RELAXED);
}

// ---- stack bounds

void kr_thread_bind_stack(PyThreadState *thread)
{
    KrThread *own = kr_thread_own(thread);
    char *here = __builtin_frame_address(0), *lowest = here - STACK_ASSUMED;
    size_t guard = 0;
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        void *start;
        size_t size;
        if (pthread_attr_getstack(&attributes, &start, &size) == 0) lowest = start;
        pthread_attr_getguardsize(&attributes, &guard);
        pthread_attr_destroy(&attributes);
    }
    // A limit of the main thread without end would let the stack grow into whatever is mapped
    // below.
    if (here - lowest > (ptrdiff_t)1 << 30) lowest = here - ((ptrdiff_t)1 << 30);
    size_t margin = STACK_MARGIN;
    if ((size_t)(here - lowest) < 4 * margin) margin = (size_t)(here - lowest) / 4;
    own->stack_end = lowest;
    own->stack_limit = lowest + guard + margin;
    thread->thread_id = PyThread_get_thread_ident();
    thread->native_thread_id = PyThread_get_thread_native_id();
}

// ---- making

void _PyThreadState_Init(PyThreadState *thread)
{
    PyInterpreterState *interpreter = thread->interp;
    thread->recursion_limit = interpreter->recursion_limit;
    thread->recursion_remaining = interpreter->recursion_limit;
    thread->cframe = &thread->root_cframe;
    thread->exc_info = &thread->exc_state;
    thread->gilstate_counter = 1;
    thread->context_ver = 1;
    thread->thread_id = PyThread_get_thread_ident();
    thread->native_thread_id = PyThread_get_thread_native_id();
    thread->_initialized = 1;
}

PyThreadState *kr_thread_new(PyInterpreterState *interpreter)
{
    KrThread *own = kr_memory_allocate_zeroed(1, sizeof *own);
    if (own == NULL) return NULL;
    PyThreadState *thread = &own->state;
    thread->interp = interpreter;
    _PyThreadState_Init(thread);
    pthread_mutex_lock(&_PyRuntime.lists_lock);
    thread->id = ++_PyRuntime.next_thread_number;
    thread->next = interpreter->threads;
    if (thread->next != NULL) thread->next->prev = thread;
    interpreter->threads = thread;
    pthread_mutex_unlock(&_PyRuntime.lists_lock);
    return thread;
}

PyThreadState *PyThreadState_New(PyInterpreterState *interpreter)
{
    PyThreadState *thread = kr_thread_new(interpreter);
    if (thread == NULL) return NULL;
    kr_thread_bind_stack(thread);
    // A thread that extension code made and starts itself finds its state again through
    // PyGILState.
    if (kr_thread_bind_gilstate(thread) < 0) thread->_initialized = 0;
    return thread;
}

PyThreadState *_PyThreadState_Prealloc(PyInterpreterState *interpreter)
{
    return kr_thread_new(interpreter);
}

// ---- ending

void PyThreadState_Clear(PyThreadState *thread)
{
    if (kr_hooks.clear_thread != NULL) kr_hooks.clear_thread(thread);
    Py_CLEAR(thread->dict);
    Py_CLEAR(thread->async_exc);
    Py_CLEAR(thread->curexc_type);
    Py_CLEAR(thread->curexc_value);
    Py_CLEAR(thread->curexc_traceback);
    Py_CLEAR(thread->exc_state.exc_value);
    thread->c_profilefunc = NULL;
    thread->c_tracefunc = NULL;
    Py_CLEAR(thread->c_profileobj);
    Py_CLEAR(thread->c_traceobj);
    Py_CLEAR(thread->async_gen_firstiter);
    Py_CLEAR(thread->async_gen_finalizer);
    Py_CLEAR(thread->context);
    if (thread->on_delete != NULL) thread->on_delete(thread->on_delete_data);
    thread->on_delete = NULL;
}

static void unlink_and_free(PyThreadState *thread)
{
    pthread_mutex_lock(&_PyRuntime.lists_lock);
    if (thread->prev != NULL)
        thread->prev->next = thread->next;
    else
        thread->interp->threads = thread->next;
    if (thread->next != NULL) thread->next->prev = thread->prev;
    pthread_mutex_unlock(&_PyRuntime.lists_lock);
    if (PyThread_tss_get(&_PyRuntime.auto_key) == thread)
        PyThread_tss_set(&_PyRuntime.auto_key, NULL);
    _PyStackChunk *chunk = thread->datastack_chunk;
    thread->datastack_chunk = NULL;
    while (chunk != NULL) {
        _PyStackChunk *previous = chunk->previous;
        kr_memory_free(chunk);
        chunk = previous;
    }
    kr_memory_free(kr_thread_own(thread));
}

void PyThreadState_Delete(PyThreadState *thread)
{
    if (thread == kr_thread_current()) Py_FatalError("tstate is still current");
    unlink_and_free(thread);
}

void _PyThreadState_DeleteCurrent(PyThreadState *thread)
{
    set_current(NULL);
    unlink_and_free(thread);
    kr_gil_drop(NULL);
}

void PyThreadState_DeleteCurrent(void)
{
    _PyThreadState_DeleteCurrent(kr_thread_current());
}

void _PyThreadState_DeleteExcept(_PyRuntimeState *runtime, PyThreadState *thread)
{
    PyInterpreterState *interpreter = thread->interp;
    pthread_mutex_lock(&runtime->lists_lock);
    PyThreadState *others = interpreter->threads;
    if (others == thread) others = thread->next;
    if (thread->prev != NULL) thread->prev->next = thread->next;
    if (thread->next != NULL) thread->next->prev = thread->prev;
    thread->prev = thread->next = NULL;
    interpreter->threads = thread;
    pthread_mutex_unlock(&runtime->lists_lock);
    while (others != NULL) {
        PyThreadState *next = others->next;
        PyThreadState_Clear(others);
        kr_memory_free(kr_thread_own(others));
        others = next;
    }
}

// ---- which is current

PyThreadState *_PyThreadState_UncheckedGet(void)
{
    return kr_thread_current();
}

void _Py_FatalError_TstateNULL(const char *function)
{
    _Py_FatalErrorFunc(function, "the function must be called with the GIL held, but the GIL is "
                       "released (the current Python thread state is NULL)");
}

PyThreadState *PyThreadState_Get(void)
{
    PyThreadState *thread = kr_thread_current();
    if (thread == NULL) _Py_FatalError_TstateNULL(__func__);
    return thread;
}

PyThreadState *PyThreadState_Swap(PyThreadState *thread)
{
    PyThreadState *old = kr_thread_current();
    set_current(thread);
    return old;
}

PyThreadState *_PyThreadState_Swap(struct _gilstate_runtime_state *Py_UNUSED(unused),
                                   PyThreadState *thread)
{
    return PyThreadState_Swap(thread);
}

void _PyThreadState_SetCurrent(PyThreadState *thread)
{
    (void)kr_thread_bind_gilstate(thread);
}

PyInterpreterState *PyThreadState_GetInterpreter(PyThreadState *thread)
{
    return thread->interp;
}

uint64_t PyThreadState_GetID(PyThreadState *thread)
{
    return thread->id;
}

PyThreadState *PyThreadState_Next(PyThreadState *thread)
{
    return thread->next;
}

PyObject *_PyThreadState_GetDict(PyThreadState *thread)
{
    return thread->dict;
}

// ---- the lock, as extensions give it up

PyThreadState *PyEval_SaveThread(void)
{
    PyThreadState *thread = kr_thread_current();
    assert(thread != NULL);
    set_current(NULL);
    kr_gil_drop(thread);
    return thread;
}

void PyEval_RestoreThread(PyThreadState *thread)
{
    kr_gil_take(thread);
    set_current(thread);
}

void PyEval_AcquireThread(PyThreadState *thread)
{
    kr_gil_take(thread);
    if (kr_thread_current() != NULL) Py_FatalError("non-NULL old thread state");
    set_current(thread);
}

void PyEval_ReleaseThread(PyThreadState *thread)
{
    if (kr_thread_current() != thread) Py_FatalError("wrong thread state");
    set_current(NULL);
    kr_gil_drop(thread);
}

void PyEval_AcquireLock(void)
{
    kr_gil_take(PyThreadState_Get());
}

void PyEval_ReleaseLock(void)
{
    kr_gil_drop(kr_thread_current());
}

void PyEval_InitThreads(void)
{
}

int PyEval_ThreadsInitialized(void)
{
    return _PyRuntime.gil != NULL;
}

// ---- PyGILState: the thread state that belongs to an OS thread

int kr_thread_bind_gilstate(PyThreadState *thread)
{
    if (!PyThread_tss_is_created(&_PyRuntime.auto_key)) return 0;
    if (PyThread_tss_get(&_PyRuntime.auto_key) != NULL) return 0;
    return PyThread_tss_set(&_PyRuntime.auto_key, thread) == 0 ? 0 : -1;
}

PyThreadState *PyGILState_GetThisThreadState(void)
{
    if (!PyThread_tss_is_created(&_PyRuntime.auto_key)) return NULL;
    return PyThread_tss_get(&_PyRuntime.auto_key);
}

int PyGILState_Check(void)
{
    PyThreadState *thread = kr_thread_current();
    if (!_PyRuntime._initialized) return 1;
    return thread != NULL && thread == PyGILState_GetThisThreadState();
}

PyInterpreterState *_PyGILState_GetInterpreterStateUnsafe(void)
{
    return _PyRuntime.auto_interpreter;
}

PyGILState_STATE PyGILState_Ensure(void)
{
    PyThreadState *thread = PyGILState_GetThisThreadState();
    int has_lock;
    if (thread == NULL) {
        thread = PyThreadState_New(_PyRuntime.auto_interpreter);
        if (thread == NULL) Py_FatalError("Couldn't create thread-state for new thread");
        thread->gilstate_counter = 0;
        has_lock = 0;
    } else {
        has_lock = thread == kr_thread_current();
    }
    if (!has_lock) PyEval_RestoreThread(thread);
    thread->gilstate_counter++;
    return has_lock ? PyGILState_LOCKED : PyGILState_UNLOCKED;
}

void PyGILState_Release(PyGILState_STATE state)
{
    PyThreadState *thread = PyGILState_GetThisThreadState();
    if (thread == NULL)
        Py_FatalError("auto-releasing thread-state, but no thread-state for this thread");
    if (thread != kr_thread_current())
        _Py_FatalErrorFormat(__func__, "thread state %p must be current when releasing",
                             (void *)thread);
    assert(thread->gilstate_counter > 0);
    if (--thread->gilstate_counter == 0) {
        assert(state == PyGILState_UNLOCKED);
        thread->gilstate_counter++;  // destructors of the next line may come here again
        PyThreadState_Clear(thread);
        thread->gilstate_counter--;
        _PyThreadState_DeleteCurrent(thread);
    } else if (state == PyGILState_UNLOCKED) {
        PyEval_SaveThread();
    }
}

int _PyOS_IsMainThread(void)
{
    return PyThread_get_thread_ident() == _PyRuntime.main_thread;
}
