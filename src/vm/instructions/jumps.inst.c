// jumps.inst.c - jumps, and RESUME, which begins every stretch of running code.

INST(RESUME, EFFECT(0))
{
    if (UNLIKELY(breaker_is_set()) && oparg < 2) GO_HANDLE_PENDING();
    kr_specialize_warm_up(frame->f_code);
}

INST(JUMP_FORWARD, EFFECT(0))
{
    next_instr += oparg;
}

INST(JUMP_BACKWARD, EFFECT(0))
{
    next_instr -= oparg;
    if (UNLIKELY(breaker_is_set())) GO_HANDLE_PENDING();
}

INST(JUMP_BACKWARD_NO_INTERRUPT, EFFECT(0))
{
    next_instr -= oparg;
}

INST(POP_JUMP_FORWARD_IF_FALSE, IN(condition), OUT())
{
    bool jump = object(condition) == Py_False;
    if (UNLIKELY(!jump && object(condition) != Py_True)) {
        int truth = PyObject_IsTrue(object(condition));
        release(condition);
        ERROR_IF(truth < 0);
        jump = !truth;
    } else {
        release(condition);
    }
    if (jump) next_instr += oparg;
}

INST(POP_JUMP_FORWARD_IF_TRUE, IN(condition), OUT())
{
    bool jump = object(condition) == Py_True;
    if (UNLIKELY(!jump && object(condition) != Py_False)) {
        int truth = PyObject_IsTrue(object(condition));
        release(condition);
        ERROR_IF(truth < 0);
        jump = truth;
    } else {
        release(condition);
    }
    if (jump) next_instr += oparg;
}

INST(POP_JUMP_BACKWARD_IF_FALSE, IN(condition), OUT())
{
    bool jump = object(condition) == Py_False;
    if (UNLIKELY(!jump && object(condition) != Py_True)) {
        int truth = PyObject_IsTrue(object(condition));
        release(condition);
        ERROR_IF(truth < 0);
        jump = !truth;
    } else {
        release(condition);
    }
    if (jump) {
        next_instr -= oparg;
        if (UNLIKELY(breaker_is_set())) {
            sp--;
            GO_HANDLE_PENDING();
        }
    }
}

INST(POP_JUMP_BACKWARD_IF_TRUE, IN(condition), OUT())
{
    bool jump = object(condition) == Py_True;
    if (UNLIKELY(!jump && object(condition) != Py_False)) {
        int truth = PyObject_IsTrue(object(condition));
        release(condition);
        ERROR_IF(truth < 0);
        jump = truth;
    } else {
        release(condition);
    }
    if (jump) {
        next_instr -= oparg;
        if (UNLIKELY(breaker_is_set())) {
            sp--;
            GO_HANDLE_PENDING();
        }
    }
}

INST(POP_JUMP_FORWARD_IF_NONE, IN(value), OUT())
{
    if (object(value) == Py_None) next_instr += oparg;
    release(value);
}

INST(POP_JUMP_FORWARD_IF_NOT_NONE, IN(value), OUT())
{
    if (object(value) != Py_None) next_instr += oparg;
    release(value);
}

INST(POP_JUMP_BACKWARD_IF_NONE, IN(value), OUT())
{
    bool jump = object(value) == Py_None;
    release(value);
    if (jump) {
        next_instr -= oparg;
        if (UNLIKELY(breaker_is_set())) {
            sp--;
            GO_HANDLE_PENDING();
        }
    }
}

INST(POP_JUMP_BACKWARD_IF_NOT_NONE, IN(value), OUT())
{
    bool jump = object(value) != Py_None;
    release(value);
    if (jump) {
        next_instr -= oparg;
        if (UNLIKELY(breaker_is_set())) {
            sp--;
            GO_HANDLE_PENDING();
        }
    }
}

INST(JUMP_IF_FALSE_OR_POP, EFFECT(0))
{
    KrWord condition = peek(1);
    int truth = object(condition) == Py_True ? 1 : object(condition) == Py_False ? 0
              : PyObject_IsTrue(object(condition));
    ERROR_IF(truth < 0);
    if (truth) {
        sp--;
        release(condition);
    } else {
        next_instr += oparg;
    }
}

INST(JUMP_IF_TRUE_OR_POP, EFFECT(0))
{
    KrWord condition = peek(1);
    int truth = object(condition) == Py_True ? 1 : object(condition) == Py_False ? 0
              : PyObject_IsTrue(object(condition));
    ERROR_IF(truth < 0);
    if (truth) {
        next_instr += oparg;
    } else {
        sp--;
        release(condition);
    }
}
