// specialize_common.h - how specialisers write their result.
#ifndef KR_VM_SPECIALIZE_COMMON_H
#define KR_VM_SPECIALIZE_COMMON_H

#include "bytecode/opcodes.h"
#include "vm/instructions.numbers.h"
#include "vm/specialize.h"

static inline void succeed(_Py_CODEUNIT *instruction, int opcode)
{
    kr_specialize_set_opcode(instruction, opcode);
    instruction[1] = KR_MISSES;
}

static inline void fail(_Py_CODEUNIT *instruction)
{
    instruction[1] = KR_WAIT_AFTER_FAILURE;
}

// Cache word [index], counted from the first one behind the instruction.
static inline void write_u32(_Py_CODEUNIT *instruction, int index, uint32_t value)
{
    memcpy(instruction + 1 + index, &value, sizeof value);
}

static inline void write_object(_Py_CODEUNIT *instruction, int index, PyObject *value)
{
    memcpy(instruction + 1 + index, &value, sizeof value);
}

#endif
