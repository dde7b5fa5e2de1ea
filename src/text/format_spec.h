// format_spec.h - the mini-language behind the ':' in format():
// [[fill]align][sign][z][#][0][width][grouping][.precision][type].
#ifndef KR_TEXT_FORMAT_SPEC_H
#define KR_TEXT_FORMAT_SPEC_H

#include "text/text.h"

typedef struct KrFormatSpec {
    uint32_t fill;         // ' ' by default
    uint32_t align;        // '<', '>', '=', '^'; the default that was asked for when not given
    int align_given;
    int fill_given;
    int alternate;         // '#'
    int no_negative_zero;  // 'z'
    uint32_t sign;         // 0, ' ', '+', '-'
    uint32_t grouping;     // 0, ',' or '_'
    ptrdiff_t width;       // -1 when not given
    ptrdiff_t precision;   // -1 when not given
    uint32_t type;         // the default that was asked for when not given
} KrFormatSpec;

typedef enum KrFormatSpecError {
    KR_SPEC_OK = 0,
    KR_SPEC_TOO_MANY_DIGITS,    // "Too many decimal digits in format string"
    KR_SPEC_BOTH_GROUPINGS,     // "Cannot specify both ',' and '_'."
    KR_SPEC_MISSING_PRECISION,  // "Format specifier missing precision"
    KR_SPEC_INVALID,            // "Invalid format specifier '%U' for object of type '%.200s'"
    KR_SPEC_GROUPING_WITH_TYPE, // "Cannot specify '%c' with '%c'.", the two characters in
                                // [grouping], [type]
} KrFormatSpecError;

// Reads all of [text] from [start] on.  The result is complete only when KR_SPEC_OK is returned
// (on KR_SPEC_GROUPING_WITH_TYPE grouping and type are set too).
KrFormatSpecError kr_format_spec_parse(KrText text, uint32_t default_type, uint32_t default_align,
                                       KrFormatSpec *ret_spec);
// The message of an error, NULL for KR_SPEC_INVALID and KR_SPEC_GROUPING_WITH_TYPE, which need
// values.
const char *kr_format_spec_message(KrFormatSpecError error);

#endif
