// state.c - start and end of the process-wide part.
#include "runtime/state.h"

#include <string.h>

#include "base/memory.h"
#include "pylifecycle.h"
#include "runtime/gil.h"
#include "runtime/interpreter.h"
#include "runtime/thread.h"

__attribute__((visibility("default"))) struct pyruntimestate _PyRuntime = {
    .lists_lock = PTHREAD_MUTEX_INITIALIZER,
    .auto_key = Py_tss_NEEDS_INIT,
};

KrHooks kr_hooks;

int kr_runtime_init(void)
{
    if (_PyRuntime._initialized) return 0;
    _PyRuntime.main_thread = PyThread_get_thread_ident();
    if (kr_gil_init() < 0) return -1;
    if (PyThread_tss_create(&_PyRuntime.auto_key) != 0) return -1;
    PyInterpreterState *interpreter = kr_interpreter_new();
    if (interpreter == NULL) return -1;
    PyThreadState *thread = kr_thread_new(interpreter);
    if (thread == NULL) return -1;
    _PyRuntime.auto_interpreter = interpreter;
    kr_thread_bind_stack(thread);
    kr_gil_take(thread);
    __atomic_store_n(&_PyRuntime.tstate_current, thread, __ATOMIC_RELAXED);
    if (kr_thread_bind_gilstate(thread) < 0) return -1;
    _PyRuntime._initialized = 1;
    return 0;
}

PyStatus _PyRuntime_Initialize(void)
{
    // Interpreter and thread are made by kr_runtime_init, which can also report a failure in
    // words.
    return (PyStatus){._type = _PyStatus_TYPE_OK};
}

void _PyRuntime_Finalize(void)
{
    _PyRuntime.core_initialized = 0;
    _PyRuntime.initialized = 0;
}

PyStatus _PyRuntimeState_Init(_PyRuntimeState *runtime)
{
    if (runtime == &_PyRuntime && kr_runtime_init() == 0)
        return (PyStatus){._type = _PyStatus_TYPE_OK};
    return (PyStatus){._type = _PyStatus_TYPE_ERROR, .func = __func__,
                      .err_msg = "memory allocation failed"};
}

void _PyRuntimeState_Fini(_PyRuntimeState *runtime)
{
    PyThread_tss_delete(&runtime->auto_key);
}

int _Py_IsFinalizing(void)
{
    return __atomic_load_n(&_PyRuntime.finalizing, __ATOMIC_RELAXED) != NULL;
}

int _Py_IsCoreInitialized(void)
{
    return _PyRuntime.core_initialized;
}
