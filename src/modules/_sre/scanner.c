// scanner.c - _sre.SRE_Scanner: match after match of one pattern in one text.
#include "modules/_sre/sre.h"

#include "objimpl.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/marks.h"
#include "structmember.h"
#include "typeslots.h"

PyObject *kr_sre_scanner_new(KrPattern *pattern, PyObject *string, Py_ssize_t pos,
                             Py_ssize_t endpos)
{
    KrScanner *scanner = PyObject_GC_New(KrScanner,
                                         kr_sre_module_of(Py_TYPE(pattern))->scanner_type);
    if (scanner == NULL) return NULL;
    scanner->pattern = NULL;
    scanner->executing = 0;
    scanner->state = PyMem_Calloc(1, sizeof(KrSreState));
    if (scanner->state == NULL) PyErr_NoMemory();
    if (scanner->state == NULL
        || kr_sre_state_init(scanner->state, pattern, string, pos, endpos) < 0) {
        Py_DECREF(scanner);
        return NULL;
    }
    scanner->pattern = (KrPattern *)Py_NewRef((PyObject *)pattern);
    PyObject_GC_Track(scanner);
    return (PyObject *)scanner;
}

// The engine polls signals, whose handlers may come back here.
static int begin(KrScanner *self)
{
    if (self->executing) {
        PyErr_SetString(PyExc_ValueError, "regular expression scanner already executing");
        return -1;
    }
    self->executing = 1;
    return 0;
}

static PyObject *next(KrScanner *self, int (*engine)(KrSreState *, const KrSreCode *))
{
    if (begin(self) < 0) return NULL;
    KrSreState *state = self->state;
    PyObject *match = NULL;
    if (state->start < 0 || state->start > state->end) {
        match = Py_NewRef(Py_None);
    } else {
        int status = engine(state, self->pattern->code);
        match = kr_sre_match_new(kr_sre_module_of(Py_TYPE(self)), self->pattern, state, status);
        if (status == 0) {
            state->start = -1;         // nothing more will be found
        } else {
            state->must_advance = state->position == state->start;
            state->start = state->position;
        }
    }
    self->executing = 0;
    return match;
}

METHOD(match, "self, /", NULL)
static PyObject *scanner_match(KrScanner *self)
{
    return next(self, kr_sre_engine_match);
}

METHOD(search, "self, /", NULL)
static PyObject *scanner_search(KrScanner *self)
{
    return next(self, kr_sre_engine_search);
}

#include "modules/_sre/scanner.methods.h"

static int scanner_traverse(KrScanner *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->pattern);
    if (self->state != NULL) Py_VISIT(self->state->string);
    return 0;
}

static int scanner_clear(KrScanner *self)
{
    Py_CLEAR(self->pattern);
    return 0;
}

static void scanner_dealloc(KrScanner *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (PyObject_GC_IsTracked((PyObject *)self)) PyObject_GC_UnTrack(self);
    if (self->state != NULL) kr_sre_state_clear(self->state);
    PyMem_Free(self->state);
    scanner_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef scanner_members[] = {
    {"pattern", T_OBJECT, offsetof(KrScanner, pattern), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot scanner_slots[] = {
    {Py_tp_dealloc, scanner_dealloc},
    {Py_tp_methods, scanner_methods},
    {Py_tp_members, scanner_members},
    {Py_tp_traverse, scanner_traverse},
    {Py_tp_clear, scanner_clear},
    {0, NULL},
};

PyType_Spec kr_sre_scanner_spec = {
    .name = "_sre.SRE_Scanner",
    .basicsize = sizeof(KrScanner),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION
        | Py_TPFLAGS_HAVE_GC,
    .slots = scanner_slots,
};
