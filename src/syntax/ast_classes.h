// ast_classes.h - the Python classes of AST nodes, one set an interpreter.
#ifndef KR_SYNTAX_AST_CLASSES_H
#define KR_SYNTAX_AST_CLASSES_H

#include "syntax/ast_table.h"

enum { KR_AST_MAX_FIELDS = 7, KR_AST_POSITIONS = 4 };

// An instance; all its attributes are in its dict.
typedef struct KrAstObject {
    PyObject_HEAD
    PyObject *dict;
} KrAstObject;

typedef struct KrAstClasses {
    PyObject *root;                                    // ast.AST
    // expr, stmt, ...; NULL for identifier and the like
    PyObject *of_type[KR_TYPE_COUNT];
    PyObject *of_kind[KR_AST_KIND_COUNT];
    PyObject *values[KR_AST_KIND_COUNT];               // the one instance of each Load, Add, ...
    PyObject *field_names[KR_AST_KIND_COUNT][KR_AST_MAX_FIELDS];
    PyObject *position_names[KR_AST_POSITIONS];        // lineno, ...
} KrAstClasses;

// The classes of this interpreter, made when first asked for; NULL with an exception.
KrAstClasses *kr_ast_classes_get(void);

#endif
