// unicode_names.h - names of code points: both ways, with aliases and named sequences.
#ifndef KR_TEXT_UNICODE_NAMES_H
#define KR_TEXT_UNICODE_NAMES_H

#include "text/text.h"

enum { KR_UNICODE_NAME_SIZE = 256 };

// Writes the name and a zero byte; returns its length, 0 if the code point has no name.
int kr_unicode_name(uint32_t character, char ret_name[KR_UNICODE_NAME_SIZE]);

// The code point called [name] in any letter case, aliases included, or -1.
int32_t kr_unicode_find_name(const char *name, ptrdiff_t length);
// Named sequences too: writes up to 4 code points and returns their number, 0 if there is no such
// name.
int kr_unicode_find_sequence(const char *name, ptrdiff_t length, uint32_t ret_characters[4]);

#endif
