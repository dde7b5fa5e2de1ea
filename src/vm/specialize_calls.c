// specialize_calls.c - special forms of PRECALL.
#include "vm/specialize.h"

#include "cpython/classobject.h"
#include "descrobject.h"
#include "listobject.h"
#include "methodobject.h"
#include "objects/model/type.h"
#include "objects/strings/names.h"
#include "tupleobject.h"
#include "unicodeobject.h"
#include "vm/calls.h"
#include "vm/function.h"
#include "vm/specialize_common.h"
#include "vm/state.h"

// Cache words of the CALL behind the PRECALL.
enum { CALL_VERSION = 3, CALL_MINIMUM = 6 };

static int python_function(PyFunctionObject *function, _Py_CODEUNIT *instruction, int count)
{
    PyCodeObject *code = (PyCodeObject *)function->func_code;
    if (function->vectorcall != _PyFunction_Vectorcall || code->co_kwonlyargcount > 0) return 0;
    if ((code->co_flags & (CO_VARARGS | CO_VARKEYWORDS | CO_OPTIMIZED)) != CO_OPTIMIZED) return 0;
    uint32_t version = kr_function_version(function);
    if (version == 0) return 0;
    int defaults = function->func_defaults == NULL ? 0
        : (int)PyTuple_GET_SIZE(function->func_defaults);
    int minimum = code->co_argcount - defaults;
    if (count > code->co_argcount || count < minimum) return 0;
    write_u32(instruction, CALL_VERSION, version);
    if (count == code->co_argcount) return OP_PRECALL_PY_EXACT;
    instruction[CALL_MINIMUM] = (uint16_t)(minimum < 0 ? 0 : minimum);
    return OP_PRECALL_PY_DEFAULTS;
}

PyFunctionObject *kr_specialize_cached_init(PyTypeObject *type)
{
    PyObject *found = _PyType_Lookup(type, ID(__init__));
    if (found == NULL || !PyFunction_Check(found)) return NULL;
    PyCodeObject *code = (PyCodeObject *)((PyFunctionObject *)found)->func_code;
    bool is_plain = code->co_kwonlyargcount == 0
        && (code->co_flags & (CO_VARARGS | CO_VARKEYWORDS | CO_OPTIMIZED | CO_GENERATOR
                              | CO_COROUTINE | CO_ASYNC_GENERATOR)) == CO_OPTIMIZED;
    return is_plain ? (PyFunctionObject *)found : NULL;
}

// A class whose instances object.__new__ makes and a Python __init__ fills.
static int class_with_init(PyTypeObject *type, _Py_CODEUNIT *instruction, int oparg,
                           PyObject *keyword_names)
{
    if (keyword_names != NULL || Py_TYPE(type) != &PyType_Type) return 0;
    if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)
        || PyType_HasFeature(type, Py_TPFLAGS_IS_ABSTRACT))
        return 0;
    if (type->tp_new != PyBaseObject_Type.tp_new || type->tp_alloc != PyType_GenericAlloc)
        return 0;
    PyFunctionObject *function = kr_specialize_cached_init(type);
    if (function == NULL || ((PyCodeObject *)function->func_code)->co_argcount != oparg + 1)
        return 0;
    unsigned version = kr_type_version(type);
    if (version == 0) return 0;
    write_u32(instruction, CALL_VERSION, version);
    return OP_PRECALL_CLASS_WITH_INIT;
}

static int class_call(PyTypeObject *type, _Py_CODEUNIT *instruction, int oparg,
                      PyObject *keyword_names)
{
    if (keyword_names == NULL && oparg == 1) {
        if (type == &PyType_Type) return OP_PRECALL_TYPE_1;
        if (type == &PyUnicode_Type) return OP_PRECALL_STR_1;
        if (type == &PyTuple_Type) return OP_PRECALL_TUPLE_1;
    }
    int opcode = class_with_init(type, instruction, oparg, keyword_names);
    if (opcode != 0) return opcode;
    return type->tp_vectorcall != NULL && Py_TYPE(type) == &PyType_Type ? OP_PRECALL_BUILTIN_CLASS
        : 0;
}

static int native_function(PyThreadState *thread, PyObject *callable, int oparg,
                           PyObject *keyword_names)
{
    KrVmState *known = kr_state_callables(thread);
    if (keyword_names == NULL && known != NULL) {
        if (callable == known->len && oparg == 1) return OP_PRECALL_LEN;
        if (callable == known->isinstance && oparg == 2) return OP_PRECALL_ISINSTANCE;
    }
    switch (PyCFunction_GET_FLAGS(callable)) {
    case METH_O: return keyword_names == NULL && oparg == 1 ? OP_PRECALL_FUNCTION_O : 0;
    case METH_FASTCALL: return keyword_names == NULL ? OP_PRECALL_FUNCTION_FAST : 0;
    case METH_FASTCALL | METH_KEYWORDS: return OP_PRECALL_FUNCTION_FAST_KEYWORDS;
    default: return 0;
    }
}

static int native_method(PyThreadState *thread, PyMethodDescrObject *method,
                         const _Py_CODEUNIT *instruction, int oparg, PyObject *keyword_names)
{
    KrVmState *known = kr_state_callables(thread);
    if (keyword_names == NULL && known != NULL && (PyObject *)method == known->list_append
        && oparg == 1 && (instruction[7] & 255) == OP_POP_TOP)
        return OP_PRECALL_LIST_APPEND;
    switch (method->d_method->ml_flags) {
    case METH_NOARGS: return keyword_names == NULL && oparg == 0 ? OP_PRECALL_METHOD_NOARGS : 0;
    case METH_O: return keyword_names == NULL && oparg == 1 ? OP_PRECALL_METHOD_O : 0;
    case METH_FASTCALL: return keyword_names == NULL ? OP_PRECALL_METHOD_FAST : 0;
    case METH_FASTCALL | METH_KEYWORDS: return OP_PRECALL_METHOD_FAST_KEYWORDS;
    default: return 0;
    }
}

void kr_specialize_call(PyThreadState *thread, KrWord *sp, _Py_CODEUNIT *instruction, int oparg,
                        PyObject *keyword_names)
{
    KrWord *first = sp - oparg - 1;
    bool is_method = !kr_word_is_unbound(first[-1]);
    PyObject *callable = kr_word_object(is_method ? first[-1] : first[0]);
    int opcode = 0;
    if (PyFunction_Check(callable)) {
        if (keyword_names == NULL)
            opcode = python_function((PyFunctionObject *)callable, instruction, oparg + is_method);
    } else if (is_method) {
        if (Py_IS_TYPE(callable, &PyMethodDescr_Type))
            opcode = native_method(thread, (PyMethodDescrObject *)callable, instruction, oparg,
                                   keyword_names);
    } else if (PyCFunction_CheckExact(callable)) {
        opcode = native_function(thread, callable, oparg, keyword_names);
    } else if (PyType_Check(callable)) {
        opcode = class_call((PyTypeObject *)callable, instruction, oparg, keyword_names);
    } else if (Py_IS_TYPE(callable, &PyMethod_Type)) {
        opcode = OP_PRECALL_BOUND_METHOD;
    }
    if (opcode != 0) succeed(instruction, opcode);
    else fail(instruction);
}
