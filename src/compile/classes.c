// classes.c - code of class statements: __build_class__(body, name, *bases, **keywords).
#include "compile/compiler.h"

#include "compile/decorators.h"
#include "dictobject.h"
#include "longobject.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

// The body returns the cell of __class__, which the class is put into, or None.
static void end_body(KrCompiler *c)
{
    kr_unset_location(c);
    if (c->unit->scope->needs_class_closure) {
        PyObject *slot = PyDict_GetItemWithError(c->unit->cellvars, ID(__class__));
        if (!kr_check(c, slot != NULL)) return;
        kr_emit_arg(c, OP_LOAD_CLOSURE, PyLong_AsLong(slot));
        kr_emit_arg(c, OP_COPY, 1);
        kr_access_name(c, ID(__classcell__), KR_EXPR_CONTEXT_STORE);
    }
    else kr_emit_constant(c, Py_None);
    kr_emit(c, OP_RETURN_VALUE);
}

static PyObject *class_code(KrCompiler *c, KrStmt *statement, int first_line)
{
    kr_unit_open(c, KR_UNIT_CLASS, statement->v.class_def.name, statement, first_line);
    if (!c->failed) {
        c->unit->private = statement->v.class_def.name;
        kr_access_name(c, ID(__name__), KR_EXPR_CONTEXT_LOAD);
        kr_access_name(c, ID(__module__), KR_EXPR_CONTEXT_STORE);
        kr_emit_constant(c, c->unit->qualname);
        kr_access_name(c, ID(__qualname__), KR_EXPR_CONTEXT_STORE);
        kr_visit_body(c, statement->v.class_def.body);
    }
    if (!c->failed) end_body(c);
    return kr_unit_close(c, true);
}

void kr_visit_class(KrCompiler *c, KrStmt *statement)
{
    KrExprSeq *decorators = statement->v.class_def.decorator_list;
    int first_line = decorators->length > 0 ? decorators->items[0]->lineno : statement->lineno;
    kr_visit_decorators(c, decorators);
    PyObject *code = class_code(c, statement, first_line);
    kr_emit(c, OP_PUSH_NULL);
    kr_emit(c, OP_LOAD_BUILD_CLASS);
    kr_make_function(c, code, 0);
    kr_emit_constant(c, statement->v.class_def.name);
    kr_visit_call_arguments(c, 2, statement->v.class_def.bases, statement->v.class_def.keywords);
    kr_apply_decorators(c, decorators);
    kr_access_name(c, statement->v.class_def.name, KR_EXPR_CONTEXT_STORE);
}
