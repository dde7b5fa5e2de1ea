// expressions.c - code of expressions: operators, comparisons, conditions, names, attributes,
// subscripts, f-strings, yield and await.
#include "compile/compiler.h"

#include <assert.h>

#include "compile/checks.h"
#include "compile/mangle.h"
#include "cpython/code.h"
#include "compile.h"
#include "dictobject.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "syntax/unparse.h"
#include "unicodeobject.h"

// ---- names -------------------------------------------------------------------------------------

bool kr_is_forbidden_name(KrCompiler *c, PyObject *name, KrExprContext context)
{
    if (context == KR_EXPR_CONTEXT_LOAD ||
        PyUnicode_CompareWithASCIIString(name, "__debug__") != 0)
        return false;
    kr_refuse(c, context == KR_EXPR_CONTEXT_STORE ? "cannot assign to __debug__"
                                                  : "cannot delete __debug__");
    return true;
}

typedef struct KrAccess {
    int load, store, delete;
} KrAccess;

static const KrAccess by_name = {OP_LOAD_NAME, OP_STORE_NAME, OP_DELETE_NAME};
static const KrAccess fast = {OP_LOAD_FAST, OP_STORE_FAST, OP_DELETE_FAST};
static const KrAccess global = {OP_LOAD_GLOBAL, OP_STORE_GLOBAL, OP_DELETE_GLOBAL};
static const KrAccess cell = {OP_LOAD_DEREF, OP_STORE_DEREF, OP_DELETE_DEREF};
static const KrAccess class_cell = {OP_LOAD_CLASSDEREF, OP_STORE_DEREF, OP_DELETE_DEREF};

static void access_mangled(KrCompiler *c, PyObject *name, KrExprContext context)
{
    KrUnit *unit = c->unit;
    bool in_function = unit->scope->type == KR_SCOPE_FUNCTION;
    const KrAccess *access = &by_name;
    PyObject *dict = unit->names;
    int scope = kr_scope_of_name(unit->scope, name);
    switch (scope) {
    case -1: c->failed = true; return;
    case KR_SYMBOL_FREE:
    case KR_SYMBOL_CELL:
        dict = scope == KR_SYMBOL_FREE ? unit->freevars : unit->cellvars;
        access = unit->scope->type == KR_SCOPE_CLASS ? &class_cell : &cell;
        break;
    case KR_SYMBOL_LOCAL:
        if (!in_function) break;
        access = &fast;
        dict = unit->varnames;
        break;
    case KR_SYMBOL_GLOBAL_IMPLICIT:
        if (in_function) access = &global;
        break;
    case KR_SYMBOL_GLOBAL_EXPLICIT: access = &global; break;
    default: break;
    }
    int opcode = context == KR_EXPR_CONTEXT_LOAD    ? access->load
                 : context == KR_EXPR_CONTEXT_STORE ? access->store
                                                    : access->delete;
    int index = kr_add_to(c, dict, name);
    kr_emit_arg(c, opcode, opcode == OP_LOAD_GLOBAL ? (Py_ssize_t)index << 1 : index);
}

void kr_access_name(KrCompiler *c, PyObject *name, KrExprContext context)
{
    if (c->failed || kr_is_forbidden_name(c, name, context)) return;
    KR_AUTO PyObject *mangled = kr_mangle(c->unit->private, name);
    if (kr_check(c, mangled != NULL)) access_mangled(c, mangled, context);
}

// ---- annotations -------------------------------------------------------------------------------

void kr_visit_annotation(KrCompiler *c, KrExpr *annotation)
{
    if (c->failed) return;
    if (c->future.features & CO_FUTURE_ANNOTATIONS)
        kr_emit_constant_steal(c, kr_unparse_expression(annotation));
    else kr_visit_expression(c, annotation);
}

// ---- conditions --------------------------------------------------------------------------------

static void jump_if_bool_op(KrCompiler *c, KrExpr *test, KrBlock *target, bool condition)
{
    KrExprSeq *values = test->v.bool_op.values;
    bool is_or = test->v.bool_op.op == KR_BOOLOP_OR;
    KrBlock *decided = is_or != condition ? kr_new_block(c) : target;
    for (Py_ssize_t i = 0; i + 1 < values->length; i++)
        kr_jump_if(c, values->items[i], decided, is_or);
    kr_jump_if(c, values->items[values->length - 1], target, condition);
    if (decided != target) kr_use_block(c, decided);
}

static void jump_if_conditional(KrCompiler *c, KrExpr *test, KrBlock *target, bool condition)
{
    KrBlock *end = kr_new_block(c), *otherwise = kr_new_block(c);
    kr_jump_if(c, test->v.if_exp.test, otherwise, false);
    kr_jump_if(c, test->v.if_exp.body, target, condition);
    kr_emit_jump_unplaced(c, OP_JUMP, end);
    kr_use_block(c, otherwise);
    kr_jump_if(c, test->v.if_exp.orelse, target, condition);
    kr_use_block(c, end);
}

// All comparisons of a chain but the last: each leaves its right side for the next one.
static void compare_chain_links(KrCompiler *c, KrExpr *compare, int jump, KrBlock *cleanup)
{
    kr_visit_expression(c, compare->v.compare.left);
    for (Py_ssize_t i = 0; i + 1 < compare->v.compare.ops->length; i++) {
        kr_visit_expression(c, compare->v.compare.comparators->items[i]);
        kr_emit_arg(c, OP_SWAP, 2);
        kr_emit_arg(c, OP_COPY, 2);
        kr_emit_compare(c, (KrCmpop)compare->v.compare.ops->items[i]);
        kr_emit_jump(c, jump, cleanup);
    }
}

static void compare_last(KrCompiler *c, KrExpr *compare)
{
    Py_ssize_t last = compare->v.compare.ops->length - 1;
    kr_visit_expression(c, compare->v.compare.comparators->items[last]);
    kr_emit_compare(c, (KrCmpop)compare->v.compare.ops->items[last]);
}

static void jump_if_chain(KrCompiler *c, KrExpr *test, KrBlock *target, bool condition)
{
    kr_check_compare(c, test);
    KrBlock *cleanup = kr_new_block(c);
    compare_chain_links(c, test, OP_POP_JUMP_IF_FALSE, cleanup);
    compare_last(c, test);
    kr_emit_jump(c, condition ? OP_POP_JUMP_IF_TRUE : OP_POP_JUMP_IF_FALSE, target);
    KrBlock *end = kr_new_block(c);
    kr_emit_jump_unplaced(c, OP_JUMP, end);
    kr_use_block(c, cleanup);
    kr_emit(c, OP_POP_TOP);
    if (!condition) kr_emit_jump_unplaced(c, OP_JUMP, target);
    kr_use_block(c, end);
}

static void jump_if(KrCompiler *c, KrExpr *test, KrBlock *target, bool condition)
{
    switch (test->kind) {
    case KR_EXPR_UNARY_OP:
        if (test->v.unary_op.op != KR_UNARYOP_NOT) break;
        kr_jump_if(c, test->v.unary_op.operand, target, !condition);
        return;
    case KR_EXPR_BOOL_OP: jump_if_bool_op(c, test, target, condition); return;
    case KR_EXPR_IF_EXP: jump_if_conditional(c, test, target, condition); return;
    case KR_EXPR_COMPARE:
        kr_set_location(c, test);
        if (test->v.compare.ops->length == 1) break;
        jump_if_chain(c, test, target, condition);
        return;
    default: break;
    }
    kr_visit_expression(c, test);
    kr_emit_jump(c, condition ? OP_POP_JUMP_IF_TRUE : OP_POP_JUMP_IF_FALSE, target);
}

void kr_jump_if(KrCompiler *c, KrExpr *test, KrBlock *target, bool condition)
{
    if (c->failed || !kr_check(c, kr_depth_enter(&c->depth))) return;
    jump_if(c, test, target, condition);
    kr_depth_leave(&c->depth);
}

// ---- operators ---------------------------------------------------------------------------------

static void visit_bool_op(KrCompiler *c, KrExpr *e)
{
    KrExprSeq *values = e->v.bool_op.values;
    int jump = e->v.bool_op.op == KR_BOOLOP_AND ? OP_JUMP_IF_FALSE_OR_POP : OP_JUMP_IF_TRUE_OR_POP;
    KrBlock *end = kr_new_block(c);
    for (Py_ssize_t i = 0; i + 1 < values->length; i++) {
        kr_visit_expression(c, values->items[i]);
        kr_emit_jump(c, jump, end);
    }
    kr_visit_expression(c, values->items[values->length - 1]);
    kr_use_block(c, end);
}

static void visit_unary_op(KrCompiler *c, KrExpr *e)
{
    kr_visit_expression(c, e->v.unary_op.operand);
    switch (e->v.unary_op.op) {
    case KR_UNARYOP_INVERT: kr_emit(c, OP_UNARY_INVERT); break;
    case KR_UNARYOP_NOT: kr_emit(c, OP_UNARY_NOT); break;
    case KR_UNARYOP_UADD: kr_emit(c, OP_UNARY_POSITIVE); break;
    default: kr_emit(c, OP_UNARY_NEGATIVE); break;
    }
}

static void visit_conditional(KrCompiler *c, KrExpr *e)
{
    KrBlock *end = kr_new_block(c), *otherwise = kr_new_block(c);
    kr_jump_if(c, e->v.if_exp.test, otherwise, false);
    kr_visit_expression(c, e->v.if_exp.body);
    kr_emit_jump_unplaced(c, OP_JUMP, end);
    kr_use_block(c, otherwise);
    kr_visit_expression(c, e->v.if_exp.orelse);
    kr_use_block(c, end);
}

static void visit_compare(KrCompiler *c, KrExpr *e)
{
    kr_check_compare(c, e);
    if (c->failed) return;
    if (e->v.compare.ops->length == 1) {
        kr_visit_expression(c, e->v.compare.left);
        compare_last(c, e);
        return;
    }
    KrBlock *cleanup = kr_new_block(c);
    compare_chain_links(c, e, OP_JUMP_IF_FALSE_OR_POP, cleanup);
    compare_last(c, e);
    KrBlock *end = kr_new_block(c);
    kr_emit_jump_unplaced(c, OP_JUMP, end);
    kr_use_block(c, cleanup);
    kr_emit_arg(c, OP_SWAP, 2);
    kr_emit(c, OP_POP_TOP);
    kr_use_block(c, end);
}

// ---- parts of objects --------------------------------------------------------------------------

// An attribute on a line of its own is where its name is, not where the whole expression starts.
void kr_start_at_attribute(KrCompiler *c, KrExpr *attribute)
{
    if (c->failed) return;
    KrLocation *location = &c->unit->location;
    if (location->line == attribute->end_lineno) return;
    int length = (int)PyUnicode_GET_LENGTH(attribute->v.attribute.attr);
    bool fits = length <= attribute->end_col_offset;
    location->line = attribute->end_lineno;
    if (!fits) location->end_line = location->line;
    location->column = fits ? attribute->end_col_offset - length : -1;
    if (!fits) location->end_column = -1;
}

static void visit_attribute(KrCompiler *c, KrExpr *e)
{
    kr_visit_expression(c, e->v.attribute.value);
    kr_start_at_attribute(c, e);
    switch (e->v.attribute.ctx) {
    case KR_EXPR_CONTEXT_LOAD: kr_emit_name(c, OP_LOAD_ATTR, e->v.attribute.attr); break;
    case KR_EXPR_CONTEXT_STORE:
        if (kr_is_forbidden_name(c, e->v.attribute.attr, KR_EXPR_CONTEXT_STORE)) return;
        kr_emit_name(c, OP_STORE_ATTR, e->v.attribute.attr);
        break;
    default: kr_emit_name(c, OP_DELETE_ATTR, e->v.attribute.attr); break;
    }
}

static void visit_subscript(KrCompiler *c, KrExpr *e)
{
    KrExprContext context = e->v.subscript.ctx;
    if (context == KR_EXPR_CONTEXT_LOAD)
        kr_check_subscript(c, e->v.subscript.value, e->v.subscript.slice);
    kr_visit_expression(c, e->v.subscript.value);
    kr_visit_expression(c, e->v.subscript.slice);
    kr_emit(c, context == KR_EXPR_CONTEXT_LOAD    ? OP_BINARY_SUBSCR
               : context == KR_EXPR_CONTEXT_STORE ? OP_STORE_SUBSCR
                                                  : OP_DELETE_SUBSCR);
}

static void visit_or_none(KrCompiler *c, KrExpr *expression)
{
    if (expression != NULL) kr_visit_expression(c, expression);
    else kr_emit_constant(c, Py_None);
}

static void visit_slice(KrCompiler *c, KrExpr *e)
{
    visit_or_none(c, e->v.slice.lower);
    visit_or_none(c, e->v.slice.upper);
    if (e->v.slice.step != NULL) kr_visit_expression(c, e->v.slice.step);
    kr_emit_arg(c, OP_BUILD_SLICE, e->v.slice.step != NULL ? 3 : 2);
}

static void visit_sequence(KrCompiler *c, KrExprSeq *items, KrExprContext context, KrDisplay kind)
{
    switch (context) {
    case KR_EXPR_CONTEXT_LOAD: kr_visit_display(c, items, 0, kind); break;
    case KR_EXPR_CONTEXT_STORE: kr_unpack(c, items); break;
    default: kr_visit_expressions(c, items); break;
    }
}

// ---- f-strings ---------------------------------------------------------------------------------

// Too many parts for the stack: "".join([…]).
static void join_parts(KrCompiler *c, KrExprSeq *values)
{
    kr_emit_constant_steal(c, PyUnicode_FromStringAndSize(NULL, 0));
    kr_emit_name(c, OP_LOAD_METHOD, ID(join));
    kr_emit_arg(c, OP_BUILD_LIST, 0);
    for (Py_ssize_t i = 0; i < values->length; i++) {
        kr_visit_expression(c, values->items[i]);
        kr_emit_arg(c, OP_LIST_APPEND, 1);
    }
    kr_emit_call(c, 1);
}

static void visit_joined_string(KrCompiler *c, KrExpr *e)
{
    KrExprSeq *values = e->v.joined_str.values;
    if (values->length > KR_STACK_GUIDELINE) {
        if (!c->failed) join_parts(c, values);
        return;
    }
    kr_visit_expressions(c, values);
    if (values->length != 1) kr_emit_arg(c, OP_BUILD_STRING, values->length);
}

static void visit_formatted_value(KrCompiler *c, KrExpr *e)
{
    int conversion = e->v.formatted_value.conversion, argument = KR_FORMAT_NO_CONVERSION;
    kr_visit_expression(c, e->v.formatted_value.value);
    if (c->failed) return;
    switch (conversion) {
    case 's': argument = KR_FORMAT_STR; break;
    case 'r': argument = KR_FORMAT_REPR; break;
    case 'a': argument = KR_FORMAT_ASCII; break;
    case -1: break;
    default:
        PyErr_Format(PyExc_SystemError, "Unrecognized conversion character %d", conversion);
        c->failed = true;
        return;
    }
    if (e->v.formatted_value.format_spec != NULL) {
        kr_visit_expression(c, e->v.formatted_value.format_spec);
        argument |= KR_FORMAT_HAS_SPEC;
    }
    kr_emit_arg(c, OP_FORMAT_VALUE, argument);
}

// ---- yield and await ---------------------------------------------------------------------------

bool kr_awaits_at_top(KrCompiler *c)
{
    return (c->flags & PyCF_ALLOW_TOP_LEVEL_AWAIT) && c->unit->kind == KR_UNIT_MODULE;
}

static void visit_yield(KrCompiler *c, KrExpr *e)
{
    KrScope *scope = c->unit->scope;
    if (scope->type != KR_SCOPE_FUNCTION) {
        kr_refuse(c, "'yield' outside function");
        return;
    }
    visit_or_none(c, e->v.yield.value);
    if (scope->generator && scope->coroutine) kr_emit(c, OP_ASYNC_GEN_WRAP);
    kr_emit(c, OP_YIELD_VALUE);
    kr_emit_arg(c, OP_RESUME, KR_RESUME_AFTER_YIELD);
}

static void visit_yield_from(KrCompiler *c, KrExpr *e)
{
    if (c->unit->scope->type != KR_SCOPE_FUNCTION) kr_refuse(c, "'yield' outside function");
    else if (c->unit->kind == KR_UNIT_ASYNC_FUNCTION)
        kr_refuse(c, "'yield from' inside async function");
    kr_visit_expression(c, e->v.yield_from.value);
    kr_emit(c, OP_GET_YIELD_FROM_ITER);
    kr_emit_constant(c, Py_None);
    kr_emit_yield_from(c, false);
}

static void visit_await(KrCompiler *c, KrExpr *e)
{
    if (!kr_awaits_at_top(c)) {
        if (c->unit->scope->type != KR_SCOPE_FUNCTION) kr_refuse(c, "'await' outside function");
        else if (c->unit->kind != KR_UNIT_ASYNC_FUNCTION && c->unit->kind != KR_UNIT_COMPREHENSION)
            kr_refuse(c, "'await' outside async function");
    }
    kr_visit_expression(c, e->v.await.value);
    kr_emit_arg(c, OP_GET_AWAITABLE, 0);
    kr_emit_constant(c, Py_None);
    kr_emit_yield_from(c, true);
}

// ---- any expression ----------------------------------------------------------------------------

// long: one line for each kind of expression
static void visit_kind(KrCompiler *c, KrExpr *e)
{
    switch (e->kind) {
    case KR_EXPR_NAMED_EXPR:
        kr_visit_expression(c, e->v.named_expr.value);
        kr_emit_arg(c, OP_COPY, 1);
        kr_visit_expression(c, e->v.named_expr.target);
        break;
    case KR_EXPR_BOOL_OP: visit_bool_op(c, e); break;
    case KR_EXPR_BIN_OP:
        kr_visit_expression(c, e->v.bin_op.left);
        kr_visit_expression(c, e->v.bin_op.right);
        kr_emit_binary(c, e->v.bin_op.op, false);
        break;
    case KR_EXPR_UNARY_OP: visit_unary_op(c, e); break;
    case KR_EXPR_LAMBDA: kr_visit_lambda(c, e); break;
    case KR_EXPR_IF_EXP: visit_conditional(c, e); break;
    case KR_EXPR_DICT: kr_visit_dict(c, e); break;
    case KR_EXPR_SET: kr_visit_display(c, e->v.set.elts, 0, KR_DISPLAY_SET); break;
    case KR_EXPR_GENERATOR_EXP:
    case KR_EXPR_LIST_COMP:
    case KR_EXPR_SET_COMP:
    case KR_EXPR_DICT_COMP: kr_visit_comprehension(c, e); break;
    case KR_EXPR_YIELD: visit_yield(c, e); break;
    case KR_EXPR_YIELD_FROM: visit_yield_from(c, e); break;
    case KR_EXPR_AWAIT: visit_await(c, e); break;
    case KR_EXPR_COMPARE: visit_compare(c, e); break;
    case KR_EXPR_CALL: kr_visit_call(c, e); break;
    case KR_EXPR_CONSTANT: kr_emit_constant(c, e->v.constant.value); break;
    case KR_EXPR_JOINED_STR: visit_joined_string(c, e); break;
    case KR_EXPR_FORMATTED_VALUE: visit_formatted_value(c, e); break;
    case KR_EXPR_ATTRIBUTE: visit_attribute(c, e); break;
    case KR_EXPR_SUBSCRIPT: visit_subscript(c, e); break;
    case KR_EXPR_STARRED:
        kr_refuse(c, e->v.starred.ctx == KR_EXPR_CONTEXT_STORE
                         ? "starred assignment target must be in a list or tuple"
                         : "can't use starred expression here");
        break;
    case KR_EXPR_SLICE: visit_slice(c, e); break;
    case KR_EXPR_NAME: kr_access_name(c, e->v.name.id, e->v.name.ctx); break;
    case KR_EXPR_LIST: visit_sequence(c, e->v.list.elts, e->v.list.ctx, KR_DISPLAY_LIST); break;
    case KR_EXPR_TUPLE:
        visit_sequence(c, e->v.tuple.elts, e->v.tuple.ctx, KR_DISPLAY_TUPLE);
        break;
    default: assert(!"no expression");
    }
}

void kr_visit_expression(KrCompiler *c, KrExpr *expression)
{
    if (c->failed || !kr_check(c, kr_depth_enter(&c->depth))) return;
    KrLocation location = c->unit->location;
    kr_set_location(c, expression);
    visit_kind(c, expression);
    c->unit->location = location;
    kr_depth_leave(&c->depth);
}

void kr_visit_expressions(KrCompiler *c, KrExprSeq *expressions)
{
    for (Py_ssize_t i = 0; i < expressions->length; i++)
        kr_visit_expression(c, expressions->items[i]);
}
