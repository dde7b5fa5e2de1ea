// refcount.c - the end of an object, and reference counting as functions.
//
// A deallocator gives up what the object holds, which may end further objects, and so on.  Beyond
// a nesting of LIMIT an object is queued instead, and the deallocator one level below works the
// queue off: C stack stays bounded for every type, and an object still goes before the outer call
// returns.
//
//     queue: thread->trash_delete_later → object → object …
//
// (1) A queued object has a count of 0 or less: a weak reference to it is dead.
// (2) The link is kept in the head of an object with one (which is untracked), else, inverted and
//     so negative, in the reference count.
#include "object.h"
#include "runtime/gc.h"
#include "runtime/interpreter.h"
#include "runtime/thread.h"

enum { NESTING_LIMIT = 50 };

#ifdef KR_DEBUG
Py_ssize_t kr_reference_total;
#endif

static void enqueue(PyThreadState *thread, PyObject *object)
{
    PyObject *rest = thread->trash_delete_later;
    if (kr_gc_has_head(object)) {
        if (kr_gc_is_tracked(object)) kr_gc_untrack(object);
        KrGcHead *head = kr_gc_head(object);
        head->previous = (head->previous & KR_GC_FINALIZED) | (uintptr_t)rest;
    } else {
        object->ob_refcnt = ~(Py_ssize_t)(uintptr_t)rest;
    }
    thread->trash_delete_later = object;
}

static PyObject *dequeue(PyThreadState *thread)
{
    PyObject *object = thread->trash_delete_later;
    if (kr_gc_has_head(object)) {
        KrGcHead *head = kr_gc_head(object);
        thread->trash_delete_later = (PyObject *)(head->previous & ~(uintptr_t)3);
        head->previous &= KR_GC_FINALIZED;
    } else {
        thread->trash_delete_later = (PyObject *)(uintptr_t)~object->ob_refcnt;
        object->ob_refcnt = 0;
    }
    return object;
}

static void work_off_queue(PyThreadState *thread)
{
    thread->trash_delete_nesting++;
    while (thread->trash_delete_later != NULL) {
        PyObject *object = dequeue(thread);
        Py_TYPE(object)->tp_dealloc(object);
    }
    thread->trash_delete_nesting--;
}

void _Py_Dealloc(PyObject *object)
{
    PyThreadState *thread = kr_thread_current();
    if (__builtin_expect(thread == NULL, 0)) {  // before the first thread, and after the last
        object->ob_type->tp_dealloc(object);
        return;
    }
    if (__builtin_expect(thread->trash_delete_nesting >= NESTING_LIMIT, 0)) {
        enqueue(thread, object);
        return;
    }
    thread->trash_delete_nesting++;
    object->ob_type->tp_dealloc(object);
    thread->trash_delete_nesting--;
    if (__builtin_expect(thread->trash_delete_later != NULL, 0)
        && thread->trash_delete_nesting == NESTING_LIMIT - 1)
        work_off_queue(thread);
}

// ---- what extensions write around their deallocators: _Py_Dealloc has done it all

int _PyTrash_begin(PyThreadState *thread, PyObject *object)
{
    return 0;
}

void _PyTrash_end(PyThreadState *thread)
{
}

int _PyTrash_cond(PyObject *object, destructor dealloc)
{
    return 0;
}

// ---- counting as functions

#undef Py_NewRef
#undef Py_XNewRef

void _Py_NewReference(PyObject *object)
{
#ifdef KR_DEBUG
    kr_reference_total++;
#endif
    object->ob_refcnt = 1;
}

void _Py_IncRef(PyObject *object)
{
    Py_INCREF(object);
}

void _Py_DecRef(PyObject *object)
{
    Py_DECREF(object);
}

void Py_IncRef(PyObject *object)
{
    Py_XINCREF(object);
}

void Py_DecRef(PyObject *object)
{
    Py_XDECREF(object);
}

PyObject *Py_NewRef(PyObject *object)
{
    return _Py_NewRef(object);
}

PyObject *Py_XNewRef(PyObject *object)
{
    return _Py_XNewRef(object);
}
