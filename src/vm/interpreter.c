// interpreter.c - the loop that runs frames.
//
// The instructions are in instructions/*.inst.c; tools/instructions.py makes the cases from them
// that are included
// below.  Here is what they have in common: dispatch, entering and leaving frames, unwinding,
// tracing.
//
// (1) Calls from Python to Python, and generators that Python code resumes, run in the same C
//     frame: is_entry marks the frame that returns to C.
// (2) frame->prev_instr is the instruction that runs, by which lines are found; RERAISE sets it
//     back to where the exception came
//     from.  Handlers are found by what lies before next_instr.
// (3) Whatever a callee raises is seen by its caller as raised by the instruction that called.
#include "vm/interpreter.h"

#include "abstract.h"
#include "boolobject.h"
#include "bytecode/exception_table.h"
#include "bytecode/opcodes.h"
#include "cpython/cellobject.h"
#include "cpython/classobject.h"
#include "cpython/genobject.h"
#include "cpython/longintrepr.h"
#include "descrobject.h"
#include "floatobject.h"
#include "listobject.h"
#include "longobject.h"
#include "methodobject.h"
#include "moduleobject.h"
#include "objects/containers/dict.h"
#include "objects/containers/instance_dict.h"
#include "objects/containers/list.h"
#include "objects/containers/range.h"
#include "objects/containers/sequence_iterators.h"
#include "objects/strings/names.h"
#include "objects/strings/str.h"
#include "pyerrors.h"
#include "rangeobject.h"
#include "runtime/thread.h"
#include "setobject.h"
#include "sliceobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/async.h"
#include "vm/binding.h"
#include "vm/calls.h"
#include "vm/generator.h"
#include "vm/imports.h"
#include "vm/match.h"
#include "vm/raising.h"
#include "vm/specialize.h"
#include "vm/state.h"
#include "vm/tracebacks.h"
#include "vm/tracing.h"
#include "vm/unpack.h"
#include "vm/variables.h"
#include "vm/instructions.numbers.h"

#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

// --- the words that instruction bodies use ------------------------------------------------------

#define object(word) kr_word_object(word)
#define object_or_null(word) kr_word_object(word)
#define own(value) kr_word_steal(value)
#define own_new(value) kr_word_new(value)
#define take(word) kr_word_take(word)
#define copy(word) kr_word_copy(word)
#define release(word) kr_word_release(word)

#define push(word) ((void)(*sp++ = (word)))
#define pop() (*--sp)
#define peek(depth) (sp[-(depth)])
#define LOCAL(index) (frame->localsplus[index])
#define name_at(index) (names[index])
#define constant_at(index) (constants[index])

#define cache_u16(index) ((unsigned)next_instr[index])
#define cache_u32(index) kr_specialize_read_u32(next_instr + (index))
#define cache_object(index) kr_specialize_read_object(next_instr + (index))
#define cache_callable(thread, name) kr_state_callables(thread)->name

#define breaker_is_set() kr_state_breaker_is_set(thread)
#define runs_inline(thread) kr_state_runs_inline(thread)
#define float_value(word) (((PyFloatObject *)object(word))->ob_fval)
#define is_one_digit(number) ((size_t)(Py_SIZE(number) + 1) <= 2)
#define is_natural_digit(number) ((size_t)Py_SIZE(number) <= 1)
#define one_digit(number) ((int64_t)Py_SIZE(number) * ((PyLongObject *)(number))->ob_digit[0])

// --- control flow -------------------------------------------------------------------------------

#define TARGET(name)                                                                              \
    op_##name: frame->prev_instr = next_instr++;                                                  \
    general_##name: __attribute__((unused));

#define DISPATCH()                                                                                \
    do {                                                                                          \
        word = *next_instr;                                                                       \
        oparg = word >> 8;                                                                        \
        goto *targets[(word & 255) | control.use_tracing];                                        \
    } while (0)

#define GO_TO_INSTRUCTION(number) goto *targets[number]
#define GO_ERROR() goto error
#define GO_UNWIND() goto unwind
#define GO_HANDLE_PENDING() goto handle_pending

#define ERROR_KEEP_IF(condition)                                                                  \
    do {                                                                                          \
        if (UNLIKELY(condition)) goto error;                                                      \
    } while (0)
#define ERROR_IF_DROPPING(count, condition)                                                       \
    do {                                                                                          \
        if (UNLIKELY(condition)) {                                                                \
            sp -= (count);                                                                        \
            goto error;                                                                           \
        }                                                                                         \
    } while (0)
#define DEOPT_TO(family, condition)                                                               \
    do {                                                                                          \
        if (UNLIKELY(condition)) goto miss_##family;                                              \
    } while (0)
#define DEOPT_QUIETLY_TO(family, condition)                                                       \
    do {                                                                                          \
        if (UNLIKELY(condition)) goto general_##family;                                           \
    } while (0)
#define DEOPT_SIMPLY_TO(family, condition)                                                        \
    do {                                                                                          \
        if (UNLIKELY(condition)) {                                                                \
            kr_specialize_set_opcode(next_instr - 1, OP_##family);                                \
            goto general_##family;                                                                \
        }                                                                                         \
    } while (0)
#define MISS(family)                                                                              \
    miss_##family:                                                                                \
        kr_specialize_count_miss(next_instr - 1, OP_##family);                                    \
        goto general_##family;
#define IS_WARM() kr_specialize_is_warm(next_instr)

#define ENTER_FRAME(callee)                                                                       \
    do {                                                                                          \
        entered = (callee);                                                                       \
        goto enter_frame;                                                                         \
    } while (0)
#define ENTER_GENERATOR(generator, callee)                                                        \
    do {                                                                                          \
        kr_generator_begin(thread, generator);                                                    \
        (callee)->is_entry = false;  /* C may have run it the last time */                        \
        entered = (callee);                                                                       \
        goto enter_frame;                                                                         \
    } while (0)
#define LEAVE_FRAME(value)                                                                        \
    do {                                                                                          \
        leaving = (value);                                                                        \
        goto leave_frame;                                                                         \
    } while (0)
#define LEAVE_MOVED_FRAME(value)                                                                  \
    do {                                                                                          \
        leaving = (value);                                                                        \
        goto leave_moved_frame;                                                                   \
    } while (0)
#define YIELD_FROM_FRAME(value)                                                                   \
    do {                                                                                          \
        leaving = (value);                                                                        \
        goto yield_from_frame;                                                                    \
    } while (0)

// The jump after a comparison, by what the specialiser noted in cache word 1.  CACHE words are
// added behind.
#define FINISH_COMPARISON(outcome)                                                                \
    do {                                                                                          \
        unsigned plan = next_instr[1];                                                            \
        int distance = next_instr[2] >> 8;                                                        \
        next_instr += 1;                                                                          \
        if (plan & (unsigned)(outcome)) {                                                         \
            if (!(plan & KR_JUMPS_BACK)) {                                                        \
                next_instr += distance;                                                           \
            } else {                                                                              \
                next_instr -= distance;                                                           \
                if (UNLIKELY(breaker_is_set())) {                                                 \
                    next_instr += 2;                                                              \
                    sp -= 2;                                                                      \
                    goto handle_pending;                                                          \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
    } while (0)

// Drops [count] words and the one below, puts [result] there, and steps over CALL.
#define FINISH_NATIVE_CALL(count, result)                                                         \
    do {                                                                                          \
        int dropped = (count);                                                                    \
        for (int i = 1; i <= dropped; i++) release(sp[-i]);                                       \
        sp -= dropped + 1;                                                                        \
        kr_word_release_if_bound(*sp);                                                            \
        if (UNLIKELY((result) == NULL)) goto error;                                               \
        push(own(result));                                                                        \
        next_instr += 5;                                                                          \
        if (UNLIKELY(breaker_is_set())) {                                                         \
            next_instr += 1;                                                                      \
            goto handle_pending;                                                                  \
        }                                                                                         \
    } while (0)

static inline void release_all(KrWord *words, int count)
{
    for (int i = 0; i < count; i++) kr_word_release(words[i]);
}

static inline void push_on_frame(KrFrame *frame, KrWord word)
{
    frame->localsplus[frame->stacktop++] = word;
}

static inline KrFrame *push_frame(PyThreadState *thread, PyFunctionObject *function)
{
    KrFrame *frame = kr_frame_reserve(thread, kr_frame_size((PyCodeObject *)function->func_code));
    if (UNLIKELY(frame == NULL)) return NULL;
    Py_INCREF(function);
    kr_frame_init(frame, function, NULL);
    return frame;
}

static inline void unbind_locals_from(KrFrame *frame, int first)
{
    int count = frame->f_code->co_nlocalsplus;
    for (int i = first; i < count; i++) frame->localsplus[i] = KR_UNBOUND;
}

static inline int append_to_list(PyListObject *list, STEALS PyObject *item)
{
    return kr_list_append_steal(list, item);
}

static inline bool generator_can_run_inline(PyThreadState *thread, PyObject *receiver)
{
    return (PyGen_CheckExact(receiver) || PyCoro_CheckExact(receiver))
        && ((PyGenObject *)receiver)->gi_frame_state < KR_FRAME_EXECUTING
        && kr_state_runs_inline(thread) && !thread->cframe->use_tracing;
}

// Is [value] stored in one digit and not a cached small int?
static inline bool is_own_digit(int64_t value)
{
    return (value > 256 && value <= PyLong_MASK) || (value < -5 && value >= -(int64_t)PyLong_MASK);
}

static inline void overwrite_int(PyObject *number, int64_t value)
{
    ((PyLongObject *)number)->ob_digit[0] = (digit)(value < 0 ? -value : value);
    Py_SET_SIZE(number, value < 0 ? -1 : 1);
}

// x = x + …, where the stack and the variable x are the only owners of the left operand: its box
// takes the new value, and the store that follows is done.  [store] is the instruction behind.
static inline bool update_variable(KrFrame *frame, _Py_CODEUNIT store, KrWord left, KrWord right,
                                   int64_t value)
{
    PyObject *number = kr_word_object(left);
    if (Py_REFCNT(number) != 2 || kr_instruction_family[store & 255] != OP_STORE_FAST)
        return false;
    if (frame->localsplus[store >> 8].bits != left.bits || !is_own_digit(value)
        || left.bits == right.bits)
        return false;
    overwrite_int(number, value);
    Py_SET_REFCNT(number, 1);
    kr_word_release(right);
    return true;
}

// The int [value], in the box of an operand that nobody else holds if there is one.  Takes both
// operands.
static inline PyObject *int_result(KrWord left, KrWord right, int64_t value)
{
    PyObject *a = kr_word_object(left), *b = kr_word_object(right);
    if (is_own_digit(value)) {
        if (Py_REFCNT(a) == 1) {
            overwrite_int(a, value);
            Py_DECREF(b);
            return a;
        }
        if (Py_REFCNT(b) == 1) {
            overwrite_int(b, value);
            Py_DECREF(a);
            return b;
        }
    }
    PyObject *made = PyLong_FromLongLong(value);
    Py_DECREF(a);
    Py_DECREF(b);
    return made;
}

// The sum (product, …) of two floats, in the box of one that nobody else holds if there is one.
static inline PyObject *float_result(KrWord left, KrWord right, double value)
{
    PyObject *a = kr_word_object(left), *b = kr_word_object(right);
    if (Py_REFCNT(a) == 1) {
        ((PyFloatObject *)a)->ob_fval = value;
        Py_DECREF(b);
        return a;
    }
    if (Py_REFCNT(b) == 1) {
        ((PyFloatObject *)b)->ob_fval = value;
        Py_DECREF(a);
        return b;
    }
    PyObject *made = PyFloat_FromDouble(value);
    Py_DECREF(a);
    Py_DECREF(b);
    return made;
}

// [a] op [b] for natural numbers of one digit; false: take the general way.
static inline bool natural_operation(int operation, int64_t a, int64_t b, int64_t *ret_value)
{
    switch (operation % KR_NB_INPLACE_ADD) {
    case KR_NB_AND: *ret_value = a & b; return true;
    case KR_NB_OR: *ret_value = a | b; return true;
    case KR_NB_XOR: *ret_value = a ^ b; return true;
    case KR_NB_RSHIFT: *ret_value = b < 63 ? a >> b : 0; return true;
    case KR_NB_LSHIFT:
        if (b > 31) return false;
        *ret_value = a << b;
        return true;
    case KR_NB_REMAINDER:
        if (b == 0) return false;
        *ret_value = a % b;
        return true;
    case KR_NB_FLOOR_DIVIDE:
        if (b == 0) return false;
        *ret_value = a / b;
        return true;
    default: return false;
    }
}

static PyObject *power(PyObject *base, PyObject *exponent)
{
    return PyNumber_Power(base, exponent, Py_None);
}

static PyObject *inplace_power(PyObject *base, PyObject *exponent)
{
    return PyNumber_InPlacePower(base, exponent, Py_None);
}

#define KR_OPERATOR_COUNT KR_NB_COUNT

static binaryfunc const kr_operators[KR_OPERATOR_COUNT] = {
    PyNumber_Add, PyNumber_And, PyNumber_FloorDivide, PyNumber_Lshift, PyNumber_MatrixMultiply,
    PyNumber_Multiply, PyNumber_Remainder, PyNumber_Or, power, PyNumber_Rshift, PyNumber_Subtract,
    PyNumber_TrueDivide, PyNumber_Xor,
    PyNumber_InPlaceAdd, PyNumber_InPlaceAnd, PyNumber_InPlaceFloorDivide, PyNumber_InPlaceLshift,
    PyNumber_InPlaceMatrixMultiply, PyNumber_InPlaceMultiply, PyNumber_InPlaceRemainder,
    PyNumber_InPlaceOr,
    inplace_power, PyNumber_InPlaceRshift, PyNumber_InPlaceSubtract, PyNumber_InPlaceTrueDivide,
    PyNumber_InPlaceXor,
};

// Ends a plain frame that has returned: its references, then its room.
static inline void drop_plain_frame(PyThreadState *thread, KrFrame *frame)
{
    if (UNLIKELY(frame->frame_obj != NULL || frame->f_locals != NULL)) {
        frame->stacktop = frame->f_code->co_nlocalsplus;
        kr_frame_clear(frame);
    } else {
        int count = frame->f_code->co_nlocalsplus;
        for (int i = 0; i < count; i++) kr_word_release_if_bound(frame->localsplus[i]);
        Py_DECREF(frame->f_code);
        Py_DECREF(frame->f_func);
    }
    kr_frame_give_back(thread, frame);
}

static KrWord *drop_down_to(KrWord *sp, KrWord *level)
{
    while (sp > level) kr_word_release_if_bound(*--sp);
    return level;
}

// Puts the pending exception where the handler at [entry] expects it: [position,] exception.
static KrWord *push_exception(KrFrame *frame, KrWord *sp, const KrExceptionEntry *entry)
{
    if (entry->push_lasti) {
        PyObject *position = PyLong_FromLong(kr_frame_last_index(frame));
        if (position == NULL) return NULL;
        *sp++ = kr_word_steal(position);
    }
    *sp++ = kr_word_steal(kr_raising_take_pending());
    return sp;
}

PyObject *kr_interpreter_run(PyThreadState *thread, KrFrame *frame, int throw_flag)
{
    if (LIKELY(kr_state_runs_inline(thread)))
        return _PyEval_EvalFrameDefault(thread, frame, throw_flag);
    return kr_state_eval_frame(thread)(thread, frame, throw_flag);
}

// long: the loop; its labels share the registers that hold the frame's state.
PyObject *_PyEval_EvalFrameDefault(PyThreadState *thread, struct _PyInterpreterFrame *frame,
                                   int throw_flag)
{
    static const void *const targets[256] = {
#include "vm/instructions.targets.h"
    };
    _PyCFrame control;
    _Py_CODEUNIT *next_instr;
    KrWord *sp;
    KrWord leaving;
    KrFrame *entered;
    PyObject **names, **constants;
    PyObject *keyword_names = NULL;
    unsigned word;
    int oparg;

    control.use_tracing = thread->cframe->use_tracing;
    control.previous = thread->cframe;
    control.current_frame = frame;
    frame->is_entry = true;
    frame->previous = thread->cframe->current_frame;
    thread->cframe = &control;
    if (UNLIKELY(kr_recursion_enter(thread, "") < 0)) {
        thread->recursion_remaining--;
        sp = frame->localsplus + frame->stacktop;
        goto leave_with_exception;
    }
    if (UNLIKELY(throw_flag)) {
        sp = frame->localsplus + frame->stacktop;
        names = ((PyTupleObject *)frame->f_code->co_names)->ob_item;
        constants = ((PyTupleObject *)frame->f_code->co_consts)->ob_item;
        next_instr = frame->prev_instr + 1;
        if (control.use_tracing && kr_tracing_enter_by_throw(thread, frame) < 0)
            goto leave_with_exception;
        goto error;
    }
    goto resume_frame;

enter_frame:
    entered->previous = frame;
    frame->prev_instr = next_instr - 1;
    frame->stacktop = (int)(sp - frame->localsplus);
    frame = control.current_frame = entered;
    if (UNLIKELY(--thread->recursion_remaining < 0) && kr_recursion_check(thread, "") < 0) {
        thread->recursion_remaining--;
        sp = frame->localsplus + frame->stacktop;
        goto leave_with_exception;
    }

resume_frame:
    names = ((PyTupleObject *)frame->f_code->co_names)->ob_item;
    constants = ((PyTupleObject *)frame->f_code->co_consts)->ob_item;
    sp = frame->localsplus + frame->stacktop;
    next_instr = frame->prev_instr + 1;
    DISPATCH();

handle_pending:
    if (UNLIKELY(kr_interpreter_handle_pending(thread) < 0)) goto error;
    DISPATCH();

#include "vm/instructions.cases.h"

op_TRACE:
    // Before its first RESUME a frame is not complete: nothing is traced.
    if (thread->tracing == 0
        && next_instr - kr_code_units(frame->f_code) >= frame->f_code->_co_firsttraceable) {
        int before = kr_frame_last_index(frame);
        frame->prev_instr = next_instr;
        if (kr_instruction_family[*next_instr & 255] == OP_RESUME) {
            if (kr_tracing_enter(thread, frame) < 0) goto error_while_tracing;
        } else if (thread->c_tracefunc != NULL) {
            frame->stacktop = (int)(sp - frame->localsplus);
            int failed = kr_tracing_before_instruction(thread, frame, before);
            sp = frame->localsplus + frame->stacktop;
            if (failed < 0) goto error_while_tracing;
            next_instr = frame->prev_instr;
        }
    }
    word = *next_instr;
    oparg = word >> 8;
    goto *targets[kr_instruction_family[word & 255]];

error_while_tracing:
    next_instr++;
    goto error;

op_UNKNOWN:
    frame->prev_instr = next_instr++;
    PyErr_Format(PyExc_SystemError, "unknown opcode %d", word & 255);
    goto error;

leave_frame:
    if (UNLIKELY(control.use_tracing) && kr_tracing_leave(thread, frame, object(leaving)) < 0) {
        release(leaving);
        goto leave_with_exception;
    }
    if (LIKELY(kr_frame_is_plain(frame))) {
        KrFrame *done = frame;
        frame = control.current_frame = done->previous;
        thread->recursion_remaining++;
        drop_plain_frame(thread, done);
        names = ((PyTupleObject *)frame->f_code->co_names)->ob_item;
        constants = ((PyTupleObject *)frame->f_code->co_consts)->ob_item;
        sp = frame->localsplus + frame->stacktop;
        push(leaving);
        next_instr = frame->prev_instr + 1;
        DISPATCH();
    }
    goto leave_special_frame;

leave_special_frame: {
    KrFrame *done = frame;
    bool is_entry = done->is_entry, constructs = done->flags & KR_FRAME_CONSTRUCTS;
    thread->recursion_remaining++;
    done->stacktop = done->f_code->co_nlocalsplus;
    frame = control.current_frame = done->previous;
    if (done->owner == KR_FRAME_OF_GENERATOR) {
        kr_generator_finish(thread, done);
        if (!is_entry) goto generator_returned;
    } else {
        drop_plain_frame(thread, done);
    }
    if (is_entry) goto return_to_c;
    assert(constructs);
    (void)constructs;
    sp = frame->localsplus + frame->stacktop;
    names = ((PyTupleObject *)frame->f_code->co_names)->ob_item;
    constants = ((PyTupleObject *)frame->f_code->co_consts)->ob_item;
    next_instr = frame->prev_instr + 1;
    if (UNLIKELY(object(leaving) != Py_None)) {
        PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'",
                     Py_TYPE(object(leaving))->tp_name);
        release(leaving);
        goto error;
    }
    release(leaving);
    DISPATCH();
}

// A generator that FOR_ITER or SEND resumed has returned: to the end of the loop, or with the
// result.
generator_returned:
    names = ((PyTupleObject *)frame->f_code->co_names)->ob_item;
    constants = ((PyTupleObject *)frame->f_code->co_consts)->ob_item;
    sp = frame->localsplus + frame->stacktop;
    next_instr = frame->prev_instr + 1;
    oparg = *frame->prev_instr >> 8;
    if (kr_instruction_family[*frame->prev_instr & 255] == OP_FOR_ITER) {
        release(leaving);
        leaving = pop();
        release(leaving);
    } else {
        assert(kr_instruction_family[*frame->prev_instr & 255] == OP_SEND);
        KrWord receiver = peek(1);
        peek(1) = leaving;
        release(receiver);
    }
    next_instr += oparg;
    DISPATCH();

yield_from_frame: {
    KrFrame *done = frame;
    done->stacktop = (int)(sp - done->localsplus);
    if (UNLIKELY(control.use_tracing)) {
        // A debugger may jump now, as from a suspended frame.
        PyGenObject *generator = kr_frame_generator(done);
        generator->gi_frame_state = KR_FRAME_SUSPENDED;
        int failed = kr_tracing_leave(thread, done, object(leaving));
        generator->gi_frame_state = KR_FRAME_EXECUTING;
        sp = done->localsplus + done->stacktop;
        if (failed < 0) {
            release(leaving);
            goto leave_with_exception;
        }
    }
    thread->recursion_remaining++;
    frame = control.current_frame = done->previous;
    kr_generator_suspend(thread, done);
    if (done->is_entry) goto return_to_c;
    names = ((PyTupleObject *)frame->f_code->co_names)->ob_item;
    constants = ((PyTupleObject *)frame->f_code->co_consts)->ob_item;
    sp = frame->localsplus + frame->stacktop;
    push(leaving);
    next_instr = frame->prev_instr + 1;
    DISPATCH();
}

// The frame's contents have moved into the generator that is returned.
leave_moved_frame: {
    KrFrame *done = frame;
    bool is_entry = done->is_entry;
    thread->recursion_remaining++;
    frame = control.current_frame = done->previous;
    kr_frame_give_back(thread, done);
    if (is_entry) goto return_to_c;
    names = ((PyTupleObject *)frame->f_code->co_names)->ob_item;
    constants = ((PyTupleObject *)frame->f_code->co_consts)->ob_item;
    sp = frame->localsplus + frame->stacktop;
    push(leaving);
    next_instr = frame->prev_instr + 1;
    DISPATCH();
}

return_to_c:
    thread->cframe = control.previous;
    thread->cframe->use_tracing = control.use_tracing;
    return take(leaving);

error:
    keyword_names = NULL;
    assert(thread->curexc_type != NULL);
    if (!kr_frame_is_incomplete(frame)) kr_traceback_add(thread, frame);
    if (UNLIKELY(thread->c_tracefunc != NULL)) kr_tracing_exception(thread, frame);

unwind: {
    KrExceptionEntry entry;
    PyObject *table = frame->f_code->co_exceptiontable;
    if (!kr_exception_table_find((const uint8_t *)PyBytes_AS_STRING(table),
                                 (size_t)PyBytes_GET_SIZE(table),
                                 (int)(next_instr - kr_code_units(frame->f_code)) - 1, &entry)) {
        sp = drop_down_to(sp, kr_frame_stack_base(frame));
        frame->stacktop = (int)(sp - frame->localsplus);
        if (UNLIKELY(control.use_tracing)) kr_tracing_leave_by_exception(thread, frame);
        goto leave_with_exception;
    }
    sp = drop_down_to(sp, kr_frame_stack_base(frame) + entry.depth);
    KrWord *pushed = push_exception(frame, sp, &entry);
    if (UNLIKELY(pushed == NULL)) goto unwind;
    sp = pushed;
    next_instr = kr_code_units(frame->f_code) + entry.target;
    DISPATCH();
}

leave_with_exception: {
    KrFrame *done = frame;
    bool is_entry = done->is_entry;
    assert(thread->curexc_type != NULL);
    thread->recursion_remaining++;
    drop_down_to(sp, kr_frame_stack_base(done));
    done->stacktop = done->f_code->co_nlocalsplus;
    frame = control.current_frame = done->previous;
    if (done->owner == KR_FRAME_OF_GENERATOR) {
        kr_generator_finish(thread, done);
        kr_generator_convert_stop(kr_frame_generator(done));
    } else {
        drop_plain_frame(thread, done);
    }
    if (is_entry) {
        leaving = KR_UNBOUND;
        goto return_to_c;
    }
    names = ((PyTupleObject *)frame->f_code->co_names)->ob_item;
    constants = ((PyTupleObject *)frame->f_code->co_consts)->ob_item;
    sp = frame->localsplus + frame->stacktop;
    next_instr = frame->prev_instr + 1;
    goto error;
}
}
