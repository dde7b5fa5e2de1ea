// hooks.h - the only upward calls: function pointers that `app` fills in at start.
//
// A floor below the one that implements a service calls it through kr_hooks.  Before the service
// is there a pointer is NULL, and the caller says what then holds (each field does).
#ifndef KR_RUNTIME_HOOKS_H
#define KR_RUNTIME_HOOKS_H

#include "object.h"
#include "pystate.h"
#include "weakrefobject.h"

enum { KR_IMPORT_LOCK_ACQUIRE, KR_IMPORT_LOCK_RELEASE, KR_IMPORT_LOCK_REINIT };

typedef struct KrHooks {
    // objects/errors.  Raises MemoryError out of the reserve; never allocates.
    void (*raise_memory_error)(void);
    // objects/errors.  Raises RecursionError "maximum recursion depth exceeded[where]".
    void (*raise_recursion_error)(const char *where);
    // objects/errors.  Reports the pending exception as one that nobody can receive, and clears
    // it.
    void (*write_unraisable)(PyObject *where);
    // objects/model.  Calls weakref callbacks of [object], which is about to go.
    void (*clear_weakrefs)(PyObject *object);
    // objects/model.  1 for weak references and proxies.
    int (*is_weakref)(PyObject *object);
    // objects/model.  Clears one weak reference (its callback stays): _PyWeakref_ClearRef.
    void (*clear_weakref)(PyWeakReference *reference);
    // objects/model.  Calls the callback of a cleared weak reference with it; reports an exception
    // as unraisable.
    void (*run_weakref_callback)(PyObject *reference);
    // vm/imports.  New reference to the module [name] after importing it.  NULL: raise
    // RuntimeError.
    PyObject *(*import_module)(const char *name);
    // vm/calls.  Signals, pending calls, a GIL request: 0, or -1 with an exception.  NULL: nothing
    // to do.
    int (*handle_pending)(PyThreadState *thread);
    // modules/_warnings.  0, or -1 when the warning became an exception.  NULL: warnings are
    // dropped.
    int (*warn)(PyObject *category, PyObject *message, Py_ssize_t stack_level, PyObject *source);
    int (*warn_explicit)(PyObject *category, PyObject *message, PyObject *filename, int line,
                         PyObject *module, PyObject *registry);
    // modules/sys.  Audit event with a tuple of arguments (or NULL).  NULL: no one listens.
    int (*audit)(const char *event, PyObject *arguments);
    // compile.  New code object (or AST object) of [source] for builtins.compile, exec, eval and
    // imports.
    PyObject *(*compile)(PyObject *source, PyObject *filename, const char *mode, int flags,
                         int optimize, int feature_version);
    // vm/traceback.  The type of tracebacks.  NULL: there are none yet.
    PyTypeObject *traceback_type;
    // vm/traceback.  Writes a traceback (with its header) to a Python file.  NULL: nothing is
    // written.
    int (*print_traceback)(PyObject *traceback, PyObject *file);
    // vm/traceback.  New traceback of the running Python frame alone, or NULL when there is none.
    PyObject *(*current_traceback)(void);
    // vm/frames.  Adds a traceback entry (code name, file, line) to the pending exception.
    void (*add_traceback)(const char *function_name, const char *filename, int line);
    // vm/frames.  Borrowed globals of the running Python frame, or NULL when there is none.
    PyObject *(*current_globals)(PyThreadState *thread);
    // vm/frames.  For super() without arguments: class of the running function's __class__ cell
    // and its first argument, new references: 0, or -1 with CPython's RuntimeError ("super(): no
    // arguments", ...).
    int (*super_arguments)(PyObject **ret_class, PyObject **ret_self);
    // vm/imports.  The import lock around fork: KR_IMPORT_LOCK_….  NULL: there is none.
    void (*import_lock)(int action);
    // modules/_signal.  Runs the handlers of signals that arrived: 0, or -1 with an exception.
    // NULL: there are none.
    int (*check_signals)(PyThreadState *thread);
    // modules/_signal.  Forgets signals that arrived: in the child after fork.  NULL: none.
    void (*clear_signals)(void);
    // vm/frames.  Gives up what the evaluator keeps for [thread], which ends.  NULL: nothing.
    void (*clear_thread)(PyThreadState *thread);
    // vm/frames.  Writes the Python stack of [thread] (all threads of the interpreter if [all]) to
    // a descriptor without allocating: for fatal errors.  NULL: nothing is written.
    void (*dump_traceback)(int descriptor, PyThreadState *thread, int all);
    // vm/frames.  Borrowed locals (a mapping) of the running Python frame, or NULL when there is
    // none or with an exception: for dir() without an argument.
    PyObject *(*current_locals)(PyThreadState *thread);
    // vm/functions.  The type of Python functions: type.__new__ wraps a __new__ of it.
    PyTypeObject *function_type;
    // app.  Ends the interpreter and the process.
    void (*exit)(int code);
} KrHooks;

extern KrHooks kr_hooks;

#endif
