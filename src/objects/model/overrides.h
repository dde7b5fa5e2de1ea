// overrides.h - the C functions in the slots of a class whose body defines the special method.
//
// override_<x> is the `override` column of slots.def: it looks the method up on the type and calls
// it.
#ifndef KR_OBJECTS_MODEL_OVERRIDES_H
#define KR_OBJECTS_MODEL_OVERRIDES_H

#include "object.h"

#define KR_UNARY_OVERRIDES(U)                                                                     \
    U(negative, __neg__) U(positive, __pos__) U(absolute, __abs__) U(invert, __invert__)          \
    U(int, __int__) U(float, __float__) U(index, __index__)

#define KR_BINARY_OVERRIDES(B)                                                                    \
    B(add, __add__, __radd__) B(subtract, __sub__, __rsub__) B(multiply, __mul__, __rmul__)       \
    B(remainder, __mod__, __rmod__) B(divmod, __divmod__, __rdivmod__)                            \
    B(lshift, __lshift__, __rlshift__) B(rshift, __rshift__, __rrshift__)                         \
    B(and, __and__, __rand__) B(xor, __xor__, __rxor__) B(or, __or__, __ror__)                    \
    B(floor_divide, __floordiv__, __rfloordiv__) B(true_divide, __truediv__, __rtruediv__)        \
    B(matrix_multiply, __matmul__, __rmatmul__)

#define KR_INPLACE_OVERRIDES(I)                                                                   \
    I(inplace_add, __iadd__) I(inplace_subtract, __isub__) I(inplace_multiply, __imul__)          \
    I(inplace_remainder, __imod__) I(inplace_lshift, __ilshift__) I(inplace_rshift, __irshift__)  \
    I(inplace_and, __iand__) I(inplace_xor, __ixor__) I(inplace_or, __ior__)                      \
    I(inplace_floor_divide, __ifloordiv__) I(inplace_true_divide, __itruediv__)                   \
    I(inplace_matrix_multiply, __imatmul__)

#define DECLARE_UNARY(name, method) PyObject *override_##name(PyObject *self);
#define DECLARE_BINARY(name, method, reflected) \
    PyObject *override_##name(PyObject *left, PyObject *right);
#define DECLARE_INPLACE(name, method) PyObject *override_##name(PyObject *self, PyObject *other);
KR_UNARY_OVERRIDES(DECLARE_UNARY)
KR_BINARY_OVERRIDES(DECLARE_BINARY)
KR_INPLACE_OVERRIDES(DECLARE_INPLACE)
#undef DECLARE_UNARY
#undef DECLARE_BINARY
#undef DECLARE_INPLACE

PyObject *override_power(PyObject *base, PyObject *exponent, PyObject *modulus);
PyObject *override_inplace_power(PyObject *base, PyObject *exponent, PyObject *modulus);
int override_bool(PyObject *self);
Py_ssize_t override_length(PyObject *self);
PyObject *override_subscript(PyObject *self, PyObject *key);
int override_ass_subscript(PyObject *self, PyObject *key, PyObject *value);
PyObject *override_sequence_item(PyObject *self, Py_ssize_t index);
int override_sequence_ass_item(PyObject *self, Py_ssize_t index, PyObject *value);
int override_contains(PyObject *self, PyObject *value);
PyObject *override_repr(PyObject *self);
PyObject *override_str(PyObject *self);
Py_hash_t override_hash(PyObject *self);
PyObject *override_call(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *override_getattro(PyObject *self, PyObject *name);
PyObject *override_getattr_hook(PyObject *self, PyObject *name);
int override_setattro(PyObject *self, PyObject *name, PyObject *value);
PyObject *override_richcompare(PyObject *self, PyObject *other, int operator);
PyObject *override_iter(PyObject *self);
PyObject *override_iternext(PyObject *self);
PyObject *override_descr_get(PyObject *self, PyObject *instance, PyObject *owner);
int override_descr_set(PyObject *self, PyObject *instance, PyObject *value);
int override_init(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *override_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
void override_finalize(PyObject *self);
PyObject *override_await(PyObject *self);
PyObject *override_aiter(PyObject *self);
PyObject *override_anext(PyObject *self);

#endif
