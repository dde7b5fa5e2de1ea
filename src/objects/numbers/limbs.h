// limbs.h - ints as arrays of GMP's 64-bit limbs, for the length where GMP is faster.
#ifndef KR_OBJECTS_NUMBERS_LIMBS_H
#define KR_OBJECTS_NUMBERS_LIMBS_H

#include <gmp.h>

#include "objects/numbers/int_object.h"

typedef struct KrLimbs {
    mp_limb_t *limbs;      // NULL, inside [space], or a block
    mp_size_t count;
    mp_limb_t space[40];
} KrLimbs;

void kr_limbs_clear(KrLimbs *limbs);

// Declares an empty local that releases its memory.
#define KR_LIMBS(name)                                                                            \
    __attribute__((cleanup(kr_limbs_clear))) KrLimbs name;                                        \
    name.limbs = NULL;                                                                            \
    name.count = 0

// Room for [count] limbs in an empty one; [count] stays 0.  0, or -1 with MemoryError.
int kr_limbs_reserve(KrLimbs *limbs, mp_size_t count);
// The absolute value of [value], with room for [extra] more limbs.  0, or -1 with MemoryError.
int kr_limbs_from_int(const PyLongObject *value, mp_size_t extra, KrLimbs *ret_limbs);
// A new int of a number of GMP's.
PyObject *kr_limbs_from_mpz(const mpz_t number);
// A new positive int, leading zeros allowed: for kr_int_finish.
PyLongObject *kr_limbs_to_int(const mp_limb_t *limbs, mp_size_t count);

#endif
