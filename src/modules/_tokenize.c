// _tokenize.c - the module _tokenize: the lexer's tokens, for tools.
#include "syntax/lexer.h"
#include "syntax/source.h"

#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "objects/model/arguments.h"
#include "pyerrors.h"
#include "runtime/marks.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "typeslots.h"
#include "unicodeobject.h"

#include <string.h>

typedef struct KrTokenIterator {
    PyObject_HEAD
    PyObject *filename;
    KrSource source;
    KrLexer lexer;
} KrTokenIterator;

CONSTRUCTOR(tokenizeriter, "source: cstr", NULL)
static PyObject *tokenizeriter_new(PyTypeObject *type, const char *source)
{
    KR_AUTO PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    KrTokenIterator *iterator = (KrTokenIterator *)self;
    iterator->filename = PyUnicode_FromString("<string>");
    if (iterator->filename == NULL || kr_source_decode(
            source, (Py_ssize_t)strlen(source), iterator->filename, 1, 1, &iterator->source) < 0)
        return NULL;
    kr_lexer_init(&iterator->lexer, iterator->source.text, iterator->filename);
    iterator->lexer.knows_encoding = 1;
    return kr_take(self);
}

#include "modules/_tokenize.methods.h"

static void tokenizeriter_dealloc(KrTokenIterator *self)
{
    PyTypeObject *type = Py_TYPE(self);
    kr_source_clear(&self->source);
    Py_XDECREF(self->filename);
    type->tp_free(self);
    Py_DECREF(type);
}

// New (text, kind, lineno, end_lineno, col, end_col, line).
static PyObject *describe(const KrLexer *lexer, int kind, const char *start, const char *end)
{
    const char *line_start = kind == KR_TOKEN_STRING ? lexer->string_line_start
        : lexer->line_start;
    int column = start != NULL && start >= line_start ? (int)(start - line_start) : -1;
    int end_column = end != NULL && end >= lexer->line_start ? (int)(end - lexer->line_start) : -1;
    int lineno = kind == KR_TOKEN_STRING ? lexer->string_lineno : lexer->lineno;
    KR_AUTO PyObject *text = PyUnicode_DecodeUTF8(start, start == NULL || end == NULL ? 0
                                                  : end - start, NULL);
    if (text == NULL) return NULL;
    KR_AUTO PyObject *line = PyUnicode_DecodeUTF8(lexer->buffer, lexer->line_end - lexer->buffer,
                                                  "replace");
    if (line == NULL) return NULL;
    return Py_BuildValue("(OiiiiiO)", text, kind, lineno, lexer->lineno, column, end_column, line);
}

static PyObject *tokenizeriter_next(KrTokenIterator *self)
{
    char *start, *end;
    int kind = kr_lexer_next(&self->lexer, &start, &end);
    if (kind == KR_TOKEN_ERRORTOKEN && PyErr_Occurred()) return NULL;
    if (kind == KR_TOKEN_ERRORTOKEN || kind == KR_TOKEN_ENDMARKER) {
        PyErr_SetString(PyExc_StopIteration, "EOF");
        return NULL;
    }
    return describe(&self->lexer, kind, start, end);
}

static PyType_Slot tokenizeriter_slots[] = {
    {Py_tp_new, tokenizeriter_tp_new},
    {Py_tp_dealloc, tokenizeriter_dealloc},
    {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, tokenizeriter_next},
    {0, NULL},
};

static PyType_Spec tokenizeriter_spec = {
    .name = "_tokenize.TokenizerIter",
    .basicsize = sizeof(KrTokenIterator),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = tokenizeriter_slots,
};

static int execute(PyObject *module)
{
    KR_AUTO PyObject *type = PyType_FromModuleAndSpec(module, &tokenizeriter_spec, NULL);
    return type == NULL ? -1 : PyModule_AddType(module, (PyTypeObject *)type);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_tokenize",
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__tokenize(void)
{
    return PyModuleDef_Init(&definition);
}
