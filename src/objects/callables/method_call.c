// method_call.c - the METH_ calling conventions.
//
//   NOARGS  f(self, NULL)            O                 f(self, argument)
//   VARARGS f(self, tuple[, dict])   FASTCALL          f(self, array, count[, names])
//   METHOD  f(self, class, array, count, names)
//
// kr_method_call does any of them; the direct functions below are vectorcall entries for the
// frequent ones.
#include "objects/callables/method_call.h"

#include <stdbool.h>

#include "abstract.h"
#include "descrobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/call.h"
#include "pyerrors.h"
#include "runtime/thread.h"
#include "tupleobject.h"

typedef PyObject *(*FastFunction)(PyObject *, PyObject *const *, Py_ssize_t);
typedef PyObject *(*FastKeywordsFunction)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);

enum {
    CONVENTION = METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD,
    FAST_KEYWORDS = METH_FASTCALL | METH_KEYWORDS,
    FAST_METHOD = METH_METHOD | METH_FASTCALL | METH_KEYWORDS,
    VARARGS_KEYWORDS = METH_VARARGS | METH_KEYWORDS,
};

int kr_method_call_are_flags_valid(int flags)
{
    switch (flags & CONVENTION) {
    case METH_VARARGS:
        case VARARGS_KEYWORDS:
            case METH_FASTCALL: case FAST_KEYWORDS: case METH_NOARGS: case METH_O:
    case FAST_METHOD:
        return 1;
    default:
        return 0;
    }
}

// --- messages

static PyObject *raise_about(PyObject *callable, const char *format, Py_ssize_t given)
{
    KR_AUTO PyObject *name = _PyObject_FunctionStr(callable);
    return name == NULL ? NULL : kr_raise(PyExc_TypeError, format, name, given);
}

static bool has_no_keywords(PyObject *callable, PyObject *keywords)
{
    if (keywords == NULL || PyTuple_GET_SIZE(keywords) == 0) return true;
    raise_about(callable, "%U takes no keyword arguments", 0);
    return false;
}

static bool has_count(PyObject *callable, Py_ssize_t count, Py_ssize_t wanted)
{
    if (count == wanted) return true;
    raise_about(callable, wanted == 0 ? "%U takes no arguments (%zd given)"
                                      : "%U takes exactly one argument (%zd given)", count);
    return false;
}

// --- any convention

static PyObject *call_varargs(const KrMethodCall *call, PyObject *const *args, Py_ssize_t count,
                              PyObject *keywords)
{
    KR_AUTO PyObject *tuple = kr_arguments_rest(args, count, 0);
    if (tuple == NULL) return NULL;
    if (!(call->method->ml_flags & METH_KEYWORDS)) return call->method->ml_meth(call->self, tuple);
    KR_AUTO PyObject *kwargs = NULL;
    if (keywords != NULL && PyTuple_GET_SIZE(keywords) > 0) {
        kwargs = _PyStack_AsDict(args + count, keywords);
        if (kwargs == NULL) return NULL;
    }
    return ((PyCFunctionWithKeywords)(void (*)(void))call->method->ml_meth)(call->self, tuple,
                                                                            kwargs);
}

static PyObject *call_by_convention(const KrMethodCall *call, PyObject *const *args,
                                    Py_ssize_t count, PyObject *keywords)
{
    void (*function)(void) = (void (*)(void))call->method->ml_meth;
    int flags = call->method->ml_flags;
    if (!(flags & METH_KEYWORDS) && !has_no_keywords(call->callable, keywords)) return NULL;
    switch (flags & CONVENTION) {
    case METH_NOARGS:
        return has_count(call->callable, count, 0) ? call->method->ml_meth(call->self, NULL)
            : NULL;
    case METH_O:
        return has_count(call->callable, count, 1) ? call->method->ml_meth(call->self, args[0])
            : NULL;
    case METH_FASTCALL: return ((FastFunction)function)(call->self, args, count);
    case FAST_KEYWORDS: return ((FastKeywordsFunction)function)(call->self, args, count, keywords);
    case FAST_METHOD:
        return ((PyCMethod)function)(call->self, call->defining, args, (size_t)count, keywords);
    default: return call_varargs(call, args, count, keywords);
    }
}

PyObject *kr_method_call(const KrMethodCall *call, PyObject *const *args, Py_ssize_t count,
                         PyObject *keywords)
{
    if (kr_recursion_enter(kr_thread_current(), " while calling a Python object")) return NULL;
    PyObject *result = call_by_convention(call, args, count, keywords);
    kr_recursion_leave(kr_thread_current());
    return result;
}

// --- method descriptors: the object is args[0]

static bool is_method_call(PyMethodDescrObject *self, PyObject *const *args, Py_ssize_t count)
{
    PyDescrObject *common = &self->d_common;
    if (count < 1) {
        raise_about((PyObject *)self, "unbound method %U needs an argument", 0);
        return false;
    }
    if (PyObject_TypeCheck(args[0], common->d_type)) return true;
    kr_raise(PyExc_TypeError, "descriptor '%U' for '%.100s' objects doesn't apply to a '%.100s' "
             "object", common->d_name, common->d_type->tp_name, Py_TYPE(args[0])->tp_name);
    return false;
}

static PyObject *guarded_call(PyCFunction function, PyObject *self, PyObject *argument)
{
    if (kr_recursion_enter(kr_thread_current(), " while calling a Python object")) return NULL;
    PyObject *result = function(self, argument);
    kr_recursion_leave(kr_thread_current());
    return result;
}

static PyObject *descriptor_no_args(PyObject *callable, PyObject *const *args, size_t nargsf,
                                    PyObject *keywords)
{
    PyMethodDescrObject *self = (PyMethodDescrObject *)callable;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!is_method_call(self, args, count) || !has_no_keywords(callable, keywords)
        || !has_count(callable, count - 1, 0))
        return NULL;
    return guarded_call(self->d_method->ml_meth, args[0], NULL);
}

static PyObject *descriptor_one_arg(PyObject *callable, PyObject *const *args, size_t nargsf,
                                    PyObject *keywords)
{
    PyMethodDescrObject *self = (PyMethodDescrObject *)callable;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!is_method_call(self, args, count) || !has_no_keywords(callable, keywords)
        || !has_count(callable, count - 1, 1))
        return NULL;
    return guarded_call(self->d_method->ml_meth, args[0], args[1]);
}

static PyObject *descriptor_fast(PyObject *callable, PyObject *const *args, size_t nargsf,
                                 PyObject *keywords)
{
    PyMethodDescrObject *self = (PyMethodDescrObject *)callable;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!is_method_call(self, args, count) || !has_no_keywords(callable, keywords)) return NULL;
    if (kr_recursion_enter(kr_thread_current(), " while calling a Python object")) return NULL;
    FastFunction function = (FastFunction)(void (*)(void))self->d_method->ml_meth;
    PyObject *result = function(args[0], args + 1, count - 1);
    kr_recursion_leave(kr_thread_current());
    return result;
}

static PyObject *descriptor_fast_keywords(PyObject *callable, PyObject *const *args, size_t nargsf,
                                          PyObject *keywords)
{
    PyMethodDescrObject *self = (PyMethodDescrObject *)callable;
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!is_method_call(self, args, count)) return NULL;
    if (kr_recursion_enter(kr_thread_current(), " while calling a Python object")) return NULL;
    FastKeywordsFunction function = (FastKeywordsFunction)(void (*)(void))self->d_method->ml_meth;
    PyObject *result = function(args[0], args + 1, count - 1, keywords);
    kr_recursion_leave(kr_thread_current());
    return result;
}

vectorcallfunc kr_method_call_direct(PyMethodDef *method)
{
    switch (method->ml_flags & CONVENTION) {
    case METH_NOARGS: return descriptor_no_args;
    case METH_O: return descriptor_one_arg;
    case METH_FASTCALL: return descriptor_fast;
    case FAST_KEYWORDS: return descriptor_fast_keywords;
    default: return NULL;
    }
}

// --- builtin functions: the object is m_self

static PyObject *self_of(PyCFunctionObject *function)
{
    return function->m_ml->ml_flags & METH_STATIC ? NULL : function->m_self;
}

static PyObject *function_no_args(PyObject *callable, PyObject *const *args, size_t nargsf,
                                  PyObject *keywords)
{
    PyCFunctionObject *function = (PyCFunctionObject *)callable;
    if (!has_no_keywords(callable, keywords)
        || !has_count(callable, PyVectorcall_NARGS(nargsf), 0))
        return NULL;
    return guarded_call(function->m_ml->ml_meth, self_of(function), NULL);
}

static PyObject *function_one_arg(PyObject *callable, PyObject *const *args, size_t nargsf,
                                  PyObject *keywords)
{
    PyCFunctionObject *function = (PyCFunctionObject *)callable;
    if (!has_no_keywords(callable, keywords)
        || !has_count(callable, PyVectorcall_NARGS(nargsf), 1))
        return NULL;
    return guarded_call(function->m_ml->ml_meth, self_of(function), args[0]);
}

static PyObject *function_any(PyObject *callable, PyObject *const *args, size_t nargsf,
                              PyObject *keywords)
{
    PyCFunctionObject *function = (PyCFunctionObject *)callable;
    PyTypeObject *defining =
        function->m_ml->ml_flags & METH_METHOD ? ((PyCMethodObject *)function)->mm_class : NULL;
    KrMethodCall call = {callable, function->m_ml, self_of(function), defining};
    return kr_method_call(&call, args, PyVectorcall_NARGS(nargsf), keywords);
}

vectorcallfunc kr_method_call_direct_function(PyMethodDef *method)
{
    switch (method->ml_flags & CONVENTION) {
    case METH_NOARGS: return function_no_args;
    case METH_O: return function_one_arg;
    default: return function_any;
    }
}
