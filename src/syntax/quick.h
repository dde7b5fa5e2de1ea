// quick.h - the short cuts of the fast pass.
#ifndef KR_SYNTAX_QUICK_H
#define KR_SYNTAX_QUICK_H

#include "syntax/parser.h"

// The call of [base] whose opening parenthesis comes next; [mark] is where [base] begins.
KrExpr *kr_quick_call(KrParser *p, KrExpr *base, int mark);

#endif
