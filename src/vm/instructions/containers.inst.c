// containers.inst.c - building tuples, lists, sets and dicts, and adding to them.

INST(BUILD_TUPLE, IN(items[oparg]), OUT(tuple))
{
    PyObject *made = PyTuple_New(oparg);
    if (UNLIKELY(made == NULL)) {
        release_all(items, oparg);
        ERROR_IF(true);
    }
    for (int i = 0; i < oparg; i++) PyTuple_SET_ITEM(made, i, take(items[i]));
    tuple = own(made);
}

INST(BUILD_LIST, IN(items[oparg]), OUT(list))
{
    PyObject *made = PyList_New(oparg);
    if (UNLIKELY(made == NULL)) {
        release_all(items, oparg);
        ERROR_IF(true);
    }
    for (int i = 0; i < oparg; i++) PyList_SET_ITEM(made, i, take(items[i]));
    list = own(made);
}

INST(LIST_TO_TUPLE, IN(list), OUT(tuple))
{
    PyObject *made = PyList_AsTuple(object(list));
    release(list);
    ERROR_IF(made == NULL);
    tuple = own(made);
}

INST(BUILD_SET, IN(items[oparg]), OUT(set))
{
    PyObject *made = PySet_New(NULL);
    int failed = made == NULL ? -1 : 0;
    for (int i = 0; i < oparg && failed == 0; i++) failed = PySet_Add(made, object(items[i]));
    release_all(items, oparg);
    if (UNLIKELY(failed < 0)) Py_CLEAR(made);
    ERROR_IF(made == NULL);
    set = own(made);
}

INST(BUILD_MAP, IN(items[2 * oparg]), OUT(map))
{
    PyObject *made = oparg > 0 ? _PyDict_NewPresized(oparg) : PyDict_New();
    int failed = made == NULL ? -1 : 0;
    for (int i = 0; i < oparg && failed == 0; i++)
        failed = PyDict_SetItem(made, object(items[2 * i]), object(items[2 * i + 1]));
    release_all(items, 2 * oparg);
    if (UNLIKELY(failed < 0)) Py_CLEAR(made);
    ERROR_IF(made == NULL);
    map = own(made);
}

INST(BUILD_CONST_KEY_MAP, IN(values[oparg], keys), OUT(map))
{
    PyObject *names = object(keys), *made = NULL;
    if (!PyTuple_CheckExact(names) || PyTuple_GET_SIZE(names) != oparg)
        PyErr_SetString(PyExc_SystemError, "bad BUILD_CONST_KEY_MAP keys argument");
    else
        made = oparg > 0 ? _PyDict_NewPresized(oparg) : PyDict_New();
    int failed = made == NULL ? -1 : 0;
    for (int i = 0; i < oparg && failed == 0; i++)
        failed = PyDict_SetItem(made, PyTuple_GET_ITEM(names, i), object(values[i]));
    release_all(values, oparg);
    release(keys);
    if (UNLIKELY(failed < 0)) Py_CLEAR(made);
    ERROR_IF(made == NULL);
    map = own(made);
}

INST(LIST_APPEND, IN(item), OUT())
{
    PyObject *list = object(peek(oparg + 1));
    int failed = append_to_list((PyListObject *)list, take(item));
    ERROR_IF(failed < 0);
}

INST(SET_ADD, IN(item), OUT())
{
    int failed = PySet_Add(object(peek(oparg + 1)), object(item));
    release(item);
    ERROR_IF(failed < 0);
}

INST(MAP_ADD, IN(key, value), OUT())
{
    int failed = PyDict_SetItem(object(peek(oparg + 2)), object(key), object(value));
    release(key);
    release(value);
    ERROR_IF(failed < 0);
}

INST(LIST_EXTEND, IN(iterable), OUT())
{
    int failed = kr_unpack_extend_list(object(peek(oparg + 1)), object(iterable));
    release(iterable);
    ERROR_IF(failed < 0);
}

INST(SET_UPDATE, IN(iterable), OUT())
{
    int failed = _PySet_Update(object(peek(oparg + 1)), object(iterable));
    release(iterable);
    ERROR_IF(failed < 0);
}

INST(DICT_UPDATE, IN(mapping), OUT())
{
    int failed = kr_unpack_update_dict(object(peek(oparg + 1)), object(mapping));
    release(mapping);
    ERROR_IF(failed < 0);
}

// Adds the keyword arguments of a call; the callable lies below them, for the message.
INST(DICT_MERGE, IN(mapping), OUT())
{
    PyObject *dict = object(peek(oparg + 1)), *callable = object(peek(oparg + 3));
    int failed = kr_unpack_merge_keywords(callable, dict, object(mapping));
    release(mapping);
    ERROR_IF(failed < 0);
}
