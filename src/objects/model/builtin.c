// builtin.c - names of the module builtins.
#include "objects/model/builtin.h"

#include "dictobject.h"
#include "objects/errors/raise.h"
#include "runtime/interpreter.h"

PyObject *kr_builtin_get(PyObject *name)
{
    PyObject *builtins = kr_interpreter_current()->builtins;
    PyObject *value = builtins == NULL ? NULL : PyDict_GetItemWithError(builtins, name);
    if (value != NULL) return Py_NewRef(value);
    if (PyErr_Occurred()) return NULL;
    return kr_raise(PyExc_AttributeError, "module 'builtins' has no attribute '%U'", name);
}
