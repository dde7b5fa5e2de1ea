// pattern.c - re.Pattern: the code words with what the user asked for, and the searches.
#include "modules/_sre/sre.h"

#include "abstract.h"
#include "boolobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "genericaliasobject.h"
#include "iterobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pyhash.h"
#include "runtime/marks.h"
#include "runtime/owned.h"
#include "structmember.h"
#include "typeslots.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "weakrefobject.h"

#include <string.h>

// ---- One match ---------------------------------------------------------------------------------

typedef enum How { MATCH, FULLMATCH, SEARCH } How;

static PyObject *find(KrPattern *self, PyObject *string, Py_ssize_t pos, Py_ssize_t endpos,
                      How how)
{
    KrSreState state;
    PyObject *match = NULL;
    if (kr_sre_state_init(&state, self, string, pos, endpos) == 0) {
        state.match_all = how == FULLMATCH;
        int status = state.start > state.end ? 0
            : how == SEARCH                  ? kr_sre_engine_search(&state, self->code)
                                             : kr_sre_engine_match(&state, self->code);
        match = kr_sre_match_new(kr_sre_module_of(Py_TYPE(self)), self, &state, status);
    }
    kr_sre_state_clear(&state);
    return match;
}

METHOD(match, "self, /, string, pos: ssize = 0, endpos: ssize = sys.maxsize",
       "Matches zero or more characters at the beginning of the string.")
static PyObject *pattern_match(KrPattern *self, PyObject *string, Py_ssize_t pos,
                               Py_ssize_t endpos)
{
    return find(self, string, pos, endpos, MATCH);
}

METHOD(fullmatch, "self, /, string, pos: ssize = 0, endpos: ssize = sys.maxsize",
       "Matches against all of the string.")
static PyObject *pattern_fullmatch(KrPattern *self, PyObject *string, Py_ssize_t pos,
                                   Py_ssize_t endpos)
{
    return find(self, string, pos, endpos, FULLMATCH);
}

METHOD(search, "self, /, string, pos: ssize = 0, endpos: ssize = sys.maxsize",
       "Scan through string looking for a match, and return a corresponding match object "
       "instance.\n"
       "\n"
       "Return None if no position in the string matches.")
static PyObject *pattern_search(KrPattern *self, PyObject *string, Py_ssize_t pos,
                                Py_ssize_t endpos)
{
    return find(self, string, pos, endpos, SEARCH);
}

// ---- All matches -------------------------------------------------------------------------------

// Goes on behind the match just found.
static void advance(KrSreState *state)
{
    state->must_advance = state->position == state->start;
    state->start = state->position;
}

// New item of findall(): the match, its only group, or a tuple of its groups.
static PyObject *found_item(KrPattern *self, const KrSreState *state)
{
    if (self->groups == 0) return kr_sre_slice(state, state->start, state->position);
    const Py_ssize_t *marks = state->marks;
    if (self->groups == 1)
        return marks[0] < 0 || marks[1] < 0 ? kr_sre_slice(state, 0, 0)
            : kr_sre_slice(state, marks[0], marks[1]);
    KR_AUTO PyObject *item = PyTuple_New(self->groups);
    for (Py_ssize_t i = 0; item != NULL && i < self->groups; i++) {
        int missing = marks[2 * i] < 0 || marks[2 * i + 1] < 0;
        PyObject *group = missing ? kr_sre_slice(state, 0, 0)
            : kr_sre_slice(state, marks[2 * i], marks[2 * i + 1]);
        if (group == NULL) return NULL;
        PyTuple_SET_ITEM(item, i, group);
    }
    return kr_take(item);
}

static PyObject *collect(KrPattern *self, KrSreState *state)
{
    KR_AUTO PyObject *list = PyList_New(0);
    while (list != NULL && state->start <= state->end) {
        int status = kr_sre_engine_search(state, self->code);
        if (status == 0) break;
        KR_AUTO PyObject *item = status < 0 ? NULL : found_item(self, state);
        if (item == NULL || PyList_Append(list, item) < 0) return NULL;
        advance(state);
    }
    return kr_take(list);
}

METHOD(findall, "self, /, string, pos: ssize = 0, endpos: ssize = sys.maxsize",
       "Return a list of all non-overlapping matches of pattern in string.")
static PyObject *pattern_findall(KrPattern *self, PyObject *string, Py_ssize_t pos,
                                 Py_ssize_t endpos)
{
    KrSreState state;
    PyObject *list = NULL;
    if (kr_sre_state_init(&state, self, string, pos, endpos) == 0) list = collect(self, &state);
    kr_sre_state_clear(&state);
    return list;
}

METHOD(finditer, "self, /, string, pos: ssize = 0, endpos: ssize = sys.maxsize",
       "Return an iterator over all non-overlapping matches for the RE pattern in string.\n"
       "\n"
       "For each match, the iterator returns a match object.")
static PyObject *pattern_finditer(KrPattern *self, PyObject *string, Py_ssize_t pos,
                                  Py_ssize_t endpos)
{
    KR_AUTO PyObject *scanner = kr_sre_scanner_new(self, string, pos, endpos);
    KR_AUTO PyObject *search = scanner == NULL ? NULL : PyObject_GetAttr(scanner, ID(search));
    return search == NULL ? NULL : PyCallIter_New(search, Py_None);
}

METHOD(scanner, "self, /, string, pos: ssize = 0, endpos: ssize = sys.maxsize", NULL)
static PyObject *pattern_scanner(KrPattern *self, PyObject *string, Py_ssize_t pos,
                                 Py_ssize_t endpos)
{
    return kr_sre_scanner_new(self, string, pos, endpos);
}

static int append_slice(PyObject *list, const KrSreState *state, Py_ssize_t start, Py_ssize_t end)
{
    KR_AUTO PyObject *item = kr_sre_slice(state, start, end);
    return item == NULL ? -1 : PyList_Append(list, item);
}

static int append_groups(PyObject *list, KrPattern *self, const KrSreState *state)
{
    for (Py_ssize_t i = 0; i < self->groups; i++) {
        Py_ssize_t start = state->marks[2 * i], end = state->marks[2 * i + 1];
        if (start < 0 || end < 0 ? PyList_Append(list, Py_None) < 0
            : append_slice(list, state, start, end) < 0)
            return -1;
    }
    return 0;
}

static PyObject *split_text(KrPattern *self, KrSreState *state, Py_ssize_t maxsplit)
{
    KR_AUTO PyObject *list = PyList_New(0);
    Py_ssize_t last = state->start, count = 0;
    while (list != NULL && (maxsplit == 0 || count < maxsplit)) {
        int status = kr_sre_engine_search(state, self->code);
        if (status < 0) return NULL;
        if (status == 0) break;
        if (append_slice(list, state, last, state->start) < 0
            || append_groups(list, self, state) < 0)
            return NULL;
        count++;
        last = state->position;
        advance(state);
    }
    if (list == NULL || append_slice(list, state, last, state->end) < 0) return NULL;
    return kr_take(list);
}

METHOD(split, "self, /, string, maxsplit: ssize = 0",
       "Split string by the occurrences of pattern.")
static PyObject *pattern_split(KrPattern *self, PyObject *string, Py_ssize_t maxsplit)
{
    KrSreState state;
    PyObject *list = NULL;
    if (kr_sre_state_init(&state, self, string, 0, PY_SSIZE_T_MAX) == 0)
        list = split_text(self, &state, maxsplit);
    kr_sre_state_clear(&state);
    return list;
}

METHOD(sub, "self, /, repl, string, count: ssize = 0",
       "Return the string obtained by replacing the leftmost non-overlapping occurrences of "
       "pattern in string by the replacement repl.")
static PyObject *pattern_sub(KrPattern *self, PyObject *repl, PyObject *string, Py_ssize_t count)
{
    return kr_sre_substitute(self, repl, string, count, 0);
}

METHOD(subn, "self, /, repl, string, count: ssize = 0",
       "Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost "
       "non-overlapping occurrences of pattern with the replacement repl.")
static PyObject *pattern_subn(KrPattern *self, PyObject *repl, PyObject *string, Py_ssize_t count)
{
    return kr_sre_substitute(self, repl, string, count, 1);
}

// ---- The object --------------------------------------------------------------------------------

METHOD(__copy__, "self, /", NULL)
static PyObject *pattern___copy__(KrPattern *self)
{
    return Py_NewRef((PyObject *)self);
}

METHOD(__deepcopy__, "self, memo, /", NULL)
static PyObject *pattern___deepcopy__(KrPattern *self, PyObject *memo)
{
    return Py_NewRef((PyObject *)self);
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *pattern___class_getitem__(PyTypeObject *cls, PyObject *item)
{
    return Py_GenericAlias((PyObject *)cls, item);
}

GETTER(groupindex, "A dictionary mapping group names to group numbers.")
static PyObject *pattern_get_groupindex(KrPattern *self)
{
    return PyDictProxy_New(self->groupindex);
}

#include "modules/_sre/pattern.methods.h"

static PyObject *pattern_repr(KrPattern *self)
{
    static const struct { const char *name; int value; } names[] = {
        {"re.TEMPLATE", SRE_FLAG_TEMPLATE}, {"re.IGNORECASE", SRE_FLAG_IGNORECASE},
        {"re.LOCALE", SRE_FLAG_LOCALE},     {"re.MULTILINE", SRE_FLAG_MULTILINE},
        {"re.DOTALL", SRE_FLAG_DOTALL},     {"re.UNICODE", SRE_FLAG_UNICODE},
        {"re.VERBOSE", SRE_FLAG_VERBOSE},   {"re.DEBUG", SRE_FLAG_DEBUG},
        {"re.ASCII", SRE_FLAG_ASCII},
    };
    int flags = self->flags;
    if (self->isbytes == 0
        && (flags & (SRE_FLAG_LOCALE | SRE_FLAG_UNICODE | SRE_FLAG_ASCII)) == SRE_FLAG_UNICODE)
        flags &= ~SRE_FLAG_UNICODE;    // goes without saying
    KR_AUTO PyObject *parts = PyList_New(0);
    if (parts == NULL) return NULL;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!(flags & names[i].value)) continue;
        KR_AUTO PyObject *name = PyUnicode_FromString(names[i].name);
        if (name == NULL || PyList_Append(parts, name) < 0) return NULL;
        flags &= ~names[i].value;
    }
    if (flags != 0) {
        KR_AUTO PyObject *rest = PyUnicode_FromFormat("0x%x", flags);
        if (rest == NULL || PyList_Append(parts, rest) < 0) return NULL;
    }
    if (PyList_GET_SIZE(parts) == 0)
        return PyUnicode_FromFormat("re.compile(%.200R)", self->pattern);
    KR_AUTO PyObject *bar = PyUnicode_FromString("|");
    KR_AUTO PyObject *joined = bar == NULL ? NULL : PyUnicode_Join(bar, parts);
    return joined == NULL ? NULL
        : PyUnicode_FromFormat("re.compile(%.200R, %S)", self->pattern, joined);
}

static Py_hash_t pattern_hash(KrPattern *self)
{
    Py_hash_t hash = PyObject_Hash(self->pattern);
    if (hash == -1) return -1;
    hash ^= _Py_HashBytes(self->code, Py_SIZE(self) * (Py_ssize_t)sizeof(KrSreCode));
    hash ^= self->flags ^ self->isbytes ^ self->groups;
    return hash == -1 ? -2 : hash;
}

static PyObject *pattern_compare(PyObject *first, PyObject *second, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !Py_IS_TYPE(second, Py_TYPE(first)))
        Py_RETURN_NOTIMPLEMENTED;
    if (first == second) return PyBool_FromLong(op == Py_EQ);
    KrPattern *a = (KrPattern *)first, *b = (KrPattern *)second;
    int equal = a->flags == b->flags && a->isbytes == b->isbytes && Py_SIZE(a) == Py_SIZE(b)
        && memcmp(a->code, b->code, (size_t)Py_SIZE(a) * sizeof(KrSreCode)) == 0;
    if (equal) {
        equal = PyObject_RichCompareBool(a->pattern, b->pattern, Py_EQ);
        if (equal < 0) return NULL;
    }
    return PyBool_FromLong(equal == (op == Py_EQ));
}

static int pattern_traverse(KrPattern *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->groupindex);
    Py_VISIT(self->indexgroup);
    Py_VISIT(self->pattern);
    return 0;
}

static int pattern_clear(KrPattern *self)
{
    Py_CLEAR(self->groupindex);
    Py_CLEAR(self->indexgroup);
    Py_CLEAR(self->pattern);
    return 0;
}

static void pattern_dealloc(KrPattern *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (self->weakreflist != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    pattern_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef pattern_members[] = {
    {"pattern", T_OBJECT, offsetof(KrPattern, pattern), READONLY,
     "The pattern string from which the RE object was compiled."},
    {"flags", T_INT, offsetof(KrPattern, flags), READONLY, "The regex matching flags."},
    {"groups", T_PYSSIZET, offsetof(KrPattern, groups), READONLY,
     "The number of capturing groups in the pattern."},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(KrPattern, weakreflist), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot pattern_slots[] = {
    {Py_tp_dealloc, pattern_dealloc},
    {Py_tp_repr, pattern_repr},
    {Py_tp_hash, pattern_hash},
    {Py_tp_doc, "Compiled regular expression object."},
    {Py_tp_richcompare, pattern_compare},
    {Py_tp_methods, pattern_methods},
    {Py_tp_members, pattern_members},
    {Py_tp_getset, pattern_getset},
    {Py_tp_traverse, pattern_traverse},
    {Py_tp_clear, pattern_clear},
    {0, NULL},
};

PyType_Spec kr_sre_pattern_spec = {
    .name = "re.Pattern",
    .basicsize = sizeof(KrPattern),
    .itemsize = sizeof(KrSreCode),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION
        | Py_TPFLAGS_HAVE_GC,
    .slots = pattern_slots,
};
