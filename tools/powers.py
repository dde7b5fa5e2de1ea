#!/usr/bin/env python3
"""Writes the powers of ten that double_text.c multiplies by: powers.py build/gen/base/powers_of_ten.h

The 128-bit significand of 10**k is rounded up: ceil(10**k * 2**(127 - floor(log2(10**k)))).
"""
import sys
from fractions import Fraction

FIRST, LAST = -344, 326


def significand(k):
    value = Fraction(10) ** k
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    if Fraction(2) ** exponent > value:
        exponent -= 1
    scaled = value * Fraction(2) ** (127 - exponent)
    return -(-scaled.numerator // scaled.denominator)


with open(sys.argv[1], "w") as file:
    file.write("// powers_of_ten.h - written by tools/powers.py.\n")
    file.write("enum { FIRST_POWER = %d, LAST_POWER = %d };\n" % (FIRST, LAST))
    file.write("static const struct { uint64_t high, low; } powers_of_ten[] = {\n")
    for k in range(FIRST, LAST + 1):
        g = significand(k)
        file.write("    {0x%016xu, 0x%016xu},\n" % (g >> 64, g & (1 << 64) - 1))
    file.write("};\n")
