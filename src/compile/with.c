// with.c - with and async with.
#include "compile/compiler.h"

#include "runtime/owned.h"

// Calls the __exit__ on the stack with three None.
void kr_emit_exit_call(KrCompiler *c)
{
    for (int i = 0; i < 3; i++) kr_emit_constant(c, Py_None);
    kr_emit_call(c, 2);
}

static void await_top(KrCompiler *c, int source)
{
    kr_emit_arg(c, OP_GET_AWAITABLE, source);
    kr_emit_constant(c, Py_None);
    kr_emit_yield_from(c, true);
}

// What follows __exit__'s answer about an exception.
static void finish_exception(KrCompiler *c, KrBlock *cleanup)
{
    KrBlock *swallowed = kr_new_block(c);
    kr_unset_location(c);
    kr_emit_jump(c, OP_POP_JUMP_IF_TRUE, swallowed);
    kr_emit_arg(c, OP_RERAISE, 2);
    kr_use_block(c, cleanup);
    kr_emit_reraise_cleanup(c);
    kr_use_block(c, swallowed);
    kr_emit(c, OP_POP_TOP);
    kr_emit(c, OP_POP_BLOCK);
    kr_emit(c, OP_POP_EXCEPT);
    kr_emit(c, OP_POP_TOP);
    kr_emit(c, OP_POP_TOP);
}

// One item; the following ones and the body are inside of it.
static void visit_item(KrCompiler *c, KrStmt *statement, Py_ssize_t index, bool is_async)
{
    KrWithitem *item = statement->v.with.items->items[index];
    KrFrameKind kind = is_async ? KR_FRAME_ASYNC_WITH : KR_FRAME_WITH;
    KrBlock *block = kr_new_block(c), *final = kr_new_block(c), *exit = kr_new_block(c),
            *cleanup = kr_new_block(c);
    kr_visit_expression(c, item->context_expr);
    kr_emit(c, is_async ? OP_BEFORE_ASYNC_WITH : OP_BEFORE_WITH);
    if (is_async) await_top(c, 1);
    kr_emit_jump(c, OP_SETUP_WITH, final);
    kr_use_block(c, block);
    kr_push_frame(c, kind, block, final, statement);
    if (item->optional_vars != NULL) kr_visit_expression(c, item->optional_vars);
    else kr_emit(c, OP_POP_TOP);
    if (index + 1 == statement->v.with.items->length)
        kr_visit_statements(c, statement->v.with.body);
    else if (is_async) kr_visit_async_with(c, statement, index + 1);
    else kr_visit_with(c, statement, index + 1);
    if (is_async) kr_pop_frame(c, kind);
    else kr_unset_location(c);
    kr_emit(c, OP_POP_BLOCK);
    if (!is_async) kr_pop_frame(c, kind);
    kr_set_location(c, statement);
    kr_emit_exit_call(c);
    if (is_async) await_top(c, 2);
    kr_emit(c, OP_POP_TOP);
    kr_emit_jump(c, OP_JUMP, exit);
    kr_use_block(c, final);
    kr_emit_jump(c, OP_SETUP_CLEANUP, cleanup);
    kr_emit(c, OP_PUSH_EXC_INFO);
    kr_emit(c, OP_WITH_EXCEPT_START);
    if (is_async) await_top(c, 2);
    finish_exception(c, cleanup);
    kr_use_block(c, exit);
}

void kr_visit_with(KrCompiler *c, KrStmt *statement, Py_ssize_t index)
{
    if (!c->failed) visit_item(c, statement, index, false);
}

void kr_visit_async_with(KrCompiler *c, KrStmt *statement, Py_ssize_t index)
{
    if (c->failed) return;
    if (kr_awaits_at_top(c)) c->unit->scope->coroutine = true;
    else if (c->unit->kind != KR_UNIT_ASYNC_FUNCTION) {
        kr_refuse(c, "'async with' outside async function");
        return;
    }
    visit_item(c, statement, index, true);
}
