// _operator.c - the module _operator: the operators as functions, itemgetter, attrgetter and
// methodcaller.
//
// The three callables are in _operator_getters.c.
#include "modules/_operator.h"

#include "abstract.h"
#include "boolobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "pybuffer.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

static PyObject *truth(int answer)
{
    return answer < 0 ? NULL : PyBool_FromLong(answer);
}

static PyObject *number(Py_ssize_t value)
{
    return value == -1 ? NULL : PyLong_FromSsize_t(value);
}

// Equality in a time that depends on the length of [right] only.
static int equal_bytes(const unsigned char *left, Py_ssize_t left_size, const unsigned char *right,
                       Py_ssize_t right_size)
{
    volatile unsigned char difference = left_size != right_size;
    const volatile unsigned char *other = left_size == right_size ? left : right;
    for (Py_ssize_t i = 0; i < right_size; i++) difference |= other[i] ^ right[i];
    return difference == 0;
}

static PyObject *compare_digest(PyObject *left, PyObject *right)
{
    if (PyUnicode_Check(left) && PyUnicode_Check(right)) {
        if (!PyUnicode_IS_ASCII(left) || !PyUnicode_IS_ASCII(right))
            return kr_raise(PyExc_TypeError,
                            "comparing strings with non-ASCII characters is not supported");
        return truth(equal_bytes(PyUnicode_DATA(left), PyUnicode_GET_LENGTH(left),
                                 PyUnicode_DATA(right), PyUnicode_GET_LENGTH(right)));
    }
    if (!PyObject_CheckBuffer(left) || !PyObject_CheckBuffer(right))
        return kr_raise(PyExc_TypeError, "unsupported operand types(s) or combination of types: "
                        "'%.100s' and '%.100s'", Py_TYPE(left)->tp_name, Py_TYPE(right)->tp_name);
    KR_AUTO_BUFFER Py_buffer first = {0};
    KR_AUTO_BUFFER Py_buffer second = {0};
    if (PyObject_GetBuffer(left, &first, PyBUF_SIMPLE) < 0) return NULL;
    if (first.ndim > 1) return kr_raise(PyExc_BufferError, "Buffer must be single dimension");
    if (PyObject_GetBuffer(right, &second, PyBUF_SIMPLE) < 0) return NULL;
    if (second.ndim > 1) return kr_raise(PyExc_BufferError, "Buffer must be single dimension");
    return truth(equal_bytes(first.buf, first.len, second.buf, second.len));
}

METHOD(truth, "module, a, /", "Return True if a is true, False otherwise.")
static PyObject *operator_truth(PyObject *module, PyObject *a)
{
    return truth(PyObject_IsTrue(a));
}

METHOD(contains, "module, a, b, /", "Same as b in a (note reversed operands).")
static PyObject *operator_contains(PyObject *module, PyObject *a, PyObject *b)
{
    return truth(PySequence_Contains(a, b));
}

METHOD(indexOf, "module, a, b, /", "Return the first index of b in a.")
static PyObject *operator_indexOf(PyObject *module, PyObject *a, PyObject *b)
{
    return number(PySequence_Index(a, b));
}

METHOD(countOf, "module, a, b, /",
       "Return the number of items in a which are, or which equal, b.")
static PyObject *operator_countOf(PyObject *module, PyObject *a, PyObject *b)
{
    return number(PySequence_Count(a, b));
}

METHOD(is_, "module, a, b, /", "Same as a is b.")
static PyObject *operator_is_(PyObject *module, PyObject *a, PyObject *b)
{
    return truth(a == b);
}

METHOD(is_not, "module, a, b, /", "Same as a is not b.")
static PyObject *operator_is_not(PyObject *module, PyObject *a, PyObject *b)
{
    return truth(a != b);
}

METHOD(index, "module, a, /", "Same as a.__index__()")
static PyObject *operator_index(PyObject *module, PyObject *a)
{
    return PyNumber_Index(a);
}

METHOD(add, "module, a, b, /", "Same as a + b.")
static PyObject *operator_add(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_Add(a, b);
}

METHOD(sub, "module, a, b, /", "Same as a - b.")
static PyObject *operator_sub(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_Subtract(a, b);
}

METHOD(mul, "module, a, b, /", "Same as a * b.")
static PyObject *operator_mul(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_Multiply(a, b);
}

METHOD(matmul, "module, a, b, /", "Same as a @ b.")
static PyObject *operator_matmul(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_MatrixMultiply(a, b);
}

METHOD(floordiv, "module, a, b, /", "Same as a // b.")
static PyObject *operator_floordiv(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_FloorDivide(a, b);
}

METHOD(truediv, "module, a, b, /", "Same as a / b.")
static PyObject *operator_truediv(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_TrueDivide(a, b);
}

METHOD(mod, "module, a, b, /", "Same as a % b.")
static PyObject *operator_mod(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_Remainder(a, b);
}

METHOD(neg, "module, a, /", "Same as -a.")
static PyObject *operator_neg(PyObject *module, PyObject *a)
{
    return PyNumber_Negative(a);
}

METHOD(pos, "module, a, /", "Same as +a.")
static PyObject *operator_pos(PyObject *module, PyObject *a)
{
    return PyNumber_Positive(a);
}

METHOD(abs, "module, a, /", "Same as abs(a).")
static PyObject *operator_abs(PyObject *module, PyObject *a)
{
    return PyNumber_Absolute(a);
}

METHOD(inv, "module, a, /", "Same as ~a.")
static PyObject *operator_inv(PyObject *module, PyObject *a)
{
    return PyNumber_Invert(a);
}

METHOD(invert, "module, a, /", "Same as ~a.")
static PyObject *operator_invert(PyObject *module, PyObject *a)
{
    return PyNumber_Invert(a);
}

METHOD(lshift, "module, a, b, /", "Same as a << b.")
static PyObject *operator_lshift(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_Lshift(a, b);
}

METHOD(rshift, "module, a, b, /", "Same as a >> b.")
static PyObject *operator_rshift(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_Rshift(a, b);
}

METHOD(not_, "module, a, /", "Same as not a.")
static PyObject *operator_not_(PyObject *module, PyObject *a)
{
    return truth(PyObject_Not(a));
}

METHOD(and_, "module, a, b, /", "Same as a & b.")
static PyObject *operator_and_(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_And(a, b);
}

METHOD(xor, "module, a, b, /", "Same as a ^ b.")
static PyObject *operator_xor(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_Xor(a, b);
}

METHOD(or_, "module, a, b, /", "Same as a | b.")
static PyObject *operator_or_(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_Or(a, b);
}

METHOD(iadd, "module, a, b, /", "Same as a += b.")
static PyObject *operator_iadd(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceAdd(a, b);
}

METHOD(isub, "module, a, b, /", "Same as a -= b.")
static PyObject *operator_isub(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceSubtract(a, b);
}

METHOD(imul, "module, a, b, /", "Same as a *= b.")
static PyObject *operator_imul(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceMultiply(a, b);
}

METHOD(imatmul, "module, a, b, /", "Same as a @= b.")
static PyObject *operator_imatmul(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceMatrixMultiply(a, b);
}

METHOD(ifloordiv, "module, a, b, /", "Same as a //= b.")
static PyObject *operator_ifloordiv(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceFloorDivide(a, b);
}

METHOD(itruediv, "module, a, b, /", "Same as a /= b.")
static PyObject *operator_itruediv(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceTrueDivide(a, b);
}

METHOD(imod, "module, a, b, /", "Same as a %= b.")
static PyObject *operator_imod(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceRemainder(a, b);
}

METHOD(ilshift, "module, a, b, /", "Same as a <<= b.")
static PyObject *operator_ilshift(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceLshift(a, b);
}

METHOD(irshift, "module, a, b, /", "Same as a >>= b.")
static PyObject *operator_irshift(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceRshift(a, b);
}

METHOD(iand, "module, a, b, /", "Same as a &= b.")
static PyObject *operator_iand(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceAnd(a, b);
}

METHOD(ixor, "module, a, b, /", "Same as a ^= b.")
static PyObject *operator_ixor(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceXor(a, b);
}

METHOD(ior, "module, a, b, /", "Same as a |= b.")
static PyObject *operator_ior(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlaceOr(a, b);
}

METHOD(concat, "module, a, b, /", "Same as a + b, for a and b sequences.")
static PyObject *operator_concat(PyObject *module, PyObject *a, PyObject *b)
{
    return PySequence_Concat(a, b);
}

METHOD(iconcat, "module, a, b, /", "Same as a += b, for a and b sequences.")
static PyObject *operator_iconcat(PyObject *module, PyObject *a, PyObject *b)
{
    return PySequence_InPlaceConcat(a, b);
}

METHOD(getitem, "module, a, b, /", "Same as a[b].")
static PyObject *operator_getitem(PyObject *module, PyObject *a, PyObject *b)
{
    return PyObject_GetItem(a, b);
}

METHOD(setitem, "module, a, b, c, /", "Same as a[b] = c.")
static PyObject *operator_setitem(PyObject *module, PyObject *a, PyObject *b, PyObject *c)
{
    if (PyObject_SetItem(a, b, c) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(delitem, "module, a, b, /", "Same as del a[b].")
static PyObject *operator_delitem(PyObject *module, PyObject *a, PyObject *b)
{
    if (PyObject_DelItem(a, b) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(pow, "module, a, b, /", "Same as a ** b.")
static PyObject *operator_pow(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_Power(a, b, Py_None);
}

METHOD(ipow, "module, a, b, /", "Same as a **= b.")
static PyObject *operator_ipow(PyObject *module, PyObject *a, PyObject *b)
{
    return PyNumber_InPlacePower(a, b, Py_None);
}

METHOD(eq, "module, a, b, /", "Same as a == b.")
static PyObject *operator_eq(PyObject *module, PyObject *a, PyObject *b)
{
    return PyObject_RichCompare(a, b, Py_EQ);
}

METHOD(ne, "module, a, b, /", "Same as a != b.")
static PyObject *operator_ne(PyObject *module, PyObject *a, PyObject *b)
{
    return PyObject_RichCompare(a, b, Py_NE);
}

METHOD(lt, "module, a, b, /", "Same as a < b.")
static PyObject *operator_lt(PyObject *module, PyObject *a, PyObject *b)
{
    return PyObject_RichCompare(a, b, Py_LT);
}

METHOD(le, "module, a, b, /", "Same as a <= b.")
static PyObject *operator_le(PyObject *module, PyObject *a, PyObject *b)
{
    return PyObject_RichCompare(a, b, Py_LE);
}

METHOD(gt, "module, a, b, /", "Same as a > b.")
static PyObject *operator_gt(PyObject *module, PyObject *a, PyObject *b)
{
    return PyObject_RichCompare(a, b, Py_GT);
}

METHOD(ge, "module, a, b, /", "Same as a >= b.")
static PyObject *operator_ge(PyObject *module, PyObject *a, PyObject *b)
{
    return PyObject_RichCompare(a, b, Py_GE);
}

METHOD(_compare_digest, "module, a, b, /",
       "Return 'a == b'.\n"
       "\n"
       "This function uses an approach designed to prevent\n"
       "timing analysis, making it appropriate for cryptography.\n"
       "\n"
       "a and b must both be of the same type: either str (ASCII only),\n"
       "or any bytes-like object.\n"
       "\n"
       "Note: If a and b are of different lengths, or if an error occurs,\n"
       "a timing attack could theoretically reveal information about the\n"
       "types and lengths of a and b--but not their values.")
static PyObject *operator__compare_digest(PyObject *module, PyObject *a, PyObject *b)
{
    return compare_digest(a, b);
}

METHOD(length_hint, "module, obj, default: ssize = 0, /",
       "Return an estimate of the number of items in obj.\n"
       "\n"
       "This is useful for presizing containers when building from an iterable.\n"
       "\n"
       "If the object supports len(), the result will be exact.\n"
       "Otherwise, it may over- or under-estimate by an arbitrary amount.\n"
       "The result will be an integer >= 0.")
static PyObject *operator_length_hint(PyObject *module, PyObject *object, Py_ssize_t fallback)
{
    return number(PyObject_LengthHint(object, fallback));
}

METHOD(call, "module, obj, /, *args: array, **kwargs", "Same as obj(*args, **kwargs).")
static PyObject *operator_call(PyObject *module, PyObject *callable, PyObject *const *args,
                               Py_ssize_t count, PyObject *kwargs)
{
    return PyObject_VectorcallDict(callable, args, (size_t)count, kwargs);
}

#include "modules/_operator.methods.h"

static PyModuleDef_Slot slots[] = {{Py_mod_exec, kr_operator_add_getters}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_operator",
    .m_doc = "Operator interface.\n\n"
             "This module exports a set of functions implemented in C corresponding\n"
             "to the intrinsic operators of Python.  For example, operator.add(x, y)\n"
             "is equivalent to the expression x+y.  The function names are those\n"
             "used for special methods; variants without leading and trailing\n"
             "'__' are also provided for convenience.",
    .m_methods = operator_methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__operator(void)
{
    return PyModuleDef_Init(&definition);
}
