// state.h - the process: the one exported struct _PyRuntime, and the small ints inside it.
//
// (1) The current thread state is at +576 and the small ints at +680, 32 bytes each: extensions
//     read both by offset.  Everything else is Krait's own.
// (2) _PyRuntime is the only mutable global beside the hooks and the static types.
#ifndef KR_RUNTIME_STATE_H
#define KR_RUNTIME_STATE_H

#include <pthread.h>
#include <stdbool.h>

#include "fileobject.h"
#include "object.h"
#include "pystate.h"
#include "pythread.h"
#include "sysmodule.h"
#include "cpython/initconfig.h"
#include "cpython/longintrepr.h"
#include "internal/pycore_runtime.h"
#include "runtime/memory.h"

enum { KR_SMALL_INT_LOWEST = -5, KR_SMALL_INT_HIGHEST = 256, KR_SMALL_INT_COUNT = 262 };

typedef struct KrAuditHook {
    struct KrAuditHook *next;
    Py_AuditHookFunction function;
    void *data;
} KrAuditHook;

struct pyruntimestate {
    int _initialized;               // kr_runtime_init has run
    int preinitializing;
    int preinitialized;
    int core_initialized;           // builtins and sys are there
    int initialized;                // all of Py_Initialize is done
    PyThreadState *finalizing;      // the thread that ends the interpreter, or NULL
    struct {
        PyInterpreterState *head;
        PyInterpreterState *main;
        int64_t next_id;
    } interpreters;
    unsigned long main_thread;      // its identifier
    uint64_t next_thread_number;
    pthread_mutex_t lists_lock;     // guards the lists of interpreters and threads
    void (*exit_functions[32])(void);
    int exit_function_count;
    char reserved_before[204];
    PyThreadState *tstate_current;  // who holds the lock; at +576
    PyInterpreterState *auto_interpreter;
    Py_tss_t auto_key;              // the thread state of PyGILState_Ensure
    PyPreConfig preconfig;
    Py_OpenCodeHookFunction open_code_hook;
    void *open_code_data;
    KrAuditHook *audit_hooks;       // of PySys_AddAuditHook
    char reserved_between[16];
    struct _longobject small_ints[KR_SMALL_INT_COUNT];  // -5 … 256; at +680

    bool hash_secret_is_set;
    struct KrGil *gil;              // gil.c
    KrMemory memory;
    struct {
        wchar_t *path, *home, *program_name, *executable;   // capi/path_config; NULL: not set
    } embedding;
    // capi/cross_interpreter: types whose objects can be handed over
    void *cross_types;
};

extern __attribute__((visibility("default"))) struct pyruntimestate _PyRuntime;

// The small int [value]; borrowed.  -5 <= [value] <= 256.
static inline PyObject *kr_small_int(long value)
{
    assert(value >= KR_SMALL_INT_LOWEST && value <= KR_SMALL_INT_HIGHEST);
    return (PyObject *)&_PyRuntime.small_ints[value - KR_SMALL_INT_LOWEST];
}

// Sets up locks, main interpreter and main thread, and makes the caller the holder of the lock.
// Runs once; later calls do nothing.  0, or -1 without memory.
int kr_runtime_init(void);

_Static_assert(offsetof(struct pyruntimestate, tstate_current) == 576, "read by extensions");
_Static_assert(offsetof(struct pyruntimestate, small_ints) == 680, "read by extensions");
_Static_assert(sizeof(struct _longobject) == 32, "read by extensions");

#endif
