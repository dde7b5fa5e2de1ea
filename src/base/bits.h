// bits.h - single bits, byte order and unaligned access.
#ifndef KR_BASE_BITS_H
#define KR_BASE_BITS_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define KR_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define KR_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

// Bits needed to write [value]: 0 for 0, 64 for 2**63.
static inline int kr_bit_length(uint64_t value)
{
    return value ? 64 - __builtin_clzll(value) : 0;
}

static inline int kr_count_ones(uint64_t value)
{
    return __builtin_popcountll(value);
}

// Index of the lowest set bit of [value], which is not 0.
static inline int kr_lowest_bit(uint64_t value)
{
    assert(value);
    return __builtin_ctzll(value);
}

// The smallest power of two >= [value]; 1 for 0.  [value] <= 2**63.
static inline uint64_t kr_next_power_of_two(uint64_t value)
{
    return value <= 1 ? 1 : (uint64_t)1 << kr_bit_length(value - 1);
}

static inline int kr_is_power_of_two(uint64_t value)
{
    return value && (value & (value - 1)) == 0;
}

static inline uint64_t kr_rotate_left(uint64_t value, int count)
{
    assert(count > 0 && count < 64);
    return value << count | value >> (64 - count);
}

#define KR_DEFINE_ACCESS(bits, swap)                                                              \
    static inline uint##bits##_t kr_load_##bits(const void *from)                                 \
    {                                                                                             \
        uint##bits##_t value;                                                                     \
        memcpy(&value, from, sizeof value);                                                       \
        return value;                                                                             \
    }                                                                                             \
    static inline void kr_store_##bits(void *to, uint##bits##_t value)                            \
    {                                                                                             \
        memcpy(to, &value, sizeof value);                                                         \
    }                                                                                             \
    static inline uint##bits##_t kr_load_swapped_##bits(const void *from)                         \
    {                                                                                             \
        return swap(kr_load_##bits(from));                                                        \
    }                                                                                             \
    static inline void kr_store_swapped_##bits(void *to, uint##bits##_t value)                    \
    {                                                                                             \
        kr_store_##bits(to, swap(value));                                                         \
    }

// kr_load_16/32/64, kr_store_…, kr_load_swapped_…, kr_store_swapped_…: at any address.
KR_DEFINE_ACCESS(16, __builtin_bswap16)
KR_DEFINE_ACCESS(32, __builtin_bswap32)
KR_DEFINE_ACCESS(64, __builtin_bswap64)

#define KR_LITTLE_ENDIAN (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

#endif
