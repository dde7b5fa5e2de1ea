// stack_depth.c - the height of the stack at the start of each block, and the most the code needs.
#include "compile/compiler.h"

#include <assert.h>
#include <limits.h>

#include "pyerrors.h"
#include "pymem.h"

static int effect(const KrInstruction *instruction, int jump)
{
    switch (instruction->opcode) {
    case OP_POP_BLOCK:
    case OP_JUMP:
    case OP_JUMP_NO_INTERRUPT: return 0;
    case OP_SETUP_FINALLY: return jump ? 1 : 0;        // the exception
    case OP_SETUP_CLEANUP: return jump ? 2 : 0;        // offset and exception
    case OP_SETUP_WITH: return jump ? 1 : 0;           // the same, without what __enter__ gave
    case OP_POP_JUMP_IF_FALSE:
    case OP_POP_JUMP_IF_TRUE:
    case OP_POP_JUMP_IF_NONE:
    case OP_POP_JUMP_IF_NOT_NONE: return -1;
    default: return kr_opcode_stack_effect(instruction->opcode, instruction->oparg, jump);
    }
}

typedef struct KrWorklist {
    KrBlock **items;
    size_t count;
    int deepest;
} KrWorklist;

static void reach(KrWorklist *list, KrBlock *block, int depth)
{
    assert(block->start_depth == INT_MIN || block->start_depth == depth);
    if (block->start_depth >= depth || depth >= 100000000) return;
    block->start_depth = depth;
    list->items[list->count++] = block;
}

static void walk_block(KrWorklist *list, KrBlock *block)
{
    int depth = block->start_depth;
    for (int i = 0; i < block->count; i++) {
        KrInstruction *instruction = &block->items[i];
        int after = depth + effect(instruction, 0);
        assert(after >= 0);
        if (after > list->deepest) list->deepest = after;
        if (kr_is_jump(instruction->opcode) || kr_is_setup(instruction->opcode)) {
            int at_target = depth + effect(instruction, 1);
            if (at_target > list->deepest) list->deepest = at_target;
            reach(list, instruction->target, at_target);
        }
        depth = after;
        if (instruction->opcode == OP_JUMP || instruction->opcode == OP_JUMP_NO_INTERRUPT ||
            kr_leaves_code(instruction->opcode))
            return;
    }
    if (block->next != NULL) reach(list, block->next, depth);
}

int kr_stack_depth(KrCompiler *c)
{
    size_t blocks = 0;
    for (KrBlock *block = c->unit->newest; block != NULL; block = block->older) {
        block->start_depth = INT_MIN;
        blocks++;
    }
    KrWorklist list = {PyMem_Malloc(blocks * sizeof *list.items), 0, 0};
    if (list.items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    // A generator is resumed with a value on its stack.
    bool resumed = c->unit->scope->generator || c->unit->scope->coroutine;
    reach(&list, c->unit->entry, resumed ? 1 : 0);
    while (list.count > 0) walk_block(&list, list.items[--list.count]);
    PyMem_Free(list.items);
    return list.deepest;
}
