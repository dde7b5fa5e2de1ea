// calls.inst.c - calls.
//
//     [NULL, callable, argument...]           a plain call, or
//     [function, self, argument...]           after LOAD_METHOD
//
// PRECALL unpacks a bound method; CALL calls.  The specialised forms of PRECALL do the whole call
// and step over CALL.  They use CALL's cache words too: word n of CALL is word n + 2 of PRECALL
// (after its counter and the CALL unit).

INST(KW_NAMES, EFFECT(0))
{
    keyword_names = constant_at(oparg);
}

INST(PRECALL, EFFECT(0), CACHE(1))
{
    if (IS_WARM()) kr_specialize_call(thread, sp, next_instr - 1, oparg, keyword_names);
    KrWord *first = sp - oparg - 1;
    if (kr_word_is_unbound(first[-1]) && Py_IS_TYPE(object(first[0]), &PyMethod_Type)) {
        PyMethodObject *method = (PyMethodObject *)object(first[0]);
        first[0] = own_new(method->im_self);
        first[-1] = own_new(method->im_func);
        Py_DECREF(method);
    }
}

INST(CALL, EFFECT(-1 - oparg), CACHE(4))
{
    KrWord *first = sp - oparg - 1;
    bool is_method = !kr_word_is_unbound(first[-1]);
    int count = oparg + is_method;
    first += !is_method;                    // the first argument; the callable is below
    PyObject *callable = object(first[-1]);
    Py_ssize_t positional = count - (keyword_names == NULL ? 0 : PyTuple_GET_SIZE(keyword_names));
    if (LIKELY(PyFunction_Check(callable)) && runs_inline(thread)
        && ((PyFunctionObject *)callable)->vectorcall == _PyFunction_Vectorcall) {
        sp = first - 1 - !is_method;
        KrFrame *callee = kr_binding_push_frame(thread, (PyFunctionObject *)callable, first,
                                                positional, keyword_names);
        keyword_names = NULL;
        // the arguments and the callable are taken in either case
        ERROR_IF(callee == NULL);
        next_instr += 4;
        ENTER_FRAME(callee);
    }
    PyObject **arguments = kr_words_as_objects(first, count);
    PyObject *result;
    if (UNLIKELY(control.use_tracing))
        result = kr_tracing_call(thread, callable, arguments,
                                 positional | PY_VECTORCALL_ARGUMENTS_OFFSET, keyword_names);
    else
        result = PyObject_Vectorcall(callable, arguments,
                                     positional | PY_VECTORCALL_ARGUMENTS_OFFSET, keyword_names);
    keyword_names = NULL;
    release_all(first, count);
    Py_DECREF(callable);
    sp = first - 1 - !is_method;
    ERROR_IF(result == NULL);
    push(own(result));
    if (UNLIKELY(breaker_is_set())) {
        next_instr += 4;
        GO_HANDLE_PENDING();
    }
}

// A Python function that takes just as many positional arguments as are given.
INST(PRECALL_PY_EXACT, EFFECT(-1 - oparg), CACHE(1), FAMILY(PRECALL))
{
    KrWord *first = sp - oparg - 1;
    bool is_method = !kr_word_is_unbound(first[-1]);
    first += !is_method;
    PyFunctionObject *function = (PyFunctionObject *)object(first[-1]);
    DEOPT_IF(!PyFunction_Check(function) || function->func_version != cache_u32(3));
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    int count = oparg + is_method;
    DEOPT_IF(code->co_argcount != count || !runs_inline(thread));
    // takes over the stack's reference to the function
    KrFrame *callee = push_frame(thread, function);
    ERROR_KEEP_IF(callee == NULL);
    for (int i = 0; i < count; i++) callee->localsplus[i] = first[i];
    unbind_locals_from(callee, count);
    Py_DECREF(function);
    sp = first - 1 - !is_method;
    next_instr += 6;
    ENTER_FRAME(callee);
}

// The same with defaults for the last parameters.
INST(PRECALL_PY_DEFAULTS, EFFECT(-1 - oparg), CACHE(1), FAMILY(PRECALL))
{
    KrWord *first = sp - oparg - 1;
    bool is_method = !kr_word_is_unbound(first[-1]);
    first += !is_method;
    PyFunctionObject *function = (PyFunctionObject *)object(first[-1]);
    DEOPT_IF(!PyFunction_Check(function) || function->func_version != cache_u32(3));
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    int count = oparg + is_method, wanted = code->co_argcount;
    DEOPT_IF(count > wanted || count < (int)cache_u16(5) || !runs_inline(thread));
    PyObject *defaults = function->func_defaults;
    int missing_from = defaults == NULL ? 0 : (int)PyTuple_GET_SIZE(defaults) - wanted;
    KrFrame *callee = push_frame(thread, function);
    ERROR_KEEP_IF(callee == NULL);
    for (int i = 0; i < count; i++) callee->localsplus[i] = first[i];
    for (int i = count; i < wanted; i++)
        callee->localsplus[i] = own_new(PyTuple_GET_ITEM(defaults, missing_from + i));
    unbind_locals_from(callee, wanted);
    Py_DECREF(function);
    sp = first - 1 - !is_method;
    next_instr += 6;
    ENTER_FRAME(callee);
}

// A bound method of a Python function: unpack it and look again.
INST(PRECALL_BOUND_METHOD, EFFECT(0), CACHE(1), FAMILY(PRECALL))
{
    KrWord *first = sp - oparg - 1;
    DEOPT_IF(!kr_word_is_unbound(first[-1]) || !Py_IS_TYPE(object(first[0]), &PyMethod_Type));
    PyMethodObject *method = (PyMethodObject *)object(first[0]);
    first[0] = own_new(method->im_self);
    first[-1] = own_new(method->im_func);
    Py_DECREF(method);
}

// A class whose __init__ is a Python function and whose __new__ is object's.  The new instance
// waits on this stack while __init__ runs; the return of a frame with KR_FRAME_CONSTRUCTS pushes
// nothing.
INST(PRECALL_CLASS_WITH_INIT, EFFECT(-1 - oparg), CACHE(1), FAMILY(PRECALL))
{
    KrWord *first = sp - oparg;
    DEOPT_IF(!kr_word_is_unbound(first[-2]) || !PyType_Check(object(first[-1])));
    PyTypeObject *type = (PyTypeObject *)object(first[-1]);
    DEOPT_IF(type->tp_version_tag != cache_u32(3) || !runs_inline(thread));
    PyFunctionObject *function = kr_specialize_cached_init(type);
    DEOPT_IF(function == NULL);
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    DEOPT_IF(code->co_argcount != oparg + 1);
    PyObject *self = PyType_GenericAlloc(type, 0);
    ERROR_KEEP_IF(self == NULL);
    KrFrame *callee = push_frame(thread, function);
    if (UNLIKELY(callee == NULL)) {
        Py_DECREF(self);
        ERROR_KEEP_IF(true);
    }
    callee->flags = KR_FRAME_CONSTRUCTS;
    callee->localsplus[0] = own_new(self);
    for (int i = 0; i < oparg; i++) callee->localsplus[i + 1] = first[i];
    unbind_locals_from(callee, oparg + 1);
    first[-2] = own(self);
    sp = first - 1;
    Py_DECREF(type);
    next_instr += 6;
    ENTER_FRAME(callee);
}

INST(PRECALL_TYPE_1, EFFECT(-2), CACHE(1), FAMILY(PRECALL))
{
    DEOPT_IF(!kr_word_is_unbound(peek(3)) || object(peek(2)) != (PyObject *)&PyType_Type);
    KrWord argument = peek(1);
    Py_DECREF(&PyType_Type);
    peek(3) = own_new((PyObject *)Py_TYPE(object(argument)));
    sp -= 2;
    release(argument);
    next_instr += 5;
}

INST(PRECALL_STR_1, EFFECT(-2), CACHE(1), FAMILY(PRECALL))
{
    DEOPT_IF(!kr_word_is_unbound(peek(3)) || object(peek(2)) != (PyObject *)&PyUnicode_Type);
    KrWord argument = peek(1);
    PyObject *result = PyObject_Str(object(argument));
    ERROR_KEEP_IF(result == NULL);
    Py_DECREF(&PyUnicode_Type);
    release(argument);
    peek(3) = own(result);
    sp -= 2;
    next_instr += 5;
}

INST(PRECALL_TUPLE_1, EFFECT(-2), CACHE(1), FAMILY(PRECALL))
{
    DEOPT_IF(!kr_word_is_unbound(peek(3)) || object(peek(2)) != (PyObject *)&PyTuple_Type);
    KrWord argument = peek(1);
    PyObject *result = PySequence_Tuple(object(argument));
    ERROR_KEEP_IF(result == NULL);
    Py_DECREF(&PyTuple_Type);
    release(argument);
    peek(3) = own(result);
    sp -= 2;
    next_instr += 5;
}

// Another class with a vectorcall of its own.
INST(PRECALL_BUILTIN_CLASS, EFFECT(-1 - oparg), CACHE(1), FAMILY(PRECALL))
{
    KrWord *first = sp - oparg;
    DEOPT_IF(!kr_word_is_unbound(first[-2]) || !PyType_Check(object(first[-1])));
    PyTypeObject *type = (PyTypeObject *)object(first[-1]);
    DEOPT_IF(type->tp_vectorcall == NULL || Py_TYPE(type) != &PyType_Type);
    Py_ssize_t positional = oparg - (keyword_names == NULL ? 0 : PyTuple_GET_SIZE(keyword_names));
    PyObject *result = type->tp_vectorcall((PyObject *)type, kr_words_as_objects(
            first, oparg), positional | PY_VECTORCALL_ARGUMENTS_OFFSET, keyword_names);
    keyword_names = NULL;
    release_all(first, oparg);
    Py_DECREF(type);
    sp = first - 2;
    ERROR_IF(result == NULL);
    push(own(result));
    next_instr += 5;
    if (UNLIKELY(breaker_is_set())) {
        next_instr += 1;
        GO_HANDLE_PENDING();
    }
}

INST(PRECALL_LEN, EFFECT(-2), CACHE(1), FAMILY(PRECALL))
{
    DEOPT_IF(!kr_word_is_unbound(peek(3)) || object(peek(2)) != cache_callable(thread, len));
    KrWord argument = peek(1);
    Py_ssize_t count = PyObject_Length(object(argument));
    ERROR_KEEP_IF(count < 0);
    PyObject *result = PyLong_FromSsize_t(count);
    ERROR_KEEP_IF(result == NULL);
    Py_DECREF(object(peek(2)));
    peek(3) = own(result);
    sp -= 2;
    release(argument);
    next_instr += 5;
}

INST(PRECALL_ISINSTANCE, EFFECT(-3), CACHE(1), FAMILY(PRECALL))
{
    DEOPT_IF(!kr_word_is_unbound(peek(4))
             || object(peek(3)) != cache_callable(thread, isinstance));
    KrWord type = peek(1), argument = peek(2);
    int answer = PyObject_IsInstance(object(argument), object(type));
    ERROR_KEEP_IF(answer < 0);
    Py_DECREF(object(peek(3)));
    peek(4) = own_new(answer ? Py_True : Py_False);
    sp -= 3;
    release(argument);
    release(type);
    next_instr += 5;
}

// list.append whose result is dropped; POP_TOP follows the call and is stepped over.
INST(PRECALL_LIST_APPEND, EFFECT(-2), CACHE(1), FAMILY(PRECALL))
{
    DEOPT_IF(object_or_null(peek(3)) != cache_callable(thread, list_append));
    PyObject *list = object(peek(2));
    DEOPT_IF(!PyList_CheckExact(list) || (next_instr[6] & 255) != OP_POP_TOP);
    KrWord item = peek(1);
    sp--;
    int failed = append_to_list((PyListObject *)list, take(item));
    ERROR_KEEP_IF(failed < 0);
    Py_DECREF(object(peek(2)));
    sp -= 2;
    Py_DECREF(list);
    next_instr += 6;
}

// Builtin functions and methods of builtin types, called without a detour through vectorcall.
INST(PRECALL_FUNCTION_O, EFFECT(-2), CACHE(1), FAMILY(PRECALL))
{
    DEOPT_IF(!kr_word_is_unbound(peek(3)) || !PyCFunction_CheckExact(object(peek(2))));
    PyObject *callable = object(peek(2));
    DEOPT_IF(PyCFunction_GET_FLAGS(callable) != METH_O || keyword_names != NULL);
    PyObject *result = PyCFunction_GET_FUNCTION(callable)(PyCFunction_GET_SELF(callable),
                                                          object(peek(1)));
    FINISH_NATIVE_CALL(2, result);
}

INST(PRECALL_FUNCTION_FAST, EFFECT(-1 - oparg), CACHE(1), FAMILY(PRECALL))
{
    DEOPT_IF(!kr_word_is_unbound(peek(oparg + 2))
             || !PyCFunction_CheckExact(object(peek(oparg + 1))));
    PyObject *callable = object(peek(oparg + 1));
    DEOPT_IF(PyCFunction_GET_FLAGS(callable) != METH_FASTCALL || keyword_names != NULL);
    _PyCFunctionFast function = (_PyCFunctionFast)(void (*)(void))PyCFunction_GET_FUNCTION(
            callable);
    PyObject *result = function(PyCFunction_GET_SELF(callable),
                                kr_words_as_objects(sp - oparg, oparg), oparg);
    FINISH_NATIVE_CALL(oparg + 1, result);
}

INST(PRECALL_FUNCTION_FAST_KEYWORDS, EFFECT(-1 - oparg), CACHE(1), FAMILY(PRECALL))
{
    DEOPT_IF(!kr_word_is_unbound(peek(oparg + 2))
             || !PyCFunction_CheckExact(object(peek(oparg + 1))));
    PyObject *callable = object(peek(oparg + 1));
    DEOPT_IF(PyCFunction_GET_FLAGS(callable) != (METH_FASTCALL | METH_KEYWORDS));
    _PyCFunctionFastWithKeywords function =
        (_PyCFunctionFastWithKeywords)(void (*)(void))PyCFunction_GET_FUNCTION(callable);
    Py_ssize_t positional = oparg - (keyword_names == NULL ? 0 : PyTuple_GET_SIZE(keyword_names));
    PyObject *result = function(PyCFunction_GET_SELF(callable),
                                kr_words_as_objects(sp - oparg, oparg), positional, keyword_names);
    keyword_names = NULL;
    FINISH_NATIVE_CALL(oparg + 1, result);
}

INST(PRECALL_METHOD_NOARGS, EFFECT(-1), CACHE(1), FAMILY(PRECALL))
{
    PyMethodDescrObject *method = (PyMethodDescrObject *)object_or_null(peek(2));
    DEOPT_IF(method == NULL || !Py_IS_TYPE(method, &PyMethodDescr_Type));
    DEOPT_IF(method->d_method->ml_flags != METH_NOARGS || keyword_names != NULL);
    PyObject *self = object(peek(1));
    DEOPT_IF(!Py_IS_TYPE(self, method->d_common.d_type));
    PyObject *result = method->d_method->ml_meth(self, NULL);
    FINISH_NATIVE_CALL(1, result);
}

INST(PRECALL_METHOD_O, EFFECT(-2), CACHE(1), FAMILY(PRECALL))
{
    PyMethodDescrObject *method = (PyMethodDescrObject *)object_or_null(peek(3));
    DEOPT_IF(method == NULL || !Py_IS_TYPE(method, &PyMethodDescr_Type));
    DEOPT_IF(method->d_method->ml_flags != METH_O || keyword_names != NULL);
    PyObject *self = object(peek(2));
    DEOPT_IF(!Py_IS_TYPE(self, method->d_common.d_type));
    PyObject *result = method->d_method->ml_meth(self, object(peek(1)));
    FINISH_NATIVE_CALL(2, result);
}

INST(PRECALL_METHOD_FAST, EFFECT(-1 - oparg), CACHE(1), FAMILY(PRECALL))
{
    PyMethodDescrObject *method = (PyMethodDescrObject *)object_or_null(peek(oparg + 2));
    DEOPT_IF(method == NULL || !Py_IS_TYPE(method, &PyMethodDescr_Type));
    DEOPT_IF(method->d_method->ml_flags != METH_FASTCALL || keyword_names != NULL);
    PyObject *self = object(peek(oparg + 1));
    DEOPT_IF(!Py_IS_TYPE(self, method->d_common.d_type));
    _PyCFunctionFast function = (_PyCFunctionFast)(void (*)(void))method->d_method->ml_meth;
    PyObject *result = function(self, kr_words_as_objects(sp - oparg, oparg), oparg);
    FINISH_NATIVE_CALL(oparg + 1, result);
}

INST(PRECALL_METHOD_FAST_KEYWORDS, EFFECT(-1 - oparg), CACHE(1), FAMILY(PRECALL))
{
    PyMethodDescrObject *method = (PyMethodDescrObject *)object_or_null(peek(oparg + 2));
    DEOPT_IF(method == NULL || !Py_IS_TYPE(method, &PyMethodDescr_Type));
    DEOPT_IF(method->d_method->ml_flags != (METH_FASTCALL | METH_KEYWORDS));
    PyObject *self = object(peek(oparg + 1));
    DEOPT_IF(!Py_IS_TYPE(self, method->d_common.d_type));
    _PyCFunctionFastWithKeywords function =
        (_PyCFunctionFastWithKeywords)(void (*)(void))method->d_method->ml_meth;
    Py_ssize_t positional = oparg - (keyword_names == NULL ? 0 : PyTuple_GET_SIZE(keyword_names));
    PyObject *result = function(self, kr_words_as_objects(sp - oparg, oparg), positional,
                                keyword_names);
    keyword_names = NULL;
    FINISH_NATIVE_CALL(oparg + 1, result);
}

// f(*args, **kwargs): [NULL, callable, args, kwargs if oparg & 1].
INST(CALL_FUNCTION_EX, EFFECT(-2 - (oparg & 1)))
{
    KrWord keywords = oparg & 1 ? pop() : KR_UNBOUND;
    KrWord arguments = pop(), callable = pop(), null = pop();
    (void)null;
    assert(kr_word_is_unbound(null));
    PyObject *result = kr_calls_with_unpacked(thread, object(callable), object(arguments),
                                              kr_word_object(keywords), control.use_tracing);
    release(callable);
    release(arguments);
    kr_word_release_if_bound(keywords);
    ERROR_IF(result == NULL);
    push(own(result));
    if (UNLIKELY(breaker_is_set())) GO_HANDLE_PENDING();
}

INST(RETURN_VALUE, IN(value), EFFECT(-1))
{
    sp--;
    LEAVE_FRAME(value);
}
