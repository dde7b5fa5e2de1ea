// locals.inst.c - local variables, cells and free variables.

INST(LOAD_FAST, IN(), OUT(value))
{
    value = LOCAL(oparg);
    if (UNLIKELY(kr_word_is_unbound(value))) {
        kr_variables_raise_unbound_local(frame, oparg);
        ERROR_IF(true);
    }
    value = copy(value);
}

INST(STORE_FAST, IN(value), OUT())
{
    KrWord old = LOCAL(oparg);
    LOCAL(oparg) = value;
    sp--;
    kr_word_release_if_bound(old);
    sp++;
}

INST(DELETE_FAST, EFFECT(0))
{
    KrWord old = LOCAL(oparg);
    if (UNLIKELY(kr_word_is_unbound(old))) {
        kr_variables_raise_unbound_local(frame, oparg);
        ERROR_IF(true);
    }
    LOCAL(oparg) = KR_UNBOUND;
    release(old);
}

// Pairs, put in place of their first half by the specialiser.  The second half stays where it is.
INST(LOAD_FAST__LOAD_FAST, IN(), OUT(first, second), FAMILY(LOAD_FAST))
{
    first = LOCAL(oparg);
    DEOPT_QUIETLY_IF(kr_word_is_unbound(first));
    word = *next_instr;
    second = LOCAL(word >> 8);
    DEOPT_QUIETLY_IF(kr_word_is_unbound(second));
    first = copy(first);
    second = copy(second);
    frame->prev_instr = next_instr++;
}

INST(LOAD_FAST__LOAD_CONST, IN(), OUT(first, second), FAMILY(LOAD_FAST))
{
    first = LOCAL(oparg);
    DEOPT_QUIETLY_IF(kr_word_is_unbound(first));
    word = *next_instr;
    first = copy(first);
    second = own_new(constant_at(word >> 8));
    frame->prev_instr = next_instr++;
}

INST(STORE_FAST__LOAD_FAST, IN(value), OUT(next), FAMILY(STORE_FAST))
{
    word = *next_instr;
    next = (int)(word >> 8) == oparg ? value : LOCAL(word >> 8);
    DEOPT_QUIETLY_IF(kr_word_is_unbound(next));
    next = copy(next);
    KrWord old = LOCAL(oparg);
    LOCAL(oparg) = value;
    sp[-1] = next;
    kr_word_release_if_bound(old);
    frame->prev_instr = next_instr++;
}

INST(MAKE_CELL, EFFECT(0))
{
    KrWord initial = LOCAL(oparg);
    PyObject *cell = PyCell_New(kr_word_is_unbound(initial) ? NULL : object(initial));
    ERROR_IF(cell == NULL);
    LOCAL(oparg) = own(cell);
    kr_word_release_if_bound(initial);
}

INST(COPY_FREE_VARS, EFFECT(0))
{
    PyObject *closure = frame->f_func->func_closure;
    int first = frame->f_code->co_nlocalsplus - oparg;
    assert(closure != NULL && oparg == frame->f_code->co_nfreevars);
    for (int i = 0; i < oparg; i++) LOCAL(first + i) = own_new(PyTuple_GET_ITEM(closure, i));
}

INST(LOAD_CLOSURE, IN(), OUT(value))
{
    value = LOCAL(oparg);
    if (UNLIKELY(kr_word_is_unbound(value))) {
        kr_variables_raise_unbound_local(frame, oparg);
        ERROR_IF(true);
    }
    value = copy(value);
}

INST(LOAD_DEREF, IN(), OUT(value))
{
    PyObject *content = PyCell_GET(object(LOCAL(oparg)));
    if (UNLIKELY(content == NULL)) {
        kr_variables_raise_unbound_cell(frame->f_code, oparg);
        ERROR_IF(true);
    }
    value = own_new(content);
}

INST(STORE_DEREF, IN(value), OUT())
{
    PyCellObject *cell = (PyCellObject *)object(LOCAL(oparg));
    PyObject *old = cell->ob_ref;
    cell->ob_ref = take(value);
    sp--;
    Py_XDECREF(old);
    sp++;
}

INST(DELETE_DEREF, EFFECT(0))
{
    PyCellObject *cell = (PyCellObject *)object(LOCAL(oparg));
    PyObject *old = cell->ob_ref;
    if (UNLIKELY(old == NULL)) {
        kr_variables_raise_unbound_cell(frame->f_code, oparg);
        ERROR_IF(true);
    }
    cell->ob_ref = NULL;
    Py_DECREF(old);
}

// A name in a class body that may be a free variable: the namespace first, then the cell.
INST(LOAD_CLASSDEREF, IN(), OUT(value))
{
    PyObject *found = kr_variables_load_class_cell(frame, oparg);
    ERROR_IF(found == NULL);
    value = own(found);
}
