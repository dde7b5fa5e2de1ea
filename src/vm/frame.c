// frame.c - room for frames, their end, and what frame objects hold.
//
//     thread:  chunk <- chunk <- chunk        datastack_top points into the newest,
//     datastack_limit behind it
//
// (1) The first chunk stays until the thread ends.  (2) The first word of each chunk but the first
//     one belongs to no frame,
// so that a frame at the start of a chunk tells that the chunk is empty again when it goes.
#include "vm/frame.h"

#include <string.h>

#include "base/memory.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/owned.h"
#include "vm/function.h"
#include "vm/variables.h"

enum { CHUNK_BYTES = 16 * 1024 };

static KrWord *chunk_start(_PyStackChunk *chunk)
{
    return (KrWord *)&chunk->data[chunk->previous == NULL];
}

KrFrame *kr_frame_reserve_slowly(PyThreadState *thread, size_t words)
{
    size_t header = offsetof(_PyStackChunk, data) + 2 * sizeof(PyObject *), bytes = CHUNK_BYTES;
    if (thread->datastack_chunk != NULL) bytes = thread->datastack_chunk->size;
    while (bytes < header + words * sizeof(PyObject *)) bytes *= 2;
    _PyStackChunk *chunk = kr_memory_allocate(bytes);
    if (chunk == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    chunk->previous = thread->datastack_chunk;
    chunk->size = bytes;
    chunk->top = 0;
    if (chunk->previous != NULL)
        chunk->previous->top = (size_t)(thread->datastack_top - &chunk->previous->data[0]);
    thread->datastack_chunk = chunk;
    thread->datastack_limit = (PyObject **)((char *)chunk + bytes);
    PyObject **start = (PyObject **)chunk_start(chunk);
    thread->datastack_top = start + words;
    return (KrFrame *)start;
}

void kr_frame_give_back(PyThreadState *thread, KrFrame *frame)
{
    assert(frame->owner == KR_FRAME_OF_THREAD);
    PyObject **base = (PyObject **)frame;
    _PyStackChunk *chunk = thread->datastack_chunk;
    if (__builtin_expect(base != &chunk->data[0], 1)) {
        thread->datastack_top = base;
        return;
    }
    _PyStackChunk *previous = chunk->previous;
    assert(previous != NULL);
    thread->datastack_chunk = previous;
    thread->datastack_top = &previous->data[previous->top];
    thread->datastack_limit = (PyObject **)((char *)previous + previous->size);
    kr_memory_free(chunk);
}

int kr_frame_line(KrFrame *frame)
{
    return PyCode_Addr2Line(frame->f_code, kr_frame_last_index(frame) * (int)sizeof(_Py_CODEUNIT));
}

int kr_frame_traverse(KrFrame *frame, visitproc visit, void *arg)
{
    Py_VISIT(frame->frame_obj);
    Py_VISIT(frame->f_locals);
    Py_VISIT(frame->f_func);
    Py_VISIT(frame->f_code);
    for (int i = 0; i < frame->stacktop; i++) Py_VISIT(kr_word_object(frame->localsplus[i]));
    return 0;
}

static PyFrameObject *new_object(PyCodeObject *code)
{
    Py_ssize_t words = code->co_nlocalsplus + code->co_stacksize;
    PyFrameObject *object = PyObject_GC_NewVar(PyFrameObject, &PyFrame_Type, words);
    if (object == NULL) return NULL;
    object->f_back = NULL;
    object->f_trace = NULL;
    object->f_lineno = 0;
    object->f_trace_lines = 1;
    object->f_trace_opcodes = 0;
    object->f_fast_as_locals = 0;
    return object;
}

PyFrameObject *kr_frame_make_object(KrFrame *frame)
{
    assert(frame->frame_obj == NULL);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyFrameObject *object = new_object(frame->f_code);
    if (object == NULL) {
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        return NULL;
    }
    PyErr_Restore(type, value, traceback);
    if (frame->frame_obj != NULL) {
        // The collector ran a finalizer that asked for this very frame.
        object->f_frame = (KrFrame *)object->_f_frame_data;
        memset(object->f_frame, 0, sizeof(KrFrame));
        object->f_frame->owner = KR_FRAME_OF_OBJECT;
        Py_DECREF(object);
        return frame->frame_obj;
    }
    object->f_frame = frame;
    frame->frame_obj = object;
    return object;
}

// The frame's contents move into its object, which outlives the call.
static void move_into_object(PyFrameObject *object, KrFrame *frame)
{
    assert(object->f_frame == frame && frame->owner != KR_FRAME_OF_OBJECT);
    size_t size = offsetof(KrFrame, localsplus) + sizeof(KrWord) * (size_t)frame->stacktop;
    KrFrame *copy = (KrFrame *)object->_f_frame_data;
    memcpy(copy, frame, size);
    object->f_frame = copy;
    copy->owner = KR_FRAME_OF_OBJECT;
    copy->is_entry = false;
    copy->flags = 0;
    if (kr_frame_is_incomplete(copy))
        copy->prev_instr = kr_code_units(copy->f_code) + copy->f_code->_co_firsttraceable;
    KrFrame *back = kr_frame_first_complete(frame->previous);
    copy->previous = NULL;
    if (back != NULL) {
        // Without memory the frame just has no f_back.
        PyFrameObject *back_object = kr_frame_object(back);
        if (back_object == NULL) PyErr_Clear();
        object->f_back = (PyFrameObject *)Py_XNewRef((PyObject *)back_object);
    }
    if (!PyObject_GC_IsTracked((PyObject *)object)) PyObject_GC_Track(object);
}

void kr_frame_clear(KrFrame *frame)
{
    PyFrameObject *object = frame->frame_obj;
    if (object != NULL) {
        frame->frame_obj = NULL;
        if (Py_REFCNT(object) > 1) {
            move_into_object(object, frame);
            Py_DECREF(object);
            return;
        }
        Py_DECREF(object);
    }
    assert(frame->stacktop >= 0);
    for (int i = 0; i < frame->stacktop; i++) kr_word_release_if_bound(frame->localsplus[i]);
    Py_XDECREF(frame->f_locals);
    Py_DECREF(frame->f_func);
    Py_DECREF(frame->f_code);
}

PyFrameObject *PyFrame_New(PyThreadState *thread, PyCodeObject *code, PyObject *globals,
                           PyObject *locals)
{
    if (locals != NULL && (code->co_flags & CO_OPTIMIZED)) locals = NULL;
    if (locals == NULL && !(code->co_flags & CO_OPTIMIZED)) locals = globals;
    PyObject *builtins = kr_variables_builtins_of(thread, globals);
    if (builtins == NULL) return NULL;
    PyFunctionObject *function = kr_function_for_code(code, globals, builtins);
    PyFrameObject *object = function == NULL ? NULL : new_object(code);
    if (object == NULL) {
        Py_XDECREF(function);
        return NULL;
    }
    KrFrame *frame = (KrFrame *)object->_f_frame_data;
    kr_frame_init(frame, function, locals);
    for (int i = 0; i < code->co_nlocalsplus; i++) frame->localsplus[i] = KR_UNBOUND;
    frame->previous = NULL;
    frame->owner = KR_FRAME_OF_OBJECT;
    frame->prev_instr = kr_code_units(code) + code->_co_firsttraceable;
    object->f_frame = frame;
    PyObject_GC_Track(object);
    return object;
}
