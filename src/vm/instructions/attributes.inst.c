// attributes.inst.c - attributes: load, store, delete, and methods for a call that follows.
//
// The specialised forms check the version of the object's type (cache words 1 and 2), then take
// the value from where the specialiser found it: inline values, a slot, the dict, the type.

INST(LOAD_ATTR, IN(owner), OUT(value), CACHE(4))
{
    PyObject *name = name_at(oparg);
    if (IS_WARM()) kr_specialize_load_attribute(object(owner), next_instr - 1, name);
    PyObject *found = PyObject_GetAttr(object(owner), name);
    ERROR_KEEP_IF(found == NULL);
    release(owner);
    value = own(found);
}

INST(LOAD_ATTR_INSTANCE_VALUE, IN(owner), OUT(value), CACHE(4), FAMILY(LOAD_ATTR))
{
    PyObject *self = object(owner);
    DEOPT_IF(Py_TYPE(self)->tp_version_tag != cache_u32(1));
    PyDictValues *values = *_PyObject_ValuesPointer(self);
    DEOPT_IF(values == NULL);
    PyObject *found = values->values[cache_u16(3)];
    DEOPT_IF(found == NULL);
    value = own_new(found);
    release(owner);
}

INST(LOAD_ATTR_SLOT, IN(owner), OUT(value), CACHE(4), FAMILY(LOAD_ATTR))
{
    PyObject *self = object(owner);
    DEOPT_IF(Py_TYPE(self)->tp_version_tag != cache_u32(1));
    PyObject *found = *(PyObject **)((char *)self + cache_u16(3));
    DEOPT_IF(found == NULL);
    value = own_new(found);
    release(owner);
}

INST(LOAD_ATTR_WITH_HINT, IN(owner), OUT(value), CACHE(4), FAMILY(LOAD_ATTR))
{
    PyObject *self = object(owner);
    DEOPT_IF(Py_TYPE(self)->tp_version_tag != cache_u32(1));
    PyDictObject *dict = (PyDictObject *)*_PyObject_ManagedDictPointer(self);
    DEOPT_IF(dict == NULL || !PyDict_CheckExact(dict));
    size_t hint = cache_u16(3);
    DEOPT_IF(hint >= (size_t)dict->ma_keys->dk_nentries || !kr_keys_are_unicode(dict->ma_keys));
    PyDictUnicodeEntry *entry = kr_keys_unicode(dict->ma_keys) + hint;
    DEOPT_IF(entry->me_key != name_at(oparg));
    PyObject *found = dict->ma_values != NULL ? dict->ma_values->values[hint] : entry->me_value;
    DEOPT_IF(found == NULL);
    value = own_new(found);
    release(owner);
}

INST(LOAD_ATTR_MODULE, IN(owner), OUT(value), CACHE(4), FAMILY(LOAD_ATTR))
{
    DEOPT_IF(!PyModule_CheckExact(object(owner)));
    PyDictObject *dict = (PyDictObject *)kr_specialize_module_dict(object(owner));
    DEOPT_IF(dict->ma_keys->dk_version != cache_u32(1));
    PyObject *found = kr_keys_unicode(dict->ma_keys)[cache_u16(3)].me_value;
    DEOPT_IF(found == NULL);
    value = own_new(found);
    release(owner);
}

INST(STORE_ATTR, IN(value, owner), OUT(), CACHE(4))
{
    PyObject *name = name_at(oparg);
    if (IS_WARM()) kr_specialize_store_attribute(object(owner), next_instr - 1, name);
    int failed = PyObject_SetAttr(object(owner), name, object(value));
    release(value);
    release(owner);
    ERROR_IF(failed < 0);
}

INST(STORE_ATTR_INSTANCE_VALUE, IN(value, owner), OUT(), CACHE(4), FAMILY(STORE_ATTR))
{
    PyObject *self = object(owner);
    DEOPT_IF(Py_TYPE(self)->tp_version_tag != cache_u32(1));
    PyDictValues *values = *_PyObject_ValuesPointer(self);
    DEOPT_IF(values == NULL);
    unsigned index = cache_u16(3);
    PyObject *old = values->values[index];
    values->values[index] = take(value);
    if (old == NULL) kr_values_note_set(values, index);
    else Py_DECREF(old);
    release(owner);
}

INST(STORE_ATTR_SLOT, IN(value, owner), OUT(), CACHE(4), FAMILY(STORE_ATTR))
{
    PyObject *self = object(owner);
    DEOPT_IF(Py_TYPE(self)->tp_version_tag != cache_u32(1));
    PyObject **slot = (PyObject **)((char *)self + cache_u16(3));
    PyObject *old = *slot;
    *slot = take(value);
    Py_XDECREF(old);
    release(owner);
}

INST(DELETE_ATTR, IN(owner), OUT())
{
    int failed = PyObject_SetAttr(object(owner), name_at(oparg), NULL);
    release(owner);
    ERROR_IF(failed < 0);
}

// Gives [method, self] when the attribute is a function of the type, else [NULL, attribute].
INST(LOAD_METHOD, IN(owner), OUT(first, second), CACHE(10))
{
    PyObject *name = name_at(oparg), *found = NULL;
    if (IS_WARM()) kr_specialize_load_method(object(owner), next_instr - 1, name);
    int is_method = _PyObject_GetMethod(object(owner), name, &found);
    ERROR_KEEP_IF(found == NULL);
    if (is_method) {
        first = own(found);
        second = owner;
    } else {
        release(owner);
        first = KR_UNBOUND;
        second = own(found);
    }
}

INST(LOAD_METHOD_WITH_VALUES, IN(owner), OUT(first, second), CACHE(10), FAMILY(LOAD_METHOD))
{
    PyTypeObject *type = Py_TYPE(object(owner));
    DEOPT_IF(type->tp_version_tag != cache_u32(1));
    DEOPT_IF(*_PyObject_ValuesPointer(object(owner)) == NULL);
    DEOPT_IF(((PyHeapTypeObject *)type)->ht_cached_keys->dk_version != cache_u32(4));
    first = own_new(cache_object(6));
    second = owner;
}

// The type has no instance dict, or the specialiser saw that the dict pointer at cache word 3 is
// NULL.
INST(LOAD_METHOD_NO_DICT, IN(owner), OUT(first, second), CACHE(10), FAMILY(LOAD_METHOD))
{
    DEOPT_IF(Py_TYPE(object(owner))->tp_version_tag != cache_u32(1));
    first = own_new(cache_object(6));
    second = owner;
}

INST(LOAD_METHOD_LAZY_DICT, IN(owner), OUT(first, second), CACHE(10), FAMILY(LOAD_METHOD))
{
    PyObject *self = object(owner);
    DEOPT_IF(Py_TYPE(self)->tp_version_tag != cache_u32(1));
    DEOPT_IF(*(PyObject **)((char *)self + (int16_t)cache_u16(3)) != NULL);
    first = own_new(cache_object(6));
    second = owner;
}

INST(LOAD_METHOD_WITH_DICT, IN(owner), OUT(first, second), CACHE(10), FAMILY(LOAD_METHOD))
{
    PyObject *self = object(owner);
    DEOPT_IF(Py_TYPE(self)->tp_version_tag != cache_u32(1));
    PyDictObject *dict = *(PyDictObject **)((char *)self + (int16_t)cache_u16(3));
    DEOPT_IF(dict == NULL || dict->ma_keys->dk_version != cache_u32(4));
    first = own_new(cache_object(6));
    second = owner;
}

INST(LOAD_METHOD_CLASS, IN(owner), OUT(first, second), CACHE(10), FAMILY(LOAD_METHOD))
{
    PyObject *self = object(owner);
    DEOPT_IF(!PyType_Check(self) || ((PyTypeObject *)self)->tp_version_tag != cache_u32(1));
    first = KR_UNBOUND;
    second = own_new(cache_object(6));
    release(owner);
}

INST(LOAD_METHOD_MODULE, IN(owner), OUT(first, second), CACHE(10), FAMILY(LOAD_METHOD))
{
    DEOPT_IF(!PyModule_CheckExact(object(owner)));
    PyDictObject *dict = (PyDictObject *)kr_specialize_module_dict(object(owner));
    DEOPT_IF(dict->ma_keys->dk_version != cache_u32(4));
    PyObject *found = kr_keys_unicode(dict->ma_keys)[cache_u16(3)].me_value;
    DEOPT_IF(found == NULL);
    first = KR_UNBOUND;
    second = own_new(found);
    release(owner);
}
