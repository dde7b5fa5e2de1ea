// checks.h - warnings about expressions that can only go wrong.
#ifndef KR_COMPILE_CHECKS_H
#define KR_COMPILE_CHECKS_H

#include "compile/compiler.h"

void kr_check_compare(KrCompiler *c, KrExpr *compare);                // `x is "text"`
void kr_check_call(KrCompiler *c, KrExpr *function);                  // `"text" (…)`
void kr_check_subscript(KrCompiler *c, KrExpr *value, KrExpr *index); // `1 [0]`, `[1] ["a"]`

#endif
