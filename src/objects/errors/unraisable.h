// unraisable.h - exceptions that nobody can receive, and sys.unraisablehook's own behaviour.
#ifndef KR_OBJECTS_ERRORS_UNRAISABLE_H
#define KR_OBJECTS_ERRORS_UNRAISABLE_H

#include "object.h"

// Makes the type of the hook's argument: 0 or -1.
int kr_unraisable_start(void);
// The type of the hook's argument (borrowed), for sys.UnraisableHookArgs.
PyTypeObject *kr_unraisable_args_type(void);
// What sys.unraisablehook does by default: writes a report to sys.stderr.  New None, or NULL.
PyObject *kr_unraisable_report(PyObject *argument);

#endif
