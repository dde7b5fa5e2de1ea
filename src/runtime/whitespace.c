// whitespace.c - the ASCII characters that count as white space, a table that extensions read.
#include "unicodeobject.h"

const unsigned char _Py_ascii_whitespace[128] = {
    ['\t'] = 1, ['\n'] = 1, ['\v'] = 1, ['\f'] = 1, ['\r'] = 1, [0x1c] = 1, [0x1d] = 1, [0x1e] = 1,
    [0x1f] = 1, [' '] = 1,
};
