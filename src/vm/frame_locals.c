// frame_locals.c - f_locals: the variables of a function as a dict, and back.
//
// The dict is a snapshot that each look at it brings up to date.  A cell counts with its content.
#include "vm/frame.h"

#include "abstract.h"
#include "bytecode/opcodes.h"
#include "cpython/cellobject.h"
#include "dictobject.h"
#include "pyerrors.h"

// The frame has not run COPY_FREE_VARS and MAKE_CELL yet: take the cells out of the closure.
static void copy_free_variables(KrFrame *frame)
{
    PyCodeObject *code = frame->f_code;
    PyObject *closure = frame->f_func == NULL ? NULL : frame->f_func->func_closure;
    if (kr_frame_last_index(frame) >= 0 || closure == NULL
        || frame->owner == KR_FRAME_OF_GENERATOR)
        return;
    if ((kr_code_units(code)[0] & 255) != OP_COPY_FREE_VARS) return;
    int first = code->co_nlocalsplus - code->co_nfreevars;
    for (int i = 0; i < code->co_nfreevars; i++)
        frame->localsplus[first + i] = kr_word_new(PyTuple_GET_ITEM(closure, i));
    frame->prev_instr = kr_code_units(code);
}

// Borrowed value of variable [index], NULL when unbound.
static PyObject *variable(KrFrame *frame, int index, unsigned char kind)
{
    PyObject *value = kr_word_object(frame->localsplus[index]);
    if (frame->stacktop < 0 || value == NULL) return NULL;
    if (kind & KR_SLOT_FREE) return PyCell_Check(value) ? PyCell_GET(value) : value;
    if ((kind & KR_SLOT_CELL) && PyCell_Check(value)) return PyCell_GET(value);
    return value;
}

int kr_frame_fast_to_locals(KrFrame *frame)
{
    PyCodeObject *code = frame->f_code;
    if (frame->f_locals == NULL) {
        frame->f_locals = PyDict_New();
        if (frame->f_locals == NULL) return -1;
    }
    PyObject *locals = frame->f_locals;
    copy_free_variables(frame);
    for (int i = 0; i < code->co_nlocalsplus; i++) {
        unsigned char kind = kr_code_slot_kind(code, i);
        // A class body's free variables are not part of its namespace.
        if ((kind & KR_SLOT_FREE) && !(code->co_flags & CO_OPTIMIZED)) continue;
        PyObject *name = kr_code_slot_name(code, i), *value = variable(frame, i, kind);
        if (value != NULL) {
            if (PyObject_SetItem(locals, name, value) < 0) return -1;
        } else if (PyObject_DelItem(locals, name) < 0) {
            if (!PyErr_ExceptionMatches(PyExc_KeyError)) return -1;
            PyErr_Clear();
        }
    }
    return 0;
}

static void assign_variable(KrFrame *frame, int index, unsigned char kind, PyObject *value)
{
    KrWord word = frame->localsplus[index];
    PyObject *old = kr_word_object(word);
    bool in_cell = old != NULL && PyCell_Check(old) && (kind & (KR_SLOT_FREE | KR_SLOT_CELL));
    if (in_cell) {
        if (PyCell_GET(old) != value) PyCell_Set(old, value);
    } else if (old != value) {
        frame->localsplus[index] = value == NULL ? KR_UNBOUND : kr_word_new(value);
        kr_word_release_if_bound(word);
    }
}

void kr_frame_locals_to_fast(KrFrame *frame, int clear)
{
    PyCodeObject *code = frame->f_code;
    PyObject *locals = frame->f_locals;
    if (locals == NULL) return;
    PyObject *type, *pending, *traceback;
    PyErr_Fetch(&type, &pending, &traceback);
    for (int i = 0; i < code->co_nlocalsplus; i++) {
        unsigned char kind = kr_code_slot_kind(code, i);
        if ((kind & KR_SLOT_FREE) && !(code->co_flags & CO_OPTIMIZED)) continue;
        PyObject *value = PyObject_GetItem(locals, kr_code_slot_name(code, i));
        if (value == NULL) PyErr_Clear();
        if (value == NULL && !clear) continue;
        assign_variable(frame, i, kind, value);
        Py_XDECREF(value);
    }
    PyErr_Restore(type, pending, traceback);
}

PyObject *kr_frame_locals(KrFrame *frame)
{
    return kr_frame_fast_to_locals(frame) < 0 ? NULL : frame->f_locals;
}

int PyFrame_FastToLocalsWithError(PyFrameObject *object)
{
    if (object == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (kr_frame_fast_to_locals(object->f_frame) < 0) return -1;
    object->f_fast_as_locals = 1;
    return 0;
}

void PyFrame_FastToLocals(PyFrameObject *object)
{
    if (PyFrame_FastToLocalsWithError(object) < 0) PyErr_Clear();
}

void PyFrame_LocalsToFast(PyFrameObject *object, int clear)
{
    if (object == NULL || !object->f_fast_as_locals || object->f_frame->f_locals == NULL) return;
    kr_frame_locals_to_fast(object->f_frame, clear);
    object->f_fast_as_locals = 0;
}
