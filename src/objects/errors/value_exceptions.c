// value_exceptions.c - exceptions that carry a few named values: StopIteration, SystemExit, KeyError,
// AttributeError, NameError, ImportError.
#include "objects/errors/exceptions.h"

#include <assert.h>

#include "abstract.h"
#include "dictobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/owned.h"

static PyBaseExceptionObject *as_exception(PyObject *self)
{
    return (PyBaseExceptionObject *)self;
}

// Sets *place to a new reference to [value], or to NULL.
static void set_value(PyObject **place, PyObject *value)
{
    Py_XSETREF(*place, Py_XNewRef(value));
}

// --- StopIteration and SystemExit ---------------------------------------------------------------

static int stop_iteration_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (kr_base_exception_init(self, args, kwargs) < 0) return -1;
    set_value(&((PyStopIterationObject *)self)->value,
              PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : Py_None);
    return 0;
}

static PyMemberDef stop_iteration_members[] = {
    {"value", T_OBJECT, offsetof(PyStopIterationObject, value), 0, "generator return value"},
    {NULL, 0, 0, 0, NULL},
};

const KrExceptionFamily kr_stop_iteration_family = {
    .init = stop_iteration_init,
    .members = stop_iteration_members,
};

static int system_exit_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (kr_base_exception_init(self, args, kwargs) < 0) return -1;
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count == 0) return 0;
    set_value(&((PySystemExitObject *)self)->code, count == 1 ? PyTuple_GET_ITEM(args, 0) : args);
    return 0;
}

static PyMemberDef system_exit_members[] = {
    {"code", T_OBJECT, offsetof(PySystemExitObject, code), 0, "exception code"},
    {NULL, 0, 0, 0, NULL},
};

const KrExceptionFamily kr_system_exit_family = {
    .init = system_exit_init,
    .members = system_exit_members,
};

// --- KeyError -----------------------------------------------------------------------------------

// A lone key is shown as its repr: KeyError: '' says more than an empty line.
static PyObject *key_error_str(PyObject *self)
{
    PyObject *args = as_exception(self)->args;
    if (PyTuple_GET_SIZE(args) == 1) return PyObject_Repr(PyTuple_GET_ITEM(args, 0));
    return kr_base_exception_str(self);
}

const KrExceptionFamily kr_key_error_family = {
    .init = kr_base_exception_init,
    .str = key_error_str,
};

// --- exceptions with keyword arguments ----------------------------------------------------------

// Initialises the arguments and stores the keywords [names] (NULL ended) into [places]; any other
// keyword raises TypeError.
static int init_with_keywords(const char *kind, PyObject *self, PyObject *args, PyObject *kwargs,
                              const char *const names[], PyObject **const places[])
{
    if (kr_base_exception_init(self, args, NULL) < 0) return -1;
    Py_ssize_t used = 0;
    for (int i = 0; names[i] != NULL; i++) {
        PyObject *value = kwargs == NULL ? NULL : PyDict_GetItemString(kwargs, names[i]);
        used += value != NULL;
        set_value(places[i], value);
    }
    if (kwargs == NULL || used == PyDict_GET_SIZE(kwargs)) return 0;
    Py_ssize_t known_count = 0;
    while (names[known_count] != NULL) known_count++;
    if (PyDict_GET_SIZE(kwargs) > known_count)
        return kr_raise_int(PyExc_TypeError, "%s() takes at most %zd keyword argument%s (%zd given)",
                            kind, known_count, known_count == 1 ? "" : "s",
                            PyDict_GET_SIZE(kwargs));
    PyObject *key, *value;
    for (Py_ssize_t position = 0; PyDict_Next(kwargs, &position, &key, &value);) {
        int known = 0;
        for (int i = 0; names[i] != NULL; i++)
            known |= PyUnicode_CompareWithASCIIString(key, names[i]) == 0;
        if (!known)
            return kr_raise_int(PyExc_TypeError, "'%S' is an invalid keyword argument for %s()", key,
                                kind);
    }
    return 0;
}

static int attribute_error_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
    PyAttributeErrorObject *self = (PyAttributeErrorObject *)object;
    static const char *const names[] = {"name", "obj", NULL};
    return init_with_keywords("AttributeError", object, args, kwargs, names,
                              (PyObject **const[]){&self->name, &self->obj});
}

static PyMemberDef attribute_error_members[] = {
    {"name", T_OBJECT, offsetof(PyAttributeErrorObject, name), 0, "attribute name"},
    {"obj", T_OBJECT, offsetof(PyAttributeErrorObject, obj), 0, "object"},
    {NULL, 0, 0, 0, NULL},
};

const KrExceptionFamily kr_attribute_error_family = {
    .init = attribute_error_init,
    .str = kr_base_exception_str,
    .members = attribute_error_members,
};

static int name_error_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static const char *const names[] = {"name", NULL};
    return init_with_keywords("NameError", object, args, kwargs, names,
                              (PyObject **const[]){&((PyNameErrorObject *)object)->name});
}

static PyMemberDef name_error_members[] = {
    {"name", T_OBJECT, offsetof(PyNameErrorObject, name), 0, "name"},
    {NULL, 0, 0, 0, NULL},
};

const KrExceptionFamily kr_name_error_family = {
    .init = name_error_init,
    .str = kr_base_exception_str,
    .members = name_error_members,
};

// --- ImportError --------------------------------------------------------------------------------

static int import_error_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
    PyImportErrorObject *self = (PyImportErrorObject *)object;
    static const char *const names[] = {"name", "path", NULL};
    PyObject **const places[] = {&self->name, &self->path};
    if (init_with_keywords("ImportError", object, args, kwargs, names, places) < 0) return -1;
    set_value(&self->msg, PyTuple_GET_SIZE(args) == 1 ? PyTuple_GET_ITEM(args, 0) : NULL);
    return 0;
}

static PyObject *import_error_str(PyObject *self)
{
    PyObject *message = ((PyImportErrorObject *)self)->msg;
    if (message != NULL && PyUnicode_CheckExact(message)) return Py_NewRef(message);
    return kr_base_exception_str(self);
}

// New dict of the instance's attributes with name and path, None when there is nothing to keep.
static PyObject *import_error_state(PyImportErrorObject *self)
{
    if (self->name == NULL && self->path == NULL)
        return Py_NewRef(self->dict == NULL ? Py_None : self->dict);
    PyObject *state = self->dict == NULL ? PyDict_New() : PyDict_Copy(self->dict);
    if (state == NULL) return NULL;
    if ((self->name != NULL && PyDict_SetItem(state, ID(name), self->name) < 0) ||
        (self->path != NULL && PyDict_SetItem(state, ID(path), self->path) < 0))
        Py_CLEAR(state);
    return state;
}

METHOD(__reduce__, "self", NULL)
static PyObject *import_error___reduce__(PyImportErrorObject *self)
{
    KR_AUTO PyObject *state = import_error_state(self);
    if (state == NULL) return NULL;
    PyObject *type = (PyObject *)Py_TYPE(self);
    return state == Py_None ? PyTuple_Pack(2, type, self->args)
                            : PyTuple_Pack(3, type, self->args, state);
}

#include "objects/errors/value_exceptions.methods.h"

static PyMemberDef import_error_members[] = {
    {"msg", T_OBJECT, offsetof(PyImportErrorObject, msg), 0, "exception message"},
    {"name", T_OBJECT, offsetof(PyImportErrorObject, name), 0, "module name"},
    {"path", T_OBJECT, offsetof(PyImportErrorObject, path), 0, "module path"},
    {NULL, 0, 0, 0, NULL},
};

const KrExceptionFamily kr_import_error_family = {
    .init = import_error_init,
    .str = import_error_str,
    .methods = import_error_methods,
    .members = import_error_members,
};
