// pycore_dtoa.h - exported, but not part of the public API: dtoa.
#ifndef Py_INTERNAL_DTOA_H
#define Py_INTERNAL_DTOA_H

#include "pyport.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(char *) _Py_dg_dtoa(double d, int mode, int ndigits, int *decpt, int *sign, char **rve);
PyAPI_FUNC(void) _Py_dg_freedtoa(char *s);
PyAPI_FUNC(double) _Py_dg_infinity(int sign);
PyAPI_FUNC(double) _Py_dg_stdnan(int sign);
PyAPI_FUNC(double) _Py_dg_strtod(const char *str, char **ptr);

#ifdef __cplusplus
}
#endif
#endif
