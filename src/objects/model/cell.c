// cell.c - cells: variables shared between a function and those inside it.
#include "cpython/cellobject.h"

#include <stddef.h>

#include "abstract.h"
#include "boolobject.h"
#include "descrobject.h"
#include "object.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "unicodeobject.h"

PyObject *PyCell_New(PyObject *contents)
{
    PyCellObject *cell = PyObject_GC_New(PyCellObject, &PyCell_Type);
    if (cell == NULL) return NULL;
    cell->ob_ref = Py_XNewRef(contents);
    PyObject_GC_Track(cell);
    return (PyObject *)cell;
}

PyObject *PyCell_Get(PyObject *cell)
{
    if (PyCell_Check(cell)) return Py_XNewRef(((PyCellObject *)cell)->ob_ref);
    PyErr_BadInternalCall();
    return NULL;
}

int PyCell_Set(PyObject *cell, PyObject *value)
{
    if (!PyCell_Check(cell)) {
        PyErr_BadInternalCall();
        return -1;
    }
    Py_XSETREF(((PyCellObject *)cell)->ob_ref, Py_XNewRef(value));
    return 0;
}

CONSTRUCTOR(cell, "contents: object = NULL, /",
            "Create a new cell object.\n\n"
            "  contents\n"
            "    the contents of the cell. If not specified, the cell will be empty,\n"
            "    and \nfurther attempts to access its cell_contents attribute will\n"
            "    raise a ValueError.")
static PyObject *cell_new(PyTypeObject *type, PyObject *contents)
{
    return PyCell_New(contents);
}

GETTER(cell_contents, NULL)
static PyObject *cell_get_cell_contents(PyCellObject *self)
{
    if (self->ob_ref == NULL) return kr_raise(PyExc_ValueError, "Cell is empty");
    return Py_NewRef(self->ob_ref);
}

SETTER(cell_contents)
static int cell_set_cell_contents(PyCellObject *self, PyObject *value)
{
    Py_XSETREF(self->ob_ref, Py_XNewRef(value));
    return 0;
}

#include "objects/model/cell.methods.h"

static PyObject *cell_repr(PyCellObject *self)
{
    if (self->ob_ref == NULL) return PyUnicode_FromFormat("<cell at %p: empty>", self);
    return PyUnicode_FromFormat("<cell at %p: %.80s object at %p>", self,
                                Py_TYPE(self->ob_ref)->tp_name, self->ob_ref);
}

static PyObject *cell_richcompare(PyObject *left, PyObject *right, int operator)
{
    if (!PyCell_Check(left) || !PyCell_Check(right)) Py_RETURN_NOTIMPLEMENTED;
    PyObject *one = ((PyCellObject *)left)->ob_ref, *other = ((PyCellObject *)right)->ob_ref;
    if (one != NULL && other != NULL) return PyObject_RichCompare(one, other, operator);
    // An empty cell is less than any other.
    Py_RETURN_RICHCOMPARE(one != NULL, other != NULL, operator);
}

static int cell_traverse(PyCellObject *self, visitproc visit, void *arg)
{
    Py_VISIT(self->ob_ref);
    return 0;
}

static int cell_clear(PyCellObject *self)
{
    Py_CLEAR(self->ob_ref);
    return 0;
}

static void cell_dealloc(PyCellObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->ob_ref);
    PyObject_GC_Del(self);
}

PyTypeObject PyCell_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "cell",
    .tp_basicsize = sizeof(PyCellObject),
    .tp_dealloc = (destructor)cell_dealloc,
    .tp_repr = (reprfunc)cell_repr,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = cell_doc,
    .tp_traverse = (traverseproc)cell_traverse,
    .tp_clear = (inquiry)cell_clear,
    .tp_richcompare = cell_richcompare,
    .tp_getset = cell_getset,
    .tp_new = cell_tp_new,
};
