// _heapq.c - priority queues in lists: item k is not larger than items 2k + 1 and 2k + 2.
//
// A comparison can run code that changes the list; every step checks its size again and holds what
// it compares.  The maxheap variants compare the other way round.
#include "Python.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

static inline PyObject **items_of(PyObject *heap)
{
    return ((PyListObject *)heap)->ob_item;
}

// a < b in a minheap, b < a in a maxheap; -1 with an exception.
static int is_before(PyObject *a, PyObject *b, int largest_first)
{
    Py_INCREF(a);
    Py_INCREF(b);
    int answer = largest_first ? PyObject_RichCompareBool(b, a, Py_LT)
                               : PyObject_RichCompareBool(a, b, Py_LT);
    Py_DECREF(a);
    Py_DECREF(b);
    return answer;
}

static int check_size(PyObject *heap, Py_ssize_t size)
{
    if (PyList_GET_SIZE(heap) == size) return 0;
    return kr_raise_int(PyExc_RuntimeError, "list changed size during iteration");
}

static void swap_items(PyObject *heap, Py_ssize_t i, Py_ssize_t k)
{
    PyObject **items = items_of(heap), *item = items[i];
    items[i] = items[k];
    items[k] = item;
}

// Moves the item at [place] up to where it belongs, not above [top].
static int move_up(PyObject *heap, Py_ssize_t top, Py_ssize_t place, int largest_first)
{
    Py_ssize_t size = PyList_GET_SIZE(heap);
    if (place >= size) return kr_raise_int(PyExc_IndexError, "index out of range");
    while (place > top) {
        Py_ssize_t parent = (place - 1) >> 1;
        int before = is_before(items_of(heap)[place], items_of(heap)[parent], largest_first);
        if (before < 0 || check_size(heap, size) < 0) return -1;
        if (!before) break;
        swap_items(heap, place, parent);
        place = parent;
    }
    return 0;
}

// Moves the item at [place] down to a leaf along the better children, and up again from there.
static int move_down(PyObject *heap, Py_ssize_t place, int largest_first)
{
    Py_ssize_t size = PyList_GET_SIZE(heap), top = place;
    if (place >= size) return kr_raise_int(PyExc_IndexError, "index out of range");
    while (2 * place + 1 < size) {
        Py_ssize_t child = 2 * place + 1;
        if (child + 1 < size) {
            int before =
                is_before(items_of(heap)[child], items_of(heap)[child + 1], largest_first);
            if (before < 0 || check_size(heap, size) < 0) return -1;
            child += !before;
        }
        swap_items(heap, place, child);
        place = child;
    }
    return move_up(heap, top, place, largest_first);
}

static PyObject *pop(PyObject *heap, int largest_first)
{
    Py_ssize_t size = PyList_GET_SIZE(heap);
    if (size == 0) return kr_raise(PyExc_IndexError, "index out of range");
    KR_AUTO PyObject *last = Py_NewRef(PyList_GET_ITEM(heap, size - 1));
    if (PyList_SetSlice(heap, size - 1, size, NULL) < 0) return NULL;
    if (size == 1) return kr_take(last);
    KR_AUTO PyObject *first = PyList_GET_ITEM(heap, 0);
    PyList_SET_ITEM(heap, 0, kr_take(last));
    if (move_down(heap, 0, largest_first) < 0) return NULL;
    return kr_take(first);
}

static PyObject *replace(PyObject *heap, PyObject *item, int largest_first)
{
    if (PyList_GET_SIZE(heap) == 0) return kr_raise(PyExc_IndexError, "index out of range");
    KR_AUTO PyObject *first = PyList_GET_ITEM(heap, 0);
    PyList_SET_ITEM(heap, 0, Py_NewRef(item));
    if (move_down(heap, 0, largest_first) < 0) return NULL;
    return kr_take(first);
}

static PyObject *arrange(PyObject *heap, int largest_first)
{
    for (Py_ssize_t i = PyList_GET_SIZE(heap) / 2 - 1; i >= 0; i--)
        if (move_down(heap, i, largest_first) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(heappush, "module, heap: list, item, /",
       "Push item onto heap, maintaining the heap invariant.")
static PyObject *heapq_heappush(PyObject *module, PyObject *heap, PyObject *item)
{
    if (PyList_Append(heap, item) < 0) return NULL;
    if (move_up(heap, 0, PyList_GET_SIZE(heap) - 1, 0) < 0) return NULL;
    Py_RETURN_NONE;
}

METHOD(heappop, "module, heap: list, /",
       "Pop the smallest item off the heap, maintaining the heap invariant.")
static PyObject *heapq_heappop(PyObject *module, PyObject *heap)
{
    return pop(heap, 0);
}

METHOD(heapreplace, "module, heap: list, item, /",
       "Pop and return the current smallest value, and add the new item.\n\n"
       "This is more efficient than heappop() followed by heappush(), and can be\n"
       "more appropriate when using a fixed-size heap.  Note that the value\n"
       "returned may be larger than item!  That constrains reasonable uses of\n"
       "this routine unless written as part of a conditional replacement:\n\n"
       "    if item > heap[0]:\n"
       "        item = heapreplace(heap, item)")
static PyObject *heapq_heapreplace(PyObject *module, PyObject *heap, PyObject *item)
{
    return replace(heap, item, 0);
}

METHOD(heappushpop, "module, heap: list, item, /",
       "Push item on the heap, then pop and return the smallest item from the heap.\n\n"
       "The combined action runs more efficiently than heappush() followed by\n"
       "a separate call to heappop().")
static PyObject *heapq_heappushpop(PyObject *module, PyObject *heap, PyObject *item)
{
    if (PyList_GET_SIZE(heap) == 0) return Py_NewRef(item);
    int before = is_before(PyList_GET_ITEM(heap, 0), item, 0);
    if (before <= 0) return before < 0 ? NULL : Py_NewRef(item);
    if (PyList_GET_SIZE(heap) == 0) return kr_raise(PyExc_IndexError, "index out of range");
    return replace(heap, item, 0);
}

METHOD(heapify, "module, heap: list, /",
       "Transform list into a heap, in-place, in O(len(heap)) time.")
static PyObject *heapq_heapify(PyObject *module, PyObject *heap)
{
    return arrange(heap, 0);
}

METHOD(_heappop_max, "module, heap: list, /", "Maxheap variant of heappop.")
static PyObject *heapq__heappop_max(PyObject *module, PyObject *heap)
{
    return pop(heap, 1);
}

METHOD(_heapreplace_max, "module, heap: list, item, /", "Maxheap variant of heapreplace.")
static PyObject *heapq__heapreplace_max(PyObject *module, PyObject *heap, PyObject *item)
{
    return replace(heap, item, 1);
}

METHOD(_heapify_max, "module, heap: list, /", "Maxheap variant of heapify.")
static PyObject *heapq__heapify_max(PyObject *module, PyObject *heap)
{
    return arrange(heap, 1);
}

#include "modules/_heapq.methods.h"

static PyModuleDef_Slot heapq_slots[] = {
    {0, NULL},
};

static struct PyModuleDef heapq_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_heapq",
    .m_doc = "Heap queue algorithm (a.k.a. priority queue).\n\n"
             "Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\n"
             "all k, counting elements from 0.  For the sake of comparison,\n"
             "non-existing elements are considered to be infinite.  The interesting\n"
             "property of a heap is that a[0] is always its smallest element.\n\n"
             "Usage:\n\n"
             "heap = []            # creates an empty heap\n"
             "heappush(heap, item) # pushes a new item on the heap\n"
             "item = heappop(heap) # pops the smallest item from the heap\n"
             "item = heap[0]       # smallest item on the heap without popping it\n"
             "heapify(x)           # transforms list into a heap, in-place, in linear time\n"
             "item = heapreplace(heap, item) # pops and returns smallest item, and adds\n"
             "                               # new item; the heap size is unchanged\n\n"
             "Our API differs from textbook heap algorithms as follows:\n\n"
             "- We use 0-based indexing.  This makes the relationship between the\n"
             "  index for a node and the indexes for its children slightly less\n"
             "  obvious, but is more suitable since Python uses 0-based indexing.\n\n"
             "- Our heappop() method returns the smallest item, not the largest.\n\n"
             "These two make it possible to view the heap as a regular Python list\n"
             "without surprises: heap[0] is the smallest item, and heap.sort()\n"
             "maintains the heap invariant!\n",
    .m_methods = heapq_methods,
    .m_slots = heapq_slots,
};

PyMODINIT_FUNC PyInit__heapq(void)
{
    return PyModuleDef_Init(&heapq_definition);
}
