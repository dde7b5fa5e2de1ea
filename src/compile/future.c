// future.c - features that `from __future__ import …` at the top of a module switches on.
#include "compile/future.h"

#include <stdbool.h>

#include "cpython/code.h"
#include "pyerrors.h"
#include "unicodeobject.h"

typedef struct KrFeature {
    const char *name;
    int flag; // 0: has always been on
} KrFeature;

static const KrFeature features[] = {
    {"nested_scopes", 0},    {"generators", 0},
    {"division", 0},         {"absolute_import", 0},
    {"with_statement", 0},   {"print_function", 0},
    {"unicode_literals", 0}, {"barry_as_FLUFL", CO_FUTURE_BARRY_AS_BDFL},
    {"generator_stop", 0},   {"annotations", CO_FUTURE_ANNOTATIONS},
};

static int refuse(PyObject *filename, const KrStmt *statement, int column)
{
    PyErr_SyntaxLocationObject(filename, statement->lineno, column);
    return -1;
}

static int add_feature(KrFuture *future, PyObject *filename, const KrStmt *statement,
                       PyObject *name)
{
    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
        if (PyUnicode_CompareWithASCIIString(name, features[i].name) != 0) continue;
        future->features |= features[i].flag;
        return 0;
    }
    if (PyUnicode_CompareWithASCIIString(name, "braces") == 0)
        PyErr_SetString(PyExc_SyntaxError, "not a chance");
    else {
        const char *text = PyUnicode_AsUTF8(name);
        if (text == NULL) return -1;
        PyErr_Format(PyExc_SyntaxError, "future feature %.100s is not defined", text);
    }
    return refuse(filename, statement, statement->col_offset + 1);
}

static bool is_future_import(const KrStmt *statement)
{
    return statement->kind == KR_STMT_IMPORT_FROM && statement->v.import_from.module != NULL &&
           PyUnicode_CompareWithASCIIString(statement->v.import_from.module, "__future__") == 0;
}

static bool is_docstring(const KrStmt *statement)
{
    return statement->kind == KR_STMT_EXPR && statement->v.expr.value->kind == KR_EXPR_CONSTANT &&
           PyUnicode_CheckExact(statement->v.expr.value->v.constant.value);
}

static int add_features(KrFuture *future, PyObject *filename, const KrStmt *statement)
{
    KrAliasSeq *names = statement->v.import_from.names;
    for (Py_ssize_t i = 0; i < names->length; i++)
        if (add_feature(future, filename, statement, names->items[i]->name) < 0) return -1;
    future->last_line = statement->lineno;
    return 0;
}

// Imports further down are refused by the compiler; those on the line of the first other statement
// here.
int kr_future_find(KrMod *module, PyObject *filename, KrFuture *ret_future)
{
    KrFuture future = {0, -1};
    KrStmtSeq *body = module->kind == KR_MOD_MODULE        ? module->v.module.body
                      : module->kind == KR_MOD_INTERACTIVE ? module->v.interactive.body
                                                           : kr_ast_empty_seq();
    bool too_late = false;
    int previous_line = 0;
    for (Py_ssize_t i = 0; i < body->length; i++) {
        KrStmt *statement = body->items[i];
        if (too_late && statement->lineno > previous_line) break;
        previous_line = statement->lineno;
        if (!is_future_import(statement)) {
            if (i > 0 || !is_docstring(statement)) too_late = true;
            continue;
        }
        if (too_late) {
            PyErr_SetString(PyExc_SyntaxError,
                            "from __future__ imports must occur at the beginning of the file");
            return refuse(filename, statement, statement->col_offset);
        }
        if (add_features(&future, filename, statement) < 0) return -1;
    }
    *ret_future = future;
    return 0;
}
