// powers.c - the generated table of powers of ten.
#include "base/powers.h"

#include "base/powers_of_ten.h"

int kr_power_in_range(int exponent)
{
    return exponent >= FIRST_POWER && exponent <= LAST_POWER;
}

KrPower kr_power_of_ten(int exponent)
{
    assert(kr_power_in_range(exponent));
    return (KrPower){powers_of_ten[exponent - FIRST_POWER].high,
                     powers_of_ten[exponent - FIRST_POWER].low};
}
