// normalize.h - the normal forms NFC, NFD, NFKC, NFKD.
#ifndef KR_TEXT_NORMALIZE_H
#define KR_TEXT_NORMALIZE_H

#include "text/text.h"

typedef enum KrNormalForm { KR_NFC, KR_NFD, KR_NFKC, KR_NFKD } KrNormalForm;

// Whether [text] is in the form: 1 yes, 0 no, -1 only normalising would tell.
int kr_normalize_check(KrText text, KrNormalForm form);

// Normalises into a new block of code points for kr_memory_free: 0, or -1 without memory.
// [version_3_2]: with the decompositions of Unicode 3.2.0.
int kr_normalize(KrText text, KrNormalForm form, int version_3_2, uint32_t **ret_characters,
                 ptrdiff_t *ret_count);

#endif
