// double_parse.c - decimal text to doubles, correctly rounded.
//
// Up to 19 digits are read into 64 bits.  Three ways, each for what the one before cannot decide:
// exact double arithmetic for small numbers; the product with a 128-bit power of ten, whose error
// is known, so that it tells unless the value is next to the middle between two doubles; exact
// integer division.
#include "base/double_text.h"

#include <assert.h>
#include <gmp.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/bits.h"
#include "base/powers.h"

static inline int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// The double with a significand of [bits] = 53 bits at most (the top one set unless subnormal) and
// the exponent of its lowest bit.
static double join(uint64_t significand, int exponent)
{
    assert(significand <= (uint64_t)1 << 53);
    if (significand == (uint64_t)1 << 53) {
        significand >>= 1;
        exponent++;
    }
    uint64_t bits = significand;
    if (significand >> 52) {
        if (exponent > 971) return (double)INFINITY;
        bits = (significand & 0xfffffffffffffu) | (uint64_t)(exponent + 1075) << 52;
    } else {
        assert(exponent == -1074);
    }
    double value;
    kr_store_64(&value, bits);
    return value;
}

// number * 10**exponent by a 128-bit power: whether the result is certain.
static int multiply_by_power(uint64_t number, int exponent, double *ret_value)
{
    if (!kr_power_in_range(exponent)) return 0;
    int zeros = __builtin_clzll(number);
    number <<= zeros;
    KrPower power = kr_power_of_ten(exponent);
    unsigned __int128 low = (unsigned __int128)power.low * number;
    unsigned __int128 product = (unsigned __int128)power.high * number + (uint64_t)(low >> 64);
    // The true value is product, or one less, plus something below one.
    uint64_t high = (uint64_t)(product >> 64);
    int top = (int)(high >> 63);
    int drop = top + 10;
    int lowest = 63 + top + kr_power_log2(exponent) - zeros - 52;
    if (lowest < -1074) return 0;
    uint64_t significand = high >> drop, rest = high & (((uint64_t)1 << drop) - 1);
    uint64_t half = (uint64_t)1 << (drop - 1), tail = (uint64_t)product;
    if ((rest == half && tail <= 1) || (rest == half - 1 && tail >= UINT64_MAX - 1)) return 0;
    *ret_value = join(significand + (rest >= half), lowest);
    return 1;
}

// --- the exact way ------------------------------------------------------------------------------

enum { LIMBS = 192, MOST_DIGITS = 800 };   // more digits only matter by being there

typedef struct Big {
    mp_limb_t limbs[LIMBS];
    mp_size_t count;
} Big;

static int big_bits(const Big *big)
{
    return (int)big->count * 64 - __builtin_clzll(big->limbs[big->count - 1]);
}

static void big_multiply_small(Big *big, mp_limb_t factor)
{
    mp_limb_t carry = mpn_mul_1(big->limbs, big->limbs, big->count, factor);
    if (carry) big->limbs[big->count++] = carry;
    assert(big->count < LIMBS);
}

static void big_multiply_ten(Big *big, int exponent)
{
    for (; exponent >= 19; exponent -= 19) big_multiply_small(big, 10000000000000000000u);
    mp_limb_t factor = 1;
    while (exponent-- > 0) factor *= 10;
    if (factor > 1) big_multiply_small(big, factor);
}

static void big_shift_left(Big *big, int bits)
{
    mp_size_t whole = bits / 64;
    assert(big->count + whole + 1 < LIMBS);
    memmove(big->limbs + whole, big->limbs, (size_t)big->count * sizeof(mp_limb_t));
    memset(big->limbs, 0, (size_t)whole * sizeof(mp_limb_t));
    big->count += whole;
    mp_limb_t carry =
        bits % 64 ? mpn_lshift(big->limbs, big->limbs, big->count, (unsigned)bits % 64) : 0;
    if (carry) big->limbs[big->count++] = carry;
}

static void big_from_digits(Big *big, const char *digits, ptrdiff_t count)
{
    unsigned char values[MOST_DIGITS + 1];
    for (ptrdiff_t i = 0; i < count; i++) values[i] = (unsigned char)(digits[i] - '0');
    big->count = mpn_set_str(big->limbs, values, (size_t)count, 10);
    while (big->count && big->limbs[big->count - 1] == 0) big->count--;
}

// Rounds number / divisor, both not zero.
static double divide(Big *number, Big *divisor)
{
    // Scale so that the quotient has 64 or 65 bits, then keep 53, or fewer for a subnormal.
    int shift = 65 + big_bits(divisor) - big_bits(number);
    if (shift > 0)
        big_shift_left(number, shift);
    else
        big_shift_left(divisor, -shift);
    mp_limb_t quotient[LIMBS], rest[LIMBS];
    mpn_tdiv_qr(quotient, rest, 0, number->limbs, number->count, divisor->limbs, divisor->count);
    int sticky = !mpn_zero_p(rest, divisor->count);
    mp_size_t count = number->count - divisor->count + 1;
    unsigned __int128 value = quotient[0];
    if (count > 1) value |= (unsigned __int128)quotient[1] << 64;
    int bits =
        value >> 64 ? 64 + kr_bit_length((uint64_t)(value >> 64)) : kr_bit_length((uint64_t)value);
    int drop = bits - 53;
    if (drop - shift < -1074) drop = -1074 + shift;
    if (drop > bits + 1) return 0.0;
    unsigned __int128 one = (unsigned __int128)1 << drop, low = value & (one - 1), half = one / 2;
    uint64_t significand = (uint64_t)(value >> drop);
    if (low > half || (low == half && (sticky || (significand & 1)))) significand++;
    return join(significand, drop - shift);
}

static double exact(const char *digits, ptrdiff_t count, ptrdiff_t exponent)
{
    char kept[MOST_DIGITS + 1];
    while (count > 0 && *digits == '0') {
        digits++;
        count--;
    }
    if (count > MOST_DIGITS) {
        int more = 0;
        for (ptrdiff_t i = MOST_DIGITS; i < count; i++) more |= digits[i] != '0';
        memcpy(kept, digits, MOST_DIGITS);
        kept[MOST_DIGITS] = more ? '1' : '0';
        exponent += count - MOST_DIGITS - 1;
        digits = kept;
        count = MOST_DIGITS + 1;
    }
    if (count == 0 || exponent + count < -330) return 0.0;
    if (exponent + count > 310) return (double)INFINITY;
    Big number, divisor = {{1}, 1};
    big_from_digits(&number, digits, count);
    if (number.count == 0) return 0.0;
    big_multiply_ten(exponent >= 0 ? &number : &divisor,
                     (int)(exponent >= 0 ? exponent : -exponent));
    return divide(&number, &divisor);
}

// --- text ---------------------------------------------------------------------------------------

// [digits] without leading zeros, at most 19 of them: whether it could be told.
static int from_small(uint64_t number, ptrdiff_t exponent, int cut, double *ret_value)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (exponent < -400 || exponent > 400) return 0;
    if (!cut && number < (uint64_t)1 << 53 && exponent >= -22 && exponent <= 22) {
        *ret_value =
            exponent < 0 ? (double)number / tens[-exponent] : (double)number * tens[exponent];
        return 1;
    }
    double other;
    if (!multiply_by_power(number, (int)exponent, ret_value)) return 0;
    if (!cut) return 1;
    return multiply_by_power(number + 1, (int)exponent, &other) && other == *ret_value;
}

int kr_double_from_decimal(const char *digits, ptrdiff_t count, ptrdiff_t exponent,
                           double *ret_value)
{
    while (count > 0 && *digits == '0') {
        digits++;
        count--;
    }
    if (count == 0) {
        *ret_value = 0.0;
        return 0;
    }
    uint64_t number = 0;
    ptrdiff_t used = count < 19 ? count : 19;
    for (ptrdiff_t i = 0; i < used; i++) number = number * 10 + (uint64_t)(digits[i] - '0');
    double value;
    if (!from_small(number, exponent + count - used, used < count, &value))
        value = exact(digits, count, exponent);
    *ret_value = value;
    return 0;
}

// Reads `e [sign] digits` at [at]: the place behind it, or [at] if there is none.
static const char *read_exponent(const char *at, const char *end, ptrdiff_t *ret_exponent)
{
    const char *start = at;
    if (at == end || (*at != 'e' && *at != 'E')) return start;
    at++;
    int negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;
    if (at == end || !is_digit(*at)) return start;
    ptrdiff_t exponent = 0;
    for (; at < end && is_digit(*at); at++)
        if (exponent < PTRDIFF_MAX / 40) exponent = exponent * 10 + (*at - '0');
    *ret_exponent = negative ? -exponent : exponent;
    return at;
}

// The digits of a number with a point inside, [count] digits in all from [at] on.
static double read_split(const char *at, ptrdiff_t count, const char *point, ptrdiff_t exponent)
{
    // Up to MOST_DIGITS + 1 digits are enough, the last of them "something follows".
    char digits[MOST_DIGITS + 2];
    ptrdiff_t kept = 0;
    int more = 0;
    double value;
    for (ptrdiff_t i = 0; i < count; i++, at++) {
        if (at == point) at++;
        if (kept == 0 && *at == '0') continue;
        if (kept <= MOST_DIGITS)
            digits[kept++] = *at;
        else
            more |= *at != '0';
        if (kept == MOST_DIGITS + 1 && i + 1 < count) exponent++;
    }
    if (more) digits[kept - 1] = digits[kept - 1] == '0' ? '1' : digits[kept - 1];
    (void)kr_double_from_decimal(digits, kept, exponent, &value);
    return value;
}

ptrdiff_t kr_double_parse(const char *text, ptrdiff_t size, double *ret_value)
{
    const char *at = text, *end = text + size;
    int negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;
    const char *start = at, *point = NULL;
    while (at < end && is_digit(*at)) at++;
    ptrdiff_t whole = at - start, places = 0;
    if (at < end && *at == '.') {
        point = at++;
        while (at < end && is_digit(*at)) at++;
        places = at - point - 1;
    }
    if (whole + places == 0) return 0;
    ptrdiff_t exponent = 0;
    at = read_exponent(at, end, &exponent);
    double value = 0.0;
    if (point)
        value = read_split(start, whole + places, point, exponent - places);
    else
        (void)kr_double_from_decimal(start, whole, exponent, &value);
    *ret_value = negative ? -value : value;
    return at - text;
}
