// interpreter.h - running frames.
#ifndef KR_VM_INTERPRETER_H
#define KR_VM_INTERPRETER_H

#include "object.h"
#include "pystate.h"
#include "ceval.h"
#include "vm/frame.h"

// Runs [frame] until it returns or yields (then a new reference) or raises (NULL).  [throw_flag]:
// an exception is pending, raise it where the frame stands.
PyObject *_PyEval_EvalFrameDefault(PyThreadState *thread, struct _PyInterpreterFrame *frame,
                                   int throw_flag);

// The same through the hook of PEP 523, when one is set.
PyObject *kr_interpreter_run(PyThreadState *thread, KrFrame *frame, int throw_flag);

// Calls [function] with the [count] words at [arguments], of which it takes over the references.
PyObject *kr_calls_function(PyThreadState *thread, PyFunctionObject *function,
                            PyObject *locals, PyObject *const *arguments, size_t positional,
                            PyObject *keyword_names);

// 0, or -1 with an exception: signals, pending calls, GIL requests.
int kr_interpreter_handle_pending(PyThreadState *thread);

#endif
