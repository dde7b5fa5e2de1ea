// classes.c - __build_class__, which a class statement calls; the work is vm/class_building's.
#include "modules/builtins/builtins.h"

#include "Python.h"

#include "vm/class_building.h"

static PyObject *build_class(PyObject *module, PyObject *const *args, Py_ssize_t count,
                             PyObject *names)
{
    (void)module;
    return kr_class_building_build(args, count, names);
}

static PyMethodDef class_methods[] = {
    {"__build_class__", (PyCFunction)(void (*)(void))build_class, METH_FASTCALL | METH_KEYWORDS,
     "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper "
     "function used by the class statement."},
    {NULL, NULL, 0, NULL},
};

int kr_builtins_add_classes(PyObject *module)
{
    return PyModule_AddFunctions(module, class_methods);
}
