// operators.c - the rules from `disjunction` down to `primary`, by precedence.
//
// One function climbs all binary operators; its results and how far it looks are those of a rule
// for each
// level.  A missing operand means that the expression ends before the operator: the caller says
// what else may stand there.
#include "syntax/grammar.h"

#include "syntax/actions.h"
#include "syntax/quick.h"
#include "syntax/syntax_errors.h"

#include "pyerrors.h"

#include <assert.h>

// Binding strength and meaning of the binary operators, from `|` up to `//`.
typedef struct KrOperatorInfo {
    unsigned char strength;            // 0: no such operator
    unsigned char operator;            // KrOperator
} KrOperatorInfo;

enum { STRENGTH_OR = 1, STRENGTH_XOR, STRENGTH_AND, STRENGTH_SHIFT, STRENGTH_SUM, STRENGTH_TERM };

static const KrOperatorInfo operators[KR_TOKEN_KIND_COUNT] = {
    [KR_TOKEN_VBAR] = {STRENGTH_OR, KR_OPERATOR_BIT_OR},
    [KR_TOKEN_CIRCUMFLEX] = {STRENGTH_XOR, KR_OPERATOR_BIT_XOR},
    [KR_TOKEN_AMPER] = {STRENGTH_AND, KR_OPERATOR_BIT_AND},
    [KR_TOKEN_LEFTSHIFT] = {STRENGTH_SHIFT, KR_OPERATOR_LSHIFT},
    [KR_TOKEN_RIGHTSHIFT] = {STRENGTH_SHIFT, KR_OPERATOR_RSHIFT},
    [KR_TOKEN_PLUS] = {STRENGTH_SUM, KR_OPERATOR_ADD},
    [KR_TOKEN_MINUS] = {STRENGTH_SUM, KR_OPERATOR_SUB},
    [KR_TOKEN_STAR] = {STRENGTH_TERM, KR_OPERATOR_MULT},
    [KR_TOKEN_SLASH] = {STRENGTH_TERM, KR_OPERATOR_DIV},
    [KR_TOKEN_DOUBLESLASH] = {STRENGTH_TERM, KR_OPERATOR_FLOOR_DIV},
    [KR_TOKEN_PERCENT] = {STRENGTH_TERM, KR_OPERATOR_MOD},
    [KR_TOKEN_AT] = {STRENGTH_TERM, KR_OPERATOR_MAT_MULT},
};

static void *fail(KrParser *p)
{
    p->failed = 1;
    return NULL;
}

// A node that was just made, or the failure to make it.
static void *made(KrParser *p, void *node)
{
    return node != NULL ? node : fail(p);
}

// ---- Primary -----------------------------------------------------------------------------------

// One .name, (arguments) or [slices] behind [base], or NULL with nothing taken.
static KrExpr *trailer(KrParser *p, KrExpr *base, int mark)
{
    int here = p->mark, kind = kr_parser_peek(p);
    KrExpr *node = NULL;
    if (kind == KR_TOKEN_DOT) {
        p->mark++;
        KrToken *name = kr_parser_expect(p, KR_TOKEN_NAME);
        if (name != NULL) {
            PyObject *id = kr_parser_identifier(p, kr_parser_text(p, name), name->length);
            if (id == NULL) return NULL;
            node = kr_ast_attribute(p->arena, base, id, KR_EXPR_CONTEXT_LOAD,
                                    kr_parser_span(p, mark));
        }
    } else if (p->fast && kind == KR_TOKEN_LPAR) {
        return kr_quick_call(p, base, mark);
    } else {
        KrExpr *generator = p->fast ? NULL : kr_grammar_genexp(p);
        KrExpr *inner;
        if (generator != NULL) {
            node = kr_ast_call(p->arena, base, kr_actions_one(p, generator), NULL,
                               kr_parser_span(p, mark));
        } else if (p->failed) {
            return NULL;
        } else if (kind == KR_TOKEN_LPAR) {
            p->mark++;
            inner = kr_grammar_arguments(p);
            if (!p->failed && kr_parser_expect(p, KR_TOKEN_RPAR))
                node = kr_ast_call(p->arena, base, kr_actions_call_args(p, inner),
                                   kr_actions_call_keywords(p, inner), kr_parser_span(p, mark));
        } else if (kind == KR_TOKEN_LSQB) {
            p->mark++;
            inner = kr_grammar_slices(p);
            if (inner != NULL && kr_parser_expect(p, KR_TOKEN_RSQB))
                node = kr_ast_subscript(p->arena, base, inner, KR_EXPR_CONTEXT_LOAD,
                                        kr_parser_span(p, mark));
        }
    }
    if (node == NULL) {
        if (PyErr_Occurred()) p->failed = 1;
        p->mark = here;
    }
    return node;
}

void *kr_grammar_primary(KrParser *p)
{
    int mark = p->mark;
    KrExpr *node = kr_grammar_atom(p);
    while (node != NULL) {
        KrExpr *longer = trailer(p, node, mark);
        if (longer == NULL) break;
        node = longer;
    }
    return p->failed ? NULL : node;
}

static int at_trailer(KrParser *p)
{
    int kind = kr_parser_peek(p);
    return kind == KR_TOKEN_LPAR || kind == KR_TOKEN_LSQB || kind == KR_TOKEN_DOT;
}

void *kr_grammar_target_primary(KrParser *p)
{
    int mark = p->mark;
    if (!p->fast) {
        KrExpr *known;
        if (kr_parser_peek(p) < 0) return NULL;
        if (kr_parser_recall(p, KR_RULE_TARGET_PRIMARY, &known)) return known;
    }
    KrExpr *node = kr_grammar_atom(p);
    if (node != NULL && !at_trailer(p)) {
        node = NULL;
        p->mark = mark;
    }
    while (node != NULL && !p->failed) {
        int here = p->mark;
        KrExpr *longer = trailer(p, node, mark);
        if (longer != NULL && at_trailer(p)) {
            node = longer;
            continue;
        }
        p->mark = here;
        break;
    }
    if (p->failed) return NULL;
    if (!p->fast) kr_parser_remember(p, mark, KR_RULE_TARGET_PRIMARY, node);
    return node;
}

// ---- Arithmetic --------------------------------------------------------------------------------

static KrExpr *factor(KrParser *p);

static KrExpr *await_primary(KrParser *p)
{
    int mark = p->mark;
    if (kr_parser_peek(p) != KR_TOKEN_AWAIT) return kr_grammar_primary(p);
    p->mark++;
    KrExpr *value = kr_grammar_primary(p);
    if (value == NULL) {
        p->mark = mark;
        return NULL;
    }
    KrExpr *node = kr_ast_await(p->arena, value, kr_parser_span(p, mark));
    return kr_parser_since(p, node, 5, "Await expressions are");
}

static KrExpr *power(KrParser *p)
{
    int mark = p->mark;
    KrExpr *base = await_primary(p);
    if (base == NULL) return NULL;
    int here = p->mark;
    if (kr_parser_expect(p, KR_TOKEN_DOUBLESTAR) == NULL) return p->failed ? NULL : base;
    if (kr_parser_enter(p) < 0) return NULL;
    KrExpr *exponent = factor(p);
    p->depth--;
    if (exponent != NULL)
        return made(p, kr_ast_bin_op(p->arena, base, KR_OPERATOR_POW, exponent,
                                     kr_parser_span(p, mark)));
    p->mark = here;
    return p->failed ? NULL : base;
}

static KrExpr *factor(KrParser *p)
{
    int mark = p->mark, operator;
    switch (kr_parser_peek(p)) {
        case KR_TOKEN_PLUS: operator = KR_UNARYOP_UADD; break;
        case KR_TOKEN_MINUS: operator = KR_UNARYOP_USUB; break;
        case KR_TOKEN_TILDE: operator = KR_UNARYOP_INVERT; break;
        default: return power(p);
    }
    if (kr_parser_enter(p) < 0) return NULL;
    p->mark++;
    KrExpr *operand = factor(p);
    p->depth--;
    if (operand != NULL)
        return made(p, kr_ast_unary_op(p->arena, operator, operand, kr_parser_span(p, mark)));
    p->mark = mark;
    return NULL;
}

// Operands and binary operators that bind at least as strongly as [strength].
static KrExpr *binary(KrParser *p, int strength)
{
    int mark = p->mark;
    KrExpr *left = factor(p);
    if (left == NULL) return NULL;
    for (;;) {
        int here = p->mark, kind = kr_parser_peek(p);
        if (kind < 0) return NULL;
        KrOperatorInfo info = operators[kind];
        if (info.strength < strength || info.strength == 0) return left;
        p->mark++;
        KrExpr *right = binary(p, info.strength + 1);
        if (right == NULL) {
            p->mark = here;
            return p->failed ? NULL : left;
        }
        KrExpr *node =
            kr_ast_bin_op(p->arena, left, info.operator, right, kr_parser_span(p, mark));
        left = kind == KR_TOKEN_AT ? kr_parser_since(p, node, 5, "The '@' operator is")
            : made(p, node);
        if (left == NULL) return NULL;
    }
}

void *kr_grammar_bitwise_or(KrParser *p)
{
    if (p->fast) return binary(p, STRENGTH_OR);
    int mark = p->mark;
    void *node = NULL;
    if (kr_parser_peek(p) < 0) return NULL;
    if (kr_parser_recall(p, KR_RULE_BITWISE_OR, &node)) return node;
    node = binary(p, STRENGTH_OR);
    if (node == NULL) p->mark = mark;
    if (p->failed) return NULL;
    kr_parser_remember(p, mark, KR_RULE_BITWISE_OR, node);
    return node;
}

// ---- Comparison --------------------------------------------------------------------------------

// Takes `!=` or `<>`, whichever the program may use.  0 when it is the wrong one; with <> under
// the joke of PEP 401 that is an error at once.
static int check_not_equal(KrParser *p, KrToken *token)
{
    char first = *kr_parser_text(p, token);
    if (!(p->flags & CO_FUTURE_BARRY_AS_BDFL)) return first == '!';
    if (first == '<') return 1;
    kr_errors_raise_last(p, "with Barry as BDFL, use '<>' instead of '!='");
    return 0;
}

// Takes a comparison operator: its KrCmpop, or 0 with nothing taken.
static int comparison_operator(KrParser *p)
{
    int mark = p->mark;
    switch (kr_parser_peek(p)) {
        case KR_TOKEN_EQEQUAL: p->mark++; return KR_CMPOP_EQ;
        case KR_TOKEN_LESS: p->mark++; return KR_CMPOP_LT;
        case KR_TOKEN_LESSEQUAL: p->mark++; return KR_CMPOP_LT_E;
        case KR_TOKEN_GREATER: p->mark++; return KR_CMPOP_GT;
        case KR_TOKEN_GREATEREQUAL: p->mark++; return KR_CMPOP_GT_E;
        case KR_KEYWORD_in: p->mark++; return KR_CMPOP_IN;
        case KR_TOKEN_NOTEQUAL:
            if (!check_not_equal(p, p->tokens[mark])) return 0;
            p->mark++;
            return KR_CMPOP_NOT_EQ;
        case KR_KEYWORD_not:
            p->mark++;
            if (kr_parser_expect(p, KR_KEYWORD_in)) return KR_CMPOP_NOT_IN;
            p->mark = mark;
            return 0;
        case KR_KEYWORD_is:
            p->mark++;
            return kr_parser_expect(p, KR_KEYWORD_not) ? KR_CMPOP_IS_NOT : KR_CMPOP_IS;
        default:
            return 0;
    }
}

static KrExpr *comparison(KrParser *p)
{
    int mark = p->mark, operator;
    KrExpr *left = kr_grammar_bitwise_or(p);
    if (left == NULL) return NULL;
    Py_ssize_t base = p->pending_count;
    int here = p->mark;
    while ((operator = comparison_operator(p)) != 0) {
        KrExpr *right = kr_grammar_bitwise_or(p);
        if (right == NULL && operator == KR_CMPOP_IS_NOT && !p->failed) {
            p->mark--;                 // `is` and an operand that begins with `not`: none does
            right = kr_grammar_bitwise_or(p);
            operator = KR_CMPOP_IS;
        }
        if (right == NULL) break;
        if (kr_parser_push(p, (void *)(intptr_t)operator) < 0 || kr_parser_push(p, right) < 0)
            return NULL;
        here = p->mark;
    }
    p->mark = here;
    Py_ssize_t count = (p->pending_count - base) / 2;
    if (p->failed || count == 0) return p->failed ? NULL : left;
    KrIntSeq *ops = kr_ast_seq_new(p->arena, count);
    KrExprSeq *comparators = kr_ast_seq_new(p->arena, count);
    if (ops == NULL || comparators == NULL) return fail(p);
    for (Py_ssize_t i = 0; i < count; i++) {
        ops->items[i] = (int)(intptr_t)p->pending[base + 2 * i];
        comparators->items[i] = p->pending[base + 2 * i + 1];
    }
    p->pending_count = base;
    return made(p, kr_ast_compare(p->arena, left, ops, comparators, kr_parser_span(p, mark)));
}

// ---- not, and, or ------------------------------------------------------------------------------

static KrExpr *inversion(KrParser *p)
{
    if (kr_parser_peek(p) != KR_KEYWORD_not) return comparison(p);
    int mark = p->mark++;
    if (kr_parser_enter(p) < 0) return NULL;
    KrExpr *operand = inversion(p);
    p->depth--;
    if (operand != NULL)
        return made(p,
                    kr_ast_unary_op(p->arena, KR_UNARYOP_NOT, operand, kr_parser_span(p, mark)));
    p->mark = mark;
    return NULL;
}

// Operands between `and` or `or`.
static KrExpr *boolean(KrParser *p, int keyword, KrExpr *(*operand)(KrParser *))
{
    int mark = p->mark;
    KrExpr *first = operand(p);
    if (first == NULL || kr_parser_peek(p) != keyword) return p->failed ? NULL : first;
    Py_ssize_t base = p->pending_count;
    if (kr_parser_push(p, first) < 0) return NULL;
    int here = p->mark;
    while (kr_parser_expect(p, keyword)) {
        KrExpr *next = operand(p);
        if (next == NULL || kr_parser_push(p, next) < 0) break;
        here = p->mark;
    }
    p->mark = here;
    if (p->pending_count == base + 1 || p->failed) {
        p->pending_count = base;
        return p->failed ? NULL : first;
    }
    KrExprSeq *values = (KrExprSeq *)kr_parser_pop(p, base, 1);
    int operator = keyword == KR_KEYWORD_or ? KR_BOOLOP_OR : KR_BOOLOP_AND;
    if (values == NULL) return NULL;
    return made(p, kr_ast_bool_op(p->arena, operator, values, kr_parser_span(p, mark)));
}

static KrExpr *conjunction(KrParser *p)
{
    return boolean(p, KR_KEYWORD_and, inversion);
}

void *kr_grammar_disjunction(KrParser *p)
{
    if (p->fast) return boolean(p, KR_KEYWORD_or, conjunction);
    int mark = p->mark;
    void *node = NULL;
    if (kr_parser_peek(p) < 0) return NULL;
    if (kr_parser_recall(p, KR_RULE_DISJUNCTION, &node)) return node;
    if (kr_parser_enter(p) < 0) return NULL;
    node = boolean(p, KR_KEYWORD_or, conjunction);
    p->depth--;
    if (node == NULL) p->mark = mark;
    if (p->failed) return NULL;
    kr_parser_remember(p, mark, KR_RULE_DISJUNCTION, node);
    return node;
}
