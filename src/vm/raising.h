// raising.h - raise statements, except clauses and exception groups.
#ifndef KR_VM_RAISING_H
#define KR_VM_RAISING_H

#include <stdbool.h>

#include "object.h"
#include "pystate.h"
#include "runtime/owned.h"

// raise [exception [from cause]]; both may be NULL.  Leaves the exception pending.  True: a bare
// raise, which adds no traceback entry.
bool kr_raising_raise(PyThreadState *thread, STEALS PyObject *exception, STEALS PyObject *cause);

// The pending exception as an instance with its traceback set; nothing is pending then.
PyObject *kr_raising_take_pending(void);
// Makes [exception] pending again, with the traceback it has.
void kr_raising_restore(STEALS PyObject *exception);

// Does `except type` catch [exception]?  Yes, no, or -1 when [type] is nothing to catch.
int kr_raising_matches(PyThreadState *thread, PyObject *exception, PyObject *type);
// except* [type]: splits into new references *ret_match (None: nothing matches) and *ret_rest
// (None: all matches; NULL when nothing does).
int kr_raising_match_group(PyThreadState *thread, PyObject *exception, PyObject *type,
                           PyObject **ret_match, PyObject **ret_rest);
// What to raise behind the except* clauses: from the list of what they left and raised.  None:
// nothing.
PyObject *kr_raising_combine_groups(PyObject *original, PyObject *raised);

#endif
