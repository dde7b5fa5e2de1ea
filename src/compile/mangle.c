// mangle.c - private names.  Not mangled: __magic__, dotted names, and everything in classes named
// "___".
#include "compile/mangle.h"

#include "pyerrors.h"
#include "runtime/owned.h"
#include "unicodeobject.h"

static Py_ssize_t leading_underscores(PyObject *name)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(name), count = 0;
    while (count < length && PyUnicode_READ_CHAR(name, count) == '_') count++;
    return count;
}

static int is_private(PyObject *name)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(name);
    if (length < 2 || PyUnicode_READ_CHAR(name, 0) != '_' || PyUnicode_READ_CHAR(name, 1) != '_')
        return 0;
    if (PyUnicode_READ_CHAR(name, length - 1) == '_' &&
        PyUnicode_READ_CHAR(name, length - 2) == '_')
        return 0;
    return PyUnicode_FindChar(name, '.', 0, length, 1) == -1;
}

PyObject *kr_mangle(PyObject *class_name, PyObject *name)
{
    if (class_name == NULL || !PyUnicode_Check(class_name) || !is_private(name))
        return Py_NewRef(name);
    Py_ssize_t skip = leading_underscores(class_name), length = PyUnicode_GET_LENGTH(class_name);
    if (skip == length) return Py_NewRef(name);
    if (length - skip > PY_SSIZE_T_MAX - 1 - PyUnicode_GET_LENGTH(name)) {
        PyErr_SetString(PyExc_OverflowError, "private identifier too large to be mangled");
        return NULL;
    }
    KR_AUTO PyObject *stripped = PyUnicode_Substring(class_name, skip, length);
    if (stripped == NULL) return NULL;
    PyObject *mangled = PyUnicode_FromFormat("_%U%U", stripped, name);
    if (mangled != NULL) PyUnicode_InternInPlace(&mangled);
    return mangled;
}
