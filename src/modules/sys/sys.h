// sys.h - the module sys: made early, filled from the configuration once that is known.
#ifndef KR_MODULES_SYS_SYS_H
#define KR_MODULES_SYS_SYS_H

#include "object.h"

// Makes the module with what needs no configuration; the interpreter's sysdict is its dict.  New
// reference.
PyObject *kr_sys_new(void);
// Adds what the interpreter's PyConfig says: argv, path, flags, prefixes, options.  0 or -1.
int kr_sys_configure(void);

// The parts; each 0 or -1.
int kr_sys_add_hooks(PyObject *module);
int kr_sys_add_info(PyObject *module);
int kr_sys_add_state(PyObject *module);
int kr_sys_add_frames(PyObject *module);
int kr_sys_add_flags(PyObject *dict);

#endif
