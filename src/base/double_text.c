// double_text.c - doubles to decimal digits.
//
// Shortest digits by Schubfach (Raffaello Giulietti, "The Schubfach way to render doubles"): of
// the two or four candidates next to the value the one inside the rounding interval.  Counted
// digits and places are computed exactly: the value times a power of ten as an integer, rounded
// half to even; in 128 bits when that suffices, with GMP's mpn otherwise.  Parsing is in
// double_parse.c.
#include "base/double_text.h"

#include <assert.h>
#include <gmp.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/bits.h"
#include "base/memory.h"
#include "base/powers.h"

// A finite value as significand * 2**exponent.
typedef struct Parts {
    uint64_t significand;
    int exponent;
    int is_power;   // the next smaller double is nearer than the next larger one
} Parts;

static Parts split(double value)
{
    uint64_t bits = kr_load_64(&value);
    uint64_t fraction = bits & 0xfffffffffffffu;
    int exponent = (int)(bits >> 52 & 0x7ff);
    if (exponent == 0) return (Parts){fraction, -1074, 0};
    return (Parts){fraction | (uint64_t)1 << 52, exponent - 1075, fraction == 0 && exponent > 1};
}

// --- writing digits -----------------------------------------------------------------------------

// Sets the digits of [number], without trailing zeros; the value is number * 10**[exponent].
static void set_number(KrDecimal *decimal, uint64_t number, int exponent)
{
    char text[24];
    int at = sizeof text;
    while (number) {
        text[--at] = (char)('0' + number % 10);
        number /= 10;
    }
    int count = (int)sizeof text - at;
    decimal->point = count + exponent;
    while (count > 1 && text[at + count - 1] == '0') count--;
    memcpy(decimal->space, text + at, (size_t)count);
    decimal->digits = decimal->space;
    decimal->count = count;
}

static void set_zero(KrDecimal *decimal)
{
    decimal->space[0] = '0';
    decimal->digits = decimal->space;
    decimal->count = 1;
    decimal->point = 1;
}

void kr_decimal_clear(KrDecimal *decimal)
{
    if (decimal->digits != decimal->space) kr_memory_free(decimal->digits);
    decimal->digits = decimal->space;
}

// --- shortest -----------------------------------------------------------------------------------

// The top 64 bits of power * factor / 2**64, the lowest bit set if anything is below.
static inline uint64_t round_to_odd(KrPower power, uint64_t factor)
{
    unsigned __int128 low = (unsigned __int128)power.low * factor;
    unsigned __int128 high = (unsigned __int128)power.high * factor + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

// Both neighbours at one scale, bounds included or not: which multiple of [unit] is inside, if
// just one.
static int choose(uint64_t lower, uint64_t upper, uint64_t floor_multiple, uint64_t unit,
                  int *ret_up)
{
    int down_inside = lower <= floor_multiple, up_inside = floor_multiple + unit <= upper;
    *ret_up = up_inside;
    return down_inside != up_inside;
}

static void shortest_of(Parts v, KrDecimal *decimal)
{
    int odd = v.significand & 1, up;
    int k = (v.exponent * 1262611 - (v.is_power ? 524031 : 0)) >> 22;
    int shift = v.exponent + kr_power_log2(-k) + 1;
    KrPower power = kr_power_of_ten(-k);
    uint64_t middle4 = 4 * v.significand;
    uint64_t lower =
        round_to_odd(power, (middle4 - 2 + (uint64_t)v.is_power) << shift) + (uint64_t)odd;
    uint64_t value = round_to_odd(power, middle4 << shift);
    uint64_t upper = round_to_odd(power, (middle4 + 2) << shift) - (uint64_t)odd;
    uint64_t s = value / 4;
    if (s >= 10) {
        uint64_t tens = s / 10;
        if (choose(lower, upper, 40 * tens, 40, &up)) {
            set_number(decimal, tens + (uint64_t)up, k + 1);
            return;
        }
    }
    if (!choose(lower, upper, 4 * s, 4, &up)) {
        uint64_t middle = 4 * s + 2;
        up = value > middle || (value == middle && (s & 1));
    }
    set_number(decimal, s + (uint64_t)up, k);
}

void kr_double_to_shortest(double value, KrDecimal *ret_decimal)
{
    assert(isfinite(value));
    ret_decimal->negative = signbit(value) != 0;
    Parts v = split(value);
    if (v.significand == 0) {
        set_zero(ret_decimal);
        return;
    }
    // A small integer is its own shortest text.
    int places = -v.exponent;
    if (places >= 0 && places < 53 && (v.significand & (((uint64_t)1 << places) - 1)) == 0)
        set_number(ret_decimal, v.significand >> places, 0);
    else
        shortest_of(v, ret_decimal);
}

static int write_exponent(char *to, int exponent)
{
    int length = 0;
    to[length++] = 'e';
    to[length++] = exponent < 0 ? '-' : '+';
    unsigned size = exponent < 0 ? (unsigned)-exponent : (unsigned)exponent;
    if (size >= 100) to[length++] = (char)('0' + size / 100);
    to[length++] = (char)('0' + size / 10 % 10);
    to[length++] = (char)('0' + size % 10);
    return length;
}

int kr_double_repr(double value, char buffer[KR_DOUBLE_REPR_SIZE])
{
    char *to = buffer;
    if (!isfinite(value)) {
        strcpy(buffer, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return (int)strlen(buffer);
    }
    KrDecimal d;
    kr_double_to_shortest(value, &d);
    int count = (int)d.count;
    if (d.negative) *to++ = '-';
    if (d.point > 16 || d.point <= -4) {
        *to++ = d.digits[0];
        if (count > 1) {
            *to++ = '.';
            memcpy(to, d.digits + 1, (size_t)count - 1);
            to += count - 1;
        }
        to += write_exponent(to, d.point - 1);
    } else if (d.point <= 0) {
        *to++ = '0';
        *to++ = '.';
        for (int i = d.point; i < 0; i++) *to++ = '0';
        memcpy(to, d.digits, (size_t)count);
        to += count;
    } else {
        int whole = count < d.point ? count : d.point;
        memcpy(to, d.digits, (size_t)whole);
        to += whole;
        for (int i = whole; i < d.point; i++) *to++ = '0';
        *to++ = '.';
        if (count > d.point) {
            memcpy(to, d.digits + d.point, (size_t)(count - d.point));
            to += count - d.point;
        } else {
            *to++ = '0';
        }
    }
    *to = 0;
    return (int)(to - buffer);
}

// --- places and counted digits ------------------------------------------------------------------

enum { LIMBS = 96 };   // 6,144 bits: 2**-1074 in full needs 3,600

// An integer on the stack.
typedef struct Big {
    mp_limb_t limbs[LIMBS];
    mp_size_t count;   // 0: the number 0
} Big;

static void big_multiply_small(Big *big, mp_limb_t factor)
{
    mp_limb_t carry = big->count ? mpn_mul_1(big->limbs, big->limbs, big->count, factor) : 0;
    if (carry) big->limbs[big->count++] = carry;
    assert(big->count < LIMBS);
}

static void big_shift_left(Big *big, unsigned bits)
{
    mp_size_t whole = bits / 64;
    assert(big->count + whole + 1 < LIMBS);
    if (big->count == 0) return;
    memmove(big->limbs + whole, big->limbs, (size_t)big->count * sizeof(mp_limb_t));
    memset(big->limbs, 0, (size_t)whole * sizeof(mp_limb_t));
    big->count += whole;
    if (bits % 64 == 0) return;
    mp_limb_t carry = mpn_lshift(big->limbs, big->limbs, big->count, bits % 64);
    if (carry) big->limbs[big->count++] = carry;
}

static void big_multiply_ten(Big *big, int exponent)
{
    int fives = exponent;
    for (; fives >= 27; fives -= 27) big_multiply_small(big, 7450580596923828125u);
    mp_limb_t factor = 1;
    while (fives-- > 0) factor *= 5;
    if (factor > 1) big_multiply_small(big, factor);
    big_shift_left(big, (unsigned)exponent);
}

static void big_increment(Big *big)
{
    mp_limb_t carry = big->count ? mpn_add_1(big->limbs, big->limbs, big->count, 1) : 1;
    if (carry) big->limbs[big->count++] = carry;
}

// big = round_half_even(big / divisor).
static void big_divide_rounded(Big *big, Big *divisor)
{
    Big quotient = {.count = 0}, rest = {.count = 0};
    if (big->count >= divisor->count) {
        mpn_tdiv_qr(quotient.limbs, rest.limbs, 0, big->limbs, big->count, divisor->limbs,
                    divisor->count);
        quotient.count = big->count - divisor->count + 1;
        rest.count = divisor->count;
    } else {
        memcpy(rest.limbs, big->limbs, sizeof big->limbs);
        rest.count = big->count;
    }
    while (quotient.count && quotient.limbs[quotient.count - 1] == 0) quotient.count--;
    while (rest.count && rest.limbs[rest.count - 1] == 0) rest.count--;
    big_shift_left(&rest, 1);
    int order = rest.count != divisor->count ? (rest.count > divisor->count ? 1 : -1)
                                             : mpn_cmp(rest.limbs, divisor->limbs, rest.count);
    int odd = quotient.count && (quotient.limbs[0] & 1);
    if (order > 0 || (order == 0 && odd)) big_increment(&quotient);
    *big = quotient;
}

// Sets the digits of [big] * 10**[exponent]: 0, or -1 without memory.
static int set_big(KrDecimal *decimal, Big *big, int exponent)
{
    if (big->count == 0) {
        set_zero(decimal);
        return 0;
    }
    unsigned char text[LIMBS * 20];
    size_t size = mpn_get_str(text, 10, big->limbs, big->count), start = 0;
    while (start < size - 1 && text[start] == 0) start++;
    decimal->point = (int)(size - start) + exponent;
    while (size > start + 1 && text[size - 1] == 0) size--;
    decimal->count = (ptrdiff_t)(size - start);
    decimal->digits = decimal->space;
    if (decimal->count > (ptrdiff_t)sizeof decimal->space)
        decimal->digits = kr_memory_allocate((size_t)decimal->count);
    if (decimal->digits == NULL) {
        decimal->digits = decimal->space;
        return -1;
    }
    for (ptrdiff_t i = 0; i < decimal->count; i++)
        decimal->digits[i] = (char)('0' + text[start + (size_t)i]);
    return 0;
}

// In 128 bits: 10**places <= 10**22 and the binary point inside.  Whether it could be done.
static int places_fast(Parts v, int places, KrDecimal *decimal)
{
    if (places < 0 || places > 22 || v.exponent > 0 || v.exponent <= -126) return 0;
    unsigned __int128 number = v.significand;
    for (int left = places; left > 0; left -= 11) number *= left >= 11 ? 100000000000u : 1;
    static const uint64_t small[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
                                     1000000000, 10000000000u};
    number *= small[places % 11];
    if (v.exponent < 0) {
        unsigned __int128 one = (unsigned __int128)1 << -v.exponent, rest = number & (one - 1);
        number >>= -v.exponent;
        if (rest > one / 2 || (rest == one / 2 && (number & 1))) number++;
    }
    if (number >> 64) return 0;
    if (number == 0)
        set_zero(decimal);
    else
        set_number(decimal, (uint64_t)number, -places);
    return 1;
}

static int to_places(Parts v, int places, KrDecimal *decimal)
{
    // A double has no more places than minus its exponent.
    int most = v.exponent < 0 ? -v.exponent : 0;
    if (places > most) places = most;
    if (v.significand == 0 || places < -400) {
        set_zero(decimal);
        return 0;
    }
    if (places_fast(v, places, decimal)) return 0;
    Big number = {{v.significand}, 1}, divisor = {{1}, 1};
    if (places > 0) big_multiply_ten(&number, places);
    if (places < 0) big_multiply_ten(&divisor, -places);
    if (v.exponent > 0)
        big_shift_left(&number, (unsigned)v.exponent);
    else
        big_shift_left(&divisor, (unsigned)-v.exponent);
    big_divide_rounded(&number, &divisor);
    return set_big(decimal, &number, -places);
}

int kr_double_to_places(double value, ptrdiff_t places, KrDecimal *ret_decimal)
{
    assert(isfinite(value));
    ret_decimal->negative = signbit(value) != 0;
    if (places > 2000) places = 2000;
    if (places < -2000) places = -2000;
    return to_places(split(value), (int)places, ret_decimal);
}

int kr_double_to_digits(double value, ptrdiff_t count, KrDecimal *ret_decimal)
{
    assert(isfinite(value) && count >= 1);
    ret_decimal->negative = signbit(value) != 0;
    Parts v = split(value);
    if (v.significand == 0) {
        set_zero(ret_decimal);
        return 0;
    }
    if (count > 2000) count = 2000;
    // floor(log10(value)), or one less.
    int log2 = kr_bit_length(v.significand) - 1 + v.exponent;
    int log10 = (log2 * 1262611) >> 22;
    int places = (int)count - 1 - log10;
    if (to_places(v, places, ret_decimal) < 0) return -1;
    if (ret_decimal->point == log10 + 1) return 0;
    // One digit too many, or rounded up to a power of ten, which a second rounding leaves alone.
    kr_decimal_clear(ret_decimal);
    return to_places(v, places - 1, ret_decimal);
}
