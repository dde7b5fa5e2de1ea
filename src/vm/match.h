// match.h - mapping and class patterns.
#ifndef KR_VM_MATCH_H
#define KR_VM_MATCH_H

#include "object.h"

// Tuple of the values of [keys] in [mapping], None when one is missing, NULL with an exception.
PyObject *kr_match_keys(PyObject *mapping, PyObject *keys);
// case type(p1, …, name=…): tuple of the attributes, None when [subject] does not match.
// [positional] patterns are named by type.__match_args__, the others by [names].
PyObject *kr_match_class(PyObject *subject, PyObject *type, Py_ssize_t positional,
                         PyObject *names);

#endif
