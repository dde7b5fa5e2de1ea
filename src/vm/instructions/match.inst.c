// match.inst.c - structural pattern matching.

INST(GET_LEN, IN(subject), OUT(subject, length))
{
    Py_ssize_t count = PyObject_Length(object(subject));
    ERROR_KEEP_IF(count < 0);
    PyObject *made = PyLong_FromSsize_t(count);
    ERROR_KEEP_IF(made == NULL);
    length = own(made);
}

INST(MATCH_MAPPING, IN(subject), OUT(subject, answer))
{
    bool matches = Py_TYPE(object(subject))->tp_flags & Py_TPFLAGS_MAPPING;
    answer = own_new(matches ? Py_True : Py_False);
}

INST(MATCH_SEQUENCE, IN(subject), OUT(subject, answer))
{
    bool matches = Py_TYPE(object(subject))->tp_flags & Py_TPFLAGS_SEQUENCE;
    answer = own_new(matches ? Py_True : Py_False);
}

INST(MATCH_KEYS, IN(subject, keys), OUT(subject, keys, values))
{
    PyObject *made = kr_match_keys(object(subject), object(keys));
    ERROR_KEEP_IF(made == NULL);
    values = own(made);
}

INST(MATCH_CLASS, IN(subject, type, names), OUT(attributes))
{
    PyObject *made = kr_match_class(object(subject), object(type), oparg, object(names));
    release(subject);
    release(type);
    release(names);
    ERROR_IF(made == NULL);
    attributes = own(made);
}
