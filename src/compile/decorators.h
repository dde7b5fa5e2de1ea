// decorators.h - decorators of functions and classes.
#ifndef KR_COMPILE_DECORATORS_H
#define KR_COMPILE_DECORATORS_H

#include "compile/compiler.h"

// Leaves the decorators on the stack, first one lowest...
void kr_visit_decorators(KrCompiler *c, KrExprSeq *decorators);
// ... and calls them with the value on top, last one first.
void kr_apply_decorators(KrCompiler *c, KrExprSeq *decorators);

#endif
