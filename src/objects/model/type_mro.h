// type_mro.h - the order of bases, and which base gives an instance its layout.
#ifndef KR_OBJECTS_MODEL_TYPE_MRO_H
#define KR_OBJECTS_MODEL_TYPE_MRO_H

#include <stdbool.h>

#include "object.h"
#include "runtime/owned.h"

// Linearization of [type] and its tp_bases: what type.mro() returns; a new list, or NULL with
// TypeError.
PyObject *kr_type_mro_linearize(PyTypeObject *type);

// The MRO for tp_mro, through the metaclass's mro() if it has its own; a new tuple, or NULL.
PyObject *kr_type_mro_compute(PyTypeObject *type);

// True if [type]'s metaclass has an mro() of its own: then attributes must not be cached.
bool kr_type_mro_is_custom(PyTypeObject *type);

// The base among the tuple [bases] whose layout contains that of all others, or NULL with
// TypeError.
BORROWED PyTypeObject *kr_type_mro_best_base(PyObject *bases);

// The nearest type at or above [type] that adds C fields or slots.
BORROWED PyTypeObject *kr_type_mro_solid_base(PyTypeObject *type);

// True if instances of [type] have more than those of [base], __dict__ and __weakref__ aside.
bool kr_type_mro_adds_fields(PyTypeObject *type, PyTypeObject *base);

#endif
