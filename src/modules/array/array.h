// array.h - what the files of the module array share.
#ifndef KR_MODULES_ARRAY_ARRAY_H
#define KR_MODULES_ARRAY_ARRAY_H

#include "Python.h"

#include <limits.h>

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"
#include "objects/strings/names.h"

// One type code: how items are read and written.
typedef struct KrArrayKind {
    char code;
    int size;
    PyObject *(*get)(const char *item);
    int (*set)(char *item, PyObject *value);   // 0 or -1; item is untouched then
    const char *format;                        // of the buffer protocol
    int is_integer, is_signed;
} KrArrayKind;

// Layout as CPython's arrayobject.
typedef struct KrArray {
    PyObject_VAR_HEAD
    char *items;
    Py_ssize_t allocated;
    const KrArrayKind *kind;
    PyObject *weak_references;
    Py_ssize_t exports;
} KrArray;

extern PyTypeObject kr_array_type, kr_array_iterator_type;
extern const KrArrayKind kr_array_kinds[];

// The kind called [code], or NULL.
const KrArrayKind *kr_array_kind(int code);

static inline char *kr_array_at(KrArray *self, Py_ssize_t index)
{
    return self->items + index * self->kind->size;
}

static inline int kr_is_array(PyObject *object)
{
    return PyObject_TypeCheck(object, &kr_array_type);
}

PyObject *kr_array_new(PyTypeObject *type, Py_ssize_t size, const KrArrayKind *kind);
int kr_array_resize(KrArray *self, Py_ssize_t size);
int kr_array_insert(KrArray *self, Py_ssize_t index, PyObject *value);
int kr_array_extend(KrArray *self, PyObject *iterable);
// Appends the items in the bytes at [data].
int kr_array_append_bytes(KrArray *self, const char *data, Py_ssize_t size);

// array_pickle.c
PyObject *kr_array_reduce(KrArray *self, long protocol);
PyObject *kr_array_reconstruct(PyTypeObject *type, int code, int format, PyObject *bytes);

#endif
