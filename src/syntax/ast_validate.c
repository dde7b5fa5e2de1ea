// ast_validate.c - the check of trees made by users: what the field table does not say.
//
// Each function gives 1 when all is well and 0 with ValueError, TypeError or RecursionError.
#include "syntax/ast_object.h"

#include "syntax/ast_table.h"

#include "abstract.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "ceval.h"
#include "complexobject.h"
#include "floatobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "setobject.h"
#include "sliceobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include <assert.h>

enum { LEVELS_PER_FRAME = 3, MAX_LEVELS = 12000 };

typedef struct Check {
    int depth, limit;
} Check;

static int check_expr(Check *check, KrExpr *node, KrExprContext context);
static int check_stmts(Check *check, KrStmtSeq *seq);
static int check_pattern(Check *check, KrPattern *node, int star_ok);

static int bad(const char *message)
{
    PyErr_SetString(PyExc_ValueError, message);
    return 0;
}

static int enter(Check *check)
{
    if (++check->depth <= check->limit) return 1;
    PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded during compilation");
    return 0;
}

static int check_position(const void *any)
{
    const KrNode *node = any;
    if (node->lineno > node->end_lineno) {
        PyErr_Format(PyExc_ValueError, "AST node line range (%d, %d) is not valid", node->lineno,
                     node->end_lineno);
        return 0;
    }
    if ((node->lineno < 0 && node->end_lineno != node->lineno)
        || (node->col_offset < 0 && node->col_offset != node->end_col_offset)) {
        PyErr_Format(PyExc_ValueError,
                     "AST node column range (%d, %d) for line range (%d, %d) is not valid",
                     node->col_offset, node->end_col_offset, node->lineno, node->end_lineno);
        return 0;
    }
    if (node->lineno == node->end_lineno && node->col_offset > node->end_col_offset) {
        PyErr_Format(PyExc_ValueError, "line %d, column %d-%d is not a valid range", node->lineno,
                     node->col_offset, node->end_col_offset);
        return 0;
    }
    return 1;
}

static int check_name(PyObject *name)
{
    static const char *const forbidden[] = {"None", "True", "False"};
    for (int i = 0; i < 3; i++) {
        if (PyUnicode_CompareWithASCIIString(name, forbidden[i]) != 0) continue;
        PyErr_Format(PyExc_ValueError, "identifier field can't represent '%s' constant",
                     forbidden[i]);
        return 0;
    }
    return 1;
}

// ---- Expressions -------------------------------------------------------------------------------

static int check_exprs(Check *check, KrExprSeq *seq, KrExprContext context, int null_ok)
{
    for (Py_ssize_t i = 0; i < seq->length; i++) {
        if (seq->items[i] == NULL) {
            if (!null_ok) return bad("None disallowed in expression list");
        } else if (!check_expr(check, seq->items[i], context)) {
            return 0;
        }
    }
    return 1;
}

static int check_optional(Check *check, KrExpr *node)
{
    return node == NULL || check_expr(check, node, KR_EXPR_CONTEXT_LOAD);
}

static int check_load(Check *check, KrExpr *node)
{
    return check_expr(check, node, KR_EXPR_CONTEXT_LOAD);
}

static int check_comprehensions(Check *check, KrComprehensionSeq *seq)
{
    if (seq->length == 0) return bad("comprehension with no generators");
    for (Py_ssize_t i = 0; i < seq->length; i++) {
        KrComprehension *clause = seq->items[i];
        if (!check_expr(check, clause->target, KR_EXPR_CONTEXT_STORE) || !check_load(
                check, clause->iter) || !check_exprs(check, clause->ifs, KR_EXPR_CONTEXT_LOAD, 0))
            return 0;
    }
    return 1;
}

static int check_keywords(Check *check, KrKeywordSeq *seq)
{
    for (Py_ssize_t i = 0; i < seq->length; i++)
        if (!check_load(check, seq->items[i]->value)) return 0;
    return 1;
}

static int check_args(Check *check, KrArgSeq *seq)
{
    for (Py_ssize_t i = 0; i < seq->length; i++)
        if (!check_position(seq->items[i]) || !check_optional(check, seq->items[i]->annotation))
            return 0;
    return 1;
}

static int check_arguments(Check *check, KrArguments *node)
{
    if (!check_args(check, node->posonlyargs) || !check_args(check, node->args)) return 0;
    if (node->vararg != NULL && !check_optional(check, node->vararg->annotation)) return 0;
    if (!check_args(check, node->kwonlyargs)) return 0;
    if (node->kwarg != NULL && !check_optional(check, node->kwarg->annotation)) return 0;
    if (node->defaults->length > node->posonlyargs->length + node->args->length)
        return bad("more positional defaults than args on arguments");
    if (node->kw_defaults->length != node->kwonlyargs->length)
        return bad("length of kwonlyargs is not the same as kw_defaults on arguments");
    return check_exprs(check, node->defaults, KR_EXPR_CONTEXT_LOAD, 0)
        && check_exprs(check, node->kw_defaults, KR_EXPR_CONTEXT_LOAD, 1);
}

static int check_constant(PyObject *value);

static int check_frozenset(PyObject *value)
{
    PyObject *iterator = PyObject_GetIter(value), *item;
    if (iterator == NULL) return 0;
    int fine = 1;
    while (fine && (item = PyIter_Next(iterator)) != NULL) {
        fine = check_constant(item);
        Py_DECREF(item);
    }
    Py_DECREF(iterator);
    return fine && !PyErr_Occurred();
}

static int check_constant(PyObject *value)
{
    if (value == Py_None || value == Py_Ellipsis) return 1;
    if (PyLong_CheckExact(value) || PyFloat_CheckExact(value) || PyComplex_CheckExact(value)
        || PyBool_Check(value) || PyUnicode_CheckExact(value) || PyBytes_CheckExact(value))
        return 1;
    if (!PyTuple_CheckExact(value) && !PyFrozenSet_CheckExact(value)) {
        PyErr_Format(PyExc_TypeError, "got an invalid type in Constant: %s",
                     _PyType_Name(Py_TYPE(value)));
        return 0;
    }
    if (Py_EnterRecursiveCall(" during compilation")) return 0;
    int fine = 1;
    if (PyTuple_CheckExact(value)) {
        for (Py_ssize_t i = 0; fine && i < PyTuple_GET_SIZE(value); i++)
            fine = check_constant(PyTuple_GET_ITEM(value, i));
    } else {
        fine = check_frozenset(value);
    }
    Py_LeaveRecursiveCall();
    return fine;
}

static const char *context_name(int context)
{
    return kr_ast_kind_name(context);
}

// The context of an expression that has one, else KR_AST_NONE.
static int context_of(const KrExpr *node)
{
    switch (node->kind) {
        case KR_EXPR_ATTRIBUTE: return node->v.attribute.ctx;
        case KR_EXPR_SUBSCRIPT: return node->v.subscript.ctx;
        case KR_EXPR_STARRED: return node->v.starred.ctx;
        case KR_EXPR_NAME: return node->v.name.ctx;
        case KR_EXPR_LIST: return node->v.list.ctx;
        case KR_EXPR_TUPLE: return node->v.tuple.ctx;
        default: return KR_AST_NONE;
    }
}

static int check_context(const KrExpr *node, KrExprContext context)
{
    if (node->kind == KR_EXPR_NAME && !check_name(node->v.name.id)) return 0;
    int actual = context_of(node);
    if (actual == KR_AST_NONE && context != KR_EXPR_CONTEXT_LOAD) {
        PyErr_Format(PyExc_ValueError, "expression which can't be assigned to in %s context",
                     context_name(context));
        return 0;
    }
    if (actual != KR_AST_NONE && actual != (int)context) {
        PyErr_Format(PyExc_ValueError, "expression must have %s context but has %s instead",
                     context_name(context), context_name(actual));
        return 0;
    }
    return 1;
}

static int check_compare(Check *check, KrExpr *node)
{
    if (node->v.compare.comparators->length == 0) return bad("Compare with no comparators");
    if (node->v.compare.comparators->length != node->v.compare.ops->length)
        return bad("Compare has a different number of comparators and operands");
    return check_exprs(check, node->v.compare.comparators, KR_EXPR_CONTEXT_LOAD, 0)
        && check_load(check, node->v.compare.left);
}

static int check_dict(Check *check, KrExpr *node)
{
    if (node->v.dict.keys->length != node->v.dict.values->length)
        return bad("Dict doesn't have the same number of keys as values");
    return check_exprs(check, node->v.dict.keys, KR_EXPR_CONTEXT_LOAD, 1)
        && check_exprs(check, node->v.dict.values, KR_EXPR_CONTEXT_LOAD, 0);
}

// What is below an expression.  long: one case a kind.
static int check_parts(Check *check, KrExpr *node, KrExprContext context)
{
    const KrExprContext load = KR_EXPR_CONTEXT_LOAD;
    switch (node->kind) {
        case KR_EXPR_BOOL_OP:
            if (node->v.bool_op.values->length < 2) return bad("BoolOp with less than 2 values");
            return check_exprs(check, node->v.bool_op.values, load, 0);
        case KR_EXPR_BIN_OP:
            return check_load(check, node->v.bin_op.left)
                && check_load(check, node->v.bin_op.right);
        case KR_EXPR_UNARY_OP: return check_load(check, node->v.unary_op.operand);
        case KR_EXPR_LAMBDA:
            return check_arguments(check, node->v.lambda.args)
                && check_load(check, node->v.lambda.body);
        case KR_EXPR_IF_EXP:
            return check_load(check, node->v.if_exp.test) && check_load(check, node->v.if_exp.body)
                && check_load(check, node->v.if_exp.orelse);
        case KR_EXPR_DICT: return check_dict(check, node);
        case KR_EXPR_SET: return check_exprs(check, node->v.set.elts, load, 0);
        case KR_EXPR_LIST_COMP:
        case KR_EXPR_SET_COMP:
        case KR_EXPR_GENERATOR_EXP:    // the same layout
            return check_comprehensions(check, node->v.list_comp.generators)
                && check_load(check, node->v.list_comp.elt);
        case KR_EXPR_DICT_COMP:
            return check_comprehensions(check, node->v.dict_comp.generators) && check_load(
                    check, node->v.dict_comp.key) && check_load(check, node->v.dict_comp.value);
        case KR_EXPR_YIELD: return check_optional(check, node->v.yield.value);
        case KR_EXPR_YIELD_FROM: return check_load(check, node->v.yield_from.value);
        case KR_EXPR_AWAIT: return check_load(check, node->v.await.value);
        case KR_EXPR_COMPARE: return check_compare(check, node);
        case KR_EXPR_CALL:
            return check_load(check, node->v.call.func)
                && check_exprs(check, node->v.call.args, load, 0)
                && check_keywords(check, node->v.call.keywords);
        case KR_EXPR_CONSTANT:
            return check_constant(node->v.constant.value);
        case KR_EXPR_JOINED_STR: return check_exprs(check, node->v.joined_str.values, load, 0);
        case KR_EXPR_FORMATTED_VALUE:
            return check_load(check, node->v.formatted_value.value)
                && check_optional(check, node->v.formatted_value.format_spec);
        case KR_EXPR_ATTRIBUTE: return check_load(check, node->v.attribute.value);
        case KR_EXPR_SUBSCRIPT:
            return check_load(check, node->v.subscript.slice)
                && check_load(check, node->v.subscript.value);
        case KR_EXPR_STARRED: return check_expr(check, node->v.starred.value, context);
        case KR_EXPR_SLICE:
            return check_optional(check, node->v.slice.lower) && check_optional(
                    check, node->v.slice.upper) && check_optional(check, node->v.slice.step);
        case KR_EXPR_LIST: return check_exprs(check, node->v.list.elts, context, 0);
        case KR_EXPR_TUPLE: return check_exprs(check, node->v.tuple.elts, context, 0);
        case KR_EXPR_NAMED_EXPR: return check_load(check, node->v.named_expr.value);
        default:
            assert(node->kind == KR_EXPR_NAME);
            return 1;
    }
}

static int check_expr(Check *check, KrExpr *node, KrExprContext context)
{
    assert(!PyErr_Occurred());
    if (!check_position(node) || !enter(check)) return 0;
    if (!check_context(node, context) || !check_parts(check, node, context)) return 0;
    check->depth--;
    return 1;
}

// ---- Patterns ----------------------------------------------------------------------------------

static int is_number(const KrExpr *node, int imaginary)
{
    if (node->kind != KR_EXPR_CONSTANT) return 0;
    PyObject *value = node->v.constant.value;
    return imaginary ? PyComplex_CheckExact(value) : PyFloat_CheckExact(value)
        || PyLong_CheckExact(value);
}

static int is_negative(const KrExpr *node, int imaginary)
{
    return node->kind == KR_EXPR_UNARY_OP && node->v.unary_op.op == KR_UNARYOP_USUB
        && (is_number(node->v.unary_op.operand, 0)
            || (imaginary && is_number(node->v.unary_op.operand, 1)));
}

static int is_complex_sum(const KrExpr *node)
{
    if (node->v.bin_op.op != KR_OPERATOR_ADD && node->v.bin_op.op != KR_OPERATOR_SUB) return 0;
    const KrExpr *left = node->v.bin_op.left, *right = node->v.bin_op.right;
    return (is_number(left, 0) || is_negative(left, 0)) && is_number(right, 1);
}

static int check_value_pattern(Check *check, KrExpr *node)
{
    if (!check_load(check, node)) return 0;
    int fine = 0;
    switch (node->kind) {
        case KR_EXPR_CONSTANT: {
            PyObject *value = node->v.constant.value;
            if (PyLong_CheckExact(value) || PyFloat_CheckExact(value) || PyBytes_CheckExact(value)
                || PyComplex_CheckExact(value) || PyUnicode_CheckExact(value))
                return 1;
            return bad("unexpected constant inside of a literal pattern");
        }
        case KR_EXPR_ATTRIBUTE:
        case KR_EXPR_JOINED_STR: fine = 1; break;
        case KR_EXPR_UNARY_OP: fine = is_negative(node, 1); break;
        case KR_EXPR_BIN_OP: fine = is_complex_sum(node); break;
    }
    return fine || bad("patterns may only match literals and attribute lookups");
}

static int check_capture(PyObject *name)
{
    if (PyUnicode_CompareWithASCIIString(name, "_") == 0)
        return bad("can't capture name '_' in patterns");
    return check_name(name);
}

static int check_patterns(Check *check, KrPatternSeq *seq, int star_ok)
{
    for (Py_ssize_t i = 0; i < seq->length; i++)
        if (!check_pattern(check, seq->items[i], star_ok)) return 0;
    return 1;
}

static int check_mapping(Check *check, KrPattern *node)
{
    KrExprSeq *keys = node->v.match_mapping.keys;
    if (keys->length != node->v.match_mapping.patterns->length)
        return bad("MatchMapping doesn't have the same number of keys as patterns");
    if (node->v.match_mapping.rest != NULL && !check_capture(node->v.match_mapping.rest)) return 0;
    for (Py_ssize_t i = 0; i < keys->length; i++) {
        KrExpr *key = keys->items[i];
        if (key->kind == KR_EXPR_CONSTANT) {
            PyObject *value = key->v.constant.value;
            if (value == Py_None || value == Py_True || value == Py_False) continue;
        }
        if (!check_value_pattern(check, key)) return 0;
    }
    return check_patterns(check, node->v.match_mapping.patterns, 0);
}

static int check_class_pattern(Check *check, KrPattern *node)
{
    KrObjectSeq *names = node->v.match_class.kwd_attrs;
    if (names->length != node->v.match_class.kwd_patterns->length)
        return bad("MatchClass doesn't have the same number of keyword attributes as patterns");
    if (!check_load(check, node->v.match_class.cls)) return 0;
    const KrExpr *class = node->v.match_class.cls;
    while (class->kind == KR_EXPR_ATTRIBUTE) class = class->v.attribute.value;
    if (class->kind != KR_EXPR_NAME)
        return bad("MatchClass cls field can only contain Name or Attribute nodes.");
    for (Py_ssize_t i = 0; i < names->length; i++)
        if (!check_name(names->items[i])) return 0;
    return check_patterns(check, node->v.match_class.patterns, 0)
        && check_patterns(check, node->v.match_class.kwd_patterns, 0);
}

static int check_as_pattern(Check *check, KrPattern *node)
{
    if (node->v.match_as.name != NULL && !check_capture(node->v.match_as.name)) return 0;
    if (node->v.match_as.pattern == NULL) return 1;
    if (node->v.match_as.name == NULL)
        return bad("MatchAs must specify a target name if a pattern is given");
    return check_pattern(check, node->v.match_as.pattern, 0);
}

static int check_pattern_parts(Check *check, KrPattern *node, int star_ok)
{
    PyObject *value;
    switch (node->kind) {
        case KR_PATTERN_MATCH_VALUE: return check_value_pattern(check, node->v.match_value.value);
        case KR_PATTERN_MATCH_SINGLETON:
            value = node->v.match_singleton.value;
            if (value == Py_None || PyBool_Check(value)) return 1;
            return bad("MatchSingleton can only contain True, False and None");
        case KR_PATTERN_MATCH_SEQUENCE:
            return check_patterns(check, node->v.match_sequence.patterns, 1);
        case KR_PATTERN_MATCH_MAPPING: return check_mapping(check, node);
        case KR_PATTERN_MATCH_CLASS: return check_class_pattern(check, node);
        case KR_PATTERN_MATCH_STAR:
            if (!star_ok) return bad("can't use MatchStar here");
            return node->v.match_star.name == NULL || check_capture(node->v.match_star.name);
        case KR_PATTERN_MATCH_AS: return check_as_pattern(check, node);
        default:
            assert(node->kind == KR_PATTERN_MATCH_OR);
            if (node->v.match_or.patterns->length < 2)
                return bad("MatchOr requires at least 2 patterns");
            return check_patterns(check, node->v.match_or.patterns, 0);
    }
}

static int check_pattern(Check *check, KrPattern *node, int star_ok)
{
    if (!check_position(node) || !enter(check) || !check_pattern_parts(check, node, star_ok))
        return 0;
    check->depth--;
    return 1;
}

// ---- Statements --------------------------------------------------------------------------------

static int not_empty(Py_ssize_t length, const char *what, const KrNode *owner)
{
    if (length > 0) return 1;
    PyErr_Format(PyExc_ValueError, "empty %s on %s", what, kr_ast_kind_name(owner->kind));
    return 0;
}

static int check_body(Check *check, KrStmtSeq *body, const void *owner)
{
    return not_empty(body->length, "body", owner) && check_stmts(check, body);
}

static int check_targets(Check *check, KrExprSeq *targets, const void *owner,
                         KrExprContext context)
{
    return not_empty(targets->length, "targets", owner) && check_exprs(check, targets, context, 0);
}

static int check_with(Check *check, KrStmt *node)
{
    KrWithitemSeq *items = node->v.with.items;
    if (!not_empty(items->length, "items", (KrNode *)node)) return 0;
    for (Py_ssize_t i = 0; i < items->length; i++) {
        KrWithitem *item = items->items[i];
        if (!check_load(check, item->context_expr)) return 0;
        if (item->optional_vars != NULL
            && !check_expr(check, item->optional_vars, KR_EXPR_CONTEXT_STORE))
            return 0;
    }
    return check_body(check, node->v.with.body, node);
}

static int check_match(Check *check, KrStmt *node)
{
    KrMatchCaseSeq *cases = node->v.match.cases;
    if (!check_load(check, node->v.match.subject)
        || !not_empty(cases->length, "cases", (KrNode *)node))
        return 0;
    for (Py_ssize_t i = 0; i < cases->length; i++) {
        KrMatchCase *one = cases->items[i];
        if (!check_pattern(check, one->pattern, 0) || !check_optional(check, one->guard)
            || !check_body(check, one->body, one))
            return 0;
    }
    return 1;
}

static int check_try(Check *check, KrStmt *node)
{
    KrExcepthandlerSeq *handlers = node->v.try.handlers;
    const char *name = kr_ast_kind_name(node->kind);
    if (!check_body(check, node->v.try.body, node)) return 0;
    if (handlers->length == 0 && node->v.try.finalbody->length == 0) {
        PyErr_Format(PyExc_ValueError, "%s has neither except handlers nor finalbody", name);
        return 0;
    }
    if (handlers->length == 0 && node->v.try.orelse->length > 0) {
        PyErr_Format(PyExc_ValueError, "%s has orelse but no except handlers", name);
        return 0;
    }
    for (Py_ssize_t i = 0; i < handlers->length; i++) {
        KrExcepthandler *handler = handlers->items[i];
        if (!check_position(handler) || !check_optional(check, handler->v.except_handler.type)
            || !check_body(check, handler->v.except_handler.body, handler))
            return 0;
    }
    return check_stmts(check, node->v.try.finalbody) && check_stmts(check, node->v.try.orelse);
}

static int check_function(Check *check, KrStmt *node)
{
    return check_body(check, node->v.function_def.body, node)
        && check_arguments(check, node->v.function_def.args)
        && check_exprs(check, node->v.function_def.decorator_list, KR_EXPR_CONTEXT_LOAD, 0)
        && check_optional(check, node->v.function_def.returns);
}

static int check_class(Check *check, KrStmt *node)
{
    return check_body(check, node->v.class_def.body, node)
        && check_exprs(check, node->v.class_def.bases, KR_EXPR_CONTEXT_LOAD, 0)
        && check_keywords(check, node->v.class_def.keywords)
        && check_exprs(check, node->v.class_def.decorator_list, KR_EXPR_CONTEXT_LOAD, 0);
}

static int check_annotated(Check *check, KrStmt *node)
{
    if (node->v.ann_assign.target->kind != KR_EXPR_NAME && node->v.ann_assign.simple) {
        PyErr_SetString(PyExc_TypeError, "AnnAssign with simple non-Name target");
        return 0;
    }
    return check_expr(check, node->v.ann_assign.target, KR_EXPR_CONTEXT_STORE) && check_optional(
            check, node->v.ann_assign.value) && check_load(check, node->v.ann_assign.annotation);
}

// What is below a statement; kinds with `async` have the layout of those without.  long: one case
// a kind.
static int check_stmt_parts(Check *check, KrStmt *node)
{
    switch (node->kind) {
        case KR_STMT_FUNCTION_DEF:
        case KR_STMT_ASYNC_FUNCTION_DEF: return check_function(check, node);
        case KR_STMT_CLASS_DEF: return check_class(check, node);
        case KR_STMT_RETURN: return check_optional(check, node->v.return_.value);
        case KR_STMT_DELETE:
            return check_targets(check, node->v.delete.targets, node, KR_EXPR_CONTEXT_DEL);
        case KR_STMT_ASSIGN:
            return check_targets(check, node->v.assign.targets, node, KR_EXPR_CONTEXT_STORE)
                && check_load(check, node->v.assign.value);
        case KR_STMT_AUG_ASSIGN:
            return check_expr(check, node->v.aug_assign.target, KR_EXPR_CONTEXT_STORE)
                && check_load(check, node->v.aug_assign.value);
        case KR_STMT_ANN_ASSIGN: return check_annotated(check, node);
        case KR_STMT_FOR:
        case KR_STMT_ASYNC_FOR:
            return check_expr(check, node->v.for_.target, KR_EXPR_CONTEXT_STORE) && check_load(
                    check, node->v.for_.iter) && check_body(check, node->v.for_.body, node)
                && check_stmts(check, node->v.for_.orelse);
        case KR_STMT_WHILE:
        case KR_STMT_IF:               // the same layout
            return check_load(check, node->v.if_.test) && check_body(check, node->v.if_.body, node)
                && check_stmts(check, node->v.if_.orelse);
        case KR_STMT_WITH:
        case KR_STMT_ASYNC_WITH: return check_with(check, node);
        case KR_STMT_MATCH: return check_match(check, node);
        case KR_STMT_RAISE:
            if (node->v.raise.exc == NULL)
                return node->v.raise.cause == NULL || bad("Raise with cause but no exception");
            return check_load(check, node->v.raise.exc)
                && check_optional(check, node->v.raise.cause);
        case KR_STMT_TRY:
        case KR_STMT_TRY_STAR: return check_try(check, node);
        case KR_STMT_ASSERT:
            return check_load(check, node->v.assert_.test)
                && check_optional(check, node->v.assert_.msg);
        case KR_STMT_IMPORT:
            return not_empty(node->v.import.names->length, "names", (KrNode *)node);
        case KR_STMT_IMPORT_FROM:
            if (node->v.import_from.level < 0) return bad("Negative ImportFrom level");
            return not_empty(node->v.import_from.names->length, "names", (KrNode *)node);
        case KR_STMT_GLOBAL:
        case KR_STMT_NONLOCAL:         // the same layout
            return not_empty(node->v.global.names->length, "names", (KrNode *)node);
        case KR_STMT_EXPR: return check_load(check, node->v.expr.value);
        default: return 1;
    }
}

static int check_stmts(Check *check, KrStmtSeq *seq)
{
    for (Py_ssize_t i = 0; i < seq->length; i++) {
        KrStmt *node = seq->items[i];
        if (node == NULL) return bad("None disallowed in statement list");
        if (!check_position(node) || !enter(check) || !check_stmt_parts(check, node)) return 0;
        check->depth--;
    }
    return 1;
}

int kr_ast_validate(KrMod *module)
{
    int frames = Py_GetRecursionLimit();
    Check check = {0, frames > MAX_LEVELS / LEVELS_PER_FRAME ? MAX_LEVELS
                   : frames * LEVELS_PER_FRAME};
    int fine;
    switch (module->kind) {
        case KR_MOD_MODULE: fine = check_stmts(&check, module->v.module.body); break;
        case KR_MOD_INTERACTIVE: fine = check_stmts(&check, module->v.interactive.body); break;
        case KR_MOD_EXPRESSION: fine = check_load(&check, module->v.expression.body); break;
        default:
            fine = check_exprs(&check, module->v.function_type.argtypes, KR_EXPR_CONTEXT_LOAD, 0)
                && check_load(&check, module->v.function_type.returns);
    }
    return fine ? 0 : -1;
}
