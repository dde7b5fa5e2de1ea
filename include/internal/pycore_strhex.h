// pycore_strhex.h - exported, but not part of the public API: strhex.
#ifndef Py_INTERNAL_STRHEX_H
#define Py_INTERNAL_STRHEX_H

#include "object.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(PyObject *) _Py_strhex(const char *argbuf, const Py_ssize_t arglen);
PyAPI_FUNC(PyObject *) _Py_strhex_bytes(const char *argbuf, const Py_ssize_t arglen);
PyAPI_FUNC(PyObject *) _Py_strhex_bytes_with_sep(const char *argbuf, const Py_ssize_t arglen,
    PyObject *sep, const int bytes_per_group);
PyAPI_FUNC(PyObject *) _Py_strhex_with_sep(const char *argbuf, const Py_ssize_t arglen,
    PyObject *sep, const int bytes_per_group);

#ifdef __cplusplus
}
#endif
#endif
