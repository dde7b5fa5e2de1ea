// digits.c - big natural numbers as text, base 10 and others.
//
// Small numbers go by multiplication and division with 10**9; long ones through GMP's mpn, whose
// limbs have 64 bits.
#include "text/digits.h"

#include <assert.h>
#include <gmp.h>
#include <string.h>

#include "base/bits.h"
#include "base/memory.h"

enum { GMP_DIGITS = 40, GMP_TEXT = 300 };   // from here on GMP is faster

#define NOT 37
const uint8_t kr_digits_value[256] = {
    [0 ... '0' - 1] = NOT,
    ['0'] = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ['9' + 1 ... 'A' - 1] = NOT,
    ['A'] = 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
    31, 32, 33, 34, 35,
    ['Z' + 1 ... 'a' - 1] = NOT,
    ['a'] = 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
    31, 32, 33, 34, 35,
    ['z' + 1 ... 255] = NOT,
};
#undef NOT

// --- limbs --------------------------------------------------------------------------------------

ptrdiff_t kr_digits_to_limbs(const uint32_t *digits, ptrdiff_t count, unsigned long *ret_limbs)
{
    ptrdiff_t written = 0;
    unsigned __int128 pending = 0;
    int bits = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        pending |= (unsigned __int128)digits[i] << bits;
        bits += KR_DIGIT_BITS;
        if (bits >= 64) {
            ret_limbs[written++] = (uint64_t)pending;
            pending >>= 64;
            bits -= 64;
        }
    }
    if (bits > 0) ret_limbs[written++] = (uint64_t)pending;
    while (written > 0 && ret_limbs[written - 1] == 0) written--;
    return written;
}

ptrdiff_t kr_digits_from_limbs(const unsigned long *limbs, ptrdiff_t count, uint32_t *ret_digits)
{
    while (count > 0 && limbs[count - 1] == 0) count--;
    if (count == 0) return 0;
    ptrdiff_t total =
        (count * 64 - __builtin_clzll(limbs[count - 1]) + KR_DIGIT_BITS - 1) / KR_DIGIT_BITS;
    ptrdiff_t next = 0;
    unsigned __int128 pending = 0;
    int bits = 0;
    for (ptrdiff_t i = 0; i < total; i++) {
        if (bits < KR_DIGIT_BITS && next < count) {
            pending |= (unsigned __int128)limbs[next++] << bits;
            bits += 64;
        }
        ret_digits[i] = (uint32_t)pending & KR_DIGIT_MASK;
        pending >>= KR_DIGIT_BITS;
        bits -= KR_DIGIT_BITS;
    }
    return total;
}

// --- to text ------------------------------------------------------------------------------------

ptrdiff_t kr_digits_decimal_bound(ptrdiff_t count)
{
    // 30 * log10(2) = 9.0309
    return count * 9 + count / 32 + 2;
}

static ptrdiff_t write_number(uint64_t number, char *ret_text)
{
    char reversed[20];
    ptrdiff_t length = 0;
    do {
        reversed[length++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    for (ptrdiff_t i = 0; i < length; i++) ret_text[i] = reversed[length - 1 - i];
    return length;
}

static ptrdiff_t to_decimal_gmp(const uint32_t *digits, ptrdiff_t count, char *ret_text)
{
    size_t limb_count = (size_t)(count * KR_DIGIT_BITS / 64 + 2);
    size_t bound = (size_t)kr_digits_decimal_bound(count) + 2;
    uint64_t *limbs = kr_memory_allocate(limb_count * sizeof *limbs + bound);
    if (limbs == NULL) return -1;
    unsigned char *text = (unsigned char *)(limbs + limb_count);
    mp_size_t used = kr_digits_to_limbs(digits, count, limbs);
    size_t length = mpn_get_str(text, 10, (mp_limb_t *)limbs, used), start = 0;
    while (start + 1 < length && text[start] == 0) start++;
    for (size_t i = start; i < length; i++) ret_text[i - start] = (char)('0' + text[i]);
    kr_memory_free(limbs);
    return (ptrdiff_t)(length - start);
}

ptrdiff_t kr_digits_to_decimal(const uint32_t *digits, ptrdiff_t count, char *ret_text)
{
    if (count <= 2) {
        uint64_t number = count > 0 ? digits[0] : 0;
        if (count > 1) number |= (uint64_t)digits[1] << KR_DIGIT_BITS;
        return write_number(number, ret_text);
    }
    if (count > GMP_DIGITS) return to_decimal_gmp(digits, count, ret_text);
    uint32_t parts[GMP_DIGITS * 2];   // base 10**9, least significant first
    ptrdiff_t used = 0;
    for (ptrdiff_t i = count - 1; i >= 0; i--) {
        uint64_t carry = digits[i];
        for (ptrdiff_t k = 0; k < used; k++) {
            uint64_t value = (uint64_t)parts[k] << KR_DIGIT_BITS | carry;
            carry = value / 1000000000;
            parts[k] = (uint32_t)(value - carry * 1000000000);
        }
        for (; carry; carry /= 1000000000) parts[used++] = (uint32_t)(carry % 1000000000);
    }
    ptrdiff_t length = write_number(parts[used - 1], ret_text);
    for (ptrdiff_t k = used - 2; k >= 0; k--, length += 9)
        for (ptrdiff_t at = 8, part = parts[k]; at >= 0; at--, part /= 10)
            ret_text[length + at] = (char)('0' + part % 10);
    return length;
}

static ptrdiff_t bits_of(const uint32_t *digits, ptrdiff_t count)
{
    return count ? (count - 1) * KR_DIGIT_BITS + kr_bit_length(digits[count - 1]) : 0;
}

ptrdiff_t kr_digits_binary_size(const uint32_t *digits, ptrdiff_t count, int bits)
{
    ptrdiff_t total = bits_of(digits, count);
    return total ? (total + bits - 1) / bits : 1;
}

void kr_digits_to_binary(const uint32_t *digits, ptrdiff_t count, int bits, int upper,
                         char *ret_text)
{
    const char *letters =
        upper ? "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "0123456789abcdefghijklmnopqrstuvwxyz";
    ptrdiff_t at = kr_digits_binary_size(digits, count, bits), next = 0;
    uint64_t pending = 0;
    int left = 0;
    uint64_t mask = ((uint64_t)1 << bits) - 1;
    while (at > 0) {
        if (left < bits && next < count) {
            pending |= (uint64_t)digits[next++] << left;
            left += KR_DIGIT_BITS;
        }
        ret_text[--at] = letters[pending & mask];
        pending >>= bits;
        left -= bits;
    }
}

// --- from text ----------------------------------------------------------------------------------

// Bits that [length] characters of [base] need at most, times 1/64.
static ptrdiff_t bits_for(ptrdiff_t length, int base)
{
    static const uint16_t bits_times_64[37] = {
        [2] = 64,   [3] = 102,  [4] = 128,  [5] = 149,  [6] = 166,  [7] = 180,  [8] = 192,
        [9] = 203,  [10] = 213, [11] = 222, [12] = 230, [13] = 237, [14] = 244, [15] = 251,
        [16] = 256, [17] = 262, [18] = 267, [19] = 272, [20] = 277, [21] = 282, [22] = 286,
        [23] = 290, [24] = 294, [25] = 298, [26] = 301, [27] = 305, [28] = 308, [29] = 311,
        [30] = 315, [31] = 318, [32] = 320, [33] = 323, [34] = 326, [35] = 329, [36] = 331};
    return (length / 64 + 1) * bits_times_64[base];
}

ptrdiff_t kr_digits_bound(ptrdiff_t length, int base)
{
    assert(base >= 2 && base <= 36);
    return bits_for(length, base) / KR_DIGIT_BITS + 1;
}

static ptrdiff_t from_binary(const char *text, ptrdiff_t length, int bits, uint32_t *ret_digits)
{
    ptrdiff_t count = 0;
    uint64_t pending = 0;
    int have = 0;
    for (ptrdiff_t i = length - 1; i >= 0; i--) {
        pending |= (uint64_t)kr_digits_value[(uint8_t)text[i]] << have;
        have += bits;
        if (have >= KR_DIGIT_BITS) {
            ret_digits[count++] = (uint32_t)pending & KR_DIGIT_MASK;
            pending >>= KR_DIGIT_BITS;
            have -= KR_DIGIT_BITS;
        }
    }
    if (have > 0) ret_digits[count++] = (uint32_t)pending;
    return count;
}

static ptrdiff_t from_text_gmp(const char *text, ptrdiff_t length, int base, uint32_t *ret_digits)
{
    size_t limb_count = (size_t)(bits_for(length, base) / 64 + 2);
    uint64_t *limbs = kr_memory_allocate(limb_count * sizeof *limbs + (size_t)length);
    if (limbs == NULL) return -1;
    unsigned char *values = (unsigned char *)(limbs + limb_count);
    for (ptrdiff_t i = 0; i < length; i++) values[i] = kr_digits_value[(uint8_t)text[i]];
    mp_size_t used = mpn_set_str((mp_limb_t *)limbs, values, (size_t)length, base);
    ptrdiff_t count = kr_digits_from_limbs(limbs, used, ret_digits);
    kr_memory_free(limbs);
    return count;
}

// digits = digits * factor + addend
static ptrdiff_t multiply_add(uint32_t *digits, ptrdiff_t count, uint64_t factor, uint64_t addend)
{
    uint64_t carry = addend;
    for (ptrdiff_t i = 0; i < count; i++) {
        carry += digits[i] * factor;
        digits[i] = (uint32_t)carry & KR_DIGIT_MASK;
        carry >>= KR_DIGIT_BITS;
    }
    for (; carry; carry >>= KR_DIGIT_BITS) digits[count++] = (uint32_t)carry & KR_DIGIT_MASK;
    return count;
}

ptrdiff_t kr_digits_from_text(const char *text, ptrdiff_t length, int base, uint32_t *ret_digits)
{
    while (length > 0 && *text == '0') {
        text++;
        length--;
    }
    ptrdiff_t count = 0;
    if ((base & (base - 1)) == 0) {
        count = from_binary(text, length, kr_lowest_bit((uint64_t)base), ret_digits);
    } else if (length > GMP_TEXT) {
        count = from_text_gmp(text, length, base, ret_digits);
    } else {
        ptrdiff_t i = 0;
        while (i < length) {
            uint64_t chunk = 0, factor = 1;
            for (; i < length && factor <= (uint64_t)KR_DIGIT_MASK / (uint64_t)base; i++) {
                chunk = chunk * (uint64_t)base + kr_digits_value[(uint8_t)text[i]];
                factor *= (uint64_t)base;
            }
            count = multiply_add(ret_digits, count, factor, chunk);
        }
    }
    while (count > 0 && ret_digits[count - 1] == 0) count--;
    return count;
}
