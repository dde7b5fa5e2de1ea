// compiler.h - what the files of code generation share: the compiler, a unit (one code object to
// be), its blocks of instructions.
//
// Code generation cannot fail half-way in a way that matters: the first error sets [failed] (an
// exception is pending then), every emitter and visitor returns at once from there on, and the end
// looks at the flag.
#ifndef KR_COMPILE_COMPILER_H
#define KR_COMPILE_COMPILER_H

#include <stdbool.h>

#include "base/arena.h"
#include "bytecode/locations.h"
#include "bytecode/opcodes.h"
#include "compile/symtable.h"
#include "object.h"
#include "syntax/ast.h"

// Instructions that only the compiler knows; the assembler replaces them.
enum KrPseudoOpcode {
    OP_SETUP_FINALLY = 256, // exceptions from here on go to the target
    OP_SETUP_CLEANUP,       // the same, with the offset of the raising instruction
    OP_SETUP_WITH,          // the same, around the body of with
    OP_POP_BLOCK,           // ends the innermost of the above
    OP_JUMP,                // becomes forward or backward
    OP_JUMP_NO_INTERRUPT,
    OP_POP_JUMP_IF_FALSE,
    OP_POP_JUMP_IF_TRUE,
    OP_POP_JUMP_IF_NONE,
    OP_POP_JUMP_IF_NOT_NONE,
};

typedef struct KrBlock KrBlock;

typedef struct KrInstruction {
    int opcode, oparg;
    KrBlock *target;  // of jumps and SETUP_…
    KrBlock *handler; // where an exception of this instruction goes; set by exception labelling
    KrLocation location;
} KrInstruction;

struct KrBlock {
    KrBlock *older; // the block made before this one
    KrBlock *next;  // the block that follows in the code
    KrInstruction *items;
    int count, capacity;
    int predecessors;
    int start_depth;     // height of the stack at the start
    int offset;          // in instruction words
    bool exits;          // leaves the code: return, raise
    bool no_fallthrough; // never goes on to [next]
    bool visited;
    bool preserve_lasti; // a handler that gets the offset of the raising instruction
    struct KrHandlers *handlers;
};

// What a statement has opened and break, continue or return must close.
typedef enum KrFrameKind {
    KR_FRAME_WHILE,
    KR_FRAME_FOR,
    KR_FRAME_TRY_EXCEPT,
    KR_FRAME_FINALLY_TRY,
    KR_FRAME_FINALLY_END,
    KR_FRAME_WITH,
    KR_FRAME_ASYNC_WITH,
    KR_FRAME_HANDLER_CLEANUP,
    KR_FRAME_POP_VALUE,
    KR_FRAME_EXCEPTION_HANDLER,
    KR_FRAME_GROUP_HANDLER,
    KR_FRAME_ASYNC_COMPREHENSION,
} KrFrameKind;

typedef struct KrFrameBlock {
    KrFrameKind kind;
    KrBlock *block, *exit;
    void *datum; // the statements of finally, the with statement, the name of except … as
} KrFrameBlock;

enum { KR_FRAME_BLOCKS_MAX = 20 };

typedef enum KrUnitKind {
    KR_UNIT_MODULE,
    KR_UNIT_CLASS,
    KR_UNIT_FUNCTION,
    KR_UNIT_ASYNC_FUNCTION,
    KR_UNIT_LAMBDA,
    KR_UNIT_COMPREHENSION,
} KrUnitKind;

typedef struct KrUnit {
    struct KrUnit *outer;
    int level; // 1: the module
    KrUnitKind kind;
    KrScope *scope; // owned
    PyObject *name, *qualname;
    PyObject *private; // borrowed class name for mangling, or NULL
    PyObject *constants, *names, *varnames, *cellvars, *freevars; // dicts: key -> index
    int argcount, posonlyargcount, kwonlyargcount;
    int first_line;
    KrLocation location; // given to instructions
    KrArena arena;       // of blocks
    KrBlock *newest;     // all blocks, newest first
    KrBlock *entry, *current;
    KrFrameBlock frames[KR_FRAME_BLOCKS_MAX];
    int frame_count;
} KrUnit;

typedef struct KrCompiler {
    PyObject *filename;
    KrSymtable *table;
    KrFuture future;
    int flags;    // CO_FUTURE_… and PyCF_… of the code
    int optimize; // 0, 1, 2
    bool interactive;
    bool failed;
    int level;                // open units
    PyObject *constant_cache; // dict: constants shared by all units
    KrUnit *unit;
    KrDepth depth;
    FILE *graphs; // where the graphs of units are shown, or NULL
} KrCompiler;

// ---- units (unit.c) ----------------------------------------------------------------------------

typedef enum KrUnitLabel {
    KR_LABEL_MODULE,
    KR_LABEL_LAMBDA,
    KR_LABEL_GENEXPR,
    KR_LABEL_LISTCOMP,
    KR_LABEL_SETCOMP,
    KR_LABEL_DICTCOMP,
} KrUnitLabel;

// BORROWED name of what has no name: "<lambda>".
PyObject *kr_unit_label(KrUnitLabel label);
void kr_unit_open(KrCompiler *c, KrUnitKind kind, PyObject *name, void *node, int first_line);
// Assembles and closes the unit.  New code object, NULL after a failure.
PyObject *kr_unit_close(KrCompiler *c, bool return_none);

// ---- errors (emit.c) ---------------------------------------------------------------------------

// SyntaxError at the present location.  Formats as PyErr_Format.
void kr_refuse(KrCompiler *c, const char *format, ...);
// SyntaxWarning at the present location.
void kr_warn(KrCompiler *c, const char *format, ...);
// Notes a failure when [ok] is false; returns [ok].
static inline bool kr_check(KrCompiler *c, bool ok)
{
    if (!ok) c->failed = true;
    return ok;
}

// ---- emitting (emit.c) -------------------------------------------------------------------------

KrBlock *kr_new_block(KrCompiler *c);
void kr_use_block(KrCompiler *c, KrBlock *block);
void kr_emit(KrCompiler *c, int opcode);
void kr_emit_arg(KrCompiler *c, int opcode, Py_ssize_t oparg);
void kr_emit_unplaced(KrCompiler *c, int opcode, Py_ssize_t oparg);
void kr_emit_jump(KrCompiler *c, int opcode, KrBlock *target);
void kr_emit_jump_unplaced(KrCompiler *c, int opcode, KrBlock *target);
void kr_emit_constant(KrCompiler *c, PyObject *value);
void kr_emit_constant_steal(KrCompiler *c, PyObject *value); // NULL: a failure
void kr_emit_number(KrCompiler *c, long value);
void kr_emit_name(KrCompiler *c, int opcode, PyObject *name); // mangled, in co_names
void kr_emit_call(KrCompiler *c, Py_ssize_t count);           // PRECALL, CALL
void kr_emit_yield_from(KrCompiler *c, bool is_await);
void kr_emit_compare(KrCompiler *c, KrCmpop operator);
void kr_emit_binary(KrCompiler *c, KrOperator operator, bool in_place);
// The index of [value] in the constants; 0 after a failure.
int kr_add_constant(KrCompiler *c, PyObject *value);
// The index of [key] in a dict of names, added when new.
int kr_add_to(KrCompiler *c, PyObject *dict, PyObject *key);
// The constant as the rest of the program shares it: new reference to the key under which it is
// known.
PyObject *kr_share_constant(KrCompiler *c, PyObject *value);
// Replaces the owned [*value] by an equal object of the program, if there is one.
void kr_share(KrCompiler *c, PyObject **value);

static inline void kr_set_location(KrCompiler *c, const void *node)
{
    c->unit->location = kr_location_of(node);
}

static inline void kr_unset_location(KrCompiler *c)
{
    c->unit->location = KR_NO_LOCATION;
}

void kr_push_frame(KrCompiler *c, KrFrameKind kind, KrBlock *block, KrBlock *exit, void *datum);
void kr_pop_frame(KrCompiler *c, KrFrameKind kind);
// Code that closes all frames, or those inside of the innermost loop (ret_loop), which is then
// returned.
void kr_unwind(KrCompiler *c, bool preserve_top, KrFrameBlock **ret_loop);
void kr_unwind_one(KrCompiler *c, KrFrameBlock *frame, bool preserve_top);

// ---- visiting ----------------------------------------------------------------------------------

void kr_visit_statement(KrCompiler *c, KrStmt *statement);
void kr_visit_statements(KrCompiler *c, KrStmtSeq *statements);
void kr_visit_body(KrCompiler *c, KrStmtSeq *statements); // of a module or class
void kr_visit_expression(KrCompiler *c, KrExpr *expression);
void kr_visit_expressions(KrCompiler *c, KrExprSeq *expressions);
void kr_jump_if(KrCompiler *c, KrExpr *test, KrBlock *target, bool condition);
void kr_access_name(KrCompiler *c, PyObject *name, KrExprContext context);
void kr_access_text_name(KrCompiler *c, const char *name, KrExprContext context);
bool kr_is_forbidden_name(KrCompiler *c, PyObject *name, KrExprContext context);
void kr_visit_annotation(KrCompiler *c, KrExpr *annotation); // its value, or its text
void kr_start_at_attribute(KrCompiler *c, KrExpr *attribute);
bool kr_awaits_at_top(KrCompiler *c);
PyObject *kr_docstring(KrStmtSeq *body); // BORROWED or NULL
bool kr_has_annotations(KrStmtSeq *body);

// functions.c, classes.c, comprehensions.c
void kr_visit_function(KrCompiler *c, KrStmt *statement, bool is_async);
void kr_visit_lambda(KrCompiler *c, KrExpr *expression);
void kr_visit_class(KrCompiler *c, KrStmt *statement);
void kr_visit_comprehension(KrCompiler *c, KrExpr *expression);
void kr_make_function(KrCompiler *c, PyObject *code, int flags); // STEALS code
// calls.c
void kr_visit_call(KrCompiler *c, KrExpr *expression);
void kr_visit_call_arguments(KrCompiler *c, int pushed, KrExprSeq *arguments,
                             KrKeywordSeq *keywords);
// displays.c
typedef enum KrDisplay { KR_DISPLAY_LIST, KR_DISPLAY_TUPLE, KR_DISPLAY_SET } KrDisplay;
void kr_visit_display(KrCompiler *c, KrExprSeq *items, int pushed, KrDisplay kind);
void kr_visit_dict(KrCompiler *c, KrExpr *expression);
void kr_unpack(KrCompiler *c, KrExprSeq *targets);
// imports.c, loops.c, with.c, try.c, match.c
void kr_visit_import(KrCompiler *c, KrStmt *statement);
void kr_visit_import_from(KrCompiler *c, KrStmt *statement);
void kr_visit_for(KrCompiler *c, KrStmt *statement);
void kr_visit_async_for(KrCompiler *c, KrStmt *statement);
void kr_visit_while(KrCompiler *c, KrStmt *statement);
void kr_visit_with(KrCompiler *c, KrStmt *statement, Py_ssize_t index);
void kr_visit_async_with(KrCompiler *c, KrStmt *statement, Py_ssize_t index);
void kr_emit_exit_call(KrCompiler *c);
void kr_visit_try(KrCompiler *c, KrStmt *statement);
void kr_emit_reraise_cleanup(KrCompiler *c);
void kr_visit_match(KrCompiler *c, KrStmt *statement);

// More values than this are not collected on the stack.
enum { KR_STACK_GUIDELINE = 30 };

// ---- after code generation (flow_graph.c, assemble.c) ------------------------------------------

PyObject *kr_assemble(KrCompiler *c, bool return_none);
// Optimises the graph; 0 or -1.  [constants] is the list of constants, which may grow and shrink.
int kr_flow_optimize(KrCompiler *c, PyObject *constants);
int kr_stack_depth(KrCompiler *c); // -1: no memory
int kr_label_handlers(KrCompiler *c);
void kr_flow_clean_block(KrBlock *block);
KrInstruction *kr_block_append(KrCompiler *c, KrBlock *block);
KrBlock *kr_block_create(KrCompiler *c);

static inline bool kr_is_jump(int opcode)
{
    return opcode >= OP_JUMP || (opcode < 256 && (kr_opcode_flags[opcode] & KR_OPCODE_JUMP));
}

static inline bool kr_is_setup(int opcode)
{
    return opcode >= OP_SETUP_FINALLY && opcode <= OP_SETUP_WITH;
}

static inline bool kr_leaves_code(int opcode)
{
    return opcode == OP_RETURN_VALUE || opcode == OP_RAISE_VARARGS || opcode == OP_RERAISE;
}

static inline KrInstruction *kr_last_instruction(KrBlock *block)
{
    return block->count > 0 ? &block->items[block->count - 1] : NULL;
}

#endif
