// call.c - calling objects.
//
//   vectorcall: array of arguments, the values of keywords behind the positional ones, names in a
//   tuple
//   tp_call:    tuple and dict
//
// Each PyObject_Call* turns into one of the two, whichever the callable has.
#include "objects/model/call.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "abstract.h"
#include "dictobject.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/model/attributes.h"
#include "objects/strings/names.h"
#include "pyerrors.h"
#include "pymem.h"
#include "runtime/thread.h"
#include "tupleobject.h"
#include "unicodeobject.h"

enum { SMALL_STACK = 8 };

// Memory for [count] arguments: [small] if that suffices.  NULL: MemoryError.
static PyObject **new_stack(PyObject **small, Py_ssize_t count)
{
    if (count <= SMALL_STACK) return small;
    PyObject **stack = PyMem_Malloc((size_t)count * sizeof(PyObject *));
    return stack != NULL ? stack : (PyObject **)PyErr_NoMemory();
}

static void free_stack(PyObject **stack, PyObject **small)
{
    if (stack != small) PyMem_Free(stack);
}

// --- results

PyObject *_Py_CheckFunctionResult(PyThreadState *thread, PyObject *callable, PyObject *result,
                                  const char *where)
{
    int failed = PyErr_Occurred() != NULL;
    if (failed == (result == NULL)) return result;
    if (!failed) {
        if (callable != NULL)
            return kr_raise(PyExc_SystemError, "%R returned NULL without setting an exception",
                            callable);
        return kr_raise(PyExc_SystemError, "%s returned NULL without setting an exception", where);
    }
    Py_DECREF(result);
    if (callable != NULL)
        return _PyErr_FormatFromCause(PyExc_SystemError,
                                      "%R returned a result with an exception set", callable);
    return _PyErr_FormatFromCause(PyExc_SystemError, "%s returned a result with an exception set",
                                  where);
}

static inline PyObject *checked(PyThreadState *thread, PyObject *callable, PyObject *result)
{
    if (__builtin_expect((result == NULL) == (thread->curexc_type != NULL), 1)) return result;
    return _Py_CheckFunctionResult(thread, callable, result, NULL);
}

// --- keywords

PyObject *_PyStack_AsDict(PyObject *const *values, PyObject *names)
{
    KR_AUTO PyObject *dict = PyDict_New();
    if (dict == NULL) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++)
        if (PyDict_SetItem(dict, PyTuple_GET_ITEM(names, i), values[i]) < 0) return NULL;
    return kr_take(dict);
}

// Arguments of a vectorcall made from a dict: the stack owns its keyword values.
typedef struct {
    PyObject *small[SMALL_STACK], **stack, *names;
    Py_ssize_t count;  // of positional arguments
} Unpacked;

static void release(Unpacked *unpacked)
{
    Py_ssize_t keyword_count = unpacked->names == NULL ? 0 : PyTuple_GET_SIZE(unpacked->names);
    for (Py_ssize_t i = 0; i < keyword_count; i++)
        Py_DECREF(unpacked->stack[1 + unpacked->count + i]);
    Py_XDECREF(unpacked->names);
    free_stack(unpacked->stack, unpacked->small);
}

// Slot 0 of the stack stays free for a callee that puts self there.
static int unpack(Unpacked *unpacked, PyObject *const *args, Py_ssize_t count, PyObject *kwargs)
{
    Py_ssize_t keyword_count = PyDict_GET_SIZE(kwargs);
    unpacked->count = count;
    unpacked->names = NULL;
    unpacked->stack = new_stack(unpacked->small, 1 + count + keyword_count);
    if (unpacked->stack == NULL) return -1;
    KR_AUTO PyObject *names = PyTuple_New(keyword_count);
    if (names == NULL) {
        free_stack(unpacked->stack, unpacked->small);
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) unpacked->stack[1 + i] = args[i];
    PyObject *key, *value;
    Py_ssize_t position = 0, i = 0;
    int all_text = 1;
    while (i < keyword_count && PyDict_Next(kwargs, &position, &key, &value)) {
        all_text &= PyUnicode_Check(key);
        PyTuple_SET_ITEM(names, i, Py_NewRef(key));
        unpacked->stack[1 + count + i++] = Py_NewRef(value);
    }
    unpacked->names = kr_take(names);
    if (all_text) return 0;
    release(unpacked);
    return kr_raise_int(PyExc_TypeError, "keywords must be strings");
}

static PyObject *vectorcall_with_dict(PyThreadState *thread, vectorcallfunc function,
                                      PyObject *callable, PyObject *const *args, Py_ssize_t count,
                                      PyObject *kwargs)
{
    Unpacked unpacked;
    if (unpack(&unpacked, args, count, kwargs) < 0) return NULL;
    PyObject *result = function(callable, unpacked.stack + 1,
                                (size_t)count | PY_VECTORCALL_ARGUMENTS_OFFSET, unpacked.names);
    release(&unpacked);
    return checked(thread, callable, result);
}

// --- the two protocols

static PyObject *raise_not_callable(PyObject *callable)
{
    return kr_raise(PyExc_TypeError, "'%.200s' object is not callable",
                    Py_TYPE(callable)->tp_name);
}

static PyObject *call_slot(PyThreadState *thread, PyObject *callable, PyObject *args,
                           PyObject *kwargs)
{
    ternaryfunc call = Py_TYPE(callable)->tp_call;
    if (call == NULL) return raise_not_callable(callable);
    if (kr_recursion_enter(thread, " while calling a Python object")) return NULL;
    PyObject *result = call(callable, args, kwargs);
    kr_recursion_leave(thread);
    return checked(thread, callable, result);
}

PyObject *_PyObject_MakeTpCall(PyThreadState *thread, PyObject *callable, PyObject *const *args,
                               Py_ssize_t count, PyObject *keywords)
{
    if (Py_TYPE(callable)->tp_call == NULL) return raise_not_callable(callable);
    KR_AUTO PyObject *tuple = kr_arguments_rest(args, count, 0);
    if (tuple == NULL) return NULL;
    KR_AUTO PyObject *kwargs = NULL;
    if (keywords != NULL && PyDict_Check(keywords)) {
        kwargs = Py_NewRef(keywords);
    } else if (keywords != NULL && PyTuple_GET_SIZE(keywords) > 0) {
        kwargs = _PyStack_AsDict(args + count, keywords);
        if (kwargs == NULL) return NULL;
    }
    return call_slot(thread, callable, tuple, kwargs);
}

#undef PyVectorcall_Function
vectorcallfunc PyVectorcall_Function(PyObject *callable)
{
    PyTypeObject *type = Py_TYPE(callable);
    if (!PyType_HasFeature(type, Py_TPFLAGS_HAVE_VECTORCALL)) return NULL;
    vectorcallfunc function;
    memcpy(&function, (char *)callable + type->tp_vectorcall_offset, sizeof(function));
    return function;
}

PyObject *PyObject_Vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf,
                              PyObject *keywords)
{
    PyThreadState *thread = kr_thread_current();
    vectorcallfunc function = PyVectorcall_Function(callable);
    if (function == NULL)
        return _PyObject_MakeTpCall(thread, callable, args, PyVectorcall_NARGS(nargsf), keywords);
    return checked(thread, callable, function(callable, args, nargsf, keywords));
}

PyObject *_PyObject_FastCallDictTstate(PyThreadState *thread, PyObject *callable,
                                       PyObject *const *args, size_t nargsf, PyObject *kwargs)
{
    vectorcallfunc function = PyVectorcall_Function(callable);
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    assert(kwargs == NULL || PyDict_Check(kwargs));
    if (function == NULL) return _PyObject_MakeTpCall(thread, callable, args, count, kwargs);
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)
        return vectorcall_with_dict(thread, function, callable, args, count, kwargs);
    return checked(thread, callable, function(callable, args, nargsf, NULL));
}

PyObject *PyObject_VectorcallDict(PyObject *callable, PyObject *const *args, size_t nargsf,
                                  PyObject *kwargs)
{
    return _PyObject_FastCallDictTstate(kr_thread_current(), callable, args, nargsf, kwargs);
}

PyObject *PyVectorcall_Call(PyObject *callable, PyObject *tuple, PyObject *kwargs)
{
    PyThreadState *thread = kr_thread_current();
    PyTypeObject *type = Py_TYPE(callable);
    if (type->tp_vectorcall_offset <= 0)
        return kr_raise(PyExc_TypeError, "'%.200s' object does not support vectorcall",
                        type->tp_name);
    vectorcallfunc function;
    memcpy(&function, (char *)callable + type->tp_vectorcall_offset, sizeof(function));
    if (function == NULL)
        return kr_raise(PyExc_TypeError, "'%.200s' object does not support vectorcall",
                        type->tp_name);
    PyObject *const *items = ((PyTupleObject *)tuple)->ob_item;
    Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)
        return vectorcall_with_dict(thread, function, callable, items, count, kwargs);
    return checked(thread, callable, function(callable, items, (size_t)count, NULL));
}

PyObject *_PyObject_Call(PyThreadState *thread, PyObject *callable, PyObject *args,
                         PyObject *kwargs)
{
    assert(PyTuple_Check(args) && (kwargs == NULL || PyDict_Check(kwargs)));
    if (PyVectorcall_Function(callable) == NULL) return call_slot(thread, callable, args, kwargs);
    return PyVectorcall_Call(callable, args, kwargs);
}

PyObject *PyObject_Call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    return _PyObject_Call(kr_thread_current(), callable, args, kwargs);
}

PyObject *PyObject_CallObject(PyObject *callable, PyObject *args)
{
    if (args == NULL) return PyObject_CallNoArgs(callable);
    if (PyTuple_Check(args)) return PyObject_Call(callable, args, NULL);
    return kr_raise(PyExc_TypeError, "argument list must be a tuple");
}

// --- few arguments

PyObject *PyObject_CallNoArgs(PyObject *callable)
{
    return PyObject_Vectorcall(callable, NULL, 0, NULL);
}

PyObject *PyObject_CallOneArg(PyObject *callable, PyObject *argument)
{
    PyObject *stack[] = {NULL, argument};
    return PyObject_Vectorcall(callable, stack + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}

PyObject *_PyObject_FastCall(PyObject *callable, PyObject *const *args, Py_ssize_t count)
{
    return PyObject_Vectorcall(callable, args, (size_t)count, NULL);
}

PyObject *_PyObject_Call_Prepend(PyThreadState *thread, PyObject *callable, PyObject *object,
                                 PyObject *args, PyObject *kwargs)
{
    assert(PyTuple_Check(args));
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    PyObject *small[SMALL_STACK], **stack = new_stack(small, count + 1);
    if (stack == NULL) return NULL;
    stack[0] = object;
    for (Py_ssize_t i = 0; i < count; i++) stack[i + 1] = PyTuple_GET_ITEM(args, i);
    PyObject *result = _PyObject_FastCallDictTstate(thread, callable, stack, (size_t)count + 1,
                                                    kwargs);
    free_stack(stack, small);
    return result;
}

PyObject *kr_call_prepend(PyObject *callable, PyObject *first, PyObject *args, PyObject *kwargs)
{
    return _PyObject_Call_Prepend(kr_thread_current(), callable, first, args, kwargs);
}

// --- methods

PyObject *PyObject_VectorcallMethod(PyObject *name, PyObject *const *args, size_t nargsf,
                                    PyObject *keywords)
{
    assert(PyVectorcall_NARGS(nargsf) >= 1);
    PyObject *found = NULL;
    int unbound = _PyObject_GetMethod(args[0], name, &found);
    KR_AUTO PyObject *method = found;
    if (method == NULL) return NULL;
    if (unbound)
        return PyObject_Vectorcall(method, args, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET,
                                   keywords);
    // self is in front of the arguments: that slot may be used.
    size_t count = (size_t)PyVectorcall_NARGS(nargsf) - 1;
    return PyObject_Vectorcall(method, args + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET, keywords);
}

// Calls with [first] (or NULL) and the objects of [list] up to NULL.
static PyObject *call_with_objects(PyObject *callable, PyObject *first, va_list list)
{
    va_list counting;
    va_copy(counting, list);
    Py_ssize_t count = first != NULL, i = 0;
    while (va_arg(counting, PyObject *) != NULL) count++;
    va_end(counting);
    PyObject *small[SMALL_STACK], **stack = new_stack(small, count);
    if (stack == NULL) return NULL;
    if (first != NULL) stack[i++] = first;
    while (i < count) stack[i++] = va_arg(list, PyObject *);
    PyObject *result = PyObject_Vectorcall(callable, stack, (size_t)count, NULL);
    free_stack(stack, small);
    return result;
}

PyObject *PyObject_CallFunctionObjArgs(PyObject *callable, ...)
{
    if (callable == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
        return NULL;
    }
    va_list list;
    va_start(list, callable);
    PyObject *result = call_with_objects(callable, NULL, list);
    va_end(list);
    return result;
}

static PyObject *call_method_with_objects(PyObject *object, PyObject *name, va_list list)
{
    PyObject *found = NULL;
    int unbound = _PyObject_GetMethod(object, name, &found);
    KR_AUTO PyObject *method = found;
    return method == NULL ? NULL : call_with_objects(method, unbound ? object : NULL, list);
}

PyObject *PyObject_CallMethodObjArgs(PyObject *object, PyObject *name, ...)
{
    if (object == NULL || name == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
        return NULL;
    }
    va_list list;
    va_start(list, name);
    PyObject *result = call_method_with_objects(object, name, list);
    va_end(list);
    return result;
}

PyObject *_PyObject_CallMethodIdObjArgs(PyObject *object, _Py_Identifier *identifier, ...)
{
    PyObject *name = _PyUnicode_FromId(identifier);
    if (name == NULL) return NULL;
    va_list list;
    va_start(list, identifier);
    PyObject *result = call_method_with_objects(object, name, list);
    va_end(list);
    return result;
}

// --- questions

int PyCallable_Check(PyObject *object)
{
    return object != NULL && Py_TYPE(object)->tp_call != NULL;
}

PyObject *_PyObject_FunctionStr(PyObject *callable)
{
    PyObject *found;
    if (_PyObject_LookupAttr(callable, ID(__qualname__), &found) < 0) return NULL;
    KR_AUTO PyObject *name = found;
    if (name == NULL) return PyObject_Str(callable);
    if (_PyObject_LookupAttr(callable, ID(__module__), &found) < 0) return NULL;
    KR_AUTO PyObject *module = found;
    if (module == NULL || module == Py_None) return PyUnicode_FromFormat("%S()", name);
    int builtin = PyObject_RichCompareBool(module, ID(builtins), Py_EQ);
    if (builtin < 0) return NULL;
    return builtin ? PyUnicode_FromFormat("%S()", name)
        : PyUnicode_FromFormat("%S.%S()", module, name);
}
