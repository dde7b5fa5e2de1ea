// fixed.c - the modules _md5, _sha1, _sha256, _sha512: hash functions with a digest of fixed size.
#include "modules/hashes/hash_type.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

typedef struct State {
    PyTypeObject *types[2];
} State;

static PyTypeObject *type_of(PyObject *module, int index)
{
    return ((State *)PyModule_GetState(module))->types[index];
}

METHOD(md5, "module, string: object = b'', *, usedforsecurity: bool = True",
       "Return a new MD5 hash object; optionally initialized with a string.")
static PyObject *md5_md5(PyObject *module, PyObject *string, int usedforsecurity)
{
    return kr_hash_new(type_of(module, 0), &kr_digest_md5, string);
}

METHOD(sha1, "module, string: object = b'', *, usedforsecurity: bool = True",
       "Return a new SHA1 hash object; optionally initialized with a string.")
static PyObject *sha1_sha1(PyObject *module, PyObject *string, int usedforsecurity)
{
    return kr_hash_new(type_of(module, 0), &kr_digest_sha1, string);
}

METHOD(sha256, "module, string: object = b'', *, usedforsecurity: bool = True",
       "Return a new SHA-256 hash object; optionally initialized with a string.")
static PyObject *sha256_sha256(PyObject *module, PyObject *string, int usedforsecurity)
{
    return kr_hash_new(type_of(module, 0), &kr_digest_sha256, string);
}

METHOD(sha224, "module, string: object = b'', *, usedforsecurity: bool = True",
       "Return a new SHA-224 hash object; optionally initialized with a string.")
static PyObject *sha256_sha224(PyObject *module, PyObject *string, int usedforsecurity)
{
    return kr_hash_new(type_of(module, 1), &kr_digest_sha224, string);
}

METHOD(sha512, "module, string: object = b'', *, usedforsecurity: bool = True",
       "Return a new SHA-512 hash object; optionally initialized with a string.")
static PyObject *sha512_sha512(PyObject *module, PyObject *string, int usedforsecurity)
{
    return kr_hash_new(type_of(module, 0), &kr_digest_sha512, string);
}

METHOD(sha384, "module, string: object = b'', *, usedforsecurity: bool = True",
       "Return a new SHA-384 hash object; optionally initialized with a string.")
static PyObject *sha512_sha384(PyObject *module, PyObject *string, int usedforsecurity)
{
    return kr_hash_new(type_of(module, 1), &kr_digest_sha384, string);
}

#include "modules/hashes/fixed.methods.h"

// --- the modules --------------------------------------------------------------------------------

static int fixed_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(type_of(module, 0));
    Py_VISIT(type_of(module, 1));
    return 0;
}

static int fixed_clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    Py_CLEAR(state->types[0]);
    Py_CLEAR(state->types[1]);
    return 0;
}

// Adds the type with index [index], called [name] in the module.
static int add_type(PyObject *module, int index, const char *name, const char *type_name)
{
    PyType_Slot slots[] = {
        {Py_tp_dealloc, kr_hash_dealloc},
        {Py_tp_methods, kr_hash_methods},
        {Py_tp_getset, kr_hash_getset},
        {0, NULL},
    };
    PyType_Spec spec = {
        type_name, sizeof(KrHash), 0,
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, slots,
    };
    State *state = PyModule_GetState(module);
    state->types[index] = kr_hash_add_type(module, name, &spec);
    return state->types[index] ? 0 : -1;
}

static int md5_exec(PyObject *module)
{
    return add_type(module, 0, "MD5Type", "_md5.md5") < 0 ? -1 : 0;
}

static int sha1_exec(PyObject *module)
{
    return add_type(module, 0, "SHA1Type", "_sha1.sha1") < 0 ? -1 : 0;
}

static int sha256_exec(PyObject *module)
{
    return add_type(module, 0, "SHA256Type", "_sha256.sha256") < 0
                   || add_type(module, 1, "SHA224Type", "_sha256.sha224") < 0
               ? -1
               : 0;
}

static int sha512_exec(PyObject *module)
{
    return add_type(module, 0, "SHA512Type", "_sha512.sha512") < 0
                   || add_type(module, 1, "SHA384Type", "_sha512.sha384") < 0
               ? -1
               : 0;
}

#define DEFINE_MODULE(name)                                                                       \
    static PyModuleDef_Slot name##_slots[] = {{Py_mod_exec, name##_exec}, {0, NULL}};             \
    static struct PyModuleDef name##_definition = {                                               \
        PyModuleDef_HEAD_INIT,                                                                    \
        .m_name = "_" #name,                                                                      \
        .m_size = sizeof(State),                                                                  \
        .m_methods = name##_methods,                                                              \
        .m_slots = name##_slots,                                                                  \
        .m_traverse = fixed_traverse,                                                             \
        .m_clear = fixed_clear,                                                                   \
    };                                                                                            \
    PyMODINIT_FUNC PyInit__##name(void)                                                           \
    {                                                                                             \
        return PyModuleDef_Init(&name##_definition);                                              \
    }
DEFINE_MODULE(md5)
DEFINE_MODULE(sha1)
DEFINE_MODULE(sha256)
DEFINE_MODULE(sha512)
