// comparison.inst.c - comparison, identity and membership.
//
// A comparison whose result goes straight into a conditional jump is specialised together with the
// jump.  Cache word 1 then holds, for each outcome (KR_IS_LESS, KR_IS_GREATER, KR_IS_EQUAL),
// whether to jump, and KR_JUMPS_BACK.

INST(COMPARE_OP, IN(left, right), OUT(result), CACHE(2))
{
    if (IS_WARM()) kr_specialize_comparison(object(left), object(right), next_instr - 1, oparg);
    assert(oparg <= Py_GE);
    PyObject *made = PyObject_RichCompare(object(left), object(right), oparg);
    release(left);
    release(right);
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(COMPARE_OP_INT_JUMP, IN(left, right), OUT(), CACHE(2), FAMILY(COMPARE_OP))
{
    DEOPT_IF(!PyLong_CheckExact(object(left)) || !PyLong_CheckExact(object(right)));
    DEOPT_IF(!is_one_digit(object(left)) || !is_one_digit(object(right)));
    int64_t a = one_digit(object(left)), b = one_digit(object(right));
    release(left);
    release(right);
    int outcome = a < b ? KR_IS_LESS : a > b ? KR_IS_GREATER : KR_IS_EQUAL;
    FINISH_COMPARISON(outcome);
}

INST(COMPARE_OP_FLOAT_JUMP, IN(left, right), OUT(), CACHE(2), FAMILY(COMPARE_OP))
{
    DEOPT_IF(!PyFloat_CheckExact(object(left)) || !PyFloat_CheckExact(object(right)));
    double a = float_value(left), b = float_value(right);
    DEOPT_IF(a != a || b != b);
    release(left);
    release(right);
    int outcome = a < b ? KR_IS_LESS : a > b ? KR_IS_GREATER : KR_IS_EQUAL;
    FINISH_COMPARISON(outcome);
}

// == and != of strings.
INST(COMPARE_OP_STR_JUMP, IN(left, right), OUT(), CACHE(2), FAMILY(COMPARE_OP))
{
    DEOPT_IF(!PyUnicode_CheckExact(object(left)) || !PyUnicode_CheckExact(object(right)));
    int equal = left.bits == right.bits || _PyUnicode_EQ(object(left), object(right));
    release(left);
    release(right);
    int outcome = equal ? KR_IS_EQUAL : KR_IS_LESS;
    FINISH_COMPARISON(outcome);
}

INST(IS_OP, IN(left, right), OUT(result))
{
    bool same = object(left) == object(right);
    release(left);
    release(right);
    result = own_new(same ^ oparg ? Py_True : Py_False);
}

INST(CONTAINS_OP, IN(item, container), OUT(result))
{
    int found = PySequence_Contains(object(container), object(item));
    release(item);
    release(container);
    ERROR_IF(found < 0);
    result = own_new(found ^ oparg ? Py_True : Py_False);
}
