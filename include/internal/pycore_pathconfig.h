// pycore_pathconfig.h - exported, but not part of the public API: pathconfig.
#ifndef Py_INTERNAL_PATHCONFIG_H
#define Py_INTERNAL_PATHCONFIG_H

#include "object.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_FUNC(void) _PyPathConfig_ClearGlobal(void);

#ifdef __cplusplus
}
#endif
#endif
