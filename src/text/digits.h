// digits.h - big natural numbers as text: arrays of 30-bit digits, least significant first.
#ifndef KR_TEXT_DIGITS_H
#define KR_TEXT_DIGITS_H

#include <stddef.h>
#include <stdint.h>

enum { KR_DIGIT_BITS = 30, KR_DIGIT_MASK = (1 << 30) - 1 };

// Value of an ASCII character as a digit in bases up to 36; 37 if it is none.
extern const uint8_t kr_digits_value[256];

// An upper bound of the decimal digits of a number of [count] digits.
ptrdiff_t kr_digits_decimal_bound(ptrdiff_t count);
// Writes the decimal text (no sign, no zero byte) and returns its length, or -1 without memory.
// The top digit is not 0; [count] 0 is the number 0.
ptrdiff_t kr_digits_to_decimal(const uint32_t *digits, ptrdiff_t count, char *ret_text);

// Exact size of the text in base 2**[bits] (1 <= bits <= 5), and the text itself.
ptrdiff_t kr_digits_binary_size(const uint32_t *digits, ptrdiff_t count, int bits);
void kr_digits_to_binary(const uint32_t *digits, ptrdiff_t count, int bits, int upper,
                         char *ret_text);

// Digits that text of [length] characters in [base] (2..36) needs at most.
ptrdiff_t kr_digits_bound(ptrdiff_t length, int base);
// Reads text that holds valid digits of [base] only (no underscores): the number of digits written
// without leading zeros, or -1 without memory.
ptrdiff_t kr_digits_from_text(const char *text, ptrdiff_t length, int base, uint32_t *ret_digits);

// Conversion to and from GMP's limbs of 64 bits; both return the number written, leading zeros
// cut. [ret_limbs] has room for count * 30 / 64 + 1, [ret_digits] for count * 64 / 30 + 1.
ptrdiff_t kr_digits_to_limbs(const uint32_t *digits, ptrdiff_t count, unsigned long *ret_limbs);
ptrdiff_t kr_digits_from_limbs(const unsigned long *limbs, ptrdiff_t count, uint32_t *ret_digits);

#endif
