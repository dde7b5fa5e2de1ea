// flow_graph.c - the passes over the graph of blocks, in the order in which kr_flow_optimize runs
// them.
//
// (1) a jump is the last instruction of its block, and never targets an empty block once the graph
// is normal (2) no_fallthrough blocks end with an unconditional jump or an exit (3) a line that
// was given to some instruction stays on some instruction: tracing depends on it
//
// Peephole rules within a block are in peephole.c.
#include "compile/flow_graph.h"

#include <assert.h>

#include "listobject.h"
#include "pyerrors.h"
#include "pymem.h"

enum { COPY_MAX = 4 }; // exit blocks up to this size are copied instead of jumped to

// ---- normal form -------------------------------------------------------------------------------

static KrBlock *skip_empty(KrBlock *block)
{
    while (block->count == 0) block = block->next;
    return block;
}

// Sets exits and no_fallthrough.
static void normalize(KrBlock *block)
{
    for (int i = 0; i < block->count; i++) {
        KrInstruction *instruction = &block->items[i];
        if (kr_leaves_code(instruction->opcode)) block->exits = block->no_fallthrough = true;
        else if (instruction->opcode == OP_JUMP || instruction->opcode == OP_JUMP_NO_INTERRUPT)
            block->no_fallthrough = true;
        if (!kr_is_jump(instruction->opcode)) continue;
        assert(i == block->count - 1);
        instruction->target = skip_empty(instruction->target);
    }
}

// ---- removing instructions ---------------------------------------------------------------------

// Whether the NOP at [index] can go without a line being lost; may hand its location to the one
// behind it.
static bool can_remove(KrBlock *block, int index, int previous_line)
{
    KrInstruction *nop = &block->items[index];
    int line = nop->location.line;
    if (line < 0 || line == previous_line) return true;
    if (index + 1 < block->count) {
        KrInstruction *next = &block->items[index + 1];
        if (next->location.line < 0) next->location = nop->location;
        return next->location.line == line;
    }
    KrBlock *next = block->next;
    while (next != NULL && next->count == 0) next = next->next;
    return next != NULL && next->items[0].location.line == line;
}

void kr_flow_clean_block(KrBlock *block)
{
    int kept = 0, previous_line = -1;
    for (int i = 0; i < block->count; i++) {
        int line = block->items[i].location.line;
        if (block->items[i].opcode == OP_NOP && can_remove(block, i, previous_line)) continue;
        block->items[kept++] = block->items[i];
        previous_line = line;
    }
    block->count = kept;
}

// ---- exit blocks -------------------------------------------------------------------------------

static bool is_exit_without_line(const KrBlock *block)
{
    if (!block->exits) return false;
    for (int i = 0; i < block->count; i++)
        if (block->items[i].location.line >= 0) return false;
    return true;
}

static bool append_copies(KrCompiler *c, KrBlock *block, const KrBlock *source)
{
    for (int i = 0; i < source->count; i++) {
        KrInstruction *copy = kr_block_append(c, block);
        if (copy == NULL) return false;
        *copy = source->items[i];
    }
    return true;
}

// A jump to a small exit becomes the exit.
static bool inline_exit(KrCompiler *c, KrBlock *block)
{
    KrInstruction *last = kr_last_instruction(block);
    if (last == NULL || last->opcode != OP_JUMP) return true;
    KrBlock *target = last->target;
    if (!is_exit_without_line(target) || target->count > COPY_MAX) return true;
    last->opcode = OP_NOP;
    block->exits = true;
    return append_copies(c, block, target);
}

static bool copy_exit_for(KrCompiler *c, KrBlock *block)
{
    KrInstruction *last = kr_last_instruction(block);
    if (last == NULL || !kr_is_jump(last->opcode)) return true;
    KrBlock *target = last->target;
    if (!is_exit_without_line(target) || target->predecessors <= 1) return true;
    KrBlock *copy = kr_block_create(c);
    if (copy == NULL || !append_copies(c, copy, target)) return false;
    copy->exits = target->exits;
    copy->no_fallthrough = true;
    copy->predecessors = 1;
    copy->next = target->next;
    copy->items[0].location = last->location;
    last->target = copy;
    target->predecessors--;
    target->next = copy;
    return true;
}

// Every exit needs a line (a traceback shows it): exits without one are copied until each has one
// way in, from which it can take the line.
static bool copy_exits_without_line(KrCompiler *c)
{
    for (KrBlock *block = c->unit->newest; block != NULL; block = block->older)
        if (!copy_exit_for(c, block)) return false;
    for (KrBlock *block = c->unit->newest; block != NULL; block = block->older)
        while (block->next != NULL && block->next->count == 0) block->next = block->next->next;
    for (KrBlock *block = c->unit->newest; block != NULL; block = block->older) {
        if (block->no_fallthrough || block->next == NULL || block->count == 0) continue;
        if (is_exit_without_line(block->next))
            block->next->items[0].location = kr_last_instruction(block)->location;
    }
    return true;
}

// ---- reachability ------------------------------------------------------------------------------

// Counts the ways into each block that can be reached.
static bool mark_reachable(KrCompiler *c)
{
    size_t blocks = 0, waiting = 0;
    for (KrBlock *block = c->unit->newest; block != NULL; block = block->older) {
        block->predecessors = 0;
        blocks++;
    }
    KrBlock **stack = PyMem_Malloc(blocks * sizeof *stack);
    if (stack == NULL) {
        PyErr_NoMemory();
        return false;
    }
    c->unit->entry->predecessors = 1;
    stack[waiting++] = c->unit->entry;
    while (waiting > 0) {
        KrBlock *block = stack[--waiting];
        if (block->next != NULL && !block->no_fallthrough && block->next->predecessors++ == 0)
            stack[waiting++] = block->next;
        for (int i = 0; i < block->count; i++) {
            KrInstruction *instruction = &block->items[i];
            if (!kr_is_jump(instruction->opcode) && !kr_is_setup(instruction->opcode)) continue;
            if (instruction->target->predecessors++ == 0) stack[waiting++] = instruction->target;
        }
    }
    PyMem_Free(stack);
    return true;
}

static void remove_unreachable(KrCompiler *c)
{
    for (KrBlock *block = c->unit->entry; block != NULL; block = block->next) {
        if (block->predecessors > 0) continue;
        block->count = 0;
        block->exits = block->no_fallthrough = false;
    }
}

static void remove_empty(KrBlock *entry)
{
    for (KrBlock *block = entry; block != NULL; block = block->next)
        while (block->next != NULL && block->next->count == 0 && block->next->next != NULL)
            block->next = block->next->next;
    for (KrBlock *block = entry; block != NULL; block = block->next)
        for (int i = 0; i < block->count; i++) {
            KrInstruction *instruction = &block->items[i];
            if (kr_is_jump(instruction->opcode) || kr_is_setup(instruction->opcode))
                instruction->target = skip_empty(instruction->target);
        }
}

// A jump to what follows anyway.  It stays as a NOP until it has got its line.
static void remove_redundant_jumps(KrCompiler *c)
{
    for (KrBlock *block = c->unit->entry; block != NULL; block = block->next) {
        KrInstruction *last = kr_last_instruction(block);
        if (last == NULL || last->opcode != OP_JUMP || last->target != block->next) continue;
        block->no_fallthrough = false;
        last->opcode = OP_NOP;
    }
}

// ---- lines -------------------------------------------------------------------------------------

// Instructions without a line take that of the one before them, also into blocks with one way in.
static void propagate_lines(KrBlock *entry)
{
    for (KrBlock *block = entry; block != NULL; block = block->next) {
        KrInstruction *last = kr_last_instruction(block);
        if (last == NULL) continue;
        KrLocation location = KR_NO_LOCATION;
        for (int i = 0; i < block->count; i++) {
            if (block->items[i].location.line < 0) block->items[i].location = location;
            else location = block->items[i].location;
        }
        if (!block->no_fallthrough && block->next->predecessors == 1 && block->next->count > 0 &&
            block->next->items[0].location.line < 0)
            block->next->items[0].location = location;
        if (kr_is_jump(last->opcode) && last->target->predecessors == 1 &&
            last->target->items[0].location.line < 0)
            last->target->items[0].location = location;
    }
}

static void give_exits_lines(KrBlock *entry, int first_line)
{
    int line = first_line;
    for (KrBlock *block = entry; block != NULL; block = block->next) {
        KrInstruction *last = kr_last_instruction(block);
        if (last == NULL) continue;
        if (last->location.line >= 0) line = last->location.line;
        else if (last->opcode == OP_RETURN_VALUE)
            for (int i = 0; i < block->count; i++) block->items[i].location.line = line;
    }
}

// ---- constants ---------------------------------------------------------------------------------

// Drops constants behind the last one in use.  The first stays: it may be a docstring.
static int trim_constants(KrCompiler *c, PyObject *constants)
{
    int last = 0;
    for (KrBlock *block = c->unit->entry; block != NULL; block = block->next)
        for (int i = 0; i < block->count; i++) {
            KrInstruction *instruction = &block->items[i];
            bool uses = instruction->opcode == OP_LOAD_CONST || instruction->opcode == OP_KW_NAMES;
            if (uses && instruction->oparg > last) last = instruction->oparg;
        }
    Py_ssize_t count = PyList_GET_SIZE(constants);
    return last + 1 < count ? PyList_SetSlice(constants, last + 1, count, NULL) : 0;
}

// ---- all of it ---------------------------------------------------------------------------------

void kr_flow_normalize(KrCompiler *c)
{
    for (KrBlock *block = c->unit->newest; block != NULL; block = block->older) normalize(block);
}

int kr_flow_optimize(KrCompiler *c, PyObject *constants)
{
    KrBlock *entry = c->unit->entry;
    for (KrBlock *block = entry; block != NULL; block = block->next)
        if (!inline_exit(c, block)) return -1;
    for (KrBlock *block = entry; block != NULL; block = block->next) {
        if (kr_peephole(c, block, constants) < 0) return -1;
        kr_flow_clean_block(block);
    }
    for (KrBlock *block = c->unit->newest; block != NULL; block = block->older)
        if (!inline_exit(c, block)) return -1;
    if (!mark_reachable(c)) return -1;
    remove_unreachable(c);
    for (KrBlock *block = entry; block != NULL; block = block->next) kr_flow_clean_block(block);
    remove_empty(entry);
    remove_redundant_jumps(c);
    if (!copy_exits_without_line(c)) return -1;
    if (trim_constants(c, constants) < 0) return -1;
    propagate_lines(entry);
    give_exits_lines(entry, c->unit->first_line);
    return 0;
}
