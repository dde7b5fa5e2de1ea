// module_add.c - filling of modules by extensions.
#include "dictobject.h"
#include "longobject.h"
#include "modsupport.h"
#include "moduleobject.h"
#include "pyerrors.h"
#include "unicodeobject.h"

#include "runtime/owned.h"

int PyModule_AddObjectRef(PyObject *module, const char *name, PyObject *value)
{
    if (!PyModule_Check(module)) {
        PyErr_SetString(PyExc_TypeError,
                        "PyModule_AddObjectRef() first argument must be a module");
        return -1;
    }
    if (value == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_SystemError, "PyModule_AddObjectRef() must be called with an "
                            "exception raised if value is NULL");
        return -1;
    }
    PyObject *names = PyModule_GetDict(module);
    if (names == NULL) {
        PyErr_Format(PyExc_SystemError, "module '%s' has no __dict__", PyModule_GetName(module));
        return -1;
    }
    return PyDict_SetItemString(names, name, value);
}

// Takes the reference, on success only.
int PyModule_AddObject(PyObject *module, const char *name, PyObject *value)
{
    if (PyModule_AddObjectRef(module, name, value) < 0) return -1;
    Py_DECREF(value);
    return 0;
}

static int add_new(PyObject *module, const char *name, STEALS PyObject *value)
{
    KR_AUTO PyObject *owned = value;
    return owned == NULL ? -1 : PyModule_AddObjectRef(module, name, owned);
}

int PyModule_AddIntConstant(PyObject *module, const char *name, long value)
{
    return add_new(module, name, PyLong_FromLong(value));
}

int PyModule_AddStringConstant(PyObject *module, const char *name, const char *value)
{
    return add_new(module, name, PyUnicode_FromString(value));
}

int PyModule_AddType(PyObject *module, PyTypeObject *type)
{
    if (PyType_Ready(type) < 0) return -1;
    return PyModule_AddObjectRef(module, _PyType_Name(type), (PyObject *)type);
}
