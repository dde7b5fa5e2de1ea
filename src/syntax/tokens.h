// tokens.h - kinds of tokens: KR_TOKEN_x with CPython's public numbers, then KR_KEYWORD_x.
#ifndef KR_SYNTAX_TOKENS_H
#define KR_SYNTAX_TOKENS_H

#include <stdint.h>

#define TOKEN(name, text) KR_TOKEN_##name,
#define KEYWORD(word) KR_KEYWORD_##word,
typedef enum KrTokenKind {
#include "syntax/tokens.def"
    KR_TOKEN_KIND_COUNT
} KrTokenKind;
#undef TOKEN
#undef KEYWORD

enum { KR_TOKEN_PUBLIC_COUNT = KR_TOKEN_ENCODING + 1 };

// Whether a kind is in a set of kinds, written as two words of bits.
static inline int kr_token_in(int kind, uint64_t low, uint64_t high)
{
    return (int)((kind < 64 ? low >> kind : high >> (kind - 64)) & 1);
}

// The kind of an ASCII word: its keyword, or KR_TOKEN_NAME.
int kr_token_keyword(const char *word, int length);

// "NAME", "LPAR", ...; a keyword's is the word.
const char *kr_token_name(int kind);

// The operator that is made of the first one, two or three characters; KR_TOKEN_OP when there is
// none.
int PyToken_OneChar(int first);
int PyToken_TwoChars(int first, int second);
int PyToken_ThreeChars(int first, int second, int third);

extern const char *const _PyParser_TokenNames[];

#endif
