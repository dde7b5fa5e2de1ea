// module.c - module objects: creation (also in two phases), state, attributes, the end.
#include "objects/model/module.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "abstract.h"
#include "boolobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "listobject.h"
#include "methodobject.h"
#include "modsupport.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/attributes.h"
#include "objects/model/call.h"
#include "objects/model/module_repr.h"
#include "objects/strings/names.h"
#include "objimpl.h"
#include "pyerrors.h"
#include "pymem.h"
#include "structmember.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "weakrefobject.h"

// The full name of the extension module that is being loaded, set by the import system.
const char *_Py_PackageContext = NULL;

static PyModuleObject *check(PyObject *module)
{
    if (PyModule_Check(module)) return (PyModuleObject *)module;
    PyErr_BadArgument();
    return NULL;
}

// --- the definition

PyTypeObject PyModuleDef_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "moduledef",
    .tp_basicsize = sizeof(struct PyModuleDef),
};

PyObject *PyModuleDef_Init(struct PyModuleDef *definition)
{
    // The number that PyState_FindModule looks modules up by.
    static Py_ssize_t last_index = 0;
    if (PyType_Ready(&PyModuleDef_Type) < 0) return NULL;
    if (definition->m_base.m_index == 0) {
        Py_SET_REFCNT(definition, 1);
        Py_SET_TYPE(definition, &PyModuleDef_Type);
        definition->m_base.m_index = ++last_index;
    }
    return (PyObject *)definition;
}

// --- creation

static PyObject *allocate(PyTypeObject *type)
{
    PyModuleObject *self = (PyModuleObject *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->md_dict = PyDict_New();
    if (self->md_dict != NULL) return (PyObject *)self;
    Py_DECREF(self);
    return NULL;
}

static int set_attributes(PyModuleObject *self, PyObject *name, PyObject *doc)
{
    PyObject *dict = self->md_dict;
    if (PyDict_SetItem(dict, ID(__name__), name) < 0 || PyDict_SetItem(dict, ID(__doc__), doc) < 0
        || PyDict_SetItem(dict, ID(__package__), Py_None) < 0 || PyDict_SetItem(
            dict, ID(__loader__), Py_None) < 0 || PyDict_SetItem(dict, ID(__spec__), Py_None) < 0)
        return -1;
    if (PyUnicode_CheckExact(name)) Py_XSETREF(self->md_name, Py_NewRef(name));
    return 0;
}

PyObject *PyModule_NewObject(PyObject *name)
{
    KR_AUTO PyObject *self = allocate(&PyModule_Type);
    if (self == NULL || set_attributes((PyModuleObject *)self, name, Py_None) < 0) return NULL;
    return kr_take(self);
}

PyObject *PyModule_New(const char *text)
{
    KR_AUTO PyObject *name = PyUnicode_FromString(text);
    return name == NULL ? NULL : PyModule_NewObject(name);
}

static int add_functions(PyObject *module, PyObject *name, PyMethodDef *methods)
{
    for (; methods->ml_name != NULL; methods++) {
        if (methods->ml_flags & (METH_CLASS | METH_STATIC))
            return kr_raise_int(PyExc_ValueError,
                                "module functions cannot set METH_CLASS or METH_STATIC");
        KR_AUTO PyObject *function = PyCFunction_NewEx(methods, module, name);
        if (function == NULL || PyObject_SetAttrString(module, methods->ml_name, function) < 0)
            return -1;
    }
    return 0;
}

int PyModule_AddFunctions(PyObject *module, PyMethodDef *methods)
{
    KR_AUTO PyObject *name = PyModule_GetNameObject(module);
    return name == NULL ? -1 : add_functions(module, name, methods);
}

int PyModule_SetDocString(PyObject *module, const char *text)
{
    KR_AUTO PyObject *doc = PyUnicode_FromString(text);
    return doc == NULL ? -1 : PyObject_SetAttr(module, ID(__doc__), doc);
}

// Functions and docstring of [definition] for [module].
static int add_contents(PyObject *module, PyObject *name, struct PyModuleDef *definition)
{
    if (definition->m_methods != NULL && add_functions(module, name, definition->m_methods) < 0)
        return -1;
    return definition->m_doc == NULL ? 0 : PyModule_SetDocString(module, definition->m_doc);
}

static int allocate_state(PyModuleObject *self, Py_ssize_t size)
{
    if (size <= 0) return 0;
    self->md_state = PyMem_Calloc(1, (size_t)size);
    if (self->md_state != NULL) return 0;
    PyErr_NoMemory();
    return -1;
}

// A package's extension module is known to C only by its last name.
static const char *full_name(const char *name)
{
    const char *dot = _Py_PackageContext == NULL ? NULL : strrchr(_Py_PackageContext, '.');
    if (dot == NULL || strcmp(name, dot + 1) != 0) return name;
    name = _Py_PackageContext;
    _Py_PackageContext = NULL;
    return name;
}

PyObject *_PyModule_CreateInitialized(struct PyModuleDef *definition, int api_version)
{
    if (PyModuleDef_Init(definition) == NULL) return NULL;
    if (definition->m_slots != NULL)
        return kr_raise(PyExc_SystemError, "module %s: PyModule_Create is incompatible with "
                        "m_slots", definition->m_name);
    KR_AUTO PyObject *name = PyUnicode_FromString(full_name(definition->m_name));
    if (name == NULL) return NULL;
    KR_AUTO PyObject *module = PyModule_NewObject(name);
    if (module == NULL || allocate_state((PyModuleObject *)module, definition->m_size) < 0)
        return NULL;
    if (add_contents(module, name, definition) < 0) return NULL;
    ((PyModuleObject *)module)->md_def = definition;
    return kr_take(module);
}

#undef PyModule_Create2
PyObject *PyModule_Create2(struct PyModuleDef *definition, int api_version)
{
    return _PyModule_CreateInitialized(definition, api_version);
}

// --- creation in two phases

typedef PyObject *(*CreateSlot)(PyObject *spec, struct PyModuleDef *definition);
typedef int (*ExecuteSlot)(PyObject *module);

// The create slot of [definition]: 0, or -1 with SystemError.
static int read_slots(struct PyModuleDef *definition, const char *name, CreateSlot *ret_create,
                      bool *ret_has_exec)
{
    *ret_create = NULL;
    *ret_has_exec = false;
    for (PyModuleDef_Slot *slot = definition->m_slots; slot != NULL && slot->slot != 0; slot++) {
        if (slot->slot == Py_mod_create && *ret_create != NULL)
            return kr_raise_int(PyExc_SystemError, "module %s has multiple create slots", name);
        if (slot->slot == Py_mod_create) *ret_create = (CreateSlot)slot->value;
        else if (slot->slot == Py_mod_exec) *ret_has_exec = true;
        else
            return kr_raise_int(PyExc_SystemError, "module %s uses unknown slot ID %i", name,
                                slot->slot);
    }
    return 0;
}

static PyObject *call_create(CreateSlot create, PyObject *spec, struct PyModuleDef *definition,
                             const char *name)
{
    PyObject *module = create(spec, definition);
    if (module == NULL && !PyErr_Occurred())
        return kr_raise(PyExc_SystemError,
                        "creation of module %s failed without setting an exception", name);
    if (module != NULL && PyErr_Occurred()) {
        Py_DECREF(module);
        return _PyErr_FormatFromCause(PyExc_SystemError,
                                      "creation of module %s raised unreported exception", name);
    }
    return module;
}

static int check_created(PyObject *module, struct PyModuleDef *definition, const char *name,
                         bool has_exec)
{
    if (PyModule_Check(module)) {
        ((PyModuleObject *)module)->md_state = NULL;
        ((PyModuleObject *)module)->md_def = definition;
        return 0;
    }
    if (definition->m_size > 0 || definition->m_traverse != NULL || definition->m_clear != NULL
        || definition->m_free != NULL)
        return kr_raise_int(PyExc_SystemError,
                            "module %s is not a module object, but requests module state", name);
    if (has_exec)
        return kr_raise_int(PyExc_SystemError, "module %s specifies execution slots, but did not "
                            "create a ModuleType instance", name);
    return 0;
}

#undef PyModule_FromDefAndSpec2
PyObject *PyModule_FromDefAndSpec2(struct PyModuleDef *definition, PyObject *spec, int api_version)
{
    if (PyModuleDef_Init(definition) == NULL) return NULL;
    KR_AUTO PyObject *name = PyObject_GetAttr(spec, ID(name));
    if (name == NULL) return NULL;
    const char *text = PyUnicode_AsUTF8(name);
    if (text == NULL) return NULL;
    if (definition->m_size < 0)
        return kr_raise(PyExc_SystemError, "module %s: m_size may not be negative for multi-phase "
                        "initialization", text);
    CreateSlot create;
    bool has_exec;
    if (read_slots(definition, text, &create, &has_exec) < 0) return NULL;
    KR_AUTO PyObject *module =
        create != NULL ? call_create(create, spec, definition, text) : PyModule_NewObject(name);
    if (module == NULL || check_created(module, definition, text, has_exec) < 0) return NULL;
    return add_contents(module, name, definition) < 0 ? NULL : kr_take(module);
}

static int call_execute(ExecuteSlot execute, PyObject *module, const char *name)
{
    int status = execute(module);
    if (status != 0 && !PyErr_Occurred())
        kr_raise(PyExc_SystemError, "execution of module %s failed without setting an exception",
                 name);
    if (status != 0) return -1;
    if (!PyErr_Occurred()) return 0;
    _PyErr_FormatFromCause(PyExc_SystemError, "execution of module %s raised unreported exception",
                           name);
    return -1;
}

int PyModule_ExecDef(PyObject *module, struct PyModuleDef *definition)
{
    const char *name = PyModule_GetName(module);
    if (name == NULL) return -1;
    PyModuleObject *self = (PyModuleObject *)module;
    // Zero bytes of state are state too: something to free.
    if (definition->m_size >= 0 && self->md_state == NULL
        && allocate_state(self, definition->m_size == 0 ? 1 : definition->m_size) < 0)
        return -1;
    for (PyModuleDef_Slot *slot = definition->m_slots; slot != NULL && slot->slot != 0; slot++) {
        if (slot->slot == Py_mod_create) continue;
        if (slot->slot != Py_mod_exec)
            return kr_raise_int(PyExc_SystemError, "module %s initialized with unknown slot %i",
                                name, slot->slot);
        if (call_execute((ExecuteSlot)slot->value, module, name) < 0) return -1;
    }
    return 0;
}

// --- questions

PyObject *PyModule_GetDict(PyObject *module)
{
    if (PyModule_Check(module)) return ((PyModuleObject *)module)->md_dict;
    PyErr_BadInternalCall();
    return NULL;
}

PyObject *PyModule_GetNameObject(PyObject *module)
{
    PyModuleObject *self = check(module);
    if (self == NULL) return NULL;
    PyObject *name = self->md_dict == NULL ? NULL
        : PyDict_GetItemWithError(self->md_dict, ID(__name__));
    if (name != NULL && PyUnicode_Check(name)) return Py_NewRef(name);
    return PyErr_Occurred() ? NULL : kr_raise(PyExc_SystemError, "nameless module");
}

const char *PyModule_GetName(PyObject *module)
{
    // The dict keeps it alive.
    KR_AUTO PyObject *name = PyModule_GetNameObject(module);
    return name == NULL ? NULL : PyUnicode_AsUTF8(name);
}

PyObject *PyModule_GetFilenameObject(PyObject *module)
{
    PyModuleObject *self = check(module);
    if (self == NULL) return NULL;
    PyObject *file = self->md_dict == NULL ? NULL
        : PyDict_GetItemWithError(self->md_dict, ID(__file__));
    if (file != NULL && PyUnicode_Check(file)) return Py_NewRef(file);
    return PyErr_Occurred() ? NULL : kr_raise(PyExc_SystemError, "module filename missing");
}

const char *PyModule_GetFilename(PyObject *module)
{
    KR_AUTO PyObject *file = PyModule_GetFilenameObject(module);
    return file == NULL ? NULL : PyUnicode_AsUTF8(file);
}

struct PyModuleDef *PyModule_GetDef(PyObject *module)
{
    PyModuleObject *self = check(module);
    return self == NULL ? NULL : self->md_def;
}

void *PyModule_GetState(PyObject *module)
{
    PyModuleObject *self = check(module);
    return self == NULL ? NULL : self->md_state;
}

// --- emptying: names with one underscore first, so that the others can still use them

static void blank_names(PyObject *dict, bool private)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(dict, &position, &key, &value)) {
        if (value == Py_None || !PyUnicode_Check(key)) continue;
        bool one_underscore = PyUnicode_READ_CHAR(key, 0) == '_'
            && PyUnicode_READ_CHAR(key, 1) != '_';
        if (PyUnicode_GET_LENGTH(key) == 0 || one_underscore != private) continue;
        if (_PyUnicode_EqualToASCIIString(key, "__builtins__")) continue;
        if (PyDict_SetItem(dict, key, Py_None) != 0) PyErr_WriteUnraisable(NULL);
    }
}

void _PyModule_ClearDict(PyObject *dict)
{
    blank_names(dict, true);
    blank_names(dict, false);
}

void _PyModule_Clear(PyObject *module)
{
    PyObject *dict = ((PyModuleObject *)module)->md_dict;
    if (dict != NULL) _PyModule_ClearDict(dict);
}

// --- attributes

int _PyModuleSpec_IsInitializing(PyObject *spec)
{
    if (spec == NULL) return 0;
    PyObject *found;
    int status = _PyObject_LookupAttr(spec, ID(_initializing), &found);
    KR_AUTO PyObject *value = found;
    int initializing = status > 0 ? PyObject_IsTrue(value) : 0;
    if (status >= 0 && initializing >= 0) return initializing;
    PyErr_Clear();
    return 0;
}

// Is [name] a submodule that is being imported right now?
static int is_uninitialized_submodule(PyObject *spec, PyObject *name)
{
    KR_AUTO PyObject *names = NULL;
    if (spec == NULL || _PyObject_LookupAttr(spec, ID(_uninitialized_submodules), &names) <= 0) {
        PyErr_Clear();
        return 0;
    }
    int found = PySequence_Contains(names, name);
    if (found < 0) PyErr_Clear();
    return found > 0;
}

static PyObject *raise_missing(PyModuleObject *self, PyObject *name)
{
    PyObject *module_name = PyDict_GetItemWithError(self->md_dict, ID(__name__));
    if (module_name == NULL || !PyUnicode_Check(module_name)) {
        if (PyErr_Occurred()) return NULL;
        return kr_raise(PyExc_AttributeError, "module has no attribute '%U'", name);
    }
    KR_AUTO PyObject *kept = Py_NewRef(module_name);
    KR_AUTO PyObject *spec = Py_XNewRef(PyDict_GetItemWithError(self->md_dict, ID(__spec__)));
    if (PyErr_Occurred()) return NULL;
    if (_PyModuleSpec_IsInitializing(spec))
        return kr_raise(PyExc_AttributeError, "partially initialized module '%U' has no attribute "
                        "'%U' (most likely due to a circular import)", kept, name);
    if (is_uninitialized_submodule(spec, name))
        return kr_raise(PyExc_AttributeError, "cannot access submodule '%U' of module '%U' "
                                              "(most likely due to a circular import)",
                        name, kept);
    return kr_raise(PyExc_AttributeError, "module '%U' has no attribute '%U'", kept, name);
}

PyObject *kr_module_getattro(PyObject *object, PyObject *name)
{
    PyModuleObject *self = (PyModuleObject *)object;
    PyObject *value = _PyObject_GenericGetAttrWithDict(object, name, NULL, 1);
    if (value != NULL || PyErr_Occurred()) return value;
    if (self->md_dict == NULL)
        return kr_raise(PyExc_AttributeError, "module has no attribute '%U'", name);
    PyObject *hook = PyDict_GetItemWithError(self->md_dict, ID(__getattr__));
    if (hook != NULL) {
        KR_AUTO PyObject *kept = Py_NewRef(hook);
        return PyObject_CallOneArg(kept, name);
    }
    return PyErr_Occurred() ? NULL : raise_missing(self, name);
}

INITIALIZER(module, "name: str, doc: object = None",
            "Create a module object.\n\nThe name must be a string; the optional doc argument can "
            "have any type.")
static int module_init(PyModuleObject *self, PyObject *name, PyObject *doc)
{
    if (self->md_dict == NULL && (self->md_dict = PyDict_New()) == NULL) return -1;
    return set_attributes(self, name, doc);
}

// The dict of [self] for __dir__ and __annotations__, or NULL with TypeError.
static PyObject *get_dict(PyModuleObject *self)
{
    KR_AUTO PyObject *dict = PyObject_GetAttr((PyObject *)self, ID(__dict__));
    if (dict == NULL || PyDict_Check(dict)) return kr_take(dict);
    return kr_raise(PyExc_TypeError, "<module>.__dict__ is not a dictionary");
}

METHOD(__dir__, "self, /", "__dir__() -> list\nspecialized dir() implementation")
static PyObject *module___dir__(PyModuleObject *self)
{
    KR_AUTO PyObject *dict = get_dict(self);
    if (dict == NULL) return NULL;
    KR_AUTO PyObject *hook = Py_XNewRef(PyDict_GetItemWithError(dict, ID(__dir__)));
    if (hook != NULL) return PyObject_CallNoArgs(hook);
    return PyErr_Occurred() ? NULL : PyDict_Keys(dict);
}

GETTER(__annotations__, NULL)
static PyObject *module_get___annotations__(PyModuleObject *self)
{
    KR_AUTO PyObject *dict = get_dict(self);
    if (dict == NULL) return NULL;
    PyObject *found = PyDict_GetItemWithError(dict, ID(__annotations__));
    if (found != NULL || PyErr_Occurred()) return Py_XNewRef(found);
    KR_AUTO PyObject *annotations = PyDict_New();
    if (annotations == NULL || PyDict_SetItem(dict, ID(__annotations__), annotations) < 0)
        return NULL;
    return kr_take(annotations);
}

SETTER(__annotations__)
static int module_set___annotations__(PyModuleObject *self, PyObject *value)
{
    KR_AUTO PyObject *dict = get_dict(self);
    if (dict == NULL) return -1;
    if (value != NULL) return PyDict_SetItem(dict, ID(__annotations__), value);
    int status = PyDict_DelItem(dict, ID(__annotations__));
    if (status < 0 && PyErr_ExceptionMatches(PyExc_KeyError))
        PyErr_SetString(PyExc_AttributeError, "__annotations__");
    return status;
}

#include "objects/model/module.methods.h"

static PyMemberDef module_members[] = {
    {"__dict__", T_OBJECT, offsetof(PyModuleObject, md_dict), READONLY},
    {NULL},
};

// --- life

static PyObject *module_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return allocate(type);
}

static bool has_state(PyModuleObject *self)
{
    return self->md_def != NULL && (self->md_def->m_size <= 0 || self->md_state != NULL);
}

static int module_traverse(PyModuleObject *self, visitproc visit, void *arg)
{
    if (has_state(self) && self->md_def->m_traverse != NULL) {
        int status = self->md_def->m_traverse((PyObject *)self, visit, arg);
        if (status != 0) return status;
    }
    Py_VISIT(self->md_dict);
    return 0;
}

static int module_clear(PyModuleObject *self)
{
    if (has_state(self) && self->md_def->m_clear != NULL) {
        int status = self->md_def->m_clear((PyObject *)self);
        if (PyErr_Occurred()) PyErr_WriteUnraisable(NULL);
        if (status != 0) return status;
    }
    Py_CLEAR(self->md_dict);
    return 0;
}

static void module_dealloc(PyModuleObject *self)
{
    PyObject_GC_UnTrack(self);
    if (self->md_weaklist != NULL) PyObject_ClearWeakRefs((PyObject *)self);
    if (has_state(self) && self->md_def->m_free != NULL) self->md_def->m_free(self);
    Py_XDECREF(self->md_dict);
    Py_XDECREF(self->md_name);
    PyMem_Free(self->md_state);
    Py_TYPE(self)->tp_free(self);
}

PyTypeObject PyModule_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "module",
    .tp_basicsize = sizeof(PyModuleObject),
    .tp_dealloc = (destructor)module_dealloc,
    .tp_repr = kr_module_repr,
    .tp_getattro = kr_module_getattro,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = module_doc,
    .tp_traverse = (traverseproc)module_traverse,
    .tp_clear = (inquiry)module_clear,
    .tp_weaklistoffset = offsetof(PyModuleObject, md_weaklist),
    .tp_methods = module_methods,
    .tp_members = module_members,
    .tp_getset = module_getset,
    .tp_dictoffset = offsetof(PyModuleObject, md_dict),
    .tp_init = module_tp_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = module_new,
    .tp_free = PyObject_GC_Del,
};
