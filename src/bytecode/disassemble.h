// disassemble.h - text of a code object, for `krait -X show=code`.
#ifndef KR_BYTECODE_DISASSEMBLE_H
#define KR_BYTECODE_DISASSEMBLE_H

#include <stdio.h>

#include "bytecode/code.h"

// Writes the instructions, the exception table, and then the code objects among the constants.
// 0, or -1 with an exception.
int kr_code_dump(FILE *out, PyCodeObject *code);

#endif
