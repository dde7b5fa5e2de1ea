// assemble.c - from the blocks of a unit to its code object.
//
// The order of the steps is part of the format: constants and cells are numbered before the graph
// is optimised, locations and exception table are written when the layout is known.
#include "compile/compiler.h"

#include <assert.h>

#include "bytecode/code.h"
#include "bytecode/exception_table.h"
#include "compile.h"
#include "compile/flow_graph.h"
#include "compile/show.h"
#include "cpython/code.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/owned.h"

// ---- flags -------------------------------------------------------------------------------------

static int code_flags(KrCompiler *c)
{
    KrScope *scope = c->unit->scope;
    int flags = 0;
    if (scope->type == KR_SCOPE_FUNCTION) {
        flags |= CO_NEWLOCALS | CO_OPTIMIZED;
        if (scope->nested) flags |= CO_NESTED;
        if (scope->generator) flags |= scope->coroutine ? CO_ASYNC_GENERATOR : CO_GENERATOR;
        else if (scope->coroutine) flags |= CO_COROUTINE;
        if (scope->varargs) flags |= CO_VARARGS;
        if (scope->varkeywords) flags |= CO_VARKEYWORDS;
    }
    flags |= c->flags & PyCF_MASK;
    if (kr_awaits_at_top(c) && scope->coroutine && !scope->generator) flags |= CO_COROUTINE;
    return flags;
}

// ---- cells -------------------------------------------------------------------------------------

// Where each cell and free variable lies in the frame's locals.  An argument's cell takes its
// place.
typedef struct KrSlots {
    int *positions; // of cells, then free variables, in memory of the unit's arena
    int locals, cells, frees;
    int dropped; // cells that are arguments
} KrSlots;

static long number_in(PyObject *dict, PyObject *key)
{
    PyObject *number = PyDict_GetItemWithError(dict, key);
    return number == NULL ? -1 : PyLong_AsLong(number);
}

// As if arguments' cells had slots of their own; MAKE_CELL is emitted in this order.
static bool number_slots(KrCompiler *c, KrSlots *slots)
{
    KrUnit *unit = c->unit;
    slots->locals = (int)PyDict_GET_SIZE(unit->varnames);
    slots->cells = (int)PyDict_GET_SIZE(unit->cellvars);
    slots->frees = (int)PyDict_GET_SIZE(unit->freevars);
    slots->dropped = 0;
    int count = slots->cells + slots->frees;
    slots->positions = kr_arena_new_array(&unit->arena, int, count + 1);
    if (slots->positions == NULL) {
        PyErr_NoMemory();
        return false;
    }
    for (int i = 0; i < count; i++) slots->positions[i] = slots->locals + i;
    PyObject *name, *index;
    for (Py_ssize_t position = 0; PyDict_Next(unit->cellvars, &position, &name, &index);) {
        long local = number_in(unit->varnames, name);
        if (local < 0 && PyErr_Occurred()) return false;
        if (local >= 0) slots->positions[PyLong_AsLong(index)] = (int)local;
    }
    return true;
}

static bool insert(KrCompiler *c, KrBlock *block, int index, KrInstruction instruction)
{
    if (kr_block_append(c, block) == NULL) return false;
    memmove(&block->items[index + 1], &block->items[index],
            (size_t)(block->count - 1 - index) * sizeof *block->items);
    block->items[index] = instruction;
    return true;
}

// MAKE_CELL for each cell, in the order of their slots.
static bool insert_make_cells(KrCompiler *c, const KrSlots *slots)
{
    int inserted = 0;
    for (int slot = 0; slot < slots->locals + slots->cells; slot++)
        for (int cell = 0; cell < slots->cells; cell++) {
            if (slots->positions[cell] != slot) continue;
            KrInstruction make = {.opcode = OP_MAKE_CELL,
                                  .oparg = cell,
                                  .location = KR_NO_LOCATION};
            if (!insert(c, c->unit->entry, inserted++, make)) return false;
        }
    return true;
}

// What stands before RESUME: the closure, cells, and the making of a generator.
static bool insert_prefix(KrCompiler *c, const KrSlots *slots, int flags)
{
    KrBlock *entry = c->unit->entry;
    if (flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) {
        KrLocation first = {c->unit->first_line, c->unit->first_line, -1, -1};
        KrInstruction make = {.opcode = OP_RETURN_GENERATOR, .location = first};
        KrInstruction pop = {.opcode = OP_POP_TOP, .location = first};
        if (!insert(c, entry, 0, make) || !insert(c, entry, 1, pop)) return false;
    }
    if (!insert_make_cells(c, slots)) return false;
    if (slots->frees == 0) return true;
    KrInstruction copy = {.opcode = OP_COPY_FREE_VARS,
                          .oparg = slots->frees,
                          .location = KR_NO_LOCATION};
    return insert(c, entry, 0, copy);
}

// Drops the slots of arguments' cells and writes the final numbers into the instructions.
static void settle_slots(KrCompiler *c, KrSlots *slots)
{
    for (int i = 0; i < slots->cells + slots->frees; i++) {
        if (slots->positions[i] == i + slots->locals) slots->positions[i] -= slots->dropped;
        else slots->dropped++;
    }
    for (KrBlock *block = c->unit->entry; block != NULL; block = block->next)
        for (int i = 0; i < block->count; i++) {
            KrInstruction *instruction = &block->items[i];
            if (instruction->opcode < 256 &&
                (kr_opcode_flags[instruction->opcode] & KR_OPCODE_FREE))
                instruction->oparg = slots->positions[instruction->oparg];
        }
}

// ---- layout ------------------------------------------------------------------------------------

static int size_in_words(const KrInstruction *instruction)
{
    int extensions = (instruction->oparg > 0xFF) + (instruction->oparg > 0xFFFF) +
                     (instruction->oparg > 0xFFFFFF);
    return 1 + extensions + kr_opcode_caches[instruction->opcode];
}

static int directed(int opcode, bool forward)
{
    switch (opcode) {
    case OP_JUMP: return forward ? OP_JUMP_FORWARD : OP_JUMP_BACKWARD;
    case OP_JUMP_NO_INTERRUPT: return forward ? OP_JUMP_FORWARD : OP_JUMP_BACKWARD_NO_INTERRUPT;
    case OP_POP_JUMP_IF_FALSE:
        return forward ? OP_POP_JUMP_FORWARD_IF_FALSE : OP_POP_JUMP_BACKWARD_IF_FALSE;
    case OP_POP_JUMP_IF_TRUE:
        return forward ? OP_POP_JUMP_FORWARD_IF_TRUE : OP_POP_JUMP_BACKWARD_IF_TRUE;
    case OP_POP_JUMP_IF_NONE:
        return forward ? OP_POP_JUMP_FORWARD_IF_NONE : OP_POP_JUMP_BACKWARD_IF_NONE;
    case OP_POP_JUMP_IF_NOT_NONE:
        return forward ? OP_POP_JUMP_FORWARD_IF_NOT_NONE : OP_POP_JUMP_BACKWARD_IF_NOT_NONE;
    default: return opcode;
    }
}

static void direct_jumps(KrBlock *entry)
{
    for (KrBlock *block = entry; block != NULL; block = block->next) block->visited = false;
    for (KrBlock *block = entry; block != NULL; block = block->next) {
        block->visited = true;
        KrInstruction *last = kr_last_instruction(block);
        if (last != NULL && kr_is_jump(last->opcode))
            last->opcode = directed(last->opcode, !last->target->visited);
    }
}

static int place_blocks(KrBlock *entry)
{
    int offset = 0;
    for (KrBlock *block = entry; block != NULL; block = block->next) {
        block->offset = offset;
        for (int i = 0; i < block->count; i++) offset += size_in_words(&block->items[i]);
    }
    return offset;
}

// Computes jump distances, which may make instructions longer, until nothing changes.  Returns the
// size in words.
static int resolve_jumps(KrBlock *entry)
{
    for (;;) {
        int size = place_blocks(entry);
        bool changed = false;
        for (KrBlock *block = entry; block != NULL; block = block->next) {
            int end = block->offset;
            for (int i = 0; i < block->count; i++) {
                KrInstruction *instruction = &block->items[i];
                int words = size_in_words(instruction);
                end += words;
                if (!kr_is_jump(instruction->opcode)) continue;
                int target = instruction->target->offset;
                instruction->oparg = target < end ? end - target : target - end;
                changed |= size_in_words(instruction) != words;
            }
        }
        if (!changed) return size;
    }
}

// ---- bytes -------------------------------------------------------------------------------------

static PyObject *write_code(KrBlock *entry, int size)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size * 2);
    if (bytes == NULL) return NULL;
    uint8_t *output = (uint8_t *)PyBytes_AS_STRING(bytes);
    for (KrBlock *block = entry; block != NULL; block = block->next)
        for (int i = 0; i < block->count; i++) {
            const KrInstruction *instruction = &block->items[i];
            unsigned argument = (unsigned)instruction->oparg;
            for (int shift = 24; shift > 0; shift -= 8) {
                if (argument >> shift == 0) continue;
                *output++ = OP_EXTENDED_ARG;
                *output++ = (uint8_t)(argument >> shift);
            }
            *output++ = (uint8_t)instruction->opcode;
            *output++ = (uint8_t)argument;
            for (int k = 0; k < 2 * kr_opcode_caches[instruction->opcode]; k++) *output++ = 0;
        }
    assert(output == (uint8_t *)PyBytes_AS_STRING(bytes) + PyBytes_GET_SIZE(bytes));
    return bytes;
}

static PyObject *write_locations(KrCompiler *c)
{
    size_t room = 0;
    for (KrBlock *block = c->unit->entry; block != NULL; block = block->next)
        room += (size_t)block->count * KR_LOCATION_ENTRY_MAX * 2;
    uint8_t *start = PyMem_Malloc(room + 1);
    if (start == NULL) return PyErr_NoMemory();
    uint8_t *output = start;
    int line = c->unit->first_line;
    for (KrBlock *block = c->unit->entry; block != NULL; block = block->next)
        for (int i = 0; i < block->count; i++)
            output = kr_locations_write(output, block->items[i].location,
                                        size_in_words(&block->items[i]), &line);
    PyObject *bytes = PyBytes_FromStringAndSize((char *)start, output - start);
    PyMem_Free(start);
    return bytes;
}

// Appends the entry for [start, end) to the table; the range may be empty of a handler.
static uint8_t *write_range(uint8_t *output, int start, int end, KrBlock *handler)
{
    if (handler == NULL || start == end) return output;
    KrExceptionEntry entry = {
        .start = start,
        .end = end,
        .target = handler->offset,
        .depth = handler->start_depth - 1 - handler->preserve_lasti,
        .push_lasti = handler->preserve_lasti,
    };
    assert(entry.depth >= 0);
    return output + kr_exception_table_write(output, &entry);
}

static PyObject *write_exception_table(KrCompiler *c)
{
    size_t changes = 1;
    KrBlock *handler = NULL;
    for (KrBlock *block = c->unit->entry; block != NULL; block = block->next)
        for (int i = 0; i < block->count; i++) {
            changes += block->items[i].handler != handler;
            handler = block->items[i].handler;
        }
    uint8_t *table = PyMem_Malloc(changes * KR_EXCEPTION_ENTRY_MAX);
    if (table == NULL) return PyErr_NoMemory();
    uint8_t *output = table;
    int start = 0, offset = 0;
    handler = NULL;
    for (KrBlock *block = c->unit->entry; block != NULL; block = block->next)
        for (int i = 0; i < block->count; i++) {
            if (block->items[i].handler != handler) {
                output = write_range(output, start, offset, handler);
                start = offset;
                handler = block->items[i].handler;
            }
            offset += size_in_words(&block->items[i]);
        }
    output = write_range(output, start, offset, handler);
    PyObject *bytes = PyBytes_FromStringAndSize((char *)table, output - table);
    PyMem_Free(table);
    return bytes;
}

// ---- the code object ---------------------------------------------------------------------------

static PyObject *names_tuple(KrCompiler *c)
{
    KR_AUTO PyObject *list = PyDict_Keys(c->unit->names);
    if (list == NULL) return NULL;
    PyObject *tuple = PyList_AsTuple(list);
    if (tuple != NULL) kr_share(c, &tuple);
    return tuple;
}

static void put_slot(PyObject *names, PyObject *kinds, Py_ssize_t index, PyObject *name, int kind)
{
    PyTuple_SET_ITEM(names, index, Py_NewRef(name));
    PyBytes_AS_STRING(kinds)[index] = (char)kind;
}

// Names and kinds of the frame's slots.
static bool describe_slots(KrCompiler *c, const KrSlots *slots, PyObject **ret_names,
                           PyObject **ret_kinds)
{
    KrUnit *unit = c->unit;
    Py_ssize_t count =
        PyDict_GET_SIZE(unit->varnames) + slots->cells + slots->frees - slots->dropped;
    KR_AUTO PyObject *names = PyTuple_New(count);
    KR_AUTO PyObject *kinds = PyBytes_FromStringAndSize(NULL, count);
    if (names == NULL || kinds == NULL) return false;
    PyObject *name, *index;
    for (Py_ssize_t position = 0; PyDict_Next(unit->varnames, &position, &name, &index);) {
        bool is_cell = number_in(unit->cellvars, name) >= 0;
        put_slot(names, kinds, PyLong_AsLong(index), name,
                 is_cell ? KR_SLOT_LOCAL | KR_SLOT_CELL : KR_SLOT_LOCAL);
    }
    for (Py_ssize_t position = 0; PyDict_Next(unit->cellvars, &position, &name, &index);)
        if (number_in(unit->varnames, name) < 0)
            put_slot(names, kinds, slots->positions[PyLong_AsLong(index)], name, KR_SLOT_CELL);
    for (Py_ssize_t position = 0; PyDict_Next(unit->freevars, &position, &name, &index);)
        put_slot(names, kinds, slots->positions[PyLong_AsLong(index)], name, KR_SLOT_FREE);
    *ret_names = kr_take(names);
    *ret_kinds = kr_take(kinds);
    return true;
}

static PyObject *constants_in_order(KrCompiler *c)
{
    PyObject *list = PyDict_Keys(c->unit->constants);
    for (Py_ssize_t i = 0; list != NULL && i < PyList_GET_SIZE(list); i++) {
        PyObject *key = PyList_GET_ITEM(list, i);
        if (!PyTuple_CheckExact(key)) continue;
        PyList_SET_ITEM(list, i, Py_NewRef(PyTuple_GET_ITEM(key, 1)));
        Py_DECREF(key);
    }
    return list;
}

static PyObject *make_code(KrCompiler *c, PyObject *constant_list, const KrSlots *slots, int flags,
                           int depth)
{
    KrUnit *unit = c->unit;
    KR_AUTO PyObject *line_table = write_locations(c);
    if (line_table != NULL) kr_share(c, &line_table);
    KR_AUTO PyObject *exception_table = line_table == NULL ? NULL : write_exception_table(c);
    if (exception_table != NULL) kr_share(c, &exception_table);
    KR_AUTO PyObject *code =
        exception_table == NULL ? NULL : write_code(unit->entry, place_blocks(unit->entry));
    KR_AUTO PyObject *names = code == NULL ? NULL : names_tuple(c);
    KR_AUTO PyObject *constants = names == NULL ? NULL : PyList_AsTuple(constant_list);
    if (constants == NULL || c->failed) return NULL;
    kr_share(c, &constants);
    KR_AUTO PyObject *slot_names = NULL;
    KR_AUTO PyObject *slot_kinds = NULL;
    if (c->failed || !describe_slots(c, slots, &slot_names, &slot_kinds)) return NULL;
    kr_share(c, &slot_names);
    if (c->failed) return NULL;
    struct _PyCodeConstructor parts = {
        .filename = c->filename,
        .name = unit->name,
        .qualname = unit->qualname ? unit->qualname : unit->name,
        .flags = flags,
        .code = code,
        .firstlineno = unit->first_line,
        .linetable = line_table,
        .consts = constants,
        .names = names,
        .localsplusnames = slot_names,
        .localspluskinds = slot_kinds,
        .argcount = unit->argcount,
        .posonlyargcount = unit->posonlyargcount,
        .kwonlyargcount = unit->kwonlyargcount,
        .stacksize = depth,
        .exceptiontable = exception_table,
    };
    return (PyObject *)_PyCode_New(&parts);
}

static void end_with_return(KrCompiler *c, bool return_none)
{
    KrInstruction *last = kr_last_instruction(c->unit->current);
    if (last != NULL && last->opcode == OP_RETURN_VALUE) return;
    kr_unset_location(c);
    if (return_none) kr_emit_constant(c, Py_None);
    kr_emit(c, OP_RETURN_VALUE);
}

PyObject *kr_assemble(KrCompiler *c, bool return_none)
{
    KrUnit *unit = c->unit;
    end_with_return(c, return_none);
    if (c->failed) return NULL;
    int flags = code_flags(c);
    KrSlots slots;
    kr_flow_normalize(c);
    if (!number_slots(c, &slots) || !insert_prefix(c, &slots, flags)) return NULL;
    settle_slots(c, &slots);
    if (c->graphs != NULL) kr_flow_dump(c->graphs, c, "as generated");
    KR_AUTO PyObject *constants = constants_in_order(c);
    if (constants == NULL || kr_flow_optimize(c, constants) < 0) return NULL;
    int depth = kr_stack_depth(c);
    if (depth < 0 || kr_label_handlers(c) < 0) return NULL;
    for (KrBlock *block = unit->entry; block != NULL; block = block->next)
        kr_flow_clean_block(block);
    direct_jumps(unit->entry);
    resolve_jumps(unit->entry);
    if (c->graphs != NULL) kr_flow_dump(c->graphs, c, "as written");
    return make_code(c, constants, &slots, flags, depth);
}
