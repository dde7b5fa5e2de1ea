// tracing.h - sys.settrace and sys.setprofile.
//
// While a trace or profile function is set, use_tracing of the thread's _PyCFrame is 255: the
// interpreter then goes through op_TRACE before each instruction, and runs general instructions
// only.
#ifndef KR_VM_TRACING_H
#define KR_VM_TRACING_H

#include "vm/frame.h"

// RESUME: the call event.  0 or -1 with the exception of the trace function, as all below.
int kr_tracing_enter(PyThreadState *thread, KrFrame *frame);
int kr_tracing_enter_by_throw(PyThreadState *thread, KrFrame *frame);
// Any other instruction: line and opcode events.  [before] is the index of the instruction that
// ran before.
int kr_tracing_before_instruction(PyThreadState *thread, KrFrame *frame, int before);
int kr_tracing_leave(PyThreadState *thread, KrFrame *frame, PyObject *result);
void kr_tracing_leave_by_exception(PyThreadState *thread, KrFrame *frame);
// The exception event.
void kr_tracing_exception(PyThreadState *thread, KrFrame *frame);
// FOR_ITER ended with a pending exception: a StopIteration is traced and cleared, anything else
// -1.
int kr_tracing_end_iteration(PyThreadState *thread, KrFrame *frame);

// Calls with the events c_call, c_return and c_exception where they apply.
PyObject *kr_tracing_call(PyThreadState *thread, PyObject *callable, PyObject *const *arguments,
                          size_t flagged_count, PyObject *keyword_names);
PyObject *kr_tracing_call_unpacked(PyThreadState *thread, PyObject *callable, PyObject *arguments,
                                   PyObject *keywords);

#endif
