// object_reduce.c - how an object tells pickle and copy what it is made of.
//
//   protocol < 2:  copyreg._reduce_ex(self, protocol)
//   else:          (copyreg.__newobj__, (class, *args), state, list items, dict items)
#include "objects/model/object_reduce.h"

#include "abstract.h"
#include "dictobject.h"
#include "listobject.h"
#include "longobject.h"
#include "objects/containers/instance_dict.h"
#include "objects/errors/raise.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
#include "tupleobject.h"
#include "unicodeobject.h"

static PyObject *import_copyreg(void)
{
    if (kr_hooks.import_module == NULL)
        return kr_raise(PyExc_RuntimeError, "imports are not possible yet");
    return kr_hooks.import_module("copyreg");
}

// --- state

// The names of all slots along the MRO: a list, or None; cached in the class as __slotnames__.
static PyObject *slot_names(PyTypeObject *type)
{
    PyObject *names = PyDict_GetItemWithError(type->tp_dict, ID(__slotnames__));
    if (names != NULL) {
        if (names == Py_None || PyList_Check(names)) return Py_NewRef(names);
        return kr_raise(PyExc_TypeError, "%.200s.__slotnames__ should be a list or None, not "
                        "%.200s", type->tp_name, Py_TYPE(names)->tp_name);
    }
    if (PyErr_Occurred()) return NULL;
    KR_AUTO PyObject *copyreg = import_copyreg();
    if (copyreg == NULL) return NULL;
    KR_AUTO PyObject *found = PyObject_CallMethodOneArg(copyreg, ID(_slotnames), (PyObject *)type);
    if (found == NULL) return NULL;
    if (found != Py_None && !PyList_Check(found))
        return kr_raise(PyExc_TypeError, "copyreg._slotnames didn't return a list or None");
    return kr_take(found);
}

static bool has_hidden_fields(PyTypeObject *type, PyObject *names)
{
    Py_ssize_t explained = PyBaseObject_Type.tp_basicsize;
    const Py_ssize_t word = sizeof(PyObject *);
    if (type->tp_dictoffset != 0 && !kr_type_has_flag(type, Py_TPFLAGS_MANAGED_DICT))
        explained += word;
    if (type->tp_weaklistoffset > 0) explained += word;
    if (names != Py_None) explained += word * PyList_GET_SIZE(names);
    return type->tp_basicsize > explained;
}

// A dict of the slots that have values.
static PyObject *slots_state(PyObject *self, PyObject *names)
{
    KR_AUTO PyObject *slots = PyDict_New();
    if (slots == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); i++) {
        KR_AUTO PyObject *name = Py_NewRef(PyList_GET_ITEM(names, i));
        PyObject *found;
        if (_PyObject_LookupAttr(self, name, &found) < 0) return NULL;
        KR_AUTO PyObject *value = found;
        if (value != NULL && PyDict_SetItem(slots, name, value) < 0) return NULL;
    }
    return kr_take(slots);
}

PyObject *kr_object_reduce_default_state(PyObject *self, bool required)
{
    PyTypeObject *type = Py_TYPE(self);
    if (required && type->tp_itemsize != 0)
        return kr_raise(PyExc_TypeError, "cannot pickle %.200s objects", type->tp_name);
    KR_AUTO PyObject *state = _PyObject_IsInstanceDictEmpty(self) ? Py_NewRef(Py_None)
        : PyObject_GenericGetDict(self, NULL);
    if (state == NULL) return NULL;
    KR_AUTO PyObject *names = slot_names(type);
    if (names == NULL) return NULL;
    if (required && has_hidden_fields(type, names))
        return kr_raise(PyExc_TypeError, "cannot pickle '%.200s' object", type->tp_name);
    if (names == Py_None || PyList_GET_SIZE(names) == 0) return kr_take(state);
    KR_AUTO PyObject *slots = slots_state(self, names);
    if (slots == NULL) return NULL;
    return PyDict_GET_SIZE(slots) == 0 ? kr_take(state) : PyTuple_Pack(2, state, slots);
}

static PyObject *state_of(PyObject *self, bool required)
{
    KR_AUTO PyObject *method = PyObject_GetAttr(self, ID(__getstate__));
    if (method == NULL) return NULL;
    if (kr_object_is_default_getstate(method, self))
        return kr_object_reduce_default_state(self, required);
    return PyObject_CallNoArgs(method);
}

PyObject *_PyObject_GetState(PyObject *self)
{
    return state_of(self, false);
}

// --- arguments for __new__

static int read_new_arguments_ex(PyObject *answer, PyObject **ret_args, PyObject **ret_kwargs)
{
    if (!PyTuple_Check(answer))
        return kr_raise_int(PyExc_TypeError, "__getnewargs_ex__ should return a tuple, not "
                            "'%.200s'", Py_TYPE(answer)->tp_name);
    if (PyTuple_GET_SIZE(answer) != 2)
        return kr_raise_int(PyExc_ValueError, "__getnewargs_ex__ should return a tuple of length "
                            "2, not %zd", PyTuple_GET_SIZE(answer));
    PyObject *args = PyTuple_GET_ITEM(answer, 0), *kwargs = PyTuple_GET_ITEM(answer, 1);
    if (!PyTuple_Check(args))
        return kr_raise_int(PyExc_TypeError, "first item of the tuple returned by "
                            "__getnewargs_ex__ must be a tuple, not '%.200s'",
                            Py_TYPE(args)->tp_name);
    if (!PyDict_Check(kwargs))
        return kr_raise_int(PyExc_TypeError, "second item of the tuple returned by "
                            "__getnewargs_ex__ must be a dict, not '%.200s'",
                            Py_TYPE(kwargs)->tp_name);
    *ret_args = Py_NewRef(args);
    *ret_kwargs = Py_NewRef(kwargs);
    return 0;
}

// Sets what the object gives for __new__; leaves NULL what it does not give.
static int get_new_arguments(PyObject *self, PyObject **ret_args, PyObject **ret_kwargs)
{
    KR_AUTO PyObject *extended = _PyObject_LookupSpecial(self, ID(__getnewargs_ex__));
    if (extended != NULL) {
        KR_AUTO PyObject *answer = PyObject_CallNoArgs(extended);
        return answer == NULL ? -1 : read_new_arguments_ex(answer, ret_args, ret_kwargs);
    }
    if (PyErr_Occurred()) return -1;
    KR_AUTO PyObject *plain = _PyObject_LookupSpecial(self, ID(__getnewargs__));
    if (plain == NULL) return PyErr_Occurred() ? -1 : 0;
    KR_AUTO PyObject *answer = PyObject_CallNoArgs(plain);
    if (answer == NULL) return -1;
    if (!PyTuple_Check(answer))
        return kr_raise_int(PyExc_TypeError, "__getnewargs__ should return a tuple, not '%.200s'",
                            Py_TYPE(answer)->tp_name);
    *ret_args = kr_take(answer);
    return 0;
}

// --- the whole

// Sets the iterators over items of a list or a dict; None otherwise.
static int get_items(PyObject *self, PyObject **ret_list, PyObject **ret_dict)
{
    *ret_list = PyList_Check(self) ? PyObject_GetIter(self) : Py_NewRef(Py_None);
    if (*ret_list == NULL) return -1;
    *ret_dict = NULL;
    if (!PyDict_Check(self)) {
        *ret_dict = Py_NewRef(Py_None);
        return 0;
    }
    KR_AUTO PyObject *items = PyObject_CallMethodNoArgs(self, ID(items));
    *ret_dict = items == NULL ? NULL : PyObject_GetIter(items);
    return *ret_dict == NULL ? -1 : 0;
}

static PyObject *prepend(PyObject *first, PyObject *args)
{
    Py_ssize_t count = args == NULL ? 0 : PyTuple_GET_SIZE(args);
    PyObject *all = PyTuple_New(count + 1);
    if (all == NULL) return NULL;
    PyTuple_SET_ITEM(all, 0, Py_NewRef(first));
    for (Py_ssize_t i = 0; i < count; i++)
        PyTuple_SET_ITEM(all, i + 1, Py_NewRef(PyTuple_GET_ITEM(args, i)));
    return all;
}

static PyObject *reduce_by_new(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (type->tp_new == NULL)
        return kr_raise(PyExc_TypeError, "cannot pickle '%.200s' object", type->tp_name);
    KR_AUTO PyObject *args = NULL;
    KR_AUTO PyObject *kwargs = NULL;
    if (get_new_arguments(self, &args, &kwargs) < 0) return NULL;
    KR_AUTO PyObject *copyreg = import_copyreg();
    if (copyreg == NULL) return NULL;
    bool plain = kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0;
    KR_AUTO PyObject *maker = PyObject_GetAttr(copyreg,
                                               plain ? ID(__newobj__) : ID(__newobj_ex__));
    if (maker == NULL) return NULL;
    KR_AUTO PyObject *maker_args = plain ? prepend((PyObject *)type, args)
        : PyTuple_Pack(3, type, args, kwargs);
    if (maker_args == NULL) return NULL;
    KR_AUTO PyObject *state =
        state_of(self, !(args != NULL || PyList_Check(self) || PyDict_Check(self)));
    if (state == NULL) return NULL;
    KR_AUTO PyObject *list_items = NULL;
    KR_AUTO PyObject *dict_items = NULL;
    if (get_items(self, &list_items, &dict_items) < 0) return NULL;
    return PyTuple_Pack(5, maker, maker_args, state, list_items, dict_items);
}

PyObject *kr_object_reduce(PyObject *self, int protocol)
{
    if (protocol >= 2) return reduce_by_new(self);
    KR_AUTO PyObject *copyreg = import_copyreg();
    if (copyreg == NULL) return NULL;
    KR_AUTO PyObject *number = PyLong_FromLong(protocol);
    if (number == NULL) return NULL;
    return PyObject_CallMethodObjArgs(copyreg, ID(_reduce_ex), self, number, NULL);
}

PyObject *kr_object_reduce_ex(PyObject *self, int protocol)
{
    PyObject *found;
    if (_PyObject_LookupAttr(self, ID(__reduce__), &found) < 0) return NULL;
    KR_AUTO PyObject *reduce = found;
    if (reduce != NULL) {
        KR_AUTO PyObject *of_class = PyObject_GetAttr((PyObject *)Py_TYPE(self), ID(__reduce__));
        if (of_class == NULL) return NULL;
        PyObject *of_object = PyDict_GetItemWithError(PyBaseObject_Type.tp_dict, ID(__reduce__));
        if (of_class != of_object) return PyObject_CallNoArgs(reduce);
    }
    return kr_object_reduce(self, protocol);
}
