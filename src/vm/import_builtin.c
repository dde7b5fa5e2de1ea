// import_builtin.c - modules that are part of the executable, and single-phase modules that were
// loaded before.
//
// A module that its init function made at once (single-phase) is remembered by (file name, name)
// -> definition, so that a second import makes it again from a copy of its namespace, or by its
// init function.
#include "vm/imports.h"

#include "modsupport.h"
#include "abstract.h"
#include "dictobject.h"
#include "internal/pycore_import.h"
#include "internal/pycore_namespace.h"
#include "internal/pycore_pystate.h"
#include "listobject.h"
#include "objects/errors/raise.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "tupleobject.h"
#include "unicodeobject.h"

static struct _inittab no_modules[] = {{NULL, NULL}};
// Set by app to the table of builtin modules, before the interpreter starts.
struct _inittab *PyImport_Inittab = no_modules;

int PyImport_ExtendInittab(struct _inittab *added)
{
    static struct _inittab *own_copy = NULL;
    size_t old_count = 0, count = 0;
    while (PyImport_Inittab[old_count].name != NULL) old_count++;
    while (added[count].name != NULL) count++;
    if (count == 0) return 0;
    struct _inittab *table = PyMem_RawRealloc(own_copy, (old_count + count + 1) * sizeof *table);
    if (table == NULL) return -1;
    if (PyImport_Inittab != own_copy) memcpy(table, PyImport_Inittab, old_count * sizeof *table);
    memcpy(table + old_count, added, (count + 1) * sizeof *table);
    PyImport_Inittab = own_copy = table;
    return 0;
}

int PyImport_AppendInittab(const char *name, PyObject *(*init)(void))
{
    struct _inittab added[2] = {{name, init}, {NULL, NULL}};
    return PyImport_ExtendInittab(added);
}

static const struct _inittab *find_entry(PyObject *name)
{
    for (const struct _inittab *entry = PyImport_Inittab; entry->name != NULL; entry++)
        if (_PyUnicode_EqualToASCIIString(name, entry->name)) return entry;
    return NULL;
}

int kr_import_builtin_kind(PyObject *name)
{
    const struct _inittab *entry = find_entry(name);
    if (entry == NULL) return 0;
    return entry->initfunc == NULL ? -1 : 1;
}

PyObject *kr_import_builtin_names(void)
{
    KR_AUTO PyObject *list = PyList_New(0);
    if (list == NULL) return NULL;
    for (const struct _inittab *entry = PyImport_Inittab; entry->name != NULL; entry++) {
        KR_AUTO PyObject *name = PyUnicode_FromString(entry->name);
        if (name == NULL || PyList_Append(list, name) < 0) return NULL;
    }
    if (PyList_Sort(list) < 0) return NULL;
    return PyList_AsTuple(list);
}

// --- modules that were loaded before ------------------------------------------------------------

int kr_import_fix_up_extension(PyObject *module, PyObject *name, PyObject *filename,
                               PyObject *modules)
{
    PyModuleDef *definition = module == NULL || !PyModule_Check(module) ? NULL
        : PyModule_GetDef(module);
    if (definition == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyThreadState *thread = kr_thread_current();
    PyInterpreterState *interpreter = thread->interp;
    if (PyObject_SetItem(modules, name, module) < 0) return -1;
    if (_PyState_AddModule(thread, module, definition) < 0) {
        PyMapping_DelItem(modules, name);
        return -1;
    }
    if (definition->m_size == -1) {
        PyObject *copy = PyDict_Copy(PyModule_GetDict(module));
        if (copy == NULL) return -1;
        Py_XSETREF(definition->m_base.m_copy, copy);
    }
    if (interpreter->extensions == NULL) {
        interpreter->extensions = PyDict_New();
        if (interpreter->extensions == NULL) return -1;
    }
    KR_AUTO PyObject *key = PyTuple_Pack(2, filename, name);
    return key == NULL ? -1 : PyDict_SetItem(interpreter->extensions, key, (PyObject *)definition);
}

int _PyImport_FixupExtensionObject(PyObject *module, PyObject *name, PyObject *filename,
                                   PyObject *modules)
{
    return kr_import_fix_up_extension(module, name, filename, modules);
}

int _PyImport_FixupBuiltin(PyObject *module, const char *name, PyObject *modules)
{
    KR_AUTO PyObject *text = PyUnicode_InternFromString(name);
    return text == NULL ? -1 : kr_import_fix_up_extension(module, text, text, modules);
}

// The module made again out of the namespace it had after its first import.
static PyObject *restore_copy(PyModuleDef *definition, PyObject *name)
{
    if (definition->m_base.m_copy == NULL) return NULL;
    PyObject *module = PyImport_AddModuleObject(name);
    if (module == NULL || PyDict_Update(PyModule_GetDict(module), definition->m_base.m_copy) < 0)
        return NULL;
    return Py_NewRef(module);
}

PyObject *kr_import_find_extension(PyThreadState *thread, PyObject *name, PyObject *filename)
{
    PyInterpreterState *interpreter = thread->interp;
    if (interpreter->extensions == NULL) return NULL;
    KR_AUTO PyObject *key = PyTuple_Pack(2, filename, name);
    if (key == NULL) return NULL;
    PyModuleDef *definition = (PyModuleDef *)PyDict_GetItemWithError(interpreter->extensions, key);
    if (definition == NULL) return NULL;
    KR_AUTO PyObject *module = NULL;
    if (definition->m_size == -1) {
        module = restore_copy(definition, name);
    } else if (definition->m_base.m_init != NULL) {
        module = definition->m_base.m_init();
        if (module != NULL && PyObject_SetItem(interpreter->modules, name, module) < 0)
            return NULL;
    }
    if (module == NULL) return NULL;
    if (_PyState_AddModule(thread, module, definition) < 0) {
        PyMapping_DelItem(interpreter->modules, name);
        return NULL;
    }
    return kr_take(module);
}

// --- making builtin modules ---------------------------------------------------------------------

PyObject *kr_import_create_builtin(PyObject *spec)
{
    PyThreadState *thread = kr_thread_current();
    KR_AUTO PyObject *name = PyObject_GetAttr(spec, ID(name));
    if (name == NULL) return NULL;
    PyObject *known = kr_import_find_extension(thread, name, name);
    if (known != NULL || PyErr_Occurred()) return known;
    const struct _inittab *entry = find_entry(name);
    if (entry == NULL) Py_RETURN_NONE;
    if (entry->initfunc == NULL) return Py_XNewRef(PyImport_AddModuleObject(name));
    KR_AUTO PyObject *module = entry->initfunc();
    if (module == NULL) return NULL;
    if (PyObject_TypeCheck(module, &PyModuleDef_Type))
        return PyModule_FromDefAndSpec((PyModuleDef *)kr_take(module), spec);
    PyModuleDef *definition = PyModule_GetDef(module);
    if (definition == NULL) return NULL;
    definition->m_base.m_init = entry->initfunc;
    if (kr_import_fix_up_extension(module, name, name, thread->interp->modules) < 0) return NULL;
    return kr_take(module);
}

PyObject *kr_import_bootstrap_imp(void)
{
    KR_AUTO PyObject *name = PyUnicode_FromString("_imp");
    KR_AUTO PyObject *attributes = PyDict_New();
    if (name == NULL || attributes == NULL || PyDict_SetItem(attributes, ID(name), name) < 0)
        return NULL;
    KR_AUTO PyObject *spec = _PyNamespace_New(attributes);
    if (spec == NULL) return NULL;
    KR_AUTO PyObject *module = kr_import_create_builtin(spec);
    if (module == NULL) return NULL;
    PyModuleDef *definition = PyModule_Check(module) ? PyModule_GetDef(module) : NULL;
    if (definition != NULL && definition->m_slots != NULL
        && PyModule_ExecDef(module, definition) < 0)
        return NULL;
    return kr_take(module);
}
