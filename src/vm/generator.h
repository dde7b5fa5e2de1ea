// generator.h - generators, as the interpreter and the asynchronous kinds see them.
//
// A generator owns its frame (gi_iframe).  gi_frame_state says where it stands (KR_FRAME_… in
// frame.h).
#ifndef KR_VM_GENERATOR_H
#define KR_VM_GENERATOR_H

#include <stdbool.h>

#include "object.h"
#include "abstract.h"
#include "cpython/genobject.h"
#include "runtime/owned.h"
#include "vm/frame.h"

// --- the interpreter's side ---------------------------------------------------------------------

// The generator, coroutine or asynchronous generator that takes over what is in [frame].
PyGenObject *kr_generator_from_frame(PyThreadState *thread, KrFrame *frame, KrWord *sp);

// The generator's frame begins to run: its exception state becomes the thread's.
static inline void kr_generator_begin(PyThreadState *thread, PyGenObject *generator)
{
    generator->gi_frame_state = KR_FRAME_EXECUTING;
    generator->gi_exc_state.previous_item = thread->exc_info;
    thread->exc_info = &generator->gi_exc_state;
}

static inline void kr_generator_end(PyThreadState *thread, PyGenObject *generator)
{
    thread->exc_info = generator->gi_exc_state.previous_item;
    generator->gi_exc_state.previous_item = NULL;
}

// The frame has yielded.
static inline void kr_generator_suspend(PyThreadState *thread, KrFrame *frame)
{
    PyGenObject *generator = kr_frame_generator(frame);
    generator->gi_frame_state = KR_FRAME_SUSPENDED;
    kr_generator_end(thread, generator);
    frame->previous = NULL;
}

// The frame has returned or raised: clears it.
void kr_generator_finish(PyThreadState *thread, KrFrame *frame);
// A StopIteration that leaves a generator becomes a RuntimeError.
void kr_generator_convert_stop(PyGenObject *generator);
// SEND to anything that is not resumed inline.
PySendResult kr_generator_send_to(PyThreadState *thread, KrFrame *frame, PyObject *receiver,
                                  PyObject *value, PyObject **ret_result);
PyObject *kr_generator_yield_from_iterator(PyCodeObject *code, PyObject *iterable);

// --- shared with coroutines and asynchronous generators -----------------------------------------

// Resumes with [value] (NULL: as next() does, then a return of None gives PYGEN_RETURN with NULL).
PySendResult kr_generator_resume(PyGenObject *generator, PyObject *value, bool throws,
                                 bool closing, PyObject **ret_result);
// send(): a return raises StopIteration (StopAsyncIteration).
PyObject *kr_generator_send(PyGenObject *generator, PyObject *value);
PyObject *kr_generator_send_raising(PyGenObject *generator, bool closing);
PyObject *kr_generator_throw(PyGenObject *generator, bool close_on_exit, PyObject *type,
                             PyObject *value, PyObject *traceback);
PyObject *kr_generator_close(PyGenObject *generator);
// throw(type[, value[, traceback]]) from an argument array.
PyObject *kr_generator_throw_array(PyGenObject *generator, PyObject *const *args,
                                   Py_ssize_t count);
PySendResult kr_generator_am_send(PyObject *generator, PyObject *value, PyObject **ret_result);
// What it waits for in `yield from` or `await`: new reference, or NULL.
PyObject *kr_generator_awaited(PyGenObject *generator);
PyObject *kr_generator_frame_attribute(PyGenObject *generator, const char *name);
PyObject *kr_generator_code_attribute(PyGenObject *generator, const char *name);
int kr_generator_set_name(PyObject **field, PyObject *value, const char *message);

PyObject *kr_generator_iternext(PyGenObject *generator);
int kr_generator_traverse(PyGenObject *generator, visitproc visit, void *arg);
void kr_generator_dealloc(PyGenObject *generator);

extern void _PyGen_Finalize(PyObject *generator);

#define KR_GENERATOR_SIZE (offsetof(PyGenObject, gi_iframe) + offsetof(KrFrame, localsplus))

#endif
