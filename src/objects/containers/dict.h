// dict.h - what other floors use of dict beyond the public functions.
//
// For inline caches: the keys of a dict have a version (kr_keys_version); while it is unchanged a
// key stays at its entry number, and kr_dict_value_at gives the value there (NULL: deleted).
#ifndef KR_CONTAINERS_DICT_H
#define KR_CONTAINERS_DICT_H

#include "runtime/owned.h"
#include "objects/containers/dict_table.h"

// Borrowed value of [key] with known [hash]; NULL: absent, or an exception (PyErr_Occurred()).
BORROWED PyObject *kr_dict_find(PyObject *dict, PyObject *key, Py_hash_t hash);

// Borrowed value of the exact str [key], NULL when absent.  Raises nothing as long as all keys of
// the dict are exact strings (always true of namespaces made by the VM; else errors are possible
// as above).
BORROWED PyObject *kr_dict_find_name(PyDictObject *dict, PyObject *key);

// LOAD_GLOBAL: [globals] then [builtins], both exact dicts.  Borrowed, or NULL (see kr_dict_find).
BORROWED PyObject *kr_dict_load_global(PyDictObject *globals, PyDictObject *builtins,
                                       PyObject *key);

// Entry number of the exact str [key] in a dict whose keys are all strings, or -1.
Py_ssize_t kr_dict_name_index(PyDictObject *dict, PyObject *key);

// A new dict of [count] pairs: keys[i * key_stride], values[i * value_stride].
PyObject *kr_dict_from_items(PyObject *const *keys, Py_ssize_t key_stride, PyObject *const *values,
                             Py_ssize_t value_stride, Py_ssize_t count);

// STORE_SUBSCR, MAP_ADD: takes both references, also on failure.
NODISCARD int kr_dict_set_item_steal(PyObject *dict, STEALS PyObject *key, STEALS PyObject *value);

// A new dict around [keys] and [values] of an instance; takes both over (the keys' reference is
// added).
PyObject *kr_dict_new_split(PyDictKeysObject *keys, PyDictValues *values);

// A new dict around [keys], which it takes over; NULL frees them.
PyObject *kr_dict_new_with_keys(STEALS PyDictKeysObject *keys, Py_ssize_t used);

// Starts or leaves the collector's care when [key] or [value] may be part of a cycle.
void kr_dict_track_for(PyDictObject *dict, PyObject *key, PyObject *value);

static inline PyDictKeysObject *kr_dict_keys(PyObject *dict)
{
    return ((PyDictObject *)dict)->ma_keys;
}

// Value of entry [index] of a dict with unicode keys; NULL when it is unset.
static inline BORROWED PyObject *kr_dict_value_at(PyDictObject *dict, Py_ssize_t index)
{
    assert(index < dict->ma_keys->dk_nentries);
    if (dict->ma_values != NULL) return dict->ma_values->values[index];
    return kr_keys_unicode(dict->ma_keys)[index].me_value;
}

// Gives entry [index], which has a value, a new one; takes the reference.  For STORE_ATTR and
// STORE_GLOBAL caches.
static inline void kr_dict_replace_at(PyDictObject *dict, Py_ssize_t index, STEALS PyObject *value)
{
    PyObject **slot = dict->ma_values != NULL ? &dict->ma_values->values[index]
                                              : &kr_keys_unicode(dict->ma_keys)[index].me_value;
    PyObject *old = *slot;
    assert(old != NULL);
    kr_dict_track_for(dict, NULL, value);
    *slot = value;
    dict->ma_version_tag = kr_dict_next_version();
    Py_DECREF(old);
}

#endif
