// _functools.h - what the files of the module _functools share.
#ifndef KR_MODULES_FUNCTOOLS_H
#define KR_MODULES_FUNCTOOLS_H

#include "object.h"

// Adds _lru_cache_wrapper to the module: 0 or -1.
int kr_functools_add_cache(PyObject *module);

#endif
