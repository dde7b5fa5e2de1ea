// async.h - coroutines, asynchronous generators, and what async instructions need.
#ifndef KR_VM_ASYNC_H
#define KR_VM_ASYNC_H

#include "object.h"
#include "cpython/genobject.h"
#include "vm/frame.h"

// --- coroutine.c --------------------------------------------------------------------------------

// Notes where the coroutine was made, when sys.set_coroutine_origin_tracking_depth asks for it.
int kr_coroutine_note_origin(PyThreadState *thread, KrFrame *frame, PyGenObject *coroutine);
void kr_coroutine_warn_unawaited(PyObject *coroutine);
// The iterator that `await object` runs; _PyCoro_GetAwaitableIter of CPython.
PyObject *kr_coroutine_awaitable(PyObject *object);
// GET_AWAITABLE: the same, with what [after] (1: __aenter__, 2: __aexit__) adds to the message.
PyObject *kr_coroutine_awaitable_for(PyObject *object, int after);
// GET_AITER and GET_ANEXT.
PyObject *kr_coroutine_async_iterator(PyObject *object);
PyObject *kr_coroutine_async_next(PyObject *iterator);

// --- async_generator.c --------------------------------------------------------------------------

extern PyTypeObject _PyCoroWrapper_Type;
extern PyTypeObject _PyAsyncGenASend_Type;
extern PyTypeObject _PyAsyncGenAThrow_Type;
extern PyTypeObject _PyAsyncGenWrappedValue_Type;

// A value that an asynchronous generator yields (as opposed to what it awaits).
PyObject *kr_async_generator_wrap(PyObject *value);

#endif
