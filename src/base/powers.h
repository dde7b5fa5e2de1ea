// powers.h - the 128-bit powers of ten that both directions of double_text use.
#ifndef KR_BASE_POWERS_H
#define KR_BASE_POWERS_H

#include <assert.h>
#include <stdint.h>

typedef struct KrPower {
    uint64_t high, low;
} KrPower;

// 10**[exponent] as a significand of 128 bits, the top one set, rounded up; |exponent| is in
// range.
KrPower kr_power_of_ten(int exponent);
int kr_power_in_range(int exponent);

// floor(log2(10**exponent)).
static inline int kr_power_log2(int exponent)
{
    assert(exponent > -1234 && exponent < 1234);
    return (exponent * 1741647) >> 19;
}

#endif
