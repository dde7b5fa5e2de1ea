// opcodes.c - the tables of opcodes.def as arrays, and the stack effect.
#include "bytecode/opcodes.h"

#include <limits.h>

#include "object.h"
#include "compile.h"

const uint8_t kr_opcode_caches[256] = {
#define OPCODE(name, number, caches, flags, effect) [number] = caches,
#include "bytecode/opcodes.def"
#undef OPCODE
};

const uint8_t kr_opcode_flags[256] = {
#define OPCODE(name, number, caches, flags, effect) [number] = flags,
#include "bytecode/opcodes.def"
#undef OPCODE
};

const char *const kr_opcode_names[256] = {
#define OPCODE(name, number, caches, flags, effect) [number] = #name,
#include "bytecode/opcodes.def"
#undef OPCODE
};

const char *const kr_binary_operation_names[KR_NB_COUNT] = {
    "+",  "&",  "//",  "<<",  "@",  "*",  "%",  "|",  "**",  ">>",  "-",  "/",  "^",
    "+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^=",
};

static int effect_of(int opcode, int oparg, int jump)
{
    switch (opcode) {
#define OPCODE(name, number, caches, flags, effect) case number: return effect;
#include "bytecode/opcodes.def"
#undef OPCODE
    default: return INT_MAX;
    }
}

int kr_opcode_stack_effect(int opcode, int oparg, int jump)
{
    if (jump >= 0) return effect_of(opcode, oparg, jump);
    int taken = effect_of(opcode, oparg, 1);
    int not_taken = effect_of(opcode, oparg, 0);
    return taken > not_taken ? taken : not_taken;
}

int PyCompile_OpcodeStackEffectWithJump(int opcode, int oparg, int jump)
{
    return kr_opcode_stack_effect(opcode, oparg, jump);
}

int PyCompile_OpcodeStackEffect(int opcode, int oparg)
{
    return kr_opcode_stack_effect(opcode, oparg, -1);
}
