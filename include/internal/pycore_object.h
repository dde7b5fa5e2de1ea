// pycore_object.h - exported, but not part of the public API: object.
#ifndef Py_INTERNAL_OBJECT_H
#define Py_INTERNAL_OBJECT_H

#include "object.h"

#ifdef __cplusplus
extern "C" {
#endif

#undef _PyObject_LookupSpecial

PyAPI_FUNC(void) _Py_FatalRefcountErrorFunc(const char *func,
    const char *message) __attribute__((__noreturn__));
PyAPI_FUNC(int) _PyDict_CheckConsistency(PyObject *mp, int check_content);
PyAPI_FUNC(PyObject *) _PyObject_LookupSpecial(PyObject *, PyObject *);
PyAPI_FUNC(int) _PyType_CheckConsistency(PyTypeObject *type);

#ifdef __cplusplus
}
#endif
#endif
