// iteration.inst.c - for loops.
//
// FOR_ITER has no cache words in 3.11: it turns into a special form at the first iterator of a
// known type, and back when another one comes.

INST(GET_ITER, IN(iterable), OUT(iterator))
{
    PyObject *made = PyObject_GetIter(object(iterable));
    release(iterable);
    ERROR_IF(made == NULL);
    iterator = own(made);
}

INST(FOR_ITER, IN(iterator), EFFECT(1))
{
    kr_specialize_for(object(iterator), next_instr - 1, oparg);
    PyObject *item = Py_TYPE(object(iterator))->tp_iternext(object(iterator));
    if (LIKELY(item != NULL)) {
        push(own(item));
    } else {
        if (thread->curexc_type != NULL)
            ERROR_KEEP_IF(kr_tracing_end_iteration(thread, frame) < 0);
        sp--;
        release(iterator);
        next_instr += oparg;
    }
}

INST(FOR_ITER_LIST, IN(iterator), EFFECT(1), FAMILY(FOR_ITER))
{
    KrSequenceIterator *state = (KrSequenceIterator *)object(iterator);
    DEOPT_SIMPLY_IF(Py_TYPE(state) != &PyListIter_Type);
    PyListObject *list = (PyListObject *)state->sequence;
    if (LIKELY(list != NULL && state->index < PyList_GET_SIZE(list))) {
        push(own_new(PyList_GET_ITEM(list, state->index++)));
    } else {
        if (list != NULL) {
            state->sequence = NULL;
            Py_DECREF(list);
        }
        sp--;
        release(iterator);
        next_instr += oparg;
    }
}

INST(FOR_ITER_TUPLE, IN(iterator), EFFECT(1), FAMILY(FOR_ITER))
{
    KrSequenceIterator *state = (KrSequenceIterator *)object(iterator);
    DEOPT_SIMPLY_IF(Py_TYPE(state) != &PyTupleIter_Type);
    PyTupleObject *tuple = (PyTupleObject *)state->sequence;
    if (LIKELY(tuple != NULL && state->index < PyTuple_GET_SIZE(tuple))) {
        push(own_new(PyTuple_GET_ITEM(tuple, state->index++)));
    } else {
        if (tuple != NULL) {
            state->sequence = NULL;
            Py_DECREF(tuple);
        }
        sp--;
        release(iterator);
        next_instr += oparg;
    }
}

INST(FOR_ITER_RANGE, IN(iterator), EFFECT(1), FAMILY(FOR_ITER))
{
    KrRangeIterator *state = (KrRangeIterator *)object(iterator);
    DEOPT_SIMPLY_IF(Py_TYPE(state) != &PyRangeIter_Type);
    if (LIKELY(state->index < state->length)) {
        long value = state->start + state->index * state->step;
        // The loop variable's own box takes the number, when nobody else holds it.
        _Py_CODEUNIT store = *next_instr;
        PyObject *old = kr_instruction_family[store & 255] == OP_STORE_FAST
            ? object_or_null(LOCAL(store >> 8)) : NULL;
        if (old != NULL && Py_REFCNT(old) == 1 && PyLong_CheckExact(old) && is_one_digit(old)
            && is_own_digit(value)) {
            state->index++;
            overwrite_int(old, value);
            next_instr++;
            DISPATCH();
        }
        PyObject *made = PyLong_FromLong(value);
        ERROR_KEEP_IF(made == NULL);
        state->index++;
        push(own(made));
    } else {
        sp--;
        release(iterator);
        next_instr += oparg;
    }
}

// A generator runs in the same loop: YIELD_VALUE comes back behind this instruction, RETURN_VALUE
// at the loop's end.
INST(FOR_ITER_GENERATOR, IN(iterator), EFFECT(1), FAMILY(FOR_ITER))
{
    PyGenObject *generator = (PyGenObject *)object(iterator);
    DEOPT_SIMPLY_IF(!PyGen_CheckExact(generator)
                    || generator->gi_frame_state >= KR_FRAME_EXECUTING);
    DEOPT_QUIETLY_IF(!runs_inline(thread));
    KrFrame *callee = kr_generator_frame(generator);
    push_on_frame(callee, own_new(Py_None));
    ENTER_GENERATOR(generator, callee);
}
