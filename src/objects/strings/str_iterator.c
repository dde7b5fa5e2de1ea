// str_iterator.c - iter(str): one type for ASCII, whose characters are all singletons, one for the
// rest.
#include "objects/strings/str_iterator.h"

#include "longobject.h"
#include "objects/errors/raise.h"
#include "objects/model/builtin.h"
#include "objimpl.h"
#include "tupleobject.h"

typedef struct StrIterator {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *text;      // NULL when exhausted
} StrIterator;

PyObject *kr_str_iterator_new(PyObject *text)
{
    if (PyUnicode_READY(text) < 0) return NULL;
    PyTypeObject *type = PyUnicode_IS_COMPACT_ASCII(text) ? &_PyUnicodeASCIIIter_Type
                                                          : &PyUnicodeIter_Type;
    StrIterator *self = PyObject_GC_New(StrIterator, type);
    if (self == NULL) return NULL;
    self->index = 0;
    self->text = Py_NewRef(text);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static void dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    Py_XDECREF(((StrIterator *)object)->text);
    PyObject_GC_Del(object);
}

static int traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(((StrIterator *)object)->text);
    return 0;
}

static PyObject *next_ascii(PyObject *object)
{
    StrIterator *self = (StrIterator *)object;
    if (self->text == NULL) return NULL;
    assert(PyUnicode_IS_COMPACT_ASCII(self->text));
    if (self->index < PyUnicode_GET_LENGTH(self->text))
        return kr_str_latin1_char(PyUnicode_1BYTE_DATA(self->text)[self->index++]);
    Py_CLEAR(self->text);
    return NULL;
}

static PyObject *next_any(PyObject *object)
{
    StrIterator *self = (StrIterator *)object;
    if (self->text == NULL) return NULL;
    if (self->index < PyUnicode_GET_LENGTH(self->text))
        return PyUnicode_FromOrdinal((int)PyUnicode_READ_CHAR(self->text, self->index++));
    Py_CLEAR(self->text);
    return NULL;
}

METHOD(__length_hint__, "self, /", "Private method returning an estimate of len(list(it)).")
static PyObject *iterator___length_hint__(StrIterator *self)
{
    Py_ssize_t length = 0;
    if (self->text != NULL) length = PyUnicode_GET_LENGTH(self->text) - self->index;
    return PyLong_FromSsize_t(length);
}

METHOD(__reduce__, "self, /", "Return state information for pickling.")
static PyObject *iterator___reduce__(StrIterator *self)
{
    KR_AUTO PyObject *iter = kr_builtin_get(ID(iter));
    // The lookup may have run code that exhausted the iterator.
    KR_AUTO PyObject *text = self->text == NULL ? kr_str_empty() : Py_NewRef(self->text);
    KR_AUTO PyObject *args = iter == NULL ? NULL : PyTuple_Pack(1, text);
    if (args == NULL) return NULL;
    if (self->text == NULL) return PyTuple_Pack(2, iter, args);
    KR_AUTO PyObject *index = PyLong_FromSsize_t(self->index);
    return index == NULL ? NULL : PyTuple_Pack(3, iter, args, index);
}

METHOD(__setstate__, "self, state, /", "Set state information for unpickling.")
static PyObject *iterator___setstate__(StrIterator *self, PyObject *state)
{
    Py_ssize_t index = PyLong_AsSsize_t(state);
    if (index == -1 && PyErr_Occurred()) return NULL;
    if (self->text != NULL)
        self->index = Py_MIN(Py_MAX(index, 0), PyUnicode_GET_LENGTH(self->text));
    return Py_NewRef(Py_None);
}

#include "objects/strings/str_iterator.methods.h"

#define ITERATOR_TYPE(variable, name, next)                                                       \
    PyTypeObject variable = {                                                                     \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                                    \
        .tp_name = name,                                                                          \
        .tp_basicsize = sizeof(StrIterator),                                                      \
        .tp_dealloc = dealloc,                                                                    \
        .tp_getattro = PyObject_GenericGetAttr,                                                   \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                                      \
        .tp_traverse = traverse,                                                                  \
        .tp_iter = PyObject_SelfIter,                                                             \
        .tp_iternext = next,                                                                      \
        .tp_methods = iterator_methods,                                                           \
    }

ITERATOR_TYPE(PyUnicodeIter_Type, "str_iterator", next_any);
ITERATOR_TYPE(_PyUnicodeASCIIIter_Type, "str_ascii_iterator", next_ascii);
