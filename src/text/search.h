// search.h - substrings and single characters in buffers of any kind.
//
// Linear in the worst case (two-way search), and about the speed of memchr in the common one.
#ifndef KR_TEXT_SEARCH_H
#define KR_TEXT_SEARCH_H

#include "text/text.h"

// Index of the first / last [character], or -1.
ptrdiff_t kr_search_char(KrText text, uint32_t character);
ptrdiff_t kr_search_last_char(KrText text, uint32_t character);
// Occurrences of [character], at most [limit].
ptrdiff_t kr_search_count_char(KrText text, uint32_t character, ptrdiff_t limit);

// Index of the first / last occurrence of [pattern], or -1.  The kinds may differ: a pattern with
// a character too wide for the text just is not found.  An empty pattern is found at 0 / at the
// length.
ptrdiff_t kr_search_find(KrText text, KrText pattern);
ptrdiff_t kr_search_find_last(KrText text, KrText pattern);
// Occurrences that do not overlap, at most [limit]; an empty pattern occurs length + 1 times.
ptrdiff_t kr_search_count(KrText text, KrText pattern, ptrdiff_t limit);

#endif
