// diagnosis.c - what the `diagnosis` rules of the grammar ask and say.
#include "syntax/actions.h"

#include "syntax/syntax_errors.h"

#include "boolobject.h"
#include "object.h"
#include "pyerrors.h"
#include "sliceobject.h"
#include "unicodeobject.h"

#include <assert.h>

typedef enum { STAR_TARGET, FOR_TARGET, DEL_TARGET } TargetKind;

static const char *name_of_constant(PyObject *value)
{
    if (value == Py_None) return "None";
    if (value == Py_True) return "True";
    if (value == Py_False) return "False";
    return value == Py_Ellipsis ? "ellipsis" : "literal";
}

const char *kr_actions_name_of(KrParser *p, void *expression)
{
    static const char *const names[KR_AST_KIND_COUNT] = {
        [KR_EXPR_ATTRIBUTE] = "attribute",
        [KR_EXPR_SUBSCRIPT] = "subscript",
        [KR_EXPR_STARRED] = "starred",
        [KR_EXPR_NAME] = "name",
        [KR_EXPR_LIST] = "list",
        [KR_EXPR_TUPLE] = "tuple",
        [KR_EXPR_LAMBDA] = "lambda",
        [KR_EXPR_CALL] = "function call",
        [KR_EXPR_BOOL_OP] = "expression",
        [KR_EXPR_BIN_OP] = "expression",
        [KR_EXPR_UNARY_OP] = "expression",
        [KR_EXPR_GENERATOR_EXP] = "generator expression",
        [KR_EXPR_YIELD] = "yield expression",
        [KR_EXPR_YIELD_FROM] = "yield expression",
        [KR_EXPR_AWAIT] = "await expression",
        [KR_EXPR_LIST_COMP] = "list comprehension",
        [KR_EXPR_SET_COMP] = "set comprehension",
        [KR_EXPR_DICT_COMP] = "dict comprehension",
        [KR_EXPR_DICT] = "dict literal",
        [KR_EXPR_SET] = "set display",
        [KR_EXPR_JOINED_STR] = "f-string expression",
        [KR_EXPR_FORMATTED_VALUE] = "f-string expression",
        [KR_EXPR_COMPARE] = "comparison",
        [KR_EXPR_IF_EXP] = "conditional expression",
        [KR_EXPR_NAMED_EXPR] = "named expression",
    };
    const KrExpr *node = expression;
    if (node->kind == KR_EXPR_CONSTANT) return name_of_constant(node->v.constant.value);
    assert(names[node->kind] != NULL);
    return names[node->kind];
}

int kr_actions_is_legacy_statement(KrParser *p, void *expression)
{
    const KrExpr *node = expression;
    if (node->kind != KR_EXPR_NAME) return 0;
    return PyUnicode_CompareWithASCIIString(node->v.name.id, "print") == 0
        || PyUnicode_CompareWithASCIIString(node->v.name.id, "exec") == 0;
}

int kr_actions_may_miss_comma(KrParser *p, void *expression)
{
    return !kr_actions_is_legacy_statement(p, expression) && p->tokens[p->mark - 1]->level > 0;
}

// ---- Targets -----------------------------------------------------------------------------------

// The part of [node] that cannot be a target, or NULL.
static KrExpr *find_invalid_target(KrExpr *node, TargetKind kind)
{
    KrExprSeq *items;
    switch (node->kind) {
        case KR_EXPR_NAME:
        case KR_EXPR_SUBSCRIPT:
        case KR_EXPR_ATTRIBUTE:
            return NULL;
        case KR_EXPR_LIST: items = node->v.list.elts; break;
        case KR_EXPR_TUPLE: items = node->v.tuple.elts; break;
        case KR_EXPR_STARRED:
            return kind == DEL_TARGET ? node : find_invalid_target(node->v.starred.value, kind);
        case KR_EXPR_COMPARE:          // `for a in b` reads `a in b` first
            if (kind != FOR_TARGET) return node;
            if (node->v.compare.ops->items[0] != KR_CMPOP_IN) return NULL;
            return find_invalid_target(node->v.compare.left, kind);
        default:
            return node;
    }
    for (Py_ssize_t i = 0; i < items->length; i++) {
        KrExpr *invalid = find_invalid_target(items->items[i], kind);
        if (invalid != NULL) return invalid;
    }
    return NULL;
}

static void *check_target(KrParser *p, KrExpr *node, TargetKind kind)
{
    KrExpr *invalid = find_invalid_target(node, kind);
    if (invalid == NULL) return NULL;
    const char *format = kind == DEL_TARGET ? "cannot delete %s" : "cannot assign to %s";
    return kr_errors_raise_range(p, invalid, invalid, format, kr_actions_name_of(p, invalid));
}

void *kr_actions_invalid_star_target(KrParser *p, void *expression)
{
    return check_target(p, expression, STAR_TARGET);
}

void *kr_actions_invalid_for_target(KrParser *p, void *expression)
{
    return check_target(p, expression, FOR_TARGET);
}

void *kr_actions_invalid_del_target(KrParser *p, void *expression)
{
    return check_target(p, expression, DEL_TARGET);
}

// ---- Calls and dicts ---------------------------------------------------------------------------

void *kr_actions_last_of_comprehension(KrParser *p, void *clauses)
{
    KrComprehension *last = kr_actions_last(p, clauses);
    return last->ifs->length == 0 ? last->iter : last->ifs->items[last->ifs->length - 1];
}

// f(L, x for x in y): the generator's element was read as the last argument.
void *kr_actions_bare_generator_in_call(KrParser *p, void *call, void *clauses)
{
    KrExprSeq *args = ((KrExpr *)call)->v.call.args;
    if (args->length <= 1) return NULL;
    return kr_errors_raise_range(p, args->items[args->length - 1],
                                 kr_actions_last_of_comprehension(p, clauses),
                                 "Generator expression must be parenthesized");
}

void *kr_actions_positional_after_keyword(KrParser *p, void *call)
{
    KrKeywordSeq *keywords = ((KrExpr *)call)->v.call.keywords;
    int has_unpacking = 0;
    for (Py_ssize_t i = 0; i < keywords->length; i++)
        has_unpacking |= keywords->items[i]->arg == NULL;
    return kr_errors_raise_last(p, has_unpacking
                                       ? "positional argument follows keyword argument unpacking"
                                       : "positional argument follows keyword argument");
}

void *kr_actions_missing_dict_colon(KrParser *p, void *key)
{
    const KrExpr *node = key;
    KrPosition where = {node->lineno, node->end_col_offset - 1, node->end_lineno, -1};
    return kr_errors_raise_at(p, PyExc_SyntaxError, where, "':' expected after dictionary key");
}
