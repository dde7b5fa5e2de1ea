// loops.c - for, async for and while.
#include "compile/compiler.h"

#include "runtime/owned.h"

void kr_visit_for(KrCompiler *c, KrStmt *statement)
{
    KrBlock *start = kr_new_block(c), *body = kr_new_block(c), *cleanup = kr_new_block(c),
            *end = kr_new_block(c);
    kr_push_frame(c, KR_FRAME_FOR, start, end, NULL);
    kr_visit_expression(c, statement->v.for_.iter);
    kr_emit(c, OP_GET_ITER);
    kr_use_block(c, start);
    kr_emit_jump(c, OP_FOR_ITER, cleanup);
    kr_use_block(c, body);
    kr_visit_expression(c, statement->v.for_.target);
    kr_visit_statements(c, statement->v.for_.body);
    kr_unset_location(c);
    kr_emit_jump(c, OP_JUMP, start);
    kr_use_block(c, cleanup);
    kr_pop_frame(c, KR_FRAME_FOR);
    kr_visit_statements(c, statement->v.for_.orelse);
    kr_use_block(c, end);
}

void kr_visit_async_for(KrCompiler *c, KrStmt *statement)
{
    if (kr_awaits_at_top(c)) c->unit->scope->coroutine = true;
    else if (c->unit->kind != KR_UNIT_ASYNC_FUNCTION) {
        kr_refuse(c, "'async for' outside async function");
        return;
    }
    KrBlock *start = kr_new_block(c), *except = kr_new_block(c), *end = kr_new_block(c);
    kr_visit_expression(c, statement->v.async_for.iter);
    kr_emit(c, OP_GET_AITER);
    kr_use_block(c, start);
    kr_push_frame(c, KR_FRAME_FOR, start, end, NULL);
    kr_emit_jump(c, OP_SETUP_FINALLY, except); // StopAsyncIteration ends the loop
    kr_emit(c, OP_GET_ANEXT);
    kr_emit_constant(c, Py_None);
    kr_emit_yield_from(c, true);
    kr_emit(c, OP_POP_BLOCK);
    kr_visit_expression(c, statement->v.async_for.target);
    kr_visit_statements(c, statement->v.async_for.body);
    kr_unset_location(c);
    kr_emit_jump(c, OP_JUMP, start);
    kr_pop_frame(c, KR_FRAME_FOR);
    kr_use_block(c, except);
    kr_set_location(c, statement->v.async_for.iter);
    kr_emit(c, OP_END_ASYNC_FOR);
    kr_visit_statements(c, statement->v.async_for.orelse);
    kr_use_block(c, end);
}

// The test stands twice, so that each turn has one jump.
void kr_visit_while(KrCompiler *c, KrStmt *statement)
{
    KrBlock *loop = kr_new_block(c), *body = kr_new_block(c), *anchor = kr_new_block(c),
            *end = kr_new_block(c);
    kr_use_block(c, loop);
    kr_push_frame(c, KR_FRAME_WHILE, loop, end, NULL);
    kr_jump_if(c, statement->v.while_.test, anchor, false);
    kr_use_block(c, body);
    kr_visit_statements(c, statement->v.while_.body);
    kr_set_location(c, statement);
    kr_jump_if(c, statement->v.while_.test, body, true);
    kr_pop_frame(c, KR_FRAME_WHILE);
    kr_use_block(c, anchor);
    kr_visit_statements(c, statement->v.while_.orelse);
    kr_use_block(c, end);
}
