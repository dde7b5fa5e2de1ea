// interpreter.c - interpreter states: making, ending, and their lists.
#include "runtime/interpreter.h"

#include <string.h>

#include "base/memory.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_pystate.h"
#include "pyerrors.h"
#include "runtime/state.h"
#include "runtime/thread.h"

enum { RECURSION_LIMIT = 1000, DLOPEN_NOW = 2 };

PyInterpreterState *kr_interpreter_new(void)
{
    PyInterpreterState *interpreter = kr_memory_allocate_zeroed(1, sizeof *interpreter);
    if (interpreter == NULL) return NULL;
    if (kr_pending_init(&interpreter->pending) < 0) {
        kr_memory_free(interpreter);
        return NULL;
    }
    kr_gc_init(&interpreter->gc);
    interpreter->runtime = &_PyRuntime;
    interpreter->recursion_limit = RECURSION_LIMIT;
    interpreter->dlopenflags = DLOPEN_NOW;
    interpreter->int_max_str_digits = 4300;
    interpreter->next_function_version = 1;
    interpreter->next_dict_keys_version = 1;
    interpreter->next_type_version = 1;
    pthread_mutex_lock(&_PyRuntime.lists_lock);
    interpreter->id = _PyRuntime.interpreters.next_id++;
    interpreter->next = _PyRuntime.interpreters.head;
    _PyRuntime.interpreters.head = interpreter;
    if (_PyRuntime.interpreters.main == NULL) _PyRuntime.interpreters.main = interpreter;
    pthread_mutex_unlock(&_PyRuntime.lists_lock);
    return interpreter;
}

PyInterpreterState *PyInterpreterState_New(void)
{
    return kr_interpreter_new();
}

// Empties a dict (or whatever stands in the field) through its type, and gives it up.
static void clear_container(PyObject **field)
{
    PyObject *container = *field;
    if (container == NULL) return;
    if (Py_TYPE(container)->tp_clear != NULL) (void)Py_TYPE(container)->tp_clear(container);
    Py_CLEAR(*field);
}

void PyInterpreterState_Clear(PyInterpreterState *interpreter)
{
    Py_CLEAR(interpreter->audit_hooks);
    for (PyThreadState *thread = interpreter->threads; thread != NULL; thread = thread->next)
        PyThreadState_Clear(thread);
    Py_CLEAR(interpreter->codec_search_path);
    Py_CLEAR(interpreter->codec_search_cache);
    Py_CLEAR(interpreter->codec_error_registry);
    Py_CLEAR(interpreter->modules);
    Py_CLEAR(interpreter->modules_by_index);
    Py_CLEAR(interpreter->extensions);
    Py_CLEAR(interpreter->importlib);
    Py_CLEAR(interpreter->importlib_external);
    Py_CLEAR(interpreter->import_func);
    Py_CLEAR(interpreter->builtins_copy);
    Py_CLEAR(interpreter->sysdict_copy);
    Py_CLEAR(interpreter->dict);
    Py_CLEAR(interpreter->before_forkers);
    Py_CLEAR(interpreter->after_forkers_parent);
    Py_CLEAR(interpreter->after_forkers_child);
    Py_CLEAR(interpreter->warnings_filters);
    Py_CLEAR(interpreter->warnings_once_registry);
    Py_CLEAR(interpreter->warnings_default_action);
    // What is left in the two namespaces goes before their dicts do.
    clear_container(&interpreter->sysdict);
    clear_container(&interpreter->builtins);
    PyThreadState *thread = kr_thread_current();
    if (thread != NULL && thread->interp == interpreter)
        kr_gc_collect(thread, KR_GC_GENERATIONS - 1);
}

void PyInterpreterState_Delete(PyInterpreterState *interpreter)
{
    pthread_mutex_lock(&_PyRuntime.lists_lock);
    PyInterpreterState **link = &_PyRuntime.interpreters.head;
    while (*link != NULL && *link != interpreter) link = &(*link)->next;
    if (*link == NULL) {
        pthread_mutex_unlock(&_PyRuntime.lists_lock);
        Py_FatalError("NULL interpreter");
    }
    *link = interpreter->next;
    if (_PyRuntime.interpreters.main == interpreter) _PyRuntime.interpreters.main = NULL;
    pthread_mutex_unlock(&_PyRuntime.lists_lock);
    pthread_mutex_destroy(&interpreter->pending.lock);
    kr_memory_free(interpreter);
}

// ---- lists and identity

PyInterpreterState *PyInterpreterState_Head(void)
{
    return _PyRuntime.interpreters.head;
}

PyInterpreterState *PyInterpreterState_Main(void)
{
    return _PyRuntime.interpreters.main;
}

PyInterpreterState *PyInterpreterState_Next(PyInterpreterState *interpreter)
{
    return interpreter->next;
}

PyThreadState *PyInterpreterState_ThreadHead(PyInterpreterState *interpreter)
{
    return interpreter->threads;
}

PyInterpreterState *PyInterpreterState_Get(void)
{
    PyThreadState *thread = kr_thread_current();
    if (thread == NULL) _Py_FatalError_TstateNULL(__func__);
    return thread->interp;
}

int64_t PyInterpreterState_GetID(PyInterpreterState *interpreter)
{
    return interpreter->id;
}

PyInterpreterState *kr_interpreter_find(int64_t id)
{
    pthread_mutex_lock(&_PyRuntime.lists_lock);
    PyInterpreterState *found = _PyRuntime.interpreters.head;
    while (found != NULL && found->id != id) found = found->next;
    pthread_mutex_unlock(&_PyRuntime.lists_lock);
    return found;
}

int _PyInterpreterState_IDInitref(PyInterpreterState *interpreter)
{
    return 0;
}

int _PyInterpreterState_IDIncref(PyInterpreterState *interpreter)
{
    pthread_mutex_lock(&_PyRuntime.lists_lock);
    interpreter->id_references++;
    pthread_mutex_unlock(&_PyRuntime.lists_lock);
    return 0;
}

int _PyInterpreterState_RequiresIDRef(PyInterpreterState *interpreter)
{
    return interpreter->requires_id_references;
}

void _PyInterpreterState_RequireIDRef(PyInterpreterState *interpreter, int required)
{
    interpreter->requires_id_references = required != 0;
}

PyStatus _PyInterpreterState_Enable(_PyRuntimeState *runtime)
{
    return (PyStatus){._type = _PyStatus_TYPE_OK};
}

// ---- configuration and the evaluator

const PyConfig *_PyInterpreterState_GetConfig(PyInterpreterState *interpreter)
{
    return &interpreter->config;
}

const PyConfig *_Py_GetConfig(void)
{
    return &kr_thread_current()->interp->config;
}

_PyFrameEvalFunction _PyInterpreterState_GetEvalFrameFunc(PyInterpreterState *interpreter)
{
    return interpreter->eval_frame;
}
