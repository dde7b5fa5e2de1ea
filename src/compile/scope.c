// scope.c - the Python type "symtable entry": a scope as module _symtable shows it.
#include "compile/symtable.h"

#include "dictobject.h"
#include "internal/pycore_symtable.h"
#include "listobject.h"
#include "longobject.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "structmember.h"
#include "unicodeobject.h"

KrScope *kr_scope_new(KrSymtable *table, PyObject *name, KrScopeType type, void *node,
                      KrLocation location)
{
    KR_AUTO PyObject *id = PyLong_FromVoidPtr(node);
    if (id == NULL) return NULL;
    KrScope *scope = PyObject_New(KrScope, &kr_scope_type);
    if (scope == NULL) return NULL;
    KrScope *outer = table->current;
    PyObject head = scope->ob_base;
    *scope = (KrScope){
        .ob_base = head,
        .id = Py_NewRef(id),
        .symbols = PyDict_New(),
        .name = Py_NewRef(name),
        .varnames = PyList_New(0),
        .children = PyList_New(0),
        .type = (int)type,
        .nested = outer != NULL && (outer->nested || outer->type == KR_SCOPE_FUNCTION),
        .first_line = location.line,
        .location = location,
    };
    if (scope->symbols == NULL || scope->varnames == NULL || scope->children == NULL ||
        PyDict_SetItem(table->scopes, id, (PyObject *)scope) < 0) {
        Py_DECREF(scope);
        return NULL;
    }
    return scope;
}

static void scope_dealloc(KrScope *self)
{
    Py_XDECREF(self->id);
    Py_XDECREF(self->symbols);
    Py_XDECREF(self->name);
    Py_XDECREF(self->varnames);
    Py_XDECREF(self->children);
    Py_XDECREF(self->directives);
    PyObject_Free(self);
}

static PyObject *scope_repr(KrScope *self)
{
    return PyUnicode_FromFormat("<symtable entry %U(%R), line %d>", self->name, self->id,
                                self->first_line);
}

#define MEMBER(name, type, field)                                                                 \
    {                                                                                             \
        name, type, offsetof(KrScope, field), READONLY, NULL                                      \
    }

static PyMemberDef scope_members[] = {
    MEMBER("id", T_OBJECT, id),
    MEMBER("name", T_OBJECT, name),
    MEMBER("symbols", T_OBJECT, symbols),
    MEMBER("varnames", T_OBJECT, varnames),
    MEMBER("children", T_OBJECT, children),
    MEMBER("nested", T_INT, nested),
    MEMBER("type", T_INT, type),
    MEMBER("lineno", T_INT, first_line),
    {NULL},
};

PyTypeObject kr_scope_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "symtable entry",
    .tp_basicsize = sizeof(KrScope),
    .tp_dealloc = (destructor)scope_dealloc,
    .tp_repr = (reprfunc)scope_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_members = scope_members,
};

// ---- reading -----------------------------------------------------------------------------------

long kr_scope_flags(KrScope *scope, PyObject *name)
{
    PyObject *flags = PyDict_GetItemWithError(scope->symbols, name);
    if (flags == NULL) return PyErr_Occurred() ? -1 : 0;
    return PyLong_AsLong(flags);
}

int kr_scope_of_name(KrScope *scope, PyObject *name)
{
    long flags = kr_scope_flags(scope, name);
    return flags < 0 ? -1 : (int)(flags >> KR_SYMBOL_SCOPE_SHIFT & KR_SYMBOL_SCOPE_MASK);
}

KrScope *kr_symtable_get(KrSymtable *table, void *node)
{
    KR_AUTO PyObject *id = PyLong_FromVoidPtr(node);
    if (id == NULL) return NULL;
    PyObject *scope = PyDict_GetItemWithError(table->scopes, id);
    if (scope == NULL && !PyErr_Occurred())
        PyErr_SetString(PyExc_KeyError, "unknown symbol table entry");
    return (KrScope *)scope;
}

// The same by CPython's name; new reference.
PySTEntryObject *PySymtable_Lookup(struct symtable *table, void *node)
{
    return (PySTEntryObject *)Py_XNewRef((PyObject *)kr_symtable_get((KrSymtable *)table, node));
}

// ---- dump --------------------------------------------------------------------------------------

static void dump_flags(long flags, FILE *file)
{
    static const char *const scopes[] = {"?",      "local", "global (declared)",
                                         "global", "free",  "cell"};
    static const struct {
        long flag;
        const char *text;
    } details[] = {
        {KR_DEF_PARAM, "parameter"},
        {KR_DEF_LOCAL, "assigned"},
        {KR_DEF_IMPORT, "imported"},
        {KR_DEF_ANNOT, "annotated"},
        {KR_DEF_NONLOCAL, "nonlocal"},
        {KR_USE, "used"},
        {KR_DEF_COMP_ITER, "iteration variable"},
        {KR_DEF_FREE_CLASS, "free in a method"},
    };
    fprintf(file, "%s", scopes[flags >> KR_SYMBOL_SCOPE_SHIFT & KR_SYMBOL_SCOPE_MASK]);
    for (size_t i = 0; i < sizeof details / sizeof *details; i++)
        if (flags & details[i].flag) fprintf(file, ", %s", details[i].text);
}

static void dump_scope(KrScope *scope, int indent, FILE *file)
{
    static const char *const types[] = {"function", "class", "module", "annotation"};
    fprintf(file, "%*s%s %s, line %d%s%s\n", indent, "", types[scope->type],
            PyUnicode_AsUTF8(scope->name), scope->first_line,
            scope->generator ? ", generator" : "", scope->coroutine ? ", coroutine" : "");
    PyObject *name, *flags;
    for (Py_ssize_t position = 0; PyDict_Next(scope->symbols, &position, &name, &flags);) {
        fprintf(file, "%*s%s: ", indent + 4, "", PyUnicode_AsUTF8(name));
        dump_flags(PyLong_AsLong(flags), file);
        fputc('\n', file);
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(scope->children); i++)
        dump_scope((KrScope *)PyList_GET_ITEM(scope->children, i), indent + 4, file);
}

void kr_symtable_dump(KrSymtable *table, FILE *file)
{
    dump_scope(table->top, 0, file);
}
