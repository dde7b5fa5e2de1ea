// exceptions.inst.c - raising and handling.

INST(RAISE_VARARGS, EFFECT(-oparg))
{
    KrWord cause = oparg > 1 ? pop() : KR_UNBOUND;
    KrWord exception = oparg > 0 ? pop() : KR_UNBOUND;
    bool again = kr_raising_raise(thread, kr_word_take(exception), kr_word_take(cause));
    if (again) GO_UNWIND();
    ERROR_IF(true);
}

// [exception] -> [exception handled before, exception]; the new one is handled from here on.
INST(PUSH_EXC_INFO, IN(exception), OUT(before, exception))
{
    _PyErr_StackItem *handled = thread->exc_info;
    before = handled->exc_value != NULL ? own(handled->exc_value) : own_new(Py_None);
    handled->exc_value = Py_NewRef(object(exception));
}

INST(POP_EXCEPT, IN(before), OUT())
{
    _PyErr_StackItem *handled = thread->exc_info;
    PyObject *old = handled->exc_value;
    handled->exc_value = take(before);
    sp--;
    Py_XDECREF(old);
    sp++;
}

INST(RERAISE, IN(exception), OUT())
{
    if (oparg) {
        PyObject *position = object(peek(oparg + 1));
        frame->prev_instr = kr_code_units(frame->f_code) + PyLong_AsLong(position);
    }
    kr_raising_restore(take(exception));
    sp--;
    GO_UNWIND();
}

INST(CHECK_EXC_MATCH, IN(exception, type), OUT(exception, answer))
{
    int matches = kr_raising_matches(thread, object(exception), object(type));
    release(type);
    ERROR_IF_KEEPING(matches < 0, 1);
    answer = own_new(matches ? Py_True : Py_False);
}

// except*: [exception, type] -> [rest, match], or [exception, None] when nothing matches.
INST(CHECK_EG_MATCH, IN(exception, type), OUT(rest, match))
{
    PyObject *matching = NULL, *remaining = NULL;
    int failed = kr_raising_match_group(thread, object(exception), object(type), &matching,
                                        &remaining);
    release(type);
    ERROR_IF_KEEPING(failed < 0, 1);
    if (matching == Py_None) {
        Py_XDECREF(remaining);
        rest = exception;
    } else {
        release(exception);
        rest = own(remaining);
        PyErr_SetHandledException(matching);
    }
    match = own(matching);
}

INST(PREP_RERAISE_STAR, IN(original, raised), OUT(result))
{
    PyObject *made = kr_raising_combine_groups(object(original), object(raised));
    release(original);
    release(raised);
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(END_ASYNC_FOR, IN(iterator, exception), OUT())
{
    if (PyErr_GivenExceptionMatches(object(exception), PyExc_StopAsyncIteration)) {
        release(exception);
        release(iterator);
    } else {
        kr_raising_restore(take(exception));
        sp--;
        GO_UNWIND();
    }
}

INST(BEFORE_WITH, IN(manager), OUT(exit, value))
{
    PyObject *exit_method = NULL;
    PyObject *enter = kr_calls_context_methods(thread, object(manager), false, &exit_method);
    ERROR_KEEP_IF(enter == NULL);
    PyObject *entered = PyObject_CallNoArgs(enter);
    Py_DECREF(enter);
    release(manager);
    if (UNLIKELY(entered == NULL)) Py_DECREF(exit_method);
    ERROR_IF(entered == NULL);
    exit = own(exit_method);
    value = own(entered);
}

INST(BEFORE_ASYNC_WITH, IN(manager), OUT(exit, value))
{
    PyObject *exit_method = NULL;
    PyObject *enter = kr_calls_context_methods(thread, object(manager), true, &exit_method);
    ERROR_KEEP_IF(enter == NULL);
    PyObject *entered = PyObject_CallNoArgs(enter);
    Py_DECREF(enter);
    release(manager);
    if (UNLIKELY(entered == NULL)) Py_DECREF(exit_method);
    ERROR_IF(entered == NULL);
    exit = own(exit_method);
    value = own(entered);
}

// [exit, position, exception before, exception]: calls exit(type, exception, traceback).
INST(WITH_EXCEPT_START, IN(exit, position, before, exception),
     OUT(exit, position, before, exception, result))
{
    PyObject *value = object(exception);
    PyObject *traceback = PyException_GetTraceback(value);
    PyObject *arguments[4] = {NULL, (PyObject *)Py_TYPE(value), value,
                              traceback != NULL ? traceback : Py_None};
    PyObject *made = PyObject_Vectorcall(object(exit), arguments + 1,
                                         3 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_XDECREF(traceback);
    ERROR_KEEP_IF(made == NULL);
    result = own(made);
}
