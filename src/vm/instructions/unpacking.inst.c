// unpacking.inst.c - taking a sequence apart.

INST(UNPACK_SEQUENCE, IN(sequence), EFFECT(oparg - 1), CACHE(1))
{
    if (IS_WARM()) kr_specialize_unpack(object(sequence), next_instr - 1, oparg);
    // The items go where the sequence is now, last one first.
    int failed = kr_unpack_sequence(object(sequence), oparg, sp - 1);
    release(sequence);
    ERROR_IF(failed < 0);
    sp += oparg - 1;
}

INST(UNPACK_SEQUENCE_TWO_TUPLE, IN(sequence), OUT(second, first), CACHE(1),
     FAMILY(UNPACK_SEQUENCE))
{
    PyObject *tuple = object(sequence);
    DEOPT_IF(!PyTuple_CheckExact(tuple) || PyTuple_GET_SIZE(tuple) != 2);
    first = own_new(PyTuple_GET_ITEM(tuple, 0));
    second = own_new(PyTuple_GET_ITEM(tuple, 1));
    release(sequence);
}

INST(UNPACK_SEQUENCE_TUPLE, IN(sequence), EFFECT(oparg - 1), CACHE(1), FAMILY(UNPACK_SEQUENCE))
{
    PyObject *tuple = object(sequence);
    DEOPT_IF(!PyTuple_CheckExact(tuple) || PyTuple_GET_SIZE(tuple) != oparg);
    sp--;
    for (int i = oparg; i-- > 0;) push(own_new(PyTuple_GET_ITEM(tuple, i)));
    release(sequence);
}

INST(UNPACK_SEQUENCE_LIST, IN(sequence), EFFECT(oparg - 1), CACHE(1), FAMILY(UNPACK_SEQUENCE))
{
    PyObject *list = object(sequence);
    DEOPT_IF(!PyList_CheckExact(list) || PyList_GET_SIZE(list) != oparg);
    sp--;
    for (int i = oparg; i-- > 0;) push(own_new(PyList_GET_ITEM(list, i)));
    release(sequence);
}

INST(UNPACK_EX, IN(sequence), EFFECT((oparg & 255) + (oparg >> 8)))
{
    int failed = kr_unpack_starred(object(sequence), oparg & 255, oparg >> 8, sp - 1);
    release(sequence);
    ERROR_IF(failed < 0);
    sp += (oparg & 255) + (oparg >> 8);
}
