// code_extra.h - what debuggers and JITs hang on code objects: one pointer for each index they
// requested.
#ifndef KR_BYTECODE_CODE_EXTRA_H
#define KR_BYTECODE_CODE_EXTRA_H

#include "bytecode/code.h"

// Frees what hangs on [code], which is about to go.
void kr_code_extra_clear(PyCodeObject *code);

// The bytes that the pointers of [code] take.
size_t kr_code_extra_size(PyCodeObject *code);

#endif
