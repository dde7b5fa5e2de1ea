// fold.h - computes constant expressions in the tree, before symbols are collected.
#ifndef KR_COMPILE_FOLD_H
#define KR_COMPILE_FOLD_H

#include <stdbool.h>

#include "compile/depth.h"
#include "syntax/ast.h"

typedef struct KrFolder {
    KrAstArena *arena;
    int optimize;                  // what __debug__ is
    bool keep_annotations;         // they become strings: leave them as written
    KrDepth depth;
} KrFolder;

// Folds the tree in place: 0, or -1 with an exception.
int kr_fold(KrMod *module, KrAstArena *arena, int optimize, int features);

// Makes [node] a constant.  STEALS value; NULL: the computation failed, the node stays as it is.
int kr_fold_to_constant(KrFolder *folder, KrExpr *node, PyObject *value);
// Folds `format % (items…)` into an f-string where that is the same.
int kr_fold_format(KrFolder *folder, KrExpr *node, PyObject *format, KrExprSeq *items);
// Operators with constant operands.
int kr_fold_binary(KrFolder *folder, KrExpr *node);
int kr_fold_unary(KrFolder *folder, KrExpr *node);

#endif
