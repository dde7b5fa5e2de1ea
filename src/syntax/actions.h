// actions.h - what the actions of the grammar call: kr_actions_x is `x(...)` there.
//
// Results are NULL for nothing, or with an exception.  Arguments that the grammar may leave out
// are NULL.
#ifndef KR_SYNTAX_ACTIONS_H
#define KR_SYNTAX_ACTIONS_H

#include "syntax/parser.h"

// Two results kept together: a parameter and its default, a key and its value.
typedef struct KrPair {
    void *first, *second;
} KrPair;

// Parameters before a slash; and those from a star on.
typedef struct KrPositionalOnly {
    KrArgSeq *plain;
    KrNodeSeq *with_default;           // of KrPair
} KrPositionalOnly;

typedef struct KrStarEtc {
    KrArg *vararg;
    KrNodeSeq *keyword_only;           // of KrPair
    KrArg *kwarg;
} KrStarEtc;

// Sequences.
void *kr_actions_one(KrParser *p, void *item);
void *kr_actions_prepend(KrParser *p, void *item, void *seq);
void *kr_actions_append(KrParser *p, void *seq, void *item);
void *kr_actions_join(KrParser *p, void *first, void *second);
void *kr_actions_flatten(KrParser *p, void *seqs);
void *kr_actions_last(KrParser *p, void *seq);
void *kr_actions_first_item(KrParser *p, void *seq);
void *kr_actions_pair(KrParser *p, void *first, void *second);
void *kr_actions_first(KrParser *p, void *pair);
void *kr_actions_second(KrParser *p, void *pair);
void *kr_actions_firsts(KrParser *p, void *pairs);
void *kr_actions_seconds(KrParser *p, void *pairs);

// Names.
PyObject *kr_actions_id(KrParser *p, void *name);
void *kr_actions_names(KrParser *p, void *names);
void *kr_actions_dotted_name(KrParser *p, void *first, void *rest, KrPosition where);
void *kr_actions_attribute_chain(KrParser *p, void *first, void *rest, KrPosition where);
int kr_actions_count_dots(KrParser *p, void *tokens);
int kr_actions_line(KrParser *p, void *token);
PyObject *kr_actions_token_text(KrParser *p, void *token);
PyObject *kr_actions_type_comment(KrParser *p, void *token);
int kr_actions_operator(KrParser *p, void *token);

// Modules and statements.
void *kr_actions_module(KrParser *p, void *body);
void *kr_actions_interactive_end(KrParser *p);
void *kr_actions_one_pass(KrParser *p, KrPosition where);
void *kr_actions_one_star(KrParser *p, KrPosition where);
void *kr_actions_decorated(KrParser *p, void *definition, void *decorators);

// Parameters.
void *kr_actions_positional_only(KrParser *p, void *plain, void *with_default);
void *kr_actions_star_etc(KrParser *p, void *vararg, void *keyword_only, void *kwarg);
void *kr_actions_arguments(KrParser *p, void *positional_only, void *plain, void *with_default,
                           void *star);
void *kr_actions_some_arguments(KrParser *p, void *arguments);
void *kr_actions_commented_arg(KrParser *p, void *arg, void *comment);

// Calls.
void *kr_actions_call(KrParser *p, void *args, void *others, KrPosition where);
void *kr_actions_call_args(KrParser *p, void *call);
void *kr_actions_call_keywords(KrParser *p, void *call);

// Targets, patterns, literals.
void *kr_actions_store(KrParser *p, void *target);
void *kr_actions_delete(KrParser *p, void *target);
void *kr_actions_or_pattern(KrParser *p, void *patterns, KrPosition where);
void *kr_actions_real_number(KrParser *p, void *number);
void *kr_actions_imaginary_number(KrParser *p, void *number);
void *kr_actions_slices(KrParser *p, void *items, void *comma, KrPosition where);
void *kr_actions_strings(KrParser *p, void *tokens);       // string_literals.c

// Diagnosis.
const char *kr_actions_name_of(KrParser *p, void *expression);
int kr_actions_is_legacy_statement(KrParser *p, void *expression);
int kr_actions_may_miss_comma(KrParser *p, void *expression);
void *kr_actions_invalid_star_target(KrParser *p, void *expression);
void *kr_actions_invalid_for_target(KrParser *p, void *expression);
void *kr_actions_invalid_del_target(KrParser *p, void *expression);
void *kr_actions_last_of_comprehension(KrParser *p, void *clauses);
void *kr_actions_bare_generator_in_call(KrParser *p, void *call, void *clauses);
void *kr_actions_positional_after_keyword(KrParser *p, void *call);
void *kr_actions_missing_dict_colon(KrParser *p, void *key);

#endif
