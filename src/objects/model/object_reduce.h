// object_reduce.h - what object.__reduce_ex__ and object.__getstate__ give to pickle and copy.
#ifndef KR_OBJECTS_MODEL_OBJECT_REDUCE_H
#define KR_OBJECTS_MODEL_OBJECT_REDUCE_H

#include <stdbool.h>

#include "object.h"

// object.__reduce_ex__: calls an overridden __reduce__, else as kr_object_reduce.
PyObject *kr_object_reduce_ex(PyObject *self, int protocol);
PyObject *kr_object_reduce(PyObject *self, int protocol);

// The instance dict and the slots; [required]: there must be no C fields besides, else TypeError.
PyObject *kr_object_reduce_default_state(PyObject *self, bool required);

// True if [method] is object.__getstate__ bound to [self] (object.c).
bool kr_object_is_default_getstate(PyObject *method, PyObject *self);

#endif
