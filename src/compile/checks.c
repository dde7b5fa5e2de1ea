// checks.c - SyntaxWarnings about expressions that can only go wrong, often for want of a comma.
#include "compile/checks.h"

#include "bytesobject.h"
#include "complexobject.h"
#include "floatobject.h"
#include "longobject.h"
#include "setobject.h"
#include "sliceobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "boolobject.h"

// The name of the type that [e] certainly has; NULL: who knows.
static const char *certain_type(const KrExpr *e)
{
    switch (e->kind) {
    case KR_EXPR_TUPLE: return "tuple";
    case KR_EXPR_LIST:
    case KR_EXPR_LIST_COMP: return "list";
    case KR_EXPR_DICT:
    case KR_EXPR_DICT_COMP: return "dict";
    case KR_EXPR_SET:
    case KR_EXPR_SET_COMP: return "set";
    case KR_EXPR_GENERATOR_EXP: return "generator";
    case KR_EXPR_LAMBDA: return "function";
    case KR_EXPR_JOINED_STR:
    case KR_EXPR_FORMATTED_VALUE: return "str";
    case KR_EXPR_CONSTANT: return Py_TYPE(e->v.constant.value)->tp_name;
    default: return NULL;
    }
}

// Constants have an identity of their own only when there is one of them.
static bool is_literal(const KrExpr *e)
{
    if (e->kind != KR_EXPR_CONSTANT) return false;
    PyObject *value = e->v.constant.value;
    return value != Py_None && value != Py_False && value != Py_True && value != Py_Ellipsis;
}

void kr_check_compare(KrCompiler *c, KrExpr *compare)
{
    bool left = is_literal(compare->v.compare.left);
    for (Py_ssize_t i = 0; i < compare->v.compare.ops->length; i++) {
        int operator= compare->v.compare.ops->items[i];
        bool right = is_literal(compare->v.compare.comparators->items[i]);
        if ((left || right) && (operator== KR_CMPOP_IS || operator== KR_CMPOP_IS_NOT)) {
            kr_warn(c, operator== KR_CMPOP_IS ? "\"is\" with a literal. Did you mean \"==\"?"
                                              : "\"is not\" with a literal. Did you mean \"!=\"?");
            return;
        }
        left = right;
    }
}

void kr_check_call(KrCompiler *c, KrExpr *function)
{
    if (function->kind == KR_EXPR_LAMBDA || certain_type(function) == NULL) return;
    kr_warn(c, "'%.200s' object is not callable; perhaps you missed a comma?",
            certain_type(function));
}

static bool has_no_items(const KrExpr *e)
{
    switch (e->kind) {
    case KR_EXPR_SET:
    case KR_EXPR_SET_COMP:
    case KR_EXPR_GENERATOR_EXP:
    case KR_EXPR_LAMBDA: return true;
    case KR_EXPR_CONSTANT: break;
    default: return false;
    }
    PyObject *value = e->v.constant.value;
    return value == Py_None || value == Py_Ellipsis || PyLong_Check(value) ||
           PyFloat_Check(value) || PyComplex_Check(value) || PyAnySet_Check(value);
}

static bool is_certain_sequence(const KrExpr *e)
{
    switch (e->kind) {
    case KR_EXPR_TUPLE:
    case KR_EXPR_LIST:
    case KR_EXPR_LIST_COMP:
    case KR_EXPR_JOINED_STR:
    case KR_EXPR_FORMATTED_VALUE: return true;
    case KR_EXPR_CONSTANT:
        return PyUnicode_Check(e->v.constant.value) || PyBytes_Check(e->v.constant.value) ||
               PyTuple_Check(e->v.constant.value);
    default: return false;
    }
}

void kr_check_subscript(KrCompiler *c, KrExpr *value, KrExpr *index)
{
    if (has_no_items(value))
        kr_warn(c, "'%.200s' object is not subscriptable; perhaps you missed a comma?",
                certain_type(value));
    const char *type = certain_type(index);
    bool is_int = index->kind == KR_EXPR_CONSTANT && PyLong_Check(index->v.constant.value);
    if (type != NULL && !is_int && is_certain_sequence(value))
        kr_warn(
            c,
            "%.200s indices must be integers or slices, not %.200s; perhaps you missed a comma?",
            certain_type(value), type);
}
