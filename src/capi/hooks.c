// hooks.c - weak references for the collector, tracebacks for errors, dumps for fatal ones.
#include "capi/hooks.h"

#include "Python.h"
#include "capi/dump.h"
#include "capi/sys.h"
#include "runtime/hooks.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"

static int is_weakref(PyObject *object)
{
    return PyWeakref_Check(object);
}

static void run_weakref_callback(PyObject *reference)
{
    PyWeakReference *weak = (PyWeakReference *)reference;
    KR_AUTO PyObject *callback = weak->wr_callback;
    weak->wr_callback = NULL;
    KR_AUTO PyObject *result = callback == NULL ? Py_NewRef(Py_None) : PyObject_CallOneArg(callback, reference);
    if (result == NULL) PyErr_WriteUnraisable(callback);
}

static void dump_traceback(int descriptor, PyThreadState *thread, int all)
{
    if (all)
        _Py_DumpTracebackThreads(descriptor, thread->interp, thread);
    else
        _Py_DumpTraceback(descriptor, thread);
}

void kr_capi_set_hooks(void)
{
    kr_hooks.is_weakref = is_weakref;
    kr_hooks.clear_weakref = _PyWeakref_ClearRef;
    kr_hooks.run_weakref_callback = run_weakref_callback;
    kr_hooks.print_traceback = PyTraceBack_Print;
    kr_hooks.dump_traceback = dump_traceback;
    kr_hooks.audit = kr_sys_audit;
    KrCollector *collector = &kr_interpreter_current()->gc;
    collector->untrack_types[0] = &PyTuple_Type;
    collector->untrack[0] = _PyTuple_MaybeUntrack;
    collector->untrack_types[1] = &PyDict_Type;
    collector->untrack[1] = _PyDict_MaybeUntrack;
}
