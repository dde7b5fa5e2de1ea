// format_spec.c - reading the format mini-language, left to right, a part a step.
#include "text/format_spec.h"

#include "text/unicode.h"

typedef struct Reader {
    KrText text;
    ptrdiff_t position;
} Reader;

// The character [ahead] of the position, 0 behind the end.
static uint32_t peek(const Reader *reader, ptrdiff_t ahead)
{
    ptrdiff_t index = reader->position + ahead;
    return index < reader->text.length ? kr_text_read(reader->text.kind, reader->text.data, index)
                                       : 0;
}

static ptrdiff_t left(const Reader *reader)
{
    return reader->text.length - reader->position;
}

static int accept(Reader *reader, uint32_t character)
{
    if (left(reader) == 0 || peek(reader, 0) != character) return 0;
    reader->position++;
    return 1;
}

static int is_align(uint32_t c)
{
    return c == '<' || c == '>' || c == '=' || c == '^';
}

// Reads decimal digits: how many, or -1 if the number is too large.
static ptrdiff_t read_number(Reader *reader, ptrdiff_t *ret_number)
{
    ptrdiff_t start = reader->position, number = 0;
    for (; left(reader) > 0; reader->position++) {
        uint32_t c = peek(reader, 0);
        int digit = c - '0' < 10 ? (int)(c - '0') : c < 0x80 ? -1 : kr_unicode_decimal(c);
        if (digit < 0) break;
        if (number > (PTRDIFF_MAX - digit) / 10) return -1;
        number = number * 10 + digit;
    }
    *ret_number = number;
    return reader->position - start;
}

static void read_align(Reader *reader, KrFormatSpec *spec)
{
    if (left(reader) >= 2 && is_align(peek(reader, 1))) {
        spec->fill = peek(reader, 0);
        spec->align = peek(reader, 1);
        spec->fill_given = spec->align_given = 1;
        reader->position += 2;
    } else if (left(reader) >= 1 && is_align(peek(reader, 0))) {
        spec->align = peek(reader, 0);
        spec->align_given = 1;
        reader->position++;
    }
}

static void read_flags(Reader *reader, KrFormatSpec *spec, uint32_t default_align)
{
    uint32_t sign = peek(reader, 0);
    if (sign == ' ' || sign == '+' || sign == '-') {
        spec->sign = sign;
        reader->position++;
    }
    spec->no_negative_zero = accept(reader, 'z');
    spec->alternate = accept(reader, '#');
    if (!spec->fill_given && accept(reader, '0')) {
        spec->fill = '0';
        spec->fill_given = 1;
        if (!spec->align_given && default_align == '>') spec->align = '=';
    }
}

static KrFormatSpecError read_grouping(Reader *reader, KrFormatSpec *spec)
{
    if (accept(reader, ',')) spec->grouping = ',';
    if (accept(reader, '_')) {
        if (spec->grouping) return KR_SPEC_BOTH_GROUPINGS;
        spec->grouping = '_';
    }
    return spec->grouping == '_' && accept(reader, ',') ? KR_SPEC_BOTH_GROUPINGS : KR_SPEC_OK;
}

static KrFormatSpecError check_grouping(const KrFormatSpec *spec)
{
    if (spec->grouping == 0) return KR_SPEC_OK;
    uint32_t type = spec->type;
    if (type == 0 || (type < 0x80 && strchr("deEfFgG%", (int)type))) return KR_SPEC_OK;
    if (spec->grouping == '_' && type < 0x80 && strchr("boxX", (int)type)) return KR_SPEC_OK;
    return KR_SPEC_GROUPING_WITH_TYPE;
}

KrFormatSpecError kr_format_spec_parse(KrText text, uint32_t default_type, uint32_t default_align,
                                       KrFormatSpec *ret_spec)
{
    Reader reader = {text, 0};
    KrFormatSpec *spec = ret_spec;
    *spec = (KrFormatSpec){
        .fill = ' ', .align = default_align, .width = -1, .precision = -1, .type = default_type};
    read_align(&reader, spec);
    read_flags(&reader, spec, default_align);

    ptrdiff_t count = read_number(&reader, &spec->width);
    if (count < 0) return KR_SPEC_TOO_MANY_DIGITS;
    if (count == 0) spec->width = -1;
    KrFormatSpecError error = read_grouping(&reader, spec);
    if (error) return error;
    if (accept(&reader, '.')) {
        count = read_number(&reader, &spec->precision);
        if (count < 0) return KR_SPEC_TOO_MANY_DIGITS;
        if (count == 0) return KR_SPEC_MISSING_PRECISION;
    }
    if (left(&reader) > 1) return KR_SPEC_INVALID;
    if (left(&reader) == 1) spec->type = peek(&reader, 0);
    return check_grouping(spec);
}

const char *kr_format_spec_message(KrFormatSpecError error)
{
    switch (error) {
    case KR_SPEC_TOO_MANY_DIGITS:
        return "Too many decimal digits in format string";
    case KR_SPEC_BOTH_GROUPINGS:
        return "Cannot specify both ',' and '_'.";
    case KR_SPEC_MISSING_PRECISION:
        return "Format specifier missing precision";
    default:
        return NULL;
    }
}
