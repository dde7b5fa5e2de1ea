// opcodes.h - numbers, names and static properties of instructions, out of opcodes.def.
#ifndef KR_BYTECODE_OPCODES_H
#define KR_BYTECODE_OPCODES_H

#include <stdbool.h>
#include <stdint.h>

enum KrOpcode {
#define OPCODE(name, number, caches, flags, effect) OP_##name = number,
#include "bytecode/opcodes.def"
#undef OPCODE
};

// The smallest number of an instruction with an argument.
#define KR_OPCODE_FIRST_WITH_ARGUMENT 90

enum KrOpcodeFlag {
    KR_OPCODE_NAME = 1,
    KR_OPCODE_CONST = 2,
    KR_OPCODE_LOCAL = 4,
    KR_OPCODE_FREE = 8,
    KR_OPCODE_JUMP = 16,
    KR_OPCODE_BACKWARD = 32,
    KR_OPCODE_TERMINAL = 64,
};

// The argument of BINARY_OP; the in-place forms follow in the same order.
enum KrBinaryOperation {
    KR_NB_ADD,
    KR_NB_AND,
    KR_NB_FLOOR_DIVIDE,
    KR_NB_LSHIFT,
    KR_NB_MATRIX_MULTIPLY,
    KR_NB_MULTIPLY,
    KR_NB_REMAINDER,
    KR_NB_OR,
    KR_NB_POWER,
    KR_NB_RSHIFT,
    KR_NB_SUBTRACT,
    KR_NB_TRUE_DIVIDE,
    KR_NB_XOR,
    KR_NB_INPLACE_ADD,
    KR_NB_COUNT = 26,
};

// The argument of RESUME.
enum KrResumePoint {
    KR_RESUME_FUNCTION_START,
    KR_RESUME_AFTER_YIELD,
    KR_RESUME_AFTER_YIELD_FROM,
    KR_RESUME_AFTER_AWAIT,
};

// Bits of MAKE_FUNCTION's argument: what lies on the stack below the code object.
enum KrMakeFunctionFlag {
    KR_MAKE_DEFAULTS = 1,
    KR_MAKE_KEYWORD_DEFAULTS = 2,
    KR_MAKE_ANNOTATIONS = 4,
    KR_MAKE_CLOSURE = 8,
};

// Bits of FORMAT_VALUE's argument.
enum KrFormatValueFlag {
    KR_FORMAT_NO_CONVERSION = 0,
    KR_FORMAT_STR = 1,
    KR_FORMAT_REPR = 2,
    KR_FORMAT_ASCII = 3,
    KR_FORMAT_CONVERSION_MASK = 3,
    KR_FORMAT_HAS_SPEC = 4,
};

extern const uint8_t kr_opcode_caches[256];
extern const uint8_t kr_opcode_flags[256];
extern const char *const kr_opcode_names[256];                   // NULL: no such instruction
extern const char *const kr_binary_operation_names[KR_NB_COUNT]; // "+", …, "+=", …

// The change of the stack's height.  [jump]: 1 taken, 0 not taken, -1 the larger of both.
// PY_INVALID_STACK_EFFECT (INT_MAX) when there is no such instruction.
int kr_opcode_stack_effect(int opcode, int oparg, int jump);

static inline bool kr_opcode_is_valid(int opcode)
{
    return opcode >= 0 && opcode < 256 && kr_opcode_names[opcode] != 0;
}

static inline bool kr_opcode_is_jump(int opcode)
{
    return kr_opcode_flags[opcode & 0xFF] & KR_OPCODE_JUMP;
}

#endif
