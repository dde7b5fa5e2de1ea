// thread.h - the parts of the module _thread: each readies its types and adds them.
#ifndef KR_MODULES_THREAD_THREAD_H
#define KR_MODULES_THREAD_THREAD_H

#include "object.h"
#include "pythread.h"
#include "cpython/pytime.h"

// Each: 0 or -1.
int kr_thread_add_locks(PyObject *module);
int kr_thread_add_rlock(PyObject *module);
int kr_thread_add_local(PyObject *module);
int kr_thread_add_functions(PyObject *module);

// New lock object, released.
PyObject *kr_lock_new(void);
// The system's lock behind a lock object.
PyThread_type_lock kr_lock_handle(PyObject *lock);
// Notes that the lock is not held any more, after the system's lock was released from outside.
void kr_lock_note_released(PyObject *lock);

// Arguments of acquire(blocking, timeout) as a time: -1 ns waits forever, 0 not at all.  0, or -1
// with ValueError.
int kr_lock_read_timeout(int blocking, PyObject *timeout, _PyTime_t *ret_timeout);
// Waits for a lock with the interpreter's lock released; signals are handled in between.  1
// acquired, 0 not in time,
// -1 when a signal's handler raised.
int kr_lock_wait(PyThread_type_lock lock, _PyTime_t timeout);

#endif
