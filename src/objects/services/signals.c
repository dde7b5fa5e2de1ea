// signals.c - polling for signals: the handlers run in the main thread, at the evaluator's
// convenience.
#include "internal/pycore_pyerrors.h"
#include "intrcheck.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
#include "runtime/interpreter.h"
#include "runtime/thread.h"

int _PyErr_CheckSignalsTstate(PyThreadState *thread)
{
    return kr_hooks.check_signals == NULL ? 0 : kr_hooks.check_signals(thread);
}

int _PyErr_CheckSignals(void)
{
    return _PyErr_CheckSignalsTstate(kr_thread_current());
}

int PyErr_CheckSignals(void)
{
    return _PyOS_IsMainThread() ? _PyErr_CheckSignals() : 0;
}
