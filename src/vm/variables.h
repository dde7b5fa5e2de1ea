// variables.h - names that instructions look up, and what is raised when they are not there.
#ifndef KR_VM_VARIABLES_H
#define KR_VM_VARIABLES_H

#include "vm/frame.h"

// NameError with its attribute `name` set.
void kr_variables_raise_undefined(PyObject *name);
void kr_variables_raise_unbound_local(KrFrame *frame, int index);
void kr_variables_raise_unbound_cell(PyCodeObject *code, int index);

PyObject *kr_variables_load_name(KrFrame *frame, PyObject *name);
PyObject *kr_variables_load_global(KrFrame *frame, PyObject *name);
PyObject *kr_variables_load_class_cell(KrFrame *frame, int index);
PyObject *kr_variables_load_build_class(KrFrame *frame);
int kr_variables_delete_name(KrFrame *frame, PyObject *name);
int kr_variables_delete_global(KrFrame *frame, PyObject *name);
int kr_variables_setup_annotations(KrFrame *frame);
// Calls sys.displayhook.
int kr_variables_display(PyObject *value);

// The namespace that [globals]["__builtins__"] stands for, or the running frame's: borrowed, NULL
// with an exception.
BORROWED PyObject *kr_variables_builtins_of(PyThreadState *thread, PyObject *globals);

#endif
