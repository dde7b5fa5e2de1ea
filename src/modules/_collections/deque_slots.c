// deque_slots.c - collections.deque: operators, comparison, text.
#include "modules/_collections/deque.h"

#include "abstract.h"
#include "boolobject.h"
#include "pyerrors.h"
#include "unicodeobject.h"

#include "objects/errors/raise.h"

static Py_ssize_t deque_length(PyObject *self)
{
    return Py_SIZE(self);
}

static bool is_index(PyObject *self, Py_ssize_t index)
{
    if (index >= 0 && index < Py_SIZE(self)) return true;
    kr_raise(PyExc_IndexError, "deque index out of range");
    return false;
}

static PyObject *deque_item(PyObject *self, Py_ssize_t index)
{
    return is_index(self, index) ? Py_NewRef(*kr_deque_at((KrDeque *)self, index)) : NULL;
}

static int deque_assign(PyObject *self, Py_ssize_t index, PyObject *value)
{
    if (!is_index(self, index)) return -1;
    if (value == NULL) {
        kr_deque_delete((KrDeque *)self, index);
        return 0;
    }
    PyObject **place = kr_deque_at((KrDeque *)self, index), *old = *place;
    *place = Py_NewRef(value);
    Py_DECREF(old);
    return 0;
}

static int deque_contains(PyObject *object, PyObject *value)
{
    KrDeque *self = (KrDeque *)object;
    size_t state = self->state;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        KR_AUTO PyObject *item = Py_NewRef(*kr_deque_at(self, i));
        int equal = PyObject_RichCompareBool(item, value, Py_EQ);
        if (equal != 0) return equal;
        if (state != self->state)
            return kr_raise_int(PyExc_RuntimeError, "deque mutated during iteration");
    }
    return 0;
}

static PyObject *deque_concat(PyObject *self, PyObject *other)
{
    if (!PyObject_TypeCheck(other, &kr_deque_type))
        return kr_raise(PyExc_TypeError, "can only concatenate deque (not \"%.200s\") to deque",
                        Py_TYPE(other)->tp_name);
    KR_AUTO PyObject *result = kr_deque_copy((KrDeque *)self);
    return result == NULL || kr_deque_extend((KrDeque *)result, other) < 0 ? NULL
        : kr_take(result);
}

static PyObject *deque_concat_in_place(PyObject *self, PyObject *other)
{
    return kr_deque_extend((KrDeque *)self, other) < 0 ? NULL : Py_NewRef(self);
}

static PyObject *deque_repeat_in_place(PyObject *object, Py_ssize_t times)
{
    KrDeque *self = (KrDeque *)object;
    Py_ssize_t size = Py_SIZE(self);
    if (size == 0 || times == 1) return Py_NewRef(object);
    if (times <= 0) {
        kr_deque_clear(self);
        return Py_NewRef(object);
    }
    if (size > PY_SSIZE_T_MAX / times) return PyErr_NoMemory();
    KR_AUTO PyObject *items = PySequence_List(object);
    if (items == NULL) return NULL;
    Py_ssize_t rounds = times - 1;
    if (self->maximum >= 0 && rounds > self->maximum / size + 1) rounds = self->maximum / size + 1;
    for (; rounds > 0; rounds--)
        if (kr_deque_extend(self, items) < 0) return NULL;
    // With a bound only the last items count: a few rounds give the same end.
    return Py_NewRef(object);
}

static PyObject *deque_repeat(PyObject *self, Py_ssize_t times)
{
    KR_AUTO PyObject *copy = kr_deque_copy((KrDeque *)self);
    return copy == NULL ? NULL : deque_repeat_in_place(copy, times);
}

PySequenceMethods kr_deque_as_sequence = {
    .sq_length = deque_length,
    .sq_concat = deque_concat,
    .sq_repeat = deque_repeat,
    .sq_item = deque_item,
    .sq_ass_item = deque_assign,
    .sq_contains = deque_contains,
    .sq_inplace_concat = deque_concat_in_place,
    .sq_inplace_repeat = deque_repeat_in_place,
};

PyObject *kr_deque_repr(PyObject *self)
{
    int entered = Py_ReprEnter(self);
    if (entered != 0) return entered > 0 ? PyUnicode_FromString("[...]") : NULL;
    KR_AUTO PyObject *items = PySequence_List(self);
    PyObject *text = NULL;
    Py_ssize_t maximum = ((KrDeque *)self)->maximum;
    const char *name = _PyType_Name(Py_TYPE(self));
    if (items != NULL)
        text = maximum >= 0 ? PyUnicode_FromFormat("%s(%R, maxlen=%zd)", name, items, maximum)
                            : PyUnicode_FromFormat("%s(%R)", name, items);
    Py_ReprLeave(self);
    return text;
}

PyObject *kr_deque_compare(PyObject *left, PyObject *right, int op)
{
    if (!PyObject_TypeCheck(left, &kr_deque_type) || !PyObject_TypeCheck(right, &kr_deque_type))
        Py_RETURN_NOTIMPLEMENTED;
    Py_ssize_t own = Py_SIZE(left), others = Py_SIZE(right);
    if (op == Py_EQ && (left == right || own != others)) return PyBool_FromLong(left == right);
    if (op == Py_NE && (left == right || own != others)) return PyBool_FromLong(left != right);
    KR_AUTO PyObject *first = PyObject_GetIter(left);
    KR_AUTO PyObject *second = first == NULL ? NULL : PyObject_GetIter(right);
    if (second == NULL) return NULL;
    for (;;) {
        KR_AUTO PyObject *x = PyIter_Next(first);
        if (x == NULL && PyErr_Occurred()) return NULL;
        KR_AUTO PyObject *y = PyIter_Next(second);
        if (y == NULL && PyErr_Occurred()) return NULL;
        if (x == NULL || y == NULL) Py_RETURN_RICHCOMPARE(x != NULL, y != NULL, op);
        int equal = PyObject_RichCompareBool(x, y, Py_EQ);
        if (equal < 0) return NULL;
        if (equal) continue;
        if (op == Py_EQ) Py_RETURN_FALSE;
        if (op == Py_NE) Py_RETURN_TRUE;
        return PyObject_RichCompare(x, y, op);
    }
}
