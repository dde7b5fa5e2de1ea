// fold.c - the walk that computes constant expressions in the tree: bottom up, in place.
//
// Lists and sets that are only iterated over or searched become tuples and frozensets.  Operators
// are in fold_operators.c, `%` formats in fold_format.c.  Visitors return 0, or -1 with an
// exception.
#include "compile/fold.h"

#include "abstract.h"
#include "boolobject.h"
#include "cpython/code.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "setobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

static int fold_statements(KrFolder *folder, KrStmtSeq *statements);
static int fold_expression(KrFolder *folder, KrExpr *expression);

// ---- results -----------------------------------------------------------------------------------

int kr_fold_to_constant(KrFolder *folder, KrExpr *node, PyObject *value)
{
    if (value == NULL) { // 1/0 and the like: left for run time
        if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) return -1;
        PyErr_Clear();
        return 0;
    }
    if (kr_ast_arena_add_object(folder->arena, value) < 0) return -1;
    node->kind = KR_EXPR_CONSTANT;
    node->v.constant.value = value;
    node->v.constant.kind = NULL;
    return 0;
}

static bool all_constant(const KrExprSeq *items)
{
    for (Py_ssize_t i = 0; i < items->length; i++)
        if (items->items[i]->kind != KR_EXPR_CONSTANT) return false;
    return true;
}

static PyObject *constant_tuple(const KrExprSeq *items)
{
    PyObject *tuple = PyTuple_New(items->length);
    for (Py_ssize_t i = 0; i < items->length && tuple != NULL; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(items->items[i]->v.constant.value));
    return tuple;
}

static int fold_tuple(KrFolder *folder, KrExpr *node)
{
    if (node->v.tuple.ctx != KR_EXPR_CONTEXT_LOAD || !all_constant(node->v.tuple.elts)) return 0;
    return kr_fold_to_constant(folder, node, constant_tuple(node->v.tuple.elts));
}

static bool has_starred(const KrExprSeq *items)
{
    for (Py_ssize_t i = 0; i < items->length; i++)
        if (items->items[i]->kind == KR_EXPR_STARRED) return true;
    return false;
}

// What nobody else can see needs not be mutable.
static int fold_iterable(KrFolder *folder, KrExpr *node)
{
    if (node->kind == KR_EXPR_LIST) {
        if (has_starred(node->v.list.elts)) return 0;
        KrExprSeq *items = node->v.list.elts;
        KrExprContext context = node->v.list.ctx;
        node->kind = KR_EXPR_TUPLE;
        node->v.tuple.elts = items;
        node->v.tuple.ctx = context;
        return fold_tuple(folder, node);
    }
    if (node->kind != KR_EXPR_SET || !all_constant(node->v.set.elts)) return 0;
    KR_AUTO PyObject *items = constant_tuple(node->v.set.elts);
    return items == NULL ? -1 : kr_fold_to_constant(folder, node, PyFrozenSet_New(items));
}

static int fold_compare(KrFolder *folder, KrExpr *node)
{
    Py_ssize_t last = node->v.compare.ops->length - 1;
    int operator= node->v.compare.ops->items[last];
    if (operator!= KR_CMPOP_IN && operator!= KR_CMPOP_NOT_IN) return 0;
    return fold_iterable(folder, node->v.compare.comparators->items[last]);
}

static int fold_subscript(KrFolder *folder, KrExpr *node)
{
    KrExpr *value = node->v.subscript.value, *index = node->v.subscript.slice;
    if (node->v.subscript.ctx != KR_EXPR_CONTEXT_LOAD || value->kind != KR_EXPR_CONSTANT ||
        index->kind != KR_EXPR_CONSTANT)
        return 0;
    return kr_fold_to_constant(folder, node,
                               PyObject_GetItem(value->v.constant.value, index->v.constant.value));
}

// ---- sequences ---------------------------------------------------------------------------------

static int fold_optional(KrFolder *folder, KrExpr *expression)
{
    return expression == NULL ? 0 : fold_expression(folder, expression);
}

static int fold_expressions(KrFolder *folder, KrExprSeq *expressions)
{
    for (Py_ssize_t i = 0; i < expressions->length; i++)
        if (fold_optional(folder, expressions->items[i]) < 0) return -1;
    return 0;
}

static int fold_two(KrFolder *folder, KrExpr *first, KrExpr *second)
{
    return fold_expression(folder, first) < 0 ? -1 : fold_expression(folder, second);
}

static int fold_keywords(KrFolder *folder, KrKeywordSeq *keywords)
{
    for (Py_ssize_t i = 0; i < keywords->length; i++)
        if (fold_expression(folder, keywords->items[i]->value) < 0) return -1;
    return 0;
}

static int fold_loops(KrFolder *folder, KrComprehensionSeq *loops)
{
    for (Py_ssize_t i = 0; i < loops->length; i++) {
        KrComprehension *loop = loops->items[i];
        if (fold_two(folder, loop->target, loop->iter) < 0 ||
            fold_expressions(folder, loop->ifs) < 0 || fold_iterable(folder, loop->iter) < 0)
            return -1;
    }
    return 0;
}

static int fold_annotation(KrFolder *folder, KrExpr *annotation)
{
    return folder->keep_annotations ? 0 : fold_optional(folder, annotation);
}

static int fold_parameters(KrFolder *folder, KrArgSeq *parameters)
{
    for (Py_ssize_t i = 0; i < parameters->length; i++)
        if (fold_annotation(folder, parameters->items[i]->annotation) < 0) return -1;
    return 0;
}

static int fold_arguments(KrFolder *folder, KrArguments *arguments)
{
    if (fold_parameters(folder, arguments->posonlyargs) < 0 ||
        fold_parameters(folder, arguments->args) < 0 ||
        (arguments->vararg && fold_annotation(folder, arguments->vararg->annotation) < 0) ||
        fold_parameters(folder, arguments->kwonlyargs) < 0 ||
        fold_expressions(folder, arguments->kw_defaults) < 0 ||
        (arguments->kwarg && fold_annotation(folder, arguments->kwarg->annotation) < 0))
        return -1;
    return fold_expressions(folder, arguments->defaults);
}

// ---- expressions -------------------------------------------------------------------------------

static int fold_name(KrFolder *folder, KrExpr *node)
{
    if (node->v.name.ctx != KR_EXPR_CONTEXT_LOAD ||
        PyUnicode_CompareWithASCIIString(node->v.name.id, "__debug__") != 0)
        return 0;
    return kr_fold_to_constant(folder, node, PyBool_FromLong(!folder->optimize));
}

// long: one line for each kind of expression
static int fold_expression_kind(KrFolder *f, KrExpr *e)
{
    switch (e->kind) {
    case KR_EXPR_BOOL_OP: return fold_expressions(f, e->v.bool_op.values);
    case KR_EXPR_NAMED_EXPR: return fold_expression(f, e->v.named_expr.value);
    case KR_EXPR_BIN_OP:
        return fold_two(f, e->v.bin_op.left, e->v.bin_op.right) < 0 ? -1 : kr_fold_binary(f, e);
    case KR_EXPR_UNARY_OP:
        return fold_expression(f, e->v.unary_op.operand) < 0 ? -1 : kr_fold_unary(f, e);
    case KR_EXPR_LAMBDA:
        return fold_arguments(f, e->v.lambda.args) < 0 ? -1 : fold_expression(f, e->v.lambda.body);
    case KR_EXPR_IF_EXP:
        return fold_two(f, e->v.if_exp.test, e->v.if_exp.body) < 0
                   ? -1
                   : fold_expression(f, e->v.if_exp.orelse);
    case KR_EXPR_DICT:
        return fold_expressions(f, e->v.dict.keys) < 0 ? -1
                                                       : fold_expressions(f, e->v.dict.values);
    case KR_EXPR_SET: return fold_expressions(f, e->v.set.elts);
    case KR_EXPR_LIST_COMP:
        return fold_expression(f, e->v.list_comp.elt) < 0
                   ? -1
                   : fold_loops(f, e->v.list_comp.generators);
    case KR_EXPR_SET_COMP:
        return fold_expression(f, e->v.set_comp.elt) < 0 ? -1
                                                         : fold_loops(f, e->v.set_comp.generators);
    case KR_EXPR_DICT_COMP:
        if (fold_two(f, e->v.dict_comp.key, e->v.dict_comp.value) < 0) return -1;
        return fold_loops(f, e->v.dict_comp.generators);
    case KR_EXPR_GENERATOR_EXP:
        return fold_expression(f, e->v.generator_exp.elt) < 0
                   ? -1
                   : fold_loops(f, e->v.generator_exp.generators);
    case KR_EXPR_AWAIT: return fold_expression(f, e->v.await.value);
    case KR_EXPR_YIELD: return fold_optional(f, e->v.yield.value);
    case KR_EXPR_YIELD_FROM: return fold_expression(f, e->v.yield_from.value);
    case KR_EXPR_COMPARE:
        if (fold_expression(f, e->v.compare.left) < 0 ||
            fold_expressions(f, e->v.compare.comparators) < 0)
            return -1;
        return fold_compare(f, e);
    case KR_EXPR_CALL:
        if (fold_expression(f, e->v.call.func) < 0 || fold_expressions(f, e->v.call.args) < 0)
            return -1;
        return fold_keywords(f, e->v.call.keywords);
    case KR_EXPR_FORMATTED_VALUE:
        if (fold_expression(f, e->v.formatted_value.value) < 0) return -1;
        return fold_optional(f, e->v.formatted_value.format_spec);
    case KR_EXPR_JOINED_STR: return fold_expressions(f, e->v.joined_str.values);
    case KR_EXPR_ATTRIBUTE: return fold_expression(f, e->v.attribute.value);
    case KR_EXPR_SUBSCRIPT:
        return fold_two(f, e->v.subscript.value, e->v.subscript.slice) < 0 ? -1
                                                                           : fold_subscript(f, e);
    case KR_EXPR_STARRED: return fold_expression(f, e->v.starred.value);
    case KR_EXPR_SLICE:
        if (fold_optional(f, e->v.slice.lower) < 0 || fold_optional(f, e->v.slice.upper) < 0)
            return -1;
        return fold_optional(f, e->v.slice.step);
    case KR_EXPR_LIST: return fold_expressions(f, e->v.list.elts);
    case KR_EXPR_TUPLE: return fold_expressions(f, e->v.tuple.elts) < 0 ? -1 : fold_tuple(f, e);
    case KR_EXPR_NAME: return fold_name(f, e);
    default: return 0;
    }
}

static int fold_expression(KrFolder *folder, KrExpr *expression)
{
    if (!kr_depth_enter(&folder->depth)) return -1;
    int result = fold_expression_kind(folder, expression);
    kr_depth_leave(&folder->depth);
    return result;
}

// ---- patterns ----------------------------------------------------------------------------------

static int fold_pattern(KrFolder *folder, KrPattern *pattern);

static int fold_patterns(KrFolder *folder, KrPatternSeq *patterns)
{
    for (Py_ssize_t i = 0; i < patterns->length; i++)
        if (fold_pattern(folder, patterns->items[i]) < 0) return -1;
    return 0;
}

static int fold_pattern_kind(KrFolder *f, KrPattern *p)
{
    switch (p->kind) {
    case KR_PATTERN_MATCH_VALUE: return fold_expression(f, p->v.match_value.value);
    case KR_PATTERN_MATCH_SEQUENCE: return fold_patterns(f, p->v.match_sequence.patterns);
    case KR_PATTERN_MATCH_MAPPING:
        if (fold_expressions(f, p->v.match_mapping.keys) < 0) return -1;
        return fold_patterns(f, p->v.match_mapping.patterns);
    case KR_PATTERN_MATCH_CLASS:
        if (fold_expression(f, p->v.match_class.cls) < 0 ||
            fold_patterns(f, p->v.match_class.patterns) < 0)
            return -1;
        return fold_patterns(f, p->v.match_class.kwd_patterns);
    case KR_PATTERN_MATCH_AS:
        return p->v.match_as.pattern ? fold_pattern(f, p->v.match_as.pattern) : 0;
    case KR_PATTERN_MATCH_OR: return fold_patterns(f, p->v.match_or.patterns);
    default: return 0;
    }
}

static int fold_pattern(KrFolder *folder, KrPattern *pattern)
{
    if (!kr_depth_enter(&folder->depth)) return -1;
    int result = fold_pattern_kind(folder, pattern);
    kr_depth_leave(&folder->depth);
    return result;
}

static int fold_cases(KrFolder *folder, KrMatchCaseSeq *cases)
{
    for (Py_ssize_t i = 0; i < cases->length; i++) {
        KrMatchCase *one = cases->items[i];
        if (fold_pattern(folder, one->pattern) < 0 || fold_optional(folder, one->guard) < 0 ||
            fold_statements(folder, one->body) < 0)
            return -1;
    }
    return 0;
}

// ---- statements --------------------------------------------------------------------------------

static bool has_docstring(KrStmtSeq *body)
{
    if (body->length == 0 || body->items[0]->kind != KR_STMT_EXPR) return false;
    KrExpr *value = body->items[0]->v.expr.value;
    return value->kind == KR_EXPR_CONSTANT && PyUnicode_CheckExact(value->v.constant.value);
}

// A string that came of folding must not become the docstring: it is wrapped.
static int fold_body(KrFolder *folder, KrStmtSeq *body)
{
    bool had_docstring = has_docstring(body);
    if (fold_statements(folder, body) < 0) return -1;
    if (had_docstring || !has_docstring(body)) return 0;
    KrStmt *first = body->items[0];
    KrExprSeq *values = kr_ast_seq_new(folder->arena, 1);
    if (values == NULL) return -1;
    values->items[0] = first->v.expr.value;
    KrExpr *wrapped = kr_ast_joined_str(folder->arena, values, first->position);
    if (wrapped == NULL) return -1;
    first->v.expr.value = wrapped;
    return 0;
}

static int fold_function(KrFolder *f, KrStmt *s)
{
    if (fold_arguments(f, s->v.function_def.args) < 0 ||
        fold_body(f, s->v.function_def.body) < 0 ||
        fold_expressions(f, s->v.function_def.decorator_list) < 0)
        return -1;
    return fold_annotation(f, s->v.function_def.returns);
}

static int fold_class(KrFolder *f, KrStmt *s)
{
    if (fold_expressions(f, s->v.class_def.bases) < 0 ||
        fold_keywords(f, s->v.class_def.keywords) < 0 || fold_body(f, s->v.class_def.body) < 0)
        return -1;
    return fold_expressions(f, s->v.class_def.decorator_list);
}

static int fold_for(KrFolder *f, KrStmt *s)
{
    if (fold_two(f, s->v.for_.target, s->v.for_.iter) < 0 ||
        fold_statements(f, s->v.for_.body) < 0 || fold_statements(f, s->v.for_.orelse) < 0)
        return -1;
    return s->kind == KR_STMT_FOR ? fold_iterable(f, s->v.for_.iter) : 0;
}

static int fold_with(KrFolder *f, KrStmt *s)
{
    KrWithitemSeq *items = s->v.with.items;
    for (Py_ssize_t i = 0; i < items->length; i++)
        if (fold_expression(f, items->items[i]->context_expr) < 0 ||
            fold_optional(f, items->items[i]->optional_vars) < 0)
            return -1;
    return fold_statements(f, s->v.with.body);
}

static int fold_try(KrFolder *f, KrStmt *s)
{
    if (fold_statements(f, s->v.try.body) < 0) return -1;
    KrExcepthandlerSeq *handlers = s->v.try.handlers;
    for (Py_ssize_t i = 0; i < handlers->length; i++)
        if (fold_optional(f, handlers->items[i]->v.except_handler.type) < 0 ||
            fold_statements(f, handlers->items[i]->v.except_handler.body) < 0)
            return -1;
    return fold_statements(f, s->v.try.orelse) < 0 ? -1 : fold_statements(f, s->v.try.finalbody);
}

static int fold_annotated_assign(KrFolder *f, KrStmt *s)
{
    if (fold_expression(f, s->v.ann_assign.target) < 0 ||
        fold_annotation(f, s->v.ann_assign.annotation) < 0)
        return -1;
    return fold_optional(f, s->v.ann_assign.value);
}

static int fold_test(KrFolder *f, KrExpr *test, KrStmtSeq *body, KrStmtSeq *orelse)
{
    if (fold_expression(f, test) < 0 || fold_statements(f, body) < 0) return -1;
    return fold_statements(f, orelse);
}

static int fold_statement_kind(KrFolder *f, KrStmt *s)
{
    switch (s->kind) {
    case KR_STMT_FUNCTION_DEF:
    case KR_STMT_ASYNC_FUNCTION_DEF: return fold_function(f, s);
    case KR_STMT_CLASS_DEF: return fold_class(f, s);
    case KR_STMT_RETURN: return fold_optional(f, s->v.return_.value);
    case KR_STMT_DELETE: return fold_expressions(f, s->v.delete.targets);
    case KR_STMT_ASSIGN:
        return fold_expressions(f, s->v.assign.targets) < 0
                   ? -1
                   : fold_expression(f, s->v.assign.value);
    case KR_STMT_AUG_ASSIGN: return fold_two(f, s->v.aug_assign.target, s->v.aug_assign.value);
    case KR_STMT_ANN_ASSIGN: return fold_annotated_assign(f, s);
    case KR_STMT_FOR:
    case KR_STMT_ASYNC_FOR: return fold_for(f, s);
    case KR_STMT_WHILE:
        return fold_test(f, s->v.while_.test, s->v.while_.body, s->v.while_.orelse);
    case KR_STMT_IF: return fold_test(f, s->v.if_.test, s->v.if_.body, s->v.if_.orelse);
    case KR_STMT_WITH:
    case KR_STMT_ASYNC_WITH: return fold_with(f, s);
    case KR_STMT_RAISE:
        return fold_optional(f, s->v.raise.exc) < 0 ? -1 : fold_optional(f, s->v.raise.cause);
    case KR_STMT_TRY:
    case KR_STMT_TRY_STAR: return fold_try(f, s);
    case KR_STMT_ASSERT:
        return fold_expression(f, s->v.assert_.test) < 0 ? -1 : fold_optional(f, s->v.assert_.msg);
    case KR_STMT_EXPR: return fold_expression(f, s->v.expr.value);
    case KR_STMT_MATCH:
        return fold_expression(f, s->v.match.subject) < 0 ? -1 : fold_cases(f, s->v.match.cases);
    default: return 0;
    }
}

static int fold_statements(KrFolder *folder, KrStmtSeq *statements)
{
    for (Py_ssize_t i = 0; i < statements->length; i++) {
        if (!kr_depth_enter(&folder->depth)) return -1;
        int result = fold_statement_kind(folder, statements->items[i]);
        kr_depth_leave(&folder->depth);
        if (result < 0) return -1;
    }
    return 0;
}

int kr_fold(KrMod *module, KrAstArena *arena, int optimize, int features)
{
    KrFolder folder = {arena, optimize, (features & CO_FUTURE_ANNOTATIONS) != 0, kr_depth_start()};
    switch (module->kind) {
    case KR_MOD_MODULE: return fold_body(&folder, module->v.module.body);
    case KR_MOD_INTERACTIVE: return fold_statements(&folder, module->v.interactive.body);
    case KR_MOD_EXPRESSION: return fold_expression(&folder, module->v.expression.body);
    default: return 0;
    }
}
