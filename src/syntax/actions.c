// actions.c - what the actions of the grammar call to build trees; see actions.h.
//
// What a failed program is told is in diagnosis.c, string literals are in string_literals.c.
#include "syntax/actions.h"

#include "syntax/syntax_errors.h"

#include "boolobject.h"
#include "complexobject.h"
#include "pyerrors.h"
#include "unicodeobject.h"

#include <assert.h>
#include <string.h>

static void *made(KrParser *p, void *node)
{
    if (node == NULL) p->failed = 1;
    return node;
}

static KrNodeSeq *new_seq(KrParser *p, Py_ssize_t length)
{
    return made(p, kr_ast_seq_new(p->arena, length));
}

static Py_ssize_t length_of(const KrNodeSeq *seq)
{
    return seq == NULL ? 0 : seq->length;
}

// ---- Sequences ---------------------------------------------------------------------------------

void *kr_actions_one(KrParser *p, void *item)
{
    KrNodeSeq *seq = item == NULL ? NULL : new_seq(p, 1);
    if (seq != NULL) seq->items[0] = item;
    return seq;
}

void *kr_actions_join(KrParser *p, void *first, void *second)
{
    Py_ssize_t start = length_of(first), more = length_of(second);
    KrNodeSeq *seq = new_seq(p, start + more);
    if (seq == NULL) return NULL;
    if (start > 0) memcpy(seq->items, ((KrNodeSeq *)first)->items, (size_t)start * sizeof(void *));
    if (more > 0)
        memcpy(seq->items + start, ((KrNodeSeq *)second)->items, (size_t)more * sizeof(void *));
    return seq;
}

void *kr_actions_prepend(KrParser *p, void *item, void *seq)
{
    KrNodeSeq *one = kr_actions_one(p, item);
    return one == NULL || length_of(seq) == 0 ? one : kr_actions_join(p, one, seq);
}

void *kr_actions_append(KrParser *p, void *seq, void *item)
{
    KrNodeSeq *one = kr_actions_one(p, item);
    return one == NULL ? NULL : kr_actions_join(p, seq, one);
}

void *kr_actions_flatten(KrParser *p, void *seqs)
{
    KrNodeSeq *outer = seqs;
    Py_ssize_t total = 0;
    for (Py_ssize_t i = 0; i < outer->length; i++)
        total += length_of((KrNodeSeq *)outer->items[i]);
    if (total == outer->length) {      // one each: reuse the outer sequence
        for (Py_ssize_t i = 0; i < total; i++)
            outer->items[i] = ((KrNodeSeq *)outer->items[i])->items[0];
        return outer;
    }
    KrNodeSeq *flat = new_seq(p, total);
    if (flat == NULL) return NULL;
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < outer->length; i++) {
        KrNodeSeq *inner = (KrNodeSeq *)outer->items[i];
        memcpy(flat->items + at, inner->items, (size_t)inner->length * sizeof(void *));
        at += inner->length;
    }
    return flat;
}

void *kr_actions_last(KrParser *p, void *seq)
{
    KrNodeSeq *items = seq;
    return items->items[items->length - 1];
}

void *kr_actions_first_item(KrParser *p, void *seq)
{
    return ((KrNodeSeq *)seq)->items[0];
}

void *kr_actions_pair(KrParser *p, void *first, void *second)
{
    KrPair *pair = p->failed ? NULL : made(p, kr_ast_arena_allocate(p->arena, sizeof(KrPair)));
    if (pair != NULL) *pair = (KrPair){first, second};
    return pair;
}

void *kr_actions_first(KrParser *p, void *pair)
{
    return ((KrPair *)pair)->first;
}

void *kr_actions_second(KrParser *p, void *pair)
{
    return ((KrPair *)pair)->second;
}

static KrNodeSeq *column(KrParser *p, KrNodeSeq *pairs, int which)
{
    KrNodeSeq *seq = new_seq(p, length_of(pairs));
    for (Py_ssize_t i = 0; seq != NULL && i < seq->length; i++) {
        KrPair *pair = (KrPair *)pairs->items[i];
        seq->items[i] = which == 0 ? pair->first : pair->second;
    }
    return seq;
}

void *kr_actions_firsts(KrParser *p, void *pairs)
{
    return column(p, pairs, 0);
}

void *kr_actions_seconds(KrParser *p, void *pairs)
{
    return column(p, pairs, 1);
}

// ---- Names and tokens --------------------------------------------------------------------------

PyObject *kr_actions_id(KrParser *p, void *name)
{
    return name == NULL ? NULL : ((KrExpr *)name)->v.name.id;
}

void *kr_actions_names(KrParser *p, void *names)
{
    KrExprSeq *nodes = names;
    KrObjectSeq *ids = (KrObjectSeq *)new_seq(p, nodes->length);
    for (Py_ssize_t i = 0; ids != NULL && i < ids->length; i++)
        ids->items[i] = nodes->items[i]->v.name.id;
    return ids;
}

void *kr_actions_dotted_name(KrParser *p, void *first, void *rest, KrPosition where)
{
    KrExpr *name = first;
    KrExprSeq *others = rest;
    if (others->length == 0) return name;
    Py_ssize_t size = 0, length;
    for (Py_ssize_t i = -1; i < others->length; i++) {
        if (PyUnicode_AsUTF8AndSize((i < 0 ? name : others->items[i])->v.name.id, &length) == NULL)
            return made(p, NULL);
        size += length + 1;
    }
    char *text = kr_ast_arena_allocate(p->scratch, (size_t)size), *end = text;
    if (text == NULL) return made(p, NULL);
    for (Py_ssize_t i = -1; i < others->length; i++) {
        const char *part =
            PyUnicode_AsUTF8AndSize((i < 0 ? name : others->items[i])->v.name.id, &length);
        if (i >= 0) *end++ = '.';
        memcpy(end, part, (size_t)length);
        end += length;
    }
    PyObject *id = kr_parser_identifier(p, text, (int)(end - text));
    return id == NULL ? NULL : made(p, kr_ast_name(p->arena, id, KR_EXPR_CONTEXT_LOAD, where));
}

void *kr_actions_attribute_chain(KrParser *p, void *first, void *rest, KrPosition where)
{
    KrExpr *value = first;
    KrExprSeq *names = rest;
    for (Py_ssize_t i = 0; value != NULL && i < names->length; i++) {
        KrExpr *name = names->items[i];
        where.end_lineno = name->end_lineno;
        where.end_col_offset = name->end_col_offset;
        value = made(p, kr_ast_attribute(p->arena, value, name->v.name.id, KR_EXPR_CONTEXT_LOAD,
                                         where));
    }
    return value;
}

int kr_actions_count_dots(KrParser *p, void *tokens)
{
    KrNodeSeq *dots = tokens;
    int count = 0;
    for (Py_ssize_t i = 0; i < dots->length; i++)
        count += dots->items[i]->kind == KR_TOKEN_ELLIPSIS ? 3 : 1;
    return count;
}

int kr_actions_line(KrParser *p, void *token)
{
    return ((KrToken *)token)->lineno;
}

PyObject *kr_actions_token_text(KrParser *p, void *token)
{
    KrToken *word = token;
    return kr_parser_identifier(p, kr_parser_text(p, word), word->length);
}

PyObject *kr_actions_type_comment(KrParser *p, void *token)
{
    KrToken *comment = token;
    if (comment == NULL) return NULL;
    PyObject *text = PyUnicode_DecodeUTF8(kr_parser_text(p, comment), comment->length, NULL);
    if (text == NULL || kr_ast_arena_add_object(p->arena, text) < 0) return made(p, NULL);
    return text;
}

int kr_actions_operator(KrParser *p, void *token)
{
    switch (((KrToken *)token)->kind) {
        case KR_TOKEN_PLUSEQUAL: return KR_OPERATOR_ADD;
        case KR_TOKEN_MINEQUAL: return KR_OPERATOR_SUB;
        case KR_TOKEN_STAREQUAL: return KR_OPERATOR_MULT;
        case KR_TOKEN_ATEQUAL: return KR_OPERATOR_MAT_MULT;
        case KR_TOKEN_SLASHEQUAL: return KR_OPERATOR_DIV;
        case KR_TOKEN_PERCENTEQUAL: return KR_OPERATOR_MOD;
        case KR_TOKEN_AMPEREQUAL: return KR_OPERATOR_BIT_AND;
        case KR_TOKEN_VBAREQUAL: return KR_OPERATOR_BIT_OR;
        case KR_TOKEN_CIRCUMFLEXEQUAL: return KR_OPERATOR_BIT_XOR;
        case KR_TOKEN_LEFTSHIFTEQUAL: return KR_OPERATOR_LSHIFT;
        case KR_TOKEN_RIGHTSHIFTEQUAL: return KR_OPERATOR_RSHIFT;
        case KR_TOKEN_DOUBLESTAREQUAL: return KR_OPERATOR_POW;
        default:
            assert(((KrToken *)token)->kind == KR_TOKEN_DOUBLESLASHEQUAL);
            return KR_OPERATOR_FLOOR_DIV;
    }
}

// ---- Modules and statements --------------------------------------------------------------------

void *kr_actions_module(KrParser *p, void *body)
{
    return made(p, kr_ast_module(p->arena, body, p->type_ignores));
}

void *kr_actions_interactive_end(KrParser *p)
{
    p->at_end = p->lexer->reader != NULL;
    return NULL;
}

void *kr_actions_one_pass(KrParser *p, KrPosition where)
{
    return kr_actions_one(p, made(p, kr_ast_pass(p->arena, where)));
}

void *kr_actions_one_star(KrParser *p, KrPosition where)
{
    PyObject *star = kr_parser_identifier(p, "*", 1);
    return star == NULL ? NULL
        : kr_actions_one(p, made(p, kr_ast_alias(p->arena, star, NULL, where)));
}

void *kr_actions_decorated(KrParser *p, void *definition, void *decorators)
{
    KrStmt *node = definition;
    switch (node->kind) {
        case KR_STMT_CLASS_DEF: node->v.class_def.decorator_list = decorators; break;
        case KR_STMT_FUNCTION_DEF: node->v.function_def.decorator_list = decorators; break;
        default:
            assert(node->kind == KR_STMT_ASYNC_FUNCTION_DEF);
            node->v.async_function_def.decorator_list = decorators;
    }
    return node;
}

// ---- Parameters --------------------------------------------------------------------------------

void *kr_actions_positional_only(KrParser *p, void *plain, void *with_default)
{
    KrPositionalOnly *result = made(p,
                                    kr_ast_arena_allocate(p->scratch, sizeof(KrPositionalOnly)));
    if (result != NULL) *result = (KrPositionalOnly){plain, with_default};
    return result;
}

void *kr_actions_star_etc(KrParser *p, void *vararg, void *keyword_only, void *kwarg)
{
    KrStarEtc *result = made(p, kr_ast_arena_allocate(p->scratch, sizeof(KrStarEtc)));
    if (result != NULL) *result = (KrStarEtc){vararg, keyword_only, kwarg};
    return result;
}

void *kr_actions_arguments(KrParser *p, void *positional_only, void *plain, void *with_default,
                           void *star)
{
    static KrPositionalOnly no_positional;
    static KrStarEtc no_star;
    KrPositionalOnly *slash = positional_only != NULL ? positional_only : &no_positional;
    KrStarEtc *rest = star != NULL ? star : &no_star;
    void *before_slash = kr_actions_join(p, slash->plain,
                                         kr_actions_firsts(p, slash->with_default));
    void *args = kr_actions_join(p, plain, kr_actions_firsts(p, with_default));
    void *defaults = kr_actions_join(p, kr_actions_seconds(p, slash->with_default),
                                     kr_actions_seconds(p, with_default));
    void *keyword_only = kr_actions_firsts(p, rest->keyword_only);
    void *keyword_defaults = kr_actions_seconds(p, rest->keyword_only);
    if (p->failed) return NULL;
    return made(p, kr_ast_arguments(p->arena, before_slash, args, rest->vararg, keyword_only,
                                    keyword_defaults, rest->kwarg, defaults));
}

void *kr_actions_some_arguments(KrParser *p, void *arguments)
{
    if (arguments != NULL) return arguments;
    return made(p, kr_ast_arguments(p->arena, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
}

void *kr_actions_commented_arg(KrParser *p, void *arg, void *comment)
{
    KrArg *plain = arg;
    if (comment == NULL) return plain;
    PyObject *text = kr_actions_type_comment(p, comment);
    if (text == NULL) return NULL;
    return made(p, kr_ast_arg(p->arena, plain->arg, plain->annotation, text, plain->position));
}

// ---- Calls -------------------------------------------------------------------------------------

// [others] mixes keywords and starred expressions, which belong to the positional ones.
void *kr_actions_call(KrParser *p, void *args, void *others, KrPosition where)
{
    KrNodeSeq *mixed = others, *first = args;
    Py_ssize_t start = length_of(first), keyword_count = 0, at = 0, keyword_at = 0;
    for (Py_ssize_t i = 0; i < length_of(mixed); i++)
        keyword_count += mixed->items[i]->kind == KR_KEYWORD;
    KrNodeSeq *positional = new_seq(p, start + length_of(mixed) - keyword_count);
    KrNodeSeq *keywords = new_seq(p, keyword_count);
    if (positional == NULL || keywords == NULL) return NULL;
    for (; at < start; at++) positional->items[at] = first->items[at];
    for (Py_ssize_t i = 0; i < length_of(mixed); i++) {
        if (mixed->items[i]->kind == KR_KEYWORD)
            keywords->items[keyword_at++] = mixed->items[i];
        else
            positional->items[at++] = mixed->items[i];
    }
    return made(p, kr_ast_call(p->arena, NULL, (KrExprSeq *)positional, (KrKeywordSeq *)keywords,
                               where));
}

void *kr_actions_call_args(KrParser *p, void *call)
{
    return call == NULL ? NULL : ((KrExpr *)call)->v.call.args;
}

void *kr_actions_call_keywords(KrParser *p, void *call)
{
    return call == NULL ? NULL : ((KrExpr *)call)->v.call.keywords;
}

// ---- Targets -----------------------------------------------------------------------------------

static KrExpr *with_context(KrParser *p, KrExpr *node, KrExprContext context);

static KrExprSeq *all_with_context(KrParser *p, KrExprSeq *items, KrExprContext context)
{
    KrExprSeq *seq = (KrExprSeq *)new_seq(p, items->length);
    for (Py_ssize_t i = 0; seq != NULL && i < items->length; i++) {
        seq->items[i] = with_context(p, items->items[i], context);
        if (seq->items[i] == NULL) return NULL;
    }
    return seq;
}

// A copy of [node] in another context; expressions without one are given back as they are.
static KrExpr *with_context(KrParser *p, KrExpr *node, KrExprContext context)
{
    if (node == NULL || kr_parser_enter(p) < 0) return NULL;
    KrExpr *copy = node;
    void *inner;
    switch (node->kind) {
        case KR_EXPR_NAME:
            copy = kr_ast_name(p->arena, node->v.name.id, context, node->position);
            break;
        case KR_EXPR_TUPLE:
            inner = all_with_context(p, node->v.tuple.elts, context);
            copy = inner == NULL ? NULL : kr_ast_tuple(p->arena, inner, context, node->position);
            break;
        case KR_EXPR_LIST:
            inner = all_with_context(p, node->v.list.elts, context);
            copy = inner == NULL ? NULL : kr_ast_list(p->arena, inner, context, node->position);
            break;
        case KR_EXPR_SUBSCRIPT:
            copy = kr_ast_subscript(p->arena, node->v.subscript.value, node->v.subscript.slice,
                                    context, node->position);
            break;
        case KR_EXPR_ATTRIBUTE:
            copy = kr_ast_attribute(p->arena, node->v.attribute.value, node->v.attribute.attr,
                                    context, node->position);
            break;
        case KR_EXPR_STARRED:
            inner = with_context(p, node->v.starred.value, context);
            copy = inner == NULL ? NULL : kr_ast_starred(p->arena, inner, context, node->position);
            break;
    }
    p->depth--;
    return made(p, copy);
}

void *kr_actions_store(KrParser *p, void *target)
{
    return with_context(p, target, KR_EXPR_CONTEXT_STORE);
}

void *kr_actions_delete(KrParser *p, void *target)
{
    return with_context(p, target, KR_EXPR_CONTEXT_DEL);
}

// ---- Patterns, subscripts ----------------------------------------------------------------------

void *kr_actions_or_pattern(KrParser *p, void *patterns, KrPosition where)
{
    KrPatternSeq *seq = patterns;
    return seq->length == 1 ? seq->items[0] : made(p, kr_ast_match_or(p->arena, seq, where));
}

void *kr_actions_real_number(KrParser *p, void *number)
{
    KrExpr *node = number;
    if (!PyComplex_CheckExact(node->v.constant.value)) return node;
    return kr_errors_raise_range(p, node, node, "real number required in complex literal");
}

void *kr_actions_imaginary_number(KrParser *p, void *number)
{
    KrExpr *node = number;
    if (PyComplex_CheckExact(node->v.constant.value)) return node;
    return kr_errors_raise_range(p, node, node, "imaginary number required in complex literal");
}

void *kr_actions_slices(KrParser *p, void *items, void *comma, KrPosition where)
{
    KrExprSeq *seq = items;
    if (seq->length == 1 && comma == NULL && seq->items[0]->kind != KR_EXPR_STARRED)
        return seq->items[0];
    return made(p, kr_ast_tuple(p->arena, seq, KR_EXPR_CONTEXT_LOAD, where));
}
