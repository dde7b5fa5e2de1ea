// calls.c - calls with arguments by a build-value format.
#include "Python.h"
#include "capi/build_value.h"

enum { SMALL = 5 };

static PyObject *not_callable(PyObject *object)
{
    return PyErr_Format(PyExc_TypeError, "attribute of type '%.200s' is not callable",
                        Py_TYPE(object)->tp_name);
}

static PyObject *null_error(void)
{
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
    return NULL;
}

// One unit that is a tuple gives the arguments themselves: "(ii)" and "ii" call alike.
static PyObject *call_with_stack(PyObject *callable, PyObject **stack, Py_ssize_t count)
{
    if (count == 1 && PyTuple_Check(stack[0]))
        return PyObject_Vectorcall(callable, ((PyTupleObject *)stack[0])->ob_item,
                                   (size_t)PyTuple_GET_SIZE(stack[0]), NULL);
    return PyObject_Vectorcall(callable, stack, (size_t)count, NULL);
}

static PyObject *call_format(PyObject *callable, const char *format, va_list values, int is_size_t)
{
    if (callable == NULL) return null_error();
    if (format == NULL || *format == 0) return PyObject_CallNoArgs(callable);
    PyObject *small[SMALL];
    Py_ssize_t count;
    PyObject **stack = kr_build_stack(small, SMALL, format, values, is_size_t, &count);
    if (stack == NULL) return NULL;
    PyObject *result = call_with_stack(callable, stack, count);
    for (Py_ssize_t i = 0; i < count; i++) Py_DECREF(stack[i]);
    if (stack != small) PyMem_Free(stack);
    return result;
}

// STEALS [callable], which may be NULL with an exception.
static PyObject *call_attribute(PyObject *callable, const char *format, va_list values,
                                int is_size_t)
{
    if (callable == NULL) return NULL;
    PyObject *result = PyCallable_Check(callable)
        ? call_format(callable, format, values, is_size_t) : not_callable(callable);
    Py_DECREF(callable);
    return result;
}

#undef PyObject_CallFunction
#undef PyObject_CallMethod
#undef _PyObject_CallMethodId

#define WITH_VALUES(call)                                                                         \
    __extension__({                                                                               \
        va_list values;                                                                           \
        va_start(values, format);                                                                 \
        PyObject *kr_result = (call);                                                             \
        va_end(values);                                                                           \
        kr_result;                                                                                \
    })

PyObject *PyObject_CallFunction(PyObject *callable, const char *format, ...)
{
    return WITH_VALUES(call_format(callable, format, values, 0));
}

PyObject *_PyObject_CallFunction_SizeT(PyObject *callable, const char *format, ...)
{
    return WITH_VALUES(call_format(callable, format, values, 1));
}

PyObject *PyEval_CallFunction(PyObject *callable, const char *format, ...)
{
    return WITH_VALUES(call_format(callable, format, values, 0));
}

PyObject *PyObject_CallMethod(PyObject *object, const char *name, const char *format, ...)
{
    if (object == NULL || name == NULL) return null_error();
    return WITH_VALUES(call_attribute(PyObject_GetAttrString(object, name), format, values, 0));
}

PyObject *_PyObject_CallMethod_SizeT(PyObject *object, const char *name, const char *format, ...)
{
    if (object == NULL || name == NULL) return null_error();
    return WITH_VALUES(call_attribute(PyObject_GetAttrString(object, name), format, values, 1));
}

PyObject *PyEval_CallMethod(PyObject *object, const char *name, const char *format, ...)
{
    if (object == NULL || name == NULL) return null_error();
    return WITH_VALUES(call_attribute(PyObject_GetAttrString(object, name), format, values, 0));
}

PyObject *_PyObject_CallMethod(PyObject *object, PyObject *name, const char *format, ...)
{
    if (object == NULL || name == NULL) return null_error();
    return WITH_VALUES(call_attribute(PyObject_GetAttr(object, name), format, values, 1));
}

PyObject *_PyObject_CallMethodId(PyObject *object, _Py_Identifier *name, const char *format, ...)
{
    if (object == NULL || name == NULL) return null_error();
    return WITH_VALUES(call_attribute(_PyObject_GetAttrId(object, name), format, values, 0));
}

PyObject *_PyObject_CallMethodId_SizeT(PyObject *object, _Py_Identifier *name, const char *format,
                                       ...)
{
    if (object == NULL || name == NULL) return null_error();
    return WITH_VALUES(call_attribute(_PyObject_GetAttrId(object, name), format, values, 1));
}

PyObject *PyEval_CallObjectWithKeywords(PyObject *callable, PyObject *arguments,
                                        PyObject *keywords)
{
    if (arguments != NULL && !PyTuple_Check(arguments)) {
        PyErr_SetString(PyExc_TypeError, "argument list must be a tuple");
        return NULL;
    }
    if (keywords != NULL && !PyDict_Check(keywords)) {
        PyErr_SetString(PyExc_TypeError, "keyword list must be a dictionary");
        return NULL;
    }
    if (arguments != NULL) return PyObject_Call(callable, arguments, keywords);
    return PyObject_VectorcallDict(callable, NULL, 0, keywords);
}
