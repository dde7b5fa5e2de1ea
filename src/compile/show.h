// show.h - what each stage makes of a program, as text: `krait -X show=STAGE`.
#ifndef KR_COMPILE_SHOW_H
#define KR_COMPILE_SHOW_H

#include <stdio.h>

#include "compile/compiler.h"

// Writes what [stage] ("tokens", "ast", "symtable", "cfg" or "code") makes of the zero-ended
// [text] of a module. 0, or -1 with an exception (ValueError: there is no such stage).
int kr_show(FILE *out, const char *stage, const char *text, PyObject *filename);

// The blocks of the open unit, with their instructions.
void kr_flow_dump(FILE *out, KrCompiler *c, const char *when);

#endif
