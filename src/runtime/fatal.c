// fatal.c - errors that end the process, and assertions about objects.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#undef _PyObject_LookupSpecial
#include "internal/pycore_object.h"
#include "object.h"
#include "pyerrors.h"
#include "runtime/hooks.h"
#include "runtime/state.h"
#include "runtime/thread.h"

static void write_state(void)
{
    const char *state = _PyRuntime.finalizing != NULL
        ? "finalizing" : _PyRuntime.initialized ? "initialized" : _PyRuntime.core_initialized
        ? "core initialized" : _PyRuntime.preinitialized ? "preinitialized" : "unknown";
    PyThreadState *thread = kr_thread_current();
    fprintf(stderr, "Python runtime state: %s", state);
    if (thread != NULL) fprintf(stderr, " (tstate=%p)", (void *)thread);
    fputs("\n", stderr);
}

// The end: message first, then as much of the stacks as can be shown.
static _Py_NO_RETURN void end_process(void)
{
    static int is_ending;
    fputs("\n", stderr);
    if (!is_ending) {
        is_ending = 1;  // an error on the way does not start over
        write_state();
        fputs("\n", stderr);
        fflush(stderr);
        PyThreadState *thread = kr_thread_current();
        if (kr_hooks.dump_traceback != NULL && thread != NULL)
            kr_hooks.dump_traceback(STDERR_FILENO, thread, 0);
        fflush(stdout);
    }
    fflush(stderr);
    abort();
}

void _Py_FatalErrorFunc(const char *function, const char *message)
{
    fflush(stdout);
    fputs("Fatal Python error: ", stderr);
    if (function != NULL) fprintf(stderr, "%s: ", function);
    fputs(message != NULL ? message : "<message not set>", stderr);
    end_process();
}

void _Py_FatalErrorFormat(const char *function, const char *format, ...)
{
    fflush(stdout);
    fputs("Fatal Python error: ", stderr);
    if (function != NULL) fprintf(stderr, "%s: ", function);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    end_process();
}

#undef Py_FatalError
void Py_FatalError(const char *message)
{
    _Py_FatalErrorFunc(NULL, message);
}

void _Py_FatalRefcountErrorFunc(const char *function, const char *message)
{
    _Py_FatalErrorFunc(function, message);
}

// True when the memory of [object] shows the bytes of freed memory.
int _PyObject_IsFreed(PyObject *object)
{
    uintptr_t type = object == NULL ? 0 : (uintptr_t)object->ob_type;
    return type == 0 || type == (uintptr_t)0xCDCDCDCDCDCDCDCD
        || type == (uintptr_t)0xDDDDDDDDDDDDDDDD || type == (uintptr_t)0xFDFDFDFDFDFDFDFD;
}

void _PyObject_AssertFailed(PyObject *object, const char *expression, const char *message,
                            const char *file, int line, const char *function)
{
    fprintf(stderr, "%s:%d: ", file, line);
    if (function != NULL) fprintf(stderr, "%s: ", function);
    if (expression != NULL)
        fprintf(stderr, "Assertion \"%s\" failed", expression);
    else
        fprintf(stderr, "Assertion failed");
    if (message != NULL) fprintf(stderr, ": %s", message);
    fprintf(stderr, "\n");
    if (_PyObject_IsFreed(object))
        fprintf(stderr, "<object at %p is freed>\n", (void *)object);
    else
        fprintf(stderr, "object address  : %p\nobject refcount : %zd\nobject type     : %p\n"
                "object type name: %s\n", (void *)object, object->ob_refcnt,
                (void *)object->ob_type, object->ob_type->tp_name);
    fflush(stderr);
    Py_FatalError("_PyObject_AssertFailed");
}

void _Py_BreakPoint(void)
{
    // A place to stop at in a debugger.
}
