// weak_proxy.c - weakref.proxy: an object that stands for another one as long as that lives.
//
// Every slot takes the object from behind the proxy, then does the same operation on that.
#include "objects/model/weakref.h"

#include <stdbool.h>

#include "abstract.h"
#include "methodobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "unicodeobject.h"

// New reference to the object behind [object] if that is a proxy, else to itself.  NULL:
// ReferenceError.
static PyObject *behind(PyObject *object)
{
    if (!PyWeakref_CheckProxy(object)) return Py_NewRef(object);
    PyObject *referent = kr_weakref_get(object);
    if (referent != NULL) return referent;
    return kr_raise(PyExc_ReferenceError, "weakly-referenced object no longer exists");
}

#define UNARY(name, function)                                                                     \
    static PyObject *proxy_##name(PyObject *self)                                                 \
    {                                                                                             \
        KR_AUTO PyObject *object = behind(self);                                                  \
        return object == NULL ? NULL : function(object);                                          \
    }

#define BINARY(name, function)                                                                    \
    static PyObject *proxy_##name(PyObject *left, PyObject *right)                                \
    {                                                                                             \
        KR_AUTO PyObject *one = behind(left);                                                     \
        if (one == NULL) return NULL;                                                             \
        KR_AUTO PyObject *other = behind(right);                                                  \
        return other == NULL ? NULL : function(one, other);                                       \
    }

#define TERNARY(name, function)                                                                   \
    static PyObject *proxy_##name(PyObject *first, PyObject *second, PyObject *third)             \
    {                                                                                             \
        KR_AUTO PyObject *one = behind(first);                                                    \
        if (one == NULL) return NULL;                                                             \
        KR_AUTO PyObject *two = behind(second);                                                   \
        if (two == NULL) return NULL;                                                             \
        KR_AUTO PyObject *three = third == NULL ? Py_NewRef(Py_None) : behind(third);             \
        return three == NULL ? NULL : function(one, two, three);                                  \
    }

UNARY(str, PyObject_Str)
UNARY(negative, PyNumber_Negative)
UNARY(positive, PyNumber_Positive)
UNARY(absolute, PyNumber_Absolute)
UNARY(invert, PyNumber_Invert)
UNARY(int, PyNumber_Long)
UNARY(float, PyNumber_Float)
UNARY(index, PyNumber_Index)
UNARY(iter, PyObject_GetIter)
BINARY(getattro, PyObject_GetAttr)
BINARY(subscript, PyObject_GetItem)
BINARY(add, PyNumber_Add)
BINARY(subtract, PyNumber_Subtract)
BINARY(multiply, PyNumber_Multiply)
BINARY(floor_divide, PyNumber_FloorDivide)
BINARY(true_divide, PyNumber_TrueDivide)
BINARY(remainder, PyNumber_Remainder)
BINARY(divmod, PyNumber_Divmod)
BINARY(lshift, PyNumber_Lshift)
BINARY(rshift, PyNumber_Rshift)
BINARY(and, PyNumber_And)
BINARY(xor, PyNumber_Xor)
BINARY(or, PyNumber_Or)
BINARY(matrix_multiply, PyNumber_MatrixMultiply)
BINARY(inplace_add, PyNumber_InPlaceAdd)
BINARY(inplace_subtract, PyNumber_InPlaceSubtract)
BINARY(inplace_multiply, PyNumber_InPlaceMultiply)
BINARY(inplace_floor_divide, PyNumber_InPlaceFloorDivide)
BINARY(inplace_true_divide, PyNumber_InPlaceTrueDivide)
BINARY(inplace_remainder, PyNumber_InPlaceRemainder)
BINARY(inplace_lshift, PyNumber_InPlaceLshift)
BINARY(inplace_rshift, PyNumber_InPlaceRshift)
BINARY(inplace_and, PyNumber_InPlaceAnd)
BINARY(inplace_xor, PyNumber_InPlaceXor)
BINARY(inplace_or, PyNumber_InPlaceOr)
BINARY(inplace_matrix_multiply, PyNumber_InPlaceMatrixMultiply)
TERNARY(power, PyNumber_Power)
TERNARY(inplace_power, PyNumber_InPlacePower)

static int proxy_bool(PyObject *self)
{
    KR_AUTO PyObject *object = behind(self);
    return object == NULL ? -1 : PyObject_IsTrue(object);
}

static Py_ssize_t proxy_length(PyObject *self)
{
    KR_AUTO PyObject *object = behind(self);
    return object == NULL ? -1 : PyObject_Size(object);
}

static int proxy_contains(PyObject *self, PyObject *value)
{
    KR_AUTO PyObject *object = behind(self);
    return object == NULL ? -1 : PySequence_Contains(object, value);
}

static int proxy_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    KR_AUTO PyObject *object = behind(self);
    if (object == NULL) return -1;
    return value == NULL ? PyObject_DelItem(object, key) : PyObject_SetItem(object, key, value);
}

static int proxy_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    KR_AUTO PyObject *object = behind(self);
    return object == NULL ? -1 : PyObject_SetAttr(object, name, value);
}

static PyObject *proxy_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    KR_AUTO PyObject *object = behind(self);
    return object == NULL ? NULL : PyObject_Call(object, args, kwargs);
}

static PyObject *proxy_richcompare(PyObject *left, PyObject *right, int operator)
{
    KR_AUTO PyObject *one = behind(left);
    if (one == NULL) return NULL;
    KR_AUTO PyObject *other = behind(right);
    return other == NULL ? NULL : PyObject_RichCompare(one, other, operator);
}

static PyObject *proxy_iternext(PyObject *self)
{
    KR_AUTO PyObject *object = behind(self);
    if (object == NULL) return NULL;
    if (PyIter_Check(object)) return PyIter_Next(object);
    return kr_raise(PyExc_TypeError, "Weakref proxy referenced a non-iterator '%.200s' object",
                    Py_TYPE(object)->tp_name);
}

// The repr is that of the proxy itself.
static PyObject *proxy_repr(PyObject *self)
{
    PyObject *object = PyWeakref_GET_OBJECT(self);
    return PyUnicode_FromFormat("<weakproxy at %p to %s at %p>", self, Py_TYPE(object)->tp_name,
                                object);
}

METHOD(__bytes__, "self, /", NULL)
static PyObject *proxy___bytes__(PyObject *self)
{
    KR_AUTO PyObject *object = behind(self);
    return object == NULL ? NULL : PyObject_CallMethodNoArgs(object, ID(__bytes__));
}

METHOD(__reversed__, "self, /", NULL)
static PyObject *proxy___reversed__(PyObject *self)
{
    KR_AUTO PyObject *object = behind(self);
    return object == NULL ? NULL : PyObject_CallMethodNoArgs(object, ID(__reversed__));
}

#include "objects/model/weak_proxy.methods.h"

static void proxy_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    kr_weakref_detach((PyWeakReference *)self);
    PyObject_GC_Del(self);
}

static int proxy_traverse(PyWeakReference *self, visitproc visit, void *arg)
{
    Py_VISIT(self->wr_callback);
    return 0;
}

static int proxy_clear(PyWeakReference *self)
{
    kr_weakref_detach(self);
    return 0;
}

#define ROW(name) .nb_##name = proxy_##name
static PyNumberMethods proxy_as_number = {
    ROW(add), ROW(subtract), ROW(multiply), ROW(remainder), ROW(divmod), ROW(power), ROW(negative),
    ROW(positive),
    ROW(absolute), ROW(bool), ROW(invert), ROW(lshift), ROW(rshift), ROW(and), ROW(xor), ROW(or),
    ROW(int), ROW(float),
    ROW(inplace_add), ROW(inplace_subtract), ROW(inplace_multiply), ROW(inplace_remainder),
    ROW(inplace_power),
    ROW(inplace_lshift), ROW(inplace_rshift), ROW(inplace_and), ROW(inplace_xor), ROW(inplace_or),
    ROW(floor_divide),
    ROW(true_divide), ROW(inplace_floor_divide), ROW(inplace_true_divide), ROW(index),
    ROW(matrix_multiply),
    ROW(inplace_matrix_multiply),
};
static PySequenceMethods proxy_as_sequence = {.sq_length = proxy_length,
                                              .sq_contains = proxy_contains};
static PyMappingMethods proxy_as_mapping = {.mp_length = proxy_length,
                                            .mp_subscript = proxy_subscript,
                                            .mp_ass_subscript = proxy_ass_subscript};

#define PROXY_COMMON                                                                              \
    .tp_basicsize = sizeof(PyWeakReference), .tp_dealloc = proxy_dealloc, .tp_repr = proxy_repr,  \
    .tp_as_number = &proxy_as_number, .tp_as_sequence = &proxy_as_sequence,                       \
    .tp_as_mapping = &proxy_as_mapping, .tp_hash = PyObject_HashNotImplemented,                   \
    .tp_str = proxy_str, .tp_getattro = proxy_getattro, .tp_setattro = proxy_setattro,            \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                                          \
    .tp_traverse = (traverseproc)proxy_traverse, .tp_clear = (inquiry)proxy_clear,                \
    .tp_richcompare = proxy_richcompare, .tp_iter = proxy_iter, .tp_iternext = proxy_iternext,    \
    .tp_methods = proxy_methods

PyTypeObject _PyWeakref_ProxyType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "weakref.ProxyType",
    PROXY_COMMON,
};

PyTypeObject _PyWeakref_CallableProxyType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "weakref.CallableProxyType",
    .tp_call = proxy_call,
    PROXY_COMMON,
};
