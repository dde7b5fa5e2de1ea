// warnings.h - the parts of the module _warnings.
#ifndef KR_MODULES_WARNINGS_WARNINGS_H
#define KR_MODULES_WARNINGS_WARNINGS_H

#include "object.h"

// A warning on its way: all borrowed.
typedef struct KrWarning {
    PyObject *category;     // a class
    PyObject *message;      // an instance of it, or what it is to be made of
    PyObject *text;         // str(message); filled by kr_warnings_issue
    PyObject *filename;
    int line;
    PyObject *module;       // str, or NULL: by the file's name
    PyObject *registry;     // the module's __warningregistry__, or NULL or None
    PyObject *source_line;  // str, or NULL: read from the file
    PyObject *source;       // the object that a ResourceWarning is about, or NULL
} KrWarning;

// filters.c: new str, the action for a warning; the filter that gave it (borrowed) in *ret_filter.  NULL on failure.
PyObject *kr_warnings_find_action(const KrWarning *warning, PyObject **ret_filter);
// Has it been issued already?  1, 0, -1.  With [should_set] it counts as issued from now on.
int kr_warnings_was_issued(PyObject *registry, PyObject *key, int should_set);
// New reference to an attribute of the module warnings, if that is imported (or [try_import]); NULL with nothing raised
// where there is none.
PyObject *kr_warnings_find_attribute(PyObject *name, int try_import);
// The interpreter's once registry (borrowed), or NULL with an exception.
PyObject *kr_warnings_once_registry(void);
// Sets up filters and registries of the interpreter: 0 or -1.
int kr_warnings_start(void);

// issue.c: filters, remembers and shows a warning.  0, or -1 when it became an exception.
int kr_warnings_issue(const KrWarning *warning);

#endif
