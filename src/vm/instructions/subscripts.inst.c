// subscripts.inst.c - container[index]: read, store, delete, slices.

INST(BINARY_SUBSCR, IN(container, index), OUT(result), CACHE(4))
{
    if (IS_WARM()) kr_specialize_subscript(object(container), object(index), next_instr - 1);
    PyObject *made = PyObject_GetItem(object(container), object(index));
    release(container);
    release(index);
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(BINARY_SUBSCR_LIST_INT, IN(container, index), OUT(result), CACHE(4), FAMILY(BINARY_SUBSCR))
{
    PyObject *list = object(container), *number = object(index);
    DEOPT_IF(!PyList_CheckExact(list) || !PyLong_CheckExact(number) || !is_one_digit(number));
    Py_ssize_t at = one_digit(number);
    if (at < 0) at += PyList_GET_SIZE(list);
    DEOPT_IF((size_t)at >= (size_t)PyList_GET_SIZE(list));
    result = own_new(PyList_GET_ITEM(list, at));
    release(index);
    release(container);
}

INST(BINARY_SUBSCR_TUPLE_INT, IN(container, index), OUT(result), CACHE(4), FAMILY(BINARY_SUBSCR))
{
    PyObject *tuple = object(container), *number = object(index);
    DEOPT_IF(!PyTuple_CheckExact(tuple) || !PyLong_CheckExact(number) || !is_one_digit(number));
    Py_ssize_t at = one_digit(number);
    if (at < 0) at += PyTuple_GET_SIZE(tuple);
    DEOPT_IF((size_t)at >= (size_t)PyTuple_GET_SIZE(tuple));
    result = own_new(PyTuple_GET_ITEM(tuple, at));
    release(index);
    release(container);
}

INST(BINARY_SUBSCR_DICT, IN(container, index), OUT(result), CACHE(4), FAMILY(BINARY_SUBSCR))
{
    DEOPT_IF(!PyDict_CheckExact(object(container)));
    PyObject *found = PyDict_GetItemWithError(object(container), object(index));
    if (UNLIKELY(found == NULL) && !PyErr_Occurred()) _PyErr_SetKeyError(object(index));
    Py_XINCREF(found);
    release(container);
    release(index);
    ERROR_IF(found == NULL);
    result = own(found);
}

// A __getitem__ written in Python: runs in the same loop.
INST(BINARY_SUBSCR_GETITEM, IN(container, index), OUT(result), CACHE(4), FAMILY(BINARY_SUBSCR))
{
    PyTypeObject *type = Py_TYPE(object(container));
    DEOPT_IF(type->tp_version_tag != cache_u32(1));
    PyFunctionObject *function = kr_specialize_cached_getitem(type);
    DEOPT_IF(function == NULL || function->func_version != cache_u16(3) || !runs_inline(thread));
    KrFrame *callee = push_frame(thread, function);
    ERROR_KEEP_IF(callee == NULL);
    callee->localsplus[0] = container;
    callee->localsplus[1] = index;
    unbind_locals_from(callee, 2);
    sp -= 2;
    next_instr += 4;
    ENTER_FRAME(callee);
}

INST(STORE_SUBSCR, IN(value, container, index), OUT(), CACHE(1))
{
    if (IS_WARM()) kr_specialize_store_subscript(object(container), object(index), next_instr - 1);
    int failed = PyObject_SetItem(object(container), object(index), object(value));
    release(value);
    release(container);
    release(index);
    ERROR_IF(failed < 0);
}

INST(STORE_SUBSCR_LIST_INT, IN(value, container, index), OUT(), CACHE(1), FAMILY(STORE_SUBSCR))
{
    PyObject *list = object(container), *number = object(index);
    DEOPT_IF(!PyList_CheckExact(list) || !PyLong_CheckExact(number) || !is_one_digit(number));
    Py_ssize_t at = one_digit(number);
    if (at < 0) at += PyList_GET_SIZE(list);
    DEOPT_IF((size_t)at >= (size_t)PyList_GET_SIZE(list));
    PyObject *old = PyList_GET_ITEM(list, at);
    PyList_SET_ITEM(list, at, take(value));
    sp -= 3;
    release(index);
    Py_DECREF(old);
    release(container);
    sp += 3;
}

INST(STORE_SUBSCR_DICT, IN(value, container, index), OUT(), CACHE(1), FAMILY(STORE_SUBSCR))
{
    DEOPT_IF(!PyDict_CheckExact(object(container)));
    int failed = PyDict_SetItem(object(container), object(index), object(value));
    release(value);
    release(container);
    release(index);
    ERROR_IF(failed < 0);
}

INST(DELETE_SUBSCR, IN(container, index), OUT())
{
    int failed = PyObject_DelItem(object(container), object(index));
    release(container);
    release(index);
    ERROR_IF(failed < 0);
}

INST(BUILD_SLICE, IN(parts[oparg]), OUT(slice))
{
    PyObject *step = oparg == 3 ? object(parts[2]) : NULL;
    PyObject *made = PySlice_New(object(parts[0]), object(parts[1]), step);
    release_all(parts, oparg);
    ERROR_IF(made == NULL);
    slice = own(made);
}
