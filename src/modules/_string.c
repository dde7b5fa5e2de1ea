// _string.c - the module _string: how string.Formatter reads format strings.
#include "Python.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/format_markup.h"

// Both iterators walk a part of a str.
typedef struct MarkupIterator {
    PyObject_HEAD
    PyObject *owner;       // the str that [text] is in
    KrText text;
    Py_ssize_t position;
} MarkupIterator;

static void dealloc(PyObject *self)
{
    Py_XDECREF(((MarkupIterator *)self)->owner);
    PyObject_Free(self);
}

static PyObject *new_iterator(PyTypeObject *type, PyObject *owner, KrText text)
{
    MarkupIterator *self = PyObject_New(MarkupIterator, type);
    if (self == NULL) return NULL;
    self->owner = Py_NewRef(owner);
    self->text = text;
    self->position = 0;
    return (PyObject *)self;
}

static PyObject *next_field(PyObject *object)
{
    MarkupIterator *self = (MarkupIterator *)object;
    KrMarkup markup;
    if (kr_markup_next(self->text, &self->position, &markup) <= 0) return NULL;
    PyObject *literal = kr_str_from_chars(markup.literal);
    if (!markup.has_field) return Py_BuildValue("NOOO", literal, Py_None, Py_None, Py_None);
    PyObject *conversion = markup.conversion == 0 ? Py_NewRef(Py_None)
                                                  : PyUnicode_FromOrdinal((int)markup.conversion);
    return Py_BuildValue("NNNN", literal, kr_str_from_chars(markup.name),
                         kr_str_from_chars(markup.spec), conversion);
}

static PyObject *next_step(PyObject *object)
{
    MarkupIterator *self = (MarkupIterator *)object;
    KrMarkupStep step;
    if (kr_markup_next_step(self->text, &self->position, &step) <= 0) return NULL;
    PyObject *name = !step.is_attribute && step.index >= 0 ? PyLong_FromSsize_t(step.index)
                                                           : kr_str_from_chars(step.name);
    return Py_BuildValue("NN", PyBool_FromLong(step.is_attribute), name);
}

static PyTypeObject formatter_iterator_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "formatteriterator",
    .tp_basicsize = sizeof(MarkupIterator),
    .tp_dealloc = dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = next_field,
};

static PyTypeObject field_name_iterator_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "fieldnameiterator",
    .tp_basicsize = sizeof(MarkupIterator),
    .tp_dealloc = dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = next_step,
};

static int check_str(PyObject *text)
{
    if (PyUnicode_Check(text)) return PyUnicode_READY(text);
    return kr_raise_int(PyExc_TypeError, "expected str, got %s", Py_TYPE(text)->tp_name);
}

METHOD(formatter_parser, "module, text, /", "parse the argument as a format string")
static PyObject *string_formatter_parser(PyObject *module, PyObject *text)
{
    if (check_str(text) < 0) return NULL;
    return new_iterator(&formatter_iterator_type, text, kr_str_chars(text));
}

METHOD(formatter_field_name_split, "module, name, /", "split the argument as a field name")
static PyObject *string_formatter_field_name_split(PyObject *module, PyObject *name)
{
    KrText first, rest;
    Py_ssize_t index;
    if (check_str(name) < 0 ||
        kr_markup_split_name(kr_str_chars(name), &first, &index, &rest) < 0)
        return NULL;
    PyObject *head = index >= 0 ? PyLong_FromSsize_t(index) : kr_str_from_chars(first);
    return Py_BuildValue("NN", head, new_iterator(&field_name_iterator_type, name, rest));
}

#include "modules/_string.methods.h"

static int exec(PyObject *module)
{
    return PyType_Ready(&formatter_iterator_type) < 0 ||
           PyType_Ready(&field_name_iterator_type) < 0 ? -1 : 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, exec}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_string",
    .m_doc = "string helper module",
    .m_methods = string_methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__string(void)
{
    return PyModuleDef_Init(&definition);
}
