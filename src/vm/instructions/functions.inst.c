// functions.inst.c - making functions.

// Below the code object lie, each if its flag is set: 1 defaults, 2 keyword defaults, 4
// annotations, 8 closure.
INST(MAKE_FUNCTION, EFFECT(-!!(oparg & 1) - !!(oparg & 2) - !!(oparg & 4) - !!(oparg & 8)))
{
    KrWord code = pop();
    PyFunctionObject *function = (PyFunctionObject *)PyFunction_New(object(code),
                                                                    frame->f_globals);
    release(code);
    ERROR_IF(function == NULL);
    if (oparg & 8) function->func_closure = take(pop());
    if (oparg & 4) function->func_annotations = take(pop());
    if (oparg & 2) function->func_kwdefaults = take(pop());
    if (oparg & 1) function->func_defaults = take(pop());
    push(own((PyObject *)function));
}
