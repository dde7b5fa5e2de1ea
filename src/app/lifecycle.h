// lifecycle.h - start and stop of an interpreter, floor by floor.
#ifndef KR_APP_LIFECYCLE_H
#define KR_APP_LIFECYCLE_H

#include "Python.h"

// Everything up to an interpreter that has objects, sys and builtins, but cannot import yet.
PyStatus kr_lifecycle_start_core(const PyConfig *config);
// Shows the pending exception on C's stderr, before there is a sys.stderr.
void kr_lifecycle_print_early(void);
// Ends the process by the signal of Ctrl-C, so that a shell sees what happened.
void kr_lifecycle_die_of_interrupt(void);
// freeze.c: makes the frozen modules known to the import system.
void kr_freeze_set_tables(void);
// hooks.c: fills in kr_hooks.
void kr_hooks_fill(void);

#endif
