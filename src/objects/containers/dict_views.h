// dict_views.h - keys(), values() and items() of a dict, and the iterators of dicts.
#ifndef KR_CONTAINERS_DICT_VIEWS_H
#define KR_CONTAINERS_DICT_VIEWS_H

#include "object.h"
#include "dictobject.h"

// New iterator of one of the six dict iterator types over [dict].
PyObject *kr_dict_iterator_new(PyObject *dict, PyTypeObject *type);

#endif
