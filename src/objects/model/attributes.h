// attributes.h - attribute access of instances, for other files of the floor and the VM.
#ifndef KR_OBJECTS_MODEL_ATTRIBUTES_H
#define KR_OBJECTS_MODEL_ATTRIBUTES_H

#include "object.h"
#include "runtime/owned.h"

// As PyObject_GenericGetAttr with the instance dict [dict] (NULL: the object's own).  With
// [suppress], a missing attribute gives NULL and no exception.
PyObject *_PyObject_GenericGetAttrWithDict(PyObject *self, PyObject *name, PyObject *dict,
                                           int suppress);
int _PyObject_GenericSetAttrWithDict(PyObject *self, PyObject *name, PyObject *value,
                                     PyObject *dict);

// 1 and a new reference; 0 and NULL when there is no such attribute; -1 with another exception.
int _PyObject_LookupAttr(PyObject *self, PyObject *name, PyObject **ret_value);

// For a method call: 1 and the unbound function to call with [self] first, or 0 and the attribute
// (NULL: exception).
int _PyObject_GetMethod(PyObject *self, PyObject *name, PyObject **ret_method);

// Raises TypeError "attribute name must be string, not '…'".
int kr_attributes_refuse_name(PyObject *name);

// Fills name and obj of a pending AttributeError that has none yet.  Returns NULL.
PyObject *kr_attributes_note_error(PyObject *self, PyObject *name);

#endif
