// overrides.c - slots of classes: each function looks its special method up on the type and calls
// it.
//
// The number operators are generated from the lists in overrides.h.  What a missing method means
// differs: an operator answers NotImplemented, others raise AttributeError or fall back, as each
// function says.
#include "objects/model/overrides.h"

#include <stdbool.h>
#include <stddef.h>

#include "abstract.h"
#include "boolobject.h"
#include "descrobject.h"
#include "iterobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/attributes.h"
#include "objects/model/call.h"
#include "objects/model/slots.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "tupleobject.h"
#include "unicodeobject.h"

// Calls special method [name] of [self]; NotImplemented when there is none.
static PyObject *call_or_not_implemented(PyObject *self, PyObject *name, PyObject *other)
{
    int unbound;
    KR_AUTO PyObject *method = kr_type_find_special(self, name, &unbound);
    if (method == NULL) return PyErr_Occurred() ? NULL : Py_NewRef(Py_NotImplemented);
    PyObject *stack[] = {self, other};
    return unbound ? PyObject_Vectorcall(method, stack, 2, NULL)
        : PyObject_CallOneArg(method, other);
}

static PyObject *call_no_args(PyObject *self, PyObject *name)
{
    return kr_type_call_special(self, name, NULL, 0);
}

static PyObject *call_one_arg(PyObject *self, PyObject *name, PyObject *argument)
{
    return kr_type_call_special(self, name, &argument, 1);
}

static int status_of(PyObject *result)
{
    if (result == NULL) return -1;
    Py_DECREF(result);
    return 0;
}

// --- numbers

// True if the type of [right] has a [reflected] of its own, other than that of the type of [left].
static bool overloads(PyObject *left, PyObject *right, PyObject *reflected)
{
    PyObject *of_right = _PyType_Lookup(Py_TYPE(right), reflected);
    return of_right != NULL && of_right != _PyType_Lookup(Py_TYPE(left), reflected);
}

typedef struct {
    int offset;      // of the slot
    void *function;  // the override itself
    PyObject *name, *reflected;
} Operator;

static bool runs(PyObject *operand, const Operator *operator)
{
    void **location = kr_slots_location(Py_TYPE(operand), operator->offset);
    return location != NULL && *location == operator->function;
}

static PyObject *binary(PyObject *left, PyObject *right, const Operator *operator)
{
    bool try_right = !Py_IS_TYPE(left, Py_TYPE(right)) && runs(right, operator);
    if (runs(left, operator)) {
        if (try_right && PyType_IsSubtype(Py_TYPE(right), Py_TYPE(left))
            && overloads(left, right, operator->reflected)) {
            PyObject *result = call_or_not_implemented(right, operator->reflected, left);
            if (result != Py_NotImplemented) return result;
            Py_DECREF(result);
            try_right = false;
        }
        PyObject *result = call_or_not_implemented(left, operator->name, right);
        if (result != Py_NotImplemented || Py_IS_TYPE(right, Py_TYPE(left))) return result;
        Py_DECREF(result);
    }
    return try_right ? call_or_not_implemented(right, operator->reflected, left)
        : Py_NewRef(Py_NotImplemented);
}

#define DEFINE_BINARY(slot, method, reflected_method)                                             \
    PyObject *override_##slot(PyObject *left, PyObject *right)                                    \
    {                                                                                             \
        Operator operator= {offsetof(PyHeapTypeObject, as_number.nb_##slot),                      \
            (void *)override_##slot,                                                              \
                            ID(method), ID(reflected_method)};                                    \
        return binary(left, right, &operator);                                                    \
    }
KR_BINARY_OVERRIDES(DEFINE_BINARY)

#define DEFINE_UNARY(slot, method)                                                                \
    PyObject *override_##slot(PyObject *self) { return call_no_args(self, ID(method)); }
KR_UNARY_OVERRIDES(DEFINE_UNARY)

#define DEFINE_INPLACE(slot, method)                                                              \
    PyObject *override_##slot(PyObject *self, PyObject *other)                                    \
    {                                                                                             \
        return call_one_arg(self, ID(method), other);                                             \
    }
KR_INPLACE_OVERRIDES(DEFINE_INPLACE)

PyObject *override_power(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    Operator operator= {offsetof(PyHeapTypeObject, as_number.nb_power), (void *)override_power,
                        ID(__pow__), ID(__rpow__)};
    if (modulus == Py_None) return binary(base, exponent, &operator);
    // Three arguments: there is no reflected form.
    if (!runs(base, &operator)) return Py_NewRef(Py_NotImplemented);
    PyObject *args[] = {exponent, modulus};
    return kr_type_call_special(base, ID(__pow__), args, 2);
}

PyObject *override_inplace_power(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    return call_one_arg(base, ID(__ipow__), exponent);
}

int override_bool(PyObject *self)
{
    KR_AUTO PyObject *answer = call_no_args(self, ID(__bool__));
    if (answer == NULL) return -1;
    if (PyBool_Check(answer)) return answer == Py_True;
    return kr_raise_int(PyExc_TypeError, "__bool__ should return bool, returned %s",
                        Py_TYPE(answer)->tp_name);
}

// --- containers

Py_ssize_t override_length(PyObject *self)
{
    KR_AUTO PyObject *answer = call_no_args(self, ID(__len__));
    if (answer == NULL) return -1;
    KR_AUTO PyObject *length = _PyNumber_Index(answer);
    if (length == NULL) return -1;
    if (_PyLong_Sign(length) < 0)
        return kr_raise_int(PyExc_ValueError, "__len__() should return >= 0");
    return PyNumber_AsSsize_t(length, PyExc_OverflowError);
}

PyObject *override_subscript(PyObject *self, PyObject *key)
{
    return call_one_arg(self, ID(__getitem__), key);
}

int override_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
    PyObject *args[] = {key, value};
    PyObject *result = value == NULL ? kr_type_call_special(self, ID(__delitem__), args, 1)
                                     : kr_type_call_special(self, ID(__setitem__), args, 2);
    return status_of(result);
}

PyObject *override_sequence_item(PyObject *self, Py_ssize_t index)
{
    KR_AUTO PyObject *key = PyLong_FromSsize_t(index);
    return key == NULL ? NULL : override_subscript(self, key);
}

int override_sequence_ass_item(PyObject *self, Py_ssize_t index, PyObject *value)
{
    KR_AUTO PyObject *key = PyLong_FromSsize_t(index);
    return key == NULL ? -1 : override_ass_subscript(self, key, value);
}

int override_contains(PyObject *self, PyObject *value)
{
    int unbound;
    KR_AUTO PyObject *method = kr_type_find_special(self, ID(__contains__), &unbound);
    if (method == Py_None)
        return kr_raise_int(PyExc_TypeError, "'%.200s' object is not a container",
                            Py_TYPE(self)->tp_name);
    if (method == NULL)
        return PyErr_Occurred() ? -1
            : (int)_PySequence_IterSearch(self, value, PY_ITERSEARCH_CONTAINS);
    PyObject *stack[] = {self, value};
    KR_AUTO PyObject *answer =
        unbound ? PyObject_Vectorcall(method, stack, 2, NULL) : PyObject_CallOneArg(method, value);
    return answer == NULL ? -1 : PyObject_IsTrue(answer);
}

PyObject *override_iter(PyObject *self)
{
    int unbound;
    KR_AUTO PyObject *method = kr_type_find_special(self, ID(__iter__), &unbound);
    if (method == NULL && PyErr_Occurred()) return NULL;
    if (method == NULL && _PyType_Lookup(Py_TYPE(self), ID(__getitem__)) != NULL)
        return PySeqIter_New(self);
    if (method == NULL || method == Py_None)
        return kr_raise(PyExc_TypeError, "'%.200s' object is not iterable",
                        Py_TYPE(self)->tp_name);
    return unbound ? PyObject_CallOneArg(method, self) : PyObject_CallNoArgs(method);
}

PyObject *override_iternext(PyObject *self)
{
    return call_no_args(self, ID(__next__));
}

// --- every object

PyObject *override_repr(PyObject *self)
{
    return call_no_args(self, ID(__repr__));
}

PyObject *override_str(PyObject *self)
{
    return call_no_args(self, ID(__str__));
}

Py_hash_t override_hash(PyObject *self)
{
    int unbound;
    KR_AUTO PyObject *method = kr_type_find_special(self, ID(__hash__), &unbound);
    if (method == NULL && PyErr_Occurred()) return -1;
    if (method == NULL || method == Py_None) return PyObject_HashNotImplemented(self);
    KR_AUTO PyObject *answer = unbound ? PyObject_CallOneArg(method, self)
        : PyObject_CallNoArgs(method);
    if (answer == NULL) return -1;
    if (!PyLong_Check(answer))
        return kr_raise_int(PyExc_TypeError, "__hash__ method should return an integer");
    Py_hash_t hash = PyLong_AsSsize_t(answer);
    if (hash == -1 && PyErr_Occurred()) {
        PyErr_Clear();  // too large: its own hash stands for it
        hash = PyLong_Type.tp_hash(answer);
    }
    return hash == -1 ? -2 : hash;
}

PyObject *override_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    int unbound;
    KR_AUTO PyObject *method = kr_type_find_special(self, ID(__call__), &unbound);
    if (method == NULL) {
        if (!PyErr_Occurred()) PyErr_SetObject(PyExc_AttributeError, ID(__call__));
        return NULL;
    }
    return unbound ? kr_call_prepend(method, self, args, kwargs)
        : PyObject_Call(method, args, kwargs);
}

PyObject *override_getattro(PyObject *self, PyObject *name)
{
    return call_one_arg(self, ID(__getattribute__), name);
}

static bool is_generic_getattribute(PyObject *descriptor)
{
    return descriptor == NULL || (Py_IS_TYPE(descriptor, &PyWrapperDescr_Type) && (
            (PyWrapperDescrObject *)descriptor)->d_wrapped == (void *)PyObject_GenericGetAttr);
}

PyObject *override_getattr_hook(PyObject *self, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(self);
    KR_AUTO PyObject *hook = Py_XNewRef(_PyType_Lookup(type, ID(__getattr__)));
    if (hook == NULL) return override_getattro(self, name);
    PyObject *getattribute = _PyType_Lookup(type, ID(__getattribute__));
    PyObject *value;
    if (is_generic_getattribute(getattribute)) {
        value = _PyObject_GenericGetAttrWithDict(self, name, NULL, 1);
        if (value != NULL || PyErr_Occurred()) return value;
    } else {
        value = override_getattro(self, name);
        if (value != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError)) return value;
        PyErr_Clear();
    }
    return call_one_arg(self, ID(__getattr__), name);
}

int override_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    PyObject *args[] = {name, value};
    return status_of(value == NULL ? kr_type_call_special(self, ID(__delattr__), args, 1)
                                   : kr_type_call_special(self, ID(__setattr__), args, 2));
}

PyObject *override_richcompare(PyObject *self, PyObject *other, int operator)
{
    PyObject *const names[] = {ID(__lt__), ID(__le__), ID(__eq__), ID(__ne__), ID(__gt__),
                               ID(__ge__)};
    int unbound;
    KR_AUTO PyObject *method = kr_type_find_special(self, names[operator], &unbound);
    if (method == NULL) {
        PyErr_Clear();  // test_class: a method that cannot be had is no method
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *stack[] = {self, other};
    return unbound ? PyObject_Vectorcall(method, stack, 2, NULL)
        : PyObject_CallOneArg(method, other);
}

// --- descriptors

PyObject *override_descr_get(PyObject *self, PyObject *instance, PyObject *owner)
{
    KR_AUTO PyObject *get = Py_XNewRef(_PyType_Lookup(Py_TYPE(self), ID(__get__)));
    if (get == NULL) return Py_NewRef(self);
    PyObject *stack[] = {self, instance == NULL ? Py_None : instance,
                         owner == NULL ? Py_None : owner};
    return PyObject_Vectorcall(get, stack, 3, NULL);
}

int override_descr_set(PyObject *self, PyObject *instance, PyObject *value)
{
    PyObject *args[] = {instance, value};
    return status_of(value == NULL ? kr_type_call_special(self, ID(__delete__), args, 1)
                                   : kr_type_call_special(self, ID(__set__), args, 2));
}

// --- making and ending instances

int override_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    int unbound;
    KR_AUTO PyObject *method = kr_type_find_special(self, ID(__init__), &unbound);
    if (method == NULL) {
        if (!PyErr_Occurred()) PyErr_SetObject(PyExc_AttributeError, ID(__init__));
        return -1;
    }
    KR_AUTO PyObject *answer = unbound ? kr_call_prepend(method, self, args, kwargs)
        : PyObject_Call(method, args, kwargs);
    if (answer == NULL) return -1;
    if (answer == Py_None) return 0;
    return kr_raise_int(PyExc_TypeError, "__init__() should return None, not '%.200s'",
                        Py_TYPE(answer)->tp_name);
}

PyObject *override_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    KR_AUTO PyObject *method = PyObject_GetAttr((PyObject *)type, ID(__new__));
    return method == NULL ? NULL : kr_call_prepend(method, (PyObject *)type, args, kwargs);
}

void override_finalize(PyObject *self)
{
    PyObject *exception, *value, *traceback;
    PyErr_Fetch(&exception, &value, &traceback);
    int unbound;
    KR_AUTO PyObject *method = kr_type_find_special(self, ID(__del__), &unbound);
    if (method != NULL) {
        KR_AUTO PyObject *result = unbound ? PyObject_CallOneArg(method, self)
            : PyObject_CallNoArgs(method);
        if (result == NULL) PyErr_WriteUnraisable(method);
    } else if (PyErr_Occurred()) {
        PyErr_WriteUnraisable(self);
    }
    PyErr_Restore(exception, value, traceback);
}

static PyObject *call_async(PyObject *self, PyObject *name)
{
    int unbound;
    KR_AUTO PyObject *method = kr_type_find_special(self, name, &unbound);
    if (method != NULL)
        return unbound ? PyObject_CallOneArg(method, self) : PyObject_CallNoArgs(method);
    if (PyErr_Occurred()) return NULL;
    return kr_raise(PyExc_AttributeError, "object %.50s does not have %U method",
                    Py_TYPE(self)->tp_name, name);
}

PyObject *override_await(PyObject *self)
{
    return call_async(self, ID(__await__));
}

PyObject *override_aiter(PyObject *self)
{
    return call_async(self, ID(__aiter__));
}

PyObject *override_anext(PyObject *self)
{
    return call_async(self, ID(__anext__));
}
