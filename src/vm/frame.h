// frame.h - the frame of running Python code, and the frame object that is made when somebody asks
// for it.
//
//     thread's chunk:  [ frame | locals, cells, free variables | evaluation stack ] [ next frame
//     ...
//     generator:       [ object header | ... | frame | locals | stack ]
//     frame object:    [ object header | ... | frame | locals | stack ]     after the code has
//     returned
//
// (1) The layout is CPython 3.11's: extensions and debuggers read it.
// (2) A frame is complete once its first RESUME has run; before that nobody outside the VM sees
//     it.
// (3) owner, is_entry and flags are all zero in the common case: a return tests them with one
//     load.
// (4) stacktop is valid while the frame is suspended, being traced, or cleared; not while it runs.
#ifndef KR_VM_FRAME_H
#define KR_VM_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "bytecode/code.h"
#include "object.h"
#include "frameobject.h"
#include "cpython/funcobject.h"
#include "cpython/genobject.h"
#include "pystate.h"
#include "runtime/owned.h"
#include "vm/word.h"

enum { KR_FRAME_OF_THREAD = 0, KR_FRAME_OF_GENERATOR = 1, KR_FRAME_OF_OBJECT = 2 };

// States of a generator's frame (gi_frame_state).
enum {
    KR_FRAME_CREATED = -2,
    KR_FRAME_SUSPENDED = -1,
    KR_FRAME_EXECUTING = 0,
    KR_FRAME_COMPLETED = 1,
    KR_FRAME_CLEARED = 4,
};

enum { KR_FRAME_CONSTRUCTS = 1 };   // __init__ of an instance that waits on the caller's stack

typedef struct _PyInterpreterFrame {
    PyFunctionObject *f_func;       // owned
    PyObject *f_globals;            // borrowed from f_func
    PyObject *f_builtins;           // borrowed from f_func
    PyObject *f_locals;             // owned or NULL: the namespace of a class body or module
    PyCodeObject *f_code;           // owned
    PyFrameObject *frame_obj;       // owned or NULL
    struct _PyInterpreterFrame *previous;
    _Py_CODEUNIT *prev_instr;       // the unit before the next instruction
    int stacktop;                   // (4)
    bool is_entry;                  // returning from it leaves the C function that runs it
    char owner;
    uint8_t flags;
    uint8_t unused;
    KrWord localsplus[1];
} _PyInterpreterFrame;

typedef _PyInterpreterFrame KrFrame;

struct _frame {
    PyObject ob_base;
    PyFrameObject *f_back;          // owned, once the frame has left the thread's stack
    KrFrame *f_frame;
    PyObject *f_trace;
    int f_lineno;                   // 0: compute it
    char f_trace_lines;
    char f_trace_opcodes;
    char f_fast_as_locals;          // f_locals was read: write back after a trace function
    PyObject *_f_frame_data[1];
};

_Static_assert(sizeof(KrFrame) == 80 && offsetof(KrFrame, localsplus) == 72, "3.11's frame");
_Static_assert(offsetof(KrFrame, owner) == 69 && offsetof(KrFrame, flags) == 70, "3.11's frame");

#define KR_FRAME_WORDS ((offsetof(KrFrame, localsplus)) / sizeof(KrWord))

static inline _Py_CODEUNIT *kr_code_units(PyCodeObject *code)
{
    return (_Py_CODEUNIT *)code->co_code_adaptive;
}

// Index of the last instruction, in code units; -1 before the first.
static inline int kr_frame_last_index(KrFrame *frame)
{
    return (int)(frame->prev_instr - kr_code_units(frame->f_code));
}

static inline KrWord *kr_frame_stack_base(KrFrame *frame)
{
    return frame->localsplus + frame->f_code->co_nlocalsplus;
}

static inline bool kr_frame_is_incomplete(KrFrame *frame)
{
    return frame->owner != KR_FRAME_OF_GENERATOR
        && frame->prev_instr < kr_code_units(frame->f_code) + frame->f_code->_co_firsttraceable;
}

// The next complete frame from [frame] outwards (itself included), or NULL.
static inline KrFrame *kr_frame_first_complete(KrFrame *frame)
{
    while (frame != NULL && kr_frame_is_incomplete(frame)) frame = frame->previous;
    return frame;
}

// Is it an ordinary frame in the middle of the stack?  See (3).
static inline bool kr_frame_is_plain(const KrFrame *frame)
{
    uint32_t word;
    __builtin_memcpy(&word, &frame->is_entry, sizeof(word));
    return word == 0;
}

static inline PyGenObject *kr_frame_generator(KrFrame *frame)
{
    assert(frame->owner == KR_FRAME_OF_GENERATOR);
    return (PyGenObject *)((char *)frame - offsetof(PyGenObject, gi_iframe));
}

static inline KrFrame *kr_generator_frame(PyGenObject *generator)
{
    return (KrFrame *)generator->gi_iframe;
}

// Fills everything but the locals.  Takes over the reference to [function]; borrows [locals].
static inline void kr_frame_init(KrFrame *frame, STEALS PyFunctionObject *function,
                                 PyObject *locals)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    Py_INCREF(code);
    Py_XINCREF(locals);
    frame->f_func = function;
    frame->f_code = code;
    frame->f_globals = function->func_globals;
    frame->f_builtins = function->func_builtins;
    frame->f_locals = locals;
    frame->frame_obj = NULL;
    frame->prev_instr = kr_code_units(code) - 1;
    frame->stacktop = code->co_nlocalsplus;
    frame->is_entry = false;
    frame->owner = KR_FRAME_OF_THREAD;
    frame->flags = 0;
    frame->unused = 0;
}

KrFrame *kr_frame_reserve_slowly(PyThreadState *thread, size_t words);

// Room for a frame of [words] words on the thread's stack; NULL with MemoryError.
static inline KrFrame *kr_frame_reserve(PyThreadState *thread, size_t words)
{
    PyObject **top = thread->datastack_top;
    if (top != NULL && words < (size_t)(thread->datastack_limit - top)) {
        thread->datastack_top = top + words;
        return (KrFrame *)top;
    }
    return kr_frame_reserve_slowly(thread, words);
}

// Words that a frame of [code] takes.
static inline size_t kr_frame_size(PyCodeObject *code)
{
    return KR_FRAME_WORDS + (size_t)code->co_nlocalsplus + (size_t)code->co_stacksize;
}

void kr_frame_give_back(PyThreadState *thread, KrFrame *frame);

// Drops the frame's references; hands the contents to the frame object if that lives on.
void kr_frame_clear(KrFrame *frame);
int kr_frame_traverse(KrFrame *frame, visitproc visit, void *argument);
// Borrowed; NULL with an exception.
BORROWED PyFrameObject *kr_frame_make_object(KrFrame *frame);
int kr_frame_line(KrFrame *frame);

static inline BORROWED PyFrameObject *kr_frame_object(KrFrame *frame)
{
    return frame->frame_obj != NULL ? frame->frame_obj : kr_frame_make_object(frame);
}

// frame_locals.c: the dict of local variables, brought up to date; borrowed.
BORROWED PyObject *kr_frame_locals(KrFrame *frame);
int kr_frame_fast_to_locals(KrFrame *frame);
void kr_frame_locals_to_fast(KrFrame *frame, int clear);
// frame_jump.c: assignment to f_lineno.
int kr_frame_jump_to_line(PyFrameObject *object, PyObject *line);

// The running frame of [thread] that Python code can see, or NULL.
static inline BORROWED KrFrame *kr_frame_current(PyThreadState *thread)
{
    return kr_frame_first_complete(thread->cframe->current_frame);
}

#endif
