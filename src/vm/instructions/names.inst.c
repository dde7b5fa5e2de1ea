// names.inst.c - global names and names of a class body or module.

INST(LOAD_NAME, IN(), OUT(value))
{
    PyObject *found = kr_variables_load_name(frame, name_at(oparg));
    ERROR_IF(found == NULL);
    value = own(found);
}

INST(STORE_NAME, IN(value), OUT())
{
    PyObject *name = name_at(oparg), *locals = frame->f_locals;
    int failed;
    if (UNLIKELY(locals == NULL)) {
        PyErr_Format(PyExc_SystemError, "no locals found when storing %R", name);
        failed = -1;
    } else if (LIKELY(PyDict_CheckExact(locals))) {
        failed = PyDict_SetItem(locals, name, object(value));
    } else {
        failed = PyObject_SetItem(locals, name, object(value));
    }
    release(value);
    ERROR_IF(failed < 0);
}

INST(DELETE_NAME, EFFECT(0))
{
    ERROR_IF(kr_variables_delete_name(frame, name_at(oparg)) < 0);
}

INST(LOAD_GLOBAL, CACHE(5), EFFECT(1 + (oparg & 1)))
{
    PyObject *name = name_at(oparg >> 1);
    if (IS_WARM()) kr_specialize_global(frame, next_instr - 1, name);
    PyObject *found = kr_variables_load_global(frame, name);
    ERROR_IF(found == NULL);
    if (oparg & 1) push(KR_UNBOUND);
    push(own(found));
}

INST(LOAD_GLOBAL_MODULE, CACHE(5), EFFECT(1 + (oparg & 1)), FAMILY(LOAD_GLOBAL))
{
    DEOPT_IF(!PyDict_CheckExact(frame->f_globals));
    PyDictKeysObject *keys = ((PyDictObject *)frame->f_globals)->ma_keys;
    DEOPT_IF(keys->dk_version != cache_u32(2));
    PyObject *found = kr_keys_unicode(keys)[cache_u16(1)].me_value;
    DEOPT_IF(found == NULL);
    if (oparg & 1) push(KR_UNBOUND);
    push(own_new(found));
}

INST(LOAD_GLOBAL_BUILTIN, CACHE(5), EFFECT(1 + (oparg & 1)), FAMILY(LOAD_GLOBAL))
{
    DEOPT_IF(!PyDict_CheckExact(frame->f_globals) || !PyDict_CheckExact(frame->f_builtins));
    PyDictKeysObject *keys = ((PyDictObject *)frame->f_globals)->ma_keys;
    PyDictKeysObject *builtin_keys = ((PyDictObject *)frame->f_builtins)->ma_keys;
    DEOPT_IF(keys->dk_version != cache_u32(2) || builtin_keys->dk_version != cache_u16(4));
    PyObject *found = kr_keys_unicode(builtin_keys)[cache_u16(1)].me_value;
    DEOPT_IF(found == NULL);
    if (oparg & 1) push(KR_UNBOUND);
    push(own_new(found));
}

INST(STORE_GLOBAL, IN(value), OUT())
{
    int failed = PyDict_SetItem(frame->f_globals, name_at(oparg), object(value));
    release(value);
    ERROR_IF(failed < 0);
}

INST(DELETE_GLOBAL, EFFECT(0))
{
    ERROR_IF(kr_variables_delete_global(frame, name_at(oparg)) < 0);
}

INST(SETUP_ANNOTATIONS, EFFECT(0))
{
    ERROR_IF(kr_variables_setup_annotations(frame) < 0);
}

INST(LOAD_BUILD_CLASS, IN(), OUT(value))
{
    PyObject *found = kr_variables_load_build_class(frame);
    ERROR_IF(found == NULL);
    value = own(found);
}

INST(IMPORT_NAME, IN(level, from_list), OUT(module))
{
    PyObject *imported = kr_import_name(thread, frame, name_at(oparg), object(from_list),
                                        object(level));
    release(level);
    release(from_list);
    ERROR_IF(imported == NULL);
    module = own(imported);
}

INST(IMPORT_FROM, IN(module), OUT(module, value))
{
    PyObject *found = kr_import_from(object(module), name_at(oparg));
    ERROR_KEEP_IF(found == NULL);
    value = own(found);
}

INST(IMPORT_STAR, IN(module), OUT())
{
    int failed = kr_import_star(frame, object(module));
    release(module);
    ERROR_IF(failed < 0);
}
