// unparse.h - the source text of an expression, as annotations under `from __future__ import
// annotations`.
#ifndef KR_SYNTAX_UNPARSE_H
#define KR_SYNTAX_UNPARSE_H

#include "syntax/ast.h"

// New str, or NULL with an exception.
PyObject *kr_unparse_expression(KrExpr *expression);

#endif
