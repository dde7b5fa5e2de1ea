// thread_frames.c - the frames of all threads, as others see them.
#include "ceval.h"
#include "dictobject.h"
#include "internal/pycore_code.h"
#include "longobject.h"
#include "pyerrors.h"
#include "pystate.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "runtime/state.h"
#include "vm/frame.h"
#include "vm/system.h"

PyFrameObject *PyThreadState_GetFrame(PyThreadState *thread)
{
    KrFrame *frame = kr_frame_current(thread);
    if (frame == NULL) return NULL;
    PyFrameObject *object = kr_frame_object(frame);
    if (object == NULL) PyErr_Clear();
    return (PyFrameObject *)Py_XNewRef((PyObject *)object);
}

static int add_frame(PyObject *dict, PyThreadState *thread)
{
    KrFrame *frame = kr_frame_current(thread);
    if (frame == NULL) return 0;
    PyObject *object = (PyObject *)kr_frame_object(frame);
    KR_AUTO PyObject *key = PyLong_FromUnsignedLong(thread->thread_id);
    return key == NULL || object == NULL ? -1 : PyDict_SetItem(dict, key, object);
}

PyObject *_PyThread_CurrentFrames(void)
{
    if (kr_system_is_audited() && kr_system_audit("sys._current_frames", PyTuple_New(0)) < 0)
        return NULL;
    KR_AUTO PyObject *dict = PyDict_New();
    if (dict == NULL) return NULL;
    // The threads stay: this one holds the lock of the interpreter.
    for (PyInterpreterState *at = _PyRuntime.interpreters.head; at != NULL; at = at->next)
        for (PyThreadState *thread = at->threads; thread != NULL; thread = thread->next)
            if (add_frame(dict, thread) < 0) return NULL;
    return kr_take(dict);
}

Py_ssize_t _PyEval_RequestCodeExtraIndex(freefunc free)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (interpreter->co_extra_user_count == KR_CO_EXTRA_USERS - 1) return -1;
    Py_ssize_t index = interpreter->co_extra_user_count++;
    interpreter->co_extra_freefuncs[index] = free;
    return index;
}
