// generator.c - generators: resume, throw, close, and the type.
//
//     CREATED -> EXECUTING <-> SUSPENDED        EXECUTING -> CLEARED
//
// (1) While EXECUTING the frame is linked into the thread's stack and gi_exc_state into its
//     exception stack.
// (2) The interpreter leaves state (1) on yield, return and exception; whoever resumes only enters
//     it.
#include "vm/generator.h"

#include "bytecode/opcodes.h"
#include "ceval.h"
#include "internal/pycore_pyerrors.h"
#include "boolobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/thread.h"
#include "structmember.h"
#include "traceback.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/async.h"
#include "vm/interpreter.h"
#include "vm/instructions.numbers.h"
#include "vm/system.h"
#include "vm/tracing.h"
#include "weakrefobject.h"

static const char *kind_of(PyGenObject *generator)
{
    if (PyCoro_CheckExact(generator)) return "coroutine";
    return PyAsyncGen_CheckExact(generator) ? "async generator" : "generator";
}

// --- making -------------------------------------------------------------------------------------

static PyGenObject *allocate(PyTypeObject *type, PyCodeObject *code, PyObject *name,
                             PyObject *qualname)
{
    Py_ssize_t words = code->co_nlocalsplus + code->co_stacksize;
    PyGenObject *generator = PyObject_GC_NewVar(PyGenObject, type, words);
    if (generator == NULL) return NULL;
    generator->gi_code = (PyCodeObject *)Py_NewRef((PyObject *)code);
    generator->gi_weakreflist = NULL;
    generator->gi_name = Py_NewRef(name);
    generator->gi_qualname = Py_NewRef(qualname);
    generator->gi_exc_state.exc_value = NULL;
    generator->gi_exc_state.previous_item = NULL;
    generator->gi_origin_or_finalizer = NULL;
    generator->gi_hooks_inited = 0;
    generator->gi_closed = 0;
    generator->gi_running_async = 0;
    generator->gi_frame_state = KR_FRAME_CLEARED;
    return generator;
}

static PyTypeObject *type_for(int code_flags)
{
    if (code_flags & CO_COROUTINE) return &PyCoro_Type;
    return code_flags & CO_ASYNC_GENERATOR ? &PyAsyncGen_Type : &PyGen_Type;
}

PyGenObject *kr_generator_from_frame(PyThreadState *thread, KrFrame *frame, KrWord *sp)
{
    PyFunctionObject *function = frame->f_func;
    PyTypeObject *type = type_for(frame->f_code->co_flags);
    PyGenObject *generator = allocate(type, frame->f_code, function->func_name,
                                      function->func_qualname);
    if (generator == NULL) return NULL;
    if (type == &PyCoro_Type && kr_coroutine_note_origin(thread, frame, generator) < 0) {
        Py_DECREF(generator);
        return NULL;
    }
    KrFrame *own = kr_generator_frame(generator);
    frame->stacktop = (int)(sp - frame->localsplus);
    memcpy(own, frame, offsetof(KrFrame, localsplus) + (size_t)frame->stacktop * sizeof(KrWord));
    assert(frame->frame_obj == NULL);
    own->previous = NULL;
    own->is_entry = false;
    own->owner = KR_FRAME_OF_GENERATOR;
    own->flags = 0;
    generator->gi_frame_state = KR_FRAME_CREATED;
    PyObject_GC_Track(generator);
    return generator;
}

// A generator around a frame that C code made (PyFrame_New); takes the frame over.
static PyObject *from_frame_object(PyTypeObject *type, PyFrameObject *object, PyObject *name,
                                   PyObject *qualname)
{
    KrFrame *frame = object->f_frame;
    PyCodeObject *code = frame->f_code;
    PyGenObject *generator = allocate(type, code, name != NULL ? name : code->co_name,
                                      qualname != NULL ? qualname : code->co_qualname);
    if (generator == NULL) {
        Py_DECREF(object);
        return NULL;
    }
    KrFrame *own = kr_generator_frame(generator);
    memcpy(own, frame, offsetof(KrFrame, localsplus) + (size_t)frame->stacktop * sizeof(KrWord));
    own->previous = NULL;
    own->owner = KR_FRAME_OF_GENERATOR;
    own->frame_obj = object;
    object->f_frame = own;
    generator->gi_frame_state = KR_FRAME_CREATED;
    PyObject_GC_Track(generator);
    return (PyObject *)generator;
}

PyObject *PyGen_NewWithQualName(PyFrameObject *object, PyObject *name, PyObject *qualname)
{
    return from_frame_object(&PyGen_Type, object, name, qualname);
}

PyObject *PyGen_New(PyFrameObject *object)
{
    return from_frame_object(&PyGen_Type, object, NULL, NULL);
}

PyObject *PyCoro_New(PyFrameObject *object, PyObject *name, PyObject *qualname)
{
    return from_frame_object(&PyCoro_Type, object, name, qualname);
}

PyObject *PyAsyncGen_New(PyFrameObject *object, PyObject *name, PyObject *qualname)
{
    return from_frame_object(&PyAsyncGen_Type, object, name, qualname);
}

// --- running ------------------------------------------------------------------------------------

void kr_generator_finish(PyThreadState *thread, KrFrame *frame)
{
    PyGenObject *generator = kr_frame_generator(frame);
    kr_generator_end(thread, generator);
    generator->gi_frame_state = KR_FRAME_CLEARED;
    PyObject *handled = generator->gi_exc_state.exc_value;
    generator->gi_exc_state.exc_value = NULL;
    kr_frame_clear(frame);
    frame->previous = NULL;
    Py_XDECREF(handled);
}

void kr_generator_convert_stop(PyGenObject *generator)
{
    if (PyErr_ExceptionMatches(PyExc_StopIteration))
        _PyErr_FormatFromCause(PyExc_RuntimeError, "%s raised StopIteration", kind_of(generator));
    else if (PyAsyncGen_CheckExact(generator) && PyErr_ExceptionMatches(PyExc_StopAsyncIteration))
        _PyErr_FormatFromCause(PyExc_RuntimeError, "async generator raised StopAsyncIteration");
}

PySendResult kr_generator_resume(PyGenObject *generator, PyObject *value, bool throws,
                                 bool closing, PyObject **ret_result)
{
    *ret_result = NULL;
    if (generator->gi_frame_state == KR_FRAME_CREATED && value != NULL && value != Py_None) {
        kr_raise(PyExc_TypeError, "can't send non-None value to a just-started %s",
                 kind_of(generator));
        return PYGEN_ERROR;
    }
    if (generator->gi_frame_state == KR_FRAME_EXECUTING) {
        kr_raise(PyExc_ValueError, "%s already executing", kind_of(generator));
        return PYGEN_ERROR;
    }
    if (generator->gi_frame_state >= KR_FRAME_COMPLETED) {
        if (PyCoro_CheckExact(generator) && !closing) {
            kr_raise(PyExc_RuntimeError, "cannot reuse already awaited coroutine");
            return PYGEN_ERROR;
        }
        if (value == NULL || throws) return PYGEN_ERROR;
        *ret_result = Py_NewRef(Py_None);
        return PYGEN_RETURN;
    }
    PyThreadState *thread = kr_thread_current();
    KrFrame *frame = kr_generator_frame(generator);
    frame->localsplus[frame->stacktop++] = kr_word_new(value != NULL ? value : Py_None);
    kr_generator_begin(thread, generator);
    if (throws) _PyErr_ChainStackItem(NULL);
    Py_INCREF(generator);
    PyObject *result = kr_interpreter_run(thread, frame, throws);
    bool suspended = generator->gi_frame_state == KR_FRAME_SUSPENDED;
    Py_DECREF(generator);
    if (result == NULL) return PYGEN_ERROR;
    if (!suspended && value == NULL && result == Py_None) {
        Py_DECREF(result);
        return PYGEN_ERROR;
    }
    *ret_result = result;
    return suspended ? PYGEN_NEXT : PYGEN_RETURN;
}

PySendResult kr_generator_am_send(PyObject *generator, PyObject *value, PyObject **ret_result)
{
    return kr_generator_resume((PyGenObject *)generator, value, false, false, ret_result);
}

// The result of a resumption as send() gives it.
static PyObject *finish_send(PyGenObject *generator, PySendResult status, PyObject *result)
{
    if (status != PYGEN_RETURN) return result;
    if (PyAsyncGen_CheckExact(generator)) PyErr_SetNone(PyExc_StopAsyncIteration);
    else if (result == Py_None) PyErr_SetNone(PyExc_StopIteration);
    else _PyGen_SetStopIterationValue(result);
    Py_DECREF(result);
    return NULL;
}

PyObject *kr_generator_send(PyGenObject *generator, PyObject *value)
{
    PyObject *result;
    PySendResult status = kr_generator_resume(generator, value, false, false, &result);
    return finish_send(generator, status, result);
}

PyObject *kr_generator_send_raising(PyGenObject *generator, bool closing)
{
    PyObject *result;
    PySendResult status = kr_generator_resume(generator, Py_None, true, closing, &result);
    return finish_send(generator, status, result);
}

PyObject *kr_generator_iternext(PyGenObject *generator)
{
    PyObject *result;
    PySendResult status = kr_generator_resume(generator, NULL, false, false, &result);
    if (status != PYGEN_RETURN) return result;
    if (result != Py_None) _PyGen_SetStopIterationValue(result);
    Py_DECREF(result);
    return NULL;
}

PySendResult kr_generator_send_to(PyThreadState *thread, KrFrame *frame, PyObject *receiver,
                                  PyObject *value, PyObject **ret_result)
{
    if (thread->c_tracefunc == NULL) return PyIter_Send(receiver, value, ret_result);
    PyObject *result = value == Py_None && PyIter_Check(receiver) ? Py_TYPE(receiver)->tp_iternext(
            receiver) : PyObject_CallMethodOneArg(receiver, ID(send), value);
    *ret_result = result;
    if (result != NULL) return PYGEN_NEXT;
    if (PyErr_ExceptionMatches(PyExc_StopIteration)) kr_tracing_exception(thread, frame);
    return _PyGen_FetchStopIterationValue(ret_result) == 0 ? PYGEN_RETURN : PYGEN_ERROR;
}

// --- StopIteration's value ----------------------------------------------------------------------

int _PyGen_SetStopIterationValue(PyObject *value)
{
    // A tuple or an exception as value would be taken for arguments or for the exception itself.
    if (value == NULL || (!PyTuple_Check(value) && !PyExceptionInstance_Check(value))) {
        PyErr_SetObject(PyExc_StopIteration, value);
        return 0;
    }
    PyObject *exception = PyObject_CallOneArg(PyExc_StopIteration, value);
    if (exception == NULL) return -1;
    PyErr_SetObject(PyExc_StopIteration, exception);
    Py_DECREF(exception);
    return 0;
}

// --- throw and close ----------------------------------------------------------------------------

PyObject *kr_generator_awaited(PyGenObject *generator)
{
    if (generator->gi_frame_state >= KR_FRAME_CLEARED
        || generator->gi_frame_state == KR_FRAME_CREATED)
        return NULL;
    KrFrame *frame = kr_generator_frame(generator);
    _Py_CODEUNIT next = frame->prev_instr[1];
    if ((next & 255) != OP_RESUME || (next >> 8) < KR_RESUME_AFTER_YIELD_FROM) return NULL;
    if (generator->gi_frame_state != KR_FRAME_SUSPENDED) return NULL;
    return Py_NewRef(kr_word_object(frame->localsplus[frame->stacktop - 1]));
}

static int close_awaited(PyObject *awaited)
{
    KR_AUTO PyObject *result = NULL;
    if (PyGen_CheckExact(awaited) || PyCoro_CheckExact(awaited)) {
        result = kr_generator_close((PyGenObject *)awaited);
        return result == NULL ? -1 : 0;
    }
    KR_AUTO PyObject *method = NULL;
    if (_PyObject_LookupAttr(awaited, ID(close), &method) < 0) PyErr_WriteUnraisable(awaited);
    if (method == NULL) return 0;
    result = PyObject_CallNoArgs(method);
    return result == NULL ? -1 : 0;
}

static int close_awaited_while_running(PyGenObject *generator, PyObject *awaited)
{
    int8_t state = generator->gi_frame_state;
    generator->gi_frame_state = KR_FRAME_EXECUTING;
    int failed = close_awaited(awaited);
    generator->gi_frame_state = state;
    return failed;
}

PyObject *kr_generator_close(PyGenObject *generator)
{
    KR_AUTO PyObject *awaited = kr_generator_awaited(generator);
    if (awaited == NULL || close_awaited_while_running(generator, awaited) == 0)
        PyErr_SetNone(PyExc_GeneratorExit);
    PyObject *result = kr_generator_send_raising(generator, true);
    if (result != NULL) {
        Py_DECREF(result);
        return kr_raise(PyExc_RuntimeError, "%s ignored GeneratorExit", kind_of(generator));
    }
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)
        && !PyErr_ExceptionMatches(PyExc_GeneratorExit)) {
        if (PyErr_Occurred()) return NULL;
    }
    PyErr_Clear();
    Py_RETURN_NONE;
}

// Raises the exception that throw() was given, inside the generator.
static PyObject *throw_here(PyGenObject *generator, PyObject *type, PyObject *value,
                            PyObject *traceback)
{
    if (traceback == Py_None) traceback = NULL;
    if (traceback != NULL && !PyTraceBack_Check(traceback))
        return kr_raise(PyExc_TypeError, "throw() third argument must be a traceback object");
    Py_INCREF(type);
    Py_XINCREF(value);
    Py_XINCREF(traceback);
    if (PyExceptionClass_Check(type)) {
        PyErr_NormalizeException(&type, &value, &traceback);
    } else if (PyExceptionInstance_Check(type) && (value == NULL || value == Py_None)) {
        Py_XDECREF(value);
        value = type;
        type = Py_NewRef((PyObject *)Py_TYPE(value));
        if (traceback == NULL) traceback = PyException_GetTraceback(value);
    } else {
        if (PyExceptionInstance_Check(type))
            kr_raise(PyExc_TypeError, "instance exception may not have a separate value");
        else
            kr_raise(PyExc_TypeError, "exceptions must be classes or instances deriving from "
                     "BaseException, not %s", Py_TYPE(type)->tp_name);
        Py_DECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        return NULL;
    }
    PyErr_Restore(type, value, traceback);
    return kr_generator_send_raising(generator, false);
}

// Throws into the generator that this one waits for; the frame is linked in, for tracebacks.
static PyObject *throw_into(PyGenObject *generator, PyGenObject *inner, bool close_on_exit,
                            PyObject *type, PyObject *value, PyObject *traceback)
{
    PyThreadState *thread = kr_thread_current();
    KrFrame *frame = kr_generator_frame(generator), *previous = thread->cframe->current_frame;
    frame->previous = previous;
    thread->cframe->current_frame = frame;
    int8_t state = generator->gi_frame_state;
    generator->gi_frame_state = KR_FRAME_EXECUTING;
    PyObject *result = kr_generator_throw(inner, close_on_exit, type, value, traceback);
    generator->gi_frame_state = state;
    thread->cframe->current_frame = previous;
    frame->previous = NULL;
    return result;
}

// What was waited for is done: on behind SEND, with its result or exception.
static PyObject *resume_behind_send(PyGenObject *generator)
{
    KrFrame *frame = kr_generator_frame(generator);
    kr_word_release(frame->localsplus[--frame->stacktop]);
    _Py_CODEUNIT *send = frame->prev_instr - 1;
    assert(kr_instruction_family[*send & 255] == OP_SEND);
    frame->prev_instr = send + (*send >> 8);
    PyObject *value = NULL;
    if (_PyGen_FetchStopIterationValue(&value) < 0)
        return kr_generator_send_raising(generator, false);
    PyObject *result = kr_generator_send(generator, value);
    Py_DECREF(value);
    return result;
}

PyObject *kr_generator_throw(PyGenObject *generator, bool close_on_exit, PyObject *type,
                             PyObject *value, PyObject *traceback)
{
    KR_AUTO PyObject *awaited = kr_generator_awaited(generator);
    if (awaited == NULL) return throw_here(generator, type, value, traceback);
    if (PyErr_GivenExceptionMatches(type, PyExc_GeneratorExit) && close_on_exit) {
        if (close_awaited_while_running(generator, awaited) < 0)
            return kr_generator_send_raising(generator, false);
        return throw_here(generator, type, value, traceback);
    }
    PyObject *result;
    if (PyGen_CheckExact(awaited) || PyCoro_CheckExact(awaited)) {
        result = throw_into(generator, (PyGenObject *)awaited, close_on_exit, type, value,
                            traceback);
    } else {
        KR_AUTO PyObject *method = NULL;
        if (_PyObject_LookupAttr(awaited, ID(throw), &method) < 0) return NULL;
        if (method == NULL) return throw_here(generator, type, value, traceback);
        int8_t state = generator->gi_frame_state;
        generator->gi_frame_state = KR_FRAME_EXECUTING;
        result = PyObject_CallFunctionObjArgs(method, type, value, traceback, NULL);
        generator->gi_frame_state = state;
    }
    return result != NULL ? result : resume_behind_send(generator);
}

PyObject *kr_generator_throw_array(PyGenObject *generator, PyObject *const *args, Py_ssize_t count)
{
    if (count < 1) return kr_raise(PyExc_TypeError, "throw expected at least 1 argument, got 0");
    if (count > 3)
        return kr_raise(PyExc_TypeError, "throw expected at most 3 arguments, got %zd", count);
    return kr_generator_throw(generator, true, args[0], count > 1 ? args[1] : NULL,
                              count > 2 ? args[2] : NULL);
}

PyObject *kr_generator_yield_from_iterator(PyCodeObject *code, PyObject *iterable)
{
    if (PyCoro_CheckExact(iterable)) {
        if (!(code->co_flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE)))
            return kr_raise(PyExc_TypeError,
                            "cannot 'yield from' a coroutine object in a non-coroutine generator");
        return Py_NewRef(iterable);
    }
    return PyGen_CheckExact(iterable) ? Py_NewRef(iterable) : PyObject_GetIter(iterable);
}

// --- the end ------------------------------------------------------------------------------------

// What a generator that goes unfinished still does: its finally clauses, or a warning.
static void finalize(PyGenObject *generator)
{
    PyObject *self = (PyObject *)generator;
    if (PyAsyncGen_CheckExact(self)) {
        PyObject *finalizer = generator->gi_origin_or_finalizer;
        if (finalizer != NULL && !generator->gi_closed) {
            PyObject *result = PyObject_CallOneArg(finalizer, self);
            if (result == NULL) PyErr_WriteUnraisable(self);
            Py_XDECREF(result);
            return;
        }
    }
    if (PyCoro_CheckExact(self) && generator->gi_frame_state == KR_FRAME_CREATED) {
        kr_coroutine_warn_unawaited(self);
        return;
    }
    PyObject *result = kr_generator_close(generator);
    if (result == NULL && PyErr_Occurred()) PyErr_WriteUnraisable(self);
    Py_XDECREF(result);
}

void _PyGen_Finalize(PyObject *self)
{
    PyGenObject *generator = (PyGenObject *)self;
    if (generator->gi_frame_state >= KR_FRAME_COMPLETED) return;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    finalize(generator);
    PyErr_Restore(type, value, traceback);
}

int kr_generator_traverse(PyGenObject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->gi_code);
    Py_VISIT(self->gi_name);
    Py_VISIT(self->gi_qualname);
    Py_VISIT(self->gi_origin_or_finalizer);
    // A running frame keeps its own references; what lies on its stack is known to the loop only.
    if (self->gi_frame_state < KR_FRAME_EXECUTING) {
        int stop = kr_frame_traverse(kr_generator_frame(self), visit, arg);
        if (stop) return stop;
    }
    Py_VISIT(self->gi_exc_state.exc_value);
    return 0;
}

void kr_generator_dealloc(PyGenObject *self)
{
    PyObject_GC_UnTrack(self);
    if (self->gi_weakreflist != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    PyObject_GC_Track(self);
    if (PyObject_CallFinalizerFromDealloc((PyObject *)self) < 0) return;
    PyObject_GC_UnTrack(self);
    if (self->gi_frame_state < KR_FRAME_CLEARED) {
        self->gi_frame_state = KR_FRAME_CLEARED;
        KrFrame *frame = kr_generator_frame(self);
        frame->previous = NULL;
        kr_frame_clear(frame);
    }
    Py_CLEAR(self->gi_origin_or_finalizer);
    Py_CLEAR(self->gi_code);
    Py_CLEAR(self->gi_name);
    Py_CLEAR(self->gi_qualname);
    Py_CLEAR(self->gi_exc_state.exc_value);
    PyObject_GC_Del(self);
}

// --- attributes, shared with the asynchronous kinds ---------------------------------------------

PyObject *kr_generator_frame_attribute(PyGenObject *generator, const char *name)
{
    if (kr_system_audit_attribute("object.__getattr__", (PyObject *)generator, name, NULL) < 0)
        return NULL;
    if (generator->gi_frame_state >= KR_FRAME_CLEARED) Py_RETURN_NONE;
    return Py_XNewRef((PyObject *)kr_frame_object(kr_generator_frame(generator)));
}

PyObject *kr_generator_code_attribute(PyGenObject *generator, const char *name)
{
    if (kr_system_audit_attribute("object.__getattr__", (PyObject *)generator, name, NULL) < 0)
        return NULL;
    return Py_NewRef((PyObject *)generator->gi_code);
}

int kr_generator_set_name(PyObject **field, PyObject *value, const char *message)
{
    if (value == NULL || !PyUnicode_Check(value))
        return kr_raise_int(PyExc_TypeError, "%s", message);
    Py_SETREF(*field, Py_NewRef(value));
    return 0;
}

GETTER(__name__, "name of the generator")
static PyObject *gen_get___name__(PyGenObject *self)
{
    return Py_NewRef(self->gi_name);
}

SETTER(__name__)
static int gen_set___name__(PyGenObject *self, PyObject *value)
{
    return kr_generator_set_name(&self->gi_name, value, "__name__ must be set to a string object");
}

GETTER(__qualname__, "qualified name of the generator")
static PyObject *gen_get___qualname__(PyGenObject *self)
{
    return Py_NewRef(self->gi_qualname);
}

SETTER(__qualname__)
static int gen_set___qualname__(PyGenObject *self, PyObject *value)
{
    return kr_generator_set_name(&self->gi_qualname, value,
                                 "__qualname__ must be set to a string object");
}

GETTER(gi_yieldfrom, "object being iterated by yield from, or None")
static PyObject *gen_get_gi_yieldfrom(PyGenObject *self)
{
    PyObject *awaited = kr_generator_awaited(self);
    return awaited != NULL ? awaited : Py_NewRef(Py_None);
}

GETTER(gi_running, NULL)
static PyObject *gen_get_gi_running(PyGenObject *self)
{
    return Py_NewRef(self->gi_frame_state == KR_FRAME_EXECUTING ? Py_True : Py_False);
}

GETTER(gi_frame, NULL)
static PyObject *gen_get_gi_frame(PyGenObject *self)
{
    return kr_generator_frame_attribute(self, "gi_frame");
}

GETTER(gi_suspended, NULL)
static PyObject *gen_get_gi_suspended(PyGenObject *self)
{
    return Py_NewRef(self->gi_frame_state == KR_FRAME_SUSPENDED ? Py_True : Py_False);
}

GETTER(gi_code, NULL)
static PyObject *gen_get_gi_code(PyGenObject *self)
{
    return kr_generator_code_attribute(self, "gi_code");
}

METHOD(send, "self, value, /",
       "send(arg) -> send 'arg' into generator,\n"
       "return next yielded value or raise StopIteration.")
static PyObject *gen_send(PyGenObject *self, PyObject *value)
{
    return kr_generator_send(self, value);
}

METHOD(throw, "self, /, *args: array",
       "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next "
       "yielded value or raise\n"
       "StopIteration.")
static PyObject *gen_throw(PyGenObject *self, PyObject *const *args, Py_ssize_t count)
{
    return kr_generator_throw_array(self, args, count);
}

METHOD(close, "self, /", "close() -> raise GeneratorExit inside generator.")
static PyObject *gen_close(PyGenObject *self)
{
    return kr_generator_close(self);
}

static PyObject *gen_repr(PyGenObject *self)
{
    return PyUnicode_FromFormat("<generator object %S at %p>", self->gi_qualname, self);
}

#include "vm/generator.methods.h"

static PyAsyncMethods gen_as_async = {
    .am_send = kr_generator_am_send,
};

PyTypeObject PyGen_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "generator",
    .tp_basicsize = KR_GENERATOR_SIZE,
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = (destructor)kr_generator_dealloc,
    .tp_as_async = &gen_as_async,
    .tp_repr = (reprfunc)gen_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)kr_generator_traverse,
    .tp_weaklistoffset = offsetof(PyGenObject, gi_weakreflist),
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)kr_generator_iternext,
    .tp_methods = gen_methods,
    .tp_getset = gen_getset,
    .tp_finalize = _PyGen_Finalize,
};
