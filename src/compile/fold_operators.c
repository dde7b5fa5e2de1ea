// fold_operators.c - operators with constant operands, as long as the result stays small.
#include "compile/fold.h"

#include "abstract.h"
#include "boolobject.h"
#include "bytesobject.h"
#include "longobject.h"
#include "pyerrors.h"
#include "setobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

enum {
    INT_BITS_MAX = 128,
    COLLECTION_MAX = 256,
    STRING_MAX = 4096,
    TOTAL_ITEMS_MAX = 1024,
};

// All of these return NULL, possibly without an exception, for what is too large to be computed
// ahead.

static bool is_text(PyObject *value)
{
    return PyUnicode_Check(value) || PyBytes_Check(value);
}

// What remains of [limit] items after counting those of [value], tuples inside included; negative:
// too many.
static Py_ssize_t remaining_items(PyObject *value, Py_ssize_t limit)
{
    if (!PyTuple_Check(value)) return limit;
    limit -= PyTuple_GET_SIZE(value);
    for (Py_ssize_t i = 0; limit >= 0 && i < PyTuple_GET_SIZE(value); i++) {
        limit = remaining_items(PyTuple_GET_ITEM(value, i), limit);
        if (limit < 0) return limit;
    }
    return limit;
}

static PyObject *repeat(PyObject *sequence, PyObject *times)
{
    Py_ssize_t size = PyObject_Size(sequence);
    if (size < 0) return NULL;
    if (size > 0) {
        long count = PyLong_AsLong(times);
        long most = (is_text(sequence) ? STRING_MAX : COLLECTION_MAX) / size;
        if (count < 0 || count > most) return NULL;
        if (count > 0 && !is_text(sequence) &&
            remaining_items(sequence, TOTAL_ITEMS_MAX / count) < 0)
            return NULL;
    }
    return PyNumber_Multiply(times, sequence);
}

static bool is_sequence(PyObject *value)
{
    return PyTuple_Check(value) || PyFrozenSet_Check(value) || is_text(value);
}

static PyObject *multiply(PyObject *left, PyObject *right)
{
    if (PyLong_Check(left) && PyLong_Check(right)) {
        if (Py_SIZE(left) != 0 && Py_SIZE(right) != 0 &&
            _PyLong_NumBits(left) + _PyLong_NumBits(right) > INT_BITS_MAX)
            return NULL;
    }
    else if (PyLong_Check(left) && is_sequence(right)) return repeat(right, left);
    else if (PyLong_Check(right) && is_sequence(left)) return repeat(left, right);
    return PyNumber_Multiply(left, right);
}

static PyObject *power(PyObject *base, PyObject *exponent)
{
    if (PyLong_Check(base) && PyLong_Check(exponent) && Py_SIZE(base) != 0 &&
        Py_SIZE(exponent) > 0) {
        size_t bits = _PyLong_NumBits(base), times = PyLong_AsSize_t(exponent);
        if (times == (size_t)-1 || bits > INT_BITS_MAX / times) return NULL;
    }
    return PyNumber_Power(base, exponent, Py_None);
}

static PyObject *shift_left(PyObject *value, PyObject *distance)
{
    if (PyLong_Check(value) && PyLong_Check(distance) && Py_SIZE(value) != 0 &&
        Py_SIZE(distance) != 0) {
        size_t bits = _PyLong_NumBits(value), more = PyLong_AsSize_t(distance);
        if (more == (size_t)-1 || more > INT_BITS_MAX || bits > INT_BITS_MAX - more) return NULL;
    }
    return PyNumber_Lshift(value, distance);
}

static PyObject *remainder_of(PyObject *left, PyObject *right)
{
    return is_text(left) ? NULL : PyNumber_Remainder(left, right);
}

static PyObject *compute(KrOperator operator, PyObject * left, PyObject *right)
{
    switch (operator) {
    case KR_OPERATOR_ADD: return PyNumber_Add(left, right);
    case KR_OPERATOR_SUB: return PyNumber_Subtract(left, right);
    case KR_OPERATOR_MULT: return multiply(left, right);
    case KR_OPERATOR_DIV: return PyNumber_TrueDivide(left, right);
    case KR_OPERATOR_FLOOR_DIV: return PyNumber_FloorDivide(left, right);
    case KR_OPERATOR_MOD: return remainder_of(left, right);
    case KR_OPERATOR_POW: return power(left, right);
    case KR_OPERATOR_LSHIFT: return shift_left(left, right);
    case KR_OPERATOR_RSHIFT: return PyNumber_Rshift(left, right);
    case KR_OPERATOR_BIT_OR: return PyNumber_Or(left, right);
    case KR_OPERATOR_BIT_XOR: return PyNumber_Xor(left, right);
    case KR_OPERATOR_BIT_AND: return PyNumber_And(left, right);
    default: return NULL;
    }
}

static bool has_starred(const KrExprSeq *items)
{
    for (Py_ssize_t i = 0; i < items->length; i++)
        if (items->items[i]->kind == KR_EXPR_STARRED) return true;
    return false;
}

static int keep_or_replace(KrFolder *folder, KrExpr *node, PyObject *value)
{
    return value == NULL && !PyErr_Occurred() ? 0 : kr_fold_to_constant(folder, node, value);
}

int kr_fold_binary(KrFolder *folder, KrExpr *node)
{
    KrExpr *left = node->v.bin_op.left, *right = node->v.bin_op.right;
    if (left->kind != KR_EXPR_CONSTANT) return 0;
    PyObject *value = left->v.constant.value;
    if (node->v.bin_op.op == KR_OPERATOR_MOD && right->kind == KR_EXPR_TUPLE &&
        PyUnicode_Check(value) && !has_starred(right->v.tuple.elts))
        return kr_fold_format(folder, node, value, right->v.tuple.elts);
    if (right->kind != KR_EXPR_CONSTANT) return 0;
    return keep_or_replace(folder, node,
                           compute(node->v.bin_op.op, value, right->v.constant.value));
}

// `not a in b` is `a not in b`.
static void fold_not_compare(KrExpr *node)
{
    KrExpr *compare = node->v.unary_op.operand;
    if (compare->kind != KR_EXPR_COMPARE || compare->v.compare.ops->length != 1) return;
    int opposite;
    switch (compare->v.compare.ops->items[0]) {
    case KR_CMPOP_IS: opposite = KR_CMPOP_IS_NOT; break;
    case KR_CMPOP_IS_NOT: opposite = KR_CMPOP_IS; break;
    case KR_CMPOP_IN: opposite = KR_CMPOP_NOT_IN; break;
    case KR_CMPOP_NOT_IN: opposite = KR_CMPOP_IN; break;
    default: return;
    }
    compare->v.compare.ops->items[0] = opposite;
    *node = *compare;
}

static PyObject *negate(PyObject *value)
{
    int truth = PyObject_IsTrue(value);
    return truth < 0 ? NULL : PyBool_FromLong(!truth);
}

int kr_fold_unary(KrFolder *folder, KrExpr *node)
{
    KrExpr *operand = node->v.unary_op.operand;
    if (operand->kind != KR_EXPR_CONSTANT) {
        if (node->v.unary_op.op == KR_UNARYOP_NOT) fold_not_compare(node);
        return 0;
    }
    PyObject *value = operand->v.constant.value;
    switch (node->v.unary_op.op) {
    case KR_UNARYOP_INVERT: return kr_fold_to_constant(folder, node, PyNumber_Invert(value));
    case KR_UNARYOP_NOT: return kr_fold_to_constant(folder, node, negate(value));
    case KR_UNARYOP_UADD: return kr_fold_to_constant(folder, node, PyNumber_Positive(value));
    default: return kr_fold_to_constant(folder, node, PyNumber_Negative(value));
    }
}
