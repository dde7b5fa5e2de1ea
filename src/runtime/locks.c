// locks.c - PyThread_*: threads of the system, locks, thread-local storage.
//
// A lock is one word: 0 free, 1 held, 2 held and somebody waits (a futex).  Any thread may release
// it.
#include "pythread.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cpython/pytime.h"
#include "runtime/interpreter.h"
#include "runtime/thread.h"

enum { FREE, HELD, CONTENDED };

typedef struct Lock {
    int word;
} Lock;

// ---- locks

PyThread_type_lock PyThread_allocate_lock(void)
{
    Lock *lock = kr_memory_allocate(sizeof *lock);
    if (lock != NULL) lock->word = FREE;
    return lock;
}

void PyThread_free_lock(PyThread_type_lock lock)
{
    kr_memory_free(lock);
}

static int try_to_take(Lock *lock)
{
    int expected = FREE;
    return __atomic_compare_exchange_n(&lock->word, &expected, HELD, 0, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

// Sleeps while the word is CONTENDED, until the absolute monotonic [deadline] if there is one: 0
// or an errno.
static int sleep_on(Lock *lock, const struct timespec *deadline)
{
    long result = syscall(SYS_futex, &lock->word, FUTEX_WAIT_BITSET_PRIVATE, CONTENDED, deadline,
                          NULL, FUTEX_BITSET_MATCH_ANY);
    return result == 0 ? 0 : errno;
}

PyLockStatus PyThread_acquire_lock_timed(PyThread_type_lock handle, long long microseconds,
                                         int interruptible)
{
    Lock *lock = handle;
    if (try_to_take(lock)) return PY_LOCK_ACQUIRED;
    if (microseconds == 0) return PY_LOCK_FAILURE;
    struct timespec deadline, *until = NULL;
    if (microseconds > 0) {
        int64_t now = kr_clock_monotonic(), limit = INT64_MAX - now;
        int64_t wait = microseconds > limit / 1000 ? limit : microseconds * 1000;
        deadline = (struct timespec){(now + wait) / 1000000000, (now + wait) % 1000000000};
        until = &deadline;
    }
    while (__atomic_exchange_n(&lock->word, CONTENDED, __ATOMIC_ACQUIRE) != FREE) {
        int error = sleep_on(lock, until);
        if (error == ETIMEDOUT) return PY_LOCK_FAILURE;
        if (error == EINTR && interruptible) return PY_LOCK_INTR;
    }
    return PY_LOCK_ACQUIRED;
}

int PyThread_acquire_lock(PyThread_type_lock lock, int wait)
{
    return PyThread_acquire_lock_timed(lock, wait ? -1 : 0, 0) == PY_LOCK_ACQUIRED;
}

void PyThread_release_lock(PyThread_type_lock handle)
{
    Lock *lock = handle;
    if (__atomic_exchange_n(&lock->word, FREE, __ATOMIC_RELEASE) == CONTENDED)
        syscall(SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

int _PyThread_at_fork_reinit(PyThread_type_lock *handle)
{
    Lock *lock = kr_memory_allocate(sizeof *lock);
    if (lock == NULL) return -1;
    lock->word = FREE;
    *handle = lock;  // the old one may be in use by a thread that is no more
    return 0;
}

// ---- threads

typedef struct Start {
    void (*function)(void *);
    void *argument;
} Start;

static void *run_thread(void *data)
{
    Start start = *(Start *)data;
    kr_memory_free(data);
    start.function(start.argument);
    return NULL;
}

static size_t stack_size_of(PyInterpreterState *interpreter)
{
    return interpreter == NULL ? 0 : interpreter->thread_stack_size;
}

unsigned long PyThread_start_new_thread(void (*function)(void *), void *argument)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return PYTHREAD_INVALID_THREAD_ID;
    PyThreadState *current = kr_thread_current();
    size_t size = stack_size_of(current ? current->interp : _PyRuntime.interpreters.main);
    if (size != 0 && pthread_attr_setstacksize(&attributes, size) != 0) {
        pthread_attr_destroy(&attributes);
        return PYTHREAD_INVALID_THREAD_ID;
    }
    Start *start = kr_memory_allocate(sizeof *start);
    if (start == NULL) {
        pthread_attr_destroy(&attributes);
        return PYTHREAD_INVALID_THREAD_ID;
    }
    *start = (Start){function, argument};
    pthread_t thread;
    int failed = pthread_create(&thread, &attributes, run_thread, start);
    pthread_attr_destroy(&attributes);
    if (failed) {
        kr_memory_free(start);
        return PYTHREAD_INVALID_THREAD_ID;
    }
    pthread_detach(thread);
    return (unsigned long)thread;
}

void PyThread_init_thread(void)
{
}

unsigned long PyThread_get_thread_ident(void)
{
    return (unsigned long)pthread_self();
}

unsigned long PyThread_get_thread_native_id(void)
{
    return (unsigned long)syscall(SYS_gettid);
}

void PyThread_exit_thread(void)
{
    pthread_exit(NULL);
}

size_t PyThread_get_stacksize(void)
{
    return stack_size_of(kr_interpreter_current());
}

int PyThread_set_stacksize(size_t size)
{
    PyInterpreterState *interpreter = kr_interpreter_current();
    if (size == 0) {
        interpreter->thread_stack_size = 0;
        return 0;
    }
    pthread_attr_t attributes;
    if (size < 32 * 1024 || pthread_attr_init(&attributes) != 0) return -1;
    int failed = pthread_attr_setstacksize(&attributes, size);
    pthread_attr_destroy(&attributes);
    if (failed) return -1;
    interpreter->thread_stack_size = size;
    return 0;
}

// ---- thread-local storage

Py_tss_t *PyThread_tss_alloc(void)
{
    Py_tss_t *key = kr_memory_allocate(sizeof *key);
    if (key != NULL) *key = (Py_tss_t)Py_tss_NEEDS_INIT;
    return key;
}

void PyThread_tss_free(Py_tss_t *key)
{
    if (key == NULL) return;
    PyThread_tss_delete(key);
    kr_memory_free(key);
}

int PyThread_tss_is_created(Py_tss_t *key)
{
    return key->_is_initialized;
}

int PyThread_tss_create(Py_tss_t *key)
{
    if (key->_is_initialized) return 0;
    if (pthread_key_create(&key->_key, NULL) != 0) return -1;
    key->_is_initialized = 1;
    return 0;
}

void PyThread_tss_delete(Py_tss_t *key)
{
    if (!key->_is_initialized) return;
    pthread_key_delete(key->_key);
    key->_is_initialized = 0;
}

int PyThread_tss_set(Py_tss_t *key, void *value)
{
    return pthread_setspecific(key->_key, value) == 0 ? 0 : -1;
}

void *PyThread_tss_get(Py_tss_t *key)
{
    return pthread_getspecific(key->_key);
}

// ---- the older interface to it: keys are small numbers

int PyThread_create_key(void)
{
    pthread_key_t key;
    if (pthread_key_create(&key, NULL) != 0) return -1;
    if (key > INT_MAX) {
        pthread_key_delete(key);
        errno = ENOMEM;
        return -1;
    }
    return (int)key;
}

void PyThread_delete_key(int key)
{
    pthread_key_delete((pthread_key_t)key);
}

void PyThread_delete_key_value(int key)
{
    pthread_setspecific((pthread_key_t)key, NULL);
}

int PyThread_set_key_value(int key, void *value)
{
    return pthread_setspecific((pthread_key_t)key, value) == 0 ? 0 : -1;
}

void *PyThread_get_key_value(int key)
{
    return pthread_getspecific((pthread_key_t)key);
}

void PyThread_ReInitTLS(void)
{
}
