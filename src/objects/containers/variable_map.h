// variable_map.h - a persistent map from context variables to values.
#ifndef KR_CONTAINERS_VARIABLE_MAP_H
#define KR_CONTAINERS_VARIABLE_MAP_H

#include "runtime/owned.h"
#include "object.h"

// A map never changes: setting and removing make a new one that shares all but the path to the
// change.
typedef struct KrVariableMap KrVariableMap;

extern PyTypeObject kr_variable_map_type, kr_variable_map_node_type;

PyObject *kr_variable_map_new(void);
Py_ssize_t kr_variable_map_size(PyObject *map);
// Borrowed value, or NULL when [variable] is not set.
BORROWED PyObject *kr_variable_map_find(PyObject *map, PyObject *variable, Py_hash_t hash);
// New maps with [variable] set, or without it (it must be there).
PyObject *kr_variable_map_set(PyObject *map, PyObject *variable, Py_hash_t hash, PyObject *value);
PyObject *kr_variable_map_remove(PyObject *map, PyObject *variable, Py_hash_t hash);
// New list of (variable, value) pairs.
PyObject *kr_variable_map_items(PyObject *map);

#endif
