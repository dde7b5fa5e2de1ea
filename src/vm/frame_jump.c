// frame_jump.c - assignment to f_lineno: where a debugger may jump.
//
// A jump must find on the stack what the code at its target expects.  So a small abstract
// interpreter computes, for every instruction, of what kinds the stack is made there: three bits a
// word, the top in the lowest ones, in 64 bits.
//
// (1) A jump may drop words (leave loops, handlers), never invent them.  (2) Lines that no path
//     reaches have no stack.
#include "vm/frame.h"

#include "base/memory.h"
#include "bytecode/exception_table.h"
#include "bytecode/opcodes.h"
#include "ceval.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"
#include "runtime/thread.h"
#include "vm/instructions.numbers.h"
#include "vm/tracing.h"

typedef enum { KIND_NONE, KIND_ITERATOR, KIND_EXCEPTION, KIND_OBJECT, KIND_NULL,
              KIND_POSITION } Kind;

enum { KIND_BITS = 3, MAX_DEPTH = 21 };
enum { UNKNOWN = -2, TOO_DEEP = -1, EMPTY = 0 };

static int64_t push_kind(int64_t stack, Kind kind)
{
    if ((uint64_t)stack >= 1ULL << ((MAX_DEPTH - 1) * KIND_BITS)) return TOO_DEEP;
    return stack << KIND_BITS | kind;
}

static int64_t drop_kinds(int64_t stack, int count)
{
    return count >= MAX_DEPTH ? EMPTY : stack >> (count * KIND_BITS);
}

static Kind top_kind(int64_t stack)
{
    return stack & ((1 << KIND_BITS) - 1);
}

static Kind kind_at(int64_t stack, int depth)
{
    return top_kind(stack >> ((depth - 1) * KIND_BITS));
}

// Does an object of kind [from] serve where [to] is expected?
static bool is_compatible_kind(Kind from, Kind to)
{
    if (to == KIND_NONE) return false;
    if (to == KIND_OBJECT) return from != KIND_NULL;
    if (to == KIND_NULL) return true;
    return from == to;
}

static bool is_compatible(int64_t from, int64_t to)
{
    if (from < 0 || to < 0) return false;
    while (from > to) from = drop_kinds(from, 1);
    while (from != EMPTY) {
        if (!is_compatible_kind(top_kind(from), top_kind(to))) return false;
        from = drop_kinds(from, 1);
        to = drop_kinds(to, 1);
    }
    return to == EMPTY;
}

static const char *why_incompatible(int64_t target)
{
    if (target == TOO_DEEP) return "stack is too deep to analyze";
    if (target == UNKNOWN) return "can't jump into an unreachable line";
    switch (top_kind(target)) {
    case KIND_EXCEPTION: return "can't jump into an 'except' block as there's no exception";
    case KIND_POSITION: return "can't jump into a re-raising block as there's no location";
    case KIND_ITERATOR: return "can't jump into the body of a for loop";
    default: return "incompatible stacks";
    }
}

// --- the abstract interpreter -------------------------------------------------------------------

typedef struct {
    const _Py_CODEUNIT *units;
    int count;
    int64_t *stacks;        // before each instruction; UNKNOWN: not reached
    bool changed;
} Analysis;

static void reach(Analysis *a, int index, int64_t stack)
{
    if (index < 0 || index >= a->count || a->stacks[index] != UNKNOWN) return;
    a->stacks[index] = stack;
    a->changed = true;
}

static int64_t push_objects(int64_t stack, int count)
{
    while (count-- > 0 && stack >= 0) stack = push_kind(stack, KIND_OBJECT);
    return stack;
}

// The stack behind an instruction that does not jump.
static int64_t stack_after(int opcode, int oparg, int64_t stack)
{
    if (stack < 0) return stack;
    switch (opcode) {
    case OP_PUSH_NULL: return push_kind(stack, KIND_NULL);
    case OP_LOAD_GLOBAL:
        if (oparg & 1) stack = push_kind(stack, KIND_NULL);
        return push_objects(stack, 1);
    case OP_LOAD_METHOD: return push_objects(push_kind(drop_kinds(stack, 1), KIND_NULL), 1);
    case OP_GET_ITER: case OP_GET_AITER: return push_kind(drop_kinds(stack, 1), KIND_ITERATOR);
    case OP_PUSH_EXC_INFO:
        return push_kind(push_kind(drop_kinds(stack, 1), KIND_EXCEPTION), KIND_EXCEPTION);
    case OP_COPY: return push_kind(stack, kind_at(stack, oparg));
    case OP_SWAP: {
        int shift = (oparg - 1) * KIND_BITS;
        int64_t top = top_kind(stack), other = kind_at(stack, oparg);
        stack = (stack & ~(int64_t)7) | other;
        return (stack & ~((int64_t)7 << shift)) | top << shift;
    }
    default: {
        int effect = kr_opcode_stack_effect(opcode, oparg, 0);
        return effect < 0 ? drop_kinds(stack, -effect) : push_objects(stack, effect);
    }
    }
}

// Where the instruction leads.
static void flow(Analysis *a, int index, int next, int opcode, int oparg)
{
    int64_t stack = a->stacks[index];
    if (kr_opcode_is_jump(opcode)) {
        bool backward = kr_opcode_flags[opcode] & KR_OPCODE_BACKWARD;
        int target = backward ? next - oparg : next + oparg;
        int effect = kr_opcode_stack_effect(opcode, oparg, 1);
        int64_t jumped = stack < 0 ? stack : effect < 0 ? drop_kinds(stack, -effect)
            : push_objects(stack, effect);
        reach(a, target, jumped);
        bool always = opcode == OP_JUMP_FORWARD || opcode == OP_JUMP_BACKWARD
                   || opcode == OP_JUMP_BACKWARD_NO_INTERRUPT;
        if (!always) reach(a, next, stack_after(opcode, oparg, stack));
    } else if (!(kr_opcode_flags[opcode] & KR_OPCODE_TERMINAL)) {
        reach(a, next, stack_after(opcode, oparg, stack));
    }
}

static void flow_all(Analysis *a)
{
    int oparg = 0;
    for (int index = 0; index < a->count;) {
        int opcode = kr_instruction_family[a->units[index] & 255];
        oparg = oparg << 8 | a->units[index] >> 8;
        int next = index + 1 + kr_opcode_caches[opcode];
        if (opcode == OP_EXTENDED_ARG) {
            if (a->stacks[index] != UNKNOWN) reach(a, next, a->stacks[index]);
            index = next;
            continue;
        }
        if (a->stacks[index] != UNKNOWN) flow(a, index, next, opcode, oparg);
        oparg = 0;
        index = next;
    }
}

// Handlers are reached with the stack of what they cover, cut to their depth, and the exception.
static void reach_handlers(Analysis *a, PyObject *table)
{
    const uint8_t *at = (const uint8_t *)PyBytes_AS_STRING(table),
        *end = at + PyBytes_GET_SIZE(table);
    KrExceptionEntry entry;
    while ((at = kr_exception_table_next(at, end, &entry)) != NULL) {
        if (entry.start >= a->count || entry.target >= a->count) continue;
        int64_t stack = a->stacks[entry.start];
        if (stack == UNKNOWN || a->stacks[entry.target] != UNKNOWN) continue;
        if (stack >= 0) {
            int depth = 0;
            for (int64_t rest = stack; rest != EMPTY; rest = drop_kinds(rest, 1)) depth++;
            stack = drop_kinds(stack, depth - entry.depth);
            if (entry.push_lasti) stack = push_kind(stack, KIND_POSITION);
            if (stack >= 0) stack = push_kind(stack, KIND_EXCEPTION);
        }
        reach(a, entry.target, stack);
    }
}

static int64_t *compute_stacks(PyCodeObject *code)
{
    Analysis a = {kr_code_units(code), (int)Py_SIZE(code), NULL, true};
    a.stacks = kr_memory_allocate(sizeof *a.stacks * ((size_t)a.count + 1));
    if (a.stacks == NULL) return NULL;
    for (int i = 0; i <= a.count; i++) a.stacks[i] = UNKNOWN;
    // A generator begins behind RETURN_GENERATOR, with what send() gave.
    a.stacks[0] = EMPTY;
    while (a.changed) {
        a.changed = false;
        flow_all(&a);
        reach_handlers(&a, code->co_exceptiontable);
    }
    return a.stacks;
}

// --- lines --------------------------------------------------------------------------------------

// For each unit that begins a line its number, else -1.
static int *mark_lines(PyCodeObject *code)
{
    int count = (int)Py_SIZE(code);
    int *lines = kr_memory_allocate(sizeof *lines * ((size_t)count + 1));
    if (lines == NULL) return NULL;
    for (int i = 0; i < count; i++) lines[i] = -1;
    PyCodeAddressRange bounds;
    kr_code_start_lines(code, &bounds);
    int previous_end = -1, previous_line = -1;
    for (int i = 0; i < count; i++) {
        int line = _PyCode_CheckLineNumber(i * (int)sizeof(_Py_CODEUNIT), &bounds);
        if (bounds.ar_end != previous_end && line != -1
            && (line != previous_line || previous_end != bounds.ar_start)) {
            lines[bounds.ar_start / (int)sizeof(_Py_CODEUNIT)] = line;
        }
        if (bounds.ar_end != previous_end) {
            previous_end = bounds.ar_end;
            previous_line = line;
        }
    }
    return lines;
}

static int first_line_not_before(const int *lines, int count, int line)
{
    int best = INT_MAX;
    for (int i = 0; i < count; i++)
        if (lines[i] >= line && lines[i] < best) best = lines[i];
    return best == INT_MAX ? -1 : best;
}

// --- the jump -----------------------------------------------------------------------------------

static const char *why_not_now(PyFrameObject *object, bool is_suspended)
{
    switch (kr_thread_current()->tracing_what) {
    case PyTrace_LINE: break;
    case PyTrace_CALL: return "can't jump from the 'call' trace event of a new frame";
    case PyTrace_RETURN:
        if (is_suspended) break;
        return "can only jump from a 'line' trace event";
    default: return "can only jump from a 'line' trace event";
    }
    return object->f_trace == NULL ? "f_lineno can only be set by a trace function" : NULL;
}

// The best place of [line]: that which keeps most of the stack.  -1, and *ret_why.
// long: two tables and a place in them.
static int find_target(const int64_t *stacks, const int *lines, int count, int line, int64_t start,
                       int64_t *ret_stack, const char **ret_why)
{
    int best = -1;
    bool explained = false;
    *ret_why = "cannot find bytecode for specified line";
    *ret_stack = TOO_DEEP;
    for (int i = 0; i < count; i++) {
        if (lines[i] != line) continue;
        if (is_compatible(start, stacks[i])) {
            if (stacks[i] > *ret_stack) {
                *ret_stack = stacks[i];
                best = i;
            }
        } else if (!explained) {
            if (start == TOO_DEEP) *ret_why = "stack to deep to analyze";
            else if (start == UNKNOWN) *ret_why = "can't jump from unreachable code";
            else *ret_why = why_incompatible(stacks[i]);
            explained = true;
        }
    }
    return best;
}

static void unwind_to(KrFrame *frame, int64_t from, int64_t to)
{
    while (from > to) {
        KrWord word = frame->localsplus[--frame->stacktop];
        if (top_kind(from) == KIND_EXCEPTION) {
            // It is what was handled before: handled again from here on.
            _PyErr_StackItem *handled = kr_thread_current()->exc_info;
            PyObject *old = handled->exc_value;
            handled->exc_value = kr_word_take(word);
            Py_XDECREF(old);
        } else {
            kr_word_release_if_bound(word);
        }
        from = drop_kinds(from, 1);
    }
}

static int jump(PyFrameObject *object, int line, bool is_suspended, const int64_t *stacks,
                const int *lines)
{
    KrFrame *frame = object->f_frame;
    int count = (int)Py_SIZE(frame->f_code);
    int wanted = first_line_not_before(lines, count, line);
    if (wanted < 0)
        return kr_raise_int(PyExc_ValueError, "line %d comes after the current code block", line);
    int64_t start = stacks[kr_frame_last_index(frame)], target_stack;
    const char *why;
    int target = find_target(stacks, lines, count, wanted, start, &target_stack, &why);
    if (target < 0) return kr_raise_int(PyExc_ValueError, "%s", why);
    if (is_suspended) start = drop_kinds(start, 1);
    unwind_to(frame, start, target_stack);
    object->f_lineno = 0;
    frame->prev_instr = kr_code_units(frame->f_code) + target;
    return 0;
}

int kr_frame_jump_to_line(PyFrameObject *object, PyObject *value)
{
    if (value == NULL) return kr_raise_int(PyExc_AttributeError, "cannot delete attribute");
    if (!PyLong_CheckExact(value))
        return kr_raise_int(PyExc_ValueError, "lineno must be an integer");
    KrFrame *frame = object->f_frame;
    bool is_suspended = frame->owner == KR_FRAME_OF_GENERATOR
        && kr_frame_generator(frame)->gi_frame_state == KR_FRAME_SUSPENDED;
    const char *why = why_not_now(object, is_suspended);
    if (why != NULL) return kr_raise_int(PyExc_ValueError, "%s", why);
    int overflow;
    long line = PyLong_AsLongAndOverflow(value, &overflow);
    if (overflow || line > INT_MAX || line < INT_MIN)
        return kr_raise_int(PyExc_ValueError, "lineno out of range");
    if (line < frame->f_code->co_firstlineno)
        return kr_raise_int(PyExc_ValueError, "line %ld comes before the current code block",
                            line);
    int64_t *stacks = compute_stacks(frame->f_code);
    int *lines = mark_lines(frame->f_code);
    int failed = -1;
    if (stacks == NULL || lines == NULL) PyErr_NoMemory();
    else failed = jump(object, (int)line, is_suspended, stacks, lines);
    kr_memory_free(stacks);
    kr_memory_free(lines);
    return failed;
}
