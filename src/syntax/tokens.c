// tokens.c - operators, keywords and the names of both, out of tokens.def.
#include "syntax/tokens.h"

#include <assert.h>
#include <string.h>

_Static_assert(KR_TOKEN_ERRORTOKEN == 60 && KR_TOKEN_ENCODING == 63,
               "token.py knows these numbers");

#define TOKEN(name, text) #name,
#define KEYWORD(word) #word,
static const char *const names[] = {
#include "syntax/tokens.def"
};
#undef TOKEN
#undef KEYWORD

#define TOKEN(name, text) #name,
#define KEYWORD(word)
const char *const _PyParser_TokenNames[] = {
#include "syntax/tokens.def"
    "<N_TOKENS>",
};
#undef TOKEN
#undef KEYWORD

#define TOKEN(name, text) text,
#define KEYWORD(word)
static const char texts[][4] = {
#include "syntax/tokens.def"
};
#undef TOKEN
#undef KEYWORD

const char *kr_token_name(int kind)
{
    assert(kind >= 0 && kind < KR_TOKEN_KIND_COUNT);
    return names[kind];
}

// A switch on the length, then on the first letter, leaves at most two words to compare with.
int kr_token_keyword(const char *word, int length)
{
#define IS(keyword)                                                                               \
    if (memcmp(word, #keyword, sizeof(#keyword) - 1) == 0) return KR_KEYWORD_##keyword
    switch (length) {
        case 2:
            IS(if); IS(in); IS(is); IS(or); IS(as);
            break;
        case 3:
            IS(def); IS(not); IS(and); IS(for); IS(del); IS(try);
            break;
        case 4:
            switch (word[0]) {
                case 'N': IS(None); break;
                case 'T': IS(True); break;
                case 'e': IS(else); IS(elif); break;
                case 'f': IS(from); break;
                case 'p': IS(pass); break;
                case 'w': IS(with); break;
            }
            break;
        case 5:
            switch (word[0]) {
                case 'F': IS(False); break;
                case 'b': IS(break); break;
                case 'c': IS(class); break;
                case 'r': IS(raise); break;
                case 'w': IS(while); break;
                case 'y': IS(yield); break;
            }
            break;
        case 6:
            switch (word[0]) {
                case 'a': IS(assert); break;
                case 'e': IS(except); break;
                case 'g': IS(global); break;
                case 'i': IS(import); break;
                case 'l': IS(lambda); break;
                case 'r': IS(return); break;
            }
            break;
        case 7:
            IS(finally);
            break;
        case 8:
            IS(continue); IS(nonlocal);
            break;
    }
#undef IS
    return KR_TOKEN_NAME;
}

int PyToken_OneChar(int first)
{
    switch (first) {
        case '%': return KR_TOKEN_PERCENT;
        case '&': return KR_TOKEN_AMPER;
        case '(': return KR_TOKEN_LPAR;
        case ')': return KR_TOKEN_RPAR;
        case '*': return KR_TOKEN_STAR;
        case '+': return KR_TOKEN_PLUS;
        case ',': return KR_TOKEN_COMMA;
        case '-': return KR_TOKEN_MINUS;
        case '.': return KR_TOKEN_DOT;
        case '/': return KR_TOKEN_SLASH;
        case ':': return KR_TOKEN_COLON;
        case ';': return KR_TOKEN_SEMI;
        case '<': return KR_TOKEN_LESS;
        case '=': return KR_TOKEN_EQUAL;
        case '>': return KR_TOKEN_GREATER;
        case '@': return KR_TOKEN_AT;
        case '[': return KR_TOKEN_LSQB;
        case ']': return KR_TOKEN_RSQB;
        case '^': return KR_TOKEN_CIRCUMFLEX;
        case '{': return KR_TOKEN_LBRACE;
        case '|': return KR_TOKEN_VBAR;
        case '}': return KR_TOKEN_RBRACE;
        case '~': return KR_TOKEN_TILDE;
        default: return KR_TOKEN_OP;
    }
}

int PyToken_TwoChars(int first, int second)
{
    if (second == '=') {
        switch (first) {
            case '!': return KR_TOKEN_NOTEQUAL;
            case '%': return KR_TOKEN_PERCENTEQUAL;
            case '&': return KR_TOKEN_AMPEREQUAL;
            case '*': return KR_TOKEN_STAREQUAL;
            case '+': return KR_TOKEN_PLUSEQUAL;
            case '-': return KR_TOKEN_MINEQUAL;
            case '/': return KR_TOKEN_SLASHEQUAL;
            case ':': return KR_TOKEN_COLONEQUAL;
            case '<': return KR_TOKEN_LESSEQUAL;
            case '=': return KR_TOKEN_EQEQUAL;
            case '>': return KR_TOKEN_GREATEREQUAL;
            case '@': return KR_TOKEN_ATEQUAL;
            case '^': return KR_TOKEN_CIRCUMFLEXEQUAL;
            case '|': return KR_TOKEN_VBAREQUAL;
            default: return KR_TOKEN_OP;
        }
    }
    if (first == '<' && second == '>') return KR_TOKEN_NOTEQUAL;
    if (first == '-' && second == '>') return KR_TOKEN_RARROW;
    if (first != second) return KR_TOKEN_OP;
    switch (first) {
        case '*': return KR_TOKEN_DOUBLESTAR;
        case '/': return KR_TOKEN_DOUBLESLASH;
        case '<': return KR_TOKEN_LEFTSHIFT;
        case '>': return KR_TOKEN_RIGHTSHIFT;
        default: return KR_TOKEN_OP;
    }
}

int PyToken_ThreeChars(int first, int second, int third)
{
    for (int kind = KR_TOKEN_LEFTSHIFTEQUAL; kind <= KR_TOKEN_ELLIPSIS; kind++) {
        const char *text = texts[kind];
        if (text[2] != 0 && text[0] == first && text[1] == second && text[2] == third) return kind;
    }
    return KR_TOKEN_OP;
}
