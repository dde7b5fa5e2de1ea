// specialize_operators.c - special forms of operators, comparisons, subscripts, unpacking and
// loops; pairs.
#include "vm/specialize.h"

#include "cpython/longintrepr.h"
#include "dictobject.h"
#include "floatobject.h"
#include "cpython/genobject.h"
#include "listobject.h"
#include "objects/containers/range.h"
#include "objects/containers/sequence_iterators.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/function.h"
#include "vm/specialize_common.h"

static int int_operator(PyObject *left, PyObject *right, int operation)
{
    bool natural = (size_t)Py_SIZE(left) <= 1 && (size_t)Py_SIZE(right) <= 1;
    switch (operation % KR_NB_INPLACE_ADD) {
    case KR_NB_ADD: return OP_BINARY_OP_ADD_INT;
    case KR_NB_SUBTRACT: return OP_BINARY_OP_SUBTRACT_INT;
    case KR_NB_MULTIPLY: return OP_BINARY_OP_MULTIPLY_INT;
    case KR_NB_AND: case KR_NB_OR: case KR_NB_XOR: case KR_NB_LSHIFT: case KR_NB_RSHIFT:
    case KR_NB_REMAINDER: case KR_NB_FLOOR_DIVIDE:
        return natural ? OP_BINARY_OP_BITS_INT : 0;
    default: return 0;
    }
}

static int float_operator(int operation)
{
    switch (operation % KR_NB_INPLACE_ADD) {
    case KR_NB_ADD: return OP_BINARY_OP_ADD_FLOAT;
    case KR_NB_SUBTRACT: return OP_BINARY_OP_SUBTRACT_FLOAT;
    case KR_NB_MULTIPLY: return OP_BINARY_OP_MULTIPLY_FLOAT;
    case KR_NB_TRUE_DIVIDE: return OP_BINARY_OP_DIVIDE_FLOAT;
    default: return 0;
    }
}

// A concatenation that the variable it is stored in takes part in may grow the string in place.
static int text_operator(KrFrame *frame, PyObject *left, const _Py_CODEUNIT *instruction,
                         int operation)
{
    if (operation % KR_NB_INPLACE_ADD != KR_NB_ADD) return 0;
    _Py_CODEUNIT next = instruction[2];
    bool is_store = kr_instruction_family[next & 255] == OP_STORE_FAST;
    if (is_store && kr_word_object(frame->localsplus[next >> 8]) == left)
        return OP_BINARY_OP_INPLACE_ADD_UNICODE;
    return OP_BINARY_OP_ADD_UNICODE;
}

void kr_specialize_operator(KrFrame *frame, PyObject *left, PyObject *right,
                            _Py_CODEUNIT *instruction, int oparg)
{
    int opcode = 0;
    if (PyLong_CheckExact(left) && PyLong_CheckExact(right))
        opcode = int_operator(left, right, oparg);
    else if (PyFloat_CheckExact(left) && PyFloat_CheckExact(right)) opcode = float_operator(oparg);
    else if (PyUnicode_CheckExact(left) && PyUnicode_CheckExact(right))
        opcode = text_operator(frame, left, instruction, oparg);
    if (opcode != 0) succeed(instruction, opcode);
    else fail(instruction);
}

void kr_specialize_comparison(PyObject *left, PyObject *right, _Py_CODEUNIT *instruction,
                              int oparg)
{
    static const uint8_t outcomes[] = {
        [Py_LT] = KR_IS_LESS, [Py_LE] = KR_IS_LESS | KR_IS_EQUAL, [Py_EQ] = KR_IS_EQUAL,
        [Py_NE] = KR_IS_LESS | KR_IS_GREATER, [Py_GT] = KR_IS_GREATER,
        [Py_GE] = KR_IS_GREATER | KR_IS_EQUAL,
    };
    unsigned plan = outcomes[oparg];
    switch (instruction[3] & 255) {
    case OP_POP_JUMP_FORWARD_IF_TRUE: break;
    case OP_POP_JUMP_FORWARD_IF_FALSE: plan ^= 7; break;
    case OP_POP_JUMP_BACKWARD_IF_TRUE: plan |= KR_JUMPS_BACK; break;
    case OP_POP_JUMP_BACKWARD_IF_FALSE: plan = (plan ^ 7) | KR_JUMPS_BACK; break;
    default: fail(instruction); return;
    }
    int opcode = 0;
    if (PyLong_CheckExact(left) && PyLong_CheckExact(right)) {
        if ((size_t)(Py_SIZE(left) + 1) <= 2 && (size_t)(Py_SIZE(right) + 1) <= 2)
            opcode = OP_COMPARE_OP_INT_JUMP;
    } else if (PyFloat_CheckExact(left) && PyFloat_CheckExact(right)) {
        opcode = OP_COMPARE_OP_FLOAT_JUMP;
    } else if (PyUnicode_CheckExact(left) && PyUnicode_CheckExact(right)
               && (oparg == Py_EQ || oparg == Py_NE)) {
        opcode = OP_COMPARE_OP_STR_JUMP;
    }
    if (opcode == 0) {
        fail(instruction);
        return;
    }
    instruction[2] = (uint16_t)plan;
    succeed(instruction, opcode);
}

// --- subscripts ---------------------------------------------------------------------------------

static bool is_plain_function(PyObject *object, int arguments)
{
    if (object == NULL || !PyFunction_Check(object)) return false;
    PyCodeObject *code = (PyCodeObject *)((PyFunctionObject *)object)->func_code;
    return code->co_argcount == arguments && code->co_kwonlyargcount == 0
        && (code->co_flags & (CO_VARARGS | CO_VARKEYWORDS | CO_OPTIMIZED)) == CO_OPTIMIZED;
}

PyFunctionObject *kr_specialize_cached_getitem(PyTypeObject *type)
{
    PyObject *found = _PyType_Lookup(type, ID(__getitem__));
    return is_plain_function(found, 2) ? (PyFunctionObject *)found : NULL;
}

static bool subscript_by_function(PyTypeObject *type, _Py_CODEUNIT *instruction)
{
    if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) return false;
    PyFunctionObject *function = kr_specialize_cached_getitem(type);
    if (function == NULL) return false;
    unsigned type_version = kr_type_version(type);
    uint32_t version = kr_function_version(function);
    if (type_version == 0 || version == 0 || version > UINT16_MAX) return false;
    write_u32(instruction, 1, type_version);
    instruction[4] = (uint16_t)version;
    succeed(instruction, OP_BINARY_SUBSCR_GETITEM);
    return true;
}

void kr_specialize_subscript(PyObject *container, PyObject *index, _Py_CODEUNIT *instruction)
{
    if (PyList_CheckExact(container) && PyLong_CheckExact(index))
        succeed(instruction, OP_BINARY_SUBSCR_LIST_INT);
    else if (PyTuple_CheckExact(container) && PyLong_CheckExact(index))
        succeed(instruction, OP_BINARY_SUBSCR_TUPLE_INT);
    else if (PyDict_CheckExact(container))
        succeed(instruction, OP_BINARY_SUBSCR_DICT);
    else if (!subscript_by_function(Py_TYPE(container), instruction))
        fail(instruction);
}

void kr_specialize_store_subscript(PyObject *container, PyObject *index, _Py_CODEUNIT *instruction)
{
    if (PyList_CheckExact(container) && PyLong_CheckExact(index))
        succeed(instruction, OP_STORE_SUBSCR_LIST_INT);
    else if (PyDict_CheckExact(container)) succeed(instruction, OP_STORE_SUBSCR_DICT);
    else fail(instruction);
}

void kr_specialize_unpack(PyObject *sequence, _Py_CODEUNIT *instruction, int oparg)
{
    if (PyTuple_CheckExact(sequence) && PyTuple_GET_SIZE(sequence) == oparg)
        succeed(instruction, oparg == 2 ? OP_UNPACK_SEQUENCE_TWO_TUPLE : OP_UNPACK_SEQUENCE_TUPLE);
    else if (PyList_CheckExact(sequence) && PyList_GET_SIZE(sequence) == oparg)
        succeed(instruction, OP_UNPACK_SEQUENCE_LIST);
    else
        fail(instruction);
}

// --- loops and pairs ----------------------------------------------------------------------------

void kr_specialize_for(PyObject *iterator, _Py_CODEUNIT *instruction, int oparg)
{
    PyTypeObject *type = Py_TYPE(iterator);
    if (type == &PyListIter_Type) kr_specialize_set_opcode(instruction, OP_FOR_ITER_LIST);
    else if (type == &PyTupleIter_Type) kr_specialize_set_opcode(instruction, OP_FOR_ITER_TUPLE);
    else if (type == &PyRangeIter_Type) kr_specialize_set_opcode(instruction, OP_FOR_ITER_RANGE);
    else if (type == &PyGen_Type && oparg <= 255)
        kr_specialize_set_opcode(instruction, OP_FOR_ITER_GENERATOR);
}

static int pair_of(int first, int second)
{
    if (first == OP_LOAD_FAST && second == OP_LOAD_FAST) return OP_LOAD_FAST__LOAD_FAST;
    if (first == OP_LOAD_FAST && second == OP_LOAD_CONST) return OP_LOAD_FAST__LOAD_CONST;
    if (first == OP_STORE_FAST && second == OP_LOAD_FAST) return OP_STORE_FAST__LOAD_FAST;
    return 0;
}

void kr_specialize_pair_up(PyCodeObject *code)
{
    _Py_CODEUNIT *units = kr_code_units(code);
    Py_ssize_t count = Py_SIZE(code);
    for (Py_ssize_t i = 0; i + 1 < count;) {
        int opcode = units[i] & 255;
        int pair = pair_of(opcode, units[i + 1] & 255);
        if (pair != 0) {
            kr_specialize_set_opcode(&units[i], pair);
            i += 2;
        } else {
            i += 1 + kr_opcode_caches[kr_instruction_family[opcode]];
        }
    }
}
