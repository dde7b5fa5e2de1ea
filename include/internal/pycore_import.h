// pycore_import.h - exported, but not part of the public API: import.
#ifndef Py_INTERNAL_IMPORT_H
#define Py_INTERNAL_IMPORT_H

#include "import.h"

#ifdef __cplusplus
extern "C" {
#endif

PyAPI_DATA(const struct _frozen *) _PyImport_FrozenBootstrap;
PyAPI_DATA(const struct _frozen *) _PyImport_FrozenStdlib;
PyAPI_DATA(const struct _frozen *) _PyImport_FrozenTest;

#ifdef __cplusplus
}
#endif
#endif
