// imports.c - code of import statements.
#include "compile/compiler.h"

#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"

static Py_ssize_t find_dot(PyObject *name, Py_ssize_t start)
{
    return PyUnicode_FindChar(name, '.', start, PyUnicode_GET_LENGTH(name), 1);
}

// `import a.b.c as d` binds the innermost module: the attributes after the first part are taken
// one by one.
static void store_innermost(KrCompiler *c, PyObject *name, PyObject *as_name)
{
    Py_ssize_t dot = find_dot(name, 0);
    bool dotted = dot >= 0;
    while (dot >= 0 && !c->failed) {
        Py_ssize_t start = dot + 1;
        dot = find_dot(name, start);
        KR_AUTO PyObject *part =
            PyUnicode_Substring(name, start, dot >= 0 ? dot : PyUnicode_GET_LENGTH(name));
        if (!kr_check(c, part != NULL)) return;
        kr_emit_arg(c, OP_IMPORT_FROM, kr_add_to(c, c->unit->names, part));
        if (dot < 0) break;
        kr_emit_arg(c, OP_SWAP, 2);
        kr_emit(c, OP_POP_TOP);
    }
    kr_access_name(c, as_name, KR_EXPR_CONTEXT_STORE);
    if (dotted) kr_emit(c, OP_POP_TOP);
}

static void store_outermost(KrCompiler *c, PyObject *name)
{
    Py_ssize_t dot = find_dot(name, 0);
    KR_AUTO PyObject *first = dot < 0 ? Py_NewRef(name) : PyUnicode_Substring(name, 0, dot);
    if (kr_check(c, first != NULL)) kr_access_name(c, first, KR_EXPR_CONTEXT_STORE);
}

void kr_visit_import(KrCompiler *c, KrStmt *statement)
{
    KrAliasSeq *names = statement->v.import.names;
    for (Py_ssize_t i = 0; i < names->length && !c->failed; i++) {
        KrAlias *alias = names->items[i];
        kr_emit_number(c, 0);
        kr_emit_constant(c, Py_None);
        kr_emit_name(c, OP_IMPORT_NAME, alias->name);
        if (c->failed) return;
        if (alias->asname != NULL) store_innermost(c, alias->name, alias->asname);
        else store_outermost(c, alias->name);
    }
}

static PyObject *imported_names(KrAliasSeq *names)
{
    PyObject *tuple = PyTuple_New(names->length);
    for (Py_ssize_t i = 0; i < names->length && tuple != NULL; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(names->items[i]->name));
    return tuple;
}

static bool is_late_future_import(KrCompiler *c, KrStmt *statement)
{
    PyObject *module = statement->v.import_from.module;
    return statement->lineno > c->future.last_line && module != NULL &&
           PyUnicode_CompareWithASCIIString(module, "__future__") == 0;
}

void kr_visit_import_from(KrCompiler *c, KrStmt *statement)
{
    KrAliasSeq *names = statement->v.import_from.names;
    kr_emit_number(c, statement->v.import_from.level);
    if (c->failed) return;
    if (is_late_future_import(c, statement)) {
        kr_refuse(c, "from __future__ imports must occur at the beginning of the file");
        return;
    }
    kr_emit_constant_steal(c, imported_names(names));
    if (c->failed) return;
    KR_AUTO PyObject *module = statement->v.import_from.module
                                   ? Py_NewRef(statement->v.import_from.module)
                                   : PyUnicode_FromStringAndSize(NULL, 0);
    if (!kr_check(c, module != NULL)) return;
    kr_emit_name(c, OP_IMPORT_NAME, module);
    for (Py_ssize_t i = 0; i < names->length && !c->failed; i++) {
        KrAlias *alias = names->items[i];
        if (i == 0 && PyUnicode_READ_CHAR(alias->name, 0) == '*') {
            kr_emit(c, OP_IMPORT_STAR);
            return;
        }
        kr_emit_name(c, OP_IMPORT_FROM, alias->name);
        kr_access_name(c, alias->asname ? alias->asname : alias->name, KR_EXPR_CONTEXT_STORE);
    }
    kr_emit(c, OP_POP_TOP);
}
