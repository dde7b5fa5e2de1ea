// functions.c - code of def, async def and lambda: defaults, annotations, decorators, closures.
#include "compile/compiler.h"

#include <assert.h>

#include "bytecode/code.h"
#include "compile/decorators.h"
#include "compile/mangle.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// ---- decorators --------------------------------------------------------------------------------

void kr_visit_decorators(KrCompiler *c, KrExprSeq *decorators)
{
    kr_visit_expressions(c, decorators);
}

void kr_apply_decorators(KrCompiler *c, KrExprSeq *decorators)
{
    KrLocation location = c->unit->location;
    for (Py_ssize_t i = decorators->length - 1; i >= 0; i--) {
        kr_set_location(c, decorators->items[i]);
        kr_emit_call(c, 0);
    }
    c->unit->location = location;
}

// ---- defaults ----------------------------------------------------------------------------------

// True when there is a dict of defaults of keyword-only parameters on the stack.
static bool visit_keyword_defaults(KrCompiler *c, KrArgSeq *parameters, KrExprSeq *defaults)
{
    if (c->failed) return false;
    KR_AUTO PyObject *names = PyList_New(0);
    if (!kr_check(c, names != NULL)) return false;
    for (Py_ssize_t i = 0; i < parameters->length && !c->failed; i++) {
        if (defaults->items[i] == NULL) continue;
        KR_AUTO PyObject *name = kr_mangle(c->unit->private, parameters->items[i]->arg);
        if (!kr_check(c, name != NULL && PyList_Append(names, name) == 0)) return false;
        kr_visit_expression(c, defaults->items[i]);
    }
    Py_ssize_t count = PyList_GET_SIZE(names);
    if (c->failed || count == 0) return false;
    kr_emit_constant_steal(c, PyList_AsTuple(names));
    kr_emit_arg(c, OP_BUILD_CONST_KEY_MAP, count);
    return true;
}

// Returns the bits of MAKE_FUNCTION for what is on the stack.
static int visit_defaults(KrCompiler *c, KrArguments *arguments)
{
    int flags = 0;
    if (arguments->defaults->length > 0) {
        flags |= KR_MAKE_DEFAULTS;
        kr_visit_expressions(c, arguments->defaults);
        kr_emit_arg(c, OP_BUILD_TUPLE, arguments->defaults->length);
    }
    if (visit_keyword_defaults(c, arguments->kwonlyargs, arguments->kw_defaults))
        flags |= KR_MAKE_KEYWORD_DEFAULTS;
    return flags;
}

// ---- annotations -------------------------------------------------------------------------------

// Name and annotation; returns how many values are on the stack.
static int visit_annotation(KrCompiler *c, PyObject *name, KrExpr *annotation)
{
    if (annotation == NULL || c->failed) return 0;
    kr_emit_constant_steal(c, kr_mangle(c->unit->private, name));
    bool as_text = c->future.features & CO_FUTURE_ANNOTATIONS;
    if (!as_text && annotation->kind == KR_EXPR_STARRED) { // *args: *Types
        kr_visit_expression(c, annotation->v.starred.value);
        kr_emit_arg(c, OP_UNPACK_SEQUENCE, 1);
    }
    else kr_visit_annotation(c, annotation);
    return 2;
}

static int visit_parameter_annotations(KrCompiler *c, KrArgSeq *parameters)
{
    int count = 0;
    for (Py_ssize_t i = 0; i < parameters->length; i++)
        count += visit_annotation(c, parameters->items[i]->arg, parameters->items[i]->annotation);
    return count;
}

static int visit_annotations(KrCompiler *c, KrArguments *arguments, KrExpr *returns)
{
    int count = visit_parameter_annotations(c, arguments->args);
    count += visit_parameter_annotations(c, arguments->posonlyargs);
    if (arguments->vararg)
        count += visit_annotation(c, arguments->vararg->arg, arguments->vararg->annotation);
    count += visit_parameter_annotations(c, arguments->kwonlyargs);
    if (arguments->kwarg)
        count += visit_annotation(c, arguments->kwarg->arg, arguments->kwarg->annotation);
    count += visit_annotation(c, ID(return ), returns);
    if (count == 0) return 0;
    kr_emit_arg(c, OP_BUILD_TUPLE, count);
    return KR_MAKE_ANNOTATIONS;
}

// ---- closures ----------------------------------------------------------------------------------

// The slot of an inner function's free variable among this unit's cells and free variables.
static int closure_slot(KrCompiler *c, PyObject *name)
{
    KrUnit *unit = c->unit;
    bool is_class_cell =
        unit->kind == KR_UNIT_CLASS && PyUnicode_CompareWithASCIIString(name, "__class__") == 0;
    int scope = is_class_cell ? KR_SYMBOL_CELL : kr_scope_of_name(unit->scope, name);
    PyObject *dict = scope == KR_SYMBOL_CELL ? unit->cellvars : unit->freevars;
    PyObject *slot = PyDict_GetItemWithError(dict, name);
    if (slot != NULL) return (int)PyLong_AsLong(slot);
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_SystemError, "no closure variable '%U' in %U", name, unit->name);
    c->failed = true;
    return 0;
}

void kr_make_function(KrCompiler *c, PyObject *object, int flags)
{
    KR_AUTO PyObject *owned = object;
    PyCodeObject *code = (PyCodeObject *)object;
    if (!kr_check(c, code != NULL)) return;
    if (code->co_nfreevars > 0) {
        for (int i = code->co_nlocals + code->co_nplaincellvars; i < code->co_nlocalsplus; i++)
            kr_emit_arg(c, OP_LOAD_CLOSURE, closure_slot(c, kr_code_slot_name(code, i)));
        flags |= KR_MAKE_CLOSURE;
        kr_emit_arg(c, OP_BUILD_TUPLE, code->co_nfreevars);
    }
    kr_emit_constant(c, object);
    kr_emit_arg(c, OP_MAKE_FUNCTION, flags);
}

// ---- functions ---------------------------------------------------------------------------------

static void check_names(KrCompiler *c, KrArgSeq *parameters)
{
    for (Py_ssize_t i = 0; i < parameters->length && !c->failed; i++)
        kr_is_forbidden_name(c, parameters->items[i]->arg, KR_EXPR_CONTEXT_STORE);
}

static void check_parameters(KrCompiler *c, KrArguments *arguments)
{
    check_names(c, arguments->posonlyargs);
    check_names(c, arguments->args);
    if (arguments->vararg && !c->failed)
        kr_is_forbidden_name(c, arguments->vararg->arg, KR_EXPR_CONTEXT_STORE);
    check_names(c, arguments->kwonlyargs);
    if (arguments->kwarg && !c->failed)
        kr_is_forbidden_name(c, arguments->kwarg->arg, KR_EXPR_CONTEXT_STORE);
}

static void set_argument_counts(KrCompiler *c, KrArguments *arguments)
{
    if (c->failed) return;
    c->unit->argcount = (int)arguments->args->length + (int)arguments->posonlyargs->length;
    c->unit->posonlyargcount = (int)arguments->posonlyargs->length;
    c->unit->kwonlyargcount = (int)arguments->kwonlyargs->length;
}

static PyObject *function_code(KrCompiler *c, KrStmt *statement, KrUnitKind kind, int first_line)
{
    KrStmtSeq *body = statement->v.function_def.body;
    kr_unit_open(c, kind, statement->v.function_def.name, statement, first_line);
    PyObject *docstring = c->optimize < 2 ? kr_docstring(body) : NULL;
    kr_add_constant(c, docstring != NULL ? docstring : Py_None); // always the first
    set_argument_counts(c, statement->v.function_def.args);
    for (Py_ssize_t i = docstring != NULL ? 1 : 0; i < body->length; i++)
        kr_visit_statement(c, body->items[i]);
    return kr_unit_close(c, true);
}

void kr_visit_function(KrCompiler *c, KrStmt *statement, bool is_async)
{
    KrExprSeq *decorators = statement->v.function_def.decorator_list;
    KrArguments *arguments = statement->v.function_def.args;
    int first_line = decorators->length > 0 ? decorators->items[0]->lineno : statement->lineno;
    check_parameters(c, arguments);
    kr_visit_decorators(c, decorators);
    int flags = visit_defaults(c, arguments);
    flags |= visit_annotations(c, arguments, statement->v.function_def.returns);
    PyObject *code =
        function_code(c, statement, is_async ? KR_UNIT_ASYNC_FUNCTION : KR_UNIT_FUNCTION,
                      first_line);
    kr_make_function(c, code, flags);
    kr_apply_decorators(c, decorators);
    kr_access_name(c, statement->v.function_def.name, KR_EXPR_CONTEXT_STORE);
}

void kr_visit_lambda(KrCompiler *c, KrExpr *expression)
{
    check_parameters(c, expression->v.lambda.args);
    int flags = visit_defaults(c, expression->v.lambda.args);
    if (c->failed) return;
    kr_unit_open(c, KR_UNIT_LAMBDA, kr_unit_label(KR_LABEL_LAMBDA), expression,
                 expression->lineno);
    kr_add_constant(c, Py_None); // no docstring
    set_argument_counts(c, expression->v.lambda.args);
    kr_visit_expression(c, expression->v.lambda.body);
    bool is_generator = !c->failed && c->unit->scope->generator;
    if (!is_generator) kr_emit(c, OP_RETURN_VALUE);
    kr_make_function(c, kr_unit_close(c, !is_generator), flags);
}
