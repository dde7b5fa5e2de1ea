// tracebacks.h - traceback objects.
#ifndef KR_VM_TRACEBACK_H
#define KR_VM_TRACEBACK_H

#include "vm/frame.h"

// Puts an entry for where [frame] stands before the pending exception's traceback.
void kr_traceback_add(PyThreadState *thread, KrFrame *frame);
// New traceback of the running frame alone (kr_hooks.current_traceback); NULL: there is none.
PyObject *kr_traceback_of_current_frame(void);
// The same for a C function that shows itself as Python code (kr_hooks.add_traceback).
void kr_traceback_add_native(const char *function_name, const char *filename, int line);

#endif
