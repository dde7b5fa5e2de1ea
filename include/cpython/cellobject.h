// cellobject.h - cells of closures.
#ifndef Py_CELLOBJECT_H
#define Py_CELLOBJECT_H

#include "object.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API
typedef struct {
    PyObject ob_base;
    PyObject *ob_ref;
} PyCellObject;
#endif

#ifndef Py_LIMITED_API
PyAPI_DATA(PyTypeObject) PyCell_Type;
#endif

#ifndef Py_LIMITED_API
PyAPI_FUNC(PyObject *) PyCell_Get(PyObject *);
PyAPI_FUNC(PyObject *) PyCell_New(PyObject *);
PyAPI_FUNC(int) PyCell_Set(PyObject *, PyObject *);
#endif

#ifndef Py_LIMITED_API
#define PyCell_Check(op) Py_IS_TYPE(op, &PyCell_Type)
#define PyCell_GET(op) (((PyCellObject *)(op))->ob_ref)
#define PyCell_SET(op, v) _Py_RVALUE(((PyCellObject *)(op))->ob_ref = (v))
#endif

#ifdef __cplusplus
}
#endif
#endif
