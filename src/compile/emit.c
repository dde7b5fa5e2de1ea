// emit.c - appending instructions to the current block; constants and names; errors at the present
// location.
#include "compile/compiler.h"

#include <assert.h>
#include <stdarg.h>

#include "abstract.h"
#include "boolobject.h"
#include "bytecode/code.h"
#include "compile/mangle.h"
#include "dictobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "setobject.h"
#include "sliceobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "warnings.h"

// ---- errors ------------------------------------------------------------------------------------

void kr_refuse(KrCompiler *c, const char *format, ...)
{
    if (c->failed) return;
    c->failed = true;
    va_list arguments;
    va_start(arguments, format);
    KR_AUTO PyObject *message = PyUnicode_FromFormatV(format, arguments);
    va_end(arguments);
    if (message == NULL) return;
    KrLocation where = c->unit->location;
    KR_AUTO PyObject *text = PyErr_ProgramTextObject(c->filename, where.line);
    if (text == NULL) {
        if (PyErr_Occurred()) return;
        text = Py_NewRef(Py_None);
    }
    KR_AUTO PyObject *line = PyLong_FromLong(where.line);
    KR_AUTO PyObject *column = PyLong_FromLong(where.column + 1);
    KR_AUTO PyObject *end_line = PyLong_FromLong(where.end_line);
    KR_AUTO PyObject *end_column = PyLong_FromLong(where.end_column + 1);
    if (!line || !column || !end_line || !end_column) return;
    KR_AUTO PyObject *details =
        PyTuple_Pack(6, c->filename, line, column, text, end_line, end_column);
    KR_AUTO PyObject *pair = details == NULL ? NULL : PyTuple_Pack(2, message, details);
    if (pair != NULL) PyErr_SetObject(PyExc_SyntaxError, pair);
}

void kr_warn(KrCompiler *c, const char *format, ...)
{
    if (c->failed) return;
    va_list arguments;
    va_start(arguments, format);
    KR_AUTO PyObject *message = PyUnicode_FromFormatV(format, arguments);
    va_end(arguments);
    if (!kr_check(c, message != NULL)) return;
    if (PyErr_WarnExplicitObject(PyExc_SyntaxWarning, message, c->filename, c->unit->location.line,
                                 NULL, NULL) == 0)
        return;
    if (!PyErr_ExceptionMatches(PyExc_SyntaxWarning)) {
        c->failed = true;
        return;
    }
    // A warning that was made an error: a SyntaxError says where.
    PyErr_Clear();
    kr_refuse(c, "%U", message);
}

// ---- blocks ------------------------------------------------------------------------------------

KrBlock *kr_block_create(KrCompiler *c)
{
    KrBlock *block = kr_arena_new(&c->unit->arena, KrBlock);
    if (block == NULL) {
        PyErr_NoMemory();
        c->failed = true;
        return NULL;
    }
    block->older = c->unit->newest;
    c->unit->newest = block;
    return block;
}

KrBlock *kr_new_block(KrCompiler *c)
{
    return c->failed ? NULL : kr_block_create(c);
}

void kr_use_block(KrCompiler *c, KrBlock *block)
{
    if (c->failed) return;
    assert(block != NULL);
    c->unit->current->next = block;
    c->unit->current = block;
}

KrInstruction *kr_block_append(KrCompiler *c, KrBlock *block)
{
    if (block->count == block->capacity) {
        int capacity = block->capacity == 0 ? 16 : block->capacity * 2;
        KrInstruction *items = kr_arena_new_array(&c->unit->arena, KrInstruction, capacity);
        if (items == NULL) {
            PyErr_NoMemory();
            c->failed = true;
            return NULL;
        }
        if (block->count > 0) memcpy(items, block->items, (size_t)block->count * sizeof *items);
        block->items = items;
        block->capacity = capacity;
    }
    return &block->items[block->count++];
}

// ---- instructions ------------------------------------------------------------------------------

// A block ends with a jump or an exit; what comes behind starts a new one.
static void append(KrCompiler *c, int opcode, Py_ssize_t oparg, KrBlock *target,
                   KrLocation location)
{
    if (c->failed) return;
    KrInstruction *last = kr_last_instruction(c->unit->current);
    if (last != NULL && (kr_is_jump(last->opcode) || kr_leaves_code(last->opcode)))
        kr_use_block(c, kr_new_block(c));
    if (c->failed) return;
    KrInstruction *instruction = kr_block_append(c, c->unit->current);
    if (instruction == NULL) return;
    *instruction = (KrInstruction){opcode, (int)oparg, target, NULL, location};
}

void kr_emit(KrCompiler *c, int opcode)
{
    append(c, opcode, 0, NULL, c->unit->location);
}

void kr_emit_arg(KrCompiler *c, int opcode, Py_ssize_t oparg)
{
    assert(oparg >= 0 && oparg <= 0x7FFFFFFF);
    append(c, opcode, oparg, NULL, c->unit->location);
}

void kr_emit_unplaced(KrCompiler *c, int opcode, Py_ssize_t oparg)
{
    append(c, opcode, oparg, NULL, KR_NO_LOCATION);
}

void kr_emit_jump(KrCompiler *c, int opcode, KrBlock *target)
{
    append(c, opcode, 0, target, c->unit->location);
}

void kr_emit_jump_unplaced(KrCompiler *c, int opcode, KrBlock *target)
{
    append(c, opcode, 0, target, KR_NO_LOCATION);
}

void kr_emit_call(KrCompiler *c, Py_ssize_t count)
{
    kr_emit_arg(c, OP_PRECALL, count);
    kr_emit_arg(c, OP_CALL, count);
}

void kr_emit_yield_from(KrCompiler *c, bool is_await)
{
    KrBlock *start = kr_new_block(c), *resume = kr_new_block(c), *exit = kr_new_block(c);
    kr_use_block(c, start);
    kr_emit_jump(c, OP_SEND, exit);
    kr_use_block(c, resume);
    kr_emit(c, OP_YIELD_VALUE);
    kr_emit_arg(c, OP_RESUME, is_await ? KR_RESUME_AFTER_AWAIT : KR_RESUME_AFTER_YIELD_FROM);
    kr_emit_jump(c, OP_JUMP_NO_INTERRUPT, start);
    kr_use_block(c, exit);
}

void kr_emit_compare(KrCompiler *c, KrCmpop operator)
{
    switch (operator) {
    case KR_CMPOP_EQ: kr_emit_arg(c, OP_COMPARE_OP, Py_EQ); break;
    case KR_CMPOP_NOT_EQ: kr_emit_arg(c, OP_COMPARE_OP, Py_NE); break;
    case KR_CMPOP_LT: kr_emit_arg(c, OP_COMPARE_OP, Py_LT); break;
    case KR_CMPOP_LT_E: kr_emit_arg(c, OP_COMPARE_OP, Py_LE); break;
    case KR_CMPOP_GT: kr_emit_arg(c, OP_COMPARE_OP, Py_GT); break;
    case KR_CMPOP_GT_E: kr_emit_arg(c, OP_COMPARE_OP, Py_GE); break;
    case KR_CMPOP_IS: kr_emit_arg(c, OP_IS_OP, 0); break;
    case KR_CMPOP_IS_NOT: kr_emit_arg(c, OP_IS_OP, 1); break;
    case KR_CMPOP_IN: kr_emit_arg(c, OP_CONTAINS_OP, 0); break;
    case KR_CMPOP_NOT_IN: kr_emit_arg(c, OP_CONTAINS_OP, 1); break;
    default: assert(!"no comparison");
    }
}

void kr_emit_binary(KrCompiler *c, KrOperator operator, bool in_place)
{
    static const unsigned char arguments[] = {
        [KR_OPERATOR_ADD - KR_OPERATOR_ADD] = KR_NB_ADD,
        [KR_OPERATOR_SUB - KR_OPERATOR_ADD] = KR_NB_SUBTRACT,
        [KR_OPERATOR_MULT - KR_OPERATOR_ADD] = KR_NB_MULTIPLY,
        [KR_OPERATOR_MAT_MULT - KR_OPERATOR_ADD] = KR_NB_MATRIX_MULTIPLY,
        [KR_OPERATOR_DIV - KR_OPERATOR_ADD] = KR_NB_TRUE_DIVIDE,
        [KR_OPERATOR_MOD - KR_OPERATOR_ADD] = KR_NB_REMAINDER,
        [KR_OPERATOR_POW - KR_OPERATOR_ADD] = KR_NB_POWER,
        [KR_OPERATOR_LSHIFT - KR_OPERATOR_ADD] = KR_NB_LSHIFT,
        [KR_OPERATOR_RSHIFT - KR_OPERATOR_ADD] = KR_NB_RSHIFT,
        [KR_OPERATOR_BIT_OR - KR_OPERATOR_ADD] = KR_NB_OR,
        [KR_OPERATOR_BIT_XOR - KR_OPERATOR_ADD] = KR_NB_XOR,
        [KR_OPERATOR_BIT_AND - KR_OPERATOR_ADD] = KR_NB_AND,
        [KR_OPERATOR_FLOOR_DIV - KR_OPERATOR_ADD] = KR_NB_FLOOR_DIVIDE,
    };
    assert(operator>= KR_OPERATOR_ADD && operator<= KR_OPERATOR_FLOOR_DIV);
    kr_emit_arg(c, OP_BINARY_OP,
                arguments[operator - KR_OPERATOR_ADD] + (in_place ? KR_NB_INPLACE_ADD : 0));
}

// ---- names -------------------------------------------------------------------------------------

int kr_add_to(KrCompiler *c, PyObject *dict, PyObject *key)
{
    if (c->failed) return 0;
    PyObject *present = PyDict_GetItemWithError(dict, key);
    if (present != NULL) return (int)PyLong_AsLong(present);
    if (PyErr_Occurred()) c->failed = true;
    Py_ssize_t index = PyDict_GET_SIZE(dict);
    KR_AUTO PyObject *number = c->failed ? NULL : PyLong_FromSsize_t(index);
    kr_check(c, number != NULL && PyDict_SetItem(dict, key, number) == 0);
    return (int)index;
}

void kr_emit_name(KrCompiler *c, int opcode, PyObject *name)
{
    if (c->failed) return;
    KR_AUTO PyObject *mangled = kr_mangle(c->unit->private, name);
    if (!kr_check(c, mangled != NULL)) return;
    kr_emit_arg(c, opcode, kr_add_to(c, c->unit->names, mangled));
}

// ---- constants ---------------------------------------------------------------------------------

static PyObject *constant_of_key(PyObject *key)
{
    return PyTuple_CheckExact(key) ? PyTuple_GET_ITEM(key, 1) : key;
}

// Replaces the items of a tuple by their shared forms.
static bool share_tuple_items(KrCompiler *c, PyObject *tuple)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i);
        KR_AUTO PyObject *key = kr_share_constant(c, item);
        if (key == NULL) return false;
        PyObject *shared = constant_of_key(key);
        if (shared == item) continue;
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(shared));
        Py_DECREF(item);
    }
    return true;
}

// The key of a frozenset gets a set of shared items.
static bool share_frozenset_items(KrCompiler *c, PyObject *key)
{
    PyObject *set = PyTuple_GET_ITEM(key, 1);
    if (PySet_GET_SIZE(set) == 0) return true;
    KR_AUTO PyObject *items = PySequence_Tuple(set);
    if (items == NULL || !share_tuple_items(c, items)) return false;
    PyObject *shared = PyFrozenSet_New(items);
    if (shared == NULL) return false;
    PyTuple_SET_ITEM(key, 1, shared);
    Py_DECREF(set);
    return true;
}

PyObject *kr_share_constant(KrCompiler *c, PyObject *value)
{
    if (value == Py_None || value == Py_Ellipsis) return Py_NewRef(value);
    if (!kr_depth_enter(&c->depth)) return NULL;
    PyObject *result = NULL;
    KR_AUTO PyObject *key = _PyCode_ConstantKey(value);
    PyObject *known = key == NULL ? NULL : PyDict_SetDefault(c->constant_cache, key, key);
    if (known != NULL && known != key) result = Py_NewRef(known);
    else if (known != NULL) {
        bool shared = PyTuple_CheckExact(value)       ? share_tuple_items(c, value)
                      : PyFrozenSet_CheckExact(value) ? share_frozenset_items(c, key)
                                                      : true;
        if (shared) result = Py_NewRef(key);
    }
    kr_depth_leave(&c->depth);
    return result;
}

void kr_share(KrCompiler *c, PyObject **value)
{
    if (c->failed) return;
    KR_AUTO PyObject *key = _PyCode_ConstantKey(*value);
    PyObject *known = key == NULL ? NULL : PyDict_SetDefault(c->constant_cache, key, key);
    if (!kr_check(c, known != NULL) || known == key) return;
    PyObject *old = *value;
    *value = Py_NewRef(constant_of_key(known));
    Py_DECREF(old);
}

int kr_add_constant(KrCompiler *c, PyObject *value)
{
    if (c->failed) return 0;
    KR_AUTO PyObject *key = kr_share_constant(c, value);
    if (!kr_check(c, key != NULL)) return 0;
    return kr_add_to(c, c->unit->constants, key);
}

void kr_emit_constant(KrCompiler *c, PyObject *value)
{
    kr_emit_arg(c, OP_LOAD_CONST, kr_add_constant(c, value));
}

void kr_emit_constant_steal(KrCompiler *c, PyObject *value)
{
    if (value == NULL) c->failed = true;
    kr_emit_constant(c, value);
    Py_XDECREF(value);
}

void kr_emit_number(KrCompiler *c, long value)
{
    if (!c->failed) kr_emit_constant_steal(c, PyLong_FromLong(value));
}
