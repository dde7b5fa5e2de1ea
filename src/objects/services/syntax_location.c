// syntax_location.c - where a pending SyntaxError happened, told afterwards.
#include "longobject.h"
#include "pyerrors.h"
#include "unicodeobject.h"

#include "objects/strings/names.h"
#include "runtime/owned.h"

static void set_number(PyObject *error, PyObject *name, int value, int is_known)
{
    KR_AUTO PyObject *number = is_known ? PyLong_FromLong(value) : Py_NewRef(Py_None);
    if (number == NULL || PyObject_SetAttr(error, name, number) < 0) PyErr_Clear();
}

static void set_if_missing(PyObject *error, PyObject *name, PyObject *value)
{
    KR_AUTO PyObject *old = NULL;
    int found = _PyObject_LookupAttr(error, name, &old);
    if (found < 0) PyErr_Clear();
    if (found == 0 && PyObject_SetAttr(error, name, value) < 0) PyErr_Clear();
}

static void set_location(PyObject *filename, int line, int column, int end_line, int end_column)
{
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    PyErr_NormalizeException(&type, &error, &traceback);
    set_number(error, ID(lineno), line, 1);
    set_number(error, ID(offset), column, column >= 0);
    set_number(error, ID(end_lineno), end_line, end_line >= 0);
    set_number(error, ID(end_offset), end_column, end_column >= 0);
    if (filename != NULL) {
        if (PyObject_SetAttr(error, ID(filename), filename) < 0) PyErr_Clear();
        KR_AUTO PyObject *text = PyErr_ProgramTextObject(filename, line);
        PyErr_Clear();
        if (PyObject_SetAttr(error, ID(text), text != NULL ? text : Py_None) < 0) PyErr_Clear();
    }
    if (type != PyExc_SyntaxError) {
        set_if_missing(error, ID(msg), error);
        set_if_missing(error, ID(print_file_and_line), Py_None);
    }
    PyErr_Restore(type, error, traceback);
}

void PyErr_RangedSyntaxLocationObject(PyObject *filename, int line, int column, int end_line,
                                      int end_column)
{
    set_location(filename, line, column, end_line, end_column);
}

void PyErr_SyntaxLocationObject(PyObject *filename, int line, int column)
{
    set_location(filename, line, column, line, -1);
}

void PyErr_SyntaxLocationEx(const char *filename, int line, int column)
{
    KR_AUTO PyObject *name = filename == NULL ? NULL : PyUnicode_DecodeFSDefault(filename);
    if (filename != NULL && name == NULL) PyErr_Clear();
    set_location(name, line, column, line, -1);
}

void PyErr_SyntaxLocation(const char *filename, int line)
{
    PyErr_SyntaxLocationEx(filename, line, -1);
}
