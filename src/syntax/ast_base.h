// ast_base.h - what every AST node begins with, and sequences of nodes; see
// build/gen/syntax/ast.h.
#ifndef KR_SYNTAX_AST_BASE_H
#define KR_SYNTAX_AST_BASE_H

#include "syntax/ast_arena.h"

// Lines count from 1, columns are UTF-8 byte offsets from 0; the end is exclusive.
typedef struct KrPosition {
    int lineno;
    int col_offset;
    int end_lineno;
    int end_col_offset;
} KrPosition;

// `node->kind` is a KrAstKind; types without a position leave it 0.
#define KR_AST_HEAD                                                                               \
    int kind;                                                                                     \
    union {                                                                                       \
        KrPosition position;                                                                      \
        struct {                                                                                  \
            int lineno;                                                                           \
            int col_offset;                                                                       \
            int end_lineno;                                                                       \
            int end_col_offset;                                                                   \
        };                                                                                        \
    }

// Any node, as the generic walkers see it.
typedef struct KrNode {
    KR_AST_HEAD;
} KrNode;

// A sequence field is never NULL; an empty one is kr_ast_empty_seq().
#define KR_AST_SEQ(name, type)                                                                    \
    typedef struct name {                                                                         \
        Py_ssize_t length;                                                                        \
        type items[];                                                                             \
    } name

KR_AST_SEQ(KrNodeSeq, KrNode *);
KR_AST_SEQ(KrObjectSeq, PyObject *);   // identifiers, owned by the arena
KR_AST_SEQ(KrIntSeq, int);             // values of an enumerated type

// The shared empty sequence, of whatever type is asked for; never written to.
static inline void *kr_ast_empty_seq(void)
{
    static const KrNodeSeq empty = {0};
    return (void *)&empty;
}

// Sequence of [length] uninitialised pointers (or ints, which take less), or NULL with
// MemoryError.
static inline void *kr_ast_seq_new(KrAstArena *arena, Py_ssize_t length)
{
    if (length == 0) return kr_ast_empty_seq();
    KrNodeSeq *seq = (KrNodeSeq *)kr_ast_arena_allocate(
        arena, sizeof(KrNodeSeq) + (size_t)length * sizeof(KrNode *));
    if (seq != NULL) seq->length = length;
    return seq;
}

#endif
