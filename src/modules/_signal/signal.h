// signal.h - the state of signal handling, shared by the files of this folder.
#ifndef KR_MODULES_SIGNAL_H
#define KR_MODULES_SIGNAL_H

#include <signal.h>
#include <stdbool.h>

#include "object.h"
#include "pystate.h"

enum { KR_SIGNALS = 65 };   // as signal.NSIG

// handlers.c: what Python code wants done.  Borrowed; None: a handler that Python did not install.
PyObject *kr_signal_handler(int number);
// Takes the reference to [handler] and returns the one it replaces.
PyObject *kr_signal_replace_handler(int number, PyObject *handler);
int kr_signal_handlers_start(void);
// The C function that notes a signal.
void kr_signal_note(int number);
// Sets the wakeup descriptor and returns the old one.
int kr_signal_set_wakeup(int descriptor, bool warn_on_full_buffer);
// Runs the handlers of noted signals (kr_hooks.check_signals).
int kr_signal_run_handlers(PyThreadState *thread);

// wait.c: sets of signals and waiting for them.
int kr_signal_read_set(PyObject *iterable, sigset_t *ret_set);
PyObject *kr_signal_set_as_object(const sigset_t *set);
PyObject *kr_signal_info_as_object(const siginfo_t *info);
extern PyTypeObject kr_signal_info_type;
int kr_signal_info_start(void);

#endif
