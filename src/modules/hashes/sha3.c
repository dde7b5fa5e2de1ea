// sha3.c - the module _sha3.
#include "modules/hashes/hash_type.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

PyObject *_Py_strhex(const char *data, const Py_ssize_t size);

CONSTRUCTOR(sha3_224, "data: object = b'', /, *, usedforsecurity: bool = True",
            "sha3_224([data], *, usedforsecurity=True) -> SHA3 object\n\n"
            "Return a new SHA3 hash object with a hashbit length of 28 bytes.")
static PyObject *sha3_224_new(PyTypeObject *type, PyObject *data, int usedforsecurity)
{
    return kr_hash_new(type, &kr_digest_sha3_224, data);
}

CONSTRUCTOR(sha3_256, "data: object = b'', /, *, usedforsecurity: bool = True",
            "sha3_256([data], *, usedforsecurity=True) -> SHA3 object\n\n"
            "Return a new SHA3 hash object with a hashbit length of 32 bytes.")
static PyObject *sha3_256_new(PyTypeObject *type, PyObject *data, int usedforsecurity)
{
    return kr_hash_new(type, &kr_digest_sha3_256, data);
}

CONSTRUCTOR(sha3_384, "data: object = b'', /, *, usedforsecurity: bool = True",
            "sha3_384([data], *, usedforsecurity=True) -> SHA3 object\n\n"
            "Return a new SHA3 hash object with a hashbit length of 48 bytes.")
static PyObject *sha3_384_new(PyTypeObject *type, PyObject *data, int usedforsecurity)
{
    return kr_hash_new(type, &kr_digest_sha3_384, data);
}

CONSTRUCTOR(sha3_512, "data: object = b'', /, *, usedforsecurity: bool = True",
            "sha3_512([data], *, usedforsecurity=True) -> SHA3 object\n\n"
            "Return a new SHA3 hash object with a hashbit length of 64 bytes.")
static PyObject *sha3_512_new(PyTypeObject *type, PyObject *data, int usedforsecurity)
{
    return kr_hash_new(type, &kr_digest_sha3_512, data);
}

CONSTRUCTOR(shake_128, "data: object = b'', /, *, usedforsecurity: bool = True",
            "shake_128([data], *, usedforsecurity=True) -> SHAKE object\n\n"
            "Return a new SHAKE hash object.")
static PyObject *shake_128_new(PyTypeObject *type, PyObject *data, int usedforsecurity)
{
    return kr_hash_new(type, &kr_digest_shake_128, data);
}

CONSTRUCTOR(shake_256, "data: object = b'', /, *, usedforsecurity: bool = True",
            "shake_256([data], *, usedforsecurity=True) -> SHAKE object\n\n"
            "Return a new SHAKE hash object.")
static PyObject *shake_256_new(PyTypeObject *type, PyObject *data, int usedforsecurity)
{
    return kr_hash_new(type, &kr_digest_shake_256, data);
}

// --- SHAKE: digests of any length ---------------------------------------------------------------

// The output of [length] bytes in a block for PyMem_Free.
static char *squeeze(KrHash *self, PyObject *length, Py_ssize_t *ret_size)
{
    if (PyLong_Check(length) && _PyLong_Sign(length) < 0)
        return (char *)kr_raise(PyExc_ValueError, "value must be positive");
    unsigned long size = PyLong_AsUnsignedLong(length);
    if (size == (unsigned long)-1 && PyErr_Occurred()) return NULL;
    if (size >= 1 << 29) return (char *)kr_raise(PyExc_ValueError, "length is too large");
    char *bytes = PyMem_Malloc(size ? size : 1);
    if (bytes == NULL) return (char *)PyErr_NoMemory();
    kr_keccak_squeeze(&self->digest, (uint8_t *)bytes, size);
    *ret_size = (Py_ssize_t)size;
    return bytes;
}

METHOD(digest, "self, length, /", "Return the digest value as a bytes object.")
static PyObject *shake_digest(KrHash *self, PyObject *length)
{
    Py_ssize_t size;
    char *bytes = squeeze(self, length, &size);
    PyObject *result = bytes ? PyBytes_FromStringAndSize(bytes, size) : NULL;
    PyMem_Free(bytes);
    return result;
}

METHOD(hexdigest, "self, length, /", "Return the digest value as a string of hexadecimal digits.")
static PyObject *shake_hexdigest(KrHash *self, PyObject *length)
{
    Py_ssize_t size;
    char *bytes = squeeze(self, length, &size);
    PyObject *result = bytes ? _Py_strhex(bytes, size) : NULL;
    PyMem_Free(bytes);
    return result;
}

METHOD(copy, "self", "Return a copy of the hash object.")
static PyObject *shake_copy(KrHash *self)
{
    PyObject *copy = Py_TYPE(self)->tp_alloc(Py_TYPE(self), 0);
    if (copy) ((KrHash *)copy)->digest = self->digest;
    return copy;
}

METHOD(update, "self, data, /",
       "Update this hash object's state with the provided bytes-like object.")
static PyObject *shake_update(KrHash *self, PyObject *data)
{
    if (kr_hash_take(self, data) < 0) return NULL;
    Py_RETURN_NONE;
}

GETTER(block_size)
static PyObject *sha3_get_block_size(KrHash *self)
{
    return PyLong_FromLong(self->digest.kind->block_size);
}

GETTER(name)
static PyObject *sha3_get_name(KrHash *self)
{
    return PyUnicode_FromString(self->digest.kind->name);
}

GETTER(digest_size)
static PyObject *sha3_get_digest_size(KrHash *self)
{
    return PyLong_FromLong(self->digest.kind->digest_size);
}

GETTER(_capacity_bits)
static PyObject *sha3_get__capacity_bits(KrHash *self)
{
    return PyLong_FromLong(1600 - 8 * self->digest.kind->block_size);
}

GETTER(_rate_bits)
static PyObject *sha3_get__rate_bits(KrHash *self)
{
    return PyLong_FromLong(8 * self->digest.kind->block_size);
}

GETTER(_suffix)
static PyObject *sha3_get__suffix(KrHash *self)
{
    return PyBytes_FromStringAndSize((const char *)&self->digest.kind->suffix, 1);
}

#include "modules/hashes/sha3.methods.h"

// --- the module ---------------------------------------------------------------------------------

static int add_type(PyObject *module, const char *type_name, newfunc create, const char *doc,
                    int is_shake)
{
    PyType_Slot slots[] = {
        {Py_tp_dealloc, kr_hash_dealloc},
        {Py_tp_doc, (void *)doc},
        {Py_tp_methods, is_shake ? shake_methods : kr_hash_methods},
        {Py_tp_getset, sha3_getset},
        {Py_tp_new, create},
        {0, NULL},
    };
    PyType_Spec spec = {type_name, sizeof(KrHash), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, slots};
    KR_AUTO PyObject *type =
        (PyObject *)kr_hash_add_type(module, type_name + sizeof "_sha3." - 1, &spec);
    return type ? 0 : -1;
}

static int sha3_exec(PyObject *module)
{
    if (add_type(module, "_sha3.sha3_224", sha3_224_tp_new, sha3_224_doc, 0) < 0
        || add_type(module, "_sha3.sha3_256", sha3_256_tp_new, sha3_256_doc, 0) < 0
        || add_type(module, "_sha3.sha3_384", sha3_384_tp_new, sha3_384_doc, 0) < 0
        || add_type(module, "_sha3.sha3_512", sha3_512_tp_new, sha3_512_doc, 0) < 0
        || add_type(module, "_sha3.shake_128", shake_128_tp_new, shake_128_doc, 1) < 0
        || add_type(module, "_sha3.shake_256", shake_256_tp_new, shake_256_doc, 1) < 0)
        return -1;
    if (PyModule_AddIntConstant(module, "keccakopt", 0) < 0) return -1;
    return PyModule_AddStringConstant(module, "implementation", "krait");
}

static PyModuleDef_Slot sha3_slots[] = {{Py_mod_exec, sha3_exec}, {0, NULL}};

static struct PyModuleDef sha3_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_sha3",
    .m_slots = sha3_slots,
};

PyMODINIT_FUNC PyInit__sha3(void)
{
    return PyModuleDef_Init(&sha3_definition);
}
