// gc.h - the cycle collector: heads of tracked objects, generations, what the module gc needs.
//
//     [ next | previous + flags ][ object … ]
//
// (1) An object is in a list of a generation exactly when its head's next is not 0.
// (2) The two low bits of `previous` are flags; between collections only KR_GC_FINALIZED may be
//     set.
// (3) During a collection `previous` of candidates holds a copy of the reference count.
#ifndef KR_RUNTIME_GC_H
#define KR_RUNTIME_GC_H

#include <stdbool.h>
#include <stdint.h>

#include "object.h"
#include "objimpl.h"
#include "pystate.h"

typedef struct KrGcHead {
    // KrGcHead *; a flag in its lowest bit while unreachable objects are sorted out
    uintptr_t next;
    uintptr_t previous;  // KrGcHead * or a count, above two flags
} KrGcHead;

enum { KR_GC_FINALIZED = 1, KR_GC_COLLECTING = 2, KR_GC_SHIFT = 2, KR_GC_GENERATIONS = 3 };
enum {
    KR_GC_DEBUG_STATS = 1,
    KR_GC_DEBUG_COLLECTABLE = 2,
    KR_GC_DEBUG_UNCOLLECTABLE = 4,
    KR_GC_DEBUG_SAVEALL = 32,
};

typedef struct KrGcGeneration {
    KrGcHead head;
    int threshold;
    // youngest: allocations less frees; others: collections of the one below
    int count;
    Py_ssize_t collections;  // statistics
    Py_ssize_t collected;
    Py_ssize_t uncollectable;
} KrGcGeneration;

// Called with the number of the generation and, at the end, what was found.
typedef struct KrGcReport {
    int generation;
    Py_ssize_t collected;
    Py_ssize_t uncollectable;
} KrGcReport;

typedef struct KrCollector {
    int is_enabled;
    int debug;
    bool is_collecting;
    int young_limit;             // allocations that start a collection: kr_gc_update_limit
    KrGcGeneration generations[KR_GC_GENERATIONS];
    KrGcHead permanent;          // gc.freeze
    Py_ssize_t long_lived_total;    // after the last full collection
    Py_ssize_t long_lived_pending;  // grown old since
    PyObject *garbage;           // gc.garbage, made by the module
    PyObject *callbacks;         // gc.callbacks
    // Set by the module gc: runs the callbacks with "start" or "stop".
    void (*report)(const char *phase, const KrGcReport *report);
    // Set by the module gc: appends to gc.garbage.
    void (*keep_garbage)(PyObject *object);
    // Set by containers: stops tracking of a tuple or dict that holds only atoms.
    PyTypeObject *untrack_types[2];
    void (*untrack[2])(PyObject *container);
    // Set by objects: frees all free lists before a full collection ends.
    void (*clear_freelists)(struct _is *interpreter);
} KrCollector;

static inline KrGcHead *kr_gc_head(PyObject *object)
{
    return (KrGcHead *)object - 1;
}

static inline PyObject *kr_gc_object(KrGcHead *head)
{
    return (PyObject *)(head + 1);
}

// True for objects that have a head.
static inline int kr_gc_has_head(PyObject *object)
{
    PyTypeObject *type = object->ob_type;
    return (type->tp_flags & Py_TPFLAGS_HAVE_GC)
           && (type->tp_is_gc == NULL || type->tp_is_gc(object));
}

static inline int kr_gc_is_tracked(PyObject *object)
{
    return kr_gc_head(object)->next != 0;
}

static inline int kr_gc_is_finalized(PyObject *object)
{
    return (kr_gc_head(object)->previous & KR_GC_FINALIZED) != 0;
}

static inline void kr_gc_untrack(PyObject *object)
{
    KrGcHead *head = kr_gc_head(object);
    assert(head->next != 0);
    KrGcHead *previous = (KrGcHead *)(head->previous & ~(uintptr_t)3);
    KrGcHead *next = (KrGcHead *)head->next;
    previous->next = (uintptr_t)next;
    next->previous = (next->previous & 3) | (uintptr_t)previous;
    head->next = 0;
    head->previous &= KR_GC_FINALIZED;
}

// Puts [object] at the end of the youngest generation of [collector].
static inline void kr_gc_track_in(KrCollector *collector, PyObject *object)
{
    KrGcHead *head = kr_gc_head(object), *young = &collector->generations[0].head;
    assert(head->next == 0);
    KrGcHead *last = (KrGcHead *)young->previous;
    last->next = (uintptr_t)head;
    head->previous = (head->previous & KR_GC_FINALIZED) | (uintptr_t)last;
    head->next = (uintptr_t)young;
    young->previous = (uintptr_t)head;
}

void kr_gc_track(PyObject *object);

void kr_gc_init(KrCollector *collector);
// After a change of is_enabled.
void kr_gc_update_limit(KrCollector *collector);
void kr_gc_set_threshold(KrCollector *collector, int generation, int threshold);
// Why a collection runs.
enum { KR_GC_AUTOMATIC, KR_GC_REQUESTED };
// One collection, whatever is_collecting says; the caller sets that.
Py_ssize_t kr_gc_collect_generation(PyThreadState *thread, int generation, int reason);
// Collects the generation and the younger ones; the number of unreachable objects found.
Py_ssize_t kr_gc_collect(PyThreadState *thread, int generation);
// Memory for an object with [before] more bytes in front of its head; counts an allocation, which
// may collect.  NULL with MemoryError.
PyObject *kr_gc_allocate(size_t size, size_t before);
// Frees what kr_gc_allocate made.
void kr_gc_free(PyObject *object, size_t before);

// ---- for the module gc.  A visitor returns non-zero to stop, which is the result.

int kr_gc_visit_all(KrCollector *collector, int generation, int (*visit)(PyObject *, void *),
                    void *data);
int kr_gc_refers_to(PyObject *object, PyObject *target);
void kr_gc_freeze(KrCollector *collector);
void kr_gc_unfreeze(KrCollector *collector);
Py_ssize_t kr_gc_freeze_count(KrCollector *collector);

#endif
