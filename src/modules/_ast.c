// _ast.c - the module _ast: the classes of AST nodes and the flags of compile().
//
// The classes are in syntax/ast_classes.c, which the compiler's service shares.
#include "syntax/ast_object.h"
#include "syntax/ast_table.h"

#include "compile.h"
#include "moduleobject.h"
#include "modsupport.h"

// Adds the class of [kind] or of its type: 0 or -1.
static int add_class(PyObject *module, PyObject *class)
{
    return class == NULL ? -1
        : PyModule_AddObjectRef(module, _PyType_Name((PyTypeObject *)class), class);
}

static int execute(PyObject *module)
{
    if (add_class(module, kr_ast_object_class(KR_AST_NONE)) < 0) return -1;
    if (PyModule_AddIntConstant(module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", PyCF_ALLOW_TOP_LEVEL_AWAIT)
        < 0 || PyModule_AddIntConstant(module, "PyCF_ONLY_AST", PyCF_ONLY_AST) < 0
        || PyModule_AddIntConstant(module, "PyCF_TYPE_COMMENTS", PyCF_TYPE_COMMENTS) < 0)
        return -1;
    for (int type = KR_TYPE_MOD; type < KR_TYPE_COUNT; type++) {
        const KrAstTypeInfo *info = &kr_ast_types[type];
        if (add_class(module, kr_ast_object_type_class(type)) < 0) return -1;
        for (int i = 0; i < info->kind_count && !info->is_single; i++)
            if (add_class(module, kr_ast_object_class(info->first_kind + i)) < 0) return -1;
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_ast",
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__ast(void)
{
    return PyModuleDef_Init(&definition);
}
