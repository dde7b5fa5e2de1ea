// generators.inst.c - generators, coroutines and asynchronous iteration.

// The function's frame moves into a new generator, which is what the call returns.
INST(RETURN_GENERATOR, EFFECT(1))
{
    PyGenObject *generator = kr_generator_from_frame(thread, frame, sp);
    ERROR_IF(generator == NULL);
    LEAVE_MOVED_FRAME(own((PyObject *)generator));
}

INST(YIELD_VALUE, IN(value), EFFECT(0))
{
    sp--;
    YIELD_FROM_FRAME(value);
}

INST(ASYNC_GEN_WRAP, IN(value), OUT(wrapped))
{
    assert(frame->f_code->co_flags & CO_ASYNC_GENERATOR);
    PyObject *made = kr_async_generator_wrap(object(value));
    ERROR_KEEP_IF(made == NULL);
    release(value);
    wrapped = own(made);
}

// [receiver, value] -> [receiver, yielded], or [result] and a jump when the receiver is done.
INST(SEND, IN(receiver, value), EFFECT(0))
{
    if (generator_can_run_inline(thread, object(receiver))) {
        PyGenObject *generator = (PyGenObject *)object(receiver);
        KrFrame *callee = kr_generator_frame(generator);
        push_on_frame(callee, value);
        sp--;
        ENTER_GENERATOR(generator, callee);
    }
    PyObject *result = NULL;
    PySendResult status = kr_generator_send_to(thread, frame, object(receiver), object(value),
                                               &result);
    release(value);
    sp--;
    if (UNLIKELY(status == PYGEN_ERROR)) GO_ERROR();
    if (status == PYGEN_RETURN) {
        release(receiver);
        peek(1) = own(result);
        next_instr += oparg;
    } else {
        push(own(result));
    }
}

INST(GET_YIELD_FROM_ITER, IN(iterable), OUT(iterator))
{
    PyObject *made = kr_generator_yield_from_iterator(frame->f_code, object(iterable));
    release(iterable);
    ERROR_IF(made == NULL);
    iterator = own(made);
}

INST(GET_AWAITABLE, IN(iterable), OUT(iterator))
{
    PyObject *made = kr_coroutine_awaitable_for(object(iterable), oparg);
    release(iterable);
    ERROR_IF(made == NULL);
    iterator = own(made);
}

INST(GET_AITER, IN(iterable), OUT(iterator))
{
    PyObject *made = kr_coroutine_async_iterator(object(iterable));
    release(iterable);
    ERROR_IF(made == NULL);
    iterator = own(made);
}

INST(GET_ANEXT, IN(iterator), OUT(iterator, awaitable))
{
    PyObject *made = kr_coroutine_async_next(object(iterator));
    ERROR_KEEP_IF(made == NULL);
    awaitable = own(made);
}
