// methodobject.h - functions written in C.
#ifndef Py_METHODOBJECT_H
#define Py_METHODOBJECT_H

#include "object.h"

#ifdef __cplusplus
extern "C" {
#endif

#define METH_VARARGS 0x0001
#define METH_KEYWORDS 0x0002
#define METH_NOARGS 0x0004
#define METH_O 0x0008
#define METH_CLASS 0x0010
#define METH_STATIC 0x0020
#define METH_COEXIST 0x0040

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030a0000
#define METH_FASTCALL 0x0080
#endif

#define METH_STACKLESS 0x0000

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x03090000
#define METH_METHOD 0x0200
#endif

typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef PyObject *(*_PyCFunctionFast) (PyObject *, PyObject *const *, Py_ssize_t);
typedef PyObject *(*PyCFunctionWithKeywords)(PyObject *, PyObject *, PyObject *);

typedef PyObject *(*_PyCFunctionFastWithKeywords) (PyObject *, PyObject *const *, Py_ssize_t,
    PyObject *);

typedef PyObject *(*PyCMethod)(PyObject *, PyTypeObject *, PyObject *const *, size_t, PyObject *);

struct PyMethodDef {
    const char *ml_name;
    PyCFunction ml_meth;
    int ml_flags;
    const char *ml_doc;
};

#ifndef Py_LIMITED_API
typedef struct {
    PyObject ob_base;
    PyMethodDef *m_ml;
    PyObject *m_self;
    PyObject *m_module;
    PyObject *m_weakreflist;
    vectorcallfunc vectorcall;
} PyCFunctionObject;

typedef struct {
    PyCFunctionObject func;
    PyTypeObject *mm_class;
} PyCMethodObject;
#endif

PyAPI_DATA(PyTypeObject) PyCFunction_Type;

#ifndef Py_LIMITED_API
PyAPI_DATA(PyTypeObject) PyCMethod_Type;
#endif

Py_DEPRECATED(3.11) PyAPI_FUNC(PyObject *) PyCFunction_Call(PyObject *, PyObject *, PyObject *);
PyAPI_FUNC(int) PyCFunction_GetFlags(PyObject *);
PyAPI_FUNC(PyCFunction) PyCFunction_GetFunction(PyObject *);
PyAPI_FUNC(PyObject *) PyCFunction_GetSelf(PyObject *);
PyAPI_FUNC(PyObject *) PyCFunction_New(PyMethodDef *, PyObject *);
PyAPI_FUNC(PyObject *) PyCFunction_NewEx(PyMethodDef *, PyObject *, PyObject *);

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x03090000
PyAPI_FUNC(PyObject *) PyCMethod_New(PyMethodDef *, PyObject *, PyObject *, PyTypeObject *);
#endif

#define PyCFunction_CheckExact(op) Py_IS_TYPE(op, &PyCFunction_Type)
#define PyCFunction_Check(op) PyObject_TypeCheck(op, &PyCFunction_Type)
#define _PyCFunction_CAST(func) _Py_CAST(PyCFunction, _Py_CAST(void(*)(void), (func)))
#define PyCFunction_New(ML, SELF) PyCFunction_NewEx((ML), (SELF), NULL)

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x03090000
#define PyCFunction_NewEx(ML, SELF, MOD) PyCMethod_New((ML), (SELF), (MOD), NULL)
#endif

#ifndef Py_LIMITED_API
#define PyCMethod_CheckExact(op) Py_IS_TYPE(op, &PyCMethod_Type)
#define PyCMethod_Check(op) PyObject_TypeCheck(op, &PyCMethod_Type)
#endif

#ifndef Py_LIMITED_API
#define _PyCFunctionObject_CAST(op)                                                               \
    (assert(PyCFunction_Check(op)), _Py_CAST(PyCFunctionObject *, (op)))
#define _PyCMethodObject_CAST(op) (assert(PyCMethod_Check(op)), _Py_CAST(PyCMethodObject *, (op)))

static inline PyCFunction PyCFunction_GET_FUNCTION(PyObject *object)
{
    return _PyCFunctionObject_CAST(object)->m_ml->ml_meth;
}
#define PyCFunction_GET_FUNCTION(op) PyCFunction_GET_FUNCTION(_PyObject_CAST(op))

static inline PyObject *PyCFunction_GET_SELF(PyObject *object)
{
    PyCFunctionObject *function = _PyCFunctionObject_CAST(object);
    return (function->m_ml->ml_flags & METH_STATIC) ? _Py_NULL : function->m_self;
}
#define PyCFunction_GET_SELF(op) PyCFunction_GET_SELF(_PyObject_CAST(op))

static inline int PyCFunction_GET_FLAGS(PyObject *object)
{
    return _PyCFunctionObject_CAST(object)->m_ml->ml_flags;
}
#define PyCFunction_GET_FLAGS(op) PyCFunction_GET_FLAGS(_PyObject_CAST(op))

static inline PyTypeObject *PyCFunction_GET_CLASS(PyObject *object)
{
    if (!(_PyCFunctionObject_CAST(object)->m_ml->ml_flags & METH_METHOD)) return _Py_NULL;
    return _PyCMethodObject_CAST(object)->mm_class;
}
#define PyCFunction_GET_CLASS(op) PyCFunction_GET_CLASS(_PyObject_CAST(op))
#endif

#ifdef __cplusplus
}
#endif
#endif
