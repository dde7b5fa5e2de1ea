// gc_query.c - looking at tracked objects, and setting them aside: services of the module gc.
#include "runtime/gc.h"

static KrGcHead *next_of(KrGcHead *head)
{
    return (KrGcHead *)head->next;
}

static int visit_list(KrGcHead *list, int (*visit)(PyObject *, void *), void *data)
{
    // The visitor may make objects, which are appended to the youngest list: it stops at the end
    // of today.
    KrGcHead *last = (KrGcHead *)list->previous;
    if (last == list) return 0;
    for (KrGcHead *head = next_of(list);; head = next_of(head)) {
        int result = visit(kr_gc_object(head), data);
        if (result != 0 || head == last) return result;
    }
}

int kr_gc_visit_all(KrCollector *collector, int generation, int (*visit)(PyObject *, void *),
                    void *data)
{
    int first = generation < 0 ? 0 : generation, last = generation < 0 ? KR_GC_GENERATIONS - 1
        : generation;
    for (int i = first; i <= last; i++) {
        int result = visit_list(&collector->generations[i].head, visit, data);
        if (result != 0) return result;
    }
    return 0;
}

static int visit_equals(PyObject *object, void *target)
{
    return object == target;
}

int kr_gc_refers_to(PyObject *object, PyObject *target)
{
    traverseproc traverse = Py_TYPE(object)->tp_traverse;
    return traverse != NULL && traverse(object, visit_equals, target);
}

static void merge(KrGcHead *from, KrGcHead *to)
{
    if (next_of(from) != from) {
        KrGcHead *last = (KrGcHead *)to->previous, *first = next_of(from),
            *end = (KrGcHead *)from->previous;
        last->next = (uintptr_t)first;
        first->previous = (first->previous & 3) | (uintptr_t)last;
        end->next = (uintptr_t)to;
        to->previous = (uintptr_t)end;
    }
    from->next = from->previous = (uintptr_t)from;
}

void kr_gc_freeze(KrCollector *collector)
{
    for (int i = 0; i < KR_GC_GENERATIONS; i++) {
        merge(&collector->generations[i].head, &collector->permanent);
        collector->generations[i].count = 0;
    }
}

void kr_gc_unfreeze(KrCollector *collector)
{
    merge(&collector->permanent, &collector->generations[KR_GC_GENERATIONS - 1].head);
}

Py_ssize_t kr_gc_freeze_count(KrCollector *collector)
{
    Py_ssize_t count = 0;
    for (KrGcHead *head = next_of(&collector->permanent); head != &collector->permanent;
         head = next_of(head))
        count++;
    return count;
}
