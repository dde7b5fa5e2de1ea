// parser.c - what the rules of the grammar are made of: tokens, memos, names, sequences.
//
// (1) tokens[0 .. read_count) are read, this pass saw token_count of them; mark <= token_count
// (2) p->failed is set exactly when an exception is
// (3) identifiers are looked up by their bytes in a table of the parse, so that each text is
//     decoded, normalised and interned once
#include "syntax/parser.h"

#include "syntax/source.h"
#include "syntax/syntax_errors.h"

#include "compile.h"
#include "pyerrors.h"
#include "pymem.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "runtime/owned.h"

#include <assert.h>
#include <string.h>

// ---- Names -------------------------------------------------------------------------------------

typedef struct KrNameEntry {
    uint32_t hash;
    int length;
    const char *text;                  // in scratch memory
    PyObject *name;                    // NULL: free
} KrNameEntry;

typedef struct KrNameTable {
    uint32_t used, mask;               // used <= mask * 2 / 3
    KrNameEntry *entries;
} KrNameTable;

static uint32_t hash_text(const char *text, int length)
{
    uint32_t hash = 2166136261u;
    for (int i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static int grow_names(KrParser *p, KrNameTable *table)
{
    uint32_t count = table->mask == 0 ? 128 : (table->mask + 1) * 2;
    KrNameEntry *entries = kr_ast_arena_allocate(p->scratch, count * sizeof(KrNameEntry));
    if (entries == NULL) return -1;
    memset(entries, 0, count * sizeof(KrNameEntry));
    for (uint32_t i = 0; table->entries != NULL && i <= table->mask; i++) {
        KrNameEntry *entry = &table->entries[i];
        if (entry->name == NULL) continue;
        uint32_t at = entry->hash & (count - 1);
        while (entries[at].name != NULL) at = (at + 1) & (count - 1);
        entries[at] = *entry;
    }
    table->entries = entries;
    table->mask = count - 1;
    return 0;
}

// New str: decoded, in normal form NFKC, interned.
static PyObject *make_identifier(const char *text, int length)
{
    PyObject *name = PyUnicode_DecodeUTF8(text, length, NULL);
    if (name == NULL) return NULL;
    if (!PyUnicode_IS_ASCII(name)) {
        PyObject *normal = kr_source_normalize(name);
        Py_DECREF(name);
        if (normal == NULL) return NULL;
        name = normal;
    }
    PyUnicode_InternInPlace(&name);
    return name;
}

PyObject *kr_parser_identifier(KrParser *p, const char *text, int length)
{
    KrNameTable *table = p->name_table;
    if (table->used * 3 >= table->mask * 2 && grow_names(p, table) < 0) goto failed;
    uint32_t hash = hash_text(text, length), at = hash & table->mask;
    for (; table->entries[at].name != NULL; at = (at + 1) & table->mask) {
        KrNameEntry *entry = &table->entries[at];
        if (entry->hash == hash && entry->length == length
            && memcmp(entry->text, text, (size_t)length) == 0)
            return entry->name;
    }
    char *copy = kr_ast_arena_allocate(p->scratch, (size_t)length + 1);
    PyObject *name = copy == NULL ? NULL : make_identifier(text, length);
    if (name == NULL || kr_ast_arena_add_object(p->arena, name) < 0) goto failed;
    memcpy(copy, text, (size_t)length);
    table->entries[at] = (KrNameEntry){hash, length, copy, name};
    table->used++;
    return name;
failed:
    p->failed = 1;
    return NULL;
}

// ---- Start and end -----------------------------------------------------------------------------

int kr_parser_init(KrParser *p, KrLexer *lexer, KrAstArena *arena, KrParser *outer)
{
    *p = (KrParser){.lexer = lexer, .arena = arena, .fast = 1, .type_ignores = kr_ast_empty_seq()};
    if (outer != NULL) {
        p->scratch = outer->scratch;
        p->name_table = outer->name_table;
        p->flags = outer->flags;
        p->feature_version = outer->feature_version;
        p->depth = outer->depth;
        return 0;
    }
    p->scratch = kr_ast_arena_new();
    if (p->scratch == NULL) return -1;
    p->owns_scratch = 1;
    p->name_table = kr_ast_arena_allocate(p->scratch, sizeof(KrNameTable));
    if (p->name_table == NULL) return -1;
    *p->name_table = (KrNameTable){0};
    return 0;
}

void kr_parser_clear(KrParser *p)
{
    if (p->owns_scratch) kr_ast_arena_free(p->scratch);
    PyMem_Free(p->tokens);
    PyMem_Free(p->pending);
}

void kr_parser_rewind(KrParser *p)
{
    for (int i = 0; i < p->read_count; i++) p->tokens[i]->memos = NULL;
    p->mark = 0;
    p->pending_count = 0;
}

int kr_parser_overflow(KrParser *p)
{
    p->depth--;
    p->failed = 1;
    PyErr_NoMemory();
    return -1;
}

// ---- Tokens ------------------------------------------------------------------------------------

static int add_type_ignore(KrParser *p, const char *start, const char *end)
{
    PyObject *tag = PyUnicode_DecodeUTF8(start, end - start, NULL);
    if (tag == NULL || kr_ast_arena_add_object(p->arena, tag) < 0) return -1;
    KrTypeIgnore *ignore = kr_ast_type_ignore(p->arena, p->lexer->lineno, tag);
    Py_ssize_t count = p->type_ignores->length;
    // Grown in place up to the next power of two.
    if (ignore == NULL) return -1;
    if ((count & (count - 1)) == 0) {
        KrTypeIgnoreSeq *longer = kr_ast_seq_new(p->arena, count == 0 ? 1 : count * 2);
        if (longer == NULL) return -1;
        memcpy(longer->items, p->type_ignores->items, (size_t)count * sizeof(void *));
        p->type_ignores = longer;
    }
    p->type_ignores->items[count] = ignore;
    p->type_ignores->length = count + 1;
    return 0;
}

static int grow_tokens(KrParser *p)
{
    int capacity = p->token_capacity == 0 ? p->is_fstring ? 16 : 256 : p->token_capacity * 2;
    KrToken **tokens = PyMem_Realloc(p->tokens, (size_t)capacity * sizeof(KrToken *));
    if (tokens == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    p->tokens = tokens;
    p->token_capacity = capacity;
    return 0;
}

// Fills in where the token is; within an f-string, columns of the first line move by where it
// stands.
static void place_token(KrParser *p, KrToken *token, const char *start, const char *end)
{
    const KrLexer *lexer = p->lexer;
    int is_string = token->kind == KR_TOKEN_STRING;
    const char *line_start = is_string ? lexer->string_line_start : lexer->line_start;
    int column = start != NULL && start >= line_start ? (int)(start - line_start) : -1;
    int end_column = end != NULL && end >= lexer->line_start ? (int)(end - lexer->line_start) : -1;
    int shift = lexer->lineno == p->first_line ? p->first_column : 0;
    token->lineno = is_string ? lexer->string_lineno : lexer->lineno;
    token->end_lineno = lexer->lineno;
    token->col_offset = column + shift;
    token->end_col_offset = end_column + shift;
}

int kr_parser_fetch(KrParser *p)
{
    if (p->token_count < p->read_count) {
        p->token_count++;
        return 0;
    }
    KrLexer *lexer = p->lexer;
    char *start, *end;
    int kind = kr_lexer_next(lexer, &start, &end);
    while (kind == KR_TOKEN_TYPE_IGNORE) {
        if (add_type_ignore(p, start, end) < 0) goto failed;
        kind = kr_lexer_next(lexer, &start, &end);
    }
    if (p->mode == KR_PARSE_INTERACTIVE && kind == KR_TOKEN_ENDMARKER && p->has_started
        && !p->is_fstring) {
        kind = KR_TOKEN_NEWLINE;       // the statement ends with the input
        p->has_started = 0;
        if (lexer->indent > 0 && !(p->flags & PyCF_DONT_IMPLY_DEDENT)) {
            lexer->pending_indents = -lexer->indent;
            lexer->indent = 0;
        }
    } else {
        p->has_started = 1;
    }
    assert(p->token_count == p->read_count);
    if (p->token_count == p->token_capacity && grow_tokens(p) < 0) goto failed;
    KrToken *token = kr_ast_arena_allocate(p->scratch, sizeof(KrToken));
    if (token == NULL) goto failed;
    token->kind = kind == KR_TOKEN_NAME ? kr_token_keyword(start, (int)(end - start)) : kind;
    token->level = lexer->bracket_count;
    token->length = (int)(end - start);
    token->start = start == NULL ? 0 : (size_t)(start - lexer->text);
    token->memos = NULL;
    token->value = NULL;
    token->was_warned_about = 0;
    place_token(p, token, start, end);
    p->tokens[p->token_count++] = token;
    p->read_count = p->token_count;
    if (kind != KR_TOKEN_ERRORTOKEN) return 0;
    kr_errors_raise_lexer(p);
failed:
    p->failed = 1;
    return -1;
}

int kr_parser_ahead(KrParser *p, void *(*rule)(KrParser *))
{
    int mark = p->mark;
    void *result = rule(p);
    p->mark = mark;
    return result != NULL;
}

KrToken *kr_parser_expect_forced(KrParser *p, int kind)
{
    int found = kr_parser_peek(p);
    if (found < 0) return NULL;
    if (found == kind) return p->tokens[p->mark++];
    KrNode *here = (KrNode *)p->tokens[p->mark];
    return kr_errors_raise_range(p, here, here, "expected '%s'",
                                 kind == KR_TOKEN_LPAR ? "(" : ":");
}

KrExpr *kr_parser_name(KrParser *p)
{
    KrToken *token = kr_parser_expect(p, KR_TOKEN_NAME);
    if (token == NULL) return NULL;
    if (token->value != NULL) return token->value;
    PyObject *name = kr_parser_identifier(p, kr_parser_text(p, token), token->length);
    if (name == NULL) return NULL;
    KrExpr *node = kr_ast_name(p->arena, name, KR_EXPR_CONTEXT_LOAD, token->position);
    if (node == NULL) p->failed = 1;
    return token->value = node;
}

static int is_word(KrParser *p, const KrToken *token, const char *word)
{
    return (size_t)token->length == strlen(word)
        && memcmp(kr_parser_text(p, token), word, (size_t)token->length) == 0;
}

KrExpr *kr_parser_soft(KrParser *p, const char *word)
{
    if (kr_parser_peek(p) != KR_TOKEN_NAME || !is_word(p, p->tokens[p->mark], word)) return NULL;
    return kr_parser_name(p);
}

// As in CPython the beginning of a soft keyword is enough: `m 4` misses no comma.
KrExpr *kr_parser_soft_keyword(KrParser *p)
{
    if (kr_parser_peek(p) != KR_TOKEN_NAME) return NULL;
    const KrToken *token = p->tokens[p->mark];
    const char *text = kr_parser_text(p, token);
    size_t length = (size_t)token->length;
    int is_soft = strncmp("_", text, length) == 0 || strncmp("case", text, length) == 0
        || strncmp("match", text, length) == 0;
    return is_soft ? kr_parser_name(p) : NULL;
}

// ---- Memos and sequences -----------------------------------------------------------------------

void kr_parser_remember(KrParser *p, int mark, int rule, void *result)
{
    KrMemo *memo = kr_ast_arena_allocate(p->scratch, sizeof(KrMemo));
    if (memo == NULL) {
        p->failed = 1;
        return;
    }
    KrToken *token = p->tokens[mark];
    *memo = (KrMemo){token->memos, rule, p->mark, result};
    token->memos = memo;
}

int kr_parser_push(KrParser *p, void *item)
{
    if (p->pending_count == p->pending_capacity) {
        Py_ssize_t capacity = p->pending_capacity == 0 ? 64 : p->pending_capacity * 2;
        void **pending = PyMem_Realloc(p->pending, (size_t)capacity * sizeof(void *));
        if (pending == NULL) {
            PyErr_NoMemory();
            p->failed = 1;
            return -1;
        }
        p->pending = pending;
        p->pending_capacity = capacity;
    }
    p->pending[p->pending_count++] = item;
    return 0;
}

KrNodeSeq *kr_parser_pop(KrParser *p, Py_ssize_t base, int needs_one)
{
    assert(base <= p->pending_count);
    Py_ssize_t count = p->pending_count - base;
    p->pending_count = base;
    if (p->failed || (count == 0 && needs_one)) return NULL;
    KrNodeSeq *seq = kr_ast_seq_new(p->arena, count);
    if (seq == NULL)
        p->failed = 1;
    else if (count > 0)
        memcpy(seq->items, p->pending + base, (size_t)count * sizeof(void *));
    return seq;
}

void *kr_parser_since(KrParser *p, void *node, int version, const char *what)
{
    if (node == NULL) {
        p->failed = 1;
        return NULL;
    }
    if (p->feature_version >= version) return node;
    return kr_errors_raise_last(p, "%s only supported in Python 3.%i and greater", what, version);
}
