// syntax_error.c - SyntaxError: a message and the place in the source that it speaks of.
#include "objects/errors/exceptions.h"

#include <string.h>

#include "abstract.h"
#include "longobject.h"
#include "tupleobject.h"
#include "unicodeobject.h"

#include "objects/errors/raise.h"
#include "runtime/owned.h"

// Fills the six place fields from (filename, lineno, offset, text[, end_lineno, end_offset]).
static int take_place(PySyntaxErrorObject *self, PyObject *place)
{
    Py_ssize_t count = PyTuple_GET_SIZE(place);
    if (count != 4 && count != 5 && count != 6)
        return kr_raise_int(PyExc_TypeError, "function takes %s %d arguments (%zd given)",
                            count < 4 ? "at least" : "at most", count < 4 ? 4 : 6, count);
    PyObject **const fields[] = {&self->filename, &self->lineno,     &self->offset,
                                 &self->text,     &self->end_lineno, &self->end_offset};
    for (Py_ssize_t i = 0; i < 6; i++)
        Py_XSETREF(*fields[i], i < count ? Py_NewRef(PyTuple_GET_ITEM(place, i)) : NULL);
    if (count == 5)
        return kr_raise_int(PyExc_TypeError,
                            "end_offset must be provided when end_lineno is provided");
    return 0;
}

static int syntax_error_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
    PySyntaxErrorObject *self = (PySyntaxErrorObject *)object;
    if (kr_base_exception_init(object, args, kwargs) < 0) return -1;
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (count >= 1) Py_XSETREF(self->msg, Py_NewRef(PyTuple_GET_ITEM(args, 0)));
    if (count != 2) return 0;
    KR_AUTO PyObject *place = PySequence_Tuple(PyTuple_GET_ITEM(args, 1));
    return place == NULL ? -1 : take_place(self, place);
}

// New str: the part of [path] behind its last slash.
static PyObject *last_part(PyObject *path)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(path);
    Py_ssize_t slash = PyUnicode_FindChar(path, '/', 0, length, -1);
    return slash == -2 ? NULL : PyUnicode_Substring(path, slash + 1, length);
}

static PyObject *syntax_error_str(PyObject *object)
{
    PySyntaxErrorObject *self = (PySyntaxErrorObject *)object;
    PyObject *message = self->msg == NULL ? Py_None : self->msg;
    int has_line = self->lineno != NULL && PyLong_CheckExact(self->lineno);
    if (self->filename == NULL || !PyUnicode_Check(self->filename)) {
        if (!has_line) return PyObject_Str(message);
        return PyUnicode_FromFormat("%S (line %S)", message, self->lineno);
    }
    KR_AUTO PyObject *file = last_part(self->filename);
    if (file == NULL) return NULL;
    if (!has_line) return PyUnicode_FromFormat("%S (%U)", message, file);
    return PyUnicode_FromFormat("%S (%U, line %S)", message, file, self->lineno);
}

#define MEMBER(name, text) \
    {#name, T_OBJECT, offsetof(PySyntaxErrorObject, name), 0, "exception " text}

static PyMemberDef syntax_error_members[] = {
    MEMBER(msg, "msg"),
    MEMBER(filename, "filename"),
    MEMBER(lineno, "lineno"),
    MEMBER(offset, "offset"),
    MEMBER(text, "text"),
    MEMBER(end_lineno, "end lineno"),
    MEMBER(end_offset, "end offset"),
    MEMBER(print_file_and_line, "print_file_and_line"),
    {NULL, 0, 0, 0, NULL},
};

const KrExceptionFamily kr_syntax_error_family = {
    .init = syntax_error_init,
    .str = syntax_error_str,
    .members = syntax_error_members,
};
