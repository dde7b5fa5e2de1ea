// engine_template.h - the engine for one width of characters; included by engine.c with CHARACTER
// and NAME(x).

static inline int NAME(is_word)(const KrSreState *state, int how, Py_ssize_t at)
{
    if (at < 0 || at >= state->end) return 0;
    uint32_t c = ((const CHARACTER *)state->text)[at];
    return how == SRE_AT_BOUNDARY   ? kr_sre_is_word_ascii(c)
        : how == SRE_AT_LOC_BOUNDARY ? kr_sre_is_word_locale(c)
                                     : kr_sre_is_word_unicode(c);
}

static inline int NAME(is_boundary)(const KrSreState *state, int how, Py_ssize_t at)
{
    return NAME(is_word)(state, how, at - 1) != NAME(is_word)(state, how, at);
}

static int NAME(is_at)(const KrSreState *state, KrSreCode where, Py_ssize_t at)
{
    const CHARACTER *text = state->text;
    Py_ssize_t end = state->end;
    switch (where) {
        case SRE_AT_BEGINNING:
        case SRE_AT_BEGINNING_STRING: return at == 0;
        case SRE_AT_BEGINNING_LINE: return at == 0 || text[at - 1] == '\n';
        case SRE_AT_END: return at == end || (at + 1 == end && text[at] == '\n');
        case SRE_AT_END_LINE: return at == end || text[at] == '\n';
        case SRE_AT_END_STRING: return at == end;
        case SRE_AT_BOUNDARY:
        case SRE_AT_LOC_BOUNDARY:
        case SRE_AT_UNI_BOUNDARY: return end > 0 && NAME(is_boundary)(state, (int)where, at);
        case SRE_AT_NON_BOUNDARY:
        case SRE_AT_LOC_NON_BOUNDARY:
        case SRE_AT_UNI_NON_BOUNDARY:
            return end > 0 && !NAME(is_boundary)(state, (int)where - 1, at);
        default: return 0;
    }
}

// How many characters from [at] on the operation at [code] takes, at most [most].
static Py_ssize_t NAME(count)(const KrSreState *state, const KrSreCode *code, Py_ssize_t at,
                              KrSreCode most)
{
    const CHARACTER *text = (const CHARACTER *)state->text + at, *start = text;
    const CHARACTER *end = (const CHARACTER *)state->text + state->end;
    if (most != KR_SRE_MAX_REPEAT && (Py_ssize_t)most < end - text) end = text + most;
    switch (code[0]) {
        case SRE_ANY_ALL: return end - start;
        case SRE_ANY:
            while (text < end && *text != '\n') text++;
            break;
        case SRE_LITERAL:
            while (text < end && *text == code[1]) text++;
            break;
        case SRE_NOT_LITERAL:
            while (text < end && *text != code[1]) text++;
            break;
        case SRE_IN:
            if (code[2] == SRE_CATEGORY && code[4] == SRE_FAILURE)
                while (text < end && kr_sre_is_category(code[3], *text)) text++;
            else while (text < end && kr_sre_in_set(code + 2, *text)) text++;
            break;
        default:
            while (text < end && kr_sre_takes(code, *text)) text++;
    }
    return text - start;
}

// Length of the text of group [group] when it stands again at [at], or -1.
static Py_ssize_t NAME(repeated)(const KrSreState *state, KrSreCode op, KrSreCode group,
                                 Py_ssize_t at)
{
    const CHARACTER *text = state->text;
    Py_ssize_t from = state->marks[2 * group], length = state->marks[2 * group + 1] - from;
    if (from < 0 || length < 0 || length > state->end - at) return -1;
    for (Py_ssize_t i = 0; i < length; i++) {
        uint32_t a = text[from + i], b = text[at + i];
        if (a == b) continue;
        if (op == SRE_GROUPREF) return -1;
        if (op == SRE_GROUPREF_IGNORE ? kr_sre_lower_ascii(a) != kr_sre_lower_ascii(b)
            : op == SRE_GROUPREF_UNI_IGNORE ? kr_sre_lower_unicode(a) != kr_sre_lower_unicode(b)
            : kr_sre_lower_locale(a) != kr_sre_lower_locale(b))
            return -1;
    }
    return length;
}

// Whether an alternative can begin at [at], as far as its first operation tells.
static inline int NAME(may_begin)(const KrSreState *state, const KrSreCode *code, Py_ssize_t at)
{
    if (code[0] == SRE_LITERAL)
        return at < state->end && ((const CHARACTER *)state->text)[at] == code[1];
    if (code[0] == SRE_IN)
        return at < state->end && kr_sre_in_set(code + 2, ((const CHARACTER *)state->text)[at]);
    return 1;
}

// Fewer characters of a greedy repeat: the largest number in [least, count] behind which [tail]
// can begin, or -1.
static inline Py_ssize_t NAME(shrink)(const KrSreState *state, const KrSreCode *tail,
                                      Py_ssize_t at, Py_ssize_t count, Py_ssize_t least)
{
    const CHARACTER *text = state->text;
    if (tail[0] == SRE_LITERAL) {
        while (count >= least && (at + count >= state->end || text[at + count] != tail[1]))
            count--;
    }
    return count >= least ? count : -1;
}

// Runs the code at [code] from [at] on.  long: one case an operation, and one a way back.
static int NAME(run)(KrSreState *state, const KrSreCode *code, Py_ssize_t at)
{
    const CHARACTER *const text = state->text;
    const Py_ssize_t end = state->end;
    int repeat = -1, enclosing = -1;
    Py_ssize_t count, least;
    KrSreChoice *choice;
    assert(state->choice_count == 0 && state->trail_count == 0);

#define FAIL_UNLESS(condition)                                                                    \
    if (!(condition)) break
#define CHOOSE(what, where, number)                                                               \
    if (state->choice_count == state->choice_room && grow_choices(state) < 0) return -1;          \
    state->choices[state->choice_count++] =                                                       \
        (KrSreChoice){what, (int)state->lastindex, where, at, number, state->trail_count, repeat, \
                      (int)state->repeat_count, enclosing}

    for (;;) {
        if ((++state->ticks & 0xfff) == 0 && PyErr_CheckSignals() < 0) return -1;
        switch (*code++) {
            case SRE_FAILURE: break;
            case SRE_SUCCESS:
                if (enclosing < 0) {
                    FAIL_UNLESS(!(state->match_all && at != end));
                    FAIL_UNLESS(!(state->must_advance && at == state->start));
                    state->position = at;
                    return 1;
                }
                // The sub-pattern has matched: its ways back are dropped, what it marked stays.
                choice = &state->choices[enclosing];
                state->choice_count = enclosing;
                code = choice->code;
                repeat = choice->repeat;
                if (choice->kind == CHOICE_ASSERT) {
                    at = choice->position;
                } else if (choice->kind == CHOICE_ASSERT_NOT) {
                    undo_marks(state, choice);
                    enclosing = choice->enclosing;
                    break;
                } else if (choice->kind == CHOICE_POSSESSIVE) {
                    count = choice->count + 1;
                    least = at == choice->position;
                    enclosing = choice->enclosing;
                    if (count < (Py_ssize_t)code[1] || (!least && (
                            code[2] == KR_SRE_MAX_REPEAT || count < (Py_ssize_t)code[2]))) {
                        CHOOSE(CHOICE_POSSESSIVE, code, count);
                        enclosing = (int)state->choice_count - 1;
                        code += 3;
                    } else {
                        code += code[0] + 1;
                    }
                    continue;
                }
                enclosing = choice->enclosing;
                code += code[0];
                continue;
            case SRE_MARK:
                if (set_mark(state, *code, at) < 0) return -1;
                code++;
                continue;
            case SRE_LITERAL:
                FAIL_UNLESS(at < end && text[at] == code[0]);
                code++;
                at++;
                continue;
            case SRE_NOT_LITERAL:
                FAIL_UNLESS(at < end && text[at] != code[0]);
                code++;
                at++;
                continue;
            case SRE_ANY:
                FAIL_UNLESS(at < end && text[at] != '\n');
                at++;
                continue;
            case SRE_ANY_ALL:
                FAIL_UNLESS(at < end);
                at++;
                continue;
            case SRE_IN:
                FAIL_UNLESS(at < end && kr_sre_in_set(code + 1, text[at]));
                code += code[0];
                at++;
                continue;
            case SRE_IN_IGNORE:
            case SRE_IN_UNI_IGNORE:
            case SRE_IN_LOC_IGNORE:
                FAIL_UNLESS(at < end && kr_sre_takes(code - 1, text[at]));
                code += code[0];
                at++;
                continue;
            case SRE_LITERAL_IGNORE:
            case SRE_NOT_LITERAL_IGNORE:
            case SRE_LITERAL_UNI_IGNORE:
            case SRE_NOT_LITERAL_UNI_IGNORE:
            case SRE_LITERAL_LOC_IGNORE:
            case SRE_NOT_LITERAL_LOC_IGNORE:
                FAIL_UNLESS(at < end && kr_sre_takes(code - 1, text[at]));
                code++;
                at++;
                continue;
            case SRE_AT:
                FAIL_UNLESS(NAME(is_at)(state, code[0], at));
                code++;
                continue;
            case SRE_CATEGORY:
                FAIL_UNLESS(at < end && kr_sre_is_category(code[0], text[at]));
                code++;
                at++;
                continue;
            case SRE_JUMP:
            case SRE_INFO:
                code += code[0];
                continue;
            case SRE_BRANCH:
            try_branch:
                while (code[0] != 0 && !NAME(may_begin)(state, code + 1, at)) code += code[0];
                FAIL_UNLESS(code[0] != 0);
                if (code[code[0]] != 0) {
                    CHOOSE(CHOICE_BRANCH, code + code[0], 0);
                }
                code++;
                continue;
            case SRE_REPEAT_ONE:
                // [REPEAT_ONE, skip, least, most, operation, SUCCESS] tail
                least = code[1];
                FAIL_UNLESS(end - at >= least);
                count = NAME(count)(state, code + 3, at, code[2]);
                FAIL_UNLESS(count >= least);
                count = NAME(shrink)(state, code + code[0], at, count, least);
                FAIL_UNLESS(count >= 0);
                if (count > least) {
                    CHOOSE(CHOICE_FEWER, code, count);
                }
                at += count;
                code += code[0];
                continue;
            case SRE_MIN_REPEAT_ONE:
                least = code[1];
                FAIL_UNLESS(end - at >= least);
                if (least > 0) {
                    count = NAME(count)(state, code + 3, at, code[1]);
                    FAIL_UNLESS(count >= least);
                    at += count;
                }
                if (code[2] != code[1]) {
                    CHOOSE(CHOICE_MORE, code, least);
                }
                code += code[0];
                continue;
            case SRE_POSSESSIVE_REPEAT_ONE:
                FAIL_UNLESS(end - at >= (Py_ssize_t)code[1]);
                count = NAME(count)(state, code + 3, at, code[2]);
                FAIL_UNLESS(count >= (Py_ssize_t)code[1]);
                at += count;
                code += code[0];
                continue;
            case SRE_REPEAT:
                repeat = push_repeat(state, code, -1, -1, repeat);
                if (repeat < 0) return -1;
                code += code[0];
                continue;
            case SRE_MAX_UNTIL: {
                KrSreRepeat round = state->repeats[repeat];
                count = round.count + 1;
                if (count < (Py_ssize_t)round.code[1]) {
                    repeat = push_repeat(state, round.code, count, round.last_position,
                                         round.outer);
                } else if ((round.code[2] == KR_SRE_MAX_REPEAT
                            || count < (Py_ssize_t)round.code[2]) && at != round.last_position) {
                    repeat = round.outer;
                    CHOOSE(CHOICE_GO, code, 0);
                    repeat = push_repeat(state, round.code, count, at, round.outer);
                } else {
                    repeat = round.outer;
                    continue;
                }
                if (repeat < 0) return -1;
                code = round.code + 3;
                continue;
            }
            case SRE_MIN_UNTIL: {
                KrSreRepeat round = state->repeats[repeat];
                count = round.count + 1;
                if (count < (Py_ssize_t)round.code[1]) {
                    repeat = push_repeat(state, round.code, count, round.last_position,
                                         round.outer);
                    if (repeat < 0) return -1;
                    code = round.code + 3;
                    continue;
                }
                if ((round.code[2] == KR_SRE_MAX_REPEAT || count < (Py_ssize_t)round.code[2])
                    && at != round.last_position) {
                    CHOOSE(CHOICE_ROUND, round.code, count);
                }
                repeat = round.outer;
                continue;
            }
            case SRE_POSSESSIVE_REPEAT:
                if (code[2] == 0) {
                    code += code[0] + 1;
                    continue;
                }
                CHOOSE(CHOICE_POSSESSIVE, code, 0);
                enclosing = (int)state->choice_count - 1;
                code += 3;
                continue;
            case SRE_ATOMIC_GROUP:
                CHOOSE(CHOICE_ATOMIC, code, 0);
                enclosing = (int)state->choice_count - 1;
                code++;
                continue;
            case SRE_ASSERT:
                FAIL_UNLESS(at >= (Py_ssize_t)code[1]);
                CHOOSE(CHOICE_ASSERT, code, 0);
                enclosing = (int)state->choice_count - 1;
                at -= code[1];
                code += 2;
                continue;
            case SRE_ASSERT_NOT:
                if (at < (Py_ssize_t)code[1]) {
                    code += code[0];
                    continue;
                }
                CHOOSE(CHOICE_ASSERT_NOT, code, 0);
                enclosing = (int)state->choice_count - 1;
                at -= code[1];
                code += 2;
                continue;
            case SRE_GROUPREF:
            case SRE_GROUPREF_IGNORE:
            case SRE_GROUPREF_UNI_IGNORE:
            case SRE_GROUPREF_LOC_IGNORE:
                count = NAME(repeated)(state, code[-1], code[0], at);
                FAIL_UNLESS(count >= 0);
                at += count;
                code++;
                continue;
            case SRE_GROUPREF_EXISTS:
                count = state->marks[2 * code[0]];
                code += count >= 0 && state->marks[2 * code[0] + 1] >= count ? 2 : code[1];
                continue;
            default:
                PyErr_SetString(PyExc_RuntimeError, "internal error in regular expression engine");
                return -1;
        }

        // No match this way: back to the last choice.
    go_back:
        if (state->choice_count == 0) return 0;
        choice = &state->choices[state->choice_count - 1];
        undo_marks(state, choice);
        at = choice->position;
        code = choice->code;
        repeat = choice->repeat;
        enclosing = choice->enclosing;
        state->repeat_count = choice->repeat_count;
        switch (choice->kind) {
            case CHOICE_GO:
                state->choice_count--;
                continue;
            case CHOICE_BRANCH:
                state->choice_count--;
                goto try_branch;
            case CHOICE_FEWER:
                least = code[1];
                count = NAME(shrink)(state, code + code[0], at, choice->count - 1, least);
                if (count <= least) state->choice_count--;
                if (count < 0) goto go_back;
                choice->count = count;
                at += count;
                code += code[0];
                continue;
            case CHOICE_MORE:
                count = choice->count + 1;
                if (at >= end || !kr_sre_takes(code + 3, text[at])) {
                    state->choice_count--;
                    goto go_back;
                }
                choice->position = ++at;
                choice->count = count;
                if (code[2] != KR_SRE_MAX_REPEAT && count >= (Py_ssize_t)code[2])
                    state->choice_count--;
                code += code[0];
                continue;
            case CHOICE_ROUND:
                state->choice_count--;
                repeat = push_repeat(state, code, choice->count, at, state->repeats[repeat].outer);
                if (repeat < 0) return -1;
                code += 3;
                continue;
            case CHOICE_POSSESSIVE:
                state->choice_count--;
                if (choice->count < (Py_ssize_t)code[1]) goto go_back;
                code += code[0] + 1;
                continue;
            case CHOICE_ASSERT_NOT:
                state->choice_count--;
                code += code[0];
                continue;
            default:                   // an assertion or atomic group that did not match
                state->choice_count--;
                goto go_back;
        }
    }
#undef FAIL_UNLESS
#undef CHOOSE
}

static int NAME(match)(KrSreState *state, const KrSreCode *code)
{
    forget(state);
    if (code[0] == SRE_INFO && state->end - state->start < (Py_ssize_t)code[3]) return 0;
    return NAME(run)(state, code, state->start);
}

// Next place from [at] on, up to [last], where the literal [prefix] of [length] characters stands,
// or -1.
static Py_ssize_t NAME(find_prefix)(const KrSreState *state, const KrSreCode *prefix,
                                    Py_ssize_t length, Py_ssize_t at, Py_ssize_t last)
{
    const CHARACTER *text = state->text;
    for (; at <= last; at++) {
#if CHARACTER_SIZE == 1
        if (prefix[0] > 255) return -1;
        const CHARACTER *found = memchr(text + at, (int)prefix[0], (size_t)(last - at + 1));
        if (found == NULL) return -1;
        at = found - text;
#else
        if (text[at] != prefix[0]) continue;
#endif
        Py_ssize_t i = 1;
        while (i < length && text[at + i] == prefix[i]) i++;
        if (i == length) return at;
    }
    return -1;
}

static int NAME(search)(KrSreState *state, const KrSreCode *code)
{
    const CHARACTER *text = state->text;
    Py_ssize_t at = state->start, last = state->end, prefix_length = 0;
    const KrSreCode *prefix = NULL, *set = NULL;
    int is_literal = 0;
    if (at > last) return 0;
    if (code[0] == SRE_INFO) {
        if (code[3] > (size_t)(last - at)) return 0;
        last -= code[3];
        if (code[2] & SRE_INFO_PREFIX) {
            prefix_length = code[5];
            prefix = code + 7;
            is_literal = (code[2] & SRE_INFO_LITERAL) != 0;
        } else if (code[2] & SRE_INFO_CHARSET) {
            set = code + 5;
        }
    }
    const KrSreCode *first = code[0] == SRE_INFO ? code + 1 + code[1] : code;
    if (first[0] == SRE_AT && (first[1] == SRE_AT_BEGINNING || first[1] == SRE_AT_BEGINNING_STRING)
        && at < last)
        last = at;                     // anchored: no other place will do
    for (;; at++) {
        if (prefix != NULL) {
            at = NAME(find_prefix)(state, prefix, prefix_length, at, last);
            if (at < 0) return 0;
        } else if (set != NULL) {
            while (at <= last && !kr_sre_in_set(set, text[at])) at++;
        }
        if (at > last) return 0;
        state->start = at;
        forget(state);
        if (is_literal) {
            state->position = at + prefix_length;
            return 1;
        }
        int status = NAME(run)(state, code, at);
        state->must_advance = 0;
        if (status != 0) return status;
        if ((++state->ticks & 0xfff) == 0 && PyErr_CheckSignals() < 0) return -1;
    }
}
