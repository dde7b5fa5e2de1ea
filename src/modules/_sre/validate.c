// validate.c - checks code words before they run, since anybody may call _sre.compile().
//
// The functions walk the code as the engine would and give 1 when every jump, group and operand is
// in place.
#include "modules/_sre/sre.h"

#include "ceval.h"
#include "pyerrors.h"

#include <string.h>

typedef struct Range {
    const KrSreCode *code, *end;
} Range;

static int check_code(Range *range, Py_ssize_t groups);

// Takes one word: 1, or 0 at the end.
static int take(Range *range, KrSreCode *ret_word)
{
    if (range->code >= range->end) return 0;
    *ret_word = *range->code++;
    return 1;
}

// Takes a distance, counted from itself, that stays within the range.
static int take_skip(Range *range, KrSreCode *ret_skip)
{
    const KrSreCode *here = range->code;
    return take(range, ret_skip) && *ret_skip <= (size_t)(range->end - here);
}

static int check_set(const KrSreCode *code, const KrSreCode *end)
{
    Range range = {code, end};
    KrSreCode op, a, b;
    while (range.code < end) {
        take(&range, &op);
        switch (op) {
            case SRE_NEGATE: break;
            case SRE_LITERAL:
                if (!take(&range, &a)) return 0;
                break;
            case SRE_RANGE:
            case SRE_RANGE_UNI_IGNORE:
                if (!take(&range, &a) || !take(&range, &b)) return 0;
                break;
            case SRE_CHARSET:
                if (end - range.code < 8) return 0;
                range.code += 8;
                break;
            case SRE_BIGCHARSET: {
                if (!take(&range, &a) || end - range.code < 64) return 0;
                const unsigned char *block_of = (const unsigned char *)range.code;
                for (int i = 0; i < 256; i++)
                    if (block_of[i] >= a) return 0;
                range.code += 64;
                if ((size_t)(end - range.code) < (size_t)a * 8) return 0;
                range.code += (size_t)a * 8;
                break;
            }
            case SRE_CATEGORY:
                if (!take(&range, &a) || a >= SRE_CATEGORY_COUNT) return 0;
                break;
            default: return 0;
        }
    }
    return 1;
}

// A set of [skip] words (counted with the skip) that ends with FAILURE.
static int check_in(Range *range)
{
    const KrSreCode *here = range->code;
    KrSreCode skip;
    if (!take_skip(range, &skip) || skip < 2 || here[skip - 1] != SRE_FAILURE) return 0;
    if (!check_set(here + 1, here + skip - 1)) return 0;
    range->code = here + skip;
    return 1;
}

static int check_info(Range *range)
{
    const KrSreCode *here = range->code;
    KrSreCode skip, flags, least, most, length, kept;
    if (!take_skip(range, &skip)) return 0;
    const KrSreCode *end = here + skip;
    Range block = {range->code, end};
    if (!take(&block, &flags) || !take(&block, &least) || !take(&block, &most)) return 0;
    if ((flags & ~(KrSreCode)(SRE_INFO_PREFIX | SRE_INFO_LITERAL | SRE_INFO_CHARSET)) != 0)
        return 0;
    if ((flags & SRE_INFO_PREFIX) && (flags & SRE_INFO_CHARSET)) return 0;
    if ((flags & SRE_INFO_LITERAL) && !(flags & SRE_INFO_PREFIX)) return 0;
    if (flags & SRE_INFO_PREFIX) {
        if (!take(&block, &length) || !take(&block, &kept) || kept > length || length == 0
            || length > least)
            return 0;
        if ((size_t)(end - block.code) < (size_t)length * 2) return 0;
        for (KrSreCode i = 0; i < length; i++)
            if (block.code[length + i] >= length) return 0;
        block.code += (size_t)length * 2;
    }
    if (flags & SRE_INFO_CHARSET) {
        if (least == 0 || end == block.code || end[-1] != SRE_FAILURE
            || !check_set(block.code, end - 1))
            return 0;
        block.code = end;
    }
    range->code = end;
    return block.code == end;
}

// A part of the code that ends with the word [last].
static int check_part(const KrSreCode *code, const KrSreCode *end, KrSreCode last,
                      Py_ssize_t groups)
{
    if (end <= code || end[-1] != last) return 0;
    Range part = {code, end - 1};
    return check_code(&part, groups) && part.code == end - 1;
}

static int check_branch(Range *range, Py_ssize_t groups)
{
    const KrSreCode *target = NULL;
    for (;;) {
        const KrSreCode *here = range->code;
        KrSreCode skip;
        if (!take_skip(range, &skip)) return 0;
        if (skip == 0) return target == NULL || target == range->code;
        if (skip < 3 || here[skip - 2] != SRE_JUMP) return 0;
        Range part = {here + 1, here + skip - 2};
        if (!check_code(&part, groups) || part.code != part.end) return 0;
        const KrSreCode *jump = here + skip - 1;
        if (*jump > (size_t)(range->end - jump)) return 0;
        if (target == NULL) target = jump + *jump;
        if (target != jump + *jump) return 0;
        range->code = here + skip;
    }
}

static int takes_one(KrSreCode op)
{
    switch (op) {
        case SRE_ANY: case SRE_ANY_ALL: case SRE_LITERAL: case SRE_NOT_LITERAL: case SRE_IN:
        case SRE_LITERAL_IGNORE: case SRE_NOT_LITERAL_IGNORE: case SRE_IN_IGNORE:
        case SRE_LITERAL_UNI_IGNORE: case SRE_NOT_LITERAL_UNI_IGNORE: case SRE_IN_UNI_IGNORE:
        case SRE_LITERAL_LOC_IGNORE: case SRE_NOT_LITERAL_LOC_IGNORE: case SRE_IN_LOC_IGNORE:
            return 1;
        default:
            return 0;
    }
}

static int check_repeat(Range *range, KrSreCode op, Py_ssize_t groups)
{
    const KrSreCode *here = range->code;
    KrSreCode skip, least, most;
    if (!take_skip(range, &skip) || !take(range, &least) || !take(range, &most)) return 0;
    if (least > most || skip < 4) return 0;
    const KrSreCode *end = here + skip;
    if (op == SRE_REPEAT || op == SRE_POSSESSIVE_REPEAT) {
        Range body = {here + 3, end};
        if (!check_code(&body, groups) || body.code != end || end >= range->end) return 0;
        int closed = op == SRE_REPEAT ? *end == SRE_MAX_UNTIL || *end == SRE_MIN_UNTIL
            : *end == SRE_SUCCESS;
        range->code = end + 1;
        return closed;
    }
    range->code = end;
    return takes_one(here[3]) && check_part(here + 3, end, SRE_SUCCESS, groups);
}

// The condition (?(group)yes|no).
static int check_condition(Range *range, Py_ssize_t groups)
{
    const KrSreCode *here = range->code;
    KrSreCode group, skip;
    if (!take(range, &group) || group >= (size_t)groups || !take(range, &skip)) return 0;
    if (skip < 2 || skip > (size_t)(range->end - here)) return 0;
    const KrSreCode *other = here + skip;
    Range yes = {here + 2, other};
    if (other - here >= 4 && other[-2] == SRE_JUMP
        && other[-1] <= (size_t)(range->end - (other - 1))) {
        // With a `no` part the `yes` part ends in a jump behind it; elsewise those two words are
        // something else.
        const KrSreCode *end = other - 1 + other[-1];
        Range whole = {here + 2, other - 2}, no = {other, end};
        if (end >= other && check_code(&whole, groups) && whole.code == whole.end
            && check_code(&no, groups) && no.code == end) {
            range->code = end;
            return 1;
        }
        if (PyErr_Occurred()) return 0;
    }
    range->code = other;
    return check_code(&yes, groups) && yes.code == other;
}

static int check_sub_pattern(Range *range, KrSreCode op, Py_ssize_t groups)
{
    const KrSreCode *here = range->code;
    KrSreCode skip, back;
    if (!take_skip(range, &skip)) return 0;
    int head = op == SRE_ATOMIC_GROUP ? 1 : 2;
    if (head == 2 && (!take(range, &back) || (back & 0x80000000u))) return 0;
    if (skip < (KrSreCode)head + 1) return 0;
    range->code = here + skip;
    return check_part(here + head, here + skip, SRE_SUCCESS, groups);
}

static int check_operation(Range *range, KrSreCode op, Py_ssize_t groups)
{
    KrSreCode word;
    switch (op) {
        case SRE_MARK: return take(range, &word) && word < 2 * (size_t)groups;
        case SRE_LITERAL:
            case SRE_NOT_LITERAL: case SRE_LITERAL_IGNORE: case SRE_NOT_LITERAL_IGNORE:
        case SRE_LITERAL_UNI_IGNORE: case SRE_NOT_LITERAL_UNI_IGNORE: case SRE_LITERAL_LOC_IGNORE:
        case SRE_NOT_LITERAL_LOC_IGNORE:
            return take(range, &word);
        case SRE_SUCCESS: case SRE_FAILURE: case SRE_ANY: case SRE_ANY_ALL: return 1;
        case SRE_AT: return take(range, &word) && word < SRE_AT_COUNT;
        case SRE_IN:
            case SRE_IN_IGNORE:
                case SRE_IN_UNI_IGNORE: case SRE_IN_LOC_IGNORE: return check_in(range);
        case SRE_INFO: return check_info(range);
        case SRE_BRANCH: return check_branch(range, groups);
        case SRE_REPEAT: case SRE_REPEAT_ONE: case SRE_MIN_REPEAT_ONE: case SRE_POSSESSIVE_REPEAT:
        case SRE_POSSESSIVE_REPEAT_ONE:
            return check_repeat(range, op, groups);
        case SRE_GROUPREF:
            case SRE_GROUPREF_IGNORE: case SRE_GROUPREF_UNI_IGNORE: case SRE_GROUPREF_LOC_IGNORE:
            return take(range, &word) && word < (size_t)groups;
        case SRE_GROUPREF_EXISTS: return check_condition(range, groups);
        case SRE_ASSERT:
            case SRE_ASSERT_NOT:
                case SRE_ATOMIC_GROUP: return check_sub_pattern(range, op, groups);
        default: return 0;
    }
}

static int check_code(Range *range, Py_ssize_t groups)
{
    if (Py_EnterRecursiveCall(" while checking a regular expression")) return 0;
    int fine = 1;
    while (fine && range->code < range->end) {
        KrSreCode op = *range->code++;
        fine = check_operation(range, op, groups);
    }
    Py_LeaveRecursiveCall();
    return fine;
}

int kr_sre_validate(const KrSreCode *code, Py_ssize_t length, Py_ssize_t groups)
{
    int fine = groups >= 0 && groups <= KR_SRE_MAX_GROUPS && length > 0
        && check_part(code, code + length, SRE_SUCCESS, groups);
    if (!fine && !PyErr_Occurred()) PyErr_SetString(PyExc_RuntimeError, "invalid SRE code");
    return fine ? 0 : -1;
}
