// parser.h - the state that the rules of the grammar share, and the steps they are made of.
//
// Parsing goes in up to three passes over the same tokens:
//   fast       natives take their short cuts; only valid programs matter
//   exact      the grammar to the letter, to learn how far a program can be understood
//   diagnosis  the `diagnosis` rules match too and raise what CPython would say
#ifndef KR_SYNTAX_PARSER_H
#define KR_SYNTAX_PARSER_H

#include "syntax/lexer.h"

enum { KR_PARSER_MAX_DEPTH = 6000 };

typedef struct KrMemo {
    struct KrMemo *next;
    int rule;
    int mark;                          // where the rule ended
    void *result;                      // NULL: it does not match here
} KrMemo;

// Begins as a node does, so that errors take tokens and nodes alike.
typedef struct KrToken {
    KR_AST_HEAD;
    int level;                         // open brackets
    int length;
    size_t start;                      // offset in the lexer's text
    KrMemo *memos;
    void *value;                       // a name's or number's node, when made
    unsigned char was_warned_about;
} KrToken;

typedef struct KrParser {
    KrLexer *lexer;
    KrAstArena *arena;                 // nodes
    KrAstArena *scratch;               // tokens and memos
    KrToken **tokens;
    int token_count;                   // that this pass has seen
    int read_count, token_capacity;    // that were read, in whatever pass
    int mark;                          // next token
    int depth;
    int failed;                        // an exception is set; everything returns NULL
    int fast, diagnosing;
    int flags, feature_version;
    KrParseMode mode;
    int is_fstring;                    // the text is an expression within an f-string
    int first_line, first_column;      // where that expression stands in the file; 0 otherwise
    int has_started;                   // interactive: a token other than the end has come
    int at_end;                        // interactive: the input ended instead of a statement
    void **pending;                    // items of sequences being read
    Py_ssize_t pending_count, pending_capacity;
    KrTypeIgnoreSeq *type_ignores;
    KrToken *error_token;              // errors "at the last token" are at this one instead
    int owns_scratch;
    struct KrNameTable *name_table;
} KrParser;

// Begins; an expression within an f-string has the parser of the whole as [outer] and shares its
// memory.
int kr_parser_init(KrParser *p, KrLexer *lexer, KrAstArena *arena, KrParser *outer);
void kr_parser_clear(KrParser *p);
// Back to the first token, without memos, for the next pass.
void kr_parser_rewind(KrParser *p);

// The tree of the whole text: all passes.  NULL with an exception (interactive: or p->at_end).
void *kr_parser_run(KrParser *p);

// Reads one more token: 0, or -1 with an exception and p->failed.
int kr_parser_fetch(KrParser *p);

// The kind of the next token, or -1 when there is none and p->failed is set.
static inline int kr_parser_peek(KrParser *p)
{
    if (p->mark == p->token_count && (p->failed || kr_parser_fetch(p) < 0)) return -1;
    return p->tokens[p->mark]->kind;
}

// The next token, taken, when it is of that kind; else NULL.
static inline KrToken *kr_parser_expect(KrParser *p, int kind)
{
    return kr_parser_peek(p) == kind ? p->tokens[p->mark++] : NULL;
}

static inline int kr_parser_at_any(KrParser *p, uint64_t low, uint64_t high)
{
    int kind = kr_parser_peek(p);
    return kind >= 0 && kr_token_in(kind, low, high);
}

static inline KrToken *kr_parser_expect_any(KrParser *p, uint64_t low, uint64_t high)
{
    return kr_parser_at_any(p, low, high) ? p->tokens[p->mark++] : NULL;
}

// Whether [rule] matches here; nothing is taken.
int kr_parser_ahead(KrParser *p, void *(*rule)(KrParser *));
// The token, or SyntaxError "expected 'x'".
KrToken *kr_parser_expect_forced(KrParser *p, int kind);
// A Name node for the next token; a number; a certain name; any name that is a keyword in places.
KrExpr *kr_parser_name(KrParser *p);
KrExpr *kr_parser_number(KrParser *p);
KrExpr *kr_parser_soft(KrParser *p, const char *word);
KrExpr *kr_parser_soft_keyword(KrParser *p);

static inline const char *kr_parser_text(KrParser *p, const KrToken *token)
{
    return p->lexer->text + token->start;
}

// The interned str for [length] bytes of UTF-8, normalised, borrowed from the arena.
PyObject *kr_parser_identifier(KrParser *p, const char *text, int length);

// From the token at [mark] to the last token taken.
static inline KrPosition kr_parser_span(KrParser *p, int mark)
{
    const KrToken *first = p->tokens[mark];
    int last = p->mark - 1;
    while (last > 0 && (p->tokens[last]->kind == KR_TOKEN_ENDMARKER
                        || (p->tokens[last]->kind >= KR_TOKEN_NEWLINE
                            && p->tokens[last]->kind <= KR_TOKEN_DEDENT)))
        last--;
    const KrToken *end = p->tokens[last < 0 ? 0 : last];
    return (KrPosition){first->lineno, first->col_offset, end->end_lineno, end->end_col_offset};
}

// Guards the C stack: 0, or -1 with MemoryError.
int kr_parser_overflow(KrParser *p);
static inline int kr_parser_enter(KrParser *p)
{
    return p->depth++ < KR_PARSER_MAX_DEPTH ? 0 : kr_parser_overflow(p);
}

// Results of rules by place.
static inline int kr_parser_recall(KrParser *p, int rule, void *ret_result)
{
    for (KrMemo *memo = p->tokens[p->mark]->memos; memo != NULL; memo = memo->next) {
        if (memo->rule == rule) {
            p->mark = memo->mark;
            *(void **)ret_result = memo->result;
            return 1;
        }
    }
    return 0;
}
void kr_parser_remember(KrParser *p, int mark, int rule, void *result);

// Items of a sequence, pushed one by one and then made into one.
int kr_parser_push(KrParser *p, void *item);
// The items above [base]; NULL when there are none and [needs_one], or after a failure.
KrNodeSeq *kr_parser_pop(KrParser *p, Py_ssize_t base, int needs_one);

// [node] when the grammar asked for is that of 3.[version] or later, else SyntaxError.
void *kr_parser_since(KrParser *p, void *node, int version, const char *what);

#endif
