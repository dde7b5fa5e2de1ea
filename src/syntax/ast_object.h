// ast_object.h - AST nodes as Python objects: the classes of module _ast, and both conversions.
#ifndef KR_SYNTAX_AST_OBJECT_H
#define KR_SYNTAX_AST_OBJECT_H

#include "syntax/ast.h"
#include "syntax/parse.h"

// The Python class of a kind of node (KR_AST_NONE: ast.AST itself), borrowed; NULL with an
// exception.
PyObject *kr_ast_object_class(KrAstKind kind);

// The class of a type (expr, stmt, ...), borrowed; NULL for identifier, string, constant, int.
PyObject *kr_ast_object_type_class(KrAstType type);

// 1 when [object] is an AST node of user land, 0 when not, -1 with an exception.
int kr_ast_object_check(PyObject *object);

// New Python object for a node and all below it.
PyObject *kr_ast_to_object(KrMod *module);

// The node for a Python object of the type that [mode] asks for, checked for what no type says (a
// Load where a Store must be, empty bodies, ...); NULL with TypeError or ValueError.
KrMod *kr_ast_from_object(PyObject *object, KrParseMode mode, KrAstArena *arena);

// Checks a tree made by users: 0, or -1 with ValueError, TypeError or RecursionError.
int kr_ast_validate(KrMod *module);

#endif
