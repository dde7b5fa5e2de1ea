// imports.h - import statements, and the tables that modules come from.
#ifndef KR_VM_IMPORT_H
#define KR_VM_IMPORT_H

#include "object.h"
#include "import.h"
#include "moduleobject.h"
#include "vm/frame.h"

// --- import.c: statements -----------------------------------------------------------------------

PyObject *kr_import_name(PyThreadState *thread, KrFrame *frame, PyObject *name,
                         PyObject *from_list, PyObject *level);
PyObject *kr_import_from(PyObject *module, PyObject *name);
int kr_import_star(KrFrame *frame, PyObject *module);
// kr_hooks.import_module.
PyObject *kr_import_by_name(const char *name);

// Puts importlib's Python code in place: first with builtin and frozen modules only, then (after
// encodings can be found) with files.  [sys] is the module.  0, or -1 with an exception.
int kr_import_start(PyThreadState *thread, PyObject *sys);
int kr_import_start_external(PyThreadState *thread);

// --- import_builtin.c: modules that are part of the executable, and those already loaded
// ---------

// Is there a builtin module [name]?  1: yes, -1: yes, and it cannot be initialised again.
int kr_import_builtin_kind(PyObject *name);
PyObject *kr_import_create_builtin(PyObject *spec);
// The module _imp, for importlib.
PyObject *kr_import_bootstrap_imp(void);
// A second import of a single-phase module: from its definition.  NULL without an exception: never
// loaded before.
PyObject *kr_import_find_extension(PyThreadState *thread, PyObject *name, PyObject *filename);
int kr_import_fix_up_extension(PyObject *module, PyObject *name, PyObject *filename,
                               PyObject *modules);
// Tuple of all names.
PyObject *kr_import_builtin_names(void);

// --- import_dynamic.c: shared libraries ---------------------------------------------------------

PyObject *kr_import_create_dynamic(PyObject *spec, PyObject *filename);
extern const char *const kr_import_dynamic_suffixes[];

// --- import_frozen.c ----------------------------------------------------------------------------

struct _frozen;
const struct _frozen *kr_import_find_frozen(PyObject *name);
bool kr_import_frozen_is_package(const struct _frozen *frozen);
PyObject *kr_import_frozen_code(const struct _frozen *frozen);
PyObject *kr_import_frozen_names(void);
// The module that a frozen alias stands for ("importlib._bootstrap" for "_frozen_importlib"), as
// str or None.
PyObject *kr_import_frozen_origin(const struct _frozen *frozen);

#endif
