// peephole.c - rules within one block: constant conditions, jumps to jumps, tuples of constants,
// swaps.
#include "compile/flow_graph.h"

#include <assert.h>
#include <stdlib.h>

#include "listobject.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/owned.h"
#include "tupleobject.h"

static const KrInstruction no_instruction = {.opcode = OP_NOP};

static void make_nop(KrInstruction *instruction)
{
    instruction->opcode = OP_NOP;
    instruction->oparg = 0;
}

static int next_opcode(const KrBlock *block, int index)
{
    return index < block->count ? block->items[index].opcode : -1;
}

// ---- conditions that are constant --------------------------------------------------------------

static int fold_condition(KrBlock *block, int index, PyObject *constant)
{
    KrInstruction *load = &block->items[index], *jump = load + 1;
    int truth = PyObject_IsTrue(constant);
    if (truth < 0) return -1;
    bool keeps_value =
        jump->opcode == OP_JUMP_IF_FALSE_OR_POP || jump->opcode == OP_JUMP_IF_TRUE_OR_POP;
    bool jumps_if = jump->opcode == OP_POP_JUMP_IF_TRUE || jump->opcode == OP_JUMP_IF_TRUE_OR_POP;
    bool jumps = jumps_if == (truth != 0);
    if (!jumps || !keeps_value) make_nop(load);
    if (jumps) jump->opcode = OP_JUMP;
    else make_nop(jump);
    if (jumps) block->no_fallthrough = true;
    return 0;
}

// `x is None` in a condition has an instruction of its own.
static void fold_none_test(KrBlock *block, int index)
{
    int jump = next_opcode(block, index + 2);
    if (jump != OP_POP_JUMP_IF_FALSE && jump != OP_POP_JUMP_IF_TRUE) return;
    bool is_not = block->items[index + 1].oparg == 1, on_false = jump == OP_POP_JUMP_IF_FALSE;
    make_nop(&block->items[index]);
    make_nop(&block->items[index + 1]);
    block->items[index + 2].opcode =
        is_not != on_false ? OP_POP_JUMP_IF_NOT_NONE : OP_POP_JUMP_IF_NONE;
}

static int fold_load(KrBlock *block, int index, PyObject *constants)
{
    PyObject *constant = PyList_GET_ITEM(constants, block->items[index].oparg);
    switch (next_opcode(block, index + 1)) {
    case OP_POP_JUMP_IF_FALSE:
    case OP_POP_JUMP_IF_TRUE:
    case OP_JUMP_IF_FALSE_OR_POP:
    case OP_JUMP_IF_TRUE_OR_POP: return fold_condition(block, index, constant);
    case OP_IS_OP:
        if (constant == Py_None) fold_none_test(block, index);
        return 0;
    default: return 0;
    }
}

// ---- tuples ------------------------------------------------------------------------------------

// Replaces loads of [count] constants and BUILD_TUPLE by one load.
static int fold_tuple(KrCompiler *c, KrInstruction *build, PyObject *constants)
{
    int count = build->oparg;
    for (int i = 1; i <= count; i++)
        if (build[-i].opcode != OP_LOAD_CONST) return 0;
    KR_AUTO PyObject *tuple = PyTuple_New(count);
    if (tuple == NULL) return -1;
    for (int i = 0; i < count; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(PyList_GET_ITEM(constants, build[i - count].oparg)));
    kr_share(c, &tuple);
    if (c->failed) return -1;
    Py_ssize_t index = 0, size = PyList_GET_SIZE(constants);
    while (index < size && PyList_GET_ITEM(constants, index) != tuple) index++;
    if (index == size && PyList_Append(constants, tuple) < 0) return -1;
    for (int i = 1; i <= count; i++) make_nop(&build[-i]);
    build->opcode = OP_LOAD_CONST;
    build->oparg = (int)index;
    return 0;
}

static int fold_build_tuple(KrCompiler *c, KrBlock *block, int index, PyObject *constants)
{
    KrInstruction *build = &block->items[index];
    if (next_opcode(block, index + 1) == OP_UNPACK_SEQUENCE && build[1].oparg == build->oparg &&
        build->oparg >= 1 && build->oparg <= 3) {
        build[1].opcode = build->oparg == 1 ? OP_NOP : OP_SWAP;
        make_nop(build);
        return 0;
    }
    return index >= build->oparg ? fold_tuple(c, build, constants) : 0;
}

// ---- jumps to jumps ----------------------------------------------------------------------------

// Goes straight to where the target would jump to.  The jump keeps its line, so the target's must
// not be lost.
static bool thread(KrInstruction *jump, const KrInstruction *target, int opcode)
{
    if (jump->location.line != target->location.line || jump->target == target->target)
        return false;
    jump->target = target->target;
    jump->opcode = opcode;
    return true;
}

// x or y, where the other test of the same value is known to go the other way: on to behind that
// test.
static bool pass_opposite_test(KrInstruction *jump, const KrInstruction *target, int opcode)
{
    if (jump->location.line != target->location.line) return false;
    jump->opcode = opcode;
    jump->target = jump->target->next;
    return true;
}

// True when the jump changed and is worth another look.
static bool fold_jump(KrInstruction *jump, const KrInstruction *target)
{
    switch (jump->opcode) {
    case OP_JUMP_IF_FALSE_OR_POP:
        if (target->opcode == OP_POP_JUMP_IF_FALSE)
            return thread(jump, target, OP_POP_JUMP_IF_FALSE);
        if (target->opcode == OP_JUMP || target->opcode == OP_JUMP_IF_FALSE_OR_POP)
            return thread(jump, target, OP_JUMP_IF_FALSE_OR_POP);
        if (target->opcode == OP_JUMP_IF_TRUE_OR_POP || target->opcode == OP_POP_JUMP_IF_TRUE)
            return pass_opposite_test(jump, target, OP_POP_JUMP_IF_FALSE);
        return false;
    case OP_JUMP_IF_TRUE_OR_POP:
        if (target->opcode == OP_POP_JUMP_IF_TRUE)
            return thread(jump, target, OP_POP_JUMP_IF_TRUE);
        if (target->opcode == OP_JUMP || target->opcode == OP_JUMP_IF_TRUE_OR_POP)
            return thread(jump, target, OP_JUMP_IF_TRUE_OR_POP);
        if (target->opcode == OP_JUMP_IF_FALSE_OR_POP || target->opcode == OP_POP_JUMP_IF_FALSE)
            return pass_opposite_test(jump, target, OP_POP_JUMP_IF_TRUE);
        return false;
    case OP_POP_JUMP_IF_FALSE:
    case OP_POP_JUMP_IF_TRUE:
    case OP_POP_JUMP_IF_NONE:
    case OP_POP_JUMP_IF_NOT_NONE:
    case OP_JUMP: return target->opcode == OP_JUMP && thread(jump, target, jump->opcode);
    default: return false;
    }
}

// ---- swaps -------------------------------------------------------------------------------------

enum { VISITED = -1 };

// Writes the SWAPs that permute the stack as [stack] says into items[0..length), as few as
// possible, at the end.
static void write_permutation(KrInstruction *items, int length, int *stack, int depth)
{
    int current = length - 1;
    for (int i = 0; i < depth; i++) {
        if (stack[i] == VISITED || stack[i] == i) continue;
        for (int j = i;;) { // a cycle; every swap is with the top
            if (j != 0) {
                assert(current >= 0);
                items[current].opcode = OP_SWAP;
                items[current--].oparg = j + 1;
            }
            if (stack[j] == VISITED) break;
            int next = stack[j];
            stack[j] = VISITED;
            j = next;
        }
    }
    while (current >= 0) make_nop(&items[current--]);
}

// Replaces a run of SWAPs by the shortest one with the same effect.  Moves *index to its end.
static int shorten_swaps(KrBlock *block, int *index)
{
    KrInstruction *items = &block->items[*index];
    int length = 1, depth = items[0].oparg, limit = block->count - *index;
    bool more = false;
    for (; length < limit; length++) {
        if (items[length].opcode == OP_SWAP) {
            if (items[length].oparg > depth) depth = items[length].oparg;
            more = true;
        }
        else if (items[length].opcode != OP_NOP) break;
    }
    if (!more) return 0;
    int *stack = PyMem_Malloc((size_t)depth * sizeof *stack);
    if (stack == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int i = 0; i < depth; i++) stack[i] = i;
    for (int i = 0; i < length; i++) {
        if (items[i].opcode != OP_SWAP) continue;
        int top = stack[0];
        stack[0] = stack[items[i].oparg - 1];
        stack[items[i].oparg - 1] = top;
    }
    write_permutation(items, length, stack, depth);
    PyMem_Free(stack);
    *index += length - 1;
    return 0;
}

static bool is_swappable(int opcode)
{
    return opcode == OP_STORE_FAST || opcode == OP_POP_TOP;
}

// The next store or pop behind [index], over NOPs; -1 when something else (or another line) comes
// first.
static int next_swappable(const KrBlock *block, int index, int line)
{
    while (++index < block->count) {
        const KrInstruction *instruction = &block->items[index];
        if (line >= 0 && instruction->location.line != line) return -1;
        if (instruction->opcode == OP_NOP) continue;
        return is_swappable(instruction->opcode) ? index : -1;
    }
    return -1;
}

// Instead of swapping values before they are stored or popped, swaps the stores.
static void apply_swaps(KrBlock *block, int index)
{
    for (; index >= 0; index--) {
        KrInstruction *swap = &block->items[index];
        if (swap->opcode != OP_SWAP) {
            if (swap->opcode == OP_NOP || is_swappable(swap->opcode)) continue;
            return;
        }
        int first = next_swappable(block, index, -1);
        if (first < 0) return;
        int second = first, line = block->items[first].location.line;
        for (int count = swap->oparg - 1; count > 0; count--) {
            second = next_swappable(block, second, line);
            if (second < 0) return;
        }
        make_nop(swap);
        KrInstruction moved = block->items[first];
        block->items[first] = block->items[second];
        block->items[second] = moved;
    }
}

static int fold_swap(KrBlock *block, int *index)
{
    if (block->items[*index].oparg == 1) {
        make_nop(&block->items[*index]);
        return 0;
    }
    if (shorten_swaps(block, index) < 0) return -1;
    apply_swaps(block, *index);
    return 0;
}

// ---- a block -----------------------------------------------------------------------------------

static const KrInstruction *target_of(KrInstruction *instruction)
{
    if (!kr_is_jump(instruction->opcode) && !kr_is_setup(instruction->opcode))
        return &no_instruction;
    while (instruction->target->count == 0) instruction->target = instruction->target->next;
    return &instruction->target->items[0];
}

int kr_peephole(KrCompiler *c, KrBlock *block, PyObject *constants)
{
    for (int i = 0; i < block->count; i++) {
        KrInstruction *instruction = &block->items[i];
        const KrInstruction *target = target_of(instruction);
        switch (instruction->opcode) {
        case OP_LOAD_CONST:
            if (fold_load(block, i, constants) < 0) return -1;
            break;
        case OP_BUILD_TUPLE:
            if (fold_build_tuple(c, block, i, constants) < 0) return -1;
            break;
        case OP_SWAP:
            if (fold_swap(block, &i) < 0) return -1;
            break;
        case OP_PUSH_NULL:
            if (next_opcode(block, i + 1) != OP_LOAD_GLOBAL) break;
            make_nop(instruction);
            block->items[i + 1].oparg |= 1;
            break;
        default:
            if (fold_jump(instruction, target)) i--;
        }
    }
    return 0;
}
