// import_exec.h - running a module's code.
#ifndef KR_VM_IMPORT_EXEC_H
#define KR_VM_IMPORT_EXEC_H

#include "object.h"

// Runs [code] in [dict], the namespace of module [name], and returns the module (new reference) as
// it is in sys.modules
// then.  On failure the module is taken out of sys.modules.
PyObject *kr_import_exec_in(PyObject *name, PyObject *code, PyObject *dict);

#endif
