// engine.c - matching by going back, without recursion.
//
// `run` follows the code words; where it could go several ways it pushes a choice and takes the
// first.
//
//   choices   places to go back to, newest last; some enclose a sub-pattern (assertion, atomic
//             group)
//   trail     marks that were overwritten, to be put back on the way
//   repeats   rounds of repeats, each pointing to the one around it
//
// (1) a choice remembers how long trail and repeats were when it was made
// (2) a round is never changed once made
// (3) no C recursion: the depth of a match is memory, and its end a MemoryError
//
// The engine is written once, in engine_template.h, and compiled for each width of characters.
#include "modules/_sre/sre.h"

#include "modules/_sre/characters.h"

#include "pyerrors.h"
#include "pymem.h"

#include <assert.h>
#include <string.h>

typedef enum KrSreChoiceKind {
    CHOICE_GO,                         // go on at code
    CHOICE_BRANCH,                     // try the next alternative
    CHOICE_FEWER,                      // a greedy repeat of one character takes fewer
    CHOICE_MORE,                       // a lazy one takes more
    CHOICE_ROUND,                      // a lazy repeat makes one more round
    CHOICE_POSSESSIVE,                 // encloses a round of a possessive repeat
    CHOICE_ASSERT,                     // enclose what they assert, or are
    CHOICE_ASSERT_NOT,
    CHOICE_ATOMIC,
} KrSreChoiceKind;

enum { MAX_ITEMS = INT32_MAX / 4 };

// Makes room for one more item: the new array, or NULL with MemoryError.
static void *grow(void *items, Py_ssize_t *room, size_t size)
{
    Py_ssize_t more = *room == 0 ? 32 : *room * 2;
    void *longer = more > MAX_ITEMS ? NULL : PyMem_Realloc(items, (size_t)more * size);
    if (longer == NULL)
        PyErr_NoMemory();
    else
        *room = more;
    return longer;
}

static int grow_choices(KrSreState *state)
{
    void *choices = grow(state->choices, &state->choice_room, sizeof(KrSreChoice));
    if (choices == NULL) return -1;
    state->choices = choices;
    return 0;
}

static int set_mark(KrSreState *state, KrSreCode mark, Py_ssize_t at)
{
    if (state->choice_count > 0) {
        if (state->trail_count == state->trail_room) {
            void *trail = grow(state->trail, &state->trail_room, sizeof(KrSreTrail));
            if (trail == NULL) return -1;
            state->trail = trail;
        }
        state->trail[state->trail_count++] = (KrSreTrail){mark, state->marks[mark]};
    }
    state->marks[mark] = at;
    if (mark & 1) state->lastindex = mark / 2 + 1;
    return 0;
}

static inline void undo_marks(KrSreState *state, const KrSreChoice *choice)
{
    while (state->trail_count > choice->trail) {
        KrSreTrail *entry = &state->trail[--state->trail_count];
        state->marks[entry->mark] = entry->old;
    }
    state->lastindex = choice->lastindex;
}

// Index of a new round, or -1 with MemoryError.
static inline int push_repeat(KrSreState *state, const KrSreCode *code, Py_ssize_t count,
                              Py_ssize_t last, int outer)
{
    if (state->repeat_count == state->repeat_room) {
        void *repeats = grow(state->repeats, &state->repeat_room, sizeof(KrSreRepeat));
        if (repeats == NULL) return -1;
        state->repeats = repeats;
    }
    state->repeats[state->repeat_count] = (KrSreRepeat){code, count, last, outer};
    return (int)state->repeat_count++;
}

// Before an attempt.
static inline void forget(KrSreState *state)
{
    for (Py_ssize_t i = 0; i < state->mark_count; i++) state->marks[i] = -1;
    state->lastindex = -1;
    state->choice_count = state->trail_count = state->repeat_count = 0;
}

#define CHARACTER uint8_t
#define CHARACTER_SIZE 1
#define NAME(x) x##_8
#include "modules/_sre/engine_template.h"
#undef CHARACTER
#undef CHARACTER_SIZE
#undef NAME

#define CHARACTER uint16_t
#define CHARACTER_SIZE 2
#define NAME(x) x##_16
#include "modules/_sre/engine_template.h"
#undef CHARACTER
#undef CHARACTER_SIZE
#undef NAME

#define CHARACTER uint32_t
#define CHARACTER_SIZE 4
#define NAME(x) x##_32
#include "modules/_sre/engine_template.h"

int kr_sre_engine_match(KrSreState *state, const KrSreCode *code)
{
    switch (state->kind) {
        case 1: return match_8(state, code);
        case 2: return match_16(state, code);
        default: return match_32(state, code);
    }
}

int kr_sre_engine_search(KrSreState *state, const KrSreCode *code)
{
    switch (state->kind) {
        case 1: return search_8(state, code);
        case 2: return search_16(state, code);
        default: return search_32(state, code);
    }
}
