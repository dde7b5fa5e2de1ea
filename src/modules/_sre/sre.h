// sre.h - regular expressions: the code words that re._compiler writes, the objects, and the state
// of a match.
#ifndef KR_MODULES_SRE_SRE_H
#define KR_MODULES_SRE_SRE_H

#include "object.h"
#include "pybuffer.h"

#include <stdint.h>

typedef uint32_t KrSreCode;

enum {
    KR_SRE_MAGIC = 20220615,
    KR_SRE_MAX_GROUPS = INT32_MAX / 2,
};
#define KR_SRE_MAX_REPEAT UINT32_MAX

// Operations, in the order of re._constants.OPCODES.
typedef enum KrSreOp {
    SRE_FAILURE, SRE_SUCCESS, SRE_ANY, SRE_ANY_ALL, SRE_ASSERT, SRE_ASSERT_NOT, SRE_AT, SRE_BRANCH,
    SRE_CATEGORY, SRE_CHARSET, SRE_BIGCHARSET, SRE_GROUPREF, SRE_GROUPREF_EXISTS, SRE_IN, SRE_INFO,
    SRE_JUMP,
    SRE_LITERAL, SRE_MARK, SRE_MAX_UNTIL, SRE_MIN_UNTIL, SRE_NOT_LITERAL, SRE_NEGATE, SRE_RANGE,
    SRE_REPEAT,
    SRE_REPEAT_ONE, SRE_SUBPATTERN, SRE_MIN_REPEAT_ONE, SRE_ATOMIC_GROUP, SRE_POSSESSIVE_REPEAT,
    SRE_POSSESSIVE_REPEAT_ONE, SRE_GROUPREF_IGNORE, SRE_IN_IGNORE, SRE_LITERAL_IGNORE,
    SRE_NOT_LITERAL_IGNORE,
    SRE_GROUPREF_LOC_IGNORE, SRE_IN_LOC_IGNORE, SRE_LITERAL_LOC_IGNORE, SRE_NOT_LITERAL_LOC_IGNORE,
    SRE_GROUPREF_UNI_IGNORE, SRE_IN_UNI_IGNORE, SRE_LITERAL_UNI_IGNORE, SRE_NOT_LITERAL_UNI_IGNORE,
    SRE_RANGE_UNI_IGNORE,
    SRE_OP_COUNT
} KrSreOp;

// Positions and classes of characters, in the order of ATCODES and CHCODES.
typedef enum KrSreAt {
    SRE_AT_BEGINNING, SRE_AT_BEGINNING_LINE, SRE_AT_BEGINNING_STRING, SRE_AT_BOUNDARY,
    SRE_AT_NON_BOUNDARY,
    SRE_AT_END, SRE_AT_END_LINE, SRE_AT_END_STRING, SRE_AT_LOC_BOUNDARY, SRE_AT_LOC_NON_BOUNDARY,
    SRE_AT_UNI_BOUNDARY, SRE_AT_UNI_NON_BOUNDARY,
    SRE_AT_COUNT
} KrSreAt;

typedef enum KrSreCategory {
    SRE_DIGIT, SRE_NOT_DIGIT, SRE_SPACE, SRE_NOT_SPACE, SRE_WORD, SRE_NOT_WORD, SRE_LINEBREAK,
    SRE_NOT_LINEBREAK, SRE_LOC_WORD, SRE_LOC_NOT_WORD, SRE_UNI_DIGIT, SRE_UNI_NOT_DIGIT,
    SRE_UNI_SPACE,
    SRE_UNI_NOT_SPACE, SRE_UNI_WORD, SRE_UNI_NOT_WORD, SRE_UNI_LINEBREAK, SRE_UNI_NOT_LINEBREAK,
    SRE_CATEGORY_COUNT
} KrSreCategory;

// The info block: [INFO, skip, flags, least width, most width, prefix or charset].
enum { SRE_INFO_PREFIX = 1, SRE_INFO_LITERAL = 2, SRE_INFO_CHARSET = 4 };

enum {
    SRE_FLAG_TEMPLATE = 1, SRE_FLAG_IGNORECASE = 2, SRE_FLAG_LOCALE = 4, SRE_FLAG_MULTILINE = 8,
    SRE_FLAG_DOTALL = 16, SRE_FLAG_UNICODE = 32, SRE_FLAG_VERBOSE = 64, SRE_FLAG_DEBUG = 128,
    SRE_FLAG_ASCII = 256,
};

typedef struct KrPattern {
    PyObject_VAR_HEAD                  // ob_size: words of code
    Py_ssize_t groups;
    PyObject *groupindex;              // dict: name -> number
    PyObject *indexgroup;              // tuple: number -> name or None
    PyObject *pattern;                 // str, bytes or None
    int flags;
    PyObject *weakreflist;
    int isbytes;                       // of the pattern; -1: of None, which fits both
    KrSreCode code[];
} KrPattern;

typedef struct KrMatch {
    PyObject_VAR_HEAD
    PyObject *string;
    PyObject *regs;                    // cached, or NULL
    KrPattern *pattern;
    Py_ssize_t pos, endpos;
    Py_ssize_t lastindex;              // -1: none
    Py_ssize_t groups;                 // with group 0
    Py_ssize_t marks[];                // start and end of each group, -1: did not take part
} KrMatch;

typedef struct KrScanner {
    PyObject_HEAD
    KrPattern *pattern;
    struct KrSreState *state;
    int executing;
} KrScanner;

typedef struct KrSreModule {
    PyTypeObject *pattern_type, *match_type, *scanner_type;
} KrSreModule;

// A place to go back to.
typedef struct KrSreChoice {
    int kind;
    int lastindex;
    const KrSreCode *code;
    Py_ssize_t position;
    Py_ssize_t count;
    Py_ssize_t trail;                  // marks changed before
    int repeat, repeat_count;          // innermost repeat, and how many there were
    int enclosing;                     // innermost choice that encloses a sub-pattern, or -1
} KrSreChoice;

// One round of a repeat of more than one character; never changed once made, so that going back is
// only taking the older one.
typedef struct KrSreRepeat {
    const KrSreCode *code;             // behind REPEAT: skip, least, most, body
    Py_ssize_t count;
    Py_ssize_t last_position;          // where the last round began: an empty round is the last
    int outer;
} KrSreRepeat;

typedef struct KrSreTrail {
    Py_ssize_t mark, old;
} KrSreTrail;

typedef struct KrSreState {
    PyObject *string;
    Py_buffer buffer;
    const void *text;
    int kind;                          // bytes a character: 1, 2 or 4
    int isbytes;
    Py_ssize_t pos, endpos;            // as asked for
    Py_ssize_t start, end;             // where the match begins; where text ends
    Py_ssize_t position;               // where the match ended
    Py_ssize_t lastindex;
    Py_ssize_t mark_count;
    Py_ssize_t *marks;
    int must_advance;                  // an empty match at the start is not wanted
    int match_all;                     // only a match up to the end
    unsigned ticks;                    // signals are polled every so often
    KrSreChoice *choices;
    Py_ssize_t choice_count, choice_room;
    KrSreTrail *trail;
    Py_ssize_t trail_count, trail_room;
    KrSreRepeat *repeats;
    Py_ssize_t repeat_count, repeat_room;
} KrSreState;

// Begins on string[pos:endpos]: 0, or -1 with TypeError.  Cleared by kr_sre_state_clear in any
// case.
int kr_sre_state_init(KrSreState *state, KrPattern *pattern, PyObject *string, Py_ssize_t pos,
                      Py_ssize_t endpos);
void kr_sre_state_clear(KrSreState *state);

// At state->start, or from there on: 1 matched (start, position, marks), 0 not, -1 with an
// exception.
int kr_sre_engine_match(KrSreState *state, const KrSreCode *code);
int kr_sre_engine_search(KrSreState *state, const KrSreCode *code);

// 0 when the code cannot lead the engine astray, else -1 with RuntimeError.
int kr_sre_validate(const KrSreCode *code, Py_ssize_t length, Py_ssize_t groups);

// Characters and length of a str or bytes-like object; a buffer is acquired for the latter.  NULL
// with TypeError.
const void *kr_sre_text_of(PyObject *string, Py_ssize_t *ret_length, int *ret_isbytes,
                           int *ret_kind, Py_buffer *buffer);
// New string[start:end] of the kind that was matched.
PyObject *kr_sre_slice(const KrSreState *state, Py_ssize_t start, Py_ssize_t end);
PyObject *kr_sre_slice_of(PyObject *string, int isbytes, const void *text, Py_ssize_t length,
                          Py_ssize_t start, Py_ssize_t end);

KrSreModule *kr_sre_module_of(PyTypeObject *type);
// New Match, None or NULL for what the engine said.
PyObject *kr_sre_match_new(KrSreModule *module, KrPattern *pattern, KrSreState *state, int status);
PyObject *kr_sre_scanner_new(KrPattern *pattern, PyObject *string, Py_ssize_t pos,
                             Py_ssize_t endpos);
// New result of re.<function>(*arguments); takes [arguments].
PyObject *kr_sre_call_re(const char *function, PyObject *arguments);
// New str or bytes (with_count: tuple with the number of replacements).
PyObject *kr_sre_substitute(KrPattern *pattern, PyObject *replacement, PyObject *string,
                            Py_ssize_t count, int with_count);

extern PyType_Spec kr_sre_pattern_spec, kr_sre_match_spec, kr_sre_scanner_spec;

#endif
