// float_object.h - what the files of float share.
#ifndef KR_OBJECTS_NUMBERS_FLOAT_OBJECT_H
#define KR_OBJECTS_NUMBERS_FLOAT_OBJECT_H

#include "floatobject.h"
#include "object.h"

static inline double kr_float_value(PyObject *object)
{
    return ((PyFloatObject *)object)->ob_fval;
}

// The double of an operand of a float operator: 1; 0 when it is neither float nor int; -1 with an
// exception (an int too large).
int kr_float_operand(PyObject *object, double *ret_value);
PyObject *kr_float_compare(PyObject *left, PyObject *right, int operator);
PyObject *kr_float_power(PyObject *base, PyObject *exponent, PyObject *modulus);
Py_hash_t kr_float_hash(PyObject *object);
PyObject *kr_float_repr(PyObject *object);

// float.fromhex, float.hex.
PyObject *kr_float_from_hex(PyObject *text);
PyObject *kr_float_to_hex(double value);
// Rounds to [ndigits] decimal places, half to even on the exact value.
PyObject *kr_float_round(double value, Py_ssize_t ndigits);

// Slots.
void kr_float_dealloc(PyObject *object);
PyObject *kr_float_add(PyObject *left, PyObject *right);
PyObject *kr_float_subtract(PyObject *left, PyObject *right);
PyObject *kr_float_multiply(PyObject *left, PyObject *right);
PyObject *kr_float_true_divide(PyObject *left, PyObject *right);
PyObject *kr_float_remainder(PyObject *left, PyObject *right);
PyObject *kr_float_floor_divide(PyObject *left, PyObject *right);
PyObject *kr_float_divmod(PyObject *left, PyObject *right);

#endif
