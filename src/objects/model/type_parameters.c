// type_parameters.c - finding and substituting type parameters in generic aliases and unions.
//
// What a parameter is, the objects of typing say themselves: __typing_subst__, __parameters__,
// __typing_prepare_subst__.
#include "objects/model/generic_alias.h"

#include <assert.h>

#include "abstract.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "objects/model/attributes.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "sliceobject.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"

static Py_ssize_t find_identical(PyObject *tuple, PyObject *item)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++)
        if (PyTuple_GET_ITEM(tuple, i) == item) return i;
    return -1;
}

static int add_once(PyObject *list, PyObject *item)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++)
        if (PyList_GET_ITEM(list, i) == item) return 0;
    return PyList_Append(list, item);
}

static int add_parameters_of(PyObject *list, PyObject *arg)
{
    // The __parameters__ descriptor of a class is not meant.
    if (PyType_Check(arg)) return 0;
    PyObject *found;
    if (_PyObject_LookupAttr(arg, ID(__typing_subst__), &found) < 0) return -1;
    KR_AUTO PyObject *substitute = found;
    if (substitute != NULL) return add_once(list, arg);
    if (_PyObject_LookupAttr(arg, ID(__parameters__), &found) < 0) return -1;
    KR_AUTO PyObject *inner = found;
    if (inner == NULL || !PyTuple_Check(inner)) return 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(inner); i++)
        if (add_once(list, PyTuple_GET_ITEM(inner, i)) < 0) return -1;
    return 0;
}

PyObject *_Py_make_parameters(PyObject *args)
{
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++)
        if (add_parameters_of(list, PyTuple_GET_ITEM(args, i)) < 0) return NULL;
    return PyList_AsTuple(list);
}

static int extend(PyObject *list, PyObject *tuple)
{
    return PyList_SetSlice(list, PyList_GET_SIZE(list), PyList_GET_SIZE(list), tuple);
}

// --- the arguments given

// Appends [item], or what is inside when it is an unpacked tuple of known length.
static int add_unpacked(PyObject *list, PyObject *item)
{
    if (PyType_Check(item)) return PyList_Append(list, item);
    PyObject *found;
    if (_PyObject_LookupAttr(item, ID(__typing_unpacked_tuple_args__), &found) < 0) return -1;
    KR_AUTO PyObject *inner = found;
    if (inner == NULL || inner == Py_None || !PyTuple_Check(inner))
        return PyList_Append(list, item);
    Py_ssize_t count = PyTuple_GET_SIZE(inner);
    if (count > 0 && PyTuple_GET_ITEM(inner, count - 1) == Py_Ellipsis)
        return PyList_Append(list, item);
    return extend(list, inner);
}

static PyObject *unpack_given(PyObject *item)
{
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    if (!PyTuple_Check(item)) return add_unpacked(list, item) < 0 ? NULL : PyList_AsTuple(list);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(item); i++)
        if (add_unpacked(list, PyTuple_GET_ITEM(item, i)) < 0) return NULL;
    return PyList_AsTuple(list);
}

// Lets each parameter rearrange the given arguments (TypeVarTuple and ParamSpec do).
static PyObject *prepare(PyObject *self, PyObject *parameters, STEALS PyObject *given)
{
    KR_AUTO PyObject *current = given;
    for (Py_ssize_t i = 0; current != NULL && i < PyTuple_GET_SIZE(parameters); i++) {
        PyObject *found;
        if (_PyObject_LookupAttr(PyTuple_GET_ITEM(parameters, i), ID(__typing_prepare_subst__),
                                 &found) < 0)
            return NULL;
        KR_AUTO PyObject *method = found;
        if (method == NULL || method == Py_None) continue;
        Py_XSETREF(current, PyObject_CallFunctionObjArgs(method, self, current, NULL));
    }
    return kr_take(current);
}

// --- substitution

// [object] with its own parameters substituted: object[arguments].
static PyObject *substitute_inside(PyObject *object, PyObject *parameters, PyObject *const *given)
{
    PyObject *found;
    if (_PyObject_LookupAttr(object, ID(__parameters__), &found) < 0) return NULL;
    KR_AUTO PyObject *inner = found;
    if (inner == NULL || !PyTuple_Check(inner) || PyTuple_GET_SIZE(inner) == 0)
        return Py_NewRef(object);
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(inner); i++) {
        PyObject *arg = PyTuple_GET_ITEM(inner, i);
        Py_ssize_t index = find_identical(parameters, arg);
        int status;
        if (index < 0) status = PyList_Append(list, arg);
        else if (Py_TYPE(PyTuple_GET_ITEM(parameters, index))->tp_iter != NULL
                 && PyTuple_Check(given[index]))
            status = extend(list, given[index]);  // a TypeVarTuple stands for several
        else status = PyList_Append(list, given[index]);
        if (status < 0) return NULL;
    }
    KR_AUTO PyObject *arguments = PyList_AsTuple(list);
    return arguments == NULL ? NULL : PyObject_GetItem(object, arguments);
}

static int is_unpacked_tuple(PyObject *arg)
{
    PyObject *found;
    int status = _PyObject_LookupAttr(arg, ID(__typing_is_unpacked_typevartuple__), &found);
    KR_AUTO PyObject *flag = found;
    return status > 0 ? PyObject_IsTrue(flag) : status;
}

static int add_substituted(PyObject *list, PyObject *arg, PyObject *parameters,
                           PyObject *const *given)
{
    if (PyType_Check(arg)) return PyList_Append(list, arg);
    int unpack = is_unpacked_tuple(arg);
    if (unpack < 0) return -1;
    PyObject *found;
    if (_PyObject_LookupAttr(arg, ID(__typing_subst__), &found) < 0) return -1;
    KR_AUTO PyObject *method = found;
    KR_AUTO PyObject *value = NULL;
    if (method != NULL) {
        Py_ssize_t index = find_identical(parameters, arg);
        assert(index >= 0);
        value = PyObject_CallOneArg(method, given[index]);
    } else {
        value = substitute_inside(arg, parameters, given);
    }
    if (value == NULL) return -1;
    return unpack ? extend(list, value) : PyList_Append(list, value);
}

PyObject *_Py_subs_parameters(PyObject *self, PyObject *args, PyObject *parameters, PyObject *item)
{
    Py_ssize_t wanted = PyTuple_GET_SIZE(parameters);
    if (wanted == 0) return kr_raise(PyExc_TypeError, "%R is not a generic class", self);
    KR_AUTO PyObject *given = prepare(self, parameters, unpack_given(item));
    if (given == NULL) return NULL;
    int many = PyTuple_Check(given);
    Py_ssize_t count = many ? PyTuple_GET_SIZE(given) : 1;
    PyObject *const *items = many ? ((PyTupleObject *)given)->ob_item : &given;
    if (count != wanted)
        return kr_raise(PyExc_TypeError, "Too %s arguments for %R; actual %zd, expected %zd",
                        count > wanted ? "many" : "few", self, count, wanted);
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++)
        if (add_substituted(list, PyTuple_GET_ITEM(args, i), parameters, items) < 0) return NULL;
    return PyList_AsTuple(list);
}

// --- text

PyObject *kr_generic_alias_repr_item(PyObject *item)
{
    if (item == Py_Ellipsis) return PyUnicode_FromString("...");
    PyObject *found;
    if (_PyObject_LookupAttr(item, ID(__origin__), &found) < 0) return NULL;
    KR_AUTO PyObject *origin = found;
    if (origin != NULL) {
        if (_PyObject_LookupAttr(item, ID(__args__), &found) < 0) return NULL;
        KR_AUTO PyObject *args = found;
        if (args != NULL) return PyObject_Repr(item);
    }
    if (_PyObject_LookupAttr(item, ID(__qualname__), &found) < 0) return NULL;
    KR_AUTO PyObject *name = found;
    if (name == NULL) return PyObject_Repr(item);
    if (_PyObject_LookupAttr(item, ID(__module__), &found) < 0) return NULL;
    KR_AUTO PyObject *module = found;
    if (module == NULL || module == Py_None) return PyObject_Repr(item);
    if (PyUnicode_Check(module) && _PyUnicode_EqualToASCIIString(module, "builtins"))
        return PyObject_Str(name);
    return PyUnicode_FromFormat("%S.%S", module, name);
}
