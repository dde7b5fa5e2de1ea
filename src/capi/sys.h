// sys.h - the audit service behind kr_hooks.audit.
#ifndef KR_CAPI_SYS_H
#define KR_CAPI_SYS_H

#include "Python.h"

// Tells all audit hooks: 0, or -1 with the exception of one.
int kr_sys_audit(const char *event, PyObject *arguments);

#endif
