// gc.c - objects with a head: allocation, tracking, finalizers; the public functions of the
// collector.
#include "runtime/gc.h"

#include <limits.h>
#include <string.h>

#include "base/memory.h"
#include "runtime/interpreter.h"
#include "runtime/object_memory.h"
#include "runtime/thread.h"

enum { YOUNG_THRESHOLD = 700, OLDER_THRESHOLD = 10, YOUNG_LARGEST = 20000 };

static void init_list(KrGcHead *list)
{
    list->next = list->previous = (uintptr_t)list;
}

void kr_gc_init(KrCollector *collector)
{
    for (int i = 0; i < KR_GC_GENERATIONS; i++) {
        init_list(&collector->generations[i].head);
        collector->generations[i].threshold = i == 0 ? YOUNG_THRESHOLD : OLDER_THRESHOLD;
    }
    init_list(&collector->permanent);
    collector->is_enabled = 1;
    kr_gc_update_limit(collector);
}

// ---- allocation

// The threshold that a program left alone grows with the live heap: few objects, few collections.
void kr_gc_update_limit(KrCollector *collector)
{
    int limit = collector->generations[0].threshold;
    Py_ssize_t grown = collector->long_lived_total / 8;
    if (limit == YOUNG_THRESHOLD && grown > limit)
        limit = grown < YOUNG_LARGEST ? (int)grown : YOUNG_LARGEST;
    collector->young_limit = collector->is_enabled && limit > 0 ? limit : INT_MAX;
}

void kr_gc_set_threshold(KrCollector *collector, int generation, int threshold)
{
    collector->generations[generation].threshold = threshold;
    kr_gc_update_limit(collector);
}

static __attribute__((noinline)) void collect_when_due(PyThreadState *thread)
{
    KrCollector *collector = &thread->interp->gc;
    if (collector->is_collecting || thread->curexc_type != NULL) return;
    // The oldest generation whose turn it is.
    for (int i = KR_GC_GENERATIONS - 1; i >= 0; i--) {
        KrGcGeneration *generation = &collector->generations[i];
        if (generation->count <= (i == 0 ? collector->young_limit : generation->threshold))
            continue;
        // A full collection pays when the live set grew by a quarter since the last one.
        if (i == KR_GC_GENERATIONS - 1
            && collector->long_lived_pending < collector->long_lived_total / 4)
            continue;
        collector->is_collecting = true;
        kr_gc_collect_generation(thread, i, KR_GC_AUTOMATIC);
        collector->is_collecting = false;
        return;
    }
}

PyObject *kr_gc_allocate(size_t size, size_t before)
{
    PyThreadState *thread = kr_thread_current();
    if (size > (size_t)PY_SSIZE_T_MAX - before - sizeof(KrGcHead)) {
        kr_hooks.raise_memory_error();
        return NULL;
    }
    char *block = kr_object_allocate(before + sizeof(KrGcHead) + size);
    if (block == NULL) {
        kr_hooks.raise_memory_error();
        return NULL;
    }
    if (before != 0) memset(block, 0, before);
    KrGcHead *head = (KrGcHead *)(block + before);
    head->next = head->previous = 0;
    KrCollector *collector = &thread->interp->gc;
    if (__builtin_expect(++collector->generations[0].count > collector->young_limit, 0))
        collect_when_due(thread);
    return kr_gc_object(head);
}

void kr_gc_free(PyObject *object, size_t before)
{
    KrGcGeneration *young = &kr_thread_current()->interp->gc.generations[0];
    if (kr_gc_is_tracked(object)) kr_gc_untrack(object);
    if (young->count > 0) young->count--;
    kr_object_free((char *)kr_gc_head(object) - before);
}

// Bytes in front of the head: two pointers of a managed dict.
static size_t bytes_before(PyTypeObject *type)
{
    return type->tp_flags & Py_TPFLAGS_MANAGED_DICT ? 2 * sizeof(PyObject *) : 0;
}

static void init_object(PyObject *object, PyTypeObject *type)
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) Py_INCREF(type);
    kr_object_begin(object, type);
}

PyObject *_PyObject_GC_New(PyTypeObject *type)
{
    PyObject *object = kr_gc_allocate((size_t)type->tp_basicsize, bytes_before(type));
    if (object != NULL) init_object(object, type);
    return object;
}

PyVarObject *_PyObject_GC_NewVar(PyTypeObject *type, Py_ssize_t count)
{
    if (count < 0 || (type->tp_itemsize
                      && count > (PY_SSIZE_T_MAX - type->tp_basicsize) / type->tp_itemsize)) {
        kr_hooks.raise_memory_error();
        return NULL;
    }
    size_t size = _PyObject_VAR_SIZE(type, count);
    PyObject *object = kr_gc_allocate(size, bytes_before(type));
    if (object == NULL) return NULL;
    init_object(object, type);
    ((PyVarObject *)object)->ob_size = count;
    return (PyVarObject *)object;
}

PyVarObject *_PyObject_GC_Resize(PyVarObject *object, Py_ssize_t count)
{
    PyTypeObject *type = Py_TYPE(object);
    assert(!kr_gc_is_tracked((PyObject *)object));
    if (count < 0 || (type->tp_itemsize
                      && count > (PY_SSIZE_T_MAX - type->tp_basicsize) / type->tp_itemsize)) {
        kr_hooks.raise_memory_error();
        return NULL;
    }
    size_t size = _PyObject_VAR_SIZE(type, count), before = bytes_before(type);
    char *block = (char *)kr_gc_head((PyObject *)object) - before;
    block = PyObject_Realloc(block, before + sizeof(KrGcHead) + size);
    if (block == NULL) {
        kr_hooks.raise_memory_error();
        return NULL;
    }
    object = (PyVarObject *)kr_gc_object((KrGcHead *)(block + before));
    object->ob_size = count;
    return object;
}

void PyObject_GC_Del(void *object)
{
    kr_gc_free(object, bytes_before(Py_TYPE((PyObject *)object)));
}

// ---- tracking

void kr_gc_track(PyObject *object)
{
    kr_gc_track_in(&kr_thread_current()->interp->gc, object);
}

void PyObject_GC_Track(void *object)
{
    if (kr_gc_is_tracked(object))
        _PyObject_ASSERT_FAILED_MSG((PyObject *)object,
                                    "object already tracked by the garbage collector");
    kr_gc_track(object);
}

void PyObject_GC_UnTrack(void *object)
{
    if (kr_gc_is_tracked(object)) kr_gc_untrack(object);
}

int PyObject_GC_IsTracked(PyObject *object)
{
    return kr_gc_has_head(object) && kr_gc_is_tracked(object);
}

int PyObject_GC_IsFinalized(PyObject *object)
{
    return kr_gc_has_head(object) && kr_gc_is_finalized(object);
}

// ---- finalizers (PEP 442): once in the life of an object

void PyObject_CallFinalizer(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    if (type->tp_finalize == NULL) return;
    int has_head = kr_gc_has_head(object);
    if (has_head && kr_gc_is_finalized(object)) return;
    // What the finalizer ends is ended at once, however deep this object was nested.
    PyThreadState *thread = kr_thread_current();
    int nesting = thread->trash_delete_nesting;
    PyObject *queue = thread->trash_delete_later;
    if (!kr_stack_is_low(thread)) {
        thread->trash_delete_nesting = 0;
        thread->trash_delete_later = NULL;
    }
    type->tp_finalize(object);
    if (thread->trash_delete_nesting == 0 && nesting != 0) {
        thread->trash_delete_nesting = nesting;
        thread->trash_delete_later = queue;
    }
    if (has_head) kr_gc_head(object)->previous |= KR_GC_FINALIZED;
}

int PyObject_CallFinalizerFromDealloc(PyObject *object)
{
    if (object->ob_refcnt != 0)
        _PyObject_ASSERT_FAILED_MSG(object, "PyObject_CallFinalizerFromDealloc called on object "
                                    "with a non-zero refcount");
    // Alive for the time of the call.
    object->ob_refcnt = 1;
    PyObject_CallFinalizer(object);
    return --object->ob_refcnt == 0 ? 0 : -1;
}

// ---- collecting

Py_ssize_t kr_gc_collect(PyThreadState *thread, int generation)
{
    KrCollector *collector = &thread->interp->gc;
    if (collector->is_collecting) return 0;
    collector->is_collecting = true;
    PyObject *type = thread->curexc_type, *value = thread->curexc_value,
        *traceback = thread->curexc_traceback;
    thread->curexc_type = thread->curexc_value = thread->curexc_traceback = NULL;
    Py_ssize_t found = kr_gc_collect_generation(thread, generation, KR_GC_REQUESTED);
    thread->curexc_type = type;
    thread->curexc_value = value;
    thread->curexc_traceback = traceback;
    collector->is_collecting = false;
    return found;
}

Py_ssize_t PyGC_Collect(void)
{
    PyThreadState *thread = kr_thread_current();
    if (!thread->interp->gc.is_enabled) return 0;
    return kr_gc_collect(thread, KR_GC_GENERATIONS - 1);
}

int PyGC_Enable(void)
{
    KrCollector *collector = &kr_interpreter_current()->gc;
    int before = collector->is_enabled;
    collector->is_enabled = 1;
    kr_gc_update_limit(collector);
    return before;
}

int PyGC_Disable(void)
{
    KrCollector *collector = &kr_interpreter_current()->gc;
    int before = collector->is_enabled;
    collector->is_enabled = 0;
    kr_gc_update_limit(collector);
    return before;
}

int PyGC_IsEnabled(void)
{
    return kr_interpreter_current()->gc.is_enabled;
}
