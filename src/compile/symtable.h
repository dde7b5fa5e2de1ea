// symtable.h - what each name of a program means: one scope for each module, class, function,
// lambda and comprehension, with flags for each name used in it.
//
// symtable.c collects names, symtable_analyze.c decides local, global, free or cell, scope.c is
// the Python type behind module _symtable.
#ifndef KR_COMPILE_SYMTABLE_H
#define KR_COMPILE_SYMTABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "bytecode/locations.h"
#include "compile/depth.h"
#include "compile/future.h"
#include "object.h"
#include "syntax/ast.h"

typedef enum KrScopeType {
    KR_SCOPE_FUNCTION,
    KR_SCOPE_CLASS,
    KR_SCOPE_MODULE,
    KR_SCOPE_ANNOTATION,
} KrScopeType;

typedef enum KrComprehensionType {
    KR_COMPREHENSION_NONE,
    KR_COMPREHENSION_LIST,
    KR_COMPREHENSION_DICT,
    KR_COMPREHENSION_SET,
    KR_COMPREHENSION_GENERATOR,
} KrComprehensionType;

// Flags of a name in a scope, in the low bits of its number...
enum KrSymbolFlag {
    KR_DEF_GLOBAL = 1, // global statement
    KR_DEF_LOCAL = 2,  // assigned
    KR_DEF_PARAM = 4,
    KR_DEF_NONLOCAL = 8,
    KR_USE = 16,
    KR_DEF_FREE = 32,
    KR_DEF_FREE_CLASS = 64, // free in a method, bound in the class
    KR_DEF_IMPORT = 128,
    KR_DEF_ANNOT = 256,
    KR_DEF_COMP_ITER = 512, // variable of a comprehension's for
    KR_DEF_BOUND = KR_DEF_LOCAL | KR_DEF_PARAM | KR_DEF_IMPORT,
};

// ... and what the analysis found, above them.
typedef enum KrSymbolScope {
    KR_SYMBOL_UNKNOWN,
    KR_SYMBOL_LOCAL,
    KR_SYMBOL_GLOBAL_EXPLICIT,
    KR_SYMBOL_GLOBAL_IMPLICIT,
    KR_SYMBOL_FREE,
    KR_SYMBOL_CELL,
} KrSymbolScope;

#define KR_SYMBOL_SCOPE_SHIFT 11
#define KR_SYMBOL_SCOPE_MASK 15

typedef struct KrScope {
    PyObject_HEAD PyObject *id; // int: address of the node, until the tree goes
    PyObject *symbols;          // dict: name -> flags
    PyObject *name;
    PyObject *varnames;   // list of parameters
    PyObject *children;   // list of KrScope
    PyObject *directives; // list of (name, location) of global and nonlocal statements, or NULL
    int type;             // KrScopeType
    int nested;           // inside of a function
    int first_line;
    KrLocation location;
    KrComprehensionType comprehension;
    bool has_free; // has a free variable
    bool child_has_free;
    bool generator, coroutine, varargs, varkeywords, returns_value;
    bool needs_class_closure; // a method uses __class__ or super()
    bool in_comprehension_target;
    int comprehension_iter_depth; // inside of the iterable of so many comprehensions
} KrScope;

extern PyTypeObject kr_scope_type;

typedef struct KrSymtable {
    PyObject *filename;
    KrScope *current; // borrowed from stack
    KrScope *top;
    PyObject *stack;   // list of open scopes
    PyObject *scopes;  // dict: node address -> KrScope
    PyObject *globals; // borrowed: symbols of the module
    PyObject *private; // borrowed: innermost class name, or NULL
    const KrFuture *future;
    KrDepth depth;
} KrSymtable;

// New table, or NULL with SyntaxError or another exception.
KrSymtable *kr_symtable_build(KrMod *module, PyObject *filename, const KrFuture *future);
void kr_symtable_free(KrSymtable *table);

// BORROWED scope of [node] or NULL with KeyError.
KrScope *kr_symtable_get(KrSymtable *table, void *node);

// What [name] (mangled) means in [scope]; KR_SYMBOL_UNKNOWN when it does not occur; -1 error.
int kr_scope_of_name(KrScope *scope, PyObject *name);
// The number of [name]; 0 when it does not occur, -1 error.
long kr_scope_flags(KrScope *scope, PyObject *name);

KrScope *kr_scope_new(KrSymtable *table, PyObject *name, KrScopeType type, void *node,
                      KrLocation location);

// Second half of kr_symtable_build: 0 or -1.
int kr_symtable_analyze(KrSymtable *table);

// Writes the table as text.
void kr_symtable_dump(KrSymtable *table, FILE *file);

static inline KrLocation kr_location_of(const void *node)
{
    const KrNode *any = node;
    return (KrLocation){any->lineno, any->end_lineno, any->col_offset, any->end_col_offset};
}

#endif
