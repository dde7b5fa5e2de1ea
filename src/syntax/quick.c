// quick.c - native rules and the short cuts they take in the fast pass.
//
// A rule of the grammar tries alternatives and goes back; these functions decide by the next token
// and never read an expression twice.
//
// (1) What they accept, the exact rule accepts, with the same tree.
// (2) They may give up (NULL without an exception) on a valid program: the exact pass then reads
//     it.
// (3) A node just made here belongs to nobody else, so it may be turned into a target in place; a
//     Name belongs to its token and is copied.
#include "syntax/quick.h"

#include "syntax/actions.h"
#include "syntax/grammar.h"

#include "boolobject.h"
#include "pyerrors.h"
#include "sliceobject.h"

#include <assert.h>

static void *made(KrParser *p, void *node)
{
    if (node == NULL) p->failed = 1;
    return node;
}

static int at_for(KrParser *p)
{
    int kind = kr_parser_peek(p);
    return kind == KR_KEYWORD_for || kind == KR_TOKEN_ASYNC;
}

// ---- Expressions -------------------------------------------------------------------------------

static KrExpr *quick_expression(KrParser *p)
{
    int mark = p->mark;
    if (kr_parser_peek(p) == KR_KEYWORD_lambda) return kr_grammar_lambdef(p);
    KrExpr *value = kr_grammar_disjunction(p);
    if (value == NULL || kr_parser_peek(p) != KR_KEYWORD_if) return p->failed ? NULL : value;
    int here = p->mark++;
    KrExpr *test = kr_grammar_disjunction(p), *otherwise = NULL;
    if (test != NULL && kr_parser_expect(p, KR_KEYWORD_else)) otherwise = kr_grammar_expression(p);
    if (otherwise != NULL)
        return made(p, kr_ast_if_exp(p->arena, test, value, otherwise, kr_parser_span(p, mark)));
    p->mark = here;
    return p->failed ? NULL : value;
}

void *kr_grammar_expression(KrParser *p)
{
    if (!p->fast) return kr_grammar_exact_expression(p);
    if (kr_parser_enter(p) < 0) return NULL;
    KrExpr *node = quick_expression(p);
    p->depth--;
    return node;
}

// Whether a name and then a token of [kind] come next.
static int at_name_and(KrParser *p, int kind)
{
    if (kr_parser_peek(p) != KR_TOKEN_NAME) return 0;
    p->mark++;
    int found = kr_parser_peek(p) == kind;
    p->mark--;
    return found;
}

void *kr_grammar_named_expression(KrParser *p)
{
    if (!p->fast) return kr_grammar_exact_named_expression(p);
    if (at_name_and(p, KR_TOKEN_COLONEQUAL)) return kr_grammar_assignment_expression(p);
    return p->failed ? NULL : kr_grammar_expression(p);
}

static KrExpr *starred(KrParser *p, void *(*operand)(KrParser *))
{
    int mark = p->mark++;
    KrExpr *value = operand(p);
    if (value == NULL) {
        p->mark = mark;
        return NULL;
    }
    return made(p, kr_ast_starred(p->arena, value, KR_EXPR_CONTEXT_LOAD, kr_parser_span(p, mark)));
}

static KrExpr *starred_or(KrParser *p, void *(*otherwise)(KrParser *))
{
    if (kr_parser_peek(p) == KR_TOKEN_STAR) return starred(p, kr_grammar_bitwise_or);
    return otherwise(p);
}

// The rest of a sequence whose [first] item is there and whose comma comes next, up to something
// that cannot begin an item.
static KrExprSeq *rest_of_sequence(KrParser *p, KrExpr *first, void *(*item)(KrParser *))
{
    Py_ssize_t base = p->pending_count;
    if (kr_parser_push(p, first) < 0) return NULL;
    while (kr_parser_expect(p, KR_TOKEN_COMMA)) {
        int mark = p->mark;
        if (kr_parser_peek(p) != KR_TOKEN_STAR
            && !kr_parser_at_any(p, KR_FIRST_NAMED_EXPRESSION))
            break;
        KrExpr *next = starred_or(p, item);
        if (next == NULL) {
            p->mark = mark;
            break;
        }
        if (kr_parser_push(p, next) < 0) break;
    }
    return (KrExprSeq *)kr_parser_pop(p, base, 1);
}

void *kr_grammar_star_expressions(KrParser *p)
{
    if (!p->fast) return kr_grammar_exact_star_expressions(p);
    int mark = p->mark;
    KrExpr *first = starred_or(p, kr_grammar_expression);
    if (first == NULL || kr_parser_peek(p) != KR_TOKEN_COMMA) return p->failed ? NULL : first;
    KrExprSeq *items = rest_of_sequence(p, first, kr_grammar_expression);
    if (items == NULL) return NULL;
    return made(p, kr_ast_tuple(p->arena, items, KR_EXPR_CONTEXT_LOAD, kr_parser_span(p, mark)));
}

static KrExpr *quick_slice(KrParser *p, int mark)
{
    KrExpr *parts[3] = {NULL, NULL, NULL};
    if (kr_parser_peek(p) != KR_TOKEN_COLON) {
        parts[0] = kr_grammar_named_expression(p);
        if (parts[0] == NULL || kr_parser_peek(p) != KR_TOKEN_COLON)
            return p->failed ? NULL : parts[0];
        if (parts[0]->kind == KR_EXPR_NAMED_EXPR && p->tokens[mark]->kind == KR_TOKEN_NAME)
            return NULL;
    }
    for (int i = 1; i < 3 && kr_parser_expect(p, KR_TOKEN_COLON); i++) {
        if (kr_parser_at_any(p, KR_FIRST_EXPRESSION)) {
            parts[i] = kr_grammar_expression(p);
            if (parts[i] == NULL) return NULL;
        }
    }
    if (p->failed) return NULL;
    return made(p, kr_ast_slice(p->arena, parts[0], parts[1], parts[2], kr_parser_span(p, mark)));
}

void *kr_grammar_slice(KrParser *p)
{
    if (!p->fast) return kr_grammar_exact_slice(p);
    int mark = p->mark;
    KrExpr *node = quick_slice(p, mark);
    if (node == NULL) p->mark = mark;
    return node;
}

// ---- Atoms in brackets -------------------------------------------------------------------------

static KrExpr *parenthesized(KrParser *p)
{
    int mark = p->mark++;
    KrExpr *node = NULL;
    if (kr_parser_expect(p, KR_TOKEN_RPAR))
        return made(p,
                    kr_ast_tuple(p->arena, NULL, KR_EXPR_CONTEXT_LOAD, kr_parser_span(p, mark)));
    if (kr_parser_peek(p) == KR_KEYWORD_yield) {
        node = kr_grammar_yield_expr(p);
        return node != NULL && kr_parser_expect(p, KR_TOKEN_RPAR) ? node : NULL;
    }
    KrExpr *first = starred_or(p, kr_grammar_named_expression);
    if (first == NULL) return NULL;
    int is_starred = first->kind == KR_EXPR_STARRED;
    if (kr_parser_peek(p) == KR_TOKEN_COMMA) {
        KrExprSeq *items = rest_of_sequence(p, first, kr_grammar_named_expression);
        if (items == NULL || !kr_parser_expect(p, KR_TOKEN_RPAR)) return NULL;
        return made(p,
                    kr_ast_tuple(p->arena, items, KR_EXPR_CONTEXT_LOAD, kr_parser_span(p, mark)));
    }
    if (is_starred) return NULL;
    if (kr_parser_expect(p, KR_TOKEN_RPAR)) return first;
    KrComprehensionSeq *clauses = kr_grammar_for_if_clauses(p);
    if (clauses == NULL || !kr_parser_expect(p, KR_TOKEN_RPAR)) return NULL;
    return made(p, kr_ast_generator_exp(p->arena, first, clauses, kr_parser_span(p, mark)));
}

static KrExpr *list_display(KrParser *p)
{
    int mark = p->mark++;
    if (kr_parser_expect(p, KR_TOKEN_RSQB))
        return made(p, kr_ast_list(p->arena, NULL, KR_EXPR_CONTEXT_LOAD, kr_parser_span(p, mark)));
    KrExpr *first = starred_or(p, kr_grammar_named_expression);
    if (first == NULL) return NULL;
    if (at_for(p)) {
        KrComprehensionSeq *clauses = kr_grammar_for_if_clauses(p);
        if (clauses == NULL || first->kind == KR_EXPR_STARRED
            || !kr_parser_expect(p, KR_TOKEN_RSQB))
            return NULL;
        return made(p, kr_ast_list_comp(p->arena, first, clauses, kr_parser_span(p, mark)));
    }
    KrExprSeq *items = rest_of_sequence(p, first, kr_grammar_named_expression);
    if (items == NULL || !kr_parser_expect(p, KR_TOKEN_RSQB)) return NULL;
    return made(p, kr_ast_list(p->arena, items, KR_EXPR_CONTEXT_LOAD, kr_parser_span(p, mark)));
}

// A dict whose first key and value are there.
static KrExpr *rest_of_dict(KrParser *p, KrExpr *key, KrExpr *value, int mark)
{
    Py_ssize_t base = p->pending_count;
    for (;;) {
        if (kr_parser_push(p, key) < 0 || kr_parser_push(p, value) < 0) return NULL;
        if (!kr_parser_expect(p, KR_TOKEN_COMMA) || kr_parser_peek(p) == KR_TOKEN_RBRACE) break;
        if (kr_parser_expect(p, KR_TOKEN_DOUBLESTAR)) {
            key = NULL;
            value = kr_grammar_bitwise_or(p);
        } else {
            key = kr_grammar_expression(p);
            value = key == NULL || !kr_parser_expect(p, KR_TOKEN_COLON) ? NULL
                : kr_grammar_expression(p);
        }
        if (value == NULL) return NULL;
    }
    if (!kr_parser_expect(p, KR_TOKEN_RBRACE)) return NULL;
    Py_ssize_t count = (p->pending_count - base) / 2;
    KrExprSeq *keys = kr_ast_seq_new(p->arena, count), *values = kr_ast_seq_new(p->arena, count);
    if (keys == NULL || values == NULL) return made(p, NULL);
    for (Py_ssize_t i = 0; i < count; i++) {
        keys->items[i] = p->pending[base + 2 * i];
        values->items[i] = p->pending[base + 2 * i + 1];
    }
    p->pending_count = base;
    return made(p, kr_ast_dict(p->arena, keys, values, kr_parser_span(p, mark)));
}

static KrExpr *dict_from(KrParser *p, KrExpr *key, int mark)
{
    KrExpr *value = kr_grammar_expression(p);
    if (value == NULL) return NULL;
    if (!at_for(p)) return rest_of_dict(p, key, value, mark);
    KrComprehensionSeq *clauses = kr_grammar_for_if_clauses(p);
    if (clauses == NULL || !kr_parser_expect(p, KR_TOKEN_RBRACE)) return NULL;
    return made(p, kr_ast_dict_comp(p->arena, key, value, clauses, kr_parser_span(p, mark)));
}

static KrExpr *dict_or_set(KrParser *p)
{
    int mark = p->mark++;
    if (kr_parser_expect(p, KR_TOKEN_RBRACE))
        return made(p, kr_ast_dict(p->arena, NULL, NULL, kr_parser_span(p, mark)));
    if (kr_parser_expect(p, KR_TOKEN_DOUBLESTAR)) {
        KrExpr *value = kr_grammar_bitwise_or(p);
        return value == NULL ? NULL : rest_of_dict(p, NULL, value, mark);
    }
    int is_walrus = at_name_and(p, KR_TOKEN_COLONEQUAL);
    KrExpr *first = starred_or(p, kr_grammar_named_expression);
    if (first == NULL) return NULL;
    int is_starred = first->kind == KR_EXPR_STARRED;
    if (kr_parser_expect(p, KR_TOKEN_COLON))
        return is_starred || is_walrus ? NULL : dict_from(p, first, mark);
    if (at_for(p)) {
        KrComprehensionSeq *clauses = kr_grammar_for_if_clauses(p);
        if (clauses == NULL || is_starred || !kr_parser_expect(p, KR_TOKEN_RBRACE)) return NULL;
        return made(p, kr_ast_set_comp(p->arena, first, clauses, kr_parser_span(p, mark)));
    }
    KrExprSeq *items = rest_of_sequence(p, first, kr_grammar_named_expression);
    if (items == NULL || !kr_parser_expect(p, KR_TOKEN_RBRACE)) return NULL;
    return made(p, kr_ast_set(p->arena, items, kr_parser_span(p, mark)));
}

static KrExpr *bracketed(KrParser *p, int kind)
{
    if (kr_parser_enter(p) < 0) return NULL;
    Py_ssize_t base = p->pending_count;
    int mark = p->mark;
    KrExpr *node = kind == KR_TOKEN_LPAR ? parenthesized(p)
        : kind == KR_TOKEN_LSQB          ? list_display(p)
                                         : dict_or_set(p);
    p->depth--;
    if (node == NULL) {
        p->mark = mark;
        p->pending_count = base;
    }
    return node;
}

void *kr_grammar_atom(KrParser *p)
{
    if (!p->fast) return kr_grammar_exact_atom(p);
    int kind = kr_parser_peek(p);
    PyObject *value;
    switch (kind) {
        case KR_TOKEN_NAME: return kr_parser_name(p);
        case KR_TOKEN_NUMBER: return kr_parser_number(p);
        case KR_TOKEN_STRING: return kr_grammar_strings(p);
        case KR_TOKEN_LPAR:
        case KR_TOKEN_LSQB:
        case KR_TOKEN_LBRACE: return bracketed(p, kind);
        case KR_KEYWORD_None: value = Py_None; break;
        case KR_KEYWORD_True: value = Py_True; break;
        case KR_KEYWORD_False: value = Py_False; break;
        case KR_TOKEN_ELLIPSIS: value = Py_Ellipsis; break;
        default: return NULL;
    }
    KrPosition where = p->tokens[p->mark++]->position;
    return made(p, kr_ast_constant(p->arena, value, NULL, where));
}

// ---- Calls -------------------------------------------------------------------------------------

typedef struct KrCallParts {
    KrExprSeq *args;
    KrKeywordSeq *keywords;
} KrCallParts;

// name=value or **value, or NULL.
static KrKeyword *keyword_argument(KrParser *p)
{
    int mark = p->mark;
    PyObject *name = NULL;
    if (!kr_parser_expect(p, KR_TOKEN_DOUBLESTAR)) {
        KrToken *token = p->tokens[p->mark];
        name = kr_parser_identifier(p, kr_parser_text(p, token), token->length);
        if (name == NULL) return NULL;
        p->mark += 2;
    }
    KrExpr *value = kr_grammar_expression(p);
    if (value == NULL) return NULL;
    return made(p, kr_ast_keyword(p->arena, name, value, kr_parser_span(p, mark)));
}

// The arguments up to a closing parenthesis, which is not taken: 1, or 0 when it gives up.  A lone
// generator is left at its `for` with [*ret_is_generator].
static int call_arguments(KrParser *p, KrCallParts *ret_parts, int *ret_is_generator)
{
    // Keywords are collected behind all others when one comes: count those before.
    Py_ssize_t base = p->pending_count, keyword_count = 0, count = 0;
    KrKeyword *few[8], **keywords = few;
    Py_ssize_t room = 8;
    int has_unpacking = 0;
    while (kr_parser_peek(p) != KR_TOKEN_RPAR) {
        int kind = kr_parser_peek(p);
        if (kind == KR_TOKEN_DOUBLESTAR || at_name_and(p, KR_TOKEN_EQUAL)) {
            has_unpacking |= kind == KR_TOKEN_DOUBLESTAR;
            KrKeyword *keyword = keyword_argument(p);
            if (keyword == NULL) return 0;
            if (keyword_count == room) {
                KrKeyword **more = kr_ast_arena_allocate(p->scratch,
                                                         (size_t)room * 4 * sizeof(void *));
                if (more == NULL) return made(p, NULL) != NULL;
                for (Py_ssize_t i = 0; i < keyword_count; i++) more[i] = keywords[i];
                keywords = more;
                room *= 4;
            }
            keywords[keyword_count++] = keyword;
        } else {
            KrExpr *value;
            if (kind == KR_TOKEN_STAR) {
                if (has_unpacking) return 0;
                value = starred(p, kr_grammar_expression);
            } else {
                if (keyword_count > 0) return 0;
                value = kr_grammar_named_expression(p);
            }
            if (value == NULL || kr_parser_push(p, value) < 0) return 0;
            count++;
            if (count == 1 && keyword_count == 0 && kind != KR_TOKEN_STAR && at_for(p)) {
                *ret_is_generator = 1;
                break;
            }
        }
        if (!kr_parser_expect(p, KR_TOKEN_COMMA)) break;
    }
    if (p->failed) return 0;
    ret_parts->args = (KrExprSeq *)kr_parser_pop(p, base, 0);
    ret_parts->keywords = kr_ast_seq_new(p->arena, keyword_count);
    if (ret_parts->args == NULL || ret_parts->keywords == NULL) return made(p, NULL) != NULL;
    for (Py_ssize_t i = 0; i < keyword_count; i++) ret_parts->keywords->items[i] = keywords[i];
    return 1;
}

KrExpr *kr_quick_call(KrParser *p, KrExpr *base, int mark)
{
    Py_ssize_t pending = p->pending_count;
    int opening = p->mark++, is_generator = 0;
    KrCallParts parts;
    KrExpr *node = NULL;
    if (kr_parser_enter(p) < 0) return NULL;
    if (call_arguments(p, &parts, &is_generator)) {
        KrComprehensionSeq *clauses = is_generator ? kr_grammar_for_if_clauses(p) : NULL;
        if (kr_parser_expect(p, KR_TOKEN_RPAR) && (!is_generator || clauses != NULL)) {
            if (is_generator)
                parts.args->items[0] = made(p, kr_ast_generator_exp(
                        p->arena, parts.args->items[0], clauses, kr_parser_span(p, opening)));
            node = kr_ast_call(p->arena, base, parts.args, parts.keywords,
                               kr_parser_span(p, mark));
            made(p, node);
        }
    }
    p->depth--;
    if (node == NULL) {
        p->mark = opening;
        p->pending_count = pending;
    }
    return p->failed ? NULL : node;
}

// What stands in the parentheses of a class or call, as a Call without a function.
void *kr_grammar_arguments(KrParser *p)
{
    if (!p->fast) return kr_grammar_exact_arguments(p);
    int mark = p->mark, is_generator = 0;
    Py_ssize_t pending = p->pending_count;
    KrCallParts parts;
    if (kr_parser_peek(p) == KR_TOKEN_RPAR) return NULL;
    if (!call_arguments(p, &parts, &is_generator) || is_generator
        || kr_parser_peek(p) != KR_TOKEN_RPAR) {
        p->mark = mark;
        p->pending_count = pending;
        return NULL;
    }
    return made(p,
                kr_ast_call(p->arena, NULL, parts.args, parts.keywords, kr_parser_span(p, mark)));
}

// ---- Assignments -------------------------------------------------------------------------------

// Turns an expression into a target in place: the target, or NULL when it cannot be one.
static KrExpr *to_target(KrParser *p, KrExpr *node)
{
    KrExprSeq *items;
    switch (node->kind) {
        case KR_EXPR_NAME:
            return made(p, kr_ast_name(p->arena, node->v.name.id, KR_EXPR_CONTEXT_STORE,
                                       node->position));
        case KR_EXPR_ATTRIBUTE:
            node->v.attribute.ctx = KR_EXPR_CONTEXT_STORE;
            return node;
        case KR_EXPR_SUBSCRIPT:
            node->v.subscript.ctx = KR_EXPR_CONTEXT_STORE;
            return node;
        case KR_EXPR_STARRED: {
            KrExpr *value = node->v.starred.value;
            value = value->kind == KR_EXPR_STARRED ? NULL : to_target(p, value);
            node->v.starred.value = value;
            node->v.starred.ctx = KR_EXPR_CONTEXT_STORE;
            return value == NULL ? NULL : node;
        }
        case KR_EXPR_TUPLE:
            items = node->v.tuple.elts;
            node->v.tuple.ctx = KR_EXPR_CONTEXT_STORE;
            break;
        case KR_EXPR_LIST:
            items = node->v.list.elts;
            node->v.list.ctx = KR_EXPR_CONTEXT_STORE;
            break;
        default:
            return NULL;
    }
    for (Py_ssize_t i = 0; i < items->length; i++) {
        KrExpr *item = to_target(p, items->items[i]);
        if (item == NULL) return NULL;
        items->items[i] = item;
    }
    return node;
}

static int is_single_target(const KrExpr *node)
{
    return node->kind == KR_EXPR_NAME || node->kind == KR_EXPR_ATTRIBUTE
        || node->kind == KR_EXPR_SUBSCRIPT;
}

static KrExpr *assigned_value(KrParser *p)
{
    if (kr_parser_peek(p) == KR_KEYWORD_yield) return kr_grammar_yield_expr(p);
    return kr_grammar_star_expressions(p);
}

// target = target = ... = value, from the first `=` on.
static KrStmt *assignment(KrParser *p, KrExpr *value, int mark)
{
    Py_ssize_t base = p->pending_count;
    while (kr_parser_expect(p, KR_TOKEN_EQUAL)) {
        KrExpr *target = to_target(p, value);
        if (target == NULL || kr_parser_push(p, target) < 0) return NULL;
        value = assigned_value(p);
        if (value == NULL) return NULL;
    }
    KrExprSeq *targets = (KrExprSeq *)kr_parser_pop(p, base, 1);
    if (targets == NULL) return NULL;
    KrToken *comment = kr_parser_expect(p, KR_TOKEN_TYPE_COMMENT);
    if (p->failed) return NULL;
    return kr_ast_assign(p->arena, targets, value, kr_actions_type_comment(p, comment),
                         kr_parser_span(p, mark));
}

static KrStmt *annotated(KrParser *p, KrExpr *target, int mark)
{
    int is_simple = target->kind == KR_EXPR_NAME && p->tokens[mark]->kind == KR_TOKEN_NAME;
    p->mark++;
    target = to_target(p, target);
    KrExpr *annotation = target == NULL ? NULL : kr_grammar_expression(p), *value = NULL;
    if (annotation == NULL) return NULL;
    if (kr_parser_expect(p, KR_TOKEN_EQUAL) && (value = assigned_value(p)) == NULL) return NULL;
    KrStmt *node =
        kr_ast_ann_assign(p->arena, target, annotation, value, is_simple, kr_parser_span(p, mark));
    return kr_parser_since(p, node, 6, is_simple ? "Variable annotation syntax is"
                           : "Variable annotations syntax is");
}

static KrStmt *augmented(KrParser *p, KrExpr *target, int mark)
{
    KrToken *token = p->tokens[p->mark++];
    target = to_target(p, target);
    KrExpr *value = target == NULL ? NULL : assigned_value(p);
    if (value == NULL) return NULL;
    KrStmt *node = kr_ast_aug_assign(p->arena, target, kr_actions_operator(p, token), value,
                                     kr_parser_span(p, mark));
    if (token->kind != KR_TOKEN_ATEQUAL) return node;
    return kr_parser_since(p, node, 5, "The '@' operator is");
}

static int is_augmented(int kind)
{
    return (kind >= KR_TOKEN_PLUSEQUAL && kind <= KR_TOKEN_DOUBLESTAREQUAL)
        || kind == KR_TOKEN_DOUBLESLASHEQUAL || kind == KR_TOKEN_ATEQUAL;
}

void *kr_grammar_assignment_or_expression(KrParser *p)
{
    int mark = p->mark;
    Py_ssize_t pending = p->pending_count;
    if (!p->fast) {
        KrStmt *exact = kr_grammar_exact_assignment(p);
        if (exact != NULL || p->failed) return exact;
    }
    KrExpr *value = kr_grammar_star_expressions(p);
    if (value == NULL) return NULL;
    int kind = kr_parser_peek(p);
    KrStmt *node = NULL;
    if (p->fast && kind == KR_TOKEN_EQUAL)
        node = assignment(p, value, mark);
    else if (p->fast && kind == KR_TOKEN_COLON && is_single_target(value))
        node = annotated(p, value, mark);
    else if (p->fast && is_augmented(kind) && is_single_target(value))
        node = augmented(p, value, mark);
    else if (kind >= 0)
        node = made(p, kr_ast_expr(p->arena, value, kr_parser_span(p, mark)));
    if (node == NULL) {
        p->mark = mark;
        p->pending_count = pending;
        if (PyErr_Occurred()) p->failed = 1;
    }
    return node;
}
