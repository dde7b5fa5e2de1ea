// unit.c - opening and closing a unit: the code object of a module, class, function, lambda or
// comprehension.
#include "compile/compiler.h"

#include <assert.h>

#include "compile/mangle.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

// ---- names of what has none --------------------------------------------------------------------

// One object for all programs, and not interned: marshal writes shared and interned strings
// differently.
typedef struct KrLabelText {
    PyASCIIObject head;
    char data[16];
} KrLabelText;

#define LABEL(label, text)                                                                        \
    [label] = {                                                                                   \
        .head =                                                                                   \
            {                                                                                     \
                .ob_base = {999999999, &PyUnicode_Type},                                          \
                .length = sizeof(text) - 1,                                                       \
                .hash = -1,                                                                       \
                .state = {.kind = PyUnicode_1BYTE_KIND, .compact = 1, .ascii = 1, .ready = 1},    \
            },                                                                                    \
        .data = text,                                                                             \
    }

static KrLabelText labels[] = {
    LABEL(KR_LABEL_MODULE, "<module>"),   LABEL(KR_LABEL_LAMBDA, "<lambda>"),
    LABEL(KR_LABEL_GENEXPR, "<genexpr>"), LABEL(KR_LABEL_LISTCOMP, "<listcomp>"),
    LABEL(KR_LABEL_SETCOMP, "<setcomp>"), LABEL(KR_LABEL_DICTCOMP, "<dictcomp>"),
};

PyObject *kr_unit_label(KrUnitLabel label)
{
    return (PyObject *)&labels[label];
}

// ---- opening -----------------------------------------------------------------------------------

// Dict of the list's items to their indexes.
static PyObject *index_of_items(PyObject *list)
{
    KR_AUTO PyObject *dict = PyDict_New();
    if (dict == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        KR_AUTO PyObject *number = PyLong_FromSsize_t(i);
        if (number == NULL || PyDict_SetItem(dict, PyList_GET_ITEM(list, i), number) < 0)
            return NULL;
    }
    return kr_take(dict);
}

// Dict of the scope's names of one kind to indexes from [first] on, in alphabetic order.
static PyObject *index_of_names(KrScope *scope, KrSymbolScope kind, long flag, Py_ssize_t first)
{
    KR_AUTO PyObject *dict = PyDict_New();
    KR_AUTO PyObject *selected = PyList_New(0);
    if (dict == NULL || selected == NULL) return NULL;
    PyObject *name, *number;
    for (Py_ssize_t position = 0; PyDict_Next(scope->symbols, &position, &name, &number);) {
        long flags = PyLong_AsLong(number);
        bool wanted =
            (flags >> KR_SYMBOL_SCOPE_SHIFT & KR_SYMBOL_SCOPE_MASK) == kind || (flags & flag);
        if (wanted && PyList_Append(selected, name) < 0) return NULL;
    }
    if (PyList_Sort(selected) < 0) return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(selected); i++) {
        KR_AUTO PyObject *index = PyLong_FromSsize_t(first + i);
        if (index == NULL || PyDict_SetItem(dict, PyList_GET_ITEM(selected, i), index) < 0)
            return NULL;
    }
    return kr_take(dict);
}

static bool fill_tables(KrUnit *unit)
{
    KrScope *scope = unit->scope;
    unit->varnames = index_of_items(scope->varnames);
    unit->cellvars = index_of_names(scope, KR_SYMBOL_CELL, 0, 0);
    if (unit->varnames == NULL || unit->cellvars == NULL) return false;
    if (scope->needs_class_closure) {
        assert(PyDict_GET_SIZE(unit->cellvars) == 0);
        KR_AUTO PyObject *zero = PyLong_FromLong(0);
        if (zero == NULL || PyDict_SetItem(unit->cellvars, ID(__class__), zero) < 0) return false;
    }
    unit->freevars =
        index_of_names(scope, KR_SYMBOL_FREE, KR_DEF_FREE_CLASS, PyDict_GET_SIZE(unit->cellvars));
    unit->constants = PyDict_New();
    unit->names = PyDict_New();
    return unit->freevars != NULL && unit->constants != NULL && unit->names != NULL;
}

// The dotted path of the unit; functions add "<locals>", a global declaration starts anew.
static PyObject *qualified_name(KrUnit *unit)
{
    KrUnit *outer = unit->outer;
    if (outer == NULL || outer->outer == NULL) return Py_NewRef(unit->name);
    if (unit->kind == KR_UNIT_FUNCTION || unit->kind == KR_UNIT_ASYNC_FUNCTION ||
        unit->kind == KR_UNIT_CLASS) {
        KR_AUTO PyObject *mangled = kr_mangle(outer->private, unit->name);
        if (mangled == NULL) return NULL;
        if (kr_scope_of_name(outer->scope, mangled) == KR_SYMBOL_GLOBAL_EXPLICIT)
            return Py_NewRef(unit->name);
    }
    bool in_function = outer->kind == KR_UNIT_FUNCTION || outer->kind == KR_UNIT_ASYNC_FUNCTION ||
                       outer->kind == KR_UNIT_LAMBDA;
    return PyUnicode_FromFormat(in_function ? "%U.<locals>.%U" : "%U.%U", outer->qualname,
                                unit->name);
}

static void free_unit(KrUnit *unit)
{
    Py_XDECREF(unit->scope);
    Py_XDECREF(unit->name);
    Py_XDECREF(unit->qualname);
    Py_XDECREF(unit->constants);
    Py_XDECREF(unit->names);
    Py_XDECREF(unit->varnames);
    Py_XDECREF(unit->cellvars);
    Py_XDECREF(unit->freevars);
    kr_arena_clear(&unit->arena);
    PyMem_Free(unit);
}

void kr_unit_open(KrCompiler *c, KrUnitKind kind, PyObject *name, void *node, int first_line)
{
    c->level++;
    if (c->failed) return;
    KrScope *scope = kr_symtable_get(c->table, node);
    KrUnit *unit = scope == NULL ? NULL : PyMem_Calloc(1, sizeof *unit);
    if (!kr_check(c, unit != NULL)) {
        if (scope != NULL) PyErr_NoMemory();
        return;
    }
    unit->outer = c->unit;
    unit->level = c->level;
    unit->kind = kind;
    unit->scope = (KrScope *)Py_NewRef((PyObject *)scope);
    unit->name = Py_NewRef(name);
    unit->private = c->unit ? c->unit->private : NULL;
    unit->first_line = first_line;
    unit->location = (KrLocation){first_line, first_line, 0, 0};
    c->unit = unit;
    KrBlock *entry = kr_block_create(c);
    unit->entry = unit->current = entry;
    if (!kr_check(c, entry != NULL && fill_tables(unit))) return;
    if (kind == KR_UNIT_MODULE) unit->location.line = 0;
    else if (!kr_check(c, (unit->qualname = qualified_name(unit)) != NULL)) return;
    kr_emit_arg(c, OP_RESUME, KR_RESUME_FUNCTION_START);
    if (kind == KR_UNIT_MODULE) unit->location.line = -1;
}

PyObject *kr_unit_close(KrCompiler *c, bool return_none)
{
    PyObject *code = c->failed ? NULL : kr_assemble(c, return_none);
    if (code == NULL) c->failed = true;
    KrUnit *unit = c->unit;
    if (unit != NULL && unit->level == c->level) { // else opening it failed
        c->unit = unit->outer;
        free_unit(unit);
    }
    c->level--;
    return code;
}
