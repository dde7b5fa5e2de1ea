// class_building.c - the class statement: bases, metaclass, namespace, body, and the call that
// makes the class.
#include "vm/class_building.h"

#include "abstract.h"
#include "cpython/cellobject.h"
#include "dictobject.h"
#include "internal/pycore_object.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "runtime/owned.h"
#include "runtime/thread.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/calls.h"

// [bases] with those that are no types replaced by what their __mro_entries__ gives; the same
// tuple if there are none.
static PyObject *resolve_bases(PyObject *bases)
{
    KR_AUTO PyObject *list = NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyObject *base = PyTuple_GET_ITEM(bases, i);
        KR_AUTO PyObject *method = NULL, *entries = NULL;
        if (!PyType_Check(base) && _PyObject_LookupAttr(base, ID(__mro_entries__), &method) < 0)
            return NULL;
        if (method == NULL) {
            if (list != NULL && PyList_Append(list, base) < 0) return NULL;
            continue;
        }
        entries = PyObject_CallOneArg(method, bases);
        if (entries == NULL) return NULL;
        if (!PyTuple_Check(entries))
            return kr_raise(PyExc_TypeError, "__mro_entries__ must return a tuple");
        if (list == NULL) {
            KR_AUTO PyObject *before = PyTuple_GetSlice(bases, 0, i);
            list = before == NULL ? NULL : PySequence_List(before);
            if (list == NULL) return NULL;
        }
        Py_ssize_t end = PyList_GET_SIZE(list);
        if (PyList_SetSlice(list, end, end, entries) < 0) return NULL;
    }
    return list == NULL ? Py_NewRef(bases) : PyList_AsTuple(list);
}

// The metaclass that is asked for, or that of the first base; then the most derived of all bases'.
static PyObject *find_metaclass(PyObject *bases, PyObject *keywords, bool *ret_is_class)
{
    KR_AUTO PyObject *meta = NULL;
    if (keywords != NULL) {
        meta = Py_XNewRef(PyDict_GetItemWithError(keywords, ID(metaclass)));
        if (meta == NULL && PyErr_Occurred()) return NULL;
        if (meta != NULL && PyDict_DelItem(keywords, ID(metaclass)) < 0) return NULL;
    }
    *ret_is_class = meta == NULL || PyType_Check(meta);
    if (meta == NULL)
        meta = PyTuple_GET_SIZE(bases) == 0 ? Py_NewRef((PyObject *)&PyType_Type)
            : Py_NewRef((PyObject *)Py_TYPE(PyTuple_GET_ITEM(bases, 0)));
    if (!*ret_is_class) return kr_take(meta);
    PyTypeObject *winner = _PyType_CalculateMetaclass((PyTypeObject *)meta, bases);
    return Py_XNewRef((PyObject *)winner);
}

// metaclass.__prepare__(name, bases, **keywords), or an empty dict.
static PyObject *prepare_namespace(PyObject *meta, bool is_class, PyObject *name, PyObject *bases,
                                   PyObject *keywords)
{
    KR_AUTO PyObject *prepare = NULL;
    if (_PyObject_LookupAttr(meta, ID(__prepare__), &prepare) < 0) return NULL;
    if (prepare == NULL) return PyDict_New();
    PyObject *arguments[3] = {NULL, name, bases};
    PyObject *namespace = PyObject_VectorcallDict(prepare, arguments + 1,
                                                  2 | PY_VECTORCALL_ARGUMENTS_OFFSET, keywords);
    if (namespace != NULL && !PyMapping_Check(namespace)) {
        kr_raise(PyExc_TypeError, "%.200s.__prepare__() must return a mapping, not %.200s",
                 is_class ? ((PyTypeObject *)meta)->tp_name : "<metaclass>",
                 Py_TYPE(namespace)->tp_name);
        Py_CLEAR(namespace);
    }
    return namespace;
}

// The class body returned its __class__ cell: it must hold the new class by now.
static int check_class_cell(PyObject *cell, PyObject *class, PyObject *name)
{
    if (cell == Py_None || !PyType_Check(class) || !PyCell_Check(cell)) return 0;
    PyObject *content = PyCell_GET(cell);
    if (content == class) return 0;
    if (content == NULL)
        return kr_raise_int(PyExc_RuntimeError, "__class__ not set defining %.200R as %.200R. Was "
                            "__classcell__ propagated to type.__new__?", name, class);
    return kr_raise_int(PyExc_TypeError, "__class__ set to %.200R defining %.200R as %.200R",
                        content, name, class);
}

static PyObject *keywords_as_dict(PyObject *const *values, PyObject *names)
{
    PyObject *dict = PyDict_New();
    for (Py_ssize_t i = 0; dict != NULL && i < PyTuple_GET_SIZE(names); i++)
        if (PyDict_SetItem(dict, PyTuple_GET_ITEM(names, i), values[i]) < 0) Py_CLEAR(dict);
    return dict;
}

static PyObject *build(PyFunctionObject *body, PyObject *name, PyObject *original_bases,
                       PyObject *keywords)
{
    KR_AUTO PyObject *bases = resolve_bases(original_bases);
    if (bases == NULL) return NULL;
    bool is_class;
    KR_AUTO PyObject *meta = find_metaclass(bases, keywords, &is_class);
    if (meta == NULL) return NULL;
    KR_AUTO PyObject *namespace = prepare_namespace(meta, is_class, name, bases, keywords);
    if (namespace == NULL) return NULL;
    KR_AUTO PyObject *cell = kr_calls_function(kr_thread_current(), body, namespace, NULL, 0,
                                               NULL);
    if (cell == NULL) return NULL;
    if (bases != original_bases
        && PyMapping_SetItemString(namespace, "__orig_bases__", original_bases) < 0)
        return NULL;
    PyObject *arguments[3] = {name, bases, namespace};
    KR_AUTO PyObject *class = PyObject_VectorcallDict(meta, arguments, 3, keywords);
    if (class == NULL || check_class_cell(cell, class, name) < 0) return NULL;
    return kr_take(class);
}

PyObject *kr_class_building_build(PyObject *const *args, Py_ssize_t count, PyObject *keyword_names)
{
    if (count < 2) return kr_raise(PyExc_TypeError, "__build_class__: not enough arguments");
    if (!PyFunction_Check(args[0]))
        return kr_raise(PyExc_TypeError, "__build_class__: func must be a function");
    if (!PyUnicode_Check(args[1]))
        return kr_raise(PyExc_TypeError, "__build_class__: name is not a string");
    KR_AUTO PyObject *bases = PyTuple_New(count - 2);
    if (bases == NULL) return NULL;
    for (Py_ssize_t i = 2; i < count; i++) PyTuple_SET_ITEM(bases, i - 2, Py_NewRef(args[i]));
    KR_AUTO PyObject *keywords = NULL;
    if (keyword_names != NULL) {
        keywords = keywords_as_dict(args + count, keyword_names);
        if (keywords == NULL) return NULL;
    }
    return build((PyFunctionObject *)args[0], args[1], bases, keywords);
}
