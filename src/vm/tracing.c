// tracing.c - sys.settrace and sys.setprofile: which events there are, and calling who wants them.
#include "vm/tracing.h"

#include "abstract.h"
#include "bytecode/opcodes.h"
#include "ceval.h"
#include "descrobject.h"
#include "methodobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "vm/instructions.numbers.h"
#include "vm/state.h"
#include "vm/system.h"

// --- on and off ---------------------------------------------------------------------------------

static void update_use_tracing(PyThreadState *thread)
{
    bool wanted = thread->tracing <= 0
        && (thread->c_tracefunc != NULL || thread->c_profilefunc != NULL);
    thread->cframe->use_tracing = wanted ? 255 : 0;
}

void PyThreadState_EnterTracing(PyThreadState *thread)
{
    thread->tracing++;
    thread->cframe->use_tracing = 0;
}

void PyThreadState_LeaveTracing(PyThreadState *thread)
{
    thread->tracing--;
    update_use_tracing(thread);
}

int _PyEval_SetProfile(PyThreadState *thread, Py_tracefunc function, PyObject *argument)
{
    if (kr_system_is_audited() && kr_system_audit("sys.setprofile", PyTuple_New(0)) < 0) return -1;
    KrVmState *state = thread->interp->vm;
    if (state != NULL && state->is_setting_profile) {
        state->is_setting_profile = false;
        return kr_raise_int(PyExc_RuntimeError, "Cannot install a profile function while another "
                            "profile function is being installed");
    }
    if (state != NULL) state->is_setting_profile = true;
    PyObject *old = thread->c_profileobj;
    thread->c_profilefunc = NULL;
    thread->c_profileobj = NULL;
    update_use_tracing(thread);
    Py_XDECREF(old);
    thread->c_profileobj = Py_XNewRef(argument);
    thread->c_profilefunc = function;
    update_use_tracing(thread);
    if (state != NULL) state->is_setting_profile = false;
    return 0;
}

int _PyEval_SetTrace(PyThreadState *thread, Py_tracefunc function, PyObject *argument)
{
    if (kr_system_is_audited() && kr_system_audit("sys.settrace", PyTuple_New(0)) < 0) return -1;
    KrVmState *state = thread->interp->vm;
    if (state != NULL && state->is_setting_trace) {
        state->is_setting_trace = false;
        return kr_raise_int(PyExc_RuntimeError, "Cannot install a trace function while another "
                            "trace function is being installed");
    }
    if (state != NULL) state->is_setting_trace = true;
    PyObject *old = thread->c_traceobj;
    thread->c_tracefunc = NULL;
    thread->c_traceobj = NULL;
    update_use_tracing(thread);
    Py_XDECREF(old);
    thread->c_traceobj = Py_XNewRef(argument);
    thread->c_tracefunc = function;
    update_use_tracing(thread);
    if (state != NULL) state->is_setting_trace = false;
    return 0;
}

void PyEval_SetProfile(Py_tracefunc function, PyObject *argument)
{
    if (_PyEval_SetProfile(kr_thread_current(), function, argument) < 0)
        PyErr_WriteUnraisable(NULL);
}

void PyEval_SetTrace(Py_tracefunc function, PyObject *argument)
{
    if (_PyEval_SetTrace(kr_thread_current(), function, argument) < 0) PyErr_WriteUnraisable(NULL);
}

// --- one event ----------------------------------------------------------------------------------

static int call_trace(PyThreadState *thread, KrFrame *frame, Py_tracefunc function,
                      PyObject *object, int event, PyObject *argument)
{
    if (thread->tracing) return 0;
    int what_before = thread->tracing_what;
    PyFrameObject *frame_object = kr_frame_object(frame);
    if (frame_object == NULL) return -1;
    // The frame must not go while the function runs, and its line is that of the event.
    Py_INCREF(frame_object);
    thread->tracing_what = event;
    PyThreadState_EnterTracing(thread);
    frame_object->f_lineno = kr_frame_line(frame);
    int result = function(object, frame_object, event, argument);
    frame_object->f_lineno = 0;
    PyThreadState_LeaveTracing(thread);
    thread->tracing_what = what_before;
    Py_DECREF(frame_object);
    return result;
}

// The same while an exception is pending, which stays unless the function raises another one.
static int call_trace_protected(PyThreadState *thread, KrFrame *frame, Py_tracefunc function,
                                PyObject *object, int event, PyObject *argument)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    int failed = call_trace(thread, frame, function, object, event, argument);
    if (failed == 0) {
        PyErr_Restore(type, value, traceback);
        return 0;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return -1;
}

static int both(PyThreadState *thread, KrFrame *frame, int event, PyObject *argument)
{
    if (thread->c_tracefunc != NULL
        && call_trace(thread, frame, thread->c_tracefunc, thread->c_traceobj, event, argument) < 0)
        return -1;
    if (thread->c_profilefunc != NULL && call_trace(thread, frame, thread->c_profilefunc,
                                                    thread->c_profileobj, event, argument) < 0)
        return -1;
    return 0;
}

// --- events of a frame --------------------------------------------------------------------------

int kr_tracing_enter(PyThreadState *thread, KrFrame *frame)
{
    // The frame counts as complete from here on: its RESUME runs.
    return both(thread, frame, PyTrace_CALL, Py_None) != 0 ? -1 : 0;
}

int kr_tracing_enter_by_throw(PyThreadState *thread, KrFrame *frame)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (both(thread, frame, PyTrace_CALL, Py_None) != 0) {
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        return -1;
    }
    PyErr_Restore(type, value, traceback);
    return 0;
}

int kr_tracing_leave(PyThreadState *thread, KrFrame *frame, PyObject *result)
{
    return both(thread, frame, PyTrace_RETURN, result) != 0 ? -1 : 0;
}

void kr_tracing_leave_by_exception(PyThreadState *thread, KrFrame *frame)
{
    if (thread->c_tracefunc != NULL)
        call_trace_protected(thread, frame, thread->c_tracefunc, thread->c_traceobj,
                             PyTrace_RETURN, NULL);
    if (thread->c_profilefunc != NULL)
        call_trace_protected(thread, frame, thread->c_profilefunc, thread->c_profileobj,
                             PyTrace_RETURN, NULL);
}

void kr_tracing_exception(PyThreadState *thread, KrFrame *frame)
{
    if (thread->c_tracefunc == NULL || thread->tracing) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *triple = PyTuple_Pack(3, type, value, traceback != NULL ? traceback : Py_None);
    if (triple == NULL) {
        PyErr_Restore(type, value, traceback);
        return;
    }
    int failed = call_trace(thread, frame, thread->c_tracefunc, thread->c_traceobj,
                            PyTrace_EXCEPTION, triple);
    Py_DECREF(triple);
    if (failed == 0) {
        PyErr_Restore(type, value, traceback);
    } else {
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
    }
}

int kr_tracing_end_iteration(PyThreadState *thread, KrFrame *frame)
{
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return -1;
    if (thread->c_tracefunc != NULL) kr_tracing_exception(thread, frame);
    PyErr_Clear();
    return 0;
}

// Index of the first RESUME.
static int entry_point(PyCodeObject *code)
{
    const _Py_CODEUNIT *units = kr_code_units(code);
    int index = 0;
    while ((units[index] & 255) != OP_RESUME) index++;
    return index;
}

static int line_at(PyCodeObject *code, int index)
{
    return PyCode_Addr2Line(code, index * (int)sizeof(_Py_CODEUNIT));
}

int kr_tracing_before_instruction(PyThreadState *thread, KrFrame *frame, int before)
{
    PyCodeObject *code = frame->f_code;
    int index = kr_frame_last_index(frame), line = line_at(code, index);
    int line_before = before <= entry_point(code) ? -1 : line_at(code, before);
    PyFrameObject *object = kr_frame_object(frame);
    if (object == NULL) return -1;
    int failed = 0;
    if (line != -1 && object->f_trace_lines) {
        bool is_jump_back = index < before
            && kr_instruction_family[*frame->prev_instr & 255] != OP_SEND;
        if (line != line_before || is_jump_back)
            failed = call_trace(thread, frame, thread->c_tracefunc, thread->c_traceobj,
                                PyTrace_LINE, Py_None);
    }
    if (failed == 0 && object->f_trace_opcodes && thread->c_tracefunc != NULL)
        failed = call_trace(thread, frame, thread->c_tracefunc, thread->c_traceobj, PyTrace_OPCODE,
                            Py_None);
    return failed != 0 ? -1 : 0;
}

// --- calls of C functions -----------------------------------------------------------------------

// Runs [callable] between the profile events of a C function.
static PyObject *profiled_call(PyThreadState *thread, PyObject *shown, PyObject *callable,
                               PyObject *const *arguments, size_t flagged_count,
                               PyObject *keyword_names)
{
    KrFrame *frame = thread->cframe->current_frame;
    if (call_trace(thread, frame, thread->c_profilefunc, thread->c_profileobj, PyTrace_C_CALL,
                   shown) != 0)
        return NULL;
    PyObject *result = PyObject_Vectorcall(callable, arguments, flagged_count, keyword_names);
    if (thread->c_profilefunc == NULL) return result;
    if (result == NULL) {
        call_trace_protected(thread, frame, thread->c_profilefunc, thread->c_profileobj,
                             PyTrace_C_EXCEPTION, shown);
    } else if (call_trace(thread, frame, thread->c_profilefunc, thread->c_profileobj,
                          PyTrace_C_RETURN, shown) != 0) {
        Py_CLEAR(result);
    }
    return result;
}

PyObject *kr_tracing_call(PyThreadState *thread, PyObject *callable, PyObject *const *arguments,
                          size_t flagged_count, PyObject *keyword_names)
{
    if (thread->c_profilefunc == NULL || thread->tracing)
        return PyObject_Vectorcall(callable, arguments, flagged_count, keyword_names);
    if (PyCFunction_CheckExact(callable) || PyCMethod_CheckExact(callable))
        return profiled_call(thread, callable, callable, arguments, flagged_count, keyword_names);
    if (Py_IS_TYPE(callable, &PyMethodDescr_Type) && PyVectorcall_NARGS(flagged_count) > 0) {
        // The profiler sees the bound method, as it would without LOAD_METHOD.
        PyObject *self = arguments[0];
        KR_AUTO PyObject *bound = Py_TYPE(callable)->tp_descr_get(callable, self,
                                                                  (PyObject *)Py_TYPE(self));
        if (bound == NULL) return NULL;
        return profiled_call(thread, bound, callable, arguments, flagged_count, keyword_names);
    }
    return PyObject_Vectorcall(callable, arguments, flagged_count, keyword_names);
}

PyObject *kr_tracing_call_unpacked(PyThreadState *thread, PyObject *callable, PyObject *arguments,
                                   PyObject *keywords)
{
    bool is_native = PyCFunction_CheckExact(callable) || PyCMethod_CheckExact(callable);
    KR_AUTO PyObject *shown = NULL;
    if (thread->c_profilefunc != NULL && !thread->tracing) {
        if (is_native) {
            shown = Py_NewRef(callable);
        } else if (Py_IS_TYPE(callable, &PyMethodDescr_Type) && PyTuple_GET_SIZE(arguments) > 0) {
            PyObject *self = PyTuple_GET_ITEM(arguments, 0);
            shown = Py_TYPE(callable)->tp_descr_get(callable, self, (PyObject *)Py_TYPE(self));
            if (shown == NULL) return NULL;
        }
    }
    if (shown == NULL) return PyObject_Call(callable, arguments, keywords);
    KrFrame *frame = thread->cframe->current_frame;
    if (call_trace(thread, frame, thread->c_profilefunc, thread->c_profileobj, PyTrace_C_CALL,
                   shown) != 0)
        return NULL;
    PyObject *result = PyObject_Call(callable, arguments, keywords);
    if (thread->c_profilefunc == NULL) return result;
    if (result == NULL)
        call_trace_protected(thread, frame, thread->c_profilefunc, thread->c_profileobj,
                             PyTrace_C_EXCEPTION, shown);
    else if (call_trace(thread, frame, thread->c_profilefunc, thread->c_profileobj,
                        PyTrace_C_RETURN, shown) != 0)
        Py_CLEAR(result);
    return result;
}
