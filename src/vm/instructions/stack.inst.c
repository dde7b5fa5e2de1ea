// stack.inst.c - instructions that only move words: constants, copies, swaps, prefixes.

INST(CACHE, EFFECT(0))
{
    Py_FatalError("a cache word was executed");
}

INST(NOP, EFFECT(0))
{
}

// The next instruction with a longer argument.
INST(EXTENDED_ARG, EFFECT(0))
{
    word = *next_instr;
    oparg = oparg << 8 | word >> 8;
    GO_TO_INSTRUCTION(control.use_tracing ? kr_instruction_family[word & 255] : word & 255);
}

INST(POP_TOP, IN(value), OUT())
{
    release(value);
}

INST(PUSH_NULL, IN(), OUT(null))
{
    null = KR_UNBOUND;
}

INST(LOAD_CONST, IN(), OUT(value))
{
    value = own_new(constant_at(oparg));
}

INST(COPY, EFFECT(1))
{
    assert(oparg > 0);
    KrWord value = peek(oparg);
    push(kr_word_is_unbound(value) ? value : copy(value));
}

INST(SWAP, EFFECT(0))
{
    assert(oparg >= 2);
    KrWord top = peek(1);
    peek(1) = peek(oparg);
    peek(oparg) = top;
}

INST(LOAD_ASSERTION_ERROR, IN(), OUT(value))
{
    value = own_new(PyExc_AssertionError);
}

// Shows the value of an expression statement at the prompt.
INST(PRINT_EXPR, IN(value), OUT())
{
    int failed = kr_variables_display(object(value));
    release(value);
    ERROR_IF(failed < 0);
}
