// wrappers.h - the functions that call a slot from Python, one for each kind of slot.
//
// wrap_<kind>(self, args, slot) checks the arguments and calls [slot].  Only `call` and `init`
// take keywords.
#ifndef KR_OBJECTS_MODEL_WRAPPERS_H
#define KR_OBJECTS_MODEL_WRAPPERS_H

#include "object.h"
#include "descrobject.h"

#define KR_WRAPPERS(W)                                                                            \
    W(unary) W(hash) W(inquiry) W(length) W(next) W(del) W(binary) W(binary_right) W(power)       \
    W(power_right) W(setattr) W(delattr) W(lt) W(le) W(eq) W(ne) W(gt) W(ge) W(descr_get)         \
    W(descr_set) W(descr_delete) W(setitem) W(delitem) W(repeat) W(sequence_item)                 \
    W(sequence_setitem) W(sequence_delitem) W(contains)

#define KR_DECLARE_WRAPPER(kind)                                                                  \
    PyObject *wrap_##kind(PyObject *self, PyObject *args, void *slot);                            \
    enum { kind##_FLAGS = 0 };
KR_WRAPPERS(KR_DECLARE_WRAPPER)
#undef KR_DECLARE_WRAPPER

PyObject *wrap_call(PyObject *self, PyObject *args, void *slot, PyObject *kwargs);
PyObject *wrap_init(PyObject *self, PyObject *args, void *slot, PyObject *kwargs);
enum { call_FLAGS = PyWrapperFlag_KEYWORDS, init_FLAGS = PyWrapperFlag_KEYWORDS };

#endif
