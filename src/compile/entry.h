// entry.h - from source text or tree to code object: the way into this floor.
#ifndef KR_COMPILE_ENTRY_H
#define KR_COMPILE_ENTRY_H

#include <stdio.h>

#include "object.h"
#include "syntax/ast.h"
#include "syntax/parse.h"

// New code object of a tree, which is changed (folded) on the way.  [flags]: CO_FUTURE_… and
// PyCF_… bits; optimize: 0, 1, 2, or -1 for the interpreter's own.
PyObject *kr_compile_module(KrMod *module, PyObject *filename, int flags, int optimize,
                            KrAstArena *arena);

// The same, and writes the graphs of all units to [graphs] (or NULL) before and after their
// optimisation.
PyObject *kr_compile_shown(KrMod *module, PyObject *filename, KrAstArena *arena, FILE *graphs);

// What kr_hooks.compile is: code object, or AST object with PyCF_ONLY_AST, of str, bytes or AST
// object.
PyObject *kr_compile_source(PyObject *source, PyObject *filename, const char *mode, int flags,
                            int optimize, int feature_version);

// The table of a source text, for module _symtable: its top scope.
PyObject *kr_compile_symtable(PyObject *source, PyObject *filename, const char *mode, int flags);

#endif
