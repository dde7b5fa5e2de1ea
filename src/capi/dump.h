// dump.h - stacks written to a descriptor by code that may run in a signal handler.
#ifndef KR_CAPI_DUMP_H
#define KR_CAPI_DUMP_H

#include "Python.h"
#include "internal/pycore_traceback.h"

#endif
