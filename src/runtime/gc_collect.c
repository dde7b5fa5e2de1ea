// gc_collect.c - one collection.
//
// Candidates are the objects of a generation and the younger ones.  From a copy of each reference
// count the references between candidates are subtracted: what is left comes from outside.
// Whatever such an object reaches is alive; the rest refers only to itself.
//
//     candidates ──count, subtract──> reachable | unreachable
//     unreachable ──weak references cleared, finalizers run, counted again──> resurrected |
//     garbage
//
// (1) While COLLECTING is set in a head, its `previous` holds the count; the list is singly linked
//     then.
// (2) While an object waits among the unreachable, the lowest bit of its `next` is UNREACHABLE.
// (3) No Python code runs before the weak references to the garbage are cleared.
#include <stdio.h>

#include "base/clock.h"
#include "runtime/gc.h"
#include "runtime/interpreter.h"
#include "runtime/owned.h"
#include "runtime/thread.h"

enum { UNREACHABLE = 1 };

// ---- lists

static inline KrGcHead *next_of(KrGcHead *head)
{
    return (KrGcHead *)head->next;
}

static inline KrGcHead *previous_of(KrGcHead *head)
{
    return (KrGcHead *)(head->previous & ~(uintptr_t)3);
}

static inline void set_previous(KrGcHead *head, KrGcHead *previous)
{
    head->previous = (head->previous & 3) | (uintptr_t)previous;
}

static inline void list_init(KrGcHead *list)
{
    list->next = list->previous = (uintptr_t)list;
}

static inline int list_is_empty(KrGcHead *list)
{
    return list->next == (uintptr_t)list;
}

static void list_append(KrGcHead *list, KrGcHead *head)
{
    KrGcHead *last = (KrGcHead *)list->previous;
    set_previous(head, last);
    last->next = (uintptr_t)head;
    head->next = (uintptr_t)list;
    list->previous = (uintptr_t)head;
}

// From its own list, both links of which are valid, to [list].
static void list_move(KrGcHead *list, KrGcHead *head)
{
    KrGcHead *previous = previous_of(head), *next = next_of(head);
    previous->next = (uintptr_t)next;
    set_previous(next, previous);
    list_append(list, head);
}

static void list_merge(KrGcHead *from, KrGcHead *to)
{
    if (!list_is_empty(from)) {
        KrGcHead *last = (KrGcHead *)to->previous, *first = next_of(from),
            *end = (KrGcHead *)from->previous;
        last->next = (uintptr_t)first;
        set_previous(first, last);
        end->next = (uintptr_t)to;
        to->previous = (uintptr_t)end;
    }
    list_init(from);
}

static Py_ssize_t list_size(KrGcHead *list)
{
    Py_ssize_t count = 0;
    for (KrGcHead *head = next_of(list); head != list; head = next_of(head)) count++;
    return count;
}

// ---- counts

static inline Py_ssize_t count_of(KrGcHead *head)
{
    return (Py_ssize_t)(head->previous >> KR_GC_SHIFT);
}

static inline int is_collecting(KrGcHead *head)
{
    return (head->previous & KR_GC_COLLECTING) != 0;
}

static inline void set_count(KrGcHead *head, Py_ssize_t count)
{
    head->previous = (head->previous & KR_GC_FINALIZED) | KR_GC_COLLECTING
        | (uintptr_t)count << KR_GC_SHIFT;
}

static void copy_counts(KrGcHead *candidates)
{
    for (KrGcHead *head = next_of(candidates); head != candidates; head = next_of(head)) {
        assert(Py_REFCNT(kr_gc_object(head)) > 0);
        set_count(head, Py_REFCNT(kr_gc_object(head)));
    }
}

static int visit_subtract(PyObject *object, void *unused)
{
    if (kr_gc_has_head(object)) {
        KrGcHead *head = kr_gc_head(object);
        if (is_collecting(head)) {
            assert(count_of(head) > 0);
            head->previous -= 1 << KR_GC_SHIFT;
        }
    }
    return 0;
}

static void subtract_references(KrGcHead *candidates)
{
    for (KrGcHead *head = next_of(candidates); head != candidates; head = next_of(head)) {
        PyObject *object = kr_gc_object(head);
        Py_TYPE(object)->tp_traverse(object, visit_subtract, NULL);
    }
}

// ---- sorting: a walk through the candidates that grows at its end

static int visit_reachable(PyObject *object, void *data)
{
    KrGcHead *candidates = data;
    if (!kr_gc_has_head(object)) return 0;
    KrGcHead *head = kr_gc_head(object);
    if (!is_collecting(head)) return 0;
    if (head->next & UNREACHABLE) {
        // Taken too early for garbage: back to the end of the candidates, where the walk will come
        // by.
        KrGcHead *previous = previous_of(head),
            *next = (KrGcHead *)(head->next & ~(uintptr_t)UNREACHABLE);
        previous->next = head->next;  // with the flag: neighbours are unreachable too
        set_previous(next, previous);
        list_append(candidates, head);
        set_count(head, 1);
    } else if (count_of(head) == 0) {
        set_count(head, 1);
    }
    return 0;
}

static void move_unreachable(KrGcHead *candidates, KrGcHead *unreachable)
{
    KrGcHead *previous = candidates, *head = next_of(candidates);
    while (head != candidates) {
        if (count_of(head) > 0) {
            PyObject *object = kr_gc_object(head);
            Py_TYPE(object)->tp_traverse(object, visit_reachable, candidates);
            set_previous(head, previous);
            head->previous &= ~(uintptr_t)KR_GC_COLLECTING;
            previous = head;
        } else {
            previous->next = head->next;
            KrGcHead *last = (KrGcHead *)unreachable->previous;
            last->next = (uintptr_t)head | UNREACHABLE;
            set_previous(head, last);
            head->next = (uintptr_t)unreachable | UNREACHABLE;
            unreachable->previous = (uintptr_t)head;
        }
        head = (KrGcHead *)previous->next;
    }
    candidates->previous = (uintptr_t)previous;
    unreachable->next &= ~(uintptr_t)UNREACHABLE;
}

// Splits [candidates]; [unreachable] is empty before.  keeps (2): its links keep the flag.
static void find_unreachable(KrGcHead *candidates, KrGcHead *unreachable)
{
    copy_counts(candidates);
    subtract_references(candidates);
    list_init(unreachable);
    move_unreachable(candidates, unreachable);
}

static void clear_unreachable_flags(KrGcHead *unreachable)
{
    unreachable->next &= ~(uintptr_t)UNREACHABLE;
    for (KrGcHead *head = next_of(unreachable); head != unreachable; head = next_of(head))
        head->next &= ~(uintptr_t)UNREACHABLE;
}

// ---- old finalizers (tp_del): such objects, and what they reach, stay

static int visit_keep(PyObject *object, void *data)
{
    KrGcHead *kept = data;
    if (kr_gc_has_head(object) && is_collecting(kr_gc_head(object))) {
        KrGcHead *head = kr_gc_head(object);
        list_move(kept, head);
        head->previous &= ~(uintptr_t)KR_GC_COLLECTING;
    }
    return 0;
}

static void move_legacy_finalizers(KrGcHead *unreachable, KrGcHead *kept)
{
    KrGcHead *next;
    for (KrGcHead *head = next_of(unreachable); head != unreachable; head = next) {
        next = next_of(head);
        if (Py_TYPE(kr_gc_object(head))->tp_del == NULL) continue;
        list_move(kept, head);
        head->previous &= ~(uintptr_t)KR_GC_COLLECTING;
    }
    for (KrGcHead *head = next_of(kept); head != kept; head = next_of(head)) {
        PyObject *object = kr_gc_object(head);
        Py_TYPE(object)->tp_traverse(object, visit_keep, kept);
    }
}

// ---- weak references

// Clears all weak references to the unreachable objects, then runs the callbacks of those that are
// alive themselves.
static void clear_weak_references(KrGcHead *unreachable, KrGcHead *older)
{
    KrGcHead to_call, *next;
    list_init(&to_call);
    for (KrGcHead *head = next_of(unreachable); head != unreachable; head = next) {
        next = next_of(head);
        PyObject *object = kr_gc_object(head);
        // A weak reference that is garbage itself calls nobody.
        if (kr_hooks.is_weakref(object)) kr_hooks.clear_weakref((PyWeakReference *)object);
        Py_ssize_t offset = Py_TYPE(object)->tp_weaklistoffset;
        if (offset <= 0) continue;
        PyWeakReference **list = (PyWeakReference **)((char *)object + offset);
        while (*list != NULL) {
            PyWeakReference *reference = *list;
            kr_hooks.clear_weakref(reference);
            if (reference->wr_callback == NULL || is_collecting(kr_gc_head((PyObject *)reference)))
                continue;
            if (!kr_gc_is_tracked((PyObject *)reference)) continue;
            Py_INCREF(reference);
            list_move(&to_call, kr_gc_head((PyObject *)reference));
        }
    }
    while (!list_is_empty(&to_call)) {
        KrGcHead *head = next_of(&to_call);
        PyObject *reference = kr_gc_object(head);
        kr_hooks.run_weakref_callback(reference);
        if (next_of(&to_call) == head) list_move(older, head);
        Py_DECREF(reference);
    }
}

// ---- the end of the garbage

static void run_finalizers(KrGcHead *unreachable)
{
    KrGcHead seen;
    list_init(&seen);
    while (!list_is_empty(unreachable)) {
        KrGcHead *head = next_of(unreachable);
        PyObject *object = kr_gc_object(head);
        list_move(&seen, head);
        if (Py_TYPE(object)->tp_finalize == NULL || kr_gc_is_finalized(object)) continue;
        head->previous |= KR_GC_FINALIZED;
        Py_INCREF(object);
        Py_TYPE(object)->tp_finalize(object);
        Py_DECREF(object);
    }
    list_merge(&seen, unreachable);
}

static void clear_collecting(KrGcHead *list)
{
    for (KrGcHead *head = next_of(list); head != list; head = next_of(head))
        head->previous &= ~(uintptr_t)KR_GC_COLLECTING;
}

// What became reachable through a finalizer goes to [older].
static void keep_resurrected(KrGcHead *unreachable, KrGcHead *still, KrGcHead *older)
{
    clear_collecting(unreachable);
    find_unreachable(unreachable, still);
    clear_unreachable_flags(still);
    list_merge(unreachable, older);
}

static void clear_garbage(PyThreadState *thread, KrGcHead *garbage, KrGcHead *older)
{
    KrCollector *collector = &thread->interp->gc;
    while (!list_is_empty(garbage)) {
        KrGcHead *head = next_of(garbage);
        PyObject *object = kr_gc_object(head);
        if ((collector->debug & KR_GC_DEBUG_SAVEALL) && collector->keep_garbage != NULL) {
            collector->keep_garbage(object);
        } else if (Py_TYPE(object)->tp_clear != NULL) {
            Py_INCREF(object);
            (void)Py_TYPE(object)->tp_clear(object);
            if (thread->curexc_type != NULL) kr_hooks.write_unraisable(object);
            Py_DECREF(object);
        }
        // Still there: something else holds it now.
        if (next_of(garbage) == head) {
            head->previous &= ~(uintptr_t)KR_GC_COLLECTING;
            list_move(older, head);
        }
    }
}

// ---- untracking: tuples and dicts of atoms cannot be part of a cycle

static void untrack_atoms(KrCollector *collector, KrGcHead *list, int is_full)
{
    KrGcHead *next;
    for (KrGcHead *head = next_of(list); head != list; head = next) {
        next = next_of(head);
        PyObject *object = kr_gc_object(head);
        PyTypeObject *type = Py_TYPE(object);
        if (type == collector->untrack_types[0])
            collector->untrack[0](object);
        else if (is_full && type == collector->untrack_types[1])
            collector->untrack[1](object);
    }
}

// ---- a whole collection

static void print_object(const char *what, PyObject *object)
{
    fprintf(stderr, "gc: %s <%s %p>\n", what, Py_TYPE(object)->tp_name, (void *)object);
}

static void print_list(const char *what, KrGcHead *list)
{
    for (KrGcHead *head = next_of(list); head != list; head = next_of(head))
        print_object(what, kr_gc_object(head));
}

static Py_ssize_t keep_uncollectable(KrCollector *collector, KrGcHead *kept, KrGcHead *older)
{
    Py_ssize_t count = list_size(kept);
    if (collector->keep_garbage != NULL)
        for (KrGcHead *head = next_of(kept); head != kept; head = next_of(head)) {
            PyObject *object = kr_gc_object(head);
            if ((collector->debug & KR_GC_DEBUG_SAVEALL) || Py_TYPE(object)->tp_del != NULL)
                collector->keep_garbage(object);
        }
    list_merge(kept, older);
    return count;
}

static Py_ssize_t collect(PyThreadState *thread, int which, KrGcReport *report)
{
    KrCollector *collector = &thread->interp->gc;
    KrGcGeneration *generations = collector->generations;
    int is_full = which == KR_GC_GENERATIONS - 1;
    if (!is_full) generations[which + 1].count++;
    for (int i = 0; i <= which; i++) generations[i].count = 0;
    for (int i = 0; i < which; i++) list_merge(&generations[i].head, &generations[which].head);
    KrGcHead *candidates = &generations[which].head;
    KrGcHead *older = is_full ? candidates : &generations[which + 1].head;

    KrGcHead unreachable, kept, garbage;
    find_unreachable(candidates, &unreachable);
    clear_unreachable_flags(&unreachable);
    untrack_atoms(collector, candidates, is_full);
    if (!is_full) {
        if (which == KR_GC_GENERATIONS - 2) collector->long_lived_pending += list_size(candidates);
        list_merge(candidates, older);
    } else {
        collector->long_lived_pending = 0;
        collector->long_lived_total = list_size(candidates);
        kr_gc_update_limit(collector);
    }

    list_init(&kept);
    move_legacy_finalizers(&unreachable, &kept);
    if (collector->debug & KR_GC_DEBUG_COLLECTABLE) print_list("collectable", &unreachable);
    if (collector->debug & KR_GC_DEBUG_UNCOLLECTABLE) print_list("uncollectable", &kept);
    clear_weak_references(&unreachable, older);
    run_finalizers(&unreachable);
    keep_resurrected(&unreachable, &garbage, older);
    report->collected = list_size(&garbage);
    clear_garbage(thread, &garbage, older);
    report->uncollectable = keep_uncollectable(collector, &kept, older);
    if (is_full && collector->clear_freelists != NULL) collector->clear_freelists(thread->interp);
    return report->collected + report->uncollectable;
}

static void print_start(KrCollector *collector, int which)
{
    fprintf(stderr, "gc: collecting generation %d...\n", which);
    fprintf(stderr, "gc: objects in each generation:");
    for (int i = 0; i < KR_GC_GENERATIONS; i++)
        fprintf(stderr, " %zd", list_size(&collector->generations[i].head));
    fprintf(stderr, "\ngc: objects in permanent generation: %zd\n",
            list_size(&collector->permanent));
}

Py_ssize_t kr_gc_collect_generation(PyThreadState *thread, int which, int reason)
{
    KrCollector *collector = &thread->interp->gc;
    KrGcReport report = {which, 0, 0};
    if (collector->report != NULL) collector->report("start", &report);
    int64_t start = 0;
    if (collector->debug & KR_GC_DEBUG_STATS) {
        print_start(collector, which);
        start = kr_clock_monotonic();
    }
    Py_ssize_t found = collect(thread, which, &report);
    if (collector->debug & KR_GC_DEBUG_STATS)
        fprintf(stderr, "gc: done, %zd unreachable, %zd uncollectable, %.4fs elapsed\n", found,
                report.uncollectable, (double)(kr_clock_monotonic() - start) * 1e-9);
    if (thread->curexc_type != NULL) kr_hooks.write_unraisable(NULL);
    KrGcGeneration *generation = &collector->generations[which];
    generation->collections++;
    generation->collected += report.collected;
    generation->uncollectable += report.uncollectable;
    if (collector->report != NULL) collector->report("stop", &report);
    return found;
}
