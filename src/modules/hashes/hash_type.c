// hash_type.c - what all hash objects do: update, digest, hexdigest, copy.
#include "modules/hashes/hash_type.h"

#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

PyObject *_Py_strhex(const char *data, const Py_ssize_t size);

int kr_hash_take(KrHash *self, PyObject *data)
{
    KR_AUTO_BUFFER Py_buffer buffer = {0};
    if (data == NULL) return 0;
    if (PyUnicode_Check(data))
        return kr_raise_int(PyExc_TypeError, "Strings must be encoded before hashing");
    if (!PyObject_CheckBuffer(data))
        return kr_raise_int(PyExc_TypeError, "object supporting the buffer API required");
    if (PyObject_GetBuffer(data, &buffer, PyBUF_SIMPLE) < 0) return -1;
    if (buffer.ndim > 1) return kr_raise_int(PyExc_BufferError, "Buffer must be single dimension");
    kr_digest_update(&self->digest, buffer.buf, (size_t)buffer.len);
    return 0;
}

PyObject *kr_hash_new(PyTypeObject *type, const KrDigestKind *kind, PyObject *data)
{
    KR_AUTO PyObject *object = type->tp_alloc(type, 0);
    if (object == NULL) return NULL;
    kr_digest_start(&((KrHash *)object)->digest, kind);
    return kr_hash_take((KrHash *)object, data) < 0 ? NULL : kr_take(object);
}

METHOD(copy, "self", "Return a copy of the hash object.")
static PyObject *hash_copy(KrHash *self)
{
    PyObject *copy = Py_TYPE(self)->tp_alloc(Py_TYPE(self), 0);
    if (copy) ((KrHash *)copy)->digest = self->digest;
    return copy;
}

METHOD(digest, "self", "Return the digest value as a bytes object.")
static PyObject *hash_digest(KrHash *self)
{
    uint8_t bytes[KR_DIGEST_SIZE];
    kr_digest_read(&self->digest, bytes);
    return PyBytes_FromStringAndSize((char *)bytes, self->digest.size);
}

METHOD(hexdigest, "self", "Return the digest value as a string of hexadecimal digits.")
static PyObject *hash_hexdigest(KrHash *self)
{
    uint8_t bytes[KR_DIGEST_SIZE];
    kr_digest_read(&self->digest, bytes);
    return _Py_strhex((char *)bytes, self->digest.size);
}

METHOD(update, "self, obj, /", "Update this hash object's state with the provided string.")
static PyObject *hash_update(KrHash *self, PyObject *obj)
{
    if (kr_hash_take(self, obj) < 0) return NULL;
    Py_RETURN_NONE;
}

GETTER(block_size)
static PyObject *hash_get_block_size(KrHash *self)
{
    return PyLong_FromLong(self->digest.kind->block_size);
}

GETTER(name)
static PyObject *hash_get_name(KrHash *self)
{
    return PyUnicode_FromString(self->digest.kind->name);
}

GETTER(digest_size)
static PyObject *hash_get_digest_size(KrHash *self)
{
    return PyLong_FromLong(self->digest.size);
}

#include "modules/hashes/hash_type.methods.h"

PyMethodDef *const kr_hash_methods = hash_methods;
PyGetSetDef *const kr_hash_getset = hash_getset;

void kr_hash_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

PyTypeObject *kr_hash_add_type(PyObject *module, const char *name, PyType_Spec *spec)
{
    KR_AUTO PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    if (type == NULL || PyModule_AddObjectRef(module, name, type) < 0) return NULL;
    return (PyTypeObject *)kr_take(type);
}
