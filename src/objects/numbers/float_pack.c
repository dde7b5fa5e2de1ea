// float_pack.c - floats in 2, 4 and 8 bytes of IEEE 754.
#include <math.h>
#include <string.h>

#include "base/bits.h"
#include "floatobject.h"
#include "objects/errors/raise.h"
#include "pyerrors.h"

int PyFloat_Pack8(double value, char *to, int little_endian)
{
    uint64_t bits = kr_load_64(&value);
    if (little_endian)
        kr_store_64(to, bits);
    else
        kr_store_swapped_64(to, bits);
    return 0;
}

int PyFloat_Pack4(double value, char *to, int little_endian)
{
    float narrow = (float)value;
    if (isinf(narrow) && !isinf(value))
        return kr_raise_int(PyExc_OverflowError, "float too large to pack with f format");
    uint32_t bits = kr_load_32(&narrow);
    if (little_endian)
        kr_store_32(to, bits);
    else
        kr_store_swapped_32(to, bits);
    return 0;
}

// The 15 bits below the sign of a finite number; more when it is too large.
static uint32_t half_magnitude(double value)
{
    int exponent;
    double fraction = frexp(value, &exponent);   // [0.5, 1)
    if (value == 0.0) return 0;
    if (exponent > 17) return 0x7c00;
    int bits = exponent < -13 ? 24 + exponent : 11;   // of the significand, hidden one included
    if (bits < 0) return 0;
    double scaled = ldexp(fraction, bits), whole = floor(scaled), rest = scaled - whole;
    uint32_t significand = (uint32_t)whole;
    if (rest > 0.5 || (rest == 0.5 && (significand & 1))) significand++;
    // A carry runs into the exponent, as it should.
    return exponent < -13 ? significand : ((uint32_t)(exponent + 14) << 10) + significand - 0x400;
}

int PyFloat_Pack2(double value, char *to, int little_endian)
{
    uint32_t bits = isnan(value) ? 0x7e00 : isinf(value) ? 0x7c00 : half_magnitude(fabs(value));
    if (bits >= 0x7c00 && isfinite(value))
        return kr_raise_int(PyExc_OverflowError, "float too large to pack with e format");
    if (signbit(value)) bits |= 0x8000;
    if (little_endian)
        kr_store_16(to, (uint16_t)bits);
    else
        kr_store_swapped_16(to, (uint16_t)bits);
    return 0;
}

double PyFloat_Unpack8(const char *from, int little_endian)
{
    uint64_t bits = little_endian ? kr_load_64(from) : kr_load_swapped_64(from);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double PyFloat_Unpack4(const char *from, int little_endian)
{
    uint32_t bits = little_endian ? kr_load_32(from) : kr_load_swapped_32(from);
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

double PyFloat_Unpack2(const char *from, int little_endian)
{
    uint32_t bits = little_endian ? kr_load_16(from) : kr_load_swapped_16(from);
    int exponent = (int)(bits >> 10 & 31);
    double significand = (double)(bits & 0x3ff), value;
    if (exponent == 31)
        value = significand ? NAN : INFINITY;
    else if (exponent == 0)
        value = ldexp(significand, -24);
    else
        value = ldexp(significand + 1024.0, exponent - 25);
    return bits & 0x8000 ? -value : value;
}
