// double_text.h - IEEE doubles to decimal digits and back, always correctly rounded.
//
// Knows digits and exponents, not signs of formats: '+', padding and grouping are the callers'
// work.
#ifndef KR_BASE_DOUBLE_TEXT_H
#define KR_BASE_DOUBLE_TEXT_H

#include <stddef.h>

// The value 0.DDDD x 10**point, DDDD = [digits] (ASCII, no trailing zeros unless asked for).
// Zero has the one digit "0" and point 1.
typedef struct KrDecimal {
    char *digits;          // inside [space], or a block of its own: kr_decimal_clear releases it
    ptrdiff_t count;       // number of digits, >= 1
    int point;             // position of the decimal point relative to the first digit
    int negative;
    char space[64];
} KrDecimal;

// The shortest digits that read back as [value], which is finite.  Never fails.
void kr_double_to_shortest(double value, KrDecimal *ret_decimal);
// [count] >= 1 significant digits, rounded half to even on the exact value; trailing zeros are
// cut. 0, or -1 without memory.
int kr_double_to_digits(double value, ptrdiff_t count, KrDecimal *ret_decimal);
// Digits up to [places] places behind the point (may be negative); trailing zeros are cut.  A
// value that rounds to zero gives "0", point 1.  0, or -1 without memory.
int kr_double_to_places(double value, ptrdiff_t places, KrDecimal *ret_decimal);
void kr_decimal_clear(KrDecimal *decimal);

// repr: writes the shortest text ('1.0', '1e+16', 'inf', 'nan', '-0.0') and a zero byte, and
// returns its length.
enum { KR_DOUBLE_REPR_SIZE = 32 };
int kr_double_repr(double value, char buffer[KR_DOUBLE_REPR_SIZE]);

// Reads a decimal number `[sign] digits [. digits] [e [sign] digits]` from the front of [text] (no
// white space, no inf or nan, no underscores; a digit on one side of the point is needed). Returns
// the number of bytes read, 0 if there is none, -1 without memory.  Overflow gives an infinity.
ptrdiff_t kr_double_parse(const char *text, ptrdiff_t size, double *ret_value);

// The exact value of "digits x 10**exponent", correctly rounded.  [digits] are ASCII digits only.
// 0, or -1 without memory.
int kr_double_from_decimal(const char *digits, ptrdiff_t count, ptrdiff_t exponent,
                           double *ret_value);

#endif
