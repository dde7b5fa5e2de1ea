// binding.h - arguments of a call to a Python function: from the stack or an array into the locals
// of a new frame.
#ifndef KR_VM_BINDING_H
#define KR_VM_BINDING_H

#include "vm/frame.h"

// A new frame for [function] with its arguments bound.  Takes over the references to [function]
// and to the words at [arguments] (positional ones, then one for each keyword name), also on
// failure.  NULL with TypeError.
KrFrame *kr_binding_push_frame(PyThreadState *thread, STEALS PyFunctionObject *function,
                               KrWord *arguments, Py_ssize_t positional, PyObject *keyword_names);
// The same with the namespace of a class body or module.
KrFrame *kr_binding_push_frame_in(PyThreadState *thread, STEALS PyFunctionObject *function,
                                  PyObject *locals, KrWord *arguments, Py_ssize_t positional,
                                  PyObject *keyword_names);

#endif
