// unparse.c - the source text of an expression, for annotations kept as strings.
//
// Parentheses are put where an operand binds less than its place needs; the strengths are below,
// loosest first.
#include "syntax/unparse.h"

#include "boolobject.h"
#include "bytesobject.h"
#include "complexobject.h"
#include "floatobject.h"
#include "longobject.h"
#include "object.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "sliceobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    PRI_TUPLE, PRI_TEST, PRI_OR, PRI_AND, PRI_NOT, PRI_COMPARE, PRI_EXPR, PRI_BIT_OR = PRI_EXPR,
    PRI_BIT_XOR,
    PRI_BIT_AND, PRI_SHIFT, PRI_SUM, PRI_TERM, PRI_FACTOR, PRI_POWER, PRI_AWAIT, PRI_ATOM,
};

typedef _PyUnicodeWriter Writer;

// All functions give 0, or -1 with an exception.
static int write_expr(Writer *writer, KrExpr *node, int level);
static int write_formatted(Writer *writer, KrExpr *node);
static int write_joined(Writer *writer, KrExpr *node, int is_format_spec);

static int write_text(Writer *writer, const char *text)
{
    return _PyUnicodeWriter_WriteASCIIString(writer, text, (Py_ssize_t)strlen(text));
}

static int write_if(Writer *writer, int condition, const char *text)
{
    return condition ? write_text(writer, text) : 0;
}

static int write_object(Writer *writer, PyObject *text)
{
    int failed = text == NULL ? -1 : _PyUnicodeWriter_WriteStr(writer, text);
    Py_XDECREF(text);
    return failed;
}

static int write_name(Writer *writer, PyObject *name)
{
    return _PyUnicodeWriter_WriteStr(writer, name);
}

// repr() of a number, with 1e309 for infinity, which has no literal.
static int write_number(Writer *writer, PyObject *value)
{
    KR_AUTO PyObject *text = PyObject_Repr(value);
    if (text == NULL) return -1;
    int infinite = PyFloat_CheckExact(value) ? isinf(PyFloat_AS_DOUBLE(value))
        : PyComplex_CheckExact(value)        ? isinf(PyComplex_ImagAsDouble(value))
                                             : 0;
    if (!infinite) return _PyUnicodeWriter_WriteStr(writer, text);
    KR_AUTO PyObject *inf = PyUnicode_FromString("inf");
    KR_AUTO PyObject *literal = PyUnicode_FromString("1e309");
    if (inf == NULL || literal == NULL) return -1;
    return write_object(writer, PyUnicode_Replace(text, inf, literal, -1));
}

static int write_constant(Writer *writer, PyObject *value, PyObject *kind)
{
    if (kind != NULL && write_name(writer, kind) < 0) return -1;
    if (value == Py_Ellipsis) return write_text(writer, "...");
    if (!PyTuple_CheckExact(value)) return write_number(writer, value);
    Py_ssize_t count = PyTuple_GET_SIZE(value);
    if (write_text(writer, "(") < 0) return -1;
    for (Py_ssize_t i = 0; i < count; i++)
        if (write_if(writer, i > 0, ", ") < 0
            || write_constant(writer, PyTuple_GET_ITEM(value, i), NULL) < 0)
            return -1;
    return write_text(writer, count == 1 ? ",)" : ")");
}

// ---- Operators ---------------------------------------------------------------------------------

static int write_bool_op(Writer *writer, KrExpr *node, int level)
{
    int is_and = node->v.bool_op.op == KR_BOOLOP_AND, strength = is_and ? PRI_AND : PRI_OR;
    KrExprSeq *values = node->v.bool_op.values;
    if (write_if(writer, level > strength, "(") < 0) return -1;
    for (Py_ssize_t i = 0; i < values->length; i++)
        if (write_if(writer, i > 0, is_and ? " and " : " or ") < 0
            || write_expr(writer, values->items[i], strength + 1) < 0)
            return -1;
    return write_if(writer, level > strength, ")");
}

static int write_bin_op(Writer *writer, KrExpr *node, int level)
{
    static const struct { const char *text; int strength; } operators[KR_AST_KIND_COUNT] = {
        [KR_OPERATOR_ADD] = {" + ", PRI_SUM},         [KR_OPERATOR_SUB] = {" - ", PRI_SUM},
        [KR_OPERATOR_MULT] = {" * ", PRI_TERM},       [KR_OPERATOR_MAT_MULT] = {" @ ", PRI_TERM},
        [KR_OPERATOR_DIV] = {" / ", PRI_TERM},        [KR_OPERATOR_MOD] = {" % ", PRI_TERM},
        [KR_OPERATOR_LSHIFT] = {" << ", PRI_SHIFT},   [KR_OPERATOR_RSHIFT] = {" >> ", PRI_SHIFT},
        [KR_OPERATOR_BIT_OR] = {" | ", PRI_BIT_OR},   [KR_OPERATOR_BIT_XOR] = {" ^ ", PRI_BIT_XOR},
        [KR_OPERATOR_BIT_AND] = {" & ", PRI_BIT_AND}, [KR_OPERATOR_FLOOR_DIV] = {" // ", PRI_TERM},
        [KR_OPERATOR_POW] = {" ** ", PRI_POWER},
    };
    int operator = node->v.bin_op.op, strength = operators[operator].strength;
    int from_right = operator == KR_OPERATOR_POW;
    if (write_if(writer, level > strength, "(") < 0
        || write_expr(writer, node->v.bin_op.left, strength + from_right) < 0
        || write_text(writer, operators[operator].text) < 0
        || write_expr(writer, node->v.bin_op.right, strength + !from_right) < 0)
        return -1;
    return write_if(writer, level > strength, ")");
}

static int write_unary_op(Writer *writer, KrExpr *node, int level)
{
    const char *text;
    int strength = PRI_FACTOR;
    switch (node->v.unary_op.op) {
        case KR_UNARYOP_INVERT: text = "~"; break;
        case KR_UNARYOP_NOT: text = "not "; strength = PRI_NOT; break;
        case KR_UNARYOP_UADD: text = "+"; break;
        default: text = "-";
    }
    if (write_if(writer, level > strength, "(") < 0 || write_text(writer, text) < 0
        || write_expr(writer, node->v.unary_op.operand, strength) < 0)
        return -1;
    return write_if(writer, level > strength, ")");
}

static const char *comparison_text(int operator)
{
    switch (operator) {
        case KR_CMPOP_EQ: return " == ";
        case KR_CMPOP_NOT_EQ: return " != ";
        case KR_CMPOP_LT: return " < ";
        case KR_CMPOP_LT_E: return " <= ";
        case KR_CMPOP_GT: return " > ";
        case KR_CMPOP_GT_E: return " >= ";
        case KR_CMPOP_IS: return " is ";
        case KR_CMPOP_IS_NOT: return " is not ";
        case KR_CMPOP_IN: return " in ";
        default: return " not in ";
    }
}

static int write_compare(Writer *writer, KrExpr *node, int level)
{
    if (write_if(writer, level > PRI_COMPARE, "(") < 0
        || write_expr(writer, node->v.compare.left, PRI_COMPARE + 1) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < node->v.compare.comparators->length; i++)
        if (write_text(writer, comparison_text(node->v.compare.ops->items[i])) < 0
            || write_expr(writer, node->v.compare.comparators->items[i], PRI_COMPARE + 1) < 0)
            return -1;
    return write_if(writer, level > PRI_COMPARE, ")");
}

// ---- Lambdas and conditions --------------------------------------------------------------------

// Parameters, with defaults for the last ones of [args].
static int write_args(Writer *writer, KrArguments *node, int *first)
{
    Py_ssize_t positional = node->posonlyargs->length, count = positional + node->args->length;
    for (Py_ssize_t i = 0; i < count; i++) {
        KrArg *arg = i < positional ? node->posonlyargs->items[i]
            : node->args->items[i - positional];
        Py_ssize_t at = i - (count - node->defaults->length);
        if (write_if(writer, !*first, ", ") < 0 || write_name(writer, arg->arg) < 0) return -1;
        *first = 0;
        if (at >= 0 && (write_text(writer, "=") < 0
                        || write_expr(writer, node->defaults->items[at], PRI_TEST) < 0))
            return -1;
        if (positional > 0 && i + 1 == positional && write_text(writer, ", /") < 0) return -1;
    }
    return 0;
}

static int write_arguments(Writer *writer, KrArguments *node)
{
    int first = 1;
    if (write_args(writer, node, &first) < 0) return -1;
    if (node->vararg != NULL || node->kwonlyargs->length > 0) {
        if (write_if(writer, !first, ", ") < 0 || write_text(writer, "*") < 0) return -1;
        if (node->vararg != NULL && write_name(writer, node->vararg->arg) < 0) return -1;
        first = 0;
    }
    for (Py_ssize_t i = 0; i < node->kwonlyargs->length; i++) {
        if (write_if(writer, !first, ", ") < 0
            || write_name(writer, node->kwonlyargs->items[i]->arg) < 0)
            return -1;
        first = 0;
        KrExpr *value = node->kw_defaults->items[i];
        if (value != NULL
            && (write_text(writer, "=") < 0 || write_expr(writer, value, PRI_TEST) < 0))
            return -1;
    }
    if (node->kwarg == NULL) return 0;
    return write_if(writer, !first, ", ") < 0 || write_text(writer, "**") < 0
            || write_name(writer, node->kwarg->arg) < 0
        ? -1
        : 0;
}

static int write_lambda(Writer *writer, KrExpr *node, int level)
{
    KrArguments *args = node->v.lambda.args;
    // "lambda*args: 0" is CPython's
    int has_args = args->posonlyargs->length + args->args->length > 0;
    if (write_if(writer, level > PRI_TEST, "(") < 0 || write_text(
            writer, has_args ? "lambda " : "lambda") < 0 || write_arguments(writer, args) < 0
        || write_text(writer, ": ") < 0 || write_expr(writer, node->v.lambda.body, PRI_TEST) < 0)
        return -1;
    return write_if(writer, level > PRI_TEST, ")");
}

static int write_if_exp(Writer *writer, KrExpr *node, int level)
{
    if (write_if(writer, level > PRI_TEST, "(") < 0
        || write_expr(writer, node->v.if_exp.body, PRI_TEST + 1) < 0 || write_text(writer, " if ")
        < 0 || write_expr(writer, node->v.if_exp.test, PRI_TEST + 1) < 0 || write_text(
            writer, " else ") < 0 || write_expr(writer, node->v.if_exp.orelse, PRI_TEST) < 0)
        return -1;
    return write_if(writer, level > PRI_TEST, ")");
}

// ---- Displays and comprehensions ---------------------------------------------------------------

static int write_exprs(Writer *writer, KrExprSeq *seq)
{
    for (Py_ssize_t i = 0; i < seq->length; i++)
        if (write_if(writer, i > 0, ", ") < 0 || write_expr(writer, seq->items[i], PRI_TEST) < 0)
            return -1;
    return 0;
}

static int write_dict(Writer *writer, KrExpr *node)
{
    KrExprSeq *keys = node->v.dict.keys, *values = node->v.dict.values;
    if (write_text(writer, "{") < 0) return -1;
    for (Py_ssize_t i = 0; i < values->length; i++) {
        if (write_if(writer, i > 0, ", ") < 0) return -1;
        if (keys->items[i] == NULL) {
            if (write_text(writer, "**") < 0 || write_expr(writer, values->items[i], PRI_EXPR) < 0)
                return -1;
        } else if (write_expr(writer, keys->items[i], PRI_TEST) < 0 || write_text(writer, ": ") < 0
                   || write_expr(writer, values->items[i], PRI_TEST) < 0) {
            return -1;
        }
    }
    return write_text(writer, "}");
}

static int write_clauses(Writer *writer, KrComprehensionSeq *clauses)
{
    for (Py_ssize_t i = 0; i < clauses->length; i++) {
        KrComprehension *clause = clauses->items[i];
        if (write_text(writer, clause->is_async ? " async for " : " for ") < 0
            || write_expr(writer, clause->target, PRI_TUPLE) < 0 || write_text(writer, " in ") < 0
            || write_expr(writer, clause->iter, PRI_TEST + 1) < 0)
            return -1;
        for (Py_ssize_t j = 0; j < clause->ifs->length; j++)
            if (write_text(writer, " if ") < 0
                || write_expr(writer, clause->ifs->items[j], PRI_TEST + 1) < 0)
                return -1;
    }
    return 0;
}

// A comprehension in the brackets [open] and [close].
static int write_comprehension(Writer *writer, KrExpr *node, const char *open, const char *close)
{
    KrExpr *value = NULL, *first = node->v.list_comp.elt;
    KrComprehensionSeq *clauses = node->v.list_comp.generators;
    if (node->kind == KR_EXPR_DICT_COMP) {
        first = node->v.dict_comp.key;
        value = node->v.dict_comp.value;
        clauses = node->v.dict_comp.generators;
    }
    if (write_text(writer, open) < 0 || write_expr(writer, first, PRI_TEST) < 0) return -1;
    if (value != NULL && (write_text(writer, ": ") < 0 || write_expr(writer, value, PRI_TEST) < 0))
        return -1;
    return write_clauses(writer, clauses) < 0 ? -1 : write_text(writer, close);
}

static int write_tuple(Writer *writer, KrExpr *node, int level)
{
    KrExprSeq *items = node->v.tuple.elts;
    if (items->length == 0) return write_text(writer, "()");
    if (write_if(writer, level > PRI_TUPLE, "(") < 0 || write_exprs(writer, items) < 0
        || write_if(writer, items->length == 1, ",") < 0)
        return -1;
    return write_if(writer, level > PRI_TUPLE, ")");
}

// ---- Calls, attributes, subscripts -------------------------------------------------------------

static int write_call(Writer *writer, KrExpr *node)
{
    KrExprSeq *args = node->v.call.args;
    KrKeywordSeq *keywords = node->v.call.keywords;
    if (write_expr(writer, node->v.call.func, PRI_ATOM) < 0) return -1;
    if (args->length == 1 && keywords->length == 0
        && args->items[0]->kind == KR_EXPR_GENERATOR_EXP)
        return write_expr(writer, args->items[0], PRI_TUPLE);
    if (write_text(writer, "(") < 0 || write_exprs(writer, args) < 0) return -1;
    for (Py_ssize_t i = 0; i < keywords->length; i++) {
        KrKeyword *keyword = keywords->items[i];
        if (write_if(writer, args->length + i > 0, ", ") < 0) return -1;
        if (keyword->arg == NULL ? write_text(writer, "**") < 0
            : write_name(writer, keyword->arg) < 0 || write_text(writer, "=") < 0)
            return -1;
        if (write_expr(writer, keyword->value, PRI_TEST) < 0) return -1;
    }
    return write_text(writer, ")");
}

static int write_attribute(Writer *writer, KrExpr *node)
{
    KrExpr *value = node->v.attribute.value;
    if (write_expr(writer, value, PRI_ATOM) < 0) return -1;
    int is_int = value->kind == KR_EXPR_CONSTANT && PyLong_CheckExact(value->v.constant.value);
    return write_text(writer, is_int ? " ." : ".") < 0 ? -1
        : write_name(writer, node->v.attribute.attr);
}

static int write_slice(Writer *writer, KrExpr *node)
{
    KrExpr *parts[] = {node->v.slice.lower, node->v.slice.upper, node->v.slice.step};
    for (int i = 0; i < 3; i++) {
        if (i == 1 && write_text(writer, ":") < 0) return -1;
        if (i == 2 && write_if(writer, parts[2] != NULL, ":") < 0) return -1;
        if (parts[i] != NULL && write_expr(writer, parts[i], PRI_TEST) < 0) return -1;
    }
    return 0;
}

static int write_subscript(Writer *writer, KrExpr *node)
{
    return write_expr(writer, node->v.subscript.value, PRI_ATOM) < 0 || write_text(writer, "[") < 0
        || write_expr(writer, node->v.subscript.slice, PRI_TUPLE) < 0
        || write_text(writer, "]") < 0 ? -1 : 0;
}

// ---- f-strings ---------------------------------------------------------------------------------

// New str: [text] with its braces doubled.
static PyObject *double_braces(PyObject *text)
{
    KR_AUTO PyObject *result = Py_NewRef(text);
    static const char *const braces[][2] = {{"{", "{{"}, {"}", "}}"}};
    for (int i = 0; i < 2; i++) {
        KR_AUTO PyObject *one = PyUnicode_FromString(braces[i][0]);
        KR_AUTO PyObject *two = PyUnicode_FromString(braces[i][1]);
        PyObject *replaced = one == NULL || two == NULL ? NULL
            : PyUnicode_Replace(result, one, two, -1);
        Py_SETREF(result, replaced);
        if (result == NULL) return NULL;
    }
    return kr_take(result);
}

static int write_fstring_part(Writer *writer, KrExpr *node, int is_format_spec)
{
    switch (node->kind) {
        case KR_EXPR_CONSTANT: return write_object(writer, double_braces(node->v.constant.value));
        case KR_EXPR_JOINED_STR: return write_joined(writer, node, is_format_spec);
        case KR_EXPR_FORMATTED_VALUE: return write_formatted(writer, node);
        default:
            PyErr_SetString(PyExc_SystemError, "unknown expression kind inside f-string");
            return -1;
    }
}

static int write_formatted(Writer *writer, KrExpr *node)
{
    Writer inner;
    _PyUnicodeWriter_Init(&inner);
    if (write_expr(&inner, node->v.formatted_value.value, PRI_TEST + 1) < 0) {
        _PyUnicodeWriter_Dealloc(&inner);
        return -1;
    }
    KR_AUTO PyObject *text = _PyUnicodeWriter_Finish(&inner);
    if (text == NULL) return -1;
    int begins_with_brace = PyUnicode_GET_LENGTH(text) > 0 && PyUnicode_READ_CHAR(text, 0) == '{';
    if (write_text(writer, begins_with_brace ? "{ " : "{") < 0 || write_name(writer, text) < 0)
        return -1;
    int conversion = node->v.formatted_value.conversion;
    if (conversion > 0) {
        char letter[3] = {'!', (char)conversion, '\0'};
        if (write_text(writer, letter) < 0) return -1;
    }
    KrExpr *specification = node->v.formatted_value.format_spec;
    if (specification != NULL
        && (write_text(writer, ":") < 0 || write_fstring_part(writer, specification, 1) < 0))
        return -1;
    return write_text(writer, "}");
}

static int write_joined(Writer *writer, KrExpr *node, int is_format_spec)
{
    Writer inner;
    _PyUnicodeWriter_Init(&inner);
    KrExprSeq *values = node->v.joined_str.values;
    for (Py_ssize_t i = 0; i < values->length; i++) {
        if (write_fstring_part(&inner, values->items[i], is_format_spec) < 0) {
            _PyUnicodeWriter_Dealloc(&inner);
            return -1;
        }
    }
    KR_AUTO PyObject *body = _PyUnicodeWriter_Finish(&inner);
    if (body == NULL) return -1;
    if (is_format_spec) return write_name(writer, body);
    return write_text(writer, "f") < 0 ? -1 : write_object(writer, PyObject_Repr(body));
}

// ---- All kinds ---------------------------------------------------------------------------------

static int write_prefixed(Writer *writer, const char *prefix, KrExpr *value, const char *suffix)
{
    return write_text(writer, prefix) < 0 || (value != NULL && write_expr(writer, value, PRI_TEST)
                                              < 0) || write_text(writer, suffix) < 0 ? -1 : 0;
}

static int write_await(Writer *writer, KrExpr *node, int level)
{
    return write_if(writer, level > PRI_AWAIT, "(") < 0 || write_text(writer, "await ") < 0
            || write_expr(writer, node->v.await.value, PRI_ATOM) < 0
            || write_if(writer, level > PRI_AWAIT, ")") < 0
        ? -1
        : 0;
}

static int write_named(Writer *writer, KrExpr *node, int level)
{
    return write_if(writer, level > PRI_TUPLE, "(") < 0
        || write_expr(writer, node->v.named_expr.target, PRI_ATOM) < 0
        || write_text(writer, " := ") < 0 || write_expr(writer, node->v.named_expr.value, PRI_ATOM)
        < 0 || write_if(writer, level > PRI_TUPLE, ")") < 0 ? -1 : 0;
}

static int write_sequence(Writer *writer, KrExprSeq *items, const char *open, const char *close)
{
    return write_text(writer, open) < 0 || write_exprs(writer, items) < 0
        || write_text(writer, close) < 0 ? -1 : 0;
}

static int write_expr(Writer *writer, KrExpr *node, int level)
{
    switch (node->kind) {
        case KR_EXPR_BOOL_OP: return write_bool_op(writer, node, level);
        case KR_EXPR_BIN_OP: return write_bin_op(writer, node, level);
        case KR_EXPR_UNARY_OP: return write_unary_op(writer, node, level);
        case KR_EXPR_LAMBDA: return write_lambda(writer, node, level);
        case KR_EXPR_IF_EXP: return write_if_exp(writer, node, level);
        case KR_EXPR_DICT: return write_dict(writer, node);
        case KR_EXPR_SET: return write_sequence(writer, node->v.set.elts, "{", "}");
        case KR_EXPR_GENERATOR_EXP: return write_comprehension(writer, node, "(", ")");
        case KR_EXPR_LIST_COMP: return write_comprehension(writer, node, "[", "]");
        case KR_EXPR_SET_COMP:
        case KR_EXPR_DICT_COMP: return write_comprehension(writer, node, "{", "}");
        case KR_EXPR_YIELD:
            return write_prefixed(writer, node->v.yield.value ? "(yield " : "(yield",
                                  node->v.yield.value, ")");
        case KR_EXPR_YIELD_FROM:
            return write_prefixed(writer, "(yield from ", node->v.yield_from.value, ")");
        case KR_EXPR_AWAIT: return write_await(writer, node, level);
        case KR_EXPR_COMPARE: return write_compare(writer, node, level);
        case KR_EXPR_CALL: return write_call(writer, node);
        case KR_EXPR_CONSTANT:
            return write_constant(writer, node->v.constant.value, node->v.constant.kind);
        case KR_EXPR_JOINED_STR: return write_joined(writer, node, 0);
        case KR_EXPR_FORMATTED_VALUE: return write_formatted(writer, node);
        case KR_EXPR_ATTRIBUTE: return write_attribute(writer, node);
        case KR_EXPR_STARRED:
            return write_text(writer, "*") < 0 ? -1
                : write_expr(writer, node->v.starred.value, PRI_EXPR);
        case KR_EXPR_NAME: return write_name(writer, node->v.name.id);
        case KR_EXPR_LIST: return write_sequence(writer, node->v.list.elts, "[", "]");
        case KR_EXPR_TUPLE: return write_tuple(writer, node, level);
        case KR_EXPR_SUBSCRIPT: return write_subscript(writer, node);
        case KR_EXPR_SLICE: return write_slice(writer, node);
        default:
            assert(node->kind == KR_EXPR_NAMED_EXPR);
            return write_named(writer, node, level);
    }
}

PyObject *kr_unparse_expression(KrExpr *expression)
{
    Writer writer;
    _PyUnicodeWriter_Init(&writer);
    writer.min_length = 256;
    writer.overallocate = 1;
    if (write_expr(&writer, expression, PRI_TEST) < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}
