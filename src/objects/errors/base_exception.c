// base_exception.c - BaseException: arguments, chaining, notes, traceback.
#include "objects/errors/exceptions.h"

#include <assert.h>

#include "abstract.h"
#include "dictobject.h"
#include "listobject.h"
#include "objimpl.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"
#include "runtime/hooks.h"
#include "runtime/owned.h"

static PyBaseExceptionObject *as_exception(PyObject *object)
{
    assert(PyExceptionInstance_Check(object));
    return (PyBaseExceptionObject *)object;
}

PyObject *kr_base_exception_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    as_exception(self)->args = args == NULL ? PyTuple_New(0) : Py_NewRef(args);
    if (as_exception(self)->args == NULL) Py_CLEAR(self);
    return self;
}

int kr_base_exception_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (!_PyArg_NoKeywords(Py_TYPE(self)->tp_name, kwargs)) return -1;
    Py_XSETREF(as_exception(self)->args, Py_NewRef(args));
    return 0;
}

PyObject *kr_base_exception_str(PyObject *self)
{
    PyObject *args = as_exception(self)->args;
    switch (PyTuple_GET_SIZE(args)) {
    case 0: return PyUnicode_FromString("");
    case 1: return PyObject_Str(PyTuple_GET_ITEM(args, 0));
    default: return PyObject_Str(args);
    }
}

static PyObject *base_repr(PyObject *self)
{
    PyObject *args = as_exception(self)->args;
    const char *name = _PyType_Name(Py_TYPE(self));
    if (PyTuple_GET_SIZE(args) == 1)
        return PyUnicode_FromFormat("%s(%R)", name, PyTuple_GET_ITEM(args, 0));
    return PyUnicode_FromFormat("%s%R", name, args);
}

// --- methods ------------------------------------------------------------------------------------

METHOD(__reduce__, "self", NULL)
static PyObject *base___reduce__(PyBaseExceptionObject *self)
{
    PyObject *type = (PyObject *)Py_TYPE(self);
    return self->dict == NULL ? PyTuple_Pack(2, type, self->args)
                              : PyTuple_Pack(3, type, self->args, self->dict);
}

METHOD(__setstate__, "self, state, /", NULL)
static PyObject *base___setstate__(PyBaseExceptionObject *self, PyObject *state)
{
    if (state == Py_None) Py_RETURN_NONE;
    if (!PyDict_Check(state)) return kr_raise(PyExc_TypeError, "state is not a dictionary");
    PyObject *name, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(state, &position, &name, &value)) {
        KR_AUTO PyObject *held_name = Py_NewRef(name);
        KR_AUTO PyObject *held_value = Py_NewRef(value);
        if (PyObject_SetAttr((PyObject *)self, held_name, held_value) < 0) return NULL;
    }
    Py_RETURN_NONE;
}

METHOD(with_traceback, "self, tb, /",
       "Exception.with_traceback(tb) --\n    set self.__traceback__ to tb and return self.")
static PyObject *base_with_traceback(PyBaseExceptionObject *self, PyObject *traceback)
{
    if (PyException_SetTraceback((PyObject *)self, traceback) < 0) return NULL;
    return Py_NewRef(self);
}

METHOD(add_note, "self, note, /",
       "Exception.add_note(note) --\n    add a note to the exception")
static PyObject *base_add_note(PyBaseExceptionObject *self, PyObject *note)
{
    if (!PyUnicode_Check(note))
        return kr_raise(PyExc_TypeError, "note must be a str, not '%s'", Py_TYPE(note)->tp_name);
    KR_AUTO PyObject *notes = NULL;
    if (_PyObject_LookupAttr((PyObject *)self, ID(__notes__), &notes) < 0) return NULL;
    if (notes == NULL) {
        notes = PyList_New(0);
        if (notes == NULL || PyObject_SetAttr((PyObject *)self, ID(__notes__), notes) < 0)
            return NULL;
    } else if (!PyList_Check(notes)) {
        return kr_raise(PyExc_TypeError, "Cannot add note: __notes__ is not a list");
    }
    if (PyList_Append(notes, note) < 0) return NULL;
    Py_RETURN_NONE;
}

// --- attributes ---------------------------------------------------------------------------------

GETTER(__dict__)
static PyObject *base_get___dict__(PyBaseExceptionObject *self)
{
    return PyObject_GenericGetDict((PyObject *)self, NULL);
}

SETTER(__dict__)
static int base_set___dict__(PyBaseExceptionObject *self, PyObject *value)
{
    return PyObject_GenericSetDict((PyObject *)self, value, NULL);
}

GETTER(args)
static PyObject *base_get_args(PyBaseExceptionObject *self)
{
    return Py_NewRef(self->args == NULL ? Py_None : self->args);
}

SETTER(args)
static int base_set_args(PyBaseExceptionObject *self, PyObject *value)
{
    if (value == NULL) return kr_raise_int(PyExc_TypeError, "args may not be deleted");
    PyObject *args = PySequence_Tuple(value);
    if (args == NULL) return -1;
    Py_XSETREF(self->args, args);
    return 0;
}

GETTER(__traceback__)
static PyObject *base_get___traceback__(PyBaseExceptionObject *self)
{
    return Py_NewRef(self->traceback == NULL ? Py_None : self->traceback);
}

SETTER(__traceback__)
static int base_set___traceback__(PyBaseExceptionObject *self, PyObject *value)
{
    if (value == NULL) return kr_raise_int(PyExc_TypeError, "__traceback__ may not be deleted");
    return PyException_SetTraceback((PyObject *)self, value);
}

GETTER(__context__, "exception context")
static PyObject *base_get___context__(PyBaseExceptionObject *self)
{
    return Py_NewRef(self->context == NULL ? Py_None : self->context);
}

// Checks a value for __cause__ or __context__; NULL for None.
static int linked_exception(PyObject *value, const char *name, PyObject **ret_exception)
{
    if (value == NULL) return kr_raise_int(PyExc_TypeError, "__%s__ may not be deleted", name);
    if (value != Py_None && !PyExceptionInstance_Check(value))
        return kr_raise_int(PyExc_TypeError,
                            "exception %s must be None or derive from BaseException", name);
    *ret_exception = value == Py_None ? NULL : Py_NewRef(value);
    return 0;
}

SETTER(__context__)
static int base_set___context__(PyBaseExceptionObject *self, PyObject *value)
{
    PyObject *exception;
    if (linked_exception(value, "context", &exception) < 0) return -1;
    PyException_SetContext((PyObject *)self, exception);
    return 0;
}

GETTER(__cause__, "exception cause")
static PyObject *base_get___cause__(PyBaseExceptionObject *self)
{
    return Py_NewRef(self->cause == NULL ? Py_None : self->cause);
}

SETTER(__cause__)
static int base_set___cause__(PyBaseExceptionObject *self, PyObject *value)
{
    PyObject *exception;
    if (linked_exception(value, "cause", &exception) < 0) return -1;
    PyException_SetCause((PyObject *)self, exception);
    return 0;
}

#include "objects/errors/base_exception.methods.h"

static PyMemberDef base_members[] = {
    {"__suppress_context__", T_BOOL, offsetof(PyBaseExceptionObject, suppress_context), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};

const KrExceptionFamily kr_base_family = {
    .new = kr_base_exception_new,
    .init = kr_base_exception_init,
    .str = kr_base_exception_str,
    .repr = base_repr,
    .getattro = PyObject_GenericGetAttr,
    .setattro = PyObject_GenericSetAttr,
    .methods = base_methods,
    .members = base_members,
    .getset = base_getset,
};

// --- public access ------------------------------------------------------------------------------

PyObject *PyException_GetTraceback(PyObject *self)
{
    return Py_XNewRef(as_exception(self)->traceback);
}

int PyException_SetTraceback(PyObject *self, PyObject *traceback)
{
    int is_traceback = kr_hooks.traceback_type != NULL
        && Py_IS_TYPE(traceback, kr_hooks.traceback_type);
    if (traceback != Py_None && !is_traceback)
        return kr_raise_int(PyExc_TypeError, "__traceback__ must be a traceback or None");
    Py_XSETREF(as_exception(self)->traceback, traceback == Py_None ? NULL : Py_NewRef(traceback));
    return 0;
}

PyObject *PyException_GetCause(PyObject *self)
{
    return Py_XNewRef(as_exception(self)->cause);
}

void PyException_SetCause(PyObject *self, STEALS PyObject *cause)
{
    as_exception(self)->suppress_context = 1;
    Py_XSETREF(as_exception(self)->cause, cause);
}

PyObject *PyException_GetContext(PyObject *self)
{
    return Py_XNewRef(as_exception(self)->context);
}

void PyException_SetContext(PyObject *self, STEALS PyObject *context)
{
    Py_XSETREF(as_exception(self)->context, context);
}

const char *PyExceptionClass_Name(PyObject *type)
{
    assert(PyExceptionClass_Check(type));
    return ((PyTypeObject *)type)->tp_name;
}
