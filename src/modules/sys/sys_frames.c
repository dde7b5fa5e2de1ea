// sys_frames.c - frames, tracing and the hooks of coroutines and asynchronous generators.
#include "modules/sys/sys.h"

#include "Python.h"
#include "frameobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/interpreter.h"

METHOD(_getframe, "module, depth: int = 0, /",
       "Return a frame object from the call stack.\n\nIf optional integer depth is given, return "
       "the frame object that many\ncalls below the top of the stack.  If that is deeper than "
       "the call\nstack, ValueError is raised.  The default for depth is zero, returning\nthe "
       "frame at the top of the call stack.\n\nThis function should be used for internal and "
       "specialized purposes\nonly.")
static PyObject *frame__getframe(PyObject *module, int depth)
{
    PyFrameObject *frame = (PyFrameObject *)Py_XNewRef((PyObject *)PyEval_GetFrame());
    for (; frame != NULL && depth > 0; depth--) {
        PyFrameObject *back = PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = back;
    }
    if (frame == NULL) {
        if (PyErr_Occurred()) return NULL;
        return kr_raise(PyExc_ValueError, "call stack is not deep enough");
    }
    if (PySys_Audit("sys._getframe", "(O)", frame) < 0) Py_CLEAR(frame);
    return (PyObject *)frame;
}

METHOD(_current_frames, "module",
       "Return a dict mapping each thread's thread id to its current stack frame.\n\nThis "
       "function should be used for specialized purposes only.")
static PyObject *frame__current_frames(PyObject *module)
{
    return _PyThread_CurrentFrames();
}

METHOD(_current_exceptions, "module",
       "Return a dict mapping each thread's identifier to its current raised exception.\n\nThis "
       "function should be used for specialized purposes only.")
static PyObject *frame__current_exceptions(PyObject *module)
{
    return _PyThread_CurrentExceptions();
}

METHOD(_getquickenedcount, "module", NULL)
static PyObject *frame__getquickenedcount(PyObject *module)
{
    return PyLong_FromLong(0);
}

// --- tracing ------------------------------------------------------------------------------------

// Name of a PyTrace_… event (borrowed).
static PyObject *event_name(int what)
{
    PyObject *const names[] = {ID(call),   ID(exception), ID(line),     ID(return),
                               ID(c_call), ID(c_exception), ID(c_return), ID(opcode)};
    return names[what];
}

// New result of function(frame, event, arg); the locals are made visible before and taken back
// after.
static PyObject *call_python(PyObject *function, PyFrameObject *frame, int what, PyObject *arg)
{
    if (PyFrame_FastToLocalsWithError(frame) < 0) return NULL;
    PyObject *const args[] = {(PyObject *)frame, event_name(what), arg == NULL ? Py_None : arg};
    PyObject *result = PyObject_Vectorcall(function, args, 3, NULL);
    PyFrame_LocalsToFast(frame, 1);
    if (result == NULL) PyTraceBack_Here(frame);
    return result;
}

static int profile_trampoline(PyObject *self, PyFrameObject *frame, int what, PyObject *arg)
{
    PyObject *result = call_python(self, frame, what, arg);
    if (result == NULL) {
        _PyEval_SetProfile(kr_thread_current(), NULL, NULL);
        return -1;
    }
    Py_DECREF(result);
    return 0;
}

// The global trace function gives the local one at a call; the local one gives its successor.
static int trace_trampoline(PyObject *self, PyFrameObject *frame, int what, PyObject *arg)
{
    KR_AUTO PyObject *local = what == PyTrace_CALL ? NULL
        : PyObject_GetAttr((PyObject *)frame, ID(f_trace));
    PyObject *function = what == PyTrace_CALL ? self : local;
    if (function == NULL || function == Py_None) {
        PyErr_Clear();
        return 0;
    }
    KR_AUTO PyObject *result = call_python(function, frame, what, arg);
    if (result == NULL) {
        _PyEval_SetTrace(kr_thread_current(), NULL, NULL);
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        if (PyObject_SetAttr((PyObject *)frame, ID(f_trace), Py_None) < 0) PyErr_Clear();
        PyErr_Restore(type, value, traceback);
        return -1;
    }
    if (result == Py_None) return 0;
    return PyObject_SetAttr((PyObject *)frame, ID(f_trace), result);
}

METHOD(settrace, "module, function, /",
       "settrace(function)\n\nSet the global debug tracing function.  It will be called on each\n"
       "function call.  See the debugger chapter in the library manual.")
static PyObject *frame_settrace(PyObject *module, PyObject *function)
{
    int is_none = function == Py_None;
    if (_PyEval_SetTrace(kr_thread_current(), is_none ? NULL : trace_trampoline, is_none ? NULL
                         : function) < 0)
        return NULL;
    Py_RETURN_NONE;
}

METHOD(gettrace, "module",
       "Return the global debug tracing function set with sys.settrace.\n\nSee the debugger "
       "chapter in the library manual.")
static PyObject *frame_gettrace(PyObject *module)
{
    PyObject *function = kr_thread_current()->c_traceobj;
    return Py_NewRef(function == NULL ? Py_None : function);
}

METHOD(setprofile, "module, function, /",
       "setprofile(function)\n\nSet the profiling function.  It will be called on each function "
       "call\nand return.  See the profiler chapter in the library manual.")
static PyObject *frame_setprofile(PyObject *module, PyObject *function)
{
    int is_none = function == Py_None;
    if (_PyEval_SetProfile(kr_thread_current(), is_none ? NULL : profile_trampoline,
                           is_none ? NULL : function) < 0)
        return NULL;
    Py_RETURN_NONE;
}

METHOD(getprofile, "module",
       "Return the profiling function set with sys.setprofile.\n\nSee the profiler chapter in the "
       "library manual.")
static PyObject *frame_getprofile(PyObject *module)
{
    PyObject *function = kr_thread_current()->c_profileobj;
    return Py_NewRef(function == NULL ? Py_None : function);
}

METHOD(call_tracing, "module, func, args: tuple, /",
       "Call func(*args), while tracing is enabled.\n\nThe tracing state is saved, and restored "
       "afterwards.  This is intended\nto be called from a debugger from a checkpoint, to "
       "recursively debug\nsome other code.")
static PyObject *frame_call_tracing(PyObject *module, PyObject *function, PyObject *args)
{
    // The tracer runs with tracing off; what it calls here is traced again.
    PyThreadState *thread = kr_thread_current();
    int tracing = thread->tracing;
    uint8_t use_tracing = thread->cframe->use_tracing;
    thread->tracing = 0;
    thread->cframe->use_tracing = thread->c_tracefunc != NULL || thread->c_profilefunc != NULL
        ? 255 : 0;
    PyObject *result = PyObject_Call(function, args, NULL);
    thread->tracing = tracing;
    thread->cframe->use_tracing = use_tracing;
    return result;
}

// --- coroutines and asynchronous generators -----------------------------------------------------

METHOD(get_coroutine_origin_tracking_depth, "module",
       "Check status of origin tracking for coroutine objects in this thread.")
static PyObject *frame_get_coroutine_origin_tracking_depth(PyObject *module)
{
    return PyLong_FromLong(kr_thread_current()->coroutine_origin_tracking_depth);
}

METHOD(set_coroutine_origin_tracking_depth, "module, depth: int",
       "Enable or disable origin tracking for coroutine objects in this thread.\n\nCoroutine "
       "objects will track 'depth' frames of traceback information\nabout where they came from, "
       "available in their cr_origin attribute.\n\nSet a depth of 0 to disable.")
static PyObject *frame_set_coroutine_origin_tracking_depth(PyObject *module, int depth)
{
    if (depth < 0) return kr_raise(PyExc_ValueError, "depth must be >= 0");
    kr_thread_current()->coroutine_origin_tracking_depth = depth;
    Py_RETURN_NONE;
}

static PyStructSequence_Field asyncgen_fields[] = {
    {"firstiter", "Hook to intercept first iteration"},
    {"finalizer", "Hook to intercept finalization"},
    {NULL, NULL},
};

static PyStructSequence_Desc asyncgen_description = {
    .name = "asyncgen_hooks",
    .doc = "asyncgen_hooks\n\nStruct sequence providing information about asynhronous\ngenerators "
        "hooks.  The attributes are read only.",
    .fields = asyncgen_fields,
    .n_in_sequence = 2,
};

static PyTypeObject asyncgen_hooks_type;

METHOD(get_asyncgen_hooks, "module",
       "Return the installed asynchronous generators hooks.\n\nThis returns a namedtuple of the "
       "form (firstiter, finalizer).")
static PyObject *frame_get_asyncgen_hooks(PyObject *module)
{
    PyThreadState *thread = kr_thread_current();
    PyObject *hooks = PyStructSequence_New(&asyncgen_hooks_type);
    if (hooks == NULL) return NULL;
    PyObject *first = thread->async_gen_firstiter, *last = thread->async_gen_finalizer;
    PyStructSequence_SetItem(hooks, 0, Py_NewRef(first == NULL ? Py_None : first));
    PyStructSequence_SetItem(hooks, 1, Py_NewRef(last == NULL ? Py_None : last));
    return hooks;
}

// Checks a hook and stores it; NULL leaves the old one, None removes it.
static int set_hook(PyObject **place, PyObject *hook, const char *name)
{
    if (hook == NULL) return 0;
    if (hook != Py_None && !PyCallable_Check(hook))
        return kr_raise_int(PyExc_TypeError, "callable %s expected, got %.50s", name,
                            Py_TYPE(hook)->tp_name);
    Py_XSETREF(*place, hook == Py_None ? NULL : Py_NewRef(hook));
    return 0;
}

METHOD(set_asyncgen_hooks, "module, firstiter: object = NULL, finalizer: object = NULL",
       "set_asyncgen_hooks(* [, firstiter] [, finalizer])\n\nSet a finalizer for async generators "
       "objects.")
static PyObject *frame_set_asyncgen_hooks(PyObject *module, PyObject *first, PyObject *finalizer)
{
    PyThreadState *thread = kr_thread_current();
    if (set_hook(&thread->async_gen_finalizer, finalizer, "finalizer") < 0) return NULL;
    if (set_hook(&thread->async_gen_firstiter, first, "firstiter") < 0) return NULL;
    Py_RETURN_NONE;
}

#include "modules/sys/sys_frames.methods.h"

int kr_sys_add_frames(PyObject *module)
{
    if (PyStructSequence_InitType2(&asyncgen_hooks_type, &asyncgen_description) < 0) return -1;
    return PyModule_AddFunctions(module, frame_methods);
}
