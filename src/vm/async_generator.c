// async_generator.c - asynchronous generators, and the awaitables of their methods.
//
//     agen.__anext__(), asend(v)   -> async_generator_asend    one step of agen each time it is
//                                  awaited
//     agen.athrow(…), aclose()     -> async_generator_athrow
//
// What the generator yields comes wrapped (_PyAsyncGenWrappedValue): unwrapped it ends the step as
// the awaited value; anything else that comes out is what the generator itself awaits, and goes
// up.
#include "vm/async.h"

#include "boolobject.h"
#include "genericaliasobject.h"
#include "abstract.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "runtime/thread.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/generator.h"
#include "vm/system.h"

typedef struct {
    PyObject ob_base;
    PyObject *value;
} WrappedValue;

enum { STEP_NEW, STEP_RUNNING, STEP_DONE };

typedef struct {
    PyObject ob_base;
    PyAsyncGenObject *generator;
    PyObject *value;            // to send first, NULL: None
    int state;                  // STEP_…
} AsyncSend;

typedef struct {
    PyObject ob_base;
    PyAsyncGenObject *generator;
    PyObject *args;             // of throw; NULL: close
    int state;
} AsyncThrow;

static const char asend_reused[] = "cannot reuse already awaited __anext__()/asend()";
static const char athrow_reused[] = "cannot reuse already awaited aclose()/athrow()";
static const char ignored_exit[] = "async generator ignored GeneratorExit";

// --- wrapped values -----------------------------------------------------------------------------

PyObject *kr_async_generator_wrap(PyObject *value)
{
    WrappedValue *wrapped = PyObject_GC_New(WrappedValue, &_PyAsyncGenWrappedValue_Type);
    if (wrapped == NULL) return NULL;
    wrapped->value = Py_NewRef(value);
    PyObject_GC_Track(wrapped);
    return (PyObject *)wrapped;
}

static bool is_wrapped(PyObject *object)
{
    return object != NULL && Py_IS_TYPE(object, &_PyAsyncGenWrappedValue_Type);
}

static int wrapped_traverse(WrappedValue *self, visitproc visit, void *arg)
{
    Py_VISIT(self->value);
    return 0;
}

static void wrapped_dealloc(WrappedValue *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->value);
    PyObject_GC_Del(self);
}

PyTypeObject _PyAsyncGenWrappedValue_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "async_generator_wrapped_value",
    .tp_basicsize = sizeof(WrappedValue),
    .tp_dealloc = (destructor)wrapped_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)wrapped_traverse,
};

// --- steps --------------------------------------------------------------------------------------

// What a resumption of [generator] gave, as the result of a step: a wrapped value ends it.
static PyObject *finish_step(PyAsyncGenObject *generator, PyObject *result)
{
    if (result == NULL) {
        if (!PyErr_Occurred()) PyErr_SetNone(PyExc_StopAsyncIteration);
        if (PyErr_ExceptionMatches(PyExc_StopAsyncIteration)
            || PyErr_ExceptionMatches(PyExc_GeneratorExit))
            generator->ag_closed = 1;
        generator->ag_running_async = 0;
        return NULL;
    }
    if (is_wrapped(result)) {
        (void)_PyGen_SetStopIterationValue(((WrappedValue *)result)->value);
        Py_DECREF(result);
        generator->ag_running_async = 0;
        return NULL;
    }
    return result;
}

// The hooks of the event loop see each generator once, before its first step.
static int call_hooks(PyAsyncGenObject *generator)
{
    if (generator->ag_hooks_inited) return 0;
    generator->ag_hooks_inited = 1;
    PyThreadState *thread = kr_thread_current();
    if (thread->async_gen_finalizer != NULL)
        generator->ag_origin_or_finalizer = Py_NewRef(thread->async_gen_finalizer);
    if (thread->async_gen_firstiter == NULL) return 0;
    KR_AUTO PyObject *hook = Py_NewRef(thread->async_gen_firstiter);
    PyObject *result = PyObject_CallOneArg(hook, (PyObject *)generator);
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

static PyObject *new_send(PyAsyncGenObject *generator, PyObject *value)
{
    if (call_hooks(generator) < 0) return NULL;
    AsyncSend *step = PyObject_GC_New(AsyncSend, &_PyAsyncGenASend_Type);
    if (step == NULL) return NULL;
    step->generator = (PyAsyncGenObject *)Py_NewRef((PyObject *)generator);
    step->value = Py_XNewRef(value);
    step->state = STEP_NEW;
    PyObject_GC_Track(step);
    return (PyObject *)step;
}

static PyObject *new_throw(PyAsyncGenObject *generator, PyObject *args)
{
    if (call_hooks(generator) < 0) return NULL;
    AsyncThrow *step = PyObject_GC_New(AsyncThrow, &_PyAsyncGenAThrow_Type);
    if (step == NULL) return NULL;
    step->generator = (PyAsyncGenObject *)Py_NewRef((PyObject *)generator);
    step->args = Py_XNewRef(args);
    step->state = STEP_NEW;
    PyObject_GC_Track(step);
    return (PyObject *)step;
}

// --- async_generator_asend ----------------------------------------------------------------------

METHOD(send, "self, value, /",
       "send(arg) -> send 'arg' into generator,\n"
       "return next yielded value or raise StopIteration.")
static PyObject *asend_send(AsyncSend *self, PyObject *value)
{
    if (self->state == STEP_DONE) return kr_raise(PyExc_RuntimeError, "%s", asend_reused);
    if (self->state == STEP_NEW) {
        if (self->generator->ag_running_async) {
            self->state = STEP_DONE;
            return kr_raise(PyExc_RuntimeError,
                            "anext(): asynchronous generator is already running");
        }
        if (value == NULL || value == Py_None) value = self->value;
        self->state = STEP_RUNNING;
    }
    self->generator->ag_running_async = 1;
    PyObject *result = kr_generator_send((PyGenObject *)self->generator,
                                         value != NULL ? value : Py_None);
    result = finish_step(self->generator, result);
    if (result == NULL) self->state = STEP_DONE;
    return result;
}

METHOD(throw, "self, /, *args: array",
       "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next "
       "yielded value or raise\n"
       "StopIteration.")
static PyObject *asend_throw(AsyncSend *self, PyObject *const *args, Py_ssize_t count)
{
    if (self->state == STEP_DONE) return kr_raise(PyExc_RuntimeError, "%s", asend_reused);
    PyObject *result = kr_generator_throw_array((PyGenObject *)self->generator, args, count);
    result = finish_step(self->generator, result);
    if (result == NULL) self->state = STEP_DONE;
    return result;
}

METHOD(close, "self, /", "close() -> raise GeneratorExit inside generator.")
static PyObject *asend_close(AsyncSend *self)
{
    self->state = STEP_DONE;
    Py_RETURN_NONE;
}

static PyObject *asend_iternext(AsyncSend *self)
{
    return asend_send(self, NULL);
}

static int asend_traverse(AsyncSend *self, visitproc visit, void *arg)
{
    Py_VISIT(self->generator);
    Py_VISIT(self->value);
    return 0;
}

static void asend_dealloc(AsyncSend *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->generator);
    Py_CLEAR(self->value);
    PyObject_GC_Del(self);
}

// --- async_generator_athrow ---------------------------------------------------------------------

static PyObject *reject_exit(AsyncThrow *self, PyObject *result)
{
    self->generator->ag_running_async = 0;
    self->state = STEP_DONE;
    Py_XDECREF(result);
    return kr_raise(PyExc_RuntimeError, "%s", ignored_exit);
}

// aclose() ends well when the generator does.
static PyObject *finish_failure(AsyncThrow *self)
{
    self->generator->ag_running_async = 0;
    self->state = STEP_DONE;
    if (self->args == NULL && (PyErr_ExceptionMatches(PyExc_StopAsyncIteration)
                               || PyErr_ExceptionMatches(PyExc_GeneratorExit))) {
        PyErr_Clear();
        PyErr_SetNone(PyExc_StopIteration);
    }
    return NULL;
}

// The first step: the exception goes in.
static PyObject *throw_first(AsyncThrow *self)
{
    PyGenObject *generator = (PyGenObject *)self->generator;
    if (self->args == NULL) {
        self->generator->ag_closed = 1;
        PyObject *result = kr_generator_throw(generator, false, PyExc_GeneratorExit, NULL, NULL);
        return is_wrapped(result) ? reject_exit(self, result) : result;
    }
    PyObject *result = kr_generator_throw_array(generator, ((PyTupleObject *)self->args)->ob_item,
                                                PyTuple_GET_SIZE(self->args));
    return finish_step(self->generator, result);
}

METHOD(send, "self, value, /",
       "send(arg) -> send 'arg' into generator,\n"
       "return next yielded value or raise StopIteration.")
static PyObject *athrow_send(AsyncThrow *self, PyObject *value)
{
    PyGenObject *generator = (PyGenObject *)self->generator;
    if (self->state == STEP_DONE) return kr_raise(PyExc_RuntimeError, "%s", athrow_reused);
    if (generator->gi_frame_state >= KR_FRAME_COMPLETED) {
        self->state = STEP_DONE;
        PyErr_SetNone(PyExc_StopIteration);
        return NULL;
    }
    if (self->state == STEP_NEW) {
        if (self->generator->ag_running_async) {
            self->state = STEP_DONE;
            return kr_raise(PyExc_RuntimeError, self->args == NULL
                                ? "aclose(): asynchronous generator is already running"
                                : "athrow(): asynchronous generator is already running");
        }
        if (self->generator->ag_closed) {
            self->state = STEP_DONE;
            PyErr_SetNone(PyExc_StopAsyncIteration);
            return NULL;
        }
        if (value != Py_None)
            return kr_raise(PyExc_RuntimeError,
                            "can't send non-None value to a just-started coroutine");
        self->state = STEP_RUNNING;
        self->generator->ag_running_async = 1;
        PyObject *result = throw_first(self);
        if (result != NULL || self->state == STEP_DONE) return result;
        return finish_failure(self);
    }
    PyObject *result = kr_generator_send(generator, value);
    if (self->args != NULL) {
        result = finish_step(self->generator, result);
        if (result == NULL) self->state = STEP_DONE;
        return result;
    }
    if (is_wrapped(result)) return reject_exit(self, result);
    return result != NULL ? result : finish_failure(self);
}

METHOD(throw, "self, /, *args: array",
       "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next "
       "yielded value or raise\n"
       "StopIteration.")
static PyObject *athrow_throw(AsyncThrow *self, PyObject *const *args, Py_ssize_t count)
{
    if (self->state == STEP_DONE) return kr_raise(PyExc_RuntimeError, "%s", athrow_reused);
    PyObject *result = kr_generator_throw_array((PyGenObject *)self->generator, args, count);
    if (self->args != NULL) {
        result = finish_step(self->generator, result);
        if (result == NULL) self->state = STEP_DONE;
        return result;
    }
    if (is_wrapped(result)) return reject_exit(self, result);
    return result != NULL ? result : finish_failure(self);
}

METHOD(close, "self, /", "close() -> raise GeneratorExit inside generator.")
static PyObject *athrow_close(AsyncThrow *self)
{
    self->state = STEP_DONE;
    Py_RETURN_NONE;
}

static PyObject *athrow_iternext(AsyncThrow *self)
{
    return athrow_send(self, Py_None);
}

static int athrow_traverse(AsyncThrow *self, visitproc visit, void *arg)
{
    Py_VISIT(self->generator);
    Py_VISIT(self->args);
    return 0;
}

static void athrow_dealloc(AsyncThrow *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->generator);
    Py_CLEAR(self->args);
    PyObject_GC_Del(self);
}

// --- async_generator ----------------------------------------------------------------------------

GETTER(__name__, "name of the async generator")
static PyObject *async_gen_get___name__(PyGenObject *self)
{
    return Py_NewRef(self->gi_name);
}

SETTER(__name__)
static int async_gen_set___name__(PyGenObject *self, PyObject *value)
{
    return kr_generator_set_name(&self->gi_name, value, "__name__ must be set to a string object");
}

GETTER(__qualname__, "qualified name of the async generator")
static PyObject *async_gen_get___qualname__(PyGenObject *self)
{
    return Py_NewRef(self->gi_qualname);
}

SETTER(__qualname__)
static int async_gen_set___qualname__(PyGenObject *self, PyObject *value)
{
    return kr_generator_set_name(&self->gi_qualname, value,
                                 "__qualname__ must be set to a string object");
}

GETTER(ag_await, "object being awaited on, or None")
static PyObject *async_gen_get_ag_await(PyGenObject *self)
{
    PyObject *awaited = kr_generator_awaited(self);
    return awaited != NULL ? awaited : Py_NewRef(Py_None);
}

GETTER(ag_frame, NULL)
static PyObject *async_gen_get_ag_frame(PyGenObject *self)
{
    return kr_generator_frame_attribute(self, "ag_frame");
}

GETTER(ag_code, NULL)
static PyObject *async_gen_get_ag_code(PyGenObject *self)
{
    return kr_generator_code_attribute(self, "ag_code");
}

METHOD(asend, "self, value, /", "asend(v) -> send 'v' in generator.")
static PyObject *async_gen_asend(PyAsyncGenObject *self, PyObject *value)
{
    return new_send(self, value);
}

METHOD(athrow, "self, /, *args", "athrow(typ[,val[,tb]]) -> raise exception in generator.")
static PyObject *async_gen_athrow(PyAsyncGenObject *self, PyObject *args)
{
    return new_throw(self, args);
}

METHOD(aclose, "self, /", "aclose() -> raise GeneratorExit inside generator.")
static PyObject *async_gen_aclose(PyAsyncGenObject *self)
{
    return new_throw(self, NULL);
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *async_gen___class_getitem__(PyObject *cls, PyObject *item)
{
    return Py_GenericAlias(cls, item);
}

static PyObject *async_gen_anext(PyObject *self)
{
    return new_send((PyAsyncGenObject *)self, NULL);
}

static PyObject *async_gen_repr(PyGenObject *self)
{
    return PyUnicode_FromFormat("<async_generator object %S at %p>", self->gi_qualname, self);
}

#include "vm/async_generator.methods.h"

static PyAsyncMethods asend_as_async = {
    .am_await = PyObject_SelfIter,
};

PyTypeObject _PyAsyncGenASend_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "async_generator_asend",
    .tp_basicsize = sizeof(AsyncSend),
    .tp_dealloc = (destructor)asend_dealloc,
    .tp_as_async = &asend_as_async,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)asend_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)asend_iternext,
    .tp_methods = asend_methods,
};

PyTypeObject _PyAsyncGenAThrow_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "async_generator_athrow",
    .tp_basicsize = sizeof(AsyncThrow),
    .tp_dealloc = (destructor)athrow_dealloc,
    .tp_as_async = &asend_as_async,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)athrow_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)athrow_iternext,
    .tp_methods = athrow_methods,
};

static PyMemberDef async_gen_members[] = {
    {"ag_running", T_BOOL, offsetof(PyAsyncGenObject, ag_running_async), READONLY},
    {NULL}
};

static PyAsyncMethods async_gen_as_async = {
    .am_aiter = PyObject_SelfIter,
    .am_anext = async_gen_anext,
    .am_send = kr_generator_am_send,
};

PyTypeObject PyAsyncGen_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "async_generator",
    .tp_basicsize = KR_GENERATOR_SIZE,
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = (destructor)kr_generator_dealloc,
    .tp_as_async = &async_gen_as_async,
    .tp_repr = (reprfunc)async_gen_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)kr_generator_traverse,
    .tp_weaklistoffset = offsetof(PyAsyncGenObject, ag_weakreflist),
    .tp_methods = async_gen_methods,
    .tp_members = async_gen_members,
    .tp_getset = async_gen_getset,
    .tp_finalize = _PyGen_Finalize,
};
