// blake2_module.c - the module _blake2.
#include "modules/hashes/hash_type.h"
#include "objects/errors/raise.h"
#include "objects/model/arguments.h"

// Arguments as they come.
typedef struct Arguments {
    PyObject *data;
    int digest_size;
    Py_buffer *key, *salt, *person;
    int fanout, depth;
    PyObject *leaf_size, *node_offset;
    int node_depth, inner_size, last_node;
} Arguments;

static int check_range(const char *name, int value, int low, int high)
{
    if (value >= low && value <= high) return 0;
    return kr_raise_int(PyExc_ValueError, "%s must be between %d and %d", name, low, high);
}

static int check_length(const char *name, const Py_buffer *buffer, int most)
{
    if (buffer == NULL || buffer->len <= most) return 0;
    return kr_raise_int(PyExc_ValueError, "maximum %s length is %d bytes", name, most);
}

// Reads an int from 0 to [most].
static int read_number(const char *name, PyObject *object, uint64_t most, uint64_t *ret_value)
{
    *ret_value = 0;
    if (object == NULL) return 0;
    if (PyLong_Check(object) && _PyLong_Sign(object) < 0)
        return kr_raise_int(PyExc_ValueError, "value must be positive");
    *ret_value = PyLong_AsUnsignedLongLong(object);
    if (*ret_value == UINT64_MAX && PyErr_Occurred()) return -1;
    return *ret_value <= most ? 0 : kr_raise_int(PyExc_OverflowError, "%s is too large", name);
}

static int check_arguments(const Arguments *a, const KrDigestKind *kind)
{
    int most = kind->digest_size, salt = most / 4;
    if (a->digest_size <= 0 || a->digest_size > most)
        return kr_raise_int(PyExc_ValueError, "digest_size must be between 1 and %d bytes", most);
    if (check_length("salt", a->salt, salt) < 0 || check_length("person", a->person, salt) < 0)
        return -1;
    if (check_range("fanout", a->fanout, 0, 255) < 0 || check_range("depth", a->depth, 1, 255) < 0
        || check_range("node_depth", a->node_depth, 0, 255) < 0)
        return -1;
    if (a->inner_size < 0 || a->inner_size > most)
        return kr_raise_int(PyExc_ValueError, "inner_size must be between 0 and is %d", most);
    return check_length("key", a->key, most);
}

static PyObject *make(PyTypeObject *type, const KrDigestKind *kind, const Arguments *a)
{
    uint64_t leaf_size, node_offset;
    uint8_t salt[16] = {0}, person[16] = {0};
    int is_b = kind == &kr_digest_blake2b;
    if (check_arguments(a, kind) < 0
        || read_number("leaf_size", a->leaf_size, UINT32_MAX, &leaf_size) < 0
        || read_number("node_offset", a->node_offset, is_b ? UINT64_MAX : 0xffffffffffff,
                       &node_offset)
               < 0)
        return NULL;
    if (a->salt) memcpy(salt, a->salt->buf, (size_t)a->salt->len);
    if (a->person) memcpy(person, a->person->buf, (size_t)a->person->len);
    KrBlake2 parameters = {
        .digest_size = a->digest_size, .key_size = a->key ? (int)a->key->len : 0,
        .key = a->key ? a->key->buf : NULL, .salt = salt, .person = person, .fanout = a->fanout,
        .depth = a->depth, .leaf_size = (uint32_t)leaf_size, .node_offset = node_offset,
        .node_depth = a->node_depth, .inner_size = a->inner_size, .last_node = a->last_node,
    };
    KR_AUTO PyObject *object = type->tp_alloc(type, 0);
    if (object == NULL) return NULL;
    kr_blake2_start(&((KrHash *)object)->digest, kind, &parameters);
    return kr_hash_take((KrHash *)object, a->data) < 0 ? NULL : kr_take(object);
}

CONSTRUCTOR(blake2b, "data: object = b'', /, *, digest_size: int = 64, key: buffer = b'', salt: "
            "buffer = b'', person: buffer = b'', fanout: int = 1, depth: int = 1, leaf_size: "
            "object = 0, node_offset: object = 0, node_depth: int = 0, inner_size: int = 0, "
            "last_node: bool = False, usedforsecurity: bool = True",
            "Return a new BLAKE2b hash object.")
static PyObject *blake2b_new(PyTypeObject *type, PyObject *data, int digest_size, Py_buffer *key,
                             Py_buffer *salt, Py_buffer *person, int fanout, int depth,
                             PyObject *leaf_size, PyObject *node_offset, int node_depth,
                             int inner_size, int last_node, int usedforsecurity)
{
    Arguments arguments = {data,  digest_size, key,        salt,       person,    fanout,
                           depth, leaf_size,   node_offset, node_depth, inner_size, last_node};
    return make(type, &kr_digest_blake2b, &arguments);
}

CONSTRUCTOR(blake2s, "data: object = b'', /, *, digest_size: int = 32, key: buffer = b'', salt: "
            "buffer = b'', person: buffer = b'', fanout: int = 1, depth: int = 1, leaf_size: "
            "object = 0, node_offset: object = 0, node_depth: int = 0, inner_size: int = 0, "
            "last_node: bool = False, usedforsecurity: bool = True",
            "Return a new BLAKE2s hash object.")
static PyObject *blake2s_new(PyTypeObject *type, PyObject *data, int digest_size, Py_buffer *key,
                             Py_buffer *salt, Py_buffer *person, int fanout, int depth,
                             PyObject *leaf_size, PyObject *node_offset, int node_depth,
                             int inner_size, int last_node, int usedforsecurity)
{
    Arguments arguments = {data,  digest_size, key,        salt,       person,    fanout,
                           depth, leaf_size,   node_offset, node_depth, inner_size, last_node};
    return make(type, &kr_digest_blake2s, &arguments);
}

#include "modules/hashes/blake2_module.methods.h"

static int add_constants(PyObject *module, PyObject *type, const char *prefix, int size)
{
    const struct {
        const char *name;
        int value;
    } constants[] = {{"SALT_SIZE", size / 4},
                     {"PERSON_SIZE", size / 4},
                     {"MAX_KEY_SIZE", size},
                     {"MAX_DIGEST_SIZE", size}};
    for (size_t i = 0; i < 4; i++) {
        KR_AUTO PyObject *value = PyLong_FromLong(constants[i].value);
        char name[40];
        snprintf(name, sizeof name, "%s_%s", prefix, constants[i].name);
        if (value == NULL
            || PyDict_SetItemString(((PyTypeObject *)type)->tp_dict, constants[i].name, value) < 0
            || PyModule_AddObjectRef(module, name, value) < 0)
            return -1;
    }
    PyType_Modified((PyTypeObject *)type);
    return 0;
}

static int add_type(PyObject *module, const char *type_name, newfunc create, const char *doc,
                    int size)
{
    PyType_Slot slots[] = {
        {Py_tp_dealloc, kr_hash_dealloc}, {Py_tp_doc, (void *)doc},
        {Py_tp_methods, kr_hash_methods}, {Py_tp_getset, kr_hash_getset},
        {Py_tp_new, create},              {0, NULL},
    };
    PyType_Spec spec = {type_name, sizeof(KrHash), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, slots};
    KR_AUTO PyObject *type =
        (PyObject *)kr_hash_add_type(module, type_name + sizeof "_blake2." - 1, &spec);
    return type ? add_constants(module, type, size == 64 ? "BLAKE2B" : "BLAKE2S", size) : -1;
}

static int blake2_exec(PyObject *module)
{
    if (add_type(module, "_blake2.blake2b", blake2b_tp_new, blake2b_doc, 64) < 0) return -1;
    return add_type(module, "_blake2.blake2s", blake2s_tp_new, blake2s_doc, 32);
}

static PyModuleDef_Slot blake2_slots[] = {{Py_mod_exec, blake2_exec}, {0, NULL}};

static struct PyModuleDef blake2_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_blake2",
    .m_doc = "_blake2b provides BLAKE2b for hashlib\n",
    .m_slots = blake2_slots,
};

PyMODINIT_FUNC PyInit__blake2(void)
{
    return PyModuleDef_Init(&blake2_definition);
}
