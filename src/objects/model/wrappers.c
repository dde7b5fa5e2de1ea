// wrappers.c - calling slots from Python: argument check, call, result as an object.
//
// A slot wrapper (int.__add__) is a descriptor with a row of slots.def and the slot's C function;
// these functions are the rows' `wrapper` column.  The descriptor type itself is in descriptors.c.
#include "objects/model/wrappers.h"

#include <stdbool.h>

#include "abstract.h"
#include "boolobject.h"
#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/overrides.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "tupleobject.h"

static bool has_count(PyObject *args, int count)
{
    Py_ssize_t given = PyTuple_GET_SIZE(args);
    if (given == count) return true;
    kr_raise(PyExc_TypeError, "expected %d argument%s, got %zd", count, count == 1 ? "" : "s",
             given);
    return false;
}

static bool has_one_or_two(PyObject *args)
{
    Py_ssize_t given = PyTuple_GET_SIZE(args);
    if (given == 1 || given == 2) return true;
    kr_raise(PyExc_TypeError, given == 0 ? " expected at least 1 argument, got %zd"
             : " expected at most 2 arguments, got %zd", given);
    return false;
}

static PyObject *first(PyObject *args)
{
    return PyTuple_GET_ITEM(args, 0);
}

static PyObject *second_or(PyObject *args, PyObject *otherwise)
{
    return PyTuple_GET_SIZE(args) > 1 ? PyTuple_GET_ITEM(args, 1) : otherwise;
}

static PyObject *none_unless_negative(int status)
{
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

PyObject *wrap_unary(PyObject *self, PyObject *args, void *slot)
{
    return has_count(args, 0) ? ((unaryfunc)slot)(self) : NULL;
}

PyObject *wrap_hash(PyObject *self, PyObject *args, void *slot)
{
    if (!has_count(args, 0)) return NULL;
    Py_hash_t hash = ((hashfunc)slot)(self);
    if (hash == -1 && PyErr_Occurred()) return NULL;
    return PyLong_FromSsize_t(hash);
}

PyObject *wrap_inquiry(PyObject *self, PyObject *args, void *slot)
{
    if (!has_count(args, 0)) return NULL;
    int answer = ((inquiry)slot)(self);
    if (answer == -1 && PyErr_Occurred()) return NULL;
    return PyBool_FromLong(answer);
}

PyObject *wrap_length(PyObject *self, PyObject *args, void *slot)
{
    if (!has_count(args, 0)) return NULL;
    Py_ssize_t length = ((lenfunc)slot)(self);
    if (length == -1 && PyErr_Occurred()) return NULL;
    return PyLong_FromSsize_t(length);
}

PyObject *wrap_next(PyObject *self, PyObject *args, void *slot)
{
    if (!has_count(args, 0)) return NULL;
    PyObject *item = ((iternextfunc)slot)(self);
    if (item == NULL && !PyErr_Occurred()) PyErr_SetNone(PyExc_StopIteration);
    return item;
}

PyObject *wrap_del(PyObject *self, PyObject *args, void *slot)
{
    if (!has_count(args, 0)) return NULL;
    ((destructor)slot)(self);
    Py_RETURN_NONE;
}

PyObject *wrap_binary(PyObject *self, PyObject *args, void *slot)
{
    return has_count(args, 1) ? ((binaryfunc)slot)(self, first(args)) : NULL;
}

PyObject *wrap_binary_right(PyObject *self, PyObject *args, void *slot)
{
    return has_count(args, 1) ? ((binaryfunc)slot)(first(args), self) : NULL;
}

PyObject *wrap_power(PyObject *self, PyObject *args, void *slot)
{
    return has_one_or_two(args) ? ((ternaryfunc)slot)(self, first(args), second_or(args, Py_None))
        : NULL;
}

PyObject *wrap_power_right(PyObject *self, PyObject *args, void *slot)
{
    return has_one_or_two(args) ? ((ternaryfunc)slot)(first(args), self, second_or(args, Py_None))
        : NULL;
}

// The highest type in the MRO that has the same C setattr as [type]; [type] itself if that is a
// class's.
static PyTypeObject *setattr_definer(PyTypeObject *type)
{
    PyObject *mro = type->tp_mro;
    if (type->tp_setattro == override_setattro || mro == NULL) return type;
    for (Py_ssize_t i = PyTuple_GET_SIZE(mro) - 1; i >= 0; i--) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        if (base->tp_setattro == type->tp_setattro) return base;
    }
    return type;
}

// object.__setattr__ must not get around the __setattr__ of a builtin type in between.
static bool may_set_attribute(PyObject *self, setattrofunc slot, const char *what)
{
    for (PyTypeObject *base = setattr_definer(Py_TYPE(self)); base != NULL; base = base->tp_base) {
        if (base->tp_setattro == slot) return true;
        if (base->tp_setattro == override_setattro) continue;
        kr_raise(PyExc_TypeError, "can't apply this %s to %s object", what,
                 Py_TYPE(self)->tp_name);
        return false;
    }
    return true;
}

PyObject *wrap_setattr(PyObject *self, PyObject *args, void *slot)
{
    if (!has_count(args, 2) || !may_set_attribute(self, (setattrofunc)slot, "__setattr__"))
        return NULL;
    return none_unless_negative(((setattrofunc)slot)(self, first(args),
                                                     PyTuple_GET_ITEM(args, 1)));
}

PyObject *wrap_delattr(PyObject *self, PyObject *args, void *slot)
{
    if (!has_count(args, 1) || !may_set_attribute(self, (setattrofunc)slot, "__delattr__"))
        return NULL;
    return none_unless_negative(((setattrofunc)slot)(self, first(args), NULL));
}

#define COMPARISON(name, operator)                                                                \
    PyObject *wrap_##name(PyObject *self, PyObject *args, void *slot)                             \
    {                                                                                             \
        return has_count(args, 1) ? ((richcmpfunc)slot)(self, first(args), operator) : NULL;      \
    }
COMPARISON(lt, Py_LT)
COMPARISON(le, Py_LE)
COMPARISON(eq, Py_EQ)
COMPARISON(ne, Py_NE)
COMPARISON(gt, Py_GT)
COMPARISON(ge, Py_GE)

PyObject *wrap_descr_get(PyObject *self, PyObject *args, void *slot)
{
    if (!has_one_or_two(args)) return NULL;
    PyObject *instance = first(args) == Py_None ? NULL : first(args);
    PyObject *owner = second_or(args, Py_None);
    if (owner == Py_None) owner = NULL;
    if (instance == NULL && owner == NULL)
        return kr_raise(PyExc_TypeError, "__get__(None, None) is invalid");
    return ((descrgetfunc)slot)(self, instance, owner);
}

PyObject *wrap_descr_set(PyObject *self, PyObject *args, void *slot)
{
    if (!has_count(args, 2)) return NULL;
    return none_unless_negative(((descrsetfunc)slot)(self, first(args),
                                                     PyTuple_GET_ITEM(args, 1)));
}

PyObject *wrap_descr_delete(PyObject *self, PyObject *args, void *slot)
{
    return has_count(args, 1) ? none_unless_negative(((descrsetfunc)slot)(self, first(args), NULL))
        : NULL;
}

PyObject *wrap_setitem(PyObject *self, PyObject *args, void *slot)
{
    if (!has_count(args, 2)) return NULL;
    return none_unless_negative(((objobjargproc)slot)(self, first(args),
                                                      PyTuple_GET_ITEM(args, 1)));
}

PyObject *wrap_delitem(PyObject *self, PyObject *args, void *slot)
{
    return has_count(args, 1)
        ? none_unless_negative(((objobjargproc)slot)(self, first(args), NULL)) : NULL;
}

PyObject *wrap_repeat(PyObject *self, PyObject *args, void *slot)
{
    if (!has_count(args, 1)) return NULL;
    Py_ssize_t times = PyNumber_AsSsize_t(first(args), PyExc_OverflowError);
    if (times == -1 && PyErr_Occurred()) return NULL;
    return ((ssizeargfunc)slot)(self, times);
}

// The index [key] counted from the start: 0, or -1 with an exception.
static int index_from_start(PyObject *self, PyObject *key, Py_ssize_t *ret_index)
{
    Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_OverflowError);
    if (index == -1 && PyErr_Occurred()) return -1;
    PySequenceMethods *sequence = Py_TYPE(self)->tp_as_sequence;
    if (index < 0 && sequence != NULL && sequence->sq_length != NULL) {
        Py_ssize_t length = sequence->sq_length(self);
        if (length < 0) return -1;
        index += length;
    }
    *ret_index = index;
    return 0;
}

PyObject *wrap_sequence_item(PyObject *self, PyObject *args, void *slot)
{
    Py_ssize_t index;
    if (!has_count(args, 1) || index_from_start(self, first(args), &index) < 0) return NULL;
    return ((ssizeargfunc)slot)(self, index);
}

PyObject *wrap_sequence_setitem(PyObject *self, PyObject *args, void *slot)
{
    Py_ssize_t index;
    if (!has_count(args, 2) || index_from_start(self, first(args), &index) < 0) return NULL;
    return none_unless_negative(((ssizeobjargproc)slot)(self, index, PyTuple_GET_ITEM(args, 1)));
}

PyObject *wrap_sequence_delitem(PyObject *self, PyObject *args, void *slot)
{
    Py_ssize_t index;
    if (!has_count(args, 1) || index_from_start(self, first(args), &index) < 0) return NULL;
    return none_unless_negative(((ssizeobjargproc)slot)(self, index, NULL));
}

PyObject *wrap_contains(PyObject *self, PyObject *args, void *slot)
{
    if (!has_count(args, 1)) return NULL;
    int answer = ((objobjproc)slot)(self, first(args));
    if (answer == -1 && PyErr_Occurred()) return NULL;
    return PyBool_FromLong(answer);
}

PyObject *wrap_call(PyObject *self, PyObject *args, void *slot, PyObject *kwargs)
{
    return ((ternaryfunc)slot)(self, args, kwargs);
}

PyObject *wrap_init(PyObject *self, PyObject *args, void *slot, PyObject *kwargs)
{
    return none_unless_negative(((initproc)slot)(self, args, kwargs));
}
