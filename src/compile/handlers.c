// handlers.c - finds for every instruction the handler of its exceptions, following SETUP_… and
// POP_BLOCK along all paths; then both are removed.
#include "compile/compiler.h"

#include <assert.h>

#include "pyerrors.h"
#include "pymem.h"

// The handlers open at some point, innermost last.
typedef struct KrHandlers {
    int count;
    KrBlock *items[KR_FRAME_BLOCKS_MAX + 2];
} KrHandlers;

static KrBlock *innermost(const KrHandlers *handlers)
{
    return handlers->count > 0 ? handlers->items[handlers->count - 1] : NULL;
}

static int reach(KrCompiler *c, KrBlock *block, const KrHandlers *handlers, KrBlock **stack,
                 size_t *waiting)
{
    if (block->visited) return 0;
    KrHandlers *copy = kr_arena_new(&c->unit->arena, KrHandlers);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    *copy = *handlers;
    block->handlers = copy;
    block->visited = true;
    stack[(*waiting)++] = block;
    return 0;
}

static int label_block(KrCompiler *c, KrBlock *block, KrBlock **stack, size_t *waiting)
{
    KrHandlers handlers = *block->handlers;
    for (int i = 0; i < block->count; i++) {
        KrInstruction *instruction = &block->items[i];
        if (kr_is_setup(instruction->opcode)) {
            if (reach(c, instruction->target, &handlers, stack, waiting) < 0) return -1;
            if (instruction->opcode != OP_SETUP_FINALLY)
                instruction->target->preserve_lasti = true;
            assert(handlers.count < KR_FRAME_BLOCKS_MAX + 2);
            handlers.items[handlers.count++] = instruction->target;
            continue;
        }
        if (instruction->opcode == OP_POP_BLOCK) {
            assert(handlers.count > 0);
            handlers.count--;
            continue;
        }
        instruction->handler = innermost(&handlers);
        if (kr_is_jump(instruction->opcode) &&
            reach(c, instruction->target, &handlers, stack, waiting) < 0)
            return -1;
    }
    if (block->no_fallthrough || block->next == NULL) return 0;
    return reach(c, block->next, &handlers, stack, waiting);
}

static void remove_marks(KrCompiler *c)
{
    for (KrBlock *block = c->unit->entry; block != NULL; block = block->next)
        for (int i = 0; i < block->count; i++)
            if (kr_is_setup(block->items[i].opcode) || block->items[i].opcode == OP_POP_BLOCK)
                block->items[i].opcode = OP_NOP;
}

int kr_label_handlers(KrCompiler *c)
{
    size_t blocks = 0, waiting = 0;
    for (KrBlock *block = c->unit->newest; block != NULL; block = block->older) {
        block->visited = false;
        blocks++;
    }
    KrBlock **stack = PyMem_Malloc(blocks * sizeof *stack);
    if (stack == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    KrHandlers none = {0};
    int result = reach(c, c->unit->entry, &none, stack, &waiting);
    while (waiting > 0 && result == 0) result = label_block(c, stack[--waiting], stack, &waiting);
    PyMem_Free(stack);
    if (result == 0) remove_marks(c);
    return result;
}
