// owned.h - ownership: the marks on prototypes, and owned locals that release themselves.
//
// Arguments are borrowed and a returned PyObject * is a new reference, unless a prototype is
// marked.  KR_AUTO makes a local give up its reference when it goes out of scope; kr_take hands it
// on.
//
//     KR_AUTO PyObject *items = PyList_New(0);
//     if (items == NULL || fill(items) < 0) return NULL;
//     return kr_take(items);
#ifndef KR_RUNTIME_OWNED_H
#define KR_RUNTIME_OWNED_H

#include "object.h"

// Marks of the prototype, read by people and by `make check-refs`.
#define BORROWED                       // the result is borrowed, or NULL
#define STEALS                         // the parameter's reference is taken, on failure too
#define NODISCARD __attribute__((warn_unused_result))

static inline void kr_owned_release(void *slot)
{
    PyObject *object = *(PyObject **)slot;
    Py_XDECREF(object);
}

#define KR_AUTO __attribute__((cleanup(kr_owned_release)))

// Returns the reference in [slot] and leaves NULL there.
#define kr_take(slot)                                                                             \
    __extension__({                                                                               \
        __typeof__(slot) kr_taken = (slot);                                                       \
        (slot) = NULL;                                                                            \
        kr_taken;                                                                                 \
    })

#endif
