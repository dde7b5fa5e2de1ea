// type_attributes.h - attributes of types, and of instances what classes define for them.
#ifndef KR_OBJECTS_MODEL_TYPE_ATTRIBUTES_H
#define KR_OBJECTS_MODEL_TYPE_ATTRIBUTES_H

#include "descrobject.h"
#include "object.h"

extern PyGetSetDef kr_type_attributes_getset[];

// instance.__dict__ of a class, which a builtin base may define in its own way.
PyObject *kr_type_attributes_get_instance_dict(PyObject *self);
int kr_type_attributes_set_instance_dict(PyObject *self, PyObject *value);

// 0 if an instance of [from] may become one of [to]; else -1 with TypeError beginning with
// [attribute].
int kr_type_attributes_check_layout(PyTypeObject *from, PyTypeObject *to, const char *attribute);

// object.__class__ assignment: 0 or -1.
int kr_type_attributes_assign_class(PyObject *self, PyObject *value);

// type.__name__: new reference.
PyObject *kr_type_attributes_get_name(PyTypeObject *type);
PyObject *kr_type_attributes_get_qualified_name(PyTypeObject *type);
// type.__module__: new reference, or NULL with AttributeError.
PyObject *kr_type_attributes_get_module(PyTypeObject *type);

#endif
