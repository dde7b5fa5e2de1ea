// import_lock.c - the lock that imp.acquire_lock and fork hold: one thread may take it any number
// of times.
#include "vm/import_lock.h"

#include "internal/pycore_import.h"
#include "import.h"
#include "ceval.h"
#include "pythread.h"

static struct {
    PyThread_type_lock lock;
    unsigned long owner;
    int depth;
} import_lock = {NULL, PYTHREAD_INVALID_THREAD_ID, 0};

void _PyImport_AcquireLock(void)
{
    unsigned long me = PyThread_get_thread_ident();
    if (import_lock.lock == NULL) {
        import_lock.lock = PyThread_allocate_lock();
        if (import_lock.lock == NULL) return;
    }
    if (import_lock.owner == me) {
        import_lock.depth++;
        return;
    }
    if (import_lock.owner != PYTHREAD_INVALID_THREAD_ID
        || !PyThread_acquire_lock(import_lock.lock, 0)) {
        PyThreadState *thread = PyEval_SaveThread();
        PyThread_acquire_lock(import_lock.lock, 1);
        PyEval_RestoreThread(thread);
    }
    import_lock.owner = me;
    import_lock.depth = 1;
}

int _PyImport_ReleaseLock(void)
{
    if (import_lock.lock == NULL) return 0;
    if (import_lock.owner != PyThread_get_thread_ident()) return -1;
    if (--import_lock.depth == 0) {
        import_lock.owner = PYTHREAD_INVALID_THREAD_ID;
        PyThread_release_lock(import_lock.lock);
    }
    return 1;
}

bool kr_import_lock_is_held(void)
{
    return import_lock.owner != PYTHREAD_INVALID_THREAD_ID;
}

void kr_import_lock_act(int action)
{
    switch (action) {
    case KR_IMPORT_LOCK_ACQUIRE: _PyImport_AcquireLock(); break;
    case KR_IMPORT_LOCK_RELEASE: (void)_PyImport_ReleaseLock(); break;
    default:
        // In the child after fork: the lock is this thread's, whatever it was; make it anew.
        if (import_lock.lock != NULL) import_lock.lock = PyThread_allocate_lock();
        if (import_lock.depth > 0 && import_lock.lock != NULL) {
            PyThread_acquire_lock(import_lock.lock, 0);
            import_lock.owner = PyThread_get_thread_ident();
            (void)_PyImport_ReleaseLock();
        }
    }
}
