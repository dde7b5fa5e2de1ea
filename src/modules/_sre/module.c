// module.c - the module _sre: compile() and the case of characters, for package re.
#include "modules/_sre/sre.h"

#include "modules/_sre/characters.h"

#include "boolobject.h"
#include "bytesobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/marks.h"
#include "runtime/owned.h"
#include "tupleobject.h"

// Puts the code words of [list] into the pattern: 0 or -1.
static int read_code(KrPattern *pattern, PyObject *list)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(pattern); i++) {
        if (i >= PyList_GET_SIZE(list) || !PyLong_Check(PyList_GET_ITEM(list, i))) {
            PyErr_SetString(PyExc_TypeError, "an integer is required");
            return -1;
        }
        unsigned long word = PyLong_AsUnsignedLong(PyList_GET_ITEM(list, i));
        if (word == (unsigned long)-1 && PyErr_Occurred()) {
            if (PyErr_ExceptionMatches(PyExc_OverflowError))
                PyErr_SetString(PyExc_OverflowError,
                                "regular expression code size limit exceeded");
            return -1;
        }
        if (word > UINT32_MAX) {
            PyErr_SetString(PyExc_OverflowError, "regular expression code size limit exceeded");
            return -1;
        }
        pattern->code[i] = (KrSreCode)word;
    }
    return 0;
}

METHOD(compile, "module, /, pattern, flags: int, code: list, groups: ssize, groupindex: dict, "
       "indexgroup: tuple", NULL)
static PyObject *sre_compile(PyObject *module, PyObject *pattern, int flags, PyObject *code,
                             Py_ssize_t groups, PyObject *groupindex, PyObject *indexgroup)
{
    KrSreModule *state = PyModule_GetState(module);
    KrPattern *self = PyObject_GC_NewVar(KrPattern, state->pattern_type, PyList_GET_SIZE(code));
    if (self == NULL) return NULL;
    self->weakreflist = NULL;
    self->pattern = Py_NewRef(pattern);
    self->groupindex = Py_NewRef(groupindex);
    self->indexgroup = Py_NewRef(indexgroup);
    self->flags = flags;
    self->groups = groups;
    self->isbytes = pattern == Py_None ? -1 : 0;
    PyObject_GC_Track(self);
    int fine = read_code(self, code) == 0;
    if (fine && pattern != Py_None) {
        Py_ssize_t length;
        int kind;
        Py_buffer buffer = {0};
        fine = kr_sre_text_of(pattern, &length, &self->isbytes, &kind, &buffer) != NULL;
        if (buffer.obj != NULL) PyBuffer_Release(&buffer);
    }
    if (!fine || kr_sre_validate(self->code, Py_SIZE(self), groups) < 0) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

METHOD(getcodesize, "module, /", NULL)
static PyObject *sre_getcodesize(PyObject *module)
{
    return PyLong_FromLong(sizeof(KrSreCode));
}

METHOD(ascii_iscased, "module, character: int, /", NULL)
static PyObject *sre_ascii_iscased(PyObject *module, int character)
{
    return PyBool_FromLong((character | 32) >= 'a' && (character | 32) <= 'z');
}

METHOD(unicode_iscased, "module, character: int, /", NULL)
static PyObject *sre_unicode_iscased(PyObject *module, int character)
{
    uint32_t c = (uint32_t)character;
    return PyBool_FromLong(kr_sre_lower_unicode(c) != c || Py_UNICODE_TOUPPER(c) != c);
}

METHOD(ascii_tolower, "module, character: int, /", NULL)
static PyObject *sre_ascii_tolower(PyObject *module, int character)
{
    return PyLong_FromLong((int)kr_sre_lower_ascii((uint32_t)character));
}

METHOD(unicode_tolower, "module, character: int, /", NULL)
static PyObject *sre_unicode_tolower(PyObject *module, int character)
{
    return PyLong_FromLong((int)kr_sre_lower_unicode((uint32_t)character));
}

#include "modules/_sre/module.methods.h"

static int add_number(PyObject *module, const char *name, unsigned long value)
{
    KR_AUTO PyObject *number = PyLong_FromUnsignedLong(value);
    return number == NULL ? -1 : PyModule_AddObjectRef(module, name, number);
}

static int execute(PyObject *module)
{
    KrSreModule *state = PyModule_GetState(module);
    state->pattern_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &kr_sre_pattern_spec,
                                                                   NULL);
    state->match_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &kr_sre_match_spec, NULL);
    state->scanner_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &kr_sre_scanner_spec,
                                                                   NULL);
    if (state->pattern_type == NULL || state->match_type == NULL || state->scanner_type == NULL)
        return -1;
    if (add_number(module, "MAGIC", KR_SRE_MAGIC) < 0 || add_number(module, "CODESIZE", sizeof(
            KrSreCode)) < 0 || add_number(module, "MAXREPEAT", KR_SRE_MAX_REPEAT) < 0
        || add_number(module, "MAXGROUPS", KR_SRE_MAX_GROUPS) < 0)
        return -1;
    return PyModule_AddStringConstant(module, "copyright",
                                      " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ");
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    KrSreModule *state = PyModule_GetState(module);
    Py_VISIT(state->pattern_type);
    Py_VISIT(state->match_type);
    Py_VISIT(state->scanner_type);
    return 0;
}

static int clear(PyObject *module)
{
    KrSreModule *state = PyModule_GetState(module);
    Py_CLEAR(state->pattern_type);
    Py_CLEAR(state->match_type);
    Py_CLEAR(state->scanner_type);
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_sre",
    .m_size = sizeof(KrSreModule),
    .m_methods = sre_methods,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
};

PyMODINIT_FUNC PyInit__sre(void)
{
    return PyModuleDef_Init(&definition);
}
