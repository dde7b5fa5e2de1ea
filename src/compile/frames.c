// frames.c - what statements have opened (loops, try, with) and the code that leaves them early.
#include "compile/compiler.h"

#include <assert.h>

#include "runtime/owned.h"

void kr_push_frame(KrCompiler *c, KrFrameKind kind, KrBlock *block, KrBlock *exit, void *datum)
{
    if (c->failed) return;
    KrUnit *unit = c->unit;
    if (unit->frame_count == KR_FRAME_BLOCKS_MAX) {
        kr_refuse(c, "too many statically nested blocks");
        return;
    }
    unit->frames[unit->frame_count++] = (KrFrameBlock){kind, block, exit, datum};
}

void kr_pop_frame(KrCompiler *c, KrFrameKind kind)
{
    if (c->failed) return;
    assert(c->unit->frame_count > 0 && c->unit->frames[c->unit->frame_count - 1].kind == kind);
    c->unit->frame_count--;
}

static void keep_top(KrCompiler *c, bool preserve_top)
{
    if (preserve_top) kr_emit_arg(c, OP_SWAP, 2);
}

static void unwind_finally(KrCompiler *c, KrFrameBlock *frame, bool preserve_top)
{
    kr_emit(c, OP_POP_BLOCK);
    if (preserve_top) kr_push_frame(c, KR_FRAME_POP_VALUE, NULL, NULL, NULL);
    kr_visit_statements(c, frame->datum);
    if (preserve_top) kr_pop_frame(c, KR_FRAME_POP_VALUE);
    kr_unset_location(c);
}

static void unwind_with(KrCompiler *c, KrFrameBlock *frame, bool preserve_top)
{
    kr_set_location(c, frame->datum);
    kr_emit(c, OP_POP_BLOCK);
    keep_top(c, preserve_top);
    kr_emit_exit_call(c);
    if (frame->kind == KR_FRAME_ASYNC_WITH) {
        kr_emit_arg(c, OP_GET_AWAITABLE, 2);
        kr_emit_constant(c, Py_None);
        kr_emit_yield_from(c, true);
    }
    kr_emit(c, OP_POP_TOP);
    kr_unset_location(c);
}

static void unwind_handler(KrCompiler *c, PyObject *name, bool preserve_top)
{
    if (name != NULL) kr_emit(c, OP_POP_BLOCK);
    keep_top(c, preserve_top);
    kr_emit(c, OP_POP_BLOCK);
    kr_emit(c, OP_POP_EXCEPT);
    if (name != NULL) {
        kr_emit_constant(c, Py_None);
        kr_access_name(c, name, KR_EXPR_CONTEXT_STORE);
        kr_access_name(c, name, KR_EXPR_CONTEXT_DEL);
    }
}

void kr_unwind_one(KrCompiler *c, KrFrameBlock *frame, bool preserve_top)
{
    switch (frame->kind) {
    case KR_FRAME_WHILE:
    case KR_FRAME_EXCEPTION_HANDLER:
    case KR_FRAME_GROUP_HANDLER:
    case KR_FRAME_ASYNC_COMPREHENSION: break;
    case KR_FRAME_FOR:
    case KR_FRAME_POP_VALUE:
        keep_top(c, preserve_top);
        kr_emit(c, OP_POP_TOP);
        break;
    case KR_FRAME_TRY_EXCEPT: kr_emit(c, OP_POP_BLOCK); break;
    case KR_FRAME_FINALLY_TRY: unwind_finally(c, frame, preserve_top); break;
    case KR_FRAME_FINALLY_END:
        keep_top(c, preserve_top);
        kr_emit(c, OP_POP_TOP);
        keep_top(c, preserve_top);
        kr_emit(c, OP_POP_BLOCK);
        kr_emit(c, OP_POP_EXCEPT);
        break;
    case KR_FRAME_WITH:
    case KR_FRAME_ASYNC_WITH: unwind_with(c, frame, preserve_top); break;
    case KR_FRAME_HANDLER_CLEANUP: unwind_handler(c, frame->datum, preserve_top); break;
    }
}

// While a frame's closing code is made the frame itself is not open: its own code may leave outer
// ones.
void kr_unwind(KrCompiler *c, bool preserve_top, KrFrameBlock **ret_loop)
{
    if (c->failed || c->unit->frame_count == 0) return;
    KrUnit *unit = c->unit;
    KrFrameBlock *top = &unit->frames[unit->frame_count - 1];
    if (top->kind == KR_FRAME_GROUP_HANDLER) {
        kr_refuse(c, "'break', 'continue' and 'return' cannot appear in an except* block");
        return;
    }
    if (ret_loop != NULL && (top->kind == KR_FRAME_WHILE || top->kind == KR_FRAME_FOR)) {
        *ret_loop = top;
        return;
    }
    KrFrameBlock copy = *top;
    unit->frame_count--;
    kr_unwind_one(c, &copy, preserve_top);
    kr_unwind(c, preserve_top, ret_loop);
    unit->frames[unit->frame_count++] = copy;
}
