// instance_dict.h - attribute values inside instances, and the dict that is made from them on
// demand.
//
//   obj-32 values pointer | obj-24 dict pointer | obj-16 collector head | obj
//
// (1) At most one of the two pointers is set.  (2) The values follow the keys in the type's
// ht_cached_keys.  (3) When the dict is asked for, it takes the values over.
// Types with Py_TPFLAGS_MANAGED_DICT have this; others may have a dict pointer at tp_dictoffset.
#ifndef KR_CONTAINERS_INSTANCE_DICT_H
#define KR_CONTAINERS_INSTANCE_DICT_H

#include "objects/containers/dict_table.h"

static inline PyDictValues **_PyObject_ValuesPointer(PyObject *object)
{
    assert(PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_MANAGED_DICT));
    return (PyDictValues **)object - 4;
}

static inline PyObject **_PyObject_ManagedDictPointer(PyObject *object)
{
    assert(PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_MANAGED_DICT));
    return (PyObject **)object - 3;
}

// Keys to be shared by the instances of a new heap type, or NULL without an exception.
PyDictKeysObject *_PyDict_NewKeysForClass(void);
void _PyDictKeys_DecRef(PyDictKeysObject *keys);

// Prepares the attributes of a new instance: 0, or -1 with MemoryError.
NODISCARD int _PyObject_InitializeDict(PyObject *object);
// Sets (value NULL: deletes) attribute [name] among [values]; may turn them into a dict.
NODISCARD int _PyObject_StoreInstanceAttribute(PyObject *object, PyDictValues *values,
                                               PyObject *name, PyObject *value);
// New reference to the attribute, NULL without an exception when absent.
PyObject *_PyObject_GetInstanceAttribute(PyObject *object, PyDictValues *values, PyObject *name);
int _PyObject_VisitInstanceAttributes(PyObject *object, visitproc visit, void *argument);
void _PyObject_ClearInstanceAttributes(PyObject *object);
void _PyObject_FreeInstanceAttributes(PyObject *object);
int _PyObject_IsInstanceDictEmpty(PyObject *object);

// Where the dict pointer is, or NULL when instances have none.  Makes no dict.
PyObject **_PyObject_DictPointer(PyObject *object);
// As above, but inline values are first turned into a dict.
PyObject **_PyObject_GetDictPtr(PyObject *object);

// Sets an item of the dict at [slot], making one that shares the keys of [type] when it is NULL.
NODISCARD int _PyObjectDict_SetItem(PyTypeObject *type, PyObject **slot, PyObject *key,
                                    PyObject *value);

// A new dict made from the inline [values], which it takes over; NULL leaves them as they are.
PyObject *kr_instance_dict_from_values(PyTypeObject *type, PyDictValues *values);

// Entry number of [name] among the keys that instances of [type] share, or -1.
Py_ssize_t kr_instance_dict_find(PyTypeObject *type, PyObject *name);

#endif
