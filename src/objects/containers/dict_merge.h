// dict_merge.h - putting the items of one mapping into a dict.
#ifndef KR_CONTAINERS_DICT_MERGE_H
#define KR_CONTAINERS_DICT_MERGE_H

#include "runtime/owned.h"
#include "object.h"

// dict.update(source): a mapping (something with keys()) or an iterable of pairs.
NODISCARD int kr_dict_merge_source(PyObject *dict, PyObject *source);
// dict.fromkeys for class [type].
PyObject *kr_dict_merge_from_keys(PyObject *type, PyObject *iterable, PyObject *value);

#endif
