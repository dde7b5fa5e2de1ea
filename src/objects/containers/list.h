// list.h - what other floors use of list beyond the public functions.
#ifndef KR_CONTAINERS_LIST_H
#define KR_CONTAINERS_LIST_H

#include "runtime/owned.h"
#include "object.h"
#include "listobject.h"

#include <assert.h>

// Appends when the room has run out; takes the reference, also on failure.
NODISCARD int kr_list_append_slow(PyListObject *list, STEALS PyObject *item);

// list.extend: 0 or -1.
NODISCARD int kr_list_extend(PyListObject *list, PyObject *iterable);

// A new list of [count] items whose references it takes, also on failure.
PyObject *kr_list_from_array_steal(PyObject *const *items, Py_ssize_t count);

// list.sort with a key function (or NULL, None): 0 or -1.
NODISCARD int kr_list_sort(PyListObject *list, PyObject *key, int reverse);

static inline int kr_list_append_steal(PyListObject *list, STEALS PyObject *item)
{
    Py_ssize_t size = Py_SIZE(list);
    assert(item != NULL);
    if (list->allocated <= size) return kr_list_append_slow(list, item);
    list->ob_item[size] = item;
    Py_SET_SIZE(list, size + 1);
    return 0;
}

#endif
