// specialize_names.c - special forms of LOAD_GLOBAL, LOAD_ATTR, STORE_ATTR and LOAD_METHOD.
//
// (1) A cached type version vouches for every attribute of the type; a keys version for which
//     names a dict has and where.
// (2) An object in a cache is borrowed: it lives as long as the version that guards it.
#include "vm/specialize.h"

#include "cpython/funcobject.h"
#include "descrobject.h"
#include "dictobject.h"
#include "moduleobject.h"
#include "objects/containers/dict.h"
#include "objects/containers/instance_dict.h"
#include "objects/model/type.h"
#include "structmember.h"
#include "vm/specialize_common.h"

// Entry of [name] and version of the keys of [dict]; -1: cannot be cached.
static Py_ssize_t find_in_dict(PyObject *dict, PyObject *name, uint32_t *ret_version)
{
    if (dict == NULL || !PyDict_CheckExact(dict)) return -1;
    PyDictKeysObject *keys = ((PyDictObject *)dict)->ma_keys;
    if (keys->dk_kind != KR_KEYS_UNICODE || !PyUnicode_CheckExact(name)) return -1;
    Py_ssize_t index = kr_dict_name_index((PyDictObject *)dict, name);
    if (index < 0 || index > UINT16_MAX) return -1;
    *ret_version = kr_keys_version(keys);
    return *ret_version == 0 ? -1 : index;
}

// Version of the keys of [dict], when it certainly lacks [name]; 0: cannot be cached.
static uint32_t version_without(PyObject *dict, PyObject *name)
{
    if (dict == NULL || !PyDict_CheckExact(dict)) return 0;
    PyDictKeysObject *keys = ((PyDictObject *)dict)->ma_keys;
    if (!kr_keys_are_unicode(keys) || kr_dict_name_index((PyDictObject *)dict, name) >= 0)
        return 0;
    return kr_keys_version(keys);
}

void kr_specialize_global(KrFrame *frame, _Py_CODEUNIT *instruction, PyObject *name)
{
    uint32_t version = 0, builtin_version = 0;
    Py_ssize_t index = find_in_dict(frame->f_globals, name, &version);
    if (index >= 0) {
        instruction[2] = (uint16_t)index;
        write_u32(instruction, 2, version);
        succeed(instruction, OP_LOAD_GLOBAL_MODULE);
        return;
    }
    version = version_without(frame->f_globals, name);
    index = find_in_dict(frame->f_builtins, name, &builtin_version);
    if (version == 0 || index < 0 || builtin_version > UINT16_MAX) {
        fail(instruction);
        return;
    }
    instruction[2] = (uint16_t)index;
    write_u32(instruction, 2, version);
    instruction[5] = (uint16_t)builtin_version;
    succeed(instruction, OP_LOAD_GLOBAL_BUILTIN);
}

static bool load_from_module(PyObject *module, _Py_CODEUNIT *instruction, PyObject *name,
                             bool is_method)
{
    uint32_t version;
    Py_ssize_t index = find_in_dict(kr_specialize_module_dict(module), name, &version);
    if (index < 0 || Py_TYPE(module)->tp_getattro != PyModule_Type.tp_getattro) return false;
    if (_PyType_Lookup(&PyModule_Type, name) != NULL) return false;
    if (is_method) {
        instruction[4] = (uint16_t)index;
        write_u32(instruction, 4, version);
        succeed(instruction, OP_LOAD_METHOD_MODULE);
    } else {
        write_u32(instruction, 1, version);
        instruction[4] = (uint16_t)index;
        succeed(instruction, OP_LOAD_ATTR_MODULE);
    }
    return true;
}

// Offset of the slot that [descriptor] describes in instances of [type], or 0.
static Py_ssize_t slot_offset(PyTypeObject *type, PyObject *descriptor, bool for_writing)
{
    if (!Py_IS_TYPE(descriptor, &PyMemberDescr_Type)) return 0;
    PyMemberDescrObject *member = (PyMemberDescrObject *)descriptor;
    if (member->d_member->type != T_OBJECT_EX || (member->d_member->flags & PY_AUDIT_READ))
        return 0;
    if (for_writing && (member->d_member->flags & READONLY)) return 0;
    if (!PyType_IsSubtype(type, member->d_common.d_type)) return 0;
    Py_ssize_t offset = member->d_member->offset;
    return offset > 0 && offset <= UINT16_MAX ? offset : 0;
}

static bool is_data_descriptor(PyObject *descriptor)
{
    return descriptor != NULL && Py_TYPE(descriptor)->tp_descr_set != NULL;
}

// Index of [name] among the inline values of [owner], which has some; -1: none.
static Py_ssize_t inline_index(PyObject *owner, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(owner);
    if (!PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT)
        || *_PyObject_ValuesPointer(owner) == NULL)
        return -1;
    return kr_instance_dict_find(type, name);
}

static bool load_from_instance(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(owner);
    if (type->tp_getattro != PyObject_GenericGetAttr) return false;
    PyObject *descriptor = _PyType_Lookup(type, name);
    unsigned version = kr_type_version(type);
    if (version == 0) return false;
    write_u32(instruction, 1, version);
    if (is_data_descriptor(descriptor)) {
        Py_ssize_t offset = slot_offset(type, descriptor, false);
        if (offset == 0) return false;
        instruction[4] = (uint16_t)offset;
        succeed(instruction, OP_LOAD_ATTR_SLOT);
        return true;
    }
    Py_ssize_t index = inline_index(owner, name);
    if (index >= 0) {
        instruction[4] = (uint16_t)index;
        succeed(instruction, OP_LOAD_ATTR_INSTANCE_VALUE);
        return true;
    }
    if (!PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT)) return false;
    PyObject *dict = *_PyObject_ManagedDictPointer(owner);
    if (dict == NULL || !PyDict_CheckExact(dict)
        || !kr_keys_are_unicode(((PyDictObject *)dict)->ma_keys))
        return false;
    index = kr_dict_name_index((PyDictObject *)dict, name);
    if (index < 0 || index > UINT16_MAX) return false;
    instruction[4] = (uint16_t)index;
    succeed(instruction, OP_LOAD_ATTR_WITH_HINT);
    return true;
}

void kr_specialize_load_attribute(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name)
{
    bool done = PyModule_CheckExact(owner) ? load_from_module(owner, instruction, name, false)
                                           : load_from_instance(owner, instruction, name);
    if (!done) fail(instruction);
}

static bool store_in_instance(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(owner);
    if (type->tp_setattro != PyObject_GenericSetAttr) return false;
    PyObject *descriptor = _PyType_Lookup(type, name);
    unsigned version = kr_type_version(type);
    if (version == 0) return false;
    write_u32(instruction, 1, version);
    if (is_data_descriptor(descriptor)) {
        Py_ssize_t offset = slot_offset(type, descriptor, true);
        if (offset == 0) return false;
        instruction[4] = (uint16_t)offset;
        succeed(instruction, OP_STORE_ATTR_SLOT);
        return true;
    }
    Py_ssize_t index = inline_index(owner, name);
    if (index < 0) return false;
    instruction[4] = (uint16_t)index;
    succeed(instruction, OP_STORE_ATTR_INSTANCE_VALUE);
    return true;
}

void kr_specialize_store_attribute(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name)
{
    if (!store_in_instance(owner, instruction, name)) fail(instruction);
}

static bool load_class_method(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name)
{
    PyTypeObject *metatype = Py_TYPE(owner), *type = (PyTypeObject *)owner;
    if (metatype->tp_getattro != PyType_Type.tp_getattro || _PyType_Lookup(metatype, name) != NULL)
        return false;
    PyObject *found = _PyType_Lookup(type, name);
    if (found == NULL) return false;
    PyTypeObject *kind = Py_TYPE(found);
    if (kind != &PyFunction_Type && kind != &PyMethodDescr_Type && kind->tp_descr_get != NULL)
        return false;
    unsigned version = kr_type_version(type);
    if (version == 0) return false;
    write_u32(instruction, 1, version);
    write_object(instruction, 6, found);
    succeed(instruction, OP_LOAD_METHOD_CLASS);
    return true;
}

// Where instances of a type without managed dict have their dict pointer.
static bool load_beside_plain_dict(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name)
{
    Py_ssize_t offset = Py_TYPE(owner)->tp_dictoffset;
    if (offset == 0) {
        succeed(instruction, OP_LOAD_METHOD_NO_DICT);
        return true;
    }
    if (offset < 0 || offset > INT16_MAX) return false;
    PyObject *dict = *(PyObject **)((char *)owner + offset);
    instruction[4] = (uint16_t)(int16_t)offset;
    if (dict == NULL) {
        succeed(instruction, OP_LOAD_METHOD_LAZY_DICT);
        return true;
    }
    uint32_t version = version_without(dict, name);
    if (version == 0) return false;
    write_u32(instruction, 4, version);
    succeed(instruction, OP_LOAD_METHOD_WITH_DICT);
    return true;
}

static bool load_beside_managed_dict(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name)
{
    if (*_PyObject_ValuesPointer(owner) != NULL) {
        PyDictKeysObject *keys = ((PyHeapTypeObject *)Py_TYPE(owner))->ht_cached_keys;
        if (keys == NULL || kr_instance_dict_find(Py_TYPE(owner), name) >= 0) return false;
        uint32_t version = kr_keys_version(keys);
        if (version == 0) return false;
        write_u32(instruction, 4, version);
        succeed(instruction, OP_LOAD_METHOD_WITH_VALUES);
        return true;
    }
    PyObject **slot = _PyObject_ManagedDictPointer(owner);
    uint32_t version = version_without(*slot, name);
    if (version == 0) return false;
    instruction[4] = (uint16_t)(int16_t)((char *)slot - (char *)owner);
    write_u32(instruction, 4, version);
    succeed(instruction, OP_LOAD_METHOD_WITH_DICT);
    return true;
}

static bool load_instance_method(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(owner);
    if (type->tp_getattro != PyObject_GenericGetAttr) return false;
    PyObject *found = _PyType_Lookup(type, name);
    if (found == NULL || !PyType_HasFeature(Py_TYPE(found), Py_TPFLAGS_METHOD_DESCRIPTOR))
        return false;
    unsigned version = kr_type_version(type);
    if (version == 0) return false;
    write_u32(instruction, 1, version);
    write_object(instruction, 6, found);
    if (PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT))
        return load_beside_managed_dict(owner, instruction, name);
    return load_beside_plain_dict(owner, instruction, name);
}

void kr_specialize_load_method(PyObject *owner, _Py_CODEUNIT *instruction, PyObject *name)
{
    bool done;
    if (PyModule_CheckExact(owner)) done = load_from_module(owner, instruction, name, true);
    else if (PyType_Check(owner)) done = load_class_method(owner, instruction, name);
    else done = load_instance_method(owner, instruction, name);
    if (!done) fail(instruction);
}
