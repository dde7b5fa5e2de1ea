// deque.h - what the files of deque share.
//
//   items: a ring of 2^n places; the first item is at items[first & mask]
//
// (1) state changes with every change of length or order: iterators compare it.
// (2) An item is released only when the deque no longer shows it.
#ifndef KR_MODULES_COLLECTIONS_DEQUE_H
#define KR_MODULES_COLLECTIONS_DEQUE_H

#include "runtime/owned.h"
#include "object.h"

#include <stdbool.h>

typedef struct KrDeque {
    PyObject_VAR_HEAD
    PyObject **items;
    size_t mask;
    size_t first;
    size_t state;
    Py_ssize_t maximum;  // -1: no bound
    PyObject *weak_references;
} KrDeque;

extern PyTypeObject kr_deque_type, kr_deque_iterator_type, kr_deque_reverse_iterator_type;
extern PySequenceMethods kr_deque_as_sequence;

static inline PyObject **kr_deque_at(KrDeque *self, Py_ssize_t index)
{
    return &self->items[(self->first + (size_t)index) & self->mask];
}

NODISCARD int kr_deque_append(KrDeque *self, PyObject *item);  // drops the first when it is full
NODISCARD int kr_deque_extend(KrDeque *self, PyObject *iterable);
PyObject *kr_deque_copy(KrDeque *self);
void kr_deque_clear(KrDeque *self);
void kr_deque_delete(KrDeque *self, Py_ssize_t index);
PyObject *kr_deque_iterator_new(PyTypeObject *type, KrDeque *deque);

// deque_slots.c
PyObject *kr_deque_repr(PyObject *self);
PyObject *kr_deque_compare(PyObject *left, PyObject *right, int op);

// defaultdict.c, deque.c: add their types to the module.
int kr_collections_add_defaultdict(PyObject *module);
int kr_collections_add_deque(PyObject *module);

#endif
