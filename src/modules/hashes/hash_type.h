// hash_type.h - the Python types of hash functions.
#ifndef KR_MODULES_HASHES_HASH_TYPE_H
#define KR_MODULES_HASHES_HASH_TYPE_H

#include "Python.h"
#include "modules/hashes/digest.h"

typedef struct KrHash {
    PyObject_HEAD
    KrDigest digest;
} KrHash;

// Adds a type to [module]: [name] is the one in the module, tp_name of [spec] the type's own.  New
// reference.
PyTypeObject *kr_hash_add_type(PyObject *module, const char *name, PyType_Spec *spec);
// Takes [data] (bytes-like; NULL for none) into the hash: 0, or -1 with an exception.
int kr_hash_take(KrHash *self, PyObject *data);
// A new object that has taken [data].
PyObject *kr_hash_new(PyTypeObject *type, const KrDigestKind *kind, PyObject *data);

extern PyMethodDef *const kr_hash_methods;
extern PyGetSetDef *const kr_hash_getset;
void kr_hash_dealloc(PyObject *self);

#endif
