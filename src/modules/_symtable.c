// _symtable.c - the module _symtable: the compiler's symbol table, for the library's symtable.
#include "Python.h"

#include "compile/entry.h"
#include "compile/symtable.h"
#include "objects/model/arguments.h"

METHOD(symtable, "module, source: object, filename: object, startstr: cstr, /",
       "Return symbol and scope dictionaries used internally by compiler.")
static PyObject *symtable_symtable(PyObject *module, PyObject *source, PyObject *filename,
                                   const char *startstr)
{
    KR_AUTO PyObject *path = NULL;
    if (!PyUnicode_FSDecoder(filename, &path)) return NULL;
    static const char *const modes[] = {"exec", "eval", "single"};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(startstr, modes[i]) == 0) return kr_compile_symtable(source, path, startstr, 0);
    PyErr_SetString(PyExc_ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
    return NULL;
}

#include "modules/_symtable.methods.h"

static int fill(PyObject *module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
        {"USE", KR_USE},
        {"DEF_GLOBAL", KR_DEF_GLOBAL},
        {"DEF_NONLOCAL", KR_DEF_NONLOCAL},
        {"DEF_LOCAL", KR_DEF_LOCAL},
        {"DEF_PARAM", KR_DEF_PARAM},
        {"DEF_FREE", KR_DEF_FREE},
        {"DEF_FREE_CLASS", KR_DEF_FREE_CLASS},
        {"DEF_IMPORT", KR_DEF_IMPORT},
        {"DEF_BOUND", KR_DEF_BOUND},
        {"DEF_ANNOT", KR_DEF_ANNOT},
        {"TYPE_FUNCTION", KR_SCOPE_FUNCTION},
        {"TYPE_CLASS", KR_SCOPE_CLASS},
        {"TYPE_MODULE", KR_SCOPE_MODULE},
        {"LOCAL", KR_SYMBOL_LOCAL},
        {"GLOBAL_EXPLICIT", KR_SYMBOL_GLOBAL_EXPLICIT},
        {"GLOBAL_IMPLICIT", KR_SYMBOL_GLOBAL_IMPLICIT},
        {"FREE", KR_SYMBOL_FREE},
        {"CELL", KR_SYMBOL_CELL},
        {"SCOPE_OFF", KR_SYMBOL_SCOPE_SHIFT},
        {"SCOPE_MASK", KR_SYMBOL_SCOPE_MASK},
    };
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) return -1;
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, fill},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_symtable",
    .m_methods = symtable_methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__symtable(void)
{
    return PyModuleDef_Init(&definition);
}
