// hooks.c - tracebacks for errors, dumps for fatal ones, audit.
#include "capi/hooks.h"

#include "Python.h"
#include "capi/dump.h"
#include "capi/sys.h"
#include "runtime/hooks.h"

static void dump_traceback(int descriptor, PyThreadState *thread, int all)
{
    if (all)
        _Py_DumpTracebackThreads(descriptor, thread->interp, thread);
    else
        _Py_DumpTraceback(descriptor, thread);
}

void kr_capi_set_hooks(void)
{
    kr_hooks.print_traceback = PyTraceBack_Print;
    kr_hooks.dump_traceback = dump_traceback;
    kr_hooks.audit = kr_sys_audit;
}
