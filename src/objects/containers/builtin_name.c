// builtin_name.c - a name out of the module builtins, for what iterators give to pickle.
#include "objects/containers/builtin_name.h"

#include "runtime/interpreter.h"
#include "dictobject.h"
#include "pyerrors.h"

PyObject *kr_builtin_name_get(PyObject *name)
{
    PyObject *builtins = kr_interpreter_current()->builtins;
    PyObject *found = builtins == NULL ? NULL : PyDict_GetItemWithError(builtins, name);
    if (found == NULL && !PyErr_Occurred()) PyErr_SetObject(PyExc_AttributeError, name);
    return Py_XNewRef(found);
}
