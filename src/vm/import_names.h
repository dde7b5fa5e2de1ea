// import_names.h - relative names, and tracebacks without importlib's own frames.
#ifndef KR_VM_IMPORT_NAMES_H
#define KR_VM_IMPORT_NAMES_H

#include "object.h"

// The full name of [name], [level] packages above the module with [globals].
PyObject *kr_import_names_resolve(PyObject *name, PyObject *globals, int level);
// Takes the entries of importlib out of the pending exception's traceback.
void kr_import_names_trim_traceback(void);

#endif
