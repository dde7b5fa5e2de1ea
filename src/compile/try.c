// try.c - try, except, except*, finally.
//
// Handlers are reached through the exception table only; SETUP_… and POP_BLOCK mark the covered
// instructions and vanish later.  `except E as name` deletes the name at its end, on every way
// out.
#include "compile/compiler.h"

#include "runtime/owned.h"

// Restores the exception below and raises the one on top again.
void kr_emit_reraise_cleanup(KrCompiler *c)
{
    kr_emit_arg(c, OP_COPY, 3);
    kr_emit(c, OP_POP_EXCEPT);
    kr_emit_arg(c, OP_RERAISE, 1);
}

static void forget_name(KrCompiler *c, PyObject *name)
{
    kr_emit_constant(c, Py_None);
    kr_access_name(c, name, KR_EXPR_CONTEXT_STORE);
    kr_access_name(c, name, KR_EXPR_CONTEXT_DEL);
}

static void start_handlers(KrCompiler *c, KrBlock *except, KrBlock *cleanup)
{
    kr_use_block(c, except);
    kr_unset_location(c);
    kr_emit_jump(c, OP_SETUP_CLEANUP, cleanup);
    kr_emit(c, OP_PUSH_EXC_INFO);
}

// ---- except ------------------------------------------------------------------------------------

typedef __typeof__(((KrExcepthandler *)0)->v.except_handler) KrHandlerParts;

static void named_handler(KrCompiler *c, KrHandlerParts *handler, KrBlock *end)
{
    KrBlock *cleanup_end = kr_new_block(c), *body = kr_new_block(c);
    kr_access_name(c, handler->name, KR_EXPR_CONTEXT_STORE);
    kr_emit_jump(c, OP_SETUP_CLEANUP, cleanup_end);
    kr_use_block(c, body);
    kr_push_frame(c, KR_FRAME_HANDLER_CLEANUP, body, NULL, handler->name);
    kr_visit_statements(c, handler->body);
    kr_pop_frame(c, KR_FRAME_HANDLER_CLEANUP);
    if (c->failed) return;
    kr_unset_location(c);
    kr_emit(c, OP_POP_BLOCK);
    kr_emit(c, OP_POP_BLOCK);
    kr_emit(c, OP_POP_EXCEPT);
    forget_name(c, handler->name);
    kr_emit_jump(c, OP_JUMP, end);
    kr_use_block(c, cleanup_end);
    kr_unset_location(c);
    forget_name(c, handler->name);
    kr_emit_arg(c, OP_RERAISE, 1);
}

static void nameless_handler(KrCompiler *c, KrHandlerParts *handler, KrBlock *end)
{
    KrBlock *body = kr_new_block(c);
    kr_emit(c, OP_POP_TOP);
    kr_use_block(c, body);
    kr_push_frame(c, KR_FRAME_HANDLER_CLEANUP, body, NULL, NULL);
    kr_visit_statements(c, handler->body);
    kr_pop_frame(c, KR_FRAME_HANDLER_CLEANUP);
    if (c->failed) return;
    kr_unset_location(c);
    kr_emit(c, OP_POP_BLOCK);
    kr_emit(c, OP_POP_EXCEPT);
    kr_emit_jump(c, OP_JUMP, end);
}

static void visit_handler(KrCompiler *c, KrHandlerParts *handler, KrBlock *end)
{
    KrBlock *next = kr_new_block(c);
    if (handler->type != NULL) {
        kr_visit_expression(c, handler->type);
        kr_emit(c, OP_CHECK_EXC_MATCH);
        kr_emit_jump(c, OP_POP_JUMP_IF_FALSE, next);
    }
    if (handler->name != NULL) named_handler(c, handler, end);
    else nameless_handler(c, handler, end);
    kr_use_block(c, next);
}

static void visit_try_except(KrCompiler *c, KrStmt *statement)
{
    KrBlock *body = kr_new_block(c), *except = kr_new_block(c), *end = kr_new_block(c),
            *cleanup = kr_new_block(c);
    kr_emit_jump(c, OP_SETUP_FINALLY, except);
    kr_use_block(c, body);
    kr_push_frame(c, KR_FRAME_TRY_EXCEPT, body, NULL, NULL);
    kr_visit_statements(c, statement->v.try.body);
    kr_pop_frame(c, KR_FRAME_TRY_EXCEPT);
    kr_emit_unplaced(c, OP_POP_BLOCK, 0);
    kr_visit_statements(c, statement->v.try.orelse);
    kr_emit_jump_unplaced(c, OP_JUMP, end);
    start_handlers(c, except, cleanup);
    kr_push_frame(c, KR_FRAME_EXCEPTION_HANDLER, NULL, NULL, NULL);
    KrExcepthandlerSeq *handlers = statement->v.try.handlers;
    for (Py_ssize_t i = 0; i < handlers->length && !c->failed; i++) {
        kr_set_location(c, handlers->items[i]);
        if (handlers->items[i]->v.except_handler.type == NULL && i + 1 < handlers->length)
            kr_refuse(c, "default 'except:' must be last");
        visit_handler(c, &handlers->items[i]->v.except_handler, end);
    }
    kr_unset_location(c);
    kr_pop_frame(c, KR_FRAME_EXCEPTION_HANDLER);
    kr_emit_arg(c, OP_RERAISE, 0);
    kr_use_block(c, cleanup);
    kr_emit_reraise_cleanup(c);
    kr_use_block(c, end);
}

// ---- except* -----------------------------------------------------------------------------------

// The stack holds the original group, a list of what handlers raised, and the part not yet
// matched.
static void visit_group_handler(KrCompiler *c, KrHandlerParts *handler, KrBlock *next)
{
    KrBlock *match = kr_new_block(c);
    if (handler->type != NULL) {
        kr_visit_expression(c, handler->type);
        kr_emit(c, OP_CHECK_EG_MATCH);
        kr_emit_arg(c, OP_COPY, 1);
        kr_emit_jump(c, OP_POP_JUMP_IF_NOT_NONE, match);
        kr_emit(c, OP_POP_TOP);
        kr_emit_jump(c, OP_JUMP, next);
    }
    kr_use_block(c, match);
    KrBlock *cleanup_end = kr_new_block(c), *body = kr_new_block(c);
    if (handler->name != NULL) kr_access_name(c, handler->name, KR_EXPR_CONTEXT_STORE);
    else kr_emit(c, OP_POP_TOP);
    kr_emit_jump(c, OP_SETUP_CLEANUP, cleanup_end);
    kr_use_block(c, body);
    kr_push_frame(c, KR_FRAME_HANDLER_CLEANUP, body, NULL, handler->name);
    kr_visit_statements(c, handler->body);
    kr_pop_frame(c, KR_FRAME_HANDLER_CLEANUP);
    if (c->failed) return;
    kr_unset_location(c);
    kr_emit(c, OP_POP_BLOCK);
    if (handler->name != NULL) forget_name(c, handler->name);
    kr_emit_jump(c, OP_JUMP, next);
    kr_use_block(c, cleanup_end);
    kr_unset_location(c);
    if (handler->name != NULL) forget_name(c, handler->name);
    kr_emit_arg(c, OP_LIST_APPEND, 3);
    kr_emit(c, OP_POP_TOP);
    kr_emit_jump(c, OP_JUMP, next);
    kr_use_block(c, next);
}

// After all handlers: raise what is left, if anything.
static void finish_group(KrCompiler *c, KrBlock *reraise_star, KrBlock *end)
{
    kr_unset_location(c);
    kr_pop_frame(c, KR_FRAME_GROUP_HANDLER);
    KrBlock *reraise = kr_new_block(c);
    kr_use_block(c, reraise_star);
    kr_emit(c, OP_PREP_RERAISE_STAR);
    kr_emit_arg(c, OP_COPY, 1);
    kr_emit_jump(c, OP_POP_JUMP_IF_NOT_NONE, reraise);
    kr_emit(c, OP_POP_TOP);
    kr_emit(c, OP_POP_BLOCK);
    kr_emit(c, OP_POP_EXCEPT);
    kr_emit_jump(c, OP_JUMP, end);
    kr_use_block(c, reraise);
    kr_emit(c, OP_POP_BLOCK);
    kr_emit_arg(c, OP_SWAP, 2);
    kr_emit(c, OP_POP_EXCEPT);
    kr_emit_arg(c, OP_RERAISE, 0);
}

static void visit_group_handlers(KrCompiler *c, KrExcepthandlerSeq *handlers,
                                 KrBlock *reraise_star)
{
    for (Py_ssize_t i = 0; i < handlers->length && !c->failed; i++) {
        kr_set_location(c, handlers->items[i]);
        KrBlock *next = kr_new_block(c);
        if (i == 0) {
            kr_emit_arg(c, OP_COPY, 1);
            kr_emit_arg(c, OP_BUILD_LIST, 0);
            kr_emit_arg(c, OP_SWAP, 2);
        }
        visit_group_handler(c, &handlers->items[i]->v.except_handler, next);
        if (i + 1 == handlers->length) {
            kr_emit_arg(c, OP_LIST_APPEND, 1);
            kr_emit_jump(c, OP_JUMP, reraise_star);
        }
    }
}

static void visit_try_star(KrCompiler *c, KrStmt *statement)
{
    KrBlock *body = kr_new_block(c), *except = kr_new_block(c), *orelse = kr_new_block(c),
            *end = kr_new_block(c);
    KrBlock *cleanup = kr_new_block(c), *reraise_star = kr_new_block(c);
    kr_emit_jump(c, OP_SETUP_FINALLY, except);
    kr_use_block(c, body);
    kr_push_frame(c, KR_FRAME_TRY_EXCEPT, body, NULL, NULL);
    kr_visit_statements(c, statement->v.try_star.body);
    kr_pop_frame(c, KR_FRAME_TRY_EXCEPT);
    kr_emit_unplaced(c, OP_POP_BLOCK, 0);
    kr_emit_jump_unplaced(c, OP_JUMP, orelse);
    start_handlers(c, except, cleanup);
    kr_push_frame(c, KR_FRAME_GROUP_HANDLER, NULL, NULL, NULL);
    visit_group_handlers(c, statement->v.try_star.handlers, reraise_star);
    finish_group(c, reraise_star, end);
    kr_use_block(c, cleanup);
    kr_emit_reraise_cleanup(c);
    kr_use_block(c, orelse);
    kr_visit_statements(c, statement->v.try_star.orelse);
    kr_use_block(c, end);
}

// ---- finally -----------------------------------------------------------------------------------

static void visit_body(KrCompiler *c, KrStmt *statement)
{
    if (statement->kind == KR_STMT_TRY_STAR) {
        if (statement->v.try.handlers->length > 0) visit_try_star(c, statement);
        else kr_visit_statements(c, statement->v.try.body);
    }
    else if (statement->v.try.handlers->length > 0) visit_try_except(c, statement);
    else kr_visit_statements(c, statement->v.try.body);
}

static void visit_try_finally(KrCompiler *c, KrStmt *statement)
{
    KrStmtSeq *final = statement->v.try.finalbody;
    KrBlock *body = kr_new_block(c), *end = kr_new_block(c), *exit = kr_new_block(c),
            *cleanup = kr_new_block(c);
    kr_emit_jump(c, OP_SETUP_FINALLY, end);
    kr_use_block(c, body);
    kr_push_frame(c, KR_FRAME_FINALLY_TRY, body, end, final);
    visit_body(c, statement);
    kr_emit_unplaced(c, OP_POP_BLOCK, 0);
    kr_pop_frame(c, KR_FRAME_FINALLY_TRY);
    kr_visit_statements(c, final);
    kr_emit_jump_unplaced(c, OP_JUMP, exit);
    kr_use_block(c, end);
    kr_push_frame(c, KR_FRAME_FINALLY_END, end, NULL, NULL);
    kr_unset_location(c);
    kr_emit_jump(c, OP_SETUP_CLEANUP, cleanup);
    kr_emit(c, OP_PUSH_EXC_INFO);
    kr_visit_statements(c, final);
    kr_emit_arg(c, OP_RERAISE, 0);
    kr_pop_frame(c, KR_FRAME_FINALLY_END);
    kr_use_block(c, cleanup);
    kr_emit_reraise_cleanup(c);
    kr_use_block(c, exit);
}

void kr_visit_try(KrCompiler *c, KrStmt *statement)
{
    if (statement->v.try.finalbody->length > 0) visit_try_finally(c, statement);
    else if (statement->kind == KR_STMT_TRY_STAR) visit_try_star(c, statement);
    else visit_try_except(c, statement);
}
