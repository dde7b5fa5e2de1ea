// os_error.c - OSError: an errno with its text and file names, and the subclass that fits the
// errno.
//
// (1) A subclass that overrides __init__ but not __new__ gets its fields from __init__; all others
//     get them from __new__, and OSError.__init__ leaves them alone.
// (2) `written` is -1 unless a BlockingIOError says how many characters went through.
#include "objects/errors/exceptions.h"

#include <assert.h>
#include <errno.h>

#include "abstract.h"
#include "longobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "runtime/owned.h"

// --- which subclass -----------------------------------------------------------------------------

static const struct {
    int code;
    PyObject **type;
} subclasses[] = {
    {EAGAIN, &PyExc_BlockingIOError},
    {EALREADY, &PyExc_BlockingIOError},
    {EINPROGRESS, &PyExc_BlockingIOError},
    {EPIPE, &PyExc_BrokenPipeError},
    {ESHUTDOWN, &PyExc_BrokenPipeError},
    {ECHILD, &PyExc_ChildProcessError},
    {ECONNABORTED, &PyExc_ConnectionAbortedError},
    {ECONNREFUSED, &PyExc_ConnectionRefusedError},
    {ECONNRESET, &PyExc_ConnectionResetError},
    {EEXIST, &PyExc_FileExistsError},
    {ENOENT, &PyExc_FileNotFoundError},
    {EISDIR, &PyExc_IsADirectoryError},
    {ENOTDIR, &PyExc_NotADirectoryError},
    {EINTR, &PyExc_InterruptedError},
    {EACCES, &PyExc_PermissionError},
    {EPERM, &PyExc_PermissionError},
    {ESRCH, &PyExc_ProcessLookupError},
    {ETIMEDOUT, &PyExc_TimeoutError},
};

BORROWED PyObject *kr_os_error_type_of(int code)
{
    for (size_t i = 0; i < sizeof subclasses / sizeof subclasses[0]; i++)
        if (subclasses[i].code == code) return *subclasses[i].type;
    return NULL;
}

// --- making -------------------------------------------------------------------------------------

static int os_error_init(PyObject *self, PyObject *args, PyObject *kwargs);
static PyObject *os_error_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);

// (1)
static int fields_come_from_init(PyTypeObject *type)
{
    return type->tp_init != os_error_init && type->tp_new == os_error_new;
}

typedef struct OSErrorArguments {
    PyObject *code, *text, *filename, *filename2;    // borrowed; NULL: not given
} OSErrorArguments;

// With 2 to 5 arguments: errno, strerror, filename, winerror (unused here), filename2.
static OSErrorArguments pick_arguments(PyObject *args)
{
    OSErrorArguments picked = {NULL, NULL, NULL, NULL};
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count < 2 || count > 5) return picked;
    picked.code = PyTuple_GET_ITEM(args, 0);
    picked.text = PyTuple_GET_ITEM(args, 1);
    if (count >= 3) picked.filename = PyTuple_GET_ITEM(args, 2);
    if (count == 5) picked.filename2 = PyTuple_GET_ITEM(args, 4);
    return picked;
}

static int take_characters_written(PyOSErrorObject *self, PyObject *number)
{
    self->written = PyNumber_AsSsize_t(number, PyExc_ValueError);
    return self->written == -1 && PyErr_Occurred() ? -1 : 0;
}

static int take_fields(PyOSErrorObject *self, PyObject *args)
{
    OSErrorArguments picked = pick_arguments(args);
    PyObject *kept = args;
    KR_AUTO PyObject *first_two = NULL;
    if (picked.filename != NULL && picked.filename != Py_None) {
        int is_blocking = Py_IS_TYPE(self, (PyTypeObject *)PyExc_BlockingIOError);
        if (is_blocking && PyNumber_Check(picked.filename)) {
            if (take_characters_written(self, picked.filename) < 0) return -1;
        } else {
            Py_XSETREF(self->filename, Py_NewRef(picked.filename));
            if (picked.filename2 != NULL && picked.filename2 != Py_None)
                Py_XSETREF(self->filename2, Py_NewRef(picked.filename2));
            if ((first_two = PyTuple_GetSlice(args, 0, 2)) == NULL) return -1;
            kept = first_two;
        }
    }
    Py_XSETREF(self->myerrno, Py_XNewRef(picked.code));
    Py_XSETREF(self->strerror, Py_XNewRef(picked.text));
    Py_XSETREF(self->args, Py_NewRef(kept));
    return 0;
}

// The type to make for OSError(errno, …): a subclass where one fits.
static PyTypeObject *fitting_type(PyTypeObject *type, PyObject *args)
{
    PyObject *code = pick_arguments(args).code;
    if ((PyObject *)type != PyExc_OSError || code == NULL || !PyLong_Check(code)) return type;
    int overflow;
    long number = PyLong_AsLongAndOverflow(code, &overflow);
    PyObject *subclass = overflow || number > 1 << 16 ? NULL : kr_os_error_type_of((int)number);
    return subclass == NULL ? type : (PyTypeObject *)subclass;
}

static PyObject *os_error_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    int deferred = fields_come_from_init(type);
    if (!deferred) {
        if (!_PyArg_NoKeywords(type->tp_name, kwargs)) return NULL;
        type = fitting_type(type, args);
    }
    KR_AUTO PyObject *self = type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    ((PyOSErrorObject *)self)->written = -1;
    if (deferred) {
        ((PyOSErrorObject *)self)->args = PyTuple_New(0);
        if (((PyOSErrorObject *)self)->args == NULL) return NULL;
    } else if (take_fields((PyOSErrorObject *)self, args) < 0) {
        return NULL;
    }
    return kr_take(self);
}

static int os_error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (!fields_come_from_init(Py_TYPE(self))) return 0;
    if (!_PyArg_NoKeywords(Py_TYPE(self)->tp_name, kwargs)) return -1;
    return take_fields((PyOSErrorObject *)self, args);
}

// --- showing and pickling -----------------------------------------------------------------------

static PyObject *or_none(PyObject *value)
{
    return value == NULL ? Py_None : value;
}

static PyObject *os_error_str(PyObject *object)
{
    PyOSErrorObject *self = (PyOSErrorObject *)object;
    PyObject *code = or_none(self->myerrno), *text = or_none(self->strerror);
    if (self->filename != NULL && self->filename2 != NULL)
        return PyUnicode_FromFormat("[Errno %S] %S: %R -> %R", code, text, self->filename,
                                    self->filename2);
    if (self->filename != NULL)
        return PyUnicode_FromFormat("[Errno %S] %S: %R", code, text, self->filename);
    if (self->myerrno != NULL && self->strerror != NULL)
        return PyUnicode_FromFormat("[Errno %S] %S", code, text);
    return kr_base_exception_str(object);
}

METHOD(__reduce__, "self", NULL)
static PyObject *os_error___reduce__(PyOSErrorObject *self)
{
    KR_AUTO PyObject *args = Py_NewRef(self->args);
    if (PyTuple_GET_SIZE(args) == 2 && self->filename != NULL) {
        PyObject *code = PyTuple_GET_ITEM(args, 0), *text = PyTuple_GET_ITEM(args, 1);
        PyObject *full = self->filename2 == NULL ? PyTuple_Pack(3, code, text, self->filename)
            : PyTuple_Pack(5, code, text, self->filename, Py_None, self->filename2);
        if (full == NULL) return NULL;
        Py_SETREF(args, full);
    }
    PyObject *type = (PyObject *)Py_TYPE(self);
    return self->dict == NULL ? PyTuple_Pack(2, type, args)
        : PyTuple_Pack(3, type, args, self->dict);
}

GETTER(characters_written)
static PyObject *os_error_get_characters_written(PyOSErrorObject *self)
{
    if (self->written == -1) return kr_raise(PyExc_AttributeError, "characters_written");
    return PyLong_FromSsize_t(self->written);
}

SETTER(characters_written)
static int os_error_set_characters_written(PyOSErrorObject *self, PyObject *value)
{
    if (value != NULL) return take_characters_written(self, value);
    if (self->written == -1) return kr_raise_int(PyExc_AttributeError, "characters_written");
    self->written = -1;
    return 0;
}

#include "objects/errors/os_error.methods.h"

static PyMemberDef os_error_members[] = {
    {"errno", T_OBJECT, offsetof(PyOSErrorObject, myerrno), 0, "POSIX exception code"},
    {"strerror", T_OBJECT, offsetof(PyOSErrorObject, strerror), 0, "exception strerror"},
    {"filename", T_OBJECT, offsetof(PyOSErrorObject, filename), 0, "exception filename"},
    {"filename2", T_OBJECT, offsetof(PyOSErrorObject, filename2), 0, "second exception filename"},
    {NULL, 0, 0, 0, NULL},
};

const KrExceptionFamily kr_os_error_family = {
    .new = os_error_new,
    .init = os_error_init,
    .str = os_error_str,
    .methods = os_error_methods,
    .members = os_error_members,
    .getset = os_error_getset,
};
