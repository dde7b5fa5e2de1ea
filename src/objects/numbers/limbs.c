// limbs.c - between 30-bit digits and 64-bit limbs.
#include "objects/numbers/limbs.h"

#include "pyerrors.h"
#include "pymem.h"
#include "text/digits.h"

_Static_assert(sizeof(mp_limb_t) == 8 && GMP_NAIL_BITS == 0, "limbs of 64 bits");

void kr_limbs_clear(KrLimbs *limbs)
{
    if (limbs->limbs != limbs->space) PyMem_Free(limbs->limbs);
    limbs->limbs = NULL;
    limbs->count = 0;
}

int kr_limbs_reserve(KrLimbs *limbs, mp_size_t count)
{
    assert(limbs->limbs == NULL);
    if (count <= (mp_size_t)(sizeof limbs->space / sizeof *limbs->space)) {
        limbs->limbs = limbs->space;
        return 0;
    }
    limbs->limbs = PyMem_Malloc((size_t)count * sizeof(mp_limb_t));
    if (limbs->limbs != NULL) return 0;
    PyErr_NoMemory();
    return -1;
}

int kr_limbs_from_int(const PyLongObject *value, mp_size_t extra, KrLimbs *ret_limbs)
{
    Py_ssize_t count = kr_int_count(value);
    if (kr_limbs_reserve(ret_limbs, count * PyLong_SHIFT / 64 + 2 + extra) < 0) return -1;
    ret_limbs->count = kr_digits_to_limbs(value->ob_digit, count, ret_limbs->limbs);
    return 0;
}

PyLongObject *kr_limbs_to_int(const mp_limb_t *limbs, mp_size_t count)
{
    PyLongObject *value = kr_int_allocate(count * 64 / PyLong_SHIFT + 1);
    if (value == NULL) return NULL;
    kr_int_set_size(value, kr_digits_from_limbs(limbs, count, value->ob_digit));
    return value;
}

PyObject *kr_limbs_from_mpz(const mpz_t number)
{
    return kr_int_finish(kr_limbs_to_int(mpz_limbs_read(number), (mp_size_t)mpz_size(number)),
                         mpz_sgn(number) < 0);
}
