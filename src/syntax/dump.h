// dump.h - tokens and trees as text, for `krait -X show=tokens` and `-X show=ast`.
#ifndef KR_SYNTAX_DUMP_H
#define KR_SYNTAX_DUMP_H

#include "syntax/parse.h"

// One line a token: position, kind, text.  0, or -1 with SyntaxError (after the tokens before it).
int kr_tokens_dump(FILE *out, const char *text, const KrParseOptions *options);
// The tree, indented, one node or value a line.  0, or -1 with an exception.
int kr_ast_dump(FILE *out, KrMod *module);

#endif
