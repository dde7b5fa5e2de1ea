// builtins.c - the module builtins: its functions (in the other files), constants, types,
// exceptions.
#include "modules/builtins/builtins.h"

#include "Python.h"

#include "modules/builtins/anext.h"
#include "objects/errors/exceptions.h"

static const struct {
    const char *name;
    PyTypeObject *type;
} types[] = {
    {"bool", &PyBool_Type},
    {"memoryview", &PyMemoryView_Type},
    {"bytearray", &PyByteArray_Type},
    {"bytes", &PyBytes_Type},
    {"classmethod", &PyClassMethod_Type},
    {"complex", &PyComplex_Type},
    {"dict", &PyDict_Type},
    {"enumerate", &PyEnum_Type},
    {"filter", &PyFilter_Type},
    {"float", &PyFloat_Type},
    {"frozenset", &PyFrozenSet_Type},
    {"property", &PyProperty_Type},
    {"int", &PyLong_Type},
    {"list", &PyList_Type},
    {"map", &PyMap_Type},
    {"object", &PyBaseObject_Type},
    {"range", &PyRange_Type},
    {"reversed", &PyReversed_Type},
    {"set", &PySet_Type},
    {"slice", &PySlice_Type},
    {"staticmethod", &PyStaticMethod_Type},
    {"str", &PyUnicode_Type},
    {"super", &PySuper_Type},
    {"tuple", &PyTuple_Type},
    {"type", &PyType_Type},
    {"zip", &PyZip_Type},
};

static int add_constants(PyObject *dict)
{
    if (PyDict_SetItemString(dict, "None", Py_None) < 0) return -1;
    if (PyDict_SetItemString(dict, "Ellipsis", Py_Ellipsis) < 0) return -1;
    if (PyDict_SetItemString(dict, "NotImplemented", Py_NotImplemented) < 0) return -1;
    if (PyDict_SetItemString(dict, "False", Py_False) < 0) return -1;
    if (PyDict_SetItemString(dict, "True", Py_True) < 0) return -1;
    PyObject *debug = _PyInterpreterState_GetConfig(PyInterpreterState_Get())->optimization_level
        == 0 ? Py_True : Py_False;
    return PyDict_SetItemString(dict, "__debug__", debug);
}

static int add_types(PyObject *dict)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (PyDict_SetItemString(dict, types[i].name, (PyObject *)types[i].type) < 0) return -1;
    return 0;
}

static int builtins_exec(PyObject *module)
{
    PyObject *dict = PyModule_GetDict(module);
    if (PyType_Ready(&kr_anext_type) < 0) return -1;
    if (kr_builtins_add_classes(module) < 0 || kr_builtins_add_code(module) < 0 ||
        kr_builtins_add_numbers(module) < 0 || kr_builtins_add_attributes(module) < 0 ||
        kr_builtins_add_iteration(module) < 0 || kr_builtins_add_console(module) < 0)
        return -1;
    if (add_constants(dict) < 0 || add_types(dict) < 0) return -1;
    return kr_exceptions_add_to(dict);
}

static struct PyModuleDef builtins_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "builtins",
    .m_doc = "Built-in functions, types, exceptions, and other objects.\n\nThis module provides "
        "direct access to all 'built-in'\nidentifiers of Python; for example, builtins.len is\n"
        "the full name for the built-in function len().\n\nThis module is not normally accessed "
        "explicitly by most\napplications, but can be useful in modules that provide\nobjects "
        "with the same name as a builtin and need the built-in\nof that name.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit_builtins(void)
{
    PyObject *module = PyModule_Create(&builtins_definition);
    if (module != NULL && builtins_exec(module) < 0) Py_CLEAR(module);
    return module;
}
