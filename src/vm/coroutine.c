// coroutine.c - the type coroutine, its __await__ wrapper, and what may be awaited.
#include "vm/async.h"

#include "boolobject.h"
#include "import.h"
#include "abstract.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/generator.h"
#include "warnings.h"

// --- origin and "never awaited" -----------------------------------------------------------------

static PyObject *origin_of(KrFrame *frame, int depth)
{
    int count = 0;
    for (KrFrame *at = frame; at != NULL && count < depth;
         at = kr_frame_first_complete(at->previous))
        count++;
    PyObject *origin = PyTuple_New(count);
    if (origin == NULL) return NULL;
    for (int i = 0; i < count; i++, frame = kr_frame_first_complete(frame->previous)) {
        PyObject *line = PyLong_FromLong(kr_frame_line(frame));
        PyObject *entry = line == NULL ? NULL
            : PyTuple_Pack(3, frame->f_code->co_filename, line, frame->f_code->co_name);
        Py_XDECREF(line);
        if (entry == NULL) {
            Py_DECREF(origin);
            return NULL;
        }
        PyTuple_SET_ITEM(origin, i, entry);
    }
    return origin;
}

int kr_coroutine_note_origin(PyThreadState *thread, KrFrame *frame, PyGenObject *coroutine)
{
    int depth = thread->coroutine_origin_tracking_depth;
    if (depth == 0) return 0;
    coroutine->gi_origin_or_finalizer = origin_of(kr_frame_first_complete(frame->previous), depth);
    return coroutine->gi_origin_or_finalizer == NULL ? -1 : 0;
}

void kr_coroutine_warn_unawaited(PyObject *coroutine)
{
    KR_AUTO PyObject *result = NULL;
    // The Python module warnings knows how to show the origin; without it, or when it fails, a
    // plain warning.
    KR_AUTO PyObject *module = PyImport_GetModule(ID(warnings));
    if (module == NULL && !kr_interpreter_current()->is_finalizing)
        module = PyImport_ImportModule("warnings");
    KR_AUTO PyObject *function = NULL;
    if (module != NULL
        && _PyObject_LookupAttr(module, ID(_warn_unawaited_coroutine), &function) < 0)
        PyErr_WriteUnraisable(coroutine);
    if (function != NULL) {
        result = PyObject_CallOneArg(function, coroutine);
        if (result != NULL) return;
        PyErr_WriteUnraisable(coroutine);
    }
    PyErr_Clear();
    if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "coroutine '%S' was never awaited",
                         ((PyCoroObject *)coroutine)->cr_qualname) < 0)
        PyErr_WriteUnraisable(coroutine);
}

// --- what may be awaited ------------------------------------------------------------------------

static bool is_iterable_coroutine(PyObject *object)
{
    return PyGen_CheckExact(object)
        && (((PyCodeObject *)((PyGenObject *)object)->gi_code)->co_flags & CO_ITERABLE_COROUTINE);
}

PyObject *kr_coroutine_awaitable(PyObject *object)
{
    if (PyCoro_CheckExact(object) || is_iterable_coroutine(object)) return Py_NewRef(object);
    PyTypeObject *type = Py_TYPE(object);
    if (type->tp_as_async == NULL || type->tp_as_async->am_await == NULL)
        return kr_raise(PyExc_TypeError, "object %.100s can't be used in 'await' expression",
                        type->tp_name);
    PyObject *iterator = type->tp_as_async->am_await(object);
    if (iterator == NULL) return NULL;
    if (PyCoro_CheckExact(iterator) || is_iterable_coroutine(iterator)) {
        Py_DECREF(iterator);
        return kr_raise(PyExc_TypeError, "__await__() returned a coroutine");
    }
    if (!PyIter_Check(iterator)) {
        kr_raise(PyExc_TypeError, "__await__() returned non-iterator of type '%.100s'",
                 Py_TYPE(iterator)->tp_name);
        Py_DECREF(iterator);
        return NULL;
    }
    return iterator;
}

PyObject *kr_coroutine_awaitable_for(PyObject *object, int after)
{
    PyObject *iterator = kr_coroutine_awaitable(object);
    if (iterator == NULL) {
        PyTypeObject *type = Py_TYPE(object);
        if (after != 0 && (type->tp_as_async == NULL || type->tp_as_async->am_await == NULL))
            kr_raise(PyExc_TypeError, "'async with' received an object from %s that does not "
                     "implement __await__: %.100s", after == 1 ? "__aenter__" : "__aexit__",
                     type->tp_name);
        return NULL;
    }
    if (!PyCoro_CheckExact(iterator)) return iterator;
    KR_AUTO PyObject *awaited = kr_generator_awaited((PyGenObject *)iterator);
    if (awaited == NULL) return iterator;
    Py_DECREF(iterator);
    return kr_raise(PyExc_RuntimeError, "coroutine is being awaited already");
}

PyObject *kr_coroutine_async_iterator(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (type->tp_as_async == NULL || type->tp_as_async->am_aiter == NULL)
        return kr_raise(PyExc_TypeError, "'async for' requires an object with __aiter__ method, "
                        "got %.100s", type->tp_name);
    PyObject *iterator = type->tp_as_async->am_aiter(object);
    if (iterator == NULL) return NULL;
    PyTypeObject *iterator_type = Py_TYPE(iterator);
    if (iterator_type->tp_as_async != NULL && iterator_type->tp_as_async->am_anext != NULL)
        return iterator;
    kr_raise(PyExc_TypeError, "'async for' received an object from __aiter__ that does not "
             "implement __anext__: %.100s", iterator_type->tp_name);
    Py_DECREF(iterator);
    return NULL;
}

PyObject *kr_coroutine_async_next(PyObject *iterator)
{
    PyTypeObject *type = Py_TYPE(iterator);
    if (PyAsyncGen_CheckExact(iterator)) return type->tp_as_async->am_anext(iterator);
    if (type->tp_as_async == NULL || type->tp_as_async->am_anext == NULL)
        return kr_raise(PyExc_TypeError, "'async for' requires an iterator with __anext__ method, "
                        "got %.100s", type->tp_name);
    KR_AUTO PyObject *next = type->tp_as_async->am_anext(iterator);
    if (next == NULL) return NULL;
    PyObject *awaitable = kr_coroutine_awaitable(next);
    if (awaitable == NULL)
        _PyErr_FormatFromCause(PyExc_TypeError, "'async for' received an invalid object from "
                               "__anext__: %.100s", Py_TYPE(next)->tp_name);
    return awaitable;
}

// --- the type -----------------------------------------------------------------------------------

GETTER(__name__, "name of the coroutine")
static PyObject *coro_get___name__(PyGenObject *self)
{
    return Py_NewRef(self->gi_name);
}

SETTER(__name__)
static int coro_set___name__(PyGenObject *self, PyObject *value)
{
    return kr_generator_set_name(&self->gi_name, value, "__name__ must be set to a string object");
}

GETTER(__qualname__, "qualified name of the coroutine")
static PyObject *coro_get___qualname__(PyGenObject *self)
{
    return Py_NewRef(self->gi_qualname);
}

SETTER(__qualname__)
static int coro_set___qualname__(PyGenObject *self, PyObject *value)
{
    return kr_generator_set_name(&self->gi_qualname, value,
                                 "__qualname__ must be set to a string object");
}

GETTER(cr_await, "object being awaited on, or None")
static PyObject *coro_get_cr_await(PyGenObject *self)
{
    PyObject *awaited = kr_generator_awaited(self);
    return awaited != NULL ? awaited : Py_NewRef(Py_None);
}

GETTER(cr_running, NULL)
static PyObject *coro_get_cr_running(PyGenObject *self)
{
    return Py_NewRef(self->gi_frame_state == KR_FRAME_EXECUTING ? Py_True : Py_False);
}

GETTER(cr_frame, NULL)
static PyObject *coro_get_cr_frame(PyGenObject *self)
{
    return kr_generator_frame_attribute(self, "cr_frame");
}

GETTER(cr_code, NULL)
static PyObject *coro_get_cr_code(PyGenObject *self)
{
    return kr_generator_code_attribute(self, "cr_code");
}

GETTER(cr_suspended, NULL)
static PyObject *coro_get_cr_suspended(PyGenObject *self)
{
    return Py_NewRef(self->gi_frame_state == KR_FRAME_SUSPENDED ? Py_True : Py_False);
}

METHOD(send, "self, value, /",
       "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise "
       "StopIteration.")
static PyObject *coro_send(PyGenObject *self, PyObject *value)
{
    return kr_generator_send(self, value);
}

METHOD(throw, "self, /, *args: array",
       "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return "
       "next iterated value or raise\nStopIteration.")
static PyObject *coro_throw(PyGenObject *self, PyObject *const *args, Py_ssize_t count)
{
    return kr_generator_throw_array(self, args, count);
}

METHOD(close, "self, /", "close() -> raise GeneratorExit inside coroutine.")
static PyObject *coro_close(PyGenObject *self)
{
    return kr_generator_close(self);
}

static PyObject *coro_repr(PyGenObject *self)
{
    return PyUnicode_FromFormat("<coroutine object %S at %p>", self->gi_qualname, self);
}

// --- coroutine.__await__() ----------------------------------------------------------------------

typedef struct {
    PyObject ob_base;
    PyGenObject *coroutine;
} CoroutineWrapper;

static PyObject *coro_await(PyObject *self)
{
    CoroutineWrapper *wrapper = PyObject_GC_New(CoroutineWrapper, &_PyCoroWrapper_Type);
    if (wrapper == NULL) return NULL;
    wrapper->coroutine = (PyGenObject *)Py_NewRef(self);
    PyObject_GC_Track(wrapper);
    return (PyObject *)wrapper;
}

METHOD(send, "self, value, /",
       "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise "
       "StopIteration.")
static PyObject *wrapper_send(CoroutineWrapper *self, PyObject *value)
{
    return kr_generator_send(self->coroutine, value);
}

METHOD(throw, "self, /, *args: array",
       "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return "
       "next iterated value or raise\nStopIteration.")
static PyObject *wrapper_throw(CoroutineWrapper *self, PyObject *const *args, Py_ssize_t count)
{
    return kr_generator_throw_array(self->coroutine, args, count);
}

METHOD(close, "self, /", "close() -> raise GeneratorExit inside coroutine.")
static PyObject *wrapper_close(CoroutineWrapper *self)
{
    return kr_generator_close(self->coroutine);
}

static PyObject *wrapper_iternext(CoroutineWrapper *self)
{
    return kr_generator_iternext(self->coroutine);
}

static int wrapper_traverse(CoroutineWrapper *self, visitproc visit, void *arg)
{
    Py_VISIT(self->coroutine);
    return 0;
}

static void wrapper_dealloc(CoroutineWrapper *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->coroutine);
    PyObject_GC_Del(self);
}

#include "vm/coroutine.methods.h"

static PyMemberDef coro_members[] = {
    {"cr_origin", T_OBJECT, offsetof(PyCoroObject, cr_origin_or_finalizer), READONLY},
    {NULL}
};

static PyAsyncMethods coro_as_async = {
    .am_await = coro_await,
    .am_send = kr_generator_am_send,
};

PyTypeObject PyCoro_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "coroutine",
    .tp_basicsize = KR_GENERATOR_SIZE,
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = (destructor)kr_generator_dealloc,
    .tp_as_async = &coro_as_async,
    .tp_repr = (reprfunc)coro_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)kr_generator_traverse,
    .tp_weaklistoffset = offsetof(PyCoroObject, cr_weakreflist),
    .tp_methods = coro_methods,
    .tp_members = coro_members,
    .tp_getset = coro_getset,
    .tp_finalize = _PyGen_Finalize,
};

PyTypeObject _PyCoroWrapper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "coroutine_wrapper",
    .tp_basicsize = sizeof(CoroutineWrapper),
    .tp_dealloc = (destructor)wrapper_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "A wrapper object implementing __await__ for coroutines.",
    .tp_traverse = (traverseproc)wrapper_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)wrapper_iternext,
    .tp_methods = wrapper_methods,
};
