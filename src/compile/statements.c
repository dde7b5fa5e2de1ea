// statements.c - code of simple statements: assignment, delete, assert, raise, return, if, break
// and the rest.
//
// Locations are a state of the unit: a statement sets it, an expression puts back what it found.
// Jumps that no source stands for get none, and inherit one later.
#include "compile/compiler.h"

#include "bytecode/opcodes.h"
#include "compile/mangle.h"
#include "cpython/code.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "pyerrors.h"
#include "unicodeobject.h"

// ---- assignment --------------------------------------------------------------------------------

static void visit_assign(KrCompiler *c, KrStmt *statement)
{
    KrExprSeq *targets = statement->v.assign.targets;
    kr_visit_expression(c, statement->v.assign.value);
    for (Py_ssize_t i = 0; i < targets->length; i++) {
        if (i + 1 < targets->length) kr_emit_arg(c, OP_COPY, 1);
        kr_visit_expression(c, targets->items[i]);
    }
}

// Loads the target's value and leaves below it what storing needs.
static void load_target(KrCompiler *c, KrExpr *target)
{
    kr_set_location(c, target);
    switch (target->kind) {
    case KR_EXPR_ATTRIBUTE:
        kr_visit_expression(c, target->v.attribute.value);
        kr_emit_arg(c, OP_COPY, 1);
        kr_start_at_attribute(c, target);
        kr_emit_name(c, OP_LOAD_ATTR, target->v.attribute.attr);
        break;
    case KR_EXPR_SUBSCRIPT:
        kr_visit_expression(c, target->v.subscript.value);
        kr_visit_expression(c, target->v.subscript.slice);
        kr_emit_arg(c, OP_COPY, 2);
        kr_emit_arg(c, OP_COPY, 2);
        kr_emit(c, OP_BINARY_SUBSCR);
        break;
    case KR_EXPR_NAME: kr_access_name(c, target->v.name.id, KR_EXPR_CONTEXT_LOAD); break;
    default:
        PyErr_Format(PyExc_SystemError, "invalid node type (%d) for augmented assignment",
                     target->kind);
        c->failed = true;
    }
}

static void store_target(KrCompiler *c, KrExpr *target)
{
    kr_set_location(c, target);
    switch (target->kind) {
    case KR_EXPR_ATTRIBUTE:
        kr_start_at_attribute(c, target);
        kr_emit_arg(c, OP_SWAP, 2);
        kr_emit_name(c, OP_STORE_ATTR, target->v.attribute.attr);
        break;
    case KR_EXPR_SUBSCRIPT:
        kr_emit_arg(c, OP_SWAP, 3);
        kr_emit_arg(c, OP_SWAP, 2);
        kr_emit(c, OP_STORE_SUBSCR);
        break;
    default: kr_access_name(c, target->v.name.id, KR_EXPR_CONTEXT_STORE);
    }
}

static void visit_augmented_assign(KrCompiler *c, KrStmt *statement)
{
    KrExpr *target = statement->v.aug_assign.target;
    KrLocation location = c->unit->location;
    load_target(c, target);
    c->unit->location = location;
    kr_visit_expression(c, statement->v.aug_assign.value);
    kr_emit_binary(c, statement->v.aug_assign.op, true);
    store_target(c, target);
}

static void evaluate(KrCompiler *c, KrExpr *expression)
{
    kr_visit_expression(c, expression);
    kr_emit(c, OP_POP_TOP);
}

static void evaluate_subscript(KrCompiler *c, KrExpr *subscript)
{
    if (subscript->kind == KR_EXPR_SLICE) {
        if (subscript->v.slice.lower) evaluate(c, subscript->v.slice.lower);
        if (subscript->v.slice.upper) evaluate(c, subscript->v.slice.upper);
        if (subscript->v.slice.step) evaluate(c, subscript->v.slice.step);
    }
    else if (subscript->kind == KR_EXPR_TUPLE) {
        KrExprSeq *items = subscript->v.tuple.elts;
        for (Py_ssize_t i = 0; i < items->length; i++) evaluate_subscript(c, items->items[i]);
    }
    else evaluate(c, subscript);
}

static bool in_module_or_class(KrCompiler *c)
{
    return c->unit->kind == KR_UNIT_MODULE || c->unit->kind == KR_UNIT_CLASS;
}

static void store_annotation(KrCompiler *c, KrStmt *statement, PyObject *name)
{
    kr_visit_annotation(c, statement->v.ann_assign.annotation);
    kr_emit_name(c, OP_LOAD_NAME, ID(__annotations__));
    if (!c->failed) kr_emit_constant_steal(c, kr_mangle(c->unit->private, name));
    kr_emit(c, OP_STORE_SUBSCR);
}

static void visit_annotated_assign(KrCompiler *c, KrStmt *statement)
{
    KrExpr *target = statement->v.ann_assign.target, *value = statement->v.ann_assign.value;
    bool simple = statement->v.ann_assign.simple;
    if (value != NULL) {
        kr_visit_expression(c, value);
        kr_visit_expression(c, target);
    }
    if (c->failed) return;
    switch (target->kind) {
    case KR_EXPR_NAME:
        if (kr_is_forbidden_name(c, target->v.name.id, KR_EXPR_CONTEXT_STORE)) return;
        if (simple && in_module_or_class(c)) store_annotation(c, statement, target->v.name.id);
        break;
    case KR_EXPR_ATTRIBUTE:
        if (kr_is_forbidden_name(c, target->v.attribute.attr, KR_EXPR_CONTEXT_STORE)) return;
        if (value == NULL) evaluate(c, target->v.attribute.value);
        break;
    case KR_EXPR_SUBSCRIPT:
        if (value == NULL) {
            evaluate(c, target->v.subscript.value);
            evaluate_subscript(c, target->v.subscript.slice);
        }
        break;
    default:
        PyErr_Format(PyExc_SystemError, "invalid node type (%d) for annotated assignment",
                     target->kind);
        c->failed = true;
    }
    if (!simple && !(c->future.features & CO_FUTURE_ANNOTATIONS) && in_module_or_class(c))
        evaluate(c, statement->v.ann_assign.annotation);
}

// ---- small statements --------------------------------------------------------------------------

static void visit_expression_statement(KrCompiler *c, KrExpr *value)
{
    if (c->interactive && c->level <= 1) {
        kr_visit_expression(c, value);
        kr_emit(c, OP_PRINT_EXPR);
    }
    else if (value->kind == KR_EXPR_CONSTANT) kr_emit(c, OP_NOP);
    else {
        kr_visit_expression(c, value);
        kr_unset_location(c);
        kr_emit(c, OP_POP_TOP);
    }
}

static bool is_full_tuple(KrExpr *test)
{
    if (test->kind == KR_EXPR_TUPLE) return test->v.tuple.elts->length > 0;
    return test->kind == KR_EXPR_CONSTANT && PyTuple_Check(test->v.constant.value) &&
           PyTuple_GET_SIZE(test->v.constant.value) > 0;
}

static void visit_assert(KrCompiler *c, KrStmt *statement)
{
    KrExpr *test = statement->v.assert_.test;
    if (is_full_tuple(test)) kr_warn(c, "assertion is always true, perhaps remove parentheses?");
    if (c->failed || c->optimize) return;
    KrBlock *end = kr_new_block(c);
    kr_jump_if(c, test, end, true);
    kr_emit(c, OP_LOAD_ASSERTION_ERROR);
    if (statement->v.assert_.msg != NULL) {
        kr_visit_expression(c, statement->v.assert_.msg);
        kr_emit_call(c, 0);
    }
    kr_emit_arg(c, OP_RAISE_VARARGS, 1);
    kr_use_block(c, end);
}

static void visit_raise(KrCompiler *c, KrStmt *statement)
{
    int count = 0;
    if (statement->v.raise.exc != NULL) {
        kr_visit_expression(c, statement->v.raise.exc);
        count++;
        if (statement->v.raise.cause != NULL) {
            kr_visit_expression(c, statement->v.raise.cause);
            count++;
        }
    }
    kr_emit_arg(c, OP_RAISE_VARARGS, count);
}

static void visit_return(KrCompiler *c, KrStmt *statement)
{
    KrExpr *value = statement->v.return_.value;
    KrScope *scope = c->unit->scope;
    bool on_stack = value != NULL && value->kind != KR_EXPR_CONSTANT;
    if (scope->type != KR_SCOPE_FUNCTION) {
        kr_refuse(c, "'return' outside function");
        return;
    }
    if (value != NULL && scope->coroutine && scope->generator) {
        kr_refuse(c, "'return' with value in async generator");
        return;
    }
    if (on_stack) kr_visit_expression(c, value);
    else if (value != NULL) {
        kr_set_location(c, value);
        kr_emit(c, OP_NOP);
    }
    if (value == NULL || value->lineno != statement->lineno) {
        kr_set_location(c, statement);
        kr_emit(c, OP_NOP);
    }
    kr_unwind(c, on_stack, NULL);
    if (value == NULL) kr_emit_constant(c, Py_None);
    else if (!on_stack) kr_emit_constant(c, value->v.constant.value);
    kr_emit(c, OP_RETURN_VALUE);
}

static void visit_break_or_continue(KrCompiler *c, bool is_break)
{
    KrFrameBlock *loop = NULL;
    KrLocation location = c->unit->location;
    kr_emit(c, OP_NOP);
    kr_unwind(c, false, &loop);
    if (c->failed) return;
    if (loop == NULL) {
        c->unit->location = location;
        kr_refuse(c, is_break ? "'break' outside loop" : "'continue' not properly in loop");
        return;
    }
    if (is_break) kr_unwind_one(c, loop, false);
    kr_emit_jump(c, OP_JUMP, is_break ? loop->exit : loop->block);
}

static void visit_if(KrCompiler *c, KrStmt *statement)
{
    KrStmtSeq *orelse = statement->v.if_.orelse;
    KrBlock *end = kr_new_block(c);
    KrBlock *next = orelse->length > 0 ? kr_new_block(c) : end;
    kr_jump_if(c, statement->v.if_.test, next, false);
    kr_visit_statements(c, statement->v.if_.body);
    if (orelse->length > 0) {
        kr_emit_jump_unplaced(c, OP_JUMP, end);
        kr_use_block(c, next);
        kr_visit_statements(c, orelse);
    }
    kr_use_block(c, end);
}

// ---- any statement -----------------------------------------------------------------------------

// long: one line for each kind of statement
static void visit_kind(KrCompiler *c, KrStmt *s)
{
    switch (s->kind) {
    case KR_STMT_FUNCTION_DEF: kr_visit_function(c, s, false); break;
    case KR_STMT_ASYNC_FUNCTION_DEF: kr_visit_function(c, s, true); break;
    case KR_STMT_CLASS_DEF: kr_visit_class(c, s); break;
    case KR_STMT_RETURN: visit_return(c, s); break;
    case KR_STMT_DELETE: kr_visit_expressions(c, s->v.delete.targets); break;
    case KR_STMT_ASSIGN: visit_assign(c, s); break;
    case KR_STMT_AUG_ASSIGN: visit_augmented_assign(c, s); break;
    case KR_STMT_ANN_ASSIGN: visit_annotated_assign(c, s); break;
    case KR_STMT_FOR: kr_visit_for(c, s); break;
    case KR_STMT_ASYNC_FOR: kr_visit_async_for(c, s); break;
    case KR_STMT_WHILE: kr_visit_while(c, s); break;
    case KR_STMT_IF: visit_if(c, s); break;
    case KR_STMT_WITH: kr_visit_with(c, s, 0); break;
    case KR_STMT_ASYNC_WITH: kr_visit_async_with(c, s, 0); break;
    case KR_STMT_MATCH: kr_visit_match(c, s); break;
    case KR_STMT_RAISE: visit_raise(c, s); break;
    case KR_STMT_TRY:
    case KR_STMT_TRY_STAR: kr_visit_try(c, s); break;
    case KR_STMT_ASSERT: visit_assert(c, s); break;
    case KR_STMT_IMPORT: kr_visit_import(c, s); break;
    case KR_STMT_IMPORT_FROM: kr_visit_import_from(c, s); break;
    case KR_STMT_EXPR: visit_expression_statement(c, s->v.expr.value); break;
    case KR_STMT_PASS: kr_emit(c, OP_NOP); break;
    case KR_STMT_BREAK: visit_break_or_continue(c, true); break;
    case KR_STMT_CONTINUE: visit_break_or_continue(c, false); break;
    default: break;
    }
}

void kr_visit_statement(KrCompiler *c, KrStmt *statement)
{
    if (c->failed) return;
    if (!kr_check(c, kr_depth_enter(&c->depth))) return;
    kr_set_location(c, statement);
    visit_kind(c, statement);
    kr_depth_leave(&c->depth);
}

void kr_visit_statements(KrCompiler *c, KrStmtSeq *statements)
{
    for (Py_ssize_t i = 0; i < statements->length; i++)
        kr_visit_statement(c, statements->items[i]);
}

// ---- bodies of modules and classes -------------------------------------------------------------

PyObject *kr_docstring(KrStmtSeq *body)
{
    if (body->length == 0 || body->items[0]->kind != KR_STMT_EXPR) return NULL;
    KrExpr *value = body->items[0]->v.expr.value;
    if (value->kind != KR_EXPR_CONSTANT || !PyUnicode_CheckExact(value->v.constant.value))
        return NULL;
    return value->v.constant.value;
}

static bool handlers_have_annotations(KrExcepthandlerSeq *handlers)
{
    for (Py_ssize_t i = 0; i < handlers->length; i++)
        if (kr_has_annotations(handlers->items[i]->v.except_handler.body)) return true;
    return false;
}

static bool has_annotations(KrStmt *s)
{
    switch (s->kind) {
    case KR_STMT_ANN_ASSIGN: return true;
    case KR_STMT_FOR:
    case KR_STMT_ASYNC_FOR:
        return kr_has_annotations(s->v.for_.body) || kr_has_annotations(s->v.for_.orelse);
    case KR_STMT_WHILE:
        return kr_has_annotations(s->v.while_.body) || kr_has_annotations(s->v.while_.orelse);
    case KR_STMT_IF:
        return kr_has_annotations(s->v.if_.body) || kr_has_annotations(s->v.if_.orelse);
    case KR_STMT_WITH:
    case KR_STMT_ASYNC_WITH: return kr_has_annotations(s->v.with.body);
    case KR_STMT_TRY:
    case KR_STMT_TRY_STAR:
        return kr_has_annotations(s->v.try.body) || kr_has_annotations(s->v.try.finalbody) ||
               kr_has_annotations(s->v.try.orelse) || handlers_have_annotations(s->v.try.handlers);
    default: return false;
    }
}

bool kr_has_annotations(KrStmtSeq *body)
{
    for (Py_ssize_t i = 0; i < body->length; i++)
        if (has_annotations(body->items[i])) return true;
    return false;
}

void kr_visit_body(KrCompiler *c, KrStmtSeq *statements)
{
    if (c->failed) return;
    if (c->unit->kind == KR_UNIT_MODULE && statements->length > 0)
        kr_set_location(c, statements->items[0]);
    if (kr_has_annotations(statements)) kr_emit(c, OP_SETUP_ANNOTATIONS);
    Py_ssize_t first = 0;
    if (c->optimize < 2 && kr_docstring(statements) != NULL) {
        first = 1;
        kr_visit_expression(c, statements->items[0]->v.expr.value);
        kr_unset_location(c);
        kr_access_name(c, ID(__doc__), KR_EXPR_CONTEXT_STORE);
    }
    for (Py_ssize_t i = first; i < statements->length; i++)
        kr_visit_statement(c, statements->items[i]);
}
