// formatting.inst.c - f-strings.

INST(FORMAT_VALUE, EFFECT(oparg & 4 ? -1 : 0))
{
    PyObject *spec = oparg & 4 ? take(pop()) : NULL;
    PyObject *value = take(pop());
    PyObject *made = kr_format_value(value, spec, oparg & 3);
    Py_XDECREF(spec);
    Py_DECREF(value);
    ERROR_IF(made == NULL);
    push(own(made));
}

INST(BUILD_STRING, IN(parts[oparg]), OUT(text))
{
    PyObject *empty = (PyObject *)&kr_empty_str;
    PyObject *made = _PyUnicode_JoinArray(empty, kr_words_as_objects(parts, oparg), oparg);
    release_all(parts, oparg);
    ERROR_IF(made == NULL);
    text = own(made);
}
