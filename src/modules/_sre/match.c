// match.c - re.Match: where a pattern and its groups matched.
#include "modules/_sre/sre.h"

#include "abstract.h"
#include "dictobject.h"
#include "genericaliasobject.h"
#include "longobject.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/marks.h"
#include "runtime/owned.h"
#include "structmember.h"
#include "typeslots.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include <assert.h>

PyObject *kr_sre_match_new(KrSreModule *module, KrPattern *pattern, KrSreState *state, int status)
{
    if (status < 0) return NULL;
    if (status == 0) Py_RETURN_NONE;
    Py_ssize_t groups = pattern->groups + 1;
    KrMatch *match = PyObject_GC_NewVar(KrMatch, module->match_type, 2 * groups);
    if (match == NULL) return NULL;
    match->pattern = (KrPattern *)Py_NewRef((PyObject *)pattern);
    match->string = Py_NewRef(state->string);
    match->regs = NULL;
    match->groups = groups;
    match->pos = state->pos;
    match->endpos = state->endpos;
    match->lastindex = state->lastindex;
    match->marks[0] = state->start;
    match->marks[1] = state->position;
    for (Py_ssize_t i = 1; i < groups; i++) {
        Py_ssize_t start = state->marks[2 * i - 2], end = state->marks[2 * i - 1];
        int took_part = start >= 0 && end >= start;
        match->marks[2 * i] = took_part ? start : -1;
        match->marks[2 * i + 1] = took_part ? end : -1;
    }
    PyObject_GC_Track(match);
    return (PyObject *)match;
}

// ---- Groups ------------------------------------------------------------------------------------

// Number of the group that a number or name says, or -1 with IndexError.
static Py_ssize_t group_number(KrMatch *self, PyObject *key)
{
    if (key == NULL) return 0;
    Py_ssize_t number = -1;
    if (PyIndex_Check(key)) {
        number = PyNumber_AsSsize_t(key, NULL);
    } else if (self->pattern->groupindex != NULL) {
        PyObject *value = PyDict_GetItemWithError(self->pattern->groupindex, key);
        if (value != NULL && PyLong_Check(value)) number = PyLong_AsSsize_t(value);
    }
    if (number >= 0 && number < self->groups) return number;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_IndexError, "no such group");
    return -1;
}

// New text of a group, or [missing] when it did not take part.
static PyObject *group_text(KrMatch *self, Py_ssize_t number, PyObject *missing)
{
    Py_ssize_t start = self->marks[2 * number], end = self->marks[2 * number + 1], length;
    if (self->string == Py_None || start < 0) return Py_NewRef(missing);
    int isbytes, kind;
    Py_buffer buffer = {0};
    const void *text = kr_sre_text_of(self->string, &length, &isbytes, &kind, &buffer);
    if (text == NULL) return NULL;
    PyObject *result = kr_sre_slice_of(self->string, isbytes, text, length, start, end);
    if (buffer.obj != NULL) PyBuffer_Release(&buffer);
    return result;
}

static PyObject *group_by_key(KrMatch *self, PyObject *key)
{
    Py_ssize_t number = group_number(self, key);
    return number < 0 ? NULL : group_text(self, number, Py_None);
}

METHOD(group, "self, *args: array",
       "group([group1, ...]) -> str or tuple.\n"
       "    Return subgroup(s) of the match by indices or names.\n"
       "    For 0 returns the entire match.")
static PyObject *match_group(KrMatch *self, PyObject *const *args, Py_ssize_t count)
{
    if (count == 0) return group_text(self, 0, Py_None);
    if (count == 1) return group_by_key(self, args[0]);
    KR_AUTO PyObject *result = PyTuple_New(count);
    for (Py_ssize_t i = 0; result != NULL && i < count; i++) {
        PyObject *item = group_by_key(self, args[i]);
        if (item == NULL) return NULL;
        PyTuple_SET_ITEM(result, i, item);
    }
    return kr_take(result);
}

METHOD(groups, "self, /, default = None",
       "Return a tuple containing all the subgroups of the match, from 1.\n"
       "\n"
       "  default\n"
       "    Is used for groups that did not participate in the match.")
static PyObject *match_groups(KrMatch *self, PyObject *missing)
{
    KR_AUTO PyObject *result = PyTuple_New(self->groups - 1);
    for (Py_ssize_t i = 1; result != NULL && i < self->groups; i++) {
        PyObject *item = group_text(self, i, missing);
        if (item == NULL) return NULL;
        PyTuple_SET_ITEM(result, i - 1, item);
    }
    return kr_take(result);
}

METHOD(groupdict, "self, /, default = None",
       "Return a dictionary containing all the named subgroups of the match, keyed by the "
       "subgroup name.\n"
       "\n"
       "  default\n"
       "    Is used for groups that did not participate in the match.")
static PyObject *match_groupdict(KrMatch *self, PyObject *missing)
{
    KR_AUTO PyObject *result = PyDict_New();
    if (result == NULL || self->pattern->groupindex == NULL) return kr_take(result);
    PyObject *name, *number;
    Py_ssize_t at = 0;
    while (PyDict_Next(self->pattern->groupindex, &at, &name, &number)) {
        KR_AUTO PyObject *key = Py_NewRef(name);
        KR_AUTO PyObject *value = NULL;
        Py_ssize_t group = group_number(self, key);
        if (group >= 0) value = group_text(self, group, missing);
        if (value == NULL || PyDict_SetItem(result, key, value) < 0) return NULL;
    }
    return kr_take(result);
}

static PyObject *pair(Py_ssize_t first, Py_ssize_t second)
{
    KR_AUTO PyObject *start = PyLong_FromSsize_t(first);
    KR_AUTO PyObject *end = PyLong_FromSsize_t(second);
    return start == NULL || end == NULL ? NULL : PyTuple_Pack(2, start, end);
}

METHOD(start, "self, group = 0, /", "Return index of the start of the substring matched by group.")
static PyObject *match_start(KrMatch *self, PyObject *group)
{
    Py_ssize_t number = group_number(self, group);
    return number < 0 ? NULL : PyLong_FromSsize_t(self->marks[2 * number]);
}

METHOD(end, "self, group = 0, /", "Return index of the end of the substring matched by group.")
static PyObject *match_end(KrMatch *self, PyObject *group)
{
    Py_ssize_t number = group_number(self, group);
    return number < 0 ? NULL : PyLong_FromSsize_t(self->marks[2 * number + 1]);
}

METHOD(span, "self, group = 0, /",
       "For match object m, return the 2-tuple (m.start(group), m.end(group)).")
static PyObject *match_span(KrMatch *self, PyObject *group)
{
    Py_ssize_t number = group_number(self, group);
    return number < 0 ? NULL : pair(self->marks[2 * number], self->marks[2 * number + 1]);
}

METHOD(expand, "self, /, template",
       "Return the string obtained by doing backslash substitution on the string template, as "
       "done by the sub() method.")
static PyObject *match_expand(KrMatch *self, PyObject *template)
{
    return kr_sre_call_re("_expand", PyTuple_Pack(3, self->pattern, self, template));
}

// ---- The object --------------------------------------------------------------------------------

METHOD(__copy__, "self, /", NULL)
static PyObject *match___copy__(KrMatch *self)
{
    return Py_NewRef((PyObject *)self);
}

METHOD(__deepcopy__, "self, memo, /", NULL)
static PyObject *match___deepcopy__(KrMatch *self, PyObject *memo)
{
    return Py_NewRef((PyObject *)self);
}

METHOD(__class_getitem__, "cls, item, /", "See PEP 585")
static PyObject *match___class_getitem__(PyTypeObject *cls, PyObject *item)
{
    return Py_GenericAlias((PyObject *)cls, item);
}

GETTER(lastindex, "The integer index of the last matched capturing group.")
static PyObject *match_get_lastindex(KrMatch *self)
{
    if (self->lastindex < 0) Py_RETURN_NONE;
    return PyLong_FromSsize_t(self->lastindex);
}

GETTER(lastgroup, "The name of the last matched capturing group.")
static PyObject *match_get_lastgroup(KrMatch *self)
{
    PyObject *names = self->pattern->indexgroup;
    if (names == NULL || self->lastindex < 0 || self->lastindex >= PyTuple_GET_SIZE(names))
        Py_RETURN_NONE;
    return Py_NewRef(PyTuple_GET_ITEM(names, self->lastindex));
}

GETTER(regs, NULL)
static PyObject *match_get_regs(KrMatch *self)
{
    if (self->regs != NULL) return Py_NewRef(self->regs);
    KR_AUTO PyObject *regs = PyTuple_New(self->groups);
    for (Py_ssize_t i = 0; regs != NULL && i < self->groups; i++) {
        PyObject *item = pair(self->marks[2 * i], self->marks[2 * i + 1]);
        if (item == NULL) return NULL;
        PyTuple_SET_ITEM(regs, i, item);
    }
    self->regs = Py_XNewRef(regs);
    return kr_take(regs);
}

#include "modules/_sre/match.methods.h"

static PyObject *match_repr(KrMatch *self)
{
    KR_AUTO PyObject *text = group_text(self, 0, Py_None);
    if (text == NULL) return NULL;
    return PyUnicode_FromFormat("<%s object; span=(%zd, %zd), match=%.50R>",
                                Py_TYPE(self)->tp_name, self->marks[0], self->marks[1], text);
}

static int match_traverse(KrMatch *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->string);
    Py_VISIT(self->regs);
    Py_VISIT(self->pattern);
    return 0;
}

static int match_clear(KrMatch *self)
{
    Py_CLEAR(self->string);
    Py_CLEAR(self->regs);
    Py_CLEAR(self->pattern);
    return 0;
}

static void match_dealloc(KrMatch *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    match_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef match_members[] = {
    {"string", T_OBJECT, offsetof(KrMatch, string), READONLY,
     "The string passed to match() or search()."},
    {"re", T_OBJECT, offsetof(KrMatch, pattern), READONLY, "The regular expression object."},
    {"pos", T_PYSSIZET, offsetof(KrMatch, pos), READONLY,
     "The index into the string at which the RE engine started looking for a match."},
    {"endpos", T_PYSSIZET, offsetof(KrMatch, endpos), READONLY,
     "The index into the string beyond which the RE engine will not go."},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot match_slots[] = {
    {Py_tp_dealloc, match_dealloc},
    {Py_tp_repr, match_repr},
    {Py_tp_doc, "The result of re.match() and re.search().\n"
                "Match objects always have a boolean value of True."},
    {Py_tp_methods, match_methods},
    {Py_tp_members, match_members},
    {Py_tp_getset, match_getset},
    {Py_tp_traverse, match_traverse},
    {Py_tp_clear, match_clear},
    {Py_mp_subscript, group_by_key},
    {0, NULL},
};

PyType_Spec kr_sre_match_spec = {
    .name = "re.Match",
    .basicsize = sizeof(KrMatch),
    .itemsize = sizeof(Py_ssize_t),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION
        | Py_TPFLAGS_HAVE_GC,
    .slots = match_slots,
};
