// arithmetic.inst.c - unary and binary operators.

INST(UNARY_POSITIVE, IN(value), OUT(result))
{
    PyObject *made = PyNumber_Positive(object(value));
    release(value);
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(UNARY_NEGATIVE, IN(value), OUT(result))
{
    PyObject *made = PyNumber_Negative(object(value));
    release(value);
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(UNARY_INVERT, IN(value), OUT(result))
{
    PyObject *made = PyNumber_Invert(object(value));
    release(value);
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(UNARY_NOT, IN(value), OUT(result))
{
    int truth = PyObject_IsTrue(object(value));
    release(value);
    ERROR_IF(truth < 0);
    result = own_new(truth ? Py_False : Py_True);
}

INST(BINARY_OP, IN(left, right), OUT(result), CACHE(1))
{
    if (IS_WARM())
        kr_specialize_operator(frame, object(left), object(right), next_instr - 1, oparg);
    assert(oparg < KR_OPERATOR_COUNT);
    PyObject *made = kr_operators[oparg](object(left), object(right));
    release(left);
    release(right);
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(BINARY_OP_ADD_INT, IN(left, right), OUT(result), CACHE(1), FAMILY(BINARY_OP))
{
    DEOPT_IF(!PyLong_CheckExact(object(left)) || !PyLong_CheckExact(object(right)));
    PyObject *made;
    if (LIKELY(is_one_digit(object(left)) && is_one_digit(object(right)))) {
        int64_t value = one_digit(object(left)) + one_digit(object(right));
        if (update_variable(frame, next_instr[1], left, right, value)) {
            sp -= 2;
            next_instr += 2;
            DISPATCH();
        }
        made = int_result(left, right, value);
    } else {
        made = PyLong_Type.tp_as_number->nb_add(object(left), object(right));
        release(left);
        release(right);
    }
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(BINARY_OP_SUBTRACT_INT, IN(left, right), OUT(result), CACHE(1), FAMILY(BINARY_OP))
{
    DEOPT_IF(!PyLong_CheckExact(object(left)) || !PyLong_CheckExact(object(right)));
    PyObject *made;
    if (LIKELY(is_one_digit(object(left)) && is_one_digit(object(right)))) {
        int64_t value = one_digit(object(left)) - one_digit(object(right));
        if (update_variable(frame, next_instr[1], left, right, value)) {
            sp -= 2;
            next_instr += 2;
            DISPATCH();
        }
        made = int_result(left, right, value);
    } else {
        made = PyLong_Type.tp_as_number->nb_subtract(object(left), object(right));
        release(left);
        release(right);
    }
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(BINARY_OP_MULTIPLY_INT, IN(left, right), OUT(result), CACHE(1), FAMILY(BINARY_OP))
{
    DEOPT_IF(!PyLong_CheckExact(object(left)) || !PyLong_CheckExact(object(right)));
    PyObject *made;
    if (LIKELY(is_one_digit(object(left)) && is_one_digit(object(right)))) {
        int64_t value = one_digit(object(left)) * one_digit(object(right));
        if (update_variable(frame, next_instr[1], left, right, value)) {
            sp -= 2;
            next_instr += 2;
            DISPATCH();
        }
        made = int_result(left, right, value);
    } else {
        made = PyLong_Type.tp_as_number->nb_multiply(object(left), object(right));
        release(left);
        release(right);
    }
    ERROR_IF(made == NULL);
    result = own(made);
}

// &, |, ^, >> and % of ints of one digit that are not negative.
INST(BINARY_OP_BITS_INT, IN(left, right), OUT(result), CACHE(1), FAMILY(BINARY_OP))
{
    DEOPT_IF(!PyLong_CheckExact(object(left)) || !PyLong_CheckExact(object(right)));
    DEOPT_IF(!is_natural_digit(object(left)) || !is_natural_digit(object(right)));
    int64_t value;
    DEOPT_IF(!natural_operation(oparg, one_digit(object(left)), one_digit(object(right)), &value));
    PyObject *made = int_result(left, right, value);
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(BINARY_OP_ADD_FLOAT, IN(left, right), OUT(result), CACHE(1), FAMILY(BINARY_OP))
{
    DEOPT_IF(!PyFloat_CheckExact(object(left)) || !PyFloat_CheckExact(object(right)));
    PyObject *made = float_result(left, right, float_value(left) + float_value(right));
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(BINARY_OP_SUBTRACT_FLOAT, IN(left, right), OUT(result), CACHE(1), FAMILY(BINARY_OP))
{
    DEOPT_IF(!PyFloat_CheckExact(object(left)) || !PyFloat_CheckExact(object(right)));
    PyObject *made = float_result(left, right, float_value(left) - float_value(right));
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(BINARY_OP_MULTIPLY_FLOAT, IN(left, right), OUT(result), CACHE(1), FAMILY(BINARY_OP))
{
    DEOPT_IF(!PyFloat_CheckExact(object(left)) || !PyFloat_CheckExact(object(right)));
    PyObject *made = float_result(left, right, float_value(left) * float_value(right));
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(BINARY_OP_DIVIDE_FLOAT, IN(left, right), OUT(result), CACHE(1), FAMILY(BINARY_OP))
{
    DEOPT_IF(!PyFloat_CheckExact(object(left)) || !PyFloat_CheckExact(object(right)));
    DEOPT_IF(float_value(right) == 0.0);
    PyObject *made = float_result(left, right, float_value(left) / float_value(right));
    ERROR_IF(made == NULL);
    result = own(made);
}

INST(BINARY_OP_ADD_UNICODE, IN(left, right), OUT(result), CACHE(1), FAMILY(BINARY_OP))
{
    DEOPT_IF(!PyUnicode_CheckExact(object(left)) || !PyUnicode_CheckExact(object(right)));
    PyObject *made = PyUnicode_Concat(object(left), object(right));
    release(left);
    release(right);
    ERROR_IF(made == NULL);
    result = own(made);
}

// x = x + y, where the variable x is the other owner of the left string: let it grow in place.
INST(BINARY_OP_INPLACE_ADD_UNICODE, IN(left, right), OUT(), CACHE(1), FAMILY(BINARY_OP))
{
    DEOPT_IF(!PyUnicode_CheckExact(object(left)) || !PyUnicode_CheckExact(object(right)));
    _Py_CODEUNIT store = next_instr[1];
    DEOPT_IF(kr_instruction_family[store & 255] != OP_STORE_FAST);
    KrWord *variable = &LOCAL(store >> 8);
    DEOPT_IF(variable->bits != left.bits);
    PyObject *text = take(left);
    *variable = KR_UNBOUND;
    Py_DECREF(text);
    PyUnicode_Append(&text, object(right));
    *variable = own(text);
    release(right);
    ERROR_IF(text == NULL);
    // the store (of a pair: its first half) is done
    next_instr++;
}
