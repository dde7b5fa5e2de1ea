// lexer_numbers.c - the extent of number literals, and what is said of bad ones.
//
// Each function is entered with a character already taken and leaves the one behind the number put
// back.
#include "syntax/lexer.h"

#include <string.h>

static int is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static int is_hex_digit(int c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static int bad(KrLexer *lexer, int c, const char *what)
{
    kr_lexer_put_back(lexer, c);
    return kr_lexer_raise(lexer, "invalid %s literal", what);
}

static int is_word_here(const char *text, const char *word)
{
    size_t length = strlen(word);
    return strncmp(text, word, length) == 0 && !kr_lexer_is_word((unsigned char)text[length]);
}

// Whether [c] and what follows is a keyword that may stand right behind a number ("1if x").
static int begins_keyword(KrLexer *lexer, int c)
{
    const char *rest = lexer->cur;
    switch (c) {
        case 'a': return is_word_here(rest, "nd");
        case 'e': return is_word_here(rest, "lse");
        case 'f': return is_word_here(rest, "or");
        case 'i': return *rest == 'f' || *rest == 'n' || *rest == 's';
        case 'o': return is_word_here(rest, "r");
        case 'n': return is_word_here(rest, "ot");
        default: return 0;
    }
}

// The number ended before [c]: its token, or an error when [c] would go on with a word.
static int end_number(KrLexer *lexer, int c, const char *what)
{
    if (begins_keyword(lexer, c)) {
        kr_lexer_put_back(lexer, c);
        if (kr_lexer_warn(lexer, "invalid %s literal", what) < 0) return KR_TOKEN_ERRORTOKEN;
        return KR_TOKEN_NUMBER;
    }
    if (kr_lexer_is_word(c)) return bad(lexer, c, what);
    kr_lexer_put_back(lexer, c);
    return KR_TOKEN_NUMBER;
}

// The rest of a run of decimal digits with single underscores: the character behind, or -2 with an
// error.
static int decimal_digits(KrLexer *lexer)
{
    for (;;) {
        int c;
        do c = kr_lexer_take(lexer);
        while (is_digit(c));
        if (c != '_') return c;
        c = kr_lexer_take(lexer);
        if (!is_digit(c)) {
            bad(lexer, c, "decimal");
            return -2;
        }
    }
}

static int imaginary_or_end(KrLexer *lexer, int c)
{
    if (c == 'j' || c == 'J') return end_number(lexer, kr_lexer_take(lexer), "imaginary");
    return end_number(lexer, c, "decimal");
}

static int exponent_or_end(KrLexer *lexer, int c)
{
    if (c != 'e' && c != 'E') return imaginary_or_end(lexer, c);
    int letter = c;
    c = kr_lexer_take(lexer);
    if (c == '+' || c == '-') {
        c = kr_lexer_take(lexer);
        if (!is_digit(c)) return bad(lexer, c, "decimal");
    } else if (!is_digit(c)) {         // "1else": the number ends before the letter
        kr_lexer_put_back(lexer, c);
        return end_number(lexer, letter, "decimal");
    }
    c = decimal_digits(lexer);
    return c == -2 ? KR_TOKEN_ERRORTOKEN : imaginary_or_end(lexer, c);
}

int kr_lexer_fraction(KrLexer *lexer, int c)
{
    if (is_digit(c)) {
        c = decimal_digits(lexer);
        if (c == -2) return KR_TOKEN_ERRORTOKEN;
    }
    return exponent_or_end(lexer, c);
}

static int hexadecimal(KrLexer *lexer)
{
    int c = kr_lexer_take(lexer);
    do {
        if (c == '_') c = kr_lexer_take(lexer);
        if (!is_hex_digit(c)) return bad(lexer, c, "hexadecimal");
        do c = kr_lexer_take(lexer);
        while (is_hex_digit(c));
    } while (c == '_');
    return end_number(lexer, c, "hexadecimal");
}

// Octal (top 8) or binary (top 2).
static int small_base(KrLexer *lexer, int top, const char *what)
{
    int c = kr_lexer_take(lexer);
    do {
        if (c == '_') c = kr_lexer_take(lexer);
        if (c < '0' || c >= '0' + top) {
            if (is_digit(c))
                return kr_lexer_raise(lexer, "invalid digit '%c' in %s literal", c, what);
            return bad(lexer, c, what);
        }
        do c = kr_lexer_take(lexer);
        while (c >= '0' && c < '0' + top);
    } while (c == '_');
    if (is_digit(c)) return kr_lexer_raise(lexer, "invalid digit '%c' in %s literal", c, what);
    return end_number(lexer, c, what);
}

// A number that begins with 0: 0, 0_0, 0.5, 0e1, 0j, or a mistaken octal.
static int zeros(KrLexer *lexer, int c)
{
    int has_more = 0;
    for (;;) {
        if (c == '_') {
            c = kr_lexer_take(lexer);
            if (!is_digit(c)) return bad(lexer, c, "decimal");
        }
        if (c != '0') break;
        c = kr_lexer_take(lexer);
    }
    char *zeros_end = lexer->cur;
    if (is_digit(c)) {
        has_more = 1;
        c = decimal_digits(lexer);
        if (c == -2) return KR_TOKEN_ERRORTOKEN;
    }
    if (c == '.') return kr_lexer_fraction(lexer, kr_lexer_take(lexer));
    if (c == 'e' || c == 'E') return exponent_or_end(lexer, c);
    if (c == 'j' || c == 'J') return imaginary_or_end(lexer, c);
    if (has_more) {
        kr_lexer_put_back(lexer, c);
        return kr_lexer_raise_range(lexer, (int)(lexer->token_start + 1 - lexer->line_start),
                                    (int)(zeros_end - lexer->line_start),
                                    "leading zeros in decimal integer literals are not permitted; "
                                    "use an 0o prefix for octal integers");
    }
    return end_number(lexer, c, "decimal");
}

int kr_lexer_number(KrLexer *lexer, int first)
{
    if (first == '0') {
        int c = kr_lexer_take(lexer);
        switch (c) {
            case 'x': case 'X': return hexadecimal(lexer);
            case 'o': case 'O': return small_base(lexer, 8, "octal");
            case 'b': case 'B': return small_base(lexer, 2, "binary");
            default: return zeros(lexer, c);
        }
    }
    int c = decimal_digits(lexer);
    if (c == -2) return KR_TOKEN_ERRORTOKEN;
    if (c == '.') return kr_lexer_fraction(lexer, kr_lexer_take(lexer));
    return exponent_or_end(lexer, c);
}
