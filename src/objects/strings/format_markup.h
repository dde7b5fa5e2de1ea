// format_markup.h - reading the replacement fields of str.format: "text {name!conversion:spec}
// text".
#ifndef KR_OBJECTS_STRINGS_FORMAT_MARKUP_H
#define KR_OBJECTS_STRINGS_FORMAT_MARKUP_H

#include "objects/strings/str.h"

// A run of literal text, and the field behind it if there is one.
typedef struct KrMarkup {
    KrText literal;
    int has_field;
    KrText name;
    KrText spec;
    int spec_has_fields;     // the spec has a '{'
    Py_UCS4 conversion;      // 0: none
} KrMarkup;

// Reads from *position on: 1, 0 at the end, -1 with ValueError.
int kr_markup_next(KrText text, Py_ssize_t *position, KrMarkup *ret);

// Splits a field name into its first part and the rest.  *ret_index: the number that it is, or -1.
// 0 or -1.
int kr_markup_split_name(KrText name, KrText *ret_first, Py_ssize_t *ret_index, KrText *ret_rest);

// One ".name" or "[key]" of what follows the first part: 1, 0 at the end, -1 with ValueError.
typedef struct KrMarkupStep {
    int is_attribute;
    KrText name;
    Py_ssize_t index;        // of an item, when it is a number; else -1
} KrMarkupStep;
int kr_markup_next_step(KrText rest, Py_ssize_t *position, KrMarkupStep *ret);

#endif
