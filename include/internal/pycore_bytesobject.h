// pycore_bytesobject.h - exported, but not part of the public API: bytesobject.
#ifndef Py_INTERNAL_BYTESOBJECT_H
#define Py_INTERNAL_BYTESOBJECT_H

#include "object.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(Py_ssize_t) _PyBytes_Find(const char *haystack, Py_ssize_t len_haystack,
    const char *needle, Py_ssize_t len_needle, Py_ssize_t offset);
PyAPI_FUNC(void) _PyBytes_Repeat(char *dest, Py_ssize_t len_dest, const char *src,
    Py_ssize_t len_src);
PyAPI_FUNC(Py_ssize_t) _PyBytes_ReverseFind(const char *haystack, Py_ssize_t len_haystack,
    const char *needle, Py_ssize_t len_needle, Py_ssize_t offset);

#ifdef __cplusplus
}
#endif
#endif
