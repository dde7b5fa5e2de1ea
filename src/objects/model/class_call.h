// class_call.h - calling a class without packing the arguments.
#ifndef KR_OBJECTS_MODEL_CLASS_CALL_H
#define KR_OBJECTS_MODEL_CLASS_CALL_H

#include "object.h"

// tp_vectorcall of classes made by type.__new__.  Looks at tp_new and tp_init at each call, as
// both may change.
PyObject *kr_class_call(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *keywords);

#endif
