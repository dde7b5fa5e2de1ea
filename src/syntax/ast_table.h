// ast_table.h - the AST described as data, for everything that treats all nodes alike.
//
// kr_ast_kinds[kind].fields say where each field of a node is and of what type; conversion to and
// from Python objects, copying, checking and dumping are loops over them.
#ifndef KR_SYNTAX_AST_TABLE_H
#define KR_SYNTAX_AST_TABLE_H

#include "syntax/ast.h"

typedef enum KrFieldMark { KR_FIELD_ONE, KR_FIELD_OPTIONAL, KR_FIELD_SEQUENCE } KrFieldMark;

typedef struct KrAstField {
    const char *name;
    unsigned char type;                // KrAstType
    unsigned char mark;                // KrFieldMark
    unsigned short offset;             // into the node
} KrAstField;

typedef struct KrAstKindInfo {
    const char *name;                  // as the Python class
    const char *doc;
    const char *where;                 // for RecursionError: " while traversing 'x' node"
    unsigned char type;                // KrAstType
    unsigned char field_count;
    const KrAstField *fields;
} KrAstKindInfo;

typedef enum KrPositionRule { KR_POSITION_NONE, KR_POSITION_FULL,
                             KR_POSITION_OPTIONAL_END } KrPositionRule;

typedef struct KrAstTypeInfo {
    const char *name;
    const char *doc;
    unsigned char first_kind;          // KR_AST_NONE for identifier, string, constant and int
    unsigned char kind_count;
    unsigned char is_single;           // one kind, and the Python class is the type itself
    unsigned char position;            // KrPositionRule
    unsigned short node_size;          // 0 for enumerated types, whose values are kinds
} KrAstTypeInfo;

extern const KrAstKindInfo kr_ast_kinds[KR_AST_KIND_COUNT];
extern const KrAstTypeInfo kr_ast_types[KR_TYPE_COUNT];

static inline const char *kr_ast_kind_name(int kind)
{
    return kr_ast_kinds[kind].name;
}

static inline int kr_ast_type_is_enum(KrAstType type)
{
    return kr_ast_types[type].kind_count != 0 && kr_ast_types[type].node_size == 0;
}

static inline void *kr_ast_field_address(void *node, const KrAstField *field)
{
    return (char *)node + field->offset;
}

#endif
